/* Versions and updates of the state tree.
 *
 * An update walks through its sorted changes once and keeps the path to the current key taken apart
 * in frames. When the next key leaves a subtree, that subtree is final: it is hashed, stored as a
 * new node and entered in its parent, or folded into it when only one leaf is left. So each node is
 * hashed once per update, however many of its keys change. */
#include "node/ledger/tree.h"

#include "node/ledger/read.h"
#include "node/ledger/tree_node.h"

/* ---- memory -----------------------------------------------------------------------------------
 */

#define FRAMES_SIZE (sizeof(wc_tree_frame) * WC_TREE_NIBBLES)

size_t wc_tree_memory(uint64_t leaf_count, uint64_t changes_per_update)
{
    /* 64 bytes for a leaf and at most 60 for its share of inner nodes; each changed key replaces
     * one large, one small and a share of the upper nodes. Both measured, with room (bench_tree).
     */
    const uint64_t per_leaf = 128;
    const uint64_t per_change = 1792;
    uint64_t nodes = leaf_count * per_leaf + changes_per_update * per_change * WC_TREE_VERSIONS;
    return (size_t)nodes + FRAMES_SIZE + 64u * WC_TREE_UNIT * WC_TREE_UNITS_MAX;
}

wc_status wc_tree_init(wc_tree *tree, void *memory, size_t size)
{
    wc_assert((uintptr_t)memory % WC_TREE_UNIT == 0);
    size_t frames = (FRAMES_SIZE + WC_TREE_UNIT - 1) / WC_TREE_UNIT;
    size_t units = size / WC_TREE_UNIT;
    if (units < frames + 1 + WC_TREE_UNITS_MAX) return WC_NO_MEMORY;
    memset(tree, 0, sizeof *tree);
    tree->memory = memory;
    size_t nodes = units - frames;
    tree->unit_count = nodes > UINT32_MAX ? UINT32_MAX : (uint32_t)nodes;
    tree->unit_next = 1;
    tree->frames = (void *)(tree->memory + nodes * WC_TREE_UNIT);
    return WC_OK;
}

static uint8_t *node_at(const wc_tree *tree, uint32_t ref)
{
    wc_assert(ref > 0 && ref < tree->unit_next);
    return tree->memory + (size_t)ref * WC_TREE_UNIT;
}

static void give(wc_tree *tree, uint32_t ref, uint32_t units)
{
    wc_tree_set_next(node_at(tree, ref), tree->free_list[units]);
    tree->free_list[units] = ref;
}

static uint32_t take_free(wc_tree *tree, uint32_t units)
{
    uint32_t ref = tree->free_list[units];
    tree->free_list[units] = wc_tree_next(node_at(tree, ref));
    return ref;
}

/* A free piece of this size: a used one, a new one, or part of a larger used one. 0: none. */
static uint32_t take(wc_tree *tree, uint32_t units)
{
    uint32_t ref = 0;
    if (tree->free_list[units] != 0) {
        ref = take_free(tree, units);
    } else if (units <= tree->unit_count - tree->unit_next) {
        ref = tree->unit_next;
        tree->unit_next += units;
    } else {
        for (uint32_t larger = units + 1; larger <= WC_TREE_UNITS_MAX && ref == 0; larger++) {
            if (tree->free_list[larger] == 0) continue;
            ref = take_free(tree, larger);
            give(tree, ref + units, larger - units);
        }
    }
    if (ref != 0) tree->units_used += units;
    return ref;
}

uint64_t wc_tree_bytes(const wc_tree *tree)
{
    return tree->units_used * WC_TREE_UNIT;
}

/* ---- versions ---------------------------------------------------------------------------------
 */

static wc_tree_version *version_of(wc_tree *tree, uint64_t index)
{
    return &tree->versions[index % WC_TREE_VERSIONS];
}

/* Makes room for a version: the oldest goes, and with it the nodes that the one after it replaced.
 */
static void drop_oldest(wc_tree *tree)
{
    if (tree->version_count < WC_TREE_VERSIONS) return;
    wc_tree_version *second = version_of(tree, tree->version_count - WC_TREE_VERSIONS + 1);
    uint32_t ref = second->retired;
    while (ref != 0) { /* ends: a node is retired once, so the list has no cycle */
        uint8_t *node = node_at(tree, ref);
        uint32_t next = wc_tree_next(node);
        uint32_t units = wc_tree_node_units(wc_tree_children(node), wc_tree_leaves(node));
        give(tree, ref, units);
        tree->units_used -= units;
        ref = next;
    }
    second->retired = 0;
}

