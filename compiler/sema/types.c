/* Interned types: their table, their sizes in call memory and in the ABI, and their text.
 *
 * Records, enums and interfaces are made once per declaration (wc_sema_type_declared) and are never
 * equal to anything else; all other types are found by structure. */
#include "compiler/sema/check.h"
#include "vm/base/text.h"

#define WC_TYPE_SLOTS_FIRST 256u
#define WC_TYPES_IN_PROGRAM 8192u /* different types */
#define WC_TYPE_TEXT_MAX    160u

/* --- layout (vm/isa/module.h, EM 2) ----------------------------------------------------------- */

/* Sizes stay far below 64 bits: what has parts is made of types that passed wc_sema_check_size. */
static uint64_t add_size(uint64_t a, uint64_t b)
{
    uint64_t sum;
    wc_status status = wc_u64_add(a, b, &sum);
    wc_assert(status == WC_OK);
    return sum;
}

static uint64_t multiply_size(uint64_t a, uint64_t b)
{
    uint64_t product;
    wc_status status = wc_u64_mul(a, b, &product);
    wc_assert(status == WC_OK);
    return product;
}

static uint64_t pad8(uint64_t size)
{
    return add_size(size, 7) & ~UINT64_C(7);
}

typedef struct extent {
    uint64_t size, encoded;
    uint8_t depth;
} extent;

static extent members_extent(const wc_sema_member *members, uint16_t count)
{
    extent sum = {0, 0, 0};
    for (uint16_t i = 0; i < count; i++) {
        const wc_sema_type *type = members[i].type;
        sum.size = add_size(sum.size, type->size);
        sum.encoded = add_size(sum.encoded, type->encoded_max);
        if (type->depth > sum.depth) sum.depth = type->depth;
    }
    sum.depth++;
    return sum;
}

/* Tag, then the data of every variant side by side; each is a tuple of its own. */
static extent variants_extent(const wc_sema_variant *variants, uint16_t count)
{
    extent most = {0, 0, 0};
    for (uint16_t i = 0; i < count; i++) {
        extent one = members_extent(variants[i].members, variants[i].member_count);
        most.size = add_size(most.size, one.size);
        if (one.encoded > most.encoded) most.encoded = one.encoded;
        if (one.depth > most.depth) most.depth = one.depth;
    }
    return (extent){add_size(8, most.size), add_size(2, most.encoded), (uint8_t)(most.depth + 1)};
}

static extent items_extent(const wc_sema_type *type)
{
    uint64_t size = type->item->size;
    uint64_t encoded = type->item->encoded_max;
    uint8_t depth = type->item->depth;
    if (type->kind == WC_SEMA_MAP) {
        size = add_size(size, type->value->size);
        encoded = add_size(encoded, type->value->encoded_max);
        if (type->value->depth > depth) depth = type->value->depth;
    }
    return (extent){add_size(8, multiply_size(type->capacity, size)),
                    add_size(4, multiply_size(type->capacity, encoded)), (uint8_t)(depth + 1)};
}

static extent extent_of(const wc_sema_type *type)
{
    uint64_t capacity = type->capacity;
    switch (type->kind) {
    case WC_SEMA_POISON:
    case WC_SEMA_VOID:
    case WC_SEMA_INSTANCE: return (extent){0, 0, 1};
    case WC_SEMA_BOOL: return (extent){8, 1, 1};
    case WC_SEMA_INT:
    case WC_SEMA_DEC:
    case WC_SEMA_TIME:
    case WC_SEMA_DATE: return (extent){8, 8, 1};
    case WC_SEMA_INTERVAL: return (extent){16, 16, 1};
    case WC_SEMA_PARTY:
    case WC_SEMA_CONTRACT_REF: return (extent){32, 32, 1};
    case WC_SEMA_BYTES: return (extent){pad8(capacity), capacity, 1};
    case WC_SEMA_TEXT: return (extent){pad8(4 + capacity), 4 + capacity, 1};
    case WC_SEMA_TUPLE:
    case WC_SEMA_RECORD: return members_extent(type->members, type->member_count);
    case WC_SEMA_ENUM:
        if (!type->has_data) return (extent){8, 2, 1};
        return variants_extent(type->variants, type->variant_count);
    case WC_SEMA_OPTION:
        return (extent){add_size(8, type->item->size), add_size(2, type->item->encoded_max),
                        (uint8_t)(type->item->depth + 2)};
    case WC_SEMA_LIST:
    case WC_SEMA_SET:
    case WC_SEMA_MAP:
    case WC_SEMA_SORTED: return items_extent(type);
    case WC_SEMA_SERIES:
        return (extent){add_size(16 + 8 * capacity, pad8(capacity)), 12 + 9 * capacity, 2};
    }
    wc_assert(false);
    return (extent){0, 0, 1};
}

