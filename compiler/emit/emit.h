/* Code generation: from the checked tree to modules of register bytecode.
 *
 * One contract gives one module; the tests of a file give one test image, which names contracts by
 * their index in the program and entries by their index in the contract's module. Entry i of a
 * module is action i for i < action_count, then come the views, then invariants, time-outs, the
 * functions that say when they are due, and the deployment check: the test image and native calls
 * rely on that order.
 *
 * The same tree gives the same bytes everywhere: tables are filled in the order of the source. */
#ifndef WC_COMPILER_EMIT_EMIT_H
#define WC_COMPILER_EMIT_EMIT_H

#include "compiler/sema/sema.h"
#include "vm/isa/debug.h"

typedef struct wc_emit_job {
    wc_arena *arena; /* receives the module and all working tables */
    wc_diags *diags; /* E09xx: a routine that exceeds a limit of the machine */
    const wc_sources *sources;
    const wc_hash *source_hashes; /* of the text of each source */
    wc_sha256_fn hash;
    const wc_sema_program *program;
} wc_emit_job;

/* *module and *debug are complete, with gas bounds. When the contract exceeds a limit of the
 * machine the diagnostics say so and *module is NULL.
 * Errors: NO_MEMORY. Our own bug (the verifier refuses what was generated) is asserted. */
WC_MUST_USE wc_status wc_emit_contract(const wc_emit_job *job, const wc_sema_contract *contract,
                                       wc_module **module, wc_debug **debug);

/* The same for all tests of the program; *module is NULL when there are none. */
WC_MUST_USE wc_status wc_emit_tests(const wc_emit_job *job, wc_module **module, wc_debug **debug);

#endif
