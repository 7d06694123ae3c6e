/* The first state and record 0.
 *
 * A genesis may be larger than one batch, so its entries are written in several; the head is
 * written last, and a folder without one holds no chain. */
#include <stdlib.h>

#include "node/chain/inside.h"
#include "node/ledger/duties.h"

#define BATCH_BYTES ((size_t)48u << 20)

static wc_status flush(wc_chain *chain)
{
    wc_status status = wc_store_commit(&chain->store, chain->batch);
    wc_batch_clear(chain->batch);
    return status;
}

static wc_status put(wc_chain *chain, wc_cf cf, wc_slice key, wc_slice value)
{
    wc_batch_put(chain->batch, cf, key, value);
    WC_TRY(wc_batch_status(chain->batch));
    return wc_batch_bytes(chain->batch) < BATCH_BYTES ? WC_OK : flush(chain);
}

static wc_status put_state(wc_chain *chain, const wc_state_key *key, wc_slice value)
{
    return put(chain, WC_CF_STATE, wc_state_key_slice(key), value);
}

/* ---- entries --------------------------------------------------------------------------------- */

wc_status wc_chain_put_genesis(wc_chain *chain)
{
    uint32_t index = 0;
    wc_slice bytes = wc_slice_of(chain->genesis_bytes, chain->genesis_len);
    for (size_t at = 0; at < bytes.len; at += WC_CHAIN_GENESIS_PART) {
        size_t left = bytes.len - at;
        wc_chain_key key = wc_chain_genesis_key(index++);
        wc_slice part = wc_slice_of(bytes.data + at,
                                    left < WC_CHAIN_GENESIS_PART ? left : WC_CHAIN_GENESIS_PART);
        WC_TRY(put(chain, WC_CF_CHAIN, wc_chain_key_slice(&key), part));
    }
    return WC_OK;
}

static wc_status put_single_values(wc_chain *chain)
{
    const wc_genesis *genesis = &chain->genesis;
    wc_state_key key = wc_key_params(WC_PARAMS_NAME);
    WC_TRY(put_state(chain, &key, genesis->params));
    key = wc_key_params(WC_ADMIN_NAME);
    WC_TRY(put_state(chain, &key, genesis->admin));
    key = wc_key_validators();
    WC_TRY(put_state(chain, &key, genesis->validators));
    for (uint16_t i = 0; i < genesis->asset_count; i++) {
        uint8_t bytes[WC_ASSET_SIZE_MAX];
        wc_buf buf;
        wc_buf_init(&buf, bytes, sizeof bytes);
        wc_asset_put(&buf, &genesis->assets[i].entry);
        key = wc_key_asset(genesis->assets[i].asset);
        WC_TRY(put_state(chain, &key, wc_buf_slice(&buf)));
    }
    return WC_OK;
}

