/* Admission: one rule after the other, each with its own code; the first that fails is the answer.
 */
#include "node/ledger/admit.h"

#include "node/ledger/asset.h"
#include "node/ledger/authority.h"
#include "node/ledger/post.h"

bool wc_verdict_of(const wc_verdict_task *task)
{
    for (uint8_t i = 0; i < task->count; i++) {
        const wc_sig_check *check = &task->checks[i];
        wc_slice message = wc_slice_of(check->message, sizeof check->message);
        if (!wc_verify(&check->key, &check->signature, message)) return false;
    }
    return true;
}

void wc_verify_serial(void *self, wc_verdict_task *tasks, size_t count)
{
    (void)self;
    for (size_t i = 0; i < count; i++) tasks[i].is_genuine = wc_verdict_of(&tasks[i]);
}

/* ---- decoding -------------------------------------------------------------------------------- */

static wc_refusal refusal_of_rule(wc_tx_rule rule)
{
    if (rule == WC_TX_RULE_SIZE) return WC_REFUSAL_TOO_LARGE;
    if (rule == WC_TX_RULE_PAYLOAD_HASH || rule == WC_TX_RULE_PAYLOAD_LENGTH) {
        return WC_REFUSAL_PAYLOAD_DIFFERS;
    }
    return WC_REFUSAL_BAD_ENCODING;
}

static wc_refusal decode(wc_ledger *ledger, wc_slice raw, wc_candidate *candidate)
{
    size_t mark = wc_arena_mark(&ledger->arena);
    wc_tx *tx = WC_ARENA_NEW(&ledger->arena, wc_tx);
    wc_assert(tx != NULL);
    wc_status status = wc_tx_decode(tx, &candidate->fault, &ledger->arena, raw);
    if (status != WC_OK) {
        wc_assert(candidate->fault.rule != WC_TX_RULE_MEMORY);
        wc_arena_rewind(&ledger->arena, mark);
        return refusal_of_rule(candidate->fault.rule);
    }
    candidate->tx = tx;
    candidate->id = wc_tx_id(&ledger->genesis_hash, tx->body);
    return WC_REFUSAL_NONE;
}

/* ---- chain, size, window --------------------------------------------------------------------- */

static wc_refusal check_window(const wc_ledger *ledger, const wc_tx *tx)
{
    if (ledger->height < tx->valid_from_height) return WC_REFUSAL_NOT_YET_VALID;
    if (tx->expiry_height != 0 && ledger->height > tx->expiry_height) return WC_REFUSAL_EXPIRED;
    if (ledger->time_s > tx->expiry_time_s) return WC_REFUSAL_EXPIRED;
    int64_t life = tx->expiry_time_s - ledger->time_s; /* both from 0 on */
    if (life > ledger->params.tx_ttl_s_max) {
        return WC_REFUSAL_EXPIRY_TOO_FAR;
    }
    return WC_REFUSAL_NONE;
}

static wc_refusal check_bounds(const wc_ledger *ledger, const wc_tx *tx, size_t size)
{
    wc_slice chain = wc_slice_of(ledger->chain_id, ledger->chain_id_len);
    if (!wc_slice_equal(tx->chain_id, chain)) return WC_REFUSAL_WRONG_CHAIN;
    if (size > ledger->params.block_tx_bytes_max) return WC_REFUSAL_TOO_LARGE;
    if (tx->gas_limit > ledger->params.block_gas_max) return WC_REFUSAL_GAS_LIMIT_TOO_HIGH;
    return check_window(ledger, tx);
}

/* ---- accounts and keys ----------------------------------------------------------------------- */

/* Kinds of calls that this signer takes part in, as a key's scope. */
static uint32_t scope_needed(const wc_tx *tx, uint8_t auth)
{
    uint32_t scope = 0;
    for (uint8_t i = 0; i < tx->call_count; i++) {
        if ((tx->calls[i].auth_mask >> auth & 1) != 0) scope |= WC_SCOPE_OF(tx->calls[i].kind);
    }
    return scope;
}

typedef struct signer_sum {
    uint32_t weight;   /* of the keys that signed */
    uint32_t lightest; /* of these */
} signer_sum;

