/* Types, conditions, signers and amounts as somebody says them. */
#include "compiler/doc/sheet.h"

#include "vm/base/text.h"

/* ---- values and types --------------------------------------------------------------------------
 */

void wc_sheet_value(wc_sheet *sheet, int64_t value, const wc_sema_type *type)
{
    uint8_t memory[WC_DECIMAL_MAX];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_put_scaled(&text, value, type->kind == WC_SEMA_DEC ? type->scale : 0);
    wc_str number = {(const char *)memory, text.len};
    bool has_unit = type->kind == WC_SEMA_DEC && type->unit->text.len > 0;
    wc_doc_say(sheet->doc, "{}{}{}", number, has_unit ? " " : "",
               has_unit ? type->unit->text : WC_STR(""));
}

static void put_bounds(wc_sheet *sheet, const wc_sema_type *type)
{
    bool has_low = type->lo != INT64_MIN, has_high = type->hi != INT64_MAX;
    if (!has_low && !has_high) return;
    if (has_low) {
        wc_doc_say(sheet->doc, has_high ? " from " : " of at least ");
        wc_sheet_value(sheet, type->lo, type);
    }
    if (has_high) {
        wc_doc_say(sheet->doc, has_low ? " to " : " of at most ");
        wc_sheet_value(sheet, type->hi, type);
    }
}

void wc_sheet_members(wc_sheet *sheet, const wc_sema_member *members, uint16_t count)
{
    bool is_first = true;
    for (uint16_t i = 0; i < count; i++) {
        wc_doc_comma(sheet->doc, &is_first);
        if (members[i].name.len > 0) {
            wc_doc_code(sheet->doc, members[i].name);
            wc_doc_say(sheet->doc, " ");
        }
        wc_sheet_type(sheet, members[i].type);
    }
}

static void put_number(wc_sheet *sheet, const wc_sema_type *type)
{
    if (type->kind == WC_SEMA_INT) {
        wc_doc_say(sheet->doc, "whole number");
    } else if (type->unit->text.len == 0) {
        wc_doc_say(sheet->doc, "number with {} decimals", type->scale);
    } else if (type->scale == 0) {
        wc_doc_say(sheet->doc, "whole {}", type->unit->text);
    } else {
        wc_doc_say(sheet->doc, "{} with {} decimals", type->unit->text, type->scale);
    }
    put_bounds(sheet, type);
}

static void put_enum(wc_sheet *sheet, const wc_sema_type *type)
{
    wc_doc_say(sheet->doc, "one of ");
    bool is_first = true;
    for (uint16_t i = 0; i < type->variant_count; i++) {
        wc_doc_comma(sheet->doc, &is_first);
        wc_doc_code(sheet->doc, type->variants[i].name);
        if (type->variants[i].member_count == 0) continue;
        wc_doc_say(sheet->doc, " (");
        wc_sheet_members(sheet, type->variants[i].members, type->variants[i].member_count);
        wc_doc_say(sheet->doc, ")");
    }
}

static void put_collection(wc_sheet *sheet, const wc_sema_type *type)
{
    wc_doc *doc = sheet->doc;
    if (type->kind == WC_SEMA_LIST) wc_doc_say(doc, "list of at most {}: ", type->capacity);
    if (type->kind == WC_SEMA_SET) wc_doc_say(doc, "set of at most {}: ", type->capacity);
    if (type->kind == WC_SEMA_MAP) wc_doc_say(doc, "at most {} entries: for each ", type->capacity);
    if (type->kind == WC_SEMA_SORTED) {
        wc_doc_say(doc, "at most {}, by {} {}: ", type->capacity,
                   type->item->members[type->order].name,
                   type->is_descending ? "descending" : "ascending");
    }
    if (type->kind == WC_SEMA_SERIES) {
        wc_doc_say(doc, "series of at most {} values with quality, one each {} s: ", type->capacity,
                   type->step);
    }
    wc_sheet_type(sheet, type->item);
    if (type->kind != WC_SEMA_MAP) return;
    wc_doc_say(sheet->doc, ", a value: ");
    wc_sheet_type(sheet, type->value);
}

