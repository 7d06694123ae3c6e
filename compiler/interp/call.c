/* Calls: actions in the order of EM 5, views, functions, sends, deployment, time-outs. */
#include "compiler/interp/machine.h"

#define RETRY_S   3600
#define TRIES_MAX 3u
#define FIRED_MAX 10000u /* time-outs of one moment; then the clock stands still */

wc_interp_frame wc_interp_frame_of(wc_interp *in, wc_frame_place place, uint16_t instance,
                                   uint16_t local_count)
{
    wc_interp_frame frame = {.place = place, .instance = instance};
    if (instance != WC_NO_INSTANCE) frame.contract = in->world->instances[instance].contract;
    frame.locals = WC_INTERP_ARRAY(in, wc_ival, local_count);
    return frame;
}

static void check_requires(wc_interp *in, wc_interp_frame *frame, const wc_sema_routine *routine)
{
    for (uint16_t i = 0; i < routine->require_count; i++) {
        const wc_sema_require *require = &routine->requires[i];
        if (wc_interp_true(in, frame, require->condition)) continue;
        wc_interp_raise(in, frame, require->error, require->args, require->span);
    }
}

static void check_all(wc_interp *in, wc_interp_frame *frame, const wc_sema_ensure *conditions,
                      uint16_t count, uint16_t trap)
{
    for (uint16_t i = 0; i < count; i++) {
        if (wc_interp_true(in, frame, conditions[i].condition)) continue;
        wc_interp_trap(in, frame, trap, conditions[i].span);
    }
}

static void check_invariant(wc_interp *in, uint16_t instance, uint16_t number)
{
    const wc_sema_invariant *invariant =
        &in->world->instances[instance].contract->invariants[number];
    wc_interp_frame frame = wc_interp_frame_of(in, WC_AT_VIEW, instance, invariant->local_count);
    if (wc_interp_true(in, &frame, invariant->condition)) return;
    wc_interp_trap(in, &frame, WC_TRAP_INVARIANT, invariant->span);
}

void wc_interp_check_whole(wc_interp *in, wc_interp_frame *frame)
{
    const wc_sema_contract *contract = frame->contract;
    check_all(in, frame, contract->deploy_checks, contract->deploy_check_count, WC_TRAP_RANGE);
    for (uint16_t i = 0; i < contract->invariant_count; i++) {
        check_invariant(in, frame->instance, i);
    }
}

/* --- functions and views ---------------------------------------------------------------------- */

wc_ival wc_interp_function(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    const wc_sema_routine *routine = expr->routine;
    const wc_ival *args = wc_interp_eval_all(in, frame, expr->args, expr->arg_count);
    wc_interp_frame inner =
        wc_interp_frame_of(in, frame->place, frame->instance, routine->local_count);
    for (uint16_t i = 0; i < expr->arg_count; i++) inner.locals[i] = args[i];
    check_requires(in, &inner, routine);
    (void)wc_interp_block(in, &inner, routine->body);
    return inner.result;
}

wc_ival wc_interp_run_view(wc_interp *in, uint16_t instance, const wc_sema_routine *view,
                           const wc_ival *args)
{
    wc_interp_frame frame = wc_interp_frame_of(in, WC_AT_VIEW, instance, view->local_count);
    for (uint16_t i = 0; i < view->param_count; i++) frame.locals[i] = args[i];
    check_requires(in, &frame, view);
    (void)wc_interp_block(in, &frame, view->body);
    return frame.result;
}

wc_ival wc_interp_view(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    uint16_t target = wc_interp_target(in, frame, expr->a);
    const wc_ival *args = wc_interp_eval_all(in, frame, expr->args, expr->arg_count);
    return wc_interp_run_view(in, target, wc_interp_routine_of(in, target, expr->method), args);
}

/* --- authority and state ---------------------------------------------------------------------- */

static bool is_signed(const wc_interp *in, const wc_interp_frame *frame,
                      const wc_interp_party *party)
{
    if (frame->place == WC_AT_SENT) return wc_interp_same(party, &frame->caller);
    for (uint16_t i = 0; i < in->signer_count; i++) {
        if (wc_interp_same(&in->signers[i], party)) return true;
    }
    return false;
}

static wc_interp_party bound(const wc_interp_instance *self, const wc_sema_who *who)
{
    return wc_interp_id(&self->parties[who->party]);
}

