/* Statements and blocks. Each check answers whether the end of the statement can be reached, which
 * gives "return on all paths", unreachable code and the states in which an action stays. */
#include "compiler/sema/warn.h"

wc_sema_stmt *wc_sema_stmt_new(wc_sema *sema, wc_sema_stmt_kind kind, wc_span span)
{
    wc_sema_stmt *stmt = WC_SEMA_NEW(sema, wc_sema_stmt);
    stmt->kind = kind;
    stmt->span = span;
    return stmt;
}

/* --- locals ----------------------------------------------------------------------------------- */

wc_sema_local *wc_sema_local_new(wc_sema *sema, const wc_ast_name *name, const wc_sema_type *type)
{
    wc_sema_local *local = WC_SEMA_NEW(sema, wc_sema_local);
    wc_sema_list *locals = &sema->body->locals;
    local->name = name->text;
    local->span = name->span;
    local->type = type;
    if (wc_sema_is_scalar(type)) local->range = wc_range_of_type(type);
    if (locals->count == WC_SEMA_LOCALS_MAX) {
        wc_sema_limit(sema, name->span, "variables of one routine", WC_SEMA_LOCALS_MAX);
    }
    if (locals->count < WC_SEMA_LOCALS_MAX + 1) wc_sema_push(sema, locals, local);
    local->index = (uint16_t)(locals->count - 1);
    return local;
}

/* Without a written type a number keeps its exact value (D4). */
void wc_sema_local_keeps(wc_sema_local *local, const wc_sema_expr *value)
{
    if (!wc_sema_is_scalar(local->type)) return;
    local->range = value->range;
    local->is_wide = wc_sema_is_number(local->type) && !wc_range_is_narrow(value->range);
}

bool wc_sema_is_unnamed(const wc_ast_name *name)
{
    return wc_str_equal(name->text, WC_STR("_"));
}

void wc_sema_local_declare(wc_sema *sema, const wc_ast_name *name, wc_sema_local *local)
{
    wc_sema_symbol *symbol = wc_sema_symbol_new(sema, WC_SYMBOL_LOCAL, WC_SPACE_VALUE, name);
    symbol->local = local;
    symbol->type = local->type;
    wc_sema_check_reserved(sema, symbol);
    wc_sema_note_local(sema, symbol);
    if (wc_sema_declare(sema, &sema->scope, symbol)) return;
    /* After a clash nobody knows which of the two is meant: uses are no further errors. */
    local->type = symbol->type = sema->poison;
    wc_sema_insert(sema, &sema->scope, symbol);
}

/* A binder of a loop, a fold or a pattern; NULL for `_`. */
wc_sema_local *wc_sema_binder(wc_sema *sema, const wc_ast_name *name, const wc_sema_type *type)
{
    if (wc_sema_is_unnamed(name)) return NULL;
    wc_sema_local *local = wc_sema_local_new(sema, name, type);
    wc_sema_local_declare(sema, name, local);
    return local;
}

static void warn_unused(wc_sema *sema, uint32_t mark)
{
    if (sema->diags->error_count > 0) return; /* what reads it may be what is wrong */
    for (uint32_t i = mark; i < sema->scope.symbols.count; i++) {
        const wc_sema_symbol *symbol = wc_sema_at(&sema->scope.symbols, i);
        wc_assert(symbol->kind == WC_SYMBOL_LOCAL); /* a body declares nothing else */
        wc_sema_warn_unused_local(sema, symbol);
    }
}

void wc_sema_scope_end(wc_sema *sema, uint32_t mark)
{
    warn_unused(sema, mark);
    wc_sema_scope_close(sema, mark);
}

/* --- let and var ------------------------------------------------------------------------------ */

