/* Loading compiled modules. */
#define _POSIX_C_SOURCE 200809L

#include "node/native/library.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/crypto/crypto.h"

#define CODE_DIGITS    64u
#define EMITTER_DIGITS 16u
#define NAME_LENGTH    (CODE_DIGITS + 1 + EMITTER_DIGITS + 3)
#define ASKED_MAX      1024u

struct wc_native_library {
    wc_native_source source;
    wc_hash emitter;
    _Atomic uint32_t count; /* grows behind what it counts: looking one up takes no lock */
    void *handles[WC_NATIVE_OBJECTS_MAX];
    const wc_native_object *objects[WC_NATIVE_OBJECTS_MAX];
    pthread_mutex_t lock; /* of what follows */
    uint32_t asked_count, found_count;
    wc_hash asked[ASKED_MAX];
};

bool wc_native_emitter(wc_hash *emitter)
{
    void *memory = malloc(WC_NATIVE_BEGIN_MAX);
    if (memory == NULL) return false;
    wc_buf text;
    wc_buf_init(&text, memory, WC_NATIVE_BEGIN_MAX);
    wc_native_begin(&text);
    wc_assert(!text.full);
    wc_slice bytes = wc_buf_slice(&text);
    *emitter = wc_sha256(&bytes, 1);
    free(memory);
    return true;
}

static void put_digits(char *out, const uint8_t *bytes, size_t digits)
{
    for (size_t i = 0; i < digits; i++) {
        out[i] = "0123456789abcdef"[bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
    }
}

bool wc_native_path(char path[WC_NATIVE_PATH_MAX], const char *folder, const wc_hash *code,
                    const wc_hash *emitter)
{
    char name[NAME_LENGTH + 1] = {0};
    put_digits(name, code->bytes, CODE_DIGITS);
    name[CODE_DIGITS] = '-';
    put_digits(name + CODE_DIGITS + 1, emitter->bytes, EMITTER_DIGITS);
    memcpy(name + CODE_DIGITS + 1 + EMITTER_DIGITS, ".so", 3);
    int length = snprintf(path, WC_NATIVE_PATH_MAX, "%s/%s", folder, name);
    return length > 0 && length < (int)WC_NATIVE_PATH_MAX;
}

/* ---- names --------------------------------------------------------------------------------------
 */

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_digits(const char *text, size_t digits, uint8_t *bytes)
{
    for (size_t i = 0; i < digits; i++) {
        int value = digit(text[i]);
        if (value < 0) return false;
        bytes[i / 2] = (uint8_t)(i % 2 == 0 ? value << 4 : bytes[i / 2] | value);
    }
    return true;
}

/* Whether a file's name is that of an object; *code, and whether this build made it. */
static bool read_name(const char *name, const wc_hash *emitter, wc_hash *code, bool *is_ours)
{
    uint8_t made_by[EMITTER_DIGITS / 2];
    bool is_object = strlen(name) == NAME_LENGTH && read_digits(name, CODE_DIGITS, code->bytes) &&
                     name[CODE_DIGITS] == '-' &&
                     read_digits(name + CODE_DIGITS + 1, EMITTER_DIGITS, made_by) &&
                     strcmp(name + CODE_DIGITS + 1 + EMITTER_DIGITS, ".so") == 0;
    *is_ours = is_object && memcmp(made_by, emitter->bytes, sizeof made_by) == 0;
    return is_object;
}

uint32_t wc_native_prune(const char *folder, const wc_hash *emitter)
{
    DIR *entries = opendir(folder);
    uint32_t count = 0;
    if (entries == NULL) return 0;
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        wc_hash code;
        bool is_ours;
        if (!read_name(entry->d_name, emitter, &code, &is_ours) || is_ours) continue;
        count += unlinkat(dirfd(entries), entry->d_name, 0) == 0;
    }
    (void)closedir(entries);
    return count;
}

/* ---- loading ------------------------------------------------------------------------------------
 */

