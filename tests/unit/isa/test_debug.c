/* The debug part: round trip, refusals, lookup. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/isa/rig.h"
#include "vm/isa/debug.h"
#include "vm/isa/text_form.h"

static wc_debug_file files[] = {{.path = {"contracts/a.clause", 18}},
                                {.path = {"stdlib/b.clause", 15}}};
static wc_debug_line first_lines[] = {{0, 0, 3, 1, 3, 20},
                                      {4, 0, 4, 5, 6, 2},
                                      {65535, 1, UINT32_MAX, UINT16_MAX, UINT32_MAX, UINT16_MAX}};
static wc_str tag_names[] = {{"Open", 4}, {"Done", 4}};
static wc_debug_shape shapes[] = {
    {WC_TYPE_DEC, 5, {"dec<5, CNY/kWh>", 15}, {"CNY/kWh", 7}, 0, NULL},
    {WC_TYPE_TAG, 0, {"Stage", 5}, {"", 0}, 2, tag_names},
    {0, 0, {"list<Leg, 16>", 13}, {"", 0}, 0, NULL}};
static wc_debug_local locals[] = {
    {{"price", 5}, 0, 0, 1, 65535}, {{"stage", 5}, 1, 255, 4, 5}, {{"legs", 4}, 2, 3, 4, 9}};
static wc_debug_function functions[] = {{3, first_lines, 3, locals}, {0, NULL, 0, NULL}};
static wc_gas_size sizes[] = {{WC_GAS_SIZE_ARGUMENT, {"readings", 8}, 96},
                              {WC_GAS_SIZE_FIELD, {"self.bids", 9}, 64}};
static wc_gas_term terms[] = {{4120, 0, {0}}, {310, 1, {0}}, {45, 2, {0, 1}}};
static wc_gas_form forms[] = {{3, terms}, {0, NULL}};
static const wc_debug sample = {.file_count = 2,
                                .files = files,
                                .shape_count = 3,
                                .shapes = shapes,
                                .function_count = 2,
                                .functions = functions,
                                .size_count = 2,
                                .sizes = sizes,
                                .form_count = 2,
                                .forms = forms};

static wc_slice encode(wc_arena *arena, const wc_debug *debug)
{
    wc_buf buf;
    wc_buf_init(&buf, WC_ARENA_ARRAY(arena, uint8_t, 4096), 4096);
    wc_debug_encode(debug, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

static void reads_back_what_it_writes(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_slice bytes = encode(arena, &sample);
    assert_int_equal(bytes.len, 4 + 2 + 32 + 2 + (2 + 18 + 32) + (2 + 15 + 32) + 2 +
                                    (2 + 1 + 15 + 1 + 7 + 2) + (2 + 1 + 5 + 1 + 2 + 5 + 5) +
                                    (2 + 1 + 13 + 1 + 2) + 2 + 2 + 3 * 16 + 2 + (1 + 5 + 8) +
                                    (1 + 5 + 8) + (1 + 4 + 8) + 2 + 2 + 2 + (1 + 1 + 8 + 4) +
                                    (1 + 1 + 9 + 4) + 2 + 1 + 3 * 9 + 2 + 4 + 1);
    wc_debug *debug;
    size_t bad;
    assert_status(wc_debug_decode(bytes, arena, &debug, &bad), WC_OK);
    assert_true(wc_slice_equal(encode(arena, debug), bytes));
    assert_true(wc_str_equal(debug->files[1].path, WC_STR("stdlib/b.clause")));
    assert_int_equal(debug->functions[0].lines[1].end_line, 6);
    assert_true(wc_str_equal(debug->shapes[1].names[1], WC_STR("Done")));
    assert_true(wc_str_equal(debug->functions[0].locals[2].name, WC_STR("legs")));
    assert_int_equal(debug->functions[0].locals[1].reg, 255);
}

static void refuses_or_repeats_every_change(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_slice bytes = encode(arena, &sample);
    size_t mark = wc_arena_mark(arena);
    for (size_t len = 0; len < bytes.len; len++) {
        wc_debug *debug;
        size_t bad = SIZE_MAX;
        assert_status(wc_debug_decode(wc_slice_of(bytes.data, len), arena, &debug, &bad),
                      WC_TRUNCATED);
        assert_true(bad <= len);
        assert_int_equal(wc_arena_mark(arena), mark);
    }
    uint8_t *copy = WC_ARENA_ARRAY(arena, uint8_t, bytes.len + 1);
    memcpy(copy, bytes.data, bytes.len);
    mark = wc_arena_mark(arena);
    for (size_t at = 0; at < bytes.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            wc_debug *debug;
            size_t bad = SIZE_MAX;
            copy[at] ^= (uint8_t)(1u << bit);
            wc_slice changed = wc_slice_of(copy, bytes.len);
            wc_status status = wc_debug_decode(changed, arena, &debug, &bad);
            if (status == WC_OK) {
                assert_true(wc_slice_equal(encode(arena, debug), changed));
            } else {
                assert_true(bad <= bytes.len);
            }
            wc_arena_rewind(arena, mark);
            copy[at] ^= (uint8_t)(1u << bit);
        }
    }
    wc_debug *debug;
    size_t bad;
    assert_status(wc_debug_decode(wc_slice_of(copy, bytes.len + 1), arena, &debug, &bad),
                  WC_TRAILING);
}

static wc_status with_local(const wc_debug_shape *shape, wc_debug_local local)
{
    wc_arena *arena = rig_arena();
    wc_debug_shape one_shape = *shape;
    wc_debug_local both[] = {{WC_STR("before"), 0, 0, 3, 4}, local};
    wc_debug_function one = {0, NULL, 2, both};
    wc_debug debug = {
        .shape_count = 1, .shapes = &one_shape, .function_count = 1, .functions = &one};
    wc_debug *read;
    size_t bad;
    return wc_debug_decode(encode(arena, &debug), arena, &read, &bad);
}

static void names_and_their_shapes_keep_their_rules(void **state)
{
    (void)state;
    const wc_debug_shape dec = shapes[0], tag = shapes[1];
    const wc_str x = WC_STR("x");
    assert_status(with_local(&dec, (wc_debug_local){x, 0, 1, 3, 4}), WC_OK);
    assert_status(with_local(&dec, (wc_debug_local){x, 0, 1, 2, 4}), WC_NOT_CANONICAL);
    assert_status(with_local(&dec, (wc_debug_local){x, 1, 1, 3, 4}), WC_OUT_OF_DOMAIN);
    assert_status(with_local(&dec, (wc_debug_local){x, 0, 256, 3, 4}), WC_OUT_OF_DOMAIN);
    assert_status(with_local(&dec, (wc_debug_local){x, 0, 1, 4, 4}), WC_OUT_OF_DOMAIN);
    assert_status(with_local(&dec, (wc_debug_local){{"", 0}, 0, 1, 3, 4}), WC_OUT_OF_DOMAIN);
    char long_name[WC_DEBUG_NAME_MAX + 1];
    memset(long_name, 'x', sizeof(long_name));
    wc_debug_local named = {{long_name, WC_DEBUG_NAME_MAX}, 0, 1, 3, 4};
    assert_status(with_local(&dec, named), WC_OK);
    named.name.len++;
    assert_status(with_local(&dec, named), WC_TOO_LARGE);

    const wc_debug_local local = {x, 0, 1, 3, 4};
    wc_debug_shape odd = dec;
    odd.scale = 18;
    assert_status(with_local(&odd, local), WC_OK);
    odd.scale = 19;
    assert_status(with_local(&odd, local), WC_OUT_OF_DOMAIN);
    odd = dec;
    odd.kind = WC_TYPE_INT;
    assert_status(with_local(&odd, local), WC_OUT_OF_DOMAIN);
    odd.scale = 0; /* the unit is left */
    assert_status(with_local(&odd, local), WC_OUT_OF_DOMAIN);
    odd.unit = WC_STR("");
    assert_status(with_local(&odd, local), WC_OK);
    odd = dec;
    odd.kind = WC_TYPE_INTERVAL;
    odd.scale = 0;
    odd.unit = WC_STR("");
    assert_status(with_local(&odd, local), WC_OUT_OF_DOMAIN);
    odd = tag;
    odd.name_count = 0;
    assert_status(with_local(&odd, local), WC_OUT_OF_DOMAIN);
    odd = dec;
    odd.name_count = 2;
    odd.names = tag_names;
    assert_status(with_local(&odd, local), WC_OUT_OF_DOMAIN);
}

