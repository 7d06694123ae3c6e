/* What can trap: statements, branches, loops, routines. See hazard.h.
 *
 * Every routine is walked once, callees before callers. Where branches meet, a variable that they
 * set differently keeps the range that covers both, and facts that hold on both stay. What a loop
 * writes is unknown in it and after it; a number that a loop only adds to and takes from has moved
 * by at most the sum over all rounds. Invariants and checks at deployment hold when an action
 * begins, because they are checked at run time (D26). */
#include "compiler/sema/hazard.h"

static void walk(wc_hazards *self, const wc_sema_block *block);

/* --- branches ---------------------------------------------------------------------------------
 */

static void walk_if(wc_hazards *self, const wc_sema_stmt *stmt)
{
    (void)wc_hazard_value(self, stmt->a);
    wc_hazard_meeting m = wc_hazard_meet_open(self);
    wc_hazard_branch_open(self, &m);
    wc_flow_learn(&self->flow, stmt->a, true);
    walk(self, stmt->body);
    wc_hazard_branch_close(self, &m, stmt->body->falls_through);
    wc_hazard_branch_open(self, &m);
    wc_flow_learn(&self->flow, stmt->a, false);
    if (stmt->other != NULL) walk(self, stmt->other);
    wc_hazard_branch_close(self, &m, stmt->other == NULL || stmt->other->falls_through);
    wc_hazard_meet_close(self, &m);
}

static void bind_arm(wc_hazards *self, const wc_sema_stmt *stmt, const wc_sema_arm *arm)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    for (uint16_t i = 0; i < arm->binder_count; i++) {
        const wc_sema_local *local = arm->binders[i];
        if (local == NULL) continue;
        symbolic->env.locals[local->index] =
            stmt->a->op == WC_OPER_STATE
                ? wc_symbolic_state_data(symbolic, arm->variant, i, local->type, local->span)
                : wc_symbolic_unknown(symbolic, local->type, local->span);
    }
    if (arm->variant == WC_NO_VARIANT || !wc_sema_is_scalar(stmt->a->type)) return;
    wc_flow_assume_zero(&self->flow, wc_flow_minus(&self->flow, stmt->a->form,
                                                   wc_flow_number(&self->flow, arm->variant)));
}

static void walk_match(wc_hazards *self, const wc_sema_stmt *stmt)
{
    (void)wc_hazard_value(self, stmt->a);
    wc_hazard_meeting m = wc_hazard_meet_open(self);
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        wc_hazard_branch_open(self, &m);
        bind_arm(self, stmt, &stmt->arms[i]);
        walk(self, stmt->arms[i].body);
        wc_hazard_branch_close(self, &m, stmt->arms[i].body->falls_through);
    }
    wc_hazard_meet_close(self, &m);
}

/* --- loops ------------------------------------------------------------------------------------ */

/* A variable or a field of the root record. */
typedef struct target {
    const wc_sema_local *local; /* NULL: the field */
    uint16_t field;
} target;

static bool is_target(const wc_sema_expr *place, target of)
{
    if (of.local != NULL) return place->op == WC_OPER_LOCAL && place->local == of.local;
    return place->op == WC_OPER_FIELD && place->index == of.field;
}

static bool is_itself(const wc_sema_expr *value, target of)
{
    return value->op == WC_OPER_CURRENT || is_target(value, of);
}

static const wc_sema_expr *unfitted(const wc_sema_expr *value)
{
    while (value->op == WC_OPER_FIT) value = value->a;
    return value;
}

/* How much one assignment changes it; false: not by adding or taking away. */
static bool change_of(const wc_sema_stmt *stmt, target of, wc_sema_range *change)
{
    const wc_sema_expr *value = unfitted(stmt->b);
    if (value->op != WC_OPER_ADD && value->op != WC_OPER_SUB) return false;
    if (is_itself(unfitted(value->a), of)) {
        *change = value->op == WC_OPER_ADD ? value->b->range : wc_range_neg(value->b->range);
        return true;
    }
    *change = value->a->range;
    return value->op == WC_OPER_ADD && is_itself(unfitted(value->b), of);
}

