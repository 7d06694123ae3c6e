/* Building the document: see model.h. */
#include "compiler/doc/model.h"

#include <string.h>

static void *take(wc_doc *doc, size_t count, size_t size)
{
    void *memory = doc->no_memory ? NULL : wc_arena_alloc(doc->arena, count, size);
    if (memory == NULL) doc->no_memory = true;
    return memory;
}

wc_buf wc_doc_scratch(wc_doc *doc, size_t max)
{
    wc_buf buf;
    void *memory = take(doc, max, 1);
    wc_buf_init(&buf, memory, memory == NULL ? 0 : max);
    return buf;
}

wc_str wc_doc_keep(wc_doc *doc, const wc_buf *text)
{
    if (text->full) doc->no_memory = true;
    return (wc_str){(const char *)text->data, text->len};
}

/* ---- blocks ------------------------------------------------------------------------------------
 */

void wc_doc_section_open(wc_doc *doc, const char *id, const char *title)
{
    wc_doc_section *section = take(doc, 1, sizeof *section);
    if (section == NULL) return;
    section->id = id;
    section->title = title;
    if (doc->last == NULL) {
        doc->first = section;
    } else {
        doc->last->next = section;
    }
    doc->last = section;
}

static wc_doc_block *add_block(wc_doc *doc, wc_doc_block_kind kind)
{
    wc_doc_block *block = take(doc, 1, sizeof *block);
    doc->at = NULL;
    if (block == NULL) return NULL;
    block->kind = kind;
    wc_doc_section *section = doc->last;
    if (section->last == NULL) {
        section->first = block;
    } else {
        section->last->next = block;
    }
    section->last = block;
    return block;
}

void wc_doc_para(wc_doc *doc)
{
    wc_doc_block *block = add_block(doc, WC_BLOCK_PARA);
    if (block != NULL) doc->at = &block->text;
}

void wc_doc_table(wc_doc *doc, const char *id, const wc_doc_column *columns, uint32_t count)
{
    wc_assert(count <= WC_DOC_COLUMNS_MAX);
    wc_doc_block *block = add_block(doc, WC_BLOCK_TABLE);
    if (block == NULL) return;
    block->id = id;
    block->column_count = count;
    memcpy(block->columns, columns, count * sizeof columns[0]);
}

void wc_doc_figure(wc_doc *doc, wc_str svg, wc_str alt)
{
    wc_doc_block *block = add_block(doc, WC_BLOCK_FIGURE);
    if (block == NULL) return;
    block->svg = svg;
    block->alt = alt;
}

void wc_doc_listing(wc_doc *doc)
{
    (void)add_block(doc, WC_BLOCK_SOURCE);
}

static void locate(const wc_doc *doc, wc_span span, uint32_t *line, wc_str *file)
{
    const wc_source *source = wc_sources_of(doc->sources, span);
    if (source->has_origin && !source->is_library) { /* made for a member that can be read */
        span = wc_sources_origin(doc->sources, span);
        source = wc_sources_of(doc->sources, span);
    }
    *line = wc_source_place(source, span.start).line;
    *file = source == doc->source ? WC_STR("") : source->name;
}

void wc_doc_row_open(wc_doc *doc, const wc_span *span)
{
    wc_doc_row *row = take(doc, 1, sizeof *row);
    doc->at = NULL;
    doc->cell = 0;
    if (row == NULL) return;
    wc_doc_block *table = doc->last->last;
    wc_assert(table->kind == WC_BLOCK_TABLE);
    if (span != NULL) {
        locate(doc, *span, &row->line, &row->file);
        table->has_places = true;
    }
    if (table->last_row == NULL) {
        table->rows = row;
    } else {
        table->last_row->next = row;
    }
    table->last_row = row;
}

void wc_doc_cell(wc_doc *doc)
{
    if (doc->no_memory) return;
    wc_doc_block *table = doc->last->last;
    wc_assert(table->kind == WC_BLOCK_TABLE && doc->cell < table->column_count);
    doc->at = &table->last_row->cells[doc->cell++];
}

/* ---- runs --------------------------------------------------------------------------------------
 */

