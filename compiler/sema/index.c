/* The index of a checked file (compiler/index.h): definitions out of the trees of all modules, with
 * what the checker found about them; uses and values out of its notes.
 *
 * Definitions come from the tree, not from the tables of names, so that a declaration that was
 * refused has its entry, too. A use names its definition by place; order by place finds it. */
#include "compiler/sema/index_parts.h"

/* A definition and its place in the order in which they are listed. */
typedef struct listed {
    wc_index_def def; /* the first member: the list can be read as one of wc_index_def */
    uint32_t at;
} listed;

typedef struct indexer {
    wc_sema *sema;
    wc_sema_index_types types;
    const wc_ast_file *file; /* whose definitions are being listed */
    wc_sema_list defs;       /* of listed; while listing, an owner is a place in this list */
    uint32_t owner;
} indexer;

/* --- listing definitions ---------------------------------------------------------------------- */

static wc_index_def *add(indexer *ix, wc_index_kind kind, const wc_ast_name *name, wc_span full)
{
    const wc_source *source = ix->file->source;
    listed *item = WC_SEMA_NEW(ix->sema, listed);
    wc_index_def *def = &item->def;
    item->at = ix->defs.count;
    def->kind = kind;
    def->name = name->text;
    def->span = name->span;
    def->full = full;
    def->scope = (wc_span){0, (uint32_t)source->text.len, source->file};
    def->owner = ix->owner;
    def->doc = wc_sema_index_doc(ix->sema, source, full);
    def->written = wc_sema_index_written(ix->sema, source, full);
    wc_sema_push(ix->sema, &ix->defs, item);
    return def;
}

static const wc_index_type *type_of(indexer *ix, const wc_ast_type *type)
{
    return type == NULL ? NULL : wc_sema_index_type(&ix->types, type->type);
}

/* Fields of a record, parameters, terms, storage: in their order. */
static void add_fields(indexer *ix, wc_index_kind kind, const wc_ast_list *fields)
{
    for (uint32_t i = 0; i < fields->count; i++) {
        const wc_ast_field *field = wc_ast_at(fields, i);
        wc_index_def *def = add(ix, kind, &field->name, field->span);
        def->order = (uint16_t)i;
        def->type = type_of(ix, field->type);
        def->has_written_type = true;
        if (field->value != NULL) def->value = wc_source_text(ix->file->source, field->value->span);
    }
}

/* The owner of what is listed until leave. */
static uint32_t enter(indexer *ix)
{
    uint32_t outer = ix->owner;
    ix->owner = ix->defs.count - 1;
    return outer;
}

static void add_variants(indexer *ix, wc_index_kind kind, const wc_ast_list *variants)
{
    for (uint32_t i = 0; i < variants->count; i++) {
        const wc_ast_variant *variant = wc_ast_at(variants, i);
        add(ix, kind, &variant->name, variant->span)->order = (uint16_t)i;
        uint32_t outer = enter(ix);
        add_fields(ix, WC_INDEX_MEMBER, &variant->fields);
        ix->owner = outer;
    }
}

static void add_parties(indexer *ix, const wc_ast_list *parties)
{
    for (uint32_t i = 0; i < parties->count; i++) {
        const wc_ast_party *party = wc_ast_at(parties, i);
        wc_index_def *def = add(ix, WC_INDEX_PARTY, &party->name, party->span);
        def->order = (uint16_t)i;
        def->type = wc_sema_index_type(&ix->types, ix->sema->party);
        bool has_role = party->role.text.len > 0;
        def->written = WC_SEMA_TEXT(ix->sema, "{} : {}{}", party->name.text,
                                    has_role ? "role " : "party", party->role.text);
    }
}

static const wc_sema_body *body_of(const indexer *ix, const wc_ast_routine *ast)
{
    for (uint32_t i = 0; i < ix->sema->bodies.count; i++) {
        const wc_sema_body *body = wc_sema_at(&ix->sema->bodies, i);
        if (body->ast == ast) return body;
    }
    return NULL;
}