/* Adds up what a block can change it by, in any order of its statements; false: unknown. */
static bool changes(const wc_sema_block *block, target of, int64_t times, wc_sema_range *total)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        wc_sema_range change;
        bool is_write = wc_symbolic_writes(stmt->kind) && is_target(stmt->a, of);
        if (is_write && !change_of(stmt, of, &change)) return false; /* a number is assigned */
        if (is_write) {
            change = wc_range_union(change, wc_range_of(0, 0));
            *total = wc_range_add(*total, wc_range_mul(change, wc_range_of(times, times)));
        }
        bool is_loop = stmt->kind == WC_DO_FOR_RANGE || stmt->kind == WC_DO_FOR_EACH;
        int64_t inner = times;
        if (is_loop && wc_i64_mul(times, stmt->trips, &inner) != WC_OK) return false;
        if (stmt->body != NULL && !changes(stmt->body, of, inner, total)) return false;
        if (stmt->other != NULL && !changes(stmt->other, of, times, total)) return false;
        for (uint16_t i = 0; i < stmt->arm_count; i++) {
            if (!changes(stmt->arms[i].body, of, times, total)) return false;
        }
    }
    return true;
}

/* After the block was touched: numbers that it only adds to have moved by what `rounds` complete
 * rounds add at most. */
static void learn_changes(wc_hazards *self, const wc_sema_stmt *loop, int64_t rounds,
                          wc_symbolic_env *before)
{
    wc_flow *flow = &self->flow;
    const wc_sema_routine *routine = flow->symbolic.routine;
    uint32_t count = (uint32_t)routine->local_count + flow->symbolic.contract->field_count;
    for (uint32_t i = 0; i < count; i++) {
        bool is_local = i < routine->local_count;
        target of = {is_local ? routine->locals[i] : NULL, (uint16_t)(i - routine->local_count)};
        const wc_sema_type *type =
            is_local ? of.local->type : flow->symbolic.contract->fields[of.field].type;
        if (!wc_sema_is_number(type)) continue;
        const wc_linear *old = wc_hazard_in_env(self, before, of.local, of.field);
        const wc_linear *now = wc_hazard_in_env(self, &flow->symbolic.env, of.local, of.field);
        wc_sema_range total = wc_range_of(0, 0);
        if (wc_linear_equal(old, now)) continue;
        if (!changes(loop->body, of, rounds, &total)) continue;
        wc_flow_assume_within(flow, wc_flow_minus(flow, now, old), total);
        wc_sema_range start = wc_flow_range(flow, old);
        wc_flow_assume_within(flow, now, wc_range_add(start, total));
    }
}

static void bind_loop(wc_hazards *self, const wc_sema_stmt *stmt)
{
    wc_flow *flow = &self->flow;
    if (stmt->kind == WC_DO_FOR_EACH) {
        wc_hazard_bind(self, stmt->a, stmt->key, stmt->item);
        if (stmt->zip != NULL) wc_hazard_bind_zip(self, stmt->b, stmt->zip);
        return;
    }
    const wc_linear *item =
        wc_symbolic_unknown(&flow->symbolic, stmt->item->type, stmt->item->span);
    flow->symbolic.env.locals[stmt->item->index] = item;
    wc_flow_assume_within(flow, item, stmt->item->range);
    wc_flow_assume(flow, wc_flow_minus(flow, item, stmt->a->form));
    const wc_linear *left = wc_flow_minus(flow, stmt->b->form, item);
    wc_flow_assume(flow, wc_flow_minus(flow, left, wc_flow_number(flow, 1)));
}

static void walk_loop(wc_hazards *self, const wc_sema_stmt *stmt)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    (void)wc_hazard_value(self, stmt->a);
    if (stmt->b != NULL) (void)wc_hazard_value(self, stmt->b);
    wc_symbolic_env before = wc_hazard_copy_env(self, &symbolic->env);
    uint32_t mark = self->flow.fact_count;
    bind_loop(self, stmt);
    wc_symbolic_touch_block(symbolic, stmt->body);
    learn_changes(self, stmt, stmt->trips > 0 ? (int64_t)stmt->trips - 1 : 0, &before);
    symbolic->depth++;
    walk(self, stmt->body);
    symbolic->depth--;
    self->flow.fact_count = mark;
    symbolic->env = wc_hazard_copy_env(self, &before);
    wc_symbolic_touch_block(symbolic, stmt->body);
    learn_changes(self, stmt, (int64_t)stmt->trips, &before);
}

/* --- statements ------------------------------------------------------------------------------- */

static void values(wc_hazards *self, const wc_sema_stmt *stmt)
{
    wc_sema_expr *const operands[] = {stmt->a, stmt->b, stmt->c};
    for (size_t i = 0; i < WC_ARRAY_LEN(operands); i++) {
        if (operands[i] != NULL) (void)wc_hazard_value(self, operands[i]);
    }
    for (uint16_t i = 0; i < stmt->arg_count; i++) (void)wc_hazard_value(self, stmt->args[i]);
}

