/* Bump arena over memory that the caller owns.
 *
 * Objects are zeroed and live until the arena is rewound or dropped. A full arena answers NULL and
 * stays usable. fail_after lets a test fail the n-th allocation, so that every out-of-memory path
 * runs at least once. */
#ifndef WC_VM_BASE_ARENA_H
#define WC_VM_BASE_ARENA_H

#include "vm/base/slice.h"

typedef struct wc_arena {
    uint8_t *base;       /* size bytes, aligned to 16 */
    size_t size;         /* bytes */
    size_t used;         /* bytes, in [0, size] */
    uint64_t fail_after; /* allocations still granted before one fails; UINT64_MAX: never */
} wc_arena;

/* memory: at least size bytes, aligned to 16, outliving the arena. */
void wc_arena_init(wc_arena *arena, void *memory, size_t size);

/* Returns zeroed memory aligned to 16 bytes, or NULL when count * size bytes do not fit.
 * A request of 0 bytes returns a non-NULL pointer that must not be read. */
void *wc_arena_alloc(wc_arena *arena, size_t count, size_t size);

/* The same with memory of any content, for what is written whole before anything of it is read. */
void *wc_arena_alloc_raw(wc_arena *arena, size_t count, size_t size);

#define WC_ARENA_NEW(arena, type)          ((type *)wc_arena_alloc((arena), 1, sizeof(type)))
#define WC_ARENA_ARRAY(arena, type, count) ((type *)wc_arena_alloc((arena), (count), sizeof(type)))
#define WC_ARENA_RAW(arena, type, count)                                                           \
    ((type *)wc_arena_alloc_raw((arena), (count), sizeof(type)))

/* For a result whose size is known only when it is written: the memory that the next allocation
 * would get, *size bytes of any content. Nothing may be allocated before wc_arena_take, which keeps
 * the first `used` of them; without it they stay free. NULL: as wc_arena_alloc. */
void *wc_arena_ahead(wc_arena *arena, size_t *size);
void wc_arena_take(wc_arena *arena, size_t used);

/* Copies text into the arena and ends it with a NUL, not counted in len; data is NULL when full. */
wc_str wc_arena_str(wc_arena *arena, wc_str text);

/* A mark is a value of used; rewinding frees everything allocated since. */
static inline size_t wc_arena_mark(const wc_arena *arena)
{
    return arena->used;
}

void wc_arena_rewind(wc_arena *arena, size_t mark);

#endif
