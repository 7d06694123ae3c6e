/* The last record of the log, cut and flipped at every byte: the database is then exactly one block
 * shorter, says so, and starts only if the SEAL does not know that block. */
#include <stdlib.h>

#include "node/store/wal.h"
#include "tests/support/prng.h"
#include "tests/unit/store/damage.h"

#define BLOCKS 12

typedef struct wc_log {
    const char *folder;
    wc_path_text path;
    wc_bytes bytes;
    size_t start; /* of the last block's record */
} wc_log;

/* The record of the last block starts where the log of a chain without it ends. */
static wc_log make_log(void)
{
    wc_log log = {path_in_test("home"), {""}, {NULL, 0}, 0};
    const char *shorter = path_in_test("shorter");
    make_chain(shorter, BLOCKS - 1, false);
    wc_bytes before = read_whole(newest_file(shorter, "", ".log").text);
    remove_tree(shorter);
    make_chain(log.folder, BLOCKS, false);
    log.path = newest_file(log.folder, "", ".log");
    log.bytes = read_whole(log.path.text);
    log.start = before.len;
    assert_true(log.start > 1000 && log.start + 100 < log.bytes.len);
    assert_memory_equal(log.bytes.data, before.data, log.start);
    free(before.data);
    return log;
}

static void drop_log(wc_log *log)
{
    free(log->bytes.data);
    remove_tree(log->folder);
}

/* Opens read-only with a SEAL that does not know the block, every so often with one that does, and
 * more seldom as a node would, on a copy. */
static void assert_lost(const wc_log *log, size_t at)
{
    wc_trial trial = {log->folder, BLOCKS, BLOCKS - 1, true, false};
    assert_int_equal(judge_opening(&trial), OUTCOME_SHORTER);
    trial.sealed = BLOCKS;
    if (at % 4 == 0) assert_int_equal(judge_opening(&trial), OUTCOME_BEHIND);
    if (at % 16 != 0) return;
    for (uint64_t sealed = BLOCKS - 1; sealed <= BLOCKS; sealed++) {
        const char *copy = path_in_test("copy");
        copy_tree(log->folder, copy);
        wc_trial node = {copy, BLOCKS, sealed, false, false};
        assert_int_equal(judge_opening(&node), sealed == BLOCKS ? OUTCOME_BEHIND : OUTCOME_SHORTER);
        remove_tree(copy);
    }
}

static void a_log_cut_at_any_byte_of_its_last_record_is_one_block_shorter(void **state)
{
    (void)state;
    wc_log log = make_log();
    wc_trial whole = {log.folder, BLOCKS, BLOCKS, true, true};
    assert_int_equal(judge_opening(&whole), OUTCOME_IDENTICAL);
    for (size_t len = log.start + 1; len < log.bytes.len; len++) {
        write_whole(log.path.text, log.bytes.data, len);
        assert_lost(&log, len);
        assert_in_range(test_report.wal_dropped_bytes, 1,
                        len - log.start); /* zeros at its end: not */
    }
    /* Cut exactly between two records: nothing is torn, the block was never there. */
    write_whole(log.path.text, log.bytes.data, log.start);
    wc_trial shorter = {log.folder, BLOCKS - 1, BLOCKS - 1, true, true};
    assert_int_equal(judge_opening(&shorter), OUTCOME_IDENTICAL);
    shorter.sealed = BLOCKS;
    assert_int_equal(judge_opening(&shorter), OUTCOME_BEHIND);
    drop_log(&log);
}

static void a_bit_flipped_at_any_byte_of_the_last_record_makes_it_one_block_shorter(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 41);
    wc_log log = make_log();
    for (size_t at = log.start; at < log.bytes.len; at++) {
        write_flipped(log.path.text, log.bytes, at * 8 + (size_t)wc_prng_below(&prng, 8));
        assert_lost(&log, at);
    }
    drop_log(&log);
}

