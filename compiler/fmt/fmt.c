/* The passes of the formatter, and the check of its own work: see fmt.h. */
#include "compiler/fmt/fmt.h"

#include "compiler/fmt/pieces.h"
#include "compiler/parse/parse.h"

/* The text of the lines, with comments behind them and free lines between. */
static void put_lines(const wc_fmt_job *job, wc_buf *out)
{
    for (uint32_t i = 0; i < job->line_count; i++) {
        const wc_fmt_line *line = &job->lines[i];
        if (line->has_blank) wc_buf_put_u8(out, '\n');
        wc_buf_put(out, job->text.data + line->text, line->text_end - line->text);
        if (line->comment != 0) {
            wc_str comment = job->pieces[line->comment].text;
            for (uint32_t column = line->width; column < line->comment_at; column++)
                wc_buf_put_u8(out, ' ');
            wc_buf_put(out, comment.data, comment.len);
        }
        wc_buf_put_u8(out, '\n');
    }
}

/* size: bytes for the text; out->full when that is too little. */
static wc_status format_into(wc_fmt_job *job, size_t size, wc_buf *out)
{
    uint8_t *lines = WC_ARENA_ARRAY(job->arena, uint8_t, size);
    uint8_t *whole = WC_ARENA_ARRAY(job->arena, uint8_t, size);
    if (lines == NULL || whole == NULL) return WC_NO_MEMORY;
    wc_buf_init(&job->text, lines, size);
    wc_buf_init(out, whole, size);
    WC_TRY(wc_fmt_scan(job));
    WC_TRY(wc_fmt_lines(job));
    wc_fmt_align(job);
    for (uint32_t i = 0; i < job->line_count; i++) wc_fmt_wrap(job, &job->lines[i]);
    wc_fmt_align_comments(job);
    put_lines(job, out);
    out->full |= job->text.full;
    return WC_OK;
}

/* Most texts grow by little; one that is deeply nested without its blanks by much. */
static wc_status format(wc_fmt_job *job, wc_buf *out)
{
    const size_t most = (size_t)WC_SOURCE_MAX * 2;
    const wc_fmt_job start = *job;
    size_t mark = wc_arena_mark(job->arena), size = job->source->text.len * 2 + 4096;
    if (size < most) {
        WC_TRY(format_into(job, size, out));
        if (!out->full) return WC_OK;
        wc_arena_rewind(job->arena, mark);
        *job = start;
    }
    return format_into(job, most, out);
}

/* A contract must not change by being formatted: the tokens and comments of both texts are the
 * same, one by one. A difference is a bug of ours and stops the program before anything is written.
 */
static wc_status check_same(const wc_fmt_job *job, wc_str text)
{
    wc_sources sources;
    const wc_source *source;
    wc_sources_init(&sources, job->arena);
    WC_TRY(wc_sources_add(&sources, job->source->name, text, &source));
    wc_fmt_job again = {.arena = job->arena, .source = source};
    WC_TRY(wc_fmt_scan(&again));
    wc_assert(again.count == job->count);
    for (uint32_t i = 1; i < job->count; i++) {
        const wc_fmt_piece *was = &job->pieces[i], *is = &again.pieces[i];
        wc_assert(was->kind == is->kind && wc_str_equal(was->text, is->text));
    }
    return WC_OK;
}

static void report_size(wc_diags *diags, const wc_source *source)
{
    wc_span start = {0, 0, source->file};
    (void)wc_diag_report(diags, WC_E0112, start,
                         "formatted, the file would be larger than {} bytes", WC_SOURCE_MAX);
}

wc_status wc_fmt(wc_arena *arena, wc_diags *diags, const wc_source *source, wc_str *text)
{
    wc_ast_file *file;
    wc_buf out;
    uint32_t errors = diags->error_count;
    wc_str none = {NULL, 0};
    WC_TRY(wc_parse(arena, diags, source, &file));
    if (diags->error_count != errors) {
        *text = none;
        return WC_OK;
    }
    wc_fmt_job job = {.arena = arena, .source = source};
    WC_TRY(format(&job, &out));
    if (out.full || out.len > WC_SOURCE_MAX) {
        report_size(diags, source);
        *text = none;
        return wc_diags_status(diags);
    }
    wc_str formatted = {(const char *)out.data, out.len};
    WC_TRY(check_same(&job, formatted));
    *text = formatted;
    return WC_OK;
}
