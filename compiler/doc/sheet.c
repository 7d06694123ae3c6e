/* The sheet: which sections, in the order in which somebody reads who is asked to sign. */
#include "compiler/doc/sheet.h"

/* ---- what the source says ----------------------------------------------------------------------
 */

wc_str wc_sheet_text(const wc_sheet *sheet, wc_span span)
{
    return wc_source_text(wc_sources_of(sheet->job->sources, span), span);
}

static bool same(wc_span a, wc_span b)
{
    return a.file == b.file && a.start == b.start; /* of definitions: no two begin there */
}

static const wc_ast_item *find_item(const wc_doc_job *job)
{
    for (uint32_t i = 0; i < job->file_count; i++) {
        wc_assert(job->files[i] != NULL); /* a sheet is made of what has no errors */
        for (uint32_t k = 0; k < job->files[i]->items.count; k++) {
            const wc_ast_item *item = wc_ast_at(&job->files[i]->items, k);
            if (item->kind == WC_ITEM_CONTRACT && same(item->name.span, job->contract->span)) {
                return item;
            }
        }
    }
    return NULL;
}

static wc_str written_in(const wc_sheet *sheet, const wc_ast_list *fields, wc_span name)
{
    for (uint32_t i = 0; i < fields->count; i++) {
        const wc_ast_field *field = wc_ast_at(fields, i);
        if (same(field->name.span, name)) return wc_sheet_text(sheet, field->type->span);
    }
    return WC_STR("");
}

wc_str wc_sheet_written(const wc_sheet *sheet, wc_span name)
{
    const wc_ast_contract *contract = sheet->item->as.contract;
    wc_str text = written_in(sheet, &contract->terms, name);
    if (text.len == 0) text = written_in(sheet, &contract->storage, name);
    for (uint32_t i = 0; i < contract->routines.count && text.len == 0; i++) {
        const wc_ast_routine *routine = wc_ast_at(&contract->routines, i);
        text = written_in(sheet, &routine->params, name);
    }
    for (uint32_t i = 0; i < contract->states.count && text.len == 0; i++) {
        const wc_ast_variant *state = wc_ast_at(&contract->states, i);
        text = written_in(sheet, &state->fields, name);
    }
    return text;
}

/* ---- what the module says ----------------------------------------------------------------------
 */

uint64_t wc_sheet_sources(const wc_sheet *sheet, const wc_sema_routine *routine)
{
    if (routine->when != 0) return routine->when;
    uint64_t all = 0;
    for (uint16_t i = 0; i < sheet->contract->state_count; i++) {
        if (!sheet->contract->states[i].is_final) all |= UINT64_C(1) << i;
    }
    return all;
}

const wc_entry *wc_sheet_entry(const wc_sheet *sheet, wc_entry_kind kind, uint16_t index)
{
    const wc_module *module = sheet->job->module;
    for (uint16_t i = 0;; i++) { /* ends: each routine has its entry */
        wc_assert(i < module->entry_count);
        if (module->entries[i].kind == kind && index-- == 0) return &module->entries[i];
    }
}

const wc_authority_row *wc_sheet_row(const wc_sheet *sheet, const wc_sema_routine *routine)
{
    for (uint32_t i = 0;; i++) { /* ends: each action and time-out has its row */
        wc_assert(i < sheet->authority->row_count);
        if (sheet->authority->rows[i].routine == routine) return &sheet->authority->rows[i];
    }
}

/* ---- the walk ----------------------------------------------------------------------------------
 */

static void walk_block(const wc_sema_block *block, const wc_sheet_visitor *visitor);

static void walk_expr(const wc_sema_expr *expr, const wc_sheet_visitor *visitor)
{
    if (expr == NULL) return;
    if (visitor->expr != NULL) visitor->expr(visitor->self, expr);
    walk_expr(expr->a, visitor);
    walk_expr(expr->b, visitor);
    walk_expr(expr->c, visitor);
    for (uint16_t i = 0; i < expr->arg_count; i++) walk_expr(expr->args[i], visitor);
}

static void walk_stmt(const wc_sema_stmt *stmt, const wc_sheet_visitor *visitor)
{
    visitor->stmt(visitor->self, stmt);
    walk_expr(stmt->a, visitor);
    walk_expr(stmt->b, visitor);
    walk_expr(stmt->c, visitor);
    for (uint16_t i = 0; i < stmt->arg_count; i++) walk_expr(stmt->args[i], visitor);
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        walk_expr(stmt->shares[i].who, visitor);
        walk_expr(stmt->shares[i].weights, visitor);
        walk_expr(stmt->shares[i].share, visitor);
    }
    if (stmt->body != NULL) walk_block(stmt->body, visitor);
    if (stmt->other != NULL) walk_block(stmt->other, visitor);
    for (uint16_t i = 0; i < stmt->arm_count; i++) walk_block(stmt->arms[i].body, visitor);
}

