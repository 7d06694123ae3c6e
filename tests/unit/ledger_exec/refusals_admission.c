/* 100..199: why a transaction may not stand in a block. */
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/refusals.h"

const wc_receipt_page *send_raw(world *w, wc_slice raw)
{
    const wc_sealed *sealed = world_seal(w, &raw, 1);
    return &sealed->applied.receipts[sealed->applied.timer_count];
}

letter plain_letter(world *w, world_actor sender)
{
    static const wc_hash nowhere = {{7}};
    letter l = world_letter(w, sender);
    (void)letter_call(&l, WC_CALL_ACTION, &nowhere, 0, wc_slice_of(NULL, 0));
    return l;
}

static const wc_receipt_page *bad_encoding(world *w)
{
    return send_raw(w, wc_slice_of("hello", 5));
}

static const wc_receipt_page *wrong_chain(world *w)
{
    letter l = plain_letter(w, ALICE);
    l.draft.tx.chain_id = wc_slice_of("test-other", 10);
    return world_send(w, &l);
}

static const wc_receipt_page *too_large(world *w)
{
    return send_raw(w, wc_slice_of(w->memory, WC_TX_SIZE_MAX + 1));
}

static const wc_receipt_page *gas_limit_too_high(world *w)
{
    letter l = plain_letter(w, ALICE);
    l.draft.tx.gas_limit = WC_BLOCK_GAS_MAX + 1;
    return world_send(w, &l);
}

static const wc_receipt_page *not_yet_valid(world *w)
{
    letter l = plain_letter(w, ALICE);
    l.draft.tx.valid_from_height = wc_chain_head(w->chain)->height + 2;
    return world_send(w, &l);
}

static const wc_receipt_page *expired(world *w)
{
    letter l = plain_letter(w, ALICE);
    l.draft.tx.expiry_time_s = w->now - 1;
    return world_send(w, &l);
}

static const wc_receipt_page *expiry_too_far(world *w)
{
    letter l = plain_letter(w, ALICE);
    l.draft.tx.expiry_time_s = w->now + WC_TX_TTL_S_MAX + 1;
    return world_send(w, &l);
}

static const wc_receipt_page *account_unknown(world *w)
{
    w->people[ALICE].address.bytes[0] ^= 1;
    letter l = plain_letter(w, ALICE);
    return world_send(w, &l);
}

static const wc_receipt_page *account_inactive(world *w)
{
    letter l = plain_letter(w, FROZEN);
    return world_send(w, &l);
}

static const wc_receipt_page *role_not_held(world *w)
{
    letter l = plain_letter(w, ALICE);
    l.draft.tx.auth[0].role = WC_ROLE_BANK;
    return world_send(w, &l);
}

/* Signs with one key under another number. */
static const wc_receipt_page *signed_as(world *w, world_actor actor, uint8_t count,
                                        const uint16_t *key_ids)
{
    letter l = plain_letter(w, actor);
    uint8_t needed = w->people[actor].needed;
    w->people[actor].needed = 0;
    wc_tx_fault fault;
    assert_status(wc_tx_draft_close(&l.draft, &fault), WC_OK);
    for (uint8_t i = 0; i < count; i++) {
        const wc_keypair *key = &w->people[actor].keys[key_ids[i] % WORLD_KEYS];
        assert_status(wc_tx_draft_sign(&l.draft, 0, key_ids[i], key), WC_OK);
    }
    w->people[actor].needed = needed;
    uint8_t *bytes = wc_arena_alloc(&w->arena, 4096, 1);
    wc_buf buf;
    wc_buf_init(&buf, bytes, 4096);
    assert_status(wc_tx_draft_encode(&l.draft, &buf, &fault), WC_OK);
    return send_raw(w, wc_buf_slice(&buf));
}

static const wc_receipt_page *key_unknown(world *w)
{
    return signed_as(w, ALICE, 1, (const uint16_t[]){9});
}

static const wc_receipt_page *key_not_valid(world *w)
{
    return signed_as(w, SPARE, 1, (const uint16_t[]){2});
}

static const wc_receipt_page *key_scope(world *w)
{
    letter l = world_letter(w, NARROW);
    (void)letter_native(&l, WC_NATIVE_mandate_revoke, wc_slice_of(NULL, 0));
    return world_send(w, &l);
}

static const wc_receipt_page *signature_unneeded(world *w)
{
    return signed_as(w, SPARE, 2, (const uint16_t[]){0, 1});
}

static const wc_receipt_page *threshold_not_reached(world *w)
{
    return signed_as(w, BANK, 1, (const uint16_t[]){0});
}

