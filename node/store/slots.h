/* A small value on disk that a torn write cannot take away: two slots of 4 KiB, written in turn.
 *
 *   slot: mark 16 | counter u64 | value (fixed size) | SHA-256 over all before, 32 | zeros to 4096
 *
 * A write replaces the older slot only, so a power cut in the middle of it leaves the newer one
 * whole. The file never grows: its space is there before it is needed. The slot of counter n is n
 * % 2. */
#ifndef WC_NODE_STORE_SLOTS_H
#define WC_NODE_STORE_SLOTS_H

#include "vm/base/slice.h"
#include "vm/base/status.h"

#define WC_SLOT_SIZE       4096
#define WC_SLOTS_FILE_SIZE (2 * WC_SLOT_SIZE)
#define WC_SLOT_MARK_SIZE  16
#define WC_SLOT_VALUE_MAX  64

/* What kind of file it is: written into each slot and asked for on opening. */
typedef struct wc_slots_kind {
    const char *mark;  /* WC_SLOT_MARK_SIZE characters */
    size_t value_size; /* in [1, WC_SLOT_VALUE_MAX] */
} wc_slots_kind;

typedef struct wc_slots {
    const wc_slots_kind *kind;
    int descriptor; /* < 0: not open */
    uint64_t counter;
    uint8_t value[WC_SLOT_VALUE_MAX]; /* kind->value_size bytes */
    bool has_damaged_slot;            /* when opened, the other slot did not verify */
} wc_slots;

/* Creates path (mode 0600) with the value in both slots, synced with its folder: written aside
 * (path.new) and renamed, so that it is whole or absent. EXISTS; TOO_LARGE - the path; IO. */
WC_MUST_USE wc_status wc_slots_create(wc_slots *slots, const wc_slots_kind *kind, const char *path,
                                      uint64_t counter, const uint8_t *value);

/* Errors: NOT_FOUND; IO; CORRUPT - no slot verifies, or the file has another size. */
WC_MUST_USE wc_status wc_slots_open(wc_slots *slots, const wc_slots_kind *kind, const char *path,
                                    bool read_only);

/* Writes the value under counter + 1; on the medium when it returns. IO. */
WC_MUST_USE wc_status wc_slots_write(wc_slots *slots, const uint8_t *value);

void wc_slots_close(wc_slots *slots);

/* The bytes of a slot, and back: CORRUPT when they do not verify. Pure. */
void wc_slot_encode(uint8_t slot[WC_SLOT_SIZE], const wc_slots_kind *kind, uint64_t counter,
                    const uint8_t *value);
WC_MUST_USE wc_status wc_slot_decode(const wc_slots_kind *kind, uint64_t *counter, uint8_t *value,
                                     const uint8_t slot[WC_SLOT_SIZE]);

#endif
