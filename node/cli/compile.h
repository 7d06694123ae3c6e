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

/* The same for a text in place of the file's, with every lint. */
wc_exit wc_cli_compile_lint(const wc_cli *cli, const char *path, wc_str text, wc_arena *arena,
                            wc_compilation **compilation);

/* A module that is at hand already. */
typedef struct wc_cli_loaded {
    wc_str path; /* of its module: "ppa.ppa" */
    wc_str name; /* of its file */
    wc_str text;
    wc_str uses; /* its `use` declarations in one line */
} wc_cli_loaded;

typedef struct wc_cli_text {
    const char *folder; /* where modules are looked for: with its last '/', "" for the current */
    wc_str name, text;
    const wc_cli_loaded *loaded; /* looked at first */
    uint32_t loaded_count;
    const wc_module *previous; /* as for wc_cli_compile_after */
} wc_cli_text;

/* Compiles a text that stands in no file. */
wc_exit wc_cli_compile_text(const wc_cli *cli, const wc_cli_text *source, wc_arena *arena,
                            wc_compilation **compilation);

/* The same with a sheet for each contract of the file; its tests get no code. */
wc_exit wc_cli_compile_sheets(const wc_cli *cli, const char *path, wc_arena *arena,
                              wc_compilation **compilation);

/* The same with the version before of the contract of its name, or NULL. */
wc_exit wc_cli_compile_after(const wc_cli *cli, const char *path, const wc_module *previous,
                             wc_arena *arena, wc_compilation **compilation);

/* The same, to be compared with that version: what has to stay and does not is no error. */
wc_exit wc_cli_compile_beside(const wc_cli *cli, const char *path, const wc_module *previous,
                              wc_arena *arena, wc_compilation **compilation);

/* The same for a standard contract of the program. */
wc_exit wc_cli_compile_embedded(const wc_cli *cli, wc_str path, wc_arena *arena,
                                wc_compilation **compilation);

/* The diagnostics of one verb, however many files it reads: json is one array, sarif one log with
 * a run per file; both go to standard output. human and short go to standard error. */
typedef struct wc_cli_report {
    const wc_cli *cli;
    wc_diag_format format;
    uint32_t count; /* compilations added */
    bool has_items; /* json: an element was printed */
} wc_cli_report;

/* Reads --format (--json is --format=json; else human). False: a usage message was printed. */
bool wc_cli_report_open(const wc_cli *cli, wc_cli_report *report);
void wc_cli_report_add(wc_cli_report *report, const wc_diags *diags, wc_arena *arena);
void wc_cli_report_close(wc_cli_report *report);

/* Whether people read along: remarks and summaries are printed. */
bool wc_cli_report_is_text(const wc_cli_report *report);

/* All three for one compilation, by --json alone. */
void wc_cli_print_diags(const wc_cli *cli, const wc_compilation *compilation, wc_arena *arena);

/* The contract of the compiled file that is meant: the one that --contract names, or the only one.
 * NULL: a message was printed. */
const wc_compiled_contract *wc_cli_choose(const wc_cli *cli, const wc_compilation *compilation);

#endif
