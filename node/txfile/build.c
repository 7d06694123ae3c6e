/* A transaction built from its description; docs/reference/transactions.md has the form. */
#include <stdio.h>
#include <string.h>

#include "node/abi/encode.h"
#include "node/ledger/natives.h"
#include "node/ledger/roles.h"
#include "node/query/query.h"
#include "node/query/when.h"
#include "node/txfile/inside.h"
#include "vm/base/text.h"

typedef struct builder {
    wc_tx_draft *draft;
    wc_txfile_fault *fault;
    wc_arena *arena;
    const json_t *root;
    const wc_txfile_modules *modules;
    char place[64]; /* "calls[2]", in front of messages */
} builder;

static wc_status refuse(const builder *b, const char *what, const char *needed)
{
    return wc_txfile_refuse(b->fault, "%s%s%s: %s", b->place, b->place[0] != '\0' ? "." : "", what,
                            needed);
}

/* ---- small values ---------------------------------------------------------------------------- */

static wc_status number_in(const builder *b, const json_t *object, const char *name, uint64_t max,
                           uint64_t fallback, uint64_t *number)
{
    const json_t *value = json_object_get(object, name);
    int64_t parsed;
    *number = fallback;
    if (value == NULL) return WC_OK;
    if (json_is_integer(value)) {
        parsed = json_integer_value(value);
    } else if (!json_is_string(value) ||
               wc_parse_scaled(wc_str_of(json_string_value(value)), 0, &parsed) != WC_OK) {
        return refuse(b, name, "needs a whole number");
    }
    if (parsed < 0 || (uint64_t)parsed > max) return refuse(b, name, "is out of range");
    *number = (uint64_t)parsed;
    return WC_OK;
}

static wc_status hash_in(const builder *b, const json_t *object, const char *name, wc_hash *hash)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value) ||
        wc_parse_hex((wc_str){json_string_value(value), json_string_length(value)}, hash->bytes,
                     sizeof hash->bytes) != WC_OK) {
        return refuse(b, name, "needs 64 hex digits");
    }
    return WC_OK;
}

static wc_status address_of(const builder *b, const json_t *value, const char *name,
                            wc_address *address)
{
    wc_str text = {json_is_string(value) ? json_string_value(value) : "",
                   json_string_length(value)};
    if (wc_address_parse(address, text) == WC_OK ||
        wc_parse_hex(text, address->bytes, sizeof address->bytes) == WC_OK) {
        return WC_OK;
    }
    return refuse(b, name, "needs an address \"wc1...\", or 64 hex digits");
}

/* Members that a description must not have are misspelt ones. known: NULL at its end. */
static wc_status check_members(const builder *b, const json_t *object, const char *const *known)
{
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)object, key, member)
    {
        const char *const *at = known;
        while (*at != NULL && strcmp(*at, key) != 0) at++;
        if (*at == NULL) return refuse(b, key, "is not known here");
    }
    return WC_OK;
}

/* ---- signers --------------------------------------------------------------------------------- */

static wc_status add_signer(builder *b, const json_t *entry)
{
    wc_address address;
    uint16_t role = 0;
    uint8_t index;
    const json_t *account = json_is_object(entry) ? json_object_get(entry, "account") : entry;
    WC_TRY(address_of(b, account, "signers", &address));
    const json_t *named = json_object_get(entry, "role");
    if (named != NULL) {
        wc_role found = json_is_string(named) ? wc_role_find(wc_str_of(json_string_value(named)))
                                              : WC_ROLE_NONE;
        if (found == WC_ROLE_NONE) return refuse(b, "signers", "names a role that does not exist");
        role = (uint16_t)found;
    }
    uint8_t before = b->draft->tx.auth_count;
    wc_status status = wc_tx_draft_signer(b->draft, &index, &address, role);
    if (status == WC_NO_MEMORY) return status;
    if (status != WC_OK || index != before) {
        return refuse(b, "signers", "at most 16, each of them once");
    }
    return WC_OK;
}

static wc_status add_signers(builder *b)
{
    const json_t *list = json_object_get(b->root, "signers");
    if (!json_is_array(list) || json_array_size(list) == 0) {
        return refuse(b, "signers", "needs a list of accounts, the sender first");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        WC_TRY(add_signer(b, json_array_get(list, i)));
    }
    return WC_OK;
}

