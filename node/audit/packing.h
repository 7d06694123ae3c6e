/* The content of a bundle on its way into a file and out of it: plain, or as one zstd frame. Hashes
 * what passes. packing.c is the only file that sees libzstd.
 *
 * Reading never takes more memory than one window, whatever the file says. */
#ifndef WC_NODE_AUDIT_PACKING_H
#define WC_NODE_AUDIT_PACKING_H

#include <stdio.h>

#include "node/crypto/crypto.h"

typedef enum wc_coding {
    WC_CODING_PLAIN = 0,
    WC_CODING_ZSTD = 1
} wc_coding;

#define WC_PACKING_WINDOW_LOG 21 /* of frames; 2 MiB. Readers allow no larger one */

typedef struct wc_packer wc_packer;

/* file stays the caller's. NULL: no memory. */
wc_packer *wc_packer_open(FILE *file, wc_coding coding);

/* Appends content. Errors: IO; later calls repeat it. */
WC_MUST_USE wc_status wc_packer_put(wc_packer *packer, wc_slice bytes);

/* Of all content so far. */
wc_hash wc_packer_hash(const wc_packer *packer);

/* Ends the frame and flushes the file. IO. */
WC_MUST_USE wc_status wc_packer_end(wc_packer *packer);
void wc_packer_close(wc_packer *packer); /* NULL is allowed */

typedef struct wc_unpacker wc_unpacker;

wc_unpacker *wc_unpacker_open(FILE *file, wc_coding coding);

/* The next len bytes of content. Errors: TRUNCATED - it ends before; CORRUPT - the frame does not
 * decode or wants a larger window; IO. */
WC_MUST_USE wc_status wc_unpacker_take(wc_unpacker *unpacker, void *bytes, size_t len);

wc_hash wc_unpacker_hash(const wc_unpacker *unpacker);

/* OK when content and file end here; TRAILING; CORRUPT, IO. */
WC_MUST_USE wc_status wc_unpacker_end(wc_unpacker *unpacker);
void wc_unpacker_close(wc_unpacker *unpacker);

#endif
