/* Native calls: accounts, roles, deposits, mandates. What they change counts from the next block.
 */
#include "node/ledger/asset.h"
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/contracts.h"

#define I(x)    INT64_C(x)
#define NEW_KEY 4711u

static const wc_receipt_page *native(world *w, world_actor actor, wc_native_method method,
                                     wc_slice args)
{
    letter l = world_letter(w, actor);
    (void)letter_native(&l, method, args);
    return world_send(w, &l);
}

static letter admin_letter(world *w, wc_native_method method, wc_slice args)
{
    letter l = world_letter(w, ADMIN_1);
    (void)letter_signer(&l, ADMIN_3);
    (void)letter_native(&l, method, args);
    return l;
}

static wc_slice new_account(world *w)
{
    wc_keypair pair;
    world_keypair(&pair, NEW_KEY);
    wc_account account = {.kind = WC_ACCOUNT_PARTY,
                          .status = WC_ACCOUNT_ACTIVE,
                          .threshold = 1,
                          .key_count = 1,
                          .keys = {{.scheme = WC_SCHEME_ED25519,
                                    .weight = 1,
                                    .scope = WC_SCOPE_ALL,
                                    .to_h = WC_HEIGHT_NONE,
                                    .revoked_h = WC_HEIGHT_NONE}},
                          .role_count = 1,
                          .roles = {{.role = WC_ROLE_GRID_OPERATOR, .to_h = WC_HEIGHT_NONE}}};
    memcpy(account.keys[0].pub, pair.public_key.bytes, sizeof account.keys[0].pub);
    uint8_t *bytes = wc_arena_alloc(&w->arena, WC_ACCOUNT_SIZE_MAX, 1);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_ACCOUNT_SIZE_MAX);
    wc_account_put(&buf, &account);
    return wc_buf_slice(&buf);
}

static void a_new_account_signs_from_the_next_block(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    letter made = admin_letter(&w, WC_NATIVE_account_create, new_account(&w));
    wc_slice raws[2] = {letter_raw(&made)};
    wc_origin origin = {letter_id(&made), 0, 0};
    /* PAYER steps aside: his place is taken by the new account. */
    w.people[PAYER].address = wc_address_account(&origin);
    world_keypair(&w.people[PAYER].keys[0], NEW_KEY);
    letter l = world_letter(&w, PAYER);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_STAFF, wc_slice_of(NULL, 0));
    raws[1] = letter_raw(&l);
    const wc_sealed *sealed = world_seal(&w, raws, 2);
    assert_done(&sealed->applied.receipts[0]);
    assert_int_equal(world_events(&sealed->applied.receipts[0], WC_EVENT_ACCOUNT_CREATED, NULL), 1);
    wc_hash result = world_result(&sealed->applied.receipts[0], 0);
    assert_true(wc_hash_equal(&result, &w.people[PAYER].address));
    assert_receipt(&sealed->applied.receipts[1], "ACCOUNT_UNKNOWN");
    sealed = world_seal(&w, &raws[1], 1); /* the same bytes, one block later */
    assert_done(&sealed->applied.receipts[0]);
    world_close(&w);
}

static void one_administration_is_not_enough(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    assert_receipt(native(&w, ADMIN_1, WC_NATIVE_account_create, new_account(&w)),
                   "NOT_AUTHORISED");
    letter l = world_letter(&w, ADMIN_1);
    (void)letter_signer(&l, ALICE); /* a second signer who is none */
    (void)letter_native(&l, WC_NATIVE_account_create, new_account(&w));
    assert_receipt(world_send(&w, &l), "NOT_AUTHORISED");
    world_close(&w);
}

static void a_role_counts_from_the_next_block_and_ends_with_the_next(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    letter l = admin_letter(
        &w, WC_NATIVE_role_grant,
        world_abi(&w, "phqq", &w.people[ALICE].address, WC_ROLE_GRID_OPERATOR, I(0), INT64_MAX));
    wc_slice raws[2] = {letter_raw(&l)};
    l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_STAFF, wc_slice_of(NULL, 0));
    raws[1] = letter_raw(&l);
    const wc_sealed *sealed = world_seal(&w, raws, 2);
    assert_done(&sealed->applied.receipts[0]);
    assert_string_equal(world_failure(&w, &sealed->applied.receipts[1]), "NOT_AUTHORISED");
    wc_state_key key = wc_key_account(&w.people[ALICE].address);
    wc_slice value;
    wc_account account;
    assert_status(wc_chain_get(w.chain, &key, &value), WC_OK);
    assert_status(wc_account_decode(&account, value), WC_OK);
    assert_int_equal(account.roles[0].role, WC_ROLE_GRID_OPERATOR);
    assert_int_equal(account.roles[0].from_h, sealed->head.height + 1);
    assert_true(wc_hash_equal(&account.roles[0].by, &w.people[ADMIN_1].address));

    l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_STAFF, wc_slice_of(NULL, 0));
    assert_done(world_send(&w, &l));

    l = admin_letter(&w, WC_NATIVE_role_revoke,
                     world_abi(&w, "ph", &w.people[ALICE].address, WC_ROLE_GRID_OPERATOR));
    raws[0] = letter_raw(&l);
    l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_STAFF, wc_slice_of(NULL, 0));
    raws[1] = letter_raw(&l);
    sealed = world_seal(&w, raws, 2);
    assert_done(&sealed->applied.receipts[0]);
    assert_done(&sealed->applied.receipts[1]); /* read as of block start */
    l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_STAFF, wc_slice_of(NULL, 0));
    assert_string_equal(world_failure(&w, world_send(&w, &l)), "NOT_AUTHORISED");
    assert_int_equal(vault_total(&w, &vault), 2);
    world_close(&w);
}

