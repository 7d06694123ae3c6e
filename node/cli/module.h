/* A module file as the tools read it: module bytes, and the debug part when there is one. */
#ifndef WC_NODE_CLI_MODULE_H
#define WC_NODE_CLI_MODULE_H

#include "node/cli/cli.h"
#include "vm/isa/debug.h"
#include "vm/isa/isa.h"

typedef struct wc_module_file {
    wc_slice module_bytes;
    wc_module *module;
    wc_debug *debug; /* NULL: none in the file */
} wc_module_file;

/* Splits and decodes. Everything borrows from bytes or comes from the arena.
 * Errors: those of wc_module_decode and wc_debug_decode, with *finding; TRAILING also when the
 * debug part belongs to another module. */
WC_MUST_USE wc_status wc_module_file_read(wc_slice bytes, wc_arena *arena, wc_module_file *file,
                                          wc_finding *finding);

/* The same for the bytes of the verb's first argument; says what is wrong with them. */
wc_exit wc_cli_module(const wc_cli *cli, wc_slice bytes, wc_arena *arena, wc_module_file *file);

#endif
