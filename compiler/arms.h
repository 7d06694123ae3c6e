/* The arms of every `match` in the contracts of a program, for coverage. Each arm but the last of
 * its match is entered by a branch at its own place; the last one by not entering the one before.
 */
#ifndef WC_COMPILER_ARMS_H
#define WC_COMPILER_ARMS_H

#include "compiler/source.h"

struct wc_sema_program;

typedef struct wc_compiled_arm {
    wc_span span;   /* from its pattern on */
    wc_str pattern; /* as written, cut after 40 bytes */
    bool is_last;   /* of its match; the arms of one match follow each other */
} wc_compiled_arm;

/* From the arena; a function that several contracts use stands there once for each. NO_MEMORY. */
WC_MUST_USE wc_status wc_find_arms(const struct wc_sema_program *program, const wc_sources *sources,
                                   wc_arena *arena, const wc_compiled_arm **arms, uint32_t *count);

#endif
