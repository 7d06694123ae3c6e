/* Builder, debug part: places in the source, names of locals. */
#include "vm/isa/builder_state.h"

#define NAMES_MAX 8192u /* of all shapes together, so that a debug part stays within its size */

uint16_t wc_builder_file(wc_builder *builder, wc_str path, wc_hash source)
{
    wc_str copy = wc_arena_str(builder->arena, path);
    if (copy.data == NULL) return wc_builder_fail(builder, WC_NO_MEMORY);
    wc_debug_file *file = (wc_debug_file *)wc_builder_append(builder, &builder->files,
                                                             WC_DEBUG_FILES_MAX, sizeof *file);
    if (file == NULL) return 0;
    *file = (wc_debug_file){copy, source};
    return (uint16_t)(builder->files.count - 1);
}

void wc_builder_at(wc_builder *builder, const wc_debug_line *line)
{
    wc_assert(line->file < builder->files.count || builder->status != WC_OK);
    builder->place = *line;
    builder->has_place = true;
}

uint16_t wc_builder_shape(wc_builder *builder, const wc_debug_shape *shape)
{
    const wc_debug_shape *known = (const wc_debug_shape *)builder->shapes.items;
    if (builder->status != WC_OK) return WC_NONE;
    if (shape->name_count > WC_DEBUG_SHAPE_NAMES || shape->text.len > UINT8_MAX ||
        shape->unit.len > UINT8_MAX) {
        return WC_NONE;
    }
    for (uint32_t i = 0; i < builder->shapes.count; i++) {
        bool is_same = known[i].kind == shape->kind && known[i].scale == shape->scale &&
                       wc_str_equal(known[i].text, shape->text) &&
                       wc_str_equal(known[i].unit, shape->unit) &&
                       known[i].name_count == shape->name_count;
        for (uint16_t k = 0; is_same && k < shape->name_count; k++) {
            is_same = wc_str_equal(known[i].names[k], shape->names[k]);
        }
        if (is_same) return (uint16_t)i;
    }
    if (builder->shapes.count == WC_DEBUG_SHAPES_MAX) return WC_NONE;
    if (builder->shape_names + shape->name_count > NAMES_MAX) return WC_NONE;
    wc_debug_shape copy = *shape;
    copy.text = wc_arena_str(builder->arena, shape->text);
    copy.unit = wc_arena_str(builder->arena, shape->unit);
    copy.names = WC_ARENA_ARRAY(builder->arena, wc_str, shape->name_count);
    bool is_copied = copy.text.data != NULL && copy.unit.data != NULL && copy.names != NULL;
    for (uint16_t i = 0; is_copied && i < shape->name_count; i++) {
        if (shape->names[i].len > WC_DEBUG_NAME_MAX) return WC_NONE;
        copy.names[i] = wc_arena_str(builder->arena, shape->names[i]);
        is_copied = copy.names[i].data != NULL;
    }
    if (!is_copied) return wc_builder_fail(builder, WC_NO_MEMORY);
    wc_debug_shape *row = (wc_debug_shape *)wc_builder_append(builder, &builder->shapes,
                                                              WC_DEBUG_SHAPES_MAX, sizeof *row);
    if (row == NULL) return WC_NONE;
    *row = copy;
    builder->shape_names += copy.name_count;
    return (uint16_t)(builder->shapes.count - 1);
}

static wc_debug_local *locals_of(const wc_builder *builder)
{
    return (wc_debug_local *)builder->locals.items;
}

uint16_t wc_builder_local(wc_builder *builder, wc_str name, uint16_t shape, uint16_t reg)
{
    if (builder->status != WC_OK || shape == WC_NONE) return WC_NONE;
    if (name.len == 0 || name.len > WC_DEBUG_NAME_MAX) return WC_NONE;
    if (builder->local_total + builder->locals.count >= WC_DEBUG_LOCALS_MAX) return WC_NONE;
    wc_str copy = wc_arena_str(builder->arena, name);
    if (copy.data == NULL) {
        (void)wc_builder_fail(builder, WC_NO_MEMORY);
        return WC_NONE;
    }
    wc_debug_local *local = (wc_debug_local *)wc_builder_append(builder, &builder->locals,
                                                                WC_DEBUG_LOCALS_MAX, sizeof *local);
    if (local == NULL) return WC_NONE;
    *local = (wc_debug_local){.name = copy,
                              .shape = shape,
                              .reg = reg,
                              .first = (uint16_t)wc_builder_next_word(builder),
                              .end = WC_NONE};
    return (uint16_t)(builder->locals.count - 1);
}

void wc_builder_local_end(wc_builder *builder, uint16_t local)
{
    if (builder->status != WC_OK || local == WC_NONE) return;
    wc_assert(local < builder->locals.count);
    locals_of(builder)[local].end = (uint16_t)wc_builder_next_word(builder);
}

/* What was noted before instructions were put in front of the function: at word 1 or behind. */
void wc_builder_shift_locals(wc_builder *builder, uint32_t distance)
{
    wc_debug_local *locals = locals_of(builder);
    for (uint32_t i = 0; i < builder->locals.count; i++) {
        locals[i].first = (uint16_t)(locals[i].first + distance);
        if (locals[i].end != WC_NONE) locals[i].end = (uint16_t)(locals[i].end + distance);
    }
}

/* Lines and locals of the function that ends. A local that no instruction could see is left out. */
void wc_builder_end_lines(wc_builder *builder)
{
    wc_debug_function *row = (wc_debug_function *)wc_builder_append(
        builder, &builder->debug_functions, WC_FUNCTIONS_MAX, sizeof *row);
    if (row == NULL) return;
    wc_debug_local *locals = locals_of(builder);
    uint32_t words = wc_builder_word(builder), count = 0;
    for (uint32_t i = 0; i < builder->locals.count; i++) {
        wc_debug_local local = locals[i];
        if (local.end == WC_NONE) local.end = (uint16_t)words;
        wc_assert(local.end <= words); /* words are never taken back */
        if (local.first < local.end) locals[count++] = local;
    }
    *row = (wc_debug_function){builder->lines.count, (wc_debug_line *)builder->lines.items, count,
                               locals};
    builder->local_total += count;
}
