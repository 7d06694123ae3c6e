/* Debug part: encoder, decoder, lookup. */
#include "vm/isa/debug.h"

#include "vm/base/text.h"

#define LINE_SIZE  16u /* stored bytes of a line */
#define LOCAL_SIZE 9u  /* stored bytes of a local, at least */
#define SHAPE_SIZE 6u  /* of a shape, at least */

static void put_sizes(const wc_debug *debug, wc_buf *buf)
{
    wc_buf_put_u16(buf, debug->size_count);
    for (uint16_t i = 0; i < debug->size_count; i++) {
        const wc_gas_size *size = &debug->sizes[i];
        wc_buf_put_u8(buf, (uint8_t)size->kind);
        wc_buf_put_str8(buf, wc_slice_of(size->name.data, size->name.len));
        wc_buf_put_u32(buf, size->capacity);
    }
}

static void put_forms(const wc_debug *debug, wc_buf *buf)
{
    wc_buf_put_u16(buf, debug->form_count);
    for (uint16_t i = 0; i < debug->form_count; i++) {
        const wc_gas_form *form = &debug->forms[i];
        wc_buf_put_u8(buf, (uint8_t)form->count);
        for (uint16_t k = 0; k < form->count; k++) {
            const wc_gas_term *term = &form->terms[k];
            wc_buf_put_u64(buf, term->factor);
            wc_buf_put_u8(buf, term->degree);
            for (unsigned s = 0; s < term->degree; s++) wc_buf_put_u16(buf, term->sizes[s]);
        }
    }
}

static void put_str8(wc_buf *buf, wc_str text)
{
    wc_buf_put_str8(buf, wc_slice_of(text.data, text.len));
}

static void put_shapes(const wc_debug *debug, wc_buf *buf)
{
    wc_buf_put_u16(buf, debug->shape_count);
    for (uint16_t i = 0; i < debug->shape_count; i++) {
        const wc_debug_shape *shape = &debug->shapes[i];
        wc_buf_put_u8(buf, shape->kind);
        wc_buf_put_u8(buf, shape->scale);
        put_str8(buf, shape->text);
        put_str8(buf, shape->unit);
        wc_buf_put_u16(buf, shape->name_count);
        for (uint16_t k = 0; k < shape->name_count; k++) put_str8(buf, shape->names[k]);
    }
}

static void put_locals(const wc_debug_function *function, wc_buf *buf)
{
    wc_buf_put_u16(buf, (uint16_t)function->local_count);
    for (uint32_t i = 0; i < function->local_count; i++) {
        const wc_debug_local *local = &function->locals[i];
        put_str8(buf, local->name);
        wc_buf_put_u16(buf, local->shape);
        wc_buf_put_u16(buf, local->reg);
        wc_buf_put_u16(buf, local->first);
        wc_buf_put_u16(buf, local->end);
    }
}

void wc_debug_encode(const wc_debug *debug, wc_buf *buf)
{
    wc_buf_put(buf, "WCD", 4); /* with its NUL */
    wc_buf_put_u16(buf, WC_DEBUG_FORMAT);
    wc_buf_put(buf, debug->module.bytes, WC_HASH_SIZE);
    wc_buf_put_u16(buf, debug->file_count);
    for (uint16_t i = 0; i < debug->file_count; i++) {
        wc_str path = debug->files[i].path;
        wc_buf_put_str16(buf, wc_slice_of(path.data, path.len));
        wc_buf_put(buf, debug->files[i].source.bytes, WC_HASH_SIZE);
    }
    put_shapes(debug, buf);
    wc_buf_put_u16(buf, debug->function_count);
    for (uint16_t i = 0; i < debug->function_count; i++) {
        const wc_debug_function *function = &debug->functions[i];
        wc_buf_put_u16(buf, (uint16_t)function->count);
        for (uint32_t k = 0; k < function->count; k++) {
            const wc_debug_line *line = &function->lines[k];
            wc_buf_put_u16(buf, line->word);
            wc_buf_put_u16(buf, line->file);
            wc_buf_put_u32(buf, line->line);
            wc_buf_put_u16(buf, line->column);
            wc_buf_put_u32(buf, line->end_line);
            wc_buf_put_u16(buf, line->end_column);
        }
        put_locals(function, buf);
    }
    put_sizes(debug, buf);
    put_forms(debug, buf);
}

/* Reads a count; refuses one above limit, or more rows of row_size bytes than are left. */
static wc_status read_count(wc_reader *reader, uint32_t limit, size_t row_size, uint16_t *count)
{
    uint16_t value;
    WC_TRY(wc_read_u16(reader, &value));
    if (value > limit) return WC_TOO_LARGE;
    if (value * row_size > wc_reader_left(reader)) return WC_TRUNCATED;
    *count = value;
    return WC_OK;
}

