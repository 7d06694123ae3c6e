/* The SEAL's value in its slots, and the decision at the start. */
#define _DEFAULT_SOURCE /* flock */

#include "node/store/seal.h"

#include <sys/file.h>

#include "vm/base/codec.h"

#define VALUE_SIZE (8 + WC_HASH_SIZE)

static const wc_slots_kind seal_kind = {"wattclause-seal1", VALUE_SIZE};

static void encode(uint8_t value[VALUE_SIZE], const wc_seal *seal)
{
    wc_store_u64(value, seal->height);
    memcpy(value + 8, seal->record_hash.bytes, WC_HASH_SIZE);
}

/* The lock goes with the descriptor: whoever is killed gives it back. */
WC_MUST_USE static wc_status lock(wc_slots *slots)
{
    if (flock(slots->descriptor, LOCK_EX | LOCK_NB) == 0) return WC_OK;
    wc_slots_close(slots);
    return WC_LOCKED;
}

wc_status wc_seal_create(wc_seal_file *file, const char *path, const wc_seal *first)
{
    uint8_t value[VALUE_SIZE];
    wc_slots slots;
    encode(value, first);
    WC_TRY(wc_slots_create(&slots, &seal_kind, path, first->seq, value));
    WC_TRY(lock(&slots));
    *file = (wc_seal_file){slots, *first, false};
    return WC_OK;
}

wc_status wc_seal_open(wc_seal_file *file, const char *path, bool read_only)
{
    wc_slots slots;
    WC_TRY(wc_slots_open(&slots, &seal_kind, path, read_only));
    if (!read_only) WC_TRY(lock(&slots));
    wc_seal newest = {slots.counter, wc_load_u64(slots.value), {{0}}};
    memcpy(newest.record_hash.bytes, slots.value + 8, WC_HASH_SIZE);
    *file = (wc_seal_file){slots, newest, slots.has_damaged_slot};
    return WC_OK;
}

wc_status wc_seal_write(wc_seal_file *file, const wc_seal *seal)
{
    uint8_t value[VALUE_SIZE];
    wc_assert(seal->seq == file->newest.seq + 1);
    encode(value, seal);
    WC_TRY(wc_slots_write(&file->slots, value));
    file->newest = *seal;
    return WC_OK;
}

void wc_seal_close(wc_seal_file *file)
{
    wc_slots_close(&file->slots);
}

wc_status wc_seal_decide(wc_seal_step *step, const wc_seal *sealed, const wc_seal *database,
                         const wc_hash *previous)
{
    if (database->seq < sealed->seq) return WC_BEHIND_SEAL;
    if (database->seq - sealed->seq > 1) return WC_AHEAD_OF_SEAL;

    bool is_same_seq = database->seq == sealed->seq;
    const wc_hash *hash = is_same_seq ? &database->record_hash : previous;
    if (!wc_hash_equal(hash, &sealed->record_hash)) return WC_SEAL_DIFFERS;
    *step = is_same_seq ? WC_SEAL_KEEP : WC_SEAL_AGAIN;
    return WC_OK;
}
