/* What is written: the place's operands first, left to right; then the value; then the write.
 *
 * Values are immutable, so writing an element makes new containers up to the root. An element of
 * which a part is written must be there before the value is computed; an element that is written
 * whole is looked up when it is written, and a map then makes the entry it has not got. */
#include "compiler/interp/machine.h"

void wc_interp_place_of(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr,
                        wc_interp_place *place)
{
    uint16_t count = 0;
    const wc_sema_expr *step = expr;
    for (; step->op == WC_OPER_MEMBER || step->op == WC_OPER_INDEX || step->op == WC_OPER_MAP_GET;
         step = step->a) {
        wc_assert(count < WC_INTERP_STEPS_MAX); /* each goes one level down in the type */
        count++;
    }
    wc_assert(step->op == WC_OPER_LOCAL || step->op == WC_OPER_FIELD);
    place->root = step;
    place->count = count;
    for (step = expr; count > 0; step = step->a) place->steps[--count] = step;
    for (uint16_t i = 0; i < place->count; i++) {
        if (place->steps[i]->op == WC_OPER_MEMBER) continue;
        place->operands[i] = wc_interp_eval(in, frame, place->steps[i]->b);
    }
}

static wc_ival part_of(wc_interp *in, wc_interp_frame *frame, const wc_interp_place *place,
                       uint16_t step, const wc_ival *all)
{
    const wc_sema_expr *expr = place->steps[step];
    if (expr->op == WC_OPER_MEMBER) return all->parts[expr->index];
    const wc_ival *operand = &place->operands[step];
    if (expr->op == WC_OPER_INDEX) {
        return wc_interp_element(in, frame, expr->a->type, all, &operand->number, expr->span);
    }
    uint32_t at;
    if (!wc_ival_find(expr->a->type, all, operand, &at)) {
        wc_interp_trap(in, frame, WC_TRAP_NO_KEY, expr->span);
    }
    return all->parts[at];
}

static wc_ival root_value(wc_interp *in, const wc_interp_frame *frame, const wc_sema_expr *root)
{
    if (root->op == WC_OPER_LOCAL) return frame->locals[root->local->index];
    return wc_interp_self(in, frame)->fields[root->index];
}

wc_ival wc_interp_place_read(wc_interp *in, wc_interp_frame *frame, const wc_interp_place *place,
                             uint16_t depth)
{
    wc_ival value = root_value(in, frame, place->root);
    for (uint16_t i = 0; i < depth; i++) value = part_of(in, frame, place, i, &value);
    return value;
}

/* `all` with the part that a step names replaced. */
static wc_ival rebuilt(wc_interp *in, wc_interp_frame *frame, const wc_interp_place *place,
                       uint16_t step, const wc_ival *all, const wc_ival *part)
{
    const wc_sema_expr *expr = place->steps[step];
    if (expr->op == WC_OPER_MEMBER) return wc_ival_replace(in, all, expr->index, part);
    const wc_ival *operand = &place->operands[step];
    if (expr->op == WC_OPER_INDEX) {
        (void)wc_interp_element(in, frame, expr->a->type, all, &operand->number, expr->span);
        return wc_ival_replace(in, all, (uint32_t)wc_exact_i64(&operand->number), part);
    }
    uint32_t at;
    const wc_sema_type *type = expr->a->type;
    if (wc_ival_find(type, all, operand, &at)) return wc_ival_replace(in, all, at, part);
    if (all->count == type->capacity) wc_interp_builtin(in, frame, WC_BUILTIN_Full, expr->span);
    return wc_ival_insert(in, all, at, operand, part);
}

void wc_interp_place_write(wc_interp *in, wc_interp_frame *frame, const wc_interp_place *place,
                           const wc_ival *value)
{
    wc_ival all[WC_INTERP_STEPS_MAX + 1];
    all[0] = root_value(in, frame, place->root);
    for (uint16_t i = 0; i + 1 < place->count; i++) {
        all[i + 1] = part_of(in, frame, place, i, &all[i]);
    }
    wc_ival made = *value;
    for (uint16_t i = place->count; i-- > 0;) {
        made = rebuilt(in, frame, place, i, &all[i], &made);
    }
    if (place->root->op == WC_OPER_LOCAL) {
        frame->locals[place->root->local->index] = made;
    } else {
        wc_interp_self(in, frame)->fields[place->root->index] = made;
    }
}

/* --- collections that grow and shrink --------------------------------------------------------- */