void wc_sheet_type(wc_sheet *sheet, const wc_sema_type *type)
{
    wc_doc *doc = sheet->doc;
    switch (type->kind) {
    case WC_SEMA_BOOL: wc_doc_say(doc, "yes or no"); return;
    case WC_SEMA_INT:
    case WC_SEMA_DEC: put_number(sheet, type); return;
    case WC_SEMA_TIME: wc_doc_say(doc, "time, UTC seconds"); return;
    case WC_SEMA_DATE: wc_doc_say(doc, "date"); return;
    case WC_SEMA_INTERVAL: wc_doc_say(doc, "span of time"); return;
    case WC_SEMA_PARTY: wc_doc_say(doc, "party"); return;
    case WC_SEMA_BYTES: wc_doc_say(doc, "{} bytes", type->capacity); return;
    case WC_SEMA_TEXT: wc_doc_say(doc, "text of at most {} bytes", type->capacity); return;
    case WC_SEMA_TUPLE:
    case WC_SEMA_RECORD:
        wc_doc_say(doc, "(");
        wc_sheet_members(sheet, type->members, type->member_count);
        wc_doc_say(doc, ")");
        return;
    case WC_SEMA_ENUM: put_enum(sheet, type); return;
    case WC_SEMA_OPTION:
        wc_doc_say(doc, "nothing, or ");
        wc_sheet_type(sheet, type->item);
        return;
    case WC_SEMA_LIST:
    case WC_SEMA_SET:
    case WC_SEMA_MAP:
    case WC_SEMA_SORTED:
    case WC_SEMA_SERIES: put_collection(sheet, type); return;
    case WC_SEMA_CONTRACT_REF:
        wc_doc_say(doc, "a contract that offers ");
        wc_doc_code(doc, type->interface->name);
        return;
    case WC_SEMA_INSTANCE: break; /* of nothing that a contract declares */
    case WC_SEMA_POISON: break;
    case WC_SEMA_VOID: break;
    }
    wc_assert(false);
}

/* ---- conditions --------------------------------------------------------------------------------
 */

static bool is_call(const wc_ast_expr *expr, const char *name)
{
    return expr->kind == WC_EXPR_CALL && expr->as.call.callee->kind == WC_EXPR_NAME &&
           wc_str_equal(expr->as.call.callee->as.name.text, wc_str_of(name));
}

/* An operand: as it stands, but for what has a plain word. */
static void put_operand(wc_sheet *sheet, const wc_ast_expr *expr)
{
    if (is_call(expr, "now")) {
        wc_doc_say(sheet->doc, "the time of the call");
    } else if (is_call(expr, "caller")) {
        wc_doc_say(sheet->doc, "the caller");
    } else if (is_call(expr, "state")) {
        wc_doc_say(sheet->doc, "the state");
    } else {
        wc_str text = wc_sheet_text(sheet, expr->span);
        bool is_field = text.len > 5 && memcmp(text.data, "self.", 5) == 0;
        wc_doc_code(sheet->doc, is_field ? (wc_str){text.data + 5, text.len - 5} : text);
    }
}

typedef struct phrase {
    const char *holds, *fails;
} phrase;

static const phrase comparisons[WC_BINARY_OP_COUNT] = {
    [WC_BINARY_EQ] = {" equals ", " differs from "},
    [WC_BINARY_NE] = {" differs from ", " equals "},
    [WC_BINARY_LT] = {" is less than ", " is at least "},
    [WC_BINARY_LE] = {" is at most ", " is more than "},
    [WC_BINARY_GT] = {" is more than ", " is at most "},
    [WC_BINARY_GE] = {" is at least ", " is less than "},
};

static bool put_binary(wc_sheet *sheet, const wc_ast_expr *expr, bool holds)
{
    wc_ast_binary_op op = expr->as.binary.op;
    const wc_ast_expr *left = expr->as.binary.left, *right = expr->as.binary.right;
    if (op == WC_BINARY_AND || op == WC_BINARY_OR) {
        wc_sheet_condition(sheet, left, holds);
        wc_doc_say(sheet->doc, (op == WC_BINARY_AND) == holds ? " and " : " or ");
        wc_sheet_condition(sheet, right, holds);
        return true;
    }
    wc_assert(comparisons[op].holds != NULL); /* conditions are true or false */
    put_operand(sheet, left);
    wc_doc_say(sheet->doc, holds ? comparisons[op].holds : comparisons[op].fails);
    put_operand(sheet, right);
    return true;
}

static bool put_method(wc_sheet *sheet, const wc_ast_expr *expr, bool holds)
{
    static const struct {
        const char *name;
        phrase words;
    } methods[] = {
        {"has", {" has an entry ", " has no entry "}},
        {"contains", {" contains ", " does not contain "}},
        {"is", {" is ", " is not "}},
    };

    const wc_ast_expr *callee = expr->as.call.callee;
    if (callee->kind != WC_EXPR_MEMBER || expr->as.call.args.count != 1) return false;
    for (size_t i = 0; i < WC_ARRAY_LEN(methods); i++) {
        if (!wc_str_equal(callee->as.member.name.text, wc_str_of(methods[i].name))) continue;
        const wc_ast_arg *arg = wc_ast_at(&expr->as.call.args, 0);
        put_operand(sheet, callee->as.member.object);
        wc_doc_say(sheet->doc, holds ? methods[i].words.holds : methods[i].words.fails);
        put_operand(sheet, arg->value);
        return true;
    }
    return false;
}

