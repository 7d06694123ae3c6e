/* Who made the record of a snapshot, shown from the genesis on (docs/reference/snapshot-format.md).
 *
 * The genesis names the first key. Each change of the validators is a record that the key before it
 * has certified, with the proof of the validators' entry under its root: the hash that a record
 * names of them does not tell their order, and the first of them makes records. So each key is
 * believed for the records from its taking over to its handing over, and for nothing else. */
#ifndef WC_NODE_SNAPSHOT_MAKERS_H
#define WC_NODE_SNAPSHOT_MAKERS_H

#include "node/snapshot/format.h"

#define WC_SNAP_WHY_MAX 224u

typedef struct wc_snap_makers {
    wc_public_key maker; /* of the snapshot's record */
    wc_hash value;       /* of the validators' entry as that record leaves it */
} wc_snap_makers;

/* Goes from the genesis to the snapshot's record. Certificates of changes are asked for when the
 * record has one; the record's own is the caller's question. Errors, with `why` in words: CORRUPT -
 * the changes contradict each other, their proofs or the record; BAD_SIGNATURE - one is not
 * certified by the key before it; NO_MEMORY. */
WC_MUST_USE wc_status wc_snap_follow_makers(wc_snap_makers *makers, char why[WC_SNAP_WHY_MAX],
                                            const wc_snap_header *header, const wc_record *record,
                                            wc_slice genesis_validators);

/* Is this the certificate of this key alone over the record? */
bool wc_snap_certifies(const wc_certificate *certificate, const wc_public_key *maker,
                       const wc_record *record, const wc_hash *record_hash);

#endif
