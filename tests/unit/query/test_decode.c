/* Values of every kind of type as text, written by hand as bytes. */
#include "node/crypto/crypto.h"
#include "node/query/decode.h"
#include "tests/support/test.h"
#include "vm/base/text.h"
#include "vm/isa/builder.h"

static uint8_t memory[8 << 20];
static wc_arena arena;
static wc_builder *b;
static wc_buf bytes;
static uint8_t bytes_memory[4096];
static wc_name name_list[1];
static wc_names names;

#define NAME(text) wc_builder_string(b, wc_str_of(text))

static int begin(void **state)
{
    (void)state;
    wc_arena_init(&arena, memory, sizeof memory);
    b = wc_builder_new(&arena, wc_sha256, WC_STR("Test"), WC_STR("test"));
    assert_non_null(b);
    wc_buf_init(&bytes, bytes_memory, sizeof bytes_memory);
    name_list[0] = (wc_name){WC_STR("home-1"), {{7}}};
    names = (wc_names){.count = 1, .list = name_list};
    return 0;
}

static wc_type bare(wc_type_kind kind)
{
    return (wc_type){.kind = kind,
                     .name = WC_NONE,
                     .unit = WC_NONE,
                     .item = WC_NONE,
                     .lo = INT64_MIN,
                     .hi = INT64_MAX,
                     .capacity = 16};
}

static uint16_t plain(wc_type_kind kind)
{
    wc_type type = bare(kind);
    return wc_builder_type(b, &type);
}

static uint16_t decimal(uint8_t scale, const char *unit)
{
    wc_type type = bare(WC_TYPE_DEC);
    type.scale = scale;
    if (unit != NULL) type.unit = wc_builder_unit(b, wc_str_of(unit));
    return wc_builder_type(b, &type);
}

static uint16_t collection(wc_type_kind kind, uint16_t item, uint16_t value)
{
    wc_type type = bare(kind);
    type.item = item;
    type.value = value;
    type.step = 900;
    return wc_builder_type(b, &type);
}

/* Decodes what stands in `bytes`. */
static const char *shown(uint16_t type, uint32_t items_max)
{
    static char text[4096];
    wc_buf buf;
    assert_status(wc_builder_status(b), WC_OK);
    wc_decoder decoder = {.module = wc_builder_module(b), .names = &names, .items_max = items_max};
    wc_buf_init(&buf, text, sizeof text - 1);
    wc_decode_put(&buf, &decoder, type, wc_buf_slice(&bytes));
    text[buf.len] = '\0';
    wc_buf_init(&bytes, bytes_memory, sizeof bytes_memory);
    return text;
}

static void numbers_carry_scale_and_unit(void **state)
{
    (void)state;
    wc_buf_put_i64(&bytes, 12345);
    assert_string_equal(shown(decimal(3, "kWh"), 0), "12.345 kWh");
    wc_buf_put_i64(&bytes, 38000);
    assert_string_equal(shown(decimal(5, "CNY/kWh"), 0), "0.38000 CNY/kWh");
    wc_buf_put_i64(&bytes, -5);
    assert_string_equal(shown(decimal(2, "CNY"), 0), "-0.05 CNY");
    wc_buf_put_i64(&bytes, 800);
    assert_string_equal(shown(decimal(3, NULL), 0), "0.800");
    wc_buf_put_i64(&bytes, INT64_MIN);
    assert_string_equal(shown(plain(WC_TYPE_INT), 0), "-9223372036854775808");
    wc_buf_put_u8(&bytes, 1);
    assert_string_equal(shown(plain(WC_TYPE_BOOL), 0), "true");
}

static void times_are_dates_of_the_calendar(void **state)
{
    (void)state;
    wc_buf_put_i64(&bytes, 1662055200);
    assert_string_equal(shown(plain(WC_TYPE_TIME), 0), "2022-09-01T18:00:00Z");
    wc_buf_put_i64(&bytes, 19236);
    assert_string_equal(shown(plain(WC_TYPE_DATE), 0), "2022-09-01");
    wc_buf_put_i64(&bytes, 1662055200);
    wc_buf_put_i64(&bytes, 1662056100);
    assert_string_equal(shown(plain(WC_TYPE_INTERVAL), 0),
                        "[2022-09-01T18:00:00Z, 2022-09-01T18:15:00Z)");
}