static bool put_forall(wc_sheet *sheet, const wc_ast_expr *expr, bool holds)
{
    wc_doc_say(sheet->doc, holds ? "for every " : "for some ");
    bool is_first = true;
    for (uint32_t i = 0; i < expr->as.fold.names.count; i++) {
        const wc_ast_name *name = wc_ast_at(&expr->as.fold.names, i);
        wc_doc_comma(sheet->doc, &is_first);
        wc_doc_code(sheet->doc, name->text);
    }
    wc_doc_say(sheet->doc, " of ");
    put_operand(sheet, expr->as.fold.over);
    wc_doc_say(sheet->doc, ": ");
    wc_sheet_condition(sheet, expr->as.fold.body, holds);
    return true;
}

void wc_sheet_condition(wc_sheet *sheet, const wc_ast_expr *condition, bool holds)
{
    bool is_said = false;
    if (condition->kind == WC_EXPR_UNARY) {
        wc_assert(condition->as.unary.op == WC_UNARY_NOT);
        wc_sheet_condition(sheet, condition->as.unary.operand, !holds);
        return;
    }
    if (condition->kind == WC_EXPR_BINARY) is_said = put_binary(sheet, condition, holds);
    if (condition->kind == WC_EXPR_CALL) is_said = put_method(sheet, condition, holds);
    if (condition->kind == WC_EXPR_FORALL) is_said = put_forall(sheet, condition, holds);
    if (is_said) return;
    if (!holds) wc_doc_say(sheet->doc, "not ");
    put_operand(sheet, condition);
}

/* ---- signers and states ------------------------------------------------------------------------
 */

static void put_who(wc_sheet *sheet, const wc_sema_who *who)
{
    if (who->is_role) {
        wc_doc_say(sheet->doc, "any ");
        wc_doc_code(sheet->doc, who->role);
    } else {
        wc_doc_code(sheet->doc, sheet->contract->parties[who->party].name);
    }
}

void wc_sheet_by(wc_sheet *sheet, const wc_sema_routine *routine)
{
    wc_doc *doc = sheet->doc;
    if (routine->by == WC_BY_ANY_PARTY) {
        wc_doc_strong(doc, "anybody");
        return;
    }
    if (routine->by == WC_BY_QUORUM) wc_doc_say(doc, "{} of ", routine->quorum);
    for (uint8_t i = 0; i < routine->who_count; i++) {
        const char *last = routine->by == WC_BY_ANY ? " or " : " and ";
        if (i > 0) wc_doc_say(doc, i + 1 == routine->who_count ? last : ", ");
        put_who(sheet, &routine->who[i]);
    }
    if (routine->by == WC_BY_ALL && routine->who_count > 1) wc_doc_say(doc, " together");
}

void wc_sheet_states_of(wc_sheet *sheet, uint64_t states)
{
    bool is_first = true;
    for (uint16_t i = 0; i < sheet->contract->state_count; i++) {
        if ((states >> i & 1) == 0) continue;
        wc_doc_comma(sheet->doc, &is_first);
        wc_doc_code(sheet->doc, sheet->contract->states[i].name);
    }
}

/* 1234567 as "1,234,567". */
void wc_sheet_gas(wc_sheet *sheet, uint64_t gas)
{
    uint8_t plain[32], grouped[48];
    wc_buf digits, text;
    wc_buf_init(&digits, plain, sizeof plain);
    wc_buf_init(&text, grouped, sizeof grouped);
    wc_put_scaled_wide(&digits, (wc_i128){gas, 0}, 0);
    for (size_t i = 0; i < digits.len; i++) {
        if (i > 0 && (digits.len - i) % 3 == 0) wc_buf_put_u8(&text, ',');
        wc_buf_put_u8(&text, plain[i]);
    }
    wc_str shown = {(const char *)grouped, text.len};
    wc_doc_say(sheet->doc, "{}", shown);
}

/* ---- money -------------------------------------------------------------------------------------
 */

static void put_side(wc_sheet *sheet, const wc_authority_side *side)
{
    switch (side->owner) {
    case WC_OWNER_PARTY:
        wc_doc_code(sheet->doc, sheet->contract->parties[side->party].name);
        return;
    case WC_OWNER_SELF: wc_doc_say(sheet->doc, "the contract"); return;
    case WC_OWNER_CALLER: wc_doc_say(sheet->doc, "the caller"); return;
    case WC_OWNER_TERM:
    case WC_OWNER_COMPUTED: wc_doc_code(sheet->doc, side->text); return;
    case WC_OWNER_WEIGHTED:
        wc_doc_say(sheet->doc, "all in ");
        wc_doc_code(sheet->doc, side->text);
        wc_doc_say(sheet->doc, ", in proportion to their values");
        return;
    case WC_OWNER_NOBODY: /* such effects have words of their own, see wc_sheet_move */
    case WC_OWNER_EVERYBODY: break;
    }
    wc_assert(false);
}

