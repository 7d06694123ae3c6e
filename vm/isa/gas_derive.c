/* Gas forms from code: the verifier's longest path (verify_code.c, verify_calls.c), with sums of
 * products of sizes in place of numbers.
 *
 * Requires verified code, so nothing is checked again here. Gas inside a loop is counted from its
 * header. A path that leaves the loop from the middle waits in the loop until its end is reached:
 * then it costs what was before the loop, n rounds, and what it has more than a whole round. Where
 * paths meet, each factor is the greater one. */
#include "vm/isa/gas_derive.h"

#include <string.h>

#include "vm/isa/gas.h"
#include "vm/isa/gas_poly.h"
#include "vm/isa/op_table.h"
#include "vm/isa/verify.h"

typedef struct leaving { /* a path out of the middle of a loop */
    struct leaving *next;
    uint32_t target;
    wc_gas_poly gas; /* from the loop's header */
} leaving;

typedef struct open_loop {
    uint32_t exit; /* word behind the loop */
    uint64_t trips;
    uint16_t size; /* WC_NONE: trips */
    wc_gas_poly before;
    leaving *paths;
} open_loop;

typedef struct deriving {
    const wc_gas_notes *notes;
    wc_gas_size *sizes; /* those of the notes, then fields and holders */
    uint16_t size_count;
    uint16_t *field_sizes; /* by storage field; WC_NONE: in the root, or counted as full */
    wc_arena *arena;
    wc_verify verify; /* for wc_worst_data_gas: module and function only */
    wc_gas_poly *functions;
    bool *amends; /* by function: it changes a term, or calls one that does */

    uint16_t function;
    uint32_t note_at, pass_at; /* next in the notes */
    wc_gas_poly **targets;     /* by word; the last is the end of the function */
    open_loop *loops;
    unsigned loop_count;
    wc_gas_poly gas; /* from the innermost open loop's header */
    bool is_reachable;
    bool is_full; /* the arena: what was made since is no form */
} deriving;

/* ---- sizes ---- */

static uint16_t size_of(deriving *d, wc_gas_size_kind kind, wc_str name, uint32_t capacity)
{
    for (uint16_t i = 0; i < d->size_count; i++) {
        const wc_gas_size *known = &d->sizes[i];
        bool is_same =
            known->kind == kind && known->capacity == capacity && wc_str_equal(known->name, name);
        if (is_same) return i;
    }
    if (d->size_count == WC_GAS_SIZES_MAX) return WC_NONE;
    d->sizes[d->size_count] = (wc_gas_size){kind, name, capacity};
    return d->size_count++;
}

static uint16_t holders_size(deriving *d)
{
    uint32_t most = wc_module_holders_max(d->verify.module);
    return most == 0 ? WC_NONE : size_of(d, WC_GAS_SIZE_HOLDERS, WC_STR("holders"), most);
}

/* One for each stored collection; named as the source names it. */
static wc_status put_field_sizes(deriving *d)
{
    const wc_module *m = d->verify.module;
    d->field_sizes = WC_ARENA_ARRAY(d->arena, uint16_t, m->field_count);
    if (d->field_sizes == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->field_count; i++) {
        const wc_storage_field *field = &m->fields[i];
        d->field_sizes[i] = WC_NONE;
        if (field->root != WC_NONE) continue;
        wc_str name = m->strings[field->name];
        if (name.len + 5 > WC_GAS_NAME_MAX) continue; /* counted as full */
        char *text = wc_arena_alloc(d->arena, name.len + 5, 1);
        if (text == NULL) return WC_NO_MEMORY;
        memcpy(text, "self.", 5);
        memcpy(text + 5, name.data, name.len);
        d->field_sizes[i] = size_of(d, WC_GAS_SIZE_FIELD, (wc_str){text, name.len + 5},
                                    m->types[field->type].capacity);
    }
    return WC_OK;
}

static void add_number(deriving *d, uint64_t gas)
{
    wc_gas_poly_add_number(&d->gas, gas, d->sizes);
}

