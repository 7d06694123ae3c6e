/* query: find, trace, inbox, statement, readings, views and epoch over a ledger folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/beside.h"
#include "node/cli/query.h"
#include "node/query/when.h"
#include "node/service/place.h"
#include "node/store/folder.h"

#define DEFAULT_LEDGER "./wattclause-demo"
#define ARENA_SIZE     ((size_t)512 << 20) /* of address space; what is not needed is not touched */
#define TEXT_MAX       ((size_t)64 << 20)

typedef struct session {
    const wc_cli *cli;
    const char *folder;
    wc_arena *arena;
    wc_query *query;
} session;

/* ---- questions ---------------------------------------------------------------------------------
 */

static bool takes_party(const char *verb)
{
    return strcmp(verb, "inbox") == 0 || strcmp(verb, "statement") == 0 ||
           strcmp(verb, "readings") == 0;
}

static wc_status with_party(session *s, wc_outline *outline, const wc_address *party)
{
    int64_t day = INT64_MIN, from_s, to_s;
    const char *date = wc_cli_option_of(s->cli, "day");
    if (strcmp(s->cli->argv[0], "inbox") == 0) return wc_query_inbox(s->query, outline, party);
    if (date != NULL) {
        WC_TRY(wc_parse_span(wc_str_of(date), &from_s, &to_s));
        day = from_s / WC_DAY_S;
    }
    if (strcmp(s->cli->argv[0], "readings") == 0) {
        return wc_query_readings(s->query, outline, party, day);
    }
    return wc_query_statement(s->query, outline, party, day);
}

static wc_status ask(session *s, wc_outline *outline, const wc_address *party)
{
    const char *verb = s->cli->argv[0];
    if (strcmp(verb, "epoch") == 0) return wc_query_epoch(s->query, outline);
    if (strcmp(verb, "rules") == 0) return wc_query_rules(s->query, outline);
    const char *text = s->cli->argv[1];
    if (strcmp(verb, "find") == 0) return wc_query_find(s->query, outline, wc_str_of(text));
    if (strcmp(verb, "trace") == 0) return wc_query_trace(s->query, outline, wc_str_of(text));
    return with_party(s, outline, party);
}

/* Nothing answers: what the question was, and what may have been meant. */
static wc_exit nothing(const session *s)
{
    char near[400];
    wc_buf text;
    const char *verb = s->cli->argv[0];
    if (s->cli->argc == 1) {
        return wc_cli_fail(s->cli, WC_EXIT_FAILS, "%s: this chain shares no fees", s->folder);
    }
    const char *asked = s->cli->argv[1];
    if (strcmp(verb, "statement") == 0) {
        return wc_cli_fail(s->cli, WC_EXIT_FAILS,
                           "%s: no statement line, bank fact or leg in %s; `wattclause query find "
                           "%s` shows all that names it",
                           asked, s->folder, asked);
    }
    wc_buf_init(&text, (uint8_t *)near, sizeof near - 1);
    if (strcmp(verb, "find") == 0) wc_names_put_near(&text, &s->query->names, wc_str_of(asked));
    near[text.len] = '\0';
    return wc_cli_fail(s->cli, WC_EXIT_FAILS, "%s: nothing found in %s%s", asked, s->folder, near);
}

/* What lies before a snapshot that the ledger begins with is not found, and not in any sum. */
static void say_beginning(const session *s)
{
    uint64_t oldest = wc_chain_oldest(s->query->chain);
    if (oldest == 0 || s->cli->quiet) return;
    fprintf(stderr,
            "wattclause query: %s begins with a snapshot of record %llu; what was sealed up to it "
            "is not searched\n",
            s->folder, (unsigned long long)oldest);
}

