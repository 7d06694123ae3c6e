/* Storing, loading and hashing the wide nodes of the state tree. In memory only, so fields are in
 * the machine's own byte order; hashes are bytes anyway. */
#include "node/ledger/tree_node.h"

#include "node/crypto/crypto.h"

#define HEADER_SIZE 8u
#define GROUP_SIZE  (WC_TREE_FANOUT / WC_TREE_GROUPS)

_Static_assert(HEADER_SIZE + WC_TREE_GROUPS * WC_HASH_SIZE + WC_TREE_FANOUT * 2 * WC_HASH_SIZE <=
                   WC_TREE_UNITS_MAX * WC_TREE_UNIT,
               "the largest node fits its largest size");

wc_hash wc_tree_leaf_hash(const wc_hash *k, const wc_hash *value_hash)
{
    uint8_t bytes[2 * WC_HASH_SIZE];
    memcpy(bytes, k->bytes, WC_HASH_SIZE);
    memcpy(bytes + WC_HASH_SIZE, value_hash->bytes, WC_HASH_SIZE);
    return wc_merkle_leaf(wc_slice_of(bytes, sizeof bytes));
}

/* The rule of the tree: nothing and one leaf give that leaf, everything else is an inner node. */
static wc_subtree join(const wc_subtree *left, const wc_subtree *right)
{
    if (left->kind == WC_SUBTREE_EMPTY && right->kind != WC_SUBTREE_INNER) return *right;
    if (right->kind == WC_SUBTREE_EMPTY && left->kind == WC_SUBTREE_LEAF) return *left;
    return (wc_subtree){wc_merkle_node(&left->hash, &right->hash), WC_SUBTREE_INNER};
}

wc_subtree wc_subtree_reduce(wc_subtree *list, size_t count)
{
    wc_assert(count >= 1 && count <= WC_TREE_FANOUT && (count & (count - 1)) == 0);
    for (; count > 1; count /= 2) {
        for (size_t i = 0; i < count / 2; i++) list[i] = join(&list[2 * i], &list[2 * i + 1]);
    }
    return list[0];
}

static bool keeps_groups(uint16_t children)
{
    return wc_tree_count(children) >= WC_TREE_MANY;
}

uint32_t wc_tree_node_units(uint16_t children, uint16_t leaves)
{
    unsigned leaf_count = wc_tree_count(leaves);
    unsigned inner_count = wc_tree_count(children) - leaf_count;
    unsigned size = HEADER_SIZE + inner_count * (4 + WC_HASH_SIZE) + leaf_count * 2 * WC_HASH_SIZE;
    if (keeps_groups(children)) size += WC_TREE_GROUPS * WC_HASH_SIZE;
    return (size + WC_TREE_UNIT - 1) / WC_TREE_UNIT;
}

uint32_t wc_tree_node_ref(const uint8_t *node, unsigned slot)
{
    unsigned inner = (unsigned)(wc_tree_children(node) & ~wc_tree_leaves(node));
    if ((inner >> slot & 1u) == 0) return 0;
    unsigned before = wc_tree_count((uint16_t)(inner & ((1u << slot) - 1u)));
    uint32_t ref;
    memcpy(&ref, node + HEADER_SIZE + before * 4, sizeof ref);
    return ref;
}

void wc_tree_frame_load(wc_tree_frame *frame, const uint8_t *node)
{
    frame->children = wc_tree_children(node);
    frame->leaves = wc_tree_leaves(node);
    frame->is_changed = false;
    unsigned inner = (unsigned)(frame->children & ~frame->leaves);
    const uint8_t *ref_at = node + HEADER_SIZE;
    const uint8_t *at = ref_at + wc_tree_count((uint16_t)inner) * 4;
    frame->valid_groups = 0;
    if (keeps_groups(frame->children)) {
        memcpy(frame->group, at, sizeof frame->group);
        at += sizeof frame->group;
        frame->valid_groups = (1u << WC_TREE_GROUPS) - 1;
    }
    for (unsigned left = frame->children; left != 0; left &= left - 1) {
        unsigned slot = (unsigned)__builtin_ctz(left);
        memcpy(&frame->child[slot].a, at, WC_HASH_SIZE);
        at += WC_HASH_SIZE;
        if ((inner >> slot & 1u) != 0) {
            memcpy(&frame->refs[slot], ref_at, sizeof frame->refs[slot]);
            ref_at += 4;
        } else {
            memcpy(&frame->child[slot].b, at, WC_HASH_SIZE);
            at += WC_HASH_SIZE;
        }
    }
}