/* full is linear in the size: what it is at 0 is `empty`. */
static void add_linear(deriving *d, wc_gas_poly *to, uint16_t size, uint64_t empty, uint64_t full)
{
    uint64_t capacity = size == WC_NONE ? 0 : d->sizes[size].capacity;
    if (capacity == 0) {
        wc_gas_poly_add_number(to, full, d->sizes);
        return;
    }
    uint64_t slope = (full - empty + capacity - 1) / capacity;
    wc_gas_poly_add_number(to, empty, d->sizes);
    const wc_gas_term term = {.factor = slope, .degree = 1, .sizes = {size}};
    wc_gas_poly_add_term(to, &term, d->sizes);
}

/* ---- instructions ---- */

/* Every note is of an instruction that asks for it: one that is passed over is of another word. */
static uint16_t note_at(deriving *d, uint32_t word)
{
    if (d->note_at == d->notes->note_count) return WC_NONE;
    const wc_gas_note *note = &d->notes->notes[d->note_at];
    wc_assert(note->function > d->function ||
              (note->function == d->function && note->word >= word));
    if (note->function > d->function || note->word > word) return WC_NONE;
    d->note_at++;
    return note->size;
}

/* Instructions whose charge is linear in a length that has a name. */
static uint16_t linear_size(deriving *d, const wc_instruction *in, uint32_t word)
{
    switch ((unsigned)in->op) {
    case WC_OP_cload: return d->field_sizes[wc_operand_of(in, 1)];
    case WC_OP_cclear:
    case WC_OP_sdel: return d->field_sizes[wc_operand_of(in, 0)];
    case WC_OP_unlockall: return holders_size(d);
    case WC_OP_clearnet: return note_at(d, word);
    default: return WC_NONE;
    }
}

static void data_gas(deriving *d, const wc_instruction *in, uint32_t word)
{
    uint64_t full = wc_worst_data_gas(&d->verify, in);
    uint16_t size = linear_size(d, in, word);
    if (size == WC_NONE) {
        add_number(d, full);
        return;
    }
    bool is_stored = in->op != WC_OP_unlockall && in->op != WC_OP_clearnet;
    const wc_type *type = NULL;
    wc_gas_work none = {0};
    if (is_stored) {
        uint16_t field = wc_operand_of(in, in->op == WC_OP_cload ? 1 : 0);
        type = &d->verify.module->types[d->verify.module->fields[field].type];
        none.key = wc_collection_key_max(d->verify.module, type);
        none.value = wc_collection_value_max(d->verify.module, type);
    }
    add_linear(d, &d->gas, size, wc_gas_data(in->op, &none), full);
}

static void call(deriving *d, const wc_instruction *in, uint32_t word)
{
    wc_gas_poly callee = d->functions[wc_operand_of(in, 0)];
    const wc_gas_notes *notes = d->notes;
    if (d->amends[wc_operand_of(in, 0)]) d->amends[d->function] = true;
    for (; d->pass_at < notes->pass_count; d->pass_at++) {
        const wc_gas_pass *pass = &notes->passes[d->pass_at];
        bool is_here = pass->function == d->function && pass->word == word;
        wc_assert(is_here || pass->function > d->function ||
                  (pass->function == d->function && pass->word > word));
        if (!is_here) break;
        wc_gas_poly_replace(&callee, pass->param, pass->size, d->sizes);
    }
    wc_gas_poly_add(&d->gas, &callee, d->sizes);
}

/* ---- paths ---- */

static wc_status go_to(deriving *d, uint32_t target, const wc_gas_poly *gas)
{
    open_loop *loop = d->loop_count > 0 ? &d->loops[d->loop_count - 1] : NULL;
    if (loop != NULL && target >= loop->exit) {
        leaving *path = WC_ARENA_NEW(d->arena, leaving);
        if (path == NULL) return WC_NO_MEMORY;
        *path = (leaving){loop->paths, target, *gas};
        loop->paths = path;
        return WC_OK;
    }
    if (d->targets[target] == NULL) {
        d->targets[target] = WC_ARENA_NEW(d->arena, wc_gas_poly);
        if (d->targets[target] == NULL) return WC_NO_MEMORY;
    }
    wc_gas_poly_max(d->targets[target], gas, d->sizes);
    return WC_OK;
}

static void enter_block(deriving *d, uint32_t word)
{
    const wc_gas_poly *arriving = d->targets[word];
    if (arriving == NULL) return;
    if (!d->is_reachable) d->gas.count = 0;
    wc_gas_poly_max(&d->gas, arriving, d->sizes);
    d->is_reachable = true;
}