static wc_status signer_index(const builder *b, const json_t *value, const char *name,
                              uint8_t *index)
{
    wc_address address;
    WC_TRY(address_of(b, value, name, &address));
    for (uint8_t i = 0; i < b->draft->tx.auth_count; i++) {
        if (!wc_hash_equal(&b->draft->tx.auth[i].address, &address)) continue;
        *index = i;
        return WC_OK;
    }
    return refuse(b, name, "is none of the transaction's signers");
}

/* The signers of a call: those listed, else all of the transaction. */
static wc_status call_mask(const builder *b, const json_t *call, uint16_t *mask)
{
    const json_t *list = json_object_get(call, "signers");
    *mask = (uint16_t)((1u << b->draft->tx.auth_count) - 1u);
    if (list == NULL) return WC_OK;
    *mask = 0;
    if (!json_is_array(list)) return refuse(b, "signers", "needs a list of accounts");
    for (size_t i = 0; i < json_array_size(list); i++) {
        uint8_t index;
        WC_TRY(signer_index(b, json_array_get(list, i), "signers", &index));
        *mask = (uint16_t)(*mask | 1u << index);
    }
    return *mask != 0 ? WC_OK : refuse(b, "signers", "needs at least one account");
}

/* ---- money ----------------------------------------------------------------------------------- */

/* "10.00 CNY" by the assets that the description declares. */
static wc_status read_amount(const builder *b, const json_t *value, uint32_t *asset,
                             int64_t *amount)
{
    *asset = 0;
    *amount = 0;
    char code[17];
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    const char *blank = strchr(text, ' ');
    if (blank == NULL || sscanf(blank + 1, "%16s", code) != 1) {
        return refuse(b, "amount", "needs an amount with its currency, for example \"10.00 CNY\"");
    }
    const json_t *entry = json_object_get(json_object_get(b->root, "assets"), code);
    const json_t *number = json_object_get(entry, "number");
    const json_t *decimals = json_object_get(entry, "decimals");
    if (!json_is_integer(number) || !json_is_integer(decimals) || json_integer_value(number) < 1 ||
        json_integer_value(number) > UINT32_MAX || json_integer_value(decimals) < 0 ||
        json_integer_value(decimals) > WC_ASSET_SCALE_MAX) {
        return refuse(b, "amount", "`assets` does not say number and decimals of its currency");
    }
    *asset = (uint32_t)json_integer_value(number);
    wc_str digits = {text, (size_t)(blank - text)};
    if (wc_parse_scaled(digits, (unsigned)json_integer_value(decimals), amount) != WC_OK) {
        return refuse(b, "amount", "is no amount with the decimals of its currency");
    }
    return *amount > 0 ? WC_OK : refuse(b, "amount", "is not positive");
}

static wc_status add_ceilings(builder *b, const json_t *call, uint8_t index)
{
    const json_t *list = json_object_get(call, "ceilings");
    if (list != NULL && !json_is_array(list)) {
        return refuse(b, "ceilings", "needs a list of {account, amount}");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        uint8_t auth;
        uint32_t asset;
        int64_t max;
        WC_TRY(signer_index(b, json_object_get(entry, "account"), "ceilings", &auth));
        WC_TRY(read_amount(b, json_object_get(entry, "amount"), &asset, &max));
        wc_status status = wc_tx_draft_debit(b->draft, index, auth, asset, max);
        if (status == WC_NO_MEMORY) return status;
        if (status != WC_OK) {
            return refuse(b, "ceilings", "are for signers of the call, at most 64");
        }
    }
    return WC_OK;
}

/* ---- calls ----------------------------------------------------------------------------------- */

typedef struct call_parts {
    wc_call_kind kind;
    wc_hash target;
    uint16_t method;
    wc_slice args;
} call_parts;

static wc_status load(const builder *b, const json_t *path, const char *name,
                      const wc_module **module, wc_slice *bytes)
{
    if (!json_is_string(path)) return refuse(b, name, "needs the file of a contract");
    *module = b->modules->load(b->modules->self, json_string_value(path), bytes);
    return *module != NULL ? WC_OK : WC_NOT_FOUND;
}

