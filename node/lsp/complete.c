/* Completion: what could be written at the cursor, by what the grammar takes there and what names
 * mean there. Behind a dot: what the value in front of it has. */
#include <stdlib.h>
#include <string.h>

#include "node/lsp/context.h"

#define PLACEHOLDER "completion"

/* LSP's CompletionItemKind. */
enum {
    ITEM_METHOD = 2,
    ITEM_FUNCTION = 3,
    ITEM_FIELD = 5,
    ITEM_VARIABLE = 6,
    ITEM_CLASS = 7,
    ITEM_INTERFACE = 8,
    ITEM_MODULE = 9,
    ITEM_PROPERTY = 10,
    ITEM_UNIT = 11,
    ITEM_ENUM = 13,
    ITEM_KEYWORD = 14,
    ITEM_ENUM_MEMBER = 20,
    ITEM_CONSTANT = 21,
    ITEM_STRUCT = 22,
    ITEM_EVENT = 23,
    ITEM_TYPE_PARAMETER = 25
};

typedef struct completion {
    wc_lsp *lsp;
    wc_analysis *analysis;
    uint32_t offset;
    uint32_t start; /* of the word under way */
    json_t *items;
} completion;

/* The nearer comes first: what the routine has, the contract, the module, others, the language. */
static void add(completion *c, wc_str label, int kind, wc_str detail, json_t *doc, char rank)
{
    json_t *item = json_pack("{s:o,s:i,s:o}", "label", wc_json_str(label), "kind", kind, "sortText",
                             wc_json_format("%c%.*s", rank, WC_STR_ARG(label)));
    if (detail.len > 0) (void)json_object_set_new(item, "detail", wc_json_str(detail));
    if (doc != NULL) (void)json_object_set_new(item, "documentation", doc);
    (void)json_array_append_new(c->items, item);
}

static json_t *documentation_of(const completion *c, const wc_index_def *def)
{
    char bytes[8192];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof(bytes));
    wc_lsp_describe(&buf, c->analysis->index, def);
    return wc_json_markdown(&buf);
}

static int item_kind(wc_index_kind kind)
{
    static const int kinds[] = {
        [WC_INDEX_MODULE] = ITEM_MODULE,       [WC_INDEX_UNIT] = ITEM_UNIT,
        [WC_INDEX_CURRENCY] = ITEM_UNIT,       [WC_INDEX_DIMENSION] = ITEM_UNIT,
        [WC_INDEX_CALENDAR] = ITEM_CONSTANT,   [WC_INDEX_ALIAS] = ITEM_TYPE_PARAMETER,
        [WC_INDEX_RECORD] = ITEM_STRUCT,       [WC_INDEX_ENUM] = ITEM_ENUM,
        [WC_INDEX_INTERFACE] = ITEM_INTERFACE, [WC_INDEX_CONST] = ITEM_CONSTANT,
        [WC_INDEX_FUNC] = ITEM_FUNCTION,       [WC_INDEX_CONTRACT] = ITEM_CLASS,
        [WC_INDEX_ERROR] = ITEM_EVENT,         [WC_INDEX_EVENT] = ITEM_EVENT,
        [WC_INDEX_PARTY] = ITEM_CONSTANT,      [WC_INDEX_TERM] = ITEM_PROPERTY,
        [WC_INDEX_FIELD] = ITEM_FIELD,         [WC_INDEX_STATE] = ITEM_ENUM_MEMBER,
        [WC_INDEX_ACTION] = ITEM_METHOD,       [WC_INDEX_VIEW] = ITEM_METHOD,
        [WC_INDEX_AFTER] = ITEM_EVENT,         [WC_INDEX_INVARIANT] = ITEM_PROPERTY,
        [WC_INDEX_TEST] = ITEM_FUNCTION,       [WC_INDEX_VARIANT] = ITEM_ENUM_MEMBER,
        [WC_INDEX_MEMBER] = ITEM_FIELD,        [WC_INDEX_METHOD] = ITEM_METHOD,
        [WC_INDEX_PARAM] = ITEM_VARIABLE,      [WC_INDEX_LOCAL] = ITEM_VARIABLE};
    return kinds[kind];
}

static void add_def(completion *c, const wc_index_def *def)
{
    static const char ranks[] = {'c', 'd'};
    char rank = ranks[def->span.file != 0];
    if (def->owner != WC_INDEX_NONE) rank = 'b';
    if (def->kind == WC_INDEX_LOCAL || def->kind == WC_INDEX_PARAM) rank = 'a';
    wc_str detail = def->type != NULL ? def->type->text : def->written;
    add(c, def->name, item_kind(def->kind), detail, documentation_of(c, def), rank);
}

/* --- what is visible -------------------------------------------------------------------------- */

/* Names of a module that the text uses directly, or its own. */
static bool is_of_used_module(const wc_source_index *index, uint16_t file)
{
    if (file == 0) return true;
    for (uint32_t i = 0; i < index->use_count; i++) {
        const wc_index_def *def = &index->defs[index->uses[i].def];
        if (def->kind == WC_INDEX_MODULE && def->span.file == file) return true;
    }
    return false;
}