static void fits_only_a_module_that_has_what_it_names(void **state)
{
    (void)state;
    wc_reg regs[] = {{WC_REG_I64, WC_NONE},
                     {WC_REG_REF, 0},
                     {WC_REG_I128, WC_NONE},
                     {WC_REG_I128_HIGH, WC_NONE}};
    wc_function function = {.reg_count = 4, .regs = regs, .word_count = 10};
    const wc_module module = {.function_count = 1, .functions = &function};
    wc_debug_line line = {9, 0, 1, 1, 1, 1};
    wc_debug_local local = {WC_STR("x"), 0, 0, 1, 10};
    wc_debug_function row = {1, &line, 1, &local};
    const wc_debug debug = {
        .shape_count = 3, .shapes = shapes, .function_count = 1, .functions = &row};
    assert_true(wc_debug_fits(&debug, &module));
    local.end = 11;
    assert_false(wc_debug_fits(&debug, &module));
    local.end = 10;
    line.word = 10;
    assert_false(wc_debug_fits(&debug, &module));
    line.word = 9;
    static const bool of_number[] = {true, false, true, false};
    static const bool of_value[] = {false, true, false, false};
    for (uint16_t reg = 0; reg < 5; reg++) {
        local.reg = reg;
        local.shape = 0;
        assert_int_equal(wc_debug_fits(&debug, &module), reg < 4 && of_number[reg]);
        local.shape = 2;
        assert_int_equal(wc_debug_fits(&debug, &module), reg < 4 && of_value[reg]);
    }
    local = (wc_debug_local){WC_STR("x"), 0, 0, 1, 10};
    function.word_count = 9;
    assert_false(wc_debug_fits(&debug, &module));
    const wc_module other = {.function_count = 2, .functions = &function};
    assert_false(wc_debug_fits(&debug, &other));
}

