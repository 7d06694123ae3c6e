/* The host of W3: one hash table (open addressing, keys of 8 bytes) for the limit in C and for the
 * machine, which asks it for numbers, or for the canonical bytes of key and value. Calls of it are
 * not inlined on any side: the border between machine and host is what W3 measures. */
#include <string.h>

#include "tests/bench/bench_vm.h"
#include "vm/base/codec.h"

#define SIZE 4096u

typedef struct entry {
    uint64_t key;
    int64_t number;
} entry;

static entry table[SIZE];
static bool is_used[SIZE];

static inline uint32_t first_place(uint64_t key)
{
    return (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 52);
}

static inline uint32_t find(uint64_t key)
{
    uint32_t at = first_place(key);
    while (is_used[at] && table[at].key != key) at = (at + 1) % SIZE;
    return at;
}

int64_t bench_get(uint64_t key)
{
    uint32_t at = find(key);
    return is_used[at] ? table[at].number : 0;
}

void bench_set(uint64_t key, int64_t number)
{
    uint32_t at = find(key);
    is_used[at] = true;
    table[at] = (entry){key, number};
}

/* ---- canonical bytes: the same table, asked with part, field and key --------------------------
 */

static uint8_t header[12]; /* of the map: there is one */
static bool has_header;

static wc_host_answer load(void *self, const wc_storage_key *key, wc_slice *value)
{
    (void)self;
    if (key->part == WC_KEY_HEADER) {
        *value = wc_slice_of(header, sizeof header);
        return has_header ? WC_HOST_OK : WC_HOST_ABSENT;
    }
    uint32_t at = find(wc_load_u64(key->key.data));
    *value = wc_slice_of((const uint8_t *)&table[at].number, sizeof table[at].number);
    return is_used[at] ? WC_HOST_OK : WC_HOST_ABSENT;
}

static wc_host_answer store(void *self, const wc_storage_key *key, wc_slice value)
{
    (void)self;
    if (key->part == WC_KEY_HEADER) {
        memcpy(header, value.data, sizeof header);
        has_header = true;
        return WC_HOST_OK;
    }
    uint64_t number = wc_load_u64(key->key.data);
    uint32_t at = find(number);
    is_used[at] = true;
    table[at].key = number;
    memcpy(&table[at].number, value.data, sizeof table[at].number);
    return WC_HOST_OK;
}

/* ---- numbers ---- */

static wc_host_answer load_number(void *self, uint16_t field, int64_t key, int64_t *value)
{
    (void)self;
    (void)field; /* there is one map */
    uint32_t at = find((uint64_t)key);
    if (!is_used[at]) return WC_HOST_ABSENT;
    *value = table[at].number;
    return WC_HOST_OK;
}

static wc_host_answer store_number(void *self, uint16_t field, int64_t key, int64_t value)
{
    (void)self;
    (void)field;
    bench_set((uint64_t)key, value);
    return WC_HOST_OK;
}

static wc_host_answer add_number(void *self, uint16_t field, int64_t key, int64_t by,
                                 const wc_bounds *bounds)
{
    (void)self;
    (void)field;
    uint32_t at = find((uint64_t)key);
    int64_t sum;
    if (!is_used[at]) return WC_HOST_ABSENT;
    bool leaves =
        __builtin_add_overflow(table[at].number, by, &sum) || sum < bounds->lo || sum > bounds->hi;
    if (leaves) return WC_HOST_REFUSED;
    table[at].number = sum;
    return WC_HOST_OK;
}

/* ---- both ---- */

static int64_t event_number;

static wc_host_answer emit(void *self, uint16_t event, wc_slice args)
{
    (void)self;
    (void)event;
    event_number = (int64_t)wc_load_u64(args.data);
    return WC_HOST_OK;
}

int64_t bench_event(void)
{
    return event_number;
}

void bench_clear(void)
{
    memset(is_used, 0, sizeof is_used);
    has_header = false;
}

const wc_host_ops bench_numbers = {.load = load,
                                   .store = store,
                                   .load_number = load_number,
                                   .store_number = store_number,
                                   .add_number = add_number,
                                   .emit = emit};
const wc_host_ops bench_bytes = {.load = load, .store = store, .emit = emit};
