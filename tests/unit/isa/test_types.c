/* Layout of types: sizes by hand from EM 2, offsets, keys, limits. */
#include <string.h>

#include "tests/unit/isa/rig.h"
#include "vm/isa/builder.h"
#include "vm/isa/tables.h"

static wc_builder *builder;

static int start(void **state)
{
    (void)state;
    builder = wc_builder_new(rig_arena(), wc_test_sha256, WC_STR("Types"), WC_STR("types"));
    return builder == NULL;
}

static const wc_type *row(uint16_t index)
{
    assert_status(wc_builder_status(builder), WC_OK);
    return &wc_builder_module(builder)->types[index];
}

static uint16_t plain(wc_type_kind kind)
{
    wc_type type = {.kind = kind, .name = WC_NONE, .item = WC_NONE, .unit = WC_NONE};
    type.lo = INT64_MIN;
    type.hi = INT64_MAX;
    return wc_builder_type(builder, &type);
}

static uint16_t sized(wc_type_kind kind, uint32_t capacity)
{
    wc_type type = {.kind = kind, .name = WC_NONE, .capacity = capacity};
    return wc_builder_type(builder, &type);
}

static uint16_t of_items(wc_type_kind kind, uint32_t capacity, uint16_t item, uint16_t value)
{
    wc_type type = {.kind = kind,
                    .name = WC_NONE,
                    .capacity = capacity,
                    .item = item,
                    .value = value,
                    .step = 900};
    return wc_builder_type(builder, &type);
}

static uint16_t tuple(const uint16_t *types, uint16_t count)
{
    return wc_builder_tuple(builder, NULL, types, count);
}

static uint16_t name(const char *text)
{
    return wc_builder_string(builder, wc_str_of(text));
}

static void check(uint16_t index, uint32_t size, uint32_t head, uint32_t encoded, uint32_t key)
{
    const wc_type *type = row(index);
    assert_int_equal(type->size, size);
    assert_int_equal(type->head_size, head);
    assert_int_equal(type->encoded_max, encoded);
    assert_int_equal(type->key_max, key);
}

static void lays_out_values_without_parts(void **state)
{
    (void)state;
    check(plain(WC_TYPE_BOOL), 8, 8, 1, 1);
    check(plain(WC_TYPE_INT), 8, 8, 8, 8);
    check(plain(WC_TYPE_DEC), 8, 8, 8, 8);
    check(plain(WC_TYPE_TIME), 8, 8, 8, 8);
    check(plain(WC_TYPE_DATE), 8, 8, 8, 8);
    check(plain(WC_TYPE_INTERVAL), 16, 16, 16, 16);
    check(plain(WC_TYPE_PARTY), 32, 32, 32, 32);
    check(sized(WC_TYPE_BYTES, 1), 8, 8, 1, 1);
    check(sized(WC_TYPE_BYTES, 8), 8, 8, 8, 8);
    check(sized(WC_TYPE_BYTES, 9), 16, 16, 9, 9);
    check(sized(WC_TYPE_BYTES, 64), 64, 64, 64, 64);
    check(sized(WC_TYPE_BYTES, 65), 72, 72, 65, 0); /* a key has at most 64 bytes */
    check(sized(WC_TYPE_TEXT, 4), 8, 8, 8, 5);
    check(sized(WC_TYPE_TEXT, 5), 16, 16, 9, 6);
    check(sized(WC_TYPE_TEXT, 63), 72, 72, 67, 64);
    check(sized(WC_TYPE_TEXT, 64), 72, 72, 68, 0);
}

static void lays_out_tuples_field_after_field(void **state)
{
    (void)state;
    uint16_t text = sized(WC_TYPE_TEXT, 5), party = plain(WC_TYPE_PARTY);
    uint16_t flag = plain(WC_TYPE_BOOL);
    const uint16_t types[] = {flag, text, party, flag};
    uint16_t made = tuple(types, 4);
    check(made, 8 + 16 + 32 + 8, 64, 1 + 9 + 32 + 1, 1 + 6 + 32 + 1);
    const wc_module *m = wc_builder_module(builder);
    const uint32_t offsets[] = {0, 8, 24, 56};
    for (uint16_t i = 0; i < 4; i++) {
        assert_int_equal(wc_type_field_offset(m, row(made), i), offsets[i]);
    }
    assert_int_equal(row(made)->depth, 2);
    const uint16_t two[] = {party, party};
    check(tuple(two, 2), 64, 64, 64, 64); /* just a key */
    const uint16_t three[] = {party, party, flag};
    check(tuple(three, 3), 72, 72, 65, 0);
    check(tuple(NULL, 0), 0, 0, 0, 0);
}

