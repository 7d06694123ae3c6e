/* Branches, loops, calls, and the ends of a call. */
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"

/* Runs `op x, y -> there`: outputs 1 when the branch is taken, 2 when not. */
static void branch(wc_op op, int64_t x, int64_t y, int64_t expected)
{
    wc_rig rig;
    rig_case(&rig, op);
    uint16_t a = rig_number(&rig, x);
    uint16_t b = rig_number(&rig, y);
    uint16_t result = rig_number(&rig, 1);
    uint16_t two = rig_number(&rig, 2);
    wc_label there = wc_builder_label(rig.b);
    wc_instr instr = {.op = op};
    size_t at = 0;
    for (; wc_op_lookup((uint16_t)op)->operands[at] == WC_OPERAND_ri; at++) {
        instr.operands[at] = at == 0 ? a : b;
    }
    instr.operands[at] = there;
    wc_builder_emit(rig.b, &instr);
    RIG_EMIT(&rig, mov, result, two);
    wc_builder_place(rig.b, there);
    rig_put(&rig, result);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 1, expected);
    rig_drop(&rig);
}

static void branches_go_where_their_condition_says(void **state)
{
    (void)state;
    branch(WC_OP_br, 0, 0, 2);
    branch(WC_OP_br, 1, 0, 1);
    branch(WC_OP_br, INT64_MIN, 0, 1);
    branch(WC_OP_brz, 0, 0, 1);
    branch(WC_OP_brz, -1, 0, 2);
    branch(WC_OP_breq, 5, 5, 1);
    branch(WC_OP_breq, INT64_MIN, INT64_MAX, 2);
    branch(WC_OP_brne, 5, 5, 2);
    branch(WC_OP_brne, 5, -5, 1);
    branch(WC_OP_brlt, -1, 0, 1);
    branch(WC_OP_brlt, 0, 0, 2);
    branch(WC_OP_brlt, INT64_MAX, INT64_MIN, 2);
    branch(WC_OP_brle, 0, 0, 1);
    branch(WC_OP_brle, INT64_MIN, INT64_MAX, 1);
    branch(WC_OP_brle, 1, 0, 2);
}

static void jumps_skip_what_lies_between(void **state)
{
    (void)state;
    for (int64_t taken = 0; taken < 2; taken++) {
        wc_rig rig;
        rig_open(&rig);
        uint16_t x = rig_number(&rig, 7);
        uint16_t flag = rig_number(&rig, taken);
        wc_label other = wc_builder_label(rig.b);
        wc_label end = wc_builder_label(rig.b);
        RIG_EMIT(&rig, brz, flag, other);
        RIG_EMIT(&rig, addi, x, x, 100);
        RIG_EMIT(&rig, jmp, end);
        wc_builder_place(rig.b, other);
        RIG_EMIT(&rig, addi, x, x, 1);
        wc_builder_place(rig.b, end); /* entered by falling through, too */
        rig_put(&rig, x);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 1, taken == 1 ? INT64_C(107) : INT64_C(8));
        rig_seen_ok[taken == 1 ? WC_OP_jmp : WC_OP_block] = true;
        rig_drop(&rig);
    }
}

/* A loop from `from` to `to` that counts its trips, of at most `trips`. */
static void count_loop(wc_op subject, int64_t from, int64_t to, int64_t trips, int64_t expected)
{
    wc_rig rig;
    rig_case(&rig, subject);
    uint16_t counter = rig_number(&rig, from);
    uint16_t limit = rig_number(&rig, to);
    uint16_t count = rig_number(&rig, 0);
    wc_label exit = wc_builder_label(rig.b);
    wc_loop loop = wc_builder_loop(rig.b, counter, limit, rig_constant(&rig, trips), exit);
    RIG_EMIT(&rig, addi, count, count, 1);
    wc_builder_loop_end(rig.b, &loop);
    rig_put(&rig, count);
    rig_put(&rig, counter);
    rig_close(&rig);
    rig_run(&rig);
    if (expected < 0) {
        rig_expect_trap(&rig, WC_TRAP_RANGE);
        rig_expect_operands(&rig, 2, from, to);
    } else {
        rig_expect_out(&rig, 2, expected, expected == 0 ? from : to);
    }
    rig_drop(&rig);
}

