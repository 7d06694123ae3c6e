/* Type expressions: from dec<3, kWh> as written to an interned type.
 *
 * A type that cannot be made is reported once and becomes poison. What an argument means depends on
 * its position only: the same name may be a type, a unit, a field or a constant. */
#include "compiler/sema/check.h"
#include "compiler/sema/life.h"

typedef enum type_builtin {
    BUILTIN_BOOL,
    BUILTIN_INT,
    BUILTIN_DEC,
    BUILTIN_MONEY,
    BUILTIN_TIME,
    BUILTIN_DATE,
    BUILTIN_INTERVAL,
    BUILTIN_PARTY,
    BUILTIN_TEXT,
    BUILTIN_BYTES,
    BUILTIN_OPTION,
    BUILTIN_LIST,
    BUILTIN_SET,
    BUILTIN_MAP,
    BUILTIN_SORTED,
    BUILTIN_SERIES,
    BUILTIN_CONTRACT_REF,
    BUILTIN_WIDE
} type_builtin;

static const struct type_row {
    const char *name;
    uint8_t least, most; /* arguments */
    const char *usage;
} builtins[] = {[BUILTIN_BOOL] = {"bool", 0, 0, "bool"},
                [BUILTIN_INT] = {"int", 0, 1, "int or int<0..100>"},
                [BUILTIN_DEC] = {"dec", 1, 3, "dec<decimals>, dec<3, kWh> or dec<3, kWh, 0..100>"},
                [BUILTIN_MONEY] = {"money", 1, 2, "money<CNY> or money<CNY, 0..100>"},
                [BUILTIN_TIME] = {"time", 0, 0, "time"},
                [BUILTIN_DATE] = {"date", 0, 0, "date"},
                [BUILTIN_INTERVAL] = {"interval", 0, 0, "interval"},
                [BUILTIN_PARTY] = {"party", 0, 0, "party"},
                [BUILTIN_TEXT] = {"text", 1, 1, "text<bytes>"},
                [BUILTIN_BYTES] = {"bytes", 1, 1, "bytes<count>"},
                [BUILTIN_OPTION] = {"option", 1, 1, "option<T>"},
                [BUILTIN_LIST] = {"list", 2, 2, "list<T, most>"},
                [BUILTIN_SET] = {"set", 2, 2, "set<K, most>"},
                [BUILTIN_MAP] = {"map", 3, 3, "map<K, V, most>"},
                [BUILTIN_SORTED] = {"sorted", 4, 4, "sorted<Record, field, asc, most>"},
                [BUILTIN_SERIES] = {"series", 3, 3, "series<T, 15 min, most>"},
                [BUILTIN_CONTRACT_REF] = {"contract_ref", 1, 1, "contract_ref<Interface>"},
                [BUILTIN_WIDE] = {"wide", 1, 1, "wide<T>"}};

/* What other languages call these. */
static const struct {
    const char *theirs;
    type_builtin ours;
} habits[] = {{"string", BUILTIN_TEXT},   {"str", BUILTIN_TEXT},       {"String", BUILTIN_TEXT},
              {"varchar", BUILTIN_TEXT},  {"char", BUILTIN_TEXT},      {"integer", BUILTIN_INT},
              {"long", BUILTIN_INT},      {"uint", BUILTIN_INT},       {"int64", BUILTIN_INT},
              {"uint64", BUILTIN_INT},    {"uint256", BUILTIN_INT},    {"number", BUILTIN_DEC},
              {"float", BUILTIN_DEC},     {"double", BUILTIN_DEC},     {"decimal", BUILTIN_DEC},
              {"boolean", BUILTIN_BOOL},  {"address", BUILTIN_PARTY},  {"account", BUILTIN_PARTY},
              {"datetime", BUILTIN_TIME}, {"instant", BUILTIN_TIME},   {"timestamp", BUILTIN_TIME},
              {"mapping", BUILTIN_MAP},   {"dict", BUILTIN_MAP},       {"array", BUILTIN_LIST},
              {"vector", BUILTIN_LIST},   {"optional", BUILTIN_OPTION}};

