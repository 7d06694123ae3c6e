/* References between contracts: which instances the terms name, and whether they offer what the
 * reference asks for. The ledger refuses a deployment where one does not; here that is the error
 * NotAuthorised, as everywhere. So the instance that a reference names has the routine; upgrades
 * keep it (rule UP-6). */
#include "compiler/interp/machine.h"

static bool same_type(const wc_sema_type *a, const wc_sema_type *b)
{
    return a == NULL || wc_str_equal(a->text, b->text); /* of two actions: no result */
}

static bool is_method(const wc_sema_routine *routine, const wc_sema_method *method)
{
    bool is_same = routine->param_count == method->param_count &&
                   wc_str_equal(routine->name, method->name) &&
                   same_type(routine->result, method->result);
    for (uint16_t i = 0; is_same && i < method->param_count; i++) {
        is_same = same_type(routine->locals[i]->type, method->params[i].type);
    }
    return is_same;
}

static bool offers(const wc_sema_contract *contract, const wc_sema_method *method)
{
    uint16_t count = method->is_view ? contract->view_count : contract->action_count;
    wc_sema_routine *const *routines = method->is_view ? contract->views : contract->actions;
    for (uint16_t i = 0; i < count; i++) {
        if (is_method(routines[i], method)) return true;
    }
    return false;
}

static bool fits(const wc_interp *in, const wc_sema_interface *interface, const wc_ival *value)
{
    wc_interp_party party = wc_interp_id(value);
    uint16_t instance = wc_interp_instance_of(in, &party);
    if (instance == WC_NO_INSTANCE) return false;
    for (uint16_t i = 0; i < interface->method_count; i++) {
        const wc_sema_contract *contract = in->world->instances[instance].contract;
        if (!offers(contract, &interface->methods[i])) return false;
    }
    return true;
}

/* A term that is a reference or a list of them: its references. Else none. */
static uint32_t references(const wc_sema_type *type, const wc_ival *term, const wc_ival **all)
{
    bool is_list = type->kind == WC_SEMA_LIST;
    const wc_sema_type *one = is_list ? type->item : type;
    *all = is_list ? term->parts : term;
    if (one->kind != WC_SEMA_CONTRACT_REF) return 0;
    return is_list ? term->count : 1;
}

bool wc_interp_references_fit(const wc_interp *in, const wc_sema_contract *contract,
                              const wc_ival *terms)
{
    for (uint16_t i = 0; i < contract->term_count; i++) {
        const wc_ival *all;
        const wc_sema_type *type = contract->terms[i].type;
        uint32_t count = references(type, &terms[i], &all);
        if (type->kind == WC_SEMA_LIST) type = type->item;
        for (uint32_t k = 0; k < count; k++) {
            if (!fits(in, type->interface, &all[k])) return false;
        }
    }
    return true;
}

static bool refers(const wc_interp_instance *instance, const wc_interp_party *id)
{
    for (uint16_t i = 0; i < instance->contract->term_count; i++) {
        const wc_ival *all;
        uint32_t count = references(instance->contract->terms[i].type, &instance->terms[i], &all);
        for (uint32_t k = 0; k < count; k++) {
            wc_interp_party named = wc_interp_id(&all[k]);
            if (wc_interp_same(&named, id)) return true;
        }
    }
    return false;
}

bool wc_interp_is_referred_to(const wc_interp *in, const wc_interp_party *id)
{
    for (uint16_t i = 0; i < in->world->instance_count; i++) {
        if (refers(&in->world->instances[i], id)) return true;
    }
    return false;
}

static bool is_kept(const wc_sema_routine *old, wc_sema_routine *const *next, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        bool is_same = old->param_count == next[i]->param_count &&
                       wc_str_equal(old->name, next[i]->name) &&
                       same_type(old->result, next[i]->result);
        for (uint16_t k = 0; is_same && k < old->param_count; k++) {
            is_same = same_type(old->locals[k]->type, next[i]->locals[k]->type);
        }
        if (is_same) return true;
    }
    return false;
}

bool wc_interp_keeps_interface(const wc_sema_contract *old, const wc_sema_contract *next)
{
    for (uint16_t i = 0; i < old->action_count; i++) {
        if (!is_kept(old->actions[i], next->actions, next->action_count)) return false;
    }
    for (uint16_t i = 0; i < old->view_count; i++) {
        if (!is_kept(old->views[i], next->views, next->view_count)) return false;
    }
    return true;
}

uint16_t wc_interp_target(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival value = wc_interp_eval(in, frame, expr);
    wc_interp_party party = wc_interp_id(&value);
    uint16_t instance = wc_interp_instance_of(in, &party);
    if (instance == WC_NO_INSTANCE) { /* only in a trial (witness.c), where nobody is referred to */
        wc_interp_builtin(in, frame, WC_BUILTIN_NotAuthorised, expr->span);
    }
    return instance;
}

const wc_sema_routine *wc_interp_routine_of(const wc_interp *in, uint16_t instance,
                                            const wc_sema_method *method)
{
    const wc_sema_contract *contract = in->world->instances[instance].contract;
    wc_sema_routine *const *routines = method->is_view ? contract->views : contract->actions;
    uint16_t i = 0;
    while (!wc_str_equal(routines[i]->name, method->name)) i++;
    wc_assert(is_method(routines[i], method));
    return routines[i];
}