static wc_status encode(const builder *b, const wc_module *module, uint16_t tuple, const char *name,
                        const json_t *value, wc_buf *out)
{
    wc_abi_fault fault;
    wc_status status = wc_abi_encode_fields(out, &fault, b->arena, module, tuple, value);
    if (status == WC_OUT_OF_DOMAIN) {
        return wc_txfile_refuse(b->fault, "%s.%s%s%s: %s", b->place, name,
                                fault.path[0] != '\0' ? "." : "", fault.path, fault.text);
    }
    if (status == WC_OK && out->full) return refuse(b, name, "are longer than a call may carry");
    return status;
}

/* NULL: there is none of this name. */
static const wc_entry *find_action(const wc_module *module, const json_t *named, uint16_t *method)
{
    wc_str name = wc_str_of(json_is_string(named) ? json_string_value(named) : "");
    const wc_entry *action;
    for (*method = 0; (action = wc_query_action(module, *method)) != NULL; (*method)++) {
        if (wc_str_equal(module->strings[action->name], name)) return action;
    }
    return NULL;
}

static wc_status build_action(const builder *b, const json_t *call, const char *verb,
                              call_parts *parts, wc_buf *out)
{
    static const char *const known[] = {"action",    "readings", "contract",  "instance",
                                        "arguments", "detached", "principal", "signers",
                                        "ceilings",  NULL};
    const wc_module *module;
    wc_slice bytes;
    WC_TRY(check_members(b, call, known));
    WC_TRY(load(b, json_object_get(call, "contract"), "contract", &module, &bytes));
    WC_TRY(address_of(b, json_object_get(call, "instance"), "instance", &parts->target));
    const wc_entry *action = find_action(module, json_object_get(call, verb), &parts->method);
    if (action == NULL) return refuse(b, verb, "the contract has no action of this name");
    parts->kind = strcmp(verb, "readings") == 0 ? WC_CALL_READINGS : WC_CALL_ACTION;
    return encode(b, module, action->args, "arguments", json_object_get(call, "arguments"), out);
}

static wc_status build_deploy(const builder *b, const json_t *call, call_parts *parts)
{
    static const char *const known[] = {"deploy", "principal", "signers", NULL};
    const wc_module *module;
    WC_TRY(check_members(b, call, known));
    WC_TRY(load(b, json_object_get(call, "deploy"), "deploy", &module, &parts->args));
    parts->kind = WC_CALL_DEPLOY;
    return WC_OK;
}

static wc_status build_parties(const builder *b, const wc_module *module, const json_t *parties,
                               wc_buf *out)
{
    for (uint16_t i = 0; i < module->party_count; i++) {
        char name[64];
        wc_str written = module->strings[module->parties[i].name];
        (void)snprintf(name, sizeof name, "%.*s", WC_STR_ARG(written));
        const json_t *bound = json_object_get(parties, name);
        wc_address address;
        if (bound == NULL) {
            return wc_txfile_refuse(b->fault, "%s.parties: %s is not bound", b->place, name);
        }
        WC_TRY(address_of(b, bound, name, &address));
        wc_buf_put(out, address.bytes, sizeof address.bytes);
    }
    if (json_object_size(parties) == module->party_count) return WC_OK;
    return refuse(b, "parties", "names a party that the contract does not have");
}

static wc_status build_create(const builder *b, const json_t *call, call_parts *parts, wc_buf *out)
{
    static const char *const known[] = {"create",  "parties",  "terms", "principal",
                                        "signers", "ceilings", NULL};
    const wc_module *module;
    wc_slice bytes;
    WC_TRY(check_members(b, call, known));
    WC_TRY(load(b, json_object_get(call, "create"), "create", &module, &bytes));
    parts->kind = WC_CALL_INSTANTIATE;
    parts->target = wc_code_id(bytes);
    WC_TRY(build_parties(b, module, json_object_get(call, "parties"), out));
    return encode(b, module, module->terms_type, "terms", json_object_get(call, "terms"), out);
}

