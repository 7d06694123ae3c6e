/* Statements that move money, and the rules of their structure (D1, D2, D20).
 *
 * What they move sums to zero by construction; what is checked here is that nothing is left without
 * an owner: one `rest` per split, a named residual per netting; byhand.c: no splitting by hand. */
#include "compiler/sema/warn.h"

static bool may_move(wc_sema *sema, wc_span span, const char *what)
{
    wc_sema_place place = sema->body->place;
    if (place == WC_IN_ACTION || place == WC_IN_AFTER) {
        wc_sema_effect_add(sema, WC_EFFECT_MONEY);
        return true;
    }
    wc_diag_report(sema->diags, WC_E1004, span, "`{}` moves money: only actions and time-outs may",
                   what);
    return false;
}

static wc_sema_expr *party(wc_sema *sema, wc_ast_expr *ast, const char *what)
{
    return wc_sema_value(sema, ast, sema->party, what);
}

void wc_sema_mention(wc_sema *sema, const wc_sema_currency *currency)
{
    if (sema->body->contract == NULL) return;
    for (uint32_t i = 0; i < sema->mentioned.count; i++) {
        if (wc_sema_at(&sema->mentioned, i) == currency) return;
    }
    wc_sema_push(sema, &sema->mentioned, wc_sema_at(&sema->currencies, currency->index));
}

/* An amount of money; NULL after a report. */
wc_sema_expr *wc_sema_amount(wc_sema *sema, wc_ast_expr *ast, const wc_sema_currency **currency)
{
    wc_sema_expr *value = wc_sema_infer(sema, ast, NULL);
    if (wc_sema_is_poison(value)) return NULL;
    bool is_money = value->type->kind == WC_SEMA_DEC && value->type->unit->currency != NULL;
    if (!is_money) {
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E0606, value->span, "an amount of money is needed here");
        wc_diag_add_label(sema->diags, diag, value->span, "{}", value->type->text);
        if (value->is_literal) {
            wc_diag_add_note(sema->diags, diag, "write its currency: {} CNY",
                             wc_sema_source_text(sema, value->span));
        }
        return NULL;
    }
    *currency = value->type->unit->currency;
    wc_sema_mention(sema, *currency);
    value = wc_sema_fit(sema, value, wc_sema_money(sema, *currency), "the amount");
    if (wc_sema_is_poison(value)) return NULL;
    if (wc_i128_sign(value->range.hi) >= 0) return value;
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0606, value->span, "this amount is always negative");
    wc_diag_add_note(sema->diags, diag, "swap payer and payee");
    return NULL;
}

/* --- pay -------------------------------------------------------------------------------------- */

wc_sema_stmt *wc_sema_check_pay(wc_sema *sema, wc_ast_stmt *ast)
{
    if (!may_move(sema, ast->span, "pay")) return NULL;
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_PAY, ast->span);
    const wc_sema_currency *currency = NULL;
    stmt->a = party(sema, ast->as.pay.from, "the payer");
    stmt->b = party(sema, ast->as.pay.to, "the payee");
    stmt->c = wc_sema_amount(sema, ast->as.pay.amount, &currency);
    if (wc_sema_is_poison(stmt->a) || wc_sema_is_poison(stmt->b) || stmt->c == NULL) return NULL;
    stmt->index = currency->index;
    wc_sema_paid_share(sema, ast, stmt);
    return stmt;
}

/* --- split ------------------------------------------------------------------------------------ */

typedef struct share_sum {
    wc_i128 fixed;        /* constants, at the common scale */
    bool all_known;       /* no share but constants */
    bool all_agreed;      /* no share but constants and terms */
    wc_sema_expr *agreed; /* sum of the terms, or NULL */
} share_sum;

static bool is_pro_rata(const wc_ast_expr *who)
{
    if (who->kind != WC_EXPR_CALL || who->as.call.callee->kind != WC_EXPR_NAME) return false;
    return wc_str_equal(who->as.call.callee->as.name.text, WC_STR("pro_rata"));
}

