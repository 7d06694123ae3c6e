/* Loops over ranges and collections, and the folds sum and forall: binders, bounds, trip counts.
 *
 * Every loop has a bound that the types give: the capacity of the collection, or the greatest end
 * minus the least start of a range. */
#include "compiler/sema/calendar.h"

typedef struct binders {
    wc_sema_local *key;  /* NULL: not named */
    wc_sema_local *item; /* NULL: not named */
    wc_sema_local *zip;  /* of the second series; NULL: not named, or there is none */
} binders;

/* What a loop goes over. */
typedef struct passage {
    wc_sema_expr *over;
    wc_sema_expr *other; /* the second series of `a.zip(b)`, or NULL */
} passage;

/* a.zip(b): two series of one step. */
static bool is_zip(const wc_ast_expr *ast)
{
    return ast->kind == WC_EXPR_CALL && ast->as.call.callee->kind == WC_EXPR_MEMBER &&
           wc_str_equal(ast->as.call.callee->as.member.name.text, WC_STR("zip"));
}

static bool are_series(wc_sema *sema, const wc_sema_expr *a, const wc_sema_expr *b, wc_span span)
{
    if (wc_sema_is_poison(a) || wc_sema_is_poison(b)) return false;
    const wc_sema_expr *odd = a->type->kind != WC_SEMA_SERIES ? a : b;
    if (odd->type->kind != WC_SEMA_SERIES) {
        wc_diag_report(sema->diags, WC_E0405, odd->span, "`zip` pairs two series, not `{}`",
                       odd->type->text);
        return false;
    }
    if (a->type->step == b->type->step) return true;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1104, span,
                                   "these two series have different steps, {} s and {} s",
                                   a->type->step, b->type->step);
    wc_diag_add_note(sema->diags, diag, "bring the finer one to the other's step: resample");
    return false;
}

static passage find_passage(wc_sema *sema, wc_ast_expr *ast)
{
    if (!is_zip(ast)) return (passage){wc_sema_infer_view(sema, ast), NULL};
    const wc_ast_list *args = &ast->as.call.args;
    if (args->count != 1) {
        wc_diag_report(sema->diags, WC_E0403, ast->span, "`zip` is written a.zip(b)");
        return (passage){wc_sema_poison(sema, ast->span), NULL};
    }
    const wc_ast_arg *arg = wc_ast_at(args, 0);
    wc_sema_expr *a = wc_sema_infer_view(sema, ast->as.call.callee->as.member.object);
    wc_sema_expr *b = wc_sema_infer_view(sema, arg->value);
    if (!are_series(sema, a, b, ast->span)) return (passage){wc_sema_poison(sema, ast->span), NULL};
    return (passage){a, b};
}

static uint32_t trips_of(const passage *way)
{
    uint32_t trips = way->over->type->capacity;
    if (way->over->type->kind == WC_SEMA_SERIES) trips = wc_sema_most_intervals(way->over);
    if (way->other == NULL) return trips;
    uint32_t other = wc_sema_most_intervals(way->other);
    return other < trips ? other : trips;
}

static bool can_loop(const wc_sema_type *type)
{
    return wc_sema_is_collection(type) || type->kind == WC_SEMA_SERIES;
}

static const wc_sema_type *key_type(wc_sema *sema, const wc_sema_type *over)
{
    if (over->kind == WC_SEMA_MAP) return over->item;
    wc_assert(over->kind != WC_SEMA_SET);
    return wc_sema_type_int(sema, 0, over->capacity - 1);
}

static const wc_sema_type *item_type(const wc_sema_type *over)
{
    return over->kind == WC_SEMA_MAP ? over->value : over->item;
}

static void report_binders(wc_sema *sema, wc_span span, const wc_sema_type *over)
{
    const char *usage = "(index, item) or item";
    if (over->kind == WC_SEMA_MAP) usage = "(key, value)";
    if (over->kind == WC_SEMA_SET) usage = "key";
    wc_diag_report(sema->diags, WC_E0414, span, "a loop over `{}` binds {}", over->text, usage);
}

