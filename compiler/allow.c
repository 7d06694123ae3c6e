/* See allow.h. The text is scanned once more, and only when it has such a comment at all. */
#include "compiler/allow.h"

#include "compiler/lex/lexer.h"

#define PREFIX      "// allow "
#define THROUGHOUT  "throughout"
#define CODE_LEN    5u  /* L0501 */
#define PENDING_MAX 32u /* allows of one statement; more are read as unused */

/* The tokens since the last `;`, `{` or `}`, or those of the statement before. */
typedef struct segment {
    uint32_t start, end;
} segment;

typedef struct pending {
    wc_diag_code code;
    wc_span at;
    bool is_throughout;
    uint32_t start; /* throughout: of what it covers; UINT32_MAX: not met yet */
    uint32_t depth; /* throughout: open `{` around the block, once it is met */
} pending;

typedef struct reader {
    wc_diags *diags;
    const wc_source *source;
    segment current; /* start UINT32_MAX: no token yet */
    segment before;  /* the complete one before it */
    uint32_t last;   /* end of the last token; 0 at the start of the file */
    pending waiting[PENDING_MAX];
    size_t waiting_count; /* for the end of the current segment; throughout: for the next block */
    pending open[PENDING_MAX]; /* throughout: until their block ends */
    size_t open_count;
    uint32_t depth; /* open `{` */
} reader;

static wc_span span_of(const reader *r, uint32_t start, uint32_t end)
{
    return (wc_span){start, end, r->source->file};
}

static uint32_t line_start(const wc_source *source, uint32_t offset)
{
    return source->lines[wc_source_place(source, offset).line - 1];
}

static uint32_t line_end(const wc_source *source, uint32_t offset)
{
    wc_str line = wc_source_line(source, wc_source_place(source, offset).line);
    return (uint32_t)((size_t)(line.data - source->text.data) + line.len);
}

/* ---- one comment --------------------------------------------------------------------------- */

static bool is_code(wc_str text)
{
    if (text.len < CODE_LEN || text.data[0] < 'A' || text.data[0] > 'Z') return false;
    for (size_t i = 1; i < CODE_LEN; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
    }
    return true;
}

static wc_str behind(wc_str text, size_t count)
{
    return (wc_str){text.data + count, text.len - count};
}

static wc_str skip_blanks(wc_str text)
{
    while (text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) text = behind(text, 1);
    return text;
}

static void report_form(const reader *r, wc_span comment, const char *what)
{
    wc_diag *diag = wc_diag_report(r->diags, WC_L0101, comment, "{}", what);
    wc_diag_add_note(r->diags, diag, "write it as `// allow L0501: reason`");
}

/* Reads `L0501, L0502: reason` into found; returns how many, 0 when it is not well formed. */
static size_t read_codes(const reader *r, wc_str text, wc_span comment, pending *found, size_t max)
{
    const char *start = r->source->text.data;
    size_t count = 0;
    for (;;) { /* ends: each turn takes a code */
        if (!is_code(text) || count == max) {
            report_form(r, comment, "this does not name the warnings to allow");
            return 0;
        }
        wc_str name = {text.data, CODE_LEN};
        uint32_t at = (uint32_t)(text.data - start);
        wc_diag_code code = wc_diag_code_find(name);
        bool is_warning =
            code != WC_DIAG_CODE_COUNT && wc_diag_info_of(code)->severity == WC_SEVERITY_WARNING;
        if (!is_warning) {
            wc_diag *diag = wc_diag_report(r->diags, WC_L0101, span_of(r, at, at + CODE_LEN),
                                           "there is no warning {}", name);
            wc_diag_add_note(r->diags, diag, "only warnings can be allowed: codes with L");
            return 0;
        }
        found[count++] =
            (pending){.code = code, .at = span_of(r, at, at + CODE_LEN), .start = UINT32_MAX};
        text = skip_blanks(behind(text, CODE_LEN));
        if (text.len == 0 || text.data[0] != ',') break;
        text = skip_blanks(behind(text, 1));
    }
    size_t word = sizeof THROUGHOUT - 1;
    bool is_throughout = text.len > word && memcmp(text.data, THROUGHOUT, word) == 0;
    if (is_throughout) text = skip_blanks(behind(text, word));
    for (size_t i = 0; i < count; i++) found[i].is_throughout = is_throughout;
    if (text.len == 0 || text.data[0] != ':' || skip_blanks(behind(text, 1)).len == 0) {
        report_form(r, comment, "this does not say why the warning is allowed");
        return 0;
    }
    return count;
}

/* ---- what it covers ------------------------------------------------------------------------ */

static void take_comment(reader *r, wc_span comment)
{
    wc_str text = wc_source_text(r->source, comment);
    size_t prefix = sizeof PREFIX - 1;
    bool is_allow = text.len > prefix && memcmp(text.data, PREFIX, prefix) == 0 &&
                    is_code(skip_blanks(behind(text, prefix)));
    if (!is_allow) return;
    pending found[PENDING_MAX];
    size_t room = PENDING_MAX - r->waiting_count;
    size_t count = read_codes(r, skip_blanks(behind(text, prefix)), comment, found, room);

    uint32_t line = line_start(r->source, comment.start);
    bool is_behind_code = r->last > line;
    bool is_open = r->current.start != UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        if (is_behind_code && !is_open && !found[i].is_throughout) {
            uint32_t start = r->before.start < line ? r->before.start : line;
            wc_diags_allow(r->diags, found[i].code, span_of(r, start, comment.start), found[i].at);
        } else {
            r->waiting[r->waiting_count++] = found[i];
        }
    }
}

