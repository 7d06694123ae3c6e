/* Bundles: what a replay of one says is what a replay of the ledger says; what is damaged or forged
 * in the file is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#include "node/audit/bundle.h"
#include "tests/support/prng.h"
#include "tests/unit/audit/recorded.h"
#include "tests/unit/store/support.h"

#define HEAD_AT    11u /* of content, behind mark, version and coding */
#define GENESIS_AT (HEAD_AT + 60u)
#define TRIALS     40

static world made;
static recorded_copy original;
static const char *path;

static int make(void **state)
{
    if (make_test_folder(state) != 0) return -1;
    path = path_in_test("bundle");
    recorded_open(&made, NULL);
    original = recorded_take(wc_chain_store(made.chain));
    return 0;
}

static int drop(void **state)
{
    recorded_drop(&original);
    world_close(&made);
    return remove_test_folder(state);
}

static wc_status write_bundle(wc_bundle_report *report, const wc_store *store, uint64_t last,
                              wc_coding coding)
{
    *report = (wc_bundle_report){0};
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    const wc_bundle_range range = {.last = last};
    wc_status status = wc_bundle_write(report, store, &range, coding, file);
    assert_int_equal(fclose(file), 0);
    return status;
}

static wc_bytes bundle_of(const wc_store *store, wc_coding coding)
{
    wc_bundle_report report;
    assert_status(write_bundle(&report, store, WC_BUNDLE_NEWEST, coding), WC_OK);
    return read_whole(path);
}

static wc_status replay(wc_replay_report *report)
{
    wc_replay_options options = {.threads = 1};
    return wc_replay_bundle(report, path, &options);
}

static void expect_identical(uint64_t last_seq)
{
    static wc_replay_report report;
    assert_status(replay(&report), WC_OK);
    assert_string_equal(recorded_difference(&report), "identical");
    assert_int_equal(report.verdict, WC_REPLAY_IDENTICAL);
    assert_int_equal(report.last_seq, last_seq);
    assert_int_equal(report.executed_until, last_seq);
    assert_true(report.is_bundle);
}

/* ---- the whole, and ranges ---------------------------------------------------------------------
 */

static void a_bundle_replays_as_the_ledger_does(void **state)
{
    (void)state;
    static wc_replay_report whole, report;
    wc_replay_options options = {.threads = 1};
    const wc_store *store = wc_chain_store(made.chain);
    assert_status(wc_replay(&whole, store, &options), WC_OK);
    for (int coding = WC_CODING_PLAIN; coding <= WC_CODING_ZSTD; coding++) {
        free(bundle_of(store, (wc_coding)coding).data);
        expect_identical(wc_chain_head(made.chain)->seq);
        assert_status(replay(&report), WC_OK);
        assert_int_equal(report.receipts, whole.receipts);
        assert_int_equal(report.events, whole.events);
        assert_int_equal(report.signatures, whole.signatures);
        assert_int_equal(report.certificates, whole.certificates);
        assert_int_equal(report.gas, whole.gas);
        assert_true(wc_hash_equal(&report.state_root, &whole.state_root));
        assert_true(wc_hash_equal(&report.record_hash, &whole.record_hash));
    }
}

static void the_same_ledger_gives_the_same_content_and_its_hash_stands_at_the_end(void **state)
{
    (void)state;
    wc_bundle_report report;
    const wc_store *store = wc_chain_store(made.chain);
    wc_bytes first = bundle_of(store, WC_CODING_PLAIN);
    assert_status(write_bundle(&report, store, WC_BUNDLE_NEWEST, WC_CODING_PLAIN), WC_OK);
    wc_bytes second = read_whole(path);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.data, second.data, first.len);
    assert_int_equal(report.bytes, first.len - HEAD_AT);
    wc_hash hash = wc_sha256_one(wc_slice_of(first.data + HEAD_AT, first.len - HEAD_AT - 32));
    assert_memory_equal(hash.bytes, first.data + first.len - 32, 32);
    assert_memory_equal(hash.bytes, report.hash.bytes, 32);
    free(first.data);
    free(second.data);
}

static void every_range_from_the_genesis_on_is_a_bundle(void **state)
{
    (void)state;
    wc_bundle_report report;
    const wc_store *store = wc_chain_store(made.chain);
    uint64_t newest = wc_chain_head(made.chain)->seq;
    for (uint64_t last = 0; last <= newest; last++) {
        assert_status(write_bundle(&report, store, last, WC_CODING_ZSTD), WC_OK);
        expect_identical(last);
    }
    assert_status(write_bundle(&report, store, newest + 1, WC_CODING_ZSTD), WC_OUT_OF_DOMAIN);
    assert_non_null(strstr(report.store.problem.text, "there is no record"));
}

/* ---- a damaged ledger --------------------------------------------------------------------------
 */

