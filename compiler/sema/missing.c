/* What is known about values on a path: gaps of a series that were ruled out, divisors that are not
 * zero.
 *
 * A condition that holds teaches facts about paths: a root that cannot change (parameter, let,
 * binder, term) followed by members and elements. `d.count(Missing) == 0` for all d in hist teaches
 * it of every element of hist, and of nothing else: a `forall` over an empty collection holds and
 * has looked at nothing. E1103 rests on this, so roots that can be written are never accepted
 * for it. For the lint on divisors they are: the trap is there in any case. */
#include "compiler/sema/warn.h"

#define WC_PATH_MAX    16u
#define WC_REPORTED    UINT16_MAX /* binders of what was reported: all that is like it was said */
#define WC_FACTS_MAX   256u       /* on one path; later ones are not learnt */
#define WC_ANY_ELEMENT 0xffffu    /* a step: every element */
#define WC_ELEMENT     0x8000u    /* a step: this and the number of the element */

typedef struct path {
    const wc_sema_local *local; /* root: a local, or a term or field by index */
    wc_sema_op root;
    uint16_t index;
    uint32_t count;
    uint16_t steps[WC_PATH_MAX]; /* member number, WC_ELEMENT | number, or WC_ANY_ELEMENT */
} path;

_Static_assert(WC_PATH_MAX >= WC_TYPE_NESTING_MAX, "each step goes one level into a type");

static void add_step(path *to, uint16_t step)
{
    wc_assert(to->count < WC_PATH_MAX);
    to->steps[to->count++] = step;
}

/* How to read a path: of the thing itself, or of all elements that it is one of. */
typedef struct reading {
    const wc_sema_local *root; /* no more than itself, binder or not; NULL: none */
    uint16_t binders;          /* so many stand for every element that they run over */
    bool any_index;            /* so does an index that is no number written there, and ... */
    bool any_number;           /* ... one that is */
    bool may_change;           /* roots that can be written are accepted */
} reading;

static bool element_step(const wc_sema_expr *index, reading how, uint16_t *step)
{
    bool is_known = index->op == WC_OPER_NUMBER && wc_i128_sign(index->number) >= 0 &&
                    wc_i128_compare(index->number, wc_i128_of(WC_ELEMENT / 2)) < 0;
    *step =
        is_known && !how.any_number ? (uint16_t)(WC_ELEMENT | index->number.lo) : WC_ANY_ELEMENT;
    return is_known || how.any_index;
}

/* Definitions and members are followed at most 64 deep: a longer chain is only not understood. */
static bool trace(const wc_sema_expr *expr, reading how, unsigned depth, path *to)
{
    if (depth > 64) return false;
    uint16_t step = expr->index;
    bool is_element = expr->op == WC_OPER_INDEX || expr->op == WC_OPER_MAP_GET;
    if (is_element && !element_step(expr->b, how, &step)) return false;
    if (is_element || expr->op == WC_OPER_MEMBER) {
        if (!trace(expr->a, how, depth + 1, to)) return false;
        add_step(to, step);
        return true;
    }
    to->root = expr->op;
    to->index = expr->index;
    if (expr->op == WC_OPER_TERM) return true;
    if (expr->op == WC_OPER_FIELD) return how.may_change;
    if (expr->op != WC_OPER_LOCAL) return false;
    const wc_sema_local *local = expr->local;
    if (how.binders > 0 && local->over != NULL && local != how.root) {
        how.binders--;
        if (!trace(local->over, how, depth + 1, to)) return false;
        add_step(to, WC_ANY_ELEMENT);
        return true;
    }
    to->local = local;
    if (local->is_mutable) return how.may_change;
    if (local == how.root) return true;
    path through = {0};
    bool is_name = local->equals != NULL && trace(local->equals, how, depth + 1, &through);
    if (is_name) *to = through;
    return true;
}

/* What is known of `known` holds of `asked`. */
static bool covers(const path *known, const path *asked)
{
    if (known->root != asked->root || known->local != asked->local) return false;
    if (known->root != WC_OPER_LOCAL && known->index != asked->index) return false;
    if (known->count != asked->count) return false;
    for (uint32_t i = 0; i < known->count; i++) {
        bool is_any = known->steps[i] == WC_ANY_ELEMENT && (asked->steps[i] & WC_ELEMENT) != 0;
        if (known->steps[i] != asked->steps[i] && !is_any) return false;
    }
    return true;
}

/* With binders: `asked` is one of the elements that are all known. */
static bool same_value(const wc_sema_expr *known, const wc_sema_expr *asked, reading how)
{
    path left = {0};
    path right = {0};
    if (!trace(known, how, 0, &left)) return false;
    bool for_all = how.binders > 0;
    reading one_of = {.root = left.local,
                      .binders = for_all ? UINT16_MAX : 0,
                      .any_index = for_all,
                      .may_change = how.may_change};
    return trace(asked, one_of, 0, &right) && covers(&left, &right);
}

