/* The parts of a contract: its own members, then those that compiler/expand made of amendable terms
 * and mix-ins. The names of a part are looked up in the contract, then where its text comes from,
 * then in the author's module; the arguments of a mix-in are checked as the author wrote them. */
#include "compiler/sema/life.h"

static void see(wc_sema *sema, wc_sema_module *module, wc_sema_module *other)
{
    wc_sema_push_new(sema, &module->uses, other);
    for (uint32_t i = 0; i < other->uses.count; i++) {
        wc_sema_push_new(sema, &module->uses, wc_sema_at(&other->uses, i));
    }
}

static wc_sema_module *library_of(const wc_sema *sema, const wc_ast_part *part)
{
    if (part->module.len == 0) return NULL;
    uint32_t i = 0;
    wc_sema_module *module = wc_sema_at(&sema->modules, i);
    while (!wc_str_equal(module->path, part->module)) module = wc_sema_at(&sema->modules, ++i);
    return module; /* check.c has loaded it */
}

/* --- what a mix-in was given ------------------------------------------------------------------ */

static const wc_sema_symbol *seen_from(const wc_sema_module *module, wc_sema_space space,
                                       wc_str name)
{
    const wc_sema_symbol *symbol = wc_sema_table_find(&module->names, space, name);
    for (uint32_t i = 0; symbol == NULL && i < module->uses.count; i++) {
        const wc_sema_module *used = wc_sema_at(&module->uses, i);
        symbol = wc_sema_table_find(&used->names, space, name);
    }
    return symbol;
}

/* A name that means one thing to the author and another to the library cannot be handed over. */
static void check_word(wc_sema *sema, const wc_sema_module *library, wc_str word, wc_span span)
{
    static const wc_sema_space spaces[] = {WC_SPACE_VALUE, WC_SPACE_TYPE, WC_SPACE_UNIT,
                                           WC_SPACE_VARIANT};
    for (size_t i = 0; i < WC_ARRAY_LEN(spaces); i++) {
        if (wc_sema_table_find(&sema->scope, spaces[i], word) != NULL) continue;
        const wc_sema_symbol *there = seen_from(library, spaces[i], word);
        const wc_sema_symbol *here = seen_from(sema->module, spaces[i], word);
        if (there == NULL || here == NULL || there == here) continue;
        wc_diag *diag = wc_diag_report(sema->diags, WC_E1211, span,
                                       "`{}` means something else in `{}`", word, library->path);
        wc_diag_add_label(sema->diags, diag, there->span, "there it is this");
        wc_diag_add_note(sema->diags, diag, "give yours another name");
        return;
    }
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void check_words(wc_sema *sema, const wc_sema_module *library, wc_span span)
{
    wc_str text = wc_sema_source_text(sema, span);
    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        while (at < text.len && is_word_byte(text.data[at])) at++;
        if (at > start) {
            check_word(sema, library, (wc_str){text.data + start, at - start}, span);
        } else {
            at++;
        }
    }
}

static bool is_kind(const wc_ast_given *given, const char *kind)
{
    return wc_str_equal(given->kind, wc_str_of(kind));
}

/* A value is made of constants and terms, as the time of a time-out is. */
static void check_value(wc_sema *sema, wc_sema_module *library, const wc_ast_given *given)
{
    wc_sema_module *own = sema->module;
    sema->module = library;
    const wc_sema_type *type = wc_sema_resolve(sema, given->param->type, 0);
    sema->module = own;
    wc_sema_body *body = wc_sema_body_new(sema, WC_ROUTINE_VIEW, sema->contract);
    body->place = WC_IN_DUE;
    sema->body = body;
    wc_str what = WC_SEMA_TEXT(sema, "`{}`", given->param->name.text);
    (void)wc_sema_value(sema, given->value, type, what.data);
    sema->body = NULL;
    check_words(sema, library, given->value->span);
}

static bool is_party(const wc_sema *sema, const wc_ast_name *name)
{
    const wc_sema_symbol *symbol = wc_sema_table_find(&sema->scope, WC_SPACE_VALUE, name->text);
    return symbol != NULL && symbol->kind == WC_SYMBOL_PARTY;
}

static void check_states(wc_sema *sema, const wc_ast_expr *value)
{
    if (value->kind == WC_EXPR_NAME) (void)wc_sema_state_named(sema, &value->as.name);
    if (value->kind != WC_EXPR_LIST) return;
    for (uint32_t i = 0; i < value->as.elements.count; i++) {
        check_states(sema, wc_ast_at(&value->as.elements, i));
    }
}

/* Types of later parameters may name a currency that is one: it stands for the author's. */
static bool bind_currency(wc_sema *sema, const wc_ast_given *given)
{
    const wc_ast_name *name = &given->value->as.name;
    const wc_sema_symbol *symbol = wc_sema_find(sema, WC_SPACE_UNIT, name->text);
    if (symbol == NULL) {
        (void)wc_sema_unknown(sema, WC_E0303, name->span, WC_SPACE_UNIT, name->text);
        return false;
    }
    if (symbol->kind != WC_SYMBOL_CURRENCY) {
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E0410, name->span, "`{}` is not a currency", name->text);
        wc_diag_add_label(sema->diags, diag, given->param->name.span, "a currency is asked for");
        wc_diag_add_note(sema->diags, diag, "a currency is declared as: currency CNY : 2;");
        return false;
    }
    wc_sema_symbol *copy = WC_SEMA_NEW(sema, wc_sema_symbol);
    *copy = *symbol;
    copy->name = given->param->name.text;
    wc_sema_insert(sema, &sema->scope, copy);
    return true;
}

