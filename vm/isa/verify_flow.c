/* Verifier, control flow: blocks, branches ahead, loops, calls, the longest path.
 *
 * Gas inside a loop is counted from its header, because the loop's length is known only at its end.
 * A path is the most gas of all branches to one target at one loop depth; a target holds at most
 * one path for each depth. When a loop of t turns of at most g gas closes, the paths that leave it
 * from the middle move one depth up: gas before the loop + (t - 1) * g + gas within the last turn.
 *
 * Targets and paths that are done with are kept for the next ones, those of later functions
 * included. */
#include "vm/isa/gas.h"
#include "vm/isa/verify.h"

struct wc_path {
    wc_target *target; /* NULL: the target has been passed, the path is waiting to be freed */
    wc_path *next_of_target;
    wc_path *next_of_loop;
    uint64_t gas;
    unsigned depth; /* loops around the branch that are still open */
};

/* A word ahead that branches go to. */
struct wc_target {
    wc_target *next_free;
    wc_path *paths;
    uint32_t first_source; /* lowest word that branches to it */
    wc_registers readable; /* on every branch to it: low halves */
};

struct wc_open_loop {
    uint16_t counter, limit, exit;
    uint32_t header; /* its `block` word, behind `lenter` */
    uint64_t trips, gas_before;
    uint8_t counter_before, limit_before; /* which of their bits let them be written */
    wc_path *paths;                       /* out of the loop's body, at its depth */
};

#define HIGH_HALVES UINT64_C(0xf0f0f0f0f0f0f0f0)

wc_status wc_prepare_flow(wc_verify *v, uint32_t longest)
{
    v->loops = WC_ARENA_RAW(v->arena, wc_open_loop, WC_LOOP_NESTING_MAX);
    v->targets = WC_ARENA_ARRAY(v->arena, wc_target *, longest + 1);
    return v->loops != NULL && v->targets != NULL ? WC_OK : WC_NO_MEMORY;
}

static inline wc_path *new_path(wc_verify *v)
{
    wc_path *path = v->free_paths;
    if (path == NULL) return WC_ARENA_RAW(v->arena, wc_path, 1);
    v->free_paths = path->next_of_loop;
    return path;
}

static inline void free_path(wc_verify *v, wc_path *path)
{
    path->next_of_loop = v->free_paths;
    v->free_paths = path;
}

static inline wc_target *new_target(wc_verify *v)
{
    wc_target *target = v->free_targets;
    if (target == NULL) return WC_ARENA_RAW(v->arena, wc_target, 1);
    v->free_targets = target->next_free;
    return target;
}

/* The target at this word, with what may be read now taken into account. */
static inline wc_target *target_at(wc_verify *v, uint32_t word)
{
    wc_target *target = v->targets[word];
    const uint64_t *now = v->registers.eight;
    if (target != NULL) {
        for (unsigned i = 0; i < v->eights; i++) target->readable.eight[i] &= now[i];
        return target;
    }
    target = new_target(v);
    if (target == NULL) return NULL;
    target->first_source = v->word;
    target->paths = NULL;
    for (unsigned i = 0; i < v->eights; i++) target->readable.eight[i] = now[i] & ~HIGH_HALVES;
    v->targets[word] = target;
    return target;
}

/* Gives a path to a target that has none of its depth. */
static inline void put_path(wc_verify *v, wc_target *target, wc_path *path)
{
    path->target = target;
    path->next_of_target = target->paths;
    target->paths = path;
    path->next_of_loop = NULL;
    if (path->depth == 0) return;
    wc_open_loop *loop = &v->loops[path->depth - 1];
    path->next_of_loop = loop->paths;
    loop->paths = path;
}

/* The target's path of a depth, or NULL. */
static inline wc_path *path_of(const wc_target *target, unsigned depth)
{
    wc_path *path = target->paths;
    while (path != NULL && path->depth != depth) path = path->next_of_target;
    return path;
}

