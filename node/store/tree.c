/* B+tree. An inner node's child i holds the keys in [key i, key i+1); its first key counts as the
 * smallest of all, so a descent never misses. Every node but an empty tree's has an entry. */
#include "node/store/tree.h"

#include <stdlib.h>

#include "node/store/store.h"

#define WIDTH     64u /* entries of a node */
#define DEPTH_MAX 16u /* 2^63 entries lie above depth 13 even in half-empty nodes */

/* A separator owns a copy of its key: the entry it came from may be removed before it. */
typedef struct wc_separator {
    size_t len;
    uint8_t bytes[];
} wc_separator;

struct wc_node {
    uint32_t count; /* in [1, WIDTH] */
    bool is_leaf;
    uint64_t digest[WIDTH]; /* first eight bytes of each key, zeros behind a shorter one */

    union {
        wc_entry *entries[WIDTH]; /* leaf */

        struct {
            wc_separator *keys[WIDTH];
            wc_node *children[WIDTH];
        } inner;
    } at;
};

typedef struct wc_path {
    wc_node *nodes[DEPTH_MAX];
    size_t indexes[DEPTH_MAX]; /* of the child taken, or of the place in the leaf */
    size_t depth;              /* nodes on the path */
} wc_path;

void *wc_store_allocate(size_t size)
{
    void *memory = malloc(size);
    if (memory == NULL) wc_store_fatal("memory store", "out of memory");
    return memory;
}

static uint64_t digest_of(wc_slice key)
{
    uint64_t digest = 0;
    for (size_t i = 0; i < 8; i++) digest = digest << 8 | (i < key.len ? key.data[i] : 0);
    return digest;
}

static wc_slice key_at(const wc_node *node, size_t index)
{
    if (node->is_leaf) return wc_entry_key(node->at.entries[index]);
    const wc_separator *key = node->at.inner.keys[index];
    return wc_slice_of(key->bytes, key->len);
}

static int compare_at(const wc_node *node, size_t index, uint64_t digest, wc_slice key)
{
    if (node->digest[index] != digest) return node->digest[index] < digest ? -1 : 1;
    return wc_slice_compare(key_at(node, index), key);
}