static wc_status open(deriving *d, const wc_instruction *in, uint32_t word)
{
    WC_TRY(go_to(d, wc_operand_of(in, 2), &d->gas));
    d->loops[d->loop_count++] = (open_loop){
        .exit = wc_operand_of(in, 2),
        .trips = d->verify.module->numbers[wc_operand_of(in, 3)].lo,
        .size = note_at(d, word),
        .before = d->gas,
    };
    d->gas.count = 0;
    return WC_OK;
}

static void turn(const open_loop *loop, wc_gas_poly *round, const wc_gas_size *sizes)
{
    if (loop->size == WC_NONE) {
        wc_gas_poly_times(round, loop->trips);
    } else {
        wc_gas_poly_times_size(round, loop->size, sizes);
    }
}

static wc_status close(deriving *d)
{
    open_loop loop = d->loops[--d->loop_count];
    wc_gas_poly round = d->gas, all = d->gas;
    turn(&loop, &all, d->sizes);
    wc_gas_poly_add(&all, &loop.before, d->sizes);
    for (leaving *path = loop.paths; path != NULL; path = path->next) {
        wc_gas_poly_excess(&path->gas, &round);
        wc_gas_poly_add(&path->gas, &all, d->sizes);
        WC_TRY(go_to(d, path->target, &path->gas));
    }
    d->gas = all;
    return WC_OK;
}

static wc_status end_path(deriving *d)
{
    d->is_reachable = false;
    return go_to(d, d->verify.function->word_count, &d->gas);
}

static wc_status flow(deriving *d, const wc_instruction *in, uint32_t word)
{
    if ((in->info->flags & WC_OP_ENDS) == 0) return WC_OK;
    for (unsigned i = 0; i < 3; i++) {
        if (in->info->operands[i] != WC_OPERAND_to || in->op == WC_OP_lenter) continue;
        WC_TRY(go_to(d, wc_operand_of(in, i), &d->gas));
    }
    switch ((unsigned)in->op) {
    case WC_OP_jmp: d->is_reachable = false; return WC_OK;
    case WC_OP_ret:
    case WC_OP_fail:
    case WC_OP_tunmet: return end_path(d);
    case WC_OP_lenter: return open(d, in, word);
    case WC_OP_loop: return close(d);
    case WC_OP_call: call(d, in, word); return WC_OK;
    default: return WC_OK;
    }
}

static void fetch(const uint64_t *words, wc_instruction *in)
{
    in->op = (wc_op)(words[0] >> 48);
    in->info = &wc_op_table[in->op];
    in->words[0] = words[0];
    if (in->info->words == 2) in->words[1] = words[1];
}

static wc_status derive_function(deriving *d, uint16_t index)
{
    wc_module *m = d->verify.module;
    wc_function *function = &m->functions[index];
    size_t mark = wc_arena_mark(d->arena);
    d->verify.function = function;
    d->function = index;
    d->targets = WC_ARENA_ARRAY(d->arena, wc_gas_poly *, function->word_count + 1);
    if (d->targets == NULL) return WC_NO_MEMORY;
    d->gas.count = 0;
    d->loop_count = 0;
    d->is_reachable = true;
    for (uint32_t word = 0; word < function->word_count;) {
        wc_instruction in = {0};
        fetch(&m->words[function->first_word + word], &in);
        if (in.op == WC_OP_block) enter_block(d, word);
        if (in.op == WC_OP_amend) d->amends[index] = true;
        add_number(d, in.info->gas);
        if ((in.info->flags & WC_OP_DATA) != 0) data_gas(d, &in, word);
        WC_TRY(flow(d, &in, word));
        word += in.info->words;
    }
    const wc_gas_poly *end = d->targets[function->word_count];
    wc_assert(end != NULL); /* verified: some path ends */
    d->functions[index] = *end;
    wc_arena_rewind(d->arena, mark);
    return WC_OK;
}

/* ---- whole calls ---- */

