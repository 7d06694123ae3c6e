/* Expressions: literals, names, members, indexes, choices, and the step from a value to a place. */
#include "compiler/sema/compound.h"
#include "compiler/sema/life.h"

/* --- nodes ------------------------------------------------------------------------------------ */

wc_sema_expr *wc_sema_node(wc_sema *sema, wc_sema_op op, const wc_sema_type *type, wc_span span)
{
    wc_sema_expr *node = WC_SEMA_NEW(sema, wc_sema_expr);
    node->op = op;
    node->type = type;
    node->span = span;
    if (wc_sema_is_scalar(type)) node->range = wc_range_of_type(type);
    return node;
}

wc_sema_expr *wc_sema_ranged(wc_sema_expr *node, wc_sema_range range)
{
    node->range = range;
    node->is_wide = wc_sema_is_number(node->type) && !wc_range_is_narrow(range);
    return node;
}

wc_sema_expr *wc_sema_poison(wc_sema *sema, wc_span span)
{
    return wc_sema_node(sema, WC_OPER_NUMBER, sema->poison, span);
}

bool wc_sema_is_poison(const wc_sema_expr *expr)
{
    return expr->type->kind == WC_SEMA_POISON;
}

wc_sema_expr *wc_sema_number(wc_sema *sema, wc_i128 value, const wc_sema_type *type, wc_span span)
{
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_NUMBER, type, span);
    node->number = value;
    node->is_const = true;
    return wc_sema_ranged(node, wc_range_exact(value));
}

wc_sema_expr *wc_sema_integer(wc_sema *sema, int64_t value, wc_span span)
{
    return wc_sema_number(sema, wc_i128_of(value), sema->integer, span);
}

wc_sema_expr *wc_sema_unary(wc_sema *sema, wc_sema_op op, const wc_sema_type *type, wc_sema_expr *a,
                            wc_span span)
{
    wc_sema_expr *node = wc_sema_node(sema, op, type, span);
    node->a = a;
    return node;
}

wc_sema_expr *wc_sema_pair(wc_sema *sema, wc_sema_op op, const wc_sema_type *type, wc_sema_expr *a,
                           wc_sema_expr *b, wc_span span)
{
    wc_sema_expr *node = wc_sema_unary(sema, op, type, a, span);
    node->b = b;
    return node;
}

wc_sema_expr *wc_sema_local_value(wc_sema *sema, wc_sema_local *local, wc_span span)
{
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_LOCAL, local->type, span);
    node->local = local;
    local->is_read = true;
    if (wc_sema_is_scalar(local->type)) {
        node->range = local->range;
        node->is_wide = local->is_wide;
    }
    return node;
}

/* Where the language allows what the source says; reports and answers false elsewhere. */
bool wc_sema_allow(wc_sema *sema, wc_span span, const char *what, unsigned places)
{
    static const char *const names[] = {[WC_IN_CONST] = "a constant",
                                        [WC_IN_FUNC] = "a function of a module",
                                        [WC_IN_METHOD] = "a view or a function",
                                        [WC_IN_ACTION] = "an action",
                                        [WC_IN_AFTER] = "a time-out",
                                        [WC_IN_DUE] = "the time of a time-out",
                                        [WC_IN_INVARIANT] = "an invariant",
                                        [WC_IN_UPGRADE] = "an upgrade",
                                        [WC_IN_TEST] = "a test"};
    if ((places & WC_PLACE(sema->body->place)) != 0) return true;
    wc_diag_report(sema->diags, WC_E1006, span, "{} is not possible in {}", what,
                   names[sema->body->place]);
    return false;
}

void wc_sema_effect_add(wc_sema *sema, unsigned effects)
{
    sema->body->effects |= effects;
}

/* --- from value to place ---------------------------------------------------------------------- */

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
    bool is_longer = place->kind == WC_SEMA_TEXT && value->type->kind == WC_SEMA_TEXT;
    if (is_longer) {
        wc_diag_add_note(sema->diags, diag, "texts of different length are different types");
    }
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
        wc_diag_report(sema->diags, WC_E0904, value->span, "this text has {} bytes, `{}` takes {}",
                       value->text.len, place->text, place->capacity);
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