static void add_routine(indexer *ix, const wc_ast_routine *ast)
{
    static const wc_index_kind kinds[] = {
        [WC_ROUTINE_FUNC] = WC_INDEX_FUNC,     [WC_ROUTINE_ACTION] = WC_INDEX_ACTION,
        [WC_ROUTINE_VIEW] = WC_INDEX_VIEW,     [WC_ROUTINE_AFTER] = WC_INDEX_AFTER,
        [WC_ROUTINE_UPGRADE] = WC_INDEX_AFTER, [WC_ROUTINE_TEST] = WC_INDEX_TEST,
        [WC_ROUTINE_PROPERTY] = WC_INDEX_TEST};
    wc_ast_name name = ast->name;
    if (name.text.len == 0) {
        name.span = (wc_span){ast->span.start, ast->span.start + 1, ast->span.file};
    }
    if (ast->title != NULL) {
        name.text = ast->title->text;
        name.span = ast->title->span;
    }
    wc_index_def *def = add(ix, kinds[ast->kind], &name, ast->span);
    def->written = wc_sema_index_written(ix->sema, ix->file->source, ast->header);
    def->type = type_of(ix, ast->result);
    const wc_sema_body *body = body_of(ix, ast);
    if (body != NULL) wc_sema_index_routine(ix->sema, body, def);
    uint32_t outer = enter(ix);
    uint32_t first = ix->defs.count;
    add_fields(ix, WC_INDEX_PARAM, &ast->params);
    for (uint32_t i = first; i < ix->defs.count; i++) {
        wc_index_def *param = wc_sema_at(&ix->defs, i);
        param->scope = ast->span;
    }
    ix->owner = outer;
}

/* Members of a contract mean something inside it only. */
static void add_contract(indexer *ix, const wc_ast_contract *contract, wc_span full)
{
    uint32_t first = ix->defs.count;
    add_parties(ix, &contract->parties);
    add_fields(ix, WC_INDEX_TERM, &contract->terms);
    add_fields(ix, WC_INDEX_FIELD, &contract->storage);
    add_variants(ix, WC_INDEX_STATE, &contract->states);
    for (uint32_t i = 0; i < contract->invariants.count; i++) {
        const wc_ast_invariant *invariant = wc_ast_at(&contract->invariants, i);
        (void)add(ix, WC_INDEX_INVARIANT, &invariant->name, invariant->span);
    }
    for (uint32_t i = 0; i < contract->routines.count; i++) {
        add_routine(ix, wc_ast_at(&contract->routines, i));
    }
    for (uint32_t i = first; i < ix->defs.count; i++) {
        wc_index_def *def = wc_sema_at(&ix->defs, i);
        if (def->kind != WC_INDEX_PARAM) def->scope = full;
    }
}

static void add_signatures(indexer *ix, const wc_ast_list *signatures)
{
    for (uint32_t i = 0; i < signatures->count; i++) {
        const wc_ast_signature *ast = wc_ast_at(signatures, i);
        wc_index_def *def = add(ix, WC_INDEX_METHOD, &ast->name, ast->span);
        def->order = (uint16_t)i;
        def->type = type_of(ix, ast->result);
        uint32_t outer = enter(ix);
        add_fields(ix, WC_INDEX_PARAM, &ast->params);
        ix->owner = outer;
    }
}

static void add_parts(indexer *ix, const wc_ast_item *item, wc_index_def *def)
{
    const wc_sema_symbol *symbol = item->slot;
    switch ((int)item->kind) {
    case WC_ITEM_RECORD:
    case WC_ITEM_ERROR:
    case WC_ITEM_EVENT: add_fields(ix, WC_INDEX_MEMBER, &item->as.fields); break;
    case WC_ITEM_ENUM: add_variants(ix, WC_INDEX_VARIANT, &item->as.fields); break;
    case WC_ITEM_INTERFACE: add_signatures(ix, &item->as.signatures); break;
    case WC_ITEM_CONTRACT: add_contract(ix, item->as.contract, item->span); break;
    case WC_ITEM_CONST:
        def->type = type_of(ix, item->as.constant.type);
        def->value = wc_source_text(ix->file->source, item->as.constant.value->span);
        return;
    default: break; /* one name */
    }
    if (symbol != NULL) def->type = wc_sema_index_type(&ix->types, symbol->type);
}

