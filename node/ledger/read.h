/* Steps that the ledger's decoders share: fields with a domain, hashes, the version byte.
 *
 * A reader that fails stands on the first byte of the field it could not accept, so its position is
 * the offset to report. Decoders fill their struct as they go: after a failure it holds nothing
 * usable. */
#ifndef WC_NODE_LEDGER_READ_H
#define WC_NODE_LEDGER_READ_H

#include "node/ledger/state.h"
#include "vm/base/buf.h"
#include "vm/base/codec.h"
#include "vm/base/hash.h"

/* Unsigned or signed field in [lo, hi]; OUT_OF_DOMAIN otherwise. */
WC_MUST_USE wc_status wc_read_u8_in(wc_reader *reader, uint8_t lo, uint8_t hi, uint8_t *value);
WC_MUST_USE wc_status wc_read_u16_in(wc_reader *reader, uint16_t lo, uint16_t hi, uint16_t *value);
WC_MUST_USE wc_status wc_read_u32_in(wc_reader *reader, uint32_t lo, uint32_t hi, uint32_t *value);
WC_MUST_USE wc_status wc_read_u64_in(wc_reader *reader, uint64_t lo, uint64_t hi, uint64_t *value);
WC_MUST_USE wc_status wc_read_i64_in(wc_reader *reader, int64_t lo, int64_t hi, int64_t *value);

WC_MUST_USE wc_status wc_read_hash(wc_reader *reader, wc_hash *value);

/* Length-prefixed bytes of length in [min, max]; TOO_LARGE above, OUT_OF_DOMAIN below. */
WC_MUST_USE wc_status wc_read_str8_in(wc_reader *reader, size_t min, size_t max, wc_slice *value);
WC_MUST_USE wc_status wc_read_str32_in(wc_reader *reader, size_t min, size_t max, wc_slice *value);

/* The version byte of a state value: WC_STATE_VALUE_VERSION, else BAD_VERSION. */
WC_MUST_USE wc_status wc_read_value_version(wc_reader *reader);

void wc_buf_put_hash(wc_buf *buf, const wc_hash *hash);

int wc_hash_compare(const wc_hash *a, const wc_hash *b);
bool wc_hash_is_zero(const wc_hash *hash);

/* Goes back to `start`, the field that breaks a rule, and hands on why. */
static inline wc_status wc_reader_refuse(wc_reader *reader, size_t start, wc_status why)
{
    reader->at = start;
    return why;
}

#endif