static void bind_poison(wc_sema *sema, const wc_ast_list *names)
{
    for (uint32_t i = 0; i < names->count; i++) {
        (void)wc_sema_binder(sema, wc_ast_at(names, i), sema->poison);
    }
}

static void bind_series(wc_sema *sema, const wc_ast_name *name, wc_sema_expr *series,
                        wc_sema_local **local)
{
    *local = wc_sema_binder(sema, name, series->type->item);
    wc_assert(*local != NULL); /* `_` is no name of a loop */
    (*local)->is_quiet = true;
    (*local)->over = series;
    wc_sema_need_present(sema, series, NULL, series->span);
}

/* (x, y) or (index, x, y). */
static bool bind_pair(wc_sema *sema, const wc_ast_list *names, const passage *way, wc_span span,
                      binders *bound)
{
    *bound = (binders){NULL, NULL, NULL};
    if (names->count != 2 && names->count != 3) {
        wc_diag_report(sema->diags, WC_E0414, span,
                       "a loop over two series binds (x, y) or (index, x, y)");
        bind_poison(sema, names);
        return false;
    }
    uint32_t first = names->count - 2;
    if (first == 1) {
        bound->key = wc_sema_binder(sema, wc_ast_at(names, 0), key_type(sema, way->over->type));
        wc_assert(bound->key != NULL);
        bound->key->is_quiet = true;
    }
    bind_series(sema, wc_ast_at(names, first), way->over, &bound->item);
    bind_series(sema, wc_ast_at(names, first + 1), way->other, &bound->zip);
    return true;
}

/* Declares the names of a loop over a collection; false after a report, names are poison then. */
static bool bind(wc_sema *sema, const wc_ast_list *names, const passage *way, wc_span span,
                 binders *bound)
{
    wc_sema_expr *over = way->over;
    if (way->other != NULL) return bind_pair(sema, names, way, span, bound);
    *bound = (binders){NULL, NULL, NULL};
    const wc_sema_type *type = over->type;
    if (wc_sema_is_poison(over) || !can_loop(type)) {
        if (!wc_sema_is_poison(over)) {
            wc_diag_report(sema->diags, WC_E0405, over->span, "`{}` has no elements to go over",
                           type->text);
        }
        bind_poison(sema, names);
        return false;
    }
    bool is_pair = names->count == 2;
    bool fits =
        is_pair ? type->kind != WC_SEMA_SET : names->count == 1 && type->kind != WC_SEMA_MAP;
    if (!fits) {
        report_binders(sema, span, type);
        bind_poison(sema, names);
        return false;
    }
    const wc_ast_name *item = wc_ast_at(names, names->count - 1);
    if (is_pair) bound->key = wc_sema_binder(sema, wc_ast_at(names, 0), key_type(sema, type));
    bound->item = wc_sema_binder(sema, item, item_type(type));
    if (bound->key != NULL) bound->key->is_quiet = true; /* a map binds both, needed or not */
    if (bound->item != NULL) bound->item->is_quiet = true;
    if (bound->item != NULL) bound->item->over = over;
    if (bound->item != NULL && type->kind == WC_SEMA_SERIES) {
        wc_sema_need_present(sema, over, NULL, over->span);
    }
    return true;
}

/* --- for -------------------------------------------------------------------------------------- */

static void check_nesting(wc_sema *sema, wc_sema_open_loop *loop)
{
    loop->depth = loop->outer == NULL ? 1 : loop->outer->depth + 1;
    if (loop->depth != WC_LOOP_NESTING_MAX + 1) return;
    wc_sema_limit(sema, loop->span, "loops inside each other", WC_LOOP_NESTING_MAX);
}

