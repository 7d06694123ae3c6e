/* The last step of `audit bisect`: the instruction. The receipt is run again by this program and,
 * as a process of its own, by the other one; their steps are compared while both run. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/cli/audit_bisect.h"

extern char **environ;

typedef struct other {
    pid_t pid;
    FILE *file;
    char line[WC_STEPS_LINE_MAX + 2];
    bool has_read; /* a line came at all */
} other;

static bool read_line(void *self, wc_str *line)
{
    other *o = self;
    if (fgets(o->line, sizeof o->line, o->file) == NULL) return false;
    size_t len = strlen(o->line);
    if (len > 0 && o->line[len - 1] == '\n') len--;
    *line = (wc_str){o->line, len};
    o->has_read = true;
    return true;
}

static bool start(other *o, char *const argv[])
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    if (pipe(ends) != 0) return false;
    bool is_set = posix_spawn_file_actions_init(&actions) == 0;
    is_set = is_set && posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0 &&
             posix_spawn_file_actions_addclose(&actions, ends[0]) == 0 &&
             posix_spawn_file_actions_addclose(&actions, ends[1]) == 0;
    bool is_started = is_set && posix_spawnp(&o->pid, argv[0], &actions, NULL, argv, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[1]);
    o->file = is_started ? fdopen(ends[0], "r") : NULL;
    if (o->file == NULL) (void)close(ends[0]);
    return o->file != NULL;
}

/* It may have more to say than anybody wants to hear. */
static int end(other *o)
{
    int state = 0;
    (void)fclose(o->file);
    (void)kill(o->pid, SIGTERM);
    while (waitpid(o->pid, &state, 0) < 0 && errno == EINTR) continue;
    return state;
}

static void note_writes(void *self, uint32_t receipt, const wc_write *writes, size_t count)
{
    wc_cli_bisect *b = self;
    if (receipt != b->report.difference.receipt || b->written_memory != NULL) return;
    b->written_memory = malloc((count + 1) * sizeof *b->written_memory);
    if (b->written_memory == NULL) return; /* then all keys of the record are looked at */
    for (size_t i = 0; i < count; i++) b->written_memory[i] = writes[i].k;
    b->written = (wc_bisect_written){b->written_memory, count};
}

static wc_exit run_own(const wc_cli *cli, wc_cli_bisect *b)
{
    static wc_store_problem problem;
    const wc_sealed *sealed;
    bool is_same;
    wc_steps_options options = {.seq = b->report.seq,
                                .receipt = b->report.difference.receipt,
                                .query = b->again.query,
                                .line = wc_diverge_line,
                                .self = &b->diverge};
    if (b->report.difference.has_receipt) {
        wc_rerun_watch_writes(b->again.rerun, note_writes, b);
    }
    wc_status status = wc_steps_run(b->again.rerun, &problem, &options, &sealed, &is_same);
    if (status != WC_OK) return wc_cli_audit_fail(cli, status, &problem);
    wc_diverge_end(&b->diverge);
    for (int i = 0; i < 2; i++) {
        b->computes[i] = wc_hash_equal(&sealed->applied.record_hash, &b->report.hash[i]);
    }
    return WC_EXIT_DONE;
}

static wc_exit run_both(const wc_cli *cli, wc_cli_bisect *b, const char *program)
{
    static other o;
    static char job[] = "audit", verb[] = "steps", quiet[] = "--quiet", names[] = "--names";
    static char path[4096], place[64], name[4096], beside[4096];
    o = (other){0};
    (void)snprintf(name, sizeof name, "%s", program);
    (void)snprintf(path, sizeof path, "%s", cli->argv[1]);
    (void)snprintf(place, sizeof place, "%llu.%u", (unsigned long long)b->report.seq,
                   b->report.difference.receipt);
    const char *folder = wc_cli_option_of(cli, "names");
    (void)snprintf(beside, sizeof beside, "%s", folder != NULL ? folder : cli->argv[1]);
    char *argv[] = {name, job, verb, path, place, quiet, names, beside, NULL};
    (void)fflush(stdout);
    if (!start(&o, argv)) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s cannot be started: %s", program,
                           strerror(errno));
    }
    b->diverge.read = read_line;
    b->diverge.self = &o;
    wc_exit code = run_own(cli, b);
    (void)end(&o);
    if (code != WC_EXIT_DONE || o.has_read || !b->diverge.has_parted) return code;
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s shows no steps of receipt %s", program, place);
}

wc_exit wc_cli_bisect_instruction(const wc_cli *cli, wc_cli_bisect *b)
{
    const char *program = wc_cli_option_of(cli, "other");
    b->diverge.stop_event = b->report.has_event ? b->report.event : UINT32_MAX;
    if (wc_diverge_open(&b->diverge) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    return program != NULL ? run_both(cli, b, program) : run_own(cli, b);
}
