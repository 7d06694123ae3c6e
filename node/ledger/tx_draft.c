/* Drafts of transactions. Sorted lists are kept sorted by insertion: they have at most 64 entries.
 */
#include "node/ledger/tx_draft.h"

#include "node/ledger/pieces.h"
#include "node/ledger/read.h"
#include "vm/base/int.h"

wc_status wc_tx_draft_begin(wc_tx_draft *draft, wc_arena *arena, wc_slice chain_id,
                            const wc_hash *genesis_hash)
{
    wc_tx_call *calls = WC_ARENA_ARRAY(arena, wc_tx_call, WC_TX_CALLS_MAX);
    if (calls == NULL) return WC_NO_MEMORY;
    memset(draft, 0, sizeof *draft);
    draft->arena = arena;
    draft->calls = calls;
    draft->tx.calls = calls;
    draft->tx.chain_id = chain_id;
    draft->genesis_hash = *genesis_hash;
    return WC_OK;
}

wc_status wc_tx_draft_signer(wc_tx_draft *draft, uint8_t *index, const wc_address *address,
                             uint16_t role)
{
    wc_assert(!draft->is_closed);
    wc_tx *tx = &draft->tx;
    for (uint8_t i = 0; i < tx->auth_count; i++) {
        if (!wc_hash_equal(&tx->auth[i].address, address)) continue;
        if (tx->auth[i].role != role) return WC_EXISTS;
        *index = i;
        return WC_OK;
    }
    if (tx->auth_count == WC_TX_AUTHS_MAX) return WC_TOO_LARGE;
    tx->auth[tx->auth_count] = (wc_tx_auth){*address, role};
    *index = tx->auth_count++;
    return WC_OK;
}

wc_status wc_tx_draft_call(wc_tx_draft *draft, uint8_t *index, wc_call_kind kind,
                           const wc_hash *target, uint16_t method, uint16_t auth_mask)
{
    wc_assert(!draft->is_closed);
    wc_tx *tx = &draft->tx;
    if (auth_mask == 0 || (unsigned)auth_mask >> tx->auth_count != 0) return WC_OUT_OF_DOMAIN;
    if (tx->call_count == WC_TX_CALLS_MAX) return WC_TOO_LARGE;
    wc_tx_call *call = &draft->calls[tx->call_count];
    *call = (wc_tx_call){.kind = kind,
                         .auth_mask = auth_mask,
                         .principal = (uint8_t)__builtin_ctz(auth_mask),
                         .target = *target,
                         .method = method,
                         .carried = WC_CARRIED_INLINE,
                         .has_args = true};
    *index = tx->call_count++;
    return WC_OK;
}

wc_status wc_tx_draft_principal(wc_tx_draft *draft, uint8_t call, uint8_t principal)
{
    wc_assert(!draft->is_closed);
    if (call >= draft->tx.call_count || principal >= WC_TX_AUTHS_MAX) return WC_OUT_OF_DOMAIN;
    wc_tx_call *entry = &draft->calls[call];
    if ((entry->auth_mask >> principal & 1) == 0) return WC_OUT_OF_DOMAIN;
    entry->principal = principal;
    return WC_OK;
}

wc_status wc_tx_draft_args(wc_tx_draft *draft, uint8_t call, wc_slice args)
{
    wc_assert(!draft->is_closed);
    if (call >= draft->tx.call_count) return WC_OUT_OF_DOMAIN;
    if (args.len > WC_TX_SIZE_MAX) return WC_TOO_LARGE;
    wc_tx_call *entry = &draft->calls[call];
    entry->carried = WC_CARRIED_INLINE;
    entry->args = args;
    entry->payload_hash = (wc_hash){{0}};
    entry->payload_len = 0;
    entry->salt = wc_slice_of(NULL, 0);
    return WC_OK;
}

