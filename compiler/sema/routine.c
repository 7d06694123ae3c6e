/* Everything with a body: headers first, so that calls find them in any order, then clauses and
 * bodies. */
#include "compiler/sema/life.h"
#include "compiler/sema/warn.h"

/* --- headers ---------------------------------------------------------------------------------- */

static wc_sema_place place_of(wc_ast_routine_kind kind, const wc_sema_contract *contract)
{
    switch (kind) {
    case WC_ROUTINE_FUNC: return contract == NULL ? WC_IN_FUNC : WC_IN_METHOD;
    case WC_ROUTINE_VIEW: return WC_IN_METHOD;
    case WC_ROUTINE_ACTION: return WC_IN_ACTION;
    case WC_ROUTINE_AFTER: return WC_IN_AFTER;
    case WC_ROUTINE_TEST:
    case WC_ROUTINE_PROPERTY: return WC_IN_TEST;
    case WC_ROUTINE_UPGRADE: return WC_IN_UPGRADE;
    case WC_ROUTINE_KIND_COUNT: break;
    }
    wc_assert(false); /* reported as not supported, never checked */
    return WC_IN_CONST;
}

wc_sema_body *wc_sema_body_new(wc_sema *sema, wc_ast_routine_kind kind, wc_sema_contract *contract)
{
    wc_sema_body *body = WC_SEMA_NEW(sema, wc_sema_body);
    body->out = WC_SEMA_NEW(sema, wc_sema_routine);
    body->out->kind = kind;
    body->out->repeats = 1;
    body->out->gas_limit = UINT64_MAX;
    body->call_depth = 1;
    body->contract = contract;
    body->place = place_of(kind, contract);
    body->module = sema->module;
    body->reads = WC_SEMA_ARRAY(sema, uint64_t, WC_FIELD_WORDS);
    body->writes = WC_SEMA_ARRAY(sema, uint64_t, WC_FIELD_WORDS);
    wc_sema_push(sema, &sema->bodies, body);
    return body;
}

static void resolve_params(wc_sema *sema, wc_sema_body *body, const wc_ast_list *params)
{
    uint16_t count;
    const wc_sema_member *members = wc_sema_members(sema, params, &count, 0);
    wc_sema_body *outer = sema->body;
    sema->body = body;
    uint64_t encoded = 0;
    for (uint16_t i = 0; i < count; i++) {
        const wc_ast_field *field = wc_ast_at(params, i);
        (void)wc_sema_local_new(sema, &field->name, members[i].type);
        encoded += members[i].type->encoded_max;
    }
    sema->body = outer;
    body->out->param_count = count;
    bool is_entry = body->out->kind == WC_ROUTINE_ACTION || body->out->kind == WC_ROUTINE_VIEW ||
                    body->out->kind == WC_ROUTINE_PROPERTY;
    if (!is_entry || encoded <= WC_ARGS_MAX) return;
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0911, body->out->header,
                       "the arguments of `{}` take up to {} bytes", body->out->name, encoded);
    wc_diag_add_note(sema->diags, diag, "a transaction carries {} bytes of arguments", WC_ARGS_MAX);
}

static void add_party(wc_sema *sema, wc_sema_routine *routine, const wc_ast_name *name)
{
    wc_sema_who *who = &routine->who[routine->who_count];
    wc_sema_symbol *symbol = wc_sema_table_find(&sema->scope, WC_SPACE_VALUE, name->text);
    if (symbol != NULL && symbol->kind == WC_SYMBOL_PARTY) {
        symbol->is_used = true;
        who->party = symbol->index;
        wc_sema_note_use(sema, name->text, symbol->span);
    } else if (wc_sema_is_role(sema, name->text)) {
        who->is_role = true;
        who->role = name->text;
    } else {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0702, name->span,
                                       "there is no party or role `{}` here", name->text);
        wc_sema_guess guess = {.wanted = name->text};
        for (uint16_t i = 0; i < sema->contract->party_count; i++) {
            wc_sema_guess_try(&guess, sema->contract->parties[i].name);
        }
        for (size_t i = 0; i < sema->role_count; i++) wc_sema_guess_try(&guess, sema->roles[i]);
        wc_sema_guess_say(sema, diag, name->span, &guess);
        return;
    }
    for (uint8_t i = 0; i < routine->who_count; i++) {
        bool same = routine->who[i].is_role == who->is_role &&
                    routine->who[i].party == who->party &&
                    wc_str_equal(routine->who[i].role, who->role);
        if (!same) continue;
        wc_diag_report(sema->diags, WC_E0703, name->span, "`{}` is named twice", name->text);
        return;
    }
    routine->who_count++;
}

