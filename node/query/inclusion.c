/* Paths of RFC 6962, section 2.1.1; verification by walking index and last index up together. */
#include "node/query/inclusion.h"

static uint64_t split_of(uint64_t count)
{
    uint64_t k = 1;
    while (k < count - k) k *= 2; /* the greatest power of two below count */
    return k;
}

void wc_inclusion_build(wc_inclusion *inclusion, const wc_hash *leaves, uint64_t count,
                        uint64_t index)
{
    wc_hash down[WC_INCLUSION_MAX]; /* from the root down */
    uint8_t depth = 0;
    wc_assert(index < count);
    inclusion->index = index;
    inclusion->count = count;
    while (count > 1) {
        uint64_t k = split_of(count);
        if (index < k) {
            down[depth++] = wc_merkle_root(leaves + k, count - k);
            count = k;
        } else {
            down[depth++] = wc_merkle_root(leaves, k);
            leaves += k;
            index -= k;
            count -= k;
        }
    }
    inclusion->depth = depth;
    for (uint8_t i = 0; i < depth; i++) inclusion->path[i] = down[depth - 1 - i];
}

bool wc_inclusion_root(const wc_inclusion *inclusion, const wc_hash *leaf, wc_hash *root)
{
    uint64_t at = inclusion->index, last = inclusion->count - 1;
    *root = *leaf;
    for (uint8_t i = 0; i < inclusion->depth; i++) {
        if (last == 0) return false;
        if (at % 2 == 1 || at == last) {
            *root = wc_merkle_node(&inclusion->path[i], root);
            while (at % 2 == 0 && at != 0) {
                at /= 2;
                last /= 2;
            }
        } else {
            *root = wc_merkle_node(root, &inclusion->path[i]);
        }
        at /= 2;
        last /= 2;
    }
    return last == 0;
}