static wc_sema_local *make_local(wc_sema *sema, const wc_ast_stmt *ast, wc_sema_expr **value)
{
    const wc_ast_name *name = wc_ast_at(&ast->as.let.names, 0);
    bool is_var = ast->kind == WC_STMT_VAR;
    bool is_wide = false;
    const wc_sema_type *type = NULL;
    if (ast->as.let.type != NULL) type = wc_sema_resolve_local(sema, ast->as.let.type, &is_wide);
    *value = wc_sema_infer(sema, ast->as.let.value, type);
    bool is_place = type != NULL && !is_wide;
    if (is_place) *value = wc_sema_fit(sema, *value, type, "the value");
    if (wc_sema_holds_reference((*value)->type)) {
        wc_diag_report(sema->diags, WC_E0411, (*value)->span,
                       "a reference to a contract stays in its term: use it directly");
        *value = wc_sema_poison(sema, (*value)->span);
    }
    if (!is_place && (*value)->type->kind == WC_SEMA_VOID) {
        wc_diag_report(sema->diags, WC_E0412, (*value)->span, "this has no value to keep");
        *value = wc_sema_poison(sema, (*value)->span);
    }
    if (type == NULL || is_wide) {
        const wc_sema_type *own = is_wide ? type : (*value)->type;
        type = wc_sema_is_poison(*value) ? sema->poison : wc_sema_place_type(sema, own);
    }
    wc_sema_local *local = wc_sema_local_new(sema, name, type);
    local->is_mutable = is_var;
    bool is_number = wc_sema_is_number(type);
    if (!is_place && is_number) {
        wc_sema_local_keeps(local, *value);
        if (is_var || is_wide) {
            local->range = wc_range_widest();
            local->is_wide = true;
            *value = wc_sema_wide_value(sema, *value, local);
        }
    } else if (!is_var && is_number) {
        local->range = (*value)->range; /* narrower than the type, and never written again */
    }
    if (!is_var) local->equals = *value;
    return local;
}

static void check_tuple_let(wc_sema *sema, const wc_ast_stmt *ast, wc_sema_stmt *stmt)
{
    const wc_ast_list *names = &ast->as.let.names;
    wc_sema_expr *value = wc_sema_infer(sema, ast->as.let.value, NULL);
    const wc_sema_type *type = value->type;
    bool fits = type->kind == WC_SEMA_TUPLE && type->member_count == names->count;
    if (!fits && type->kind != WC_SEMA_POISON) {
        wc_diag_report(sema->diags, WC_E0414, ast->span,
                       "{} names are given, but the value is `{}`", names->count, type->text);
    }
    stmt->a = value;
    stmt->local_count = (uint16_t)(fits ? names->count : 0);
    stmt->locals = WC_SEMA_ARRAY(sema, wc_sema_local *, stmt->local_count);
    for (uint32_t i = 0; i < names->count; i++) {
        const wc_ast_name *name = wc_ast_at(names, i);
        const wc_sema_type *member = fits ? type->members[i].type : sema->poison;
        wc_sema_local *local = wc_sema_binder(sema, name, member);
        if (local != NULL) local->is_mutable = ast->kind == WC_STMT_VAR;
        if (local != NULL) local->is_in_pattern = true;
        if (fits) stmt->locals[i] = local;
    }
}

static wc_sema_stmt *check_let(wc_sema *sema, wc_ast_stmt *ast)
{
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_LET, ast->span);
    if (ast->as.let.names.count > 1) {
        check_tuple_let(sema, ast, stmt);
        return stmt;
    }
    wc_sema_local *local = make_local(sema, ast, &stmt->a);
    local->statement = ast->span;
    wc_sema_local_declare(sema, wc_ast_at(&ast->as.let.names, 0), local);
    stmt->locals = WC_SEMA_ARRAY(sema, wc_sema_local *, 1);
    stmt->locals[0] = local;
    stmt->local_count = 1;
    return stmt;
}

/* --- branches --------------------------------------------------------------------------------- */

static wc_sema_stmt *check_if(wc_sema *sema, wc_ast_stmt *ast, bool *falls)
{
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_IF, ast->span);
    wc_sema_evidence *known = sema->body->evidence;
    uint64_t states = sema->body->states;
    stmt->a = wc_sema_condition(sema, ast->as.branch.condition);
    wc_sema_learn(sema, stmt->a, true);
    wc_sema_paid *paid = sema->body->paid;
    stmt->body = wc_sema_check_block(sema, ast->as.branch.then);
    uint64_t after = stmt->body->falls_through ? sema->body->states : 0;
    wc_sema_paid *then_paid = stmt->body->falls_through ? sema->body->paid : paid;
    sema->body->paid = paid;
    sema->body->states = states;
    sema->body->evidence = known;
    wc_sema_learn(sema, stmt->a, false);
    bool other_falls = true;
    if (ast->as.branch.other != NULL) {
        stmt->other = wc_sema_check_block(sema, ast->as.branch.other);
        other_falls = stmt->other->falls_through;
        if (!other_falls) sema->body->states = 0;
        sema->body->evidence = known;
        if (!stmt->body->falls_through) wc_sema_learn(sema, stmt->a, false);
        if (!other_falls) wc_sema_learn(sema, stmt->a, true);
        if (!other_falls) sema->body->paid = paid;
    } else if (stmt->body->falls_through) {
        sema->body->evidence = known;
    }
    sema->body->states |= after;
    sema->body->paid = wc_sema_paid_join(paid, then_paid, sema->body->paid);
    *falls = stmt->body->falls_through || other_falls;
    return stmt;
}

