/* Nodes of declarations. See build.h. */
#include "compiler/parse/build.h"

/* ---- items --------------------------------------------------------------------------------- */

wc_ast_item *wc_build_item(wc_parser *p, wc_ast_item_kind kind, wc_token word, wc_token end)
{
    wc_ast_item *item = WC_BUILD_NEW(p, wc_ast_item);
    item->kind = kind;
    item->id = wc_build_id(p);
    item->span = wc_span_join(word.span, end.span);
    return item;
}

wc_ast_item *wc_build_item_of(wc_parser *p, wc_ast_item_kind kind, wc_ast_routine *routine)
{
    wc_token whole = {routine->span, WC_TOKEN_END, false};
    wc_ast_item *item = wc_build_item(p, kind, whole, whole);
    item->name = routine->name;
    item->as.routine = routine;
    return item;
}

void wc_build_item_keep(wc_parser *p, wc_ast_item *item)
{
    p->file->items = wc_build_list_add(p, p->file->items, item);
}

wc_ast_name wc_build_unit_name(wc_parser *p, wc_token token)
{
    wc_ast_name name = wc_build_name(p, token);
    if (wc_token_of_word(name.text) != WC_TOKEN_IDENT) {
        wc_diag *diag =
            wc_diag_report(p->diags, WC_E0210, name.span, "`{}` cannot name a unit", name.text);
        wc_diag_add_note(p->diags, diag, "behind a number it would be read as the keyword");
    }
    return name;
}

wc_ast_use *wc_build_use(wc_parser *p, wc_token word, wc_ast_path *path, wc_ast_list args,
                         wc_token end)
{
    wc_ast_use *use = WC_BUILD_NEW(p, wc_ast_use);
    use->span = wc_span_join(word.span, end.span);
    use->id = wc_build_id(p);
    use->path = path;
    use->args = args;
    return use;
}

wc_ast_field *wc_build_field(wc_parser *p, wc_token name, wc_ast_type *type, wc_ast_expr *value,
                             wc_span end)
{
    wc_ast_field *field = WC_BUILD_NEW(p, wc_ast_field);
    field->span = wc_span_join(name.span, end);
    field->id = wc_build_id(p);
    field->name = wc_build_name(p, name);
    field->type = type;
    field->value = value;
    return field;
}

wc_ast_variant *wc_build_variant(wc_parser *p, wc_token name, wc_ast_list fields, wc_token end)
{
    wc_ast_variant *variant = WC_BUILD_NEW(p, wc_ast_variant);
    variant->span = wc_span_join(name.span, end.span);
    variant->id = wc_build_id(p);
    variant->name = wc_build_name(p, name);
    variant->fields = fields;
    return variant;
}

wc_ast_signature *wc_build_signature(wc_parser *p, wc_token word, wc_token name, wc_ast_list params,
                                     wc_ast_type *result, wc_token end)
{
    wc_ast_signature *signature = WC_BUILD_NEW(p, wc_ast_signature);
    signature->span = wc_span_join(word.span, end.span);
    signature->id = wc_build_id(p);
    signature->name = wc_build_name(p, name);
    signature->params = params;
    signature->result = result;
    return signature;
}

/* ---- routines ------------------------------------------------------------------------------ */

wc_ast_routine *wc_build_routine(wc_parser *p, wc_ast_routine_kind kind, wc_token word,
                                 wc_span header_end, wc_ast_block *body)
{
    wc_ast_routine *routine = WC_BUILD_NEW(p, wc_ast_routine);
    routine->kind = kind;
    routine->span = wc_span_join(word.span, body->span);
    routine->header = wc_span_join(word.span, header_end);
    routine->id = wc_build_id(p);
    routine->by.span = header_end;
    routine->by.span.start = header_end.end;
    routine->body = body;
    return routine;
}

static void header_extend(wc_ast_routine *routine, const wc_ast_list *names)
{
    if (names->count == 0) return;
    const wc_ast_name *last = wc_ast_at(names, names->count - 1);
    routine->header = wc_span_join(routine->header, last->span);
}

void wc_build_authority(wc_ast_routine *routine, const wc_ast_by *by, wc_ast_list when,
                        wc_ast_list goes)
{
    if (by != NULL) {
        routine->by = *by;
        routine->header = wc_span_join(routine->header, by->span);
    }
    routine->when = when;
    routine->goes = goes;
    header_extend(routine, &when);
    header_extend(routine, &goes);
}

wc_ast_by *wc_build_by(wc_parser *p, wc_ast_by_kind kind, wc_token word, wc_span end)
{
    wc_ast_by *by = WC_BUILD_NEW(p, wc_ast_by);
    by->kind = kind;
    by->span = wc_span_join(word.span, end);
    return by;
}

wc_ast_clause *wc_build_clause(wc_parser *p, wc_ast_clause_kind kind, wc_token word, wc_token end)
{
    wc_ast_clause *clause = WC_BUILD_NEW(p, wc_ast_clause);
    clause->kind = kind;
    clause->span = wc_span_join(word.span, end.span);
    clause->id = wc_build_id(p);
    return clause;
}

