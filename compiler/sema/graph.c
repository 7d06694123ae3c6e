/* What the state graph tells beside its errors: transitions that nobody can take, states that
 * nothing leaves, and states in which one party alone can hold the others. */
#include "compiler/sema/warn.h"

static uint64_t bit(unsigned state)
{
    return UINT64_C(1) << state;
}

static const wc_sema_routine *routine_at(const wc_sema *sema, uint32_t index)
{
    const wc_sema_body *body = wc_sema_at(&sema->contract_bodies, index);
    return body->out;
}

/* --- conditions that never hold --------------------------------------------------------------- */

static bool below(wc_i128 a, wc_i128 b)
{
    return wc_i128_compare(a, b) < 0;
}

/* As far as the ranges of both sides tell. */
static bool never_compares(const wc_sema_expr *condition)
{
    if (!wc_sema_is_scalar(condition->a->type)) return false;
    wc_sema_range a = condition->a->range, b = condition->b->range;
    switch ((int)condition->op) {
    case WC_OPER_LT: return !below(a.lo, b.hi);
    case WC_OPER_LE: return below(b.hi, a.lo);
    case WC_OPER_GT: return !below(b.lo, a.hi);
    case WC_OPER_GE: return below(a.hi, b.lo);
    case WC_OPER_EQ: return below(a.hi, b.lo) || below(b.hi, a.lo);
    default: return false;
    }
}

static bool never_holds(const wc_sema_expr *condition)
{
    if (wc_sema_is_poison(condition)) return false; /* nobody knows; it is reported */
    switch ((int)condition->op) {
    case WC_OPER_NUMBER: return wc_i128_sign(condition->number) == 0;
    case WC_OPER_AND: return never_holds(condition->a) || never_holds(condition->b);
    case WC_OPER_OR: return never_holds(condition->a) && never_holds(condition->b);
    default: return condition->b != NULL && never_compares(condition);
    }
}

/* The condition of the action that no call can meet; NULL: there is none. */
static const wc_sema_require *barrier(const wc_sema_routine *routine)
{
    for (uint16_t i = 0; i < routine->require_count; i++) {
        if (never_holds(routine->requires[i].condition)) return &routine->requires[i];
    }
    return NULL;
}

static void warn_barriers(wc_sema *sema)
{
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_routine *routine = routine_at(sema, i);
        const wc_sema_require *never = barrier(routine);
        if (never == NULL) continue;
        wc_assert(routine->kind == WC_ROUTINE_ACTION); /* nothing else has `requires` */
        wc_diag *diag = wc_diag_report(sema->diags, WC_L0801, routine->header,
                                       "nobody can ever call `{}`", routine->name);
        wc_diag_add_label(sema->diags, diag, never->condition->span, "this never holds");
    }
}

/* --- ways out of a state ---------------------------------------------------------------------- */

static bool leaves(const wc_sema_routine *routine, uint16_t state)
{
    bool is_from = routine->when == 0 || (routine->when & bit(state)) != 0;
    return is_from && (routine->leads_to & ~bit(state)) != 0 && barrier(routine) == NULL;
}

static bool is_same(const wc_sema_who *a, const wc_sema_who *b)
{
    if (a->is_role != b->is_role) return false;
    return a->is_role ? wc_str_equal(a->role, b->role) : a->party == b->party;
}

/* The action cannot be called without the signature of that party, or of a holder of that role. */
static bool needs(const wc_sema_routine *action, const wc_sema_who *who)
{
    bool is_named = false;
    for (uint8_t i = 0; i < action->who_count; i++) {
        if (is_same(&action->who[i], who)) is_named = true;
    }
    bool is_all = action->by == WC_BY_ALL || action->who_count == 1 ||
                  (action->by == WC_BY_QUORUM && action->quorum == action->who_count);
    return is_named && is_all;
}

static bool is_needed_by_all(const wc_sema *sema, uint16_t state, const wc_sema_who *who)
{
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_routine *routine = routine_at(sema, i);
        if (routine->kind == WC_ROUTINE_ACTION && leaves(routine, state) && !needs(routine, who)) {
            return false;
        }
    }
    return true;
}

static void report_holder(wc_sema *sema, uint16_t state, const wc_sema_who *who)
{
    const wc_sema_state *own = &sema->contract->states[state];
    wc_str name = who->is_role ? who->role : sema->contract->parties[who->party].name;
    wc_diag *diag = wc_diag_report(sema->diags, WC_L0803, own->span,
                                   "`{}` alone can keep the contract in `{}`", name, own->name);
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_routine *routine = routine_at(sema, i);
        if (routine->kind != WC_ROUTINE_ACTION || !leaves(routine, state)) continue;
        wc_diag_add_label(sema->diags, diag, routine->header, "needs `{}`", name);
    }
    wc_diag_add_note(sema->diags, diag,
                     "no other way leads on, and none by time: for example after entered + 720 h "
                     "when {} -> ...",
                     own->name);
}

/* What the ways out have in common stands in the first of them. */
static void look_at_state(wc_sema *sema, uint16_t state)
{
    const wc_sema_routine *first = NULL;
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_routine *routine = routine_at(sema, i);
        bool is_way = routine->kind == WC_ROUTINE_ACTION || routine->kind == WC_ROUTINE_AFTER;
        if (!is_way || !leaves(routine, state)) continue;
        if (routine->kind == WC_ROUTINE_AFTER) return;
        if (first == NULL) first = routine;
    }
    const wc_sema_state *own = &sema->contract->states[state];
    if (first == NULL) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_L0802, own->span,
                                       "nothing leads out of `{}`", own->name);
        wc_diag_add_note(sema->diags, diag,
                         "mark it final, or let an action or a time-out lead on from it");
        return;
    }
    if (!sema->explains_states) return;
    for (uint8_t i = 0; i < first->who_count; i++) {
        if (is_needed_by_all(sema, state, &first->who[i])) {
            report_holder(sema, state, &first->who[i]);
        }
    }
}

void wc_sema_warn_states(wc_sema *sema)
{
    if (sema->module != sema->main) return;
    warn_barriers(sema);
    for (uint16_t i = 0; i < sema->contract->state_count; i++) {
        if (!sema->contract->states[i].is_final) look_at_state(sema, i);
    }
}
