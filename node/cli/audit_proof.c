/* audit proof: makes a file that proves one fact to somebody who has only a record's hash. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/chain/past.h"
#include "node/cli/audit.h"
#include "node/cli/audit_proof.h"
#include "node/cli/native.h"
#include "node/proof/check.h"
#include "node/proof/ics23.h"
#include "node/proof/replayed.h"
#include "node/proof/words.h"
#include "node/service/place.h"

#define NAMES_ARENA ((size_t)4 << 20)
#define NAMES_MAX   ((size_t)1 << 20)

/* Everything that is made stays until the process ends. */
typedef struct job {
    const wc_cli *cli;
    wc_chain *chain;
    wc_cli_rerun again; /* of a bundle, whose chain it is */
    bool is_bundle;
    wc_chain *replayed; /* NULL: the state is proved in chain, or not at all */
    wc_names names;
    wc_cli_fact fact;
    uint64_t seq;
    wc_cli_objects native; /* of the replay */
    wc_proof_maker maker;
    wc_buf out;
} job;

/* ---- failures --------------------------------------------------------------------------------
 */

wc_exit wc_cli_fact_fail(const wc_cli *cli, wc_chain *chain, wc_prove_answer answer,
                         wc_status status, uint64_t seq, uint64_t stopped)
{
    unsigned long long at = stopped, newest = wc_chain_head(chain)->seq;
    switch (answer) {
    case WC_PROVE_DONE: return WC_EXIT_DONE;
    case WC_PROVE_NO_RECORD:
        return wc_cli_fail(cli, WC_EXIT_FAILS, "there is no record %llu; the newest is %llu",
                           (unsigned long long)seq, newest);
    case WC_PROVE_NOTHING:
        return wc_cli_fail(cli, WC_EXIT_FAILS, "record %llu holds no such thing",
                           (unsigned long long)seq);
    case WC_PROVE_PRUNED:
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "PRUNED: the block of record %llu is no longer kept here; the oldest "
                           "that is, is %llu",
                           at, (unsigned long long)wc_prove_oldest(chain));
    case WC_PROVE_DESTROYED:
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "DESTROYED: a payload of record %llu was destroyed; receipts and events "
                           "can still be proved with --bare, and the state at record %llu",
                           at, newest);
    case WC_PROVE_FAILED: break;
    }
    if (status == WC_DIFFERS) {
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "record %llu does not follow from its block; `wattclause audit replay` "
                           "says where",
                           at);
    }
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
}

/* ---- opening ---------------------------------------------------------------------------------
 */

static void read_names(job *j, const char *folder)
{
    wc_path_text path = wc_folder_path(folder, WC_PLACE_NAMES);
    struct stat found;
    wc_slice bytes;
    size_t bad;
    if (stat(path.text, &found) != 0) return;
    wc_arena *arena = wc_cli_arena(NAMES_ARENA);
    if (arena == NULL || !wc_cli_read(j->cli, path.text, NAMES_MAX, arena, &bytes)) return;
    wc_str json = {(const char *)bytes.data, bytes.len};
    if (wc_names_read(&j->names, &bad, arena, json) == WC_OK || j->cli->quiet) return;
    fprintf(stderr, "wattclause audit: %s, byte %zu: no names; they are left out\n", path.text,
            bad);
}

/* A bundle has no state: its blocks are run again first. */
static wc_exit open_bundle(job *j)
{
    j->is_bundle = true;
    wc_exit code = wc_cli_rerun_open(j->cli, &j->again, j->cli->argv[1], WC_CLI_RERUN_LAST);
    if (code == WC_EXIT_DONE) j->chain = wc_rerun_chain(j->again.rerun);
    return code;
}

static wc_exit open_chain(job *j)
{
    if (!wc_cli_audit_is_folder(j->cli->argv[1])) return open_bundle(j);
    if (wc_cli_option_of(j->cli, "record-hash") != NULL) {
        return wc_cli_fail(j->cli, WC_EXIT_USAGE,
                           "--record-hash is for a bundle that begins with a snapshot");
    }
    wc_chain_report report;
    wc_path_text data, seal;
    const char *folder = j->cli->argv[1];
    wc_chain_options options = {
        .folder = wc_place_ledger(folder, &data), .read_only = true, .threads = 1};
    if (options.folder != folder) {
        seal = wc_folder_path(folder, WC_PLACE_SEAL);
        options.seal_path = seal.text;
    }
    wc_status status = wc_chain_open(&j->chain, &report, &options);
    if (status != WC_OK) return wc_cli_audit_fail(j->cli, status, &report.store.problem);
    read_names(j, folder);
    return WC_EXIT_DONE;
}

