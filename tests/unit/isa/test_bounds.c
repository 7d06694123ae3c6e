/* Gas bounds: whole calls worked out by hand; functions against a search through all their
 * executions; prepaid time-outs on small graphs of states. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/isa/rig.h"
#include "vm/isa/builder.h"
#include "vm/isa/gas.h"

static void adds_up_the_calls_of_the_sample(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *m = rig_assemble(arena, rig_sample());
    rig_bound(arena, m);
    /* sum: block ldi len ldi lenter 6; 10 turns of block br block add loop 6; block ret 3. */
    assert_int_equal(m->functions[0].gas_bound, 6 + 10 * 6 + 3);
    /* sell: kvadd 10 + read 1040 + write 3160 + header 1012 and 3048; emit 10 + 500 + 4 * 48; split
     * 20 + 4 * (50 + 4000); send 50 + 5000 + 48; lock and pay 4010; new 3 each; 32 for the rest. */
    uint64_t sell = 69 + 8270 + 702 + 16220 + 5098 + 2 * 4010 + 3 * 3 + 32;
    assert_int_equal(m->functions[1].gas_bound, sell);
    /* The root record has at most 1055 bytes. */
    uint64_t read = 2000 + 1055, write = 4000 + 4 * 1055;
    uint64_t lapse = read + 7 + 5 + 1024 * 4500 + write; /* 1024 sub-accounts are returned */
    assert_int_equal(m->entries[3].gas_bound, lapse);
    assert_int_equal(m->states[0].prepaid, lapse);
    assert_int_equal(m->states[1].prepaid, lapse);
    assert_int_equal(m->states[2].prepaid, 0);
    /* arguments 48; invariant 5; due time 4; time-outs of the state that is entered */
    assert_int_equal(m->entries[0].gas_bound, 48 + read + sell + 5 + 4 + lapse + write);
    assert_int_equal(m->entries[1].gas_bound, read + 5 + 8); /* result 8 */
    assert_int_equal(m->entries[2].gas_bound, 5);
    assert_int_equal(m->entries[4].gas_bound, 4);
    /* parties 64, terms 48; block root ldf check ret; invariant; due time; time-outs */
    assert_int_equal(m->entries[5].gas_bound, 64 + 48 + 6 + 5 + 4 + lapse + write);
}

/* Of a contract that ends with its deployment: sub-accounts are returned, nothing is prepaid. */
static void deploys_into_the_initial_state_wherever_it_stands(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *m = rig_assemble(arena, rig_sample());
    m->states[0].initial = false;
    m->states[2].initial = true; /* final */
    rig_bound(arena, m);
    uint64_t write = 4000 + 4 * 1055;
    assert_int_equal(m->entries[5].gas_bound, 64 + 48 + 6 + 5 + 1024 * 4500 + write);
}

/* Frames and registers of a function lie beside those of its dearest callee, not of all of them. */
static void finds_the_deepest_chain_of_calls(void **state)
{
    (void)state;
    static const char text[] =
        "module T t\ntype t0 - tuple\ntype t1 - tag A\ntype t2 - bytes 100\ntype t3 - bytes 8\n"
        "parties t0\nterms t0\nstorage t0\nstate A - initial -\nstates t1\n"
        "function large\n    reg i64 -\n    slot t2\n    slot t3\n    params 0\n    block\n    ret "
        "0\nend\n"
        "function wide\n    reg i64 -\n    reg i64 -\n    reg i64 -\n    slot t3\n    params 0\n   "
        " block\n"
        "    ret 0\nend\n"
        "function mid\n    reg i64 -\n    slot t3\n    params 0\n    block\n    call wide r0 r0\n  "
        "  block\n"
        "    ret 0\nend\n"
        "function top\n    reg i64 -\n    reg i64 -\n    slot t3\n    params 0\n    block\n"
        "    call large r0 r0\n    block\n    call mid r0 r0\n    block\n    call wide r0 r0\n    "
        "block\n"
        "    ret 0\nend\n";

    static const struct {
        uint32_t frame, memory, regs, depth;
    } expected[] = {{112, 112, 1, 1}, {8, 8, 3, 1}, {8, 16, 4, 2}, {8, 120, 6, 3}};

    wc_arena *arena = rig_arena();
    wc_module *m = rig_assemble(arena, text);
    rig_bound(arena, m);
    for (uint16_t i = 0; i < WC_ARRAY_LEN(expected); i++) {
        assert_int_equal(m->functions[i].frame_size, expected[i].frame);
        assert_int_equal(m->functions[i].memory_size, expected[i].memory);
        assert_int_equal(m->functions[i].stack_regs, expected[i].regs);
        assert_int_equal(m->functions[i].call_depth, expected[i].depth);
    }
}

