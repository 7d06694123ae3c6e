/* What a key may sign and spend: scopes by kind of call, validity by height, a limit a day. Each is
 * held one step before, at and behind its edge. */
#include "tests/unit/ledger_exec/accounts.h"
#include "tests/unit/ledger_exec/refusals.h"

#define I(x)  INT64_C(x)
#define DAY_S 86400

/* Adds key `number` of a person, limited as `how` says. */
static void limited_key(world *w, world_actor actor, uint16_t number, uint32_t scope, int64_t cap)
{
    const wc_keypair *pair = &w->people[actor].keys[number];
    wc_account_key key = fresh_key(pair, number);
    key.scope = scope;
    key.cap_asset = cap > 0 ? WORLD_CNY : 0;
    key.cap = cap;
    assert_done(
        native_sent(w, actor, ACTOR_COUNT, WC_NATIVE_key_add, key_args(w, actor, -1, &key, pair)));
}

/* From now on this person signs with the keys [first, first + count). */
static void sign_with(world *w, world_actor actor, uint8_t first, uint8_t count)
{
    w->people[actor].first_key = first;
    w->people[actor].needed = count;
}

static const char *fund(world *w, world_actor actor, const wc_address *vault, int64_t amount)
{
    letter l = world_letter(w, actor);
    uint8_t call = letter_call(&l, WC_CALL_ACTION, vault, VAULT_FUND, world_abi(w, "q", amount));
    letter_ceiling(&l, call, actor, WORLD_CNY, 100000);
    return world_status_name(world_send(w, &l)->receipt.status);
}

static wc_address open_rich(world *w)
{
    world_open(w, NULL);
    wc_address vault = vault_open(w);
    world_deposit(w, ALICE, 100000);
    return vault;
}

/* ---- a day's limit --------------------------------------------------------------------------- */

static void a_day_s_limit_ends_at_its_last_unit(void **state)
{
    (void)state;
    for (int64_t more = -1; more <= 1; more++) {
        world w;
        wc_address vault = open_rich(&w);
        limited_key(&w, ALICE, 1, WC_SCOPE_ALL, 500);
        sign_with(&w, ALICE, 1, 1);
        assert_string_equal(fund(&w, ALICE, &vault, 300), "OK");
        const char *last = fund(&w, ALICE, &vault, 200 + more);
        assert_string_equal(last, more > 0 ? "KEY_CAP_EXCEEDED" : "OK");
        /* What was refused has not been spent. */
        assert_string_equal(fund(&w, ALICE, &vault, more > 0 ? 200 : -more + 1),
                            more > 0 ? "OK" : "KEY_CAP_EXCEEDED");
        world_close(&w);
    }
}

static void a_single_debit_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_rich(&w);
    limited_key(&w, ALICE, 1, WC_SCOPE_ALL, 500);
    sign_with(&w, ALICE, 1, 1);
    assert_string_equal(fund(&w, ALICE, &vault, 501), "KEY_CAP_EXCEEDED");
    assert_string_equal(fund(&w, ALICE, &vault, 500), "OK");
    world_close(&w);
}

static void calls_of_one_transaction_add_up(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_rich(&w);
    limited_key(&w, ALICE, 1, WC_SCOPE_ALL, 500);
    sign_with(&w, ALICE, 1, 1);
    for (int64_t second = 251; second >= 250; second--) {
        letter l = world_letter(&w, ALICE);
        int64_t amounts[2] = {250, second};
        for (int i = 0; i < 2; i++) {
            uint8_t call =
                letter_call(&l, WC_CALL_ACTION, &vault, VAULT_FUND, world_abi(&w, "q", amounts[i]));
            letter_ceiling(&l, call, ALICE, WORLD_CNY, 1000);
        }
        const wc_receipt_page *page = world_send(&w, &l);
        assert_receipt(page, second == 251 ? "KEY_CAP_EXCEEDED" : "OK");
    }
    world_close(&w);
}

