/* Files, children and the small chain, for all programs of this folder. */
#define _DEFAULT_SOURCE
#define _XOPEN_SOURCE 700

#include "tests/unit/store/support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/crypto/crypto.h"
#include "vm/base/codec.h"

char test_folder[64];
char child_stderr[4096];
wc_store_report test_report;

/* ---- files
 * --------------------------------------------------------------------------------------*/

int make_test_folder(void **state)
{
    (void)state;
    (void)snprintf(test_folder, sizeof test_folder, "/tmp/wc_test_store_XXXXXX");
    return mkdtemp(test_folder) != NULL ? 0 : -1;
}

int remove_test_folder(void **state)
{
    (void)state;
    remove_tree(test_folder);
    return 0;
}

const char *path_in_test(const char *name)
{
    static struct {
        char name[64];
        char path[256];
    } known[32];

    static size_t count;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(known[i].name, name) == 0) return known[i].path;
    }
    assert_true(count < WC_ARRAY_LEN(known) && strlen(name) < sizeof known[0].name);
    (void)snprintf(known[count].name, sizeof known[0].name, "%s", name);
    (void)snprintf(known[count].path, sizeof known[0].path, "%s/%s", test_folder, name);
    return known[count++].path;
}

static bool is_folder(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Calls visit for each name in a folder; the depth of the trees here is two. */
static void for_each(const char *folder, const char *other,
                     void (*visit)(const char *path, const char *other))
{
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    const struct dirent *entry = NULL;
    while ((entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char path[512];
        char second[512] = "";
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (other != NULL) (void)snprintf(second, sizeof second, "%s/%s", other, entry->d_name);
        visit(path, second);
    }
    (void)closedir(directory);
}

static void remove_one(const char *path, const char *other)
{
    (void)other;
    remove_tree(path);
}

void remove_tree(const char *path)
{
    if (is_folder(path)) {
        for_each(path, NULL, remove_one);
        assert_int_equal(rmdir(path), 0);
    } else {
        (void)unlink(path);
    }
}

void copy_tree(const char *from, const char *to)
{
    if (is_folder(from)) {
        assert_int_equal(mkdir(to, 0700), 0);
        for_each(from, to, copy_tree);
        return;
    }
    wc_bytes bytes = read_whole(from);
    write_whole(to, bytes.data, bytes.len);
    free(bytes.data);
}

wc_bytes read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    wc_bytes bytes = {(uint8_t *)malloc((size_t)size + 1), (size_t)size};
    assert_non_null(bytes.data);
    assert_int_equal(fread(bytes.data, 1, bytes.len, file), bytes.len);
    (void)fclose(file);
    return bytes;
}

void write_whole(const char *path, const uint8_t *data, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

void write_flipped(const char *path, wc_bytes bytes, size_t bit)
{
    bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    write_whole(path, bytes.data, bytes.len);
    bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static wc_file_list listed;
static size_t listed_root_len;

static void list_one(const char *path, const char *other)
{
    (void)other;
    if (is_folder(path)) {
        for_each(path, NULL, list_one);
        return;
    }
    assert_true(listed.count < TEST_FILES_MAX);
    (void)snprintf(listed.names[listed.count++], sizeof listed.names[0], "%s",
                   path + listed_root_len + 1);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp((const char *)a, (const char *)b);
}

wc_file_list list_files(const char *root)
{
    listed.count = 0;
    listed_root_len = strlen(root);
    for_each(root, NULL, list_one);
    qsort(listed.names, listed.count, sizeof listed.names[0], compare_names);
    return listed;
}

wc_path_text newest_file(const char *folder, const char *prefix, const char *suffix)
{
    wc_path_text path;
    uint64_t number = 0;
    while (wc_folder_next(&path, &number, folder, prefix, suffix) == WC_OK) continue;
    assert_true(number > 0);
    return path;
}

int run_child(int (*body)(const void *argument), const void *argument)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)close(ends[0]);
        _exit(body(argument));
    }
    (void)close(ends[1]);
    size_t len = 0;
    ssize_t got = 0;
    while ((got = read(ends[0], child_stderr + len, sizeof child_stderr - 1 - len)) > 0) {
        len += (size_t)got;
    }
    child_stderr[len] = '\0';
    (void)close(ends[0]);
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
}

