/* Modules that a verb takes from a file: a .wcb, or a source that is compiled. */
#ifndef WC_NODE_CLI_PREVIOUS_H
#define WC_NODE_CLI_PREVIOUS_H

#include "node/cli/compile.h"
#include "vm/isa/isa.h"

typedef struct wc_cli_loaded_module {
    wc_slice bytes;
    const wc_module *module; /* verified; NULL: none was asked for */
    bool is_source;          /* it was compiled: what it proves is known */
    uint32_t proof_count;
    const wc_compiled_proof *proofs;
} wc_cli_loaded_module;

/* Loads OLD.wcb, or compiles OLD.clause; of a file with several contracts that of --contract.
 * previous: the version before it, for its `upgrade`, or NULL. Prints the reason on failure. */
wc_exit wc_cli_load_module(const wc_cli *cli, const char *path, const wc_module *previous,
                           wc_arena *arena, wc_cli_loaded_module *loaded);

/* What --previous names; module NULL without the option. */
wc_exit wc_cli_previous(const wc_cli *cli, wc_arena *arena, wc_cli_loaded_module *previous);

#endif
