/* Runs, and their merge. */
#define _POSIX_C_SOURCE 200809L

#include "node/snapshot/sorter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/store/folder.h"
#include "vm/base/codec.h"

#define HEAD_SIZE  6u /* key length u16, value length u32 */
#define BLOCK_SIZE ((size_t)1 << 20)
#define FILE_NAME  "sort.tmp"
#define FREE_NAME  "wattclause-sort-XXXXXX" /* in a folder that others use, too */

/* Place of an entry in the run that is being collected. */
typedef struct rank {
    uint64_t prefix; /* first eight bytes of the key, zeros behind a shorter one */
    const uint8_t *entry;
} rank;

/* A run in the file that is being read. */
typedef struct run {
    uint64_t at, end; /* what is not yet in block: offsets in the file */
    uint8_t *block;   /* owned */
    size_t size, len, used;
    uint64_t prefix; /* of its next entry */
    wc_slice key, value;
} run;

struct wc_sorter {
    char folder[WC_FOLDER_PATH_MAX + 1];
    bool has_folder; /* false: `folder` is the system's, which others use, too */
    int file;        /* < 0: none yet */
    uint64_t file_len;
    size_t run_bytes;
    uint8_t *memory; /* owned; run_bytes or one large entry */
    size_t memory_size, used;
    rank *ranks; /* owned */
    size_t count, capacity, next;
    run *runs; /* owned */
    size_t run_count, run_capacity;
    run **heap; /* owned; the least first */
    size_t heap_count;
    bool is_merging, has_given;
};

static wc_status failed(const wc_sorter *sorter, wc_store_problem *problem)
{
    wc_status status = errno == ENOSPC ? WC_DISK_FULL : WC_IO;
    wc_store_say(problem, sorter->folder, "/" FILE_NAME ": ", strerror(errno), NULL);
    return status;
}

/* Where programs put what nobody needs to find. */
static const char *temporary_folder(void)
{
    const char *named = getenv("TMPDIR");
    bool is_usable = named != NULL && named[0] == '/' && strlen(named) <= WC_FOLDER_PATH_MAX;
    return is_usable ? named : "/tmp";
}

wc_sorter *wc_sorter_open(const char *folder, size_t run_bytes)
{
    wc_sorter *sorter = calloc(1, sizeof *sorter);
    if (sorter == NULL) return NULL;
    sorter->has_folder = folder != NULL;
    if (folder == NULL) folder = temporary_folder();
    wc_assert(strlen(folder) <= WC_FOLDER_PATH_MAX);
    memcpy(sorter->folder, folder, strlen(folder) + 1);
    sorter->file = -1;
    sorter->run_bytes = run_bytes == 0 ? WC_SORTER_BYTES : run_bytes;
    return sorter;
}

void wc_sorter_close(wc_sorter *sorter)
{
    if (sorter == NULL) return;
    for (size_t i = 0; i < sorter->run_count; i++) free(sorter->runs[i].block);
    if (sorter->file >= 0) (void)close(sorter->file);
    free(sorter->runs);
    free(sorter->heap);
    free(sorter->ranks);
    free(sorter->memory);
    free(sorter);
}

/* ---- entries --------------------------------------------------------------------------------- */

static uint64_t prefix_of(wc_slice key)
{
    uint8_t bytes[8] = {0};
    if (key.len >= sizeof bytes) return wc_load_u64(key.data);
    memcpy(bytes, key.data, key.len);
    return wc_load_u64(bytes);
}

static size_t split(const uint8_t *entry, wc_slice *key, wc_slice *value)
{
    *key = wc_slice_of(entry + HEAD_SIZE, wc_load_u16(entry));
    *value = wc_slice_of(entry + HEAD_SIZE + key->len, wc_load_u32(entry + 2));
    return HEAD_SIZE + key->len + value->len;
}

static int compare(uint64_t a_prefix, wc_slice a, uint64_t b_prefix, wc_slice b)
{
    if (a_prefix != b_prefix) return a_prefix < b_prefix ? -1 : 1;
    return wc_slice_compare(a, b);
}

static int compare_ranks(const void *left, const void *right)
{
    const rank *a = left, *b = right;
    wc_slice a_key, b_key, value;
    if (a->prefix != b->prefix) return a->prefix < b->prefix ? -1 : 1;
    (void)split(a->entry, &a_key, &value);
    (void)split(b->entry, &b_key, &value);
    return wc_slice_compare(a_key, b_key);
}

/* ---- collecting ------------------------------------------------------------------------------ */

