/* audit: replays a ledger from its beginning, or packs it for somebody who does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "node/audit/bundle.h"
#include "node/audit/replay.h"
#include "node/cli/audit.h"
#include "node/cli/cli.h"
#include "node/cli/native.h"
#include "node/query/outline.h"
#include "node/service/place.h"

#define TEXT_MAX ((size_t)64 << 10)
#define BAR      30u

/* ---- progress ----------------------------------------------------------------------------------
 */

typedef struct progress {
    bool is_shown;
    unsigned percent; /* as drawn last */
} progress;

/* Only on a terminal, and gone when the answer comes. */
static void draw(void *self, uint64_t done, uint64_t total)
{
    progress *p = self;
    unsigned percent = (unsigned)(done * 100 / total);
    if (!p->is_shown || percent == p->percent) return;
    p->percent = percent;
    char bar[BAR + 1];
    unsigned full = percent * BAR / 100;
    memset(bar, '.', BAR);
    memset(bar, '#', full);
    bar[BAR] = '\0';
    fprintf(stderr, "\rreplaying [%s] record %llu of %llu", bar, (unsigned long long)done,
            (unsigned long long)total);
}

static void clear(const progress *p)
{
    if (p->is_shown) fprintf(stderr, "\r\033[K");
}

/* ---- results -----------------------------------------------------------------------------------
 */

static const char *verdict_name(wc_replay_verdict verdict)
{
    switch (verdict) {
    case WC_REPLAY_IDENTICAL: return "identical";
    case WC_REPLAY_PARTIAL: return "partial";
    case WC_REPLAY_DIFFERS: return "differs";
    }
    return "";
}

static const char *trust_name(wc_replay_trust trust)
{
    switch (trust) {
    case WC_REPLAY_GENESIS: return "genesis";
    case WC_REPLAY_GIVEN: return "record_hash";
    case WC_REPLAY_CERTIFIED: return "certificate";
    case WC_REPLAY_UNVOUCHED: return "nothing";
    }
    return "";
}

static const char *trust_text(wc_replay_trust trust)
{
    switch (trust) {
    case WC_REPLAY_GENESIS: return "the genesis: compare its hash with one that came another way";
    case WC_REPLAY_GIVEN: return "the hash of that record, which was given by --record-hash";
    case WC_REPLAY_CERTIFIED:
        return "the certificate of that record under the genesis: compare the genesis hash with "
               "one "
               "that came another way, or give the record's by --record-hash";
    case WC_REPLAY_UNVOUCHED:
        return "NOTHING: that record has no certificate; compare its hash with one that came "
               "another way, by --record-hash";
    }
    return "";
}

static void put_difference(wc_outline *outline, const wc_replay_difference *difference)
{
    wc_outline_open(outline, "difference");
    if (difference->has_seq) wc_outline_number(outline, "record", (int64_t)difference->seq);
    if (difference->has_receipt) wc_outline_number(outline, "receipt", difference->receipt);
    if (difference->has_tx) wc_outline_hash(outline, "transaction", &difference->tx_id);
    wc_outline_str(outline, "place", wc_str_of(difference->place));
    wc_outline_str(outline, "field", wc_str_of(difference->field));
    wc_outline_str(outline, "stored", wc_str_of(difference->stored));
    wc_outline_str(outline, "recomputed", wc_str_of(difference->recomputed));
    wc_outline_close(outline);
}

static void put_json(wc_outline *outline, const wc_replay_report *report, int64_t milliseconds)
{
    wc_outline_str(outline, "verdict", wc_str_of(verdict_name(report->verdict)));
    wc_outline_str(outline, "chain", wc_str_of(report->chain_id));
    wc_outline_hash(outline, "genesis", &report->genesis_hash);
    wc_outline_number(outline, "first_record", (int64_t)report->first_seq);
    if (report->first_seq > 0) {
        wc_outline_hash(outline, "first_record_hash", &report->first_hash);
    }
    wc_outline_str(outline, "trust", wc_str_of(trust_name(report->trust)));
    wc_outline_number(outline, "last_record", (int64_t)report->last_seq);
    wc_outline_number(outline, "executed_until", (int64_t)report->executed_until);
    wc_outline_number(outline, "records", (int64_t)report->records);
    wc_outline_number(outline, "certificates", (int64_t)report->certificates);
    wc_outline_number(outline, "transactions", (int64_t)report->transactions);
    wc_outline_number(outline, "receipts", (int64_t)report->receipts);
    wc_outline_number(outline, "events", (int64_t)report->events);
    wc_outline_number(outline, "signatures", (int64_t)report->signatures);
    wc_outline_number(outline, "gas", (int64_t)report->gas);
    wc_outline_number(outline, "state_keys", (int64_t)report->state_keys);
    wc_outline_number(outline, "conserved_assets", report->conserved);
    wc_outline_hash(outline, "state_root", &report->state_root);
    wc_outline_hash(outline, "record_hash", &report->record_hash);
    wc_outline_bool(outline, "bundle", report->is_bundle);
    wc_outline_bool(outline, "has_seal", report->has_seal);
    wc_outline_bool(outline, "sealed", report->is_sealed);
    wc_outline_bool(outline, "seal_damaged", report->is_seal_damaged);
    wc_outline_number(outline, "milliseconds", milliseconds);
    if (report->verdict == WC_REPLAY_DIFFERS) put_difference(outline, &report->difference);
}