static void resolve_by(wc_sema *sema, wc_sema_routine *routine, const wc_ast_by *by)
{
    static const wc_by_kind kinds[] = {[WC_AST_BY_NONE] = WC_BY_NONE,
                                       [WC_AST_BY_ALL] = WC_BY_ALL,
                                       [WC_AST_BY_ANY] = WC_BY_ANY,
                                       [WC_AST_BY_QUORUM] = WC_BY_QUORUM,
                                       [WC_AST_BY_ANY_PARTY] = WC_BY_ANY_PARTY};
    routine->by = kinds[by->kind];
    if (by->kind == WC_AST_BY_NONE) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0701, routine->header,
                                       "`{}` does not say who may call it", routine->name);
        wc_diag_add_note(sema->diags, diag, "add `by` and a party, or `by any_party`");
        return;
    }
    for (uint32_t i = 0; i < by->names.count; i++) {
        if (i == WC_BY_MAX) {
            wc_sema_limit(sema, by->span, "parties behind `by`", WC_BY_MAX);
            return;
        }
        add_party(sema, routine, wc_ast_at(&by->names, i));
    }
    if (by->kind != WC_AST_BY_QUORUM) return;
    int64_t quorum = 0;
    bool fits = by->quorum->scale == 0 && wc_i128_narrow(by->quorum->mantissa, &quorum) == WC_OK;
    if (fits && quorum >= 1 && quorum <= routine->who_count) {
        routine->quorum = (uint8_t)quorum;
        return;
    }
    wc_diag_report(sema->diags, WC_E0703, by->quorum->span,
                   "a quorum of {} parties asks for 1 to {} of them", routine->who_count,
                   routine->who_count);
}

const wc_sema_symbol *wc_sema_state_named(wc_sema *sema, const wc_ast_name *name)
{
    const wc_sema_symbol *symbol = wc_sema_table_find(&sema->scope, WC_SPACE_STATE, name->text);
    if (symbol == NULL) {
        (void)wc_sema_unknown(sema, WC_E0309, name->span, WC_SPACE_STATE, name->text);
    } else {
        wc_sema_note_use(sema, name->text, symbol->span);
    }
    return symbol;
}

static uint64_t state_bits(wc_sema *sema, const wc_ast_list *names, bool may_be_final)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < names->count; i++) {
        const wc_ast_name *name = wc_ast_at(names, i);
        const wc_sema_symbol *symbol = wc_sema_state_named(sema, name);
        if (symbol == NULL) continue;
        if (!may_be_final && sema->contract->states[symbol->index].is_final) {
            wc_diag *diag = wc_diag_report(sema->diags, WC_E0806, name->span,
                                           "`{}` is final: nothing happens in it", name->text);
            wc_diag_add_note(sema->diags, diag, "a contract that has ended accepts no call");
            continue;
        }
        bits |= UINT64_C(1) << symbol->index;
    }
    return bits;
}

wc_sema_body *wc_sema_header(wc_sema *sema, wc_ast_routine *ast, wc_sema_symbol *symbol,
                             wc_sema_contract *contract)
{
    wc_sema_body *body = wc_sema_body_new(sema, ast->kind, contract);
    wc_sema_routine *out = body->out;
    body->ast = ast;
    body->symbol = symbol;
    out->ast = ast;
    out->name = ast->name.text;
    if (ast->title != NULL) out->name = ast->title->text;
    out->span = ast->span;
    out->header = ast->header;
    sema->where = ast->header;
    resolve_params(sema, body, &ast->params);
    if (ast->result != NULL) out->result = wc_sema_resolve(sema, ast->result, 0);
    if (contract == NULL) return body;
    if (ast->kind == WC_ROUTINE_ACTION) resolve_by(sema, out, &ast->by);
    out->when = state_bits(sema, &ast->when, false);
    body->goes = state_bits(sema, &ast->goes, true);
    body->has_goes = ast->goes.count > 0;
    return body;
}

/* --- clauses ---------------------------------------------------------------------------------- */

