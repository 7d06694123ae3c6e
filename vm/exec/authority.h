/* Who may call: `by` of an entry, and the signatures a deployment needs (language D19). */
#ifndef WC_VM_EXEC_AUTHORITY_H
#define WC_VM_EXEC_AUTHORITY_H

#include "vm/exec/exec.h"

/* Error NotAuthorised. The parties of the instance are in call memory. */
bool wc_authority_check(wc_exec *exec, const wc_entry *entry, const wc_party *principal,
                        bool has_principal);

/* Every signatory has signed, or, without one, any of the parties; parties that need a role hold
 * it. Error NotAuthorised. */
bool wc_authority_deploy(wc_exec *exec);

/* Whether the party may stand in this place of the party table: it signed this call and holds the
 * role of the place. Error NotAuthorised. */
bool wc_authority_place(wc_exec *exec, uint16_t place, const wc_party *party);

#endif
