/* Tests in Clause: test parties, deployment, calls of instances, expected failures. */
#include "compiler/sema/calendar.h"

#include "vm/isa/isa.h"

#define WC_TEST_PARTIES_MAX 256u

/* --- parties ---------------------------------------------------------------------------------- */

wc_sema_expr *wc_sema_test_party(wc_sema *sema, wc_str name, wc_span span)
{
    wc_sema_list *parties = &sema->body->test_parties;
    uint32_t index = 0;
    while (index < parties->count) {
        const wc_str *known = wc_sema_at(parties, index);
        if (wc_str_equal(*known, name)) break;
        index++;
    }
    if (index == parties->count) {
        if (index == WC_TEST_PARTIES_MAX) {
            wc_sema_limit(sema, span, "parties of a test", WC_TEST_PARTIES_MAX);
            return wc_sema_poison(sema, span);
        }
        wc_str *copy = WC_SEMA_NEW(sema, wc_str);
        *copy = name;
        wc_sema_push(sema, parties, copy);
    }
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_TEST_PARTY, sema->party, span);
    node->index = (uint16_t)index;
    return node;
}

/* --- deploy ----------------------------------------------------------------------------------- */

static const wc_ast_arg *find_arg(const wc_ast_list *args, wc_str name)
{
    for (uint32_t i = 0; i < args->count; i++) {
        const wc_ast_arg *arg = wc_ast_at(args, i);
        if (wc_str_equal(arg->name.text, name)) return arg;
    }
    return NULL;
}

/* Where the party or term of that name is declared; NULL: there is none. */
static const wc_span *find_member(const wc_sema_contract *contract, wc_str name)
{
    for (uint16_t i = 0; i < contract->party_count; i++) {
        if (wc_str_equal(contract->parties[i].name, name)) return &contract->parties[i].span;
    }
    for (uint16_t i = 0; i < contract->term_count; i++) {
        if (wc_str_equal(contract->terms[i].name, name)) return &contract->terms[i].span;
    }
    return NULL;
}

static bool check_names(wc_sema *sema, const wc_ast_list *args, const wc_sema_contract *contract)
{
    bool fine = true;
    for (uint32_t i = 0; i < args->count; i++) {
        const wc_ast_arg *arg = wc_ast_at(args, i);
        const wc_span *member = find_member(contract, arg->name.text);
        if (member != NULL) wc_sema_note_use(sema, arg->name.text, *member);
        if (arg->name.text.len == 0) {
            wc_diag_report(sema->diags, WC_E0404, arg->span, "name the party or term: name: value");
            fine = false;
        } else if (member == NULL) {
            wc_diag *diag =
                wc_diag_report(sema->diags, WC_E0404, arg->name.span,
                               "`{}` has no party or term `{}`", contract->name, arg->name.text);
            wc_sema_guess guess = {.wanted = arg->name.text};
            for (uint16_t j = 0; j < contract->party_count; j++) {
                wc_sema_guess_try(&guess, contract->parties[j].name);
            }
            for (uint16_t j = 0; j < contract->term_count; j++) {
                wc_sema_guess_try(&guess, contract->terms[j].name);
            }
            wc_sema_guess_say(sema, diag, arg->name.span, &guess);
            fine = false;
        } else if (find_arg(args, arg->name.text) != arg) {
            wc_diag_report(sema->diags, WC_E0404, arg->name.span, "`{}` is given twice",
                           arg->name.text);
            fine = false;
        }
    }
    return fine;
}

static wc_sema_expr *deploy_term(wc_sema *sema, const wc_ast_list *args, const wc_sema_term *term,
                                 wc_span span)
{
    const wc_ast_arg *arg = find_arg(args, term->name);
    if (arg != NULL) {
        wc_str what = WC_SEMA_TEXT(sema, "`{}`", term->name);
        return wc_sema_value(sema, arg->value, term->type, what.data);
    }
    if (term->initial != NULL) return term->initial;
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0404, span, "the term `{}` is not given", term->name);
    wc_diag_add_label(sema->diags, diag, term->span, "declared here without a default");
    return wc_sema_poison(sema, span);
}