static wc_sema_block *loop_body(wc_sema *sema, wc_ast_block *ast, const wc_sema_expr *over,
                                wc_span span)
{
    wc_sema_open_loop loop = {.outer = sema->body->loops, .over = over, .span = span};
    check_nesting(sema, &loop);
    uint64_t states = sema->body->states; /* also after no round at all */
    sema->body->loops = &loop;
    wc_sema_block *body = wc_sema_check_block(sema, ast);
    sema->body->loops = loop.outer;
    sema->body->states = states;
    return body;
}

/* The header alone: what a message about the loop points at. */
static wc_span loop_header(const wc_ast_stmt *ast)
{
    wc_span span = ast->span;
    span.end = ast->as.loop.body->span.start;
    return span;
}

static bool range_trips(wc_sema *sema, const wc_sema_expr *from, const wc_sema_expr *to,
                        wc_span span, uint32_t *trips)
{
    wc_i128 most;
    wc_i128 zero = wc_i128_of(0);
    wc_status status = wc_i128_sub(to->range.hi, from->range.lo, &most);
    wc_assert(status == WC_OK); /* both fit 64 bits */
    if (wc_i128_compare(most, zero) < 0) most = zero;
    if (wc_i128_compare(most, wc_i128_of(WC_LOOP_TRIPS_MAX)) <= 0) {
        *trips = (uint32_t)most.lo;
        return true;
    }
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0902, span, "the number of rounds has no bound");
    wc_diag_add_label(sema->diags, diag, from->span, "{}", from->type->text);
    wc_diag_add_label(sema->diags, diag, to->span, "{}", to->type->text);
    wc_diag_add_note(sema->diags, diag,
                     "a loop has at most {} rounds: give the end a range, for example int<0..96>",
                     WC_LOOP_TRIPS_MAX);
    return false;
}

static wc_sema_stmt *check_range(wc_sema *sema, wc_ast_stmt *ast)
{
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_FOR_RANGE, ast->span);
    const wc_ast_list *names = &ast->as.loop.names;
    stmt->a = wc_sema_value(sema, ast->as.loop.over, sema->integer, "the start");
    stmt->b = wc_sema_value(sema, ast->as.loop.end, sema->integer, "the end");
    bool fine = !wc_sema_is_poison(stmt->a) && !wc_sema_is_poison(stmt->b);
    if (names->count != 1) {
        wc_diag_report(sema->diags, WC_E0414, loop_header(ast),
                       "a loop over a range binds one name");
        fine = false;
    }
    fine = fine && range_trips(sema, stmt->a, stmt->b, loop_header(ast), &stmt->trips);
    uint32_t mark = wc_sema_scope_open(sema);
    if (fine) {
        stmt->item = wc_sema_binder(sema, wc_ast_at(names, 0), sema->integer);
        if (stmt->item != NULL) stmt->item->is_quiet = true;
        if (stmt->item != NULL && stmt->trips > 0) {
            wc_sema_range one = wc_range_of(1, 1);
            stmt->item->range.lo = stmt->a->range.lo;
            stmt->item->range.hi = wc_range_sub(stmt->b->range, one).hi;
        }
    } else {
        bind_poison(sema, names);
    }
    stmt->body = loop_body(sema, ast->as.loop.body, NULL, loop_header(ast));
    wc_sema_scope_end(sema, mark);
    return fine ? stmt : NULL;
}

wc_sema_stmt *wc_sema_check_for(wc_sema *sema, wc_ast_stmt *ast)
{
    wc_sema_note_scope(sema, ast->span);
    if (ast->as.loop.end != NULL) return check_range(sema, ast);
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_FOR_EACH, ast->span);
    const passage way = find_passage(sema, ast->as.loop.over);
    uint32_t mark = wc_sema_scope_open(sema);
    binders bound;
    bool fine = bind(sema, &ast->as.loop.names, &way, loop_header(ast), &bound);
    stmt->a = way.over;
    stmt->b = way.other;
    stmt->key = bound.key;
    stmt->item = bound.item;
    stmt->zip = bound.zip;
    stmt->trips = fine ? trips_of(&way) : 0;
    stmt->body = loop_body(sema, ast->as.loop.body, fine ? stmt->a : NULL, loop_header(ast));
    wc_sema_scope_end(sema, mark);
    return fine ? stmt : NULL;
}

