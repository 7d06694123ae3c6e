/* A contract becomes one of its next version: what stays, what changes, who must sign. */
#include "tests/unit/ledger_exec/refusals.h"
#include "tests/unit/ledger_exec/sale.h"

static wc_chain_contract contract_of(world *w, const wc_address *sale)
{
    wc_chain_contract contract;
    assert_status(wc_chain_contract_of(w->chain, sale, &contract), WC_OK);
    return contract;
}

static wc_slice one(world *w, int64_t value)
{
    return world_abi(w, "q", value);
}

/* [UP-2] [UP-3] [UP-4] */
static void what_was_agreed_and_paid_stays_and_the_new_code_runs(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    world_deposit(&w, ALICE, 1000);
    wc_address sale = sale_open(&w);
    assert_done(sale_call(&w, &sale, SALE_SELL, one(&w, 21)));
    assert_done(sale_call(&w, &sale, SALE_KEEP, one(&w, 300)));
    wc_chain_contract before = contract_of(&w, &sale);
    int64_t deployed = before.entry.deployed_s;
    assert_int_equal(before.entry.version, 1);
    assert_int_equal(before.entry.due_s, deployed + 100);

    wc_hash code = world_deploy(&w, sale_module(&w, SALE_2));
    w.now += 10;
    const wc_receipt_page *page = sale_upgrade(&w, &sale, &code, true);
    assert_done(page);
    wc_slice event;
    assert_int_equal(world_events(page, WC_EVENT_INSTANCE_UPGRADED, &event), 1);
    assert_true(wc_slice_equal(event, world_abi(&w, "pph", &sale, &code, 2)));

    wc_chain_contract after = contract_of(&w, &sale);
    assert_true(wc_hash_equal(&after.entry.code, &code));
    assert_int_equal(after.entry.version, 2);
    assert_int_equal(after.entry.status, WC_INSTANCE_LIVE);
    assert_int_equal(after.entry.entered_s, deployed);
    assert_int_equal(after.entry.due_s, deployed + 50);
    assert_int_equal(after.entry.holders, 1);
    assert_int_equal(after.root.entered, deployed);
    assert_true(wc_slice_equal(after.root.terms, one(&w, 7)));
    assert_int_equal(sale_view(&w, &sale, "sold"), 21);
    assert_int_equal(sale_view(&w, &sale, "twice"), 42);
    assert_int_equal(sale_view(&w, &sale, "logged"), 21); /* elements stay under their field */
    assert_int_equal(wc_chain_escrow(w.chain, &sale, &w.people[ALICE].address, WORLD_CNY), 300);
    assert_int_equal(world_free(&w, ALICE, WORLD_CNY), 700);
    world_close(&w);
}

/* [UP-4] */
static void the_time_outs_of_the_new_code_fire(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    wc_hash code = world_deploy(&w, sale_module(&w, SALE_2));
    assert_done(sale_upgrade(&w, &sale, &code, true));
    (void)world_wait(&w, 49);
    assert_int_equal(contract_of(&w, &sale).entry.state, 0);
    (void)world_wait(&w, 1);
    assert_int_equal(contract_of(&w, &sale).entry.state, 1);
    world_close(&w);
}

/* [UP-5] */
static void every_signatory_signs(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    wc_hash code = world_deploy(&w, sale_module(&w, SALE_2));
    assert_receipt(sale_upgrade(&w, &sale, &code, false), "SIGNATORY_MISSING");
    assert_int_equal(contract_of(&w, &sale).entry.version, 1);
    assert_done(sale_upgrade(&w, &sale, &code, true));
    world_close(&w);
}

/* [UP-1] */
static void versions_are_neither_skipped_nor_repeated(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    wc_hash first = contract_of(&w, &sale).entry.code;
    wc_hash second = world_deploy(&w, sale_module(&w, SALE_2));
    wc_hash third = world_deploy(&w, sale_module(&w, SALE_3));
    assert_receipt(sale_upgrade(&w, &sale, &first, true), "UPGRADE_UNFIT");
    assert_receipt(sale_upgrade(&w, &sale, &third, true), "UPGRADE_UNFIT");
    assert_done(sale_upgrade(&w, &sale, &second, true));
    assert_receipt(sale_upgrade(&w, &sale, &second, true), "UPGRADE_UNFIT");
    assert_done(sale_call(&w, &sale, SALE_SELL, one(&w, 3)));
    assert_done(sale_upgrade(&w, &sale, &third, true));
    assert_int_equal(contract_of(&w, &sale).entry.version, 3);
    assert_int_equal(sale_view(&w, &sale, "sold"), 3);
    assert_int_equal(sale_view(&w, &sale, "twice"), 0);
    world_close(&w);
}