/* Two keys sign, each with a limit: the narrower one counts, whichever stands first. */
static void every_key_that_signs_pays_from_its_own_limit(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) {
        world w;
        wc_address vault = open_rich(&w);
        limited_key(&w, ALICE, 1, WC_SCOPE_ALL, first == 0 ? 500 : 300);
        limited_key(&w, ALICE, 2, WC_SCOPE_ALL, first == 0 ? 300 : 500);
        assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_threshold_set,
                                world_abi(&w, "ph", &w.people[ALICE].address, 2)));
        sign_with(&w, ALICE, 1, 2);
        assert_string_equal(fund(&w, ALICE, &vault, 301), "KEY_CAP_EXCEEDED");
        assert_string_equal(fund(&w, ALICE, &vault, 300), "OK");
        assert_string_equal(fund(&w, ALICE, &vault, 1), "KEY_CAP_EXCEEDED");
        world_close(&w);
    }
}

static void the_day_is_that_of_utc(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_rich(&w);
    limited_key(&w, ALICE, 1, WC_SCOPE_ALL, 500);
    sign_with(&w, ALICE, 1, 1);
    int64_t midnight = w.now - w.now % DAY_S + DAY_S;
    w.now = midnight - 1;
    assert_string_equal(fund(&w, ALICE, &vault, 500), "OK");
    assert_string_equal(fund(&w, ALICE, &vault, 1), "KEY_CAP_EXCEEDED");
    w.now = midnight;
    assert_string_equal(fund(&w, ALICE, &vault, 500), "OK");
    assert_string_equal(fund(&w, ALICE, &vault, 1), "KEY_CAP_EXCEEDED");
    w.now = midnight + DAY_S - 1;
    assert_string_equal(fund(&w, ALICE, &vault, 1), "KEY_CAP_EXCEEDED");
    world_close(&w);
}

static int64_t spent(world *w, world_actor actor, uint16_t key_id)
{
    wc_state_key key =
        wc_key_key_spend(&w->people[actor].address, key_id, (uint32_t)(w->now / DAY_S));
    wc_slice value;
    int64_t amount = 0;
    if (wc_chain_get(w->chain, &key, &value) == WC_OK) {
        assert_status(wc_amount_decode(&amount, value), WC_OK);
    }
    return amount;
}

/* Two people of a company, each with a limit of their own: both are used up, the smaller one binds.
 */
static void both_of_two_keys_pay_from_their_limits(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_rich(&w);
    limited_key(&w, ALICE, 1, WC_SCOPE_ALL, 600);
    limited_key(&w, ALICE, 2, WC_SCOPE_ALL, 400);
    assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_threshold_set,
                            world_abi(&w, "ph", &w.people[ALICE].address, 2)));
    sign_with(&w, ALICE, 1, 2);
    assert_string_equal(fund(&w, ALICE, &vault, 400), "OK");
    assert_int_equal(spent(&w, ALICE, 1), 400);
    assert_int_equal(spent(&w, ALICE, 2), 400);
    assert_string_equal(fund(&w, ALICE, &vault, 1), "KEY_CAP_EXCEEDED");
    assert_int_equal(spent(&w, ALICE, 1), 400); /* the first key's share is given back */
    sign_with(&w, ALICE, 0, 2);                 /* the key without limit, and the first */
    assert_string_equal(fund(&w, ALICE, &vault, 200), "OK");
    assert_string_equal(fund(&w, ALICE, &vault, 1), "KEY_CAP_EXCEEDED");
    assert_int_equal(spent(&w, ALICE, 1), 600);
    world_close(&w);
}

static void a_limit_in_one_asset_is_none_in_another(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_rich(&w);
    const wc_keypair *pair = &w.people[ALICE].keys[1];
    wc_account_key key = fresh_key(pair, 1);
    key.cap_asset = WORLD_EUR;
    assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_add,
                            key_args(&w, ALICE, -1, &key, pair)));
    sign_with(&w, ALICE, 1, 1);
    assert_string_equal(fund(&w, ALICE, &vault, 90000), "OK");
    world_close(&w);
}

/* ---- what is issued -------------------------------------------------------------------------- */

static const char *deposited(world *w, const char *entry, int64_t amount)
{
    letter l = world_letter(w, BANK);
    (void)letter_native(&l, WC_NATIVE_deposit,
                        world_abi(w, "wpqssw", WORLD_CNY, &w->people[ALICE].address, amount,
                                  "statement", entry, UINT32_C(20454)));
    return world_status_name(world_send(w, &l)->receipt.status);
}

