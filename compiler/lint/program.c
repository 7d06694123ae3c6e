/* Lints on the checked program: money, time, gas, authority. */
#include "compiler/lint/lint.h"
#include "compiler/sema/sema.h"

#define SCALE_AT_REST_MAX 12u

typedef struct looker {
    wc_diags *diags;
    const wc_source *source;
    const wc_sema_contract *contract; /* NULL: a function of the module or a test */
    uint32_t loops;                   /* around the statement */
    uint64_t written;                 /* bit per storage field that the loops around write */
} looker;

/* ---- types at rest ------------------------------------------------------------------------- */

/* The first number of the type with more decimals than any trade settles; NULL: there is none.
 * Types nest at most WC_TYPE_NESTING_MAX levels. */
static const wc_sema_type *too_fine(const wc_sema_type *type)
{
    if (type == NULL) return NULL;
    if (type->kind == WC_SEMA_DEC) return type->scale > SCALE_AT_REST_MAX ? type : NULL;
    const wc_sema_type *found = too_fine(type->item);
    if (found == NULL) found = too_fine(type->value);
    for (uint16_t i = 0; i < type->member_count && found == NULL; i++)
        found = too_fine(type->members[i].type);
    for (uint16_t i = 0; i < type->variant_count && found == NULL; i++) {
        const wc_sema_variant *variant = &type->variants[i];
        for (uint16_t k = 0; k < variant->member_count && found == NULL; k++)
            found = too_fine(variant->members[k].type);
    }
    return found;
}

static void look_at_place(const looker *l, wc_span span, wc_str name, const wc_sema_type *type)
{
    static const char *const most[] = {"922,337", "92,233", "9,223", "922", "92", "9"};
    const wc_sema_type *found = too_fine(type);
    if (found == NULL) return;
    wc_diag *diag = wc_diag_report(l->diags, WC_L0503, span, "`{}` keeps {} decimals for good",
                                   name, found->scale);
    wc_diag_add_note(l->diags, diag, "with {} decimals 64 bits hold at most {} whole units",
                     found->scale, most[found->scale - SCALE_AT_REST_MAX - 1]);
    wc_diag_add_note(l->diags, diag, "round to what the contract settles before it is stored");
}

static void look_at_places(const looker *l)
{
    const wc_sema_contract *contract = l->contract;
    for (uint16_t i = 0; i < contract->term_count; i++) {
        const wc_sema_term *term = &contract->terms[i];
        look_at_place(l, term->span, term->name, term->type);
        if (term->is_read) continue;
        wc_diag *diag = wc_diag_report(l->diags, WC_L0304, term->span,
                                       "nothing depends on the term `{}`", term->name);
        wc_diag_add_note(l->diags, diag,
                         "the parties sign it all the same: use it, show it, or leave it out");
    }
    for (uint16_t i = 0; i < contract->field_count; i++) {
        const wc_sema_field *field = &contract->fields[i];
        look_at_place(l, field->span, field->name, field->type);
    }
    for (uint16_t i = 0; i < contract->state_count; i++) {
        const wc_sema_state *state = &contract->states[i];
        for (uint16_t k = 0; k < state->member_count; k++)
            look_at_place(l, state->members[k].span, state->members[k].name,
                          state->members[k].type);
    }
}

/* ---- expressions --------------------------------------------------------------------------- */

static bool is_collection_field(const wc_sema_expr *expr)
{
    return expr->op == WC_OPER_FIELD; /* of a stored series gaps could not be ruled out */
}

static void look_at_load(const looker *l, const wc_sema_expr *over)
{
    bool is_again =
        l->loops > 0 && is_collection_field(over) && (l->written >> (over->index & 63) & 1u) == 0;
    if (!is_again) return;
    wc_diag *diag = wc_diag_report(l->diags, WC_L0901, over->span,
                                   "this collection is loaded again in every round of the loop");
    wc_diag_add_note(l->diags, diag,
                     "it does not change meanwhile: copy it to a `let` before the loop");
}

