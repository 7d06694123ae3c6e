/* The file of a transaction: read, written, signed, merged, encoded. */
#include "node/txfile/txfile.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "node/txfile/inside.h"
#include "vm/base/json.h"
#include "vm/base/text.h"

#define FORMAT "wattclause-tx/1"

wc_status wc_txfile_refuse(wc_txfile_fault *fault, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(fault->text, sizeof fault->text, format, args);
    va_end(args);
    return WC_OUT_OF_DOMAIN;
}

/* ---- reading --------------------------------------------------------------------------------- */

wc_status wc_txfile_hex(wc_slice *bytes, wc_arena *arena, const json_t *value)
{
    if (!json_is_string(value) || json_string_length(value) % 2 != 0) return WC_OUT_OF_DOMAIN;
    wc_str text = {json_string_value(value), json_string_length(value)};
    uint8_t *memory = wc_arena_alloc(arena, text.len / 2 + 1, 1);
    if (memory == NULL) return WC_NO_MEMORY;
    if (wc_parse_hex(text, memory, text.len / 2) != WC_OK) return WC_OUT_OF_DOMAIN;
    *bytes = wc_slice_of(memory, text.len / 2);
    return WC_OK;
}

wc_status wc_txfile_address(wc_address *address, wc_txfile_fault *fault, const char *what,
                            const json_t *value, const wc_names *names)
{
    char why[WC_TXFILE_TEXT_MAX / 2];
    wc_buf text;
    if (!json_is_string(value)) {
        return wc_txfile_refuse(fault, "%s: needs an address \"wc1...\" or a name", what);
    }
    wc_str meant = {json_string_value(value), json_string_length(value)};
    if (wc_names_address(address, names, meant) == WC_OK) return WC_OK;
    wc_buf_init(&text, (uint8_t *)why, sizeof why - 1);
    wc_names_refuse(&text, names, meant);
    why[text.len] = '\0';
    return wc_txfile_refuse(fault, "%s: %s", what, why);
}

static wc_status read_number(const json_t *object, const char *name, uint64_t max, uint64_t *number)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_integer(value) || json_integer_value(value) < 0) return WC_OUT_OF_DOMAIN;
    *number = (uint64_t)json_integer_value(value);
    return *number <= max ? WC_OK : WC_OUT_OF_DOMAIN;
}

static wc_status read_body(wc_txfile *file, wc_txfile_fault *fault, wc_arena *arena,
                           const json_t *root)
{
    wc_slice body, genesis;
    wc_tx_fault wrong;
    if (wc_txfile_hex(&genesis, arena, json_object_get(root, "genesis_hash")) != WC_OK ||
        genesis.len != WC_HASH_SIZE) {
        return wc_txfile_refuse(fault, "genesis_hash is not 64 hex digits");
    }
    memcpy(file->genesis_hash.bytes, genesis.data, WC_HASH_SIZE);
    if (wc_txfile_hex(&body, arena, json_object_get(root, "body")) != WC_OK) {
        return wc_txfile_refuse(fault, "body is not a text of hex digits");
    }
    wc_status status = wc_tx_decode_body(&file->tx, &wrong, arena, body);
    if (status == WC_NO_MEMORY) return status;
    if (status != WC_OK) {
        return wc_txfile_refuse(fault, "body, byte %zu: %s (%s)", wrong.offset,
                                wc_tx_rule_text(wrong.rule), wc_tx_rule_name(wrong.rule));
    }
    file->tx_id = wc_tx_id(&file->genesis_hash, body);
    return WC_OK;
}