static bool is_visible(const completion *c, const wc_index_def *def)
{
    const wc_source_index *index = c->analysis->index;
    if (!is_of_used_module(index, def->span.file)) return false;
    bool is_variant = def->kind == WC_INDEX_VARIANT;
    if (def->span.file != 0) return def->owner == WC_INDEX_NONE || is_variant;
    bool is_local = def->kind == WC_INDEX_LOCAL;
    if (is_local && !wc_is_named_by(c->analysis, def->span, c->start)) return false;
    return def->scope.start <= c->start && c->start <= def->scope.end;
}

static bool is_value(const completion *c, const wc_index_def *def)
{
    switch (def->kind) {
    case WC_INDEX_CONST:
    case WC_INDEX_FUNC:
    case WC_INDEX_CONTRACT:
    case WC_INDEX_CALENDAR:
    case WC_INDEX_PARTY:
    case WC_INDEX_TERM:
    case WC_INDEX_RECORD:
    case WC_INDEX_ENUM:
    case WC_INDEX_VARIANT:
    case WC_INDEX_LOCAL: return true;
    case WC_INDEX_PARAM:
        return def->owner == WC_INDEX_NONE ||
               c->analysis->index->defs[def->owner].kind != WC_INDEX_METHOD;
    case WC_INDEX_MODULE:
    case WC_INDEX_UNIT:
    case WC_INDEX_CURRENCY:
    case WC_INDEX_DIMENSION:
    case WC_INDEX_ALIAS:
    case WC_INDEX_INTERFACE:
    case WC_INDEX_ERROR:
    case WC_INDEX_EVENT:
    case WC_INDEX_FIELD:
    case WC_INDEX_STATE:
    case WC_INDEX_ACTION:
    case WC_INDEX_VIEW:
    case WC_INDEX_AFTER:
    case WC_INDEX_INVARIANT:
    case WC_INDEX_TEST:
    case WC_INDEX_MEMBER:
    case WC_INDEX_METHOD: return false;
    }
    return false;
}

static bool is_type(wc_index_kind kind)
{
    return kind == WC_INDEX_ALIAS || kind == WC_INDEX_RECORD || kind == WC_INDEX_ENUM;
}

static bool is_unit(wc_index_kind kind)
{
    return kind == WC_INDEX_UNIT || kind == WC_INDEX_CURRENCY;
}

static bool fits(const completion *c, const wc_index_def *def, wc_wanted wanted)
{
    switch (wanted) {
    case WC_WANTED_VALUE: return is_value(c, def);
    case WC_WANTED_TYPE: return is_type(def->kind);
    case WC_WANTED_TYPE_ARGUMENT:
        return is_type(def->kind) || is_unit(def->kind) || def->kind == WC_INDEX_CONST ||
               def->kind == WC_INDEX_INTERFACE;
    case WC_WANTED_UNIT: return is_unit(def->kind);
    case WC_WANTED_STATE: return def->kind == WC_INDEX_STATE;
    case WC_WANTED_ERROR: return def->kind == WC_INDEX_ERROR;
    case WC_WANTED_EVENT: return def->kind == WC_INDEX_EVENT;
    case WC_WANTED_PARTY: return def->kind == WC_INDEX_PARTY;
    case WC_WANTED_MODULE:
    case WC_WANTED_MODE:
    case WC_WANTED_ROLE:
    case WC_WANTED_NOTHING: break;
    }
    return false;
}

static void add_visible(completion *c, wc_wanted wanted)
{
    const wc_source_index *index = c->analysis->index;
    for (uint32_t i = 0; i < index->def_count; i++) {
        const wc_index_def *def = &index->defs[i];
        if (fits(c, def, wanted) && is_visible(c, def)) add_def(c, def);
    }
}

/* --- the language's own ----------------------------------------------------------------------- */

static void add_words(completion *c, wc_index_word_kind kind, int item)
{
    wc_index_word word;
    for (uint32_t i = 0; wc_index_word_at(kind, i, &word); i++) {
        add(c, word.name, item, word.usage, NULL, 'e');
    }
}

static void add_roles(completion *c)
{
    for (size_t i = 0; i < c->lsp->options->role_count; i++) {
        add(c, c->lsp->options->roles[i], ITEM_CONSTANT, WC_STR("role"), NULL, 'e');
    }
}

static void add_modules(completion *c)
{
    for (size_t i = 0; i < wc_stdlib_file_count; i++) {
        add(c, wc_str_of(wc_stdlib_files[i].path), ITEM_MODULE, WC_STR("standard library"), NULL,
            'a');
    }
    for (size_t i = 0; i < c->lsp->options->contract_count; i++) {
        add(c, wc_str_of(c->lsp->options->contracts[i].path), ITEM_MODULE,
            WC_STR("standard contract"), NULL, 'b');
    }
}

