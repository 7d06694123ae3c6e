/* 200..225, 250..: what native calls refuse. */
#include <stdlib.h>

#include "node/ledger/meter.h"
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/refusals.h"

static const wc_receipt_page *native(world *w, world_actor actor, wc_native_method method,
                                     wc_slice args)
{
    letter l = world_letter(w, actor);
    (void)letter_native(&l, method, args);
    return world_send(w, &l);
}

/* The same, signed by two of the administration. */
static const wc_receipt_page *by_admins(world *w, wc_native_method method, wc_slice args)
{
    letter l = world_letter(w, ADMIN_2);
    (void)letter_signer(&l, ADMIN_3);
    (void)letter_native(&l, method, args);
    return world_send(w, &l);
}

static const wc_receipt_page *method_unknown(world *w)
{
    letter l = world_letter(w, ALICE);
    wc_address target = wc_native_target();
    (void)letter_call(&l, WC_CALL_NATIVE, &target, 999, wc_slice_of(NULL, 0));
    return world_send(w, &l);
}

static const wc_receipt_page *bad_arguments(world *w)
{
    return native(w, BANK, WC_NATIVE_deposit, wc_slice_of("x", 1));
}

static wc_slice account_args(world *w, uint32_t key_number)
{
    wc_account account = {.kind = WC_ACCOUNT_PARTY,
                          .status = WC_ACCOUNT_ACTIVE,
                          .threshold = 1,
                          .key_count = 1,
                          .keys = {{.scheme = WC_SCHEME_ED25519,
                                    .weight = 1,
                                    .scope = WC_SCOPE_ALL,
                                    .to_h = WC_HEIGHT_NONE,
                                    .revoked_h = WC_HEIGHT_NONE}}};
    if (key_number > 0) {
        wc_keypair pair;
        world_keypair(&pair, key_number);
        memcpy(account.keys[0].pub, pair.public_key.bytes, sizeof account.keys[0].pub);
    }
    uint8_t *bytes = wc_arena_alloc(&w->arena, WC_ACCOUNT_SIZE_MAX, 1);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_ACCOUNT_SIZE_MAX);
    wc_account_put(&buf, &account);
    return wc_buf_slice(&buf);
}

static const wc_receipt_page *not_authorised(world *w)
{
    return native(w, ADMIN_1, WC_NATIVE_account_create, account_args(w, 77));
}

static const wc_receipt_page *target_unknown(world *w)
{
    letter l = plain_letter(w, ALICE);
    return world_send(w, &l);
}

static wc_slice deposit_args(world *w, uint32_t asset, int64_t amount, const char *entry)
{
    return world_abi(w, "wpqssw", asset, &w->people[ALICE].address, amount, "statement 7", entry,
                     UINT32_C(20454));
}

static const wc_receipt_page *asset_unknown(world *w)
{
    return native(w, BANK, WC_NATIVE_deposit, deposit_args(w, 9, 100, "e1"));
}

static const wc_receipt_page *asset_not_transferable(world *w)
{
    return native(w, BANK, WC_NATIVE_deposit, deposit_args(w, WORLD_UNITS, 100, "e1"));
}

static const wc_receipt_page *not_the_issuer(world *w)
{
    return native(w, BANK, WC_NATIVE_deposit, deposit_args(w, WORLD_EUR, 100, "e1"));
}

static const wc_receipt_page *amount_out_of_range(world *w)
{
    return native(w, BANK, WC_NATIVE_deposit, deposit_args(w, WORLD_CNY, 0, "e1"));
}

static const wc_receipt_page *already_recorded(world *w)
{
    assert_done(native(w, BANK, WC_NATIVE_deposit, deposit_args(w, WORLD_CNY, 100, "e1")));
    return native(w, BANK, WC_NATIVE_deposit, deposit_args(w, WORLD_CNY, 100, "e1"));
}

static const wc_receipt_page *second_person_needed(world *w)
{
    return native(w, BANK_2, WC_NATIVE_deposit, deposit_args(w, WORLD_EUR, 100, "e1"));
}

/* ---- meters ---------------------------------------------------------------------------------- */

wc_slice meter_args(world *w, int64_t valid_from_s, int64_t valid_to_s)
{
    wc_meter meter = {.status = WC_METER_ACTIVE,
                      .operator_account = w->people[GRID].address,
                      .customer = w->people[ALICE].address,
                      .serial = wc_slice_of("SN-1", 4),
                      .point = wc_slice_of("CP-1", 4),
                      .channels = 1,
                      .accuracy_class = 10,
                      .step_s = 900,
                      .certificate = {{5}},
                      .valid_from_s = valid_from_s,
                      .valid_to_s = valid_to_s};
    uint8_t *bytes = wc_arena_alloc(&w->arena, WC_METER_SIZE_MAX + 32, 1);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_METER_SIZE_MAX + 32);
    wc_buf_put(&buf, w->people[METER].address.bytes, 32);
    wc_meter_put(&buf, &meter);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

void meter_registered(world *w)
{
    assert_done(native(w, GRID, WC_NATIVE_meter_register,
                       meter_args(w, WORLD_START - 86400, WORLD_START + 366 * 86400)));
}

const wc_receipt_page *reading_sent(world *w, world_actor by, const wc_address *vault, int64_t at,
                                    int64_t version, int64_t value)
{
    letter l = world_letter(w, by);
    (void)letter_reading(&l, vault, VAULT_METERED, world_abi(w, "qqq", at, version, value));
    return world_send(w, &l);
}

static const wc_receipt_page *key_not_meter(world *w)
{
    wc_address vault = vault_open(w);
    meter_registered(w);
    return reading_sent(w, ALICE, &vault, WORLD_START, 0, 5);
}