/* --- literals --------------------------------------------------------------------------------- */

static wc_sema_expr *check_quantity(wc_sema *sema, const wc_ast_literal *literal)
{
    const wc_sema_unit *unit = sema->plain;
    if (literal->kind == WC_LITERAL_QUANTITY) unit = wc_sema_unit_of(sema, literal->unit);
    if (unit == NULL) return wc_sema_poison(sema, literal->span);
    bool is_int = literal->kind == WC_LITERAL_NUMBER && literal->scale == 0;
    const wc_sema_type *type =
        is_int ? sema->integer : wc_sema_type_dec(sema, literal->scale, unit);
    wc_sema_expr *number = wc_sema_number(sema, literal->mantissa, type, literal->span);
    number->is_literal = true;
    return number;
}

static wc_sema_expr *check_literal(wc_sema *sema, const wc_ast_literal *literal)
{
    wc_sema_expr *node = NULL;
    switch (literal->kind) {
    case WC_LITERAL_NUMBER:
    case WC_LITERAL_QUANTITY:
    case WC_LITERAL_PERCENT: return check_quantity(sema, literal);
    case WC_LITERAL_STRING:
        node = wc_sema_node(sema, WC_OPER_TEXT, wc_sema_type_text(sema, literal->text.len),
                            literal->span);
        node->text = literal->text;
        node->is_const = true;
        return node;
    case WC_LITERAL_DATE:
        return wc_sema_number(sema, wc_i128_of(literal->value), sema->date, literal->span);
    case WC_LITERAL_TIME:
        return wc_sema_number(sema, wc_i128_of(literal->value), sema->time, literal->span);
    case WC_LITERAL_BOOL:
        return wc_sema_number(sema, wc_i128_of(literal->value), sema->boolean, literal->span);
    case WC_LITERAL_KIND_COUNT: break;
    }
    wc_assert(false);
    return node;
}

/* --- names ------------------------------------------------------------------------------------ */

static bool in_contract(const wc_sema *sema)
{
    return sema->body->contract != NULL;
}

/* `entered` or `deployed`, in a contract. */
static wc_sema_expr *environment(wc_sema *sema, wc_sema_op op, wc_span span)
{
    if (op == WC_OPER_ENTERED) wc_sema_effect_add(sema, WC_EFFECT_READS_STATE);
    wc_sema_expr *node = wc_sema_node(sema, op, sema->time, span);
    node->range = wc_range_of(0, WC_BLOCK_TIME_MAX); /* once the time of a block */
    return node;
}

bool wc_sema_is_builtin_value(wc_str name)
{
    return wc_str_equal(name, WC_STR("entered")) || wc_str_equal(name, WC_STR("deployed")) ||
           wc_str_equal(name, WC_STR("none"));
}

static wc_sema_expr *check_none(wc_sema *sema, wc_span span, const wc_sema_type *want)
{
    if (want != NULL && want->kind == WC_SEMA_POISON) return wc_sema_poison(sema, span);
    if (want == NULL || want->kind != WC_SEMA_OPTION) {
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E0417, span, "the type of `none` is not known here");
        wc_diag_add_note(sema->diags, diag, "give it: let x : option<T> = none;");
        return wc_sema_poison(sema, span);
    }
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_VARIANT, want, span);
    node->is_const = true;
    return node;
}

/* In old(...) the binders of a sum or forall around it have no value yet. */
static wc_sema_expr *local_value(wc_sema *sema, wc_sema_local *local, wc_span span)
{
    const wc_sema_body *body = sema->body;
    bool is_outside = local->index >= body->out->param_count && local->index < body->old_locals;
    if (!body->in_old || !is_outside) return wc_sema_local_value(sema, local, span);
    wc_diag_report(sema->diags, WC_E1009, span, "`{}` has no value before the body", local->name);
    return wc_sema_poison(sema, span);
}

