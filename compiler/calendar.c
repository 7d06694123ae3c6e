/* Reading stdlib/tz/VERSION.tz: lines of words; `#` begins a comment. */
#include "compiler/calendar.h"

typedef struct line {
    wc_str first, second, third; /* words; len 0: not there */
} line;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static wc_str next_word(wc_str text, size_t *at)
{
    while (*at < text.len && is_blank(text.data[*at])) (*at)++;
    size_t start = *at;
    while (*at < text.len && !is_blank(text.data[*at])) (*at)++;
    return (wc_str){text.data + start, *at - start};
}

/* The next line that is not empty; false at the end of the text. */
static bool next_line(wc_str text, size_t *at, line *out)
{
    while (*at < text.len) {
        size_t end = *at;
        while (end < text.len && text.data[end] != '\n') end++;
        size_t stop = *at;
        while (stop < end && text.data[stop] != '#') stop++;
        wc_str body = {text.data + *at, stop - *at};
        size_t word = 0;
        *at = end + 1;
        out->first = next_word(body, &word);
        out->second = next_word(body, &word);
        out->third = next_word(body, &word);
        if (out->first.len > 0) return true;
    }
    return false;
}

static wc_str text_of(const wc_embedded *release)
{
    return (wc_str){release->text, release->size};
}

const wc_embedded *wc_tz_release(wc_str version)
{
    for (size_t i = 0; i < wc_tz_file_count; i++) {
        if (wc_str_equal(version, wc_str_of(wc_tz_files[i].path))) return &wc_tz_files[i];
    }
    return NULL;
}

/* A decimal number of at most 12 digits, perhaps with a minus. */
static bool read_number(wc_str word, int64_t *value)
{
    bool is_negative = word.len > 0 && word.data[0] == '-';
    size_t at = is_negative ? 1 : 0;
    int64_t number = 0;
    if (at == word.len || word.len - at > 12) return false;
    for (; at < word.len; at++) {
        if (word.data[at] < '0' || word.data[at] > '9') return false;
        number = number * 10 + (word.data[at] - '0');
    }
    *value = is_negative ? -number : number;
    return true;
}

static bool read_offset(wc_str word, int32_t *offset)
{
    int64_t value;
    if (!read_number(word, &value) || value < -WC_OFFSET_MAX || value > WC_OFFSET_MAX) return false;
    *offset = (int32_t)value;
    return true;
}

static bool is_zone(const line *words)
{
    return wc_str_equal(words->first, WC_STR("zone"));
}

/* The shifts that follow at `at`, up to the next zone. */
static wc_status read_shifts(wc_str text, size_t at, wc_arena *arena, wc_zone *table)
{
    line words;
    size_t count = 0;
    for (size_t ahead = at; next_line(text, &ahead, &words) && !is_zone(&words);) count++;
    if (count > WC_ZONE_SHIFTS_MAX) return WC_OUT_OF_DOMAIN;
    table->shifts = WC_ARENA_ARRAY(arena, wc_shift, count + 1);
    if (table->shifts == NULL) return WC_NO_MEMORY;
    table->count = (uint16_t)count;
    for (size_t i = 0; i < count; i++) {
        bool is_there = next_line(text, &at, &words);
        wc_assert(is_there); /* it was counted */
        bool fine = read_number(words.first, &table->shifts[i].at) &&
                    read_offset(words.second, &table->shifts[i].offset) && words.third.len == 0;
        if (!fine) return WC_OUT_OF_DOMAIN;
    }
    return wc_zone_check(table) == WC_OK ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_tz_find(const wc_embedded *release, wc_str zone, wc_arena *arena, wc_zone *table)
{
    line words;
    wc_str text = text_of(release);
    size_t at = 0;
    bool is_named = next_line(text, &at, &words) && wc_str_equal(words.first, WC_STR("tzdata")) &&
                    wc_str_equal(words.second, wc_str_of(release->path));
    if (!is_named) return WC_OUT_OF_DOMAIN;
    while (next_line(text, &at, &words)) {
        if (!is_zone(&words) || !wc_str_equal(words.second, zone)) continue;
        wc_zone found;
        if (!read_offset(words.third, &found.offset)) return WC_OUT_OF_DOMAIN;
        WC_TRY(read_shifts(text, at, arena, &found));
        *table = found;
        return WC_OK;
    }
    return WC_NOT_FOUND;
}

bool wc_tz_next(const wc_embedded *release, size_t *at, wc_str *name)
{
    line words;
    while (next_line(text_of(release), at, &words)) {
        if (!is_zone(&words)) continue;
        *name = words.second;
        return true;
    }
    return false;
}
