/* Configuration texts: what reads, and with which sentence and line everything else is refused. */
#include <stdio.h>
#include <string.h>

#include "node/query/nearest.h"
#include "node/service/config.h"
#include "tests/support/test.h"

static wc_config config;
static wc_ini_problem problem;

static wc_status read_text(const char *text)
{
    wc_config_init(&config);
    return wc_config_read(&config, &problem, wc_str_of(text));
}

static void assert_refused(const char *text, unsigned line, const char *part)
{
    assert_status(read_text(text), WC_OUT_OF_DOMAIN);
    assert_int_equal(problem.line, line);
    if (strstr(problem.text, part) == NULL) fail_msg("`%s` lacks `%s`", problem.text, part);
}

static void an_empty_text_leaves_the_defaults(void **state)
{
    (void)state;
    assert_status(read_text(""), WC_OK);
    assert_string_equal(config.api_listen, "127.0.0.1:26670");
    assert_int_equal(config.api_threads, 4);
    assert_false(config.api_behind_proxy);
    assert_status(wc_config_check(&config, &problem), WC_OK);
}

static void comments_blanks_and_line_ends_do_not_matter(void **state)
{
    (void)state;
    assert_status(read_text("; one\n# two\n\n[api]\nthreads=7\nbehind_proxy = yes ; three\n[log]\n"
                            "level = warn"),
                  WC_OK);
    assert_int_equal(config.api_threads, 7);
    assert_true(config.api_behind_proxy);
    assert_string_equal(config.log_level, "warn");
}

static void numbers_hold_their_bounds(void **state)
{
    (void)state;
    assert_status(read_text("[api]\nthreads = 1\n"), WC_OK);
    assert_status(read_text("[api]\nthreads = 64\n"), WC_OK);
    assert_refused("[api]\nthreads = 0\n", 2, "from 1 to 64, not `0`");
    assert_refused("[api]\nthreads = 65\n", 2, "from 1 to 64, not `65`");
    assert_refused("[api]\nthreads = -1\n", 2, "not `-1`");
    assert_refused("[api]\nthreads = 4x\n", 2, "not `4x`");
    assert_refused("[api]\nthreads = 99999999999999999999\n", 2, "whole number");
    assert_refused("[api]\nthreads =\n", 2, "not ``");
}

static void lines_have_a_limit_and_no_tricks(void **state)
{
    (void)state;
    char line[256];
    memset(line, 'a', sizeof line);
    memcpy(line, "[api]\nhosts = ", 14);
    line[6 + WC_INI_LINE_MAX] = '\0'; /* the second line has exactly the limit */
    assert_status(read_text(line), WC_OK);
    line[6 + WC_INI_LINE_MAX] = 'a';
    line[7 + WC_INI_LINE_MAX] = '\0';
    assert_refused(line, 2, "more than 198 characters");
    assert_refused("[api]\n threads = 1\n", 2, "begins with a blank");
    assert_refused("[api]\nthreads\t= 1\n", 2, "control character");
    assert_refused("[api]\nhosts = \xff\n", 2, "is no text");
    assert_refused("[api\nthreads = 1\n", 1, "neither a [section]");
    assert_refused("[api]\nthreads\n", 2, "neither a [section]");
    assert_refused("[api]\nthreads: 1\n", 2, "neither a [section]");
    assert_refused("[api]\nhosts: a = b\n", 2, "neither a [section]");
}

/* Also where nothing stands below it: the keys of a misspelt section may be commented out. */
static void a_section_without_keys_is_known_too(void **state)
{
    (void)state;
    assert_status(read_text("[node]\n[log]\n[api]\nthreads = 1\n[node]"), WC_OK);
    assert_refused("[nod]\n", 1, "did you mean [node]?");
    assert_refused("[log]\n[]\n", 2, "there is no section []");
    assert_refused("[api]\nthreads = 1\n[metering]", 3, "there is no section [metering]");
}

static void hosts_are_what_a_header_can_say(void **state)
{
    (void)state;
    static const char *const right[] = {"a.example", "a , 10.0.0.1,[::1]", "a_b-c"};
    static const char *const wrong[] = {"a b", "http://a", "a,,b",     "a,",
                                        ",",   "a:80",     "[::1]:80", "*"};
    char text[64];
    for (size_t i = 0; i < WC_ARRAY_LEN(right); i++) {
        (void)snprintf(text, sizeof text, "[api]\nhosts = %s\n", right[i]);
        assert_status(read_text(text), WC_OK);
        assert_status(wc_config_check(&config, &problem), WC_OK);
    }
    for (size_t i = 0; i < WC_ARRAY_LEN(wrong); i++) {
        (void)snprintf(text, sizeof text, "[api]\nhosts = %s\n", wrong[i]);
        assert_status(read_text(text), WC_OK);
        assert_status(wc_config_check(&config, &problem), WC_OUT_OF_DOMAIN);
        assert_non_null(strstr(problem.text, "is no host"));
    }
}

