/* Genesis: one checking pass over all bytes, then cursors; see genesis.h for the layout. */
#include "node/ledger/genesis.h"

#include "node/crypto/crypto.h"
#include "node/ledger/read.h"
#include "vm/base/int.h"
#include "vm/isa/module.h"

#define BALANCE_SIZE 44u

static void put_str16_between(wc_buf *buf, size_t length_at)
{
    if (buf->full) return;
    size_t len = buf->len - length_at - 2;
    wc_assert(len <= UINT16_MAX);
    buf->data[length_at] = (uint8_t)(len >> 8);
    buf->data[length_at + 1] = (uint8_t)len;
}

void wc_genesis_put_account(wc_buf *buf, const wc_account *account)
{
    size_t length_at = buf->len;
    wc_buf_put_u16(buf, 0);
    wc_account_put(buf, account);
    put_str16_between(buf, length_at);
}

void wc_genesis_put_balance(wc_buf *buf, const wc_genesis_balance *balance)
{
    wc_buf_put_hash(buf, &balance->owner);
    wc_buf_put_u32(buf, balance->asset);
    wc_buf_put_i64(buf, balance->amount);
}

void wc_genesis_put_module(wc_buf *buf, wc_slice module)
{
    wc_buf_put_str32(buf, module);
}

void wc_genesis_put(wc_buf *buf, const wc_genesis *genesis)
{
    wc_buf_put_u16(buf, WC_GENESIS_VERSION);
    wc_buf_put_str8(buf, genesis->chain_id);
    wc_buf_put_i64(buf, genesis->time_s);
    wc_buf_put_u8(buf, (uint8_t)genesis->clock);
    wc_buf_put_u8(buf, (uint8_t)genesis->hash_suite);
    wc_buf_put_u64(buf, genesis->initial_height);
    wc_buf_put_str16(buf, genesis->params);
    wc_buf_put_u16(buf, genesis->asset_count);
    for (size_t i = 0; i < genesis->asset_count; i++) {
        wc_buf_put_u32(buf, genesis->assets[i].asset);
        wc_asset_put_head(buf, &genesis->assets[i].entry);
    }
    wc_buf_put_u32(buf, genesis->account_count);
    wc_buf_put_slice(buf, genesis->accounts);
    wc_buf_put_u32(buf, genesis->balance_count);
    wc_buf_put_slice(buf, genesis->balances);
    wc_buf_put_u16(buf, genesis->module_count);
    wc_buf_put_slice(buf, genesis->modules);
    wc_buf_put_str16(buf, genesis->validators);
    wc_buf_put_str16(buf, genesis->admin);
}

wc_hash wc_genesis_hash(wc_slice bytes)
{
    return wc_hash_domain("genesis/1", &bytes, 1);
}

