/* The hash of the system as an injected function: VM and compiler need SHA-256 (schedule hash, code
 * hash, interface method ids) but carry no cryptography of their own. */
#ifndef WC_VM_BASE_HASH_H
#define WC_VM_BASE_HASH_H

#include "vm/base/slice.h"

#define WC_HASH_SIZE 32

typedef struct wc_hash {
    uint8_t bytes[WC_HASH_SIZE];
} wc_hash;

/* SHA-256 of the concatenation of count parts. Pure. */
typedef wc_hash (*wc_sha256_fn)(const wc_slice *parts, size_t count);

static inline bool wc_hash_equal(const wc_hash *a, const wc_hash *b)
{
    return memcmp(a->bytes, b->bytes, WC_HASH_SIZE) == 0;
}

#endif