static wc_exit answer(session *s)
{
    wc_outline outline;
    wc_buf buf;
    void *memory = wc_arena_alloc(s->arena, TEXT_MAX, 1);
    if (memory == NULL) return wc_cli_fail(s->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf_init(&buf, memory, TEXT_MAX);
    if (strcmp(s->cli->argv[0], "view") == 0) {
        wc_exit code = wc_cli_query_view(s->cli, s->query, &buf);
        if (code != WC_EXIT_DONE) return code;
        return wc_cli_print(&buf) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
    }
    wc_address party;
    if (takes_party(s->cli->argv[0])) {
        wc_exit code =
            wc_cli_address(s->cli, WC_EXIT_FAILS, "", s->cli->argv[1], &s->query->names, &party);
        if (code != WC_EXIT_DONE) return code;
    }
    wc_outline_begin(&outline, &buf, s->cli->json);
    wc_status status = ask(s, &outline, &party);
    if (status == WC_NOT_FOUND) return nothing(s);
    if (status != WC_OK) {
        return wc_cli_fail(s->cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
    }
    wc_outline_finish(&outline);
    if (buf.full) return wc_cli_fail(s->cli, WC_EXIT_ENVIRONMENT, "the answer is too long");
    return wc_cli_print(&buf) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

/* ---- the verb ----------------------------------------------------------------------------------
 */

static bool is_question(const char *verb)
{
    return strcmp(verb, "find") == 0 || strcmp(verb, "trace") == 0 || takes_party(verb);
}

static wc_exit usage(const wc_cli *cli)
{
    static const char *const questions[] = {"find",     "trace", "inbox", "statement",
                                            "readings", "view",  "epoch", "rules"};
    int64_t from_s, to_s;
    const char *date = wc_cli_option_of(cli, "day");
    bool is_of_chain = cli->argc == 1 &&
                       (strcmp(cli->argv[0], "epoch") == 0 || strcmp(cli->argv[0], "rules") == 0);
    bool is_view = (cli->argc == 3 || cli->argc == 4) && strcmp(cli->argv[0], "view") == 0;
    if (!is_of_chain && !is_view && (cli->argc != 2 || !is_question(cli->argv[0]))) {
        char meant[64];
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "takes `find TEXT`, `trace ID`, `inbox PARTY`, `statement PARTY`, "
                           "`readings METER`, `view CONTRACT VIEW [ARGS]`, `epoch` or `rules`%s; "
                           "`wattclause help query`",
                           wc_cli_meant(meant, cli->argc > 0 ? cli->argv[0] : "", questions,
                                        WC_ARRAY_LEN(questions)));
    }
    bool is_dated = strcmp(cli->argv[0], "statement") == 0 || strcmp(cli->argv[0], "readings") == 0;
    wc_exit code =
        wc_cli_goes_with(cli, cli->argv[0], is_dated ? " ledger names day " : " ledger names ");
    if (code != WC_EXIT_DONE) return code;
    if (date != NULL &&
        (strlen(date) != 10 || wc_parse_span(wc_str_of(date), &from_s, &to_s) != WC_OK)) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--day takes a date like 2022-09-01, not `%.40s`",
                           date);
    }
    return WC_EXIT_DONE;
}

/* A ledger's own folder, or that of a node, which keeps the SEAL beside its key; then names.json
 * lies there, too. */
static wc_status open_ledger(wc_chain **chain, wc_chain_report *report, const char *folder)
{
    wc_path_text data, seal;
    wc_chain_options options = {
        .folder = wc_place_ledger(folder, &data), .read_only = true, .threads = 1};
    if (options.folder != folder) {
        seal = wc_folder_path(folder, WC_PLACE_SEAL);
        options.seal_path = seal.text;
    }
    return wc_chain_open(chain, report, &options);
}

wc_exit wc_cli_query(const wc_cli *cli)
{
    wc_exit code = usage(cli);
    if (code != WC_EXIT_DONE) return code;
    const char *folder = wc_cli_option_of(cli, "ledger");
    session s = {.cli = cli, .folder = folder != NULL ? folder : DEFAULT_LEDGER};
    wc_chain *chain;
    wc_chain_report report;
    wc_status status = open_ledger(&chain, &report, s.folder);
    if (status != WC_OK) {
        code = status == WC_BAD_VERSION ? WC_EXIT_INCOMPATIBLE : WC_EXIT_ENVIRONMENT;
        return wc_cli_fail(cli, code, "%s%s", report.store.problem.text,
                           status == WC_LOCKED ? WC_CLI_LOCKED : "");
    }
    s.arena = wc_cli_arena(ARENA_SIZE);
    s.query = s.arena != NULL ? WC_ARENA_NEW(s.arena, wc_query) : NULL;
    status = s.query != NULL ? wc_query_open(s.query, chain, s.arena) : WC_NO_MEMORY;
    if (status == WC_OK) {
        code = wc_cli_beside_ledger(cli, s.query, s.folder);
        if (code == WC_EXIT_DONE) {
            say_beginning(&s);
            code = answer(&s);
        }
    } else {
        code = wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
    }
    wc_chain_close(chain);
    return code;
}
