/* The map of call memory: how much of everything the deepest call of an image can need. */
#include "vm/exec/exec.h"

#define ALIGNMENT 16u

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Places `size` bytes at the end of the map and returns their offset. */
static size_t place(wc_map *map, size_t size)
{
    size_t at = map->size;
    map->size += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return at;
}

static size_t type_size(const wc_module *module, uint16_t type)
{
    return type == WC_NONE ? 0 : module->types[type].size;
}

static size_t encoded(const wc_module *module, uint16_t type)
{
    return type == WC_NONE ? 0 : module->types[type].encoded_max;
}

/* The longest encoding that an instruction or the driver makes. */
static size_t scratch_size(const wc_module *m)
{
    size_t size = 64; /* arguments of built-in errors */
    for (uint16_t i = 0; i < m->event_count; i++) {
        size = max_size(size, encoded(m, m->events[i].args));
    }
    for (uint16_t i = 0; i < m->error_count; i++) {
        size = max_size(size, encoded(m, m->errors[i].args));
    }
    for (uint16_t i = 0; i < m->method_count; i++) {
        size = max_size(size, encoded(m, m->methods[i].args));
    }
    for (uint16_t i = 0; i < m->entry_count; i++) {
        if (m->entries[i].kind == WC_ENTRY_VIEW) {
            size = max_size(size, encoded(m, m->entries[i].result));
        }
    }
    for (uint16_t i = 0; i < m->field_count; i++) {
        const wc_type *type = &m->types[m->fields[i].type];
        if (!wc_type_is_collection(type)) continue;
        size = max_size(size, encoded(m, type->item));
        if (type->kind == WC_TYPE_MAP) size = max_size(size, encoded(m, type->value));
    }
    return size;
}

/* Test images encode terms and arguments of other contracts: any of their types. */
static size_t longest_encoding(const wc_module *m)
{
    size_t size = 0;
    for (uint16_t i = 0; i < m->type_count; i++) size = max_size(size, m->types[i].encoded_max);
    return size;
}

static size_t second_size(const wc_module *m)
{
    size_t size = WC_SECOND_MIN;
    for (uint16_t i = 0; i < m->method_count; i++) {
        size = max_size(size, encoded(m, m->methods[i].result));
    }
    return size;
}

typedef struct depths {
    size_t calls, registers, frames;
} depths;

static depths deepest(const wc_module *m)
{
    depths d = {1, 2, 0}; /* the driver passes up to two parameters */
    for (uint16_t i = 0; i < m->function_count; i++) {
        const wc_function *function = &m->functions[i];
        d.calls = max_size(d.calls, function->call_depth);
        d.registers = max_size(d.registers, function->stack_regs);
        d.frames = max_size(d.frames, function->memory_size);
    }
    return d;
}

static void place_root(const wc_module *m, wc_map *map)
{
    map->root[WC_ROOT_TERMS] = place(map, type_size(m, m->terms_type));
    map->root[WC_ROOT_STORAGE] = place(map, type_size(m, m->storage_type));
    map->root[WC_ROOT_PARTIES] = place(map, type_size(m, m->parties_type));
    map->root[WC_ROOT_STATE] = place(map, max_size(8, type_size(m, m->state_type)));
    map->root[WC_ROOT_ID] = place(map, sizeof(wc_party));
    map->root[WC_ROOT_CALLER] = place(map, sizeof(wc_party));
}

void wc_image_map(wc_image *image)
{
    const wc_module *m = image->module;
    wc_map *map = &image->map;
    depths d = deepest(m);
    size_t args = 0;
    size_t result = 0;
    for (uint16_t i = 0; i < m->entry_count; i++) {
        const wc_entry *entry = &m->entries[i];
        bool has_args = entry->kind == WC_ENTRY_ACTION || entry->kind == WC_ENTRY_VIEW ||
                        entry->kind == WC_ENTRY_UPGRADE;
        if (!has_args) continue;
        args = max_size(args, type_size(m, entry->args));
        if (entry->kind == WC_ENTRY_VIEW) result = max_size(result, type_size(m, entry->result));
    }

    *map = (wc_map){.size = 0};
    (void)place(map, sizeof(wc_exec));
    map->calls = place(map, d.calls * sizeof(wc_frame));
    map->registers = place(map, d.registers * sizeof(wc_slot));
    place_root(m, map);
    map->args = place(map, args);
    map->result = place(map, result);
    map->frames = place(map, d.frames);
    map->record_size = (size_t)wc_module_root_max(m);
    map->record = place(map, map->record_size);
    map->scratch_size = scratch_size(m);
    map->second_size = second_size(m);
    if (m->is_test_image) {
        map->scratch_size = max_size(map->scratch_size, longest_encoding(m));
        map->second_size = max_size(map->second_size, map->scratch_size);
    }
    map->scratch = place(map, map->scratch_size);
    map->second = place(map, map->second_size);
    map->parts = place(map, image->split_parts * sizeof(wc_part));
}