wc_ast_list wc_build_clause_add(wc_parser *p, wc_ast_list clauses, wc_ast_clause *clause)
{
    if (p->no_memory) return clauses;
    for (uint32_t i = 0; clause->kind == WC_CLAUSE_GAS && i < clauses.count; i++) {
        const wc_ast_clause *other = wc_ast_at(&clauses, i);
        if (other->kind != WC_CLAUSE_GAS) continue;
        wc_diag *diag =
            wc_diag_report(p->diags, WC_E0212, clause->span, "a second limit for the gas");
        wc_diag_add_label(p->diags, diag, other->span, "the first is here");
    }
    return wc_build_list_add(p, clauses, clause);
}

/* ---- members of a contract ----------------------------------------------------------------- */

void wc_build_contract_open(wc_parser *p)
{
    p->contract = WC_BUILD_NEW(p, wc_ast_contract);
}

/* Notes where a block stands that is written at most once; false, and E0208, for the second. */
static bool block_once(wc_parser *p, wc_span *where, wc_token word, wc_token end)
{
    wc_span span = wc_span_join(word.span, end.span);
    if (p->no_memory) return false;
    if (where->end == 0) {
        *where = span;
        return true;
    }
    wc_diag *diag = wc_diag_report(p->diags, WC_E0208, word.span, "a second `{}` in one contract",
                                   wc_build_text(p, word.span));
    wc_span first = {where->start, where->start + (word.span.end - word.span.start), where->file};
    wc_diag_add_label(p->diags, diag, first, "the first is here");
    wc_diag_add_note(p->diags, diag, "move its lines into the first");
    return false;
}

void wc_build_parties(wc_parser *p, wc_token word, wc_ast_list parties, wc_token end)
{
    if (block_once(p, &p->contract->parties_span, word, end)) p->contract->parties = parties;
}

void wc_build_terms(wc_parser *p, wc_token word, wc_ast_list terms, wc_token end)
{
    if (block_once(p, &p->contract->terms_span, word, end)) p->contract->terms = terms;
}

void wc_build_storage(wc_parser *p, wc_token word, wc_ast_list storage, wc_token end)
{
    if (block_once(p, &p->contract->storage_span, word, end)) p->contract->storage = storage;
}

void wc_build_states(wc_parser *p, wc_token word, wc_ast_list states, wc_token end)
{
    if (block_once(p, &p->contract->states_span, word, end)) p->contract->states = states;
}

void wc_build_signatory(wc_parser *p, wc_token word, wc_ast_list names, wc_token end)
{
    if (block_once(p, &p->contract->signatory_span, word, end)) p->contract->signatories = names;
}

void wc_build_visible(wc_parser *p, wc_token word, wc_ast_list names, wc_token end)
{
    if (block_once(p, &p->contract->visible_span, word, end)) p->contract->visible = names;
}

void wc_build_invariant(wc_parser *p, wc_token word, wc_token name, wc_ast_expr *condition,
                        wc_token end)
{
    wc_ast_invariant *invariant = WC_BUILD_NEW(p, wc_ast_invariant);
    invariant->span = wc_span_join(word.span, end.span);
    invariant->id = wc_build_id(p);
    invariant->name = wc_build_name(p, name);
    invariant->condition = condition;
    if (p->no_memory) return;
    p->contract->invariants = wc_build_list_add(p, p->contract->invariants, invariant);
}

wc_ast_mixin *wc_build_mixin_item(wc_parser *p, wc_ast_list params, wc_token open, wc_token close)
{
    wc_ast_mixin *mixin = WC_BUILD_NEW(p, wc_ast_mixin);
    mixin->params = params;
    mixin->members = p->contract;
    mixin->body = wc_span_join(open.span, close.span);
    return mixin;
}

void wc_build_mixin(wc_parser *p, wc_token word, wc_ast_path *path, wc_ast_list args,
                    const wc_token *prefix, wc_token end)
{
    wc_ast_use *use = wc_build_use(p, word, path, args, end);
    if (prefix != NULL) use->prefix = wc_build_name(p, *prefix);
    if (p->no_memory) return;
    p->contract->mixins = wc_build_list_add(p, p->contract->mixins, use);
}

void wc_build_routine_keep(wc_parser *p, wc_ast_routine *routine)
{
    if (p->no_memory) return;
    p->contract->routines = wc_build_list_add(p, p->contract->routines, routine);
}

wc_ast_list wc_build_party_add(wc_parser *p, wc_ast_list parties, wc_ast_list names,
                               wc_ast_name role)
{
    for (uint32_t i = 0; !p->no_memory && i < names.count; i++) {
        const wc_ast_name *name = wc_ast_at(&names, i);
        wc_ast_party *party = WC_BUILD_NEW(p, wc_ast_party);
        party->span = name->span;
        party->id = wc_build_id(p);
        party->name = *name;
        party->role = role;
        parties = wc_build_list_add(p, parties, party);
    }
    return parties;
}

wc_ast_list wc_build_amendable_add(wc_parser *p, wc_ast_list terms, wc_token word,
                                   wc_ast_field *field)
{
    if (field == NULL) return terms;
    field->is_amendable = true;
    field->span = wc_span_join(word.span, field->span);
    return wc_build_list_add(p, terms, field);
}

wc_ast_list wc_build_state_add(wc_parser *p, wc_ast_list states, wc_ast_variant *state,
                               int modifier)
{
    state->is_initial = modifier == WC_TOKEN_INITIAL;
    state->is_final = modifier == WC_TOKEN_FINAL;
    return wc_build_list_add(p, states, state);
}
