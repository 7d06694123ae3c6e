/* Values of every type. Types nest WC_TYPE_NESTING_MAX deep at most, so the walk may call itself.
 */
#include "node/runner/make.h"

#include <string.h>

#define KEYED_MAX 128u /* entries of a set or map that is made */

static int64_t clamp(int64_t value, int64_t lo, int64_t hi)
{
    return value < lo ? lo : value > hi ? hi : value;
}

/* `wanted`, kept as its distance from the simplest value: a direction and a number of steps, both
 * of which can be lowered. The result is in [lo, hi] and a whole number of steps from simplest. */
static int64_t settle(wc_draw *draw, int64_t lo, int64_t hi, int64_t simplest, int64_t wanted)
{
    uint64_t above = (uint64_t)hi - (uint64_t)simplest, below = (uint64_t)simplest - (uint64_t)lo;
    bool is_below = false;
    wanted = clamp(wanted, lo, hi);
    if (below > 0) is_below = wc_draw_keep(draw, 2, wanted < simplest) == 1;
    uint64_t most = is_below ? below : above;
    uint64_t far =
        is_below ? (uint64_t)simplest - (uint64_t)wanted : (uint64_t)wanted - (uint64_t)simplest;
    uint64_t steps = wc_draw_keep(draw, most + 1, far);
    return (int64_t)(is_below ? (uint64_t)simplest - steps : (uint64_t)simplest + steps);
}

static int64_t hint(const wc_maker *maker, uint64_t limit)
{
    return (int64_t)(wc_draw_hint(maker->draw, limit) & INT64_MAX);
}

static int64_t either_sign(const wc_maker *maker, int64_t value)
{
    return wc_draw_hint(maker->draw, 2) == 1 ? -value : value;
}

/* One of the numbers of this type that were met before. */
static bool recall(const wc_maker *maker, uint16_t type, int64_t *value)
{
    const wc_make_pool *pool = maker->pool;
    if (pool == NULL || pool->count == 0) return false;
    uint32_t held = pool->count < WC_MAKE_POOL_MAX ? pool->count : WC_MAKE_POOL_MAX;
    uint32_t from = (uint32_t)wc_draw_hint(maker->draw, held);
    for (uint32_t i = 0; i < held; i++) {
        const struct wc_make_kept *kept = &pool->kept[(from + i) % held];
        if (kept->type != type) continue;
        *value = kept->value;
        return true;
    }
    return false;
}

static void keep(const wc_maker *maker, uint16_t type, int64_t value)
{
    wc_make_pool *pool = maker->pool;
    if (pool == NULL) return;
    pool->kept[pool->count++ % WC_MAKE_POOL_MAX] = (struct wc_make_kept){type, value};
}

/* ---- numbers -----------------------------------------------------------------------------------
 */

/* What a number of the type may be when its author wrote no range: see is_modest. */
static void bounds_of(const wc_maker *maker, const wc_type *type, int64_t *lo, int64_t *hi)
{
    *lo = type->lo;
    *hi = type->hi;
    if (!maker->is_modest) return;
    int64_t most = 1000000;
    for (unsigned i = 0; i < type->scale && most < INT64_MAX / 10; i++) most *= 10;
    if (*lo == INT64_MIN) *lo = -most;
    if (*hi == INT64_MAX) *hi = most;
}

static int64_t edge(const wc_maker *maker, int64_t lo, int64_t hi)
{
    const int64_t edges[] = {0, 1, lo, hi, lo < hi ? lo + 1 : lo, lo < hi ? hi - 1 : hi, -1};
    return edges[wc_draw_hint(maker->draw, WC_ARRAY_LEN(edges))];
}

static int64_t whole_units(const wc_maker *maker, unsigned scale)
{
    int64_t value = hint(maker, 1000);
    for (unsigned i = 0; i < scale && value < INT64_MAX / 10; i++) value *= 10;
    return value;
}

static int64_t likely_number(const wc_maker *maker, uint16_t index, int64_t lo, int64_t hi)
{
    const wc_type *type = &maker->module->types[index];
    int64_t value = 0;
    switch (wc_draw_hint(maker->draw, 8)) {
    case 0: return either_sign(maker, hint(maker, 12));
    case 1: return edge(maker, lo, hi);
    case 2: return either_sign(maker, whole_units(maker, type->scale));
    case 3: return either_sign(maker, hint(maker, 200000) * 10 + 5); /* ties */
    case 4: return either_sign(maker, hint(maker, 1000000));
    case 5: /* a random length first */
        return either_sign(maker, hint(maker, UINT64_C(1) << wc_draw_hint(maker->draw, 63)));
    case 6: /* anywhere in the range */
        return (int64_t)((uint64_t)lo + wc_draw_hint(maker->draw, (uint64_t)hi - (uint64_t)lo + 1));
    default: return recall(maker, index, &value) ? value : hint(maker, 100);
    }
}

