/* Looking into a call: see vm/inspect.h. Reads only. */
#include "vm/inspect.h"

#include "vm/exec/exec.h"

#define KEY_MEMORY                                                                                 \
    512u /* bytes in call memory of any key: WC_KEY_MAX encoded, 8 for each of them */

uint32_t wc_inspect_depth(const wc_exec *exec)
{
    return exec->frame == NULL ? 0 : (uint32_t)(exec->frame - exec->calls) + 1;
}

wc_inspect_frame wc_inspect_frame_at(const wc_exec *exec, uint32_t frame)
{
    wc_assert(frame < wc_inspect_depth(exec));
    const wc_frame *at = exec->calls + frame;
    const wc_cell *pc = at == exec->frame ? exec->pc : at[1].call;
    return (wc_inspect_frame){at->code->index, (uint32_t)(pc - at->code->first)};
}

static const wc_slot *registers_of(const wc_exec *exec, uint32_t frame)
{
    wc_assert(frame < wc_inspect_depth(exec));
    const wc_frame *at = exec->calls + frame;
    return at == exec->frame ? exec->window : at[1].r;
}

static const wc_reg *declared(const wc_exec *exec, uint32_t frame, uint16_t reg)
{
    const wc_function *function = &exec->module->functions[exec->calls[frame].code->index];
    wc_assert(reg < function->reg_count);
    return &function->regs[reg];
}

wc_i128 wc_inspect_number(const wc_exec *exec, uint32_t frame, uint16_t reg)
{
    const wc_slot *r = registers_of(exec, frame);
    uint8_t kind = declared(exec, frame, reg)->kind;
    wc_assert(kind == WC_REG_I64 || kind == WC_REG_I128);
    if (kind == WC_REG_I64) return wc_i128_of(r[reg].i);
    return (wc_i128){r[reg].u, r[(size_t)reg + 1].i};
}

/* A SORTED in memory looks as a LIST does. */
static wc_status put_value(const wc_exec *exec, uint16_t type, const uint8_t *at, wc_buf *value)
{
    wc_type as_list = exec->module->types[type];
    if (as_list.kind != WC_TYPE_SORTED) {
        return wc_abi_write(exec->module, wc_exec_type(exec, type), at, value);
    }
    const wc_type *item = wc_exec_type(exec, as_list.item);
    uint32_t count = wc_mem_length(at), stride = wc_type_entry_size(exec->module, &as_list);
    wc_buf_put_u32(value, count);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *entry = at + WC_MEM_ITEMS + (size_t)i * stride;
        wc_status status = wc_abi_write(exec->module, item, entry, value);
        wc_assert(status == WC_OK); /* loaded from the state, and written by nothing else */
    }
    return WC_OK;
}

wc_status wc_inspect_value(const wc_exec *exec, uint32_t frame, uint16_t reg, wc_buf *value)
{
    const wc_reg *row = declared(exec, frame, reg);
    wc_assert(row->kind == WC_REG_REF || row->kind == WC_REG_REFMUT);
    const uint8_t *at = registers_of(exec, frame)[reg].p;
    return at == NULL ? WC_NOT_FOUND : put_value(exec, row->type, at, value);
}

const uint8_t *wc_inspect_ref(const wc_exec *exec, uint32_t frame, uint16_t reg)
{
    const wc_reg *row = declared(exec, frame, reg);
    wc_assert(row->kind == WC_REG_REF || row->kind == WC_REG_REFMUT);
    return registers_of(exec, frame)[reg].p;
}

wc_status wc_inspect_args(const wc_exec *exec, uint16_t type, wc_buf *value)
{
    return type == WC_NONE ? WC_NOT_FOUND : put_value(exec, type, exec->args, value);
}

/* A state without data is kept as its number alone. */
static wc_status put_state(const wc_exec *exec, wc_buf *value)
{
    uint16_t type = exec->module->state_type;
    wc_assert(type != WC_NONE); /* only test images may have no states */
    if (exec->module->types[type].kind == WC_TYPE_TAG) {
        wc_buf_put_u16(value, wc_inspect_state(exec));
        return WC_OK;
    }
    return put_value(exec, type, exec->root[WC_ROOT_STATE], value);
}

