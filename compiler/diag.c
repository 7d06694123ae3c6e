/* The list of diagnostics and the formatting of their texts: see diag.h. */
#include "compiler/diag.h"

#include "compiler/lex/utf8.h"
#include "vm/base/text.h"

#define TEXT_MAX  1024u /* bytes of one message, label or note; the rest is cut */
#define QUOTE_MAX 80u   /* bytes of one text argument */

static const wc_diag_info infos[] = {
#define WC_DIAG(code, severity, title, cause, wrong, right)                                        \
    {#code, WC_SEVERITY_##severity, title, cause, wrong, right},
#include "compiler/diag.def"
#undef WC_DIAG
};

_Static_assert(WC_ARRAY_LEN(infos) == WC_DIAG_CODE_COUNT, "one row, one code");

const wc_diag_info *wc_diag_info_of(wc_diag_code code)
{
    wc_assert((size_t)code < WC_ARRAY_LEN(infos));
    return &infos[code];
}

wc_diag_code wc_diag_code_find(wc_str name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(infos); i++) {
        if (wc_str_equal(wc_str_of(infos[i].name), name)) return (wc_diag_code)i;
    }
    return WC_DIAG_CODE_COUNT;
}

/* ---- arguments and formats ----------------------------------------------------------------- */

wc_arg wc_arg_signed(int64_t value)
{
    return (wc_arg){WC_ARG_SIGNED, {.number = value}};
}

wc_arg wc_arg_unsigned(uint64_t value)
{
    return (wc_arg){WC_ARG_UNSIGNED, {.natural = value}};
}

wc_arg wc_arg_wide(wc_i128 value)
{
    return (wc_arg){WC_ARG_WIDE, {.wide = value}};
}

wc_arg wc_arg_text(wc_str value)
{
    return (wc_arg){WC_ARG_TEXT, {.text = value}};
}

wc_arg wc_arg_literal(const char *value)
{
    return wc_arg_text(wc_str_of(value));
}

static void put_arg(wc_buf *buf, const wc_arg *arg)
{
    switch (arg->kind) {
    case WC_ARG_SIGNED: wc_buf_put_decimal(buf, arg->as.number); return;
    case WC_ARG_UNSIGNED: wc_put_scaled_wide(buf, (wc_i128){arg->as.natural, 0}, 0); return;
    case WC_ARG_WIDE: wc_put_scaled_wide(buf, arg->as.wide, 0); return;
    case WC_ARG_TEXT: wc_utf8_put_escaped(buf, arg->as.text, QUOTE_MAX); return;
    }
}

void wc_format_args(wc_buf *buf, const wc_arg *args, size_t count)
{
    wc_assert(count >= 1 && args[0].kind == WC_ARG_TEXT);
    wc_str format = args[0].as.text;
    size_t next = 1;
    for (size_t at = 0; at < format.len; at++) {
        bool is_place = format.data[at] == '{' && at + 1 < format.len && format.data[at + 1] == '}';
        if (!is_place) {
            wc_buf_put_u8(buf, (uint8_t)format.data[at]);
            continue;
        }
        wc_assert(next < count);
        put_arg(buf, &args[next++]);
        at++;
    }
    wc_assert(next == count);
}

/* The formatted text in the arena; empty, and no_memory noted, when it is full. */
static wc_str format_keep(wc_diags *diags, const wc_arg *args, size_t count)
{
    uint8_t memory[TEXT_MAX];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_format_args(&buf, args, count);
    wc_str text = {(const char *)memory, wc_utf8_whole((wc_str){(const char *)memory, buf.len})};
    wc_str kept = wc_arena_str(diags->arena, text);
    diags->no_memory |= kept.data == NULL;
    return kept;
}

/* ---- the list ------------------------------------------------------------------------------ */

void wc_diags_init(wc_diags *diags, wc_arena *arena, const wc_sources *sources)
{
    memset(diags, 0, sizeof *diags);
    diags->arena = arena;
    diags->sources = sources;
}

wc_status wc_diags_status(const wc_diags *diags)
{
    return diags->no_memory ? WC_NO_MEMORY : WC_OK;
}

static bool stands_before(wc_span a, wc_span b)
{
    return a.file != b.file ? a.file < b.file : a.start < b.start;
}

/* Inserts behind everything that does not stand behind it. The list is short: at most twice
 * WC_ERRORS_MAX entries. */
static void insert(wc_diags *diags, wc_diag *diag)
{
    wc_diag **link = &diags->first;
    while (*link != NULL && !stands_before(diag->span, (*link)->span)) link = &(*link)->next;
    diag->next = *link;
    *link = diag;
}

void wc_diags_allow(wc_diags *diags, wc_diag_code code, wc_span covered, wc_span at)
{
    wc_diag_allow *allow = WC_ARENA_NEW(diags->arena, wc_diag_allow);
    if (allow == NULL) {
        diags->no_memory = true;
        return;
    }
    *allow = (wc_diag_allow){diags->allows, code, covered, at, false};
    diags->allows = allow;
}

/* Whether the source asks to say nothing of this; notes that the wish was of use. Of what a mix-in
 * brings the `use` speaks. */
bool wc_diags_is_allowed(wc_diags *diags, wc_diag_code code, wc_span span)
{
    bool is_any = false;
    span = wc_sources_origin(diags->sources, span);
    for (wc_diag_allow *allow = diags->allows; allow != NULL; allow = allow->next) {
        bool is_here = allow->code == code && allow->covered.file == span.file &&
                       allow->covered.start <= span.start && span.start < allow->covered.end;
        allow->is_used |= is_here;
        is_any |= is_here;
    }
    return is_any;
}

