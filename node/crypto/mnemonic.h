/* A key as words that a person can write down: BIP 39 (words <-> entropy -> seed) and SLIP-0010
 * (seed -> ed25519 key).
 *
 *   24 words = 256 bits of entropy and 8 bits of its SHA-256
 *   seed     = PBKDF2-HMAC-SHA512(words, "mnemonic" ‖ passphrase, 2048 rounds), 64 bytes
 *   key      = path m/44'/30563'/account'/purpose'/index', every step hardened
 *
 * 30563 (0x7763, "wc") is not a registered coin type: these keys belong to no coin. The passphrase
 * is empty in all that this program writes. */
#ifndef WC_NODE_CRYPTO_MNEMONIC_H
#define WC_NODE_CRYPTO_MNEMONIC_H

#include "node/crypto/keyfile.h"

#define WC_MNEMONIC_LIST_LEN  2048
#define WC_MNEMONIC_WORDS_MAX 24u
#define WC_MNEMONIC_WORD_MAX  8u
#define WC_MNEMONIC_TEXT_MAX  (WC_MNEMONIC_WORDS_MAX * (WC_MNEMONIC_WORD_MAX + 1u))
#define WC_ENTROPY_MIN        16u
#define WC_ENTROPY_MAX        32u
#define WC_MASTER_SEED_SIZE   64u
#define WC_COIN_TYPE          30563u
#define WC_HARDENED           UINT32_C(0x80000000)

/* The list, ascending; made from bip39/english.txt. */
extern const char *const wc_mnemonic_words[WC_MNEMONIC_LIST_LEN];

typedef struct wc_entropy {
    uint8_t bytes[WC_ENTROPY_MAX];
    uint8_t len; /* 16, 20, 24, 28 or 32 */
} wc_entropy;

typedef struct wc_master_seed {
    uint8_t bytes[WC_MASTER_SEED_SIZE];
} wc_master_seed;

/* Why words are refused, and at which. */
typedef struct wc_mnemonic_fault {
    unsigned word;       /* from 1; 0: the words as a whole */
    const char *nearest; /* a word of the list that begins alike; NULL: none */
} wc_mnemonic_fault;

/* Appends the words, one blank between two. Requires: a length that wc_entropy allows. */
void wc_mnemonic_put(wc_buf *text, const wc_entropy *entropy);

/* Reads words in small letters, with white space of any kind and length between them.
 *
 * Errors: NOT_FOUND - a word is not in the list (fault->word); OUT_OF_DOMAIN - not 12, 15, 18, 21
 *         or 24 words; CORRUPT - the checksum differs: a word is wrong or stands elsewhere. */
WC_MUST_USE wc_status wc_mnemonic_read(wc_entropy *entropy, wc_mnemonic_fault *fault, wc_str text);

/* passphrase: bytes in NFKD. */
void wc_mnemonic_seed(wc_master_seed *seed, const wc_entropy *entropy, wc_slice passphrase);

/* The key at a path of hardened steps under a seed of any length; each step is given without
 * WC_HARDENED. */
void wc_derive_key(wc_seed *key, wc_slice seed, const uint32_t *path, size_t steps);

/* The key of a purpose that this program's files hold: account 0, index 0, no passphrase. */
void wc_mnemonic_keypair(wc_keypair *pair, const wc_entropy *entropy, wc_key_purpose purpose);

#endif