static void hex_of(char text[2 * WC_HASH_SIZE + 1], const wc_hash *hash)
{
    for (size_t i = 0; i < WC_HASH_SIZE; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", hash->bytes[i]);
    }
}

static void put_verdict(wc_outline *outline, const wc_replay_report *report)
{
    uint8_t memory[2048];
    wc_buf text;
    switch (report->verdict) {
    case WC_REPLAY_IDENTICAL:
        wc_outline_line(outline,
                        "verdict       identical: every byte follows from the %s and the "
                        "transactions",
                        report->first_seq > 0 ? "snapshot" : "genesis");
        return;
    case WC_REPLAY_PARTIAL:
        wc_outline_line(outline,
                        "verdict       identical up to record %llu; behind it payloads were "
                        "destroyed, so hashes and certificates were checked, not results",
                        (unsigned long long)report->executed_until);
        return;
    case WC_REPLAY_DIFFERS: break;
    }
    wc_buf_init(&text, memory, sizeof memory);
    wc_replay_difference_put(&text, &report->difference);
    wc_outline_line(outline, "verdict       DIFFERS");
    wc_outline_line(outline, "first         %.*s", (int)text.len, (const char *)text.data);
    wc_outline_line(outline, report->is_bundle
                                 ? "next          ask another node for a bundle of the same records"
                                 : "next          take this folder out of service; compare it with "
                                   "a backup or another node");
}

static const char *seal_text(const wc_replay_report *report)
{
    if (report->is_bundle)
        return "a bundle has none: what witnesses its length is its newest certificate";
    if (!report->has_seal) return "none beside the database; nothing here witnesses its length";
    return report->is_sealed ? "witnesses the newest record"
                             : "witnesses the record before the newest";
}

static void put_recomputed(wc_outline *outline, const wc_replay_report *report)
{
    char keys[48] = "state by its roots";
    if (!report->is_bundle) {
        (void)snprintf(keys, sizeof keys, "%llu state keys",
                       (unsigned long long)report->state_keys);
    }
    wc_outline_line(outline, "recomputed    %llu receipts, %llu events, %s, gas %llu",
                    (unsigned long long)report->receipts, (unsigned long long)report->events, keys,
                    (unsigned long long)report->gas);
}

static void put_text(wc_outline *outline, const wc_replay_report *report, int64_t milliseconds)
{
    char hash[2 * WC_HASH_SIZE + 1];
    hex_of(hash, &report->genesis_hash);
    wc_outline_line(outline, "chain         %s", report->chain_id);
    wc_outline_line(outline, "genesis       %s", hash);
    if (report->first_seq > 0) {
        wc_outline_line(outline, "begins        with the state after record %llu",
                        (unsigned long long)report->first_seq);
        hex_of(hash, &report->first_hash);
        wc_outline_line(outline, "its hash      %s", hash);
    }
    wc_outline_line(outline, "rests on      %s", trust_text(report->trust));
    wc_outline_line(outline,
                    "checked       %llu records, %llu certificates, %llu transactions, "
                    "%llu signatures",
                    (unsigned long long)report->records, (unsigned long long)report->certificates,
                    (unsigned long long)report->transactions,
                    (unsigned long long)report->signatures);
    put_recomputed(outline, report);
    if (report->conserved > 0) {
        wc_outline_line(outline, "conserved     %u assets: balances, register and postings agree",
                        report->conserved);
    }
    hex_of(hash, &report->state_root);
    wc_outline_line(outline, "root          %s", hash);
    hex_of(hash, &report->record_hash);
    wc_outline_line(outline, "record hash   %s", hash);
    wc_outline_line(outline, "seal          %s%s", seal_text(report),
                    report->is_seal_damaged ? "; one of its two slots is damaged" : "");
    wc_outline_line(outline, "time          %lld.%03lld s", (long long)(milliseconds / 1000),
                    (long long)(milliseconds % 1000));
    put_verdict(outline, report);
}