static void let(wc_hazards *self, const wc_sema_stmt *stmt)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    const wc_linear *value = wc_hazard_value(self, stmt->a);
    bool is_tuple = stmt->a->op == WC_OPER_TUPLE;
    for (uint16_t i = 0; i < stmt->local_count; i++) {
        const wc_sema_local *local = stmt->locals[i];
        if (local == NULL) continue;
        if (stmt->local_count > 1) {
            value = is_tuple ? stmt->a->args[i]->form
                             : wc_symbolic_unknown(symbolic, local->type, local->span);
        }
        symbolic->env.locals[local->index] = value;
    }
}

static void assign(wc_hazards *self, const wc_sema_stmt *stmt)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    wc_hazard_place(self, stmt->a, false);
    symbolic->current = stmt->a->form;
    const wc_linear *value = wc_hazard_value(self, stmt->b);
    bool is_entry = stmt->a->op == WC_OPER_MAP_GET;
    const wc_linear *map = is_entry ? stmt->a->a->form : NULL;
    wc_symbolic_touch(symbolic, stmt->a);
    if (stmt->a->op == WC_OPER_LOCAL) symbolic->env.locals[stmt->a->local->index] = value;
    if (stmt->a->op == WC_OPER_FIELD) symbolic->env.fields[stmt->a->index] = value;
    if (!is_entry) return;
    stmt->a->a->form = NULL;
    wc_hazard_has_added(self, map, stmt->a->a, stmt->a->b->form);
}

static void map_add(wc_hazards *self, const wc_sema_stmt *stmt)
{
    wc_flow *flow = &self->flow;
    wc_hazard_place(self, stmt->a, true);
    const wc_linear *map = stmt->a->form, *key = wc_hazard_value(self, stmt->b);
    const wc_linear *by = wc_hazard_value(self, stmt->c);
    const wc_sema_type *type = stmt->a->type->value;
    const wc_linear *old = wc_symbolic_get_or_zero(&flow->symbolic, map, key, type);
    const wc_linear *sum = wc_linear_add(&flow->symbolic.space, old, by, wc_i128_of(1));
    wc_sema_expr result = *stmt->c;
    result.range = wc_range_add(wc_range_of_type(type), stmt->c->range);
    result.span = stmt->span;
    wc_hazard_check_range(self, &result, sum, type, wc_range_of_type(type));
    wc_symbolic_touch(&flow->symbolic, stmt->a);
    stmt->a->form = NULL;
    wc_hazard_has_added(self, map, stmt->a, key);
}

/* push, insert, delete, clear: only the length is known afterwards. */
static void change(wc_hazards *self, const wc_sema_stmt *stmt)
{
    wc_flow *flow = &self->flow;
    wc_hazard_place(self, stmt->a, true);
    if (stmt->b != NULL) (void)wc_hazard_value(self, stmt->b);
    const wc_sema_type *type = stmt->a->type;
    if (stmt->kind == WC_DO_DELETE) wc_hazard_index(self, stmt->a, stmt->b, stmt->span);
    const wc_linear *before = wc_symbolic_length(&flow->symbolic, stmt->a->form, type);
    wc_symbolic_touch(&flow->symbolic, stmt->a);
    stmt->a->form = NULL;
    const wc_linear *value = wc_symbolic_value(&flow->symbolic, stmt->a);
    const wc_linear *after = wc_symbolic_length(&flow->symbolic, value, type);
    if (stmt->kind == WC_DO_CLEAR) {
        wc_flow_assume_zero(flow, after);
        return;
    }
    int64_t by = stmt->kind == WC_DO_DELETE ? -1 : 1;
    const wc_linear *moved = wc_flow_minus(flow, after, before);
    wc_flow_assume_zero(flow, wc_flow_minus(flow, moved, wc_flow_number(flow, by)));
}

/* A series keeps its length. */
static void series_set(wc_hazards *self, const wc_sema_stmt *stmt)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    (void)wc_hazard_value(self, stmt->a);
    (void)wc_hazard_value(self, stmt->b);
    (void)wc_hazard_value(self, stmt->c);
    (void)wc_hazard_value(self, stmt->args[0]);
    wc_hazard_index(self, stmt->a, stmt->b, stmt->span);
    const wc_linear *before = wc_symbolic_length(symbolic, stmt->a->form, stmt->a->type);
    wc_symbolic_touch(symbolic, stmt->a);
    stmt->a->form = NULL;
    const wc_linear *value = wc_symbolic_value(symbolic, stmt->a);
    const wc_linear *after = wc_symbolic_length(symbolic, value, stmt->a->type);
    wc_flow_assume_zero(&self->flow, wc_flow_minus(&self->flow, after, before));
}

