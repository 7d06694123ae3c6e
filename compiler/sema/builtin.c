/* Functions that the language brings along, where an expression may call them. Statements that look
 * like calls (lock, unlock_all, clear_net ...) are in money.c. */
#include "compiler/sema/calendar.h"
#include "compiler/sema/compound.h"

typedef wc_sema_expr *(*builtin_fn)(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);

static wc_ast_expr *arg_at(const wc_ast_expr *ast, uint32_t index)
{
    const wc_ast_arg *arg = wc_ast_at(&ast->as.call.args, index);
    return arg->value;
}

#define STATEFUL                                                                                   \
    (WC_PLACE(WC_IN_METHOD) | WC_PLACE(WC_IN_ACTION) | WC_PLACE(WC_IN_AFTER) |                     \
     WC_PLACE(WC_IN_INVARIANT) | WC_PLACE(WC_IN_UPGRADE))

/* --- the outside ------------------------------------------------------------------------------ */

static wc_sema_expr *make_now(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    (void)want;
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_NOW, sema->time, ast->span);
    node->range = wc_range_of(0, WC_BLOCK_TIME_MAX); /* the ledger admits no other block */
    return node;
}

static wc_sema_expr *make_caller(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    (void)want;
    const wc_sema_routine *routine = sema->body->out;
    if (routine->by == WC_BY_ALL && routine->who_count > 1) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0704, ast->span,
                                       "several parties sign this action: none is the caller");
        wc_diag_add_note(sema->diags, diag, "name the party that is meant");
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_effect_add(sema, WC_EFFECT_CALLER);
    return wc_sema_node(sema, WC_OPER_CALLER, sema->party, ast->span);
}

static wc_sema_expr *make_id(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    (void)want;
    return wc_sema_node(sema, WC_OPER_SELF, sema->party, ast->span);
}

static wc_sema_expr *make_state(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    (void)want;
    wc_sema_effect_add(sema, WC_EFFECT_READS_STATE);
    return wc_sema_node(sema, WC_OPER_STATE, sema->body->contract->state_type, ast->span);
}

/* --- money ------------------------------------------------------------------------------------ */

const wc_sema_currency *wc_sema_currency_arg(wc_sema *sema, const wc_ast_expr *ast)
{
    wc_sema_symbol *symbol = NULL;
    if (ast->kind == WC_EXPR_NAME) symbol = wc_sema_find(sema, WC_SPACE_UNIT, ast->as.name.text);
    if (symbol != NULL && symbol->kind == WC_SYMBOL_CURRENCY && symbol->currency != NULL) {
        wc_sema_mention(sema, symbol->currency);
        return symbol->currency;
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0606, ast->span, "a currency is needed here");
    wc_diag_add_note(sema->diags, diag, "for example CNY");
    return NULL;
}

const wc_sema_type *wc_sema_money(wc_sema *sema, const wc_sema_currency *currency)
{
    uint32_t i = 0;
    const wc_sema_unit *unit = wc_sema_at(&sema->units, i);
    while (unit->currency != currency) unit = wc_sema_at(&sema->units, ++i);
    return wc_sema_type_dec(sema, currency->minor, unit);
}

static wc_sema_expr *money_figure(wc_sema *sema, wc_ast_expr *ast, wc_sema_op op)
{
    wc_sema_expr *who = wc_sema_value(sema, arg_at(ast, 0), sema->party, "the first argument");
    const wc_sema_currency *currency = wc_sema_currency_arg(sema, arg_at(ast, 1));
    if (wc_sema_is_poison(who) || currency == NULL) return wc_sema_poison(sema, ast->span);
    wc_sema_effect_add(sema, WC_EFFECT_READS_MONEY);
    wc_sema_expr *node = wc_sema_unary(sema, op, wc_sema_money(sema, currency), who, ast->span);
    node->index = currency->index;
    if (op != WC_OPER_POSTED) node->range = wc_range_of(0, INT64_MAX);
    return node;
}

static wc_sema_expr *make_escrow(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    (void)want;
    return money_figure(sema, ast, WC_OPER_ESCROW);
}

