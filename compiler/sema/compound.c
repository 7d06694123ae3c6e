/* Choices, lists, tuples and old(); see compound.h. */
#include "compiler/sema/compound.h"

bool wc_sema_is_written_text(const wc_sema_expr *value)
{
    if (value->op != WC_OPER_CHOOSE) return value->op == WC_OPER_TEXT;
    return wc_sema_is_written_text(value->b) && wc_sema_is_written_text(value->c);
}

wc_sema_expr *wc_sema_part(wc_sema *sema, wc_sema_expr *value)
{
    if (value->type->kind == WC_SEMA_CONTRACT_REF) return wc_sema_retype(sema, value, sema->party);
    if (!wc_sema_holds_reference(value->type)) return value;
    wc_diag_report(sema->diags, WC_E0411, value->span,
                   "references to contracts stay in their term: use them directly");
    return wc_sema_poison(sema, value->span);
}

/* Brings the two values of a choice to one type; one of them is poisoned when that cannot be. */
static void unify_sorts(wc_sema *sema, wc_sema_expr **then, wc_sema_expr **other)
{
    *then = wc_sema_part(sema, *then);
    if (wc_sema_is_poison(*then)) return;
    *other = wc_sema_part(sema, *other);
    const wc_sema_type *a = (*then)->type, *b = (*other)->type;
    bool are_texts = a->kind == WC_SEMA_TEXT && b->kind == WC_SEMA_TEXT;
    bool is_shorter = are_texts && wc_sema_is_written_text(*then) &&
                      (!wc_sema_is_written_text(*other) || a->capacity < b->capacity);
    if (is_shorter) *then = wc_sema_fit(sema, *then, b, "the first choice");
    *other = wc_sema_fit(sema, *other, (*then)->type, "the other choice");
}

wc_sema_expr *wc_sema_check_choose(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    wc_sema_expr *condition = wc_sema_condition(sema, ast->as.choose.condition);
    wc_sema_evidence *known = sema->body->evidence;
    wc_sema_learn(sema, condition, true);
    wc_sema_expr *then = wc_sema_infer(sema, ast->as.choose.then, want);
    sema->body->evidence = known;
    wc_sema_learn(sema, condition, false);
    const wc_sema_type *other_want = want != NULL || wc_sema_is_poison(then) ? want : then->type;
    wc_sema_expr *other = wc_sema_infer(sema, ast->as.choose.other, other_want);
    sema->body->evidence = known;
    if (wc_sema_is_poison(condition) || wc_sema_is_poison(then) || wc_sema_is_poison(other)) {
        return wc_sema_poison(sema, ast->span);
    }
    if (wc_sema_is_number(then->type) && wc_sema_is_number(other->type)) {
        if (!wc_sema_unify(sema, &then, &other, "? :", ast->span)) {
            return wc_sema_poison(sema, ast->span);
        }
    } else {
        unify_sorts(sema, &then, &other);
        if (wc_sema_is_poison(then) || wc_sema_is_poison(other)) {
            return wc_sema_poison(sema, ast->span);
        }
    }
    const wc_sema_type *type = then->type;
    if (wc_sema_is_number(type)) type = wc_sema_flight(sema, then->type, other->type);
    wc_sema_expr *node = wc_sema_pair(sema, WC_OPER_CHOOSE, type, then, other, ast->span);
    node->c = node->b;
    node->b = node->a;
    node->a = condition;
    if (wc_sema_is_scalar(type)) {
        (void)wc_sema_ranged(node, wc_range_union(then->range, other->range));
    }
    return node;
}