static void require(wc_hazards *self, wc_sema_expr *condition, wc_sema_expr **args, uint16_t count)
{
    (void)wc_hazard_value(self, condition);
    uint32_t mark = self->flow.fact_count;
    wc_flow_learn(&self->flow, condition, false);
    for (uint16_t i = 0; i < count; i++) (void)wc_hazard_value(self, args[i]);
    self->flow.fact_count = mark;
    wc_flow_learn(&self->flow, condition, true);
}

static void give_back(wc_hazards *self, const wc_sema_stmt *stmt)
{
    if (stmt->a == NULL) return;
    const wc_linear *form = wc_hazard_value(self, stmt->a);
    if (!wc_sema_is_scalar(stmt->a->type)) return;
    wc_sema_range range = wc_range_meet(stmt->a->range, wc_flow_range(&self->flow, form));
    self->results = self->has_results ? wc_range_union(self->results, range) : range;
    self->has_results = true;
}

/* Every amount is turned round for the one who pays, and so is their sum (SP-6, SP-9). */
static void clear_net(wc_hazards *self, const wc_sema_stmt *stmt)
{
    values(self, stmt);
    const wc_sema_type *type = stmt->a->type;
    wc_sema_range each = wc_range_union(wc_range_of_type(type->value), wc_range_of(0, 0));
    wc_sema_range sum = wc_range_mul(each, wc_range_of(0, type->capacity));
    bool fits = wc_range_is_narrow(sum) && wc_range_is_narrow(wc_range_neg(sum)) &&
                wc_range_is_narrow(wc_range_neg(each));
    if (!fits) wc_hazard_report_net(self, stmt->a);
    if (stmt->c == NULL) return;
    wc_sema_range limits = wc_range_of(0, INT64_MAX);
    wc_hazard_check_range(self, stmt->c, stmt->c->form, stmt->c->type, limits);
}

static void split(wc_hazards *self, const wc_sema_stmt *stmt)
{
    (void)wc_hazard_value(self, stmt->a);
    wc_hazard_amount(self, stmt->b);
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        const wc_sema_share *share = &stmt->shares[i];
        if (share->who != NULL) (void)wc_hazard_value(self, share->who);
        if (share->weights != NULL) (void)wc_hazard_value(self, share->weights);
        if (share->share != NULL) (void)wc_hazard_value(self, share->share);
    }
}

static void step(wc_hazards *self, const wc_sema_stmt *stmt)
{
    switch ((int)stmt->kind) {
    case WC_DO_LET: let(self, stmt); return;
    case WC_DO_ASSIGN: assign(self, stmt); return;
    case WC_DO_MAP_ADD: map_add(self, stmt); return;
    case WC_DO_PUSH:
    case WC_DO_INSERT:
    case WC_DO_DELETE:
    case WC_DO_CLEAR: change(self, stmt); return;
    case WC_DO_SERIES_SET: series_set(self, stmt); return;
    case WC_DO_IF: walk_if(self, stmt); return;
    case WC_DO_MATCH: walk_match(self, stmt); return;
    case WC_DO_FOR_RANGE:
    case WC_DO_FOR_EACH: walk_loop(self, stmt); return;
    case WC_DO_REQUIRE: require(self, stmt->a, stmt->args, stmt->arg_count); return;
    case WC_DO_RETURN: give_back(self, stmt); return;
    case WC_DO_SPLIT: split(self, stmt); return;
    case WC_DO_CLEAR_NET: clear_net(self, stmt); return;
    case WC_DO_LOCK:
    case WC_DO_UNLOCK:
        (void)wc_hazard_value(self, stmt->a);
        wc_hazard_amount(self, stmt->b);
        return;
    case WC_DO_PAY:
    case WC_DO_REDEEM:
        (void)wc_hazard_value(self, stmt->a);
        (void)wc_hazard_value(self, stmt->b);
        wc_hazard_amount(self, stmt->c);
        for (uint16_t i = 0; i < stmt->arg_count; i++) (void)wc_hazard_value(self, stmt->args[i]);
        return;
    default: values(self, stmt); return; /* evaluates its operands and goes on, or ends the path */
    }
}

