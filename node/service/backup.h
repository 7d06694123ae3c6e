/* Backups of a ledger, and going back to one.
 *
 *   BACKUP/WATTCLAUSE, db/, db.guard   the ledger's folder as of one record (node/store/folder.h)
 *   BACKUP/BACKUP                      what it is, and the SHA-256 of every file:
 *
 *     wattclause backup 1
 *     chain ID
 *     genesis HASH
 *     seq N | height N | record HASH | incarnation N      one line each
 *     file SIZE HASH NAME                                  for each file, by name
 *
 * A backup holds no key, no SEAL and no incarnation: these are the signer's memory of what it
 * signed. A restore that would lose sealed records is refused unless the operator names the record
 * behind which everything is lost; then the incarnation is raised, visible in every later
 * certificate. */
#ifndef WC_NODE_SERVICE_BACKUP_H
#define WC_NODE_SERVICE_BACKUP_H

#include "node/chain/chain.h"
#include "node/service/place.h"
#include "node/service/restore.h"

typedef struct wc_backup_info {
    char chain_id[WC_CHAIN_ID_MAX + 1];
    wc_hash genesis_hash;
    uint64_t seq, height;
    wc_hash record_hash;
    uint32_t incarnation; /* of the newest certificate; 0 without */
    uint64_t files, bytes;
} wc_backup_info;

/* Copies the ledger of an open chain into a new folder; by the chain's thread. Then the caller
 * lists it with wc_backup_list, which may run elsewhere and takes as long as reading it. Errors,
 * with problem: those of wc_store_checkpoint. */
WC_MUST_USE wc_status wc_backup_copy(wc_backup_info *info, wc_store_problem *problem,
                                     wc_chain *chain, const char *to);
WC_MUST_USE wc_status wc_backup_list(wc_backup_info *info, wc_store_problem *problem,
                                     const char *to);

/* Reads a backup's list and every file against it. Errors, with problem: NOT_FOUND, CORRUPT - names
 * the file; IO. */
WC_MUST_USE wc_status wc_backup_check(wc_backup_info *info, wc_store_problem *problem,
                                      const char *from);

/* Puts the backup in the place of the ledger of a node's folder (restore.h); accept: record behind
 * which sealed records may be lost; NULL: none may. Errors, with problem: those of check and of
 * wc_restore_ledger. */
WC_MUST_USE wc_status wc_backup_restore(wc_restored *restored, wc_backup_info *backup,
                                        wc_store_problem *problem, const char *from,
                                        const char *folder, const uint64_t *accept);

#endif