bool wc_sema_same_value(const wc_sema_expr *a, const wc_sema_expr *b)
{
    const reading how = {0};
    bool same_party = a->op == WC_OPER_PARTY && b->op == WC_OPER_PARTY && a->index == b->index;
    bool same_self = a->op == WC_OPER_SELF && b->op == WC_OPER_SELF;
    return same_party || same_self || same_value(a, b, how);
}

/* An index is the same value only when nothing on it is an element of unknown number. What has
 * bounds of its own is fitted to the index. */
static bool same_index(const wc_sema_expr *a, const wc_sema_expr *b)
{
    while (a->op == WC_OPER_FIT) a = a->a;
    while (b->op == WC_OPER_FIT) b = b->a;
    bool is_local = a->op == WC_OPER_LOCAL && b->op == WC_OPER_LOCAL && a->local == b->local;
    if (is_local) return !a->local->is_mutable;
    bool is_number = a->op == WC_OPER_NUMBER && b->op == WC_OPER_NUMBER;
    return is_number && wc_i128_compare(a->number, b->number) == 0;
}

/* --- learning --------------------------------------------------------------------------------- */

static void note(wc_sema *sema, wc_sema_fact fact, const wc_sema_expr *value,
                 const wc_sema_expr *index, uint16_t binders)
{
    uint32_t number = sema->body->evidence == NULL ? 1 : sema->body->evidence->number + 1;
    if (number > WC_FACTS_MAX) return;
    wc_sema_evidence *evidence = WC_SEMA_NEW(sema, wc_sema_evidence);
    evidence->fact = fact;
    evidence->value = value;
    evidence->index = index;
    evidence->binders = binders;
    evidence->number = number;
    evidence->next = sema->body->evidence;
    sema->body->evidence = evidence;
}

/* The `forall` around a condition, innermost first; NULL: none. */
typedef struct quantifier {
    const struct quantifier *outer;
    const wc_sema_local *item; /* NULL: not named */
} quantifier;

/* The value is an element of what each of them runs over, or a part of one. */
static bool runs_with(const wc_sema_expr *value, const quantifier *all)
{
    while (all != NULL) {
        if (value->op == WC_OPER_LOCAL) {
            if (value->local == all->item) all = all->outer;
            value = value->local->over != NULL ? value->local->over : value->local->equals;
        } else {
            bool is_part = value->op == WC_OPER_MEMBER || value->op == WC_OPER_INDEX ||
                           value->op == WC_OPER_MAP_GET;
            value = is_part ? value->a : NULL;
        }
        if (value == NULL) break;
    }
    return all == NULL;
}

static void remember(wc_sema *sema, wc_sema_fact fact, const wc_sema_expr *value,
                     const wc_sema_expr *index, const quantifier *all)
{
    if (all != NULL && index != NULL) return; /* the index is a binder that is gone */
    if (!runs_with(value, all)) return;
    uint16_t binders = 0;
    for (; all != NULL; all = all->outer) binders++; /* ends: the source nests so deep */
    note(sema, fact, value, index, binders);
}

static wc_sema_op inverse(wc_sema_op op)
{
    if (op == WC_OPER_EQ) return WC_OPER_NE;
    if (op == WC_OPER_NE) return WC_OPER_EQ;
    if (op == WC_OPER_LT) return WC_OPER_GE;
    if (op == WC_OPER_LE) return WC_OPER_GT;
    if (op == WC_OPER_GT) return WC_OPER_LE;
    return WC_OPER_LT;
}

static wc_sema_op mirror(wc_sema_op op)
{
    if (op == WC_OPER_LT) return WC_OPER_GT;
    if (op == WC_OPER_LE) return WC_OPER_GE;
    if (op == WC_OPER_GT) return WC_OPER_LT;
    if (op == WC_OPER_GE) return WC_OPER_LE;
    return op;
}