static wc_sema_expr *symbol_value(wc_sema *sema, wc_sema_symbol *symbol, wc_span span)
{
    wc_sema_expr *node = NULL;
    switch (symbol->kind) {
    case WC_SYMBOL_LOCAL: return local_value(sema, symbol->local, span);
    case WC_SYMBOL_STATE_DATA:
        node = wc_sema_node(sema, WC_OPER_STATE_DATA, symbol->type, span);
        node->index = symbol->index;
        node->variant = symbol->variant;
        return node;
    case WC_SYMBOL_TERM:
        node = wc_sema_node(sema, WC_OPER_TERM, symbol->type, span);
        node->index = symbol->index;
        return node;
    case WC_SYMBOL_PARTY:
        if (sema->body->place == WC_IN_DUE) {
            (void)wc_sema_allow(sema, span, "naming a party", 0);
            return wc_sema_poison(sema, span);
        }
        wc_sema_effect_add(sema, WC_EFFECT_READS_PARTIES);
        node = wc_sema_node(sema, WC_OPER_PARTY, sema->party, span);
        node->index = symbol->index;
        return node;
    case WC_SYMBOL_CONST:
        wc_sema_const_define(sema, symbol); /* it may stand further down */
        node = WC_SEMA_NEW(sema, wc_sema_expr);
        *node = symbol->value != NULL ? *symbol->value : *wc_sema_poison(sema, span);
        node->span = span;
        node->is_literal = false;
        return node;
    case WC_SYMBOL_CALENDAR:
    case WC_SYMBOL_FUNC:
    case WC_SYMBOL_CONTRACT:
        wc_diag_report(sema->diags, WC_E0416, span, "`{}` is not a value", symbol->name);
        return wc_sema_poison(sema, span);
    case WC_SYMBOL_ALIAS:
    case WC_SYMBOL_RECORD:
    case WC_SYMBOL_ENUM:
    case WC_SYMBOL_INTERFACE:
    case WC_SYMBOL_UNIT:
    case WC_SYMBOL_CURRENCY:
    case WC_SYMBOL_DIMENSION:
    case WC_SYMBOL_ERROR:
    case WC_SYMBOL_EVENT:
    case WC_SYMBOL_FIELD:
    case WC_SYMBOL_STATE:
    case WC_SYMBOL_ACTION:
    case WC_SYMBOL_VIEW:
    case WC_SYMBOL_VARIANT: break;
    }
    wc_assert(false);
    return node;
}

static void note_field(wc_sema *sema, wc_diag *diag, const wc_ast_name *name)
{
    wc_sema_symbol *field = wc_sema_table_find(&sema->scope, WC_SPACE_FIELD, name->text);
    if (field == NULL) return;
    wc_str text = WC_SEMA_TEXT(sema, "self.{}", name->text);
    wc_diag_add_fix(sema->diags, diag, name->span, WC_FIX_SURE, text, "{}", text);
}

/* `entered` or `deployed` outside of a contract. */
static void report_environment(wc_sema *sema, const wc_ast_name *name)
{
    const char *where = "a function of a module does not know it";
    const char *way_out = "let the contract hand it over as an argument";
    if (sema->body->place == WC_IN_CONST) {
        where = "a constant does not know it";
        way_out =
            "a constant is the same in every contract: use a term, or write it where it is used";
    } else if (sema->body->place == WC_IN_TEST) {
        where = "a test does not know it";
        way_out = "give the contract a view that returns it";
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1006, name->span,
                                   "`{}` is a time of a contract: {}", name->text, where);
    wc_diag_add_note(sema->diags, diag, way_out);
}

