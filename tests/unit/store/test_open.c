/* Opening: which folders are ours, who holds the lock, what may change and when, and every refusal
 * by its name and place. */
#define _XOPEN_SOURCE 700

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/crypto/crypto.h"
#include "tests/unit/store/damage.h"
#include "vm/base/codec.h"

static const char *fresh_home(void)
{
    remove_tree(path_in_test("home"));
    return path_in_test("home");
}

/* Opening fails with status, and the message names `place`. */
static void assert_refused(const char *folder, bool create, wc_status status, const char *place)
{
    wc_store store;
    assert_status(open_folder(&store, folder, create, false), status);
    if (strstr(test_report.problem.text, place) == NULL) {
        fail_msg("\"%s\" does not name \"%s\"", test_report.problem.text, place);
    }
}

static void put_text(const char *path, const char *text)
{
    write_whole(path, (const uint8_t *)text, strlen(text));
}

/* One hash over names and contents of everything below folder. */
static wc_hash folder_hash(const char *folder)
{
    wc_sha256_state state;
    wc_file_list files = list_files(folder);
    wc_sha256_begin(&state);
    for (size_t i = 0; i < files.count; i++) {
        wc_bytes bytes = read_whole(wc_folder_path(folder, files.names[i]).text);
        wc_sha256_update(&state, wc_slice_of(files.names[i], strlen(files.names[i]) + 1));
        wc_sha256_update(&state, wc_slice_of(bytes.data, bytes.len));
        free(bytes.data);
    }
    return wc_sha256_end(&state);
}

static void creates_in_an_absent_an_empty_and_a_marked_folder(void **state)
{
    (void)state;
    wc_store store;
    for (unsigned kind = 0; kind < 3; kind++) {
        const char *home = fresh_home();
        if (kind > 0) assert_int_equal(mkdir(home, 0700), 0);
        if (kind > 1) put_text(wc_folder_path(home, "WATTCLAUSE").text, "wattclause folder 1\n");
        assert_status(open_folder(&store, home, true, false), WC_OK);
        commit_block(&store, 1);
        wc_store_close(&store);
        assert_status(open_folder(&store, home, false, false), WC_OK);
        assert_int_equal(newest_block(&store), 1);
        assert_string_equal(test_report.problem.text, "");
        wc_store_close(&store);
        assert_refused(home, true, WC_EXISTS, home);
    }
}

static void refuses_folders_that_hold_something_else(void **state)
{
    (void)state;
    const char *home = fresh_home();
    assert_refused(home, false, WC_NOT_FOUND, home);
    assert_refused(path_in_test("none/home"), true, WC_IO, "none/home");
    assert_int_equal(mkdir(home, 0700), 0);
    assert_refused(home, false, WC_NOT_FOUND, home);
    put_text(wc_folder_path(home, "thesis.tex").text, "x");
    assert_refused(home, true, WC_FOREIGN_FOLDER, "thesis.tex");
    assert_refused(home, false, WC_FOREIGN_FOLDER, "thesis.tex");
    remove_tree(home);
    put_text(home, "a file");
    assert_refused(home, true, WC_FOREIGN_FOLDER, home);
    static char longer[WC_FOLDER_PATH_MAX + 2];
    memset(longer, 'a', sizeof longer - 1);
    assert_refused(longer, true, WC_TOO_LARGE, "too long");
}

static void refuses_marks_of_other_versions_and_kinds(void **state)
{
    (void)state;

    static const struct {
        const char *mark;
        wc_status status;
    } cases[] = {
        {"wattclause folder 2\n", WC_BAD_VERSION},  {"wattclause folder 1", WC_BAD_VERSION},
        {"wattclause folder 10\n", WC_BAD_VERSION}, {"wattclause folder ", WC_FOREIGN_FOLDER},
        {"something else\n", WC_FOREIGN_FOLDER},    {"", WC_FOREIGN_FOLDER}};

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        const char *home = fresh_home();
        assert_int_equal(mkdir(home, 0700), 0);
        put_text(wc_folder_path(home, "WATTCLAUSE").text, cases[i].mark);
        assert_refused(home, true, cases[i].status, "WATTCLAUSE");
        assert_refused(home, false, cases[i].status, "WATTCLAUSE");
    }
}

