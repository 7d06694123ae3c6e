/* Readers that keep what they gave last, and walks that go on where they were. */
#include "node/chain/inside.h"

static void let_go(wc_chain_cursor *cursor)
{
    if (cursor->has_pin) wc_store_unpin(cursor->store, &cursor->pin);
    cursor->has_pin = false;
}

static void end_walk(wc_chain_cursor *cursor)
{
    if (!cursor->has_iter) return;
    wc_store_iter_close(&cursor->iter);
    if (cursor->snapshot != NULL) wc_store_release(cursor->store, cursor->snapshot);
    cursor->snapshot = NULL;
    cursor->has_iter = false;
}

void wc_chain_cursor_close(wc_chain_cursor *cursor)
{
    let_go(cursor);
    end_walk(cursor);
}

wc_status wc_chain_cursor_get(wc_chain_cursor *cursor, wc_slice key, wc_slice *value)
{
    let_go(cursor);
    if (!wc_store_pin(cursor->store, cursor->at, cursor->cf, key, &cursor->pin))
        return WC_NOT_FOUND;
    cursor->has_pin = true;
    *value = cursor->pin.value;
    return WC_OK;
}

/* The smallest key that is greater than every key with the prefix; empty: there is none. */
static size_t end_of_prefix(uint8_t *end, wc_slice prefix)
{
    size_t len = prefix.len;
    memcpy(end, prefix.data, len);
    while (len > 0 && end[len - 1] == 0xff) len--;
    if (len > 0) end[len - 1]++;
    return len;
}

/* Starts at the first key behind `after`: `after` followed by a zero byte. */
static void begin_walk(wc_chain_cursor *cursor, wc_slice prefix, wc_slice after)
{
    uint8_t first[WC_CHAIN_KEY_MAX + 1], end[WC_CHAIN_KEY_MAX];
    wc_assert(prefix.len <= sizeof cursor->prefix && after.len <= WC_CHAIN_KEY_MAX);
    wc_slice from = prefix;
    if (after.len > 0) {
        memcpy(first, after.data, after.len);
        first[after.len] = 0;
        from = wc_slice_of(first, after.len + 1);
    }
    end_walk(cursor);
    size_t end_len = prefix.len == 0 ? 0 : end_of_prefix(end, prefix);
    if (cursor->at == NULL) cursor->snapshot = wc_store_snapshot(cursor->store);
    const wc_snapshot *seen = cursor->at != NULL ? cursor->at : cursor->snapshot;
    cursor->iter =
        wc_store_iter_range(cursor->store, seen, cursor->cf, from, wc_slice_of(end, end_len));
    cursor->has_iter = true;
    if (prefix.len > 0) memcpy(cursor->prefix, prefix.data, prefix.len);
    cursor->prefix_len = prefix.len;
}

static bool goes_on(const wc_chain_cursor *cursor, wc_slice prefix, wc_slice after)
{
    return cursor->has_iter && after.len > 0 &&
           wc_slice_equal(prefix, wc_slice_of(cursor->prefix, cursor->prefix_len)) &&
           wc_slice_equal(after, wc_slice_of(cursor->last, cursor->last_len));
}

wc_status wc_chain_cursor_next(wc_chain_cursor *cursor, wc_slice prefix, wc_slice after,
                               wc_slice *key, wc_slice *value)
{
    if (!goes_on(cursor, prefix, after)) begin_walk(cursor, prefix, after);
    if (!wc_store_iter_next(&cursor->iter, key, value)) {
        end_walk(cursor);
        return WC_NOT_FOUND;
    }
    wc_assert(key->len <= sizeof cursor->last);
    memcpy(cursor->last, key->data, key->len);
    cursor->last_len = key->len;
    return WC_OK;
}
