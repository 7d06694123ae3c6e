/* The demo's clients: build, sign and submit transactions, and hold every receipt against what was
 * expected of it.
 *
 * A script says what happens; it does not check after each step. So failures stick: the first one
 * is kept with its place, and everything after it does nothing. A transaction is expected to
 * succeed unless it is sent with wc_client_send_refused, which names the code that must come. */
#ifndef WC_NODE_DEMO_CLIENT_H
#define WC_NODE_DEMO_CLIENT_H

#include "node/demo/cast.h"
#include "node/ledger/tx_draft.h"
#include "node/order/solo.h"

#define WC_CLIENT_PENDING_MAX  1024u
#define WC_CLIENT_REFUSALS_MAX 32u
#define WC_CLIENT_PROBLEM_MAX  512u

/* A refusal that was expected and came. */
typedef struct wc_refusal_seen {
    char code[48];    /* "KEY_NOT_METER" */
    const char *who;  /* actor id */
    const char *what; /* sentence */
    wc_hash tx_id;
    uint64_t seq; /* record that keeps its failed receipt */
} wc_refusal_seen;

typedef struct wc_expected {
    wc_hash tx_id;
    const char *label; /* of the script, for messages */
    const char *who;
    const char *refusal; /* NULL: must succeed */
    const char *what;
    uint8_t *result; /* receives the result of the transaction's last call, when not NULL */
    size_t result_size;
} wc_expected;

typedef struct wc_client {
    wc_cast *cast;
    wc_chain *chain;
    wc_solo *solo;
    wc_arena *arena; /* of the block at hand; rewound after sealing */
    size_t arena_start;
    uint64_t salt; /* counter behind payload salts */
    uint64_t seed;
    int64_t now_s;

    uint32_t expected_count;
    wc_expected expected[WC_CLIENT_PENDING_MAX];
    uint32_t refusal_count;
    wc_refusal_seen refusals[WC_CLIENT_REFUSALS_MAX];

    /* Told of every receipt, time-outs included, in order; seq: its record. May be NULL. */
    void (*on_receipt)(void *self, const wc_receipt_page *page, uint64_t seq);
    void *on_receipt_self;

    uint64_t tx_count, gas_used, block_count;
    uint64_t operator_tx_count; /* of market operator, administration, regulator, treasury ... */
    bool counts_operators;      /* ... sent while this is set */

    bool has_failed;
    char problem[WC_CLIENT_PROBLEM_MAX];
} wc_client;

/* Opens the solo engine over a chain with the scripted clock. The arena serves one block. */
WC_MUST_USE wc_status wc_client_open(wc_client *client, wc_cast *cast, wc_chain *chain,
                                     wc_arena *arena, uint64_t seed);
void wc_client_close(wc_client *client);

/* Keeps the first failure. printf-like. */
void wc_client_fail(wc_client *client, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- one transaction ---- */
typedef struct wc_letter {
    wc_client *client;
    wc_tx_draft draft;
    const char *label;
    wc_actor_id signers[WC_TX_AUTHS_MAX];
    uint8_t signer_count;
    uint8_t call;  /* the newest */
    uint64_t gas;  /* limit */
    uint16_t mask; /* every signer so far */
} wc_letter;

/* Opens a transaction; the first actor is the sender and principal of its calls. */
void wc_letter_open(wc_letter *letter, wc_client *client, wc_actor_id sender, const char *label);
void wc_letter_signer(wc_letter *letter, wc_actor_id actor);

/* A call of all signers so far, principal: the sender. args are copied. */
void wc_letter_call(wc_letter *letter, wc_call_kind kind, const wc_hash *target, uint16_t method,
                    wc_slice args);
/* The same with arguments beside the body, under a fresh salt. */
void wc_letter_detached(wc_letter *letter, wc_call_kind kind, const wc_hash *target,
                        uint16_t method, wc_slice args);
/* Ceiling in CNY for the newest call, of its sender. */
void wc_letter_ceiling(wc_letter *letter, int64_t fen);
/* Gas limit of the transaction, when the usual one is too low. */
void wc_letter_gas(wc_letter *letter, uint64_t limit);

/* Signs with every key of every signer and hands it to the engine. result: filled when the block is
 * sealed, result_size bytes, or NULL. Returns the transaction's id. */
wc_hash wc_letter_send(wc_letter *letter, uint8_t *result, size_t result_size);

/* The same for one that must be refused, admitted or not, with this code. */
wc_hash wc_letter_send_refused(wc_letter *letter, const char *code, const char *what);

/* Sets the clock of what is sent from now on; time_s is not before the newest block's. */
void wc_client_at(wc_client *client, int64_t time_s);

/* Seals blocks up to the clock's time: due time-outs at their times, then what waits, in as many
 * blocks as it needs. */
void wc_client_seal(wc_client *client);

/* Scratch buffer of the block's arena for arguments. */
wc_buf wc_client_buf(wc_client *client, size_t size);

#endif
