/* Settings, counting, and which files are meant. */
#define _GNU_SOURCE

#include "tests/crash/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES_MAX 4096
#define PATH_SIZE 512

static const char *const class_names[] = {
#define SHIM_CLASS(name, text) #name,
#include "tests/crash/shim_classes.def"
#undef SHIM_CLASS
};

static struct {
    const char *under, *counts, *clock, *free_bytes;
    size_t under_len;
    int class, how;
    long long call;
} settings = {.class = -1};

static atomic_llong counted[SHIM_CLASS_COUNT];
static char paths[FILES_MAX][PATH_SIZE]; /* "" : not tracked */

/* ---- settings -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int how;
} hows[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC},    {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM},
            {"EACCES", EACCES}, {"short", SHIM_SHORT}, {"kill", SHIM_KILL}};

static void read_failure(const char *text)
{
    char class[16], how[16];
    if (sscanf(text, "%15[a-z]:%lld:%15[A-Za-z]", class, &settings.call, how) != 3) abort();
    for (int i = 0; i < SHIM_CLASS_COUNT; i++) {
        if (strcmp(class_names[i], class) == 0) settings.class = i;
    }
    for (size_t i = 0; i < sizeof hows / sizeof hows[0]; i++) {
        if (strcmp(hows[i].name, how) == 0) settings.how = hows[i].how;
    }
    if (settings.class < 0 || settings.how == 0) abort();
}

__attribute__((constructor)) static void start(void)
{
    const char *fail = getenv("WC_SHIM_FAIL"), *log = getenv("WC_SHIM_LOG");
    settings.counts = getenv("WC_SHIM_COUNTS");
    settings.clock = getenv("WC_SHIM_CLOCK");
    settings.free_bytes = getenv("WC_SHIM_FREE");
    settings.under = getenv("WC_SHIM_UNDER");
    settings.under_len = settings.under != NULL ? strlen(settings.under) : 0;
    if (log != NULL) shim_record_start(log);
    if (fail != NULL) read_failure(fail);
}

int shim_open_raw(const char *path, int flags, unsigned mode)
{
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

__attribute__((destructor)) static void tell(void)
{
    if (settings.counts == NULL) return;
    int file = shim_open_raw(settings.counts, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    for (int i = 0; file >= 0 && i < SHIM_CLASS_COUNT; i++) {
        char line[64];
        int len = snprintf(line, sizeof line, "%s %lld\n", class_names[i], (long long)counted[i]);
        (void)syscall(SYS_write, file, line, (size_t)len);
    }
    if (file >= 0) (void)syscall(SYS_close, file);
}

bool shim_read_number(const char *path, long long *number)
{
    char text[32];
    int file = path != NULL ? shim_open_raw(path, O_RDONLY, 0) : -1;
    if (file < 0) return false;
    long got = syscall(SYS_read, file, text, sizeof text - 1);
    (void)syscall(SYS_close, file);
    if (got <= 0) return false;
    text[got] = '\0';
    *number = strtoll(text, NULL, 10);
    return true;
}

/* ---- counting -------------------------------------------------------------------------------- */

static int count_one(shim_class class)
{
    long long number = atomic_fetch_add(&counted[class], 1) + 1;
    if (settings.class != (int)class) return 0;
    bool fails = class == SHIM_disk ? number >= settings.call : number == settings.call;
    return fails ? settings.how : 0;
}

int shim_count(shim_class class, bool needs_space)
{
    int how = count_one(class);
    int space = needs_space ? count_one(SHIM_disk) : 0;
    if (how == SHIM_KILL) (void)syscall(SYS_kill, (pid_t)syscall(SYS_getpid), SIGKILL);
    return how != 0 ? how : space;
}

bool shim_is_under(const char *path)
{
    return settings.under != NULL && strncmp(path, settings.under, settings.under_len) == 0;
}

bool shim_is_tracked(int file)
{
    return file >= 0 && file < FILES_MAX && paths[file][0] != '\0';
}

const char *shim_path_of(int file)
{
    return shim_is_tracked(file) ? paths[file] : "";
}

void shim_track(int file, const char *path)
{
    if (file < 0 || file >= FILES_MAX) return;
    (void)snprintf(paths[file], PATH_SIZE, "%s", path);
}

/* ---- what the machine says about itself ------------------------------------------------------ */

long long shim_clock_offset(void)
{
    long long seconds;
    return shim_read_number(settings.clock, &seconds) ? seconds : 0;
}

bool shim_free_bytes(unsigned long long *bytes)
{
    long long number;
    if (!shim_read_number(settings.free_bytes, &number)) return false;
    *bytes = (unsigned long long)number;
    return true;
}
