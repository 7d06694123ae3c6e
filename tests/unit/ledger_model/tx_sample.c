/* Loads the golden transaction; see tx_sample.h. */
#include "tests/support/test.h"

#include "tests/unit/ledger_model/tx_sample.h"

#include "tests/unit/ledger_model/vectors.h"

static uint8_t arena_memory[WC_TX_ARENA_MAX * 2] __attribute__((aligned(16)));
static uint8_t encoded[WC_TX_SIZE_MAX * 2];

wc_arena sample_arena(void)
{
    wc_arena arena;
    wc_arena_init(&arena, arena_memory, sizeof arena_memory);
    return arena;
}

wc_status sample_decode(wc_tx *tx, wc_tx_fault *fault, wc_slice bytes)
{
    wc_arena arena = sample_arena();
    return wc_tx_decode(tx, fault, &arena, bytes);
}

void sample_load(sample *s)
{
    wc_tx_fault fault;
    assert_status(sample_decode(&s->tx, &fault, vector_bytes(TX_FILE, "tx")), WC_OK);
    memcpy(s->calls, s->tx.calls, s->tx.call_count * sizeof s->calls[0]);
    memcpy(s->debits, s->calls[0].debits, s->calls[0].debit_count * sizeof s->debits[0]);
    s->calls[0].debits = s->debits;
    s->tx.calls = s->calls;
}

wc_slice sample_encode(const wc_tx *tx)
{
    wc_buf buf;
    wc_buf_init(&buf, encoded, sizeof encoded);
    wc_tx_put(&buf, tx);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}
