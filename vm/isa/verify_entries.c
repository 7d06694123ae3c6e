/* Verifier, entries: each entry against its function and its kind. Runs when all functions are
 * verified. */
#include "vm/isa/verify.h"

static const wc_function *function_of(const wc_verify *v, const wc_entry *entry)
{
    return &v->module->functions[entry->function];
}

static bool is_param(const wc_function *function, uint16_t index, wc_reg_kind kind, uint16_t type)
{
    const wc_reg *reg = &function->regs[index];
    return reg->kind == kind && reg->type == type;
}

/* Every parameter a scalar in a register, as is the result. */
static bool is_register_view(const wc_verify *v, const wc_entry *entry)
{
    const wc_module *m = v->module;
    const wc_function *function = function_of(v, entry);
    const wc_type *args = &m->types[entry->args];
    if (function->param_count != args->count || args->count > WC_VIEW_REGISTERS_MAX) return false;
    for (uint16_t i = 0; i < args->count; i++) {
        if (!wc_type_is_scalar(&m->types[args->fields[i].type])) return false;
        if (function->regs[i].kind != WC_REG_I64) return false;
    }
    return wc_type_is_scalar(&m->types[entry->result]);
}

static bool has_signature(const wc_verify *v, const wc_entry *entry)
{
    const wc_function *function = function_of(v, entry);
    bool returns_i64 = function->result_count == 1; /* 128 bits are two (wc_check_function) */
    bool is_bare = function->param_count == 0 && function->result_count == 0;
    switch (entry->kind) {
    case WC_ENTRY_ACTION:
    case WC_ENTRY_UPGRADE:
        return function->param_count == 1 && function->result_count == 0 &&
               is_param(function, 0, WC_REG_REF, entry->args);
    case WC_ENTRY_VIEW:
        if (returns_i64) return is_register_view(v, entry);
        return function->param_count == 2 && function->result_count == 0 &&
               is_param(function, 0, WC_REG_REF, entry->args) &&
               is_param(function, 1, WC_REG_REFMUT, entry->result);
    case WC_ENTRY_AFTER:
    case WC_ENTRY_DEPLOY: return is_bare;
    case WC_ENTRY_DUE:
    case WC_ENTRY_INVARIANT: return function->param_count == 0 && returns_i64;
    }
    return false;
}

static uint64_t final_states(const wc_module *m)
{
    uint64_t states = 0;
    for (uint16_t i = 0; i < m->state_count; i++) {
        if (m->states[i].final) states |= UINT64_C(1) << i;
    }
    return states;
}

/* What members of entries are compared with. */
typedef struct whole {
    uint64_t final_states, invariants;
} whole;

/* Bits of the invariants that exist. */
static uint64_t all_invariants(const wc_module *m)
{
    unsigned count = 0;
    for (uint16_t i = 0; i < m->entry_count; i++) {
        if (m->entries[i].kind == WC_ENTRY_INVARIANT) count++;
    }
    if (count >= WC_INVARIANTS_MAX) return UINT64_MAX;
    return (UINT64_C(1) << count) - 1;
}

/* Members that a kind does not have are zero; those it needs are there. */
static bool has_members(const whole *m, const wc_entry *entry)
{
    bool is_after = entry->kind == WC_ENTRY_AFTER;
    bool moves = entry->kind == WC_ENTRY_ACTION || is_after;
    bool has_when = moves || entry->kind == WC_ENTRY_VIEW;
    if (!moves && (entry->leads_to != 0 || entry->invariants != 0)) return false;
    if (!has_when && entry->when != 0) return false;
    if (moves && (entry->when & m->final_states) != 0) return false;
    if (is_after && entry->leads_to == 0)
        return false; /* it would be due again at once, for ever */
    return (entry->invariants & ~m->invariants) == 0;
}

static bool has_by(const wc_entry *entry)
{
    if (entry->kind == WC_ENTRY_ACTION) return entry->by != WC_BY_NONE;
    return entry->kind == WC_ENTRY_VIEW || entry->by == WC_BY_NONE;
}

/* Terms and parties change only where the call names who may do it. */
#define SIGNED_ONLY (WC_USES_AMENDS | WC_USES_REBINDS)

