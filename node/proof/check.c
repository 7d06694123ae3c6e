/* From a fact up to what is trusted, one step after the other. */
#include "node/proof/check.h"

#include "node/proof/position.h"

typedef struct reason_row {
    const char *name, *text;
} reason_row;

static const reason_row reasons[] = {
    {"HOLDS", "the fact is proved"},
#define WC_PROOF_REASON(name, text) {#name, text},
#include "node/proof/reasons.def"
#undef WC_PROOF_REASON
};

_Static_assert(WC_ARRAY_LEN(reasons) == WC_PROOF_REASON_COUNT, "one row for each reason");

const char *wc_proof_reason_name(wc_proof_reason reason)
{
    wc_assert(reason < WC_PROOF_REASON_COUNT);
    return reasons[reason].name;
}

const char *wc_proof_reason_text(wc_proof_reason reason)
{
    wc_assert(reason < WC_PROOF_REASON_COUNT);
    return reasons[reason].text;
}

/* ---- state -----------------------------------------------------------------------------------
 */

/* The value borrows from the encoded proof, which outlives the scratch. */
static wc_proof_reason check_state(wc_fact_state *state, wc_proof *scratch, const wc_hash *root)
{
    size_t bad;
    wc_hash k = wc_tree_key(state->key);
    if (wc_proof_decode(scratch, &bad, state->proof) != WC_OK) return WC_PROOF_REFUSED_MALFORMED;
    if (wc_proof_verify(scratch, root, &k) != WC_OK) return WC_PROOF_REFUSED_STATE_NOT_PROVED;
    state->is_present = scratch->kind == WC_PROOF_PRESENT;
    state->value = scratch->value;
    return WC_PROOF_HOLDS;
}

static wc_proof_reason check_supports(wc_proof_file *file, wc_proof *scratch)
{
    wc_proof_reason reason = WC_PROOF_HOLDS;
    for (uint8_t i = 0; reason == WC_PROOF_HOLDS && i < file->support_count; i++) {
        reason = check_state(&file->supports[i], scratch, &file->record.state_root);
    }
    return reason;
}

/* ---- receipts and what hangs on them ---------------------------------------------------------
 */

static bool leads_to(const wc_inclusion *path, const wc_hash *item, const wc_hash *root)
{
    wc_hash leaf = wc_merkle_leaf(wc_slice_of(item->bytes, sizeof item->bytes)), found;
    return wc_inclusion_root(path, &leaf, &found) && wc_hash_equal(&found, root);
}

static wc_proof_reason check_receipt(const wc_proof_file *file)
{
    wc_hash item = wc_sha256_one(file->receipt_bytes);
    wc_hash result = wc_outcome_hash(file->result);
    if (!leads_to(&file->path, &item, &file->record.receipts_root) ||
        file->receipt.index != file->path.index) {
        return WC_PROOF_REFUSED_RECEIPT_NOT_IN_RECORD;
    }
    return wc_hash_equal(&result, &file->receipt.result) ? WC_PROOF_HOLDS
                                                         : WC_PROOF_REFUSED_RESULT_DIFFERS;
}

static wc_proof_reason check_event(wc_proof_file *file)
{
    wc_hash item = wc_sha256_one(file->event_bytes), root;
    wc_position_follow(&root, &file->event_index, file->position, &item);
    return wc_hash_equal(&root, &file->receipt.events_root) ? WC_PROOF_HOLDS
                                                            : WC_PROOF_REFUSED_EVENT_NOT_IN_RECEIPT;
}

static wc_proof_reason check_tx(const wc_proof_file *file)
{
    wc_hash item = wc_tx_raw_hash(file->tx);
    return leads_to(&file->path, &item, &file->record.txs_root) ? WC_PROOF_HOLDS
                                                                : WC_PROOF_REFUSED_TX_NOT_IN_RECORD;
}

static wc_proof_reason check_payload(const wc_proof_file *file, const wc_tx *tx)
{
    if (file->call >= tx->call_count) return WC_PROOF_REFUSED_READING_NO_CALL;
    const wc_tx_call *call = &tx->calls[file->call];
    if (call->kind != WC_CALL_READINGS || call->carried != WC_CARRIED_DETACHED) {
        return WC_PROOF_REFUSED_READING_NO_CALL;
    }
    wc_hash hash = wc_payload_hash(file->salt.data, file->payload);
    bool is_same =
        wc_hash_equal(&hash, &call->payload_hash) && file->payload.len == call->payload_len;
    return is_same ? WC_PROOF_HOLDS : WC_PROOF_REFUSED_PAYLOAD_DIFFERS;
}

/* Head and reading are pieces of one payload; how many leaves that has, the body says. */
static wc_proof_reason check_pieces(wc_proof_file *file, const wc_tx *tx)
{
    if (file->call >= tx->call_count) return WC_PROOF_REFUSED_READING_NO_CALL;
    const wc_tx_call *call = &tx->calls[file->call];
    if (call->kind != WC_CALL_READINGS || call->carried != WC_CARRIED_PIECES) {
        return WC_PROOF_REFUSED_READING_NO_CALL;
    }
    bool has_rest = call->payload_len > (size_t)call->pieces * WC_PIECE_SIZE;
    uint32_t leaves = (uint32_t)call->pieces + (has_rest ? 1u : 0u);
    file->head.count = file->reading.count = leaves;
    bool is_same = file->head.index == 0 && file->reading.index >= WC_BATCH_HEAD_PIECES &&
                   file->reading.index < call->pieces &&
                   wc_piece_verify(&file->head, &call->payload_hash) &&
                   wc_piece_verify(&file->reading, &call->payload_hash);
    return is_same ? WC_PROOF_HOLDS : WC_PROOF_REFUSED_PAYLOAD_DIFFERS;
}

