/* Dividing an amount among shares (language D20): arithmetic only, postings are made in money.c.
 *
 * A share list holds {party, share, weight}. share >= 0 is the fraction share / whole of the gross
 * amount; share -1 takes part, by weight, in the rest, which is 1 - sum of the shares.
 *
 *   modes 0..7: each share in order is min(round(gross * share / whole), what is left); the one
 * rest entry gets what is left then.
 *
 *   mode 8, largest remainder: all parts are exact fractions
 *       share entry  gross * share / whole
 *       rest entry   gross * (whole - sum of shares) * weight / (whole * sum of weights)
 *   brought to the denominator whole * weights. Each part gets its floor; the units that are left,
 *   fewer than there are parts, go one each to the largest remainders, earlier parts first. */
#include "vm/exec/money.h"

#define REST      (-1)
#define LARGEST   8u
#define SHARE_AT  32u
#define WEIGHT_AT 40u

typedef struct shares {
    const uint8_t *entries;
    uint32_t stride, length;
    int64_t whole;   /* > 0 */
    int64_t given;   /* sum of the shares, in [0, whole] */
    int64_t weights; /* sum of the weights of rest entries; 1 without any */
    uint32_t rests;  /* entries that take part in the rest */
} shares;

static int64_t share_of(const shares *list, uint32_t index)
{
    return wc_mem_i64(list->entries + (size_t)index * list->stride + SHARE_AT);
}

static int64_t weight_of(const shares *list, uint32_t index)
{
    return wc_mem_i64(list->entries + (size_t)index * list->stride + WEIGHT_AT);
}

/* Adds one entry to the sums. False: no share, a negative weight, or more than one whole. */
static bool add_entry(shares *list, uint32_t index)
{
    int64_t share = share_of(list, index);
    int64_t weight = weight_of(list, index);
    if (share == REST) {
        list->rests++;
        return weight >= 0 && wc_i64_add(list->weights, weight, &list->weights) == WC_OK;
    }
    if (share < 0 || wc_i64_add(list->given, share, &list->given) != WC_OK) return false;
    return list->given <= list->whole;
}

/* Sums the list up and says whether it can be divided by in this mode. */
static bool examine(shares *list, uint16_t mode)
{
    for (uint32_t i = 0; i < list->length; i++) {
        if (!add_entry(list, i)) return false;
    }
    if (mode != LARGEST) return list->rests == 1 && list->weights == 1;
    if (list->rests > 0) return list->weights > 0;
    list->weights = 1;
    return list->given == list->whole; /* nobody would get the rest */
}

/* ---- by rounding --------------------------------------------------------------------------------
 */

static bool divide_rounding(wc_exec *exec, const shares *list, int64_t gross, wc_round mode)
{
    wc_part *parts = exec->parts;
    int64_t left = gross;
    uint32_t rest = 0;
    for (uint32_t i = 0; i < list->length; i++) {
        int64_t share = share_of(list, i);
        int64_t amount;
        if (share == REST) {
            rest = i;
            continue;
        }
        wc_status status =
            wc_mul_div_round(wc_i128_of(gross), share, 1, list->whole, 1, mode, &amount);
        if (status != WC_OK) return wc_exec_status(exec, status, 2, gross, share);
        parts[i].amount = amount < left ? amount : left;
        left -= parts[i].amount;
    }
    parts[rest].amount = left;
    return true;
}

/* ---- by largest remainder -----------------------------------------------------------------------
 */

/* a * b modulo 2^128, b >= 0. */
static wc_i128 multiply_wrapping(wc_i128 a, int64_t b)
{
    wc_i128 low = wc_i128_product((int64_t)a.lo, b);      /* reads the low limb as signed: */
    uint64_t carry = (int64_t)a.lo < 0 ? (uint64_t)b : 0; /* 2^64 * b too little then */
    uint64_t hi = (uint64_t)low.hi + (uint64_t)a.hi * (uint64_t)b + carry;
    return (wc_i128){low.lo, (int64_t)hi};
}