/* A collection that is an argument itself: the bytes of its elements depend on its length. */
static void add_argument(deriving *d, wc_gas_poly *to, const wc_field *field)
{
    const wc_module *m = d->verify.module;
    const wc_type *type = &m->types[field->type];
    uint64_t full = wc_gas_part(WC_GAS_PART_CODE, 0, type->encoded_max), each = 0;
    if (type->kind == WC_TYPE_LIST || type->kind == WC_TYPE_SET || type->kind == WC_TYPE_MAP) {
        each = m->types[type->item].encoded_max;
        if (type->kind == WC_TYPE_MAP) each += m->types[type->value].encoded_max;
    } else if (type->kind == WC_TYPE_SERIES) {
        each = 9; /* value and quality */
    }
    uint16_t size = WC_NONE;
    if (each > 0 && field->name != WC_NONE) {
        size = size_of(d, WC_GAS_SIZE_ARGUMENT, m->strings[field->name], type->capacity);
    }
    uint64_t elements = each * type->capacity;
    uint64_t empty = wc_gas_part(WC_GAS_PART_CODE, 0, type->encoded_max - elements);
    add_linear(d, to, size, empty, full);
}

static void add_arguments(deriving *d, wc_gas_poly *to, uint16_t tuple)
{
    const wc_type *type = &d->verify.module->types[tuple];
    for (uint16_t i = 0; i < type->count; i++) add_argument(d, to, &type->fields[i]);
}

static void add_code(deriving *d, wc_gas_poly *to, uint16_t type)
{
    uint64_t bytes = d->verify.module->types[type].encoded_max;
    wc_gas_poly_add_number(to, wc_gas_part(WC_GAS_PART_CODE, 0, bytes), d->sizes);
}

static void add_invariants(deriving *d, wc_gas_poly *to, uint64_t which)
{
    const wc_module *m = d->verify.module;
    unsigned bit = 0;
    for (uint16_t i = 0; i < m->entry_count; i++) {
        if (m->entries[i].kind != WC_ENTRY_INVARIANT) continue;
        if ((which >> bit++ & 1) == 0) continue;
        wc_gas_poly_add(to, &d->functions[m->entries[i].function], d->sizes);
    }
}

/* What entering a state costs; prepays: with the time-outs that are paid in advance. */
static wc_gas_poly entering(deriving *d, uint16_t state, bool prepays)
{
    const wc_module *m = d->verify.module;
    wc_gas_poly own = {0};
    if (prepays) wc_gas_poly_add_number(&own, m->states[state].prepaid, d->sizes);
    uint64_t holders = wc_module_holders_max(m);
    if (m->states[state].final) {
        add_linear(d, &own, holders_size(d), 0, wc_gas_part(WC_GAS_PART_HOLDER, holders, 0));
    }
    for (uint16_t i = 0; i < m->entry_count; i++) {
        const wc_entry *due = &m->entries[i];
        if (due->kind != WC_ENTRY_DUE) continue;
        if ((wc_entry_states(m, &m->entries[due->args]) >> state & 1) == 0) continue;
        wc_gas_poly_add(&own, &d->functions[due->function], d->sizes);
    }
    return own;
}

/* Whether the call enters this state, as a size of 0 or 1; WC_NONE: it counts as entered. */
static uint16_t entered_size(deriving *d, uint16_t state)
{
    wc_str name = d->verify.module->strings[d->verify.module->states[state].name];
    if (name.len + 3 > WC_GAS_NAME_MAX) return WC_NONE;
    char *text = wc_arena_alloc(d->arena, name.len + 3, 1);
    if (text == NULL) {
        d->is_full = true;
        return WC_NONE;
    }
    memcpy(text, "-> ", 3);
    memcpy(text + 3, name.data, name.len);
    return size_of(d, WC_GAS_SIZE_ENTERED, (wc_str){text, name.len + 3}, 1);
}

/* At most one of the states is entered: what each costs counts when it is the one. */
static void add_entering(deriving *d, wc_gas_poly *to, uint64_t states, bool prepays)
{
    bool is_one = (states & (states - 1)) == 0;
    for (uint16_t s = 0; s < d->verify.module->state_count; s++) {
        if ((states >> s & 1) == 0) continue;
        wc_gas_poly own = entering(d, s, prepays);
        uint16_t size = is_one || own.count == 0 ? WC_NONE : entered_size(d, s);
        if (size != WC_NONE) wc_gas_poly_times_size(&own, size, d->sizes);
        wc_gas_poly_add(to, &own, d->sizes);
    }
}