/* --- sum and forall --------------------------------------------------------------------------- */

static wc_sema_expr *finish_sum(wc_sema *sema, wc_sema_expr *node)
{
    const wc_sema_expr *body = node->c;
    wc_assert(!wc_sema_is_poison(body));
    if (!wc_sema_is_number(body->type)) {
        wc_diag_report(sema->diags, WC_E0405, body->span, "`sum` adds numbers, not `{}`",
                       body->type->text);
        return wc_sema_poison(sema, node->span);
    }
    node->type = wc_sema_place_type(sema, body->type);
    wc_sema_range times = wc_range_of(0, node->trips);
    return wc_sema_ranged(node, wc_range_mul(body->range, times));
}

/* sum(xs): the elements themselves. */
static wc_sema_expr *sum_elements(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *node)
{
    const wc_sema_type *type = node->a->type;
    if (wc_sema_is_poison(node->a)) return node->a;
    if (node->b != NULL) {
        wc_diag_report(sema->diags, WC_E0414, ast->span,
                       "say what to add: sum((x, y) in a.zip(b) : x * y)");
        return wc_sema_poison(sema, ast->span);
    }
    if (!can_loop(type)) {
        wc_diag_report(sema->diags, WC_E0405, node->a->span, "`{}` has no elements to add",
                       type->text);
        return wc_sema_poison(sema, ast->span);
    }
    if (type->kind == WC_SEMA_SERIES) wc_sema_need_present(sema, node->a, NULL, node->a->span);
    const wc_ast_name name = {.text = WC_STR("item"), .span = ast->span};
    node->local = wc_sema_local_new(sema, &name, item_type(type));
    node->local->over = node->a;
    node->trips = trips_of(&(passage){node->a, NULL});
    node->c = wc_sema_local_value(sema, node->local, ast->span);
    return finish_sum(sema, node);
}

wc_sema_expr *wc_sema_check_fold(wc_sema *sema, wc_ast_expr *ast)
{
    bool is_sum = ast->kind == WC_EXPR_SUM;
    wc_sema_op op = is_sum ? WC_OPER_SUM : WC_OPER_FORALL;
    wc_sema_expr *node = wc_sema_node(sema, op, sema->boolean, ast->span);
    const passage way = find_passage(sema, ast->as.fold.over);
    node->a = way.over;
    node->b = way.other;
    if (ast->as.fold.body == NULL) return sum_elements(sema, ast, node);
    wc_sema_note_scope(sema, ast->span);
    uint32_t mark = wc_sema_scope_open(sema);
    binders bound;
    bool fine = bind(sema, &ast->as.fold.names, &way, ast->span, &bound);
    node->key = bound.key;
    node->local = bound.item;
    node->zip = bound.zip;
    node->trips = fine ? trips_of(&way) : 0;
    wc_sema_open_loop loop = {
        .outer = sema->body->loops, .over = fine ? node->a : NULL, .span = ast->span};
    check_nesting(sema, &loop);
    sema->body->loops = &loop;
    wc_sema_evidence *known = sema->body->evidence;
    node->c = is_sum ? wc_sema_infer(sema, ast->as.fold.body, NULL)
                     : wc_sema_condition(sema, ast->as.fold.body);
    sema->body->evidence = known;
    sema->body->loops = loop.outer;
    wc_sema_scope_end(sema, mark);
    if (!fine || wc_sema_is_poison(node->c)) return wc_sema_poison(sema, ast->span);
    return is_sum ? finish_sum(sema, node) : node;
}
