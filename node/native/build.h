/* From a stored module to an object in a folder of a library. */
#ifndef WC_NODE_NATIVE_BUILD_H
#define WC_NODE_NATIVE_BUILD_H

#include "node/native/library.h"
#include "vm/isa/isa.h"

#define WC_NATIVE_BUILD_ARENA ((size_t)32 << 20)

/* Verifies the module whose code hash is `code`, writes it as C and compiles that into the folder,
 * which must be there. A file of its name is replaced. The arena has WC_NATIVE_BUILD_ARENA bytes
 * and is rewound.
 *
 * Errors: of wc_image_load, with *finding; TOO_LARGE, NOT_SUPPORTED of wc_native_add: the tier
 * declines the module; IO, NOT_SUPPORTED of wc_native_compile; NO_MEMORY. */
WC_MUST_USE wc_status wc_native_build(const wc_native_compiler *compiler, const char *folder,
                                      wc_slice module, const wc_hash *code, wc_arena *arena,
                                      wc_finding *finding);

#endif