static void parties_have_names_and_bytes_are_hex(void **state)
{
    (void)state;
    wc_buf_put(&bytes, name_list[0].address.bytes, 32);
    assert_string_equal(shown(plain(WC_TYPE_PARTY), 0), "home-1");
    wc_type four = bare(WC_TYPE_BYTES);
    four.capacity = 4;
    wc_buf_put_u32(&bytes, 0xdeadbeef);
    assert_string_equal(shown(wc_builder_type(b, &four), 0), "deadbeef");
    wc_buf_put_str32(&bytes, wc_slice_of("电 1", 5));
    assert_string_equal(shown(plain(WC_TYPE_TEXT), 0), "\"电 1\"");
}

static void tuples_name_their_fields(void **state)
{
    (void)state;
    uint16_t fields[] = {NAME("at"), NAME("load")};
    uint16_t types[] = {plain(WC_TYPE_INT), decimal(3, "kWh")};
    wc_buf_put_i64(&bytes, 3);
    wc_buf_put_i64(&bytes, 1500);
    assert_string_equal(shown(wc_builder_tuple(b, fields, types, 2), 0), "(at 3, load 1.500 kWh)");
    wc_buf_put_i64(&bytes, 3);
    wc_buf_put_i64(&bytes, 1500);
    assert_string_equal(shown(wc_builder_tuple(b, NULL, types, 2), 0), "(3, 1.500 kWh)");
    assert_string_equal(shown(wc_builder_tuple(b, NULL, NULL, 0), 0), "()");
}

static void variants_show_their_data(void **state)
{
    (void)state;
    uint16_t integer = plain(WC_TYPE_INT);
    wc_variant variants[2] = {
        {.name = NAME("None"), .data = WC_NONE},
        {.name = NAME("Some"), .data = wc_builder_tuple(b, NULL, &integer, 1)}};
    wc_type option = bare(WC_TYPE_ENUM);
    option.count = 2;
    option.variants = variants;
    uint16_t type = wc_builder_type(b, &option);
    wc_buf_put_u16(&bytes, 0);
    assert_string_equal(shown(type, 0), "None");
    wc_buf_put_u16(&bytes, 1);
    wc_buf_put_i64(&bytes, 42);
    assert_string_equal(shown(type, 0), "Some(42)");
    wc_variant tags[2] = {{.name = NAME("Energy"), .data = WC_NONE},
                          {.name = NAME("Fee"), .data = WC_NONE}};
    wc_type tag = bare(WC_TYPE_TAG);
    tag.count = 2;
    tag.variants = tags;
    wc_buf_put_u16(&bytes, 1);
    assert_string_equal(shown(wc_builder_type(b, &tag), 0), "Fee");
}

static void put_five(void)
{
    wc_buf_put_u32(&bytes, 5);
    for (int64_t i = 0; i < 5; i++) wc_buf_put_i64(&bytes, i);
}

static void collections_are_cut_where_asked(void **state)
{
    (void)state;
    uint16_t integer = plain(WC_TYPE_INT);
    uint16_t list = collection(WC_TYPE_LIST, integer, WC_NONE);
    put_five();
    assert_string_equal(shown(list, 0), "[0, 1, 2, 3, 4]");
    put_five();
    assert_string_equal(shown(list, 2), "[0, 1, ... 3 more]");
    put_five();
    assert_string_equal(shown(list, 5), "[0, 1, 2, 3, 4]");
    wc_buf_put_u32(&bytes, 0);
    assert_string_equal(shown(list, 2), "[]");
    put_five();
    assert_string_equal(shown(collection(WC_TYPE_SET, integer, WC_NONE), 0), "{0, 1, 2, 3, 4}");
    wc_buf_put_u32(&bytes, 2);
    for (int64_t i = 1; i <= 4; i++) wc_buf_put_i64(&bytes, i);
    assert_string_equal(shown(collection(WC_TYPE_MAP, integer, integer), 0), "{1: 2, 3: 4}");
}

