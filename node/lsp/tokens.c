/* Colours, hints and lenses: what an editor draws into the text. */
#include <string.h>

#include "node/lsp/inside.h"

/* --- semantic tokens -------------------------------------------------------------------------- */

typedef enum token_type {
    TYPE_NAMESPACE,
    TYPE_TYPE,
    TYPE_CLASS,
    TYPE_ENUM,
    TYPE_INTERFACE,
    TYPE_STRUCT,
    TYPE_PARAMETER,
    TYPE_VARIABLE,
    TYPE_PROPERTY,
    TYPE_ENUM_MEMBER,
    TYPE_EVENT,
    TYPE_FUNCTION,
    TYPE_METHOD,
    TYPE_KEYWORD,
    TYPE_COMMENT,
    TYPE_STRING,
    TYPE_NUMBER,
    TYPE_OPERATOR,
    TYPE_COUNT,
    TYPE_NONE = TYPE_COUNT
} token_type;

static const char *const type_names[] = {
    "namespace", "type",     "class",    "enum",       "interface", "struct",
    "parameter", "variable", "property", "enumMember", "event",     "function",
    "method",    "keyword",  "comment",  "string",     "number",    "operator"};

enum {
    MODIFIER_DECLARATION = 1,
    MODIFIER_READONLY = 2,
    MODIFIER_LIBRARY = 4
};

static const char *const modifier_names[] = {"declaration", "readonly", "defaultLibrary"};

json_t *wc_lsp_token_legend(void);

json_t *wc_lsp_token_legend(void)
{
    json_t *types = json_array(), *modifiers = json_array();
    for (size_t i = 0; i < WC_ARRAY_LEN(type_names); i++) {
        (void)json_array_append_new(types, json_string(type_names[i]));
    }
    for (size_t i = 0; i < WC_ARRAY_LEN(modifier_names); i++) {
        (void)json_array_append_new(modifiers, json_string(modifier_names[i]));
    }
    return json_pack("{s:o,s:o}", "tokenTypes", types, "tokenModifiers", modifiers);
}

static token_type type_of_def(wc_index_kind kind)
{
    static const token_type types[] = {
        [WC_INDEX_MODULE] = TYPE_NAMESPACE,    [WC_INDEX_UNIT] = TYPE_TYPE,
        [WC_INDEX_CURRENCY] = TYPE_TYPE,       [WC_INDEX_DIMENSION] = TYPE_TYPE,
        [WC_INDEX_CALENDAR] = TYPE_VARIABLE,   [WC_INDEX_ALIAS] = TYPE_TYPE,
        [WC_INDEX_RECORD] = TYPE_STRUCT,       [WC_INDEX_ENUM] = TYPE_ENUM,
        [WC_INDEX_INTERFACE] = TYPE_INTERFACE, [WC_INDEX_CONST] = TYPE_VARIABLE,
        [WC_INDEX_FUNC] = TYPE_FUNCTION,       [WC_INDEX_CONTRACT] = TYPE_CLASS,
        [WC_INDEX_ERROR] = TYPE_EVENT,         [WC_INDEX_EVENT] = TYPE_EVENT,
        [WC_INDEX_PARTY] = TYPE_VARIABLE,      [WC_INDEX_TERM] = TYPE_VARIABLE,
        [WC_INDEX_FIELD] = TYPE_PROPERTY,      [WC_INDEX_STATE] = TYPE_ENUM_MEMBER,
        [WC_INDEX_ACTION] = TYPE_METHOD,       [WC_INDEX_VIEW] = TYPE_METHOD,
        [WC_INDEX_AFTER] = TYPE_KEYWORD,       [WC_INDEX_INVARIANT] = TYPE_PROPERTY,
        [WC_INDEX_TEST] = TYPE_STRING,         [WC_INDEX_VARIANT] = TYPE_ENUM_MEMBER,
        [WC_INDEX_MEMBER] = TYPE_PROPERTY,     [WC_INDEX_METHOD] = TYPE_METHOD,
        [WC_INDEX_PARAM] = TYPE_PARAMETER,     [WC_INDEX_LOCAL] = TYPE_VARIABLE};
    return types[kind];
}

