/* Postings: balances, supply, release of escrow, fees. */
#include "node/ledger/post.h"

#include "node/ledger/asset.h"

wc_sub_account wc_sub_free(const wc_address *owner)
{
    wc_sub_account account = {.kind = WC_SUB_FREE, .owner = *owner};
    return account;
}

wc_sub_account wc_sub_escrow(const wc_address *instance, const wc_address *party)
{
    wc_sub_account account = {WC_SUB_ESCROW, *instance, *party};
    return account;
}

static wc_state_key key_of(const wc_sub_account *account, uint32_t asset)
{
    wc_assert(account->kind != WC_SUB_RESERVED); /* fees are reserved by admission alone */
    return account->kind == WC_SUB_FREE ? wc_key_free(&account->owner, asset)
                                        : wc_key_escrow(&account->owner, &account->party, asset);
}

static bool is_issuance(const wc_ledger *ledger, const wc_sub_account *account)
{
    return account->kind == WC_SUB_FREE && wc_hash_equal(&account->owner, &ledger->issuance);
}

wc_status wc_balance(wc_ledger *ledger, const wc_sub_account *account, uint32_t asset,
                     int64_t *amount)
{
    wc_state_key key = key_of(account, asset);
    wc_slice value;
    *amount = 0;
    wc_status status = wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key));
    if (status == WC_NOT_FOUND) return WC_OK;
    if (status != WC_OK) return status;
    return wc_amount_decode(amount, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

static wc_status put_balance(wc_ledger *ledger, const wc_sub_account *account, uint32_t asset,
                             int64_t amount)
{
    wc_state_key key = key_of(account, asset);
    if (amount == 0) return wc_overlay_delete(ledger->overlay, wc_state_key_slice(&key));
    uint8_t bytes[WC_AMOUNT_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_amount_put(&buf, amount);
    return wc_overlay_put(ledger->overlay, wc_state_key_slice(&key), wc_buf_slice(&buf));
}

/* Raises what was issued or redeemed of an asset. The sums cannot leave 64 bits: supply is bounded
 * when it is issued, and redeemed never exceeds issued. */
static wc_status change_supply(wc_ledger *ledger, uint32_t asset, int64_t issue, int64_t redeem)
{
    wc_state_key key = wc_key_asset(asset);
    wc_slice value;
    wc_asset entry;
    WC_TRY(wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key)));
    if (wc_asset_decode(&entry, value) != WC_OK) return WC_CORRUPT;
    wc_assert(wc_i64_add(entry.issued, issue, &entry.issued) == WC_OK);
    wc_assert(wc_i64_add(entry.redeemed, redeem, &entry.redeemed) == WC_OK);
    wc_assert(entry.redeemed <= entry.issued);
    uint8_t bytes[WC_ASSET_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_asset_put(&buf, &entry);
    return wc_overlay_put(ledger->overlay, wc_state_key_slice(&key), wc_buf_slice(&buf));
}

static wc_status take(wc_ledger *ledger, const wc_ledger_posting *posting, int64_t held)
{
    if (is_issuance(ledger, &posting->from)) {
        return change_supply(ledger, posting->asset, posting->amount, 0);
    }
    return put_balance(ledger, &posting->from, posting->asset, held - posting->amount);
}

static wc_status give(wc_ledger *ledger, const wc_ledger_posting *posting)
{
    if (is_issuance(ledger, &posting->to)) {
        return change_supply(ledger, posting->asset, 0, posting->amount);
    }
    int64_t held;
    WC_TRY(wc_balance(ledger, &posting->to, posting->asset, &held));
    /* No holder can have more than the supply, which is below 2^63. */
    wc_assert(wc_i64_add(held, posting->amount, &held) == WC_OK);
    return put_balance(ledger, &posting->to, posting->asset, held);
}

static bool emit_posting(wc_job *job, const wc_ledger_posting *posting)
{
    uint8_t bytes[WC_POSTING_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_posting_put(&buf, posting);
    wc_assert(buf.len == sizeof bytes && !buf.full);
    wc_event event = {job->ledger->system, WC_EVENT_POSTING, wc_buf_slice(&buf)};
    return wc_job_emit(job, &event);
}

/* How the number of escrow entries changes; *fits false when it would exceed its limit. */
static wc_status count_holders(wc_ledger *ledger, const wc_ledger_posting *posting, int64_t held,
                               uint16_t *holders, bool *fits)
{
    *fits = true;
    int change = 0;
    if (posting->from.kind == WC_SUB_ESCROW && held == posting->amount) change--;
    if (posting->to.kind == WC_SUB_ESCROW) {
        int64_t there;
        WC_TRY(wc_balance(ledger, &posting->to, posting->asset, &there));
        if (there == 0) change++;
    }
    if (change == 0) return WC_OK;
    wc_assert(holders != NULL && *holders + change >= 0);
    *fits = *holders + change <= (int)WC_ESCROW_MAX;
    if (*fits) *holders = (uint16_t)(*holders + change);
    return WC_OK;
}

wc_status wc_post(wc_job *job, const wc_ledger_posting *posting, uint16_t *holders,
                  wc_post_answer *answer, int64_t *have)
{
    wc_ledger *ledger = job->ledger;
    wc_assert(posting->amount > 0);
    int64_t held = INT64_MAX;
    if (!is_issuance(ledger, &posting->from)) {
        WC_TRY(wc_balance(ledger, &posting->from, posting->asset, &held));
        if (have != NULL) *have = held;
    }
    *answer = WC_POST_SHORT;
    if (held < posting->amount) return WC_OK;
    bool fits;
    WC_TRY(count_holders(ledger, posting, held, holders, &fits));
    *answer = WC_POST_HOLDERS;
    if (!fits) return WC_OK;
    *answer = WC_POST_REPORT;
    if (!emit_posting(job, posting)) return WC_OK;
    *answer = WC_POSTED;
    WC_TRY(take(ledger, posting, held));
    return give(ledger, posting);
}

/* ---- release of escrow ----------------------------------------------------------------------- */

/* The last four bytes of an escrow or balance key are its asset. */
static uint32_t asset_of_key(wc_slice key)
{
    return wc_load_u32(key.data + key.len - 4);
}

static wc_status release_one(wc_job *job, wc_ledger_posting *posting, wc_slice value,
                             uint16_t *holders, wc_post_answer *answer)
{
    if (wc_amount_decode(&posting->amount, value) != WC_OK) return WC_CORRUPT;
    posting->call = job->call;
    posting->function = WC_NONE;
    return wc_post(job, posting, holders, answer, NULL);
}

wc_status wc_post_release(wc_job *job, const wc_address *instance, const wc_address *heir,
                          wc_posting_cause cause, uint16_t *holders, wc_post_answer *answer)
{
    wc_overlay *overlay = job->ledger->overlay;
    wc_slice key, value;
    wc_status status;
    wc_overlay_scan scan;
    *answer = WC_POSTED;
    wc_state_key prefix = wc_key_owner(WC_SPACE_ESCROW, instance);
    wc_overlay_scan_begin(&scan, wc_state_key_slice(&prefix));
    while ((status = wc_overlay_scan_next(overlay, &scan, &key, &value)) == WC_OK) {
        wc_address party;
        memcpy(party.bytes, key.data + prefix.len, sizeof party.bytes);
        wc_ledger_posting posting = {.asset = asset_of_key(key),
                                     .from = wc_sub_escrow(instance, &party),
                                     .to = wc_sub_free(&party),
                                     .cause = cause};
        WC_TRY(release_one(job, &posting, value, holders, answer));
        if (*answer != WC_POSTED) return WC_OK;
    }
    if (status != WC_NOT_FOUND) return status;
    if (heir == NULL) return WC_OK;

    prefix = wc_key_owner(WC_SPACE_FREE, instance);
    wc_overlay_scan_begin(&scan, wc_state_key_slice(&prefix));
    while ((status = wc_overlay_scan_next(overlay, &scan, &key, &value)) == WC_OK) {
        wc_ledger_posting posting = {.asset = asset_of_key(key),
                                     .from = wc_sub_free(instance),
                                     .to = wc_sub_free(heir),
                                     .cause = cause};
        WC_TRY(release_one(job, &posting, value, holders, answer));
        if (*answer != WC_POSTED) return WC_OK;
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

/* ---- fees ------------------------------------------------------------------------------------ */

wc_status wc_fee_of(int64_t *fee, uint64_t gas, uint64_t price)
{
    if (gas > INT64_MAX || price > INT64_MAX) return WC_OVERFLOW;
    return wc_mul_div_round(wc_i128_of((int64_t)gas), (int64_t)price, 1, WC_GAS_PER_PRICE, 1,
                            WC_ROUND_CEIL, fee);
}

wc_status wc_post_fee(wc_job *job, const wc_address *payer, int64_t fee)
{
    if (fee == 0) return WC_OK;
    wc_ledger_posting posting = {.asset = WC_ASSET_NETWORK,
                                 .from = wc_sub_free(payer),
                                 .to = wc_sub_free(&job->ledger->fees),
                                 .amount = fee,
                                 .call = WC_RECEIPT_NO_CALL,
                                 .cause = WC_CAUSE_FEE,
                                 .function = WC_NONE};
    wc_post_answer answer;
    WC_TRY(wc_post(job, &posting, NULL, &answer, NULL));
    if (answer == WC_POST_REPORT) { /* a successful job may have filled its report */
        wc_job_refuse(job, WC_REFUSAL_EVENT_LIMIT);
        return WC_OK;
    }
    wc_assert(answer == WC_POSTED);
    return WC_OK;
}

/* ---- conservation ---------------------------------------------------------------------------- */

typedef struct change_sum {
    uint32_t asset;
    wc_i128 held;   /* change of all balances */
    wc_i128 supply; /* change of issued - redeemed */
} change_sum;

static change_sum *sum_of(change_sum *sums, size_t *count, uint32_t asset)
{
    for (size_t i = 0; i < *count; i++) {
        if (sums[i].asset == asset) return &sums[i];
    }
    wc_assert(*count < WC_ASSETS_MAX);
    sums[*count] = (change_sum){.asset = asset};
    return &sums[(*count)++];
}

static void add(wc_i128 *sum, int64_t amount)
{
    wc_assert(wc_i128_add(*sum, wc_i128_of(amount), sum) == WC_OK);
}

static int64_t amount_of(bool is_there, wc_slice value)
{
    int64_t amount = 0;
    if (is_there) wc_assert(wc_amount_decode(&amount, value) == WC_OK);
    return amount;
}

/* Of an asset; the register neither grows nor shrinks. */
static int64_t supply_of(bool is_there, wc_slice value)
{
    wc_asset asset;
    wc_assert(is_there && wc_asset_decode(&asset, value) == WC_OK);
    return asset.issued - asset.redeemed;
}

void wc_assert_conservation(const wc_ledger *ledger)
{
    change_sum sums[WC_ASSETS_MAX];
    size_t count = 0;
    uint8_t first = WC_SPACE_FREE;
    wc_slice after = wc_slice_of(&first, 1);
    wc_overlay_change change;
    /* FREE, ESCROW and ASSET are three neighbouring spaces. */
    while (wc_overlay_block_next(ledger->overlay, after, &change) == WC_OK &&
           change.key.data[0] <= WC_SPACE_ASSET) {
        after = change.key;
        change_sum *sum = sum_of(sums, &count, asset_of_key(change.key));
        if (change.key.data[0] == WC_SPACE_ASSET) {
            add(&sum->supply, supply_of(change.has_new, change.new_value));
            add(&sum->supply, -supply_of(change.had_old, change.old_value));
        } else {
            add(&sum->held, amount_of(change.has_new, change.new_value));
            add(&sum->held, -amount_of(change.had_old, change.old_value));
        }
    }
    for (size_t i = 0; i < count; i++) {
        bool is_money_conserved = wc_i128_compare(sums[i].held, sums[i].supply) == 0;
        wc_assert(is_money_conserved); /* D27: of asset sums[i].asset, in this very record */
    }
}
