/* Instructions on stored collections: results, every trap, and what is left in the host. */
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"
#include "vm/base/codec.h"

#define I(x) INT64_C(x)

static uint16_t field_id(const wc_rig *rig, uint16_t field)
{
    return wc_builder_module(rig->b)->fields[field].id;
}

/* What the host holds under a key; NULL data when nothing. */
static wc_slice stored(wc_rig *rig, wc_key_part part, uint16_t field, wc_slice key)
{
    wc_storage_key at = {part, field_id(rig, field), key};
    wc_slice value = {NULL, 0};
    rig->host.calls_left = UINT64_MAX;
    (void)wc_fake_host_ops.load(&rig->host, &at, &value);
    return value;
}

static uint32_t stored_length(wc_rig *rig, uint16_t field)
{
    wc_slice header = stored(rig, WC_KEY_HEADER, field, wc_slice_of(NULL, 0));
    return header.data == NULL ? 0 : wc_load_u32(header.data);
}

/* ---- maps and sets ------------------------------------------------------------------------------
 */

static void maps_are_read_by_key(void **state)
{
    (void)state;
    static const int64_t keys[] = {-1, 3, 0, INT64_MIN};
    for (size_t i = 0; i < WC_ARRAY_LEN(keys); i++) {
        bool present = i < 2;
        wc_rig rig;
        rig_case(&rig, WC_OP_kvget);
        ops_fill_map(&rig, 0);
        uint16_t to = rig_new(&rig, rig.t.integer);
        uint16_t found = rig_int(&rig);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, kvget, found, rig.f.map, ops_integer(&rig, keys[i]), to);
        RIG_EMIT(&rig, ldf, x, to, 0);
        rig_put(&rig, found);
        rig_put(&rig, x);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 2, present ? I(1) : I(0), i == 0 ? I(10) : i == 1 ? I(30) : I(0));
        rig_drop(&rig);

        rig_case(&rig, WC_OP_kvneed);
        ops_fill_map(&rig, 0);
        to = rig_new(&rig, rig.t.integer);
        x = rig_int(&rig);
        RIG_EMIT(&rig, kvneed, rig.f.map, ops_integer(&rig, keys[i]), to);
        RIG_EMIT(&rig, ldf, x, to, 0);
        rig_put(&rig, x);
        if (present) {
            ops_ends_with(&rig, i == 0 ? 10 : 30);
        } else {
            ops_traps(&rig, WC_TRAP_NO_KEY);
        }

        rig_case(&rig, WC_OP_kvhas);
        ops_fill_map(&rig, 0);
        RIG_EMIT(&rig, kvhas, found = rig_int(&rig), rig.f.map, ops_integer(&rig, keys[i]));
        rig_put(&rig, found);
        ops_ends_with(&rig, present);
    }
}

/* kvput of key with value 77; the map has `more` elements beside its two. */
static void put_key(int64_t key, size_t more, uint32_t length)
{
    wc_rig rig;
    rig_case(&rig, WC_OP_kvput);
    ops_fill_map(&rig, more);
    RIG_EMIT(&rig, kvput, rig.f.map, ops_integer(&rig, key), ops_integer(&rig, 77));
    rig_close(&rig);
    rig_run(&rig);
    if (length == 0) {
        rig_expect_builtin(&rig, WC_BUILTIN_Full, rig_abi(&rig, "w", RIG_LIST_MAX));
    } else {
        rig_expect_out(&rig, 0);
        wc_slice value = stored(&rig, WC_KEY_ELEMENT, rig.f.map, ops_number_key(&rig, key));
        assert_true(wc_slice_equal(value, rig_abi(&rig, "q", I(77))));
        assert_int_equal(stored_length(&rig, rig.f.map), length);
    }
    rig_drop(&rig);
}

static void maps_are_written_up_to_their_capacity(void **state)
{
    (void)state;
    put_key(3, 0, 2);
    put_key(4, 0, 3);
    put_key(4, 1, 4);
    put_key(4, 2, 0);
    put_key(3, 2, 4);
}

static void values_outside_their_type_are_not_stored(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_kvput);
    uint16_t value = rig_new(&rig, rig.t.small);
    RIG_EMIT(&rig, stf, value, 0, rig_number(&rig, -1));
    RIG_EMIT(&rig, kvput, rig.f.smalls, ops_integer(&rig, 1), value);
    ops_traps(&rig, WC_TRAP_RANGE);
}

