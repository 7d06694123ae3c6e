/* The state graph: headers against bodies, reachability, time-outs without end, and the way out by
 * time for states that can hold money (D7, D16, E08xx). */
#include "compiler/sema/warn.h"

static uint64_t bit(unsigned state)
{
    return UINT64_C(1) << state;
}

static uint64_t sources(const wc_sema *sema, const wc_sema_body *body)
{
    if (body->out->when != 0) return body->out->when;
    uint64_t all = 0;
    for (uint16_t i = 0; i < sema->contract->state_count; i++) {
        if (!sema->contract->states[i].is_final) all |= bit(i);
    }
    return all;
}

static wc_sema_body *body_at(const wc_sema *sema, uint32_t index)
{
    return wc_sema_at(&sema->contract_bodies, index);
}

static bool moves(const wc_sema_body *body)
{
    return body->out->kind == WC_ROUTINE_ACTION || body->out->kind == WC_ROUTINE_AFTER;
}

static wc_str states_text(wc_sema *sema, uint64_t states)
{
    wc_str text = {"", 0};
    for (uint16_t i = 0; i < sema->contract->state_count; i++) {
        if ((states & bit(i)) == 0) continue;
        const wc_str parts[] = {text, text.len > 0 ? WC_STR(", ") : WC_STR(""),
                                sema->contract->states[i].name};
        text = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
    }
    return text;
}

/* --- headers (D16) ---------------------------------------------------------------------------- */

static void check_exits(wc_sema *sema, const wc_sema_body *body)
{
    for (uint32_t i = 0; i < body->exits.count; i++) {
        const wc_sema_stmt *exit = wc_sema_at(&body->exits, i);
        if ((body->goes & bit(exit->index)) != 0) continue;
        wc_str name = sema->contract->states[exit->index].name;
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0804, exit->span,
                                       "the header does not lead to `{}`", name);
        wc_diag_add_label(sema->diags, diag, body->out->header, "this header");
        wc_diag_add_note(sema->diags, diag, "add it: -> {}",
                         states_text(sema, body->goes | bit(exit->index)));
        const wc_str parts[] = {body->has_goes ? WC_STR(", ") : WC_STR(" -> "), name};
        wc_span end = {body->out->header.end, body->out->header.end, body->out->header.file};
        wc_diag_add_fix(sema->diags, diag, end, WC_FIX_SURE,
                        wc_sema_join(sema, parts, WC_ARRAY_LEN(parts)), "add `{}` to the header",
                        name);
    }
}

static void check_header(wc_sema *sema, const wc_sema_body *body)
{
    const wc_sema_routine *out = body->out;
    check_exits(sema, body);
    bool is_due_again = out->kind == WC_ROUTINE_AFTER && body->falls_in != 0;
    uint64_t unused = body->goes & ~out->leads_to & ~body->falls_in;
    if (unused != 0 && !(is_due_again && body->exits.count == 0)) { /* else one cause, told below */
        wc_diag_report(sema->diags, WC_E0804, out->header, "no `goto` leads to {}",
                       states_text(sema, unused));
    }
    if (is_due_again) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0807, out->header,
                                       "this time-out can end without a `goto`");
        wc_diag_add_note(sema->diags, diag, "its time would be due again at once");
        if (body->has_goes) {
            wc_diag_add_note(sema->diags, diag, "end every path with a `goto` to {}",
                             states_text(sema, body->goes));
        }
        return;
    }
    uint64_t stays = body->falls_in & ~body->goes;
    if (!body->has_goes || stays == 0) return;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0807, out->header,
                                   "`{}` can end without a `goto` and stay in {}", out->name,
                                   states_text(sema, stays));
    wc_diag_add_note(sema->diags, diag,
                     "end every path with `goto`, or add the state to the header");
    const wc_str parts[] = {WC_STR(", "), states_text(sema, stays)};
    wc_span end = {out->header.end, out->header.end, out->header.file};
    wc_diag_add_fix(sema->diags, diag, end, WC_FIX_MAYBE,
                    wc_sema_join(sema, parts, WC_ARRAY_LEN(parts)),
                    "it may stay: add {} to the header", states_text(sema, stays));
}

/* --- reachability ----------------------------------------------------------------------------- */

static void check_reachable(wc_sema *sema)
{
    const wc_sema_contract *contract = sema->contract;
    uint64_t reached = 0;
    for (uint16_t i = 0; i < contract->state_count; i++) {
        if (contract->states[i].is_initial) reached |= bit(i);
    }
    for (uint64_t before = 0; before != reached;) { /* grows by a bit each round: at most 64 */
        before = reached;
        for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
            const wc_sema_body *body = body_at(sema, i);
            if (!moves(body) || (sources(sema, body) & reached) == 0) continue;
            reached |= body->out->leads_to;
        }
    }
    for (uint16_t i = 0; i < contract->state_count; i++) {
        if ((reached & bit(i)) != 0) continue;
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0802, contract->states[i].span,
                                       "the state `{}` is never entered", contract->states[i].name);
        wc_diag_add_note(sema->diags, diag, "some action or time-out needs: goto {}(...)",
                         contract->states[i].name);
    }
}

