/* Calls: arguments by position and by name, construction of records and variants, functions. */
#include "compiler/sema/calendar.h"

/* --- arguments -------------------------------------------------------------------------------- */

static int find_member(const wc_sema_member *members, uint16_t count, wc_str name)
{
    for (uint16_t i = 0; i < count; i++) {
        if (wc_str_equal(members[i].name, name)) return i;
    }
    return -1;
}

static void unknown_argument(wc_sema *sema, const wc_ast_name *name, const wc_sema_callee *callee)
{
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0404, name->span, "`{}` takes no `{}`",
                                   callee->name, name->text);
    wc_sema_guess guess = {.wanted = name->text};
    for (uint16_t i = 0; i < callee->count; i++) {
        wc_sema_guess_try(&guess, callee->members[i].name);
    }
    wc_sema_guess_say(sema, diag, name->span, &guess);
}

/* Which member an argument is for; -1 after a report. Positions first, then names. */
static int member_for(wc_sema *sema, const wc_ast_arg *arg, uint32_t position, bool *by_name,
                      const wc_sema_callee *callee)
{
    if (arg->name.text.len == 0) {
        if (*by_name) {
            wc_diag_report(sema->diags, WC_E0404, arg->span,
                           "an argument without name cannot follow one with a name");
            return -1;
        }
        wc_assert(position < callee->count); /* their number was examined */
        return (int)position;
    }
    *by_name = true;
    int index = find_member(callee->members, callee->count, arg->name.text);
    if (index < 0) {
        unknown_argument(sema, &arg->name, callee);
    } else {
        wc_sema_note_use(sema, arg->name.text, callee->members[index].span);
    }
    return index;
}

/* Members without a default value. */
static uint16_t needed_by(const wc_sema_callee *callee)
{
    uint16_t needed = 0;
    for (uint16_t i = 0; i < callee->count; i++) {
        if (callee->members[i].initial == NULL) needed++;
    }
    return needed;
}

static void report_count(wc_sema *sema, const wc_ast_list *list, wc_span span,
                         const wc_sema_callee *callee)
{
    uint16_t count = callee->count;
    uint16_t needed = needed_by(callee);
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0403, span, "`{}` takes {}{} argument{}, here {} {}",
                       callee->name, needed == count ? "" : "at most ", count,
                       count == 1 ? "" : "s", list->count == 1 ? "is" : "are", list->count);
    if (count > list->count) {
        const wc_sema_member *next = &callee->members[list->count];
        wc_diag_add_note(sema->diags, diag, "the next one is `{}`: {}", next->name,
                         next->type->text);
    }
}

static wc_sema_expr *argument(wc_sema *sema, const wc_ast_arg *arg, const wc_sema_member *member)
{
    wc_str what = WC_SEMA_TEXT(sema, "`{}`", member->name);
    return wc_sema_value(sema, arg->value, member->type, what.data);
}

/* What is left out and has a default gets it; false after a report. */
static bool fill_defaults(wc_sema *sema, wc_span span, const wc_sema_callee *callee,
                          wc_sema_expr **args)
{
    for (uint16_t i = 0; i < callee->count; i++) {
        const wc_sema_member *member = &callee->members[i];
        if (args[i] != NULL) continue;
        if (member->initial == NULL) {
            wc_diag_report(sema->diags, WC_E0403, span, "`{}` is not given to `{}`", member->name,
                           callee->name);
            return false;
        }
        if (wc_sema_is_poison(member->initial)) return false; /* reported */
        args[i] = WC_SEMA_NEW(sema, wc_sema_expr);
        *args[i] = *member->initial;
        args[i]->span = span;
    }
    return true;
}

