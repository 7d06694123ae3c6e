/* The host's keys and values, checked: what comes from storage was written by us, so anything that
 * does not decode is a failure of the node and not of the contract. */
#include "vm/exec/stored.h"

#include "vm/base/codec.h"

#define SIGN_BIT (UINT64_C(1) << 63)

bool wc_stored_key(wc_exec *exec, const wc_type *type, const uint8_t *at, wc_element_key *key)
{
    if (WC_LIKELY(wc_type_is_number(type))) {
        int64_t number = wc_mem_i64(at);
        if (!wc_scalar_fits(type, number)) return wc_exec_status(exec, WC_OUT_OF_DOMAIN, 0, 0, 0);
        wc_store_u64(key->bytes, (uint64_t)number ^ SIGN_BIT);
        key->len = 8;
        return true;
    }
    wc_buf buf;
    wc_buf_init(&buf, key->bytes, sizeof key->bytes);
    wc_status status = wc_key_write(exec->module, type, at, &buf);
    if (status != WC_OK) return wc_exec_status(exec, status, 0, 0, 0);
    wc_assert(!buf.full); /* key_max of a storage field is at most WC_KEY_MAX */
    key->len = buf.len;
    return true;
}

static wc_storage_key element(const wc_exec *exec, uint16_t field, const wc_element_key *key)
{
    uint16_t id = wc_stored_field(exec, field)->id;
    return (wc_storage_key){WC_KEY_ELEMENT, id, wc_slice_of(key->bytes, key->len)};
}

bool wc_stored_load(wc_exec *exec, uint16_t field, const wc_element_key *key, bool *found,
                    wc_slice *value)
{
    wc_storage_key at = element(exec, field, key);
    wc_host_answer answer = exec->host->ops->load(exec->host->self, &at, value);
    if (answer != WC_HOST_OK && answer != WC_HOST_ABSENT) return wc_exec_host_stop(exec);
    *found = answer == WC_HOST_OK;
    return true;
}

bool wc_stored_store(wc_exec *exec, uint16_t field, const wc_element_key *key, wc_slice value)
{
    wc_storage_key at = element(exec, field, key);
    return wc_stored_written(exec, exec->host->ops->store(exec->host->self, &at, value));
}

bool wc_stored_remove(wc_exec *exec, uint16_t field, const wc_element_key *key)
{
    wc_storage_key at = element(exec, field, key);
    return wc_stored_written(exec, exec->host->ops->remove(exec->host->self, &at));
}

bool wc_stored_header_read(wc_exec *exec, uint16_t field, wc_stored_header *header)
{
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, WC_HEADER_SIZE)) return false;
    wc_storage_key at = {WC_KEY_HEADER, wc_stored_field(exec, field)->id, {NULL, 0}};
    wc_slice value;
    wc_host_answer answer = exec->host->ops->load(exec->host->self, &at, &value);
    *header = (wc_stored_header){0, 0};
    if (answer == WC_HOST_ABSENT) return true;
    if (answer != WC_HOST_OK || value.len != WC_HEADER_SIZE) return wc_exec_host_stop(exec);
    header->length = wc_load_u32(value.data);
    header->next_seq = wc_load_u64(value.data + 4);
    bool is_sane = header->length > 0 && header->length <= wc_stored_type(exec, field)->capacity;
    if (is_sane) return true;
    return wc_exec_host_stop(exec);
}

bool wc_stored_header_write(wc_exec *exec, uint16_t field, wc_stored_header header)
{
    if (!wc_exec_charge_part(exec, WC_GAS_PART_WRITE, 1, WC_HEADER_SIZE)) return false;
    wc_storage_key at = {WC_KEY_HEADER, wc_stored_field(exec, field)->id, {NULL, 0}};
    const wc_host_ops *ops = exec->host->ops;
    if (header.length == 0) return wc_stored_written(exec, ops->remove(exec->host->self, &at));
    uint8_t bytes[WC_HEADER_SIZE];
    wc_store_u32(bytes, header.length);
    wc_store_u64(bytes + 4, header.next_seq);
    return wc_stored_written(exec,
                             ops->store(exec->host->self, &at, wc_slice_of(bytes, sizeof bytes)));
}

bool wc_stored_grow(wc_exec *exec, uint16_t field)
{
    wc_stored_header header;
    uint32_t capacity = wc_stored_type(exec, field)->capacity;
    if (!wc_stored_header_read(exec, field, &header)) return false;
    if (header.length >= capacity) return wc_exec_full(exec, capacity);
    header.length++;
    return wc_stored_header_write(exec, field, header);
}

bool wc_stored_encode(wc_exec *exec, uint16_t type, const uint8_t *at, uint8_t number[8],
                      wc_slice *bytes)
{
    const wc_type *row = wc_exec_type(exec, type);
    if (!wc_type_is_number(row)) return wc_exec_encode(exec, type, at, bytes);
    int64_t value = wc_mem_i64(at);
    if (!wc_scalar_fits(row, value)) return wc_exec_status(exec, WC_OUT_OF_DOMAIN, 0, 0, 0);
    wc_store_u64(number, (uint64_t)value);
    *bytes = wc_slice_of(number, 8);
    return true;
}

bool wc_stored_decode(wc_exec *exec, const wc_type *type, wc_slice value, uint8_t *at)
{
    if (WC_LIKELY(wc_type_is_number(type) && value.len == 8)) {
        int64_t number = (int64_t)wc_load_u64(value.data);
        wc_mem_set_i64(at, number);
        if (wc_scalar_fits(type, number)) return true;
        return wc_exec_host_stop(exec);
    }
    size_t bad;
    if (wc_abi_decode(exec->module, type, value, at, &bad) == WC_OK) return true;
    return wc_exec_host_stop(exec);
}

static bool visit(void *context, wc_slice key, wc_slice value)
{
    wc_stored_walk *walk = context;
    wc_exec *exec = walk->exec;
    if (walk->seen >= walk->limit) return wc_exec_host_stop(exec);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_LOAD, 0, key.len + value.len)) return false;
    if (!walk->element(walk, key, value)) return false;
    walk->seen++;
    return true;
}

bool wc_stored_elements(wc_stored_walk *walk, uint16_t field)
{
    wc_exec *exec = walk->exec;
    uint16_t id = wc_stored_field(exec, field)->id;
    wc_host_answer answer = exec->host->ops->elements(exec->host->self, id, visit, walk);
    if (exec->outcome->kind != WC_OUTCOME_OK) return false;
    if (answer == WC_HOST_OK) return true;
    return wc_exec_host_stop(exec);
}
