/* audit bundle: one file that holds all a replay needs. One that begins later than the ledger does
 * brings the state there along, as a snapshot that is made beside the output and removed again. */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/audit/bundle.h"
#include "node/audit/rerun.h"
#include "node/cli/audit.h"
#include "node/cli/output.h"
#include "node/service/log.h"
#include "node/snapshot/snapshot.h"
#include "node/store/folder.h"

#define PATH_MAX_BYTES 4096

/* What a bundle is made of, and what is made for it on the way. */
typedef struct job {
    const wc_cli *cli;
    const char *output;
    wc_coding coding;
    wc_bundle_range range;
    bool has_from;
    uint64_t from;
    char beside[PATH_MAX_BYTES]; /* folder of the state that is made for it; "": none */
    int held;                    /* holds beside; -1: nothing does */
    char state[PATH_MAX_BYTES];  /* the snapshot in it */
    wc_bundle_report report;
} job;

static wc_exit say_done(const wc_cli *cli, const wc_bundle_report *report, const char *path)
{
    if (cli->quiet || strcmp(path, "-") == 0) return WC_EXIT_DONE;
    char hash[2 * WC_HASH_SIZE + 1];
    for (size_t i = 0; i < WC_HASH_SIZE; i++) {
        (void)snprintf(hash + 2 * i, 3, "%02x", report->hash.bytes[i]);
    }
    uint8_t memory[PATH_MAX_BYTES + 256];
    char line[PATH_MAX_BYTES + 256];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_hash_text first = wc_hash_hex(&report->first_hash);
    unsigned long long from = report->first_seq, to = report->head.seq, bytes = report->bytes;
    (void)snprintf(line, sizeof line,
                   cli->json ? "{\"records\":%llu,\"bytes\":%llu,\"content\":\"%s\""
                             : "%llu records, %llu bytes of content, content %s\n",
                   to - from + 1, bytes, hash);
    wc_buf_put_text(&buf, line);
    line[0] = '\0';
    if (report->first_seq > 0) {
        (void)snprintf(line, sizeof line,
                       cli->json ? ",\"first_record\":%llu,\"first_record_hash\":\"%s\""
                                 : "begins with the state after record %llu, hash %s\n",
                       from, first.text);
    }
    wc_buf_put_text(&buf, line);
    if (cli->json) wc_buf_put_text(&buf, "}\n");
    return wc_cli_print(&buf) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

static wc_exit write_file(job *j)
{
    static wc_cli_output output;
    bool is_stdout = strcmp(j->output, "-") == 0;
    if (!wc_cli_output_open(j->cli, &output, is_stdout ? NULL : j->output)) {
        return WC_EXIT_ENVIRONMENT;
    }
    wc_status status =
        wc_bundle_write_folder(&j->report, j->cli->argv[1], &j->range, j->coding, output.file);
    int code = errno;
    if (!wc_cli_output_close(j->cli, &output, status == WC_OK)) return WC_EXIT_ENVIRONMENT;
    if (status == WC_OK) return say_done(j->cli, &j->report, j->output);
    if (status == WC_IO && j->report.store.problem.text[0] == '\0') {
        return wc_cli_fail(j->cli, WC_EXIT_ENVIRONMENT, "%s: %s", j->output, strerror(code));
    }
    if (status == WC_OUT_OF_DOMAIN) { /* a range that the ledger does not have */
        return wc_cli_fail(j->cli, WC_EXIT_FAILS, "%s", j->report.store.problem.text);
    }
    return wc_cli_audit_fail(j->cli, status, &j->report.store.problem);
}

/* ---- the state that it begins with -------------------------------------------------------------
 */

#define BESIDE ".state-XXXXXX" /* behind the name of the output */

/* Removes the state in a folder beside the output, and the folder. */
static bool remove_state(const char *beside)
{
    char state[PATH_MAX_BYTES];
    wc_store_problem ignored;
    int len = snprintf(state, sizeof state, "%s/state", beside);
    return len > 0 && (size_t)len < sizeof state && wc_snap_remove(&ignored, state) == WC_OK &&
           rmdir(beside) == 0;
}

/* In a folder for everybody others can make such a name, and lead from there to what is ours. */
static bool is_own(int folder)
{
    struct stat about;
    return fstat(folder, &about) == 0 && about.st_uid == geteuid();
}

/* Folders of earlier runs for this output that a stop left behind; those in use are held. */
static void remove_left(const char *pattern)
{
    char path[PATH_MAX_BYTES];
    size_t len = strlen(pattern), fixed = len - strlen("XXXXXX");
    const char *slash = strrchr(pattern, '/'), *name = slash != NULL ? slash + 1 : pattern;
    size_t before = (size_t)(name - pattern);
    (void)snprintf(path, sizeof path, "%.*s", before == 0 ? 1 : (int)before,
                   before == 0 ? "." : pattern);
    DIR *directory = opendir(path);
    const struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        bool is_ours = strlen(entry->d_name) == len - before &&
                       strncmp(entry->d_name, name, fixed - before) == 0;
        int full = snprintf(path, sizeof path, "%.*s%s", (int)before, pattern, entry->d_name);
        int held = is_ours && (size_t)full < sizeof path ? wc_folder_hold(path) : -1;
        if (held < 0) continue;
        if (is_own(held)) (void)remove_state(path);
        (void)close(held);
    }
    if (directory != NULL) (void)closedir(directory);
}

