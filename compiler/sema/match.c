/* match: patterns, exhaustiveness, and the states that are possible in each arm of match state().
 */
#include "compiler/sema/warn.h"

static bool check_pattern(wc_sema *sema, const wc_ast_pattern *pattern, const wc_sema_type *type,
                          uint16_t *variant)
{
    *variant = WC_NO_VARIANT;
    if (pattern->kind == WC_PATTERN_ANY) return true;
    const wc_ast_list *names = &pattern->path->names;
    const wc_ast_name *name = wc_ast_at(names, names->count - 1);
    if (names->count > 1) {
        const wc_ast_name *owner = wc_ast_at(names, names->count - 2);
        if (names->count > 2 || !wc_str_equal(owner->text, type->name)) {
            wc_diag_report(sema->diags, WC_E0313, pattern->span, "this is not a variant of `{}`",
                           type->text);
            return false;
        }
        wc_sema_note_use(sema, owner->text, type->span);
    }
    int index = wc_sema_variant_of(sema, type, name);
    if (index < 0) return false;
    *variant = (uint16_t)index;
    return true;
}

static void bind_pattern(wc_sema *sema, const wc_ast_pattern *pattern, const wc_sema_type *type,
                         bool is_state, wc_sema_arm *arm)
{
    wc_sema_member some = {.type = type->item};
    bool is_option = type->kind == WC_SEMA_OPTION;
    const wc_sema_member *members = &some;
    uint16_t count = is_option && arm->variant == 1 ? 1 : 0;
    if (!is_option) {
        members = type->variants[arm->variant].members;
        count = type->variants[arm->variant].member_count;
    }
    uint32_t given = pattern->names.count;
    bool fits = given == count || given == 0;
    if (!fits) {
        wc_diag_report(sema->diags, WC_E0414, pattern->span,
                       "the variant has {} value{}, the pattern names {}", count,
                       count == 1 ? "" : "s", given);
    }
    arm->binder_count = fits && given > 0 ? count : 0;
    arm->binders = WC_SEMA_ARRAY(sema, wc_sema_local *, arm->binder_count);
    for (uint32_t i = 0; i < given; i++) {
        const wc_ast_name *name = wc_ast_at(&pattern->names, i);
        const wc_sema_type *member = fits ? members[i].type : sema->poison;
        wc_sema_local *local = wc_sema_binder(sema, name, member);
        if (local != NULL) local->is_in_pattern = true;
        if (local != NULL && is_state) {
            local->is_state_data = true;
            local->state = arm->variant;
            local->member = (uint16_t)i;
        }
        if (fits) arm->binders[i] = local;
    }
}

typedef struct match_state {
    const wc_sema_type *type;
    bool is_state;     /* the subject is state(): `possible` is a bit per state */
    uint64_t possible; /* not yet covered, when is_state */
    uint64_t outer;    /* states possible before the match */
    uint64_t after;    /* states possible behind it */
    bool *seen;        /* per variant */
    uint16_t left;     /* variants not yet covered */
    bool has_any;
} match_state;

/* An arm that is never taken can be left out: nothing else changes. */
static void fix_arm(wc_sema *sema, wc_diag *diag, const wc_ast_arm *ast)
{
    wc_diag_add_fix(sema->diags, diag, ast->span, WC_FIX_SURE, WC_STR(""), "leave the arm out");
}

static bool mark_variant(wc_sema *sema, match_state *match, uint16_t variant, const wc_ast_arm *ast)
{
    wc_span span = ast->pattern->span;
    if (match->seen[variant]) {
        fix_arm(sema,
                wc_diag_report(sema->diags, WC_E0408, span, "`{}` has an arm already",
                               match->type->variants[variant].name),
                ast);
        return false;
    }
    match->seen[variant] = true;
    uint64_t bit = match->is_state ? UINT64_C(1) << variant : 0;
    if (match->is_state && (match->outer & bit) == 0) {
        fix_arm(
            sema,
            wc_diag_report(sema->diags, WC_E0408, span, "the contract is never in this state here"),
            ast);
        return false;
    }
    match->left--;
    match->possible &= ~bit;
    return true;
}

