/* Gas: what a call does that has less of it than it needs. */
#include "tests/unit/exec/rig.h"

#define I(x) INT64_C(x)
#define CNY  0

static uint16_t number_key(wc_rig *rig, int64_t key)
{
    uint16_t pair = rig_value(rig, rig->t.pair, rig_abi(rig, "qq", key, I(0)));
    uint16_t ref = rig_ref(rig, rig->t.integer);
    RIG_EMIT(rig, fref, ref, pair, 0);
    return ref;
}

/* ---- running out --------------------------------------------------------------------------------
 */

/* A program with a loop, a branch, calls of the host, a trap half-way when wanted. */
static void sample(wc_rig *rig, bool trap)
{
    uint16_t counter = rig_number(rig, 0);
    uint16_t limit = rig_number(rig, 4);
    uint16_t two = rig_number(rig, 2);
    uint16_t sum = rig_number(rig, 10);
    wc_label exit = wc_builder_label(rig->b);
    wc_label skip = wc_builder_label(rig->b);
    wc_loop loop = wc_builder_loop(rig->b, counter, limit, rig_constant(rig, 4), exit);
    RIG_EMIT(rig, brlt, counter, two, skip);
    RIG_EMIT(rig, kvadd, rig->f.map, number_key(rig, 7), counter);
    RIG_EMIT(rig, pay, rig_party_ref(rig, &rig->alice), rig_party_ref(rig, &rig->carol), sum, CNY);
    wc_builder_place(rig->b, skip);
    RIG_EMIT(rig, add, sum, sum, counter);
    wc_builder_loop_end(rig->b, &loop);
    if (trap) RIG_EMIT(rig, idiv, sum, sum, rig_number(rig, 0));
    RIG_EMIT(rig, emit, 1, rig_new(rig, rig->t.record));
    rig_put(rig, sum);
}

static void run_with(const wc_rig *rig, const wc_image *image, uint64_t gas, wc_fake_host *host,
                     wc_outcome *outcome)
{
    wc_fake_host_init(host, &rig->own);
    wc_fake_host_copy(host, &rig->host);
    wc_instance instance = {.image = image, .id = rig->own, .root = rig->root};
    wc_call call = rig->call;
    call.gas_limit = gas;
    call.entry = rig->entry;
    wc_host table = {&wc_fake_host_ops, host};
    wc_call_run(&instance, &call, &table, rig->memory[0], outcome);
}

/* Every limit below what the program uses runs out with all of it used, and has done a prefix of
 * what the whole program does; every limit from there on ends the same. Both engines. */
static void cut_at_every_limit(bool trap)
{
    wc_rig rig;
    rig_open(&rig);
    wc_fake_account_of(&rig.host, &rig.alice)->escrow[CNY] = 1000;
    sample(&rig, trap);
    rig_close(&rig);
    wc_fake_host whole;
    wc_outcome end;
    run_with(&rig, rig.image, RIG_GAS, &whole, &end);
    assert_int_equal(end.kind, trap ? WC_OUTCOME_TRAP : WC_OUTCOME_OK);
    size_t reached = 0;
    for (uint64_t gas = 0; gas < end.gas_used + 3; gas++) {
        wc_fake_host host;
        wc_outcome outcome;
        run_with(&rig, gas % 2 == 0 ? rig.image : rig.other, gas, &host, &outcome);
        assert_true(host.log_len <= whole.log_len && host.log_len >= reached);
        assert_memory_equal(host.log, whole.log, host.log_len);
        reached = host.log_len;
        if (gas < end.gas_used) {
            assert_int_equal(outcome.kind, WC_OUTCOME_TRAP);
            assert_int_equal(outcome.code, WC_TRAP_OUT_OF_GAS);
            assert_true(outcome.gas_used == gas);
        } else {
            assert_int_equal(outcome.kind, end.kind);
            assert_int_equal(outcome.code, end.code);
            assert_true(outcome.gas_used == end.gas_used);
            assert_int_equal(host.log_len, whole.log_len);
        }
        wc_fake_host_drop(&host);
    }
    wc_fake_host_drop(&whole);
    rig_drop(&rig);
}

static void less_gas_does_a_prefix_and_more_gas_changes_nothing(void **state)
{
    (void)state;
    cut_at_every_limit(false);
    cut_at_every_limit(true);
}

static void a_trap_pays_for_the_whole_block_it_stands_in(void **state)
{
    (void)state;
    uint64_t used[2];
    for (int longer = 0; longer < 2; longer++) {
        wc_rig rig;
        rig_open(&rig);
        uint16_t x = rig_number(&rig, 1);
        RIG_EMIT(&rig, idiv, x, x, rig_number(&rig, 0));
        for (int i = 0; i < 10 * longer; i++) RIG_EMIT(&rig, mod, x, x, x);
        RIG_EMIT(&rig, ret, 0);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_trap(&rig, WC_TRAP_DIVZERO);
        used[longer] = rig.outcome.gas_used;
        rig_drop(&rig);
    }
    assert_int_equal(used[1] - used[0], 10 * wc_op_lookup(WC_OP_mod)->gas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(less_gas_does_a_prefix_and_more_gas_changes_nothing),
        cmocka_unit_test(a_trap_pays_for_the_whole_block_it_stands_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
