/* Contracts for tests of the ledger, made with the module builder.
 *
 * Vault: does each thing that the host can be asked for, one action each. Two parties, of whom the
 * first must sign; one currency, CNY.
 * Clock: time-outs of every kind. Its term says when, its argument what happens. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_CONTRACTS_H
#define WC_TESTS_UNIT_LEDGER_EXEC_CONTRACTS_H

#include "tests/unit/ledger_exec/world.h"

/* Actions of Vault, in the order of their numbers. */
typedef enum vault_action {
    VAULT_FUND,     /* q: lock(caller, q) */
    VAULT_WITHDRAW, /* q: unlock(caller, q) */
    VAULT_PAY,      /* p, q: pay caller -> p */
    VAULT_LOCK,     /* p, q: lock(p, q) */
    VAULT_EARN,     /* q: pay caller -> the vault itself */
    VAULT_REDEEM,   /* p, p, q: redeem from p to p */
    VAULT_FAIL,     /* fails with error GateClosed(now) */
    VAULT_TRAP,     /* divides by zero */
    VAULT_PUT,      /* q, q: numbers[q] += q */
    VAULT_NOTE,     /* q: emits Note(q) */
    VAULT_READ,     /* total = first peer's total() */
    VAULT_SEND,     /* q: sends add(q) to the first peer */
    VAULT_ADD,      /* q: total += q */
    VAULT_CLOSE,    /* goto Closed */
    VAULT_SPIN,     /* q: q times round a loop */
    VAULT_STAFF,    /* by a holder of role GridOperator: total += 1 */
    VAULT_METERED,  /* time, q, q: total += third; for reading calls */
    VAULT_SHOUT,    /* q: emits Note q times */
    VAULT_REACH,    /* p, q: sends lock(p, q) to the first peer */
    VAULT_BURST,    /* q: sends add(q) to the first peer, q times */
    VAULT_TWICE,    /* q: lock(caller, q), two times */
    VAULT_VOUCH,    /* p: total += 1 when p signed this call */
    VAULT_PASS_ON   /* p: sends vouch(p) to the first peer */
} vault_action;

/* Module bytes. has_peer: a term `peer : contract_ref<Peer>` (view total() -> int, action add(int),
 * action lock(party, money), view deep() -> int, action vouch(party)); else no terms. Views: total,
 * and deep, which adds the peer's deep() to it. signatories: how many of the parties a, b must
 * sign. name: of the contract, so that codes differ. */
typedef struct vault_options {
    const char *name;
    bool has_peer;
    uint8_t signatories;  /* 0, 1, 2 */
    const char *role;     /* of party b; NULL: none */
    const char *currency; /* NULL: CNY */
    uint8_t minor;        /* decimals; 0: 2 */
} vault_options;

wc_slice vault_module(world *w, const vault_options *options);

/* A deployed vault of ALICE and BOB, signed by ALICE. */
wc_address vault_open(world *w);

/* Total of a vault, by its view; and by another of the same form. */
int64_t vault_total(world *w, const wc_address *vault);
int64_t vault_view(world *w, const wc_address *vault, const char *view);

/* What the time-out of Clock does. */
typedef enum clock_kind {
    CLOCK_ONCE,    /* goto Rung, which has no time-out */
    CLOCK_REPEAT,  /* goto Ticking(k + 1) while k < 3, then Rung */
    CLOCK_FAIL,    /* divides by zero */
    CLOCK_CLOSE,   /* goto Done, a final state */
    CLOCK_DRAW,    /* lock(a, 50) under a mandate, then goto Rung */
    CLOCK_STAY,    /* does nothing and stays */
    CLOCK_WAY_OUT, /* as FAIL; a second clause, due after 3 * wait, goes to Rung */
    CLOCK_BEHIND   /* as ONCE; the time-out stands behind the actions in the table */
} clock_kind;

/* Parties a (signatory) and b (role of the options); term `wait : int` seconds after entering.
 * Actions: 0 fund(q), 1 reset() goto Ticking(0), 2 touch() total += 1. */
wc_slice clock_module(world *w, clock_kind kind, const char *role);

#endif
