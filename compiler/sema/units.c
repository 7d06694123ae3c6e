/* Units: a vector of exponents over base units and currencies, and an exact factor.
 *
 * kWh = 1000 Wh, h = 3600 s, so kW = kWh/h is {Wh 1, s -1} with 5/18. Two units are the same when
 * vector and factor are; the text is computed from these alone, so that the ABI does not depend on
 * how an author spelt a unit: kW*h is kWh, CNY/kW/h is CNY/kWh. */
#include "compiler/sema/check.h"

#define WC_UNITS_MAX       1024u /* different units in one program */
#define WC_UNIT_NAMED_MAX  32u   /* declared units tried when a product gets its text */
#define WC_UNIT_TEXT_TERMS 3u    /* factors in such a text */

static int64_t gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* n/d = n/d * a/b, reduced; false when it exceeds 64 bits. All are positive. */
static bool multiply_fraction(int64_t *n, int64_t *d, int64_t a, int64_t b)
{
    int64_t g = gcd(*n, b);
    int64_t h = gcd(a, *d);
    int64_t top;
    int64_t bottom;
    if (wc_i64_mul(*n / g, a / h, &top) != WC_OK) return false;
    if (wc_i64_mul(*d / h, b / g, &bottom) != WC_OK) return false;
    *n = top;
    *d = bottom;
    return true;
}

static bool add_power(wc_sema_unit *unit, uint16_t base, int exponent)
{
    uint8_t at = 0;
    while (at < unit->power_count && unit->powers[at].base < base) at++;
    bool found = at < unit->power_count && unit->powers[at].base == base;
    int sum = exponent + (found ? unit->powers[at].exponent : 0);
    if (sum > WC_UNIT_EXPONENT_MAX || sum < -WC_UNIT_EXPONENT_MAX) return false;
    if (found && sum == 0) {
        unit->power_count--;
        for (uint8_t i = at; i < unit->power_count; i++) unit->powers[i] = unit->powers[i + 1];
        return true;
    }
    if (!found) {
        if (unit->power_count == WC_UNIT_BASES_MAX) return false;
        for (uint8_t i = unit->power_count; i > at; i--) unit->powers[i] = unit->powers[i - 1];
        unit->power_count++;
    }
    unit->powers[at] = (wc_sema_power){base, (int8_t)sum};
    return true;
}

bool wc_sema_unit_scale(wc_sema_unit *unit, int64_t n, int64_t d)
{
    return multiply_fraction(&unit->numerator, &unit->denominator, n, d);
}

bool wc_sema_unit_multiply(wc_sema_unit *unit, const wc_sema_unit *by, int exponent)
{
    wc_assert(exponent == 1 || exponent == -1);
    for (uint8_t i = 0; i < by->power_count; i++) {
        if (!add_power(unit, by->powers[i].base, exponent * by->powers[i].exponent)) return false;
    }
    int64_t n = exponent > 0 ? by->numerator : by->denominator;
    int64_t d = exponent > 0 ? by->denominator : by->numerator;
    return wc_sema_unit_scale(unit, n, d);
}

bool wc_sema_same_dimension(const wc_sema_unit *a, const wc_sema_unit *b)
{
    if (a->power_count != b->power_count) return false;
    for (uint8_t i = 0; i < a->power_count; i++) {
        if (a->powers[i].base != b->powers[i].base) return false;
        if (a->powers[i].exponent != b->powers[i].exponent) return false;
    }
    return true;
}

static bool same_unit(const wc_sema_unit *a, const wc_sema_unit *b)
{
    return a->numerator == b->numerator && a->denominator == b->denominator &&
           wc_sema_same_dimension(a, b);
}

/* --- canonical text --------------------------------------------------------------------------- */

static const wc_sema_symbol *named_unit(const wc_sema *sema, uint32_t index)
{
    return wc_sema_at(&sema->named_units, index);
}

static wc_str join_text(wc_sema *sema, const int *signs, const uint32_t *terms, uint32_t count)
{
    wc_str text = {"", 0};
    for (uint32_t i = 0; i < count; i++) {
        const char *between = signs[i] > 0 ? (i == 0 ? "" : "*") : (i == 0 ? "1/" : "/");
        const wc_str parts[] = {text, wc_str_of(between), named_unit(sema, terms[i])->name};
        text = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
    }
    return text;
}

/* The first combination of declared units, in order of declaration, whose product with these signs
 * is the unit. */
static bool search_text(wc_sema *sema, const wc_sema_unit *unit, const int *signs, uint32_t count,
                        bool is_power, wc_str *text)
{
    uint32_t named = sema->named_units.count;
    if (named > WC_UNIT_NAMED_MAX) named = WC_UNIT_NAMED_MAX;
    uint32_t terms[WC_UNIT_TEXT_TERMS] = {0};
    uint64_t combinations = 1;
    for (uint32_t i = 0; i < (is_power ? 1 : count); i++) combinations *= named;
    for (uint64_t at = 0; at < combinations; at++) {
        uint64_t rest = at;
        for (uint32_t i = count; i-- > 0;) {
            terms[i] = (uint32_t)(rest % named);
            if (!is_power) rest /= named;
        }
        wc_sema_unit product = *sema->plain;
        bool fits = true;
        for (uint32_t i = 0; i < count && fits; i++) {
            fits = wc_sema_unit_multiply(&product, named_unit(sema, terms[i])->unit, signs[i]);
        }
        if (fits && same_unit(&product, unit)) {
            *text = join_text(sema, signs, terms, count);
            return true;
        }
    }
    return false;
}