/* --- leaving ---------------------------------------------------------------------------------- */

static wc_sema_stmt *check_return(wc_sema *sema, wc_ast_stmt *ast)
{
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_RETURN, ast->span);
    const wc_sema_type *result = sema->body->out->result;
    if (result == NULL) {
        if (ast->as.value != NULL) {
            wc_diag_report(sema->diags, WC_E0401, ast->span, "nothing can be returned here");
        }
        sema->body->falls_in |= sema->body->states;
        return stmt;
    }
    if (ast->as.value == NULL) {
        wc_diag_report(sema->diags, WC_E0401, ast->span,
                       "a value of type `{}` must be returned here", result->text);
        return stmt;
    }
    stmt->a = wc_sema_value(sema, ast->as.value, result, "the result");
    return stmt;
}

static bool in_test(wc_sema *sema, wc_span span, const char *what)
{
    if (sema->body->place == WC_IN_TEST) return true;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1008, span, "`{}` is for tests only", what);
    if (strcmp(what, "assert") == 0) {
        wc_diag_add_note(sema->diags, diag,
                         "a contract refuses what it does not want: require c : Error();");
    }
    return false;
}

static wc_sema_stmt *check_require(wc_sema *sema, wc_ast_stmt *ast)
{
    unsigned places = WC_PLACE(WC_IN_FUNC) | WC_PLACE(WC_IN_METHOD) | WC_PLACE(WC_IN_ACTION) |
                      WC_PLACE(WC_IN_AFTER) | WC_PLACE(WC_IN_UPGRADE);
    if (!wc_sema_allow(sema, ast->span, "`require`", places)) return NULL;
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_REQUIRE, ast->span);
    stmt->a = wc_sema_condition(sema, ast->as.require.condition);
    stmt->signature =
        wc_sema_signature_call(sema, ast->as.require.error, WC_SPACE_ERROR, &stmt->args);
    if (stmt->signature != NULL) stmt->arg_count = stmt->signature->member_count;
    wc_sema_learn(sema, stmt->a, true);
    return stmt;
}

static wc_sema_stmt *check_fail(wc_sema *sema, wc_ast_stmt *ast)
{
    unsigned places = WC_PLACE(WC_IN_FUNC) | WC_PLACE(WC_IN_METHOD) | WC_PLACE(WC_IN_ACTION) |
                      WC_PLACE(WC_IN_AFTER) | WC_PLACE(WC_IN_UPGRADE);
    if (!wc_sema_allow(sema, ast->span, "`fail`", places)) return NULL;
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_FAIL, ast->span);
    stmt->signature = wc_sema_signature_call(sema, ast->as.call, WC_SPACE_ERROR, &stmt->args);
    if (stmt->signature != NULL) stmt->arg_count = stmt->signature->member_count;
    return stmt;
}

static wc_sema_stmt *check_emit(wc_sema *sema, wc_ast_stmt *ast)
{
    unsigned places = WC_PLACE(WC_IN_ACTION) | WC_PLACE(WC_IN_AFTER) | WC_PLACE(WC_IN_UPGRADE);
    if (!wc_sema_allow(sema, ast->span, "`emit`", places)) return NULL;
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_EMIT, ast->span);
    stmt->signature = wc_sema_signature_call(sema, ast->as.call, WC_SPACE_EVENT, &stmt->args);
    if (stmt->signature != NULL) stmt->arg_count = stmt->signature->member_count;
    return stmt;
}

static wc_sema_stmt *check_goto(wc_sema *sema, wc_ast_stmt *ast)
{
    unsigned places = WC_PLACE(WC_IN_ACTION) | WC_PLACE(WC_IN_AFTER);
    if (!wc_sema_allow(sema, ast->span, "`goto`", places)) return NULL;
    const wc_ast_expr *callee = ast->as.call->as.call.callee;
    if (callee->kind != WC_EXPR_NAME) {
        wc_diag_report(sema->diags, WC_E0309, callee->span, "the name of a state is needed here");
        return NULL;
    }
    const wc_sema_symbol *symbol = wc_sema_state_named(sema, &callee->as.name);
    if (symbol == NULL) return NULL;
    const wc_sema_state *state = &sema->contract->states[symbol->index];
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_GOTO, ast->span);
    stmt->index = symbol->index;
    stmt->arg_count = state->member_count;
    sema->body->out->leads_to |= UINT64_C(1) << symbol->index;
    stmt->from_states = sema->body->states;
    wc_sema_push(sema, &sema->body->exits, stmt);
    if (!wc_sema_args(sema, &ast->as.call->as.call.args, ast->span,
                      &(wc_sema_callee){state->name, state->members, state->member_count},
                      &stmt->args)) {
        return NULL;
    }
    return stmt;
}

