/* Block records, block inputs, certificates: encoding and decoding; see record.h for the layouts.
 */
#include "node/ledger/record.h"

#include "node/ledger/ids.h"
#include "node/ledger/read.h"
#include "vm/isa/module.h"

#define NANOSECONDS 1000000000u

void wc_record_put(wc_buf *buf, const wc_record *record)
{
    wc_buf_put_u16(buf, WC_RECORD_VERSION);
    wc_buf_put_str8(buf, record->chain_id);
    wc_buf_put_hash(buf, &record->genesis_hash);
    wc_buf_put_u64(buf, record->seq);
    wc_buf_put_u64(buf, record->height);
    wc_buf_put_i64(buf, record->time_s);
    wc_buf_put_u32(buf, record->time_ns);
    wc_buf_put_hash(buf, &record->prev_record_hash);
    wc_buf_put_u32(buf, record->tx_count);
    wc_buf_put_hash(buf, &record->txs_root);
    wc_buf_put_u32(buf, record->receipt_count);
    wc_buf_put_hash(buf, &record->receipts_root);
    wc_buf_put_hash(buf, &record->state_root);
    wc_buf_put_u64(buf, record->gas_used);
    wc_buf_put_hash(buf, &record->params_hash);
    wc_buf_put_hash(buf, &record->next_validators_hash);
    wc_buf_put(buf, record->proposer, WC_PROPOSER_SIZE);
}

static wc_status read_version(wc_reader *r, uint16_t expected)
{
    uint16_t version;
    WC_TRY(wc_read_u16(r, &version));
    return version == expected ? WC_OK : wc_reader_refuse(r, r->at - 2, WC_BAD_VERSION);
}

static wc_status read_record(wc_reader *r, wc_record *record)
{
    WC_TRY(read_version(r, WC_RECORD_VERSION));
    size_t chain_at = r->at;
    WC_TRY(wc_read_str8(r, WC_CHAIN_ID_MAX, &record->chain_id));
    if (!wc_chain_id_is_valid(record->chain_id)) {
        return wc_reader_refuse(r, chain_at, WC_OUT_OF_DOMAIN);
    }
    WC_TRY(wc_read_hash(r, &record->genesis_hash));
    WC_TRY(wc_read_u64(r, &record->seq));
    WC_TRY(wc_read_u64(r, &record->height));
    WC_TRY(wc_read_i64(r, &record->time_s));
    WC_TRY(wc_read_u32_in(r, 0, NANOSECONDS - 1, &record->time_ns));
    WC_TRY(wc_read_hash(r, &record->prev_record_hash));
    WC_TRY(wc_read_u32_in(r, 0, WC_BLOCK_TXS_MAX, &record->tx_count));
    WC_TRY(wc_read_hash(r, &record->txs_root));
    WC_TRY(wc_read_u32(r, &record->receipt_count));
    WC_TRY(wc_read_hash(r, &record->receipts_root));
    WC_TRY(wc_read_hash(r, &record->state_root));
    WC_TRY(wc_read_u64(r, &record->gas_used));
    WC_TRY(wc_read_hash(r, &record->params_hash));
    WC_TRY(wc_read_hash(r, &record->next_validators_hash));
    WC_TRY(wc_read_bytes(r, record->proposer, WC_PROPOSER_SIZE));
    return wc_read_end(r);
}

wc_status wc_record_decode(wc_record *record, size_t *bad, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    wc_status status = read_record(&reader, record);
    if (status != WC_OK) *bad = reader.at;
    return status;
}

wc_hash wc_record_hash(wc_slice bytes)
{
    return wc_hash_domain("record/1", &bytes, 1);
}

