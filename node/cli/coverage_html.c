/* Coverage as one page of HTML that needs nothing else: sources with what was not covered beside
 * the line. It prints in black and white, because every mark is a word, too. */
#include <stdio.h>

#include "node/cli/coverage.h"
#include "vm/base/text.h"

static const char head[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
    "<title>Coverage</title>\n<style>\n"
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;"
    "color:#1d2421;background:#fff}\n"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2.5rem 0 .5rem;font-family:ui-monospace,"
    "monospace}\n"
    "table.sum{border-collapse:collapse;margin:.5rem 0 1rem}\n"
    ".sum th,.sum td{padding:.2rem .8rem .2rem 0;text-align:right;border-bottom:1px solid #dde3e0;"
    "font-variant-numeric:tabular-nums}\n.sum th:first-child,.sum td:first-child{text-align:left}\n"
    ".src{font:13px/1.55 ui-monospace,SFMono-Regular,Menlo,monospace;border:1px solid #dde3e0;"
    "border-radius:4px;overflow-x:auto}\n"
    ".l{display:grid;grid-template-columns:3.5rem 4.5rem 1fr;white-space:pre}\n"
    ".n,.c{color:#66726c;text-align:right;padding-right:.8rem;user-select:none}\n"
    ".hit{background:#eef7f0}.miss{background:#fdeceb}.part{background:#fff6df}\n"
    ".why{grid-column:3;color:#8a2d23;font-style:italic;white-space:normal}\n"
    ".part .why{color:#7a5a00}\n"
    "ul.gen{margin:.3rem 0 1rem;padding-left:1.2rem}\n"
    "@media print{body{margin:0;max-width:none;font-size:10pt}.src{border:0;overflow:visible}"
    ".l{white-space:pre-wrap;break-inside:avoid}h2{break-after:avoid}.n,.c{color:#000}}\n"
    "</style></head><body>\n<h1>Coverage of the deployed bytecode</h1>\n";

static void put(wc_buf *text, const char *string)
{
    wc_buf_put_text(text, string);
}

static void put_cell(wc_buf *text, uint32_t covered, uint32_t total)
{
    char cell[64];
    uint32_t permille = total == 0 ? 0 : (uint32_t)((uint64_t)covered * 1000 / total);
    if (total == 0) {
        put(text, "<td>-</td>");
        return;
    }
    snprintf(cell, sizeof(cell), "<td>%u/%u&nbsp; %u.%u&thinsp;%%</td>", covered, total,
             permille / 10, permille % 10);
    put(text, cell);
}

static void put_summary(const wc_coverage *coverage, wc_buf *text)
{
    put(text, "<table class=\"sum\"><tr><th>source</th>");
    for (uint32_t kind = 0; kind < WC_COVERAGE_KINDS; kind++) {
        put(text, "<th>");
        put(text, wc_coverage_names[kind]);
        put(text, "</th>");
    }
    put(text, "</tr>\n");
    for (uint32_t i = 0; i < coverage->file_count; i++) {
        const wc_coverage_file *file = &coverage->files[i];
        char link[32];
        snprintf(link, sizeof(link), "<tr><td><a href=\"#f%u\">", i);
        put(text, link);
        wc_report_xml(text, file->path);
        put(text, "</a></td>");
        for (uint32_t kind = 0; kind < WC_COVERAGE_KINDS; kind++) {
            put_cell(text, file->covered[kind], file->total[kind]);
        }
        put(text, "</tr>\n");
    }
    put(text, "</table>\n");
}

/* What concerns the contract as a whole. */
static void put_general(const wc_coverage *coverage, uint16_t file, wc_buf *text)
{
    bool is_open = false;
    for (uint32_t i = 0; i < coverage->row_count; i++) {
        const wc_coverage_row *row = &coverage->rows[i];
        if (row->file != file || row->line != 0 || row->hits > 0) continue;
        put(text, is_open ? "<li>" : "<ul class=\"gen\"><li>");
        wc_report_xml(text, wc_str_of(row->text));
        put(text, "</li>\n");
        is_open = true;
    }
    if (is_open) put(text, "</ul>\n");
}

typedef struct line_state {
    bool has_statement, is_missed, is_partial;
    uint64_t hits;
} line_state;

static line_state state_of(const wc_coverage *coverage, uint16_t file, uint32_t line)
{
    line_state state = {0};
    for (uint32_t i = 0; i < coverage->row_count; i++) {
        const wc_coverage_row *row = &coverage->rows[i];
        if (row->file != file || row->line != line) continue;
        if (row->kind == WC_COVERAGE_STATEMENT) {
            state.has_statement = true;
            if (row->hits > state.hits) state.hits = row->hits;
        }
        if (row->hits == 0) state.is_partial = true;
    }
    state.is_missed = state.has_statement && state.hits == 0;
    return state;
}

static void put_reasons(const wc_coverage *coverage, uint16_t file, uint32_t line, wc_buf *text)
{
    const wc_coverage_row *before = NULL;
    for (uint32_t i = 0; i < coverage->row_count; i++) {
        const wc_coverage_row *row = &coverage->rows[i];
        if (row->file != file || row->line != line || row->hits > 0) continue;
        bool is_again = before != NULL && before->column == row->column &&
                        wc_str_equal(wc_str_of(before->text), wc_str_of(row->text));
        before = row;
        if (is_again) continue;
        put(text, "<span class=\"why\">&#9656; ");
        wc_report_xml(text, wc_str_of(row->text));
        put(text, "</span>");
    }
}

static void put_line(const wc_coverage *coverage, uint16_t file, uint32_t line, wc_buf *text)
{
    char cells[128];
    line_state state = state_of(coverage, file, line);
    const char *style = state.is_missed       ? " miss"
                        : state.is_partial    ? " part"
                        : state.has_statement ? " hit"
                                              : "";
    snprintf(cells, sizeof(cells),
             "<div class=\"l%s\"><span class=\"n\">%u</span><span class=\"c\">", style, line);
    put(text, cells);
    if (state.has_statement) {
        snprintf(cells, sizeof(cells), "%llu", (unsigned long long)state.hits);
        put(text, cells);
    }
    put(text, "</span><span>");
    wc_report_xml(text, wc_source_line(coverage->files[file].source, line));
    put(text, "</span>");
    put_reasons(coverage, file, line, text);
    put(text, "</div>\n");
}

void wc_coverage_html(const wc_coverage *coverage, wc_buf *text)
{
    put(text, head);
    put_summary(coverage, text);
    for (uint16_t i = 0; i < coverage->file_count; i++) {
        const wc_coverage_file *file = &coverage->files[i];
        char anchor[32];
        snprintf(anchor, sizeof(anchor), "<h2 id=\"f%u\">", i);
        put(text, anchor);
        wc_report_xml(text, file->path);
        put(text, "</h2>\n");
        put_general(coverage, i, text);
        if (file->source == NULL) continue;
        put(text, "<div class=\"src\">\n");
        for (uint32_t line = 1; line <= file->source->line_count; line++) {
            put_line(coverage, i, line, text);
        }
        put(text, "</div>\n");
    }
    put(text, "</body></html>\n");
}
