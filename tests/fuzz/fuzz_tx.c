/* Transactions from anybody: decoding never misbehaves, and what it accepts encodes to the same
 * bytes, whole and in its stored form. */
#include <stdlib.h>

#include "node/ledger/tx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) abort();
}

static wc_slice encode(const wc_tx *tx)
{
    static uint8_t bytes[WC_TX_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_tx_put(&buf, tx);
    require(wc_buf_status(&buf) == WC_OK);
    return wc_buf_slice(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t memory[2 * WC_TX_ARENA_MAX] __attribute__((aligned(16)));
    wc_slice input = wc_slice_of(data, size);
    wc_arena arena;
    wc_arena_init(&arena, memory, WC_TX_ARENA_MAX);
    wc_tx tx;
    wc_tx_fault fault;
    if (wc_tx_decode(&tx, &fault, &arena, input) != WC_OK) {
        require(fault.rule != WC_TX_RULE_NONE && fault.rule != WC_TX_RULE_MEMORY);
        require(fault.offset <= size);
        /* A body alone is read as well: signing tools take it from files. */
        wc_arena_init(&arena, memory, WC_TX_ARENA_MAX);
        (void)!wc_tx_decode_body(&tx, &fault, &arena, input);
        return 0;
    }
    require(wc_slice_equal(encode(&tx), input));
    require(tx.stripped.len + tx.payloads.len == size);

    wc_tx stored;
    wc_arena_init(&arena, memory + WC_TX_ARENA_MAX, WC_TX_ARENA_MAX);
    require(wc_tx_decode_stripped(&stored, &fault, &arena, tx.stripped, tx.payloads) == WC_OK);
    require(wc_slice_equal(encode(&stored), input));
    wc_arena_init(&arena, memory + WC_TX_ARENA_MAX, WC_TX_ARENA_MAX);
    require(wc_tx_decode_stripped(&stored, &fault, &arena, tx.stripped, wc_slice_of(NULL, 0)) ==
            WC_OK);
    require(wc_slice_equal(stored.body, tx.body));
    return 0;
}
