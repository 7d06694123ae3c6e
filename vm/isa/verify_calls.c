/* Verifier, whole calls: memory and gas of entries, and the gas of time-outs that is paid ahead.
 * The sums are those of gas.h. What they need of each entry and state is worked out once: so calls
 * take states x entries steps, and time-outs states x entries^2, or states^2 x entries. */
#include "vm/isa/gas.h"
#include "vm/isa/verify.h"

/* Rows of the entries of one kind, in order. */
typedef struct rows {
    uint16_t *of;
    uint16_t count;
} rows;

typedef struct calls {
    wc_verify *v;
    wc_module *m;
    rows afters, dues, invariants;
    uint64_t every;                 /* states that there are */
    uint64_t root_read, root_write; /* gas of the record at its longest */
    uint64_t *states;               /* by entry: where it is available */
    uint64_t *own;                  /* by entry: the call without prepaid time-outs */
    uint64_t *chain;                /* by entry: an AFTER with the plain ones that can follow it */
    uint64_t *back; /* by a repeating AFTER: states from which time alone can lead to where it is */
    uint64_t enter[WC_STATES_MAX]; /* by state: entering it, without prepaid time-outs */
    uint64_t reach[WC_STATES_MAX]; /* by state: itself and what time alone can lead to */
} calls;

static uint64_t bound_of(const calls *c, const wc_entry *entry)
{
    return c->m->functions[entry->function].gas_bound;
}

/* ---- memory ---- */

static wc_status check_memory(const calls *c, uint64_t base, uint16_t row)
{
    const wc_module *m = c->m;
    const wc_entry *entry = &m->entries[row];
    bool is_view = entry->kind == WC_ENTRY_VIEW;
    bool is_method = entry->kind == WC_ENTRY_ACTION || is_view || entry->kind == WC_ENTRY_UPGRADE;
    uint64_t bytes = base + m->functions[entry->function].memory_size;
    if (is_method) bytes += m->types[entry->args].size;
    if (is_view) bytes += m->types[entry->result].size;
    if (bytes > (is_view ? WC_VIEW_MEM_MAX : WC_MEM_MAX)) {
        return wc_refuse_row(c->v, WC_RULE_MEMORY, row);
    }
    bool is_long = is_method && m->types[entry->args].encoded_max > WC_ARGS_MAX;
    return is_long ? wc_refuse_row(c->v, WC_RULE_ARGUMENTS_SIZE, row) : WC_OK;
}

/* Of a module with entries they are part of what each of these needs. */
static wc_status check_constants(const calls *c)
{
    const wc_module *m = c->m;
    uint64_t bytes = 0;
    for (uint16_t i = 0; i < m->bytes_count; i++) {
        bytes += m->types[m->bytes[i].type].size;
        if (bytes > WC_MEM_MAX) return wc_refuse_row(c->v, WC_RULE_CONSTANTS_SIZE, i);
    }
    return WC_OK;
}

/* ---- gas of one call ---- */

static uint64_t code_gas(const wc_module *m, uint16_t type)
{
    return wc_gas_part(WC_GAS_PART_CODE, 0, m->types[type].encoded_max);
}

static uint64_t invariants_gas(const calls *c, uint64_t which)
{
    uint64_t gas = 0;
    for (uint16_t i = 0; i < c->invariants.count; i++) { /* at most 64 */
        const wc_entry *entry = &c->m->entries[c->invariants.of[i]];
        if ((which >> i & 1) != 0) gas = wc_gas_add(gas, bound_of(c, entry));
    }
    return gas;
}

static uint64_t enter_gas(const calls *c, uint16_t state)
{
    uint64_t gas = 0;
    if (c->m->states[state].final)
        gas = wc_gas_part(WC_GAS_PART_HOLDER, wc_module_holders_max(c->m), 0);
    for (uint16_t i = 0; i < c->dues.count; i++) {
        const wc_entry *entry = &c->m->entries[c->dues.of[i]];
        if ((c->states[entry->args] >> state & 1) != 0) gas = wc_gas_add(gas, bound_of(c, entry));
    }
    return gas;
}

/* The dearest of the states that can be entered. */
static uint64_t dearest(const calls *c, uint64_t states, bool prepays)
{
    uint64_t most = 0;
    for (states &= c->every; states != 0; states &= states - 1) {
        unsigned i = (unsigned)__builtin_ctzll(states);
        uint64_t gas = prepays ? wc_gas_add(c->enter[i], c->m->states[i].prepaid) : c->enter[i];
        if (gas > most) most = gas;
    }
    return most;
}

static uint64_t initial_state(const wc_module *m)
{
    for (uint16_t i = 0; i < m->state_count; i++) {
        if (m->states[i].initial) return UINT64_C(1) << i;
    }
    return 0; /* a test image without states */
}

