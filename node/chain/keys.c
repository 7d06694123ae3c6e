/* Stored keys and the small values of the chain. */
#include "node/chain/inside.h"
#include "node/ledger/read.h"

wc_slice wc_chain_head_key(void)
{
    return wc_slice_of(WC_CHAIN_HEAD_KEY, sizeof WC_CHAIN_HEAD_KEY - 1);
}

wc_slice wc_chain_base_key(void)
{
    return wc_slice_of(WC_CHAIN_BASE_KEY, sizeof WC_CHAIN_BASE_KEY - 1);
}

static wc_chain_key finish(const wc_buf *buf, wc_chain_key *key)
{
    wc_assert(!buf->full);
    key->len = (uint8_t)buf->len;
    return *key;
}

/* Signed times order by their bytes once the sign bit is flipped. */
wc_chain_key wc_chain_timer_key(int64_t due_s, const wc_address *instance)
{
    wc_chain_key key;
    wc_buf buf;
    wc_buf_init(&buf, key.bytes, sizeof key.bytes);
    wc_buf_put_u8(&buf, 'T');
    wc_buf_put_u64(&buf, (uint64_t)due_s ^ UINT64_C(1) << 63);
    wc_buf_put(&buf, instance->bytes, sizeof instance->bytes);
    return finish(&buf, &key);
}

void wc_chain_timer_of_key(wc_timer *timer, wc_slice key)
{
    wc_assert(key.len == 41 && key.data[0] == 'T');
    timer->due_s = (int64_t)(wc_load_u64(key.data + 1) ^ UINT64_C(1) << 63);
    memcpy(timer->instance.bytes, key.data + 9, sizeof timer->instance.bytes);
}

wc_chain_key wc_chain_timer_prefix(void)
{
    return (wc_chain_key){{'T'}, 1};
}

wc_chain_key wc_chain_genesis_key(uint32_t index)
{
    wc_chain_key key;
    wc_buf buf;
    wc_buf_init(&buf, key.bytes, sizeof key.bytes);
    wc_buf_put_u8(&buf, 'g');
    wc_buf_put_u32(&buf, index);
    return finish(&buf, &key);
}

static wc_chain_key seq_key(uint8_t kind, uint64_t seq)
{
    wc_chain_key key;
    wc_buf buf;
    wc_buf_init(&buf, key.bytes, sizeof key.bytes);
    wc_buf_put_u8(&buf, kind);
    wc_buf_put_u64(&buf, seq);
    return finish(&buf, &key);
}

static wc_chain_key part_key(uint8_t kind, uint64_t seq, uint32_t index)
{
    wc_chain_key key;
    wc_buf buf;
    wc_buf_init(&buf, key.bytes, sizeof key.bytes);
    wc_buf_put_u8(&buf, kind);
    wc_buf_put_u64(&buf, seq);
    wc_buf_put_u32(&buf, index);
    return finish(&buf, &key);
}

wc_chain_key wc_chain_record_key(uint64_t seq)
{
    return seq_key('r', seq);
}

wc_chain_key wc_chain_input_key(uint64_t seq)
{
    return seq_key('b', seq);
}

wc_chain_key wc_chain_payload_key(uint64_t seq, uint32_t index)
{
    return part_key('p', seq, index);
}

wc_chain_key wc_chain_receipt_key(uint64_t seq, uint32_t index)
{
    return part_key('e', seq, index);
}

wc_chain_key wc_chain_change_key(uint64_t seq)
{
    return seq_key('v', seq);
}

wc_chain_key wc_chain_undo_prefix(uint64_t seq)
{
    return wc_chain_undo_key(seq, wc_slice_of(NULL, 0));
}

wc_chain_key wc_chain_undo_key(uint64_t seq, wc_slice state_key)
{
    wc_chain_key key;
    wc_buf buf;
    wc_buf_init(&buf, key.bytes, sizeof key.bytes);
    wc_buf_put_u64(&buf, seq);
    wc_buf_put_slice(&buf, state_key);
    return finish(&buf, &key);
}

wc_status wc_chain_undo_read(wc_reader *part, wc_slice *key, bool *had, wc_slice *old)
{
    uint8_t flag;
    *old = wc_slice_of(NULL, 0);
    WC_TRY(wc_read_str8_in(part, 1, WC_STATE_KEY_MAX, key));
    WC_TRY(wc_read_u8_in(part, 0, 1, &flag));
    *had = flag == 1;
    return *had ? wc_read_str32_in(part, 0, WC_STATE_VALUE_MAX, old) : WC_OK;
}

void wc_chain_head_put(wc_buf *buf, const wc_head *head)
{
    wc_buf_put_u64(buf, head->seq);
    wc_buf_put_u64(buf, head->height);
    wc_buf_put_i64(buf, head->time_s);
    wc_buf_put_u32(buf, head->time_ns);
    wc_buf_put(buf, head->record_hash.bytes, sizeof head->record_hash.bytes);
}

wc_status wc_chain_head_decode(wc_head *head, wc_slice value)
{
    wc_reader reader = wc_reader_of(value);
    WC_TRY(wc_read_u64(&reader, &head->seq));
    WC_TRY(wc_read_u64(&reader, &head->height));
    WC_TRY(wc_read_i64(&reader, &head->time_s));
    WC_TRY(wc_read_u32(&reader, &head->time_ns));
    WC_TRY(wc_read_bytes(&reader, head->record_hash.bytes, sizeof head->record_hash.bytes));
    return wc_read_end(&reader);
}

void wc_chain_record_put(wc_buf *buf, wc_slice record, const wc_certificate *certificate)
{
    uint8_t bytes[WC_CERTIFICATE_SIZE_MAX];
    wc_buf encoded;
    wc_buf_init(&encoded, bytes, sizeof bytes);
    if (certificate != NULL) wc_certificate_put(&encoded, certificate);
    wc_assert(!encoded.full);
    wc_buf_put_str16(buf, record);
    wc_buf_put_str16(buf, wc_buf_slice(&encoded));
}

wc_status wc_chain_record_decode(wc_chain_record *record, wc_slice value)
{
    wc_reader reader = wc_reader_of(value);
    wc_slice certificate;
    size_t bad;
    WC_TRY(wc_read_str16(&reader, WC_RECORD_SIZE_MAX, &record->bytes));
    WC_TRY(wc_read_str16(&reader, WC_CERTIFICATE_SIZE_MAX, &certificate));
    WC_TRY(wc_read_end(&reader));
    WC_TRY(wc_record_decode(&record->record, &bad, record->bytes));
    record->hash = wc_record_hash(record->bytes);
    record->has_certificate = certificate.len > 0;
    if (!record->has_certificate) return WC_OK;
    return wc_certificate_decode(&record->certificate, &bad, certificate);
}
