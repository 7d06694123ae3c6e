/* Six bits of one block for each key; the block is a cache line, so a question is one miss. */
#include "node/chain/present.h"

#include "node/chain/pages.h"
#include "vm/base/codec.h"

#define WORDS        8u /* of a block */
#define BITS_OF_KEY  6u
#define BITS_A_KEY   12u    /* of the filter, when it is as full as it was made for; rounded up */
#define BITS_PLACED  9u     /* tell the 512 bits of a block apart */
#define LARGE_BLOCKS 32768u /* 2 MiB */

static uint64_t mix(uint64_t value)
{
    value *= UINT64_C(0x9e3779b97f4a7c15);
    return value ^ value >> 32;
}

uint64_t wc_present_hash(wc_slice key)
{
    uint64_t mixed = key.len;
    size_t at = 0;
    for (; at + 8 <= key.len; at += 8) mixed = mix(mixed ^ wc_load_u64(key.data + at));
    uint64_t rest = 0;
    for (; at < key.len; at++) rest = rest << 8 | key.data[at];
    return mix(mix(mixed ^ rest));
}

bool wc_present_make(wc_present *present, uint64_t keys)
{
    uint64_t count = 1;
    wc_present_close(present);
    while (count * WORDS * 64 < keys * BITS_A_KEY) count *= 2; /* ends: keys lie in memory */
    uint64_t *blocks = wc_pages_take(count * WORDS * sizeof *blocks);
    if (blocks == NULL) return false;
    if (count >= LARGE_BLOCKS) wc_pages_enlarge(blocks);
    *present = (wc_present){blocks, count};
    return true;
}

void wc_present_close(wc_present *present)
{
    wc_pages_give(present->blocks);
    *present = (wc_present){NULL, 0};
}

static uint64_t *block_of(const wc_present *present, uint64_t hash)
{
    return present->blocks + (hash & (present->block_count - 1)) * WORDS;
}

/* The bits are taken from another mixture than the block. */
static unsigned place_of(uint64_t bits, unsigned i)
{
    return (unsigned)(bits >> i * BITS_PLACED) & ((1u << BITS_PLACED) - 1);
}

void wc_present_add(wc_present *present, uint64_t hash)
{
    if (present->blocks == NULL) return;
    uint64_t *block = block_of(present, hash), bits = mix(~hash);
    for (unsigned i = 0; i < BITS_OF_KEY; i++) {
        unsigned place = place_of(bits, i);
        block[place / 64] |= UINT64_C(1) << place % 64;
    }
}

bool wc_present_may(const wc_present *present, uint64_t hash)
{
    if (present->blocks == NULL) return true;
    const uint64_t *block = block_of(present, hash);
    uint64_t bits = mix(~hash);
    for (unsigned i = 0; i < BITS_OF_KEY; i++) {
        unsigned place = place_of(bits, i);
        if ((block[place / 64] >> place % 64 & 1) == 0) return false;
    }
    return true;
}
