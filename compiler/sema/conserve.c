/* conserve(U): on every path of an action the storage gains nothing of the unit U (D2, D3).
 *
 * One walk over the body with symbolic values. At a branch both sides must have gained the same, so
 * the number of paths does not matter. The body of a loop must gain nothing per round; else the
 * loop gains the sum of its gain over the collection or range, which cancels only against the same
 * sum. A collection that is emptied loses the sum of what it holds; what local collections hold is
 * known from what was put into them (held.h). What cannot be decided is reported (E0608), never
 * passed over. Currencies need no proof: every posting sums to zero by construction. */
#include "compiler/sema/conserve.h"

#include "compiler/sema/held.h"

static void walk(wc_proof *self, const wc_sema_block *block);

static void check_zero(wc_proof *self, const wc_linear *gain, wc_span span)
{
    const wc_linear *all = wc_linear_add(&self->symbolic.space, self->before, gain, wc_i128_of(1));
    if (all->count > 0) wc_proof_report_gain(self, all, span, "on the path that ends here");
}

/* --- the environment -------------------------------------------------------------------------- */

static wc_symbolic_env copy_env(wc_proof *self)
{
    const wc_symbolic_env *env = &self->symbolic.env;
    wc_sema *sema = self->symbolic.sema;
    size_t locals = self->symbolic.routine->local_count;
    size_t fields = self->symbolic.contract->field_count;
    wc_symbolic_env copy = *env;
    copy.locals = WC_SEMA_ARRAY(sema, const wc_linear *, locals);
    copy.local_versions = WC_SEMA_ARRAY(sema, uint64_t, locals);
    copy.held = WC_SEMA_ARRAY(sema, const wc_linear *, locals);
    copy.fields = WC_SEMA_ARRAY(sema, const wc_linear *, fields);
    copy.field_versions = WC_SEMA_ARRAY(sema, uint64_t, fields);
    for (size_t i = 0; i < locals; i++) {
        copy.locals[i] = env->locals[i];
        copy.local_versions[i] = env->local_versions[i];
        copy.held[i] = env->held[i];
    }
    for (size_t i = 0; i < fields; i++) {
        copy.fields[i] = env->fields[i];
        copy.field_versions[i] = env->field_versions[i];
    }
    return copy;
}

static bool same_known(const wc_linear *a, uint64_t a_version, const wc_linear *b,
                       uint64_t b_version)
{
    if (a == NULL || b == NULL) return a == b && a_version == b_version;
    return wc_linear_equal(a, b);
}

/* After two paths have met: what differs is unknown. */
static void merge(wc_proof *self, const wc_symbolic_env *other)
{
    wc_symbolic_env *env = &self->symbolic.env;
    wc_held_merge(&self->symbolic, other);
    wc_symbolic_merge_parties(&self->symbolic, other);
    for (size_t i = 0; i < self->symbolic.routine->local_count; i++) {
        if (same_known(env->locals[i], env->local_versions[i], other->locals[i],
                       other->local_versions[i])) {
            continue;
        }
        env->locals[i] = NULL;
        env->local_versions[i] = ++self->symbolic.serial;
    }
    for (size_t i = 0; i < self->symbolic.contract->field_count; i++) {
        if (same_known(env->fields[i], env->field_versions[i], other->fields[i],
                       other->field_versions[i])) {
            continue;
        }
        env->fields[i] = NULL;
        env->field_versions[i] = ++self->symbolic.serial;
    }
}

/* Takes the outcome of one more path into what the paths before it left. */
static void join(wc_proof *self, wc_symbolic_env *joined, bool *is_first, const wc_linear *before,
                 const wc_sema_stmt *stmt)
{
    if (*is_first) {
        *joined = self->symbolic.env;
        *is_first = false;
        return;
    }
    const wc_linear *difference = wc_linear_add(&self->symbolic.space, joined->delta,
                                                self->symbolic.env.delta, wc_i128_of(-1));
    if (difference->count > 0) {
        wc_proof_report_branches(self, before, joined->delta, self->symbolic.env.delta, stmt);
    }
    merge(self, joined);
    *joined = self->symbolic.env;
}