static void loops_make_exactly_their_trips(void **state)
{
    (void)state;
    count_loop(WC_OP_lenter, 0, 3, 3, 3);
    count_loop(WC_OP_loop, 0, 3, 3, 3);
    count_loop(WC_OP_lenter, 0, 3, 4, 3);
    count_loop(WC_OP_lenter, 3, 3, 1, 0);
    count_loop(WC_OP_lenter, 4, 3, 1, 0);
    count_loop(WC_OP_lenter, INT64_MAX, INT64_MIN, 1, 0);
    count_loop(WC_OP_lenter, INT64_MAX - 2, INT64_MAX, 2, 2);
    count_loop(WC_OP_lenter, -1, 1, 2, 2);
}

static void loops_trap_when_they_would_exceed_their_bound(void **state)
{
    (void)state;
    count_loop(WC_OP_lenter, 0, 4, 3, -1);
    count_loop(WC_OP_lenter, INT64_MIN, INT64_MAX, 1000000, -1);
    count_loop(WC_OP_lenter, -2, 1, 2, -1);
}

static void a_loop_can_be_left_and_continued(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    uint16_t counter = rig_number(&rig, 0);
    uint16_t limit = rig_number(&rig, 10);
    uint16_t three = rig_number(&rig, 3);
    uint16_t six = rig_number(&rig, 6);
    uint16_t sum = rig_number(&rig, 0);
    wc_label exit = wc_builder_label(rig.b);
    wc_label next = wc_builder_label(rig.b);
    wc_loop loop = wc_builder_loop(rig.b, counter, limit, rig_constant(&rig, 10), exit);
    RIG_EMIT(&rig, breq, counter, six, exit);   /* break */
    RIG_EMIT(&rig, breq, counter, three, next); /* continue */
    RIG_EMIT(&rig, add, sum, sum, counter);
    wc_builder_place(rig.b, next);
    wc_builder_loop_end(rig.b, &loop);
    rig_put(&rig, sum);
    rig_put(&rig, counter);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 2, INT64_C(0 + 1 + 2 + 4 + 5), INT64_C(6));
    rig_drop(&rig);
}

/* f(x, y) = (x - y, (x * y) in 128 bits), with a frame of its own. */
static uint16_t make_callee(wc_rig *rig)
{
    uint16_t f = wc_builder_function(rig->b, WC_STR("f"));
    uint16_t x = rig_int(rig);
    uint16_t y = rig_int(rig);
    wc_builder_params(rig->b);
    wc_builder_result(rig->b, WC_REG_I64);
    wc_builder_result(rig->b, WC_REG_I128);
    uint16_t pair = rig_new(rig, rig->t.pair);
    RIG_EMIT(rig, stf, pair, 0, y);
    uint16_t out = rig_int(rig);
    uint16_t wide = rig_wide(rig);
    uint16_t back = rig_int(rig);
    RIG_EMIT(rig, ldf, back, pair, 0);
    RIG_EMIT(rig, sub, out, x, back);
    RIG_EMIT(rig, mulw, wide, x, y);
    RIG_EMIT(rig, ret, out);
    wc_builder_end(rig->b);
    return f;
}

static void calls_pass_arguments_and_results_and_keep_frames_apart(void **state)
{
    (void)state;
    for (int subject = 0; subject < 2; subject++) {
        wc_rig rig;
        rig_open_tables(&rig);
        rig.subject = subject == 0 ? WC_OP_call : WC_OP_ret;
        rig.has_subject = true;
        uint16_t f = make_callee(&rig);
        rig_body(&rig);
        uint16_t own = rig_copy(&rig, rig.t.pair, rig_abi(&rig, "qq", INT64_C(11), INT64_C(22)));
        uint16_t first = rig_number(&rig, 1000);
        (void)rig_number(&rig, 7); /* the register behind `first` */
        uint16_t result = rig_int(&rig);
        uint16_t wide = rig_wide(&rig);
        uint16_t check = rig_int(&rig);
        RIG_EMIT(&rig, call, f, first, result);
        rig_put(&rig, result);
        rig_put_flag_eqw(&rig, wide, (wc_i128){7000, 0});
        RIG_EMIT(&rig, ldf, check, own, 1);
        rig_put(&rig, check);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 3, INT64_C(993), INT64_C(1), INT64_C(22));
        rig_drop(&rig);
    }
}

