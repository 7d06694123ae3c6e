/* Bump arena. Every grant is rounded up to 16 bytes, so that `used` is always a multiple of 16 and
 * the next object is aligned without further arithmetic. */
#include "vm/base/arena.h"

#define ALIGNMENT 16u

void wc_arena_init(wc_arena *arena, void *memory, size_t size)
{
    wc_assert((uintptr_t)memory % ALIGNMENT == 0);
    arena->base = (uint8_t *)memory;
    arena->size = size;
    arena->used = 0;
    arena->fail_after = UINT64_MAX;
}

/* Grants `bytes`; the tail of the arena may be unaligned. */
static inline void *grant(wc_arena *arena, size_t bytes)
{
    wc_assert(arena->used <= arena->size);

    if (arena->fail_after == 0) return NULL;
    size_t left = arena->size - arena->used;
    if (bytes > left) return NULL;
    void *object = arena->base + arena->used;
    size_t padding = (0 - bytes) % ALIGNMENT;
    arena->used += padding <= left - bytes ? bytes + padding : left;
    if (arena->fail_after != UINT64_MAX) arena->fail_after--;
    return object;
}

void *wc_arena_alloc(wc_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    void *object = grant(arena, bytes);
    if (object != NULL && bytes != 0) memset(object, 0, bytes);
    return object;
}

void *wc_arena_alloc_raw(wc_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    return grant(arena, bytes);
}

void *wc_arena_ahead(wc_arena *arena, size_t *size)
{
    wc_assert(arena->used <= arena->size);

    if (arena->fail_after == 0) return NULL;
    if (arena->fail_after != UINT64_MAX) arena->fail_after--;
    *size = arena->size - arena->used;
    return arena->base + arena->used;
}

void wc_arena_take(wc_arena *arena, size_t used)
{
    size_t left = arena->size - arena->used;
    wc_assert(used <= left);
    size_t padding = (ALIGNMENT - used % ALIGNMENT) % ALIGNMENT;
    arena->used += padding <= left - used ? used + padding : left;
}

wc_str wc_arena_str(wc_arena *arena, wc_str text)
{
    if (text.len == SIZE_MAX) return (wc_str){NULL, 0};
    char *copy = (char *)wc_arena_alloc(arena, text.len + 1, 1);
    if (copy == NULL) return (wc_str){NULL, 0};
    if (text.len != 0) memcpy(copy, text.data, text.len);
    return (wc_str){copy, text.len};
}

void wc_arena_rewind(wc_arena *arena, size_t mark)
{
    wc_assert(mark <= arena->used);
    arena->used = mark;
}
