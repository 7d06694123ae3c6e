/* The sheet as Markdown. Cells stand in one line; what Markdown or HTML would read as markup is
 * escaped, so the page shows what the author wrote whatever it is. */
#include "compiler/doc/model.h"

/* Prose: every ASCII sign that can start markup gets a backslash; < and & become entities, because
 * a backslash does not stop them in all readers. */
static void put_prose(wc_buf *buf, wc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '<') {
            wc_buf_put_text(buf, "&lt;");
        } else if (c == '&') {
            wc_buf_put_text(buf, "&amp;");
        } else if (c == '\n' || c == '\r' || c == '\t') {
            wc_buf_put_u8(buf, ' ');
        } else {
            bool is_markup = c != '\0' && strchr("\\`*_[]|#>!~", c) != NULL;
            if (is_markup) wc_buf_put_u8(buf, '\\');
            wc_buf_put_u8(buf, (uint8_t)c);
        }
    }
}

/* A code span is fenced by one backtick more than it holds in a row; | needs its backslash even
 * there, because tables are cut first. */
static void put_code(wc_buf *buf, wc_str text)
{
    size_t longest = 0, row = 0;
    for (size_t i = 0; i < text.len; i++) {
        row = text.data[i] == '`' ? row + 1 : 0;
        if (row > longest) longest = row;
    }
    for (size_t i = 0; i <= longest; i++) wc_buf_put_u8(buf, '`');
    if (longest > 0) wc_buf_put_u8(buf, ' ');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '|') wc_buf_put_u8(buf, '\\');
        wc_buf_put_u8(buf, (uint8_t)text.data[i]);
    }
    if (longest > 0) wc_buf_put_u8(buf, ' ');
    for (size_t i = 0; i <= longest; i++) wc_buf_put_u8(buf, '`');
}

static void put_text(wc_buf *buf, const wc_doc_text *text)
{
    for (const wc_doc_run *run = text->first; run != NULL; run = run->next) {
        switch (run->kind) {
        case WC_RUN_TEXT:
        case WC_RUN_PLACE: put_prose(buf, run->text); break;
        case WC_RUN_CODE:
            if (run->text.len > 0) put_code(buf, run->text);
            break;
        case WC_RUN_STRONG:
            wc_buf_put_text(buf, "**");
            put_prose(buf, run->text);
            wc_buf_put_text(buf, "**");
            break;
        case WC_RUN_BREAK: wc_buf_put_text(buf, "<br>"); break;
        }
    }
}

static void put_place(wc_buf *buf, const wc_doc_row *row)
{
    if (row->line == 0) return;
    if (row->file.len > 0) {
        put_prose(buf, row->file);
        wc_buf_put_u8(buf, ':');
    }
    wc_buf_put_decimal(buf, row->line);
}

static void put_table(wc_buf *buf, const wc_doc *doc, const wc_doc_block *table)
{
    if (table->rows == NULL) {
        wc_buf_put_text(buf, "None.\n\n");
        return;
    }
    uint32_t used = table->has_places;
    wc_buf_put_u8(buf, '|');
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (!wc_doc_is_used(doc, table, i)) continue;
        used++;
        wc_format(buf, " {} |", table->columns[i].title);
    }
    wc_buf_put_text(buf, table->has_places ? " line |\n|" : "\n|");
    for (uint32_t i = 0; i < used; i++) wc_buf_put_text(buf, "---|");
    wc_buf_put_u8(buf, '\n');
    for (const wc_doc_row *row = table->rows; row != NULL; row = row->next) {
        wc_buf_put_u8(buf, '|');
        for (uint32_t i = 0; i < table->column_count; i++) {
            if (!wc_doc_is_used(doc, table, i)) continue;
            wc_buf_put_u8(buf, ' ');
            put_text(buf, &row->cells[i]);
            wc_buf_put_text(buf, " |");
        }
        if (table->has_places) {
            wc_buf_put_u8(buf, ' ');
            put_place(buf, row);
            wc_buf_put_text(buf, " |");
        }
        wc_buf_put_u8(buf, '\n');
    }
    wc_buf_put_u8(buf, '\n');
}

static void put_block(wc_buf *buf, const wc_doc *doc, const wc_doc_block *block)
{
    switch (block->kind) {
    case WC_BLOCK_PARA:
        put_text(buf, &block->text);
        wc_buf_put_text(buf, "\n\n");
        return;
    case WC_BLOCK_TABLE: put_table(buf, doc, block); return;
    case WC_BLOCK_FIGURE:
        put_prose(buf, block->alt);
        wc_buf_put_text(buf, "\n\n");
        return;
    case WC_BLOCK_SOURCE: return;
    }
}

void wc_doc_put_markdown(const wc_doc *doc, wc_buf *buf)
{
    wc_buf_put_text(buf, "# ");
    put_prose(buf, doc->contract);
    wc_buf_put_text(buf, "\n\n");
    put_prose(buf, doc->lead);
    wc_buf_put_text(buf, doc->lead.len > 0 ? "\n\n" : "");
    wc_buf_put_text(buf, "Contract sheet of ");
    put_code(buf, doc->module);
    wc_buf_put_text(buf, ". Lines are those of ");
    put_code(buf, doc->source->name);
    wc_buf_put_text(buf, ".\n\n");
    for (const wc_doc_section *section = doc->first; section != NULL; section = section->next) {
        bool is_source = section->first != NULL && section->first->kind == WC_BLOCK_SOURCE;
        if (is_source) continue;
        wc_format(buf, "## {}\n\n", section->title);
        for (const wc_doc_block *block = section->first; block != NULL; block = block->next) {
            put_block(buf, doc, block);
        }
    }
    while (buf->len > 1 && buf->data[buf->len - 1] == '\n' && buf->data[buf->len - 2] == '\n') {
        buf->len--;
    }
}