static void a_grant_that_is_revoked_before_it_begins_vanishes(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_state_key key = wc_key_account(&w.people[ALICE].address);
    wc_slice before, after;
    assert_status(wc_chain_get(w.chain, &key, &before), WC_OK);
    before = world_abi(&w, "x", before);
    letter l = admin_letter(
        &w, WC_NATIVE_role_grant,
        world_abi(&w, "phqq", &w.people[ALICE].address, WC_ROLE_GRID_OPERATOR, I(0), INT64_MAX));
    (void)letter_native(&l, WC_NATIVE_role_revoke,
                        world_abi(&w, "ph", &w.people[ALICE].address, WC_ROLE_GRID_OPERATOR));
    assert_done(world_send(&w, &l));
    assert_status(wc_chain_get(w.chain, &key, &after), WC_OK);
    assert_int_equal(before.len, after.len);
    assert_memory_equal(before.data, after.data, after.len);
    world_close(&w);
}

static void a_frozen_account_holds_no_role(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    vault_options options = {.name = "Vault", .signatories = 1, .role = "Consumer"};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    static const world_actor holders[] = {FROZEN, CAROL};
    for (size_t i = 0; i < WC_ARRAY_LEN(holders); i++) {
        const wc_address *b = &w.people[holders[i]].address;
        letter l = admin_letter(&w, WC_NATIVE_role_grant,
                                world_abi(&w, "phqq", b, WC_ROLE_CONSUMER, I(0), INT64_MAX));
        assert_done(world_send(&w, &l));
        l = world_letter(&w, ALICE);
        (void)letter_call(&l, WC_CALL_INSTANTIATE, &code, 0,
                          world_abi(&w, "pp", &w.people[ALICE].address, b));
        assert_receipt(world_send(&w, &l), holders[i] == FROZEN ? "PARTY_UNFIT" : "OK");
    }
    world_close(&w);
}

static void a_mandate_begins_before_it_ends(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    for (int64_t ahead = 0; ahead <= 1; ahead++) {
        wc_slice args =
            world_abi(&w, "pwqqwq", &vault, WORLD_CNY, I(10), I(10), UINT32_C(60), w.now + ahead);
        assert_receipt(native(&w, ALICE, WC_NATIVE_mandate_grant, args),
                       ahead == 0 ? "BAD_ARGUMENTS" : "OK");
    }
    world_close(&w);
}

static void revoking_a_role_that_is_not_held_is_refused(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    letter l = admin_letter(&w, WC_NATIVE_role_revoke,
                            world_abi(&w, "ph", &w.people[ALICE].address, WC_ROLE_BANK));
    assert_receipt(world_send(&w, &l), "TARGET_UNKNOWN");
    world_close(&w);
}

/* ---- deposits -------------------------------------------------------------------------------- */

static void a_deposit_is_posted_once_per_statement_and_entry(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_slice args = world_abi(&w, "wpqssw", WORLD_CNY, &w.people[ALICE].address, I(12345),
                              "2026-01", "17", UINT32_C(20454));
    const wc_receipt_page *page = native(&w, BANK, WC_NATIVE_deposit, args);
    wc_slice data;
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_DEPOSIT_RECORDED, NULL), 1);
    assert_int_equal(world_events(page, WC_EVENT_POSTING, &data), 1);
    wc_ledger_posting posting;
    assert_status(wc_posting_decode(&posting, data), WC_OK);
    wc_address issuance = wc_address_system(WC_SYSTEM_ISSUANCE);
    assert_true(wc_hash_equal(&posting.from.owner, &issuance));
    assert_int_equal(posting.cause, WC_CAUSE_ISSUE);
    assert_int_equal(world_free(&w, ALICE, WORLD_CNY), 12345);
    /* The same entry with another amount is the same entry; another entry is another. */
    args = world_abi(&w, "wpqssw", WORLD_CNY, &w.people[ALICE].address, I(999), "2026-01", "17",
                     UINT32_C(20454));
    assert_receipt(native(&w, BANK, WC_NATIVE_deposit, args), "ALREADY_RECORDED");
    args = world_abi(&w, "wpqssw", WORLD_CNY, &w.people[ALICE].address, I(5), "2026-0", "117",
                     UINT32_C(20454));
    assert_done(native(&w, BANK, WC_NATIVE_deposit, args));
    assert_int_equal(world_free(&w, ALICE, WORLD_CNY), 12350);
    world_close(&w);
}

