/* Further ways into the refusals, beside that of refusals.h: each row is a mistake in one letter,
 * after whatever it needs, and what must come of it. What succeeds here stands beside a mistake
 * that looks like it. */
#include "node/ledger/ids.h"
#include "node/ledger/meter.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/fleet.h"
#include "tests/unit/ledger_exec/incentive.h"
#include "tests/unit/ledger_exec/ways.h"

#define I(x) INT64_C(x)

static const wc_receipt_page *alone(world *w, world_actor actor, wc_native_method method,
                                    wc_slice args)
{
    return native_sent(w, actor, ACTOR_COUNT, method, args);
}

static const wc_receipt_page *by_admins(world *w, wc_native_method method, wc_slice args)
{
    return native_sent(w, ADMIN_1, ADMIN_2, method, args);
}

static void granted(world *w, world_actor actor, uint16_t role, int64_t from_h, int64_t to_h)
{
    assert_done(by_admins(w, WC_NATIVE_role_grant,
                          world_abi(w, "phqq", &w->people[actor].address, role, from_h, to_h)));
}

/* ---- admission ------------------------------------------------------------------------------- */

static const wc_receipt_page *payload_shorter(world *w)
{
    static const wc_hash nowhere = {{7}};
    letter l = world_letter(w, METER);
    (void)letter_reading(&l, &nowhere, 0, wc_slice_of("payload", 7));
    wc_slice raw = letter_raw(&l); /* ends with length and payload */
    uint8_t *bytes = wc_arena_alloc(&w->arena, raw.len, 1);
    memcpy(bytes, raw.data, raw.len);
    bytes[raw.len - 8] = 6;
    return send_raw(w, wc_slice_of(bytes, raw.len - 1));
}

static const wc_receipt_page *longer_than_the_block(world *w)
{
    static const uint8_t zeros[500];
    world_close(w);
    world_options options = {.block_tx_bytes_max = 500};
    world_open(w, &options);
    letter l = world_letter(w, ALICE);
    (void)letter_native(&l, WC_NATIVE_deposit, wc_slice_of(zeros, sizeof zeros));
    wc_slice raw = letter_raw(&l);
    return send_raw(w, raw);
}

static const wc_receipt_page *native_elsewhere(world *w)
{
    static const wc_hash nowhere = {{7}};
    letter l = world_letter(w, ALICE);
    (void)letter_call(&l, WC_CALL_NATIVE, &nowhere, WC_NATIVE_deposit, wc_slice_of(NULL, 0));
    return world_send(w, &l);
}

/* ---- accounts -------------------------------------------------------------------------------- */

static wc_slice account_args(world *w, const wc_account *account)
{
    uint8_t *bytes = wc_arena_alloc(&w->arena, WC_ACCOUNT_SIZE_MAX, 1);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_ACCOUNT_SIZE_MAX);
    wc_account_put(&buf, account);
    assert_false(buf.full);
    return wc_buf_slice(&buf);
}

static wc_account fresh_account(void)
{
    wc_keypair pair;
    world_keypair(&pair, 77);
    return (wc_account){.kind = WC_ACCOUNT_PARTY,
                        .status = WC_ACCOUNT_ACTIVE,
                        .threshold = 1,
                        .key_count = 1,
                        .keys = {fresh_key(&pair, 0)}};
}

static const wc_receipt_page *account_frozen_at_birth(world *w)
{
    wc_account account = fresh_account();
    account.status = WC_ACCOUNT_FROZEN;
    return by_admins(w, WC_NATIVE_account_create, account_args(w, &account));
}

static const wc_receipt_page *account_with_revoked_key(world *w)
{
    wc_account account = fresh_account();
    account.keys[0].revoked_h = 1;
    return by_admins(w, WC_NATIVE_account_create, account_args(w, &account));
}

static const wc_receipt_page *device_of(world *w, world_actor owner)
{
    wc_account account = fresh_account();
    account.kind = WC_ACCOUNT_DEVICE;
    account.owner = w->people[owner].address;
    return by_admins(w, WC_NATIVE_account_create, account_args(w, &account));
}

static const wc_receipt_page *device_of_grid(world *w)
{
    return device_of(w, GRID);
}

static const wc_receipt_page *device_of_nobody(world *w)
{
    w->people[GRID].address.bytes[0] ^= 1;
    return device_of(w, GRID);
}

