/* The builder: what it interns, the blocks it writes, the code it drops, failures that stick. */
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

/* Compares the text of function `index` without its registers. */
static void check_code(const wc_module *module, uint16_t index, const char *expected)
{
    static char memory[4096];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory - 1);
    wc_function_disassemble(module, index, &buf);
    memory[buf.len] = '\0';
    const char *code = strstr(memory, "w0:");
    assert_non_null(code);
    assert_string_equal(code, expected);
}

static wc_module *finish(void)
{
    wc_module *module;
    wc_debug *debug;
    assert_status(wc_builder_finish(b, &module, &debug), WC_OK);
    return module;
}

static void gives_equal_rows_one_index(void **state)
{
    (void)state;
    assert_int_equal(wc_builder_string(b, WC_STR("Built")), 0);
    assert_int_equal(wc_builder_string(b, WC_STR("tests/built")), 1);
    uint16_t string = wc_builder_string(b, WC_STR("CNY"));
    assert_int_equal(wc_builder_string(b, WC_STR("CNY")), string);
    assert_int_not_equal(wc_builder_string(b, WC_STR("cny")), string);
    assert_int_equal(wc_builder_unit(b, WC_STR("CNY")), 0);
    assert_int_equal(wc_builder_unit(b, WC_STR("kWh")), 1);
    assert_int_equal(wc_builder_unit(b, WC_STR("CNY")), 0);
    assert_int_equal(wc_builder_currency(b, WC_STR("CNY"), 2), 0);
    assert_int_equal(wc_builder_currency(b, WC_STR("EUR"), 2), 1);
    assert_int_equal(wc_builder_currency(b, WC_STR("CNY"), 2), 0);
    assert_int_equal(wc_builder_number(b, wc_i128_of(-1)), 0);
    assert_int_equal(wc_builder_number(b, (wc_i128){UINT64_MAX, 0}), 1);
    assert_int_equal(wc_builder_number(b, wc_i128_of(-1)), 0);
    const wc_type flag = {.kind = WC_TYPE_BOOL, .name = WC_NONE};
    uint16_t type = wc_builder_type(b, &flag), empty = wc_builder_tuple(b, NULL, NULL, 0);
    assert_int_equal(wc_builder_bytes(b, type, wc_slice_of("\1", 1)), 0);
    assert_int_equal(wc_builder_bytes(b, type, wc_slice_of("\0", 1)), 1);
    assert_int_equal(wc_builder_bytes(b, empty, wc_slice_of("", 0)), 2);
    assert_int_equal(wc_builder_bytes(b, type, wc_slice_of("\1", 1)), 0);
    const wc_zone zone = {.offset = 3600};
    assert_int_equal(wc_builder_calendar(b, WC_STR("Europe/Berlin"), WC_STR("2026a"), &zone), 0);
    assert_int_equal(wc_builder_calendar(b, WC_STR("Europe/Berlin"), WC_STR("2026b"), &zone), 1);
    assert_int_equal(wc_builder_calendar(b, WC_STR("Europe/Paris"), WC_STR("2026b"), &zone), 2);
    assert_int_equal(wc_builder_calendar(b, WC_STR("Europe/Berlin"), WC_STR("2026b"), &zone), 1);
    assert_status(wc_builder_status(b), WC_OK);
}

static void keeps_the_path_apart_when_it_is_the_name(void **state)
{
    (void)state;
    b = wc_builder_new(rig_arena(), wc_test_sha256, WC_STR("Same"), WC_STR("Same"));
    const wc_module *module = wc_builder_module(b);
    assert_int_equal(module->string_count, 2);
    assert_true(wc_str_equal(module->strings[1], WC_STR("Same")));
    assert_int_equal(wc_builder_string(b, WC_STR("Same")), 0);
    assert_int_equal(wc_builder_string(b, WC_STR("other")), 2);
}

