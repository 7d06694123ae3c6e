/* Why an amount is what it is: the derivation of a number of an event or posting, from the
 * instructions that made it back to where its parts come from.
 *
 * The receipt runs again under an observer that keeps, for every number in a register and in call
 * memory, the step that made it and the numbers it was made of. The answer is a tree of nodes:
 *
 *   leaf       a term, an argument, storage when it was read, the result of another contract's
 *              view, a constant, the time: nothing of it was computed in this call
 *   operation  addition, product, smaller, larger, ...
 *   rounding   a division and rounding: the only places where something is dropped
 *   total      what a split or a netting makes of its whole list
 *
 * A part of a split is derived by the rule of its list (language SP-1 to SP-4): its fraction, what
 * was dropped of it, and of the largest remainder the unit that it got, or did not get, with its
 * place among the remainders. A payment of a netting is derived from the map's entry, the residual
 * from all of them (SP-6).
 *
 * Copies, moves and changes of width leave no node. */
#ifndef WC_NODE_AUDIT_WHY_H
#define WC_NODE_AUDIT_WHY_H

#include "node/audit/rerun.h"
#include "node/query/outline.h"
#include "node/query/query.h"

typedef enum wc_why_kind {
    WC_WHY_CONSTANT,
    WC_WHY_LEAF,
    WC_WHY_OPERATION,
    WC_WHY_ROUNDING,
    WC_WHY_TOTAL /* of any number of parts: a list */
} wc_why_kind;

/* What a TOTAL does with its parts. */
typedef enum wc_why_rule {
    WC_WHY_SUM,      /* all of them */
    WC_WHY_REST,     /* the first, less the others */
    WC_WHY_MINUS_SUM /* all of them, turned */
} wc_why_rule;

/* A node is named by its index; 0 stands for "not known". */
typedef struct wc_why_node {
    wc_why_kind kind;
    uint16_t op; /* OPERATION, ROUNDING: of the instruction */
    uint16_t function;
    uint32_t word;
    const wc_query_module *known; /* whose code made it; NULL: the ledger, or no lines at hand */
    const wc_module *module;
    wc_i128 value;
    wc_why_rule rule;      /* TOTAL */
    uint32_t first, count; /* TOTAL: its parts in wc_why.parts */
    uint32_t in[3];        /* operands; ROUNDING: value = in0 * in1 * factor / (in2 * divisor) */
    int64_t factor, divisor;
    wc_str label;                /* LEAF: "term price", "self.due[home]" */
    const wc_debug_shape *shape; /* of the variable of this name that holds it; NULL: none */
    wc_str name;
    bool has_scale; /* of the type of the place it came from or went to */
    uint8_t scale;
    wc_str unit; /* "" when that type has none */
} wc_why_node;

/* A number in an event of the receipt. */
typedef struct wc_why_amount {
    uint32_t event;
    wc_str field; /* "amount"; of a posting "amount" */
    wc_str unit;
    uint8_t scale;
    int64_t value;
    uint32_t node; /* 0: made by the ledger itself, see what */
} wc_why_amount;

typedef struct wc_why {
    uint32_t node_count;
    wc_why_node *nodes; /* [0] is empty */
    uint32_t part_count;
    uint32_t *parts; /* of TOTALs: nodes */
    uint32_t amount_count;
    wc_why_amount *amounts;
    bool is_full;            /* a limit was reached: later steps have no nodes */
    const wc_sealed *sealed; /* the block; borrowed from the rerun until its next one */
    bool is_same;            /* the record came out as it is stored */
} wc_why;

typedef struct wc_why_question {
    wc_rerun *rerun; /* stands before the record */
    uint64_t seq;
    uint32_t receipt;
    wc_query *query; /* over the rerun's chain */
    wc_arena *arena; /* for labels */
} wc_why_question;

#define WC_WHY_NODES_MAX   4000000u
#define WC_WHY_PARTS_MAX   4000000u
#define WC_WHY_AMOUNTS_MAX 65536u

/* Applies the block of the record and derives every number in events of the receipt. What is in
 * *why is to be closed in any case. Errors: as wc_steps_run. */
WC_MUST_USE wc_status wc_why_run(wc_why *why, wc_store_problem *problem,
                                 const wc_why_question *question);
void wc_why_close(wc_why *why);

/* ---- showing it (why_show.c) --------------------------------------------------------------------
 */

typedef struct wc_why_view {
    const wc_why *why;
    wc_outline *outline;
    /* The text of a line of a module, without the space around it; empty: not at hand. May be NULL.
     */
    wc_str (*source)(void *self, wc_str module, uint32_t line);
    void *self;
    uint32_t parts_max; /* of a sum that are shown in text; JSON has all */
} wc_why_view;

/* Writes the derivation of an amount whose node is not 0. NO_MEMORY. */
WC_MUST_USE wc_status wc_why_show(const wc_why_view *view, const wc_why_amount *amount);

#endif