/* Whether the caller is this name of the list: that party, or a holder of that role. */
static bool is_caller(const wc_interp *in, const wc_interp_frame *frame, const wc_sema_who *who)
{
    if (who->is_role) return wc_interp_holds(in, &frame->caller, who->role);
    wc_interp_party party = bound(wc_interp_self(in, frame), who);
    return wc_interp_same(&party, &frame->caller);
}

static bool all_agree(const wc_interp *in, const wc_interp_frame *frame,
                      const wc_sema_routine *action)
{
    for (uint8_t i = 0; i < action->who_count; i++) {
        const wc_sema_who *who = &action->who[i];
        bool must_call = who->is_role || action->who_count == 1;
        if (must_call && !is_caller(in, frame, who)) return false;
        if (who->is_role) continue;
        wc_interp_party party = bound(wc_interp_self(in, frame), who);
        if (!is_signed(in, frame, &party)) return false;
    }
    return true;
}

static bool one_calls(const wc_interp *in, const wc_interp_frame *frame,
                      const wc_sema_routine *action)
{
    for (uint8_t i = 0; i < action->who_count; i++) {
        if (is_caller(in, frame, &action->who[i])) return true;
    }
    return false;
}

/* Different addresses of the list that signed; the caller counts by a role, too. */
static bool enough_signed(const wc_interp *in, const wc_interp_frame *frame,
                          const wc_sema_routine *action)
{
    wc_interp_party counted[WC_BY_MAX + 1];
    uint32_t count = 0;
    counted[count++] = frame->caller;
    for (uint8_t i = 0; i < action->who_count; i++) {
        if (action->who[i].is_role) continue;
        wc_interp_party party = bound(wc_interp_self(in, frame), &action->who[i]);
        bool is_new = is_signed(in, frame, &party);
        for (uint32_t k = 0; k < count; k++)
            is_new = is_new && !wc_interp_same(&counted[k], &party);
        if (is_new) counted[count++] = party;
    }
    return count >= action->quorum;
}

static bool is_authorised(const wc_interp *in, const wc_interp_frame *frame,
                          const wc_sema_routine *action)
{
    switch (action->by) {
    case WC_BY_ALL: return all_agree(in, frame, action);
    case WC_BY_ANY: return one_calls(in, frame, action);
    case WC_BY_QUORUM: return one_calls(in, frame, action) && enough_signed(in, frame, action);
    case WC_BY_ANY_PARTY: return true;
    case WC_BY_NONE: break; /* of views and time-outs */
    }
    wc_assert(false);
    return false;
}

static void check_state(wc_interp *in, const wc_interp_frame *frame, const wc_sema_routine *action)
{
    const wc_interp_instance *self = wc_interp_self(in, frame);
    int64_t state = wc_exact_i64(&self->state.number);
    bool is_final = self->contract->states[state].is_final;
    bool fits = action->when != 0 ? (action->when >> state & 1) != 0 : !is_final;
    if (fits) return;
    wc_interp_builtin(in, frame, is_final ? WC_BUILTIN_InstanceClosed : WC_BUILTIN_WrongState,
                      action->span);
}

/* A time-out that is due has not run: nothing goes before it. What is stuck answers to nobody but a
 * bank among its parties. */
static void check_overdue(wc_interp *in, const wc_interp_frame *frame,
                          const wc_sema_routine *action)
{
    const wc_interp_instance *self = wc_interp_self(in, frame);
    if (self->status == WC_IS_STUCK) {
        bool is_bank = false;
        for (uint16_t i = 0; i < self->contract->party_count; i++) {
            wc_interp_party party = wc_interp_id(&self->parties[i]);
            is_bank = is_bank || (wc_interp_same(&party, &frame->caller) &&
                                  wc_interp_holds(in, &party, WC_STR("SettlementBank")));
        }
        if (!is_bank) wc_interp_builtin(in, frame, WC_BUILTIN_NotAuthorised, action->span);
    } else if (self->has_due && self->due <= in->now) {
        wc_interp_builtin(in, frame, WC_BUILTIN_TimedOut, action->span);
    }
}

/* --- entering a state ------------------------------------------------------------------------- */

typedef struct due_place {
    int64_t due;
    int32_t clause; /* -1: before every clause */
} due_place;