static void writes_blocks_where_they_belong(void **state)
{
    (void)state;
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t r = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    wc_label a = wc_builder_label(b), unused = wc_builder_label(b), c = wc_builder_label(b);
    emit(WC_OP_brz, r, a, 0);
    wc_builder_place(b, unused); /* nobody goes there: no block */
    emit(WC_OP_brz, r, c, 0);
    wc_builder_place(b, a); /* right behind a block: the same one */
    emit(WC_OP_not, r, r, 0);
    wc_builder_place(b, c); /* falls in and is jumped to */
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    check_code(finish(), 0,
               "w0:\n    block\n    brz r0 w4\nw2:\n    block\n    brz r0 w6\nw4:\n    block\n"
               "    not r0 r0\nw6:\n    block\n    ret 0\nend\n");
}

static void drops_what_nothing_reaches(void **state)
{
    (void)state;
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t r = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    uint16_t trips = wc_builder_number(b, wc_i128_of(4));
    wc_label end = wc_builder_label(b), dead = wc_builder_label(b), out = wc_builder_label(b);
    assert_true(wc_builder_is_reachable(b));
    emit(WC_OP_jmp, end, 0, 0);
    assert_false(wc_builder_is_reachable(b));
    emit(WC_OP_brz, r, dead, 0);
    wc_loop loop = wc_builder_loop(b, r, r, trips, out);
    assert_false(loop.is_open);
    emit(WC_OP_not, r, r, 0);
    wc_builder_loop_end(b, &loop);
    wc_builder_place(b, dead);
    emit(WC_OP_not, r, r, 0);
    wc_builder_place(b, end);
    assert_true(wc_builder_is_reachable(b));
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    check_code(finish(), 0, "w0:\n    block\n    jmp w2\nw2:\n    block\n    ret 0\nend\n");
}

static void turns_a_loop_that_never_comes_back_into_a_branch(void **state)
{
    (void)state;
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t i = wc_builder_reg(b, WC_REG_I64, WC_NONE), n = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    uint16_t trips = wc_builder_number(b, wc_i128_of(4));
    wc_label out = wc_builder_label(b);
    wc_loop loop = wc_builder_loop(b, i, n, trips, out);
    emit(WC_OP_jmp, out, 0, 0); /* break */
    wc_builder_loop_end(b, &loop);
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    wc_module *module = finish();
    check_code(module, 0,
               "w0:\n    block\n    brle r1 r0 w5\nw2:\n    block\nw3:\n    block\n    jmp w5\n"
               "w5:\n    block\n    ret 0\nend\n");
}

static void closes_loops_with_the_exit_behind(void **state)
{
    (void)state;
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t i = wc_builder_reg(b, WC_REG_I64, WC_NONE), n = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    uint16_t trips = wc_builder_number(b, wc_i128_of(4));
    wc_label out = wc_builder_label(b), next = wc_builder_label(b);
    wc_loop loop = wc_builder_loop(b, i, n, trips, out);
    emit(WC_OP_brz, n, next, 0);
    emit(WC_OP_jmp, out, 0, 0);
    wc_builder_place(b, next);
    wc_builder_loop_end(b, &loop);
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    check_code(finish(), 0,
               "w0:\n    block\n    lenter r0 r1 w9 %0 # 4\nw3:\n    block\n    brz r1 w7\n"
               "w5:\n    block\n    jmp w9\nw7:\n    block\n    loop r0 r1 w3\n"
               "w9:\n    block\n    ret 0\nend\n");
}

