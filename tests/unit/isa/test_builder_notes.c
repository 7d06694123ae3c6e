/* The builder: what it notes for debuggers and for gas forms. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/isa/rig.h"
#include "vm/isa/builder.h"

static wc_builder *b;

static int start(void **state)
{
    (void)state;
    b = wc_builder_new(rig_arena(), wc_test_sha256, WC_STR("Built"), WC_STR("tests/built"));
    return b == NULL;
}

static void emit(wc_op op, uint16_t a1, uint16_t a2, uint16_t a3)
{
    const wc_instr instr = {op, {a1, a2, a3, 0, 0, 0}};
    wc_builder_emit(b, &instr);
}

static void notes_a_line_where_it_changes(void **state)
{
    (void)state;
    wc_module *module;
    wc_debug *debug;
    const wc_debug_line places[] = {{0, 0, 10, 1, 10, 9},  {0, 0, 11, 5, 11, 20},
                                    {0, 0, 11, 6, 11, 20}, {0, 0, 11, 6, 12, 20},
                                    {0, 0, 11, 6, 12, 21}, {0, 1, 11, 6, 12, 21}};
    assert_int_equal(wc_builder_file(b, WC_STR("a.clause"), (wc_hash){{7}}), 0);
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t r = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    wc_builder_at(b, &places[0]);
    emit(WC_OP_not, r, r, 0);
    wc_builder_at(b, &places[0]); /* the same: no new row */
    emit(WC_OP_not, r, r, 0);
    assert_int_equal(wc_builder_word(b), 3);
    (void)wc_builder_file(b, WC_STR("b.clause"), (wc_hash){{8}});
    for (size_t i = 2; i < WC_ARRAY_LEN(places); i++) { /* each differs in one member */
        wc_builder_at(b, &places[i]);
        emit(WC_OP_not, r, r, 0);
    }
    wc_builder_at(b, &places[1]);
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    (void)wc_builder_function(b, WC_STR("g"));
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    assert_status(wc_builder_finish(b, &module, &debug), WC_OK);
    assert_int_equal(debug->function_count, 2);
    assert_int_equal(debug->functions[0].count, 6);
    assert_int_equal(debug->functions[0].lines[0].word, 0);
    assert_int_equal(debug->functions[0].lines[0].line, 10);
    assert_int_equal(debug->functions[0].lines[1].word, 3);
    assert_int_equal(debug->functions[0].lines[5].word, 7);
    assert_int_equal(debug->functions[1].count, 1);
    assert_int_equal(debug->functions[1].lines[0].line, 11);
    assert_int_equal(debug->files[0].source.bytes[0], 7);
}

static void notes_names_of_registers_from_where_to_where(void **state)
{
    (void)state;
    wc_module *module;
    wc_debug *debug;
    const wc_debug_shape plain = {.kind = WC_TYPE_INT, .text = WC_STR("int"), .unit = WC_STR("")};
    const wc_debug_shape flag = {.kind = WC_TYPE_BOOL, .text = WC_STR("bool"), .unit = WC_STR("")};
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t x = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    assert_int_equal(wc_builder_shape(b, &plain), 0);
    assert_int_equal(wc_builder_shape(b, &flag), 1);
    assert_int_equal(wc_builder_shape(b, &plain), 0);
    uint16_t param = wc_builder_local(b, WC_STR("param"), 0, x);
    wc_builder_params(b);
    uint16_t k = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    emit(WC_OP_not, k, x, 0);
    uint16_t inner = wc_builder_local(b, WC_STR("inner"), 1, k);
    assert_int_equal(wc_builder_local(b, WC_STR("none"), WC_NONE, k), WC_NONE);
    uint16_t unseen = wc_builder_local(b, WC_STR("unseen"), 1, k);
    wc_builder_local_end(b, unseen);
    emit(WC_OP_not, k, k, 0);
    emit(WC_OP_not, k, k, 0);
    wc_builder_local_end(b, inner);
    wc_builder_local_end(b, WC_NONE);
    emit(WC_OP_ret, 0, 0, 0);
    const wc_instr load = {WC_OP_ldi, {k, 5, 0}};
    wc_builder_prologue(b, &load, 1);
    wc_builder_end(b);
    (void)wc_builder_function(b, WC_STR("g"));
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    assert_status(wc_builder_finish(b, &module, &debug), WC_OK);
    assert_int_equal(debug->shape_count, 2);
    assert_int_equal(debug->functions[0].local_count, 2);
    assert_int_equal(debug->functions[1].local_count, 0);
    const wc_debug_local *rows = debug->functions[0].locals;
    assert_int_equal(param, 0);
    assert_int_equal(rows[0].first, 2); /* one word was put in front */
    assert_int_equal(rows[0].end, 6);   /* the function's end */
    assert_true(wc_str_equal(rows[1].name, WC_STR("inner")));
    assert_int_equal(rows[1].shape, 1);
    assert_int_equal(rows[1].reg, k);
    assert_int_equal(rows[1].first, 3);
    assert_int_equal(rows[1].end, 5);
    assert_true(wc_debug_fits(debug, module));
}

