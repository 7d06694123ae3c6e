/* Who may do what, states, gas, proofs. */
#include "node/diff/inside.h"

/* ---- authority ---------------------------------------------------------------------------------
 */

static void put_string(wc_buf *buf, const wc_module *module, uint16_t string)
{
    wc_str text = wc_diff_string(module, string);
    wc_buf_put(buf, text.data, text.len);
}

static wc_str party_text(wc_differ *d, const wc_module *module, uint16_t row)
{
    const wc_party_decl *party = &module->parties[row];
    wc_buf buf = wc_diff_text(d);
    if (party->role == WC_NONE) wc_buf_put_text(&buf, "any party");
    if (party->role != WC_NONE) put_string(&buf, module, party->role);
    if (party->signatory) wc_buf_put_text(&buf, ", signatory");
    if (party->visible) wc_buf_put_text(&buf, ", reads it");
    return wc_diff_keep(d, &buf);
}

static uint16_t find_party(const wc_module *module, wc_str name)
{
    for (uint16_t i = 0; i < module->party_count; i++) {
        if (wc_str_equal(wc_diff_string(module, module->parties[i].name), name)) return i;
    }
    return WC_NONE;
}

static void compare_parties(wc_differ *d)
{
    const wc_module *old = d->old->module, *next = d->next->module;
    for (uint16_t i = 0; i < old->party_count; i++) {
        wc_str name = wc_diff_string(old, old->parties[i].name);
        uint16_t now = find_party(next, name);
        wc_str before = party_text(d, old, i), after;
        if (now != WC_NONE) after = party_text(d, next, now);
        wc_diff_compare(d, WC_DIFF_AUTHORITY, wc_diff_named(d, "party", name), &before,
                        now != WC_NONE ? &after : NULL);
    }
    for (uint16_t i = 0; i < next->party_count; i++) {
        wc_str name = wc_diff_string(next, next->parties[i].name);
        if (find_party(old, name) != WC_NONE) continue;
        wc_str after = party_text(d, next, i);
        wc_diff_compare(d, WC_DIFF_AUTHORITY, wc_diff_named(d, "party", name), NULL, &after);
    }
}

static void put_who(wc_buf *buf, const wc_module *module, const wc_entry *entry)
{
    for (uint8_t i = 0; i < entry->who_count; i++) {
        uint16_t who = entry->who[i];
        if (i > 0) wc_buf_put_text(buf, ", ");
        bool is_role = (who & WC_BY_ROLE) != 0;
        put_string(buf, module,
                   is_role ? (uint16_t)(who & ~WC_BY_ROLE) : module->parties[who].name);
    }
}

static void put_by(wc_buf *buf, const wc_module *module, const wc_entry *entry)
{
    switch (entry->by) {
    case WC_BY_NONE: break;
    case WC_BY_ALL:
        wc_buf_put_text(buf, "by ");
        put_who(buf, module, entry);
        break;
    case WC_BY_ANY:
        wc_buf_put_text(buf, "by any(");
        put_who(buf, module, entry);
        wc_buf_put_text(buf, ")");
        break;
    case WC_BY_QUORUM:
        wc_buf_put_text(buf, "by quorum(");
        wc_buf_put_decimal(buf, entry->quorum);
        wc_buf_put_text(buf, ", ");
        put_who(buf, module, entry);
        wc_buf_put_text(buf, ")");
        break;
    case WC_BY_ANY_PARTY: wc_buf_put_text(buf, "by any_party"); break;
    }
}

static void put_states(wc_buf *buf, const wc_module *module, uint64_t states)
{
    bool is_first = true;
    for (uint16_t i = 0; i < module->state_count; i++) {
        if ((states >> i & 1) == 0) continue;
        if (!is_first) wc_buf_put_text(buf, ", ");
        put_string(buf, module, module->states[i].name);
        is_first = false;
    }
}