static const wc_receipt_page *key_of_narrow_scope(world *w)
{
    wc_account_key key = fresh_key(&w->people[ALICE].keys[1], 1);
    key.scope = WC_SCOPE_OF(WC_CALL_NATIVE);
    assert_done(alone(w, ALICE, WC_NATIVE_key_add,
                      key_args(w, ALICE, -1, &key, &w->people[ALICE].keys[1])));
    w->people[ALICE].first_key = 1;
    return alone(w, ALICE, WC_NATIVE_threshold_set,
                 world_abi(w, "ph", &w->people[ALICE].address, 1));
}

static const wc_receipt_page *key_that_is_no_point(world *w)
{
    wc_account_key key = fresh_key(&w->people[ALICE].keys[1], 1);
    memset(key.pub, 0, sizeof key.pub);
    return alone(w, ALICE, WC_NATIVE_key_add,
                 key_args(w, ALICE, -1, &key, &w->people[ALICE].keys[1]));
}

static const wc_receipt_page *key_too_heavy(world *w)
{
    wc_account_key key = fresh_key(&w->people[ALICE].keys[1], 1);
    key.weight = WC_ACCOUNT_WEIGHT_MAX; /* beside one of weight 1 */
    return alone(w, ALICE, WC_NATIVE_key_add,
                 key_args(w, ALICE, -1, &key, &w->people[ALICE].keys[1]));
}

static const wc_receipt_page *role_that_has_ended(world *w)
{
    int64_t next = (int64_t)wc_chain_head(w->chain)->height + 2;
    granted(w, ALICE, WC_ROLE_AUDITOR, next, next + 1);
    (void)world_wait(w, 1);
    return by_admins(w, WC_NATIVE_role_revoke,
                     world_abi(w, "ph", &w->people[ALICE].address, WC_ROLE_AUDITOR));
}

/* Grants of one role stand in the order of their heights; one from the same height is replaced. */
static const wc_receipt_page *role_granted_again(world *w)
{
    static const int64_t from[] = {100, 300, 200, 200};
    for (int64_t i = 0; i < 4; i++) granted(w, ALICE, WC_ROLE_AUDITOR, from[i], 1000 + i);
    wc_account account = account_now(w, ALICE);
    assert_int_equal(account.role_count, 4); /* with that of a consumer */
    for (uint8_t i = 0; i < 3; i++) {
        const wc_account_role *role =
            &account.roles[account.roles[0].role == WC_ROLE_AUDITOR ? i : i + 1u];
        assert_int_equal(role->role, WC_ROLE_AUDITOR);
        assert_int_equal(role->from_h, 100 * (i + 1));
        assert_int_equal(role->to_h, i == 0 ? 1000 : i == 1 ? 1003 : 1001);
    }
    return by_admins(w, WC_NATIVE_role_revoke,
                     world_abi(w, "ph", &w->people[ALICE].address, WC_ROLE_AUDITOR));
}

/* A key that was revoked long ago keeps its height when it goes to the history. */
static const wc_receipt_page *revoked_key_is_retired(world *w)
{
    const wc_receipt_page *page =
        alone(w, SPARE, WC_NATIVE_key_revoke, world_abi(w, "ph", &w->people[SPARE].address, 2));
    wc_state_key name = wc_key_key_history(&w->people[SPARE].address, 2);
    wc_slice value;
    wc_key_record record;
    assert_status(wc_chain_get(w->chain, &name, &value), WC_OK);
    assert_status(wc_key_record_decode(&record, value), WC_OK);
    assert_int_equal(record.key.revoked_h, 1);
    assert_int_equal(account_now(w, SPARE).key_count, 2);
    return page;
}

/* ---- guardians ------------------------------------------------------------------------------- */

static const wc_receipt_page *guardians_descending(world *w)
{
    const wc_address *a = &w->people[BOB].address, *b = &w->people[CAROL].address;
    bool ascends = wc_hash_compare(a, b) < 0;
    return alone(w, ALICE, WC_NATIVE_guardians_set,
                 world_abi(w, "pbwbpp", &w->people[ALICE].address, 1, UINT32_C(86400), 2,
                           ascends ? b : a, ascends ? a : b));
}

