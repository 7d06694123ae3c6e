/* explain: one page for every code a user can meet: diagnostics (E, L), verifier rules (V), traps
 * and built-in errors, refusals of the ledger; with a wrong and a right program where there is one.
 * Tests hold each example: it is compiled, run, or verified, and does what the page says. */
#include "node/cli/explain.h"

#include <stdio.h>
#include <string.h>

#include "compiler/lint/lint.h"
#include "node/cli/compile.h"
#include "node/ledger/refusals.h"
#include "vm/isa/isa.h"

typedef struct page {
    const char *name, *text, *way_out;
    const char *wrong, *right; /* programs; NULL or "": none */
} page;

static const page traps[] = {
#define WC_TRAP(number, name, text, way_out) {#name, text, way_out, NULL, NULL},
#include "vm/isa/traps.def"
#undef WC_TRAP
};

static const page trap_examples[] = {
#define WC_TRAP_EXAMPLE(name, wrong, right, else_by) {#name, NULL, NULL, wrong, right},
#include "node/cli/trap_examples.def"
#undef WC_TRAP_EXAMPLE
};

static const page rules[] = {
#define WC_RULE(code, name, text, way_out) {#code, text, way_out, NULL, NULL},
#include "vm/isa/rules.def"
#undef WC_RULE
};

static const page builtins[] = {
#define WC_BUILTIN(number, name, args, text) {#name, text, "arguments: " args, NULL, NULL},
#include "vm/isa/builtin_errors.def"
#undef WC_BUILTIN
};

/* ---- printing ------------------------------------------------------------------------------ */

static void print_string(const char *key, const char *text, size_t length)
{
    printf("\"%s\":\"", key);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\') {
            printf("\\%c", c);
        } else if (c < 0x20) {
            printf("\\u%04x", c);
        } else {
            putchar(c);
        }
    }
    putchar('"');
}

static void print_member(const char *key, const char *text)
{
    putchar(',');
    print_string(key, text, strlen(text));
}

static bool is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static void print_example(const char *title, const char *text)
{
    if (!is_given(text)) return;
    printf("\n%s:\n\n", title);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        printf("    %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void print_page(const wc_cli *cli, const char *kind, const page *shown)
{
    if (!cli->json) {
        printf("%s (%s)\n\n%s.\n\nWhat to do: %s.\n", shown->name, kind, shown->text,
               shown->way_out);
        print_example("wrong", shown->wrong);
        print_example("right", shown->right);
        return;
    }
    putchar('{');
    print_string("code", shown->name, strlen(shown->name));
    print_member("kind", kind);
    print_member("text", shown->text);
    print_member("way_out", shown->way_out);
    if (is_given(shown->wrong)) print_member("wrong", shown->wrong);
    if (is_given(shown->right)) print_member("right", shown->right);
    printf("}\n");
}

/* ---- verifier rules ------------------------------------------------------------------------ */

/* The lines of a case that begin with the sign, as a text of their own. */
static void collect(const char *from, char sign, char *out, size_t size)
{
    size_t length = 0;
    for (const char *line = from; *line == '<' || *line == '>' || *line == '-';) {
        size_t width = strcspn(line, "\n");
        const char *text = line + (width > 1 && line[1] == ' ' ? 2 : 1);
        size_t count = (size_t)(line + width - text);
        if (*line == sign && length + count + 2 < size) {
            memcpy(out + length, text, count);
            length += count;
            out[length++] = '\n';
        }
        line += width + (line[width] == '\n');
    }
    out[length] = '\0';
}

/* The first case of the rule: what breaks it, and the same lines as they are accepted. */
static void find_rule_example(page *shown, char *wrong, char *right, size_t size)
{
    char mark[16];
    snprintf(mark, sizeof(mark), "== %s ", shown->name);
    const char *found = strstr(wc_rule_examples, mark);
    if (found == NULL) return;
    const char *lines = found + strcspn(found, "\n");
    if (*lines == '\n') lines++;
    collect(lines, '>', wrong, size);
    collect(lines, '<', right, size);
    shown->wrong = wrong;
    shown->right = right;
}

static bool explain_rule(const wc_cli *cli, const char *code)
{
    static char wrong[8192], right[8192];
    for (size_t i = 0; i < WC_ARRAY_LEN(rules); i++) {
        if (strcmp(code, rules[i].name) != 0) continue;
        page shown = rules[i];
        find_rule_example(&shown, wrong, right, sizeof(wrong));
        print_page(cli, "verifier rule", &shown);
        return true;
    }
    return false;
}

/* ---- the other tables ---------------------------------------------------------------------- */

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

static void add_trap_example(page *shown)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(trap_examples); i++) {
        if (strcmp(trap_examples[i].name, shown->name) != 0) continue;
        shown->wrong = trap_examples[i].wrong;
        shown->right = trap_examples[i].right;
    }
}

static bool explain_table(const wc_cli *cli, const char *code, const page *pages, size_t count,
                          const char *kind)
{
    bool is_trap = pages == traps;
    for (size_t i = 0; i < count; i++) {
        char snake[64], full[80];
        upper_snake(pages[i].name, snake, sizeof(snake));
        snprintf(full, sizeof(full), "%s%s", is_trap ? "TRAP_" : "", pages[i].name);
        bool is_it =
            strcmp(code, pages[i].name) == 0 || strcmp(code, full) == 0 || strcmp(code, snake) == 0;
        if (!is_it) continue;
        page shown = pages[i];
        if (is_trap) add_trap_example(&shown);
        print_page(cli, kind, &shown);
        return true;
    }
    return false;
}

static void print_diagnostic_json(const wc_diag_info *info, wc_diag_code code)
{
    wc_lint_group group = wc_lint_group_of(code);
    putchar('{');
    print_string("code", info->name, strlen(info->name));
    print_member("kind", info->severity == WC_SEVERITY_ERROR ? "error" : "warning");
    if (group != WC_LINT_GROUP_COUNT) print_member("group", wc_lint_group_name(group));
    print_member("title", info->title);
    print_member("text", info->cause);
    if (is_given(info->wrong)) print_member("wrong", info->wrong);
    if (is_given(info->right)) print_member("right", info->right);
    printf("}\n");
}

static bool explain_diagnostic(const wc_cli *cli, const char *code)
{
    wc_diag_code found = wc_diag_code_find(wc_str_of(code));
    if (found == WC_DIAG_CODE_COUNT) return false;
    if (cli->json) {
        print_diagnostic_json(wc_diag_info_of(found), found);
        return true;
    }
    static uint8_t memory[65536];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof(memory));
    wc_diag_explain(&text, found);
    return wc_cli_print(&text);
}

static bool explain_refusal(const wc_cli *cli, const char *code)
{
    const wc_refusal_entry *refusal = wc_refusal_find_name(wc_str_of(code));
    if (refusal == NULL) return false;
    page shown = {refusal->name.data, refusal->text.data, refusal->way_out.data, NULL, NULL};
    print_page(cli, "refusal of the ledger", &shown);
    return true;
}

wc_exit wc_cli_explain(const wc_cli *cli)
{
    if (cli->argc != 1) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "which code? for example `wattclause explain E0503`");
    }
    const char *code = cli->argv[0];
    bool is_explained =
        explain_diagnostic(cli, code) || explain_refusal(cli, code) || explain_rule(cli, code) ||
        explain_table(cli, code, traps, WC_ARRAY_LEN(traps), "trap") ||
        explain_table(cli, code, builtins, WC_ARRAY_LEN(builtins), "built-in error");
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