static wc_sema_expr *make_balance(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    (void)want;
    if (arg_at(ast, 0)->kind != WC_EXPR_SELF) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0606, arg_at(ast, 0)->span,
                                       "a contract can read only its own balance");
        wc_diag_add_note(sema->diags, diag, "balance(self, CNY), or escrow(party, CNY)");
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *node = money_figure(sema, ast, WC_OPER_BALANCE);
    node->a = NULL;
    return node;
}

static wc_sema_expr *make_posted(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    (void)want;
    if (!sema->body->in_ensures || sema->body->in_old) {
        wc_diag_report(sema->diags, WC_E1009, ast->span,
                       "`posted` is for `ensures`: what the action has posted");
        return wc_sema_poison(sema, ast->span);
    }
    return money_figure(sema, ast, WC_OPER_POSTED);
}

/* --- numbers ---------------------------------------------------------------------------------- */

static wc_sema_expr *extreme(wc_sema *sema, wc_sema_op op, wc_sema_expr *a, wc_sema_expr *b,
                             const wc_ast_expr *ast)
{
    if (wc_sema_is_poison(a) || wc_sema_is_poison(b)) return wc_sema_poison(sema, ast->span);
    bool is_time = a->type->kind == WC_SEMA_TIME || a->type->kind == WC_SEMA_DATE;
    if (is_time && a->type == b->type) return wc_sema_pair(sema, op, a->type, a, b, ast->span);
    const wc_ast_name *name = &ast->as.call.callee->as.name;
    if (!wc_sema_is_number(a->type) || !wc_sema_is_number(b->type)) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0405, ast->span,
                                       "`{}` is not possible here", name->text);
        wc_diag_add_label(sema->diags, diag, a->span, "{}", a->type->text);
        wc_diag_add_label(sema->diags, diag, b->span, "{}", b->type->text);
        return wc_sema_poison(sema, ast->span);
    }
    const char *what = op == WC_OPER_MIN ? "min" : "max";
    if (!wc_sema_unify(sema, &a, &b, what, name->span)) return wc_sema_poison(sema, ast->span);
    return wc_sema_arith(sema, op, wc_sema_flight(sema, a->type, b->type), a, b, ast->span);
}

static wc_sema_expr *make_min(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    wc_sema_expr *a = wc_sema_infer(sema, arg_at(ast, 0), want);
    return extreme(sema, WC_OPER_MIN, a, wc_sema_infer(sema, arg_at(ast, 1), want), ast);
}

static wc_sema_expr *make_max(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    wc_sema_expr *a = wc_sema_infer(sema, arg_at(ast, 0), want);
    return extreme(sema, WC_OPER_MAX, a, wc_sema_infer(sema, arg_at(ast, 1), want), ast);
}

static wc_sema_expr *make_clamp(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    wc_sema_expr *value = wc_sema_infer(sema, arg_at(ast, 0), want);
    wc_sema_expr *lo = wc_sema_infer(sema, arg_at(ast, 1), want);
    wc_sema_expr *hi = wc_sema_infer(sema, arg_at(ast, 2), want);
    return extreme(sema, WC_OPER_MIN, extreme(sema, WC_OPER_MAX, value, lo, ast), hi, ast);
}

static wc_sema_expr *number_arg(wc_sema *sema, const wc_ast_expr *ast, const wc_sema_type *want)
{
    wc_sema_expr *value = wc_sema_infer(sema, arg_at(ast, 0), want);
    if (wc_sema_is_poison(value) || wc_sema_is_number(value->type)) return value;
    wc_diag_report(sema->diags, WC_E0405, value->span, "a number is needed here, not `{}`",
                   value->type->text);
    return wc_sema_poison(sema, ast->span);
}

static wc_sema_expr *make_abs(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    wc_sema_expr *value = number_arg(sema, ast, want);
    if (wc_sema_is_poison(value)) return value;
    if (value->op == WC_OPER_NUMBER) {
        bool is_negative = wc_i128_sign(value->number) < 0;
        return is_negative ? wc_sema_negate(sema, value, ast->span) : value;
    }
    const wc_sema_type *type = wc_sema_place_type(sema, value->type);
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_ABS, type, value, ast->span);
    return wc_sema_ranged(node, wc_range_abs(value->range));
}

