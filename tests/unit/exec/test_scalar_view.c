/* Views of numbers without encodings: for every argument, state and gas limit the same result,
 * failure and gas as a call with encoded arguments. */
#include "tests/unit/exec/rig.h"
#include "vm/base/codec.h"
#include "vm/exec/exec.h"
#include "vm/exec/object.h"
#include "vm/inspect.h"

#define I(x) INT64_C(x)

/* floor(a / b), with operands and result in memory. */
static void put_memory_form(wc_rig *rig, uint16_t args, uint16_t into)
{
    uint16_t in = rig_ref(rig, args), out = rig_refmut(rig, into);
    wc_builder_params(rig->b);
    uint16_t x = rig_int(rig), y = rig_int(rig);
    RIG_EMIT(rig, ldf, x, in, 0);
    RIG_EMIT(rig, ldf, y, in, 1);
    RIG_EMIT(rig, idiv, x, x, y);
    RIG_EMIT(rig, stf, out, 0, x);
    RIG_EMIT(rig, ret, 0);
}

static void put_register_form(wc_rig *rig)
{
    uint16_t x = rig_int(rig), y = rig_int(rig);
    wc_builder_result(rig->b, WC_REG_I64);
    wc_builder_params(rig->b);
    uint16_t quotient = rig_int(rig);
    RIG_EMIT(rig, idiv, quotient, x, y);
    RIG_EMIT(rig, ret, quotient);
}

/* The same in a function that is called: a failure leaves another one's registers and slots. */
static uint16_t callee;

static void put_callee(wc_rig *rig)
{
    callee = wc_builder_function(rig->b, WC_STR("divide"));
    put_register_form(rig);
    wc_builder_end(rig->b);
}

static void put_in_callee(wc_rig *rig)
{
    uint16_t x = rig_int(rig), y = rig_int(rig);
    wc_builder_result(rig->b, WC_REG_I64);
    wc_builder_params(rig->b);
    RIG_EMIT(rig, call, callee, x, y);
    RIG_EMIT(rig, ret, y);
}

/* 3 a + b, with one handler from the first instruction to the return. */
static void put_line(wc_rig *rig)
{
    uint16_t x = rig_int(rig), y = rig_int(rig);
    wc_builder_result(rig->b, WC_REG_I64);
    wc_builder_params(rig->b);
    uint16_t three = rig_int(rig), sum = rig_int(rig);
    RIG_EMIT(rig, ldi, three, 3, 0);
    RIG_EMIT(rig, mul, sum, x, three);
    RIG_EMIT(rig, add, sum, sum, y);
    RIG_EMIT(rig, ret, sum);
}

/* quotient(a in [0, 100], b) -> [-50, 50]: can trap, and can leave its range. */
static void make_view_by(wc_rig *rig, uint64_t when, void (*put)(wc_rig *rig), bool in_registers)
{
    rig_open_tables(rig);
    wc_type small = {.kind = WC_TYPE_INT, .name = WC_NONE, .lo = 0, .hi = 100};
    wc_type result = {.kind = WC_TYPE_INT, .name = WC_NONE, .lo = -50, .hi = 50};
    wc_type any = {.kind = WC_TYPE_INT, .name = WC_NONE, .lo = INT64_MIN, .hi = INT64_MAX};
    const uint16_t types[] = {wc_builder_type(rig->b, &small), wc_builder_type(rig->b, &any)};
    uint16_t args = wc_builder_tuple(rig->b, NULL, types, 2);
    uint16_t into = wc_builder_type(rig->b, &result);
    if (put == put_in_callee) put_callee(rig);
    uint16_t f = wc_builder_function(rig->b, WC_STR("quotient"));
    if (in_registers) {
        put(rig);
    } else {
        put_memory_form(rig, args, into);
    }
    wc_builder_end(rig->b);
    wc_entry entry = {.kind = WC_ENTRY_VIEW,
                      .name = wc_builder_string(rig->b, WC_STR("quotient")),
                      .function = f,
                      .args = args,
                      .result = into,
                      .when = when};
    rig->entry = wc_builder_entry(rig->b, &entry);
    rig_load(rig);
}

static void make_view_of(wc_rig *rig, uint64_t when, bool in_registers)
{
    make_view_by(rig, when, put_register_form, in_registers);
}