static void report_name(wc_sema *sema, const wc_ast_name *name, const wc_sema_type *want)
{
    if (sema->module->is_blind) return; /* the use is reported */
    if (wc_sema_is_builtin_value(name->text)) {
        report_environment(sema, name);
        return;
    }
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0301, name->span, "there is no name `{}` here", name->text);
    wc_sema_guess guess = {.wanted = name->text};
    wc_sema_guess_space(sema, &guess, WC_SPACE_VALUE);
    for (uint16_t i = 0; want != NULL && i < want->variant_count; i++) {
        wc_sema_guess_try(&guess, want->variants[i].name);
    }
    wc_sema_guess_say(sema, diag, name->span, &guess);
    note_field(sema, diag, name);
    wc_sema_say_builtin(sema, diag, name);
    if (wc_sema_find(sema, WC_SPACE_UNIT, name->text) != NULL)
        wc_diag_add_note(sema->diags, diag,
                         "`{}` is a unit: it stands behind a number, without blanks inside, as in "
                         "5 kWh/h",
                         name->text);
}

/* An enum variant without its enum's name, of an enum without data in that variant. */
static wc_sema_expr *bare_variant(wc_sema *sema, const wc_ast_name *name, const wc_sema_type *want)
{
    const wc_sema_type *type = NULL;
    int index = wc_sema_variant_find(sema, name, want, &type);
    if (index == WC_VARIANT_REPORTED) return wc_sema_poison(sema, name->span);
    if (index < 0) return NULL;
    return wc_sema_variant_make(sema, type, (uint16_t)index, NULL, name->span);
}

static wc_sema_expr *check_name(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    const wc_ast_name *name = &ast->as.name;
    wc_sema_symbol *symbol = wc_sema_find(sema, WC_SPACE_VALUE, name->text);
    if (symbol != NULL) {
        ast->symbol = symbol;
        return symbol_value(sema, symbol, ast->span);
    }
    if (wc_str_equal(name->text, WC_STR("none"))) return check_none(sema, ast->span, want);
    if (in_contract(sema) && wc_str_equal(name->text, WC_STR("entered"))) {
        return environment(sema, WC_OPER_ENTERED, ast->span);
    }
    if (in_contract(sema) && wc_str_equal(name->text, WC_STR("deployed"))) {
        return environment(sema, WC_OPER_DEPLOYED, ast->span);
    }
    wc_sema_expr *variant = bare_variant(sema, name, want);
    if (variant != NULL) return variant;
    bool wants_party = want != NULL && want->kind == WC_SEMA_PARTY;
    if (sema->body->place == WC_IN_TEST && wants_party) {
        return wc_sema_test_party(sema, name->text, ast->span);
    }
    report_name(sema, name, want);
    return wc_sema_poison(sema, ast->span);
}

static wc_sema_expr *check_self(wc_sema *sema, const wc_ast_expr *ast)
{
    unsigned places = WC_PLACE(WC_IN_METHOD) | WC_PLACE(WC_IN_ACTION) | WC_PLACE(WC_IN_AFTER) |
                      WC_PLACE(WC_IN_INVARIANT) | WC_PLACE(WC_IN_UPGRADE);
    if (!wc_sema_allow(sema, ast->span, "`self`", places)) {
        return wc_sema_poison(sema, ast->span);
    }
    return wc_sema_node(sema, WC_OPER_SELF, sema->party, ast->span);
}

/* --- members and indexes ---------------------------------------------------------------------- */

static wc_sema_expr *check_field(wc_sema *sema, wc_ast_expr *ast)
{
    const wc_ast_name *name = &ast->as.member.name;
    unsigned places = WC_PLACE(WC_IN_METHOD) | WC_PLACE(WC_IN_ACTION) | WC_PLACE(WC_IN_AFTER) |
                      WC_PLACE(WC_IN_INVARIANT) | WC_PLACE(WC_IN_UPGRADE);
    if (!wc_sema_allow(sema, ast->span, "reading the storage", places)) {
        return wc_sema_poison(sema, ast->span);
    }
    if (sema->body->place == WC_IN_UPGRADE && sema->body->in_old) {
        return wc_sema_field_before(sema, name, ast->span);
    }
    wc_sema_symbol *field = wc_sema_table_find(&sema->scope, WC_SPACE_FIELD, name->text);
    if (field == NULL) {
        (void)wc_sema_unknown(sema, WC_E0308, name->span, WC_SPACE_FIELD, name->text);
        return wc_sema_poison(sema, ast->span);
    }
    ast->symbol = field;
    field->is_used = true;
    wc_sema_note_use(sema, name->text, field->span);
    sema->body->reads[field->index / 64] |= UINT64_C(1) << field->index % 64;
    wc_sema_expr *node = wc_sema_node(sema, WC_OPER_FIELD, field->type, ast->span);
    node->index = field->index;
    return node;
}

