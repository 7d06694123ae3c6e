/* Accounts at block start, roles, the administration, ceilings, key limits and mandates. */
#include "node/ledger/authority.h"

#include "node/ledger/asset.h"

#define DAY_S 86400

wc_status wc_account_at_start(wc_ledger *ledger, const wc_address *address, wc_account *account)
{
    wc_state_key key = wc_key_account(address);
    wc_slice value;
    WC_TRY(wc_overlay_get_start(ledger->overlay, &value, wc_state_key_slice(&key)));
    return wc_account_decode(account, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

wc_status wc_role_is_held(wc_ledger *ledger, const wc_address *address, uint16_t role,
                          bool *is_held)
{
    wc_account account;
    wc_status status = wc_account_at_start(ledger, address, &account);
    *is_held = status == WC_OK && account.status == WC_ACCOUNT_ACTIVE &&
               wc_account_has_role(&account, role, ledger->height);
    return status == WC_NOT_FOUND ? WC_OK : status;
}

wc_status wc_role_was_held(wc_ledger *ledger, const wc_address *address, uint16_t role,
                           bool *was_held)
{
    wc_account account;
    *was_held = false;
    wc_status status = wc_account_at_start(ledger, address, &account);
    if (status != WC_OK) return status == WC_NOT_FOUND ? WC_OK : status;
    for (uint8_t i = 0; i < account.role_count; i++) {
        const wc_account_role *grant = &account.roles[i];
        if (grant->role == role && grant->from_h <= ledger->height) *was_held = true;
    }
    return WC_OK;
}

int wc_tx_auth_index(const wc_tx *tx, const wc_address *address)
{
    for (uint8_t i = 0; i < tx->auth_count; i++) {
        if (wc_hash_equal(&tx->auth[i].address, address)) return i;
    }
    return -1;
}

bool wc_call_is_signed_by(const wc_job *job, const wc_address *address)
{
    if (job->tx == NULL || job->call == WC_RECEIPT_NO_CALL) return false;
    int index = wc_tx_auth_index(job->tx, address);
    return index >= 0 && (job->tx->calls[job->call].auth_mask >> index & 1) != 0;
}

unsigned wc_tx_key_count(const wc_tx *tx, const wc_address *address)
{
    int index = wc_tx_auth_index(tx, address);
    unsigned count = 0;
    for (uint8_t i = 0; i < tx->sig_count; i++) {
        if (tx->sigs[i].auth == index) count++;
    }
    return count;
}

void wc_require_admin(wc_job *job)
{
    const wc_admin_rule *rule = &job->ledger->admin;
    unsigned signing = 0;
    for (uint8_t i = 0; i < rule->count; i++) {
        if (wc_call_is_signed_by(job, &rule->members[i])) signing++;
    }
    if (signing < rule->threshold) wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
}

wc_status wc_party_find(wc_job *job, const wc_address *party, bool *exists, bool *is_open)
{
    wc_overlay *overlay = job->ledger->overlay;
    *exists = *is_open = false;
    wc_slice value;
    wc_state_key key = wc_key_account(party);
    wc_status status = wc_overlay_get(overlay, &value, wc_state_key_slice(&key));
    if (status == WC_OK) {
        wc_account account;
        if (wc_account_decode(&account, value) != WC_OK) return WC_CORRUPT;
        *exists = true;
        *is_open = account.status != WC_ACCOUNT_CLOSED;
        return WC_OK;
    }
    if (status != WC_NOT_FOUND) return status;
    key = wc_key_instance(party);
    status = wc_overlay_get(overlay, &value, wc_state_key_slice(&key));
    if (status == WC_NOT_FOUND) return WC_OK;
    if (status != WC_OK) return status;
    wc_instance_entry entry;
    if (wc_instance_decode(&entry, value) != WC_OK) return WC_CORRUPT;
    *exists = true;
    *is_open = entry.status == WC_INSTANCE_LIVE;
    return WC_OK;
}

/* ---- daily limits of keys -------------------------------------------------------------------- */

static wc_status spend_one(wc_job *job, const wc_address *party, const wc_account_key *account_key,
                           int64_t amount, wc_refusal *why)
{
    wc_ledger *ledger = job->ledger;
    uint32_t day = (uint32_t)(ledger->time_s / DAY_S);
    wc_state_key key = wc_key_key_spend(party, account_key->key_id, day);
    int64_t spent = 0;
    wc_slice value;
    wc_status status = wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key));
    if (status == WC_OK && wc_amount_decode(&spent, value) != WC_OK) return WC_CORRUPT;
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (amount > account_key->cap || spent > account_key->cap - amount) {
        *why = WC_REFUSAL_KEY_CAP_EXCEEDED;
        return WC_OK;
    }
    uint8_t bytes[WC_AMOUNT_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_amount_put(&buf, spent + amount);
    return wc_overlay_put(ledger->overlay, wc_state_key_slice(&key), wc_buf_slice(&buf));
}

/* Every key that signed for the account and has a limit in this asset pays from it. */
wc_status wc_key_limits_use(wc_job *job, const wc_address *party, uint32_t asset, int64_t amount,
                            wc_refusal *why)
{
    wc_account account;
    int auth = wc_tx_auth_index(job->tx, party);
    *why = WC_REFUSAL_NONE;
    WC_TRY(wc_account_at_start(job->ledger, party, &account));
    for (uint8_t i = 0; i < job->tx->sig_count && *why == WC_REFUSAL_NONE; i++) {
        if (job->tx->sigs[i].auth != auth) continue;
        const wc_account_key *key = wc_account_key_find(&account, job->tx->sigs[i].key_id);
        wc_assert(key != NULL); /* admission found it */
        if (key->cap_asset == asset) WC_TRY(spend_one(job, party, key, amount, why));
    }
    return WC_OK;
}

/* ---- ceilings -------------------------------------------------------------------------------- */

static wc_status use_ceiling(wc_job *job, const wc_debit *debit, wc_refusal *why)
{
    const wc_tx_call *call = &job->tx->calls[job->call];
    int auth = wc_tx_auth_index(job->tx, &debit->party);
    *why = WC_REFUSAL_CEILING_EXCEEDED;
    for (uint8_t i = 0; i < call->debit_count; i++) {
        const wc_tx_debit *ceiling = &call->debits[i];
        if (ceiling->auth != auth || ceiling->asset != debit->asset) continue;
        if (job->ceiling_left[i] < debit->amount) return WC_OK;
        job->ceiling_left[i] -= debit->amount;
        return wc_key_limits_use(job, &debit->party, debit->asset, debit->amount, why);
    }
    return WC_OK;
}

/* ---- mandates -------------------------------------------------------------------------------- */

static bool is_same_grant(const wc_mandate *a, const wc_mandate *b)
{
    return a->limit == b->limit && a->per_period == b->per_period && a->period_s == b->period_s &&
           a->expiry_s == b->expiry_s;
}

/* A mandate counts when it stands in the state at block start and has not been changed since: a
 * grant can be used from the next block on, a changed or revoked one not at all. */
static wc_status find_mandate(wc_ledger *ledger, const wc_state_key *key, wc_mandate *mandate,
                              bool *is_found)
{
    *is_found = false;
    wc_slice value;
    wc_slice name = wc_state_key_slice(key);
    wc_status status = wc_overlay_get(ledger->overlay, &value, name);
    if (status == WC_NOT_FOUND) return WC_OK;
    if (status != WC_OK) return status;
    if (wc_mandate_decode(mandate, value) != WC_OK) return WC_CORRUPT;
    status = ledger->ports.state.ops->get(ledger->ports.state.self, name, &value);
    if (status == WC_NOT_FOUND) return WC_OK;
    if (status != WC_OK) return status;
    wc_mandate granted;
    if (wc_mandate_decode(&granted, value) != WC_OK) return WC_CORRUPT;
    *is_found = is_same_grant(mandate, &granted);
    return WC_OK;
}

static wc_status use_mandate(wc_job *job, const wc_debit *debit, wc_refusal *why)
{
    wc_ledger *ledger = job->ledger;
    wc_state_key key = wc_key_mandate(&debit->party, &debit->instance, debit->asset);
    wc_mandate mandate;
    bool is_found;
    WC_TRY(find_mandate(ledger, &key, &mandate, &is_found));
    if (!is_found) return WC_OK;
    *why = WC_REFUSAL_MANDATE_EXCEEDED;
    if (ledger->time_s >= mandate.expiry_s) return WC_OK;

    int64_t period_start = ledger->time_s - ledger->time_s % mandate.period_s;
    if (mandate.period_start_s != period_start) {
        mandate.period_start_s = period_start;
        mandate.period_used = 0;
    }
    if (debit->amount > mandate.limit - mandate.used) return WC_OK;
    if (debit->amount > mandate.per_period - mandate.period_used) return WC_OK;
    mandate.used += debit->amount;
    mandate.period_used += debit->amount;

    uint8_t bytes[WC_MANDATE_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_mandate_put(&buf, &mandate);
    *why = WC_REFUSAL_NONE;
    return wc_overlay_put(ledger->overlay, wc_state_key_slice(&key), wc_buf_slice(&buf));
}

wc_status wc_debit_authorise(wc_job *job, const wc_debit *debit, wc_posting_cause *cause,
                             wc_refusal *why)
{
    *why = WC_REFUSAL_CALL_NOT_SIGNED;
    if (debit->may_use_ceilings && wc_call_is_signed_by(job, &debit->party)) {
        *cause = WC_CAUSE_LOCK;
        WC_TRY(use_ceiling(job, debit, why));
        if (*why != WC_REFUSAL_CEILING_EXCEEDED) return WC_OK;
    }
    *cause = WC_CAUSE_MANDATE;
    return use_mandate(job, debit, why);
}