/* --- time-outs that lead to time-outs (E0805) ------------------------------------------------- */

/* States that follow `state` by time alone. */
static uint64_t next_by_time(const wc_sema *sema, unsigned state)
{
    uint64_t next = 0;
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_body *body = body_at(sema, i);
        if (body->out->kind != WC_ROUTINE_AFTER || (body->out->when & bit(state)) == 0) continue;
        for (uint32_t j = 0; j < body->exits.count; j++) {
            const wc_sema_stmt *exit = wc_sema_at(&body->exits, j);
            if ((exit->from_states & bit(state)) != 0) next |= bit(exit->index);
        }
    }
    return next;
}

/* The state's member number `member` becomes itself plus a positive constant: that constant, else
 * 0. */
static int64_t increase(const wc_sema_stmt *exit, uint16_t state, uint16_t member)
{
    wc_assert(member < exit->arg_count);
    const wc_sema_expr *value = wc_sema_origin(exit->args[member]);
    if (value->op != WC_OPER_ADD) return 0;
    const wc_sema_expr *counter = value->a;
    const wc_sema_expr *step = value->b;
    if (counter->op == WC_OPER_NUMBER) {
        counter = value->b;
        step = value->a;
    }
    bool is_counter = counter->op == WC_OPER_LOCAL && counter->local->is_state_data &&
                      counter->local->member == member;
    if (!is_counter || step->op != WC_OPER_NUMBER) return 0;
    wc_assert(counter->local->state == state); /* another state is not possible at the goto */
    int64_t by;
    wc_status status = wc_i128_narrow(step->number, &by);
    wc_assert(status == WC_OK); /* a sum beyond the member's type does not compile */
    return by > 0 ? by : 0;
}

/* The least step of a member that every time-out from the state to itself increases, else 0. */
static int64_t common_step(const wc_sema *sema, uint16_t state, uint16_t member)
{
    int64_t least = INT64_MAX;
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_body *body = body_at(sema, i);
        if (body->out->kind != WC_ROUTINE_AFTER) continue;
        for (uint32_t j = 0; j < body->exits.count; j++) {
            const wc_sema_stmt *exit = wc_sema_at(&body->exits, j);
            if (exit->index != state || (exit->from_states & bit(state)) == 0) continue;
            int64_t step = increase(exit, state, member);
            if (step < least) least = step;
        }
    }
    return least;
}

/* How often time alone can lead from the state to itself; 0: without end. */
static uint64_t repeats_of(const wc_sema *sema, uint16_t state)
{
    const wc_sema_state *own = &sema->contract->states[state];
    for (uint16_t i = 0; i < own->member_count; i++) {
        const wc_sema_type *type = own->members[i].type;
        bool is_bounded = type->kind == WC_SEMA_INT && type->lo >= 0 && type->hi <= UINT32_MAX - 1;
        int64_t step = is_bounded ? common_step(sema, state, i) : 0;
        uint64_t times = step > 0 ? (uint64_t)(type->hi - type->lo) / (uint64_t)step + 1 : 0;
        if (times == 0) continue;
        wc_assert(times > 1); /* a step out of the type does not compile; 1 means "leads on" */
        return times;
    }
    return 0;
}

static void report_circle(wc_sema *sema, uint16_t state, bool is_self)
{
    const wc_sema_state *own = &sema->contract->states[state];
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0805, own->span,
                                   "time alone leads from `{}` back to it, without end", own->name);
    if (is_self) {
        wc_diag_add_note(
            sema->diags, diag,
            "give the state a counter, round : int<0..95>, that each such goto increases "
            "by a constant: goto {}(round: round + 1)",
            own->name);
    } else {
        wc_diag_add_note(sema->diags, diag,
                         "a time-out may lead back only to its own state, with a counter");
    }
}

static void set_repeats(wc_sema *sema, uint16_t state, uint64_t repeats)
{
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        wc_sema_body *body = body_at(sema, i);
        if (body->out->kind != WC_ROUTINE_AFTER || (body->out->when & bit(state)) == 0) continue;
        if ((body->out->leads_to & bit(state)) == 0) continue;
        if (repeats > body->out->repeats) body->out->repeats = (uint32_t)repeats;
    }
}

static void check_circles(wc_sema *sema)
{
    uint16_t count = sema->contract->state_count;
    uint64_t next[WC_STATES_MAX];
    for (uint16_t i = 0; i < count; i++) {
        next[i] = next_by_time(sema, i);
        if ((next[i] & bit(i)) == 0) continue;
        uint64_t repeats = repeats_of(sema, i);
        if (repeats == 0) {
            report_circle(sema, i, true);
        } else {
            set_repeats(sema, i, repeats);
        }
        next[i] &= ~bit(i);
    }
    for (uint16_t middle = 0; middle < count; middle++) { /* transitive closure */
        for (uint16_t from = 0; from < count; from++) {
            if ((next[from] & bit(middle)) != 0) next[from] |= next[middle];
        }
    }
    for (uint16_t i = 0; i < count; i++) {
        if ((next[i] & bit(i)) == 0) continue;
        report_circle(sema, i, false);
        return; /* one state of the circle is enough */
    }
}

