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

/* The rule of the tree: nothing and one leaf give that leaf, everything else is an inner node,
 * whose hash is still to come (false). */
static bool join_simply(wc_subtree *whole, const wc_subtree *left, const wc_subtree *right)
{
    whole->kind = WC_SUBTREE_INNER;
    if (left->kind == WC_SUBTREE_EMPTY && right->kind != WC_SUBTREE_INNER) {
        *whole = *right;
        return true;
    }
    if (right->kind == WC_SUBTREE_EMPTY && left->kind == WC_SUBTREE_LEAF) {
        *whole = *left;
        return true;
    }
    return false;
}

/* Joins neighbours of `list`: whole[i] is over list[2 i] and list[2 i + 1]; count of the wholes, at
 * most 8. Those that need a hash are hashed two by two. */
static void join_level(wc_subtree *whole, const wc_subtree *list, size_t count)
{
    size_t waits[WC_TREE_FANOUT / 2], waiting = 0;
    for (size_t i = 0; i < count; i++) {
        if (!join_simply(&whole[i], &list[2 * i], &list[2 * i + 1])) waits[waiting++] = i;
    }
    for (; waiting >= 2; waiting -= 2) {
        size_t a = waits[waiting - 2], b = waits[waiting - 1];
        const wc_hash *const children[4] = {&list[2 * a].hash, &list[2 * a + 1].hash,
                                            &list[2 * b].hash, &list[2 * b + 1].hash};
        wc_merkle_two_nodes(&whole[a].hash, &whole[b].hash, children);
    }
    if (waiting == 0) return;
    const wc_subtree *left = &list[2 * waits[0]];
    whole[waits[0]].hash = wc_merkle_node(&left[0].hash, &left[1].hash);
}

/* Combines count neighbouring subtrees, a power of two in [1, 16], into one. */
static wc_subtree reduce(const wc_subtree *list, size_t count)
{
    wc_assert(count >= 1 && count <= WC_TREE_FANOUT && (count & (count - 1)) == 0);
    wc_subtree levels[WC_TREE_FANOUT]; /* one behind the other */
    wc_subtree *whole = levels;
    for (; count > 1; count /= 2) {
        join_level(whole, list, count / 2);
        list = whole;
        whole += count / 2;
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

static bool is_valid(const wc_tree_frame *frame, unsigned group)
{
    return (frame->valid_groups >> group & 1) != 0;
}

static wc_subtree valid_group(const wc_tree_frame *frame, unsigned group)
{
    return (wc_subtree){frame->group[group], group_kind(frame, group)};
}

/* Hashes the groups that are not valid, all of them level by level. */
static void make_groups(wc_tree_frame *frame)
{
    wc_subtree children[WC_TREE_FANOUT], pairs[WC_TREE_FANOUT / 2], groups[WC_TREE_GROUPS];
    size_t count = 0;
    for (unsigned slot = 0; slot < WC_TREE_FANOUT; slot++) {
        if (!is_valid(frame, slot / GROUP_SIZE)) children[count++] = child_subtree(frame, slot);
    }
    join_level(pairs, children, count / 2);
    join_level(groups, pairs, count / GROUP_SIZE);
    for (unsigned g = 0, made = 0; g < WC_TREE_GROUPS; g++) {
        if (!is_valid(frame, g)) frame->group[g] = groups[made++].hash;
    }
    frame->valid_groups = ALL_GROUPS;
}

wc_subtree wc_tree_frame_hash(wc_tree_frame *frame)
{
    wc_subtree groups[WC_TREE_GROUPS];
    make_groups(frame);
    for (unsigned g = 0; g < WC_TREE_GROUPS; g++) groups[g] = valid_group(frame, g);
    return reduce(groups, WC_TREE_GROUPS);
}

static wc_subtree group_subtree(const wc_tree_frame *frame, unsigned group)
{
    if (is_valid(frame, group)) return valid_group(frame, group);
    wc_subtree list[GROUP_SIZE];
    for (unsigned i = 0; i < GROUP_SIZE; i++) {
        list[i] = child_subtree(frame, group * GROUP_SIZE + i);
    }
    return reduce(list, GROUP_SIZE);
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
