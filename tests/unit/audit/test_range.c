/* Bundles that begin later than the ledger: every range replays with the results that the whole
 * has, the beginning rests on what the report says, what is wrong with it is refused by name. */
#include <stdio.h>
#include <stdlib.h>

#include "node/audit/bundle.h"
#include "node/audit/rerun.h"
#include "node/snapshot/snapshot.h"
#include "tests/unit/audit/recorded.h"
#include "tests/unit/store/support.h"

#define CONTENT_AT 11u /* behind mark, version and coding */
#define GENESIS_AT (CONTENT_AT + 60u)
#define CHUNK      3000u /* bytes of entries: several chunks of a small state */

static world made;
static recorded_copy original;
static const char *path, *whole_path;
static uint64_t newest;

/* ---- making ------------------------------------------------------------------------------------
 */

static wc_status write_range(wc_bundle_report *report, const wc_store *store, const char *snapshot,
                             uint64_t last, const char *to)
{
    const wc_bundle_range range = {snapshot, last};
    *report = (wc_bundle_report){0};
    FILE *file = fopen(to, "wb");
    assert_non_null(file);
    wc_status status = wc_bundle_write(report, store, &range, WC_CODING_PLAIN, file);
    assert_int_equal(fclose(file), 0);
    return status;
}

/* A snapshot of an older record: by running the blocks up to there again. */
static const char *state_at(uint64_t seq)
{
    wc_rerun *rerun;
    wc_store_problem problem;
    wc_snap_info info;
    uint64_t same;
    char name[32];
    (void)snprintf(name, sizeof name, "state-%llu", (unsigned long long)seq);
    const char *folder = path_in_test(name);
    wc_rerun_options options = {.threads = 1};
    wc_snap_options snap_options = {.chunk_bytes = CHUNK};
    assert_status(wc_rerun_open(&rerun, &problem, whole_path, &options), WC_OK);
    assert_status(wc_rerun_to(rerun, &problem, seq, &same), WC_OK);
    assert_int_equal(same, seq);
    wc_status status = wc_snap_make(&info, &problem, wc_rerun_chain(rerun), folder, &snap_options);
    if (status != WC_OK) fail_msg("%s", problem.text);
    assert_true(info.has_certificate && info.chunk_count > 1);
    wc_rerun_close(rerun);
    return folder;
}

static int make(void **state)
{
    static wc_bundle_report report;
    if (make_test_folder(state) != 0) return -1;
    path = path_in_test("bundle");
    whole_path = path_in_test("whole");
    recorded_open(&made, NULL);
    newest = wc_chain_head(made.chain)->seq;
    original = recorded_take(wc_chain_store(made.chain));
    const wc_store *store = wc_chain_store(made.chain);
    assert_status(write_range(&report, store, NULL, WC_BUNDLE_NEWEST, whole_path), WC_OK);
    for (uint64_t seq = 1; seq <= newest; seq++) (void)state_at(seq);
    return 0;
}

static int drop(void **state)
{
    recorded_drop(&original);
    world_close(&made);
    return remove_test_folder(state);
}

static const char *made_state(uint64_t seq)
{
    char name[32];
    (void)snprintf(name, sizeof name, "state-%llu", (unsigned long long)seq);
    return path_in_test(name);
}

static wc_bytes bundle_of(uint64_t first, uint64_t last)
{
    static wc_bundle_report report;
    const wc_store *store = wc_chain_store(made.chain);
    assert_status(write_range(&report, store, made_state(first), last, path), WC_OK);
    assert_int_equal(report.first_seq, first);
    assert_int_equal(report.head.seq, last);
    return read_whole(path);
}

/* ---- replaying ---------------------------------------------------------------------------------
 */

static wc_status replay(wc_replay_report *report, const wc_hash *record_hash)
{
    wc_replay_options options = {.threads = 1, .record_hash = record_hash};
    return wc_replay_bundle(report, path, &options);
}

