/* The arguments of the call that is being written. */
#include <string.h>

#include "node/lsp/context.h"

static bool is_callable(wc_index_kind kind)
{
    return kind == WC_INDEX_FUNC || kind == WC_INDEX_ACTION || kind == WC_INDEX_VIEW ||
           kind == WC_INDEX_METHOD || kind == WC_INDEX_RECORD || kind == WC_INDEX_VARIANT ||
           kind == WC_INDEX_STATE || kind == WC_INDEX_ERROR || kind == WC_INDEX_EVENT;
}

/* What the name means where it stands; else, as the text is seldom whole now, the first thing of
 * that name that takes arguments, the text's own before others. */
static const wc_index_def *callee_of(const wc_analysis *analysis, wc_span callee)
{
    const wc_source_index *index = analysis->index;
    wc_span span;
    const wc_index_def *def = wc_meaning_at(index, callee.start, &span);
    if (def != NULL && is_callable(def->kind)) return def;
    wc_str name = wc_analysis_words(analysis, callee);
    for (uint32_t i = 0; i < index->def_count; i++) {
        def = &index->defs[i];
        if (is_callable(def->kind) && wc_str_equal(def->name, name)) return def;
    }
    return NULL;
}

static bool is_part(const wc_source_index *index, const wc_index_def *def,
                    const wc_index_def *owner)
{
    bool is_kind = def->kind == WC_INDEX_PARAM || def->kind == WC_INDEX_MEMBER;
    return is_kind && def->owner != WC_INDEX_NONE && &index->defs[def->owner] == owner;
}

static json_t *help(json_t *label, json_t *documentation, json_t *parts, uint32_t active)
{
    json_t *signature = json_pack("{s:o,s:o}", "label", label, "parameters", parts);
    if (documentation != NULL) {
        (void)json_object_set_new(signature, "documentation", documentation);
    }
    return json_pack("{s:[o],s:i,s:I}", "signatures", signature, "activeSignature", 0,
                     "activeParameter", (json_int_t)active);
}

static json_t *help_of_def(const wc_source_index *index, const wc_index_def *def,
                           const wc_open_call *call)
{
    char bytes[2048], doc[8192];
    wc_buf label, text;
    wc_buf_init(&label, bytes, sizeof(bytes));
    wc_buf_init(&text, doc, sizeof(doc));
    uint32_t active = call->argument;
    json_t *parts = json_array();
    wc_put_str(&label, def->name);
    wc_buf_put_text(&label, "(");
    for (uint32_t i = 0; i < index->def_count; i++) {
        const wc_index_def *part = &index->defs[i];
        if (!is_part(index, part, def)) continue;
        if (part->order > 0) wc_buf_put_text(&label, ", ");
        if (wc_str_equal(part->name, call->by_name)) active = part->order;
        (void)json_array_append_new(parts, json_pack("{s:o}", "label", wc_json_str(part->written)));
        wc_put_str(&label, part->written);
    }
    wc_buf_put_text(&label, ")");
    wc_lsp_describe(&text, index, def);
    return help(wc_json_str((wc_str){bytes, label.len}), wc_json_markdown(&text), parts, active);
}

/* "clamp(x, low, high)": its parts are between the commas. */
static json_t *help_of_usage(wc_str usage, uint32_t argument)
{
    json_t *parts = json_array();
    const char *open = usage.len == 0 ? NULL : memchr(usage.data, '(', usage.len);
    size_t at = open == NULL ? usage.len : (size_t)(open - usage.data) + 1;
    while (at < usage.len && usage.data[at] != ')') { /* ends: each turn takes a part */
        size_t end = at;
        while (end < usage.len && usage.data[end] != ',' && usage.data[end] != ')') end++;
        (void)json_array_append_new(
            parts, json_pack("{s:o}", "label", wc_json_str((wc_str){usage.data + at, end - at})));
        at = end;
        while (at < usage.len && (usage.data[at] == ',' || usage.data[at] == ' ')) at++;
    }
    return help(wc_json_str(usage), NULL, parts, argument);
}

json_t *wc_lsp_signature(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    wc_open_call call;
    if (!wc_lsp_asked(lsp, params, true, &asked, failure)) return NULL;
    if (!wc_open_call_at(asked.analysis, asked.offset, &call)) return json_null();
    const wc_index_def *def = callee_of(asked.analysis, call.callee);
    if (def != NULL) return help_of_def(asked.analysis->index, def, &call);
    wc_str name = wc_analysis_words(asked.analysis, call.callee);
    wc_index_word word;
    for (uint32_t i = 0; wc_index_word_at(WC_INDEX_WORD_FUNCTION, i, &word); i++) {
        if (wc_str_equal(word.name, name)) return help_of_usage(word.usage, call.argument);
    }
    return json_null();
}
