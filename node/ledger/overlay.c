/* The overlay. Two keymaps hold the keys of the transaction and of the block; parallel arrays hold
 * what is known about each. Bytes go into bump regions that are emptied with their level.
 *
 * Why the regions cannot run out: a transaction counts the bytes it takes from its region and is
 * refused at the limit; a block counts key + old value + new value of each write set, which is what
 * merging takes at most. So all regions are as large as the limits, and no write ever meets a full
 * one. Counted are lengths, never sizes of structs: the limit is the same on every machine. */
#include "node/ledger/overlay.h"

#include "node/crypto/crypto.h"
#include "node/ledger/keymap.h"
#include "node/ledger/read.h"
#include "node/ledger/sort.h"

#define ALIGNMENT 64u

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
    bool is_noop;      /* sealed: the value is what it was before */
    uint32_t below;    /* sealed: the block's entry for the key, or WC_KEYMAP_NONE */
    wc_hash k;         /* sealed */
    wc_hash old_hash;  /* sealed; zero: absent */
    wc_hash new_hash;  /* sealed; zero: absent */
} tx_entry;

/* What the block knows about a key: the value at block start, and the current one. */
typedef struct block_entry {
    wc_slice old_value; /* len 0: absent at block start */
    uint8_t *value;     /* current value once written */
    uint32_t len;       /* 0: deleted */
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
    uint32_t written_keys; /* in [0, limits.block_keys] */
    uint32_t cached_keys;  /* entries made by reading, in [0, limits.cache_keys] */

    wc_write *writes;        /* limits.tx_keys */
    wc_tree_change *changes; /* limits.block_keys */
    wc_sort_item *items;     /* the greater of both */
    wc_sort_item *scratch;
};

/* ---- memory -----------------------------------------------------------------------------------
 */

