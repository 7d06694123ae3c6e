/* Between the files of node/diff. */
#ifndef WC_NODE_DIFF_INSIDE_H
#define WC_NODE_DIFF_INSIDE_H

#include "node/diff/diff.h"

typedef struct wc_differ {
    wc_arena *arena;
    const wc_diff_side *old, *next;
    wc_sha256_fn hash;
    wc_diff_row *rows;
    uint32_t count;
    wc_status status; /* the first failure; later rows are dropped */
    uint8_t *scratch; /* WC_UPGRADE_SCRATCH bytes */
} wc_differ;

/* Text in the arena, from a buffer; cut at WC_DIFF_TEXT_MAX. */
wc_buf wc_diff_text(wc_differ *d);
wc_str wc_diff_keep(wc_differ *d, wc_buf *text);

/* "action settle" and the like. */
wc_str wc_diff_named(wc_differ *d, const char *what, wc_str name);

/* A row for a thing that one of the two lacks, or that reads differently; none when both are alike.
 * NULL: the version has not got it. */
void wc_diff_compare(wc_differ *d, wc_diff_group group, wc_str what, const wc_str *before,
                     const wc_str *after);

wc_str wc_diff_string(const wc_module *module, uint16_t string);

/* tables.c */
void wc_diff_abi(wc_differ *d);
void wc_diff_storage(wc_differ *d);

/* rules.c */
void wc_diff_authority(wc_differ *d);
void wc_diff_states(wc_differ *d);
void wc_diff_gas(wc_differ *d);
void wc_diff_proofs(wc_differ *d);

/* The entry of that kind and name; NULL: none. */
const wc_entry *wc_diff_entry(const wc_module *module, wc_entry_kind kind, wc_str name);

#endif
