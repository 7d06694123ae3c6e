/* A second ledger over the state of a test world in which some values are others: what a store
 * gives that has been damaged in a way that decodes, and what no chain of a test lives long enough
 * for (the last epoch, a full purse).
 *
 *   altered a;
 *   altered_open(&a, &w);
 *   altered_put(&a, &key, value);
 *   assert_status(altered_send(&a, &l), WC_OK);
 *   ... a.applied
 *   altered_close(&a);
 *
 * Blocks that it applies are not kept: each begins with the world's newest record. Its tree answers
 * a root of zeros. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_ALTERED_H
#define WC_TESTS_UNIT_LEDGER_EXEC_ALTERED_H

#include "node/ledger/execute.h"
#include "node/ledger/ledger.h"
#include "tests/unit/ledger_exec/world.h"

#define ALTERED_MAX 512u

typedef struct altered_entry {
    wc_state_key key;
    wc_slice value;      /* in the world's arena; len 0: absent */
    wc_status status;    /* of reading it; OK */
    uint32_t true_reads; /* of it that still give what the world has */
} altered_entry;

typedef struct altered {
    world *w;
    wc_ledger *ledger;
    void *memory;
    size_t count;
    altered_entry *entries; /* ascending by key */
    wc_head head;           /* the world's; may be changed */
    wc_block_input *input;  /* of the next block: signers may be added */
    wc_observer observer;   /* `unit` or `event` may be set: told as an observer is */
    bool forgets;           /* the ledger reads anew what it would remember */
    uint64_t reads;         /* of the state in the last block */
    uint64_t fail_at;       /* one of them fails with WC_IO, counted from 1; 0: none */
    size_t room;            /* of altered_nearly_full */
    wc_applied applied;
} altered;

/* The world stays as it is while this one is open. */
void altered_open(altered *a, world *w);
void altered_close(altered *a);

/* As observer.unit: each job finds a->room bytes for events in its block. self is the altered. */
void altered_nearly_full(void *self, bool is_undone);

/* From the next block on the key has this value; none; or cannot be read, with this status. */
void altered_put(altered *a, const wc_state_key *key, wc_slice value);
void altered_lose(altered *a, const wc_state_key *key);
void altered_fail(altered *a, const wc_state_key *key, wc_status status);

/* The same of every key that the world has under a prefix. */
void altered_fail_under(altered *a, const wc_state_key *prefix, wc_status status);

/* The first reads of an altered key, walks over it included, still give the world's value. */
void altered_true_reads(altered *a, const wc_state_key *key, uint32_t count);

/* A copy of the value as the ledger sees it, to be changed; asserts that there is one. */
uint8_t *altered_bytes(altered *a, const wc_state_key *key, size_t *len);

/* Applies a block of these at the world's time, by a ledger that remembers nothing. */
wc_status altered_apply(altered *a, const wc_slice *raws, size_t count);

/* The same by the ledger as the block before has left it. */
wc_status altered_apply_next(altered *a, const wc_slice *raws, size_t count);

/* Fails each read of the block once, by a ledger that reads everything anew: it ends with that
 * status, and there is no record. Then it is applied as it is; OK. */
void altered_fail_each(altered *a, const wc_slice *raws, size_t count);

/* One letter alone. */
wc_status altered_send(altered *a, letter *l);

/* Receipt of the first transaction of the last block, and of the epoch's work; NULL: none. */
const wc_receipt_page *altered_page(const altered *a);
const wc_receipt_page *altered_epoch_page(const altered *a);

/* The record of an instance holds another address in the place of this one. */
void altered_readdress(altered *a, const wc_address *instance, const wc_address *from,
                       const wc_address *to);

#endif
