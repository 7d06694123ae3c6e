/* See int_portable.h. The renaming must come before any header. */
#ifndef WC_INT_PORTABLE
#define WC_INT_PORTABLE 1
#endif
#define wc_i64_div_round      portable_i64_div_round
#define wc_i64_mod            portable_i64_mod
#define wc_i128_product       portable_i128_product
#define wc_i128_mul_i64       portable_i128_mul_i64
#define wc_mul_div_round      portable_mul_div_round
#define wc_mul_div_round_wide portable_mul_div_round_wide
#define wc_reciprocal_of      portable_reciprocal_of
#define wc_u64_mul_high       portable_u64_mul_high
#define wc_i64_mul_high       portable_i64_mul_high

#include "vm/base/int.c"
