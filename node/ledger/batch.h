/* A batch: the readings of one interval of all meters of a page, under one signature.
 *
 *   batch    01 | scale u8 | version u16 | page u32 | n u16 | 00 × 6 | prior root 32
 *            | reading 16 × n | before               before: only of versions above 0
 *   reading  slot u16 | quality u8 | 00 | interval u32 | value i64
 *   before   salt 32 | rest 32 | batch               what is corrected, without its own `before`;
 *                                                    rest: the leaf hash of that, else zero
 *
 * It travels as a payload in pieces of 16 bytes (pieces.h): three of the head, then one for each
 * reading, in the order of slots; `before` is the rest. A correction is a whole batch of the next
 * version. It names the root of the one that it replaces, and brings that along, so that what
 * changes can be computed from the transaction and the state alone, also after the old payload was
 * destroyed.
 *
 * interval: start of the interval / step of the page; value: 10^-scale kWh fed in, 0 when missing.
 * Decoding knows no state: what a page says of a batch is in batches.c. */
#ifndef WC_NODE_LEDGER_BATCH_H
#define WC_NODE_LEDGER_BATCH_H

#include "node/ledger/pieces.h"
#include "vm/base/buf.h"

#define WC_BATCH_HEAD        48u
#define WC_BATCH_HEAD_PIECES (WC_BATCH_HEAD / WC_PIECE_SIZE)
#define WC_BATCH_SCALE       3u  /* decimals of a kWh: readings are in Wh */
#define WC_BATCH_BEFORE      64u /* bytes of `before` in front of the batch in it */
#define WC_BATCH_VERSION_MAX 65535u

/* Pieces of a batch of n readings, and bytes of one of version 0 and of a later one. */
#define WC_BATCH_PIECES(n) ((uint16_t)(WC_BATCH_HEAD_PIECES + (n)))
#define WC_BATCH_SIZE(n)   ((size_t)WC_BATCH_PIECES(n) * WC_PIECE_SIZE)
#define WC_BATCH_SIZE_MAX  (2 * WC_BATCH_SIZE(WC_PAGE_METERS_MAX) + WC_BATCH_BEFORE)

/* How a value came about, as in series (std.energy's Quality). */
typedef enum wc_quality {
    WC_QUALITY_MEASURED = 0,
    WC_QUALITY_ESTIMATED = 1,
    WC_QUALITY_SUBSTITUTED = 2,
    WC_QUALITY_MISSING = 3
} wc_quality;

#define WC_QUALITY_COUNT 4u

typedef struct wc_batch_reading {
    uint16_t slot; /* place of the meter in its page */
    wc_quality quality;
    uint32_t interval;
    int64_t value; /* 0 when the quality is MISSING */
} wc_batch_reading;

typedef struct wc_batch {
    uint8_t scale;
    uint16_t version;
    uint32_t page;
    uint16_t count;     /* in [1, WC_PAGE_METERS_MAX] */
    wc_hash prior_root; /* zero exactly in version 0 */
    wc_slice pieces;    /* head and readings; borrowed */

    /* Versions above 0. */
    const uint8_t *prior_salt; /* 32 bytes; NULL in version 0 */
    wc_hash prior_rest;        /* zero: the batch before has none */
    wc_slice prior_pieces;     /* head and readings of the batch before; as many bytes as pieces */
} wc_batch;

/* Errors: TRUNCATED, TRAILING, BAD_VERSION, OUT_OF_DOMAIN, NOT_CANONICAL - not one encoding of a
 * batch. Readings are looked at by wc_batch_reading_at. */
WC_MUST_USE wc_status wc_batch_decode(wc_batch *batch, wc_slice payload);

/* The n-th reading of the pieces of a batch. Requires: n < count.
 * Errors: OUT_OF_DOMAIN - quality unknown, or missing with a value; NOT_CANONICAL - a byte that
 * must be 0 is not. */
WC_MUST_USE wc_status wc_batch_reading_at(wc_batch_reading *reading, wc_slice pieces, uint16_t n);

/* The root of the batch before, as a correction brings it. Requires: batch->version > 0. */
wc_hash wc_batch_prior_root(const wc_batch *batch);

/* ---- for aggregators ---- */

typedef struct wc_batch_head {
    uint8_t scale;
    uint16_t version;
    uint32_t page;
    uint16_t count;
    wc_hash prior_root;
} wc_batch_head;

void wc_batch_put_head(wc_buf *buf, const wc_batch_head *head);
void wc_batch_put_reading(wc_buf *buf, const wc_batch_reading *reading);

/* Appends `before`: the batch that is corrected, under the salt with which it was signed.
 * Errors: those of wc_batch_decode. */
WC_MUST_USE wc_status wc_batch_put_before(wc_buf *buf, const uint8_t salt[WC_HASH_SIZE],
                                          wc_slice payload);

#endif