static void put_currency(wc_sheet *sheet, wc_i128 amount, uint16_t index)
{
    const wc_sema_currency *currency = sheet->job->program->currencies[index];
    uint8_t memory[WC_DECIMAL_MAX];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_put_scaled_wide(&text, amount, currency->minor);
    wc_str shown = {(const char *)memory, text.len};
    wc_doc_say(sheet->doc, "{} {}", shown, currency->code);
}

static void put_amount(wc_sheet *sheet, const wc_authority_move *move)
{
    wc_doc *doc = sheet->doc;
    wc_assert(move->bound != WC_BOUND_NONE); /* a send, which moves nothing by itself */
    switch (move->bound) {
    case WC_BOUND_WHOLE: wc_doc_say(doc, "all"); return;
    case WC_BOUND_CONSTANT: put_currency(sheet, move->range.lo, move->currency); return;
    case WC_BOUND_SHARE:
        wc_doc_code(doc, move->share);
        wc_doc_say(doc, " of ");
        break;
    case WC_BOUND_REST: wc_doc_say(doc, "the rest of "); break;
    case WC_BOUND_NONE:
    case WC_BOUND_RANGE:
    case WC_BOUND_EXPRESSION:
    case WC_BOUND_SIGNED: break;
    }
    bool is_generated = wc_str_equal(move->amount, sheet->contract->name); /* of `fund` */
    wc_doc_code(doc, is_generated ? WC_STR("amount") : move->amount);
    if (move->defined.len > 0) {
        wc_doc_say(doc, " = ");
        wc_doc_code(doc, move->defined);
    }
    if (move->bound != WC_BOUND_RANGE) return;
    wc_doc_say(doc, " (at most ");
    put_currency(sheet, move->range.hi, move->currency);
    wc_doc_say(doc, ")");
}

static void put_transfer(wc_sheet *sheet, const wc_authority_move *move, const char *verb,
                         const char *source, const char *target)
{
    wc_doc_say(sheet->doc, "{} ", verb);
    put_amount(sheet, move);
    wc_doc_say(sheet->doc, " from ");
    put_side(sheet, &move->from);
    wc_doc_say(sheet->doc, source);
    if (target == NULL) return;
    wc_doc_say(sheet->doc, target);
    put_side(sheet, &move->to);
}

void wc_sheet_move(wc_sheet *sheet, const wc_authority_move *move)
{
    wc_doc *doc = sheet->doc;
    bool is_own = move->from.owner == WC_OWNER_SELF;
    const char *escrow = is_own ? "'s own balance" : "'s escrow";
    switch (move->effect) {
    case WC_AUTHORITY_LOCK:
        put_transfer(sheet, move, "locks", "'s free balance, within its signature or mandate",
                     NULL);
        break;
    case WC_AUTHORITY_UNLOCK:
        put_transfer(sheet, move, "gives back", "'s escrow to its owner", NULL);
        break;
    case WC_AUTHORITY_UNLOCK_ALL: wc_doc_say(doc, "gives all escrow back to its owners"); break;
    case WC_AUTHORITY_PAY:
    case WC_AUTHORITY_SPLIT: put_transfer(sheet, move, "pays", escrow, " to "); break;
    case WC_AUTHORITY_CLEAR_NET:
        wc_doc_say(doc, "settles the net positions ");
        wc_doc_code(doc, move->amount);
        wc_doc_say(doc, " of all in them; the rounding residual is borne by ");
        put_side(sheet, &move->to);
        break;
    case WC_AUTHORITY_REDEEM:
        put_transfer(sheet, move, "pays out", escrow, " through the bank to ");
        break;
    case WC_AUTHORITY_SEND:
        wc_doc_say(doc, "calls ");
        wc_doc_code(doc, move->method->name);
        wc_doc_say(doc, " of another contract afterwards");
        break;
    case WC_AUTHORITY_TAKE:
        put_side(sheet, &move->to);
        wc_doc_say(doc, " takes the place of ");
        put_side(sheet, &move->from);
        break;
    case WC_AUTHORITY_CLOSE:
        wc_doc_say(doc, "on entering ");
        wc_doc_code(doc, sheet->contract->states[move->state].name);
        wc_doc_say(doc, ", all remaining money goes back to its owners");
        break;
    }
    if (move->in_loop) wc_doc_say(doc, ", once for each round of a loop");
}