static void make_view(wc_rig *rig, uint64_t when)
{
    make_view_of(rig, when, true);
}

static void assert_same_failure(const wc_outcome *a, const wc_outcome *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->code, b->code);
    assert_int_equal(a->function, b->function);
    assert_int_equal(a->word, b->word);
    assert_int_equal(a->operand_count, b->operand_count);
    assert_memory_equal(a->operands, b->operands, sizeof a->operands);
    assert_true(wc_slice_equal(a->args, b->args));
    assert_true(a->gas_used == b->gas_used);
}

/* One call both ways. */
static void compare(wc_rig *rig, wc_scalar_view *view, const wc_outcome *seen, uint64_t gas,
                    const int64_t args[2])
{
    size_t mark = wc_arena_mark(&rig->arena);
    wc_instance instance = {rig->image, rig->own, rig->root, wc_slice_of(NULL, 0)};
    wc_host host = {&wc_fake_host_ops, &rig->host};
    wc_call call = {.entry = rig->entry,
                    .args = rig_abi(rig, "qq", args[0], args[1]),
                    .now = RIG_NOW,
                    .gas_limit = gas};
    wc_outcome encoded;
    int64_t result = 12345;
    wc_call_run(&instance, &call, &host, rig->memory[1], &encoded);
    bool done = wc_scalar_view_call(view, gas, args, &result);
    assert_int_equal(done, encoded.kind == WC_OUTCOME_OK);
    wc_arena_rewind(&rig->arena, mark);
    assert_same_failure(&encoded, seen);
    if (!done) {
        assert_int_equal(result, 12345); /* untouched */
        return;
    }
    assert_int_equal(encoded.result.len, 8);
    assert_true((int64_t)wc_load_u64(encoded.result.data) == result);
    assert_int_equal(encoded.state, seen->state);
}

/* The view on an image of the rig, against encoded calls of its first one. */
static void compare_on(wc_rig *rig, const wc_image *image)
{
    static const int64_t cases[][2] = {{0, 1},   {100, 2},       {100, 3},       {99, 1},
                                       {50, -1}, {51, -1},       {7, 0},         {101, 1},
                                       {-1, 1},  {INT64_MAX, 1}, {1, INT64_MIN}, {1, INT64_MAX}};
    wc_instance instance = {image, rig->own, rig->root, wc_slice_of(NULL, 0)};
    wc_host host = {&wc_fake_host_ops, &rig->host};
    wc_call call = {.entry = rig->entry, .now = RIG_NOW};
    wc_scalar_view view;
    wc_outcome seen;
    assert_status(wc_scalar_view_open(&view, &instance, &call, &host, rig->memory[0], &seen),
                  WC_OK);
    assert_int_equal(view.param_count, 2);
    int64_t result;
    const int64_t good[] = {13, 7}; /* for each of the views */
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        compare(rig, &view, &seen, RIG_GAS, cases[i]);
        compare(rig, &view, &seen, RIG_GAS, good); /* so that the next one goes the short way */
        compare(rig, &view, &seen, RIG_GAS, cases[i]);
    }
    assert_true(wc_scalar_view_call(&view, RIG_GAS, good, &result));
    for (uint64_t gas = 0; gas <= seen.gas_used + 2; gas++) { /* the first of them takes all */
        compare(rig, &view, &seen, gas, good);
        compare(rig, &view, &seen, RIG_GAS, good);
        if (gas > 5000) break;
    }
    for (uint64_t left = 0; left < 40; left++) { /* around what it needs */
        uint64_t needed = seen.gas_used;
        compare(rig, &view, &seen, needed - 20 + left, good);
        compare(rig, &view, &seen, RIG_GAS, good);
    }
}

static void compare_all(void (*put)(wc_rig *rig))
{
    wc_rig rig;
    make_view_by(&rig, 0, put, true);
    compare_on(&rig, rig.image);
    compare_on(&rig, rig.other);
    rig_drop(&rig);
}

static void gives_what_an_encoded_call_gives(void **state)
{
    (void)state;
    compare_all(put_register_form);
    compare_all(put_in_callee);
    compare_all(put_line);
}

