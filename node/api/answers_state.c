/* Answers from the state at the newest record: accounts, contracts. */
#include <stdio.h>
#include <stdlib.h>

#include "node/abi/abi.h"
#include "node/api/run.h"
#include "node/ledger/roles.h"

/* ---- accounts -------------------------------------------------------------------------------- */

static wc_api_error read_account(wc_api_run *run, const wc_address *address, wc_account *account)
{
    wc_state_key key = wc_key_account(address);
    wc_slice value;
    if (wc_chain_get(run->chain, &key, &value) != WC_OK) {
        return wc_api_fail(run, WC_API_NOT_FOUND, "there is no account of this address");
    }
    if (wc_account_decode(account, value) == WC_OK) return WC_API_OK;
    return wc_api_fail(run, WC_API_INTERNAL, "an account does not decode");
}

static void put_height(wc_json *json, const char *name, uint64_t height)
{
    if (height != WC_HEIGHT_NONE) wc_json_add_number(json, name, (int64_t)height);
}

static void put_keys(wc_json *json, const wc_account *account)
{
    wc_json_open_line(json, "keys", '[');
    for (uint8_t i = 0; i < account->key_count; i++) {
        const wc_account_key *key = &account->keys[i];
        wc_json_open_line(json, NULL, '{');
        wc_json_add_number(json, "id", key->key_id);
        wc_json_add_hex(json, "public_key", wc_slice_of(key->pub, sizeof key->pub));
        wc_json_add_number(json, "weight", key->weight);
        wc_json_add_number(json, "scope", key->scope);
        wc_json_add_number(json, "from_height", (int64_t)key->from_h);
        put_height(json, "to_height", key->to_h);
        put_height(json, "revoked_height", key->revoked_h);
        wc_json_close(json);
    }
    wc_json_close(json);
    wc_json_open_line(json, "roles", '[');
    for (uint8_t i = 0; i < account->role_count; i++) {
        const wc_account_role *role = &account->roles[i];
        wc_json_open_line(json, NULL, '{');
        wc_json_add_str(json, "role", wc_role_name(role->role));
        wc_json_add_number(json, "from_height", (int64_t)role->from_h);
        put_height(json, "to_height", role->to_h);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static const char *account_status_name(wc_account_status status)
{
    switch (status) {
    case WC_ACCOUNT_ACTIVE: return "active";
    case WC_ACCOUNT_FROZEN: return "frozen";
    case WC_ACCOUNT_CLOSED: return "closed";
    }
    return "";
}

static wc_api_error with_money(wc_api_run *run,
                               wc_api_error (*put)(wc_api_run *run, const wc_api_money *money,
                                                   const wc_address *address))
{
    wc_api_money *money = malloc(sizeof *money);
    if (money == NULL) return wc_api_fail(run, WC_API_INTERNAL, "out of memory");
    wc_api_error error = WC_API_INTERNAL;
    wc_status status = wc_api_read_money(run->chain, money);
    if (status == WC_OK) {
        error = put(run, money, &run->args[0].hash);
    } else {
        (void)wc_api_fail_status(run, status, "the assets");
    }
    free(money);
    return error;
}

static wc_api_error put_account(wc_api_run *run, const wc_api_money *money,
                                const wc_address *address)
{
    wc_account account;
    wc_json *json = run->json;
    wc_api_error error = read_account(run, address, &account);
    if (error != WC_API_OK) return error;
    wc_json_open_line(json, NULL, '{');
    wc_json_add_number(json, "seq", (int64_t)wc_chain_head(run->chain)->seq);
    wc_api_put_address(json, "address", address);
    wc_json_add_text(json, "kind", account.kind == WC_ACCOUNT_PARTY ? "party" : "device");
    wc_json_add_text(json, "status", account_status_name(account.status));
    wc_json_add_number(json, "threshold", account.threshold);
    put_keys(json, &account);
    if (account.kind == WC_ACCOUNT_DEVICE) wc_api_put_address(json, "owner", &account.owner);
    wc_status status = wc_api_put_balances(run, money, address);
    wc_json_close(json);
    return status == WC_OK ? WC_API_OK : wc_api_fail_status(run, status, "balances");
}

wc_api_error wc_answer_account(wc_api_run *run)
{
    return with_money(run, put_account);
}

static wc_api_error put_free(wc_api_run *run, const wc_api_money *money, const wc_address *address)
{
    wc_account account;
    wc_api_error error = read_account(run, address, &account);
    if (error != WC_API_OK) return error;
    wc_json_open_line(run->json, NULL, '{');
    wc_json_add_number(run->json, "seq", (int64_t)wc_chain_head(run->chain)->seq);
    wc_api_put_address(run->json, "address", address);
    wc_status status = wc_api_put_balances(run, money, address);
    wc_json_close(run->json);
    return status == WC_OK ? WC_API_OK : wc_api_fail_status(run, status, "balances");
}

wc_api_error wc_answer_balances(wc_api_run *run)
{
    return with_money(run, put_free);
}

wc_api_error wc_answer_nonce(wc_api_run *run)
{
    uint64_t lane = run->args[1].has ? run->args[1].number : 0;
    wc_account account;
    wc_nonce nonce = {0};
    wc_slice value;
    if (lane >= WC_LANES_MAX) {
        return wc_api_fail(run, WC_API_INVALID_PARAMS, "`lane` is 0 to %u", WC_LANES_MAX - 1);
    }
    wc_api_error error = read_account(run, &run->args[0].hash, &account);
    if (error != WC_API_OK) return error;
    wc_state_key key = wc_key_nonce(&run->args[0].hash, (uint16_t)lane);
    if (wc_chain_get(run->chain, &key, &value) == WC_OK &&
        wc_nonce_decode(&nonce, (uint16_t)lane, value) != WC_OK) {
        return wc_api_fail(run, WC_API_INTERNAL, "a nonce does not decode");
    }
    wc_json_open_line(run->json, NULL, '{');
    wc_json_add_number(run->json, "seq", (int64_t)wc_chain_head(run->chain)->seq);
    wc_api_put_address(run->json, "address", &run->args[0].hash);
    wc_json_add_number(run->json, "lane", (int64_t)lane);
    wc_json_add_number(run->json, "next", (int64_t)nonce.base);
    wc_json_close(run->json);
    return WC_API_OK;
}

/* ---- contracts ------------------------------------------------------------------------------- */

static void put_parties(wc_json *json, const wc_chain_contract *contract)
{
    const wc_module *module = contract->module;
    wc_json_open_line(json, "parties", '[');
    for (uint8_t i = 0; i < contract->entry.party_count && i < module->party_count; i++) {
        wc_address party = wc_instance_party(&contract->entry, i);
        wc_json_open_line(json, NULL, '{');
        wc_json_add_str(json, "name", module->strings[module->parties[i].name]);
        wc_api_put_address(json, "address", &party);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_tuple(wc_json *json, const char *name, const wc_module *module, uint16_t type,
                      wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    if (type == WC_NONE) {
        wc_json_open_line(json, name, '{');
        wc_json_close(json);
        return;
    }
    wc_status status = wc_abi_put_fields(json, name, module, type, &reader);
    wc_assert(status == WC_OK); /* the VM wrote it by the same types */
}

static const char *instance_status_name(wc_instance_status status)
{
    switch (status) {
    case WC_INSTANCE_LIVE: return "live";
    case WC_INSTANCE_FINAL: return "final";
    case WC_INSTANCE_STUCK: return "stuck";
    }
    return "";
}

static void put_contract_head(wc_json *json, const wc_chain_contract *contract)
{
    const wc_module *module = contract->module;
    const wc_instance_entry *entry = &contract->entry;
    wc_json_add_str(json, "contract", module->strings[0]);
    wc_api_put_hash(json, "code", &entry->code);
    wc_json_add_number(json, "version", entry->version);
    wc_json_add_text(json, "status", instance_status_name(entry->status));
    wc_json_add_str(json, "state", module->strings[module->states[entry->state].name]);
    wc_api_put_time(json, "entered", entry->entered_s);
    if (entry->due_s != WC_DUE_NONE) wc_api_put_time(json, "due", entry->due_s);
    put_parties(json, contract);
    put_tuple(json, "terms", module, module->terms_type, contract->root.terms);
    put_tuple(json, "state_fields", module, module->states[entry->state].data,
              contract->root.state_data);
    put_tuple(json, "fields", module, module->storage_type, contract->root.fields);
}

static wc_api_error put_escrow(wc_api_run *run, const wc_api_money *money,
                               const wc_address *address)
{
    wc_state_key prefix = wc_key_owner(WC_SPACE_ESCROW, address), after = {.len = 0};
    wc_slice key, value;
    wc_json *json = run->json;
    wc_json_open_line(json, "escrow", '[');
    while (wc_chain_next(run->chain, wc_state_key_slice(&prefix), wc_state_key_slice(&after), &key,
                         &value) == WC_OK) {
        wc_address party;
        int64_t amount;
        memcpy(after.bytes, key.data, key.len);
        after.len = (uint8_t)key.len;
        if (key.len != 69 || wc_amount_decode(&amount, value) != WC_OK) {
            return wc_api_fail(run, WC_API_INTERNAL, "an escrow does not decode");
        }
        uint32_t asset = wc_load_u32(key.data + 65);
        const wc_money_name *known = wc_api_asset(money, asset);
        memcpy(party.bytes, key.data + 33, sizeof party.bytes);
        wc_json_open_line(json, NULL, '{');
        wc_api_put_address(json, "party", &party);
        wc_json_add_str(json, "asset", known != NULL ? known->code : WC_STR(""));
        wc_api_put_amount(json, "amount", money, asset, amount);
        wc_json_close(json);
    }
    wc_json_close(json);
    return WC_API_OK;
}

static wc_api_error put_contract(wc_api_run *run, const wc_api_money *money,
                                 const wc_address *address)
{
    wc_chain_contract contract;
    wc_status status = wc_chain_contract_of(run->chain, address, &contract);
    if (status != WC_OK) {
        return wc_api_fail_status(run, status, "there is no contract of this address");
    }
    wc_json_open_line(run->json, NULL, '{');
    wc_json_add_number(run->json, "seq", (int64_t)wc_chain_head(run->chain)->seq);
    wc_api_put_address(run->json, "address", address);
    put_contract_head(run->json, &contract);
    wc_api_error error = put_escrow(run, money, address);
    wc_json_close(run->json);
    return error;
}

wc_api_error wc_answer_contract(wc_api_run *run)
{
    return with_money(run, put_contract);
}

wc_api_error wc_answer_abi(wc_api_run *run)
{
    wc_chain_contract contract;
    wc_status status = wc_chain_contract_of(run->chain, &run->args[0].hash, &contract);
    if (status != WC_OK) {
        return wc_api_fail_status(run, status, "there is no contract of this address");
    }
    wc_abi_put(run->json->buf, contract.module, &contract.entry.code);
    return WC_API_OK;
}
