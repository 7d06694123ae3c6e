/* Values by their types: zero, order, membership, copies with a part changed. */
#include "compiler/interp/machine.h"

wc_ival wc_ival_number(int64_t number)
{
    return (wc_ival){.number = wc_exact_of(number)};
}

wc_ival wc_ival_bool(bool value)
{
    return wc_ival_number(value);
}

wc_ival wc_ival_bytes(const void *data, size_t len)
{
    return (wc_ival){.bytes = wc_slice_of(data, len)};
}

static wc_ival zero_members(wc_interp *in, const wc_sema_member *members, uint16_t count)
{
    wc_ival *parts = WC_INTERP_ARRAY(in, wc_ival, count);
    for (uint16_t i = 0; i < count; i++) parts[i] = wc_ival_zero(in, members[i].type);
    return (wc_ival){.count = count, .parts = parts};
}

wc_ival wc_ival_zero(wc_interp *in, const wc_sema_type *type)
{
    wc_interp_down(in);
    wc_ival zero = {.count = 0};
    if (type->kind == WC_SEMA_RECORD || type->kind == WC_SEMA_TUPLE) {
        zero = zero_members(in, type->members, type->member_count);
    } else if (type->kind == WC_SEMA_ENUM && type->has_data) {
        zero = zero_members(in, type->variants[0].members, type->variants[0].member_count);
    } else if (type->kind == WC_SEMA_INTERVAL) {
        wc_ival *ends = WC_INTERP_ARRAY(in, wc_ival, 2);
        zero = (wc_ival){.count = 2, .parts = ends};
    } else if (type->kind == WC_SEMA_PARTY || type->kind == WC_SEMA_CONTRACT_REF) {
        zero = wc_ival_bytes(wc_interp_alloc(in, 32, 1), 32);
    } else if (type->kind == WC_SEMA_BYTES) {
        zero = wc_ival_bytes(wc_interp_alloc(in, type->capacity, 1), type->capacity);
    }
    wc_interp_up(in);
    return zero;
}

/* --- order ------------------------------------------------------------------------------------ */

static int compare_members(const wc_sema_member *members, uint16_t count, const wc_ival *a,
                           const wc_ival *b)
{
    int order = 0;
    for (uint16_t i = 0; i < count && order == 0; i++) {
        order = wc_ival_compare(members[i].type, &a->parts[i], &b->parts[i]);
    }
    return order;
}

static int compare_variants(const wc_sema_type *type, const wc_ival *a, const wc_ival *b)
{
    int order = wc_exact_compare(&a->number, &b->number);
    if (order != 0) return order;
    if (type->kind == WC_SEMA_OPTION) {
        return a->count == 0 ? 0 : wc_ival_compare(type->item, &a->parts[0], &b->parts[0]);
    }
    if (!type->has_data) return 0;
    const wc_sema_variant *variant = &type->variants[wc_exact_i64(&a->number)];
    return compare_members(variant->members, variant->member_count, a, b);
}

/* The nesting of types, at most 16, bounds the recursion. */
int wc_ival_compare(const wc_sema_type *type, const wc_ival *a, const wc_ival *b)
{
    int order;
    switch (type->kind) {
    case WC_SEMA_PARTY:
    case WC_SEMA_CONTRACT_REF:
    case WC_SEMA_BYTES:
    case WC_SEMA_TEXT: return wc_slice_compare(a->bytes, b->bytes);
    case WC_SEMA_TUPLE:
    case WC_SEMA_RECORD: return compare_members(type->members, type->member_count, a, b);
    case WC_SEMA_INTERVAL:
        order = wc_exact_compare(&a->parts[0].number, &b->parts[0].number);
        return order != 0 ? order : wc_exact_compare(&a->parts[1].number, &b->parts[1].number);
    case WC_SEMA_ENUM:
    case WC_SEMA_OPTION: return compare_variants(type, a, b);
    case WC_SEMA_BOOL:
    case WC_SEMA_INT:
    case WC_SEMA_DEC:
    case WC_SEMA_TIME:
    case WC_SEMA_DATE: return wc_exact_compare(&a->number, &b->number);
    case WC_SEMA_LIST:
    case WC_SEMA_SET:
    case WC_SEMA_MAP:
    case WC_SEMA_SORTED:
    case WC_SEMA_SERIES:
    case WC_SEMA_INSTANCE:
    case WC_SEMA_POISON:
    case WC_SEMA_VOID: break; /* nothing compares them */
    }
    wc_assert(false);
    return 0;
}

