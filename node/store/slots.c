/* Two-slot file: encoding, and the file calls around it. */
#define _POSIX_C_SOURCE 200809L

#include "node/store/slots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/crypto/crypto.h"
#include "node/store/folder.h"
#include "vm/base/codec.h"

#define VALUE_AT (WC_SLOT_MARK_SIZE + 8)

void wc_slot_encode(uint8_t slot[WC_SLOT_SIZE], const wc_slots_kind *kind, uint64_t counter,
                    const uint8_t *value)
{
    size_t checked = VALUE_AT + kind->value_size;
    wc_assert(kind->value_size >= 1 && kind->value_size <= WC_SLOT_VALUE_MAX);
    memset(slot, 0, WC_SLOT_SIZE);
    memcpy(slot, kind->mark, WC_SLOT_MARK_SIZE);
    wc_store_u64(slot + WC_SLOT_MARK_SIZE, counter);
    memcpy(slot + VALUE_AT, value, kind->value_size);
    wc_hash check = wc_sha256_one(wc_slice_of(slot, checked));
    memcpy(slot + checked, check.bytes, WC_HASH_SIZE);
}

wc_status wc_slot_decode(const wc_slots_kind *kind, uint64_t *counter, uint8_t *value,
                         const uint8_t slot[WC_SLOT_SIZE])
{
    uint8_t expected[WC_SLOT_SIZE];
    uint64_t found = wc_load_u64(slot + WC_SLOT_MARK_SIZE);
    /* One encoding per value: what decodes is what encoding gives, mark, checksum and zeros alike.
     */
    wc_slot_encode(expected, kind, found, slot + VALUE_AT);
    if (memcmp(slot, expected, WC_SLOT_SIZE) != 0) return WC_CORRUPT;
    *counter = found;
    memcpy(value, slot + VALUE_AT, kind->value_size);
    return WC_OK;
}

WC_MUST_USE static wc_status write_slot(const wc_slots *slots, uint64_t index, uint64_t counter,
                                        const uint8_t *value)
{
    uint8_t slot[WC_SLOT_SIZE];
    wc_slot_encode(slot, slots->kind, counter, value);
    ssize_t written = pwrite(slots->descriptor, slot, sizeof slot, (off_t)(index * WC_SLOT_SIZE));
    return written == (ssize_t)sizeof slot ? WC_OK : WC_IO;
}

/* Under its own name only when it is whole: who is killed here leaves no file that does not open.
 */
WC_MUST_USE static wc_status write_new(const wc_slots *slots, const char *aside, const char *path)
{
    WC_TRY(write_slot(slots, 0, slots->counter, slots->value));
    WC_TRY(write_slot(slots, 1, slots->counter, slots->value));
    if (fsync(slots->descriptor) != 0 || rename(aside, path) != 0) return WC_IO;
    return wc_folder_sync_parent(path);
}

wc_status wc_slots_create(wc_slots *slots, const wc_slots_kind *kind, const char *path,
                          uint64_t counter, const uint8_t *value)
{
    wc_slots made = {kind, -1, counter, {0}, false};
    memcpy(made.value, value, kind->value_size);
    char aside[WC_FOLDER_PATH_MAX + 3 * WC_FOLDER_NAME_MAX];
    struct stat about;
    int len = snprintf(aside, sizeof aside, "%s.new", path);
    if (len < 0 || (size_t)len >= sizeof aside) return WC_TOO_LARGE;
    if (lstat(path, &about) == 0) return WC_EXISTS;
    made.descriptor = open(aside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (made.descriptor < 0) return WC_IO;
    wc_status status = write_new(&made, aside, path);
    if (status != WC_OK) {
        (void)close(made.descriptor);
        (void)unlink(aside);
        return status;
    }
    *slots = made;
    return WC_OK;
}

/* Reads both slots; of those that verify the one with the higher counter counts. */
WC_MUST_USE static wc_status read_slots(wc_slots *slots)
{
    uint8_t bytes[WC_SLOTS_FILE_SIZE];
    uint8_t values[2][WC_SLOT_VALUE_MAX] = {{0}, {0}};
    uint64_t counters[2] = {0, 0};
    bool is_good[2];
    struct stat about;
    if (fstat(slots->descriptor, &about) != 0) return WC_IO;
    if (!S_ISREG(about.st_mode) || about.st_size != WC_SLOTS_FILE_SIZE) return WC_CORRUPT;
    int64_t got = wc_folder_read(slots->descriptor, bytes, sizeof bytes, 0);
    if (got < 0) return WC_IO;
    if (got != (int64_t)sizeof bytes) return WC_CORRUPT;

    for (size_t i = 0; i < 2; i++) {
        is_good[i] =
            wc_slot_decode(slots->kind, &counters[i], values[i], bytes + i * WC_SLOT_SIZE) == WC_OK;
    }
    if (!is_good[0] && !is_good[1]) return WC_CORRUPT;
    size_t newest = is_good[1] && (!is_good[0] || counters[1] > counters[0]) ? 1 : 0;
    slots->counter = counters[newest];
    slots->has_damaged_slot = !is_good[0] || !is_good[1];
    memcpy(slots->value, values[newest], sizeof slots->value);
    return WC_OK;
}

wc_status wc_slots_open(wc_slots *slots, const wc_slots_kind *kind, const char *path,
                        bool read_only)
{
    wc_slots opened = {kind, -1, 0, {0}, false};
    opened.descriptor = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK);
    if (opened.descriptor < 0) return errno == ENOENT ? WC_NOT_FOUND : WC_IO;
    wc_status status = read_slots(&opened);
    if (status != WC_OK) {
        (void)close(opened.descriptor);
        return status;
    }
    *slots = opened;
    return WC_OK;
}

wc_status wc_slots_write(wc_slots *slots, const uint8_t *value)
{
    wc_assert(slots->descriptor >= 0 && slots->counter < UINT64_MAX);
    uint64_t counter = slots->counter + 1;
    WC_TRY(write_slot(slots, counter % 2, counter, value));
    if (fdatasync(slots->descriptor) != 0) return WC_IO;
    slots->counter = counter;
    memcpy(slots->value, value, slots->kind->value_size);
    return WC_OK;
}

void wc_slots_close(wc_slots *slots)
{
    if (slots->descriptor >= 0) (void)close(slots->descriptor);
    slots->descriptor = -1;
}
