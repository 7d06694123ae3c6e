/* Folder recognition, lock, names. Looks at names and small files only; never at RocksDB's
 * contents. */
#define _DEFAULT_SOURCE /* flock */

#include "node/store/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MARK_NAME  "WATTCLAUSE"
#define MARK_START "wattclause folder "
#define MARK_TEXT  MARK_START "1\n"
#define LOCK_NAME  "node.lock"
#define DIGITS     "0123456789"

void wc_store_say(wc_store_problem *problem, const char *a, const char *b, const char *c,
                  const char *d)
{
    const char *parts[4] = {a, b, c, d};
    size_t len = 0;
    for (size_t i = 0; i < 4 && parts[i] != NULL; i++) {
        size_t room = sizeof problem->text - 1 - len;
        size_t part = strlen(parts[i]);
        if (part > room) part = room;
        memcpy(problem->text + len, parts[i], part);
        len += part;
    }
    problem->text[len] = '\0';
}

wc_path_text wc_folder_path(const char *folder, const char *name)
{
    wc_path_text path;
    int len = snprintf(path.text, sizeof path.text, "%s/%s", folder, name);
    wc_assert(len > 0 && (size_t)len < sizeof path.text);
    return path;
}

/* Reports the failed call's errno about a path. */
static wc_status failed(wc_store_problem *problem, const char *path)
{
    wc_store_say(problem, path, ": ", strerror(errno), NULL);
    return WC_IO;
}

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Cut when it is longer; only for messages. */
static void copy_name(char name[WC_FOLDER_NAME_MAX], const char *from)
{
    size_t len = strlen(from);
    if (len > WC_FOLDER_NAME_MAX - 1) len = WC_FOLDER_NAME_MAX - 1;
    memcpy(name, from, len);
    name[len] = '\0';
}

int64_t wc_folder_read(int file, void *bytes, size_t size, uint64_t from)
{
    size_t len = 0;
    while (len < size) { /* ends: each turn reads at least a byte or leaves */
        ssize_t got = pread(file, (uint8_t *)bytes + len, size - len, (off_t)(from + len));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        len += (size_t)got;
    }
    return (int64_t)len;
}

/* The first name in a directory that accept refuses; name is "" when there is none. */
WC_MUST_USE static wc_status find_name(char name[WC_FOLDER_NAME_MAX], const char *path,
                                       bool (*accept)(const char *name))
{
    DIR *directory = opendir(path);
    if (directory == NULL) return WC_IO;
    const struct dirent *entry = NULL;
    errno = 0;
    while ((entry = readdir(directory)) != NULL) {
        if (!is_dot(entry->d_name) && !accept(entry->d_name)) break;
    }
    wc_status status = errno == 0 ? WC_OK : WC_IO;
    copy_name(name, entry == NULL ? "" : entry->d_name);
    (void)closedir(directory);
    return status;
}

static bool accept_none(const char *name)
{
    (void)name;
    return false;
}

