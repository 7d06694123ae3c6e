/* What each instruction does to the origin of numbers; see why.h. */
#include <stdlib.h>
#include <string.h>

#include "node/audit/why_record.h"

void wc_why_need(wc_why_recorder *r, bool is_done)
{
    if (!is_done && r->status == WC_OK) r->status = WC_NO_MEMORY;
}

/* ---- nodes -------------------------------------------------------------------------------------
 */

uint32_t wc_why_node_add(wc_why_recorder *r, const wc_why_node *node)
{
    wc_why *why = r->why;
    if (why->node_count == WC_WHY_NODES_MAX) {
        why->is_full = true;
        return 0;
    }
    if (why->node_count == r->node_room) {
        uint32_t room = r->node_room == 0 ? 1024 : r->node_room * 2;
        wc_why_node *grown = realloc(why->nodes, room * sizeof *grown);
        wc_why_need(r, grown != NULL);
        if (grown == NULL) return 0;
        why->nodes = grown;
        r->node_room = room;
        if (why->node_count == 0) why->nodes[why->node_count++] = (wc_why_node){0};
    }
    why->nodes[why->node_count] = *node;
    return why->node_count++;
}

void wc_why_node_type(wc_why_node *node, const wc_module *module, uint16_t type)
{
    const wc_type *of = &module->types[type];
    node->has_scale = of->kind == WC_TYPE_DEC || of->kind == WC_TYPE_INT;
    node->scale = of->kind == WC_TYPE_DEC ? of->scale : 0;
    node->unit = of->kind == WC_TYPE_DEC && of->unit != WC_NONE
                     ? module->strings[module->units[of->unit].text]
                     : WC_STR("");
}

wc_str wc_why_text(wc_why_recorder *r, const wc_buf *text)
{
    wc_str copy = wc_arena_str(r->arena, (wc_str){(const char *)text->data, text->len});
    wc_why_need(r, copy.data != NULL);
    return copy.data != NULL ? copy : WC_STR("");
}

/* The node of a word of memory: as it was written, or a leaf of the region it lies in. */
uint32_t wc_why_word_node(wc_why_recorder *r, wc_why_call *call, const uint8_t *at, int64_t value)
{
    uint32_t node = wc_why_word_get(&r->memory, call->run, at);
    if (node != 0) return node;
    const wc_why_region *region = wc_why_region_at(&r->memory, call->run, at);
    if (region == NULL) return 0;
    uint8_t memory[WC_WHY_PATH_MAX];
    wc_buf path;
    uint16_t type;
    wc_buf_init(&path, memory, sizeof memory);
    wc_buf_put(&path, region->label.data, region->label.len);
    if (!wc_why_path(&path, region, (uint32_t)(at - region->start), &r->query->names, &type)) {
        return 0;
    }
    if (path.full) path.len = sizeof memory;
    wc_why_node leaf = {.kind = WC_WHY_LEAF,
                        .value = wc_i128_of(value),
                        .known = call->known,
                        .module = region->module,
                        .function = call->at[call->depth - 1].function,
                        .word = call->at[call->depth - 1].pending_word,
                        .label = wc_why_text(r, &path)};
    wc_why_node_type(&leaf, region->module, type);
    node = wc_why_node_add(r, &leaf);
    wc_why_need(r, wc_why_word_put(&r->memory, call->run, at, node));
    return node;
}

/* ---- regions -----------------------------------------------------------------------------------
 */

void wc_why_region_of(wc_why_recorder *r, wc_why_call *call, uint16_t reg, const char *label,
                      wc_str name)
{
    uint32_t frame = call->depth - 1;
    uint16_t type = call->module->functions[call->at[frame].function].regs[reg].type;
    wc_buf value, text;
    uint8_t memory[WC_WHY_PATH_MAX];
    wc_why_region region = {.run = call->run,
                            .start = wc_inspect_ref(call->exec, frame, reg),
                            .size = call->module->types[type].size,
                            .type = type,
                            .module = call->module};
    if (region.start == NULL) return;
    wc_buf_init(&value, r->value, WC_WHY_VALUE_MAX);
    if (wc_inspect_value(call->exec, frame, reg, &value) == WC_OK && !value.full) {
        uint8_t *copy = wc_arena_alloc(r->arena, value.len + 1, 1);
        wc_why_need(r, copy != NULL);
        if (copy != NULL) {
            memcpy(copy, value.data, value.len);
            region.bytes = wc_slice_of(copy, value.len);
        }
    }
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_put_text(&text, label);
    wc_buf_put(&text, name.data, name.len);
    region.label = wc_why_text(r, &text);
    wc_why_need(r, wc_why_region_add(&r->memory, &region));
}

