/* The code generator's inside: one wc_gen per module, one routine at a time.
 *
 * Values. A scalar lives in an i64 or i128 register (wc_val). An aggregate lives in memory and is
 * named by a ref register. Refs to terms, fields, locals and elements are borrowed: nothing is
 * copied until a place takes the value (LET, ASSIGN, arguments of events and calls).
 *
 * Registers and frame slots are taken from pools by type and given back in stack order: a statement
 * takes a mark, and what it took is free again at its end. A local keeps its register or slot to
 * the end of its block. So the number of registers follows the widest statement, not the routine's
 * length. Every function must leave the register it returns alive for its caller; only statements
 * and loops release. */
#ifndef WC_COMPILER_EMIT_GEN_H
#define WC_COMPILER_EMIT_GEN_H

#include <setjmp.h>

#include "compiler/emit/emit.h"
#include "vm/isa/builder.h"
#include "vm/isa/isa.h"

typedef struct wc_val {
    uint16_t reg;
    bool is_wide; /* an i128 pair */
} wc_val;

typedef struct wc_gen_pool_entry {
    bool is_slot; /* frame slot; else register */
    bool is_free;
    bool is_box;  /* refmut to a slot of its own, made in front of the routine */
    uint8_t kind; /* registers: wc_reg_kind */
    uint16_t type;
    uint16_t number; /* register or slot */
} wc_gen_pool_entry;

/* Where a local lives. */
typedef struct wc_gen_home {
    uint16_t reg;
    bool is_set;
    bool is_wide; /* scalar in a pair */
    bool is_mut;  /* aggregate: the register is a refmut */
} wc_gen_home;

/* A local that has a name in the debug part, until as many pool entries are taken as before it. */
typedef struct wc_gen_named {
    uint16_t number; /* of the builder */
    uint32_t taken;  /* pool entries when it got its name */
} wc_gen_named;

/* A place that is being assigned: what its operands have given. */
typedef struct wc_gen_place {
    enum {
        WC_PLACE_REG,         /* scalar local */
        WC_PLACE_MEMORY,      /* base refmut + offset in memory */
        WC_PLACE_ELEMENT,     /* whole element of a list in memory */
        WC_PLACE_ENTRY,       /* whole value of a map in memory, made when it is not there */
        WC_PLACE_STORED_MAP,  /* value of a stored map */
        WC_PLACE_NUMBER_MAP,  /* number in a stored map by numbers; the key is an i64 register */
        WC_PLACE_STORED_LIST, /* element of a stored list */
        WC_PLACE_INSIDE_MAP,  /* part of a value of a stored map: loaded, changed, put back */
        WC_PLACE_INSIDE_LIST
    } kind;

    const wc_sema_type *type; /* of the place */
    uint16_t reg;             /* REG; MEMORY, ELEMENT, ENTRY: base; INSIDE_*: the loaded value */
    uint32_t offset;          /* MEMORY, INSIDE_*: bytes */
    bool is_whole;            /* MEMORY: the base is the place itself */
    uint16_t index;           /* ELEMENT, *_LIST: i64 register */
    uint16_t key;             /* ENTRY, *_MAP: ref register */
    uint16_t field;           /* stored: storage field */
    const wc_sema_type *item; /* stored: element type */
} wc_gen_place;

/* What loops of the routine use and need not make anew each time: it is put in front of them. */
typedef struct wc_gen_hoisted {
    bool is_box;
    uint16_t reg;
    uint16_t slot; /* box */
    int64_t value; /* number */
} wc_gen_hoisted;

#define WC_GEN_HOISTED_MAX 64u  /* of a routine; further ones are made where they are used */
#define WC_GEN_REGISTERS   192u /* registers in use from which on none is spent on these */

#define WC_GEN_RAISED_MAX 256u
#define WC_GEN_POOL_MAX   1024u
#define WC_GEN_NAMED_MAX  1024u /* at a time; further locals have no name in a debugger */

/* Where `break` goes, and what it ends on the way (tests). */
typedef struct wc_gen_way_out {
    bool is_there; /* false: no loop is open */
    wc_label exit;
    uint16_t signers;  /* `as` blocks that are open in the loop */
    bool is_expecting; /* and an `expect` */
} wc_gen_way_out;

