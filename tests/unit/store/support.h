/* What the store's tests share: a temporary folder, files as bytes, child processes, a small chain.
 */
#ifndef WC_TESTS_UNIT_STORE_SUPPORT_H
#define WC_TESTS_UNIT_STORE_SUPPORT_H

#include "node/store/folder.h"
#include "node/store/seal.h"
#include "node/store/store.h"
#include "tests/support/test.h"

/* The folder of this test program; made by setup, removed with everything in it by teardown. */
extern char test_folder[64];
int make_test_folder(void **state);
int remove_test_folder(void **state);

/* test_folder/name; lives as long as the program. */
const char *path_in_test(const char *name);

void remove_tree(const char *path);
void copy_tree(const char *from, const char *to);

typedef struct wc_bytes {
    uint8_t *data; /* owned; free() */
    size_t len;
} wc_bytes;

wc_bytes read_whole(const char *path);
void write_whole(const char *path, const uint8_t *data, size_t len);

/* Writes path again with `bit` of it inverted, from the unchanged bytes. */
void write_flipped(const char *path, wc_bytes bytes, size_t bit);

/* Names (relative to root) of all regular files below root, sorted. */
#define TEST_FILES_MAX 64

typedef struct wc_file_list {
    char names[TEST_FILES_MAX][96];
    size_t count;
} wc_file_list;

wc_file_list list_files(const char *root);

/* Path of the one file in folder/db that is "PREFIX...SUFFIX" with the highest number. */
wc_path_text newest_file(const char *folder, const char *prefix, const char *suffix);

/* Runs body in a child and gives its exit code; -1 when a signal ended it. What it wrote to stderr
 * is in child_stderr afterwards. body returns the exit code of a child that does not stop on its
 * own. */
extern char child_stderr[4096];
int run_child(int (*body)(const void *argument), const void *argument);

/* ---- a chain of small blocks --------------------------------------------------------------------
 * Block n writes, in one commit: meta "seq" -> n, chain 'r' n -> 60 bytes, state of a few accounts.
 */
void commit_block(const wc_store *store, uint64_t seq);

/* Number of the newest block; 0 when there is none. */
uint64_t newest_block(const wc_store *store);

/* The hash that stands for record seq. */
wc_hash block_hash(uint64_t seq);

/* SHA-256 over every key and value of all families, as they are now. */
wc_hash content_hash(const wc_store *store);

/* The hash that a store holding exactly blocks 1..seq has (from a memory store). */
wc_hash expected_content(uint64_t seq);

/* Opens with small memory; the report is in test_report. */
extern wc_store_report test_report;
wc_status open_folder(wc_store *store, const char *folder, bool create, bool read_only);

/* Makes folder with blocks 1..count; is_flushed closes and reopens with a tiny memtable in between,
 * so that table files exist besides the log. */
void make_chain(const char *folder, uint64_t count, bool is_flushed);

#endif
