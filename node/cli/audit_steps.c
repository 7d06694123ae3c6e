/* audit steps: every instruction of one receipt as lines; what `audit bisect` reads of another
 * build of the program. */
#include <stdio.h>

#include "node/audit/steps.h"
#include "node/cli/audit.h"

static void print_line(void *self, wc_steps_kind kind, uint32_t depth, wc_str text)
{
    (void)self;
    (void)kind;
    (void)depth;
    (void)fwrite(text.data, 1, text.len, stdout);
    (void)fputc('\n', stdout);
}

/* RECORD.RECEIPT; an event's id names its receipt, too. */
static bool parse_place(const char *text, wc_event_id *id)
{
    char whole[64];
    int len = snprintf(whole, sizeof whole, "%s.0", text);
    if (len < 0 || (size_t)len >= sizeof whole) return false;
    return wc_event_id_parse(id, wc_str_of(whole)) || wc_event_id_parse(id, wc_str_of(text));
}

static wc_exit run(const wc_cli *cli, wc_cli_rerun *again, const wc_event_id *id)
{
    static wc_store_problem problem;
    const wc_sealed *sealed;
    bool is_same;
    uint64_t last = wc_rerun_last(again->rerun);
    if (id->seq > last) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: there is no record %llu; the newest is %llu",
                           cli->argv[1], (unsigned long long)id->seq, (unsigned long long)last);
    }
    wc_steps_options options = {
        .seq = id->seq, .receipt = id->receipt, .query = again->query, .line = print_line};
    wc_status status = wc_steps_run(again->rerun, &problem, &options, &sealed, &is_same);
    if (status == WC_NOT_FOUND) { /* the receipt */
        return wc_cli_fail(cli, WC_EXIT_FAILS, "%s", problem.text);
    }
    if (status != WC_OK) return wc_cli_audit_fail(cli, status, &problem);
    if (fflush(stdout) != 0) return WC_EXIT_ENVIRONMENT;
    if (!is_same && !cli->quiet) {
        fprintf(stderr,
                "wattclause audit: record %llu is stored otherwise than these steps make "
                "it\n",
                (unsigned long long)id->seq);
    }
    return is_same ? WC_EXIT_DONE : WC_EXIT_FAILS;
}

wc_exit wc_cli_audit_steps(const wc_cli *cli)
{
    wc_event_id id;
    wc_cli_rerun again;
    if (!parse_place(cli->argv[2], &id) || id.seq == 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "takes a receipt as RECORD.RECEIPT, for example 123.1, not `%.60s`; "
                           "record 0 is the genesis",
                           cli->argv[2]);
    }
    wc_exit code = wc_cli_rerun_open(cli, &again, cli->argv[1], id.seq - 1);
    if (code == WC_EXIT_DONE) code = run(cli, &again, &id);
    wc_cli_rerun_close(cli, &again);
    return code;
}