static void elements_are_removed_and_the_last_takes_the_header_along(void **state)
{
    (void)state;
    static const int64_t keys[] = {-1, 3, 7};
    for (size_t i = 0; i < WC_ARRAY_LEN(keys); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_kvdel);
        ops_fill_map(&rig, 0);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, kvdel, x, rig.f.map, ops_integer(&rig, keys[i]));
        rig_put(&rig, x);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 1, i < 2 ? I(1) : I(0));
        assert_int_equal(stored_length(&rig, rig.f.map), i < 2 ? 1 : 2);
        rig_drop(&rig);
    }
    wc_rig rig;
    rig_case(&rig, WC_OP_kvdel);
    ops_fill_map(&rig, 0);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, kvdel, x, rig.f.map, ops_integer(&rig, -1));
    RIG_EMIT(&rig, kvdel, x, rig.f.map, ops_integer(&rig, 3));
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 0);
    assert_int_equal(rig.host.entry_count, 0);
    rig_drop(&rig);
}

/* kvadd of `add` to key; expected < 0: trap. */
static void add_to(uint16_t (*field)(const wc_rig *), int64_t key, int64_t add, wc_trap trap,
                   int64_t expected, uint32_t length)
{
    wc_rig rig;
    rig_case(&rig, WC_OP_kvadd);
    ops_fill_map(&rig, 0);
    uint16_t f = field(&rig);
    RIG_EMIT(&rig, kvadd, f, ops_integer(&rig, key), rig_number(&rig, add));
    rig_close(&rig);
    rig_run(&rig);
    if (trap != 0) {
        rig_expect_trap(&rig, trap);
        rig_expect_operands(&rig, 2, key == 3 ? 30 : 0, add);
    } else {
        rig_expect_out(&rig, 0);
        wc_slice value = stored(&rig, WC_KEY_ELEMENT, f, ops_number_key(&rig, key));
        assert_true(wc_slice_equal(value, rig_abi(&rig, "q", expected)));
        assert_int_equal(stored_length(&rig, f), length);
    }
    rig_drop(&rig);
}

static uint16_t map_field(const wc_rig *rig)
{
    return rig->f.map;
}

static uint16_t small_field(const wc_rig *rig)
{
    return rig->f.smalls;
}

static void adding_starts_from_zero_and_keeps_the_range(void **state)
{
    (void)state;
    add_to(map_field, 3, -31, (wc_trap)0, -1, 2);
    add_to(map_field, 8, 5, (wc_trap)0, 5, 3);
    add_to(map_field, 3, INT64_MAX - 30, (wc_trap)0, INT64_MAX, 2);
    add_to(map_field, 3, INT64_MAX - 29, WC_TRAP_RANGE, 0, 0);
    add_to(small_field, 1, 100, (wc_trap)0, 100, 1);
    add_to(small_field, 1, 101, WC_TRAP_RANGE, 0, 0);
    add_to(small_field, 1, -1, WC_TRAP_RANGE, 0, 0);
}

static void adding_to_a_full_map_needs_an_old_key(void **state)
{
    (void)state;
    for (int64_t key = 3; key < 5; key++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_kvadd);
        ops_fill_map(&rig, 2);
        RIG_EMIT(&rig, kvadd, rig.f.map, ops_integer(&rig, key), rig_number(&rig, 1));
        rig_close(&rig);
        rig_run(&rig);
        if (key == 3) {
            rig_expect_out(&rig, 0);
        } else {
            rig_expect_builtin(&rig, WC_BUILTIN_Full, rig_abi(&rig, "w", RIG_LIST_MAX));
        }
        rig_drop(&rig);
    }
}

static void sets_say_whether_a_key_is_new(void **state)
{
    (void)state;
    for (uint8_t count = 1; count <= 5; count++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_setadd);
        uint16_t x = rig_int(&rig);
        for (uint8_t i = 0; i < count; i++) {
            wc_party party = wc_fake_party(i);
            RIG_EMIT(&rig, setadd, x, rig.f.set, rig_party_ref(&rig, &party));
        }
        rig_put(&rig, x);
        if (count < 5) {
            wc_party last = wc_fake_party((uint8_t)(count - 1));
            RIG_EMIT(&rig, setadd, x, rig.f.set, rig_party_ref(&rig, &last));
            rig_put(&rig, x);
        }
        rig_close(&rig);
        rig_run(&rig);
        if (count < 5) {
            rig_expect_out(&rig, 2, I(1), I(0));
            assert_int_equal(stored_length(&rig, rig.f.set), count);
        } else {
            rig_expect_builtin(&rig, WC_BUILTIN_Full, rig_abi(&rig, "w", RIG_LIST_MAX));
        }
        rig_drop(&rig);
    }
}

static void the_length_of_a_collection_is_its_header(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_clen);
    ops_fill_map(&rig, 1);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, clen, x, rig.f.map);
    rig_put(&rig, x);
    RIG_EMIT(&rig, clen, x, rig.f.set);
    rig_put(&rig, x);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 2, I(3), I(0));
    rig_drop(&rig);
}

/* ---- lists --------------------------------------------------------------------------------------
 */