static void expect_refused(const wc_hash *record_hash, wc_status status, const char *text)
{
    static wc_replay_report report;
    assert_status(replay(&report, record_hash), status);
    if (strstr(report.store.problem.text, text) == NULL) {
        fail_msg("`%s` does not say `%s`", report.store.problem.text, text);
    }
}

static wc_hash hash_of(uint64_t seq)
{
    wc_chain_record record;
    assert_status(wc_chain_read_record(made.chain, seq, &record), WC_OK);
    return record.hash;
}

/* What the blocks of (first, last] hold, by the ledger itself. */
static void count_blocks(uint64_t first, uint64_t last, uint64_t *receipts, uint64_t *gas)
{
    *receipts = *gas = 0;
    for (uint64_t seq = first + 1; seq <= last; seq++) {
        wc_chain_record record;
        assert_status(wc_chain_read_record(made.chain, seq, &record), WC_OK);
        *receipts += record.record.receipt_count;
        *gas += record.record.gas_used;
    }
}

static void every_range_replays_with_the_results_of_the_ledger(void **state)
{
    (void)state;
    static wc_replay_report report;
    for (uint64_t first = 1; first <= newest; first++) {
        for (uint64_t last = first; last <= newest; last += 3) {
            uint64_t receipts, gas;
            wc_hash first_hash = hash_of(first), last_hash = hash_of(last);
            free(bundle_of(first, last).data);
            assert_status(replay(&report, NULL), WC_OK);
            assert_string_equal(recorded_difference(&report), "identical");
            count_blocks(first, last, &receipts, &gas);
            assert_int_equal(report.first_seq, first);
            assert_int_equal(report.last_seq, last);
            assert_int_equal(report.executed_until, last);
            assert_int_equal(report.records, last - first + 1);
            assert_int_equal(report.certificates, last - first + 1);
            assert_int_equal(report.receipts, receipts);
            assert_int_equal(report.gas, gas);
            assert_int_equal(report.trust, WC_REPLAY_CERTIFIED);
            assert_true(report.conserved > 0);
            assert_true(wc_hash_equal(&report.first_hash, &first_hash));
            assert_true(wc_hash_equal(&report.record_hash, &last_hash));
        }
    }
}

static void the_same_range_gives_the_same_bytes(void **state)
{
    (void)state;
    wc_bytes first = bundle_of(3, newest), second = bundle_of(3, newest);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.data, second.data, first.len);
    free(first.data);
    free(second.data);
}

/* ---- what the beginning rests on ---------------------------------------------------------------
 */

static void the_hash_of_the_first_record_is_compared(void **state)
{
    (void)state;
    static wc_replay_report report;
    wc_hash hash = hash_of(4), other = hash_of(5);
    free(bundle_of(4, newest).data);
    assert_status(replay(&report, &hash), WC_OK);
    assert_int_equal(report.trust, WC_REPLAY_GIVEN);
    assert_int_equal(report.verdict, WC_REPLAY_IDENTICAL);
    expect_refused(&other, WC_WRONG_CHAIN, "holds another record than the given one");
    copy_tree(whole_path, path);
    expect_refused(&hash, WC_NOT_FOUND, "--record-hash is for one that does not");
}

/* The hash at the end of altered content, made good again. */
static void write_altered(wc_bytes bytes)
{
    wc_hash hash =
        wc_sha256_one(wc_slice_of(bytes.data + CONTENT_AT, bytes.len - CONTENT_AT - WC_HASH_SIZE));
    memcpy(bytes.data + bytes.len - WC_HASH_SIZE, hash.bytes, WC_HASH_SIZE);
    write_whole(path, bytes.data, bytes.len);
}

static size_t header_at(wc_bytes bytes)
{
    return GENESIS_AT + 4 + wc_load_u32(bytes.data + GENESIS_AT);
}

