/* The SEAL: what it says after every way in which a write to it can be cut, and what follows from
 * it. */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/crypto/crypto.h"
#include "tests/support/sha256.h"
#include "tests/unit/store/support.h"
#include "vm/base/codec.h"

static wc_seal seal_at(uint64_t seq)
{
    wc_seal seal = {seq, 1000 + seq, block_hash(seq)};
    return seal;
}

static const char *seal_path(void)
{
    return path_in_test("SEAL");
}

/* Makes a SEAL file of records 0..last and gives its bytes. */
static wc_bytes make_file(uint64_t last)
{
    wc_seal_file file;
    wc_seal seal = seal_at(0);
    (void)unlink(seal_path());
    assert_status(wc_seal_create(&file, seal_path(), &seal), WC_OK);
    for (uint64_t seq = 1; seq <= last; seq++) {
        seal = seal_at(seq);
        assert_status(wc_seal_write(&file, &seal), WC_OK);
    }
    wc_seal_close(&file);
    return read_whole(seal_path());
}

static void assert_newest(uint64_t seq, bool has_damaged_slot)
{
    wc_seal_file file;
    wc_seal expected = seal_at(seq);
    assert_status(wc_seal_open(&file, seal_path(), true), WC_OK);
    assert_int_equal(file.newest.seq, expected.seq);
    assert_int_equal(file.newest.height, expected.height);
    assert_memory_equal(file.newest.record_hash.bytes, expected.record_hash.bytes, 32);
    assert_int_equal(file.has_damaged_slot, has_damaged_slot);
    wc_seal_close(&file);
}

static void remembers_the_last_record(void **state)
{
    (void)state;
    for (uint64_t last = 0; last < 5; last++) {
        wc_bytes bytes = make_file(last);
        assert_int_equal(bytes.len, 8192);
        assert_newest(last, false);
        free(bytes.data);
    }
}

static void lies_in_the_bytes_as_the_layout_says(void **state)
{
    (void)state;
    wc_bytes bytes = make_file(3);
    uint8_t expected[4096] = {0};
    wc_hash hash = block_hash(3);
    memcpy(expected, "wattclause-seal1", 16);
    wc_store_u64(expected + 16, 3);
    wc_store_u64(expected + 24, 1003);
    memcpy(expected + 32, hash.bytes, 32);
    const wc_slice checked = wc_slice_of(expected, 64);
    wc_hash check = wc_test_sha256(&checked, 1);
    memcpy(expected + 64, check.bytes, 32);
    assert_memory_equal(bytes.data + 4096, expected, sizeof expected); /* 3 is odd */
    free(bytes.data);
}

static void goes_on_after_it_was_opened_again(void **state)
{
    (void)state;
    wc_seal_file file;
    free(make_file(2).data);
    assert_status(wc_seal_open(&file, seal_path(), false), WC_OK);
    wc_seal next = seal_at(3);
    assert_status(wc_seal_write(&file, &next), WC_OK);
    wc_seal_close(&file);
    assert_newest(3, false);
}

/* The write of record 4 stops after n bytes, for every n: the file says 3, or 4 when all that
 * counts has arrived. Then record 4 is sealed again, which mends the slot. */
static void a_write_cut_at_any_byte_leaves_the_record_before(void **state)
{
    (void)state;
    uint8_t torn[8192];
    wc_bytes before = make_file(3);
    wc_bytes after = make_file(4);
    const size_t content = 96; /* the rest of a slot is zeros in both */
    for (size_t n = 0; n <= 4096; n++) {
        memcpy(torn, before.data, sizeof torn);
        memcpy(torn, after.data, n); /* slot 0 takes the even record */
        write_whole(seal_path(), torn, sizeof torn);
        bool is_whole = memcmp(torn, after.data, 4096) == 0;
        bool is_untouched = n <= 23; /* records 2 and 4 share mark and high bytes of the number */
        assert_int_equal(is_whole, n >= content);
        assert_newest(is_whole ? 4 : 3, !is_whole && !is_untouched);
        if (n < content && n % 16 == 8) {
            wc_seal_file file;
            assert_status(wc_seal_open(&file, seal_path(), false), WC_OK);
            wc_seal four = seal_at(4);
            assert_status(wc_seal_write(&file, &four), WC_OK);
            wc_seal_close(&file);
            assert_newest(4, false);
        }
    }
    free(before.data);
    free(after.data);
}

