/* SEAL file: encode, decide (both pure), and the file with its two slots. */
#define _POSIX_C_SOURCE 200809L

#include "node/store/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/crypto/crypto.h"
#include "node/store/folder.h"
#include "vm/base/buf.h"
#include "vm/base/codec.h"

#define MARK         "wattclause-seal1"
#define MARK_SIZE    16
#define CONTENT_SIZE 64 /* mark, seq, height, hash */
#define CHECKED_SIZE (CONTENT_SIZE + WC_HASH_SIZE)

_Static_assert(sizeof MARK - 1 == MARK_SIZE, "the mark fills its place");

void wc_seal_encode(uint8_t slot[WC_SEAL_SLOT_SIZE], const wc_seal *seal)
{
    wc_buf buf;
    memset(slot, 0, WC_SEAL_SLOT_SIZE);
    wc_buf_init(&buf, slot, CHECKED_SIZE);
    wc_buf_put(&buf, MARK, MARK_SIZE);
    wc_buf_put_u64(&buf, seal->seq);
    wc_buf_put_u64(&buf, seal->height);
    wc_buf_put(&buf, seal->record_hash.bytes, WC_HASH_SIZE);
    wc_assert(buf.len == CONTENT_SIZE);
    wc_hash check = wc_sha256_one(wc_slice_of(slot, CONTENT_SIZE));
    wc_buf_put(&buf, check.bytes, WC_HASH_SIZE);
    wc_assert(!buf.full);
}

wc_status wc_seal_decode(wc_seal *seal, const uint8_t slot[WC_SEAL_SLOT_SIZE])
{
    wc_seal result;
    wc_hash check = wc_sha256_one(wc_slice_of(slot, CONTENT_SIZE));
    if (memcmp(slot + CONTENT_SIZE, check.bytes, WC_HASH_SIZE) != 0) return WC_CORRUPT;
    if (memcmp(slot, MARK, MARK_SIZE) != 0) return WC_CORRUPT;
    for (size_t i = CHECKED_SIZE; i < WC_SEAL_SLOT_SIZE; i++) {
        if (slot[i] != 0) return WC_CORRUPT;
    }
    result.seq = wc_load_u64(slot + MARK_SIZE);
    result.height = wc_load_u64(slot + MARK_SIZE + 8);
    memcpy(result.record_hash.bytes, slot + MARK_SIZE + 16, WC_HASH_SIZE);
    *seal = result;
    return WC_OK;
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

WC_MUST_USE static wc_status write_slot(int descriptor, const wc_seal *seal, uint64_t slot_index)
{
    uint8_t slot[WC_SEAL_SLOT_SIZE];
    off_t offset = (off_t)(slot_index * WC_SEAL_SLOT_SIZE);
    wc_seal_encode(slot, seal);
    ssize_t written = pwrite(descriptor, slot, sizeof slot, offset);
    return written == (ssize_t)sizeof slot ? WC_OK : WC_IO;
}

WC_MUST_USE static wc_status write_new(int descriptor, const char *path, const wc_seal *first)
{
    WC_TRY(write_slot(descriptor, first, 0));
    WC_TRY(write_slot(descriptor, first, 1));
    if (fsync(descriptor) != 0) return WC_IO;
    return wc_folder_sync_parent(path);
}

wc_status wc_seal_create(wc_seal_file *file, const char *path, const wc_seal *first)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return errno == EEXIST ? WC_EXISTS : WC_IO;
    wc_status status = write_new(descriptor, path, first);
    if (status != WC_OK) {
        (void)close(descriptor);
        (void)unlink(path);
        return status;
    }
    *file = (wc_seal_file){descriptor, *first, false};
    return WC_OK;
}

/* Reads both slots; the newer one that verifies counts. A record always lies in the slot of its
 * number's parity, except the first, which fills both. */
WC_MUST_USE static wc_status read_slots(int descriptor, wc_seal_file *file)
{
    uint8_t bytes[WC_SEAL_FILE_SIZE];
    wc_seal seals[2];
    struct stat about;
    if (fstat(descriptor, &about) != 0) return WC_IO;
    if (!S_ISREG(about.st_mode) || about.st_size != WC_SEAL_FILE_SIZE) return WC_CORRUPT;
    ssize_t got = pread(descriptor, bytes, sizeof bytes, 0);
    if (got < 0) return WC_IO;
    if (got != (ssize_t)sizeof bytes) return WC_CORRUPT;

    bool is_good[2];
    for (size_t i = 0; i < 2; i++) {
        is_good[i] = wc_seal_decode(&seals[i], bytes + i * WC_SEAL_SLOT_SIZE) == WC_OK;
    }
    if (!is_good[0] && !is_good[1]) return WC_CORRUPT;
    bool is_second = is_good[1] && (!is_good[0] || seals[1].seq > seals[0].seq);
    *file = (wc_seal_file){descriptor, seals[is_second], !is_good[0] || !is_good[1]};
    return WC_OK;
}

wc_status wc_seal_open(wc_seal_file *file, const char *path, bool read_only)
{
    int flags = (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK;
    int descriptor = open(path, flags);
    if (descriptor < 0) return errno == ENOENT ? WC_NOT_FOUND : WC_IO;
    wc_status status = read_slots(descriptor, file);
    if (status != WC_OK) (void)close(descriptor);
    return status;
}

wc_status wc_seal_write(wc_seal_file *file, const wc_seal *seal)
{
    wc_assert(file->descriptor >= 0);
    wc_assert(seal->seq == file->newest.seq + 1);
    WC_TRY(write_slot(file->descriptor, seal, seal->seq % 2));
    if (fdatasync(file->descriptor) != 0) return WC_IO;
    file->newest = *seal;
    return WC_OK;
}

void wc_seal_close(wc_seal_file *file)
{
    if (file->descriptor >= 0) (void)close(file->descriptor);
    file->descriptor = -1;
}
