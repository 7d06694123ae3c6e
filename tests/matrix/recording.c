/* Reading a recorded chain. Every step checks lengths; nothing is copied. */
#include "tests/matrix/recording.h"

#include "node/ledger/read.h"

#define MARK_SIZE (sizeof WC_RECORDING_MARK - 1u)
#define KEY_MAX   255u
#define VALUE_MAX ((size_t)1u << 24)
#define INPUT_MAX ((size_t)1u << 26)

static wc_hash digest_of(uint8_t kind, const wc_slice *parts, size_t count)
{
    wc_sha256_state sha;
    wc_sha256_begin(&sha);
    wc_sha256_update(&sha, wc_slice_of(&kind, 1));
    for (size_t i = 0; i < count; i++) wc_sha256_update(&sha, parts[i]);
    return wc_sha256_end(&sha);
}

wc_hash wc_recording_verify_digest(const wc_public_key *key, const wc_signature *signature,
                                   wc_slice message)
{
    wc_slice parts[] = {wc_slice_of(key->bytes, sizeof key->bytes),
                        wc_slice_of(signature->bytes, sizeof signature->bytes), message};
    return digest_of('s', parts, WC_ARRAY_LEN(parts));
}

wc_hash wc_recording_key_digest(const wc_public_key *key)
{
    wc_slice part = wc_slice_of(key->bytes, sizeof key->bytes);
    return digest_of('k', &part, 1);
}

static wc_status read_head(wc_reader *reader, wc_recording *recording)
{
    wc_slice mark;
    uint32_t version;
    WC_TRY(wc_read_slice(reader, MARK_SIZE, &mark));
    if (memcmp(mark.data, WC_RECORDING_MARK, MARK_SIZE) != 0) return WC_CORRUPT;
    WC_TRY(wc_read_u32(reader, &version));
    if (version != WC_RECORDING_VERSION) return WC_BAD_VERSION;
    WC_TRY(wc_read_hash(reader, &recording->genesis_hash));
    WC_TRY(wc_read_str8(reader, WC_CHAIN_ID_MAX, &recording->chain_id));
    WC_TRY(wc_read_u64(reader, &recording->head.seq));
    WC_TRY(wc_read_u64(reader, &recording->head.height));
    WC_TRY(wc_read_i64(reader, &recording->head.time_s));
    WC_TRY(wc_read_u32(reader, &recording->head.time_ns));
    WC_TRY(wc_read_hash(reader, &recording->head.record_hash));
    return wc_read_hash(reader, &recording->state_root);
}

static wc_status read_entry(wc_reader *reader, wc_slice *key, wc_slice *value)
{
    WC_TRY(wc_read_str16(reader, KEY_MAX, key));
    return wc_read_str32(reader, VALUE_MAX, value);
}

wc_status wc_recording_open(wc_recording *recording, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    WC_TRY(read_head(&reader, recording));
    WC_TRY(wc_read_u32(&reader, &recording->entry_count));
    recording->entries = reader;
    for (uint32_t i = 0; i < recording->entry_count; i++) {
        wc_slice key, value;
        WC_TRY(read_entry(&reader, &key, &value));
    }
    WC_TRY(wc_read_u32(&reader, &recording->verdict_count));
    if (recording->verdict_count > bytes.len / WC_RECORDING_VERDICT_SIZE) return WC_TRUNCATED;
    size_t size = (size_t)recording->verdict_count * WC_RECORDING_VERDICT_SIZE;
    WC_TRY(wc_read_slice(&reader, size, &recording->verdicts));
    WC_TRY(wc_read_u32(&reader, &recording->block_count));
    recording->blocks = reader;
    return WC_OK;
}

wc_status wc_recording_next_entry(wc_recording *recording, wc_slice *key, wc_slice *value)
{
    return read_entry(&recording->entries, key, value);
}

wc_status wc_recording_next_block(wc_recording *recording, wc_recording_block *block)
{
    wc_reader *reader = &recording->blocks;
    WC_TRY(wc_read_str32(reader, INPUT_MAX, &block->input));
    WC_TRY(wc_read_str16(reader, WC_RECORD_SIZE_MAX, &block->record));
    WC_TRY(wc_read_u32(reader, &block->receipt_count));
    block->pages = *reader;
    for (uint32_t i = 0; i < block->receipt_count; i++) {
        wc_slice page;
        WC_TRY(wc_read_str32(reader, VALUE_MAX, &page));
    }
    return WC_OK;
}

wc_status wc_recording_next_page(wc_recording_block *block, wc_slice *page)
{
    return wc_read_str32(&block->pages, VALUE_MAX, page);
}

wc_status wc_recording_verdict_of(const wc_recording *recording, const wc_hash *digest,
                                  bool *is_good)
{
    uint32_t low = 0, high = recording->verdict_count;
    while (low < high) { /* ends: the range halves */
        uint32_t middle = low + (high - low) / 2;
        const uint8_t *at = recording->verdicts.data + (size_t)middle * WC_RECORDING_VERDICT_SIZE;
        int order = memcmp(digest->bytes, at, WC_HASH_SIZE);
        if (order == 0) {
            *is_good = at[WC_HASH_SIZE] != 0;
            return WC_OK;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return WC_NOT_FOUND;
}
