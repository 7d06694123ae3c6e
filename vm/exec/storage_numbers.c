/* Instructions on stored maps of numbers by numbers. The same steps and charges in the same order
 * as kvneed, kvput and kvadd (storage.c); a host that keeps numbers is asked for them as they are,
 * every other one for the bytes of key and value. */
#include "vm/exec/stored.h"

#include "vm/base/codec.h"

#define NUMBER_SIZE 8u /* bytes of a key, and of a value */
#define SIGN_BIT    (UINT64_C(1) << 63)

static bool takes_key(wc_exec *exec, const wc_number_map *map, int64_t key)
{
    if (WC_LIKELY(key >= map->key_lo && key <= map->key_hi)) return true;
    return wc_exec_status(exec, WC_OUT_OF_DOMAIN, 0, 0, 0);
}

static bool fits(const wc_number_map *map, int64_t value)
{
    return value >= map->value_lo && value <= map->value_hi;
}

static wc_storage_key element(const wc_number_map *map, int64_t key, uint8_t bytes[NUMBER_SIZE])
{
    wc_store_u64(bytes, (uint64_t)key ^ SIGN_BIT);
    return (wc_storage_key){WC_KEY_ELEMENT, map->id, wc_slice_of(bytes, NUMBER_SIZE)};
}

/* Looks for a number. is_sound: what was found is one of the map's type. */
static inline bool look(wc_exec *exec, const wc_number_map *map, int64_t key, bool *found,
                        int64_t *value, bool *is_sound)
{
    const wc_host *host = exec->host;
    wc_host_answer answer;
    bool has_size = true;
    if (host->ops->load_number != NULL) {
        answer = host->ops->load_number(host->self, map->id, key, value);
    } else {
        uint8_t bytes[NUMBER_SIZE];
        wc_slice stored;
        wc_storage_key at = element(map, key, bytes);
        answer = host->ops->load(host->self, &at, &stored);
        if (answer == WC_HOST_OK) {
            has_size = stored.len == NUMBER_SIZE;
            if (has_size) *value = (int64_t)wc_load_u64(stored.data);
        }
    }
    *found = answer == WC_HOST_OK;
    *is_sound = *found && has_size && fits(map, *value);
    return WC_LIKELY(*found) || answer == WC_HOST_ABSENT || wc_exec_host_stop(exec);
}

/* The same; a number that is not of the map's type is the node's failure. */
static bool load(wc_exec *exec, const wc_number_map *map, int64_t key, bool *found, int64_t *value)
{
    bool is_sound;
    if (!look(exec, map, key, found, value, &is_sound)) return false;
    return WC_LIKELY(is_sound) || !*found || wc_exec_host_stop(exec);
}

static bool store(wc_exec *exec, const wc_number_map *map, int64_t key, int64_t value)
{
    const wc_host *host = exec->host;
    if (host->ops->store_number != NULL) {
        return wc_stored_written(exec, host->ops->store_number(host->self, map->id, key, value));
    }
    uint8_t key_bytes[NUMBER_SIZE], bytes[NUMBER_SIZE];
    wc_storage_key at = element(map, key, key_bytes);
    wc_store_u64(bytes, (uint64_t)value);
    return wc_stored_written(exec,
                             host->ops->store(host->self, &at, wc_slice_of(bytes, sizeof bytes)));
}

/* One more element when it is not there, the charge, the element. */
static bool put(wc_exec *exec, uint16_t field, bool found, int64_t key, int64_t value)
{
    const wc_number_map *map = &exec->image->maps[field];
    if (!found && !wc_stored_grow(exec, field)) return false;
    if (WC_UNLIKELY(!fits(map, value))) return wc_exec_status(exec, WC_OUT_OF_DOMAIN, 0, 0, 0);
    return wc_exec_charge_part(exec, WC_GAS_PART_WRITE, 1, 2 * NUMBER_SIZE) &&
           store(exec, map, key, value);
}

bool wc_op_nneed(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_number_map *map = &exec->image->maps[pc->b];
    int64_t key = r[pc->c].i, value = 0;
    bool found;
    if (!takes_key(exec, map, key)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, NUMBER_SIZE)) return false;
    if (!load(exec, map, key, &found, &value)) return false;
    if (WC_UNLIKELY(!found)) return wc_exec_trap(exec, WC_TRAP_NO_KEY, 0, 0, 0);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 0, NUMBER_SIZE)) return false;
    r[pc->a].i = value;
    return true;
}

bool wc_op_nput(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_number_map *map = &exec->image->maps[pc->a];
    int64_t key = r[pc->b].i, old = 0;
    bool found, is_sound;
    if (!takes_key(exec, map, key)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, NUMBER_SIZE)) return false;
    if (!look(exec, map, key, &found, &old, &is_sound)) return false;
    return put(exec, pc->a, found, key, r[pc->c].i);
}

/* The steps of nadd one by one, behind the check of the key. */
static bool add_in_steps(wc_exec *exec, uint16_t field, int64_t key, int64_t by)
{
    const wc_number_map *map = &exec->image->maps[field];
    int64_t old = 0, sum;
    bool found;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, 2 * NUMBER_SIZE)) return false;
    if (!load(exec, map, key, &found, &old)) return false;
    if (!found) old = 0;
    if (wc_i64_add(old, by, &sum) != WC_OK || !fits(map, sum)) {
        return wc_exec_trap(exec, WC_TRAP_RANGE, 2, old, by);
    }
    return put(exec, field, found, key, sum);
}

/* One question for the host where it can add, and where gas cannot run out between the steps. */
bool wc_op_nadd(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_number_map *map = &exec->image->maps[pc->a];
    const wc_host *host = exec->host;
    int64_t key = r[pc->b].i, by = r[pc->c].i;
    const uint64_t read = wc_gas_part(WC_GAS_PART_READ, 1, 2 * NUMBER_SIZE);
    const uint64_t write = wc_gas_part(WC_GAS_PART_WRITE, 1, 2 * NUMBER_SIZE);
    if (!takes_key(exec, map, key)) return false;
    if (host->ops->add_number == NULL || exec->gas < read + write) {
        return add_in_steps(exec, pc->a, key, by);
    }
    wc_number_change change = {.by = by, .lo = map->value_lo, .hi = map->value_hi};
    wc_host_answer answer = host->ops->add_number(host->self, map->id, key, &change);
    if (WC_UNLIKELY(answer == WC_HOST_ABSENT)) return add_in_steps(exec, pc->a, key, by);
    if (WC_UNLIKELY(answer == WC_HOST_REFUSED)) {
        exec->gas -= read;
        return wc_exec_trap(exec, WC_TRAP_RANGE, 2, change.old, by);
    }
    exec->gas -= read + write;
    return wc_stored_written(exec, answer);
}
