/* Inside vm/isa: sums of products of sizes, all factors positive, as gas_derive.c computes with
 * them. Every operation saturates; a sum that gets too long takes sizes as full. */
#ifndef WC_VM_ISA_GAS_POLY_H
#define WC_VM_ISA_GAS_POLY_H

#include "vm/isa/gas_form.h"

typedef struct wc_gas_poly {
    uint16_t count;
    wc_gas_term terms[WC_GAS_TERMS_MAX]; /* as in wc_gas_form */
} wc_gas_poly;

void wc_gas_poly_add_number(wc_gas_poly *to, uint64_t number, const wc_gas_size *sizes);
void wc_gas_poly_add_term(wc_gas_poly *to, const wc_gas_term *term, const wc_gas_size *sizes);
void wc_gas_poly_add(wc_gas_poly *to, const wc_gas_poly *other, const wc_gas_size *sizes);

/* Factor by factor the greater one. */
void wc_gas_poly_max(wc_gas_poly *to, const wc_gas_poly *other, const wc_gas_size *sizes);

/* Factor by factor what `to` has more than `other`: at least to - other wherever sizes are >= 0. */
void wc_gas_poly_excess(wc_gas_poly *to, const wc_gas_poly *other);

void wc_gas_poly_times(wc_gas_poly *to, uint64_t number);
void wc_gas_poly_times_size(wc_gas_poly *to, uint16_t size, const wc_gas_size *sizes);

/* The first size is replaced by the second, WC_NONE: by its own capacity. */
void wc_gas_poly_replace(wc_gas_poly *to, uint16_t size, uint16_t by, const wc_gas_size *sizes);

#endif
