/* Verifier, control flow: blocks, branches ahead, loops, calls, the longest path.
 *
 * Gas inside a loop is counted from its header, because the loop's length is known only at its end.
 * A path is the most gas of all branches to one target at one loop depth; a target holds at most
 * one path for each depth. When a loop of t turns of at most g gas closes, the paths that leave it
 * from the middle move one depth up: gas before the loop + (t - 1) * g + gas within the last turn.
 */
#include "vm/isa/gas.h"
#include "vm/isa/op_table.h"
#include "vm/isa/verify_word.h"

#define OUT_OF_LINE __attribute__((noinline)) /* so that the loop over words saves few registers */

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
    uint64_t assigned[];   /* on every branch to it; 4 * v->quads of wc_registers.eight */
};

struct wc_open_loop {
    uint16_t counter, limit, exit;
    uint32_t header; /* its `block` word, behind `lenter` */
    uint64_t trips, gas_before;
    uint8_t limit_before; /* whether the limit was free */
    wc_path *paths;       /* out of the loop's body, at its depth */
};

/* Bits of a number constant, wc_number_bits. */
static uint8_t bits_of(wc_i128 value)
{
    bool fits = value.hi == ((int64_t)value.lo < 0 ? -1 : 0);
    bool is_positive = fits && value.hi == 0 && value.lo != 0;
    return (uint8_t)((fits ? WC_NUMBER_FITS_64 : 0) | (is_positive ? WC_NUMBER_POSITIVE : 0));
}

/* Of operands that name rows of whole tables; slots are the function's. */
static void set_limits(wc_verify *v)
{
    const wc_module *m = v->module;
    for (size_t i = 0; i < WC_ARRAY_LEN(v->limits); i++) {
        v->limits[i] = WC_HAS_LIMIT(i) ? 0 : UINT16_MAX + 1u; /* 0: goes operand by operand */
    }
    v->limits[WC_OPERAND_ki] = v->limits[WC_OPERAND_kn] = m->number_count;
    v->limits[WC_OPERAND_kb] = m->bytes_count;
    v->limits[WC_OPERAND_md] = WC_MODES_MAX;
    v->limits[WC_OPERAND_ca] = m->calendar_count;
    v->limits[WC_OPERAND_cu] = m->currency_count;
    v->limits[WC_OPERAND_fd] = m->field_count;
    v->limits[WC_OPERAND_ev] = m->event_count;
    v->limits[WC_OPERAND_er] = m->error_count;
    v->limits[WC_OPERAND_st] = m->state_count;
    v->limits[WC_OPERAND_me] = m->method_count;
}

wc_status wc_prepare_functions(wc_verify *v)
{
    const wc_module *m = v->module;
    uint32_t longest = 0;
    for (uint16_t i = 0; i < m->function_count; i++) {
        if (m->functions[i].word_count > longest) longest = m->functions[i].word_count;
    }
    v->summaries = WC_ARENA_ARRAY(v->arena, wc_summary, m->function_count);
    v->loops = WC_ARENA_RAW(v->arena, wc_open_loop, WC_LOOP_NESTING_MAX);
    v->numbers = WC_ARENA_RAW(v->arena, uint8_t, m->number_count);
    v->targets = WC_ARENA_ARRAY(v->arena, wc_target *, longest + 1);
    if (v->summaries == NULL || v->loops == NULL) return WC_NO_MEMORY;
    if (v->numbers == NULL || v->targets == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->number_count; i++) v->numbers[i] = bits_of(m->numbers[i]);
    set_limits(v);
    return WC_OK;
}

static wc_path *new_path(wc_verify *v)
{
    wc_path *path = v->free_paths;
    if (path == NULL) return WC_ARENA_RAW(v->arena, wc_path, 1);
    v->free_paths = path->next_of_loop;
    return path;
}

static void free_path(wc_verify *v, wc_path *path)
{
    path->next_of_loop = v->free_paths;
    v->free_paths = path;
}

/* Sets of registers, 32 at once: pieces of a fixed size go through wide registers. */
#define QUAD (4 * sizeof(uint64_t))

