/* Instructions on stored maps of numbers by numbers. The same steps and charges in the same order
 * as kvneed, kvput and kvadd (storage.c); a host that keeps numbers is asked for them as they are,
 * every other one for the bytes of key and value. */
#include "vm/exec/stored.h"

#include "vm/base/codec.h"

#define NUMBER_SIZE 8u /* bytes of a key, and of a value */
#define SIGN_BIT    (UINT64_C(1) << 63)
#define OUT_OF_LINE __attribute__((noinline)) /* so that the short way saves few registers */

static bool takes_key(wc_exec *exec, const wc_number_map *map, int64_t key)
{
    if (WC_LIKELY(key >= map->key.lo && key <= map->key.hi)) return true;
    return wc_exec_status(exec, WC_OUT_OF_DOMAIN, 0, 0, 0);
}

static bool fits(const wc_number_map *map, int64_t value)
{
    return value >= map->value.lo && value <= map->value.hi;
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

OUT_OF_LINE static bool need_in_bytes(wc_exec *exec, const wc_number_map *map, int64_t key,
                                      int64_t *value)
{
    bool found;
    if (!load(exec, map, key, &found, value)) return false;
    return found || wc_exec_trap(exec, WC_TRAP_NO_KEY, 0, 0, 0);
}

/* The host writes into the register: what it holds when the call fails, nobody sees. */
bool wc_op_nneed(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_number_map *map = &exec->image->maps[pc->b];
    const wc_host *host = exec->host;
    int64_t key = r[pc->c].i, *value = &r[pc->a].i;
    if (!takes_key(exec, map, key)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, NUMBER_SIZE)) return false;
    if (WC_LIKELY(host->ops->load_number != NULL)) {
        wc_host_answer answer = host->ops->load_number(host->self, map->id, key, value);
        if (answer == WC_HOST_ABSENT) return wc_exec_trap(exec, WC_TRAP_NO_KEY, 0, 0, 0);
        if (answer != WC_HOST_OK || !fits(map, *value)) return wc_exec_host_stop(exec);
    } else if (!need_in_bytes(exec, map, key, value)) {
        return false;
    }
    return wc_exec_charge_part(exec, WC_GAS_PART_READ, 0, NUMBER_SIZE);
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

/* The rest of nadd when the number has been read. */
static bool add_to(wc_exec *exec, uint16_t field, bool found, int64_t key, int64_t old, int64_t by)
{
    int64_t sum;
    if (wc_i64_add(old, by, &sum) != WC_OK || !fits(&exec->image->maps[field], sum)) {
        return wc_exec_trap(exec, WC_TRAP_RANGE, 2, old, by);
    }
    return put(exec, field, found, key, sum);
}

/* The steps of nadd one by one, behind the check of the key. */
OUT_OF_LINE static bool add_in_steps(wc_exec *exec, uint16_t field, int64_t key, int64_t by)
{
    int64_t old = 0;
    bool found;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, 2 * NUMBER_SIZE)) return false;
    if (!load(exec, &exec->image->maps[field], key, &found, &old)) return false;
    return add_to(exec, field, found, key, found ? old : 0, by);
}

/* A host that adds has refused to. */
OUT_OF_LINE static bool refuse_sum(wc_exec *exec, const wc_number_map *map, int64_t key, int64_t by)
{
    int64_t old = 0;
    bool found;
    if (!load(exec, map, key, &found, &old)) return false;
    return wc_exec_trap(exec, WC_TRAP_RANGE, 2, old, by);
}

/* Bytes: the key is written once for reading and writing. */
OUT_OF_LINE static bool add_in_bytes(wc_exec *exec, uint16_t field, int64_t key, int64_t by)
{
    const wc_number_map *map = &exec->image->maps[field];
    const wc_host *host = exec->host;
    uint8_t key_bytes[NUMBER_SIZE], bytes[NUMBER_SIZE];
    wc_storage_key at = element(map, key, key_bytes);
    wc_slice stored;
    int64_t sum;
    exec->gas -= wc_gas_part(WC_GAS_PART_READ, 1, 2 * NUMBER_SIZE);
    wc_host_answer answer = host->ops->load(host->self, &at, &stored);
    if (WC_UNLIKELY(answer == WC_HOST_ABSENT)) return add_to(exec, field, false, key, 0, by);
    if (answer != WC_HOST_OK || stored.len != NUMBER_SIZE) return wc_exec_host_stop(exec);
    int64_t old = (int64_t)wc_load_u64(stored.data);
    if (WC_UNLIKELY(!fits(map, old))) return wc_exec_host_stop(exec);
    bool leaves = wc_i64_add(old, by, &sum) != WC_OK || !fits(map, sum);
    if (WC_UNLIKELY(leaves)) return wc_exec_trap(exec, WC_TRAP_RANGE, 2, old, by);
    exec->gas -= wc_gas_part(WC_GAS_PART_WRITE, 1, 2 * NUMBER_SIZE);
    wc_store_u64(bytes, (uint64_t)sum);
    return wc_stored_written(exec,
                             host->ops->store(host->self, &at, wc_slice_of(bytes, sizeof bytes)));
}

/* The short ways only where gas cannot run out between the steps. */
bool wc_op_nadd(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_number_map *map = &exec->image->maps[pc->a];
    const wc_host *host = exec->host;
    int64_t key = r[pc->b].i, by = r[pc->c].i;
    const uint64_t read = wc_gas_part(WC_GAS_PART_READ, 1, 2 * NUMBER_SIZE);
    const uint64_t write = wc_gas_part(WC_GAS_PART_WRITE, 1, 2 * NUMBER_SIZE);
    if (!takes_key(exec, map, key)) return false;
    if (WC_UNLIKELY(exec->gas < read + write)) return add_in_steps(exec, pc->a, key, by);
    if (host->ops->add_number == NULL) return add_in_bytes(exec, pc->a, key, by);
    wc_host_answer answer = host->ops->add_number(host->self, map->id, key, by, &map->value);
    if (WC_UNLIKELY(answer == WC_HOST_ABSENT)) return add_in_steps(exec, pc->a, key, by);
    exec->gas -= read;
    if (WC_UNLIKELY(answer == WC_HOST_REFUSED)) return refuse_sum(exec, map, key, by);
    exec->gas -= write;
    return wc_stored_written(exec, answer);
}
