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
    fits =
        fits && (wc_interp_keeps_interface(old, next) || !wc_interp_is_referred_to(in, &self->id));
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
