/* Who reads what (L0702). `visible to` is a reading right: the signatories and the parties it lists
 * may read the contract and its events. Whoever calls an action reads the receipt of that call,
 * with the events in it: an event that tells a term or a field tells it to the caller, too. Of
 * interest only where the author has said who may read. */
#include "compiler/lint/lint.h"
#include "compiler/sema/sema.h"

typedef struct looker {
    wc_diags *diags;
    const wc_source *source;
    const wc_sema_contract *contract;
    wc_str reader; /* may call the action, may not read the contract */
} looker;

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

static void look_at_emit(const looker *l, const wc_sema_stmt *emit)
{
    for (uint16_t i = 0; i < emit->arg_count; i++) {
        const wc_sema_expr *told = told_by(emit->args[i]);
        if (told == NULL) continue;
        bool is_term = told->op == WC_OPER_TERM;
        wc_str name =
            is_term ? l->contract->terms[told->index].name : l->contract->fields[told->index].name;
        wc_diag *diag =
            wc_diag_report(l->diags, WC_L0702, emit->span,
                           "this event tells the {} `{}` to `{}`, who may not read the contract",
                           is_term ? "term" : "field", name, l->reader);
        wc_diag_add_note(
            l->diags, diag,
            "whoever calls an action reads its receipt: leave the value out, or add the "
            "party to `visible to`");
        return; /* one event, one warning */
    }
}

/* Blocks nest as deep as the parser lets them. What a mix-in emits is its library's business. */
static void look_at_block(const looker *l, const wc_sema_block *block)
{
    if (block == NULL) return;
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        if (stmt->span.file != l->source->file) continue;
        if (stmt->kind == WC_DO_EMIT) look_at_emit(l, stmt);
        look_at_block(l, stmt->body);
        look_at_block(l, stmt->other);
        for (uint16_t i = 0; i < stmt->arm_count; i++) look_at_block(l, stmt->arms[i].body);
    }
}

void wc_lint_readers(wc_diags *diags, const wc_source *source, const wc_sema_program *program)
{
    looker l = {.diags = diags, .source = source};
    for (uint32_t i = 0; i < program->contract_count; i++) {
        l.contract = program->contracts[i];
        if (l.contract->span.file != source->file || !has_readers(l.contract)) continue;
        for (uint16_t k = 0; k < l.contract->action_count; k++) {
            const wc_sema_routine *action = l.contract->actions[k];
            if (action->is_generated) continue;
            l.reader = outsider(l.contract, action);
            if (l.reader.len > 0) look_at_block(&l, action->body);
        }
    }
}