/* [LG-85] What a clerk of the bank records counts against the limit of his key. */
static void a_bank_records_deposits_up_to_the_limits_of_its_keys(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    limited_key(&w, BANK, 2, WC_SCOPE_ALL, 500);
    sign_with(&w, BANK, 1, 2); /* one key without a limit, one with */
    assert_string_equal(deposited(&w, "a", 501), "KEY_CAP_EXCEEDED");
    assert_string_equal(deposited(&w, "a", 499), "OK");
    assert_string_equal(deposited(&w, "a", 1), "ALREADY_RECORDED");
    assert_string_equal(deposited(&w, "b", 2), "KEY_CAP_EXCEEDED");
    assert_int_equal(spent(&w, BANK, 2), 499);
    assert_string_equal(deposited(&w, "b", 1), "OK");
    assert_int_equal(spent(&w, BANK, 2), 500);
    assert_int_equal(spent(&w, BANK, 1), 0);
    assert_int_equal(world_free(&w, ALICE, WORLD_CNY), 500);
    w.now += DAY_S;
    assert_string_equal(deposited(&w, "c", 500), "OK");
    world_close(&w);
}

static const char *topped_up(world *w, const char *reference, int64_t amount)
{
    letter l = world_letter(w, TREASURER);
    (void)letter_native(&l, WC_NATIVE_units_issue,
                        world_abi(w, "pqs", &w->people[ALICE].address, amount, reference));
    return world_status_name(world_send(w, &l)->receipt.status);
}

/* [LG-171] */
static void a_treasury_issues_units_up_to_the_limits_of_its_keys(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    const wc_keypair *pair = &w.people[TREASURER].keys[1];
    wc_account_key key = fresh_key(pair, 1);
    key.cap_asset = WORLD_UNITS;
    key.cap = 700;
    assert_done(native_sent(&w, TREASURER, ACTOR_COUNT, WC_NATIVE_key_add,
                            key_args(&w, TREASURER, -1, &key, pair)));
    sign_with(&w, TREASURER, 1, 1);
    assert_string_equal(topped_up(&w, "a", 701), "KEY_CAP_EXCEEDED");
    assert_string_equal(topped_up(&w, "a", 700), "OK");
    assert_string_equal(topped_up(&w, "b", 1), "KEY_CAP_EXCEEDED");
    assert_int_equal(world_free(&w, ALICE, WORLD_UNITS), 700);
    world_close(&w);
}

/* ---- scopes ---------------------------------------------------------------------------------- */

static letter call_of(world *w, world_actor actor, wc_call_kind kind, const wc_address *vault)
{
    letter l = world_letter(w, actor);
    wc_address none = {{0}};
    switch (kind) {
    case WC_CALL_ACTION:
        (void)letter_call(&l, kind, vault, VAULT_ADD, world_abi(w, "q", I(1)));
        break;
    case WC_CALL_DEPLOY:
    case WC_CALL_INSTANTIATE: (void)letter_call(&l, kind, &none, 0, wc_slice_of(NULL, 0)); break;
    case WC_CALL_NATIVE: (void)letter_native(&l, WC_NATIVE_role_revoke, world_abi(w, "")); break;
    case WC_CALL_READINGS:
        (void)letter_reading(&l, vault, VAULT_METERED, world_abi(w, "qqq", I(0), I(0), I(0)));
        break;
    case WC_CALL_KIND_COUNT: break;
    }
    return l;
}

static void a_scope_admits_its_kinds_of_calls_and_no_other(void **state)
{
    (void)state;
    for (unsigned allowed = 0; allowed < WC_CALL_KIND_COUNT; allowed++) {
        world w;
        wc_address vault = open_rich(&w);
        limited_key(&w, ALICE, 1, WC_SCOPE_OF(allowed), 0);
        sign_with(&w, ALICE, 1, 1);
        for (unsigned kind = 0; kind < WC_CALL_KIND_COUNT; kind++) {
            letter l = call_of(&w, ALICE, (wc_call_kind)kind, &vault);
            uint16_t status = world_send(&w, &l)->receipt.status;
            assert_int_equal(status == WC_REFUSAL_KEY_SCOPE, kind != allowed);
        }
        letter both = call_of(&w, ALICE, (wc_call_kind)allowed, &vault);
        (void)letter_native(&both, WC_NATIVE_role_revoke, world_abi(&w, ""));
        uint16_t status = world_send(&w, &both)->receipt.status;
        assert_int_equal(status == WC_REFUSAL_KEY_SCOPE, allowed != WC_CALL_NATIVE);
        world_close(&w);
    }
}