static void note_root(wc_why_recorder *r, wc_why_call *call, uint16_t reg, uint16_t part)
{
    static const char *const labels[] = {"term ", "self", NULL, "state", NULL, NULL};
    uint32_t frame = call->depth - 1;
    const uint8_t *at = wc_inspect_ref(call->exec, frame, reg);
    if (part >= WC_ARRAY_LEN(labels) || labels[part] == NULL || at == NULL) return;
    for (uint32_t i = 0; i < r->memory.region_count; i++) { /* as it was when first looked at */
        const wc_why_region *known = &r->memory.regions[i];
        if (known->run == call->run && known->start == at) return;
    }
    wc_why_region_of(r, call, reg, labels[part], WC_STR(""));
}

/* ---- operands ----------------------------------------------------------------------------------
 */

uint16_t wc_why_operand(const uint64_t *words, unsigned index)
{
    return (uint16_t)(words[index / 3] >> (32 - 16 * (index % 3)));
}

static const uint8_t *ref_at(const wc_why_call *call, uint16_t reg)
{
    return wc_inspect_ref(call->exec, call->depth - 1, reg);
}

static int64_t number_at(const wc_why_call *call, uint16_t reg)
{
    int64_t number = 0;
    wc_i128 wide = wc_inspect_number(call->exec, call->depth - 1, reg);
    (void)!wc_i128_narrow(wide, &number);
    return number;
}

static uint32_t size_of(const wc_why_call *call, uint16_t reg)
{
    const wc_why_function *at = &call->at[call->depth - 1];
    return call->module->types[call->module->functions[at->function].regs[reg].type].size;
}

static const wc_type *type_of(const wc_why_call *call, uint16_t reg)
{
    const wc_why_function *at = &call->at[call->depth - 1];
    return &call->module->types[call->module->functions[at->function].regs[reg].type];
}

static uint32_t length_of(wc_why_recorder *r, const wc_why_call *call, uint16_t reg)
{
    wc_buf value;
    wc_buf_init(&value, r->value, WC_WHY_VALUE_MAX);
    wc_status status = wc_inspect_value(call->exec, call->depth - 1, reg, &value);
    return status == WC_OK && value.len >= 4 ? wc_load_u32(value.data) : 0;
}

/* ---- before an instruction ---------------------------------------------------------------------
 */

/* Memory is written by the instruction that is about to run. */
static void write_word(wc_why_recorder *r, wc_why_call *call, const uint8_t *at, uint16_t reg)
{
    const wc_why_function *here = &call->at[call->depth - 1];
    uint32_t node = here->nodes[reg];
    if (node == 0) { /* a number nobody followed: what it is now */
        wc_why_node unknown = {.kind = WC_WHY_LEAF,
                               .value = wc_i128_of(number_at(call, reg)),
                               .known = call->known,
                               .module = call->module,
                               .function = here->function,
                               .word = here->pending_word,
                               .label = WC_STR("a number")};
        node = wc_why_node_add(r, &unknown);
    }
    wc_why_need(r, wc_why_word_put(&r->memory, call->run, at, node));
}

/* The words at `from` come to `to`, where they are already when `has_moved`. */
static void copy_words(wc_why_recorder *r, wc_why_call *call, const uint8_t *to,
                       const uint8_t *from, uint32_t size, bool has_moved)
{
    for (uint32_t i = 0; i + 8 <= size; i += 8) {
        uint32_t node = wc_why_word_get(&r->memory, call->run, from + i);
        if (node == 0) {
            const wc_why_region *region = wc_why_region_at(&r->memory, call->run, from + i);
            uint8_t memory[WC_WHY_PATH_MAX];
            wc_buf path;
            uint16_t type;
            wc_buf_init(&path, memory, sizeof memory);
            bool is_leaf =
                region != NULL && wc_why_path(&path, region, (uint32_t)(from + i - region->start),
                                              &r->query->names, &type);
            /* The word holds a number of this call's memory: it may be read as one. */
            int64_t value = 0;
            if (is_leaf) memcpy(&value, (has_moved ? to : from) + i, sizeof value);
            if (is_leaf) node = wc_why_word_node(r, call, from + i, value);
        }
        wc_why_need(r, wc_why_word_put(&r->memory, call->run, to + i, node));
    }
}

