/* Instructions on stored collections that have an order: lists, sorted collections, and any
 * collection as a whole. */
#include "vm/base/codec.h"
#include "vm/exec/stored.h"

#define CLEAR_BATCH 64u /* keys taken from the host before they are removed */

_Static_assert(CLEAR_BATCH * sizeof(wc_element_key) <= WC_SECOND_MIN, "a batch of keys fits");

/* ---- lists --------------------------------------------------------------------------------------
 */

static wc_element_key index_key(uint32_t index)
{
    wc_element_key key = {.len = 4};
    wc_store_u32(key.bytes, index);
    return key;
}

/* Charges for element `index` of a list and looks for it: trap INDEX. */
static bool find(wc_exec *exec, uint16_t field, int64_t index, wc_element_key *key, wc_slice *value)
{
    uint32_t capacity = wc_stored_type(exec, field)->capacity;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, 4)) return false;
    bool found = false;
    if (index >= 0 && index < (int64_t)capacity) {
        *key = index_key((uint32_t)index);
        if (!wc_stored_load(exec, field, key, &found, value)) return false;
    }
    if (found) return true;
    return wc_exec_trap(exec, WC_TRAP_INDEX, 1, index, 0);
}

bool wc_op_lget(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_element_key key;
    wc_slice value;
    if (!find(exec, pc->b, r[pc->c].i, &key, &value)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 0, value.len)) return false;
    const wc_type *item = wc_exec_type(exec, wc_stored_type(exec, pc->b)->item);
    return wc_stored_decode(exec, item, value, r[pc->a].p);
}

bool wc_op_lput(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_element_key key;
    wc_slice value;
    if (!find(exec, pc->a, r[pc->b].i, &key, &value)) return false;
    uint16_t item = wc_stored_type(exec, pc->a)->item;
    if (!wc_exec_encode(exec, item, r[pc->c].p, &value)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_WRITE, 1, key.len + value.len)) return false;
    return wc_stored_store(exec, pc->a, &key, value);
}

/* Encodes a new element, charges for it and for the header that follows, and stores both. */
static bool append(wc_exec *exec, uint16_t field, const wc_element_key *key, const uint8_t *at,
                   wc_stored_header header)
{
    wc_slice value;
    if (!wc_exec_encode(exec, wc_stored_type(exec, field)->item, at, &value)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_WRITE, 1, key->len + value.len)) return false;
    if (!wc_stored_store(exec, field, key, value)) return false;
    header.length++;
    return wc_stored_header_write(exec, field, header);
}

bool wc_op_lpush(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_stored_header header;
    uint32_t capacity = wc_stored_type(exec, pc->a)->capacity;
    if (!wc_stored_header_read(exec, pc->a, &header)) return false;
    if (header.length >= capacity) return wc_exec_full(exec, capacity);
    wc_element_key key = index_key(header.length);
    return append(exec, pc->a, &key, r[pc->b].p, header);
}

/* ---- sorted -------------------------------------------------------------------------------------
 */

/* Order key and arrival number. Descending order is the order of the complemented bytes; equal ones
 * stay in order of arrival. */
static bool sorted_key(wc_exec *exec, const wc_type *sorted, const uint8_t *item, uint64_t seq,
                       wc_element_key *key)
{
    const wc_field *field = &wc_exec_type(exec, sorted->item)->fields[sorted->value];
    const wc_type *type = wc_exec_type(exec, field->type);
    if (!wc_stored_key(exec, type, item + field->offset, key)) return false;
    for (size_t i = 0; sorted->descending && i < key->len; i++) {
        key->bytes[i] = (uint8_t)~key->bytes[i];
    }
    wc_store_u64(key->bytes + key->len, seq);
    key->len += 8;
    return true;
}

bool wc_op_sins(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_type *sorted = wc_stored_type(exec, pc->a);
    wc_stored_header header;
    wc_element_key key;
    if (!wc_stored_header_read(exec, pc->a, &header)) return false;
    if (header.length >= sorted->capacity) return wc_exec_full(exec, sorted->capacity);
    if (!sorted_key(exec, sorted, r[pc->b].p, header.next_seq, &key)) return false;
    header.next_seq++;
    return append(exec, pc->a, &key, r[pc->b].p, header);
}