static wc_status put_accounts(wc_chain *chain)
{
    wc_genesis_cursor cursor = {0};
    wc_address address;
    wc_slice value;
    wc_status status;
    while ((status = wc_genesis_next_account(&chain->genesis, &cursor, &address, &value)) ==
           WC_OK) {
        wc_state_key key = wc_key_account(&address);
        WC_TRY(put_state(chain, &key, value));
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

static wc_status put_balances(wc_chain *chain)
{
    wc_genesis_cursor cursor = {0};
    wc_genesis_balance balance;
    wc_status status;
    while ((status = wc_genesis_next_balance(&chain->genesis, &cursor, &balance)) == WC_OK) {
        uint8_t bytes[WC_AMOUNT_SIZE];
        wc_buf buf;
        wc_buf_init(&buf, bytes, sizeof bytes);
        wc_amount_put(&buf, balance.amount);
        wc_state_key key = wc_key_free(&balance.owner, balance.asset);
        WC_TRY(put_state(chain, &key, wc_buf_slice(&buf)));
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

static wc_status put_modules(wc_chain *chain)
{
    wc_genesis_cursor cursor = {0};
    wc_slice module;
    wc_status status;
    while ((status = wc_genesis_next_module(&chain->genesis, &cursor, &module)) == WC_OK) {
        wc_module_entry entry = {.deployed_s = chain->genesis.time_s, .module = module};
        wc_buf buf;
        wc_buf_init(&buf, chain->scratch, WC_CHAIN_SCRATCH_BYTES);
        wc_module_entry_put(&buf, &entry);
        wc_assert(!buf.full);
        wc_hash code = wc_code_id(module);
        wc_state_key key = wc_key_module(&code);
        WC_TRY(put_state(chain, &key, wc_buf_slice(&buf)));
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

/* ---- does it hold together? ------------------------------------------------------------------ */

static bool has_account(wc_chain *chain, const wc_address *address)
{
    wc_state_key key = wc_key_account(address);
    return wc_store_has(&chain->store, NULL, WC_CF_STATE, wc_state_key_slice(&key));
}

static wc_status refuse(wc_store_problem *problem, const char *what, const wc_address *address)
{
    char text[WC_ADDRESS_TEXT_LEN + 1];
    wc_address_text(text, address);
    wc_chain_say(problem, "genesis: %s: %s", what, text);
    return WC_OUT_OF_DOMAIN;
}

/* Nobody begins with two roles that one hand must not hold together. */
static wc_status check_duties(wc_chain *chain, wc_store_problem *problem)
{
    const wc_genesis *genesis = &chain->genesis;
    wc_genesis_cursor cursor = {0};
    wc_address address;
    wc_slice value;
    while (wc_genesis_next_account(genesis, &cursor, &address, &value) == WC_OK) {
        wc_account account;
        WC_TRY(wc_account_decode(&account, value));
        const wc_duty *duty = wc_duty_broken(&account, 0);
        if (duty == NULL) continue;
        wc_str first = wc_role_name((uint16_t)duty->first);
        wc_str second = wc_role_name((uint16_t)duty->second);
        char text[WC_ADDRESS_TEXT_LEN + 1];
        wc_address_text(text, &address);
        wc_chain_say(problem, "genesis: %s is %.*s and %.*s: %.*s", text, WC_STR_ARG(first),
                     WC_STR_ARG(second), WC_STR_ARG(duty->why));
        return WC_OUT_OF_DOMAIN;
    }
    return WC_OK;
}

static wc_status check_people(wc_chain *chain, wc_store_problem *problem)
{
    const wc_genesis *genesis = &chain->genesis;
    for (uint16_t i = 0; i < genesis->asset_count; i++) {
        const wc_address *issuer = &genesis->assets[i].entry.issuer;
        if (!wc_address_is_zero(issuer) && !has_account(chain, issuer)) {
            return refuse(problem, "an asset's issuer has no account", issuer);
        }
    }
    wc_admin_rule admin;
    WC_TRY(wc_admin_rule_decode(&admin, genesis->admin));
    for (uint8_t i = 0; i < admin.count; i++) {
        if (!has_account(chain, &admin.members[i])) {
            return refuse(problem, "a member of the administration has no account",
                          &admin.members[i]);
        }
    }
    wc_genesis_cursor cursor = {0};
    wc_genesis_balance balance;
    while (wc_genesis_next_balance(genesis, &cursor, &balance) == WC_OK) {
        if (!has_account(chain, &balance.owner)) {
            return refuse(problem, "the owner of a balance has no account", &balance.owner);
        }
    }
    return WC_OK;
}

static wc_status check_modules(wc_chain *chain, wc_store_problem *problem)
{
    wc_genesis_cursor cursor = {0};
    wc_slice module;
    while (wc_genesis_next_module(&chain->genesis, &cursor, &module) == WC_OK) {
        wc_hash code = wc_code_id(module);
        wc_refusal refusal;
        wc_status status = wc_ledger_check_module(chain->ledger, &code, &refusal);
        if (status == WC_CORRUPT) refusal = WC_REFUSAL_MODULE_REFUSED;
        if (status != WC_OK && status != WC_CORRUPT) return status;
        if (refusal == WC_REFUSAL_NONE) continue;
        const wc_refusal_entry *entry = wc_refusal_find((uint32_t)refusal);
        wc_chain_say(problem, "genesis: module %u: %.*s", cursor.index - 1,
                     WC_STR_ARG(entry->text));
        return WC_OUT_OF_DOMAIN;
    }
    return WC_OK;
}

/* ---- record 0 -------------------------------------------------------------------------------- */

static wc_status put_record(wc_chain *chain)
{
    const wc_genesis *genesis = &chain->genesis;
    wc_validators *validators = malloc(sizeof *validators);
    if (validators == NULL) return WC_NO_MEMORY;
    wc_status status = wc_validators_decode(validators, genesis->validators);
    wc_record record = {.chain_id = genesis->chain_id,
                        .genesis_hash = chain->genesis_hash,
                        .height = genesis->initial_height - 1,
                        .time_s = genesis->time_s,
                        .txs_root = wc_merkle_root(NULL, 0),
                        .receipts_root = wc_merkle_root(NULL, 0),
                        .state_root = chain->state_root,
                        .params_hash = wc_value_hash(genesis->params)};
    if (status == WC_OK) record.next_validators_hash = wc_validators_hash(validators);
    free(validators);
    WC_TRY(status);
    memcpy(record.proposer, chain->proposer, sizeof record.proposer);

    uint8_t bytes[WC_RECORD_SIZE_MAX], stored[WC_CHAIN_RECORD_MAX], head[WC_CHAIN_STORED_HEAD];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_record_put(&buf, &record);
    wc_slice encoded = wc_buf_slice(&buf);
    chain->head.height = record.height;
    chain->head.time_s = record.time_s;
    chain->head.record_hash = wc_record_hash(encoded);

    wc_buf_init(&buf, stored, sizeof stored);
    wc_chain_record_put(&buf, encoded, NULL);
    wc_chain_key key = wc_chain_record_key(0);
    WC_TRY(put(chain, WC_CF_CHAIN, wc_chain_key_slice(&key), wc_buf_slice(&buf)));
    wc_buf_init(&buf, head, sizeof head);
    wc_chain_head_put(&buf, &chain->head);
    wc_chain_put_schema(chain->batch);
    WC_TRY(put(chain, WC_CF_META, wc_chain_head_key(), wc_buf_slice(&buf)));
    return flush(chain);
}

wc_status wc_chain_load_genesis(wc_chain *chain, wc_chain_report *report)
{
    WC_TRY(wc_chain_put_genesis(chain));
    WC_TRY(put_single_values(chain));
    WC_TRY(put_accounts(chain));
    WC_TRY(put_balances(chain));
    WC_TRY(put_modules(chain));
    WC_TRY(flush(chain));
    WC_TRY(check_people(chain, &report->store.problem));
    WC_TRY(check_duties(chain, &report->store.problem));
    WC_TRY(check_modules(chain, &report->store.problem));
    wc_chain_close_cursors(chain);
    WC_TRY(wc_chain_rebuild(chain, report));
    return put_record(chain);
}
