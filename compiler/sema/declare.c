/* Declarations of a module: first all names, then their meaning, on demand and each once.
 *
 * A definition that needs itself is reported and becomes poison; a chain of definitions is followed
 * WC_SEMA_DEPTH_MAX deep, so that no source can exhaust the stack. */
#include "compiler/sema/calendar.h"

/* --- on demand -------------------------------------------------------------------------------- */

bool wc_sema_begin(wc_sema *sema, wc_sema_symbol *symbol)
{
    if (symbol->progress == WC_BUSY) {
        wc_diag_report(sema->diags, WC_E0307, symbol->span, "`{}` is defined by means of itself",
                       symbol->name);
        return false;
    }
    if (sema->depth >= WC_SEMA_DEPTH_MAX) {
        wc_sema_limit(sema, symbol->span, "definitions that need one another", WC_SEMA_DEPTH_MAX);
        return false;
    }
    sema->depth++;
    symbol->progress = WC_BUSY;
    symbol->outer = sema->module;
    sema->module = symbol->module;
    sema->where = symbol->span;
    return true;
}

void wc_sema_end(wc_sema *sema, wc_sema_symbol *symbol)
{
    sema->depth--;
    symbol->progress = WC_DONE;
    sema->module = symbol->outer;
}

void wc_sema_limit(wc_sema *sema, wc_span span, const char *what, uint64_t most)
{
    wc_diag_report(sema->diags, WC_E0906, span, "too many {}: at most {} are possible", what, most);
}

/* --- members and variants --------------------------------------------------------------------- */

const wc_sema_member *wc_sema_members(wc_sema *sema, const wc_ast_list *fields, uint16_t *count,
                                      unsigned flags)
{
    uint32_t many = fields->count;
    if (many > WC_SEMA_MEMBERS_MAX) {
        const wc_ast_field *last = wc_ast_at(fields, many - 1);
        wc_sema_limit(sema, last->span, "members of one declaration", WC_SEMA_MEMBERS_MAX);
        many = WC_SEMA_MEMBERS_MAX;
    }
    *count = (uint16_t)many;
    if (many == 0) return NULL;
    wc_sema_member *members = WC_SEMA_ARRAY(sema, wc_sema_member, many);
    for (uint32_t i = 0; i < many; i++) {
        const wc_ast_field *field = wc_ast_at(fields, i);
        members[i].name = field->name.text;
        members[i].span = field->name.span;
        members[i].type = wc_sema_resolve(sema, field->type, flags);
        if (field->value != NULL) {
            members[i].initial = wc_sema_constant_of(sema, field->value, members[i].type);
        }
        for (uint32_t j = 0; j < i; j++) {
            if (!wc_str_equal(members[j].name, members[i].name)) continue;
            wc_diag *diag = wc_diag_report(sema->diags, WC_E0304, members[i].span,
                                           "the name `{}` is taken", members[i].name);
            wc_diag_add_label(sema->diags, diag, members[j].span, "declared here first");
            break;
        }
    }
    return members;
}

static bool has_poison(const wc_sema_member *members, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        if (members[i].type->kind == WC_SEMA_POISON) return true;
    }
    return false;
}

static const wc_sema_type *define_record(wc_sema *sema, const wc_sema_symbol *symbol)
{
    const wc_ast_item *item = symbol->item;
    uint16_t count;
    const wc_sema_member *members = wc_sema_members(sema, &item->as.fields, &count, 0);
    if (has_poison(members, count)) return sema->poison;
    if (count == 0) {
        wc_diag_report(sema->diags, WC_E0410, symbol->span, "a record needs at least one field");
        return sema->poison;
    }
    wc_sema_type *type = wc_sema_type_declared(sema, WC_SEMA_RECORD, symbol->name, symbol->span);
    type->members = members;
    type->member_count = count;
    wc_sema_type_finish(sema, type);
    return wc_sema_check_size(sema, type, symbol->span);
}