static void put_move(wc_buf *buf, const wc_module *module, const wc_entry *entry)
{
    wc_buf_put_text(buf, "when ");
    if (entry->when == 0) wc_buf_put_text(buf, "any state that is not final");
    if (entry->when != 0) put_states(buf, module, entry->when);
    if (entry->leads_to == 0) return;
    wc_buf_put_text(buf, " -> ");
    put_states(buf, module, entry->leads_to);
}

typedef void (*entry_text_fn)(wc_buf *buf, const wc_module *module, const wc_entry *entry);

/* Actions that both versions have; what is new or gone stands in the ABI. */
static void compare_actions(wc_differ *d, wc_diff_group group, entry_text_fn put)
{
    const wc_module *old = d->old->module, *next = d->next->module;
    for (uint16_t i = 0; i < old->entry_count; i++) {
        const wc_entry *entry = &old->entries[i];
        if (entry->kind != WC_ENTRY_ACTION) continue;
        wc_str name = wc_diff_string(old, entry->name);
        const wc_entry *now = wc_diff_entry(next, WC_ENTRY_ACTION, name);
        if (now == NULL) continue;
        wc_buf buf = wc_diff_text(d);
        put(&buf, old, entry);
        wc_str before = wc_diff_keep(d, &buf);
        buf = wc_diff_text(d);
        put(&buf, next, now);
        wc_str after = wc_diff_keep(d, &buf);
        wc_diff_compare(d, group, wc_diff_named(d, "action", name), &before, &after);
    }
}

void wc_diff_authority(wc_differ *d)
{
    compare_parties(d);
    compare_actions(d, WC_DIFF_AUTHORITY, put_by);
}

/* ---- states ------------------------------------------------------------------------------------
 */

static wc_str state_text(wc_differ *d, const wc_module *module, uint16_t row)
{
    const wc_state_decl *state = &module->states[row];
    wc_buf buf = wc_diff_text(d);
    put_string(&buf, module, state->name);
    if (state->data != WC_NONE) {
        const wc_type *data = &module->types[state->data];
        wc_buf_put_text(&buf, " with ");
        for (uint16_t i = 0; i < data->count; i++) {
            if (i > 0) wc_buf_put_text(&buf, ", ");
            put_string(&buf, module, data->fields[i].name);
        }
    }
    if (state->initial) wc_buf_put_text(&buf, ", initial");
    if (state->final) wc_buf_put_text(&buf, ", final");
    return wc_diff_keep(d, &buf);
}

/* A state whose data have other types under the same names reads alike, but is not. */
static wc_str state_now(wc_differ *d, uint16_t old_row, uint16_t row)
{
    const wc_module *old = d->old->module, *next = d->next->module;
    uint16_t before = old->states[old_row].data, after = next->states[row].data;
    bool is_alike = wc_types_alike(old, before, next, after, d->scratch);
    wc_str text = state_text(d, next, row);
    if (is_alike || !wc_str_equal(text, state_text(d, old, old_row))) return text;
    wc_buf buf = wc_diff_text(d);
    wc_buf_put(&buf, text.data, text.len);
    wc_buf_put_text(&buf, " of other types");
    return wc_diff_keep(d, &buf);
}

static void compare_states(wc_differ *d)
{
    const wc_module *old = d->old->module, *next = d->next->module;
    for (uint16_t i = 0; i < old->state_count; i++) {
        wc_str name = wc_diff_string(old, old->states[i].name);
        uint16_t now = wc_module_state(next, name);
        wc_str before = state_text(d, old, i), after;
        if (now != WC_NONE) after = state_now(d, i, now);
        wc_diff_compare(d, WC_DIFF_STATES, wc_diff_named(d, "state", name), &before,
                        now != WC_NONE ? &after : NULL);
    }
    for (uint16_t i = 0; i < next->state_count; i++) {
        wc_str name = wc_diff_string(next, next->states[i].name);
        if (wc_module_state(old, name) != WC_NONE) continue;
        wc_str after = state_text(d, next, i);
        wc_diff_compare(d, WC_DIFF_STATES, wc_diff_named(d, "state", name), NULL, &after);
    }
}

