/* Columns: what lines next to each other have in common stands under each other. A free line, or
 * another block, ends a run of such lines; comments of their own do not. */
#include "compiler/fmt/pieces.h"

/* The piece that the column of the line is about; 0: it has none. */
static uint32_t mark_of(const wc_fmt_job *job, const wc_fmt_line *line)
{
    if (line->column == WC_FMT_COLUMN_NONE) return 0;
    bool is_type = line->column == WC_FMT_COLUMN_TYPE;
    for (uint32_t i = line->first;; i++) { /* ends: such a line has its mark */
        const wc_fmt_piece *piece = &job->pieces[i];
        wc_assert(i < line->end);
        bool is_it = is_type ? piece->kind == WC_TOKEN_ASSIGN : piece->role == WC_FMT_TYPE_COLON;
        if (is_it) return i;
    }
}

static bool is_comment(const wc_fmt_job *job, const wc_fmt_line *line)
{
    return job->pieces[line->first].kind == WC_TOKEN_COMMENT;
}

/* ---- names --------------------------------------------------------------------------------- */

/* The end of the run of lines that begins with `from`. */
static uint32_t run_end(const wc_fmt_job *job, uint32_t from)
{
    const wc_fmt_line *first = &job->lines[from];
    uint32_t end = from + 1;
    while (end < job->line_count) {
        const wc_fmt_line *line = &job->lines[end];
        bool is_same = line->block == first->block && !line->has_blank &&
                       (line->column == first->column || is_comment(job, line));
        if (!is_same) break;
        end++;
    }
    return end;
}

static void align_run(const wc_fmt_job *job, uint32_t from, uint32_t end)
{
    uint32_t widest = 0;
    for (uint32_t i = from; i < end; i++) {
        const wc_fmt_line *line = &job->lines[i];
        uint32_t mark = mark_of(job, line);
        uint32_t width = mark == 0 ? 0 : wc_fmt_flat(job, line->first, mark);
        if (width < WC_FMT_NEVER && width > widest) widest = width;
    }
    for (uint32_t i = from; i < end; i++) {
        wc_fmt_line *line = &job->lines[i];
        uint32_t mark = mark_of(job, line);
        uint32_t width = mark == 0 ? WC_FMT_NEVER : wc_fmt_flat(job, line->first, mark);
        if (width >= WC_FMT_NEVER) continue;
        line->padded = mark;
        line->padding = widest - width;
    }
}

void wc_fmt_align(wc_fmt_job *job)
{
    for (uint32_t i = 0; i < job->line_count;) {
        uint32_t end = run_end(job, i);
        if (job->lines[i].column != WC_FMT_COLUMN_NONE) align_run(job, i, end);
        i = end;
    }
}

/* ---- comments behind lines ----------------------------------------------------------------- */

/* In blocks of fields the run goes over lines without a comment, elsewhere each line has one. */
static bool continues(const wc_fmt_job *job, uint32_t from, uint32_t at)
{
    const wc_fmt_line *first = &job->lines[from], *line = &job->lines[at];
    if (line->block != first->block || line->has_blank || line->indent != first->indent)
        return false;
    return line->comment != 0 || (first->is_listed && line->is_listed);
}

static uint32_t comment_width(const wc_fmt_job *job, const wc_fmt_line *line)
{
    return job->pieces[line->comment].width;
}

/* The next column that is a multiple of the indent, at least two behind the text. */
static uint32_t column_behind(uint32_t width)
{
    return (width + 2 + WC_FMT_INDENT - 1) / WC_FMT_INDENT * WC_FMT_INDENT;
}

static void align_comments(wc_fmt_job *job, uint32_t from, uint32_t end)
{
    uint32_t widest = 0, longest = 0;
    for (uint32_t i = from; i < end; i++) {
        const wc_fmt_line *line = &job->lines[i];
        if (line->comment == 0) continue;
        if (line->width > widest) widest = line->width;
        if (comment_width(job, line) > longest) longest = comment_width(job, line);
    }
    bool is_column = column_behind(widest) + longest <= WC_FMT_WIDTH;
    for (uint32_t i = from; i < end; i++) {
        wc_fmt_line *line = &job->lines[i];
        if (line->comment == 0) continue;
        uint32_t own = column_behind(line->width);
        bool is_own = own + comment_width(job, line) <= WC_FMT_WIDTH;
        line->comment_at = is_column ? column_behind(widest) : is_own ? own : line->width + 2;
    }
}

void wc_fmt_align_comments(wc_fmt_job *job)
{
    for (uint32_t i = 0; i < job->line_count;) {
        uint32_t end = i + 1;
        bool is_run = job->lines[i].comment != 0 || job->lines[i].is_listed;
        while (is_run && end < job->line_count && continues(job, i, end)) end++;
        align_comments(job, i, end);
        i = end;
    }
}