static void check_requires(wc_sema *sema, const wc_ast_clause *clause, wc_sema_list *list)
{
    if (sema->body->place == WC_IN_AFTER) {
        (void)wc_sema_allow(sema, clause->span, "`requires`", 0);
        return;
    }
    wc_sema_require *require = WC_SEMA_NEW(sema, wc_sema_require);
    require->span = clause->span;
    sema->body->in_requires = true;
    require->condition = wc_sema_condition(sema, clause->condition);
    require->error = wc_sema_signature_call(sema, clause->error, WC_SPACE_ERROR, &require->args);
    sema->body->in_requires = false;
    if (require->error != NULL) require->arg_count = require->error->member_count;
    wc_sema_learn(sema, require->condition, true);
    wc_sema_push(sema, list, require);
}

static void check_gas(wc_sema *sema, const wc_ast_clause *clause)
{
    int64_t gas;
    bool fits = clause->gas->scale == 0 && wc_i128_narrow(clause->gas->mantissa, &gas) == WC_OK;
    if (!fits) {
        wc_diag_report(sema->diags, WC_E0904, clause->gas->span, "gas is a whole 64-bit number");
        return;
    }
    sema->body->out->gas_limit = (uint64_t)gas;
    sema->body->out->gas_span = clause->span;
}

static void check_conserve(wc_sema *sema, const wc_ast_clause *clause)
{
    wc_sema_place place = sema->body->place;
    if (place != WC_IN_ACTION && place != WC_IN_AFTER) {
        (void)wc_sema_allow(sema, clause->span, "`conserve`", 0);
        return;
    }
    const wc_sema_unit *unit = wc_sema_unit_of(sema, clause->unit);
    if (unit == NULL) return;
    wc_sema_conserved *conserved = WC_SEMA_NEW(sema, wc_sema_conserved);
    conserved->unit = unit;
    conserved->span = clause->span;
    wc_sema_push(sema, &sema->body->conserves, conserved);
}

/* What comes before the body: requires, in order, then gas and conserve. */
static void check_before(wc_sema *sema, const wc_ast_list *clauses)
{
    wc_sema_list list = {NULL, 0, 0};
    for (uint32_t i = 0; i < clauses->count; i++) {
        const wc_ast_clause *clause = wc_ast_at(clauses, i);
        sema->where = clause->span;
        if (clause->kind == WC_CLAUSE_REQUIRES) check_requires(sema, clause, &list);
        if (clause->kind == WC_CLAUSE_GAS) check_gas(sema, clause);
        if (clause->kind == WC_CLAUSE_CONSERVE) check_conserve(sema, clause);
    }
    wc_sema_routine *out = sema->body->out;
    out->requires = WC_SEMA_ARRAY(sema, wc_sema_require, list.count);
    out->require_count = (uint16_t)list.count;
    for (uint32_t i = 0; i < list.count; i++) {
        const wc_sema_require *require = wc_sema_at(&list, i);
        out->requires[i] = *require;
    }
}

static void check_ensures(wc_sema *sema, const wc_ast_list *clauses)
{
    wc_sema_list list = {NULL, 0, 0};
    sema->body->in_ensures = true;
    for (uint32_t i = 0; i < clauses->count; i++) {
        const wc_ast_clause *clause = wc_ast_at(clauses, i);
        if (clause->kind != WC_CLAUSE_ENSURES) continue;
        sema->where = clause->span;
        wc_sema_ensure *ensure = WC_SEMA_NEW(sema, wc_sema_ensure);
        ensure->span = clause->span;
        ensure->condition = wc_sema_condition(sema, clause->condition);
        wc_sema_push(sema, &list, ensure);
    }
    sema->body->in_ensures = false;
    wc_sema_routine *out = sema->body->out;
    out->ensures = WC_SEMA_ARRAY(sema, wc_sema_ensure, list.count);
    out->ensure_count = (uint16_t)list.count;
    for (uint32_t i = 0; i < list.count; i++) {
        const wc_sema_ensure *ensure = wc_sema_at(&list, i);
        out->ensures[i] = *ensure;
    }
}

/* --- the time of a time-out ------------------------------------------------------------------- */

static int only_bit(uint64_t bits)
{
    if (bits == 0 || (bits & (bits - 1)) != 0) return -1;
    int index = 0;
    while ((bits >> index & 1) == 0) index++;
    return index;
}