/* --- writing ---------------------------------------------------------------------------------- */

static void gain(wc_proof *self, const wc_linear *amount, int sign)
{
    wc_symbolic_env *env = &self->symbolic.env;
    env->delta = wc_linear_add(&self->symbolic.space, env->delta, amount, wc_i128_of(sign));
}

static const wc_sema_expr *root_of(const wc_sema_expr *place)
{
    while (place->op == WC_OPER_MEMBER || place->op == WC_OPER_INDEX ||
           place->op == WC_OPER_MAP_GET) {
        place = place->a;
    }
    return place;
}

/* Writing an entry of a map may add its key, and clearing one takes the keys away. */
static void touch_keys(wc_proof *self, const wc_sema_type *map, wc_span span)
{
    if (!wc_symbolic_holds(&self->symbolic, map->item)) return;
    wc_symbolic_give_up(&self->symbolic, span, "its keys hold what is to be conserved");
}

static void assign(wc_proof *self, const wc_sema_stmt *stmt)
{
    wc_assert(stmt->a->op != WC_OPER_TERM); /* accept_T promises nothing */
    wc_symbolic *symbolic = &self->symbolic;
    if (stmt->a->op == WC_OPER_PARTY) {
        wc_symbolic_touch(symbolic, stmt->a);
        return;
    }
    bool is_stored = root_of(stmt->a)->op == WC_OPER_FIELD;
    bool is_entry = is_stored && stmt->a->op == WC_OPER_MAP_GET;
    if (is_entry) touch_keys(self, stmt->a->a->type, stmt->span);
    const wc_linear *old = wc_symbolic_value(symbolic, stmt->a);
    symbolic->current = old;
    const wc_linear *value = wc_symbolic_value(symbolic, stmt->b);
    if (is_stored && wc_symbolic_holds(symbolic, stmt->a->type)) {
        bool is_built = stmt->b->op == WC_OPER_RECORD || stmt->b->op == WC_OPER_TUPLE;
        const wc_sema_type *type = stmt->a->type;
        gain(self,
             is_built ? wc_symbolic_amount(symbolic, stmt->b)
                      : wc_symbolic_amount_of(symbolic, value, type, stmt->span),
             1);
        gain(self, wc_symbolic_amount_of(symbolic, old, type, stmt->span), -1);
    }
    const wc_linear *held = wc_held_of(symbolic, stmt->b);
    wc_symbolic_touch(symbolic, stmt->a);
    wc_held_set(symbolic, stmt->a, held);
    if (stmt->a->op == WC_OPER_LOCAL) symbolic->env.locals[stmt->a->local->index] = value;
    if (stmt->a->op == WC_OPER_FIELD) symbolic->env.fields[stmt->a->index] = value;
}

static void map_add(wc_proof *self, const wc_sema_stmt *stmt)
{
    wc_symbolic *symbolic = &self->symbolic;
    (void)wc_symbolic_value(symbolic, stmt->b);
    const wc_linear *value = wc_symbolic_value(symbolic, stmt->c);
    if (root_of(stmt->a)->op == WC_OPER_FIELD) {
        touch_keys(self, stmt->a->type, stmt->span);
        gain(self, wc_symbolic_amount_of(symbolic, value, stmt->a->type->value, stmt->span), 1);
    }
    const wc_linear *held = wc_held_with(symbolic, stmt->a, value, &symbolic->space);
    wc_symbolic_touch(symbolic, stmt->a);
    wc_held_set(symbolic, stmt->a, held);
}

/* A collection that is emptied loses the sum over its elements. */
static void clear(wc_proof *self, const wc_sema_stmt *stmt)
{
    wc_symbolic *symbolic = &self->symbolic;
    const wc_sema_type *type = stmt->a->type;
    bool is_map = type->kind == WC_SEMA_MAP;
    if (is_map) touch_keys(self, type, stmt->span);
    const wc_sema_type *element = is_map ? type->value : type->item;
    const wc_linear *one = wc_symbolic_binder(symbolic, stmt->a, false, element, stmt->span);
    const wc_linear *amount = wc_symbolic_amount_of(symbolic, one, element, stmt->span);
    gain(self, wc_symbolic_sum(symbolic, stmt->a, amount, stmt->span), -1);
}

