/* One bit flipped at a random place of any file of a ledger's folder: the replay refuses by name,
 * finds a difference, stops with a message, or finds exactly what was recorded. Never anything
 * else. WATTCLAUSE_FLIPS sets how many (the nightly run takes 2,000).
 *
 * Every trial is a child process: damage may end it, and RocksDB's threads survive no fork. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/prng.h"
#include "tests/unit/audit/recorded.h"
#include "tests/unit/store/support.h"

#define FLIPS 150

enum trial {
    TRIAL_IDENTICAL = 20, /* and every figure of the report as without damage */
    TRIAL_DIFFERS = 21,
    TRIAL_REFUSED = 22,
    TRIAL_UNSEALED = 23, /* identical, but the SEAL is missing or damaged, and that is said */
    TRIAL_STOPPED = 3,   /* wc_store_fatal */
    TRIAL_OTHER = 99
};

static const char *home;
static wc_replay_report expected; /* shared with the children by fork */

static int record(const void *argument)
{
    (void)argument;
    static world made;
    recorded_open(&made, home);
    wc_head head = *wc_chain_head(made.chain);
    wc_hash root = wc_chain_state_root(made.chain);
    world_close(&made);
    uint8_t bytes[72];
    wc_store_u64(bytes, head.seq);
    memcpy(bytes + 8, head.record_hash.bytes, 32);
    memcpy(bytes + 40, root.bytes, 32);
    write_whole(path_in_test("expected"), bytes, sizeof bytes);
    return 0;
}

static int make(void **state)
{
    if (make_test_folder(state) != 0) return -1;
    home = path_in_test("home");
    assert_int_equal(run_child(record, NULL), 0);
    wc_bytes bytes = read_whole(path_in_test("expected"));
    expected.last_seq = wc_load_u64(bytes.data);
    memcpy(expected.record_hash.bytes, bytes.data + 8, 32);
    memcpy(expected.state_root.bytes, bytes.data + 40, 32);
    free(bytes.data);
    return 0;
}

static int judge(const void *argument)
{
    static wc_replay_report report;
    const char *folder = argument;
    wc_replay_options options = {.threads = 1};
    if (wc_crypto_start() != WC_OK) return TRIAL_OTHER;
    wc_status status = wc_replay_folder(&report, folder, &options);
    if (status != WC_OK) {
        return report.store.problem.text[0] != '\0' ? TRIAL_REFUSED : TRIAL_OTHER;
    }
    if (report.verdict == WC_REPLAY_DIFFERS) {
        return report.difference.place[0] != '\0' ? TRIAL_DIFFERS : TRIAL_OTHER;
    }
    bool is_same = report.verdict == WC_REPLAY_IDENTICAL && report.last_seq == expected.last_seq &&
                   wc_hash_equal(&report.record_hash, &expected.record_hash) &&
                   wc_hash_equal(&report.state_root, &expected.state_root);
    if (!is_same) return TRIAL_OTHER;
    if (report.is_sealed && !report.is_seal_damaged) return TRIAL_IDENTICAL;
    return report.is_seal_damaged || !report.has_seal ? TRIAL_UNSEALED : TRIAL_OTHER;
}

static void an_untouched_folder_is_identical_and_stays_as_it_is(void **state)
{
    (void)state;
    wc_file_list before = list_files(home);
    assert_int_equal(run_child(judge, home), TRIAL_IDENTICAL);
    assert_int_equal(run_child(judge, home), TRIAL_IDENTICAL);
    wc_file_list after = list_files(home);
    assert_int_equal(before.count, after.count);
}

static void a_flipped_bit_in_any_file_is_never_silent(void **state)
{
    (void)state;
    size_t counts[100] = {0};
    wc_prng prng;
    wc_prng_start(&prng, 2022);
    wc_file_list files = list_files(home);
    const char *flips = getenv("WATTCLAUSE_FLIPS");
    unsigned long count = flips == NULL ? FLIPS : strtoul(flips, NULL, 10);
    for (unsigned long i = 0; i < count; i++) {
        const char *name = files.names[wc_prng_below(&prng, files.count)];
        wc_path_text path = wc_folder_path(home, name);
        wc_bytes bytes = read_whole(path.text);
        if (bytes.len > 0) {
            size_t bit = (size_t)wc_prng_below(&prng, bytes.len * 8);
            write_flipped(path.text, bytes, bit);
            int outcome = run_child(judge, home);
            write_whole(path.text, bytes.data, bytes.len);
            bool is_named = outcome >= TRIAL_IDENTICAL && outcome <= TRIAL_UNSEALED;
            is_named = is_named || outcome == TRIAL_STOPPED;
            if (!is_named)
                fail_msg("%s, bit %zu: outcome %d: %s", name, bit, outcome, child_stderr);
            if (outcome == TRIAL_STOPPED) assert_true(strlen(child_stderr) > 0);
            counts[outcome]++;
        }
        free(bytes.data);
    }
    (void)fprintf(stderr, "identical %zu, unsealed %zu, differs %zu, refused %zu, stopped %zu\n",
                  counts[TRIAL_IDENTICAL], counts[TRIAL_UNSEALED], counts[TRIAL_DIFFERS],
                  counts[TRIAL_REFUSED], counts[TRIAL_STOPPED]);
    assert_true(counts[TRIAL_REFUSED] > 0);
    assert_int_equal(run_child(judge, home), TRIAL_IDENTICAL);
}

static void a_folder_without_its_newest_record_is_behind_its_seal(void **state)
{
    (void)state;
    const char *copy = path_in_test("copy");
    copy_tree(home, copy);
    wc_path_text newest = newest_file(copy, "", ".log");
    wc_bytes log = read_whole(newest.text);
    write_whole(newest.text, log.data, log.len - 100);
    free(log.data);
    assert_int_equal(run_child(judge, copy), TRIAL_REFUSED);
    remove_tree(copy);
}

static void a_folder_without_seal_is_replayed_and_says_so(void **state)
{
    (void)state;
    const char *copy = path_in_test("copy");
    copy_tree(home, copy);
    remove_tree(wc_folder_path(copy, "SEAL").text);
    assert_int_equal(run_child(judge, copy), TRIAL_UNSEALED);
    remove_tree(copy);
}

static void a_missing_folder_is_refused(void **state)
{
    (void)state;
    assert_int_equal(run_child(judge, path_in_test("nowhere")), TRIAL_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_untouched_folder_is_identical_and_stays_as_it_is),
        cmocka_unit_test(a_flipped_bit_in_any_file_is_never_silent),
        cmocka_unit_test(a_folder_without_its_newest_record_is_behind_its_seal),
        cmocka_unit_test(a_folder_without_seal_is_replayed_and_says_so),
        cmocka_unit_test(a_missing_folder_is_refused),
    };
    return cmocka_run_group_tests(tests, make, remove_test_folder);
}