static void refuses_a_file_among_the_databases_files(void **state)
{
    (void)state;
    static const char *const names[] = {"backup.tar", "000001.sst.bak", "MANIFEST-", "MANIFEST-1x",
                                        "12345678901234567890.log"};
    const char *home = fresh_home();
    make_chain(home, 3, false);
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "db/%s", names[i]);
        wc_path_text path = wc_folder_path(home, name);
        put_text(path.text, "x");
        assert_refused(home, false, WC_FOREIGN_FOLDER, names[i]);
        remove_tree(path.text);
    }
    wc_store store;
    assert_status(open_folder(&store, home, false, false), WC_OK);
    wc_store_close(&store);
}

static void one_process_at_a_time_may_write(void **state)
{
    (void)state;
    wc_store store;
    wc_store reader;
    wc_store second;
    char pid[64];
    const char *home = fresh_home();
    make_chain(home, 3, false);
    (void)snprintf(pid, sizeof pid, "node.lock: held by process %ld", (long)getpid());
    assert_status(open_folder(&store, home, false, false), WC_OK);
    assert_refused(home, false, WC_LOCKED, pid);
    assert_status(open_folder(&reader, home, false, true), WC_LOCKED);
    wc_store_close(&store);

    assert_status(open_folder(&reader, home, false, true), WC_OK);
    assert_status(open_folder(&second, home, false, true), WC_OK); /* readers share */
    assert_refused(home, false, WC_LOCKED, "node.lock");
    wc_store_close(&reader);
    wc_store_close(&second);
    assert_status(open_folder(&store, home, false, false), WC_OK);
    wc_store_close(&store);

    /* Someone removed node.lock under a running node: RocksDB's own lock still holds. */
    assert_status(open_folder(&store, home, false, false), WC_OK);
    remove_tree(wc_folder_path(home, "node.lock").text);
    assert_refused(home, false, WC_LOCKED, "/db/LOCK");
    wc_store_close(&store);

    /* A left-over lock file without a holder is not a lock; without one a reader needs none. */
    remove_tree(wc_folder_path(home, "node.lock").text);
    assert_status(open_folder(&reader, home, false, true), WC_OK);
    wc_store_close(&reader);
    put_text(wc_folder_path(home, "node.lock").text, "99999\n");
    assert_status(open_folder(&store, home, false, false), WC_OK);
    wc_store_close(&store);
}

static void a_refused_opening_releases_the_lock(void **state)
{
    (void)state;
    wc_store store;
    const char *home = fresh_home();
    make_chain(home, 3, false);
    put_text(wc_folder_path(home, "db/x").text, "x");
    assert_refused(home, false, WC_FOREIGN_FOLDER, "db/x");
    remove_tree(wc_folder_path(home, "db/x").text);
    assert_status(open_folder(&store, home, false, false), WC_OK);
    wc_store_close(&store);
}

static void reading_changes_no_file(void **state)
{
    (void)state;
    wc_store store;
    wc_store_totals totals;
    wc_store_problem problem;
    const char *home = fresh_home();
    make_chain(home, 30, true);
    wc_hash before = folder_hash(home);
    assert_status(open_folder(&store, home, false, true), WC_OK);
    wc_hash expected = expected_content(30);
    wc_hash found = content_hash(&store);
    assert_memory_equal(found.bytes, expected.bytes, sizeof found.bytes);
    assert_status(wc_store_verify(&store, &totals, &problem), WC_OK);
    assert_int_equal(totals.keys[WC_CF_CHAIN], 30);
    assert_int_equal(totals.bytes[WC_CF_CHAIN], 30 * (9 + 60));
    assert_int_equal(totals.keys[WC_CF_META], 1);
    assert_int_equal(totals.keys[WC_CF_UNDO], 8);
    wc_store_close(&store);
    wc_hash after = folder_hash(home);
    assert_memory_equal(before.bytes, after.bytes, sizeof before.bytes);
}

static wc_status refuse(void *self, const wc_store *probe, wc_store_problem *problem)
{
    *(uint64_t *)self = newest_block(probe);
    wc_store_say(problem, "not today", NULL, NULL, NULL);
    return WC_WRONG_CHAIN;
}

