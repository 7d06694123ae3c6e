/* CSV; see csv.h. */
#include "node/txfile/csv.h"

void wc_csv_open(wc_csv *csv, wc_str text)
{
    static const char mark[] = {(char)0xEF, (char)0xBB, (char)0xBF};
    bool has_mark = text.len >= sizeof mark && memcmp(text.data, mark, sizeof mark) == 0;
    *csv = (wc_csv){.text = text, .line = 1};
    if (has_mark) csv->at = csv->line_start = sizeof mark;
}

/* Bytes of the line's end at a place: 0, 1 or 2. */
static size_t line_end(const wc_csv *csv, size_t at)
{
    wc_str text = csv->text;
    if (at < text.len && text.data[at] == '\n') return 1;
    bool has_both = at + 1 < text.len && text.data[at] == '\r' && text.data[at + 1] == '\n';
    return has_both ? 2 : 0;
}

static void next_line(wc_csv *csv, size_t end)
{
    csv->at += end;
    csv->line_start = csv->at;
    csv->line++;
}

/* Bytes that continue a character are no columns of their own. */
static uint32_t column_at(const wc_csv *csv, size_t at)
{
    uint32_t column = 1;
    for (size_t i = csv->line_start; i < at; i++) {
        column += ((uint8_t)csv->text.data[i] & 0xC0u) != 0x80u;
    }
    return column;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static wc_str trimmed(const char *data, size_t len)
{
    while (len > 0 && is_blank(data[0])) {
        data++;
        len--;
    }
    while (len > 0 && is_blank(data[len - 1])) len--;
    return (wc_str){data, len};
}

static bool ends_field(const wc_csv *csv, size_t at)
{
    return at == csv->text.len || csv->text.data[at] == ',' || line_end(csv, at) > 0;
}

/* From the quote at csv->at: the text in it, and csv->at behind it. */
static wc_status read_quoted(wc_csv *csv, wc_csv_field *field)
{
    wc_str text = csv->text;
    size_t start = ++csv->at;
    while (csv->at < text.len && text.data[csv->at] != '"') {
        if (line_end(csv, csv->at) > 0) return WC_OUT_OF_DOMAIN;
        csv->at++;
    }
    if (csv->at == text.len) return WC_OUT_OF_DOMAIN;
    field->text = trimmed(text.data + start, csv->at - start);
    csv->at++;
    return ends_field(csv, csv->at) ? WC_OK : WC_OUT_OF_DOMAIN;
}

static wc_status read_bare(wc_csv *csv, wc_csv_field *field)
{
    size_t start = csv->at;
    for (; !ends_field(csv, csv->at); csv->at++) {
        if (csv->text.data[csv->at] == '"') return WC_OUT_OF_DOMAIN;
    }
    field->text = trimmed(csv->text.data + start, csv->at - start);
    return WC_OK;
}

wc_status wc_csv_next(wc_csv *csv, wc_csv_field *field)
{
    size_t end;
    while (csv->at == csv->line_start && (end = line_end(csv, csv->at)) > 0) next_line(csv, end);
    bool is_behind_comma = csv->at > csv->line_start; /* else a row begins here */
    if (csv->is_done || (csv->at == csv->text.len && !is_behind_comma)) return WC_NOT_FOUND;
    *field = (wc_csv_field){.line = csv->line, .column = column_at(csv, csv->at)};
    bool is_quoted = csv->at < csv->text.len && csv->text.data[csv->at] == '"';
    WC_TRY(is_quoted ? read_quoted(csv, field) : read_bare(csv, field));
    end = line_end(csv, csv->at);
    csv->is_done = csv->at == csv->text.len;
    field->ends_row = end > 0 || csv->is_done;
    if (end > 0) next_line(csv, end);
    if (!field->ends_row) csv->at++;
    return WC_OK;
}
