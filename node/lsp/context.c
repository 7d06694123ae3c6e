/* See context.h. Only tokens are looked at: while somebody types there is seldom a tree. */
#include "node/lsp/context.h"

#include <string.h>

#define BACK_MAX 2000u /* tokens looked back at: more than any statement has */

typedef struct walk {
    const wc_analysis *analysis;
    const wc_source_index *index;
} walk;

static wc_str word_at(const walk *w, uint32_t token)
{
    return wc_analysis_words(w->analysis, w->index->tokens[token].span);
}

static bool is_word(const walk *w, uint32_t token, const char *word)
{
    return wc_str_equal(word_at(w, token), wc_str_of(word));
}

/* The token before that is no comment; token_count: there is none. */
static uint32_t step_back(const walk *w, uint32_t token)
{
    do { /* ends: it shrinks */
        if (token == 0) return w->index->token_count;
        token--;
    } while (w->index->tokens[token].class == WC_INDEX_TOKEN_COMMENT);
    return token;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The first token of the statement, member or clause that the token belongs to. */
static uint32_t statement_start(const walk *w, uint32_t token)
{
    uint32_t first = token;
    for (uint32_t i = 0; i < BACK_MAX; i++) {
        if (is_word(w, first, "requires") || is_word(w, first, "ensures")) return first;
        uint32_t before = step_back(w, first);
        if (before == w->index->token_count) return first;
        bool is_end = is_word(w, before, ";") || is_word(w, before, "{") || is_word(w, before, "}");
        if (is_end) return first;
        first = before;
    }
    return first;
}

/* a, b, | behind a word: the word. */
static uint32_t list_head(const walk *w, uint32_t token)
{
    while (is_word(w, token, ",")) { /* ends: each turn goes back */
        uint32_t name = step_back(w, token);
        if (name == w->index->token_count) return token;
        uint32_t before = step_back(w, name);
        if (before == w->index->token_count) return token;
        token = before;
    }
    return token;
}

/* Still open at the end of tokens [first, last]: the last parenthesis; token_count: none. */
static uint32_t open_parenthesis(const walk *w, uint32_t first, uint32_t last)
{
    uint32_t depth = 0;
    for (uint32_t token = last; token != w->index->token_count; token = step_back(w, token)) {
        if (is_word(w, token, ")")) depth++;
        bool is_open = is_word(w, token, "(");
        if (is_open && depth == 0) return token;
        if (is_open) depth--;
        if (token <= first) break;
    }
    return w->index->token_count;
}

static bool is_one_of(wc_str word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (wc_str_equal(word, wc_str_of(words[i]))) return true;
    }
    return false;
}

/* Behind a colon: a type after a name that is declared, an error after a condition, else a value.
 */
static wc_wanted after_colon(const walk *w, uint32_t colon)
{
    static const char *const conditions[] = {"require", "requires"};
    static const char *const declares[] = {"let", "var", "const"};
    static const char *const headers[] = {"action", "view", "func", "error", "event", "property"};
    uint32_t first = statement_start(w, colon);
    wc_str word = word_at(w, first);
    uint32_t open = open_parenthesis(w, first, colon);
    bool is_inside = open != w->index->token_count;
    if (is_one_of(word, conditions, WC_ARRAY_LEN(conditions)) && !is_inside) return WC_WANTED_ERROR;
    if (is_one_of(word, declares, WC_ARRAY_LEN(declares)) && !is_inside) {
        return step_back(w, step_back(w, colon)) == first ? WC_WANTED_TYPE : WC_WANTED_VALUE;
    }
    if (is_one_of(word, headers, WC_ARRAY_LEN(headers))) return WC_WANTED_TYPE;
    bool is_field = step_back(w, colon) == first;
    return is_field && !is_inside ? WC_WANTED_TYPE : WC_WANTED_VALUE;
}