bool wc_sema_args(wc_sema *sema, const wc_ast_list *list, wc_span span,
                  const wc_sema_callee *callee, wc_sema_expr ***args)
{
    *args = WC_SEMA_ARRAY(sema, wc_sema_expr *, callee->count);
    bool fine = list->count <= callee->count && list->count >= needed_by(callee);
    bool by_name = false;
    if (!fine) report_count(sema, list, span, callee);
    for (uint32_t i = 0; i < list->count; i++) {
        const wc_ast_arg *arg = wc_ast_at(list, i);
        int index = fine ? member_for(sema, arg, i, &by_name, callee) : -1;
        if (index < 0) {
            if (fine) (void)wc_sema_infer(sema, arg->value, NULL);
            fine = false;
            continue;
        }
        if ((*args)[index] != NULL) {
            wc_diag_report(sema->diags, WC_E0404, arg->span, "`{}` is given twice",
                           callee->members[index].name);
            fine = false;
            continue;
        }
        (*args)[index] = argument(sema, arg, &callee->members[index]);
        fine = fine && !wc_sema_is_poison((*args)[index]);
    }
    return fine && fill_defaults(sema, span, callee, *args);
}

/* Arguments of an error, an event: its signature from its name. */
const wc_sema_signature *wc_sema_signature_call(wc_sema *sema, wc_ast_expr *ast,
                                                wc_sema_space space, wc_sema_expr ***args)
{
    wc_assert(ast->kind == WC_EXPR_CALL);
    const wc_ast_expr *callee = ast->as.call.callee;
    bool is_error = space == WC_SPACE_ERROR;
    if (callee->kind != WC_EXPR_NAME) {
        wc_diag_report(sema->diags, is_error ? WC_E0310 : WC_E0311, callee->span,
                       "the name of {} is needed here", is_error ? "an error" : "an event");
        return NULL;
    }
    wc_str name = callee->as.name.text;
    wc_sema_symbol *symbol = wc_sema_find(sema, space, name);
    if (symbol == NULL) {
        wc_diag *diag =
            wc_sema_unknown(sema, is_error ? WC_E0310 : WC_E0311, callee->span, space, name);
        wc_diag_add_note(sema->diags, diag, "declare it above the contract: {} {}(...);",
                         is_error ? "error" : "event", name);
        return NULL;
    }
    const wc_sema_signature *signature = symbol->signature;
    wc_assert(signature != NULL); /* before any body */
    if (!wc_sema_args(sema, &ast->as.call.args, ast->span,
                      &(wc_sema_callee){name, signature->members, signature->member_count}, args)) {
        return NULL;
    }
    wc_sema_list *list = is_error ? &sema->body->errors : &sema->body->events;
    wc_sema_push_new(sema, list, symbol->signature);
    return signature;
}

/* --- variants --------------------------------------------------------------------------------- */

static int variant_index(const wc_sema_type *type, wc_str name)
{
    for (uint16_t i = 0; i < type->variant_count; i++) {
        if (wc_str_equal(type->variants[i].name, name)) return i;
    }
    return -1;
}

int wc_sema_variant_of(wc_sema *sema, const wc_sema_type *type, const wc_ast_name *name)
{
    if (type->kind == WC_SEMA_POISON) return -1;
    if (type->kind == WC_SEMA_OPTION) {
        if (wc_str_equal(name->text, WC_STR("none"))) return 0;
        if (wc_str_equal(name->text, WC_STR("some"))) return 1;
    }
    int index = variant_index(type, name->text);
    if (index >= 0) {
        wc_sema_note_use(sema, name->text, type->variants[index].span);
        return index;
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0313, name->span, "`{}` has no variant `{}`",
                                   type->text, name->text);
    wc_sema_guess guess = {.wanted = name->text};
    for (uint16_t i = 0; i < type->variant_count; i++) {
        wc_sema_guess_try(&guess, type->variants[i].name);
    }
    wc_sema_guess_say(sema, diag, name->span, &guess);
    if (guess.found.len > 0) return -1;
    if (type->kind == WC_SEMA_OPTION) {
        wc_diag_add_note(sema->diags, diag, "it has `none` and `some`");
    } else if (type->variant_count > 0) { /* a contract without states has an error already */
        wc_diag_add_note(sema->diags, diag, "it has `{}`{}", type->variants[0].name,
                         type->variant_count > 1 ? " and others" : " only");
    }
    return -1;
}

