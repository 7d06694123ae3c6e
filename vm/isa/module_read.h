/* Inside vm/isa: the decoder's state, shared by module_read.c (container, tables of data),
 * module_read_strings.c (strings) and module_read_code.c (functions, code, entries). */
#ifndef WC_VM_ISA_MODULE_READ_H
#define WC_VM_ISA_MODULE_READ_H

#include "vm/base/codec.h"
#include "vm/isa/tables.h"

typedef struct wc_decoder {
    wc_reader
        reader; /* ends with the section that is being read; `at` counts from the module's start */
    wc_arena *arena;
    wc_module *module;
    size_t bad; /* start of the value or row that is being read */
} wc_decoder;

/* Notes the start of a row: what a later failure reports. */
static inline void wc_decoder_mark(wc_decoder *d)
{
    d->bad = d->reader.at;
}

/* The next row, of `size` bytes that wc_decode_count has found to be there. */
static inline const uint8_t *wc_decode_row(wc_decoder *d, size_t size)
{
    wc_assert(size <= wc_reader_left(&d->reader));
    wc_decoder_mark(d);
    d->reader.at += size;
    return d->reader.bytes.data + d->bad;
}

/* Reads a count of rows of at least row_size bytes each; a count above limit or more rows than the
 * section can hold is refused, before anything is allocated for them. TRUNCATED, TOO_LARGE. */
WC_MUST_USE static inline wc_status wc_decode_count(wc_decoder *d, uint32_t limit, size_t row_size,
                                                    uint16_t *count)
{
    uint16_t value;
    wc_decoder_mark(d);
    WC_TRY(wc_read_u16(&d->reader, &value));
    if (value > limit) return WC_TOO_LARGE;
    if (value * row_size > wc_reader_left(&d->reader)) return WC_TRUNCATED;
    *count = value;
    return WC_OK;
}

/* Memory for count rows, of any content: each is written whole. NULL when the arena is full. */
#define WC_DECODE_ROWS(d, type, count) WC_ARENA_RAW((d)->arena, type, count)

WC_MUST_USE wc_status wc_decode_strings(wc_decoder *d); /* module_read_strings.c */

/* module_read_code.c */
WC_MUST_USE wc_status wc_decode_functions(wc_decoder *d);
WC_MUST_USE wc_status wc_decode_code(wc_decoder *d);
WC_MUST_USE wc_status wc_decode_entries(wc_decoder *d);
WC_MUST_USE wc_status wc_decode_tests(wc_decoder *d);
WC_MUST_USE wc_status wc_decode_declared(wc_decoder *d, wc_signature_decl **rows, uint16_t *count);

#endif