/* Looks at the keys that signed for one account, and notes what is to be verified. */
static wc_refusal check_keys(const wc_ledger *ledger, const wc_tx *tx, uint8_t auth,
                             const wc_account *account, signer_sum *sum, wc_sig_check *checks)
{
    uint32_t scope = scope_needed(tx, auth);
    *sum = (signer_sum){0, UINT32_MAX};
    for (uint8_t i = 0; i < tx->sig_count; i++) {
        const wc_tx_sig *sig = &tx->sigs[i];
        if (sig->auth != auth) continue;
        const wc_account_key *key = wc_account_key_find(account, sig->key_id);
        if (key == NULL) return WC_REFUSAL_KEY_UNKNOWN;
        if (!wc_account_key_is_valid(key, ledger->height)) return WC_REFUSAL_KEY_NOT_VALID;
        if ((scope & ~key->scope) != 0) return WC_REFUSAL_KEY_SCOPE;
        sum->weight += key->weight;
        if (key->weight < sum->lightest) sum->lightest = key->weight;
        memcpy(checks[i].key.bytes, key->pub, sizeof key->pub);
        checks[i].signature = sig->signature;
    }
    return WC_REFUSAL_NONE;
}

static wc_refusal check_threshold(const wc_account *account, const signer_sum *sum)
{
    if (sum->weight < account->threshold) return WC_REFUSAL_THRESHOLD_NOT_REACHED;
    if (sum->weight - sum->lightest >= account->threshold) return WC_REFUSAL_SIGNATURE_UNNEEDED;
    return WC_REFUSAL_NONE;
}

/* The order of admission is by rule, not by signer: an unknown second account is reported before a
 * wrong key of the first. */
static wc_status check_signers(wc_ledger *ledger, const wc_tx *tx, wc_account *accounts,
                               wc_sig_check *checks, wc_refusal *refusal)
{
    signer_sum sums[WC_TX_AUTHS_MAX];
    for (uint8_t i = 0; i < tx->auth_count; i++) {
        wc_status status = wc_account_at_start(ledger, &tx->auth[i].address, &accounts[i]);
        *refusal = WC_REFUSAL_ACCOUNT_UNKNOWN;
        if (status == WC_NOT_FOUND) return WC_OK;
        if (status != WC_OK) return status;
        *refusal = WC_REFUSAL_ACCOUNT_INACTIVE;
        if (accounts[i].status != WC_ACCOUNT_ACTIVE) return WC_OK;
    }
    for (uint8_t i = 0; i < tx->auth_count; i++) {
        uint16_t role = tx->auth[i].role;
        *refusal = WC_REFUSAL_ROLE_NOT_HELD;
        if (role != 0 && !wc_account_has_role(&accounts[i], role, ledger->height)) return WC_OK;
    }
    for (uint8_t i = 0; i < tx->auth_count; i++) {
        *refusal = check_keys(ledger, tx, i, &accounts[i], &sums[i], checks);
        if (*refusal != WC_REFUSAL_NONE) return WC_OK;
    }
    for (uint8_t i = 0; i < tx->auth_count; i++) {
        *refusal = check_threshold(&accounts[i], &sums[i]);
        if (*refusal != WC_REFUSAL_NONE) return WC_OK;
    }
    return WC_OK;
}

/* What the verdict depends on beside the bytes: which key stands behind each signature (D3). */
static wc_hash digest_of(const wc_candidate *candidate, const wc_sig_check *checks)
{
    const wc_tx *tx = candidate->tx;
    uint8_t bytes[WC_HASH_SIZE + WC_TX_SIGS_MAX * (32u + 2u + 32u)];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_buf_put(&buf, candidate->raw_hash.bytes, WC_HASH_SIZE);
    for (uint8_t i = 0; i < tx->sig_count; i++) {
        wc_buf_put(&buf, tx->auth[tx->sigs[i].auth].address.bytes, 32);
        wc_buf_put_u16(&buf, tx->sigs[i].key_id);
        wc_buf_put(&buf, checks[i].key.bytes, 32);
    }
    wc_slice part = wc_buf_slice(&buf);
    return wc_hash_domain("verdict/1", &part, 1);
}

static void fill_task(wc_candidate *candidate, wc_sig_check *checks, wc_verdict_task *task)
{
    const wc_tx *tx = candidate->tx;
    for (uint8_t i = 0; i < tx->sig_count; i++) {
        wc_tx_signed_message(checks[i].message, &candidate->id, tx->sigs[i].auth,
                             tx->sigs[i].key_id, tx->sigs[i].scheme);
    }
    *task = (wc_verdict_task){digest_of(candidate, checks), checks, tx->sig_count, false};
}

