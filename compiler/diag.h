/* Diagnostics: what the author of a contract can fix.
 *
 * A diagnostic has a code (diag.def), a message, a primary span, labels on further spans, notes,
 * and fixes. Reporting never fails and never stops a pass: the list keeps the first WC_ERRORS_MAX
 * errors and as many warnings, counts the rest, says the same of one place once, and notes when the
 * arena ran out (wc_diags_status).
 * The list is always in the order of the source: by file, then by start of the primary span, then
 * as reported; so output does not depend on the order of the passes.
 *
 *     wc_diag *diag = wc_diag_report(diags, WC_E0503, op, "units do not match in `{}`", "+");
 *     wc_diag_add_label(diags, diag, left, "dec<3, kWh>");
 *     wc_diag_add_note(diags, diag, "a price cannot be added to energy");
 *     wc_diag_add_fix(diags, diag, span, WC_FIX_MAYBE,
 *                     WC_STR("round<Yuan>(a * b, half_even)"), "multiply first");
 *
 * Each `{}` of a format takes the next argument: integers of any width, wc_str, C strings, wc_i128.
 * Text from a source is escaped (no control character reaches a terminal) and cut at 80 bytes. */
#ifndef WC_COMPILER_DIAG_H
#define WC_COMPILER_DIAG_H

#include "compiler/source.h"
#include "vm/base/buf.h"
#include "vm/base/int.h"

/* ---- codes --------------------------------------------------------------------------------- */

typedef enum wc_diag_code {
#define WC_DIAG(code, severity, title, cause, wrong, right) WC_##code,
#include "compiler/diag.def"
#undef WC_DIAG
    WC_DIAG_CODE_COUNT
} wc_diag_code;

typedef enum wc_severity {
    WC_SEVERITY_ERROR,  /* nothing is emitted */
    WC_SEVERITY_WARNING /* emitted all the same */
} wc_severity;

/* A row of diag.def: what `explain CODE` prints. All texts end with a NUL. */
typedef struct wc_diag_info {
    const char *name; /* "E0205" */
    wc_severity severity;
    const char *title; /* one line, lower case, no full stop */
    const char *cause; /* sentences */
    const char *wrong; /* a source that raises exactly this code first; "" where none can show it */
    const char *right; /* the same source put right; raises nothing of this code */
} wc_diag_info;

const wc_diag_info *wc_diag_info_of(wc_diag_code code);

/* The code with that name, for example "E0205"; WC_DIAG_CODE_COUNT when there is none. */
wc_diag_code wc_diag_code_find(wc_str name);

/* ---- the list ------------------------------------------------------------------------------ */

typedef struct wc_diag_label {
    struct wc_diag_label *next;
    wc_span span; /* in any file */
    wc_str text;  /* may be empty */
} wc_diag_label;

typedef struct wc_diag_note {
    struct wc_diag_note *next;
    wc_str text;
} wc_diag_note;

typedef enum wc_fix_kind {
    WC_FIX_SURE, /* a tool may apply it: the result means what the author meant */
    WC_FIX_MAYBE /* a proposal: the author must choose */
} wc_fix_kind;

/* One replacement. The edits of a fix do not overlap; all of them are made, or none. */
typedef struct wc_diag_edit {
    struct wc_diag_edit *next;
    wc_span span; /* replaced; empty: insert here */
    wc_str text;  /* as it stands in the source then, not escaped */
} wc_diag_edit;

typedef struct wc_diag_fix {
    struct wc_diag_fix *next;
    wc_diag_edit *edits; /* at least one */
    wc_str title;        /* what the human form prints after `try:` */
    wc_fix_kind kind;
} wc_diag_fix;

/* `// allow L0501: reason` in a source (allow.h): warnings of that code that begin in `covered` are
 * not reported. */
typedef struct wc_diag_allow {
    struct wc_diag_allow *next;
    wc_diag_code code;
    wc_span covered;
    wc_span at; /* the code in the comment */
    bool is_used;
} wc_diag_allow;