static void lays_out_enums_variant_beside_variant(void **state)
{
    (void)state;
    uint16_t number = plain(WC_TYPE_INT), party = plain(WC_TYPE_PARTY);
    const uint16_t pair[] = {number, number};
    wc_variant variants[] = {{.name = name("none"), .data = WC_NONE},
                             {.name = name("one"), .data = tuple(&party, 1)},
                             {.name = name("two"), .data = tuple(pair, 2)}};
    wc_type type = {.kind = WC_TYPE_ENUM, .name = WC_NONE, .count = 3, .variants = variants};
    uint16_t made = wc_builder_type(builder, &type);
    check(made, 8 + 32 + 16, 56, 2 + 32, 0);
    assert_int_equal(wc_type_variant_offset(row(made), 1), 8);
    assert_int_equal(wc_type_variant_offset(row(made), 2), 40);
    wc_variant tags[] = {{.name = name("a"), .data = WC_NONE},
                         {.name = name("b"), .data = WC_NONE}};
    wc_type tag = {.kind = WC_TYPE_TAG, .name = WC_NONE, .count = 2, .variants = tags};
    made = wc_builder_type(builder, &tag);
    check(made, 8, 8, 2, 2);
    assert_int_equal(row(made)->lo, 0);
    assert_int_equal(row(made)->hi, 1);
}

static void lays_out_collections_and_series(void **state)
{
    (void)state;
    uint16_t number = plain(WC_TYPE_INT), party = plain(WC_TYPE_PARTY);
    const uint16_t types[] = {number, party};
    uint16_t pair = tuple(types, 2);
    check(of_items(WC_TYPE_LIST, 10, number, 0), 88, 8, 84, 0);
    check(of_items(WC_TYPE_SET, 3, party, 0), 8 + 96, 8, 4 + 96, 0);
    uint16_t map = of_items(WC_TYPE_MAP, 5, party, number);
    check(map, 8 + 200, 8, 4 + 200, 0);
    uint16_t sorted = of_items(WC_TYPE_SORTED, 4, pair, 0);
    check(sorted, 8 + 160, 8, 4 + 160, 0);
    check(of_items(WC_TYPE_SERIES, 96, number, 0), 16 + 768 + 96, 16, 12 + 96 * 9, 0);
    check(of_items(WC_TYPE_SERIES, 1, number, 0), 16 + 8 + 8, 16, 12 + 9, 0);
    const uint16_t held[] = {number, map};
    check(tuple(held, 2), 8 + 208, 8 + 8, 8 + 204, 0); /* items of the map are not in the head */
    const wc_module *m = wc_builder_module(builder);
    assert_int_equal(wc_type_entry_size(m, row(map)), 40);
    assert_int_equal(wc_collection_key_max(m, row(map)), 32);
    assert_int_equal(wc_collection_value_max(m, row(map)), 8);
    assert_int_equal(wc_collection_key_max(m, row(sorted)), 8 + 8);
    assert_int_equal(wc_collection_value_max(m, row(sorted)), 40);
}

static void finds_fields_through_nested_tuples(void **state)
{
    (void)state;
    uint16_t number = plain(WC_TYPE_INT), span = plain(WC_TYPE_INTERVAL);
    uint16_t list = of_items(WC_TYPE_LIST, 2, number, 0);
    uint16_t series = of_items(WC_TYPE_SERIES, 8, number, 0);
    const uint16_t in[] = {span, number};
    uint16_t inner = tuple(in, 2);
    const uint16_t out[] = {inner, number, list, series};
    uint16_t outer = tuple(out, 4); /* span 0..16, number 16, number 24, list 32..56, series 56.. */
    const wc_module *m = wc_builder_module(builder);
    const uint16_t leaves[] = {span,    span,    number, number, WC_NONE,
                               WC_NONE, WC_NONE, series, WC_NONE};
    for (uint32_t i = 0; i < WC_ARRAY_LEN(leaves); i++) {
        assert_int_equal(wc_type_leaf_at(m, outer, 8 * i), leaves[i]);
    }
    assert_int_equal(wc_type_leaf_at(m, outer, row(outer)->size), WC_NONE);
    assert_int_equal(wc_type_leaf_at(m, outer, row(outer)->size + 8), WC_NONE);
    assert_int_equal(wc_type_leaf_at(m, number, 0), number);
    assert_int_equal(wc_type_leaf_at(m, number, 8), WC_NONE);
    assert_int_equal(wc_type_leaf_at(m, span, 8), span);

    assert_int_equal(wc_type_field_at(m, outer, 0, inner), inner);
    assert_int_equal(wc_type_field_at(m, outer, 0, span), span);
    assert_int_equal(wc_type_field_at(m, outer, 0, outer), WC_NONE); /* itself is not a field */
    assert_int_equal(wc_type_field_at(m, outer, 8, span), WC_NONE);
    assert_int_equal(wc_type_field_at(m, outer, 16, number), number);
    assert_int_equal(wc_type_field_at(m, outer, 32, list), list);
    assert_int_equal(wc_type_field_at(m, outer, 40, number), WC_NONE); /* not into a list */
    assert_int_equal(wc_type_field_at(m, outer, 56, series), series);
    assert_int_equal(wc_type_field_at(m, outer, row(outer)->size, number), WC_NONE);
    assert_int_equal(wc_type_field_at(m, list, 0, number), WC_NONE);
}

