/* Read cursor: values, and that a failed read neither advances nor writes. */
#include "vm/base/codec.h"

#include "tests/support/test.h"

static void reads_integers_big_endian(void **state)
{
    (void)state;
    wc_reader reader =
        wc_reader_of(wc_slice_of("\x01\x02\x03\x04\x05\x06\x07\x88\x09\x0a\x0b\x0c\x0d\x0e\x0f"
                                 "\xff\xff\xff\xff\xff\xff\xff\xfe",
                                 23));
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    int64_t i64;
    assert_status(wc_read_u8(&reader, &u8), WC_OK);
    assert_status(wc_read_u16(&reader, &u16), WC_OK);
    assert_status(wc_read_u32(&reader, &u32), WC_OK);
    assert_status(wc_read_u64(&reader, &u64), WC_OK);
    assert_status(wc_read_end(&reader), WC_TRAILING);
    assert_status(wc_read_i64(&reader, &i64), WC_OK);
    assert_status(wc_read_end(&reader), WC_OK);
    assert_int_equal(u8, 1);
    assert_int_equal(u16, 0x0203);
    assert_int_equal(u32, 0x04050607);
    assert_true(u64 == 0x88090a0b0c0d0e0f);
    assert_int_equal(i64, -2);
}

/* Tries every kind of read on `len` bytes; the kinds that need more must leave everything alone. */
static void assert_truncated_reads(size_t len)
{
    static const uint8_t bytes[16];
    wc_reader reader = wc_reader_of(wc_slice_of(bytes, len));
    uint8_t u8 = 0x5a;
    uint16_t u16 = 0x5a;
    uint32_t u32 = 0x5a;
    uint64_t u64 = 0x5a;
    int64_t i64 = 0x5a;
    wc_slice slice = {NULL, 0x5a};
    if (len < 1) assert_status(wc_read_u8(&reader, &u8), WC_TRUNCATED);
    if (len < 2) assert_status(wc_read_u16(&reader, &u16), WC_TRUNCATED);
    if (len < 4) assert_status(wc_read_u32(&reader, &u32), WC_TRUNCATED);
    if (len < 8) assert_status(wc_read_u64(&reader, &u64), WC_TRUNCATED);
    if (len < 8) assert_status(wc_read_i64(&reader, &i64), WC_TRUNCATED);
    assert_status(wc_read_slice(&reader, len + 1, &slice), WC_TRUNCATED);
    assert_status(wc_read_slice(&reader, SIZE_MAX, &slice), WC_TRUNCATED);
    assert_status(wc_read_bytes(&reader, &u64, len + 1), WC_TRUNCATED);
    assert_int_equal(reader.at, 0);
    assert_true(u8 == 0x5a && u16 == 0x5a && u32 == 0x5a && u64 == 0x5a && i64 == 0x5a);
    assert_int_equal(slice.len, 0x5a);
}

static void a_read_past_the_end_changes_nothing(void **state)
{
    (void)state;
    for (size_t len = 0; len < 8; len++) assert_truncated_reads(len);
}

static void borrows_and_copies_bytes(void **state)
{
    (void)state;
    const char *text = "abcdef";
    wc_reader reader = wc_reader_of(wc_slice_of(text, 6));
    wc_slice slice;
    char copy[3];
    assert_status(wc_read_slice(&reader, 3, &slice), WC_OK);
    assert_ptr_equal(slice.data, text);
    assert_status(wc_read_bytes(&reader, copy, 3), WC_OK);
    assert_memory_equal(copy, "def", 3);
    assert_int_equal(wc_reader_left(&reader), 0);
    assert_status(wc_read_slice(&reader, 0, &slice), WC_OK);
    assert_int_equal(slice.len, 0);
}

static void reads_nothing_from_nothing(void **state)
{
    (void)state;
    wc_reader reader = wc_reader_of((wc_slice){NULL, 0});
    wc_slice slice;
    assert_status(wc_read_slice(&reader, 0, &slice), WC_OK);
    assert_status(wc_read_bytes(&reader, NULL, 0), WC_OK);
    assert_status(wc_read_end(&reader), WC_OK);
}

static wc_status read_counted(wc_reader *reader, unsigned bits, size_t max, wc_slice *text)
{
    if (bits == 8) return wc_read_str8(reader, max, text);
    if (bits == 16) return wc_read_str16(reader, max, text);
    return wc_read_str32(reader, max, text);
}

static void reads_counted_strings_up_to_the_maximum(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0, 0, 0, 3, 'k', 'W', 'h'};
    for (unsigned bits = 8; bits <= 32; bits *= 2) {
        const uint8_t *start = bytes + 4 - bits / 8;
        size_t len = bits / 8 + 3;
        for (size_t max = 2; max <= 4; max++) {
            wc_reader reader = wc_reader_of(wc_slice_of(start, len));
            wc_slice text = {NULL, 0};
            assert_status(read_counted(&reader, bits, max, &text), max < 3 ? WC_TOO_LARGE : WC_OK);
            assert_int_equal(reader.at, max < 3 ? 0 : len);
            if (max >= 3) assert_memory_equal(text.data, "kWh", 3);
        }
    }
}

static void a_cut_counted_string_stays_unread(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0, 0, 0, 3, 'k', 'W', 'h'};
    for (unsigned bits = 8; bits <= 32; bits *= 2) {
        for (size_t len = 0; len < bits / 8 + 3; len++) {
            wc_reader reader = wc_reader_of(wc_slice_of(bytes + 4 - bits / 8, len));
            wc_slice text = {NULL, 77};
            assert_status(read_counted(&reader, bits, 9, &text), WC_TRUNCATED);
            assert_int_equal(reader.at, 0);
            assert_int_equal(text.len, 77);
        }
    }
}

static void stores_what_it_loads_at_any_address(void **state)
{
    (void)state;
    uint8_t bytes[16];
    for (size_t at = 0; at < 8; at++) {
        memset(bytes, 0, sizeof bytes);
        wc_store_u64(bytes + at, 0xfedcba9876543210);
        assert_memory_equal(bytes + at, "\xfe\xdc\xba\x98\x76\x54\x32\x10", 8);
        assert_true(wc_load_u64(bytes + at) == 0xfedcba9876543210);
        assert_int_equal(wc_load_u32(bytes + at), 0xfedcba98);
        assert_int_equal(wc_load_u16(bytes + at + 2), 0xba98);
        wc_store_u32(bytes + at, 0x80000001);
        assert_memory_equal(bytes + at, "\x80\x00\x00\x01\x76", 5);
        wc_store_u16(bytes + at, 0xff01);
        assert_memory_equal(bytes + at, "\xff\x01\x00", 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_integers_big_endian),
        cmocka_unit_test(a_read_past_the_end_changes_nothing),
        cmocka_unit_test(borrows_and_copies_bytes),
        cmocka_unit_test(reads_nothing_from_nothing),
        cmocka_unit_test(reads_counted_strings_up_to_the_maximum),
        cmocka_unit_test(a_cut_counted_string_stays_unread),
        cmocka_unit_test(stores_what_it_loads_at_any_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