static uint64_t deploy_gas(const calls *c, uint64_t gas)
{
    const wc_module *m = c->m;
    gas = wc_gas_add(gas, code_gas(m, m->parties_type));
    gas = wc_gas_add(gas, wc_gas_add(code_gas(m, m->terms_type), c->root_write));
    return wc_gas_add(gas, invariants_gas(c, UINT64_MAX));
}

/* The DEPLOY function alone; 0 without one. */
static uint64_t checks_gas(const calls *c)
{
    for (uint16_t i = 0; i < c->m->entry_count; i++) {
        if (c->m->entries[i].kind == WC_ENTRY_DEPLOY) return bound_of(c, &c->m->entries[i]);
    }
    return 0;
}

/* An amendment ends like a deployment: its checks, every invariant, the due times again. */
static uint64_t amend_gas(const calls *c, uint16_t row)
{
    const wc_entry *entry = &c->m->entries[row];
    if ((c->v->summaries[entry->function].uses & WC_USES_AMENDS) == 0) return 0;
    uint64_t gas = wc_gas_add(checks_gas(c), invariants_gas(c, ~entry->invariants));
    return wc_gas_add(gas, dearest(c, c->states[row], false));
}

/* The storage of the version before, checks and invariants, due times, and the time-outs to come
 * under the new code. */
static uint64_t upgrade_gas(const calls *c, const wc_entry *entry)
{
    const wc_module *m = c->m;
    uint64_t old_root = wc_module_root_max(m) + m->types[entry->args].encoded_max;
    uint64_t gas = wc_gas_add(bound_of(c, entry), wc_gas_part(WC_GAS_PART_ROOT, 1, old_root));
    gas = wc_gas_add(gas, c->root_write);
    return wc_gas_add(gas, wc_gas_add(checks_gas(c), invariants_gas(c, UINT64_MAX)));
}

/* A call without what entering a state costs. */
static uint64_t call_gas(const calls *c, const wc_entry *entry)
{
    const wc_module *m = c->m;
    uint64_t gas = bound_of(c, entry), read = c->root_read, write = c->root_write;
    switch (entry->kind) {
    case WC_ENTRY_ACTION:
    case WC_ENTRY_AFTER:
        if (entry->kind == WC_ENTRY_ACTION) gas = wc_gas_add(gas, code_gas(m, entry->args));
        gas = wc_gas_add(gas, invariants_gas(c, entry->invariants));
        return wc_gas_add(gas, wc_gas_add(read, write));
    case WC_ENTRY_VIEW:
        gas = wc_gas_add(gas, wc_gas_add(read, code_gas(m, entry->args)));
        return wc_gas_add(gas, code_gas(m, entry->result));
    case WC_ENTRY_DEPLOY: return deploy_gas(c, gas);
    case WC_ENTRY_UPGRADE: return upgrade_gas(c, entry);
    case WC_ENTRY_DUE:
    case WC_ENTRY_INVARIANT: return gas;
    }
    return gas;
}

/* ---- time-outs that are paid ahead ---- */

/* Only time-outs have repeats (wc_check_entry). */
static bool is_plain(const wc_entry *entry)
{
    return entry->repeats == 1;
}

static bool is_repeating(const wc_entry *entry)
{
    return entry->repeats > 1;
}

/* One time-out with the plain ones that can follow it. */
static uint64_t chain_gas(const calls *c, uint16_t row)
{
    uint64_t most = 0, leads_to = c->m->entries[row].leads_to;
    for (uint16_t i = 0; i < c->m->state_count; i++) {
        if ((leads_to >> i & 1) == 0) continue;
        if (c->m->states[i].prepaid > most) most = c->m->states[i].prepaid;
    }
    return wc_gas_add(c->own[row], most);
}

/* States that the plain time-outs of a state lead to. */
static uint64_t plain_followers(const calls *c, uint16_t state)
{
    uint64_t followers = 0;
    for (uint16_t k = 0; k < c->afters.count; k++) {
        uint16_t i = c->afters.of[k];
        const wc_entry *entry = &c->m->entries[i];
        if (is_plain(entry) && (c->states[i] >> state & 1) != 0) followers |= entry->leads_to;
    }
    return followers;
}

static uint64_t plain_gas(const calls *c, uint16_t state)
{
    uint64_t gas = 0;
    for (uint16_t k = 0; k < c->afters.count; k++) {
        uint16_t i = c->afters.of[k];
        bool is_one = is_plain(&c->m->entries[i]) && (c->states[i] >> state & 1) != 0;
        if (is_one) gas = wc_gas_add(gas, chain_gas(c, i));
    }
    return gas;
}

