/* Values that changed: locals of functions under way, storage of calls under way. */
#include "node/debug/trace_state.h"

#define ITEMS_MAX 12u /* of a collection */

/* ---- what was shown ----------------------------------------------------------------------------
 */

/* FNV-1a; never 0. Two values that collide would hide a change from the reader of a trace, nothing
 * else; 64 bits make that once in 10^19. */
static uint64_t hash_bytes(uint64_t hash, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < len; i++) hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t hash_of(const wc_dbg_value *value)
{
    uint8_t known = (uint8_t)value->known;
    uint64_t hash = hash_bytes(UINT64_C(14695981039346656037), &known, 1);
    hash = hash_bytes(hash, &value->number.lo, sizeof(value->number.lo));
    hash = hash_bytes(hash, &value->number.hi, sizeof(value->number.hi));
    if (value->bytes.len > 0) hash = hash_bytes(hash, value->bytes.data, value->bytes.len);
    return hash == 0 ? 1 : hash;
}

static void tell_value(wc_dbg_trace *trace, wc_dbg_item_kind kind, wc_str name,
                       const wc_dbg_value *value)
{
    wc_buf text = wc_dbg_text_begin(trace);
    wc_dbg_put_value(&text, value, &trace->record->names, ITEMS_MAX);
    wc_str shown = wc_dbg_text_end(trace, &text);
    text = wc_dbg_text_begin(trace);
    wc_dbg_put_type(&text, value);
    wc_dbg_tell(trace, &(wc_dbg_item){.kind = kind,
                                      .depth = trace->depth,
                                      .name = name,
                                      .value = shown,
                                      .type = wc_dbg_text_end(trace, &text)});
}

/* ---- locals ------------------------------------------------------------------------------------
 */

static wc_dbg_active *active_at(wc_dbg_trace *trace, uint32_t depth, uint32_t locals)
{
    while (trace->active_count < depth) {
        trace->active[trace->active_count++] = (wc_dbg_active){.mark = wc_arena_mark(trace->arena)};
    }
    wc_dbg_active *active = &trace->active[depth - 1];
    if (active->shown != NULL) return active;
    active->shown = WC_ARENA_ARRAY(trace->arena, uint64_t, locals);
    if (active->shown == NULL) trace->is_out_of_memory = true;
    return active->shown == NULL ? NULL : active;
}

void wc_dbg_left(wc_dbg_trace *trace, uint32_t depth)
{
    while (trace->active_count >= depth && trace->active_count > 0) {
        wc_arena_rewind(trace->arena, trace->active[--trace->active_count].mark);
    }
}

void wc_dbg_show_locals(wc_dbg_trace *trace, const wc_dbg_stop *stop)
{
    const wc_dbg_unit *unit = &trace->record->program->units[stop->unit];
    const wc_debug_function *row = &unit->debug->functions[stop->function];
    const wc_dbg_running *running = &trace->record->running[trace->record->running_count - 1];
    wc_dbg_active *active = active_at(trace, stop->depth, row->local_count);
    for (uint32_t i = 0; active != NULL && i < row->local_count; i++) {
        const wc_debug_local *local = &row->locals[i];
        if (stop->word < local->first || stop->word >= local->end) {
            active->shown[i] = 0;
            continue;
        }
        wc_dbg_value value;
        size_t mark = wc_arena_mark(trace->scratch);
        wc_status status = wc_dbg_read_local(running->exec, running->depth - 1, unit, local,
                                             trace->scratch, &value);
        uint64_t hash = status == WC_OK ? hash_of(&value) : 0;
        if (status != WC_OK) trace->is_out_of_memory = true;
        if (hash != active->shown[i]) tell_value(trace, WC_DBG_ITEM_VALUE, local->name, &value);
        active->shown[i] = hash;
        wc_arena_rewind(trace->scratch, mark);
    }
}

/* ---- storage -----------------------------------------------------------------------------------
 */

static wc_str self_name(wc_dbg_trace *trace, wc_str field)
{
    wc_buf text = wc_dbg_text_begin(trace);
    wc_buf_put_text(&text, "self.");
    wc_buf_put(&text, field.data, field.len);
    return wc_dbg_text_end(trace, &text);
}

static void compare_fields(wc_dbg_trace *trace, wc_dbg_holding *holding, const wc_dbg_value *root,
                           bool is_first)
{
    const wc_module *module = root->module;
    for (uint16_t i = 0; i < module->field_count; i++) {
        uint8_t memory[80];
        wc_buf name;
        wc_dbg_value value;
        if (module->fields[i].root == WC_NONE) continue;
        wc_buf_init(&name, memory, sizeof(memory));
        wc_dbg_part(root, module->fields[i].root, NULL, &name, &value);
        uint64_t hash = hash_of(&value);
        if (hash == holding->fields[i]) continue;
        holding->fields[i] = hash;
        if (is_first) continue;
        tell_value(trace, WC_DBG_ITEM_FIELD,
                   self_name(trace, module->strings[module->fields[i].name]), &value);
    }
}

