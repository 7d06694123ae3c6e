/* vm/base/int.[ch] compiled with limbs of 8 bits: a place has 8 bits, an accumulator 16, a
 * product 32. The code is the same, line by line; only the types have other names (int_model.c). So
 * every operand can be tried, with the overflows, carries and estimated digits that in 64 bits
 * nobody ever reaches by chance. */
#ifndef WC_TESTS_UNIT_BASE_INT_MODEL_H
#define WC_TESTS_UNIT_BASE_INT_MODEL_H

#include "vm/base/int.h"

typedef struct model_i16 {
    uint8_t lo;
    int8_t hi;
} model_i16;

typedef struct model_reciprocal {
    uint8_t factor;
    uint16_t shift;
} model_reciprocal;

wc_status model_i8_add(int8_t a, int8_t b, int8_t *result);
wc_status model_i8_sub(int8_t a, int8_t b, int8_t *result);
wc_status model_i8_mul(int8_t a, int8_t b, int8_t *result);
wc_status model_i8_div_round(int8_t a, int8_t b, wc_round mode, int8_t *result);
wc_status model_i8_mod(int8_t a, int8_t b, int8_t *result);
wc_status model_i16_add(model_i16 a, model_i16 b, model_i16 *result);
wc_status model_i16_sub(model_i16 a, model_i16 b, model_i16 *result);
wc_status model_i16_neg(model_i16 a, model_i16 *result);
wc_status model_i16_narrow(model_i16 a, int8_t *result);
wc_status model_i16_mul_i8(model_i16 a, int8_t b, model_i16 *result);
model_i16 model_i16_product(int8_t a, int8_t b);
int model_i16_compare(model_i16 a, model_i16 b);
uint8_t model_u8_mul_high(uint8_t a, uint8_t b);
int8_t model_i8_mul_high(int8_t a, int8_t b);
model_reciprocal model_reciprocal_of(int8_t d);

/* x * y * n / (z * m) */
typedef struct model_fraction {
    model_i16 x;
    int8_t y, n, z, m;
} model_fraction;

wc_status model_mul_div_round(const model_fraction *f, wc_round mode, int8_t *result);
wc_status model_mul_div_round_wide(const model_fraction *f, wc_round mode, model_i16 *result);

#endif