wc_status wc_tx_draft_detached(wc_tx_draft *draft, uint8_t call,
                               const uint8_t salt[WC_PAYLOAD_SALT_SIZE], wc_slice args)
{
    wc_assert(!draft->is_closed);
    if (call >= draft->tx.call_count) return WC_OUT_OF_DOMAIN;
    if (args.len > WC_TX_SIZE_MAX) return WC_TOO_LARGE;
    wc_tx_call *entry = &draft->calls[call];
    entry->carried = WC_CARRIED_DETACHED;
    entry->args = args;
    entry->payload_hash = wc_payload_hash(salt, args);
    entry->payload_len = (uint32_t)args.len;
    entry->salt = wc_slice_of(salt, WC_PAYLOAD_SALT_SIZE);
    return WC_OK;
}

wc_status wc_tx_draft_pieces(wc_tx_draft *draft, uint8_t call,
                             const uint8_t salt[WC_PAYLOAD_SALT_SIZE], wc_slice args,
                             uint16_t pieces)
{
    wc_assert(!draft->is_closed);
    if (call >= draft->tx.call_count || !wc_pieces_fit(args.len, pieces)) return WC_OUT_OF_DOMAIN;
    if (args.len > WC_TX_SIZE_MAX) return WC_TOO_LARGE;
    wc_tx_call *entry = &draft->calls[call];
    entry->carried = WC_CARRIED_PIECES;
    entry->pieces = pieces;
    entry->args = args;
    entry->payload_hash = wc_pieces_root(salt, args, pieces);
    entry->payload_len = (uint32_t)args.len;
    entry->salt = wc_slice_of(salt, WC_PAYLOAD_SALT_SIZE);
    return WC_OK;
}

/* Gives the call a new list with one more ceiling at position `at`. */
static wc_status insert_debit(wc_tx_draft *draft, wc_tx_call *call, size_t at, wc_tx_debit debit)
{
    if (call->debit_count == WC_TX_DEBITS_MAX) return WC_TOO_LARGE;
    wc_tx_debit *list = WC_ARENA_ARRAY(draft->arena, wc_tx_debit, call->debit_count + 1u);
    if (list == NULL) return WC_NO_MEMORY;
    for (size_t i = 0; i < at; i++) list[i] = call->debits[i];
    list[at] = debit;
    for (size_t i = at; i < call->debit_count; i++) list[i + 1] = call->debits[i];
    call->debits = list;
    call->debit_count++;
    return WC_OK;
}

/* Gives the call a new list in which the ceiling at position `at` is higher by `more`. */
static wc_status raise_debit(wc_tx_draft *draft, wc_tx_call *call, size_t at, int64_t more)
{
    int64_t sum;
    WC_TRY(wc_i64_add(call->debits[at].max, more, &sum));
    wc_tx_debit *list = WC_ARENA_ARRAY(draft->arena, wc_tx_debit, call->debit_count);
    if (list == NULL) return WC_NO_MEMORY;
    for (size_t i = 0; i < call->debit_count; i++) list[i] = call->debits[i];
    list[at].max = sum;
    call->debits = list;
    return WC_OK;
}

wc_status wc_tx_draft_debit(wc_tx_draft *draft, uint8_t call, uint8_t auth, uint32_t asset,
                            int64_t max)
{
    wc_assert(!draft->is_closed);
    if (call >= draft->tx.call_count || asset == 0 || max <= 0) return WC_OUT_OF_DOMAIN;
    wc_tx_call *entry = &draft->calls[call];
    if (auth >= WC_TX_AUTHS_MAX || (entry->auth_mask >> auth & 1) == 0) return WC_OUT_OF_DOMAIN;
    size_t at = 0;
    while (at < entry->debit_count) {
        const wc_tx_debit *other = &entry->debits[at];
        if (other->auth == auth && other->asset == asset) {
            return raise_debit(draft, entry, at, max);
        }
        if (other->auth > auth || (other->auth == auth && other->asset > asset)) break;
        at++;
    }
    return insert_debit(draft, entry, at, (wc_tx_debit){auth, asset, max});
}

/* Bytes that wc_tx_put_body writes; no sum can wrap, as every term was bounded when it was added.
 */
static size_t body_size(const wc_tx *tx)
{
    size_t size = 1 + tx->chain_id.len + 2 + 1 + tx->auth_count * 34u + 1 + 2 + 6 * 8 + 32 + 1;
    for (size_t i = 0; i < tx->call_count; i++) {
        const wc_tx_call *call = &tx->calls[i];
        size_t args = call->args.len;
        if (wc_tx_call_is_detached(call)) args = WC_HASH_SIZE + 4;
        if (call->carried == WC_CARRIED_PIECES) args += 2;
        size += 1 + 2 + 1 + 32 + 2 + 1 + call->debit_count * 13u + 1 + 4 + args;
    }
    return size + 2 + tx->access.len;
}