/* An allow throughout waits for the next block; what stands before it is covered, too. */
static bool waits_on(reader *r, pending *allow, uint32_t start, int end)
{
    if (!allow->is_throughout) return false;
    if (allow->start == UINT32_MAX) allow->start = start;
    if (end == WC_TOKEN_SEMI) return true;
    if (end != WC_TOKEN_LB || r->open_count == PENDING_MAX) return false;
    allow->depth = r->depth;
    r->open[r->open_count++] = *allow;
    return false;
}

static void end_segment(reader *r, int kind)
{
    uint32_t end = line_end(r->source, r->current.end);
    uint32_t start = line_start(r->source, r->current.start);
    size_t left = 0;
    for (size_t i = 0; i < r->waiting_count; i++) {
        pending allow = r->waiting[i];
        if (waits_on(r, &allow, start, kind)) {
            r->waiting[left++] = allow;
        } else if (!allow.is_throughout || kind != WC_TOKEN_LB) {
            uint32_t from = allow.start < start ? allow.start : start;
            wc_diags_allow(r->diags, allow.code, span_of(r, from, end), allow.at);
        }
    }
    r->waiting_count = left;
    r->before = r->current;
    r->current = (segment){UINT32_MAX, 0};
}

/* Counts braces; a block that ends ends what was allowed throughout it. */
static void take_brace(reader *r, wc_token token)
{
    if (token.kind == WC_TOKEN_LB) r->depth++;
    if (token.kind != WC_TOKEN_RB || r->depth == 0) return;
    r->depth--;
    while (r->open_count > 0 && r->open[r->open_count - 1].depth == r->depth) {
        const pending *allow = &r->open[--r->open_count];
        wc_span covered = span_of(r, allow->start, token.span.end);
        wc_diags_allow(r->diags, allow->code, covered, allow->at);
    }
}

static void take_token(reader *r, wc_token token)
{
    if (r->current.start == UINT32_MAX) r->current.start = token.span.start;
    r->current.end = r->last = token.span.end;
    bool is_end =
        token.kind == WC_TOKEN_SEMI || token.kind == WC_TOKEN_LB || token.kind == WC_TOKEN_RB;
    if (is_end) end_segment(r, token.kind);
    take_brace(r, token);
}

static bool has_allow(wc_str text)
{
    size_t prefix = sizeof PREFIX - 1;
    for (size_t at = 0; at + prefix <= text.len; at++) {
        const char *slash = memchr(text.data + at, '/', text.len - at - prefix + 1);
        if (slash == NULL) return false;
        at = (size_t)(slash - text.data);
        if (memcmp(slash, PREFIX, prefix) == 0) return true;
    }
    return false;
}

void wc_allow_read(wc_diags *diags, const wc_source *source)
{
    bool is_checked = source->file == 0; /* of modules it uses nothing is warned */
    if (!is_checked || source->is_too_large || !has_allow(source->text)) return;
    wc_diags unheard; /* the parser reports what is wrong with the tokens */
    wc_diags_init(&unheard, diags->arena, diags->sources);
    wc_lexer lexer;
    wc_lexer_init(&lexer, &unheard, source);
    reader r = {.diags = diags, .source = source, .current = {UINT32_MAX, 0}};
    for (;;) { /* ends: the text does */
        wc_token token = wc_lexer_next(&lexer);
        if (token.kind == WC_TOKEN_END) break;
        if (token.kind == WC_TOKEN_COMMENT)
            take_comment(&r, token.span);
        else
            take_token(&r, token);
    }
    if (r.waiting_count > 0 && r.current.start == UINT32_MAX) {
        uint32_t end = (uint32_t)source->text.len;
        r.current = (segment){end, end}; /* covers nothing: reported as unused */
    }
    if (r.waiting_count > 0) end_segment(&r, WC_TOKEN_END);
    diags->no_memory |= unheard.no_memory;
}

/* A comment that names this code alone can go, with the blanks before it, or with its line. */
static void fix_unused(wc_diags *diags, wc_diag *diag, const wc_source *source, wc_span at)
{
    const char *text = source->text.data;
    uint32_t start = at.start, end = line_end(source, at.start);
    while (text[start - 1] != '/') start--; /* ends: at the slashes the comment begins with */
    start -= 2;
    bool is_one = text[at.end] == ':' && at.start - start == sizeof PREFIX - 1;
    if (!is_one) return;
    while (start > 0 && (text[start - 1] == ' ' || text[start - 1] == '\t')) start--;
    bool is_line = start == 0 || text[start - 1] == '\n';
    if (is_line && end < source->text.len) end++;
    wc_span comment = {start, end, source->file};
    wc_diag_add_fix(diags, diag, comment, WC_FIX_SURE, WC_STR(""), "delete it");
}

void wc_allow_report_unused(wc_diags *diags, const wc_source *source)
{
    for (const wc_diag_allow *allow = diags->allows; allow != NULL; allow = allow->next) {
        wc_assert(allow->at.file == source->file); /* wc_allow_read takes none from elsewhere */
        if (allow->is_used) continue;
        wc_diag *diag = wc_diag_report(diags, WC_L0102, allow->at, "there is no {} here to allow",
                                       wc_diag_info_of(allow->code)->name);
        wc_diag_add_note(diags, diag, "delete the comment, or put it at the place it speaks of");
        fix_unused(diags, diag, source, allow->at);
    }
}
