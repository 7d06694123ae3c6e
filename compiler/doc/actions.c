/* States, actions, time-outs and views. */
#include "compiler/doc/sheet.h"

/* ---- states ------------------------------------------------------------------------------------
 */

static void put_possible(wc_sheet *sheet, uint16_t state)
{
    bool is_first = true;
    for (uint16_t i = 0; i < sheet->contract->action_count; i++) {
        const wc_sema_routine *action = sheet->contract->actions[i];
        if ((wc_sheet_sources(sheet, action) >> state & 1) == 0) continue;
        if (!is_first) wc_doc_break(sheet->doc);
        is_first = false;
        wc_doc_code(sheet->doc, action->name);
        wc_doc_say(sheet->doc, " by ");
        wc_sheet_by(sheet, action);
    }
    if (is_first) wc_doc_say(sheet->doc, "nobody can do anything");
}

static void put_left(wc_sheet *sheet, uint16_t state)
{
    bool is_first = true;
    for (uint16_t i = 0; i < sheet->contract->after_count; i++) {
        const wc_sema_routine *after = sheet->contract->afters[i];
        if ((after->when >> state & 1) == 0) continue;
        if (!is_first) wc_doc_break(sheet->doc);
        is_first = false;
        wc_doc_code(sheet->doc, wc_sheet_text(sheet, after->due->span));
    }
    if (!is_first) return;
    wc_doc_say(sheet->doc, sheet->contract->states[state].is_final ? "final" : "no");
}

void wc_sheet_states(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {{"state", "state"},
                                            {"data", "carries"},
                                            {"possible", "who can do what"},
                                            {"by_time", "time takes it on at"},
                                            {"prepaid", "gas paid ahead on entry"},
                                            {"meaning", "meaning"}};
    wc_doc *doc = sheet->doc;
    wc_doc_section_open(doc, "states", "States");
    wc_sheet_diagram(sheet);
    wc_doc_table(doc, "states", columns, WC_ARRAY_LEN(columns));
    for (uint16_t i = 0; i < sheet->contract->state_count; i++) {
        const wc_sema_state *state = &sheet->contract->states[i];
        wc_doc_row_open(doc, &state->span);
        wc_doc_cell(doc);
        wc_doc_code(doc, state->name);
        if (state->is_initial) wc_doc_say(doc, " (start)");
        if (state->is_final) wc_doc_say(doc, " (end)");
        wc_doc_cell(doc);
        wc_sheet_members(sheet, state->members, state->member_count);
        wc_doc_cell(doc);
        put_possible(sheet, i);
        wc_doc_cell(doc);
        put_left(sheet, i);
        wc_doc_cell(doc);
        wc_sheet_gas(sheet, sheet->job->module->states[i].prepaid);
        wc_doc_cell(doc);
        wc_doc_words(doc, wc_sheet_comment(sheet, state->span));
    }
}

/* ---- actions -----------------------------------------------------------------------------------
 */

static void put_call(wc_sheet *sheet, const wc_sema_routine *routine)
{
    wc_doc *doc = sheet->doc;
    wc_doc_code(doc, routine->name);
    for (uint16_t i = 0; i < routine->param_count; i++) {
        wc_str written = wc_sheet_written(sheet, routine->locals[i]->span);
        wc_doc_break(doc);
        wc_doc_say(doc, "{}: ", routine->locals[i]->name);
        if (written.len > 0) {
            wc_doc_code(doc, written);
        } else {
            wc_sheet_type(sheet, routine->locals[i]->type);
        }
    }
}

static void put_requires(wc_sheet *sheet, const wc_sema_routine *routine)
{
    wc_doc *doc = sheet->doc;
    const wc_ast_routine *ast = routine->ast;
    bool is_first = true;
    for (uint32_t i = 0; ast != NULL && i < ast->clauses.count; i++) { /* `fund` has none */
        const wc_ast_clause *clause = wc_ast_at(&ast->clauses, i);
        if (clause->kind != WC_CLAUSE_REQUIRES) continue;
        if (!is_first) wc_doc_break(doc);
        is_first = false;
        wc_sheet_condition(sheet, clause->condition, true);
        wc_doc_say(doc, ", else ");
        wc_assert(clause->error->kind == WC_EXPR_CALL);
        wc_doc_code(doc, wc_sheet_text(sheet, clause->error->as.call.callee->span));
    }
    if (is_first) wc_doc_say(doc, "nothing more");
}

static void put_money(wc_sheet *sheet, const wc_sema_routine *routine)
{
    const wc_authority_row *row = wc_sheet_row(sheet, routine);
    bool is_first = true;
    for (uint32_t i = 0; i < row->move_count; i++) {
        bool is_empty =
            sheet->contract->currency_count == 0 && row->moves[i].effect == WC_AUTHORITY_CLOSE;
        if (is_empty) continue;
        if (!is_first) wc_doc_break(sheet->doc);
        is_first = false;
        wc_sheet_move(sheet, &row->moves[i]);
    }
    if (routine->sends > 1) {
        wc_doc_break(sheet->doc);
        wc_doc_say(sheet->doc, "at most {} calls of other contracts", routine->sends);
    }
    if (is_first) wc_doc_say(sheet->doc, "none");
}

static void put_leads_to(wc_sheet *sheet, const wc_sema_routine *routine)
{
    if (routine->leads_to == 0) {
        wc_doc_say(sheet->doc, "stays");
    } else {
        wc_sheet_states_of(sheet, routine->leads_to);
        if (routine->body->falls_through) wc_doc_say(sheet->doc, ", or stays");
    }
}

