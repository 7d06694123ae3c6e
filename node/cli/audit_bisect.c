/* audit bisect: where two ledgers, or a ledger and this program, first differ. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/audit_bisect.h"
#include "node/service/place.h"

#define TEXT_MAX ((size_t)1 << 20)

static wc_store_problem problem;

static bool is_about_results(const wc_bisect_report *report)
{
    return report->verdict == WC_BISECT_RESULT || report->verdict == WC_BISECT_RECORD;
}

/* ---- the two sides -----------------------------------------------------------------------------
 */

static wc_exit open_side(const wc_cli *cli, wc_cli_bisect *b, int index, const char *path)
{
    static wc_path_text memory[2];
    wc_status status =
        wc_side_open(&b->sides[index], &problem, wc_place_ledger(path, &memory[index]));
    return status == WC_OK ? WC_EXIT_DONE : wc_cli_audit_fail(cli, status, &problem);
}

/* Side B is what this program computes of A's blocks, up to the first record that differs. */
static wc_exit open_computed(const wc_cli *cli, wc_cli_bisect *b)
{
    uint64_t same;
    wc_exit code = wc_cli_rerun_open(cli, &b->whole, b->paths[0], WC_CLI_RERUN_FIRST);
    if (code != WC_EXIT_DONE) return code;
    wc_status status = wc_rerun_to(b->whole.rerun, &problem, wc_rerun_last(b->whole.rerun), &same);
    if (status == WC_OK) {
        status = wc_side_open_store(&b->sides[1], &problem, "this program",
                                    wc_chain_store(wc_rerun_chain(b->whole.rerun)));
    }
    return status == WC_OK ? WC_EXIT_DONE : wc_cli_audit_fail(cli, status, &problem);
}

/* ---- the state key -----------------------------------------------------------------------------
 */

/* Where a side's state and undo can be read; NULL: nowhere. A bundle has none, but what this
 * program computes has, if it is what the bundle holds. */
static const wc_store *state_of(const wc_cli_bisect *b, int index)
{
    if (b->computes[index]) return wc_chain_store(wc_rerun_chain(b->again.rerun));
    return b->sides[index].file == NULL ? b->sides[index].audit.store : NULL;
}

static wc_exit find_key(const wc_cli *cli, wc_cli_bisect *b)
{
    const wc_store *stores[2] = {state_of(b, 0), state_of(b, 1)};
    if (stores[0] == NULL || stores[1] == NULL) return WC_EXIT_DONE;
    wc_status status = wc_bisect_state(&b->key, stores, b->report.seq, b->written, b->again.arena);
    if (status == WC_OK || status == WC_NOT_FOUND) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static wc_exit look_inside(const wc_cli *cli, wc_cli_bisect *b)
{
    if (!is_about_results(&b->report)) return WC_EXIT_DONE;
    wc_exit code = wc_cli_rerun_open(cli, &b->again, cli->argv[1], b->report.seq - 1);
    b->has_again = true;
    if (code == WC_EXIT_DONE) code = wc_cli_bisect_instruction(cli, b);
    return code == WC_EXIT_DONE ? find_key(cli, b) : code;
}

static wc_exit search(const wc_cli *cli, wc_cli_bisect *b)
{
    wc_exit code = open_side(cli, b, 0, b->paths[0]);
    if (code == WC_EXIT_DONE) {
        code = b->paths[1] != NULL ? open_side(cli, b, 1, b->paths[1]) : open_computed(cli, b);
    }
    if (code != WC_EXIT_DONE) return code;
    wc_status status = wc_bisect(&b->report, &problem, &b->sides[0], &b->sides[1]);
    if (status != WC_OK) return wc_cli_audit_fail(cli, status, &problem);
    return look_inside(cli, b);
}

static wc_exit answer(const wc_cli *cli, wc_cli_bisect *b)
{
    static uint8_t memory[TEXT_MAX];
    wc_buf buf;
    wc_outline outline;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_outline_begin(&outline, &buf, cli->json);
    wc_cli_bisect_show(&outline, cli, b);
    wc_outline_finish(&outline);
    wc_assert(!buf.full);
    if (!wc_cli_print(&buf)) return WC_EXIT_ENVIRONMENT;
    bool is_one = b->report.verdict == WC_BISECT_SAME || b->report.verdict == WC_BISECT_PREFIX;
    return is_one ? WC_EXIT_DONE : WC_EXIT_FAILS;
}

wc_exit wc_cli_audit_bisect(const wc_cli *cli)
{
    static wc_cli_bisect b;
    b = (wc_cli_bisect){.paths = {cli->argv[1], cli->argc == 3 ? cli->argv[2] : NULL}};
    wc_exit code = search(cli, &b);
    if (code == WC_EXIT_DONE) code = answer(cli, &b);
    wc_diverge_close(&b.diverge);
    free(b.written_memory);
    if (b.has_again) wc_cli_rerun_close(cli, &b.again);
    wc_side_close(&b.sides[0]);
    wc_side_close(&b.sides[1]);
    if (b.paths[1] == NULL) wc_cli_rerun_close(cli, &b.whole);
    return code;
}
