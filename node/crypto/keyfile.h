/* The file that keeps one secret key under a password (ledger D29).
 *
 *   "wattclause-key-1\n" | base64 of the 142 bytes below | "\n"
 *
 *   purpose u8 | created_s i64 | public key 32 | kdf u8 = 1 (argon2id13) | ops_limit u32
 *   | mem_limit u64 | salt 16 | nonce 24                                   94 bytes, the header
 *   | box: seed 32 + tag 16                                                48 bytes
 *
 * The header is bound to the box, so that a changed byte anywhere is found. The stored public key
 * is only a label: it is derived again from the seed and compared, never used to sign. */
#ifndef WC_NODE_CRYPTO_KEYFILE_H
#define WC_NODE_CRYPTO_KEYFILE_H

#include "node/crypto/crypto.h"

#define WC_KEYFILE_TEXT_LEN 210 /* characters of the whole file */

/* What a file may demand on loading: a hostile file must not hold the machine. */
#define WC_KEYFILE_OPS_MAX 10u
#define WC_KEYFILE_MEM_MAX ((uint64_t)1 << 30)

/* What a new file costs unless the caller says otherwise: about a second, 256 MiB. */
#define WC_KEYFILE_OPS_DEFAULT 3u
#define WC_KEYFILE_MEM_DEFAULT ((uint64_t)256 << 20)

typedef enum wc_key_purpose {
    WC_KEY_ACCOUNT = 1,   /* signs transactions */
    WC_KEY_SEQUENCER = 2, /* signs the certificates of a solo chain */
    WC_KEY_WITNESS = 3,   /* countersigns them */
} wc_key_purpose;

/* What can be read without the password. */
typedef struct wc_keyfile_info {
    wc_key_purpose purpose;
    int64_t created_s; /* Unix time; display only */
    wc_public_key public_key;
    uint32_t ops_limit; /* in [1, WC_KEYFILE_OPS_MAX] */
    uint64_t mem_limit; /* bytes, in [8192, WC_KEYFILE_MEM_MAX] */
} wc_keyfile_info;

/* Appends the file's text with a fresh salt and nonce. info->public_key is ignored: the pair's is
 * written. Errors: as wc_stretch_password; TOO_LARGE - limits above the load caps. */
WC_MUST_USE wc_status wc_keyfile_encode(wc_buf *text, const wc_keypair *pair,
                                        const wc_keyfile_info *info, wc_slice password);

/* Errors: BAD_MAGIC, OUT_OF_DOMAIN (length, base64, purpose, kdf), TOO_LARGE (above the caps). */
WC_MUST_USE wc_status wc_keyfile_inspect(wc_keyfile_info *info, wc_str text);

/* Errors: those of inspect; NO_MEMORY; BAD_PASSWORD - wrong, or the file was altered; BAD_KEY - the
 * seed in the box does not belong to the public key in the header. */
WC_MUST_USE wc_status wc_keyfile_decode(wc_keypair *pair, wc_str text, wc_slice password);

/* Creates path with mode 0600, synced with its folder. EXISTS - never overwrites; IO; those of
 * encode. A failure leaves no file behind. */
WC_MUST_USE wc_status wc_keyfile_write(const char *path, const wc_keypair *pair,
                                       const wc_keyfile_info *info, wc_slice password);

/* NOT_FOUND; BAD_MODE - group or others have any right, or it is not a regular file; IO; those of
 * decode. */
WC_MUST_USE wc_status wc_keyfile_read(wc_keypair *pair, const char *path, wc_slice password);

/* What an error of any of the above says of the file, to stand behind "PATH: ". */
const char *wc_keyfile_fault(wc_status status);

#endif