static int64_t make_number(const wc_maker *maker, uint16_t index)
{
    int64_t lo, hi;
    bounds_of(maker, &maker->module->types[index], &lo, &hi);
    int64_t wanted = likely_number(maker, index, lo, hi);
    int64_t value = settle(maker->draw, lo, hi, clamp(0, lo, hi), wanted);
    keep(maker, index, value);
    return value;
}

/* ---- times -------------------------------------------------------------------------------------
 */

/* Where calendars have edges, in UTC seconds: clocks of Europe and America change in 2026, ends of
 * months and years, the leap day of 2028. */
static const int64_t calendar_edges[] = {
    1774746000, /* 2026-03-29T01:00Z */
    1792890000, /* 2026-10-25T01:00Z */
    1772953200, /* 2026-03-08T07:00Z */
    1793512800, /* 2026-11-01T06:00Z */
    1769904000, /* 2026-02-01 */
    1772323200, /* 2026-03-01 */
    1798761600, /* 2027-01-01 */
    1767196800, /* 2025-12-31T16:00Z: the new year in Shanghai */
    1835395200, /* 2028-02-29 */
    1835481600, /* 2028-03-01 */
};

static int64_t likely_time(const wc_maker *maker, uint16_t index)
{
    static const int64_t nudges[] = {0, 1, -1, 900, -900, 3600, -3600};
    int64_t value = maker->now_s;
    int64_t nudge = nudges[wc_draw_hint(maker->draw, WC_ARRAY_LEN(nudges))];
    switch (wc_draw_hint(maker->draw, 8)) {
    case 0: return value;
    case 1: return value + 900 * hint(maker, 200);
    case 2: return value + 3600 * hint(maker, 1000);
    case 3: return value + 86400 * hint(maker, 400) - (hint(maker, 2) == 0 ? 0 : 8 * 3600);
    case 4: return value + either_sign(maker, hint(maker, 400 * 86400));
    case 5: return calendar_edges[wc_draw_hint(maker->draw, WC_ARRAY_LEN(calendar_edges))] + nudge;
    case 6: return value + nudge;
    default: return recall(maker, index, &value) ? value : maker->now_s;
    }
}

/* A multiple of step; times of one maker lie within 100 years of its clock. */
static int64_t make_time(const wc_maker *maker, uint16_t index, int64_t step)
{
    const int64_t most = INT64_C(100) * 366 * 86400;
    int64_t simplest = maker->now_s / step, wanted = likely_time(maker, index) / step;
    int64_t value =
        settle(maker->draw, simplest - most / step, simplest + most / step, simplest, wanted) *
        step;
    keep(maker, index, value);
    return value;
}

static void make_interval(const wc_maker *maker, uint16_t index, wc_buf *buf)
{
    static const int64_t lengths[] = {900,        3600,        86400, 82800, 90000,    31 * 86400,
                                      28 * 86400, 365 * 86400, 0,     1,     7 * 86400};
    int64_t start = make_time(maker, index, 1);
    int64_t length = lengths[wc_draw_hint(maker->draw, WC_ARRAY_LEN(lengths))];
    length = (int64_t)wc_draw_keep(maker->draw, UINT64_C(1) << 32, (uint64_t)length);
    wc_buf_put_i64(buf, start);
    wc_buf_put_i64(buf, start + length);
}

/* ---- bytes -------------------------------------------------------------------------------------
 */

/* How likely one more element is: mostly few, sometimes as many as there may be. */
static uint64_t odds_of(const wc_maker *maker)
{
    static const uint64_t odds[] = {1, 2, 3, 8, 1000000};
    return odds[wc_draw_hint(maker->draw, WC_ARRAY_LEN(odds))];
}

static void make_text(const wc_maker *maker, const wc_type *type, wc_buf *buf)
{
    static const char *const letters[] = {
        "a", "b", "Z", "0", "-", " ", "\"", "\\", "\xc3\xa9", "\xe7\x94\xb5", "\xf0\x9f\x94\x8c"};
    size_t at = buf->len;
    wc_buf_put_u32(buf, 0);
    uint64_t odds = odds_of(maker);
    uint32_t size = 0;
    while (wc_draw_more(maker->draw, odds)) {
        const char *letter = letters[wc_draw_below(maker->draw, WC_ARRAY_LEN(letters))];
        size_t len = strlen(letter);
        if (size + len > type->capacity) break;
        wc_buf_put(buf, letter, len);
        size += (uint32_t)len;
    }
    if (!buf->full) wc_store_u32(buf->data + at, size);
}

