/* Names of locals in the debug part: which register holds which name of the source, from where to
 * where. They cost the module nothing: types are noted as debuggers show them. */
#include "compiler/emit/gen.h"

static wc_str cut(wc_str text)
{
    return (wc_str){text.data, text.len > UINT8_MAX ? UINT8_MAX : text.len};
}

static uint16_t shape_of(wc_gen *gen, const wc_sema_type *type)
{
    static const uint8_t kinds[] = {
        [WC_SEMA_BOOL] = WC_TYPE_BOOL, [WC_SEMA_INT] = WC_TYPE_INT,   [WC_SEMA_DEC] = WC_TYPE_DEC,
        [WC_SEMA_TIME] = WC_TYPE_TIME, [WC_SEMA_DATE] = WC_TYPE_DATE, [WC_SEMA_ENUM] = WC_TYPE_TAG};
    wc_debug_shape shape = {.text = cut(type->text), .unit = WC_STR("")};
    if (wc_sema_is_scalar(type)) shape.kind = kinds[type->kind];
    if (shape.kind == WC_TYPE_DEC) {
        shape.scale = type->scale;
        shape.unit = cut(type->unit->text);
    }
    if (shape.kind == WC_TYPE_TAG) {
        shape.name_count = type->variant_count;
        shape.names = wc_gen_alloc(gen, type->variant_count, sizeof(wc_str));
        for (uint16_t i = 0; i < type->variant_count; i++) shape.names[i] = type->variants[i].name;
    }
    return wc_builder_shape(gen->builder, &shape);
}

void wc_gen_name(wc_gen *gen, const wc_sema_local *local)
{
    const wc_gen_home *home = &gen->homes[local->index];
    if (!home->is_set || local->name.len == 0 || gen->named_count == WC_GEN_NAMED_MAX) return;
    uint16_t *shape = &gen->shape_map[local->type->index];
    if (*shape == WC_NONE) *shape = shape_of(gen, local->type);
    uint16_t number = wc_builder_local(gen->builder, local->name, *shape, home->reg);
    gen->named[gen->named_count++] = (wc_gen_named){number, gen->taken_count};
}

void wc_gen_names_end(wc_gen *gen)
{
    while (gen->named_count > 0 && gen->named[gen->named_count - 1].taken > gen->taken_count) {
        wc_builder_local_end(gen->builder, gen->named[--gen->named_count].number);
    }
}
