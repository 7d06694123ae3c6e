/* Derives the gas forms of a module's entries (gas_form.h) from its code and what the compiler
 * noted about it. */
#ifndef WC_VM_ISA_GAS_DERIVE_H
#define WC_VM_ISA_GAS_DERIVE_H

#include "vm/isa/debug.h"
#include "vm/isa/module.h"

#define WC_GAS_SIZE_PARAM 0 /* kind of a size that only callers know; never in a stored form */

/* At the word of `lenter`: the loop turns as often as the size says. At `clearnet`: the map has
 * that size. word counts in the function. */
typedef struct wc_gas_note {
    uint16_t function;
    uint16_t size;
    uint32_t word;
} wc_gas_note;

/* At the word of `call`: what the callee knows as size `param` is size `size` here; WC_NONE: not
 * known, taken as full. */
typedef struct wc_gas_pass {
    uint16_t function;
    uint16_t param, size;
    uint32_t word;
} wc_gas_pass;

typedef struct wc_gas_notes { /* each ascending by function and word */
    uint16_t size_count;
    wc_gas_size *sizes;
    uint32_t note_count, pass_count;
    const wc_gas_note *notes;
    const wc_gas_pass *passes;
} wc_gas_notes;

/* Fills in debug->sizes and debug->forms, one form for each entry.
 * Requires: the module is verified (wc_module_bound, wc_module_verify).
 * Errors: NO_MEMORY. TOO_LARGE - more than WC_GAS_SIZES_MAX sizes. debug is unchanged. */
WC_MUST_USE wc_status wc_gas_derive(const wc_module *module, const wc_gas_notes *notes,
                                    wc_arena *arena, wc_debug *debug);

/* Where a function's worst case comes from: what the words of a line cost at full sizes, loops
 * multiplied, callees counted at the line of the call. */
typedef struct wc_gas_line {
    uint16_t file;
    uint32_t line;
    uint64_t gas;
} wc_gas_line;

#define WC_GAS_DEAREST 3u

typedef struct wc_gas_dearest { /* the dearest lines, dearest first */
    uint32_t count;
    wc_gas_line lines[WC_GAS_DEAREST];
} wc_gas_dearest;

/* Errors: NO_MEMORY. */
WC_MUST_USE wc_status wc_gas_lines(const wc_module *module, const wc_debug *debug,
                                   uint16_t function, wc_arena *arena, wc_gas_dearest *dearest);

#endif
