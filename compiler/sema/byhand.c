/* An amount that is split by hand (E0601): two or more payments of one payer that are rounded
 * shares of one amount. What the parts are and how they are written is noted while a body is
 * checked; at its end the whole group is known, and the split that says the same is proposed. */
#include "compiler/sema/warn.h"

#define WC_PAID_MAX 256u /* payments of shares that are remembered on one path */

/* In round(x * s) and round(x / n) with x money: x. */
static const wc_sema_expr *shared_whole(const wc_sema_expr *value)
{
    const wc_sema_expr *rounded = wc_sema_origin(value);
    bool is_rounded = rounded->op == WC_OPER_ROUND || rounded->op == WC_OPER_IDIV;
    return is_rounded ? rounded->whole : NULL;
}

static bool same_amount(const wc_sema_expr *a, const wc_sema_expr *b)
{
    if (wc_sema_same_value(a, b)) return true;
    a = wc_sema_origin(a);
    b = wc_sema_origin(b);
    if (a->op != b->op || a->index != b->index) return false;
    if (a->op == WC_OPER_BALANCE) return true;
    return a->op == WC_OPER_ESCROW && wc_sema_same_value(a->a, b->a);
}

/* --- payments on the path --------------------------------------------------------------------- */

/* Notes the share as it is written: round(x * share, mode) or round(share * x, mode); of a division
 * the whole of it. */
static void note_share(wc_sema *sema, wc_sema_paid *paid)
{
    const wc_ast_expr *amount = paid->ast->as.pay.amount;
    if (amount->kind != WC_EXPR_ROUND) return;
    wc_ast_expr *product = amount->as.round.value;
    if (product->kind != WC_EXPR_BINARY) return;
    if (product->as.binary.op == WC_BINARY_DIV) paid->share_text = product;
    if (product->as.binary.op != WC_BINARY_MUL) return;
    wc_ast_expr *left = product->as.binary.left, *right = product->as.binary.right;
    wc_ast_expr *share = left->span.start == paid->whole->span.start ? right : left;
    paid->share_text = share;
    if (share->kind != WC_EXPR_LITERAL && share->kind != WC_EXPR_NAME) return;
    const wc_sema_expr *value = wc_sema_infer(sema, share, NULL);
    if (value->op == WC_OPER_NUMBER) paid->share = value;
}

static void report(wc_sema *sema, wc_sema_paid *head, const wc_sema_paid *second)
{
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0601, second->ast->span,
                                   "this splits one amount by hand; the cents need not add up");
    wc_diag_add_label(sema->diags, diag, head->ast->span, "another share of it, rounded by itself");
    wc_diag_add_note(
        sema->diags, diag,
        "for example shares of 94 %, 5.5 % and 0.5 % of 1.00 rounded half up make 1.01");
    head->is_reported = true;
    head->diag = diag;
    wc_sema_push(sema, &sema->body->by_hand, head);
}

void wc_sema_paid_share(wc_sema *sema, const wc_ast_stmt *ast, const wc_sema_stmt *pay)
{
    const wc_sema_expr *whole = shared_whole(pay->c);
    uint32_t number = sema->body->paid == NULL ? 1 : sema->body->paid->number + 1;
    if (whole == NULL || number > WC_PAID_MAX) return;
    wc_sema_paid *other = sema->body->paid;
    for (; other != NULL; other = other->next) {
        if (wc_sema_same_value(other->from, pay->a) && same_amount(other->whole, whole)) break;
    }
    wc_sema_paid *paid = WC_SEMA_NEW(sema, wc_sema_paid);
    paid->next = sema->body->paid;
    paid->number = number;
    paid->ast = ast;
    paid->from = pay->a;
    paid->whole = whole;
    paid->head = other == NULL ? paid : other->head;
    note_share(sema, paid);
    sema->body->paid = paid;
    if (other == NULL) return;
    wc_sema_push(sema, &paid->head->others, paid);
    if (!paid->head->is_reported) {
        report(sema, paid->head, paid);
    } else {
        wc_diag_add_label(sema->diags, paid->head->diag, ast->span, "and another");
    }
}

/* Behind two branches: what was paid before, and in either of them. */
wc_sema_paid *wc_sema_paid_join(wc_sema_paid *before, wc_sema_paid *one, wc_sema_paid *other)
{
    if (other == before) return one;
    wc_sema_paid *last = other;
    while (last->next != before) last = last->next;
    last->next = one;
    return other;
}

/* --- the split that says the same ------------------------------------------------------------- */

static const wc_sema_paid *share_at(const wc_sema_paid *head, uint32_t index)
{
    return index == 0 ? head : wc_sema_at(&head->others, index - 1);
}

static bool is_blank(wc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != ' ' && text.data[i] != '\n' && text.data[i] != '\t' &&
            text.data[i] != '\r') {
            return false;
        }
    }
    return true;
}

/* The shares are constants and add up to 100 %. */
static bool is_all(const wc_sema_paid *head)
{
    unsigned most = 0;
    wc_i128 sum = wc_i128_of(0);
    uint32_t count = head->others.count + 1;
    for (uint32_t i = 0; i < count; i++) {
        const wc_sema_expr *share = share_at(head, i)->share;
        if (share == NULL) return false;
        if (share->type->scale > most) most = share->type->scale;
    }
    for (uint32_t i = 0; i < count; i++) {
        const wc_sema_expr *share = share_at(head, i)->share;
        wc_i128 part;
        int64_t factor = wc_power_of_ten(most - share->type->scale);
        bool fits = wc_i128_mul_i64(share->number, factor, &part) == WC_OK &&
                    wc_i128_add(sum, part, &sum) == WC_OK;
        if (!fits) return false;
    }
    return wc_i128_compare(sum, wc_i128_of(wc_power_of_ten(most))) == 0;
}

