/* Diagnostics as SARIF 2.1.0, for code scanning services: see diag_json.h. */
#include "compiler/diag_json.h"
#include "compiler/lex/utf8.h"

static void put_text(wc_buf *buf, const char *key, wc_str text)
{
    wc_format(buf, "\"{}\":{\"text\":", key);
    wc_json_put_string(buf, text);
    wc_buf_put_u8(buf, '}');
}

/* A file name as a URI reference (RFC 3986): everything but unreserved characters and `/` is
 * percent-encoded, so a name cannot break out of its string. */
static void put_uri(wc_buf *buf, wc_str name)
{
    static const char digits[] = "0123456789ABCDEF";
    wc_buf_put_text(buf, "\"uri\":\"");
    if (name.len > 0 && name.data[0] == '/') wc_buf_put_text(buf, "file://");
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = (uint8_t)name.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~' ||
                        c == '/';
        if (is_plain) {
            wc_buf_put_u8(buf, c);
        } else {
            wc_buf_put_u8(buf, '%');
            wc_buf_put_u8(buf, (uint8_t)digits[c >> 4]);
            wc_buf_put_u8(buf, (uint8_t)digits[c & 15]);
        }
    }
    wc_buf_put_u8(buf, '"');
}

/* "startLine":1,... of a span, in braces. */
static void put_region(const wc_diags *diags, wc_buf *buf, wc_span span)
{
    const wc_source *source = wc_sources_of(diags->sources, span);
    wc_format(buf, "{\"startLine\":{},\"startColumn\":{},\"endLine\":{},\"endColumn\":{}",
              wc_source_place(source, span.start).line, wc_json_utf16_column(source, span.start),
              wc_source_place(source, span.end).line, wc_json_utf16_column(source, span.end));
    wc_format(buf, ",\"byteOffset\":{},\"byteLength\":{}", span.start, span.end - span.start);
    wc_buf_put_u8(buf, '}');
}

static void put_location(const wc_diags *diags, wc_buf *buf, wc_span span, wc_str label)
{
    wc_buf_put_text(buf, "{\"physicalLocation\":{\"artifactLocation\":{");
    put_uri(buf, wc_sources_of(diags->sources, span)->name);
    wc_buf_put_text(buf, "},\"region\":");
    put_region(diags, buf, span);
    wc_buf_put_u8(buf, '}');
    if (label.len > 0) {
        wc_buf_put_u8(buf, ',');
        put_text(buf, "message", label);
    }
    wc_buf_put_u8(buf, '}');
}

/* ---- rules --------------------------------------------------------------------------------- */

static bool occurs(const wc_diags *diags, wc_diag_code code)
{
    for (const wc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (diag->code == code) return true;
    }
    return false;
}

/* The position of a code among the codes that occur. */
static uint32_t rule_index(const wc_diags *diags, wc_diag_code code)
{
    uint32_t index = 0;
    for (unsigned i = 0; i < (unsigned)code; i++) index += occurs(diags, (wc_diag_code)i);
    return index;
}

static const char *level_of(wc_severity severity)
{
    return severity == WC_SEVERITY_ERROR ? "error" : "warning";
}

static void put_rules(const wc_diags *diags, wc_buf *buf)
{
    bool is_first = true;
    for (unsigned i = 0; i < WC_DIAG_CODE_COUNT; i++) {
        if (!occurs(diags, (wc_diag_code)i)) continue;
        const wc_diag_info *info = wc_diag_info_of((wc_diag_code)i);
        if (!is_first) wc_buf_put_text(buf, ",\n  ");
        wc_format(buf, "{\"id\":\"{}\",", info->name);
        put_text(buf, "shortDescription", wc_str_of(info->title));
        wc_buf_put_u8(buf, ',');
        put_text(buf, "fullDescription", wc_str_of(info->cause));
        wc_format(buf, ",\"defaultConfiguration\":{\"level\":\"{}\"}", level_of(info->severity));
        wc_buf_put_u8(buf, '}');
        is_first = false;
    }
}

/* ---- results ------------------------------------------------------------------------------- */

static bool has_file(const wc_diag_edit *edits, const wc_diag_edit *end, uint16_t file)
{
    for (const wc_diag_edit *edit = edits; edit != end; edit = edit->next) {
        if (edit->span.file == file) return true;
    }
    return false;
}

