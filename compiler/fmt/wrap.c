/* Wrap: a line to text, broken where it is too wide.
 *
 * What does not fit is broken at its outermost operators, in front of them, or between the
 * arguments of its outermost brackets. Arguments stand behind their bracket, or, when one of them
 * is too long for that, four columns further in than the line. As many as fit share a line. A
 * comment inside ends its line. */
#include "compiler/fmt/pieces.h"

/* How loosely an operator binds what stands around it; a looser one is broken first. */
typedef enum looseness {
    LOOSE_NONE, /* no operator */
    LOOSE_TERM, /* * / */
    LOOSE_SUM,
    LOOSE_COMPARISON,
    LOOSE_AND,
    LOOSE_OR,
    LOOSE_CHOICE,
    LOOSE_COLON,
    LOOSE_ASSIGN
} looseness;

typedef struct writer {
    wc_fmt_job *job;
    wc_fmt_line *line;
    uint32_t column;
    uint32_t breaks;     /* lines ended so far */
    bool is_fresh;       /* nothing but blanks stands on the line */
    bool is_comment_end; /* the last piece was a comment: the line is over */
} writer;

/* Pieces [first, end) that are laid out together. */
typedef struct range {
    uint32_t first, end;
    uint32_t column; /* where a line goes on that is broken inside */
    uint32_t tail;   /* columns of what must follow on the last line */
} range;

static const wc_fmt_piece *piece_at(const writer *w, uint32_t at)
{
    return &w->job->pieces[at];
}

static void break_line(writer *w, uint32_t column)
{
    wc_buf_put_u8(&w->job->text, '\n');
    for (uint32_t i = 0; i < column; i++) wc_buf_put_u8(&w->job->text, ' ');
    w->column = column;
    w->breaks++;
    w->is_fresh = true;
    w->is_comment_end = false;
}

static void put_blanks(writer *w, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) wc_buf_put_u8(&w->job->text, ' ');
    w->column += count;
}

static void put_comment(writer *w, const wc_fmt_piece *piece, uint32_t column)
{
    if (piece->is_own_line && !w->is_fresh) break_line(w, column);
    if (!piece->is_own_line && !w->is_fresh) put_blanks(w, 2);
    wc_buf_put(&w->job->text, piece->text.data, piece->text.len);
    w->column += piece->width;
    w->is_fresh = false;
    w->is_comment_end = true;
}

static void put_piece(writer *w, uint32_t at, uint32_t column)
{
    const wc_fmt_piece *piece = piece_at(w, at);
    if (piece->kind == WC_TOKEN_COMMENT) {
        put_comment(w, piece, column);
        return;
    }
    if (w->is_comment_end) break_line(w, column);
    if (at == w->line->padded) put_blanks(w, w->line->padding);
    if (piece->has_space && !w->is_fresh) put_blanks(w, 1);
    wc_buf_put(&w->job->text, piece->text.data, piece->text.len);
    w->column += piece->width;
    w->is_fresh = false;
}

static void put_flat(writer *w, uint32_t first, uint32_t end, uint32_t column)
{
    for (uint32_t i = first; i < end; i++) put_piece(w, i, column);
}

/* ---- what fits ----------------------------------------------------------------------------- */

/* The line's padding, unless it is behind the writer. */
static uint32_t padding_from(const writer *w, uint32_t first)
{
    return w->line->padded > first ? w->line->padding : 0;
}

static bool fits(const writer *w, uint32_t first, uint32_t end, uint32_t tail)
{
    uint32_t width = wc_fmt_flat(w->job, first, end) + padding_from(w, first);
    if (first < end && piece_at(w, first)->has_space && !w->is_fresh) width++;
    return !w->is_comment_end && w->column + width + tail <= WC_FMT_WIDTH;
}

static bool is_opening(const wc_fmt_piece *piece)
{
    return piece->partner != 0 && (piece->kind == WC_TOKEN_LP || piece->kind == WC_TOKEN_LBRK ||
                                   piece->kind == WC_TOKEN_LB || piece->kind == WC_TOKEN_LT);
}

