/* Ordered map from byte keys to entries, for the memory store: a B+tree of wide nodes.
 *
 * Nodes cache the first eight bytes of each key as an integer, so that a search touches other
 * memory only on a tie. An emptied node is removed at once; half-empty ones are left, because
 * deletions here are rare or whole ranges. Memory comes from malloc; when there is none the process
 * stops. */
#ifndef WC_NODE_STORE_TREE_H
#define WC_NODE_STORE_TREE_H

#include "vm/base/slice.h"

/* One value of a key, valid from write `seq` on until the next newer version. */
typedef struct wc_version {
    struct wc_version *older; /* NULL: none is kept */
    uint64_t seq;
    bool is_deleted;
    size_t len;
    size_t capacity; /* bytes that fit without allocating */
    uint8_t bytes[];
} wc_version;

typedef struct wc_entry {
    wc_version *newest; /* never NULL while in a tree of the store */
    bool is_listed;     /* among the entries to be pruned */
    size_t key_len;
    uint8_t key[];
} wc_entry;

typedef struct wc_node wc_node;

typedef struct wc_tree {
    wc_node *root;    /* NULL: empty */
    uint64_t changes; /* counts insertions and removals; a cursor compares it */
} wc_tree;

/* A place between keys. Stays valid under changes: it finds itself again by the last key it gave.
 */
typedef struct wc_cursor {
    const wc_tree *tree;
    const wc_node *leaf;  /* NULL: at the end, when changes still fits */
    size_t index;         /* next entry in leaf, in [0, count] */
    uint64_t changes;     /* value of tree->changes for which leaf and index hold */
    const wc_entry *last; /* NULL: nothing given yet */
    wc_slice first;       /* where to start; borrowed */
} wc_cursor;

static inline wc_slice wc_entry_key(const wc_entry *entry)
{
    return wc_slice_of(entry->key, entry->key_len);
}

/* NULL: no such key. */
wc_entry *wc_tree_find(const wc_tree *tree, wc_slice key);

/* Requires: key is not in the tree. newest is NULL, for the caller to set. */
wc_entry *wc_tree_insert(wc_tree *tree, wc_slice key);

/* Takes the entry out and frees it; its versions are the caller's. */
void wc_tree_remove(wc_tree *tree, wc_entry *entry);

/* Frees all nodes and calls release for each entry before freeing it. */
void wc_tree_clear(wc_tree *tree, void (*release)(wc_entry *entry));

/* Starts before the first key >= first. `first` and every entry that the cursor gave must outlive
 * it. */
wc_cursor wc_tree_seek(const wc_tree *tree, wc_slice first);

/* NULL at the end. */
wc_entry *wc_cursor_next(wc_cursor *cursor);

/* malloc that stops the process. */
void *wc_store_allocate(size_t size);

#endif