static void walk(wc_hazards *self, const wc_sema_block *block)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        step(self, stmt);
    }
}

/* --- routines --------------------------------------------------------------------------------- */

/* Reads nothing that an action under way may have changed. */
static bool is_fixed(const wc_sema_expr *expr)
{
    if (expr == NULL) return true;
    switch ((int)expr->op) {
    case WC_OPER_FIELD:
    case WC_OPER_STATE:
    case WC_OPER_ENTERED:
    case WC_OPER_ESCROW:
    case WC_OPER_BALANCE:
    case WC_OPER_CALL: return false;
    default: break;
    }
    for (uint16_t i = 0; i < expr->arg_count; i++) {
        if (!is_fixed(expr->args[i])) return false;
    }
    return is_fixed(expr->a) && is_fixed(expr->b) && is_fixed(expr->c);
}

/* Invariants are checked when something that they read was written: what the clock says was checked
 * then, and may be otherwise now. */
static bool reads_clock(const wc_sema_expr *expr)
{
    if (expr == NULL) return false;
    if (expr->op == WC_OPER_NOW) return true;
    for (uint16_t i = 0; i < expr->arg_count; i++) {
        if (reads_clock(expr->args[i])) return true;
    }
    return reads_clock(expr->a) || reads_clock(expr->b) || reads_clock(expr->c);
}

/* What holds when the routine begins. A function may be called in the middle of an action, so only
 * what is about terms holds there. */
static void assume_invariants(wc_hazards *self, const wc_sema_contract *contract, bool is_entry)
{
    wc_sema_traps keep = self->sema->traps;
    uint32_t found = self->sema->may_trap_count;
    self->sema->traps = WC_TRAPS_SILENT;
    for (uint16_t i = 0; i < contract->deploy_check_count; i++) {
        (void)wc_hazard_value(self, contract->deploy_checks[i].condition);
        wc_flow_learn(&self->flow, contract->deploy_checks[i].condition, true);
    }
    for (uint16_t i = 0; i < contract->invariant_count; i++) {
        const wc_sema_invariant *invariant = &contract->invariants[i];
        if (invariant->local_count > 0) continue; /* its binders are not this routine's */
        if (!is_entry && !is_fixed(invariant->condition)) continue;
        if (reads_clock(invariant->condition)) continue;
        (void)wc_hazard_value(self, invariant->condition);
        wc_flow_learn(&self->flow, invariant->condition, true);
    }
    self->sema->traps = keep;
    self->sema->may_trap_count = found;
}

static void walk_routine(wc_hazards *self, wc_sema_routine *routine)
{
    uint32_t mark = self->flow.fact_count;
    if (routine->due != NULL) {
        (void)wc_hazard_value(self, routine->due);
        self->flow.fact_count = mark;
    }
    for (uint16_t i = 0; i < routine->require_count; i++) {
        wc_sema_require *clause = &routine->requires[i];
        require(self, clause->condition, clause->args, clause->arg_count);
    }
    wc_symbolic *symbolic = &self->flow.symbolic;
    for (uint16_t i = 0; i < routine->old_count; i++) {
        const wc_sema_old *old = &routine->olds[i];
        symbolic->env.locals[old->local->index] = wc_hazard_value(self, old->value);
    }
    wc_symbolic_env start = wc_hazard_copy_env(self, &symbolic->env);
    mark = self->flow.fact_count;
    walk(self, routine->body);
    symbolic->env = start;
    self->flow.fact_count = mark;
    wc_symbolic_touch_block(symbolic, routine->body);
    for (uint16_t i = 0; i < routine->ensure_count; i++) {
        (void)wc_hazard_value(self, routine->ensures[i].condition);
        wc_flow_learn(&self->flow, routine->ensures[i].condition, true);
    }
}

/* An upgrade begins with what the version before has left, and that knew other invariants; so may a
 * function that it calls. */
static bool holds_invariants(const wc_sema_body *body)
{
    if (body->contract == NULL || body->out->kind == WC_ROUTINE_UPGRADE) return false;
    return body->out->kind != WC_ROUTINE_FUNC || body->contract->upgrade == NULL;
}

static void check_body(wc_sema *sema, wc_sema_body *body)
{
    wc_hazards self = {.sema = sema, .body = body};
    wc_sema_routine *routine = body->out;
    wc_flow_init(&self.flow, sema, routine, body->contract);
    if (holds_invariants(body)) {
        assume_invariants(&self, body->contract, routine->kind != WC_ROUTINE_FUNC);
    }
    walk_routine(&self, routine);
    if (routine->kind != WC_ROUTINE_FUNC || !self.has_results) return;
    routine->has_results = true;
    routine->results = self.results;
}

