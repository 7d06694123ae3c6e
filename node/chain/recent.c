/* One slot per hash of the key; a newcomer takes the place of what was there. */
#include "node/chain/recent.h"

#include "node/chain/pages.h"
#include "vm/base/codec.h"

bool wc_recent_open(wc_recent *recent)
{
    recent->slots = wc_pages_take(WC_RECENT_SLOTS * sizeof *recent->slots);
    return recent->slots != NULL;
}

void wc_recent_close(wc_recent *recent)
{
    wc_pages_give(recent->slots);
    recent->slots = NULL;
}

static wc_recent_slot *slot_of(const wc_recent *recent, wc_slice key)
{
    uint64_t mixed = key.len;
    size_t at = 0;
    for (; at + 8 <= key.len; at += 8) {
        mixed = (mixed ^ wc_load_u64(key.data + at)) * UINT64_C(0x9e3779b97f4a7c15);
        mixed ^= mixed >> 32;
    }
    for (; at < key.len; at++) mixed = (mixed ^ key.data[at]) * UINT64_C(0x9e3779b97f4a7c15);
    return &recent->slots[(mixed >> 40) % WC_RECENT_SLOTS];
}

wc_recent_answer wc_recent_find(const wc_recent *recent, wc_slice key, wc_slice *value)
{
    if (recent->slots == NULL) return WC_RECENT_UNKNOWN;
    const wc_recent_slot *slot = slot_of(recent, key);
    if (!wc_slice_equal(key, wc_slice_of(slot->key, slot->key_len))) return WC_RECENT_UNKNOWN;
    if (slot->is_absent) return WC_RECENT_ABSENT;
    *value = wc_slice_of(slot->value, slot->value_len);
    return WC_RECENT_VALUE;
}

void wc_recent_keep(wc_recent *recent, wc_slice key, const wc_slice *value)
{
    if (recent->slots == NULL) return;
    wc_recent_slot *slot = slot_of(recent, key);
    if (value != NULL && value->len > WC_RECENT_VALUE_MAX) {
        /* Not kept; but an older value of this key must not stay. */
        if (wc_slice_equal(key, wc_slice_of(slot->key, slot->key_len))) slot->key_len = 0;
        return;
    }
    memcpy(slot->key, key.data, key.len);
    slot->key_len = (uint8_t)key.len;
    slot->is_absent = value == NULL;
    slot->value_len = value == NULL ? 0 : (uint16_t)value->len;
    if (slot->value_len > 0) memcpy(slot->value, value->data, value->len);
}