typedef struct wc_gen {
    bool is_out_of_memory;
    jmp_buf stop; /* taken when a table cannot grow: nothing made later could be read safely */
    const wc_emit_job *job;
    wc_arena *arena;
    wc_builder *builder;
    const wc_sema_contract *contract; /* NULL in a test image */
    const wc_sema_test *test;         /* NULL in a contract */
    uint16_t *type_map;               /* program type -> module type, or WC_NONE */
    uint16_t *unit_map;
    uint16_t *currency_map;  /* program currency -> module currency, or WC_NONE */
    uint16_t *interface_map; /* program interface -> module interface, or WC_NONE */
    uint16_t *shape_map;     /* program type -> shape of the debug part, or WC_NONE */
    uint16_t func_base;      /* module function of funcs[0] */
    wc_sema_routine **funcs;
    uint16_t func_count;
    uint16_t party_type, empty_tuple;
    const wc_sema_signature **raised; /* errors of a test image, in order of first use */
    uint16_t raised_count;
    uint16_t *file_map; /* source file -> debug file, or WC_NONE */

    /* the routine */
    const wc_sema_routine *routine;
    wc_str routine_name;
    wc_span routine_span;
    bool is_over_limit; /* reported once */
    bool can_write;     /* storage may be written: action or time-out */
    wc_gen_home *homes; /* by local index */
    wc_gen_pool_entry *pool;
    uint32_t pool_count;
    uint16_t *taken; /* stack of pool indexes, none of them twice: WC_GEN_POOL_MAX */
    uint32_t taken_count;
    uint32_t register_count;
    wc_gen_named *named; /* innermost last */
    uint32_t named_count;
    wc_gen_hoisted hoisted[WC_GEN_HOISTED_MAX];
    uint32_t hoisted_count;
    uint16_t *windows; /* per function of the module: first register of its argument window */
    uint16_t *window_results;
    wc_label exit;             /* of an action: ensures follow there */
    wc_gen_way_out loop;       /* of the innermost one */
    uint16_t result_ref;       /* VIEW, FUNC with aggregate result */
    const wc_gen_place *place; /* of the ASSIGN whose right side is generated: CURRENT */
} wc_gen;