static wc_status with_line(wc_debug_line line)
{
    wc_arena *arena = rig_arena();
    wc_debug_line lines[] = {{3, 0, 1, 1, 1, 1}, line};
    wc_debug_function one = {2, lines, 0, NULL};
    wc_debug debug = {.file_count = 2, .files = files, .function_count = 1, .functions = &one},
             *read;
    size_t bad;
    return wc_debug_decode(encode(arena, &debug), arena, &read, &bad);
}

static void refuses_lines_that_are_none(void **state)
{
    (void)state;
    assert_status(with_line((wc_debug_line){4, 1, 1, 1, 1, 1}), WC_OK);
    assert_status(with_line((wc_debug_line){3, 1, 1, 1, 1, 1}), WC_NOT_CANONICAL);
    assert_status(with_line((wc_debug_line){2, 1, 1, 1, 1, 1}), WC_NOT_CANONICAL);
    assert_status(with_line((wc_debug_line){4, 2, 1, 1, 1, 1}), WC_OUT_OF_DOMAIN);
    assert_status(with_line((wc_debug_line){4, 1, 0, 1, 1, 1}), WC_OUT_OF_DOMAIN);
    assert_status(with_line((wc_debug_line){4, 1, 1, 0, 1, 1}), WC_OUT_OF_DOMAIN);
    assert_status(with_line((wc_debug_line){4, 1, 2, 1, 1, 9}), WC_OUT_OF_DOMAIN);
    assert_status(with_line((wc_debug_line){4, 1, 2, 3, 2, 2}), WC_OUT_OF_DOMAIN);
    assert_status(with_line((wc_debug_line){4, 1, 2, 3, 2, 3}), WC_OK);
    assert_status(with_line((wc_debug_line){4, 1, 2, 3, 3, 1}), WC_OK);
    assert_status(with_line((wc_debug_line){4, 1, 2, 3, 3, 0}), WC_OUT_OF_DOMAIN);
}

static wc_status with_terms(wc_gas_term first, wc_gas_term second)
{
    wc_gas_term both[] = {first, second};
    wc_gas_form form = {2, both};
    const wc_debug debug = {.size_count = 2, .sizes = sizes, .form_count = 1, .forms = &form};
    wc_arena *arena = rig_arena();
    wc_debug *read;
    size_t bad;
    return wc_debug_decode(encode(arena, &debug), arena, &read, &bad);
}

static void refuses_forms_that_are_none(void **state)
{
    (void)state;
    const wc_gas_term number = {7, 0, {0}}, first = {1, 1, {0}}, second = {1, 1, {1}};
    assert_status(with_terms(number, first), WC_OK);
    assert_status(with_terms(first, second), WC_OK);
    assert_status(with_terms(first, number), WC_NOT_CANONICAL);
    assert_status(with_terms(first, first), WC_NOT_CANONICAL);
    assert_status(with_terms(first, (wc_gas_term){1, 2, {1, 0}}), WC_NOT_CANONICAL);
    assert_status(with_terms(number, (wc_gas_term){0, 1, {0}}), WC_OUT_OF_DOMAIN);
    assert_status(with_terms(number, (wc_gas_term){1, 1, {2}}), WC_OUT_OF_DOMAIN);
    wc_gas_size odd = {(wc_gas_size_kind)(WC_GAS_SIZE_ENTERED + 1), {"x", 1}, 1};
    const wc_debug debug = {.size_count = 1, .sizes = &odd};
    wc_arena *arena = rig_arena();
    wc_debug *read;
    size_t bad;
    assert_status(wc_debug_decode(encode(arena, &debug), arena, &read, &bad), WC_OUT_OF_DOMAIN);
}

