/* Canonical encodings: accepted byte for byte, refused at the first byte that is wrong. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/isa/rig.h"
#include "vm/base/text.h"
#include "vm/isa/abi.h"

static const char types[] = "module A b\n"
                            "type t0 - bool\n"
                            "type t1 - int -5 70\n"
                            "type t2 - dec 2 - -9223372036854775808 9223372036854775807\n"
                            "type t3 - time\n"
                            "type t4 - date\n"
                            "type t5 - interval\n"
                            "type t6 - party -\n"
                            "type t7 - bytes 3\n"
                            "type t8 - text 4\n"
                            "type t9 - tag A B C\n"
                            "type t10 - tuple - t0 - t1\n"
                            "type t11 - enum none - some t10\n"
                            "type t12 - list 3 t11\n"
                            "type t13 - set 3 t1\n"
                            "type t14 - map 2 t8 t12\n"
                            "type t15 - series 4 t1 900\n"
                            "type t16 - tuple - t9 - t8 - t0\n"
                            "type t17 - set 4 t16\n"
                            "type t18 - tuple\n"
                            "type t19 - sorted 3 t10 1 asc\n"
                            "type t20 - map 3 t1 t13\n"
                            "type t21 - set 3 t5\n";

static const wc_module *module;

static int start(void **state)
{
    (void)state;
    module = rig_assemble(rig_arena(), types);
    return 0;
}

#define MINUS_FIVE "fffffffffffffffb"
#define SEVENTY    "0000000000000046"
#define ZERO       "0000000000000000"
#define MINIMUM    "8000000000000000"
#define NO_VALUE   SIZE_MAX

/* Offset of the first bad byte, or NO_VALUE when the bytes are a value of the type. */
static size_t check(uint16_t type, const char *hex, wc_status expected)
{
    static uint8_t bytes[256];
    size_t len = strlen(hex) / 2, bad = NO_VALUE;
    assert_status(wc_parse_hex(wc_str_of(hex), bytes, len), WC_OK);
    wc_status status = wc_abi_check(module, type, wc_slice_of(bytes, len), &bad);
    if (status != expected) fail_msg("t%u %s: %s", type, hex, wc_status_name(status));
    return bad;
}

static void accept(uint16_t type, const char *hex)
{
    assert_int_equal(check(type, hex, WC_OK), NO_VALUE);
    size_t len = strlen(hex) / 2;
    for (size_t cut = 0; cut < len; cut++) { /* every beginning is too short */
        char shorter[512];
        memcpy(shorter, hex, 2 * cut);
        shorter[2 * cut] = '\0';
        assert_true(check(type, shorter, WC_TRUNCATED) <= cut);
    }
    char longer[512];
    (void)snprintf(longer, sizeof longer, "%s00", hex);
    assert_int_equal(check(type, longer, WC_TRAILING), len);
}

static void refuse(uint16_t type, const char *hex, wc_status status, size_t bad)
{
    size_t at = check(type, hex, status);
    if (at != bad) fail_msg("t%u %s: byte %zu", type, hex, at);
}

static void reads_values_without_parts(void **state)
{
    (void)state;
    accept(0, "00");
    accept(0, "01");
    refuse(0, "02", WC_NOT_CANONICAL, 0);
    accept(1, MINUS_FIVE);
    accept(1, SEVENTY);
    refuse(1, "fffffffffffffffa", WC_OUT_OF_DOMAIN, 0);
    refuse(1, "0000000000000047", WC_OUT_OF_DOMAIN, 0);
    accept(2, MINIMUM);
    accept(3, "7fffffffffffffff");
    accept(4, "ffffffffffffffff");
    accept(5, ZERO ZERO);
    accept(5, MINIMUM "7fffffffffffffff");
    refuse(5, "0000000000000001" ZERO, WC_OUT_OF_DOMAIN, 0);
    accept(6, ZERO ZERO ZERO ZERO);
    accept(7, "616263");
    accept(8, "00000000");
    accept(8, "0000000461626364");
    refuse(8, "000000056162636465", WC_TOO_LARGE, 0);
    refuse(8, "0000000261ff", WC_BAD_UTF8, 5);
    refuse(8, "000000020a61", WC_BAD_UTF8, 4);
    accept(9, "0000");
    accept(9, "0002");
    refuse(9, "0003", WC_OUT_OF_DOMAIN, 0);
    accept(18, "");
}