static void find_in(const wc_sema_table *table, wc_str name, wc_sema_symbol **found,
                    wc_sema_symbol **second)
{
    wc_sema_symbol *symbol = wc_sema_table_find(table, WC_SPACE_VARIANT, name);
    while (symbol != NULL) {
        if (*found == NULL) {
            *found = symbol;
        } else {
            *second = symbol;
        }
        symbol = wc_sema_table_next(symbol);
    }
}

int wc_sema_variant_find(wc_sema *sema, const wc_ast_name *name, const wc_sema_type *want,
                         const wc_sema_type **type)
{
    if (want != NULL && want->kind == WC_SEMA_ENUM) {
        int index = variant_index(want, name->text);
        if (index >= 0) {
            *type = want;
            wc_sema_note_use(sema, name->text, want->variants[index].span);
            return index;
        }
    }
    wc_sema_symbol *found = NULL;
    wc_sema_symbol *second = NULL;
    find_in(&sema->module->names, name->text, &found, &second);
    for (uint32_t i = 0; i < sema->module->uses.count; i++) {
        const wc_sema_module *used = wc_sema_at(&sema->module->uses, i);
        find_in(&used->names, name->text, &found, &second);
    }
    if (found == NULL) return -1;
    if (second != NULL) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0312, name->span,
                                       "`{}` is a variant of two enums", name->text);
        wc_diag_add_label(sema->diags, diag, found->span, "of `{}`", found->owner->name);
        wc_diag_add_label(sema->diags, diag, second->span, "of `{}`", second->owner->name);
        wc_diag_add_note(sema->diags, diag, "say which: {}.{}", found->owner->name, name->text);
        return WC_VARIANT_REPORTED;
    }
    found->owner->is_used = true;
    wc_sema_need_module(sema, found->owner->module);
    wc_sema_note_use(sema, name->text, found->span);
    *type = found->owner->type;
    if ((*type)->kind == WC_SEMA_POISON) return WC_VARIANT_REPORTED;
    return found->index;
}

wc_sema_expr *wc_sema_variant_make(wc_sema *sema, const wc_sema_type *type, uint16_t index,
                                   const wc_ast_list *args, wc_span span)
{
    static const wc_ast_list no_args = {NULL, 0, 0};
    const wc_sema_variant *variant = &type->variants[index];
    if (!type->has_data && (args == NULL || args->count == 0)) {
        return wc_sema_number(sema, wc_i128_of(index), type, span);
    }
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_VARIANT, type, span);
    node->index = index;
    node->arg_count = variant->member_count;
    if (!wc_sema_args(sema, args == NULL ? &no_args : args, span,
                      &(wc_sema_callee){variant->name, variant->members, variant->member_count},
                      &node->args)) {
        return wc_sema_poison(sema, span);
    }
    node->is_const = true;
    for (uint16_t i = 0; i < node->arg_count; i++) {
        node->is_const = node->is_const && node->args[i]->is_const;
    }
    return node;
}

/* --- what a name in front of `(` means -------------------------------------------------------- */

static wc_sema_expr *make_record(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *type)
{
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_RECORD, type, ast->span);
    node->arg_count = type->member_count;
    if (!wc_sema_args(sema, &ast->as.call.args, ast->span,
                      &(wc_sema_callee){type->name, type->members, type->member_count},
                      &node->args)) {
        return wc_sema_poison(sema, ast->span);
    }
    node->is_const = true;
    for (uint16_t i = 0; i < node->arg_count; i++) {
        node->is_const = node->is_const && node->args[i]->is_const;
    }
    return node;
}

static wc_sema_expr *call_func(wc_sema *sema, wc_ast_expr *ast, wc_sema_symbol *symbol)
{
    wc_sema_body *callee = symbol->body;
    if (sema->body->place == WC_IN_CONST || sema->body->place == WC_IN_DUE) {
        (void)wc_sema_allow(sema, ast->span, "calling a function", 0);
        return wc_sema_poison(sema, ast->span);
    }
    wc_assert(callee != NULL && callee->out->result != NULL);
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_CALL, callee->out->result, ast->span);
    uint16_t count = callee->out->param_count;
    wc_sema_member *members = WC_SEMA_ARRAY(sema, wc_sema_member, count);
    for (uint16_t i = 0; i < count; i++) {
        const wc_sema_local *param = wc_sema_at(&callee->locals, i);
        members[i].name = param->name;
        members[i].span = param->span;
        members[i].type = param->type;
    }
    node->arg_count = count;
    node->routine = callee->out;
    wc_sema_push_new(sema, &sema->body->calls, callee);
    if (sema->body->expected_calls != NULL) {
        wc_sema_push_new(sema, sema->body->expected_calls, callee);
    }
    if (!wc_sema_args(sema, &ast->as.call.args, ast->span,
                      &(wc_sema_callee){symbol->name, members, count}, &node->args)) {
        return wc_sema_poison(sema, ast->span);
    }
    return node;
}