/* --- text ------------------------------------------------------------------------------------- */

static void put_members(wc_buf *buf, const wc_sema_type *type)
{
    wc_buf_put_text(buf, "(");
    for (uint16_t i = 0; i < type->member_count; i++) {
        if (i > 0) wc_buf_put_text(buf, ", ");
        wc_format(buf, "{}", type->members[i].type->text);
    }
    wc_buf_put_text(buf, ")");
}

static void put_bounds(wc_buf *buf, const wc_sema_type *type, const char *before)
{
    if (type->lo == INT64_MIN && type->hi == INT64_MAX) return;
    wc_buf_put_text(buf, before);
    wc_put_scaled(buf, type->lo, type->scale);
    wc_buf_put_text(buf, "..");
    wc_put_scaled(buf, type->hi, type->scale);
}

static void put_number(wc_buf *buf, const wc_sema_type *type)
{
    bool is_bounded = type->lo != INT64_MIN || type->hi != INT64_MAX;
    if (type->kind == WC_SEMA_INT) {
        wc_buf_put_text(buf, "int");
        put_bounds(buf, type, "<");
        if (is_bounded) wc_buf_put_text(buf, ">");
        return;
    }
    const wc_sema_currency *currency = type->unit->currency;
    if (currency != NULL && currency->minor == type->scale && !is_bounded) {
        wc_format(buf, "money<{}>", currency->code);
        return;
    }
    wc_format(buf, "dec<{}", type->scale);
    if (type->unit->text.len > 0) wc_format(buf, ", {}", type->unit->text);
    put_bounds(buf, type, ", ");
    wc_buf_put_text(buf, ">");
}

static void put_type(wc_buf *buf, const wc_sema_type *type)
{
    switch (type->kind) {
    case WC_SEMA_POISON: wc_buf_put_text(buf, "?"); return;
    case WC_SEMA_VOID: wc_buf_put_text(buf, "nothing"); return;
    case WC_SEMA_BOOL: wc_buf_put_text(buf, "bool"); return;
    case WC_SEMA_INT:
    case WC_SEMA_DEC: put_number(buf, type); return;
    case WC_SEMA_TIME: wc_buf_put_text(buf, "time"); return;
    case WC_SEMA_DATE: wc_buf_put_text(buf, "date"); return;
    case WC_SEMA_INTERVAL: wc_buf_put_text(buf, "interval"); return;
    case WC_SEMA_PARTY: wc_buf_put_text(buf, "party"); return;
    case WC_SEMA_BYTES: wc_format(buf, "bytes<{}>", type->capacity); return;
    case WC_SEMA_TEXT: wc_format(buf, "text<{}>", type->capacity); return;
    case WC_SEMA_TUPLE: put_members(buf, type); return;
    case WC_SEMA_RECORD:
    case WC_SEMA_ENUM: wc_format(buf, "{}", type->name); return;
    case WC_SEMA_OPTION: wc_format(buf, "option<{}>", type->item->text); return;
    case WC_SEMA_LIST: wc_format(buf, "list<{}, {}>", type->item->text, type->capacity); return;
    case WC_SEMA_SET: wc_format(buf, "set<{}, {}>", type->item->text, type->capacity); return;
    case WC_SEMA_MAP:
        wc_format(buf, "map<{}, {}, {}>", type->item->text, type->value->text, type->capacity);
        return;
    case WC_SEMA_SORTED:
        wc_format(buf, "sorted<{}, {}, {}, {}>", type->item->text,
                  type->item->members[type->order].name, type->is_descending ? "desc" : "asc",
                  type->capacity);
        return;
    case WC_SEMA_SERIES:
        wc_format(buf, "series<{}, {} s, {}>", type->item->text, type->step, type->capacity);
        return;
    case WC_SEMA_CONTRACT_REF: wc_format(buf, "contract_ref<{}>", type->interface->name); return;
    case WC_SEMA_INSTANCE: wc_format(buf, "instance of {}", type->contract->name); return;
    }
}