/* The place of a number in memory: ldf, ldx. */
static const uint8_t *loaded_from(const wc_why_call *call, const uint64_t *words)
{
    const uint8_t *at = ref_at(call, wc_why_operand(words, 1));
    if (at == NULL) return NULL;
    if (words[0] >> 48 == WC_OP_ldf) return at + (size_t)8 * wc_why_operand(words, 2);
    int64_t index = number_at(call, wc_why_operand(words, 2));
    if (index < 0) return NULL;
    bool is_series = type_of(call, wc_why_operand(words, 1))->kind == WC_TYPE_SERIES;
    return at + (is_series ? 16 : 8) + (size_t)8 * (size_t)index;
}

static void load_word(wc_why_recorder *r, wc_why_call *call, const uint64_t *words)
{
    const uint8_t *at = loaded_from(call, words);
    uint32_t *node = &call->at[call->depth - 1].pending_in[2];
    int64_t value = 0;
    *node = 0;
    if (at == NULL) return;
    memcpy(&value, at, sizeof value);
    *node = wc_why_word_node(r, call, at, value);
}

/* The entries of a map or set that is about to lose one. */
static void keep_entries(wc_why_recorder *r, wc_why_call *call, uint16_t reg)
{
    uint32_t count = length_of(r, call, reg);
    size_t size = (size_t)count * wc_type_entry_size(call->module, type_of(call, reg));
    r->before_size = 0;
    if (r->before == NULL) r->before = malloc(WC_WHY_VALUE_MAX);
    wc_why_need(r, r->before != NULL);
    if (r->before == NULL || size > WC_WHY_VALUE_MAX) return;
    memcpy(r->before, ref_at(call, reg) + 8, size);
    r->before_size = (uint32_t)size;
}

void wc_why_before(wc_why_recorder *r, wc_why_call *call)
{
    wc_why_function *here = &call->at[call->depth - 1];
    const uint64_t *words = here->pending;
    uint16_t op = (uint16_t)(words[0] >> 48);
    uint16_t a = wc_why_operand(words, 0), b = wc_why_operand(words, 1),
             c = wc_why_operand(words, 2);
    const wc_op_info *info = wc_op_lookup(op);
    uint32_t count = 0;
    memset(here->pending_in, 0, sizeof here->pending_in);
    for (unsigned i = 0; i < 3u * info->words && count < 3; i++) {
        wc_operand kind = (wc_operand)info->operands[i];
        if (kind != WC_OPERAND_ri && kind != WC_OPERAND_rw) continue;
        here->pending_in[count++] = here->nodes[wc_why_operand(words, i)];
    }
    if (op == WC_OP_ldf || op == WC_OP_ldx) {
        load_word(r, call, words);
    } else if (op == WC_OP_stf) {
        write_word(r, call, ref_at(call, a) + (size_t)8 * b, c);
    } else if (op == WC_OP_stx) {
        int64_t index = number_at(call, b);
        if (index >= 0) write_word(r, call, ref_at(call, a) + 8 + (size_t)8 * (size_t)index, c);
    } else if (op == WC_OP_push) {
        write_word(r, call, ref_at(call, a) + 8 + (size_t)8 * length_of(r, call, a), b);
    } else if (op == WC_OP_copy) {
        copy_words(r, call, ref_at(call, a), ref_at(call, b), size_of(call, a), false);
    } else if (op == WC_OP_nneed || op == WC_OP_lget) {
        here->pending_key = number_at(call, c);
    } else if (op == WC_OP_select || op == WC_OP_selectw) {
        bool is_first = number_at(call, wc_why_operand(words, 3)) != 0;
        if (!is_first) here->pending_in[0] = here->pending_in[1];
    } else if (op == WC_OP_mput || op == WC_OP_pushn) {
        here->pending_in[2] = length_of(r, call, b); /* before; no operand of a node */
    } else if (op == WC_OP_mdel) {
        keep_entries(r, call, b);
    } else if (op == WC_OP_split || op == WC_OP_clearnet) {
        here->pending_posted = 0;
        here->is_list_open = false;
    } else if (op == WC_OP_ret) {
        uint16_t first = a;
        uint16_t results = call->module->functions[here->function].result_count;
        for (uint16_t i = 0; i < results; i++) {
            call->results[i] = here->nodes[first + i];
        }
    }
}

/* ---- behind an instruction ---------------------------------------------------------------------
 */

