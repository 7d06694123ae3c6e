/* Guard: reads CURRENT and the MANIFEST as bytes; of their form it knows only that the MANIFEST is
 * made of the same pieces as a log. */
#define _POSIX_C_SOURCE 200809L

#include "node/store/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/store/folder.h"
#include "node/store/wal.h"
#include "vm/base/codec.h"

#define GUARD_NAME    "db.guard"
#define VALUE_SIZE    (8 + 8 + WC_HASH_SIZE)
#define CURRENT_START "MANIFEST-"
#define CURRENT_MAX   64
#define READ_SIZE     4096

static const wc_slots_kind guard_kind = {"wattclause-guard", VALUE_SIZE};

typedef struct wc_guard_value {
    uint64_t number;
    uint64_t length;
    wc_hash hash;
} wc_guard_value;

static wc_guard_value value_of(const wc_slots *slots)
{
    wc_guard_value value = {wc_load_u64(slots->value), wc_load_u64(slots->value + 8), {{0}}};
    memcpy(value.hash.bytes, slots->value + 16, WC_HASH_SIZE);
    return value;
}

static wc_status corrupt(wc_store_problem *problem, const char *folder, const char *name,
                         const char *reason)
{
    wc_store_say(problem, folder, name, ": ", reason);
    return WC_CORRUPT;
}

