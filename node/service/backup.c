/* Listing, checking and copying the files of a ledger. */
#define _POSIX_C_SOURCE 200809L

#include "node/service/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/service/ini.h"
#include "node/service/log.h"
#include "node/service/place.h"
#include "vm/base/text.h"

#define LIST_NAME  "BACKUP"
#define LIST_MARK  "wattclause backup 1"
#define LIST_MAX   ((size_t)64 << 20)
#define COPY_BLOCK ((size_t)256 << 10)
#define FILES_MAX  200000u

static wc_status failed(wc_store_problem *problem, const char *path)
{
    wc_store_say(problem, path, ": ", strerror(errno), NULL);
    return WC_IO;
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool write_all(int file, const uint8_t *bytes, size_t len)
{
    while (len > 0) { /* ends: each turn writes at least a byte or leaves */
        ssize_t written = write(file, bytes, len);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

/* NONBLOCK: a pipe in a file's place is refused, not waited for; a device has no end. */
static int open_file(wc_store_problem *problem, const char *path)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    bool is_open = file >= 0 && fstat(file, &about) == 0;
    if (is_open && S_ISREG(about.st_mode)) return file;
    if (is_open) {
        wc_store_say(problem, path, ": not a file", NULL, NULL);
    } else {
        (void)failed(problem, path);
    }
    if (file >= 0) (void)close(file);
    return -1;
}

/* Reads a file through, and copies it when target is not NULL. */
static wc_status hash_file(wc_store_problem *problem, const char *path, const char *target,
                           uint64_t *size, wc_hash *hash)
{
    wc_status status = WC_IO;
    wc_sha256_state state;
    int out = -1, in = open_file(problem, path);
    if (in < 0) return WC_IO;
    uint8_t *block = malloc(COPY_BLOCK);
    if (target != NULL) {
        out = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    }
    *size = 0;
    wc_sha256_begin(&state);
    if (block != NULL && (target == NULL || out >= 0)) {
        for (;;) { /* ends at the end of the file */
            ssize_t got = read(in, block, COPY_BLOCK);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) break;
            if (got == 0) {
                if (out < 0 || fsync(out) == 0) status = WC_OK;
                break;
            }
            wc_sha256_update(&state, wc_slice_of(block, (size_t)got));
            *size += (uint64_t)got;
            if (out >= 0 && !write_all(out, block, (size_t)got)) break;
        }
    }
    if (status != WC_OK) (void)failed(problem, target != NULL ? target : path);
    (void)close(in);
    if (out >= 0) (void)close(out);
    free(block);
    *hash = wc_sha256_end(&state);
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++) free(names[i]);
    free(names);
}

/* Names of a folder's files below it with a prefix, appended to the list. */
static wc_status add_names(wc_store_problem *problem, const char *folder, const char *below,
                           char **names, size_t *count)
{
    wc_path_text path = wc_folder_path(folder, below);
    DIR *directory = opendir(path.text);
    if (directory == NULL) return failed(problem, path.text);
    wc_status status = WC_OK;
    struct dirent *entry;
    while (status == WC_OK && (entry = readdir(directory)) != NULL) {
        bool is_file = entry->d_name[0] != '.' && strcmp(entry->d_name, LIST_NAME) != 0 &&
                       strcmp(entry->d_name, "node.lock") != 0 && strcmp(entry->d_name, "db") != 0;
        if (!is_file) continue;
        size_t len = strlen(below) + strlen(entry->d_name) + 2;
        if (*count == FILES_MAX) {
            status = WC_TOO_LARGE;
            break;
        }
        char *name = malloc(len);
        if (name == NULL) {
            status = WC_NO_MEMORY;
            break;
        }
        bool is_top = strcmp(below, ".") == 0;
        (void)snprintf(name, len, "%s%s%s", is_top ? "" : below, is_top ? "" : "/", entry->d_name);
        names[(*count)++] = name;
    }
    (void)closedir(directory);
    return status;
}

static wc_status list_names(wc_store_problem *problem, const char *folder, char ***names,
                            size_t *count)
{
    char **list = calloc(FILES_MAX, sizeof *list);
    if (list == NULL) return WC_NO_MEMORY;
    *count = 0;
    wc_status status = add_names(problem, folder, ".", list, count);
    if (status == WC_OK) status = add_names(problem, folder, "db", list, count);
    if (status != WC_OK) {
        free_names(list, *count);
        return status;
    }
    qsort(list, *count, sizeof *list, compare_names);
    *names = list;
    return WC_OK;
}

/* ---- making a backup ------------------------------------------------------------------------- */

