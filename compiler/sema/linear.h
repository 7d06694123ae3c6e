/* Linear forms over canonical expressions: what the proof of conservation computes with.
 *
 * An atom stands for a value that is not taken apart: a term, an element as it was read, a product,
 * a rounding. Equal keys give the same atom, so equal expressions cancel. A form is a sum of atoms
 * with whole factors, ascending by atom, without zeros; atom 0 is the number one. */
#ifndef WC_COMPILER_SEMA_LINEAR_H
#define WC_COMPILER_SEMA_LINEAR_H

#include "compiler/sema/check.h"

#define WC_KEY_WORDS 8u

typedef struct wc_atom {
    uint64_t key[WC_KEY_WORDS];
    uint64_t born;       /* serial of the newest unknown value inside; 0: fixed during the action */
    wc_span span;        /* where it was first met, for messages */
    uint8_t scale;       /* decimals of the number it stands for */
    bool is_sum;         /* a sum over a collection of what stands at span */
    bool is_count;       /* how many rounds a loop over what stands at span makes */
    wc_sema_range range; /* numbers: every value it can have, whatever the path */
} wc_atom;

typedef struct wc_linear_term {
    uint32_t atom;
    wc_i128 factor;
} wc_linear_term;

typedef struct wc_linear {
    uint32_t count;
    const wc_linear_term *terms;
} wc_linear;

typedef struct wc_linear_space {
    wc_sema *sema;
    wc_sema_list atoms; /* of wc_atom */
    wc_sema_list forms; /* of wc_linear: those with a number */
    uint32_t *slots;    /* hash table of atoms: number + 1 */
    uint32_t slot_count;
    bool has_overflow; /* a factor left 128 bits; sticky, nothing is proved then */
} wc_linear_space;

void wc_linear_init(wc_linear_space *space, wc_sema *sema);

const wc_linear *wc_linear_zero(void);
const wc_linear *wc_linear_number(wc_linear_space *space, wc_i128 value);

/* The form 1 * atom of the atom with that key; span, scale and born are taken when it is new. Of a
 * known one the range becomes what both say. */
const wc_linear *wc_linear_atom(wc_linear_space *space, const wc_atom *atom);

const wc_linear *wc_linear_add(wc_linear_space *space, const wc_linear *a, const wc_linear *b,
                               wc_i128 factor_of_b);
const wc_linear *wc_linear_scale(wc_linear_space *space, const wc_linear *a, wc_i128 factor);
bool wc_linear_is_constant(const wc_linear *form, wc_i128 *value);
bool wc_linear_equal(const wc_linear *a, const wc_linear *b);

/* A number for the form, the same for equal forms: for keys of atoms. */
uint64_t wc_linear_id(wc_linear_space *space, const wc_linear *form);
/* The form with that number. */
const wc_linear *wc_linear_of_id(wc_linear_space *space, uint64_t id);
/* The atom of a form that is 1 * atom: what is no scalar has no other. */
const wc_atom *wc_linear_only_atom(const wc_linear_space *space, const wc_linear *form);
uint64_t wc_linear_born(const wc_linear_space *space, const wc_linear *form);
const wc_atom *wc_linear_atom_at(const wc_linear_space *space, uint32_t atom);

/* "e - m + the sum of q": factors are divided by 10^(scale - the atom's scale) where they can be.
 */
wc_str wc_linear_text(wc_linear_space *space, const wc_linear *form, unsigned scale);

#endif
