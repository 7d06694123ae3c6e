/* Decimal text, with or without exponent, to scaled integers; exact up to one rounding. */
#include "node/import/csv.h"
#include "vm/base/int.h"

typedef struct decimal {
    int64_t mantissa;
    int exponent; /* value = mantissa * 10^exponent */
} decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads digits with an optional point; zeros that change nothing are not counted as significant. */
static wc_status read_mantissa(wc_str text, size_t *at, decimal *number)
{
    size_t digits = 0, significant = 0;
    bool has_point = false;
    for (; *at < text.len; (*at)++) {
        char c = text.data[*at];
        if (c == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (!is_digit(c)) break;
        digits++;
        if (number->mantissa > 0 || c != '0') significant++;
        if (significant > 18) return WC_OUT_OF_DOMAIN;
        number->mantissa = number->mantissa * 10 + (c - '0');
        if (has_point) number->exponent--;
    }
    return digits > 0 ? WC_OK : WC_OUT_OF_DOMAIN;
}

static wc_status read_exponent(wc_str text, size_t *at, decimal *number)
{
    if (*at == text.len) return WC_OK;
    if (text.data[*at] != 'e' && text.data[*at] != 'E') return WC_OUT_OF_DOMAIN;
    (*at)++;
    bool is_negative = *at < text.len && text.data[*at] == '-';
    if (*at < text.len && (text.data[*at] == '-' || text.data[*at] == '+')) (*at)++;
    int exponent = 0;
    size_t first = *at;
    for (; *at < text.len && is_digit(text.data[*at]); (*at)++) {
        exponent = exponent * 10 + (text.data[*at] - '0');
        if (exponent > 999) return WC_OUT_OF_DOMAIN;
    }
    if (*at == first || *at != text.len) return WC_OUT_OF_DOMAIN;
    number->exponent += is_negative ? -exponent : exponent;
    return WC_OK;
}

static int64_t power_of_ten(int exponent)
{
    wc_assert(exponent >= 0 && exponent <= 18);
    int64_t power = 1;
    for (int i = 0; i < exponent; i++) power *= 10;
    return power;
}

/* *value = product * 10^shift, half up. |product| < 10^37, so beyond 10^-38 everything is 0. */
static wc_status scaled(wc_i128 product, int shift, int64_t *value)
{
    if (wc_i128_sign(product) == 0 || shift <= -38) {
        *value = 0;
        return WC_OK;
    }
    if (shift > 18) return WC_OVERFLOW;
    if (shift >= 0) {
        return wc_mul_div_round(product, 1, power_of_ten(shift), 1, 1, WC_ROUND_HALF_UP, value);
    }
    if (shift < -36) return WC_OUT_OF_DOMAIN;
    int first = shift < -18 ? 18 : -shift;
    return wc_mul_div_round(product, 1, 1, power_of_ten(first), power_of_ten(-shift - first),
                            WC_ROUND_HALF_UP, value);
}

wc_status wc_decimal_scale(wc_str text, int64_t multiplier, unsigned decimals, int64_t *value)
{
    decimal number = {0, 0};
    size_t at = 0;
    bool is_negative = text.len > 0 && text.data[0] == '-';
    if (is_negative) at = 1;
    WC_TRY(read_mantissa(text, &at, &number));
    WC_TRY(read_exponent(text, &at, &number));

    int64_t sign = is_negative ? -1 : 1;
    wc_i128 product = wc_i128_product(number.mantissa * sign, multiplier);
    return scaled(product, number.exponent + (int)decimals, value);
}
