/* Snapshot format 2: the bytes.
 *
 * A snapshot is the whole state as of one record, in pieces that are checked one by one. It follows
 * from that state, the record and its certificate alone, so that two nodes make the same bytes.
 *
 *   SNAPSHOT/header          what it is, and the hash of every chunk
 *   SNAPSHOT/genesis         the chain's genesis; the record names its hash
 *   SNAPSHOT/chunk-00000     entries of the state, in the order of the state tree
 *   SNAPSHOT/chunk-00001     ..
 *
 *   header  = format u16 = 2 | seq u64 | height u64 | record str16
 *           | certificate str16 (empty: none) | n u16 | change * | leaves u64 | chunks u32
 *           | SHA256(chunk) 32 *
 *   change  = record str16 | certificate str16 (empty: none) | proof str32     makers.h; by seq
 *   chunk   = format u16 = 1 | seq u64 | index u32 | count u32 | left | entry * | right
 *   entry   = state key str8 | value str32        ascending by k = SHA256(space ‖ 00 ‖ logical key)
 *   left    = n u16 | (level u8 | hash 32) *      beside the path of the first k, where its bit is
 *   right   = the same                            1, and of the last k, where its bit is 0
 *
 * A chunk is as long as it can be: the next entry would take its entries past chunk_bytes. Bit
 * `level` counts from the most significant; levels ascend; a subtree that is empty is not listed.
 * So a chunk alone gives the state root of the record (fold.h), and shows that no key between its
 * first and its last is missing.
 *
 * All integers are big-endian. A decoder accepts one encoding and consumes all bytes. */
#ifndef WC_NODE_SNAPSHOT_FORMAT_H
#define WC_NODE_SNAPSHOT_FORMAT_H

#include "node/ledger/record.h"
#include "node/snapshot/fold.h"

#define WC_SNAP_FORMAT       2u /* of the header; format 1 had no changes */
#define WC_SNAP_CHUNK_FORMAT 1u
#define WC_SNAP_CHANGES_MAX  1000u /* of the validators, in a snapshot */
#define WC_SNAP_PROOF_MAX    16384u
#define WC_SNAP_CHUNK_BYTES  8388608u /* of entries in a chunk */
#define WC_SNAP_CHUNKS_MAX   100000u  /* in a snapshot */
#define WC_SNAP_CHUNK_HEAD   18u
#define WC_SNAP_SIBLINGS_MAX (2u + WC_PROOF_DEPTH_MAX * 33u) /* bytes of left or right */
#define WC_SNAP_CHUNK_MAX    (WC_SNAP_CHUNK_HEAD + WC_SNAP_CHUNK_BYTES + 2u * WC_SNAP_SIBLINGS_MAX)
#define WC_SNAP_HEADER_MAX                                                                         \
    (36u + WC_RECORD_SIZE_MAX + WC_CERTIFICATE_SIZE_MAX + WC_SNAP_CHUNKS_MAX * 32u +               \
     WC_SNAP_CHANGES_MAX *                                                                         \
         (8u + WC_RECORD_SIZE_MAX + WC_CERTIFICATE_SIZE_MAX + WC_SNAP_PROOF_MAX))

typedef struct wc_snap_header {
    uint64_t seq, height;
    wc_slice record; /* bytes; borrowed */
    bool has_certificate;
    wc_certificate certificate;
    uint16_t change_count;
    wc_slice changes; /* encoded; borrowed */
    uint64_t leaf_count;
    uint32_t chunk_count; /* in [1, WC_SNAP_CHUNKS_MAX] */
    wc_slice hashes;      /* chunk_count times 32 bytes; borrowed */
} wc_snap_header;

void wc_snap_header_put(wc_buf *buf, const wc_snap_header *header);

/* A change of the validators; its record and proof are decoded by makers.h. */
typedef struct wc_snap_change {
    wc_slice record; /* borrowed, as proof */
    bool has_certificate;
    wc_certificate certificate;
    wc_slice proof;
} wc_snap_change;

void wc_snap_change_put(wc_buf *buf, const wc_snap_change *change);
WC_MUST_USE wc_status wc_snap_change_read(wc_reader *reader, wc_snap_change *change);

/* Errors: BAD_VERSION, TRUNCATED, TRAILING, TOO_LARGE, OUT_OF_DOMAIN, NOT_CANONICAL; *bad: offset
 * of the first byte that is wrong. The record is decoded by the caller. */
WC_MUST_USE wc_status wc_snap_header_decode(wc_snap_header *header, size_t *bad, wc_slice bytes);

wc_hash wc_snap_header_chunk(const wc_snap_header *header, uint32_t index);

/* H("snapshot/1", header): names the snapshot with all that is in it. */
wc_hash wc_snap_hash(wc_slice header);

/* ---- chunks ---------------------------------------------------------------------------------- */

typedef struct wc_snap_chunk {
    uint64_t seq;
    uint32_t index, count;
} wc_snap_chunk;

void wc_snap_chunk_put_head(wc_buf *buf, uint64_t seq, uint32_t index, uint32_t count);
void wc_snap_entry_put(wc_buf *buf, wc_slice key, wc_slice value);
void wc_snap_siblings_put(wc_buf *buf, const wc_fold_siblings *siblings);

static inline size_t wc_snap_entry_size(wc_slice key, wc_slice value)
{
    return 5u + key.len + value.len;
}

/* The head alone. Errors: as of the header; OUT_OF_DOMAIN - no entries. */
WC_MUST_USE wc_status wc_snap_chunk_read(wc_reader *reader, wc_snap_chunk *chunk);
WC_MUST_USE wc_status wc_snap_entry_read(wc_reader *reader, wc_slice *key, wc_slice *value);

/* NOT_CANONICAL - levels do not ascend, or a hash is zero. */
WC_MUST_USE wc_status wc_snap_siblings_read(wc_reader *reader, wc_fold_siblings *siblings);

/* Whether k has this bit at each level: 1 for what lies left of it, 0 for what lies right. */
bool wc_snap_siblings_fit(const wc_fold_siblings *siblings, const wc_hash *k, unsigned bit);

#endif
