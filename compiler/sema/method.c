/* Methods of values: x.len(), map.get(k), series.span(), state().is(Active) ... Those that only
 * change something and give no value (push, insert, clear ...) are statements, in place.c. */
#include "compiler/sema/calendar.h"

typedef wc_sema_expr *(*method_fn)(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object);

static wc_ast_expr *arg_at(const wc_ast_expr *ast, uint32_t index)
{
    const wc_ast_arg *arg = wc_ast_at(&ast->as.call.args, index);
    return arg->value;
}

/* --- collections ------------------------------------------------------------------------------ */

static wc_sema_expr *make_len(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_LEN, sema->integer, object, ast->span);
    return wc_sema_ranged(node, wc_range_of(0, object->type->capacity));
}

static wc_sema_expr *key_arg(wc_sema *sema, wc_ast_expr *ast, const wc_sema_expr *object)
{
    return wc_sema_value(sema, arg_at(ast, 0), object->type->item, "the key");
}

static wc_sema_expr *make_has(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    wc_sema_expr *key = key_arg(sema, ast, object);
    if (wc_sema_is_poison(key)) return key;
    return wc_sema_pair(sema, WC_OPER_HAS, sema->boolean, object, key, ast->span);
}

static wc_sema_expr *make_get(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    wc_sema_expr *key = key_arg(sema, ast, object);
    if (wc_sema_is_poison(key)) return key;
    const wc_sema_type *type = wc_sema_type_option(sema, object->type->value);
    type = wc_sema_check_size(sema, type, ast->span);
    if (type->kind == WC_SEMA_POISON) return wc_sema_poison(sema, ast->span);
    return wc_sema_pair(sema, WC_OPER_MAP_FIND, type, object, key, ast->span);
}

static wc_sema_expr *make_get_or(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    wc_sema_expr *key = key_arg(sema, ast, object);
    wc_sema_expr *other =
        wc_sema_value(sema, arg_at(ast, 1), object->type->value, "the other value");
    if (wc_sema_is_poison(key) || wc_sema_is_poison(other)) {
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *node =
        wc_sema_pair(sema, WC_OPER_MAP_GET_OR, object->type->value, object, key, ast->span);
    node->c = other;
    return node;
}

static wc_sema_expr *make_change(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object,
                                 wc_sema_op op)
{
    wc_sema_expr *key = key_arg(sema, ast, object);
    if (!wc_sema_written(sema, object, ast->span) || wc_sema_is_poison(key)) {
        return wc_sema_poison(sema, ast->span);
    }
    return wc_sema_pair(sema, op, sema->boolean, object, key, ast->span);
}

static wc_sema_expr *make_add(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    return make_change(sema, ast, object, WC_OPER_SET_ADD);
}

static wc_sema_expr *make_remove(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    return make_change(sema, ast, object, WC_OPER_REMOVE);
}

/* --- series and intervals --------------------------------------------------------------------- */

static wc_sema_expr *make_span(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    return wc_sema_unary(sema, WC_OPER_SPAN, sema->interval, object, ast->span);
}

const wc_sema_type *wc_sema_quality_type(wc_sema *sema, wc_span span)
{
    static const char *const names[] = {"Measured", "Estimated", "Substituted", "Missing"};
    const wc_sema_symbol *symbol = wc_sema_find(sema, WC_SPACE_TYPE, WC_STR("Quality"));
    bool fits = symbol != NULL && symbol->kind == WC_SYMBOL_ENUM &&
                symbol->type->variant_count == WC_ARRAY_LEN(names);
    for (size_t i = 0; fits && i < WC_ARRAY_LEN(names); i++) {
        fits = wc_str_equal(symbol->type->variants[i].name, wc_str_of(names[i]));
    }
    if (fits) return symbol->type;
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0302, span, "the qualities of a series are not known here");
    wc_diag_add_note(sema->diags, diag, "add: use std.energy;");
    return NULL;
}

static wc_sema_expr *make_count(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    const wc_sema_type *type = wc_sema_quality_type(sema, ast->span);
    if (type == NULL) return wc_sema_poison(sema, ast->span);
    wc_sema_expr *quality = wc_sema_value(sema, arg_at(ast, 0), type, "the quality");
    if (wc_sema_is_poison(quality)) return quality;
    if (quality->op != WC_OPER_NUMBER) {
        wc_diag_report(sema->diags, WC_E0413, quality->span,
                       "name the quality: Measured, Estimated, Substituted or Missing");
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_QCOUNT, sema->integer, object, ast->span);
    node->index = (uint16_t)quality->number.lo;
    return wc_sema_ranged(node, wc_range_of(0, object->type->capacity));
}

