/* Diagnostics for people: the short form, the long form with source lines, and `explain`.
 *
 *     error[E0201]: found `5`, expected `=`
 *       --> demo.clause:2:19
 *        |
 *      2 | const limit : int 5;
 *        |                   ^
 *        = try: `=` ...
 *
 * A source line is shown once; below it one line of marks (^ primary, - label), then the labels'
 * texts, each under its mark, the rightmost on the line of marks itself. Tabs count as four
 * columns, wide characters as two (lex/utf8.h), so marks stand under what they mean. */
#include "compiler/diag.h"
#include "compiler/diag_json.h"
#include "compiler/lex/utf8.h"

#define TAB_WIDTH      4u
#define MARKS_MAX      17u  /* the primary span and its labels, on one line */
#define LINE_SHOWN_MAX 200u /* columns of a source line that are shown */

/* ---- colour -------------------------------------------------------------------------------- */

typedef enum paint {
    PAINT_PLAIN,
    PAINT_ERROR,
    PAINT_WARNING,
    PAINT_FRAME,
    PAINT_STRONG
} paint;

typedef struct printer {
    wc_buf *buf;
    const wc_sources *sources;
    bool colour;
    unsigned gutter; /* columns of the widest line number */
} printer;

static void paint_set(const printer *out, paint which)
{
    static const char *const codes[] = {"\033[0m", "\033[1;31m", "\033[1;33m", "\033[1;34m",
                                        "\033[1m"};
    if (out->colour) wc_buf_put_text(out->buf, codes[which]);
}

static void put_painted(const printer *out, paint which, const char *text)
{
    paint_set(out, which);
    wc_buf_put_text(out->buf, text);
    paint_set(out, PAINT_PLAIN);
}

static void put_repeated(wc_buf *buf, char c, size_t count)
{
    for (size_t i = 0; i < count; i++) wc_buf_put_u8(buf, (uint8_t)c);
}

/* ---- a line and its marks ------------------------------------------------------------------ */

typedef struct mark {
    uint32_t first; /* columns on the screen from the line's start, [first, end) */
    uint32_t end;   /* > first */
    bool is_primary;
    wc_str text;
} mark;

static unsigned shown_width(wc_utf8_char character)
{
    if (character.code == '\t') return TAB_WIDTH;
    if (!character.is_valid) return 4; /* \xff */
    if (!wc_utf8_is_control(character.code) && !wc_utf8_is_bidi(character.code))
        return wc_utf8_width(character.code);
    unsigned digits = character.code < 0x100 ? 2 : 4;
    return digits + 4; /* \u{..} */
}

/* The column on the screen at which the byte at `at` of a line is shown. */
static uint32_t shown_column(wc_str line, size_t at)
{
    uint32_t column = 0;
    for (size_t i = 0; i < at && i < line.len;) {
        wc_utf8_char character = wc_utf8_at(line, i);
        column += shown_width(character);
        i += character.len;
    }
    return column;
}

/* Shows the line with tabs as blanks, up to LINE_SHOWN_MAX columns. */
static void put_line(wc_buf *buf, wc_str line)
{
    uint32_t column = 0;
    for (size_t i = 0; i < line.len;) {
        wc_utf8_char character = wc_utf8_at(line, i);
        column += shown_width(character);
        if (column > LINE_SHOWN_MAX) {
            wc_buf_put_text(buf, "...");
            return;
        }
        if (character.code == '\t')
            put_repeated(buf, ' ', TAB_WIDTH);
        else
            wc_utf8_put_escaped(buf, (wc_str){line.data + i, character.len}, character.len);
        i += character.len;
    }
}

static void put_gutter(const printer *out, uint32_t line)
{
    uint8_t memory[16];
    wc_buf number;
    wc_buf_init(&number, memory, sizeof memory);
    if (line != 0) wc_buf_put_decimal(&number, line);
    paint_set(out, PAINT_FRAME);
    put_repeated(out->buf, ' ', 1 + out->gutter - number.len);
    wc_buf_put_slice(out->buf, wc_buf_slice(&number));
    wc_buf_put_text(out->buf, " |");
    paint_set(out, PAINT_PLAIN);
}

static paint paint_of(const mark *m, wc_severity severity)
{
    if (!m->is_primary) return PAINT_FRAME;
    return severity == WC_SEVERITY_ERROR ? PAINT_ERROR : PAINT_WARNING;
}

