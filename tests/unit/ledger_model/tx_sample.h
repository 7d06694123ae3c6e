/* The golden transaction, decoded so that its parts can be changed; shared by the tests of tx.h. */
#ifndef WC_TESTS_UNIT_LEDGER_MODEL_TX_SAMPLE_H
#define WC_TESTS_UNIT_LEDGER_MODEL_TX_SAMPLE_H

#include "node/ledger/tx.h"

#define TX_FILE "tx.hex"

/* A decoded copy of the golden transaction whose calls can be changed. */
typedef struct sample {
    wc_tx tx;
    wc_tx_call calls[WC_TX_CALLS_MAX];
    wc_tx_debit debits[WC_TX_DEBITS_MAX + 1]; /* of the first call */
} sample;

void sample_load(sample *s);

/* Decodes into memory that the next call uses again. */
wc_status sample_decode(wc_tx *tx, wc_tx_fault *fault, wc_slice bytes);

/* Encodes into memory that the next call uses again. */
wc_slice sample_encode(const wc_tx *tx);

/* An empty arena over the memory that sample_decode uses. */
wc_arena sample_arena(void);

#endif
