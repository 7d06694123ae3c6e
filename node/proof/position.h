/* The position of an item in a list of which nothing but the RFC 6962 root is known, not even how
 * many items it has: a receipt does not say how many events it has.
 *
 *   position = n u8 <= 32 | step *                                    from the item up to the root
 *           step 0: the item lies left:  00 | sibling 32
 *           step 1: the item lies right: 01 | first 32 | height u8 <= 31 | hash 32 * height
 *
 * The path alone proves that the item stands in the list, not where: one path fits several numbers.
 * But everything left of a path is a full subtree of 2^height items, and the path of its first item
 * shows its height. So each step to the right brings that first item and its own path, from which
 * the sibling follows, and the number of the item is the sum of these 2^height. Whoever wanted
 * another number would need a tree node that is an item as well, and those begin with 00, nodes
 * with 01. */
#ifndef WC_NODE_PROOF_POSITION_H
#define WC_NODE_PROOF_POSITION_H

#include "node/crypto/crypto.h"
#include "vm/base/codec.h"

#define WC_POSITION_STEPS_MAX 32u
#define WC_POSITION_SIZE_MAX                                                                       \
    (1u + WC_POSITION_STEPS_MAX * (34u + (WC_POSITION_STEPS_MAX - 1u) * 32u))

/* Appends the position of item `index`. items: what the leaves are made of (wc_merkle_leaf over 32
 * bytes); leaves: those leaves. Requires: index < count <= 2^32. */
void wc_position_put(wc_buf *buf, const wc_hash *items, const wc_hash *leaves, uint64_t count,
                     uint64_t index);

/* Steps over a position. Errors: TRUNCATED, OUT_OF_DOMAIN. */
WC_MUST_USE wc_status wc_position_read(wc_reader *reader, wc_slice *position);

/* Root and number that follow from an item and its position, which wc_position_read accepted. */
void wc_position_follow(wc_hash *root, uint64_t *index, wc_slice position, const wc_hash *item);

#endif