static void lets_the_last_instruction_write_elsewhere(void **state)
{
    (void)state;
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t x = wc_builder_reg(b, WC_REG_I64, WC_NONE), y = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    uint16_t z = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    uint16_t zero = wc_builder_number(b, wc_i128_of(0));
    assert_false(wc_builder_retarget(b, x, y)); /* there is none yet */
    emit(WC_OP_add, z, x, y);
    assert_false(wc_builder_retarget(b, x, y)); /* it writes another one */
    assert_true(wc_builder_retarget(b, z, x));
    emit(WC_OP_sub, z, x, y);
    emit(WC_OP_range, z, zero, zero);
    assert_true(wc_builder_retarget(b, z, y)); /* the check follows */
    emit(WC_OP_range, z, zero, zero);
    assert_false(wc_builder_retarget(b, z, x)); /* not made just before */
    wc_label out = wc_builder_label(b);
    emit(WC_OP_mov, z, x, 0);
    emit(WC_OP_brz, z, out, 0);
    wc_builder_place(b, out);
    assert_false(wc_builder_retarget(b, z, x)); /* a new block */
    emit(WC_OP_range, z, zero, zero);
    assert_false(wc_builder_retarget(b, z, x));
    emit(WC_OP_ret, 0, 0, 0);
    assert_false(wc_builder_retarget(b, z, x)); /* nothing comes here */
    wc_builder_end(b);
    check_code(finish(), 0,
               "w0:\n    block\n    add r0 r0 r1\n    sub r1 r0 r1\n    range r1 %0 %0 # 0 0\n"
               "    range r2 %0 %0 # 0 0\n    mov r2 r0\n    brz r2 w7\nw7:\n    block\n"
               "    range r2 %0 %0 # 0 0\n    ret 0\nend\n");
}

/* A number that is made step by step in r2 is made in another register from its first step on. */
static void lets_the_steps_before_write_elsewhere_too(void **state)
{
    (void)state;
    assert_int_equal(wc_builder_word(b), 0); /* no function is open */
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t x = wc_builder_reg(b, WC_REG_I64, WC_NONE), y = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    uint16_t z = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    uint16_t other = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    uint16_t zero = wc_builder_number(b, wc_i128_of(0));
    emit(WC_OP_mul, z, x, y);
    emit(WC_OP_addi, z, z, 1);
    emit(WC_OP_sub, z, x, z);
    assert_true(wc_builder_retarget(b, z, other));
    emit(WC_OP_mul, z, x, y); /* the last step wants what the target holds until then */
    emit(WC_OP_add, z, z, other);
    assert_true(wc_builder_retarget(b, z, other));
    for (uint16_t i = 1; i <= 5; i++) emit(WC_OP_addi, z, z, i); /* more than are remembered */
    assert_true(wc_builder_retarget(b, z, other));
    emit(WC_OP_mov, z, x, 0);
    emit(WC_OP_range, y, zero, zero); /* looks at another one: z is not made just before */
    assert_false(wc_builder_retarget(b, z, other));
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    assert_int_equal(wc_builder_word(b), 0);
    check_code(finish(), 0,
               "w0:\n    block\n    mul r3 r0 r1\n    addi r3 r3 1\n    sub r3 r0 r3\n"
               "    mul r2 r0 r1\n    add r3 r2 r3\n"
               "    addi r2 r2 1\n    addi r3 r2 2\n    addi r3 r3 3\n    addi r3 r3 4\n"
               "    addi r3 r3 5\n    mov r2 r0\n    range r1 %0 %0 # 0 0\n    ret 0\nend\n");
}

static void puts_a_prologue_in_front(void **state)
{
    (void)state;
    wc_module *module;
    wc_debug *debug;
    (void)wc_builder_file(b, WC_STR("a.clause"), (wc_hash){{7}});
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t i = wc_builder_reg(b, WC_REG_I64, WC_NONE), n = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    uint16_t k = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    uint16_t trips = wc_builder_number(b, wc_i128_of(4));
    wc_builder_at(b, &(wc_debug_line){0, 0, 10, 1, 10, 9});
    wc_label out = wc_builder_label(b);
    wc_loop loop = wc_builder_loop(b, i, n, trips, out);
    wc_builder_at(b, &(wc_debug_line){0, 0, 11, 1, 11, 9});
    emit(WC_OP_brz, n, out, 0);
    wc_builder_loop_end(b, &loop);
    emit(WC_OP_ret, 0, 0, 0);
    const wc_instr loads[] = {{WC_OP_ldi, {k, 5, 0}}, {WC_OP_mov, {k, k}}};
    wc_builder_prologue(b, loads, 2);
    wc_builder_prologue(b, loads, 0);
    wc_builder_end(b);
    assert_status(wc_builder_finish(b, &module, &debug), WC_OK);
    check_code(module, 0,
               "w0:\n    block\n    ldi r2 5\n    mov r2 r2\n    lenter r0 r1 w9 %0 # 4\n"
               "w5:\n    block\n    brz r1 w9\nw7:\n    block\n    loop r0 r1 w5\n"
               "w9:\n    block\n    ret 0\nend\n");
    assert_int_equal(debug->functions[0].count, 2);
    assert_int_equal(debug->functions[0].lines[0].word, 0);
    assert_int_equal(debug->functions[0].lines[1].word, 6);
}