/* The rule that does not hold is in the outcome: UPGRADE_VERSION is 1. */
static void the_outcome_names_what_does_not_fit(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    wc_hash third = world_deploy(&w, sale_module(&w, SALE_3));
    const wc_receipt_page *page = sale_upgrade(&w, &sale, &third, true);
    assert_true(wc_slice_equal(page->outcome, world_abi(&w, "hh", 1, 0)));
    world_close(&w);
}

/* [UP-6] */
static void a_state_may_go_when_the_contract_is_not_in_it(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    wc_hash code = world_deploy(&w, sale_module(&w, SALE_2_WITHOUT_HELD));
    assert_done(sale_upgrade(&w, &sale, &code, true));
    wc_instance_entry entry = contract_of(&w, &sale).entry;
    assert_int_equal(entry.due_s, entry.deployed_s + 1000 * 3600); /* the one that is left */
    world_close(&w);
}

/* [UP-6] */
static void views_may_go_while_nobody_refers_to_the_contract(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    static const world_actor both[] = {ALICE, BOB};
    wc_address sale = sale_open(&w);
    wc_hash first = contract_of(&w, &sale).entry.code;
    wc_slice args =
        world_abi(&w, "ppq", &w.people[ALICE].address, &w.people[BOB].address, INT64_C(7));
    wc_address other = world_instance(&w, &first, 2, both, args);
    wc_address reader = sale_reader(&w, &other);
    wc_hash code = world_deploy(&w, sale_module(&w, SALE_2_WITHOUT_SOLD));
    assert_done(sale_upgrade(&w, &sale, &code, true));
    assert_receipt(sale_upgrade(&w, &other, &code, true), "INTERFACE_IN_USE");
    wc_hash second = world_deploy(&w, sale_module(&w, SALE_2));
    assert_done(sale_upgrade(&w, &other, &second, true));
    assert_int_equal(sale_view(&w, &reader, "seen"), 0);
    world_close(&w);
}

/* [UP-5] */
static void a_contract_that_has_ended_stays_as_it_is(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    wc_hash code = world_deploy(&w, sale_module(&w, SALE_2));
    assert_done(sale_call(&w, &sale, SALE_CLOSE, wc_slice_of(NULL, 0)));
    const wc_receipt_page *page = sale_upgrade(&w, &sale, &code, true);
    assert_receipt(page, "ERROR");
    assert_string_equal(world_failure(&w, page), "INSTANCE_CLOSED");
    world_close(&w);
}

/* The time-out is due at the second at which the upgrade comes: it runs first, and in Held. */
/* [UP-5] [TO-7] */
static void a_time_out_that_is_due_comes_first(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    wc_hash code = world_deploy(&w, sale_module(&w, SALE_2_WITHOUT_HELD));
    w.now = contract_of(&w, &sale).entry.due_s;
    assert_receipt(sale_upgrade(&w, &sale, &code, true), "UPGRADE_STATE");
    world_close(&w);
}

static void what_is_named_must_exist(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    static const wc_hash nothing = {{9}};
    wc_address sale = sale_open(&w);
    wc_hash code = world_deploy(&w, sale_module(&w, SALE_2));
    assert_receipt(sale_upgrade(&w, &nothing, &code, true), "TARGET_UNKNOWN");
    assert_receipt(sale_upgrade(&w, &sale, &nothing, true), "MODULE_UNKNOWN");
    letter l = world_letter(&w, ALICE);
    (void)letter_native(&l, WC_NATIVE_contract_upgrade, world_abi(&w, "p", &sale));
    assert_receipt(world_send(&w, &l), "BAD_ARGUMENTS");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_agreed_and_paid_stays_and_the_new_code_runs),
        cmocka_unit_test(the_time_outs_of_the_new_code_fire),
        cmocka_unit_test(every_signatory_signs),
        cmocka_unit_test(versions_are_neither_skipped_nor_repeated),
        cmocka_unit_test(the_outcome_names_what_does_not_fit),
        cmocka_unit_test(a_state_may_go_when_the_contract_is_not_in_it),
        cmocka_unit_test(views_may_go_while_nobody_refers_to_the_contract),
        cmocka_unit_test(a_contract_that_has_ended_stays_as_it_is),
        cmocka_unit_test(a_time_out_that_is_due_comes_first),
        cmocka_unit_test(what_is_named_must_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