static wc_status build_native(const builder *b, const json_t *call, call_parts *parts, wc_buf *out)
{
    static const char *const known[] = {
        "native", "arguments", "arguments_hex", "principal", "signers", "ceilings", NULL};
    const json_t *named = json_object_get(call, "native");
    const json_t *raw = json_object_get(call, "arguments_hex");
    wc_str name = wc_str_of(json_is_string(named) ? json_string_value(named) : "");
    size_t count;
    const wc_native_entry *table = wc_native_table(&count), *entry = NULL;
    WC_TRY(check_members(b, call, known));
    for (size_t i = 0; i < count; i++) {
        if (wc_str_equal(table[i].name, name)) entry = &table[i];
    }
    if (entry == NULL) return refuse(b, "native", "the ledger has no method of this name");
    parts->kind = WC_CALL_NATIVE;
    parts->target = wc_native_target();
    parts->method = entry->number;
    if (raw != NULL) {
        wc_status status = wc_txfile_hex(&parts->args, b->arena, raw);
        return status == WC_OUT_OF_DOMAIN ? refuse(b, "arguments_hex", "needs hex digits") : status;
    }
    wc_txfile_fault fault;
    wc_status status =
        wc_native_args(out, &fault, b->arena, entry->args, json_object_get(call, "arguments"));
    if (status != WC_OUT_OF_DOMAIN) return status;
    return wc_txfile_refuse(b->fault, "%s.arguments: %s", b->place, fault.text);
}

static wc_status build_parts(const builder *b, const json_t *call, call_parts *parts)
{
    wc_buf out;
    uint8_t *memory = wc_arena_alloc(b->arena, WC_ARGS_MAX, 1);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&out, memory, WC_ARGS_MAX);
    wc_status status;
    if (json_object_get(call, "action") != NULL) {
        status = build_action(b, call, "action", parts, &out);
    } else if (json_object_get(call, "readings") != NULL) {
        status = build_action(b, call, "readings", parts, &out);
    } else if (json_object_get(call, "deploy") != NULL) {
        status = build_deploy(b, call, parts);
    } else if (json_object_get(call, "create") != NULL) {
        status = build_create(b, call, parts, &out);
    } else if (json_object_get(call, "native") != NULL) {
        status = build_native(b, call, parts, &out);
    } else {
        return refuse(b, "call", "needs action, readings, deploy, create or native");
    }
    if (status == WC_OK && parts->args.data == NULL) parts->args = wc_buf_slice(&out);
    return status;
}

static wc_status give_args(const builder *b, const json_t *call, uint8_t index,
                           const call_parts *parts)
{
    const json_t *wish = json_object_get(call, "detached");
    bool is_detached = wish != NULL ? json_is_true(wish) : parts->kind == WC_CALL_READINGS;
    wc_status status;
    if (is_detached) {
        uint8_t *salt = wc_arena_alloc(b->arena, WC_PAYLOAD_SALT_SIZE, 1);
        if (salt == NULL) return WC_NO_MEMORY;
        wc_random_bytes(salt, WC_PAYLOAD_SALT_SIZE);
        status = wc_tx_draft_detached(b->draft, index, salt, parts->args);
    } else {
        status = wc_tx_draft_args(b->draft, index, parts->args);
    }
    return status == WC_TOO_LARGE ? refuse(b, "arguments", "are longer than a call may carry")
                                  : status;
}

static wc_status add_call(builder *b, const json_t *call)
{
    call_parts parts = {.kind = WC_CALL_ACTION};
    uint16_t mask;
    uint8_t index, principal;
    if (!json_is_object(call)) return refuse(b, "call", "needs an object");
    WC_TRY(call_mask(b, call, &mask));
    WC_TRY(build_parts(b, call, &parts));
    wc_status status =
        wc_tx_draft_call(b->draft, &index, parts.kind, &parts.target, parts.method, mask);
    if (status == WC_TOO_LARGE) return refuse(b, "call", "a transaction has at most 64 calls");
    WC_TRY(status);
    const json_t *named = json_object_get(call, "principal");
    if (named != NULL) {
        WC_TRY(signer_index(b, named, "principal", &principal));
        if (wc_tx_draft_principal(b->draft, index, principal) != WC_OK) {
            return refuse(b, "principal", "does not sign this call");
        }
    }
    WC_TRY(give_args(b, call, index, &parts));
    return add_ceilings(b, call, index);
}

