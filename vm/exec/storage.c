/* Instructions on stored maps and sets: one element each. Charges follow gas_rules.def, in this
 * order: key read, header read, error Full, header write, element write; each before its work. */
#include "vm/base/codec.h"
#include "vm/exec/stored.h"

/* Charges for reading the element, and looks for it. */
static bool find(wc_exec *exec, uint16_t field, const uint8_t *at, wc_element_key *key, bool *found,
                 wc_slice *value)
{
    const wc_type *key_type = wc_exec_type(exec, wc_stored_type(exec, field)->item);
    if (!wc_stored_key(exec, key_type, at, key)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, key->len)) return false;
    return wc_stored_load(exec, field, key, found, value);
}

/* Charges for an element and writes it. */
static bool write(wc_exec *exec, uint16_t field, const wc_element_key *key, wc_slice value)
{
    if (!wc_exec_charge_part(exec, WC_GAS_PART_WRITE, 1, key->len + value.len)) return false;
    return wc_stored_store(exec, field, key, value);
}

/* Decodes the value of an element that was found. */
static bool take(wc_exec *exec, uint16_t field, wc_slice value, uint8_t *to)
{
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 0, value.len)) return false;
    const wc_type *type = wc_exec_type(exec, wc_stored_type(exec, field)->value);
    return wc_stored_decode(exec, type, value, to);
}

bool wc_op_kvget(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_element_key key;
    bool found;
    wc_slice value;
    if (!find(exec, pc->b, r[pc->c].p, &key, &found, &value)) return false;
    if (found && !take(exec, pc->b, value, r[pc->d].p)) return false;
    r[pc->a].i = found;
    return true;
}

bool wc_op_kvneed(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_element_key key;
    bool found;
    wc_slice value;
    if (!find(exec, pc->a, r[pc->b].p, &key, &found, &value)) return false;
    if (!found) return wc_exec_trap(exec, WC_TRAP_NO_KEY, 0, 0, 0);
    return take(exec, pc->a, value, r[pc->c].p);
}

bool wc_op_kvhas(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_element_key key;
    bool found;
    wc_slice value;
    if (!find(exec, pc->b, r[pc->c].p, &key, &found, &value)) return false;
    r[pc->a].i = found;
    return true;
}

bool wc_op_kvput(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_element_key key;
    bool found;
    wc_slice value;
    uint8_t number[8];
    if (!find(exec, pc->a, r[pc->b].p, &key, &found, &value)) return false;
    if (!found && !wc_stored_grow(exec, pc->a)) return false;
    uint16_t type = wc_stored_type(exec, pc->a)->value;
    return wc_stored_encode(exec, type, r[pc->c].p, number, &value) &&
           write(exec, pc->a, &key, value);
}

bool wc_op_kvdel(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_element_key key;
    bool found;
    wc_slice value;
    if (!find(exec, pc->b, r[pc->c].p, &key, &found, &value)) return false;
    if (found) {
        wc_stored_header header;
        if (!wc_exec_charge_part(exec, WC_GAS_PART_WRITE, 1, key.len)) return false;
        if (!wc_stored_header_read(exec, pc->b, &header)) return false;
        if (header.length == 0) return wc_exec_host_stop(exec);
        header.length--;
        if (!wc_stored_header_write(exec, pc->b, header)) return false;
        if (!wc_stored_remove(exec, pc->b, &key)) return false;
    }
    r[pc->a].i = found;
    return true;
}

/* An absent number counts as 0. The sum must be a value of the map's value type. */
bool wc_op_kvadd(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_type *map = wc_stored_type(exec, pc->a);
    const wc_type *type = wc_exec_type(exec, map->value);
    wc_element_key key;
    bool found;
    wc_slice value;
    if (!wc_stored_key(exec, wc_exec_type(exec, map->item), r[pc->b].p, &key)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, key.len + 8)) return false;
    if (!wc_stored_load(exec, pc->a, &key, &found, &value)) return false;

    int64_t old = 0;
    int64_t sum;
    uint8_t memory[8], number[8];
    if (found) {
        if (!wc_stored_decode(exec, type, value, memory)) return false;
        old = wc_mem_i64(memory);
    }
    if (wc_i64_add(old, r[pc->c].i, &sum) != WC_OK || !wc_scalar_fits(type, sum)) {
        return wc_exec_trap(exec, WC_TRAP_RANGE, 2, old, r[pc->c].i);
    }
    if (!found && !wc_stored_grow(exec, pc->a)) return false;
    wc_store_u64(number, (uint64_t)sum);
    return write(exec, pc->a, &key, wc_slice_of(number, sizeof number));
}

bool wc_op_setadd(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_element_key key;
    bool found;
    wc_slice value;
    if (!find(exec, pc->b, r[pc->c].p, &key, &found, &value)) return false;
    if (!found) {
        if (!wc_stored_grow(exec, pc->b)) return false;
        if (!write(exec, pc->b, &key, wc_slice_of(NULL, 0))) return false;
    }
    r[pc->a].i = !found;
    return true;
}

bool wc_op_clen(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_stored_header header;
    if (!wc_stored_header_read(exec, pc->b, &header)) return false;
    r[pc->a].i = header.length;
    return true;
}
