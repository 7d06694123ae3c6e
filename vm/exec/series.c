/* Instructions on whole series. A series in memory holds a start on a multiple of its step, at most
 * `capacity` intervals, values inside the type of its items, and 0 where the quality is missing:
 * what the decoder demands (abi.c), every instruction here keeps. */
#include "vm/exec/exec.h"

/* Where the parts of a series lie. */
typedef struct intervals {
    const wc_type *type;
    uint8_t *at;
    uint8_t *values;
    uint8_t *qualities;
    uint32_t length;
} intervals;

static intervals series_at(const wc_exec *exec, uint16_t reg, uint8_t *at)
{
    const wc_type *type = wc_exec_pointee(exec, reg);
    uint8_t *values = at + WC_MEM_VALUES;
    return (intervals){.type = type,
                       .at = at,
                       .values = values,
                       .qualities = values + (size_t)type->capacity * 8,
                       .length = (uint32_t)wc_mem_u64(at + WC_MEM_LENGTH)};
}

static int64_t value_of(const intervals *series, uint32_t index)
{
    return wc_mem_i64(series->values + (size_t)index * 8);
}

static void set_interval(const intervals *series, uint32_t index, int64_t value, uint8_t quality)
{
    wc_mem_set_i64(series->values + (size_t)index * 8, value);
    series->qualities[index] = quality;
}

static void set_head(const intervals *series, int64_t start, uint32_t length)
{
    wc_mem_set_i64(series->at, start);
    wc_mem_set_i64(series->at + WC_MEM_LENGTH, length);
}

/* Charges for a series of that many intervals that is made. */
static bool charge_made(wc_exec *exec, uint32_t length)
{
    return wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, WC_MEM_VALUES + (uint64_t)length * 9);
}

bool wc_op_snew(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const intervals made = series_at(exec, pc->a, r[pc->a].p);
    int64_t start = r[pc->b].i;
    uint64_t length = r[pc->c].u; /* read as unsigned, a negative one is too large */
    bool fits = length <= made.type->capacity && start % (int64_t)made.type->step == 0;
    if (!fits) return wc_exec_trap(exec, WC_TRAP_RANGE, 2, start, (int64_t)length);
    if (!charge_made(exec, (uint32_t)length)) return false;
    set_head(&made, start, (uint32_t)length);
    memset(made.values, 0, (size_t)length * 8);
    memset(made.qualities, WC_QUALITY_MISS, (size_t)length);
    return true;
}

/* Operands: A series, B index, C value, D quality. */
bool wc_op_sset(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const intervals series = series_at(exec, pc->a, r[pc->a].p);
    uint64_t index = r[pc->b].u;
    int64_t value = r[pc->c].i;
    uint64_t quality = r[pc->d].u;
    if (index >= series.length) {
        return wc_exec_trap(exec, WC_TRAP_INDEX, 2, (int64_t)index, series.length);
    }
    bool fits =
        quality <= WC_QUALITY_MISS && wc_scalar_fits(wc_exec_type(exec, series.type->item), value);
    if (!fits) return wc_exec_trap(exec, WC_TRAP_RANGE, 2, value, (int64_t)quality);
    if (quality == WC_QUALITY_MISS) value = 0;
    set_interval(&series, (uint32_t)index, value, (uint8_t)quality);
    return true;
}

bool wc_op_sidx(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const intervals series = series_at(exec, pc->b, r[pc->b].p);
    int64_t start = wc_mem_i64(series.at);
    int64_t time = r[pc->c].i;
    int64_t distance;
    bool is_inside = !__builtin_sub_overflow(time, start, &distance) && distance >= 0 &&
                     distance / series.type->step <= series.length;
    if (!is_inside) return wc_exec_trap(exec, WC_TRAP_INDEX, 2, time, start);
    if (distance % series.type->step != 0) return wc_exec_trap(exec, WC_TRAP_RANGE, 2, time, start);
    r[pc->a].i = distance / series.type->step;
    return true;
}

/* True when 0 <= from <= to <= length, else trap INDEX. */
static bool check_part(wc_exec *exec, const intervals *series, wc_slot from, wc_slot to)
{
    if (from.u <= to.u && to.u <= series->length) return true;
    return wc_exec_trap(exec, WC_TRAP_INDEX, 2, from.i, to.i);
}

/* Operands: A series that is made, B series, C from, D to. A and B may be the same place. */
bool wc_op_slice(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const intervals from = series_at(exec, pc->b, r[pc->b].p);
    const intervals made = series_at(exec, pc->a, r[pc->a].p);
    if (!check_part(exec, &from, r[pc->c], r[pc->d])) return false;
    uint32_t first = (uint32_t)r[pc->c].u;
    uint32_t length = (uint32_t)(r[pc->d].u - r[pc->c].u);
    int64_t start;
    int64_t distance = (int64_t)first * from.type->step; /* 31 and 32 bits */
    if (__builtin_add_overflow(wc_mem_i64(from.at), distance, &start)) {
        return wc_exec_trap(exec, WC_TRAP_RANGE, 1, distance, 0);
    }
    if (!charge_made(exec, length)) return false;
    memmove(made.values, from.values + (size_t)first * 8, (size_t)length * 8);
    memmove(made.qualities, from.qualities + first, length);
    set_head(&made, start, length);
    return true;
}

bool wc_op_qrange(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const intervals series = series_at(exec, pc->b, r[pc->b].p);
    wc_slot from = r[pc->d];
    wc_slot to = r[pc[1].b];
    if (!check_part(exec, &series, from, to)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, to.u - from.u)) return false;
    int64_t count = 0;
    for (uint64_t i = from.u; i < to.u; i++) count += series.qualities[i] == pc->c;
    r[pc->a].i = count;
    return true;
}

