/* Sums of products of sizes: see gas_poly.h. */
#include "vm/isa/gas_poly.h"

#include <string.h>

#include "vm/isa/gas.h"
#include "vm/isa/module.h"

typedef enum merge_rule {
    MERGE_SUM,
    MERGE_MAX
} merge_rule;

static void remove_at(wc_gas_poly *poly, uint16_t at)
{
    poly->count--;
    memmove(&poly->terms[at], &poly->terms[at + 1], (poly->count - at) * sizeof(wc_gas_term));
}

/* The last size of the product is taken as full. */
static wc_gas_term lower(const wc_gas_term *term, const wc_gas_size *sizes)
{
    wc_gas_term lowered = *term;
    uint16_t size = lowered.sizes[--lowered.degree];
    lowered.sizes[lowered.degree] = 0;
    lowered.factor = wc_gas_mul(lowered.factor, sizes[size].capacity);
    return lowered;
}

static void put(wc_gas_poly *to, const wc_gas_term *term, merge_rule rule,
                const wc_gas_size *sizes);

/* Makes room: the last term, one of the highest degree, becomes one of a lower degree. Ends because
 * degrees fall and the number alone always has room. */
static void fold_last(wc_gas_poly *to, const wc_gas_size *sizes)
{
    wc_gas_term last = to->terms[--to->count];
    while (last.degree > 0) {
        last = lower(&last, sizes);
        for (uint16_t i = 0; i < to->count; i++) {
            if (wc_gas_term_compare(&to->terms[i], &last) != 0) continue;
            to->terms[i].factor = wc_gas_add(to->terms[i].factor, last.factor);
            return;
        }
    }
    put(to, &last, MERGE_SUM, sizes);
}

static void put(wc_gas_poly *to, const wc_gas_term *term, merge_rule rule, const wc_gas_size *sizes)
{
    uint16_t at = 0;
    if (term->factor == 0) return;
    while (at < to->count && wc_gas_term_compare(&to->terms[at], term) < 0) at++;
    if (at < to->count && wc_gas_term_compare(&to->terms[at], term) == 0) {
        uint64_t *factor = &to->terms[at].factor;
        bool is_less = *factor < term->factor;
        if (rule == MERGE_SUM) {
            *factor = wc_gas_add(*factor, term->factor);
        } else if (is_less) {
            *factor = term->factor;
        }
        return;
    }
    memmove(&to->terms[at + 1], &to->terms[at], (to->count - at) * sizeof(wc_gas_term));
    to->terms[at] = *term;
    to->count++;
    if (to->count == WC_GAS_TERMS_MAX) fold_last(to, sizes); /* one place stays free */
}

void wc_gas_poly_add_term(wc_gas_poly *to, const wc_gas_term *term, const wc_gas_size *sizes)
{
    put(to, term, MERGE_SUM, sizes);
}

void wc_gas_poly_add_number(wc_gas_poly *to, uint64_t number, const wc_gas_size *sizes)
{
    const wc_gas_term term = {.factor = number};
    put(to, &term, MERGE_SUM, sizes);
}

void wc_gas_poly_add(wc_gas_poly *to, const wc_gas_poly *other, const wc_gas_size *sizes)
{
    for (uint16_t i = 0; i < other->count; i++) put(to, &other->terms[i], MERGE_SUM, sizes);
}

void wc_gas_poly_max(wc_gas_poly *to, const wc_gas_poly *other, const wc_gas_size *sizes)
{
    for (uint16_t i = 0; i < other->count; i++) put(to, &other->terms[i], MERGE_MAX, sizes);
}

void wc_gas_poly_excess(wc_gas_poly *to, const wc_gas_poly *other)
{
    for (uint16_t i = to->count; i > 0; i--) {
        wc_gas_term *term = &to->terms[i - 1];
        uint64_t factor = 0;
        for (uint16_t k = 0; k < other->count; k++) {
            if (wc_gas_term_compare(term, &other->terms[k]) == 0) factor = other->terms[k].factor;
        }
        if (factor >= term->factor) {
            remove_at(to, (uint16_t)(i - 1));
        } else {
            term->factor -= factor;
        }
    }
}

void wc_gas_poly_times(wc_gas_poly *to, uint64_t number)
{
    if (number == 0) to->count = 0;
    for (uint16_t i = 0; i < to->count; i++) {
        to->terms[i].factor = wc_gas_mul(to->terms[i].factor, number);
    }
}

static wc_gas_term with_size(const wc_gas_term *term, uint16_t size, const wc_gas_size *sizes)
{
    wc_gas_term product = *term;
    if (product.degree == WC_GAS_DEGREE_MAX) {
        product.factor = wc_gas_mul(product.factor, sizes[size].capacity);
        return product;
    }
    unsigned at = product.degree++;
    for (; at > 0 && product.sizes[at - 1] > size; at--) product.sizes[at] = product.sizes[at - 1];
    product.sizes[at] = size;
    return product;
}

void wc_gas_poly_times_size(wc_gas_poly *to, uint16_t size, const wc_gas_size *sizes)
{
    wc_gas_poly product = {0};
    for (uint16_t i = 0; i < to->count; i++) {
        wc_gas_term term = with_size(&to->terms[i], size, sizes);
        put(&product, &term, MERGE_SUM, sizes);
    }
    *to = product;
}

void wc_gas_poly_replace(wc_gas_poly *to, uint16_t size, uint16_t by, const wc_gas_size *sizes)
{
    wc_gas_poly result = {0};
    for (uint16_t i = 0; i < to->count; i++) {
        wc_gas_term term = {.factor = to->terms[i].factor};
        for (unsigned k = 0; k < to->terms[i].degree; k++) {
            uint16_t own = to->terms[i].sizes[k];
            if (own == size && by == WC_NONE) {
                term.factor = wc_gas_mul(term.factor, sizes[size].capacity);
            } else {
                term = with_size(&term, own == size ? by : own, sizes);
            }
        }
        put(&result, &term, MERGE_SUM, sizes);
    }
    *to = result;
}