static wc_status read_signature(wc_txfile *file, wc_txfile_fault *fault, wc_arena *arena,
                                const json_t *entry, size_t i)
{
    uint64_t auth, key_id;
    wc_slice bytes;
    if (read_number(entry, "auth", UINT8_MAX, &auth) != WC_OK || auth >= file->tx.auth_count ||
        read_number(entry, "key_id", UINT16_MAX, &key_id) != WC_OK ||
        wc_txfile_hex(&bytes, arena, json_object_get(entry, "signature")) != WC_OK ||
        bytes.len != WC_SIGNATURE_SIZE) {
        return wc_txfile_refuse(fault, "signatures[%zu] is no {auth, key_id, signature}", i);
    }
    wc_tx_sig sig = {(uint8_t)auth, (uint16_t)key_id, WC_SCHEME_ED25519, {{0}}};
    memcpy(sig.signature.bytes, bytes.data, bytes.len);
    return wc_txfile_add(file, fault, &sig);
}

/* The i-th detached call of the body; NULL: there are fewer. */
static wc_tx_call *detached_call(const wc_txfile *file, size_t i)
{
    for (uint8_t c = 0; c < file->tx.call_count; c++) {
        const wc_tx_call *call = &file->tx.calls[c];
        if (wc_tx_call_is_detached(call) && i-- == 0) return (wc_tx_call *)(uintptr_t)call;
    }
    return NULL;
}

/* Payloads are given to the calls that they belong to, in order; null stands for one that this file
 * lacks. */
static wc_status read_payload(wc_txfile *file, wc_txfile_fault *fault, wc_arena *arena,
                              const json_t *entry, size_t i)
{
    wc_slice salt, bytes;
    wc_tx_call *call = detached_call(file, i);
    if (call == NULL) return wc_txfile_refuse(fault, "payloads[%zu] belongs to no call", i);
    if (json_is_null(entry)) return WC_OK;
    if (wc_txfile_hex(&salt, arena, json_object_get(entry, "salt")) != WC_OK ||
        salt.len != WC_PAYLOAD_SALT_SIZE ||
        wc_txfile_hex(&bytes, arena, json_object_get(entry, "bytes")) != WC_OK) {
        return wc_txfile_refuse(fault, "payloads[%zu] is no {salt, bytes}", i);
    }
    bool fits = bytes.len == call->payload_len;
    wc_hash hash = fits ? wc_tx_payload_hash(call, salt.data, bytes) : (wc_hash){{0}};
    if (!fits || !wc_hash_equal(&hash, &call->payload_hash)) {
        return wc_txfile_refuse(fault, "payloads[%zu] is not the one that the body signs for", i);
    }
    call->args = bytes;
    call->salt = salt;
    call->has_args = true;
    return WC_OK;
}

typedef wc_status (*entry_reader)(wc_txfile *file, wc_txfile_fault *fault, wc_arena *arena,
                                  const json_t *entry, size_t i);

static wc_status read_list(wc_txfile *file, wc_txfile_fault *fault, wc_arena *arena,
                           const json_t *root, const char *name, entry_reader read)
{
    const json_t *list = json_object_get(root, name);
    if (list == NULL) return WC_OK;
    if (!json_is_array(list)) return wc_txfile_refuse(fault, "%s is no list", name);
    for (size_t i = 0; i < json_array_size(list); i++) {
        WC_TRY(read(file, fault, arena, json_array_get(list, i), i));
    }
    return WC_OK;
}

wc_status wc_txfile_parse(json_t **root, wc_txfile_fault *fault, wc_slice json)
{
    json_error_t error;
    *root = NULL;
    if (json.len > WC_TXFILE_SIZE_MAX) return wc_txfile_refuse(fault, "longer than 1 MiB");
    *root = json_loadb((const char *)json.data, json.len, JSON_REJECT_DUPLICATES, &error);
    if (*root == NULL) {
        return wc_txfile_refuse(fault, "line %d, column %d: %.200s", error.line, error.column,
                                error.text);
    }
    if (!json_is_object(*root)) return wc_txfile_refuse(fault, "no JSON object");
    return WC_OK;
}

