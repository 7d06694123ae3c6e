/* Authority. What an address may do is asked of the host, as of this block: did it sign, does it
 * hold a role. */
#include "vm/exec/authority.h"

static bool refused(wc_exec *exec)
{
    return wc_exec_builtin(exec, WC_BUILTIN_NotAuthorised, wc_slice_of(NULL, 0));
}

static const wc_party *bound_party(const wc_exec *exec, uint16_t party)
{
    return wc_mem_party(exec->root[WC_ROOT_PARTIES] + sizeof(wc_party) * (size_t)party);
}

static bool same_party(const wc_party *a, const wc_party *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* Asks the host; false and trap HOST when it cannot answer. */
static bool ask_signed(wc_exec *exec, const wc_party *party, bool *answer)
{
    *answer = false;
    wc_host_answer got = exec->host->ops->is_signer(exec->host->self, party, answer);
    if (got == WC_HOST_OK) return true;
    return wc_exec_host_stop(exec);
}

static bool ask_role(wc_exec *exec, const wc_party *party, uint16_t role, bool *answer)
{
    *answer = false;
    wc_str name = exec->module->strings[role];
    wc_host_answer got = exec->host->ops->holds_role(exec->host->self, party, name, answer);
    if (got == WC_HOST_OK) return true;
    return wc_exec_host_stop(exec);
}

/* Whether the principal is who[index]: that party, or a holder of that role. */
static bool ask_is(wc_exec *exec, const wc_entry *entry, uint8_t index, const wc_party *principal,
                   bool *answer)
{
    uint16_t who = entry->who[index];
    if ((who & WC_BY_ROLE) != 0) {
        return ask_role(exec, principal, (uint16_t)(who & ~WC_BY_ROLE), answer);
    }
    *answer = same_party(principal, bound_party(exec, who));
    return true;
}

/* `by a`: the principal is a, and signed. `by a, b`: each party signed, the principal holds each
 * role. */
static bool check_all(wc_exec *exec, const wc_entry *entry, const wc_party *principal)
{
    for (uint8_t i = 0; i < entry->who_count; i++) {
        bool is_role = (entry->who[i] & WC_BY_ROLE) != 0;
        bool fits = true;
        if ((is_role || entry->who_count == 1) && !ask_is(exec, entry, i, principal, &fits)) {
            return false;
        }
        if (fits && !is_role && !ask_signed(exec, bound_party(exec, entry->who[i]), &fits)) {
            return false;
        }
        if (!fits) return refused(exec);
    }
    return true;
}

static void tell_who(const wc_exec *exec, const wc_entry *entry, uint8_t index)
{
    const wc_observer *observer = exec->image->observer;
    if (WC_LIKELY(observer == NULL) || observer->authorised == NULL) return;
    uint16_t number = (uint16_t)(entry - exec->module->entries);
    observer->authorised(observer->self, exec->module, number, index);
}

/* The principal is one of them. */
static bool check_any(wc_exec *exec, const wc_entry *entry, const wc_party *principal)
{
    for (uint8_t i = 0; i < entry->who_count; i++) {
        bool is_one;
        if (!ask_is(exec, entry, i, principal, &is_one)) return false;
        if (!is_one) continue;
        tell_who(exec, entry, i);
        return true;
    }
    return refused(exec);
}

/* Whether an earlier entry of the list names the same address. */
static bool counted_before(const wc_exec *exec, const wc_entry *entry, uint8_t index)
{
    const wc_party *party = bound_party(exec, entry->who[index]);
    for (uint8_t i = 0; i < index; i++) {
        if ((entry->who[i] & WC_BY_ROLE) != 0) continue;
        if (same_party(party, bound_party(exec, entry->who[i]))) return true;
    }
    return false;
}

/* The principal is one of them, and enough different addresses of them signed. A role counts once,
 * for the principal. */
static bool check_quorum(wc_exec *exec, const wc_entry *entry, const wc_party *principal)
{
    if (!check_any(exec, entry, principal)) return false;
    uint32_t count = 0;
    bool principal_counted = false;
    for (uint8_t i = 0; i < entry->who_count; i++) {
        if ((entry->who[i] & WC_BY_ROLE) != 0 || counted_before(exec, entry, i)) continue;
        const wc_party *party = bound_party(exec, entry->who[i]);
        bool has_signed;
        if (!ask_signed(exec, party, &has_signed)) return false;
        count += has_signed;
        if (has_signed && same_party(party, principal)) principal_counted = true;
    }
    if (!principal_counted) count++;
    if (count >= entry->quorum) return true;
    return refused(exec);
}

bool wc_authority_check(wc_exec *exec, const wc_entry *entry, const wc_party *principal,
                        bool has_principal)
{
    if (entry->by != WC_BY_NONE && !has_principal) return refused(exec);
    switch (entry->by) {
    case WC_BY_NONE: break;
    case WC_BY_ALL: return check_all(exec, entry, principal);
    case WC_BY_ANY: return check_any(exec, entry, principal);
    case WC_BY_QUORUM: return check_quorum(exec, entry, principal);
    case WC_BY_ANY_PARTY: break;
    }
    return true;
}

bool wc_authority_deploy(wc_exec *exec)
{
    const wc_module *module = exec->module;
    bool needs_signatory = false;
    bool any_signed = module->party_count == 0;
    for (uint16_t i = 0; i < module->party_count; i++) {
        const wc_party_decl *decl = &module->parties[i];
        const wc_party *party = bound_party(exec, i);
        bool has_signed;
        bool holds = true;
        if (!ask_signed(exec, party, &has_signed)) return false;
        if (decl->role != WC_NONE && !ask_role(exec, party, decl->role, &holds)) return false;
        if (!holds || (decl->signatory && !has_signed)) return refused(exec);
        needs_signatory |= decl->signatory;
        any_signed |= has_signed;
    }
    if (needs_signatory || any_signed) return true;
    return refused(exec);
}

bool wc_authority_place(wc_exec *exec, uint16_t place, const wc_party *party)
{
    const wc_party_decl *decl = &exec->module->parties[place];
    bool has_signed, holds = true;
    if (!ask_signed(exec, party, &has_signed)) return false;
    if (decl->role != WC_NONE && !ask_role(exec, party, decl->role, &holds)) return false;
    if (has_signed && holds) return true;
    return refused(exec);
}
