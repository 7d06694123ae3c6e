/* names.json: one flat form, and nothing else. */
#include <stdio.h>

#include "node/query/names.h"
#include "tests/support/test.h"

static uint8_t memory[1 << 20];
static wc_arena arena;
static wc_address first = {{1}}, second = {{2}};
static char first_text[WC_ADDRESS_TEXT_LEN + 1], second_text[WC_ADDRESS_TEXT_LEN + 1];

static int begin(void **state)
{
    (void)state;
    wc_arena_init(&arena, memory, sizeof memory);
    wc_address_text(first_text, &first);
    wc_address_text(second_text, &second);
    return 0;
}

static wc_status read(const char *json, wc_names *names)
{
    size_t bad = 0;
    return wc_names_read(names, &bad, &arena, wc_str_of(json));
}

static void names_are_found_both_ways(void **state)
{
    (void)state;
    char json[512];
    wc_names names;
    (void)snprintf(json, sizeof json, " { \"home-1\" : \"%s\",\n \"bank\":\"%s\" } \n", first_text,
                   second_text);
    assert_status(read(json, &names), WC_OK);
    assert_int_equal(names.count, 2);
    const wc_address *found = wc_names_find(&names, WC_STR("bank"));
    assert_non_null(found);
    assert_true(wc_address_equal(found, &second));
    assert_true(wc_str_equal(wc_names_of(&names, &first), WC_STR("home-1")));
    assert_null(wc_names_find(&names, WC_STR("home")));
    wc_address other = {{3}};
    assert_int_equal(wc_names_of(&names, &other).len, 0);
}

static void refused(const wc_names *names, const char *meant, const char *expected)
{
    uint8_t text[512];
    wc_buf buf;
    wc_address address;
    wc_buf_init(&buf, text, sizeof text);
    assert_status(wc_names_address(&address, names, wc_str_of(meant)), WC_NOT_FOUND);
    wc_names_refuse(&buf, names, wc_str_of(meant));
    assert_int_equal(buf.len, strlen(expected));
    assert_memory_equal(text, expected, buf.len);
}

static void an_address_comes_before_a_name_that_looks_like_one(void **state)
{
    (void)state;
    char json[512];
    wc_names names;
    wc_address found;
    (void)snprintf(json, sizeof json, "{\"%s\": \"%s\", \"bank\": \"%s\"}", first_text, second_text,
                   second_text);
    assert_status(read(json, &names), WC_OK);
    assert_status(wc_names_address(&found, &names, wc_str_of(first_text)), WC_OK);
    assert_true(wc_address_equal(&found, &first));
    assert_status(wc_names_address(&found, &names, WC_STR("bank")), WC_OK);
    assert_true(wc_address_equal(&found, &second));
    assert_status(
        wc_names_address(&found, NULL,
                         WC_STR("0200000000000000000000000000000000000000000000000000000000"
                                "000000")),
        WC_OK);
    assert_true(wc_address_equal(&found, &second));
}

static void a_word_that_means_none_is_refused_with_what_is_near(void **state)
{
    (void)state;
    char json[1024];
    wc_names names, none = {.count = 0};
    (void)snprintf(json, sizeof json,
                   "{\"home-1\": \"%s\", \"home-2\": \"%s\", \"bank\": \"%s\", \"K1 2022-09-01\": "
                   "\"%s\"}",
                   first_text, second_text, second_text, first_text);
    assert_status(read(json, &names), WC_OK);
    refused(&names, "hom-1",
            "`hom-1` is no address (wc1...) and no name of names.json; near it: home-1, home-2");
    refused(&names, "K1",
            "`K1` is no address (wc1...) and no name of names.json; near it: K1 2022-09-01");
    refused(&names, "treasury", "`treasury` is no address (wc1...) and no name of names.json");
    refused(&names, "b\033[1m", "`b?[1m` is no address (wc1...) and no name of names.json");
    refused(&names, "wc1qqq", "`wc1qqq` is no address: a letter of its 61 is wrong or missing");
    refused(&none, "bank",
            "`bank` is no address (wc1...), and no names are known: --names says where they are");
    refused(NULL, "bank", "`bank` is no address (wc1...)");
}

static void an_address_without_a_name_is_shortened(void **state)
{
    (void)state;
    uint8_t text[64];
    wc_buf buf;
    char expected[16];
    wc_buf_init(&buf, text, sizeof text);
    wc_names_put(&buf, NULL, &first);
    (void)snprintf(expected, sizeof expected, "%.8s...%s", first_text,
                   first_text + WC_ADDRESS_TEXT_LEN - 4);
    assert_int_equal(buf.len, strlen(expected));
    assert_memory_equal(text, expected, buf.len);
}

static void an_empty_object_has_no_names(void **state)
{
    (void)state;
    wc_names names;
    assert_status(read("{}", &names), WC_OK);
    assert_int_equal(names.count, 0);
}

static void other_forms_are_refused_and_leave_no_names(void **state)
{
    (void)state;
    char json[512];
    static const char *const forms[] = {"",
                                        "[]",
                                        "{\"a\":1}",
                                        "{\"a\":\"%s\"",
                                        "{\"a\":\"%s\",}",
                                        "{\"a\\\"\":\"%s\"}",
                                        "{\"a\":\"%s\"} x",
                                        "{\"a\" \"%s\"}",
                                        "{\"a\":\"wc1qqq\"}",
                                        "{\"a\":{\"b\":\"%s\"}}",
                                        "{\"a\x1b[2J\":\"%s\"}", /* others show names as they are */
                                        "{\"a\x7f\":\"%s\"}",
                                        "{\"a\xc2\x9b\":\"%s\"}",
                                        "{\"a\xe2\x80\xae\":\"%s\"}",
                                        "{\"a\xff\":\"%s\"}"};
    for (size_t i = 0; i < WC_ARRAY_LEN(forms); i++) {
        wc_names names = {.count = 9};
        const char *mark = strstr(forms[i], "%s");
        if (mark == NULL) {
            (void)snprintf(json, sizeof json, "%s", forms[i]);
        } else {
            (void)snprintf(json, sizeof json, "%.*s%s%s", (int)(mark - forms[i]), forms[i],
                           first_text, mark + 2);
        }
        if (read(json, &names) == WC_OK) fail_msg("`%s` was accepted", json);
        assert_int_equal(names.count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(names_are_found_both_ways, begin),
        cmocka_unit_test_setup(an_address_comes_before_a_name_that_looks_like_one, begin),
        cmocka_unit_test_setup(a_word_that_means_none_is_refused_with_what_is_near, begin),
        cmocka_unit_test_setup(an_address_without_a_name_is_shortened, begin),
        cmocka_unit_test_setup(an_empty_object_has_no_names, begin),
        cmocka_unit_test_setup(other_forms_are_refused_and_leave_no_names, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
