/* Opening a ledger to be run again: `audit steps`, `audit bisect`, `audit why`. */
#include <stdio.h>
#include <string.h>

#include "node/cli/audit.h"
#include "node/cli/beside.h"
#include "node/service/place.h"

#define ARENA_SIZE ((size_t)512 << 20) /* of address space; what is not needed is not touched */

wc_exit wc_cli_rerun_look(const wc_cli *cli, wc_cli_rerun *again, const char *path)
{
    const char *names = wc_cli_option_of(cli, "names");
    wc_arena_rewind(again->arena, 0);
    again->query = WC_ARENA_NEW(again->arena, wc_query);
    wc_status status =
        again->query == NULL
            ? WC_NO_MEMORY
            : wc_query_open(again->query, wc_rerun_chain(again->rerun), again->arena);
    if (status != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
    }
    wc_cli_beside_ledger(cli, again->query, names != NULL ? names : path);
    return WC_EXIT_DONE;
}

wc_exit wc_cli_rerun_to(const wc_cli *cli, wc_cli_rerun *again, const char *path, uint64_t seq)
{
    static wc_store_problem problem;
    uint64_t same;
    uint64_t last = wc_rerun_last(again->rerun), first = wc_rerun_first(again->rerun);
    if (seq == WC_CLI_RERUN_LAST) seq = last;
    if (seq == WC_CLI_RERUN_FIRST) seq = first;
    if (seq < first) {
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "PRUNED: %s begins with the state after record %llu, so record %llu "
                           "cannot be run again; take a bundle that begins earlier, or the folder "
                           "of a node that has it",
                           path, (unsigned long long)first, (unsigned long long)seq + 1);
    }
    if (seq > last) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: there is no record %llu; the newest is %llu",
                           path, (unsigned long long)seq + 1, (unsigned long long)last);
    }
    wc_status status = wc_rerun_to(again->rerun, &problem, seq, &same);
    if (status != WC_OK) return wc_cli_audit_fail(cli, status, &problem);
    if (same == seq) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_FAILS,
                       "%s: record %llu is not what this program computes, so what follows from it "
                       "cannot be shown; `wattclause audit replay %s` names the difference",
                       path, (unsigned long long)same + 1, path);
}

wc_exit wc_cli_rerun_open(const wc_cli *cli, wc_cli_rerun *again, const char *path, uint64_t seq)
{
    static wc_store_problem problem;
    static wc_path_text memory;
    *again = (wc_cli_rerun){0};
    wc_rerun_options options = {.threads = 1, .snapshot = wc_cli_option_of(cli, "snapshot")};
    if (!wc_cli_hash(cli, "record-hash", &again->record_hash, &options.record_hash)) {
        return WC_EXIT_USAGE;
    }
    if (wc_cli_audit_threads(cli, &options.threads) != WC_EXIT_DONE) return WC_EXIT_USAGE;
    again->has_native = wc_cli_objects_open(cli, &again->native);
    if (!again->has_native) return WC_EXIT_USAGE;
    again->arena = wc_cli_arena(ARENA_SIZE);
    if (again->arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    options.native = again->native.source;
    wc_status status =
        wc_rerun_open(&again->rerun, &problem, wc_place_ledger(path, &memory), &options);
    if (status != WC_OK) return wc_cli_audit_fail(cli, status, &problem);
    wc_exit code = wc_cli_rerun_to(cli, again, path, seq);
    return code == WC_EXIT_DONE ? wc_cli_rerun_look(cli, again, path) : code;
}

void wc_cli_rerun_say_beginning(const wc_cli *cli, const wc_cli_rerun *again, const char *path)
{
    uint64_t first = wc_rerun_first(again->rerun);
    if (first == 0 || cli->quiet) return;
    fprintf(stderr,
            "wattclause %s: %s begins with the state after record %llu; what was sealed up to it "
            "is not in the answer\n",
            cli->verb, path, (unsigned long long)first);
}

void wc_cli_rerun_close(const wc_cli *cli, wc_cli_rerun *again)
{
    wc_rerun_close(again->rerun);
    if (again->has_native) wc_cli_objects_close(cli, &again->native);
}