static wc_sema_stmt *check_send(wc_sema *sema, wc_ast_stmt *ast)
{
    if (sema->body->place != WC_IN_ACTION) {
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E1003, ast->span, "only an action can `send`");
        wc_diag_add_note(sema->diags, diag, "a time-out has no caller who would pay for it");
        return NULL;
    }
    wc_ast_expr *call = ast->as.call;
    if (call->as.call.callee->kind != WC_EXPR_MEMBER) {
        wc_diag_report(sema->diags, WC_E1010, call->span,
                       "send goes to a contract: send x.action()");
        return NULL;
    }
    wc_sema_expr *object = wc_sema_infer(sema, call->as.call.callee->as.member.object, NULL);
    if (wc_sema_is_poison(object)) return NULL;
    if (object->type->kind != WC_SEMA_CONTRACT_REF) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E1010, object->span,
                                       "`{}` is not a contract", object->type->text);
        wc_diag_add_note(sema->diags, diag, "a term of type contract_ref<Interface> names one");
        return NULL;
    }
    const wc_sema_method *method = wc_sema_interface_method(sema, call, object->type->interface);
    if (method == NULL) return NULL;
    if (method->is_view) {
        wc_diag_report(sema->diags, WC_E1010, call->span, "`{}` is a view: read it directly",
                       method->name);
        return NULL;
    }
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_SEND, ast->span);
    stmt->a = object;
    stmt->method = method;
    stmt->arg_count = method->param_count;
    wc_sema_effect_add(sema, WC_EFFECT_SEND);
    (void)wc_sema_args(sema, &call->as.call.args, call->span,
                       &(wc_sema_callee){method->name, method->params, method->param_count},
                       &stmt->args);
    return stmt;
}

static wc_sema_stmt *check_break(wc_sema *sema, const wc_ast_stmt *ast, bool *falls)
{
    *falls = sema->body->loops == NULL;
    if (*falls) wc_diag_report(sema->diags, WC_E0415, ast->span, "`break` is only for loops");
    return wc_sema_stmt_new(sema, WC_DO_BREAK, ast->span);
}

/* --- expression statements -------------------------------------------------------------------- */

static bool has_effect(const wc_sema_expr *value)
{
    return value->op == WC_OPER_SET_ADD || value->op == WC_OPER_REMOVE ||
           value->op == WC_OPER_TEST_CALL || value->op == WC_OPER_DEPLOY;
}

static wc_sema_stmt *check_call(wc_sema *sema, wc_ast_stmt *ast)
{
    wc_ast_expr *call = ast->as.expr;
    if (call->kind == WC_EXPR_CALL) {
        const wc_ast_expr *callee = call->as.call.callee;
        bool is_name = callee->kind == WC_EXPR_NAME;
        if (is_name && wc_sema_is_statement_function(callee->as.name.text)) {
            return wc_sema_money_stmt(sema, call);
        }
        if (callee->kind == WC_EXPR_MEMBER && wc_sema_may_be_change(callee->as.member.name.text)) {
            wc_sema_expr *object = wc_sema_infer(sema, callee->as.member.object, NULL);
            if (wc_sema_is_poison(object)) return NULL;
            if (wc_sema_is_statement_method(object->type, callee->as.member.name.text)) {
                return wc_sema_change(sema, call, object);
            }
            bool is_mandate = wc_str_equal(callee->as.member.name.text, WC_STR("mandate"));
            if (is_mandate && object->type->kind == WC_SEMA_INSTANCE) {
                return wc_sema_check_mandate(sema, call, object);
            }
        }
    }
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_DO, ast->span);
    stmt->a = wc_sema_infer(sema, call, NULL);
    if (wc_sema_is_poison(stmt->a) || has_effect(stmt->a)) return stmt;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0412, ast->span,
                                   "this computes a value and does nothing with it");
    wc_diag_add_label(sema->diags, diag, call->span, "{}", stmt->a->type->text);
    return NULL;
}