static wc_sema_expr *deploy(wc_sema *sema, wc_ast_expr *ast, const wc_sema_contract *contract)
{
    const wc_ast_list *args = &ast->as.call.args;
    wc_sema_expr *node =
        wc_sema_node(sema, WC_OPER_DEPLOY, wc_sema_type_instance(sema, contract), ast->span);
    node->contract = contract;
    node->arg_count = (uint16_t)(contract->party_count + contract->term_count);
    node->args = WC_SEMA_ARRAY(sema, wc_sema_expr *, node->arg_count);
    bool fine = check_names(sema, args, contract);
    if (!fine) return wc_sema_poison(sema, ast->span); /* what is missing may be misspelt */
    for (uint16_t i = 0; i < contract->party_count; i++) {
        const wc_sema_party *party = &contract->parties[i];
        const wc_ast_arg *arg = find_arg(args, party->name);
        node->args[i] = arg != NULL ? wc_sema_value(sema, arg->value, sema->party, "the party")
                                    : wc_sema_test_party(sema, party->name, ast->span);
        fine = fine && !wc_sema_is_poison(node->args[i]);
    }
    for (uint16_t i = 0; i < contract->term_count; i++) {
        wc_sema_expr *value = deploy_term(sema, args, &contract->terms[i], ast->span);
        node->args[contract->party_count + i] = value;
        fine = fine && !wc_sema_is_poison(value);
    }
    return fine ? node : wc_sema_poison(sema, ast->span);
}

/* C.deploy_previous(...): the version before `upgrade n`, for a test of the upgrade. Its parties
 * and terms are those of the new version. */
static wc_sema_expr *deploy_previous(wc_sema *sema, wc_ast_expr *ast,
                                     const wc_sema_contract *contract)
{
    if (contract->upgrade == NULL) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0308, ast->span,
                                       "`{}` has no version before this one", contract->name);
        wc_diag_add_note(sema->diags, diag, "it has no `upgrade`");
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *node = deploy(sema, ast, contract);
    node->index = 1;
    return node;
}

wc_sema_expr *wc_sema_contract_call(wc_sema *sema, wc_ast_expr *ast, wc_sema_symbol *symbol)
{
    const wc_ast_name *name = &ast->as.call.callee->as.member.name;
    bool is_previous = wc_str_equal(name->text, WC_STR("deploy_previous"));
    if (!wc_str_equal(name->text, WC_STR("deploy")) && !is_previous) {
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E0308, name->span, "a contract has no `{}`", name->text);
        wc_diag_add_note(sema->diags, diag, "a test starts with: let c = {}.deploy(...);",
                         symbol->name);
        return wc_sema_poison(sema, ast->span);
    }
    if (!wc_sema_allow(sema, ast->span, "deploying a contract", WC_PLACE(WC_IN_TEST))) {
        return wc_sema_poison(sema, ast->span);
    }
    return is_previous ? deploy_previous(sema, ast, symbol->contract)
                       : deploy(sema, ast, symbol->contract);
}

/* An instance where a party or a reference to a contract is wanted: it must offer the interface. */
static bool offers(const wc_sema_contract *contract, const wc_sema_method *method)
{
    uint16_t count = method->is_view ? contract->view_count : contract->action_count;
    wc_sema_routine *const *routines = method->is_view ? contract->views : contract->actions;
    for (uint16_t i = 0; i < count; i++) {
        const wc_sema_routine *routine = routines[i];
        bool same = wc_str_equal(routine->name, method->name) &&
                    routine->param_count == method->param_count &&
                    routine->result == method->result;
        for (uint16_t j = 0; same && j < method->param_count; j++) {
            same = routine->locals[j]->type == method->params[j].type;
        }
        if (same) return true;
    }
    return false;
}