static void look_at_now(const looker *l, const wc_sema_expr *expr)
{
    bool is_it = (expr->op == WC_OPER_EQ || expr->op == WC_OPER_NE) &&
                 (expr->a->op == WC_OPER_NOW || expr->b->op == WC_OPER_NOW);
    if (!is_it) return;
    wc_diag *diag =
        wc_diag_report(l->diags, WC_L1101, expr->span, "now() is hardly ever exactly one second");
    wc_diag_add_note(l->diags, diag,
                     "blocks come when they come: compare with `<`, `<=`, `>` or "
                     "`>=`, or use `after`");
}

/* Recursion as deep as the source nests, which the parser bounds. */
static void look_at_expr(looker *l, const wc_sema_expr *expr)
{
    if (expr == NULL || expr->span.file != l->source->file) return;
    look_at_now(l, expr);
    bool is_fold = expr->op == WC_OPER_SUM || expr->op == WC_OPER_FORALL;
    if (is_fold) look_at_load(l, expr->a);
    look_at_expr(l, expr->a);
    look_at_expr(l, expr->b);
    l->loops += is_fold;
    look_at_expr(l, expr->c);
    l->loops -= is_fold;
    for (uint16_t i = 0; i < expr->arg_count; i++) look_at_expr(l, expr->args[i]);
}

/* ---- statements ---------------------------------------------------------------------------- */

static uint64_t fields_written(const wc_sema_block *block);

/* The storage fields that the statement writes, itself or in its blocks. */
static uint64_t fields_written_by(const wc_sema_stmt *stmt)
{
    uint64_t fields = 0;
    const wc_sema_expr *place = stmt->a;
    while (place != NULL && place->op != WC_OPER_FIELD) place = place->a;
    if (place != NULL) fields |= 1ull << (place->index & 63);
    if (stmt->body != NULL) fields |= fields_written(stmt->body);
    if (stmt->other != NULL) fields |= fields_written(stmt->other);
    for (uint16_t i = 0; i < stmt->arm_count; i++) fields |= fields_written(stmt->arms[i].body);
    return fields;
}

/* Generous: a field that a statement names first counts as written. */
static uint64_t fields_written(const wc_sema_block *block)
{
    uint64_t fields = 0;
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        bool is_loop = stmt->kind == WC_DO_FOR_EACH || stmt->kind == WC_DO_FOR_RANGE;
        if (!is_loop) {
            fields |= fields_written_by(stmt);
        } else {
            fields |= fields_written(stmt->body);
        }
    }
    return fields;
}

static void look_at_pay(const looker *l, const wc_sema_stmt *stmt)
{
    const wc_sema_expr *from = stmt->a, *to = stmt->b;
    bool is_same =
        (from->op == WC_OPER_PARTY && to->op == WC_OPER_PARTY && from->index == to->index) ||
        (from->op == WC_OPER_SELF && to->op == WC_OPER_SELF);
    if (!is_same) return;
    wc_diag *diag = wc_diag_report(l->diags, WC_L0602, stmt->span, "payer and payee are the same");
    wc_diag_add_note(l->diags, diag, "to give back what a party put in, use unlock(party, amount)");
}

static void look_at_unlock_all(const looker *l, const wc_sema_stmt *stmt)
{
    const wc_sema_stmt *next = stmt->next;
    bool is_end =
        next != NULL && next->kind == WC_DO_GOTO && l->contract->states[next->index].is_final;
    if (!is_end) return;
    wc_diag *diag = wc_diag_report(l->diags, WC_L0601, stmt->span,
                                   "a final state gives all escrow back by itself");
    wc_diag_add_label(l->diags, diag, next->span, "`{}` is final",
                      l->contract->states[next->index].name);
    wc_diag_add_fix(l->diags, diag, wc_source_whole_lines(l->source, stmt->span), WC_FIX_SURE,
                    WC_STR(""), "leave it out");
}