static void a_bank_fact_names_two_different_people(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    world_deposit(&w, ALICE, 100);
    wc_state_key prefix = wc_key_owner(WC_SPACE_BANK_FACT, &w.people[BANK].address);
    wc_slice key, value;
    wc_bank_fact fact;
    assert_status(
        wc_chain_next(w.chain, wc_state_key_slice(&prefix), wc_slice_of(NULL, 0), &key, &value),
        WC_OK);
    assert_status(wc_bank_fact_decode(&fact, value), WC_OK);
    assert_int_equal(fact.amount, 100);
    assert_memory_equal(fact.maker.bytes, w.people[BANK].keys[0].public_key.bytes, 32);
    assert_memory_equal(fact.checker.bytes, w.people[BANK].keys[1].public_key.bytes, 32);
    world_close(&w);
}

static void supply_stays_within_64_bits(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    world_deposit(&w, ALICE, INT64_MAX - 1);
    wc_slice args =
        world_abi(&w, "wpqssw", WORLD_CNY, &w.people[BOB].address, I(2), "s", "e", UINT32_C(1));
    assert_receipt(native(&w, BANK, WC_NATIVE_deposit, args), "AMOUNT_OUT_OF_RANGE");
    world_deposit(&w, BOB, 1);
    args = world_abi(&w, "wpqssw", WORLD_CNY, &w.people[BOB].address, I(-1), "s", "e", UINT32_C(1));
    assert_receipt(native(&w, BANK, WC_NATIVE_deposit, args), "AMOUNT_OUT_OF_RANGE");
    world_close(&w);
}

/* ---- mandates -------------------------------------------------------------------------------- */

static wc_slice mandate(world *w, const wc_address *vault, int64_t limit, int64_t per_period,
                        int64_t expiry_s)
{
    return world_abi(w, "pwqqwq", vault, WORLD_CNY, limit, per_period, UINT32_C(3600), expiry_s);
}

/* BOB calls; the vault draws on ALICE. */
static letter draw_letter(world *w, const wc_address *vault, int64_t amount)
{
    letter l = world_letter(w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, vault, VAULT_LOCK,
                      world_abi(w, "pq", &w->people[ALICE].address, amount));
    return l;
}

static const wc_receipt_page *draw(world *w, const wc_address *vault, int64_t amount)
{
    letter l = draw_letter(w, vault, amount);
    return world_send(w, &l);
}

static void a_mandate_counts_from_the_next_block(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    world_deposit(&w, ALICE, 1000);
    letter l = world_letter(&w, ALICE);
    (void)letter_native(&l, WC_NATIVE_mandate_grant, mandate(&w, &vault, 500, 500, w.now + 100));
    wc_slice raws[2] = {letter_raw(&l)};
    l = draw_letter(&w, &vault, 10);
    raws[1] = letter_raw(&l);
    const wc_sealed *sealed = world_seal(&w, raws, 2);
    assert_done(&sealed->applied.receipts[0]);
    assert_receipt(&sealed->applied.receipts[1], "CALL_NOT_SIGNED");
    assert_done(draw(&w, &vault, 10));
    world_close(&w);
}

static void a_mandate_ends_at_its_limit_its_period_and_its_expiry(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    world_deposit(&w, ALICE, 1000);
    w.now = WORLD_START + 2 * 3600; /* a period begins */
    assert_done(native(&w, ALICE, WC_NATIVE_mandate_grant,
                       mandate(&w, &vault, 150, 100, w.now + 3 * 3600)));
    assert_receipt(draw(&w, &vault, 101), "MANDATE_EXCEEDED");
    assert_done(draw(&w, &vault, 60));
    assert_receipt(draw(&w, &vault, 41), "MANDATE_EXCEEDED");
    assert_done(draw(&w, &vault, 40));
    w.now += 3599;
    assert_receipt(draw(&w, &vault, 1), "MANDATE_EXCEEDED");
    w.now += 1; /* the next period */
    assert_receipt(draw(&w, &vault, 51), "MANDATE_EXCEEDED");
    assert_done(draw(&w, &vault, 30));
    w.now = WORLD_START + 5 * 3600 - 1;
    assert_done(draw(&w, &vault, 10));
    w.now += 1;
    assert_receipt(draw(&w, &vault, 1), "MANDATE_EXCEEDED");
    assert_int_equal(world_free(&w, ALICE, WORLD_CNY), 1000 - 140);
    world_close(&w);
}