/* Acknowledged blocks behind the damage are gone for RocksDB; the SEAL knows better. And the
 * refusal leaves the folder as it was, so that the bit can still be turned back. */
static void damage_further_up_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    wc_log log = make_log();
    wc_trial trial = {log.folder, BLOCKS, BLOCKS, false, false};
    for (size_t at = 3; at < log.start; at += 29) {
        write_flipped(log.path.text, log.bytes, at * 8 + at % 8);
        assert_int_equal(judge_opening(&trial), OUTCOME_BEHIND);
    }
    write_whole(log.path.text, log.bytes.data, log.bytes.len);
    trial.has_clean_tail = true;
    assert_int_equal(judge_opening(&trial), OUTCOME_IDENTICAL);
    drop_log(&log);
}

static void a_log_that_is_gone_is_refused(void **state)
{
    (void)state;
    wc_log log = make_log();
    wc_trial trial = {log.folder, BLOCKS, BLOCKS, true, false};
    remove_tree(log.path.text);
    wc_outcome outcome = judge_opening(&trial);
    assert_true(outcome == OUTCOME_BEHIND || outcome == OUTCOME_REFUSED);
    drop_log(&log);
}

static void a_database_with_another_record_at_the_sealed_number_is_refused(void **state)
{
    (void)state;
    wc_log log = make_log();
    wc_trial trial = {log.folder, BLOCKS, BLOCKS - 2, true, true};
    assert_int_equal(judge_opening(&trial), OUTCOME_REFUSED); /* two ahead: not this SEAL */
    drop_log(&log);
}

