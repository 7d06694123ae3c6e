/* Instructions on values in call memory. */
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"

#define I(x) INT64_C(x)

/* list<int,4> of 10, 20, 30 */
static wc_slice three(wc_rig *rig)
{
    return rig_abi(rig, "wqqq", 3, I(10), I(20), I(30));
}

/* series of 4: 5 measured, missing, 7 estimated; start at 1,800 */
static wc_slice gaps(wc_rig *rig)
{
    return rig_abi(rig, "qwqqqbbb", I(1800), 3, I(5), I(0), I(7), 0, 3, 1);
}

/* Loads field `offset` of a ref and outputs it. */
static void put_field(wc_rig *rig, uint16_t ref, uint16_t offset)
{
    uint16_t x = rig_int(rig);
    RIG_EMIT(rig, ldf, x, ref, offset);
    rig_put(rig, x);
}

/* ---- making and moving --------------------------------------------------------------------------
 */

static void new_makes_zero_values_and_empty_collections(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_new);
    uint16_t slot = wc_builder_slot(rig.b, rig.t.holder);
    uint16_t holder = rig_refmut(&rig, rig.t.holder);
    uint16_t list = rig_refmut(&rig, rig.t.ints);
    for (int round = 0; round < 2; round++) { /* a second `new` empties again */
        RIG_EMIT(&rig, new, holder, slot);
        put_field(&rig, holder, 0);
        RIG_EMIT(&rig, fref, list, holder, 1);
        uint16_t length = rig_int(&rig);
        RIG_EMIT(&rig, len, length, list);
        rig_put(&rig, length);
        RIG_EMIT(&rig, push, list, rig_number(&rig, 4));
        RIG_EMIT(&rig, stf, holder, 0, rig_number(&rig, 9));
    }
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 4, I(0), I(0), I(0), I(0));
    rig_drop(&rig);
}

static void constants_are_read_in_place(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_leac);
    (void)rig_value(&rig, rig.t.pair, rig_abi(&rig, "qq", I(1), I(2)));
    put_field(&rig, rig_value(&rig, rig.t.pair, rig_abi(&rig, "qq", I(3), I(4))), 1);
    ops_ends_with(&rig, 4);
}

static void refs_are_moved(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_movr);
    uint16_t from = rig_value(&rig, rig.t.pair, rig_abi(&rig, "qq", I(3), I(4)));
    uint16_t to = rig_ref(&rig, rig.t.pair);
    RIG_EMIT(&rig, movr, to, from);
    put_field(&rig, to, 0);
    ops_ends_with(&rig, 3);
}

static void root_parts_hold_the_instance(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_root);
    const wc_module *m = wc_builder_module(rig.b);
    uint16_t terms = rig_ref(&rig, m->terms_type);
    uint16_t storage = rig_refmut(&rig, m->storage_type);
    uint16_t who = rig_ref(&rig, m->parties_type);
    uint16_t first = rig_ref(&rig, rig.t.party);
    uint16_t own = rig_ref(&rig, rig.t.party);
    uint16_t caller = rig_ref(&rig, rig.t.party);
    uint16_t order = rig_int(&rig);
    RIG_EMIT(&rig, root, terms, 0);
    RIG_EMIT(&rig, root, storage, 1);
    RIG_EMIT(&rig, root, who, 2);
    RIG_EMIT(&rig, root, own, 4);
    RIG_EMIT(&rig, root, caller, 5);
    put_field(&rig, terms, 0);
    put_field(&rig, storage, 0);
    RIG_EMIT(&rig, stf, storage, 0, rig_number(&rig, 6));
    put_field(&rig, storage, 0);
    RIG_EMIT(&rig, fref, first, who, 0);
    RIG_EMIT(&rig, cmpb, order, first, caller);
    rig_put(&rig, order);
    RIG_EMIT(&rig, cmpb, order, own, rig_party_ref(&rig, &rig.own));
    rig_put(&rig, order);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 5, I(77), I(5), I(6), I(0), I(0));
    assert_true(rig.outcome.root_changed);
    rig_drop(&rig);
}

