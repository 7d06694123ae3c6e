/* What a transaction leaves to its block, and a block to the next one. */
#include "node/crypto/crypto.h"
#include "node/ledger/overlay_inside.h"

#define AHEAD 8u /* changes that a walk over them asks the processor for in advance */

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
    WC_TRY(wc_overlay_read_below(overlay, &before, &entry->below, key, entry->hash));
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
static wc_status make_block_entry(wc_overlay *overlay, wc_slice key, uint32_t hash,
                                  uint32_t *number)
{
    wc_slice before;
    WC_TRY(wc_overlay_read_base(overlay, &before, key));
    *number = wc_keymap_add(&overlay->block_map, region_copy(&overlay->block_bytes, key), hash);
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
        WC_TRY(make_block_entry(overlay, overlay->tx_map.keys[index], from->hash, &number));
    }
    block_entry *to = &overlay->block_entries[number];
    if (from->len > to->capacity) {
        to->value = region_take(&overlay->block_bytes, from->len);
        to->capacity = from->len;
    }
    if (from->len != 0) memcpy(to->value, from->value, from->len);
    to->len = from->len;
    if (!to->is_written) overlay->written[overlay->written_keys++] = number;
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
    overlay->is_listed = false;
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
    return !wc_slice_equal(entry->old_value, block_value(entry));
}

static void list_changes(wc_overlay *overlay)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < overlay->written_keys; i++) {
        uint32_t number = overlay->written[i];
        if (!is_changed(&overlay->block_entries[number])) continue;
        overlay->items[kept].prefix = wc_sort_prefix(overlay->block_map.keys[number]);
        overlay->items[kept].index = number;
        kept++;
    }
    wc_sort_by_name(overlay->items, overlay->scratch, kept, overlay->block_map.keys);
    for (uint32_t i = 0; i < kept; i++) overlay->listed[i] = overlay->items[i].index;
    overlay->listed_count = kept;
    overlay->listed_at = 0;
    overlay->is_listed = true;
}

static wc_slice listed_key(const wc_overlay *overlay, uint32_t at)
{
    return overlay->block_map.keys[overlay->listed[at]];
}

/* Place of the first listed key that is greater than after: mostly where the last call has left
 * off. */
static uint32_t place_behind(const wc_overlay *overlay, wc_slice after)
{
    uint32_t from = 0, to = overlay->listed_count, at = overlay->listed_at;
    if (after.len == 0) return 0;
    if (at > 0) {
        wc_slice last = listed_key(overlay, at - 1);
        if (last.data == after.data || wc_slice_equal(last, after)) return at;
    }
    while (from < to) { /* in [from, to]; ends: the range gets smaller */
        uint32_t middle = from + (to - from) / 2;
        if (wc_slice_compare(listed_key(overlay, middle), after) > 0) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    return from;
}

/* Whoever walks over the changes finds them in the caches of the processor. */
static void look_ahead(const wc_overlay *overlay, uint32_t at)
{
    if (overlay->listed_count - at <= AHEAD) return;
    uint32_t number = overlay->listed[at + AHEAD];
    __builtin_prefetch(&overlay->block_entries[number]);
    __builtin_prefetch(&overlay->block_map.keys[number]);
    number = overlay->listed[at + AHEAD / 2];
    const block_entry *entry = &overlay->block_entries[number];
    __builtin_prefetch(overlay->block_map.keys[number].data);
    if (entry->len > 0) __builtin_prefetch(entry->value);
    if (entry->old_value.len > 0) __builtin_prefetch(entry->old_value.data);
}

wc_status wc_overlay_block_next(wc_overlay *overlay, wc_slice after, wc_overlay_change *change)
{
    wc_assert(overlay->tx_map.count == 0);
    if (!overlay->is_listed) list_changes(overlay);
    uint32_t at = place_behind(overlay, after);
    if (at == overlay->listed_count) return WC_NOT_FOUND;
    overlay->listed_at = at + 1;
    look_ahead(overlay, at);
    uint32_t number = overlay->listed[at];
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
    for (uint32_t i = 0; i < overlay->written_keys; i++) {
        uint32_t number = overlay->written[i];
        const block_entry *entry = &overlay->block_entries[number];
        if (!is_changed(entry)) continue;
        overlay->items[kept].prefix = wc_load_u64(entry->k.bytes);
        overlay->items[kept].index = number;
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

/* What the overlay knows of the block is what the next one begins with. */
static void begin_block(wc_overlay *overlay)
{
    overlay->block_bytes.used = 0;
    overlay->block_used = 0;
    overlay->written_keys = 0;
    overlay->is_listed = false;
}

/* The value that the block left becomes the one at block start. False: the cache has no room. */
static bool keep_value(wc_overlay *overlay, block_entry *entry)
{
    if (entry->len > entry->kept_capacity) {
        uint64_t size = (uint64_t)entry->len + entry->len / 4; /* most values that grow, go on */
        if (!region_fits(&overlay->cache_bytes, size)) return false;
        entry->kept = region_take(&overlay->cache_bytes, size);
        entry->kept_capacity = (uint32_t)size;
    }
    if (entry->len != 0) memcpy(entry->kept, entry->value, entry->len);
    entry->old_value = wc_slice_of(entry->kept, entry->len);
    entry->value = NULL;
    entry->len = entry->capacity = 0;
    entry->is_written = false;
    return true;
}

void wc_overlay_block_keep(wc_overlay *overlay)
{
    wc_overlay_tx_drop(overlay);
    bool has_room = !overlay->is_cache_full &&
                    overlay->cached_keys <= overlay->limits.cache_keys / 2 &&
                    overlay->cache_bytes.used <= overlay->cache_bytes.size / 2;
    for (uint32_t i = 0; has_room && i < overlay->written_keys; i++) {
        has_room = keep_value(overlay, &overlay->block_entries[overlay->written[i]]);
    }
    if (has_room) {
        begin_block(overlay);
    } else {
        wc_overlay_block_drop(overlay);
    }
}

void wc_overlay_block_drop(wc_overlay *overlay)
{
    wc_overlay_tx_drop(overlay);
    wc_keymap_clear(&overlay->block_map);
    overlay->cache_bytes.used = 0;
    overlay->cached_keys = 0;
    overlay->is_cache_full = false;
    begin_block(overlay);
}
