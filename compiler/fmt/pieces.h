/* Inside of the formatter: pieces of a source, logical lines, and the passes between them.
 *
 *     scan: text -> pieces      each token and comment, with its role and its neighbours
 *     lines: pieces -> lines    one per statement, declaration, head, brace or comment
 *     align: lines              columns that stand under each other
 *     wrap: line -> text        broken where it is wider than WC_FMT_WIDTH */
#ifndef WC_COMPILER_FMT_PIECES_H
#define WC_COMPILER_FMT_PIECES_H

#include "compiler/fmt/fmt.h"
#include "compiler/lex/lexer.h"

/* What a sign is used for, where its kind alone does not say. */
typedef enum wc_fmt_role {
    WC_FMT_PLAIN,
    WC_FMT_TYPE_OPEN,  /* `<` and */
    WC_FMT_TYPE_CLOSE, /* `>` around the arguments of a type */
    WC_FMT_TIGHT,      /* a sign without blanks around it: unary, or inside a type */
    WC_FMT_TYPE_COLON, /* name : type */
    WC_FMT_ARG_COLON,  /* name: value */
    WC_FMT_LOOP_COLON, /* x in xs : value */
    WC_FMT_NAME_COLON, /* invariant name : condition */
    WC_FMT_CHOICE      /* ? and : of a choice */
} wc_fmt_role;

typedef struct wc_fmt_piece {
    wc_str text;      /* as printed */
    uint32_t width;   /* columns of text */
    uint32_t flat;    /* columns of all pieces before this one, on one endless line */
    uint32_t partner; /* index of the bracket that belongs to this one; 0: none */
    int16_t kind;
    uint8_t role;     /* wc_fmt_role */
    uint8_t block;    /* `{`: wc_fmt_block */
    bool is_own_line; /* a comment alone on its line */
    bool has_break;   /* the author began a line with it */
    bool has_blank;   /* and left a line free above it */
    bool has_space;   /* a blank stands between it and the piece before */
    bool is_inline;   /* `{`: the block stays on its line */
} wc_fmt_piece;

typedef enum wc_fmt_block {
    WC_FMT_BODY,   /* statements */
    WC_FMT_ITEMS,  /* contract, interface */
    WC_FMT_FIELDS, /* record, parties, terms, storage */
    WC_FMT_STATES,
    WC_FMT_ENUM,
    WC_FMT_ARMS,  /* match */
    WC_FMT_SHARES /* split */
} wc_fmt_block;

/* What lines next to each other have in common, so that it stands in one column. */
typedef enum wc_fmt_column {
    WC_FMT_COLUMN_NONE,
    WC_FMT_COLUMN_FIELD, /* the `:` of fields */
    WC_FMT_COLUMN_CONST, /* the `:` of constants */
    WC_FMT_COLUMN_TYPE   /* the `=` of types */
} wc_fmt_column;

typedef struct wc_fmt_line {
    uint32_t first, end; /* pieces [first, end), without the comment behind */
    uint32_t comment;    /* the piece of the comment behind; 0: none */
    uint32_t indent;     /* columns */
    uint32_t block;      /* a number of the innermost block around */
    uint8_t column;      /* wc_fmt_column */
    bool is_listed;      /* a line of a block of fields, states or variants */
    bool has_blank;      /* a free line above */
    uint32_t padded;     /* piece before which `padding` blanks are put; 0: none */
    uint32_t padding;
    uint32_t comment_at; /* column of the comment */

    uint32_t text, text_end; /* in the text of wrap */
    uint32_t width;          /* of its last line on paper */
} wc_fmt_line;

typedef struct wc_fmt_job {
    wc_arena *arena;
    const wc_source *source;
    wc_fmt_piece *pieces; /* [0] and [count] stand for start and end of the file */
    uint32_t count;
    wc_fmt_line *lines;
    uint32_t line_count;
    wc_buf text; /* of the lines, before comments and free lines */
} wc_fmt_job;

#define WC_FMT_NEVER 1000000u /* width of a comment inside a line: it never fits */

/* Pieces of the source with roles, partners, blanks and widths. */
WC_MUST_USE wc_status wc_fmt_scan(wc_fmt_job *job);
void wc_fmt_roles(wc_fmt_job *job, uint32_t *stack);

/* The next or previous piece that is no comment. */
uint32_t wc_fmt_next(const wc_fmt_job *job, uint32_t at);
uint32_t wc_fmt_prev(const wc_fmt_job *job, uint32_t at);

/* A word that can be a name: no reserved one. */
bool wc_fmt_is_name(int kind);

/* Columns of the pieces [first, end) on one line; at least WC_FMT_NEVER with a comment inside. */
uint32_t wc_fmt_flat(const wc_fmt_job *job, uint32_t first, uint32_t end);

WC_MUST_USE wc_status wc_fmt_lines(wc_fmt_job *job);
void wc_fmt_align(wc_fmt_job *job);
void wc_fmt_align_comments(wc_fmt_job *job);
void wc_fmt_wrap(wc_fmt_job *job, wc_fmt_line *line);

#endif
