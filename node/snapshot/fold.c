/* The stack of finished subtrees. */
#include "node/snapshot/fold.h"

#include <string.h>

#include "node/crypto/crypto.h"

static const wc_hash empty;

/* Number of leading bits that two different keys share. */
static uint16_t shared_bits(const wc_hash *a, const wc_hash *b)
{
    size_t i = 0;
    while (a->bytes[i] == b->bytes[i]) i++; /* ends: the keys differ */
    unsigned differing = (unsigned)(a->bytes[i] ^ b->bytes[i]);
    return (uint16_t)(i * 8 + (size_t)__builtin_clz(differing) - 24u);
}

/* Moves a subtree's root up to this depth: an inner node beside nothing is one more inner node; a
 * leaf stands for every subtree in which it is alone. */
static void raise(wc_fold_part *part, uint16_t depth)
{
    if (part->is_leaf) return;
    while (part->depth > depth) {
        part->depth--;
        part->hash = wc_fold_bit(&part->k, part->depth) == 1 ? wc_merkle_node(&empty, &part->hash)
                                                             : wc_merkle_node(&part->hash, &empty);
    }
}

/* Joins the upper two parts at the level at which they part. */
static void join(wc_fold *fold)
{
    wc_fold_part *upper = &fold->stack[--fold->count];
    wc_fold_part *lower = upper - 1;
    uint16_t below = (uint16_t)(lower->level + 1u);
    raise(lower, below);
    raise(upper, below);
    lower->hash = fold->is_descending ? wc_merkle_node(&upper->hash, &lower->hash)
                                      : wc_merkle_node(&lower->hash, &upper->hash);
    lower->is_leaf = false;
    lower->depth = lower->level;
}

/* Finishes what lies deeper than this level; the last part then is the sibling at it. */
static void close_below(wc_fold *fold, uint16_t level)
{
    while (fold->count >= 2 && fold->stack[fold->count - 2].level > level) join(fold);
    wc_fold_part *last = &fold->stack[fold->count - 1];
    raise(last, (uint16_t)(level + 1u));
    last->level = level;
}

static void push(wc_fold *fold, const wc_fold_part *part)
{
    wc_assert(fold->count < WC_ARRAY_LEN(fold->stack));
    fold->stack[fold->count++] = *part;
}

void wc_fold_begin(wc_fold *fold, bool is_descending)
{
    fold->is_descending = is_descending;
    fold->is_given = false;
    fold->count = 0;
}

static void push_sibling(wc_fold *fold, const wc_hash *k, const wc_fold_sibling *sibling)
{
    wc_fold_part part = {.k = *k,
                         .hash = sibling->hash,
                         .depth = (uint16_t)(sibling->level + 1u),
                         .level = sibling->level};
    push(fold, &part);
}

void wc_fold_begin_beside(wc_fold *fold, const wc_hash *k, const wc_fold_siblings *left)
{
    wc_fold_begin(fold, false);
    for (uint16_t i = 0; i < left->count; i++) push_sibling(fold, k, &left->list[i]);
    fold->is_given = left->count > 0;
}

void wc_fold_add(wc_fold *fold, const wc_hash *k, const wc_hash *leaf_hash)
{
    if (fold->count > 0 && !fold->is_given) {
        const wc_hash *last = &fold->stack[fold->count - 1].k;
        int order = memcmp(last->bytes, k->bytes, WC_HASH_SIZE);
        wc_assert(fold->is_descending ? order > 0 : order < 0);
        close_below(fold, shared_bits(last, k));
    }
    fold->is_given = false;
    wc_fold_part part = {.k = *k, .hash = *leaf_hash, .is_leaf = true, .depth = WC_PROOF_DEPTH_MAX};
    push(fold, &part);
}

void wc_fold_siblings_of(const wc_fold *fold, wc_fold_siblings *siblings)
{
    siblings->count = (uint16_t)(fold->count - 1u);
    for (uint16_t i = 0; i < siblings->count; i++) {
        const wc_fold_part *part = &fold->stack[i];
        siblings->list[i] = (wc_fold_sibling){(uint8_t)part->level, part->hash};
    }
}

wc_hash wc_fold_end(wc_fold *fold, const wc_fold_siblings *right)
{
    wc_assert(fold->count > 0);
    wc_hash last = fold->stack[fold->count - 1].k;
    for (size_t i = right == NULL ? 0 : right->count; i > 0; i--) {
        close_below(fold, right->list[i - 1].level);
        push_sibling(fold, &last, &right->list[i - 1]);
    }
    while (fold->count >= 2) join(fold);
    raise(&fold->stack[0], 0);
    return fold->stack[0].hash;
}
