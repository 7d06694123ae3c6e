/* What a name means, for a reader: its declaration, type, unit, bounds, documentation; of an action
 * who may call it, in which states, what it does and costs at most. */
#include <string.h>

#include "node/lsp/inside.h"

#define TEXT_MAX 8192u

void wc_put_str(wc_buf *buf, wc_str text)
{
    if (text.len > 0) wc_buf_put(buf, text.data, text.len);
}

static void put_line(wc_buf *buf, const char *what, wc_str text)
{
    if (text.len == 0) return;
    wc_buf_put_text(buf, "\n- ");
    wc_buf_put_text(buf, what);
    wc_put_str(buf, text);
}

void wc_lsp_describe_type(wc_buf *buf, const wc_index_type *type)
{
    if (type == NULL) return;
    if (type->unit.len > 0) put_line(buf, "unit ", type->unit);
    if (type->scale >= 0) {
        wc_buf_put_text(buf, "\n- ");
        wc_buf_put_decimal(buf, type->scale);
        wc_buf_put_text(buf, type->scale == 1 ? " decimal" : " decimals");
    }
    if (type->low.len == 0) return;
    put_line(buf, "from ", type->low);
    wc_buf_put_text(buf, " to ");
    wc_put_str(buf, type->high);
}

static void put_thousands(wc_buf *buf, uint64_t number)
{
    char digits[32];
    size_t len = 0;
    do { /* ends: number shrinks */
        if (len % 4 == 3) digits[len++] = ',';
        digits[len++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (len > 0) wc_buf_put(buf, &digits[--len], 1);
}

static void put_effects(wc_buf *buf, const wc_index_def *def)
{
    static const struct {
        unsigned effect;
        const char *text;
    } texts[] = {{WC_INDEX_READS, "reads the contract's state"},
                 {WC_INDEX_WRITES, "changes its storage"},
                 {WC_INDEX_MONEY, "moves money"},
                 {WC_INDEX_VIEWS, "asks another contract"},
                 {WC_INDEX_SENDS, "calls another contract afterwards"}};

    bool is_first = true;
    for (size_t i = 0; i < WC_ARRAY_LEN(texts); i++) {
        if ((def->effects & texts[i].effect) == 0) continue;
        wc_buf_put_text(buf, is_first ? "\n- " : ", ");
        wc_buf_put_text(buf, texts[i].text);
        is_first = false;
    }
}

static void describe_routine(wc_buf *buf, const wc_index_def *def)
{
    bool is_entry = def->kind == WC_INDEX_ACTION || def->kind == WC_INDEX_AFTER;
    put_line(buf, "called by ", def->callers);
    if (is_entry) {
        put_line(buf, "in state ",
                 def->states.len > 0 ? def->states : WC_STR("any that is not final"));
    }
    put_line(buf, "leads to ", def->leads);
    put_line(buf, "can fail with ", def->raises);
    put_effects(buf, def);
    if (def->gas == 0) return;
    wc_buf_put_text(buf, "\n- at most ");
    put_thousands(buf, def->gas);
    wc_buf_put_text(buf, " gas");
}

static bool is_routine(wc_index_kind kind)
{
    return kind == WC_INDEX_ACTION || kind == WC_INDEX_VIEW || kind == WC_INDEX_AFTER ||
           kind == WC_INDEX_FUNC;
}

static bool contains(wc_str text, wc_str part)
{
    for (size_t at = 0; at + part.len <= text.len; at++) {
        if (memcmp(text.data + at, part.data, part.len) == 0) return true;
    }
    return part.len == 0;
}

void wc_lsp_describe(wc_buf *buf, const wc_source_index *index, const wc_index_def *def)
{
    static const char *const words[] = {
        [WC_INDEX_MODULE] = "module ", [WC_INDEX_PARTY] = "party ", [WC_INDEX_TERM] = "term ",
        [WC_INDEX_FIELD] = "storage ", [WC_INDEX_STATE] = "state ", [WC_INDEX_VARIANT] = "variant ",
        [WC_INDEX_PARAM] = "",         [WC_INDEX_MEMBER] = "",      [WC_INDEX_LOCAL] = "let "};
    const char *word = (size_t)def->kind < WC_ARRAY_LEN(words) ? words[def->kind] : NULL;
    wc_buf_put_text(buf, "```clause\n");
    if (word != NULL) wc_buf_put_text(buf, word);
    wc_put_str(buf, def->written);
    bool is_bare = def->kind == WC_INDEX_LOCAL && def->type != NULL;
    if (is_bare) wc_buf_put_text(buf, " : ");
    if (is_bare) wc_put_str(buf, def->type->text);
    wc_buf_put_text(buf, "\n```\n");
    if (def->owner != WC_INDEX_NONE && def->kind != WC_INDEX_LOCAL) {
        wc_buf_put_text(buf, "of `");
        wc_put_str(buf, index->defs[def->owner].name);
        wc_buf_put_text(buf, "`\n");
    }
    if (def->doc.len > 0) {
        wc_buf_put_text(buf, "\n");
        wc_put_str(buf, def->doc);
        wc_buf_put_text(buf, "\n");
    }
    if (is_routine(def->kind)) {
        describe_routine(buf, def);
    } else {
        bool is_said = def->type == NULL || def->kind == WC_INDEX_LOCAL ||
                       def->kind == WC_INDEX_PARTY || contains(def->written, def->type->text);
        if (!is_said) put_line(buf, "type ", def->type->text);
        wc_lsp_describe_type(buf, def->type);
    }
}

static wc_str number_text(char *bytes, size_t size, const wc_index_type *type, wc_i128 mantissa)
{
    wc_buf buf;
    wc_buf_init(&buf, bytes, size);
    wc_index_put_number(&buf, type, mantissa);
    return (wc_str){bytes, buf.len};
}

/* The bounds of a value where they are narrower than those of its type. */
static void put_bounds(wc_buf *buf, const wc_index_value *value)
{
    if (!value->is_ranged) return;
    wc_i128 least = wc_i128_of(INT64_MIN), most = wc_i128_of(INT64_MAX);
    bool is_open =
        wc_i128_compare(value->low, least) <= 0 && wc_i128_compare(value->high, most) >= 0;
    char low_bytes[128], high_bytes[128];
    wc_str low = number_text(low_bytes, sizeof(low_bytes), value->type, value->low);
    wc_str high = number_text(high_bytes, sizeof(high_bytes), value->type, value->high);
    bool is_said = wc_str_equal(low, value->type->low) && wc_str_equal(high, value->type->high);
    if (is_open || is_said) return;
    if (wc_str_equal(low, high)) {
        put_line(buf, "here ", low);
        return;
    }
    put_line(buf, "here from ", low);
    wc_buf_put_text(buf, " to ");
    wc_put_str(buf, high);
}

static void describe_value(wc_buf *buf, const wc_index_value *value)
{
    wc_buf_put_text(buf, "```clause\n");
    wc_put_str(buf, value->type->text);
    wc_buf_put_text(buf, "\n```\n");
    wc_lsp_describe_type(buf, value->type);
    put_bounds(buf, value);
}

/* A function, type, value or mode of the language, or a role of the ledger; false: none. */
static bool describe_word(wc_buf *buf, const wc_lsp *lsp, wc_str name)
{
    wc_index_word word = {name, name, WC_INDEX_WORD_VALUE};
    const char *what = NULL;
    for (int kind = WC_INDEX_WORD_FUNCTION; kind <= WC_INDEX_WORD_MODE && what == NULL; kind++) {
        wc_index_word one;
        for (uint32_t i = 0; wc_index_word_at((wc_index_word_kind)kind, i, &one); i++) {
            if (!wc_str_equal(one.name, name)) continue;
            word = one;
            what = kind == WC_INDEX_WORD_MODE ? "\na mode of rounding\n" : "";
        }
    }
    for (size_t i = 0; i < lsp->options->role_count && what == NULL; i++) {
        if (wc_str_equal(lsp->options->roles[i], name)) what = "\na role that the ledger grants\n";
    }
    if (what == NULL) return false;
    wc_buf_put_text(buf, "```clause\n");
    wc_put_str(buf, word.usage);
    wc_buf_put_text(buf, "\n```\n");
    wc_buf_put_text(buf, what);
    return true;
}

/* The time-out whose first word is at the offset; NULL: none. */
static const wc_index_def *time_out_at(const wc_source_index *index, uint32_t offset)
{
    const wc_index_def *def = wc_def_around(index, offset, WC_INDEX_AFTER);
    return def != NULL && offset < def->full.start + 5 /* after */ ? def : NULL;
}

/* No name: a word of the language, a value, both; false: nothing. */
static bool describe_place(wc_buf *buf, const wc_lsp *lsp, const wc_place_asked *asked,
                           wc_span *span)
{
    const wc_source_index *index = asked->analysis->index;
    const wc_index_value *value = wc_value_at(index, asked->offset);
    uint32_t token = wc_token_before(index, asked->offset + 1);
    bool is_name = token < index->token_count &&
                   index->tokens[token].class == WC_INDEX_TOKEN_NAME &&
                   asked->offset < index->tokens[token].span.end;
    if (is_name) *span = index->tokens[token].span;
    bool is_word = is_name && describe_word(buf, lsp, wc_analysis_words(asked->analysis, *span));
    bool has_value = value != NULL && (!is_name || value->span.start == span->start);
    if (!is_word && !has_value) return false;
    if (has_value && !is_name) *span = value->span;
    if (has_value) describe_value(buf, value);
    return true;
}

json_t *wc_lsp_hover(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    if (!wc_lsp_asked(lsp, params, true, &asked, failure)) return NULL;
    const wc_source_index *index = asked.analysis->index;
    char bytes[TEXT_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof(bytes));
    wc_span span = {0, 0, 0};
    const wc_index_def *def = wc_meaning_at(index, asked.offset, &span);
    const wc_index_def *after = time_out_at(index, asked.offset);
    if (def == NULL && after != NULL) {
        def = after;
        span = (wc_span){after->full.start, after->full.start + 5, 0};
    }
    if (def != NULL) {
        const wc_index_value *value = wc_value_at(index, asked.offset);
        wc_lsp_describe(&buf, index, def);
        bool is_same = value != NULL && value->span.start == span.start;
        if (is_same && value->span.end == span.end) put_bounds(&buf, value);
    } else if (!describe_place(&buf, lsp, &asked, &span)) {
        return json_null();
    }
    return json_pack("{s:o,s:o}", "contents", wc_json_markdown(&buf), "range",
                     wc_json_range(lsp, asked.analysis, span));
}