/* ---- functions against all their executions ---- */

#define LOOPS_MAX 3
#define WORDS_MAX 200

/* Longest execution from a word, tried out: each branch goes both ways, each loop turns as often as
 * it may or leaves early. `turns` are the turns begun of the open loops; memo by word and turns. */
typedef struct search {
    const wc_module *module;
    const wc_function *function;
    const uint64_t *words;
    uint64_t known[WORDS_MAX][64];
    uint16_t header[LOOPS_MAX];
    unsigned loops; /* found so far */
} search;

static unsigned loop_of(search *s, uint16_t header)
{
    for (unsigned i = 0; i < s->loops; i++) {
        if (s->header[i] == header) return i;
    }
    assert_true(s->loops < LOOPS_MAX);
    s->header[s->loops] = header;
    return s->loops++;
}

static unsigned turns_of(unsigned turns, unsigned loop)
{
    return turns >> (2 * loop) & 3;
}

static unsigned with_turns(unsigned turns, unsigned loop, unsigned count)
{
    return (turns & ~(3u << (2 * loop))) | count << (2 * loop);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t longest(search *s, uint32_t word, unsigned turns);

static uint64_t longest_step(search *s, uint32_t word, unsigned turns)
{
    uint64_t w = s->words[word];
    uint16_t op = (uint16_t)(w >> 48), a = (uint16_t)(w >> 32), b = (uint16_t)(w >> 16),
             c = (uint16_t)w;
    const wc_op_info *info = wc_op_lookup(op);
    uint64_t gas = info->gas;
    uint32_t next = word + info->words;
    switch (op) {
    case WC_OP_ret: return gas;
    case WC_OP_jmp: return gas + longest(s, a, turns);
    case WC_OP_brz: return gas + larger(longest(s, b, turns), longest(s, next, turns));
    case WC_OP_brle: return gas + larger(longest(s, c, turns), longest(s, next, turns));
    case WC_OP_call: return gas + s->module->functions[a].gas_bound + longest(s, next, turns);
    case WC_OP_lenter: {
        unsigned loop = loop_of(s, (uint16_t)next);
        return gas + larger(longest(s, c, turns), longest(s, next, with_turns(turns, loop, 1)));
    }
    case WC_OP_loop: {
        unsigned loop = loop_of(s, c), begun = turns_of(turns, loop);
        uint64_t trips = s->module->numbers[(uint16_t)(s->words[c - 1] >> 32)].lo;
        uint64_t leaves = longest(s, next, with_turns(turns, loop, 0));
        if (begun >= trips) return gas + leaves;
        return gas + larger(leaves, longest(s, c, with_turns(turns, loop, begun + 1)));
    }
    default: return gas + longest(s, next, turns);
    }
}

static uint64_t longest(search *s, uint32_t word, unsigned turns)
{
    assert_true(word < WORDS_MAX);
    uint64_t *known = &s->known[word][turns];
    if (*known == 0) *known = longest_step(s, word, turns) + 1;
    return *known - 1;
}

/* A random function of blocks, branches, loops with breaks, jumps out of everything, and calls. */
typedef struct maker {
    wc_builder *b;
    wc_prng prng;
    uint16_t trips[3];
    uint16_t value, limit;
    wc_label end;    /* of the function: a jump out of all loops */
    wc_label breaks; /* of the innermost loop, when in_loop */
    unsigned depth, loops, size;
    bool in_loop;
    uint16_t callee;
} maker;

static void emit(maker *m, wc_op op, uint16_t a, uint16_t b, uint16_t c)
{
    const wc_instr instr = {op, {a, b, c, 0, 0, 0}};
    wc_builder_emit(m->b, &instr);
}

static void make_body(maker *m);

static void make_loop(maker *m)
{
    wc_label outer = m->breaks;
    bool was_in_loop = m->in_loop;
    uint16_t counter = wc_builder_reg(m->b, WC_REG_I64, WC_NONE);
    emit(m, WC_OP_ldi, counter, 0, 0);
    m->loops++;
    m->breaks = wc_builder_label(m->b);
    m->in_loop = true;
    uint16_t trips = m->trips[wc_prng_below(&m->prng, 3)];
    wc_loop loop = wc_builder_loop(m->b, counter, m->limit, trips, m->breaks);
    make_body(m);
    wc_builder_loop_end(m->b, &loop);
    m->breaks = outer;
    m->in_loop = was_in_loop;
}

static void make_branch(maker *m)
{
    wc_label otherwise = wc_builder_label(m->b), done = wc_builder_label(m->b);
    emit(m, WC_OP_brz, m->value, otherwise, 0);
    make_body(m);
    emit(m, WC_OP_jmp, done, 0, 0);
    wc_builder_place(m->b, otherwise);
    make_body(m);
    wc_builder_place(m->b, done);
}

static void make_statement(maker *m)
{
    if (m->size > 40) return;
    m->size++;
    switch (wc_prng_below(&m->prng, 10)) {
    case 0: emit(m, WC_OP_idiv, m->value, m->value, m->value); return;
    case 1:
        if (m->depth < 4) make_branch(m);
        return;
    case 2:
    case 3:
        if (m->depth < 4 && m->loops < LOOPS_MAX) make_loop(m);
        return;
    case 4:
        if (m->in_loop) emit(m, WC_OP_jmp, m->breaks, 0, 0);
        return;
    case 5: emit(m, WC_OP_jmp, m->end, 0, 0); return;
    case 6: emit(m, WC_OP_call, m->callee, 0, 0); return;
    case 7: emit(m, WC_OP_ret, 0, 0, 0); return;
    default: emit(m, WC_OP_not, m->value, m->value, 0); return;
    }
}

static void make_body(maker *m)
{
    m->depth++;
    for (uint64_t i = wc_prng_below(&m->prng, 4); i > 0; i--) make_statement(m);
    m->depth--;
}

static void make_function(maker *m, const char *name)
{
    (void)wc_builder_function(m->b, wc_str_of(name));
    m->value = wc_builder_reg(m->b, WC_REG_I64, WC_NONE);
    m->limit = wc_builder_reg(m->b, WC_REG_I64, WC_NONE);
    m->end = wc_builder_label(m->b);
    m->depth = m->loops = m->size = 0;
    m->in_loop = false;
    emit(m, WC_OP_ldi, m->value, 7, 0);
    emit(m, WC_OP_ldi, m->limit, 3, 0);
    for (unsigned i = 0; i < 6; i++) make_statement(m);
    wc_builder_place(m->b, m->end);
    emit(m, WC_OP_not, m->value, m->value, 0);
    emit(m, WC_OP_ret, 0, 0, 0);
    wc_builder_end(m->b);
}

static void bounds_each_function_by_its_longest_execution(void **state)
{
    (void)state;
    maker m;
    unsigned with_loops = 0, longest_function = 0;
    wc_prng_start(&m.prng, 20261122);
    for (unsigned run = 0; run < 3000; run++) {
        static search s;
        wc_arena *arena = rig_arena();
        wc_module *module;
        wc_debug *debug;
        m.b = wc_builder_new(arena, wc_test_sha256, WC_STR("Bounds"), WC_STR("bounds"));
        const wc_state_decl open = {.data = WC_NONE, .initial = true, .name = 0};
        (void)wc_builder_state(m.b, &open);
        for (int i = 0; i < 3; i++) m.trips[i] = wc_builder_number(m.b, wc_i128_of(i + 1));
        (void)wc_builder_function(m.b, WC_STR("leaf"));
        emit(&m, WC_OP_ret, 0, 0, 0);
        wc_builder_end(m.b);
        m.callee = 0;
        make_function(&m, "first");
        m.callee = 1;
        make_function(&m, "second");
        assert_status(wc_builder_finish(m.b, &module, &debug), WC_OK);
        rig_bound(arena, module);
        for (uint16_t f = 1; f < 3; f++) {
            memset(&s, 0, sizeof s);
            s.module = module;
            s.function = &module->functions[f];
            s.words = module->words + s.function->first_word;
            assert_int_equal(module->functions[f].gas_bound, longest(&s, 0, 0));
            if (s.loops > 1) with_loops++;
            if (s.function->word_count > longest_function)
                longest_function = s.function->word_count;
        }
    }
    assert_true(with_loops > 300 && longest_function > 60); /* the search had something to do */
}

/* ---- saturation ---- */

/* Loops of a million turns, five deep: 10^30 is more than 64 bits hold. */
static void stays_at_the_largest_number_when_a_bound_is_larger(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *module;
    wc_debug *debug;
    maker m = {.b = wc_builder_new(arena, wc_test_sha256, WC_STR("Large"), WC_STR("large"))};
    const wc_state_decl open = {.data = WC_NONE, .initial = true};
    (void)wc_builder_state(m.b, &open);
    uint16_t trips = wc_builder_number(m.b, wc_i128_of(WC_LOOP_TRIPS_MAX));
    wc_loop loops[5];
    (void)wc_builder_function(m.b, WC_STR("long"));
    uint16_t limit = wc_builder_reg(m.b, WC_REG_I64, WC_NONE);
    wc_builder_params(m.b);
    for (unsigned i = 0; i < 5; i++) {
        uint16_t counter = wc_builder_reg(m.b, WC_REG_I64, WC_NONE);
        emit(&m, WC_OP_ldi, counter, 0, 0);
        loops[i] = wc_builder_loop(m.b, counter, limit, trips, wc_builder_label(m.b));
    }
    for (unsigned i = 5; i > 0; i--) wc_builder_loop_end(m.b, &loops[i - 1]);
    emit(&m, WC_OP_ret, 0, 0, 0);
    wc_builder_end(m.b);
    assert_status(wc_builder_finish(m.b, &module, &debug), WC_OK);
    rig_bound(arena, module);
    assert_true(module->functions[0].gas_bound == UINT64_MAX);
}

static void charges_more_for_more_work(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 7);
    for (unsigned run = 0; run < 20000; run++) {
        wc_gas_work small, large;
        uint64_t *less = (uint64_t *)&small, *more = (uint64_t *)&large;
        for (size_t i = 0; i < sizeof small / sizeof *less; i++) {
            more[i] = wc_prng_below(&prng, UINT64_C(1) << wc_prng_below(&prng, 31));
            less[i] = wc_prng_below(&prng, more[i] + 1);
        }
        uint16_t op = (uint16_t)wc_prng_below(&prng, 256);
        if (wc_op_lookup(op) == NULL) continue;
        assert_true(wc_gas_data((wc_op)op, &small) <= wc_gas_data((wc_op)op, &large));
    }
}

