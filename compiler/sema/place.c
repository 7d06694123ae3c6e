/* What can be written, and the statements that write: assignments and methods without a value.
 *
 * A place is a chain of members and elements that starts at a `var` or at a storage field. */
#include "compiler/sema/calendar.h"

#define WC_STEPS_MAX (WC_TYPE_NESTING_MAX + 1)

/* --- paths of places (E1007) ------------------------------------------------------------------ */

typedef struct chain {
    const wc_sema_expr *root;
    uint32_t count;
    uint32_t steps[WC_STEPS_MAX]; /* member number, or UINT32_MAX for an element */
} chain;

static void follow(const wc_sema_expr *expr, chain *to)
{
    uint32_t reversed[WC_STEPS_MAX];
    uint32_t count = 0;
    for (;;) { /* ends: types nest WC_TYPE_NESTING_MAX levels */
        wc_assert(count < WC_STEPS_MAX);
        if (expr->op == WC_OPER_MEMBER) {
            reversed[count++] = expr->index;
        } else if (expr->op == WC_OPER_INDEX || expr->op == WC_OPER_MAP_GET) {
            reversed[count++] = UINT32_MAX;
        } else {
            break;
        }
        expr = expr->a;
    }
    to->root = expr;
    to->count = count;
    for (uint32_t i = 0; i < count; i++) to->steps[i] = reversed[count - 1 - i];
}

/* One lies inside the other. */
static bool overlap(const wc_sema_expr *a, const wc_sema_expr *b)
{
    chain left;
    chain right;
    follow(a, &left);
    follow(b, &right);
    if (left.root->op != right.root->op) return false;
    bool same_local = left.root->op == WC_OPER_LOCAL && left.root->local == right.root->local;
    bool same_field = left.root->op == WC_OPER_FIELD && left.root->index == right.root->index;
    if (!same_local && !same_field) return false;
    uint32_t shorter = left.count < right.count ? left.count : right.count;
    for (uint32_t i = 0; i < shorter; i++) {
        if (left.steps[i] != right.steps[i]) return false;
    }
    return true;
}

static bool check_loops(wc_sema *sema, const wc_sema_expr *place, wc_span span)
{
    const wc_sema_open_loop *loop = sema->body->loops;
    for (; loop != NULL; loop = loop->outer) {
        if (loop->over == NULL || !overlap(loop->over, place)) continue;
        wc_diag *diag = wc_diag_report(sema->diags, WC_E1007, span,
                                       "this changes the collection that a loop runs over");
        wc_diag_add_label(sema->diags, diag, loop->span, "this loop");
        wc_diag_add_note(sema->diags, diag,
                         "collect the changes in another collection and apply them after the loop");
        return false;
    }
    return true;
}

/* --- roots ------------------------------------------------------------------------------------ */

static bool refuse(wc_sema *sema, wc_span span, const char *why)
{
    wc_diag_report(sema->diags, WC_E0406, span, "this cannot be changed: {}", why);
    return false;
}

static bool local_written(wc_sema *sema, wc_sema_local *local, wc_span span)
{
    if (local->is_mutable) {
        local->is_written = true;
        return true;
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0406, span,
                                   "`{}` cannot be changed: it is not a `var`", local->name);
    wc_diag_add_label(sema->diags, diag, local->span, "declared here");
    wc_diag_add_note(sema->diags, diag, "declare it with `var`, or give the new value a new name");
    return false;
}

static bool field_written(wc_sema *sema, uint16_t index, wc_span span)
{
    wc_sema_body *body = sema->body;
    const wc_sema_field *field = &sema->contract->fields[index];
    if (field->is_generated && field->owner != body->module) {
        const wc_sema_module *owner = field->owner;
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E1207, span, "`{}` belongs to {}", field->name,
                           owner->is_made ? "an open proposal" : "a mix-in");
        wc_diag_add_note(sema->diags, diag, "only its own actions write it: call them");
        return false;
    }
    bool may_write =
        body->place == WC_IN_ACTION || body->place == WC_IN_AFTER || body->place == WC_IN_UPGRADE;
    if (may_write && !body->in_ensures && !body->in_requires) {
        body->writes[index / 64] |= UINT64_C(1) << index % 64;
        return true;
    }
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E1002, span, "only actions and time-outs write the storage");
    wc_diag_add_note(sema->diags, diag, "views, functions, conditions and invariants only read");
    return false;
}

