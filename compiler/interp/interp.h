/* The reference interpreter: it runs the checked tree as docs/reference/language.md reads.
 *
 *     wc_interp_open -> wc_interp_test                       a test of a Clause source
 *                    -> wc_interp_deploy, wc_interp_action   one transaction each
 *
 * It is the second reading of the language, written from the rules and sharing no evaluation code
 * with the machine: numbers are exact in plain C of its own (exact.h), values are immutable trees,
 * the world is a few tables that are copied before a transaction and put back when it fails. It is
 * made to be clear, not fast; gas is not modelled, a step limit ends what runs too long.
 *
 * The world is the one of the test runner (node/runner/runner.h): parties with 10^8 minor units of
 * every currency, no ceilings, the party `bank` issues money. Ids of instances are numbers unless
 * they are named, so time-outs that fall due in the same second run in order of deployment, on a
 * ledger in order of address. */
#ifndef WC_COMPILER_INTERP_INTERP_H
#define WC_COMPILER_INTERP_INTERP_H

#include "compiler/sema/sema.h"

#define WC_INTERP_STEPS      50000000u  /* expressions and statements of one test or transaction */
#define WC_INTERP_START_S    1767225600 /* 2026-01-01T00:00:00Z */
#define WC_INTERP_MONEY      100000000  /* minor units of each currency of each party */
#define WC_INTERP_EVENTS_MAX 4096u      /* kept of one transaction */

typedef enum wc_interp_end {
    WC_INTERP_OK = 0,
    WC_INTERP_ERROR,   /* an error that the contract declares */
    WC_INTERP_BUILTIN, /* `code`: number of builtin_errors.def */
    WC_INTERP_TRAP,    /* `code`: number of traps.def */
    WC_INTERP_LIMIT,   /* steps, nesting or memory of the interpreter */
    WC_INTERP_CLAIM    /* a value lies outside the range that the checker claims: a bug of ours */
} wc_interp_end;

typedef struct wc_interp_outcome {
    wc_interp_end end;
    uint16_t code;
    const wc_sema_signature *error;   /* ERROR */
    const wc_sema_contract *contract; /* whose code failed; NULL: a test's */
    wc_slice args;                    /* ERROR: canonical encoding; TRAP, BUILTIN: empty */
    wc_span span;                     /* of the statement or expression that failed */
    wc_slice result;                  /* OK of a view: canonical encoding */
} wc_interp_outcome;

/* What a transaction did, in order. */
typedef enum wc_interp_did {
    WC_INTERP_EMITTED,
    WC_INTERP_POSTED,
    WC_INTERP_RELEASED
} wc_interp_did;

typedef struct wc_interp_party {
    uint8_t bytes[32];
} wc_interp_party;

typedef struct wc_interp_event {
    wc_interp_did did;
    uint16_t instance;                  /* index of the instance */
    const wc_sema_signature *signature; /* EMITTED */
    wc_slice args;                      /* EMITTED: canonical encoding */
    uint8_t move;                       /* POSTED: 0 lock, 1 unlock, 2 pay, 3 redeem */
    uint16_t currency;                  /* POSTED: in wc_sema_program.currencies */
    wc_interp_party from, to;           /* POSTED */
    int64_t amount;                     /* POSTED: > 0 */
} wc_interp_event;

struct wc_interp;

typedef struct wc_interp_options {
    wc_arena *arena; /* the world and every value; nothing is given back before it is rewound */
    const wc_sema_program *program;
    const wc_sema_program *before; /* of the version before, with currencies in the same order: for
                                      C.deploy_previous(); NULL: there is none */
    uint32_t steps;                /* 0: WC_INTERP_STEPS */
    bool any_payee;                /* pay to addresses that nobody has, too */
    const wc_str *parties;         /* test parties: names */
    uint16_t party_count;
    /* Hears of each time-out that has run, before what follows its failure; NULL: nobody does. */
    void (*fired)(void *self, const struct wc_interp *in, uint16_t instance,
                  const wc_interp_outcome *outcome);
    void *self;
} wc_interp_options;

typedef struct wc_interp wc_interp;

/* NULL: the arena is full. */
wc_interp *wc_interp_open(const wc_interp_options *options);

/* Runs a test. outcome: OK, or how it failed. An `assert` that does not hold is trap ASSERT, a
 * failure that did not come trap UNMET, as in the test image. */
void wc_interp_test(wc_interp *in, const wc_sema_test *test, wc_interp_outcome *outcome);

/* The same for a property, whose parameters have the canonical encoding `given`. */
void wc_interp_property(wc_interp *in, const wc_sema_test *test, wc_slice given,
                        wc_interp_outcome *outcome);

/* Deploys a contract as one transaction, signed by everybody among its parties. parties: one per
 * party of the contract. terms: canonical encoding of all terms. *instance: its index. */
void wc_interp_deploy(wc_interp *in, const wc_sema_contract *contract,
                      const wc_interp_party *parties, wc_slice terms, uint16_t *instance,
                      wc_interp_outcome *outcome);

typedef struct wc_interp_call {
    uint16_t instance;
    const wc_sema_routine *routine; /* an action or view of its contract */
    wc_slice args;                  /* canonical encoding of the parameters */
    const wc_interp_party *signers; /* the last one is the principal; views: may be none */
    uint16_t signer_count;
} wc_interp_call;

/* Runs an action or view as one transaction, with all its sends. */
void wc_interp_call_run(wc_interp *in, const wc_interp_call *call, wc_interp_outcome *outcome);

/* Upgrades an instance to this version of its contract, whose program has currencies in the same
 * order, as one transaction. */
void wc_interp_upgrade(wc_interp *in, uint16_t instance, const wc_sema_contract *next,
                       const wc_interp_party *signers, uint16_t signer_count,
                       wc_interp_outcome *outcome);

/* The next instance gets this id, as the address that a ledger gave it. */
void wc_interp_name_next(wc_interp *in, const wc_interp_party *id);

/* Moves the clock, running what falls due on the way; by 0: what is due now. False: a limit of the
 * interpreter, or a CLAIM; in *outcome. */
bool wc_interp_advance(wc_interp *in, int64_t seconds, wc_interp_outcome *outcome);

/* Gives a party a free balance; makes it known. False: the arena or the accounts are full. */
WC_MUST_USE bool wc_interp_give(wc_interp *in, const wc_interp_party *party, uint16_t currency,
                                int64_t amount);

/* What the newest transaction did, when it succeeded. */
const wc_interp_event *wc_interp_events(const wc_interp *in, uint32_t *count);

wc_interp_party wc_interp_party_of(const wc_interp *in, uint16_t instance);
uint16_t wc_interp_state_of(const wc_interp *in, uint16_t instance);
int64_t wc_interp_free(const wc_interp *in, const wc_interp_party *party, uint16_t currency);
int64_t wc_interp_escrow(const wc_interp *in, uint16_t instance, const wc_interp_party *party,
                         uint16_t currency);

/* Canonical encoding of a storage field; sorted as a list. Empty: the arena is full. */
wc_slice wc_interp_field(wc_interp *in, uint16_t instance, uint16_t field);

#endif
