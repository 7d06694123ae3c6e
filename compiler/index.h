/* What an editor asks of a source: what each name means, where it is used, what could stand here.
 *
 *     options.index = true;  wc_compile -> compilation->index
 *
 * An index is there for every text, also one with errors: what the checker could not make out has
 * no type, and text that did not parse has no definitions. It describes the compiled file (sources
 * number 0) completely, and of the modules it uses the definitions. All of it lies in the arena of
 * the compilation. Spans, kinds and texts only: nothing of the checker's own comes out. */
#ifndef WC_COMPILER_INDEX_H
#define WC_COMPILER_INDEX_H

#include "compiler/source.h"
#include "vm/base/buf.h"
#include "vm/base/int.h"

#define WC_INDEX_NONE UINT32_MAX

/* --- types ------------------------------------------------------------------------------------ */

/* What can follow the dot behind a value. */
typedef struct wc_index_member {
    wc_str name;
    wc_str text;   /* of a field its type; of a method how it is written: "get_or(key, other)" */
    bool is_call;  /* parentheses follow */
    wc_span where; /* of the name in its definition; empty: the language's own */
} wc_index_member;

typedef struct wc_index_type {
    wc_str text;     /* "dec<3, kWh>" */
    wc_str unit;     /* "" without one */
    int scale;       /* decimals; -1: not a decimal number */
    wc_str low;      /* smallest and largest value as a person writes them, with the unit; */
    wc_str high;     /* "" when the type has only the bounds of 64 bits */
    wc_span where;   /* of the name of a record or enum; empty: none */
    bool is_variant; /* values are variants: an enum, an option, the state */
    uint32_t member_count;
    const wc_index_member *members;
} wc_index_type;

/* --- definitions ------------------------------------------------------------------------------ */

typedef enum wc_index_kind {
    WC_INDEX_MODULE,
    WC_INDEX_UNIT,
    WC_INDEX_CURRENCY,
    WC_INDEX_DIMENSION,
    WC_INDEX_CALENDAR,
    WC_INDEX_ALIAS,
    WC_INDEX_RECORD,
    WC_INDEX_ENUM,
    WC_INDEX_INTERFACE,
    WC_INDEX_CONST,
    WC_INDEX_FUNC,
    WC_INDEX_CONTRACT,
    WC_INDEX_ERROR,
    WC_INDEX_EVENT,
    WC_INDEX_PARTY,
    WC_INDEX_TERM,
    WC_INDEX_FIELD, /* storage */
    WC_INDEX_STATE,
    WC_INDEX_ACTION,
    WC_INDEX_VIEW,
    WC_INDEX_AFTER,
    WC_INDEX_INVARIANT,
    WC_INDEX_TEST,
    WC_INDEX_VARIANT,
    WC_INDEX_MEMBER, /* of a record, a variant, a state, an error, an event */
    WC_INDEX_METHOD, /* of an interface */
    WC_INDEX_PARAM,
    WC_INDEX_LOCAL
} wc_index_kind;

/* Effects of a routine, what it calls included. */
enum wc_index_effect {
    WC_INDEX_READS = 1,  /* reads storage, state or money */
    WC_INDEX_WRITES = 2, /* writes storage */
    WC_INDEX_MONEY = 4,  /* moves money */
    WC_INDEX_VIEWS = 8,  /* asks another contract */
    WC_INDEX_SENDS = 16  /* queues a call of another contract */
};

typedef struct wc_index_def {
    wc_index_kind kind;
    wc_str name;               /* AFTER: ""; TEST: the title; MODULE: the whole path */
    wc_span span;              /* of the name; AFTER: of its first word */
    wc_span full;              /* of the whole declaration */
    wc_span scope;             /* where the name means this; a module's own names: the whole file */
    uint32_t owner;            /* the definition it lies in, an index of defs, or WC_INDEX_NONE */
    uint16_t order;            /* among its owner's definitions of this kind, from 0 */
    const wc_index_type *type; /* of its values; NULL: none, or not known */
    wc_str written;            /* the declaration without its body, on one line */
    wc_str value;              /* constants: their value; "" otherwise */
    wc_str doc; /* the comment above it, else behind it on its line; lines end with \n */

    /* ACTION, VIEW, AFTER, FUNC */
    wc_str callers; /* "generator or GridOperator", "2 of a, b, c", "any party" */
    wc_str states;  /* "Active, Paused"; "" means every state that is not final */
    wc_str leads;   /* states a goto of its body names */
    wc_str raises;  /* errors it can raise, what it calls included */
    unsigned effects;
    uint64_t gas;          /* worst case; 0: not known, because there is no code */
    bool has_written_type; /* LOCAL, PARAM: `: T` stands behind the name */
} wc_index_def;

/* --- places ----------------------------------------------------------------------------------- */

typedef struct wc_index_use {
    wc_span span; /* in the compiled file; definitions themselves are not uses */
    uint32_t def;
} wc_index_use;

typedef struct wc_index_value { /* an expression that has a value */
    wc_span span;
    const wc_index_type *type;
    bool is_ranged; /* a number: it lies in [low, high], mantissas of the type's scale */
    wc_i128 low, high;
    bool is_rounding; /* a `round` */
    bool has_target;  /* ... with its type written */
} wc_index_value;

typedef enum wc_index_token_class {
    WC_INDEX_TOKEN_KEYWORD, /* reserved, or a word with meaning where it stands */
    WC_INDEX_TOKEN_NAME,
    WC_INDEX_TOKEN_NUMBER, /* numbers, percentages, quantities with their unit, dates */
    WC_INDEX_TOKEN_STRING,
    WC_INDEX_TOKEN_COMMENT,
    WC_INDEX_TOKEN_OPERATOR /* and all other punctuation */
} wc_index_token_class;

typedef struct wc_index_token {
    wc_span span;
    wc_index_token_class class;
} wc_index_token;

typedef struct wc_source_index {
    uint32_t def_count;
    wc_index_def *defs; /* ascending by span, so by file */
    uint32_t use_count;
    const wc_index_use *uses; /* ascending, no two of one place */
    uint32_t value_count;
    const wc_index_value *values; /* ascending by start, the longer first */
    uint32_t token_count;
    const wc_index_token *tokens; /* in order */
} wc_source_index;

/* Appends a mantissa of the type as a person writes it: "0.250 kWh". */
void wc_index_put_number(wc_buf *buf, const wc_index_type *type, wc_i128 mantissa);

/* --- what could be written -------------------------------------------------------------------- */

/* What the language brings along. */
typedef enum wc_index_word_kind {
    WC_INDEX_WORD_FUNCTION, /* usage: "min(a, b)" */
    WC_INDEX_WORD_TYPE,
    WC_INDEX_WORD_VALUE,
    WC_INDEX_WORD_MODE /* of rounding */
} wc_index_word_kind;

typedef struct wc_index_word {
    wc_str name;
    wc_str usage;
    wc_index_word_kind kind;
} wc_index_word;

/* The words of one kind one by one: false behind the last. */
bool wc_index_word_at(wc_index_word_kind kind, uint32_t number, wc_index_word *word);

/* The keywords that may stand at the offset of a text, by the grammar; *takes_name: a name may,
 * too. The text before the offset need not be right. words come from the arena. Errors: NO_MEMORY;
 * TOO_LARGE - more text than a source may have. */
WC_MUST_USE wc_status wc_index_expected(wc_arena *arena, wc_str text, uint32_t offset,
                                        const wc_str **words, uint32_t *count, bool *takes_name);

bool wc_index_is_keyword(wc_str word);
bool wc_index_is_reserved(wc_str word); /* can never be a name, in no place */

#endif
