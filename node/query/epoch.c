/* epoch: what the chain shares, until when, who has worked for it, and what auditors attest. */
#include "node/ledger/asset.h"
#include "node/ledger/incentive.h"
#include "node/query/inside.h"
#include "node/query/when.h"

#define TEXT_MAX 512u

static wc_status read_value(wc_query *query, const wc_state_key *key, wc_slice *value)
{
    return wc_chain_get(query->chain, key, value);
}

/* One account in a line: three counts, then who. */
static void put_credit(wc_query *query, wc_outline *outline, const wc_address *account,
                       const wc_credit *credit)
{
    uint8_t memory[TEXT_MAX];
    wc_buf who;
    wc_buf_init(&who, memory, sizeof memory);
    wc_query_put_party(&who, query, account);
    wc_outline_open(outline, NULL);
    wc_outline_str(outline, "account", wc_query_text(&who));
    wc_outline_number(outline, "produced", (int64_t)credit->work[WC_WORK_PRODUCED]);
    wc_outline_number(outline, "metered", (int64_t)credit->work[WC_WORK_METERED]);
    wc_outline_number(outline, "audited", (int64_t)credit->work[WC_WORK_AUDITED]);
    wc_outline_close(outline);
    wc_outline_line(
        outline, "%9llu %9llu %9llu  %.*s", (unsigned long long)credit->work[WC_WORK_PRODUCED],
        (unsigned long long)credit->work[WC_WORK_METERED],
        (unsigned long long)credit->work[WC_WORK_AUDITED], WC_STR_ARG(wc_query_text(&who)));
}

static wc_status put_credits(wc_query *query, wc_outline *outline, uint32_t number)
{
    wc_state_key prefix = wc_key_epoch_credits(number), after = {.len = 0};
    wc_slice key, value;
    wc_status status;
    wc_outline_line(outline, " produced   metered   audited");
    wc_outline_open_list(outline, "credit");
    while ((status = wc_chain_next(query->chain, wc_state_key_slice(&prefix),
                                   wc_state_key_slice(&after), &key, &value)) == WC_OK) {
        wc_address account;
        wc_credit credit;
        memcpy(after.bytes, key.data, key.len);
        after.len = (uint8_t)key.len;
        memcpy(account.bytes, key.data + prefix.len, sizeof account.bytes);
        WC_TRY(wc_credit_decode(&credit, value));
        put_credit(query, outline, &account, &credit);
    }
    wc_outline_close(outline);
    return status == WC_NOT_FOUND ? WC_OK : status;
}

static void put_time(wc_outline *outline, const char *key, const char *label, int64_t time_s)
{
    uint8_t memory[64];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_put_time(&text, time_s);
    wc_outline_both(outline, key, label, wc_query_text(&text));
}

static void put_pool(wc_query *query, wc_outline *outline)
{
    uint8_t memory[64];
    wc_buf text;
    wc_address fees = wc_address_system(WC_SYSTEM_FEES);
    wc_buf_init(&text, memory, sizeof memory);
    wc_money_put(&text, &query->money, WC_ASSET_NETWORK,
                 wc_chain_free(query->chain, &fees, WC_ASSET_NETWORK));
    wc_outline_both(outline, "pool", "pool so far", wc_query_text(&text));
}

wc_status wc_query_epoch(wc_query *query, wc_outline *outline)
{
    wc_state_key key = wc_key_params(WC_INCENTIVE_NAME);
    wc_slice value;
    wc_address instance;
    wc_epoch epoch;
    uint8_t memory[TEXT_MAX];
    wc_buf text;
    WC_TRY(read_value(query, &key, &value));
    WC_TRY(wc_incentive_decode(&instance, value));
    key = wc_key_epoch();
    WC_TRY(read_value(query, &key, &value));
    WC_TRY(wc_epoch_decode(&epoch, value));
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_put_text(&text, "epoch ");
    wc_buf_put_decimal(&text, epoch.number);
    wc_outline_number(outline, "epoch", epoch.number);
    wc_outline_line(outline, "%.*s", WC_STR_ARG(wc_query_text(&text)));
    put_time(outline, "until", "until", epoch.until_s);
    wc_buf_init(&text, memory, sizeof memory);
    wc_query_put_party(&text, query, &instance);
    wc_outline_both(outline, "contract", "shared by", wc_query_text(&text));
    put_pool(query, outline);
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_put_decimal(&text, (int64_t)epoch.seq);
    wc_outline_both(outline, "attest_seq", "attest record", wc_query_text(&text));
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_put_hex(&text, wc_slice_of(epoch.record.bytes, sizeof epoch.record.bytes));
    wc_outline_both(outline, "attest_record", "of hash", wc_query_text(&text));
    return put_credits(query, outline, epoch.number);
}