wc_status wc_admit_static(wc_ledger *ledger, wc_slice raw, const wc_hash *raw_hash,
                          wc_candidate *candidate, wc_verdict_task *task)
{
    *candidate = (wc_candidate){.raw_hash = *raw_hash, .size = raw.len};
    candidate->refusal = decode(ledger, raw, candidate);
    if (candidate->refusal != WC_REFUSAL_NONE) return WC_OK;
    const wc_tx *tx = candidate->tx;
    candidate->refusal = check_bounds(ledger, tx, raw.len);
    if (candidate->refusal != WC_REFUSAL_NONE) return WC_OK;

    wc_sig_check *checks = WC_ARENA_ARRAY(&ledger->arena, wc_sig_check, tx->sig_count);
    wc_assert(checks != NULL);
    size_t mark = ledger->stack.used;
    wc_account *accounts = wc_stack_take(&ledger->stack, tx->auth_count * sizeof *accounts);
    wc_assert(accounts != NULL);
    wc_status status = check_signers(ledger, tx, accounts, checks, &candidate->refusal);
    ledger->stack.used = mark;
    if (status == WC_OK && candidate->refusal == WC_REFUSAL_NONE) {
        fill_task(candidate, checks, task);
    }
    return status;
}

/* ---- running part ---------------------------------------------------------------------------- */

wc_status wc_nonce_load(wc_ledger *ledger, const wc_tx *tx, wc_nonce *nonce)
{
    wc_state_key key = wc_key_nonce(&tx->auth[0].address, tx->lane);
    wc_slice value;
    *nonce = (wc_nonce){0};
    wc_status status = wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key));
    if (status == WC_NOT_FOUND) return WC_OK;
    if (status != WC_OK) return status;
    return wc_nonce_decode(nonce, tx->lane, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

/* A used nonce whose transaction stands earlier in this very block is the same transaction twice.
 */
static wc_refusal refusal_of_used(const wc_ledger *ledger, const wc_candidate *candidate)
{
    for (const wc_candidate *before = ledger->candidates; before != NULL && before < candidate;
         before++) {
        if (wc_hash_equal(&before->raw_hash, &candidate->raw_hash)) return WC_REFUSAL_DUPLICATE;
    }
    return WC_REFUSAL_NONCE_USED;
}

static wc_refusal check_nonce(const wc_ledger *ledger, const wc_candidate *candidate,
                              const wc_nonce *nonce)
{
    const wc_tx *tx = candidate->tx;
    if (tx->nonce == UINT64_MAX) return WC_REFUSAL_NONCE_OUT_OF_WINDOW;
    switch (wc_nonce_check(nonce, tx->lane, tx->nonce)) {
    case WC_NONCE_FREE: return WC_REFUSAL_NONE;
    case WC_NONCE_USED: return refusal_of_used(ledger, candidate);
    case WC_NONCE_GAP: return WC_REFUSAL_NONCE_GAP;
    case WC_NONCE_BEYOND: return WC_REFUSAL_NONCE_OUT_OF_WINDOW;
    }
    return WC_REFUSAL_NONCE_USED;
}

/* What admitted transactions have left of the block. */
static bool has_room(const wc_ledger *ledger, const wc_candidate *candidate)
{
    const wc_params *params = &ledger->params;
    return candidate->tx->gas_limit <= params->block_gas_max - ledger->gas_taken &&
           candidate->size <= params->block_tx_bytes_max - ledger->bytes_taken &&
           ledger->txs_taken < params->block_txs_max;
}

wc_status wc_admit_fee(wc_ledger *ledger, const wc_candidate *candidate, int64_t *fee,
                       wc_refusal *refusal)
{
    const wc_tx *tx = candidate->tx;
    int64_t held;
    *refusal = WC_REFUSAL_FEE_NOT_COVERED;
    if (wc_fee_of(fee, tx->gas_limit, ledger->params.gas_price) != WC_OK) return WC_OK;
    if ((uint64_t)*fee > tx->max_fee) return WC_OK;
    if (*fee > 0) {
        wc_sub_account payer = wc_sub_free(&tx->auth[tx->payer].address);
        WC_TRY(wc_balance(ledger, &payer, WC_ASSET_NETWORK, &held));
        if (held < *fee) return WC_OK;
    }
    *refusal = WC_REFUSAL_NONE;
    return WC_OK;
}

wc_status wc_admit_running(wc_ledger *ledger, const wc_candidate *candidate, wc_refusal *refusal)
{
    wc_nonce nonce;
    int64_t fee;
    WC_TRY(wc_nonce_load(ledger, candidate->tx, &nonce));
    *refusal = check_nonce(ledger, candidate, &nonce);
    if (*refusal != WC_REFUSAL_NONE) return WC_OK;
    WC_TRY(wc_admit_fee(ledger, candidate, &fee, refusal));
    if (*refusal != WC_REFUSAL_NONE) return WC_OK;
    *refusal = has_room(ledger, candidate) ? WC_REFUSAL_NONE : WC_REFUSAL_BLOCK_FULL;
    return WC_OK;
}
