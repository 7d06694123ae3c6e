/* What holds, and how anybody knows: proved by the compiler, true by construction, or checked while
 * it runs. And every place where a number is rounded. */
#include "compiler/doc/sheet.h"

/* ---- what holds --------------------------------------------------------------------------------
 */

static void open_row(wc_sheet *sheet, const wc_span *span)
{
    wc_doc_row_open(sheet->doc, span);
    wc_doc_cell(sheet->doc);
}

static void put_invariants(wc_sheet *sheet)
{
    const wc_sema_contract *contract = sheet->contract;
    const wc_ast_list *asts = &sheet->item->as.contract->invariants;
    for (uint16_t i = 0; i < contract->invariant_count; i++) {
        open_row(sheet, &contract->invariants[i].span);
        wc_assert(i < asts->count);
        const wc_ast_invariant *ast = wc_ast_at(asts, i);
        wc_doc_code(sheet->doc, contract->invariants[i].name);
        wc_doc_say(sheet->doc, ": ");
        wc_sheet_condition(sheet, ast->condition, true);
        wc_doc_cell(sheet->doc);
        wc_doc_say(sheet->doc, "checked while it runs");
        wc_doc_cell(sheet->doc);
        wc_doc_say(sheet->doc, "when the contract is made");
        for (uint16_t k = 0; k < contract->action_count; k++) {
            if ((contract->actions[k]->invariants >> i & 1) == 0) continue;
            wc_doc_say(sheet->doc, ", after ");
            wc_doc_code(sheet->doc, contract->actions[k]->name);
        }
        for (uint16_t k = 0; k < contract->after_count; k++) {
            if ((contract->afters[k]->invariants >> i & 1) == 0) continue;
            wc_doc_say(sheet->doc, ", after the time-out of ");
            wc_sheet_states_of(sheet, contract->afters[k]->when);
        }
    }
}

static void put_clause(wc_sheet *sheet, const wc_sema_routine *routine, const wc_ast_clause *clause)
{
    wc_doc *doc = sheet->doc;
    if (clause->kind != WC_CLAUSE_ENSURES && clause->kind != WC_CLAUSE_CONSERVE) return;
    bool is_conserve = clause->kind == WC_CLAUSE_CONSERVE;
    open_row(sheet, &clause->span);
    if (is_conserve) {
        wc_doc_code(doc, wc_sheet_text(sheet, clause->unit->span));
        wc_doc_say(doc, " is conserved: what one place gains, another loses");
    } else {
        wc_sheet_condition(sheet, clause->condition, true);
    }
    wc_doc_cell(doc);
    if (is_conserve) {
        wc_doc_strong(doc, "proved");
        wc_doc_say(doc, " for every path");
    } else {
        wc_doc_say(doc, "checked while it runs");
    }
    wc_doc_cell(doc);
    if (routine->kind == WC_ROUTINE_AFTER) {
        wc_doc_say(doc, "the time-out of ");
        wc_sheet_states_of(sheet, routine->when);
    } else {
        wc_doc_code(doc, routine->name);
    }
}

static void put_clauses(wc_sheet *sheet, const wc_sema_routine *routine)
{
    const wc_ast_routine *ast = routine->ast;
    for (uint32_t i = 0; ast != NULL && i < ast->clauses.count; i++) {
        put_clause(sheet, routine, wc_ast_at(&ast->clauses, i));
    }
}

static void put_fact(wc_sheet *sheet, const char *what, const char *how, const char *where)
{
    open_row(sheet, NULL);
    wc_doc_words(sheet->doc, wc_str_of(what));
    wc_doc_cell(sheet->doc);
    wc_doc_strong(sheet->doc, "{}", how);
    wc_doc_cell(sheet->doc);
    wc_doc_words(sheet->doc, wc_str_of(where));
}

void wc_sheet_promises(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {
        {"what", "what holds"}, {"how", "how it is known"}, {"where", "where"}};
    const wc_sema_contract *contract = sheet->contract;
    wc_doc_section_open(sheet->doc, "promises", "What holds, and how it is known");
    wc_doc_table(sheet->doc, "promises", columns, WC_ARRAY_LEN(columns));
    put_fact(sheet, "units, scales and currencies fit; every rounding is written", "proved",
             "the whole contract");
    put_fact(sheet, "every call ends within its gas", "proved",
             "each entry; every node computes the bound again");
    put_fact(sheet, "no call of another contract can come back in the middle of this one",
             "by construction", "the whole contract");
    if (contract->currency_count > 0) {
        put_fact(sheet, "money is neither made nor lost", "by construction",
                 "every posting has two sides; the ledger checks the sums at every record");
        put_fact(sheet,
                 "no money is held for ever: each state that can hold some has a way out by "
                 "time or into the custody of a bank",
                 "proved", "each state that is not final");
    }
    put_invariants(sheet);
    for (uint16_t i = 0; i < contract->action_count; i++) put_clauses(sheet, contract->actions[i]);
    for (uint16_t i = 0; i < contract->after_count; i++) put_clauses(sheet, contract->afters[i]);
}