/* RFC 3720 B.4 */
static void computes_the_published_checksums(void **state)
{
    (void)state;
    uint8_t bytes[32] = {0};
    assert_int_equal(wc_crc32c(0, bytes, 32), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(wc_crc32c(0, bytes, 32), 0x62a8ab43);
    for (uint8_t i = 0; i < 32; i++) bytes[i] = i;
    assert_int_equal(wc_crc32c(0, bytes, 32), 0x46dd794e);
    uint32_t crc = wc_crc32c(0, bytes, 10);
    assert_int_equal(wc_crc32c(crc, bytes + 10, 22), 0x46dd794e);
    assert_int_equal(wc_crc32c(0, (const uint8_t *)"123456789", 9), 0xe3069283);
}

/* Appends one piece: masked checksum, length, type, data; all little-endian. */
static void put_piece(wc_buf *log, uint8_t type, const char *data)
{
    uint8_t head[7];
    uint8_t checked[64] = {type};
    size_t len = strlen(data);
    memcpy(checked + 1, data, len);
    uint32_t crc = wc_crc32c(0, checked, 1 + len);
    uint32_t masked = (crc >> 15 | crc << 17) + 0xa282ead8u;
    for (unsigned i = 0; i < 4; i++) head[i] = (uint8_t)(masked >> 8 * i);
    head[4] = (uint8_t)len;
    head[5] = 0;
    head[6] = type;
    wc_buf_put(log, head, sizeof head);
    wc_buf_put(log, data, len);
}

/* types: the pieces' types, ended by 0; clean: pieces that belong to whole records. */
static void assert_pieces(const uint8_t *types, size_t clean)
{
    uint8_t bytes[512];
    wc_buf log;
    wc_wal_end end;
    size_t expected = 0;
    const char *path = path_in_test("pieces");
    wc_buf_init(&log, bytes, sizeof bytes);
    for (size_t i = 0; types[i] != 0; i++) {
        put_piece(&log, types[i], "data");
        if (i + 1 == clean) expected = log.len;
    }
    write_whole(path, bytes, log.len);
    assert_status(wc_wal_scan(&end, path), WC_OK);
    assert_int_equal(end.clean_bytes, expected);
    assert_int_equal(end.total_bytes, log.len);
}

static void pieces_must_come_in_an_order_that_makes_records(void **state)
{
    (void)state;
    assert_pieces((const uint8_t[]){1, 2, 4, 2, 3, 3, 4, 1, 0}, 8);
    assert_pieces((const uint8_t[]){1, 1, 2, 0}, 2);       /* ends inside a record */
    assert_pieces((const uint8_t[]){1, 2, 3, 0}, 1);       /* the same */
    assert_pieces((const uint8_t[]){1, 3, 1, 0}, 1);       /* a middle without a first */
    assert_pieces((const uint8_t[]){1, 4, 1, 0}, 1);       /* a last without a first */
    assert_pieces((const uint8_t[]){1, 2, 1, 0}, 1);       /* a whole record inside another */
    assert_pieces((const uint8_t[]){1, 2, 3, 2, 4, 0}, 1); /* a first inside another */
    assert_pieces((const uint8_t[]){1, 5, 0}, 1);          /* no such type */
    assert_pieces((const uint8_t[]){2, 0}, 0);
}

static void finds_the_end_of_a_log_with_records_over_several_blocks(void **state)
{
    (void)state;
    wc_store store;
    wc_wal_end end;
    const char *folder = path_in_test("home");
    static uint8_t value[100000];
    wc_batch *batch = wc_batch_create(1 << 20);
    memset(value, 0x5a, sizeof value);
    wc_batch_put(batch, WC_CF_STATE, wc_slice_of("k", 1), wc_slice_of(value, sizeof value));
    assert_status(open_folder(&store, folder, true, false), WC_OK);
    commit_block(&store, 1);
    assert_status(wc_store_commit(&store, batch), WC_OK);
    commit_block(&store, 2);
    wc_store_close(&store);
    wc_batch_destroy(batch);

    wc_path_text path = newest_file(folder, "", ".log");
    wc_bytes bytes = read_whole(path.text);
    assert_status(wc_wal_scan(&end, path.text), WC_OK);
    assert_int_equal(end.clean_bytes, bytes.len);
    assert_int_equal(end.total_bytes, bytes.len);
    uint64_t first = 0; /* end of block 1's record: where a cut inside the long record leaves us */
    for (size_t len = 40000; len < 100000; len += 9973) {
        write_whole(path.text, bytes.data, len);
        assert_status(wc_wal_scan(&end, path.text), WC_OK);
        assert_int_equal(end.total_bytes, len);
        assert_true(first == 0 || end.clean_bytes == first);
        first = end.clean_bytes;
    }
    assert_true(first > 100 && first < 2000);

    uint8_t *padded =
        (uint8_t *)calloc(1, bytes.len + 5000); /* zeros behind the end are no damage */
    memcpy(padded, bytes.data, bytes.len);
    write_whole(path.text, padded, bytes.len + 5000);
    assert_status(wc_wal_scan(&end, path.text), WC_OK);
    assert_int_equal(end.clean_bytes, end.total_bytes);
    write_whole(path.text, padded, 0);
    assert_status(wc_wal_scan(&end, path.text), WC_OK);
    assert_int_equal(end.total_bytes, 0);
    remove_tree(path.text);
    assert_status(wc_wal_scan(&end, path.text), WC_NOT_FOUND);
    free(padded);
    free(bytes.data);
    remove_tree(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_cut_at_any_byte_of_its_last_record_is_one_block_shorter),
        cmocka_unit_test(a_bit_flipped_at_any_byte_of_the_last_record_makes_it_one_block_shorter),
        cmocka_unit_test(damage_further_up_is_refused_and_changes_nothing),
        cmocka_unit_test(a_log_that_is_gone_is_refused),
        cmocka_unit_test(a_database_with_another_record_at_the_sealed_number_is_refused),
        cmocka_unit_test(computes_the_published_checksums),
        cmocka_unit_test(pieces_must_come_in_an_order_that_makes_records),
        cmocka_unit_test(finds_the_end_of_a_log_with_records_over_several_blocks),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