wc_sema_expr *wc_sema_instance_as(wc_sema *sema, wc_sema_expr *value, const wc_sema_type *place)
{
    const wc_sema_contract *contract = value->type->contract;
    if (place->kind == WC_SEMA_PARTY) return wc_sema_retype(sema, value, place);
    for (uint16_t i = 0; i < place->interface->method_count; i++) {
        const wc_sema_method *method = &place->interface->methods[i];
        if (offers(contract, method)) continue;
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0401, value->span,
                                       "`{}` does not offer `{}` as `{}` needs it", contract->name,
                                       method->name, place->interface->name);
        wc_diag_add_label(sema->diags, diag, method->span, "needed like this");
        return wc_sema_poison(sema, value->span);
    }
    return wc_sema_retype(sema, value, place);
}

/* --- calls of an instance --------------------------------------------------------------------- */

static wc_sema_expr *routine_call(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object,
                                  const wc_sema_routine *routine)
{
    const wc_sema_type *type = routine->result != NULL ? routine->result : sema->nothing;
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_TEST_CALL, type, object, ast->span);
    wc_sema_member *members = WC_SEMA_ARRAY(sema, wc_sema_member, routine->param_count);
    for (uint16_t i = 0; i < routine->param_count; i++) {
        members[i].name = routine->locals[i]->name;
        members[i].span = routine->locals[i]->span;
        members[i].type = routine->locals[i]->type;
    }
    wc_sema_note_use(sema, ast->as.call.callee->as.member.name.text, routine->span);
    node->routine = routine;
    node->contract = object->type->contract;
    node->arg_count = routine->param_count;
    sema->body->last_called = node->contract;
    if (!wc_sema_args(sema, &ast->as.call.args, ast->span,
                      &(wc_sema_callee){routine->name, members, routine->param_count},
                      &node->args)) {
        return wc_sema_poison(sema, ast->span);
    }
    return node;
}

static const wc_sema_routine *find_routine(const wc_sema_contract *contract, wc_str name)
{
    for (uint16_t i = 0; i < contract->action_count; i++) {
        if (wc_str_equal(contract->actions[i]->name, name)) return contract->actions[i];
    }
    for (uint16_t i = 0; i < contract->view_count; i++) {
        if (wc_str_equal(contract->views[i]->name, name)) return contract->views[i];
    }
    return NULL;
}

static const struct figure_row {
    const char *name;
    wc_sema_figure figure;
} figures[] = {{"posted", WC_FIGURE_POSTED},
               {"escrow", WC_FIGURE_ESCROW},
               {"free", WC_FIGURE_FREE},
               {"redeemed", WC_FIGURE_REDEEMED}};

static wc_ast_expr *arg_at(const wc_ast_expr *ast, uint32_t index)
{
    const wc_ast_arg *arg = wc_ast_at(&ast->as.call.args, index);
    return arg->value;
}

static wc_sema_expr *money_call(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object,
                                const struct figure_row *row)
{
    uint32_t count = ast->as.call.args.count;
    const wc_sema_contract *contract = object->type->contract;
    const wc_sema_currency *currency = NULL;
    if (count != 1 && count != 2) {
        wc_diag_report(sema->diags, WC_E0403, ast->span,
                       "`{}` is written {}(party) or {}(party, "
                       "CNY)",
                       row->name, row->name, row->name);
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *who = wc_sema_value(sema, arg_at(ast, 0), sema->party, "the party");
    if (count == 2) {
        currency = wc_sema_currency_arg(sema, arg_at(ast, 1));
    } else if (contract->currency_count == 1) {
        currency = contract->currencies[0];
    } else {
        wc_diag_report(sema->diags, WC_E0606, ast->span,
                       "`{}` moves {} currencies: name one, {}(party, CNY)", contract->name,
                       contract->currency_count, row->name);
    }
    if (wc_sema_is_poison(who) || currency == NULL) return wc_sema_poison(sema, ast->span);
    wc_sema_expr *node = wc_sema_pair(sema, WC_OPER_TEST_MONEY, wc_sema_money(sema, currency),
                                      object, who, ast->span);
    node->index = currency->index;
    node->which = row->figure;
    return node;
}

static wc_sema_expr *no_member(wc_sema *sema, const wc_ast_expr *ast,
                               const wc_sema_contract *contract)
{
    const wc_ast_name *name = &ast->as.call.callee->as.member.name;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0308, name->span,
                                   "`{}` has no action or view `{}`", contract->name, name->text);
    wc_sema_guess guess = {.wanted = name->text};
    for (uint16_t i = 0; i < contract->action_count; i++) {
        wc_sema_guess_try(&guess, contract->actions[i]->name);
    }
    for (uint16_t i = 0; i < contract->view_count; i++) {
        wc_sema_guess_try(&guess, contract->views[i]->name);
    }
    wc_sema_guess_say(sema, diag, name->span, &guess);
    return wc_sema_poison(sema, ast->span);
}

