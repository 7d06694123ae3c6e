/* vm/base/int.c once more, on 32-bit halves, under names of its own: so that one program can run
 * both forms against each other. In a build with WC_INT_PORTABLE both are the same. */
#ifndef WC_TESTS_UNIT_BASE_INT_PORTABLE_H
#define WC_TESTS_UNIT_BASE_INT_PORTABLE_H

#include "vm/base/int.h"

wc_status portable_i64_div_round(int64_t a, int64_t b, wc_round mode, int64_t *result);
wc_status portable_i64_mod(int64_t a, int64_t b, int64_t *result);
wc_i128 portable_i128_product(int64_t a, int64_t b);
wc_status portable_i128_mul_i64(wc_i128 a, int64_t b, wc_i128 *result);
wc_status portable_mul_div_round(wc_i128 x, int64_t y, int64_t n, int64_t z, int64_t m,
                                 wc_round mode, int64_t *result);
wc_status portable_mul_div_round_wide(wc_i128 x, int64_t y, int64_t n, int64_t z, int64_t m,
                                      wc_round mode, wc_i128 *result);
wc_reciprocal portable_reciprocal_of(int64_t d);
uint64_t portable_u64_mul_high(uint64_t a, uint64_t b);
int64_t portable_i64_mul_high(int64_t a, int64_t b);

#endif
