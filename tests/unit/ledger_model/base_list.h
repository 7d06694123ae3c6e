/* A state base in memory, a sorted list of short entries, and an overlay over it; shared by the
 * tests of overlay.h. */
#ifndef WC_TESTS_UNIT_LEDGER_MODEL_BASE_LIST_H
#define WC_TESTS_UNIT_LEDGER_MODEL_BASE_LIST_H

#include "node/ledger/overlay.h"

#define LIST_MAX  600u
#define VALUE_MAX 64u

typedef struct pair {
    uint8_t key[16];
    uint8_t key_len;
    uint8_t value[VALUE_MAX];
    uint8_t value_len; /* 0: deleted, in the upper lists of the model */
} pair;

typedef struct list {
    pair pairs[LIST_MAX];
    size_t count;
    uint64_t fail_after; /* calls of the base still answered */
    uint64_t reads;
    pair answer; /* a copy, overwritten by each call: slices are valid until the next one */
} list;

wc_slice pair_key(const pair *p);

/* The entry of a key; NULL when there is none. */
pair *list_find(list *l, wc_slice key);

/* value.len 0: keeps the entry as a mark of deletion. */
void list_put(list *l, wc_slice key, wc_slice value);
void list_remove(list *l, wc_slice key);

/* The base that overlays of overlay_fresh read. */
extern list base_list;

/* An empty overlay of these limits over an empty base; the one before is gone. */
wc_overlay *overlay_fresh(const wc_overlay_limits *limits);

/* Seals and commits the transaction; returns the size of its write set. */
size_t overlay_commit(wc_overlay *overlay);

/* Frees the overlay's memory: the group's teardown. */
int overlay_drop(void **state);

#endif
