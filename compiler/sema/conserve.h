/* Inside of the proof of conservation: what conserve.c walks with and conserve_report.c tells. */
#ifndef WC_COMPILER_SEMA_CONSERVE_H
#define WC_COMPILER_SEMA_CONSERVE_H

#include "compiler/sema/symbolic.h"

typedef struct wc_loop_exits {
    struct wc_loop_exits *outer;
    bool has_break;
    bool gains_at_break; /* some `break` is reached with a gain in the round */
    bool has_exit;       /* goto or return inside */
} wc_loop_exits;

/* A decision on the path under way, from the outermost in. */
typedef struct wc_decision {
    const struct wc_decision *outer;
    wc_span span; /* the condition, or what is matched */
    bool holds;
    const wc_sema_arm *arm; /* of a match; else NULL */
} wc_decision;

typedef struct wc_proof {
    wc_symbolic symbolic;
    const wc_decision *path;
    wc_loop_exits *loops;
    const wc_linear *before; /* gain before the open loops, when they gain nothing */
    wc_span where;           /* of the clause */
    bool is_reported;
} wc_proof;

/* "`pay_out`"; a time-out has no name. */
wc_str wc_proof_subject(const wc_proof *self);

/* The storage gains at `span`; `what`: where that is in words. At most one report per proof. */
void wc_proof_report_gain(wc_proof *self, const wc_linear *gain, wc_span span, const char *what);

/* Two branches of the statement gained different amounts since they parted, where it was before. */
void wc_proof_report_branches(wc_proof *self, const wc_linear *before, const wc_linear *first,
                              const wc_linear *second, const wc_sema_stmt *stmt);

#endif
