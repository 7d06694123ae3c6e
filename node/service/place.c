/* Files of a node's folder. */
#define _POSIX_C_SOURCE 200809L

#include "node/service/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/crypto/crypto.h"
#include "node/service/ini.h"
#include "node/service/log.h"

static wc_status failed(wc_store_problem *problem, const char *path)
{
    wc_store_say(problem, path, ": ", strerror(errno), NULL);
    return errno == ENOENT ? WC_NOT_FOUND : WC_IO;
}

const char *wc_place_ledger(const char *folder, wc_path_text *memory)
{
    wc_folder_kind kind;
    wc_store_problem ignored; /* who opens the answer says what is wrong with it */
    if (strlen(folder) > WC_PLACE_MAX) return folder;
    if (wc_folder_look(&kind, &ignored, folder) != WC_FOREIGN_FOLDER) return folder;
    *memory = wc_folder_path(folder, WC_PLACE_DATA);
    bool is_node = wc_folder_look(&kind, &ignored, memory->text) == WC_OK &&
                   (kind == WC_FOLDER_MARKED || kind == WC_FOLDER_DATABASE);
    return is_node ? memory->text : folder;
}

wc_status wc_place_make(wc_store_problem *problem, const char *path, unsigned mode)
{
    struct stat about;
    if (mkdir(path, (mode_t)mode) == 0) {
        if (wc_folder_sync_parent(path) == WC_OK) return WC_OK;
    } else if (errno == EEXIST && stat(path, &about) == 0 && S_ISDIR(about.st_mode)) {
        return WC_OK;
    }
    (void)failed(problem, path);
    return WC_IO;
}

static bool write_all(int file, wc_slice bytes)
{
    size_t at = 0;
    while (at < bytes.len) {
        ssize_t written = write(file, bytes.data + at, bytes.len - at);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        at += (size_t)written;
    }
    return true;
}

wc_status wc_place_write(wc_store_problem *problem, const char *path, unsigned mode, wc_slice bytes)
{
    char aside[WC_FOLDER_PATH_MAX + 3 * WC_FOLDER_NAME_MAX];
    int len = snprintf(aside, sizeof aside, "%s.new", path);
    if (len < 0 || (size_t)len >= sizeof aside) return WC_TOO_LARGE;
    int file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    if (file < 0) {
        (void)failed(problem, aside);
        return WC_IO;
    }
    bool is_written = write_all(file, bytes) && fsync(file) == 0;
    is_written = close(file) == 0 && is_written;
    if (is_written && rename(aside, path) == 0 && wc_folder_sync_parent(path) == WC_OK) {
        return WC_OK;
    }
    (void)failed(problem, path);
    return WC_IO;
}

/* Reads up to size bytes; < 0: an error. */
static ssize_t read_all(int file, uint8_t *bytes, size_t size)
{
    size_t at = 0;
    while (at < size) {
        ssize_t got = read(file, bytes + at, size - at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        at += (size_t)got;
    }
    return (ssize_t)at;
}

wc_status wc_place_read(wc_store_problem *problem, const char *path, size_t max, uint8_t **bytes,
                        size_t *len)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return failed(problem, path);
    struct stat about;
    wc_status status = WC_IO;
    uint8_t *memory = NULL;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
        wc_store_say(problem, path, ": not a file", NULL, NULL);
    } else if ((uint64_t)about.st_size > max) {
        wc_store_say(problem, path, ": too large", NULL, NULL);
        status = WC_TOO_LARGE;
    } else {
        size_t size = (size_t)about.st_size;
        memory = malloc(size + 1);
        ssize_t got = memory == NULL ? -1 : read_all(file, memory, size);
        status = memory == NULL ? WC_NO_MEMORY : WC_IO;
        if (got >= 0) {
            memory[got] = '\0';
            *bytes = memory;
            *len = (size_t)got;
            status = WC_OK;
        } else {
            wc_store_say(problem, path, ": ", strerror(errno), NULL);
        }
    }
    (void)close(file);
    if (status != WC_OK) free(memory);
    return status;
}

wc_status wc_place_check_secret(wc_store_problem *problem, const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0) return failed(problem, path);
    if (!S_ISREG(about.st_mode)) {
        wc_store_say(problem, path, ": not a file", NULL, NULL);
        return WC_BAD_MODE;
    }
    if ((about.st_mode & 077) == 0) return WC_OK;
    wc_store_say(problem, path, ": others than its owner have rights on it; chmod 600 it", NULL,
                 NULL);
    return WC_BAD_MODE;
}

/* "N HASH\n": one changed character, which a flipped bit makes of one digit another, is noticed. */
#define INCARNATION_TEXT_MAX 32
#define INCARNATION_CHECK    8u /* bytes of the hash */

static size_t put_incarnation(char text[INCARNATION_TEXT_MAX], uint32_t incarnation)
{
    char words[48];
    int len = snprintf(words, sizeof words, "wattclause/incarnation %u", incarnation);
    wc_assert(len > 0);
    wc_hash hash = wc_sha256_one(wc_slice_of(words, (size_t)len));
    wc_hash_text hex = wc_hash_hex(&hash);
    len = snprintf(text, INCARNATION_TEXT_MAX, "%u %.*s\n", incarnation,
                   (int)(2 * INCARNATION_CHECK), hex.text);
    wc_assert(len > 0 && len < INCARNATION_TEXT_MAX);
    return (size_t)len;
}

wc_status wc_place_read_incarnation(wc_store_problem *problem, const char *folder,
                                    uint32_t *incarnation)
{
    uint8_t *bytes;
    size_t len;
    char expected[INCARNATION_TEXT_MAX];
    int64_t number = 0;
    wc_path_text path = wc_folder_path(folder, WC_PLACE_INCARNATION);
    wc_status status = wc_place_read(problem, path.text, INCARNATION_TEXT_MAX, &bytes, &len);
    if (status == WC_TOO_LARGE) status = WC_CORRUPT;
    if (status == WC_OK) {
        char digits[INCARNATION_TEXT_MAX];
        size_t count = strcspn((const char *)bytes, " ");
        status = WC_CORRUPT;
        if (count < sizeof digits) {
            memcpy(digits, bytes, count);
            digits[count] = '\0';
            bool is_number = wc_ini_number(digits, 0, UINT32_MAX, &number);
            size_t expected_len = is_number ? put_incarnation(expected, (uint32_t)number) : 0;
            bool is_whole = is_number && len == expected_len && memcmp(bytes, expected, len) == 0;
            if (is_whole) status = WC_OK;
        }
        free(bytes);
    }
    if (status == WC_CORRUPT) {
        wc_store_say(problem, path.text,
                     ": does not hold one number with its check; put back the copy of the keys "
                     "folder",
                     NULL, NULL);
    }
    if (status == WC_OK) *incarnation = (uint32_t)number;
    return status;
}

wc_status wc_place_write_incarnation(wc_store_problem *problem, const char *folder,
                                     uint32_t incarnation)
{
    char text[INCARNATION_TEXT_MAX];
    wc_path_text path = wc_folder_path(folder, WC_PLACE_INCARNATION);
    size_t len = put_incarnation(text, incarnation);
    return wc_place_write(problem, path.text, 0600, wc_slice_of(text, len));
}
