/* Who reads what (L0702). `visible to` is a reading right: the signatories and the parties it lists
 * may read the contract and its events. Whoever calls an action reads the receipt of that call,
 * with the events in it: an event that tells a term or a field tells it to the caller, too. Of
 * interest only where the author has said who may read. */
#include "compiler/sema/check.h"

/* The term or field that the expression is, or is a part of; NULL: it is computed. Of a total the
 * caller may guess, as of all that an action does: only what is plainly told is told. */
static const wc_sema_expr *told_by(const wc_sema_expr *expr)
{
    while (expr != NULL) {
        switch ((int)expr->op) {
        case WC_OPER_TERM:
        case WC_OPER_FIELD: return expr;
        case WC_OPER_LOCAL: expr = expr->local->equals; break;
        case WC_OPER_MEMBER:
        case WC_OPER_INDEX:
        case WC_OPER_AT:
        case WC_OPER_MAP_GET:
        case WC_OPER_MAP_GET_OR: expr = expr->a; break;
        default: return NULL;
        }
    }
    return NULL;
}

static bool has_readers(const wc_sema_contract *contract)
{
    for (uint16_t i = 0; i < contract->party_count; i++) {
        if (contract->parties[i].is_visible) return true;
    }
    return false;
}

/* The name of somebody who may call the action and not read the contract; empty: all may. */
static wc_str outsider(const wc_sema_contract *contract, const wc_sema_routine *action)
{
    if (action->by == WC_BY_ANY_PARTY) return WC_STR("anybody");
    for (uint8_t i = 0; i < action->who_count; i++) {
        const wc_sema_who *who = &action->who[i];
        if (who->is_role) return who->role;
        const wc_sema_party *party = &contract->parties[who->party];
        if (!party->is_signatory && !party->is_visible) return party->name;
    }
    return (wc_str){"", 0};
}

static void check_emit(wc_sema *sema, const wc_sema_stmt *emit, wc_str reader)
{
    const wc_sema_contract *contract = sema->contract;
    for (uint16_t i = 0; i < emit->arg_count; i++) {
        const wc_sema_expr *told = told_by(emit->args[i]);
        if (told == NULL) continue;
        bool is_term = told->op == WC_OPER_TERM;
        wc_str name =
            is_term ? contract->terms[told->index].name : contract->fields[told->index].name;
        wc_diag *diag =
            wc_sema_warn(sema, WC_L0702, emit->span,
                         is_term ? "this event tells the term `{}` to `{}`, who may not read the "
                                   "contract"
                                 : "this event tells the field `{}` to `{}`, who may not read the "
                                   "contract",
                         name, reader);
        wc_diag_add_note(
            sema->diags, diag,
            "whoever calls an action reads its receipt: leave the value out, or add the "
            "party to `visible to`");
        return; /* one event, one warning */
    }
}

/* Blocks nest as deep as the parser lets them. */
static void walk(wc_sema *sema, const wc_sema_block *block, wc_str reader)
{
    if (block == NULL) return;
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        bool is_own = !wc_sources_of(sema->diags->sources, stmt->span)->has_origin;
        if (stmt->kind == WC_DO_EMIT && is_own) check_emit(sema, stmt, reader);
        walk(sema, stmt->body, reader);
        walk(sema, stmt->other, reader);
        for (uint16_t i = 0; i < stmt->arm_count; i++) walk(sema, stmt->arms[i].body, reader);
    }
}

void wc_sema_check_readers(wc_sema *sema)
{
    const wc_sema_contract *contract = sema->contract;
    if (!has_readers(contract)) return;
    for (uint16_t i = 0; i < contract->action_count; i++) {
        const wc_sema_routine *action = contract->actions[i];
        if (action->is_generated) continue;
        wc_str reader = outsider(contract, action);
        if (reader.len > 0) walk(sema, action->body, reader);
    }
}