/* A folder that nobody else has, beside the output. */
static wc_exit make_beside(job *j)
{
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || folder[0] != '/') folder = "/tmp";
    bool is_stdout = strcmp(j->output, "-") == 0;
    int len = is_stdout ? snprintf(j->beside, sizeof j->beside, "%s/wattclause" BESIDE, folder)
                        : snprintf(j->beside, sizeof j->beside, "%s" BESIDE, j->output);
    if (len < 0 || (size_t)len + sizeof "/state" > sizeof j->state) {
        j->beside[0] = '\0';
        return wc_cli_fail(j->cli, WC_EXIT_USAGE, "the name of the output is too long");
    }
    remove_left(j->beside);
    if (mkdtemp(j->beside) == NULL) {
        wc_exit code =
            wc_cli_fail(j->cli, WC_EXIT_ENVIRONMENT, "%s: %s", j->beside, strerror(errno));
        j->beside[0] = '\0';
        return code;
    }
    j->held = wc_folder_hold(j->beside);
    (void)snprintf(j->state, sizeof j->state, "%.*s/state", len, j->beside);
    return WC_EXIT_DONE;
}

static void remove_beside(const job *j)
{
    if (j->beside[0] == '\0') return;
    if (!remove_state(j->beside)) {
        fprintf(stderr, "wattclause audit: %s: is left behind, nobody needs it\n", j->beside);
    }
    if (j->held >= 0) (void)close(j->held);
}

/* The blocks up to the record are run again: what the folder holds of the state is not believed. */
static wc_exit make_state(job *j)
{
    wc_cli_rerun again = {0};
    wc_snap_info info;
    wc_store_problem problem = {""};
    const char *path = j->cli->argv[1];
    wc_exit code = wc_cli_rerun_open(j->cli, &again, path, WC_CLI_RERUN_FIRST);
    if (code == WC_EXIT_DONE && j->from > wc_rerun_last(again.rerun)) {
        code = wc_cli_fail(j->cli, WC_EXIT_FAILS, "there is no record %llu; the newest is %llu",
                           (unsigned long long)j->from,
                           (unsigned long long)wc_rerun_last(again.rerun));
    }
    if (code == WC_EXIT_DONE) code = wc_cli_rerun_to(j->cli, &again, path, j->from);
    if (code == WC_EXIT_DONE) code = make_beside(j);
    if (code == WC_EXIT_DONE) {
        wc_status status =
            wc_snap_make(&info, &problem, wc_rerun_chain(again.rerun), j->state, NULL);
        if (status != WC_OK) code = wc_cli_audit_fail(j->cli, status, &problem);
    }
    wc_cli_rerun_close(j->cli, &again);
    j->range.snapshot = j->state;
    return code;
}

/* A snapshot of the record itself is taken as it is; of an earlier one it saves running the blocks
 * before it. */
static wc_exit find_state(job *j)
{
    wc_snap *snap;
    wc_store_problem problem;
    wc_snap_trust trust = {.is_compared = true};
    j->range.snapshot = wc_cli_option_of(j->cli, "snapshot");
    if (!j->has_from) return WC_EXIT_DONE;
    if (j->range.snapshot != NULL) {
        wc_status status = wc_snap_open(&snap, &problem, j->range.snapshot, &trust);
        if (status != WC_OK) return wc_cli_audit_fail(j->cli, status, &problem);
        uint64_t seq = wc_snap_info_of(snap)->seq;
        wc_snap_close(snap);
        if (seq == j->from) return WC_EXIT_DONE;
        if (seq > j->from) {
            return wc_cli_fail(j->cli, WC_EXIT_USAGE,
                               "--snapshot is of record %llu, behind --from %llu",
                               (unsigned long long)seq, (unsigned long long)j->from);
        }
    }
    return make_state(j);
}

static wc_exit read_range(job *j)
{
    int64_t from = 0, to = 0;
    bool has_to = wc_cli_option_of(j->cli, "to") != NULL;
    if (!wc_cli_number(j->cli, "from", 0, INT64_MAX, 0, &from)) return WC_EXIT_USAGE;
    if (has_to && !wc_cli_number(j->cli, "to", 0, INT64_MAX, 0, &to)) return WC_EXIT_USAGE;
    if (has_to && from > to) {
        return wc_cli_fail(j->cli, WC_EXIT_USAGE, "--to %lld is before --from %lld", (long long)to,
                           (long long)from);
    }
    j->from = (uint64_t)from;
    j->has_from = from > 0; /* the state after record 0 is that of the genesis */
    j->range.last = has_to ? (uint64_t)to : WC_BUNDLE_NEWEST;
    return WC_EXIT_DONE;
}

wc_exit wc_cli_audit_bundle(const wc_cli *cli)
{
    static job j;
    bool is_plain = wc_cli_option_of(cli, "plain") != NULL;
    j = (job){.cli = cli,
              .output = wc_cli_option_of(cli, "output"),
              .held = -1,
              .coding = is_plain ? WC_CODING_PLAIN : WC_CODING_ZSTD};
    if (j.output == NULL) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "needs --output FILE; `-` is standard output");
    }
    wc_exit code = read_range(&j);
    if (code == WC_EXIT_DONE) code = find_state(&j);
    if (code == WC_EXIT_DONE) code = write_file(&j);
    remove_beside(&j);
    return code;
}