/* Lays out parts one behind the other; with base 0 it only counts. */
static void *part(uintptr_t base, size_t *at, size_t count, size_t size)
{
    wc_assert(count <= SIZE_MAX / 2 / size);
    void *here = base == 0 ? NULL : (void *)(base + *at);
    *at += (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return here;
}

static size_t lay_out(wc_overlay *overlay, uintptr_t base, const wc_overlay_limits *limits)
{
    size_t at = 0;
    size_t block_max = (size_t)limits->block_keys + limits->cache_keys;
    size_t sort_max = limits->tx_keys > limits->block_keys ? limits->tx_keys : limits->block_keys;
    (void)part(base, &at, 1, sizeof *overlay);
    wc_slice *tx_keys = part(base, &at, limits->tx_keys, sizeof *tx_keys);
    wc_keymap_node *tx_nodes = part(base, &at, limits->tx_keys, sizeof *tx_nodes);
    overlay->tx_entries = part(base, &at, limits->tx_keys, sizeof *overlay->tx_entries);
    overlay->tx_bytes.data = part(base, &at, limits->tx_bytes, 1);
    wc_slice *block_keys = part(base, &at, block_max, sizeof *block_keys);
    wc_keymap_node *block_nodes = part(base, &at, block_max, sizeof *block_nodes);
    overlay->block_entries = part(base, &at, block_max, sizeof *overlay->block_entries);
    overlay->block_bytes.data = part(base, &at, limits->block_bytes, 1);
    overlay->cache_bytes.data = part(base, &at, limits->cache_bytes, 1);
    overlay->writes = part(base, &at, limits->tx_keys, sizeof *overlay->writes);
    overlay->changes = part(base, &at, limits->block_keys, sizeof *overlay->changes);
    overlay->items = part(base, &at, sort_max, sizeof *overlay->items);
    overlay->scratch = part(base, &at, sort_max, sizeof *overlay->scratch);
    if (base != 0) {
        wc_keymap_init(&overlay->tx_map, tx_keys, tx_nodes, limits->tx_keys);
        wc_keymap_init(&overlay->block_map, block_keys, block_nodes, (uint32_t)block_max);
    }
    return at;
}

size_t wc_overlay_memory(const wc_overlay_limits *limits)
{
    wc_overlay counted;
    return lay_out(&counted, 0, limits);
}

wc_overlay *wc_overlay_init(void *memory, const wc_overlay_limits *limits, wc_state_base base)
{
    wc_assert((uintptr_t)memory % ALIGNMENT == 0 && memory != NULL);
    wc_overlay *overlay = memory;
    memset(overlay, 0, sizeof *overlay);
    overlay->limits = *limits;
    overlay->base = base;
    (void)lay_out(overlay, (uintptr_t)memory, limits);
    overlay->tx_bytes.size = limits->tx_bytes;
    overlay->block_bytes.size = limits->block_bytes;
    overlay->cache_bytes.size = limits->cache_bytes;
    return overlay;
}

static bool region_fits(const region *from, uint64_t len)
{
    return len <= from->size - from->used;
}

/* Requires: region_fits. */
static uint8_t *region_take(region *from, uint64_t len)
{
    wc_assert(region_fits(from, len));
    uint8_t *bytes = from->data + from->used;
    from->used += len;
    return bytes;
}

static wc_slice region_copy(region *to, wc_slice bytes)
{
    uint8_t *copy = region_take(to, bytes.len);
    if (bytes.len != 0) memcpy(copy, bytes.data, bytes.len);
    return wc_slice_of(copy, bytes.len);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

static wc_slice block_value(const block_entry *entry)
{
    return entry->is_written ? wc_slice_of(entry->value, entry->len) : entry->old_value;
}

/* Remembers what the base holds for a key, if there is room; *value then lies in the block level.
 * Returns the entry made, or WC_KEYMAP_NONE. */
static uint32_t remember(wc_overlay *overlay, wc_slice key, wc_slice *value)
{
    if (overlay->cached_keys == overlay->limits.cache_keys) return WC_KEYMAP_NONE;
    if (!region_fits(&overlay->cache_bytes, (uint64_t)key.len + value->len)) return WC_KEYMAP_NONE;
    wc_slice kept = region_copy(&overlay->cache_bytes, key);
    uint32_t number = wc_keymap_add(&overlay->block_map, kept);
    block_entry *entry = &overlay->block_entries[number];
    memset(entry, 0, sizeof *entry);
    entry->old_value = region_copy(&overlay->cache_bytes, *value);
    overlay->cached_keys++;
    *value = entry->old_value;
    return number;
}

/* Value of a key in the base; len 0: absent. */
static wc_status read_base(wc_overlay *overlay, wc_slice *value, wc_slice key)
{
    wc_slice found = wc_slice_of(NULL, 0);
    wc_status status = overlay->base.ops->get(overlay->base.self, key, &found);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    wc_assert((status == WC_OK) == (found.len > 0)); /* a stored value begins with its version */
    *value = found;
    return WC_OK;
}

/* Value of a key below the transaction; len 0: absent. *number: its entry, or WC_KEYMAP_NONE. */
static wc_status read_below(wc_overlay *overlay, wc_slice *value, uint32_t *number, wc_slice key)
{
    *number = wc_keymap_find(&overlay->block_map, key);
    if (*number != WC_KEYMAP_NONE) {
        *value = block_value(&overlay->block_entries[*number]);
        return WC_OK;
    }
    WC_TRY(read_base(overlay, value, key));
    *number = remember(overlay, key, value);
    return WC_OK;
}

wc_status wc_overlay_get(wc_overlay *overlay, wc_slice *value, wc_slice key)
{
    wc_assert(key.len >= 1 && key.len <= WC_STATE_KEY_MAX);
    uint32_t number = wc_keymap_find(&overlay->tx_map, key);
    wc_slice found;
    if (number != WC_KEYMAP_NONE) {
        found = wc_slice_of(overlay->tx_entries[number].value, overlay->tx_entries[number].len);
    } else {
        WC_TRY(read_below(overlay, &found, &number, key));
    }
    if (found.len == 0) return WC_NOT_FOUND;
    *value = found;
    return WC_OK;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

/* Entry of the transaction for a key, made when there is none; extra: bytes wanted besides the key.
 * NULL when a limit would be crossed. */
static tx_entry *tx_entry_for(wc_overlay *overlay, wc_slice key, uint64_t extra)
{
    uint32_t number = wc_keymap_find(&overlay->tx_map, key);
    if (number != WC_KEYMAP_NONE) return &overlay->tx_entries[number];
    if (overlay->tx_map.count == overlay->limits.tx_keys) return NULL;
    if (!region_fits(&overlay->tx_bytes, key.len + extra)) return NULL;
    number = wc_keymap_add(&overlay->tx_map, region_copy(&overlay->tx_bytes, key));
    tx_entry *entry = &overlay->tx_entries[number];
    memset(entry, 0, sizeof *entry);
    return entry;
}

wc_status wc_overlay_put(wc_overlay *overlay, wc_slice key, wc_slice value)
{
    wc_assert(!overlay->is_sealed);
    wc_assert(key.len >= 1 && key.len <= WC_STATE_KEY_MAX);
    wc_assert(value.len >= 1);
    if (value.len > WC_STATE_VALUE_MAX) return WC_TOO_LARGE;
    tx_entry *entry = tx_entry_for(overlay, key, value.len);
    if (entry == NULL) return WC_TOO_LARGE;
    if (value.len > entry->capacity) {
        if (!region_fits(&overlay->tx_bytes, value.len)) return WC_TOO_LARGE;
        uint8_t *place = region_take(&overlay->tx_bytes, value.len);
        memcpy(place, value.data, value.len);
        entry->value = place;
        entry->capacity = (uint32_t)value.len;
    } else {
        memmove(entry->value, value.data, value.len); /* value may be the entry's own bytes */
    }
    entry->len = (uint32_t)value.len;
    return WC_OK;
}

wc_status wc_overlay_delete(wc_overlay *overlay, wc_slice key)
{
    wc_assert(!overlay->is_sealed);
    wc_assert(key.len >= 1 && key.len <= WC_STATE_KEY_MAX);
    tx_entry *entry = tx_entry_for(overlay, key, 0);
    if (entry == NULL) return WC_TOO_LARGE;
    entry->len = 0;
    return WC_OK;
}

/* ---- scanning ---------------------------------------------------------------------------------
 */

void wc_overlay_scan_begin(wc_overlay_scan *scan, wc_slice prefix)
{
    wc_assert(prefix.len >= 1 && prefix.len <= WC_STATE_KEY_MAX);
    memset(scan, 0, sizeof *scan);
    memcpy(scan->prefix.bytes, prefix.data, prefix.len);
    scan->prefix.len = (uint8_t)prefix.len;
}

static bool has_prefix(wc_slice key, wc_slice prefix)
{
    return key.len >= prefix.len && memcmp(key.data, prefix.data, prefix.len) == 0;
}

/* Next key of a level behind the last one given; len 0: none with the prefix. */
static wc_slice level_next(const wc_keymap *map, const wc_overlay_scan *scan, uint32_t *number)
{
    wc_slice prefix = wc_state_key_slice(&scan->prefix);
    bool begins = scan->last.len == 0;
    *number = wc_keymap_seek(map, begins ? prefix : wc_state_key_slice(&scan->last), begins);
    if (*number == WC_KEYMAP_NONE || !has_prefix(map->keys[*number], prefix)) {
        return wc_slice_of(NULL, 0);
    }
    return map->keys[*number];
}

/* The same for the base. */
static wc_status base_next(wc_overlay *overlay, const wc_overlay_scan *scan, wc_slice *key,
                           wc_slice *value)
{
    wc_status status =
        overlay->base.ops->next(overlay->base.self, wc_state_key_slice(&scan->prefix),
                                wc_state_key_slice(&scan->last), key, value);
    if (status == WC_NOT_FOUND) {
        *key = wc_slice_of(NULL, 0);
        return WC_OK;
    }
    return status;
}

static bool is_less(wc_slice a, wc_slice b)
{
    if (a.len == 0 || b.len == 0) return a.len != 0;
    return wc_slice_compare(a, b) < 0;
}

wc_status wc_overlay_scan_next(wc_overlay *overlay, wc_overlay_scan *scan, wc_slice *key,
                               wc_slice *value)
{
    for (;;) { /* ends: each round moves scan->last to a greater key */
        uint32_t in_tx;
        uint32_t in_block;
        wc_slice tx_key = level_next(&overlay->tx_map, scan, &in_tx);
        wc_slice block_key = level_next(&overlay->block_map, scan, &in_block);
        wc_slice least;
        wc_slice found = wc_slice_of(NULL, 0);
        WC_TRY(base_next(overlay, scan, &least, &found));
        if (!is_less(least, block_key) && block_key.len != 0) {
            least = block_key;
            found = block_value(&overlay->block_entries[in_block]);
        }
        if (!is_less(least, tx_key) && tx_key.len != 0) {
            least = tx_key;
            found = wc_slice_of(overlay->tx_entries[in_tx].value, overlay->tx_entries[in_tx].len);
        }
        if (least.len == 0) return WC_NOT_FOUND;
        wc_assert(least.len <= WC_STATE_KEY_MAX);
        memcpy(scan->last.bytes, least.data, least.len);
        scan->last.len = (uint8_t)least.len;
        if (found.len == 0) continue; /* deleted in an upper level */
        *key = wc_state_key_slice(&scan->last);
        *value = found;
        return WC_OK;
    }
}

/* ---- sealing and merging ----------------------------------------------------------------------
 */

static wc_hash hash_or_zero(wc_slice value)
{
    return value.len == 0 ? (wc_hash){{0}} : wc_value_hash(value);
}

/* Compares one key of the transaction with what lies below, and counts what merging it takes. */
static wc_status seal_entry(wc_overlay *overlay, uint32_t index)
{
    tx_entry *entry = &overlay->tx_entries[index];
    wc_slice key = overlay->tx_map.keys[index];
    wc_slice value = wc_slice_of(entry->value, entry->len);
    wc_slice before;
    WC_TRY(read_below(overlay, &before, &entry->below, key));
    entry->is_noop = wc_slice_equal(before, value);
    if (entry->is_noop) return WC_OK;
    const block_entry *below =
        entry->below == WC_KEYMAP_NONE ? NULL : &overlay->block_entries[entry->below];
    entry->k = below != NULL && below->has_k ? below->k : wc_tree_key(key);
    entry->old_hash = below != NULL && below->has_hash ? below->hash : hash_or_zero(before);
    entry->new_hash = hash_or_zero(value);
    overlay->seal_bytes += (uint64_t)key.len + before.len + value.len;
    overlay->seal_keys += below == NULL || !below->is_written;
    return WC_OK;
}

wc_status wc_overlay_tx_seal(wc_overlay *overlay, const wc_write **writes, size_t *count)
{
    wc_assert(!overlay->is_sealed);
    overlay->seal_bytes = 0;
    overlay->seal_keys = 0;
    size_t kept = 0;
    for (uint32_t i = 0; i < overlay->tx_map.count; i++) {
        WC_TRY(seal_entry(overlay, i));
        if (overlay->tx_entries[i].is_noop) continue;
        overlay->items[kept].prefix = wc_load_u64(overlay->tx_entries[i].k.bytes);
        overlay->items[kept].index = i;
        kept++;
    }
    if (overlay->seal_bytes > overlay->limits.block_bytes - overlay->block_used) {
        return WC_TOO_LARGE;
    }
    if (overlay->seal_keys > overlay->limits.block_keys - overlay->written_keys) {
        return WC_TOO_LARGE;
    }
    const wc_sort_keys keys = {&overlay->tx_entries[0].k, sizeof overlay->tx_entries[0]};
    wc_sort_by_hash(overlay->items, overlay->scratch, kept, keys);
    for (size_t i = 0; i < kept; i++) {
        const tx_entry *entry = &overlay->tx_entries[overlay->items[i].index];
        overlay->writes[i] = (wc_write){entry->k, entry->old_hash, entry->new_hash};
    }
    overlay->is_sealed = true;
    *writes = overlay->writes;
    *count = kept;
    return WC_OK;
}

/* Makes the block's entry for a key that it does not know, because nothing more is remembered. */
static wc_status make_block_entry(wc_overlay *overlay, wc_slice key, uint32_t *number)
{
    wc_slice before;
    WC_TRY(read_base(overlay, &before, key));
    *number = wc_keymap_add(&overlay->block_map, region_copy(&overlay->block_bytes, key));
    block_entry *entry = &overlay->block_entries[*number];
    memset(entry, 0, sizeof *entry);
    entry->old_value = region_copy(&overlay->block_bytes, before);
    return WC_OK;
}

static wc_status commit_entry(wc_overlay *overlay, uint32_t index)
{
    const tx_entry *from = &overlay->tx_entries[index];
    if (from->is_noop) return WC_OK;
    uint32_t number = from->below;
    if (number == WC_KEYMAP_NONE) {
        WC_TRY(make_block_entry(overlay, overlay->tx_map.keys[index], &number));
    }
    block_entry *to = &overlay->block_entries[number];
    if (from->len > to->capacity) {
        to->value = region_take(&overlay->block_bytes, from->len);
        to->capacity = from->len;
    }
    if (from->len != 0) memcpy(to->value, from->value, from->len);
    to->len = from->len;
    overlay->written_keys += !to->is_written;
    to->is_written = true;
    to->k = from->k;
    to->has_k = true;
    to->hash = from->new_hash;
    to->has_hash = true;
    return WC_OK;
}

wc_status wc_overlay_tx_commit(wc_overlay *overlay)
{
    wc_assert(overlay->is_sealed);
    for (uint32_t i = 0; i < overlay->tx_map.count; i++) WC_TRY(commit_entry(overlay, i));
    overlay->block_used += overlay->seal_bytes;
    wc_overlay_tx_drop(overlay);
    return WC_OK;
}

void wc_overlay_tx_drop(wc_overlay *overlay)
{
    wc_keymap_clear(&overlay->tx_map);
    overlay->tx_bytes.used = 0;
    overlay->is_sealed = false;
}

/* ---- the block --------------------------------------------------------------------------------
 */

uint64_t wc_overlay_block_bytes(const wc_overlay *overlay)
{
    return overlay->block_used;
}

static bool is_changed(const block_entry *entry)
{
    return entry->is_written && !wc_slice_equal(entry->old_value, block_value(entry));
}

wc_status wc_overlay_block_next(const wc_overlay *overlay, wc_slice after,
                                wc_overlay_change *change)
{
    wc_assert(overlay->tx_map.count == 0);
    uint32_t number = wc_keymap_seek(&overlay->block_map, after, after.len == 0);
    while (number != WC_KEYMAP_NONE && !is_changed(&overlay->block_entries[number])) {
        number = wc_keymap_seek(&overlay->block_map, overlay->block_map.keys[number], false);
    }
    if (number == WC_KEYMAP_NONE) return WC_NOT_FOUND;
    const block_entry *entry = &overlay->block_entries[number];
    *change = (wc_overlay_change){
        .key = overlay->block_map.keys[number],
        .k = entry->k,
        .had_old = entry->old_value.len != 0,
        .old_value = entry->old_value,
        .has_new = entry->len != 0,
        .new_value = block_value(entry),
        .new_value_hash = entry->hash,
    };
    return WC_OK;
}

void wc_overlay_tree_changes(wc_overlay *overlay, const wc_tree_change **changes, size_t *count)
{
    wc_assert(overlay->tx_map.count == 0);
    size_t kept = 0;
    for (uint32_t i = 0; i < overlay->block_map.count; i++) {
        const block_entry *entry = &overlay->block_entries[i];
        if (!is_changed(entry)) continue;
        overlay->items[kept].prefix = wc_load_u64(entry->k.bytes);
        overlay->items[kept].index = i;
        kept++;
    }
    const wc_sort_keys keys = {&overlay->block_entries[0].k, sizeof overlay->block_entries[0]};
    wc_sort_by_hash(overlay->items, overlay->scratch, kept, keys);
    for (size_t i = 0; i < kept; i++) {
        const block_entry *entry = &overlay->block_entries[overlay->items[i].index];
        overlay->changes[i] = (wc_tree_change){entry->k, entry->hash};
    }
    *changes = overlay->changes;
    *count = kept;
}

void wc_overlay_block_drop(wc_overlay *overlay)
{
    wc_overlay_tx_drop(overlay);
    wc_keymap_clear(&overlay->block_map);
    overlay->block_bytes.used = 0;
    overlay->cache_bytes.used = 0;
    overlay->block_used = 0;
    overlay->written_keys = 0;
    overlay->cached_keys = 0;
}