/* Keywords that may stand here; answers whether a name may, too. */
static bool add_keywords(completion *c)
{
    wc_arena *arena = &c->analysis->arena;
    size_t mark = wc_arena_mark(arena);
    const wc_str *words;
    uint32_t count;
    bool takes_name = true;
    wc_str text = c->analysis->out->sources.items[0]->text;
    if (wc_index_expected(arena, text, c->start, &words, &count, &takes_name) == WC_OK) {
        for (uint32_t i = 0; i < count; i++) {
            add(c, words[i], ITEM_KEYWORD, WC_STR(""), NULL, 'f');
        }
    }
    wc_arena_rewind(arena, mark);
    return takes_name;
}

static void add_for(completion *c, wc_wanted wanted)
{
    if (wanted == WC_WANTED_NOTHING) return;
    if (wanted == WC_WANTED_MODULE) {
        add_modules(c);
        return;
    }
    bool takes_name = wanted == WC_WANTED_UNIT || add_keywords(c);
    if (!takes_name) return;
    add_visible(c, wanted);
    bool is_type = wanted == WC_WANTED_TYPE || wanted == WC_WANTED_TYPE_ARGUMENT;
    if (is_type) add_words(c, WC_INDEX_WORD_TYPE, ITEM_TYPE_PARAMETER);
    if (wanted == WC_WANTED_VALUE) add_words(c, WC_INDEX_WORD_FUNCTION, ITEM_FUNCTION);
    if (wanted == WC_WANTED_VALUE) add_words(c, WC_INDEX_WORD_VALUE, ITEM_CONSTANT);
    if (wanted == WC_WANTED_MODE) add_words(c, WC_INDEX_WORD_MODE, ITEM_CONSTANT);
    if (wanted == WC_WANTED_PARTY || wanted == WC_WANTED_ROLE) add_roles(c);
}

/* --- behind a dot ----------------------------------------------------------------------------- */

static void add_children(completion *c, const wc_index_def *owner, wc_index_kind kind)
{
    const wc_source_index *index = c->analysis->index;
    for (uint32_t i = 0; i < index->def_count; i++) {
        const wc_index_def *def = &index->defs[i];
        bool is_it = def->owner != WC_INDEX_NONE && &index->defs[def->owner] == owner;
        if (is_it && def->kind == kind) add_def(c, def);
    }
}

static void add_members(completion *c, const wc_index_type *type)
{
    for (uint32_t i = 0; i < type->member_count; i++) {
        const wc_index_member *member = &type->members[i];
        add(c, member->name, member->is_call ? ITEM_METHOD : ITEM_FIELD, member->text, NULL, 'a');
    }
}

static void add_dotted(completion *c, uint32_t dot)
{
    const wc_source_index *index = c->analysis->index;
    wc_str text = c->analysis->out->sources.items[0]->text;
    bool is_self = dot >= 4 && memcmp(text.data + dot - 4, "self", 4) == 0;
    if (is_self) {
        const wc_index_def *contract = wc_def_around(index, dot, WC_INDEX_CONTRACT);
        if (contract != NULL) add_children(c, contract, WC_INDEX_FIELD);
        return;
    }
    const wc_index_value *value = wc_value_ending(index, dot);
    if (value != NULL) {
        add_members(c, value->type);
        return;
    }
    wc_span span;
    const wc_index_def *def = dot > 0 ? wc_meaning_at(index, dot - 1, &span) : NULL;
    if (def == NULL) return;
    if (def->kind == WC_INDEX_ENUM) add_children(c, def, WC_INDEX_VARIANT);
    if (def->kind == WC_INDEX_CONTRACT) {
        add(c, WC_STR("deploy"), ITEM_METHOD, WC_STR("deploy(party: ..., term: ...)"), NULL, 'a');
    }
}

/* With a name behind the dot the statement parses, and the value before it is known. */
static bool try_with_name(completion *c, const char *name)
{
    wc_str text = c->analysis->out->sources.items[0]->text;
    size_t hole = sizeof(PLACEHOLDER) - 1;
    char *patched = malloc(text.len + hole + 1);
    if (patched == NULL) return false;
    memcpy(patched, text.data, c->offset);
    memcpy(patched + c->offset, PLACEHOLDER, hole);
    memcpy(patched + c->offset + hole, text.data + c->offset, text.len - c->offset);
    wc_str whole = {patched, text.len + hole};
    c->analysis = wc_analysis_try(c->lsp, name, &whole); /* copies the text */
    free(patched);
    return c->analysis != NULL;
}

json_t *wc_lsp_completion(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    if (!wc_lsp_asked(lsp, params, true, &asked, failure)) return NULL;
    completion c = {.lsp = lsp, .analysis = asked.analysis, .offset = asked.offset};
    c.items = json_array();
    wc_wanted wanted = wc_wanted_at(asked.analysis, asked.offset, &c.start);
    wc_str text = asked.analysis->out->sources.items[0]->text;
    bool is_dotted = c.start > 0 && text.data[c.start - 1] == '.' && wanted != WC_WANTED_NOTHING &&
                     wanted != WC_WANTED_MODULE;
    if (!is_dotted) {
        add_for(&c, wanted);
    } else if (try_with_name(&c, wc_document_name(asked.document))) {
        add_dotted(&c, c.start - 1);
    }
    return json_pack("{s:b,s:o}", "isIncomplete", 0, "items", c.items);
}