/* In a time-out of one state its data have their names. */
static void declare_state_data(wc_sema *sema, uint64_t when)
{
    int index = only_bit(when);
    if (index < 0) return;
    const wc_sema_state *state = &sema->contract->states[index];
    for (uint16_t i = 0; i < state->member_count; i++) {
        const wc_ast_name name = {.text = state->members[i].name, .span = state->members[i].span};
        wc_sema_symbol *symbol =
            wc_sema_symbol_new(sema, WC_SYMBOL_STATE_DATA, WC_SPACE_VALUE, &name);
        symbol->type = state->members[i].type;
        symbol->index = i;
        symbol->variant = (uint16_t)index;
        (void)wc_sema_declare(sema, &sema->scope, symbol);
    }
}

/* `after 24 h`: a length, and nothing says from when. */
static wc_sema_expr *due_time(wc_sema *sema, wc_sema_body *body)
{
    wc_sema_expr *time = wc_sema_infer(sema, body->ast->time, sema->time);
    bool is_length = sema->seconds != NULL && time->type->kind == WC_SEMA_DEC &&
                     wc_sema_same_dimension(time->type->unit, sema->seconds);
    if (!is_length) return wc_sema_fit(sema, time, sema->time, "the time of a time-out");
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0401, time->span,
                                   "the time of a time-out must be `time`, not a length of it");
    wc_diag_add_note(sema->diags, diag,
                     "say from when: after deployed + 24 h, or after entered + 24 h");
    return wc_sema_poison(sema, time->span);
}

static void check_due(wc_sema *sema, wc_sema_body *body)
{
    uint32_t mark = wc_sema_scope_open(sema);
    body->place = WC_IN_DUE;
    declare_state_data(sema, body->out->when);
    body->out->due = due_time(sema, body);
    body->place = WC_IN_AFTER;
    wc_sema_scope_close(sema, mark);
}

/* --- bodies ----------------------------------------------------------------------------------- */

static void declare_params(wc_sema *sema, wc_sema_body *body)
{
    for (uint16_t i = 0; i < body->out->param_count; i++) {
        wc_sema_local *param = wc_sema_at(&body->locals, i);
        const wc_ast_name name = {.text = param->name, .span = param->span};
        /* An argument of an action is recorded with the call: it need not be read. */
        param->is_quiet = body->out->kind != WC_ROUTINE_FUNC;
        wc_sema_local_declare(sema, &name, param);
    }
}

static uint64_t states_of(const wc_sema *sema, const wc_sema_body *body)
{
    uint64_t all = 0;
    bool with_final = body->place == WC_IN_METHOD || body->place == WC_IN_INVARIANT;
    if (body->contract == NULL) return 0;
    for (uint16_t i = 0; i < sema->contract->state_count; i++) {
        if (with_final || !sema->contract->states[i].is_final) all |= UINT64_C(1) << i;
    }
    return body->out->when != 0 ? body->out->when : all;
}

static void check_end(wc_sema *sema, const wc_sema_body *body)
{
    const wc_sema_routine *out = body->out;
    if (out->result == NULL || !out->body->falls_through) return;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0409, out->header,
                                   "`{}` can end without returning a value", out->name);
    wc_diag_add_note(sema->diags, diag, "every path ends with `return` or `fail`");
}

static void publish(wc_sema *sema, wc_sema_body *body)
{
    wc_sema_routine *out = body->out;
    out->local_count = (uint16_t)body->locals.count;
    out->locals = WC_SEMA_ARRAY(sema, wc_sema_local *, body->locals.count);
    for (uint32_t i = 0; i < body->locals.count; i++) {
        out->locals[i] = wc_sema_at(&body->locals, i);
    }
    out->conserve_count = (uint16_t)body->conserves.count;
    out->conserves = WC_SEMA_ARRAY(sema, const wc_sema_unit *, body->conserves.count);
    for (uint32_t i = 0; i < body->conserves.count; i++) {
        const wc_sema_conserved *conserved = wc_sema_at(&body->conserves, i);
        out->conserves[i] = conserved->unit;
    }
    out->old_count = (uint16_t)body->olds.count;
    out->olds = WC_SEMA_ARRAY(sema, wc_sema_old, body->olds.count);
    for (uint32_t i = 0; i < body->olds.count; i++) {
        const wc_sema_old *old = wc_sema_at(&body->olds, i);
        out->olds[i] = *old;
    }
}

