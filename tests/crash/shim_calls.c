/* The calls that stand in front of the C library's: each counts, fails when it is its turn, and is
 * recorded when it changes or syncs a file. Signatures are the C library's own. */
#define _GNU_SOURCE

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "tests/crash/shim.h"

/* The function of the C library behind the one that is being defined. */
#define REAL(result, name, ...)                                                                    \
    static result (*real)(__VA_ARGS__);                                                            \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name)

/* Where there is no half, `short` is an error of the device. */
static int fail(int how)
{
    errno = how == SHIM_SHORT ? EIO : how;
    return -1;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static int open_tracked(const char *path, int flags, unsigned mode)
{
    REAL(int, open, const char *, int, ...);
    struct stat about;
    if (!shim_is_under(path)) return real(path, flags, mode);
    bool is_new = (flags & O_CREAT) != 0 && stat(path, &about) != 0;
    int how = shim_count(SHIM_open, is_new);
    if (how != 0) return fail(how);
    shim_record_turn();
    int file = real(path, flags, mode);
    shim_track(file, path);
    if (file >= 0 && is_new) shim_note("C %llu %s\n", shim_file_id(file), path);
    if (file >= 0 && !is_new && (flags & O_TRUNC) != 0) {
        shim_note("T %llu 0\n", shim_file_id(file));
    }
    shim_record_end();
    return file;
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    unsigned mode = (flags & O_CREAT) != 0 ? va_arg(args, unsigned) : 0;
    va_end(args);
    return open_tracked(path, flags, mode);
}

int __open_2(const char *path, int flags); /* what a checked build calls */

int __open_2(const char *path, int flags)
{
    return open_tracked(path, flags, 0);
}

/* What goes through a stream is counted when it is opened and not recorded: RocksDB's LOG, which
 * nothing reads. */
FILE *fopen(const char *path, const char *mode)
{
    REAL(FILE *, fopen, const char *, const char *);
    int how = shim_is_under(path) ? shim_count(SHIM_open, false) : 0;
    if (how == 0) return real(path, mode);
    (void)fail(how);
    return NULL;
}

DIR *opendir(const char *path)
{
    REAL(DIR *, opendir, const char *);
    int how = shim_is_under(path) ? shim_count(SHIM_open, false) : 0;
    if (how == 0) return real(path);
    (void)fail(how);
    return NULL;
}

int close(int file)
{
    REAL(int, close, int);
    if (!shim_is_tracked(file)) return real(file);
    int how = shim_count(SHIM_close, false);
    shim_record_turn();
    shim_track(file, "");
    int result = real(file);
    shim_record_end();
    return how != 0 ? fail(how) : result;
}

/* ---- writing --------------------------------------------------------------------------------- */

ssize_t write(int file, const void *bytes, size_t len)
{
    REAL(ssize_t, write, int, const void *, size_t);
    struct stat about;
    if (!shim_is_tracked(file)) return real(file, bytes, len);
    int how = shim_count(SHIM_write, true);
    if (how > 0) return fail(how);
    shim_record_turn();
    bool appends = (fcntl(file, F_GETFL) & O_APPEND) != 0 && fstat(file, &about) == 0;
    off_t at = appends ? about.st_size : lseek(file, 0, SEEK_CUR);
    ssize_t written = real(file, bytes, how == SHIM_SHORT ? len / 2 : len);
    if (written > 0) shim_note_write(file, at, bytes, (size_t)written);
    shim_record_end();
    return written;
}

ssize_t pwrite(int file, const void *bytes, size_t len, off_t at)
{
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    if (!shim_is_tracked(file)) return real(file, bytes, len, at);
    int how = shim_count(SHIM_write, true);
    if (how > 0) return fail(how);
    shim_record_turn();
    ssize_t written = real(file, bytes, how == SHIM_SHORT ? len / 2 : len, at);
    if (written > 0) shim_note_write(file, at, bytes, (size_t)written);
    shim_record_end();
    return written;
}

/* Part by part, so that there is one way of recording. */
ssize_t writev(int file, const struct iovec *parts, int count)
{
    REAL(ssize_t, writev, int, const struct iovec *, int);
    if (!shim_is_tracked(file)) return real(file, parts, count);
    ssize_t total = 0;
    for (int i = 0; i < count; i++) {
        ssize_t written = write(file, parts[i].iov_base, parts[i].iov_len);
        if (written < 0) return total > 0 ? total : -1;
        total += written;
        if ((size_t)written < parts[i].iov_len) return total;
    }
    return total;
}

int ftruncate(int file, off_t size)
{
    REAL(int, ftruncate, int, off_t);
    if (!shim_is_tracked(file)) return real(file, size);
    int how = shim_count(SHIM_truncate, size > 0);
    if (how != 0) return fail(how);
    shim_record_turn();
    int result = real(file, size);
    if (result == 0) shim_note("T %llu %lld\n", shim_file_id(file), (long long)size);
    shim_record_end();
    return result;
}

/* Space that is kept beyond the end changes nothing that can be read. */
int fallocate(int file, int mode, off_t at, off_t len)
{
    REAL(int, fallocate, int, int, off_t, off_t);
    if (!shim_is_tracked(file)) return real(file, mode, at, len);
    int how = shim_count(SHIM_truncate, true);
    if (how != 0) return fail(how);
    shim_record_turn();
    int result = real(file, mode, at, len);
    if (result == 0 && (mode & FALLOC_FL_KEEP_SIZE) == 0) {
        shim_note("A %llu %lld\n", shim_file_id(file), (long long)(at + len));
    }
    shim_record_end();
    return result;
}

int posix_fallocate(int file, off_t at, off_t len)
{
    if (fallocate(file, 0, at, len) == 0) return 0;
    return errno;
}

/* ---- syncing --------------------------------------------------------------------------------- */

static void note_sync(int file)
{
    struct stat about;
    if (fstat(file, &about) != 0) return;
    if (S_ISDIR(about.st_mode)) {
        shim_note("D %s\n", shim_path_of(file));
    } else {
        shim_note("S %llu\n", shim_file_id(file));
    }
}

int fsync(int file)
{
    REAL(int, fsync, int);
    if (!shim_is_tracked(file)) return real(file);
    int how = shim_count(SHIM_sync, false);
    if (how != 0) return fail(how);
    shim_record_turn();
    int result = real(file);
    if (result == 0) note_sync(file);
    shim_record_end();
    return result;
}

int fdatasync(int file)
{
    REAL(int, fdatasync, int);
    if (!shim_is_tracked(file)) return real(file);
    int how = shim_count(SHIM_sync, false);
    if (how != 0) return fail(how);
    shim_record_turn();
    int result = real(file);
    if (result == 0) note_sync(file);
    shim_record_end();
    return result;
}

/* Promises nothing after a power cut: counted, not recorded. */
int sync_file_range(int file, off_t at, off_t len, unsigned flags)
{
    REAL(int, sync_file_range, int, off_t, off_t, unsigned);
    int how = shim_is_tracked(file) ? shim_count(SHIM_sync, false) : 0;
    return how != 0 ? fail(how) : real(file, at, len, flags);
}

int msync(void *at, size_t len, int flags)
{
    REAL(int, msync, void *, size_t, int);
    int how = shim_count(SHIM_sync, false);
    return how != 0 ? fail(how) : real(at, len, flags);
}

/* ---- names ----------------------------------------------------------------------------------- */

int rename(const char *from, const char *to)
{
    REAL(int, rename, const char *, const char *);
    if (!shim_is_under(from)) return real(from, to);
    int how = shim_count(SHIM_rename, true);
    if (how != 0) return fail(how);
    shim_record_turn();
    int result = real(from, to);
    if (result == 0) shim_note("R %s\t%s\n", from, to);
    shim_record_end();
    return result;
}

int link(const char *from, const char *to)
{
    REAL(int, link, const char *, const char *);
    if (!shim_is_under(from)) return real(from, to);
    int how = shim_count(SHIM_rename, true);
    if (how != 0) return fail(how);
    shim_record_turn();
    int result = real(from, to);
    if (result == 0) shim_note("L %s\t%s\n", from, to);
    shim_record_end();
    return result;
}

int unlink(const char *path)
{
    REAL(int, unlink, const char *);
    if (!shim_is_under(path)) return real(path);
    int how = shim_count(SHIM_unlink, false);
    if (how != 0) return fail(how);
    shim_record_turn();
    int result = real(path);
    if (result == 0) shim_note("U %s\n", path);
    shim_record_end();
    return result;
}

int rmdir(const char *path)
{
    REAL(int, rmdir, const char *);
    if (!shim_is_under(path)) return real(path);
    int how = shim_count(SHIM_unlink, false);
    if (how != 0) return fail(how);
    shim_record_turn();
    int result = real(path);
    if (result == 0) shim_note("V %s\n", path);
    shim_record_end();
    return result;
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, mkdir, const char *, mode_t);
    if (!shim_is_under(path)) return real(path, mode);
    int how = shim_count(SHIM_mkdir, true);
    if (how != 0) return fail(how);
    shim_record_turn();
    int result = real(path, mode);
    if (result == 0) shim_note("M %s\n", path);
    shim_record_end();
    return result;
}