static bool is_operation(uint16_t op)
{
    return (op >= WC_OP_add && op <= WC_OP_max) || (op >= WC_OP_mulw && op <= WC_OP_maxw) ||
           op == WC_OP_idivk || op == WC_OP_modk;
}

static bool is_rounding(uint16_t op)
{
    return op >= WC_OP_mdr_half_even && op <= WC_OP_mrw_exact;
}

/* Numbers that pass through unchanged: which of the operands is the result. */
static int passed_through(uint16_t op)
{
    switch (op) {
    case WC_OP_mov:
    case WC_OP_movw:
    case WC_OP_widen:
    case WC_OP_narrow:
    case WC_OP_select: /* the one that was taken has been put first */
    case WC_OP_selectw: return 0;
    default: return -1;
    }
}

wc_why_node wc_why_node_here(const wc_why_call *call, wc_why_kind kind, wc_i128 value)
{
    const wc_why_function *here = &call->at[call->depth - 1];
    return (wc_why_node){.kind = kind,
                         .op = (uint16_t)(here->pending[0] >> 48),
                         .function = here->function,
                         .word = here->pending_word,
                         .known = call->known,
                         .module = call->module,
                         .value = value,
                         .factor = 1,
                         .divisor = 1};
}

static int64_t constant_at(const wc_module *module, uint16_t index)
{
    int64_t value = 0;
    (void)!wc_i128_narrow(module->numbers[index], &value);
    return value;
}

static uint32_t operation_node(wc_why_recorder *r, const wc_why_call *call, wc_i128 value)
{
    const wc_why_function *here = &call->at[call->depth - 1];
    uint16_t op = (uint16_t)(here->pending[0] >> 48);
    wc_why_node node =
        wc_why_node_here(call, is_rounding(op) ? WC_WHY_ROUNDING : WC_WHY_OPERATION, value);
    memcpy(node.in, here->pending_in, sizeof node.in);
    if (is_rounding(op)) {
        node.factor = constant_at(call->module, wc_why_operand(here->pending, 4));
        node.divisor = constant_at(call->module, wc_why_operand(here->pending, 5));
    } else if (op == WC_OP_addi) {
        node.factor = (int16_t)wc_why_operand(here->pending, 2);
    } else if (op == WC_OP_idivk || op == WC_OP_modk) {
        node.divisor = constant_at(call->module, wc_why_operand(here->pending, 2));
    }
    return wc_why_node_add(r, &node);
}

static wc_str field_label(wc_why_recorder *r, const wc_why_call *call, uint16_t field, wc_str key)
{
    uint8_t memory[WC_WHY_PATH_MAX];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_str name = call->module->strings[call->module->fields[field].name];
    wc_buf_put_text(&text, "self.");
    wc_buf_put(&text, name.data, name.len);
    if (key.len > 0) {
        wc_buf_put_text(&text, "[");
        wc_buf_put(&text, key.data, key.len);
        wc_buf_put_text(&text, "]");
    }
    return wc_why_text(r, &text);
}

/* The key that a register refers to, in words. */
static wc_str key_text(wc_why_recorder *r, const wc_why_call *call, uint16_t reg, uint8_t *memory)
{
    wc_buf value, text;
    uint32_t frame = call->depth - 1;
    uint16_t type = call->module->functions[call->at[frame].function].regs[reg].type;
    wc_buf_init(&value, r->value, WC_WHY_VALUE_MAX);
    wc_buf_init(&text, memory, WC_WHY_PATH_MAX);
    if (wc_inspect_value(call->exec, frame, reg, &value) != WC_OK) return WC_STR("");
    const wc_decoder decoder = {.module = call->module, .names = &r->query->names, .items_max = 4};
    wc_decode_put(&text, &decoder, type, wc_buf_slice(&value));
    return (wc_str){(const char *)memory, text.full ? WC_WHY_PATH_MAX : text.len};
}

/* The same for a number: of the map's key type, or an index. */
static wc_str number_key_text(wc_why_recorder *r, const wc_why_call *call, uint16_t field,
                              uint8_t *memory)
{
    const wc_type *of = &call->module->types[call->module->fields[field].type];
    int64_t key = call->at[call->depth - 1].pending_key;
    uint8_t bytes[8];
    wc_buf text;
    wc_buf_init(&text, memory, WC_WHY_PATH_MAX);
    if (of->kind == WC_TYPE_MAP) {
        const wc_decoder decoder = {.module = call->module, .names = &r->query->names};
        wc_store_u64(bytes, (uint64_t)key);
        wc_decode_put(&text, &decoder, of->item, wc_slice_of(bytes, sizeof bytes));
    } else {
        wc_buf_put_decimal(&text, key);
    }
    return (wc_str){(const char *)memory, text.len};
}