static bool is_constant(wc_index_kind kind)
{
    return kind == WC_INDEX_CONST || kind == WC_INDEX_TERM || kind == WC_INDEX_PARTY;
}

static bool is_language_word(wc_str name, wc_index_word_kind *kind)
{
    wc_index_word word;
    for (int k = WC_INDEX_WORD_FUNCTION; k <= WC_INDEX_WORD_MODE; k++) {
        for (uint32_t i = 0; wc_index_word_at((wc_index_word_kind)k, i, &word); i++) {
            if (!wc_str_equal(word.name, name)) continue;
            *kind = (wc_index_word_kind)k;
            return true;
        }
    }
    return false;
}

/* Where the walk over tokens stands in the uses and definitions, which ascend as they do. */
typedef struct name_walk {
    const wc_analysis *analysis;
    uint32_t use, def;
} name_walk;

static token_type type_of_name(name_walk *walk, wc_span span, unsigned *modifiers)
{
    const wc_source_index *index = walk->analysis->index;
    while (walk->use < index->use_count && index->uses[walk->use].span.end <= span.start)
        walk->use++;
    if (walk->use < index->use_count && index->uses[walk->use].span.start <= span.start) {
        const wc_index_def *def = &index->defs[index->uses[walk->use].def];
        if (is_constant(def->kind)) *modifiers |= MODIFIER_READONLY;
        return type_of_def(def->kind);
    }
    while (walk->def < index->def_count && index->defs[walk->def].span.file == 0 &&
           index->defs[walk->def].span.end <= span.start) {
        walk->def++;
    }
    const wc_index_def *def = walk->def < index->def_count ? &index->defs[walk->def] : NULL;
    if (def != NULL && def->span.file == 0 && def->span.start <= span.start) {
        *modifiers |= MODIFIER_DECLARATION;
        if (is_constant(def->kind)) *modifiers |= MODIFIER_READONLY;
        return type_of_def(def->kind);
    }
    wc_index_word_kind kind;
    if (!is_language_word(wc_analysis_words(walk->analysis, span), &kind)) return TYPE_NONE;
    *modifiers |= MODIFIER_LIBRARY;
    if (kind == WC_INDEX_WORD_FUNCTION) return TYPE_FUNCTION;
    return kind == WC_INDEX_WORD_TYPE ? TYPE_TYPE : TYPE_VARIABLE;
}

static token_type type_of_token(name_walk *walk, const wc_index_token *token, unsigned *modifiers)
{
    switch (token->class) {
    case WC_INDEX_TOKEN_KEYWORD: return TYPE_KEYWORD;
    case WC_INDEX_TOKEN_NAME: return type_of_name(walk, token->span, modifiers);
    case WC_INDEX_TOKEN_NUMBER: return TYPE_NUMBER;
    case WC_INDEX_TOKEN_STRING: return TYPE_STRING;
    case WC_INDEX_TOKEN_COMMENT: return TYPE_COMMENT;
    case WC_INDEX_TOKEN_OPERATOR: return TYPE_OPERATOR;
    }
    return TYPE_NONE;
}

json_t *wc_lsp_semantic_tokens(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    if (!wc_lsp_asked(lsp, params, false, &asked, failure)) return NULL;
    const wc_source_index *index = asked.analysis->index;
    const wc_lined_text *text = wc_analysis_text(asked.analysis, 0);
    name_walk walk = {.analysis = asked.analysis};
    wc_position last = {0, 0};
    json_t *data = json_array();
    for (uint32_t i = 0; i < index->token_count; i++) {
        const wc_index_token *token = &index->tokens[i];
        unsigned modifiers = 0;
        token_type type = type_of_token(&walk, token, &modifiers);
        wc_position start = wc_position_of(text, lsp->encoding, token->span.start);
        wc_position end = wc_position_of(text, lsp->encoding, token->span.end);
        if (type == TYPE_NONE || start.line != end.line) continue;
        bool is_same_line = start.line == last.line;
        const uint32_t numbers[] = {start.line - last.line,
                                    is_same_line ? start.character - last.character
                                                 : start.character,
                                    end.character - start.character, (uint32_t)type, modifiers};
        for (size_t j = 0; j < WC_ARRAY_LEN(numbers); j++) {
            (void)json_array_append_new(data, json_integer(numbers[j]));
        }
        last = start;
    }
    return json_pack("{s:o}", "data", data);
}