/* The current path goes on at word, which may be the function's end. */
static inline wc_status add_edge(wc_verify *v, uint32_t word)
{
    wc_target *target = target_at(v, word);
    if (target == NULL) return WC_NO_MEMORY;
    wc_path *path = path_of(target, v->loop_count);
    if (path != NULL) {
        if (v->gas > path->gas) path->gas = v->gas;
        return WC_OK;
    }
    path = new_path(v);
    if (path == NULL) return WC_NO_MEMORY;
    path->gas = v->gas;
    path->depth = v->loop_count;
    put_path(v, target, path);
    return WC_OK;
}

wc_status wc_branch(wc_verify *v, uint16_t word)
{
    if (word <= v->word || word >= v->function->word_count) {
        return wc_refuse(v, WC_RULE_TARGET);
    }
    if (!wc_is_block(v, word)) return wc_refuse(v, WC_RULE_TARGET_BLOCK);
    return add_edge(v, word);
}

/* Ends the life of the target at a word and returns the gas of its path. There is one, at the
 * current depth: deeper loops are closed, which has lifted and merged their paths, and none begins
 * outside. All targets of a function that is accepted are taken: so the places are empty again. */
static inline uint64_t take_target(wc_verify *v, wc_target *target, uint32_t word)
{
    v->targets[word] = NULL;
    wc_path *path = target->paths;
    wc_assert(path->next_of_target == NULL && path->depth == v->loop_count);
    uint64_t gas = path->gas;
    path->target = NULL;
    if (path->depth == 0) free_path(v, path); /* else its loop's list does */
    target->next_free = v->free_targets;
    v->free_targets = target;
    return gas;
}

wc_status wc_enter_block(wc_verify *v)
{
    wc_target *target = v->targets[v->word];
    if (target == NULL) return v->is_reachable ? WC_OK : wc_refuse(v, WC_RULE_UNREACHABLE);
    if (v->loop_count > 0) {
        const wc_open_loop *loop = &v->loops[v->loop_count - 1];
        if (v->word == loop->exit) return wc_refuse(v, WC_RULE_LOOP_OPEN);
        if (target->first_source < loop->header) return wc_refuse(v, WC_RULE_LOOP_ENTRY);
    }
    uint64_t gas = take_target(v, target, v->word);
    uint64_t falls = v->is_reachable ? ~UINT64_C(0) : 0; /* the word before comes here, too */
    if (falls == 0 || gas > v->gas) v->gas = gas;
    for (unsigned i = 0; i < v->eights; i++) {
        uint64_t now = v->registers.eight[i];
        v->registers.eight[i] = (now & HIGH_HALVES) | ((now | ~falls) & target->readable.eight[i]);
    }
    v->is_reachable = true;
    return WC_OK;
}

wc_status wc_enter_loop(wc_verify *v, uint64_t word, uint16_t trips_row)
{
    uint16_t counter = (uint16_t)(word >> 32), limit = (uint16_t)(word >> 16);
    uint16_t exit = (uint16_t)word;
    if (v->loop_count == WC_LOOP_NESTING_MAX) return wc_refuse(v, WC_RULE_LOOP_NESTING);
    if (counter == limit) return wc_refuse(v, WC_RULE_LOOP_MATCH);
    uint8_t *bits = v->registers.of;
    if (bits[counter] >> WC_WRITABLE_SHIFT == 0) return wc_refuse(v, WC_RULE_LOOP_REGISTER);
    wc_i128 trips = v->module->numbers[trips_row];
    if (trips.lo > WC_LOOP_TRIPS_MAX) return wc_refuse(v, WC_RULE_LOOP_TRIPS);
    WC_TRY(wc_branch(v, exit));
    v->loops[v->loop_count++] = (wc_open_loop){.counter = counter,
                                               .limit = limit,
                                               .exit = exit,
                                               .header = v->word + 2,
                                               .trips = trips.lo,
                                               .gas_before = v->gas,
                                               .counter_before = (uint8_t)(bits[counter] & 0xf0),
                                               .limit_before = (uint8_t)(bits[limit] & 0xf0)};
    bits[counter] &= WC_READABLE;
    bits[limit] &= WC_READABLE;
    v->gas = 0;
    return WC_OK;
}

