/* The overlay: its memory, reading, writing and scanning. Two keymaps hold the keys of the
 * transaction and of the block; parallel arrays hold what is known about each. Bytes go into bump
 * regions that are emptied with their level.
 *
 * Why the regions cannot run out: a transaction counts the bytes it takes from its region and is
 * refused at the limit; a block counts key + old value + new value of each write set, which is what
 * merging takes at most. So all regions are as large as the limits, and no write ever meets a full
 * one. Counted are lengths, never sizes of structs: the limit is the same on every machine. What is
 * remembered of the base has a region of its own; when that is full, less is remembered. */
#include "node/ledger/overlay_inside.h"

#include "node/ledger/read.h"

#define ALIGNMENT 64u

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

static void lay_out_map(wc_keymap_memory *map, uintptr_t base, size_t *at, uint32_t max)
{
    map->keys = part(base, at, max, sizeof *map->keys);
    map->nodes = part(base, at, max, sizeof *map->nodes);
    map->ordered = part(base, at, max, sizeof *map->ordered);
    map->buckets = part(base, at, wc_keymap_buckets(max), sizeof *map->buckets);
}

static size_t lay_out(wc_overlay *overlay, uintptr_t base, const wc_overlay_limits *limits)
{
    size_t at = 0;
    uint32_t block_max = limits->block_keys + limits->cache_keys;
    wc_keymap_memory tx_map, block_map;
    size_t sort_max = limits->tx_keys > limits->block_keys ? limits->tx_keys : limits->block_keys;
    (void)part(base, &at, 1, sizeof *overlay);
    lay_out_map(&tx_map, base, &at, limits->tx_keys);
    overlay->tx_entries = part(base, &at, limits->tx_keys, sizeof *overlay->tx_entries);
    overlay->tx_bytes.data = part(base, &at, limits->tx_bytes, 1);
    lay_out_map(&block_map, base, &at, block_max);
    overlay->block_entries = part(base, &at, block_max, sizeof *overlay->block_entries);
    overlay->block_bytes.data = part(base, &at, limits->block_bytes, 1);
    overlay->cache_bytes.data = part(base, &at, limits->cache_bytes, 1);
    overlay->written = part(base, &at, limits->block_keys, sizeof *overlay->written);
    overlay->listed = part(base, &at, limits->block_keys, sizeof *overlay->listed);
    overlay->writes = part(base, &at, limits->tx_keys, sizeof *overlay->writes);
    overlay->changes = part(base, &at, limits->block_keys, sizeof *overlay->changes);
    overlay->items = part(base, &at, sort_max, sizeof *overlay->items);
    overlay->scratch = part(base, &at, sort_max, sizeof *overlay->scratch);
    if (base != 0) {
        wc_keymap_init(&overlay->tx_map, &tx_map, limits->tx_keys);
        wc_keymap_init(&overlay->block_map, &block_map, block_max);
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

/* ---- reading ----------------------------------------------------------------------------------
 */

/* Remembers what the base holds for a key, if there is room; *value then lies in the block level.
 * Returns the entry made, or WC_KEYMAP_NONE. */
static uint32_t remember(wc_overlay *overlay, wc_slice key, uint32_t hash, wc_slice *value)
{
    if (overlay->cached_keys == overlay->limits.cache_keys ||
        !region_fits(&overlay->cache_bytes, (uint64_t)key.len + value->len)) {
        overlay->is_cache_full = true;
        return WC_KEYMAP_NONE;
    }
    wc_slice kept = region_copy(&overlay->cache_bytes, key);
    uint32_t number = wc_keymap_add(&overlay->block_map, kept, hash);
    block_entry *entry = &overlay->block_entries[number];
    memset(entry, 0, sizeof *entry);
    entry->kept = region_take(&overlay->cache_bytes, value->len);
    entry->kept_capacity = (uint32_t)value->len;
    if (value->len > 0) memcpy(entry->kept, value->data, value->len);
    entry->old_value = wc_slice_of(entry->kept, value->len);
    overlay->cached_keys++;
    *value = entry->old_value;
    return number;
}

wc_status wc_overlay_read_base(wc_overlay *overlay, wc_slice *value, wc_slice key)
{
    wc_slice found = wc_slice_of(NULL, 0);
    wc_status status = overlay->base.ops->get(overlay->base.self, key, &found);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (status == WC_OK && found.len == 0) return WC_CORRUPT; /* a value begins with its version */
    *value = status == WC_OK ? found : wc_slice_of(NULL, 0);
    return WC_OK;
}

wc_status wc_overlay_read_below(wc_overlay *overlay, wc_slice *value, uint32_t *number,
                                wc_slice key, uint32_t hash)
{
    *number = wc_keymap_find(&overlay->block_map, key, hash);
    if (*number != WC_KEYMAP_NONE) {
        *value = block_value(&overlay->block_entries[*number]);
        return WC_OK;
    }
    WC_TRY(wc_overlay_read_base(overlay, value, key));
    *number = remember(overlay, key, hash, value);
    return WC_OK;
}

wc_status wc_overlay_get(wc_overlay *overlay, wc_slice *value, wc_slice key)
{
    wc_assert(key.len >= 1 && key.len <= WC_STATE_KEY_MAX);
    uint32_t hash = wc_keymap_hash(key);
    uint32_t number = wc_keymap_find(&overlay->tx_map, key, hash);
    wc_slice found;
    if (number != WC_KEYMAP_NONE) {
        found = wc_slice_of(overlay->tx_entries[number].value, overlay->tx_entries[number].len);
    } else {
        WC_TRY(wc_overlay_read_below(overlay, &found, &number, key, hash));
    }
    if (found.len == 0) return WC_NOT_FOUND;
    *value = found;
    return WC_OK;
}

wc_status wc_overlay_get_start(wc_overlay *overlay, wc_slice *value, wc_slice key)
{
    wc_assert(key.len >= 1 && key.len <= WC_STATE_KEY_MAX);
    uint32_t number;
    wc_slice found;
    WC_TRY(wc_overlay_read_below(overlay, &found, &number, key, wc_keymap_hash(key)));
    if (number != WC_KEYMAP_NONE) found = overlay->block_entries[number].old_value;
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
    uint32_t hash = wc_keymap_hash(key);
    uint32_t number = wc_keymap_find(&overlay->tx_map, key, hash);
    if (number != WC_KEYMAP_NONE) return &overlay->tx_entries[number];
    if (overlay->tx_map.count == overlay->limits.tx_keys) return NULL;
    if (!region_fits(&overlay->tx_bytes, key.len + extra)) return NULL;
    number = wc_keymap_add(&overlay->tx_map, region_copy(&overlay->tx_bytes, key), hash);
    tx_entry *entry = &overlay->tx_entries[number];
    entry->hash = hash;
    entry->value = NULL; /* the rest is set when the transaction is sealed */
    entry->len = entry->capacity = 0;
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
static wc_slice level_next(wc_keymap *map, const wc_overlay_scan *scan, uint32_t *number)
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
    return status == WC_OK && value->len == 0 ? WC_CORRUPT : status;
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
