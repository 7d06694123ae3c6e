/* Sorted list as a state base; see base_list.h. */
#include "tests/support/test.h"

#include "tests/unit/ledger_model/base_list.h"

#include <stdlib.h>

list base_list;
static void *memory;

wc_slice pair_key(const pair *p)
{
    return wc_slice_of(p->key, p->key_len);
}

static size_t list_at(const list *l, wc_slice key)
{
    size_t at = 0;
    while (at < l->count && wc_slice_compare(pair_key(&l->pairs[at]), key) < 0) at++;
    return at;
}

pair *list_find(list *l, wc_slice key)
{
    size_t at = list_at(l, key);
    return at < l->count && wc_slice_equal(pair_key(&l->pairs[at]), key) ? &l->pairs[at] : NULL;
}

void list_put(list *l, wc_slice key, wc_slice value)
{
    size_t at = list_at(l, key);
    if (at == l->count || !wc_slice_equal(pair_key(&l->pairs[at]), key)) {
        assert_true(l->count < LIST_MAX);
        memmove(&l->pairs[at + 1], &l->pairs[at], (l->count - at) * sizeof l->pairs[0]);
        l->count++;
    }
    pair *p = &l->pairs[at];
    memcpy(p->key, key.data, key.len);
    p->key_len = (uint8_t)key.len;
    if (value.len != 0) memcpy(p->value, value.data, value.len);
    p->value_len = (uint8_t)value.len;
}

void list_remove(list *l, wc_slice key)
{
    pair *p = list_find(l, key);
    if (p == NULL) return;
    size_t at = (size_t)(p - l->pairs);
    memmove(p, p + 1, (l->count - at - 1) * sizeof *p);
    l->count--;
}

static wc_status base_get(void *self, wc_slice key, wc_slice *value)
{
    list *l = self;
    if (l->fail_after-- == 0) return WC_IO;
    l->reads++;
    memset(&l->answer, 0xee, sizeof l->answer);
    const pair *p = list_find(l, key);
    if (p == NULL) return WC_NOT_FOUND;
    l->answer = *p;
    *value = wc_slice_of(l->answer.value, l->answer.value_len);
    return WC_OK;
}

static wc_status base_next(void *self, wc_slice prefix, wc_slice after, wc_slice *key,
                           wc_slice *value)
{
    list *l = self;
    if (l->fail_after-- == 0) return WC_IO;
    memset(&l->answer, 0xee, sizeof l->answer);
    size_t at = list_at(l, after.len == 0 ? prefix : after);
    if (after.len != 0 && at < l->count && wc_slice_equal(pair_key(&l->pairs[at]), after)) at++;
    if (at == l->count) return WC_NOT_FOUND;
    l->answer = l->pairs[at];
    *key = pair_key(&l->answer);
    *value = wc_slice_of(l->answer.value, l->answer.value_len);
    if (key->len < prefix.len || memcmp(key->data, prefix.data, prefix.len) != 0)
        return WC_NOT_FOUND;
    return WC_OK;
}

static const wc_state_base_ops base_ops = {base_get, base_next};

wc_overlay *overlay_fresh(const wc_overlay_limits *limits)
{
    base_list.count = 0;
    base_list.fail_after = UINT64_MAX;
    base_list.reads = 0;
    free(memory);
    size_t size = wc_overlay_memory(limits);
    memory = aligned_alloc(64, size);
    assert_non_null(memory);
    memset(memory, 0xa5, size);
    return wc_overlay_init(memory, limits, (wc_state_base){&base_ops, &base_list});
}

size_t overlay_commit(wc_overlay *overlay)
{
    const wc_write *writes;
    size_t count;
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_OK);
    assert_status(wc_overlay_tx_commit(overlay), WC_OK);
    return count;
}

int overlay_drop(void **state)
{
    (void)state;
    free(memory);
    return 0;
}