/* Two shares, s and 100% - s: the second is what the first leaves, whatever s is. */
static bool is_complement(const wc_sema *sema, const wc_sema_paid *head)
{
    if (head->others.count != 1) return false;
    const wc_ast_expr *first = head->share_text;
    const wc_ast_expr *second = share_at(head, 1)->share_text;
    if (second->kind != WC_EXPR_BINARY || second->as.binary.op != WC_BINARY_SUB) return false;
    const wc_ast_expr *all = second->as.binary.left;
    if (all->kind != WC_EXPR_LITERAL || first->kind != WC_EXPR_NAME) return false;
    const wc_ast_literal *literal = all->as.literal; /* a number or a percentage: it is a share */
    bool is_whole =
        wc_i128_compare(literal->mantissa, wc_i128_of(wc_power_of_ten(literal->scale))) == 0;
    return is_whole && wc_str_equal(wc_sema_source_text(sema, first->span),
                                    wc_sema_source_text(sema, second->as.binary.right->span));
}

/* Why no tool may write the split; NULL: it may. */
static const char *obstacle(const wc_sema *sema, const wc_sema_paid *head)
{
    const wc_sema_type *type = head->whole->type;
    const wc_ast_name *mode = NULL;
    for (uint32_t i = 0; i <= head->others.count; i++) {
        const wc_sema_paid *paid = share_at(head, i);
        if (paid->share_text == NULL)
            return "the shares are rounded before they are paid: the split rounds them itself";
        const wc_ast_name *own = &paid->ast->as.pay.amount->as.round.mode;
        if (mode != NULL && !wc_str_equal(mode->text, own->text))
            return "the shares are rounded in different ways: the split has one";
        mode = own;
        if (i == 0) continue;
        wc_span gap = {share_at(head, i - 1)->ast->span.end, paid->ast->span.start,
                       paid->ast->span.file};
        if (!is_blank(wc_sema_source_text(sema, gap)))
            return "the payments do not stand one after the other: bring them together";
    }
    if (wc_str_equal(mode->text, WC_STR("exact")))
        return "rounded `exact` the shares trap where they do not come out even";
    if (type->scale > type->unit->currency->minor)
        return "the amount has parts of a cent: round it first, then split it";
    if (!is_all(head) && !is_complement(sema, head))
        return "the shares are not known to add up to 100 %: name who gets the rest";
    return NULL;
}

/* The blanks that the line of the place begins with. */
static wc_str indent_of(const wc_source *source, uint32_t at)
{
    wc_str line = wc_source_line(source, wc_source_place(source, at).line);
    size_t blanks = 0;
    while (line.data[blanks] == ' ' || line.data[blanks] == '\t') blanks++; /* it has a place */
    return (wc_str){line.data, blanks};
}

static void propose(wc_sema *sema, const wc_sema_paid *head)
{
    const wc_ast_stmt *first = head->ast;
    const wc_sema_paid *last = share_at(head, head->others.count);
    wc_str indent = indent_of(sema->module->file->source, first->span.start);
    const wc_str open[] = {WC_STR("split("), wc_sema_source_text(sema, first->as.pay.from->span),
                           WC_STR(", "),     wc_sema_source_text(sema, head->whole->span),
                           WC_STR(", "),     first->as.pay.amount->as.round.mode.text,
                           WC_STR(") {\n")};
    wc_str text = wc_sema_join(sema, open, WC_ARRAY_LEN(open));
    for (uint32_t i = 0; i <= head->others.count; i++) {
        const wc_sema_paid *paid = share_at(head, i);
        wc_str share = wc_sema_source_text(sema, paid->share_text->span);
        const wc_str line[] = {
            text,           indent,
            WC_STR("    "), wc_sema_source_text(sema, paid->ast->as.pay.to->span),
            WC_STR(" : "),  paid == last ? WC_STR("rest") : share,
            WC_STR(";\n")};
        text = wc_sema_join(sema, line, WC_ARRAY_LEN(line));
    }
    const wc_str close[] = {text, indent, WC_STR("}")};
    wc_diag_add_fix(sema->diags, head->diag, wc_span_join(first->span, last->ast->span),
                    WC_FIX_SURE, wc_sema_join(sema, close, WC_ARRAY_LEN(close)),
                    "split it; `{}` gets what the rounding of the others leaves",
                    wc_sema_source_text(sema, last->ast->as.pay.to->span));
}

void wc_sema_fix_by_hand(wc_sema *sema, const wc_sema_body *body)
{
    for (uint32_t i = 0; i < body->by_hand.count; i++) {
        const wc_sema_paid *head = wc_sema_at(&body->by_hand, i);
        const char *why = obstacle(sema, head);
        if (why == NULL) {
            propose(sema, head);
            continue;
        }
        wc_diag_add_note(sema->diags, head->diag, "{}", why);
        wc_diag_add_note(sema->diags, head->diag,
                         "write: split({}, {}, half_even) { ... : share; ... : rest; }",
                         wc_sema_source_text(sema, head->ast->as.pay.from->span),
                         wc_sema_source_text(sema, head->whole->span));
    }
}