static wc_exit print(const wc_cli *cli, const wc_replay_report *report, int64_t milliseconds)
{
    static uint8_t memory[TEXT_MAX];
    wc_buf buf;
    wc_outline outline;
    const char *key = wc_cli_option_of(cli, "sign");
    bool is_json = cli->json || key != NULL;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_outline_begin(&outline, &buf, is_json);
    if (key != NULL) wc_cli_report_origin(&outline, report);
    if (is_json) {
        put_json(&outline, report, milliseconds);
    } else if (cli->quiet) {
        if (report->verdict != WC_REPLAY_IDENTICAL) put_verdict(&outline, report);
    } else {
        put_text(&outline, report, milliseconds);
    }
    wc_outline_finish(&outline);
    wc_assert(!buf.full);
    if (key != NULL) {
        wc_exit code = wc_cli_report_sign(cli, key, &buf);
        if (code != WC_EXIT_DONE) return code;
    } else if (!wc_cli_print(&buf)) {
        return WC_EXIT_ENVIRONMENT;
    }
    return report->verdict == WC_REPLAY_DIFFERS ? WC_EXIT_FAILS : WC_EXIT_DONE;
}

/* What kept a replay from reaching a verdict: the surroundings, another program's rules, or damage
 * that was found before the first record. */
wc_exit wc_cli_audit_exit(wc_status status)
{
    if (status == WC_NOT_SUPPORTED || status == WC_BAD_VERSION) return WC_EXIT_INCOMPATIBLE;
    bool is_damage = status == WC_CORRUPT || status == WC_DIFFERS || status == WC_BEHIND_SEAL ||
                     status == WC_SEAL_DIFFERS || status == WC_AHEAD_OF_SEAL ||
                     status == WC_PRUNED || status == WC_WRONG_CHAIN || status == WC_BAD_SIGNATURE;
    return is_damage ? WC_EXIT_FAILS : WC_EXIT_ENVIRONMENT;
}

static int64_t milliseconds_now(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool wc_cli_audit_is_folder(const char *path)
{
    struct stat found;
    return stat(path, &found) != 0 || S_ISDIR(found.st_mode); /* what is not there, replay says */
}

static wc_exit replay(const wc_cli *cli)
{
    uint32_t threads;
    if (wc_cli_audit_threads(cli, &threads) != WC_EXIT_DONE) return WC_EXIT_USAGE;
    wc_cli_objects native;
    wc_hash memory;
    const wc_hash *record_hash;
    if (!wc_cli_hash(cli, "record-hash", &memory, &record_hash)) return WC_EXIT_USAGE;
    if (!wc_cli_objects_open(cli, &native)) return WC_EXIT_USAGE;
    progress bar = {.is_shown = !cli->json && !cli->quiet && isatty(STDERR_FILENO) == 1};
    wc_replay_options options = {.threads = threads,
                                 .allow_destroyed =
                                     wc_cli_option_of(cli, "allow-destroyed") != NULL,
                                 .native = native.source,
                                 .snapshot = wc_cli_option_of(cli, "snapshot"),
                                 .record_hash = record_hash,
                                 .on_record = draw,
                                 .self = &bar};
    static wc_replay_report report;
    const char *path = cli->argv[1];
    int64_t start = milliseconds_now();
    wc_status status = wc_cli_audit_is_folder(path) ? wc_replay_folder(&report, path, &options)
                                                    : wc_replay_bundle(&report, path, &options);
    clear(&bar);
    wc_cli_objects_close(cli, &native);
    if (status == WC_OK) return print(cli, &report, milliseconds_now() - start);
    return wc_cli_audit_fail(cli, status, &report.store.problem);
}

wc_exit wc_cli_audit_fail(const wc_cli *cli, wc_status status, const wc_store_problem *problem)
{
    if (problem->text[0] != '\0') {
        return wc_cli_fail(cli, wc_cli_audit_exit(status), "%s%s", problem->text,
                           status == WC_LOCKED ? WC_CLI_LOCKED : "");
    }
    return wc_cli_fail(cli, wc_cli_audit_exit(status), "%s: %s", cli->argv[1],
                       wc_status_text(status));
}

wc_exit wc_cli_audit_threads(const wc_cli *cli, uint32_t *threads)
{
    int64_t number, cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < 1 || cores > WC_CHAIN_THREADS_MAX) cores = cores < 1 ? 1 : WC_CHAIN_THREADS_MAX;
    if (!wc_cli_number(cli, "threads", 1, WC_CHAIN_THREADS_MAX, cores, &number)) {
        return WC_EXIT_USAGE;
    }
    *threads = (uint32_t)number;
    return WC_EXIT_DONE;
}