static void what_is_printed_reads_back_as_the_same(void **state)
{
    (void)state;
    static uint8_t first[16384], second[16384];
    wc_buf a, b;
    assert_status(read_text("[api]\nlisten = [::1]:80\nhosts = a, b\nrequest_seconds = 9\n"),
                  WC_OK);
    wc_buf_init(&a, first, sizeof first - 1);
    wc_config_put(&a, &config);
    first[a.len] = '\0';
    assert_status(read_text((const char *)first), WC_OK);
    wc_buf_init(&b, second, sizeof second);
    wc_config_put(&b, &config);
    assert_true(wc_slice_equal(wc_buf_slice(&a), wc_buf_slice(&b)));
}

static void addresses_are_numeric_and_loopback_is_known(void **state)
{
    (void)state;
    wc_listen listen;
    assert_status(wc_listen_parse(&listen, "127.0.0.1:0"), WC_OK);
    assert_true(listen.is_loopback);
    assert_status(wc_listen_parse(&listen, "127.3.2.1:65535"), WC_OK);
    assert_true(listen.is_loopback);
    assert_int_equal(listen.port, 65535);
    assert_status(wc_listen_parse(&listen, "localhost:1"), WC_OK);
    assert_true(listen.is_loopback);
    assert_status(wc_listen_parse(&listen, "[::1]:1"), WC_OK);
    assert_true(listen.is_loopback && listen.is_ipv6);
    assert_status(wc_listen_parse(&listen, "0.0.0.0:1"), WC_OK);
    assert_false(listen.is_loopback);
    assert_status(wc_listen_parse(&listen, "[::]:1"), WC_OK);
    assert_false(listen.is_loopback);
    static const char *const wrong[] = {"",           "80",       ":80",          "127.0.0.1",
                                        "host:80",    "1.2.3:80", "::1:80",       "[127.0.0.1]:80",
                                        "1.2.3.4:-1", "[::1:80",  "1.2.3.4:65536"};
    for (size_t i = 0; i < WC_ARRAY_LEN(wrong); i++) {
        assert_status(wc_listen_parse(&listen, wrong[i]), WC_OUT_OF_DOMAIN);
    }
}

static void beyond_loopback_needs_tokens_and_tls(void **state)
{
    (void)state;
    assert_status(read_text("[api]\nlisten = 10.0.0.1:1\n"), WC_OK);
    assert_status(wc_config_check(&config, &problem), WC_OUT_OF_DOMAIN);
    assert_status(read_text("[api]\nlisten = 10.0.0.1:1\ntoken_file = t\n"), WC_OK);
    assert_status(wc_config_check(&config, &problem), WC_OUT_OF_DOMAIN);
    assert_status(read_text("[api]\nlisten = 10.0.0.1:1\nbehind_proxy = yes\n"), WC_OK);
    assert_status(wc_config_check(&config, &problem), WC_OUT_OF_DOMAIN);
    assert_status(read_text("[api]\nlisten = 10.0.0.1:1\ntoken_file = t\nbehind_proxy = yes\n"),
                  WC_OK);
    assert_status(wc_config_check(&config, &problem), WC_OK);
    assert_status(read_text("[api]\nlisten = 10.0.0.1:1\ntoken_file = t\ntls_key = k\n"
                            "tls_certificate = c\n"),
                  WC_OK);
    assert_status(wc_config_check(&config, &problem), WC_OK);
}

static void slips_are_counted(void **state)
{
    (void)state;
    assert_int_equal(wc_nearest_slips("listen", "listen"), 0);
    assert_int_equal(wc_nearest_slips("listne", "listen"), 2);
    assert_int_equal(wc_nearest_slips("", "abc"), 3);
    assert_true(wc_nearest_slips("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a") > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_text_leaves_the_defaults),
        cmocka_unit_test(comments_blanks_and_line_ends_do_not_matter),
        cmocka_unit_test(numbers_hold_their_bounds),
        cmocka_unit_test(lines_have_a_limit_and_no_tricks),
        cmocka_unit_test(a_section_without_keys_is_known_too),
        cmocka_unit_test(hosts_are_what_a_header_can_say),
        cmocka_unit_test(what_is_printed_reads_back_as_the_same),
        cmocka_unit_test(addresses_are_numeric_and_loopback_is_known),
        cmocka_unit_test(beyond_loopback_needs_tokens_and_tls),
        cmocka_unit_test(slips_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