static uint16_t record(wc_rig *rig, int64_t amount)
{
    return rig_value(rig, rig->t.record, rig_abi(rig, "pqt", &rig->carol, amount, "n"));
}

static void push_records(wc_rig *rig, int count)
{
    for (int i = 0; i < count; i++) RIG_EMIT(rig, lpush, rig->f.list, record(rig, 100 + i));
}

static void lists_grow_to_their_capacity(void **state)
{
    (void)state;
    for (int count = 3; count < 6; count++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_lpush);
        push_records(&rig, count);
        rig_close(&rig);
        rig_run(&rig);
        if (count < 5) {
            rig_expect_out(&rig, 0);
            assert_int_equal(stored_length(&rig, rig.f.list), count);
        } else {
            rig_expect_builtin(&rig, WC_BUILTIN_Full, rig_abi(&rig, "w", RIG_LIST_MAX));
        }
        rig_drop(&rig);
    }
}

static void list_elements_are_read_and_written_by_index(void **state)
{
    (void)state;
    static const int64_t indexes[] = {0, 1, 2, 3, 4, -1, INT64_MAX, INT64_MIN, I(1) << 32};
    for (size_t i = 0; i < WC_ARRAY_LEN(indexes); i++) {
        for (int put = 0; put < 2; put++) {
            wc_rig rig;
            rig_case(&rig, put ? WC_OP_lput : WC_OP_lget);
            push_records(&rig, 2);
            uint16_t index = rig_number(&rig, indexes[i]);
            uint16_t to = rig_new(&rig, rig.t.record);
            uint16_t x = rig_int(&rig);
            if (put) RIG_EMIT(&rig, lput, rig.f.list, index, record(&rig, 555));
            RIG_EMIT(&rig, lget, to, rig.f.list, index);
            RIG_EMIT(&rig, ldf, x, to, 4);
            rig_put(&rig, x);
            if (i < 2) {
                ops_ends_with(&rig, put ? 555 : 100 + indexes[i]);
            } else {
                ops_traps(&rig, WC_TRAP_INDEX);
            }
        }
    }
}

/* ---- sorted collections -------------------------------------------------------------------------
 */

static void insert_pairs(wc_rig *rig, uint16_t field, const int64_t (*pairs)[2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wc_slice pair = rig_abi(rig, "qq", pairs[i][0], pairs[i][1]);
        RIG_EMIT(rig, sins, field, rig_value(rig, rig->t.pair, pair));
    }
}

/* Loads a sorted field and outputs the first member of each pair. */
static void put_first_fields(wc_rig *rig, uint16_t field, uint16_t type, int count)
{
    uint16_t list = rig_new(rig, type);
    uint16_t pair = rig_ref(rig, rig->t.pair);
    uint16_t x = rig_int(rig);
    RIG_EMIT(rig, cload, list, field);
    for (int i = 0; i < count; i++) {
        RIG_EMIT(rig, xref, pair, list, rig_number(rig, i));
        RIG_EMIT(rig, ldf, x, pair, 0);
        rig_put(rig, x);
    }
}

static void sorted_elements_stand_by_field_then_arrival(void **state)
{
    (void)state;
    static const int64_t pairs[4][2] = {{1, 5}, {2, -7}, {3, 9}, {4, 5}};
    wc_rig rig;
    rig_case(&rig, WC_OP_sins);
    insert_pairs(&rig, rig.f.sorted, pairs, 4);
    put_first_fields(&rig, rig.f.sorted, rig.t.sorted, 4);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 4, I(3), I(1), I(4), I(2)); /* descending by the second field */
    rig_drop(&rig);

    static const int64_t rising[4][2] = {{7, 1}, {INT64_MIN, 2}, {INT64_MAX, 3}, {7, 4}};
    rig_case(&rig, WC_OP_sins);
    insert_pairs(&rig, rig.f.rising, rising, 4);
    put_first_fields(&rig, rig.f.rising, rig.t.rising, 4);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 4, INT64_MIN, I(7), I(7), INT64_MAX);
    rig_drop(&rig);

    rig_case(&rig, WC_OP_sins);
    insert_pairs(&rig, rig.f.rising, rising, 4);
    insert_pairs(&rig, rig.f.rising, rising, 1);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_Full, rig_abi(&rig, "w", RIG_LIST_MAX));
    rig_drop(&rig);
}