static wc_status write_all(wc_sorter *sorter, wc_store_problem *problem, const uint8_t *bytes,
                           size_t len)
{
    while (len > 0) {
        ssize_t done = write(sorter->file, bytes, len);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return failed(sorter, problem);
        bytes += done;
        len -= (size_t)done;
        sorter->file_len += (uint64_t)done;
    }
    return WC_OK;
}

/* The file loses its name at once, so that nothing of it can be left behind. */
static wc_status open_file(wc_sorter *sorter, wc_store_problem *problem)
{
    if (sorter->file >= 0) return WC_OK;
    wc_path_text path = wc_folder_path(sorter->folder, sorter->has_folder ? FILE_NAME : FREE_NAME);
    sorter->file = sorter->has_folder ? open(path.text, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)
                                      : mkstemp(path.text);
    if (sorter->file < 0 || unlink(path.text) != 0) return failed(sorter, problem);
    return WC_OK;
}

static run *new_run(wc_sorter *sorter)
{
    if (sorter->run_count == sorter->run_capacity) {
        size_t capacity = sorter->run_capacity == 0 ? 16 : 2 * sorter->run_capacity;
        run *grown = realloc(sorter->runs, capacity * sizeof *grown);
        if (grown == NULL) return NULL;
        sorter->runs = grown;
        sorter->run_capacity = capacity;
    }
    run *made = &sorter->runs[sorter->run_count++];
    *made = (run){.at = sorter->file_len};
    return made;
}

static void sort(wc_sorter *sorter)
{
    if (sorter->count > 1) {
        qsort(sorter->ranks, sorter->count, sizeof *sorter->ranks, compare_ranks);
    }
}

static wc_status spill(wc_sorter *sorter, wc_store_problem *problem)
{
    WC_TRY(open_file(sorter, problem));
    run *made = new_run(sorter);
    uint8_t *block = malloc(BLOCK_SIZE);
    wc_status status = made == NULL || block == NULL ? WC_NO_MEMORY : WC_OK;
    size_t filled = 0;
    sort(sorter);
    for (size_t i = 0; status == WC_OK && i < sorter->count; i++) {
        wc_slice key, value;
        size_t size = split(sorter->ranks[i].entry, &key, &value);
        if (filled + size > BLOCK_SIZE) {
            status = write_all(sorter, problem, block, filled);
            filled = 0;
        }
        if (status == WC_OK && size > BLOCK_SIZE) {
            status = write_all(sorter, problem, sorter->ranks[i].entry, size);
        } else if (status == WC_OK) {
            memcpy(block + filled, sorter->ranks[i].entry, size);
            filled += size;
        }
    }
    if (status == WC_OK) status = write_all(sorter, problem, block, filled);
    free(block);
    if (made != NULL) made->end = sorter->file_len;
    sorter->count = 0;
    sorter->used = 0;
    return status;
}

static wc_status make_room(wc_sorter *sorter, wc_store_problem *problem, size_t size)
{
    if (sorter->memory_size - sorter->used < size && sorter->count > 0) {
        WC_TRY(spill(sorter, problem));
    }
    if (sorter->memory_size < size || sorter->memory == NULL) { /* the ranks point into none */
        free(sorter->memory);
        sorter->memory_size = size > sorter->run_bytes ? size : sorter->run_bytes;
        sorter->memory = malloc(sorter->memory_size);
        if (sorter->memory == NULL) return WC_NO_MEMORY;
    }
    if (sorter->count < sorter->capacity) return WC_OK;
    size_t capacity = sorter->capacity == 0 ? 4096 : 2 * sorter->capacity;
    rank *grown = realloc(sorter->ranks, capacity * sizeof *grown);
    if (grown == NULL) return WC_NO_MEMORY;
    sorter->ranks = grown;
    sorter->capacity = capacity;
    return WC_OK;
}

wc_status wc_sorter_add(wc_sorter *sorter, wc_store_problem *problem, wc_slice key, wc_slice value)
{
    wc_assert(!sorter->is_merging && key.len >= 1 && key.len <= UINT16_MAX);
    wc_assert(value.len <= UINT32_MAX);
    size_t size = HEAD_SIZE + key.len + value.len;
    WC_TRY(make_room(sorter, problem, size));
    uint8_t *entry = sorter->memory + sorter->used;
    wc_store_u16(entry, (uint16_t)key.len);
    wc_store_u32(entry + 2, (uint32_t)value.len);
    memcpy(entry + HEAD_SIZE, key.data, key.len);
    if (value.len > 0) memcpy(entry + HEAD_SIZE + key.len, value.data, value.len);
    sorter->used += size;
    sorter->ranks[sorter->count++] = (rank){prefix_of(key), entry};
    return WC_OK;
}

/* ---- merging --------------------------------------------------------------------------------- */