/* The difference that a bundle of the copy shows is that of the copy itself. */
static void compare_with_ledger(size_t index, const wc_slice *value)
{
    static wc_replay_report of_ledger, of_bundle;
    char expected[1024];
    recorded_replay(&of_ledger, &original, index, value);
    assert_int_equal(of_ledger.verdict, WC_REPLAY_DIFFERS);
    (void)snprintf(expected, sizeof expected, "%s", recorded_difference(&of_ledger));
    wc_store store = recorded_put(&original, index, value);
    free(bundle_of(&store, WC_CODING_ZSTD).data);
    wc_store_close(&store);
    assert_status(replay(&of_bundle), WC_OK);
    assert_int_equal(of_bundle.verdict, WC_REPLAY_DIFFERS);
    assert_string_equal(recorded_difference(&of_bundle), expected);
}

static void damage_of_the_ledger_is_named_alike(void **state)
{
    (void)state;
    static const char kinds[] = "rbpe";
    for (size_t k = 0; k < sizeof kinds - 1; k++) {
        uint8_t kind = (uint8_t)kinds[k];
        size_t index = recorded_find(&original, WC_CF_CHAIN, wc_slice_of(&kind, 1)) + (k != 2);
        wc_slice value = original.entries[index].value;
        uint8_t *altered = malloc(value.len);
        assert_non_null(altered);
        memcpy(altered, value.data, value.len);
        altered[value.len / 2] ^= 1;
        wc_slice changed = wc_slice_of(altered, value.len);
        compare_with_ledger(index, &changed);
        if (k != 2) compare_with_ledger(index, NULL);
        free(altered);
    }
}

/* ---- a damaged file ----------------------------------------------------------------------------
 */

static void expect_refused(wc_status status)
{
    static wc_replay_report report;
    assert_status(replay(&report), status);
    assert_true(report.store.problem.text[0] != '\0');
}

static void a_cut_or_longer_file_is_refused(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 5);
    for (int coding = WC_CODING_PLAIN; coding <= WC_CODING_ZSTD; coding++) {
        wc_bytes whole = bundle_of(wc_chain_store(made.chain), (wc_coding)coding);
        for (int i = 0; i < TRIALS; i++) {
            size_t len = (size_t)wc_prng_below(&prng, whole.len);
            write_whole(path, whole.data, len);
            expect_refused(len < HEAD_AT ? WC_BAD_MAGIC : WC_CORRUPT);
        }
        uint8_t *longer = malloc(whole.len + 1);
        assert_non_null(longer);
        memcpy(longer, whole.data, whole.len);
        longer[whole.len] = 0;
        write_whole(path, longer, whole.len + 1);
        expect_refused(WC_CORRUPT);
        free(longer);
        free(whole.data);
    }
}

static void a_flipped_bit_is_never_taken_for_a_ledger(void **state)
{
    (void)state;
    static wc_replay_report report;
    wc_prng prng;
    wc_prng_start(&prng, 6);
    for (int coding = WC_CODING_PLAIN; coding <= WC_CODING_ZSTD; coding++) {
        wc_bytes whole = bundle_of(wc_chain_store(made.chain), (wc_coding)coding);
        for (int i = 0; i < TRIALS; i++) {
            write_flipped(path, whole, (size_t)wc_prng_below(&prng, whole.len * 8));
            wc_status status = replay(&report);
            assert_true(status != WC_OK && report.store.problem.text[0] != '\0');
        }
        free(whole.data);
    }
}

/* Content of our own behind a plain start: a copy of a whole one, with a number changed. */
static void write_with_u32(wc_bytes whole, size_t at, uint32_t value)
{
    uint8_t kept[4];
    memcpy(kept, whole.data + at, 4);
    wc_store_u32(whole.data + at, value);
    write_whole(path, whole.data, whole.len);
    memcpy(whole.data + at, kept, 4);
}

static void lengths_and_counts_beyond_their_limits_are_refused_unread(void **state)
{
    (void)state;
    wc_bytes whole = bundle_of(wc_chain_store(made.chain), WC_CODING_PLAIN);
    size_t record = GENESIS_AT + 4 + wc_load_u32(whole.data + GENESIS_AT);
    size_t input = record + 2 + wc_load_u16(whole.data + record);
    write_with_u32(whole, GENESIS_AT, UINT32_MAX);
    expect_refused(WC_CORRUPT);
    write_with_u32(whole, input, WC_BUNDLE_PART_MAX + 1);
    expect_refused(WC_CORRUPT);
    write_with_u32(whole, input + 4, WC_BUNDLE_PARTS_MAX + 1); /* payloads of record 0 */
    expect_refused(WC_CORRUPT);
    whole.data[9] = WC_BUNDLE_WITH_BASE; /* what follows the genesis is no snapshot */
    write_whole(path, whole.data, whole.len);
    expect_refused(WC_CORRUPT);
    whole.data[9] = WC_BUNDLE_WITH_BASE + 1;
    write_whole(path, whole.data, whole.len);
    expect_refused(WC_BAD_VERSION);
    whole.data[9] = 1;
    whole.data[10] = 2;
    write_whole(path, whole.data, whole.len);
    expect_refused(WC_BAD_VERSION);
    free(whole.data);
}