static looseness looseness_of(const wc_fmt_piece *piece)
{
    if (piece->role == WC_FMT_CHOICE) return LOOSE_CHOICE;
    if (piece->role == WC_FMT_LOOP_COLON) return LOOSE_COLON;
    if (piece->role == WC_FMT_NAME_COLON) return LOOSE_ASSIGN;
    if (piece->role != WC_FMT_PLAIN) return LOOSE_NONE;
    switch (piece->kind) {
    case WC_TOKEN_STAR:
    case WC_TOKEN_SLASH: return LOOSE_TERM;
    case WC_TOKEN_PLUS:
    case WC_TOKEN_MINUS: return LOOSE_SUM;
    case WC_TOKEN_EQ:
    case WC_TOKEN_NE:
    case WC_TOKEN_LT:
    case WC_TOKEN_LE:
    case WC_TOKEN_GT:
    case WC_TOKEN_GE: return LOOSE_COMPARISON;
    case WC_TOKEN_ANDAND: return LOOSE_AND;
    case WC_TOKEN_OROR: return LOOSE_OR;
    case WC_TOKEN_COLON: return LOOSE_COLON;
    case WC_TOKEN_ASSIGN:
    case WC_TOKEN_PLUSEQ:
    case WC_TOKEN_MINUSEQ: return LOOSE_ASSIGN;
    default: return LOOSE_NONE;
    }
}

/* The loosest operator directly in the range. */
static looseness loosest(const writer *w, uint32_t first, uint32_t end)
{
    looseness most = LOOSE_NONE;
    for (uint32_t i = first; i < end; i++) {
        looseness here = looseness_of(piece_at(w, i));
        if (here > most) most = here;
        if (is_opening(piece_at(w, i))) i = piece_at(w, i)->partner;
    }
    return most;
}

/* The first place at or behind `from` where the range is broken for such an operator: at it, behind
 * it for an assignment or the colon of a loop. The end when there is none. */
static uint32_t next_break(const writer *w, uint32_t from, uint32_t end, looseness which)
{
    for (uint32_t i = from; i < end; i++) {
        const wc_fmt_piece *piece = piece_at(w, i);
        bool is_behind = which == LOOSE_ASSIGN || piece->role == WC_FMT_LOOP_COLON;
        if (looseness_of(piece) == which && is_behind) return i + 1;
        if (looseness_of(piece) == which && i > from) return i;
        if (is_opening(piece)) i = piece->partner;
    }
    return end;
}

/* ---- laying out ---------------------------------------------------------------------------- */

/* Mutual recursion as deep as the brackets and operators of the source, which the parser bounds. */
static void put_range(writer *w, range part);

/* The first comma directly in [from, end); the end when there is none. */
static uint32_t next_comma(const writer *w, uint32_t from, uint32_t end)
{
    for (uint32_t i = from; i < end; i++) {
        if (piece_at(w, i)->kind == WC_TOKEN_COMMA) return i;
        if (is_opening(piece_at(w, i))) i = piece_at(w, i)->partner;
    }
    return end;
}

/* Lines that the arguments take from a column on; many when one of them does not fit there. */
static uint32_t lines_at(const writer *w, range inner, uint32_t column)
{
    uint32_t lines = 1, at_column = column;
    for (uint32_t at = inner.first; at < inner.end;) {
        uint32_t comma = next_comma(w, at, inner.end);
        uint32_t tail = comma < inner.end ? 1 : inner.tail;
        uint32_t width = wc_fmt_flat(w->job, at, comma) + tail;
        if (column + width > WC_FMT_WIDTH) return WC_FMT_NEVER;
        bool is_new = at > inner.first && at_column + 1 + width > WC_FMT_WIDTH;
        lines += is_new;
        at_column = is_new ? column + width : at_column + width + (at > inner.first);
        at = comma + 1;
    }
    return lines;
}

/* The body of a sum or forall goes on as far in as a line that is broken outside of it. */
static void put_loop(writer *w, range inner)
{
    uint32_t body = next_break(w, inner.first, inner.end, LOOSE_COLON);
    put_range(w, (range){inner.first, body, inner.column, 0});
    if (!fits(w, body, inner.end, inner.tail)) break_line(w, inner.column);
    put_range(w, (range){body, inner.end, inner.column + WC_FMT_INDENT, inner.tail});
}

static bool is_loop(const writer *w, range inner)
{
    uint32_t body = next_break(w, inner.first, inner.end, LOOSE_COLON);
    return body < inner.end;
}

/* The arguments of a bracket, which stands before w->column already. inner.column is where a line
 * would go on outside of it: they begin there when that saves a line. */
