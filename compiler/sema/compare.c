/* Comparisons: which values have an equality, which an order, and how two sides become of one type.
 */
#include "compiler/sema/check.h"

wc_sema_expr *wc_sema_bad_operands(wc_sema *sema, const wc_ast_expr *ast, const wc_sema_expr *a,
                                   const wc_sema_expr *b)
{
    const char *op = wc_ast_binary_name(ast->as.binary.op);
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0405, ast->as.binary.op_span,
                                   "`{}` is not possible here", op);
    wc_diag_add_label(sema->diags, diag, a->span, "{}", a->type->text);
    wc_diag_add_label(sema->diags, diag, b->span, "{}", b->type->text);
    return wc_sema_poison(sema, ast->span);
}

static bool is_ordered(const wc_sema_type *type)
{
    if (wc_sema_is_number(type)) return true;
    return type->kind == WC_SEMA_TIME || type->kind == WC_SEMA_DATE || type->kind == WC_SEMA_TEXT ||
           type->kind == WC_SEMA_BYTES;
}

static bool is_comparable(const wc_sema_type *type)
{
    if (wc_sema_is_collection(type)) return false;
    if (type->kind == WC_SEMA_SERIES || type->kind == WC_SEMA_INSTANCE) return false;
    if (type->kind == WC_SEMA_VOID) return false;
    for (uint16_t i = 0; i < type->member_count; i++) {
        if (!is_comparable(type->members[i].type)) return false;
    }
    for (uint16_t i = 0; i < type->variant_count; i++) {
        const wc_sema_variant *variant = &type->variants[i];
        for (uint16_t j = 0; j < variant->member_count; j++) {
            if (!is_comparable(variant->members[j].type)) return false;
        }
    }
    return type->kind != WC_SEMA_OPTION || is_comparable(type->item);
}

static bool fold_compare(wc_sema_op op, int order)
{
    if (op == WC_OPER_EQ) return order == 0;
    if (op == WC_OPER_NE) return order != 0;
    if (op == WC_OPER_LT) return order < 0;
    if (op == WC_OPER_LE) return order <= 0;
    if (op == WC_OPER_GT) return order > 0;
    return order >= 0;
}

static wc_sema_op compare_op(wc_ast_binary_op op)
{
    if (op == WC_BINARY_EQ) return WC_OPER_EQ;
    if (op == WC_BINARY_NE) return WC_OPER_NE;
    if (op == WC_BINARY_LT) return WC_OPER_LT;
    if (op == WC_BINARY_LE) return WC_OPER_LE;
    if (op == WC_BINARY_GT) return WC_OPER_GT;
    wc_assert(op == WC_BINARY_GE);
    return WC_OPER_GE;
}

static bool is_party(const wc_sema_type *type)
{
    return type->kind == WC_SEMA_PARTY || type->kind == WC_SEMA_CONTRACT_REF;
}

/* Brings a and b to one type: a contract is a party. Texts of any size compare as they are. */
static bool unify_sorts(wc_sema *sema, wc_sema_expr **a, wc_sema_expr **b)
{
    if ((*a)->type == (*b)->type) return true;
    if (is_party((*a)->type) && is_party((*b)->type)) {
        *a = wc_sema_retype(sema, *a, sema->party);
        *b = wc_sema_retype(sema, *b, sema->party);
        return true;
    }
    return (*a)->type->kind == WC_SEMA_TEXT && (*b)->type->kind == WC_SEMA_TEXT;
}

wc_sema_expr *wc_sema_check_compare(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *a,
                                    wc_sema_expr *b)
{
    wc_sema_op op = compare_op(ast->as.binary.op);
    bool is_equality = op == WC_OPER_EQ || op == WC_OPER_NE;
    if (wc_sema_is_number(a->type) && wc_sema_is_number(b->type)) {
        const char *name = wc_ast_binary_name(ast->as.binary.op);
        if (!wc_sema_unify(sema, &a, &b, name, ast->as.binary.op_span)) {
            return wc_sema_poison(sema, ast->span);
        }
    } else if (!unify_sorts(sema, &a, &b)) {
        return wc_sema_bad_operands(sema, ast, a, b);
    }
    bool fine = is_equality ? is_comparable(a->type) : is_ordered(a->type);
    if (!fine) return wc_sema_bad_operands(sema, ast, a, b);
    if (a->op == WC_OPER_NUMBER && b->op == WC_OPER_NUMBER) {
        bool holds = fold_compare(op, wc_i128_compare(a->number, b->number));
        return wc_sema_number(sema, wc_i128_of(holds), sema->boolean, ast->span);
    }
    return wc_sema_pair(sema, op, sema->boolean, a, b, ast->span);
}