static void make_bytes(const wc_maker *maker, const wc_type *type, wc_buf *buf)
{
    uint64_t number = wc_draw_below(maker->draw, 4);
    bool is_random = number == 3;
    for (uint32_t i = 0; i < type->capacity; i++) {
        uint8_t byte = i + 1 == type->capacity ? (uint8_t)number : 0;
        if (is_random && i % 8 == 0) number = wc_draw_below(maker->draw, 0);
        if (is_random) byte = (uint8_t)(number >> i % 8 * 8);
        wc_buf_put_u8(buf, byte);
    }
}

/* ---- collections -------------------------------------------------------------------------------
 */

/* Order of two encoded keys: < 0, 0, > 0; both readers move behind theirs. Numbers and times are
 * signed, all else is in the order of its bytes (EM 3). */
static int compare_keys(const wc_module *module, uint16_t index, wc_reader *a, wc_reader *b)
{
    const wc_type *type = &module->types[index];
    size_t size = 8;
    int order = 0;
    if (type->kind == WC_TYPE_TUPLE) {
        for (uint16_t i = 0; i < type->count; i++) {
            int part = compare_keys(module, type->fields[i].type, a, b);
            if (order == 0) order = part;
        }
        return order;
    }
    if (type->kind == WC_TYPE_TEXT) {
        wc_slice x, y;
        wc_assert(wc_read_str32(a, type->capacity, &x) == WC_OK);
        wc_assert(wc_read_str32(b, type->capacity, &y) == WC_OK);
        order = memcmp(x.data, y.data, x.len < y.len ? x.len : y.len);
        return order != 0 ? order : (x.len > y.len) - (x.len < y.len);
    }
    if (type->kind == WC_TYPE_BOOL) size = 1;
    if (type->kind == WC_TYPE_TAG) size = 2;
    if (type->kind == WC_TYPE_PARTY) size = 32;
    if (type->kind == WC_TYPE_BYTES) size = type->capacity;
    if (type->kind == WC_TYPE_INTERVAL) size = 16;
    wc_slice x, y;
    wc_assert(wc_read_slice(a, size, &x) == WC_OK && wc_read_slice(b, size, &y) == WC_OK);
    bool is_signed = type->kind == WC_TYPE_INT || type->kind == WC_TYPE_DEC ||
                     type->kind == WC_TYPE_TIME || type->kind == WC_TYPE_DATE ||
                     type->kind == WC_TYPE_INTERVAL;
    if (is_signed && (x.data[0] ^ y.data[0]) >> 7 != 0) return x.data[0] >> 7 != 0 ? -1 : 1;
    return memcmp(x.data, y.data, size);
}

typedef struct entries {
    uint32_t count;
    wc_slice list[KEYED_MAX]; /* ascending by key */
} entries;

/* Puts an entry where it belongs; one with a key that is there already is dropped. */
static void insert(const wc_maker *maker, uint16_t key, entries *into, wc_slice entry)
{
    uint32_t at = into->count;
    while (at > 0) {
        wc_reader a = wc_reader_of(into->list[at - 1]), b = wc_reader_of(entry);
        int order = compare_keys(maker->module, key, &a, &b);
        if (order == 0) return;
        if (order < 0) break;
        at--;
    }
    memmove(into->list + at + 1, into->list + at, (into->count - at) * sizeof(entry));
    into->list[at] = entry;
    into->count++;
}

/* Sets and maps: entries are made one after another, then written in key order. */
static wc_status make_keyed(const wc_maker *maker, const wc_type *type, wc_buf *buf)
{
    size_t mark = wc_arena_mark(maker->arena);
    entries *made = WC_ARENA_NEW(maker->arena, entries);
    uint32_t most = type->capacity < KEYED_MAX ? type->capacity : KEYED_MAX;
    size_t size = maker->module->types[type->item].encoded_max;
    if (type->kind == WC_TYPE_MAP) size += maker->module->types[type->value].encoded_max;
    uint8_t *memory = WC_ARENA_ARRAY(maker->arena, uint8_t, most * size);
    if (made == NULL || memory == NULL) return WC_NO_MEMORY;
    wc_buf space;
    wc_buf_init(&space, memory, most * size);
    uint64_t odds = odds_of(maker);
    for (uint32_t i = 0; i < most && wc_draw_more(maker->draw, odds); i++) {
        size_t start = space.len;
        WC_TRY(wc_make_value(maker, type->item, &space));
        if (type->kind == WC_TYPE_MAP) WC_TRY(wc_make_value(maker, type->value, &space));
        insert(maker, type->item, made, wc_slice_of(memory + start, space.len - start));
    }
    wc_buf_put_u32(buf, made->count);
    for (uint32_t i = 0; i < made->count; i++) wc_buf_put_slice(buf, made->list[i]);
    wc_arena_rewind(maker->arena, mark);
    return WC_OK;
}