/* A bundle of one record with two payloads of these indexes and lengths, and nothing else. */
static void write_parts(const uint32_t parts[4])
{
    uint8_t bytes[160] = "WCBUNDLE";
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    buf.len = 8;
    wc_buf_put_u16(&buf, WC_BUNDLE_VERSION);
    wc_buf_put_u8(&buf, WC_CODING_PLAIN);
    for (int i = 0; i < 15; i++) wc_buf_put_u32(&buf, 0); /* head */
    wc_buf_put_u32(&buf, 0);                              /* genesis */
    wc_buf_put_u16(&buf, 0);                              /* record */
    wc_buf_put_u32(&buf, 0);                              /* input */
    wc_buf_put_u32(&buf, 2);
    for (int i = 0; i < 4; i += 2) {
        wc_buf_put_u32(&buf, parts[i]);
        wc_buf_put_u32(&buf, parts[i + 1]);
        for (uint32_t k = 0; k < parts[i + 1]; k++) wc_buf_put_u8(&buf, 1);
    }
    wc_buf_put_u32(&buf, 0); /* receipts */
    wc_hash hash = wc_sha256_one(wc_slice_of(bytes + HEAD_AT, buf.len - HEAD_AT));
    wc_buf_put(&buf, hash.bytes, sizeof hash.bytes);
    assert_status(wc_buf_status(&buf), WC_OK);
    write_whole(path, bytes, buf.len);
}

static void parts_ascend_and_are_not_empty(void **state)
{
    (void)state;
    static wc_replay_report report;
    write_parts((const uint32_t[]){0, 1, 7, 1});
    assert_status(replay(&report), WC_OK);
    assert_string_equal(report.difference.place, "genesis");
    write_parts((const uint32_t[]){7, 1, 0, 1});
    expect_refused(WC_CORRUPT);
    write_parts((const uint32_t[]){7, 1, 7, 1});
    expect_refused(WC_CORRUPT);
    write_parts((const uint32_t[]){0, 1, 7, 0});
    expect_refused(WC_CORRUPT);
    write_parts((const uint32_t[]){0, 1, UINT32_MAX, 1});
    expect_refused(WC_CORRUPT);
}

static void a_frame_that_wants_more_memory_is_refused(void **state)
{
    (void)state;
    wc_bytes whole = bundle_of(wc_chain_store(made.chain), WC_CODING_PLAIN);
    size_t room = HEAD_AT + ZSTD_compressBound(whole.len);
    uint8_t *coded = malloc(room);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    assert_true(coded != NULL && zstd != NULL);
    for (int log = WC_PACKING_WINDOW_LOG; log <= WC_PACKING_WINDOW_LOG + 1; log++) {
        memcpy(coded, whole.data, HEAD_AT);
        coded[10] = WC_CODING_ZSTD;
        ZSTD_inBuffer in = {whole.data + HEAD_AT, whole.len - HEAD_AT, 0};
        ZSTD_outBuffer out = {coded + HEAD_AT, room - HEAD_AT, 0};
        (void)ZSTD_CCtx_reset(zstd, ZSTD_reset_session_and_parameters);
        (void)ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, log);
        (void)ZSTD_compressStream2(zstd, &out, &in, ZSTD_e_continue); /* its size stays unknown */
        assert_int_equal(ZSTD_compressStream2(zstd, &out, &in, ZSTD_e_end), 0);
        write_whole(path, coded, HEAD_AT + out.pos);
        if (log == WC_PACKING_WINDOW_LOG) expect_identical(wc_chain_head(made.chain)->seq);
        if (log > WC_PACKING_WINDOW_LOG) expect_refused(WC_CORRUPT);
    }
    (void)ZSTD_freeCCtx(zstd);
    free(coded);
    free(whole.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bundle_replays_as_the_ledger_does),
        cmocka_unit_test(the_same_ledger_gives_the_same_content_and_its_hash_stands_at_the_end),
        cmocka_unit_test(every_range_from_the_genesis_on_is_a_bundle),
        cmocka_unit_test(damage_of_the_ledger_is_named_alike),
        cmocka_unit_test(a_cut_or_longer_file_is_refused),
        cmocka_unit_test(a_flipped_bit_is_never_taken_for_a_ledger),
        cmocka_unit_test(lengths_and_counts_beyond_their_limits_are_refused_unread),
        cmocka_unit_test(parts_ascend_and_are_not_empty),
        cmocka_unit_test(a_frame_that_wants_more_memory_is_refused),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
