/* Gas of a call as a function of actual sizes.
 *
 *     4 120 + 310·n(read) + 45·n(read)·n(bids)
 *
 * A bound (module.h) takes every collection as full. A form takes its size as a variable: how many
 * elements an argument, a stored collection or a term has, how often a loop over a range turns, how
 * many escrow sub-accounts there are, which state it enters. For sizes within the capacities
 *
 *     gas charged <= wc_gas_form_at(form, sizes) <= the entry's bound
 *
 * where views of other instances and sent actions are outside all three. A form is derived from the
 * bytecode with the compiler's help, which knows what a length is the length of (gas_derive.c). It
 * stands in the debug part: it explains and estimates, it decides nothing; nodes use the bound.
 *
 * Where paths meet, each factor is the greater one: an upper bound that stays a sum. So at full
 * capacity it may exceed the bound, which then holds. */
#ifndef WC_VM_ISA_GAS_FORM_H
#define WC_VM_ISA_GAS_FORM_H

#include "vm/base/buf.h"

#define WC_GAS_DEGREE_MAX 4u    /* sizes in one product; further ones are taken as full */
#define WC_GAS_TERMS_MAX  32u   /* of a form; where there would be more, sizes are taken as full */
#define WC_GAS_SIZES_MAX  1024u /* of a module */
#define WC_GAS_NAME_MAX   255u  /* bytes of a size's name */

typedef enum wc_gas_size_kind {
    WC_GAS_SIZE_ARGUMENT = 1, /* elements of an argument of the call */
    WC_GAS_SIZE_FIELD = 2,    /* elements of a stored collection, the most it has during the call */
    WC_GAS_SIZE_TERM = 3,     /* elements of a term */
    WC_GAS_SIZE_LOCAL = 4,    /* elements of what the code makes; known only while it runs */
    WC_GAS_SIZE_TRIPS = 5,    /* rounds of a loop over a range; likewise */
    WC_GAS_SIZE_HOLDERS = 6,  /* escrow sub-accounts of the instance */
    WC_GAS_SIZE_ENTERED = 7   /* 1 when the call enters the state "-> Closed", else 0 */
} wc_gas_size_kind;

typedef struct wc_gas_size {
    wc_gas_size_kind kind;
    wc_str name;       /* "bids", "self.pairs", "0 .. k" */
    uint32_t capacity; /* the greatest value */
} wc_gas_size;

/* factor * sizes[0] * ... * sizes[degree - 1]; sizes ascending, a square has one twice. */
typedef struct wc_gas_term {
    uint64_t factor; /* > 0 */
    uint8_t degree;
    uint16_t sizes[WC_GAS_DEGREE_MAX]; /* indexes */
} wc_gas_term;

typedef struct wc_gas_form {
    uint16_t count;
    wc_gas_term *terms; /* ascending by degree, then by sizes; no two of the same sizes */
} wc_gas_form;

/* Order of the terms of a form: negative, 0, positive. */
int wc_gas_term_compare(const wc_gas_term *a, const wc_gas_term *b);

/* The form's value, saturating, not above bound. actual: a value for each size of the module,
 * UINT32_MAX for unknown ones, which count as full like values above the capacity; NULL: all. Of
 * the states that may be entered for all that is known, the dearest one counts. */
uint64_t wc_gas_form_at(const wc_gas_form *form, const wc_gas_size *sizes, const uint32_t *actual,
                        uint64_t bound);

/* Appends "4 120 + 310·n(read)"; "0" for the empty form. */
void wc_gas_form_text(wc_buf *buf, const wc_gas_form *form, const wc_gas_size *sizes);
void wc_gas_number_text(wc_buf *buf, uint64_t number); /* "4 120" */

#endif