static const wc_receipt_page *meter_unknown(world *w)
{
    wc_address vault = vault_open(w);
    return reading_sent(w, METER, &vault, WORLD_START, 0, 5);
}

static const wc_receipt_page *meter_not_valid(world *w)
{
    wc_address vault = vault_open(w);
    assert_done(
        native(w, GRID, WC_NATIVE_meter_register, meter_args(w, WORLD_START - 86400, WORLD_START)));
    return reading_sent(w, METER, &vault, WORLD_START, 0, 5);
}

static const wc_receipt_page *reading_exists(world *w)
{
    wc_address vault = vault_open(w);
    meter_registered(w);
    assert_done(reading_sent(w, METER, &vault, WORLD_START, 0, 5));
    return reading_sent(w, METER, &vault, WORLD_START, 0, 6);
}

static const wc_receipt_page *reading_out_of_place(world *w)
{
    wc_address vault = vault_open(w);
    meter_registered(w);
    return reading_sent(w, METER, &vault, WORLD_START + 1, 0, 5);
}

/* ---- accounts, mandates, limits -------------------------------------------------------------- */

static const wc_receipt_page *key_unfit(world *w)
{
    return by_admins(w, WC_NATIVE_account_create, account_args(w, 0));
}

static const wc_receipt_page *too_many(world *w)
{
    letter l = world_letter(w, ADMIN_1);
    (void)letter_signer(&l, ADMIN_2);
    for (int64_t i = 0; i < WC_ACCOUNT_ROLES_MAX; i++) {
        (void)letter_native(&l, WC_NATIVE_role_grant,
                            world_abi(w, "phqq", &w->people[ALICE].address, WC_ROLE_AUDITOR,
                                      100 + i, INT64_C(1000)));
    }
    const wc_receipt_page *page = world_send(w, &l);
    assert_int_equal(page->receipt.call, WC_ACCOUNT_ROLES_MAX - 1);
    return page;
}

static const wc_receipt_page *mandate_exceeded(world *w)
{
    wc_address vault = vault_open(w);
    world_deposit(w, ALICE, 1000);
    assert_done(native(w, ALICE, WC_NATIVE_mandate_grant,
                       world_abi(w, "pwqqwq", &vault, WORLD_CNY, INT64_C(50), INT64_C(50),
                                 UINT32_C(86400), w->now + 1000)));
    letter l = world_letter(w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_LOCK,
                      world_abi(w, "pq", &w->people[ALICE].address, INT64_C(51)));
    return world_send(w, &l);
}

static const wc_receipt_page *key_cap_exceeded(world *w)
{
    wc_address vault = vault_open(w);
    world_deposit(w, CAPPED, 1000);
    letter l = world_letter(w, CAPPED);
    uint8_t call =
        letter_call(&l, WC_CALL_ACTION, &vault, VAULT_FUND, world_abi(w, "q", INT64_C(101)));
    letter_ceiling(&l, call, CAPPED, WORLD_CNY, 500);
    return world_send(w, &l);
}

const refusal_case refusals_of_natives[] = {
    {WC_REFUSAL_METHOD_UNKNOWN, method_unknown, NULL},
    {WC_REFUSAL_BAD_ARGUMENTS, bad_arguments, NULL},
    {WC_REFUSAL_NOT_AUTHORISED, not_authorised, NULL},
    {WC_REFUSAL_TARGET_UNKNOWN, target_unknown, NULL},
    {WC_REFUSAL_BALANCE_SHORT, NULL,
     "only contracts debit free balances yet, and their machine says InsufficientEscrow"},
    {WC_REFUSAL_ESCROW_SHORT, NULL,
     "the machine's own InsufficientEscrow is shown under this name; no native call debits escrow"},
    {WC_REFUSAL_ASSET_UNKNOWN, asset_unknown, NULL},
    {WC_REFUSAL_ASSET_NOT_TRANSFERABLE, asset_not_transferable, NULL},
    {WC_REFUSAL_NOT_THE_ISSUER, not_the_issuer, NULL},
    {WC_REFUSAL_AMOUNT_OUT_OF_RANGE, amount_out_of_range, NULL},
    {WC_REFUSAL_ALREADY_RECORDED, already_recorded, NULL},
    {WC_REFUSAL_SECOND_PERSON_NEEDED, second_person_needed, NULL},
    {WC_REFUSAL_FACT_DIFFERS, NULL,
     "maker and checker sign one transaction; approving a fact apart comes with the bank gateway"},
    {WC_REFUSAL_KEY_NOT_METER, key_not_meter, NULL},
    {WC_REFUSAL_METER_UNKNOWN, meter_unknown, NULL},
    {WC_REFUSAL_METER_NOT_VALID, meter_not_valid, NULL},
    {WC_REFUSAL_READING_EXISTS, reading_exists, NULL},
    {WC_REFUSAL_READING_OUT_OF_PLACE, reading_out_of_place, NULL},
    {WC_REFUSAL_GATE_CLOSED, NULL,
     "a contract's error GateClosed is shown under this name; no native market has gates"},
    {WC_REFUSAL_KEY_UNFIT, key_unfit, NULL},
    {WC_REFUSAL_TOO_MANY, too_many, NULL},
    {WC_REFUSAL_MANDATE_EXCEEDED, mandate_exceeded, NULL},
    {WC_REFUSAL_KEY_CAP_EXCEEDED, key_cap_exceeded, NULL},
};
const size_t refusals_of_natives_count = WC_ARRAY_LEN(refusals_of_natives);
