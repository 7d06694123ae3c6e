/* The sheet as one HTML file: no scripts, nothing loaded. On a narrow screen each row of a table
 * becomes a card whose cells carry their column's title; on paper links and navigation go and the
 * source stays. Everything that an author wrote passes through put_escaped. */
#include "compiler/doc/model.h"
#include "compiler/lex/utf8.h"

static const char *const style[] =
    {/* no literal longer than a compiler must take */
     ":root{--ink:#1c2430;--soft:#5a6676;--line:#d5dbe3;--page:#fff;--tint:#f4f6f9;--link:#0b5cad;"
     "--code:#7a2f5b;--state:#e9f1fb;--edge:#3c4b5f;--clock:#a05a00;--final:#e8f4ea;--mark:#fff3c4}"
     "\n"
     "@media(prefers-color-scheme:dark){:root{--ink:#dfe5ec;--soft:#98a5b5;--line:#333d49;"
     "--page:#14181d;--tint:#1b2128;--link:#79b8ff;--code:#f0a8cf;--state:#1d2c40;--edge:#a9b8ca;"
     "--clock:#f0b35c;--final:#1b3323;--mark:#4a3f12}}\n"
     "*{box-sizing:border-box}html{scroll-behavior:smooth}\n"
     "body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"
     "\"Segoe UI\",Roboto,\"Noto Sans\",\"Noto Sans CJK SC\",sans-serif}\n"
     "main{max-width:76rem;margin:0 auto;padding:1rem 1rem 4rem}\n"
     "header p{max-width:46rem}.kind{color:var(--soft);text-transform:uppercase;font-size:.8rem;"
     "letter-spacing:.08em;margin:1rem 0 0}\n"
     "h1{font-size:2.1rem;line-height:1.15;margin:.1rem 0 .6rem}\n"
     "h2{font-size:1.25rem;margin:2.6rem 0 .7rem;padding-top:.7rem;border-top:2px solid "
     "var(--ink)}\n"
     "p{margin:.5rem "
     "0}section{overflow-x:auto}section>p{max-width:52rem}a{color:var(--link);text-decoration:none}"
     "a:hover{text-decoration:underline}\n",
     "code{font:.86em/1.45 ui-monospace,\"SF Mono\",Menlo,Consolas,\"DejaVu Sans Mono\",monospace;"
     "color:var(--code);overflow-wrap:break-word}\n"
     "nav{display:flex;flex-wrap:wrap;gap:.3rem 1rem;margin:1rem 0;font-size:.92rem}\n"
     "table{border-collapse:collapse;width:100%;font-size:.92rem;margin:.6rem 0 1rem}\n"
     "th{text-align:left;font-weight:600;color:var(--soft);border-bottom:1px solid var(--ink);"
     "padding:.3rem .6rem .3rem 0;vertical-align:bottom}\n"
     "td{border-bottom:1px solid var(--line);padding:.4rem .6rem .4rem 0;vertical-align:top}\n"
     "td.place{white-space:nowrap;text-align:right;padding-right:0;color:var(--soft)}\n"
     "td:first-child "
     "code{color:var(--ink);font-weight:600}@media(min-width:48.01rem){td:first-child "
     "code:first-child{white-space:nowrap}}\n"
     "figure{margin:.5rem 0;overflow-x:auto}figcaption{color:var(--soft);font-size:.85rem}\n",
     "svg{max-width:none;height:auto;font:13px system-ui,-apple-system,\"Segoe "
     "UI\",Roboto,sans-serif}\n"
     "svg .state rect{fill:var(--state);stroke:var(--edge);stroke-width:1.3}"
     "svg .final rect{fill:var(--final)}svg .inner{fill:none!important}\n"
     "svg text{fill:var(--ink)}svg .name{font-weight:600;font-size:14px}svg .soft{fill:var(--soft);"
     "font-size:11px}\n"
     "svg .edge path{fill:none;stroke:var(--edge);stroke-width:1.3}svg .edge .head,svg .dot{"
     "fill:var(--edge);stroke:none}\n"
     "svg .clock path{stroke:var(--clock);stroke-dasharray:5 4}svg .clock .head{fill:var(--clock)}"
     "svg .clock text{fill:var(--clock);font-style:italic}\n"
     "svg .paper{fill:var(--page)}\n"
     "pre{font:.82rem/1.5 ui-monospace,\"SF Mono\",Menlo,Consolas,\"DejaVu Sans Mono\",monospace;"
     "background:var(--tint);padding:.8rem 0;overflow-x:auto;border-radius:4px;tab-size:4}\n"
     "pre span{display:block;padding:0 1rem 0 0;min-height:1.5em}pre span:target{"
     "background:var(--mark)}\n"
     "pre a{display:inline-block;width:3.4rem;padding-right:.8rem;text-align:right;"
     "color:var(--soft);user-select:none}\n"
     "footer{color:var(--soft);font-size:.85rem;margin-top:3rem}\n",
     "@media(max-width:48rem){h1{font-size:1.6rem}thead{position:absolute;left:-99rem}"
     "table,tbody,tr,td{display:block}tr{border-bottom:1px solid var(--ink);padding:.5rem 0}\n"
     "td{border:0;padding:.1rem 0;display:grid;grid-template-columns:6.4rem 1fr;gap:.6rem;"
     "overflow-wrap:anywhere}td.empty{display:none}td code{overflow-wrap:anywhere}\n"
     "td::before{content:attr(data-label);color:var(--soft);font-size:.82rem;line-height:1.35}"
     "td.place{text-align:left;white-space:normal}}\n"
     "@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--page:#fff;--tint:#fff;--link:#000;"
     "--code:#000;--state:#fff;--edge:#000;--clock:#000;--final:#fff}body{font-size:10pt}"
     "nav{display:none}main{max-width:none;padding:0}h2{break-after:avoid}tr,figure{"
     "break-inside:avoid}thead{display:table-header-group}pre{font-size:7.5pt;white-space:pre-wrap}"
     "svg{max-width:100%}}\n"};

