/* Value and text of forms: see gas_form.h. */
#include "vm/isa/gas_form.h"

#include "vm/isa/gas.h"

int wc_gas_term_compare(const wc_gas_term *a, const wc_gas_term *b)
{
    if (a->degree != b->degree) return a->degree < b->degree ? -1 : 1;
    for (unsigned i = 0; i < a->degree; i++) {
        if (a->sizes[i] != b->sizes[i]) return a->sizes[i] < b->sizes[i] ? -1 : 1;
    }
    return 0;
}

/* What a size counts when `entered` is the state that is entered. */
static uint32_t counted(const wc_gas_size *sizes, const uint32_t *actual, uint16_t size,
                        uint16_t entered)
{
    uint32_t capacity = sizes[size].capacity;
    uint32_t given = actual != NULL ? actual[size] : UINT32_MAX;
    if (sizes[size].kind == WC_GAS_SIZE_ENTERED && given == UINT32_MAX) return size == entered;
    return given < capacity ? given : capacity;
}

static uint64_t value(const wc_gas_form *form, const wc_gas_size *sizes, const uint32_t *actual,
                      uint16_t entered)
{
    uint64_t sum = 0;
    for (uint16_t i = 0; i < form->count; i++) {
        const wc_gas_term *term = &form->terms[i];
        uint64_t product = term->factor;
        for (unsigned k = 0; k < term->degree; k++) {
            product = wc_gas_mul(product, counted(sizes, actual, term->sizes[k], entered));
        }
        sum = wc_gas_add(sum, product);
    }
    return sum;
}

uint64_t wc_gas_form_at(const wc_gas_form *form, const wc_gas_size *sizes, const uint32_t *actual,
                        uint64_t bound)
{
    uint64_t most = value(form, sizes, actual, WC_NONE);
    for (uint16_t i = 0; i < form->count; i++) {
        for (unsigned k = 0; k < form->terms[i].degree; k++) {
            uint16_t size = form->terms[i].sizes[k];
            if (sizes[size].kind != WC_GAS_SIZE_ENTERED) continue;
            uint64_t sum = value(form, sizes, actual, size);
            if (sum > most) most = sum;
        }
    }
    return most < bound ? most : bound;
}

void wc_gas_number_text(wc_buf *buf, uint64_t number)
{
    char digits[27]; /* 20 digits, 6 blanks */
    size_t at = sizeof(digits);
    unsigned count = 0;
    do {
        if (count > 0 && count % 3 == 0) digits[--at] = ' ';
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
        count++;
    } while (number > 0);
    wc_buf_put(buf, digits + at, sizeof(digits) - at);
}

void wc_gas_form_text(wc_buf *buf, const wc_gas_form *form, const wc_gas_size *sizes)
{
    if (form->count == 0) wc_buf_put_text(buf, "0");
    for (uint16_t i = 0; i < form->count; i++) {
        const wc_gas_term *term = &form->terms[i];
        if (i > 0) wc_buf_put_text(buf, " + ");
        wc_gas_number_text(buf, term->factor);
        for (unsigned k = 0; k < term->degree; k++) {
            wc_str name = sizes[term->sizes[k]].name;
            wc_buf_put_text(buf, "\xc2\xb7n(");
            wc_buf_put(buf, name.data, name.len);
            wc_buf_put_text(buf, ")");
        }
    }
}