/* push, insert, delete, clear */
static void change(wc_proof *self, const wc_sema_stmt *stmt)
{
    wc_symbolic *symbolic = &self->symbolic;
    bool is_stored = root_of(stmt->a)->op == WC_OPER_FIELD;
    bool adds = stmt->kind == WC_DO_PUSH || stmt->kind == WC_DO_INSERT;
    const wc_linear *held = NULL;
    if (stmt->kind == WC_DO_CLEAR) held = wc_held_none(stmt->a->type);
    if (is_stored && adds) {
        gain(self, wc_symbolic_amount(symbolic, stmt->b), 1);
    } else if (stmt->b != NULL) {
        const wc_linear *value = wc_symbolic_value(symbolic, stmt->b);
        if (adds) held = wc_held_with(symbolic, stmt->a, value, &symbolic->space);
    }
    if (stmt->c != NULL) (void)wc_symbolic_value(symbolic, stmt->c);
    bool loses = is_stored && !adds && wc_symbolic_holds(symbolic, stmt->a->type);
    if (loses && stmt->kind == WC_DO_CLEAR) {
        clear(self, stmt);
    } else if (loses) {
        wc_symbolic_give_up(symbolic, stmt->span, "what it removes is not known");
    }
    wc_symbolic_touch(symbolic, stmt->a);
    wc_held_set(symbolic, stmt->a, held);
}

/* --- leaving ---------------------------------------------------------------------------------- */

static const wc_linear *old_state_data(wc_proof *self, uint64_t states, wc_span span)
{
    wc_symbolic *symbolic = &self->symbolic;
    const wc_linear *sum = wc_linear_zero();
    bool is_one = (states & (states - 1)) == 0;
    for (uint16_t i = 0; i < symbolic->contract->state_count; i++) {
        const wc_sema_state *state = &symbolic->contract->states[i];
        if ((states >> i & 1) == 0) continue;
        for (uint16_t j = 0; j < state->member_count; j++) {
            const wc_sema_type *type = state->members[j].type;
            if (!wc_symbolic_holds(symbolic, type)) continue;
            if (!is_one) wc_symbolic_give_up(symbolic, span, "the state it leaves is not known");
            const wc_linear *value =
                wc_symbolic_state_data(symbolic, i, j, type, state->members[j].span);
            sum = wc_linear_add(&symbolic->space, sum,
                                wc_symbolic_amount_of(symbolic, value, type, span), wc_i128_of(1));
        }
    }
    return sum;
}

static void leave(wc_proof *self, const wc_sema_stmt *stmt)
{
    for (wc_loop_exits *loop = self->loops; loop != NULL; loop = loop->outer) loop->has_exit = true;
    const wc_linear *total = self->symbolic.env.delta;
    if (stmt->kind == WC_DO_GOTO) {
        for (uint16_t i = 0; i < stmt->arg_count; i++) {
            const wc_linear *amount = wc_symbolic_amount(&self->symbolic, stmt->args[i]);
            total = wc_linear_add(&self->symbolic.space, total, amount, wc_i128_of(1));
        }
        const wc_linear *old = old_state_data(self, stmt->from_states, stmt->span);
        total = wc_linear_add(&self->symbolic.space, total, old, wc_i128_of(-1));
    }
    check_zero(self, total, stmt->span);
}

/* --- branches and loops ----------------------------------------------------------------------- */