/* Seventeen people who were guardians one after the other support the same request. */
static const wc_receipt_page *supported_by_too_many(world *w)
{
    wc_account_key key = fresh_key(&w->people[ALICE].keys[1], 1);
    wc_slice args = key_args(w, ALICE, -1, &key, &w->people[ALICE].keys[1]);
    const wc_receipt_page *page = NULL;
    unsigned supporters = 0;
    for (uint32_t i = 0; i < ACTOR_COUNT && supporters <= WC_ACCOUNT_GUARDIANS_MAX; i++) {
        world_actor guardian = (world_actor)i;
        if (guardian == ALICE || guardian == FROZEN || guardian == NARROW) continue;
        assert_done(alone(w, ALICE, WC_NATIVE_guardians_set,
                          guardian_args(w, ALICE, 1, 86400, &guardian, 1)));
        page = alone(w, guardian, WC_NATIVE_recovery_support, args);
        if (supporters++ < WC_ACCOUNT_GUARDIANS_MAX) assert_done(page);
    }
    assert_int_equal(supporters, WC_ACCOUNT_GUARDIANS_MAX + 1);
    return page;
}

/* A new key that is valid later would leave the account without any. */
static const wc_receipt_page *recovered_with_a_key_of_later(world *w)
{
    wc_account_key key = fresh_key(&w->people[ALICE].keys[1], 1);
    key.from_h = 1000000;
    world_actor bob = BOB;
    assert_done(
        alone(w, ALICE, WC_NATIVE_guardians_set, guardian_args(w, ALICE, 1, 86400, &bob, 1)));
    const wc_receipt_page *page = alone(w, BOB, WC_NATIVE_recovery_support,
                                        key_args(w, ALICE, -1, &key, &w->people[ALICE].keys[1]));
    assert_done(page);
    wc_hash id = world_result(page, 0);
    (void)world_wait(w, 86400);
    return alone(w, BOB, WC_NATIVE_recovery_complete,
                 world_abi(w, "pp", &w->people[ALICE].address, &id));
}

static const wc_receipt_page *guardians_without_threshold(world *w)
{
    world_actor bob = BOB;
    return alone(w, ALICE, WC_NATIVE_guardians_set, guardian_args(w, ALICE, 0, 86400, &bob, 1));
}

/* ---- money ----------------------------------------------------------------------------------- */

static wc_slice deposit_args(world *w, uint32_t asset, const wc_address *party)
{
    return world_abi(w, "wpqssw", asset, party, I(100), "statement 7", "e1", UINT32_C(20454));
}

static const wc_receipt_page *deposit_for_nobody(world *w)
{
    static const wc_hash nobody = {{7}};
    return alone(w, BANK, WC_NATIVE_deposit, deposit_args(w, WORLD_CNY, &nobody));
}

/* The bank's people are told from those of other signers. */
static const wc_receipt_page *deposit_among_others(world *w)
{
    letter l = world_letter(w, ALICE);
    (void)letter_signer(&l, BANK);
    (void)letter_signer(&l, BOB);
    uint8_t call =
        letter_native(&l, WC_NATIVE_deposit, deposit_args(w, WORLD_CNY, &w->people[ALICE].address));
    assert_status(wc_tx_draft_principal(&l.draft, call, 1), WC_OK);
    return world_send(w, &l);
}

/* Two keys of one person: the same public key under two numbers. */
static const wc_receipt_page *deposit_of_one_person(world *w)
{
    const wc_keypair *pair = &w->people[BANK_2].keys[0];
    wc_account_key key = fresh_key(pair, 1);
    assert_done(alone(w, BANK_2, WC_NATIVE_key_add, key_args(w, BANK_2, -1, &key, pair)));
    assert_done(alone(w, BANK_2, WC_NATIVE_threshold_set,
                      world_abi(w, "ph", &w->people[BANK_2].address, 2)));
    w->people[BANK_2].needed = 2;
    w->people[BANK_2].keys[1] = *pair;
    return alone(w, BANK_2, WC_NATIVE_deposit,
                 deposit_args(w, WORLD_EUR, &w->people[ALICE].address));
}

static wc_slice mandate_args(world *w, const wc_address *instance)
{
    return world_abi(w, "pwqqwq", instance, WORLD_CNY, I(50), I(50), UINT32_C(86400),
                     w->now + 1000);
}

static const wc_receipt_page *mandate_for_nothing(world *w)
{
    static const wc_hash nowhere = {{7}};
    return alone(w, ALICE, WC_NATIVE_mandate_grant, mandate_args(w, &nowhere));
}

static const wc_receipt_page *mandate_by_limited_key(world *w)
{
    wc_address vault = vault_open(w);
    return alone(w, CAPPED, WC_NATIVE_mandate_grant, mandate_args(w, &vault));
}

static const wc_receipt_page *mandate_revoked(world *w)
{
    wc_address vault = vault_open(w);
    assert_done(alone(w, ALICE, WC_NATIVE_mandate_grant, mandate_args(w, &vault)));
    return alone(w, ALICE, WC_NATIVE_mandate_revoke, world_abi(w, "pw", &vault, WORLD_CNY));
}

