/* Bundles from anybody: reading one never misbehaves and never takes more memory than one block,
 * and what is accepted has the hash at its end. Content that goes astray early is where the
 * reader's own rules lie, so plain bundles get their hash made good. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/audit/bundle.h"

#define SIZE_MAX_HERE ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static wc_status check(uint8_t *bytes, size_t size)
{
    wc_head head;
    FILE *file = fmemopen(bytes, size, "rb");
    if (file == NULL) abort();
    wc_status status = wc_bundle_check(&head, file);
    (void)fclose(file);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[SIZE_MAX_HERE];
    if (size == 0 || size > sizeof bytes) return 0;
    memcpy(bytes, data, size);
    if (check(bytes, size) == WC_NO_MEMORY) abort();
    if (size < 11 + 32 || bytes[10] != WC_CODING_PLAIN) return 0;
    wc_hash hash = wc_sha256_one(wc_slice_of(bytes + 11, size - 11 - 32));
    memcpy(bytes + size - 32, hash.bytes, 32);
    wc_status status = check(bytes, size);
    if (status == WC_OK) { /* and nothing behind it */
        bytes[size - 1] ^= 1;
        if (check(bytes, size) != WC_CORRUPT) abort();
    }
    return 0;
}
