/* Nodes below statements: lists, names, literals, units, types. See build.h. */
#include "compiler/lex/literal.h"
#include "compiler/parse/build.h"

_Static_assert(sizeof(wc_ast_routine) <= WC_SCRATCH_SIZE, "the largest node fits");
_Static_assert(sizeof(wc_ast_contract) <= WC_SCRATCH_SIZE, "the largest node fits");

/* ---- lists and names ----------------------------------------------------------------------- */

void *wc_build_node(wc_parser *p, size_t size)
{
    wc_assert(size <= WC_SCRATCH_SIZE);
    void *node = p->no_memory ? NULL : wc_arena_alloc(p->arena, 1, size);
    if (node != NULL) return node;
    p->no_memory = true;
    uint8_t *scratch = p->scratch[p->scratch_turn++ % WC_SCRATCH_SLOTS];
    memset(scratch, 0, WC_SCRATCH_SIZE);
    return scratch;
}

uint32_t wc_build_id(wc_parser *p)
{
    return p->next_id++;
}

/* A list with room for one more: lists grow by doubling, so copying stays linear. */
static bool list_grow(wc_parser *p, wc_ast_list *list)
{
    uint32_t capacity = list->capacity == 0 ? 2 : list->capacity * 2;
    void **items = WC_ARENA_ARRAY(p->arena, void *, capacity);
    if (items == NULL) {
        p->no_memory = true;
        return false;
    }
    if (list->count != 0) memcpy(items, list->items, list->count * sizeof *items);
    list->items = items;
    list->capacity = capacity;
    return true;
}

wc_ast_list wc_build_list_add(wc_parser *p, wc_ast_list list, void *item)
{
    if (p->no_memory || item == NULL) return list;
    if (list.count == list.capacity && !list_grow(p, &list)) return list;
    list.items[list.count++] = item;
    return list;
}

wc_str wc_build_text(const wc_parser *p, wc_span span)
{
    return wc_source_text(p->source, span);
}

wc_ast_name wc_build_name(wc_parser *p, wc_token token)
{
    return (wc_ast_name){wc_build_text(p, token.span), token.span, NULL};
}

wc_ast_name *wc_build_name_node(wc_parser *p, wc_token token)
{
    wc_ast_name *name = WC_BUILD_NEW(p, wc_ast_name);
    *name = wc_build_name(p, token);
    return name;
}

wc_ast_list wc_build_name_add(wc_parser *p, wc_ast_list names, wc_token token)
{
    return wc_build_list_add(p, names, wc_build_name_node(p, token));
}

wc_span wc_build_names_span(const wc_parser *p, wc_span start, wc_ast_list names)
{
    if (p->no_memory) return start;
    const wc_ast_name *last = wc_ast_at(&names, names.count - 1);
    return wc_span_join(start, last->span);
}

wc_ast_path *wc_build_path(wc_parser *p, wc_token token)
{
    wc_ast_path *path = WC_BUILD_NEW(p, wc_ast_path);
    path->span = token.span;
    path->id = wc_build_id(p);
    path->names = wc_build_name_add(p, (wc_ast_list){0}, token);
    return path;
}

wc_ast_path *wc_build_path_add(wc_parser *p, wc_ast_path *path, wc_token token)
{
    path->span = wc_span_join(path->span, token.span);
    path->names = wc_build_name_add(p, path->names, token);
    return path;
}

/* ---- units --------------------------------------------------------------------------------- */

static void unit_append(wc_parser *p, wc_ast_unit *unit, int exponent, wc_ast_path *path)
{
    unit->span = wc_span_join(unit->span, path->span);
    if (p->no_memory || unit->factors.count > WC_UNIT_FACTORS_MAX) return;
    if (unit->factors.count == WC_UNIT_FACTORS_MAX)
        wc_diag_report(p->diags, WC_E0118, unit->span, "the unit has more than {} names",
                       WC_UNIT_FACTORS_MAX); /* once: this name is kept, the next is not */
    wc_ast_unit_factor *factor = WC_BUILD_NEW(p, wc_ast_unit_factor);
    factor->path = path;
    factor->exponent = exponent;
    unit->factors = wc_build_list_add(p, unit->factors, factor);
}