wc_status wc_tx_draft_close(wc_tx_draft *draft, wc_tx_fault *fault)
{
    wc_assert(!draft->is_closed);
    size_t size = body_size(&draft->tx);
    uint8_t *bytes = wc_arena_alloc(draft->arena, size, 1);
    if (bytes == NULL) return WC_NO_MEMORY;
    wc_buf buf;
    wc_buf_init(&buf, bytes, size);
    wc_tx_put_body(&buf, &draft->tx);
    WC_TRY(wc_buf_status(&buf)); /* a chain id that its length byte cannot count */
    wc_assert(buf.len == size);

    size_t mark = wc_arena_mark(draft->arena);
    wc_tx checked;
    wc_status status = wc_tx_decode_body(&checked, fault, draft->arena, wc_buf_slice(&buf));
    wc_arena_rewind(draft->arena, mark);
    WC_TRY(status);
    draft->body = wc_buf_slice(&buf);
    draft->tx_id = wc_tx_id(&draft->genesis_hash, draft->body);
    draft->is_closed = true;
    return WC_OK;
}

/* Puts a signature in its place. */
static wc_status insert_sig(wc_tx *tx, const wc_tx_sig *sig)
{
    size_t at = 0;
    while (at < tx->sig_count) {
        const wc_tx_sig *other = &tx->sigs[at];
        if (other->auth == sig->auth && other->key_id == sig->key_id) return WC_EXISTS;
        if (other->auth > sig->auth || (other->auth == sig->auth && other->key_id > sig->key_id)) {
            break;
        }
        at++;
    }
    if (tx->sig_count == WC_TX_SIGS_MAX) return WC_TOO_LARGE;
    for (size_t i = tx->sig_count; i > at; i--) tx->sigs[i] = tx->sigs[i - 1];
    tx->sigs[at] = *sig;
    tx->sig_count++;
    return WC_OK;
}

wc_status wc_tx_draft_sign(wc_tx_draft *draft, uint8_t auth, uint16_t key_id, const wc_keypair *key)
{
    if (!draft->is_closed || auth >= draft->tx.auth_count) return WC_OUT_OF_DOMAIN;
    uint8_t message[WC_SIGNED_MESSAGE_SIZE];
    wc_tx_signed_message(message, &draft->tx_id, auth, key_id, WC_SCHEME_ED25519);
    wc_tx_sig sig = {auth, key_id, WC_SCHEME_ED25519,
                     wc_sign(key, wc_slice_of(message, sizeof message))};
    return insert_sig(&draft->tx, &sig);
}

wc_status wc_tx_draft_add_sig(wc_tx_draft *draft, const wc_tx_sig *sig, const wc_public_key *pub)
{
    if (!draft->is_closed || sig->auth >= draft->tx.auth_count) return WC_OUT_OF_DOMAIN;
    if (sig->scheme != WC_SCHEME_ED25519) return WC_OUT_OF_DOMAIN;
    uint8_t message[WC_SIGNED_MESSAGE_SIZE];
    wc_tx_signed_message(message, &draft->tx_id, sig->auth, sig->key_id, sig->scheme);
    if (!wc_verify(pub, &sig->signature, wc_slice_of(message, sizeof message))) {
        return WC_BAD_SIGNATURE;
    }
    return insert_sig(&draft->tx, sig);
}

wc_status wc_tx_draft_encode(wc_tx_draft *draft, wc_buf *buf, wc_tx_fault *fault)
{
    size_t start = buf->len;
    wc_tx_put(buf, &draft->tx);
    WC_TRY(wc_buf_status(buf));
    size_t mark = wc_arena_mark(draft->arena);
    wc_tx checked;
    wc_status status = wc_tx_decode(&checked, fault, draft->arena,
                                    wc_slice_of(buf->data + start, buf->len - start));
    wc_arena_rewind(draft->arena, mark);
    return status;
}
