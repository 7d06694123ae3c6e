/* See int_model.h. Everything that the code includes is read first, then its types get 8 and 16
 * bits and its names others. */
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/status.h"

#undef WC_INT_PORTABLE
#undef INT64_MIN
#undef INT64_MAX
#undef UINT64_MAX
#define WC_INT_PORTABLE 1
#define WC_LIMB_BITS    8u
#define INT64_MIN       INT8_MIN
#define INT64_MAX       INT8_MAX
#define UINT64_MAX      UINT8_MAX
#define int64_t         int8_t
#define uint64_t        uint8_t

#define wc_i128               narrow_i128
#define wc_reciprocal         narrow_reciprocal
#define wc_round              narrow_round
#define wc_i64_div_round      narrow_i64_div_round
#define wc_i64_mod            narrow_i64_mod
#define wc_i128_product       narrow_i128_product
#define wc_i128_mul_i64       narrow_i128_mul_i64
#define wc_mul_div_round      narrow_mul_div_round
#define wc_mul_div_round_wide narrow_mul_div_round_wide
#define wc_reciprocal_of      narrow_reciprocal_of
#define wc_u64_mul_high       narrow_u64_mul_high
#define wc_i64_mul_high       narrow_i64_mul_high

/* Constants of the enumeration, which the other reading of the header has, too. */
#define WC_ROUND_HALF_EVEN NARROW_HALF_EVEN
#define WC_ROUND_HALF_UP   NARROW_HALF_UP
#define WC_ROUND_HALF_DOWN NARROW_HALF_DOWN
#define WC_ROUND_UP        NARROW_UP
#define WC_ROUND_DOWN      NARROW_DOWN
#define WC_ROUND_FLOOR     NARROW_FLOOR
#define WC_ROUND_CEIL      NARROW_CEIL
#define WC_ROUND_EXACT     NARROW_EXACT
#define WC_ROUND_COUNT     NARROW_COUNT

#include "vm/base/int.c"

/* ---- the names of int_model.h ------------------------------------------------------------------
 */

#undef int64_t
#undef uint64_t

typedef narrow_i128 model_i16;
typedef narrow_reciprocal model_reciprocal;

wc_status model_i8_add(int8_t a, int8_t b, int8_t *result);

wc_status model_i8_add(int8_t a, int8_t b, int8_t *result)
{
    return wc_i64_add(a, b, result);
}

wc_status model_i8_sub(int8_t a, int8_t b, int8_t *result);

wc_status model_i8_sub(int8_t a, int8_t b, int8_t *result)
{
    return wc_i64_sub(a, b, result);
}

wc_status model_i8_mul(int8_t a, int8_t b, int8_t *result);

wc_status model_i8_mul(int8_t a, int8_t b, int8_t *result)
{
    return wc_i64_mul(a, b, result);
}

wc_status model_i8_div_round(int8_t a, int8_t b, narrow_round mode, int8_t *result);

wc_status model_i8_div_round(int8_t a, int8_t b, narrow_round mode, int8_t *result)
{
    return narrow_i64_div_round(a, b, mode, result);
}

wc_status model_i8_mod(int8_t a, int8_t b, int8_t *result);

wc_status model_i8_mod(int8_t a, int8_t b, int8_t *result)
{
    return narrow_i64_mod(a, b, result);
}

wc_status model_i16_add(model_i16 a, model_i16 b, model_i16 *result);

wc_status model_i16_add(model_i16 a, model_i16 b, model_i16 *result)
{
    return wc_i128_add(a, b, result);
}

wc_status model_i16_sub(model_i16 a, model_i16 b, model_i16 *result);

wc_status model_i16_sub(model_i16 a, model_i16 b, model_i16 *result)
{
    return wc_i128_sub(a, b, result);
}

wc_status model_i16_neg(model_i16 a, model_i16 *result);

wc_status model_i16_neg(model_i16 a, model_i16 *result)
{
    return wc_i128_neg(a, result);
}

wc_status model_i16_narrow(model_i16 a, int8_t *result);

wc_status model_i16_narrow(model_i16 a, int8_t *result)
{
    return wc_i128_narrow(a, result);
}

wc_status model_i16_mul_i8(model_i16 a, int8_t b, model_i16 *result);

wc_status model_i16_mul_i8(model_i16 a, int8_t b, model_i16 *result)
{
    return narrow_i128_mul_i64(a, b, result);
}

model_i16 model_i16_product(int8_t a, int8_t b);

model_i16 model_i16_product(int8_t a, int8_t b)
{
    return narrow_i128_product(a, b);
}

int model_i16_compare(model_i16 a, model_i16 b);

int model_i16_compare(model_i16 a, model_i16 b)
{
    return wc_i128_compare(a, b);
}

uint8_t model_u8_mul_high(uint8_t a, uint8_t b);

uint8_t model_u8_mul_high(uint8_t a, uint8_t b)
{
    return narrow_u64_mul_high(a, b);
}

int8_t model_i8_mul_high(int8_t a, int8_t b);

int8_t model_i8_mul_high(int8_t a, int8_t b)
{
    return narrow_i64_mul_high(a, b);
}

model_reciprocal model_reciprocal_of(int8_t d);

model_reciprocal model_reciprocal_of(int8_t d)
{
    return narrow_reciprocal_of(d);
}

typedef struct model_fraction {
    model_i16 x;
    int8_t y, n, z, m;
} model_fraction;

wc_status model_mul_div_round(const model_fraction *f, narrow_round mode, int8_t *result);

wc_status model_mul_div_round(const model_fraction *f, narrow_round mode, int8_t *result)
{
    return narrow_mul_div_round(f->x, f->y, f->n, f->z, f->m, mode, result);
}

wc_status model_mul_div_round_wide(const model_fraction *f, narrow_round mode, model_i16 *result);

wc_status model_mul_div_round_wide(const model_fraction *f, narrow_round mode, model_i16 *result)
{
    return narrow_mul_div_round_wide(f->x, f->y, f->n, f->z, f->m, mode, result);
}
