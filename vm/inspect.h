/* Looking into a call that stands still: what debuggers and traces show of it.
 *
 * A call (wc_step.exec) may be looked at while an observer of its image is being told something,
 * from its first step until it ends: the one that runs, and those that wait for it. Values come out
 * in their canonical encoding, so that nobody outside knows how memory is laid out.
 *
 * Nothing here trusts a debug part: in the observed build a function's registers are zero until its
 * code writes them, and verified code writes into a ref register only what points to a value of the
 * register's type. So any register may be asked for at any word. */
#ifndef WC_VM_INSPECT_H
#define WC_VM_INSPECT_H

#include "vm/vm.h"

typedef struct wc_exec wc_exec;

/* Functions under way in this call, outermost first; 0: the code has not begun, or has ended. */
uint32_t wc_inspect_depth(const wc_exec *exec);

typedef struct wc_inspect_frame {
    uint16_t function;
    uint32_t word; /* the instruction about to run, or the call that is under way */
} wc_inspect_frame;

/* frame in [0, depth). */
wc_inspect_frame wc_inspect_frame_at(const wc_exec *exec, uint32_t frame);

/* The number in a register of kind I64 or I128 (asserted); 0 when nothing was written yet. */
wc_i128 wc_inspect_number(const wc_exec *exec, uint32_t frame, uint16_t reg);

/* Appends the value that a register of kind REF or REFMUT (asserted) refers to.
 * NOT_FOUND - nothing was written yet; OUT_OF_DOMAIN - memory holds what no value of the type is,
 * which bytecode may do until it stores it. A SORTED comes as the LIST of its items. */
WC_MUST_USE wc_status wc_inspect_value(const wc_exec *exec, uint32_t frame, uint16_t reg,
                                       wc_buf *value);

/* Where a register of kind REF or REFMUT (asserted) points; NULL when nothing was written yet. Not
 * to be followed: two refs at one moment mean the same place exactly when these are equal, and
 * places inside a value lie apart as module.h says. */
const uint8_t *wc_inspect_ref(const wc_exec *exec, uint32_t frame, uint16_t reg);

/* Arguments of the entry that runs, as wc_entry.args says; and parts of the record as it is now:
 * terms_type, storage_type, parties_type, state_type. Not of a test. As above; NOT_FOUND: the
 * module has no such part. */
typedef enum wc_inspect_part {
    WC_INSPECT_TERMS,
    WC_INSPECT_STORAGE,
    WC_INSPECT_PARTIES,
    WC_INSPECT_STATE
} wc_inspect_part;

WC_MUST_USE wc_status wc_inspect_record(const wc_exec *exec, wc_inspect_part part, wc_buf *value);
WC_MUST_USE wc_status wc_inspect_args(const wc_exec *exec, uint16_t type, wc_buf *value);

/* State number of the instance. */
uint16_t wc_inspect_state(const wc_exec *exec);

/* Appends a collection of the instance's storage as it is now: field is an index into
 * module->fields whose root is WC_NONE. It is read from the host without gas. CORRUPT: the host's
 * answer does not decode; TOO_LARGE: more elements than the type holds. */
WC_MUST_USE wc_status wc_inspect_collection(const wc_exec *exec, uint16_t field, wc_buf *value);

/* The key of a stored element (wc_storage_key.key) as a value: of a MAP or SET its key, of a LIST
 * its index as a number, of a SORTED nothing. CORRUPT. */
WC_MUST_USE wc_status wc_inspect_key(const wc_module *module, uint16_t field, wc_slice key,
                                     wc_buf *value);

/* Part `index` of the list that a `split` divides by, while it posts: the amount, and of mode 8
 * (largest remainder) what its floor leaves, in fractions of one denominator for all parts.
 * Requires: index is below the length of the list. */
void wc_inspect_share(const wc_exec *exec, uint32_t index, int64_t *amount, wc_i128 *remainder);

uint64_t wc_inspect_gas(const wc_exec *exec); /* left */

#endif
