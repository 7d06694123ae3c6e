/* Types, units, currencies, interfaces and constants of the checked program as rows of a module.
 *
 * A program's types that a contract does not use do not get into its module: rows are made when the
 * first expression or declaration needs them. */
#include "compiler/emit/gen.h"

#include "vm/base/codec.h"

void wc_gen_stop_if_failed(wc_gen *gen)
{
    if (wc_builder_status(gen->builder) != WC_OK) longjmp(gen->stop, 1);
}

/* Scratch of one routine: an empty arena ends the generation as a full table does. */
void *wc_gen_alloc(wc_gen *gen, size_t count, size_t size)
{
    void *memory = wc_arena_alloc(gen->arena, count + 1, size);
    if (memory == NULL) {
        gen->is_out_of_memory = true;
        longjmp(gen->stop, 1);
    }
    return memory;
}

const wc_type *wc_gen_type_of(const wc_gen *gen, uint16_t type)
{
    const wc_module *module = wc_builder_module(gen->builder);
    static const wc_type nothing = {.kind = WC_TYPE_TUPLE};
    return type < module->type_count ? &module->types[type] : &nothing;
}

uint32_t wc_gen_offset(const wc_gen *gen, uint16_t tuple, uint16_t index)
{
    const wc_type *type = wc_gen_type_of(gen, tuple);
    return index < type->count && type->kind == WC_TYPE_TUPLE ? type->fields[index].offset : 0;
}

uint16_t wc_gen_number(wc_gen *gen, int64_t value)
{
    return wc_builder_number(gen->builder, wc_i128_of(value));
}

uint16_t wc_gen_currency(wc_gen *gen, const wc_sema_currency *currency)
{
    uint16_t *mapped = &gen->currency_map[currency->index];
    if (*mapped == WC_NONE) {
        *mapped = wc_builder_currency(gen->builder, currency->code, currency->minor);
    }
    return *mapped;
}

static uint16_t unit_of(wc_gen *gen, const wc_sema_unit *unit)
{
    if (unit->index == 0) return WC_NONE;
    uint16_t *mapped = &gen->unit_map[unit->index];
    if (*mapped == WC_NONE) *mapped = wc_builder_unit(gen->builder, unit->text);
    return *mapped;
}

/* An argument list, a record's body, the data of a variant. */
uint16_t wc_gen_members(wc_gen *gen, const wc_sema_member *members, uint16_t count)
{
    uint16_t *names = wc_gen_alloc(gen, count, sizeof(uint16_t));
    uint16_t *types = wc_gen_alloc(gen, count, sizeof(uint16_t));

    bool is_named = count > 0;
    for (uint16_t i = 0; i < count; i++) {
        is_named = is_named && members[i].name.len > 0;
        types[i] = wc_gen_type(gen, members[i].type);
    }
    for (uint16_t i = 0; i < count && is_named; i++) {
        names[i] = wc_builder_string(gen->builder, members[i].name);
    }
    uint16_t row = wc_builder_tuple(gen->builder, is_named ? names : NULL, types, count);
    wc_gen_stop_if_failed(gen);
    return row;
}

static uint16_t record_type(wc_gen *gen, const wc_sema_type *type)
{
    wc_field *fields = wc_gen_alloc(gen, type->member_count, sizeof(wc_field));
    for (uint16_t i = 0; i < type->member_count; i++) {
        fields[i].type = wc_gen_type(gen, type->members[i].type);
        fields[i].name = wc_builder_string(gen->builder, type->members[i].name);
    }
    return wc_builder_type(gen->builder, &(wc_type){
                                             .kind = WC_TYPE_TUPLE,
                                             .name = wc_builder_string(gen->builder, type->name),
                                             .count = type->member_count,
                                             .fields = fields,
                                         });
}

static uint16_t enum_type(wc_gen *gen, const wc_sema_type *type)
{
    wc_variant *variants = wc_gen_alloc(gen, type->variant_count, sizeof(wc_variant));
    for (uint16_t i = 0; i < type->variant_count; i++) {
        const wc_sema_variant *from = &type->variants[i];
        variants[i].name = wc_builder_string(gen->builder, from->name);
        variants[i].data = from->member_count == 0
                               ? WC_NONE
                               : wc_gen_members(gen, from->members, from->member_count);
    }
    return wc_builder_type(
        gen->builder,
        &(wc_type){
            .kind = type->has_data ? WC_TYPE_ENUM : WC_TYPE_TAG,
            .name = type->name.len > 0 ? wc_builder_string(gen->builder, type->name) : WC_NONE,
            .count = type->variant_count,
            .variants = variants,
        });
}