static wc_status make_list(const wc_maker *maker, const wc_type *type, wc_buf *buf)
{
    size_t at = buf->len;
    uint32_t count = 0;
    uint64_t odds = odds_of(maker);
    wc_buf_put_u32(buf, 0);
    while (count < type->capacity && wc_draw_more(maker->draw, odds)) {
        WC_TRY(wc_make_value(maker, type->item, buf));
        count++;
    }
    if (!buf->full) wc_store_u32(buf->data + at, count);
    return WC_OK;
}

/* A missing interval has the value 0 in its encoding, whatever the type allows. */
static void make_series(const wc_maker *maker, const wc_type *type, wc_buf *buf)
{
    static const uint32_t lengths[] = {1, 2, 4, 0, 96, 92, 100, UINT32_MAX};
    wc_draw *draw = maker->draw;
    uint8_t qualities[4096];
    uint32_t most = type->capacity < sizeof(qualities) ? type->capacity : sizeof(qualities);
    int64_t start = make_time(maker, WC_NONE, type->step);
    uint32_t count = lengths[wc_draw_hint(draw, WC_ARRAY_LEN(lengths))];
    count = (uint32_t)wc_draw_keep(draw, (uint64_t)most + 1, count);
    uint64_t gaps = wc_draw_below(draw, 4); /* 0: flat, 1: no gaps, 2: few, 3: of every quality */
    int64_t value = make_number(maker, type->item);
    wc_buf_put_i64(buf, start);
    wc_buf_put_u32(buf, count);
    for (uint32_t i = 0; i < count; i++) {
        qualities[i] = 0;
        if (gaps == 2) qualities[i] = wc_draw_keep(draw, 2, wc_draw_hint(draw, 24) == 1) ? 3 : 0;
        if (gaps == 3) qualities[i] = (uint8_t)wc_draw_below(draw, 4);
        if (gaps > 0) value = make_number(maker, type->item);
        wc_buf_put_i64(buf, qualities[i] == 3 ? 0 : value);
    }
    wc_buf_put(buf, qualities, count);
}

/* ---- all of them -------------------------------------------------------------------------------
 */

static wc_status make_enum(const wc_maker *maker, const wc_type *type, wc_buf *buf)
{
    uint16_t tag = (uint16_t)wc_draw_below(maker->draw, type->count);
    wc_buf_put_u16(buf, tag);
    if (type->kind == WC_TYPE_TAG || type->variants[tag].data == WC_NONE) return WC_OK;
    return wc_make_value(maker, type->variants[tag].data, buf);
}

static void make_party(const wc_maker *maker, const wc_type *type, wc_buf *buf)
{
    wc_address instance;
    if (type->item != WC_NONE && maker->refer != NULL &&
        maker->refer(maker->self, type->item, &instance)) {
        wc_buf_put(buf, instance.bytes, sizeof(instance.bytes));
        return;
    }

    uint16_t number = (uint16_t)wc_draw_below(maker->draw, maker->party_count);
    wc_buf_put(buf, maker->parties[number].bytes, sizeof(maker->parties[number].bytes));
}

wc_status wc_make_value(const wc_maker *maker, uint16_t index, wc_buf *buf)
{
    const wc_type *type = &maker->module->types[index];
    switch (type->kind) {
    case WC_TYPE_BOOL: wc_buf_put_u8(buf, (uint8_t)wc_draw_below(maker->draw, 2)); return WC_OK;
    case WC_TYPE_INT:
    case WC_TYPE_DEC: wc_buf_put_i64(buf, make_number(maker, index)); return WC_OK;
    case WC_TYPE_TIME: wc_buf_put_i64(buf, make_time(maker, index, 1)); return WC_OK;
    case WC_TYPE_DATE: wc_buf_put_i64(buf, make_time(maker, index, 86400) / 86400); return WC_OK;
    case WC_TYPE_TAG:
    case WC_TYPE_ENUM: return make_enum(maker, type, buf);
    case WC_TYPE_INTERVAL: make_interval(maker, index, buf); return WC_OK;
    case WC_TYPE_PARTY: make_party(maker, type, buf); return WC_OK;
    case WC_TYPE_BYTES: make_bytes(maker, type, buf); return WC_OK;
    case WC_TYPE_TEXT: make_text(maker, type, buf); return WC_OK;
    case WC_TYPE_TUPLE:
        for (uint16_t i = 0; i < type->count; i++) {
            WC_TRY(wc_make_value(maker, type->fields[i].type, buf));
        }
        return WC_OK;
    case WC_TYPE_LIST: return make_list(maker, type, buf);
    case WC_TYPE_SET:
    case WC_TYPE_MAP: return make_keyed(maker, type, buf);
    case WC_TYPE_SERIES: make_series(maker, type, buf); return WC_OK;
    case WC_TYPE_SORTED: break; /* no argument or term is one */
    }
    return WC_OUT_OF_DOMAIN;
}