/* A value of storage has come into memory. key: operand with a reference to it, or: */
#define KEY_NONE   -1
#define KEY_NUMBER -2

static void note_loaded(wc_why_recorder *r, wc_why_call *call, const uint64_t *words,
                        unsigned field, int key, unsigned target)
{
    uint8_t memory[WC_WHY_PATH_MAX];
    uint16_t reg = wc_why_operand(words, target);
    wc_str text = WC_STR("");
    if (key == KEY_NUMBER) {
        text = number_key_text(r, call, wc_why_operand(words, field), memory);
    } else if (key >= 0) {
        text = key_text(r, call, wc_why_operand(words, (unsigned)key), memory);
    }
    wc_str label = field_label(r, call, wc_why_operand(words, field), text);
    wc_why_need(r,
                wc_why_words_clear(&r->memory, call->run, ref_at(call, reg), size_of(call, reg)));
    wc_why_region_of(r, call, reg, "", label);
}

/* An entry was put into a map or appended to a list: those behind it have moved. */
static void note_inserted(wc_why_recorder *r, wc_why_call *call, const uint64_t *words, bool is_map)
{
    uint16_t reg = wc_why_operand(words, 1);
    uint32_t was = call->at[call->depth - 1].pending_in[2], is = length_of(r, call, reg);
    const wc_type *type = type_of(call, reg);
    uint32_t stride = wc_type_entry_size(call->module, type);
    const uint8_t *entries = ref_at(call, reg) + 8;
    uint32_t index = is_map ? (uint32_t)number_at(call, wc_why_operand(words, 0)) : was;
    if (is == was) return;
    for (uint32_t i = was; i > index; i--) {
        copy_words(r, call, entries + (size_t)i * stride, entries + (size_t)(i - 1) * stride,
                   stride, true);
    }
    wc_why_need(
        r, wc_why_words_clear(&r->memory, call->run, entries + (size_t)index * stride, stride));
}

/* An entry was removed from a map or set: those behind it have moved up. Keys differ, so the first
 * entry that is another one now stands where it was. */
static void note_removed(wc_why_recorder *r, wc_why_call *call, uint16_t reg)
{
    uint32_t stride = wc_type_entry_size(call->module, type_of(call, reg));
    const uint8_t *entries = ref_at(call, reg) + 8;
    uint32_t left = length_of(r, call, reg), index = 0;
    if (r->before_size != (left + 1) * stride) return; /* it was not there */
    while (index < left && memcmp(r->before + (size_t)index * stride,
                                  entries + (size_t)index * stride, stride) == 0) {
        index++;
    }
    for (uint32_t i = index; i < left; i++) {
        copy_words(r, call, entries + (size_t)i * stride, entries + (size_t)(i + 1) * stride,
                   stride, true);
    }
    wc_why_need(r,
                wc_why_words_clear(&r->memory, call->run, entries + (size_t)left * stride, stride));
}

static void note_view(wc_why_recorder *r, wc_why_call *call, const uint64_t *words)
{
    uint16_t reg = wc_why_operand(words, 3);
    const uint8_t *at = ref_at(call, reg);
    wc_why_need(r, wc_why_words_clear(&r->memory, call->run, at, size_of(call, reg)));
    wc_why_region_of(r, call, reg, "view ", r->ended);
    for (uint32_t i = 0; r->ended_at != NULL && i + 8 <= size_of(call, reg); i += 8) {
        uint32_t node = wc_why_word_get(&r->memory, r->ended_run, r->ended_at + i);
        if (node != 0) wc_why_need(r, wc_why_word_put(&r->memory, call->run, at + i, node));
    }
    if (r->view_result != 0 && wc_type_is_scalar(type_of(call, reg))) {
        wc_why_need(r, wc_why_word_put(&r->memory, call->run, at, r->view_result));
    }
}

