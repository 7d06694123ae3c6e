/* Loading: decode and verify (vm/isa), then translate. After this nothing about the module is
 * checked again. */
#include "vm/exec/image.h"

#include "vm/exec/abi.h"

/* Number constants in 64 bits. The verifier lets an instruction that works in 64 bits name only a
 * constant that fits; the others are clamped and never read from here. */
WC_MUST_USE static wc_status make_numbers(wc_image *image, wc_arena *arena)
{
    const wc_module *module = image->module;
    int64_t *numbers = WC_ARENA_ARRAY(arena, int64_t, module->number_count);
    if (numbers == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < module->number_count; i++) {
        wc_i128 number = module->numbers[i];
        numbers[i] = number.hi < 0 ? INT64_MIN : INT64_MAX;
        wc_status status = wc_i128_narrow(number, &numbers[i]);
        (void)status; /* OVERFLOW leaves the clamped value */
    }
    image->numbers = numbers;
    return WC_OK;
}

WC_MUST_USE static wc_status make_shapes(wc_image *image, wc_arena *arena)
{
    const wc_module *module = image->module;
    wc_shape *shapes = WC_ARENA_ARRAY(arena, wc_shape, module->type_count);
    if (shapes == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < module->type_count; i++) {
        const wc_type *type = &module->types[i];
        if (wc_type_is_collection(type)) {
            shapes[i].stride = wc_type_entry_size(module, type);
            shapes[i].value_at = module->types[type->item].size;
        } else if (type->kind == WC_TYPE_SERIES) {
            shapes[i].value_at = WC_MEM_VALUES + 8 * type->capacity;
        }
    }
    image->shapes = shapes;
    return WC_OK;
}

WC_MUST_USE static wc_status make_maps(wc_image *image, wc_arena *arena)
{
    const wc_module *module = image->module;
    wc_number_map *maps = WC_ARENA_ARRAY(arena, wc_number_map, module->field_count);
    if (maps == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < module->field_count; i++) {
        const wc_type *type = &module->types[module->fields[i].type];
        if (type->kind != WC_TYPE_MAP) continue;
        const wc_type *key = &module->types[type->item];
        const wc_type *value = &module->types[type->value];
        if (!wc_type_is_number(key) || !wc_type_is_number(value)) continue;
        maps[i] = (wc_number_map){
            .key = {key->lo, key->hi}, .value = {value->lo, value->hi}, .id = module->fields[i].id};
    }
    image->maps = maps;
    return WC_OK;
}

/* Byte constants are decoded once; refs to them cannot write. */
WC_MUST_USE static wc_status make_constants(wc_image *image, wc_arena *arena)
{
    const wc_module *module = image->module;
    uint32_t *offsets = WC_ARENA_ARRAY(arena, uint32_t, module->bytes_count);
    if (offsets == NULL) return WC_NO_MEMORY;
    size_t size = 0;
    for (uint16_t i = 0; i < module->bytes_count; i++) {
        offsets[i] = (uint32_t)size;
        size += module->types[module->bytes[i].type].size;
    }
    wc_assert(size <= WC_MEM_MAX); /* verified */
    uint8_t *constants = WC_ARENA_ARRAY(arena, uint8_t, size);
    if (constants == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < module->bytes_count; i++) {
        const wc_bytes_const *constant = &module->bytes[i];
        size_t bad;
        wc_status status = wc_abi_decode(module, &module->types[constant->type], constant->abi,
                                         constants + offsets[i], &bad);
        wc_assert(status == WC_OK); /* verified */
    }
    image->constants = constants;
    image->constant_at = offsets;
    return WC_OK;
}

WC_MUST_USE static wc_status make_entries(wc_image *image, wc_arena *arena)
{
    const wc_module *module = image->module;
    uint32_t *methods = WC_ARENA_ARRAY(arena, uint32_t, module->entry_count);
    if (methods == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < module->entry_count; i++) {
        wc_entry_kind kind = module->entries[i].kind;
        if (kind == WC_ENTRY_INVARIANT) {
            wc_assert(image->invariant_count < WC_INVARIANTS_MAX);
            image->invariants[image->invariant_count++] = i;
        }
        methods[i] = module->entries[i].method_id;
    }
    image->methods = methods;
    return WC_OK;
}

wc_status wc_image_translate(const wc_module *module, const wc_engine *engine, wc_arena *arena,
                             wc_image **image)
{
    wc_image *made = WC_ARENA_NEW(arena, wc_image);
    if (made == NULL) return WC_NO_MEMORY;
    made->module = module;
    made->engine = engine;
    WC_TRY(make_numbers(made, arena));
    WC_TRY(make_shapes(made, arena));
    WC_TRY(make_maps(made, arena));
    WC_TRY(make_constants(made, arena));
    WC_TRY(make_entries(made, arena));
    WC_TRY(wc_image_cells(made, arena));
    wc_image_map(made);
    *image = made;
    return WC_OK;
}

wc_status wc_image_load(wc_slice module, wc_sha256_fn hash, wc_arena *arena, wc_image **image,
                        wc_finding *finding)
{
    *finding = (wc_finding){.function = WC_NONE};
    wc_module *decoded;
    size_t bad = 0;
    wc_status status = wc_module_decode(module, arena, &decoded, &bad);
    if (status != WC_OK) {
        *finding = wc_module_finding(status, bad);
        return status;
    }
    WC_TRY(wc_module_verify_decoded(decoded, hash, arena, finding));
    status = wc_image_translate(decoded, &wc_engine_loop, arena, image);
    if (status != WC_OK) *finding = wc_module_finding(status, 0);
    return status;
}

const wc_module *wc_image_module(const wc_image *image)
{
    return image->module;
}

size_t wc_call_memory_size(const wc_image *image)
{
    return image->map.size;
}

uint64_t wc_image_prepaid(const wc_image *image, uint16_t state)
{
    wc_assert(state < image->module->state_count);
    return image->module->states[state].prepaid;
}

uint16_t wc_image_entry(const wc_image *image, wc_entry_kind kind, wc_str name)
{
    const wc_module *module = image->module;
    for (uint16_t i = 0; i < module->entry_count; i++) {
        const wc_entry *entry = &module->entries[i];
        if (entry->kind != kind || entry->name == WC_NONE) continue;
        if (wc_str_equal(module->strings[entry->name], name)) return i;
    }
    return WC_NONE;
}

uint16_t wc_image_method(const wc_image *image, uint32_t method_id)
{
    const wc_module *module = image->module;
    for (uint16_t i = 0; i < module->entry_count; i++) {
        wc_entry_kind kind = module->entries[i].kind;
        if (kind != WC_ENTRY_ACTION && kind != WC_ENTRY_VIEW) continue;
        if (image->methods[i] == method_id) return i;
    }
    return WC_NONE;
}