static void walk_if(wc_proof *self, const wc_sema_stmt *stmt)
{
    (void)wc_symbolic_value(&self->symbolic, stmt->a);
    wc_symbolic_env start = copy_env(self);
    wc_symbolic_env joined = start;
    bool is_first = true;
    const wc_decision *outer = self->path;
    wc_decision made = {.outer = outer, .span = stmt->a->span, .holds = true};
    self->path = &made;
    walk(self, stmt->body);
    self->path = outer;
    if (stmt->body->falls_through) join(self, &joined, &is_first, start.delta, stmt);
    self->symbolic.env = start;
    made.holds = false;
    self->path = &made;
    if (stmt->other != NULL) walk(self, stmt->other);
    self->path = outer;
    if (stmt->other == NULL || stmt->other->falls_through) {
        join(self, &joined, &is_first, start.delta, stmt);
    }
    self->symbolic.env = joined;
}

static void bind(wc_proof *self, const wc_sema_local *local, const wc_linear *value)
{
    self->symbolic.env.locals[local->index] = value;
    self->symbolic.env.held[local->index] = NULL;
}

static void bind_arm(wc_proof *self, const wc_sema_stmt *stmt, const wc_sema_arm *arm)
{
    wc_symbolic *symbolic = &self->symbolic;
    for (uint16_t i = 0; i < arm->binder_count; i++) {
        const wc_sema_local *local = arm->binders[i];
        if (local == NULL) continue;
        const wc_linear *value =
            stmt->a->op == WC_OPER_STATE
                ? wc_symbolic_state_data(symbolic, arm->variant, i, local->type, local->span)
                : wc_symbolic_unknown(symbolic, local->type, local->span);
        bind(self, local, value);
    }
}

static void walk_match(wc_proof *self, const wc_sema_stmt *stmt)
{
    (void)wc_symbolic_value(&self->symbolic, stmt->a);
    wc_symbolic_env start = copy_env(self);
    wc_symbolic_env joined = start;
    bool is_first = true;
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        self->symbolic.env = start;
        self->symbolic.env = copy_env(self);
        bind_arm(self, stmt, &stmt->arms[i]);
        const wc_decision *outer = self->path;
        const wc_decision made = {.outer = outer, .span = stmt->a->span, .arm = &stmt->arms[i]};
        self->path = &made;
        walk(self, stmt->arms[i].body);
        self->path = outer;
        if (stmt->arms[i].body->falls_through) {
            join(self, &joined, &is_first, start.delta, stmt);
        }
    }
    self->symbolic.env = joined;
}

static void bind_loop(wc_proof *self, const wc_sema_stmt *stmt)
{
    wc_symbolic *symbolic = &self->symbolic;
    const wc_sema_local *key = stmt->key;
    const wc_sema_local *item = stmt->item;
    const wc_sema_local *zip = stmt->zip;
    bool is_each = stmt->kind == WC_DO_FOR_EACH;
    if (key != NULL) {
        bind(self, key, wc_symbolic_binder(symbolic, stmt->a, true, key->type, key->span));
    }
    bind(self, item,
         is_each ? wc_symbolic_binder(symbolic, stmt->a, false, item->type, item->span)
                 : wc_symbolic_counter(symbolic, stmt));
    if (zip != NULL) bind(self, zip, wc_symbolic_unknown(symbolic, zip->type, zip->span));
}

/* A loop of which all rounds have been walked as one. */
typedef struct rounds {
    wc_proof *proof;
    const wc_sema_stmt *stmt;
    const wc_loop_exits *exits;
    uint64_t start; /* serial of the newest value from before */
} rounds;

/* Over all rounds, when each comes to its end and adds `round`; NULL: not known. */
static const wc_linear *sum_rounds(void *of, const wc_linear *round)
{
    const rounds *loop = of;
    wc_symbolic *symbolic = &loop->proof->symbolic;
    const wc_sema_stmt *stmt = loop->stmt;
    if (loop->exits->has_break) return NULL;
    if (round->count == 0) return round;
    if (wc_linear_born(&symbolic->space, round) > loop->start) return NULL;
    if (stmt->kind == WC_DO_FOR_RANGE) return wc_symbolic_sum_rounds(symbolic, stmt, round);
    bool is_zipped = stmt->b != NULL;
    return is_zipped ? NULL : wc_symbolic_sum(symbolic, stmt->a, round, stmt->span);
}