static void add_item(indexer *ix, const wc_ast_item *item)
{
    static const wc_index_kind kinds[] = {
        [WC_ITEM_DIMENSION] = WC_INDEX_DIMENSION, [WC_ITEM_UNIT] = WC_INDEX_UNIT,
        [WC_ITEM_CURRENCY] = WC_INDEX_CURRENCY,   [WC_ITEM_CALENDAR] = WC_INDEX_CALENDAR,
        [WC_ITEM_TYPE] = WC_INDEX_ALIAS,          [WC_ITEM_ENUM] = WC_INDEX_ENUM,
        [WC_ITEM_RECORD] = WC_INDEX_RECORD,       [WC_ITEM_ERROR] = WC_INDEX_ERROR,
        [WC_ITEM_EVENT] = WC_INDEX_EVENT,         [WC_ITEM_CONST] = WC_INDEX_CONST,
        [WC_ITEM_INTERFACE] = WC_INDEX_INTERFACE, [WC_ITEM_CONTRACT] = WC_INDEX_CONTRACT};
    /* What the compiler made, and texts for others, have no place of their own in this source. */
    bool is_made = item->span.file != ix->file->source->file;
    if (item->kind == WC_ITEM_USE || item->kind == WC_ITEM_MIXIN || is_made) return;
    bool is_routine =
        item->kind == WC_ITEM_FUNC || item->kind == WC_ITEM_TEST || item->kind == WC_ITEM_PROPERTY;
    if (is_routine) {
        add_routine(ix, item->as.routine);
        return;
    }
    wc_index_def *def = add(ix, kinds[item->kind], &item->name, item->span);
    uint32_t outer = enter(ix);
    add_parts(ix, item, def);
    ix->owner = outer;
}

static void add_module(indexer *ix, const wc_sema_module *module)
{
    ix->file = module->file;
    ix->owner = WC_INDEX_NONE;
    const wc_ast_path *path = module->file->module;
    if (path != NULL) {
        const wc_ast_name name = {.text = wc_source_text(module->file->source, path->span),
                                  .span = path->span};
        (void)add(ix, WC_INDEX_MODULE, &name, path->span);
    }
    for (uint32_t i = 0; i < module->file->items.count; i++) {
        add_item(ix, wc_ast_at(&module->file->items, i));
    }
}

/* --- locals ----------------------------------------------------------------------------------- */

static void add_locals(indexer *ix)
{
    const wc_sema_list *locals = &ix->sema->notes->locals;
    ix->file = ix->sema->main->file;
    ix->owner = WC_INDEX_NONE;
    for (uint32_t i = 0; i < locals->count; i++) {
        const wc_sema_symbol *symbol = wc_sema_at(locals, i);
        const wc_ast_name name = {.text = symbol->name, .span = symbol->span};
        wc_index_def *def = add(ix, WC_INDEX_LOCAL, &name, symbol->span);
        def->type = wc_sema_index_type(&ix->types, symbol->type);
        def->written = symbol->name;
    }
}

/* --- putting together ------------------------------------------------------------------------- */

/* A parameter is declared twice, in the header and as a local: the header's counts. */
static bool is_double(const wc_source_index *index, const wc_index_def *def)
{
    if (index->def_count == 0 || def->kind != WC_INDEX_LOCAL) return false;
    wc_span last = index->defs[index->def_count - 1].span;
    wc_assert(last.file == def->span.file); /* locals are of the first file */
    return last.start == def->span.start;
}

static void publish_defs(indexer *ix, wc_source_index *index)
{
    wc_sema *sema = ix->sema;
    uint32_t count = ix->defs.count;
    uint32_t *number =
        WC_SEMA_ARRAY(sema, uint32_t, count); /* in the index, by place in the list */
    wc_sema_index_sort(sema, &ix->defs, wc_sema_index_by_name);
    index->defs = WC_SEMA_ARRAY(sema, wc_index_def, count);
    for (uint32_t i = 0; i < count; i++) {
        const listed *item = wc_sema_at(&ix->defs, i);
        if (!is_double(index, &item->def)) index->defs[index->def_count++] = item->def;
        number[item->at] = index->def_count - 1;
    }
    for (uint32_t i = 0; i < index->def_count; i++) {
        wc_index_def *def = &index->defs[i];
        if (def->owner != WC_INDEX_NONE) def->owner = number[def->owner];
    }
}

void wc_sema_index(wc_sema *sema, wc_source_index *index)
{
    indexer ix = {.sema = sema, .types = {.sema = sema, .count = sema->types.count}};
    ix.types.known = WC_SEMA_ARRAY(sema, const wc_index_type *, sema->types.count);
    for (uint32_t i = 0; i < sema->modules.count; i++)
        add_module(&ix, wc_sema_at(&sema->modules, i));
    add_locals(&ix);
    publish_defs(&ix, index);
    wc_sema_index_scopes(sema, index);
    wc_sema_index_uses(sema, index);
    wc_sema_index_values(sema, &ix.types, index);
}
