/* Versions and updates of the state tree.
 *
 * An update walks through its sorted changes once and keeps the path to the current key taken apart
 * in frames. When the next key leaves a subtree, that subtree is final: it is hashed, stored as a
 * new node and entered in its parent, or folded into it when only one leaf is left. So each node is
 * hashed once per update, however many of its keys change.
 *
 * While it works, walkers run some changes ahead through the tree as it was and ask the processor
 * for the nodes that will be needed. They read what nobody writes, and change nothing but time. */
#include "node/ledger/tree.h"

#include "node/crypto/crypto.h"
#include "node/ledger/read.h"
#include "node/ledger/tree_node.h"

#define FRAMES_SIZE (sizeof(wc_tree_frame) * WC_TREE_NIBBLES)
#define ALIGNMENT   64u
#define LEAST_SIZE  131072u
#define AHEAD       8u /* changes that walkers are ahead; each change moves them one level down */

/* ---- memory and versions ----------------------------------------------------------------------
 */

size_t wc_tree_memory(uint64_t leaf_count, uint64_t changes_per_update)
{
    /* Measured with room (bench_tree): a leaf, its hash and ref in a node and its share of the
     * nodes above; and what one changed key replaces. */
    const uint64_t per_leaf = 150;
    const uint64_t per_change = 1600;
    uint64_t nodes =
        leaf_count * per_leaf + changes_per_update * per_change * (WC_TREE_VERSIONS + 1);
    size_t size = (size_t)nodes + FRAMES_SIZE + LEAST_SIZE;
    return size / ALIGNMENT * ALIGNMENT;
}