bool wc_sema_say_type(wc_sema *sema, wc_diag *diag, wc_span span, wc_str name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(habits); i++) {
        if (!wc_str_equal(name, wc_str_of(habits[i].theirs))) continue;
        const struct type_row *row = &builtins[habits[i].ours];
        if (row->most == 0) {
            wc_diag_add_fix(sema->diags, diag, span, WC_FIX_MAYBE, wc_str_of(row->name), "`{}`",
                            row->name);
        } else {
            wc_diag_add_note(sema->diags, diag, "the language has {}", row->usage);
        }
        return true;
    }
    return false;
}

static int find_builtin(wc_str name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(builtins); i++) {
        if (wc_str_equal(name, wc_str_of(builtins[i].name))) return (int)i;
    }
    return -1;
}

bool wc_sema_builtin_type_at(uint32_t row, const char **name, const char **usage)
{
    if (row >= WC_ARRAY_LEN(builtins)) return false;
    *name = builtins[row].name;
    *usage = builtins[row].usage;
    return true;
}

bool wc_sema_is_builtin_type(wc_str name)
{
    return find_builtin(name) >= 0;
}

static const wc_sema_type *bad_args(wc_sema *sema, wc_span span, type_builtin builtin)
{
    wc_diag_report(sema->diags, WC_E0410, span, "`{}` is written {}", builtins[builtin].name,
                   builtins[builtin].usage);
    return sema->poison;
}

/* --- arguments -------------------------------------------------------------------------------- */

static const wc_sema_type *type_arg(wc_sema *sema, const wc_ast_type_arg *arg, unsigned flags)
{
    if (arg->kind == WC_TYPE_ARG_TYPE) return wc_sema_resolve(sema, arg->type, flags);
    if (arg->kind == WC_TYPE_ARG_NAME) {
        wc_ast_type name = {.kind = WC_TYPE_EXPR_NAME, .span = arg->span, .path = arg->path};
        return wc_sema_resolve(sema, &name, flags);
    }
    wc_diag_report(sema->diags, WC_E0410, arg->span, "a type is needed here");
    return sema->poison;
}

static const wc_sema_unit *unit_arg(wc_sema *sema, const wc_ast_type_arg *arg)
{
    if (arg->kind == WC_TYPE_ARG_UNIT) return wc_sema_unit_of(sema, arg->unit);
    if (arg->kind == WC_TYPE_ARG_NAME) {
        wc_ast_unit_factor factor = {arg->path, 1};
        void *items[] = {&factor};
        wc_ast_unit unit = {.span = arg->span, .factors = {items, 1, 1}};
        return wc_sema_unit_of(sema, &unit);
    }
    wc_diag_report(sema->diags, WC_E0410, arg->span, "a unit is needed here, for example kWh");
    return NULL;
}

/* A bound as a mantissa at the given scale and unit; a number without a unit takes any. */
static bool bound_value(wc_sema *sema, const wc_ast_bound *bound, unsigned scale,
                        const wc_sema_unit *unit, int64_t *value)
{
    wc_i128 mantissa;
    unsigned decimals;
    const wc_sema_unit *own = NULL;
    if (bound->literal != NULL) {
        mantissa = bound->literal->mantissa;
        decimals = bound->literal->scale;
        if (bound->literal->kind == WC_LITERAL_QUANTITY) {
            own = wc_sema_unit_of(sema, bound->literal->unit);
            if (own == NULL) return false;
        }
    } else {
        const wc_sema_expr *constant = wc_sema_constant(sema, bound->path);
        if (constant == NULL) return false;
        mantissa = constant->number;
        decimals = constant->type->kind == WC_SEMA_DEC ? constant->type->scale : 0;
        if (constant->type->kind == WC_SEMA_DEC) own = constant->type->unit;
        if (own == sema->plain) own = NULL;
    }
    wc_status status = WC_OK;
    if (bound->is_negative) status = wc_i128_neg(mantissa, &mantissa);
    wc_assert(status == WC_OK); /* a literal, or a constant of 64 bits */
    if (own != NULL && own != unit) {
        wc_str wanted =
            unit == sema->plain ? WC_STR("none") : WC_SEMA_TEXT(sema, "`{}`", unit->text);
        wc_diag_report(sema->diags, WC_E0503, bound->span,
                       "the bound has unit `{}`, the type has {}", own->text, wanted);
        return false;
    }
    if (decimals > scale) {
        wc_diag_report(sema->diags, WC_E0505, bound->span,
                       "the bound has {} decimals, the type has {}", decimals, scale);
        return false;
    }
    status = wc_i128_mul_i64(mantissa, wc_power_of_ten(scale - decimals), &mantissa);
    if (status == WC_OK) status = wc_i128_narrow(mantissa, value);
    if (status == WC_OK) return true;
    wc_diag_report(sema->diags, WC_E0904, bound->span, "the bound does not fit 64 bits");
    return false;
}

