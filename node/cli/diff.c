/* diff: what a new version of a contract changes, and whether contracts can be upgraded to it. */
#include <stdio.h>
#include <string.h>

#include "node/cli/previous.h"
#include "node/crypto/crypto.h"
#include "node/diff/diff.h"

#define ARENA_SIZE (2 * WC_COMPILE_ARENA)

static wc_exit load_side(const wc_cli *cli, const char *path, const wc_module *previous,
                         wc_arena *arena, wc_diff_side *side)
{
    wc_cli_loaded_module loaded;
    wc_exit code = wc_cli_load_module(cli, path, previous, arena, &loaded);
    if (code != WC_EXIT_DONE) return code;
    wc_diff_proof *proofs = WC_ARENA_ARRAY(arena, wc_diff_proof, (size_t)loaded.proof_count + 1);
    if (proofs == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    for (uint32_t i = 0; i < loaded.proof_count; i++) {
        proofs[i] = (wc_diff_proof){loaded.proofs[i].routine, loaded.proofs[i].unit};
    }
    *side = (wc_diff_side){.module = loaded.module,
                           .has_proofs = loaded.is_source,
                           .proof_count = loaded.proof_count,
                           .proofs = proofs};
    return WC_EXIT_DONE;
}

static bool fits(const wc_diff *diff)
{
    return diff->fault.rule == WC_UPGRADE_FITS;
}

/* ---- for people --------------------------------------------------------------------------------
 */

static void print_row(const wc_diff_row *row)
{
    static const char *const words[] = {
        [WC_DIFF_ADDED] = "new", [WC_DIFF_REMOVED] = "gone", [WC_DIFF_CHANGED] = "changed"};
    printf("  %-8s%.*s\n", words[row->kind], WC_STR_ARG(row->what));
    if (row->kind != WC_DIFF_ADDED) printf("          was %.*s\n", WC_STR_ARG(row->before));
    if (row->kind != WC_DIFF_REMOVED)
        printf("          %s %.*s\n", row->kind == WC_DIFF_ADDED ? "is " : "now",
               WC_STR_ARG(row->after));
}

static void print_rows(const wc_diff *diff)
{
    for (unsigned group = 0; group < WC_DIFF_GROUP_COUNT; group++) {
        bool has_heading = false;
        for (uint32_t i = 0; i < diff->row_count; i++) {
            if (diff->rows[i].group != (wc_diff_group)group) continue;
            if (!has_heading) printf("%s\n", wc_diff_heading((wc_diff_group)group));
            has_heading = true;
            print_row(&diff->rows[i]);
        }
        if (has_heading) printf("\n");
    }
    if (diff->row_count == 0) {
        printf("No difference in calls, storage, authority, states and gas.\n\n");
    }
    if (!diff->has_same_code) {
        printf("the code differs: what calls, conditions and time-outs do is not compared; read "
               "both sources\n");
    }
}

static void print_verdict(const wc_diff *diff, const wc_diff_side *old, const wc_diff_side *next)
{
    unsigned before = wc_module_version(old->module), after = wc_module_version(next->module);
    if (!old->has_proofs || !next->has_proofs) {
        printf("proofs are not compared: a module does not hold them; give both sources\n");
    }
    if (!diff->is_upgrade) {
        printf(
            "The new contract has no `upgrade`: contracts of version %u stay as they are, new ones "
            "can be made.\n",
            before);
    } else if (fits(diff)) {
        printf("Contracts of version %u can be upgraded to version %u.\n", before, after);
    } else {
        printf("Contracts of version %u cannot be upgraded to version %u: %s%s%.*s.\n  try: %s\n",
               before, after, wc_upgrade_text(diff->fault.rule), diff->fault_at.len > 0 ? ": " : "",
               WC_STR_ARG(diff->fault_at), wc_upgrade_way_out(diff->fault.rule));
    }
    if (diff->is_upgrade && !diff->keeps_interface) {
        printf("Those that other contracts refer to cannot: they would miss %.*s.\n",
               WC_STR_ARG(diff->missing));
    }
}

/* ---- for programs ------------------------------------------------------------------------------
 */

static void put_json(const char *key, wc_str text, const char *end)
{
    printf("\"%s\":\"", key);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '"' || c == '\\') {
            printf("\\%c", c);
        } else if (c < 0x20) {
            printf("\\u%04x", c);
        } else {
            putchar(c);
        }
    }
    printf("\"%s", end);
}

static void print_json(const wc_diff *diff, const wc_diff_side *old, const wc_diff_side *next)
{
    static const char *const kinds[] = {
        [WC_DIFF_ADDED] = "added", [WC_DIFF_REMOVED] = "removed", [WC_DIFF_CHANGED] = "changed"};
    printf("{\"from\":%u,\"to\":%u,\"upgrade\":%s,\"compatible\":%s,\"keeps_interface\":%s,",
           wc_module_version(old->module), wc_module_version(next->module),
           diff->is_upgrade ? "true" : "false", fits(diff) ? "true" : "false",
           diff->keeps_interface ? "true" : "false");
    printf("\"same_code\":%s,", diff->has_same_code ? "true" : "false");
    printf("\"proofs_compared\":%s,", old->has_proofs && next->has_proofs ? "true" : "false");
    if (!fits(diff)) {
        printf("\"fault\":{");
        put_json("what", wc_str_of(wc_upgrade_text(diff->fault.rule)), ",");
        put_json("at", diff->fault_at, ",");
        put_json("try", wc_str_of(wc_upgrade_way_out(diff->fault.rule)), "},");
    }
    printf("\"changes\":[");
    for (uint32_t i = 0; i < diff->row_count; i++) {
        const wc_diff_row *row = &diff->rows[i];
        printf("%s{\"group\":\"%s\",\"kind\":\"%s\",", i > 0 ? ",\n " : "", wc_diff_key(row->group),
               kinds[row->kind]);
        put_json("what", row->what, ",");
        put_json("before", row->before, ",");
        put_json("after", row->after, "}");
    }
    printf("]}\n");
}

/* ---- */

wc_exit wc_cli_diff(const wc_cli *cli)
{
    if (cli->argc != 2)
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "takes OLD and NEW; `wattclause help "
                           "diff`");
    wc_arena *arena = wc_cli_arena(ARENA_SIZE);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_diff_side old, next;
    wc_diff diff;
    wc_exit code = load_side(cli, cli->argv[0], NULL, arena, &old);
    if (code != WC_EXIT_DONE) return code;
    code = load_side(cli, cli->argv[1], old.module, arena, &next);
    if (code != WC_EXIT_DONE) return code;
    wc_status status = wc_diff_modules(&diff, arena, &old, &next, wc_sha256);
    if (status != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
    }
    if (cli->json) {
        print_json(&diff, &old, &next);
    } else {
        print_rows(&diff);
        print_verdict(&diff, &old, &next);
    }
    return fits(&diff) ? WC_EXIT_DONE : WC_EXIT_INCOMPATIBLE;
}
