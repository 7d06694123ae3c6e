/* A large ledger for benchmarks, made without replaying its past.
 *
 * One metering point with its power purchase agreement is set up by transactions, on a chain of the
 * demo's cast. The state that this leaves is then copied under other addresses: so many senders,
 * each a meter of its own with a contract of its own and a key that signs, and accounts with a
 * balance for the rest. A chain begins with that state (wc_chain_base), root and all. */
#ifndef WC_NODE_CLI_BENCH_PEOPLE_H
#define WC_NODE_CLI_BENCH_PEOPLE_H

#include "node/cli/bench.h"
#include "node/demo/demo.h"
#include "node/snapshot/sorter.h"

#define WC_BENCH_SENDERS  4000u
#define WC_BENCH_QUARTERS 90u
#define WC_BENCH_TX_BYTES 1536u
#define WC_BENCH_CALLS    4u /* readings in one transaction, at most */

/* One entry of the template's state. */
typedef struct wc_bench_entry {
    wc_slice key, value;
    bool is_sender; /* names the meter or its contract: one for each sender */
} wc_bench_entry;

typedef struct wc_bench_people {
    const wc_cli *cli;
    wc_arena *arena;
    wc_cast cast;
    wc_shelf shelf;
    wc_client client;
    wc_slice genesis;
    wc_hash genesis_hash;
    wc_record record; /* the template's newest */
    wc_address meter, contract;
    wc_public_key meter_key;
    uint16_t method; /* `produced` */
    uint16_t method_type;
    uint32_t entry_count;
    wc_bench_entry entries[256];
    int64_t day_s; /* the day whose readings are taken */
} wc_bench_people;

/* Sets the template up. */
wc_exit wc_bench_people_make(wc_bench_people *people, const wc_cli *cli);

/* Opens a chain of so many accounts, senders among them; folder NULL: in memory. Owned. */
wc_exit wc_bench_people_open(wc_bench_people *people, wc_chain **chain, const char *folder,
                             uint64_t accounts, uint32_t threads);

int64_t wc_bench_cpu_ns(void); /* of the process */

wc_keypair wc_bench_people_key(uint32_t sender);

typedef struct wc_bench_tx {
    /* Set by the caller: readings of a sender from a quarter on. */
    uint32_t sender, quarter, calls;
    uint64_t nonce;
    uint8_t *memory; /* WC_BENCH_TX_BYTES, behind raw */

    wc_slice raw;
    wc_hash tx_id; /* what has to be verified */
    wc_signature signature;
} wc_bench_tx;

/* Writes and signs a transaction. */
WC_MUST_USE wc_status wc_bench_people_sign(wc_bench_people *people, wc_bench_tx *tx);

#endif