typedef struct wc_diag {
    struct wc_diag *next;
    wc_diag_code code;
    wc_severity severity;
    wc_span span; /* primary */
    wc_str message;
    wc_str here; /* label of the primary span; may be empty */
    wc_diag_label *labels;
    wc_diag_note *notes;
    wc_diag_fix *fixes;
} wc_diag;

typedef struct wc_diags {
    wc_arena *arena; /* holds everything in the list */
    const wc_sources *sources;
    wc_diag *first;
    wc_diag_allow *allows;  /* see wc_diags_allow */
    uint32_t error_count;   /* all that were reported, kept or not */
    uint32_t warning_count; /* likewise */
    bool no_memory;         /* something could not be kept; sticky */
} wc_diags;

void wc_diags_init(wc_diags *diags, wc_arena *arena, const wc_sources *sources);

/* From now on warnings of the code whose primary span begins in `covered` are neither kept nor
 * counted. `at` is where the source asks for it. Errors cannot be allowed. */
void wc_diags_allow(wc_diags *diags, wc_diag_code code, wc_span covered, wc_span at);

/* Whether the source allows that warning there; the allow counts as used. For lints that are
 * looked for but not reported: no allow is unused only because they were not asked for. */
bool wc_diags_is_allowed(wc_diags *diags, wc_diag_code code, wc_span span);

/* NO_MEMORY when the arena ran out while something was reported; else WC_OK, errors or not. */
WC_MUST_USE wc_status wc_diags_status(const wc_diags *diags);

/* ---- reporting ----------------------------------------------------------------------------- */

typedef enum wc_arg_kind {
    WC_ARG_SIGNED,
    WC_ARG_UNSIGNED,
    WC_ARG_WIDE,
    WC_ARG_TEXT,   /* out of a source: escaped, and cut when it is long */
    WC_ARG_LITERAL /* words of ours: as they are */
} wc_arg_kind;

typedef struct wc_arg {
    wc_arg_kind kind;

    union {
        int64_t number;
        uint64_t natural;
        wc_i128 wide;
        wc_str text;
    } as;
} wc_arg;

wc_arg wc_arg_signed(int64_t value);
wc_arg wc_arg_unsigned(uint64_t value);
wc_arg wc_arg_wide(wc_i128 value);
wc_arg wc_arg_text(wc_str value);
wc_arg wc_arg_literal(const char *value);

/* args[0] is the format, the others its arguments. wc_diag_report returns NULL when the diagnostic
 * is not kept; the others accept NULL and do nothing then. */
wc_diag *wc_diag_report_args(wc_diags *diags, wc_diag_code code, wc_span span, const wc_arg *args,
                             size_t count);
/* A warning that this run takes for an error: same code, same text. */
void wc_diag_make_error(wc_diags *diags, wc_diag *diag);
/* A label on the primary span itself replaces `here`. */
void wc_diag_add_label_args(wc_diags *diags, wc_diag *diag, wc_span span, const wc_arg *args,
                            size_t count);
void wc_diag_add_note_args(wc_diags *diags, wc_diag *diag, const wc_arg *args, size_t count);
/* The text as it is: no format, since it holds what the author wrote, and never cut as an argument
 * would be. */
void wc_diag_add_note_text(wc_diags *diags, wc_diag *diag, wc_str text);
void wc_diag_add_fix_args(wc_diags *diags, wc_diag *diag, const wc_diag_edit *edit,
                          wc_fix_kind kind, const wc_arg *args, size_t count);
/* One more edit of the fix that was added last. */
void wc_diag_add_edit(wc_diags *diags, wc_diag *diag, wc_span where, wc_str text);

/* Appends the format with its arguments, as the functions above do. */
void wc_format_args(wc_buf *buf, const wc_arg *args, size_t count);

/* The call forms: the last arguments are a format and up to eight values. */
#define wc_diag_report(diags, code, span, ...)                                                     \
    wc_diag_report_args((diags), (code), (span), WC_ARGS(__VA_ARGS__))
#define wc_diag_add_label(diags, diag, span, ...)                                                  \
    wc_diag_add_label_args((diags), (diag), (span), WC_ARGS(__VA_ARGS__))
#define wc_diag_add_note(diags, diag, ...)                                                         \
    wc_diag_add_note_args((diags), (diag), WC_ARGS(__VA_ARGS__))