static wc_sema_expr *weights_of(wc_sema *sema, const wc_ast_share *ast, bool is_largest)
{
    const wc_ast_list *args = &ast->who->as.call.args;
    if (args->count != 1) {
        wc_diag_report(sema->diags, WC_E0403, ast->who->span,
                       "`pro_rata` is written pro_rata(map)");
        return NULL;
    }
    const wc_ast_arg *arg = wc_ast_at(args, 0);
    wc_sema_expr *map = wc_sema_infer(sema, arg->value, NULL);
    if (wc_sema_is_poison(map)) return NULL;
    const wc_sema_type *type = map->type;
    bool fits = type->kind == WC_SEMA_MAP && type->item->kind == WC_SEMA_PARTY &&
                wc_sema_is_number(type->value);
    if (!fits) {
        wc_diag_report(sema->diags, WC_E0401, map->span,
                       "`pro_rata` takes a map from parties to numbers, not `{}`", type->text);
        return NULL;
    }
    if (ast->share == NULL && is_largest) return map;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0605, ast->span,
                                   "`pro_rata` can only share out the rest, by largest_remainder");
    wc_diag_add_note(sema->diags, diag,
                     "split(payer, amount, largest_remainder) { ... pro_rata(map) : rest; }");
    return NULL;
}

static wc_sema_expr *check_share(wc_sema *sema, wc_ast_expr *ast)
{
    wc_sema_expr *share = wc_sema_infer(sema, ast, NULL);
    if (wc_sema_is_poison(share)) return NULL;
    const wc_sema_type *type = share->type;
    bool is_plain =
        type->kind == WC_SEMA_INT || (type->kind == WC_SEMA_DEC && type->unit == sema->plain);
    if (!is_plain) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0603, share->span,
                                       "a share is a part of one, not `{}`", type->text);
        wc_diag_add_note(sema->diags, diag, "for example 5.5%");
        return NULL;
    }
    wc_i128 whole = wc_i128_of(wc_power_of_ten(type->kind == WC_SEMA_DEC ? type->scale : 0));
    bool never = wc_i128_sign(share->range.hi) < 0 || wc_i128_compare(share->range.lo, whole) > 0;
    if (!never) return share;
    wc_diag_report(sema->diags, WC_E0603, share->span,
                   "`{}` is no share: a share lies between 0 % and 100 %",
                   wc_sema_source_text(sema, share->span));
    return NULL;
}

static bool check_shares(wc_sema *sema, wc_ast_stmt *ast, wc_sema_stmt *stmt)
{
    const wc_ast_list *list = &ast->as.split.shares;
    bool is_largest = stmt->mode == WC_SPLIT_LARGEST_REMAINDER;
    bool fine = true;
    if (list->count > WC_SEMA_ARGS_MAX) {
        wc_sema_limit(sema, ast->span, "shares of a split", WC_SEMA_ARGS_MAX);
        return false;
    }
    stmt->share_count = (uint16_t)list->count;
    stmt->shares = WC_SEMA_ARRAY(sema, wc_sema_share, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        const wc_ast_share *line = wc_ast_at(list, i);
        wc_sema_share *share = &stmt->shares[i];
        share->span = line->span;
        if (is_pro_rata(line->who)) {
            share->weights = weights_of(sema, line, is_largest);
            fine = fine && share->weights != NULL;
        } else {
            share->who = party(sema, line->who, "the payee");
            fine = fine && !wc_sema_is_poison(share->who);
        }
        if (line->share == NULL) continue;
        share->share = check_share(sema, line->share);
        if (share->share == NULL) {
            fine = false;
            continue;
        }
        const wc_sema_type *type = share->share->type;
        if (type->kind == WC_SEMA_DEC && type->scale > stmt->share_scale) {
            stmt->share_scale = type->scale;
        }
    }
    return fine;
}

