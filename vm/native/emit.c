/* One module as text. Cells are those that the interpreter would run (cells.c), made with numbers
 * of handlers in place of addresses: which form of an instruction runs, and on which constants, is
 * decided there and nowhere else. */
#include "vm/exec/exec.h"
#include "vm/exec/object.h"
#include "vm/native/native.h"
#include "vm/native/out.h"

static const char *const handler_names[] = {
#define WC_OP(code, name, a, b, c, d, e, f, gas, flags, summary) #name,
#include "vm/isa/ops.def"
#undef WC_OP
#define WC_HANDLER(name, when) #name,
#include "vm/exec/handlers.def"
#undef WC_HANDLER
};

/* Nothing runs by it: cells hold numbers. No runs of instructions: the C compiler sees all of a
 * block at once. */
static const wc_engine numbering = {0};

typedef struct emission {
    const wc_module *module;
    const wc_image *image;
    const wc_native_name *name;
    wc_buf *text;
} emission;

static int64_t m_of(const emission *e)
{
    return e->name->number;
}

/* A literal of INT64_MIN would be a number without a sign, negated. */
static void put_number(wc_buf *text, int64_t value)
{
    if (value == INT64_MIN) {
        wc_out(text, "INT64_MIN,");
    } else {
        wc_out(text, "@,", value);
    }
}

/* ---- tables -------------------------------------------------------------------------------------
 */

static void put_numbers(const emission *e)
{
    const wc_module *module = e->module;
    wc_out(e->text, "static const int64_t n@[] = {", m_of(e));
    for (uint16_t i = 0; i < module->number_count; i++) {
        put_number(e->text, e->image->numbers[i]);
    }
    wc_out(e->text, "0};\nstatic const wc_i128 w@[] = {", m_of(e));
    for (uint16_t i = 0; i < module->number_count; i++) {
        wc_out(e->text, "{(uint64_t)");
        put_number(e->text, (int64_t)module->numbers[i].lo);
        put_number(e->text, module->numbers[i].hi);
        wc_out(e->text, "},");
    }
    wc_out(e->text, "{0}};\n");
}

static void put_maps(const emission *e)
{
    const wc_module *module = e->module;
    wc_out(e->text, "static const wc_number_map p@[] = {", m_of(e));
    for (uint16_t i = 0; i < module->field_count; i++) {
        const wc_number_map *map = &e->image->maps[i];
        wc_out(e->text, "{{");
        put_number(e->text, map->key.lo);
        put_number(e->text, map->key.hi);
        wc_out(e->text, "},{");
        put_number(e->text, map->value.lo);
        put_number(e->text, map->value.hi);
        wc_out(e->text, "},@},", (int64_t)map->id);
    }
    wc_out(e->text, "{{0}}};\n");
}

static void put_types(const emission *e)
{
    const wc_module *module = e->module;
    wc_out(e->text, "static const wc_shape s@[] = {", m_of(e));
    for (uint16_t i = 0; i < module->type_count; i++) {
        const wc_shape *shape = &e->image->shapes[i];
        wc_out(e->text, "{@,@},", (int64_t)shape->stride, (int64_t)shape->value_at);
    }
    wc_out(e->text, "{0}};\n");
    for (uint16_t i = 0; i < module->type_count; i++) {
        const wc_type *type = &module->types[i];
        if (type->kind != WC_TYPE_ENUM) continue;
        wc_out(e->text, "static const wc_variant v@_@[] = {", m_of(e), (int64_t)i);
        for (uint32_t k = 0; k < type->count; k++) {
            wc_out(e->text, "{@},", (int64_t)type->variants[k].offset);
        }
        wc_out(e->text, "};\n");
    }
    wc_out(e->text, "static const wc_type t@[] = {", m_of(e));
    for (uint16_t i = 0; i < module->type_count; i++) {
        const wc_type *type = &module->types[i];
        wc_out(e->text, "{@,", (int64_t)type->capacity);
        if (type->kind == WC_TYPE_ENUM) wc_out(e->text, "v@_@", m_of(e), (int64_t)i);
        wc_out(e->text, "},");
    }
    wc_out(e->text, "{0}};\nstatic const wc_module i@ = {t@, w@};\n", m_of(e), m_of(e), m_of(e));
}