/* The due times of the state that the call stays in: the dearest, factor by factor. */
static void add_retiming(deriving *d, wc_gas_poly *to, uint64_t states)
{
    wc_gas_poly dearest = {0};
    for (uint16_t s = 0; s < d->verify.module->state_count; s++) {
        if ((states >> s & 1) == 0) continue;
        wc_gas_poly own = entering(d, s, false);
        wc_gas_poly_max(&dearest, &own, d->sizes);
    }
    wc_gas_poly_add(to, &dearest, d->sizes);
}

static uint64_t initial_state(const wc_module *m)
{
    for (uint16_t i = 0; i < m->state_count; i++) {
        if (m->states[i].initial) return UINT64_C(1) << i;
    }
    return 0;
}

static void add_checks(deriving *d, wc_gas_poly *to)
{
    const wc_module *m = d->verify.module;
    for (uint16_t i = 0; i < m->entry_count; i++) {
        if (m->entries[i].kind != WC_ENTRY_DEPLOY) continue;
        wc_gas_poly_add(to, &d->functions[m->entries[i].function], d->sizes);
        return;
    }
}

/* An amendment ends like a deployment: amend_gas of verify_calls.c. */
static void add_amendment(deriving *d, wc_gas_poly *to, const wc_entry *entry)
{
    if (!d->amends[entry->function]) return;
    add_checks(d, to);
    add_invariants(d, to, ~entry->invariants);
    add_retiming(d, to, wc_entry_states(d->verify.module, entry));
}

/* upgrade_gas of verify_calls.c. */
static void add_upgrade(deriving *d, wc_gas_poly *to, const wc_entry *entry)
{
    const wc_module *m = d->verify.module;
    uint64_t root = wc_module_root_max(m);
    uint64_t old_root = root + m->types[entry->args].encoded_max;
    wc_gas_poly_add_number(to, wc_gas_part(WC_GAS_PART_ROOT, 1, old_root), d->sizes);
    wc_gas_poly_add_number(to, wc_gas_part(WC_GAS_PART_ROOT_WRITE, 1, root), d->sizes);
    add_checks(d, to);
    add_invariants(d, to, UINT64_MAX);
    add_entering(d, to, UINT64_MAX, true);
}

/* As call_gas and entry_gas of verify_calls.c. */
static wc_gas_poly derive_entry(deriving *d, const wc_entry *entry)
{
    const wc_module *m = d->verify.module;
    wc_gas_poly gas = d->functions[entry->function];
    uint64_t root = wc_module_root_max(m);
    uint64_t read = wc_gas_part(WC_GAS_PART_ROOT, 1, root);
    uint64_t write = wc_gas_part(WC_GAS_PART_ROOT_WRITE, 1, root);
    switch (entry->kind) {
    case WC_ENTRY_ACTION:
    case WC_ENTRY_AFTER:
        wc_gas_poly_add_number(&gas, read + write, d->sizes);
        if (entry->kind == WC_ENTRY_ACTION) add_arguments(d, &gas, entry->args);
        add_invariants(d, &gas, entry->invariants);
        if (entry->kind == WC_ENTRY_ACTION) add_amendment(d, &gas, entry);
        add_entering(d, &gas, entry->leads_to, entry->kind == WC_ENTRY_ACTION);
        break;
    case WC_ENTRY_VIEW:
        wc_gas_poly_add_number(&gas, read, d->sizes);
        add_arguments(d, &gas, entry->args);
        add_code(d, &gas, entry->result);
        break;
    case WC_ENTRY_DEPLOY:
        wc_gas_poly_add_number(&gas, write, d->sizes);
        add_code(d, &gas, m->parties_type);
        add_code(d, &gas, m->terms_type);
        add_invariants(d, &gas, UINT64_MAX);
        add_entering(d, &gas, initial_state(m), true);
        break;
    case WC_ENTRY_UPGRADE: add_upgrade(d, &gas, entry); break;
    case WC_ENTRY_DUE:
    case WC_ENTRY_INVARIANT: break;
    }
    return gas;
}