/* All replacements of one file together, as SARIF wants them. */
static void put_change(const wc_diags *diags, wc_buf *buf, const wc_diag_edit *edits, wc_span at)
{
    bool is_first = true;
    wc_buf_put_text(buf, "{\"artifactLocation\":{");
    put_uri(buf, wc_sources_of(diags->sources, at)->name);
    wc_buf_put_text(buf, "},\"replacements\":[");
    for (const wc_diag_edit *edit = edits; edit != NULL; edit = edit->next) {
        if (edit->span.file != at.file) continue;
        wc_buf_put_text(buf, is_first ? "{\"deletedRegion\":" : ",{\"deletedRegion\":");
        put_region(diags, buf, edit->span);
        wc_buf_put_u8(buf, ',');
        put_text(buf, "insertedContent", edit->text);
        wc_buf_put_u8(buf, '}');
        is_first = false;
    }
    wc_buf_put_text(buf, "]}");
}

static void put_fix(const wc_diags *diags, wc_buf *buf, const wc_diag_fix *fix)
{
    bool is_first = true;
    wc_buf_put_u8(buf, '{');
    put_text(buf, "description", fix->title);
    wc_buf_put_text(buf, ",\"artifactChanges\":[");
    for (const wc_diag_edit *edit = fix->edits; edit != NULL; edit = edit->next) {
        if (has_file(fix->edits, edit, edit->span.file)) continue;
        if (!is_first) wc_buf_put_u8(buf, ',');
        put_change(diags, buf, fix->edits, edit->span);
        is_first = false;
    }
    wc_buf_put_text(buf, "],");
    wc_format(buf, "\"properties\":{\"applicability\":\"{}\"}",
              fix->kind == WC_FIX_SURE ? "sure" : "maybe");
    wc_buf_put_u8(buf, '}');
}

/* The message with the label of the primary span and the notes behind it, one a line. */
static void put_message(wc_buf *buf, const wc_diag *diag)
{
    wc_buf_put_text(buf, "\"message\":{\"text\":\"");
    wc_json_put_escaped(buf, diag->message);
    if (diag->here.len > 0) {
        wc_buf_put_text(buf, ": ");
        wc_json_put_escaped(buf, diag->here);
    }
    for (const wc_diag_note *note = diag->notes; note != NULL; note = note->next) {
        wc_buf_put_text(buf, "\\n");
        wc_json_put_escaped(buf, note->text);
    }
    wc_buf_put_text(buf, "\"}");
}

static void put_labels(const wc_diags *diags, wc_buf *buf, const wc_diag_label *labels)
{
    wc_buf_put_text(buf, ",\"relatedLocations\":[");
    for (const wc_diag_label *label = labels; label != NULL; label = label->next) {
        if (label != labels) wc_buf_put_u8(buf, ',');
        put_location(diags, buf, label->span, label->text);
    }
    wc_buf_put_u8(buf, ']');
}

static void put_fixes(const wc_diags *diags, wc_buf *buf, const wc_diag_fix *fixes)
{
    wc_buf_put_text(buf, ",\"fixes\":[");
    for (const wc_diag_fix *fix = fixes; fix != NULL; fix = fix->next) {
        if (fix != fixes) wc_buf_put_u8(buf, ',');
        put_fix(diags, buf, fix);
    }
    wc_buf_put_u8(buf, ']');
}

static void put_result(const wc_diags *diags, wc_buf *buf, const wc_diag *diag)
{
    wc_format(buf, "{\"ruleId\":\"{}\",\"ruleIndex\":{},\"level\":\"{}\",",
              wc_diag_info_of(diag->code)->name, rule_index(diags, diag->code),
              level_of(diag->severity));
    put_message(buf, diag);
    wc_buf_put_text(buf, ",\"locations\":[");
    put_location(diags, buf, diag->span, (wc_str){NULL, 0});
    wc_buf_put_u8(buf, ']');
    if (diag->labels != NULL) put_labels(diags, buf, diag->labels);
    if (diag->fixes != NULL) put_fixes(diags, buf, diag->fixes);
    wc_buf_put_u8(buf, '}');
}

void wc_diags_put_sarif_head(wc_buf *buf)
{
    wc_buf_put_text(buf, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
                         "\"version\":\"2.1.0\",\"runs\":[");
}

void wc_diags_put_sarif_run(const wc_diags *diags, wc_buf *buf)
{
    wc_buf_put_text(buf, "{\"columnKind\":\"utf16CodeUnits\","
                         "\"tool\":{\"driver\":{\"name\":\"wattclause\",\"rules\":[\n  ");
    put_rules(diags, buf);
    wc_buf_put_text(buf, "]}},\"results\":[\n  ");
    for (const wc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (diag != diags->first) wc_buf_put_text(buf, ",\n  ");
        put_result(diags, buf, diag);
    }
    wc_buf_put_text(buf, "]}");
}

void wc_diags_put_sarif_foot(wc_buf *buf)
{
    wc_buf_put_text(buf, "]}\n");
}

void wc_diags_render_sarif(const wc_diags *diags, wc_buf *buf)
{
    wc_diags_put_sarif_head(buf);
    wc_diags_put_sarif_run(diags, buf);
    wc_diags_put_sarif_foot(buf);
}