/* put_register_form as machine code: a block, `idiv` at word 1, `ret`. */
static bool divide(wc_exec *exec, const wc_code *code, wc_frame *frame, wc_slot *r, uint8_t *slots)
{
    (void)slots;
    int64_t x = r[0].i, y = r[1].i;
    exec->frame = frame;
    frame->code = code;
    exec->pc = code->first;
    if (!wc_exec_charge(exec, code->first->imm)) return false;
    exec->pc = code->first + 1;
    if (y == 0) return wc_exec_trap(exec, WC_TRAP_DIVZERO, 2, x, y);
    r[0].i = x / y - (x % y != 0 && (x < 0) != (y < 0));
    return true;
}

static void gives_the_same_by_machine_code(void **state)
{
    (void)state;
    wc_rig rig;
    make_view_by(&rig, 0, put_register_form, true);
    const wc_native_function functions[] = {divide, divide};
    wc_native_object object = {.functions = functions, .function_count = 2};
    wc_image *image;
    assert_status(
        wc_image_translate(wc_image_module(rig.image), &wc_engine_loop, &rig.arena, &image), WC_OK);
    assert_false(wc_image_attach(image, &object)); /* of another module */
    object.function_count = 1;
    assert_false(wc_image_attach(rig.watched, &object)); /* observed */
    assert_true(wc_image_attach(image, &object));
    compare_on(&rig, image);
    rig_drop(&rig);
}

static void tests_are_never_machine_code(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open_tables(&rig);
    wc_builder_mark_test_image(rig.b);
    uint16_t test = wc_builder_function(rig.b, WC_STR("test"));
    RIG_EMIT(&rig, ret, 0);
    wc_builder_end(rig.b);
    (void)wc_builder_test(rig.b, WC_STR("test"), test);
    rig_load(&rig);
    const wc_native_function functions[] = {divide};
    const wc_native_object object = {.functions = functions, .function_count = 1};
    assert_false(wc_image_attach(rig.image, &object));
    rig_drop(&rig);
}

/* A record that ends early: the view is open, and every call of it has ended already. */
static void stops_the_node_where_the_record_does_not_decode(void **state)
{
    (void)state;
    wc_rig rig;
    make_view(&rig, 0);
    for (size_t len = 0; len <= rig.root.len; len++) {
        wc_instance instance = {rig.image, rig.own, wc_slice_of(rig.root.data, len), {NULL, 0}};
        wc_host host = {&wc_fake_host_ops, &rig.host};
        wc_call call = {.entry = rig.entry, .now = RIG_NOW};
        wc_scalar_view view;
        wc_outcome seen;
        assert_status(wc_scalar_view_open(&view, &instance, &call, &host, rig.memory[0], &seen),
                      WC_OK);
        assert_int_equal(wc_inspect_depth(view.exec), 0); /* nothing runs yet */
        if (len == rig.root.len) {
            assert_int_equal(seen.kind, WC_OUTCOME_OK);
            break;
        }
        assert_int_equal(seen.kind, WC_OUTCOME_TRAP);
        assert_int_equal(seen.code, WC_TRAP_HOST);
        assert_int_equal(seen.function, WC_NONE);
    }
    rig_drop(&rig);
}

/* Both forms of a view of numbers end alike; only the code and its gas differ. */
static void gives_in_registers_what_it_gives_in_memory(void **state)
{
    (void)state;
    static const int64_t cases[][2] = {{0, 1}, {100, 3}, {50, -1}, {51, -1}, {7, 0}, {101, 1}};
    wc_rig rigs[2];
    make_view_of(&rigs[0], 0, false);
    make_view_of(&rigs[1], 0, true);
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_outcome outcomes[2];
        for (int form = 0; form < 2; form++) {
            wc_rig *rig = &rigs[form];
            wc_instance instance = {rig->image, rig->own, rig->root, wc_slice_of(NULL, 0)};
            wc_host host = {&wc_fake_host_ops, &rig->host};
            wc_call call = {.entry = rig->entry,
                            .args = rig_abi(rig, "qq", cases[i][0], cases[i][1]),
                            .now = RIG_NOW,
                            .gas_limit = RIG_GAS};
            wc_call_run(&instance, &call, &host, rig->memory[0], &outcomes[form]);
        }
        assert_int_equal(outcomes[0].kind, outcomes[1].kind);
        assert_int_equal(outcomes[0].code, outcomes[1].code);
        assert_memory_equal(outcomes[0].operands, outcomes[1].operands, 16);
        assert_true(wc_slice_equal(outcomes[0].result, outcomes[1].result));
        assert_true(wc_slice_equal(outcomes[0].args, outcomes[1].args));
    }
    rig_drop(&rigs[0]);
    rig_drop(&rigs[1]);
}