static bool range_arg(wc_sema *sema, const wc_ast_type_arg *arg, wc_sema_type *raw)
{
    const wc_sema_unit *unit = raw->unit != NULL ? raw->unit : sema->plain;
    if (!bound_value(sema, arg->low, raw->scale, unit, &raw->lo)) return false;
    if (!bound_value(sema, arg->high, raw->scale, unit, &raw->hi)) return false;
    if (raw->lo <= raw->hi) return true;
    wc_diag_report(sema->diags, WC_E0410, arg->span, "the lower bound exceeds the upper bound");
    return false;
}

/* A whole number in [least, most]: a count, a size, a scale. */
static bool count_arg(wc_sema *sema, const wc_ast_type_arg *arg, int64_t least, int64_t most,
                      int64_t *value)
{
    wc_ast_bound name = {.span = arg->span, .path = arg->path};
    const wc_ast_bound *bound = arg->kind == WC_TYPE_ARG_NAME ? &name : arg->low;
    if (arg->kind != WC_TYPE_ARG_VALUE && arg->kind != WC_TYPE_ARG_NAME) bound = NULL;
    if (bound == NULL) {
        wc_diag_report(sema->diags, WC_E0410, arg->span, "a whole number is needed here");
        return false;
    }
    if (!bound_value(sema, bound, 0, sema->plain, value)) return false;
    if (*value >= least && *value <= most) return true;
    wc_diag_report(sema->diags, WC_E0410, arg->span, "this number must be from {} to {}", least,
                   most);
    return false;
}

/* 15 min: whole seconds, above zero. */
static bool step_arg(wc_sema *sema, const wc_ast_type_arg *arg, uint32_t *step)
{
    const wc_ast_literal *literal = arg->kind == WC_TYPE_ARG_VALUE ? arg->low->literal : NULL;
    if (literal != NULL && literal->kind == WC_LITERAL_QUANTITY && !arg->low->is_negative) {
        const wc_sema_unit *unit = wc_sema_unit_of(sema, literal->unit);
        if (unit == NULL) return false;
        bool is_duration = sema->seconds != NULL && wc_sema_same_dimension(unit, sema->seconds);
        int64_t seconds = 0;
        if (is_duration) {
            wc_status status =
                wc_sema_whole_seconds(literal->mantissa, literal->scale, unit, &seconds);
            if (status != WC_OK) seconds = 0;
        }
        if (seconds > 0 && seconds <= 366 * 86400) {
            *step = (uint32_t)seconds;
            return true;
        }
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1104, arg->span,
                                   "the step of a series is a duration of whole seconds");
    wc_diag_add_note(sema->diags, diag, "for example 15 min or 1 h, at most 366 days");
    return false;
}

/* --- checks on parts -------------------------------------------------------------------------- */

/* Bytes of the order-preserving key encoding, 0 when values of the type cannot be keys. */
uint64_t wc_sema_key_size(const wc_sema_type *type)
{
    if (wc_sema_is_number(type) || type->kind == WC_SEMA_TIME || type->kind == WC_SEMA_DATE) {
        return 8;
    }
    if (type->kind == WC_SEMA_BOOL) return 1;
    if (type->kind == WC_SEMA_ENUM && !type->has_data) return 2;
    if (type->kind == WC_SEMA_INTERVAL) return 16;
    if (type->kind == WC_SEMA_PARTY) return 32;
    if (type->kind == WC_SEMA_BYTES) return type->capacity;
    if (type->kind == WC_SEMA_TEXT) return (uint64_t)type->capacity + 1;
    if (type->kind != WC_SEMA_TUPLE && type->kind != WC_SEMA_RECORD) return 0;
    uint64_t sum = 0;
    for (uint16_t i = 0; i < type->member_count; i++) {
        uint64_t size = wc_sema_key_size(type->members[i].type);
        if (size == 0) return 0;
        sum += size;
    }
    return sum;
}