static const wc_sema_type *define_enum(wc_sema *sema, const wc_sema_symbol *symbol)
{
    const wc_ast_list *list = &symbol->item->as.fields;
    uint32_t count = list->count;
    if (count > WC_SEMA_MEMBERS_MAX) {
        wc_sema_limit(sema, symbol->span, "variants of an enum", WC_SEMA_MEMBERS_MAX);
        return sema->poison;
    }
    wc_sema_variant *variants = WC_SEMA_ARRAY(sema, wc_sema_variant, count);
    bool fine = true;
    bool has_data = false;
    for (uint32_t i = 0; i < count; i++) {
        const wc_ast_variant *ast = wc_ast_at(list, i);
        wc_sema_variant *variant = &variants[i];
        variant->name = ast->name.text;
        variant->span = ast->name.span;
        variant->members = wc_sema_members(sema, &ast->fields, &variant->member_count, 0);
        fine = fine && !has_poison(variant->members, variant->member_count);
        has_data = has_data || variant->member_count > 0;
    }
    if (!fine) return sema->poison;
    wc_sema_type *type = wc_sema_type_declared(sema, WC_SEMA_ENUM, symbol->name, symbol->span);
    type->variants = variants;
    type->variant_count = (uint16_t)count;
    type->has_data = has_data;
    wc_sema_type_finish(sema, type);
    return wc_sema_check_size(sema, type, symbol->span);
}

const wc_sema_type *wc_sema_type_define(wc_sema *sema, wc_sema_symbol *symbol)
{
    if (symbol->progress == WC_DONE) return symbol->type;
    symbol->type = sema->poison;
    if (!wc_sema_begin(sema, symbol)) return sema->poison;
    if (symbol->kind == WC_SYMBOL_ALIAS) {
        symbol->type =
            wc_sema_resolve(sema, symbol->item->as.type, WC_TYPE_MAY_REFER | WC_TYPE_MAY_SORT);
    } else if (symbol->kind == WC_SYMBOL_RECORD) {
        symbol->type = define_record(sema, symbol);
    } else {
        wc_assert(symbol->kind == WC_SYMBOL_ENUM);
        symbol->type = define_enum(sema, symbol);
    }
    wc_sema_end(sema, symbol);
    return symbol->type;
}

static void note_members(wc_sema *sema, wc_diag *diag, const wc_sema_type *type)
{
    wc_str list = {"", 0};
    for (uint16_t i = 0; i < type->member_count; i++) {
        const wc_str parts[] = {list, i > 0 ? WC_STR(", ") : WC_STR(""), type->members[i].name};
        list = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
    }
    wc_diag_add_note(sema->diags, diag, "it has {}", list);
}

int wc_sema_member_find(wc_sema *sema, const wc_sema_type *type, wc_str name, wc_span span)
{
    wc_sema_guess guess = {.wanted = name};
    for (uint16_t i = 0; i < type->member_count; i++) {
        if (wc_str_equal(type->members[i].name, name)) {
            wc_sema_note_use(sema, name, type->members[i].span);
            return i;
        }
        wc_sema_guess_try(&guess, type->members[i].name);
    }
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0308, span, "`{}` has no field `{}`", type->text, name);
    wc_sema_guess_say(sema, diag, span, &guess);
    if (guess.found.len == 0) note_members(sema, diag, type);
    return -1;
}

/* --- constants -------------------------------------------------------------------------------- */

void wc_sema_const_define(wc_sema *sema, wc_sema_symbol *symbol)
{
    if (symbol->progress == WC_DONE || !wc_sema_begin(sema, symbol)) return;
    const wc_ast_item *item = symbol->item;
    const wc_sema_type *type = wc_sema_resolve(sema, item->as.constant.type, 0);
    symbol->value = wc_sema_constant_of(sema, item->as.constant.value, type);
    symbol->type = type;
    wc_sema_end(sema, symbol);
}