/* Brings all shares to one scale and adds up what is known of them. */
static bool add_shares(wc_sema *sema, wc_sema_stmt *stmt, share_sum *sum)
{
    const wc_sema_type *type = wc_sema_type_dec(sema, stmt->share_scale, sema->plain);
    *sum = (share_sum){wc_i128_of(0), true, true, NULL};
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        wc_sema_expr *share = stmt->shares[i].share;
        if (share == NULL) continue;
        bool is_term = share->op == WC_OPER_TERM;
        share = wc_sema_fit(sema, share, type, "the share");
        wc_assert(!wc_sema_is_poison(share)); /* it can lie between 0 and 1 */
        stmt->shares[i].share = share;
        if (share->op == WC_OPER_NUMBER) {
            wc_status status = wc_i128_add(sum->fixed, share->number, &sum->fixed);
            wc_assert(status == WC_OK);
            continue;
        }
        sum->all_known = false;
        sum->all_agreed = sum->all_agreed && is_term;
        sum->agreed = sum->agreed == NULL
                          ? share
                          : wc_sema_arith(sema, WC_OPER_ADD, type, sum->agreed, share, stmt->span);
    }
    return true;
}

static uint16_t count_rests(const wc_sema_stmt *stmt)
{
    uint16_t count = 0;
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        if (stmt->shares[i].share == NULL) count++;
    }
    return count;
}

static void report_rest(wc_sema *sema, const wc_sema_stmt *stmt, uint16_t rests)
{
    wc_diag *diag;
    if (rests == 0) {
        diag = wc_diag_report(sema->diags, WC_E0602, stmt->span, "nobody gets the remainder");
        wc_diag_add_note(sema->diags, diag, "write `rest` as the share of one of the payees");
        const wc_sema_share *last = &stmt->shares[stmt->share_count - 1];
        wc_diag_add_fix(sema->diags, diag, last->share->span, WC_FIX_MAYBE, WC_STR("rest"),
                        "the last payee gets the rest");
        return;
    }
    diag = wc_diag_report(sema->diags, WC_E0602, stmt->span, "{} payees get the rest", rests);
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        if (stmt->shares[i].share == NULL) {
            wc_diag_add_label(sema->diags, diag, stmt->shares[i].span, "rest");
        }
    }
}

/* Shares that are terms are checked once, when the contract is deployed. */
static void check_at_deployment(wc_sema *sema, const wc_sema_stmt *stmt, const share_sum *sum,
                                bool has_rest)
{
    wc_sema_expr *zero = NULL;
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        wc_sema_expr *share = stmt->shares[i].share;
        if (share == NULL || share->op == WC_OPER_NUMBER) continue;
        zero = wc_sema_number(sema, wc_i128_of(0), share->type, share->span);
        wc_sema_deploy_check(
            sema, wc_sema_pair(sema, WC_OPER_GE, sema->boolean, share, zero, share->span));
    }
    wc_i128 left;
    wc_i128 whole = wc_i128_of(wc_power_of_ten(stmt->share_scale));
    wc_status status = wc_i128_sub(whole, sum->fixed, &left);
    wc_assert(status == WC_OK);
    wc_sema_expr *rest = wc_sema_number(sema, left, sum->agreed->type, stmt->span);
    wc_sema_op op = has_rest ? WC_OPER_LE : WC_OPER_EQ;
    wc_sema_deploy_check(sema,
                         wc_sema_pair(sema, op, sema->boolean, sum->agreed, rest, stmt->span));
}

static bool check_sum(wc_sema *sema, const wc_sema_stmt *stmt, const share_sum *sum)
{
    bool is_largest = stmt->mode == WC_SPLIT_LARGEST_REMAINDER;
    uint16_t rests = count_rests(stmt);
    wc_i128 whole = wc_i128_of(wc_power_of_ten(stmt->share_scale));
    int order = wc_i128_compare(sum->fixed, whole);
    if (order > 0) {
        wc_diag_report(sema->diags, WC_E0603, stmt->span, "the shares add up to more than 100 %");
        return false;
    }
    bool is_whole = is_largest && (sum->all_known ? order == 0 : sum->all_agreed);
    if (rests > 1 || (rests == 0 && !is_whole)) {
        report_rest(sema, stmt, rests);
        return false;
    }
    if (!sum->all_known && sum->all_agreed) check_at_deployment(sema, stmt, sum, rests == 1);
    return true;
}