static size_t find(wc_bytes bytes, wc_slice wanted, size_t from)
{
    for (size_t at = from; at + wanted.len <= bytes.len; at++) {
        if (memcmp(bytes.data + at, wanted.data, wanted.len) == 0) return at;
    }
    fail_msg("not in the bundle");
    return 0;
}

static void a_forged_certificate_of_the_first_record_is_refused(void **state)
{
    (void)state;
    static wc_replay_report report;
    wc_chain_record record;
    wc_hash hash = hash_of(4);
    assert_status(wc_chain_read_record(made.chain, 4, &record), WC_OK);
    wc_slice signature = wc_slice_of(record.certificate.sigs[0].signature.bytes, 64);
    wc_bytes bytes = bundle_of(4, newest);
    size_t at = find(bytes, signature, header_at(bytes));
    bytes.data[at] ^= 1;
    write_altered(bytes);
    expect_refused(NULL, WC_BAD_SIGNATURE, "header: the record's certificate does not verify");
    /* The one beside the record in the block is another copy: told as a difference there. */
    bytes.data[at] ^= 1;
    bytes.data[find(bytes, signature, at + 64)] ^= 1;
    write_altered(bytes);
    assert_status(replay(&report, &hash), WC_OK);
    assert_int_equal(report.verdict, WC_REPLAY_DIFFERS);
    assert_int_equal(report.difference.seq, 4);
    assert_string_equal(report.difference.place, "certificate");
    free(bytes.data);
}

/* ---- damage ------------------------------------------------------------------------------------
 */

static void a_corrupted_chunk_is_refused_and_named(void **state)
{
    (void)state;
    wc_bytes bytes = bundle_of(6, newest);
    size_t header = header_at(bytes), at = header + 4 + wc_load_u32(bytes.data + header);
    for (unsigned index = 0; index < 2; index++) {
        char name[64];
        size_t len = wc_load_u32(bytes.data + at);
        (void)snprintf(name, sizeof name, "chunk-%05u: is not the chunk", index);
        bytes.data[at + 4 + len / 2] ^= 1;
        write_altered(bytes);
        expect_refused(NULL, WC_CORRUPT, name);
        bytes.data[at + 4 + len / 2] ^= 1;
        at += 4 + len;
    }
    wc_store_u32(bytes.data + at, WC_SNAP_CHUNK_MAX + 1);
    write_altered(bytes);
    expect_refused(NULL, WC_CORRUPT, "the bundle is damaged");
    free(bytes.data);
}

static void a_cut_file_is_refused(void **state)
{
    (void)state;
    wc_bytes bytes = bundle_of(6, newest);
    for (size_t len = CONTENT_AT; len < bytes.len; len += 1 + bytes.len / 61) {
        write_whole(path, bytes.data, len);
        expect_refused(NULL, WC_CORRUPT, "damaged");
    }
    free(bytes.data);
}

/* A difference behind the beginning has the place and the words that it has in the whole ledger. */
static void damage_of_the_ledger_is_named_alike(void **state)
{
    (void)state;
    static const char kinds[] = "rbe";
    static wc_replay_report of_ledger, of_range;
    static wc_bundle_report report;
    for (size_t k = 0; k < sizeof kinds - 1; k++) {
        char expected[1024];
        uint8_t prefix[9] = {(uint8_t)kinds[k]};
        wc_store_u64(prefix + 1, newest - 1);
        size_t index = recorded_find(&original, WC_CF_CHAIN, wc_slice_of(prefix, sizeof prefix));
        wc_slice value = original.entries[index].value;
        uint8_t *altered = malloc(value.len);
        assert_non_null(altered);
        memcpy(altered, value.data, value.len);
        altered[value.len / 2] ^= 1;
        wc_slice changed = wc_slice_of(altered, value.len);
        recorded_replay(&of_ledger, &original, index, &changed);
        assert_int_equal(of_ledger.verdict, WC_REPLAY_DIFFERS);
        (void)snprintf(expected, sizeof expected, "%s", recorded_difference(&of_ledger));
        wc_store store = recorded_put(&original, index, &changed);
        assert_status(write_range(&report, &store, made_state(3), newest, path), WC_OK);
        wc_store_close(&store);
        assert_status(replay(&of_range, NULL), WC_OK);
        assert_string_equal(recorded_difference(&of_range), expected);
        free(altered);
    }
}

