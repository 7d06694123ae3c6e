/* Read cursor: what is not a fixed number of bytes. */
#include "vm/base/codec.h"

wc_status wc_read_slice(wc_reader *reader, size_t len, wc_slice *bytes)
{
    if (len > wc_reader_left(reader)) return WC_TRUNCATED;
    /* An empty read of an empty input must not do arithmetic on a NULL pointer. */
    *bytes = len == 0 ? wc_slice_of(reader->bytes.data, 0)
                      : wc_slice_of(wc_reader_take(reader, len), len);
    return WC_OK;
}

wc_status wc_read_bytes(wc_reader *reader, void *out, size_t len)
{
    wc_slice bytes;
    WC_TRY(wc_read_slice(reader, len, &bytes));
    if (len != 0) memcpy(out, bytes.data, len);
    return WC_OK;
}

/* The rest of strN: `before` is where its length field began, to go back to when it fails. */
static wc_status read_counted(wc_reader *reader, size_t before, size_t len, size_t max,
                              wc_slice *bytes)
{
    wc_status status = len > max ? WC_TOO_LARGE : wc_read_slice(reader, len, bytes);
    if (status != WC_OK) reader->at = before;
    return status;
}

wc_status wc_read_str8(wc_reader *reader, size_t max, wc_slice *bytes)
{
    size_t before = reader->at;
    uint8_t len;
    WC_TRY(wc_read_u8(reader, &len));
    return read_counted(reader, before, len, max, bytes);
}

wc_status wc_read_str16(wc_reader *reader, size_t max, wc_slice *bytes)
{
    size_t before = reader->at;
    uint16_t len;
    WC_TRY(wc_read_u16(reader, &len));
    return read_counted(reader, before, len, max, bytes);
}

wc_status wc_read_str32(wc_reader *reader, size_t max, wc_slice *bytes)
{
    size_t before = reader->at;
    uint32_t len;
    WC_TRY(wc_read_u32(reader, &len));
    return read_counted(reader, before, len, max, bytes);
}

wc_status wc_read_end(const wc_reader *reader)
{
    return wc_reader_left(reader) == 0 ? WC_OK : WC_TRAILING;
}
