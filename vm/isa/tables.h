/* Inside vm/isa: what decoder, builder and verifier share about the tables of a module. */
#ifndef WC_VM_ISA_TABLES_H
#define WC_VM_ISA_TABLES_H

#include "vm/isa/module.h"

/* A set of string indexes, for finding the second use of a name in linear time. Starts all zero. */
typedef struct wc_name_set {
    uint64_t bits[WC_STRINGS_MAX / 64];
} wc_name_set;

/* Adds name; false when it was there. Requires name < WC_STRINGS_MAX. */
bool wc_name_set_add(wc_name_set *set, uint16_t name);

/* Checks type `index` and computes its derived members. Requires lower types done. OUT_OF_DOMAIN,
 * TOO_LARGE, DUPLICATE (two members with one name). */
WC_MUST_USE wc_status wc_type_layout(wc_module *module, uint16_t index);

/* DUPLICATE when two of count slices are equal; *which is the index of one that is equal to an
 * earlier one. Sorts an index of them: n log n comparisons. NO_MEMORY; the arena is left as it was.
 */
WC_MUST_USE wc_status wc_slices_unique(const wc_slice *slices, size_t count, wc_arena *arena,
                                       size_t *which);

#endif
