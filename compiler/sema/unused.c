/* Names that nobody uses: locals, members of a contract, declarations of a file with contracts, and
 * modules of which nothing is used.
 *
 * Asked only when nothing is wrong: what would use a name may be what is wrong. Leaving something
 * out is offered as a sure fix where it changes nothing else; a comment in front of it, which would
 * then belong to the next one, makes it a proposal. */
#include "compiler/sema/warn.h"

static const wc_source *main_source(const wc_sema *sema)
{
    return sema->main->file->source;
}

/* The line before the one that `start` begins is a comment. */
static bool is_below_comment(const wc_source *source, uint32_t start)
{
    uint32_t line = wc_source_place(source, start).line;
    wc_assert(line > 1); /* the file begins with the name of the module */
    wc_str above = wc_source_line(source, line - 1);
    size_t at = 0;
    while (at < above.len && (above.data[at] == ' ' || above.data[at] == '\t')) at++;
    return above.len - at >= 2 && above.data[at] == '/' && above.data[at + 1] == '/';
}

static void offer_removal(wc_sema *sema, wc_diag *diag, wc_span span, wc_fix_kind kind)
{
    const wc_source *source = main_source(sema);
    wc_span all = wc_source_whole_lines(source, span);
    bool is_line = all.start != span.start || source->text.data[span.start - 1] == '\n';
    if (is_line && is_below_comment(source, all.start)) kind = WC_FIX_MAYBE;
    wc_diag_add_fix(sema->diags, diag, all, kind, WC_STR(""), "leave it out");
}

/* --- locals ----------------------------------------------------------------------------------- */

void wc_sema_warn_unused_local(wc_sema *sema, const wc_sema_symbol *symbol)
{
    const wc_sema_local *local = symbol->local;
    if (local->is_read || local->is_quiet) return;
    wc_diag *diag = wc_sema_warn(sema, WC_L0301, symbol->span, "`{}` is never read", symbol->name);
    if (diag == NULL) return;
    if (local->is_in_pattern) {
        wc_diag_add_fix(sema->diags, diag, symbol->span, WC_FIX_SURE, WC_STR("_"), "write `_`");
    } else if (local->statement.end == 0) {
        wc_diag_add_note(sema->diags, diag, "remove it, and what each call gives for it");
    } else if (local->is_written) {
        wc_diag_add_note(sema->diags, diag, "it is only written: remove it with its assignments");
    } else {
        bool is_sure = local->equals != NULL && !wc_sema_expr_may_trap(local->equals);
        offer_removal(sema, diag, local->statement, is_sure ? WC_FIX_SURE : WC_FIX_MAYBE);
        if (!is_sure)
            wc_diag_add_note(sema->diags, diag,
                             "its value is still computed, and stops the call where that fails");
    }
}

/* --- storage: who reads and who writes -------------------------------------------------------- */

typedef struct traffic {
    uint64_t reads[WC_FIELD_WORDS];
    uint64_t writes[WC_FIELD_WORDS];
} traffic;

static void follow_expr(traffic *to, const wc_sema_expr *expr);
static void follow_block(traffic *to, const wc_sema_block *block);

static void follow_all(traffic *to, wc_sema_expr *const *values, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) follow_expr(to, values[i]);
}

/* The path to what is written; its keys and indexes are read. */
static void follow_place(traffic *to, const wc_sema_expr *place)
{
    while (place->op == WC_OPER_MEMBER || place->op == WC_OPER_INDEX ||
           place->op == WC_OPER_MAP_GET) {
        follow_expr(to, place->b);
        place = place->a;
    }
    if (place->op == WC_OPER_FIELD) {
        to->writes[place->index / 64] |= UINT64_C(1) << place->index % 64;
    } else {
        follow_expr(to, place);
    }
}

/* Recursion as deep as the source nests, which the parser bounds. */
static void follow_expr(traffic *to, const wc_sema_expr *expr)
{
    if (expr == NULL) return;
    if (expr->op == WC_OPER_FIELD) to->reads[expr->index / 64] |= UINT64_C(1) << expr->index % 64;
    if (expr->op == WC_OPER_SET_ADD || expr->op == WC_OPER_REMOVE) follow_place(to, expr->a);
    follow_expr(to, expr->a);
    follow_expr(to, expr->b);
    follow_expr(to, expr->c);
    follow_all(to, expr->args, expr->arg_count);
}

static void follow_change(traffic *to, const wc_sema_stmt *stmt)
{
    follow_place(to, stmt->a);
    follow_expr(to, stmt->b);
    follow_expr(to, stmt->c);
}