/* The shape of the variable that has just begun to live in a register. */
static void name_result(wc_why_recorder *r, const wc_why_call *call, uint32_t word, uint16_t reg,
                        uint32_t index)
{
    if (index == 0 || call->known == NULL || call->known->debug == NULL) return;
    const wc_debug *debug = call->known->debug;
    const wc_debug_function *row = &debug->functions[call->at[call->depth - 1].function];
    wc_why_node *node = &r->why->nodes[index];
    if (node->name.len > 0) return;
    for (uint32_t i = row->local_count; i > 0; i--) {
        const wc_debug_local *local = &row->locals[i - 1];
        const wc_debug_shape *shape = &debug->shapes[local->shape];
        if (local->reg != reg || local->first > word || word >= local->end) continue;
        if (shape->kind == 0) return;
        node->name = local->name;
        node->shape = shape;
        if (shape->kind != WC_TYPE_DEC || node->has_scale) return;
        node->has_scale = true;
        node->scale = shape->scale;
        node->unit = shape->unit;
        return;
    }
}

/* The node of the number that the instruction wrote into its first operand. */
static uint32_t made_node(wc_why_recorder *r, const wc_why_call *call, wc_i128 value)
{
    const wc_why_function *here = &call->at[call->depth - 1];
    const uint64_t *words = here->pending;
    uint16_t op = (uint16_t)(words[0] >> 48);
    uint32_t node = 0;
    int through = passed_through(op);
    if (through >= 0) {
        node = here->pending_in[through];
    } else if (op == WC_OP_ldf || op == WC_OP_ldx) {
        node = here->pending_in[2]; /* found before it ran, when its register still had the index */
    } else if (is_operation(op) || is_rounding(op)) {
        node = operation_node(r, call, value);
    } else if (op == WC_OP_ldi || op == WC_OP_ldc || op == WC_OP_ldcw) {
        wc_why_node constant = wc_why_node_here(call, WC_WHY_CONSTANT, value);
        node = wc_why_node_add(r, &constant);
    } else {
        wc_why_node leaf = wc_why_node_here(call, WC_WHY_LEAF, value);
        bool is_map = op == WC_OP_nneed;
        leaf.label = wc_str_of(wc_op_lookup(op)->name);
        if (is_map) {
            uint8_t memory[WC_WHY_PATH_MAX];
            uint16_t field = wc_why_operand(words, 1);
            leaf.label = field_label(r, call, field, number_key_text(r, call, field, memory));
            const wc_type *map =
                &call->module->types[call->module->fields[wc_why_operand(words, 1)].type];
            wc_why_node_type(&leaf, call->module, map->value);
        }
        node = wc_why_node_add(r, &leaf);
    }
    return node;
}

void wc_why_behind(wc_why_recorder *r, wc_why_call *call, uint32_t word)
{
    wc_why_function *here = &call->at[call->depth - 1];
    const uint64_t *words = here->pending;
    uint16_t op = (uint16_t)(words[0] >> 48), a = wc_why_operand(words, 0);
    const wc_op_info *info = wc_op_lookup(op);
    wc_operand first = (wc_operand)info->operands[0];
    if (op == WC_OP_call) {
        uint16_t to = wc_why_operand(words, 2);
        uint16_t count = call->module->functions[a].result_count;
        for (uint16_t i = 0; i < count; i++) {
            here->nodes[to + i] = call->results[i];
            name_result(r, call, word, (uint16_t)(to + i), call->results[i]);
        }
        return;
    }
    switch (op) {
    case WC_OP_root: note_root(r, call, a, wc_why_operand(words, 1)); return;
    case WC_OP_new:
        wc_why_need(r, wc_why_words_clear(&r->memory, call->run, ref_at(call, a),
                                          type_of(call, a)->head_size));
        return;
    case WC_OP_kvneed: note_loaded(r, call, words, 0, 1, 2); return;
    case WC_OP_lget: note_loaded(r, call, words, 1, KEY_NUMBER, 0); return;
    case WC_OP_cload: note_loaded(r, call, words, 1, KEY_NONE, 0); return;
    case WC_OP_view: note_view(r, call, words); return;
    case WC_OP_pushn: note_inserted(r, call, words, false); return;
    case WC_OP_kvget: /* an absent key leaves in memory what was there: a default */
        if (number_at(call, a) != 0) note_loaded(r, call, words, 1, 2, 3);
        break;
    case WC_OP_mput: note_inserted(r, call, words, true); break;
    case WC_OP_mdel: note_removed(r, call, wc_why_operand(words, 1)); break;
    default: break;
    }
    if (first != WC_OPERAND_wi && first != WC_OPERAND_ww) return;
    wc_i128 value = wc_inspect_number(call->exec, call->depth - 1, a);
    uint32_t node = made_node(r, call, value);
    here->nodes[a] = node;
    name_result(r, call, word, a, node);
}