static bool is_safe(const struct stat *about)
{
    bool is_owned = about->st_uid == geteuid() || about->st_uid == 0;
    return is_owned && (about->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* By way of the folder that was examined, whatever its path means by now; in it only its owner can
 * put another file in place of this one. */
static void *load(int folder, const char *name)
{
    struct stat about;
    char path[64 + NAME_LENGTH];
    bool is_good = fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
                   S_ISREG(about.st_mode) && is_safe(&about);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d/%.*s", folder, (int)NAME_LENGTH, name);
    return is_good ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
}

static bool add_object(wc_native_library *library, int folder, const char *name,
                       const wc_hash *code)
{
    void *handle = load(folder, name);
    if (handle == NULL) return false;
    const wc_native_object *object = dlsym(handle, WC_NATIVE_SYMBOL "0");
    wc_native_name wanted = {.module = *code, .emitter = library->emitter};
    if (object == NULL || !wc_native_ready(object, &wanted)) {
        (void)dlclose(handle);
        return false;
    }
    uint32_t place = atomic_load(&library->count);
    library->handles[place] = handle;
    library->objects[place] = object;
    atomic_store(&library->count, place + 1);
    return true;
}

static const wc_native_object *find(const wc_native_library *library, const wc_hash *code)
{
    for (uint32_t i = 0, count = atomic_load(&library->count); i < count; i++) {
        const wc_native_object *object = library->objects[i];
        wc_hash module = wc_native_module_of(object);
        if (wc_hash_equal(&module, code)) return object;
    }
    return NULL;
}

static wc_status add_entries(wc_native_library *library, DIR *entries, wc_native_folder *report)
{
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        wc_hash code;
        bool is_ours;
        if (!read_name(entry->d_name, &library->emitter, &code, &is_ours)) continue;
        if (!is_ours) {
            report->passed++;
            continue;
        }
        if (find(library, &code) != NULL) continue; /* of a folder before */
        if (atomic_load(&library->count) == WC_NATIVE_OBJECTS_MAX) return WC_TOO_LARGE;
        if (add_object(library, dirfd(entries), entry->d_name, &code)) {
            report->loaded++;
        } else {
            report->refused++;
        }
    }
    return WC_OK;
}

wc_status wc_native_library_add(wc_native_library *library, const char *folder,
                                wc_native_folder *report)
{
    *report = (wc_native_folder){0};
    DIR *entries = opendir(folder);
    if (entries == NULL) return WC_NOT_FOUND;
    struct stat about;
    wc_status status = WC_BAD_MODE;
    if (fstat(dirfd(entries), &about) == 0 && is_safe(&about)) {
        status = add_entries(library, entries, report);
    }
    (void)closedir(entries);
    return status;
}

/* ---- asking -------------------------------------------------------------------------------------
 */

/* Counts each module once; of more than ASKED_MAX the first ones. */
static void count(wc_native_library *library, const wc_hash *code, bool is_found)
{
    (void)pthread_mutex_lock(&library->lock);
    uint32_t i = 0;
    while (i < library->asked_count && !wc_hash_equal(&library->asked[i], code)) i++;
    if (i == library->asked_count && i < ASKED_MAX) {
        library->asked[library->asked_count++] = *code;
        library->found_count += is_found;
    }
    (void)pthread_mutex_unlock(&library->lock);
}

static const wc_native_object *ask(void *self, const wc_hash *code, wc_slice bytes)
{
    wc_native_library *library = self;
    (void)bytes; /* nothing is made here */
    const wc_native_object *object = find(library, code);
    count(library, code, object != NULL);
    return object;
}

uint32_t wc_native_library_count(const wc_native_library *library)
{
    return atomic_load(&library->count);
}

static uint32_t ask_count(void *self)
{
    return wc_native_library_count(self);
}

wc_native_library *wc_native_library_open(void)
{
    wc_native_library *library = calloc(1, sizeof *library);
    if (library == NULL) return NULL;
    if (!wc_native_emitter(&library->emitter) || pthread_mutex_init(&library->lock, NULL) != 0) {
        free(library);
        return NULL;
    }
    library->source = (wc_native_source){library, ask, ask_count};
    return library;
}

void wc_native_library_close(wc_native_library *library)
{
    for (uint32_t i = 0; i < atomic_load(&library->count); i++) (void)dlclose(library->handles[i]);
    (void)pthread_mutex_destroy(&library->lock);
    free(library);
}

const wc_native_source *wc_native_library_source(wc_native_library *library)
{
    return &library->source;
}

wc_native_use wc_native_library_use(wc_native_library *library)
{
    (void)pthread_mutex_lock(&library->lock);
    wc_native_use use = {library->asked_count, library->found_count};
    (void)pthread_mutex_unlock(&library->lock);
    return use;
}

const wc_native_object *wc_native_library_object(const wc_native_library *library, uint32_t i)
{
    return i < atomic_load(&library->count) ? library->objects[i] : NULL;
}
