/* Hashes with a meaning: domain-separated hashes (ledger D14) and RFC 6962 trees. Built on
 * wc_sha256, and on node_hash.h where that is faster. A leaf can never be read as a node, because
 * their first byte differs, nor a domain hash as either, because its first byte is the length of
 * "wattclause/..." and so at least 12. */
#include "node/crypto/crypto.h"
#include "node/crypto/node_hash.h"

#define DOMAIN_PREFIX     "wattclause/"
#define DOMAIN_PREFIX_LEN (sizeof DOMAIN_PREFIX - 1)
#define DOMAIN_MAX        64
#define LEAF_MARK         0x00
#define NODE_MARK         0x01

wc_hash wc_hash_domain(const char *domain, const wc_slice *parts, size_t count)
{
    uint8_t head[1 + DOMAIN_PREFIX_LEN + DOMAIN_MAX];
    size_t len = strlen(domain);
    wc_assert(len >= 1 && len <= DOMAIN_MAX);

    head[0] = (uint8_t)(DOMAIN_PREFIX_LEN + len);
    memcpy(head + 1, DOMAIN_PREFIX, DOMAIN_PREFIX_LEN);
    memcpy(head + 1 + DOMAIN_PREFIX_LEN, domain, len);

    wc_sha256_state state;
    wc_sha256_begin(&state);
    wc_sha256_update(&state, wc_slice_of(head, 1 + DOMAIN_PREFIX_LEN + len));
    for (size_t i = 0; i < count; i++) wc_sha256_update(&state, parts[i]);
    return wc_sha256_end(&state);
}

wc_hash wc_merkle_leaf(wc_slice bytes)
{
    static const uint8_t mark[1] = {LEAF_MARK};
    const wc_slice parts[2] = {{mark, 1}, bytes};
    if (bytes.len == 2 * WC_HASH_SIZE && wc_node_hash_is_fast()) {
        wc_hash hash;
        wc_node_hash_one(&hash, LEAF_MARK, (wc_node_input){bytes.data, bytes.data + WC_HASH_SIZE});
        return hash;
    }
    return wc_sha256(parts, 2);
}

/* One run of bytes hashes faster than three. */
static wc_hash hash_of(uint8_t mark, wc_node_input input)
{
    uint8_t bytes[1 + 2 * WC_HASH_SIZE];
    bytes[0] = mark;
    memcpy(bytes + 1, input.left, WC_HASH_SIZE);
    memcpy(bytes + 1 + WC_HASH_SIZE, input.right, WC_HASH_SIZE);
    return wc_sha256_one(wc_slice_of(bytes, sizeof bytes));
}

wc_hash wc_merkle_node(const wc_hash *left, const wc_hash *right)
{
    wc_node_input input = {left->bytes, right->bytes};
    if (!wc_node_hash_is_fast()) return hash_of(NODE_MARK, input);
    wc_hash hash;
    wc_node_hash_one(&hash, NODE_MARK, input);
    return hash;
}

static void hash_two(wc_hash *first, wc_hash *second, uint8_t mark, const wc_hash *const parts[4])
{
    wc_node_input one = {parts[0]->bytes, parts[1]->bytes};
    wc_node_input two = {parts[2]->bytes, parts[3]->bytes};
    if (wc_node_hash_is_fast()) {
        wc_node_hash_two(first, second, mark, one, two);
        return;
    }
    wc_hash hash = hash_of(mark, one); /* first may be one of the parts */
    *second = hash_of(mark, two);
    *first = hash;
}

void wc_merkle_two_nodes(wc_hash *first, wc_hash *second, const wc_hash *const children[4])
{
    hash_two(first, second, NODE_MARK, children);
}

void wc_merkle_two_leaves(wc_hash *first, wc_hash *second, const wc_hash *const parts[4])
{
    hash_two(first, second, LEAF_MARK, parts);
}

void wc_merkle_begin(wc_merkle *tree)
{
    tree->count = 0;
}

void wc_merkle_add(wc_merkle *tree, const wc_hash *leaf)
{
    wc_hash root = *leaf;
    unsigned height = 0;
    /* Like a binary counter: each set bit below is a full subtree, joined and carried upwards. Ends
     * at the first clear bit; a count of 2^64 leaves is out of reach. */
    for (uint64_t bits = tree->count; (bits & 1) != 0; bits >>= 1, height++) {
        root = wc_merkle_node(&tree->level[height], &root);
    }
    tree->level[height] = root;
    tree->count++;
    wc_assert(tree->count != 0);
}

wc_hash wc_merkle_end(const wc_merkle *tree)
{
    if (tree->count == 0) return wc_sha256(NULL, 0);

    /* RFC 6962 splits at the largest power of two below n, so the full subtrees join from the
     * smallest, rightmost one up. */
    wc_hash root = {{0}};
    bool is_started = false;
    for (unsigned height = 0; height < 64; height++) {
        if ((tree->count >> height & 1) == 0) continue;
        root = is_started ? wc_merkle_node(&tree->level[height], &root) : tree->level[height];
        is_started = true;
    }
    return root;
}

wc_hash wc_merkle_root(const wc_hash *leaves, size_t count)
{
    wc_merkle tree;
    wc_merkle_begin(&tree);
    for (size_t i = 0; i < count; i++) wc_merkle_add(&tree, &leaves[i]);
    return wc_merkle_end(&tree);
}