/* The arena is kept in stack order by functions: fields of a call stand below its functions. */
static bool open_holding(wc_dbg_trace *trace, wc_dbg_holding *holding, uint32_t call,
                         const wc_module *module)
{
    if (holding->fields != NULL && holding->call == call) return true;
    *holding = (wc_dbg_holding){.call = call};
    holding->fields = WC_ARENA_ARRAY(trace->arena, uint64_t, module->field_count);
    if (holding->fields == NULL) trace->is_out_of_memory = true;
    return holding->fields != NULL;
}

void wc_dbg_show_fields(wc_dbg_trace *trace)
{
    const wc_dbg_record *record = trace->record;
    const wc_dbg_running *running = &record->running[record->running_count - 1];
    const wc_dbg_call *call = &record->calls[running->call];
    const wc_module *module = record->program->units[call->unit].module;
    wc_dbg_holding *holding = &trace->holding[record->running_count - 1];
    if (module->is_test_image || module->field_count == 0 || running->exec == NULL) return;
    bool is_first = holding->fields == NULL || holding->call != running->call;
    if (!open_holding(trace, holding, running->call, module)) return;
    size_t mark = wc_arena_mark(trace->scratch), size;
    wc_dbg_value root = {.module = module, .type = module->storage_type};
    wc_buf buf;
    uint8_t *memory = wc_arena_ahead(trace->scratch, &size);
    wc_buf_init(&buf, memory, memory == NULL ? 0 : size);
    wc_status status = wc_dbg_take(
        trace->scratch, &buf, wc_inspect_record(running->exec, WC_INSPECT_STORAGE, &buf), &root);
    if (status != WC_OK) trace->is_out_of_memory = true;
    uint64_t hash = hash_of(&root);
    if (status == WC_OK && root.known == WC_DBG_SET && hash != holding->root) {
        compare_fields(trace, holding, &root, is_first);
        holding->root = hash;
    }
    wc_arena_rewind(trace->scratch, mark);
}

/* Index of a collection by the number that storage keys have; WC_NONE: none. */
static uint16_t field_of(const wc_module *module, uint16_t id)
{
    for (uint16_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].id == id && module->fields[i].root == WC_NONE) return i;
    }
    return WC_NONE;
}

/* "self.due[home]"; of a sorted collection, whose keys are no values, "self.bids[+]". */
static wc_str element_name(wc_dbg_trace *trace, const wc_module *module, uint16_t field,
                           wc_slice key)
{
    uint8_t memory[1024];
    wc_buf encoded;
    wc_str name = module->strings[module->fields[field].name];
    const wc_type *type = &module->types[module->fields[field].type];
    wc_buf text = wc_dbg_text_begin(trace);
    wc_buf_put_text(&text, "self.");
    wc_buf_put(&text, name.data, name.len);
    wc_buf_init(&encoded, memory, sizeof(memory));
    wc_status status = wc_inspect_key(module, field, key, &encoded);
    wc_buf_put_text(&text, "[");
    if (type->kind == WC_TYPE_SORTED || status != WC_OK) {
        wc_buf_put_text(&text, "+");
    } else if (type->kind == WC_TYPE_LIST) {
        wc_buf_put_decimal(&text, (int64_t)wc_load_u64(memory));
    } else {
        const wc_decoder decoder = {.module = module, .names = &trace->record->names};
        wc_decode_put(&text, &decoder, type->item, wc_buf_slice(&encoded));
    }
    wc_buf_put_text(&text, "]");
    return wc_dbg_text_end(trace, &text);
}

void wc_dbg_show_element(wc_dbg_trace *trace, const wc_party *instance, const wc_storage_key *key,
                         const wc_slice *value)
{
    const wc_dbg_record *record = trace->record;
    (void)instance; /* that of the innermost call: no other can be written */
    if (key->part != WC_KEY_ELEMENT || record->running_count == 0) return;
    const wc_dbg_running *running = &record->running[record->running_count - 1];
    const wc_module *module = record->program->units[record->calls[running->call].unit].module;
    uint16_t field = field_of(module, key->field);
    if (field == WC_NONE) return;
    const wc_type *type = &module->types[module->fields[field].type];
    bool is_map = type->kind == WC_TYPE_MAP;
    wc_dbg_item item = {.kind = WC_DBG_ITEM_ELEMENT,
                        .depth = trace->depth,
                        .name = element_name(trace, module, field, key->key)};
    wc_dbg_value element = {.known = WC_DBG_SET,
                            .module = module,
                            .type = is_map ? type->value : type->item,
                            .bytes = value == NULL ? wc_slice_of(NULL, 0) : *value};
    if (value != NULL && type->kind == WC_TYPE_SET) {
        item.value = WC_STR("added");
    } else if (value != NULL) {
        wc_buf text = wc_dbg_text_begin(trace);
        wc_dbg_put_value(&text, &element, &record->names, ITEMS_MAX);
        item.value = wc_dbg_text_end(trace, &text);
        text = wc_dbg_text_begin(trace);
        wc_dbg_put_type(&text, &element);
        item.type = wc_dbg_text_end(trace, &text);
    }
    wc_dbg_tell(trace, &item);
}