static bool is_before(due_place a, due_place b)
{
    return a.due < b.due || (a.due == b.due && a.clause < b.clause);
}

/* The earliest time-out of the present state behind `after`. */
static bool next_clause(wc_interp *in, uint16_t instance, due_place after, due_place *next)
{
    const wc_sema_contract *contract = in->world->instances[instance].contract;
    bool is_found = false;
    for (uint16_t i = 0; i < contract->after_count; i++) {
        const wc_sema_routine *clause = contract->afters[i];
        int64_t state = wc_exact_i64(&in->world->instances[instance].state.number);
        if ((clause->when >> state & 1) == 0) continue;
        wc_interp_frame frame =
            wc_interp_frame_of(in, WC_AT_TIMEOUT, instance, clause->local_count);
        due_place found = {wc_interp_int(in, &frame, clause->due), i};
        if (!is_before(after, found) || (is_found && !is_before(found, *next))) continue;
        *next = found;
        is_found = true;
    }
    return is_found;
}

/* When the present state's time-outs are due. */
void wc_interp_set_timer(wc_interp *in, uint16_t instance)
{
    wc_interp_instance *self = &in->world->instances[instance];
    self->fails = 0;
    due_place next = {0, 0};
    bool has_due = next_clause(in, instance, (due_place){INT64_MIN, -1}, &next);
    self = &in->world->instances[instance];
    self->has_due = has_due && next.due != INT64_MAX; /* the last second never comes */
    self->due = next.due;
    self->due_clause = (uint16_t)next.clause;
}

static void enter_state(wc_interp *in, uint16_t instance)
{
    in->world->instances[instance].entered = in->now;
    wc_interp_set_timer(in, instance);
    wc_interp_instance *self = &in->world->instances[instance];
    int64_t state = wc_exact_i64(&self->state.number);
    if (!self->contract->states[state].is_final) return;
    self->status = WC_IS_FINAL;
    wc_interp_release(in, instance, true);
}

/* --- actions ---------------------------------------------------------------------------------- */

/* requires, olds, body, ensures, invariants, state. */
static void run_body(wc_interp *in, wc_interp_frame *frame, const wc_sema_routine *routine)
{
    check_requires(in, frame, routine);
    for (uint16_t i = 0; i < routine->old_count; i++) {
        wc_ival value = wc_interp_eval(in, frame, routine->olds[i].value);
        wc_interp_set(in, frame, routine->olds[i].local, &value);
    }
    (void)wc_interp_block(in, frame, routine->body);
    check_all(in, frame, routine->ensures, routine->ensure_count, WC_TRAP_ENSURES);
    const wc_sema_contract *contract = frame->contract;
    if (frame->has_amended) {
        check_all(in, frame, contract->deploy_checks, contract->deploy_check_count, WC_TRAP_RANGE);
    }
    for (uint16_t i = 0; i < contract->invariant_count; i++) {
        bool is_due = frame->has_amended || (routine->invariants >> i & 1) != 0;
        if (is_due) check_invariant(in, frame->instance, i);
    }
    if (frame->has_moved) {
        enter_state(in, frame->instance);
    } else if (frame->has_amended) {
        wc_interp_set_timer(in, frame->instance);
    }
}

static const wc_ival *with(wc_interp *in, const wc_ival *all, uint16_t count, uint16_t index,
                           wc_ival value)
{
    wc_ival *copy = WC_INTERP_ARRAY(in, wc_ival, count);
    for (uint16_t i = 0; i < count; i++) copy[i] = all[i];
    copy[index] = value;
    return copy;
}

void wc_interp_amend(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    wc_ival value = wc_interp_eval(in, frame, stmt->b);
    wc_interp_instance *self = wc_interp_self(in, frame);
    self->terms = with(in, self->terms, self->contract->term_count, stmt->a->index, value);
    frame->has_amended = true;
}

/* Nobody is bound without having signed this call and holding the role of the place. */
void wc_interp_rebind(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    wc_ival value = wc_interp_eval(in, frame, stmt->b);
    wc_interp_party party = wc_interp_id(&value);
    wc_interp_instance *self = wc_interp_self(in, frame);
    wc_str role = self->contract->parties[stmt->a->index].role;
    bool holds = role.len == 0 || wc_interp_holds(in, &party, role);
    if (!holds || !is_signed(in, frame, &party)) {
        wc_interp_builtin(in, frame, WC_BUILTIN_NotAuthorised, stmt->span);
    }
    self->parties = with(in, self->parties, self->contract->party_count, stmt->a->index, value);
}

