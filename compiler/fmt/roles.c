/* Roles: which `<` is a type's, what a `:` separates, which brackets belong together, what a block
 * holds. The source parses, so a look at the words before is enough: no tree is needed, and no
 * comment can get lost between one and the text. */
#include "compiler/fmt/pieces.h"

typedef struct walker {
    wc_fmt_job *job;
    uint32_t *stack; /* indexes of open brackets */
    uint32_t depth;
    uint32_t start;   /* the piece that begins the statement, member or declaration */
    uint32_t choices; /* `?` that wait for their `:`, in the innermost bracket */
} walker;

static int kind_at(const walker *w, uint32_t at)
{
    return w->job->pieces[at].kind;
}

static uint32_t next(const walker *w, uint32_t at)
{
    return wc_fmt_next(w->job, at);
}

static uint32_t prev(const walker *w, uint32_t at)
{
    return wc_fmt_prev(w->job, at);
}

/* ---- types --------------------------------------------------------------------------------- */

/* Marks the angles of the type that begins at `at`, and what stands inside them. Returns the piece
 * behind. Recursion is bounded by the parser's stack: the source parses. */
static uint32_t mark_type(walker *w, uint32_t at);

/* The arguments from `<` to `>`. */
static uint32_t mark_arguments(walker *w, uint32_t open)
{
    wc_fmt_piece *pieces = w->job->pieces;
    pieces[open].role = WC_FMT_TYPE_OPEN;
    uint32_t at = next(w, open);
    while (kind_at(w, at) != WC_TOKEN_GT) {
        wc_assert(at < w->job->count); /* the source parses */
        if (wc_fmt_is_name(kind_at(w, at)) || kind_at(w, at) == WC_TOKEN_LP) {
            at = mark_type(w, at);
            continue;
        }
        if (kind_at(w, at) != WC_TOKEN_COMMA) pieces[at].role = WC_FMT_TIGHT;
        at = next(w, at);
    }
    pieces[at].role = WC_FMT_TYPE_CLOSE;
    pieces[open].partner = at;
    pieces[at].partner = open;
    return next(w, at);
}

static uint32_t mark_tuple(walker *w, uint32_t at)
{
    at = next(w, at);
    while (kind_at(w, at) != WC_TOKEN_RP) {
        wc_assert(at < w->job->count); /* the source parses */
        at = kind_at(w, at) == WC_TOKEN_COMMA ? next(w, at) : mark_type(w, at);
    }
    return next(w, at);
}

static uint32_t mark_type(walker *w, uint32_t at)
{
    if (kind_at(w, at) == WC_TOKEN_LP) return mark_tuple(w, at);
    at = next(w, at);
    while (kind_at(w, at) == WC_TOKEN_DOT) at = next(w, next(w, at));
    return kind_at(w, at) == WC_TOKEN_LT ? mark_arguments(w, at) : at;
}

/* ---- blocks -------------------------------------------------------------------------------- */

/* No expression holds a brace: a statement that begins with a name like `terms` has none. */
static wc_fmt_block block_of(const walker *w)
{
    switch (kind_at(w, w->start)) {
    case WC_TOKEN_CONTRACT:
    case WC_TOKEN_MIXIN:
    case WC_TOKEN_INTERFACE: return WC_FMT_ITEMS;
    case WC_TOKEN_ENUM: return WC_FMT_ENUM;
    case WC_TOKEN_MATCH: return WC_FMT_ARMS;
    case WC_TOKEN_SPLIT: return WC_FMT_SHARES;
    case WC_TOKEN_STATES: return WC_FMT_STATES;
    case WC_TOKEN_RECORD:
    case WC_TOKEN_PARTIES:
    case WC_TOKEN_TERMS:
    case WC_TOKEN_STORAGE: return WC_FMT_FIELDS;
    default: return WC_FMT_BODY;
    }
}

/* The block that `at` stands in directly; ITEMS at the top of the file. */
static wc_fmt_block block_around(const walker *w)
{
    for (uint32_t i = w->depth; i > 0; i--) {
        const wc_fmt_piece *open = &w->job->pieces[w->stack[i - 1]];
        if (open->kind == WC_TOKEN_LB) return (wc_fmt_block)open->block;
    }
    return WC_FMT_ITEMS;
}

/* ---- brackets ------------------------------------------------------------------------------ */

/* The parentheses hold parameters, not arguments. */
static bool is_declaring(const walker *w, uint32_t open)
{
    uint32_t name = prev(w, open);
    switch (kind_at(w, prev(w, name))) {
    case WC_TOKEN_ACTION:
    case WC_TOKEN_VIEW:
    case WC_TOKEN_FUNC:
    case WC_TOKEN_ERROR:
    case WC_TOKEN_EVENT:
    case WC_TOKEN_MIXIN:
    case WC_TOKEN_PROPERTY: return true;
    default: break;
    }
    wc_fmt_block block = block_around(w);
    return block == WC_FMT_ENUM || block == WC_FMT_STATES;
}

static void begin_statement(walker *w, uint32_t at)
{
    w->start = next(w, at);
    w->choices = 0;
}

