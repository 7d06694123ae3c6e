/* Aggregates and collections: making them, reading their parts, running over them. */
#include "compiler/interp/machine.h"

/* --- elements --------------------------------------------------------------------------------- */

wc_ival wc_interp_element(wc_interp *in, wc_interp_frame *frame, const wc_sema_type *type,
                          const wc_ival *all, const wc_exact *index, wc_span span)
{
    wc_exact count = wc_exact_of(all->count);
    if (index->is_negative || wc_exact_compare(index, &count) >= 0) {
        wc_interp_trap(in, frame, WC_TRAP_INDEX, span);
    }
    uint32_t at = (uint32_t)wc_exact_i64(index);
    if (type->kind == WC_SEMA_SERIES && all->qualities[at] == WC_INTERP_MISSING) {
        wc_interp_trap(in, frame, WC_TRAP_MISSING, span);
    }
    return all->parts[at];
}

static wc_ival element(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival all = wc_interp_eval(in, frame, expr->a);
    wc_exact index = wc_exact_of(wc_interp_int(in, frame, expr->b));
    return wc_interp_element(in, frame, expr->a->type, &all, &index, expr->span);
}

/* series.at(t): interval floor((t - start) / step). */
static wc_ival at_time(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival series = wc_interp_eval(in, frame, expr->a);
    wc_exact past = wc_exact_of(wc_interp_int(in, frame, expr->b));
    past = wc_exact_subtract(past, series.number);
    if (!wc_exact_fits(&past, 64)) wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
    bool has_remainder;
    wc_exact step = wc_exact_of(expr->a->type->step);
    wc_exact index = wc_exact_divide(past, step, WC_ROUND_FLOOR, &has_remainder);
    return wc_interp_element(in, frame, expr->a->type, &series, &index, expr->span);
}

/* m[k], m.get(k), m.get_or(k, d), m.has(k). */
static wc_ival looked_up(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival all = wc_interp_eval(in, frame, expr->a);
    wc_ival key = wc_interp_eval(in, frame, expr->b);
    wc_ival other = {.count = 0};
    if (expr->op == WC_OPER_MAP_GET_OR) other = wc_interp_eval(in, frame, expr->c);
    uint32_t at;
    bool is_there = wc_ival_find(expr->a->type, &all, &key, &at);
    if (expr->op == WC_OPER_HAS) return wc_ival_bool(is_there);
    if (expr->op == WC_OPER_MAP_FIND) {
        wc_ival option = wc_ival_number(is_there);
        option.count = is_there;
        if (is_there) option.parts = &all.parts[at];
        return option;
    }
    if (is_there) return all.parts[at];
    if (expr->op == WC_OPER_MAP_GET) wc_interp_trap(in, frame, WC_TRAP_NO_KEY, expr->span);
    return other;
}

static wc_ival quality(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival series = wc_interp_eval(in, frame, expr->a);
    if (expr->op == WC_OPER_QCOUNT) {
        int64_t count = 0;
        for (uint32_t i = 0; i < series.count; i++) count += series.qualities[i] == expr->index;
        return wc_ival_number(count);
    }
    int64_t index = wc_interp_int(in, frame, expr->b);
    if (index < 0 || index >= (int64_t)series.count) {
        wc_interp_trap(in, frame, WC_TRAP_INDEX, expr->span);
    }
    return wc_ival_number(series.qualities[index]);
}

static wc_ival length(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival all = wc_interp_eval(in, frame, expr->a);
    bool is_text = expr->a->type->kind == WC_SEMA_TEXT;
    return wc_ival_number(is_text ? (int64_t)all.bytes.len : (int64_t)all.count);
}

/* --- intervals -------------------------------------------------------------------------------- */

static wc_ival pair(wc_interp *in, const wc_exact *start, const wc_exact *end)
{
    wc_ival *ends = WC_INTERP_ARRAY(in, wc_ival, 2);
    ends[0].number = *start;
    ends[1].number = *end;
    return (wc_ival){.count = 2, .parts = ends};
}

static wc_ival interval(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival a = wc_interp_eval(in, frame, expr->a);
    if (expr->op == WC_OPER_SPAN) {
        wc_exact span = wc_exact_of((int64_t)a.count * (int64_t)expr->a->type->step);
        wc_exact end = wc_exact_add(a.number, span);
        if (!wc_exact_fits(&end, 64)) wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
        return pair(in, &a.number, &end);
    }
    wc_ival b = wc_interp_eval(in, frame, expr->b);
    if (wc_exact_compare(&a.number, &b.number) > 0) {
        wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
    }
    return pair(in, &a.number, &b.number);
}