static inline void copy_sets(uint64_t *to, const uint64_t *from, unsigned quads)
{
    for (unsigned i = 0; i < 4 * quads; i += 4) memcpy(to + i, from + i, QUAD);
}

static inline void clear_sets(uint64_t *to, unsigned quads)
{
    for (unsigned i = 0; i < 4 * quads; i += 4) memset(to + i, 0, QUAD);
}

static inline void narrow_sets(uint64_t *to, const uint64_t *from, unsigned quads)
{
    for (unsigned i = 0; i < 4 * quads; i += 4) {
        for (unsigned k = 0; k < 4; k++) to[i + k] &= from[i + k];
    }
}

/* The target at this word, with what is assigned now taken into account. */
static inline wc_target *target_at(wc_verify *v, uint32_t word)
{
    wc_target *target = v->targets[word];
    if (target != NULL) {
        narrow_sets(target->assigned, v->assigned.eight, v->quads);
        return target;
    }
    target = v->free_targets;
    if (target != NULL) {
        v->free_targets = target->next_free;
    } else {
        target = (wc_target *)wc_arena_alloc_raw(
            v->arena, 1, sizeof *target + (size_t)4 * v->quads * sizeof target->assigned[0]);
        if (target == NULL) return NULL;
    }
    target->first_source = v->word;
    target->paths = NULL;
    copy_sets(target->assigned, v->assigned.eight, v->quads);
    v->targets[word] = target;
    return target;
}

/* Puts a path where it belongs: merges it with the target's path of the same depth, or keeps it. */
static void join_path(wc_verify *v, wc_target *target, wc_path *path)
{
    for (wc_path *other = target->paths; other != NULL; other = other->next_of_target) {
        if (other->depth != path->depth) continue;
        if (path->gas > other->gas) other->gas = path->gas;
        free_path(v, path);
        return;
    }
    path->target = target;
    path->next_of_target = target->paths;
    target->paths = path;
    path->next_of_loop = NULL;
    if (path->depth == 0) return;
    wc_open_loop *loop = &v->loops[path->depth - 1];
    path->next_of_loop = loop->paths;
    loop->paths = path;
}

/* The current path goes on at word, which may be the function's end. */
static wc_status add_edge(wc_verify *v, uint32_t word)
{
    wc_target *target = target_at(v, word);
    wc_path *path = new_path(v);
    if (target == NULL || path == NULL) return WC_NO_MEMORY;
    *path = (wc_path){.gas = v->gas, .depth = v->loop_count};
    join_path(v, target, path);
    return WC_OK;
}

static bool is_block(const wc_verify *v, uint32_t word)
{
    return v->words[word] >> 48 == WC_OP_block;
}

static wc_status branch(wc_verify *v, uint16_t word)
{
    if (word <= v->word || word >= v->function->word_count) {
        return wc_refuse(v, WC_RULE_TARGET);
    }
    if (!is_block(v, word)) return wc_refuse(v, WC_RULE_TARGET_BLOCK);
    return add_edge(v, word);
}

/* Ends the life of the target at a word and returns the gas of its path. There is one, at the
 * current depth: deeper loops are closed, which has lifted and merged their paths, and none begins
 * outside. All targets of a function that is accepted are taken: so the places are empty again. */