static bool check_key(wc_sema *sema, const wc_sema_type *key, wc_span span)
{
    uint64_t size = wc_sema_key_size(key);
    if (size > 0 && size <= WC_KEY_MAX) return true;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0411, span, "`{}` cannot be a key", key->text);
    if (size > WC_KEY_MAX) {
        wc_diag_add_note(sema->diags, diag, "its key takes up to {} bytes; {} are possible", size,
                         WC_KEY_MAX);
    } else {
        wc_diag_add_note(sema->diags, diag,
                         "keys are numbers, times, parties, text, bytes, enums without data and "
                         "records of these");
    }
    return false;
}

static bool check_order_field(wc_sema *sema, const wc_ast_type_arg *arg, wc_sema_type *raw)
{
    const wc_sema_type *item = raw->item;
    if (item->kind != WC_SEMA_RECORD) {
        wc_diag_report(sema->diags, WC_E0411, arg->span, "`sorted` orders records, not `{}`",
                       item->text);
        return false;
    }
    if (arg->kind != WC_TYPE_ARG_NAME) {
        (void)bad_args(sema, arg->span, BUILTIN_SORTED);
        return false;
    }
    const wc_ast_name *name = wc_ast_at(&arg->path->names, 0);
    int found = wc_sema_member_find(sema, item, name->text, name->span);
    if (found < 0) return false;
    raw->order = (uint16_t)found;
    const wc_sema_type *type = item->members[found].type;
    if (wc_sema_is_number(type) || type->kind == WC_SEMA_TIME || type->kind == WC_SEMA_DATE) {
        return true;
    }
    wc_diag_report(sema->diags, WC_E0411, arg->span,
                   "`sorted` orders by a number or a time; `{}` is `{}`", name->text, type->text);
    return false;
}

static bool direction_arg(wc_sema *sema, const wc_ast_type_arg *arg, bool *is_descending)
{
    if (arg->kind == WC_TYPE_ARG_NAME && arg->path->names.count == 1) {
        const wc_ast_name *name = wc_ast_at(&arg->path->names, 0);
        *is_descending = wc_str_equal(name->text, WC_STR("desc"));
        if (*is_descending || wc_str_equal(name->text, WC_STR("asc"))) return true;
    }
    wc_diag_report(sema->diags, WC_E0410, arg->span, "the order is `asc` or `desc`");
    return false;
}

/* --- the built-in types ----------------------------------------------------------------------- */

static const wc_ast_type_arg *arg_at(const wc_ast_type *ast, uint32_t index)
{
    return wc_ast_at(&ast->args, index);
}

static bool make_dec(wc_sema *sema, const wc_ast_type *ast, wc_sema_type *raw)
{
    int64_t scale;
    if (!count_arg(sema, arg_at(ast, 0), 0, (int64_t)WC_DECIMALS_MAX, &scale)) return false;
    raw->scale = (uint8_t)scale;
    raw->unit = sema->plain;
    uint32_t next = 1;
    if (ast->args.count > 1 && arg_at(ast, 1)->kind != WC_TYPE_ARG_RANGE) {
        raw->unit = unit_arg(sema, arg_at(ast, 1));
        if (raw->unit == NULL) return false;
        next = 2;
    }
    if (next == ast->args.count) return true;
    bool is_last = next + 1 == ast->args.count;
    if (is_last && arg_at(ast, next)->kind == WC_TYPE_ARG_RANGE) {
        return range_arg(sema, arg_at(ast, next), raw);
    }
    (void)bad_args(sema, ast->span, BUILTIN_DEC);
    return false;
}

static bool make_money(wc_sema *sema, const wc_ast_type *ast, wc_sema_type *raw)
{
    raw->kind = WC_SEMA_DEC;
    raw->unit = unit_arg(sema, arg_at(ast, 0));
    if (raw->unit == NULL) return false;
    if (raw->unit->currency == NULL && wc_sema_is_given_currency(sema, raw->unit->text)) {
        return false;
    }
    if (raw->unit->currency == NULL) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0410, arg_at(ast, 0)->span,
                                       "`{}` is not a currency", raw->unit->text);
        wc_diag_add_note(sema->diags, diag, "a currency is declared as: currency CNY : 2;");
        return false;
    }
    raw->scale = raw->unit->currency->minor;
    if (ast->args.count == 1) return true;
    if (arg_at(ast, 1)->kind == WC_TYPE_ARG_RANGE) return range_arg(sema, arg_at(ast, 1), raw);
    (void)bad_args(sema, ast->span, BUILTIN_MONEY);
    return false;
}

