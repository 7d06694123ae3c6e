/* What a debugger knows of the code before it runs: modules, their line maps and names, sources.
 *
 * A unit is a module: the contracts in the test image's numbering, then the version before one of
 * them, if there is one, and last the test image itself. */
#ifndef WC_NODE_DEBUG_PROGRAM_H
#define WC_NODE_DEBUG_PROGRAM_H

#include "node/runner/runner.h"
#include "vm/isa/debug.h"

#define WC_DBG_UNITS_MAX 66u
#define WC_DBG_NO_ROW    UINT32_MAX

typedef struct wc_dbg_source {
    wc_str name; /* as line maps name it */
    wc_str text;
} wc_dbg_source;

typedef struct wc_dbg_unit {
    const wc_module *module;
    const wc_debug *debug; /* NULL: nothing is known of its lines and names */
} wc_dbg_unit;

typedef struct wc_dbg_program {
    const wc_runner_job *job;
    uint16_t unit_count, test_unit;
    wc_dbg_unit units[WC_DBG_UNITS_MAX];
    uint32_t source_count;
    const wc_dbg_source *sources;
} wc_dbg_program;

/* files: contract modules with their debug parts, as job->contracts numbers them. Everything is
 * borrowed or comes from the arena. TOO_LARGE: more contracts than a test can have; else as the
 * decoders; OUT_OF_DOMAIN also: a debug part that belongs to another module. */
WC_MUST_USE wc_status wc_dbg_program_open(wc_dbg_program *program, const wc_runner_job *job,
                                          const wc_slice *files, const wc_dbg_source *sources,
                                          uint32_t source_count, wc_arena *arena);

/* The unit with the same code as a module that runs; WC_NONE: there is none. */
uint16_t wc_dbg_unit_of(const wc_dbg_program *program, const wc_module *module);

/* Row of the line map that holds at a word; WC_DBG_NO_ROW: none. */
uint32_t wc_dbg_row_of(const wc_dbg_program *program, uint16_t unit, uint16_t function,
                       uint32_t word);

/* Requires a row. */
const wc_debug_line *wc_dbg_line(const wc_dbg_program *program, uint16_t unit, uint16_t function,
                                 uint32_t row);
wc_str wc_dbg_path(const wc_dbg_program *program, uint16_t unit, const wc_debug_line *line);

/* The text of a line, from 1, without its end and the space around it; empty when the source is not
 * at hand. */
wc_str wc_dbg_text(const wc_dbg_program *program, wc_str path, uint32_t line);

wc_str wc_dbg_whole_text(const wc_dbg_program *program, wc_str path, uint32_t line); /* with them */

/* Name of the contract; "test" for the test image. */
wc_str wc_dbg_unit_name(const wc_dbg_program *program, uint16_t unit);

/* The first line from `line` on of a file on which the program can stop; 0: none. path may be the
 * end of a file's path: "sale.clause" means "contracts/sale.clause". *found is the whole path. */
uint32_t wc_dbg_line_from(const wc_dbg_program *program, wc_str path, uint32_t line, wc_str *found);

/* Whether a path means the file of this name: equal, or its end behind a '/'. */
bool wc_dbg_path_means(wc_str path, wc_str file);

#endif
