/* A ledger on which a contract was upgraded replays to the same state. */
#include "tests/unit/audit/recorded.h"
#include "tests/unit/ledger_exec/sale.h"

static void a_ledger_with_an_upgrade_replays(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    (void)sale_reader(&w, &sale);
    assert_done(sale_call(&w, &sale, SALE_SELL, world_abi(&w, "q", INT64_C(4))));
    wc_hash code = world_deploy(&w, sale_module(&w, SALE_2));
    assert_done(sale_upgrade(&w, &sale, &code, true));
    assert_done(sale_call(&w, &sale, SALE_SELL, world_abi(&w, "q", INT64_C(5))));
    (void)world_wait(&w, 60); /* the time-out of the new version */
    recorded_copy copy = recorded_take(wc_chain_store(w.chain));
    static wc_replay_report report;
    recorded_replay(&report, &copy, SIZE_MAX, NULL);
    assert_string_equal(recorded_difference(&report), "identical");
    assert_int_equal(report.verdict, WC_REPLAY_IDENTICAL);
    wc_hash root = wc_chain_state_root(w.chain);
    assert_true(wc_hash_equal(&report.state_root, &root));
    recorded_drop(&copy);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_ledger_with_an_upgrade_replays)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
