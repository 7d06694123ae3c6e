/* See dump.h. Declarations and statements; values are in dump_value.c. */
#include "compiler/ast/dump.h"

#include "compiler/ast/dump_value.h"

/* ---- lines --------------------------------------------------------------------------------- */

static void put_indent(wc_buf *buf, unsigned depth)
{
    for (unsigned i = 0; i < depth; i++) wc_buf_put_text(buf, "  ");
}

static void put_line_end(wc_buf *buf)
{
    wc_buf_put_u8(buf, '\n');
}

static void put_names(wc_buf *buf, const char *before, const wc_ast_list *names)
{
    if (names->count == 0) return;
    wc_buf_put_text(buf, before);
    for (uint32_t i = 0; i < names->count; i++) {
        const wc_ast_name *name = wc_ast_at(names, i);
        if (i != 0) wc_buf_put_text(buf, ", ");
        wc_dump_name(buf, name);
    }
}

static void put_field(wc_buf *buf, const wc_ast_field *field)
{
    if (field->is_amendable) wc_buf_put_text(buf, "amendable ");
    wc_dump_name(buf, &field->name);
    wc_buf_put_text(buf, " : ");
    wc_ast_dump_type(buf, field->type);
    if (field->value != NULL) {
        wc_buf_put_text(buf, " = ");
        wc_ast_dump_expr(buf, field->value);
    }
}

/* (a : T, b : U) */
static void put_params(wc_buf *buf, const wc_ast_list *params)
{
    wc_buf_put_u8(buf, '(');
    for (uint32_t i = 0; i < params->count; i++) {
        if (i != 0) wc_buf_put_text(buf, ", ");
        put_field(buf, wc_ast_at(params, i));
    }
    wc_buf_put_u8(buf, ')');
}

/* title, then one field per line. */
static void put_fields(wc_buf *buf, unsigned depth, const char *title, const wc_ast_list *fields)
{
    if (title != NULL) {
        put_indent(buf, depth);
        wc_buf_put_text(buf, title);
        put_line_end(buf);
    }
    for (uint32_t i = 0; i < fields->count; i++) {
        put_indent(buf, depth + 1);
        put_field(buf, wc_ast_at(fields, i));
        put_line_end(buf);
    }
}

static void put_variants(wc_buf *buf, unsigned depth, const wc_ast_list *variants)
{
    for (uint32_t i = 0; i < variants->count; i++) {
        const wc_ast_variant *variant = wc_ast_at(variants, i);
        put_indent(buf, depth);
        wc_dump_name(buf, &variant->name);
        if (variant->fields.count != 0) put_params(buf, &variant->fields);
        if (variant->is_initial) wc_buf_put_text(buf, " initial");
        if (variant->is_final) wc_buf_put_text(buf, " final");
        put_line_end(buf);
    }
}

/* ---- statements ---------------------------------------------------------------------------- */

static void put_block(wc_buf *buf, unsigned depth, const wc_ast_block *block);

static void put_let(wc_buf *buf, const wc_ast_stmt *stmt)
{
    put_names(buf, " ", &stmt->as.let.names);
    if (stmt->as.let.type != NULL) {
        wc_buf_put_text(buf, " : ");
        wc_ast_dump_type(buf, stmt->as.let.type);
    }
    wc_buf_put_text(buf, " = ");
    wc_ast_dump_expr(buf, stmt->as.let.value);
}

static void put_loop(wc_buf *buf, unsigned depth, const wc_ast_stmt *stmt)
{
    put_names(buf, " ", &stmt->as.loop.names);
    wc_buf_put_text(buf, " in ");
    wc_ast_dump_expr(buf, stmt->as.loop.over);
    if (stmt->as.loop.end != NULL) {
        wc_buf_put_text(buf, " .. ");
        wc_ast_dump_expr(buf, stmt->as.loop.end);
    }
    put_line_end(buf);
    put_block(buf, depth + 1, stmt->as.loop.body);
}