/* --- the table -------------------------------------------------------------------------------- */

static uint32_t mix(uint32_t hash, uint64_t value)
{
    hash = (hash ^ (uint32_t)value) * 16777619u;
    hash = (hash ^ (uint32_t)(value >> 32)) * 16777619u;
    return hash ^ hash >> 13;
}

/* Of a `sorted`: by which member, and which way. */
static uint32_t order_of(const wc_sema_type *type)
{
    return (uint32_t)type->order << 1 | (type->is_descending ? 1 : 0);
}

static uint32_t hash_type(const wc_sema_type *type)
{
    uint32_t hash = mix(2166136261u, (uint64_t)type->kind);
    hash = mix(hash, (uint64_t)type->lo);
    hash = mix(hash, (uint64_t)type->hi);
    hash = mix(hash, (uint64_t)type->scale << 32 | (type->unit != NULL ? type->unit->index : 0));
    hash = mix(hash, (uint64_t)type->capacity << 32 | type->step);
    hash = mix(hash, (uint64_t)(type->item != NULL ? type->item->index : 0) << 32 |
                         (type->value != NULL ? type->value->index : 0));
    hash = mix(hash, order_of(type));
    for (uint16_t i = 0; i < type->member_count; i++) {
        hash = mix(hash, type->members[i].type->index);
    }
    return hash;
}

static bool same_type(const wc_sema_type *a, const wc_sema_type *b)
{
    bool same = a->kind == b->kind && a->lo == b->lo && a->hi == b->hi && a->scale == b->scale &&
                a->unit == b->unit && a->capacity == b->capacity && a->step == b->step &&
                a->item == b->item && a->value == b->value && order_of(a) == order_of(b) &&
                a->interface == b->interface && a->contract == b->contract &&
                a->member_count == b->member_count;
    if (!same) return false;
    wc_assert(a->kind != WC_SEMA_RECORD && a->kind != WC_SEMA_ENUM); /* never looked for */
    for (uint16_t i = 0; i < a->member_count; i++) {
        if (a->members[i].type != b->members[i].type) return false;
    }
    return true;
}

static void insert_slot(const wc_sema_type **slots, uint32_t count, const wc_sema_type *type)
{
    uint32_t at = hash_type(type) & (count - 1);
    while (slots[at] != NULL) at = (at + 1) & (count - 1);
    slots[at] = type;
}

static void grow_slots(wc_sema *sema)
{
    uint32_t count = sema->type_slot_count == 0 ? WC_TYPE_SLOTS_FIRST : 2 * sema->type_slot_count;
    const wc_sema_type **slots = WC_SEMA_ARRAY(sema, const wc_sema_type *, count);
    for (uint32_t i = 0; i < sema->types.count; i++) {
        insert_slot(slots, count, wc_sema_at(&sema->types, i));
    }
    sema->type_slots = slots;
    sema->type_slot_count = count;
}

static const wc_sema_type *find_type(const wc_sema *sema, const wc_sema_type *raw)
{
    uint32_t mask = sema->type_slot_count - 1;
    for (uint32_t at = hash_type(raw) & mask; sema->type_slots[at] != NULL; at = (at + 1) & mask) {
        if (same_type(sema->type_slots[at], raw)) return sema->type_slots[at];
    }
    return NULL;
}

void wc_sema_type_finish(wc_sema *sema, wc_sema_type *type)
{
    extent total = extent_of(type);
    type->size = total.size;
    type->encoded_max = total.encoded;
    type->depth = total.depth;
    char bytes[WC_TYPE_TEXT_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof(bytes));
    put_type(&buf, type);
    const wc_str parts[] = {{bytes, buf.len}, buf.full ? WC_STR("...") : WC_STR("")};
    type->text = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
}