static void a_series_says_its_quality(void **state)
{
    (void)state;
    static const uint8_t qualities[] = {0, 1, 2, 3};
    wc_buf_put_i64(&bytes, 1662055200);
    wc_buf_put_u32(&bytes, 4);
    for (int64_t i = 1; i <= 4; i++) wc_buf_put_i64(&bytes, i < 4 ? i * 1000 : 0);
    wc_buf_put(&bytes, qualities, sizeof qualities);
    assert_string_equal(shown(collection(WC_TYPE_SERIES, decimal(3, "kW"), WC_NONE), 0),
                        "2022-09-01T18:00:00Z every 900 s: [1.000 kW, 2.000 kW est, 3.000 kW sub, "
                        "missing]");
}

static void other_bytes_are_malformed_at_every_length(void **state)
{
    (void)state;
    uint16_t list = collection(WC_TYPE_LIST, plain(WC_TYPE_INT), WC_NONE);
    for (size_t len = 0; len < 44; len++) {
        put_five();
        bytes.len = len;
        assert_string_equal(shown(list, 0), "(malformed)");
    }
    put_five();
    wc_buf_put_u8(&bytes, 0);
    assert_string_equal(shown(list, 0), "(malformed)");
    wc_buf_put_u8(&bytes, 2);
    assert_string_equal(shown(plain(WC_TYPE_BOOL), 0), "(malformed)");
    wc_buf_put_str32(&bytes, wc_slice_of("\x1b[2J", 4)); /* reaches no terminal */
    assert_string_equal(shown(plain(WC_TYPE_TEXT), 0), "(malformed)");
}

static void a_field_is_found_by_its_name(void **state)
{
    (void)state;
    uint16_t fields[] = {NAME("payer"), NAME("note"), NAME("amount")};
    uint16_t types[] = {plain(WC_TYPE_PARTY), plain(WC_TYPE_TEXT), decimal(2, "CNY")};
    uint16_t tuple = wc_builder_tuple(b, fields, types, 3), type;
    wc_slice value;
    wc_buf_put(&bytes, name_list[0].address.bytes, 32);
    wc_buf_put_str32(&bytes, wc_slice_of("rent", 4));
    wc_buf_put_i64(&bytes, 2403);
    wc_decoder decoder = {.module = wc_builder_module(b)};
    wc_slice data = wc_buf_slice(&bytes);
    assert_status(wc_decode_field(&decoder, tuple, data, "amount", &type, &value), WC_OK);
    assert_int_equal(type, types[2]);
    assert_int_equal(value.len, 8);
    assert_ptr_equal(value.data, data.data + 40);
    assert_status(wc_decode_field(&decoder, tuple, data, "total", &type, &value), WC_NOT_FOUND);
    data.len = 39;
    assert_status(wc_decode_field(&decoder, tuple, data, "amount", &type, &value), WC_NOT_FOUND);
}

/* ---- events and failures ---- */

static const char *failure(uint16_t status)
{
    static char text[1024];
    wc_buf buf;
    wc_decoder decoder = {.module = wc_builder_module(b), .names = &names};
    wc_buf_init(&buf, text, sizeof text - 1);
    wc_decode_failure(&buf, &decoder, status, wc_buf_slice(&bytes));
    text[buf.len] = '\0';
    wc_buf_init(&bytes, bytes_memory, sizeof bytes_memory);
    return text;
}

