/* Chain-wide state values; see params.h for the layouts. */
#include "node/ledger/params.h"

#include "node/crypto/crypto.h"
#include "node/ledger/prices.h"
#include "node/ledger/read.h"
#include "vm/isa/isa.h"

#define GAS_PRICE_MAX   (UINT64_C(1) << 40)
#define OFFER_TTL_S_MAX 31622400 /* 366 days */
#define POWER_MAX       ((UINT64_C(1) << 60) - 1)
#define DAY_S           86400

wc_params wc_params_default(void)
{
    return (wc_params){
        .protocol = WC_PROTOCOL,
        .schedule_hash = wc_schedule_hash(wc_sha256),
        .block_gas_max = WC_BLOCK_GAS_MAX,
        .action_gas_max = WC_ACTION_GAS_MAX,
        .timer_gas_max = WC_TIMER_GAS_MAX,
        .block_tx_bytes_max = WC_BLOCK_TX_BYTES_MAX,
        .block_txs_max = WC_BLOCK_TXS_MAX,
        .block_write_bytes_max = WC_BLOCK_WRITE_BYTES_MAX,
        .tx_ttl_s_max = WC_TX_TTL_S_MAX,
        .offer_ttl_s_max = 30 * DAY_S,
        .epoch_s = DAY_S,
    };
}

uint64_t wc_params_gas_max(const wc_params *params, wc_entry_kind kind)
{
    uint64_t action = params->action_gas_max, timer = params->timer_gas_max;
    if (kind == WC_ENTRY_VIEW) return WC_VIEW_GAS_MAX;
    return kind == WC_ENTRY_AFTER && timer < action ? timer : action;
}

void wc_params_put(wc_buf *buf, const wc_params *params)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u16(buf, params->protocol);
    wc_buf_put_hash(buf, &params->schedule_hash);
    wc_buf_put_u64(buf, params->gas_price);
    wc_buf_put_u64(buf, params->block_gas_max);
    wc_buf_put_u64(buf, params->action_gas_max);
    wc_buf_put_u64(buf, params->timer_gas_max);
    wc_buf_put_u32(buf, params->block_tx_bytes_max);
    wc_buf_put_u32(buf, params->block_txs_max);
    wc_buf_put_u32(buf, params->block_write_bytes_max);
    wc_buf_put_i64(buf, params->tx_ttl_s_max);
    wc_buf_put_i64(buf, params->offer_ttl_s_max);
    wc_buf_put_u32(buf, params->epoch_s);
    wc_buf_put_u32(buf, params->governance_delay_s);
    wc_buf_put_u64(buf, params->reading_quota_gas);
}

wc_status wc_params_decode(wc_params *params, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    size_t start = r.at;
    WC_TRY(wc_read_u16(&r, &params->protocol));
    if (params->protocol != WC_PROTOCOL) return wc_reader_refuse(&r, start, WC_NOT_SUPPORTED);
    WC_TRY(wc_read_hash(&r, &params->schedule_hash));
    WC_TRY(wc_read_u64_in(&r, 0, GAS_PRICE_MAX, &params->gas_price));
    WC_TRY(wc_read_u64_in(&r, 1, WC_BLOCK_GAS_MAX, &params->block_gas_max));
    WC_TRY(wc_read_u64_in(&r, 1, params->block_gas_max, &params->action_gas_max));
    WC_TRY(wc_read_u64_in(&r, 1, WC_TIMER_GAS_MAX, &params->timer_gas_max));
    WC_TRY(wc_read_u32_in(&r, 1, WC_BLOCK_TX_BYTES_MAX, &params->block_tx_bytes_max));
    WC_TRY(wc_read_u32_in(&r, 1, WC_BLOCK_TXS_MAX, &params->block_txs_max));
    WC_TRY(wc_read_u32_in(&r, 1, WC_BLOCK_WRITE_BYTES_MAX, &params->block_write_bytes_max));
    WC_TRY(wc_read_i64_in(&r, 1, WC_TX_TTL_S_MAX, &params->tx_ttl_s_max));
    WC_TRY(wc_read_i64_in(&r, 1, OFFER_TTL_S_MAX, &params->offer_ttl_s_max));
    WC_TRY(wc_read_u32_in(&r, 1, INT32_MAX, &params->epoch_s));
    WC_TRY(wc_read_u32_in(&r, 0, INT32_MAX, &params->governance_delay_s));
    WC_TRY(wc_read_u64(&r, &params->reading_quota_gas));
    return wc_read_end(&r);
}

/* Reads count addresses that ascend strictly. */
static wc_status read_members(wc_reader *r, wc_address *members, uint8_t count)
{
    for (size_t i = 0; i < count; i++) {
        WC_TRY(wc_read_hash(r, &members[i]));
        if (i > 0 && wc_hash_compare(&members[i - 1], &members[i]) >= 0) return WC_NOT_CANONICAL;
    }
    return WC_OK;
}

void wc_admin_rule_put(wc_buf *buf, const wc_admin_rule *rule)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u8(buf, rule->threshold);
    wc_buf_put_u8(buf, rule->count);
    for (size_t i = 0; i < rule->count; i++) wc_buf_put_hash(buf, &rule->members[i]);
}

