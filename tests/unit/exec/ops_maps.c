/* Instructions on enums, maps, sets, and the next state. */
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"

#define I(x) INT64_C(x)

/* Loads field `offset` of a ref and outputs it. */
static void put_field(wc_rig *rig, uint16_t ref, uint16_t offset)
{
    uint16_t x = rig_int(rig);
    RIG_EMIT(rig, ldf, x, ref, offset);
    rig_put(rig, x);
}

/* ---- enums --------------------------------------------------------------------------------------
 */

static void variants_are_told_apart(void **state)
{
    (void)state;
    for (uint16_t wanted = 1; wanted < 3; wanted++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_vref);
        uint16_t shape = rig_value(&rig, rig.t.shape, rig_abi(&rig, "hqq", 1, I(8), I(9)));
        uint16_t line = rig_ref(&rig, wanted == 1 ? rig.t.pair : rig.t.label);
        RIG_EMIT(&rig, vref, line, shape, wanted);
        if (wanted == 1) {
            put_field(&rig, line, 1);
            ops_ends_with(&rig, 9);
        } else {
            rig_close(&rig);
            rig_run(&rig);
            rig_expect_trap(&rig, WC_TRAP_INDEX);
            rig_expect_operands(&rig, 2, 2, 1);
            rig_drop(&rig);
        }
    }
}

static void a_new_variant_begins_with_zero_data(void **state)
{
    (void)state;
    static const wc_op subjects[] = {WC_OP_vset, WC_OP_tag};
    for (size_t i = 0; i < WC_ARRAY_LEN(subjects); i++) {
        wc_rig rig;
        rig_case(&rig, subjects[i]);
        uint16_t shape = rig_copy(&rig, rig.t.shape, rig_abi(&rig, "hqq", 1, I(8), I(9)));
        uint16_t line = rig_refmut(&rig, rig.t.pair);
        uint16_t dot = rig_refmut(&rig, rig.t.shape);
        uint16_t tag = rig_int(&rig);
        RIG_EMIT(&rig, vset, line, shape, 1);
        put_field(&rig, line, 0);
        RIG_EMIT(&rig, tag, tag, shape);
        rig_put(&rig, tag);
        RIG_EMIT(&rig, vset, dot, shape, 0);
        RIG_EMIT(&rig, tag, tag, dot);
        rig_put(&rig, tag);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 3, I(0), I(1), I(0));
        rig_drop(&rig);
    }
}

static void a_ref_to_a_variant_outlives_the_change_to_another(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    uint16_t shape = rig_copy(&rig, rig.t.shape, rig_abi(&rig, "ht", 2, "hello"));
    uint16_t name = rig_ref(&rig, rig.t.label);
    uint16_t text = rig_ref(&rig, rig.t.text);
    uint16_t line = rig_refmut(&rig, rig.t.pair);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, vref, name, shape, 2);
    RIG_EMIT(&rig, fref, text, name, 0);
    RIG_EMIT(&rig, vset, line, shape, 1);
    RIG_EMIT(&rig, stf, line, 0, rig_number(&rig, -1)); /* would be a text length of 2^32 - 1 */
    RIG_EMIT(&rig, len, x, text);
    rig_put(&rig, x);
    ops_ends_with(&rig, 5);
}

/* ---- maps and sets ------------------------------------------------------------------------------
 */

static uint16_t numbers_map(wc_rig *rig)
{
    return rig_copy(rig, rig->t.map,
                    rig_abi(rig, "wqqqqqq", 3, I(-5), I(1), I(0), I(2), I(7), I(3)));
}

/* A ref to a scalar key: field 0 of a pair. */
static uint16_t key_ref(wc_rig *rig, int64_t key)
{
    uint16_t pair = rig_value(rig, rig->t.pair, rig_abi(rig, "qq", key, I(0)));
    uint16_t ref = rig_ref(rig, rig->t.integer);
    RIG_EMIT(rig, fref, ref, pair, 0);
    return ref;
}

static void keys_are_found_by_binary_search(void **state)
{
    (void)state;
    static const int64_t keys[] = {-5, 0, 7, -6, -4, 1, 8, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < WC_ARRAY_LEN(keys); i++) {
        for (int need = 0; need < 2; need++) {
            wc_rig rig;
            rig_case(&rig, need ? WC_OP_mneed : WC_OP_mfind);
            uint16_t map = numbers_map(&rig);
            uint16_t x = rig_int(&rig);
            uint16_t key = key_ref(&rig, keys[i]);
            wc_op op = need ? WC_OP_mneed : WC_OP_mfind;
            wc_builder_emit(rig.b, &(wc_instr){op, {x, map, key}});
            rig_put(&rig, x);
            if (i < 3) {
                ops_ends_with(&rig, (int64_t)i);
            } else if (need) {
                ops_traps(&rig, WC_TRAP_NO_KEY);
            } else {
                ops_ends_with(&rig, -1);
            }
        }
    }
}

