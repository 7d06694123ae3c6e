/* Sources: lines, places, limits, files, and a full arena. */
#define _POSIX_C_SOURCE 200809L

#include "compiler/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/compiler_front/front.h"

static void assert_place(const wc_source *source, uint32_t offset, uint32_t line, uint32_t column)
{
    wc_place place = wc_source_place(source, offset);
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

static void assert_line(const wc_source *source, uint32_t line, const char *text)
{
    wc_str actual = wc_source_line(source, line);
    assert_int_equal(actual.len, strlen(text));
    assert_memory_equal(actual.data, text, actual.len);
}

static void places_count_lines_and_characters_from_one(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    const wc_source *source = front_add(&f, WC_STR("ab\n\n\xe5\x90\x88x\ty\r\nz"));
    assert_int_equal(source->line_count, 4);
    assert_place(source, 0, 1, 1);
    assert_place(source, 2, 1, 3); /* the line end belongs to its line */
    assert_place(source, 3, 2, 1);
    assert_place(source, 4, 3, 1);
    assert_place(source, 7, 3, 2); /* behind a character of three bytes */
    assert_place(source, 9, 3, 4); /* a tab is one character */
    assert_place(source, 12, 4, 1);
    assert_place(source, 13, 4, 2); /* the end of the text */
    front_close(&f);
}

static void lines_come_without_their_ends(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    const wc_source *source = front_add(&f, WC_STR("ab\n\ncd\r\nz"));
    assert_line(source, 1, "ab");
    assert_line(source, 2, "");
    assert_line(source, 3, "cd");
    assert_line(source, 4, "z");
    source = front_add(&f, WC_STR("a\n"));
    assert_int_equal(source->line_count, 2);
    assert_line(source, 2, "");
    source = front_add(&f, WC_STR(""));
    assert_int_equal(source->line_count, 1);
    assert_line(source, 1, "");
    front_close(&f);
}

static void a_source_is_a_copy_with_a_sentinel(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    char text[] = {'a', '\0', 'b'};
    const wc_source *source = front_add(&f, (wc_str){text, sizeof text});
    text[0] = 'x';
    assert_int_equal(source->text.len, 3);
    assert_memory_equal(source->text.data, "a\0b", 4); /* with the sentinel */
    assert_int_equal(source->file, 0);
    assert_int_equal(front_add(&f, WC_STR("c"))->file, 1);
    wc_span span = {2, 3, 0};
    assert_ptr_equal(wc_sources_of(f.sources, span), source);
    assert_true(wc_str_equal(wc_source_text(source, span), WC_STR("b")));
    front_close(&f);
}

static void a_source_that_is_too_large_is_kept_empty(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    char *text = calloc(1, WC_SOURCE_MAX + 1);
    assert_non_null(text);
    assert_false(front_add(&f, (wc_str){text, WC_SOURCE_MAX})->is_too_large);
    const wc_source *source = front_add(&f, (wc_str){text, WC_SOURCE_MAX + 1});
    assert_true(source->is_too_large);
    assert_int_equal(source->text.len, 0);
    free(text);
    front_close(&f);
}

static void the_number_of_sources_is_limited(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    for (size_t i = 0; i < WC_SOURCES_MAX; i++) (void)front_add(&f, WC_STR("x"));
    const wc_source *source = NULL;
    assert_status(wc_sources_add(f.sources, WC_STR("n"), WC_STR("x"), &source), WC_TOO_LARGE);
    assert_status(wc_sources_read(f.sources, "/nothing/there", &source), WC_TOO_LARGE);
    assert_null(source);
    front_close(&f);
}

static void a_full_arena_adds_nothing(void **state)
{
    (void)state;
    for (uint64_t granted = 0; granted < 4; granted++) { /* text, source, name, lines */
        front f;
        front_open(&f);
        f.arena.fail_after = granted;
        const wc_source *source = NULL;
        assert_status(wc_sources_add(f.sources, WC_STR("n"), WC_STR("x"), &source), WC_NO_MEMORY);
        assert_null(source);
        assert_int_equal(f.sources->count, 0);
        assert_int_equal(f.arena.used, 0);
        front_close(&f);
    }
}

/* ---- files --------------------------------------------------------------------------------- */

/* Writes size bytes 'x' to a new temporary file. */
static void make_file(char *path, size_t size)
{
    int handle = mkstemp(path);
    assert_true(handle >= 0);
    FILE *file = fdopen(handle, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < size; i++) assert_int_equal(fputc('x', file), 'x');
    assert_int_equal(fclose(file), 0);
}

static void files_are_read_up_to_the_limit(void **state)
{
    (void)state;
    for (size_t size = WC_SOURCE_MAX - 1; size <= WC_SOURCE_MAX + 1; size++) {
        front f;
        front_open(&f);
        char path[] = "/tmp/wattclause-source-XXXXXX";
        make_file(path, size);
        const wc_source *source = NULL;
        assert_status(wc_sources_read(f.sources, path, &source), WC_OK);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(source->is_too_large, size > WC_SOURCE_MAX);
        assert_int_equal(source->text.len, size > WC_SOURCE_MAX ? 0 : size);
        assert_int_equal(source->text.data[source->text.len], '\0');
        assert_true(wc_str_equal(source->name, wc_str_of(path)));
        front_close(&f);
    }
}

static void files_that_cannot_be_read_have_a_status_each(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    const wc_source *source = NULL;
    assert_status(wc_sources_read(f.sources, "/nothing/there", &source), WC_NOT_FOUND);
    assert_status(wc_sources_read(f.sources, "/tmp", &source), WC_IO);
    assert_status(wc_sources_read(f.sources, "/dev/null/x", &source), WC_IO);
    int ends[2];
    char pipe_path[40];
    assert_int_equal(pipe(ends), 0);
    (void)snprintf(pipe_path, sizeof pipe_path, "/dev/fd/%d", ends[0]);
    assert_status(wc_sources_read(f.sources, pipe_path, &source), WC_IO);
    (void)close(ends[0]);
    (void)close(ends[1]);
    for (uint64_t granted = 0; granted < 4; granted++) { /* text, source, name, lines */
        char path[] = "/tmp/wattclause-source-XXXXXX";
        make_file(path, 3);
        f.arena.fail_after = granted;
        assert_status(wc_sources_read(f.sources, path, &source), WC_NO_MEMORY);
        assert_int_equal(unlink(path), 0);
    }
    assert_null(source);
    assert_int_equal(f.sources->count, 0);
    front_close(&f);
}

static void assert_whole(const char *text, uint32_t start, uint32_t end, uint32_t from, uint32_t to)
{
    front f;
    front_open(&f);
    const wc_source *source = front_add(&f, wc_str_of(text));
    wc_span whole = wc_source_whole_lines(source, (wc_span){start, end, source->file});
    assert_int_equal(whole.start, from);
    assert_int_equal(whole.end, to);
    front_close(&f);
}

/* What goes with a statement that is deleted: its line, when nothing else stands on it. */
static void a_statement_goes_with_its_line(void **state)
{
    (void)state;
    assert_whole("x;\ny;\n", 0, 1, 0, 3);
    assert_whole("a;\n\t x; \t\ny;\n", 5, 6, 3, 10);
    assert_whole("a; x;\ny;\n", 3, 4, 3, 5);
    assert_whole("x; y;\n", 0, 1, 0, 3);
    assert_whole("a;\nx;", 3, 4, 3, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_count_lines_and_characters_from_one),
        cmocka_unit_test(lines_come_without_their_ends),
        cmocka_unit_test(a_source_is_a_copy_with_a_sentinel),
        cmocka_unit_test(a_source_that_is_too_large_is_kept_empty),
        cmocka_unit_test(the_number_of_sources_is_limited),
        cmocka_unit_test(a_full_arena_adds_nothing),
        cmocka_unit_test(files_are_read_up_to_the_limit),
        cmocka_unit_test(files_that_cannot_be_read_have_a_status_each),
        cmocka_unit_test(a_statement_goes_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