static void act(wc_interp *in, wc_interp_frame *frame, const wc_sema_routine *action,
                const wc_ival *args)
{
    check_overdue(in, frame, action);
    for (uint16_t i = 0; i < action->param_count; i++) frame->locals[i] = args[i];
    if (!is_authorised(in, frame, action)) {
        wc_interp_builtin(in, frame, WC_BUILTIN_NotAuthorised, action->span);
    }
    check_state(in, frame, action);
    run_body(in, frame, action);
}

static void act_sent(wc_interp *in, const wc_interp_sent *sent)
{
    wc_interp_frame frame =
        wc_interp_frame_of(in, WC_AT_SENT, sent->to, sent->routine->local_count);
    frame.caller = in->world->instances[sent->from].id;
    act(in, &frame, sent->routine, sent->args);
}

void wc_interp_run_action(wc_interp *in, uint16_t instance, const wc_sema_routine *action,
                          const wc_ival *args)
{
    wc_interp_frame frame = wc_interp_frame_of(in, WC_AT_ACTION, instance, action->local_count);
    wc_assert(in->signer_count > 0);
    frame.caller = in->signers[in->signer_count - 1];
    act(in, &frame, action, args);
    for (uint16_t next = 0; next < in->send_count; next++) {
        wc_interp_sent sent = in->sends[next];
        act_sent(in, &sent);
    }
}

void wc_interp_send(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    uint16_t target = wc_interp_target(in, frame, stmt->a);
    const wc_ival *args = wc_interp_eval_all(in, frame, stmt->args, stmt->arg_count);
    const wc_sema_routine *action = wc_interp_routine_of(in, target, stmt->method);
    if (in->send_count == WC_INTERP_SENDS_MAX) {
        wc_interp_trap(in, frame, WC_TRAP_SEND_LIMIT, stmt->span);
    }
    in->sends[in->send_count++] = (wc_interp_sent){frame->instance, target, action, args};
}

/* --- deployment ------------------------------------------------------------------------------- */

static void check_deployers(wc_interp *in, wc_interp_frame *frame)
{
    const wc_interp_instance *self = wc_interp_self(in, frame);
    const wc_sema_contract *contract = self->contract;
    bool has_signatory = false, has_one = contract->party_count == 0, fits = true;
    frame->place = WC_AT_ACTION; /* signatures count as in a listed call */
    for (uint16_t i = 0; i < contract->party_count; i++) {
        const wc_sema_party *party = &contract->parties[i];
        wc_interp_party who = wc_interp_id(&self->parties[i]);
        bool did_sign = is_signed(in, frame, &who);
        fits = fits && (party->role.len == 0 || wc_interp_holds(in, &who, party->role));
        fits = fits && (!party->is_signatory || did_sign);
        has_signatory = has_signatory || party->is_signatory;
        has_one = has_one || did_sign;
    }
    frame->place = WC_AT_DEPLOY;
    wc_assert(has_signatory || has_one); /* who calls sees to it that somebody signs */
    if (fits) return;
    wc_interp_builtin(in, frame, WC_BUILTIN_NotAuthorised, contract->span);
}

static wc_ival initial_state(const wc_sema_contract *contract)
{
    uint16_t state = 0;
    while (!contract->states[state].is_initial) state++;
    wc_assert(contract->states[state].member_count == 0);
    return wc_ival_number(state);
}

uint16_t wc_interp_run_deploy(wc_interp *in, const wc_sema_contract *contract,
                              const wc_ival *parties, const wc_ival *terms)
{
    uint16_t number = wc_interp_new_instance(in, contract);
    wc_interp_instance *self = &in->world->instances[number];
    wc_interp_frame frame = wc_interp_frame_of(in, WC_AT_DEPLOY, number, 0);
    self->parties = parties;
    self->terms = terms;
    self->entered = self->deployed = in->now;
    check_deployers(in, &frame);
    self->fields = WC_INTERP_ARRAY(in, wc_ival, contract->field_count);
    for (uint16_t i = 0; i < contract->field_count; i++) {
        const wc_sema_field *field = &contract->fields[i];
        self->fields[i] = field->initial != NULL ? wc_interp_eval(in, &frame, field->initial)
                                                 : wc_ival_zero(in, field->type);
    }
    self->state = initial_state(contract);
    wc_interp_check_whole(in, &frame);
    enter_state(in, number);
    return number;
}