/* Reads "MANIFEST-<digits>\n" and nothing else. */
WC_MUST_USE static wc_status read_current(wc_path_text *manifest, uint64_t *number,
                                          const char *folder)
{
    char text[CURRENT_MAX];
    wc_path_text path = wc_folder_path(folder, "db/CURRENT");
    int file = open(path.text, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return errno == ENOENT ? WC_CORRUPT : WC_IO;
    int64_t len = wc_folder_read(file, text, sizeof text, 0);
    (void)close(file);
    if (len < 0) return WC_IO;

    size_t start = sizeof CURRENT_START - 1;
    if ((size_t)len < start + 2 || memcmp(text, CURRENT_START, start) != 0) return WC_CORRUPT;
    if (text[len - 1] != '\n' || (size_t)len - start - 1 > 18) return WC_CORRUPT;
    *number = 0;
    for (size_t i = start; i < (size_t)len - 1; i++) {
        if (text[i] < '0' || text[i] > '9') return WC_CORRUPT;
        *number = *number * 10 + (uint64_t)(text[i] - '0');
    }
    wc_path_text database = wc_folder_path(folder, "db");
    text[len - 1] = '\0';
    *manifest = wc_folder_path(database.text, text);
    return WC_OK;
}

/* Hashes file from offset `from` up to at most `end`; *from is where it stopped. */
WC_MUST_USE static wc_status hash_bytes(wc_sha256_state *state, uint64_t *from, int file,
                                        uint64_t end)
{
    uint8_t bytes[READ_SIZE];
    while (*from < end) { /* ends: each turn reads at least a byte or leaves */
        size_t want = end - *from < sizeof bytes ? (size_t)(end - *from) : sizeof bytes;
        ssize_t got = pread(file, bytes, want, (off_t)*from);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return WC_IO;
        if (got == 0) return WC_OK;
        wc_sha256_update(state, wc_slice_of(bytes, (size_t)got));
        *from += (uint64_t)got;
    }
    return WC_OK;
}

/* The witnessed start of the MANIFEST is as it was. */
WC_MUST_USE static wc_status check_start(wc_store_problem *problem, const char *folder,
                                         const char *manifest, const wc_guard_value *value)
{
    wc_sha256_state state;
    uint64_t length = 0;
    int file = open(manifest, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return corrupt(problem, folder, "/db", "the MANIFEST that CURRENT names is missing");
    wc_sha256_begin(&state);
    wc_status status = hash_bytes(&state, &length, file, value->length);
    (void)close(file);
    wc_hash hash = wc_sha256_end(&state);
    if (status != WC_OK) {
        wc_store_say(problem, manifest, ": cannot be read", NULL, NULL);
        return status;
    }
    if (length == value->length && wc_hash_equal(&hash, &value->hash)) return WC_OK;
    return corrupt(problem, manifest, "", "differs from what " GUARD_NAME " witnessed");
}

/* A MANIFEST newer than the witness was made by an opening that was cut short. RocksDB writes and
 * syncs a new one whole before CURRENT names it, so all of it must read. */
WC_MUST_USE static wc_status check_whole(wc_store_problem *problem, const char *folder,
                                         const char *manifest)
{
    wc_wal_end end;
    wc_status status = wc_wal_scan(&end, manifest);
    if (status == WC_NOT_FOUND) {
        return corrupt(problem, folder, "/db", "the MANIFEST that CURRENT names is missing");
    }
    if (status == WC_OK && end.clean_bytes == end.total_bytes) return WC_OK;
    return corrupt(problem, manifest, "", "a record does not hold its checksum");
}

wc_status wc_guard_check(wc_store_problem *problem, const char *folder)
{
    wc_slots slots;
    wc_path_text manifest;
    uint64_t number = 0;
    wc_path_text path = wc_folder_path(folder, GUARD_NAME);
    wc_status status = wc_slots_open(&slots, &guard_kind, path.text, true);
    if (status == WC_NOT_FOUND) return corrupt(problem, path.text, "", "is missing");
    if (status != WC_OK) {
        wc_store_say(problem, path.text, ": ", wc_status_text(status), NULL);
        return status;
    }
    wc_guard_value value = value_of(&slots);
    wc_slots_close(&slots);

    status = read_current(&manifest, &number, folder);
    if (status != WC_OK) {
        wc_store_say(problem, folder, "/db/CURRENT: does not name a MANIFEST", NULL, NULL);
        return status;
    }
    if (number < value.number) {
        return corrupt(problem, folder, "/db/CURRENT", "names an older MANIFEST than " GUARD_NAME);
    }
    if (number > value.number) return check_whole(problem, folder, manifest.text);
    return check_start(problem, folder, manifest.text, &value);
}

/* Opens the MANIFEST that is in force and starts hashing it anew. */
WC_MUST_USE static wc_status open_manifest(wc_guard *guard, const char *folder)
{
    wc_path_text manifest;
    WC_TRY(read_current(&manifest, &guard->number, folder));
    if (guard->manifest >= 0) (void)close(guard->manifest);
    guard->manifest = open(manifest.text, O_RDONLY | O_CLOEXEC);
    if (guard->manifest < 0) return WC_IO;
    guard->length = 0;
    wc_sha256_begin(&guard->state);
    return WC_OK;
}

/* Hashes what is new and encodes the value. The bytes are synced before they are witnessed: a
 * witness of bytes that a power cut takes away would refuse a healthy database. */
WC_MUST_USE static wc_status measure(wc_guard *guard, uint8_t value[VALUE_SIZE])
{
    WC_TRY(hash_bytes(&guard->state, &guard->length, guard->manifest, UINT64_MAX));
    if (fdatasync(guard->manifest) != 0) return WC_IO;
    wc_sha256_state state = guard->state;
    wc_hash hash = wc_sha256_end(&state);
    wc_store_u64(value, guard->number);
    wc_store_u64(value + 8, guard->length);
    memcpy(value + 16, hash.bytes, WC_HASH_SIZE);
    return WC_OK;
}

/* Both slots witness the new MANIFEST: damage to one must not lead back to the old one. */
WC_MUST_USE static wc_status witness_new(wc_guard *guard, const char *path, bool is_new)
{
    uint8_t value[VALUE_SIZE];
    WC_TRY(measure(guard, value));
    if (is_new) return wc_slots_create(&guard->slots, &guard_kind, path, 0, value);
    WC_TRY(wc_slots_open(&guard->slots, &guard_kind, path, false));
    WC_TRY(wc_slots_write(&guard->slots, value));
    return wc_slots_write(&guard->slots, value);
}

wc_status wc_guard_start(wc_guard *guard, wc_store_problem *problem, const char *folder,
                         bool is_new)
{
    wc_path_text path = wc_folder_path(folder, GUARD_NAME);
    guard->slots.descriptor = -1;
    guard->manifest = -1;
    wc_status status = open_manifest(guard, folder);
    if (status == WC_OK) status = witness_new(guard, path.text, is_new);
    if (status != WC_OK) {
        wc_store_say(problem, path.text, ": cannot witness the MANIFEST: ", wc_status_text(status),
                     NULL);
        wc_guard_stop(guard);
    }
    return status;
}

wc_status wc_guard_follow(wc_guard *guard, const char *folder)
{
    struct stat about;
    uint8_t value[VALUE_SIZE];
    if (fstat(guard->manifest, &about) != 0) return WC_IO;
    if (about.st_nlink == 0) { /* grown past its maximum and replaced by a new one */
        WC_TRY(open_manifest(guard, folder));
    } else if ((uint64_t)about.st_size == guard->length) {
        return WC_OK;
    }
    WC_TRY(measure(guard, value));
    return wc_slots_write(&guard->slots, value);
}

void wc_guard_stop(wc_guard *guard)
{
    wc_slots_close(&guard->slots);
    if (guard->manifest >= 0) (void)close(guard->manifest);
    guard->manifest = -1;
}