wc_sema_expr *wc_sema_instance_call(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    const wc_sema_contract *contract = object->type->contract;
    wc_str name = ast->as.call.callee->as.member.name.text;
    const wc_sema_routine *routine = find_routine(contract, name);
    if (routine != NULL) return routine_call(sema, ast, object, routine);
    for (size_t i = 0; i < WC_ARRAY_LEN(figures); i++) {
        if (wc_str_equal(name, wc_str_of(figures[i].name))) {
            return money_call(sema, ast, object, &figures[i]);
        }
    }
    bool is_upgrade = contract->upgrade != NULL && wc_str_equal(name, WC_STR("upgrade"));
    if (is_upgrade && ast->as.call.args.count == 0) {
        wc_sema_expr *node =
            wc_sema_unary(sema, WC_OPER_TEST_CALL, sema->nothing, object, ast->span);
        node->routine = contract->upgrade;
        node->contract = contract;
        sema->body->last_called = contract;
        return node;
    }
    if (wc_str_equal(name, WC_STR("state")) && ast->as.call.args.count == 0) {
        return wc_sema_unary(sema, WC_OPER_TEST_STATE, contract->tag_type, object, ast->span);
    }
    return no_member(sema, ast, contract);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* encoded("hex"): the value with this canonical encoding. So a case that was found by running can
 * be written down also where a value has no literal: a map, a set, a series with gaps. */
wc_sema_expr *wc_sema_encoded(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    if (want == NULL || wc_sema_is_scalar(want) || want->kind == WC_SEMA_INSTANCE) {
        wc_diag_report(sema->diags, WC_E0417, ast->span,
                       "`encoded` is for a place whose type is written, and not a number");
        return wc_sema_poison(sema, ast->span);
    }
    const wc_ast_expr *arg = arg_at(ast, 0);
    bool is_text = arg->kind == WC_EXPR_LITERAL && arg->as.literal->kind == WC_LITERAL_STRING;
    wc_str hex = is_text ? arg->as.literal->text : (wc_str){"", 0};
    size_t size = hex.len / 2;
    char *bytes = WC_SEMA_ARRAY(sema, char, size + 1);
    bool is_hex = is_text && hex.len % 2 == 0;
    for (size_t i = 0; is_hex && i < size; i++) {
        int high = hex_digit(hex.data[2 * i]), low = hex_digit(hex.data[2 * i + 1]);
        is_hex = high >= 0 && low >= 0;
        if (is_hex) bytes[i] = (char)(high * 16 + low);
    }
    if (!is_hex) {
        wc_diag_report(sema->diags, WC_E0403, ast->span,
                       "`encoded` is written encoded(\"hex\"), with an even number of digits 0-9 "
                       "a-f");
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_ENCODED, want, ast->span);
    node->text = (wc_str){bytes, size};
    return node;
}

/* flat(interval(from, to), value): as many intervals as the span holds. */
wc_sema_expr *wc_sema_flat(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    if (want == NULL || want->kind != WC_SEMA_SERIES) {
        wc_diag_report(sema->diags, WC_E0417, ast->span,
                       "the type of this series is not known here");
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *span = wc_sema_value(sema, arg_at(ast, 0), sema->interval, "the span");
    wc_sema_expr *value = wc_sema_value(sema, arg_at(ast, 1), want->item, "the value");
    if (wc_sema_is_poison(span) || wc_sema_is_poison(value)) return wc_sema_poison(sema, ast->span);
    if (!wc_sema_span_fits(sema, span, want)) return wc_sema_poison(sema, ast->span);
    return wc_sema_pair(sema, WC_OPER_FLAT, want, span, value, ast->span);
}

/* c.mandate(100.00 CNY): the signer lets the contract draw on its free balance. */
wc_sema_stmt *wc_sema_check_mandate(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    if (ast->as.call.args.count != 1) {
        wc_diag_report(sema->diags, WC_E0403, ast->span, "`mandate` is written mandate(amount)");
        return NULL;
    }
    const wc_sema_currency *currency = NULL;
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_MANDATE, ast->span);
    stmt->a = object;
    stmt->b = wc_sema_amount(sema, arg_at(ast, 0), &currency);
    if (stmt->b == NULL) return NULL;
    stmt->index = currency->index;
    return stmt;
}

/* --- statements ------------------------------------------------------------------------------- */

wc_sema_stmt *wc_sema_check_as(wc_sema *sema, wc_ast_stmt *ast, bool *falls)
{
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_AS, ast->span);
    stmt->a = wc_sema_infer(sema, ast->as.as_party.who, sema->party);
    if (stmt->a->type->kind == WC_SEMA_INSTANCE) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0401, stmt->a->span,
                                       "the signer must be a party, not a contract");
        wc_diag_add_note(sema->diags, diag,
                         "a contract has no key: it acts on others when an action of it sends");
        stmt->a = wc_sema_poison(sema, stmt->a->span);
    }
    stmt->a = wc_sema_fit(sema, stmt->a, sema->party, "the signer");
    stmt->body = wc_sema_check_block(sema, ast->as.as_party.body);
    *falls = stmt->body->falls_through;
    return wc_sema_is_poison(stmt->a) ? NULL : stmt;
}

