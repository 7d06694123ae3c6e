/* python3 recompute.py --compare, fed and read through pipes. */
#define _POSIX_C_SOURCE 200809L

#include "node/demo/recompute.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm/base/text.h"

extern char **environ;

static void put_money(wc_buf *json, const char *name, int64_t fen, const char *after)
{
    wc_buf_put_text(json, "\"");
    wc_buf_put_text(json, name);
    wc_buf_put_text(json, "\":\"");
    wc_put_scaled(json, fen, 2);
    wc_buf_put_text(json, after);
}

/* {"grid":{"net":"21.07","paid":"24.37","received":"45.44"},...} over all days. */
static void put_figures(wc_buf *json, const wc_demo *demo)
{
    wc_buf_put_text(json, "{");
    for (uint32_t row = 0; row < WC_ACTOR_ROWS; row++) {
        int64_t paid = 0, received = 0;
        for (uint32_t day = 0; day < demo->options->days; day++) {
            paid += demo->book.days[day].paid[row];
            received += demo->book.days[day].received[row];
        }
        wc_buf_put_text(json, row == 0 ? "\"" : ",\"");
        wc_buf_put_text(json, demo->cast.actors[row].id);
        wc_buf_put_text(json, "\":{");
        put_money(json, "net", received - paid, "\",");
        put_money(json, "paid", paid, "\",");
        put_money(json, "received", received, "\"}");
    }
    wc_buf_put_text(json, "}\n");
}

static bool start(pid_t *pid, char *const argv[], const int in[2], const int out[2])
{
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0) return false;
    bool is_set = posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO) == 0 &&
                  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO) == 0 &&
                  posix_spawn_file_actions_adddup2(&actions, out[1], STDERR_FILENO) == 0 &&
                  posix_spawn_file_actions_addclose(&actions, in[1]) == 0 &&
                  posix_spawn_file_actions_addclose(&actions, out[0]) == 0;
    bool is_started = is_set && posix_spawnp(pid, argv[0], &actions, NULL, argv, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&actions);
    return is_started;
}

/* Reads all that comes and keeps the last line. */
static void keep_last_line(wc_recompute *result, int from)
{
    char block[4096];
    size_t length = 0;
    bool has_ended = false;
    ssize_t got;
    while ((got = read(from, block, sizeof(block))) > 0 || (got < 0 && errno == EINTR)) {
        for (ssize_t i = 0; i < got; i++) {
            if (has_ended) length = 0;
            has_ended = block[i] == '\n';
            if (!has_ended && length < sizeof(result->text) - 1) result->text[length++] = block[i];
        }
    }
    result->text[length] = '\0';
}

/* Takes the amount out of "...: difference 0.13, 2 fields differ". */
static int64_t difference_of(const char *line)
{
    const char *at = strstr(line, "difference ");
    int64_t fen = 0;
    if (at == NULL) return 0;
    at += strlen("difference ");
    wc_str text = {at, strcspn(at, ",")};
    return wc_parse_scaled(text, 2, &fen) == WC_OK ? fen : 0;
}

static void judge(wc_recompute *result, int state)
{
    if (WIFEXITED(state) && WEXITSTATUS(state) == 0) result->answer = WC_RECOMPUTE_EQUAL;
    if (WIFEXITED(state) && WEXITSTATUS(state) == 1) {
        result->difference = difference_of(result->text);
        /* python3 itself leaves with 1 after an exception; the script then has said no difference
         */
        bool is_verdict = strstr(result->text, "difference ") != NULL;
        result->answer = is_verdict ? WC_RECOMPUTE_DIFFERS : WC_RECOMPUTE_NOT_RUN;
    }
}

static void run(wc_recompute *result, char *const argv[], wc_slice figures)
{
    int in[2], out[2], state = 0;
    pid_t pid = 0;
    if (pipe(in) != 0) return;
    if (pipe(out) != 0) {
        (void)close(in[0]);
        (void)close(in[1]);
        return;
    }
    bool is_started = start(&pid, argv, in, out);
    (void)close(in[0]);
    (void)close(out[1]);
    if (is_started) {
        void (*before)(int) = signal(SIGPIPE, SIG_IGN); /* a script that dies early reads nothing */
        ssize_t written = write(in[1], figures.data, figures.len);
        (void)signal(SIGPIPE, before);
        (void)close(in[1]);
        keep_last_line(result, out[0]);
        while (waitpid(pid, &state, 0) < 0 && errno == EINTR) continue;
        if (written == (ssize_t)figures.len) judge(result, state);
    } else {
        snprintf(result->text, sizeof(result->text), "python3 cannot be started");
        (void)close(in[1]);
    }
    (void)close(out[0]);
}

void wc_demo_recompute(wc_recompute *result, const wc_demo *demo, const char *script,
                       const char *data)
{
    *result = (wc_recompute){.answer = WC_RECOMPUTE_NOT_RUN};
    uint8_t memory[4096]; /* less than a pipe holds, so one write does it */
    wc_buf figures;
    wc_buf_init(&figures, memory, sizeof(memory));
    put_figures(&figures, demo);
    wc_assert(wc_buf_status(&figures) == WC_OK);
    if (access(script, R_OK) != 0) {
        snprintf(result->text, sizeof(result->text), "%.400s is not there", script);
        return;
    }
    char day[16], days[16];
    static char program[] = "python3", option_data[] = "--data", option_day[] = "--day",
                option_days[] = "--days", option_compare[] = "--compare", input[] = "/dev/stdin";
    char script_path[4096], data_path[4096];
    snprintf(day, sizeof(day), "%u", demo->options->day);
    snprintf(days, sizeof(days), "%u", demo->options->days);
    snprintf(script_path, sizeof(script_path), "%s", script);
    snprintf(data_path, sizeof(data_path), "%s", data);
    char *argv[] = {program,     script_path, option_data,    data_path, option_day, day,
                    option_days, days,        option_compare, input,     NULL};
    run(result, argv, wc_buf_slice(&figures));
}
