/* Compiling from files: what every author's verb and the demo share. */
#ifndef WC_NODE_CLI_COMPILE_H
#define WC_NODE_CLI_COMPILE_H

#include "compiler/compiler.h"
#include "node/cli/cli.h"

/* The sources of the standard contracts inside the program ("spot.spot"), ascending by path. */
extern const wc_embedded wc_contract_files[];
extern const size_t wc_contract_file_count;

/* Compiles one file. Modules that it uses are looked for beside it: `a.b` is a/b.clause in the
 * folder above the file's own, in its own folder, then among the standard contracts. *compilation
 * borrows from the arena. The returned code is WC_EXIT_DONE also when there are errors in the
 * source (has_failed); else a message was printed. */
wc_exit wc_cli_compile(const wc_cli *cli, const char *path, wc_arena *arena, bool check_only,
                       wc_compilation **compilation);

/* The same for a standard contract of the program. */
wc_exit wc_cli_compile_embedded(const wc_cli *cli, wc_str path, wc_arena *arena,
                                wc_compilation **compilation);

/* Prints the diagnostics: JSON to standard output, else text to standard error. */
void wc_cli_print_diags(const wc_cli *cli, const wc_compilation *compilation, wc_arena *arena);

#endif