/* value op number holds. */
static void learn_comparison(wc_sema *sema, const wc_sema_expr *value, wc_sema_op op,
                             wc_i128 number, const quantifier *all)
{
    while ((value->op == WC_OPER_MUL && value->b->op == WC_OPER_NUMBER) ||
           value->op == WC_OPER_FIT) {
        value = value->a; /* scaled up or put in a place: zero stays zero */
    }
    int sign = wc_i128_sign(number);
    if (value->op == WC_OPER_QCOUNT && value->index == WC_QUALITY_MISSING) {
        if (op == WC_OPER_EQ && sign == 0) {
            remember(sema, WC_FACT_PRESENT, value->a, NULL, all);
        }
        return;
    }
    if (value->op == WC_OPER_QUALITY) {
        /* indexes of a window are those of its series */
        const wc_sema_expr *series = value->a->op == WC_OPER_WINDOW ? value->a->a : value->a;
        bool is_missing = wc_i128_compare(number, wc_i128_of(WC_QUALITY_MISSING)) == 0;
        if ((op == WC_OPER_NE) == is_missing) { /* else op is EQ: enums have no order */
            remember(sema, WC_FACT_PRESENT, series, value->b, all);
        }
        return;
    }
    bool is_nonzero = (op == WC_OPER_NE && sign == 0) || (op == WC_OPER_EQ && sign != 0) ||
                      (op == WC_OPER_GT && sign >= 0) || (op == WC_OPER_GE && sign > 0) ||
                      (op == WC_OPER_LT && sign <= 0) || (op == WC_OPER_LE && sign < 0);
    if (is_nonzero) remember(sema, WC_FACT_NONZERO, value, NULL, all);
}

static void learn(wc_sema *sema, const wc_sema_expr *condition, bool holds, const quantifier *all)
{
    wc_sema_op op = condition->op;
    if (op == WC_OPER_NOT) {
        learn(sema, condition->a, !holds, all);
    } else if ((op == WC_OPER_AND && holds) || (op == WC_OPER_OR && !holds)) {
        learn(sema, condition->a, holds, all);
        learn(sema, condition->b, holds, all);
    } else if (op == WC_OPER_FORALL && holds) {
        const quantifier inner = {all, condition->local};
        learn(sema, condition->c, true, &inner);
    } else if (op == WC_OPER_IS && condition->a->op == WC_OPER_QUALITY) {
        learn_comparison(sema, condition->a, holds ? WC_OPER_EQ : WC_OPER_NE,
                         wc_i128_of(condition->index), all);
    } else if (op >= WC_OPER_EQ && op <= WC_OPER_GE) {
        if (!holds) op = inverse(op);
        if (condition->b->op == WC_OPER_NUMBER) {
            learn_comparison(sema, condition->a, op, condition->b->number, all);
        } else if (condition->a->op == WC_OPER_NUMBER) {
            learn_comparison(sema, condition->b, mirror(op), condition->a->number, all);
        }
    }
}

void wc_sema_learn(wc_sema *sema, const wc_sema_expr *condition, bool holds)
{
    learn(sema, condition, holds, NULL);
}

/* --- asking ----------------------------------------------------------------------------------- */

static reading how_known(const wc_sema_evidence *known, bool may_change)
{
    bool is_reported = known->binders == WC_REPORTED;
    return (reading){.binders = known->binders,
                     .any_index = is_reported,
                     .any_number = is_reported,
                     .may_change = may_change};
}

/* The same part of the same series. */
static bool same_window(const wc_sema_expr *a, const wc_sema_expr *b)
{
    wc_assert(b->op == WC_OPER_WINDOW);
    if (a->op != WC_OPER_WINDOW) return false;
    const reading how = {0};
    if (!same_value(a->a, b->a, how)) return false;
    if (a->b->is_const && b->b->is_const) {
        return wc_i128_compare(a->b->a->number, b->b->a->number) == 0 &&
               wc_i128_compare(a->b->b->number, b->b->b->number) == 0;
    }
    return same_value(a->b, b->b, how);
}

/* What a `let` stands for, where that says more. */
static const wc_sema_expr *meaning_of(const wc_sema_expr *series)
{
    if (series->op != WC_OPER_LOCAL || series->local->is_mutable) return series;
    const wc_sema_expr *value = series->local->equals;
    if (value == NULL) return series;
    bool is_made = value->op == WC_OPER_FILL || value->op == WC_OPER_RESAMPLE ||
                   value->op == WC_OPER_SLICE || value->op == WC_OPER_SERIES ||
                   value->op == WC_OPER_FLAT;
    return is_made ? value : series;
}

/* Filled, summed up or written out: what is still missing then stops the action (D14). */
static bool has_all(const wc_sema_expr *series)
{
    return series->op == WC_OPER_FILL || series->op == WC_OPER_RESAMPLE ||
           series->op == WC_OPER_SERIES || series->op == WC_OPER_FLAT;
}

static bool is_present(const wc_sema *sema, const wc_sema_expr *series, const wc_sema_expr *index);

/* Of a window: its series is known, or the window itself. */
static bool is_window_present(const wc_sema *sema, const wc_sema_expr *window,
                              const wc_sema_expr *index)
{
    const wc_sema_evidence *known = sema->body->evidence;
    for (; known != NULL; known = known->next) {
        bool is_whole =
            known->fact == WC_FACT_PRESENT && known->index == NULL && known->binders == 0;
        if (is_whole && same_window(known->value, window)) return true;
    }
    return is_present(sema, window->a, index);
}