static const wc_receipt_page *no_mandate_to_revoke(world *w)
{
    wc_address vault = vault_open(w);
    return alone(w, ALICE, WC_NATIVE_mandate_revoke, world_abi(w, "pw", &vault, WORLD_CNY));
}

static const wc_receipt_page *mandate_revoked_by_half(world *w)
{
    return alone(w, ALICE, WC_NATIVE_mandate_revoke, wc_slice_of("?", 1));
}

static const wc_receipt_page *units_of_another_treasury(world *w)
{
    granted(w, BOB, WC_ROLE_TREASURY, 0, INT64_MAX);
    return alone(w, BOB, WC_NATIVE_units_issue,
                 world_abi(w, "pqs", &w->people[ALICE].address, I(5), "r"));
}

/* ---- governance ------------------------------------------------------------------------------ */

static const wc_receipt_page *proposed(world *w, world_actor by, uint16_t kind, wc_slice body)
{
    return alone(w, by, WC_NATIVE_proposal_make, proposal_args(w, kind, body));
}

static const wc_receipt_page *parameters_that_are_none(world *w)
{
    return proposed(w, ADMIN_1, WC_PROPOSES_PARAMETERS, wc_slice_of("?", 1));
}

static const wc_receipt_page *parameters_of_another_price_list(world *w)
{
    wc_params params = *wc_chain_params(w->chain);
    params.schedule_hash.bytes[0] ^= 1;
    uint8_t *bytes = wc_arena_alloc(&w->arena, WC_PARAMS_SIZE, 1);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_PARAMS_SIZE);
    wc_params_put(&buf, &params);
    return proposed(w, ADMIN_1, WC_PROPOSES_PARAMETERS, wc_buf_slice(&buf));
}

static const wc_receipt_page *member_that_does_not_exist(world *w)
{
    static const wc_hash nobody = {{7}};
    wc_slice rule = world_abi(w, "bbbp", WC_STATE_VALUE_VERSION, 1, 1, &nobody);
    return proposed(w, ADMIN_1, WC_PROPOSES_ADMINISTRATION, rule);
}

static const wc_receipt_page *proposed_while_it_waits(world *w)
{
    wc_slice body = params_with_price(w, 7);
    wc_hash id = wc_proposal_id(WC_PROPOSES_PARAMETERS, body);
    assert_done(proposed(w, ADMIN_1, WC_PROPOSES_PARAMETERS, body));
    assert_done(alone(w, ADMIN_2, WC_NATIVE_proposal_approve, world_abi(w, "p", &id)));
    return proposed(w, ADMIN_1, WC_PROPOSES_PARAMETERS, body);
}

static const wc_receipt_page *run_by_a_stranger(world *w)
{
    static const wc_hash id = {{7}};
    return alone(w, ALICE, WC_NATIVE_proposal_run, world_abi(w, "p", &id));
}

static wc_slice rule_of(world *w, const world_actor *members, uint8_t count)
{
    wc_admin_rule rule = {.threshold = 2, .count = count};
    for (uint8_t i = 0; i < count; i++) {
        uint8_t at = i;
        const wc_address *member = &w->people[members[i]].address;
        for (; at > 0 && wc_hash_compare(&rule.members[at - 1], member) > 0; at--) {
            rule.members[at] = rule.members[at - 1];
        }
        rule.members[at] = *member;
    }
    uint8_t *bytes = wc_arena_alloc(&w->arena, 1024, 1);
    wc_buf buf;
    wc_buf_init(&buf, bytes, 1024);
    wc_admin_rule_put(&buf, &rule);
    return wc_buf_slice(&buf);
}

/* Sixteen members approve, one of them makes place for a seventeenth, who approves, too. */
static const wc_receipt_page *approved_by_too_many(world *w)
{
    world_actor members[WC_ADMINS_MAX + 1];
    uint8_t count = 0;
    for (uint32_t i = 0; count <= WC_ADMINS_MAX; i++) {
        if (i != FROZEN && i != NARROW) members[count++] = (world_actor)i;
    }
    assert_done(governed(w, WC_PROPOSES_ADMINISTRATION, rule_of(w, members, WC_ADMINS_MAX)));
    wc_slice body = params_with_price(w, 7);
    wc_hash id = wc_proposal_id(WC_PROPOSES_PARAMETERS, body);
    assert_done(proposed(w, members[0], WC_PROPOSES_PARAMETERS, body));
    for (uint8_t i = 1; i < WC_ADMINS_MAX; i++) {
        assert_done(alone(w, members[i], WC_NATIVE_proposal_approve, world_abi(w, "p", &id)));
    }
    world_actor last = members[WC_ADMINS_MAX];
    members[WC_ADMINS_MAX - 1] = last;
    assert_done(governed(w, WC_PROPOSES_ADMINISTRATION, rule_of(w, members, WC_ADMINS_MAX)));
    return alone(w, last, WC_NATIVE_proposal_approve, world_abi(w, "p", &id));
}

