/* What action calls, views, time-outs and deployment share: setting up, running checks around the
 * code, entering a state, the root record. All answer false after putting a failure into the
 * outcome. */
#ifndef WC_VM_EXEC_CALL_H
#define WC_VM_EXEC_CALL_H

#include "vm/exec/exec.h"

#define WC_ROOT_VERSION 1u

/* Starts a call in this memory: empties the outcome, places everything, fills own id and caller.
 * State, terms, storage and parties are not there yet. */
wc_exec *wc_exec_begin(const wc_image *image, const wc_host *host, void *memory, uint64_t gas_limit,
                       wc_outcome *outcome);
void wc_exec_set_caller(wc_exec *exec, const wc_party *own, const wc_party *caller, int64_t now);

/* Ends it: gas used, and nothing but the failure when there is one. */
void wc_exec_finish(wc_exec *exec, uint64_t gas_limit);

/* Leaves the code: what fails from here on fails outside it. */
static inline void wc_exec_leave(wc_exec *exec)
{
    exec->frame = NULL;
}

/* Whether the entry is available in the present state; check_state raises WrongState or
 * InstanceClosed when it is not. */
bool wc_call_is_available(const wc_exec *exec, const wc_entry *entry);
bool wc_call_check_state(wc_exec *exec, const wc_entry *entry);

/* Tells the image's observer, if there is one, that a call begins or has ended. */
static inline void wc_exec_tell_begin(const wc_instance *instance, const wc_call *call,
                                      bool is_deploy)
{
    const wc_observer *observer = instance->image->observer;
    if (WC_LIKELY(observer == NULL) || observer->begin == NULL) return;
    observer->begin(observer->self, instance, call, is_deploy);
}

static inline void wc_exec_tell_end(const wc_exec *exec)
{
    const wc_observer *observer = exec->image->observer;
    if (WC_LIKELY(observer == NULL) || observer->end == NULL) return;
    observer->end(observer->self, exec->outcome);
}

/* Error BadArguments(offset). */
bool wc_exec_bad_arguments(wc_exec *exec, size_t offset);

/* Runs an INVARIANT entry; trap INVARIANT when it answers 0. */
bool wc_exec_invariant(wc_exec *exec, uint16_t entry);

/* The storage as a new instance has it: zero, or what the fields declare. */
void wc_exec_clear_storage(wc_exec *exec);

/* Runs the DEPLOY function, if there is one: shares of the terms add up. */
bool wc_exec_deploy_checks(wc_exec *exec);

/* Evaluates the due times of the present state again, without entering it: after an amendment,
 * which their times may depend on, and after an upgrade, which has other time-outs. */
bool wc_exec_retime(wc_exec *exec);

/* State entry (EM 5, step 8): sets `entered`, evaluates due times, charges what final states and
 * time-outs cost. prepay: not in a time-out, which runs on what was prepaid. */
bool wc_exec_enter_state(wc_exec *exec, bool prepay);

/* Decodes a stored record into call memory; one that does not decode is the node's failure. */
bool wc_root_load(wc_exec *exec, wc_slice record);

/* Encodes the record, compares it with the old one, charges when it differs; sets root and
 * root_changed of the outcome. */
bool wc_root_save(wc_exec *exec, wc_slice old);

#endif