/* Makes the first `wanted` bytes behind `used` present; a run ends at the end of an entry. */
static wc_status fill(wc_sorter *sorter, wc_store_problem *problem, run *from, size_t wanted)
{
    if (from->len - from->used >= wanted) return WC_OK;
    memmove(from->block, from->block + from->used, from->len - from->used);
    from->len -= from->used;
    from->used = 0;
    if (from->size < wanted) {
        uint8_t *grown = realloc(from->block, wanted);
        if (grown == NULL) return WC_NO_MEMORY;
        from->block = grown;
        from->size = wanted;
    }
    while (from->len < from->size && from->at < from->end) {
        uint64_t left = from->end - from->at;
        size_t want = from->size - from->len < left ? from->size - from->len : (size_t)left;
        ssize_t got = pread(sorter->file, from->block + from->len, want, (off_t)from->at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(sorter, problem);
        if (got == 0) break;
        from->len += (size_t)got;
        from->at += (uint64_t)got;
    }
    if (from->len >= wanted) return WC_OK;
    wc_store_say(problem, sorter->folder, "/" FILE_NAME ": is shorter than what was written", NULL,
                 NULL);
    return WC_IO;
}

/* Takes the next entry of a run; NOT_FOUND - it is over. */
static wc_status advance(wc_sorter *sorter, wc_store_problem *problem, run *from)
{
    if (from->used == from->len && from->at == from->end) return WC_NOT_FOUND;
    WC_TRY(fill(sorter, problem, from, HEAD_SIZE));
    const uint8_t *entry = from->block + from->used;
    WC_TRY(fill(sorter, problem, from, HEAD_SIZE + wc_load_u16(entry) + wc_load_u32(entry + 2)));
    from->used += split(from->block + from->used, &from->key, &from->value);
    from->prefix = prefix_of(from->key);
    return WC_OK;
}

static bool is_less(const run *a, const run *b)
{
    return compare(a->prefix, a->key, b->prefix, b->key) < 0;
}

static void sink(wc_sorter *sorter, size_t at)
{
    for (;;) { /* ends: at grows */
        size_t least = at, left = 2 * at + 1;
        for (size_t child = left; child < left + 2 && child < sorter->heap_count; child++) {
            if (is_less(sorter->heap[child], sorter->heap[least])) least = child;
        }
        if (least == at) return;
        run *moved = sorter->heap[at];
        sorter->heap[at] = sorter->heap[least];
        sorter->heap[least] = moved;
        at = least;
    }
}

static wc_status begin_merge(wc_sorter *sorter, wc_store_problem *problem)
{
    sorter->heap = calloc(sorter->run_count, sizeof(run *));
    if (sorter->heap == NULL) return WC_NO_MEMORY;
    for (size_t i = 0; i < sorter->run_count; i++) {
        run *from = &sorter->runs[i];
        from->block = malloc(BLOCK_SIZE);
        if (from->block == NULL) return WC_NO_MEMORY;
        from->size = BLOCK_SIZE;
        WC_TRY(advance(sorter, problem, from));
        sorter->heap[sorter->heap_count++] = from;
    }
    for (size_t at = sorter->heap_count; at > 0; at--) sink(sorter, at - 1);
    return WC_OK;
}

wc_status wc_sorter_finish(wc_sorter *sorter, wc_store_problem *problem)
{
    sorter->is_merging = true;
    if (sorter->run_count == 0) {
        sort(sorter);
        return WC_OK;
    }
    if (sorter->count > 0) WC_TRY(spill(sorter, problem));
    free(sorter->memory);
    free(sorter->ranks);
    sorter->memory = NULL;
    sorter->ranks = NULL;
    return begin_merge(sorter, problem);
}

wc_status wc_sorter_next(wc_sorter *sorter, wc_store_problem *problem, wc_slice *key,
                         wc_slice *value)
{
    wc_assert(sorter->is_merging);
    if (sorter->run_count == 0) {
        if (sorter->next == sorter->count) return WC_NOT_FOUND;
        (void)split(sorter->ranks[sorter->next++].entry, key, value);
        return WC_OK;
    }
    if (sorter->has_given) { /* the entry given last ends now */
        wc_status status = advance(sorter, problem, sorter->heap[0]);
        if (status == WC_NOT_FOUND) {
            sorter->heap[0] = sorter->heap[--sorter->heap_count];
        } else if (status != WC_OK) {
            return status;
        }
        if (sorter->heap_count > 0) sink(sorter, 0);
    }
    sorter->has_given = sorter->heap_count > 0;
    if (!sorter->has_given) return WC_NOT_FOUND;
    *key = sorter->heap[0]->key;
    *value = sorter->heap[0]->value;
    return WC_OK;
}
