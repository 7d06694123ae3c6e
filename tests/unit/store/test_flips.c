/* One bit flipped at a random place of any file of the folder: a named refusal, a stop that names
 * the file, or exactly the same content. Never another content, which is what RocksDB alone does
 * for some bits of its MANIFEST. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/prng.h"
#include "tests/unit/store/damage.h"

#define BLOCKS 40
#define FLIPS  300

static size_t outcome_count[100];

static const char *home_folder;

static int make_home(void **state)
{
    if (make_test_folder(state) != 0) return -1;
    home_folder = path_in_test("home");
    make_chain_in_child(home_folder, BLOCKS, true);
    return 0;
}

/* Flips a bit of one file, opens, and puts the file back. A node works on a copy, as it may change
 * files; an auditor must not change any. */
static wc_outcome try_flip(const char *name, wc_bytes bytes, size_t bit, bool is_read_only)
{
    const char *folder = home_folder;
    if (!is_read_only) {
        folder = path_in_test("copy");
        copy_tree(home_folder, folder);
    }
    wc_path_text path = wc_folder_path(folder, name);
    write_flipped(path.text, bytes, bit);
    wc_trial trial = {folder, BLOCKS, BLOCKS, is_read_only, false};
    wc_outcome outcome = try_to_open(&trial);
    if (is_read_only) {
        write_whole(path.text, bytes.data, bytes.len);
    } else {
        remove_tree(folder);
    }
    if (outcome == OUTCOME_OTHER) {
        (void)fprintf(stderr, "%s: bit %zu of byte %zu gave another content\n", name, bit % 8,
                      bit / 8);
    }
    outcome_count[outcome]++;
    return outcome;
}

static void random_flips_over_all_files_are_never_silent(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 51);
    wc_file_list files = list_files(home_folder);
    const char *flips = getenv("WATTCLAUSE_FLIPS");
    unsigned long count = flips == NULL ? FLIPS : strtoul(flips, NULL, 10);
    assert_true(files.count >= 10);
    for (unsigned long i = 0; i < count; i++) {
        const char *name = files.names[wc_prng_below(&prng, files.count)];
        wc_bytes bytes = read_whole(wc_folder_path(home_folder, name).text);
        if (bytes.len > 0) {
            size_t bit = (size_t)wc_prng_below(&prng, bytes.len * 8);
            assert_int_not_equal(try_flip(name, bytes, bit, i % 4 != 0), OUTCOME_OTHER);
        }
        free(bytes.data);
    }
    (void)fprintf(stderr, "identical %zu, refused %zu, behind the SEAL %zu, stopped %zu\n",
                  outcome_count[OUTCOME_IDENTICAL], outcome_count[OUTCOME_REFUSED],
                  outcome_count[OUTCOME_BEHIND], outcome_count[OUTCOME_STOPPED]);
    assert_true(outcome_count[OUTCOME_IDENTICAL] > 0); /* the trial can give each answer */
    assert_true(outcome_count[OUTCOME_REFUSED] > 0);
    assert_true(outcome_count[OUTCOME_BEHIND] > 0);
    assert_int_equal(outcome_count[OUTCOME_SHORTER], 0);
}

static void every_byte_of_manifest_and_current_is_watched(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 52);
    wc_file_list files = list_files(home_folder);
    for (size_t i = 0; i < files.count; i++) {
        bool is_watched = strncmp(files.names[i], "db/MANIFEST", 11) == 0 ||
                          strcmp(files.names[i], "db/CURRENT") == 0 ||
                          strcmp(files.names[i], "WATTCLAUSE") == 0;
        if (!is_watched) continue;
        wc_bytes bytes = read_whole(wc_folder_path(home_folder, files.names[i]).text);
        for (size_t at = 0; at < bytes.len; at++) {
            size_t bit = at * 8 + (size_t)wc_prng_below(&prng, 8);
            assert_int_equal(try_flip(files.names[i], bytes, bit, true), OUTCOME_REFUSED);
        }
        free(bytes.data);
    }
}

/* A file that is missing or empty is as bad as a flipped one. */
static void a_lost_file_is_never_silent(void **state)
{
    (void)state;
    wc_file_list files = list_files(home_folder);
    for (size_t i = 0; i < files.count; i++) {
        for (unsigned kind = 0; kind < 2; kind++) {
            const char *copy = path_in_test("copy");
            copy_tree(home_folder, copy);
            wc_path_text path = wc_folder_path(copy, files.names[i]);
            if (kind == 0) {
                remove_tree(path.text);
            } else {
                write_whole(path.text, (const uint8_t *)"", 0);
            }
            wc_trial trial = {copy, BLOCKS, BLOCKS, true, false};
            assert_int_not_equal(try_to_open(&trial), OUTCOME_OTHER);
            trial.is_read_only = false;
            assert_int_not_equal(try_to_open(&trial), OUTCOME_OTHER);
            remove_tree(copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_flips_over_all_files_are_never_silent),
        cmocka_unit_test(every_byte_of_manifest_and_current_is_watched),
        cmocka_unit_test(a_lost_file_is_never_silent),
    };
    return cmocka_run_group_tests(tests, make_home, remove_test_folder);
}