/* ---- filling gaps -------------------------------------------------------------------------------
 */

enum {
    FILL_VALUE = 0,
    FILL_PREVIOUS = 1,
    FILL_LINEAR = 2
};

#define QUALITY_SUBSTITUTED 2u

/* a + (b - a) * step / steps, half to even. Between a and b, so it fits where they fit. */
static int64_t between(int64_t a, int64_t b, uint32_t step, uint32_t steps)
{
    wc_i128 sum;
    int64_t value = 0;
    wc_i128 x = wc_i128_product(a, steps - step); /* 64 + 32 bits, like y */
    wc_i128 y = wc_i128_product(b, step);
    wc_status status = wc_i128_add(x, y, &sum);
    wc_assert(status == WC_OK);
    status = wc_mul_div_round(sum, 1, 1, (int64_t)steps, 1, WC_ROUND_HALF_EVEN, &value);
    wc_assert(status == WC_OK);
    return value;
}

/* A gap is [first, end): its neighbours are first - 1 and end, where they exist. */
static void fill_gap(const intervals *made, uint32_t first, uint32_t end, uint16_t rule,
                     int64_t value)
{
    bool has_previous = first > 0;
    bool has_next = end < made->length;
    if (rule != FILL_VALUE && !has_previous) return;
    if (rule == FILL_LINEAR && !has_next) return;
    int64_t before = has_previous ? value_of(made, first - 1) : 0;
    int64_t after = has_next ? value_of(made, end) : 0;
    for (uint32_t i = first; i < end; i++) {
        int64_t filled = rule == FILL_VALUE ? value : before;
        if (rule == FILL_LINEAR) filled = between(before, after, i - first + 1, end - first + 1);
        set_interval(made, i, filled, QUALITY_SUBSTITUTED);
    }
}

/* Operands: A series that is made, B series, C rule, D value. A and B may be the same place. */
bool wc_op_sfill(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const intervals from = series_at(exec, pc->b, r[pc->b].p);
    const intervals made = {.type = from.type,
                            .at = r[pc->a].p,
                            .values = r[pc->a].p + (from.values - from.at),
                            .qualities = r[pc->a].p + (from.qualities - from.at),
                            .length = from.length};
    int64_t value = r[pc->d].i;
    bool fits = pc->c != FILL_VALUE || wc_scalar_fits(wc_exec_type(exec, from.type->item), value);
    if (!fits) return wc_exec_trap(exec, WC_TRAP_RANGE, 1, value, 0);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_INTERVAL, from.length, 0)) return false;
    wc_value_copy(exec->module, from.type, made.at, from.at);
    for (uint32_t i = 0; i < made.length;) { /* each turn moves on */
        uint32_t end = i;
        while (end < made.length && made.qualities[end] == WC_QUALITY_MISS) end++;
        if (end > i) fill_gap(&made, i, end, pc->c, value);
        i = end + 1;
    }
    return true;
}

/* ---- longer steps -------------------------------------------------------------------------------
 */

#define AGGREGATE_SUM 8u

typedef struct aggregate {
    int64_t value;
    uint8_t quality; /* the worst of the parts */
} aggregate;

/* Intervals [first, first + count) as one. False: the outcome says why. */
static bool gather(wc_exec *exec, const intervals *from, uint32_t first, uint16_t count,
                   uint16_t mode, aggregate *made)
{
    wc_i128 sum = wc_i128_of(0);
    *made = (aggregate){0, 0};
    for (uint32_t i = first; i < first + count; i++) {
        uint8_t quality = from->qualities[i];
        if (quality == WC_QUALITY_MISS) return wc_exec_trap(exec, WC_TRAP_MISSING, 1, i, 0);
        if (quality > made->quality) made->quality = quality;
        wc_status added = wc_i128_add(sum, wc_i128_of(value_of(from, i)), &sum);
        wc_assert(added == WC_OK); /* 16 bits of 64 */
    }
    wc_status status = mode == AGGREGATE_SUM
                           ? wc_i128_narrow(sum, &made->value)
                           : wc_mul_div_round(sum, 1, 1, count, 1, (wc_round)mode, &made->value);
    if (status == WC_OK) return true;
    return wc_exec_status(exec, status, 1, first, 0);
}

/* Operands: A series that is made, of another type than B, so of another place; B series; C how
 * many times longer the step is; D mode. */
bool wc_op_sagg(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const intervals from = series_at(exec, pc->b, r[pc->b].p);
    const intervals made = series_at(exec, pc->a, r[pc->a].p);
    int64_t start = wc_mem_i64(from.at);
    uint32_t length = from.length / pc->c;
    bool fits = from.length % pc->c == 0 && start % (int64_t)made.type->step == 0 &&
                length <= made.type->capacity;
    if (!fits) return wc_exec_trap(exec, WC_TRAP_RANGE, 2, start, from.length);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_INTERVAL, from.length, 0)) return false;
    const wc_type *item = wc_exec_type(exec, made.type->item);
    set_head(&made, start, length);
    for (uint32_t i = 0; i < length; i++) {
        aggregate whole;
        if (!gather(exec, &from, i * pc->c, pc->c, pc->d, &whole)) return false;
        if (!wc_scalar_fits(item, whole.value)) {
            return wc_exec_trap(exec, WC_TRAP_RANGE, 1, whole.value, 0);
        }
        set_interval(&made, i, whole.value, whole.quality);
    }
    return true;
}