static wc_str base_text(wc_sema *sema, const wc_sema_unit *unit)
{
    wc_str text = WC_SEMA_TEXT(sema, "{}/{}", unit->numerator, unit->denominator);
    for (uint8_t i = 0; i < unit->power_count; i++) {
        const wc_sema_symbol *base = wc_sema_at(&sema->bases, unit->powers[i].base);
        wc_str power = WC_SEMA_TEXT(sema, "^{}", unit->powers[i].exponent);
        const wc_str parts[] = {text, WC_STR("*"), base->name, power};
        text = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
    }
    return text;
}

static wc_str unit_text(wc_sema *sema, const wc_sema_unit *unit)
{
    static const struct {
        uint32_t count;
        int signs[WC_UNIT_TEXT_TERMS];
        bool is_power; /* the same unit in every place */
    } shapes[] = {{1, {-1}, false},       {2, {1, 1}, true},    {2, {-1, -1}, true},
                  {2, {1, -1}, false},    {2, {1, 1}, false},   {3, {1, -1, -1}, false},
                  {3, {1, 1, -1}, false}, {2, {-1, -1}, false}, {3, {1, 1, 1}, false}};

    wc_str text;
    for (size_t i = 0; i < WC_ARRAY_LEN(shapes); i++) {
        const int *signs = shapes[i].signs;
        if (search_text(sema, unit, signs, shapes[i].count, shapes[i].is_power, &text)) {
            return text;
        }
    }
    return base_text(sema, unit);
}

/* --- interning -------------------------------------------------------------------------------- */

static wc_sema_unit *add_unit(wc_sema *sema, const wc_sema_unit *raw)
{
    wc_sema_unit *unit = WC_SEMA_NEW(sema, wc_sema_unit);
    *unit = *raw;
    unit->index = (uint16_t)sema->units.count;
    unit->currency = NULL;
    wc_sema_push(sema, &sema->units, unit);
    return unit;
}

static wc_sema_unit *find_unit(const wc_sema *sema, const wc_sema_unit *raw)
{
    for (uint32_t i = 0; i < sema->units.count; i++) {
        wc_sema_unit *unit = wc_sema_at(&sema->units, i);
        if (same_unit(unit, raw)) return unit;
    }
    return NULL;
}

const wc_sema_unit *wc_sema_unit_intern(wc_sema *sema, const wc_sema_unit *raw)
{
    wc_sema_unit *unit = find_unit(sema, raw);
    if (unit != NULL) return unit;
    if (sema->units.count >= WC_UNITS_MAX) return NULL;
    unit = add_unit(sema, raw);
    unit->text = unit_text(sema, unit);
    return unit;
}

void wc_sema_units_init(wc_sema *sema)
{
    const wc_sema_unit plain = {.text = {"", 0}, .numerator = 1, .denominator = 1};
    sema->plain = add_unit(sema, &plain);
}

/* --- unit expressions and declarations -------------------------------------------------------- */

static void report_too_big(wc_sema *sema, wc_span span)
{
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0504, span, "this unit is out of bounds");
    wc_diag_add_note(sema->diags, diag,
                     "a unit has at most {} base units, exponents from -{} to {}, and a factor to "
                     "them of two 64-bit numbers",
                     WC_UNIT_BASES_MAX, WC_UNIT_EXPONENT_MAX, WC_UNIT_EXPONENT_MAX);
}

/* The product as written, not interned; false after a report. */
static bool raw_unit(wc_sema *sema, const wc_ast_unit *ast, wc_sema_unit *raw)
{
    *raw = *sema->plain;
    for (uint32_t i = 0; i < ast->factors.count; i++) {
        const wc_ast_unit_factor *factor = wc_ast_at(&ast->factors, i);
        wc_sema_symbol *symbol = wc_sema_find_path(sema, WC_SPACE_UNIT, factor->path);
        if (symbol == NULL) {
            const wc_ast_name *name = wc_ast_at(&factor->path->names, 0);
            (void)wc_sema_unknown(sema, WC_E0303, factor->path->span, WC_SPACE_UNIT, name->text);
            return false;
        }
        if (!wc_sema_unit_define(sema, symbol)) return false;
        if (!wc_sema_unit_multiply(raw, symbol->unit, factor->exponent)) {
            report_too_big(sema, ast->span);
            return false;
        }
    }
    return true;
}

const wc_sema_unit *wc_sema_unit_of(wc_sema *sema, const wc_ast_unit *ast)
{
    wc_sema_unit raw;
    if (!raw_unit(sema, ast, &raw)) return NULL;
    const wc_sema_unit *unit = wc_sema_unit_intern(sema, &raw);
    if (unit == NULL) report_too_big(sema, ast->span);
    return unit;
}

