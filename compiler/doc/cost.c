/* What calls cost: the worst case of each, and the form by which it grows with what is stored and
 * handed over (vm/isa/gas_form.h). */
#include "compiler/doc/sheet.h"
#include "vm/isa/gas_form.h"

static void put_size(wc_sheet *sheet, const wc_gas_size *size)
{
    wc_buf text = wc_doc_scratch(sheet->doc, size->name.len + 4);
    wc_buf_put_text(&text, "n(");
    wc_buf_put(&text, size->name.data, size->name.len);
    wc_buf_put_text(&text, ")");
    wc_doc_code(sheet->doc, wc_doc_keep(sheet->doc, &text));
}

/* "4,120 + 310 · n(read) + 45 · n(read) · n(bids)" */
static void put_form(wc_sheet *sheet, const wc_gas_form *form)
{
    for (uint16_t i = 0; i < form->count; i++) {
        const wc_gas_term *term = &form->terms[i];
        if (i > 0) wc_doc_say(sheet->doc, " + ");
        wc_sheet_gas(sheet, term->factor);
        for (unsigned k = 0; k < term->degree; k++) {
            wc_doc_say(sheet->doc, " \xc2\xb7 ");
            put_size(sheet, &sheet->job->debug->sizes[term->sizes[k]]);
        }
    }
}

static void put_row(wc_sheet *sheet, const wc_sema_routine *routine, const wc_entry *entry)
{
    wc_doc *doc = sheet->doc;
    const wc_module *module = sheet->job->module;
    const wc_debug *debug = sheet->job->debug;
    wc_doc_row_open(doc, &routine->span);
    wc_doc_cell(doc);
    if (routine->kind == WC_ROUTINE_AFTER) {
        wc_doc_say(doc, "the time-out of ");
        wc_sheet_states_of(sheet, routine->when);
    } else {
        wc_doc_code(doc, routine->name);
    }
    wc_doc_cell(doc);
    wc_sheet_gas(sheet, entry->gas_bound);
    wc_doc_cell(doc);
    uint16_t number = (uint16_t)(entry - module->entries);
    if (number < debug->form_count) put_form(sheet, &debug->forms[number]);
}

void wc_sheet_cost(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {
        {"call", "call"}, {"gas", "gas, at most"}, {"by_size", "gas by size"}};
    const wc_sema_contract *contract = sheet->contract;
    wc_doc *doc = sheet->doc;
    wc_doc_section_open(doc, WC_DOC_COST, "What calls cost");
    wc_doc_para(doc);
    wc_doc_say(doc, "At most: with every collection full. By size: ");
    wc_doc_code(doc, WC_STR("n(x)"));
    wc_doc_say(doc,
               " is how many elements x has in the call, how often a loop turns, how many have "
               "money in the contract (");
    wc_doc_code(doc, WC_STR("n(holders)"));
    wc_doc_say(doc, "), and 1 or 0 for a state that the call enters or not (");
    wc_doc_code(doc, WC_STR("n(-> State)"));
    wc_doc_say(doc, "): whoever brings the contract there pays ahead for what time does next. Of a "
                    "call that would cost more than its greatest amount, that amount is taken.");
    wc_doc_table(doc, "cost", columns, WC_ARRAY_LEN(columns));
    for (uint16_t i = 0; i < contract->action_count; i++) {
        put_row(sheet, contract->actions[i], wc_sheet_entry(sheet, WC_ENTRY_ACTION, i));
    }
    for (uint16_t i = 0; i < contract->after_count; i++) {
        put_row(sheet, contract->afters[i], wc_sheet_entry(sheet, WC_ENTRY_AFTER, i));
    }
    for (uint16_t i = 0; i < contract->view_count; i++) {
        put_row(sheet, contract->views[i], wc_sheet_entry(sheet, WC_ENTRY_VIEW, i));
    }
}
