/* Blocks of one letter, or of what is due, of which each read of the store fails once: whatever
 * runs at that moment ends with the store's status, and nothing is decided. Other than in the runs
 * with faults (faults.h) every read has its turn. */
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/altered.h"
#include "tests/unit/ledger_exec/contracts.h"
#include "tests/unit/ledger_exec/incentive.h"
#include "tests/unit/ledger_exec/refusals.h"
#include "tests/unit/ledger_exec/sale.h"
#include "tests/unit/ledger_exec/source.h"

#define I(x) INT64_C(x)

/* Each read of the block fails; `expected` is what comes of the first letter then, or of the first
 * time-out when there is no letter. */
static void fail_each(world *w, const wc_slice *raws, size_t count, const char *expected)
{
    altered a;
    altered_open(&a, w);
    altered_fail_each(&a, raws, count);
    const wc_receipt_page *page = count > 0 ? altered_page(&a) : &a.applied.receipts[0];
    assert_receipt(page, expected);
    altered_close(&a);
}

/* Of a letter that is not sealed: its nonce is free again. */
static void fail_each_of(letter *l, const char *expected)
{
    wc_slice raw = letter_raw(l);
    fail_each(l->w, &raw, 1, expected);
    l->w->people[l->signers[0]].next_nonce--;
}

static void an_offer_that_answers_another(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    made_offer made = offer_made(&w);
    letter l = world_letter(&w, BOB);
    (void)letter_native(&l, WC_NATIVE_offer_propose,
                        offer_args(&w, &made.code, ALICE, BOB, w.now + 3600, &made.id));
    fail_each_of(&l, "OK");
    l = world_letter(&w, BOB);
    (void)letter_native(&l, WC_NATIVE_offer_accept,
                        world_abi(&w, "pp", &made.id, &made.terms_hash));
    fail_each_of(&l, "OK");
    world_close(&w);
}

/* A place that demands a role, and one that is open to whoever holds it. */
static void an_offer_to_a_role(void **state)
{
    (void)state;
    static const wc_address open, none;
    world w;
    world_open(&w, NULL);
    vault_options options = {.name = "Vault", .signatories = 2, .role = "Generator"};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    const wc_address *alice = &w.people[ALICE].address, *carol = &w.people[CAROL].address;
    letter l = world_letter(&w, ALICE);
    (void)letter_native(&l, WC_NATIVE_offer_propose,
                        world_abi(&w, "pbphphqpw", &code, 2, alice, 0, carol, WC_ROLE_GENERATOR,
                                  w.now + 3600, &none, UINT32_C(0)));
    fail_each_of(&l, "OK");
    const wc_receipt_page *page =
        native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_offer_propose,
                    world_abi(&w, "pbphphqpw", &code, 2, alice, 0, &open, WC_ROLE_GENERATOR,
                              w.now + 3600, &none, UINT32_C(0)));
    assert_done(page);
    wc_hash id = world_result(page, 0);
    l = world_letter(&w, CAROL);
    (void)letter_native(&l, WC_NATIVE_offer_propose,
                        world_abi(&w, "pbphphqpw", &code, 2, alice, 0, carol, WC_ROLE_GENERATOR,
                                  w.now + 3000, &id, UINT32_C(0)));
    fail_each_of(&l, "OK");
    world_close(&w);
}

static void a_key_that_is_replaced(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    const wc_keypair *pair = &w.people[ALICE].keys[1];
    wc_account_key key = fresh_key(pair, 1);
    letter l = world_letter(&w, ALICE);
    (void)letter_native(&l, WC_NATIVE_key_replace, key_args(&w, ALICE, 0, &key, pair));
    fail_each_of(&l, "OK");
    world_close(&w);
}

static void a_recovery_that_is_cancelled(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    guardians_named(&w);
    const wc_keypair *pair = &w.people[ALICE].keys[1];
    wc_account_key key = fresh_key(pair, 1);
    wc_hash id = world_result(native_sent(&w, BOB, ACTOR_COUNT, WC_NATIVE_recovery_support,
                                          key_args(&w, ALICE, -1, &key, pair)),
                              0);
    letter l = world_letter(&w, ALICE);
    (void)letter_native(&l, WC_NATIVE_recovery_cancel,
                        world_abi(&w, "pp", &w.people[ALICE].address, &id));
    fail_each_of(&l, "OK");
    world_close(&w);
}

/* ---- contracts ------------------------------------------------------------------------------- */