static void a_mandate_is_for_one_contract_and_one_asset(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    vault_options options = {.name = "Second", .signatories = 1};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    world_actor signer = BOB;
    wc_address second =
        world_instance(&w, &code, 1, &signer,
                       world_abi(&w, "pp", &w.people[BOB].address, &w.people[CAROL].address));
    world_deposit(&w, ALICE, 1000);
    assert_done(
        native(&w, ALICE, WC_NATIVE_mandate_grant, mandate(&w, &vault, 500, 500, w.now + 10000)));
    assert_receipt(draw(&w, &second, 1), "CALL_NOT_SIGNED");
    assert_done(draw(&w, &vault, 1));
    world_close(&w);
}

static void a_revoked_or_changed_mandate_gives_nothing_in_the_same_block(void **state)
{
    (void)state;
    for (int is_change = 0; is_change < 2; is_change++) {
        world w;
        world_open(&w, NULL);
        wc_address vault = vault_open(&w);
        world_deposit(&w, ALICE, 1000);
        assert_done(native(&w, ALICE, WC_NATIVE_mandate_grant,
                           mandate(&w, &vault, 500, 500, w.now + 10000)));
        letter l = world_letter(&w, ALICE);
        if (is_change) {
            (void)letter_native(&l, WC_NATIVE_mandate_grant,
                                mandate(&w, &vault, 600, 600, w.now + 10000));
        } else {
            (void)letter_native(&l, WC_NATIVE_mandate_revoke,
                                world_abi(&w, "pw", &vault, WORLD_CNY));
        }
        wc_slice raws[2] = {letter_raw(&l)};
        l = draw_letter(&w, &vault, 10);
        raws[1] = letter_raw(&l);
        const wc_sealed *sealed = world_seal(&w, raws, 2);
        assert_done(&sealed->applied.receipts[0]);
        assert_receipt(&sealed->applied.receipts[1], "CALL_NOT_SIGNED");
        assert_receipt(draw(&w, &vault, 550), is_change ? "OK" : "CALL_NOT_SIGNED");
        world_close(&w);
    }
}

static void a_keys_daily_limit_holds_over_transactions_and_ends_with_the_day(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    world_deposit(&w, CAPPED, 1000);
    static const int64_t amounts[] = {60, 41, 40, 1};
    static const char *const expected[] = {"OK", "KEY_CAP_EXCEEDED", "OK", "KEY_CAP_EXCEEDED"};
    for (size_t i = 0; i < 4; i++) {
        letter l = world_letter(&w, CAPPED);
        uint8_t call =
            letter_call(&l, WC_CALL_ACTION, &vault, VAULT_FUND, world_abi(&w, "q", amounts[i]));
        letter_ceiling(&l, call, CAPPED, WORLD_CNY, 1000);
        assert_receipt(world_send(&w, &l), expected[i]);
    }
    w.now = WORLD_START + 86400;
    letter l = world_letter(&w, CAPPED);
    uint8_t call = letter_call(&l, WC_CALL_ACTION, &vault, VAULT_FUND, world_abi(&w, "q", I(100)));
    letter_ceiling(&l, call, CAPPED, WORLD_CNY, 1000);
    assert_done(world_send(&w, &l));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_account_signs_from_the_next_block),
        cmocka_unit_test(one_administration_is_not_enough),
        cmocka_unit_test(a_role_counts_from_the_next_block_and_ends_with_the_next),
        cmocka_unit_test(a_grant_that_is_revoked_before_it_begins_vanishes),
        cmocka_unit_test(a_frozen_account_holds_no_role),
        cmocka_unit_test(a_mandate_begins_before_it_ends),
        cmocka_unit_test(revoking_a_role_that_is_not_held_is_refused),
        cmocka_unit_test(a_deposit_is_posted_once_per_statement_and_entry),
        cmocka_unit_test(a_bank_fact_names_two_different_people),
        cmocka_unit_test(supply_stays_within_64_bits),
        cmocka_unit_test(a_mandate_counts_from_the_next_block),
        cmocka_unit_test(a_mandate_ends_at_its_limit_its_period_and_its_expiry),
        cmocka_unit_test(a_mandate_is_for_one_contract_and_one_asset),
        cmocka_unit_test(a_revoked_or_changed_mandate_gives_nothing_in_the_same_block),
        cmocka_unit_test(a_keys_daily_limit_holds_over_transactions_and_ends_with_the_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