static void the_question_comes_before_anything_changes(void **state)
{
    (void)state;
    wc_store store;
    uint64_t seen = 0;
    const char *home = fresh_home();
    make_chain(home, 30, true);
    wc_hash before = folder_hash(home);
    wc_store_options options = {false, false, 1 << 20, 1 << 20, refuse, &seen};
    assert_status(wc_store_open(&store, &test_report, home, &options), WC_WRONG_CHAIN);
    assert_string_equal(test_report.problem.text, "not today");
    assert_int_equal(seen, 30);
    wc_hash after = folder_hash(home); /* the lock file holds the same pid as before */
    assert_memory_equal(before.bytes, after.bytes, sizeof before.bytes);
    wc_trial trial = {home, 30, 30, false, true};
    assert_int_equal(judge_opening(&trial), OUTCOME_IDENTICAL);
}

static void survives_many_openings_with_its_content(void **state)
{
    (void)state;
    wc_store store;
    const char *home = fresh_home();
    make_chain(home, 5, false);
    for (uint64_t i = 6; i < 15; i++) {
        assert_status(open_folder(&store, home, false, false), WC_OK);
        commit_block(&store, i);
        wc_store_close(&store);
        wc_trial trial = {home, i, i, true, true};
        assert_int_equal(judge_opening(&trial), OUTCOME_IDENTICAL);
    }
    assert_true(list_files(home).count < 50); /* old logs and options are cleared away */
}

/* ---- the guard
 * ----------------------------------------------------------------------------------*/

static void names_a_missing_or_damaged_guard(void **state)
{
    (void)state;
    const char *home = fresh_home();
    make_chain(home, 5, false);
    wc_path_text path = wc_folder_path(home, "db.guard");
    wc_bytes bytes = read_whole(path.text);
    bytes.data[30] ^= 1;
    bytes.data[4096 + 30] ^= 1;
    write_whole(path.text, bytes.data, bytes.len);
    assert_refused(home, false, WC_CORRUPT, "db.guard");
    remove_tree(path.text);
    assert_refused(home, false, WC_CORRUPT, "db.guard");
    free(bytes.data);
}

/* Between the moment when CURRENT names a new MANIFEST and the witness of it lies a crash window:
 * the old witness must not refuse the database, but then the whole MANIFEST must read. */
static void an_opening_cut_short_does_not_lock_out_the_database(void **state)
{
    (void)state;
    wc_store store;
    const char *home = fresh_home();
    make_chain(home, 5, false);
    wc_path_text guard = wc_folder_path(home, "db.guard");
    wc_bytes old = read_whole(guard.text);
    assert_status(open_folder(&store, home, false, false), WC_OK);
    wc_store_close(&store);
    wc_bytes new = read_whole(guard.text); /* neither slot leads back to the old MANIFEST */
    assert_true(wc_load_u64(new.data + 24) > wc_load_u64(old.data + 24));
    assert_true(wc_load_u64(new.data + 24) == wc_load_u64(new.data + 4096 + 24));
    free(new.data);
    write_whole(guard.text, old.data, old.len);
    wc_trial trial = {home, 5, 5, true, true};
    assert_int_equal(judge_opening(&trial), OUTCOME_IDENTICAL);

    wc_path_text manifest = newest_file(home, "MANIFEST-", "");
    wc_bytes bytes = read_whole(manifest.text);
    for (size_t at = 0; at < bytes.len; at += 7) {
        write_flipped(manifest.text, bytes, at * 8 + at % 8);
        assert_int_equal(judge_opening(&trial), OUTCOME_REFUSED);
        assert_non_null(strstr(test_report.problem.text, "MANIFEST-"));
    }
    write_whole(manifest.text, bytes.data, bytes.len);
    trial.is_read_only = false;
    assert_int_equal(judge_opening(&trial), OUTCOME_IDENTICAL);
    free(bytes.data);
    free(old.data);
}

static void refuses_an_older_manifest_than_it_saw(void **state)
{
    (void)state;
    wc_store store;
    const char *home = fresh_home();
    make_chain(home, 5, false);
    wc_path_text manifest = newest_file(home, "MANIFEST-", "");
    wc_bytes old_manifest = read_whole(manifest.text);
    wc_path_text current = wc_folder_path(home, "db/CURRENT");
    wc_bytes old_current = read_whole(current.text);
    assert_status(open_folder(&store, home, false, false), WC_OK);
    wc_store_close(&store);
    write_whole(manifest.text, old_manifest.data, old_manifest.len);
    write_whole(current.text, old_current.data, old_current.len);
    assert_refused(home, false, WC_CORRUPT, "CURRENT: names an older MANIFEST");
    free(old_manifest.data);
    free(old_current.data);
}

