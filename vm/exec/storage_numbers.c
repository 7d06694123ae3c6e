/* Instructions on stored maps of numbers by numbers. The same steps and charges in the same order
 * as kvneed, kvput and kvadd (storage.c); a host that keeps numbers is asked for them as they are,
 * every other one for the bytes of key and value. */
#include "vm/exec/stored.h"

#include "vm/base/codec.h"

#define NUMBER_SIZE 8u /* bytes of a key, and of a value */
#define SIGN_BIT    (UINT64_C(1) << 63)
#define OUT_OF_LINE __attribute__((noinline)) /* so that the short way saves few registers */

static const wc_number_map *map_of(const wc_exec *exec, uint16_t field)
{
    return &exec->image->maps[field];
}

static bool has_key(const wc_number_map *map, int64_t key)
{
    return key >= map->key.lo && key <= map->key.hi;
}

static bool takes_key(wc_exec *exec, const wc_number_map *map, int64_t key)
{
    if (WC_LIKELY(has_key(map, key))) return true;
    return wc_exec_status(exec, WC_OUT_OF_DOMAIN, 0, 0, 0);
}

static bool fits(const wc_number_map *map, int64_t value)
{
    return value >= map->value.lo && value <= map->value.hi;
}

/* ---- a host that keeps bytes ------------------------------------------------------------------
 */

static inline wc_host_answer load_bytes(wc_exec *exec, const wc_number_map *map, int64_t key)
{
    wc_number_question *question = &exec->question;
    question->at.field = map->id;
    wc_store_u64(question->key, (uint64_t)key ^ SIGN_BIT);
    return exec->host->ops->load(exec->host->self, &question->at, &question->stored);
}

/* Under the key of the question. */
static inline wc_host_answer store_bytes(wc_exec *exec, int64_t value)
{
    wc_number_question *question = &exec->question;
    wc_store_u64(question->value, (uint64_t)value);
    return exec->host->ops->store(exec->host->self, &question->at,
                                  wc_slice_of(question->value, NUMBER_SIZE));
}

/* Whether what was loaded is a number of the map's type. */
static inline bool is_sound_answer(const wc_exec *exec, const wc_number_map *map, int64_t *value)
{
    const wc_slice *stored = &exec->question.stored;
    if (stored->len != NUMBER_SIZE) return false;
    *value = (int64_t)wc_load_u64(stored->data);
    return fits(map, *value);
}

/* ---- any host, step by step -------------------------------------------------------------------
 */

/* Looks for a number. is_sound: what was found is one of the map's type. */
static bool look(wc_exec *exec, const wc_number_map *map, int64_t key, bool *found, int64_t *value,
                 bool *is_sound)
{
    const wc_host *host = exec->host;
    wc_host_answer answer;
    if (host->ops->load_number != NULL) {
        answer = host->ops->load_number(host->self, map->id, key, value);
        *is_sound = answer == WC_HOST_OK && fits(map, *value);
    } else {
        answer = load_bytes(exec, map, key);
        *is_sound = answer == WC_HOST_OK && is_sound_answer(exec, map, value);
    }
    *found = answer == WC_HOST_OK;
    if (WC_LIKELY(*found) || answer == WC_HOST_ABSENT) return true;
    return wc_exec_host_stop(exec);
}

/* The same; a number that is not of the map's type is the node's failure. */
static bool load(wc_exec *exec, const wc_number_map *map, int64_t key, bool *found, int64_t *value)
{
    bool is_sound;
    if (!look(exec, map, key, found, value, &is_sound)) return false;
    if (WC_LIKELY(is_sound) || !*found) return true;
    return wc_exec_host_stop(exec);
}

static bool store(wc_exec *exec, const wc_number_map *map, int64_t key, int64_t value)
{
    const wc_host *host = exec->host;
    if (host->ops->store_number != NULL) {
        return wc_stored_written(exec, host->ops->store_number(host->self, map->id, key, value));
    }
    exec->question.at.field = map->id;
    wc_store_u64(exec->question.key, (uint64_t)key ^ SIGN_BIT);
    return wc_stored_written(exec, store_bytes(exec, value));
}

/* One more element when it is not there, the charge, the element. */
static bool put(wc_exec *exec, uint16_t field, bool found, int64_t key, int64_t value)
{
    const wc_number_map *map = map_of(exec, field);
    if (!found && !wc_stored_grow(exec, field)) return false;
    if (WC_UNLIKELY(!fits(map, value))) return wc_exec_status(exec, WC_OUT_OF_DOMAIN, 0, 0, 0);
    return wc_exec_charge_part(exec, WC_GAS_PART_WRITE, 1, 2 * NUMBER_SIZE) &&
           store(exec, map, key, value);
}

/* ---- nneed ------------------------------------------------------------------------------------
 */

OUT_OF_LINE static bool need_in_steps(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_number_map *map = map_of(exec, pc->b);
    int64_t value = 0;
    bool found;
    if (!takes_key(exec, map, r[pc->c].i)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, NUMBER_SIZE)) return false;
    if (!load(exec, map, r[pc->c].i, &found, &value)) return false;
    if (!found) return wc_exec_trap(exec, WC_TRAP_NO_KEY, 0, 0, 0);
    r[pc->a].i = value;
    return wc_exec_charge_part(exec, WC_GAS_PART_READ, 0, NUMBER_SIZE);
}

