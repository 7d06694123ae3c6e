/* The guard: a witness of RocksDB's MANIFEST, the file that lists which tables are the database.
 *
 * RocksDB takes a MANIFEST whose end does not read for one that was torn while being written, and
 * goes on without the rest. One flipped bit in the length of a record therefore drops whole tables
 * without a word, and the next start deletes their files (measured on 7.8.3: 2 of 736 bytes of a
 * small MANIFEST). So the folder keeps, in db.guard, which MANIFEST is in force, how much of it was
 * on the disk, and the hash of that; before each opening it is compared.
 *
 *   slots.h with mark "wattclause-guard", value = manifest number u64 | length u64 | SHA-256 32
 *
 * What was appended after the last witness may be torn, as after a power cut: RocksDB deletes a log
 * only after the MANIFEST is synced, so nothing acknowledged depends on it. */
#ifndef WC_NODE_STORE_GUARD_H
#define WC_NODE_STORE_GUARD_H

#include "node/crypto/crypto.h"
#include "node/store/slots.h"
#include "node/store/store.h"

typedef struct wc_guard {
    wc_slots slots;
    int manifest;    /* < 0: not open */
    uint64_t number; /* of the MANIFEST in force */
    uint64_t length; /* bytes hashed */
    wc_sha256_state state;
} wc_guard;

/* Compares CURRENT, the MANIFEST and db.guard; changes nothing.
 * Errors: CORRUPT - problem names the file; IO. */
WC_MUST_USE wc_status wc_guard_check(wc_store_problem *problem, const char *folder);

/* Witnesses the database that was just opened for writing (or made: is_new). CORRUPT; IO. */
WC_MUST_USE wc_status wc_guard_start(wc_guard *guard, wc_store_problem *problem, const char *folder,
                                     bool is_new);

/* Witnesses what RocksDB appended since; one fstat when that is nothing. CORRUPT; IO. */
WC_MUST_USE wc_status wc_guard_follow(wc_guard *guard, const char *folder);

void wc_guard_stop(wc_guard *guard);

#endif