static bool starts_with(wc_slice text, const char *prefix)
{
    size_t len = strlen(prefix);
    return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

static wc_status read_head(wc_reader *r, wc_genesis *genesis)
{
    uint16_t version;
    WC_TRY(wc_read_u16(r, &version));
    if (version != WC_GENESIS_VERSION) return wc_reader_refuse(r, 0, WC_BAD_VERSION);
    size_t chain_at = r->at;
    WC_TRY(wc_read_str8(r, WC_CHAIN_ID_MAX, &genesis->chain_id));
    if (!wc_chain_id_is_valid(genesis->chain_id)) {
        return wc_reader_refuse(r, chain_at, WC_OUT_OF_DOMAIN);
    }
    WC_TRY(wc_read_i64_in(r, 0, WC_BLOCK_TIME_MAX, &genesis->time_s));
    size_t clock_at = r->at;
    uint8_t clock;
    WC_TRY(wc_read_u8_in(r, WC_CLOCK_SYSTEM, WC_CLOCK_SCRIPTED, &clock));
    genesis->clock = (wc_clock)clock;
    bool may_script =
        starts_with(genesis->chain_id, "demo-") || starts_with(genesis->chain_id, "test-");
    if (genesis->clock == WC_CLOCK_SCRIPTED && !may_script) {
        return wc_reader_refuse(r, clock_at, WC_OUT_OF_DOMAIN);
    }
    size_t suite_at = r->at;
    uint8_t suite;
    WC_TRY(wc_read_u8(r, &suite));
    if (suite != WC_SUITE_SHA256) return wc_reader_refuse(r, suite_at, WC_NOT_SUPPORTED);
    genesis->hash_suite = WC_SUITE_SHA256;
    return wc_read_u64_in(r, 1, INT64_MAX, &genesis->initial_height);
}

/* Reads a str16 and goes back to it when its content is refused. */
static wc_status settle(wc_reader *r, size_t start, wc_status status)
{
    return status == WC_OK ? WC_OK : wc_reader_refuse(r, start, status);
}

static wc_status read_assets(wc_reader *r, wc_genesis *genesis)
{
    WC_TRY(wc_read_u16_in(r, 1, WC_ASSETS_MAX, &genesis->asset_count));
    for (size_t i = 0; i < genesis->asset_count; i++) {
        wc_genesis_asset *asset = &genesis->assets[i];
        size_t start = r->at;
        WC_TRY(wc_read_u32_in(r, 1, UINT32_MAX, &asset->asset));
        if (i > 0 && asset->asset <= asset[-1].asset) {
            return wc_reader_refuse(r, start, WC_NOT_CANONICAL);
        }
        WC_TRY(wc_asset_read_head(r, &asset->entry));
        bool is_first = i == 0;
        bool is_network = asset->asset == WC_ASSET_NETWORK && asset->entry.kind == WC_ASSET_UNITS &&
                          asset->entry.scale == WC_ASSET_NETWORK_SCALE;
        if (is_first != is_network) return wc_reader_refuse(r, start, WC_OUT_OF_DOMAIN);
        asset->entry.issued = 0;
        asset->entry.redeemed = 0;
    }
    return WC_OK;
}

static wc_status read_accounts(wc_reader *r, wc_genesis *genesis)
{
    WC_TRY(wc_read_u32_in(r, 1, WC_GENESIS_ACCOUNTS_MAX, &genesis->account_count));
    size_t list_at = r->at;
    for (size_t i = 0; i < genesis->account_count; i++) {
        size_t start = r->at;
        wc_slice value;
        wc_account account;
        WC_TRY(wc_read_str16(r, WC_ACCOUNT_SIZE_MAX, &value));
        WC_TRY(settle(r, start, wc_account_decode(&account, value)));
    }
    genesis->accounts = wc_slice_of(r->bytes.data + list_at, r->at - list_at);
    return WC_OK;
}

static wc_genesis_asset *find_asset(wc_genesis *genesis, uint32_t number)
{
    for (size_t i = 0; i < genesis->asset_count; i++) {
        if (genesis->assets[i].asset == number) return &genesis->assets[i];
    }
    return NULL;
}

static wc_status read_balance(wc_reader *r, wc_genesis_balance *balance)
{
    WC_TRY(wc_read_hash(r, &balance->owner));
    WC_TRY(wc_read_u32(r, &balance->asset));
    return wc_read_i64_in(r, 1, INT64_MAX, &balance->amount);
}

/* Balances ascend by their first 36 bytes, and add up to what is issued. */
static wc_status read_balances(wc_reader *r, wc_genesis *genesis)
{
    WC_TRY(wc_read_u32_in(r, 0, WC_GENESIS_BALANCES_MAX, &genesis->balance_count));
    size_t list_at = r->at;
    for (size_t i = 0; i < genesis->balance_count; i++) {
        size_t start = r->at;
        wc_genesis_balance balance;
        WC_TRY(read_balance(r, &balance));
        const uint8_t *entry = r->bytes.data + start;
        if (i > 0 && memcmp(entry - BALANCE_SIZE, entry, WC_HASH_SIZE + 4) >= 0) {
            return wc_reader_refuse(r, start, WC_NOT_CANONICAL);
        }
        wc_genesis_asset *asset = find_asset(genesis, balance.asset);
        if (asset == NULL) return wc_reader_refuse(r, start + WC_HASH_SIZE, WC_OUT_OF_DOMAIN);
        WC_TRY(settle(r, start,
                      wc_i64_add(asset->entry.issued, balance.amount, &asset->entry.issued)));
    }
    genesis->balances = wc_slice_of(r->bytes.data + list_at, r->at - list_at);
    return WC_OK;
}

static wc_status read_modules(wc_reader *r, wc_genesis *genesis)
{
    WC_TRY(wc_read_u16_in(r, 0, WC_GENESIS_MODULES_MAX, &genesis->module_count));
    size_t list_at = r->at;
    wc_hash last = {{0}};
    for (size_t i = 0; i < genesis->module_count; i++) {
        size_t start = r->at;
        wc_slice module;
        WC_TRY(wc_read_str32_in(r, 1, WC_MODULE_SIZE_MAX, &module));
        wc_hash code = wc_code_id(module);
        if (i > 0 && wc_hash_compare(&last, &code) >= 0) {
            return wc_reader_refuse(r, start, WC_NOT_CANONICAL);
        }
        last = code;
    }
    genesis->modules = wc_slice_of(r->bytes.data + list_at, r->at - list_at);
    return WC_OK;
}

static wc_status read_params(wc_reader *r, wc_genesis *genesis)
{
    size_t start = r->at;
    wc_params params;
    WC_TRY(wc_read_str16(r, UINT16_MAX, &genesis->params));
    return settle(r, start, wc_params_decode(&params, genesis->params));
}

static wc_status read_rules(wc_reader *r, wc_genesis *genesis)
{
    size_t start = r->at;
    wc_validators validators;
    WC_TRY(wc_read_str16(r, UINT16_MAX, &genesis->validators));
    WC_TRY(settle(r, start, wc_validators_decode(&validators, genesis->validators)));
    start = r->at;
    wc_admin_rule admin;
    WC_TRY(wc_read_str16(r, UINT16_MAX, &genesis->admin));
    return settle(r, start, wc_admin_rule_decode(&admin, genesis->admin));
}

static wc_status read_genesis(wc_reader *r, wc_genesis *genesis)
{
    if (r->bytes.len > WC_GENESIS_SIZE_MAX) return WC_TOO_LARGE;
    WC_TRY(read_head(r, genesis));
    WC_TRY(read_params(r, genesis));
    WC_TRY(read_assets(r, genesis));
    WC_TRY(read_accounts(r, genesis));
    WC_TRY(read_balances(r, genesis));
    WC_TRY(read_modules(r, genesis));
    WC_TRY(read_rules(r, genesis));
    return wc_read_end(r);
}

wc_status wc_genesis_decode(wc_genesis *genesis, size_t *bad, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    wc_status status = read_genesis(&reader, genesis);
    if (status != WC_OK) *bad = reader.at;
    return status;
}

/* The lists were checked when genesis was decoded, so that reading them again cannot fail. */
wc_status wc_genesis_next_account(const wc_genesis *genesis, wc_genesis_cursor *cursor,
                                  wc_address *address, wc_slice *value)
{
    if (cursor->index == genesis->account_count) return WC_NOT_FOUND;
    wc_reader reader = {genesis->accounts, cursor->at};
    wc_status status = wc_read_str16(&reader, WC_ACCOUNT_SIZE_MAX, value);
    wc_assert(status == WC_OK);
    /* The first key follows version, kind, status, threshold, count, key_id and scheme. */
    const uint8_t *first_pub = value->data + 9;
    *address = wc_address_genesis(genesis->chain_id, cursor->index, first_pub);
    *cursor = (wc_genesis_cursor){reader.at, cursor->index + 1};
    return WC_OK;
}

wc_status wc_genesis_next_balance(const wc_genesis *genesis, wc_genesis_cursor *cursor,
                                  wc_genesis_balance *balance)
{
    if (cursor->index == genesis->balance_count) return WC_NOT_FOUND;
    wc_reader reader = {genesis->balances, cursor->at};
    wc_status status = read_balance(&reader, balance);
    wc_assert(status == WC_OK);
    *cursor = (wc_genesis_cursor){reader.at, cursor->index + 1};
    return WC_OK;
}

wc_status wc_genesis_next_module(const wc_genesis *genesis, wc_genesis_cursor *cursor,
                                 wc_slice *module)
{
    if (cursor->index == genesis->module_count) return WC_NOT_FOUND;
    wc_reader reader = {genesis->modules, cursor->at};
    wc_status status = wc_read_str32(&reader, WC_MODULE_SIZE_MAX, module);
    wc_assert(status == WC_OK);
    *cursor = (wc_genesis_cursor){reader.at, cursor->index + 1};
    return WC_OK;
}