/* Whether the place lies in a text that was made from a library's source, which can be shown. */
static bool is_in_library(const wc_diags *diags, wc_span span)
{
    const wc_source *source = wc_sources_of(diags->sources, span);
    return source->has_origin && source->is_library;
}

static void add_label(wc_diags *diags, wc_diag *diag, wc_span span, wc_str text)
{
    wc_diag_label **link = &diag->labels;
    while (*link != NULL) link = &(*link)->next;

    wc_diag_label *label = WC_ARENA_NEW(diags->arena, wc_diag_label);
    if (label == NULL) {
        diags->no_memory = true;
        return;
    }
    label->span = span;
    label->text = text;
    *link = label;
}

static bool same_span(wc_span a, wc_span b)
{
    return a.file == b.file && a.start == b.start && a.end == b.end;
}

/* What is made of one member may be wrong in several places for the reason of the one. */
static bool is_said(const wc_diags *diags, wc_diag_code code, wc_span span, wc_str message)
{
    const wc_diag *diag = diags->first;
    while (diag != NULL && !(diag->code == code && same_span(diag->span, span) &&
                             wc_str_equal(diag->message, message))) {
        diag = diag->next;
    }
    return diag != NULL;
}

wc_diag *wc_diag_report_args(wc_diags *diags, wc_diag_code code, wc_span span, const wc_arg *args,
                             size_t count)
{
    wc_severity severity = wc_diag_info_of(code)->severity;
    if (severity == WC_SEVERITY_WARNING && wc_diags_is_allowed(diags, code, span)) return NULL;
    wc_span origin = wc_sources_origin(diags->sources, span);
    wc_str message = format_keep(diags, args, count);
    if (is_said(diags, code, origin, message)) return NULL;
    uint32_t *counter = severity == WC_SEVERITY_ERROR ? &diags->error_count : &diags->warning_count;
    *counter += 1;
    if (*counter > WC_ERRORS_MAX) return NULL;

    wc_diag *diag = WC_ARENA_NEW(diags->arena, wc_diag);
    if (diag == NULL) {
        diags->no_memory = true;
        return NULL;
    }
    diag->code = code;
    diag->severity = severity;
    diag->span = origin;
    diag->message = message;
    insert(diags, diag);
    if (is_in_library(diags, span)) add_label(diags, diag, span, WC_STR("in the mix-in"));
    return diag;
}

void wc_diag_make_error(wc_diags *diags, wc_diag *diag)
{
    wc_assert(diag->severity == WC_SEVERITY_WARNING);
    diag->severity = WC_SEVERITY_ERROR;
    diags->warning_count--;
    diags->error_count++;
}

void wc_diag_add_label_args(wc_diags *diags, wc_diag *diag, wc_span span, const wc_arg *args,
                            size_t count)
{
    if (diag == NULL) return;
    if (!is_in_library(diags, span)) span = wc_sources_origin(diags->sources, span);
    if (same_span(span, diag->span)) {
        diag->here = format_keep(diags, args, count);
        return;
    }
    add_label(diags, diag, span, format_keep(diags, args, count));
}

static void add_note(wc_diags *diags, wc_diag *diag, wc_str text)
{
    wc_diag_note **link = &diag->notes;
    while (*link != NULL) link = &(*link)->next;

    wc_diag_note *note = WC_ARENA_NEW(diags->arena, wc_diag_note);
    if (note == NULL) {
        diags->no_memory = true;
        return;
    }
    note->text = text;
    *link = note;
}

void wc_diag_add_note_args(wc_diags *diags, wc_diag *diag, const wc_arg *args, size_t count)
{
    if (diag != NULL) add_note(diags, diag, format_keep(diags, args, count));
}

void wc_diag_add_note_text(wc_diags *diags, wc_diag *diag, wc_str text)
{
    if (diag == NULL) return;
    wc_str kept = wc_arena_str(diags->arena, text);
    diags->no_memory |= kept.data == NULL;
    add_note(diags, diag, kept);
}

static wc_diag_edit *edit_keep(wc_diags *diags, const wc_diag_edit *edit)
{
    wc_diag_edit *kept = WC_ARENA_NEW(diags->arena, wc_diag_edit);
    wc_str text = wc_arena_str(diags->arena, edit->text);
    if (kept == NULL || text.data == NULL) {
        diags->no_memory = true;
        return NULL;
    }
    *kept = (wc_diag_edit){NULL, edit->span, text};
    return kept;
}

void wc_diag_add_fix_args(wc_diags *diags, wc_diag *diag, const wc_diag_edit *edit,
                          wc_fix_kind kind, const wc_arg *args, size_t count)
{
    /* A text that the compiler made cannot be mended by its reader. */
    if (diag == NULL || wc_sources_of(diags->sources, edit->span)->has_origin) return;
    wc_diag_fix **link = &diag->fixes;
    while (*link != NULL) link = &(*link)->next;

    wc_diag_fix *kept = WC_ARENA_NEW(diags->arena, wc_diag_fix);
    wc_diag_edit *first = edit_keep(diags, edit);
    if (kept == NULL || first == NULL) {
        diags->no_memory = true;
        return;
    }
    kept->kind = kind;
    kept->edits = first;
    kept->title = format_keep(diags, args, count);
    *link = kept;
}

void wc_diag_add_edit(wc_diags *diags, wc_diag *diag, wc_span where, wc_str text)
{
    if (diag == NULL || diag->fixes == NULL) return;
    wc_diag_fix *fix = diag->fixes;
    while (fix->next != NULL) fix = fix->next;
    wc_diag_edit **link = &fix->edits;
    while (*link != NULL) link = &(*link)->next;
    *link = edit_keep(diags, &(wc_diag_edit){NULL, where, text});
}