/* --- time-outs -------------------------------------------------------------------------------- */

static void fire(wc_interp *in, void *context)
{
    uint16_t instance = *(const uint16_t *)context;
    const wc_interp_instance *self = &in->world->instances[instance];
    const wc_sema_routine *clause = self->contract->afters[self->due_clause];
    wc_interp_frame frame = wc_interp_frame_of(in, WC_AT_TIMEOUT, instance, clause->local_count);
    in->signer_count = 0;
    run_body(in, &frame, clause);
    wc_assert(frame.has_moved); /* a time-out ends with a goto on every path */
    in->world->instances[instance].fails = 0;
}

/* Third failure without another way out: no code is needed to give the money back, but a bank among
 * the parties may still book what it was instructed. */
static void become_stuck(wc_interp *in, uint16_t instance)
{
    wc_interp_instance *self = &in->world->instances[instance];
    bool has_bank = false;
    self->status = WC_IS_STUCK;
    self->has_due = false;
    for (uint16_t i = 0; i < self->contract->party_count; i++) {
        wc_interp_party party = wc_interp_id(&self->parties[i]);
        has_bank = has_bank || wc_interp_holds(in, &party, WC_STR("SettlementBank"));
    }
    if (!has_bank) wc_interp_release(in, instance, true);
}

/* The same clause again in an hour, three times at most; or the next one, when it comes first. */
static void go_on(wc_interp *in, void *context)
{
    uint16_t instance = *(const uint16_t *)context;
    due_place place = {INT64_MIN, -1}, next = place;
    bool has_next = next_clause(in, instance, place, &next);
    int32_t failed = in->world->instances[instance].due_clause;
    while (has_next && place.clause != failed) {
        place = next;
        has_next = next_clause(in, instance, place, &next);
    }
    wc_interp_instance *self = &in->world->instances[instance];
    bool may_retry = ++self->fails < TRIES_MAX;
    int64_t retry = in->now + RETRY_S;
    if (has_next && (!may_retry || next.due <= retry)) {
        self->due = next.due;
        self->due_clause = (uint16_t)next.clause;
        self->fails = 0;
    } else if (may_retry) {
        self->due = retry;
    } else {
        become_stuck(in, instance);
    }
}

static bool is_due_before(const wc_interp_instance *a, const wc_interp_instance *b)
{
    if (a->due != b->due) return a->due < b->due;
    return memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes) < 0;
}

static uint16_t first_due(const wc_interp *in)
{
    uint16_t first = WC_NO_INSTANCE;
    for (uint16_t i = 0; i < in->world->instance_count; i++) {
        const wc_interp_instance *one = &in->world->instances[i];
        if (!one->has_due) continue;
        wc_assert(one->status == WC_LIVES);
        if (first == WC_NO_INSTANCE || is_due_before(one, &in->world->instances[first])) first = i;
    }
    return first;
}

bool wc_interp_next_due(const wc_interp *in, int64_t *due)
{
    uint16_t first = first_due(in);
    if (first == WC_NO_INSTANCE) return false;
    *due = in->world->instances[first].due;
    return true;
}

void wc_interp_timeouts(wc_interp *in)
{
    int64_t due;
    for (uint32_t fired = 0; wc_interp_next_due(in, &due) && due <= in->now; fired++) {
        uint16_t instance = first_due(in);
        if (fired == FIRED_MAX) wc_interp_limit(in);
        bool is_done = wc_interp_transaction(in, fire, &instance);
        const wc_interp_outcome outcome =
            is_done ? (wc_interp_outcome){.end = WC_INTERP_OK} : in->failure;
        if (in->fired != NULL) in->fired(in->self, in, instance, &outcome);
        if (is_done) continue;
        wc_interp_end end = in->failure.end;
        if (end == WC_INTERP_LIMIT || end == WC_INTERP_CLAIM) wc_interp_fail(in, &in->failure);
        if (!wc_interp_transaction(in, go_on, &instance)) wc_interp_fail(in, &in->failure);
    }
}