bool wc_ival_find(const wc_sema_type *type, const wc_ival *collection, const wc_ival *key,
                  uint32_t *at)
{
    const wc_ival *keys = type->kind == WC_SEMA_MAP ? collection->keys : collection->parts;
    uint32_t low = 0, high = collection->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = wc_ival_compare(type->item, &keys[middle], key);
        if (order == 0) {
            *at = middle;
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *at = low;
    return false;
}

/* --- membership ------------------------------------------------------------------------------- */

static bool number_fits(const wc_sema_type *type, const wc_exact *number)
{
    if (!wc_exact_fits(number, 64)) return false;
    if (!wc_sema_is_number(type)) return true;
    int64_t value = wc_exact_i64(number);
    return value >= type->lo && value <= type->hi;
}

static bool is_on_step(const wc_sema_type *type, const wc_ival *series)
{
    bool has_remainder;
    (void)wc_exact_divide(series->number, wc_exact_of(type->step), WC_ROUND_FLOOR, &has_remainder);
    return !has_remainder;
}

bool wc_ival_fits(const wc_sema_type *type, const wc_ival *value)
{
    if (type->kind == WC_SEMA_SERIES) return is_on_step(type, value);
    if (type->kind == WC_SEMA_INTERVAL) {
        return wc_exact_compare(&value->parts[0].number, &value->parts[1].number) <= 0;
    }
    return !wc_sema_is_scalar(type) || number_fits(type, &value->number);
}

/* --- changing --------------------------------------------------------------------------------- */

static const wc_ival *with(wc_interp *in, const wc_ival *old, uint32_t count, uint32_t at,
                           const wc_ival *one)
{
    wc_ival *parts = WC_INTERP_ARRAY(in, wc_ival, (size_t)count + 1);
    for (uint32_t i = 0; i < at; i++) parts[i] = old[i];
    parts[at] = *one;
    for (uint32_t i = at; i < count; i++) parts[i + 1] = old[i];
    return parts;
}

static const wc_ival *without(wc_interp *in, const wc_ival *old, uint32_t count, uint32_t at)
{
    wc_ival *parts = WC_INTERP_ARRAY(in, wc_ival, count);
    for (uint32_t i = 0; i < at; i++) parts[i] = old[i];
    for (uint32_t i = at + 1; i < count; i++) parts[i - 1] = old[i];
    return parts;
}

wc_ival wc_ival_insert(wc_interp *in, const wc_ival *all, uint32_t at, const wc_ival *key,
                       const wc_ival *part)
{
    wc_ival result = *all;
    if (key != NULL) result.keys = with(in, all->keys, all->count, at, key);
    result.parts = with(in, all->parts, all->count, at, part);
    result.count++;
    return result;
}

wc_ival wc_ival_remove(wc_interp *in, const wc_ival *all, uint32_t at)
{
    wc_ival result = *all;
    if (all->keys != NULL) result.keys = without(in, all->keys, all->count, at);
    result.parts = without(in, all->parts, all->count, at);
    result.count--;
    return result;
}

wc_ival wc_ival_replace(wc_interp *in, const wc_ival *all, uint32_t at, const wc_ival *part)
{
    wc_assert(at < all->count);
    wc_ival *parts = WC_INTERP_ARRAY(in, wc_ival, all->count);
    for (uint32_t i = 0; i < all->count; i++) parts[i] = i == at ? *part : all->parts[i];
    wc_ival result = *all;
    result.parts = parts;
    return result;
}