/* The receipt names the transaction by the hash of its body, and the body names the payload by its
 * hash: so neither signatures nor other payloads have to be shown. */
static wc_proof_reason check_readings(wc_proof_file *file, wc_proof_scratch *scratch)
{
    wc_tx tx;
    wc_tx_fault fault;
    wc_arena arena;
    if (file->receipt.kind != WC_RECEIPT_TX || file->receipt.status != WC_RECEIPT_OK) {
        return WC_PROOF_REFUSED_READING_NOT_ACCEPTED;
    }
    wc_hash id = wc_tx_id(&file->record.genesis_hash, file->body);
    if (!wc_hash_equal(&id, &file->receipt.subject)) return WC_PROOF_REFUSED_READING_OF_OTHER_TX;
    wc_arena_init(&arena, scratch->arena, sizeof scratch->arena);
    if (wc_tx_decode_body(&tx, &fault, &arena, file->body) != WC_OK) {
        return WC_PROOF_REFUSED_MALFORMED;
    }
    return file->kind == WC_FACT_METERED ? check_pieces(file, &tx) : check_payload(file, &tx);
}

static wc_proof_reason check_fact(wc_proof_file *file, wc_proof_scratch *scratch)
{
    wc_proof_reason reason = WC_PROOF_HOLDS;
    switch (file->kind) {
    case WC_FACT_STATE: return check_state(&file->state, &scratch->proof, &file->record.state_root);
    case WC_FACT_RECEIPT: return check_receipt(file);
    case WC_FACT_EVENT:
        reason = check_receipt(file);
        return reason == WC_PROOF_HOLDS ? check_event(file) : reason;
    case WC_FACT_TX: return check_tx(file);
    case WC_FACT_READINGS:
    case WC_FACT_METERED:
        reason = check_receipt(file);
        return reason == WC_PROOF_HOLDS ? check_readings(file, scratch) : reason;
    }
    wc_assert(false);
    return WC_PROOF_REFUSED_MALFORMED;
}

/* ---- what is trusted -------------------------------------------------------------------------
 */

wc_proof_reason wc_proof_check_certificate(const wc_proof_file *file,
                                           const wc_public_key *sequencer)
{
    if (file->certificate_bytes.len == 0) return WC_PROOF_REFUSED_NO_CERTIFICATE;
    uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE];
    const wc_certificate_sig *sig = &file->certificate.sigs[0];
    wc_certificate_message(message, &file->record.genesis_hash, file->certificate.incarnation,
                           file->record.seq, file->record.height, &file->record_hash);
    bool is_genuine = sig->key_index == 0 &&
                      wc_verify(sequencer, &sig->signature, wc_slice_of(message, sizeof message));
    return is_genuine ? WC_PROOF_HOLDS : WC_PROOF_REFUSED_CERTIFICATE_FORGED;
}

static wc_proof_reason check_record(const wc_proof_file *file, const wc_proof_trust *trust)
{
    if (trust->record_hash != NULL && !wc_hash_equal(trust->record_hash, &file->record_hash)) {
        return WC_PROOF_REFUSED_OTHER_RECORD;
    }
    if (trust->sequencer == NULL) return WC_PROOF_HOLDS;
    return wc_proof_check_certificate(file, trust->sequencer);
}

static wc_proof_reason refusal_of(wc_status status)
{
    if (status == WC_BAD_MAGIC) return WC_PROOF_REFUSED_NO_PROOF_FILE;
    if (status == WC_BAD_VERSION) return WC_PROOF_REFUSED_NEWER_VERSION;
    return WC_PROOF_REFUSED_MALFORMED;
}

/* A state root beside a record must be that record's. */
static wc_proof_reason check_root(wc_proof_file *file, const wc_proof_trust *trust)
{
    file->is_record_known = trust->record_hash != NULL || trust->sequencer != NULL;
    if (trust->state_root == NULL) return WC_PROOF_HOLDS;
    if (file->is_record_known) {
        return wc_hash_equal(trust->state_root, &file->record.state_root)
                   ? WC_PROOF_HOLDS
                   : WC_PROOF_REFUSED_OTHER_RECORD;
    }
    if (file->kind != WC_FACT_STATE) return WC_PROOF_REFUSED_ROOT_NOT_ENOUGH;
    file->record.state_root = *trust->state_root;
    return WC_PROOF_HOLDS;
}

wc_proof_reason wc_proof_check(wc_proof_file *file, size_t *bad, wc_proof_scratch *scratch,
                               wc_slice bytes, const wc_proof_trust *trust)
{
    wc_assert(trust->record_hash != NULL || trust->sequencer != NULL || trust->state_root != NULL);
    *bad = 0;
    wc_status status = wc_proof_file_decode(file, bad, bytes);
    if (status != WC_OK) return refusal_of(status);
    wc_proof_reason reason = check_record(file, trust);
    if (reason == WC_PROOF_HOLDS) reason = check_root(file, trust);
    if (reason == WC_PROOF_HOLDS) reason = check_fact(file, scratch);
    if (reason == WC_PROOF_HOLDS) reason = check_supports(file, &scratch->proof);
    return reason;
}
