/* The SEAL: a witness outside the database of the newest acknowledged record (ledger D1).
 *
 *   slot 0   4096 bytes   } each: "wattclause-seal1" 16 | seq u64 | height u64 | record_hash 32
 *   slot 1   4096 bytes   }       | SHA-256 over the 64 bytes before 32 | zeros
 *
 * Record seq lives in slot seq % 2. A write replaces the older slot only, so a write torn by a
 * power cut leaves the newer one whole. The file never grows: its space is there before it is
 * needed. It lies beside the signing key, not in the database folder, and no backup restores it. */
#ifndef WC_NODE_STORE_SEAL_H
#define WC_NODE_STORE_SEAL_H

#include "vm/base/hash.h"
#include "vm/base/status.h"

#define WC_SEAL_SLOT_SIZE 4096
#define WC_SEAL_FILE_SIZE (2 * WC_SEAL_SLOT_SIZE)

typedef struct wc_seal {
    uint64_t seq;
    uint64_t height;
    wc_hash record_hash;
} wc_seal;

typedef struct wc_seal_file {
    int descriptor; /* < 0: not open */
    wc_seal newest;
    bool has_damaged_slot; /* the other slot does not verify: a torn write, or damage to report */
} wc_seal_file;

/* Creates path with both slots sealing `first`, synced with its folder. EXISTS; IO. */
WC_MUST_USE wc_status wc_seal_create(wc_seal_file *file, const char *path, const wc_seal *first);

/* Errors: NOT_FOUND; IO; CORRUPT - no slot verifies, or the file has another size. */
WC_MUST_USE wc_status wc_seal_open(wc_seal_file *file, const char *path, bool read_only);

/* Witnesses the next record; on the medium when it returns. Requires: seal->seq is newest.seq + 1,
 * so that the slot it replaces is never the newest one. IO: the process must stop, nothing was
 * acknowledged. */
WC_MUST_USE wc_status wc_seal_write(wc_seal_file *file, const wc_seal *seal);

void wc_seal_close(wc_seal_file *file);

/* The 4096 bytes of a slot, and back: CORRUPT when they do not verify. Pure. */
void wc_seal_encode(uint8_t slot[WC_SEAL_SLOT_SIZE], const wc_seal *seal);
WC_MUST_USE wc_status wc_seal_decode(wc_seal *seal, const uint8_t slot[WC_SEAL_SLOT_SIZE]);

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