static void put_head(wc_buf *text, const wc_backup_info *info)
{
    char line[256];
    wc_hash_text genesis = wc_hash_hex(&info->genesis_hash);
    wc_hash_text record = wc_hash_hex(&info->record_hash);
    int len = snprintf(line, sizeof line,
                       LIST_MARK "\nchain %s\ngenesis %s\nseq %" PRIu64 "\nheight %" PRIu64 "\n",
                       info->chain_id, genesis.text, info->seq, info->height);
    wc_buf_put(text, line, (size_t)len);
    len = snprintf(line, sizeof line, "record %s\nincarnation %" PRIu32 "\n", record.text,
                   info->incarnation);
    wc_buf_put(text, line, (size_t)len);
}

wc_status wc_backup_copy(wc_backup_info *info, wc_store_problem *problem, wc_chain *chain,
                         const char *to)
{
    wc_chain_record record;
    const wc_head *head = wc_chain_head(chain);
    wc_slice id = wc_chain_id(chain);
    *info = (wc_backup_info){.genesis_hash = wc_chain_genesis_hash(chain),
                             .seq = head->seq,
                             .height = head->height,
                             .record_hash = head->record_hash};
    memcpy(info->chain_id, id.data, id.len);
    WC_TRY(wc_chain_read_record(chain, head->seq, &record));
    if (record.has_certificate) info->incarnation = record.certificate.incarnation;
    if (strlen(to) > WC_PLACE_MAX) {
        wc_store_say(problem, "the path of the backup is too long", NULL, NULL, NULL);
        return WC_TOO_LARGE;
    }
    return wc_store_checkpoint(wc_chain_store(chain), problem, to);
}

wc_status wc_backup_list(wc_backup_info *info, wc_store_problem *problem, const char *to)
{
    char **names = NULL;
    size_t count = 0;
    uint8_t *memory = malloc(LIST_MAX);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf text;
    wc_buf_init(&text, memory, LIST_MAX);
    put_head(&text, info);
    wc_status status = list_names(problem, to, &names, &count);
    for (size_t i = 0; status == WC_OK && i < count; i++) {
        wc_hash hash;
        uint64_t size;
        char line[512];
        wc_path_text path = wc_folder_path(to, names[i]);
        status = hash_file(problem, path.text, NULL, &size, &hash);
        wc_hash_text hex = wc_hash_hex(&hash);
        int len = snprintf(line, sizeof line, "file %" PRIu64 " %s %s\n", size, hex.text, names[i]);
        wc_buf_put(&text, line, (size_t)len);
        info->files++;
        info->bytes += size;
    }
    if (status == WC_OK) {
        wc_path_text path = wc_folder_path(to, LIST_NAME);
        status = wc_place_write(problem, path.text, 0600, wc_buf_slice(&text));
    }
    if (names != NULL) free_names(names, count);
    free(memory);
    return status;
}

/* ---- checking one ---------------------------------------------------------------------------- */

typedef struct list_reader {
    wc_store_problem *problem;
    const char *from, *copy_to; /* copy_to NULL: only check */
    char *rest;
} list_reader;

static wc_status damaged(list_reader *reader, const char *what)
{
    wc_store_say(reader->problem, reader->from, "/" LIST_NAME ": ", what, NULL);
    return WC_CORRUPT;
}

/* The value of the next line "key value"; NULL: it is another one. */
static char *take(list_reader *reader, const char *key)
{
    size_t len = strlen(key);
    char *line = reader->rest;
    char *end = strchr(line, '\n');
    if (end == NULL || strncmp(line, key, len) != 0 || line[len] != ' ') return NULL;
    *end = '\0';
    reader->rest = end + 1;
    return line + len + 1;
}

static bool take_number(list_reader *reader, const char *key, uint64_t *number)
{
    int64_t read;
    char *value = take(reader, key);
    if (value == NULL || !wc_ini_number(value, 0, INT64_MAX / 16, &read)) return false;
    *number = (uint64_t)read;
    return true;
}

static bool take_hash(list_reader *reader, const char *key, wc_hash *hash)
{
    char *value = take(reader, key);
    return value != NULL && wc_parse_hex(wc_str_of(value), hash->bytes, WC_HASH_SIZE) == WC_OK;
}

