/* Inside vm/isa: checks of single rows that decoder, builder and verifier share.
 *
 * A check looks at one row and at earlier tables only. The decoder calls it when it has read the
 * row, the verifier again for all rows, because a module may come from the builder without having
 * been bytes. Relations between whole tables are the verifier's (verify_tables.c). All return
 * WC_OK, OUT_OF_DOMAIN, TOO_LARGE, DUPLICATE, NOT_CANONICAL or BAD_UTF8. */
#ifndef WC_VM_ISA_TABLES_H
#define WC_VM_ISA_TABLES_H

#include "vm/isa/module.h"

/* A set of string indexes, for finding the second use of a name in linear time. Starts all zero. */
typedef struct wc_name_set {
    uint64_t bits[WC_STRINGS_MAX / 64];
} wc_name_set;

/* Empties it for names below `count`: all that will be added. */
static inline void wc_name_set_clear(wc_name_set *set, uint32_t count)
{
    wc_assert(count <= WC_STRINGS_MAX);
    memset(set->bits, 0, (count + 63) / 64 * sizeof set->bits[0]);
}

static inline bool wc_name_set_has(const wc_name_set *set, uint16_t name)
{
    wc_assert(name < WC_STRINGS_MAX);
    return (set->bits[name / 64] >> name % 64 & 1) != 0;
}

/* Adds name; false when it was there. Requires name < WC_STRINGS_MAX. */
static inline bool wc_name_set_add(wc_name_set *set, uint16_t name)
{
    bool was_there = wc_name_set_has(set, name);
    set->bits[name / 64] |= UINT64_C(1) << name % 64;
    return !was_there;
}

/* Checks type `index` and computes its derived members. Requires lower types done. */
WC_MUST_USE wc_status wc_type_layout(wc_module *module, uint16_t index);

/* One check for each table, by row number. Rows of types are checked by wc_type_layout; what an
 * interface, which comes later in a module, means for them is checked by wc_check_type. */
WC_MUST_USE wc_status wc_check_string(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_unit(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_currency(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_type(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_bytes(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_calendar(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_interface(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_method(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_party(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_term(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_field(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_state(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_error(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_event(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_function(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_entry(const wc_module *module, uint16_t row);
WC_MUST_USE wc_status wc_check_test(const wc_module *module, uint16_t row);

/* True when index names a TUPLE type. */
bool wc_is_tuple(const wc_module *module, uint16_t index);

/* A table of hashes that rows are put into one by one, in any order. */
typedef struct wc_unique {
    uint64_t *table;
    uint32_t mask;   /* of places */
    unsigned shift;  /* of a hash, to its place */
    uint64_t looks;  /* at places that are taken, still granted */
    bool are_unique; /* false: wc_slices_unique has to tell */
} wc_unique;

/* In the arena, for up to count rows. NO_MEMORY. */
WC_MUST_USE wc_status wc_unique_begin(wc_unique *unique, uint32_t count, wc_arena *arena);
void wc_unique_add(wc_unique *unique, const wc_slice *rows, uint32_t row, uint64_t hash);

/* A hash of which the high bits depend on all bytes. The machine's order of bytes decides where
 * rows fall in the table, and about nothing else. */
uint64_t wc_row_hash(wc_slice bytes);

/* DUPLICATE when two of count slices are equal; *which is the index of one that is equal to an
 * earlier one. Sorts an index of them: n log n comparisons. NO_MEMORY; the arena is left as it was.
 */
WC_MUST_USE wc_status wc_slices_unique(const wc_slice *slices, uint32_t count, wc_arena *arena,
                                       uint32_t *which);

#endif
