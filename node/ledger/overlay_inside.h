/* Inside the overlay: its memory, and what both of its files use. */
#ifndef WC_NODE_LEDGER_OVERLAY_INSIDE_H
#define WC_NODE_LEDGER_OVERLAY_INSIDE_H

#include "node/ledger/keymap.h"
#include "node/ledger/overlay.h"
#include "node/ledger/sort.h"

/* Bytes that a level owns. */
typedef struct region {
    uint8_t *data;
    uint64_t size;
    uint64_t used; /* in [0, size] */
} region;

/* What the transaction does to a key. */
typedef struct tx_entry {
    uint8_t *value;    /* capacity bytes in the transaction's region; NULL: none yet */
    uint32_t len;      /* bytes of the value; 0: deleted */
    uint32_t capacity; /* bytes at value */
    uint32_t hash;     /* of the key, for the block's map */
    bool is_noop;      /* sealed: the value is what it was before */
    uint32_t below;    /* sealed: the block's entry for the key, or WC_KEYMAP_NONE */
    wc_hash k;         /* sealed */
    wc_hash old_hash;  /* sealed; zero: absent */
    wc_hash new_hash;  /* sealed; zero: absent */
} tx_entry;

/* What the block knows about a key: the value at block start, and the current one. */
typedef struct block_entry {
    wc_slice old_value; /* len 0: absent at block start */
    uint8_t *kept;      /* kept_capacity bytes in the cache, for a value that is remembered */
    uint32_t kept_capacity;
    uint8_t *value; /* current value once written */
    uint32_t len;   /* 0: deleted */
    uint32_t capacity;
    bool is_written; /* else the entry only remembers the base */
    bool has_k;
    bool has_hash; /* hash is that of the current value */
    wc_hash k;
    wc_hash hash;
} block_entry;

struct wc_overlay {
    wc_overlay_limits limits;
    wc_state_base base;

    wc_keymap tx_map;
    tx_entry *tx_entries;
    region tx_bytes;
    bool is_sealed;
    uint64_t seal_bytes; /* sealed: what the transaction adds to block_used */
    uint32_t seal_keys;  /* sealed: keys that the block has not written before */

    wc_keymap block_map;
    block_entry *block_entries;
    region block_bytes;
    region cache_bytes;
    uint64_t block_used;   /* counted bytes, in [0, limits.block_bytes] */
    uint32_t *written;     /* limits.block_keys: entries that the block has written */
    uint32_t written_keys; /* in [0, limits.block_keys] */
    uint32_t cached_keys;  /* entries made by reading, in [0, limits.cache_keys] */
    bool is_cache_full;    /* an entry was made outside of it */

    /* Entries of the block that differ from its start, in key order, once asked for. */
    uint32_t *listed; /* limits.block_keys */
    uint32_t listed_count;
    uint32_t listed_at; /* of the one behind the last that was given */
    bool is_listed;

    wc_write *writes;        /* limits.tx_keys */
    wc_tree_change *changes; /* limits.block_keys */
    wc_sort_item *items;     /* the greater of both */
    wc_sort_item *scratch;
};

static inline bool region_fits(const region *from, uint64_t len)
{
    return len <= from->size - from->used;
}

/* Requires: region_fits. */
static inline uint8_t *region_take(region *from, uint64_t len)
{
    wc_assert(region_fits(from, len));
    uint8_t *bytes = from->data + from->used;
    from->used += len;
    return bytes;
}

static inline wc_slice region_copy(region *to, wc_slice bytes)
{
    uint8_t *copy = region_take(to, bytes.len);
    if (bytes.len != 0) memcpy(copy, bytes.data, bytes.len);
    return wc_slice_of(copy, bytes.len);
}

static inline wc_slice block_value(const block_entry *entry)
{
    return entry->is_written ? wc_slice_of(entry->value, entry->len) : entry->old_value;
}

/* Value of a key in the base; len 0: absent. */
wc_status wc_overlay_read_base(wc_overlay *overlay, wc_slice *value, wc_slice key);

/* Value of a key below the transaction; len 0: absent. *number: its entry, or WC_KEYMAP_NONE. */
wc_status wc_overlay_read_below(wc_overlay *overlay, wc_slice *value, uint32_t *number,
                                wc_slice key, uint32_t hash);

#endif