wc_status wc_tree_version_at(const wc_tree *tree, wc_tree_version *version, uint64_t seq)
{
    uint64_t kept = tree->version_count < WC_TREE_VERSIONS ? tree->version_count : WC_TREE_VERSIONS;
    for (uint64_t back = 1; back <= kept; back++) {
        const wc_tree_version *candidate =
            &tree->versions[(tree->version_count - back) % WC_TREE_VERSIONS];
        if (candidate->seq > seq) continue;
        *version = *candidate;
        return WC_OK;
    }
    return WC_NOT_FOUND;
}

wc_status wc_tree_get(const wc_tree *tree, wc_hash *value_hash, const wc_tree_version *version,
                      const wc_hash *k)
{
    uint32_t ref = version->node;
    for (size_t depth = 0; ref != 0; depth++) {
        const uint8_t *node = node_at(tree, ref);
        unsigned slot = wc_tree_nibble(k, depth);
        ref = wc_tree_node_ref(node, slot);
        if (ref != 0) continue;
        if ((wc_tree_leaves(node) >> slot & 1) == 0) return WC_NOT_FOUND;
        wc_tree_frame frame;
        wc_tree_frame_load(&frame, node);
        if (!wc_hash_equal(&frame.child[slot].a, k)) return WC_NOT_FOUND;
        *value_hash = frame.child[slot].b;
        return WC_OK;
    }
    return WC_NOT_FOUND;
}

/* ---- updating ---------------------------------------------------------------------------------
 */

/* The running update: frames [0, open) are the path to the last key. */
typedef struct update {
    wc_tree *tree;
    size_t open;         /* in [1, WC_TREE_NIBBLES] */
    uint64_t leaf_count; /* of the new version */
    uint32_t retired;
} update;

static void mark_changed(wc_tree_frame *frame, unsigned slot)
{
    frame->is_changed = true;
    frame->valid_groups = (uint8_t)(frame->valid_groups & ~(1u << slot / 4));
}

static void set_leaf(wc_tree_frame *frame, unsigned slot, const wc_hash *k,
                     const wc_hash *value_hash)
{
    frame->children = (uint16_t)(frame->children | 1u << slot);
    frame->leaves = (uint16_t)(frame->leaves | 1u << slot);
    frame->child[slot].a = *k;
    frame->child[slot].b = *value_hash;
    mark_changed(frame, slot);
}

static void set_inner(wc_tree_frame *frame, unsigned slot, uint32_t ref, const wc_hash *hash)
{
    frame->children = (uint16_t)(frame->children | 1u << slot);
    frame->leaves = (uint16_t)(frame->leaves & ~(1u << slot));
    frame->child[slot].a = *hash;
    frame->refs[slot] = ref;
    mark_changed(frame, slot);
}

static void set_empty(wc_tree_frame *frame, unsigned slot)
{
    frame->children = (uint16_t)(frame->children & ~(1u << slot));
    frame->leaves = (uint16_t)(frame->leaves & ~(1u << slot));
    mark_changed(frame, slot);
}

static void open_empty(update *u)
{
    wc_assert(u->open < WC_TREE_NIBBLES);
    wc_tree_frame *frame = &u->tree->frames[u->open++];
    frame->children = 0;
    frame->leaves = 0;
    frame->valid_groups = 0;
    frame->is_changed = true;
    frame->origin = 0;
}

static void open_node(update *u, uint32_t ref)
{
    wc_assert(u->open < WC_TREE_NIBBLES);
    wc_tree_frame *frame = &u->tree->frames[u->open++];
    wc_tree_frame_load(frame, node_at(u->tree, ref));
    frame->origin = ref;
}

static void retire(update *u, uint32_t ref)
{
    if (ref == 0) return;
    wc_tree_set_next(node_at(u->tree, ref), u->retired);
    u->retired = ref;
}

static wc_status store(update *u, const wc_tree_frame *frame, uint32_t *ref)
{
    *ref = take(u->tree, wc_tree_node_units(frame->children, frame->leaves));
    if (*ref == 0) return WC_NO_MEMORY;
    wc_tree_frame_store(frame, node_at(u->tree, *ref));
    return WC_OK;
}

/* Closes the last frame, whose subtree is final, and enters it in its parent. Requires: open >= 2.
 */