/* --- liquidity (E0803) ------------------------------------------------------------------------ */

#define WC_ROLE_OF_BANK "SettlementBank"

static bool is_bank(const wc_sema *sema, const wc_sema_who *who)
{
    wc_str role = who->is_role ? who->role : sema->contract->parties[who->party].role;
    return wc_str_equal(role, WC_STR(WC_ROLE_OF_BANK));
}

/* Every way out is an action of a bank: the money is in that bank's custody until it answers. */
static bool is_custody(const wc_sema *sema, uint16_t state)
{
    bool has_exit = false;
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_body *body = body_at(sema, i);
        const wc_sema_routine *out = body->out;
        if (out->kind == WC_ROUTINE_AFTER && (out->when & bit(state)) != 0) return false;
        if (out->kind != WC_ROUTINE_ACTION || (sources(sema, body) & bit(state)) == 0) continue;
        if ((out->leads_to & ~bit(state)) == 0) continue;
        for (uint8_t j = 0; j < out->who_count; j++) {
            if (!is_bank(sema, &out->who[j])) return false;
        }
        if (out->who_count == 0) return false;
        has_exit = true;
    }
    return has_exit;
}

/* The time-out ends in liquid states whatever happens in it. */
static bool is_way_out(const wc_sema_body *body, uint16_t state, uint64_t liquid)
{
    if (body->out->kind != WC_ROUTINE_AFTER || (body->out->when & bit(state)) == 0) return false;
    if (body->out->invariants != 0 || wc_sema_may_trap(body->out) != NULL) return false;
    for (uint32_t i = 0; i < body->exits.count; i++) {
        const wc_sema_stmt *exit = wc_sema_at(&body->exits, i);
        if ((exit->from_states & bit(state)) == 0) continue;
        if ((liquid & bit(exit->index)) == 0) return false;
    }
    return true;
}

static void report_stuck(wc_sema *sema, uint16_t state)
{
    const wc_sema_state *own = &sema->contract->states[state];
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0803, own->span,
                                   "money can stay in `{}` for ever", own->name);
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_body *body = body_at(sema, i);
        const wc_sema_routine *out = body->out;
        if (out->kind != WC_ROUTINE_AFTER || (out->when & bit(state)) == 0) continue;
        const wc_span *span = wc_sema_may_trap(out);
        if (span != NULL) {
            wc_diag_add_label(sema->diags, diag, *span,
                              "this can fail, so its time-out does not count");
        } else if (out->invariants != 0) {
            wc_diag_add_label(sema->diags, diag, out->header,
                              "an invariant is checked after this time-out and can fail");
        }
    }
    wc_diag_add_note(
        sema->diags, diag,
        "every state that can hold money needs a time-out that cannot fail and leads to a "
        "final state");
    wc_str last = WC_STR("Closed");
    for (uint16_t i = 0; i < sema->contract->state_count; i++) {
        if (sema->contract->states[i].is_final) last = sema->contract->states[i].name;
    }
    wc_diag_add_note(sema->diags, diag,
                     "for example: after entered + 720 h when {} -> {} { goto {}(); }", own->name,
                     last, last);
}

/* The greatest set in which every state has a way out into the set: time-outs go in no circle, so
 * whoever follows them arrives in a final state or in custody. */
static void check_liquidity(wc_sema *sema)
{
    const wc_sema_contract *contract = sema->contract;
    if (!wc_sema_moves_money(sema)) return;
    uint64_t safe = 0;
    uint64_t liquid = 0;
    for (uint16_t i = 0; i < contract->state_count; i++) {
        if (contract->states[i].is_final || is_custody(sema, i)) safe |= bit(i);
        liquid |= bit(i);
    }
    for (uint64_t before = 0; before != liquid;) { /* loses a bit each round: at most 64 */
        before = liquid;
        for (uint16_t i = 0; i < contract->state_count; i++) {
            if ((liquid & bit(i)) == 0 || (safe & bit(i)) != 0) continue;
            bool found = false;
            for (uint32_t j = 0; j < sema->contract_bodies.count && !found; j++) {
                found = is_way_out(body_at(sema, j), i, liquid);
            }
            if (!found) liquid &= ~bit(i);
        }
    }
    for (uint16_t i = 0; i < contract->state_count; i++) {
        if ((liquid & bit(i)) == 0) report_stuck(sema, i);
    }
}

void wc_sema_check_states(wc_sema *sema)
{
    uint32_t errors = sema->diags->error_count;
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_body *body = body_at(sema, i);
        if (moves(body) && !body->out->is_generated) check_header(sema, body);
    }
    if (sema->diags->error_count == errors) check_reachable(sema);
    check_circles(sema);
    if (sema->diags->error_count == errors) check_liquidity(sema);
    if (sema->diags->error_count == errors) wc_sema_warn_states(sema);
}
