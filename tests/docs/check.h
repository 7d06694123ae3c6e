/* The rules for documentation, page by page. Each prints "path:line: message" to stdout for every
 * violation and returns how many it found. */
#ifndef WC_TESTS_DOCS_CHECK_H
#define WC_TESTS_DOCS_CHECK_H

#include "vm/base/slice.h"

#define DOC_PATH_MAX  1024
#define DOC_PAGES_MAX 1024

/* A Markdown page. */
typedef struct doc_file {
    char path[DOC_PATH_MAX]; /* from the root, with '/' */
    char *text;              /* len bytes and a NUL */
    size_t len;
    bool is_listed; /* docs/index.md links to it (check_links) */
} doc_file;

typedef struct doc_files {
    const char *root;
    doc_file pages[DOC_PAGES_MAX]; /* in the order of paths within each folder */
    size_t count;
} doc_files;

/* Reads every page below root/path, which is a folder or a page; nothing when there is none.
 * Folders named "planted", which hold violations on purpose, are left out. Exits with a message
 * when a page cannot be read. */
void doc_files_read(doc_files *files, const char *path);

/* Whether root/path exists. */
bool doc_exists(const char *root, const char *path);

/* Every relative link leads to a file or folder inside the root; one with `#heading` to a heading
 * of that page. Text in code is not looked at. Marks what docs/index.md links to. */
size_t check_links(doc_files *files);

/* docs/index.md links to every page below docs/, and its list of decisions ascends. After
 * check_links. */
size_t check_index(const doc_files *files);

/* The decisions in docs/adr are numbered from 1 without gap, each number once, and the first line
 * says the same number. */
size_t check_decisions(const doc_files *files);

#endif