wc_sema_stmt *wc_sema_check_split(wc_sema *sema, wc_ast_stmt *ast)
{
    if (!may_move(sema, ast->span, "split")) return NULL;
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_SPLIT, ast->span);
    const wc_sema_currency *currency = NULL;
    stmt->a = party(sema, ast->as.split.from, "the payer");
    stmt->b = wc_sema_amount(sema, ast->as.split.amount, &currency);
    bool fine = !wc_sema_is_poison(stmt->a) && stmt->b != NULL;
    if (fine) stmt->index = currency->index;
    if (wc_str_equal(ast->as.split.mode.text, WC_STR("largest_remainder"))) {
        stmt->mode = WC_SPLIT_LARGEST_REMAINDER;
    } else {
        wc_round mode = WC_ROUND_EXACT;
        fine = wc_sema_round_mode(sema, &ast->as.split.mode, &mode) && fine;
        stmt->mode = (uint8_t)mode;
    }
    share_sum sum;
    fine = check_shares(sema, ast, stmt) && fine;
    fine = fine && add_shares(sema, stmt, &sum);
    return fine && check_sum(sema, stmt, &sum) ? stmt : NULL;
}

/* --- statements written as calls -------------------------------------------------------------- */

typedef enum money_call {
    CALL_LOCK,
    CALL_UNLOCK,
    CALL_UNLOCK_ALL,
    CALL_REDEEM,
    CALL_CLEAR_NET
} money_call;

static const struct money_row {
    const char *name;
    const char *usage;
    uint8_t args;
    wc_sema_stmt_kind stmt;
} money_calls[] = {
    [CALL_LOCK] = {"lock", "lock(party, amount)", 2, WC_DO_LOCK},
    [CALL_UNLOCK] = {"unlock", "unlock(party, amount)", 2, WC_DO_UNLOCK},
    [CALL_UNLOCK_ALL] = {"unlock_all", "unlock_all()", 0, WC_DO_UNLOCK_ALL},
    [CALL_REDEEM] = {"redeem", "redeem(payer, payee, amount, reference)", 4, WC_DO_REDEEM},
    [CALL_CLEAR_NET] = {"clear_net", "clear_net(map, residual: party)", 1, WC_DO_CLEAR_NET}};

static int find_call(wc_str name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(money_calls); i++) {
        if (wc_str_equal(name, wc_str_of(money_calls[i].name))) return (int)i;
    }
    return -1;
}

bool wc_sema_money_call_at(uint32_t row, const char **name, const char **usage)
{
    if (row >= WC_ARRAY_LEN(money_calls)) return false;
    *name = money_calls[row].name;
    *usage = money_calls[row].usage;
    return true;
}

bool wc_sema_is_statement_function(wc_str name)
{
    return find_call(name) >= 0;
}

static wc_ast_expr *arg_at(const wc_ast_expr *ast, uint32_t index)
{
    const wc_ast_arg *arg = wc_ast_at(&ast->as.call.args, index);
    return arg->value;
}

static wc_ast_expr *named_arg(const wc_ast_expr *ast, wc_str name)
{
    for (uint32_t i = 1; i < ast->as.call.args.count; i++) {
        const wc_ast_arg *arg = wc_ast_at(&ast->as.call.args, i);
        if (wc_str_equal(arg->name.text, name)) return arg->value;
    }
    return NULL;
}