/* ---- the state at the record -----------------------------------------------------------------
 */

static void draw(void *self, uint64_t done, uint64_t total)
{
    (void)self;
    fprintf(stderr, "\rreplaying to record %llu of %llu", (unsigned long long)done,
            (unsigned long long)total);
    if (done == total) fprintf(stderr, "\r\033[K");
}

static wc_exit replay(job *j)
{
    int64_t threads, cores = sysconf(_SC_NPROCESSORS_ONLN);
    wc_status status;
    uint64_t stopped;
    if (cores < 1) cores = 1;
    if (cores > WC_CHAIN_THREADS_MAX) cores = WC_CHAIN_THREADS_MAX;
    if (!wc_cli_number(j->cli, "threads", 1, WC_CHAIN_THREADS_MAX, cores, &threads) ||
        !wc_cli_objects_open(j->cli, &j->native)) {
        return WC_EXIT_USAGE;
    }
    bool is_shown = !j->cli->json && !j->cli->quiet && isatty(STDERR_FILENO) == 1;
    wc_replayed_options options = {.threads = (uint32_t)threads,
                                   .native = j->native.source,
                                   .on_record = is_shown ? draw : NULL};
    wc_prove_answer answer =
        wc_replayed_open(&j->replayed, &status, &stopped, j->chain, j->seq, &options);
    if (answer == WC_PROVE_DONE) return WC_EXIT_DONE;
    if (answer == WC_PROVE_PRUNED) {
        return wc_cli_fail(j->cli, WC_EXIT_FAILS,
                           "PRUNED: the state at record %llu cannot be replayed, since the block "
                           "of record %llu is no longer kept here; the oldest record at which it "
                           "can be proved is %llu",
                           (unsigned long long)j->seq, (unsigned long long)stopped,
                           (unsigned long long)wc_chain_oldest_past(j->chain));
    }
    return wc_cli_fact_fail(j->cli, j->chain, answer, status, j->seq, stopped);
}

/* Where the state at the record can be proved: as it is, without a replay as far as undo reaches,
 * else from the genesis. */
static wc_exit find_state(job *j)
{
    j->maker.state = j->chain;
    if (j->seq == wc_chain_head(j->chain)->seq) return WC_EXIT_DONE;
    wc_status status = wc_chain_go_back(j->chain, j->seq);
    if (status == WC_OK) return WC_EXIT_DONE;
    if (status == WC_NOT_FOUND) {
        wc_exit code = replay(j);
        j->maker.state = j->replayed;
        return code;
    }
    return wc_cli_fail(j->cli, status == WC_CORRUPT ? WC_EXIT_FAILS : WC_EXIT_ENVIRONMENT, "%s",
                       wc_status_text(status));
}

/* Which record, and where the state at it is proved. */
static wc_exit choose_record(job *j)
{
    int64_t wanted = 0;
    uint64_t newest = wc_chain_head(j->chain)->seq;
    bool has_option = wc_cli_option_of(j->cli, "seq") != NULL;
    if (!wc_cli_number(j->cli, "seq", 0, INT64_MAX, 0, &wanted)) return WC_EXIT_USAGE;
    if (has_option && j->fact.has_seq) {
        return wc_cli_fail(j->cli, WC_EXIT_USAGE,
                           "--seq goes with facts about the state: a %s stands in one record",
                           j->cli->argv[2]);
    }
    j->seq = j->fact.has_seq ? j->fact.seq : has_option ? (uint64_t)wanted : newest;
    if (j->seq > newest) {
        return wc_cli_fact_fail(j->cli, j->chain, WC_PROVE_NO_RECORD, WC_OK, j->seq, j->seq);
    }
    bool is_bare = wc_cli_option_of(j->cli, "bare") != NULL;
    if (is_bare) j->fact.focus = (wc_str){NULL, 0}; /* nobody could look it up */
    if (j->fact.kind != WC_FACT_STATE && is_bare) return WC_EXIT_DONE;
    return find_state(j);
}

/* ---- making ----------------------------------------------------------------------------------
 */