/* What the loop gains over all its rounds, given the gain of one. */
static const wc_linear *loop_gain(const rounds *loop, const wc_linear *round)
{
    const wc_loop_exits *exits = loop->exits;
    wc_proof *self = loop->proof;
    wc_i128 number;
    if (round->count == 0 && !exits->gains_at_break) return round;
    bool is_same = loop->stmt->kind == WC_DO_FOR_RANGE && wc_linear_is_constant(round, &number);
    bool is_summed = !is_same && !exits->has_exit && !exits->has_break;
    const wc_linear *all = is_summed ? sum_rounds((void *)(uintptr_t)loop, round) : NULL;
    if (all != NULL) return all;
    wc_proof_report_gain(self, round, loop->stmt->span, "in each round of this loop");
    return wc_linear_zero();
}

static void walk_loop(wc_proof *self, const wc_sema_stmt *stmt)
{
    wc_symbolic *symbolic = &self->symbolic;
    (void)wc_symbolic_value(symbolic, stmt->a);
    if (stmt->b != NULL) (void)wc_symbolic_value(symbolic, stmt->b);
    const wc_linear *before = self->before;
    const wc_linear *outside = symbolic->env.delta;
    wc_loop_exits exits = {.outer = self->loops};
    self->loops = &exits;
    self->before = wc_linear_add(&symbolic->space, before, outside, wc_i128_of(1));
    bind_loop(self, stmt); /* elements as they are before the loop */
    rounds loop = {self, stmt, &exits, symbolic->serial};
    const wc_linear *const *held = copy_env(self).held;
    wc_symbolic_touch_block(symbolic, stmt->body);
    wc_held_enter(symbolic, held);
    symbolic->env.delta = wc_linear_zero();
    wc_symbolic_env entry = copy_env(self);
    symbolic->depth++;
    walk(self, stmt->body);
    symbolic->depth--;
    bool is_round = stmt->body->falls_through;
    const wc_linear *round = is_round ? symbolic->env.delta : wc_linear_zero();
    const wc_linear *const *end = is_round || exits.has_break ? symbolic->env.held : NULL;
    self->loops = exits.outer;
    self->before = before;
    symbolic->env = entry;
    const wc_linear *const *start = copy_env(self).held;
    const wc_linear *total = loop_gain(&loop, round);
    symbolic->env.delta = wc_linear_add(&symbolic->space, outside, total, wc_i128_of(1));
    wc_symbolic_touch_block(symbolic, stmt->body);
    wc_held_leave(symbolic, held, start, end, sum_rounds, &loop);
}

static void walk_break(wc_proof *self)
{
    wc_assert(self->loops != NULL);
    self->loops->has_break = true;
    if (self->symbolic.env.delta->count > 0) self->loops->gains_at_break = true;
}

/* --- statements ------------------------------------------------------------------------------- */

static void evaluate(wc_proof *self, const wc_sema_stmt *stmt)
{
    const wc_sema_expr *const operands[] = {stmt->a, stmt->b, stmt->c};
    for (size_t i = 0; i < WC_ARRAY_LEN(operands); i++) {
        if (operands[i] != NULL) (void)wc_symbolic_value(&self->symbolic, operands[i]);
    }
    for (uint16_t i = 0; i < stmt->arg_count; i++) {
        (void)wc_symbolic_value(&self->symbolic, stmt->args[i]);
    }
}

static void let(wc_proof *self, const wc_sema_stmt *stmt)
{
    wc_symbolic *symbolic = &self->symbolic;
    const wc_linear *value = wc_symbolic_value(symbolic, stmt->a);
    for (uint16_t i = 0; i < stmt->local_count; i++) {
        const wc_sema_local *local = stmt->locals[i];
        if (local == NULL) continue;
        bool is_whole = stmt->local_count == 1;
        const wc_linear *held = is_whole ? wc_held_of(symbolic, stmt->a) : NULL;
        bind(self, local,
             is_whole ? value : wc_symbolic_unknown(symbolic, local->type, local->span));
        symbolic->env.held[local->index] = held;
    }
}