static void put_char(wc_buf *buf, wc_str text, size_t at, wc_utf8_char character)
{
    char c = text.data[at];
    if (!character.is_valid || (wc_utf8_is_control(character.code) && c != '\n' && c != '\t') ||
        wc_utf8_is_bidi(character.code)) {
        wc_buf_put_text(buf, "\xef\xbf\xbd"); /* U+FFFD: shows that something stood there */
    } else if (c == '<') {
        wc_buf_put_text(buf, "&lt;");
    } else if (c == '>') {
        wc_buf_put_text(buf, "&gt;");
    } else if (c == '&') {
        wc_buf_put_text(buf, "&amp;");
    } else if (c == '"') {
        wc_buf_put_text(buf, "&quot;");
    } else if (c == '\'') {
        wc_buf_put_text(buf, "&#39;");
    } else {
        wc_buf_put(buf, text.data + at, character.len);
    }
}

static void put_escaped(wc_buf *buf, wc_str text)
{
    for (size_t at = 0; at < text.len;) {
        wc_utf8_char character = wc_utf8_at(text, at);
        put_char(buf, text, at, character);
        at += character.len;
    }
}

static void put_link(wc_buf *buf, uint32_t line, wc_str text)
{
    wc_format(buf, "<a href=\"#L{}\">", line);
    put_escaped(buf, text);
    wc_buf_put_text(buf, "</a>");
}

static void put_tagged(wc_buf *buf, const char *tag, wc_str text)
{
    if (text.len == 0) return;
    wc_format(buf, "<{}>", tag);
    put_escaped(buf, text);
    wc_format(buf, "</{}>", tag);
}

static void put_text(wc_buf *buf, const wc_doc_text *text)
{
    for (const wc_doc_run *run = text->first; run != NULL; run = run->next) {
        switch (run->kind) {
        case WC_RUN_TEXT: put_escaped(buf, run->text); break;
        case WC_RUN_CODE: put_tagged(buf, "code", run->text); break;
        case WC_RUN_STRONG: put_tagged(buf, "strong", run->text); break;
        case WC_RUN_BREAK: wc_buf_put_text(buf, "<br>"); break;
        case WC_RUN_PLACE:
            if (run->file.len > 0) {
                put_escaped(buf, run->text);
            } else {
                put_link(buf, run->line, run->text);
            }
            break;
        }
    }
}

static void put_place_cell(wc_buf *buf, const wc_doc_row *row)
{
    wc_buf_put_text(buf, "<td class=\"place\" data-label=\"line\"><div>");
    if (row->file.len > 0) {
        put_escaped(buf, row->file);
        wc_format(buf, ":{}", row->line);
    } else if (row->line > 0) {
        wc_format(buf, "<a href=\"#L{}\">{}</a>", row->line, row->line);
    }
    wc_buf_put_text(buf, "</div></td>");
}

