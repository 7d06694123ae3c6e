/* Values of the state that were read or written not long ago: a small, direct-mapped copy in front
 * of the store. It always equals the store, so it changes speed and nothing else. */
#ifndef WC_NODE_CHAIN_RECENT_H
#define WC_NODE_CHAIN_RECENT_H

#include "node/ledger/limits.h"
#include "vm/base/slice.h"

#define WC_RECENT_SLOTS     65536u
#define WC_RECENT_VALUE_MAX 256u /* longer values are not kept */

typedef struct wc_recent_slot {
    uint8_t key_len; /* 0: empty */
    bool is_absent;  /* the store has no such key */
    uint16_t value_len;
    uint8_t key[WC_STATE_KEY_MAX];
    uint8_t value[WC_RECENT_VALUE_MAX];
} wc_recent_slot;

/* All zero: keeps nothing and knows nothing. */
typedef struct wc_recent {
    wc_recent_slot *slots; /* owned; WC_RECENT_SLOTS; untouched pages cost nothing */
} wc_recent;

typedef enum wc_recent_answer {
    WC_RECENT_UNKNOWN, /* ask the store */
    WC_RECENT_VALUE,
    WC_RECENT_ABSENT
} wc_recent_answer;

/* False: memory is short. */
bool wc_recent_open(wc_recent *recent);
void wc_recent_close(wc_recent *recent);

/* *value is valid until the slot is kept anew. */
wc_recent_answer wc_recent_find(const wc_recent *recent, wc_slice key, wc_slice *value);

/* Notes what the store holds now; value NULL: nothing. */
void wc_recent_keep(wc_recent *recent, wc_slice key, const wc_slice *value);

#endif
