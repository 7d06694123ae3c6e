/* audit replay --engine reference: the second engine in Python, as a process of its own. A folder
 * is handed to it as a plain bundle through a pipe; a bundle it reads by itself. What it prints and
 * how it ends is the answer. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/audit/bundle.h"
#include "node/chain/inside.h"
#include "node/cli/audit.h"

#define SCRIPT "tests/reference/replay_ledger.py"

extern char **environ;

typedef struct job {
    const wc_cli *cli;
    char script[4096];
    bool is_folder;
    wc_store store; /* of a folder */
    wc_bundle_range range;
    char record_hash[80]; /* as the engine takes it */
    wc_bundle_report report;
    wc_status written; /* of the folder into the pipe */
} job;

/* The end that is written to is not for the child. */
static bool start(pid_t *pid, char *const argv[], const int *in)
{
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0) return false;
    bool is_set = true;
    if (in != NULL) {
        is_set = posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO) == 0 &&
                 posix_spawn_file_actions_addclose(&actions, in[1]) == 0;
        if (in[0] != STDIN_FILENO) {
            is_set = is_set && posix_spawn_file_actions_addclose(&actions, in[0]) == 0;
        }
    }
    bool is_started = is_set && posix_spawnp(pid, argv[0], &actions, NULL, argv, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&actions);
    return is_started;
}

/* An engine that has found a difference stops reading: that is no failure of the pipe. */
static void feed(job *j, int to)
{
    FILE *file = fdopen(to, "wb");
    if (file == NULL) {
        (void)close(to);
        j->written = WC_NO_MEMORY;
        return;
    }
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    (void)sigaction(SIGPIPE, &ignore, &before);
    j->written = wc_bundle_write(&j->report, &j->store, &j->range, WC_CODING_PLAIN, file);
    (void)fclose(file);
    (void)sigaction(SIGPIPE, &before, NULL);
}

static wc_exit exit_of(const job *j, int state)
{
    bool is_broken = j->is_folder && j->written != WC_OK && j->written != WC_IO;
    if (is_broken) return wc_cli_audit_fail(j->cli, j->written, &j->report.store.problem);
    int code = WIFEXITED(state) ? WEXITSTATUS(state) : WC_EXIT_BUG;
    bool is_known = code == WC_EXIT_DONE || code == WC_EXIT_FAILS || code == WC_EXIT_USAGE ||
                    code == WC_EXIT_ENVIRONMENT || code == WC_EXIT_INCOMPATIBLE;
    return is_known ? (wc_exit)code : WC_EXIT_BUG;
}

static wc_exit run(job *j, char *const argv[])
{
    int in[2], state = 0;
    pid_t pid = 0;
    (void)fflush(stdout);
    if (j->is_folder && pipe(in) != 0) {
        return wc_cli_fail(j->cli, WC_EXIT_ENVIRONMENT, "no pipe: %s", strerror(errno));
    }
    bool is_started = start(&pid, argv, j->is_folder ? in : NULL);
    if (j->is_folder) (void)close(in[0]);
    if (!is_started) {
        if (j->is_folder) (void)close(in[1]);
        return wc_cli_fail(j->cli, WC_EXIT_ENVIRONMENT,
                           "python3 cannot be started; install python3, or replay with --engine "
                           "fast");
    }
    if (j->is_folder) feed(j, in[1]);
    while (waitpid(pid, &state, 0) < 0 && errno == EINTR) continue;
    return exit_of(j, state);
}

/* What is wrong with a folder is said before anything is started. */
static wc_exit run_folder(job *j, char *const argv[])
{
    wc_store_options options = {.read_only = true};
    wc_status status = wc_store_open(&j->store, &j->report.store, j->cli->argv[1], &options);
    if (status != WC_OK) return wc_cli_audit_fail(j->cli, status, &j->report.store.problem);
    status = wc_chain_check_schema(&j->store, &j->report.store.problem);
    wc_exit code = status == WC_OK ? run(j, argv)
                                   : wc_cli_audit_fail(j->cli, status, &j->report.store.problem);
    wc_store_close(&j->store);
    return code;
}

wc_exit wc_cli_audit_reference(const wc_cli *cli, bool is_folder)
{
    static job j;
    static char program[] = "python3", no_cache[] = "-B", from_pipe[] = "-";
    static char json[] = "--json", quiet[] = "--quiet", signatures[] = "--signatures",
                destroyed[] = "--allow-destroyed";
    static char path[4096];
    j = (job){.cli = cli,
              .is_folder = is_folder,
              .range = {wc_cli_option_of(cli, "snapshot"), WC_BUNDLE_NEWEST}};
    if (!is_folder && j.range.snapshot != NULL) {
        return wc_cli_fail(
            cli, WC_EXIT_USAGE,
            "a bundle that begins with a snapshot brings it along; --snapshot is for "
            "folders");
    }
    wc_cli_locate(wc_cli_option_of(cli, "reference"), SCRIPT, j.script, sizeof j.script);
    if (access(j.script, R_OK) != 0) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT,
                           "the second engine is not at %s; name its replay_ledger.py with "
                           "--reference",
                           j.script);
    }
    int len = snprintf(path, sizeof path, "%s", cli->argv[1]);
    if (len < 0 || (size_t)len >= sizeof path) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "the name of the bundle is too long");
    }
    char *argv[10] = {program, no_cache, j.script, is_folder ? from_pipe : path};
    size_t count = 4;
    if (cli->json) argv[count++] = json;
    if (cli->quiet) argv[count++] = quiet;
    if (wc_cli_option_of(cli, "signatures") != NULL) argv[count++] = signatures;
    if (wc_cli_option_of(cli, "allow-destroyed") != NULL) argv[count++] = destroyed;
    const char *hash = wc_cli_option_of(cli, "record-hash");
    if (hash != NULL) {
        (void)snprintf(j.record_hash, sizeof j.record_hash, "--record-hash=%.64s", hash);
        argv[count++] = j.record_hash;
    }
    return is_folder ? run_folder(&j, argv) : run(&j, argv);
}