/* An action or view of the contract itself. */
wc_sema_expr *wc_sema_own_method(wc_sema *sema, const wc_ast_expr *ast, const wc_ast_name *name)
{
    const wc_sema_symbol *method = wc_sema_table_find(&sema->scope, WC_SPACE_METHOD, name->text);
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E1005, name->span,
                       "`{}` is called from outside, not by the contract itself", name->text);
    wc_sema_note_use(sema, name->text, method->span);
    wc_diag_add_label(sema->diags, diag, method->span, "declared here");
    wc_diag_add_note(sema->diags, diag, "put what both need into a `func`");
    return wc_sema_poison(sema, ast->span);
}

/* What other languages do by a function, and this one by a statement or an operator. */
static bool say_habit(wc_sema *sema, wc_diag *diag, wc_str name)
{
    static const struct {
        const char *theirs, *ours;
    } habits[] = {{"transfer", "pay a -> b : amount;"},
                  {"revert", "fail Error(values);"},
                  {"print", "emit Event(values);"},
                  {"log", "emit Event(values);"},
                  {"floor", "round<T>(x, floor)"},
                  {"ceil", "round<T>(x, ceil)"},
                  {"size", "x.len()"},
                  {"length", "x.len()"},
                  {"push", "list.push(x);"},
                  {"today", "now()"}};

    for (size_t i = 0; i < WC_ARRAY_LEN(habits); i++) {
        if (!wc_str_equal(name, wc_str_of(habits[i].theirs))) continue;
        wc_diag_add_note(sema->diags, diag, "the language has {}", habits[i].ours);
        return true;
    }
    return false;
}

/* An event, an error, a state: each has a statement of its own. */
static bool say_statement(wc_sema *sema, wc_diag *diag, const wc_ast_name *name)
{
    static const struct {
        wc_sema_space space;
        const char *what, *word;
    } rows[] = {{WC_SPACE_EVENT, "an event", "emit"},
                {WC_SPACE_ERROR, "an error", "fail"},
                {WC_SPACE_STATE, "a state", "goto"}};

    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        if (wc_sema_find(sema, rows[i].space, name->text) == NULL) continue;
        wc_span before = {name->span.start, name->span.start, name->span.file};
        wc_str text = WC_SEMA_TEXT(sema, "{} ", rows[i].word);
        wc_diag_add_note(sema->diags, diag, "it is {}", rows[i].what);
        wc_diag_add_fix(sema->diags, diag, before, WC_FIX_MAYBE, text, "{} {}(...);", rows[i].word,
                        name->text);
        return true;
    }
    return false;
}

static wc_sema_expr *unknown_callee(wc_sema *sema, wc_ast_expr *ast, const wc_ast_name *name)
{
    static const char *const words[] = {"round", "convert", "sum", "forall", "old"};
    if (wc_sema_table_find(&sema->scope, WC_SPACE_METHOD, name->text) != NULL) {
        return wc_sema_own_method(sema, ast, name);
    }
    if (wc_sema_is_statement_function(name->text)) {
        wc_diag_report(sema->diags, WC_E0412, ast->span,
                       "`{}` is a statement of its own and has no value", name->text);
        return wc_sema_poison(sema, ast->span);
    }
    if (sema->module->is_blind) return wc_sema_poison(sema, ast->span); /* the use is reported */
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0301, name->span,
                                   "there is no function `{}` here", name->text);
    if (say_statement(sema, diag, name)) return wc_sema_poison(sema, ast->span);
    wc_sema_guess guess = {.wanted = name->text};
    wc_sema_guess_space(sema, &guess, WC_SPACE_VALUE);
    wc_sema_guess_space(sema, &guess, WC_SPACE_TYPE);
    wc_sema_guess_builtins(&guess);
    for (size_t i = 0; i < WC_ARRAY_LEN(words); i++) {
        wc_sema_guess_try(&guess, wc_str_of(words[i]));
    }
    wc_sema_guess_say(sema, diag, name->span, &guess);
    if (guess.found.len == 0 && !say_habit(sema, diag, name->text)) {
        wc_sema_say_library(sema, diag, WC_SPACE_VALUE, name->text);
    }
    return wc_sema_poison(sema, ast->span);
}