static void a_flipped_bit_anywhere_costs_one_slot_and_is_noticed(void **state)
{
    (void)state;
    wc_bytes bytes = make_file(5); /* slot 1: record 5, slot 0: record 4 */
    for (size_t at = 0; at < bytes.len; at++) {
        write_flipped(seal_path(), bytes, at * 8 + at % 8);
        assert_newest(at < 4096 ? 5 : 4, true);
    }
    free(bytes.data);
}

static void refuses_a_file_of_which_nothing_is_left(void **state)
{
    (void)state;
    wc_seal_file file;
    wc_seal seal = seal_at(0);
    wc_bytes bytes = make_file(5);
    assert_status(wc_seal_create(&file, seal_path(), &seal), WC_EXISTS);
    bytes.data[20] ^= 1;
    bytes.data[4096 + 20] ^= 1;
    write_whole(seal_path(), bytes.data, bytes.len);
    assert_status(wc_seal_open(&file, seal_path(), false), WC_CORRUPT);
    bytes.data[20] ^= 1;
    static const size_t lengths[] = {0, 1, 4096, 8191};
    for (size_t i = 0; i < WC_ARRAY_LEN(lengths); i++) {
        write_whole(seal_path(), bytes.data, lengths[i]);
        assert_status(wc_seal_open(&file, seal_path(), false), WC_CORRUPT);
    }
    assert_int_equal(unlink(seal_path()), 0);
    assert_status(wc_seal_open(&file, seal_path(), false), WC_NOT_FOUND);
    assert_status(wc_seal_open(&file, test_folder, true), WC_CORRUPT);
    assert_status(wc_seal_create(&file, path_in_test("none/SEAL"), &seal), WC_IO);
    free(bytes.data);
}

static void another_kind_of_slots_is_not_a_seal(void **state)
{
    (void)state;
    static const wc_slots_kind other = {"wattclause-other", 40};
    wc_slots slots;
    wc_seal_file file;
    uint8_t value[40] = {0};
    (void)unlink(seal_path());
    assert_status(wc_slots_create(&slots, &other, seal_path(), 0, value), WC_OK);
    wc_slots_close(&slots);
    assert_status(wc_seal_open(&file, seal_path(), false), WC_CORRUPT);
}

static void decides_by_number_and_hash(void **state)
{
    (void)state;
    wc_seal_step step = WC_SEAL_KEEP;
    wc_seal sealed = seal_at(7);
    wc_hash before[10];
    for (uint64_t seq = 1; seq < 10; seq++) before[seq] = block_hash(seq - 1);

    wc_seal database = seal_at(7);
    assert_status(wc_seal_decide(&step, &sealed, &database, &before[7]), WC_OK);
    assert_int_equal(step, WC_SEAL_KEEP);
    database = seal_at(8);
    assert_status(wc_seal_decide(&step, &sealed, &database, &before[8]), WC_OK);
    assert_int_equal(step, WC_SEAL_AGAIN);
    database = seal_at(6);
    assert_status(wc_seal_decide(&step, &sealed, &database, &before[6]), WC_BEHIND_SEAL);
    database = seal_at(9);
    assert_status(wc_seal_decide(&step, &sealed, &database, &before[9]), WC_AHEAD_OF_SEAL);

    database = seal_at(7);
    database.record_hash.bytes[31] ^= 1;
    assert_status(wc_seal_decide(&step, &sealed, &database, &before[7]), WC_SEAL_DIFFERS);
    database = seal_at(8); /* one further, on another record 7 */
    before[8].bytes[0] ^= 1;
    assert_status(wc_seal_decide(&step, &sealed, &database, &before[8]), WC_SEAL_DIFFERS);
    database = seal_at(0);
    assert_status(wc_seal_decide(&step, &sealed, &database, &before[1]), WC_BEHIND_SEAL);
    sealed.seq = UINT64_MAX;
    assert_status(wc_seal_decide(&step, &sealed, &database, &before[1]), WC_BEHIND_SEAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remembers_the_last_record),
        cmocka_unit_test(lies_in_the_bytes_as_the_layout_says),
        cmocka_unit_test(goes_on_after_it_was_opened_again),
        cmocka_unit_test(a_write_cut_at_any_byte_leaves_the_record_before),
        cmocka_unit_test(a_flipped_bit_anywhere_costs_one_slot_and_is_noticed),
        cmocka_unit_test(refuses_a_file_of_which_nothing_is_left),
        cmocka_unit_test(another_kind_of_slots_is_not_a_seal),
        cmocka_unit_test(decides_by_number_and_hash),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
