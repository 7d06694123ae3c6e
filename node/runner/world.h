/* The ledger under one test: parties with keys, a chain in memory, books of what contracts posted.
 */
#ifndef WC_NODE_RUNNER_WORLD_H
#define WC_NODE_RUNNER_WORLD_H

#include "node/chain/chain.h"
#include "node/ledger/tx_draft.h"
#include "node/query/decode.h"
#include "node/runner/runner.h"

#define WC_WORLD_SIGNERS_MAX 8u
#define WC_WORLD_FIGURES_MAX 1024u

/* What a contract did to a party's money, by currency of the chain. */
typedef struct wc_world_figure {
    wc_address instance, party;
    uint32_t asset;
    int64_t posted;   /* credits minus debits by pay, split and clear_net */
    int64_t redeemed; /* paid out to the party through the bank */
} wc_world_figure;

typedef struct wc_world {
    const wc_runner_job *job;
    const wc_runner_test *test;
    wc_arena *arena;
    wc_chain *chain;
    const wc_module *image; /* of the tests: numbers of currencies */
    int64_t now_s;
    uint16_t party_count;
    wc_keypair keys[WC_RUNNER_PARTIES_MAX + 1]; /* the last one: administration */
    wc_address addresses[WC_RUNNER_PARTIES_MAX + 1];
    uint64_t nonces[WC_RUNNER_PARTIES_MAX + 1];
    uint64_t roles[WC_RUNNER_PARTIES_MAX]; /* bit per role number granted */
    uint16_t module_count; /* contracts of the job, then the version before one of them */
    wc_hash code_ids[64];
    const wc_module *modules[64]; /* decoded, for names */
    uint8_t signer_count;
    uint16_t signers[WC_WORLD_SIGNERS_MAX]; /* indexes of parties, outermost first */
    uint32_t figure_count;
    wc_world_figure figures[WC_WORLD_FIGURES_MAX];
    uint64_t gas;
    uint32_t calls;
    uint32_t timeouts_failed; /* time-outs that trapped; the newest: */
    wc_address timeout_instance;
    uint16_t timeout_clause; /* entry */
    char timeout_failure[64];
    struct wc_trace *trace;                 /* NULL: nobody reads what happens */
    wc_validators validators;               /* of the genesis: too large for a stack frame */
    uint8_t failure[WC_OUTCOME_DETAIL_MAX]; /* arguments of the newest failure */
    uint16_t raiser;        /* of the newest error: in [0, contract_count) of the job */
    char failure_name[320]; /* why a test cannot go on */
} wc_world;

/* One transaction with one call, sealed at once. */
typedef struct wc_world_call {
    wc_call_kind kind;
    wc_hash target;
    uint16_t method;
    wc_slice args;
    const uint16_t *signers; /* indexes of parties; the last one is the principal */
    uint8_t signer_count;    /* >= 1 */
    bool has_ceilings;
} wc_world_call;

/* Parties and modules; then the chain, which a test that deploys nothing never needs. */
WC_MUST_USE wc_status wc_world_open(wc_world *world, const wc_runner_job *job,
                                    const wc_runner_test *test);
WC_MUST_USE wc_status wc_world_start(wc_world *world); /* once; again it does nothing */
void wc_world_close(wc_world *world);

/* The currencies of the chain with their assets. */
void wc_world_money(const wc_world *world, wc_money_names *names);

/* *page: the receipt, borrowed until the next block. */
WC_MUST_USE wc_status wc_world_send(wc_world *world, const wc_world_call *call,
                                    wc_receipt_page *page);

/* Seals time-outs up to time_s and moves the clock there. */
WC_MUST_USE wc_status wc_world_advance(wc_world *world, int64_t time_s);

/* Index of an account; WC_NONE when it is none of the test's. */
uint16_t wc_world_party(const wc_world *world, const wc_party *party);

/* Grants the role to a party from the next block on, if it has not got it. */
WC_MUST_USE wc_status wc_world_grant(wc_world *world, uint16_t party, wc_str role);

#endif