static void lets_a_contract_reference_stand_for_a_party(void **state)
{
    (void)state;
    (void)wc_builder_interface(builder, WC_STR("Market"), NULL, 0);
    wc_type type = {.kind = WC_TYPE_PARTY, .name = WC_NONE, .item = 0};
    uint16_t party = plain(WC_TYPE_PARTY), market = wc_builder_type(builder, &type);
    uint16_t bytes = sized(WC_TYPE_BYTES, 32);
    const wc_module *m = wc_builder_module(builder);
    assert_true(wc_type_fits(m, party, party));
    assert_true(wc_type_fits(m, party, market));
    assert_false(wc_type_fits(m, market, party));
    assert_false(wc_type_fits(m, party, bytes));
}

static void keeps_one_row_for_equal_types(void **state)
{
    (void)state;
    uint16_t first = plain(WC_TYPE_INT), party = plain(WC_TYPE_PARTY);
    assert_int_equal(plain(WC_TYPE_INT), first);
    assert_int_not_equal(plain(WC_TYPE_DEC), first);
    const uint16_t two[] = {first, party};
    uint16_t pair = tuple(two, 2);
    assert_int_equal(tuple(two, 2), pair);
    wc_type named = *row(pair);
    named.name = name("Pair");
    assert_int_not_equal(wc_builder_type(builder, &named), pair); /* records differ by name */
    wc_type dirty = {
        .kind = WC_TYPE_PARTY, .name = WC_NONE, .item = WC_NONE, .capacity = 7, .lo = 3};
    assert_int_equal(wc_builder_type(builder, &dirty), party); /* what a kind has not, counts not */
}

/* ---- what is no type ---- */

static wc_status refused(const wc_type *type)
{
    wc_builder *own = wc_builder_new(rig_arena(), wc_test_sha256, WC_STR("Bad"), WC_STR("bad"));
    const wc_type number = {.kind = WC_TYPE_INT, .name = WC_NONE, .lo = -5, .hi = 5};
    const wc_type empty = {.kind = WC_TYPE_TUPLE, .name = WC_NONE};
    const wc_type text = {.kind = WC_TYPE_TEXT, .name = WC_NONE, .capacity = 64};
    assert_int_equal(wc_builder_type(own, &number), 0); /* 0: a number */
    assert_int_equal(wc_builder_type(own, &empty), 1);  /* 1: an empty tuple */
    assert_int_equal(wc_builder_type(own, &text), 2);   /* 2: too long for a key */
    const uint16_t one = 0;
    assert_int_equal(wc_builder_tuple(own, NULL, &one, 1), 3); /* 3: a tuple of a number */
    wc_type sorted = {.kind = WC_TYPE_SORTED, .name = WC_NONE, .capacity = 2, .item = 3};
    assert_int_equal(wc_builder_type(own, &sorted), 4); /* 4: sorted */
    (void)wc_builder_type(own, type);
    return wc_builder_status(own);
}