static void look_at_block(looker *l, const wc_sema_block *block);

static void look_at_loop(looker *l, const wc_sema_stmt *stmt)
{
    uint64_t before = l->written;
    if (stmt->kind == WC_DO_FOR_EACH) look_at_load(l, stmt->a);
    l->written |= fields_written(stmt->body);
    l->loops++;
    look_at_block(l, stmt->body);
    l->loops--;
    l->written = before;
}

static void look_at_stmt(looker *l, const wc_sema_stmt *stmt)
{
    wc_assert(stmt->span.file == l->source->file); /* as its routine */
    if (stmt->kind == WC_DO_PAY) look_at_pay(l, stmt);
    if (stmt->kind == WC_DO_UNLOCK_ALL) look_at_unlock_all(l, stmt);
    look_at_expr(l, stmt->a);
    look_at_expr(l, stmt->b);
    look_at_expr(l, stmt->c);
    for (uint16_t i = 0; i < stmt->arg_count; i++) look_at_expr(l, stmt->args[i]);
    if (stmt->kind == WC_DO_FOR_EACH || stmt->kind == WC_DO_FOR_RANGE) {
        look_at_loop(l, stmt);
        return;
    }
    if (stmt->body != NULL) look_at_block(l, stmt->body);
    if (stmt->other != NULL) look_at_block(l, stmt->other);
    for (uint16_t i = 0; i < stmt->arm_count; i++) look_at_block(l, stmt->arms[i].body);
}

static void look_at_block(looker *l, const wc_sema_block *block)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next)
        look_at_stmt(l, stmt);
}

/* ---- routines ------------------------------------------------------------------------------ */

static void look_at_params(const looker *l, const wc_sema_routine *routine)
{
    if (routine->kind != WC_ROUTINE_ACTION && routine->kind != WC_ROUTINE_VIEW) return;
    for (uint16_t i = 0; i < routine->param_count; i++) {
        const wc_sema_local *param = routine->locals[i];
        if (param->is_read) continue;
        wc_diag *diag =
            wc_diag_report(l->diags, WC_L0304, param->span, "`{}` takes `{}` and never reads it",
                           routine->name, param->name);
        wc_diag_add_note(l->diags, diag,
                         "callers sign it all the same: use it, emit it, or leave it out");
    }
}

static void look_at_routine(looker *l, const wc_sema_routine *routine)
{
    if (routine->is_generated || routine->span.file != l->source->file) return;
    if (routine->kind == WC_ROUTINE_ACTION && routine->by == WC_BY_ANY_PARTY) {
        wc_diag *diag = wc_diag_report(l->diags, WC_L0701, routine->header,
                                       "anybody at all may call `{}`", routine->name);
        wc_diag_add_note(l->diags, diag, "name the parties or roles that need it");
    }
    look_at_params(l, routine);
    for (uint16_t i = 0; i < routine->require_count; i++)
        look_at_expr(l, routine->requires[i].condition);
    for (uint16_t i = 0; i < routine->ensure_count; i++)
        look_at_expr(l, routine->ensures[i].condition);
    look_at_block(l, routine->body);
}

static void look_at_routines(looker *l, wc_sema_routine *const *routines, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) look_at_routine(l, routines[i]);
}

void wc_lint_program(wc_diags *diags, const wc_source *source, const wc_sema_program *program)
{
    looker l = {.diags = diags, .source = source};
    for (uint32_t i = 0; i < program->contract_count; i++) {
        const wc_sema_contract *contract = program->contracts[i];
        if (contract->span.file != source->file) continue;
        l.contract = contract;
        look_at_places(&l);
        look_at_routines(&l, contract->funcs, contract->func_count);
        look_at_routines(&l, contract->actions, contract->action_count);
        look_at_routines(&l, contract->views, contract->view_count);
        look_at_routines(&l, contract->afters, contract->after_count);
    }
}