wc_sema_expr *wc_sema_constant_of(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *type)
{
    wc_sema_routine routine = {.kind = WC_ROUTINE_FUNC};
    wc_sema_body constant = {.out = &routine, .place = WC_IN_CONST};
    wc_sema_body *outer = sema->body;
    sema->body = &constant;
    wc_sema_expr *value = wc_sema_value(sema, ast, type, "the constant");
    sema->body = outer;
    if (value->type->kind == WC_SEMA_POISON || value->is_const) return value;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0413, ast->span, "this is not a constant");
    wc_diag_add_note(sema->diags, diag,
                     "constants and defaults are worked out when the contract is compiled");
    return wc_sema_poison(sema, ast->span);
}

const wc_sema_expr *wc_sema_constant(wc_sema *sema, const wc_ast_path *path)
{
    wc_sema_symbol *symbol = wc_sema_find_path(sema, WC_SPACE_VALUE, path);
    if (symbol == NULL) {
        const wc_ast_name *last = wc_ast_at(&path->names, path->names.count - 1);
        (void)wc_sema_unknown(sema, WC_E0301, path->span, WC_SPACE_VALUE, last->text);
        return NULL;
    }
    if (symbol->kind == WC_SYMBOL_CONST) wc_sema_const_define(sema, symbol);
    bool is_number = symbol->value != NULL && symbol->value->op == WC_OPER_NUMBER &&
                     wc_sema_is_number(symbol->value->type);
    if (is_number) return symbol->value;
    bool is_silent = symbol->value != NULL && symbol->value->type->kind == WC_SEMA_POISON;
    if (!is_silent) {
        wc_diag_report(sema->diags, WC_E0413, path->span, "`{}` is not a constant number",
                       symbol->name);
    }
    return NULL;
}

/* --- errors, events, interfaces --------------------------------------------------------------- */

static void define_signature(wc_sema *sema, wc_sema_symbol *symbol, wc_sema_list *list)
{
    wc_sema_signature *signature = WC_SEMA_NEW(sema, wc_sema_signature);
    signature->name = symbol->name;
    signature->span = symbol->span;
    signature->index = (uint16_t)list->count;
    signature->members =
        wc_sema_members(sema, &symbol->item->as.fields, &signature->member_count, 0);
    wc_sema_push(sema, list, signature);
    symbol->signature = signature;
}

static void define_method(wc_sema *sema, const wc_ast_signature *ast, wc_sema_method *method,
                          uint16_t index)
{
    method->name = ast->name.text;
    method->span = ast->name.span;
    method->is_view = ast->result != NULL;
    method->index = index;
    method->params = wc_sema_members(sema, &ast->params, &method->param_count, 0);
    if (method->is_view) method->result = wc_sema_resolve(sema, ast->result, 0);
}

static void define_interface(wc_sema *sema, wc_sema_symbol *symbol)
{
    const wc_ast_list *list = &symbol->item->as.signatures;
    uint32_t count = list->count;
    if (count > WC_SEMA_MEMBERS_MAX) {
        wc_sema_limit(sema, symbol->span, "methods of an interface", WC_SEMA_MEMBERS_MAX);
        count = WC_SEMA_MEMBERS_MAX;
    }
    wc_sema_method *methods = WC_SEMA_ARRAY(sema, wc_sema_method, count);
    for (uint32_t i = 0; i < count; i++) {
        define_method(sema, wc_ast_at(list, i), &methods[i], (uint16_t)i);
        for (uint32_t j = 0; j < i; j++) {
            if (!wc_str_equal(methods[j].name, methods[i].name)) continue;
            wc_diag *diag = wc_diag_report(sema->diags, WC_E0304, methods[i].span,
                                           "the name `{}` is taken", methods[i].name);
            wc_diag_add_label(sema->diags, diag, methods[j].span, "declared here first");
        }
    }
    symbol->interface->methods = methods;
    symbol->interface->method_count = (uint16_t)count;
}

/* --- names first ------------------------------------------------------------------------------ */

typedef struct item_row {
    wc_sema_symbol_kind kind;
    wc_sema_space space;
} item_row;

