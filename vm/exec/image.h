/* A module translated for execution, and the map of the memory one call needs.
 *
 * Code: one 16-byte cell per stored word, so that a word index is the pc everywhere (source map,
 * trap, trace). A cell names its handler directly; operands are resolved as far as the types allow:
 *
 *   block         imm = gas of the whole block (sum of the table charges of its instructions)
 *   ldi           imm = the number
 *   ldc, ldcw     b = index into numbers
 *   branches      imm = distance of the target in bytes, negative for `loop`; lenter, texpect:
 *                 c = distance in cells
 *   new           b = type of the slot, imm = its offset in the frame
 *   leac          imm = offset of the constant
 *   on memory     d = type that the ref operand points to
 *   two words     d = operand D in the first cell; second cell: a, b, c = D, E, F, but for mdr, mr
 *                 wide = the constants {E, F} and for lenter wide.first = the greatest trip count
 *   mr_*_div      d = shift, wide = {factor, F} of the reciprocal of the constant F
 *
 * Memory of one call (wc_call_memory_size), nothing of it cleared between calls:
 *
 *   wc_exec | frames of calls | registers | terms, storage, parties, state, own id, caller |
 *   arguments | result | function frames | record | scratch | second scratch | split parts */
#ifndef WC_VM_EXEC_IMAGE_H
#define WC_VM_EXEC_IMAGE_H

#include "vm/vm.h"

/* One register. A ref is an address: it never leaves the registers, so it cannot be seen. */
typedef union wc_slot {
    int64_t i;
    uint64_t u;
    uint8_t *p;
} wc_slot;

typedef union wc_cell {
    struct {
        union {
            const void *label; /* computed goto */
            uintptr_t number;  /* switch */
        } handler;

        uint16_t a, b;

        union {
            struct {
                uint16_t c, d;
            };

            uint32_t imm;
        };
    };

    struct {
        int64_t first, second;
    } wide;
} wc_cell;

_Static_assert(sizeof(wc_cell) == 16, "one cell per word, four to a cache line");

typedef struct wc_code {
    const wc_cell *first; /* its first block */
    uint16_t index;
    uint16_t reg_count, param_count, result_count;
    uint32_t frame_size;
} wc_code;

/* A stored map of numbers by numbers, as the instructions on it need it. */
typedef struct wc_number_map {
    wc_bounds key, value;
    uint16_t id; /* of the storage field */
} wc_number_map;

/* Entries of a collection type: what xref, mkey and mval multiply with. */
typedef struct wc_shape {
    uint32_t stride;   /* bytes of an entry; LIST, SET, SORTED, MAP */
    uint32_t value_at; /* MAP: offset of the value in an entry; SERIES: of the qualities */
} wc_shape;

typedef enum wc_root_part {
    WC_ROOT_TERMS = 0,
    WC_ROOT_STORAGE = 1,
    WC_ROOT_PARTIES = 2,
    WC_ROOT_STATE = 3,
    WC_ROOT_ID = 4,
    WC_ROOT_CALLER = 5,
    WC_ROOT_PARTS = 6
} wc_root_part;

typedef enum wc_sys {
    WC_SYS_NOW = 0,
    WC_SYS_ENTERED = 1,
    WC_SYS_DEPLOYED = 2,
    WC_SYS_STATE = 3,
    WC_SYS_COUNT = 4
} wc_sys;

#define WC_SECOND_MIN 8192u /* bytes of the second scratch, at least */

/* Byte offsets in call memory, multiples of 16. */
typedef struct wc_map {
    size_t calls, registers, root[WC_ROOT_PARTS], args, result, frames, record, scratch, second,
        parts;
    size_t record_size, scratch_size, second_size;
    size_t size;
} wc_map;

typedef struct wc_exec wc_exec;
struct wc_frame;

/* One function of a module that a C compiler has translated (vm/native). */
typedef bool (*wc_native_function)(wc_exec *exec, const wc_code *code, struct wc_frame *frame,
                                   wc_slot *r, uint8_t *slots);

/* One for each instruction, in the order of ops.def, then those of handlers.def and pairs.def. */
typedef enum wc_handler {
#define WC_OP(code, name, a, b, c, d, e, f, gas, flags, summary) WC_HANDLER_##name,
#include "vm/isa/ops.def"
#undef WC_OP
#define WC_HANDLER(name, when) WC_HANDLER_##name,
#include "vm/exec/handlers.def"
#undef WC_HANDLER
#define WC_RUN(first, second, link, body) WC_HANDLER_##first##_then_##second,
#include "vm/exec/pairs.def"
#undef WC_RUN
    WC_HANDLER_COUNT
} wc_handler;

/* How cells are run: the interpreter of loop.c; tests bring a second one built with `switch`. */
typedef struct wc_engine {
    /* Labels by wc_handler; NULL, or one that answers NULL: cells hold the handler's number. */
    const void *const *(*handlers)(void);
    bool (*run)(wc_exec *exec, const wc_code *code);
    /* wc_scalar_view_call: the short way when nothing is out of the ordinary (view.h). */
    bool (*view)(wc_scalar_view *view, uint64_t gas_limit, const int64_t *args, int64_t *result);
    bool has_pairs; /* translation may use the handlers of pairs.def */
} wc_engine;

extern const wc_engine wc_engine_loop;
extern const wc_engine wc_engine_observed; /* tells image->observer of each instruction */

struct wc_image {
    const wc_module *module;
    const wc_engine *engine;
    const wc_observer *observer;      /* NULL: nobody watches */
    const wc_native_function *native; /* module->function_count; NULL: interpreted */
    const wc_cell *cells;             /* module->word_count */
    const wc_code *codes;             /* module->function_count */
    const int64_t *numbers;           /* module->number_count; clamped to 64 bits */
    const wc_shape *shapes;           /* module->type_count */
    const wc_number_map *maps;        /* module->field_count; zero for what is no map of numbers */
    uint8_t *constants;          /* decoded; only read through refs of the kind that cannot write */
    const uint32_t *constant_at; /* module->bytes_count: offset in constants */
    const uint32_t
        *methods; /* module->entry_count: interface method id of ACTION and VIEW, else 0 */
    uint16_t invariants[WC_INVARIANTS_MAX]; /* entry indexes, in order */
    uint16_t invariant_count;
    uint32_t split_parts; /* entries of the longest list that a `split` divides among */
    wc_map map;
};

/* Translates a verified module. NO_MEMORY; OUT_OF_DOMAIN for what no verified module holds. */
WC_MUST_USE wc_status wc_image_translate(const wc_module *module, const wc_engine *engine,
                                         wc_arena *arena, wc_image **image);

/* Parts of it, in files of their own. */
WC_MUST_USE wc_status wc_image_cells(wc_image *image, wc_arena *arena); /* cells.c */
void wc_image_map(wc_image *image);                                     /* map.c; after cells */

#endif
