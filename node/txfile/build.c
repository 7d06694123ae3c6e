/* A transaction built from its description; docs/reference/transactions.md has the form. */
#include <stdio.h>
#include <string.h>

#include "node/ledger/roles.h"
#include "node/query/nearest.h"
#include "node/query/when.h"
#include "node/txfile/build_inside.h"
#include "vm/base/text.h"

wc_status wc_txbuild_refuse(const wc_txbuilder *b, const char *what, const char *needed)
{
    return wc_txfile_refuse(b->fault, "%s%s%s: %s", b->place, b->place[0] != '\0' ? "." : "", what,
                            needed);
}

/* ---- small values ---------------------------------------------------------------------------- */

static wc_status number_in(const wc_txbuilder *b, const json_t *object, const char *name,
                           uint64_t max, uint64_t fallback, uint64_t *number)
{
    const json_t *value = json_object_get(object, name);
    int64_t parsed;
    *number = fallback;
    if (value == NULL) return WC_OK;
    if (json_is_integer(value)) {
        parsed = json_integer_value(value);
    } else if (!json_is_string(value) ||
               wc_parse_scaled(wc_str_of(json_string_value(value)), 0, &parsed) != WC_OK) {
        return wc_txbuild_refuse(b, name, "needs a whole number");
    }
    if (parsed < 0 || (uint64_t)parsed > max) return wc_txbuild_refuse(b, name, "is out of range");
    *number = (uint64_t)parsed;
    return WC_OK;
}

static wc_status hash_in(const wc_txbuilder *b, const json_t *object, const char *name,
                         wc_hash *hash)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value) ||
        wc_parse_hex((wc_str){json_string_value(value), json_string_length(value)}, hash->bytes,
                     sizeof hash->bytes) != WC_OK) {
        return wc_txbuild_refuse(b, name, "needs 64 hex digits");
    }
    return WC_OK;
}

wc_status wc_txbuild_address(const wc_txbuilder *b, const json_t *value, const char *name,
                             wc_address *address)
{
    char place[128];
    (void)snprintf(place, sizeof place, "%s%s%.60s", b->place, b->place[0] != '\0' ? "." : "",
                   name);
    return wc_txfile_address(address, b->fault, place, value, b->inputs->names);
}

/* Members that a description must not have are misspelt ones. known: NULL at its end. */
wc_status wc_txbuild_members(const wc_txbuilder *b, const json_t *object, const char *const *known)
{
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)object, key, member)
    {
        const char *const *at = known, *nearest = NULL;
        size_t slips = WC_NEAREST_SLIPS_MAX + 1;
        for (; *at != NULL && strcmp(*at, key) != 0; at++) {
            wc_nearest_offer(key, *at, &nearest, &slips);
        }
        if (*at != NULL) continue;
        if (nearest == NULL) return wc_txbuild_refuse(b, key, "is not known here");
        char text[96];
        (void)snprintf(text, sizeof text, "is not known here; did you mean `%s`?", nearest);
        return wc_txbuild_refuse(b, key, text);
    }
    return WC_OK;
}

/* ---- signers --------------------------------------------------------------------------------- */

static wc_status add_signer(wc_txbuilder *b, const json_t *entry)
{
    wc_address address;
    uint16_t role = 0;
    uint8_t index;
    const json_t *account = json_is_object(entry) ? json_object_get(entry, "account") : entry;
    WC_TRY(wc_txbuild_address(b, account, "signers", &address));
    const json_t *named = json_object_get(entry, "role");
    if (named != NULL) {
        wc_role found = json_is_string(named) ? wc_role_find(wc_str_of(json_string_value(named)))
                                              : WC_ROLE_NONE;
        if (found == WC_ROLE_NONE)
            return wc_txbuild_refuse(b, "signers", "names a role that does not exist");
        role = (uint16_t)found;
    }
    uint8_t before = b->draft->tx.auth_count;
    wc_status status = wc_tx_draft_signer(b->draft, &index, &address, role);
    if (status == WC_NO_MEMORY) return status;
    if (status != WC_OK || index != before) {
        return wc_txbuild_refuse(b, "signers", "at most 16, each of them once");
    }
    return WC_OK;
}