/* A key signs for the calls that its account signs, not for those of others in the transaction. */
static void a_scope_is_asked_for_the_signer_s_own_calls(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_rich(&w);
    limited_key(&w, ALICE, 1, WC_SCOPE_OF(WC_CALL_ACTION), 0);
    sign_with(&w, ALICE, 1, 1);
    letter l = call_of(&w, ALICE, WC_CALL_ACTION, &vault);
    uint8_t bob = letter_signer(&l, BOB);
    l.mask = (uint16_t)(1u << bob);
    (void)letter_native(&l, WC_NATIVE_threshold_set,
                        world_abi(&w, "ph", &w.people[BOB].address, 1));
    assert_done(world_send(&w, &l));
    world_close(&w);
}

static void an_owner_gives_a_meter_a_key_for_readings_only(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_rich(&w);
    meter_registered(&w);
    const wc_keypair *pair = &w.people[METER].keys[1];
    wc_account_key key = fresh_key(pair, 1);
    key.scope = WC_SCOPE_OF(WC_CALL_READINGS);
    assert_done(
        native_sent(&w, GRID, ACTOR_COUNT, WC_NATIVE_key_add, key_args(&w, METER, -1, &key, pair)));
    sign_with(&w, METER, 1, 1);
    assert_done(reading_sent(&w, METER, &vault, WORLD_START, 0, 5));
    letter l = call_of(&w, METER, WC_CALL_ACTION, &vault);
    assert_receipt(world_send(&w, &l), "KEY_SCOPE");
    l = call_of(&w, METER, WC_CALL_NATIVE, &vault);
    assert_receipt(world_send(&w, &l), "KEY_SCOPE");
    assert_done(native_sent(&w, GRID, ACTOR_COUNT, WC_NATIVE_key_revoke,
                            world_abi(&w, "ph", &w.people[METER].address, 1)));
    assert_receipt(reading_sent(&w, METER, &vault, WORLD_START + 900, 0, 5), "KEY_UNKNOWN");
    world_close(&w);
}

/* ---- heights --------------------------------------------------------------------------------- */

static void a_key_signs_from_its_first_height_until_its_end(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_rich(&w);
    uint64_t now = wc_chain_head(w.chain)->height;
    const wc_keypair *pair = &w.people[ALICE].keys[1];
    wc_account_key key = fresh_key(pair, 1);
    key.from_h = now + 3; /* the key is added at now + 1 */
    key.to_h = now + 5;
    assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_add,
                            key_args(&w, ALICE, -1, &key, pair)));
    sign_with(&w, ALICE, 1, 1);
    static const char *const expected[] = {"KEY_NOT_VALID", "OK", "OK", "KEY_NOT_VALID"};
    for (size_t i = 0; i < WC_ARRAY_LEN(expected); i++) {
        assert_int_equal(wc_chain_head(w.chain)->height, now + 1 + i);
        letter l = call_of(&w, ALICE, WC_CALL_ACTION, &vault);
        assert_receipt(world_send(&w, &l), expected[i]);
    }
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_s_limit_ends_at_its_last_unit),
        cmocka_unit_test(a_single_debit_beyond_the_limit_is_refused),
        cmocka_unit_test(calls_of_one_transaction_add_up),
        cmocka_unit_test(every_key_that_signs_pays_from_its_own_limit),
        cmocka_unit_test(the_day_is_that_of_utc),
        cmocka_unit_test(both_of_two_keys_pay_from_their_limits),
        cmocka_unit_test(a_limit_in_one_asset_is_none_in_another),
        cmocka_unit_test(a_bank_records_deposits_up_to_the_limits_of_its_keys),
        cmocka_unit_test(a_treasury_issues_units_up_to_the_limits_of_its_keys),
        cmocka_unit_test(a_scope_admits_its_kinds_of_calls_and_no_other),
        cmocka_unit_test(a_scope_is_asked_for_the_signer_s_own_calls),
        cmocka_unit_test(an_owner_gives_a_meter_a_key_for_readings_only),
        cmocka_unit_test(a_key_signs_from_its_first_height_until_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