void wc_block_input_put(wc_buf *buf, const wc_block_input *input)
{
    wc_buf_put_u8(buf, WC_BLOCK_INPUT_VERSION);
    wc_buf_put_u8(buf, (uint8_t)input->form);
    wc_buf_put_u64(buf, input->height);
    wc_buf_put_i64(buf, input->time_s);
    wc_buf_put_u32(buf, input->time_ns);
    wc_buf_put(buf, input->proposer, WC_PROPOSER_SIZE);
    wc_buf_put_u16(buf, input->signer_count);
    for (size_t i = 0; i < input->signer_count; i++) {
        wc_buf_put(buf, input->signers[i].validator, WC_PROPOSER_SIZE);
        wc_buf_put_u8(buf, (uint8_t)input->signers[i].flag);
    }
    wc_buf_put_u16(buf, input->fault_count);
    for (size_t i = 0; i < input->fault_count; i++) {
        const wc_block_fault *fault = &input->faults[i];
        wc_buf_put_u8(buf, (uint8_t)fault->kind);
        wc_buf_put(buf, fault->validator, WC_PROPOSER_SIZE);
        wc_buf_put_u64(buf, fault->power);
        wc_buf_put_u64(buf, fault->height);
        wc_buf_put_i64(buf, fault->time_s);
        wc_buf_put_u64(buf, fault->total_power);
    }
    wc_buf_put_u32(buf, input->tx_count);
    for (size_t i = 0; i < input->tx_count; i++) {
        if (input->form == WC_BLOCK_STORED) wc_buf_put_hash(buf, &input->txs[i].raw_hash);
        wc_buf_put_str32(buf, input->txs[i].bytes);
    }
}

static wc_status read_signers(wc_reader *r, wc_block_input *input)
{
    WC_TRY(wc_read_u16_in(r, 0, WC_BLOCK_SIGNERS_MAX, &input->signer_count));
    for (size_t i = 0; i < input->signer_count; i++) {
        uint8_t flag;
        WC_TRY(wc_read_bytes(r, input->signers[i].validator, WC_PROPOSER_SIZE));
        WC_TRY(wc_read_u8_in(r, WC_SIGNER_ABSENT, WC_SIGNER_NIL, &flag));
        input->signers[i].flag = (wc_signer_flag)flag;
    }
    return WC_OK;
}

static wc_status read_faults(wc_reader *r, wc_block_input *input)
{
    WC_TRY(wc_read_u16_in(r, 0, WC_BLOCK_FAULTS_MAX, &input->fault_count));
    for (size_t i = 0; i < input->fault_count; i++) {
        wc_block_fault *fault = &input->faults[i];
        uint8_t kind;
        WC_TRY(wc_read_u8_in(r, WC_FAULT_DUPLICATE_VOTE, WC_FAULT_LIGHT_ATTACK, &kind));
        fault->kind = (wc_fault_kind)kind;
        WC_TRY(wc_read_bytes(r, fault->validator, WC_PROPOSER_SIZE));
        WC_TRY(wc_read_u64(r, &fault->power));
        WC_TRY(wc_read_u64(r, &fault->height));
        WC_TRY(wc_read_i64(r, &fault->time_s));
        WC_TRY(wc_read_u64(r, &fault->total_power));
    }
    return WC_OK;
}

static wc_status read_txs(wc_reader *r, wc_block_input *input, wc_arena *arena)
{
    WC_TRY(wc_read_u32_in(r, 0, WC_BLOCK_TXS_MAX, &input->tx_count));
    wc_block_tx *txs = WC_ARENA_ARRAY(arena, wc_block_tx, input->tx_count);
    if (txs == NULL) return WC_NO_MEMORY;
    input->txs = txs;
    for (size_t i = 0; i < input->tx_count; i++) {
        if (input->form == WC_BLOCK_STORED) WC_TRY(wc_read_hash(r, &txs[i].raw_hash));
        /* Longer than a transaction may be: its receipt says so. */
        WC_TRY(wc_read_str32(r, WC_BLOCK_TX_BYTES_MAX, &txs[i].bytes));
        if (input->form == WC_BLOCK_RAW) txs[i].raw_hash = wc_sha256_one(txs[i].bytes);
    }
    return WC_OK;
}