/* Where the members of a mix-in name a currency that it was given, a wrong one is the fault of the
 * `use` alone, which is reported there. */
bool wc_sema_is_given_currency(const wc_sema *sema, wc_str name)
{
    const wc_ast_part *part = sema->module->part;
    for (uint32_t i = 0; part != NULL && i < part->given.count; i++) {
        const wc_ast_given *given = wc_ast_at(&part->given, i);
        if (is_kind(given, "currency") && wc_str_equal(given->value->as.name.text, name)) {
            return true;
        }
    }
    return false;
}

static void check_name_or_value(wc_sema *sema, wc_sema_module *library, const wc_ast_given *given)
{
    const wc_ast_expr *value = given->value;
    if (is_kind(given, "party")) {
        if (is_party(sema, &value->as.name)) return;
        wc_diag_report(sema->diags, WC_E0702, value->span, "there is no party `{}` here",
                       value->as.name.text);
    } else if (is_kind(given, "state") || is_kind(given, "states")) {
        check_states(sema, value);
    } else {
        check_value(sema, library, given);
    }
}

/* Behind a currency that is none nothing is asked: what later parameters are depends on it. */
static void check_part(wc_sema *sema, const wc_ast_part *part)
{
    wc_sema_module *library = library_of(sema, part);
    if (library == NULL) library = sema->module;
    bool is_sound = true;
    for (uint32_t i = 0; i < part->given.count && is_sound; i++) {
        const wc_ast_given *given = wc_ast_at(&part->given, i);
        if (is_kind(given, "currency")) {
            is_sound = bind_currency(sema, given);
        } else {
            check_name_or_value(sema, library, given);
        }
    }
}

void wc_sema_check_given(wc_sema *sema, const wc_ast_contract *ast)
{
    for (uint32_t i = 0; i < ast->parts.count; i++) {
        uint32_t mark = wc_sema_scope_open(sema);
        check_part(sema, wc_ast_at(&ast->parts, i));
        wc_sema_scope_close(sema, mark);
    }
}

/* --- members ---------------------------------------------------------------------------------- */

wc_sema_parts wc_sema_parts_of(wc_sema *sema, const wc_ast_contract *ast)
{
    wc_sema_parts parts = {.count = ast->parts.count + 1};
    parts.members = WC_SEMA_ARRAY(sema, const wc_ast_contract *, parts.count);
    parts.modules = WC_SEMA_ARRAY(sema, wc_sema_module *, parts.count);
    parts.members[0] = ast;
    parts.modules[0] = sema->module;
    for (uint32_t i = 1; i < parts.count; i++) {
        const wc_ast_part *part = wc_ast_at(&ast->parts, i - 1);
        wc_sema_module *module = WC_SEMA_NEW(sema, wc_sema_module);
        wc_sema_module *library = library_of(sema, part);
        module->path = library != NULL ? library->path : sema->module->path;
        module->file = part->file;
        module->progress = WC_DONE;
        module->is_part = true;
        module->part = part;
        module->is_made = !part->is_mixin;
        if (library != NULL) see(sema, module, library);
        see(sema, module, sema->module);
        parts.members[i] = part->members;
        parts.modules[i] = module;
    }
    return parts;
}

void wc_sema_parts_drop(const wc_ast_contract *ast, const wc_sema_parts *parts, wc_str term)
{
    static const wc_ast_contract nothing;
    for (uint32_t i = 1; i < parts->count; i++) {
        const wc_ast_part *part = wc_ast_at(&ast->parts, i - 1);
        if (!part->is_mixin && wc_str_equal(part->name, term)) parts->members[i] = &nothing;
    }
}

static const wc_ast_list *list_of(const wc_ast_contract *members, wc_sema_list_kind kind)
{
    switch (kind) {
    case WC_LIST_TERMS: return &members->terms;
    case WC_LIST_STORAGE: return &members->storage;
    case WC_LIST_STATES: return &members->states;
    case WC_LIST_INVARIANTS: return &members->invariants;
    case WC_LIST_ROUTINES: break;
    }
    return &members->routines;
}

wc_sema_gathered wc_sema_gather(wc_sema *sema, const wc_sema_parts *parts, wc_sema_list_kind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < parts->count; i++) count += list_of(parts->members[i], kind)->count;
    wc_sema_gathered all = {.count = count,
                            .items = WC_SEMA_ARRAY(sema, void *, count),
                            .modules = WC_SEMA_ARRAY(sema, wc_sema_module *, count),
                            .origins = WC_SEMA_ARRAY(sema, uint32_t, count)};
    count = 0;
    for (uint32_t i = 0; i < parts->count; i++) {
        const wc_ast_list *list = list_of(parts->members[i], kind);
        for (uint32_t k = 0; k < list->count; k++) {
            all.items[count] = wc_ast_at(list, k);
            all.modules[count] = parts->modules[i];
            all.origins[count++] = i;
        }
    }
    return all;
}
