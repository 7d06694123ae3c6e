/* Two versions of a contract, compared by what they mean to their parties: what can be called, what
 * is kept, who may do what, states, gas, proofs; and whether one can be upgraded to the other. What
 * the code does is not compared, only whether it is the same.
 *
 * Things are matched by name, fields by number. A row says one change; rows come in the order of
 * groups.def, inside a group in the order of the older module, then what is new in the order of the
 * newer. Texts lie in the arena. */
#ifndef WC_NODE_DIFF_DIFF_H
#define WC_NODE_DIFF_DIFF_H

#include "vm/base/arena.h"
#include "vm/isa/upgrade.h"

#define WC_DIFF_ROWS_MAX 4096u
#define WC_DIFF_TEXT_MAX 4096u /* bytes of a text; what is longer is cut */

typedef enum wc_diff_group {
#define WC_DIFF_GROUP(name, heading, key) WC_DIFF_##name,
#include "node/diff/groups.def"
#undef WC_DIFF_GROUP
    WC_DIFF_GROUP_COUNT
} wc_diff_group;

typedef enum wc_diff_kind {
    WC_DIFF_ADDED,
    WC_DIFF_REMOVED,
    WC_DIFF_CHANGED
} wc_diff_kind;

typedef struct wc_diff_row {
    wc_diff_group group;
    wc_diff_kind kind;
    wc_str what;          /* "action settle", "field 3 `sold`" */
    wc_str before, after; /* as each version has it; empty where there is none */
} wc_diff_row;

/* `ensures conserve(unit)` of an action or time-out; only sources know them. */
typedef struct wc_diff_proof {
    wc_str routine, unit;
} wc_diff_proof;

typedef struct wc_diff_side {
    const wc_module *module; /* verified */
    bool has_proofs;
    uint32_t proof_count;
    const wc_diff_proof *proofs;
} wc_diff_side;

typedef struct wc_diff {
    uint32_t row_count;
    const wc_diff_row *rows;
    bool is_upgrade;        /* the newer module has an `upgrade` */
    wc_upgrade_fault fault; /* of the upgrade; FITS when there is none */
    wc_str fault_at;        /* what the fault is about: "state `Held`"; may be empty */
    bool has_same_code;   /* else what calls, checks and time-outs do may differ: no row says it */
    bool keeps_interface; /* else contracts that others refer to cannot be upgraded */
    wc_str missing;       /* the action or view that is not there any more */
} wc_diff;

const char *wc_diff_heading(wc_diff_group group);
const char *wc_diff_key(wc_diff_group group);

/* Errors: NO_MEMORY; TOO_LARGE - more than WC_DIFF_ROWS_MAX rows. */
WC_MUST_USE wc_status wc_diff_modules(wc_diff *diff, wc_arena *arena, const wc_diff_side *old,
                                      const wc_diff_side *next, wc_sha256_fn hash);

#endif