static wc_status read_files(wc_reader *reader, wc_arena *arena, wc_debug *debug, size_t *bad)
{
    *bad = reader->at;
    WC_TRY(read_count(reader, WC_DEBUG_FILES_MAX, 2 + WC_HASH_SIZE, &debug->file_count));
    debug->files = WC_ARENA_ARRAY(arena, wc_debug_file, debug->file_count);
    if (debug->files == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < debug->file_count; i++) {
        wc_slice path;
        size_t at;
        *bad = reader->at;
        WC_TRY(wc_read_str16(reader, WC_DEBUG_PATH_MAX, &path));
        WC_TRY(wc_utf8_check(path, &at));
        WC_TRY(wc_read_bytes(reader, debug->files[i].source.bytes, WC_HASH_SIZE));
        debug->files[i].path = (wc_str){(const char *)path.data, path.len};
    }
    return WC_OK;
}

/* A row that read_count has found to be there. */
static void load_line(const uint8_t *row, wc_debug_line *line)
{
    wc_assert(row != NULL);
    *line = (wc_debug_line){.word = wc_load_u16(row),
                            .file = wc_load_u16(row + 2),
                            .line = wc_load_u32(row + 4),
                            .column = wc_load_u16(row + 8),
                            .end_line = wc_load_u32(row + 10),
                            .end_column = wc_load_u16(row + 14)};
}

static wc_status check_line(const wc_debug *debug, const wc_debug_line *before,
                            const wc_debug_line *line)
{
    if (before != NULL && before->word >= line->word) return WC_NOT_CANONICAL;
    if (line->file >= debug->file_count) return WC_OUT_OF_DOMAIN;
    if (line->line == 0 || line->column == 0) return WC_OUT_OF_DOMAIN;
    if (line->end_line < line->line) return WC_OUT_OF_DOMAIN;
    bool is_reversed = line->end_line == line->line && line->end_column < line->column;
    return is_reversed || line->end_column == 0 ? WC_OUT_OF_DOMAIN : WC_OK;
}

static wc_status read_str8(wc_reader *reader, uint8_t max, wc_str *text)
{
    wc_slice bytes;
    size_t at;
    WC_TRY(wc_read_str8(reader, max, &bytes));
    WC_TRY(wc_utf8_check(bytes, &at));
    *text = (wc_str){(const char *)bytes.data, bytes.len};
    return WC_OK;
}

/* A scale and a unit are of decimals, names are of tags. */
static wc_status check_shape(const wc_debug_shape *shape)
{
    bool is_dec = shape->kind == WC_TYPE_DEC, is_tag = shape->kind == WC_TYPE_TAG;
    if (shape->kind > WC_TYPE_TAG || shape->scale > 18) return WC_OUT_OF_DOMAIN;
    if (!is_dec && (shape->scale > 0 || shape->unit.len > 0)) return WC_OUT_OF_DOMAIN;
    return is_tag == (shape->name_count > 0) ? WC_OK : WC_OUT_OF_DOMAIN;
}

static wc_status read_shape(wc_reader *reader, wc_arena *arena, wc_debug_shape *shape)
{
    WC_TRY(wc_read_u8(reader, &shape->kind));
    WC_TRY(wc_read_u8(reader, &shape->scale));
    WC_TRY(read_str8(reader, UINT8_MAX, &shape->text));
    WC_TRY(read_str8(reader, UINT8_MAX, &shape->unit));
    WC_TRY(read_count(reader, WC_DEBUG_SHAPE_NAMES, 1, &shape->name_count));
    WC_TRY(check_shape(shape));
    shape->names = WC_ARENA_ARRAY(arena, wc_str, shape->name_count);
    if (shape->names == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < shape->name_count; i++) {
        WC_TRY(read_str8(reader, WC_DEBUG_NAME_MAX, &shape->names[i]));
    }
    return WC_OK;
}

static wc_status read_shapes(wc_reader *reader, wc_arena *arena, wc_debug *debug, size_t *bad)
{
    *bad = reader->at;
    WC_TRY(read_count(reader, WC_DEBUG_SHAPES_MAX, SHAPE_SIZE, &debug->shape_count));
    debug->shapes = WC_ARENA_ARRAY(arena, wc_debug_shape, debug->shape_count);
    if (debug->shapes == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < debug->shape_count; i++) {
        *bad = reader->at;
        WC_TRY(read_shape(reader, arena, &debug->shapes[i]));
    }
    return WC_OK;
}

