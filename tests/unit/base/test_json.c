/* The JSON writer: layout, escapes, numbers. */
#include "vm/base/json.h"

#include "tests/support/test.h"

typedef struct page {
    uint8_t memory[1024];
    wc_buf buf;
    wc_json json;
} page;

static void begin(page *p)
{
    wc_buf_init(&p->buf, p->memory, sizeof p->memory - 1);
    p->json = wc_json_to(&p->buf);
}

static const char *text_of(page *p)
{
    p->memory[p->buf.len] = 0;
    return (const char *)p->memory;
}

static void puts_members_in_lines(void **state)
{
    (void)state;
    page p;
    begin(&p);
    wc_json_open(&p.json, NULL, '{');
    wc_json_add_text(&p.json, "name", "Sale");
    wc_json_open(&p.json, "empty", '[');
    wc_json_close(&p.json);
    wc_json_open(&p.json, "rows", '[');
    wc_json_add_number(&p.json, NULL, -3);
    wc_json_open_named(&p.json, WC_STR("ignored"), '{');
    wc_json_close(&p.json);
    wc_json_close(&p.json);
    wc_json_add_bool(&p.json, "yes", true);
    wc_json_add_null(&p.json, "no");
    wc_json_close(&p.json);
    assert_string_equal(text_of(&p), "{\n  \"name\": \"Sale\",\n  \"empty\": [],\n  \"rows\": [\n"
                                     "    -3,\n    \"ignored\": {}\n  ],\n  \"yes\": true,\n"
                                     "  \"no\": null\n}\n");
}

static void puts_containers_in_one_line(void **state)
{
    (void)state;
    page p;
    begin(&p);
    wc_json_open(&p.json, NULL, '[');
    wc_json_open_line(&p.json, NULL, '{');
    wc_json_add_text(&p.json, "a", "1");
    wc_json_open_line(&p.json, "b", '[');
    wc_json_add_number(&p.json, NULL, 1);
    wc_json_add_number(&p.json, NULL, 2);
    wc_json_close(&p.json);
    wc_json_open(&p.json, "c", '{');
    wc_json_close(&p.json);
    wc_json_close(&p.json);
    wc_json_add_number(&p.json, NULL, 7);
    wc_json_close(&p.json);
    assert_string_equal(text_of(&p), "[\n  {\"a\": \"1\", \"b\": [1, 2], \"c\": {}},\n  7\n]\n");
}

static void puts_amounts_as_strings(void **state)
{
    (void)state;
    page p;
    begin(&p);
    wc_json_open_line(&p.json, NULL, '[');
    wc_json_add_scaled(&p.json, NULL, -5, 2);
    wc_json_add_decimal(&p.json, NULL, INT64_MIN);
    wc_json_add_unsigned(&p.json, NULL, UINT64_MAX);
    wc_json_add_hex(&p.json, NULL, wc_slice_of("\x00\xff", 2));
    wc_json_close(&p.json);
    assert_string_equal(text_of(&p), "[\"-0.05\", \"-9223372036854775808\", "
                                     "\"18446744073709551615\", \"00ff\"]\n");
}

static void escapes_what_json_forbids(void **state)
{
    (void)state;
    page p;
    begin(&p);
    wc_json_quote(&p.buf, WC_STR("a\"b\\c\n\x01\x7f\xff电\xe7\x94"));
    assert_string_equal(text_of(&p), "\"a\\\"b\\\\c\\u000a\\u0001\\u007f\\ufffd电\\ufffd\\ufffd\"");
    begin(&p); /* well-formed, and no part of a text: kept, and harmless where it is shown */
    wc_json_quote(&p.buf, WC_STR("\xc2\x9b"
                                 "2J\xe2\x80\xae"
                                 "x\xd8\x9c\xe2\x80\xa8"));
    assert_string_equal(text_of(&p), "\"\\u009b2J\\u202ex\\u061c\xe2\x80\xa8\"");
}

static void says_when_it_does_not_fit(void **state)
{
    (void)state;
    uint8_t memory[8];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_json json = wc_json_to(&buf);
    wc_json_open(&json, NULL, '{');
    wc_json_add_text(&json, "name", "longer than the buffer");
    wc_json_close(&json);
    assert_status(wc_buf_status(&buf), WC_NO_SPACE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_members_in_lines),     cmocka_unit_test(puts_containers_in_one_line),
        cmocka_unit_test(puts_amounts_as_strings),   cmocka_unit_test(escapes_what_json_forbids),
        cmocka_unit_test(says_when_it_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