/* Grade.Full: the object is the name of an enum. */
static wc_sema_symbol *enum_named(wc_sema *sema, const wc_ast_expr *object)
{
    if (object->kind != WC_EXPR_NAME) return NULL;
    if (wc_sema_find(sema, WC_SPACE_VALUE, object->as.name.text) != NULL) return NULL;
    wc_sema_symbol *symbol = wc_sema_find(sema, WC_SPACE_TYPE, object->as.name.text);
    return symbol != NULL && symbol->kind == WC_SYMBOL_ENUM ? symbol : NULL;
}

wc_sema_symbol *wc_sema_enum_of_member(wc_sema *sema, const wc_ast_expr *ast)
{
    return enum_named(sema, ast->as.member.object);
}

static wc_sema_expr *member_of(wc_sema *sema, wc_sema_expr *object, const wc_ast_name *name,
                               wc_span span)
{
    const wc_sema_type *type = object->type;
    if (type->kind == WC_SEMA_POISON) return object;
    if (type->kind == WC_SEMA_RECORD) {
        int index = wc_sema_member_find(sema, type, name->text, name->span);
        if (index < 0) return wc_sema_poison(sema, span);
        wc_sema_expr *node =
            wc_sema_unary(sema, WC_OPER_MEMBER, type->members[index].type, object, span);
        node->index = (uint16_t)index;
        return node;
    }
    bool has_start = type->kind == WC_SEMA_INTERVAL || type->kind == WC_SEMA_SERIES;
    if (has_start && wc_str_equal(name->text, WC_STR("start"))) {
        return wc_sema_unary(sema, WC_OPER_START, sema->time, object, span);
    }
    if (type->kind == WC_SEMA_INTERVAL && wc_str_equal(name->text, WC_STR("end"))) {
        return wc_sema_unary(sema, WC_OPER_END, sema->time, object, span);
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0308, name->span, "`{}` has no field `{}`",
                                   type->text, name->text);
    if (type->kind == WC_SEMA_INTERVAL) {
        wc_diag_add_note(sema->diags, diag, "an interval has start, end, length() and contains()");
        return wc_sema_poison(sema, span);
    }
    wc_str methods = wc_sema_methods_of(sema, type->kind);
    if (methods.len > 0) wc_diag_add_note(sema->diags, diag, "it has {}", methods);
    return wc_sema_poison(sema, span);
}

static wc_sema_expr *check_member(wc_sema *sema, wc_ast_expr *ast)
{
    wc_ast_expr *object = ast->as.member.object;
    const wc_ast_name *name = &ast->as.member.name;
    if (object->kind == WC_EXPR_SELF) return check_field(sema, ast);
    wc_sema_symbol *owner = enum_named(sema, object);
    if (owner != NULL) {
        int index = wc_sema_variant_of(sema, owner->type, name);
        if (index < 0) return wc_sema_poison(sema, ast->span);
        return wc_sema_variant_make(sema, owner->type, (uint16_t)index, NULL, ast->span);
    }
    return member_of(sema, wc_sema_infer_view(sema, object), name, ast->span);
}

static wc_sema_expr *index_value(wc_sema *sema, wc_ast_expr *ast, const char *what)
{
    wc_sema_expr *index = wc_sema_infer(sema, ast, sema->integer);
    return wc_sema_fit(sema, index, sema->integer, what);
}

