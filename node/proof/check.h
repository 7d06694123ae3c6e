/* Checking a proof file: is the fact one of the ledger that the caller knows?
 *
 * Nothing is needed but the file and what the caller trusts: the hash of a record, or the key of
 * the sequencer, or, for keys of the state, a state root. No ledger, no network, no clock. */
#ifndef WC_NODE_PROOF_CHECK_H
#define WC_NODE_PROOF_CHECK_H

#include "node/ledger/proof.h"
#include "node/ledger/state.h"
#include "node/ledger/tx.h"
#include "node/proof/file.h"

typedef enum wc_proof_reason {
    WC_PROOF_HOLDS = 0,
#define WC_PROOF_REASON(name, text) WC_PROOF_REFUSED_##name,
#include "node/proof/reasons.def"
#undef WC_PROOF_REASON
    WC_PROOF_REASON_COUNT
} wc_proof_reason;

/* "OTHER_RECORD" and its sentence; never NULL. */
const char *wc_proof_reason_name(wc_proof_reason reason);
const char *wc_proof_reason_text(wc_proof_reason reason);

/* What is trusted. Each of those that are given must hold, and one must be given. */
typedef struct wc_proof_trust {
    const wc_hash *record_hash;
    const wc_public_key *sequencer; /* whose certificate over the record is asked for */
    const wc_hash *state_root;      /* without the others: the record in the file is not believed */
} wc_proof_trust;

/* Memory of a check; what it held before does not matter. */
typedef struct wc_proof_scratch {
    wc_proof proof;
    uint8_t arena[WC_TX_ARENA_MAX] __attribute__((aligned(16)));
} wc_proof_scratch;

/* Decodes and checks. *file is filled as far as decoding came; *bad: where it stopped. Of a fact
 * that was checked against a state root alone, file->is_record_known is false: what the file says
 * about the record is then nobody's word. Requires: something is trusted. */
WC_MUST_USE wc_proof_reason wc_proof_check(wc_proof_file *file, size_t *bad,
                                           wc_proof_scratch *scratch, wc_slice bytes,
                                           const wc_proof_trust *trust);

/* Does the certificate in the file hold for this key? NO_CERTIFICATE, CERTIFICATE_FORGED. */
WC_MUST_USE wc_proof_reason wc_proof_check_certificate(const wc_proof_file *file,
                                                       const wc_public_key *sequencer);

#endif