static void put_arguments(writer *w, range inner)
{
    uint32_t column = w->column;
    bool is_hanging =
        inner.column < column && lines_at(w, inner, inner.column) + 1 < lines_at(w, inner, column);
    if (is_hanging) {
        column = inner.column;
        break_line(w, column);
    }
    bool is_single = next_comma(w, inner.first, inner.end) == inner.end;
    uint32_t breaks = w->breaks;
    for (uint32_t at = inner.first; at < inner.end;) {
        if (piece_at(w, at)->kind == WC_TOKEN_COMMENT) {
            put_piece(w, at++, column);
            continue;
        }
        uint32_t comma = next_comma(w, at, inner.end);
        uint32_t tail = comma < inner.end ? 1 : inner.tail;
        bool is_broken = breaks != w->breaks || !fits(w, at, comma, tail);
        if (at > inner.first && is_broken) break_line(w, column);
        breaks = w->breaks;
        put_range(w, (range){at, comma, is_single ? column : column + WC_FMT_INDENT, tail});
        if (comma < inner.end) put_piece(w, comma, column);
        at = comma + 1;
    }
}

/* Columns from a closing bracket to the next place where the range can be broken. */
static uint32_t tail_of(const writer *w, uint32_t close, range part)
{
    for (uint32_t i = close + 1; i < part.end; i++) {
        const wc_fmt_piece *piece = piece_at(w, i);
        if (piece->kind == WC_TOKEN_COMMENT) return wc_fmt_flat(w->job, close, i);
        if (is_opening(piece)) return wc_fmt_flat(w->job, close, i + 1);
    }
    return wc_fmt_flat(w->job, close, part.end) + part.tail;
}

/* A range without operators: names, literals, brackets. */
static void put_atoms(writer *w, range part)
{
    for (uint32_t i = part.first; i < part.end; i++) {
        put_piece(w, i, part.column);
        const wc_fmt_piece *piece = piece_at(w, i);
        if (!is_opening(piece) || piece->partner >= part.end) continue;
        uint32_t tail = tail_of(w, piece->partner, part);
        if (fits(w, i + 1, piece->partner, tail)) {
            put_flat(w, i + 1, piece->partner, part.column);
        } else if (is_loop(w, (range){i + 1, piece->partner, 0, 0})) {
            put_loop(w, (range){i + 1, piece->partner, part.column, tail});
        } else {
            put_arguments(w, (range){i + 1, piece->partner, part.column, tail});
        }
        i = piece->partner;
        put_piece(w, i, part.column);
    }
}

static bool has_brackets(const writer *w, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        if (is_opening(piece_at(w, i))) return true;
    }
    return false;
}

/* Segments between operators of one looseness, as many to a line as fit. */
static void put_segments(writer *w, range part, looseness which)
{
    for (uint32_t at = part.first; at < part.end;) {
        uint32_t next = next_break(w, at, part.end, which);
        uint32_t tail = next < part.end ? 0 : part.tail;
        bool can_break = at > part.first;
        bool stays = which == LOOSE_ASSIGN &&
                     (loosest(w, at, next) != LOOSE_NONE || has_brackets(w, at, next));
        if (can_break && !stays && !fits(w, at, next, tail)) break_line(w, part.column);
        put_range(w, (range){at, next, part.column, tail});
        at = next;
    }
}

static void put_range(writer *w, range part)
{
    if (fits(w, part.first, part.end, part.tail)) {
        put_flat(w, part.first, part.end, part.column);
        return;
    }
    looseness which = loosest(w, part.first, part.end);
    bool is_one = which == LOOSE_NONE || next_break(w, part.first, part.end, which) == part.end;
    if (!is_one) {
        put_segments(w, part, which);
    } else if (which != LOOSE_NONE && looseness_of(piece_at(w, part.first)) == which) {
        put_piece(w, part.first, part.column); /* the operator that a segment begins with */
        put_range(w, (range){part.first + 1, part.end, part.column, part.tail});
    } else {
        put_atoms(w, part);
    }
}

void wc_fmt_wrap(wc_fmt_job *job, wc_fmt_line *line)
{
    writer w = {.job = job, .line = line, .is_fresh = true};
    line->text = (uint32_t)job->text.len;
    put_blanks(&w, line->indent);
    put_range(&w, (range){line->first, line->end, line->indent + WC_FMT_INDENT, 0});
    line->text_end = (uint32_t)job->text.len;
    line->width = w.column;
}
