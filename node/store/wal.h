/* Where does a RocksDB log end cleanly? RocksDB drops a torn tail without a word; this finds it
 * first, so that the node can say what it dropped.
 *
 * A log is blocks of 32 KiB; a block holds pieces and never a cut piece header (a rest below 7
 * bytes is zeros). Piece: crc32c u32 (masked, over type and data) | length u16 | type u8 | data;
 * all little-endian; types: 1 whole record, 2 first, 3 middle, 4 last piece of one. */
#ifndef WC_NODE_STORE_WAL_H
#define WC_NODE_STORE_WAL_H

#include "vm/base/status.h"

typedef struct wc_wal_end {
    uint64_t clean_bytes; /* up to here every record is whole and its checksums hold */
    uint64_t total_bytes; /* file size without trailing zeros that follow clean_bytes */
} wc_wal_end;

/* Reads the file once. A record is damaged or torn iff clean_bytes < total_bytes. NOT_FOUND; IO. */
WC_MUST_USE wc_status wc_wal_scan(wc_wal_end *end, const char *path);

/* CRC-32C (Castagnoli) of bytes, continuing from crc (0 to start). */
uint32_t wc_crc32c(uint32_t crc, const uint8_t *bytes, size_t len);

#endif
