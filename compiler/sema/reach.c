/* What a contract reaches: the functions it calls, the errors and events it uses, the invariants
 * that an action may break; and its public tables. */
#include "compiler/sema/check.h"

static bool touches(const uint64_t *reads, const uint64_t *writes)
{
    for (unsigned i = 0; i < WC_FIELD_WORDS; i++) {
        if ((reads[i] & writes[i]) != 0) return true;
    }
    return false;
}

/* An invariant is checked after what may have changed something it reads. */
void wc_sema_choose_invariants(wc_sema *sema, wc_sema_body *body)
{
    bool moves_money = (body->effects & WC_EFFECT_MONEY) != 0;
    bool changes_state = body->out->leads_to != 0;
    bool binds_party = (body->effects & WC_EFFECT_PARTIES) != 0;
    for (uint32_t i = 0; i < sema->invariant_bodies.count; i++) {
        const wc_sema_body *invariant = wc_sema_at(&sema->invariant_bodies, i);
        unsigned reads = invariant->effects;
        bool is_touched = touches(invariant->reads, body->writes) ||
                          ((reads & WC_EFFECT_READS_MONEY) != 0 && moves_money) ||
                          ((reads & WC_EFFECT_READS_STATE) != 0 && changes_state) ||
                          ((reads & WC_EFFECT_READS_PARTIES) != 0 && binds_party);
        if (is_touched) body->out->invariants |= UINT64_C(1) << i;
    }
}

static void reach(wc_sema *sema, wc_sema_body *body, wc_sema_list *funcs)
{
    for (uint32_t i = 0; i < body->calls.count; i++) {
        wc_sema_body *callee = wc_sema_at(&body->calls, i);
        if (callee->reached_by == sema->reach_count) continue;
        callee->reached_by = sema->reach_count;
        wc_sema_push(sema, funcs, callee);
    }
}

static int by_order(const wc_sema_body *a, const wc_sema_body *b)
{
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Merge sort: bottom up, stable, no recursion. */
static void sort_bodies(wc_sema *sema, wc_sema_list *list)
{
    void **from = list->items;
    void **to = WC_SEMA_ARRAY(sema, void *, list->count);
    for (uint32_t width = 1; width < list->count; width *= 2) {
        for (uint32_t start = 0; start < list->count; start += 2 * width) {
            uint32_t middle = start + width < list->count ? start + width : list->count;
            uint32_t end = start + 2 * width < list->count ? start + 2 * width : list->count;
            uint32_t left = start;
            uint32_t right = middle;
            for (uint32_t at = start; at < end; at++) {
                bool take_left =
                    left < middle && (right == end || by_order(from[left], from[right]) <= 0);
                to[at] = take_left ? from[left++] : from[right++];
            }
        }
        void **swap = from;
        from = to;
        to = swap;
    }
    list->items = from;
}

/* Functions reachable from the bodies, callees before callers. */
void wc_sema_reachable(wc_sema *sema, const wc_sema_list *bodies, wc_sema_list *funcs)
{
    sema->reach_count++;
    *funcs = (wc_sema_list){NULL, 0, 0};
    for (uint32_t i = 0; i < bodies->count; i++) reach(sema, wc_sema_at(bodies, i), funcs);
    for (uint32_t i = 0; i < funcs->count; i++) reach(sema, wc_sema_at(funcs, i), funcs);
    if (funcs->count > 1) sort_bodies(sema, funcs);
}

static uint16_t pick(wc_sema *sema, wc_ast_routine_kind kind, wc_sema_routine ***routines)
{
    const wc_sema_list *bodies = &sema->contract_bodies;
    *routines = WC_SEMA_ARRAY(sema, wc_sema_routine *, bodies->count);
    uint16_t count = 0;
    for (uint32_t i = 0; i < bodies->count; i++) {
        const wc_sema_body *body = wc_sema_at(bodies, i);
        if (body->out->kind == kind) (*routines)[count++] = body->out;
    }
    return count;
}

/* Signatures in order of declaration out of all that some of the bodies uses. */
static uint16_t pick_signatures(wc_sema *sema, const wc_sema_list *bodies, bool errors,
                                const wc_sema_signature ***result)
{
    const wc_sema_list *all = errors ? &sema->errors : &sema->events;
    bool *used = WC_SEMA_ARRAY(sema, bool, all->count);
    for (uint32_t i = 0; i < bodies->count; i++) {
        const wc_sema_body *body = wc_sema_at(bodies, i);
        const wc_sema_list *list = errors ? &body->errors : &body->events;
        for (uint32_t j = 0; j < list->count; j++) {
            const wc_sema_signature *signature = wc_sema_at(list, j);
            used[signature->index] = true;
        }
    }
    *result = WC_SEMA_ARRAY(sema, const wc_sema_signature *, all->count);
    uint16_t count = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        if (used[i]) (*result)[count++] = wc_sema_at(all, i);
    }
    return count;
}

static void publish_currencies(wc_sema *sema)
{
    wc_sema_contract *contract = sema->contract;
    contract->currencies = WC_SEMA_ARRAY(sema, const wc_sema_currency *, sema->currencies.count);
    for (uint32_t i = 0; i < sema->currencies.count; i++) {
        const wc_sema_currency *currency = wc_sema_at(&sema->currencies, i);
        if (!wc_sema_has(&sema->mentioned, currency)) continue;
        contract->currencies[contract->currency_count++] = currency;
    }
}

void wc_sema_publish_contract(wc_sema *sema)
{
    wc_sema_contract *contract = sema->contract;
    contract->action_count = pick(sema, WC_ROUTINE_ACTION, &contract->actions);
    contract->view_count = pick(sema, WC_ROUTINE_VIEW, &contract->views);
    contract->after_count = pick(sema, WC_ROUTINE_AFTER, &contract->afters);
    wc_sema_list all = {NULL, 0, 0};
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        wc_sema_push(sema, &all, wc_sema_at(&sema->contract_bodies, i));
    }
    for (uint32_t i = 0; i < sema->invariant_bodies.count; i++) {
        wc_sema_push(sema, &all, wc_sema_at(&sema->invariant_bodies, i));
    }
    wc_sema_list funcs;
    wc_sema_reachable(sema, &all, &funcs);
    contract->funcs = WC_SEMA_ARRAY(sema, wc_sema_routine *, funcs.count);
    for (uint32_t i = 0; i < funcs.count; i++) {
        const wc_sema_body *body = wc_sema_at(&funcs, i);
        contract->funcs[i] = body->out;
    }
    contract->func_count = (uint16_t)funcs.count;
    for (uint32_t i = 0; i < funcs.count; i++) wc_sema_push(sema, &all, wc_sema_at(&funcs, i));
    contract->error_count = pick_signatures(sema, &all, true, &contract->errors);
    contract->event_count = pick_signatures(sema, &all, false, &contract->events);
    contract->deploy_check_count = (uint16_t)sema->deploy_checks.count;
    contract->deploy_checks = WC_SEMA_ARRAY(sema, wc_sema_ensure, sema->deploy_checks.count);
    for (uint32_t i = 0; i < sema->deploy_checks.count; i++) {
        const wc_sema_ensure *check = wc_sema_at(&sema->deploy_checks, i);
        contract->deploy_checks[i] = *check;
    }
    publish_currencies(sema);
}