static bool term_refused(wc_sema *sema, uint16_t index, wc_span span)
{
    const wc_sema_term *term = &sema->contract->terms[index];
    if (!term->is_amendable) return refuse(sema, span, "terms are agreed");
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0406, span,
                                   "this cannot be changed: all signatories agree on a term");
    wc_diag_add_note(sema->diags, diag, "they call propose_{} and accept_{}", term->name,
                     term->name);
    return false;
}

/* A mix-in may put another party into a place: it knows who has to agree. */
static bool party_written(wc_sema *sema, wc_span span)
{
    const wc_sema_body *body = sema->body;
    if (body->module->is_part && body->place == WC_IN_ACTION) {
        wc_sema_effect_add(sema, WC_EFFECT_PARTIES);
        return true;
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0406, span,
                                   "this cannot be changed: parties are bound by their signature");
    wc_diag_add_note(sema->diags, diag,
                     "`use std.lifecycle.assign(...)` lets a party hand on its place");
    return false;
}

bool wc_sema_written(wc_sema *sema, wc_sema_expr *place, wc_span span)
{
    const wc_sema_expr *expr = place;
    while (expr->op == WC_OPER_MEMBER || expr->op == WC_OPER_INDEX || expr->op == WC_OPER_MAP_GET) {
        wc_sema_kind kind = expr->a->type->kind;
        if (expr->op == WC_OPER_INDEX && kind == WC_SEMA_SORTED) {
            return refuse(sema, span, "delete the element of a `sorted` and insert the new one");
        }
        if (expr->op == WC_OPER_INDEX && kind == WC_SEMA_SERIES) {
            return refuse(sema, span, "s.set(index, value, quality) does it, on a `var`");
        }
        expr = expr->a;
    }
    if (expr->op == WC_OPER_LOCAL && !local_written(sema, expr->local, span)) return false;
    if (expr->op == WC_OPER_FIELD && !field_written(sema, expr->index, span)) return false;
    if (expr->op == WC_OPER_TERM && sema->body->module->is_made) return expr == place;
    if (expr->op == WC_OPER_PARTY) return party_written(sema, span);
    if (expr->op == WC_OPER_TERM) return term_refused(sema, expr->index, span);
    if (expr->op != WC_OPER_LOCAL && expr->op != WC_OPER_FIELD) {
        return refuse(sema, span, "it is not a variable or a storage field");
    }
    return check_loops(sema, place, span);
}

/* --- assignments ------------------------------------------------------------------------------ */

/* A value for a variable without a written type: exact, with the variable's scale. */
wc_sema_expr *wc_sema_wide_value(wc_sema *sema, wc_sema_expr *value, const wc_sema_local *local)
{
    wc_assert(!wc_sema_is_poison(value));
    if (!wc_sema_is_number(value->type)) return wc_sema_fit(sema, value, local->type, "the value");
    wc_sema_expr *zero = wc_sema_number(sema, wc_i128_of(0), local->type, value->span);
    if (!wc_sema_unify(sema, &value, &zero, "=", value->span)) {
        return wc_sema_poison(sema, value->span);
    }
    if (wc_sema_flight(sema, value->type, zero->type) == local->type) return value;
    return wc_sema_fit_number(sema, value, local->type, "the value"); /* reports the scale */
}

static wc_sema_expr *into_place(wc_sema *sema, wc_sema_expr *value, const wc_sema_expr *place)
{
    bool is_wide = place->op == WC_OPER_LOCAL && place->local->is_wide;
    if (is_wide) return wc_sema_wide_value(sema, value, place->local);
    return wc_sema_fit(sema, value, place->type, "the value");
}