static const char holding[] =
    "module holding;\n"
    "use std.energy;\n"
    "contract Holding {\n"
    "  parties { a : party; b : party; }\n  signatory a;\n"
    "  states { Open initial; Done final; }\n"
    "  storage { log : map<int, int, 8>; total : int; }\n"
    "  action note(k : int, v : int) by a when Open { self.log[k] = v; }\n"
    "  action keep(amount : Yuan) by b when Open { lock(b, amount); }\n"
    "  action back() by a when Open { unlock_all(); }\n"
    "  action count() by a when Open { for (k, v) in self.log { self.total += v; } }\n"
    "  action end() by a -> Done { goto Done(); }\n"
    "  after deployed + 1000 h when Open -> Done { goto Done(); }\n"
    "  view read() -> int { return self.total; }\n"
    "}\n";

enum {
    NOTE,
    KEEP,
    BACK,
    COUNT,
    END
};

static wc_address holding_open(world *w)
{
    const wc_address *a = &w->people[ALICE].address, *b = &w->people[BOB].address;
    wc_address instance = source_open(w, holding, ALICE, world_abi(w, "pp", a, b));
    for (int64_t i = 0; i < 3; i++) {
        assert_done(source_call(w, ALICE, &instance, NOTE, world_abi(w, "qq", i, 10 + i)));
    }
    world_deposit(w, BOB, 500);
    letter l = world_letter(w, BOB);
    uint8_t call = letter_call(&l, WC_CALL_ACTION, &instance, KEEP, world_abi(w, "q", I(500)));
    letter_ceiling(&l, call, BOB, WORLD_CNY, 500);
    assert_done(world_send(w, &l));
    return instance;
}

static void a_contract_that_reads_and_gives_back(void **state)
{
    (void)state;
    static const uint16_t actions[] = {COUNT, BACK, END};
    world w;
    world_open(&w, NULL);
    wc_address instance = holding_open(&w);
    for (size_t i = 0; i < WC_ARRAY_LEN(actions); i++) {
        letter l = world_letter(&w, ALICE);
        (void)letter_call(&l, WC_CALL_ACTION, &instance, actions[i], wc_slice_of(NULL, 0));
        fail_each_of(&l, "OK");
    }
    assert_done(source_call(&w, ALICE, &instance, COUNT, wc_slice_of(NULL, 0)));
    assert_int_equal(sale_view(&w, &instance, "read"), 10 + 11 + 12);
    assert_done(source_call(&w, ALICE, &instance, BACK, wc_slice_of(NULL, 0)));
    assert_int_equal(world_free(&w, BOB, WORLD_CNY), 500);
    world_close(&w);
}

static void money_that_a_bank_redeems(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    world_deposit(&w, ALICE, 1000);
    letter l = world_letter(&w, ALICE);
    uint8_t call = letter_call(&l, WC_CALL_ACTION, &vault, VAULT_FUND, world_abi(&w, "q", I(400)));
    letter_ceiling(&l, call, ALICE, WORLD_CNY, 400);
    assert_done(world_send(&w, &l));
    l = world_letter(&w, BANK);
    (void)letter_call(
        &l, WC_CALL_ACTION, &vault, VAULT_REDEEM,
        world_abi(&w, "ppq", &w.people[ALICE].address, &w.people[BOB].address, I(120)));
    fail_each_of(&l, "OK");
    world_close(&w);
}

/* An upgrade of a contract that refers to another and is referred to; the new version reads what
 * the old one stored. */
static const char linked_1[] =
    "module linked;\n"
    "interface Sold { view sold() -> int; }\n"
    "contract Linked {\n"
    "  parties { a : party; }\n  signatory a;\n"
    "  terms { sale : contract_ref<Sold>; }\n"
    "  states { Open initial; Done final; }\n"
    "  storage { log : map<int, int, 8>; }\n"
    "  action note(k : int, v : int) by a when Open { self.log[k] = v; }\n"
    "  action end() by a -> Done { goto Done(); }\n"
    "  view sold() -> int { return sale.sold(); }\n"
    "}\n";

static const char linked_2[] =
    "module linked;\n"
    "interface Sold { view sold() -> int; }\n"
    "contract Linked {\n"
    "  parties { a : party; }\n  signatory a;\n"
    "  terms { sale : contract_ref<Sold>; }\n"
    "  states { Open initial; Done final; }\n"
    "  storage { log : map<int, int, 8>; first : int; }\n"
    "  action note(k : int, v : int) by a when Open { self.log[k] = v; }\n"
    "  action end() by a -> Done { goto Done(); }\n"
    "  view sold() -> int { return sale.sold() + self.first; }\n"
    "  upgrade 2 { self.first = self.log.get_or(1, 0); }\n"
    "}\n";