static wc_status read_local(wc_reader *reader, const wc_debug *debug, const wc_debug_local *before,
                            wc_debug_local *local)
{
    WC_TRY(read_str8(reader, WC_DEBUG_NAME_MAX, &local->name));
    WC_TRY(wc_read_u16(reader, &local->shape));
    WC_TRY(wc_read_u16(reader, &local->reg));
    WC_TRY(wc_read_u16(reader, &local->first));
    WC_TRY(wc_read_u16(reader, &local->end));
    if (local->name.len == 0 || local->shape >= debug->shape_count) return WC_OUT_OF_DOMAIN;
    if (local->reg >= WC_REGISTERS_MAX || local->first >= local->end) return WC_OUT_OF_DOMAIN;
    return before != NULL && before->first > local->first ? WC_NOT_CANONICAL : WC_OK;
}

/* *left: locals that may still come. */
static wc_status read_locals(wc_reader *reader, wc_arena *arena, const wc_debug *debug,
                             wc_debug_function *function, uint32_t *left, size_t *bad)
{
    uint16_t count;
    *bad = reader->at;
    WC_TRY(read_count(reader, *left, LOCAL_SIZE, &count));
    *left -= count;
    function->local_count = count;
    function->locals = WC_ARENA_ARRAY(arena, wc_debug_local, count);
    if (function->locals == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < count; i++) {
        wc_debug_local *local = &function->locals[i];
        *bad = reader->at;
        WC_TRY(read_local(reader, debug, i > 0 ? local - 1 : NULL, local));
    }
    return WC_OK;
}

static wc_status read_function(wc_reader *reader, wc_arena *arena, const wc_debug *debug,
                               wc_debug_function *function, size_t *bad)
{
    uint16_t count;
    *bad = reader->at;
    WC_TRY(read_count(reader, UINT16_MAX, LINE_SIZE, &count));
    function->count = count;
    function->lines = WC_ARENA_ARRAY(arena, wc_debug_line, count);
    if (function->lines == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < count; i++) {
        wc_debug_line *line = &function->lines[i];
        *bad = reader->at;
        load_line(wc_reader_take(reader, LINE_SIZE), line);
        WC_TRY(check_line(debug, i > 0 ? line - 1 : NULL, line));
    }
    return WC_OK;
}

static wc_status read_sizes(wc_reader *reader, wc_arena *arena, wc_debug *debug, size_t *bad)
{
    *bad = reader->at;
    WC_TRY(read_count(reader, WC_GAS_SIZES_MAX, 6, &debug->size_count));
    debug->sizes = WC_ARENA_ARRAY(arena, wc_gas_size, debug->size_count);
    if (debug->sizes == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < debug->size_count; i++) {
        wc_gas_size *size = &debug->sizes[i];
        wc_slice name;
        uint8_t kind;
        size_t at;
        *bad = reader->at;
        WC_TRY(wc_read_u8(reader, &kind));
        if (kind < WC_GAS_SIZE_ARGUMENT || kind > WC_GAS_SIZE_ENTERED) return WC_OUT_OF_DOMAIN;
        WC_TRY(wc_read_str8(reader, WC_GAS_NAME_MAX, &name));
        WC_TRY(wc_utf8_check(name, &at));
        WC_TRY(wc_read_u32(reader, &size->capacity));
        size->kind = (wc_gas_size_kind)kind;
        size->name = (wc_str){(const char *)name.data, name.len};
    }
    return WC_OK;
}

static wc_status read_term(wc_reader *reader, const wc_debug *debug, wc_gas_term *term)
{
    WC_TRY(wc_read_u64(reader, &term->factor));
    WC_TRY(wc_read_u8(reader, &term->degree));
    if (term->factor == 0 || term->degree > WC_GAS_DEGREE_MAX) return WC_OUT_OF_DOMAIN;
    for (unsigned i = 0; i < term->degree; i++) {
        WC_TRY(wc_read_u16(reader, &term->sizes[i]));
        if (term->sizes[i] >= debug->size_count) return WC_OUT_OF_DOMAIN;
        if (i > 0 && term->sizes[i - 1] > term->sizes[i]) return WC_NOT_CANONICAL;
    }
    return WC_OK;
}

