/* Assets, amounts, mandates, bank facts; see asset.h for the layouts. */
#include "node/ledger/asset.h"

#include "node/ledger/read.h"

static bool code_is_valid(wc_slice code)
{
    for (size_t i = 0; i < code.len; i++) {
        bool is_letter = code.data[i] >= 'A' && code.data[i] <= 'Z';
        bool is_digit = code.data[i] >= '0' && code.data[i] <= '9';
        if (!is_letter && (i == 0 || !is_digit)) return false;
    }
    return true;
}

void wc_asset_put(wc_buf *buf, const wc_asset *asset)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_asset_put_head(buf, asset);
    wc_buf_put_i64(buf, asset->issued);
    wc_buf_put_i64(buf, asset->redeemed);
}

void wc_asset_put_head(wc_buf *buf, const wc_asset *asset)
{
    wc_buf_put_u8(buf, (uint8_t)asset->kind);
    wc_buf_put_u8(buf, asset->scale);
    wc_buf_put_str8(buf, asset->code);
    wc_buf_put_hash(buf, &asset->issuer);
}

wc_status wc_asset_read_head(wc_reader *r, wc_asset *asset)
{
    uint8_t kind;
    WC_TRY(wc_read_u8_in(r, WC_ASSET_UNITS, WC_ASSET_CURRENCY, &kind));
    asset->kind = (wc_asset_kind)kind;
    WC_TRY(wc_read_u8_in(r, 0, WC_ASSET_SCALE_MAX, &asset->scale));
    size_t code_at = r->at;
    WC_TRY(wc_read_str8_in(r, 1, WC_ASSET_CODE_MAX, &asset->code));
    if (!code_is_valid(asset->code)) return wc_reader_refuse(r, code_at, WC_OUT_OF_DOMAIN);
    return wc_read_hash(r, &asset->issuer);
}

wc_status wc_asset_decode(wc_asset *asset, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_asset_read_head(&r, asset));
    WC_TRY(wc_read_i64_in(&r, 0, INT64_MAX, &asset->issued));
    WC_TRY(wc_read_i64_in(&r, 0, asset->issued, &asset->redeemed));
    return wc_read_end(&r);
}

void wc_amount_put(wc_buf *buf, int64_t amount)
{
    wc_assert(amount > 0);
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_i64(buf, amount);
}

wc_status wc_amount_decode(int64_t *amount, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    int64_t read;
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_i64_in(&r, 1, INT64_MAX, &read));
    WC_TRY(wc_read_end(&r));
    *amount = read;
    return WC_OK;
}

void wc_quota_put(wc_buf *buf, uint64_t gas)
{
    wc_assert(gas > 0);
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u64(buf, gas);
}

wc_status wc_quota_decode(uint64_t *gas, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    uint64_t read;
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_u64_in(&r, 1, UINT64_MAX, &read));
    WC_TRY(wc_read_end(&r));
    *gas = read;
    return WC_OK;
}

void wc_mandate_put(wc_buf *buf, const wc_mandate *mandate)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_i64(buf, mandate->limit);
    wc_buf_put_i64(buf, mandate->per_period);
    wc_buf_put_u32(buf, mandate->period_s);
    wc_buf_put_i64(buf, mandate->expiry_s);
    wc_buf_put_i64(buf, mandate->used);
    wc_buf_put_i64(buf, mandate->period_used);
    wc_buf_put_i64(buf, mandate->period_start_s);
}

wc_status wc_mandate_decode(wc_mandate *mandate, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_i64_in(&r, 1, INT64_MAX, &mandate->limit));
    WC_TRY(wc_read_i64_in(&r, 1, mandate->limit, &mandate->per_period));
    WC_TRY(wc_read_u32_in(&r, 1, UINT32_MAX, &mandate->period_s));
    WC_TRY(wc_read_i64(&r, &mandate->expiry_s));
    WC_TRY(wc_read_i64_in(&r, 0, mandate->limit, &mandate->used));
    WC_TRY(wc_read_i64_in(&r, 0, mandate->per_period, &mandate->period_used));
    WC_TRY(wc_read_i64(&r, &mandate->period_start_s));
    return wc_read_end(&r);
}

void wc_bank_fact_put(wc_buf *buf, const wc_bank_fact *fact)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u8(buf, (uint8_t)fact->status);
    wc_buf_put_u8(buf, (uint8_t)fact->kind);
    wc_buf_put_u32(buf, fact->asset);
    wc_buf_put_hash(buf, &fact->party);
    wc_buf_put_i64(buf, fact->amount);
    wc_buf_put_u32(buf, fact->value_day);
    wc_buf_put_hash(buf, &fact->details);
    wc_buf_put_hash(buf, &fact->maker);
    wc_buf_put_hash(buf, &fact->checker);
}

/* Two people: a checker stands in an approved fact only, and is not its maker. */
static bool two_people(const wc_bank_fact *fact)
{
    bool is_approved = fact->status == WC_BANK_FACT_APPROVED;
    if (is_approved == wc_hash_is_zero(&fact->checker)) return false;
    return !wc_hash_is_zero(&fact->maker) && !wc_hash_equal(&fact->maker, &fact->checker);
}

wc_status wc_bank_fact_decode(wc_bank_fact *fact, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    uint8_t status;
    uint8_t kind;
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_u8_in(&r, WC_BANK_FACT_MADE, WC_BANK_FACT_APPROVED, &status));
    WC_TRY(wc_read_u8_in(&r, WC_BANK_FACT_DEPOSIT, WC_BANK_FACT_BOOKING, &kind));
    fact->status = (wc_bank_fact_status)status;
    fact->kind = (wc_bank_fact_kind)kind;
    WC_TRY(wc_read_u32_in(&r, 1, UINT32_MAX, &fact->asset));
    WC_TRY(wc_read_hash(&r, &fact->party));
    WC_TRY(wc_read_i64_in(&r, 1, INT64_MAX, &fact->amount));
    WC_TRY(wc_read_u32(&r, &fact->value_day));
    WC_TRY(wc_read_hash(&r, &fact->details));
    WC_TRY(wc_read_hash(&r, &fact->maker));
    WC_TRY(wc_read_hash(&r, &fact->checker));
    if (!two_people(fact)) return WC_OUT_OF_DOMAIN;
    return wc_read_end(&r);
}