static uint16_t option_type(wc_gen *gen, const wc_sema_type *type)
{
    uint16_t item = wc_gen_type(gen, type->item);
    wc_variant variants[2] = {
        {.name = wc_builder_string(gen->builder, WC_STR("none")), .data = WC_NONE},
        {.name = wc_builder_string(gen->builder, WC_STR("some")),
         .data = wc_builder_tuple(gen->builder, NULL, &item, 1)},
    };
    return wc_builder_type(
        gen->builder,
        &(wc_type){.kind = WC_TYPE_ENUM, .name = WC_NONE, .count = 2, .variants = variants});
}

/* An interface is made with its first use: methods are consecutive rows. */
static uint16_t interface_of(wc_gen *gen, const wc_sema_interface *interface)
{
    uint16_t *mapped = &gen->interface_map[interface->index];
    if (*mapped != WC_NONE) return *mapped;

    wc_method *methods = wc_gen_alloc(gen, interface->method_count, sizeof(wc_method));
    for (uint16_t i = 0; i < interface->method_count; i++) {
        const wc_sema_method *from = &interface->methods[i];
        methods[i] = (wc_method){
            .name = wc_builder_string(gen->builder, from->name),
            .is_view = from->is_view,
            .args = wc_gen_members(gen, from->params, from->param_count),
            .result = from->result == NULL ? WC_NONE : wc_gen_type(gen, from->result),
        };
    }
    *mapped = wc_builder_interface(gen->builder, interface->name, methods, interface->method_count);
    return *mapped;
}

uint16_t wc_gen_method(wc_gen *gen, const wc_sema_type *ref, const wc_sema_method *method)
{
    uint16_t interface = interface_of(gen, ref->interface);
    wc_gen_stop_if_failed(gen);
    const wc_module *module = wc_builder_module(gen->builder);
    return (uint16_t)(module->interfaces[interface].first + method->index);
}

static wc_type scalar_type(wc_gen *gen, const wc_sema_type *type)
{
    static const uint8_t kinds[] = {
        [WC_SEMA_BOOL] = WC_TYPE_BOOL, [WC_SEMA_INT] = WC_TYPE_INT,   [WC_SEMA_DEC] = WC_TYPE_DEC,
        [WC_SEMA_TIME] = WC_TYPE_TIME, [WC_SEMA_DATE] = WC_TYPE_DATE,
    };
    wc_type row = {.kind = (wc_type_kind)kinds[type->kind], .name = WC_NONE};
    row.unit = WC_NONE;
    if (wc_sema_is_number(type)) {
        row.lo = type->lo;
        row.hi = type->hi;
    }
    if (type->kind == WC_SEMA_DEC) {
        row.scale = type->scale;
        row.unit = unit_of(gen, type->unit);
    }
    return row;
}

static uint16_t collection_type(wc_gen *gen, const wc_sema_type *type)
{
    static const uint8_t kinds[] = {
        [WC_SEMA_LIST] = WC_TYPE_LIST,     [WC_SEMA_SET] = WC_TYPE_SET,
        [WC_SEMA_MAP] = WC_TYPE_MAP,       [WC_SEMA_SORTED] = WC_TYPE_SORTED,
        [WC_SEMA_SERIES] = WC_TYPE_SERIES,
    };
    wc_type row = {
        .kind = (wc_type_kind)kinds[type->kind],
        .name = WC_NONE,
        .capacity = type->capacity,
        .item = wc_gen_type(gen, type->item),
        .step = type->step,
        .descending = type->is_descending,
    };
    if (type->kind == WC_SEMA_MAP) row.value = wc_gen_type(gen, type->value);
    if (type->kind == WC_SEMA_SORTED) row.value = type->order;
    return wc_builder_type(gen->builder, &row);
}

