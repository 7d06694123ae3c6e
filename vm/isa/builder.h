/* Builds a module: tables with interning, functions with labels. Used by the compiler's emitter and
 * by the assembler.
 *
 * Everything lives in the caller's arena. Failures stick: when the arena is full or a limit is
 * passed, every later call does nothing and answers 0, and wc_builder_finish returns the first
 * status; so an emitter is a straight list of calls. Misuse (an index that was never given out, a
 * label placed twice) is asserted. Indexes are given in order of creation, nothing is sorted: the
 * same calls give the same module. Equal strings, types, units, currencies, numbers and byte
 * constants get the same index.
 *
 * Blocks are the builder's business. It writes the `block` words: at the start of a function, after
 * every instruction that ends a block, and where a label is placed. Code that nothing reaches
 * (after jmp, ret, fail, until a label is placed that somebody jumps to) is dropped silently,
 * because the verifier refuses it; a label used only there counts as unused.
 *
 *   f = wc_builder_function(b, name);
 *   r = wc_builder_reg(b, WC_REG_I64, WC_NONE);       parameters first, then wc_builder_params
 *   wc_label out = wc_builder_label(b);
 *   wc_builder_emit(b, &(wc_instr){WC_OP_brz, {r, out}});    operand `to` is a label
 *   wc_builder_place(b, out);
 *   wc_builder_emit(b, &(wc_instr){WC_OP_ret, {0}});
 *   wc_builder_end(b);
 *
 *   wc_loop loop = wc_builder_loop(b, counter, limit, max_trips_const, exit_label);
 *   ... body; break: jmp exit_label; continue: a label placed before wc_builder_loop_end ...
 *   wc_builder_loop_end(b, &loop);                          also places exit_label
 */
#ifndef WC_VM_ISA_BUILDER_H
#define WC_VM_ISA_BUILDER_H

#include "vm/isa/debug.h"
#include "vm/isa/gas_derive.h"
#include "vm/isa/isa.h"

typedef struct wc_builder wc_builder;
typedef uint16_t wc_label; /* valid inside one function */

typedef struct wc_instr {
    wc_op op;
    uint16_t operands[6]; /* a..f as in ops.def; `to` takes a label; unused ones are 0 */
} wc_instr;

typedef struct wc_loop {
    uint16_t counter, limit;
    wc_label exit;
    uint32_t enter; /* word of `lenter` */
    bool is_open;   /* false: the loop was opened in unreachable code */
} wc_loop;

/* NULL when the arena is full. The module starts with strings 0 (contract name) and 1 (module
 * path). */
wc_builder *wc_builder_new(wc_arena *arena, wc_sha256_fn hash, wc_str contract, wc_str path);

/* WC_OK, or the first failure: NO_MEMORY, TOO_LARGE (a limit of module.h). */
WC_MUST_USE wc_status wc_builder_status(const wc_builder *builder);

/* The module as built so far, for reading types and the like; layouts of the types that exist are
 * computed (a type outside its domain makes the builder fail with OUT_OF_DOMAIN or TOO_LARGE). */
const wc_module *wc_builder_module(const wc_builder *builder);

/* ---- interned tables ---- */
uint16_t wc_builder_string(wc_builder *builder, wc_str text);
uint16_t wc_builder_unit(wc_builder *builder, wc_str text);
uint16_t wc_builder_currency(wc_builder *builder, wc_str code, uint8_t minor);
/* The table is borrowed: it must live as long as the builder. */
uint16_t wc_builder_calendar(wc_builder *builder, wc_str zone, wc_str version,
                             const wc_zone *table);
/* Members, fields and variants are copied; derived members are ignored and computed. Members that
 * the kind does not use may hold anything. */
uint16_t wc_builder_type(wc_builder *builder, const wc_type *type);
/* A tuple without declared name; names may be NULL: no field has a name. count 0: the empty tuple.
 */
uint16_t wc_builder_tuple(wc_builder *builder, const uint16_t *names, const uint16_t *types,
                          uint16_t count);
uint16_t wc_builder_number(wc_builder *builder, wc_i128 value);
uint16_t wc_builder_bytes(wc_builder *builder, uint16_t type, wc_slice abi);

/* ---- plain tables, in order ---- */
/* Methods are copied; their ids are computed. Method i of it has module index interfaces[r].first +
 * i. */
uint16_t wc_builder_interface(wc_builder *builder, wc_str name, const wc_method *methods,
                              uint16_t count);