static void open_bracket(walker *w, uint32_t at)
{
    wc_fmt_piece *piece = &w->job->pieces[at];
    if (piece->kind == WC_TOKEN_LB) piece->block = (uint8_t)block_of(w);
    if (piece->kind == WC_TOKEN_LP && is_declaring(w, at)) piece->role = WC_FMT_TYPE_COLON;
    piece->flat = w->choices; /* kept here until the bracket closes; scan.c sets flat later */
    w->stack[w->depth++] = at;
    w->choices = 0;
    if (piece->kind == WC_TOKEN_LB) begin_statement(w, at);
}

static void close_bracket(walker *w, uint32_t at)
{
    wc_fmt_piece *pieces = w->job->pieces;
    wc_assert(w->depth > 0); /* the source parses */
    uint32_t open = w->stack[--w->depth];
    pieces[open].partner = at;
    pieces[at].partner = open;
    w->choices = pieces[open].flat;
    if (pieces[open].kind == WC_TOKEN_LB) begin_statement(w, at);
}

/* ---- colons -------------------------------------------------------------------------------- */

/* A `:` that is no choice's, directly in a block or at the top of the file. */
static wc_fmt_role colon_in_block(const walker *w)
{
    int start = kind_at(w, w->start);
    if (start == WC_TOKEN_INVARIANT) return WC_FMT_NAME_COLON;
    bool is_let = start == WC_TOKEN_LET || start == WC_TOKEN_VAR || start == WC_TOKEN_CONST;
    bool is_field = block_around(w) == WC_FMT_FIELDS;
    return is_let || is_field ? WC_FMT_TYPE_COLON : WC_FMT_PLAIN;
}

static wc_fmt_role colon_in_brackets(const walker *w, uint32_t open)
{
    const wc_fmt_piece *piece = &w->job->pieces[open];
    int before = kind_at(w, prev(w, open));
    if (piece->role == WC_FMT_TYPE_COLON) return WC_FMT_TYPE_COLON;
    if (before == WC_TOKEN_SUM || before == WC_TOKEN_FORALL) return WC_FMT_LOOP_COLON;
    return WC_FMT_ARG_COLON;
}

static void take_colon(walker *w, uint32_t at)
{
    wc_fmt_piece *piece = &w->job->pieces[at];
    uint32_t open = w->depth > 0 ? w->stack[w->depth - 1] : 0;
    bool is_in_block = open == 0 || kind_at(w, open) == WC_TOKEN_LB;
    if (w->choices > 0) {
        w->choices--;
        piece->role = WC_FMT_CHOICE;
        return;
    }
    piece->role = (uint8_t)(is_in_block ? colon_in_block(w) : colon_in_brackets(w, open));
    if (piece->role == WC_FMT_TYPE_COLON) (void)mark_type(w, next(w, at));
}

/* ---- the pass ------------------------------------------------------------------------------ */

static bool is_conserve(const walker *w)
{
    return w->depth > 0 && kind_at(w, prev(w, w->stack[w->depth - 1])) == WC_TOKEN_CONSERVE;
}

static void take_assign(walker *w, uint32_t at)
{
    if (kind_at(w, w->start) == WC_TOKEN_TYPE) (void)mark_type(w, next(w, at));
}

static void take_arrow(walker *w, uint32_t at)
{
    int start = kind_at(w, w->start);
    bool is_result = start == WC_TOKEN_FUNC || start == WC_TOKEN_VIEW;
    if (is_result) (void)mark_type(w, next(w, at));
}

static void take(walker *w, uint32_t at)
{
    wc_fmt_piece *piece = &w->job->pieces[at];
    switch (piece->kind) {
    case WC_TOKEN_LB:
    case WC_TOKEN_LP:
    case WC_TOKEN_LBRK: open_bracket(w, at); return;
    case WC_TOKEN_RB:
    case WC_TOKEN_RP:
    case WC_TOKEN_RBRK: close_bracket(w, at); return;
    case WC_TOKEN_SEMI: begin_statement(w, at); return;
    case WC_TOKEN_COLON: take_colon(w, at); return;
    case WC_TOKEN_ASSIGN: take_assign(w, at); return;
    case WC_TOKEN_ARROW: take_arrow(w, at); return;
    case WC_TOKEN_QM:
        piece->role = WC_FMT_CHOICE;
        w->choices++;
        return;
    case WC_TOKEN_STAR:
    case WC_TOKEN_SLASH:
        if (is_conserve(w)) piece->role = WC_FMT_TIGHT;
        return;
    case WC_TOKEN_ROUND:
    case WC_TOKEN_CONVERT:
        if (kind_at(w, next(w, at)) == WC_TOKEN_LT) (void)mark_arguments(w, next(w, at));
        return;
    case WC_TOKEN_FATARROW: w->start = next(w, at); return;
    default: return;
    }
}

void wc_fmt_roles(wc_fmt_job *job, uint32_t *stack)
{
    walker w = {.job = job, .stack = stack};
    begin_statement(&w, 0);
    for (uint32_t at = 1; at < job->count; at++) take(&w, at);
    wc_assert(w.depth == 0);
}