static bool check_arm(wc_sema *sema, const wc_ast_arm *ast, match_state *match, wc_sema_arm *arm)
{
    arm->span = ast->span;
    bool fine = check_pattern(sema, ast->pattern, match->type, &arm->variant);
    if (match->has_any) {
        fix_arm(sema,
                wc_diag_report(sema->diags, WC_E0408, ast->span,
                               "`_` before this arm takes everything"),
                ast);
        fine = false;
    }
    uint64_t states = match->possible;
    bool is_any = ast->pattern->kind == WC_PATTERN_ANY;
    if (fine && is_any) {
        match->has_any = true;
        if (match->left == 0) {
            fix_arm(sema, wc_sema_warn(sema, WC_L0302, ast->span, "nothing is left for this arm"),
                    ast);
        }
        match->left = 0;
    } else if (fine) {
        fine = mark_variant(sema, match, arm->variant, ast);
        if (match->is_state) states = UINT64_C(1) << arm->variant;
    }
    wc_sema_note_scope(sema, ast->span);
    uint32_t mark = wc_sema_scope_open(sema);
    if (fine && !is_any) {
        bind_pattern(sema, ast->pattern, match->type, match->is_state, arm);
    } else {
        for (uint32_t i = 0; i < ast->pattern->names.count; i++) {
            (void)wc_sema_binder(sema, wc_ast_at(&ast->pattern->names, i), sema->poison);
        }
    }
    sema->body->states = match->is_state ? states : match->outer;
    arm->body = wc_sema_check_block(sema, ast->body);
    if (arm->body->falls_through) match->after |= sema->body->states;
    wc_sema_scope_end(sema, mark);
    return fine;
}

static void report_open_arms(wc_sema *sema, const wc_ast_stmt *ast, const match_state *match)
{
    wc_str missing = {"", 0}, arms = {"", 0};
    const wc_sema_type *type = match->type;
    if (type->kind == WC_SEMA_OPTION) missing = match->seen[0] ? WC_STR("some(x)") : WC_STR("none");
    for (uint16_t i = 0; i < type->variant_count; i++) {
        if (match->seen[i]) continue;
        if (match->is_state && (match->outer >> i & 1) == 0) continue;
        const wc_sema_variant *variant = &type->variants[i];
        const wc_str names[] = {missing, missing.len > 0 ? WC_STR(", ") : WC_STR(""),
                                variant->name};
        const wc_str more[] = {arms, variant->name, WC_STR(" => { } ")};
        missing = wc_sema_join(sema, names, WC_ARRAY_LEN(names));
        arms = wc_sema_join(sema, more, WC_ARRAY_LEN(more));
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0407, ast->as.match.subject->span,
                                   "`match` leaves cases without an arm");
    wc_diag_add_note(sema->diags, diag, "add arms for: {}", missing);
    wc_span end = {ast->span.end - 1, ast->span.end - 1, ast->span.file};
    if (arms.len > 0)
        wc_diag_add_fix(sema->diags, diag, end, WC_FIX_MAYBE, arms, "add the arms and fill them");
}

static uint16_t count_bits(uint64_t bits)
{
    uint16_t count = 0;
    for (; bits != 0; bits &= bits - 1) count++;
    return count;
}

wc_sema_stmt *wc_sema_check_match(wc_sema *sema, wc_ast_stmt *ast, bool *falls)
{
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_MATCH, ast->span);
    stmt->a = wc_sema_infer(sema, ast->as.match.subject, NULL);
    const wc_sema_type *type = stmt->a->type;
    match_state match = {.type = type};
    bool fine = type->kind == WC_SEMA_ENUM || type->kind == WC_SEMA_OPTION;
    if (!fine && type->kind != WC_SEMA_POISON) {
        wc_diag_report(sema->diags, WC_E0405, stmt->a->span,
                       "`match` is for enums, options and state(), not `{}`", type->text);
    }
    if (!fine) return NULL;
    uint16_t variants = type->kind == WC_SEMA_OPTION ? 2 : type->variant_count;
    match.seen = WC_SEMA_ARRAY(sema, bool, variants);
    match.is_state = stmt->a->op == WC_OPER_STATE;
    match.outer = match.possible = sema->body->states;
    match.left = match.is_state ? count_bits(match.outer) : variants;
    stmt->arm_count = (uint16_t)ast->as.match.arms.count;
    if (ast->as.match.arms.count > WC_SEMA_ARGS_MAX) {
        wc_sema_limit(sema, ast->span, "arms of a match", WC_SEMA_ARGS_MAX);
        return NULL;
    }
    stmt->arms = WC_SEMA_ARRAY(sema, wc_sema_arm, stmt->arm_count);
    wc_sema_evidence *known = sema->body->evidence;
    wc_sema_paid *paid = sema->body->paid;
    wc_sema_paid *all_paid = paid;
    *falls = false;
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        fine = check_arm(sema, wc_ast_at(&ast->as.match.arms, i), &match, &stmt->arms[i]) && fine;
        *falls = *falls || stmt->arms[i].body->falls_through;
        sema->body->evidence = known;
        bool is_on = stmt->arms[i].body->falls_through;
        if (is_on) all_paid = wc_sema_paid_join(paid, all_paid, sema->body->paid);
        sema->body->paid = paid;
    }
    sema->body->paid = all_paid;
    sema->body->states = match.after;
    if (fine && match.left > 0) report_open_arms(sema, ast, &match);
    return stmt;
}