static void the_state_is_part_of_the_root(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_root);
    rig_set_state(&rig, 1, rig_abi(&rig, "qq", I(41), I(42)));
    uint16_t now = rig_ref(&rig, wc_builder_module(rig.b)->state_type);
    uint16_t data = rig_ref(&rig, rig.t.pair);
    uint16_t tag = rig_int(&rig);
    RIG_EMIT(&rig, root, now, 3);
    RIG_EMIT(&rig, tag, tag, now);
    rig_put(&rig, tag);
    RIG_EMIT(&rig, vref, data, now, 1);
    put_field(&rig, data, 1);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 2, I(1), I(42));
    assert_false(rig.outcome.root_changed);
    rig_drop(&rig);
}

static void the_environment_is_four_numbers(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_sys);
    for (uint16_t i = 0; i < 4; i++) {
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, sys, x, i);
        rig_put(&rig, x);
    }
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 4, (int64_t)RIG_NOW, (int64_t)RIG_DEPLOYED + 5, (int64_t)RIG_DEPLOYED,
                   I(0));
    rig_drop(&rig);
}

static void fields_are_read_written_and_referred_to(void **state)
{
    (void)state;
    static const wc_op subjects[] = {WC_OP_ldf, WC_OP_stf, WC_OP_fref};
    for (size_t i = 0; i < WC_ARRAY_LEN(subjects); i++) {
        wc_rig rig;
        rig_case(&rig, subjects[i]);
        uint16_t dated = rig_new(&rig, rig.t.dated);
        uint16_t span = rig_refmut(&rig, rig.t.span);
        RIG_EMIT(&rig, fref, span, dated, 0);
        RIG_EMIT(&rig, stf, span, 1, rig_number(&rig, INT64_MIN));
        RIG_EMIT(&rig, stf, dated, 2, rig_number(&rig, INT64_MAX));
        put_field(&rig, dated, 0);
        put_field(&rig, dated, 1); /* the interval's end, seen from outside */
        put_field(&rig, dated, 2);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 3, I(0), INT64_MIN, INT64_MAX);
        rig_drop(&rig);
    }
}

static void copies_are_independent_of_their_source(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_copy);
    wc_slice bytes = rig_abi(&rig, "qwqqwqq", I(1), 2, I(5), I(6), 1, I(7), I(8));
    uint16_t from = rig_copy(&rig, rig.t.holder, bytes);
    uint16_t to = rig_copy(&rig, rig.t.holder, rig_abi(&rig, "qww", I(0), 0, 0));
    uint16_t list = rig_refmut(&rig, rig.t.ints);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, copy, to, from);
    RIG_EMIT(&rig, copy, to, to); /* onto itself */
    RIG_EMIT(&rig, fref, list, from, 1);
    RIG_EMIT(&rig, stx, list, rig_number(&rig, 1), rig_number(&rig, 99));
    RIG_EMIT(&rig, fref, list, to, 1);
    RIG_EMIT(&rig, len, x, list);
    rig_put(&rig, x);
    RIG_EMIT(&rig, ldx, x, list, rig_number(&rig, 1));
    rig_put(&rig, x);
    put_field(&rig, to, 0);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 3, I(2), I(6), I(1));
    rig_drop(&rig);
}

static void compare(uint16_t rig_types_member(const wc_rig *), const char *pattern,
                    int64_t expected, const char *x, const char *y)
{
    wc_rig rig;
    rig_case(&rig, WC_OP_cmpb);
    uint16_t type = rig_types_member(&rig);
    uint16_t a = rig_value(&rig, type, rig_abi(&rig, pattern, x));
    uint16_t b = rig_value(&rig, type, rig_abi(&rig, pattern, y));
    uint16_t order = rig_int(&rig);
    RIG_EMIT(&rig, cmpb, order, a, b);
    rig_put(&rig, order);
    ops_ends_with(&rig, expected);
}

static uint16_t text_type(const wc_rig *rig)
{
    return rig->t.text;
}

static uint16_t bytes_type(const wc_rig *rig)
{
    return rig->t.bytes;
}

static void bytes_and_texts_compare_bytewise(void **state)
{
    (void)state;
    compare(text_type, "t", 0, "abc", "abc");
    compare(text_type, "t", -1, "abc", "abd");
    compare(text_type, "t", -1, "ab", "abc");
    compare(text_type, "t", 1, "b", "abc");
    compare(text_type, "t", 0, "", "");
    compare(text_type, "t", -1, "z", "\xc3\xa4");
    compare(bytes_type, "s", 1, "0123456789", "0123456780");
    compare(bytes_type, "s", -1, "\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f",
            "\x80\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f");
}

/* ---- lists and series ---------------------------------------------------------------------------
 */