typedef struct failure_row {
    const char *name;
    uint16_t number;
} failure_row;

static const failure_row builtin_errors[] = {
#define WC_BUILTIN(number, name, args, text) {#name, number},
#include "vm/isa/builtin_errors.def"
#undef WC_BUILTIN
};

static const failure_row traps[] = {
#define WC_TRAP(number, name, text, way_out) {#name, number},
#include "vm/isa/traps.def"
#undef WC_TRAP
};

static int find_failure(const failure_row *rows, size_t count, wc_str name)
{
    for (size_t i = 0; i < count; i++) {
        if (wc_str_equal(name, wc_str_of(rows[i].name))) return rows[i].number;
    }
    return -1;
}

bool wc_sema_can_raise(const wc_sema_contract *contract, const wc_sema_signature *error)
{
    for (uint16_t i = 0; i < contract->error_count; i++) {
        if (contract->errors[i] == error) return true;
    }
    return false;
}

/* Some function that the block calls, itself or by others, can raise it. */
static bool can_fail_with(wc_sema *sema, const wc_sema_list *calls, const wc_sema_signature *error)
{
    wc_sema_list inner;
    wc_sema_reachable(sema, calls, &inner);
    const wc_sema_list *const lists[] = {calls, &inner};
    for (size_t k = 0; k < WC_ARRAY_LEN(lists); k++) {
        for (uint32_t i = 0; i < lists[k]->count; i++) {
            const wc_sema_body *body = wc_sema_at(lists[k], i);
            for (uint32_t j = 0; j < body->errors.count; j++) {
                if (wc_sema_at(&body->errors, j) == error) return true;
            }
        }
    }
    return false;
}

/* Somebody can raise it: a function that the block calls or, where it calls a contract, that one or
 * any that it may call in turn. */
static bool find_raiser(wc_sema *sema, const wc_ast_path *path, const wc_sema_list *calls,
                        wc_sema_stmt *stmt)
{
    const wc_sema_contract *contract = sema->body->last_called;
    stmt->is_own = can_fail_with(sema, calls, stmt->signature);
    if (stmt->is_own) return true;
    for (uint32_t i = 0; i < sema->contracts.count && contract != NULL; i++) {
        if (wc_sema_can_raise(wc_sema_at(&sema->contracts, i), stmt->signature)) return true;
    }
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0310, path->span,
                       "nothing in this block can fail with `{}`", stmt->signature->name);
    if (contract == NULL) {
        const char *note = calls->count == 0 ? "the block calls no action and no function"
                                             : "no function that it calls raises it";
        wc_diag_add_note(sema->diags, diag, note);
    } else {
        wc_diag_add_note(sema->diags, diag, "`{}` never raises it", contract->name);
    }
    return false;
}