static wc_ival end_of(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival span = wc_interp_eval(in, frame, expr->a);
    bool is_series = expr->a->type->kind == WC_SEMA_SERIES;
    if (expr->op == WC_OPER_START) {
        return (wc_ival){.number = is_series ? span.number : span.parts[0].number};
    }
    if (expr->op == WC_OPER_END) return span.parts[1];
    wc_exact length = wc_exact_subtract(span.parts[1].number, span.parts[0].number);
    if (!wc_exact_fits(&length, 64)) wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
    return (wc_ival){.number = length};
}

/* --- over a collection ------------------------------------------------------------------------ */

void wc_interp_bind(wc_interp *in, wc_interp_frame *frame, const wc_interp_binders *binders,
                    const wc_ival *all, uint32_t at)
{
    const wc_sema_type *type = binders->over->type;
    if (binders->key != NULL) {
        wc_ival value = type->kind == WC_SEMA_MAP ? all->keys[at] : wc_ival_number(at);
        wc_interp_set(in, frame, binders->key, &value);
    }
    wc_exact index = wc_exact_of(at);
    wc_ival value = wc_interp_element(in, frame, type, all, &index, binders->over->span);
    wc_interp_set(in, frame, binders->item, &value);
}

static wc_interp_way way_of(const wc_sema_expr *fold)
{
    return (wc_interp_way){
        .over = fold->a, .other = fold->b, .key = fold->key, .item = fold->local, .zip = fold->zip};
}

static wc_ival sum(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival total = {.count = 0};
    wc_interp_way way = way_of(expr);
    wc_interp_way_open(in, frame, &way, expr->span);
    for (uint32_t i = way.first; i < way.end; i++) {
        wc_interp_way_bind(in, frame, &way, i);
        wc_ival value = wc_interp_eval(in, frame, expr->c);
        total.number = wc_exact_add(total.number, value.number);
        if (!wc_exact_fits(&total.number, 128)) {
            wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
        }
    }
    return total;
}

static bool for_all(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_interp_way way = way_of(expr);
    wc_interp_way_open(in, frame, &way, expr->span);
    for (uint32_t i = way.first; i < way.end; i++) {
        wc_interp_way_bind(in, frame, &way, i);
        if (!wc_interp_true(in, frame, expr->c)) return false;
    }
    return true;
}

/* --- making ----------------------------------------------------------------------------------- */

static wc_ival made(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival value = {.count = expr->arg_count};
    value.parts = wc_interp_eval_all(in, frame, expr->args, expr->arg_count);
    if (expr->op == WC_OPER_VARIANT) value.number = wc_exact_of(expr->index);
    return value;
}

wc_ival wc_interp_parts(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival value;
    bool is_fold = expr->op == WC_OPER_SUM || expr->op == WC_OPER_FORALL;
    if (!is_fold && expr->op != WC_OPER_SLICE && expr->a != NULL && expr->a->op == WC_OPER_WINDOW) {
        return wc_interp_window_value(in, frame, expr);
    }
    if (wc_interp_time_value(in, frame, expr, &value)) return value;
    switch ((int)expr->op) {
    case WC_OPER_TEXT: return wc_ival_bytes(expr->text.data, expr->text.len);
    case WC_OPER_MEMBER: return wc_interp_eval(in, frame, expr->a).parts[expr->index];
    case WC_OPER_START:
    case WC_OPER_END:
    case WC_OPER_LENGTH: return end_of(in, frame, expr);
    case WC_OPER_SPAN:
    case WC_OPER_INTERVAL: return interval(in, frame, expr);
    case WC_OPER_INDEX: return element(in, frame, expr);
    case WC_OPER_AT: return at_time(in, frame, expr);
    case WC_OPER_MAP_GET:
    case WC_OPER_MAP_FIND:
    case WC_OPER_MAP_GET_OR:
    case WC_OPER_HAS: return looked_up(in, frame, expr);
    case WC_OPER_LEN: return length(in, frame, expr);
    case WC_OPER_QUALITY:
    case WC_OPER_QCOUNT: return quality(in, frame, expr);
    case WC_OPER_SUM: return sum(in, frame, expr);
    case WC_OPER_FORALL: return wc_ival_bool(for_all(in, frame, expr));
    case WC_OPER_RECORD:
    case WC_OPER_TUPLE:
    case WC_OPER_VARIANT:
    case WC_OPER_LIST: return made(in, frame, expr);
    case WC_OPER_EMPTY: return (wc_ival){.count = 0};
    case WC_OPER_SET_ADD: return wc_ival_bool(wc_interp_set_add(in, frame, expr));
    default: break;
    }
    wc_assert(expr->op == WC_OPER_REMOVE); /* the last of the checked tree */
    return wc_ival_bool(wc_interp_removed(in, frame, expr));
}