static void counts_the_steps_of_a_binary_search(void **state)
{
    (void)state;
    const uint64_t steps[] = {0, 1, 2, 2, 3, 3, 3, 3, 4};
    for (uint64_t i = 0; i < WC_ARRAY_LEN(steps); i++) {
        assert_int_equal(wc_gas_search_steps(i), steps[i]);
    }
    assert_int_equal(wc_gas_part(WC_GAS_PART_SEARCH, 5, 64), 3 * 4);
    assert_int_equal(wc_gas_part(WC_GAS_PART_SEARCH, 5, 65), 3 * 4 * 2);
    assert_int_equal(wc_gas_part(WC_GAS_PART_MEMORY, 0, 0), 0);
    assert_int_equal(wc_gas_part(WC_GAS_PART_MEMORY, 0, 1), 1);
    assert_int_equal(wc_gas_part(WC_GAS_PART_MEMORY, 0, 64), 1);
    assert_int_equal(wc_gas_part(WC_GAS_PART_MEMORY, 0, 65), 2);
    assert_int_equal(wc_gas_part(WC_GAS_PART_WRITE, 2, 10), 6040);
}

/* ---- prepaid time-outs ---- */

/* A contract of states A, B, C, D (D final) with these time-outs; nothing else costs anything that
 * differs, so each time-out costs `one`, or `last` when it enters D. */