static wc_sema_expr *changed(wc_sema *sema, const wc_ast_stmt *ast, wc_sema_expr *place,
                             wc_sema_expr *value)
{
    bool is_add = ast->as.assign.op == WC_ASSIGN_ADD;
    wc_sema_expr *current = wc_sema_node(sema, WC_OPER_CURRENT, place->type, place->span);
    if (place->op == WC_OPER_LOCAL) {
        current->range = place->local->range;
        current->is_wide = place->local->is_wide;
    }
    wc_sema_expr *a = current;
    if (!wc_sema_unify(sema, &a, &value, is_add ? "+=" : "-=", ast->span)) {
        return wc_sema_poison(sema, ast->span);
    }
    const wc_sema_type *type = wc_sema_flight(sema, a->type, value->type);
    wc_sema_op op = is_add ? WC_OPER_ADD : WC_OPER_SUB;
    return wc_sema_arith(sema, op, type, a, value, ast->as.assign.value->span);
}

/* m[k] += v: an absent entry counts as zero, so this is one operation. */
static wc_sema_stmt *map_add(wc_sema *sema, const wc_ast_stmt *ast, wc_sema_expr *place,
                             wc_sema_expr *value)
{
    if (ast->as.assign.op == WC_ASSIGN_SUB) value = wc_sema_negate(sema, value, value->span);
    const wc_sema_type *type = wc_sema_place_type(sema, place->type);
    value = wc_sema_fit(sema, value, type, "the change");
    if (wc_sema_is_poison(value)) return NULL;
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_MAP_ADD, ast->span);
    stmt->a = place->a;
    stmt->b = place->b;
    stmt->c = value;
    return stmt;
}

/* The place of an assignment. Naming a variable on the left is not reading it. */
static wc_sema_expr *check_place(wc_sema *sema, wc_ast_expr *ast)
{
    wc_ast_expr_kind kind = ast->kind;
    if (kind != WC_EXPR_NAME && kind != WC_EXPR_MEMBER && kind != WC_EXPR_INDEX) {
        wc_diag_report(sema->diags, WC_E0406, ast->span, "this is not a place to assign to");
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_local *local = NULL;
    if (kind == WC_EXPR_NAME) {
        wc_sema_symbol *symbol = wc_sema_find(sema, WC_SPACE_VALUE, ast->as.name.text);
        if (symbol != NULL) local = symbol->local;
    }
    bool was_read = local != NULL && local->is_read;
    sema->body->is_placing = true;
    wc_sema_expr *place = wc_sema_infer(sema, ast, NULL);
    sema->body->is_placing = false;
    if (local != NULL) local->is_read = was_read;
    if (wc_sema_is_poison(place)) return place;
    if (!wc_sema_written(sema, place, ast->span)) return wc_sema_poison(sema, ast->span);
    bool is_stored = place->op == WC_OPER_FIELD && wc_sema_is_collection(place->type);
    if (is_stored) {
        wc_diag_report(sema->diags, WC_E0406, ast->span,
                       "a stored collection is changed element by element; clear() empties it");
        return wc_sema_poison(sema, ast->span);
    }
    return place;
}

wc_sema_stmt *wc_sema_check_assign(wc_sema *sema, wc_ast_stmt *ast)
{
    wc_sema_expr *place = check_place(sema, ast->as.assign.place);
    wc_sema_expr *value = wc_sema_infer(sema, ast->as.assign.value, place->type);
    if (wc_sema_is_poison(place) || wc_sema_is_poison(value)) return NULL;
    if (ast->as.assign.op != WC_ASSIGN_SET) {
        bool fine = wc_sema_is_number(place->type) && wc_sema_is_number(value->type);
        if (!fine) {
            wc_diag *diag =
                wc_diag_report(sema->diags, WC_E0405, ast->span, "`{}` changes numbers only",
                               wc_ast_assign_name(ast->as.assign.op));
            wc_diag_add_label(sema->diags, diag, place->span, "{}", place->type->text);
            wc_diag_add_label(sema->diags, diag, value->span, "{}", value->type->text);
            return NULL;
        }
        if (place->op == WC_OPER_LOCAL) place->local->is_read = true;
        if (place->op == WC_OPER_MAP_GET) return map_add(sema, ast, place, value);
        value = changed(sema, ast, place, value);
    }
    if (wc_sema_is_poison(value)) return NULL;
    value = into_place(sema, value, place);
    if (wc_sema_is_poison(value)) return NULL;
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_ASSIGN, ast->span);
    stmt->a = place;
    stmt->b = value;
    return stmt;
}