/* One indexed read of a list or a series: `op` with index `index`. */
static void open_indexed(wc_rig *rig, wc_op op, uint16_t (*value)(wc_rig *), int64_t index)
{
    rig_case(rig, op);
    uint16_t list = value(rig);
    uint16_t x = rig_int(rig);
    wc_builder_emit(rig->b, &(wc_instr){op, {x, list, rig_number(rig, index)}});
    rig_put(rig, x);
}

static uint16_t list_of_three(wc_rig *rig)
{
    return rig_value(rig, rig->t.ints, three(rig));
}

static uint16_t series_of_three(wc_rig *rig)
{
    return rig_value(rig, rig->t.series, gaps(rig));
}

static void items_are_read_inside_the_length_only(void **state)
{
    (void)state;
    wc_rig rig;
    static const int64_t outside[] = {3, 4, -1, INT64_MIN, INT64_MAX};
    open_indexed(&rig, WC_OP_ldx, list_of_three, 0);
    ops_ends_with(&rig, 10);
    open_indexed(&rig, WC_OP_ldx, list_of_three, 2);
    ops_ends_with(&rig, 30);
    for (size_t i = 0; i < WC_ARRAY_LEN(outside); i++) {
        open_indexed(&rig, WC_OP_ldx, list_of_three, outside[i]);
        ops_traps(&rig, WC_TRAP_INDEX);
        open_indexed(&rig, WC_OP_ldx, series_of_three, outside[i]);
        ops_traps(&rig, WC_TRAP_INDEX);
        open_indexed(&rig, WC_OP_qual, series_of_three, outside[i]);
        ops_traps(&rig, WC_TRAP_INDEX);
    }
}

/* [SE-2] */
static void missing_intervals_have_a_quality_but_no_value(void **state)
{
    (void)state;
    wc_rig rig;
    open_indexed(&rig, WC_OP_ldx, series_of_three, 2);
    ops_ends_with(&rig, 7);
    open_indexed(&rig, WC_OP_ldx, series_of_three, 1);
    ops_traps(&rig, WC_TRAP_MISSING);
    open_indexed(&rig, WC_OP_qual, series_of_three, 1);
    ops_ends_with(&rig, 3);
    open_indexed(&rig, WC_OP_qual, series_of_three, 2);
    ops_ends_with(&rig, 1);
}

static void qualities_are_counted(void **state)
{
    (void)state;
    static const int64_t expected[] = {1, 1, 0, 1};
    for (uint16_t quality = 0; quality < 4; quality++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_qcount);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, qcount, x, series_of_three(&rig), quality);
        rig_put(&rig, x);
        ops_ends_with(&rig, expected[quality]);
    }
}

static void a_series_shows_its_start_and_length(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_len);
    uint16_t series = series_of_three(&rig);
    uint16_t x = rig_int(&rig);
    put_field(&rig, series, 0);
    RIG_EMIT(&rig, len, x, series);
    rig_put(&rig, x);
    RIG_EMIT(&rig, len, x, rig_value(&rig, rig.t.text, rig_abi(&rig, "t", "\xc3\xa4pfel")));
    rig_put(&rig, x); /* bytes, not characters */
    RIG_EMIT(&rig, len, x, list_of_three(&rig));
    rig_put(&rig, x);
    RIG_EMIT(&rig, len, x, rig_value(&rig, rig.t.map, rig_abi(&rig, "wqq", 1, I(1), I(2))));
    rig_put(&rig, x);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 5, I(1800), I(3), I(6), I(3), I(1));
    rig_drop(&rig);
}

static void items_are_written_inside_the_length_only(void **state)
{
    (void)state;
    static const int64_t indexes[] = {0, 2, 3, -1, INT64_MAX};
    for (size_t i = 0; i < WC_ARRAY_LEN(indexes); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_stx);
        uint16_t list = rig_copy(&rig, rig.t.ints, three(&rig));
        uint16_t index = rig_number(&rig, indexes[i]);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, stx, list, index, rig_number(&rig, -8));
        RIG_EMIT(&rig, ldx, x, list, index);
        rig_put(&rig, x);
        if (i < 2) {
            ops_ends_with(&rig, -8);
        } else {
            ops_traps(&rig, WC_TRAP_INDEX);
        }
    }
}

