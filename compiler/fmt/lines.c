/* Lines: one per statement, declaration, part of a head, brace or comment.
 *
 * A block stays on the line of its head when the author began it there, it holds no comment and at
 * most one statement, and the line is not too long; an `else` follows the block before it. Heads
 * with conditions, and those that are too long, have their `{` on a line of its own. */
#include "compiler/fmt/pieces.h"

typedef struct builder {
    wc_fmt_job *job;
    uint32_t *open; /* indexes of open `{` that are not inline */
    uint32_t depth; /* their number */
    uint32_t at;    /* the next piece */
    uint32_t room;  /* lines that fit */
    bool is_first;  /* no line of this block yet: no free line above */
    bool is_part;   /* the line continues a head: no free line above, either */
} builder;

static const wc_fmt_piece *piece_at(const builder *b, uint32_t at)
{
    return &b->job->pieces[at];
}

static int kind_at(const builder *b, uint32_t at)
{
    return b->job->pieces[at].kind;
}

/* ---- blocks that stay on a line ------------------------------------------------------------ */

/* Statements, fields or variants between two braces; counts only what ends with `;` or `}`. */
static bool holds_little(const builder *b, uint32_t open)
{
    const wc_fmt_piece *brace = piece_at(b, open);
    unsigned count = 0;
    for (uint32_t i = open + 1; i < brace->partner; i++) {
        const wc_fmt_piece *piece = piece_at(b, i);
        if (piece->kind == WC_TOKEN_COMMENT) return false;
        if (piece->kind == WC_TOKEN_LB) {
            if (!piece->is_inline) return false;
            i = piece->partner;
            count += kind_at(b, wc_fmt_next(b->job, i)) != WC_TOKEN_ELSE;
        } else {
            count += piece->kind == WC_TOKEN_SEMI;
        }
    }
    return brace->block != WC_FMT_BODY || count <= 1;
}

/* Whether the block could stay, the width of its line aside; inner blocks are decided already. */
static bool may_stay(const builder *b, uint32_t open)
{
    const wc_fmt_piece *brace = piece_at(b, open);
    if (brace->partner == open + 1) return true;
    bool is_begun = !piece_at(b, open + 1)->has_break;
    bool is_list = brace->block != WC_FMT_ITEMS && brace->block != WC_FMT_ARMS;
    return is_begun && is_list && holds_little(b, open);
}

/* From the last brace to the first, so that inner blocks come before those around them. */
static void mark_inline(builder *b)
{
    for (uint32_t i = b->job->count; i > 0; i--) {
        wc_fmt_piece *piece = &b->job->pieces[i - 1];
        if (piece->kind == WC_TOKEN_LB) piece->is_inline = may_stay(b, i - 1);
    }
}

/* The `}` that ends the statement whose first block opens at `open`: through its else branches. */
static uint32_t chain_end(const builder *b, uint32_t open)
{
    uint32_t end = piece_at(b, open)->partner;
    while (kind_at(b, wc_fmt_next(b->job, end)) == WC_TOKEN_ELSE) { /* ends: each turn goes on */
        uint32_t brace = wc_fmt_next(b->job, end);
        while (kind_at(b, brace) != WC_TOKEN_LB) brace++;
        end = piece_at(b, brace)->partner;
    }
    return end;
}

/* All blocks of the chain stay on the line, or none does. */
static void decide_chain(builder *b, uint32_t first, uint32_t open, uint32_t indent)
{
    uint32_t end = chain_end(b, open);
    bool stays = indent + wc_fmt_flat(b->job, first, end + 1) <= WC_FMT_WIDTH;
    for (uint32_t i = open; i < end; i = piece_at(b, i)->partner + 1) {
        while (kind_at(b, i) != WC_TOKEN_LB) i++;
        bool is_empty = piece_at(b, i)->partner == i + 1;
        stays &= piece_at(b, i)->is_inline || is_empty;
    }
    bool is_chain = end != piece_at(b, open)->partner;
    for (uint32_t i = open; i < end; i = piece_at(b, i)->partner + 1) {
        while (kind_at(b, i) != WC_TOKEN_LB) i++;
        bool is_empty = piece_at(b, i)->partner == i + 1;
        b->job->pieces[i].is_inline = stays || (is_empty && !is_chain);
    }
}

/* ---- adding lines -------------------------------------------------------------------------- */

static uint32_t indent_of(const builder *b)
{
    return b->depth * WC_FMT_INDENT;
}