static void makes_the_types_of_whole_tables(void **state)
{
    (void)state;
    const wc_type number = {.kind = WC_TYPE_TIME, .name = WC_NONE};
    uint16_t time = wc_builder_type(b, &number);
    const wc_type map = {.kind = WC_TYPE_SET, .name = WC_NONE, .capacity = 3, .item = time};
    uint16_t set = wc_builder_type(b, &map);
    const wc_party_decl buyer = {.name = wc_builder_string(b, WC_STR("buyer")), .role = WC_NONE};
    const wc_term term = {.default_const = WC_NONE};
    wc_storage_field field = {.initial = WC_NONE, .type = time};
    (void)wc_builder_party(b, &buyer);
    (void)wc_builder_term(b, wc_builder_string(b, WC_STR("from")), time, &term);
    field.name = wc_builder_string(b, WC_STR("last"));
    (void)wc_builder_field(b, &field);
    field = (wc_storage_field){
        .name = wc_builder_string(b, WC_STR("seen")), .id = 1, .type = set, .initial = WC_NONE};
    (void)wc_builder_field(b, &field);
    field = (wc_storage_field){
        .name = wc_builder_string(b, WC_STR("next")), .id = 2, .type = time, .initial = WC_NONE};
    (void)wc_builder_field(b, &field);
    wc_state_decl open = {
        .name = wc_builder_string(b, WC_STR("Open")), .data = WC_NONE, .initial = true};
    (void)wc_builder_state(b, &open);
    assert_int_equal(wc_builder_storage_type(b), wc_builder_storage_type(b));
    wc_module *module = finish();
    assert_int_equal(module->fields[0].root, 0);
    assert_int_equal(module->fields[1].root, WC_NONE);
    assert_int_equal(module->fields[2].root, 1);
    assert_int_equal(module->types[module->storage_type].count, 2);
    assert_int_equal(module->types[module->parties_type].count, 1);
    assert_int_equal(module->types[module->terms_type].fields[0].type, time);
    assert_int_equal(module->types[module->state_type].kind, WC_TYPE_TAG);
    assert_string_equal(rig_verdict(rig_arena(), module), "");
}

static void gives_pairs_two_registers_and_two_results(void **state)
{
    (void)state;
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t narrow = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    uint16_t wide = wc_builder_reg(b, WC_REG_I128, WC_NONE);
    uint16_t next = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    wc_builder_result(b, WC_REG_I128);
    wc_builder_result(b, WC_REG_I64);
    assert_int_equal(wide, 1);
    assert_int_equal(next, 3);
    emit(WC_OP_widen, wide, narrow, 0);
    emit(WC_OP_ret, wide, 0, 0);
    wc_builder_end(b);
    wc_builder_source_version(b, 4);
    const wc_state_decl open = {.name = 0, .data = WC_NONE, .initial = true};
    (void)wc_builder_state(b, &open);
    wc_module *module = finish();
    const wc_function *f = &module->functions[0];
    assert_int_equal(f->regs[2].kind, WC_REG_I128_HIGH);
    assert_int_equal(f->param_count, 4);
    assert_int_equal(f->result_count, 3);
    assert_memory_equal(f->result_kinds, ((uint8_t[]){WC_REG_I128, WC_REG_I128_HIGH, WC_REG_I64}),
                        3);
    assert_int_equal(module->source_version, 4);
    assert_string_equal(rig_verdict(rig_arena(), module), "");
}