static bool make_capacity(wc_sema *sema, const wc_ast_type *ast, uint32_t at, wc_sema_type *raw)
{
    int64_t capacity;
    if (!count_arg(sema, arg_at(ast, at), 1, WC_LOOP_TRIPS_MAX, &capacity)) return false;
    raw->capacity = (uint32_t)capacity;
    return true;
}

static bool make_items(wc_sema *sema, const wc_ast_type *ast, unsigned flags, wc_sema_type *raw)
{
    bool is_list = raw->kind == WC_SEMA_LIST;
    raw->item = type_arg(sema, arg_at(ast, 0), is_list ? flags & WC_TYPE_MAY_REFER : 0);
    bool fine = raw->item->kind != WC_SEMA_POISON;
    if (raw->kind == WC_SEMA_SET || raw->kind == WC_SEMA_MAP) {
        fine = fine && check_key(sema, raw->item, arg_at(ast, 0)->span);
    }
    if (raw->kind == WC_SEMA_MAP) {
        raw->value = type_arg(sema, arg_at(ast, 1), 0);
        fine = fine && raw->value->kind != WC_SEMA_POISON;
    }
    if (raw->kind == WC_SEMA_SORTED) {
        fine = fine && check_order_field(sema, arg_at(ast, 1), raw);
        fine = direction_arg(sema, arg_at(ast, 2), &raw->is_descending) && fine;
    }
    return make_capacity(sema, ast, ast->args.count - 1, raw) && fine;
}

static bool make_series(wc_sema *sema, const wc_ast_type *ast, wc_sema_type *raw)
{
    raw->item = type_arg(sema, arg_at(ast, 0), 0);
    bool fine = raw->item->kind != WC_SEMA_POISON;
    if (fine && !wc_sema_is_number(raw->item)) {
        wc_diag_report(sema->diags, WC_E0411, arg_at(ast, 0)->span,
                       "a series holds numbers, not `{}`", raw->item->text);
        fine = false;
    }
    fine = step_arg(sema, arg_at(ast, 1), &raw->step) && fine;
    return make_capacity(sema, ast, 2, raw) && fine;
}

static bool make_contract_ref(wc_sema *sema, const wc_ast_type *ast, wc_sema_type *raw)
{
    const wc_ast_type_arg *arg = arg_at(ast, 0);
    wc_sema_symbol *symbol = NULL;
    if (arg->kind == WC_TYPE_ARG_NAME) symbol = wc_sema_find_path(sema, WC_SPACE_TYPE, arg->path);
    if (symbol == NULL || symbol->kind != WC_SYMBOL_INTERFACE) {
        wc_diag_report(sema->diags, WC_E0410, arg->span, "an interface is needed here");
        return false;
    }
    raw->interface = symbol->interface;
    return true;
}

static wc_sema_kind kind_of(type_builtin builtin)
{
    static const uint8_t kinds[] = {[BUILTIN_BOOL] = WC_SEMA_BOOL,
                                    [BUILTIN_INT] = WC_SEMA_INT,
                                    [BUILTIN_DEC] = WC_SEMA_DEC,
                                    [BUILTIN_MONEY] = WC_SEMA_DEC,
                                    [BUILTIN_TIME] = WC_SEMA_TIME,
                                    [BUILTIN_DATE] = WC_SEMA_DATE,
                                    [BUILTIN_INTERVAL] = WC_SEMA_INTERVAL,
                                    [BUILTIN_PARTY] = WC_SEMA_PARTY,
                                    [BUILTIN_TEXT] = WC_SEMA_TEXT,
                                    [BUILTIN_BYTES] = WC_SEMA_BYTES,
                                    [BUILTIN_OPTION] = WC_SEMA_OPTION,
                                    [BUILTIN_LIST] = WC_SEMA_LIST,
                                    [BUILTIN_SET] = WC_SEMA_SET,
                                    [BUILTIN_MAP] = WC_SEMA_MAP,
                                    [BUILTIN_SORTED] = WC_SEMA_SORTED,
                                    [BUILTIN_SERIES] = WC_SEMA_SERIES,
                                    [BUILTIN_CONTRACT_REF] = WC_SEMA_CONTRACT_REF,
                                    [BUILTIN_WIDE] = WC_SEMA_POISON};
    return (wc_sema_kind)kinds[builtin];
}