/* --- inlay hints ------------------------------------------------------------------------------ */

static void add_hint(const wc_lsp *lsp, const wc_lined_text *text, json_t *list, uint32_t offset,
                     json_t *label)
{
    wc_position at = wc_position_of(text, lsp->encoding, offset);
    (void)json_array_append_new(
        list, json_pack("{s:{s:I,s:I},s:o,s:i}", "position", "line", (json_int_t)at.line,
                        "character", (json_int_t)at.character, "label", label, "kind", 1));
}

/* The word before a definition, and what follows it. */
static bool is_let_without_type(const wc_analysis *analysis, const wc_index_def *def)
{
    const wc_source_index *index = analysis->index;
    uint32_t before = wc_token_before(index, def->span.start);
    if (before == index->token_count || before + 2 >= index->token_count) return false;
    wc_str word = wc_analysis_words(analysis, index->tokens[before].span);
    wc_str next = wc_analysis_words(analysis, index->tokens[before + 2].span);
    bool is_let = wc_str_equal(word, WC_STR("let")) || wc_str_equal(word, WC_STR("var"));
    return is_let && !wc_str_equal(next, WC_STR(":"));
}

json_t *wc_lsp_inlay_hints(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    wc_position start, end;
    if (!wc_lsp_asked(lsp, params, false, &asked, failure)) return NULL;
    bool has_range = wc_json_position(wc_json_at(params, "range", "start", NULL), &start) &&
                     wc_json_position(wc_json_at(params, "range", "end", NULL), &end);
    if (!has_range) return wc_lsp_fail(failure, WC_LSP_INVALID_PARAMS, "which range?");
    const wc_source_index *index = asked.analysis->index;
    const wc_lined_text *text = wc_analysis_text(asked.analysis, 0);
    uint32_t from = wc_offset_of(text, lsp->encoding, start);
    uint32_t to = wc_offset_of(text, lsp->encoding, end);
    json_t *list = json_array();
    for (uint32_t i = 0; i < index->def_count && index->defs[i].span.file == 0; i++) {
        const wc_index_def *def = &index->defs[i];
        bool is_shown = def->kind == WC_INDEX_LOCAL && def->type != NULL &&
                        def->span.start >= from && def->span.end <= to &&
                        is_let_without_type(asked.analysis, def);
        if (!is_shown) continue;
        add_hint(lsp, text, list, def->span.end,
                 wc_json_format(" : %.*s", WC_STR_ARG(def->type->text)));
    }
    for (uint32_t i = 0; i < index->value_count; i++) {
        const wc_index_value *value = &index->values[i];
        bool is_shown = value->is_rounding && !value->has_target && value->span.start >= from &&
                        value->span.end <= to;
        if (!is_shown) continue;
        add_hint(lsp, text, list, value->span.start + 5 /* round */,
                 wc_json_format("<%.*s>", WC_STR_ARG(value->type->text)));
    }
    return list;
}

/* --- code lenses ------------------------------------------------------------------------------ */

json_t *wc_lsp_code_lenses(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    if (!wc_lsp_asked(lsp, params, false, &asked, failure)) return NULL;
    const wc_source_index *index = asked.analysis->index;
    json_t *list = json_array();
    for (uint32_t i = 0; i < index->def_count && index->defs[i].span.file == 0; i++) {
        const wc_index_def *def = &index->defs[i];
        if (def->gas == 0) continue;
        json_t *title = wc_json_format("at most %llu gas", (unsigned long long)def->gas);
        (void)json_array_append_new(list, json_pack("{s:o,s:{s:o,s:s}}", "range",
                                                    wc_json_range(lsp, asked.analysis, def->span),
                                                    "command", "title", title, "command", ""));
    }
    return list;
}