static wc_sema_expr *make_mod(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    (void)want;
    wc_sema_expr *a = wc_sema_value(sema, arg_at(ast, 0), sema->integer, "the number");
    wc_sema_expr *b = wc_sema_value(sema, arg_at(ast, 1), sema->integer, "the divisor");
    if (wc_sema_is_poison(a) || wc_sema_is_poison(b)) return wc_sema_poison(sema, ast->span);
    if (b->op == WC_OPER_NUMBER && wc_i128_sign(b->number) == 0) {
        wc_diag_report(sema->diags, WC_E0530, b->span, "this divides by zero");
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_need_nonzero(sema, b);
    if (a->op == WC_OPER_NUMBER && b->op == WC_OPER_NUMBER) {
        int64_t rest;
        wc_status status = wc_i64_mod((int64_t)a->number.lo, (int64_t)b->number.lo, &rest);
        wc_assert(status == WC_OK);
        return wc_sema_integer(sema, rest, ast->span);
    }
    wc_sema_expr *node = wc_sema_pair(sema, WC_OPER_MOD, sema->integer, a, b, ast->span);
    return wc_sema_ranged(node, wc_range_rest(b->range));
}

static wc_sema_expr *make_strip(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    (void)want;
    wc_sema_expr *value = number_arg(sema, ast, NULL);
    if (wc_sema_is_poison(value)) return value;
    if (value->type->kind != WC_SEMA_DEC || value->type->unit == sema->plain) {
        wc_diag_report(sema->diags, WC_E0405, ast->span, "`{}` has no unit to strip",
                       value->type->text);
        return wc_sema_poison(sema, ast->span);
    }
    wc_diag *diag =
        wc_sema_warn(sema, WC_L0501, ast->span, "`strip` takes this number out of the unit system");
    wc_diag_add_label(sema->diags, diag, value->span, "{}", value->type->text);
    return wc_sema_retype(sema, value, wc_sema_type_dec(sema, value->type->scale, sema->plain));
}

/* --- construction ----------------------------------------------------------------------------- */

static wc_sema_expr *make_interval(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    (void)want;
    wc_sema_expr *a = wc_sema_value(sema, arg_at(ast, 0), sema->time, "the start");
    wc_sema_expr *b = wc_sema_value(sema, arg_at(ast, 1), sema->time, "the end");
    if (wc_sema_is_poison(a) || wc_sema_is_poison(b)) return wc_sema_poison(sema, ast->span);
    bool is_const = a->is_const && b->is_const;
    if (is_const && wc_i128_compare(a->number, b->number) > 0) {
        wc_diag_report(sema->diags, WC_E0904, ast->span, "this interval ends before it starts");
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *node = wc_sema_pair(sema, WC_OPER_INTERVAL, sema->interval, a, b, ast->span);
    node->is_const = is_const;
    return node;
}

static wc_sema_expr *make_empty(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    wc_str name = ast->as.call.callee->as.name.text;
    wc_sema_kind kind = wc_str_equal(name, WC_STR("map_of")) ? WC_SEMA_MAP : WC_SEMA_SET;
    if (want == NULL || want->kind != kind) {
        if (want != NULL && want->kind == WC_SEMA_POISON) return wc_sema_poison(sema, ast->span);
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0417, ast->span,
                                       "the type of this collection is not known here");
        wc_diag_add_note(sema->diags, diag, "give it: var m : {} = {}();",
                         kind == WC_SEMA_MAP ? "map<K, V, 16>" : "set<K, 16>", name);
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_EMPTY, want, ast->span);
    node->is_const = true;
    return node;
}

static wc_sema_expr *make_some(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    const wc_sema_type *item = NULL;
    if (want != NULL && want->kind == WC_SEMA_OPTION) item = want->item;
    wc_sema_expr *value = wc_sema_infer(sema, arg_at(ast, 0), item);
    if (item == NULL) value = wc_sema_part(sema, value);
    if (wc_sema_is_poison(value)) return value;
    if (item == NULL) item = wc_sema_place_type(sema, value->type);
    value = wc_sema_fit(sema, value, item, "the value");
    if (wc_sema_is_poison(value)) return value;
    const wc_sema_type *type = wc_sema_type_option(sema, item);
    type = wc_sema_check_size(sema, type, ast->span);
    if (type->kind == WC_SEMA_POISON) return wc_sema_poison(sema, ast->span);
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_VARIANT, type, ast->span);
    node->index = 1;
    node->args = WC_SEMA_ARRAY(sema, wc_sema_expr *, 1);
    node->args[0] = value;
    node->arg_count = 1;
    node->is_const = value->is_const;
    return node;
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct builtin_row {
    const char *name;
    uint8_t args;
    unsigned places; /* 0: everywhere */
    builtin_fn make;
    const char *usage;
} builtins[] = {
    {"now", 0, STATEFUL, make_now, "now()"},
    {"caller", 0, WC_PLACE(WC_IN_ACTION), make_caller, "caller()"},
    {"id", 0, STATEFUL, make_id, "id()"},
    {"state", 0, STATEFUL, make_state, "state()"},
    {"escrow", 2, STATEFUL, make_escrow, "escrow(party, CNY)"},
    {"balance", 2, STATEFUL, make_balance, "balance(self, CNY)"},
    {"posted", 2, STATEFUL, make_posted, "posted(party, CNY)"},
    {"min", 2, 0, make_min, "min(a, b)"},
    {"max", 2, 0, make_max, "max(a, b)"},
    {"clamp", 3, 0, make_clamp, "clamp(x, low, high)"},
    {"abs", 1, 0, make_abs, "abs(x)"},
    {"mod", 2, 0, make_mod, "mod(a, b)"},
    {"strip", 1, 0, make_strip, "strip(x)"},
    {"interval", 2, 0, make_interval, "interval(start, end)"},
    {"map_of", 0, 0, make_empty, "map_of()"},
    {"set_of", 0, 0, make_empty, "set_of()"},
    {"some", 1, 0, make_some, "some(x)"},
    {"all_missing", 1, 0, wc_sema_make_blank, "all_missing(interval(from, to))"},
    {"series_of", 2, WC_PLACE(WC_IN_TEST), wc_sema_make_series, "series_of(start, [values])"},
    {"encoded", 1, WC_PLACE(WC_IN_TEST), wc_sema_encoded, "encoded(\"hex\")"},
    {"flat", 2, WC_PLACE(WC_IN_TEST), wc_sema_flat, "flat(interval(from, to), value)"},
};

static const struct builtin_row *find_row(wc_str name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(builtins); i++) {
        if (wc_str_equal(name, wc_str_of(builtins[i].name))) return &builtins[i];
    }
    return NULL;
}