/* What cannot be named has no name in a debugger, and the module is the same. */
static void names_have_limits_that_fail_nothing(void **state)
{
    (void)state;
    wc_module *module;
    wc_debug *debug;
    static wc_str names[WC_DEBUG_SHAPE_NAMES + 1];
    char text[UINT8_MAX + 2];
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) names[i] = WC_STR("n");
    wc_debug_shape tag = {.kind = WC_TYPE_TAG, .names = names};
    tag.name_count = WC_DEBUG_SHAPE_NAMES + 1;
    assert_int_equal(wc_builder_shape(b, &tag), WC_NONE);
    tag.name_count = WC_DEBUG_SHAPE_NAMES;
    assert_int_equal(wc_builder_shape(b, &tag), 0);
    names[0] = (wc_str){text, WC_DEBUG_NAME_MAX + 1};
    assert_int_equal(wc_builder_shape(b, &tag), WC_NONE);
    wc_debug_shape plain = {.kind = WC_TYPE_DEC};
    plain.text = (wc_str){text, UINT8_MAX + 1};
    assert_int_equal(wc_builder_shape(b, &plain), WC_NONE);
    plain.text.len = UINT8_MAX;
    assert_int_equal(wc_builder_shape(b, &plain), 1);
    plain.unit = (wc_str){text, UINT8_MAX + 1};
    assert_int_equal(wc_builder_shape(b, &plain), WC_NONE);
    plain.unit.len = 0;
    for (uint16_t i = 2; i < WC_DEBUG_SHAPES_MAX; i++) {
        plain.text.len = i % 200;
        plain.scale = (uint8_t)(i / 200);
        assert_int_equal(wc_builder_shape(b, &plain), i);
    }
    plain.scale = 18;
    assert_int_equal(wc_builder_shape(b, &plain), WC_NONE);

    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t x = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    assert_int_equal(wc_builder_local(b, WC_STR(""), 1, x), WC_NONE);
    assert_int_equal(wc_builder_local(b, names[0], 1, x), WC_NONE);
    for (uint32_t i = 0; i < WC_DEBUG_LOCALS_MAX; i++) {
        assert_int_equal(wc_builder_local(b, WC_STR("x"), 1, x), i);
    }
    assert_int_equal(wc_builder_local(b, WC_STR("x"), 1, x), WC_NONE);
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    assert_status(wc_builder_finish(b, &module, &debug), WC_OK);
    assert_int_equal(debug->functions[0].local_count, WC_DEBUG_LOCALS_MAX);
}

static void keeps_shapes_apart_that_differ_in_one_thing(void **state)
{
    (void)state;
    static wc_str names[WC_DEBUG_SHAPE_NAMES];
    char text[12];
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) names[i] = WC_STR("n");
    wc_debug_shape shape = {.kind = WC_TYPE_DEC, .text = WC_STR("dec"), .unit = WC_STR("kWh")};
    assert_int_equal(wc_builder_shape(b, &shape), 0);
    shape.unit = WC_STR("CNY");
    assert_int_equal(wc_builder_shape(b, &shape), 1);
    shape = (wc_debug_shape){.kind = WC_TYPE_TAG, .name_count = 2, .names = names};
    assert_int_equal(wc_builder_shape(b, &shape), 2);
    shape.name_count = 3;
    assert_int_equal(wc_builder_shape(b, &shape), 3);
    /* 8192 names in all: 5 are there, then 31 times 256 and 251 more */
    shape.text = (wc_str){text, 0};
    shape.name_count = WC_DEBUG_SHAPE_NAMES;
    for (uint16_t i = 0; i < 31; i++) {
        shape.text.len = (size_t)snprintf(text, sizeof text, "%u", i);
        assert_int_equal(wc_builder_shape(b, &shape), 4 + i);
    }
    shape.text = WC_STR("last");
    shape.name_count = 252;
    assert_int_equal(wc_builder_shape(b, &shape), WC_NONE);
    shape.name_count = 251;
    assert_int_equal(wc_builder_shape(b, &shape), 35);
    shape.name_count = 1;
    assert_int_equal(wc_builder_shape(b, &shape), WC_NONE);
    assert_status(wc_builder_status(b), WC_OK);
}

