/* Field readers with a domain; see read.h. */
#include "node/ledger/read.h"

/* One reader per width: read, compare, step back when the value lies outside. */
#define WC_READ_IN(width, type)                                                                    \
    wc_status wc_read_##width##_in(wc_reader *reader, type lo, type hi, type *value)               \
    {                                                                                              \
        size_t start = reader->at;                                                                 \
        type read;                                                                                 \
        WC_TRY(wc_read_##width(reader, &read));                                                    \
        if (read < lo || read > hi) return wc_reader_refuse(reader, start, WC_OUT_OF_DOMAIN);      \
        *value = read;                                                                             \
        return WC_OK;                                                                              \
    }

WC_READ_IN(u8, uint8_t)
WC_READ_IN(u16, uint16_t)
WC_READ_IN(u32, uint32_t)
WC_READ_IN(u64, uint64_t)
WC_READ_IN(i64, int64_t)

wc_status wc_read_hash(wc_reader *reader, wc_hash *value)
{
    return wc_read_bytes(reader, value->bytes, WC_HASH_SIZE);
}

wc_status wc_read_str8_in(wc_reader *reader, size_t min, size_t max, wc_slice *value)
{
    size_t start = reader->at;
    wc_slice read;
    WC_TRY(wc_read_str8(reader, max, &read));
    if (read.len < min) return wc_reader_refuse(reader, start, WC_OUT_OF_DOMAIN);
    *value = read;
    return WC_OK;
}

wc_status wc_read_str32_in(wc_reader *reader, size_t min, size_t max, wc_slice *value)
{
    size_t start = reader->at;
    wc_slice read;
    WC_TRY(wc_read_str32(reader, max, &read));
    if (read.len < min) return wc_reader_refuse(reader, start, WC_OUT_OF_DOMAIN);
    *value = read;
    return WC_OK;
}

wc_status wc_read_value_version(wc_reader *reader)
{
    size_t start = reader->at;
    uint8_t version;
    WC_TRY(wc_read_u8(reader, &version));
    if (version != WC_STATE_VALUE_VERSION) return wc_reader_refuse(reader, start, WC_BAD_VERSION);
    return WC_OK;
}

void wc_buf_put_hash(wc_buf *buf, const wc_hash *hash)
{
    wc_buf_put(buf, hash->bytes, WC_HASH_SIZE);
}

int wc_hash_compare(const wc_hash *a, const wc_hash *b)
{
    return memcmp(a->bytes, b->bytes, WC_HASH_SIZE);
}

bool wc_hash_is_zero(const wc_hash *hash)
{
    static const wc_hash zero = {{0}};
    return wc_hash_equal(hash, &zero);
}