static void check_invariants(wc_sema *sema, const wc_sema_contract *contract)
{
    for (uint16_t i = 0; i < contract->invariant_count; i++) {
        const wc_sema_invariant *invariant = &contract->invariants[i];
        wc_sema_routine *routine = WC_SEMA_NEW(sema, wc_sema_routine);
        routine->local_count = invariant->local_count;
        routine->locals = invariant->locals;
        wc_hazards self = {.sema = sema};
        wc_flow_init(&self.flow, sema, routine, contract);
        (void)wc_hazard_value(&self, invariant->condition);
    }
}

static int by_order(const wc_sema_body *a, const wc_sema_body *b)
{
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Callees before callers, by their numbers: insertion, stable; bodies come nearly in order. */
static wc_sema_list in_order(wc_sema *sema)
{
    wc_sema_list list = {NULL, 0, 0};
    for (uint32_t i = 0; i < sema->bodies.count; i++) {
        wc_sema_body *body = wc_sema_at(&sema->bodies, i);
        wc_assert(body->out->kind != WC_ROUTINE_TEST); /* tests are checked after this */
        if (body->out->body == NULL) continue;
        wc_sema_push(sema, &list, body);
        for (uint32_t at = list.count - 1; at > 0; at--) {
            if (by_order(list.items[at - 1], list.items[at]) <= 0) break;
            void *swap = list.items[at - 1];
            list.items[at - 1] = list.items[at];
            list.items[at] = swap;
        }
    }
    return list;
}

/* Written in the checked file, or brought into a contract of it by a mix-in, which nobody checks
 * without a contract. */
static bool is_of_file(const wc_sema *sema, const wc_sema_body *body)
{
    if (body->module == sema->main) return true;
    return body->module->is_part && wc_str_equal(body->contract->module, sema->main->path);
}

/* A function whose number a body of the checked file depends on. Of what else the used modules hold
 * nothing is said and nothing needed. */
static void mark_needed(wc_sema *sema)
{
    wc_sema_list own = {NULL, 0, 0};
    wc_sema_list needed;
    for (uint32_t i = 0; i < sema->bodies.count; i++) {
        wc_sema_body *body = wc_sema_at(&sema->bodies, i);
        if (is_of_file(sema, body)) wc_sema_push(sema, &own, body);
    }
    wc_sema_reachable(sema, &own, &needed);
}

static bool is_needed(const wc_sema *sema, const wc_sema_body *body)
{
    if (is_of_file(sema, body)) return true;
    bool has_range = body->out->kind == WC_ROUTINE_FUNC && wc_sema_is_scalar(body->out->result);
    return has_range && body->reached_by == sema->reach_count;
}

/* Forms, atoms and facts of a body serve that body alone: their memory is used again, unless
 * something was reported, which stays. */
static void check_and_forget(wc_sema *sema, wc_sema_body *body)
{
    if (sema->facts == NULL) {
        check_body(sema, body);
        return;
    }
    size_t mark = wc_arena_mark(sema->arena);
    uint32_t reported = sema->diags->error_count + sema->diags->warning_count;
    check_body(sema, body);
    if (sema->diags->error_count + sema->diags->warning_count == reported) {
        wc_arena_rewind(sema->arena, mark);
    }
}

void wc_sema_check_hazards(wc_sema *sema)
{
    wc_sema_traps traps = sema->traps;
    mark_needed(sema);
    wc_sema_list bodies = in_order(sema);
    for (uint32_t i = 0; i < bodies.count; i++) {
        wc_sema_body *body = wc_sema_at(&bodies, i);
        bool is_own = is_of_file(sema, body);
        if (!is_needed(sema, body)) continue;
        uint32_t found = sema->may_trap_count;
        sema->traps = is_own ? traps : WC_TRAPS_SILENT; /* of others only results are wanted */
        check_and_forget(sema, body);
        if (!is_own) sema->may_trap_count = found;
    }
    sema->traps = traps;
    for (uint32_t i = 0; i < sema->contracts.count; i++) {
        const wc_sema_contract *contract = wc_sema_at(&sema->contracts, i);
        if (wc_str_equal(contract->module, sema->main->path)) check_invariants(sema, contract);
    }
}