/* ---- jobs --------------------------------------------------------------------------------------
 */

static wc_exit replay_with(const wc_cli *cli)
{
    const char *engine = wc_cli_option_of(cli, "engine");
    bool is_reference = engine != NULL && strcmp(engine, "reference") == 0;
    static const char *const of_reference[] = {"signatures", "reference"};
    for (size_t i = 0; !is_reference && i < WC_ARRAY_LEN(of_reference); i++) {
        if (wc_cli_option_of(cli, of_reference[i]) == NULL) continue;
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--%s does not go with --engine fast",
                           of_reference[i]);
    }
    if (is_reference && wc_cli_option_of(cli, "native") != NULL) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "--native goes with --engine fast: the reference engine is in Python");
    }
    const char *key = wc_cli_option_of(cli, "sign");
    if (is_reference && key != NULL) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--sign goes with --engine fast");
    }
    if (key == NULL && wc_cli_option_of(cli, "output") != NULL) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "--output of `replay` is for a signed report: --sign");
    }
    if (is_reference) return wc_cli_audit_reference(cli, wc_cli_audit_is_folder(cli->argv[1]));
    if (engine != NULL && strcmp(engine, "fast") != 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--engine is fast or reference, not %s", engine);
    }
    return replay(cli);
}

typedef struct job {
    const char *name;
    int least, most; /* arguments, the job's name counted */
    wc_exit (*run)(const wc_cli *cli);
    const char *arguments; /* behind its name */
    const char *options;   /* that it takes, between spaces */
    bool is_ledger_alone;  /* gets the ledger in a node's folder; others look beside it, too */
} job;

static const job jobs[] = {
    {"replay", 2, 2, replay_with, "LEDGER",
     " engine signatures reference threads allow-destroyed snapshot record-hash native sign "
     "passphrase-file output ",
     true},
    {"check", 2, 2, wc_cli_report_check, "REPORT", " key ", false},
    {"bundle", 2, 2, wc_cli_audit_bundle, "LEDGER",
     " from to snapshot plain threads native output ", true},
    {"bisect", 2, 3, wc_cli_audit_bisect, "A [B]",
     " threads native names other snapshot record-hash ", false},
    {"why", 2, 3, wc_cli_audit_why, "TX|EVENT [AMOUNT]",
     " threads native names ledger snapshot record-hash ", false},
    {"steps", 3, 3, wc_cli_audit_steps, "LEDGER RECORD.RECEIPT",
     " threads native names snapshot record-hash ", false},
    {"proof", 1, WC_CLI_POSITIONAL_MAX, wc_cli_audit_proof, "LEDGER FACT...",
     " threads native names output seq bare as check record sequencer state-root "
     "record-hash ",
     false},
};

wc_exit wc_cli_audit(const wc_cli *cli)
{
    for (size_t i = 0; cli->argc > 0 && i < WC_ARRAY_LEN(jobs); i++) {
        const job *one = &jobs[i];
        if (strcmp(cli->argv[0], one->name) != 0) continue;
        if (cli->argc < one->least || cli->argc > one->most) {
            return wc_cli_fail(cli, WC_EXIT_USAGE, "%s takes %s; `wattclause help audit`",
                               one->name, one->arguments);
        }
        wc_exit code = wc_cli_goes_with(cli, one->name, one->options);
        wc_cli own = *cli;
        wc_path_text memory;
        if (one->is_ledger_alone) own.argv[1] = wc_place_ledger(own.argv[1], &memory);
        return code == WC_EXIT_DONE ? one->run(&own) : code;
    }
    const char *names[WC_ARRAY_LEN(jobs)], *given = cli->argc == 0 ? "" : cli->argv[0];
    char meant[64] = "";
    for (size_t i = 0; i < WC_ARRAY_LEN(jobs); i++) names[i] = jobs[i].name;
    if (given[0] != '\0') (void)wc_cli_meant(meant, given, names, WC_ARRAY_LEN(names));
    return wc_cli_fail(cli, WC_EXIT_USAGE,
                       "takes replay, check, bundle, bisect, why, steps or proof, not `%.40s`%s; "
                       "`wattclause help audit`",
                       given, meant);
}