static wc_doc_run *add_run(wc_doc *doc, wc_doc_run_kind kind)
{
    if (doc->no_memory) return NULL;
    wc_assert(doc->at != NULL); /* a paragraph or a cell is open */
    wc_doc_run *run = take(doc, 1, sizeof *run);
    if (run == NULL) return NULL;
    run->kind = kind;
    if (doc->at->last == NULL) {
        doc->at->first = run;
    } else {
        doc->at->last->next = run;
    }
    doc->at->last = run;
    return run;
}

void wc_doc_run_args(wc_doc *doc, wc_doc_run_kind kind, const wc_arg *args, size_t count)
{
    size_t size = 512;
    for (size_t i = 0; i < count; i++) {
        bool is_text = args[i].kind == WC_ARG_TEXT || args[i].kind == WC_ARG_LITERAL;
        if (is_text) size += args[i].as.text.len;
    }
    wc_doc_run *run = add_run(doc, kind);
    if (run == NULL) return;
    wc_buf text = wc_doc_scratch(doc, size);
    wc_format_args(&text, args, count);
    run->text = wc_doc_keep(doc, &text);
}

void wc_doc_code(wc_doc *doc, wc_str text)
{
    wc_doc_run *run = add_run(doc, WC_RUN_CODE);
    if (run == NULL) return;
    wc_buf kept = wc_doc_scratch(doc, text.len + 1);
    bool is_space = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool is_white = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (is_white && !is_space && kept.len > 0) wc_buf_put_u8(&kept, ' ');
        if (!is_white) wc_buf_put_u8(&kept, (uint8_t)c);
        is_space = is_white;
    }
    run->text = wc_doc_keep(doc, &kept);
}

void wc_doc_words(wc_doc *doc, wc_str text)
{
    wc_doc_run *run = text.len > 0 ? add_run(doc, WC_RUN_TEXT) : NULL;
    if (run != NULL) run->text = text;
}

void wc_doc_break(wc_doc *doc)
{
    (void)add_run(doc, WC_RUN_BREAK);
}

void wc_doc_place(wc_doc *doc, wc_span span)
{
    wc_doc_run *run = add_run(doc, WC_RUN_PLACE);
    if (run == NULL) return;
    locate(doc, span, &run->line, &run->file);
    wc_buf text = wc_doc_scratch(doc, run->file.len + 32);
    if (run->file.len > 0) {
        wc_format(&text, "{}:{}", run->file, run->line);
    } else {
        wc_format(&text, "line {}", run->line);
    }
    run->text = wc_doc_keep(doc, &text);
}

void wc_doc_comma(wc_doc *doc, bool *is_first)
{
    if (!*is_first) wc_doc_say(doc, ", ");
    *is_first = false;
}

/* ---- writers -----------------------------------------------------------------------------------
 */

void wc_doc_put_plain(const wc_doc_text *text, wc_buf *buf)
{
    for (const wc_doc_run *run = text->first; run != NULL; run = run->next) {
        if (run->kind == WC_RUN_BREAK) {
            wc_buf_put_text(buf, "; ");
        } else {
            wc_buf_put(buf, run->text.data, run->text.len);
        }
    }
}

void wc_doc_hide_gas(wc_doc *doc)
{
    doc->hides_gas = true;
    doc->last = NULL;
    for (wc_doc_section **at = &doc->first; *at != NULL;) {
        bool is_cost = strcmp((*at)->id, WC_DOC_COST) == 0;
        if (is_cost) *at = (*at)->next;
        if (is_cost) continue;
        doc->last = *at;
        at = &(*at)->next;
    }
}

bool wc_doc_is_used(const wc_doc *doc, const wc_doc_block *table, uint32_t column)
{
    wc_str key = wc_str_of(table->columns[column].key);
    bool is_gas = wc_str_equal(key, WC_STR("gas")) || wc_str_equal(key, WC_STR("prepaid"));
    if (doc->hides_gas && is_gas) return false;
    for (const wc_doc_row *row = table->rows; row != NULL; row = row->next) {
        if (row->cells[column].first != NULL) return true;
    }
    return false;
}

void wc_doc_put(const wc_doc *doc, wc_doc_format format, wc_buf *buf)
{
    switch (format) {
    case WC_DOC_HTML: wc_doc_put_html(doc, buf); return;
    case WC_DOC_MARKDOWN: wc_doc_put_markdown(doc, buf); return;
    case WC_DOC_JSON: wc_doc_put_json(doc, buf); return;
    }
}