wc_status wc_inspect_record(const wc_exec *exec, wc_inspect_part part, wc_buf *value)
{
    const wc_module *module = exec->module;
    if (module->is_test_image) return WC_NOT_FOUND;
    switch (part) {
    case WC_INSPECT_TERMS:
        return put_value(exec, module->terms_type, exec->root[WC_ROOT_TERMS], value);
    case WC_INSPECT_STORAGE:
        return put_value(exec, module->storage_type, exec->root[WC_ROOT_STORAGE], value);
    case WC_INSPECT_PARTIES:
        return put_value(exec, module->parties_type, exec->root[WC_ROOT_PARTIES], value);
    case WC_INSPECT_STATE: break;
    }
    return put_state(exec, value);
}

uint16_t wc_inspect_state(const wc_exec *exec)
{
    return (uint16_t)exec->sys[WC_SYS_STATE];
}

void wc_inspect_share(const wc_exec *exec, uint32_t index, int64_t *amount, wc_i128 *remainder)
{
    wc_assert(index < exec->image->split_parts);
    *amount = exec->parts[index].amount;
    *remainder = exec->parts[index].remainder;
}

uint64_t wc_inspect_gas(const wc_exec *exec)
{
    return exec->gas;
}

/* ---- storage ------------------------------------------------------------------------------------
 */

wc_status wc_inspect_key(const wc_module *module, uint16_t field, wc_slice key, wc_buf *value)
{
    const wc_type *type = &module->types[module->fields[field].type];
    if (type->kind == WC_TYPE_SORTED) return WC_OK;
    wc_reader reader = wc_reader_of(key);
    if (type->kind == WC_TYPE_LIST) {
        uint32_t index;
        if (wc_read_u32(&reader, &index) != WC_OK) return WC_CORRUPT;
        wc_buf_put_i64(value, index);
        return WC_OK;
    }

    union {
        int64_t align;
        uint8_t bytes[KEY_MEMORY];
    } memory;

    const wc_type *item = &module->types[type->item];
    wc_assert(item->size <= sizeof memory.bytes);
    if (wc_key_read(module, item, &reader, memory.bytes) != WC_OK) return WC_CORRUPT;
    if (wc_read_end(&reader) != WC_OK) return WC_CORRUPT;
    return wc_abi_write(module, item, memory.bytes, value);
}

typedef struct reading {
    const wc_exec *exec;
    const wc_type *type;
    uint16_t field;
    uint32_t count;
    wc_buf *value;
    wc_status status;
} reading;

static bool take(void *context, wc_slice key, wc_slice value)
{
    reading *to = context;
    if (to->count == to->type->capacity) {
        to->status = WC_TOO_LARGE;
        return false;
    }
    to->count++;
    bool has_key = to->type->kind == WC_TYPE_MAP || to->type->kind == WC_TYPE_SET;
    if (has_key) to->status = wc_inspect_key(to->exec->module, to->field, key, to->value);
    if (to->type->kind != WC_TYPE_SET) wc_buf_put_slice(to->value, value);
    return to->status == WC_OK && !to->value->full;
}

wc_status wc_inspect_collection(const wc_exec *exec, uint16_t field, wc_buf *value)
{
    wc_assert(field < exec->module->field_count && exec->module->fields[field].root == WC_NONE);
    const wc_storage_field *row = &exec->module->fields[field];
    reading to = {exec, wc_exec_type(exec, row->type), field, 0, value, WC_OK};
    size_t at = value->len;
    wc_buf_put_u32(value, 0);
    wc_host_answer answer = exec->host->ops->elements(exec->host->self, row->id, take, &to);
    if (to.status != WC_OK) return to.status;
    if (answer != WC_HOST_OK) return WC_CORRUPT;
    if (!value->full) wc_store_u32(value->data + at, to.count);
    return WC_OK;
}
