/* Money in the state: assets, balances, escrow, mandates, quotas, bank facts.
 *
 *   asset        v | kind u8 | scale u8 | code str8 | issuer 32 | issued i64 | redeemed i64
 *   amount       v | i64                  free balance, escrow, key spend: > 0
 *   quota        v | gas u64              > 0
 *   mandate      v | limit i64 | per_period i64 | period_s u32 | expiry_s i64 | used i64
 *                  | period_used i64 | period_start_s i64
 *   bank fact    v | status u8 | kind u8 | asset u32 | party 32 | amount i64 | value_day u32
 *                  | details 32 | maker 32 | checker 32
 *
 * Amounts are minor units. issued - redeemed is the supply, and equals the sum of all free
 * balances, escrows and reserves of the asset at every record (D27). Decoders: one encoding, all
 * bytes. */
#ifndef WC_NODE_LEDGER_ASSET_H
#define WC_NODE_LEDGER_ASSET_H

#include "node/ledger/ids.h"
#include "node/ledger/limits.h"
#include "vm/base/buf.h"
#include "vm/base/codec.h"

#define WC_ASSET_NETWORK       1u /* number of the network unit, in which fees are paid */
#define WC_ASSET_NETWORK_SCALE 6u

typedef enum wc_asset_kind {
    WC_ASSET_UNITS = 1,   /* network units: prepaid, not transferable */
    WC_ASSET_CURRENCY = 2 /* money of account at a bank */
} wc_asset_kind;

typedef struct wc_asset {
    wc_asset_kind kind;
    uint8_t scale; /* decimals, in [0, WC_ASSET_SCALE_MAX] */
    wc_slice code; /* 1..WC_ASSET_CODE_MAX of A-Z and 0-9, a letter first: "CNY"; borrowed */
    wc_address issuer;
    int64_t issued;   /* >= redeemed */
    int64_t redeemed; /* >= 0 */
} wc_asset;

#define WC_ASSET_SIZE_MAX (52u + WC_ASSET_CODE_MAX)

void wc_asset_put(wc_buf *buf, const wc_asset *asset);
WC_MUST_USE wc_status wc_asset_decode(wc_asset *asset, wc_slice value);

/* kind .. issuer alone, as genesis lists assets. */
void wc_asset_put_head(wc_buf *buf, const wc_asset *asset);
WC_MUST_USE wc_status wc_asset_read_head(wc_reader *reader, wc_asset *asset);

#define WC_AMOUNT_SIZE 9

/* amount > 0 (asserted): zero is the absent key. */
void wc_amount_put(wc_buf *buf, int64_t amount);
WC_MUST_USE wc_status wc_amount_decode(int64_t *amount, wc_slice value);

#define WC_QUOTA_SIZE 9

void wc_quota_put(wc_buf *buf, uint64_t gas); /* gas > 0 (asserted) */
WC_MUST_USE wc_status wc_quota_decode(uint64_t *gas, wc_slice value);

typedef struct wc_mandate {
    int64_t limit;      /* over the whole life, > 0 */
    int64_t per_period; /* in [1, limit] */
    uint32_t period_s;  /* >= 1 */
    int64_t expiry_s;
    int64_t used;        /* in [0, limit] */
    int64_t period_used; /* in [0, per_period] */
    int64_t period_start_s;
} wc_mandate;

#define WC_MANDATE_SIZE 53

void wc_mandate_put(wc_buf *buf, const wc_mandate *mandate);
WC_MUST_USE wc_status wc_mandate_decode(wc_mandate *mandate, wc_slice value);

typedef enum wc_bank_fact_status {
    WC_BANK_FACT_MADE = 1,    /* by the maker; has no effect yet */
    WC_BANK_FACT_APPROVED = 2 /* by the checker; posted */
} wc_bank_fact_status;

typedef enum wc_bank_fact_kind {
    WC_BANK_FACT_DEPOSIT = 1,
    WC_BANK_FACT_WITHDRAWAL = 2,
    WC_BANK_FACT_BOOKING = 3 /* a leg of an instruction was booked, rejected or returned */
} wc_bank_fact_kind;

typedef struct wc_bank_fact {
    wc_bank_fact_status status;
    wc_bank_fact_kind kind;
    uint32_t asset;
    wc_address party;
    int64_t amount;     /* > 0 */
    uint32_t value_day; /* days since 1970-01-01 */
    wc_hash details;    /* hash of the statement entry, which travels as detached payload */
    wc_address maker;
    wc_address checker; /* zero until approved; never the maker */
} wc_bank_fact;

#define WC_BANK_FACT_SIZE 147

void wc_bank_fact_put(wc_buf *buf, const wc_bank_fact *fact);
WC_MUST_USE wc_status wc_bank_fact_decode(wc_bank_fact *fact, wc_slice value);

#endif