static wc_status read_forms(wc_reader *reader, wc_arena *arena, wc_debug *debug, size_t *bad)
{
    *bad = reader->at;
    WC_TRY(read_count(reader, WC_ENTRIES_MAX, 1, &debug->form_count));
    debug->forms = WC_ARENA_ARRAY(arena, wc_gas_form, debug->form_count);
    if (debug->forms == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < debug->form_count; i++) {
        wc_gas_form *form = &debug->forms[i];
        uint8_t count;
        *bad = reader->at;
        WC_TRY(wc_read_u8(reader, &count));
        if (count > WC_GAS_TERMS_MAX) return WC_TOO_LARGE;
        form->count = count;
        form->terms = WC_ARENA_ARRAY(arena, wc_gas_term, count);
        if (form->terms == NULL) return WC_NO_MEMORY;
        for (uint8_t k = 0; k < count; k++) {
            *bad = reader->at;
            WC_TRY(read_term(reader, debug, &form->terms[k]));
            bool ascends = k == 0 || wc_gas_term_compare(&form->terms[k - 1], &form->terms[k]) < 0;
            if (!ascends) return WC_NOT_CANONICAL;
        }
    }
    return WC_OK;
}

static wc_status read_debug(wc_reader *reader, wc_arena *arena, wc_debug *debug, size_t *bad)
{
    wc_slice magic;
    uint16_t format;
    *bad = reader->at;
    WC_TRY(wc_read_slice(reader, 4, &magic));
    if (!wc_slice_equal(magic, wc_slice_of("WCD", 4))) return WC_BAD_MAGIC;
    *bad = reader->at;
    WC_TRY(wc_read_u16(reader, &format));
    if (format != WC_DEBUG_FORMAT) return WC_BAD_VERSION;
    *bad = reader->at;
    WC_TRY(wc_read_bytes(reader, debug->module.bytes, WC_HASH_SIZE));
    WC_TRY(read_files(reader, arena, debug, bad));
    WC_TRY(read_shapes(reader, arena, debug, bad));
    *bad = reader->at;
    WC_TRY(read_count(reader, WC_FUNCTIONS_MAX, 2, &debug->function_count));
    debug->functions = WC_ARENA_ARRAY(arena, wc_debug_function, debug->function_count);
    if (debug->functions == NULL) return WC_NO_MEMORY;
    uint32_t locals_left = WC_DEBUG_LOCALS_MAX;
    for (uint16_t i = 0; i < debug->function_count; i++) {
        WC_TRY(read_function(reader, arena, debug, &debug->functions[i], bad));
        WC_TRY(read_locals(reader, arena, debug, &debug->functions[i], &locals_left, bad));
    }
    WC_TRY(read_sizes(reader, arena, debug, bad));
    WC_TRY(read_forms(reader, arena, debug, bad));
    *bad = reader->at;
    return wc_read_end(reader);
}

wc_status wc_debug_decode(wc_slice bytes, wc_arena *arena, wc_debug **debug, size_t *bad)
{
    if (bytes.len > WC_DEBUG_SIZE_MAX) {
        *bad = WC_DEBUG_SIZE_MAX;
        return WC_TOO_LARGE;
    }
    size_t mark = wc_arena_mark(arena), at = 0;
    wc_reader reader = wc_reader_of(bytes);
    wc_debug *made = WC_ARENA_NEW(arena, wc_debug);
    wc_status status = made != NULL ? read_debug(&reader, arena, made, &at) : WC_NO_MEMORY;
    if (status != WC_OK) {
        wc_arena_rewind(arena, mark);
        *bad = at;
        return status;
    }
    *debug = made;
    return WC_OK;
}

static bool local_fits(const wc_debug *debug, const wc_debug_local *local,
                       const wc_function *function)
{
    if (local->end > function->word_count || local->reg >= function->reg_count) return false;
    uint8_t kind = function->regs[local->reg].kind;
    bool is_number = kind == WC_REG_I64 || kind == WC_REG_I128;
    bool is_ref = kind == WC_REG_REF || kind == WC_REG_REFMUT;
    return debug->shapes[local->shape].kind == 0 ? is_ref : is_number;
}

bool wc_debug_fits(const wc_debug *debug, const wc_module *module)
{
    if (debug->function_count != module->function_count) return false;
    for (uint16_t i = 0; i < debug->function_count; i++) {
        const wc_debug_function *row = &debug->functions[i];
        const wc_function *function = &module->functions[i];
        if (row->count > 0 && row->lines[row->count - 1].word >= function->word_count) return false;
        for (uint32_t k = 0; k < row->local_count; k++) {
            if (!local_fits(debug, &row->locals[k], function)) return false;
        }
    }
    return true;
}

const wc_debug_line *wc_debug_find(const wc_debug *debug, uint16_t function, uint32_t word)
{
    if (function >= debug->function_count) return NULL;
    const wc_debug_function *row = &debug->functions[function];
    uint32_t first = 0, end = row->count;
    while (first < end) { /* halves: the number of lines that start at or before word */
        uint32_t middle = first + (end - first) / 2;
        if (row->lines[middle].word <= word) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first > 0 ? &row->lines[first - 1] : NULL;
}
