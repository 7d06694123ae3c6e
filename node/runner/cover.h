/* What tests have run of a contract, counted on the bytecode that is deployed.
 *
 * An observer of the chain (vm/vm.h). Counters are by word of the module; the debug part turns them
 * into places of the source. Nothing is compiled differently, so nothing can be counted that would
 * not run on a node, and all that runs on a node is counted. */
#ifndef WC_NODE_RUNNER_COVER_H
#define WC_NODE_RUNNER_COVER_H

#include "vm/isa/debug.h"
#include "vm/vm.h"

#define WC_COVER_MODULES_MAX 128u
#define WC_COVER_DEPTH       64u

/* Bits of `rounding`, by word. */
#define WC_COVER_EXACT   1u
#define WC_COVER_INEXACT 2u
#define WC_COVER_TIE     4u

typedef struct wc_cover_module {
    const wc_module *module;
    const wc_debug *debug;
    uint32_t *hits;      /* by word: times the instruction began */
    uint32_t *jumped;    /* by word of a branch: times it was taken, */
    uint32_t *fell;      /* and times it was not */
    uint8_t *rounding;   /* by word */
    uint64_t *from, *to; /* by entry: bits of the states it was done in, and led to */
    uint32_t *who;       /* by entry: bits of its `by` list that let the principal in */
    uint32_t *done;      /* by entry: calls that succeeded */
    uint32_t *errors;    /* by error: times it was raised */
    uint64_t states;     /* that instances were in */
} wc_cover_module;

typedef struct wc_cover_call {
    wc_cover_module *to;
    uint16_t entry, state;
    bool is_deploy;
} wc_cover_call;

typedef struct wc_cover {
    wc_observer observer;
    uint32_t module_count;
    wc_cover_module modules[WC_COVER_MODULES_MAX];
    uint32_t depth;
    wc_cover_call calls[WC_COVER_DEPTH];
    const wc_module *current; /* as the chain has it; and which of ours that is */
    wc_cover_module *current_to;
    bool has_branch; /* the instruction before was a branch of current, at: */
    uint16_t branch_function;
    uint32_t branch_word;
} wc_cover;

void wc_cover_init(wc_cover *cover);

/* Makes a contract count; a second one of the same name and module path is the same contract.
 * module and debug must stay. NO_MEMORY, TOO_LARGE. */
WC_MUST_USE wc_status wc_cover_add(wc_cover *cover, const wc_module *module, const wc_debug *debug,
                                   wc_arena *arena);

#endif