wc_status wc_tree_init(wc_tree *tree, void *memory, size_t size)
{
    wc_assert((uintptr_t)memory % ALIGNMENT == 0);
    size_t frames = (FRAMES_SIZE + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    size /= ALIGNMENT;
    size *= ALIGNMENT;
    if (size < frames + LEAST_SIZE / 2) return WC_NO_MEMORY;
    memset(tree, 0, sizeof *tree);
    tree->memory = memory;
    size_t units = (size - frames) / WC_TREE_UNIT;
    tree->node_end = 1;
    tree->leaf_start = units > UINT32_MAX ? UINT32_MAX / 4 * 4 : (uint32_t)units;
    tree->frames = (void *)(tree->memory + (size - frames));
    wc_tree_reserve(tree); /* a part of the least size */
    return WC_OK;
}

static wc_tree_version *version_of(wc_tree *tree, uint64_t index)
{
    return &tree->versions[index % WC_TREE_VERSIONS];
}

/* Makes room for a version: the oldest goes, and with it what the one after it replaced. */
static wc_status drop_oldest(wc_tree *tree)
{
    if (tree->version_count < WC_TREE_VERSIONS) return WC_OK;
    wc_tree_version *second = version_of(tree, tree->version_count - WC_TREE_VERSIONS + 1);
    return wc_tree_reuse(tree, &second->retired) ? WC_OK : WC_NO_MEMORY;
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
    bool is_leaf = false;
    for (size_t depth = 0; ref != 0 && !is_leaf; depth++) {
        ref = wc_tree_node_child(wc_tree_at(tree, ref), wc_tree_nibble(k, depth), &is_leaf);
    }
    if (ref == 0) return WC_NOT_FOUND;
    wc_hash leaf_k = wc_tree_leaf_k(tree, ref);
    if (!wc_hash_equal(&leaf_k, k)) return WC_NOT_FOUND;
    *value_hash = wc_tree_leaf_value_hash(tree, ref);
    return WC_OK;
}

/* ---- looking ahead ----------------------------------------------------------------------------
 */

typedef struct walker {
    uint32_t ref;
    uint8_t depth;
    bool is_done;
} walker;

static void fetch(const uint8_t *at, size_t from, size_t to)
{
    for (size_t i = from; i < to; i += 64) __builtin_prefetch(at + i);
}

/* Moves a walker one level down. The start of its node has been asked for one change ago. */
static void walk(const wc_tree *tree, walker *w, const wc_hash *k)
{
    if (w->is_done) return;
    const uint8_t *node = wc_tree_at(tree, w->ref);
    uint16_t children;
    memcpy(&children, node, sizeof children);
    fetch(node, 128, (size_t)wc_tree_node_units(children) * WC_TREE_UNIT);
    bool is_leaf;
    w->ref = wc_tree_node_child(node, wc_tree_nibble(k, w->depth), &is_leaf);
    w->depth++;
    w->is_done = w->ref == 0 || is_leaf;
    if (w->ref != 0) fetch(wc_tree_at(tree, w->ref), 0, 128);
}

/* Starts walkers for the changes that have come into reach of change i, and moves all of them. The
 * walker of change c is walkers[c % AHEAD]. */
static void look_ahead(const wc_tree *tree, uint32_t top, walker walkers[AHEAD],
                       const wc_tree_change *changes, size_t count, size_t i)
{
    size_t end = count - i < AHEAD ? count : i + AHEAD;
    for (size_t c = i == 0 ? 0 : i + AHEAD - 1; c < end; c++) {
        walkers[c % AHEAD] = (walker){top, 0, top == 0};
    }
    for (size_t c = i + 1; c < end; c++) walk(tree, &walkers[c % AHEAD], &changes[c].k);
}

/* ---- updating ---------------------------------------------------------------------------------
 */

/* The running update: frames [0, open) are the path to the last key. */
typedef struct update {
    wc_tree *tree;
    size_t open;         /* in [1, WC_TREE_NIBBLES] */
    uint64_t leaf_count; /* of the new version */
    wc_tree_list retired;
    wc_hash leaf_hash[2]; /* of a change with an even number and of the next, made together */
    unsigned now;         /* which of them is the change's at hand */
} update;

static void mark_changed(wc_tree_frame *frame, unsigned slot)
{
    frame->is_changed = true;
    frame->valid_groups = (uint8_t)(frame->valid_groups & ~(1u << slot / 4));
}

static void set_child(wc_tree_frame *frame, unsigned slot, uint32_t ref, const wc_hash *hash,
                      bool is_leaf)
{
    unsigned bit = 1u << slot;
    frame->children = (uint16_t)(frame->children | bit);
    frame->leaves = (uint16_t)(is_leaf ? frame->leaves | bit : frame->leaves & ~bit);
    frame->refs[slot] = ref;
    frame->child[slot] = *hash;
    mark_changed(frame, slot);
}

static void set_empty(wc_tree_frame *frame, unsigned slot)
{
    unsigned bit = 1u << slot;
    frame->children = (uint16_t)(frame->children & ~bit);
    frame->leaves = (uint16_t)(frame->leaves & ~bit);
    mark_changed(frame, slot);
}

/* Enters a new leaf. */
static wc_status put_leaf(update *u, wc_tree_frame *frame, unsigned slot,
                          const wc_tree_change *change)
{
    uint32_t ref = wc_tree_take_leaf(u->tree);
    if (ref == 0) return WC_NO_MEMORY;
    uint8_t *leaf = wc_tree_at(u->tree, ref);
    memcpy(leaf, change->k.bytes, WC_HASH_SIZE);
    memcpy(leaf + WC_HASH_SIZE, change->value_hash.bytes, WC_HASH_SIZE);
    set_child(frame, slot, ref, &u->leaf_hash[u->now], true);
    return WC_OK;
}

static wc_status retire(update *u, uint32_t ref, uint32_t units)
{
    return wc_tree_retire(u->tree, &u->retired, ref, units) ? WC_OK : WC_NO_MEMORY;
}

static void open_empty(update *u)
{
    wc_assert(u->open < WC_TREE_NIBBLES);
    wc_tree_frame *frame = &u->tree->frames[u->open++];
    frame->children = 0;
    frame->leaves = 0;
    frame->valid_groups = 0;
    frame->is_changed = false;
    frame->origin = 0;
}

static void open_node(update *u, uint32_t ref)
{
    wc_assert(u->open < WC_TREE_NIBBLES);
    wc_tree_frame *frame = &u->tree->frames[u->open++];
    wc_tree_frame_load(frame, wc_tree_at(u->tree, ref));
    frame->origin = ref;
}

/* Gives up the node that a changed frame was taken from. Its size stands in its own header: the
 * frame may have other children by now. */
static wc_status retire_origin(update *u, const wc_tree_frame *frame)
{
    if (frame->origin == 0) return WC_OK;
    uint16_t children;
    memcpy(&children, wc_tree_at(u->tree, frame->origin), sizeof children);
    return retire(u, frame->origin, wc_tree_node_units(children));
}

static wc_status store(update *u, const wc_tree_frame *frame, uint32_t *ref)
{
    *ref = wc_tree_take_node(u->tree, wc_tree_node_units(frame->children));
    if (*ref == 0) return WC_NO_MEMORY;
    wc_tree_frame_store(frame, wc_tree_at(u->tree, *ref));
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
    WC_TRY(retire_origin(u, frame));
    if (frame->children == 0) {
        set_empty(parent, slot);
        return WC_OK;
    }
    bool is_single = wc_tree_count(frame->children) == 1;
    if (is_single && frame->leaves != 0) { /* a subtree with one leaf is that leaf */
        unsigned only = (unsigned)__builtin_ctz(frame->children);
        set_child(parent, slot, frame->refs[only], &frame->child[only], true);
        return WC_OK;
    }
    wc_subtree whole = wc_tree_frame_hash(frame);
    uint32_t ref;
    WC_TRY(store(u, frame, &ref));
    set_child(parent, slot, ref, &whole.hash, false);
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

/* Replaces or removes the leaf at a slot, which holds the change's key. */
static wc_status change_leaf(update *u, wc_tree_frame *frame, unsigned slot,
                             const wc_tree_change *change)
{
    WC_TRY(retire(u, frame->refs[slot], 0));
    if (!wc_hash_is_zero(&change->value_hash)) return put_leaf(u, frame, slot, change);
    set_empty(frame, slot);
    u->leaf_count--;
    return WC_OK;
}

/* Opens a frame below a leaf and moves the leaf down into it. */
static void push_leaf_down(update *u, wc_tree_frame *frame, unsigned slot, const wc_hash *leaf_k)
{
    size_t depth = u->open; /* nibble that tells the children of the new frame apart */
    open_empty(u);
    set_child(&u->tree->frames[depth], wc_tree_nibble(leaf_k, depth), frame->refs[slot],
              &frame->child[slot], true);
    frame->through = (uint8_t)slot;
}

static wc_status apply(update *u, const wc_tree_change *change)
{
    bool removes = wc_hash_is_zero(&change->value_hash);
    for (;;) { /* ends: each round opens a frame, and two keys part within 64 nibbles */
        wc_tree_frame *frame = &u->tree->frames[u->open - 1];
        unsigned slot = wc_tree_nibble(&change->k, u->open - 1);
        if ((frame->children >> slot & 1) == 0) {
            if (removes) return WC_OK;
            u->leaf_count++;
            return put_leaf(u, frame, slot, change);
        }
        if ((frame->leaves >> slot & 1) == 0) {
            frame->through = (uint8_t)slot;
            open_node(u, frame->refs[slot]);
            continue;
        }
        wc_hash leaf_k = wc_tree_leaf_k(u->tree, frame->refs[slot]);
        if (wc_hash_equal(&leaf_k, &change->k)) return change_leaf(u, frame, slot, change);
        if (removes) return WC_OK;
        push_leaf_down(u, frame, slot, &leaf_k);
    }
}

/* Makes the leaf hash of change i, with the next one's. That of a removal is not used. */
static void hash_leaves(update *u, const wc_tree_change *changes, size_t count, size_t i)
{
    u->now = i % 2;
    if (u->now == 1) return;
    const wc_tree_change *first = &changes[i], *second = &changes[i + 1 < count ? i + 1 : i];
    const wc_hash *const parts[4] = {&first->k, &first->value_hash, &second->k,
                                     &second->value_hash};
    wc_merkle_two_leaves(&u->leaf_hash[0], &u->leaf_hash[1], parts);
}

/* Applies all changes; the path to the last one stays open. */
static wc_status apply_all(update *u, uint32_t node, const wc_tree_change *changes, size_t count)
{
    walker walkers[AHEAD];
    for (size_t i = 0; i < count; i++) {
        look_ahead(u->tree, node, walkers, changes, count, i);
        if (i > 0) {
            wc_assert(wc_hash_compare(&changes[i - 1].k, &changes[i].k) < 0);
            WC_TRY(close_until(u, &changes[i - 1].k, &changes[i].k));
        }
        hash_leaves(u, changes, count, i);
        WC_TRY(apply(u, &changes[i]));
    }
    return WC_OK;
}

/* The top frame becomes the top node of the new version; it may hold one leaf or one inner child.
 */
static wc_status finish(update *u, wc_tree_version *version)
{
    while (u->open > 1) WC_TRY(close_frame(u));
    wc_tree_frame *top = &u->tree->frames[0];
    version->node = top->origin;
    if (top->is_changed) {
        WC_TRY(retire_origin(u, top));
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
    WC_TRY(drop_oldest(tree));

    update u = {.tree = tree, .leaf_count = version.leaf_count};
    if (version.node != 0) {
        open_node(&u, version.node);
    } else {
        open_empty(&u);
    }
    WC_TRY(apply_all(&u, version.node, changes, count));
    WC_TRY(finish(&u, &version));
    version.seq = seq;
    *version_of(tree, tree->version_count) = version;
    tree->version_count++;
    *root = version.root;
    return WC_OK;
}