static uint64_t take_target(wc_verify *v, uint32_t word)
{
    wc_target *target = v->targets[word];
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

static wc_status enter_block(wc_verify *v)
{
    wc_target *target = v->targets[v->word];
    if (target == NULL) return v->is_reachable ? WC_OK : wc_refuse(v, WC_RULE_UNREACHABLE);
    const wc_open_loop *loop = v->loop_count > 0 ? &v->loops[v->loop_count - 1] : NULL;
    if (loop != NULL && v->word == loop->exit) return wc_refuse(v, WC_RULE_LOOP_OPEN);
    if (loop != NULL && target->first_source < loop->header) {
        return wc_refuse(v, WC_RULE_LOOP_ENTRY);
    }
    uint64_t gas = take_target(v, v->word);
    if (v->is_reachable) {
        narrow_sets(v->assigned.eight, target->assigned, v->quads);
    } else {
        copy_sets(v->assigned.eight, target->assigned, v->quads);
    }
    if (!v->is_reachable || gas > v->gas) v->gas = gas;
    v->is_reachable = true;
    return WC_OK;
}

static wc_status open_loop(wc_verify *v, const wc_instruction *in)
{
    uint16_t counter = wc_operand_of(in, 0), limit = wc_operand_of(in, 1);
    if (v->loop_count == WC_LOOP_NESTING_MAX) return wc_refuse(v, WC_RULE_LOOP_NESTING);
    if (counter == limit) return wc_refuse(v, WC_RULE_LOOP_MATCH);
    if (v->free.of[counter] == 0) return wc_refuse(v, WC_RULE_LOOP_REGISTER);
    wc_i128 trips = v->module->numbers[wc_operand_of(in, 3)];
    if (trips.lo > WC_LOOP_TRIPS_MAX) return wc_refuse(v, WC_RULE_LOOP_TRIPS);
    WC_TRY(branch(v, wc_operand_of(in, 2)));
    v->loops[v->loop_count++] = (wc_open_loop){.counter = counter,
                                               .limit = limit,
                                               .exit = wc_operand_of(in, 2),
                                               .header = v->word + 2,
                                               .trips = trips.lo,
                                               .gas_before = v->gas,
                                               .limit_before = v->free.of[limit]};
    v->free.of[counter] = 0;
    v->free.of[limit] = 0;
    v->gas = 0;
    return WC_OK;
}

/* Moves a path that leaves the loop from the middle to the depth around it. */
static void lift_path(wc_verify *v, const wc_open_loop *loop, uint64_t gas_before, wc_path *path)
{
    wc_target *target = path->target;
    wc_assert(target->paths == path); /* the deepest was joined last */
    target->paths = path->next_of_target;
    uint64_t turns = wc_gas_mul(loop->trips - 1, v->gas);
    path->gas = wc_gas_add(gas_before, wc_gas_add(turns, path->gas));
    path->depth--;
    join_path(v, target, path);
}

static wc_status close_loop(wc_verify *v, const wc_instruction *in)
{
    if (v->loop_count == 0) return wc_refuse(v, WC_RULE_LOOP_MATCH);
    const wc_open_loop *loop = &v->loops[v->loop_count - 1];
    bool matches = wc_operand_of(in, 0) == loop->counter && wc_operand_of(in, 1) == loop->limit &&
                   wc_operand_of(in, 2) == loop->header;
    if (!matches) return wc_refuse(v, WC_RULE_LOOP_MATCH);
    if (loop->exit != v->word + 1) return wc_refuse(v, WC_RULE_LOOP_EXIT);
    for (wc_path *path = loop->paths, *next; path != NULL; path = next) {
        next = path->next_of_loop;
        if (path->target == NULL) {
            free_path(v, path);
        } else {
            lift_path(v, loop, loop->gas_before, path);
        }
    }
    v->gas = wc_gas_add(loop->gas_before, wc_gas_mul(loop->trips, v->gas));
    v->free.of[loop->counter] = v->kinds.of[loop->counter];
    v->free.of[loop->limit] = loop->limit_before;
    v->loop_count--;
    return WC_OK;
}

static wc_status call(wc_verify *v, const wc_instruction *in)
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

/* The path ends here: with ret, with fail, or because a test fails. */
static wc_status end_path(wc_verify *v)
{
    v->is_reachable = false;
    return add_edge(v, v->function->word_count);
}

/* What the instruction does to control, if it is no branch of one word: end_branch. */
static wc_status flow(wc_verify *v, const wc_instruction *in)
{
    if ((in->info->flags & WC_OP_ENDS) == 0) return WC_OK;
    for (unsigned i = 0; i < 3; i++) {
        if (in->info->operands[i] != WC_OPERAND_to || in->op == WC_OP_lenter) continue;
        WC_TRY(branch(v, wc_operand_of(in, i)));
    }
    switch ((unsigned)in->op) {
    case WC_OP_ret: WC_TRY(wc_verify_ret(v, in)); return end_path(v);
    case WC_OP_fail:
    case WC_OP_tunmet: return end_path(v);
    case WC_OP_lenter: return open_loop(v, in);
    case WC_OP_loop: return close_loop(v, in);
    case WC_OP_call: return call(v, in);
    default: return WC_OK; /* the other branches were followed above */
    }
}

static bool has_ext(const wc_verify *v)
{
    return v->word + 1 < v->function->word_count && v->words[v->word + 1] >> 48 == WC_OP_ext;
}

static wc_status fetch(wc_verify *v, wc_instruction *in)
{
    uint64_t word = v->words[v->word];
    uint16_t op = (uint16_t)(word >> 48);
    if (op >= WC_ARRAY_LEN(wc_op_table) || wc_op_table[op].name == NULL) {
        return wc_refuse(v, WC_RULE_OPCODE);
    }
    in->op = (wc_op)op;
    in->info = &wc_op_table[op];
    if (in->op == WC_OP_ext) return wc_refuse(v, WC_RULE_EXT_ALONE);
    in->words[0] = word;
    if (in->info->words == 1) return WC_OK;
    if (!has_ext(v)) return wc_refuse(v, WC_RULE_EXT_MISSING);
    in->words[1] = v->words[v->word + 1];
    return WC_OK;
}

static wc_status check_next(wc_verify *v, const wc_instruction *in)
{
    uint32_t next = v->word + in->info->words;
    if (next == v->function->word_count) return WC_OK; /* the end is looked at by itself */
    bool ends = (in->info->flags & WC_OP_ENDS) != 0;
    return ends && !is_block(v, next) ? wc_refuse(v, WC_RULE_BLOCK_MISSING) : WC_OK;
}

/* Opcodes are numbered in groups (ops.def): most of control and numbers have only operands. */
#define HAS_TYPES(op)                                                                              \
    ((op) >= WC_OP_new || (op) == WC_OP_movr || (op) == WC_OP_ldc || (op) == WC_OP_range ||        \
     (op) == WC_OP_check || (op) == WC_OP_fail)

#define E             WC_OP_ENDS
#define D             WC_OP_DATA
#define X             WC_OP_TEST
#define T             WC_OP_TRAPS
#define W             WC_OP_WRITES
#define H             WC_OP_HOST
#define IS_MEMORY(op) ((op) >= WC_OP_new && (op) < WC_OP_kvget)

/* Control, tests, two words that ask for types, data without them. */
#define IS_OTHER(op, is_long, flags)                                                               \
    (((flags) & (E | X)) != 0 || (op) == WC_OP_ext ||                                              \
     (HAS_TYPES(op) ? (is_long) : ((flags)&D) != 0))
#define CLASS_OF(op, is_long, has_rows, flags)                                                     \
    ((op) == WC_OP_block                            ? WC_WORD_BLOCK                                \
     : (op) == WC_OP_jmp                            ? WC_WORD_JUMP                                 \
     : (op) == WC_OP_br || (op) == WC_OP_brz        ? WC_WORD_BRANCH_ONE                           \
     : (op) >= WC_OP_breq && (op) <= WC_OP_brle     ? WC_WORD_BRANCH_TWO                           \
     : IS_OTHER(op, is_long, flags)                 ? WC_WORD_OTHER                                \
     : HAS_TYPES(op) && IS_MEMORY(op) && !(is_long) ? WC_WORD_MEMORY                               \
     : HAS_TYPES(op)                                ? WC_WORD_TYPED                                \
     : (is_long)                                    ? WC_WORD_LONG                                 \
     : (has_rows)                                   ? WC_WORD_ROWS                                 \
                                                    : WC_WORD_SIMPLE)
#define HAS_ROWS(a, b, c) (WC_HAS_LIMIT(a) || WC_HAS_LIMIT(b) || WC_HAS_LIMIT(c))
#define IS_LONG(d, e, f)                                                                           \
    ((d) != WC_OPERAND_none || (e) != WC_OPERAND_none || (f) != WC_OPERAND_none)

/* By opcode. */
static const wc_word_rule rules[256] = {
#define WC_OP(code, name, a, b, c, d, e, f, gas_, flags, summary)                                  \
    [code] = WC_WORD_RULE(                                                                         \
        CLASS_OF(code, IS_LONG(WC_OPERAND_##d, WC_OPERAND_##e, WC_OPERAND_##f),                    \
                 HAS_ROWS(WC_OPERAND_##a, WC_OPERAND_##b, WC_OPERAND_##c), flags),                 \
        WC_OPERAND_##a, WC_OPERAND_##b, WC_OPERAND_##c, gas_, ((flags)&D) != 0, HAS_TYPES(code)),
#include "vm/isa/ops.def"
#undef WC_OP
};

/* Of the second word, by the opcode of the first. */
static const wc_word_rule second_rules[256] = {
#define WC_OP(code, name, a, b, c, d, e, f, gas_, flags, summary)                                  \
    [code] = WC_WORD_RULE(WC_WORD_OTHER, WC_OPERAND_##d, WC_OPERAND_##e, WC_OPERAND_##f, 0, 0, 0),
#include "vm/isa/ops.def"
#undef WC_OP
};
#undef E
#undef D
#undef X
#undef T
#undef W
#undef H

/* The rest of a branch of one word; target: its operand. */
static wc_status end_branch(wc_verify *v, unsigned target)
{
    WC_TRY(branch(v, (uint16_t)(v->words[v->word] >> (32 - 16 * target))));
    wc_assert(v->word + 1 < v->function->word_count); /* there is what the branch goes to */
    if (target == 0) v->is_reachable = false;         /* jmp */
    return is_block(v, v->word + 1) ? WC_OK : wc_refuse(v, WC_RULE_BLOCK_MISSING);
}

/* All operands of an instruction whose words are there. */
static inline bool fits(const wc_verify *v, const uint64_t *words, uint8_t op, bool is_long)
{
    if (!wc_word_fits(v, &rules[op], words[0])) return false;
    return !is_long || wc_word_fits(v, &second_rules[op], words[1]);
}

/* Every rule in its order. */
static OUT_OF_LINE wc_status step_by_rules(wc_verify *v)
{
    wc_instruction in;
    WC_TRY(fetch(v, &in));
    if (in.op == WC_OP_block) WC_TRY(enter_block(v));
    if (v->word == 0 && in.op != WC_OP_block) return wc_refuse(v, WC_RULE_FIRST_BLOCK);
    bool is_test = (in.info->flags & WC_OP_TEST) != 0;
    if (is_test && !v->module->is_test_image) return wc_refuse(v, WC_RULE_TEST_ONLY);
    const uint64_t *place = v->words + v->word;
    if (!fits(v, place, (uint8_t)in.op, in.info->words == 2)) {
        return wc_refuse_operands(v, place, in.info);
    }
    if (rules[in.op].has_types) WC_TRY(wc_verify_types(v, in.words[0]));
    wc_word_assign(v, &rules[in.op], place[0]);
    v->gas = wc_gas_add(v->gas, in.info->gas);
    if ((in.info->flags & WC_OP_DATA) != 0) {
        v->gas = wc_gas_add(v->gas, wc_worst_data_gas(v, &in));
    }
    WC_TRY(flow(v, &in));
    v->width = in.info->words;
    return check_next(v, &in);
}

static OUT_OF_LINE void add_data_gas(wc_verify *v, uint64_t word)
{
    const wc_instruction in = {
        .op = (wc_op)(word >> 48), .info = &wc_op_table[word >> 48], .words = {word}};
    v->gas = wc_gas_add(v->gas, wc_worst_data_gas(v, &in));
}

/* The instruction at v->word when it is not a simple one. One of two words sets v->width. */
static inline wc_status step(wc_verify *v, const wc_word_rule *rule, uint64_t word)
{
    switch ((wc_word_class)rule->class) {
    case WC_WORD_OTHER:
    case WC_WORD_SIMPLE: return step_by_rules(v); /* or one that does not fit */
    case WC_WORD_MEMORY:
        if (!wc_word_fits(v, rule, word)) return step_by_rules(v);
        WC_TRY(wc_verify_memory(v, word));
        if (rule->has_data_gas) add_data_gas(v, word);
        break;
    case WC_WORD_TYPED:
        if (!wc_word_fits(v, rule, word)) return step_by_rules(v);
        WC_TRY(wc_verify_types(v, word));
        if (rule->has_data_gas) add_data_gas(v, word);
        break;
    case WC_WORD_LONG:
        if (!has_ext(v) || !fits(v, v->words + v->word, (uint8_t)(word >> 48), true)) {
            return step_by_rules(v);
        }
        v->width = 2;
        break;
    case WC_WORD_ROWS:
        if (!wc_word_fits(v, rule, word)) return step_by_rules(v);
        break;
    case WC_WORD_BLOCK:
        if (!wc_word_registers_fit(v, rule, word)) return step_by_rules(v);
        WC_TRY(enter_block(v));
        v->gas = wc_gas_add(v->gas, rule->gas);
        return WC_OK;
    case WC_WORD_JUMP:
    case WC_WORD_BRANCH_ONE:
    case WC_WORD_BRANCH_TWO:
        if (!wc_word_registers_fit(v, rule, word)) return step_by_rules(v);
        v->gas = wc_gas_add(v->gas, rule->gas);
        return end_branch(v, rule->class - WC_WORD_JUMP);
    }
    wc_word_assign(v, rule, word);
    v->gas = wc_gas_add(v->gas, rule->gas);
    return WC_OK;
}

/* Empties the sets. Behind `quads` they are always empty: what the function before has used. */
static void clear_registers(wc_verify *v, uint16_t count)
{
    clear_sets(v->kinds.eight, v->quads);
    clear_sets(v->assigned.eight, v->quads);
    clear_sets(v->free.eight, v->quads);
    v->quads = (count + 31u) / 32;
}

static void start(wc_verify *v, uint16_t index)
{
    wc_function *function = &v->module->functions[index];
    v->index = index;
    v->function = function;
    v->words = v->module->words + function->first_word;
    v->word = 0;
    v->summary = &v->summaries[index];
    v->is_reachable = true;
    clear_registers(v, function->reg_count);
    v->limits[WC_OPERAND_slot] = function->slot_count;
    for (uint16_t i = 0; i < function->reg_count; i++) {
        v->kinds.of[i] = (uint8_t)(1u << function->regs[i].kind);
    }
    for (uint16_t i = 0; i < function->param_count; i++) v->assigned.of[i] = v->kinds.of[i];
    copy_sets(v->free.eight, v->kinds.eight, v->quads);
    v->gas = 0;
    v->loop_count = 0;
    v->free_targets = NULL;
    v->free_paths = NULL;
    function->call_depth = 1;
    function->memory_size = function->stack_regs = 0;
}

static wc_status finish(wc_verify *v)
{
    wc_function *function = v->function;
    wc_assert(v->loop_count == 0); /* the exit of an open loop would have been refused */
    /* The last path has ended somehow, and only end_path does that. */
    wc_assert(v->targets[function->word_count] != NULL);
    function->gas_bound = take_target(v, function->word_count);
    uint64_t frame = 0;
    for (uint16_t i = 0; i < function->slot_count; i++) {
        frame += v->module->types[function->slots[i]].size;
    }
    if (frame + function->memory_size > WC_MEM_MAX) return wc_refuse(v, WC_RULE_MEMORY);
    function->frame_size = (uint32_t)frame;
    function->memory_size += (uint32_t)frame;
    function->stack_regs += function->reg_count;
    return WC_OK;
}

wc_status wc_verify_function(wc_verify *v, uint16_t index)
{
    size_t mark = wc_arena_mark(v->arena);
    start(v, index);
    const uint32_t count = v->function->word_count;
    const uint64_t *words = v->words;
    if (words[0] >> 48 != WC_OP_block) return step_by_rules(v);
    for (uint32_t at = 0; at < count;) {
        uint64_t word = words[at];
        const wc_word_rule *rule = &rules[word >> 48 & 0xff];
        v->word = at;
        if (rule->class == WC_WORD_SIMPLE && wc_word_registers_fit(v, rule, word)) {
            wc_word_assign(v, rule, word);
            v->gas = wc_gas_add(v->gas, rule->gas);
            at++;
        } else {
            v->width = 1;
            WC_TRY(step(v, rule, word));
            at += v->width;
        }
    }
    if (v->is_reachable) return wc_refuse(v, WC_RULE_FALLS_OFF); /* at the last instruction */
    v->word = count - 1;
    WC_TRY(finish(v));
    wc_arena_rewind(v->arena, mark);
    return WC_OK;
}