/* First index whose key is >= key (is_after: > key), in [0, count]. Halves the range each turn. */
static size_t bound(const wc_node *node, uint64_t digest, wc_slice key, bool is_after)
{
    size_t low = 0;
    size_t high = node->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare_at(node, middle, digest, key);
        if (order < 0 || (is_after && order == 0)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static size_t child_index(const wc_node *node, uint64_t digest, wc_slice key)
{
    size_t after = bound(node, digest, key, true);
    return after == 0 ? 0 : after - 1;
}

wc_entry *wc_tree_find(const wc_tree *tree, wc_slice key)
{
    uint64_t digest = digest_of(key);
    const wc_node *node = tree->root;
    if (node == NULL) return NULL;
    while (!node->is_leaf) node = node->at.inner.children[child_index(node, digest, key)];
    size_t index = bound(node, digest, key, false);
    if (index == node->count || compare_at(node, index, digest, key) != 0) return NULL;
    return node->at.entries[index];
}

/* Fills path from the root to the leaf where key lies or would lie. */
static void descend(const wc_tree *tree, wc_slice key, wc_path *path)
{
    uint64_t digest = digest_of(key);
    path->depth = 0;
    for (wc_node *node = tree->root; node != NULL;) {
        wc_assert(path->depth < DEPTH_MAX);
        size_t index =
            node->is_leaf ? bound(node, digest, key, false) : child_index(node, digest, key);
        path->nodes[path->depth] = node;
        path->indexes[path->depth] = index;
        path->depth++;
        node = node->is_leaf ? NULL : node->at.inner.children[index];
    }
}

static wc_node *make_node(bool is_leaf)
{
    wc_node *node = (wc_node *)wc_store_allocate(sizeof *node);
    node->count = 0;
    node->is_leaf = is_leaf;
    return node;
}

static wc_separator *make_separator(wc_slice key)
{
    wc_separator *copy = (wc_separator *)wc_store_allocate(sizeof *copy + key.len);
    copy->len = key.len;
    memcpy(copy->bytes, key.data, key.len);
    return copy;
}

/* Moves the elements in [from, count) of node to index `to` of target (which may be node itself).
 */
static void move_tail(wc_node *target, size_t to, const wc_node *node, size_t from)
{
    size_t n = node->count - from;
    memmove(&target->digest[to], &node->digest[from], n * sizeof node->digest[0]);
    if (node->is_leaf) {
        memmove(&target->at.entries[to], &node->at.entries[from], n * sizeof node->at.entries[0]);
        return;
    }
    memmove(&target->at.inner.keys[to], &node->at.inner.keys[from],
            n * sizeof node->at.inner.keys[0]);
    memmove(&target->at.inner.children[to], &node->at.inner.children[from],
            n * sizeof node->at.inner.children[0]);
}

/* Splits a full node and returns its new right neighbour. A node that grows at its end stays full,
 * so that ascending keys fill the tree completely. */
static wc_node *split(wc_node *node, size_t insert_at)
{
    size_t half = insert_at == node->count ? node->count - 1 : node->count / 2;
    wc_node *right = make_node(node->is_leaf);
    move_tail(right, 0, node, half);
    right->count = node->count - (uint32_t)half;
    node->count = (uint32_t)half;
    return right;
}

static void open_gap(wc_node *node, size_t index, uint64_t digest)
{
    wc_assert(node->count < WIDTH);
    move_tail(node, index + 1, node, index);
    node->digest[index] = digest;
    node->count++;
}

static void put_child(wc_node *node, size_t index, wc_node *child)
{
    wc_slice key = key_at(child, 0);
    open_gap(node, index, digest_of(key));
    node->at.inner.keys[index] = make_separator(key);
    node->at.inner.children[index] = child;
}

/* Makes room on the path's lowest level `level`, splitting upwards; afterwards path points at the
 * node and index where the element goes. */
static void make_room(wc_tree *tree, wc_path *path, size_t level)
{
    wc_node *node = path->nodes[level];
    if (node->count < WIDTH) return;
    wc_node *right = split(node, path->indexes[level]);

    if (level == 0) {
        wc_node *root = make_node(false);
        put_child(root, 0, node);
        put_child(root, 1, right);
        tree->root = root;
    } else {
        path->indexes[level - 1]++; /* the neighbour follows the node */
        make_room(tree, path, level - 1);
        put_child(path->nodes[level - 1], path->indexes[level - 1], right);
    }
    if (path->indexes[level] > node->count) {
        path->indexes[level] -= node->count;
        path->nodes[level] = right;
    }
}

wc_entry *wc_tree_insert(wc_tree *tree, wc_slice key)
{
    wc_path path;
    if (tree->root == NULL) tree->root = make_node(true);
    descend(tree, key, &path);
    make_room(tree, &path, path.depth - 1);

    wc_entry *entry = (wc_entry *)wc_store_allocate(sizeof *entry + key.len);
    entry->newest = NULL;
    entry->is_listed = false;
    entry->key_len = key.len;
    memcpy(entry->key, key.data, key.len);
    open_gap(path.nodes[path.depth - 1], path.indexes[path.depth - 1], digest_of(key));
    path.nodes[path.depth - 1]->at.entries[path.indexes[path.depth - 1]] = entry;
    tree->changes++;
    return entry;
}

static void close_gap(wc_node *node, size_t index)
{
    move_tail(node, index, node, index + 1);
    node->count--;
}

void wc_tree_remove(wc_tree *tree, wc_entry *entry)
{
    wc_path path;
    descend(tree, wc_entry_key(entry), &path);
    size_t level = path.depth - 1;
    wc_node *node = path.nodes[level];
    wc_assert(path.indexes[level] < node->count && node->at.entries[path.indexes[level]] == entry);
    close_gap(node, path.indexes[level]);
    free(entry);
    tree->changes++;

    while (node->count == 0 && level > 0) { /* upwards, at most to the root */
        free(node);
        node = path.nodes[--level];
        free(node->at.inner.keys[path.indexes[level]]);
        close_gap(node, path.indexes[level]);
    }
    if (tree->root->count == 0) {
        free(tree->root);
        tree->root = NULL;
    }
}

/* Frees the lowest leftmost node again and again: no recursion, each node visited depth times. */
void wc_tree_clear(wc_tree *tree, void (*release)(wc_entry *entry))
{
    while (tree->root != NULL) {
        wc_node *parent = NULL;
        wc_node *node = tree->root;
        while (!node->is_leaf && node->count > 0) {
            parent = node;
            node = node->at.inner.children[node->count - 1];
        }
        for (size_t i = 0; node->is_leaf && i < node->count; i++) {
            release(node->at.entries[i]);
            free(node->at.entries[i]);
        }
        free(node);
        if (parent == NULL) {
            tree->root = NULL;
        } else {
            parent->count--;
            free(parent->at.inner.keys[parent->count]);
        }
    }
    tree->changes++;
}

/* Finds the leaf of the first key >= key (is_after: > key). */
static void place(wc_cursor *cursor, wc_slice key, bool is_after)
{
    wc_path path;
    descend(cursor->tree, key, &path);
    cursor->leaf = NULL;
    cursor->changes = cursor->tree->changes;
    if (path.depth == 0) return;

    size_t level = path.depth - 1;
    const wc_node *node = path.nodes[level];
    size_t index = bound(node, digest_of(key), key, is_after);
    while (index == node->count) { /* to the next subtree on the right, at most up to the root */
        if (level == 0) return;
        node = path.nodes[--level];
        index = path.indexes[level] + 1;
    }
    while (!node->is_leaf) { /* and down its left edge */
        node = node->at.inner.children[index];
        index = 0;
    }
    cursor->leaf = node;
    cursor->index = index;
}

wc_cursor wc_tree_seek(const wc_tree *tree, wc_slice first)
{
    wc_cursor cursor = {tree, NULL, 0, 0, NULL, first};
    place(&cursor, first, false);
    return cursor;
}

wc_entry *wc_cursor_next(wc_cursor *cursor)
{
    bool is_moved = cursor->changes != cursor->tree->changes;
    bool is_leaf_done = cursor->leaf != NULL && cursor->index == cursor->leaf->count;
    if (is_moved && cursor->last == NULL) {
        place(cursor, cursor->first, false);
    } else if (is_moved || is_leaf_done) {
        place(cursor, wc_entry_key(cursor->last), true);
    }
    if (cursor->leaf == NULL) return NULL;
    wc_entry *entry = cursor->leaf->at.entries[cursor->index++];
    cursor->last = entry;
    return entry;
}