/* ---- code ---------------------------------------------------------------------------------------
 */

static uint16_t op_at(const emission *e, const wc_function *function, uint32_t at)
{
    return (uint16_t)(e->module->words[function->first_word + at] >> 48);
}

/* First words have their constants in the operands; second words show what both readings of the
 * cell are, of which the handler knows one. */
static void put_cells(const emission *e, uint16_t index)
{
    const wc_function *function = &e->module->functions[index];
    const wc_cell *cell = e->image->codes[index].first;
    wc_out(e->text, "static const wc_cell c@_@[] = {\n", m_of(e), (int64_t)index);
    for (uint32_t at = 0; at < function->word_count; at++, cell++) {
        bool is_second = op_at(e, function, at) == WC_OP_ext;
        wc_out(e->text, "{@,@,@,@,@", (int64_t)cell->a, (int64_t)cell->b, (int64_t)cell->c,
               (int64_t)cell->d, (int64_t)cell->imm);
        if (is_second) {
            wc_out(e->text, ",{");
            put_number(e->text, cell->wide.first);
            put_number(e->text, cell->wide.second);
            wc_out(e->text, "}");
        }
        wc_out(e->text, "},\n");
    }
    wc_out(e->text, "};\n");
}

static void put_call(const emission *e, uint16_t index, uint32_t at)
{
    const wc_function *function = &e->module->functions[index];
    const wc_cell *cell = &e->image->codes[index].first[at];
    const wc_function *callee = &e->module->functions[cell->a];
    int64_t window = function->reg_count;
    for (uint16_t i = 0; i < callee->param_count; i++) {
        wc_out(e->text, "ARGUMENT(@,@) ", window + i, (int64_t)cell->b + i);
    }
    wc_out(e->text, "CALL(f@_@,@,@,@)\n", m_of(e), (int64_t)cell->a, (int64_t)cell->a - index,
           window, (int64_t)function->frame_size);
    for (uint16_t i = 0; i < callee->result_count; i++) {
        wc_out(e->text, "RESULT(@,@) ", window + i, (int64_t)cell->c + i);
    }
    wc_out(e->text, "goto L@;\n", (int64_t)at + 1);
}

static void put_return(const emission *e, uint16_t index, uint32_t at)
{
    const wc_cell *cell = &e->image->codes[index].first[at];
    for (uint16_t i = 0; i < e->module->functions[index].result_count; i++) {
        wc_out(e->text, "RETURN(@,@) ", (int64_t)i, (int64_t)cell->a + i);
    }
    wc_out(e->text, "RET\n");
}

/* Where a branch goes: the operand that names a block. */
static uint16_t target_of(uint64_t word, const wc_op_info *info)
{
    for (unsigned i = 0; i < 3; i++) {
        bool is_target = info->operands[i] == WC_OPERAND_to || info->operands[i] == WC_OPERAND_back;
        if (is_target) return (uint16_t)(word >> (32 - 16 * i));
    }
    return WC_NONE;
}

static void put_instruction(const emission *e, uint16_t index, uint32_t at)
{
    const wc_function *function = &e->module->functions[index];
    const wc_cell *cell = &e->image->codes[index].first[at];
    uint64_t word = e->module->words[function->first_word + at];
    uint16_t op = op_at(e, function, at);
    const wc_op_info *info = wc_op_lookup(op);
    const char *name = handler_names[cell->handler.number];
    int64_t place = at;
    switch (op) {
    case WC_OP_block: wc_out(e->text, "B(@,@)\n", place, (int64_t)cell->imm); return;
    case WC_OP_call: put_call(e, index, at); return;
    case WC_OP_ret: put_return(e, index, at); return;
    default: break; /* by their handlers */
    }
    uint16_t target = target_of(word, info);
    if (target == WC_NONE) {
        wc_out(e->text, "I(@,$)\n", place, name);
        return;
    }
    int64_t then = op == WC_OP_jmp ? target : place + info->words;
    wc_out(e->text, "E(@,$,@,@)\n", place, name, (int64_t)target, then);
}