static wc_module *time_outs(wc_arena *arena, const char *currency, const char *entries)
{
    static const char head[] =
        "type t0 - tuple\n"
        "type t1 - tag A B C D\n"
        "parties t0\nterms t0\nstorage t0\n"
        "state A - initial -\nstate B - - -\nstate C - - -\nstate D - - final\n"
        "states t1\n"
        "function go\n    params 0\n    block\n    ret 0\nend\n"
        "function due\n    reg i64 -\n    params 0\n    result i64\n    block\n"
        "    sys r0 1\n    ret 0\nend\n";
    char text[2048];
    (void)snprintf(text, sizeof text, "module T t\n%s%s%s", currency, head, entries);
    wc_module *module = rig_assemble(arena, text);
    rig_bound(arena, module);
    return module;
}

/* Reading and writing the root record of 19 bytes, and the function of 3 gas. */
#define CALL     (2000 + 19 + 4000 + 4 * 19 + 3)
#define DUE      4
#define CURRENCY "currency CNY 2\n"
#define LAST     (1024 * 4500)

static void prepays_every_time_out_that_can_follow(void **state)
{
    (void)state;
    const wc_module *m = time_outs(rig_arena(), CURRENCY,
                                   "entry after a go - - none 0 A B | C 0000000000000000 1 0\n"
                                   "entry after b go - - none 0 B C 0000000000000000 1 0\n"
                                   "entry after c go - - none 0 C D 0000000000000000 1 0\n"
                                   "entry due - due %0 - none 0 - - 0000000000000000 0 0\n"
                                   "entry due - due %1 - none 0 - - 0000000000000000 0 0\n"
                                   "entry due - due %2 - none 0 - - 0000000000000000 0 0\n");
    uint64_t c = CALL + LAST, b = CALL + DUE + c, a = CALL + DUE + b;
    assert_int_equal(m->states[3].prepaid, 0);
    assert_int_equal(m->states[2].prepaid, c);
    assert_int_equal(m->states[1].prepaid, b);
    assert_int_equal(m->states[0].prepaid, a); /* by way of B, which is dearer than C at once */
    assert_int_equal(m->entries[0].gas_bound, CALL + DUE); /* what runs does not pay again */
}

