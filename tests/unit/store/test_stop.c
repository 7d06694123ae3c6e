/* How the process ends when storage fails: code 3, one fixed sentence that names the place, and a
 * database that starts again as a prefix. Each case runs in a child; the parent never opens
 * RocksDB. */
#define _DEFAULT_SOURCE
#define _XOPEN_SOURCE 700

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/store/damage.h"

#define BLOCKS 30

static void assert_stopped(int code, const char *place)
{
    if (code != 3) fail_msg("ended with %d: %s", code, child_stderr);
    if (strncmp(child_stderr, "wattclause: storage failure: ", 29) != 0 ||
        strstr(child_stderr, "; stopped, nothing is half applied\n") == NULL ||
        strstr(child_stderr, place) == NULL) {
        fail_msg("\"%s\" does not name \"%s\"", child_stderr, place);
    }
}

static int stop_at_once(const void *argument)
{
    (void)argument;
    wc_store_fatal("some place", "some reason");
}

static void says_one_sentence_and_ends_with_code_three(void **state)
{
    (void)state;
    assert_int_equal(run_child(stop_at_once, NULL), 3);
    assert_string_equal(child_stderr, "wattclause: storage failure: some place: some reason; "
                                      "stopped, nothing is half applied\n");
}

static int abort_inside(const void *argument)
{
    (void)argument;
    wc_store_catch_abort();
    abort();
}

static void an_abort_of_the_library_ends_in_the_same_way(void **state)
{
    (void)state;
    assert_stopped(run_child(abort_inside, NULL), "storage library");
}

/* Looks up every key that the chain wrote. 0: all found; 98: one is absent or other; 20: not
 * opened. */
static int get_all(const void *argument)
{
    const char *folder = (const char *)argument;
    wc_store store;
    wc_store model;
    bool is_same = true;
    if (open_folder(&store, folder, false, true) != WC_OK) return OUTCOME_REFUSED;
    assert_status(wc_store_open_memory(&model), WC_OK);
    for (uint64_t seq = 1; seq <= BLOCKS; seq++) commit_block(&model, seq);
    wc_snapshot *view = wc_store_snapshot(&model);
    for (unsigned cf = 0; cf < WC_CF_COUNT; cf++) {
        wc_slice none = {NULL, 0};
        wc_slice key;
        wc_slice value;
        wc_store_iter iter = wc_store_iter_range(&model, view, (wc_cf)cf, none, none);
        while (wc_store_iter_next(&iter, &key, &value)) {
            wc_pin pin;
            if (!wc_store_pin(&store, NULL, (wc_cf)cf, key, &pin)) return 98;
            is_same = is_same && wc_slice_equal(pin.value, value);
            wc_store_unpin(&store, &pin);
        }
        wc_store_iter_close(&iter);
    }
    return is_same ? 0 : 98;
}

static int walk_all(const void *argument)
{
    const char *folder = (const char *)argument;
    wc_store store;
    if (open_folder(&store, folder, false, true) != WC_OK) return OUTCOME_REFUSED;
    wc_hash found = content_hash(&store);
    wc_hash expected = expected_content(BLOCKS);
    return wc_hash_equal(&found, &expected) ? 0 : 98;
}

/* All bytes of all table files in steps: reads give the value or stop, and never say "absent". */
static void a_damaged_block_is_never_read_as_an_absent_key(void **state)
{
    (void)state;
    unsigned stopped = 0;
    const char *home = path_in_test("home");
    make_chain_in_child(home, BLOCKS, true);
    wc_file_list files = list_files(home);
    for (size_t i = 0; i < files.count; i++) {
        if (strstr(files.names[i], ".sst") == NULL) continue;
        wc_path_text path = wc_folder_path(home, files.names[i]);
        wc_bytes bytes = read_whole(path.text);
        for (size_t at = 11; at < bytes.len; at += 61) {
            write_flipped(path.text, bytes, at * 8 + at % 8);
            int code = run_child(at % 2 == 0 ? get_all : walk_all, home);
            assert_int_not_equal(code, 98);
            if (code == 0 || code == OUTCOME_REFUSED) continue;
            assert_stopped(code, files.names[i] + 3); /* names the file */
            assert_non_null(strstr(child_stderr, at % 2 == 0 ? "get in " : "iterator over "));
            stopped++;
        }
        write_whole(path.text, bytes.data, bytes.len);
        free(bytes.data);
    }
    assert_true(stopped > 5);
    assert_int_equal(run_child(get_all, home), 0);
    remove_tree(home);
}