/* Marks never overlap a column of one before them: they are drawn in order of their starts, and a
 * mark inside another is drawn over it. */
static void put_mark_row(const printer *out, const mark *marks, size_t count, wc_severity severity)
{
    char row[LINE_SHOWN_MAX + 4];
    uint32_t width = 0;
    memset(row, ' ', sizeof row);
    for (size_t pass = 0; pass < 2; pass++) { /* the primary span last: it is never covered */
        for (size_t i = 0; i < count; i++) {
            if (marks[i].is_primary != (pass == 1)) continue;
            for (uint32_t c = marks[i].first; c < marks[i].end && c < sizeof row; c++)
                row[c] = marks[i].is_primary ? '^' : '-';
            uint32_t end = marks[i].end < sizeof row ? marks[i].end : (uint32_t)sizeof row;
            if (end > width) width = end;
        }
    }
    paint_set(out, severity == WC_SEVERITY_ERROR ? PAINT_ERROR : PAINT_WARNING);
    wc_buf_put(out->buf, row, width);
    paint_set(out, PAINT_PLAIN);
}

/* The texts that do not stand on the row of marks: from the right to the left, each on a line of
 * its own, with a bar under every mark that still waits for its text. */
static void put_label_rows(const printer *out, const mark *marks, size_t count,
                           wc_severity severity)
{
    for (size_t left = count; left > 0; left--) {
        const mark *current = &marks[left - 1];
        if (current->text.len == 0) continue;
        put_gutter(out, 0);
        wc_buf_put_u8(out->buf, ' ');
        uint32_t column = 0;
        for (size_t i = 0; i + 1 < left; i++) {
            bool is_free = marks[i].first >= column && marks[i].first < current->first;
            if (marks[i].text.len == 0 || !is_free) continue;
            put_repeated(out->buf, ' ', marks[i].first - column);
            put_painted(out, paint_of(&marks[i], severity), "|");
            column = marks[i].first + 1;
        }
        if (current->first > column) put_repeated(out->buf, ' ', current->first - column);
        paint_set(out, paint_of(current, severity));
        wc_buf_put(out->buf, current->text.data, current->text.len);
        paint_set(out, PAINT_PLAIN);
        wc_buf_put_u8(out->buf, '\n');
    }
}

static void put_marked_line(const printer *out, const wc_source *source, uint32_t line,
                            const mark *marks, size_t count, wc_severity severity)
{
    put_gutter(out, line);
    wc_buf_put_u8(out->buf, ' ');
    put_line(out->buf, wc_source_line(source, line));
    wc_buf_put_u8(out->buf, '\n');

    put_gutter(out, 0);
    wc_buf_put_u8(out->buf, ' ');
    put_mark_row(out, marks, count, severity);
    const mark *last = &marks[count - 1];
    bool is_rightmost = true;
    for (size_t i = 0; i + 1 < count; i++) is_rightmost &= marks[i].end <= last->end;
    size_t left = count;
    if (last->text.len != 0 && is_rightmost) {
        wc_buf_put_u8(out->buf, ' ');
        paint_set(out, paint_of(last, severity));
        wc_buf_put(out->buf, last->text.data, last->text.len);
        paint_set(out, PAINT_PLAIN);
        left--;
    }
    wc_buf_put_u8(out->buf, '\n');
    put_label_rows(out, marks, left, severity);
}

/* ---- a diagnostic -------------------------------------------------------------------------- */

/* A span as it is shown: on the line it starts on. */
typedef struct shown {
    const wc_source *source;
    uint32_t line;
    mark mark;
} shown;

static shown shown_of(const printer *out, wc_span span, bool is_primary, wc_str text)
{
    const wc_source *source = wc_sources_of(out->sources, span);
    uint32_t line = wc_source_place(source, span.start).line;
    wc_str line_text = wc_source_line(source, line);
    uint32_t start = source->lines[line - 1];
    uint32_t first = shown_column(line_text, span.start - start);
    uint32_t end = shown_column(line_text, span.end - start);
    if (first > LINE_SHOWN_MAX) first = LINE_SHOWN_MAX;
    if (end <= first) end = first + 1;
    return (shown){source, line, {first, end, is_primary, text}};
}

static bool is_same_line(const shown *a, const shown *b)
{
    return a->line == b->line; /* of one file: put_file */
}

