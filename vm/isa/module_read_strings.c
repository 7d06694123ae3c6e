/* Decoder of the stored module: strings. Three things are asked of each: whether it is UTF-8,
 * whether it can be a name, and whether it is there already. Most have no more than 16 bytes; these
 * are read as two numbers which answer all three without a loop over bytes, whose end is hard to
 * guess. What that does not find good goes the slow way. */
#include "vm/base/text.h"
#include "vm/isa/module_read.h"
#include "vm/isa/text_form.h"

#define SHORT_MAX 16u

/* Bytes that are looked at together, and which of them the string has: 0xff, else 0. */
typedef struct piece {
    uint64_t bytes, mask;
} piece;

/* Eight of the bytes from `data` on that belong to a string of len <= 16 bytes, or lie behind it.
 */
static inline piece piece_at(const uint8_t *data, size_t len, size_t at)
{
    static const uint64_t masks[4] = {UINT64_MAX, UINT64_MAX, 0, 0}; /* 16 bytes, and none */
    piece p;
    memcpy(&p.bytes, data + at, sizeof p.bytes);
    memcpy(&p.mask, (const uint8_t *)masks + SHORT_MAX - len + at, sizeof p.mask);
    return p;
}

/* The piece with _ in the place of what the string does not have: good in a text and in a name. */
static inline uint64_t filled(piece p)
{
    return (p.bytes & p.mask) | (UINT64_C(0x5f5f5f5f5f5f5f5f) & ~p.mask);
}

static inline bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Looks at a string of which 16 bytes can be read. False: it has to be looked at the slow way. */
static inline bool look_short(wc_slice text, uint64_t *hash, uint8_t *is_name)
{
    const piece low = piece_at(text.data, text.len, 0), high = piece_at(text.data, text.len, 8);
    const uint64_t first = filled(low), second = filled(high);
    bool is_plain = wc_is_plain(first) && wc_is_plain(second);
    unsigned begins = text.len > 0 && !is_digit(text.data[0]);
    unsigned low_good = wc_are_of_identifier(first), high_good = wc_are_of_identifier(second);
    *is_name = (uint8_t)(begins & low_good & high_good);
    uint64_t mixed = ((low.bytes & low.mask) ^ text.len) * UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ mixed >> 32 ^ (high.bytes & high.mask)) * UINT64_C(0x9e3779b97f4a7c15);
    *hash = mixed;
    return is_plain;
}

/* The text at the reader and its length before it. */
static wc_status decode_string(wc_decoder *d, wc_slice *text, uint64_t *hash, uint8_t *is_name)
{
    size_t left = wc_reader_left(&d->reader), bad;
    wc_decoder_mark(d);
    if (left < 2) return WC_TRUNCATED;
    const uint8_t *row = d->reader.bytes.data + d->reader.at;
    *text = wc_slice_of(row + 2, wc_load_u16(row));
    if (text->len > left - 2) return WC_TRUNCATED;
    d->reader.at += 2 + text->len;
    uint8_t copy[SHORT_MAX] = {0};
    wc_slice seen = *text;
    if (text->len <= SHORT_MAX && left - 2 < SHORT_MAX) { /* nearly the last one */
        if (text->len > 0) memcpy(copy, text->data, text->len);
        seen.data = copy;
    }
    if (WC_LIKELY(text->len <= SHORT_MAX)) {
        if (look_short(seen, hash, is_name)) return WC_OK;
    } else {
        *hash = wc_row_hash(*text); /* equal texts go one way */
    }
    *is_name = wc_is_identifier((wc_str){(const char *)text->data, text->len});
    return wc_utf8_check(*text, &bad);
}

/* The path may be the contract's name; all other texts are there once. The first one is put into
 * the table last: where it is the second one, it is not. */
static wc_status decode_rows(wc_decoder *d, wc_slice *rows)
{
    wc_module *m = d->module;
    wc_unique unique;
    uint64_t hash, first_hash = 0;
    WC_TRY(wc_unique_begin(&unique, m->string_count, d->arena));
    for (uint16_t i = 0; i < m->string_count; i++) {
        WC_TRY(decode_string(d, &rows[i], &hash, &m->is_name[i]));
        m->strings[i] = (wc_str){(const char *)rows[i].data, rows[i].len};
        if (i == 0) first_hash = hash;
        if (i > 0) wc_unique_add(&unique, rows, i, hash);
    }
    uint16_t first = wc_slice_equal(rows[0], rows[1]) ? 1 : 0;
    if (first == 0) wc_unique_add(&unique, rows, 0, first_hash);
    if (unique.are_unique) return WC_OK;
    uint32_t which = 0;
    wc_status status =
        wc_slices_unique(rows + first, (uint32_t)(m->string_count - first), d->arena, &which);
    if (status == WC_DUPLICATE) {
        d->bad = (size_t)(rows[first + which].data - d->reader.bytes.data) - 2; /* its length */
    }
    return status;
}

wc_status wc_decode_strings(wc_decoder *d)
{
    wc_module *m = d->module;
    WC_TRY(wc_decode_count(d, WC_STRINGS_MAX, 2, &m->string_count));
    if (m->string_count < 2) return WC_OUT_OF_DOMAIN;
    m->strings = WC_DECODE_ROWS(d, wc_str, m->string_count);
    m->is_name = WC_DECODE_ROWS(d, uint8_t, m->string_count);
    if (m->strings == NULL || m->is_name == NULL) return WC_NO_MEMORY;
    size_t mark = wc_arena_mark(d->arena);
    wc_slice *rows = WC_DECODE_ROWS(d, wc_slice, m->string_count);
    if (rows == NULL) return WC_NO_MEMORY;
    WC_TRY(decode_rows(d, rows));
    wc_arena_rewind(d->arena, mark);
    return WC_OK;
}