static void put_table(wc_buf *buf, const wc_doc *doc, const wc_doc_block *table)
{
    if (table->rows == NULL) {
        wc_buf_put_text(buf, "<p>None.</p>\n");
        return;
    }
    wc_format(buf, "<table id=\"t-{}\"><thead><tr>", table->id);
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (!wc_doc_is_used(doc, table, i)) continue;
        wc_format(buf, "<th scope=\"col\">{}</th>", table->columns[i].title);
    }
    wc_buf_put_text(buf, table->has_places ? "<th scope=\"col\">line</th></tr></thead>\n<tbody>\n"
                                           : "</tr></thead>\n<tbody>\n");
    for (const wc_doc_row *row = table->rows; row != NULL; row = row->next) {
        wc_buf_put_text(buf, "<tr>");
        for (uint32_t i = 0; i < table->column_count; i++) {
            if (!wc_doc_is_used(doc, table, i)) continue;
            bool is_empty = row->cells[i].first == NULL;
            wc_format(buf, "<td{} data-label=\"{}\"><div>", is_empty ? " class=\"empty\"" : "",
                      table->columns[i].title);
            put_text(buf, &row->cells[i]);
            wc_buf_put_text(buf, "</div></td>");
        }
        if (table->has_places) put_place_cell(buf, row);
        wc_buf_put_text(buf, "</tr>\n");
    }
    wc_buf_put_text(buf, "</tbody></table>\n");
}

static void put_source(wc_buf *buf, const wc_source *source)
{
    wc_buf_put_text(buf, "<pre>");
    for (uint32_t line = 1; line <= source->line_count; line++) {
        wc_str text = wc_source_line(source, line);
        if (line == source->line_count && text.len == 0) break;
        wc_format(buf, "<span id=\"L{}\"><a href=\"#L{}\">{}</a>", line, line, line);
        put_escaped(buf, text);
        wc_buf_put_text(buf, "</span>");
    }
    wc_buf_put_text(buf, "</pre>\n");
}

static void put_block(wc_buf *buf, const wc_doc *doc, const wc_doc_block *block)
{
    switch (block->kind) {
    case WC_BLOCK_PARA:
        wc_buf_put_text(buf, "<p>");
        put_text(buf, &block->text);
        wc_buf_put_text(buf, "</p>\n");
        return;
    case WC_BLOCK_TABLE: put_table(buf, doc, block); return;
    case WC_BLOCK_FIGURE:
        wc_buf_put_text(buf, "<figure>\n");
        wc_buf_put(buf, block->svg.data, block->svg.len);
        wc_buf_put_text(buf, "\n<figcaption>Solid lines: somebody acts. Dashed lines: time alone. "
                             "Double border: final, all remaining money goes back to its owners."
                             "</figcaption></figure>\n");
        return;
    case WC_BLOCK_SOURCE: put_source(buf, doc->source); return;
    }
}

void wc_doc_put_html(const wc_doc *doc, wc_buf *buf)
{
    wc_buf_put_text(buf, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    put_escaped(buf, doc->contract);
    wc_buf_put_text(buf, " - contract sheet</title>\n<style>\n");
    for (size_t i = 0; i < WC_ARRAY_LEN(style); i++) wc_buf_put_text(buf, style[i]);
    wc_buf_put_text(buf, "</style></head>\n<body><main>\n");
    wc_buf_put_text(buf, "<header><p class=\"kind\">Contract sheet</p><h1>");
    put_escaped(buf, doc->contract);
    wc_buf_put_text(buf, "</h1>\n<p>");
    put_escaped(buf, doc->lead);
    wc_buf_put_text(buf, "</p>\n<nav aria-label=\"Sections\">");
    for (const wc_doc_section *section = doc->first; section != NULL; section = section->next) {
        wc_format(buf, "<a href=\"#{}\">{}</a>\n", section->id, section->title);
    }
    wc_buf_put_text(buf, "</nav></header>\n");
    for (const wc_doc_section *section = doc->first; section != NULL; section = section->next) {
        wc_format(buf, "<section id=\"{}\"><h2>{}</h2>\n", section->id, section->title);
        for (const wc_doc_block *block = section->first; block != NULL; block = block->next) {
            put_block(buf, doc, block);
        }
        wc_buf_put_text(buf, "</section>\n");
    }
    wc_buf_put_text(buf, "<footer>Made by <code>wattclause doc</code> from ");
    put_escaped(buf, doc->source->name);
    wc_buf_put_text(buf, ". The source decides; this page explains.</footer>\n"
                         "</main></body></html>\n");
}