bool wc_op_nneed_answered(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_host_answer answer)
{
    (void)pc;
    (void)r;
    exec->gas -= wc_gas_part(WC_GAS_PART_READ, 1, NUMBER_SIZE);
    if (answer == WC_HOST_ABSENT) return wc_exec_trap(exec, WC_TRAP_NO_KEY, 0, 0, 0);
    return wc_exec_host_stop(exec);
}

/* In one go where gas cannot run out between the steps. */
bool wc_op_nneed(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_number_map *map = map_of(exec, pc->b);
    int64_t key = r[pc->c].i;
    bool is_short = has_key(map, key) && exec->gas >= WC_GAS_NNEED;
    wc_assert(!is_short || exec->host->ops->load_number == NULL); /* steps.inc asks it itself */
    if (WC_UNLIKELY(!is_short)) return need_in_steps(exec, pc, r);
    wc_host_answer answer = load_bytes(exec, map, key);
    bool is_met = answer == WC_HOST_OK && is_sound_answer(exec, map, &r[pc->a].i);
    if (WC_UNLIKELY(!is_met)) return wc_op_nneed_answered(exec, pc, r, answer);
    exec->gas -= WC_GAS_NNEED;
    return true;
}

/* ---- nput -------------------------------------------------------------------------------------
 */

bool wc_op_nput(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_number_map *map = map_of(exec, pc->a);
    int64_t key = r[pc->b].i, old = 0;
    bool found, is_sound;
    if (!takes_key(exec, map, key)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, NUMBER_SIZE)) return false;
    if (!look(exec, map, key, &found, &old, &is_sound)) return false;
    return put(exec, pc->a, found, key, r[pc->c].i);
}

/* ---- nadd -------------------------------------------------------------------------------------
 */

#define ADD_READ  wc_gas_part(WC_GAS_PART_READ, 1, 2 * NUMBER_SIZE)
#define ADD_WRITE wc_gas_part(WC_GAS_PART_WRITE, 1, 2 * NUMBER_SIZE)

/* The rest of nadd when the number has been read. */
static bool add_to(wc_exec *exec, uint16_t field, bool found, int64_t key, int64_t old, int64_t by)
{
    int64_t sum;
    if (wc_i64_add(old, by, &sum) != WC_OK || !fits(map_of(exec, field), sum)) {
        return wc_exec_trap(exec, WC_TRAP_RANGE, 2, old, by);
    }
    return put(exec, field, found, key, sum);
}

OUT_OF_LINE static bool add_in_steps(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_number_map *map = map_of(exec, pc->a);
    int64_t key = r[pc->b].i, old = 0;
    bool found;
    if (!takes_key(exec, map, key)) return false;
    if (!wc_exec_charge(exec, ADD_READ)) return false;
    if (!load(exec, map, key, &found, &old)) return false;
    return add_to(exec, pc->a, found, key, found ? old : 0, r[pc->c].i);
}

bool wc_op_nadd_answered(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_host_answer answer)
{
    int64_t old = 0;
    bool found;
    if (answer == WC_HOST_ABSENT) return add_in_steps(exec, pc, r);
    exec->gas -= ADD_READ;
    if (answer != WC_HOST_REFUSED) {
        exec->gas -= ADD_WRITE;
        return wc_stored_written(exec, answer);
    }
    if (!load(exec, map_of(exec, pc->a), r[pc->b].i, &found, &old)) return false;
    return wc_exec_trap(exec, WC_TRAP_RANGE, 2, old, r[pc->c].i);
}

/* What bytes were found cannot be added to; what was asked has been paid. */
OUT_OF_LINE static bool add_to_bytes_fails(wc_exec *exec, const wc_cell *pc, wc_slot *r,
                                           wc_host_answer answer)
{
    int64_t old = 0, by = r[pc->c].i;
    exec->gas -= ADD_READ;
    if (answer == WC_HOST_ABSENT) return add_to(exec, pc->a, false, r[pc->b].i, 0, by);
    if (answer != WC_HOST_OK || !is_sound_answer(exec, map_of(exec, pc->a), &old)) {
        return wc_exec_host_stop(exec);
    }
    return wc_exec_trap(exec, WC_TRAP_RANGE, 2, old, by);
}

/* In one go where gas cannot run out between the steps. */
bool wc_op_nadd(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_number_map *map = map_of(exec, pc->a);
    int64_t key = r[pc->b].i, old, sum;
    bool is_short = has_key(map, key) && exec->gas >= WC_GAS_NADD;
    wc_assert(!is_short || exec->host->ops->add_number == NULL); /* steps.inc asks it itself */
    if (WC_UNLIKELY(!is_short)) return add_in_steps(exec, pc, r);
    wc_host_answer answer = load_bytes(exec, map, key);
    bool is_good = answer == WC_HOST_OK && is_sound_answer(exec, map, &old) &&
                   !__builtin_add_overflow(old, r[pc->c].i, &sum) && fits(map, sum);
    if (WC_UNLIKELY(!is_good)) return add_to_bytes_fails(exec, pc, r, answer);
    exec->gas -= WC_GAS_NADD;
    return wc_stored_written(exec, store_bytes(exec, sum));
}