bool wc_interp_set_add(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_interp_place place;
    wc_interp_place_of(in, frame, expr->a, &place);
    wc_ival key = wc_interp_eval(in, frame, expr->b);
    wc_ival all = wc_interp_place_read(in, frame, &place, place.count);
    uint32_t at;
    if (wc_ival_find(expr->a->type, &all, &key, &at)) return false;
    if (all.count == expr->a->type->capacity) {
        wc_interp_builtin(in, frame, WC_BUILTIN_Full, expr->span);
    }
    all = wc_ival_insert(in, &all, at, NULL, &key);
    wc_interp_place_write(in, frame, &place, &all);
    return true;
}

bool wc_interp_removed(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_interp_place place;
    wc_interp_place_of(in, frame, expr->a, &place);
    wc_ival key = wc_interp_eval(in, frame, expr->b);
    wc_ival all = wc_interp_place_read(in, frame, &place, place.count);
    uint32_t at;
    if (!wc_ival_find(expr->a->type, &all, &key, &at)) return false;
    all = wc_ival_remove(in, &all, at);
    wc_interp_place_write(in, frame, &place, &all);
    return true;
}

static void full_unless_room(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt,
                             const wc_ival *all)
{
    if (all->count == stmt->a->type->capacity) {
        wc_interp_builtin(in, frame, WC_BUILTIN_Full, stmt->span);
    }
}

/* m[k] += v: an absent entry counts as zero. */
static wc_ival added(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt,
                     const wc_interp_place *place)
{
    const wc_sema_type *type = stmt->a->type;
    wc_ival key = wc_interp_eval(in, frame, stmt->b);
    wc_exact delta = wc_exact_of(wc_interp_int(in, frame, stmt->c));
    wc_ival all = wc_interp_place_read(in, frame, place, place->count);
    uint32_t at;
    bool is_there = wc_ival_find(type, &all, &key, &at);
    wc_ival total = {.number = is_there ? wc_exact_add(all.parts[at].number, delta) : delta};
    if (!wc_ival_fits(type->value, &total)) wc_interp_trap(in, frame, WC_TRAP_RANGE, stmt->span);
    if (!is_there) full_unless_room(in, frame, stmt, &all);
    return is_there ? wc_ival_replace(in, &all, at, &total)
                    : wc_ival_insert(in, &all, at, &key, &total);
}

/* Behind every element that is not later in the order: equal ones stay in order of arrival. */
static wc_ival inserted(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt,
                        const wc_interp_place *place)
{
    const wc_sema_type *type = stmt->a->type;
    wc_ival one = wc_interp_eval(in, frame, stmt->b);
    wc_ival all = wc_interp_place_read(in, frame, place, place->count);
    full_unless_room(in, frame, stmt, &all);
    const wc_sema_type *key = type->item->members[type->order].type;
    uint32_t at = 0;
    for (; at < all.count; at++) {
        int order =
            wc_ival_compare(key, &all.parts[at].parts[type->order], &one.parts[type->order]);
        if (type->is_descending ? order < 0 : order > 0) break;
    }
    return wc_ival_insert(in, &all, at, NULL, &one);
}

bool wc_interp_collection_stmt(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    wc_interp_place place;
    wc_ival made = {.count = 0};
    bool is_ours = stmt->kind == WC_DO_MAP_ADD || stmt->kind == WC_DO_PUSH ||
                   stmt->kind == WC_DO_INSERT || stmt->kind == WC_DO_DELETE ||
                   stmt->kind == WC_DO_CLEAR;
    if (!is_ours) return false;
    wc_interp_place_of(in, frame, stmt->a, &place);
    if (stmt->kind == WC_DO_MAP_ADD) {
        made = added(in, frame, stmt, &place);
    } else if (stmt->kind == WC_DO_INSERT) {
        made = inserted(in, frame, stmt, &place);
    } else if (stmt->kind == WC_DO_PUSH) {
        wc_ival one = wc_interp_eval(in, frame, stmt->b);
        wc_ival all = wc_interp_place_read(in, frame, &place, place.count);
        full_unless_room(in, frame, stmt, &all);
        made = wc_ival_insert(in, &all, all.count, NULL, &one);
    } else if (stmt->kind == WC_DO_DELETE) {
        wc_exact index = wc_exact_of(wc_interp_int(in, frame, stmt->b));
        wc_ival all = wc_interp_place_read(in, frame, &place, place.count);
        (void)wc_interp_element(in, frame, stmt->a->type, &all, &index, stmt->span);
        made = wc_ival_remove(in, &all, (uint32_t)wc_exact_i64(&index));
    }
    wc_interp_place_write(in, frame, &place, &made);
    return true;
}