static wc_prove_answer make(job *j)
{
    const wc_cli_fact *fact = &j->fact;
    switch (fact->kind) {
    case WC_FACT_STATE: return wc_prove_state(&j->maker, &fact->key, fact->focus);
    case WC_FACT_RECEIPT: return wc_prove_receipt(&j->maker, fact->receipt);
    case WC_FACT_EVENT: return wc_prove_event(&j->maker, fact->receipt, fact->event);
    case WC_FACT_TX:
        return fact->receipt == UINT32_MAX ? wc_prove_tx_at(&j->maker, fact->position)
                                           : wc_prove_tx(&j->maker, fact->receipt);
    case WC_FACT_READINGS:
    case WC_FACT_METERED: return wc_prove_reading(&j->maker, &fact->reading);
    }
    return WC_PROVE_NOTHING;
}

/* Memory that lasts as long as the process. False: the machine is out of it, told. */
static bool take(const wc_cli *cli, size_t size, void **memory)
{
    size_t room;
    wc_arena *arena = wc_cli_arena(size + 16);
    *memory = arena != NULL ? wc_arena_ahead(arena, &room) : NULL;
    if (*memory == NULL) (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    return *memory != NULL;
}

static wc_exit prepare(job *j)
{
    void *memory;
    j->maker.chain = j->chain;
    j->maker.seq = j->seq;
    j->maker.out = &j->out;
    j->maker.arena = wc_cli_arena(WC_PROOF_MAKER_ARENA);
    if (j->maker.arena == NULL) {
        return wc_cli_fail(j->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    if (!take(j->cli, WC_PROOF_FILE_MAX, &memory)) return WC_EXIT_ENVIRONMENT;
    wc_buf_init(&j->out, memory, WC_PROOF_FILE_MAX);
    return WC_EXIT_DONE;
}

/* ---- telling ---------------------------------------------------------------------------------
 */

typedef struct telling {
    wc_proof_file file;
    wc_proof_scratch scratch;
} telling;

/* What was made is checked as its receiver will, before anybody relies on it. */
static void check_own(job *j, telling *t)
{
    size_t bad;
    wc_chain_record record;
    wc_status status = wc_chain_read_record(j->chain, j->seq, &record);
    wc_assert(status == WC_OK);
    wc_hash hash = record.hash;
    wc_proof_trust trust = {.record_hash = &hash};
    wc_proof_reason reason =
        wc_proof_check(&t->file, &bad, &t->scratch, wc_buf_slice(&j->out), &trust);
    wc_assert(reason == WC_PROOF_HOLDS);
}

static void add_file(wc_outline *outline, wc_buf *text, const wc_buf *file)
{
    text->len = 0;
    wc_buf_put_hex(text, wc_buf_slice(file));
    wc_outline_str(outline, "file", (wc_str){(const char *)text->data, text->len});
}

static bool is_ics23(const job *j)
{
    return wc_cli_option_of(j->cli, "as") != NULL;
}

static void add_line(wc_outline *outline, wc_buf *text, const char *label, const wc_hash *hash)
{
    text->len = 0;
    wc_buf_put_hex(text, wc_slice_of(hash->bytes, sizeof hash->bytes));
    wc_outline_line(outline, "%-13s %.*s", label, (int)text->len, (const char *)text->data);
}

static wc_exit tell(job *j, telling *t, const char *path)
{
    void *text_memory, *answer_memory;
    size_t size = WC_PROOF_TEXT_MAX * 3u;
    wc_buf text, answer;
    wc_outline outline;
    wc_arena *arena = wc_cli_arena(WC_PROOF_WORDS_ARENA);
    if (arena == NULL) return wc_cli_fail(j->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    if (!take(j->cli, WC_PROOF_TEXT_MAX, &text_memory) || !take(j->cli, size, &answer_memory)) {
        return WC_EXIT_ENVIRONMENT;
    }
    wc_proof_words words = {.file = &t->file, .names = &j->names, .arena = arena};
    wc_buf_init(&text, text_memory, WC_PROOF_TEXT_MAX);
    wc_buf_init(&answer, answer_memory, size);
    if (!wc_words_has_focus(&words)) {
        return wc_cli_fail(j->cli, WC_EXIT_FAILS, "the contract had no `%.*s` at record %llu",
                           WC_STR_ARG(j->fact.focus), (unsigned long long)j->seq);
    }
    wc_outline_begin(&outline, &answer, j->cli->json);
    wc_proof_tell(&outline, &text, &words);
    add_line(&outline, &text, "record hash", &t->file.record_hash);
    if (is_ics23(j)) {
        wc_hash k = wc_tree_key(t->file.state.key);
        add_line(&outline, &text, "ICS23 key", &k);
        add_line(&outline, &text, "ICS23 root", &t->file.record.state_root);
    }
    if (path != NULL) {
        wc_outline_line(&outline, "file          %s, %zu bytes", path, j->out.len);
        wc_outline_line(&outline, "next          hand over the file, and by another way the hash");
    }
    if (j->cli->json) add_file(&outline, &text, &j->out);
    wc_outline_finish(&outline);
    wc_assert(!answer.full);
    if (j->cli->quiet && !j->cli->json) return WC_EXIT_DONE;
    return wc_cli_print(&answer) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

/* A key of the state with its value, in the public format instead of our own. */
static wc_exit to_ics23(job *j, telling *t)
{
    size_t bad;
    wc_status status = WC_NOT_SUPPORTED;
    if (t->file.kind == WC_FACT_STATE && t->file.state.is_present) {
        status = wc_proof_decode(&t->scratch.proof, &bad, t->file.state.proof);
    }
    if (status != WC_OK) {
        return wc_cli_fail(j->cli, WC_EXIT_FAILS,
                           "ICS23 has a form for keys of the state that are present alone");
    }
    void *memory;
    if (!take(j->cli, WC_ICS23_SIZE_MAX, &memory)) return WC_EXIT_ENVIRONMENT;
    wc_buf_init(&j->out, memory, WC_ICS23_SIZE_MAX);
    wc_ics23_put(&j->out, &t->scratch.proof);
    wc_assert(!j->out.full);
    return WC_EXIT_DONE;
}

static wc_exit write_out(job *j, const char *path)
{
    if (strcmp(path, "-") == 0) return wc_cli_print(&j->out) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
    return wc_cli_write(j->cli, path, wc_buf_slice(&j->out)) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

static wc_exit finish(job *j)
{
    void *memory;
    const char *path = wc_cli_option_of(j->cli, "output");
    if (!take(j->cli, sizeof(telling), &memory)) return WC_EXIT_ENVIRONMENT;
    telling *t = memory;
    check_own(j, t);
    wc_exit code = is_ics23(j) ? to_ics23(j, t) : WC_EXIT_DONE;
    if (code == WC_EXIT_DONE && path != NULL) code = write_out(j, path);
    bool is_told = path == NULL || strcmp(path, "-") != 0;
    return code == WC_EXIT_DONE && is_told ? tell(j, t, path) : code;
}

static wc_exit run(job *j)
{
    wc_exit code = open_chain(j);
    if (code == WC_EXIT_DONE) code = wc_cli_fact_read(j->cli, j->chain, &j->names, &j->fact);
    if (code == WC_EXIT_DONE) code = choose_record(j);
    if (code == WC_EXIT_DONE) code = prepare(j);
    if (code != WC_EXIT_DONE) return code;
    wc_prove_answer answer = make(j);
    if (answer != WC_PROVE_DONE) {
        return wc_cli_fact_fail(j->cli, j->chain, answer, j->maker.status, j->seq, j->seq);
    }
    return finish(j);
}

wc_exit wc_cli_audit_proof(const wc_cli *cli)
{
    static const char *const of_check[] = {"record", "sequencer", "state-root"};
    const char *form = wc_cli_option_of(cli, "as");
    if (wc_cli_option_of(cli, "check") != NULL) return wc_cli_audit_check(cli);
    for (size_t i = 0; i < WC_ARRAY_LEN(of_check); i++) {
        if (wc_cli_option_of(cli, of_check[i]) == NULL) continue;
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--%s goes with --check FILE", of_check[i]);
    }
    if (cli->argc < 2) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "takes `proof LEDGER FACT` or `proof --check FILE`; `wattclause help "
                           "audit`");
    }
    if (form != NULL && strcmp(form, "ics23") != 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--as is ics23, not %.40s", form);
    }
    if (wc_cli_option_of(cli, "output") == NULL && !cli->json) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "needs --output FILE (`-` is standard output), or --json");
    }
    job *j = calloc(1, sizeof *j);
    if (j == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    j->cli = cli;
    wc_exit code = run(j);
    wc_chain_close(j->replayed);
    if (j->native.library != NULL) wc_cli_objects_close(cli, &j->native);
    if (j->is_bundle) {
        wc_cli_rerun_close(cli, &j->again);
    } else {
        wc_chain_close(j->chain);
    }
    free(j);
    return code;
}