static bool item_symbol(wc_ast_item_kind kind, item_row *row)
{
    switch (kind) {
    case WC_ITEM_DIMENSION: *row = (item_row){WC_SYMBOL_DIMENSION, WC_SPACE_DIMENSION}; return true;
    case WC_ITEM_UNIT: *row = (item_row){WC_SYMBOL_UNIT, WC_SPACE_UNIT}; return true;
    case WC_ITEM_CURRENCY: *row = (item_row){WC_SYMBOL_CURRENCY, WC_SPACE_UNIT}; return true;
    case WC_ITEM_CALENDAR: *row = (item_row){WC_SYMBOL_CALENDAR, WC_SPACE_VALUE}; return true;
    case WC_ITEM_TYPE: *row = (item_row){WC_SYMBOL_ALIAS, WC_SPACE_TYPE}; return true;
    case WC_ITEM_ENUM: *row = (item_row){WC_SYMBOL_ENUM, WC_SPACE_TYPE}; return true;
    case WC_ITEM_RECORD: *row = (item_row){WC_SYMBOL_RECORD, WC_SPACE_TYPE}; return true;
    case WC_ITEM_ERROR: *row = (item_row){WC_SYMBOL_ERROR, WC_SPACE_ERROR}; return true;
    case WC_ITEM_EVENT: *row = (item_row){WC_SYMBOL_EVENT, WC_SPACE_EVENT}; return true;
    case WC_ITEM_CONST: *row = (item_row){WC_SYMBOL_CONST, WC_SPACE_VALUE}; return true;
    case WC_ITEM_FUNC: *row = (item_row){WC_SYMBOL_FUNC, WC_SPACE_VALUE}; return true;
    case WC_ITEM_INTERFACE: *row = (item_row){WC_SYMBOL_INTERFACE, WC_SPACE_TYPE}; return true;
    case WC_ITEM_CONTRACT: *row = (item_row){WC_SYMBOL_CONTRACT, WC_SPACE_VALUE}; return true;
    case WC_ITEM_USE:
    case WC_ITEM_MIXIN: /* compiler/expand has put its text where it is used */
    case WC_ITEM_TEST:
    case WC_ITEM_PROPERTY: return false;
    case WC_ITEM_KIND_COUNT: break;
    }
    wc_assert(false);
    return false;
}

/* Names that the language itself uses in the same position. */
static bool is_reserved(const wc_sema_symbol *symbol)
{
    bool is_called = symbol->kind == WC_SYMBOL_FUNC || symbol->kind == WC_SYMBOL_RECORD;
    if (is_called && wc_sema_is_builtin_function(symbol->name)) return true;
    return symbol->space == WC_SPACE_TYPE && wc_sema_is_builtin_type(symbol->name);
}

void wc_sema_check_reserved(wc_sema *sema, const wc_sema_symbol *symbol)
{
    bool is_value = symbol->space == WC_SPACE_VALUE && wc_sema_is_builtin_value(symbol->name);
    if (!is_value && !is_reserved(symbol)) return;
    wc_diag_report(sema->diags, WC_E0304, symbol->span, "the name `{}` belongs to the language",
                   symbol->name);
}

static void declare_variants(wc_sema *sema, wc_sema_symbol *owner)
{
    const wc_ast_list *list = &owner->item->as.fields;
    for (uint32_t i = 0; i < list->count && i < WC_SEMA_MEMBERS_MAX; i++) {
        const wc_ast_variant *variant = wc_ast_at(list, i);
        wc_sema_symbol *same =
            wc_sema_table_find(&sema->module->names, WC_SPACE_VARIANT, variant->name.text);
        if (same != NULL && same->owner == owner) {
            wc_diag *diag = wc_diag_report(sema->diags, WC_E0304, variant->name.span,
                                           "the name `{}` is taken", variant->name.text);
            wc_diag_add_label(sema->diags, diag, same->span, "declared here first");
            continue;
        }
        wc_sema_symbol *symbol =
            wc_sema_symbol_new(sema, WC_SYMBOL_VARIANT, WC_SPACE_VARIANT, &variant->name);
        symbol->owner = owner;
        symbol->index = (uint16_t)i;
        wc_sema_insert(sema, &sema->module->names, symbol);
    }
}