/* A power cut while RocksDB appends: what it had not synced was not witnessed and may be torn. */
static void a_torn_end_behind_the_witnessed_part_is_let_pass(void **state)
{
    (void)state;
    const char *home = fresh_home();
    make_chain(home, 20, true);
    wc_path_text manifest = newest_file(home, "MANIFEST-", "");
    wc_bytes bytes = read_whole(manifest.text);
    uint8_t *longer = (uint8_t *)malloc(bytes.len + 20);
    memcpy(longer, bytes.data, bytes.len);
    memset(longer + bytes.len, 0x11, 20);
    for (size_t extra = 0; extra <= 20; extra += 4) {
        write_whole(manifest.text, longer, bytes.len + extra);
        wc_trial trial = {home, 20, 20, true, true};
        assert_int_equal(judge_opening(&trial), OUTCOME_IDENTICAL);
    }
    write_whole(manifest.text, longer, bytes.len - 1); /* but the witnessed part must be there */
    assert_refused(home, false, WC_CORRUPT, "MANIFEST-");
    free(longer);
    free(bytes.data);
}

/* Writes enough for RocksDB to flush in the middle and append to its MANIFEST: the witness follows.
 */
static void the_witness_follows_while_the_store_is_written(void **state)
{
    (void)state;
    wc_store store;
    static uint8_t value[60000];
    const char *home = fresh_home();
    wc_store_options options = {true, false, 64 << 10, 1 << 20, NULL, NULL};
    assert_status(wc_store_open(&store, &test_report, home, &options), WC_OK);
    wc_bytes before = read_whole(newest_file(home, "MANIFEST-", "").text);
    free(before.data);
    wc_batch *batch = wc_batch_create(1 << 20);
    for (uint8_t i = 0; i < 40; i++) {
        wc_batch_clear(batch);
        memset(value, i, sizeof value);
        wc_batch_put(batch, WC_CF_STATE, wc_slice_of(&i, 1), wc_slice_of(value, sizeof value));
        assert_status(wc_store_commit(&store, batch), WC_OK);
    }
    wc_batch_destroy(batch);
    wc_bytes guard = read_whole(wc_folder_path(home, "db.guard").text);
    uint64_t lengths[2] = {wc_load_u64(guard.data + 32), wc_load_u64(guard.data + 4096 + 32)};
    assert_true(lengths[0] > before.len && lengths[1] > before.len); /* while it is still open */
    free(guard.data);
    wc_store_close(&store);
    wc_path_text manifest = newest_file(home, "MANIFEST-", "");
    wc_bytes bytes = read_whole(manifest.text);
    assert_true(bytes.len > before.len);
    write_flipped(manifest.text, bytes, (bytes.len - 3) * 8); /* in what was appended last */
    assert_refused(home, false, WC_CORRUPT, "MANIFEST-");
    free(bytes.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(creates_in_an_absent_an_empty_and_a_marked_folder),
        cmocka_unit_test(refuses_folders_that_hold_something_else),
        cmocka_unit_test(refuses_marks_of_other_versions_and_kinds),
        cmocka_unit_test(refuses_a_file_among_the_databases_files),
        cmocka_unit_test(one_process_at_a_time_may_write),
        cmocka_unit_test(a_refused_opening_releases_the_lock),
        cmocka_unit_test(reading_changes_no_file),
        cmocka_unit_test(the_question_comes_before_anything_changes),
        cmocka_unit_test(survives_many_openings_with_its_content),
        cmocka_unit_test(names_a_missing_or_damaged_guard),
        cmocka_unit_test(an_opening_cut_short_does_not_lock_out_the_database),
        cmocka_unit_test(refuses_an_older_manifest_than_it_saw),
        cmocka_unit_test(a_torn_end_behind_the_witnessed_part_is_let_pass),
        cmocka_unit_test(the_witness_follows_while_the_store_is_written),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