void wc_sema_check_body(wc_sema *sema, wc_sema_body *body)
{
    wc_sema_body *outer = sema->body;
    wc_ast_routine *ast = body->ast;
    wc_sema_routine *out = body->out;
    sema->body = body;
    sema->module = body->module;
    uint32_t mark = wc_sema_scope_open(sema);
    body->states = states_of(sema, body);
    if (out->kind == WC_ROUTINE_AFTER) check_due(sema, body);
    declare_params(sema, body);
    check_before(sema, &ast->clauses);
    uint32_t errors = sema->diags->error_count;
    out->body = wc_sema_check_block(sema, ast->body);
    if (out->kind == WC_ROUTINE_UPGRADE) {
        wc_sema_stmt *carry = wc_sema_carry(sema, body), **last = &carry;
        /* Without the assignments that have errors the fields would seem to get no value. */
        if (sema->diags->error_count == errors) wc_sema_check_assigned(sema, body);
        while (*last != NULL) last = &(*last)->next;
        *last = out->body->first;
        out->body->first = carry;
    }
    if (out->body->falls_through) body->falls_in |= body->states;
    check_end(sema, body);
    check_ensures(sema, &ast->clauses);
    wc_sema_fix_by_hand(sema, body);
    wc_sema_scope_end(sema, mark);
    publish(sema, body);
    sema->body = outer;
}

void wc_sema_check_condition_body(wc_sema *sema, wc_sema_body *body, wc_ast_expr *condition,
                                  wc_sema_expr **result)
{
    wc_sema_body *outer = sema->body;
    sema->body = body;
    uint32_t mark = wc_sema_scope_open(sema);
    body->states = states_of(sema, body);
    *result = wc_sema_condition(sema, condition);
    wc_sema_scope_end(sema, mark);
    publish(sema, body);
    sema->body = outer;
}

/* --- the order of calls ----------------------------------------------------------------------- */

typedef struct call_frame {
    wc_sema_body *body;
    uint32_t next; /* call to follow next */
} call_frame;

static void report_recursion(wc_sema *sema, const wc_sema_body *body)
{
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E1001, body->out->header,
                       "`{}` calls itself, directly or through others", body->out->name);
    wc_diag_add_note(sema->diags, diag,
                     "use a loop over a range or a collection: its bound is known");
}

static void take_effects(wc_sema *sema, wc_sema_body *body, const wc_sema_body *callee)
{
    if (callee->call_depth >= body->call_depth) body->call_depth = callee->call_depth + 1;
    body->effects |= callee->effects;
    for (unsigned i = 0; i < WC_FIELD_WORDS; i++) body->reads[i] |= callee->reads[i];
    for (uint32_t i = 0; i < callee->errors.count; i++) {
        wc_sema_push_new(sema, &body->errors, wc_sema_at(&callee->errors, i));
    }
}

/* Depth first without recursion: a body is finished after all it calls. Each body is on the stack
 * once at most, so the stack has room for all. */
void wc_sema_order_calls(wc_sema *sema, uint32_t first)
{
    uint32_t count = sema->bodies.count;
    call_frame *stack = WC_SEMA_ARRAY(sema, call_frame, count - first + 1);
    for (uint32_t i = first; i < count; i++) {
        wc_sema_body *start = wc_sema_at(&sema->bodies, i);
        if (start->order != 0) continue;
        uint32_t depth = 0;
        stack[depth++] = (call_frame){start, 0};
        start->is_open = true;
        while (depth > 0) {
            call_frame *top = &stack[depth - 1];
            if (top->next == top->body->calls.count) {
                if (top->body->call_depth > WC_CALL_DEPTH_MAX) {
                    wc_sema_limit(sema, top->body->out->header, "calls inside calls",
                                  WC_CALL_DEPTH_MAX);
                    top->body->call_depth = 1; /* said once */
                }
                top->body->order = ++sema->order_count;
                top->body->is_open = false;
                depth--;
                continue;
            }
            wc_sema_body *callee = wc_sema_at(&top->body->calls, top->next);
            if (callee->is_open) {
                report_recursion(sema, callee);
                top->next++;
            } else if (callee->order != 0) {
                take_effects(sema, top->body, callee);
                top->next++;
            } else {
                callee->is_open = true;
                stack[depth++] = (call_frame){callee, 0};
            }
        }
    }
}