/* The time-outs of a module as texts, in order; NULL behind the last. */
static const wc_entry *time_out(const wc_module *module, uint16_t number)
{
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind == WC_ENTRY_AFTER && number-- == 0) return &module->entries[i];
    }
    return NULL;
}

static void compare_time_outs(wc_differ *d)
{
    for (uint16_t i = 0;; i++) { /* ends: each module has a last one */
        const wc_entry *one = time_out(d->old->module, i), *other = time_out(d->next->module, i);
        if (one == NULL && other == NULL) return;
        wc_str before, after;
        wc_buf buf = wc_diff_text(d);
        if (one != NULL) put_move(&buf, d->old->module, one);
        before = wc_diff_keep(d, &buf);
        buf = wc_diff_text(d);
        if (other != NULL) put_move(&buf, d->next->module, other);
        after = wc_diff_keep(d, &buf);
        buf = wc_diff_text(d);
        wc_buf_put_text(&buf, "time-out ");
        wc_buf_put_decimal(&buf, i + 1);
        wc_diff_compare(d, WC_DIFF_STATES, wc_diff_keep(d, &buf), one != NULL ? &before : NULL,
                        other != NULL ? &after : NULL);
    }
}

void wc_diff_states(wc_differ *d)
{
    compare_states(d);
    compare_actions(d, WC_DIFF_STATES, put_move);
    compare_time_outs(d);
}

/* ---- gas ---------------------------------------------------------------------------------------
 */

static wc_str gas_text(wc_differ *d, const wc_entry *entry)
{
    wc_buf buf = wc_diff_text(d);
    wc_buf_put_decimal(&buf, (int64_t)(entry->gas_bound & INT64_MAX));
    return wc_diff_keep(d, &buf);
}

void wc_diff_gas(wc_differ *d)
{
    const wc_module *old = d->old->module, *next = d->next->module;
    for (uint16_t i = 0; i < old->entry_count; i++) {
        const wc_entry *entry = &old->entries[i];
        if (entry->kind > WC_ENTRY_VIEW) continue;
        wc_str name = wc_diff_string(old, entry->name);
        const wc_entry *now = wc_diff_entry(next, entry->kind, name);
        if (now == NULL) continue;
        wc_str before = gas_text(d, entry), after = gas_text(d, now);
        const char *what = entry->kind == WC_ENTRY_VIEW ? "view" : "action";
        wc_diff_compare(d, WC_DIFF_GAS, wc_diff_named(d, what, name), &before, &after);
    }
}

/* ---- proofs ------------------------------------------------------------------------------------
 */

static bool has_proof(const wc_diff_side *side, const wc_diff_proof *proof)
{
    for (uint32_t i = 0; i < side->proof_count; i++) {
        if (wc_str_equal(side->proofs[i].routine, proof->routine) &&
            wc_str_equal(side->proofs[i].unit, proof->unit)) {
            return true;
        }
    }
    return false;
}

static void put_proof(wc_differ *d, const wc_diff_proof *proof, bool is_new)
{
    wc_buf buf = wc_diff_text(d);
    wc_buf_put_text(&buf, "conserve(");
    wc_buf_put(&buf, proof->unit.data, proof->unit.len);
    wc_buf_put_text(&buf, ")");
    wc_str text = wc_diff_keep(d, &buf);
    wc_diff_compare(d, WC_DIFF_PROOF, proof->routine, is_new ? NULL : &text, is_new ? &text : NULL);
}

void wc_diff_proofs(wc_differ *d)
{
    if (!d->old->has_proofs || !d->next->has_proofs) return;
    for (uint32_t i = 0; i < d->old->proof_count; i++) {
        if (!has_proof(d->next, &d->old->proofs[i])) put_proof(d, &d->old->proofs[i], false);
    }
    for (uint32_t i = 0; i < d->next->proof_count; i++) {
        if (!has_proof(d->old, &d->next->proofs[i])) put_proof(d, &d->next->proofs[i], true);
    }
}