wc_status wc_admin_rule_decode(wc_admin_rule *rule, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_u8_in(&r, 1, WC_ADMINS_MAX, &rule->threshold));
    WC_TRY(wc_read_u8_in(&r, rule->threshold, WC_ADMINS_MAX, &rule->count));
    WC_TRY(read_members(&r, rule->members, rule->count));
    return wc_read_end(&r);
}

void wc_validators_put(wc_buf *buf, const wc_validators *validators)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u16(buf, validators->count);
    for (size_t i = 0; i < validators->count; i++) {
        const wc_validator *validator = &validators->list[i];
        wc_buf_put(buf, validator->pub, sizeof validator->pub);
        wc_buf_put_u64(buf, validator->power);
        wc_buf_put_hash(buf, &validator->operator_account);
    }
}

static bool pub_is_listed(const wc_validators *validators, size_t count, const uint8_t pub[32])
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(validators->list[i].pub, pub, 32) == 0) return true;
    }
    return false;
}

wc_status wc_validators_decode(wc_validators *validators, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_u16_in(&r, 1, WC_VALIDATORS_MAX, &validators->count));
    bool has_power = false;
    for (size_t i = 0; i < validators->count; i++) {
        wc_validator *validator = &validators->list[i];
        WC_TRY(wc_read_bytes(&r, validator->pub, sizeof validator->pub));
        if (pub_is_listed(validators, i, validator->pub)) return WC_NOT_CANONICAL;
        WC_TRY(wc_read_u64_in(&r, 0, POWER_MAX, &validator->power));
        WC_TRY(wc_read_hash(&r, &validator->operator_account));
        has_power |= validator->power > 0;
    }
    if (!has_power) return WC_OUT_OF_DOMAIN;
    return wc_read_end(&r);
}

/* A validator with what the order engine sorts it by. */
typedef struct ranked_validator {
    const wc_validator *validator;
    uint8_t address[20];
} ranked_validator;

static bool ranks_before(const ranked_validator *a, const ranked_validator *b)
{
    if (a->validator->power != b->validator->power) {
        return a->validator->power > b->validator->power;
    }
    return memcmp(a->address, b->address, sizeof a->address) < 0;
}

/* Leaf of one validator: SimpleValidator{pub_key = 1: {ed25519 = 1: pub}, voting_power = 2}. */
static wc_hash validator_leaf(const wc_validator *validator)
{
    static const uint8_t head[4] = {0x0a, 0x22, 0x0a, 0x20};
    uint8_t bytes[4 + 32 + 1 + 10];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_buf_put(&buf, head, sizeof head);
    wc_buf_put(&buf, validator->pub, sizeof validator->pub);
    wc_buf_put_u8(&buf, 0x10);
    uint64_t power = validator->power;
    for (; power >= 0x80; power >>= 7) wc_buf_put_u8(&buf, (uint8_t)(power | 0x80));
    wc_buf_put_u8(&buf, (uint8_t)power);
    return wc_merkle_leaf(wc_buf_slice(&buf));
}

wc_hash wc_validators_hash(const wc_validators *validators)
{
    wc_assert(validators->count <= WC_VALIDATORS_MAX);
    ranked_validator ranked[WC_VALIDATORS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < validators->count; i++) {
        if (validators->list[i].power == 0) continue;
        ranked_validator entry = {.validator = &validators->list[i]};
        wc_proposer_of_key(entry.address, entry.validator->pub);
        size_t at = count++;
        for (; at > 0 && ranks_before(&entry, &ranked[at - 1]); at--) ranked[at] = ranked[at - 1];
        ranked[at] = entry;
    }
    wc_merkle tree;
    wc_merkle_begin(&tree);
    for (size_t i = 0; i < count; i++) {
        wc_hash leaf = validator_leaf(ranked[i].validator);
        wc_merkle_add(&tree, &leaf);
    }
    return wc_merkle_end(&tree);
}

void wc_proposal_put(wc_buf *buf, const wc_proposal *proposal)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u8(buf, (uint8_t)proposal->status);
    wc_buf_put_u16(buf, proposal->kind);
    wc_buf_put_hash(buf, &proposal->proposer);
    wc_buf_put_i64(buf, proposal->created_s);
    wc_buf_put_i64(buf, proposal->effective_s);
    wc_buf_put_str32(buf, proposal->body);
    wc_buf_put_u8(buf, proposal->approver_count);
    for (size_t i = 0; i < proposal->approver_count; i++) {
        wc_buf_put_hash(buf, &proposal->approvers[i]);
    }
}

wc_status wc_proposal_decode(wc_proposal *proposal, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    uint8_t status;
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_u8_in(&r, 0, WC_PROPOSAL_STATUS_COUNT - 1, &status));
    proposal->status = (wc_proposal_status)status;
    WC_TRY(wc_read_u16(&r, &proposal->kind));
    WC_TRY(wc_read_hash(&r, &proposal->proposer));
    WC_TRY(wc_read_i64(&r, &proposal->created_s));
    WC_TRY(wc_read_i64(&r, &proposal->effective_s));
    WC_TRY(wc_read_str32(&r, WC_PROPOSAL_BODY_MAX, &proposal->body));
    WC_TRY(wc_read_u8_in(&r, 0, WC_ADMINS_MAX, &proposal->approver_count));
    WC_TRY(read_members(&r, proposal->approvers, proposal->approver_count));
    return wc_read_end(&r);
}
