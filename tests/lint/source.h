/* Source files for the linter: finding them, and reading them in two forms.
 *
 * `raw` is the file as it is. `code` has the same length and the same line ends, but comments and
 * the contents of string and character literals are blank: a rule that looks for words in code
 * cannot be misled by text. */
#ifndef WC_TESTS_LINT_SOURCE_H
#define WC_TESTS_LINT_SOURCE_H

#include "vm/base/slice.h"

typedef struct source_file {
    const char *path; /* from the root, with '/' */
    char *raw;        /* len bytes and a NUL */
    char *code;       /* len bytes and a NUL */
    size_t len;
} source_file;

typedef void (*source_visitor)(const source_file *file, void *context);

/* Calls visit for each C-like file (.c .h .def .inc .re .y) below root/folder, in the order of
 * paths. Folders named "planted", which hold violations on purpose, are left out unless root is
 * one. Returns the number of files; exits with a message when one cannot be read. */
size_t sources_visit(const char *root, const char *folder, source_visitor visit, void *context);

/* Copies text with comments and literals blanked; out has len + 1 bytes. */
void source_blank(const char *text, size_t len, char *out);

#endif