wc_sema_expr *wc_sema_check_list(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    const wc_ast_list *elements = &ast->as.elements;
    if (want == NULL || want->kind != WC_SEMA_LIST) {
        for (uint32_t i = 0; i < elements->count; i++) {
            (void)wc_sema_infer(sema, wc_ast_at(elements, i), NULL);
        }
        if (want != NULL && want->kind == WC_SEMA_POISON) return wc_sema_poison(sema, ast->span);
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0417, ast->span,
                                       "the type of this list is not known here");
        wc_diag_add_note(sema->diags, diag, "give it: let x : list<T, 16> = [a, b];");
        return wc_sema_poison(sema, ast->span);
    }
    if (elements->count > want->capacity || elements->count > WC_SEMA_ARGS_MAX) {
        wc_diag_report(sema->diags, WC_E0904, ast->span, "this list has {} elements, `{}` takes {}",
                       elements->count, want->text, want->capacity);
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_LIST, want, ast->span);
    node->args = WC_SEMA_ARRAY(sema, wc_sema_expr *, elements->count);
    node->arg_count = (uint16_t)elements->count;
    node->is_const = true;
    bool fine = true;
    for (uint32_t i = 0; i < elements->count; i++) {
        node->args[i] = wc_sema_value(sema, wc_ast_at(elements, i), want->item, "the element");
        node->is_const = node->is_const && node->args[i]->is_const;
        fine = fine && !wc_sema_is_poison(node->args[i]);
    }
    return fine ? node : wc_sema_poison(sema, ast->span);
}

wc_sema_expr *wc_sema_check_tuple(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    const wc_ast_list *elements = &ast->as.elements;
    if (elements->count > WC_SEMA_MEMBERS_MAX) {
        wc_sema_limit(sema, ast->span, "elements of a tuple", WC_SEMA_MEMBERS_MAX);
        return wc_sema_poison(sema, ast->span);
    }
    bool is_wanted =
        want != NULL && want->kind == WC_SEMA_TUPLE && want->member_count == elements->count;
    wc_sema_member *members = WC_SEMA_ARRAY(sema, wc_sema_member, elements->count);
    wc_sema_expr **args = WC_SEMA_ARRAY(sema, wc_sema_expr *, elements->count);
    bool fine = true;
    bool is_const = true;
    for (uint32_t i = 0; i < elements->count; i++) {
        const wc_sema_type *place = is_wanted ? want->members[i].type : NULL;
        wc_sema_expr *value = wc_sema_infer(sema, wc_ast_at(elements, i), place);
        if (place == NULL) {
            value = wc_sema_part(sema, value);
            place = wc_sema_place_type(sema, value->type);
        }
        args[i] = wc_sema_fit(sema, value, place, "the element");
        members[i].type = place;
        members[i].name = (wc_str){"", 0};
        fine = fine && !wc_sema_is_poison(args[i]);
        is_const = is_const && args[i]->is_const;
    }
    if (!fine) return wc_sema_poison(sema, ast->span);
    const wc_sema_type *type =
        is_wanted ? want : wc_sema_type_tuple(sema, members, (uint16_t)elements->count);
    type = wc_sema_check_size(sema, type, ast->span);
    if (type->kind == WC_SEMA_POISON) return wc_sema_poison(sema, ast->span);
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_TUPLE, type, ast->span);
    node->args = args;
    node->arg_count = (uint16_t)elements->count;
    node->is_const = is_const;
    return node;
}

wc_sema_expr *wc_sema_check_old(wc_sema *sema, wc_ast_expr *ast)
{
    if (sema->body->place == WC_IN_UPGRADE && !sema->body->in_old) {
        sema->body->in_old = true;
        wc_sema_expr *before = wc_sema_infer(sema, ast->as.old.value, NULL);
        sema->body->in_old = false;
        return before;
    }
    if (!sema->body->in_ensures || sema->body->in_old) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E1009, ast->span,
                                       "`old` is for `ensures`: the value before the body");
        wc_diag_add_note(sema->diags, diag, "elsewhere keep the value in a `let`");
        return wc_sema_poison(sema, ast->span);
    }
    sema->body->in_old = true;
    sema->body->old_locals = sema->body->locals.count;
    wc_sema_expr *value = wc_sema_part(sema, wc_sema_infer(sema, ast->as.old.value, NULL));
    sema->body->in_old = false;
    if (wc_sema_is_poison(value)) return value;
    wc_sema_old *old = WC_SEMA_NEW(sema, wc_sema_old);
    const wc_ast_name name = {.text = {"old", 3}, .span = ast->span};
    old->local = wc_sema_local_new(sema, &name, value->type);
    wc_sema_local_keeps(old->local, value);
    old->value = value;
    wc_sema_push(sema, &sema->body->olds, old);
    return wc_sema_local_value(sema, old->local, ast->span);
}
