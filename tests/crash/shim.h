/* A library that is loaded in front of the C library (LD_PRELOAD) and stands between a program and
 * the files below one folder. It records, it fails, or both; without settings it does neither.
 *
 *   WC_SHIM_UNDER   the folder, absolute; calls on other files pass untouched and uncounted
 *   WC_SHIM_LOG     records every change and every sync of these files (shim_record.c)
 *   WC_SHIM_FAIL    CLASS:K:HOW - the K-th call of the class fails once; see shim_classes.def.
 *                   CLASS `disk`: from the K-th call that needs space on, all of them: a full disk.
 *                   CLASS `alloc`: the K-th allocation of the program itself (shim_alloc.c)
 *   WC_SHIM_COUNTS  file that gets, when the program ends, how often each class was called
 *   WC_SHIM_CLOCK   file that holds a number of seconds by which CLOCK_REALTIME is wrong
 *   WC_SHIM_FREE    file that holds the bytes that statvfs finds free
 *
 * HOW is an errno name, `short`: half of the bytes are written or read, and that is answered; or
 * `kill`: the program ends there as by kill -9, and the call is not made. */
#ifndef WC_TESTS_CRASH_SHIM_H
#define WC_TESTS_CRASH_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef enum shim_class {
#define SHIM_CLASS(name, text) SHIM_##name,
#include "tests/crash/shim_classes.def"
#undef SHIM_CLASS
    SHIM_CLASS_COUNT
} shim_class;

#define SHIM_SHORT (-1) /* instead of an errno */
#define SHIM_KILL  (-2)

/* Counts a call; 0: it goes on; else the errno with which it fails, or SHIM_SHORT. needs_space:
 * counts for `disk`, too. */
int shim_count(shim_class class, bool needs_space);

/* The calls of the C library itself, so that a wrapper does not count its own work. */
int shim_open_raw(const char *path, int flags, unsigned mode);
bool shim_read_number(const char *path, long long *number);

/* ---- which files --------------------------------------------------------------------------------
 */
bool shim_is_under(const char *path);
bool shim_is_tracked(int file);
const char *shim_path_of(int file);          /* "" when it is not tracked */
void shim_track(int file, const char *path); /* "": no longer */

/* ---- what the machine says about itself ------------------------------------------------------ */
long long shim_clock_offset(void);               /* seconds */
bool shim_free_bytes(unsigned long long *bytes); /* false: as it is */

/* ---- recording (shim_record.c); one call at a time, between turn and end ------------------------
 */
void shim_record_start(const char *path);
void shim_record_turn(void);
void shim_record_end(void);
void shim_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void shim_note_write(int file, off_t offset, const void *bytes, size_t len);
unsigned long long shim_file_id(int file); /* inode number */

#endif