static wc_ast_unit *unit_new(wc_parser *p, wc_span start)
{
    wc_ast_unit *unit = WC_BUILD_NEW(p, wc_ast_unit);
    unit->span = start;
    unit->id = wc_build_id(p);
    return unit;
}

wc_ast_unit *wc_build_unit(wc_parser *p, wc_ast_path *path)
{
    wc_ast_unit *unit = unit_new(p, path->span);
    unit_append(p, unit, 1, path);
    return unit;
}

wc_ast_unit *wc_build_unit_add(wc_parser *p, wc_ast_unit *unit, int exponent, wc_token name)
{
    unit_append(p, unit, exponent, wc_build_path(p, name));
    return unit;
}

wc_ast_unit *wc_build_unit_inverse(wc_parser *p, wc_token one, wc_token name)
{
    if (!wc_str_equal(wc_build_text(p, one.span), WC_STR("1"))) {
        wc_diag *diag =
            wc_diag_report(p->diags, WC_E0211, one.span, "a unit cannot begin with the number `{}`",
                           wc_build_text(p, one.span));
        wc_diag_add_fix(p->diags, diag, one.span, WC_FIX_MAYBE, WC_STR("1"),
                        "write 1 for the inverse of a unit");
    }
    wc_ast_unit *unit = unit_new(p, one.span);
    unit_append(p, unit, -1, wc_build_path(p, name));
    return unit;
}

/* The unit expression of a quantity, at span: names with `*` and `/` between, without blanks. */
static wc_ast_unit *unit_of_text(wc_parser *p, wc_span span)
{
    wc_ast_unit *unit = unit_new(p, span);
    wc_str text = wc_build_text(p, span);
    int exponent = 1;
    for (size_t at = 0; at < text.len; at++) {
        size_t start = at;
        while (at < text.len && text.data[at] != '*' && text.data[at] != '/') at++;
        wc_span name = {span.start + (uint32_t)start, span.start + (uint32_t)at, span.file};
        wc_token token = {name, WC_TOKEN_IDENT, false};
        if (text.data[start] != '1') unit_append(p, unit, exponent, wc_build_path(p, token));
        exponent = at < text.len && text.data[at] == '/' ? -1 : 1;
    }
    return unit;
}

/* ---- literals ------------------------------------------------------------------------------ */

static void literal_number(wc_parser *p, wc_ast_literal *literal, unsigned scale_max)
{
    wc_number number = {{0, 0}, 0};
    wc_str digits = {literal->raw.data, wc_number_len(literal->raw)};
    wc_span span = literal->span;
    span.end = span.start + (uint32_t)digits.len;
    (void)wc_literal_number(p->diags, span, digits, scale_max, &number); /* reported: value 0 */
    literal->mantissa = number.mantissa;
    literal->scale = number.scale;
}

static void literal_quantity(wc_parser *p, wc_ast_literal *literal)
{
    literal_number(p, literal, WC_DECIMALS_MAX);
    size_t digits = wc_number_len(literal->raw);
    wc_span unit = literal->span;
    unit.start += (uint32_t)digits + (literal->raw.data[digits] == ' ');
    literal->unit = unit_of_text(p, unit);
}

