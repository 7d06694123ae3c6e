/* Instructions on values in call memory, and the end of a call by `setst` and `fail`. What keeps
 * them in bounds is said in memory.h: lengths never exceed capacities, and this file keeps it so.
 */
#include "vm/exec/exec.h"

static const wc_type *cell_type(const wc_exec *exec, const wc_cell *pc)
{
    return &exec->module->types[pc->d];
}

bool wc_op_new(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_type *type = &exec->module->types[pc->b];
    if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, type->head_size)) return false;
    uint8_t *at = exec->slots + pc->imm;
    wc_value_clear(exec->module, type, at);
    r[pc->a].p = at;
    return true;
}

bool wc_op_vset(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_variant *variant = &cell_type(exec, pc)->variants[pc->c];
    uint32_t size = variant->data == WC_NONE ? 0 : exec->module->types[variant->data].size;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, size)) return false;
    uint8_t *at = r[pc->b].p;
    wc_mem_set_i64(at, pc->c);
    memset(at + variant->offset, 0, size);
    r[pc->a].p = at + variant->offset;
    return true;
}

bool wc_op_copy(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_type *type = cell_type(exec, pc);
    uint32_t used = wc_value_used(exec->module, type, r[pc->b].p);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, used)) return false;
    wc_value_copy(exec->module, type, r[pc->a].p, r[pc->b].p);
    return true;
}

bool wc_op_cmpb(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_type *type = cell_type(exec, pc);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, type->size)) return false;
    r[pc->a].i = wc_value_compare(exec->module, type, r[pc->b].p, r[pc->c].p);
    return true;
}

bool wc_op_pushn(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_type *type = cell_type(exec, pc);
    uint8_t *at = r[pc->b].p;
    uint32_t length = wc_mem_length(at);
    uint32_t stride = exec->image->shapes[pc->d].stride;
    if (length >= type->capacity) return wc_exec_full(exec, type->capacity);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, stride)) return false;
    uint8_t *item = at + WC_MEM_ITEMS + (size_t)length * stride;
    memset(item, 0, stride);
    wc_mem_set_i64(at, (int64_t)length + 1);
    r[pc->a].p = item;
    return true;
}

/* ---- maps and sets ------------------------------------------------------------------------------
 */

/* Charges for the search in the map or set at `at`, and searches. */
static bool search(wc_exec *exec, const wc_type *type, const uint8_t *at, const uint8_t *key,
                   wc_place *place)
{
    uint32_t key_size = exec->module->types[type->item].size;
    uint32_t length = wc_mem_length(at);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_SEARCH, length, key_size)) return false;
    *place = wc_value_search(exec->module, type, at, key);
    return true;
}

bool wc_op_mfind(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_place place;
    if (!search(exec, cell_type(exec, pc), r[pc->b].p, r[pc->c].p, &place)) return false;
    r[pc->a].i = place.found ? (int64_t)place.index : -1;
    return true;
}

bool wc_op_mneed(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_place place;
    if (!search(exec, cell_type(exec, pc), r[pc->b].p, r[pc->c].p, &place)) return false;
    if (!place.found) return wc_exec_trap(exec, WC_TRAP_NO_KEY, 0, 0, 0);
    r[pc->a].i = place.index;
    return true;
}

/* The entry at the index and all behind it: what is moved. */
static uint8_t *tail(uint8_t *at, uint32_t stride, uint32_t index, size_t *size)
{
    *size = (size_t)(wc_mem_length(at) - index) * stride;
    return at + WC_MEM_ITEMS + (size_t)index * stride;
}

bool wc_op_mput(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_type *type = cell_type(exec, pc);
    uint8_t *at = r[pc->b].p;
    const uint8_t *key = r[pc->c].p;
    wc_place place;
    if (!search(exec, type, at, key, &place)) return false;
    if (!place.found) {
        uint32_t length = wc_mem_length(at);
        if (length >= type->capacity) return wc_exec_full(exec, type->capacity);

        uint32_t stride = exec->image->shapes[pc->d].stride;
        const wc_type *key_type = &exec->module->types[type->item];
        size_t size;
        uint8_t *entry = tail(at, stride, place.index, &size);
        if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, size + stride)) return false;
        /* The key may lie in this very map, behind the gap: then it moves along. */
        bool moves = key >= entry && key < entry + size;
        memmove(entry + stride, entry, size);
        memset(entry, 0, stride);
        memmove(entry, moves ? key + stride : key, key_type->size);
        wc_mem_set_i64(at, (int64_t)length + 1);
    }
    r[pc->a].i = place.index;
    return true;
}

bool wc_op_mdel(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_type *type = cell_type(exec, pc);
    uint8_t *at = r[pc->b].p;
    wc_place place;
    if (!search(exec, type, at, r[pc->c].p, &place)) return false;
    if (place.found) {
        uint32_t stride = exec->image->shapes[pc->d].stride;
        size_t size;
        uint8_t *entry = tail(at, stride, place.index, &size);
        if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, size)) return false;
        memmove(entry, entry + stride, size - stride);
        wc_mem_set_i64(at, wc_mem_i64(at) - 1);
    }
    r[pc->a].i = place.found;
    return true;
}

bool wc_op_qcount(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const uint8_t *at = r[pc->b].p;
    uint64_t length = wc_mem_u64(at + WC_MEM_LENGTH);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, length)) return false;
    const uint8_t *qualities = at + exec->image->shapes[pc->d].value_at;
    int64_t count = 0;
    for (uint64_t i = 0; i < length; i++) count += qualities[i] == pc->c;
    r[pc->a].i = count;
    return true;
}

/* ---- ends of a call -----------------------------------------------------------------------------
 */

static uint8_t *enter_state(wc_exec *exec, uint16_t state)
{
    uint8_t *at = exec->root[WC_ROOT_STATE];
    wc_mem_set_i64(at, state);
    exec->sys[WC_SYS_STATE] = state;
    exec->state_set = true;
    return at;
}

/* The data is copied at once, so it may be changed afterwards, and `ensures` sees the new state. */
bool wc_op_setst(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_type *type = &exec->module->types[exec->module->state_type];
    const wc_variant *variant = &type->variants[pc->a];
    uint32_t size = exec->module->types[variant->data].size;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, size)) return false;
    uint8_t *data = enter_state(exec, pc->a) + variant->offset;
    wc_value_copy(exec->module, &exec->module->types[variant->data], data, r[pc->b].p);
    return true;
}

bool wc_op_setst0(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    (void)r;
    (void)enter_state(exec, pc->a);
    return true;
}

bool wc_op_amend(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_module *module = exec->module;
    const wc_field *term = &module->types[module->terms_type].fields[pc->a];
    const wc_type *type = &module->types[term->type];
    const uint8_t *value = r[pc->b].p;
    uint32_t used = wc_value_used(module, type, value);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, used)) return false;
    wc_value_copy(module, type, exec->root[WC_ROOT_TERMS] + term->offset, value);
    exec->amended = true;
    return true;
}

bool wc_op_fail(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_slice args;
    if (!wc_exec_encode(exec, exec->module->errors[pc->a].args, r[pc->b].p, &args)) return false;
    return wc_exec_error(exec, pc->a, args);
}