static void prepays_every_clause_of_a_state(void **state)
{
    (void)state;
    const wc_module *m =
        time_outs(rig_arena(), CURRENCY,
                  "entry after a go - - none 0 A D 0000000000000000 1 0\n"
                  "entry after b go - - none 0 - D 0000000000000000 1 0\n" /* A, B and C */
                  "entry due - due %0 - none 0 - - 0000000000000000 0 0\n"
                  "entry due - due %1 - none 0 - - 0000000000000000 0 0\n");
    assert_int_equal(m->states[0].prepaid, 2 * (CALL + LAST));
    assert_int_equal(m->states[1].prepaid, CALL + LAST);
    assert_int_equal(m->states[3].prepaid, 0);
}

static void prepays_a_repeating_time_out_as_often_as_it_can_fire(void **state)
{
    (void)state;
    const wc_module *m =
        time_outs(rig_arena(), CURRENCY,
                  "entry after a go - - none 0 A B 0000000000000000 1 0\n"
                  "entry after b go - - none 0 B A 0000000000000000 5 0\n" /* back, five times */
                  "entry after c go - - none 0 C C | D 0000000000000000 3 0\n" /* to itself */
                  "entry due - due %0 - none 0 - - 0000000000000000 0 0\n"
                  "entry due - due %1 - none 0 - - 0000000000000000 0 0\n"
                  "entry due - due %2 - none 0 - - 0000000000000000 0 0\n");
    uint64_t a = CALL + DUE, b = CALL + DUE + a; /* b, and the a that follows it */
    assert_int_equal(m->states[0].prepaid, a + 5 * b);
    assert_int_equal(m->states[1].prepaid, 5 * b);
    assert_int_equal(m->states[2].prepaid, 3 * (CALL + LAST));
}