static void literal_fill(wc_parser *p, wc_ast_literal *literal, wc_token token)
{
    wc_ast_literal *l = literal;
    switch (token.kind) {
    case WC_TOKEN_NUMBER:
        l->kind = WC_LITERAL_NUMBER;
        literal_number(p, l, WC_DECIMALS_MAX);
        return;
    case WC_TOKEN_QUANTITY:
        l->kind = WC_LITERAL_QUANTITY;
        literal_quantity(p, l);
        return;
    case WC_TOKEN_PERCENT:
        l->kind = WC_LITERAL_PERCENT;
        literal_number(p, l, WC_DECIMALS_MAX - 2);
        l->scale += 2;
        return;
    case WC_TOKEN_STRING:
        l->kind = WC_LITERAL_STRING;
        (void)wc_literal_string(p->diags, l->span, l->raw, &l->text);
        p->no_memory |= l->text.data == NULL;
        return;
    case WC_TOKEN_DATE:
        l->kind = WC_LITERAL_DATE;
        (void)wc_literal_date(p->diags, l->span, l->raw, &l->value);
        return;
    case WC_TOKEN_DATETIME:
        l->kind = WC_LITERAL_TIME;
        (void)wc_literal_time(p->diags, l->span, l->raw, &l->value);
        return;
    default:
        wc_assert(token.kind == WC_TOKEN_TRUE || token.kind == WC_TOKEN_FALSE);
        l->kind = WC_LITERAL_BOOL;
        l->value = token.kind == WC_TOKEN_TRUE;
        return;
    }
}

wc_ast_literal *wc_build_literal(wc_parser *p, wc_token token)
{
    wc_ast_literal *literal = WC_BUILD_NEW(p, wc_ast_literal);
    literal->span = token.span;
    literal->id = wc_build_id(p);
    literal->raw = wc_build_text(p, token.span);
    bool is_malformed = token.kind == WC_TOKEN_NUMBER && token.is_spoilt;
    if (!is_malformed) literal_fill(p, literal, token);
    return literal;
}

/* ---- types --------------------------------------------------------------------------------- */

wc_ast_bound *wc_build_bound(wc_parser *p, wc_ast_literal *literal)
{
    wc_ast_bound *bound = WC_BUILD_NEW(p, wc_ast_bound);
    bound->span = literal->span;
    bound->literal = literal;
    return bound;
}

wc_ast_bound *wc_build_bound_name(wc_parser *p, wc_ast_path *path)
{
    wc_ast_bound *bound = WC_BUILD_NEW(p, wc_ast_bound);
    bound->span = path->span;
    bound->path = path;
    return bound;
}

wc_ast_bound *wc_build_bound_minus(wc_token minus, wc_ast_bound *bound)
{
    bound->span = wc_span_join(minus.span, bound->span);
    bound->is_negative = true;
    return bound;
}

wc_ast_type *wc_build_type(wc_parser *p, wc_ast_path *path, wc_ast_list args, wc_span end)
{
    wc_ast_type *type = WC_BUILD_NEW(p, wc_ast_type);
    type->kind = WC_TYPE_EXPR_NAME;
    type->span = wc_span_join(path->span, end);
    type->id = wc_build_id(p);
    type->path = path;
    type->args = args;
    return type;
}

wc_ast_type *wc_build_type_tuple(wc_parser *p, wc_token open, wc_ast_type *first, wc_ast_list rest,
                                 wc_token close)
{
    wc_ast_list elements = wc_build_list_add(p, (wc_ast_list){0}, first);
    for (uint32_t i = 0; i < rest.count; i++)
        elements = wc_build_list_add(p, elements, rest.items[i]);
    wc_ast_type *type = WC_BUILD_NEW(p, wc_ast_type);
    type->kind = WC_TYPE_EXPR_TUPLE;
    type->span = wc_span_join(open.span, close.span);
    type->id = wc_build_id(p);
    type->elements = elements;
    return type;
}

wc_ast_type_arg *wc_build_type_arg(wc_parser *p, wc_ast_type_arg_kind kind, wc_span span)
{
    wc_ast_type_arg *arg = WC_BUILD_NEW(p, wc_ast_type_arg);
    arg->kind = kind;
    arg->span = span;
    return arg;
}

wc_ast_type_arg *wc_build_type_arg_type(wc_parser *p, wc_ast_type *type)
{
    wc_ast_type_arg *arg = wc_build_type_arg(p, WC_TYPE_ARG_TYPE, type->span);
    arg->type = type;
    return arg;
}