#define GEN(gen, name, ...)                                                                        \
    wc_builder_emit((gen)->builder, &(wc_instr){WC_OP_##name, {__VA_ARGS__}})

/* Leaves the generation of this module when the builder has failed (memory, a full table). Called
 * wherever a row has been made that the code is about to look into. */
void wc_gen_stop_if_failed(wc_gen *gen);

/* count + 1 zeroed objects of the arena; leaves the generation when it is full. */
void *wc_gen_alloc(wc_gen *gen, size_t count, size_t size);

/* ---- types.c: types, constants ---- */
uint16_t wc_gen_type(wc_gen *gen, const wc_sema_type *type);
uint16_t wc_gen_members(wc_gen *gen, const wc_sema_member *members, uint16_t count); /* a TUPLE */
uint16_t wc_gen_currency(wc_gen *gen, const wc_sema_currency *currency);
uint16_t wc_gen_method(wc_gen *gen, const wc_sema_type *ref, const wc_sema_method *method);
const wc_type *wc_gen_type_of(const wc_gen *gen, uint16_t type);
uint32_t wc_gen_offset(const wc_gen *gen, uint16_t tuple, uint16_t index); /* bytes */
uint16_t wc_gen_number(wc_gen *gen, int64_t value);                        /* constant index */
/* Byte constant of a constant expression as a value of `type`. */
uint16_t wc_gen_constant(wc_gen *gen, const wc_sema_expr *expr, const wc_sema_type *type);

/* ---- regs.c: registers, slots, places in the source ---- */
uint32_t wc_gen_mark(const wc_gen *gen);
void wc_gen_release(wc_gen *gen, uint32_t mark);
uint16_t wc_gen_i64(wc_gen *gen);
uint16_t wc_gen_i128(wc_gen *gen);
uint16_t wc_gen_reg(wc_gen *gen, wc_reg_kind kind, uint16_t type);
uint16_t wc_gen_slot(wc_gen *gen, uint16_t type);
uint16_t wc_gen_new(wc_gen *gen, uint16_t type); /* refmut to a fresh, empty value */
/* Refmut to memory of the type that is going to be written whole before it is read. */
uint16_t wc_gen_box(wc_gen *gen, uint16_t type);
bool wc_gen_can_hoist(const wc_gen *gen);
void wc_gen_at(wc_gen *gen, wc_span span);
void wc_gen_open(wc_gen *gen, wc_str name, const wc_sema_routine *routine, uint16_t local_count);
void wc_gen_close(wc_gen *gen); /* the function ends */
void wc_gen_too_large(wc_gen *gen, const char *what);

/* ---- names.c: names of locals in the debug part ---- */
/* From the next instruction on the local's home holds its value, until what was taken for it is
 * given back. */
void wc_gen_name(wc_gen *gen, const wc_sema_local *local);
void wc_gen_names_end(wc_gen *gen); /* entries were given back */

/* ---- number.c: scalars ---- */
wc_val wc_gen_scalar(wc_gen *gen, const wc_sema_expr *expr);
uint16_t wc_gen_narrow(wc_gen *gen, const wc_sema_expr *expr); /* the value in an i64 register */
wc_val wc_gen_widened(wc_gen *gen, wc_val value);
uint16_t wc_gen_int(wc_gen *gen, int64_t value); /* a register of one's own with a number */
wc_instr wc_gen_load_number(wc_gen *gen, uint16_t reg, int64_t value);
/* Register with a number, only for reading: in loops it is shared by all that use the number. */
uint16_t wc_gen_const(wc_gen *gen, int64_t value);
/* Computes the value into `target`, without a move where its last instruction can write there. */
void wc_gen_scalar_to(wc_gen *gen, wc_val target, const wc_sema_expr *expr);
/* Comparisons, NOT, AND, OR, IS, CONTAINS as 0 or 1. */
uint16_t wc_gen_truth(wc_gen *gen, const wc_sema_expr *expr);
/* The same for what a test asserts: both sides of a comparison of scalars lie in registers that
 * carry their type, so that a failure can be shown with units. */
uint16_t wc_gen_claim(wc_gen *gen, const wc_sema_expr *expr);
void wc_gen_jump_false(wc_gen *gen, const wc_sema_expr *expr, wc_label target);
void wc_gen_jump_true(wc_gen *gen, const wc_sema_expr *expr, wc_label target);
wc_val wc_gen_arithmetic(wc_gen *gen, const wc_sema_expr *expr);
void wc_gen_move(wc_gen *gen, wc_val target, wc_val value); /* widening it as needed */

/* ---- value.c: aggregates ---- */
typedef struct wc_gen_object { /* base ref and a static offset inside it */
    uint16_t reg;
    uint32_t offset;
    bool is_mut;
} wc_gen_object;

wc_gen_object wc_gen_object_of(wc_gen *gen, const wc_sema_expr *expr);
uint16_t wc_gen_ref(wc_gen *gen, const wc_sema_expr *expr); /* any aggregate, borrowed */
/* The same for a place in memory that is going to be changed: a refmut. */
uint16_t wc_gen_refmut(wc_gen *gen, const wc_sema_expr *expr);
/* Builds or copies the value into fresh memory (empty or zero) of type `type` named by refmut. */
void wc_gen_into(wc_gen *gen, uint16_t refmut, const wc_sema_type *type, const wc_sema_expr *expr);
/* Tuple of arguments in a fresh slot; ref register. */
uint16_t wc_gen_tuple(wc_gen *gen, uint16_t tuple, const wc_sema_member *members,
                      wc_sema_expr **args, uint16_t count);
void wc_gen_fill(wc_gen *gen, uint16_t refmut, uint16_t tuple, const wc_sema_member *members,
                 wc_sema_expr **args, uint16_t count);
/* Ref to a value of exactly `type` (scalars are put into memory): a key, an element. */
uint16_t wc_gen_boxed(wc_gen *gen, const wc_sema_expr *expr, const wc_sema_type *type);
uint16_t wc_gen_field_ref(wc_gen *gen, uint16_t ref, uint32_t offset, uint16_t type, bool is_mut);
uint16_t wc_gen_load(wc_gen *gen, uint16_t ref, uint32_t offset); /* scalar at an offset */
wc_val wc_gen_call(wc_gen *gen, const wc_sema_expr *expr, uint16_t result_ref);
wc_val wc_gen_view(wc_gen *gen, const wc_sema_expr *expr, uint16_t result_ref);

/* ---- collect.c: collections ---- */
bool wc_gen_is_stored(const wc_sema_expr *expr);     /* a storage field kept element by element */
bool wc_gen_is_number_map(const wc_sema_expr *expr); /* one whose keys and values are numbers */
wc_val wc_gen_collection_scalar(wc_gen *gen, const wc_sema_expr *expr);
uint16_t wc_gen_collection_ref(wc_gen *gen, const wc_sema_expr *expr);
void wc_gen_find_into(wc_gen *gen, uint16_t option, const wc_sema_expr *expr);

typedef struct wc_gen_each {
    wc_loop loop;
    wc_label exit;
    wc_gen_way_out outer;
    uint32_t mark;
} wc_gen_each;

/* What a loop goes over, and what it binds; see tree.h. */
typedef struct wc_gen_way {
    const wc_sema_expr *over, *other;
    const wc_sema_local *key, *item, *zip;
    uint32_t trips;
} wc_gen_way;

wc_gen_each wc_gen_each_open(wc_gen *gen, const wc_gen_way *way);
void wc_gen_each_close(wc_gen *gen, wc_gen_each *each);

/* ---- sizes.c: what gas depends on ---- */
/* The size of a collection as the gas forms name it, or WC_NONE: taken as full. */
uint16_t wc_gen_size(wc_gen *gen, const wc_sema_expr *collection);
/* Just opened loops; a call that comes next. */
void wc_gen_note_range(wc_gen *gen, const wc_loop *loop, const wc_sema_stmt *stmt);
void wc_gen_note_each(wc_gen *gen, const wc_loop *loop, const wc_sema_expr *over);
void wc_gen_note_call(wc_gen *gen, const wc_sema_expr *call);

/* ---- series.c: calendars and series ---- */
wc_val wc_gen_calendar_scalar(wc_gen *gen, const wc_sema_expr *expr);
void wc_gen_calendar_span(wc_gen *gen, const wc_sema_expr *expr, uint16_t *start, uint16_t *end);
void wc_gen_ends(wc_gen *gen, const wc_sema_expr *span, uint16_t *start, uint16_t *end);

/* A series or a window of one: its intervals [first, end), the time at which they start. */
typedef struct wc_gen_part {
    uint16_t series; /* ref */
    uint16_t first, end, start;
} wc_gen_part;

wc_gen_part wc_gen_part_of(wc_gen *gen, const wc_sema_expr *series);
bool wc_gen_is_of_window(const wc_sema_expr *expr); /* a scalar read from a window */
wc_val wc_gen_window_scalar(wc_gen *gen, const wc_sema_expr *expr);
/* False: not an operation that makes a series. */
bool wc_gen_series_into(wc_gen *gen, uint16_t refmut, const wc_sema_expr *expr);
void wc_gen_series_set(wc_gen *gen, const wc_sema_stmt *stmt);

/* ---- place.c: assignment ---- */
void wc_gen_assign(wc_gen *gen, const wc_sema_stmt *stmt);
wc_val wc_gen_current(wc_gen *gen, const wc_sema_expr *expr);

/* ---- stmt.c, money.c, test_stmt.c ---- */
void wc_gen_block(wc_gen *gen, const wc_sema_block *block);
void wc_gen_home_of(wc_gen *gen, const wc_sema_local *local); /* gives it a register or slot */
void wc_gen_bind(wc_gen *gen, const wc_sema_local *local, uint16_t ref, uint32_t offset);
void wc_gen_fail(wc_gen *gen, const wc_sema_signature *error, wc_sema_expr **args);
bool wc_gen_money(wc_gen *gen, const wc_sema_stmt *stmt); /* false: not a money statement */
void wc_gen_test_stmt(wc_gen *gen, const wc_sema_stmt *stmt);
void wc_gen_leave_test_blocks(wc_gen *gen); /* those that `break` leaves */
/* Calls an action or view; aggregates go to result_ref. */
wc_val wc_gen_test_call(wc_gen *gen, const wc_sema_expr *expr, uint16_t result_ref);
wc_val wc_gen_test_scalar(wc_gen *gen, const wc_sema_expr *expr);
uint16_t wc_gen_test_ref(wc_gen *gen, const wc_sema_expr *expr);
uint16_t wc_gen_error_index(const wc_sema_contract *contract, const wc_sema_signature *error);
uint16_t wc_gen_raised_index(wc_gen *gen, const wc_sema_signature *error);

/* ---- routine.c ---- */
void wc_gen_function(wc_gen *gen, const wc_sema_routine *routine); /* FUNC */
uint16_t wc_gen_action(wc_gen *gen, const wc_sema_routine *routine, uint16_t args);
uint16_t wc_gen_view_routine(wc_gen *gen, const wc_sema_routine *routine, uint16_t args);
uint16_t wc_gen_condition(wc_gen *gen, wc_str name, const wc_sema_expr *condition,
                          uint16_t local_count);
uint16_t wc_gen_checks(wc_gen *gen, const wc_sema_ensure *checks, uint16_t count);
uint16_t wc_gen_test(wc_gen *gen, const wc_sema_test *test, uint16_t index);
uint16_t wc_gen_params(wc_gen *gen, const wc_sema_routine *routine); /* TUPLE of its parameters */

#endif