static void entries_are_referred_to_inside_the_length_only(void **state)
{
    (void)state;
    for (int64_t index = -1; index < 3; index++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_xref);
        wc_slice bytes = rig_abi(&rig, "wpqtpqt", 2, &rig.alice, I(5), "x", &rig.bank, I(6), "yz");
        uint16_t list = rig_value(&rig, rig.t.records, bytes);
        uint16_t record = rig_ref(&rig, rig.t.record);
        RIG_EMIT(&rig, xref, record, list, rig_number(&rig, index));
        put_field(&rig, record, 4); /* party 32 bytes, then the amount */
        if (index == 0 || index == 1) {
            ops_ends_with(&rig, 5 + index);
        } else {
            ops_traps(&rig, WC_TRAP_INDEX);
        }
    }
}

static void keys_and_values_of_maps_are_referred_to_by_index(void **state)
{
    (void)state;
    for (int64_t index = -1; index < 3; index++) {
        for (int value = 0; value < 2; value++) {
            wc_rig rig;
            rig_case(&rig, value ? WC_OP_mval : WC_OP_mkey);
            wc_slice bytes = rig_abi(&rig, "wtqqtqq", 2, "a", I(1), I(2), "bc", I(3), I(4));
            uint16_t map = rig_value(&rig, rig.t.words, bytes);
            uint16_t ref = rig_ref(&rig, value ? rig.t.pair : rig.t.word);
            uint16_t x = rig_int(&rig);
            uint16_t at = rig_number(&rig, index);
            if (value) {
                RIG_EMIT(&rig, mval, ref, map, at);
                RIG_EMIT(&rig, ldf, x, ref, 1);
            } else {
                RIG_EMIT(&rig, mkey, ref, map, at);
                RIG_EMIT(&rig, len, x, ref);
            }
            rig_put(&rig, x);
            if (index == 0 || index == 1) {
                ops_ends_with(&rig, value ? 2 * index + 2 : index + 1);
            } else {
                ops_traps(&rig, WC_TRAP_INDEX);
            }
        }
    }
}

static void pushing_stops_at_the_capacity(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        for (int items = 0; items < 2; items++) {
            wc_rig rig;
            rig_case(&rig, items ? WC_OP_pushn : WC_OP_push);
            uint16_t list = rig_new(&rig, items ? rig.t.records : rig.t.ints);
            uint16_t record = rig_refmut(&rig, rig.t.record);
            uint16_t x = rig_number(&rig, 3);
            for (size_t i = 0; i < RIG_LIST_MAX + extra; i++) {
                if (items) {
                    RIG_EMIT(&rig, pushn, record, list);
                    put_field(&rig, record, 4); /* comes as zero */
                    RIG_EMIT(&rig, stf, record, 4, x);
                } else {
                    RIG_EMIT(&rig, push, list, x);
                }
            }
            RIG_EMIT(&rig, len, x, list);
            rig_put(&rig, x);
            rig_close(&rig);
            rig_run(&rig);
            if (extra == 1) {
                rig_expect_builtin(&rig, WC_BUILTIN_Full, rig_abi(&rig, "w", RIG_LIST_MAX));
            } else if (items) {
                rig_expect_out(&rig, 5, I(0), I(0), I(0), I(0), I(4));
            } else {
                rig_expect_out(&rig, 1, I(4));
            }
            rig_drop(&rig);
        }
    }
}

int ops_values(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_makes_zero_values_and_empty_collections),
        cmocka_unit_test(constants_are_read_in_place),
        cmocka_unit_test(refs_are_moved),
        cmocka_unit_test(root_parts_hold_the_instance),
        cmocka_unit_test(the_state_is_part_of_the_root),
        cmocka_unit_test(the_environment_is_four_numbers),
        cmocka_unit_test(fields_are_read_written_and_referred_to),
        cmocka_unit_test(copies_are_independent_of_their_source),
        cmocka_unit_test(bytes_and_texts_compare_bytewise),
        cmocka_unit_test(items_are_read_inside_the_length_only),
        cmocka_unit_test(missing_intervals_have_a_quality_but_no_value),
        cmocka_unit_test(qualities_are_counted),
        cmocka_unit_test(a_series_shows_its_start_and_length),
        cmocka_unit_test(items_are_written_inside_the_length_only),
        cmocka_unit_test(entries_are_referred_to_inside_the_length_only),
        cmocka_unit_test(keys_and_values_of_maps_are_referred_to_by_index),
        cmocka_unit_test(pushing_stops_at_the_capacity),
    };
    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
