/* Append buffer: the bytes of each put, the exact maximum, and that `full` sticks. */
#include "vm/base/buf.h"

#include "tests/support/test.h"

static uint8_t memory[70000];

static wc_buf fresh(size_t capacity)
{
    wc_buf buf;
    memset(memory, 0xa5, sizeof memory);
    wc_buf_init(&buf, memory, capacity);
    return buf;
}

static void assert_bytes(const wc_buf *buf, const char *expected, size_t len)
{
    assert_status(wc_buf_status(buf), WC_OK);
    assert_int_equal(buf->len, len);
    assert_memory_equal(buf->data, expected, len);
}

static void writes_integers_big_endian(void **state)
{
    (void)state;
    wc_buf buf = fresh(64);
    wc_buf_put_u8(&buf, 0x01);
    wc_buf_put_u16(&buf, 0x0203);
    wc_buf_put_u32(&buf, 0x04050607);
    wc_buf_put_u64(&buf, 0x08090a0b0c0d0e0f);
    wc_buf_put_i64(&buf, -2);
    assert_bytes(&buf,
                 "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"
                 "\xff\xff\xff\xff\xff\xff\xff\xfe",
                 23);
}

static void counts_strings_with_their_length_first(void **state)
{
    (void)state;
    wc_buf buf = fresh(64);
    wc_slice text = wc_slice_of("kWh", 3);
    wc_buf_put_str8(&buf, text);
    wc_buf_put_str16(&buf, text);
    wc_buf_put_str32(&buf, text);
    wc_buf_put_str8(&buf, wc_slice_of(NULL, 0));
    assert_bytes(&buf, "\x03kWh\x00\x03kWh\x00\x00\x00\x03kWh\x00", 17);
}

static void takes_strings_up_to_what_the_length_can_say(void **state)
{
    (void)state;
    static const uint8_t long_text[UINT16_MAX + 1];
    wc_buf buf = fresh(sizeof memory);
    wc_buf_put_str8(&buf, wc_slice_of(long_text, UINT8_MAX));
    wc_buf_put_str16(&buf, wc_slice_of(long_text, UINT16_MAX));
    assert_status(wc_buf_status(&buf), WC_OK);
    assert_int_equal(buf.len, 1 + UINT8_MAX + 2 + UINT16_MAX);

    buf = fresh(sizeof memory);
    wc_buf_put_str8(&buf, wc_slice_of(long_text, UINT8_MAX + 1));
    assert_status(wc_buf_status(&buf), WC_NO_SPACE);
    buf = fresh(sizeof memory);
    wc_buf_put_str16(&buf, wc_slice_of(long_text, UINT16_MAX + 1));
    assert_status(wc_buf_status(&buf), WC_NO_SPACE);
#if SIZE_MAX > UINT32_MAX
    buf = fresh(sizeof memory);
    wc_buf_put_str32(&buf, wc_slice_of(long_text, (size_t)UINT32_MAX + 1)); /* not read: too long */
    assert_status(wc_buf_status(&buf), WC_NO_SPACE);
#endif
}

static void fills_to_its_maximum_and_not_beyond(void **state)
{
    (void)state;
    for (size_t capacity = 3; capacity <= 5; capacity++) {
        wc_buf buf = fresh(capacity);
        wc_buf_put_u32(&buf, 0x01020304);
        assert_status(wc_buf_status(&buf), capacity < 4 ? WC_NO_SPACE : WC_OK);
        assert_int_equal(memory[capacity], 0xa5);
        if (capacity < 4) assert_int_equal(buf.len, 0); /* nothing by half */
    }
}

static void stays_full_even_for_what_would_fit(void **state)
{
    (void)state;
    wc_buf buf = fresh(3);
    wc_buf_put_u32(&buf, 1);
    wc_buf_put_u8(&buf, 2);
    assert_int_equal(buf.len, 0);
    assert_status(wc_buf_status(&buf), WC_NO_SPACE);
    wc_buf_patch_u32(&buf, 0, 7); /* its place was dropped, too */
    assert_int_equal(memory[0], 0xa5);
}

static void works_without_memory_as_long_as_nothing_is_put(void **state)
{
    (void)state;
    wc_buf buf;
    wc_buf_init(&buf, NULL, 0);
    wc_buf_put(&buf, NULL, 0);
    wc_buf_put_slice(&buf, wc_slice_of(NULL, 0));
    assert_status(wc_buf_status(&buf), WC_OK);
    wc_buf_put_u8(&buf, 1);
    assert_status(wc_buf_status(&buf), WC_NO_SPACE);
}

static void patches_a_length_known_afterwards(void **state)
{
    (void)state;
    wc_buf buf = fresh(16);
    wc_buf_put_u8(&buf, 9);
    wc_buf_put_u32(&buf, 0);
    wc_buf_put_text(&buf, "abc");
    wc_buf_patch_u32(&buf, 1, 3);
    assert_bytes(&buf,
                 "\x09\x00\x00\x00\x03"
                 "abc",
                 8);
    assert_true(wc_slice_equal(wc_buf_slice(&buf), wc_slice_of(memory, 8)));
}

static void writes_decimals_over_the_whole_range(void **state)
{
    (void)state;
    wc_buf buf = fresh(128);
    const int64_t values[] = {0, 7, -1, 10, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < WC_ARRAY_LEN(values); i++) {
        wc_buf_put_decimal(&buf, values[i]);
        wc_buf_put_text(&buf, " ");
    }
    const char *expected = "0 7 -1 10 9223372036854775807 -9223372036854775808 ";
    assert_bytes(&buf, expected, strlen(expected));
}

static void writes_hex_in_lower_case(void **state)
{
    (void)state;
    wc_buf buf = fresh(16);
    wc_buf_put_hex(&buf, wc_slice_of("\x00\x9a\xff", 3));
    assert_bytes(&buf, "009aff", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_integers_big_endian),
        cmocka_unit_test(counts_strings_with_their_length_first),
        cmocka_unit_test(takes_strings_up_to_what_the_length_can_say),
        cmocka_unit_test(fills_to_its_maximum_and_not_beyond),
        cmocka_unit_test(stays_full_even_for_what_would_fit),
        cmocka_unit_test(works_without_memory_as_long_as_nothing_is_put),
        cmocka_unit_test(patches_a_length_known_afterwards),
        cmocka_unit_test(writes_decimals_over_the_whole_range),
        cmocka_unit_test(writes_hex_in_lower_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