static void follow_stmt(traffic *to, const wc_sema_stmt *stmt)
{
    switch ((int)stmt->kind) {
    case WC_DO_ASSIGN:
    case WC_DO_MAP_ADD:
    case WC_DO_PUSH:
    case WC_DO_INSERT:
    case WC_DO_DELETE:
    case WC_DO_CLEAR: follow_change(to, stmt); return;
    case WC_DO_DO: /* whether it was there already is not asked */
        wc_assert(stmt->a->op == WC_OPER_SET_ADD || stmt->a->op == WC_OPER_REMOVE);
        follow_place(to, stmt->a->a);
        follow_expr(to, stmt->a->b);
        return;
    default: break;
    }
    follow_expr(to, stmt->a);
    follow_expr(to, stmt->b);
    follow_expr(to, stmt->c);
    follow_all(to, stmt->args, stmt->arg_count);
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        follow_expr(to, stmt->shares[i].who);
        follow_expr(to, stmt->shares[i].weights);
        follow_expr(to, stmt->shares[i].share);
    }
    if (stmt->body != NULL) follow_block(to, stmt->body);
    if (stmt->other != NULL) follow_block(to, stmt->other);
    for (uint16_t i = 0; i < stmt->arm_count; i++) follow_block(to, stmt->arms[i].body);
}

static void follow_block(traffic *to, const wc_sema_block *block)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        follow_stmt(to, stmt);
    }
}

static void follow_routine(traffic *to, const wc_sema_routine *routine)
{
    follow_expr(to, routine->due);
    for (uint16_t i = 0; i < routine->require_count; i++) {
        follow_expr(to, routine->requires[i].condition);
        follow_all(to, routine->requires[i].args, routine->requires[i].arg_count);
    }
    for (uint16_t i = 0; i < routine->old_count; i++) follow_expr(to, routine->olds[i].value);
    follow_block(to, routine->body);
    for (uint16_t i = 0; i < routine->ensure_count; i++) {
        follow_expr(to, routine->ensures[i].condition);
    }
}

static void follow_contract(const wc_sema *sema, traffic *to)
{
    *to = (traffic){.reads = {0}};
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_body *body = wc_sema_at(&sema->contract_bodies, i);
        follow_routine(to, body->out);
    }
    for (uint16_t i = 0; i < sema->contract->invariant_count; i++) {
        follow_expr(to, sema->contract->invariants[i].condition);
    }
}

static void warn_field(wc_sema *sema, const wc_ast_field *ast, bool is_read, bool is_written)
{
    wc_diag *diag;
    wc_span span = ast->name.span;
    if (!is_read && !is_written) {
        diag = wc_diag_report(sema->diags, WC_L0301, span, "the storage field `{}` is never used",
                              ast->name.text);
        if (diag != NULL) offer_removal(sema, diag, ast->span, WC_FIX_SURE);
    } else if (!is_read) {
        diag = wc_diag_report(sema->diags, WC_L0303, span, "`self.{}` is written and never read",
                              ast->name.text);
        wc_diag_add_note(sema->diags, diag,
                         "nothing depends on it: leave it out, or show it with a view");
    } else if (!is_written) {
        diag = wc_diag_report(sema->diags, WC_L0303, span, "`self.{}` is read and never written",
                              ast->name.text);
        wc_diag_add_note(sema->diags, diag,
                         ast->value == NULL ? "it is always zero, or empty"
                                            : "it keeps its first value: make it a constant");
    }
}

/* --- members of a contract -------------------------------------------------------------------- */

static bool has_bit(const uint64_t *bits, uint16_t index)
{
    return (bits[index / 64] >> index % 64 & 1) != 0;
}

static void warn_storage(wc_sema *sema, const wc_ast_contract *ast, const wc_sema_symbol *symbol,
                         const traffic *all)
{
    for (uint32_t i = 0; i < ast->storage.count; i++) {
        const wc_ast_field *field = wc_ast_at(&ast->storage, i);
        if (field->name.span.start != symbol->span.start) continue;
        warn_field(sema, field, has_bit(all->reads, symbol->index),
                   has_bit(all->writes, symbol->index));
    }
}

static void warn_member(wc_sema *sema, const wc_ast_contract *ast, const wc_sema_symbol *symbol)
{
    wc_diag *diag;
    if (symbol->kind == WC_SYMBOL_PARTY && ast->signatories.count > 0) {
        diag = wc_diag_report(sema->diags, WC_L0301, symbol->span, "the party `{}` is never used",
                              symbol->name);
        wc_diag_add_note(sema->diags, diag, "it signs nothing, may do nothing and is paid nothing");
    } else if (symbol->kind == WC_SYMBOL_FUNC) {
        diag = wc_diag_report(sema->diags, WC_L0301, symbol->span,
                              "`{}` is declared and never used", symbol->name);
        if (diag != NULL) offer_removal(sema, diag, symbol->body->ast->span, WC_FIX_SURE);
    }
}

/* The members of the contract under way are what the scope holds from `mark` on. Without
 * signatories one of the bound parties signs the deployment, whatever else it may do. */
