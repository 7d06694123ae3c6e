/* Terms, storage, events and errors, each with its type in words. */
#include "compiler/doc/sheet.h"

/* "Rate", and below it what that is. */
static void put_type(wc_sheet *sheet, wc_span name, const wc_sema_type *type)
{
    wc_str written = wc_sheet_written(sheet, name);
    if (written.len > 0) {
        wc_doc_code(sheet->doc, written);
        wc_doc_break(sheet->doc);
    }
    wc_sheet_type(sheet, type);
}

static void put_initial(wc_sheet *sheet, const wc_sema_expr *initial, const char *absent)
{
    if (initial == NULL) {
        wc_doc_say(sheet->doc, "{}", absent);
    } else {
        wc_doc_code(sheet->doc, wc_sheet_text(sheet, initial->span));
    }
}

static bool is_amendable(const wc_sheet *sheet, uint16_t index)
{
    const wc_module *module = sheet->job->module;
    wc_assert(index < module->term_count);
    return module->terms[index].amendable;
}

void wc_sheet_terms(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {{"name", "term"},
                                            {"type", "what it is"},
                                            {"default", "default"},
                                            {"amendable", "can be changed"},
                                            {"meaning", "meaning"}};
    wc_doc *doc = sheet->doc;
    wc_doc_section_open(doc, "terms", "Terms");
    wc_doc_para(doc);
    wc_doc_say(doc, "Agreed when the contract is signed.");
    wc_doc_table(doc, "terms", columns, WC_ARRAY_LEN(columns));
    for (uint16_t i = 0; i < sheet->contract->term_count; i++) {
        const wc_sema_term *term = &sheet->contract->terms[i];
        wc_doc_row_open(doc, &term->span);
        wc_doc_cell(doc);
        wc_doc_code(doc, term->name);
        wc_doc_cell(doc);
        put_type(sheet, term->span, term->type);
        wc_doc_cell(doc);
        put_initial(sheet, term->initial, "none: must be given");
        wc_doc_cell(doc);
        wc_doc_say(doc, is_amendable(sheet, i) ? "by all signatories" : "no");
        wc_doc_cell(doc);
        wc_doc_words(doc, wc_sheet_comment(sheet, term->span));
    }
}

/* What a field without an initial value holds at first. */
static const char *start_of(const wc_sema_type *type)
{
    if (wc_sema_is_collection(type) || type->kind == WC_SEMA_TEXT) return "empty";
    if (type->kind == WC_SEMA_OPTION) return "nothing";
    return type->kind == WC_SEMA_BOOL ? "no" : "zero";
}

void wc_sheet_storage(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {{"name", "field"},
                                            {"id", "id"},
                                            {"type", "what it is"},
                                            {"initial", "at the start"},
                                            {"meaning", "meaning"}};
    wc_doc *doc = sheet->doc;
    wc_doc_section_open(doc, "storage", "What it remembers");
    wc_doc_table(doc, "storage", columns, WC_ARRAY_LEN(columns));
    for (uint16_t i = 0; i < sheet->contract->field_count; i++) {
        const wc_sema_field *field = &sheet->contract->fields[i];
        const wc_module *module = sheet->job->module;
        wc_doc_row_open(doc, &field->span);
        wc_doc_cell(doc);
        wc_doc_code(doc, field->name);
        wc_doc_cell(doc);
        wc_assert(i < module->field_count);
        wc_doc_say(doc, "{}", module->fields[i].id);
        wc_doc_cell(doc);
        put_type(sheet, field->span, field->type);
        wc_doc_cell(doc);
        put_initial(sheet, field->initial, start_of(field->type));
        wc_doc_cell(doc);
        wc_doc_words(doc, wc_sheet_comment(sheet, field->span));
    }
}

static void put_table(wc_sheet *sheet, const char *id, const wc_sema_signature *const *rows,
                      uint16_t count)
{
    static const wc_doc_column columns[] = {
        {"name", "name"}, {"members", "carries"}, {"meaning", "meaning"}};
    wc_doc_table(sheet->doc, id, columns, WC_ARRAY_LEN(columns));
    for (uint16_t i = 0; i < count; i++) {
        wc_doc_row_open(sheet->doc, &rows[i]->span);
        wc_doc_cell(sheet->doc);
        wc_doc_code(sheet->doc, rows[i]->name);
        wc_doc_cell(sheet->doc);
        for (uint16_t k = 0; k < rows[i]->member_count; k++) {
            if (k > 0) wc_doc_break(sheet->doc);
            wc_sheet_members(sheet, &rows[i]->members[k], 1);
        }
        wc_doc_cell(sheet->doc);
        wc_doc_words(sheet->doc, wc_sheet_comment(sheet, rows[i]->span));
    }
}

void wc_sheet_signatures(wc_sheet *sheet)
{
    wc_doc_section_open(sheet->doc, "events", "Events");
    put_table(sheet, "events", sheet->contract->events, sheet->contract->event_count);
    wc_doc_section_open(sheet->doc, "errors", "Errors");
    wc_doc_para(sheet->doc);
    wc_doc_say(sheet->doc, "An error undoes the whole transaction. Every contract can also answer "
                           "with the errors of the language, such as NotAuthorised or WrongState.");
    put_table(sheet, "errors", sheet->contract->errors, sheet->contract->error_count);
}