static bool make_raw(wc_sema *sema, const wc_ast_type *ast, type_builtin builtin, unsigned flags,
                     wc_sema_type *raw)
{
    switch (builtin) {
    case BUILTIN_BOOL:
    case BUILTIN_TIME:
    case BUILTIN_DATE:
    case BUILTIN_INTERVAL:
    case BUILTIN_PARTY: return true;
    case BUILTIN_INT:
        if (ast->args.count == 0) return true;
        if (arg_at(ast, 0)->kind == WC_TYPE_ARG_RANGE) return range_arg(sema, arg_at(ast, 0), raw);
        (void)bad_args(sema, ast->span, builtin);
        return false;
    case BUILTIN_DEC: return make_dec(sema, ast, raw);
    case BUILTIN_MONEY: return make_money(sema, ast, raw);
    case BUILTIN_TEXT:
    case BUILTIN_BYTES: return make_capacity(sema, ast, 0, raw);
    case BUILTIN_OPTION:
        raw->item = type_arg(sema, arg_at(ast, 0), 0);
        return raw->item->kind != WC_SEMA_POISON;
    case BUILTIN_LIST:
    case BUILTIN_SET:
    case BUILTIN_MAP:
    case BUILTIN_SORTED: return make_items(sema, ast, flags, raw);
    case BUILTIN_SERIES: return make_series(sema, ast, raw);
    case BUILTIN_CONTRACT_REF: return make_contract_ref(sema, ast, raw);
    case BUILTIN_WIDE:
        wc_diag_report(sema->diags, WC_E0411, ast->span,
                       "`wide` is only for a `let` or `var` inside a body");
        return false;
    }
    return false;
}

static const wc_sema_type *resolve_builtin(wc_sema *sema, const wc_ast_type *ast,
                                           type_builtin builtin, unsigned flags)
{
    const struct type_row *row = &builtins[builtin];
    if (ast->args.count < row->least || ast->args.count > row->most) {
        return bad_args(sema, ast->span, builtin);
    }
    wc_sema_type raw = {.kind = kind_of(builtin), .span = ast->span};
    if (raw.kind == WC_SEMA_INT || raw.kind == WC_SEMA_DEC) {
        raw.lo = INT64_MIN;
        raw.hi = INT64_MAX;
    }
    if (!make_raw(sema, ast, builtin, flags, &raw)) return sema->poison;
    raw.span = (wc_span){0, 0, 0};
    return wc_sema_type_intern(sema, &raw);
}

/* --- names and tuples ------------------------------------------------------------------------- */

static const wc_sema_type *resolve_name(wc_sema *sema, const wc_ast_type *ast, unsigned flags)
{
    const wc_ast_name *first = wc_ast_at(&ast->path->names, 0);
    int builtin = ast->path->names.count == 1 ? find_builtin(first->text) : -1;
    if (builtin >= 0) return resolve_builtin(sema, ast, (type_builtin)builtin, flags);
    wc_sema_symbol *symbol = wc_sema_find_path(sema, WC_SPACE_TYPE, ast->path);
    if (symbol == NULL) {
        const wc_ast_name *last = wc_ast_at(&ast->path->names, ast->path->names.count - 1);
        wc_sema_guess guess = {.wanted = last->text};
        for (size_t i = 0; i < WC_ARRAY_LEN(builtins); i++) {
            wc_sema_guess_try(&guess, wc_str_of(builtins[i].name));
        }
        (void)wc_sema_unknown_near(sema, WC_E0302, ast->span, WC_SPACE_TYPE, &guess);
        return sema->poison;
    }
    ast->path->symbol = symbol;
    if (symbol->kind == WC_SYMBOL_INTERFACE) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0411, ast->span,
                                       "`{}` is an interface, not a type", symbol->name);
        wc_diag_add_note(sema->diags, diag, "a reference to a contract is contract_ref<{}>",
                         symbol->name);
        return sema->poison;
    }
    if (ast->args.count > 0) {
        wc_diag_report(sema->diags, WC_E0410, ast->span, "`{}` takes no arguments", symbol->name);
        return sema->poison;
    }
    return wc_sema_type_define(sema, symbol);
}