/* A parameter that no caller has replaced is full. */
static void drop_params(const deriving *d, wc_gas_poly *gas)
{
    for (uint16_t i = 0; i < d->notes->size_count; i++) {
        if (d->sizes[i].kind != WC_GAS_SIZE_PARAM) continue;
        wc_gas_poly_replace(gas, i, WC_NONE, d->sizes);
    }
}

/* Sizes that some form names, in their order; map gives their new numbers. */
static void keep_used(const deriving *d, const wc_gas_poly *forms, uint16_t count, wc_debug *debug,
                      uint16_t *map)
{
    for (uint16_t i = 0; i < d->size_count; i++) map[i] = WC_NONE;
    for (uint16_t f = 0; f < count; f++) {
        for (uint16_t t = 0; t < forms[f].count; t++) {
            const wc_gas_term *term = &forms[f].terms[t];
            for (unsigned k = 0; k < term->degree; k++) map[term->sizes[k]] = 0;
        }
    }
    debug->size_count = 0;
    for (uint16_t i = 0; i < d->size_count; i++) {
        if (map[i] == WC_NONE) continue;
        map[i] = debug->size_count;
        debug->sizes[debug->size_count++] = d->sizes[i];
    }
}

static wc_status keep_form(const wc_gas_poly *gas, const uint16_t *map, wc_arena *arena,
                           wc_gas_form *form)
{
    form->count = gas->count;
    form->terms = WC_ARENA_ARRAY(arena, wc_gas_term, gas->count);
    if (form->terms == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < gas->count; i++) {
        form->terms[i] = gas->terms[i];
        for (unsigned k = 0; k < gas->terms[i].degree; k++) {
            form->terms[i].sizes[k] = map[gas->terms[i].sizes[k]];
        }
    }
    return WC_OK;
}

wc_status wc_gas_derive(const wc_module *module, const wc_gas_notes *notes, wc_arena *arena,
                        wc_debug *debug)
{
    union { /* the verifier's functions only read */
        const wc_module *from;
        wc_module *to;
    } m = {.from = module};

    if (notes->size_count > WC_GAS_SIZES_MAX) return WC_TOO_LARGE;
    deriving *d = WC_ARENA_NEW(arena, deriving);
    if (d == NULL) return WC_NO_MEMORY;
    *d = (deriving){.notes = notes, .arena = arena, .verify = {.module = m.to}};
    d->sizes = WC_ARENA_ARRAY(arena, wc_gas_size, WC_GAS_SIZES_MAX);
    d->functions = WC_ARENA_ARRAY(arena, wc_gas_poly, module->function_count);
    d->amends = WC_ARENA_ARRAY(arena, bool, module->function_count);
    d->loops = WC_ARENA_ARRAY(arena, open_loop, WC_LOOP_NESTING_MAX);
    wc_gas_poly *forms = WC_ARENA_ARRAY(arena, wc_gas_poly, module->entry_count);
    uint16_t *map = WC_ARENA_ARRAY(arena, uint16_t, WC_GAS_SIZES_MAX);
    wc_debug made = *debug;
    made.sizes = WC_ARENA_ARRAY(arena, wc_gas_size, WC_GAS_SIZES_MAX);
    made.forms = WC_ARENA_ARRAY(arena, wc_gas_form, module->entry_count);
    bool is_full = d->sizes == NULL || d->functions == NULL || d->amends == NULL ||
                   d->loops == NULL || forms == NULL || map == NULL || made.sizes == NULL ||
                   made.forms == NULL;
    if (is_full) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < notes->size_count; i++) d->sizes[d->size_count++] = notes->sizes[i];
    WC_TRY(put_field_sizes(d));
    for (uint16_t i = 0; i < module->function_count; i++) WC_TRY(derive_function(d, i));
    for (uint16_t i = 0; i < module->entry_count; i++) {
        forms[i] = derive_entry(d, &module->entries[i]);
        drop_params(d, &forms[i]);
    }
    if (d->is_full) return WC_NO_MEMORY;
    made.form_count = module->entry_count;
    keep_used(d, forms, module->entry_count, &made, map);
    for (uint16_t i = 0; i < module->entry_count; i++) {
        WC_TRY(keep_form(&forms[i], map, arena, &made.forms[i]));
    }
    *debug = made;
    return WC_OK;
}