static wc_wanted after_arrow(const walk *w, uint32_t arrow)
{
    uint32_t first = statement_start(w, arrow);
    if (is_word(w, first, "pay")) return WC_WANTED_VALUE;
    bool has_result = is_word(w, first, "func") || is_word(w, first, "view");
    return has_result ? WC_WANTED_TYPE : WC_WANTED_STATE;
}

/* `<` and `,` of dec<3, kWh>: a type's name stands before the `<`. */
static bool is_type_argument(const walk *w, uint32_t token)
{
    static const char *const others[] = {"round", "convert", "wide"};
    uint32_t depth = 0;
    for (uint32_t i = 0; i < BACK_MAX && token != w->index->token_count; i++) {
        if (is_word(w, token, ">")) depth++;
        if (is_word(w, token, ";") || is_word(w, token, "{") || is_word(w, token, "("))
            return false;
        if (is_word(w, token, "<") && depth-- == 0) {
            uint32_t before = step_back(w, token);
            if (before == w->index->token_count) return false;
            wc_index_word word;
            for (uint32_t j = 0; wc_index_word_at(WC_INDEX_WORD_TYPE, j, &word); j++) {
                if (wc_str_equal(word.name, word_at(w, before))) return true;
            }
            return is_one_of(word_at(w, before), others, WC_ARRAY_LEN(others));
        }
        token = step_back(w, token);
    }
    return false;
}

static bool is_mode(const walk *w, uint32_t comma)
{
    uint32_t open = open_parenthesis(w, 0, comma);
    if (open == w->index->token_count) return false;
    uint32_t before = step_back(w, open);
    if (before == w->index->token_count) return false;
    return is_word(w, before, "round") || is_word(w, before, ">") || is_word(w, before, "split");
}

static wc_wanted after(const walk *w, uint32_t token)
{
    static const struct {
        const char *word;
        wc_wanted wanted;
    } heads[] = {{"goto", WC_WANTED_STATE},       {"when", WC_WANTED_STATE},
                 {"emit", WC_WANTED_EVENT},       {"fail", WC_WANTED_ERROR},
                 {"by", WC_WANTED_PARTY},         {"signatory", WC_WANTED_PARTY},
                 {"to", WC_WANTED_PARTY},         {"role", WC_WANTED_ROLE},
                 {"contract", WC_WANTED_NOTHING}, {"action", WC_WANTED_NOTHING},
                 {"view", WC_WANTED_NOTHING},     {"func", WC_WANTED_NOTHING},
                 {"let", WC_WANTED_NOTHING},      {"var", WC_WANTED_NOTHING},
                 {"const", WC_WANTED_NOTHING},    {"record", WC_WANTED_NOTHING},
                 {"enum", WC_WANTED_NOTHING},     {"interface", WC_WANTED_NOTHING},
                 {"error", WC_WANTED_NOTHING},    {"event", WC_WANTED_NOTHING},
                 {"type", WC_WANTED_NOTHING},     {"unit", WC_WANTED_NOTHING},
                 {"module", WC_WANTED_NOTHING},   {"for", WC_WANTED_NOTHING}};

    uint32_t head = list_head(w, token);
    bool is_list = head != token;
    for (size_t i = 0; i < WC_ARRAY_LEN(heads); i++) {
        bool is_it = w->index->tokens[head].class == WC_INDEX_TOKEN_KEYWORD &&
                     is_word(w, head, heads[i].word);
        if (is_it && !(is_list && heads[i].wanted == WC_WANTED_NOTHING)) return heads[i].wanted;
    }
    if (is_word(w, head, "->")) return after_arrow(w, head);
    if (is_word(w, token, ":")) return after_colon(w, token);
    bool may_be_argument = is_word(w, token, "<") || is_word(w, token, ",");
    if (may_be_argument && is_type_argument(w, token)) return WC_WANTED_TYPE_ARGUMENT;
    if (is_word(w, token, ",") && is_mode(w, token)) return WC_WANTED_MODE;
    bool is_type = is_word(w, token, "=") && is_word(w, statement_start(w, token), "type");
    return is_type ? WC_WANTED_TYPE : WC_WANTED_VALUE;
}