static uint64_t reach_of(const calls *c, uint16_t state)
{
    uint64_t reached = UINT64_C(1) << state, before;
    do { /* every turn but the last reaches one more of the states */
        before = reached;
        for (uint16_t k = 0; k < c->afters.count; k++) {
            uint16_t i = c->afters.of[k];
            if ((c->states[i] & reached) != 0) reached |= c->m->entries[i].leads_to;
        }
    } while (reached != before);
    return reached;
}

/* Refuses the first plain time-out that goes round among states which never settle. */
static wc_status refuse_cycle(const calls *c, uint64_t settled)
{
    uint16_t row = 0;
    for (uint16_t i = c->m->entry_count; i > 0; i--) {
        const wc_entry *entry = &c->m->entries[i - 1];
        bool is_in = (c->states[i - 1] & ~settled) != 0 && (entry->leads_to & ~settled) != 0;
        if (is_plain(entry) && is_in) row = (uint16_t)(i - 1);
    }
    return wc_refuse_row(c->v, WC_RULE_AFTER_CYCLE, row);
}

/* Plain time-outs form an acyclic graph of states: each turn settles the states whose followers are
 * settled. */
static wc_status prepay_plain(const calls *c)
{
    uint64_t settled = 0;
    uint16_t count = 0;
    for (bool goes_on = true; goes_on;) { /* every turn but the last settles a state */
        goes_on = false;
        for (uint16_t i = 0; i < c->m->state_count; i++) {
            bool is_done = (settled >> i & 1) != 0;
            if (is_done || (plain_followers(c, i) & ~settled) != 0) continue;
            c->m->states[i].prepaid = plain_gas(c, i);
            settled |= UINT64_C(1) << i;
            count++;
            goes_on = true;
        }
    }
    return count == c->m->state_count ? WC_OK : refuse_cycle(c, settled);
}

/* Gas of the plain time-outs of a state, those that lead back to the time-out apart from those that
 * do not. */
static void split_plain(const calls *c, uint16_t state, uint16_t row, uint64_t *back,
                        uint64_t *away)
{
    *back = *away = 0;
    for (uint16_t k = 0; k < c->afters.count; k++) {
        uint16_t i = c->afters.of[k];
        const wc_entry *entry = &c->m->entries[i];
        if (!is_plain(entry) || (c->states[i] >> state & 1) == 0) continue;
        uint64_t *sum = (entry->leads_to & c->back[row]) != 0 ? back : away;
        *sum = wc_gas_add(*sum, c->chain[i]);
    }
}

/* A repeating time-out with the plain ones that can follow it, as often as it can fire. Plain ones
 * that lead back to it can come after each firing; the others end it, and come once. */
static uint64_t repeated_gas(const calls *c, uint16_t row)
{
    const wc_entry *entry = &c->m->entries[row];
    uint64_t most_back = 0, most_away = 0, back, away;
    for (uint16_t i = 0; i < c->m->state_count; i++) {
        if ((entry->leads_to >> i & 1) == 0) continue;
        split_plain(c, i, row, &back, &away);
        if (back > most_back) most_back = back;
        if (away > most_away) most_away = away;
    }
    uint64_t turn = wc_gas_add(c->own[row], most_back);
    return wc_gas_add(wc_gas_mul(entry->repeats, turn), most_away);
}

/* A repeating time-out may lead back. Whoever enters a state pays for every one that can be reached
 * from it by time alone, with its chains, as often as it can fire. */
static void prepay_repeating(const calls *c)
{
    uint64_t extra[WC_STATES_MAX] = {0};
    const rows *afters = &c->afters;
    for (uint16_t k = 0; k < afters->count; k++)
        c->chain[afters->of[k]] = chain_gas(c, afters->of[k]);
    for (uint16_t k = 0; k < afters->count; k++) {
        uint16_t i = afters->of[k];
        if (!is_repeating(&c->m->entries[i])) continue;
        uint64_t gas = repeated_gas(c, i);
        for (uint16_t s = 0; s < c->m->state_count; s++) {
            if ((c->states[i] & c->reach[s]) != 0) extra[s] = wc_gas_add(extra[s], gas);
        }
    }
    for (uint16_t s = 0; s < c->m->state_count; s++) {
        c->m->states[s].prepaid = wc_gas_add(c->m->states[s].prepaid, extra[s]);
    }
}

/* ---- */

/* Sorts the entries by their kinds. */
static wc_status find_rows(calls *c)
{
    const wc_module *m = c->m;
    uint16_t *of = WC_ARENA_RAW(c->v->arena, uint16_t, 3u * m->entry_count);
    if (of == NULL) return WC_NO_MEMORY;
    c->afters.of = of;
    c->dues.of = of + m->entry_count;
    c->invariants.of = of + 2u * m->entry_count;
    for (uint16_t i = 0; i < m->entry_count; i++) {
        wc_entry_kind kind = m->entries[i].kind;
        if (kind == WC_ENTRY_AFTER) c->afters.of[c->afters.count++] = i;
        if (kind == WC_ENTRY_DUE) c->dues.of[c->dues.count++] = i;
        if (kind == WC_ENTRY_INVARIANT) c->invariants.of[c->invariants.count++] = i;
    }
    return WC_OK;
}