static void refuses_rows_that_are_too_long(void **state)
{
    (void)state;
    static char text[UINT16_MAX + 1];
    static wc_field fields[WC_MEMBERS_MAX + 1];
    memset(text, 'x', sizeof text);
    (void)wc_builder_string(b, (wc_str){text, UINT16_MAX});
    assert_status(wc_builder_status(b), WC_OK);
    (void)wc_builder_string(b, (wc_str){text, sizeof text});
    assert_status(wc_builder_status(b), WC_TOO_LARGE);
    assert_int_equal(start(NULL), 0);
    wc_type wide = {
        .kind = WC_TYPE_TUPLE, .name = WC_NONE, .count = WC_MEMBERS_MAX + 1, .fields = fields};
    (void)wc_builder_type(b, &wide);
    assert_status(wc_builder_status(b), WC_TOO_LARGE);
    assert_int_equal(start(NULL), 0);
    wc_method method = {.result = WC_NONE, .args = wc_builder_tuple(b, NULL, NULL, 0)};
    method.name = wc_builder_string(b, (wc_str){text, 5000}); /* no signature is as long */
    (void)wc_builder_interface(b, WC_STR("Long"), &method, 1);
    assert_status(wc_builder_status(b), WC_TOO_LARGE);
}

static void keeps_tables_to_their_limits(void **state)
{
    (void)state;
    const wc_type flag = {.kind = WC_TYPE_BOOL, .name = WC_NONE};
    wc_storage_field field = {.type = wc_builder_type(b, &flag), .initial = WC_NONE};
    for (uint16_t i = 0; i < WC_ROWS_MAX; i++) {
        field.id = i;
        assert_int_equal(wc_builder_field(b, &field), i);
    }
    assert_status(wc_builder_status(b), WC_OK);
    (void)wc_builder_field(b, &field);
    assert_status(wc_builder_status(b), WC_TOO_LARGE);
    assert_int_equal(start(NULL), 0);
    const wc_term term = {.default_const = WC_NONE};
    for (uint16_t i = 0; i <= WC_ROWS_MAX; i++) (void)wc_builder_term(b, 0, 0, &term);
    assert_status(wc_builder_status(b), WC_TOO_LARGE);
}

static void keeps_the_first_failure(void **state)
{
    (void)state;
    wc_module *module;
    wc_debug *debug;
    const wc_type bad = {.kind = WC_TYPE_BYTES, .name = WC_NONE};
    assert_int_equal(wc_builder_type(b, &bad), 0);
    assert_status(wc_builder_status(b), WC_OUT_OF_DOMAIN);
    const wc_type large = {.kind = WC_TYPE_BYTES, .name = WC_NONE, .capacity = UINT32_MAX};
    (void)wc_builder_type(b, &large);
    (void)wc_builder_function(b, WC_STR("f")); /* does nothing any more */
    (void)wc_builder_reg(b, WC_REG_I128, WC_NONE);
    wc_builder_params(b);
    wc_builder_result(b, WC_REG_I64);
    (void)wc_builder_slot(b, 0);
    wc_label label = wc_builder_label(b);
    emit(WC_OP_ret, 0, 0, 0);
    wc_loop loop = wc_builder_loop(b, 0, 0, 0, label);
    wc_builder_loop_end(b, &loop);
    wc_builder_place(b, label);
    wc_builder_end(b);
    (void)wc_builder_parties_type(b);
    assert_status(wc_builder_finish(b, &module, &debug), WC_OUT_OF_DOMAIN);
}