/* 10 + 500 when A is entered + 3 a holder when B is. */
static void of_several_states_one_is_entered(void **state)
{
    (void)state;
    const wc_gas_size entered[] = {{WC_GAS_SIZE_HOLDERS, {"holders", 7}, 100},
                                   {WC_GAS_SIZE_ENTERED, {"-> A", 4}, 1},
                                   {WC_GAS_SIZE_ENTERED, {"-> B", 4}, 1}};
    wc_gas_term own[] = {{10, 0, {0}}, {500, 1, {1}}, {3, 2, {0, 2}}};
    const wc_gas_form form = {3, own};
    const uint32_t a[] = {100, 1, 0}, b[] = {100, 0, 1}, neither[] = {100, 0, 0};
    const uint32_t open[] = {200, UINT32_MAX, UINT32_MAX}, few[] = {9, 0, UINT32_MAX};
    assert_int_equal(wc_gas_form_at(&form, entered, a, UINT64_MAX), 510);
    assert_int_equal(wc_gas_form_at(&form, entered, b, UINT64_MAX), 310);
    assert_int_equal(wc_gas_form_at(&form, entered, neither, UINT64_MAX), 10);
    assert_int_equal(wc_gas_form_at(&form, entered, open, UINT64_MAX), 510);
    assert_int_equal(wc_gas_form_at(&form, entered, few, UINT64_MAX), 37);
    assert_int_equal(wc_gas_form_at(&form, entered, NULL, UINT64_MAX), 510);
    own[1].factor = 200;
    assert_int_equal(wc_gas_form_at(&form, entered, open, UINT64_MAX), 310);
}

static void a_form_is_a_sum_of_products(void **state)
{
    (void)state;
    char text[128];
    wc_buf buf;
    const uint32_t some[] = {4, 10}, beyond[] = {1000, 0}, unknown[] = {UINT32_MAX, 2};
    assert_int_equal(wc_gas_form_at(&forms[0], sizes, some, UINT64_MAX), 4120 + 1240 + 1800);
    assert_int_equal(wc_gas_form_at(&forms[0], sizes, beyond, UINT64_MAX), 4120 + 310 * 96);
    assert_int_equal(wc_gas_form_at(&forms[0], sizes, unknown, UINT64_MAX),
                     4120 + 310 * 96 + 45 * 96 * 2);
    assert_int_equal(wc_gas_form_at(&forms[0], sizes, NULL, UINT64_MAX),
                     4120 + 310 * 96 + 45 * 96 * 64);
    assert_int_equal(wc_gas_form_at(&forms[0], sizes, NULL, 5000), 5000);
    assert_int_equal(wc_gas_form_at(&forms[1], sizes, NULL, 5000), 0);
    wc_buf_init(&buf, text, sizeof(text) - 1);
    wc_gas_form_text(&buf, &forms[0], sizes);
    text[buf.len] = 0;
    assert_string_equal(
        text, "4 120 + 310\xc2\xb7n(readings) + 45\xc2\xb7n(readings)\xc2\xb7n(self.bids)");
    wc_buf_init(&buf, text, sizeof(text) - 1);
    wc_gas_number_text(&buf, UINT64_MAX);
    text[buf.len] = 0;
    assert_string_equal(text, "18 446 744 073 709 551 615");
}

static void finds_the_line_of_a_word(void **state)
{
    (void)state;
    assert_int_equal(wc_debug_find(&sample, 0, 0)->line, 3);
    assert_int_equal(wc_debug_find(&sample, 0, 3)->line, 3);
    assert_int_equal(wc_debug_find(&sample, 0, 4)->line, 4);
    assert_int_equal(wc_debug_find(&sample, 0, 65534)->line, 4);
    assert_int_equal(wc_debug_find(&sample, 0, 65535)->file, 1);
    assert_null(wc_debug_find(&sample, 1, 0));
    assert_null(wc_debug_find(&sample, 2, 0));
    wc_debug_function late = {1, &first_lines[1], 0, NULL};
    wc_debug debug = {.function_count = 1, .functions = &late};
    assert_null(wc_debug_find(&debug, 0, 3));
    assert_non_null(wc_debug_find(&debug, 0, 4));
}