static void refuses_what_is_no_type(void **state)
{
    (void)state;
    wc_field unknown[] = {{.name = WC_NONE, .type = 5}};
    wc_field empty[] = {{.name = WC_NONE, .type = 1}};
    wc_field sorted[] = {{.name = WC_NONE, .type = 4}};
    wc_field half_named[] = {{.name = 0, .type = 0}, {.name = WC_NONE, .type = 0}};
    wc_field late_named[] = {{.name = WC_NONE, .type = 0}, {.name = 0, .type = 0}};
    wc_field same[] = {{.name = 0, .type = 0}, {.name = 0, .type = 0}};
    wc_field nameless[] = {{.name = 99, .type = 0}};
    wc_variant no_tuple[] = {{.name = 0, .data = 0}};
    wc_variant has_data[] = {{.name = 0, .data = 3}};

    const struct {
        wc_type type;
        wc_status status;
    } cases[] = {
        {{.kind = WC_TYPE_INT, .lo = 1, .hi = 0}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_DEC, .scale = 19, .unit = WC_NONE}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_DEC, .unit = 0}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_BYTES}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_TEXT}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_TAG}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_ENUM}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_TAG, .count = 1, .variants = has_data}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_ENUM, .count = 1, .variants = no_tuple}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_TUPLE, .count = 1, .fields = unknown}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_TUPLE, .count = 1, .fields = empty}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_TUPLE, .count = 1, .fields = sorted}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_TUPLE, .count = 1, .fields = nameless}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_TUPLE, .count = 2, .fields = half_named}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_TUPLE, .count = 2, .fields = late_named}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_TUPLE, .count = 2, .fields = same}, WC_DUPLICATE},
        {{.kind = WC_TYPE_LIST, .capacity = 0, .item = 0}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_LIST, .capacity = 1, .item = 5}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_LIST, .capacity = 1, .item = 1}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_SET, .capacity = 1, .item = 2}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_MAP, .capacity = 1, .item = 2, .value = 0}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_MAP, .capacity = 1, .item = 0, .value = 1}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_SORTED, .capacity = 1, .item = 0}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_SORTED, .capacity = 1, .item = 3, .value = 1}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_SERIES, .capacity = 1, .item = 2, .step = 1}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_SERIES, .capacity = 1, .item = 0, .step = 0}, WC_OUT_OF_DOMAIN},
        {{.kind = WC_TYPE_BYTES, .capacity = WC_TYPE_SIZE_MAX + 1}, WC_TOO_LARGE},
        {{.kind = WC_TYPE_TEXT, .capacity = UINT32_MAX}, WC_TOO_LARGE},
        {{.kind = WC_TYPE_LIST, .capacity = UINT32_MAX, .item = 0}, WC_TOO_LARGE},
        {{.kind = WC_TYPE_SERIES, .capacity = UINT32_MAX, .item = 0, .step = 1}, WC_TOO_LARGE},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_type type = cases[i].type;
        type.name = WC_NONE;
        if (refused(&type) != cases[i].status) fail_msg("case %zu", i);
    }
    wc_type largest = {.kind = WC_TYPE_BYTES, .name = WC_NONE, .capacity = WC_TYPE_SIZE_MAX - 1};
    assert_status(refused(&largest), WC_OK);
    largest.capacity = WC_TYPE_SIZE_MAX;
    assert_status(refused(&largest), WC_OK);
    largest.name = 99; /* no such string */
    assert_status(refused(&largest), WC_OUT_OF_DOMAIN);
}

/* Three of the largest types side by side: the sum passes the limit before the last is added. */
static void refuses_sums_that_are_too_large(void **state)
{
    (void)state;
    uint16_t large = sized(WC_TYPE_BYTES, WC_TYPE_SIZE_MAX);
    const uint16_t three[] = {large, large, large};
    uint16_t one = tuple(three, 1);
    assert_int_equal(row(one)->size, WC_TYPE_SIZE_MAX);
    (void)tuple(three, 3);
    assert_status(wc_builder_status(builder), WC_TOO_LARGE);
    assert_int_equal(start(NULL), 0);
    large = sized(WC_TYPE_BYTES, WC_TYPE_SIZE_MAX);
    one = tuple(&large, 1);
    wc_variant variants[] = {{.name = name("a"), .data = one},
                             {.name = name("b"), .data = one},
                             {.name = name("c"), .data = one}};
    const wc_type type = {.kind = WC_TYPE_ENUM, .name = WC_NONE, .count = 3, .variants = variants};
    (void)wc_builder_type(builder, &type);
    assert_status(wc_builder_status(builder), WC_TOO_LARGE);
}

static void nests_types_sixteen_deep(void **state)
{
    (void)state;
    uint16_t type = plain(WC_TYPE_BOOL);
    for (unsigned depth = 2; depth <= WC_TYPE_NESTING_MAX; depth++) {
        type = tuple(&type, 1);
        assert_int_equal(row(type)->depth, depth);
    }
    (void)tuple(&type, 1);
    assert_status(wc_builder_status(builder), WC_TOO_LARGE);
}