/* The same small module, with the n-th allocation failing. */
static wc_status build_with(uint64_t granted)
{
    wc_arena *arena = rig_arena();
    wc_module *module;
    wc_debug *debug;
    arena->fail_after = granted;
    b = wc_builder_new(arena, wc_test_sha256, WC_STR("Small"), WC_STR("small"));
    if (b == NULL) return WC_NO_MEMORY;
    const wc_type party = {.kind = WC_TYPE_PARTY, .name = WC_NONE, .item = WC_NONE};
    uint16_t type = wc_builder_type(b, &party), args = wc_builder_tuple(b, NULL, &type, 1);
    (void)wc_builder_bytes(b, args, wc_slice_of("12345678901234567890123456789012", 32));
    (void)wc_builder_unit(b, WC_STR("kWh"));
    (void)wc_builder_currency(b, WC_STR("CNY"), 2);
    const wc_method method = {.name = 0, .args = args, .result = WC_NONE};
    (void)wc_builder_interface(b, WC_STR("Market"), &method, 1);
    (void)wc_builder_error(b, WC_STR("Bad"), args);
    (void)wc_builder_event(b, WC_STR("Good"), args);
    (void)wc_builder_file(b, WC_STR("small.clause"), (wc_hash){{0}});
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t ref = wc_builder_reg(b, WC_REG_REF, args);
    wc_builder_params(b);
    (void)wc_builder_slot(b, type);
    wc_label label = wc_builder_label(b);
    uint16_t size = wc_builder_size(b, WC_GAS_SIZE_ARGUMENT, WC_STR("list"), 8);
    wc_builder_note(b, 1, size);
    wc_builder_pass(b, 1, 0, size);
    emit(WC_OP_jmp, label, 0, 0);
    wc_builder_place(b, label);
    emit(WC_OP_emit, 0, ref, 0);
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_end(b);
    (void)wc_builder_test(b, WC_STR("a test"), 0);
    return wc_builder_finish(b, &module, &debug);
}

static void says_when_memory_is_full(void **state)
{
    (void)state;
    uint64_t granted = 0;
    for (; build_with(granted) != WC_OK; granted++) {
        assert_status(build_with(granted), WC_NO_MEMORY);
        assert_true(granted < 1000);
    }
    assert_true(granted > 40);
}

static void keeps_code_within_the_size_of_a_module(void **state)
{
    (void)state;
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t r = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    uint32_t most = WC_MODULE_SIZE_MAX / 8;
    for (uint32_t i = 1; i < most; i++) emit(WC_OP_not, r, r, 0);
    assert_status(wc_builder_status(b), WC_OK);
    emit(WC_OP_not, r, r, 0);
    assert_status(wc_builder_status(b), WC_TOO_LARGE);
}

static void keeps_a_prologue_within_it(void **state)
{
    (void)state;
    const wc_instr load = {WC_OP_ldi, {0, 5, 0}};
    (void)wc_builder_function(b, WC_STR("f"));
    uint16_t r = wc_builder_reg(b, WC_REG_I64, WC_NONE);
    wc_builder_params(b);
    for (uint32_t i = 3; i < WC_MODULE_SIZE_MAX / 8; i++) emit(WC_OP_not, r, r, 0);
    emit(WC_OP_ret, 0, 0, 0);
    wc_builder_prologue(b, &load, 1); /* the last word that there is */
    assert_status(wc_builder_status(b), WC_OK);
    wc_builder_prologue(b, &load, 1);
    assert_status(wc_builder_status(b), WC_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(gives_equal_rows_one_index, start),
        cmocka_unit_test(keeps_the_path_apart_when_it_is_the_name),
        cmocka_unit_test_setup(writes_blocks_where_they_belong, start),
        cmocka_unit_test_setup(drops_what_nothing_reaches, start),
        cmocka_unit_test_setup(turns_a_loop_that_never_comes_back_into_a_branch, start),
        cmocka_unit_test_setup(closes_loops_with_the_exit_behind, start),
        cmocka_unit_test_setup(lets_the_last_instruction_write_elsewhere, start),
        cmocka_unit_test_setup(lets_the_steps_before_write_elsewhere_too, start),
        cmocka_unit_test_setup(puts_a_prologue_in_front, start),
        cmocka_unit_test_setup(makes_the_types_of_whole_tables, start),
        cmocka_unit_test_setup(gives_pairs_two_registers_and_two_results, start),
        cmocka_unit_test_setup(refuses_rows_that_are_too_long, start),
        cmocka_unit_test_setup(keeps_tables_to_their_limits, start),
        cmocka_unit_test_setup(keeps_the_first_failure, start),
        cmocka_unit_test(says_when_memory_is_full),
        cmocka_unit_test_setup(keeps_code_within_the_size_of_a_module, start),
        cmocka_unit_test_setup(keeps_a_prologue_within_it, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