static void failures_say_what_was_needed(void **state)
{
    (void)state;
    uint16_t time = plain(WC_TYPE_TIME);
    uint16_t at = NAME("at");
    (void)wc_builder_currency(b, WC_STR("CNY"), 2);
    (void)wc_builder_error(b, WC_STR("GateClosed"), wc_builder_tuple(b, &at, &time, 1));
    uint8_t args[48];
    wc_buf buf;
    wc_buf_init(&buf, args, sizeof args);
    wc_buf_put(&buf, name_list[0].address.bytes, 32);
    wc_buf_put_u32(&buf, 0);
    wc_error_outcome error = {.error = WC_ERROR_BUILTIN | WC_BUILTIN_InsufficientEscrow};
    uint8_t amounts[16];
    wc_store_u64(amounts, 50000);
    wc_store_u64(amounts + 8, 6000);
    uint8_t whole[52];
    memcpy(whole, args, 36);
    memcpy(whole + 36, amounts, 16);
    error.args = wc_slice_of(whole, sizeof whole);
    wc_outcome_put_error(&bytes, &error);
    assert_string_equal(failure(WC_RECEIPT_ERROR),
                        "InsufficientEscrow(party home-1, need 500.00 CNY, have 60.00 CNY)");

    wc_store_u64(amounts, 1662055200);
    error = (wc_error_outcome){.error = 0, .args = wc_slice_of(amounts, 8)};
    wc_outcome_put_error(&bytes, &error);
    assert_string_equal(failure(WC_RECEIPT_ERROR), "GateClosed(at 2022-09-01T18:00:00Z)");

    wc_trap_outcome trap = {.trap = WC_TRAP_DIVZERO,
                            .function = 9,
                            .word = 12,
                            .value_count = 2,
                            .values = {{5, 0}, {0, 0}}};
    wc_outcome_put_trap(&bytes, &trap);
    assert_string_equal(failure(WC_RECEIPT_TRAP), "trap DIVZERO, word 12, values 5, 0");
    assert_string_equal(failure(WC_RECEIPT_OK), "");
}

static void events_of_the_ledger_follow_their_table(void **state)
{
    (void)state;
    static wc_money_names money = {1, {{2, 2, {"CNY", 3}}}};
    char text[512];
    wc_buf buf;
    wc_buf_put_u32(&bytes, 2);
    wc_buf_put(&bytes, name_list[0].address.bytes, 32);
    wc_buf_put_i64(&bytes, 6000);
    wc_buf_put(&bytes, (uint8_t[32]){0}, 32);
    wc_buf_init(&buf, text, sizeof text - 1);
    wc_decode_ledger_event(&buf, &names, &money, WC_EVENT_DEPOSIT_RECORDED, wc_buf_slice(&bytes));
    text[buf.len] = '\0';
    assert_string_equal(text, "DEPOSIT_RECORDED(asset CNY, account home-1, amount 60.00 CNY, "
                              "reference none)");
}

/* Each row of the table can be read: a value of the length that its own text names. */
static void every_event_of_the_ledger_is_understood(void **state)
{
    (void)state;
    static const uint16_t numbers[] = {
#define WC_EVENT(number, name, data, text) number,
#include "node/ledger/events.def"
#undef WC_EVENT
    };
    static const uint8_t zeros[512];
    for (size_t i = 0; i < WC_ARRAY_LEN(numbers); i++) {
        bool is_read = false;
        for (size_t len = 0; len < sizeof zeros && !is_read; len++) {
            char text[4096];
            wc_buf buf;
            wc_buf_init(&buf, text, sizeof text - 1);
            wc_decode_ledger_event(&buf, &names, NULL, numbers[i], wc_slice_of(zeros, len));
            text[buf.len] = '\0';
            is_read = strstr(text, "malformed") == NULL;
        }
        if (!is_read) fail_msg("event %u is not understood", numbers[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(numbers_carry_scale_and_unit, begin),
        cmocka_unit_test_setup(times_are_dates_of_the_calendar, begin),
        cmocka_unit_test_setup(parties_have_names_and_bytes_are_hex, begin),
        cmocka_unit_test_setup(tuples_name_their_fields, begin),
        cmocka_unit_test_setup(variants_show_their_data, begin),
        cmocka_unit_test_setup(collections_are_cut_where_asked, begin),
        cmocka_unit_test_setup(a_series_says_its_quality, begin),
        cmocka_unit_test_setup(other_bytes_are_malformed_at_every_length, begin),
        cmocka_unit_test_setup(a_field_is_found_by_its_name, begin),
        cmocka_unit_test_setup(failures_say_what_was_needed, begin),
        cmocka_unit_test_setup(events_of_the_ledger_follow_their_table, begin),
        cmocka_unit_test_setup(every_event_of_the_ledger_is_understood, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