static const wc_sema_type *resolve_tuple(wc_sema *sema, const wc_ast_type *ast)
{
    uint32_t count = ast->elements.count;
    if (count > WC_SEMA_MEMBERS_MAX) {
        wc_sema_limit(sema, ast->span, "elements of a tuple", WC_SEMA_MEMBERS_MAX);
        return sema->poison;
    }
    wc_sema_member *members = WC_SEMA_ARRAY(sema, wc_sema_member, count);
    bool fine = true;
    for (uint32_t i = 0; i < count; i++) {
        wc_ast_type *element = wc_ast_at(&ast->elements, i);
        members[i].span = element->span;
        members[i].type = wc_sema_resolve(sema, element, 0);
        members[i].name = (wc_str){"", 0};
        fine = fine && members[i].type->kind != WC_SEMA_POISON;
    }
    if (!fine) return sema->poison;
    return wc_sema_type_tuple(sema, members, (uint16_t)count);
}

const wc_sema_type *wc_sema_check_size(wc_sema *sema, const wc_sema_type *type, wc_span span)
{
    if (type->kind == WC_SEMA_POISON) return type;
    if (type->depth > WC_TYPE_NESTING_MAX) {
        wc_diag_report(sema->diags, WC_E0905, span, "`{}` nests {} levels deep; {} are possible",
                       type->text, type->depth, WC_TYPE_NESTING_MAX);
        return sema->poison;
    }
    if (type->size <= WC_MEM_MAX) return type;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0905, span, "`{}` takes {} bytes of memory",
                                   type->text, type->size);
    wc_diag_add_note(sema->diags, diag, "all memory of an action is {} bytes", WC_MEM_MAX);
    return sema->poison;
}

/* A contract_ref, or a list of them: what only a term can be. */
bool wc_sema_holds_reference(const wc_sema_type *type)
{
    if (type->kind == WC_SEMA_LIST) type = type->item;
    return type->kind == WC_SEMA_CONTRACT_REF;
}

const wc_sema_type *wc_sema_resolve(wc_sema *sema, wc_ast_type *ast, unsigned flags)
{
    const wc_sema_type *type =
        ast->kind == WC_TYPE_EXPR_TUPLE ? resolve_tuple(sema, ast) : resolve_name(sema, ast, flags);
    if (type->kind == WC_SEMA_SORTED && (flags & WC_TYPE_MAY_SORT) == 0) {
        wc_diag_report(sema->diags, WC_E0411, ast->span, "`sorted` is a type of storage fields");
        type = sema->poison;
    }
    if (wc_sema_holds_reference(type) && (flags & WC_TYPE_MAY_REFER) == 0) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0411, ast->span,
                                       "a contract reference can only be a term");
        wc_diag_add_note(sema->diags, diag,
                         "so it names an instance that exists already, and instances cannot form a "
                         "circle");
        type = sema->poison;
    }
    ast->type = wc_sema_check_size(sema, type, ast->span);
    return ast->type;
}

const wc_sema_type *wc_sema_resolve_local(wc_sema *sema, wc_ast_type *ast, bool *is_wide)
{
    *is_wide = false;
    if (ast->kind == WC_TYPE_EXPR_NAME && ast->path->names.count == 1) {
        const wc_ast_name *name = wc_ast_at(&ast->path->names, 0);
        *is_wide = wc_str_equal(name->text, WC_STR("wide"));
    }
    if (!*is_wide) return wc_sema_resolve(sema, ast, 0);
    if (ast->args.count != 1) return bad_args(sema, ast->span, BUILTIN_WIDE);
    const wc_sema_type *type = type_arg(sema, arg_at(ast, 0), 0);
    if (type->kind != WC_SEMA_POISON && !wc_sema_is_number(type)) {
        wc_diag_report(sema->diags, WC_E0411, ast->span, "`wide` is for numbers, not `{}`",
                       type->text);
        return sema->poison;
    }
    return type;
}