/* Moves a path that leaves the loop from the middle to the depth around it. */
static void lift_path(wc_verify *v, const wc_open_loop *loop, wc_path *path)
{
    wc_target *target = path->target;
    wc_assert(target->paths == path); /* the deepest was joined last */
    target->paths = path->next_of_target;
    uint64_t turns = wc_gas_mul(loop->trips - 1, v->gas);
    path->gas = wc_gas_add(loop->gas_before, wc_gas_add(turns, path->gas));
    path->depth--;
    wc_path *other = path_of(target, path->depth);
    if (other == NULL) {
        put_path(v, target, path);
        return;
    }
    if (path->gas > other->gas) other->gas = path->gas;
    free_path(v, path);
}

wc_status wc_close_loop(wc_verify *v, uint64_t word)
{
    if (v->loop_count == 0) return wc_refuse(v, WC_RULE_LOOP_MATCH);
    const wc_open_loop *loop = &v->loops[v->loop_count - 1];
    bool matches = (uint16_t)(word >> 32) == loop->counter &&
                   (uint16_t)(word >> 16) == loop->limit && (uint16_t)word == loop->header;
    if (!matches) return wc_refuse(v, WC_RULE_LOOP_MATCH);
    if (loop->exit != v->word + 1) return wc_refuse(v, WC_RULE_LOOP_EXIT);
    for (wc_path *path = loop->paths, *next; path != NULL; path = next) {
        next = path->next_of_loop;
        if (path->target == NULL) {
            free_path(v, path);
        } else {
            lift_path(v, loop, path);
        }
    }
    v->gas = wc_gas_add(loop->gas_before, wc_gas_mul(loop->trips, v->gas));
    v->registers.of[loop->counter] |= loop->counter_before;
    v->registers.of[loop->limit] |= loop->limit_before;
    v->loop_count--;
    return WC_OK;
}

wc_status wc_enter_call(wc_verify *v, const wc_instruction *in)
{
    uint16_t callee = wc_operand_of(in, 0);
    if (callee >= v->index) return wc_refuse(v, WC_RULE_CALL_ORDER);
    WC_TRY(wc_verify_call(v, in));
    const wc_function *function = &v->module->functions[callee];
    const wc_summary *does = &v->summaries[callee];
    wc_function *caller = v->function;
    v->gas = wc_gas_add(v->gas, function->gas_bound);
    v->summary->uses |= does->uses;
    v->summary->states |= does->states;
    if (function->call_depth >= caller->call_depth) caller->call_depth = function->call_depth + 1;
    if (caller->call_depth > WC_CALL_DEPTH_MAX) return wc_refuse(v, WC_RULE_CALL_DEPTH);
    /* Below: the greatest chain beneath; the function's own part is added at its end. */
    if (function->memory_size > caller->memory_size) caller->memory_size = function->memory_size;
    if (function->stack_regs > caller->stack_regs) caller->stack_regs = function->stack_regs;
    return WC_OK;
}

wc_status wc_end_path(wc_verify *v)
{
    v->is_reachable = false;
    if (v->loop_count > 0) return add_edge(v, v->function->word_count);
    if (v->gas > v->end_gas) v->end_gas = v->gas;
    v->has_ended = true;
    return WC_OK;
}

uint64_t wc_longest_path(wc_verify *v)
{
    wc_assert(v->loop_count == 0); /* the exit of an open loop would have been refused */
    wc_target *target = v->targets[v->function->word_count];
    /* The last path has ended somehow, and only wc_end_path does that. */
    wc_assert(v->has_ended || target != NULL);
    uint64_t gas = target != NULL ? take_target(v, target, v->function->word_count) : 0;
    return gas > v->end_gas ? gas : v->end_gas;
}
