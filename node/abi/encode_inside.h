/* Inside the encoder of JSON values: what its files share. */
#ifndef WC_NODE_ABI_ENCODE_INSIDE_H
#define WC_NODE_ABI_ENCODE_INSIDE_H

#include "node/abi/encode.h"
#include "vm/base/text.h"

typedef struct wc_encoding {
    wc_buf *out;
    wc_abi_fault *fault;
    wc_arena *arena;
    const wc_module *module;
    const wc_names *names; /* or NULL */
} wc_encoding;

/* Fills in what was needed; answers OUT_OF_DOMAIN. */
wc_status wc_encode_refuse(const wc_encoding *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The text of a JSON string; refuses anything else, saying what was needed. */
WC_MUST_USE wc_status wc_encode_text_of(const wc_encoding *e, const json_t *value, const char *what,
                                        wc_str *text);

WC_MUST_USE wc_status wc_encode_value(const wc_encoding *e, uint16_t type, const json_t *value);

/* encode_number.c: numbers, times and what is made of them. */
WC_MUST_USE wc_status wc_encode_number(const wc_encoding *e, const wc_type *type,
                                       const json_t *value);
WC_MUST_USE wc_status wc_encode_interval(const wc_encoding *e, const json_t *value);
WC_MUST_USE wc_status wc_encode_series(const wc_encoding *e, const wc_type *type,
                                       const json_t *value);

#endif
