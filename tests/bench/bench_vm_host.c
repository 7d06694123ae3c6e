/* The host of W3: one hash table (open addressing, keys of 8 bytes) for the limit in C and for the
 * machine, and a second one for the machine that is asked for canonical bytes. Calls of it are not
 * inlined on any side: the border between machine and host is what W3 measures. */
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

/* ---- canonical bytes: part, field, key ---- */

typedef struct byte_entry {
    uint64_t key;   /* as the machine wrote it */
    uint32_t place; /* part, field; plus 1, 0: free */
    uint8_t size;
    uint8_t value[12];
} byte_entry;

static byte_entry bytes_table[SIZE];

static byte_entry *find_bytes(const wc_storage_key *key)
{
    uint64_t number = key->key.len == 8 ? wc_load_u64(key->key.data) : 0;
    uint32_t place = ((uint32_t)key->part << 16 | key->field) + 1;
    uint32_t at = first_place(number ^ place);
    while (bytes_table[at].place != 0 &&
           (bytes_table[at].place != place || bytes_table[at].key != number)) {
        at = (at + 1) % SIZE;
    }
    return &bytes_table[at];
}

static wc_host_answer load(void *self, const wc_storage_key *key, wc_slice *value)
{
    (void)self;
    const byte_entry *found = find_bytes(key);
    if (found->place == 0) return WC_HOST_ABSENT;
    *value = wc_slice_of(found->value, found->size);
    return WC_HOST_OK;
}

static wc_host_answer store(void *self, const wc_storage_key *key, wc_slice value)
{
    (void)self;
    if (value.len > sizeof bytes_table[0].value) return WC_HOST_STOP;
    byte_entry *found = find_bytes(key);
    found->key = key->key.len == 8 ? wc_load_u64(key->key.data) : 0;
    found->place = ((uint32_t)key->part << 16 | key->field) + 1;
    found->size = (uint8_t)value.len;
    memcpy(found->value, value.data, value.len);
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

static wc_host_answer add_number(void *self, uint16_t field, int64_t key, wc_number_change *change)
{
    (void)self;
    (void)field;
    uint32_t at = find((uint64_t)key);
    int64_t sum;
    if (!is_used[at]) return WC_HOST_ABSENT;
    change->old = table[at].number;
    bool leaves = __builtin_add_overflow(change->old, change->by, &sum) || sum < change->lo ||
                  sum > change->hi;
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
    memset(bytes_table, 0, sizeof bytes_table);
}

const wc_host_ops bench_numbers = {.load = load,
                                   .store = store,
                                   .load_number = load_number,
                                   .store_number = store_number,
                                   .add_number = add_number,
                                   .emit = emit};
const wc_host_ops bench_bytes = {.load = load, .store = store, .emit = emit};