/* ---- roundings ---------------------------------------------------------------------------------
 */

static const char *const modes[] = {"half even: to the nearest, a half to the even neighbour",
                                    "half up: to the nearest, a half away from zero",
                                    "half down: to the nearest, a half toward zero",
                                    "up: away from zero",
                                    "down: toward zero",
                                    "floor: to the lower",
                                    "ceil: to the higher",
                                    "exact: fails when something is left"};

typedef struct rounding {
    wc_sheet *sheet;
    const wc_sema_routine *routine;
    wc_span seen; /* the newest: a node may stand for parts of one text */
} rounding;

static void put_routine(const rounding *self)
{
    if (self->routine->kind == WC_ROUTINE_AFTER) {
        wc_doc_say(self->sheet->doc, "the time-out of ");
        wc_sheet_states_of(self->sheet, self->routine->when);
    } else {
        wc_doc_code(self->sheet->doc, self->routine->name);
    }
}

/* False: the same text again. */
static bool put_rounding(rounding *self, wc_span span, const char *mode)
{
    if (span.file == self->seen.file && span.start == self->seen.start) return false;
    self->seen = span;
    open_row(self->sheet, &span);
    wc_doc_code(self->sheet->doc, wc_sheet_text(self->sheet, span));
    wc_doc_cell(self->sheet->doc);
    wc_doc_say(self->sheet->doc, "{}", mode);
    wc_doc_cell(self->sheet->doc);
    return true;
}

static bool is_convert(wc_str text)
{
    return text.len > 7 && memcmp(text.data, "convert", 7) == 0;
}

static void on_expr(void *context, const wc_sema_expr *expr)
{
    rounding *self = context;
    bool is_rounding = expr->op == WC_OPER_ROUND || expr->op == WC_OPER_IDIV;
    if (!is_rounding || is_convert(wc_sheet_text(self->sheet, expr->span))) return;
    wc_round mode = expr->op == WC_OPER_IDIV ? WC_ROUND_FLOOR : expr->round;
    if (!put_rounding(self, expr->span, modes[mode])) return;
    wc_sheet_type(self->sheet, expr->type);
    wc_doc_cell(self->sheet->doc);
    put_routine(self);
}

static void on_stmt(void *context, const wc_sema_stmt *stmt)
{
    rounding *self = context;
    wc_doc *doc = self->sheet->doc;
    if (stmt->kind != WC_DO_SPLIT) return;
    bool is_largest = stmt->mode == WC_SPLIT_LARGEST_REMAINDER;
    const char *mode = "largest remainder: all down, then one unit each by what was cut off";
    if (!put_rounding(self, stmt->span, is_largest ? mode : modes[stmt->mode])) return;
    wc_doc_say(doc, "shares of a split; the rest goes where `rest` stands");
    wc_doc_cell(doc);
    put_routine(self);
}

static void visit(wc_sheet *sheet, wc_sema_routine *const *routines, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        rounding self = {.sheet = sheet, .routine = routines[i], .seen = {UINT32_MAX, 0, 0}};
        const wc_sheet_visitor visitor = {.self = &self, .stmt = on_stmt, .expr = on_expr};
        wc_sheet_walk(routines[i], &visitor);
    }
}

void wc_sheet_roundings(wc_sheet *sheet)
{
    static const wc_doc_column columns[] = {
        {"what", "what is rounded"}, {"mode", "how"}, {"result", "to"}, {"routine", "in"}};
    const wc_sema_contract *contract = sheet->contract;
    wc_doc_section_open(sheet->doc, "roundings", "Where numbers are rounded");
    wc_doc_para(sheet->doc);
    wc_doc_say(sheet->doc, "Nowhere else: between these places numbers are exact.");
    wc_doc_table(sheet->doc, "roundings", columns, WC_ARRAY_LEN(columns));
    visit(sheet, contract->actions, contract->action_count);
    visit(sheet, contract->afters, contract->after_count);
    visit(sheet, contract->views, contract->view_count);
    visit(sheet, contract->funcs, contract->func_count);
}
