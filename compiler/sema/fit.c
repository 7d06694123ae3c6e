/* The step from a value to a place: of the same type, or one that it fits into, else a report that
 * says what is needed. Numbers are in number.c. */
#include "compiler/sema/compound.h"

/* For types that people take for each other. */
static void say_way_out(wc_sema *sema, wc_diag *diag, const wc_sema_expr *value,
                        const wc_sema_type *place)
{
    if (place->kind == WC_SEMA_TIME && value->type->kind == WC_SEMA_DATE) {
        wc_diag_add_note(
            sema->diags, diag,
            "a day begins at another time in each zone: C.start(date) of a calendar C");
    }
    if (place->kind == WC_SEMA_TIME && wc_sema_is_number(value->type)) {
        wc_diag_add_note(sema->diags, diag, "say from when: now() + {}",
                         wc_sema_source_text(sema, value->span));
    }
    if (place->kind == WC_SEMA_DATE && value->type->kind == WC_SEMA_TIME) {
        wc_diag_add_note(sema->diags, diag,
                         "which day it is depends on the zone: C.date(time) of a calendar C");
    }
    if (place->kind == WC_SEMA_TEXT && value->type->kind == WC_SEMA_TEXT) {
        wc_diag_add_note(sema->diags, diag, "texts of different length are different types");
    }
}

static wc_sema_expr *mismatch(wc_sema *sema, const wc_sema_expr *value, const wc_sema_type *place,
                              const char *what)
{
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0401, value->span, "{} must be `{}`, not `{}`",
                                   what, place->text, value->type->text);
    if (place->kind == WC_SEMA_OPTION && place->item == value->type) {
        const wc_source *source = wc_sources_of(sema->diags->sources, value->span);
        wc_str text = wc_source_text(source, value->span);
        const wc_str parts[] = {WC_STR("some("), text, WC_STR(")")};
        wc_str fix = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
        wc_diag_add_fix(sema->diags, diag, value->span, WC_FIX_SURE, fix, "{}", fix);
    }
    say_way_out(sema, diag, value, place);
    return wc_sema_poison(sema, value->span);
}

static wc_sema_expr *fit_text(wc_sema *sema, wc_sema_expr *value, const wc_sema_type *place,
                              const char *what)
{
    if (!wc_sema_is_written_text(value)) return mismatch(sema, value, place, what);
    if (value->op == WC_OPER_CHOOSE) {
        value->b = fit_text(sema, value->b, place, what);
        value->c = fit_text(sema, value->c, place, what);
        bool fine = !wc_sema_is_poison(value->b) && !wc_sema_is_poison(value->c);
        value->type = place;
        return fine ? value : wc_sema_poison(sema, value->span);
    }
    if (value->text.len > place->capacity) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0904, value->span,
                                       "this text has {} bytes, `{}` takes {}", value->text.len,
                                       place->text, place->capacity);
        wc_diag_add_note(sema->diags, diag, "shorten it, or declare the place as text<{}>",
                         value->text.len);
        return wc_sema_poison(sema, value->span);
    }
    value->type = place;
    return value;
}

wc_sema_expr *wc_sema_fit(wc_sema *sema, wc_sema_expr *value, const wc_sema_type *place,
                          const char *what)
{
    const wc_sema_type *type = value->type;
    if (type->kind == WC_SEMA_POISON || place->kind == WC_SEMA_POISON) {
        return wc_sema_is_poison(value) ? value : wc_sema_poison(sema, value->span);
    }
    if (wc_sema_is_number(type) && wc_sema_is_number(place)) {
        return wc_sema_fit_number(sema, value, place, what);
    }
    if (type == place) return value;
    if (type->kind == WC_SEMA_TEXT && place->kind == WC_SEMA_TEXT) {
        return fit_text(sema, value, place, what);
    }
    bool is_named = place->kind == WC_SEMA_PARTY || place->kind == WC_SEMA_CONTRACT_REF;
    if (type->kind == WC_SEMA_INSTANCE && is_named) return wc_sema_instance_as(sema, value, place);
    if (type->kind == WC_SEMA_CONTRACT_REF && place->kind == WC_SEMA_PARTY) {
        return wc_sema_retype(sema, value, place);
    }
    if (type->kind == WC_SEMA_VOID) {
        wc_diag_report(sema->diags, WC_E0401, value->span, "{} must be `{}`, but this has no value",
                       what, place->text);
        return wc_sema_poison(sema, value->span);
    }
    return mismatch(sema, value, place, what);
}

wc_sema_expr *wc_sema_value(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *place,
                            const char *what)
{
    wc_sema_expr *value = wc_sema_infer(sema, ast, place);
    return wc_sema_fit(sema, value, place, what);
}

wc_sema_expr *wc_sema_condition(wc_sema *sema, wc_ast_expr *ast)
{
    return wc_sema_value(sema, ast, sema->boolean, "the condition");
}
