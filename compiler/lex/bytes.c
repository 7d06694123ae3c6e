/* See bytes.h. One pass; printable ASCII, nearly all of a source, costs one comparison per byte. */
#include "compiler/lex/bytes.h"

typedef enum verdict {
    GOOD,
    CONTROL,
    BIDI,
    ENCODING
} verdict;

static verdict judge(wc_str text, size_t at, wc_utf8_char character)
{
    if (!character.is_valid) return ENCODING;
    if (wc_utf8_is_bidi(character.code)) return BIDI;
    if (!wc_utf8_is_control(character.code)) return GOOD;
    if (character.code == '\t' || character.code == '\n') return GOOD;
    bool ends_line = character.code == '\r' && at + 1 < text.len && text.data[at + 1] == '\n';
    return ends_line ? GOOD : CONTROL;
}

bool wc_bytes_is_bad(wc_str text, size_t at, wc_utf8_char character)
{
    return judge(text, at, character) != GOOD;
}

static void report(wc_diags *diags, wc_span span, verdict what, wc_str run)
{
    wc_diag *diag = NULL;
    switch (what) {
    case GOOD: break;
    case CONTROL:
        diag = wc_diag_report(diags, WC_E0102, span, "control character {} in the source", run);
        wc_diag_add_fix(diags, diag, span, WC_FIX_SURE, WC_STR(""), "delete it");
        return;
    case BIDI:
        diag = wc_diag_report(diags, WC_E0103, span, "character {} changes the direction of text",
                              run);
        wc_diag_add_note(diags, diag, "with it a contract can look different from what it says");
        wc_diag_add_fix(diags, diag, span, WC_FIX_MAYBE, WC_STR(""), "delete it");
        return;
    case ENCODING:
        diag = wc_diag_report(diags, WC_E0104, span, "the bytes {} are not UTF-8", run);
        wc_diag_add_note(diags, diag, "save the file with the encoding UTF-8");
        return;
    }
    wc_assert(false); /* nothing to report */
    return;
}

/* Reports the run of characters with one verdict that starts at `at`; returns its end. */
static size_t report_run(wc_diags *diags, const wc_source *source, size_t at, verdict what)
{
    wc_str text = source->text;
    size_t end = at;
    while (end < text.len) {
        wc_utf8_char character = wc_utf8_at(text, end);
        if (judge(text, end, character) != what) break;
        end += character.len;
    }
    wc_span span = {(uint32_t)at, (uint32_t)end, source->file};
    report(diags, span, what, (wc_str){text.data + at, end - at});
    return end;
}

void wc_bytes_check(wc_diags *diags, const wc_source *source)
{
    wc_str text = source->text;
    for (size_t at = 0; at < text.len;) {
        uint8_t byte = (uint8_t)text.data[at];
        if (byte >= 0x20 && byte < 0x7F) {
            at++;
            continue;
        }
        wc_utf8_char character = wc_utf8_at(text, at);
        verdict what = judge(text, at, character);
        at = what == GOOD ? at + character.len : report_run(diags, source, at, what);
    }
}
