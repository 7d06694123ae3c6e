/* The rules of the house that a machine can check, file by file. Each prints "path:line: message"
 * to stdout for every violation and returns how many it found. */
#ifndef WC_TESTS_LINT_RULES_H
#define WC_TESTS_LINT_RULES_H

#include "tests/lint/source.h"

/* Every #include is one that the file's layer may have (rules_layers.c has the table). */
size_t check_layers(const source_file *file);

/* No banned word stands in code, no unfinished work in comments (rules_words.c). */
size_t check_words(const source_file *file);

/* Lengths of file, line and function, number of parameters, opening comment (rules_size.c). */
size_t check_sizes(const source_file *file);

/* ---- for the rules ------------------------------------------------------------------------------
 */

/* Prints one violation. */
void report(const source_file *file, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether path matches one of the patterns, which are separated by blanks: one that ends with '/'
 * is a folder, "*" is everything, any other is a whole path. */
bool matches_any(wc_str path, const char *patterns);

/* Takes the next line of text, without its end, off the front of *rest; false at the end. */
bool next_line(wc_str *rest, wc_str *line);

#endif
