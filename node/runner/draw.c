/* Choices. */
#include "node/runner/draw.h"

/* splitmix64 (Steele, Lea, Flood 2014; public domain). */
static uint64_t mixed(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint64_t next(wc_draw *draw)
{
    draw->state += UINT64_C(0x9e3779b97f4a7c15);
    return mixed(draw->state);
}

uint64_t wc_draw_seed(uint64_t seed, uint64_t run)
{
    return mixed(seed + (run + 1) * UINT64_C(0x9e3779b97f4a7c15));
}

void wc_draw_random(wc_draw *draw, uint64_t seed)
{
    draw->state = seed;
    draw->is_replay = false;
    draw->at = 0;
    draw->count = 0;
}

void wc_draw_replay(wc_draw *draw, const uint64_t *choices, uint32_t count)
{
    wc_assert(count <= WC_DRAW_MAX);
    draw->is_replay = true;
    draw->at = 0;
    draw->count = count;
    for (uint32_t i = 0; i < count; i++) draw->choices[i] = choices[i];
}

uint64_t wc_draw_hint(wc_draw *draw, uint64_t limit)
{
    if (draw->is_replay) return 0;
    uint64_t value = next(draw);
    return limit != 0 ? value % limit : value; /* a bias of limit / 2^64 is nobody's concern here */
}

uint64_t wc_draw_keep(wc_draw *draw, uint64_t limit, uint64_t suggestion)
{
    if (draw->at == WC_DRAW_MAX) return 0;
    uint64_t value = suggestion;
    if (draw->is_replay) value = draw->at < draw->count ? draw->choices[draw->at] : 0;
    if (limit != 0 && value >= limit) value = limit - 1;
    draw->choices[draw->at++] = value;
    return value;
}

uint64_t wc_draw_below(wc_draw *draw, uint64_t limit)
{
    return wc_draw_keep(draw, limit, wc_draw_hint(draw, limit));
}

bool wc_draw_more(wc_draw *draw, uint64_t odds)
{
    return wc_draw_keep(draw, 2, wc_draw_hint(draw, odds + 1) != 0) == 1;
}