static const wc_receipt_page *code_before_its_time(world *w)
{
    world_close(w);
    world_options options = {.governance_delay_s = 3600};
    world_open(w, &options);
    vault_options vault = {.name = "Vault", .signatories = 1};
    wc_slice module = vault_module(w, &vault);
    wc_hash code = wc_code_id(module);
    wc_slice body = world_abi(w, "p", &code);
    wc_hash id = wc_proposal_id(WC_PROPOSES_CODE, body);
    assert_done(proposed(w, ADMIN_1, WC_PROPOSES_CODE, body));
    assert_done(alone(w, ADMIN_2, WC_NATIVE_proposal_approve, world_abi(w, "p", &id)));
    letter l = world_letter(w, ADMIN_1);
    (void)letter_call(&l, WC_CALL_DEPLOY, NULL, 0, module);
    return world_send(w, &l);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static const way ways[] = {
    {"a payload of another length", "PAYLOAD_DIFFERS", payload_shorter},
    {"more than the parameters let stand in a block", "TOO_LARGE", longer_than_the_block},
    {"a native call to another target", "TARGET_UNKNOWN", native_elsewhere},
    {"an account that is frozen from the start", "BAD_ARGUMENTS", account_frozen_at_birth},
    {"an account with a revoked key", "KEY_UNFIT", account_with_revoked_key},
    {"a device", "OK", device_of_grid},
    {"a device of nobody", "TARGET_UNKNOWN", device_of_nobody},
    {"a key that may sign only some calls", "KEY_LIMITED", key_of_narrow_scope},
    {"a key that is no point of the curve", "KEY_UNFIT", key_that_is_no_point},
    {"more weight than a threshold can name", "TOO_MANY", key_too_heavy},
    {"revoking a role that has ended", "TARGET_UNKNOWN", role_that_has_ended},
    {"a role granted again", "OK", role_granted_again},
    {"a revoked key that is retired", "OK", revoked_key_is_retired},
    {"a request supported by seventeen", "TOO_MANY", supported_by_too_many},
    {"a recovery with a key of later", "POLICY_UNREACHABLE", recovered_with_a_key_of_later},
    {"guardians out of order", "BAD_ARGUMENTS", guardians_descending},
    {"guardians of whom none is needed", "BAD_ARGUMENTS", guardians_without_threshold},
    {"money for nobody", "TARGET_UNKNOWN", deposit_for_nobody},
    {"a bank fact among other signers", "OK", deposit_among_others},
    {"a bank fact of one person with two keys", "SECOND_PERSON_NEEDED", deposit_of_one_person},
    {"a mandate for no contract", "TARGET_UNKNOWN", mandate_for_nothing},
    {"a mandate by a key with a daily limit", "KEY_LIMITED", mandate_by_limited_key},
    {"a mandate that is ended", "OK", mandate_revoked},
    {"a mandate that was never given", "TARGET_UNKNOWN", no_mandate_to_revoke},
    {"half of a mandate", "BAD_ARGUMENTS", mandate_revoked_by_half},
    {"units by a treasury that does not issue them", "NOT_THE_ISSUER", units_of_another_treasury},
    {"parameters that do not decode", "BAD_ARGUMENTS", parameters_that_are_none},
    {"parameters with other prices", "BAD_ARGUMENTS", parameters_of_another_price_list},
    {"a member without account", "TARGET_UNKNOWN", member_that_does_not_exist},
    {"a change that is approved and waits", "ALREADY_PROPOSED", proposed_while_it_waits},
    {"a change run by a stranger", "NOT_AUTHORISED", run_by_a_stranger},
    {"a change approved by seventeen", "TOO_MANY", approved_by_too_many},
    {"code that is approved and not due", "NOT_APPROVED", code_before_its_time},
};

static void each_way_leads_where_it_should(void **state)
{
    (void)state;
    expect_ways(ways, WC_ARRAY_LEN(ways));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_leads_where_it_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
