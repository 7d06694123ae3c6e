/* The record: every change of the files and every sync, in the order in which they ended. A call is
 * made and noted under one lock, so that a sync stands behind exactly the writes that it covers.
 *
 *   C ID PATH   a new file        W ID OFFSET LEN, then LEN bytes      S ID    file synced
 *   T ID SIZE   cut or extended   A ID SIZE   extended when shorter    D PATH  folder synced
 *   R FROM TO   renamed           L FROM TO   second name              U PATH  name removed
 *   M PATH      new folder        V PATH      folder removed           (TO behind a tab)
 *
 * ID is the number of the inode; it may come back for another file after the last name is gone. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/crash/shim.h"

static int record = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

void shim_record_start(const char *path)
{
    record = shim_open_raw(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (record < 0) abort();
}

void shim_record_turn(void)
{
    if (record >= 0) (void)pthread_mutex_lock(&turn);
}

void shim_record_end(void)
{
    if (record >= 0) (void)pthread_mutex_unlock(&turn);
}

static void put(const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len > 0) {
        long written = syscall(SYS_write, record, at, len);
        if (written <= 0) abort(); /* a record with a hole proves nothing */
        at += written;
        len -= (size_t)written;
    }
}

void shim_note(const char *format, ...)
{
    char line[2048];
    va_list args;
    if (record < 0) return;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (len <= 0 || (size_t)len >= sizeof line) abort();
    put(line, (size_t)len);
}

void shim_note_write(int file, off_t offset, const void *bytes, size_t len)
{
    if (record < 0) return;
    shim_note("W %llu %lld %zu\n", shim_file_id(file), (long long)offset, len);
    put(bytes, len);
}

unsigned long long shim_file_id(int file)
{
    struct stat about;
    if (fstat(file, &about) != 0) return 0;
    return (unsigned long long)about.st_ino;
}
