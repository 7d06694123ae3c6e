/* Runs the vectors of a file on an image of its module. */
#ifndef WC_TESTS_CONFORMANCE_RUN_H
#define WC_TESTS_CONFORMANCE_RUN_H

#include "tests/conformance/world.h"

/* Prints what differs, and answers how many vectors do. before: the module before an upgrade. */
int run_image(const json_t *file, const wc_image *image, const wc_module *before);

/* The file's module, or the one before it; bytes is where it is put, WC_MODULE_SIZE_MAX bytes. */
wc_slice module_of(const json_t *file, const char *name, uint8_t *bytes);

/* NULL: there is none. */
const wc_module *load_before(const json_t *file, wc_arena *arena);

#endif