/* ---- the chain
 * ----------------------------------------------------------------------------------*/

wc_hash block_hash(uint64_t seq)
{
    uint8_t number[8];
    wc_store_u64(number, seq);
    const wc_slice parts[1] = {{number, sizeof number}};
    return wc_hash_domain("test/1", parts, 1);
}

void commit_block(const wc_store *store, uint64_t seq)
{
    uint8_t number[8];
    uint8_t record_key[9] = {'r'};
    uint8_t record[60];
    wc_hash hash = block_hash(seq);
    wc_batch *batch = wc_batch_create(1 << 16);
    assert_non_null(batch);
    wc_store_u64(number, seq);
    wc_store_u64(record_key + 1, seq);
    memset(record, (int)(seq & 0xff), sizeof record);
    memcpy(record, hash.bytes, sizeof hash.bytes);

    wc_batch_put(batch, WC_CF_META, wc_slice_of("seq", 3), wc_slice_of(number, 8));
    wc_batch_put(batch, WC_CF_CHAIN, wc_slice_of(record_key, 9),
                 wc_slice_of(record, sizeof record));
    for (uint8_t i = 0; i < 4; i++) {
        uint8_t account[9] = {0x13, (uint8_t)(hash.bytes[i] & 15), i};
        wc_batch_put(batch, WC_CF_STATE, wc_slice_of(account, sizeof account),
                     wc_slice_of(hash.bytes + i, 20));
    }
    wc_batch_put(batch, WC_CF_UNDO, wc_slice_of(record_key + 1, 8), wc_slice_of(hash.bytes, 16));
    if (seq > 8) {
        uint8_t old[8];
        wc_store_u64(old, seq - 8);
        wc_batch_delete(batch, WC_CF_UNDO, wc_slice_of(old, 8));
    }
    assert_status(wc_store_commit(store, batch), WC_OK);
    wc_batch_destroy(batch);
}

uint64_t newest_block(const wc_store *store)
{
    uint8_t number[8];
    wc_buf buf;
    wc_buf_init(&buf, number, sizeof number);
    if (!wc_store_get(store, NULL, WC_CF_META, wc_slice_of("seq", 3), &buf)) return 0;
    assert_int_equal(buf.len, 8);
    return wc_load_u64(number);
}

wc_hash content_hash(const wc_store *store)
{
    wc_sha256_state state;
    wc_sha256_begin(&state);
    wc_snapshot *view = wc_store_snapshot(store);
    for (unsigned cf = 0; cf < WC_CF_COUNT; cf++) {
        wc_slice none = {NULL, 0};
        wc_slice key;
        wc_slice value;
        wc_store_iter iter = wc_store_iter_range(store, view, (wc_cf)cf, none, none);
        while (wc_store_iter_next(&iter, &key, &value)) {
            uint8_t head[9] = {(uint8_t)cf};
            wc_store_u32(head + 1, (uint32_t)key.len);
            wc_store_u32(head + 5, (uint32_t)value.len);
            wc_sha256_update(&state, wc_slice_of(head, sizeof head));
            wc_sha256_update(&state, key);
            wc_sha256_update(&state, value);
        }
        wc_store_iter_close(&iter);
    }
    wc_store_release(store, view);
    return wc_sha256_end(&state);
}

wc_hash expected_content(uint64_t seq)
{
    wc_store store;
    assert_status(wc_store_open_memory(&store), WC_OK);
    for (uint64_t i = 1; i <= seq; i++) commit_block(&store, i);
    wc_hash hash = content_hash(&store);
    wc_store_close(&store);
    return hash;
}

wc_status open_folder(wc_store *store, const char *folder, bool create, bool read_only)
{
    wc_store_options options = {create, read_only, 1 << 20, 1 << 20, NULL, NULL};
    return wc_store_open(store, &test_report, folder, &options);
}

void make_chain(const char *folder, uint64_t count, bool is_flushed)
{
    wc_store store;
    assert_status(open_folder(&store, folder, true, false), WC_OK);
    for (uint64_t seq = 1; seq <= count; seq++) {
        if (is_flushed && seq == count / 2) { /* opening flushes what the log holds */
            wc_store_close(&store);
            assert_status(open_folder(&store, folder, false, false), WC_OK);
        }
        commit_block(&store, seq);
    }
    wc_store_close(&store);
}