void wc_sema_warn_unused_members(wc_sema *sema, const wc_ast_contract *ast, uint32_t mark)
{
    traffic all;
    if (sema->module != sema->main) return;
    follow_contract(sema, &all);
    for (uint32_t i = mark; i < sema->scope.symbols.count; i++) {
        const wc_sema_symbol *symbol = wc_sema_at(&sema->scope.symbols, i);
        bool is_own = symbol->span.file == main_source(sema)->file; /* not of a mix-in */
        if (symbol->kind == WC_SYMBOL_TERM) {
            sema->contract->terms[symbol->index].is_read = symbol->is_used;
        } else if (is_own && symbol->kind == WC_SYMBOL_FIELD) {
            warn_storage(sema, ast, symbol, &all);
        } else if (is_own && !symbol->is_used) {
            warn_member(sema, ast, symbol);
        }
    }
}

/* --- a file ----------------------------------------------------------------------------------- */

static wc_sema_module *module_of(const wc_sema *sema, const wc_ast_use *ast)
{
    wc_str path = wc_source_text(main_source(sema), ast->path->span);
    for (uint32_t i = 0; i < sema->main->uses.count; i++) {
        wc_sema_module *used = wc_sema_at(&sema->main->uses, i);
        if (wc_str_equal(used->path, path)) return used;
    }
    return NULL; /* written with blanks between its names */
}

/* A mix-in names its module itself; whoever lists the module all the same is right, too. */
static bool has_mixin_of(const wc_sema *sema, wc_str module)
{
    const wc_ast_list *items = &sema->main->file->items;
    for (uint32_t i = 0; i < items->count; i++) {
        const wc_ast_item *item = wc_ast_at(items, i);
        if (item->kind != WC_ITEM_CONTRACT) continue;
        const wc_ast_list *mixins = &item->as.contract->mixins;
        for (uint32_t k = 0; k < mixins->count; k++) {
            const wc_ast_use *mixin = wc_ast_at(mixins, k);
            wc_str path = wc_source_text(main_source(sema), mixin->path->span);
            bool is_longer = path.len > module.len && path.data[module.len] == '.';
            if (is_longer && memcmp(path.data, module.data, module.len) == 0) return true;
        }
    }
    return false;
}

/* What a mix-in uses shows only where it is used. */
static bool declares_mixin(const wc_ast_list *items)
{
    for (uint32_t i = 0; i < items->count; i++) {
        const wc_ast_item *item = wc_ast_at(items, i);
        if (item->kind == WC_ITEM_MIXIN) return true;
    }
    return false;
}

static void warn_uses(wc_sema *sema)
{
    wc_sema_list seen = {NULL, 0, 0};
    const wc_ast_list *items = &sema->main->file->items;
    if (declares_mixin(items)) return;
    for (uint32_t i = 0; i < items->count; i++) {
        const wc_ast_item *item = wc_ast_at(items, i);
        if (item->kind != WC_ITEM_USE) continue;
        wc_sema_module *used = module_of(sema, item->as.use);
        if (used == NULL) continue;
        bool is_again = wc_sema_has(&seen, used);
        wc_sema_push(sema, &seen, used);
        if (!is_again && (used->is_needed || has_mixin_of(sema, used->path))) continue;
        wc_diag *diag = wc_diag_report(
            sema->diags, WC_L0305, item->span,
            is_again ? "`{}` is in use already" : "nothing of `{}` is used", used->path);
        if (diag != NULL) offer_removal(sema, diag, item->span, WC_FIX_SURE);
    }
}

static bool has_contract(const wc_sema_table *names)
{
    for (uint32_t i = 0; i < names->symbols.count; i++) {
        const wc_sema_symbol *symbol = wc_sema_at(&names->symbols, i);
        if (symbol->kind == WC_SYMBOL_CONTRACT) return true;
    }
    return false;
}

static bool is_for_use(wc_sema_symbol_kind kind)
{
    return kind == WC_SYMBOL_ERROR || kind == WC_SYMBOL_EVENT || kind == WC_SYMBOL_CONST ||
           kind == WC_SYMBOL_FUNC || kind == WC_SYMBOL_RECORD || kind == WC_SYMBOL_ENUM ||
           kind == WC_SYMBOL_ALIAS || kind == WC_SYMBOL_INTERFACE || kind == WC_SYMBOL_CALENDAR ||
           kind == WC_SYMBOL_CURRENCY || kind == WC_SYMBOL_UNIT;
}

/* A file with contracts uses what it declares; a library is for others. */
void wc_sema_warn_unused_module(wc_sema *sema)
{
    const wc_sema_table *names = &sema->main->names;
    warn_uses(sema);
    if (!has_contract(names)) return;
    for (uint32_t i = 0; i < names->symbols.count; i++) {
        const wc_sema_symbol *symbol = wc_sema_at(&names->symbols, i);
        if (!is_for_use(symbol->kind) || symbol->is_used) continue;
        wc_diag *diag = wc_diag_report(sema->diags, WC_L0301, symbol->span,
                                       "`{}` is declared and never used", symbol->name);
        if (diag == NULL) continue;
        offer_removal(sema, diag, symbol->item->span, WC_FIX_SURE);
    }
}
