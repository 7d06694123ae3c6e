/* lint ROOT: checks the sources below ROOT against the rules of rules.h. Exit code 0: clean, 1:
 * violations (on stdout), 2: ROOT cannot be read. */
#include <stdarg.h>
#include <stdio.h>

#include "tests/lint/rules.h"

void report(const source_file *file, size_t line, const char *format, ...)
{
    va_list arguments;
    printf("%s:%zu: ", file->path, line);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

bool matches_any(wc_str path, const char *patterns)
{
    while (*patterns != 0) {
        size_t len = strcspn(patterns, " ");
        wc_str pattern = {patterns, len};
        bool folder = len != 0 && patterns[len - 1] == '/';
        if (folder && path.len > len && memcmp(path.data, patterns, len) == 0) return true;
        if (wc_str_equal(pattern, WC_STR("*")) || wc_str_equal(pattern, path)) return true;
        patterns += len;
        patterns += strspn(patterns, " ");
    }
    return false;
}

bool next_line(wc_str *rest, wc_str *line)
{
    if (rest->len == 0) return false;
    size_t len = 0;
    while (len < rest->len && rest->data[len] != '\n') len++;
    *line = (wc_str){rest->data, len};
    size_t taken = len < rest->len ? len + 1 : len;
    *rest = (wc_str){rest->data + taken, rest->len - taken};
    return true;
}

static void check(const source_file *file, void *context)
{
    size_t *violations = (size_t *)context;
    *violations += check_layers(file) + check_words(file) + check_sizes(file);
}

int main(int argc, char **argv)
{
    static const char *const folders[] = {"compiler", "node", "tests", "vm"};
    size_t violations = 0;
    size_t files = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: lint ROOT\n");
        return 2;
    }
    for (size_t i = 0; i < WC_ARRAY_LEN(folders); i++) {
        files += sources_visit(argv[1], folders[i], check, &violations);
    }
    if (files == 0) {
        fprintf(stderr, "lint: no sources below %s\n", argv[1]);
        return 2;
    }
    printf("%zu files, %zu violations\n", files, violations);
    return violations == 0 ? 0 : 1;
}