wc_sema_type *wc_sema_type_declared(wc_sema *sema, wc_sema_kind kind, wc_str name, wc_span span)
{
    wc_sema_type *type = WC_SEMA_NEW(sema, wc_sema_type);
    type->kind = kind;
    type->name = name;
    type->span = span;
    if (sema->types.count >= WC_TYPES_IN_PROGRAM) {
        wc_sema_limit(sema, sema->where, "types in one program", WC_TYPES_IN_PROGRAM);
        return type; /* not in the table: the program will not be used */
    }
    type->index = (uint16_t)sema->types.count;
    wc_sema_push(sema, &sema->types, type);
    return type;
}

const wc_sema_type *wc_sema_type_intern(wc_sema *sema, const wc_sema_type *raw)
{
    if (2 * (sema->types.count + 1) > sema->type_slot_count) grow_slots(sema);
    const wc_sema_type *found = find_type(sema, raw);
    if (found != NULL) return found;
    wc_sema_type *type = wc_sema_type_declared(sema, raw->kind, (wc_str){"", 0}, raw->span);
    uint16_t index = type->index;
    *type = *raw;
    type->index = index;
    type->name = (wc_str){"", 0};
    wc_sema_type_finish(sema, type);
    insert_slot(sema->type_slots, sema->type_slot_count, type);
    return type;
}

static const wc_sema_type *simple(wc_sema *sema, wc_sema_kind kind)
{
    wc_sema_type raw = {.kind = kind};
    if (kind == WC_SEMA_INT) {
        raw.lo = INT64_MIN;
        raw.hi = INT64_MAX;
    }
    return wc_sema_type_intern(sema, &raw);
}

void wc_sema_types_init(wc_sema *sema)
{
    sema->poison = simple(sema, WC_SEMA_POISON);
    sema->nothing = simple(sema, WC_SEMA_VOID);
    sema->boolean = simple(sema, WC_SEMA_BOOL);
    sema->integer = simple(sema, WC_SEMA_INT);
    sema->time = simple(sema, WC_SEMA_TIME);
    sema->date = simple(sema, WC_SEMA_DATE);
    sema->interval = simple(sema, WC_SEMA_INTERVAL);
    sema->party = simple(sema, WC_SEMA_PARTY);
}

/* --- makers for the types that expressions need ----------------------------------------------- */

const wc_sema_type *wc_sema_type_dec(wc_sema *sema, unsigned scale, const wc_sema_unit *unit)
{
    wc_assert(scale <= WC_DECIMALS_MAX);
    wc_sema_type raw = {.kind = WC_SEMA_DEC,
                        .scale = (uint8_t)scale,
                        .unit = unit,
                        .lo = INT64_MIN,
                        .hi = INT64_MAX};
    return wc_sema_type_intern(sema, &raw);
}

const wc_sema_type *wc_sema_type_int(wc_sema *sema, int64_t lo, int64_t hi)
{
    wc_sema_type raw = {.kind = WC_SEMA_INT, .lo = lo, .hi = hi};
    return wc_sema_type_intern(sema, &raw);
}

const wc_sema_type *wc_sema_type_text(wc_sema *sema, size_t bytes)
{
    wc_sema_type raw = {.kind = WC_SEMA_TEXT, .capacity = bytes == 0 ? 1 : (uint32_t)bytes};
    return wc_sema_type_intern(sema, &raw);
}

const wc_sema_type *wc_sema_type_option(wc_sema *sema, const wc_sema_type *item)
{
    wc_sema_type raw = {.kind = WC_SEMA_OPTION, .item = item};
    return wc_sema_type_intern(sema, &raw);
}

const wc_sema_type *wc_sema_type_tuple(wc_sema *sema, const wc_sema_member *members, uint16_t count)
{
    wc_sema_type raw = {.kind = WC_SEMA_TUPLE, .members = members, .member_count = count};
    return wc_sema_type_intern(sema, &raw);
}

const wc_sema_type *wc_sema_type_instance(wc_sema *sema, const wc_sema_contract *contract)
{
    wc_sema_type raw = {.kind = WC_SEMA_INSTANCE, .contract = contract};
    return wc_sema_type_intern(sema, &raw);
}