static void put_branch(wc_buf *buf, unsigned depth, const wc_ast_stmt *stmt)
{
    wc_buf_put_u8(buf, ' ');
    wc_ast_dump_expr(buf, stmt->as.branch.condition);
    put_line_end(buf);
    put_block(buf, depth + 1, stmt->as.branch.then);
    if (stmt->as.branch.other == NULL) return;
    put_indent(buf, depth);
    wc_buf_put_text(buf, "else\n");
    put_block(buf, depth + 1, stmt->as.branch.other);
}

static void put_match(wc_buf *buf, unsigned depth, const wc_ast_stmt *stmt)
{
    wc_buf_put_u8(buf, ' ');
    wc_ast_dump_expr(buf, stmt->as.match.subject);
    put_line_end(buf);
    for (uint32_t i = 0; i < stmt->as.match.arms.count; i++) {
        const wc_ast_arm *arm = wc_ast_at(&stmt->as.match.arms, i);
        const wc_ast_pattern *pattern = arm->pattern;
        put_indent(buf, depth + 1);
        if (pattern->kind == WC_PATTERN_ANY)
            wc_buf_put_u8(buf, '_');
        else
            wc_dump_path(buf, pattern->path);
        if (pattern->names.count != 0) {
            put_names(buf, "(", &pattern->names);
            wc_buf_put_u8(buf, ')');
        }
        wc_buf_put_text(buf, " =>\n");
        put_block(buf, depth + 2, arm->body);
    }
}

static void put_split(wc_buf *buf, unsigned depth, const wc_ast_stmt *stmt)
{
    wc_buf_put_u8(buf, ' ');
    wc_ast_dump_expr(buf, stmt->as.split.from);
    wc_buf_put_text(buf, ", ");
    wc_ast_dump_expr(buf, stmt->as.split.amount);
    wc_buf_put_text(buf, ", ");
    wc_dump_name(buf, &stmt->as.split.mode);
    put_line_end(buf);
    for (uint32_t i = 0; i < stmt->as.split.shares.count; i++) {
        const wc_ast_share *share = wc_ast_at(&stmt->as.split.shares, i);
        put_indent(buf, depth + 1);
        wc_ast_dump_expr(buf, share->who);
        wc_buf_put_text(buf, " : ");
        if (share->share != NULL)
            wc_ast_dump_expr(buf, share->share);
        else
            wc_buf_put_text(buf, "rest");
        put_line_end(buf);
    }
}

/* Up to three expressions with words between. */
static void put_parts(wc_buf *buf, const wc_ast_expr *a, const char *first, const wc_ast_expr *b,
                      const char *second, const wc_ast_expr *c)
{
    wc_buf_put_u8(buf, ' ');
    wc_ast_dump_expr(buf, a);
    if (b == NULL) return;
    wc_buf_put_text(buf, first);
    wc_ast_dump_expr(buf, b);
    if (c == NULL) return;
    wc_buf_put_text(buf, second);
    wc_ast_dump_expr(buf, c);
}

