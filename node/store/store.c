/* The store's front: argument checks, copies, and what is the same for every implementation. */
#include "node/store/store.h"

#define GIB        ((uint64_t)1 << 30)
#define LOAD_BYTES ((size_t)16 << 20) /* after which what is loaded is written */

const char *wc_cf_name(wc_cf cf)
{
    switch (cf) {
    case WC_CF_META: return "meta";
    case WC_CF_STATE: return "state";
    case WC_CF_CHAIN: return "chain";
    case WC_CF_UNDO: return "undo";
    case WC_CF_INDEX: return "index";
    case WC_CF_COUNT: break;
    }
    wc_assert(false);
    return "";
}

bool wc_store_pin(const wc_store *store, const wc_snapshot *at, wc_cf cf, wc_slice key, wc_pin *pin)
{
    wc_assert(cf < WC_CF_COUNT && key.len >= 1 && key.len <= WC_STORE_KEY_MAX);
    return store->ops->get(store->self, at, cf, key, pin);
}

void wc_store_unpin(const wc_store *store, wc_pin *pin)
{
    store->ops->unpin(store->self, pin);
    *pin = (wc_pin){{NULL, 0}, NULL};
}

bool wc_store_get(const wc_store *store, const wc_snapshot *at, wc_cf cf, wc_slice key,
                  wc_buf *value)
{
    wc_pin pin;
    if (!wc_store_pin(store, at, cf, key, &pin)) return false;
    wc_buf_put_slice(value, pin.value);
    wc_store_unpin(store, &pin);
    return true;
}

wc_status wc_store_get_copy(const wc_store *store, const wc_snapshot *at, wc_cf cf, wc_slice key,
                            wc_arena *arena, wc_slice *value)
{
    wc_pin pin;
    if (!wc_store_pin(store, at, cf, key, &pin)) {
        *value = wc_slice_of(NULL, 0);
        return WC_OK;
    }
    uint8_t *copy =
        WC_ARENA_ARRAY(arena, uint8_t, pin.value.len); /* not NULL for no bytes either */
    if (copy != NULL) {
        if (pin.value.len > 0) memcpy(copy, pin.value.data, pin.value.len);
        *value = wc_slice_of(copy, pin.value.len);
    }
    wc_store_unpin(store, &pin);
    return copy != NULL ? WC_OK : WC_NO_MEMORY;
}

bool wc_store_has(const wc_store *store, const wc_snapshot *at, wc_cf cf, wc_slice key)
{
    wc_pin pin;
    if (!wc_store_pin(store, at, cf, key, &pin)) return false;
    wc_store_unpin(store, &pin);
    return true;
}

WC_MUST_USE static wc_status write_batch(const wc_store *store, wc_batch *batch, bool is_index)
{
    size_t count = 0;
    WC_TRY(wc_batch_status(batch));
    const wc_batch_entry *entries = wc_batch_sorted(batch, &count);
    WC_TRY(wc_batch_status(batch));
    for (size_t i = 0; i < count; i++) wc_assert((entries[i].cf == WC_CF_INDEX) == is_index);
    if (count > 0) store->ops->write(store->self, entries, count, !is_index);
    return WC_OK;
}

wc_status wc_store_commit(const wc_store *store, wc_batch *batch)
{
    return write_batch(store, batch, false);
}

wc_status wc_store_write_index(const wc_store *store, wc_batch *batch)
{
    return write_batch(store, batch, true);
}

static wc_status load_batches(const wc_store *store, wc_batch *batch, wc_cf cf,
                              const wc_store_source *source)
{
    wc_slice key, value;
    wc_status status;
    while ((status = source->next(source->self, &key, &value)) == WC_OK) {
        wc_batch_put(batch, cf, key, value);
        WC_TRY(wc_batch_status(batch));
        if (wc_batch_bytes(batch) < LOAD_BYTES) continue;
        WC_TRY(wc_store_commit(store, batch));
        wc_batch_clear(batch);
    }
    return status == WC_NOT_FOUND ? wc_store_commit(store, batch) : status;
}

wc_status wc_store_load(const wc_store *store, wc_cf cf, const wc_store_source *source,
                        wc_store_problem *problem)
{
    wc_assert(cf < WC_CF_COUNT && cf != WC_CF_INDEX);
    if (store->ops->load != NULL) return store->ops->load(store->self, cf, source, problem);
    wc_batch *batch = wc_batch_create(WC_STORE_BATCH_MAX);
    if (batch == NULL) return WC_NO_MEMORY;
    wc_status status = load_batches(store, batch, cf, source);
    wc_batch_destroy(batch);
    return status;
}

wc_snapshot *wc_store_snapshot(const wc_store *store)
{
    return store->ops->snapshot(store->self);
}

void wc_store_release(const wc_store *store, wc_snapshot *snapshot)
{
    store->ops->release(store->self, snapshot);
}

wc_store_iter wc_store_iter_range(const wc_store *store, const wc_snapshot *at, wc_cf cf,
                                  wc_slice first, wc_slice end)
{
    wc_assert(at != NULL && cf < WC_CF_COUNT);
    wc_assert(first.len <= WC_STORE_KEY_MAX && end.len <= WC_STORE_KEY_MAX);
    return (wc_store_iter){store, store->ops->iter_open(store->self, at, cf, first, end)};
}

wc_store_iter wc_store_iter_prefix(const wc_store *store, const wc_snapshot *at, wc_cf cf,
                                   wc_slice prefix)
{
    uint8_t end[WC_STORE_KEY_MAX];
    wc_assert(prefix.len <= sizeof end);
    /* The end is the prefix with its last byte counted up; trailing ff bytes cannot be, so they go.
     * A prefix of ff only, or an empty one, ends where the family ends. */
    size_t len = prefix.len;
    while (len > 0 && prefix.data[len - 1] == 0xff) len--;
    if (len > 0) {
        memcpy(end, prefix.data, len);
        end[len - 1]++;
    }
    return wc_store_iter_range(store, at, cf, prefix, wc_slice_of(end, len));
}

bool wc_store_iter_next(wc_store_iter *iter, wc_slice *key, wc_slice *value)
{
    return iter->store->ops->iter_next(iter->store->self, iter->handle, key, value);
}

void wc_store_iter_close(wc_store_iter *iter)
{
    iter->store->ops->iter_close(iter->store->self, iter->handle);
    iter->handle = NULL;
}

wc_status wc_store_verify(const wc_store *store, wc_store_totals *totals, wc_store_problem *problem)
{
    return store->ops->verify(store->self, totals, problem);
}

void wc_store_close(wc_store *store)
{
    store->ops->close(store->self);
    *store = (wc_store){NULL, NULL};
}

wc_room wc_store_room_of(uint64_t free_bytes, uint64_t block_bytes)
{
    uint64_t wanted = block_bytes > UINT64_MAX / 8 ? UINT64_MAX : 8 * block_bytes;
    if (wanted < GIB) wanted = GIB;
    if (free_bytes >= wanted) return WC_ROOM_ENOUGH;
    return free_bytes >= wanted / 2 ? WC_ROOM_LOW : WC_ROOM_OUT;
}

wc_room wc_store_room(const wc_store *store, uint64_t block_bytes)
{
    return wc_store_room_of(store->ops->free_bytes(store->self), block_bytes);
}
