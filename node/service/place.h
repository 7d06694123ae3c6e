/* The folder of a node, and what lies where in it.
 *
 *   FOLDER/node.conf              configuration (config.h)
 *   FOLDER/genesis.txt            the description from which the genesis was made, as given
 *   FOLDER/names.json             names of its accounts; nobody has signed them
 *   FOLDER/data/                  the ledger: what a backup copies (node/store/folder.h)
 *   FOLDER/keys/                  mode 0700, in no backup:
 *     sequencer.key               the key that signs certificates (node/crypto/keyfile.h)
 *     SEAL                        its memory of the newest record it sealed (node/store/seal.h)
 *     INCARNATION                 how often sealed records were lost in a restore
 *   FOLDER/native/                mode 0700, in no backup: contracts as machine code, made anew at
 * need FOLDER/run/                   mode 0700: admin.sock, api (host:port of a running node)
 *
 * SEAL and INCARNATION witness what was signed, so they stay with the key, not with the data (D10).
 */
#ifndef WC_NODE_SERVICE_PLACE_H
#define WC_NODE_SERVICE_PLACE_H

#include "node/store/folder.h"

#define WC_PLACE_CONFIG      "node.conf"
#define WC_PLACE_GENESIS     "genesis.txt"
#define WC_PLACE_NAMES       "names.json"
#define WC_PLACE_DATA        "data"
#define WC_PLACE_KEYS        "keys"
#define WC_PLACE_KEY         "keys/sequencer.key"
#define WC_PLACE_SEAL        "keys/SEAL"
#define WC_PLACE_INCARNATION "keys/INCARNATION"
#define WC_PLACE_NATIVE      "native"
#define WC_PLACE_RUN         "run"
#define WC_PLACE_SOCKET      "run/admin.sock"
#define WC_PLACE_ADDRESS     "run/api"

/* The longest path of a node's folder, so that the ledger's own files below it still fit. */
#define WC_PLACE_MAX (WC_FOLDER_PATH_MAX - 16)

/* Where the ledger of a folder lies: `data` below that of a node, else the folder itself, whatever
 * it is. The answer is `folder` or lies in *memory. */
const char *wc_place_ledger(const char *folder, wc_path_text *memory);

/* Makes a directory with this mode, or finds one. IO, with problem. */
WC_MUST_USE wc_status wc_place_make(wc_store_problem *problem, const char *path, unsigned mode);

/* Writes a file whole or not at all (aside, synced, renamed, folder synced). IO, with problem. */
WC_MUST_USE wc_status wc_place_write(wc_store_problem *problem, const char *path, unsigned mode,
                                     wc_slice bytes);

/* Reads a whole file of at most max bytes into memory from malloc, which the caller frees; one NUL
 * follows the bytes. NOT_FOUND; TOO_LARGE; IO; NO_MEMORY, with problem. */
WC_MUST_USE wc_status wc_place_read(wc_store_problem *problem, const char *path, size_t max,
                                    uint8_t **bytes, size_t *len);

/* Only the owner has rights on the file. BAD_MODE, NOT_FOUND, IO, with problem. */
WC_MUST_USE wc_status wc_place_check_secret(wc_store_problem *problem, const char *path);

/* The number of lost endings, kept as "N HASH\n" with the first 16 hex digits of
 * SHA-256("wattclause/incarnation N"): every certificate repeats the number, so a bit that flips in
 * it must not be believed. Errors: NOT_FOUND, CORRUPT, IO, with problem. */
WC_MUST_USE wc_status wc_place_read_incarnation(wc_store_problem *problem, const char *folder,
                                                uint32_t *incarnation);
WC_MUST_USE wc_status wc_place_write_incarnation(wc_store_problem *problem, const char *folder,
                                                 uint32_t incarnation);

#endif