static void step(wc_proof *self, const wc_sema_stmt *stmt)
{
    switch (stmt->kind) {
    case WC_DO_LET: let(self, stmt); return;
    case WC_DO_ASSIGN: assign(self, stmt); return;
    case WC_DO_MAP_ADD: map_add(self, stmt); return;
    case WC_DO_PUSH:
    case WC_DO_INSERT:
    case WC_DO_DELETE:
    case WC_DO_CLEAR:
    case WC_DO_SERIES_SET: change(self, stmt); return;
    case WC_DO_IF: walk_if(self, stmt); return;
    case WC_DO_MATCH: walk_match(self, stmt); return;
    case WC_DO_FOR_RANGE:
    case WC_DO_FOR_EACH: walk_loop(self, stmt); return;
    case WC_DO_BREAK: walk_break(self); return;
    case WC_DO_GOTO:
    case WC_DO_RETURN: leave(self, stmt); return;
    case WC_DO_DO:
    case WC_DO_REQUIRE:
    case WC_DO_FAIL:
    case WC_DO_EMIT:
    case WC_DO_SEND:
    case WC_DO_LOCK:
    case WC_DO_UNLOCK:
    case WC_DO_UNLOCK_ALL:
    case WC_DO_PAY:
    case WC_DO_SPLIT:
    case WC_DO_CLEAR_NET:
    case WC_DO_REDEEM: evaluate(self, stmt); return;
    case WC_DO_ASSERT:
    case WC_DO_AS:
    case WC_DO_EXPECT:
    case WC_DO_MANDATE:
    case WC_DO_ADVANCE:
    case WC_DO_COUNT: break;
    }
    wc_assert(false); /* tests conserve nothing */
    return;
}

static void walk(wc_proof *self, const wc_sema_block *block)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        step(self, stmt);
    }
}

/* --- the clause ------------------------------------------------------------------------------- */

static void prove(wc_sema *sema, const wc_sema_body *body, const wc_sema_conserved *conserved)
{
    const wc_sema_routine *routine = body->out;
    wc_proof self = {.where = conserved->span, .before = wc_linear_zero()};
    wc_symbolic *symbolic = &self.symbolic;
    symbolic->sema = sema;
    symbolic->unit = conserved->unit;
    symbolic->routine = routine;
    symbolic->contract = sema->contract;
    wc_linear_init(&symbolic->space, sema);
    symbolic->env.locals = WC_SEMA_ARRAY(sema, const wc_linear *, routine->local_count);
    symbolic->env.local_versions = WC_SEMA_ARRAY(sema, uint64_t, routine->local_count);
    symbolic->env.held = WC_SEMA_ARRAY(sema, const wc_linear *, routine->local_count);
    symbolic->is_proof = true;
    symbolic->env.fields = WC_SEMA_ARRAY(sema, const wc_linear *, sema->contract->field_count);
    symbolic->env.field_versions = WC_SEMA_ARRAY(sema, uint64_t, sema->contract->field_count);
    symbolic->env.delta = wc_linear_zero();
    walk(&self, routine->body);
    if (routine->body->falls_through) check_zero(&self, symbolic->env.delta, routine->body->span);
    if (symbolic->space.has_overflow) {
        wc_symbolic_give_up(symbolic, conserved->span, "its factors exceed 128 bits");
    }
    if (!symbolic->is_undecided || self.is_reported) return;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0608, conserved->span,
                                   "whether {} conserves {} cannot be decided",
                                   wc_proof_subject(&self), conserved->unit->text);
    wc_diag_add_label(sema->diags, diag, symbolic->undecided, "{}", symbolic->why);
    wc_diag_add_note(sema->diags, diag, "change single numbers with += and -=");
}

void wc_sema_check_conserves(wc_sema *sema)
{
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_body *body = wc_sema_at(&sema->contract_bodies, i);
        for (uint32_t j = 0; j < body->conserves.count; j++) {
            const wc_sema_conserved *conserved = wc_sema_at(&body->conserves, j);
            if (conserved->unit->currency == NULL) prove(sema, body, conserved);
        }
    }
}