static wc_sema_expr *check_index(wc_sema *sema, wc_ast_expr *ast)
{
    wc_sema_expr *object = wc_sema_infer_view(sema, ast->as.index.object);
    bool is_placing = sema->body->is_placing;
    sema->body->is_placing = false; /* the index itself is read */
    const wc_sema_type *type = object->type;
    wc_sema_expr *index = NULL;
    const wc_sema_type *item = NULL;
    wc_sema_op op = WC_OPER_INDEX;
    if (type->kind == WC_SEMA_MAP) {
        index = wc_sema_value(sema, ast->as.index.index, type->item, "the key");
        item = type->value;
        op = WC_OPER_MAP_GET;
    } else if (type->kind == WC_SEMA_LIST || type->kind == WC_SEMA_SORTED ||
               type->kind == WC_SEMA_SERIES) {
        index = index_value(sema, ast->as.index.index, "the index");
        item = type->item;
    } else {
        (void)wc_sema_infer(sema, ast->as.index.index, NULL);
        if (type->kind != WC_SEMA_POISON) {
            wc_diag_report(sema->diags, WC_E0405, ast->span, "`{}` has no elements to index",
                           type->text);
        }
        return wc_sema_poison(sema, ast->span);
    }
    if (wc_sema_is_poison(index)) return index;
    wc_sema_expr *node = wc_sema_pair(sema, op, item, object, index, ast->span);
    if (type->kind == WC_SEMA_SERIES && !is_placing) wc_sema_need_value(sema, node);
    return node;
}

/* --- dispatch --------------------------------------------------------------------------------- */

static wc_sema_expr *infer(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    switch (ast->kind) {
    case WC_EXPR_LITERAL: return check_literal(sema, ast->as.literal);
    case WC_EXPR_NAME: return check_name(sema, ast, want);
    case WC_EXPR_SELF: return check_self(sema, ast);
    case WC_EXPR_MEMBER: return check_member(sema, ast);
    case WC_EXPR_INDEX: return check_index(sema, ast);
    case WC_EXPR_CALL: return wc_sema_call(sema, ast, want);
    case WC_EXPR_UNARY: return wc_sema_check_unary(sema, ast, want);
    case WC_EXPR_BINARY: return wc_sema_check_binary(sema, ast, want);
    case WC_EXPR_CHOOSE: return wc_sema_check_choose(sema, ast, want);
    case WC_EXPR_ROUND: return wc_sema_check_round(sema, ast, want);
    case WC_EXPR_CONVERT: return wc_sema_check_convert(sema, ast);
    case WC_EXPR_OLD: return wc_sema_check_old(sema, ast);
    case WC_EXPR_SUM:
    case WC_EXPR_FORALL: return wc_sema_check_fold(sema, ast);
    case WC_EXPR_LIST: return wc_sema_check_list(sema, ast, want);
    case WC_EXPR_TUPLE: return wc_sema_check_tuple(sema, ast, want);
    case WC_EXPR_KIND_COUNT: break;
    }
    wc_assert(false);
    return NULL;
}

wc_sema_expr *wc_sema_infer(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    bool takes_window = sema->body->takes_window;
    sema->body->takes_window = false;
    wc_sema_expr *value = infer(sema, ast, want);
    ast->type = value->type;
    wc_sema_note_value(sema, ast, value);
    if (value->op != WC_OPER_WINDOW || takes_window) return value;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1106, value->span,
                                   "a window is only a view of its series: it cannot be kept");
    wc_str text = wc_sema_source_text(sema, value->span);
    wc_diag_add_fix(sema->diags, diag, value->span, WC_FIX_MAYBE,
                    WC_SEMA_TEXT(sema, "{}.copy()", text), "{}.copy() is a series of its own",
                    text);
    return wc_sema_poison(sema, ast->span);
}

wc_sema_expr *wc_sema_infer_view(wc_sema *sema, wc_ast_expr *ast)
{
    sema->body->takes_window = true;
    wc_sema_expr *value = wc_sema_infer(sema, ast, NULL);
    sema->body->takes_window = false;
    return value;
}
