/* Writing and reading values by their types: golden bytes, and every misfit named. */
#include "node/demo/fields.h"
#include "node/demo/pen.h"
#include "tests/support/test.h"
#include "tests/unit/demo/contracts.h"
#include "vm/base/text.h"

static const char source[] =
    "module sample;\n"
    "use std.energy;\n"
    "enum Kind { Plain, Dressed(count : int<0..9>, note : text<8>) }\n"
    "record Pair { who : party; qty : Energy; }\n"
    "event Told(who : party, note : text<8>, qty : Energy, late : bool);\n"
    "contract Sample {\n"
    "    parties { a, b : party; }\n"
    "    signatory a, b;\n"
    "    terms { limit : int<0..9>; }\n"
    "    states { Open initial; Done final; }\n"
    "    action act(number : int<0..9>, span : interval, kind : Kind, list : list<Pair, 3>,\n"
    "               note : text<8>, flag : bool) by a when Open -> Done {\n"
    "        emit Told(a, note, 1.000 kWh, flag);\n"
    "        goto Done();\n"
    "    }\n"
    "    after deployed + 720 h when Open -> Done { goto Done(); }\n"
    "}\n";

static wc_arena *arena, *block;
static wc_client client;
static wc_code code = {.name = "Sample"};
static uint16_t args_type;
static wc_address who;

static int compile_sample(void **state)
{
    size_t bad = 0;
    (void)state;
    arena = test_arena((size_t)1 << 20);
    block = test_arena((size_t)1 << 20);
    code.bytes = test_compile("sample.clause", source, arena);
    assert_status(wc_module_decode(code.bytes, arena, &code.module, &bad), WC_OK);
    assert_int_equal(wc_code_action(&code, "act", &args_type), 0);
    uint16_t type;
    assert_int_equal(wc_code_action(&code, "acts", &type), WC_NONE);
    memset(who.bytes, 0x5a, sizeof(who.bytes));
    return 0;
}

static void begin(wc_pen *pen)
{
    client = (wc_client){.arena = block};
    wc_arena_rewind(block, 0);
    wc_pen_open(pen, &client, &code, args_type, 512, "act");
}

static void put_all(wc_pen *pen)
{
    wc_pen_number(pen, 7);
    wc_pen_interval(pen, 1, 2);
    wc_pen_variant(pen, "Dressed");
    wc_pen_number(pen, 3);
    wc_pen_text(pen, "ab");
    wc_pen_list(pen, 1);
    wc_pen_party(pen, &who);
    wc_pen_number(pen, -1);
    wc_pen_text(pen, "xyz");
    wc_pen_number(pen, true);
}

static void values_are_written_in_the_canonical_form(void **state)
{
    static const char expected[] =
        "0000000000000007"                 /* number */
        "00000000000000010000000000000002" /* span */
        "00010000000000000003000000026162" /* kind: tag, count, note */
        "00000001"
        "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
        "ffffffffffffffff" /* list of one pair */
        "0000000378797a"
        "01";
    char text[512];
    wc_buf hex;
    wc_pen pen;
    (void)state;
    begin(&pen);
    put_all(&pen);
    wc_slice bytes = wc_pen_close(&pen);
    assert_false(client.has_failed);
    wc_buf_init(&hex, text, sizeof(text) - 1);
    wc_buf_put_hex(&hex, bytes);
    text[hex.len] = '\0';
    assert_string_equal(text, expected);
}

static void misfits_are_named_where_they_are_written(void **state)
{
    wc_pen pen;
    (void)state;
    begin(&pen);
    wc_pen_text(&pen, "7"); /* a number is wanted */
    assert_true(client.has_failed);
    assert_non_null(strstr(client.problem, "a text of Sample"));
    assert_int_equal(wc_pen_close(&pen).len, 0);

    begin(&pen);
    wc_pen_number(&pen, 10); /* int<0..9> */
    assert_non_null(strstr(client.problem, "a number of Sample"));

    begin(&pen);
    wc_pen_number(&pen, 9);
    wc_pen_interval(&pen, 2, 1);
    wc_pen_variant(&pen, "Naked");
    assert_non_null(strstr(client.problem, "Naked of Sample"));
}

static void too_few_and_too_many_values_are_refused(void **state)
{
    wc_pen pen;
    (void)state;
    begin(&pen);
    wc_pen_number(&pen, 7);
    assert_int_equal(wc_pen_close(&pen).len, 0);
    assert_non_null(strstr(client.problem, "fewer values"));

    begin(&pen);
    put_all(&pen);
    wc_pen_number(&pen, 1);
    assert_non_null(strstr(client.problem, "one value more"));
}

static void texts_and_lists_have_their_types_capacity(void **state)
{
    wc_pen pen;
    (void)state;
    for (uint32_t count = 3; count <= 4; count++) {
        begin(&pen);
        wc_pen_number(&pen, 7);
        wc_pen_interval(&pen, 1, 1);
        wc_pen_variant(&pen, "Plain");
        wc_pen_list(&pen, count);
        assert_int_equal(client.has_failed, count == 4);
        for (uint32_t i = 0; i < count; i++) {
            wc_pen_party(&pen, &who);
            wc_pen_number(&pen, i);
        }
        wc_pen_text(&pen, count == 3 ? "12345678" : "123456789");
        wc_pen_number(&pen, 0);
        assert_int_equal(wc_pen_close(&pen).len > 0, count == 3);
    }
}

static void fields_of_an_event_are_read_by_name(void **state)
{
    uint8_t memory[128];
    wc_buf buf;
    char note[WC_FIELD_TEXT_MAX];
    (void)state;
    wc_buf_init(&buf, memory, sizeof(memory));
    wc_buf_put(&buf, who.bytes, sizeof(who.bytes));
    wc_buf_put_str32(&buf, wc_slice_of("note", 4));
    wc_buf_put_i64(&buf, -5);
    wc_buf_put_u8(&buf, 1);
    assert_true(wc_event_is(&code, 0, "Told"));
    assert_false(wc_event_is(&code, 0, "Tol"));
    assert_false(wc_event_is(&code, 1, "Told"));
    wc_fields fields = wc_event_fields(&code, 0, wc_buf_slice(&buf));
    assert_int_equal(wc_field_number(&fields, "qty"), -5);
    assert_int_equal(wc_field_number(&fields, "late"), 1);
    wc_hash party = wc_field_party(&fields, "who");
    assert_memory_equal(&party, &who, sizeof(who));
    wc_field_text(&fields, "note", note);
    assert_string_equal(note, "note");
    assert_false(fields.is_missing);
    assert_int_equal(wc_field_number(&fields, "note"), 0); /* of another kind */
    assert_true(fields.is_missing);

    for (size_t len = 0; len < buf.len; len++) { /* cut anywhere: never read past the end */
        wc_fields cut = wc_event_fields(&code, 0, wc_slice_of(memory, len));
        (void)wc_field_number(&cut, "late");
        assert_true(cut.is_missing);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_written_in_the_canonical_form),
        cmocka_unit_test(misfits_are_named_where_they_are_written),
        cmocka_unit_test(too_few_and_too_many_values_are_refused),
        cmocka_unit_test(texts_and_lists_have_their_types_capacity),
        cmocka_unit_test(fields_of_an_event_are_read_by_name),
    };
    return cmocka_run_group_tests(tests, compile_sample, NULL);
}
