/* explain: one page for every code a user can meet: diagnostics (E, L), verifier rules (V), traps
 * and built-in errors, refusals of the ledger. */
#include <stdio.h>
#include <string.h>

#include "node/cli/compile.h"
#include "node/ledger/refusals.h"
#include "vm/isa/isa.h"

typedef struct page {
    const char *name, *text, *way_out;
} page;

static const page traps[] = {
#define WC_TRAP(number, name, text, way_out) {#name, text, way_out},
#include "vm/isa/traps.def"
#undef WC_TRAP
};

static const page rules[] = {
#define WC_RULE(code, name, text, way_out) {#code, text, way_out},
#include "vm/isa/rules.def"
#undef WC_RULE
};

static const page builtins[] = {
#define WC_BUILTIN(number, name, args, text) {#name, text, "arguments: " args},
#include "vm/isa/builtin_errors.def"
#undef WC_BUILTIN
};

static void print_page(const wc_cli *cli, const char *kind, const char *name, const char *text,
                       const char *way_out)
{
    if (cli->json) {
        printf("{\"code\":\"%s\",\"kind\":\"%s\",\"text\":\"%s\",\"way_out\":\"%s\"}\n", name, kind,
               text, way_out);
    } else {
        printf("%s (%s)\n\n%s.\n\nWhat to do: %s.\n", name, kind, text, way_out);
    }
}

/* "GATE_CLOSED" for "GateClosed": errors of contracts are shown so in receipts. */
static void upper_snake(const char *name, char *out, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; name[i] != '\0' && at + 2 < size; i++) {
        bool is_upper = name[i] >= 'A' && name[i] <= 'Z';
        if (is_upper && i > 0) out[at++] = '_';
        out[at++] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 'a' + 'A') : name[i];
    }
    out[at] = '\0';
}

static bool explain_table(const wc_cli *cli, const char *code, const page *pages, size_t count,
                          const char *kind, const char *prefix)
{
    for (size_t i = 0; i < count; i++) {
        char snake[64], full[80];
        upper_snake(pages[i].name, snake, sizeof(snake));
        snprintf(full, sizeof(full), "%s%s", prefix, pages[i].name);
        bool is_it =
            strcmp(code, pages[i].name) == 0 || strcmp(code, full) == 0 || strcmp(code, snake) == 0;
        if (!is_it) continue;
        print_page(cli, kind, pages[i].name, pages[i].text, pages[i].way_out);
        return true;
    }
    return false;
}

static bool explain_diagnostic(const char *code)
{
    wc_diag_code found = wc_diag_code_find(wc_str_of(code));
    if (found == WC_DIAG_CODE_COUNT) return false;
    static uint8_t memory[65536];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof(memory));
    wc_diag_explain(&text, found);
    return wc_cli_print(&text);
}

wc_exit wc_cli_explain(const wc_cli *cli)
{
    if (cli->argc != 1) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "which code? for example `wattclause explain E0503`");
    }
    const char *code = cli->argv[0];
    if (explain_diagnostic(code)) return WC_EXIT_DONE;
    const wc_refusal_entry *refusal = wc_refusal_find_name(wc_str_of(code));
    if (refusal != NULL) {
        print_page(cli, "refusal of the ledger", refusal->name.data, refusal->text.data,
                   refusal->way_out.data);
        return WC_EXIT_DONE;
    }
    bool is_explained =
        explain_table(cli, code, rules, WC_ARRAY_LEN(rules), "verifier rule", "") ||
        explain_table(cli, code, traps, WC_ARRAY_LEN(traps), "trap", "TRAP_") ||
        explain_table(cli, code, builtins, WC_ARRAY_LEN(builtins), "built-in error", "");
    if (is_explained) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_USAGE,
                       "there is no page for `%.40s`; codes look like E0503, V0601, RANGE or "
                       "GATE_CLOSED",
                       code);
}

wc_exit wc_cli_version(const wc_cli *cli)
{
    if (cli->json) {
        printf("{\"version\":\"%s\",\"isa\":%d,\"module_format\":%d}\n", WC_VERSION, WC_ISA_VERSION,
               WC_MODULE_FORMAT);
    } else {
        printf("wattclause %s (instruction set %d, module format %d)\n", WC_VERSION, WC_ISA_VERSION,
               WC_MODULE_FORMAT);
    }
    return WC_EXIT_DONE;
}
