/* Words and regions of call memory; see why_memory.h. */
#include "node/audit/why_memory.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 4096u

void wc_why_memory_close(wc_why_memory *memory)
{
    free(memory->words);
    free(memory->regions);
    *memory = (wc_why_memory){0};
}

/* ---- words -------------------------------------------------------------------------------------
 */

static uint32_t slot_of(const wc_why_memory *memory, uint32_t run, const uint8_t *at)
{
    uint64_t hash = ((uint64_t)(uintptr_t)at >> 3) * UINT64_C(0x9e3779b97f4a7c15) +
                    run * UINT64_C(0xc2b2ae3d27d4eb4f);
    uint32_t slot = (uint32_t)(hash >> 32) & (memory->word_room - 1);
    while (memory->words[slot].run != 0 &&
           (memory->words[slot].run != run || memory->words[slot].at != at)) {
        slot = (slot + 1) & (memory->word_room - 1); /* ends: a quarter is free */
    }
    return slot;
}

static bool grow(wc_why_memory *memory)
{
    wc_why_memory grown = *memory;
    grown.word_room = memory->word_room == 0 ? FIRST_ROOM : memory->word_room * 2;
    if (grown.word_room == 0) return false;
    grown.words = calloc(grown.word_room, sizeof *grown.words);
    if (grown.words == NULL) return false;
    for (uint32_t i = 0; i < memory->word_room; i++) {
        const wc_why_word *word = &memory->words[i];
        if (word->run != 0) grown.words[slot_of(&grown, word->run, word->at)] = *word;
    }
    free(memory->words);
    *memory = grown;
    return true;
}

uint32_t wc_why_word_get(const wc_why_memory *memory, uint32_t run, const uint8_t *at)
{
    return memory->word_room == 0 ? 0 : memory->words[slot_of(memory, run, at)].node;
}

bool wc_why_word_put(wc_why_memory *memory, uint32_t run, const uint8_t *at, uint32_t node)
{
    if ((uint64_t)memory->word_count * 4 >= (uint64_t)memory->word_room * 3 && !grow(memory)) {
        return false;
    }
    wc_why_word *word = &memory->words[slot_of(memory, run, at)];
    if (word->run == 0) {
        if (node == 0) return true;
        memory->word_count++;
    }
    *word = (wc_why_word){run, node, at};
    return true;
}

bool wc_why_words_clear(wc_why_memory *memory, uint32_t run, const uint8_t *at, uint32_t size)
{
    for (uint32_t i = 0; i + 8 <= size; i += 8) {
        if (!wc_why_word_put(memory, run, at + i, 0)) return false;
    }
    return true;
}

/* ---- regions -----------------------------------------------------------------------------------
 */

bool wc_why_region_add(wc_why_memory *memory, const wc_why_region *region)
{
    for (uint32_t i = memory->region_count; i > 0; i--) { /* loaded again into the same place */
        wc_why_region *known = &memory->regions[i - 1];
        if (known->run != region->run || known->start != region->start ||
            known->size != region->size) {
            continue;
        }
        *known = *region;
        return true;
    }
    if (memory->region_count == memory->region_room) {
        uint32_t room = memory->region_room == 0 ? 64 : memory->region_room * 2;
        wc_why_region *grown = realloc(memory->regions, room * sizeof *grown);
        if (grown == NULL) return false;
        memory->regions = grown;
        memory->region_room = room;
    }
    memory->regions[memory->region_count++] = *region;
    return true;
}

const wc_why_region *wc_why_region_at(const wc_why_memory *memory, uint32_t run, const uint8_t *at)
{
    for (uint32_t i = memory->region_count; i > 0; i--) {
        const wc_why_region *region = &memory->regions[i - 1];
        bool is_inside = at >= region->start && at < region->start + region->size;
        if (region->run == run && is_inside) return region;
    }
    return NULL;
}
