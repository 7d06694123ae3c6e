/* Storing, loading and hashing the wide nodes of the state tree. In memory only, so fields are in
 * the machine's own byte order; hashes are bytes anyway. */
#include "node/ledger/tree_node.h"

#include "node/crypto/crypto.h"

#define HEADER_SIZE 8u
#define REF_SIZE    4u
#define GROUP_SIZE  (WC_TREE_FANOUT / WC_TREE_GROUPS)
#define ALL_GROUPS  ((1u << WC_TREE_GROUPS) - 1u)

_Static_assert(HEADER_SIZE + WC_TREE_GROUPS * WC_HASH_SIZE +
                       WC_TREE_FANOUT * (REF_SIZE + WC_HASH_SIZE) <=
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

/* Combines count neighbouring subtrees, a power of two in [1, 16], into one. Overwrites list. */
static wc_subtree reduce(wc_subtree *list, size_t count)
{
    wc_assert(count >= 1 && count <= WC_TREE_FANOUT && (count & (count - 1)) == 0);
    for (; count > 1; count /= 2) {
        for (size_t i = 0; i < count / 2; i++) list[i] = join(&list[2 * i], &list[2 * i + 1]);
    }
    return list[0];
}

static bool keeps_groups(unsigned child_count)
{
    return child_count >= WC_TREE_MANY;
}

uint32_t wc_tree_node_units(uint16_t children)
{
    unsigned count = wc_tree_count(children);
    unsigned size = HEADER_SIZE + count * (REF_SIZE + WC_HASH_SIZE);
    if (keeps_groups(count)) size += WC_TREE_GROUPS * WC_HASH_SIZE;
    return (size + WC_TREE_UNIT - 1) / WC_TREE_UNIT;
}

uint32_t wc_tree_node_child(const uint8_t *node, unsigned slot, bool *is_leaf)
{
    uint16_t children;
    uint16_t leaves;
    memcpy(&children, node, sizeof children);
    memcpy(&leaves, node + 2, sizeof leaves);
    *is_leaf = (leaves >> slot & 1) != 0;
    if ((children >> slot & 1) == 0) return 0;
    unsigned before = wc_tree_count(children & ((1u << slot) - 1u));
    uint32_t ref;
    memcpy(&ref, node + HEADER_SIZE + (size_t)before * REF_SIZE, sizeof ref);
    return ref;
}

void wc_tree_frame_load(wc_tree_frame *frame, const uint8_t *node)
{
    memcpy(&frame->children, node, 2);
    memcpy(&frame->leaves, node + 2, 2);
    frame->is_changed = false;
    frame->valid_groups = 0;
    unsigned count = wc_tree_count(frame->children);
    const uint8_t *ref_at = node + HEADER_SIZE;
    const uint8_t *at = ref_at + (size_t)count * REF_SIZE;
    if (keeps_groups(count)) {
        memcpy(frame->group, at, sizeof frame->group);
        at += sizeof frame->group;
        frame->valid_groups = ALL_GROUPS;
    }
    for (unsigned left = frame->children; left != 0; left &= left - 1) {
        unsigned slot = (unsigned)__builtin_ctz(left);
        memcpy(&frame->refs[slot], ref_at, REF_SIZE);
        memcpy(&frame->child[slot], at, WC_HASH_SIZE);
        ref_at += REF_SIZE;
        at += WC_HASH_SIZE;
    }
}

void wc_tree_frame_store(const wc_tree_frame *frame, uint8_t *node)
{
    memcpy(node, &frame->children, 2);
    memcpy(node + 2, &frame->leaves, 2);
    memset(node + 4, 0, 4);
    unsigned count = wc_tree_count(frame->children);
    uint8_t *ref_at = node + HEADER_SIZE;
    uint8_t *at = ref_at + (size_t)count * REF_SIZE;
    if (keeps_groups(count)) {
        wc_assert(frame->valid_groups == ALL_GROUPS);
        memcpy(at, frame->group, sizeof frame->group);
        at += sizeof frame->group;
    }
    for (unsigned left = frame->children; left != 0; left &= left - 1) {
        unsigned slot = (unsigned)__builtin_ctz(left);
        memcpy(ref_at, &frame->refs[slot], REF_SIZE);
        memcpy(at, &frame->child[slot], WC_HASH_SIZE);
        ref_at += REF_SIZE;
        at += WC_HASH_SIZE;
    }
}

static wc_subtree child_subtree(const wc_tree_frame *frame, unsigned slot)
{
    if ((frame->children >> slot & 1) == 0) return (wc_subtree){{{0}}, WC_SUBTREE_EMPTY};
    bool is_leaf = (frame->leaves >> slot & 1) != 0;
    return (wc_subtree){frame->child[slot], is_leaf ? WC_SUBTREE_LEAF : WC_SUBTREE_INNER};
}

static wc_subtree_kind group_kind(const wc_tree_frame *frame, unsigned group)
{
    unsigned children = (unsigned)frame->children >> (group * GROUP_SIZE) & 15u;
    unsigned leaves = (unsigned)frame->leaves >> (group * GROUP_SIZE) & 15u;
    if (children == 0) return WC_SUBTREE_EMPTY;
    bool is_single = (children & (children - 1)) == 0;
    return is_single && leaves == children ? WC_SUBTREE_LEAF : WC_SUBTREE_INNER;
}

static wc_subtree group_subtree(const wc_tree_frame *frame, unsigned group)
{
    if ((frame->valid_groups >> group & 1) != 0) {
        return (wc_subtree){frame->group[group], group_kind(frame, group)};
    }
    wc_subtree list[GROUP_SIZE];
    for (unsigned i = 0; i < GROUP_SIZE; i++) {
        list[i] = child_subtree(frame, group * GROUP_SIZE + i);
    }
    return reduce(list, GROUP_SIZE);
}

wc_subtree wc_tree_frame_hash(wc_tree_frame *frame)
{
    wc_subtree groups[WC_TREE_GROUPS];
    for (unsigned g = 0; g < WC_TREE_GROUPS; g++) {
        groups[g] = group_subtree(frame, g);
        frame->group[g] = groups[g].hash;
    }
    frame->valid_groups = ALL_GROUPS;
    return reduce(groups, WC_TREE_GROUPS);
}

wc_subtree wc_tree_frame_range(const wc_tree_frame *frame, unsigned first, unsigned count)
{
    wc_assert(first % count == 0 && first + count <= WC_TREE_FANOUT);
    wc_subtree list[WC_TREE_FANOUT];
    if (count < GROUP_SIZE) {
        for (unsigned i = 0; i < count; i++) list[i] = child_subtree(frame, first + i);
        return reduce(list, count);
    }
    for (unsigned i = 0; i < count / GROUP_SIZE; i++) {
        list[i] = group_subtree(frame, first / GROUP_SIZE + i);
    }
    return reduce(list, count / GROUP_SIZE);
}