/* Flips a bit of the byte that lies `back` bytes before the end. */
static wc_slice damaged(world *w, wc_slice raw, size_t back)
{
    uint8_t *copy = wc_arena_alloc(&w->arena, raw.len, 1);
    memcpy(copy, raw.data, raw.len);
    copy[raw.len - 1 - back] ^= 1;
    return wc_slice_of(copy, raw.len);
}

static const wc_receipt_page *signature_bad(world *w)
{
    letter l = plain_letter(w, ALICE);
    return send_raw(w, damaged(w, letter_raw(&l), 10));
}

static const wc_receipt_page *nonce_used(world *w)
{
    letter l = plain_letter(w, ALICE);
    (void)world_send(w, &l);
    letter again = plain_letter(w, ALICE);
    again.draft.tx.nonce = 0;
    again.draft.tx.max_fee--;
    return world_send(w, &again);
}

static const wc_receipt_page *nonce_gap(world *w)
{
    letter l = plain_letter(w, ALICE);
    l.draft.tx.nonce = 1;
    return world_send(w, &l);
}

static const wc_receipt_page *nonce_out_of_window(world *w)
{
    letter l = plain_letter(w, ALICE);
    l.draft.tx.lane = WC_LANE_WINDOW_FIRST;
    l.draft.tx.nonce = WC_LANE_WINDOW;
    return world_send(w, &l);
}

static const wc_receipt_page *fee_not_covered(world *w)
{
    letter l = plain_letter(w, ALICE);
    l.draft.tx.max_fee = 0;
    return world_send(w, &l);
}

static const wc_receipt_page *block_full(world *w)
{
    wc_slice raws[2];
    for (int i = 0; i < 2; i++) {
        letter l = plain_letter(w, i == 0 ? ALICE : BOB);
        l.draft.tx.gas_limit = WC_BLOCK_GAS_MAX / 2 + 1;
        raws[i] = letter_raw(&l);
    }
    const wc_sealed *sealed = world_seal(w, raws, 2);
    assert_receipt(&sealed->applied.receipts[0], "TARGET_UNKNOWN");
    return &sealed->applied.receipts[1];
}

static const wc_receipt_page *duplicate(world *w)
{
    letter l = plain_letter(w, ALICE);
    wc_slice raw = letter_raw(&l);
    wc_slice raws[2] = {raw, raw};
    return &world_seal(w, raws, 2)->applied.receipts[1];
}

static const wc_receipt_page *payload_differs(world *w)
{
    static const wc_hash nowhere = {{7}};
    letter l = world_letter(w, METER);
    (void)letter_reading(&l, &nowhere, 0, wc_slice_of("payload", 7));
    return send_raw(w, damaged(w, letter_raw(&l), 0));
}

const refusal_case refusals_of_admission[] = {
    {WC_REFUSAL_BAD_ENCODING, bad_encoding, NULL},
    {WC_REFUSAL_WRONG_CHAIN, wrong_chain, NULL},
    {WC_REFUSAL_TOO_LARGE, too_large, NULL},
    {WC_REFUSAL_GAS_LIMIT_TOO_HIGH, gas_limit_too_high, NULL},
    {WC_REFUSAL_NOT_YET_VALID, not_yet_valid, NULL},
    {WC_REFUSAL_EXPIRED, expired, NULL},
    {WC_REFUSAL_EXPIRY_TOO_FAR, expiry_too_far, NULL},
    {WC_REFUSAL_ACCOUNT_UNKNOWN, account_unknown, NULL},
    {WC_REFUSAL_ACCOUNT_INACTIVE, account_inactive, NULL},
    {WC_REFUSAL_ROLE_NOT_HELD, role_not_held, NULL},
    {WC_REFUSAL_KEY_UNKNOWN, key_unknown, NULL},
    {WC_REFUSAL_KEY_NOT_VALID, key_not_valid, NULL},
    {WC_REFUSAL_KEY_SCOPE, key_scope, NULL},
    {WC_REFUSAL_SIGNATURE_UNNEEDED, signature_unneeded, NULL},
    {WC_REFUSAL_THRESHOLD_NOT_REACHED, threshold_not_reached, NULL},
    {WC_REFUSAL_SIGNATURE_BAD, signature_bad, NULL},
    {WC_REFUSAL_NONCE_USED, nonce_used, NULL},
    {WC_REFUSAL_NONCE_GAP, nonce_gap, NULL},
    {WC_REFUSAL_NONCE_OUT_OF_WINDOW, nonce_out_of_window, NULL},
    {WC_REFUSAL_FEE_NOT_COVERED, fee_not_covered, NULL},
    {WC_REFUSAL_BLOCK_FULL, block_full, NULL},
    {WC_REFUSAL_DUPLICATE, duplicate, NULL},
    {WC_REFUSAL_PAYLOAD_DIFFERS, payload_differs, NULL},
};
const size_t refusals_of_admission_count = WC_ARRAY_LEN(refusals_of_admission);