wc_sema_stmt *wc_sema_check_expect(wc_sema *sema, wc_ast_stmt *ast)
{
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_EXPECT, ast->span);
    const wc_ast_path *path = ast->as.expect.error;
    const wc_ast_name *name = wc_ast_at(&path->names, path->names.count - 1);
    const wc_sema_contract *outer = sema->body->last_called;
    wc_sema_list *outer_calls = sema->body->expected_calls;
    wc_sema_list calls = {NULL, 0, 0};
    sema->body->last_called = NULL;
    sema->body->expected_calls = &calls;
    stmt->body = wc_sema_check_block(sema, ast->as.expect.body);
    if (outer_calls != NULL) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E1006, path->span,
                                       "a block of an `expect` has no other `expect` inside");
        wc_diag_add_note(sema->diags, diag, "what fails, fails once: write one behind the other");
    }
    const wc_sema_symbol *symbol = wc_sema_find_path(sema, WC_SPACE_ERROR, path);
    int builtin = find_failure(builtin_errors, WC_ARRAY_LEN(builtin_errors), name->text);
    int trap = find_failure(traps, WC_ARRAY_LEN(traps), name->text);
    bool fine = true;
    if (symbol != NULL) {
        stmt->expected = WC_EXPECT_ERROR;
        stmt->signature = symbol->signature;
        fine = find_raiser(sema, path, &calls, stmt);
    } else if (builtin >= 0) {
        stmt->expected = WC_EXPECT_BUILTIN;
        stmt->index = (uint16_t)builtin;
    } else if (trap >= 0) {
        stmt->expected = WC_EXPECT_TRAP;
        stmt->index = (uint16_t)trap;
    } else {
        (void)wc_sema_unknown(sema, WC_E0310, path->span, WC_SPACE_ERROR, name->text);
        fine = false;
    }
    sema->body->last_called = outer;
    sema->body->expected_calls = outer_calls;
    return fine ? stmt : NULL;
}

wc_sema_stmt *wc_sema_check_advance(wc_sema *sema, wc_ast_stmt *ast)
{
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_ADVANCE, ast->span);
    wc_sema_expr *duration = wc_sema_infer(sema, ast->as.expr, NULL);
    if (wc_sema_is_poison(duration)) return NULL;
    stmt->a = wc_sema_seconds(sema, duration);
    return stmt->a == NULL ? NULL : stmt;
}

/* --- the test --------------------------------------------------------------------------------- */

void wc_sema_check_test(wc_sema *sema, wc_ast_routine *ast)
{
    uint32_t first = sema->bodies.count;
    wc_sema_body *body = wc_sema_header(sema, ast, NULL, NULL);
    wc_sema_check_body(sema, body);
    wc_sema_order_calls(sema, first);
    wc_sema_test *test = WC_SEMA_NEW(sema, wc_sema_test);
    test->routine = body->out;
    test->party_count = (uint16_t)body->test_parties.count;
    test->parties = WC_SEMA_ARRAY(sema, wc_str, body->test_parties.count);
    for (uint32_t i = 0; i < body->test_parties.count; i++) {
        const wc_str *name = wc_sema_at(&body->test_parties, i);
        test->parties[i] = *name;
    }
    wc_sema_list bodies = {NULL, 0, 0};
    wc_sema_push(sema, &bodies, body);
    wc_sema_list funcs;
    wc_sema_reachable(sema, &bodies, &funcs);
    test->func_count = (uint16_t)funcs.count;
    test->funcs = WC_SEMA_ARRAY(sema, wc_sema_routine *, funcs.count);
    for (uint32_t i = 0; i < funcs.count; i++) {
        const wc_sema_body *func = wc_sema_at(&funcs, i);
        test->funcs[i] = func->out;
    }
    wc_sema_push(sema, &sema->tests, test);
}