static void put_function(const emission *e, uint16_t index)
{
    const wc_function *function = &e->module->functions[index];
    put_cells(e, index);
    wc_out(e->text, "FUNCTION(@,@,@)\n", m_of(e), (int64_t)index,
           (int64_t)(function->reg_count == 0 ? 1 : function->reg_count));
    for (uint16_t i = 0; i < function->param_count; i++) wc_out(e->text, "PARAM(@) ", (int64_t)i);
    wc_out(e->text, "\n");
    for (uint32_t at = 0; at < function->word_count;) {
        put_instruction(e, index, at);
        at += wc_op_lookup(op_at(e, function, at))->words;
    }
    wc_out(e->text, "END\n");
}

/* ---- the object ---------------------------------------------------------------------------------
 */

static bool is_entry(const wc_module *module, uint16_t function)
{
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].function == function) return true;
    }
    return false;
}

static void put_bytes(wc_buf *text, const uint8_t *bytes, size_t count)
{
    wc_out(text, "{");
    for (size_t i = 0; i < count; i++) wc_out(text, "@,", (int64_t)bytes[i]);
    wc_out(text, "},");
}

static void put_object(const emission *e)
{
    const wc_module *module = e->module;
    wc_out(e->text, "static bool (*const e@[])(EXEC_PARAMETERS) = {", m_of(e));
    for (uint16_t i = 0; i < module->function_count; i++) {
        if (is_entry(module, i)) {
            wc_out(e->text, "f@_@,", m_of(e), (int64_t)i);
        } else {
            wc_out(e->text, "0,");
        }
    }
    wc_out(e->text,
           "0};\n__attribute__((visibility(\"default\"))) const wc_native_object "
           "" WC_NATIVE_SYMBOL "@ = {",
           m_of(e));
    put_bytes(e->text, (const uint8_t *)WC_NATIVE_MAGIC, 8);
    put_bytes(e->text, e->name->emitter.bytes, sizeof e->name->emitter.bytes);
    put_bytes(e->text, e->name->module.bytes, sizeof e->name->module.bytes);
    wc_out(e->text, "__VERSION__, &calls@, e@, @};\n", m_of(e), m_of(e),
           (int64_t)module->function_count);
}

static wc_status check(const wc_module *module)
{
    if (module->is_test_image) return WC_NOT_SUPPORTED;
    if (module->word_count > WC_NATIVE_WORDS_MAX) return WC_TOO_LARGE;
    for (uint16_t i = 0; i < module->function_count; i++) {
        const wc_function *function = &module->functions[i];
        if (function->word_count > WC_NATIVE_FUNCTION_WORDS_MAX) return WC_TOO_LARGE;
        if (function->call_depth > WC_NATIVE_DEPTH_MAX) return WC_TOO_LARGE;
    }
    return WC_OK;
}

wc_status wc_native_add(const wc_module *module, const wc_native_name *name, wc_arena *arena,
                        wc_buf *text)
{
    WC_TRY(check(module));
    size_t mark = wc_arena_mark(arena);
    wc_image *image;
    wc_status status = wc_image_translate(module, &numbering, arena, &image);
    if (status == WC_OK) {
        emission e = {.module = module, .image = image, .name = name, .text = text};
        wc_out(text, "static const wc_native_calls *calls@;\n", m_of(&e));
        put_numbers(&e);
        put_types(&e);
        put_maps(&e);
        for (uint16_t i = 0; i < module->function_count; i++) put_function(&e, i);
        put_object(&e);
        status = wc_buf_status(text);
    }
    wc_arena_rewind(arena, mark);
    return status;
}