static wc_sema_expr *make_quality(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    const wc_sema_type *type = wc_sema_quality_type(sema, ast->span);
    wc_sema_expr *index = wc_sema_value(sema, arg_at(ast, 0), sema->integer, "the index");
    if (type == NULL || wc_sema_is_poison(index)) return wc_sema_poison(sema, ast->span);
    return wc_sema_pair(sema, WC_OPER_QUALITY, type, object, index, ast->span);
}

static wc_sema_expr *make_at(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    wc_sema_expr *time = wc_sema_value(sema, arg_at(ast, 0), sema->time, "the time");
    if (wc_sema_is_poison(time)) return time;
    wc_sema_expr *node =
        wc_sema_pair(sema, WC_OPER_AT, object->type->item, object, time, ast->span);
    wc_sema_need_value(sema, node);
    return node;
}

static wc_sema_expr *make_length(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    if (!wc_sema_needs_seconds(sema, ast->span)) return wc_sema_poison(sema, ast->span);
    const wc_sema_type *type = wc_sema_type_dec(sema, 0, sema->seconds);
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_LENGTH, type, object, ast->span);
    return wc_sema_ranged(node, wc_range_of(0, INT64_MAX));
}

static wc_sema_expr *make_contains(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    wc_sema_expr *part = wc_sema_infer(sema, arg_at(ast, 0), NULL);
    if (wc_sema_is_poison(part)) return part;
    if (part->type->kind != WC_SEMA_TIME && part->type->kind != WC_SEMA_INTERVAL) {
        wc_diag_report(sema->diags, WC_E0401, part->span,
                       "an interval contains times and intervals, not `{}`", part->type->text);
        return wc_sema_poison(sema, ast->span);
    }
    return wc_sema_pair(sema, WC_OPER_CONTAINS, sema->boolean, object, part, ast->span);
}

/* --- variants --------------------------------------------------------------------------------- */

static wc_sema_expr *make_is(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    const wc_ast_expr *arg = arg_at(ast, 0);
    const wc_ast_name *name = NULL;
    if (arg->kind == WC_EXPR_NAME) name = &arg->as.name;
    if (arg->kind == WC_EXPR_MEMBER) name = &arg->as.member.name;
    if (name == NULL) {
        wc_diag_report(sema->diags, WC_E0313, arg->span, "the name of a variant is needed here");
        return wc_sema_poison(sema, ast->span);
    }
    int index = wc_sema_variant_of(sema, object->type, name);
    if (index < 0) return wc_sema_poison(sema, ast->span);
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_IS, sema->boolean, object, ast->span);
    node->index = (uint16_t)index;
    return node;
}

/* --- the table -------------------------------------------------------------------------------- */

#define KIND(kind) (1u << (kind))
#define ANY_COUNT  255 /* of arguments: `make` counts them */

static const struct method_row {
    const char *name;
    unsigned kinds;
    uint8_t args;
    method_fn make;
    const char *usage;
} methods[] = {
    {"len",
     KIND(WC_SEMA_LIST) | KIND(WC_SEMA_SET) | KIND(WC_SEMA_MAP) | KIND(WC_SEMA_SORTED) |
         KIND(WC_SEMA_SERIES) | KIND(WC_SEMA_TEXT),
     0, make_len, "len()"},
    {"has", KIND(WC_SEMA_SET) | KIND(WC_SEMA_MAP), 1, make_has, "has(key)"},
    {"get", KIND(WC_SEMA_MAP), 1, make_get, "get(key)"},
    {"get_or", KIND(WC_SEMA_MAP), 2, make_get_or, "get_or(key, other)"},
    {"add", KIND(WC_SEMA_SET), 1, make_add, "add(key)"},
    {"remove", KIND(WC_SEMA_SET) | KIND(WC_SEMA_MAP), 1, make_remove, "remove(key)"},
    {"span", KIND(WC_SEMA_SERIES), 0, make_span, "span()"},
    {"count", KIND(WC_SEMA_SERIES), 1, make_count, "count(Missing)"},
    {"quality", KIND(WC_SEMA_SERIES), 1, make_quality, "quality(index)"},
    {"at", KIND(WC_SEMA_SERIES), 1, make_at, "at(time)"},
    {"window", KIND(WC_SEMA_SERIES), 1, wc_sema_make_window, "window(interval)"},
    {"copy", KIND(WC_SEMA_SERIES), 0, wc_sema_make_copy, "copy()"},
    {"fill", KIND(WC_SEMA_SERIES), 1, wc_sema_make_fill,
     "fill(zero), fill(previous), fill(linear) or fill(value)"},
    {"resample", KIND(WC_SEMA_SERIES), ANY_COUNT, wc_sema_make_resample, "resample(1 h, total)"},
    {"year", KIND(WC_SEMA_DATE), 0, wc_sema_date_method, "year()"},
    {"month", KIND(WC_SEMA_DATE), 0, wc_sema_date_method, "month()"},
    {"day", KIND(WC_SEMA_DATE), 0, wc_sema_date_method, "day()"},
    {"weekday", KIND(WC_SEMA_DATE), 0, wc_sema_date_method, "weekday()"},
    {"day_of_year", KIND(WC_SEMA_DATE), 0, wc_sema_date_method, "day_of_year()"},
    {"week_start", KIND(WC_SEMA_DATE), 1, wc_sema_date_method, "week_start(steps)"},
    {"month_start", KIND(WC_SEMA_DATE), 1, wc_sema_date_method, "month_start(steps)"},
    {"quarter_start", KIND(WC_SEMA_DATE), 1, wc_sema_date_method, "quarter_start(steps)"},
    {"year_start", KIND(WC_SEMA_DATE), 1, wc_sema_date_method, "year_start(steps)"},
    {"length", KIND(WC_SEMA_INTERVAL), 0, make_length, "length()"},
    {"contains", KIND(WC_SEMA_INTERVAL), 1, make_contains, "contains(time)"},
    {"is", KIND(WC_SEMA_ENUM) | KIND(WC_SEMA_OPTION), 1, make_is, "is(Variant)"},
};

