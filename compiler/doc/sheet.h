/* Making the sheet of one contract. Nothing outside compiler/doc but compiler.c includes this.
 *
 *   sheet.c     order of the sections     people.c    parties, authority, money, reading rights
 *   terms.c     terms, storage, events    actions.c   states, actions, time-outs, views
 *   promise.c   what holds, roundings     words.c     types, conditions and amounts in words
 *   comment.c   documentation comments    diagram.c   the state graph for graph.h
 *   cost.c      gas by size */
#ifndef WC_COMPILER_DOC_SHEET_H
#define WC_COMPILER_DOC_SHEET_H

#include "compiler/doc/graph.h"
#include "compiler/doc/model.h"
#include "compiler/sema/authority.h"
#include "compiler/sema/sema.h"
#include "vm/isa/debug.h"

typedef struct wc_doc_job {
    wc_arena *arena;
    const wc_sources *sources;
    const wc_sema_program *program;
    const wc_sema_contract *contract;
    const wc_module *module;         /* emitted, with gas bounds */
    const wc_debug *debug;           /* of the module, with forms */
    const wc_ast_file *const *files; /* of the program, the checked one first */
    uint32_t file_count;
} wc_doc_job;

/* NO_MEMORY. */
WC_MUST_USE wc_status wc_doc_of(const wc_doc_job *job, wc_doc **doc);

/* ---- inside ---- */

typedef struct wc_sheet {
    const wc_doc_job *job;
    wc_doc *doc;
    const wc_sema_contract *contract;
    const wc_ast_item *item; /* the contract's declaration */
    const wc_authority *authority;
} wc_sheet;

/* sections */
void wc_sheet_people(wc_sheet *sheet);
void wc_sheet_money(wc_sheet *sheet);
void wc_sheet_authority(wc_sheet *sheet);
void wc_sheet_readers(wc_sheet *sheet);
void wc_sheet_terms(wc_sheet *sheet);
void wc_sheet_storage(wc_sheet *sheet);
void wc_sheet_signatures(wc_sheet *sheet);
void wc_sheet_states(wc_sheet *sheet);
void wc_sheet_actions(wc_sheet *sheet);
void wc_sheet_timeouts(wc_sheet *sheet);
void wc_sheet_views(wc_sheet *sheet);
void wc_sheet_cost(wc_sheet *sheet);
void wc_sheet_promises(wc_sheet *sheet);
void wc_sheet_roundings(wc_sheet *sheet);
void wc_sheet_diagram(wc_sheet *sheet);

/* words.c: at the builder's place */
void wc_sheet_type(wc_sheet *sheet, const wc_sema_type *type);
void wc_sheet_condition(wc_sheet *sheet, const wc_ast_expr *condition, bool holds);
void wc_sheet_by(wc_sheet *sheet, const wc_sema_routine *routine);
void wc_sheet_states_of(wc_sheet *sheet, uint64_t states);
void wc_sheet_move(wc_sheet *sheet, const wc_authority_move *move);
void wc_sheet_members(wc_sheet *sheet, const wc_sema_member *members, uint16_t count);
void wc_sheet_value(wc_sheet *sheet, int64_t value, const wc_sema_type *type);
void wc_sheet_gas(wc_sheet *sheet, uint64_t gas);

/* comment.c */
wc_str wc_sheet_comment(wc_sheet *sheet, wc_span span);       /* beside a name, else above it */
wc_str wc_sheet_comment_above(wc_sheet *sheet, wc_span span); /* above a declaration */

/* sheet.c: what the source says */
wc_str wc_sheet_text(const wc_sheet *sheet, wc_span span);
/* The type of a term, field, parameter as the author wrote it; "" when generated. */
wc_str wc_sheet_written(const wc_sheet *sheet, wc_span name);
uint64_t wc_sheet_sources(const wc_sheet *sheet, const wc_sema_routine *routine);
const wc_entry *wc_sheet_entry(const wc_sheet *sheet, wc_entry_kind kind, uint16_t index);
const wc_authority_row *wc_sheet_row(const wc_sheet *sheet, const wc_sema_routine *routine);

/* Every statement and expression of a routine, not of what it calls. */
typedef struct wc_sheet_visitor {
    void *self;
    void (*stmt)(void *self, const wc_sema_stmt *stmt); /* may be NULL */
    void (*expr)(void *self, const wc_sema_expr *expr); /* may be NULL */
} wc_sheet_visitor;

void wc_sheet_walk(const wc_sema_routine *routine, const wc_sheet_visitor *visitor);

#endif