static void an_upgrade_between_references(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    wc_slice first = source_module(&w, linked_1);
    wc_address linked =
        source_open(&w, linked_1, ALICE, world_abi(&w, "pp", &w.people[ALICE].address, &sale));
    (void)sale_reader(&w, &linked);
    assert_done(source_call(&w, ALICE, &linked, 0, world_abi(&w, "qq", I(1), I(40))));
    wc_hash code = world_deploy(&w, source_next(&w, first, linked_2));
    letter l = world_letter(&w, ALICE);
    (void)letter_native(&l, WC_NATIVE_contract_upgrade, world_abi(&w, "pp", &linked, &code));
    fail_each_of(&l, "OK");
    world_close(&w);
}

/* ---- what is due ----------------------------------------------------------------------------- */

static void a_time_out_that_fails_for_the_last_time(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    world_actor signer = ALICE;
    wc_hash code = world_deploy(&w, clock_module(&w, CLOCK_FAIL, "SettlementBank"));
    (void)world_instance(
        &w, &code, 1, &signer,
        world_abi(&w, "ppq", &w.people[ALICE].address, &w.people[BANK].address, I(60)));
    w.now += 60;
    for (int i = 0; i < 3; i++) {
        fail_each(&w, NULL, 0, "TRAP");
        (void)world_seal(&w, NULL, 0);
        w.now += 3600;
    }
    world_close(&w);
}

/* The contract that shares looks into its own storage; its operator signs the block, too. */
static const char sharing[] =
    "module sharing;\n"
    "type Count = int<0..1_000_000_000_000>;\n"
    "type Units = int<0..9_000_000_000_000_000_000>;\n"
    "record Credit { account : party; produced : Count; metered : Count; audited : Count; }\n"
    "record Payment { account : party; amount : Units; }\n"
    "contract Sharing {\n"
    "  parties { a : party; }\n  signatory a;\n"
    "  states { Open initial; Done final; }\n"
    "  storage { kept : map<int, int, 4>; }\n"
    "  action end() by a when Open -> Done { goto Done(); }\n"
    "  view shares(pool : Units, credits : list<Credit, 256>) -> list<Payment, 257> {\n"
    "    var payments : list<Payment, 257> = [];\n"
    "    let who : party = self.kept.get_or(1, 0) == 0 ? credits[0].account : a;\n"
    "    payments.push(Payment(account: who, amount: pool));\n"
    "    return payments;\n"
    "  }\n"
    "}\n";

static void the_end_of_an_epoch(void **state)
{
    (void)state;
    world w;
    world_options options = {.gas_price = 1000000, .epoch_s = 3600};
    world_open(&w, &options);
    wc_address contract =
        source_open(&w, sharing, ALICE, world_abi(&w, "p", &w.people[ALICE].address));
    assert_done(governed(&w, WC_PROPOSES_INCENTIVE, wc_slice_of(contract.bytes, 32)));
    w.now = epoch_now(&w).until_s;
    letter l = plain_letter(&w, ALICE);
    wc_slice raw = letter_raw(&l);
    altered a;
    altered_open(&a, &w);
    wc_proposer_of_key(a.input->signers[0].validator, wc_chain_maker(w.chain)->bytes);
    a.input->signers[0].flag = WC_SIGNER_COMMIT;
    a.input->signer_count = 1;
    altered_fail_each(&a, &raw, 1);
    size_t count;
    assert_done(altered_epoch_page(&a));
    assert_true(rewards_of(altered_epoch_page(&a), &count) > 0);
    assert_int_equal(count, 1);
    altered_close(&a);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offer_that_answers_another),
        cmocka_unit_test(an_offer_to_a_role),
        cmocka_unit_test(a_key_that_is_replaced),
        cmocka_unit_test(a_recovery_that_is_cancelled),
        cmocka_unit_test(a_contract_that_reads_and_gives_back),
        cmocka_unit_test(money_that_a_bank_redeems),
        cmocka_unit_test(an_upgrade_between_references),
        cmocka_unit_test(a_time_out_that_fails_for_the_last_time),
        cmocka_unit_test(the_end_of_an_epoch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