/* Writes what follows the statement's word; true when it has ended the line itself. */
static bool put_stmt_rest(wc_buf *buf, unsigned depth, const wc_ast_stmt *stmt)
{
    switch (stmt->kind) {
    case WC_STMT_LET:
    case WC_STMT_VAR: put_let(buf, stmt); return false;
    case WC_STMT_EXPR:
    case WC_STMT_ASSERT:
    case WC_STMT_ADVANCE: put_parts(buf, stmt->as.expr, "", NULL, "", NULL); return false;
    case WC_STMT_ASSIGN:
        wc_buf_put_u8(buf, ' ');
        wc_buf_put_text(buf, wc_ast_assign_name(stmt->as.assign.op));
        put_parts(buf, stmt->as.assign.place, " ", stmt->as.assign.value, "", NULL);
        return false;
    case WC_STMT_IF: put_branch(buf, depth, stmt); return true;
    case WC_STMT_FOR: put_loop(buf, depth, stmt); return true;
    case WC_STMT_MATCH: put_match(buf, depth, stmt); return true;
    case WC_STMT_RETURN:
        if (stmt->as.value != NULL) put_parts(buf, stmt->as.value, "", NULL, "", NULL);
        return false;
    case WC_STMT_REQUIRE:
        put_parts(buf, stmt->as.require.condition, " : ", stmt->as.require.error, "", NULL);
        return false;
    case WC_STMT_FAIL:
    case WC_STMT_EMIT:
    case WC_STMT_GOTO:
    case WC_STMT_SEND: put_parts(buf, stmt->as.call, "", NULL, "", NULL); return false;
    case WC_STMT_PAY:
        put_parts(buf, stmt->as.pay.from, " -> ", stmt->as.pay.to, " : ", stmt->as.pay.amount);
        return false;
    case WC_STMT_SPLIT: put_split(buf, depth, stmt); return true;
    case WC_STMT_AS:
        put_parts(buf, stmt->as.as_party.who, "", NULL, "", NULL);
        put_line_end(buf);
        put_block(buf, depth + 1, stmt->as.as_party.body);
        return true;
    case WC_STMT_EXPECT:
        wc_buf_put_text(buf, " fail ");
        wc_dump_path(buf, stmt->as.expect.error);
        put_line_end(buf);
        put_block(buf, depth + 1, stmt->as.expect.body);
        return true;
    case WC_STMT_BREAK:
    case WC_STMT_BROKEN:
    case WC_STMT_KIND_COUNT: return false;
    }
    return false;
}

static void put_block(wc_buf *buf, unsigned depth, const wc_ast_block *block)
{
    for (uint32_t i = 0; i < block->stmts.count; i++) {
        const wc_ast_stmt *stmt = wc_ast_at(&block->stmts, i);
        put_indent(buf, depth);
        wc_buf_put_text(buf, wc_ast_stmt_name(stmt->kind));
        if (!put_stmt_rest(buf, depth, stmt)) put_line_end(buf);
    }
}

/* ---- routines ------------------------------------------------------------------------------ */

static void put_by(wc_buf *buf, const wc_ast_by *by)
{
    if (by->kind == WC_AST_BY_NONE) return;
    wc_buf_put_text(buf, " by ");
    wc_buf_put_text(buf, wc_ast_by_name(by->kind));
    if (by->quorum != NULL) {
        wc_buf_put_u8(buf, ' ');
        wc_dump_literal(buf, by->quorum);
    }
    put_names(buf, " ", &by->names);
}

static void put_clause(wc_buf *buf, unsigned depth, const wc_ast_clause *clause)
{
    put_indent(buf, depth);
    wc_buf_put_text(buf, wc_ast_clause_name(clause->kind));
    wc_buf_put_u8(buf, ' ');
    switch (clause->kind) {
    case WC_CLAUSE_REQUIRES:
        wc_ast_dump_expr(buf, clause->condition);
        wc_buf_put_text(buf, " : ");
        wc_ast_dump_expr(buf, clause->error);
        break;
    case WC_CLAUSE_ENSURES: wc_ast_dump_expr(buf, clause->condition); break;
    case WC_CLAUSE_CONSERVE: wc_dump_unit(buf, clause->unit); break;
    case WC_CLAUSE_GAS: wc_dump_literal(buf, clause->gas); break;
    case WC_CLAUSE_KIND_COUNT: break;
    }
    put_line_end(buf);
}

static bool has_params(wc_ast_routine_kind kind)
{
    return kind == WC_ROUTINE_FUNC || kind == WC_ROUTINE_ACTION || kind == WC_ROUTINE_VIEW ||
           kind == WC_ROUTINE_PROPERTY;
}

