/* See condition.h. One descent reads and evaluates; without a view it only reads. Values are taken
 * in the words that debuggers show, so that what is on the screen can be typed again. */
#include "node/debug/condition.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NESTING_MAX 16u
#define VALUE_MAX   256u /* bytes of a value in words; a longer one equals nothing */

typedef struct reading {
    const wc_dbg_view *view; /* NULL: only its form counts */
    wc_str text;
    size_t at;
    unsigned nesting;
    bool is_wrong; /* no condition: ends the reading */
    bool is_known; /* false: something in it has no value here */
    char *why;
} reading;

typedef enum operand_kind {
    OPERAND_TRUTH,
    OPERAND_NUMBER,
    OPERAND_TEXT,
    OPERAND_NAME /* a word that is no name of a value here: of a party, a variant */
} operand_kind;

typedef struct operand {
    operand_kind kind;
    bool truth;
    wc_i128 number; /* * 10^-scale of unit */
    unsigned scale;
    char unit[32];
    char text[VALUE_MAX]; /* as it is shown or was written */
} operand;

static bool read_or(reading *r);

static void explain(reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void explain(reading *r, const char *format, ...)
{
    if (r->why[0] != '\0') return; /* the first reason stays */
    va_list args;
    va_start(args, format);
    (void)vsnprintf(r->why, WC_DBG_WHY_MAX, format, args);
    va_end(args);
}

/* ---- words -------------------------------------------------------------------------------------
 */

static void skip_blanks(reading *r)
{
    while (r->at < r->text.len && r->text.data[r->at] == ' ') r->at++;
}

static char next(const reading *r)
{
    return r->at < r->text.len ? r->text.data[r->at] : '\0';
}

static bool take(reading *r, const char *sign)
{
    size_t len = strlen(sign);
    skip_blanks(r);
    if (r->text.len - r->at < len || memcmp(r->text.data + r->at, sign, len) != 0) return false;
    r->at += len;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (uint8_t)c >= 0x80;
}

static void copy(char *to, size_t size, const char *from, size_t len)
{
    if (len >= size) len = size - 1;
    memcpy(to, from, len);
    to[len] = '\0';
}

/* ---- values ------------------------------------------------------------------------------------
 */

/* "-12.345 kWh" as a number; false: it is none. */
static bool to_number(operand *out)
{
    const char *at = out->text;
    bool is_negative = *at == '-', has_point = false;
    wc_i128 number = wc_i128_of(0);
    at += is_negative;
    if (!is_digit(*at)) return false;
    out->scale = 0;
    for (; is_digit(*at) || *at == '_' || (*at == '.' && !has_point); at++) {
        if (*at == '.') has_point = true;
        if (!is_digit(*at)) continue;
        if (wc_i128_mul_i64(number, 10, &number) != WC_OK ||
            wc_i128_add(number, wc_i128_of(*at - '0'), &number) != WC_OK) {
            return false;
        }
        out->scale += has_point;
    }
    if (*at != '\0' && *at != ' ') return false;
    while (*at == ' ') at++;
    copy(out->unit, sizeof out->unit, at, strlen(at));
    if (is_negative && wc_i128_neg(number, &number) != WC_OK) return false;
    out->number = number;
    return true;
}

static void classify(operand *out)
{
    bool is_true = strcmp(out->text, "true") == 0;
    if (is_true || strcmp(out->text, "false") == 0) {
        out->kind = OPERAND_TRUTH;
        out->truth = is_true;
        return;
    }
    out->kind = to_number(out) ? OPERAND_NUMBER : OPERAND_TEXT;
}

/* A number with its unit, a time, a date: what begins with a digit. */
static void read_literal(reading *r, operand *out)
{
    size_t start = r->at;
    bool is_time = false;
    while (is_digit(next(r)) || (next(r) != '\0' && strchr("-_.:TZ", next(r)) != NULL)) {
        is_time = is_time || next(r) == ':' || (next(r) == '-' && r->at > start);
        r->at++;
    }
    size_t end = r->at;
    skip_blanks(r);
    if (!is_time && is_letter(next(r))) {
        while (is_letter(next(r)) || is_digit(next(r)) || next(r) == '/') r->at++;
        end = r->at;
    }
    copy(out->text, sizeof out->text, r->text.data + start, end - start);
    classify(out);
}

static void read_quoted(reading *r, operand *out)
{
    const char *start = r->text.data + r->at;
    const char *end = memchr(start + 1, '"', r->text.len - r->at - 1);
    if (end == NULL) {
        r->is_wrong = true;
        explain(r, "a text without its second \"");
        return;
    }
    copy(out->text, sizeof out->text, start, (size_t)(end - start) + 1);
    out->kind = OPERAND_TEXT;
    r->at += (size_t)(end - start) + 1;
}

static wc_str take_path(reading *r)
{
    size_t start = r->at;
    while (is_letter(next(r)) || is_digit(next(r)) || next(r) == '.' || next(r) == '[') {
        if (next(r) == '[') {
            const char *close = memchr(r->text.data + r->at, ']', r->text.len - r->at);
            if (close == NULL) break;
            r->at = (size_t)(close - r->text.data);
        }
        r->at++;
    }
    return (wc_str){r->text.data + start, r->at - start};
}

static void read_path(reading *r, operand *out)
{
    wc_str path = take_path(r);
    wc_dbg_value value;
    size_t bad;
    copy(out->text, sizeof out->text, path.data, path.len);
    out->kind = OPERAND_NAME;
    if (strcmp(out->text, "true") == 0 || strcmp(out->text, "false") == 0) classify(out);
    if (r->view == NULL || out->kind == OPERAND_TRUTH) return;
    if (!wc_dbg_evaluate(r->view, &r->view->frames[0], path, &value, &bad)) return;
    if (value.known != WC_DBG_SET) {
        r->is_known = false;
        explain(r, "`%.60s` has no value there", out->text);
        return;
    }
    wc_buf shown;
    wc_buf_init(&shown, out->text, sizeof out->text - 1);
    wc_dbg_put_value(&shown, &value, r->view->names, 0);
    out->text[shown.len] = '\0';
    classify(out);
}

static void read_operand(reading *r, operand *out)
{
    *out = (operand){.kind = OPERAND_TEXT};
    skip_blanks(r);
    if (is_digit(next(r)) || next(r) == '-') {
        read_literal(r, out);
    } else if (next(r) == '"') {
        read_quoted(r, out);
    } else if (is_letter(next(r))) {
        read_path(r, out);
    } else {
        r->is_wrong = true;
        explain(r, "a name or a value is missing at character %zu", r->at + 1);
    }
}

/* ---- comparing ---------------------------------------------------------------------------------
 */

static void raise_to(operand *number, unsigned scale, bool *fits)
{
    for (; number->scale < scale && *fits; number->scale++) {
        *fits = wc_i128_mul_i64(number->number, 10, &number->number) == WC_OK;
    }
}

/* <0, 0, >0 */
static int order_numbers(reading *r, operand *a, operand *b)
{
    bool fits = true;
    if (strcmp(a->unit, b->unit) != 0) {
        r->is_known = false;
        explain(r, "`%.40s` and `%.40s` are not in the same unit", a->text, b->text);
        return 0;
    }
    raise_to(a, b->scale, &fits);
    raise_to(b, a->scale, &fits);
    if (!fits) {
        r->is_known = false;
        explain(r, "`%.40s` and `%.40s` are too large to compare", a->text, b->text);
    }
    return wc_i128_compare(a->number, b->number);
}

/* Times and dates are in order as they are written; other texts and names are only equal or not. */
static int order(reading *r, operand *a, operand *b, bool is_equality)
{
    const operand *unknown = a->kind == OPERAND_NAME ? a : b;
    const operand *other = unknown == a ? b : a;
    bool is_name = unknown->kind == OPERAND_NAME && other->kind != OPERAND_TEXT;
    bool are_texts = a->kind >= OPERAND_TEXT && b->kind >= OPERAND_TEXT;
    if (a->kind == OPERAND_NUMBER && b->kind == OPERAND_NUMBER) return order_numbers(r, a, b);
    if (is_name) {
        r->is_known = false;
        explain(r, "there is no `%.60s` there", unknown->text);
    } else if (a->kind == OPERAND_TRUTH && b->kind == OPERAND_TRUTH && is_equality) {
        return (int)a->truth - (int)b->truth;
    } else if (are_texts && (is_equality || (is_digit(a->text[0]) && is_digit(b->text[0])))) {
        return strcmp(a->text, b->text);
    } else {
        r->is_known = false;
        explain(r, "`%.60s` and `%.60s` cannot be compared so", a->text, b->text);
    }
    return 0;
}

static bool read_comparison(reading *r)
{
    static const char *const signs[] = {"==", "!=", "<=", ">=", "<", ">"};
    operand a, b;
    read_operand(r, &a);
    size_t sign = 0;
    while (!r->is_wrong && sign < WC_ARRAY_LEN(signs) && !take(r, signs[sign])) sign++;
    if (r->is_wrong) return false;
    if (sign == WC_ARRAY_LEN(signs)) {
        if (r->view == NULL || a.kind == OPERAND_TRUTH) return a.truth;
        r->is_known = false;
        explain(r,
                a.kind == OPERAND_NAME ? "there is no `%.60s` there"
                                       : "`%.60s` is neither true nor false",
                a.text);
        return false;
    }
    read_operand(r, &b);
    if (r->is_wrong || r->view == NULL || !r->is_known) return false;
    int found = order(r, &a, &b, sign < 2);
    const bool holds[] = {found == 0, found != 0, found <= 0, found >= 0, found<0, found> 0};
    return holds[sign];
}

/* ---- the descent -------------------------------------------------------------------------------
 */

static bool read_not(reading *r)
{
    if (r->is_wrong) return false;
    bool is_not = take(r, "!");
    bool is_open = !is_not && take(r, "(");
    if (!is_not && !is_open) return read_comparison(r);
    if (++r->nesting > NESTING_MAX) {
        r->is_wrong = true;
        explain(r, "it nests deeper than %u", NESTING_MAX);
        return false;
    }
    bool truth = is_not ? !read_not(r) : read_or(r);
    r->nesting--;
    if (is_open && !r->is_wrong && !take(r, ")")) {
        r->is_wrong = true;
        explain(r, "`)` is missing at character %zu", r->at + 1);
    }
    return truth;
}

/* What need not be known is only read. */
static bool read_rest(reading *r, bool is_needed, bool (*read)(reading *r))
{
    const wc_dbg_view *view = r->view;
    if (!is_needed) r->view = NULL;
    bool truth = read(r);
    r->view = view;
    return truth;
}

static bool read_and(reading *r)
{
    bool truth = read_not(r);
    while (!r->is_wrong && take(r, "&&")) {
        bool other = read_rest(r, truth && r->is_known, read_not);
        truth = truth && other;
    }
    return truth;
}

static bool read_or(reading *r)
{
    bool truth = read_and(r);
    while (!r->is_wrong && take(r, "||")) {
        bool other = read_rest(r, !truth && r->is_known, read_and);
        truth = truth || other;
    }
    return truth;
}

bool wc_dbg_condition_check(wc_str condition, char why[WC_DBG_WHY_MAX])
{
    reading r = {.text = condition, .is_known = true, .why = why};
    why[0] = '\0';
    if (condition.len > WC_DBG_CONDITION_MAX) {
        explain(&r, "a condition has at most %u characters", WC_DBG_CONDITION_MAX);
        return false;
    }
    (void)read_or(&r);
    skip_blanks(&r);
    if (!r.is_wrong && r.at < condition.len) {
        r.is_wrong = true;
        size_t rest = condition.len - r.at;
        explain(&r, "`%.*s` does not belong to it", rest < 40 ? (int)rest : 40,
                condition.data + r.at);
    }
    return !r.is_wrong;
}

wc_dbg_truth wc_dbg_condition_at(const wc_dbg_view *view, wc_str condition,
                                 char why[WC_DBG_WHY_MAX])
{
    reading r = {.view = view, .text = condition, .is_known = true, .why = why};
    why[0] = '\0';
    bool truth = read_or(&r);
    wc_assert(!r.is_wrong);
    if (!r.is_known) return WC_DBG_NOT_KNOWN;
    return truth ? WC_DBG_TRUE : WC_DBG_FALSE;
}
