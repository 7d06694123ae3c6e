/* Steps: everything that one receipt of a ledger did, instruction by instruction, as lines of text.
 *
 * Columns are separated by tabs; the first one is the depth of calls and functions under way, the
 * second the kind of line:
 *
 *   call    contract.entry, address, gas limit       a call begins
 *   step    contract.function:word, instruction with its operands, gas left, FILE:LINE:COLUMN
 *   set     register, number or value, name = value with its unit (behind the step that wrote it)
 *   store   field of the contract, key in hex, value in hex or "removed"
 *   event   emitter, event in words                   postings are events of the ledger
 *   end     how a call ended, gas used
 *   undone  all since the unit began came to nothing
 *
 * Two programs that do the same print the same lines, so the first line that differs names the
 * instruction: `audit bisect` reads the lines of another build through a pipe. Numbers are raw, as
 * the machine holds them; units come from the debug parts of module files, which nobody signed. */
#ifndef WC_NODE_AUDIT_STEPS_H
#define WC_NODE_AUDIT_STEPS_H

#include "node/audit/rerun.h"
#include "node/query/query.h"

typedef enum wc_steps_kind {
    WC_STEPS_CALL,
    WC_STEPS_STEP,
    WC_STEPS_SET,
    WC_STEPS_STORE,
    WC_STEPS_EVENT,
    WC_STEPS_END,
    WC_STEPS_UNDONE
} wc_steps_kind;

#define WC_STEPS_LINE_MAX                                                                          \
    4096u /* bytes; longer values are cut, a hash of the whole stands before */

typedef struct wc_steps_options {
    uint64_t seq;          /* record, >= 1 */
    uint32_t receipt;      /* index */
    const wc_query *query; /* over the rerun's chain, which stands at record seq - 1 */

    /* One line without its end; borrowed. depth: functions under way. */
    void (*line)(void *self, wc_steps_kind kind, uint32_t depth, wc_str text);
    void *self;
} wc_steps_options;

/* Applies the block of record seq and tells what the receipt did. *sealed is borrowed from the
 * rerun; *is_same: the record came out as it is stored. Errors: as wc_rerun_block; NOT_FOUND - the
 * record has no such receipt, with problem; NO_MEMORY. */
WC_MUST_USE wc_status wc_steps_run(wc_rerun *rerun, wc_store_problem *problem,
                                   const wc_steps_options *options, const wc_sealed **sealed,
                                   bool *is_same);

/* Module of the ledger with this code, its debug part with it; NULL: not at hand. */
const wc_query_module *wc_steps_module(const wc_query *query, const wc_module *module);

#endif