static void put_routine(wc_buf *buf, unsigned depth, const wc_ast_routine *routine)
{
    put_indent(buf, depth);
    wc_buf_put_text(buf, wc_ast_routine_name(routine->kind));
    wc_buf_put_u8(buf, ' ');
    if (routine->name.text.len != 0) wc_dump_name(buf, &routine->name);
    if (routine->title != NULL) wc_dump_literal(buf, routine->title);
    if (routine->time != NULL) wc_ast_dump_expr(buf, routine->time);
    if (routine->version != NULL) wc_dump_literal(buf, routine->version);
    if (has_params(routine->kind)) put_params(buf, &routine->params);
    if (routine->result != NULL) {
        wc_buf_put_text(buf, " -> ");
        wc_ast_dump_type(buf, routine->result);
    }
    put_by(buf, &routine->by);
    put_names(buf, " when ", &routine->when);
    put_names(buf, " -> ", &routine->goes);
    put_line_end(buf);
    for (uint32_t i = 0; i < routine->clauses.count; i++)
        put_clause(buf, depth + 2, wc_ast_at(&routine->clauses, i));
    put_block(buf, depth + 1, routine->body);
}

/* ---- contracts ----------------------------------------------------------------------------- */

static void put_parties(wc_buf *buf, const wc_ast_list *parties)
{
    if (parties->count != 0) wc_buf_put_text(buf, "  parties\n");
    for (uint32_t i = 0; i < parties->count; i++) {
        const wc_ast_party *party = wc_ast_at(parties, i);
        wc_buf_put_text(buf, "    ");
        wc_dump_name(buf, &party->name);
        wc_buf_put_text(buf, party->role.text.len != 0 ? " : role " : " : party");
        wc_dump_name(buf, &party->role);
        put_line_end(buf);
    }
}

static void put_name_line(wc_buf *buf, const char *before, const wc_ast_list *names)
{
    if (names->count == 0) return;
    put_names(buf, before, names);
    put_line_end(buf);
}

static void put_use(wc_buf *buf, unsigned depth, const wc_ast_use *use)
{
    put_indent(buf, depth);
    wc_buf_put_text(buf, "use ");
    wc_dump_path(buf, use->path);
    if (use->args.count != 0) {
        wc_buf_put_u8(buf, ' ');
        wc_dump_args(buf, &use->args);
    }
    if (use->prefix.text.len != 0) {
        wc_buf_put_text(buf, " as ");
        wc_dump_name(buf, &use->prefix);
    }
    put_line_end(buf);
}

static void put_contract(wc_buf *buf, const wc_ast_contract *contract)
{
    put_parties(buf, &contract->parties);
    put_name_line(buf, "  signatory ", &contract->signatories);
    put_name_line(buf, "  visible to ", &contract->visible);
    if (contract->terms.count != 0) put_fields(buf, 1, "terms", &contract->terms);
    if (contract->states.count != 0) wc_buf_put_text(buf, "  states\n");
    put_variants(buf, 2, &contract->states);
    if (contract->storage.count != 0) put_fields(buf, 1, "storage", &contract->storage);
    for (uint32_t i = 0; i < contract->mixins.count; i++)
        put_use(buf, 1, wc_ast_at(&contract->mixins, i));
    for (uint32_t i = 0; i < contract->invariants.count; i++) {
        const wc_ast_invariant *invariant = wc_ast_at(&contract->invariants, i);
        wc_buf_put_text(buf, "  invariant ");
        wc_dump_name(buf, &invariant->name);
        wc_buf_put_text(buf, " : ");
        wc_ast_dump_expr(buf, invariant->condition);
        put_line_end(buf);
    }
    for (uint32_t i = 0; i < contract->routines.count; i++)
        put_routine(buf, 1, wc_ast_at(&contract->routines, i));
}

/* ---- items --------------------------------------------------------------------------------- */

static void put_unit_item(wc_buf *buf, const wc_ast_item *item)
{
    if (item->as.unit.factor != NULL) {
        wc_buf_put_text(buf, " = ");
        wc_dump_literal(buf, item->as.unit.factor);
        return;
    }
    wc_buf_put_text(buf, " : ");
    wc_dump_name(buf, &item->as.unit.dimension);
}