/* Adds the line [first, end) and the comment behind it, if there is one. */
static wc_fmt_line *add(builder *b, uint32_t first, uint32_t end, uint32_t indent)
{
    wc_assert(b->job->line_count < b->room);
    wc_fmt_line *line = &b->job->lines[b->job->line_count++];
    const wc_fmt_piece *piece = piece_at(b, first);
    bool is_closing = piece->kind == WC_TOKEN_RB;
    *line = (wc_fmt_line){.first = first, .end = end, .indent = indent};
    line->block = b->depth > 0 ? b->open[b->depth - 1] : 0;
    line->has_blank = piece->has_blank && !b->is_first && !b->is_part && !is_closing;
    b->is_first = false;
    b->is_part = false;
    b->at = end;
    bool has_comment = end < b->job->count && kind_at(b, end) == WC_TOKEN_COMMENT &&
                       !piece_at(b, end)->is_own_line;
    if (has_comment) {
        line->comment = end;
        b->at = end + 1;
    }
    return line;
}

/* Comments that stand alone before the next token, each a line. */
static void add_comments(builder *b, uint32_t indent)
{
    while (kind_at(b, b->at) == WC_TOKEN_COMMENT) /* ends: END is none */
        (void)add(b, b->at, b->at + 1, indent);
}

static void enter(builder *b, uint32_t brace)
{
    b->open[b->depth++] = brace;
    b->is_first = true;
}

/* ---- heads --------------------------------------------------------------------------------- */

typedef struct head {
    uint32_t by;     /* `by` or `when`, the first of them; 0: none */
    uint32_t clause; /* the first requires, ensures or gas; 0: none */
    uint32_t end;    /* its `{` */
} head;

static bool is_clause(const builder *b, uint32_t at)
{
    int kind = kind_at(b, at);
    bool is_gas = kind == WC_TOKEN_GAS && kind_at(b, wc_fmt_next(b->job, at)) == WC_TOKEN_LE;
    return kind == WC_TOKEN_REQUIRES || kind == WC_TOKEN_ENSURES || is_gas;
}

/* Whether `at` begins a routine with a body; its parts then. */
static bool read_head(const builder *b, uint32_t at, head *found)
{
    int kind = kind_at(b, at);
    bool is_routine = kind == WC_TOKEN_ACTION || kind == WC_TOKEN_VIEW || kind == WC_TOKEN_FUNC ||
                      kind == WC_TOKEN_AFTER;
    *found = (head){0, 0, 0};
    if (!is_routine) return false;
    for (uint32_t i = at + 1;; i = wc_fmt_next(b->job, i)) { /* ends: at `{` or `;` */
        int here = kind_at(b, i);
        bool is_bracket = here == WC_TOKEN_LP || here == WC_TOKEN_LBRK;
        if (here == WC_TOKEN_LB) {
            found->end = i;
            return true;
        }
        if (here == WC_TOKEN_SEMI && found->clause == 0)
            return false; /* a signature, a statement */
        if (is_bracket) {
            i = piece_at(b, i)->partner;
            continue;
        }
        bool is_word = (here == WC_TOKEN_BY || here == WC_TOKEN_WHEN) && found->clause == 0;
        bool is_name = kind_at(b, wc_fmt_prev(b->job, i)) == WC_TOKEN_DOT;
        if (is_word && !is_name && found->by == 0) found->by = i;
        if (found->clause == 0 && is_clause(b, i)) found->clause = i;
    }
}

/* The requires, ensures and gas lines up to the `{`. */
static void add_clauses(builder *b, const head *parts)
{
    while (b->at < parts->end) { /* ends: each turn takes a clause or a comment */
        b->is_part = true;
        if (kind_at(b, b->at) == WC_TOKEN_COMMENT) {
            add_comments(b, indent_of(b) + WC_FMT_INDENT);
            continue;
        }
        uint32_t end = b->at;
        while (kind_at(b, end) != WC_TOKEN_SEMI) end++;
        (void)add(b, b->at, end + 1, indent_of(b) + WC_FMT_INDENT);
    }
}

/* The head's lines before its `{`. Returns whether the brace has to stand on a line of its own. */
static bool add_head(builder *b, const head *parts)
{
    uint32_t end = parts->clause != 0 ? parts->clause : parts->end;
    uint32_t width = indent_of(b) + wc_fmt_flat(b->job, b->at, end);
    if (parts->clause == 0) width += 2; /* ` {` */
    bool is_split = parts->by != 0 && width > WC_FMT_WIDTH;
    if (!is_split && parts->clause == 0) return false;

    if (is_split) {
        (void)add(b, b->at, parts->by, indent_of(b));
        b->is_part = true;
        add_comments(b, indent_of(b) + WC_FMT_INDENT);
        b->is_part = true;
        (void)add(b, b->at, end, indent_of(b) + WC_FMT_INDENT);
    } else {
        (void)add(b, b->at, end, indent_of(b));
    }
    add_clauses(b, parts);
    b->is_part = true;
    add_comments(b, indent_of(b) + WC_FMT_INDENT);
    b->is_part = true;
    return true;
}