/* Puts a key into numbers_map and outputs its index, the length, and all keys. */
static void put_key(int64_t key, int64_t index, const int64_t *keys, size_t count)
{
    wc_rig rig;
    rig_case(&rig, WC_OP_mput);
    uint16_t map = numbers_map(&rig);
    uint16_t x = rig_int(&rig);
    uint16_t value = rig_refmut(&rig, rig.t.integer);
    uint16_t ref = rig_ref(&rig, rig.t.integer);
    RIG_EMIT(&rig, mput, x, map, key_ref(&rig, key));
    rig_put(&rig, x);
    RIG_EMIT(&rig, mval, value, map, x);
    put_field(&rig, value, 0);
    for (size_t i = 0; i < count; i++) {
        RIG_EMIT(&rig, mkey, ref, map, rig_number(&rig, (int64_t)i));
        put_field(&rig, ref, 0);
    }
    RIG_EMIT(&rig, len, x, map);
    rig_put(&rig, x);
    rig_close(&rig);
    rig_run(&rig);
    int64_t out[RIG_OUT_MAX];
    assert_int_equal(rig.outcome.kind, WC_OUTCOME_OK);
    assert_int_equal(rig_outputs(&rig, out), 3 + count);
    assert_int_equal(out[0], index);
    if (count == 4) assert_int_equal(out[1], 0); /* a new value is zero */
    for (size_t i = 0; i < count; i++) assert_int_equal(out[2 + i], keys[i]);
    assert_int_equal(out[2 + count], count);
    rig_drop(&rig);
}

static void keys_are_inserted_in_order(void **state)
{
    (void)state;
    put_key(-9, 0, (const int64_t[]){-9, -5, 0, 7}, 4);
    put_key(-1, 1, (const int64_t[]){-5, -1, 0, 7}, 4);
    put_key(5, 2, (const int64_t[]){-5, 0, 5, 7}, 4);
    put_key(8, 3, (const int64_t[]){-5, 0, 7, 8}, 4);
    put_key(0, 1, (const int64_t[]){-5, 0, 7}, 3);
}

static void a_full_map_takes_no_new_key_but_finds_old_ones(void **state)
{
    (void)state;
    for (int64_t key = 3; key < 5; key++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_mput);
        wc_slice bytes = rig_abi(&rig, "wqqqq", 4, I(0), I(1), I(2), I(3));
        uint16_t set = rig_copy(&rig, rig.t.set, bytes);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, mput, x, set, key_ref(&rig, key));
        rig_put(&rig, x);
        rig_close(&rig);
        rig_run(&rig);
        if (key == 3) {
            rig_expect_out(&rig, 1, I(3));
        } else {
            rig_expect_builtin(&rig, WC_BUILTIN_Full, rig_abi(&rig, "w", RIG_LIST_MAX));
        }
        rig_drop(&rig);
    }
}

static void a_key_that_lies_in_the_map_itself_moves_with_it(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    uint16_t map = rig_copy(&rig, rig.t.map, rig_abi(&rig, "wqqqq", 2, I(5), I(3), I(9), I(4)));
    uint16_t value = rig_ref(&rig, rig.t.integer);
    uint16_t x = rig_int(&rig);
    uint16_t ref = rig_ref(&rig, rig.t.integer);
    RIG_EMIT(&rig, mval, value, map, rig_number(&rig, 1)); /* holds 4, which goes to the front */
    RIG_EMIT(&rig, mput, x, map, value);
    rig_put(&rig, x);
    RIG_EMIT(&rig, mkey, ref, map, rig_number(&rig, 0));
    put_field(&rig, ref, 0);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 2, I(0), I(4));
    rig_drop(&rig);
}

static void keys_are_removed(void **state)
{
    (void)state;
    static const int64_t keys[] = {-5, 0, 7, 1};
    static const int64_t first_after[] = {0, -5, -5, -5};
    for (size_t i = 0; i < WC_ARRAY_LEN(keys); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_mdel);
        uint16_t map = numbers_map(&rig);
        uint16_t x = rig_int(&rig);
        uint16_t ref = rig_ref(&rig, rig.t.integer);
        RIG_EMIT(&rig, mdel, x, map, key_ref(&rig, keys[i]));
        rig_put(&rig, x);
        RIG_EMIT(&rig, len, x, map);
        rig_put(&rig, x);
        RIG_EMIT(&rig, mkey, ref, map, rig_number(&rig, 0));
        put_field(&rig, ref, 0);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 3, i < 3 ? I(1) : I(0), i < 3 ? I(2) : I(3), first_after[i]);
        rig_drop(&rig);
    }
}

