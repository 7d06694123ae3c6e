/* See front.h. */
#include "tests/unit/compiler_front/front.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/golden.h"

#define ARENA_SIZE (8u << 20)
#define TEXT_SIZE  (1u << 20)

void front_open(front *f)
{
    memset(f, 0, sizeof *f);
    f->memory = aligned_alloc(16, ARENA_SIZE);
    f->sources = malloc(sizeof *f->sources);
    f->text = malloc(TEXT_SIZE);
    assert_non_null(f->memory);
    assert_non_null(f->sources);
    assert_non_null(f->text);
    front_reset(f);
}

void front_reset(front *f)
{
    wc_arena_init(&f->arena, f->memory, ARENA_SIZE);
    wc_sources_init(f->sources, &f->arena);
    wc_diags_init(&f->diags, &f->arena, f->sources);
}

void front_close(front *f)
{
    free(f->memory);
    free(f->sources);
    free(f->text);
}

const wc_source *front_add(front *f, wc_str text)
{
    assert_status(wc_sources_add(f->sources, WC_STR("test.clause"), text, &f->source), WC_OK);
    return f->source;
}

wc_ast_file *front_parse_bytes(front *f, wc_str text)
{
    wc_ast_file *file = NULL;
    assert_status(wc_parse(&f->arena, &f->diags, front_add(f, text), &file), WC_OK);
    assert_non_null(file);
    return file;
}

wc_ast_file *front_parse(front *f, const char *text)
{
    return front_parse_bytes(f, wc_str_of(text));
}

static const char *finish(front *f, wc_buf *buf)
{
    assert_status(wc_buf_status(buf), WC_OK);
    f->text[buf->len] = '\0';
    return f->text;
}

const char *front_report(front *f)
{
    wc_buf buf;
    wc_buf_init(&buf, f->text, TEXT_SIZE - 1);
    for (const wc_diag *diag = f->diags.first; diag != NULL; diag = diag->next) {
        const wc_source *source = wc_sources_of(f->sources, diag->span);
        wc_place place = wc_source_place(source, diag->span.start);
        wc_format(&buf, "{}:{} {} ", place.line, place.column, wc_diag_info_of(diag->code)->name);
        wc_buf_put(&buf, diag->message.data, diag->message.len);
        wc_buf_put_u8(&buf, '\n');
    }
    return finish(f, &buf);
}

const char *front_render(front *f, wc_diag_format format, bool colour)
{
    wc_buf buf;
    wc_buf_init(&buf, f->text, TEXT_SIZE - 1);
    wc_diags_render(&f->diags, &buf, format, colour);
    return finish(f, &buf);
}

const char *front_dump(front *f, const wc_ast_file *file)
{
    wc_buf buf;
    wc_buf_init(&buf, f->text, TEXT_SIZE - 1);
    wc_ast_dump(&buf, file);
    return finish(f, &buf);
}

void front_expect(const char *text, const char *report)
{
    front f;
    front_open(&f);
    (void)front_parse(&f, text);
    assert_string_equal(front_report(&f), report);
    front_close(&f);
}

wc_str front_data(const char *name)
{
    char path[1024];
    int len = snprintf(path, sizeof path, "%s/%s", WC_TEST_DATA, name);
    assert_true(len > 0 && (size_t)len < sizeof path);
    wc_slice bytes = wc_test_read_file(path);
    return (wc_str){(const char *)bytes.data, bytes.len};
}