/* --- methods without a value ------------------------------------------------------------------ */

typedef struct change_row {
    const char *name;
    wc_sema_kind kind;
    uint8_t args;
    wc_sema_stmt_kind stmt;
    const char *usage;
} change_row;

static const change_row changes[] = {
    {"push", WC_SEMA_LIST, 1, WC_DO_PUSH, "push(element)"},
    {"insert", WC_SEMA_SORTED, 1, WC_DO_INSERT, "insert(element)"},
    {"delete", WC_SEMA_SORTED, 1, WC_DO_DELETE, "delete(index)"},
    {"clear", WC_SEMA_LIST, 0, WC_DO_CLEAR, "clear()"},
    {"clear", WC_SEMA_SET, 0, WC_DO_CLEAR, "clear()"},
    {"clear", WC_SEMA_MAP, 0, WC_DO_CLEAR, "clear()"},
    {"clear", WC_SEMA_SORTED, 0, WC_DO_CLEAR, "clear()"},
    {"set", WC_SEMA_SERIES, 3, WC_DO_SERIES_SET, "set(index, value, quality)"}};

static const change_row *find_change(const wc_sema_type *type, wc_str name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(changes); i++) {
        bool same = changes[i].kind == type->kind;
        if (same && wc_str_equal(name, wc_str_of(changes[i].name))) return &changes[i];
    }
    return NULL;
}

bool wc_sema_change_at(uint32_t row, wc_sema_kind kind, const char **name, const char **usage)
{
    if (row >= WC_ARRAY_LEN(changes)) return false;
    *name = changes[row].kind == kind ? changes[row].name : NULL;
    *usage = changes[row].usage;
    return true;
}

bool wc_sema_may_be_change(wc_str name)
{
    if (wc_str_equal(name, WC_STR("mandate"))) return true;
    for (size_t i = 0; i < WC_ARRAY_LEN(changes); i++) {
        if (wc_str_equal(name, wc_str_of(changes[i].name))) return true;
    }
    return false;
}

bool wc_sema_is_statement_method(const wc_sema_type *type, wc_str name)
{
    return find_change(type, name) != NULL;
}

wc_sema_stmt *wc_sema_change(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    const change_row *row = find_change(object->type, ast->as.call.callee->as.member.name.text);
    wc_assert(row != NULL);
    if (row->stmt == WC_DO_SERIES_SET) return wc_sema_series_set(sema, ast, object);
    const wc_ast_list *args = &ast->as.call.args;
    if (args->count != row->args) {
        wc_diag_report(sema->diags, WC_E0403, ast->span, "`{}` takes {} argument{}, here {} {}",
                       row->name, row->args, row->args == 1 ? "" : "s",
                       args->count == 1 ? "is" : "are", args->count);
        return NULL;
    }
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, row->stmt, ast->span);
    stmt->a = object;
    if (row->args == 1) {
        bool is_index = row->stmt == WC_DO_DELETE;
        const wc_ast_arg *arg = wc_ast_at(args, 0);
        const wc_sema_type *place = is_index ? sema->integer : object->type->item;
        stmt->b = wc_sema_value(sema, arg->value, place, is_index ? "the index" : "the element");
        if (wc_sema_is_poison(stmt->b)) return NULL;
    }
    return wc_sema_written(sema, object, ast->span) ? stmt : NULL;
}