bool wc_sema_method_at(uint32_t row, wc_sema_kind kind, const char **name, const char **usage)
{
    if (row >= WC_ARRAY_LEN(methods)) return false;
    bool has_it = (methods[row].kinds & KIND(kind)) != 0;
    *name = has_it ? methods[row].name : NULL;
    *usage = methods[row].usage;
    return true;
}

static void list_add(wc_sema *sema, wc_str *list, const char *name)
{
    const wc_str parts[] = {*list, list->len > 0 ? WC_STR(", ") : WC_STR(""), wc_str_of(name)};
    *list = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
}

wc_str wc_sema_methods_of(wc_sema *sema, wc_sema_kind kind)
{
    wc_str list = {"", 0};
    const char *name, *usage;
    for (uint32_t i = 0; wc_sema_method_at(i, kind, &name, &usage); i++) {
        if (name != NULL) list_add(sema, &list, usage);
    }
    for (uint32_t i = 0; wc_sema_change_at(i, kind, &name, &usage); i++) {
        if (name != NULL) list_add(sema, &list, usage);
    }
    return list;
}

static wc_sema_expr *no_method(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *type)
{
    const wc_ast_name *name = &ast->as.call.callee->as.member.name;
    if (type->kind == WC_SEMA_SERIES && wc_str_equal(name->text, WC_STR("zip"))) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E1106, ast->span,
                                       "`zip` pairs two series in a loop, it is no value");
        wc_diag_add_note(sema->diags, diag,
                         "for (x, y) in a.zip(b) { ... }, sum((x, y) in a.zip(b) : x * y)");
        return wc_sema_poison(sema, ast->span);
    }
    if (wc_sema_is_statement_method(type, name->text)) {
        wc_diag_report(sema->diags, WC_E0412, ast->span,
                       "`{}` is a statement of its own and has no value", name->text);
        return wc_sema_poison(sema, ast->span);
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0308, name->span, "`{}` has no method `{}`",
                                   type->text, name->text);
    wc_sema_guess guess = {.wanted = name->text};
    for (size_t i = 0; i < WC_ARRAY_LEN(methods); i++) {
        if ((methods[i].kinds & KIND(type->kind)) != 0) {
            wc_sema_guess_try(&guess, wc_str_of(methods[i].name));
        }
    }
    wc_sema_guess_say(sema, diag, name->span, &guess);
    wc_str all = wc_sema_methods_of(sema, type->kind);
    if (guess.found.len == 0 && all.len > 0) wc_diag_add_note(sema->diags, diag, "it has {}", all);
    if (type->kind == WC_SEMA_PARTY) {
        wc_diag_add_note(sema->diags, diag,
                         "a view is called on a term of type `contract_ref<Interface>`, by its "
                         "name or as an element of a list of such");
    }
    return wc_sema_poison(sema, ast->span);
}