const wc_sema_unit *wc_sema_unit_product(wc_sema *sema, const wc_sema_unit *a,
                                         const wc_sema_unit *b, int exponent, wc_span span)
{
    wc_sema_unit raw = *a;
    const wc_sema_unit *unit = NULL;
    if (wc_sema_unit_multiply(&raw, b, exponent)) unit = wc_sema_unit_intern(sema, &raw);
    if (unit == NULL) report_too_big(sema, span);
    return unit;
}

static bool name_unit(wc_sema *sema, wc_sema_symbol *symbol, const wc_sema_unit *raw)
{
    wc_sema_unit *unit = find_unit(sema, raw);
    if (unit == NULL) {
        if (sema->units.count >= WC_UNITS_MAX) {
            report_too_big(sema, symbol->span);
            return false;
        }
        unit = add_unit(sema, raw);
        unit->text = symbol->name;
    }
    symbol->unit = unit;
    wc_sema_push(sema, &sema->named_units, symbol);
    return true;
}

/* unit Wh : energy; */
static bool define_base(wc_sema *sema, wc_sema_symbol *symbol)
{
    const wc_ast_name *name = &symbol->item->as.unit.dimension;
    wc_sema_symbol *dimension = wc_sema_find(sema, WC_SPACE_DIMENSION, name->text);
    if (dimension == NULL) {
        (void)wc_sema_unknown(sema, WC_E0303, name->span, WC_SPACE_DIMENSION, name->text);
        return false;
    }
    if (dimension->base != WC_NONE) {
        const wc_sema_symbol *other = wc_sema_at(&sema->bases, dimension->base);
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0501, symbol->span,
                                       "the dimension `{}` has a base unit already", name->text);
        wc_diag_add_label(sema->diags, diag, other->span, "this one");
        wc_diag_add_note(sema->diags, diag, "say how the two relate: unit {} = 1000 {};",
                         symbol->name, other->name);
        return false;
    }
    dimension->base = (uint16_t)sema->bases.count;
    wc_sema_push(sema, &sema->bases, symbol);
    wc_sema_unit raw = *sema->plain;
    (void)add_power(&raw, dimension->base, 1);
    if (!name_unit(sema, symbol, &raw)) return false;
    if (sema->seconds == NULL && wc_str_equal(name->text, WC_STR("duration"))) {
        sema->seconds = symbol->unit;
    }
    return true;
}

/* unit kWh = 1000 Wh; */
static bool define_derived(wc_sema *sema, wc_sema_symbol *symbol)
{
    const wc_ast_literal *factor = symbol->item->as.unit.factor;
    wc_sema_unit raw;
    if (!raw_unit(sema, factor->unit, &raw)) return false;
    int64_t n;
    int64_t d = 1;
    bool fits = wc_i128_narrow(factor->mantissa, &n) == WC_OK && n > 0;
    for (unsigned i = 0; i < factor->scale; i++) d *= 10;
    if (fits) {
        int64_t common = gcd(n, d);
        fits = wc_sema_unit_scale(&raw, n / common, d / common);
    }
    if (!fits) {
        report_too_big(sema, factor->span);
        return false;
    }
    return name_unit(sema, symbol, &raw);
}

static bool define_currency(wc_sema *sema, wc_sema_symbol *symbol)
{
    const wc_ast_literal *minor = symbol->item->as.minor;
    int64_t decimals;
    bool fits = minor->scale == 0 && wc_i128_narrow(minor->mantissa, &decimals) == WC_OK;
    if (!fits || decimals > (int64_t)WC_DECIMALS_MAX) {
        wc_diag_report(sema->diags, WC_E0501, minor->span, "a currency has from 0 to {} decimals",
                       WC_DECIMALS_MAX);
        return false;
    }
    wc_sema_currency *currency = WC_SEMA_NEW(sema, wc_sema_currency);
    currency->index = (uint16_t)sema->currencies.count;
    currency->code = symbol->name;
    currency->minor = (uint8_t)decimals;
    currency->span = symbol->span;
    wc_sema_push(sema, &sema->currencies, currency);
    wc_sema_unit raw = *sema->plain;
    (void)add_power(&raw, (uint16_t)sema->bases.count, 1);
    wc_sema_push(sema, &sema->bases, symbol);
    if (!name_unit(sema, symbol, &raw)) return false;
    wc_sema_unit *unit = find_unit(sema, &raw);
    unit->currency = currency;
    symbol->currency = currency;
    return true;
}

bool wc_sema_unit_define(wc_sema *sema, wc_sema_symbol *symbol)
{
    if (symbol->progress == WC_DONE) return symbol->unit != NULL;
    if (!wc_sema_begin(sema, symbol)) return false;
    bool done = false;
    if (symbol->kind == WC_SYMBOL_CURRENCY) {
        done = define_currency(sema, symbol);
    } else if (symbol->item->as.unit.factor == NULL) {
        done = define_base(sema, symbol);
    } else {
        done = define_derived(sema, symbol);
    }
    wc_sema_end(sema, symbol);
    return done;
}