static bool comes_before(const shown *a, const shown *b)
{
    if (a->source != b->source) return a->source->file < b->source->file;
    if (a->line != b->line) return a->line < b->line;
    return a->mark.first < b->mark.first;
}

/* Inserts in order of file, line and column; what is beyond MARKS_MAX is left out. */
static void shown_add(shown *all, size_t *count, shown added)
{
    if (*count == MARKS_MAX) return;
    size_t at = *count;
    while (at > 0 && comes_before(&added, &all[at - 1])) {
        all[at] = all[at - 1];
        at--;
    }
    all[at] = added;
    *count += 1;
}

static void put_location(const printer *out, const char *arrow, wc_span span)
{
    const wc_source *source = wc_sources_of(out->sources, span);
    wc_place place = wc_source_place(source, span.start);
    put_repeated(out->buf, ' ', 1 + out->gutter);
    put_painted(out, PAINT_FRAME, arrow);
    wc_format(out->buf, " {}:{}:{}\n", source->name, place.line, place.column);
}

/* The marks of all[0..count) that stand on the line of all[0]; returns how many. */
static size_t put_shown_line(const printer *out, const shown *all, size_t count,
                             wc_severity severity)
{
    mark marks[MARKS_MAX];
    size_t taken = 0;
    for (; taken < count && is_same_line(&all[0], &all[taken]); taken++)
        marks[taken] = all[taken].mark;
    put_marked_line(out, all[0].source, all[0].line, marks, taken, severity);
    return taken;
}

/* The lines of one file, with dots where lines are left out. */
static void put_file(const printer *out, const shown *all, size_t count, wc_severity severity)
{
    for (size_t i = 0; i < count;) {
        if (i != 0 && all[i].line > all[i - 1].line + 1) {
            put_repeated(out->buf, ' ', 1 + out->gutter);
            put_painted(out, PAINT_FRAME, "...\n");
        }
        i += put_shown_line(out, all + i, count - i, severity);
    }
}

/* The first entry of all[from..count) that lies in another file than all[from]. */
static size_t file_end(const shown *all, size_t from, size_t count)
{
    size_t end = from;
    while (end < count && all[end].source == all[from].source) end++;
    return end;
}

/* All marked lines: the file of the primary span first, then the others. */
static void put_files(const printer *out, const wc_diag *diag, const shown *all, size_t count)
{
    const wc_source *primary = wc_sources_of(out->sources, diag->span);
    put_location(out, "-->", diag->span);
    put_gutter(out, 0);
    wc_buf_put_u8(out->buf, '\n');
    for (size_t i = 0; i < count; i = file_end(all, i, count)) {
        if (all[i].source == primary)
            put_file(out, all + i, file_end(all, i, count) - i, diag->severity);
    }
    for (size_t i = 0; i < count; i = file_end(all, i, count)) {
        if (all[i].source == primary) continue;
        uint32_t start = all[i].source->lines[all[i].line - 1];
        put_location(out, ":::", (wc_span){start, start, all[i].source->file});
        put_file(out, all + i, file_end(all, i, count) - i, diag->severity);
    }
}

static const char *severity_name(wc_severity severity)
{
    return severity == WC_SEVERITY_ERROR ? "error" : "warning";
}

static void put_remark(const printer *out, const char *kind, wc_str text)
{
    put_repeated(out->buf, ' ', 2 + out->gutter);
    put_painted(out, PAINT_FRAME, "= ");
    put_painted(out, PAINT_STRONG, kind);
    wc_buf_put(out->buf, text.data, text.len);
    wc_buf_put_u8(out->buf, '\n');
}

static unsigned digits_of(uint32_t number)
{
    unsigned digits = 1;
    for (; number >= 10; number /= 10) digits++;
    return digits;
}

