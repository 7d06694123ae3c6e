/* See clocks.h. */
#include "tests/unit/ledger_exec/clocks.h"

wc_address clock_open(world *w, clock_kind kind, const char *role, world_actor b, int64_t wait_s)
{
    wc_hash code = world_deploy(w, clock_module(w, kind, role));
    world_actor signer = ALICE;
    return world_instance(
        w, &code, 1, &signer,
        world_abi(w, "ppq", &w->people[ALICE].address, &w->people[b].address, wait_s));
}

wc_instance_entry clock_entry(world *w, const wc_address *instance)
{
    wc_chain_contract contract;
    assert_status(wc_chain_contract_of(w->chain, instance, &contract), WC_OK);
    return contract.entry;
}

void clock_expect_due(world *w, int64_t due_s)
{
    int64_t found = WC_DUE_NONE;
    assert_int_equal(wc_chain_next_due(w->chain, &found), due_s != WC_DUE_NONE);
    assert_int_equal(found, due_s);
}

void clock_fund(world *w, const wc_address *clock, world_actor actor, int64_t amount)
{
    world_deposit(w, actor, amount);
    letter l = world_letter(w, actor);
    uint8_t call = letter_call(&l, WC_CALL_ACTION, clock, FUND, world_abi(w, "q", amount));
    letter_ceiling(&l, call, actor, WORLD_CNY, amount);
    assert_done(world_send(w, &l));
}