static void texts_are_keys_in_their_byte_order(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    static const char *const words[] = {"b", "ab", "a", "abc"};
    static const int64_t lengths[] = {1, 2, 3, 1}; /* a ab abc b */
    uint16_t map = rig_new(&rig, rig.t.words);
    uint16_t x = rig_int(&rig);
    uint16_t key = rig_ref(&rig, rig.t.word);
    for (size_t i = 0; i < 4; i++) {
        uint16_t word = rig_value(&rig, rig.t.word, rig_abi(&rig, "t", words[i]));
        RIG_EMIT(&rig, mput, x, map, word);
    }
    for (size_t i = 0; i < 4; i++) {
        RIG_EMIT(&rig, mkey, key, map, rig_number(&rig, (int64_t)i));
        RIG_EMIT(&rig, len, x, key);
        rig_put(&rig, x);
    }
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 4, lengths[0], lengths[1], lengths[2], lengths[3]);
    rig_drop(&rig);
}

/* ---- the next state -----------------------------------------------------------------------------
 */

static void setst_copies_the_data_at_once(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_setst);
    uint16_t pair = rig_copy(&rig, rig.t.pair, rig_abi(&rig, "qq", I(1), I(2)));
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, setst, 1, pair);
    RIG_EMIT(&rig, stf, pair, 0, rig_number(&rig, 99));
    RIG_EMIT(&rig, sys, x, 3);
    rig_put(&rig, x);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 1, I(1));
    assert_true(rig.outcome.entered);
    assert_int_equal(rig.outcome.state, 1);
    assert_false(rig.outcome.final);
    wc_root_parts parts;
    const wc_module *m = wc_image_module(rig.image);
    assert_status(wc_root_read(m, rig.outcome.root, &parts), WC_OK);
    assert_int_equal(parts.entered, RIG_NOW);
    assert_int_equal(parts.deployed, RIG_DEPLOYED);
    assert_true(wc_slice_equal(parts.state_data, rig_abi(&rig, "qq", I(1), I(2))));
    rig_drop(&rig);
}

static void setst0_enters_a_state_without_data(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_setst0);
    RIG_EMIT(&rig, setst0, 2);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 0);
    assert_true(rig.outcome.entered);
    assert_true(rig.outcome.final);
    assert_int_equal(rig.outcome.state, 2);
    rig_drop(&rig);
}

/* The whole term is exchanged, and due times are evaluated again though no state is entered. */
static void amend_changes_a_term_and_evaluates_due_times_again(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_amend);
    uint16_t terms = rig_ref(&rig, wc_builder_module(rig.b)->terms_type);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, amend, 0, rig_value(&rig, rig.t.integer, rig_abi(&rig, "q", I(78))));
    RIG_EMIT(&rig, root, terms, 0);
    RIG_EMIT(&rig, ldf, x, terms, 0);
    rig_put(&rig, x);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 1, I(78));
    assert_false(rig.outcome.entered);
    assert_true(rig.outcome.retimed);
    assert_false(rig.outcome.has_due);
    wc_root_parts parts;
    assert_status(wc_root_read(wc_image_module(rig.image), rig.outcome.root, &parts), WC_OK);
    wc_slice terms_abi = rig_abi(&rig, "qp", I(78), &rig.other_instance);
    assert_true(wc_slice_equal(parts.terms, terms_abi));
    rig_drop(&rig);
}

int ops_maps(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variants_are_told_apart),
        cmocka_unit_test(a_new_variant_begins_with_zero_data),
        cmocka_unit_test(a_ref_to_a_variant_outlives_the_change_to_another),
        cmocka_unit_test(keys_are_found_by_binary_search),
        cmocka_unit_test(keys_are_inserted_in_order),
        cmocka_unit_test(a_full_map_takes_no_new_key_but_finds_old_ones),
        cmocka_unit_test(a_key_that_lies_in_the_map_itself_moves_with_it),
        cmocka_unit_test(keys_are_removed),
        cmocka_unit_test(texts_are_keys_in_their_byte_order),
        cmocka_unit_test(setst_copies_the_data_at_once),
        cmocka_unit_test(setst0_enters_a_state_without_data),
        cmocka_unit_test(amend_changes_a_term_and_evaluates_due_times_again),
    };
    return cmocka_run_group_tests_name("maps", tests, NULL, NULL);
}