static wc_status read_block_input(wc_reader *r, wc_block_input *input, wc_arena *arena)
{
    uint8_t version;
    WC_TRY(wc_read_u8(r, &version));
    if (version != WC_BLOCK_INPUT_VERSION) return wc_reader_refuse(r, 0, WC_BAD_VERSION);
    uint8_t form;
    WC_TRY(wc_read_u8_in(r, WC_BLOCK_RAW, WC_BLOCK_STORED, &form));
    input->form = (wc_block_form)form;
    WC_TRY(wc_read_u64(r, &input->height));
    WC_TRY(wc_read_i64_in(r, 0, WC_BLOCK_TIME_MAX, &input->time_s));
    WC_TRY(wc_read_u32_in(r, 0, NANOSECONDS - 1, &input->time_ns));
    WC_TRY(wc_read_bytes(r, input->proposer, WC_PROPOSER_SIZE));
    WC_TRY(read_signers(r, input));
    WC_TRY(read_faults(r, input));
    WC_TRY(read_txs(r, input, arena));
    return wc_read_end(r);
}

wc_status wc_block_input_decode(wc_block_input *input, size_t *bad, wc_arena *arena, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    wc_status status = read_block_input(&reader, input, arena);
    if (status != WC_OK) *bad = reader.at;
    return status;
}

wc_hash wc_txs_root(const wc_block_tx *txs, size_t count)
{
    wc_merkle tree;
    wc_merkle_begin(&tree);
    for (size_t i = 0; i < count; i++) {
        wc_hash leaf = wc_merkle_leaf(wc_slice_of(txs[i].raw_hash.bytes, WC_HASH_SIZE));
        wc_merkle_add(&tree, &leaf);
    }
    return wc_merkle_end(&tree);
}

void wc_certificate_put(wc_buf *buf, const wc_certificate *certificate)
{
    wc_buf_put_u32(buf, certificate->incarnation);
    wc_buf_put_u8(buf, certificate->sig_count);
    for (size_t i = 0; i < certificate->sig_count; i++) {
        wc_buf_put_u16(buf, certificate->sigs[i].key_index);
        wc_buf_put(buf, certificate->sigs[i].signature.bytes, WC_SIGNATURE_SIZE);
    }
}

static wc_status read_certificate(wc_reader *r, wc_certificate *certificate)
{
    WC_TRY(wc_read_u32(r, &certificate->incarnation));
    WC_TRY(wc_read_u8_in(r, 1, WC_CERTIFICATE_SIGS_MAX, &certificate->sig_count));
    for (size_t i = 0; i < certificate->sig_count; i++) {
        wc_certificate_sig *sig = &certificate->sigs[i];
        size_t start = r->at;
        WC_TRY(wc_read_u16(r, &sig->key_index));
        if (i > 0 && sig->key_index <= sig[-1].key_index) {
            return wc_reader_refuse(r, start, WC_NOT_CANONICAL);
        }
        WC_TRY(wc_read_bytes(r, sig->signature.bytes, WC_SIGNATURE_SIZE));
    }
    return wc_read_end(r);
}

wc_status wc_certificate_decode(wc_certificate *certificate, size_t *bad, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    wc_status status = read_certificate(&reader, certificate);
    if (status != WC_OK) *bad = reader.at;
    return status;
}

void wc_certificate_message(uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE],
                            const wc_hash *genesis_hash, uint32_t incarnation, uint64_t seq,
                            uint64_t height, const wc_hash *record_hash)
{
    static const uint8_t start[18] = "wattclause/cert/1"; /* its terminator belongs to it */
    wc_buf buf;
    wc_buf_init(&buf, message, WC_CERTIFICATE_MESSAGE_SIZE);
    wc_buf_put(&buf, start, sizeof start);
    wc_buf_put_hash(&buf, genesis_hash);
    wc_buf_put_u32(&buf, incarnation);
    wc_buf_put_u64(&buf, seq);
    wc_buf_put_u64(&buf, height);
    wc_buf_put_hash(&buf, record_hash);
    wc_assert(buf.len == WC_CERTIFICATE_MESSAGE_SIZE && !buf.full);
}
