/* kill -9 at random moments, in the opening too: whatever was acknowledged is there afterwards,
 * nothing else has changed, and the SEAL, the guard and the lock never keep a healthy database from
 * starting.
 *
 * A writer opens, asks the SEAL, then commits, seals and acknowledges block after block through a
 * pipe until it is killed. */
#define _DEFAULT_SOURCE
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/prng.h"
#include "tests/unit/store/damage.h"

#define ROUNDS 40 /* WATTCLAUSE_KILLS asks for another number */

static wc_seal seal_of(uint64_t seq)
{
    wc_seal seal = {seq, seq, block_hash(seq)};
    return seal;
}

static wc_status admit(void *self, const wc_store *probe, wc_store_problem *problem)
{
    const wc_seal_file *file = (const wc_seal_file *)self;
    uint64_t seq = newest_block(probe);
    wc_seal database = seal_of(seq);
    wc_hash previous = block_hash(seq - 1);
    wc_seal_step step;
    wc_store_say(problem, "SEAL", NULL, NULL, NULL);
    return wc_seal_decide(&step, &file->newest, &database, &previous);
}

/* 64 KiB of index now and then: flushes happen while blocks are written. */
static void write_index(const wc_store *store, uint64_t seq)
{
    static uint8_t value[30000];
    wc_batch *batch = wc_batch_create(1 << 16);
    wc_batch_put(batch, WC_CF_INDEX, wc_slice_of("filler", 6), wc_slice_of(value, sizeof value));
    if (seq % 4 == 0) assert_status(wc_store_write_index(store, batch), WC_OK);
    wc_batch_destroy(batch);
}

/* Never returns: runs until it is killed, or ends with a code that says what went wrong. */
static WC_NORETURN void write_until_killed(int acknowledged)
{
    wc_store store;
    wc_seal_file file;
    if (wc_seal_open(&file, path_in_test("SEAL"), false) != WC_OK) _exit(91);
    wc_store_options options = {false, false, 64 << 10, 1 << 20, admit, &file};
    wc_status status = wc_store_open(&store, &test_report, path_in_test("home"), &options);
    if (status != WC_OK) {
        (void)fprintf(stderr, "%s: %s\n", wc_status_name(status), test_report.problem.text);
        _exit(92);
    }
    uint64_t seq = newest_block(&store);
    for (;;) {
        wc_seal seal = seal_of(seq);
        if (seq > file.newest.seq && wc_seal_write(&file, &seal) != WC_OK) _exit(93);
        if (write(acknowledged, &seq, sizeof seq) != (ssize_t)sizeof seq) _exit(94);
        commit_block(&store, ++seq);
        write_index(&store, seq);
    }
}

/* Runs a writer for some time (is_late: after its first acknowledgement, however slow the machine);
 * gives the last block it acknowledged, or `before`. */
static uint64_t run_writer(uint64_t before, uint64_t microseconds, bool is_late)
{
    int ends[2];
    uint64_t seq = before;
    uint64_t last = before;
    int result = 0;
    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(ends[0]);
        write_until_killed(ends[1]);
    }
    (void)close(ends[1]);
    struct timespec pause = {(time_t)(microseconds / 1000000),
                             (long)(microseconds % 1000000) * 1000};
    if (is_late && read(ends[0], &seq, sizeof seq) == (ssize_t)sizeof seq) last = seq;
    (void)nanosleep(&pause, NULL);
    (void)kill(child, SIGKILL);
    while (read(ends[0], &seq, sizeof seq) == (ssize_t)sizeof seq) last = seq;
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &result, 0), child);
    if (WIFEXITED(result)) fail_msg("the writer ended by itself with %d", WEXITSTATUS(result));
    return last;
}

/* 0: the store holds exactly blocks 1..n with n at least the acknowledged one. */
static int judge(const void *argument)
{
    const uint64_t *acknowledged = (const uint64_t *)argument;
    wc_store store;
    wc_store_totals totals;
    wc_store_problem problem;
    if (open_folder(&store, path_in_test("home"), false, true) != WC_OK) return 81;
    uint64_t seq = newest_block(&store);
    if (seq < *acknowledged) return 82;
    if (wc_store_verify(&store, &totals, &problem) != WC_OK) return 83;
    if (totals.keys[WC_CF_CHAIN] != seq) return 84;
    wc_store model;
    if (wc_store_open_memory(&model) != WC_OK) return 85;
    for (uint64_t i = 1; i <= seq; i++) commit_block(&model, i);
    wc_store_totals expected;
    if (wc_store_verify(&model, &expected, &problem) != WC_OK) return 86;
    for (unsigned cf = 0; cf < WC_CF_INDEX; cf++) {
        if (totals.keys[cf] != expected.keys[cf] || totals.bytes[cf] != expected.bytes[cf])
            return 87;
    }
    wc_store_close(&model);
    wc_store_close(&store);
    return 0;
}

static int make_first(const void *argument)
{
    (void)argument;
    make_chain(path_in_test("home"), 1, false);
    return 0;
}

static void a_killed_writer_loses_nothing_it_acknowledged(void **state)
{
    (void)state;
    wc_prng prng;
    wc_seal_file file;
    wc_seal first = seal_of(1);
    uint64_t last = 1;
    wc_prng_start(&prng, 61);
    assert_int_equal(run_child(make_first, NULL), 0);
    assert_status(wc_seal_create(&file, path_in_test("SEAL"), &first), WC_OK);
    wc_seal_close(&file);
    const char *rounds = getenv("WATTCLAUSE_KILLS");
    unsigned long count = rounds == NULL ? ROUNDS : strtoul(rounds, NULL, 10);
    for (unsigned long round = 0; round < count; round++) {
        last = run_writer(last, wc_prng_below(&prng, 30000), round % 2 == 0);
        int code = run_child(judge, &last);
        if (code != 0)
            fail_msg("round %lu: %d %s %s", round, code, child_stderr, test_report.problem.text);
    }
    assert_true(last > 5);
    (void)fprintf(stderr, "%lu kills, %lu blocks\n", count, (unsigned long)last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_writer_loses_nothing_it_acknowledged),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