static wc_i128 subtract_wrapping(wc_i128 a, wc_i128 b)
{
    uint64_t borrow = a.lo < b.lo;
    return (wc_i128){a.lo - b.lo, (int64_t)((uint64_t)a.hi - (uint64_t)b.hi - borrow)};
}

/* Sets amount and remainder of the part numerator * factor / (whole * weights), where the product
 * of the divisors is below 2^126. The remainder, below it too, is exact modulo 2^128. */
static void set_part(const shares *list, wc_i128 numerator, int64_t factor, wc_part *part)
{
    wc_status status = wc_mul_div_round(numerator, factor, 1, list->whole, list->weights,
                                        WC_ROUND_FLOOR, &part->amount);
    wc_assert(status == WC_OK); /* a fraction of gross, at most one whole */
    wc_i128 divisor = wc_i128_product(list->whole, list->weights);
    part->remainder = subtract_wrapping(multiply_wrapping(numerator, factor),
                                        multiply_wrapping(divisor, part->amount));
}

/* Whether part a gets a unit before part b. */
static bool goes_first(const wc_part *parts, uint32_t a, uint32_t b)
{
    int order = wc_i128_compare(parts[a].remainder, parts[b].remainder);
    return order > 0 || (order == 0 && a < b);
}

/* Restores the heap of ranks [0, count) below `at`: no child goes before its parent. */
static void sift_down(wc_part *parts, uint32_t at, uint32_t count)
{
    uint32_t moving = parts[at].rank;
    for (;;) { /* ends: `at` at least doubles */
        uint32_t child = 2 * at + 1;
        if (child >= count) break;
        if (child + 1 < count && goes_first(parts, parts[child + 1].rank, parts[child].rank)) {
            child++;
        }
        if (!goes_first(parts, parts[child].rank, moving)) break;
        parts[at].rank = parts[child].rank;
        at = child;
    }
    parts[at].rank = moving;
}

/* Gives `units` <= length parts one unit each. */
static void give_units(wc_part *parts, uint32_t length, int64_t units)
{
    wc_assert(units >= 0 && units <= (int64_t)length);
    if (units == 0) return;
    for (uint32_t i = 0; i < length; i++) parts[i].rank = i;
    for (uint32_t i = length / 2; i-- > 0;) sift_down(parts, i, length);
    for (uint32_t count = length; units > 0; units--) {
        parts[parts[0].rank].amount++;
        parts[0].rank = parts[--count].rank;
        sift_down(parts, 0, count);
    }
}

static void divide_largest(wc_exec *exec, const shares *list, int64_t gross)
{
    wc_part *parts = exec->parts;
    wc_i128 rest = wc_i128_product(gross, list->whole - list->given);
    int64_t left = gross;
    for (uint32_t i = 0; i < list->length; i++) {
        int64_t share = share_of(list, i);
        if (share == REST) {
            set_part(list, rest, weight_of(list, i), &parts[i]);
        } else {
            set_part(list, wc_i128_product(gross, share), list->weights, &parts[i]);
        }
        left -= parts[i].amount; /* floors of fractions that sum to gross */
    }
    give_units(parts, list->length, left);
}

bool wc_split_divide(wc_exec *exec, const uint8_t *list, uint32_t stride, int64_t gross,
                     int64_t whole, uint16_t mode)
{
    wc_assert(gross >= 0 && whole > 0 && mode <= LARGEST);

    shares all = {.entries = list + WC_MEM_ITEMS,
                  .stride = stride,
                  .length = wc_mem_length(list),
                  .whole = whole};
    if (!examine(&all, mode)) {
        return wc_exec_builtin(exec, WC_BUILTIN_BadShares, wc_slice_of(NULL, 0));
    }
    if (mode != LARGEST) return divide_rounding(exec, &all, gross, (wc_round)mode);
    divide_largest(exec, &all, gross);
    return true;
}
