/* Contract calls: money moves within what was signed, failures cost nonce and fee only. */
#include "tests/unit/ledger_exec/contracts.h"

static void a_vault_counts_what_is_added(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    letter l = world_letter(&w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(&w, "q", INT64_C(41)));
    assert_done(world_send(&w, &l));
    assert_int_equal(vault_total(&w, &vault), 41);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vault_counts_what_is_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
