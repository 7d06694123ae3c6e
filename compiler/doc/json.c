/* The sheet as JSON: sections in order, each with its texts and its tables as rows of cells. */
#include "vm/base/json.h"
#include "compiler/doc/model.h"

static void put_text(wc_json *json, const char *name, const wc_doc_text *text)
{
    uint8_t memory[16384];
    wc_buf plain;
    wc_buf_init(&plain, memory, sizeof memory);
    wc_doc_put_plain(text, &plain);
    wc_json_add_str(json, name, (wc_str){(const char *)memory, plain.len});
}

static void put_table(wc_json *json, const wc_doc_block *table)
{
    wc_json_open(json, table->id, '[');
    for (const wc_doc_row *row = table->rows; row != NULL; row = row->next) {
        wc_json_open(json, NULL, '{');
        for (uint32_t i = 0; i < table->column_count; i++) {
            put_text(json, table->columns[i].key, &row->cells[i]);
        }
        if (row->file.len > 0) wc_json_add_str(json, "file", row->file);
        if (row->line > 0) wc_json_add_number(json, "line", row->line);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_section(wc_json *json, const wc_doc_section *section)
{
    wc_json_open(json, NULL, '{');
    wc_json_add_text(json, "id", section->id);
    wc_json_add_text(json, "title", section->title);
    wc_json_open(json, "text", '[');
    for (const wc_doc_block *block = section->first; block != NULL; block = block->next) {
        if (block->kind == WC_BLOCK_PARA) put_text(json, NULL, &block->text);
        if (block->kind == WC_BLOCK_FIGURE) wc_json_add_str(json, NULL, block->alt);
    }
    wc_json_close(json);
    wc_json_open(json, "tables", '{');
    for (const wc_doc_block *block = section->first; block != NULL; block = block->next) {
        if (block->kind == WC_BLOCK_TABLE) put_table(json, block);
    }
    wc_json_close(json);
    wc_json_close(json);
}

void wc_doc_put_json(const wc_doc *doc, wc_buf *buf)
{
    wc_json json = wc_json_to(buf);
    wc_json_open(&json, NULL, '{');
    wc_json_add_text(&json, "format", "wattclause-sheet/1");
    wc_json_add_str(&json, "contract", doc->contract);
    wc_json_add_str(&json, "module", doc->module);
    wc_json_add_str(&json, "file", doc->source->name);
    wc_json_add_str(&json, "summary", doc->lead);
    wc_json_open(&json, "sections", '[');
    for (const wc_doc_section *section = doc->first; section != NULL; section = section->next) {
        put_section(&json, section);
    }
    wc_json_close(&json);
    wc_json_close(&json);
}