/* What ends a repeating time-out comes once, what lets it go on comes each time. */
static void prepays_the_end_of_a_repeating_time_out_once(void **state)
{
    (void)state;
    const wc_module *m = time_outs(rig_arena(), CURRENCY,
                                   "entry after a go - - none 0 A A 0000000000000000 5 0\n"
                                   "entry after b go - - none 0 A D 0000000000000000 1 0\n"
                                   "entry after c go - - none 0 B | C A 0000000000000000 1 0\n"
                                   "entry due - due %0 - none 0 - - 0000000000000000 0 0\n"
                                   "entry due - due %1 - none 0 - - 0000000000000000 0 0\n"
                                   "entry due - due %2 - none 0 - - 0000000000000000 0 0\n");
    uint64_t b = CALL + LAST, turn = CALL + 2 * DUE;
    /* b may come at once, or after the last turn: the sum bounds both */
    assert_int_equal(m->states[0].prepaid, b + 5 * turn + b);
    assert_int_equal(m->states[1].prepaid, turn + b + 5 * turn + b);
}

static void returns_no_escrow_where_nothing_can_be_locked(void **state)
{
    (void)state;
    static const char entries[] = "entry after a go - - none 0 A D 0000000000000000 1 0\n"
                                  "entry due - due %0 - none 0 - - 0000000000000000 0 0\n";
    const wc_module *m = time_outs(rig_arena(), "", entries);
    assert_int_equal(wc_module_holders_max(m), 0);
    assert_int_equal(m->states[0].prepaid, CALL);
    m = time_outs(rig_arena(), CURRENCY, entries);
    assert_int_equal(wc_module_holders_max(m), WC_ESCROW_MAX);
    assert_int_equal(m->states[0].prepaid, CALL + LAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_up_the_calls_of_the_sample),
        cmocka_unit_test(deploys_into_the_initial_state_wherever_it_stands),
        cmocka_unit_test(finds_the_deepest_chain_of_calls),
        cmocka_unit_test(bounds_each_function_by_its_longest_execution),
        cmocka_unit_test(stays_at_the_largest_number_when_a_bound_is_larger),
        cmocka_unit_test(charges_more_for_more_work),
        cmocka_unit_test(counts_the_steps_of_a_binary_search),
        cmocka_unit_test(prepays_every_time_out_that_can_follow),
        cmocka_unit_test(prepays_every_clause_of_a_state),
        cmocka_unit_test(prepays_a_repeating_time_out_as_often_as_it_can_fire),
        cmocka_unit_test(prepays_the_end_of_a_repeating_time_out_once),
        cmocka_unit_test(returns_no_escrow_where_nothing_can_be_locked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