/* ---- statements and members ---------------------------------------------------------------- */

/* The line's place in columns, by what it is. */
static void set_columns(const builder *b, wc_fmt_line *line)
{
    int kind = kind_at(b, line->first);
    wc_fmt_block block =
        line->block == 0 ? WC_FMT_ITEMS : (wc_fmt_block)piece_at(b, line->block)->block;
    line->is_listed = block == WC_FMT_FIELDS || block == WC_FMT_STATES || block == WC_FMT_ENUM;
    if (block == WC_FMT_FIELDS) line->column = WC_FMT_COLUMN_FIELD;
    if (block == WC_FMT_ITEMS && kind == WC_TOKEN_CONST) line->column = WC_FMT_COLUMN_CONST;
    if (block == WC_FMT_ITEMS && kind == WC_TOKEN_TYPE) line->column = WC_FMT_COLUMN_TYPE;
}

/* The line from b->at to the `;`, `{` or `,` that ends it. Brackets and blocks that stay are passed
 * over. */
static void add_statement(builder *b, uint32_t first)
{
    bool is_enum = b->depth > 0 && piece_at(b, b->open[b->depth - 1])->block == WC_FMT_ENUM;
    uint32_t i = b->at;
    for (;; i++) { /* ends: the statement does */
        const wc_fmt_piece *piece = piece_at(b, i);
        if (piece->kind == WC_TOKEN_LP || piece->kind == WC_TOKEN_LBRK) i = piece->partner;
        if (piece->kind == WC_TOKEN_SEMI) break;
        if (piece->kind == WC_TOKEN_COMMA && is_enum) break;
        if (is_enum && kind_at(b, wc_fmt_next(b->job, i)) == WC_TOKEN_RB) break;
        if (piece->kind != WC_TOKEN_LB) continue;
        decide_chain(b, first, i, indent_of(b));
        if (!piece->is_inline) break;
        i = piece->partner;
        if (kind_at(b, wc_fmt_next(b->job, i)) != WC_TOKEN_ELSE) break;
    }
    wc_fmt_line *line = add(b, first, i + 1, indent_of(b));
    set_columns(b, line);
    if (kind_at(b, i) == WC_TOKEN_LB) enter(b, i);
}

/* `}` with the else behind it. */
static void add_closing(builder *b)
{
    uint32_t first = b->at;
    wc_assert(b->depth > 0); /* the source parses */
    b->depth--;
    b->is_first = false;
    if (kind_at(b, first + 1) != WC_TOKEN_ELSE) {
        (void)add(b, first, first + 1, indent_of(b));
        return;
    }
    uint32_t brace = first + 1;
    while (kind_at(b, brace) != WC_TOKEN_LB) {
        int kind = kind_at(b, brace);
        if (kind == WC_TOKEN_LP || kind == WC_TOKEN_LBRK) brace = piece_at(b, brace)->partner;
        brace++;
    }
    b->job->pieces[brace].is_inline = false;
    (void)add(b, first, brace + 1, indent_of(b));
    enter(b, brace);
}

/* A `{` on a line of its own, with its `}` when there is nothing between. */
static void add_brace(builder *b)
{
    uint32_t brace = b->at;
    if (piece_at(b, brace)->partner == brace + 1) {
        (void)add(b, brace, brace + 2, indent_of(b));
        return;
    }
    b->job->pieces[brace].is_inline = false;
    (void)add(b, brace, brace + 1, indent_of(b));
    enter(b, brace);
}

static void add_next(builder *b)
{
    head parts;
    if (kind_at(b, b->at) == WC_TOKEN_COMMENT) {
        (void)add(b, b->at, b->at + 1, indent_of(b));
    } else if (kind_at(b, b->at) == WC_TOKEN_RB) {
        add_closing(b);
    } else if (read_head(b, b->at, &parts) && add_head(b, &parts)) {
        add_brace(b);
    } else {
        add_statement(b, b->at);
    }
}

wc_status wc_fmt_lines(wc_fmt_job *job)
{
    builder b = {.job = job, .at = 1, .room = job->count, .is_first = true};
    b.open = WC_ARENA_ARRAY(job->arena, uint32_t, (size_t)job->count + 1);
    job->lines = WC_ARENA_ARRAY(job->arena, wc_fmt_line, (size_t)job->count + 1);
    if (b.open == NULL || job->lines == NULL) return WC_NO_MEMORY;
    mark_inline(&b);
    while (b.at < job->count) add_next(&b); /* ends: each line takes a piece */
    return WC_OK;
}