void wc_tree_frame_store(const wc_tree_frame *frame, uint8_t *node)
{
    memcpy(node, &frame->children, 2);
    memcpy(node + 2, &frame->leaves, 2);
    wc_tree_set_next(node, 0);
    unsigned inner = (unsigned)(frame->children & ~frame->leaves);
    uint8_t *ref_at = node + HEADER_SIZE;
    uint8_t *at = ref_at + wc_tree_count((uint16_t)inner) * 4;
    if (keeps_groups(frame->children)) {
        wc_assert(frame->valid_groups == (1u << WC_TREE_GROUPS) - 1);
        memcpy(at, frame->group, sizeof frame->group);
        at += sizeof frame->group;
    }
    for (unsigned left = frame->children; left != 0; left &= left - 1) {
        unsigned slot = (unsigned)__builtin_ctz(left);
        memcpy(at, &frame->child[slot].a, WC_HASH_SIZE);
        at += WC_HASH_SIZE;
        if ((inner >> slot & 1u) != 0) {
            memcpy(ref_at, &frame->refs[slot], sizeof frame->refs[slot]);
            ref_at += 4;
        } else {
            memcpy(at, &frame->child[slot].b, WC_HASH_SIZE);
            at += WC_HASH_SIZE;
        }
    }
}

static wc_subtree child_subtree(const wc_tree_frame *frame, unsigned slot)
{
    if ((frame->children >> slot & 1) == 0) return (wc_subtree){{{0}}, WC_SUBTREE_EMPTY};
    if ((frame->leaves >> slot & 1) == 0) {
        return (wc_subtree){frame->child[slot].a, WC_SUBTREE_INNER};
    }
    return (wc_subtree){wc_tree_leaf_hash(&frame->child[slot].a, &frame->child[slot].b),
                        WC_SUBTREE_LEAF};
}

static unsigned range_bits(uint16_t bits, unsigned first, unsigned count)
{
    return (unsigned)bits >> first & ((1u << count) - 1u);
}

/* What a run of children is, without hashing it. */
static wc_subtree_kind range_kind(const wc_tree_frame *frame, unsigned first, unsigned count)
{
    unsigned children = range_bits(frame->children, first, count);
    if (children == 0) return WC_SUBTREE_EMPTY;
    bool is_single = (children & (children - 1)) == 0;
    bool is_leaf = range_bits(frame->leaves, first, count) == children;
    return is_single && is_leaf ? WC_SUBTREE_LEAF : WC_SUBTREE_INNER;
}

static wc_subtree group_subtree(const wc_tree_frame *frame, unsigned group)
{
    unsigned first = group * GROUP_SIZE;
    if ((frame->valid_groups >> group & 1) != 0) {
        return (wc_subtree){frame->group[group], range_kind(frame, first, GROUP_SIZE)};
    }
    wc_subtree list[GROUP_SIZE];
    for (unsigned i = 0; i < GROUP_SIZE; i++) list[i] = child_subtree(frame, first + i);
    return wc_subtree_reduce(list, GROUP_SIZE);
}

wc_subtree wc_tree_frame_hash(wc_tree_frame *frame)
{
    wc_subtree groups[WC_TREE_GROUPS];
    for (unsigned g = 0; g < WC_TREE_GROUPS; g++) {
        groups[g] = group_subtree(frame, g);
        frame->group[g] = groups[g].hash;
    }
    frame->valid_groups = (1u << WC_TREE_GROUPS) - 1;
    return wc_subtree_reduce(groups, WC_TREE_GROUPS);
}

wc_subtree wc_tree_frame_range(const wc_tree_frame *frame, unsigned first, unsigned count)
{
    wc_assert(first + count <= WC_TREE_FANOUT);
    wc_subtree list[WC_TREE_FANOUT];
    if (count < GROUP_SIZE) {
        for (unsigned i = 0; i < count; i++) list[i] = child_subtree(frame, first + i);
        return wc_subtree_reduce(list, count);
    }
    for (unsigned i = 0; i < count / GROUP_SIZE; i++) {
        list[i] = group_subtree(frame, first / GROUP_SIZE + i);
    }
    return wc_subtree_reduce(list, count / GROUP_SIZE);
}