/* where, kind, replacement (wc_str), then the title's format. */
#define wc_diag_add_fix(diags, diag, where, kind, text, ...)                                       \
    wc_diag_add_fix_args((diags), (diag), &(wc_diag_edit){NULL, (where), (text)}, (kind),          \
                         WC_ARGS(__VA_ARGS__))
#define wc_format(buf, ...) wc_format_args((buf), WC_ARGS(__VA_ARGS__))

/* clang-format off */
#define WC_ARG(value)                                                                              \
    _Generic((value),                                                                              \
        bool: wc_arg_unsigned, unsigned char: wc_arg_unsigned, unsigned short: wc_arg_unsigned,    \
        unsigned: wc_arg_unsigned, unsigned long: wc_arg_unsigned,                                 \
        unsigned long long: wc_arg_unsigned,                                                       \
        signed char: wc_arg_signed, short: wc_arg_signed, int: wc_arg_signed,                      \
        long: wc_arg_signed, long long: wc_arg_signed,                                             \
        wc_i128: wc_arg_wide, wc_str: wc_arg_text,                                                 \
        char *: wc_arg_literal, const char *: wc_arg_literal)(value)
#define WC_ARGS_1(a) WC_ARG(a)
#define WC_ARGS_2(a, ...) WC_ARG(a), WC_ARGS_1(__VA_ARGS__)
#define WC_ARGS_3(a, ...) WC_ARG(a), WC_ARGS_2(__VA_ARGS__)
#define WC_ARGS_4(a, ...) WC_ARG(a), WC_ARGS_3(__VA_ARGS__)
#define WC_ARGS_5(a, ...) WC_ARG(a), WC_ARGS_4(__VA_ARGS__)
#define WC_ARGS_6(a, ...) WC_ARG(a), WC_ARGS_5(__VA_ARGS__)
#define WC_ARGS_7(a, ...) WC_ARG(a), WC_ARGS_6(__VA_ARGS__)
#define WC_ARGS_8(a, ...) WC_ARG(a), WC_ARGS_7(__VA_ARGS__)
#define WC_ARGS_9(a, ...) WC_ARG(a), WC_ARGS_8(__VA_ARGS__)
#define WC_ARGS_PICK(a, b, c, d, e, f, g, h, i, picked, ...) picked
#define WC_ARGS_COUNT(...) WC_ARGS_PICK(__VA_ARGS__, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define WC_ARGS_JOIN(count) WC_ARGS_##count
#define WC_ARGS_OF(count) WC_ARGS_JOIN(count)
#define WC_ARGS(...)                                                                               \
    (const wc_arg[]){WC_ARGS_OF(WC_ARGS_COUNT(__VA_ARGS__))(__VA_ARGS__)},                         \
        (size_t)WC_ARGS_COUNT(__VA_ARGS__)

/* clang-format on */

/* ---- rendering ----------------------------------------------------------------------------- */

typedef enum wc_diag_format {
    WC_DIAG_HUMAN, /* source lines with carets, labels, notes, `= try:` */
    WC_DIAG_SHORT, /* file:line:column: severity[code]: message */
    WC_DIAG_JSON,  /* one array; see docs/how-to/format-and-lint.md */
    WC_DIAG_SARIF  /* one SARIF 2.1.0 log */
} wc_diag_format;

/* Appends all diagnostics. colour matters for WC_DIAG_HUMAN only. A buffer that is too small says
 * so itself (wc_buf_status). */
void wc_diags_render(const wc_diags *diags, wc_buf *buf, wc_diag_format format, bool colour);

/* The same for several compilations. JSON: elements of an array that the caller opens and closes;
 * is_first: none stands before them. SARIF: head, runs with `,` between them, foot. */
void wc_diags_put_json(const wc_diags *diags, wc_buf *buf, bool is_first);
void wc_diags_put_sarif_head(wc_buf *buf);
void wc_diags_put_sarif_run(const wc_diags *diags, wc_buf *buf);
void wc_diags_put_sarif_foot(wc_buf *buf);

/* Appends the text of `explain CODE`. */
void wc_diag_explain(wc_buf *buf, wc_diag_code code);

#endif
