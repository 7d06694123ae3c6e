/* kill -9 while blocks are sealed: every acknowledged record is there at the next start, the state
 * is the one it names, and the chain goes on. Opening and writing happen in children, because a
 * process that has used RocksDB's threads must not fork. */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/prng.h"
#include "tests/unit/chain/folders.h"

#define ROUNDS 8

/* A world whose chain is the folder's; made there when it is new. */
static bool open_world(world *w, bool is_new)
{
    world_options options = {.folder = path_in_test("killed")};
    if (is_new) {
        world_open(w, &options);
        return true;
    }
    world_prepare(w, &options);
    wc_chain_options chain = {.folder = options.folder, .threads = 2, .sequencer = &w->sequencer};
    wc_status status = wc_chain_open(&w->chain, &w->report, &chain);
    if (status == WC_OK) {
        w->now = wc_chain_head(w->chain)->time_s;
        (void)world_seal(w, NULL, 0); /* reads the nonces */
        return true;
    }
    (void)fprintf(stderr, "%s: %s\n", wc_status_name(status), w->report.store.problem.text);
    return false;
}

/* One more record: ALICE gets 1. */
static void deposit_one(world *w)
{
    letter l = world_letter(w, BANK);
    char entry[24];
    w->now += 1;
    (void)snprintf(entry, sizeof entry, "e%llu", (unsigned long long)wc_chain_head(w->chain)->seq);
    (void)letter_native(&l, WC_NATIVE_deposit,
                        world_abi(w, "wpqssw", WORLD_CNY, &w->people[ALICE].address, INT64_C(1),
                                  "kill", entry, UINT32_C(1)));
    (void)world_send(w, &l);
}

/* Seals blocks and acknowledges each through the pipe, until it is killed. */
static WC_NORETURN void seal_until_killed(int acknowledged, bool is_new)
{
    world w;
    if (!open_world(&w, is_new)) _exit(91);
    for (;;) {
        uint64_t seq = wc_chain_head(w.chain)->seq;
        if (write(acknowledged, &seq, sizeof seq) != (ssize_t)sizeof seq) _exit(92);
        deposit_one(&w);
    }
}

/* Gives the last acknowledged record of a child that lived for a while. */
static uint64_t run_and_kill(bool is_new, uint64_t before, uint64_t microseconds)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(ends[0]);
        seal_until_killed(ends[1], is_new);
    }
    (void)close(ends[1]);
    uint64_t seq = before, last = before;
    if (read(ends[0], &seq, sizeof seq) == (ssize_t)sizeof seq) last = seq; /* it has started */
    struct timespec pause = {0, (long)(microseconds * 1000)};
    (void)nanosleep(&pause, NULL);
    assert_int_equal(kill(child, SIGKILL), 0);
    while (read(ends[0], &seq, sizeof seq) == (ssize_t)sizeof seq) last = seq;
    (void)close(ends[0]);
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFSIGNALED(result));
    return last;
}

/* In a child: opens, and holds the head against what was acknowledged. */
static int check(const void *argument)
{
    const uint64_t *acknowledged = argument;
    world w;
    if (!open_world(&w, false)) return 10;
    const wc_head *head = wc_chain_head(w.chain);
    if (head->seq < *acknowledged || head->seq > *acknowledged + 1) return 11;
    /* Each record is one deposit of 1. */
    if (world_free(&w, ALICE, WORLD_CNY) != (int64_t)head->seq) return 12;
    deposit_one(&w);
    if (world_free(&w, ALICE, WORLD_CNY) != (int64_t)wc_chain_head(w.chain)->seq) return 13;
    world_close(&w);
    return 0;
}

static void acknowledged_records_survive_kill_9(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 5);
    uint64_t acknowledged = 0;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t microseconds = 2000 + wc_prng_below(&prng, 60000);
        acknowledged = run_and_kill(round == 0, acknowledged, microseconds);
        int answer = run_child(check, &acknowledged);
        if (answer != 0) fail_msg("round %d: %d %s", round, answer, child_stderr);
        acknowledged++; /* the check sealed one more */
    }
    assert_true(acknowledged > 2 * ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acknowledged_records_survive_kill_9),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