/* self.x(...), where x is no action and no view. */
static wc_sema_expr *no_own_method(wc_sema *sema, wc_ast_expr *ast, const wc_ast_name *name)
{
    const wc_sema_symbol *func = wc_sema_find(sema, WC_SPACE_VALUE, name->text);
    bool is_func = (func != NULL && func->kind == WC_SYMBOL_FUNC) ||
                   wc_sema_is_builtin_function(name->text) ||
                   wc_sema_is_statement_function(name->text);
    bool is_field = wc_sema_table_find(&sema->scope, WC_SPACE_FIELD, name->text) != NULL;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0308, name->span,
                                   "the contract has nothing `{}` to call", name->text);
    wc_span prefix = {ast->span.start, name->span.start, ast->span.file};
    wc_span parentheses = {name->span.end, ast->span.end, ast->span.file};
    if (is_func) {
        wc_diag_add_fix(sema->diags, diag, prefix, WC_FIX_SURE, WC_STR(""),
                        "leave out `self.`: a function is called by its name alone");
    } else if (is_field && ast->as.call.args.count == 0) {
        wc_diag_add_fix(sema->diags, diag, parentheses, WC_FIX_SURE, WC_STR(""),
                        "leave out `()`: it is a storage field");
    } else if (is_field) {
        wc_diag_add_note(sema->diags, diag, "it is a storage field: self.{}", name->text);
    } else {
        wc_diag_add_note(sema->diags, diag,
                         "`self.x` is a storage field; a `func` is called by its name alone");
    }
    return wc_sema_poison(sema, ast->span);
}

/* A view of another contract: reads its state at once, cannot write. */
static wc_sema_expr *call_view(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    unsigned places = WC_PLACE(WC_IN_METHOD) | WC_PLACE(WC_IN_ACTION) | WC_PLACE(WC_IN_AFTER);
    if (!wc_sema_allow(sema, ast->span, "calling another contract", places)) {
        return wc_sema_poison(sema, ast->span);
    }
    const wc_sema_method *method = wc_sema_interface_method(sema, ast, object->type->interface);
    if (method == NULL) return wc_sema_poison(sema, ast->span);
    if (!method->is_view) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E1005, ast->span,
                                       "`{}` is an action of another contract", method->name);
        wc_diag_add_note(sema->diags, diag, "queue it: send {};",
                         wc_sema_source_text(sema, ast->span));
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_VIEW, method->result, object, ast->span);
    node->method = method;
    node->arg_count = method->param_count;
    wc_sema_effect_add(sema, WC_EFFECT_VIEW);
    if (!wc_sema_args(sema, &ast->as.call.args, ast->span,
                      &(wc_sema_callee){method->name, method->params, method->param_count},
                      &node->args)) {
        return wc_sema_poison(sema, ast->span);
    }
    return method->result->kind == WC_SEMA_POISON ? wc_sema_poison(sema, ast->span) : node;
}

const wc_sema_method *wc_sema_interface_method(wc_sema *sema, const wc_ast_expr *ast,
                                               const wc_sema_interface *interface)
{
    const wc_ast_name *name = &ast->as.call.callee->as.member.name;
    wc_sema_guess guess = {.wanted = name->text};
    for (uint16_t i = 0; i < interface->method_count; i++) {
        const wc_sema_method *method = &interface->methods[i];
        if (wc_str_equal(method->name, name->text)) {
            wc_sema_note_use(sema, name->text, method->span);
            return method;
        }
        wc_sema_guess_try(&guess, method->name);
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0308, name->span,
                                   "the interface `{}` has no `{}`", interface->name, name->text);
    wc_sema_guess_say(sema, diag, name->span, &guess);
    return NULL;
}

wc_sema_expr *wc_sema_method_call(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    (void)want;
    const wc_ast_expr *callee = ast->as.call.callee;
    wc_str called = callee->as.member.name.text;
    bool is_own = callee->as.member.object->kind == WC_EXPR_SELF &&
                  wc_sema_table_find(&sema->scope, WC_SPACE_METHOD, called) != NULL;
    if (is_own) return wc_sema_own_method(sema, ast, &callee->as.member.name);
    wc_sema_expr *object = wc_sema_infer_view(sema, callee->as.member.object);
    if (wc_sema_is_poison(object)) return object;
    if (object->type->kind == WC_SEMA_INSTANCE) return wc_sema_instance_call(sema, ast, object);
    if (object->type->kind == WC_SEMA_CONTRACT_REF) return call_view(sema, ast, object);
    const wc_ast_name *name = &callee->as.member.name;
    if (object->op == WC_OPER_SELF) return no_own_method(sema, ast, name);
    for (size_t i = 0; i < WC_ARRAY_LEN(methods); i++) {
        const struct method_row *row = &methods[i];
        bool is_this = (row->kinds & KIND(object->type->kind)) != 0 &&
                       wc_str_equal(name->text, wc_str_of(row->name));
        if (!is_this) continue;
        bool fits = row->args == ANY_COUNT || ast->as.call.args.count == row->args;
        if (fits) return row->make(sema, ast, object);
        wc_diag_report(sema->diags, WC_E0403, ast->span, "`{}` is written {}", row->name,
                       row->usage);
        return wc_sema_poison(sema, ast->span);
    }
    return no_method(sema, ast, object->type);
}
