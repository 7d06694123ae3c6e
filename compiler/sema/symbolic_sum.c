/* What loops run over, and sums: see symbolic.h. Two sums of the same over the same cancel. */
#include "compiler/sema/symbolic.h"

const wc_linear *wc_symbolic_binder(wc_symbolic *self, const wc_sema_expr *over, bool is_key,
                                    const wc_sema_type *type, wc_span span)
{
    const wc_linear *collection = wc_symbolic_value(self, over);
    uint64_t id = wc_linear_id(&self->space, collection);
    wc_atom key = {.key = {WC_KEY_BINDER, id, self->depth, is_key},
                   .born = wc_linear_born(&self->space, collection)};
    return wc_symbolic_atom(self, key, type, span);
}

/* One term of a sum over the collection with that number. */
static const wc_linear *term_sum(wc_symbolic *self, uint64_t id, uint64_t born, wc_span span,
                                 const wc_linear_term *term)
{
    const wc_atom *inner = wc_linear_atom_at(&self->space, term->atom);
    wc_atom key = {.key = {WC_KEY_SUM, id, self->depth, term->atom},
                   .born = inner->born > born ? inner->born : born,
                   .span = term->atom == 0 ? span : inner->span,
                   .scale = inner->scale,
                   .is_sum = true,
                   .is_count = term->atom == 0,
                   .range = wc_range_widest()};
    return wc_linear_scale(&self->space, wc_linear_atom(&self->space, &key), term->factor);
}

/* What a local collection of numbers is known to hold; NULL: nothing, or `over` is none. */
static const wc_linear *held_by(wc_symbolic *self, const wc_sema_expr *over, uint32_t *element)
{
    bool is_followed = self->env.held != NULL && over->op == WC_OPER_LOCAL;
    const wc_linear *held = is_followed ? self->env.held[over->local->index] : NULL;
    if (held == NULL) return NULL;
    const wc_sema_type *type =
        over->type->kind == WC_SEMA_MAP ? over->type->value : over->type->item;
    *element = wc_symbolic_binder(self, over, false, type, over->span)->terms[0].atom;
    return held;
}

const wc_linear *wc_symbolic_sum(wc_symbolic *self, const wc_sema_expr *over, const wc_linear *form,
                                 wc_span span)
{
    const wc_linear *collection = wc_symbolic_value(self, over);
    uint64_t id = wc_linear_id(&self->space, collection);
    uint64_t born = wc_linear_born(&self->space, collection);
    uint32_t element = 0;
    const wc_linear *held = held_by(self, over, &element);
    const wc_linear *total = wc_linear_zero();
    for (uint32_t i = 0; i < form->count; i++) {
        const wc_linear_term *term = &form->terms[i];
        bool is_held = held != NULL && term->atom == element;
        const wc_linear *part = is_held ? wc_linear_scale(&self->space, held, term->factor)
                                        : term_sum(self, id, born, span, term);
        total = wc_linear_add(&self->space, total, part, wc_i128_of(1));
    }
    return total;
}

/* --- ranges ----------------------------------------------------------------------------------- */

static const wc_linear *range_of(wc_symbolic *self, const wc_sema_stmt *loop)
{
    const wc_linear *first = wc_symbolic_value(self, loop->a);
    const wc_linear *end = wc_symbolic_value(self, loop->b);
    uint64_t born = wc_linear_born(&self->space, first);
    uint64_t other = wc_linear_born(&self->space, end);
    wc_atom key = {
        .key = {WC_KEY_RANGE, wc_linear_id(&self->space, first), wc_linear_id(&self->space, end)},
        .born = born > other ? born : other,
        .range = wc_range_widest()};
    return wc_linear_atom(&self->space, &key);
}

const wc_linear *wc_symbolic_counter(wc_symbolic *self, const wc_sema_stmt *loop)
{
    const wc_linear *range = range_of(self, loop);
    wc_atom key = {.key = {WC_KEY_BINDER, wc_linear_id(&self->space, range), self->depth},
                   .born = wc_linear_born(&self->space, range)};
    return wc_symbolic_atom(self, key, loop->item->type, loop->item->span);
}

const wc_linear *wc_symbolic_sum_rounds(wc_symbolic *self, const wc_sema_stmt *loop,
                                        const wc_linear *form)
{
    const wc_linear *range = range_of(self, loop);
    uint64_t id = wc_linear_id(&self->space, range);
    uint64_t born = wc_linear_born(&self->space, range);
    wc_span span = {loop->a->span.start, loop->b->span.end, loop->a->span.file};
    const wc_linear *total = wc_linear_zero();
    for (uint32_t i = 0; i < form->count; i++) {
        total = wc_linear_add(&self->space, total, term_sum(self, id, born, span, &form->terms[i]),
                              wc_i128_of(1));
    }
    return total;
}