static void commit_large(const wc_store *store, uint8_t mark)
{
    static uint8_t value[400000];
    wc_batch *batch = wc_batch_create(1 << 20);
    memset(value, mark, sizeof value);
    wc_batch_put(batch, WC_CF_STATE, wc_slice_of(&mark, 1), wc_slice_of(value, sizeof value));
    assert_status(wc_store_commit(store, batch), WC_OK);
    wc_batch_destroy(batch);
}

static int write_past_the_file_limit(const void *argument)
{
    const struct rlimit limit = {1 << 20, 1 << 20};
    wc_store store;
    if (open_folder(&store, (const char *)argument, false, false) != WC_OK) return 97;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 96;
    for (uint8_t i = 0; i < 10; i++) commit_large(&store, i);
    return 95; /* 4 MB went into files of at most 1 MiB? */
}

/* What is there after a stop: each large value either whole or absent, as a prefix, blocks all
 * there. */
static int judge_prefix(const void *argument)
{
    wc_store store;
    bool is_over = false;
    if (open_folder(&store, (const char *)argument, false, false) != WC_OK) return 97;
    if (newest_block(&store) != BLOCKS) return 96;
    for (uint8_t i = 0; i < 200; i++) {
        wc_pin pin;
        if (!wc_store_pin(&store, NULL, WC_CF_STATE, wc_slice_of(&i, 1), &pin)) {
            is_over = true;
            continue;
        }
        if (is_over || pin.value.len != 400000 || pin.value.data[399999] != i) return 95;
        wc_store_unpin(&store, &pin);
    }
    wc_store_close(&store);
    return is_over ? 0 : 94;
}

static void a_failing_write_stops_and_leaves_a_prefix(void **state)
{
    (void)state;
    const char *home = path_in_test("home");
    make_chain_in_child(home, BLOCKS, false);
    assert_stopped(run_child(write_past_the_file_limit, home), "home");
    assert_int_equal(run_child(judge_prefix, home), 0);
    remove_tree(home);
}

static int write_until_the_disk_is_full(const void *argument)
{
    wc_store store;
    if (open_folder(&store, (const char *)argument, false, false) != WC_OK) return 97;
    if (wc_store_room(&store, 0) != WC_ROOM_OUT) return 96; /* D11 would have stopped long before */
    for (uint8_t i = 0; i < 200; i++) commit_large(&store, i);
    return 95;
}

static void a_full_disk_stops_and_leaves_a_prefix(void **state)
{
    (void)state;
    const char *disk = path_in_test("disk");
    assert_int_equal(mkdir(disk, 0700), 0);
    if (mount("tmpfs", disk, "tmpfs", 0, "size=16m") != 0) {
        print_message("skipped: a tmpfs cannot be mounted here (%s); the file-size limit above "
                      "tests a failing write\n",
                      strerror(errno));
        assert_int_equal(rmdir(disk), 0);
        skip();
    }
    char home[300];
    (void)snprintf(home, sizeof home, "%s/home", disk);
    make_chain_in_child(home, BLOCKS, false);
    int code = run_child(write_until_the_disk_is_full, home);
    bool is_stopped = code == 3 && strstr(child_stderr, "wattclause: storage failure: ") != NULL;
    if (!is_stopped) print_message("ended with %d: %s\n", code, child_stderr);
    bool has_room = mount("tmpfs", disk, "tmpfs", MS_REMOUNT, "size=64m") == 0;
    int prefix = run_child(judge_prefix, home);
    assert_int_equal(umount(disk), 0);
    assert_int_equal(rmdir(disk), 0);
    assert_true(is_stopped);
    assert_true(has_room);
    assert_int_equal(prefix, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_one_sentence_and_ends_with_code_three),
        cmocka_unit_test(an_abort_of_the_library_ends_in_the_same_way),
        cmocka_unit_test(a_damaged_block_is_never_read_as_an_absent_key),
        cmocka_unit_test(a_failing_write_stops_and_leaves_a_prefix),
        cmocka_unit_test(a_full_disk_stops_and_leaves_a_prefix),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