static void put_human(const wc_diags *diags, const wc_diag *diag, wc_buf *buf, bool colour)
{
    printer out = {buf, diags->sources, colour, 1};
    shown all[MARKS_MAX];
    size_t count = 0;
    shown_add(all, &count, shown_of(&out, diag->span, true, diag->here));
    for (const wc_diag_label *label = diag->labels; label != NULL; label = label->next)
        shown_add(all, &count, shown_of(&out, label->span, false, label->text));
    for (size_t i = 0; i < count; i++) {
        unsigned digits = digits_of(all[i].line);
        if (digits > out.gutter) out.gutter = digits;
    }

    paint_set(&out, diag->severity == WC_SEVERITY_ERROR ? PAINT_ERROR : PAINT_WARNING);
    wc_format(buf, "{}[{}]", severity_name(diag->severity), wc_diag_info_of(diag->code)->name);
    paint_set(&out, PAINT_STRONG);
    wc_buf_put_text(buf, ": ");
    wc_buf_put(buf, diag->message.data, diag->message.len);
    paint_set(&out, PAINT_PLAIN);
    wc_buf_put_u8(buf, '\n');
    put_files(&out, diag, all, count);
    for (const wc_diag_note *note = diag->notes; note != NULL; note = note->next)
        put_remark(&out, "", note->text);
    for (const wc_diag_fix *fix = diag->fixes; fix != NULL; fix = fix->next)
        put_remark(&out, "try: ", fix->title);
    wc_buf_put_u8(buf, '\n');
}

static void put_short(const wc_diags *diags, const wc_diag *diag, wc_buf *buf)
{
    const wc_source *source = wc_sources_of(diags->sources, diag->span);
    wc_place place = wc_source_place(source, diag->span.start);
    wc_format(buf, "{}:{}:{}: {}[{}]: ", source->name, place.line, place.column,
              severity_name(diag->severity), wc_diag_info_of(diag->code)->name);
    wc_buf_put(buf, diag->message.data, diag->message.len);
    wc_buf_put_u8(buf, '\n');
}

static void put_suppressed(const wc_diags *diags, wc_buf *buf)
{
    if (diags->error_count > WC_ERRORS_MAX)
        wc_format(buf, "{} more errors are not shown\n", diags->error_count - WC_ERRORS_MAX);
    if (diags->warning_count > WC_ERRORS_MAX)
        wc_format(buf, "{} more warnings are not shown\n", diags->warning_count - WC_ERRORS_MAX);
}

void wc_diags_render(const wc_diags *diags, wc_buf *buf, wc_diag_format format, bool colour)
{
    if (format == WC_DIAG_JSON) {
        wc_diags_render_json(diags, buf);
        return;
    }
    if (format == WC_DIAG_SARIF) {
        wc_diags_render_sarif(diags, buf);
        return;
    }
    for (const wc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (format == WC_DIAG_HUMAN)
            put_human(diags, diag, buf, colour);
        else
            put_short(diags, diag, buf);
    }
    put_suppressed(diags, buf);
}

/* ---- explain ------------------------------------------------------------------------------- */

static void put_example(wc_buf *buf, const char *title, const char *text)
{
    if (*text == '\0') return;
    wc_format(buf, "\n{}:\n\n", title);
    wc_str rest = wc_str_of(text);
    while (rest.len > 0) {
        const char *newline = memchr(rest.data, '\n', rest.len);
        wc_assert(newline != NULL); /* every example ends its last line */
        size_t len = (size_t)(newline - rest.data);
        wc_buf_put_text(buf, "    ");
        wc_utf8_put_escaped(buf, (wc_str){rest.data, len}, SIZE_MAX);
        wc_buf_put_u8(buf, '\n');
        rest = (wc_str){rest.data + len + 1, rest.len - len - 1};
    }
}

/* Appends the text broken at blanks, no line longer than 80 columns. */
static void put_wrapped(wc_buf *buf, const char *text)
{
    wc_str rest = wc_str_of(text);
    while (rest.len > 80) {
        size_t at = 80;
        while (rest.data[at] != ' ') {
            wc_assert(at > 0); /* no word is as long as a line */
            at--;
        }
        wc_buf_put(buf, rest.data, at);
        wc_buf_put_u8(buf, '\n');
        rest = (wc_str){rest.data + at + 1, rest.len - at - 1};
    }
    wc_buf_put(buf, rest.data, rest.len);
    wc_buf_put_u8(buf, '\n');
}

void wc_diag_explain(wc_buf *buf, wc_diag_code code)
{
    const wc_diag_info *info = wc_diag_info_of(code);
    wc_buf_put_text(buf, info->name);
    wc_buf_put_text(buf, ": ");
    wc_buf_put_text(buf, info->title);
    wc_buf_put_text(buf, "\n\n");
    put_wrapped(buf, info->cause);
    put_example(buf, "wrong", info->wrong);
    put_example(buf, "right", info->right);
}