/* Keeps the key of the last element that the walk may see, and ends there. */
static bool keep_last(wc_stored_walk *walk, wc_slice key, wc_slice value)
{
    (void)value;
    if (walk->seen + 1 < walk->limit) return true;
    if (key.len > sizeof walk->key.bytes) return wc_exec_host_stop(walk->exec);
    memcpy(walk->key.bytes, key.data, key.len);
    walk->key.len = key.len;
    return false;
}

bool wc_op_sdel(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t index = r[pc->b].i;
    wc_stored_header header;
    if (!wc_stored_header_read(exec, pc->a, &header)) return false;
    if (index < 0 || index >= (int64_t)header.length) {
        return wc_exec_trap(exec, WC_TRAP_INDEX, 2, index, header.length);
    }
    uint32_t count = (uint32_t)index + 1;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_LOAD, count, 0)) return false;
    wc_stored_walk walk = {.exec = exec, .element = keep_last, .limit = count};
    if (!wc_stored_elements(&walk, pc->a)) return false;
    if (walk.key.len == 0) return wc_exec_host_stop(exec);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_WRITE, 1, walk.key.len)) return false;
    if (!wc_stored_remove(exec, pc->a, &walk.key)) return false;
    header.length--;
    return wc_stored_header_write(exec, pc->a, header);
}

/* ---- whole collections --------------------------------------------------------------------------
 */

/* Decodes one element into place `seen` of the collection in memory. */
static bool place(wc_stored_walk *walk, wc_slice key, wc_slice value)
{
    wc_exec *exec = walk->exec;
    const wc_type *type = walk->type;
    const wc_type *item = wc_exec_type(exec, type->item);
    uint8_t *entry = walk->at + WC_MEM_ITEMS + walk->seen * walk->used;
    wc_entry_clear(exec->module, type, entry, walk->used);
    if (type->kind == WC_TYPE_LIST || type->kind == WC_TYPE_SORTED) {
        return wc_stored_decode(exec, item, value, entry);
    }
    wc_reader reader = wc_reader_of(key);
    if (wc_key_read(exec->module, item, &reader, entry) != WC_OK || wc_read_end(&reader) != WC_OK) {
        return wc_exec_host_stop(exec);
    }
    if (type->kind == WC_TYPE_SET) return true;
    return wc_stored_decode(exec, wc_exec_type(exec, type->value), value, entry + item->size);
}

bool wc_op_cload(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_stored_header header;
    uint8_t *at = r[pc->a].p;
    if (!wc_stored_header_read(exec, pc->b, &header)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_LOAD, header.length, 0)) return false;
    const wc_type *type = wc_stored_type(exec, pc->b);
    wc_mem_set_i64(at, 0);
    wc_stored_walk walk = {.exec = exec, .element = place, .limit = header.length};
    walk.type = type;
    walk.at = at;
    walk.used = wc_type_entry_size(exec->module, type);
    if (header.length > 0 && !wc_stored_elements(&walk, pc->b)) return false;
    if (walk.seen != header.length) return wc_exec_host_stop(exec);
    wc_mem_set_i64(at, header.length);
    return true;
}

/* Collects keys of one batch: the host is not written to while it walks. */
static bool collect(wc_stored_walk *walk, wc_slice key, wc_slice value)
{
    (void)value;
    wc_exec *exec = walk->exec;
    wc_element_key *batch = (wc_element_key *)(void *)exec->second;
    if (key.len > sizeof batch->bytes) return wc_exec_host_stop(exec);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_WRITE, 1, key.len)) return false;
    wc_element_key *slot = &batch[walk->used++];
    memcpy(slot->bytes, key.data, key.len);
    slot->len = key.len;
    return walk->used < CLEAR_BATCH;
}

bool wc_op_cclear(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    (void)r;
    wc_stored_header header;
    if (!wc_stored_header_read(exec, pc->a, &header)) return false;
    if (header.length == 0) return true;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_LOAD, header.length, 0)) return false;
    for (uint32_t left = header.length; left > 0;) { /* ends: each batch removes at least one */
        wc_stored_walk walk = {.exec = exec, .element = collect, .limit = left};
        if (!wc_stored_elements(&walk, pc->a)) return false;
        if (walk.used == 0) return wc_exec_host_stop(exec);
        const wc_element_key *batch = (const wc_element_key *)(const void *)exec->second;
        for (size_t i = 0; i < walk.used; i++) {
            if (!wc_stored_remove(exec, pc->a, &batch[i])) return false;
        }
        left -= (uint32_t)walk.used;
    }
    header.length = 0;
    return wc_stored_header_write(exec, pc->a, header);
}