static wc_status close_frame(update *u)
{
    wc_tree_frame *frame = &u->tree->frames[--u->open];
    wc_tree_frame *parent = frame - 1;
    unsigned slot = parent->through;
    if (!frame->is_changed) return WC_OK;
    retire(u, frame->origin);
    unsigned children = wc_tree_count(frame->children);
    if (children == 0) {
        set_empty(parent, slot);
        return WC_OK;
    }
    if (children == 1 && frame->leaves != 0) { /* a subtree with one leaf is that leaf */
        unsigned only = (unsigned)__builtin_ctz(frame->children);
        set_leaf(parent, slot, &frame->child[only].a, &frame->child[only].b);
        return WC_OK;
    }
    wc_subtree whole = wc_tree_frame_hash(frame);
    uint32_t ref;
    WC_TRY(store(u, frame, &ref));
    set_inner(parent, slot, ref, &whole.hash);
    return WC_OK;
}

/* Closes frames until the path leads towards k: frame d holds the keys that share d nibbles. */
static wc_status close_until(update *u, const wc_hash *last, const wc_hash *k)
{
    size_t shared = 0;
    while (shared + 1 < u->open && wc_tree_nibble(last, shared) == wc_tree_nibble(k, shared)) {
        shared++;
    }
    while (u->open > shared + 1) WC_TRY(close_frame(u));
    return WC_OK;
}

/* Replaces, removes or pushes down the leaf at a slot. True when the change is done. */
static bool meet_leaf(update *u, wc_tree_frame *frame, unsigned slot, const wc_tree_change *change)
{
    bool removes = wc_hash_is_zero(&change->value_hash);
    if (wc_hash_equal(&frame->child[slot].a, &change->k)) {
        if (removes) {
            set_empty(frame, slot);
            u->leaf_count--;
        } else {
            set_leaf(frame, slot, &change->k, &change->value_hash);
        }
        return true;
    }
    if (removes) return true; /* absent */
    size_t depth = u->open;   /* nibble that tells the children of the new frame apart */
    open_empty(u);
    wc_tree_frame *lower = &u->tree->frames[depth];
    set_leaf(lower, wc_tree_nibble(&frame->child[slot].a, depth), &frame->child[slot].a,
             &frame->child[slot].b);
    frame->through = (uint8_t)slot;
    return false;
}

static void apply(update *u, const wc_tree_change *change)
{
    for (;;) { /* ends: each round opens a frame, and two keys part within 64 nibbles */
        wc_tree_frame *frame = &u->tree->frames[u->open - 1];
        unsigned slot = wc_tree_nibble(&change->k, u->open - 1);
        bool is_empty = (frame->children >> slot & 1) == 0;
        bool is_leaf = (frame->leaves >> slot & 1) != 0;
        if (is_empty) {
            if (wc_hash_is_zero(&change->value_hash)) return;
            set_leaf(frame, slot, &change->k, &change->value_hash);
            u->leaf_count++;
            return;
        }
        if (is_leaf) {
            if (meet_leaf(u, frame, slot, change)) return;
        } else {
            frame->through = (uint8_t)slot;
            open_node(u, frame->refs[slot]);
        }
    }
}

/* The top frame becomes the top node of the new version; it may hold one leaf or one inner child.
 */
static wc_status finish(update *u, wc_tree_version *version)
{
    wc_tree_frame *top = &u->tree->frames[0];
    version->node = top->origin;
    if (top->is_changed) {
        retire(u, top->origin);
        version->root = wc_tree_frame_hash(top).hash;
        version->node = 0;
        if (top->children != 0) WC_TRY(store(u, top, &version->node));
    }
    version->leaf_count = u->leaf_count;
    version->retired = u->retired;
    return WC_OK;
}

wc_status wc_tree_update(wc_tree *tree, wc_hash *root, uint64_t seq, const wc_tree_change *changes,
                         size_t count)
{
    wc_tree_version version = {0};
    if (tree->version_count > 0) version = *version_of(tree, tree->version_count - 1);
    wc_assert(tree->version_count == 0 || seq > version.seq);
    drop_oldest(tree);

    update u = {tree, 0, version.leaf_count, 0};
    if (version.node != 0) {
        open_node(&u, version.node);
    } else {
        open_empty(&u);
        tree->frames[0].is_changed = false;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            wc_assert(wc_hash_compare(&changes[i - 1].k, &changes[i].k) < 0);
            WC_TRY(close_until(&u, &changes[i - 1].k, &changes[i].k));
        }
        apply(&u, &changes[i]);
    }
    while (u.open > 1) WC_TRY(close_frame(&u));
    WC_TRY(finish(&u, &version));
    version.seq = seq;
    *version_of(tree, tree->version_count) = version;
    tree->version_count++;
    *root = version.root;
    return WC_OK;
}