bool wc_sema_is_builtin_function(wc_str name)
{
    return find_row(name) != NULL;
}

void wc_sema_say_builtin(wc_sema *sema, wc_diag *diag, const wc_ast_name *name)
{
    const struct builtin_row *row = find_row(name->text);
    if (row == NULL) return;
    if (row->args == 0) {
        wc_diag_add_fix(sema->diags, diag, name->span, WC_FIX_MAYBE, wc_str_of(row->usage), "`{}`",
                        row->usage);
        return;
    }
    wc_diag_add_note(sema->diags, diag, "`{}` is a function: {}", row->name, row->usage);
}

bool wc_sema_builtin_at(uint32_t row, const char **name, const char **usage)
{
    if (row >= WC_ARRAY_LEN(builtins)) return false;
    *name = builtins[row].name;
    *usage = builtins[row].usage;
    return true;
}

void wc_sema_guess_builtins(wc_sema_guess *guess)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(builtins); i++) {
        wc_sema_guess_try(guess, wc_str_of(builtins[i].name));
    }
}

wc_sema_expr *wc_sema_builtin(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    const struct builtin_row *row = find_row(ast->as.call.callee->as.name.text);
    wc_assert(row != NULL);
    const wc_ast_list *args = &ast->as.call.args;
    if (args->count != row->args) {
        wc_diag_report(sema->diags, WC_E0403, ast->span, "`{}` is written {}", row->name,
                       row->usage);
        return wc_sema_poison(sema, ast->span);
    }
    for (uint32_t i = 0; i < args->count; i++) {
        const wc_ast_arg *arg = wc_ast_at(args, i);
        if (arg->name.text.len == 0) continue;
        wc_diag_report(sema->diags, WC_E0404, arg->name.span, "`{}` takes no named arguments",
                       row->name);
        return wc_sema_poison(sema, ast->span);
    }
    if (row->places != 0 && !wc_sema_allow(sema, ast->span, row->usage, row->places)) {
        return wc_sema_poison(sema, ast->span);
    }
    return row->make(sema, ast, want);
}