static wc_sema_stmt *check_assert(wc_sema *sema, wc_ast_stmt *ast)
{
    if (!in_test(sema, ast->span, "assert")) return NULL;
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_ASSERT, ast->span);
    stmt->a = wc_sema_condition(sema, ast->as.expr);
    wc_sema_learn(sema, stmt->a, true);
    return stmt;
}

static wc_sema_stmt *check_test_stmt(wc_sema *sema, wc_ast_stmt *ast, bool *falls)
{
    if (ast->kind == WC_STMT_AS) {
        return in_test(sema, ast->span, "as") ? wc_sema_check_as(sema, ast, falls) : NULL;
    }
    if (ast->kind == WC_STMT_EXPECT) {
        return in_test(sema, ast->span, "expect") ? wc_sema_check_expect(sema, ast) : NULL;
    }
    return in_test(sema, ast->span, "advance") ? wc_sema_check_advance(sema, ast) : NULL;
}

/* --- blocks ----------------------------------------------------------------------------------- */

static wc_sema_stmt *check_stmt(wc_sema *sema, wc_ast_stmt *ast, bool *falls)
{
    *falls = true;
    switch (ast->kind) {
    case WC_STMT_LET:
    case WC_STMT_VAR: return check_let(sema, ast);
    case WC_STMT_EXPR: return check_call(sema, ast);
    case WC_STMT_ASSIGN: return wc_sema_check_assign(sema, ast);
    case WC_STMT_IF: return check_if(sema, ast, falls);
    case WC_STMT_FOR: return wc_sema_check_for(sema, ast);
    case WC_STMT_MATCH: return wc_sema_check_match(sema, ast, falls);
    case WC_STMT_BREAK: return check_break(sema, ast, falls);
    case WC_STMT_RETURN: *falls = false; return check_return(sema, ast);
    case WC_STMT_REQUIRE: return check_require(sema, ast);
    case WC_STMT_FAIL: *falls = false; return check_fail(sema, ast);
    case WC_STMT_EMIT: return check_emit(sema, ast);
    case WC_STMT_GOTO: *falls = false; return check_goto(sema, ast);
    case WC_STMT_SEND: return check_send(sema, ast);
    case WC_STMT_PAY: return wc_sema_check_pay(sema, ast);
    case WC_STMT_SPLIT: return wc_sema_check_split(sema, ast);
    case WC_STMT_ASSERT: return check_assert(sema, ast);
    case WC_STMT_AS:
    case WC_STMT_EXPECT:
    case WC_STMT_ADVANCE: return check_test_stmt(sema, ast, falls);
    case WC_STMT_BROKEN: return NULL; /* reported; checked for an index alone */
    case WC_STMT_KIND_COUNT: break;
    }
    wc_assert(false);
    return NULL;
}

wc_sema_block *wc_sema_check_block(wc_sema *sema, wc_ast_block *ast)
{
    wc_sema_block *block = WC_SEMA_NEW(sema, wc_sema_block);
    block->span = ast->span;
    block->falls_through = true;
    wc_sema_stmt **end = &block->first;
    wc_sema_note_scope(sema, ast->span);
    uint32_t mark = wc_sema_scope_open(sema);
    wc_sema_evidence *known = sema->body->evidence;
    bool was_reported = false;
    for (uint32_t i = 0; i < ast->stmts.count; i++) {
        wc_ast_stmt *stmt = wc_ast_at(&ast->stmts, i);
        sema->where = stmt->span;
        if (!block->falls_through && !was_reported) {
            const wc_ast_stmt *last = wc_ast_at(&ast->stmts, ast->stmts.count - 1);
            wc_diag *diag = wc_sema_warn(sema, WC_L0302, stmt->span, "this is never reached");
            wc_diag_add_fix(sema->diags, diag, wc_span_join(stmt->span, last->span), WC_FIX_SURE,
                            WC_STR(""), "leave out what stands here to the end of the block");
            was_reported = true;
        }
        bool falls;
        uint64_t ends = sema->body->falls_in;
        wc_sema_stmt *checked = check_stmt(sema, stmt, &falls);
        if (!block->falls_through) sema->body->falls_in = ends; /* nothing ends there */
        block->falls_through = block->falls_through && falls;
        if (checked == NULL) continue;
        wc_sema_check_changes(sema, checked);
        *end = checked;
        end = &checked->next;
    }
    wc_sema_scope_end(sema, mark);
    sema->body->evidence = known;
    return block;
}
