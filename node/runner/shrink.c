/* The shrinker. */
#include "node/runner/shrink.h"

#include <string.h>

static bool is_smaller(const uint64_t *a, uint32_t a_count, const uint64_t *b, uint32_t b_count)
{
    if (a_count != b_count) return a_count < b_count;
    for (uint32_t i = 0; i < a_count; i++) {
        if (a[i] != b[i]) return a[i] < b[i];
    }
    return false;
}

/* Takes the candidate when it fails alike and what was chosen is smaller. */
static bool try_list(wc_shrink *shrink, const uint64_t *choices, uint32_t count)
{
    const wc_draw *used;
    if (shrink->tries == shrink->tries_max) return false;
    shrink->tries++;
    if (!shrink->fails(shrink->self, choices, count, &used)) return false;
    if (!is_smaller(used->choices, used->at, shrink->choices, shrink->count)) return false;
    shrink->count = used->at;
    memcpy(shrink->choices, used->choices, used->at * sizeof(used->choices[0]));
    return true;
}

/* Deletes runs of choices, from the end: what comes later depends on what came before. */
static bool delete_runs(wc_shrink *shrink, uint64_t *space)
{
    static const uint32_t sizes[] = {64, 32, 16, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1};
    bool has_helped = false;
    for (size_t i = 0; i < WC_ARRAY_LEN(sizes); i++) {
        uint32_t size = sizes[i];
        for (uint32_t end = shrink->count; end >= size; end--) {
            if (end > shrink->count) continue; /* an earlier success took more than it asked for */
            uint32_t start = end - size;
            memcpy(space, shrink->choices, start * sizeof(space[0]));
            memcpy(space + start, shrink->choices + end, (shrink->count - end) * sizeof(space[0]));
            if (try_list(shrink, space, shrink->count - size)) has_helped = true;
            if (shrink->tries == shrink->tries_max) return has_helped;
        }
    }
    return has_helped;
}

static bool try_at(wc_shrink *shrink, uint64_t *space, uint32_t at, uint64_t value)
{
    memcpy(space, shrink->choices, shrink->count * sizeof(space[0]));
    space[at] = value;
    return try_list(shrink, space, shrink->count);
}

/* The least value of one choice: 0 if that will do, else less and less is taken away. Powers of two
 * reach the least value of any threshold, and keep to even or odd where that is what matters. */
static bool lower_one(wc_shrink *shrink, uint64_t *space, uint32_t at)
{
    if (shrink->choices[at] == 0) return false;
    if (try_at(shrink, space, at, 0)) return true;
    bool has_helped = false;
    for (unsigned bit = 64; bit-- > 0;) {
        uint64_t part = UINT64_C(1) << bit;
        while (at < shrink->count && shrink->choices[at] > part) {
            if (!try_at(shrink, space, at, shrink->choices[at] - part)) break;
            has_helped = true;
        }
    }
    return has_helped;
}

/* Gives what one choice has to a later one: two halves of an amount become one. */
static bool merge_one(wc_shrink *shrink, uint64_t *space, uint32_t at)
{
    for (uint32_t to = at + 1; to < shrink->count && to <= at + 8; to++) {
        if (at >= shrink->count || shrink->choices[at] == 0) return false;
        memcpy(space, shrink->choices, shrink->count * sizeof(space[0]));
        space[to] += space[at];
        space[at] = 0;
        if (try_list(shrink, space, shrink->count)) return true;
    }
    return false;
}

void wc_shrink_run(wc_shrink *shrink)
{
    static _Thread_local uint64_t space[WC_DRAW_MAX];
    bool has_helped = true;
    while (has_helped && shrink->tries < shrink->tries_max) {
        has_helped = delete_runs(shrink, space);
        for (uint32_t i = 0; i < shrink->count; i++) {
            if (lower_one(shrink, space, i)) has_helped = true;
        }
        for (uint32_t i = 0; i < shrink->count; i++) {
            if (merge_one(shrink, space, i)) has_helped = true;
        }
    }
}