static wc_status add_signers(wc_txbuilder *b)
{
    const json_t *list = json_object_get(b->root, "signers");
    if (!json_is_array(list) || json_array_size(list) == 0) {
        return wc_txbuild_refuse(b, "signers", "needs a list of accounts, the sender first");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        WC_TRY(add_signer(b, json_array_get(list, i)));
    }
    return WC_OK;
}

static wc_status signer_index(const wc_txbuilder *b, const json_t *value, const char *name,
                              uint8_t *index)
{
    wc_address address;
    WC_TRY(wc_txbuild_address(b, value, name, &address));
    for (uint8_t i = 0; i < b->draft->tx.auth_count; i++) {
        if (!wc_hash_equal(&b->draft->tx.auth[i].address, &address)) continue;
        *index = i;
        return WC_OK;
    }
    return wc_txbuild_refuse(b, name, "is none of the transaction's signers");
}

/* The signers of a call: those listed, else all of the transaction. */
static wc_status call_mask(const wc_txbuilder *b, const json_t *call, uint16_t *mask)
{
    const json_t *list = json_object_get(call, "signers");
    *mask = (uint16_t)((1u << b->draft->tx.auth_count) - 1u);
    if (list == NULL) return WC_OK;
    *mask = 0;
    if (!json_is_array(list)) return wc_txbuild_refuse(b, "signers", "needs a list of accounts");
    for (size_t i = 0; i < json_array_size(list); i++) {
        uint8_t index;
        WC_TRY(signer_index(b, json_array_get(list, i), "signers", &index));
        *mask = (uint16_t)(*mask | 1u << index);
    }
    return *mask != 0 ? WC_OK : wc_txbuild_refuse(b, "signers", "needs at least one account");
}

/* ---- money ----------------------------------------------------------------------------------- */

/* "10.00 CNY" by the assets that the description declares. */
static wc_status read_amount(const wc_txbuilder *b, const json_t *value, uint32_t *asset,
                             int64_t *amount)
{
    *asset = 0;
    *amount = 0;
    char code[17];
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    const char *blank = strchr(text, ' ');
    if (blank == NULL || sscanf(blank + 1, "%16s", code) != 1) {
        return wc_txbuild_refuse(b, "amount",
                                 "needs an amount with its currency, for example \"10.00 CNY\"");
    }
    const json_t *entry = json_object_get(json_object_get(b->root, "assets"), code);
    const json_t *number = json_object_get(entry, "number");
    const json_t *decimals = json_object_get(entry, "decimals");
    if (!json_is_integer(number) || !json_is_integer(decimals) || json_integer_value(number) < 1 ||
        json_integer_value(number) > UINT32_MAX || json_integer_value(decimals) < 0 ||
        json_integer_value(decimals) > WC_ASSET_SCALE_MAX) {
        return wc_txbuild_refuse(b, "amount",
                                 "`assets` does not say number and decimals of its currency");
    }
    *asset = (uint32_t)json_integer_value(number);
    wc_str digits = {text, (size_t)(blank - text)};
    if (wc_parse_scaled(digits, (unsigned)json_integer_value(decimals), amount) != WC_OK) {
        return wc_txbuild_refuse(b, "amount", "is no amount with the decimals of its currency");
    }
    return *amount > 0 ? WC_OK : wc_txbuild_refuse(b, "amount", "is not positive");
}

static wc_status add_ceilings(wc_txbuilder *b, const json_t *call, uint8_t index)
{
    const json_t *list = json_object_get(call, "ceilings");
    if (list != NULL && !json_is_array(list)) {
        return wc_txbuild_refuse(b, "ceilings", "needs a list of {account, amount}");
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
            return wc_txbuild_refuse(b, "ceilings", "are for signers of the call, at most 64");
        }
    }
    return WC_OK;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static wc_status give_args(const wc_txbuilder *b, const json_t *call, uint8_t index,
                           const wc_txbuild_parts *parts)
{
    const json_t *wish = json_object_get(call, "detached");
    bool is_detached = wish != NULL ? json_is_true(wish) : parts->kind == WC_CALL_READINGS;
    wc_status status;
    if (is_detached) {
        uint8_t *salt = wc_arena_alloc(b->arena, WC_PAYLOAD_SALT_SIZE, 1);
        if (salt == NULL) return WC_NO_MEMORY;
        wc_random_bytes(salt, WC_PAYLOAD_SALT_SIZE);
        status = parts->pieces > 0
                     ? wc_tx_draft_pieces(b->draft, index, salt, parts->args, parts->pieces)
                     : wc_tx_draft_detached(b->draft, index, salt, parts->args);
    } else {
        status = wc_tx_draft_args(b->draft, index, parts->args);
    }
    return status == WC_TOO_LARGE
               ? wc_txbuild_refuse(b, "arguments", "are longer than a call may carry")
               : status;
}