static void reads_debug_parts_of_up_to_four_mebibytes(void **state)
{
    (void)state;
    static const uint8_t long_part[WC_DEBUG_SIZE_MAX + 1];
    wc_debug *debug;
    size_t bad = 0;
    wc_arena *arena = rig_arena();
    wc_slice bytes = wc_slice_of(long_part, WC_DEBUG_SIZE_MAX);
    assert_status(wc_debug_decode(bytes, arena, &debug, &bad), WC_BAD_MAGIC);
    bytes.len++;
    assert_status(wc_debug_decode(bytes, arena, &debug, &bad), WC_TOO_LARGE);
    assert_int_equal(bad, WC_DEBUG_SIZE_MAX);
}

static void says_when_memory_is_full(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_slice bytes = encode(arena, &sample);
    size_t mark = wc_arena_mark(arena), bad;
    wc_debug *debug;
    for (uint64_t granted = 0; granted < 15; granted++) {
        arena->fail_after = granted;
        assert_status(wc_debug_decode(bytes, arena, &debug, &bad), WC_NO_MEMORY);
        assert_int_equal(wc_arena_mark(arena), mark);
    }
    /* itself, files, shapes, names of three, functions, lines and locals of two, sizes, forms,
     * terms of two */
    arena->fail_after = 15;
    assert_status(wc_debug_decode(bytes, arena, &debug, &bad), WC_OK);
}

/* What stands in front of an instruction: its place where that is new, names that begin and end. */
static void shows_places_and_names_in_front_of_words(void **state)
{
    (void)state;

    static const struct {
        uint16_t function;
        uint32_t word, words;
        const char *expected;
    } rows[] = {
        {0, 0, 1, "    # contracts/a.clause:3:1\n"},
        {0, 1, 1, "    # r0 is price : dec<5, CNY/kWh>\n"},
        {0, 4, 1,
         "    # contracts/a.clause:4:5\n    # r255 is stage : Stage\n"
         "    # r3 is legs : list<Leg, 16>\n"},
        {0, 5, 1, "    # r255 was stage\n"},
        {0, 8, 2, "    # r3 was legs\n"},
        {0, 10, 1, ""},
        {1, 0, 1, ""}, /* no lines, no names */
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        char text[256];
        wc_buf buf;
        wc_buf_init(&buf, text, sizeof text - 1);
        wc_text_places(&buf, &sample, rows[i].function, rows[i].word, rows[i].words);
        text[buf.len] = '\0';
        assert_string_equal(text, rows[i].expected);
    }
}

static void rows_of_some_tables_alone_have_names(void **state)
{
    (void)state;
    const wc_module *m = rig_assemble(rig_arena(), rig_sample());
    assert_int_equal(wc_text_row_count(m, WC_OPERAND_er), 2);
    assert_int_equal(wc_text_find_row(m, WC_OPERAND_er, WC_STR("Late")), 1);
    assert_int_equal(wc_text_find_row(m, WC_OPERAND_st, WC_STR("Closed")), 2);
    assert_int_equal(wc_text_find_row(m, WC_OPERAND_st, WC_STR("Late")), WC_NONE);
    assert_int_equal(wc_text_row_name(m, WC_OPERAND_er, 2), WC_NONE);
    assert_int_equal(wc_text_row_count(m, WC_OPERAND_ki), 0);
    assert_int_equal(wc_text_row_name(m, WC_OPERAND_ki, 0), WC_NONE);
    assert_int_equal(wc_text_find_row(m, WC_OPERAND_ki, WC_STR("Late")), WC_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_back_what_it_writes),
        cmocka_unit_test(refuses_or_repeats_every_change),
        cmocka_unit_test(refuses_lines_that_are_none),
        cmocka_unit_test(refuses_forms_that_are_none),
        cmocka_unit_test(names_and_their_shapes_keep_their_rules),
        cmocka_unit_test(fits_only_a_module_that_has_what_it_names),
        cmocka_unit_test(a_form_is_a_sum_of_products),
        cmocka_unit_test(of_several_states_one_is_entered),
        cmocka_unit_test(finds_the_line_of_a_word),
        cmocka_unit_test(shows_places_and_names_in_front_of_words),
        cmocka_unit_test(rows_of_some_tables_alone_have_names),
        cmocka_unit_test(reads_debug_parts_of_up_to_four_mebibytes),
        cmocka_unit_test(says_when_memory_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