static bool is_present(const wc_sema *sema, const wc_sema_expr *series, const wc_sema_expr *index)
{
    series = meaning_of(series);
    if (has_all(series)) return true;
    if (series->op == WC_OPER_WINDOW) return is_window_present(sema, series, index);
    if (series->op == WC_OPER_SLICE && is_window_present(sema, series->a, NULL)) return true;
    const wc_sema_evidence *known = sema->body->evidence;
    for (; known != NULL; known = known->next) {
        reading how = how_known(known, false);
        if (known->fact != WC_FACT_PRESENT || !same_value(known->value, series, how)) continue;
        if (known->index == NULL) return true;
        if (index != NULL && same_index(known->index, index)) return true;
    }
    return false;
}

void wc_sema_need_present(wc_sema *sema, const wc_sema_expr *series, const wc_sema_expr *index,
                          wc_span span)
{
    wc_assert(!wc_sema_is_poison(series));
    if (is_present(sema, series, index)) return;
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E1103, span, "an interval of this series may be missing");
    wc_str text = wc_sema_source_text(sema, series->span);
    path unused = {0};
    reading how = {.binders = UINT16_MAX, .any_index = true};
    const wc_sema_expr *root = series->op == WC_OPER_WINDOW ? series->a : series;
    if (trace(root, how, 0, &unused)) {
        wc_diag_add_note(sema->diags, diag,
                         "rule it out first: requires {}.count(Missing) == 0 : MissingData();",
                         text);
    } else {
        wc_diag_add_note(
            sema->diags, diag,
            "copy it to a `let` and rule gaps out there: require s.count(Missing) == 0 : "
            "MissingData();");
    }
    wc_diag_add_note(sema->diags, diag, "missing is not zero: reading it stops the action");
    note(sema, WC_FACT_PRESENT, series, NULL, WC_REPORTED); /* said once for each series */
}

void wc_sema_need_value(wc_sema *sema, const wc_sema_expr *read)
{
    const wc_sema_expr *index = read->op == WC_OPER_INDEX ? read->b : NULL;
    wc_sema_need_present(sema, read->a, index, read->span);
}

void wc_sema_need_nonzero(wc_sema *sema, const wc_sema_expr *divisor)
{
    bool spans_zero = wc_i128_sign(divisor->range.lo) <= 0 && wc_i128_sign(divisor->range.hi) >= 0;
    if (!spans_zero) return;
    const wc_sema_evidence *known = sema->body->evidence;
    for (; known != NULL; known = known->next) {
        reading how = how_known(known, true);
        if (known->fact == WC_FACT_NONZERO && same_value(known->value, divisor, how)) return;
    }
    if (sema->module != sema->main) return;
    wc_sema_doubt *doubt = WC_SEMA_NEW(sema, wc_sema_doubt);
    doubt->divisor = divisor;
    doubt->text = wc_sema_source_text(sema, divisor->span);
    wc_sema_push(sema, &sema->doubts, doubt);
}

/* No divisor begins where another one does. */
static bool is_same_place(wc_span a, wc_span b)
{
    return a.file == b.file && a.start == b.start;
}

/* What the walk with facts found out about a divisor on one of the paths to it. */
void wc_sema_met_divisor(wc_sema *sema, const wc_sema_expr *divisor, bool is_safe)
{
    for (uint32_t i = 0; i < sema->doubts.count; i++) {
        wc_sema_doubt *doubt = wc_sema_at(&sema->doubts, i);
        if (!is_same_place(doubt->divisor->span, divisor->span)) continue;
        doubt->is_met = true;
        doubt->is_open = doubt->is_open || !is_safe;
    }
}

wc_diag *wc_sema_divisor_warning(const wc_sema *sema, wc_span span)
{
    wc_diag *diag = sema->diags->first;
    for (; diag != NULL; diag = diag->next) {
        if (diag->code == WC_L0502 && is_same_place(diag->span, span)) break;
    }
    return diag;
}

/* Last: a divisor that no condition in sight rules out may still be known not to be zero. */
void wc_sema_warn_divisors(wc_sema *sema)
{
    for (uint32_t i = 0; i < sema->doubts.count; i++) {
        const wc_sema_doubt *doubt = wc_sema_at(&sema->doubts, i);
        const wc_sema_expr *divisor = doubt->divisor;
        if (doubt->is_met && !doubt->is_open) continue;
        if (wc_sema_divisor_warning(sema, divisor->span) != NULL) continue;
        bool has_unit = divisor->type->kind == WC_SEMA_DEC && divisor->type->unit != sema->plain;
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_L0502, divisor->span, "this divisor may be zero");
        wc_diag_add_note(sema->diags, diag, "rule it out before: require {} > 0{}{} : ...;",
                         doubt->text, has_unit ? " " : "",
                         has_unit ? divisor->type->unit->text : WC_STR(""));
    }
}