static void a_trap_in_a_called_function_names_that_function(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open_tables(&rig);
    uint16_t f = make_callee(&rig);
    rig_body(&rig);
    uint16_t first = rig_number(&rig, INT64_MIN);
    (void)rig_number(&rig, 1);
    uint16_t result = rig_int(&rig);
    (void)rig_wide(&rig);
    RIG_EMIT(&rig, call, f, first, result);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_trap(&rig, WC_TRAP_RANGE);
    assert_int_equal(rig.outcome.function, f);
    rig_drop(&rig);
}

static void fail_undoes_with_the_declared_error_and_its_arguments(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_fail);
    wc_slice args = rig_abi(&rig, "qq", INT64_C(-5), INT64_C(6));
    RIG_EMIT(&rig, fail, 0, rig_value(&rig, rig.t.pair, args));
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_error(&rig, 0, args);
    rig_drop(&rig);
}

static void fail_traps_when_an_argument_is_outside_its_type(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_fail);
    uint16_t args = rig_new(&rig, rig.t.limited);
    RIG_EMIT(&rig, stf, args, 0, rig_number(&rig, 101));
    RIG_EMIT(&rig, fail, 1, args);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_trap(&rig, WC_TRAP_RANGE);
    rig_drop(&rig);
}

static void check_traps_with_the_given_code_when_the_condition_is_zero(void **state)
{
    (void)state;
    static const wc_trap codes[] = {WC_TRAP_ENSURES, WC_TRAP_INVARIANT, WC_TRAP_MISSING,
                                    WC_TRAP_NO_KEY,  WC_TRAP_CALENDAR,  WC_TRAP_INDEX,
                                    WC_TRAP_RANGE,   WC_TRAP_DIVZERO};
    for (size_t i = 0; i < WC_ARRAY_LEN(codes); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_check);
        RIG_EMIT(&rig, check, rig_number(&rig, 0), (uint16_t)codes[i]);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_trap(&rig, codes[i]);
        rig_expect_operands(&rig, 0, 0, 0);
        rig_drop(&rig);
    }
    wc_rig rig;
    rig_case(&rig, WC_OP_check);
    RIG_EMIT(&rig, check, rig_number(&rig, -1), WC_TRAP_ENSURES);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 0);
    rig_drop(&rig);
}

static void a_check_shows_the_two_sides_of_its_comparison(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    uint16_t x = rig_number(&rig, 8);
    uint16_t y = rig_number(&rig, 9);
    uint16_t same = rig_int(&rig);
    RIG_EMIT(&rig, eq, same, x, y);
    RIG_EMIT(&rig, check, same, WC_TRAP_ENSURES);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_trap(&rig, WC_TRAP_ENSURES);
    rig_expect_operands(&rig, 2, 8, 9);
    rig_drop(&rig);
}

static void a_check_shows_nothing_when_the_comparison_overwrote_a_side(void **state)
{
    (void)state;
    for (unsigned side = 0; side < 2; side++) {
        wc_rig rig;
        rig_open(&rig);
        uint16_t x = rig_number(&rig, 8);
        uint16_t y = rig_number(&rig, 9);
        uint16_t same = side == 0 ? x : y;
        RIG_EMIT(&rig, eq, same, x, y);
        RIG_EMIT(&rig, check, same, WC_TRAP_ENSURES);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_trap(&rig, WC_TRAP_ENSURES);
        rig_expect_operands(&rig, 0, 0, 0);
        rig_drop(&rig);
    }
}

int ops_control(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(branches_go_where_their_condition_says),
        cmocka_unit_test(jumps_skip_what_lies_between),
        cmocka_unit_test(loops_make_exactly_their_trips),
        cmocka_unit_test(loops_trap_when_they_would_exceed_their_bound),
        cmocka_unit_test(a_loop_can_be_left_and_continued),
        cmocka_unit_test(calls_pass_arguments_and_results_and_keep_frames_apart),
        cmocka_unit_test(a_trap_in_a_called_function_names_that_function),
        cmocka_unit_test(fail_undoes_with_the_declared_error_and_its_arguments),
        cmocka_unit_test(fail_traps_when_an_argument_is_outside_its_type),
        cmocka_unit_test(check_traps_with_the_given_code_when_the_condition_is_zero),
        cmocka_unit_test(a_check_shows_the_two_sides_of_its_comparison),
        cmocka_unit_test(a_check_shows_nothing_when_the_comparison_overwrote_a_side),
    };
    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