/* The states from which time alone leads to where a repeating time-out is available. */
static uint64_t back_of(const calls *c, uint16_t row)
{
    uint64_t back = 0;
    for (uint16_t s = 0; s < c->m->state_count; s++) {
        if ((c->reach[s] & c->states[row]) != 0) back |= UINT64_C(1) << s;
    }
    return back;
}

static wc_status prepare(calls *c)
{
    const wc_module *m = c->m;
    uint16_t count = m->entry_count;
    WC_TRY(find_rows(c));
    c->states = WC_ARENA_RAW(c->v->arena, uint64_t, count);
    c->own = WC_ARENA_RAW(c->v->arena, uint64_t, count);
    c->back = WC_ARENA_RAW(c->v->arena, uint64_t, count);
    c->chain = WC_ARENA_RAW(c->v->arena, uint64_t, count);
    if (c->states == NULL || c->own == NULL) return WC_NO_MEMORY;
    if (c->back == NULL || c->chain == NULL) return WC_NO_MEMORY;
    c->root_read = wc_gas_part(WC_GAS_PART_ROOT, 1, wc_module_root_max(m));
    c->root_write = wc_gas_part(WC_GAS_PART_ROOT_WRITE, 1, wc_module_root_max(m));
    uint64_t open = wc_module_states(m, false);
    c->every = wc_module_states(m, true);
    for (uint16_t i = 0; i < count; i++) {
        c->states[i] = wc_entry_states_among(&m->entries[i], c->every, open);
    }
    for (uint16_t i = 0; i < m->state_count; i++) c->enter[i] = enter_gas(c, i);
    for (uint16_t i = 0; i < count; i++) {
        const wc_entry *entry = &m->entries[i];
        c->own[i] = wc_gas_add(call_gas(c, entry), dearest(c, entry->leads_to, false));
    }
    for (uint16_t s = 0; s < m->state_count; s++) c->reach[s] = reach_of(c, s);
    for (uint16_t k = 0; k < c->afters.count; k++) {
        uint16_t i = c->afters.of[k];
        if (is_repeating(&m->entries[i])) c->back[i] = back_of(c, i);
    }
    return WC_OK;
}

static uint64_t entry_gas(const calls *c, uint16_t row)
{
    const wc_entry *entry = &c->m->entries[row];
    if (entry->kind == WC_ENTRY_ACTION) {
        uint64_t gas = wc_gas_add(call_gas(c, entry), amend_gas(c, row));
        return wc_gas_add(gas, dearest(c, entry->leads_to, true));
    }
    if (entry->kind == WC_ENTRY_UPGRADE) {
        return wc_gas_add(c->own[row], dearest(c, UINT64_MAX, true));
    }
    if (entry->kind == WC_ENTRY_DEPLOY) {
        return wc_gas_add(c->own[row], dearest(c, initial_state(c->m), true));
    }
    return c->own[row];
}

/* Bounds are compared when the module was built under this build's schedule: its hash is asked for
 * only when a bound differs. */
static wc_status check_bounds(const calls *c)
{
    for (uint16_t i = 0; i < c->m->entry_count; i++) {
        c->m->entries[i].derived_bound = entry_gas(c, i);
    }
    for (uint16_t i = 0; i < c->m->entry_count; i++) {
        wc_entry *entry = &c->m->entries[i];
        if (c->v->sets_bounds) entry->gas_bound = entry->derived_bound;
        if (entry->gas_bound == entry->derived_bound) continue;
        wc_hash own = wc_schedule_hash(c->v->hash);
        bool is_own = wc_hash_equal(&own, &c->m->schedule);
        return is_own ? wc_refuse_row(c->v, WC_RULE_GAS_BOUND, i) : WC_OK;
    }
    return WC_OK;
}

wc_status wc_verify_calls(wc_verify *v)
{
    size_t mark = wc_arena_mark(v->arena);
    calls c = {.v = v, .m = v->module};
    uint64_t base = wc_module_base_memory(v->module);
    for (uint16_t i = 0; i < v->module->entry_count; i++) WC_TRY(check_memory(&c, base, i));
    WC_TRY(check_constants(&c));
    WC_TRY(prepare(&c));
    WC_TRY(prepay_plain(&c));
    prepay_repeating(&c);
    WC_TRY(check_bounds(&c));
    wc_arena_rewind(v->arena, mark);
    return WC_OK;
}
