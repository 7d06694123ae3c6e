/* Sums of local collections: see held.h. */
#include "compiler/sema/held.h"

static bool is_of_numbers(const wc_sema_type *type)
{
    if (type->kind == WC_SEMA_LIST) return wc_sema_is_number(type->item);
    return type->kind == WC_SEMA_MAP && wc_sema_is_number(type->value);
}

const wc_linear *wc_held_none(const wc_sema_type *type)
{
    return is_of_numbers(type) ? wc_linear_zero() : NULL;
}

const wc_linear *wc_held_of(wc_symbolic *self, const wc_sema_expr *value)
{
    if (value->op == WC_OPER_LOCAL) return self->env.held[value->local->index];
    bool is_made = value->op == WC_OPER_EMPTY || value->op == WC_OPER_LIST;
    if (!is_made || !is_of_numbers(value->type)) return NULL;
    const wc_linear *held = wc_linear_zero();
    for (uint16_t i = 0; i < value->arg_count; i++) {
        const wc_linear *element = wc_symbolic_value(self, value->args[i]);
        held = wc_linear_add(&self->space, held, element, wc_i128_of(1));
    }
    return held;
}

const wc_linear *wc_held_with(const wc_symbolic *self, const wc_sema_expr *place,
                              const wc_linear *added, wc_linear_space *space)
{
    if (place->op != WC_OPER_LOCAL) return NULL;
    const wc_linear *held = self->env.held[place->local->index];
    return held == NULL ? NULL : wc_linear_add(space, held, added, wc_i128_of(1));
}

void wc_held_set(wc_symbolic *self, const wc_sema_expr *place, const wc_linear *held)
{
    if (place->op == WC_OPER_LOCAL) self->env.held[place->local->index] = held;
}

void wc_held_merge(wc_symbolic *self, const wc_symbolic_env *other)
{
    for (size_t i = 0; i < self->routine->local_count; i++) {
        const wc_linear *here = self->env.held[i];
        const wc_linear *there = other->held[i];
        bool is_same = here != NULL && there != NULL && wc_linear_equal(here, there);
        if (!is_same) self->env.held[i] = NULL;
    }
}

void wc_held_enter(wc_symbolic *self, const wc_linear *const *before)
{
    for (size_t i = 0; i < self->routine->local_count; i++) {
        bool is_written = before[i] != NULL && self->env.held[i] == NULL;
        if (!is_written) continue;
        self->env.held[i] =
            wc_symbolic_unknown(self, self->sema->integer, self->routine->body->span);
    }
}

void wc_held_leave(wc_symbolic *self, const wc_linear *const *before, const wc_linear *const *start,
                   const wc_linear *const *end, wc_held_sum sum, void *of)
{
    wc_linear_space *space = &self->space;
    for (size_t i = 0; i < self->routine->local_count; i++) {
        bool is_written = before[i] != NULL && start[i] != before[i];
        if (!is_written) continue;
        if (end == NULL) { /* the first round leaves the routine */
            self->env.held[i] = before[i];
            continue;
        }
        const wc_linear *all = NULL;
        if (end[i] != NULL) all = sum(of, wc_linear_add(space, end[i], start[i], wc_i128_of(-1)));
        self->env.held[i] =
            all == NULL ? NULL : wc_linear_add(space, before[i], all, wc_i128_of(1));
    }
}
