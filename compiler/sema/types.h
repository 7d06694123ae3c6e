/* Types, units and value ranges of Clause as the checker computes them.
 *
 * Types and units are interned: two are the same exactly when their pointers are equal. Records,
 * enums and interfaces are distinct by declaration; everything else by structure. Indexes follow
 * the order of interning, which follows the order of the source: they are deterministic.
 *
 * A type in the source is a place of 64 bits with bounds (language D4). A number between places has
 * the type's kind, scale and unit with the full bounds, and its range stands beside it in the
 * expression (wc_sema_range): only the range decides between 64 and 128 bits. */
#ifndef WC_COMPILER_SEMA_TYPES_H
#define WC_COMPILER_SEMA_TYPES_H

#include "compiler/source.h"
#include "vm/base/int.h"

struct wc_sema_contract;
struct wc_sema_interface;

#define WC_UNIT_BASES_MAX    8u /* base units in one unit after cancelling */
#define WC_UNIT_EXPONENT_MAX 9  /* absolute value */

/* --- units ------------------------------------------------------------------------------------ */

typedef struct wc_sema_currency {
    uint16_t index; /* in wc_sema_program.currencies */
    wc_str code;    /* "CNY" */
    uint8_t minor;  /* decimals, in [0, WC_DECIMALS_MAX] */
    wc_span span;
} wc_sema_currency;

/* Base units are the `unit Wh : energy;` of the source and the currencies. */
typedef struct wc_sema_power {
    uint16_t base;   /* index of the base unit */
    int8_t exponent; /* not 0 */
} wc_sema_power;

typedef struct wc_sema_unit {
    uint16_t index; /* in wc_sema_program.units; 0 is the unit of plain numbers */
    wc_str text; /* canonical, a function of powers and factor: "kWh", "CNY/kWh"; "" for index 0 */
    uint8_t power_count;
    wc_sema_power powers[WC_UNIT_BASES_MAX]; /* ascending by base */
    int64_t numerator, denominator;   /* 1 of this unit = n/d of the base product; reduced, > 0 */
    const wc_sema_currency *currency; /* the unit is one currency and nothing else, or NULL */
} wc_sema_unit;

/* --- ranges ----------------------------------------------------------------------------------- */

/* Inclusive; every value the expression can have at run time lies in it. */
typedef struct wc_sema_range {
    wc_i128 lo, hi;
} wc_sema_range;

/* --- types ------------------------------------------------------------------------------------ */

typedef enum wc_sema_kind {
    WC_SEMA_POISON = 0, /* an error was reported already; silent everywhere; never in a program */
    WC_SEMA_VOID,       /* no value */
    WC_SEMA_BOOL,
    WC_SEMA_INT,  /* [lo, hi] */
    WC_SEMA_DEC,  /* value * 10^-scale of unit, mantissa in [lo, hi]; money has a currency unit */
    WC_SEMA_TIME, /* seconds */
    WC_SEMA_DATE, /* days */
    WC_SEMA_INTERVAL,
    WC_SEMA_PARTY,
    WC_SEMA_BYTES, /* capacity bytes */
    WC_SEMA_TEXT,  /* up to capacity bytes */
    WC_SEMA_TUPLE, /* fields without names */
    WC_SEMA_RECORD,
    WC_SEMA_ENUM,   /* has_data: ENUM of the module, else TAG */
    WC_SEMA_OPTION, /* ENUM {none, some(item)} of the module: variant 0 none, 1 some */
    WC_SEMA_LIST,
    WC_SEMA_SET, /* item: key */
    WC_SEMA_MAP, /* item: key, value */
    WC_SEMA_SORTED,
    WC_SEMA_SERIES,
    WC_SEMA_CONTRACT_REF, /* PARTY of the module with an interface */
    WC_SEMA_INSTANCE      /* tests only: what deploy returns */
} wc_sema_kind;

typedef struct wc_sema_type wc_sema_type;

typedef struct wc_sema_member {
    wc_str name; /* "" in tuples */
    wc_span span;
    const wc_sema_type *type;
    const struct wc_sema_expr *initial; /* records: constant, or NULL: must be given */
} wc_sema_member;

typedef struct wc_sema_variant {
    wc_str name;
    wc_span span;
    uint16_t member_count;
    const wc_sema_member *members; /* NULL when member_count is 0 */
} wc_sema_variant;

struct wc_sema_type {
    wc_sema_kind kind;
    uint16_t index; /* in wc_sema_program.types */
    wc_str name;    /* RECORD, ENUM: as declared; else "" */
    wc_span span;   /* RECORD, ENUM: the declaration */

    int64_t lo, hi;            /* INT, DEC: inclusive; the whole 64 bits when not written */
    uint8_t scale;             /* DEC: in [0, WC_DECIMALS_MAX] */
    const wc_sema_unit *unit;  /* DEC: never NULL */
    uint32_t capacity;         /* BYTES, TEXT, LIST, SET, MAP, SORTED, SERIES: >= 1 */
    const wc_sema_type *item;  /* OPTION, LIST, SORTED, SERIES: element; SET, MAP: key */
    const wc_sema_type *value; /* MAP */
    uint16_t order;            /* SORTED: index of the ordering member of item */
    bool is_descending;        /* SORTED */
    uint32_t step;             /* SERIES: seconds, > 0 */
    uint16_t member_count;     /* RECORD, TUPLE */
    const wc_sema_member *members;
    uint16_t variant_count; /* ENUM: in [1, 65535] */
    const wc_sema_variant *variants;
    bool has_data;                             /* ENUM: some variant has members */
    const struct wc_sema_interface *interface; /* CONTRACT_REF */
    const struct wc_sema_contract *contract;   /* INSTANCE */

    uint8_t depth;        /* nesting, in [1, WC_TYPE_NESTING_MAX] */
    uint64_t size;        /* bytes in call memory as module.h lays it out */
    uint64_t encoded_max; /* bytes of the longest ABI encoding */
    wc_str text;          /* as messages show it: "dec<3, kWh>", "list<Leg, 16>"; cut when long */
};

/* A value of this kind is one i64 or i128 register: bool, numbers, times, enum without data. */
static inline bool wc_sema_is_scalar(const wc_sema_type *type)
{
    return (type->kind >= WC_SEMA_BOOL && type->kind <= WC_SEMA_DATE) ||
           (type->kind == WC_SEMA_ENUM && !type->has_data);
}

static inline bool wc_sema_is_number(const wc_sema_type *type)
{
    return type->kind == WC_SEMA_INT || type->kind == WC_SEMA_DEC;
}

/* list, set, map, sorted: what a storage field keeps element by element, outside the root record.
 * A series is a value like a record. */
static inline bool wc_sema_is_collection(const wc_sema_type *type)
{
    return type->kind >= WC_SEMA_LIST && type->kind <= WC_SEMA_SORTED;
}

#endif