static void notes_sizes_at_words(void **state)
{
    (void)state;
    assert_int_equal(wc_builder_size(b, WC_GAS_SIZE_ARGUMENT, WC_STR("list"), 1), 0);
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t i = wc_builder_reg(b, WC_REG_I64, WC_NONE), n = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    wc_builder_note(b, wc_builder_next_word(b), 0);
    wc_builder_note(b, wc_builder_next_word(b), WC_NONE); /* nothing */
    wc_builder_pass(b, wc_builder_next_word(b), WC_NONE, 0);
    wc_builder_pass(b, wc_builder_next_word(b), 0, WC_NONE);
    wc_builder_pass(b, wc_builder_next_word(b), 0, 0);
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);

    /* Loops that never come back are none; what was noted at one goes, what is in it stays. */
    uint16_t trips = wc_builder_number(b, wc_i128_of(4));
    (void)wc_builder_function(b, WC_STR("g"));
    (void)wc_builder_reg(b, WC_REG_I64, WC_NONE);
    (void)wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    wc_label out = wc_builder_label(b);
    wc_loop first = wc_builder_loop(b, i, n, trips, out); /* nothing noted in this function */
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_loop_end(b, &first);
    assert_int_equal(wc_builder_gas_notes(b).note_count, 1);
    out = wc_builder_label(b);
    uint32_t enter = wc_builder_next_word(b);
    wc_builder_note(b, enter, 0);
    wc_loop second = wc_builder_loop(b, i, n, trips, out);
    uint32_t inside = wc_builder_next_word(b);
    wc_builder_note(b, inside, 0);
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_loop_end(b, &second);
    out = wc_builder_label(b);
    wc_loop third = wc_builder_loop(b, i, n, trips, out); /* the note before is of another word */
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_loop_end(b, &third);
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    wc_gas_notes notes = wc_builder_gas_notes(b);
    assert_int_equal(notes.note_count, 2);
    assert_int_equal(notes.notes[0].function, 0);
    assert_int_equal(notes.notes[0].word, 1);
    assert_int_equal(notes.notes[1].function, 1);
    assert_int_equal(notes.notes[1].word, inside);
    assert_int_equal(notes.pass_count, 1);
    assert_status(wc_builder_status(b), WC_OK);
}

static void sizes_have_limits_that_fail_nothing(void **state)
{
    (void)state;
    static char text[WC_GAS_NAME_MAX + 1];
    memset(text, 'x', sizeof text);
    assert_int_equal(wc_builder_size(b, WC_GAS_SIZE_ARGUMENT, (wc_str){text, sizeof text}, 1),
                     WC_NONE);
    assert_int_equal(wc_builder_size(b, WC_GAS_SIZE_ARGUMENT, (wc_str){text, sizeof text - 1}, 1),
                     0);

    /* Half of the sizes, so that those of fields find room; the rest is taken as full. */
    for (uint32_t k = 1; k < WC_GAS_SIZES_MAX / 2; k++) {
        assert_int_equal(wc_builder_size(b, WC_GAS_SIZE_ARGUMENT, WC_STR("s"), k), k);
    }
    assert_int_equal(wc_builder_size(b, WC_GAS_SIZE_ARGUMENT, WC_STR("s"), 0), WC_NONE);
    assert_int_equal(wc_builder_size(b, WC_GAS_SIZE_ARGUMENT, WC_STR("s"), 1), 1);
    assert_status(wc_builder_status(b), WC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(notes_a_line_where_it_changes, start),
        cmocka_unit_test_setup(notes_names_of_registers_from_where_to_where, start),
        cmocka_unit_test_setup(names_have_limits_that_fail_nothing, start),
        cmocka_unit_test_setup(keeps_shapes_apart_that_differ_in_one_thing, start),
        cmocka_unit_test_setup(notes_sizes_at_words, start),
        cmocka_unit_test_setup(sizes_have_limits_that_fail_nothing, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
