/* Compare with, or rewrite, a stored text. */
#include "tests/support/golden.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/test.h"

wc_slice wc_test_read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail_msg("cannot open %s", path);
    size_t len = 0;
    size_t capacity = 4096;
    uint8_t *data = malloc(capacity);
    assert_non_null(data);
    for (size_t got; (got = fread(data + len, 1, capacity - len - 1, file)) != 0;) {
        len += got;
        if (capacity - len > 1) continue;
        capacity *= 2;
        data = realloc(data, capacity);
        assert_non_null(data);
    }
    if (ferror(file)) fail_msg("cannot read %s", path);
    (void)fclose(file);
    data[len] = 0;
    return wc_slice_of(data, len);
}

static void rewrite(const char *path, wc_slice text)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) fail_msg("cannot write %s", path);
    bool written = text.len == 0 || fwrite(text.data, 1, text.len, file) == text.len;
    if (fclose(file) != 0 || !written) fail_msg("cannot write %s", path);
    fprintf(stderr, "rewrote %s\n", path);
}

/* Length of the line that starts at `at`, without its end. */
static int line_length(wc_slice text, size_t at)
{
    size_t end = at;
    while (end < text.len && text.data[end] != '\n') end++;
    return (int)(end - at);
}

static void fail_at_first_difference(const char *path, wc_slice expected, wc_slice actual)
{
    int line = 1;
    size_t start = 0;
    for (size_t i = 0; i < expected.len && i < actual.len; i++) {
        if (expected.data[i] != actual.data[i]) break;
        if (expected.data[i] != '\n') continue;
        line++;
        start = i + 1;
    }
    fail_msg("%s:%d differs (WATTCLAUSE_GOLDEN=rewrite accepts the new text)\n"
             "expected: %.*s\n  actual: %.*s",
             path, line, line_length(expected, start), (const char *)expected.data + start,
             line_length(actual, start),
             start < actual.len ? (const char *)actual.data + start : "");
}

void wc_golden_check(const char *path, wc_slice actual)
{
    const char *mode = getenv("WATTCLAUSE_GOLDEN");
    if (mode != NULL && strcmp(mode, "rewrite") == 0) {
        rewrite(path, actual);
        return;
    }
    wc_slice expected = wc_test_read_file(path);
    if (!wc_slice_equal(expected, actual)) fail_at_first_difference(path, expected, actual);
    free((void *)(uintptr_t)expected.data);
}