static void reads_tuples_enums_and_lists(void **state)
{
    (void)state;
    accept(10, "01" SEVENTY);
    refuse(10, "02" SEVENTY, WC_NOT_CANONICAL, 0);
    refuse(10, "010000000000000047", WC_OUT_OF_DOMAIN, 1);
    accept(11, "0000");
    accept(11, "0001"
               "00" ZERO);
    refuse(11, "0002", WC_OUT_OF_DOMAIN, 0);
    accept(12, "00000000");
    accept(12, "00000003"
               "0000"
               "0001"
               "00" ZERO "0000");
    refuse(12,
           "00000004"
           "0000"
           "0000"
           "0000"
           "0000",
           WC_TOO_LARGE, 0);
    refuse(12,
           "00000002"
           "0000"
           "0002",
           WC_OUT_OF_DOMAIN, 6);
    refuse(12,
           "00000003"
           "0000",
           WC_TRUNCATED, 0); /* fewer bytes than items */
}

static void wants_keys_in_order_and_once(void **state)
{
    (void)state;
    accept(13, "00000003" MINUS_FIVE ZERO SEVENTY); /* negative numbers first */
    refuse(13, "00000002" ZERO MINUS_FIVE, WC_NOT_CANONICAL, 12);
    refuse(13, "00000002" ZERO ZERO, WC_NOT_CANONICAL, 12);
    accept(14, "00000002"
               "00000000"
               "00000000"
               "0000000161"
               "00000001"
               "0000");
    accept(14, "00000002"
               "0000000161"
               "00000000"
               "000000026161"
               "00000000"); /* a prefix first */
    refuse(14,
           "00000002"
           "000000026161"
           "00000000"
           "0000000161"
           "00000000",
           WC_NOT_CANONICAL, 14);
    refuse(14,
           "00000002"
           "0000000162"
           "00000000"
           "000000026161"
           "00000000",
           WC_NOT_CANONICAL, 13);
    /* A key of several fields: tag, text, bool; the text ends before the next field begins. */
    accept(17, "00000004"
               "0000"
               "0000000161"
               "01"
               "0000"
               "000000026161"
               "00"
               "0001"
               "00000000"
               "00"
               "0001"
               "00000000"
               "01");
    refuse(17,
           "00000002"
           "0001"
           "00000000"
           "00"
           "0000"
           "0000000161"
           "01",
           WC_NOT_CANONICAL, 11);
    accept(21, "00000002" MINUS_FIVE ZERO ZERO ZERO);
    refuse(21, "00000002" ZERO ZERO MINUS_FIVE ZERO, WC_NOT_CANONICAL, 20);
    /* The keys of an inner set do not disturb those of the map around it. */
    accept(20, "00000002" ZERO "00000002" ZERO SEVENTY SEVENTY "00000001" MINUS_FIVE);
    refuse(20, "00000002" ZERO "00000002" ZERO SEVENTY ZERO "00000000", WC_NOT_CANONICAL, 32);
    refuse(20, "00000001" ZERO "00000002" SEVENTY ZERO, WC_NOT_CANONICAL, 24);
}

static void reads_series_with_their_qualities(void **state)
{
    (void)state;
    accept(15, ZERO "00000000");
    accept(15, "0000000000000384"
               "00000002" SEVENTY ZERO "0003");
    accept(15, "fffffffffffffc7c"
               "00000001" MINUS_FIVE "02"); /* 900 seconds before 1970 */
    refuse(15,
           "0000000000000385"
           "00000000",
           WC_OUT_OF_DOMAIN, 0);
    refuse(15, ZERO "00000005", WC_TOO_LARGE, 8);
    refuse(15, ZERO "00000001" SEVENTY "04", WC_OUT_OF_DOMAIN, 20);
    refuse(15, ZERO "00000001" SEVENTY "03", WC_NOT_CANONICAL, 20); /* missing has no value */
    refuse(15,
           ZERO "00000002" ZERO "0000000000000047"
                "0000",
           WC_OUT_OF_DOMAIN, 29);
}

static void knows_no_encoding_of_sorted_collections(void **state)
{
    (void)state;
    refuse(19, "00000000", WC_OUT_OF_DOMAIN, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_values_without_parts, start),
        cmocka_unit_test_setup(reads_tuples_enums_and_lists, start),
        cmocka_unit_test_setup(wants_keys_in_order_and_once, start),
        cmocka_unit_test_setup(reads_series_with_their_qualities, start),
        cmocka_unit_test_setup(knows_no_encoding_of_sorted_collections, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