/* A blank at most between a number and what is written: its unit. */
static bool is_behind_number(const walk *w, uint32_t token, uint32_t start)
{
    const wc_index_token *before = &w->index->tokens[token];
    return before->class == WC_INDEX_TOKEN_NUMBER && before->span.end <= start &&
           start - before->span.end <= 1;
}

wc_wanted wc_wanted_at(const wc_analysis *analysis, uint32_t offset, uint32_t *start)
{
    const walk w = {analysis, analysis->index};
    wc_str text = analysis->out->sources.items[0]->text;
    *start = offset;
    while (*start > 0 && is_name_char(text.data[*start - 1])) --*start;
    uint32_t token = wc_token_before(w.index, offset);
    if (token == w.index->token_count) return WC_WANTED_VALUE;
    const wc_index_token *last = &w.index->tokens[token];
    bool is_inside = offset < last->span.end;
    if (last->class == WC_INDEX_TOKEN_COMMENT && offset <= last->span.end) return WC_WANTED_NOTHING;
    if (last->class == WC_INDEX_TOKEN_STRING && is_inside) return WC_WANTED_NOTHING;
    if (last->class == WC_INDEX_TOKEN_NUMBER && offset <= last->span.end) {
        /* 3 kW| is one token: the unit begins behind the digits. */
        bool has_unit = *start > last->span.start;
        return has_unit ? WC_WANTED_UNIT : WC_WANTED_NOTHING;
    }
    if (last->span.start >= *start) token = step_back(&w, token);
    if (token == w.index->token_count) return WC_WANTED_VALUE;
    if (last->class == WC_INDEX_TOKEN_COMMENT) token = step_back(&w, token + 1);
    if (token == w.index->token_count) return WC_WANTED_VALUE;
    if (is_word(&w, statement_start(&w, token), "use")) return WC_WANTED_MODULE;
    if (is_behind_number(&w, token, *start)) return WC_WANTED_UNIT;
    return after(&w, token);
}

bool wc_is_named_by(const wc_analysis *analysis, wc_span name, uint32_t offset)
{
    const walk w = {analysis, analysis->index};
    if (name.end > offset) return false;
    uint32_t token = wc_token_before(w.index, name.end);
    uint32_t first = statement_start(&w, token);
    if (!is_word(&w, first, "let") && !is_word(&w, first, "var")) return true;
    while (token < w.index->token_count && !is_word(&w, token, ";")) token++;
    return token < w.index->token_count && w.index->tokens[token].span.end <= offset;
}

/* --- the open call ---------------------------------------------------------------------------- */

bool wc_open_call_at(const wc_analysis *analysis, uint32_t offset, wc_open_call *call)
{
    const walk w = {analysis, analysis->index};
    uint32_t none = w.index->token_count, depth = 0, first = none;
    *call = (wc_open_call){.by_name = {"", 0}};
    uint32_t token = wc_token_before(w.index, offset);
    for (uint32_t i = 0; i < BACK_MAX && token != none; i++, token = step_back(&w, token)) {
        bool is_open = is_word(&w, token, "(") || is_word(&w, token, "[");
        if (is_word(&w, token, ";") || is_word(&w, token, "{") || is_word(&w, token, "}"))
            return false;
        if (is_word(&w, token, ")") || is_word(&w, token, "]")) depth++;
        if (depth == 0 && is_word(&w, token, ",")) {
            if (call->argument++ == 0) first = token;
        }
        if (is_open && depth-- == 0) break;
    }
    if (token == none || !is_word(&w, token, "(")) return false;
    uint32_t name = step_back(&w, token);
    if (name == none || w.index->tokens[name].class == WC_INDEX_TOKEN_OPERATOR) return false;
    call->callee = w.index->tokens[name].span;
    uint32_t start = (first == none ? token : first) + 1;
    bool is_named = start + 1 < none && is_word(&w, start + 1, ":") &&
                    w.index->tokens[start].span.start < offset;
    if (is_named) call->by_name = word_at(&w, start);
    return true;
}