/* WC_OK: the mark is there and of this version. NOT_FOUND: there is none. */
WC_MUST_USE static wc_status read_mark(wc_store_problem *problem, const char *folder)
{
    char text[sizeof MARK_TEXT + 8];
    wc_path_text path = wc_folder_path(folder, MARK_NAME);
    int file = open(path.text, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return errno == ENOENT ? WC_NOT_FOUND : failed(problem, path.text);
    int64_t len = wc_folder_read(file, text, sizeof text, 0);
    int error = errno;
    (void)close(file);
    errno = error;
    if (len < 0) return failed(problem, path.text);

    if (len == sizeof MARK_TEXT - 1 && memcmp(text, MARK_TEXT, (size_t)len) == 0) return WC_OK;
    size_t start = sizeof MARK_START - 1;
    if ((size_t)len > start && memcmp(text, MARK_START, start) == 0) {
        wc_store_say(problem, path.text, ": another version of the folder's format", NULL, NULL);
        return WC_BAD_VERSION;
    }
    wc_store_say(problem, path.text, ": does not say \"", MARK_START, "1\"");
    return WC_FOREIGN_FOLDER;
}

wc_status wc_folder_look(wc_folder_kind *kind, wc_store_problem *problem, const char *folder)
{
    struct stat about;
    char name[WC_FOLDER_NAME_MAX];
    if (strlen(folder) > WC_FOLDER_PATH_MAX) {
        wc_store_say(problem, "the path of the folder is too long", NULL, NULL, NULL);
        return WC_TOO_LARGE;
    }
    if (stat(folder, &about) != 0) {
        if (errno != ENOENT) return failed(problem, folder);
        *kind = WC_FOLDER_ABSENT;
        return WC_OK;
    }
    if (!S_ISDIR(about.st_mode)) {
        wc_store_say(problem, folder, ": not a folder", NULL, NULL);
        return WC_FOREIGN_FOLDER;
    }
    wc_status status = read_mark(problem, folder);
    if (status == WC_NOT_FOUND) {
        if (find_name(name, folder, accept_none) != WC_OK) return failed(problem, folder);
        if (name[0] == '\0') {
            *kind = WC_FOLDER_EMPTY;
            return WC_OK;
        }
        wc_store_say(problem, folder, ": holds something else: ", name, NULL);
        return WC_FOREIGN_FOLDER;
    }
    WC_TRY(status);
    wc_path_text current = wc_folder_path(folder, "db/CURRENT");
    bool has_database = stat(current.text, &about) == 0;
    if (!has_database && errno != ENOENT) return failed(problem, current.text);
    *kind = has_database ? WC_FOLDER_DATABASE : WC_FOLDER_MARKED;
    return WC_OK;
}

wc_status wc_folder_sync_parent(const char *path)
{
    char parent[WC_FOLDER_PATH_MAX + 2 * WC_FOLDER_NAME_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 1 : (size_t)(slash - path) + 1;
    if (len >= sizeof parent) return WC_TOO_LARGE;
    memcpy(parent, slash == NULL ? "." : path, len);
    parent[len] = '\0';

    int directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return WC_IO;
    int result = fsync(directory);
    (void)close(directory);
    return result == 0 ? WC_OK : WC_IO;
}

/* The mark appears whole or not at all: written aside, synced, renamed. */
WC_MUST_USE static wc_status write_mark(wc_store_problem *problem, const char *folder)
{
    wc_path_text aside = wc_folder_path(folder, MARK_NAME ".new");
    wc_path_text path = wc_folder_path(folder, MARK_NAME);
    int file = open(aside.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return failed(problem, aside.text);
    bool is_written =
        write(file, MARK_TEXT, sizeof MARK_TEXT - 1) == sizeof MARK_TEXT - 1 && fsync(file) == 0;
    int error = errno;
    (void)close(file);
    errno = error;
    if (!is_written || rename(aside.text, path.text) != 0) return failed(problem, path.text);
    if (wc_folder_sync_parent(path.text) != WC_OK) return failed(problem, path.text);
    return WC_OK;
}

wc_status wc_folder_mark(wc_store_problem *problem, const char *folder)
{
    wc_folder_kind kind;
    WC_TRY(wc_folder_look(&kind, problem, folder));
    if (kind == WC_FOLDER_MARKED || kind == WC_FOLDER_DATABASE) return WC_OK;
    if (kind == WC_FOLDER_ABSENT) {
        if (mkdir(folder, 0700) != 0) return failed(problem, folder);
        if (wc_folder_sync_parent(folder) != WC_OK) return failed(problem, folder);
    }
    return write_mark(problem, folder);
}

#define HOLDER_MAX 128

/* "PID on HOST" as the lock file says; "?" when that cannot be read. */
static void read_holder(int file, char holder[HOLDER_MAX])
{
    ssize_t len = pread(file, holder, HOLDER_MAX - 1, 0);
    size_t used = 0;
    while (len > 0 && used < (size_t)len && holder[used] > ' ' - 1 && holder[used] < 0x7f) used++;
    if (used == 0 || holder[0] < '0' || holder[0] > '9') {
        used = 0;
        holder[used++] = '?';
    }
    holder[used] = '\0';
}

WC_MUST_USE static wc_status write_holder(int file)
{
    char host[64], holder[HOLDER_MAX];
    if (gethostname(host, sizeof host) != 0) host[0] = '\0';
    host[sizeof host - 1] = '\0';
    int len = snprintf(holder, sizeof holder, "%ld on %s\n", (long)getpid(), host);
    wc_assert(len > 0 && (size_t)len < sizeof holder);
    if (ftruncate(file, 0) != 0) return WC_IO;
    return pwrite(file, holder, (size_t)len, 0) == len ? WC_OK : WC_IO;
}

wc_status wc_folder_lock(int *lock, wc_store_problem *problem, const char *folder, bool is_shared)
{
    wc_path_text path = wc_folder_path(folder, LOCK_NAME);
    int flags = is_shared ? O_RDONLY | O_CLOEXEC : O_RDWR | O_CREAT | O_CLOEXEC;
    int file = open(path.text, flags, 0600);
    if (file < 0 && is_shared && errno == ENOENT) {
        *lock = -1; /* no node ever ran on this folder */
        return WC_OK;
    }
    if (file < 0) return failed(problem, path.text);
    if (flock(file, (is_shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
        char holder[HOLDER_MAX];
        bool is_held = errno == EWOULDBLOCK;
        wc_status status = failed(problem, path.text);
        read_holder(file, holder);
        (void)close(file);
        if (!is_held) return status;
        wc_store_say(problem, path.text, ": held by process ", holder, NULL);
        return WC_LOCKED;
    }
    if (!is_shared && write_holder(file) != WC_OK) {
        wc_status status = failed(problem, path.text);
        (void)close(file);
        return status;
    }
    *lock = file;
    return WC_OK;
}

/* Whether name is prefix, at least one digit, suffix; *number is the digits' value. */
static bool is_numbered(const char *name, const char *prefix, const char *suffix, uint64_t *number)
{
    size_t prefix_len = strlen(prefix);
    if (strncmp(name, prefix, prefix_len) != 0) return false;
    size_t digits = strspn(name + prefix_len, DIGITS);
    if (digits == 0 || digits > 18) return false;
    if (strcmp(name + prefix_len + digits, suffix) != 0) return false;
    *number = 0;
    for (size_t i = 0; i < digits; i++) {
        *number = *number * 10 + (uint64_t)(name[prefix_len + i] - '0');
    }
    return true;
}

static bool is_rocksdb_name(const char *name)
{
    static const char *const fixed[] = {"CURRENT", "IDENTITY", "LOCK", "LOG"};
    static const char *const numbered[][2] = {
        {"", ".log"},     {"", ".sst"},           {"", ".dbtmp"},  {"MANIFEST-", ""},
        {"OPTIONS-", ""}, {"OPTIONS-", ".dbtmp"}, {"LOG.old.", ""}};
    uint64_t number;
    for (size_t i = 0; i < WC_ARRAY_LEN(fixed); i++) {
        if (strcmp(name, fixed[i]) == 0) return true;
    }
    for (size_t i = 0; i < WC_ARRAY_LEN(numbered); i++) {
        if (is_numbered(name, numbered[i][0], numbered[i][1], &number)) return true;
    }
    return false;
}

wc_status wc_folder_check_names(wc_store_problem *problem, const char *folder)
{
    char name[WC_FOLDER_NAME_MAX];
    wc_path_text path = wc_folder_path(folder, "db");
    if (find_name(name, path.text, is_rocksdb_name) != WC_OK) return failed(problem, path.text);
    if (name[0] == '\0') return WC_OK;
    wc_store_say(problem, path.text, "/", name, ": not a file of the database");
    return WC_FOREIGN_FOLDER;
}

wc_status wc_folder_next(wc_path_text *path, uint64_t *number, const char *folder,
                         const char *prefix, const char *suffix)
{
    wc_path_text database = wc_folder_path(folder, "db");
    DIR *directory = opendir(database.text);
    if (directory == NULL) return WC_IO;
    const struct dirent *entry = NULL;
    wc_status status = WC_NOT_FOUND;
    uint64_t least = UINT64_MAX;
    errno = 0;
    while ((entry = readdir(directory)) != NULL) {
        uint64_t found;
        if (!is_numbered(entry->d_name, prefix, suffix, &found)) continue;
        if (found <= *number || found >= least) continue;
        least = found;
        *path = wc_folder_path(database.text, entry->d_name);
        status = WC_OK;
    }
    if (errno != 0) status = WC_IO;
    (void)closedir(directory);
    if (status == WC_OK) *number = least;
    return status;
}

uint64_t wc_folder_free_bytes(const char *folder)
{
    struct statvfs about;
    if (statvfs(folder, &about) != 0) return 0;
    return (uint64_t)about.f_bavail * (uint64_t)about.f_frsize;
}

int wc_folder_hold(const char *folder)
{
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0 || flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
    (void)close(descriptor);
    return -1;
}
