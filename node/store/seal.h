/* The SEAL: a witness outside the database of the newest acknowledged record (ledger D1).
 *
 *   slots.h with mark "wattclause-seal1", counter = seq, value = height u64 | record_hash 32
 *
 * It lies beside the signing key, not in the database folder, and no backup restores it: it is also
 * the signer's memory never to sign a second record at one seq. Whoever may write it holds a lock
 * on it until it is closed: two nodes that share one key, each with a copy of the ledger, do not
 * both sign. */
#ifndef WC_NODE_STORE_SEAL_H
#define WC_NODE_STORE_SEAL_H

#include "node/store/slots.h"
#include "vm/base/hash.h"

typedef struct wc_seal {
    uint64_t seq;
    uint64_t height;
    wc_hash record_hash;
} wc_seal;

typedef struct wc_seal_file {
    wc_slots slots;
    wc_seal newest;
    bool has_damaged_slot; /* when opened: a torn write, or damage to report; the next write mends
                              it */
} wc_seal_file;

/* Creates path sealing `first`, synced with its folder, and locks it. EXISTS; IO. */
WC_MUST_USE wc_status wc_seal_create(wc_seal_file *file, const char *path, const wc_seal *first);

/* Errors: NOT_FOUND; IO; CORRUPT - no slot verifies, or the file has another size; LOCKED - another
 * process has it open for writing. Reading asks for no lock. */
WC_MUST_USE wc_status wc_seal_open(wc_seal_file *file, const char *path, bool read_only);

/* Witnesses the next record; on the medium when it returns. Requires: seal->seq is newest.seq + 1,
 * so that the slot it replaces is never the newest one. IO: the process must stop, nothing was
 * acknowledged. */
WC_MUST_USE wc_status wc_seal_write(wc_seal_file *file, const wc_seal *seal);

void wc_seal_close(wc_seal_file *file);

typedef enum wc_seal_step {
    WC_SEAL_KEEP,  /* the database stands where the SEAL does */
    WC_SEAL_AGAIN, /* one record further: written, not yet witnessed; seal it before going on */
} wc_seal_step;

/* May a database whose newest record is `database` start, whose predecessor had the hash `previous`
 * (all zero at seq 0)? *step says how. Pure.
 * Errors: BEHIND_SEAL - it lost acknowledged records; SEAL_DIFFERS - another record at the sealed
 *         seq; AHEAD_OF_SEAL - more than one record further: the SEAL is not this database's. */
WC_MUST_USE wc_status wc_seal_decide(wc_seal_step *step, const wc_seal *sealed,
                                     const wc_seal *database, const wc_hash *previous);

#endif