uint16_t wc_builder_party(wc_builder *builder, const wc_party_decl *party);
uint16_t wc_builder_error(wc_builder *builder, wc_str name, uint16_t args);
uint16_t wc_builder_event(wc_builder *builder, wc_str name, uint16_t args);
/* The term's name and type are the next field of the terms tuple. */
uint16_t wc_builder_term(wc_builder *builder, uint16_t name, uint16_t type, const wc_term *term);
/* Ascending by id; `root` is ignored and computed. */
uint16_t wc_builder_field(wc_builder *builder, const wc_storage_field *field);
uint16_t wc_builder_state(wc_builder *builder, const wc_state_decl *state);
uint16_t wc_builder_entry(wc_builder *builder, const wc_entry *entry);
/* Makes the module a test image. */
uint16_t wc_builder_test(wc_builder *builder, wc_str name, uint16_t function);
void wc_builder_mark_test_image(wc_builder *builder);
void wc_builder_source_version(wc_builder *builder, uint16_t version);

/* The types that follow from the tables. Call each once, when its table is complete and before code
 * names it; wc_builder_finish makes those that were not asked for. */
uint16_t wc_builder_parties_type(wc_builder *builder);
uint16_t wc_builder_terms_type(wc_builder *builder);
uint16_t wc_builder_storage_type(wc_builder *builder);
uint16_t wc_builder_state_type(wc_builder *builder); /* WC_NONE without states */

/* ---- functions, one at a time ---- */
uint16_t wc_builder_function(wc_builder *builder, wc_str name); /* opens it, returns its index */
/* A new register; I128 takes two and returns the first. type: pointee, or unit type, or WC_NONE. */
uint16_t wc_builder_reg(wc_builder *builder, wc_reg_kind kind, uint16_t type);
/* The registers made so far are the parameters. */
void wc_builder_params(wc_builder *builder);
/* Appends a result of kind I64 or I128. */
void wc_builder_result(wc_builder *builder, wc_reg_kind kind);
uint16_t wc_builder_slot(wc_builder *builder, uint16_t type);
void wc_builder_end(wc_builder *builder);

wc_label wc_builder_label(wc_builder *builder);
void wc_builder_place(wc_builder *builder, wc_label label);
void wc_builder_emit(wc_builder *builder, const wc_instr *instr);
/* False after jmp, ret or fail, until a label that is jumped to is placed. */
bool wc_builder_is_reachable(const wc_builder *builder);
/* Lets the last instruction write its number into register `to` instead of `from`, and the `range`
 * behind it look there. False, and nothing changed, when the last instruction of the block does not
 * write `from`. Nothing else may read `from` before it is written again. */
bool wc_builder_retarget(wc_builder *builder, uint16_t from, uint16_t to);

/* Puts one-word instructions that do not branch in front of the function that is about to end:
 * into its first block. */
void wc_builder_prologue(wc_builder *builder, const wc_instr *instrs, uint32_t count);

/* Word index of the next instruction. */
uint32_t wc_builder_word(const wc_builder *builder);

/* trips: number constant, the greatest number of iterations. exit: a label not yet placed. A body
 * that never reaches its end becomes a plain branch: the verifier wants every `lenter` closed. */
wc_loop wc_builder_loop(wc_builder *builder, uint16_t counter, uint16_t limit, uint16_t trips,
                        wc_label exit);
void wc_builder_loop_end(wc_builder *builder, const wc_loop *loop);

/* ---- debug part ---- */
uint16_t wc_builder_file(wc_builder *builder, wc_str path, wc_hash source);
/* Words emitted from here on belong to this place (word of it is ignored). */
void wc_builder_at(wc_builder *builder, const wc_debug_line *line);
/* How the number of a local reads; texts and names are copied. WC_NONE: there are too many. */
uint16_t wc_builder_shape(wc_builder *builder, const wc_debug_shape *shape);
/* From the next instruction on the register holds the value of this name, until it ends or the
 * function does. Answers its number in the function, or WC_NONE: there are too many, this one has
 * no name in a debugger. shape may be WC_NONE: nothing is noted. */
uint16_t wc_builder_local(wc_builder *builder, wc_str name, uint16_t shape, uint16_t reg);
void wc_builder_local_end(wc_builder *builder, uint16_t local); /* WC_NONE: nothing */

/* ---- sizes that gas depends on (gas_derive.h) ---- */
/* Equal ones get the same index. WC_NONE when there are too many: taken as full. */
uint16_t wc_builder_size(wc_builder *builder, uint8_t kind, wc_str name, uint32_t capacity);
/* At a word of the open function, ascending; size WC_NONE notes nothing. */
void wc_builder_note(wc_builder *builder, uint32_t word, uint16_t size);
void wc_builder_pass(wc_builder *builder, uint32_t word, uint16_t param, uint16_t size);
/* The word at which the next instruction will stand. */
uint32_t wc_builder_next_word(const wc_builder *builder);
/* What was noted; valid until the next call that notes. */
wc_gas_notes wc_builder_gas_notes(const wc_builder *builder);

/* Completes the tables; *module and *debug live in the arena. bounds are not computed: call
 * wc_module_bound next, then wc_module_encode. debug->module is left for whoever has the bytes. */
WC_MUST_USE wc_status wc_builder_finish(wc_builder *builder, wc_module **module, wc_debug **debug);

#endif