static void is_refused_in_the_states_that_refuse_it(void **state)
{
    (void)state;
    for (uint16_t at = 0; at < 3; at++) {
        wc_rig rig;
        make_view(&rig, 1); /* in the first state only */
        rig_set_state(&rig, at, at == 1 ? rig_abi(&rig, "qq", I(5), I(6)) : wc_slice_of(NULL, 0));
        wc_instance instance = {rig.image, rig.own, rig.root, wc_slice_of(NULL, 0)};
        wc_host host = {&wc_fake_host_ops, &rig.host};
        wc_call call = {.entry = rig.entry, .now = RIG_NOW};
        wc_scalar_view view;
        wc_outcome seen;
        assert_status(wc_scalar_view_open(&view, &instance, &call, &host, rig.memory[0], &seen),
                      WC_OK);
        const int64_t args[] = {10, 5};
        compare(&rig, &view, &seen, RIG_GAS, args);
        assert_int_equal(seen.kind == WC_OUTCOME_OK, at == 0);
        rig_drop(&rig);
    }
}

static void opens_only_views_of_numbers(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    rig_close(&rig);
    wc_instance instance = {rig.image, rig.own, rig.root, wc_slice_of(NULL, 0)};
    wc_host host = {&wc_fake_host_ops, &rig.host};
    wc_call call = {.entry = rig.entry, .now = RIG_NOW};
    wc_scalar_view view;
    wc_outcome seen;
    assert_status(wc_scalar_view_open(&view, &instance, &call, &host, rig.memory[0], &seen),
                  WC_OUT_OF_DOMAIN); /* an action */
    rig_drop(&rig);

    make_view_of(&rig, 0, false);
    instance = (wc_instance){rig.image, rig.own, rig.root, wc_slice_of(NULL, 0)};
    host = (wc_host){&wc_fake_host_ops, &rig.host};
    call.entry = rig.entry;
    assert_status(wc_scalar_view_open(&view, &instance, &call, &host, rig.memory[0], &seen),
                  WC_OUT_OF_DOMAIN); /* numbers, but in memory */
    rig_drop(&rig);

    make_view(&rig, 0);
    instance = (wc_instance){rig.watched, rig.own, rig.root, wc_slice_of(NULL, 0)};
    host = (wc_host){&wc_fake_host_ops, &rig.host};
    call.entry = rig.entry;
    assert_status(wc_scalar_view_open(&view, &instance, &call, &host, rig.memory[0], &seen),
                  WC_OUT_OF_DOMAIN); /* an observer wants to be told of each call */
    rig_drop(&rig);

    rig_open_tables(&rig); /* in a register, but no number */
    uint16_t args = wc_builder_tuple(rig.b, NULL, &rig.t.boolean, 1);
    uint16_t f = wc_builder_function(rig.b, WC_STR("same"));
    uint16_t x = rig_int(&rig);
    wc_builder_result(rig.b, WC_REG_I64);
    wc_builder_params(rig.b);
    RIG_EMIT(&rig, ret, x);
    wc_builder_end(rig.b);
    wc_entry entry = {.kind = WC_ENTRY_VIEW,
                      .name = wc_builder_string(rig.b, WC_STR("same")),
                      .function = f,
                      .args = args,
                      .result = rig.t.integer};
    call.entry = wc_builder_entry(rig.b, &entry);
    rig_load(&rig);
    instance = (wc_instance){rig.image, rig.own, rig.root, wc_slice_of(NULL, 0)};
    host = (wc_host){&wc_fake_host_ops, &rig.host};
    assert_status(wc_scalar_view_open(&view, &instance, &call, &host, rig.memory[0], &seen),
                  WC_OUT_OF_DOMAIN);
    rig_drop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_what_an_encoded_call_gives),
        cmocka_unit_test(gives_the_same_by_machine_code),
        cmocka_unit_test(tests_are_never_machine_code),
        cmocka_unit_test(stops_the_node_where_the_record_does_not_decode),
        cmocka_unit_test(gives_in_registers_what_it_gives_in_memory),
        cmocka_unit_test(is_refused_in_the_states_that_refuse_it),
        cmocka_unit_test(opens_only_views_of_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
