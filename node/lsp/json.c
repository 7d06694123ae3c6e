/* Places in JSON: see inside.h. */
#include "node/lsp/inside.h"

static bool number(const json_t *from, const char *key, uint32_t *value)
{
    const json_t *found = json_object_get(from, key);
    if (!json_is_integer(found)) return false;
    json_int_t wide = json_integer_value(found);
    if (wide < 0 || wide > INT32_MAX) return false;
    *value = (uint32_t)wide;
    return true;
}

bool wc_json_position(const json_t *from, wc_position *position)
{
    return number(from, "line", &position->line) && number(from, "character", &position->character);
}

json_t *wc_json_range(const wc_lsp *lsp, wc_analysis *analysis, wc_span span)
{
    const wc_lined_text *text = wc_analysis_text(analysis, span.file);
    if (text == NULL) return NULL;
    wc_position start = wc_position_of(text, lsp->encoding, span.start);
    wc_position end = wc_position_of(text, lsp->encoding, span.end);
    return json_pack("{s:{s:I,s:I},s:{s:I,s:I}}", "start", "line", (json_int_t)start.line,
                     "character", (json_int_t)start.character, "end", "line", (json_int_t)end.line,
                     "character", (json_int_t)end.character);
}

json_t *wc_json_markdown(const wc_buf *text)
{
    json_t *value = wc_json_str((wc_str){(const char *)text->data, text->len});
    return json_pack("{s:s,s:o}", "kind", "markdown", "value", value);
}