/* ---- reading and mapping --------------------------------------------------------------------- */

ssize_t read(int file, void *bytes, size_t len)
{
    REAL(ssize_t, read, int, void *, size_t);
    int how = shim_is_tracked(file) ? shim_count(SHIM_read, false) : 0;
    if (how > 0) return fail(how);
    return real(file, bytes, how == SHIM_SHORT && len > 1 ? len / 2 : len);
}

ssize_t pread(int file, void *bytes, size_t len, off_t at)
{
    REAL(ssize_t, pread, int, void *, size_t, off_t);
    int how = shim_is_tracked(file) ? shim_count(SHIM_read, false) : 0;
    if (how > 0) return fail(how);
    return real(file, bytes, how == SHIM_SHORT && len > 1 ? len / 2 : len, at);
}

void *mmap(void *at, size_t len, int protection, int flags, int file, off_t offset)
{
    REAL(void *, mmap, void *, size_t, int, int, int, off_t);
    int how = shim_count(SHIM_mmap, false);
    if (how == 0) return real(at, len, protection, flags, file, offset);
    (void)fail(how);
    return MAP_FAILED;
}

/* ---- the machine ----------------------------------------------------------------------------- */

int clock_gettime(clockid_t id, struct timespec *now)
{
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    int result = real(id, now);
    if (result == 0 && id == CLOCK_REALTIME) now->tv_sec += (time_t)shim_clock_offset();
    return result;
}

time_t time(time_t *now)
{
    struct timespec exact;
    if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
    if (now != NULL) *now = exact.tv_sec;
    return exact.tv_sec;
}

int statvfs(const char *path, struct statvfs *about)
{
    REAL(int, statvfs, const char *, struct statvfs *);
    unsigned long long bytes;
    int result = real(path, about);
    if (result == 0 && shim_free_bytes(&bytes)) about->f_bavail = bytes / about->f_frsize;
    return result;
}
