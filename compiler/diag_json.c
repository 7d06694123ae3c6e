/* See diag_json.h. Written out by hand: the compiler depends on no library. */
#include "compiler/diag_json.h"

#include "compiler/lex/utf8.h"

static void put_escape(wc_buf *buf, uint32_t code)
{
    static const char digits[] = "0123456789abcdef";
    wc_buf_put_text(buf, "\\u");
    for (unsigned shift = 16; shift > 0; shift -= 4)
        wc_buf_put_u8(buf, (uint8_t)digits[code >> (shift - 4) & 0xF]);
}

void wc_json_put_escaped(wc_buf *buf, wc_str text)
{
    for (size_t at = 0; at < text.len;) {
        wc_utf8_char character = wc_utf8_at(text, at);
        if (!character.is_valid)
            put_escape(buf, 0xFFFD);
        else if (character.code == '"' || character.code == '\\') {
            wc_buf_put_u8(buf, '\\');
            wc_buf_put_u8(buf, (uint8_t)character.code);
        } else if (wc_utf8_is_control(character.code) || wc_utf8_is_bidi(character.code))
            put_escape(buf, character.code);
        else
            wc_buf_put(buf, text.data + at, character.len);
        at += character.len;
    }
}

void wc_json_put_string(wc_buf *buf, wc_str text)
{
    wc_buf_put_u8(buf, '"');
    wc_json_put_escaped(buf, text);
    wc_buf_put_u8(buf, '"');
}

static void put_key(wc_buf *buf, const char *key)
{
    wc_buf_put_u8(buf, '"');
    wc_buf_put_text(buf, key);
    wc_buf_put_text(buf, "\":");
}

uint32_t wc_json_utf16_column(const wc_source *source, uint32_t offset)
{
    uint32_t units = 1;
    wc_str line = wc_source_line(source, wc_source_place(source, offset).line);
    size_t within = offset - (size_t)(line.data - source->text.data);
    for (size_t at = 0; at < within && at < line.len;) {
        wc_utf8_char character = wc_utf8_at(line, at);
        units += character.code >= 0x10000 ? 2 : 1;
        at += character.len;
    }
    return units;
}

/* "file":..,"byte_start":..,"byte_end":.. without braces. */
static void put_range(const wc_diags *diags, wc_buf *buf, wc_span span)
{
    put_key(buf, "file");
    wc_json_put_string(buf, wc_sources_of(diags->sources, span)->name);
    wc_format(buf, ",\"byte_start\":{},\"byte_end\":{}", span.start, span.end);
}

static void put_span(const wc_diags *diags, wc_buf *buf, wc_span span, wc_str label,
                     bool is_primary)
{
    const wc_source *source = wc_sources_of(diags->sources, span);
    wc_place place = wc_source_place(source, span.start);
    wc_buf_put_u8(buf, '{');
    put_range(diags, buf, span);
    wc_format(buf, ",\"line\":{},\"col\":{},\"utf16_col\":{},", place.line, place.column,
              wc_json_utf16_column(source, span.start));
    put_key(buf, "label");
    wc_json_put_string(buf, label);
    wc_buf_put_text(buf, is_primary ? ",\"primary\":true}" : ",\"primary\":false}");
}

static void put_edit(const wc_diags *diags, wc_buf *buf, const wc_diag_edit *edit)
{
    wc_buf_put_u8(buf, '{');
    put_range(diags, buf, edit->span);
    wc_buf_put_u8(buf, ',');
    put_key(buf, "text");
    wc_json_put_string(buf, edit->text);
    wc_buf_put_u8(buf, '}');
}

static void put_fix(const wc_diags *diags, wc_buf *buf, const wc_diag_fix *fix)
{
    wc_buf_put_u8(buf, '{');
    put_key(buf, "title");
    wc_json_put_string(buf, fix->title);
    wc_buf_put_text(buf, fix->kind == WC_FIX_SURE ? ",\"applicability\":\"sure\","
                                                  : ",\"applicability\":\"maybe\",");
    put_key(buf, "edits");
    wc_buf_put_u8(buf, '[');
    for (const wc_diag_edit *edit = fix->edits; edit != NULL; edit = edit->next) {
        if (edit != fix->edits) wc_buf_put_u8(buf, ',');
        put_edit(diags, buf, edit);
    }
    wc_buf_put_text(buf, "]}");
}

static void put_diag(const wc_diags *diags, wc_buf *buf, const wc_diag *diag)
{
    wc_format(buf, "{\"code\":\"{}\",", wc_diag_info_of(diag->code)->name);
    put_key(buf, "severity");
    wc_buf_put_text(buf, diag->severity == WC_SEVERITY_ERROR ? "\"error\"," : "\"warning\",");
    put_key(buf, "message");
    wc_json_put_string(buf, diag->message);

    wc_buf_put_text(buf, ",\"spans\":[");
    put_span(diags, buf, diag->span, diag->here, true);
    for (const wc_diag_label *label = diag->labels; label != NULL; label = label->next) {
        wc_buf_put_u8(buf, ',');
        put_span(diags, buf, label->span, label->text, false);
    }
    wc_buf_put_text(buf, "],\"notes\":[");
    for (const wc_diag_note *note = diag->notes; note != NULL; note = note->next) {
        if (note != diag->notes) wc_buf_put_u8(buf, ',');
        wc_json_put_string(buf, note->text);
    }
    wc_buf_put_text(buf, "],\"fixes\":[");
    for (const wc_diag_fix *fix = diag->fixes; fix != NULL; fix = fix->next) {
        if (fix != diag->fixes) wc_buf_put_u8(buf, ',');
        put_fix(diags, buf, fix);
    }
    wc_buf_put_text(buf, "],");
    put_key(buf, "rule");
    wc_json_put_string(buf, wc_str_of(wc_diag_info_of(diag->code)->title));
    wc_buf_put_u8(buf, '}');
}

void wc_diags_put_json(const wc_diags *diags, wc_buf *buf, bool is_first)
{
    for (const wc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (!is_first) wc_buf_put_text(buf, ",\n ");
        is_first = false;
        put_diag(diags, buf, diag);
    }
}

void wc_diags_render_json(const wc_diags *diags, wc_buf *buf)
{
    wc_buf_put_u8(buf, '[');
    wc_diags_put_json(diags, buf, true);
    wc_buf_put_text(buf, "]\n");
}