static void put_signatures(wc_buf *buf, const wc_ast_list *signatures)
{
    for (uint32_t i = 0; i < signatures->count; i++) {
        const wc_ast_signature *signature = wc_ast_at(signatures, i);
        wc_buf_put_text(buf, signature->result != NULL ? "  view " : "  action ");
        wc_dump_name(buf, &signature->name);
        put_params(buf, &signature->params);
        if (signature->result != NULL) {
            wc_buf_put_text(buf, " -> ");
            wc_ast_dump_type(buf, signature->result);
        }
        put_line_end(buf);
    }
}

/* What follows the item's word and name on its line. */
static void put_item_line(wc_buf *buf, const wc_ast_item *item)
{
    switch (item->kind) {
    case WC_ITEM_UNIT: put_unit_item(buf, item); return;
    case WC_ITEM_CURRENCY:
        wc_buf_put_text(buf, " : ");
        wc_dump_literal(buf, item->as.minor);
        return;
    case WC_ITEM_CALENDAR:
        wc_buf_put_text(buf, " = ");
        wc_dump_name(buf, &item->as.calendar.source);
        wc_buf_put_u8(buf, ' ');
        wc_dump_args(buf, &item->as.calendar.args);
        return;
    case WC_ITEM_TYPE:
        wc_buf_put_text(buf, " = ");
        wc_ast_dump_type(buf, item->as.type);
        return;
    case WC_ITEM_ERROR:
    case WC_ITEM_EVENT: put_params(buf, &item->as.fields); return;
    case WC_ITEM_CONST:
        wc_buf_put_text(buf, " : ");
        wc_ast_dump_type(buf, item->as.constant.type);
        wc_buf_put_text(buf, " = ");
        wc_ast_dump_expr(buf, item->as.constant.value);
        return;
    case WC_ITEM_MIXIN: put_params(buf, &item->as.mixin->params); return;
    case WC_ITEM_DIMENSION:
    case WC_ITEM_ENUM:
    case WC_ITEM_RECORD:
    case WC_ITEM_INTERFACE:
    case WC_ITEM_CONTRACT: return;
    case WC_ITEM_USE: break;
    case WC_ITEM_FUNC: break;
    case WC_ITEM_TEST: break;
    case WC_ITEM_PROPERTY: break;
    case WC_ITEM_KIND_COUNT: break;
    }
    wc_assert(false); /* put_item has written them */
}

static void put_item(wc_buf *buf, const wc_ast_item *item)
{
    if (item->kind == WC_ITEM_USE) {
        put_use(buf, 0, item->as.use);
        return;
    }
    if (item->kind == WC_ITEM_FUNC || item->kind == WC_ITEM_TEST ||
        item->kind == WC_ITEM_PROPERTY) {
        put_routine(buf, 0, item->as.routine);
        return;
    }
    wc_buf_put_text(buf, wc_ast_item_name(item->kind));
    wc_buf_put_u8(buf, ' ');
    wc_dump_name(buf, &item->name);
    put_item_line(buf, item);
    put_line_end(buf);
    if (item->kind == WC_ITEM_ENUM) put_variants(buf, 1, &item->as.fields);
    if (item->kind == WC_ITEM_RECORD) put_fields(buf, 0, NULL, &item->as.fields);
    if (item->kind == WC_ITEM_INTERFACE) put_signatures(buf, &item->as.signatures);
    if (item->kind == WC_ITEM_CONTRACT) put_contract(buf, item->as.contract);
    if (item->kind == WC_ITEM_MIXIN) put_contract(buf, item->as.mixin->members);
}

void wc_ast_dump(wc_buf *buf, const wc_ast_file *file)
{
    wc_buf_put_text(buf, "module ");
    if (file->module != NULL) wc_dump_path(buf, file->module);
    put_line_end(buf);
    for (uint32_t i = 0; i < file->items.count; i++) put_item(buf, wc_ast_at(&file->items, i));
}
