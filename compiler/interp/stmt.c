/* Statements: control flow, locals, failing, events, states. */
#include "compiler/interp/machine.h"

void wc_interp_raise(wc_interp *in, wc_interp_frame *frame, const wc_sema_signature *error,
                     wc_sema_expr *const *args, wc_span span)
{
    const wc_ival *values = wc_interp_eval_all(in, frame, args, error->member_count);
    wc_interp_outcome failure = {
        .end = WC_INTERP_ERROR, .error = error, .contract = frame->contract, .span = span};
    failure.args = wc_interp_encoded(in, error->members, error->member_count, values);
    wc_interp_fail(in, &failure);
}

static void let(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    wc_ival value = wc_interp_eval(in, frame, stmt->a);
    if (stmt->local_count == 1) {
        wc_interp_set(in, frame, stmt->locals[0], &value);
        return;
    }
    for (uint16_t i = 0; i < stmt->local_count; i++) {
        if (stmt->locals[i] != NULL) wc_interp_set(in, frame, stmt->locals[i], &value.parts[i]);
    }
}

static void assign(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    if (stmt->a->op == WC_OPER_TERM) {
        wc_interp_amend(in, frame, stmt);
        return;
    }
    if (stmt->a->op == WC_OPER_PARTY) {
        wc_interp_rebind(in, frame, stmt);
        return;
    }
    wc_interp_place place;
    wc_interp_place_of(in, frame, stmt->a, &place);
    if (place.count > 0) (void)wc_interp_place_read(in, frame, &place, (uint16_t)(place.count - 1));
    const wc_interp_place *outer = frame->current;
    frame->current = &place;
    wc_ival value = wc_interp_eval(in, frame, stmt->b);
    frame->current = outer;
    wc_interp_place_write(in, frame, &place, &value);
}

static wc_flow for_range(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    int64_t first = wc_interp_int(in, frame, stmt->a);
    int64_t end = wc_interp_int(in, frame, stmt->b);
    uint32_t trips = 0;
    for (int64_t i = first; i < end; i++) {
        if (trips++ == stmt->trips) wc_interp_claim(in, stmt->span);
        wc_ival item = wc_ival_number(i);
        wc_interp_set(in, frame, stmt->item, &item);
        wc_flow flow = wc_interp_block(in, frame, stmt->body);
        if (flow == WC_FLOW_END) return flow;
        if (flow == WC_FLOW_BREAK) break;
    }
    return WC_FLOW_NEXT;
}

static wc_flow for_each(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    wc_interp_way way = {
        .over = stmt->a, .other = stmt->b, .key = stmt->key, .item = stmt->item, .zip = stmt->zip};
    wc_interp_way_open(in, frame, &way, stmt->span);
    if (way.end - way.first > stmt->trips) wc_interp_claim(in, stmt->span);
    for (uint32_t i = way.first; i < way.end; i++) {
        wc_interp_way_bind(in, frame, &way, i);
        wc_flow flow = wc_interp_block(in, frame, stmt->body);
        if (flow == WC_FLOW_END) return flow;
        if (flow == WC_FLOW_BREAK) break;
    }
    return WC_FLOW_NEXT;
}

static wc_flow match(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    wc_ival subject = wc_interp_eval(in, frame, stmt->a);
    int64_t variant = wc_exact_i64(&subject.number);
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        const wc_sema_arm *arm = &stmt->arms[i];
        if (arm->variant != WC_NO_VARIANT && arm->variant != variant) continue;
        for (uint16_t k = 0; arm->variant != WC_NO_VARIANT && k < arm->binder_count; k++) {
            if (arm->binders[k] == NULL) continue;
            wc_interp_set(in, frame, arm->binders[k], &subject.parts[k]);
        }
        return wc_interp_block(in, frame, arm->body);
    }
    wc_interp_claim(in, stmt->span); /* not exhaustive, or a state that cannot be */
}

static void emit(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    const wc_sema_signature *event = stmt->signature;
    const wc_ival *values = wc_interp_eval_all(in, frame, stmt->args, event->member_count);
    wc_interp_note(in, &(wc_interp_event){.did = WC_INTERP_EMITTED,
                                          .instance = frame->instance,
                                          .signature = event,
                                          .args = wc_interp_encoded(in, event->members,
                                                                    event->member_count, values)});
}

static void go_to(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    wc_ival state = wc_ival_number(stmt->index);
    state.parts = wc_interp_eval_all(in, frame, stmt->args, stmt->arg_count);
    state.count = stmt->arg_count;
    wc_interp_self(in, frame)->state = state;
    frame->has_moved = true;
}

static wc_flow statement(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    switch ((int)stmt->kind) {
    case WC_DO_LET: let(in, frame, stmt); break;
    case WC_DO_ASSIGN: assign(in, frame, stmt); break;
    case WC_DO_DO: (void)wc_interp_eval(in, frame, stmt->a); break;
    case WC_DO_IF:
        if (wc_interp_true(in, frame, stmt->a)) return wc_interp_block(in, frame, stmt->body);
        if (stmt->other != NULL) return wc_interp_block(in, frame, stmt->other);
        break;
    case WC_DO_FOR_RANGE: return for_range(in, frame, stmt);
    case WC_DO_FOR_EACH: return for_each(in, frame, stmt);
    case WC_DO_MATCH: return match(in, frame, stmt);
    case WC_DO_BREAK: return WC_FLOW_BREAK;
    case WC_DO_RETURN:
        if (stmt->a != NULL) frame->result = wc_interp_eval(in, frame, stmt->a);
        return WC_FLOW_END;
    case WC_DO_REQUIRE:
        if (wc_interp_true(in, frame, stmt->a)) break;
        wc_interp_raise(in, frame, stmt->signature, stmt->args, stmt->span);
    case WC_DO_FAIL: wc_interp_raise(in, frame, stmt->signature, stmt->args, stmt->span);
    case WC_DO_EMIT: emit(in, frame, stmt); break;
    case WC_DO_GOTO: go_to(in, frame, stmt); return WC_FLOW_END;
    case WC_DO_SEND: wc_interp_send(in, frame, stmt); break;
    case WC_DO_SERIES_SET: wc_interp_series_set(in, frame, stmt); break;
    default:
        if (wc_interp_collection_stmt(in, frame, stmt)) break;
        if (wc_interp_money(in, frame, stmt)) break;
        return wc_interp_test_stmt(in, frame, stmt);
    }
    return WC_FLOW_NEXT;
}

wc_flow wc_interp_block(wc_interp *in, wc_interp_frame *frame, const wc_sema_block *block)
{
    wc_flow flow = WC_FLOW_NEXT;
    wc_interp_down(in);
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL && flow == WC_FLOW_NEXT;
         stmt = stmt->next) {
        wc_interp_step(in);
        flow = statement(in, frame, stmt);
    }
    wc_interp_up(in);
    return flow;
}
