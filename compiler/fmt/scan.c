/* Pieces: the scanner's tokens with their comments, and which blanks stand between them. */
#include "compiler/fmt/pieces.h"
#include "compiler/lex/literal.h"
#include "compiler/lex/utf8.h"

bool wc_fmt_is_name(int kind)
{
    return kind == WC_TOKEN_IDENT || (wc_token_is_keyword(kind) && !wc_token_is_reserved(kind));
}

uint32_t wc_fmt_next(const wc_fmt_job *job, uint32_t at)
{
    do { /* ends: the piece behind the last is no comment */
        at++;
    } while (at < job->count && job->pieces[at].kind == WC_TOKEN_COMMENT);
    return at;
}

uint32_t wc_fmt_prev(const wc_fmt_job *job, uint32_t at)
{
    do { /* ends: the piece before the first is no comment */
        at--;
    } while (at > 0 && job->pieces[at].kind == WC_TOKEN_COMMENT);
    return at;
}

uint32_t wc_fmt_flat(const wc_fmt_job *job, uint32_t first, uint32_t end)
{
    if (first >= end) return 0;
    const wc_fmt_piece *pieces = job->pieces;
    return pieces[end].flat - pieces[first].flat - pieces[first].has_space;
}

/* ---- text ---------------------------------------------------------------------------------- */

static uint32_t width_of(wc_str text)
{
    uint32_t width = 0;
    for (size_t at = 0; at < text.len;) {
        wc_utf8_char character = wc_utf8_at(text, at);
        width += wc_utf8_width(character.code);
        at += character.len;
    }
    return width;
}

