/* Positions: built from the list from the root down, followed from the item up. */
#include "node/proof/position.h"

#include "node/ledger/read.h"

static wc_hash leaf_of(const wc_hash *item)
{
    return wc_merkle_leaf(wc_slice_of(item->bytes, sizeof item->bytes));
}

/* ---- building --------------------------------------------------------------------------------
 */

/* One level of the way down: what lies beside it. */
typedef struct level {
    uint64_t first, count; /* of the sibling's items */
    bool is_right;         /* the item lies right of it, so count is a power of two */
} level;

static void put_step(wc_buf *buf, const level *at, const wc_hash *items, const wc_hash *leaves)
{
    if (!at->is_right) {
        wc_hash sibling = wc_merkle_root(leaves + at->first, at->count);
        wc_buf_put_u8(buf, 0);
        wc_buf_put_hash(buf, &sibling);
        return;
    }
    wc_buf_put_u8(buf, 1);
    wc_buf_put_hash(buf, &items[at->first]);
    wc_buf_put_u8(buf, (uint8_t)__builtin_ctzll(at->count));
    for (uint64_t size = 1; size < at->count; size *= 2) {
        wc_hash beside = wc_merkle_root(leaves + at->first + size, size);
        wc_buf_put_hash(buf, &beside);
    }
}

void wc_position_put(wc_buf *buf, const wc_hash *items, const wc_hash *leaves, uint64_t count,
                     uint64_t index)
{
    level levels[WC_POSITION_STEPS_MAX];
    uint64_t first = 0;
    unsigned depth = 0;
    wc_assert(index < count && count <= UINT64_C(1) << 32);
    while (count > 1) {
        uint64_t left = 1;
        while (left < count - left) left *= 2; /* the greatest power of two below count */
        bool is_right = index >= first + left;
        levels[depth++] =
            is_right ? (level){first, left, true} : (level){first + left, count - left, false};
        if (is_right) first += left;
        count = is_right ? count - left : left;
    }
    wc_buf_put_u8(buf, (uint8_t)depth);
    while (depth > 0) put_step(buf, &levels[--depth], items, leaves);
}

/* ---- following -------------------------------------------------------------------------------
 */

wc_status wc_position_read(wc_reader *reader, wc_slice *position)
{
    size_t start = reader->at;
    uint8_t count, side, height;
    wc_slice hashes;
    WC_TRY(wc_read_u8_in(reader, 0, WC_POSITION_STEPS_MAX, &count));
    for (uint8_t i = 0; i < count; i++) {
        WC_TRY(wc_read_u8_in(reader, 0, 1, &side));
        WC_TRY(wc_read_slice(reader, WC_HASH_SIZE, &hashes));
        if (side == 0) continue;
        WC_TRY(wc_read_u8_in(reader, 0, WC_POSITION_STEPS_MAX - 1, &height));
        WC_TRY(wc_read_slice(reader, (size_t)height * WC_HASH_SIZE, &hashes));
    }
    *position = wc_slice_of(reader->bytes.data + start, reader->at - start);
    return WC_OK;
}

static wc_hash take_hash(wc_reader *reader)
{
    wc_hash hash;
    wc_status status = wc_read_hash(reader, &hash);
    wc_assert(status == WC_OK);
    return hash;
}

static uint8_t take_u8(wc_reader *reader)
{
    uint8_t value;
    wc_status status = wc_read_u8(reader, &value);
    wc_assert(status == WC_OK);
    return value;
}

/* The full subtree to the left: its root, from its first item. */
static wc_hash left_sibling(wc_reader *reader, uint64_t *count)
{
    wc_hash first = take_hash(reader);
    wc_hash node = leaf_of(&first);
    uint8_t height = take_u8(reader);
    for (uint8_t i = 0; i < height; i++) {
        wc_hash beside = take_hash(reader);
        node = wc_merkle_node(&node, &beside);
    }
    *count = UINT64_C(1) << height;
    return node;
}

void wc_position_follow(wc_hash *root, uint64_t *index, wc_slice position, const wc_hash *item)
{
    wc_reader reader = wc_reader_of(position);
    uint8_t count = take_u8(&reader);
    *root = leaf_of(item);
    *index = 0;
    for (uint8_t i = 0; i < count; i++) {
        if (take_u8(&reader) == 0) {
            wc_hash sibling = take_hash(&reader);
            *root = wc_merkle_node(root, &sibling);
            continue;
        }
        uint64_t left;
        wc_hash sibling = left_sibling(&reader, &left);
        *root = wc_merkle_node(&sibling, root);
        *index += left;
    }
}