wc_status wc_txfile_read(wc_txfile *file, wc_txfile_fault *fault, wc_arena *arena, wc_slice json)
{
    json_t *root;
    *file = (wc_txfile){.genesis_hash = {{0}}};
    wc_status status = wc_txfile_parse(&root, fault, json);
    if (status == WC_OK) {
        const char *format = json_string_value(json_object_get(root, "format"));
        if (format == NULL || strcmp(format, FORMAT) != 0) {
            bool is_description = json_object_get(root, "calls") != NULL;
            status = wc_txfile_refuse(fault, "no transaction file: `format` is not " FORMAT "%s",
                                      is_description ? "; a description: `tx build` it first" : "");
        }
    }
    if (status == WC_OK) status = read_body(file, fault, arena, root);
    if (status == WC_OK) status = read_list(file, fault, arena, root, "signatures", read_signature);
    if (status == WC_OK) status = read_list(file, fault, arena, root, "payloads", read_payload);
    json_decref(root);
    return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_payloads(wc_json *json, const wc_txfile *file)
{
    const wc_tx_call *call;
    wc_json_open(json, "payloads", '[');
    for (size_t i = 0; (call = detached_call(file, i)) != NULL; i++) {
        if (!call->has_args) {
            wc_json_add_null(json, NULL);
            continue;
        }
        wc_json_open_line(json, NULL, '{');
        wc_json_add_hex(json, "salt", call->salt);
        wc_json_add_hex(json, "bytes", call->args);
        wc_json_close(json);
    }
    wc_json_close(json);
}

void wc_txfile_put(wc_buf *text, const wc_txfile *file)
{
    wc_json json = wc_json_to(text);
    wc_json_open(&json, NULL, '{');
    wc_json_add_text(&json, "format", FORMAT);
    wc_json_add_hex(&json, "genesis_hash", wc_slice_of(file->genesis_hash.bytes, WC_HASH_SIZE));
    wc_json_add_hex(&json, "body", file->tx.body);
    wc_json_open(&json, "signatures", '[');
    for (uint8_t i = 0; i < file->tx.sig_count; i++) {
        const wc_tx_sig *sig = &file->tx.sigs[i];
        wc_json_open_line(&json, NULL, '{');
        wc_json_add_number(&json, "auth", sig->auth);
        wc_json_add_number(&json, "key_id", sig->key_id);
        wc_json_add_hex(&json, "signature", wc_slice_of(sig->signature.bytes, WC_SIGNATURE_SIZE));
        wc_json_close(&json);
    }
    wc_json_close(&json);
    put_payloads(&json, file);
    wc_json_close(&json);
}

wc_status wc_txfile_of_draft(wc_txfile *file, wc_arena *arena, const wc_tx_draft *draft)
{
    wc_tx_fault wrong;
    *file = (wc_txfile){.genesis_hash = draft->genesis_hash, .tx_id = draft->tx_id};
    wc_status status = wc_tx_decode_body(&file->tx, &wrong, arena, draft->body);
    if (status == WC_NO_MEMORY) return status;
    wc_assert(status == WC_OK); /* closing the draft decoded it */
    for (uint8_t i = 0; i < file->tx.call_count; i++) {
        if (!wc_tx_call_is_detached(&file->tx.calls[i])) continue;
        wc_tx_call *call = (wc_tx_call *)(uintptr_t)&file->tx.calls[i];
        call->args = draft->calls[i].args;
        call->salt = draft->calls[i].salt;
        call->has_args = true;
    }
    return WC_OK;
}

/* ---- signatures ------------------------------------------------------------------------------ */

wc_status wc_txfile_add(wc_txfile *file, wc_txfile_fault *fault, const wc_tx_sig *sig)
{
    wc_tx *tx = &file->tx;
    uint8_t at = 0;
    for (; at < tx->sig_count; at++) {
        const wc_tx_sig *other = &tx->sigs[at];
        if (other->auth == sig->auth && other->key_id == sig->key_id) {
            (void)wc_txfile_refuse(fault, "key %u of signer %u has signed already", sig->key_id,
                                   sig->auth + 1u);
            return WC_EXISTS;
        }
        if (other->auth > sig->auth || (other->auth == sig->auth && other->key_id > sig->key_id)) {
            break;
        }
    }
    if (tx->sig_count == WC_TX_SIGS_MAX) {
        (void)wc_txfile_refuse(fault, "a transaction holds %u signatures", WC_TX_SIGS_MAX);
        return WC_TOO_LARGE;
    }
    memmove(&tx->sigs[at + 1], &tx->sigs[at], (size_t)(tx->sig_count - at) * sizeof tx->sigs[0]);
    tx->sigs[at] = *sig;
    tx->sig_count++;
    return WC_OK;
}

wc_status wc_txfile_sign(wc_txfile *file, wc_txfile_fault *fault, uint8_t auth, uint16_t key_id,
                         const wc_keypair *pair)
{
    if (auth >= file->tx.auth_count) {
        return wc_txfile_refuse(fault, "the transaction has %u signers", file->tx.auth_count);
    }
    uint8_t message[WC_SIGNED_MESSAGE_SIZE];
    wc_tx_signed_message(message, &file->tx_id, auth, key_id, WC_SCHEME_ED25519);
    wc_tx_sig sig = {auth, key_id, WC_SCHEME_ED25519,
                     wc_sign(pair, wc_slice_of(message, sizeof message))};
    return wc_txfile_add(file, fault, &sig);
}

static const wc_tx_sig *find_sig(const wc_txfile *file, const wc_tx_sig *sig)
{
    for (uint8_t i = 0; i < file->tx.sig_count; i++) {
        const wc_tx_sig *own = &file->tx.sigs[i];
        if (own->auth == sig->auth && own->key_id == sig->key_id) return own;
    }
    return NULL;
}

wc_status wc_txfile_merge(wc_txfile *file, wc_txfile_fault *fault, const wc_txfile *other)
{
    if (!wc_hash_equal(&file->tx_id, &other->tx_id)) {
        (void)wc_txfile_refuse(fault, "the two are different transactions");
        return WC_DIFFERS;
    }
    for (uint8_t i = 0; i < other->tx.sig_count; i++) {
        const wc_tx_sig *sig = &other->tx.sigs[i];
        const wc_tx_sig *own = find_sig(file, sig);
        if (own == NULL) {
            WC_TRY(wc_txfile_add(file, fault, sig));
        } else if (memcmp(&own->signature, &sig->signature, sizeof sig->signature) != 0) {
            (void)wc_txfile_refuse(fault,
                                   "the two have different signatures of key %u of signer %u",
                                   sig->key_id, sig->auth + 1u);
            return WC_DIFFERS;
        }
    }
    wc_tx_call *call;
    for (size_t i = 0; (call = detached_call(file, i)) != NULL; i++) {
        const wc_tx_call *theirs = detached_call(other, i);
        if (!call->has_args && theirs->has_args) *call = *theirs;
    }
    return WC_OK;
}

/* ---- the bytes for a node -------------------------------------------------------------------- */

wc_status wc_txfile_encode(wc_buf *raw, wc_txfile_fault *fault, wc_arena *arena,
                           const wc_txfile *file)
{
    size_t start = raw->len;
    wc_tx_fault wrong;
    wc_tx decoded;
    const wc_tx_call *call;
    if (file->tx.sig_count == 0) return wc_txfile_refuse(fault, "nobody has signed it yet");
    for (size_t i = 0; (call = detached_call(file, i)) != NULL; i++) {
        if (!call->has_args) return wc_txfile_refuse(fault, "payload %zu is missing", i);
    }
    wc_tx_put(raw, &file->tx);
    if (raw->full) return WC_NO_SPACE;
    wc_slice bytes = wc_slice_of(raw->data + start, raw->len - start);
    wc_status status = wc_tx_decode(&decoded, &wrong, arena, bytes);
    if (status == WC_OK || status == WC_NO_MEMORY) return status;
    raw->len = start;
    return wc_txfile_refuse(fault, "%s (%s)", wc_tx_rule_text(wrong.rule),
                            wc_tx_rule_name(wrong.rule));
}