static wc_sema_expr *call_name(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    const wc_ast_name *name = &ast->as.call.callee->as.name;
    if (wc_sema_is_builtin_function(name->text)) return wc_sema_builtin(sema, ast, want);
    wc_sema_symbol *symbol = wc_sema_find(sema, WC_SPACE_VALUE, name->text);
    if (symbol != NULL && symbol->kind == WC_SYMBOL_FUNC) {
        ast->symbol = symbol;
        return call_func(sema, ast, symbol);
    }
    wc_sema_symbol *type = wc_sema_find(sema, WC_SPACE_TYPE, name->text);
    if (type != NULL && type->type != NULL && type->type->kind == WC_SEMA_RECORD) {
        return make_record(sema, ast, type->type);
    }
    if (type != NULL && type->kind == WC_SYMBOL_RECORD) return wc_sema_poison(sema, ast->span);
    const wc_sema_type *owner = NULL;
    int index = wc_sema_variant_find(sema, name, want, &owner);
    if (index == WC_VARIANT_REPORTED) return wc_sema_poison(sema, ast->span);
    if (index >= 0) {
        return wc_sema_variant_make(sema, owner, (uint16_t)index, &ast->as.call.args, ast->span);
    }
    if (symbol != NULL) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0416, name->span,
                                       "`{}` is a value and cannot be called", name->text);
        wc_span parentheses = {name->span.end, ast->span.end, ast->span.file};
        if (ast->as.call.args.count == 0)
            wc_diag_add_fix(sema->diags, diag, parentheses, WC_FIX_SURE, WC_STR(""),
                            "leave out `()`");
        return wc_sema_poison(sema, ast->span);
    }
    return unknown_callee(sema, ast, name);
}

/* Grade.Partial(r), Contract.deploy(...), value.method(...). */
static wc_sema_expr *call_member(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    wc_ast_expr *callee = ast->as.call.callee;
    const wc_ast_expr *object = callee->as.member.object;
    wc_sema_symbol *owner = wc_sema_enum_of_member(sema, callee);
    if (owner != NULL) {
        int index = wc_sema_variant_of(sema, owner->type, &callee->as.member.name);
        if (index < 0) return wc_sema_poison(sema, ast->span);
        return wc_sema_variant_make(sema, owner->type, (uint16_t)index, &ast->as.call.args,
                                    ast->span);
    }
    if (object->kind == WC_EXPR_NAME) {
        wc_sema_symbol *symbol = wc_sema_find(sema, WC_SPACE_VALUE, object->as.name.text);
        if (symbol != NULL && symbol->kind == WC_SYMBOL_CONTRACT) {
            return wc_sema_contract_call(sema, ast, symbol);
        }
        if (symbol != NULL && symbol->kind == WC_SYMBOL_CALENDAR) {
            return wc_sema_calendar_call(sema, ast, symbol);
        }
    }
    return wc_sema_method_call(sema, ast, want);
}

wc_sema_expr *wc_sema_call(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    const wc_ast_expr *callee = ast->as.call.callee;
    if (callee->kind == WC_EXPR_NAME) return call_name(sema, ast, want);
    if (callee->kind == WC_EXPR_MEMBER) return call_member(sema, ast, want);
    wc_diag_report(sema->diags, WC_E0416, callee->span, "this cannot be called");
    return wc_sema_poison(sema, ast->span);
}