static wc_status read_head(list_reader *reader, wc_backup_info *info)
{
    uint64_t incarnation;
    size_t mark = sizeof LIST_MARK - 1;
    if (strncmp(reader->rest, LIST_MARK "\n", mark + 1) != 0) {
        return damaged(reader, "is no list of a backup of this program");
    }
    reader->rest += mark + 1;
    const char *chain = take(reader, "chain");
    if (chain == NULL || strlen(chain) > WC_CHAIN_ID_MAX) return damaged(reader, "lacks its chain");
    memcpy(info->chain_id, chain, strlen(chain) + 1);
    if (!take_hash(reader, "genesis", &info->genesis_hash) ||
        !take_number(reader, "seq", &info->seq) || !take_number(reader, "height", &info->height) ||
        !take_hash(reader, "record", &info->record_hash) ||
        !take_number(reader, "incarnation", &incarnation) || incarnation > UINT32_MAX) {
        return damaged(reader, "does not say which record it holds");
    }
    info->incarnation = (uint32_t)incarnation;
    return WC_OK;
}

/* A name that stays inside the folder. */
static bool is_inside(const char *name)
{
    bool is_top = strchr(name, '/') == NULL;
    const char *base = is_top ? name : name + 3;
    if (!is_top && (strncmp(name, "db/", 3) != 0 || strchr(base, '/') != NULL)) return false;
    return base[0] != '\0' && base[0] != '.' && strlen(base) < WC_FOLDER_NAME_MAX;
}

static wc_status check_file(list_reader *reader, char *value, wc_backup_info *info)
{
    char *hash_at = strchr(value, ' ');
    char *name_at = hash_at != NULL ? strchr(hash_at + 1, ' ') : NULL;
    int64_t size;
    uint64_t found_size;
    wc_hash listed, found;
    if (name_at == NULL) return damaged(reader, "a line of a file is incomplete");
    *hash_at++ = '\0';
    *name_at++ = '\0';
    if (!wc_ini_number(value, 0, INT64_MAX / 16, &size) || !is_inside(name_at) ||
        wc_parse_hex(wc_str_of(hash_at), listed.bytes, WC_HASH_SIZE) != WC_OK) {
        return damaged(reader, "a line of a file does not read");
    }
    wc_path_text path = wc_folder_path(reader->from, name_at), target;
    if (reader->copy_to != NULL) target = wc_folder_path(reader->copy_to, name_at);
    WC_TRY(hash_file(reader->problem, path.text, reader->copy_to != NULL ? target.text : NULL,
                     &found_size, &found));
    info->files++;
    info->bytes += found_size;
    if (found_size == (uint64_t)size && wc_hash_equal(&found, &listed)) return WC_OK;
    wc_store_say(reader->problem, path.text, ": is not the file that was backed up", NULL, NULL);
    return WC_CORRUPT;
}

static wc_status read_backup(wc_backup_info *info, wc_store_problem *problem, const char *from,
                             const char *copy_to)
{
    uint8_t *bytes;
    size_t len;
    char *value;
    *info = (wc_backup_info){0};
    if (strlen(from) > WC_PLACE_MAX) return WC_TOO_LARGE;
    wc_path_text path = wc_folder_path(from, LIST_NAME);
    wc_status found = wc_place_read(problem, path.text, LIST_MAX, &bytes, &len);
    if (found == WC_NOT_FOUND) {
        wc_store_say(problem, from, ": is no backup: it has no list " LIST_NAME, NULL, NULL);
    }
    WC_TRY(found);
    list_reader reader = {problem, from, copy_to, (char *)bytes};
    wc_status status = read_head(&reader, info);
    while (status == WC_OK && (value = take(&reader, "file")) != NULL) {
        status = check_file(&reader, value, info);
    }
    if (status == WC_OK && *reader.rest != '\0')
        status = damaged(&reader, "ends in something else");
    free(bytes);
    return status;
}

wc_status wc_backup_check(wc_backup_info *info, wc_store_problem *problem, const char *from)
{
    return read_backup(info, problem, from, NULL);
}

/* ---- going back ------------------------------------------------------------------------------ */

static wc_status copy_back(void *self, wc_store_problem *problem, const char *aside)
{
    const char *from = self;
    wc_backup_info copied;
    if (mkdir(aside, 0700) != 0) return failed(problem, aside);
    wc_path_text database = wc_folder_path(aside, "db");
    if (mkdir(database.text, 0700) != 0) return failed(problem, database.text);
    return read_backup(&copied, problem, from, aside);
}

wc_status wc_backup_restore(wc_restored *restored, wc_backup_info *backup,
                            wc_store_problem *problem, const char *from, const char *folder,
                            const uint64_t *accept)
{
    problem->text[0] = '\0';
    *restored = (wc_restored){0};
    WC_TRY(read_backup(backup, problem, from, NULL));
    wc_restore wanted = {.what = "backup",
                         .point = {backup->genesis_hash, backup->seq, backup->height,
                                   backup->record_hash, backup->incarnation},
                         .accept = accept,
                         .fill = copy_back,
                         .self = (void *)(uintptr_t)from};
    return wc_restore_ledger(restored, problem, folder, &wanted);
}