static void walk_block(const wc_sema_block *block, const wc_sheet_visitor *visitor)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        walk_stmt(stmt, visitor);
    }
}

void wc_sheet_walk(const wc_sema_routine *routine, const wc_sheet_visitor *visitor)
{
    walk_expr(routine->due, visitor);
    for (uint16_t i = 0; i < routine->require_count; i++) {
        walk_expr(routine->requires[i].condition, visitor);
        for (uint16_t k = 0; k < routine->requires[i].arg_count; k++) {
            walk_expr(routine->requires[i].args[k], visitor);
        }
    }
    for (uint16_t i = 0; i < routine->old_count; i++) walk_expr(routine->olds[i].value, visitor);
    walk_block(routine->body, visitor);
    for (uint16_t i = 0; i < routine->ensure_count; i++) {
        walk_expr(routine->ensures[i].condition, visitor);
    }
}

/* ---- the document ------------------------------------------------------------------------------
 */

/* "Ppa: a buyer takes ..." without "Ppa: ": it is the title. */
static wc_str without_name(wc_str text, wc_str name)
{
    bool starts = text.len > name.len + 2 && memcmp(text.data, name.data, name.len) == 0 &&
                  memcmp(text.data + name.len, ": ", 2) == 0;
    if (!starts) return text;
    return (wc_str){text.data + name.len + 2, text.len - name.len - 2};
}

/* "Ppa: a buyer takes ..." of the file, and what stands above the contract. */
static wc_str lead_of(wc_sheet *sheet)
{
    const wc_source *source = sheet->doc->source;
    wc_span file = {0, 0, source->file};
    for (uint32_t line = 1; line <= source->line_count; line++) {
        wc_str text = wc_source_line(source, line);
        if (text.len < 2 || text.data[0] != '/') {
            file.start = source->lines[line - 1];
            break;
        }
    }
    wc_str above = wc_sheet_comment_above(sheet, file);
    wc_str own = wc_sheet_comment_above(sheet, sheet->item->span);
    wc_buf both = wc_doc_scratch(sheet->doc, above.len + own.len + 2);
    above = without_name(above, sheet->contract->name);
    wc_buf_put(&both, above.data, above.len);
    if (both.len > 0 && both.data[0] >= 'a' && both.data[0] <= 'z') both.data[0] -= 'a' - 'A';
    if (above.len > 0 && own.len > 0) wc_buf_put_u8(&both, ' ');
    wc_buf_put(&both, own.data, own.len);
    return wc_doc_keep(sheet->doc, &both);
}

wc_status wc_doc_of(const wc_doc_job *job, wc_doc **result)
{
    wc_doc *doc = WC_ARENA_NEW(job->arena, wc_doc);
    if (doc == NULL) return WC_NO_MEMORY;
    wc_sheet sheet = {.job = job, .doc = doc, .contract = job->contract, .item = find_item(job)};
    wc_assert(sheet.item != NULL);
    WC_TRY(wc_authority_of(job->arena, job->sources, job->contract, &sheet.authority));
    *doc = (wc_doc){.arena = job->arena,
                    .sources = job->sources,
                    .source = wc_sources_of(job->sources, job->contract->span),
                    .contract = job->contract->name,
                    .module = job->contract->module};
    doc->lead = lead_of(&sheet);
    wc_sheet_people(&sheet);
    wc_sheet_money(&sheet);
    wc_sheet_terms(&sheet);
    wc_sheet_states(&sheet);
    wc_sheet_actions(&sheet);
    wc_sheet_timeouts(&sheet);
    wc_sheet_authority(&sheet);
    wc_sheet_views(&sheet);
    wc_sheet_cost(&sheet);
    wc_sheet_readers(&sheet);
    wc_sheet_promises(&sheet);
    wc_sheet_roundings(&sheet);
    wc_sheet_signatures(&sheet);
    wc_sheet_storage(&sheet);
    wc_doc_section_open(doc, "source", "Source");
    wc_doc_listing(doc);
    if (doc->no_memory) return WC_NO_MEMORY;
    *result = doc;
    return WC_OK;
}
