/* The core and nothing else: the ledger over a store in memory, with its state tree. What a node
 * adds (folder, SEAL, threads, certificates) is left out. */
#ifndef WC_TESTS_MATRIX_CORE_H
#define WC_TESTS_MATRIX_CORE_H

#include "node/chain/inside.h"
#include "tests/matrix/recording.h"

typedef struct wc_core {
    wc_store store;
    wc_chain_cursor state;
    wc_chain_cursor timers;
    wc_batch *batch;
    wc_tree tree;
    void *tree_memory;
    void *ledger_memory;
    void *arena_memory;
    wc_arena arena; /* of the block at hand */
    wc_ledger *ledger;
    wc_head head;
    wc_recording *recording; /* borrowed */
} wc_core;

/* Begins with the state that the recording names. NO_MEMORY; DIFFERS - it has another root. */
WC_MUST_USE wc_status wc_core_open(wc_core *core, wc_recording *recording);

/* Applies an encoded block input (form 0) and keeps what it changes; *applied is borrowed until the
 * next block. Errors: of wc_block_input_decode and wc_apply; DIFFERS - nothing happens in it. */
WC_MUST_USE wc_status wc_core_apply(wc_core *core, wc_slice input, wc_applied *applied);

void wc_core_close(wc_core *core);

#endif