/* Worst case, and the author's own limit where there is one. */
static void put_gas(wc_sheet *sheet, const wc_entry *entry, const wc_sema_routine *routine)
{
    wc_sheet_gas(sheet, entry->gas_bound);
    if (routine->gas_limit == UINT64_MAX) return;
    wc_doc_break(sheet->doc);
    wc_doc_say(sheet->doc, "limit ");
    wc_sheet_gas(sheet, routine->gas_limit);
}

/* `fund`, and what every amendable term brings along. */
static void put_made(wc_doc *doc, const wc_sema_routine *action)
{
    if (wc_str_equal(action->name, WC_STR("fund"))) {
        wc_doc_say(doc, "Made by the language: puts the caller's money into the contract.");
    } else if (action->name.data[0] == 'p') {
        wc_doc_say(doc, "Made by the language: proposes another value of the term, in place of a "
                        "proposal that is open.");
    } else {
        wc_doc_say(doc, "Made by the language: accepts the value that is proposed; when the last "
                        "signatory has, the term changes.");
    }
}

void wc_sheet_actions(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {{"action", "action"},    {"by", "who"},
                                            {"when", "when"},        {"leads_to", "leads to"},
                                            {"requires", "needs"},   {"money", "money"},
                                            {"gas", "gas, at most"}, {"meaning", "meaning"}};
    wc_doc *doc = sheet->doc;
    wc_doc_section_open(doc, "actions", "Actions");
    wc_doc_table(doc, "actions", columns, WC_ARRAY_LEN(columns));
    for (uint16_t i = 0; i < sheet->contract->action_count; i++) {
        const wc_sema_routine *action = sheet->contract->actions[i];
        wc_doc_row_open(doc, &action->span);
        wc_doc_cell(doc);
        put_call(sheet, action);
        wc_doc_cell(doc);
        wc_sheet_by(sheet, action);
        wc_doc_cell(doc);
        wc_sheet_states_of(sheet, wc_sheet_sources(sheet, action));
        wc_doc_cell(doc);
        put_leads_to(sheet, action);
        wc_doc_cell(doc);
        put_requires(sheet, action);
        wc_doc_cell(doc);
        put_money(sheet, action);
        wc_doc_cell(doc);
        put_gas(sheet, wc_sheet_entry(sheet, WC_ENTRY_ACTION, i), action);
        wc_doc_cell(doc);
        if (action->is_generated) {
            put_made(doc, action);
        } else {
            wc_doc_words(doc, wc_sheet_comment_above(sheet, action->span));
        }
    }
}

/* ---- time-outs and views -----------------------------------------------------------------------
 */

void wc_sheet_timeouts(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {
        {"due", "due at"},        {"when", "in"},
        {"leads_to", "leads to"}, {"repeats", "in a row, at most"},
        {"money", "money"},       {"gas", "gas, at most"},
        {"meaning", "meaning"}};
    wc_doc *doc = sheet->doc;
    wc_doc_section_open(doc, "timeouts", "What happens by time alone");
    wc_doc_para(doc);
    wc_doc_say(doc, "The nodes do this when the time has come; nobody has to call, and nobody can "
                    "keep it from happening. It is paid for in advance.");
    wc_doc_table(doc, "timeouts", columns, WC_ARRAY_LEN(columns));
    for (uint16_t i = 0; i < sheet->contract->after_count; i++) {
        const wc_sema_routine *after = sheet->contract->afters[i];
        wc_doc_row_open(doc, &after->span);
        wc_doc_cell(doc);
        wc_doc_code(doc, wc_sheet_text(sheet, after->due->span));
        wc_doc_cell(doc);
        wc_sheet_states_of(sheet, after->when);
        wc_doc_cell(doc);
        put_leads_to(sheet, after);
        wc_doc_cell(doc);
        wc_doc_say(doc, "{}", after->repeats);
        wc_doc_cell(doc);
        put_money(sheet, after);
        wc_doc_cell(doc);
        put_gas(sheet, wc_sheet_entry(sheet, WC_ENTRY_AFTER, i), after);
        wc_doc_cell(doc);
        wc_doc_words(doc, wc_sheet_comment_above(sheet, after->span));
    }
}

void wc_sheet_views(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {{"view", "view"},        {"result", "answers"},
                                            {"when", "in"},          {"requires", "needs"},
                                            {"gas", "gas, at most"}, {"meaning", "meaning"}};
    wc_doc *doc = sheet->doc;
    wc_doc_section_open(doc, "views", "What it answers");
    wc_doc_table(doc, "views", columns, WC_ARRAY_LEN(columns));
    for (uint16_t i = 0; i < sheet->contract->view_count; i++) {
        const wc_sema_routine *view = sheet->contract->views[i];
        wc_doc_row_open(doc, &view->span);
        wc_doc_cell(doc);
        put_call(sheet, view);
        wc_doc_cell(doc);
        wc_sheet_type(sheet, view->result);
        wc_doc_cell(doc);
        wc_doc_say(doc, "every state"); /* a view has no `when` */
        wc_doc_cell(doc);
        put_requires(sheet, view);
        wc_doc_cell(doc);
        put_gas(sheet, wc_sheet_entry(sheet, WC_ENTRY_VIEW, i), view);
        wc_doc_cell(doc);
        wc_doc_words(doc, wc_sheet_comment_above(sheet, view->span));
    }
}