static void holds_a_thousand_and_twenty_four_members(void **state)
{
    (void)state;
    uint16_t types[WC_MEMBERS_MAX + 1];
    uint16_t flag = plain(WC_TYPE_BOOL);
    for (size_t i = 0; i < WC_ARRAY_LEN(types); i++) types[i] = flag;
    assert_int_equal(row(tuple(types, WC_MEMBERS_MAX - 1))->size, 8 * 1023);
    assert_int_equal(row(tuple(types, WC_MEMBERS_MAX))->size, 8 * 1024);
    (void)tuple(types, WC_MEMBERS_MAX + 1);
    assert_status(wc_builder_status(builder), WC_TOO_LARGE);
}

static void keeps_four_thousand_types_and_refuses_one_more(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= WC_TYPES_MAX; i++) {
        assert_int_equal(sized(WC_TYPE_BYTES, i), i - 1);
        assert_status(wc_builder_status(builder), WC_OK);
    }
    (void)sized(WC_TYPE_BYTES, WC_TYPES_MAX + 1);
    assert_status(wc_builder_status(builder), WC_TOO_LARGE);
}

/* A type that is too long for a key is a type all the same, and no key. */
static void takes_keys_of_up_to_64_bytes(void **state)
{
    (void)state;
    assert_int_equal(row(sized(WC_TYPE_BYTES, WC_KEY_MAX - 1))->key_max, WC_KEY_MAX - 1);
    assert_int_equal(row(sized(WC_TYPE_BYTES, WC_KEY_MAX))->key_max, WC_KEY_MAX);
    assert_int_equal(row(sized(WC_TYPE_BYTES, WC_KEY_MAX + 1))->key_max, 0);
    uint16_t flag = plain(WC_TYPE_BOOL), parts[2] = {sized(WC_TYPE_BYTES, WC_KEY_MAX - 1), flag};
    assert_int_equal(row(tuple(parts, 2))->key_max, WC_KEY_MAX);
    parts[0] = sized(WC_TYPE_BYTES, WC_KEY_MAX);
    assert_int_equal(row(tuple(parts, 2))->key_max, 0); /* WC_KEY_MAX + 1 */
}

static void adds_up_what_every_call_needs(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *m = rig_assemble(arena, rig_sample());
    /* Constants text<20> 24, dec 8, map of 8 entries of 40 bytes 328; own id and caller 64; parties
     * 64; terms 32 + 8 + 8; storage 8 + 24 + 16 + 768 + 96; state 8 + 16. */
    assert_int_equal(wc_module_base_memory(m), 24 + 8 + 328 + 64 + 64 + 48 + 912 + 24);
    /* Version 1, times 16, tag 2; state data 16; parties 64; terms 48; storage 8 + 24 + 12 + 864.
     */
    assert_int_equal(wc_module_root_max(m), 19 + 16 + 64 + 48 + 908);
    m->states[0].data = m->terms_type; /* 48 bytes, more than the state behind has */
    assert_int_equal(wc_module_root_max(m), 19 + 48 + 64 + 48 + 908);
    m->states[0].data = WC_NONE;
    assert_int_equal(wc_entry_states(m, &m->entries[0]), 1);
    assert_int_equal(wc_entry_states(m, &m->entries[1]), 7); /* a view: every state */
    assert_int_equal(wc_entry_states(m, &m->entries[3]), 3);
    m->entries[0].when = 0;
    assert_int_equal(wc_entry_states(m, &m->entries[0]), 3); /* every state that is not final */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lays_out_values_without_parts, start),
        cmocka_unit_test_setup(lays_out_tuples_field_after_field, start),
        cmocka_unit_test_setup(lays_out_enums_variant_beside_variant, start),
        cmocka_unit_test_setup(lays_out_collections_and_series, start),
        cmocka_unit_test_setup(finds_fields_through_nested_tuples, start),
        cmocka_unit_test_setup(lets_a_contract_reference_stand_for_a_party, start),
        cmocka_unit_test_setup(keeps_one_row_for_equal_types, start),
        cmocka_unit_test(refuses_what_is_no_type),
        cmocka_unit_test_setup(refuses_sums_that_are_too_large, start),
        cmocka_unit_test_setup(nests_types_sixteen_deep, start),
        cmocka_unit_test_setup(holds_a_thousand_and_twenty_four_members, start),
        cmocka_unit_test_setup(keeps_four_thousand_types_and_refuses_one_more, start),
        cmocka_unit_test_setup(takes_keys_of_up_to_64_bytes, start),
        cmocka_unit_test(adds_up_what_every_call_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