static wc_status add_calls(builder *b)
{
    const json_t *list = json_object_get(b->root, "calls");
    if (!json_is_array(list) || json_array_size(list) == 0) {
        return refuse(b, "calls", "needs a list of calls");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        (void)snprintf(b->place, sizeof b->place, "calls[%zu]", i);
        WC_TRY(add_call(b, json_array_get(list, i)));
    }
    b->place[0] = '\0';
    return WC_OK;
}

/* ---- head ------------------------------------------------------------------------------------ */

static wc_status read_expiry(const builder *b, int64_t *expiry_s)
{
    int64_t end;
    const json_t *value = json_object_get(b->root, "expires");
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    if (strchr(text, 'Z') == NULL || wc_parse_span(wc_str_of(text), expiry_s, &end) != WC_OK) {
        return refuse(b, "expires", "needs a time in UTC, for example \"2026-12-31T12:00:00Z\"");
    }
    return WC_OK;
}

static wc_status read_head(builder *b)
{
    static const char *const known[] = {"chain",
                                        "genesis_hash",
                                        "signers",
                                        "payer",
                                        "lane",
                                        "nonce",
                                        "valid_from_height",
                                        "expiry_height",
                                        "expires",
                                        "gas_limit",
                                        "max_fee",
                                        "memo",
                                        "assets",
                                        "calls",
                                        NULL};
    wc_tx *tx = &b->draft->tx;
    uint64_t lane;
    WC_TRY(check_members(b, b->root, known));
    WC_TRY(add_signers(b));
    WC_TRY(number_in(b, b->root, "lane", WC_LANES_MAX - 1, 0, &lane));
    tx->lane = (uint16_t)lane;
    if (json_object_get(b->root, "nonce") == NULL) return refuse(b, "nonce", "is missing");
    if (json_object_get(b->root, "gas_limit") == NULL) return refuse(b, "gas_limit", "is missing");
    WC_TRY(number_in(b, b->root, "nonce", INT64_MAX, 0, &tx->nonce));
    WC_TRY(number_in(b, b->root, "valid_from_height", INT64_MAX, 0, &tx->valid_from_height));
    WC_TRY(number_in(b, b->root, "expiry_height", INT64_MAX, 0, &tx->expiry_height));
    WC_TRY(number_in(b, b->root, "gas_limit", INT64_MAX, 0, &tx->gas_limit));
    WC_TRY(number_in(b, b->root, "max_fee", INT64_MAX, 0, &tx->max_fee));
    WC_TRY(read_expiry(b, &tx->expiry_time_s));
    const json_t *payer = json_object_get(b->root, "payer");
    if (payer != NULL) WC_TRY(signer_index(b, payer, "payer", &tx->payer));
    if (json_object_get(b->root, "memo") != NULL) WC_TRY(hash_in(b, b->root, "memo", &tx->memo));
    return WC_OK;
}

static wc_status build(builder *b)
{
    wc_hash genesis;
    const json_t *chain = json_object_get(b->root, "chain");
    if (!json_is_string(chain)) return refuse(b, "chain", "needs the chain's id");
    WC_TRY(hash_in(b, b->root, "genesis_hash", &genesis));
    size_t len = json_string_length(chain);
    uint8_t *id = wc_arena_alloc(b->arena, len + 1, 1);
    if (id == NULL) return WC_NO_MEMORY;
    memcpy(id, json_string_value(chain), len);
    WC_TRY(wc_tx_draft_begin(b->draft, b->arena, wc_slice_of(id, len), &genesis));
    WC_TRY(read_head(b));
    WC_TRY(add_calls(b));
    wc_tx_fault wrong;
    wc_status status = wc_tx_draft_close(b->draft, &wrong);
    if (status == WC_OK || status == WC_NO_MEMORY) return status;
    return wc_txfile_refuse(b->fault, "%s (%s)", wc_tx_rule_text(wrong.rule),
                            wc_tx_rule_name(wrong.rule));
}

wc_status wc_txfile_build(wc_tx_draft *draft, wc_txfile_fault *fault, wc_arena *arena,
                          wc_slice json, const wc_txfile_modules *modules)
{
    json_t *root;
    wc_status status = wc_txfile_parse(&root, fault, json);
    builder b = {draft, fault, arena, root, modules, ""};
    if (status == WC_OK) status = build(&b);
    json_decref(root);
    return status;
}