/* What an entry's kind forbids its code to use. */
static uint32_t forbidden_uses(wc_entry_kind kind)
{
    switch (kind) {
    case WC_ENTRY_ACTION: return 0;
    case WC_ENTRY_VIEW: return WC_USES_WRITES;
    case WC_ENTRY_AFTER: return WC_USES_SEND | WC_USES_CALLER | SIGNED_ONLY;
    case WC_ENTRY_DUE:
        return WC_USES_WRITES | WC_USES_HOST | WC_USES_CALLER | WC_USES_NOW | WC_USES_STORAGE |
               WC_USES_PARTIES | WC_USES_SELF;
    case WC_ENTRY_INVARIANT: return WC_USES_WRITES | WC_USES_CALLER;
    case WC_ENTRY_DEPLOY: return WC_USES_SEND | SIGNED_ONLY;
    case WC_ENTRY_UPGRADE: return WC_USES_SEND | WC_USES_CALLER | SIGNED_ONLY;
    }
    return 0;
}

static wc_status check_uses(wc_verify *v, const wc_entry *entry, uint16_t row)
{
    const wc_summary *does = &v->summaries[entry->function];
    uint32_t bad = does->uses & forbidden_uses(entry->kind);
    if ((bad & WC_USES_WRITES) != 0) return wc_refuse_row(v, WC_RULE_READ_ONLY, row);
    if ((bad & SIGNED_ONLY) != 0) return wc_refuse_row(v, WC_RULE_SIGNED_ONLY, row);
    if ((bad & WC_USES_CALLER) != 0) return wc_refuse_row(v, WC_RULE_NO_CALLER, row);
    if ((bad & WC_USES_SEND) != 0) return wc_refuse_row(v, WC_RULE_AFTER_SENDS, row);
    if (bad != 0) return wc_refuse_row(v, WC_RULE_DUE_READS, row);
    if ((does->states & ~entry->leads_to) != 0) return wc_refuse_row(v, WC_RULE_LEADS_TO, row);
    return WC_OK;
}

static wc_status check_entry(wc_verify *v, const whole *m, uint16_t row)
{
    const wc_entry *entry = &v->module->entries[row];
    if (!has_signature(v, entry)) return wc_refuse_row(v, WC_RULE_ENTRY_SIGNATURE, row);
    if (!has_by(entry)) return wc_refuse_row(v, WC_RULE_ENTRY_BY, row);
    if (!has_members(m, entry)) return wc_refuse_row(v, WC_RULE_ENTRY_MEMBER, row);
    return check_uses(v, entry, row);
}

/* Counts how often each kind may stand: DEPLOY once, invariants 64, one DUE for each AFTER. */
static wc_status check_counts(wc_verify *v)
{
    const wc_module *m = v->module;
    uint8_t *dues = WC_ARENA_ARRAY(v->arena, uint8_t, m->entry_count);
    if (dues == NULL) return WC_NO_MEMORY;
    unsigned deploys = 0, upgrades = 0, invariants = 0;
    for (uint16_t i = 0; i < m->entry_count; i++) {
        const wc_entry *entry = &m->entries[i];
        if (entry->kind == WC_ENTRY_DEPLOY && ++deploys > 1) {
            return wc_refuse_row(v, WC_RULE_DEPLOY_ONCE, i);
        }
        if (entry->kind == WC_ENTRY_UPGRADE && (++upgrades > 1 || m->source_version < 2)) {
            return wc_refuse_row(v, WC_RULE_UPGRADE, i);
        }
        if (entry->kind == WC_ENTRY_INVARIANT && ++invariants > WC_INVARIANTS_MAX) {
            return wc_refuse_row(v, WC_RULE_ENTRY_MEMBER, i);
        }
        if (entry->kind != WC_ENTRY_DUE) continue;
        bool is_first = m->entries[entry->args].kind == WC_ENTRY_AFTER && dues[entry->args] == 0;
        if (!is_first) return wc_refuse_row(v, WC_RULE_DUE, i);
        dues[entry->args] = 1;
    }
    for (uint16_t i = 0; i < m->entry_count; i++) {
        bool lacks = m->entries[i].kind == WC_ENTRY_AFTER && dues[i] == 0;
        if (lacks) return wc_refuse_row(v, WC_RULE_DUE, i);
    }
    return WC_OK;
}

wc_status wc_verify_entries(wc_verify *v)
{
    size_t mark = wc_arena_mark(v->arena);
    WC_TRY(check_counts(v));
    const whole all = {final_states(v->module), all_invariants(v->module)};
    for (uint16_t i = 0; i < v->module->entry_count; i++) WC_TRY(check_entry(v, &all, i));
    wc_arena_rewind(v->arena, mark);
    return WC_OK;
}