static wc_sema_stmt *clear_net(wc_sema *sema, wc_ast_expr *ast, wc_sema_stmt *stmt)
{
    wc_ast_expr *residual = named_arg(ast, WC_STR("residual"));
    wc_ast_expr *limit = named_arg(ast, WC_STR("limit"));
    uint32_t known = 1u + (residual != NULL) + (limit != NULL);
    if (ast->as.call.args.count == 0 || residual == NULL || ast->as.call.args.count != known) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0604, ast->span,
                                       "a netting names who takes its residual");
        wc_diag_add_note(sema->diags, diag, "clear_net(map, residual: party), and limit: amount");
        wc_span end = {ast->span.end - 1, ast->span.end - 1, ast->span.file};
        if (residual == NULL && ast->as.call.args.count > 0)
            wc_diag_add_fix(sema->diags, diag, end, WC_FIX_MAYBE, WC_STR(", residual: self"),
                            "the contract itself takes it: residual: self");
        return NULL;
    }
    stmt->a = wc_sema_infer(sema, arg_at(ast, 0), NULL);
    stmt->b = party(sema, residual, "the residual's owner");
    if (wc_sema_is_poison(stmt->a) || wc_sema_is_poison(stmt->b)) return NULL;
    const wc_sema_type *type = stmt->a->type;
    const wc_sema_currency *currency = NULL;
    bool is_net = type->kind == WC_SEMA_MAP && type->item->kind == WC_SEMA_PARTY &&
                  type->value->kind == WC_SEMA_DEC;
    if (is_net) currency = type->value->unit->currency;
    if (currency == NULL || type->value->scale != currency->minor) {
        wc_diag_report(sema->diags, WC_E0606, stmt->a->span,
                       "`clear_net` takes a map from parties to money, not `{}`", type->text);
        return NULL;
    }
    wc_sema_mention(sema, currency);
    stmt->index = currency->index;
    if (limit == NULL) return stmt;
    stmt->c = wc_sema_value(sema, limit, wc_sema_money(sema, currency), "the limit");
    return wc_sema_is_poison(stmt->c) ? NULL : stmt;
}

static wc_sema_stmt *redeem(wc_sema *sema, wc_ast_expr *ast, wc_sema_stmt *stmt)
{
    const wc_sema_currency *currency = NULL;
    stmt->a = party(sema, arg_at(ast, 0), "the payer");
    stmt->b = party(sema, arg_at(ast, 1), "the payee");
    stmt->c = wc_sema_amount(sema, arg_at(ast, 2), &currency);
    wc_sema_expr *reference = wc_sema_infer(sema, arg_at(ast, 3), NULL);
    if (wc_sema_is_poison(stmt->a) || wc_sema_is_poison(stmt->b) || stmt->c == NULL ||
        wc_sema_is_poison(reference)) {
        return NULL;
    }
    wc_sema_kind kind = reference->type->kind;
    if (kind != WC_SEMA_TEXT && kind != WC_SEMA_BYTES) {
        wc_diag_report(sema->diags, WC_E0401, reference->span,
                       "a bank reference is text or bytes, not `{}`", reference->type->text);
        return NULL;
    }
    stmt->index = currency->index;
    stmt->args = WC_SEMA_ARRAY(sema, wc_sema_expr *, 1);
    stmt->args[0] = reference;
    stmt->arg_count = 1;
    return stmt;
}

static bool needs_signer(wc_sema *sema, wc_span span, money_call call)
{
    if (call != CALL_REDEEM || sema->body->place == WC_IN_ACTION) return true;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1004, span, "`{}` needs a bank's signature",
                                   money_calls[call].name);
    wc_diag_add_note(sema->diags, diag, "a time-out has no signers: do it in an action");
    return false;
}

wc_sema_stmt *wc_sema_money_stmt(wc_sema *sema, wc_ast_expr *ast)
{
    int found = find_call(ast->as.call.callee->as.name.text);
    wc_assert(found >= 0);
    money_call call = (money_call)found;
    const struct money_row *row = &money_calls[call];
    if (!may_move(sema, ast->span, row->name) || !needs_signer(sema, ast->span, call)) return NULL;
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, row->stmt, ast->span);
    if (call == CALL_CLEAR_NET) return clear_net(sema, ast, stmt);
    if (ast->as.call.args.count != row->args) {
        wc_diag_report(sema->diags, WC_E0403, ast->span, "`{}` is written {}", row->name,
                       row->usage);
        return NULL;
    }
    if (call == CALL_UNLOCK_ALL) return stmt;
    if (call == CALL_REDEEM) return redeem(sema, ast, stmt);
    const wc_sema_currency *currency = NULL;
    stmt->a = party(sema, arg_at(ast, 0), "the party");
    stmt->b = wc_sema_amount(sema, arg_at(ast, 1), &currency);
    if (wc_sema_is_poison(stmt->a) || stmt->b == NULL) return NULL;
    stmt->index = currency->index;
    return stmt;
}