static uint16_t make_type(wc_gen *gen, const wc_sema_type *type)
{
    switch (type->kind) {
    case WC_SEMA_BOOL:
    case WC_SEMA_INT:
    case WC_SEMA_DEC:
    case WC_SEMA_TIME:
    case WC_SEMA_DATE: {
        wc_type row = scalar_type(gen, type);
        return wc_builder_type(gen->builder, &row);
    }
    case WC_SEMA_INTERVAL:
        return wc_builder_type(gen->builder, &(wc_type){.kind = WC_TYPE_INTERVAL, .name = WC_NONE});
    case WC_SEMA_PARTY:
    case WC_SEMA_INSTANCE: return gen->party_type;
    case WC_SEMA_CONTRACT_REF:
        if (gen->contract == NULL) return gen->party_type; /* tests hold instances as parties */
        return wc_builder_type(gen->builder,
                               &(wc_type){.kind = WC_TYPE_PARTY,
                                          .name = WC_NONE,
                                          .item = interface_of(gen, type->interface)});
    case WC_SEMA_BYTES:
    case WC_SEMA_TEXT:
        return wc_builder_type(
            gen->builder,
            &(wc_type){.kind = type->kind == WC_SEMA_TEXT ? WC_TYPE_TEXT : WC_TYPE_BYTES,
                       .name = WC_NONE,
                       .capacity = type->capacity});
    case WC_SEMA_TUPLE: return wc_gen_members(gen, type->members, type->member_count);
    case WC_SEMA_RECORD: return record_type(gen, type);
    case WC_SEMA_ENUM: return enum_type(gen, type);
    case WC_SEMA_OPTION: return option_type(gen, type);
    case WC_SEMA_LIST:
    case WC_SEMA_SET:
    case WC_SEMA_MAP:
    case WC_SEMA_SORTED:
    case WC_SEMA_SERIES: return collection_type(gen, type);
    case WC_SEMA_POISON: break;
    case WC_SEMA_VOID: break;
    }
    wc_assert_failed("a checked program has no value of this type", __FILE__, __LINE__);
}

uint16_t wc_gen_type(wc_gen *gen, const wc_sema_type *type)
{
    /* The states of a contract have one row, which the builder makes from the state table. */
    if (gen->contract != NULL && type == gen->contract->state_type) {
        return wc_builder_state_type(gen->builder);
    }
    uint16_t mapped = gen->type_map[type->index];
    if (mapped == WC_NONE) {
        mapped = make_type(gen, type);
        wc_gen_stop_if_failed(gen);
        gen->type_map[type->index] = mapped;
    }
    return mapped;
}

/* ---- constants as canonical ABI bytes ----------------------------------------------------------
 */

static void put_constant(wc_buf *buf, const wc_sema_expr *expr, const wc_sema_type *type);

static void put_members(wc_buf *buf, const wc_sema_expr *expr, const wc_sema_member *members)
{
    for (uint16_t i = 0; i < expr->arg_count; i++) {
        put_constant(buf, expr->args[i], members[i].type);
    }
}

static void put_scalar(wc_buf *buf, const wc_sema_expr *expr, const wc_sema_type *type)
{
    int64_t value = 0;
    wc_status status = wc_i128_narrow(expr->number, &value);
    wc_assert(status == WC_OK);
    if (type->kind == WC_SEMA_BOOL) {
        wc_buf_put_u8(buf, (uint8_t)value);
    } else if (type->kind == WC_SEMA_ENUM) {
        wc_buf_put_u16(buf, (uint16_t)value);
    } else {
        wc_buf_put_i64(buf, value);
    }
}

static void put_constant(wc_buf *buf, const wc_sema_expr *expr, const wc_sema_type *type)
{
    if (expr->op == WC_OPER_FIT) expr = expr->a;
    if (expr->op == WC_OPER_NUMBER) {
        put_scalar(buf, expr, type);
    } else if (expr->op == WC_OPER_TEXT) {
        wc_buf_put_str32(buf, wc_slice_of(expr->text.data, expr->text.len));
    } else if (expr->op == WC_OPER_INTERVAL) {
        put_scalar(buf, expr->a, expr->a->type);
        put_scalar(buf, expr->b, expr->b->type);
    } else if (expr->op == WC_OPER_VARIANT && type->kind == WC_SEMA_OPTION) {
        wc_buf_put_u16(buf, expr->index);
        if (expr->arg_count > 0) put_constant(buf, expr->args[0], type->item);
    } else if (expr->op == WC_OPER_VARIANT) {
        wc_buf_put_u16(buf, expr->index);
        put_members(buf, expr, type->variants[expr->index].members);
    } else if (expr->op == WC_OPER_LIST) {
        wc_buf_put_u32(buf, expr->arg_count);
        for (uint16_t i = 0; i < expr->arg_count; i++) put_constant(buf, expr->args[i], type->item);
    } else if (expr->op == WC_OPER_EMPTY) {
        wc_buf_put_u32(buf, 0);
    } else {
        wc_assert(expr->op == WC_OPER_RECORD || expr->op == WC_OPER_TUPLE);
        put_members(buf, expr, type->members);
    }
}

uint16_t wc_gen_constant(wc_gen *gen, const wc_sema_expr *expr, const wc_sema_type *type)
{
    uint16_t row = wc_gen_type(gen, type);
    size_t size = wc_gen_type_of(gen, row)->encoded_max;
    uint8_t *bytes = wc_gen_alloc(gen, size, 1);
    wc_buf buf;
    wc_buf_init(&buf, bytes, size);
    put_constant(&buf, expr, type);
    return wc_builder_bytes(gen->builder, row, wc_buf_slice(&buf));
}
