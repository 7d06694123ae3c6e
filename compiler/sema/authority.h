/* Who can do what to whose money: the table of authority of a contract.
 *
 *     wc_authority_of(arena, sources, contract, &table)
 *
 * Computed from the checked tree, so it says what the code does and not what a comment promises.
 * One row for each action (a generated `fund` is the last) and then for each time-out, in order of
 * the source. A row names who may start it and in which states; its moves name, for each statement
 * that touches money or gives the place of a party to another one, whose it is, where it goes, the
 * states in which this statement can be reached, and what bounds the amount. Statements in
 * functions need no look: only actions and time-outs move money. Documentation prints the table; it
 * decides nothing. */
#ifndef WC_COMPILER_SEMA_AUTHORITY_H
#define WC_COMPILER_SEMA_AUTHORITY_H

#include "compiler/sema/sema.h"

typedef enum wc_authority_effect {
    WC_AUTHORITY_LOCK,       /* free(from) -> escrow(from) */
    WC_AUTHORITY_UNLOCK,     /* escrow(from) -> free(from) */
    WC_AUTHORITY_UNLOCK_ALL, /* every escrow back to its owner; from EVERYBODY */
    WC_AUTHORITY_PAY,        /* escrow(from) -> free(to) */
    WC_AUTHORITY_SPLIT,      /* one share of a split: escrow(from) -> free(to) */
    WC_AUTHORITY_CLEAR_NET,  /* net positions; the residual is `to`'s */
    WC_AUTHORITY_REDEEM,     /* escrow(from) leaves the ledger; `to` is the bank's customer */
    WC_AUTHORITY_SEND,       /* queues action `method` of another contract; no money by itself */
    WC_AUTHORITY_TAKE,       /* `to` takes the place of the party `from`; no money by itself */
    WC_AUTHORITY_CLOSE       /* enters final state `state`: every escrow back to its owner */
} wc_authority_effect;

typedef enum wc_authority_owner {
    WC_OWNER_NOBODY,   /* the effect has no such side */
    WC_OWNER_PARTY,    /* the bound party number `party` */
    WC_OWNER_SELF,     /* the instance's own balance */
    WC_OWNER_CALLER,   /* whoever makes the call */
    WC_OWNER_TERM,     /* a party that a term names: fixed when the instance is deployed */
    WC_OWNER_WEIGHTED, /* every key of the map `text`, by its value */
    WC_OWNER_COMPUTED, /* decided by arguments or storage: any party, as far as the table knows */
    WC_OWNER_EVERYBODY /* all who have money in the contract */
} wc_authority_owner;

typedef struct wc_authority_side {
    wc_authority_owner owner;
    uint16_t party; /* PARTY */
    wc_str text;    /* as the source names it; "" for NOBODY and EVERYBODY */
} wc_authority_side;

typedef enum wc_authority_bound {
    WC_BOUND_NONE,       /* the effect has no amount */
    WC_BOUND_WHOLE,      /* all of from's escrow, or all of the own balance */
    WC_BOUND_CONSTANT,   /* exactly `range.lo` */
    WC_BOUND_RANGE,      /* within `range`, which is narrower than the money type */
    WC_BOUND_SHARE,      /* `share` of `amount` */
    WC_BOUND_REST,       /* what the other shares of the split leave of `amount` */
    WC_BOUND_EXPRESSION, /* `amount`; only from's escrow limits it */
    WC_BOUND_SIGNED      /* lock: `amount`, at most what the owner's signature allows */
} wc_authority_bound;

typedef struct wc_authority_move {
    wc_authority_effect effect;
    wc_authority_side from, to;
    uint16_t currency; /* index in the program; WC_NONE: no amount, or every currency */
    wc_authority_bound bound;
    wc_sema_range range; /* of the amount in minor units, as far as types and constants say */
    wc_str amount;       /* source text; a name stands with its definition in `defined` */
    wc_str defined;      /* source text of what `amount` names; "" when it is no name */
    wc_str share;        /* SHARE: source text */
    uint64_t states;     /* bit per state in which this statement can be reached */
    uint16_t state;      /* CLOSE */
    bool in_loop;        /* can happen more than once in one call */
    const struct wc_sema_method *method; /* SEND */
    wc_span span;
} wc_authority_move;

typedef struct wc_authority_row {
    const wc_sema_routine *routine; /* by, who, quorum: who may start it; AFTER: time alone */
    uint64_t states; /* bit per state: `when`, or every non-final state when it has none */
    bool needs_one;  /* one signature of one named party or holder of one role is enough */
    uint32_t move_count;
    wc_authority_move *moves; /* in order of the source */
} wc_authority_row;

typedef struct wc_authority {
    uint32_t row_count;
    wc_authority_row *rows;
} wc_authority;

/* *table lives in the arena; its texts borrow from the sources.
 * Errors: NO_MEMORY - *table is unchanged. */
WC_MUST_USE wc_status wc_authority_of(wc_arena *arena, const wc_sources *sources,
                                      const wc_sema_contract *contract, const wc_authority **table);

/* "pays", "locks" and the like, for tables. */
const char *wc_authority_effect_name(wc_authority_effect effect);

#endif
