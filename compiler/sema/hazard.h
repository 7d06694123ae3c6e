/* Inside the check for traps: one walk over a routine that knows what holds (flow.h) and asks of
 * each operation whether it can trap.
 *
 *   hazard.c          statements, loops, routines
 *   hazard_join.c     where branches meet
 *   hazard_expr.c     operations
 *   hazard_report.c   what is said, and what would make it safe */
#ifndef WC_COMPILER_SEMA_HAZARD_H
#define WC_COMPILER_SEMA_HAZARD_H

#include "compiler/sema/flow.h"

typedef struct wc_hazards {
    wc_flow flow;
    wc_sema *sema;
    wc_sema_body *body;
    bool has_results; /* results holds the range of what was returned so far */
    wc_sema_range results;
} wc_hazards;

/* Branches that part and meet again: open; for each branch open, walk, close; then close. A
 * variable that they set differently keeps the range that covers all, facts that hold on all of
 * them stay. */
typedef struct wc_hazard_meeting {
    wc_symbolic_env start, joined;
    bool has_any; /* some branch arrived */
    uint32_t mark;
    uint32_t fact_count; /* of the joined branches, above mark */
    const wc_linear **facts;
} wc_hazard_meeting;

wc_hazard_meeting wc_hazard_meet_open(wc_hazards *self);
void wc_hazard_branch_open(wc_hazards *self, const wc_hazard_meeting *m);
void wc_hazard_branch_close(wc_hazards *self, wc_hazard_meeting *m, bool falls_through);
void wc_hazard_meet_close(wc_hazards *self, const wc_hazard_meeting *m);

wc_symbolic_env wc_hazard_copy_env(wc_hazards *self, const wc_symbolic_env *env);
/* What the variable, or when it is NULL the field, holds there. */
const wc_linear *wc_hazard_in_env(wc_hazards *self, wc_symbolic_env *env,
                                  const wc_sema_local *local, uint16_t field);

/* Evaluates: operands first, each operation is checked, facts that follow from it are learnt. */
const wc_linear *wc_hazard_value(wc_hazards *self, wc_sema_expr *expr);

/* The place of an assignment: what reaching it evaluates. m[k] = v makes k, m[k].f = v needs it. */
void wc_hazard_place(wc_hazards *self, wc_sema_expr *place, bool is_inside);

/* Binders of a loop or fold over a collection of that value. */
void wc_hazard_bind(wc_hazards *self, const wc_sema_expr *over, const wc_sema_local *key,
                    const wc_sema_local *item);
/* The element of the second series of a loop over two. */
void wc_hazard_bind_zip(wc_hazards *self, const wc_sema_expr *other, const wc_sema_local *zip);

/* The map or set has the key now, and every key that it had. */
void wc_hazard_has_added(wc_hazards *self, const wc_linear *before, const wc_sema_expr *collection,
                         const wc_linear *key);
void wc_hazard_amount(wc_hazards *self, wc_sema_expr *amount);
void wc_hazard_index(wc_hazards *self, const wc_sema_expr *collection, const wc_sema_expr *index,
                     wc_span span);

/* May trap RANGE: value, with `range`, against the place [lo, hi]; `what` is named in the message.
 * Nothing is said when it is inside. */
void wc_hazard_check_range(wc_hazards *self, const wc_sema_expr *value, const wc_linear *form,
                           const wc_sema_type *place, wc_sema_range limits);
/* Reads values of a series: may trap MISSING where a filling had no neighbour. */
void wc_hazard_read(wc_hazards *self, const wc_sema_expr *series, wc_span span);
void wc_hazard_report_gap(wc_hazards *self, const wc_sema_expr *series, wc_span span);
void wc_hazard_report_range(wc_hazards *self, const wc_sema_expr *value, wc_sema_range range,
                            const wc_sema_type *place, wc_sema_range limits);
void wc_hazard_report_divisor(wc_hazards *self, const wc_sema_expr *divisor, wc_sema_range range);
void wc_hazard_report_inexact(wc_hazards *self, const wc_sema_expr *expr);
void wc_hazard_report_index(wc_hazards *self, const wc_sema_expr *collection,
                            const wc_sema_expr *index, wc_sema_range range, wc_span span);
void wc_hazard_report_time(wc_hazards *self, const wc_sema_expr *expr);
void wc_hazard_report_key(wc_hazards *self, const wc_sema_expr *map, const wc_sema_expr *key,
                          wc_span span);
/* The sum of what is netted, or an amount with its sign turned, may leave 64 bits. */
void wc_hazard_report_net(wc_hazards *self, const wc_sema_expr *net);
void wc_hazard_report_amount(wc_hazards *self, const wc_sema_expr *amount, wc_sema_range range);

#endif