/* A quantity has one blank between number and unit; a comment none at its end. */
static wc_str text_of(const wc_fmt_job *job, wc_token token)
{
    wc_str text = wc_source_text(job->source, token.span);
    if (token.kind == WC_TOKEN_COMMENT) {
        while (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\t')
            text.len--; /* ends: at the slashes it begins with */
        return text;
    }
    size_t number = token.kind == WC_TOKEN_QUANTITY ? wc_number_len(text) : text.len;
    if (number == text.len || text.data[number] == ' ') return text;
    char *spaced = WC_ARENA_ARRAY(job->arena, char, text.len + 1);
    if (spaced == NULL) return (wc_str){NULL, 0};
    memcpy(spaced, text.data, number);
    spaced[number] = ' ';
    memcpy(spaced + number + 1, text.data + number, text.len - number);
    return (wc_str){spaced, text.len + 1};
}

/* How many lines end between two offsets: 0, 1, or 2 for more. */
static unsigned breaks_between(const wc_source *source, uint32_t from, uint32_t to)
{
    unsigned breaks = 0;
    for (uint32_t at = from; at < to && breaks < 2; at++) breaks += source->text.data[at] == '\n';
    return breaks;
}

/* ---- blanks -------------------------------------------------------------------------------- */

/* Words that are called like functions. */
static bool is_called(int kind)
{
    return kind == WC_TOKEN_ROUND || kind == WC_TOKEN_SUM || kind == WC_TOKEN_FORALL ||
           kind == WC_TOKEN_OLD || kind == WC_TOKEN_ANY || kind == WC_TOKEN_QUORUM ||
           kind == WC_TOKEN_CONSERVE;
}

/* A word that begins a statement or member and stands before an expression. */
static bool opens_statement(const wc_fmt_job *job, uint32_t at)
{
    int kind = job->pieces[at].kind;
    bool is_word = kind == WC_TOKEN_ADVANCE || kind == WC_TOKEN_PAY || kind == WC_TOKEN_AFTER;
    int before = job->pieces[wc_fmt_prev(job, at)].kind;
    return is_word && (before == WC_TOKEN_SEMI || before == WC_TOKEN_LB || before == WC_TOKEN_RB);
}

/* The piece ends a value: what follows is a call, an index or an operator with two operands. */
static bool ends_value(const wc_fmt_job *job, uint32_t at)
{
    const wc_fmt_piece *piece = &job->pieces[at];
    switch (piece->kind) {
    case WC_TOKEN_NUMBER:
    case WC_TOKEN_QUANTITY:
    case WC_TOKEN_PERCENT:
    case WC_TOKEN_STRING:
    case WC_TOKEN_DATE:
    case WC_TOKEN_DATETIME:
    case WC_TOKEN_TRUE:
    case WC_TOKEN_FALSE:
    case WC_TOKEN_SELF:
    case WC_TOKEN_RP:
    case WC_TOKEN_RBRK: return true;
    case WC_TOKEN_GT: return piece->role == WC_FMT_TYPE_CLOSE;
    default: return wc_fmt_is_name(piece->kind) && !opens_statement(job, at);
    }
}

/* A parenthesis behind the piece belongs to it. */
static bool is_callable(const wc_fmt_job *job, uint32_t at)
{
    int kind = job->pieces[at].kind;
    return kind != WC_TOKEN_STRING && (ends_value(job, at) || is_called(kind));
}

static bool is_tight_before(const wc_fmt_job *job, uint32_t at, uint32_t before)
{
    const wc_fmt_piece *piece = &job->pieces[at];
    switch (piece->kind) {
    case WC_TOKEN_COMMA:
    case WC_TOKEN_SEMI:
    case WC_TOKEN_DOT:
    case WC_TOKEN_RP:
    case WC_TOKEN_RBRK: return true;
    case WC_TOKEN_COLON: return piece->role == WC_FMT_ARG_COLON;
    case WC_TOKEN_LP: return is_callable(job, before);
    case WC_TOKEN_LBRK: return ends_value(job, before);
    case WC_TOKEN_LT: return piece->role == WC_FMT_TYPE_OPEN;
    case WC_TOKEN_GT: return piece->role == WC_FMT_TYPE_CLOSE;
    default: return piece->role == WC_FMT_TIGHT && ends_value(job, before);
    }
}

static bool is_tight_behind(const wc_fmt_piece *piece)
{
    switch (piece->kind) {
    case WC_TOKEN_LP:
    case WC_TOKEN_LBRK:
    case WC_TOKEN_DOT:
    case WC_TOKEN_NOT: return true;
    case WC_TOKEN_LT: return piece->role == WC_FMT_TYPE_OPEN;
    default: return piece->role == WC_FMT_TIGHT;
    }
}

static void put_blanks(wc_fmt_job *job)
{
    for (uint32_t i = 1; i < job->count; i++) {
        wc_fmt_piece *piece = &job->pieces[i];
        bool is_unary = piece->kind == WC_TOKEN_MINUS && piece->role == WC_FMT_PLAIN &&
                        !ends_value(job, wc_fmt_prev(job, i));
        if (is_unary) piece->role = WC_FMT_TIGHT;
    }
    uint32_t flat = 0;
    for (uint32_t i = 1; i < job->count; i++) {
        wc_fmt_piece *piece = &job->pieces[i];
        uint32_t before = wc_fmt_prev(job, i);
        piece->has_space = before != 0 && piece->kind != WC_TOKEN_COMMENT &&
                           !is_tight_before(job, i, before) &&
                           !is_tight_behind(&job->pieces[before]);
        piece->flat = flat;
        flat += piece->width + piece->has_space;
        if (piece->kind == WC_TOKEN_COMMENT) flat += WC_FMT_NEVER;
    }
    job->pieces[job->count].flat = flat;
}

/* ---- the pass ------------------------------------------------------------------------------ */

static uint32_t count_tokens(const wc_fmt_job *job, wc_diags *unheard)
{
    uint32_t count = 0;
    wc_lexer lexer;
    wc_lexer_init(&lexer, unheard, job->source);
    while (wc_lexer_next(&lexer).kind != WC_TOKEN_END) count++; /* ends: the text does */
    return count;
}

static wc_status read_pieces(wc_fmt_job *job, wc_diags *unheard)
{
    wc_lexer lexer;
    wc_lexer_init(&lexer, unheard, job->source);
    uint32_t end = 0;
    for (uint32_t i = 1; i < job->count; i++) {
        wc_token token = wc_lexer_next(&lexer);
        unsigned breaks = breaks_between(job->source, end, token.span.start);
        wc_fmt_piece *piece = &job->pieces[i];
        piece->kind = token.kind;
        piece->text = text_of(job, token);
        if (piece->text.data == NULL) return WC_NO_MEMORY;
        piece->width = width_of(piece->text);
        piece->has_break = breaks > 0 || i == 1;
        piece->has_blank = breaks > 1;
        piece->is_own_line = token.kind == WC_TOKEN_COMMENT && piece->has_break;
        end = token.span.end;
    }
    return WC_OK;
}

wc_status wc_fmt_scan(wc_fmt_job *job)
{
    wc_sources none; /* nothing is reported: the source parses */
    wc_diags unheard;
    wc_sources_init(&none, job->arena);
    wc_diags_init(&unheard, job->arena, &none);
    job->count = 1 + count_tokens(job, &unheard);
    job->pieces = WC_ARENA_ARRAY(job->arena, wc_fmt_piece, (size_t)job->count + 1);
    uint32_t *stack = WC_ARENA_ARRAY(job->arena, uint32_t, (size_t)job->count + 1);
    if (job->pieces == NULL || stack == NULL) return WC_NO_MEMORY;
    job->pieces[0].kind = WC_TOKEN_SEMI; /* before the first: as behind a statement */
    job->pieces[job->count].kind = WC_TOKEN_END;
    WC_TRY(read_pieces(job, &unheard));
    wc_fmt_roles(job, stack);
    put_blanks(job);
    return WC_OK;
}