static void sorted_elements_are_removed_by_their_place(void **state)
{
    (void)state;
    static const int64_t pairs[3][2] = {{1, 5}, {2, 7}, {3, 9}}; /* order 3, 2, 1 */
    static const int64_t indexes[] = {0, 1, 2, 3, -1, INT64_MAX};
    for (size_t i = 0; i < WC_ARRAY_LEN(indexes); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_sdel);
        insert_pairs(&rig, rig.f.sorted, pairs, 3);
        RIG_EMIT(&rig, sdel, rig.f.sorted, rig_number(&rig, indexes[i]));
        put_first_fields(&rig, rig.f.sorted, rig.t.sorted, 2);
        rig_close(&rig);
        rig_run(&rig);
        if (i < 3) {
            rig_expect_out(&rig, 2, i == 0 ? I(2) : I(3), i == 2 ? I(2) : I(1));
            assert_int_equal(stored_length(&rig, rig.f.sorted), 2);
        } else {
            rig_expect_trap(&rig, WC_TRAP_INDEX);
        }
        rig_drop(&rig);
    }
}

/* ---- whole collections --------------------------------------------------------------------------
 */

static void loading_copies_a_map_in_key_order(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_cload);
    ops_fill_map(&rig, 1);
    uint16_t map = rig_new(&rig, rig.t.map);
    uint16_t ref = rig_ref(&rig, rig.t.integer);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, cload, map, rig.f.map);
    for (int i = 0; i < 3; i++) {
        uint16_t index = rig_number(&rig, i);
        RIG_EMIT(&rig, mkey, ref, map, index);
        RIG_EMIT(&rig, ldf, x, ref, 0);
        rig_put(&rig, x);
        RIG_EMIT(&rig, mval, ref, map, index);
        RIG_EMIT(&rig, ldf, x, ref, 0);
        rig_put(&rig, x);
    }
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 6, I(-1), I(10), I(3), I(30), I(100), I(0));
    rig_drop(&rig);
}

static void loading_copies_sets_and_lists_and_empties_what_was_there(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_cload);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, setadd, x, rig.f.set, rig_party_ref(&rig, &rig.carol));
    RIG_EMIT(&rig, setadd, x, rig.f.set, rig_party_ref(&rig, &rig.alice));
    push_records(&rig, 2);
    uint16_t set = rig_new(&rig, rig.t.parties);
    uint16_t list = rig_new(&rig, rig.t.records);
    uint16_t map = rig_copy(&rig, rig.t.map, rig_abi(&rig, "wqq", 1, I(1), I(2)));
    uint16_t party = rig_ref(&rig, rig.t.party);
    uint16_t one = rig_ref(&rig, rig.t.record);
    RIG_EMIT(&rig, cload, set, rig.f.set);
    RIG_EMIT(&rig, cload, list, rig.f.list);
    RIG_EMIT(&rig, cload, map, rig.f.map);
    RIG_EMIT(&rig, xref, party, set, rig_number(&rig, 0));
    RIG_EMIT(&rig, cmpb, x, party, rig_party_ref(&rig, &rig.alice));
    rig_put(&rig, x);
    RIG_EMIT(&rig, xref, one, list, rig_number(&rig, 1));
    RIG_EMIT(&rig, ldf, x, one, 4);
    rig_put(&rig, x);
    RIG_EMIT(&rig, len, x, map);
    rig_put(&rig, x);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 3, I(0), I(101), I(0));
    rig_drop(&rig);
}

static void clearing_removes_every_element_and_nothing_else(void **state)
{
    (void)state;
    for (int count = 0; count < 2; count++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_cclear);
        if (count > 0) ops_fill_map(&rig, 2);
        push_records(&rig, 1);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, cclear, rig.f.map);
        RIG_EMIT(&rig, clen, x, rig.f.map);
        rig_put(&rig, x);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 1, I(0));
        assert_int_equal(rig.host.entry_count, 2); /* header and element of the list */
        rig_drop(&rig);
    }
}

int ops_storage(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_are_read_by_key),
        cmocka_unit_test(maps_are_written_up_to_their_capacity),
        cmocka_unit_test(values_outside_their_type_are_not_stored),
        cmocka_unit_test(elements_are_removed_and_the_last_takes_the_header_along),
        cmocka_unit_test(adding_starts_from_zero_and_keeps_the_range),
        cmocka_unit_test(adding_to_a_full_map_needs_an_old_key),
        cmocka_unit_test(sets_say_whether_a_key_is_new),
        cmocka_unit_test(the_length_of_a_collection_is_its_header),
        cmocka_unit_test(lists_grow_to_their_capacity),
        cmocka_unit_test(list_elements_are_read_and_written_by_index),
        cmocka_unit_test(sorted_elements_stand_by_field_then_arrival),
        cmocka_unit_test(sorted_elements_are_removed_by_their_place),
        cmocka_unit_test(loading_copies_a_map_in_key_order),
        cmocka_unit_test(loading_copies_sets_and_lists_and_empties_what_was_there),
        cmocka_unit_test(clearing_removes_every_element_and_nothing_else),
    };
    return cmocka_run_group_tests_name("storage", tests, NULL, NULL);
}
