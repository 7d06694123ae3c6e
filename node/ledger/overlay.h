/* The state as a block sees it: writes of the running transaction over writes of the block over the
 * state at block start.
 *
 *   transaction   put, delete; dropped whole when it fails, merged into the block when it succeeds
 *   block         what earlier transactions of the block left; dropped whole, or written to the
 *                 store
 *   base          the state at block start: an interface, never written
 *
 * Reads look from the top down. Scans merge the three in key order. Each level is a map in memory
 * of the caller that knows the order of its keys, so results depend on keys alone. The block level
 * also remembers values read from the base, as far as memory lasts, also for the block after it;
 * that changes speed, nothing else.
 *
 * Slices handed out are valid until the next call on the same overlay. */
#ifndef WC_NODE_LEDGER_OVERLAY_H
#define WC_NODE_LEDGER_OVERLAY_H

#include "node/ledger/receipt.h"
#include "node/ledger/state.h"
#include "node/ledger/tree.h"

/* The state below. Both functions answer OK or NOT_FOUND; anything else is a failure of the store,
 * on which the node stops, and is handed through unchanged. Slices are valid until the next call.
 */
typedef struct wc_state_base_ops {
    wc_status (*get)(void *self, wc_slice key, wc_slice *value);

    /* First entry whose key begins with prefix and is greater than after; after.len 0: the first
     * entry with the prefix. */
    wc_status (*next)(void *self, wc_slice prefix, wc_slice after, wc_slice *key, wc_slice *value);
} wc_state_base_ops;

typedef struct wc_state_base {
    const wc_state_base_ops *ops;
    void *self;
} wc_state_base;

/* How much fits; WC_OVERLAY_DEFAULT is what consensus uses. Counts of keys and sums of bytes, never
 * sizes of structs, so that a limit is reached at the same write on every machine. */
typedef struct wc_overlay_limits {
    uint32_t tx_keys;     /* keys one transaction writes */
    uint64_t tx_bytes;    /* keys and values one transaction puts, overwritten ones included */
    uint32_t block_keys;  /* keys a block writes */
    uint64_t block_bytes; /* sum over write sets of key + old value + new value */
    uint32_t cache_keys;  /* values of the base that are remembered */
    uint64_t cache_bytes;
} wc_overlay_limits;

#define WC_OVERLAY_DEFAULT                                                                         \
    ((wc_overlay_limits){WC_TX_WRITE_KEYS_MAX, WC_TX_WRITE_BYTES_MAX, WC_BLOCK_WRITE_KEYS_MAX,     \
                         WC_BLOCK_WRITE_BYTES_MAX, 262144, 67108864})

typedef struct wc_overlay wc_overlay;

/* Bytes of memory that an overlay of these limits needs, itself included. */
size_t wc_overlay_memory(const wc_overlay_limits *limits);

/* Makes an empty overlay in memory (wc_overlay_memory bytes, aligned to 64, outliving it). */
wc_overlay *wc_overlay_init(void *memory, const wc_overlay_limits *limits, wc_state_base base);

/* Reading. NOT_FOUND: absent. Other errors come from the base. */
WC_MUST_USE wc_status wc_overlay_get(wc_overlay *overlay, wc_slice *value, wc_slice key);

/* The value at block start, whatever the block has written since. NOT_FOUND: there was none. */
WC_MUST_USE wc_status wc_overlay_get_start(wc_overlay *overlay, wc_slice *value, wc_slice key);

/* Writing, into the transaction. A stored value has at least one byte, its version (asserted); it
 * may lie in a slice that the overlay handed out. Errors: TOO_LARGE - a limit of the transaction;
 * nothing was written. */
WC_MUST_USE wc_status wc_overlay_put(wc_overlay *overlay, wc_slice key, wc_slice value);
WC_MUST_USE wc_status wc_overlay_delete(wc_overlay *overlay, wc_slice key);

/* Walks the entries with a prefix in key order, the three levels merged. Writing between steps is
 * allowed: the walk goes on behind the last key it gave. */
typedef struct wc_overlay_scan {
    wc_state_key prefix;
    wc_state_key last; /* len 0: not begun */
} wc_overlay_scan;

void wc_overlay_scan_begin(wc_overlay_scan *scan, wc_slice prefix);

/* Next entry; NOT_FOUND behind the last. */
WC_MUST_USE wc_status wc_overlay_scan_next(wc_overlay *overlay, wc_overlay_scan *scan,
                                           wc_slice *key, wc_slice *value);

/* Ends the transaction's writing and gives its write set: keys whose value differs from before,
 * ascending by k. Then either commit or drop. Errors: of the base; TOO_LARGE - the block's limits
 * would be crossed: only drop is left. */
WC_MUST_USE wc_status wc_overlay_tx_seal(wc_overlay *overlay, const wc_write **writes,
                                         size_t *count);

/* Merges the sealed transaction (asserted) into the block. Errors: of the base. */
WC_MUST_USE wc_status wc_overlay_tx_commit(wc_overlay *overlay);

/* Forgets the transaction's writes. */
void wc_overlay_tx_drop(wc_overlay *overlay);

/* Bytes that the block has written so far, as limits.block_bytes counts them. */
uint64_t wc_overlay_block_bytes(const wc_overlay *overlay);

/* A key whose value at block end differs from block start. */
typedef struct wc_overlay_change {
    wc_slice key;
    wc_hash k;
    bool had_old;
    wc_slice old_value; /* for undo */
    bool has_new;
    wc_slice new_value;
    wc_hash new_value_hash; /* zero without new value */
} wc_overlay_change;

/* Changes of the block in key order; after is the last key given, which may be the slice itself,
 * empty to begin. The slices stay valid until the next block begins. Requires: no transaction is
 * open (asserted). NOT_FOUND behind the last. */
WC_MUST_USE wc_status wc_overlay_block_next(wc_overlay *overlay, wc_slice after,
                                            wc_overlay_change *change);

/* The same changes for the state tree, ascending by k; valid until the next call that writes. */
void wc_overlay_tree_changes(wc_overlay *overlay, const wc_tree_change **changes, size_t *count);

/* Forgets everything, remembered base values too: for the next block. */
void wc_overlay_block_drop(wc_overlay *overlay);

/* For a next block whose base is what this one has left: what is known stays known, with the hashes
 * of keys and values, as far as memory lasts; else as wc_overlay_block_drop. It changes speed,
 * nothing else. */
void wc_overlay_block_keep(wc_overlay *overlay);

#endif
