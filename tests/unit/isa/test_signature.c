/* Signatures by hand, ids by an independent SHA-256. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/isa/rig.h"
#include "vm/isa/signature.h"

static void check_text(const wc_module *m, uint16_t type, const char *expected)
{
    char memory[512];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory - 1);
    wc_type_text(m, type, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    memory[buf.len] = '\0';
    assert_string_equal(memory, expected);
}

static const char types[] = "module A b\n"
                            "type t0 - int -9223372036854775808 9223372036854775807\n"
                            "type t1 - int -5 70\n"
                            "type t2 - int 0 9223372036854775807\n"
                            "type t3 - dec 3 kWh -9223372036854775808 9223372036854775807\n"
                            "type t4 - dec 2 - -9223372036854775808 9223372036854775807\n"
                            "type t5 - dec 5 \"CNY/kWh\" 0 9\n"
                            "type t6 - dec 0 - 0 9\n"
                            "type t7 - bool\n"
                            "type t8 - time\n"
                            "type t9 - date\n"
                            "type t10 - interval\n"
                            "type t11 - party -\n"
                            "type t12 - text 64\n"
                            "type t13 - bytes 32\n"
                            "type t14 Phase tag L1 L2\n"
                            "type t15 Trade tuple qty t3 who t11\n"
                            "type t16 - tuple - t7 - t15\n"
                            "type t17 - tuple\n"
                            "type t18 - tuple - t15\n"
                            "type t19 - enum none - some t18\n"
                            "type t20 - tuple at t8 how t14\n"
                            "type t21 Move enum Stay - Go t20 Ask t16\n"
                            "type t22 - list 10 t15\n"
                            "type t23 - set 4 t11\n"
                            "type t24 - map 9 t11 t22\n"
                            "type t25 - sorted 6 t15 0 asc\n"
                            "type t26 - sorted 6 t15 1 desc\n"
                            "type t27 - series 96 t3 900\n"
                            "type t28 - sorted 6 t16 0 desc\n"
                            "type t29 Option enum none - some t18\n"
                            "type t30 - enum none - same t18\n"
                            "type t31 - enum nil - some t18\n"
                            "type t32 - enum none t18 some t18\n"
                            "type t33 - enum none t18 some -\n"
                            "type t34 - enum none - some t18 other -\n"
                            "type t35 - enum none - some t20\n"
                            "type t36 - enum none - some -\n";

static void writes_each_kind_of_type(void **state)
{
    (void)state;
    const wc_module *m = rig_assemble(rig_arena(), types);
    check_text(m, 0, "int");
    check_text(m, 1, "int<-5..70>");
    check_text(m, 2, "int<0..9223372036854775807>");
    check_text(m, 3, "dec<3,kWh>");
    check_text(m, 4, "dec<2>");
    check_text(m, 5, "dec<5,CNY/kWh,0..9>");
    check_text(m, 6, "dec<0,,0..9>");
    check_text(m, 7, "bool");
    check_text(m, 8, "time");
    check_text(m, 9, "date");
    check_text(m, 10, "interval");
    check_text(m, 11, "party");
    check_text(m, 12, "text<64>");
    check_text(m, 13, "bytes<32>");
    check_text(m, 14, "enum{L1,L2}");
    check_text(m, 15, "record{qty:dec<3,kWh>,who:party}");
    check_text(m, 16, "(bool,record{qty:dec<3,kWh>,who:party})");
    check_text(m, 17, "()");
    check_text(m, 19, "option{record{qty:dec<3,kWh>,who:party}}");
    check_text(m, 21, "enum{Stay,Go(time,enum{L1,L2}),Ask(bool,record{qty:dec<3,kWh>,who:party})}");
    check_text(m, 22, "list<record{qty:dec<3,kWh>,who:party},10>");
    check_text(m, 23, "set<party,4>");
    check_text(m, 24, "map<party,list<record{qty:dec<3,kWh>,who:party},10>,9>");
    check_text(m, 25, "sorted<record{qty:dec<3,kWh>,who:party},6,qty>");
    check_text(m, 26, "sorted<record{qty:dec<3,kWh>,who:party},6,-who>");
    check_text(m, 27, "series<dec<3,kWh>,900,96>");
    check_text(m, 28, "sorted<(bool,record{qty:dec<3,kWh>,who:party}),6,-0>");
    check_text(m, 29, "enum{none,some(record{qty:dec<3,kWh>,who:party})}");
    /* options are what the language writes as such, and nothing that only looks alike */
    check_text(m, 30, "enum{none,same(record{qty:dec<3,kWh>,who:party})}");
    check_text(m, 31, "enum{nil,some(record{qty:dec<3,kWh>,who:party})}");
    check_text(
        m, 32,
        "enum{none(record{qty:dec<3,kWh>,who:party}),some(record{qty:dec<3,kWh>,who:party})}");
    check_text(m, 33, "enum{none(record{qty:dec<3,kWh>,who:party}),some}");
    check_text(m, 34, "enum{none,some(record{qty:dec<3,kWh>,who:party}),other}");
    check_text(m, 35, "enum{none,some(time,enum{L1,L2})}");
    check_text(m, 36, "enum{none,some}");
}

static void names_methods_by_the_hash_of_their_signature(void **state)
{
    (void)state;
    const wc_module *m = rig_assemble(rig_arena(), rig_sample());
    char memory[512];
    wc_buf buf;
    uint32_t id;
    wc_buf_init(&buf, memory, sizeof memory - 1);
    wc_method_signature(m, &m->methods[0], &buf);
    memory[buf.len] = '\0';
    assert_string_equal(memory, "action bid(int,dec<2,CNY>,party)");
    assert_status(wc_method_id(m, &m->methods[0], wc_test_sha256, &id), WC_OK);
    assert_int_equal(id, 0x8a1bceef); /* sha256sum of the text */

    wc_method quote = wc_entry_method(m, 1);
    wc_buf_init(&buf, memory, sizeof memory - 1);
    wc_method_signature(m, &quote, &buf);
    memory[buf.len] = '\0';
    assert_string_equal(memory, "view quote()->dec<2,CNY>");
    assert_status(wc_method_id(m, &quote, wc_test_sha256, &id), WC_OK);
    assert_int_equal(id, 0x52b6c6bf);
}

/* A tuple of two of the type before, sixteen deep: 32,768 numbers, too many to be named. */
static void ends_early_when_the_text_does_not_fit(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    const char *text = "module A b\ntype t0 - bool\n";
    for (unsigned i = 1; i < WC_TYPE_NESTING_MAX; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "type t%u - tuple - t%u - t%u\n", i, i - 1, i - 1);
        text = rig_join(arena, text, line);
    }
    const wc_module *m = rig_assemble(arena, text);
    wc_method method = {.name = 0, .args = WC_TYPE_NESTING_MAX - 1, .result = WC_NONE};
    uint32_t id;
    assert_status(wc_method_id(m, &method, wc_test_sha256, &id), WC_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_each_kind_of_type),
        cmocka_unit_test(names_methods_by_the_hash_of_their_signature),
        cmocka_unit_test(ends_early_when_the_text_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