static void declare_item(wc_sema *sema, wc_ast_item *item)
{
    item_row row;
    item->slot = NULL; /* a tree may be checked more than once */
    if (!item_symbol(item->kind, &row)) return;
    if (sema->declared >= WC_SEMA_ITEMS_MAX) {
        if (sema->declared++ == WC_SEMA_ITEMS_MAX) {
            wc_sema_limit(sema, item->span, "declarations in one program", WC_SEMA_ITEMS_MAX);
        }
        return;
    }
    sema->declared++;
    wc_sema_symbol *symbol = wc_sema_symbol_new(sema, row.kind, row.space, &item->name);
    symbol->item = item;
    wc_sema_check_reserved(sema, symbol);
    if (!wc_sema_declare(sema, &sema->module->names, symbol)) return;
    item->slot = symbol;
    if (row.kind == WC_SYMBOL_ENUM) declare_variants(sema, symbol);
    if (row.kind == WC_SYMBOL_INTERFACE) {
        symbol->interface = WC_SEMA_NEW(sema, wc_sema_interface);
        symbol->interface->name = symbol->name;
        symbol->interface->span = symbol->span;
        symbol->interface->index = (uint16_t)sema->interfaces.count;
        wc_sema_push(sema, &sema->interfaces, symbol->interface);
    }
}

/* One kind of meaning after the other, so that each finds what it is built from. */
static void define_item(wc_sema *sema, wc_sema_symbol *symbol, unsigned step)
{
    switch (symbol->kind) {
    case WC_SYMBOL_UNIT:
    case WC_SYMBOL_CURRENCY:
        if (step == 0) (void)wc_sema_unit_define(sema, symbol);
        return;
    case WC_SYMBOL_ALIAS:
    case WC_SYMBOL_RECORD:
    case WC_SYMBOL_ENUM:
        if (step == 1) (void)wc_sema_type_define(sema, symbol);
        return;
    case WC_SYMBOL_CONST:
        if (step == 1) wc_sema_const_define(sema, symbol);
        return;
    case WC_SYMBOL_ERROR:
        if (step == 2) define_signature(sema, symbol, &sema->errors);
        return;
    case WC_SYMBOL_EVENT:
        if (step == 2) define_signature(sema, symbol, &sema->events);
        return;
    case WC_SYMBOL_INTERFACE:
        if (step == 2) define_interface(sema, symbol);
        return;
    case WC_SYMBOL_FUNC:
        if (step == 2) {
            symbol->body = wc_sema_header(sema, symbol->item->as.routine, symbol, NULL);
        }
        return;
    case WC_SYMBOL_CALENDAR:
        if (step == 0) wc_sema_calendar_define(sema, symbol);
        return;
    case WC_SYMBOL_DIMENSION:
    case WC_SYMBOL_CONTRACT: return;
    case WC_SYMBOL_VARIANT:
    case WC_SYMBOL_TERM:
    case WC_SYMBOL_PARTY:
    case WC_SYMBOL_FIELD:
    case WC_SYMBOL_STATE:
    case WC_SYMBOL_ACTION:
    case WC_SYMBOL_VIEW:
    case WC_SYMBOL_STATE_DATA:
    case WC_SYMBOL_LOCAL: break;
    }
    wc_assert(false); /* no declaration of a module */
    return;
}

void wc_sema_declare_module(wc_sema *sema)
{
    const wc_ast_file *file = sema->module->file;
    for (uint32_t i = 0; i < file->items.count; i++) {
        declare_item(sema, wc_ast_at(&file->items, i));
    }
    for (unsigned step = 0; step < 3; step++) {
        for (uint32_t i = 0; i < file->items.count; i++) {
            const wc_ast_item *item = wc_ast_at(&file->items, i);
            sema->where = item->span;
            if (item->slot != NULL) define_item(sema, item->slot, step);
        }
    }
}
