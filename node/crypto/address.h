/* Addresses and their text form: bech32m (BIP-350) with the human-readable part "wc".
 *
 *   wc1 | 52 characters of 5 bits: 32 bytes, then 4 zero bits | 6 characters of checksum   = 61
 *
 * Text is for people and files only; state, transactions and hashes hold the 32 bytes. */
#ifndef WC_NODE_CRYPTO_ADDRESS_H
#define WC_NODE_CRYPTO_ADDRESS_H

#include "vm/base/buf.h"
#include "vm/base/hash.h"

#define WC_ADDRESS_SIZE     WC_HASH_SIZE
#define WC_ADDRESS_TEXT_LEN 61

/* Account, contract instance, module or system account; independent of any key. Every address is a
 * hash of how the thing came into being (node/ledger/ids.h). */
typedef wc_hash wc_address;

static inline bool wc_address_equal(const wc_address *a, const wc_address *b)
{
    return memcmp(a->bytes, b->bytes, WC_ADDRESS_SIZE) == 0;
}

/* Appends the 61 characters, lower case. */
void wc_address_put(wc_buf *text, const wc_address *address);

/* The same into an array, ended by a NUL. */
void wc_address_text(char text[WC_ADDRESS_TEXT_LEN + 1], const wc_address *address);

/* Accepts all-lower and all-upper case, as BIP-350 asks.
 * Errors: OUT_OF_DOMAIN - not 61 characters, not "wc1", a foreign character, mixed case;
 *         CORRUPT - a wrong checksum, so a typing error; NOT_CANONICAL - unused bits are set. */
WC_MUST_USE wc_status wc_address_parse(wc_address *address, wc_str text);

/* bech32m itself: values are 5-bit groups, each in [0, 32). */
#define WC_BECH32M_MAX 90 /* characters of a whole text */

/* Appends the text. Requires: prefix lower case, 1..83 characters in [33, 126]; all fits 90. */
void wc_bech32m_put(wc_buf *text, wc_str prefix, const uint8_t *values, size_t count);

typedef struct wc_bech32m {
    char prefix[WC_BECH32M_MAX]; /* lower case, prefix_len characters */
    size_t prefix_len;           /* in [1, 83] */
    uint8_t values[WC_BECH32M_MAX];
    size_t count; /* groups before the checksum */
} wc_bech32m;

/* Errors: OUT_OF_DOMAIN - length, characters, case or separator; CORRUPT - checksum. */
WC_MUST_USE wc_status wc_bech32m_parse(wc_bech32m *parsed, wc_str text);

#endif
