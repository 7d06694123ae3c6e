/* `upgrade n`: an instance becomes one of the next version of its contract (rules UP). The version
 * before is a contract of another program; values mean the same in both, because what stays has the
 * same type. What the ledger refuses by itself is the error NotAuthorised, as everywhere. */
#include "compiler/interp/machine.h"

static uint16_t version_of(const wc_sema_contract *contract)
{
    return contract->version == 0 ? 1 : contract->version;
}

static bool has_signed(const wc_interp *in, const wc_ival *party)
{
    wc_interp_party who = wc_interp_id(party);
    for (uint16_t i = 0; i < in->signer_count; i++) {
        if (wc_interp_same(&in->signers[i], &who)) return true;
    }
    return false;
}

/* Every signatory; without one, every party. */
static bool is_agreed(const wc_interp *in, const wc_interp_instance *self)
{
    const wc_sema_contract *contract = self->contract;
    bool has_signatory = false, all = contract->party_count > 0;
    for (uint16_t i = 0; i < contract->party_count; i++) {
        has_signatory = has_signatory || contract->parties[i].is_signatory;
    }
    for (uint16_t i = 0; i < contract->party_count; i++) {
        bool counts = contract->parties[i].is_signatory || !has_signatory;
        if (counts && !has_signed(in, &self->parties[i])) all = false;
    }
    return all;
}

static bool is_referred_to(const wc_interp *in, const wc_interp_instance *self)
{
    for (uint16_t i = 0; i < in->world->instance_count; i++) {
        const wc_interp_instance *other = &in->world->instances[i];
        for (uint16_t k = 0; k < other->contract->term_count; k++) {
            if (other->contract->terms[k].type->kind != WC_SEMA_CONTRACT_REF) continue;
            wc_interp_party named = wc_interp_id(&other->terms[k]);
            if (wc_interp_same(&named, &self->id)) return true;
        }
    }
    return false;
}

static bool is_same_signature(const wc_sema_routine *a, const wc_sema_routine *b)
{
    bool is_same = a->param_count == b->param_count && wc_str_equal(a->name, b->name);
    for (uint16_t i = 0; is_same && i < a->param_count; i++) {
        is_same = wc_str_equal(a->locals[i]->type->text, b->locals[i]->type->text);
    }
    if (!is_same || a->result == NULL || b->result == NULL) return is_same;
    return wc_str_equal(a->result->text, b->result->text);
}

static bool keeps_all(wc_sema_routine *const *old, uint16_t old_count, wc_sema_routine *const *next,
                      uint16_t next_count)
{
    for (uint16_t i = 0; i < old_count; i++) {
        uint16_t k = 0;
        while (k < next_count && !is_same_signature(old[i], next[k])) k++;
        if (k == next_count) return false;
    }
    return true;
}

/* The number of the state in the next version; WC_NO_VARIANT: it is gone. */
static uint16_t state_in(const wc_sema_contract *next, wc_str name)
{
    for (uint16_t i = 0; i < next->state_count; i++) {
        if (wc_str_equal(next->states[i].name, name)) return i;
    }
    return WC_NO_VARIANT;
}

static void check(wc_interp *in, const wc_interp_instance *self, const wc_sema_contract *next)
{
    const wc_sema_contract *old = self->contract;
    wc_span span = next->upgrade != NULL ? next->upgrade->span : next->span;
    if (self->status == WC_IS_FINAL) {
        wc_interp_builtin(in, NULL, WC_BUILTIN_InstanceClosed, span);
    }
    bool is_overdue = self->has_due && self->due <= in->now;
    if (self->status == WC_LIVES && is_overdue) {
        wc_interp_builtin(in, NULL, WC_BUILTIN_TimedOut, span);
    }
    wc_str state = old->states[wc_exact_i64(&self->state.number)].name;
    bool fits = self->status == WC_LIVES && is_agreed(in, self) && next->upgrade != NULL &&
                wc_str_equal(old->name, next->name) && version_of(next) == version_of(old) + 1 &&
                state_in(next, state) != WC_NO_VARIANT;
    if (fits && is_referred_to(in, self)) {
        fits = keeps_all(old->actions, old->action_count, next->actions, next->action_count) &&
               keeps_all(old->views, old->view_count, next->views, next->view_count);
    }
    if (!fits) wc_interp_builtin(in, NULL, WC_BUILTIN_NotAuthorised, span);
}

/* The fields that are not collections, in order: what old(self.f) reads. */
static wc_ival record_of(wc_interp *in, const wc_interp_instance *self)
{
    const wc_sema_contract *contract = self->contract;
    wc_ival *parts = WC_INTERP_ARRAY(in, wc_ival, contract->field_count);
    wc_ival record = {.parts = parts};
    for (uint16_t i = 0; i < contract->field_count; i++) {
        if (wc_sema_is_collection(contract->fields[i].type)) continue;
        parts[record.count++] = self->fields[i];
    }
    return record;
}

/* Collections stay where they are; everything else begins as in a new instance. */
static wc_ival begin_field(wc_interp *in, wc_interp_frame *frame, const wc_interp_instance *before,
                           const wc_sema_field *field)
{
    const wc_sema_contract *old = before->contract;
    for (uint16_t i = 0; i < old->field_count && wc_sema_is_collection(field->type); i++) {
        if (wc_str_equal(old->fields[i].name, field->name)) return before->fields[i];
    }
    return field->initial != NULL ? wc_interp_eval(in, frame, field->initial)
                                  : wc_ival_zero(in, field->type);
}

void wc_interp_run_upgrade(wc_interp *in, uint16_t instance, const wc_sema_contract *next)
{
    wc_interp_instance before = in->world->instances[instance];
    check(in, &before, next);
    wc_interp_instance *self = &in->world->instances[instance];
    wc_str state = before.contract->states[wc_exact_i64(&before.state.number)].name;
    self->contract = next;
    self->state.number = wc_exact_of(state_in(next, state));
    self->fields = WC_INTERP_ARRAY(in, wc_ival, next->field_count);
    wc_interp_frame frame =
        wc_interp_frame_of(in, WC_AT_DEPLOY, instance, next->upgrade->local_count);
    for (uint16_t i = 0; i < next->field_count; i++) {
        self->fields[i] = begin_field(in, &frame, &before, &next->fields[i]);
    }
    if (next->upgrade->param_count > 0) frame.locals[0] = record_of(in, &before);
    (void)wc_interp_block(in, &frame, next->upgrade->body);
    wc_interp_check_whole(in, &frame);
    wc_interp_set_timer(in, instance);
}