static wc_status add_call(wc_txbuilder *b, const json_t *call)
{
    wc_txbuild_parts parts = {.kind = WC_CALL_ACTION};
    uint16_t mask;
    uint8_t index, principal;
    if (!json_is_object(call)) return wc_txbuild_refuse(b, "call", "needs an object");
    WC_TRY(call_mask(b, call, &mask));
    WC_TRY(wc_txbuild_call(b, call, &parts));
    wc_status status =
        wc_tx_draft_call(b->draft, &index, parts.kind, &parts.target, parts.method, mask);
    if (status == WC_TOO_LARGE)
        return wc_txbuild_refuse(b, "call", "a transaction has at most 64 calls");
    WC_TRY(status);
    const json_t *named = json_object_get(call, "principal");
    if (named != NULL) {
        WC_TRY(signer_index(b, named, "principal", &principal));
        if (wc_tx_draft_principal(b->draft, index, principal) != WC_OK) {
            return wc_txbuild_refuse(b, "principal", "does not sign this call");
        }
    }
    WC_TRY(give_args(b, call, index, &parts));
    return add_ceilings(b, call, index);
}

static wc_status add_calls(wc_txbuilder *b)
{
    const json_t *list = json_object_get(b->root, "calls");
    if (!json_is_array(list) || json_array_size(list) == 0) {
        return wc_txbuild_refuse(b, "calls", "needs a list of calls");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        (void)snprintf(b->place, sizeof b->place, "calls[%zu]", i);
        WC_TRY(add_call(b, json_array_get(list, i)));
    }
    b->place[0] = '\0';
    return WC_OK;
}

/* ---- head ------------------------------------------------------------------------------------ */

static wc_status read_expiry(const wc_txbuilder *b, int64_t *expiry_s)
{
    int64_t end;
    const json_t *value = json_object_get(b->root, "expires");
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    if (strchr(text, 'Z') == NULL || wc_parse_span(wc_str_of(text), expiry_s, &end) != WC_OK) {
        return wc_txbuild_refuse(b, "expires",
                                 "needs a time in UTC, for example \"2026-12-31T12:00:00Z\"");
    }
    return WC_OK;
}

static wc_status read_head(wc_txbuilder *b)
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
    WC_TRY(wc_txbuild_members(b, b->root, known));
    WC_TRY(add_signers(b));
    WC_TRY(number_in(b, b->root, "lane", WC_LANES_MAX - 1, 0, &lane));
    tx->lane = (uint16_t)lane;
    if (json_object_get(b->root, "nonce") == NULL)
        return wc_txbuild_refuse(b, "nonce", "is missing");
    if (json_object_get(b->root, "gas_limit") == NULL)
        return wc_txbuild_refuse(b, "gas_limit", "is missing");
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

static wc_status build(wc_txbuilder *b)
{
    wc_hash genesis;
    const json_t *chain = json_object_get(b->root, "chain");
    if (json_object_get(b->root, "body") != NULL) {
        return wc_txfile_refuse(b->fault, "is a transaction, built already; sign or submit it");
    }
    if (!json_is_string(chain)) return wc_txbuild_refuse(b, "chain", "needs the chain's id");
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
                          wc_slice json, const wc_txfile_inputs *inputs)
{
    json_t *root;
    wc_status status = wc_txfile_parse(&root, fault, json);
    wc_txbuilder b = {draft, fault, arena, root, inputs, ""};
    if (status == WC_OK) status = build(&b);
    json_decref(root);
    return status;
}