/* ---- what cannot be made -----------------------------------------------------------------------
 */

static void expect_not_made(const wc_store *store, const char *snapshot, uint64_t last,
                            wc_status status, const char *text)
{
    static wc_bundle_report report;
    assert_status(write_range(&report, store, snapshot, last, path), status);
    if (strstr(report.store.problem.text, text) == NULL) {
        fail_msg("`%s` does not say `%s`", report.store.problem.text, text);
    }
}

static void a_range_needs_a_snapshot_of_its_ledger(void **state)
{
    (void)state;
    world other;
    const wc_store *store = wc_chain_store(made.chain);
    expect_not_made(store, made_state(5), 4, WC_OUT_OF_DOMAIN, "before the snapshot of record 5");
    expect_not_made(store, made_state(5), newest + 1, WC_OUT_OF_DOMAIN, "there is no record");
    expect_not_made(store, path_in_test("nowhere"), newest, WC_NOT_FOUND, "nowhere");
    world_options options = {.gas_price = 4};
    world_open(&other, &options);
    wc_address vault = vault_open(&other);
    while (wc_chain_head(other.chain)->seq < 7) {
        letter l = world_letter(&other, BOB);
        (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD,
                          world_abi(&other, "q", INT64_C(5)));
        (void)world_send(&other, &l);
    }
    expect_not_made(wc_chain_store(other.chain), made_state(5), 7, WC_DIFFERS,
                    "is not a snapshot of this ledger");
    world_close(&other);
}

/* A ledger that begins with a snapshot: what is bundled from there is what the whole gives. */
static void a_ledger_that_begins_with_a_snapshot_is_bundled_from_there(void **state)
{
    (void)state;
    wc_rerun *rerun;
    wc_store_problem problem;
    uint64_t same;
    wc_bytes whole = bundle_of(5, newest);
    wc_rerun_options run = {.threads = 1};
    assert_status(wc_rerun_open(&rerun, &problem, path, &run), WC_OK);
    assert_int_equal(wc_rerun_first(rerun), 5);
    assert_status(wc_rerun_to(rerun, &problem, newest, &same), WC_OK);
    assert_int_equal(same, newest);
    const wc_store *store = wc_chain_store(wc_rerun_chain(rerun));
    expect_not_made(store, NULL, newest, WC_PRUNED, "begins with a snapshot of record 5");
    expect_not_made(store, made_state(4), newest, WC_PRUNED, "begins with a snapshot of record 5");
    static wc_bundle_report report;
    assert_status(write_range(&report, store, made_state(5), newest, path), WC_OK);
    wc_bytes again = read_whole(path);
    assert_int_equal(whole.len, again.len);
    assert_memory_equal(whole.data, again.data, whole.len);
    free(whole.data);
    free(again.data);
    wc_rerun_close(rerun);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_range_replays_with_the_results_of_the_ledger),
        cmocka_unit_test(the_same_range_gives_the_same_bytes),
        cmocka_unit_test(the_hash_of_the_first_record_is_compared),
        cmocka_unit_test(a_forged_certificate_of_the_first_record_is_refused),
        cmocka_unit_test(a_corrupted_chunk_is_refused_and_named),
        cmocka_unit_test(a_cut_file_is_refused),
        cmocka_unit_test(damage_of_the_ledger_is_named_alike),
        cmocka_unit_test(a_range_needs_a_snapshot_of_its_ledger),
        cmocka_unit_test(a_ledger_that_begins_with_a_snapshot_is_bundled_from_there),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
