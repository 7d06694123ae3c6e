/* The generator of random contracts: registers with what is assigned in them, one function for each
 * family of instructions, then branches, loops, functions and entries. */
#include "tests/fuzz/gen_code.h"

#include "tests/fuzz/gen_run.h"
#include "tests/fuzz/gen_time.h"
#include "tests/support/prng.h"
#include "tests/support/sha256.h"
#include "tests/unit/exec/tables.h"
#include "tests/unit/exec/values.h"

#define REGS_MAX  200u /* of 256: what is left is for the ends of functions */
#define STEPS_MAX 60u
#define DEPTH_MAX 3u

typedef struct generator {
    wc_builder *b;
    wc_decisions *d;
    rig_types t;
    rig_fields f;
    wc_arena *arena;

    /* of the open function */
    struct {
        wc_reg_kind kind;
        uint16_t type;
        bool assigned, fixed; /* fixed: counter or limit of an open loop */
    } regs[WC_REGISTERS_MAX];

    uint16_t count;
    bool is_view;     /* nothing that writes */
    uint16_t callees; /* functions 0..callees-1 take (i64, i64) -> i64 */
    unsigned steps;
} generator;

static bool chance(generator *g, uint32_t one_in)
{
    return wc_decide(g->d, one_in) == 0;
}

#define EMIT(op, ...) wc_builder_emit(g->b, &(wc_instr){WC_OP_##op, {__VA_ARGS__}})

/* ---- registers ----------------------------------------------------------------------------------
 */

static uint16_t fresh(generator *g, wc_reg_kind kind, uint16_t type)
{
    uint16_t reg = wc_builder_reg(g->b, kind, type);
    for (uint16_t i = reg; i <= reg + (kind == WC_REG_I128); i++) {
        g->regs[i].kind = i == reg ? kind : WC_REG_I128_HIGH;
        g->regs[i].type = type;
        g->regs[i].assigned = false;
        g->regs[i].fixed = false;
    }
    g->count = (uint16_t)(reg + (kind == WC_REG_I128 ? 2 : 1));
    return reg;
}

/* An existing register of this kind and type, or WC_NONE. */
static uint16_t pick(generator *g, wc_reg_kind kind, uint16_t type, bool to_read)
{
    uint16_t start = (uint16_t)wc_decide(g->d, g->count == 0 ? 1 : g->count);
    for (uint16_t i = 0; i < g->count; i++) {
        uint16_t reg = (uint16_t)((start + i) % g->count);
        if (g->regs[reg].kind != kind || g->regs[reg].type != type) continue;
        if (to_read ? g->regs[reg].assigned : !g->regs[reg].fixed) return reg;
    }
    return WC_NONE;
}

static int64_t interesting(generator *g)
{
    static const int64_t numbers[] = {
        0,          1,    -1,        2, 3, 4, 7, 100, 900, INT64_MAX, INT64_MIN, INT64_MAX - 1,
        1000000007, -900, INT32_MAX, 10};
    return numbers[wc_decide(g->d, WC_ARRAY_LEN(numbers))];
}

static uint16_t constant(generator *g, int64_t value)
{
    return wc_builder_number(g->b, wc_i128_of(value));
}

static uint16_t read_number(generator *g)
{
    uint16_t reg = chance(g, 4) ? WC_NONE : pick(g, WC_REG_I64, WC_NONE, true);
    if (reg != WC_NONE) return reg;
    reg = g->count > REGS_MAX ? pick(g, WC_REG_I64, WC_NONE, false) : WC_NONE;
    if (reg == WC_NONE) reg = fresh(g, WC_REG_I64, WC_NONE);
    EMIT(ldc, reg, constant(g, interesting(g)));
    g->regs[reg].assigned = true;
    return reg;
}

static uint16_t write_one(generator *g, wc_reg_kind kind)
{
    uint16_t reg = chance(g, 3) ? WC_NONE : pick(g, kind, WC_NONE, false);
    if (reg == WC_NONE) reg = fresh(g, kind, WC_NONE);
    g->regs[reg].assigned = true;
    return reg;
}

#define write_number(g) write_one(g, WC_REG_I64)

static uint16_t read_wide(generator *g)
{
    uint16_t reg = pick(g, WC_REG_I128, WC_NONE, true);
    if (reg != WC_NONE) return reg;
    reg = fresh(g, WC_REG_I128, WC_NONE);
    wc_i128 value = {.lo = (uint64_t)interesting(g)};
    value.hi = interesting(g);
    EMIT(ldcw, reg, wc_builder_number(g->b, value));
    g->regs[reg].assigned = true;
    return reg;
}

/* A refmut to a slot of this type that holds a random value, or a used one. */
static uint16_t place(generator *g, uint16_t type)
{
    uint16_t reg = chance(g, 4) ? WC_NONE : pick(g, WC_REG_REFMUT, type, true);
    if (reg != WC_NONE) return reg;
    reg = fresh(g, WC_REG_REFMUT, type);
    EMIT(new, reg, wc_builder_slot(g->b, type));
    g->regs[reg].assigned = true;
    if (wc_builder_module(g->b)->types[type].kind == WC_TYPE_SORTED) return reg;
    if (chance(g, 2)) return reg;

    wc_prng prng;
    wc_prng_init(&prng, wc_decide(g->d, 65536));
    uint8_t *bytes = wc_arena_alloc(g->arena, 4096, 1);
    if (bytes == NULL) return reg;
    wc_buf buf;
    wc_buf_init(&buf, bytes, 4096);
    values_put(wc_builder_module(g->b), type, &prng, &buf);
    if (buf.full) return reg;
    uint16_t from = fresh(g, WC_REG_REF, type);
    EMIT(leac, from, wc_builder_bytes(g->b, type, wc_buf_slice(&buf)));
    g->regs[from].assigned = true;
    EMIT(copy, reg, from);
    return reg;
}

/* A ref of either kind to read from. */
static uint16_t source(generator *g, uint16_t type)
{
    uint16_t reg = chance(g, 2) ? pick(g, WC_REG_REF, type, true) : WC_NONE;
    return reg != WC_NONE ? reg : place(g, type);
}

static uint16_t new_ref(generator *g, uint16_t type, bool may_write)
{
    wc_reg_kind kind = may_write && chance(g, 2) ? WC_REG_REFMUT : WC_REG_REF;
    uint16_t reg = pick(g, kind, type, false);
    if (reg == WC_NONE) reg = fresh(g, kind, type);
    g->regs[reg].assigned = true;
    return reg;
}

static uint16_t party(generator *g)
{
    if (chance(g, 2)) return source(g, g->t.party);
    uint16_t reg = fresh(g, WC_REG_REF, g->t.party);
    EMIT(root, reg, (uint16_t)(4 + wc_decide(g->d, 2)));
    g->regs[reg].assigned = true;
    return reg;
}

/* ---- one instruction ----------------------------------------------------------------------------
 */

/* Instructions on numbers alone, by the operand kinds of the table. */
static void number_step(generator *g)
{
    uint16_t op = (uint16_t)(WC_OP_ldi + wc_decide(g->d, WC_OP_mdrw_exact - WC_OP_ldi + 1));
    const wc_op_info *info = wc_op_lookup(op);
    if (info == NULL || op == WC_OP_movr) return;
    wc_instr in = {.op = (wc_op)op};
    for (size_t i = 0; i < 6; i++) {
        uint16_t *operand = &in.operands[i];
        uint8_t kind = info->operands[i];
        if (kind == WC_OPERAND_ri) *operand = read_number(g);
        if (kind == WC_OPERAND_rw) *operand = read_wide(g);
        if (kind == WC_OPERAND_ki) *operand = constant(g, interesting(g));
        if (kind == WC_OPERAND_kn) *operand = constant(g, 1 + (int64_t)wc_decide(g->d, 65536));
        if (kind == WC_OPERAND_im || kind == WC_OPERAND_lo) {
            *operand = (uint16_t)wc_decide(g->d, 65536);
        }
    }
    if (info->operands[0] == WC_OPERAND_wi) in.operands[0] = write_number(g);
    if (info->operands[0] == WC_OPERAND_ww) in.operands[0] = write_one(g, WC_REG_I128);
    wc_builder_emit(g->b, &in);
}

#define CHOOSE(...)                                                                                \
    choose(g, (const uint16_t[]){__VA_ARGS__}, sizeof((uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t))

static uint16_t choose(generator *g, const uint16_t *from, uint32_t count)
{
    return from[wc_decide(g->d, count)];
}

static void field_step(generator *g)
{
    const wc_module *m = wc_builder_module(g->b);
    uint16_t type = CHOOSE(g->t.pair, g->t.record, g->t.dated, g->t.holder, g->t.limited,
                           g->t.integer, g->t.small, g->t.boolean, g->t.color, g->t.span);
    uint16_t at = (uint16_t)wc_decide(g->d, m->types[type].size / 8);
    uint16_t reg = place(g, type);
    if (wc_type_leaf_at(m, type, 8u * at) != WC_NONE) {
        if (chance(g, 2)) {
            EMIT(stf, reg, at, read_number(g));
        } else {
            EMIT(ldf, write_number(g), reg, at);
        }
        return;
    }
    for (uint16_t i = 0; m->types[type].kind == WC_TYPE_TUPLE && i < m->types[type].count; i++) {
        const wc_field *field = &m->types[type].fields[i];
        if (field->offset != 8u * at) continue;
        EMIT(fref, new_ref(g, field->type, g->regs[reg].kind == WC_REG_REFMUT), reg, at);
        return;
    }
}

static void item_step(generator *g)
{
    uint16_t index = read_number(g), list;
    switch (wc_decide(g->d, 9)) {
    case 0: EMIT(ldx, write_number(g), source(g, CHOOSE(g->t.ints, g->t.series)), index); break;
    case 1: EMIT(stx, place(g, g->t.ints), index, read_number(g)); break;
    case 2: EMIT(push, place(g, CHOOSE(g->t.ints, g->t.out)), read_number(g)); break;
    case 3:
        list = place(g, g->t.records);
        EMIT(xref, new_ref(g, g->t.record, g->regs[list].kind == WC_REG_REFMUT), list, index);
        break;
    case 4:
        list = place(g, g->t.records);
        EMIT(pushn, new_ref(g, g->t.record, true), list);
        break;
    case 5: EMIT(xref, new_ref(g, g->t.party, false), source(g, g->t.parties), index); break;
    case 6: EMIT(xref, new_ref(g, g->t.pair, false), place(g, g->t.sorted), index); break;
    case 7: EMIT(qual, write_number(g), source(g, g->t.series), index); break;
    default:
        EMIT(qcount, write_number(g), source(g, g->t.series), (uint16_t)wc_decide(g->d, 4));
        break;
    }
}

static void map_step(generator *g)
{
    bool text = chance(g, 2);
    uint16_t map = place(g, text ? g->t.words : CHOOSE(g->t.map, g->t.smalls));
    uint16_t type = g->regs[map].type;
    uint16_t key_type = text ? g->t.word : g->t.integer;
    uint16_t value = wc_builder_module(g->b)->types[type].value;
    uint16_t key = source(g, key_type);
    bool writable = g->regs[map].kind == WC_REG_REFMUT;
    switch (wc_decide(g->d, 7)) {
    case 0: EMIT(mfind, write_number(g), map, key); break;
    case 1: EMIT(mneed, write_number(g), map, key); break;
    case 2: EMIT(mput, write_number(g), map, key); break;
    case 3: EMIT(mdel, write_number(g), map, key); break;
    case 4: EMIT(mkey, new_ref(g, key_type, false), map, read_number(g)); break;
    case 5: EMIT(mval, new_ref(g, value, writable), map, read_number(g)); break;
    default: EMIT(mput, write_number(g), place(g, g->t.set), source(g, g->t.integer)); break;
    }
}

static void value_step(generator *g)
{
    uint16_t shape, type;
    uint16_t variant = (uint16_t)wc_decide(g->d, 3);
    switch (wc_decide(g->d, 6)) {
    case 0:
        EMIT(len, write_number(g),
             source(g, CHOOSE(g->t.text, g->t.ints, g->t.words, g->t.series, g->t.nested)));
        break;
    case 1:
        shape = place(g, g->t.shape);
        EMIT(vset,
             new_ref(g,
                     variant == 0   ? g->t.shape
                     : variant == 1 ? g->t.pair
                                    : g->t.label,
                     true),
             shape, variant);
        break;
    case 2:
        shape = place(g, g->t.shape);
        if (variant == 0) return;
        EMIT(vref, new_ref(g, variant == 1 ? g->t.pair : g->t.label, true), shape, variant);
        break;
    case 3: EMIT(tag, write_number(g), source(g, g->t.shape)); break;
    case 4:
        type = CHOOSE(g->t.holder, g->t.shape, g->t.nested, g->t.records, g->t.series, g->t.net,
                      g->t.text, g->t.record);
        EMIT(copy, place(g, type), source(g, type));
        break;
    default:
        type = CHOOSE(g->t.text, g->t.party, g->t.bytes, g->t.pair, g->t.integer, g->t.span);
        EMIT(cmpb, write_number(g), source(g, type), source(g, type));
        break;
    }
}

static void storage_step(generator *g)
{
    bool text = chance(g, 2);
    uint16_t field = text ? g->f.words : CHOOSE(g->f.map, g->f.smalls);
    uint16_t value = text ? g->t.pair : field == g->f.smalls ? g->t.small : g->t.integer;
    uint16_t key = source(g, text ? g->t.word : g->t.integer);
    uint16_t collection = CHOOSE(0, 1, 2, 3, 4);
    const uint16_t fields[] = {g->f.map, g->f.words, g->f.set, g->f.list, g->f.sorted};
    const uint16_t types[] = {g->t.map, g->t.words, g->t.parties, g->t.records, g->t.sorted};
    uint32_t last = g->is_view ? 6 : 16;
    switch (wc_decide(g->d, last)) {
    case 0: EMIT(kvget, write_number(g), field, key, place(g, value)); break;
    case 1: EMIT(kvneed, field, key, place(g, value)); break;
    case 2: EMIT(kvhas, write_number(g), field, key); break;
    case 3: EMIT(clen, write_number(g), fields[collection]); break;
    case 4: EMIT(cload, place(g, types[collection]), fields[collection]); break;
    case 5: EMIT(lget, place(g, g->t.record), g->f.list, read_number(g)); break;
    case 6: EMIT(kvput, field, key, source(g, value)); break;
    case 7: EMIT(kvdel, write_number(g), field, key); break;
    case 8:
        EMIT(kvadd, CHOOSE(g->f.map, g->f.smalls), source(g, g->t.integer), read_number(g));
        break;
    case 9: EMIT(setadd, write_number(g), g->f.set, party(g)); break;
    case 10: EMIT(sins, CHOOSE(g->f.sorted, g->f.rising), source(g, g->t.pair)); break;
    case 11: EMIT(sdel, CHOOSE(g->f.sorted, g->f.rising), read_number(g)); break;
    case 12: EMIT(lput, g->f.list, read_number(g), source(g, g->t.record)); break;
    case 13: EMIT(lpush, g->f.list, source(g, g->t.record)); break;
    case 14: EMIT(cclear, fields[collection], 0); break;
    default: EMIT(setst, 1, source(g, g->t.pair)); break;
    }
}

static void money_step(generator *g)
{
    uint16_t currency = (uint16_t)wc_decide(g->d, 2);
    uint32_t last = g->is_view ? 3 : 10;
    switch (wc_decide(g->d, last)) {
    case 0: EMIT(escrow, write_number(g), party(g), currency); break;
    case 1: EMIT(ownbal, write_number(g), currency); break;
    case 2: EMIT(posted, write_number(g), party(g), currency); break;
    case 3: EMIT(lock, party(g), read_number(g), currency); break;
    case 4: EMIT(unlock, party(g), read_number(g), currency); break;
    case 5: EMIT(unlockall, 0); break;
    case 6: EMIT(pay, party(g), party(g), read_number(g), currency); break;
    case 7:
        EMIT(split, party(g), read_number(g), source(g, g->t.shares), (uint16_t)wc_decide(g->d, 9),
             currency, constant(g, 1 + wc_decide(g->d, 1000)));
        break;
    case 8: EMIT(clearnet, source(g, g->t.net), party(g), read_number(g), currency); break;
    default:
        EMIT(redeem, party(g), party(g), read_number(g), source(g, g->t.text), currency);
        break;
    }
}

static void outside_step(generator *g)
{
    const wc_module *m = wc_builder_module(g->b);
    uint16_t terms = fresh(g, WC_REG_REF, m->terms_type);
    uint16_t other = fresh(g, WC_REG_REF, g->t.other);
    EMIT(root, terms, 0);
    EMIT(fref, other, terms, 1);
    g->regs[terms].assigned = g->regs[other].assigned = true;
    switch (wc_decide(g->d, g->is_view ? 2 : 5)) {
    case 0: EMIT(view, other, 0, source(g, m->methods[0].args), place(g, g->t.pair)); break;
    case 1: EMIT(signed, write_number(g), party(g)); break;
    case 2: EMIT(send, other, 1, source(g, g->t.label)); break;
    case 3: EMIT(emit, 1, source(g, g->t.record)); break;
    default: EMIT(emit, 2, source(g, g->t.limited)); break;
    }
}

static void time_step(generator *g)
{
    const gen_time_regs r = {write_number(g),      read_number(g),        read_number(g),
                             read_number(g),       place(g, g->t.series), source(g, g->t.series),
                             place(g, g->t.longer)};
    gen_time_step(g->b, g->d, &r);
}

static void run_step(generator *g)
{
    uint16_t regs[GEN_RUN_REGS];
    for (size_t i = 0; i < GEN_RUN_REGS; i++) {
        regs[i] = write_number(g);
        EMIT(ldc, regs[i], constant(g, interesting(g)));
    }
    gen_run_step(g->b, g->d, regs);
}

static void root_step(generator *g)
{
    const wc_module *m = wc_builder_module(g->b);
    uint16_t reg;
    switch (wc_decide(g->d, 4)) {
    case 0: EMIT(sys, write_number(g), (uint16_t)wc_decide(g->d, 4)); break;
    case 1:
        reg = fresh(g, WC_REG_REF, m->state_type);
        EMIT(root, reg, 3);
        EMIT(tag, write_number(g), reg);
        break;
    case 2:
        reg = fresh(g, g->is_view ? WC_REG_REF : WC_REG_REFMUT, m->storage_type);
        EMIT(root, reg, 1);
        if (!g->is_view) EMIT(stf, reg, CHOOSE(0, 5), read_number(g));
        EMIT(ldf, write_number(g), reg, CHOOSE(0, 5));
        break;
    default: EMIT(check, read_number(g), CHOOSE(WC_TRAP_ENSURES, WC_TRAP_RANGE)); break;
    }
}

/* ---- control ------------------------------------------------------------------------------------
 */

static void body(generator *g, unsigned depth);

/* Registers assigned inside a branch are not assigned behind it. */
typedef struct snapshot {
    bool assigned[WC_REGISTERS_MAX];
    uint16_t count;
} snapshot;

static snapshot take(const generator *g)
{
    snapshot s = {.count = g->count};
    for (uint16_t i = 0; i < g->count; i++) s.assigned[i] = g->regs[i].assigned;
    return s;
}

static void restore(generator *g, const snapshot *s)
{
    for (uint16_t i = 0; i < g->count; i++) {
        g->regs[i].assigned = i < s->count && s->assigned[i] && g->regs[i].assigned;
    }
}

static void branch_step(generator *g, unsigned depth)
{
    uint16_t x = read_number(g);
    uint16_t y = read_number(g);
    wc_label there = wc_builder_label(g->b);
    wc_op op = (wc_op)(WC_OP_br + (int)wc_decide(g->d, 6));
    bool single = op == WC_OP_br || op == WC_OP_brz;
    wc_instr in = {.op = op, .operands = {x, single ? there : y, single ? 0 : there}};
    wc_builder_emit(g->b, &in);
    snapshot before = take(g);
    body(g, depth + 1);
    if (chance(g, 8)) EMIT(fail, 0, source(g, g->t.pair));
    wc_builder_place(g->b, there);
    restore(g, &before);
}

static void loop_step(generator *g, unsigned depth)
{
    uint16_t counter = fresh(g, WC_REG_I64, WC_NONE);
    uint16_t limit = fresh(g, WC_REG_I64, WC_NONE);
    EMIT(ldc, counter, constant(g, 0));
    EMIT(ldc, limit, constant(g, (int64_t)wc_decide(g->d, 6)));
    g->regs[counter].assigned = g->regs[limit].assigned = true;
    g->regs[counter].fixed = g->regs[limit].fixed = true;
    wc_label exit = wc_builder_label(g->b);
    int64_t trips = 1 + (int64_t)wc_decide(g->d, 8);
    wc_loop loop = wc_builder_loop(g->b, counter, limit, constant(g, trips), exit);
    snapshot before = take(g);
    body(g, depth + 1);
    if (chance(g, 3)) EMIT(brlt, read_number(g), read_number(g), exit);
    wc_builder_loop_end(g->b, &loop);
    restore(g, &before);
    g->regs[counter].fixed = g->regs[limit].fixed = false;
}

static void call_step(generator *g)
{
    if (g->callees == 0) return;
    uint16_t first = fresh(g, WC_REG_I64, WC_NONE);
    uint16_t second = fresh(g, WC_REG_I64, WC_NONE);
    uint16_t result = fresh(g, WC_REG_I64, WC_NONE);
    EMIT(mov, first, read_number(g));
    EMIT(mov, second, read_number(g));
    g->regs[first].assigned = g->regs[second].assigned = g->regs[result].assigned = true;
    EMIT(call, (uint16_t)wc_decide(g->d, g->callees), first, result);
}

static void step(generator *g, unsigned depth)
{
    switch (wc_decide(g->d, 14)) {
    case 0: number_step(g); break;
    case 1: run_step(g); break;
    case 2: field_step(g); break;
    case 3: item_step(g); break;
    case 4: map_step(g); break;
    case 5: value_step(g); break;
    case 6: storage_step(g); break;
    case 7: money_step(g); break;
    case 8: outside_step(g); break;
    case 9: root_step(g); break;
    case 10: call_step(g); break;
    case 11: time_step(g); break;
    case 12:
        if (depth < DEPTH_MAX) branch_step(g, depth);
        break;
    default:
        if (depth < DEPTH_MAX) loop_step(g, depth);
        break;
    }
}

static void body(generator *g, unsigned depth)
{
    uint32_t count = wc_decide(g->d, 12);
    for (uint32_t i = 0; i < count && g->steps < STEPS_MAX && g->count < REGS_MAX; i++) {
        if (!wc_builder_is_reachable(g->b)) return;
        g->steps++;
        step(g, depth);
    }
}

/* ---- functions and entries ----------------------------------------------------------------------
 */

static uint16_t open_function(generator *g, bool is_view)
{
    g->count = 0;
    g->steps = 0;
    g->is_view = is_view;
    return wc_builder_function(g->b, WC_STR("f"));
}

static void close_function(generator *g, uint16_t result)
{
    if (wc_builder_is_reachable(g->b)) EMIT(ret, result);
    wc_builder_end(g->b);
}

/* A helper (i64, i64) -> i64 that only reads, so that views may call it, too. */
static void make_helper(generator *g)
{
    (void)open_function(g, true);
    g->regs[fresh(g, WC_REG_I64, WC_NONE)].assigned = true;
    g->regs[fresh(g, WC_REG_I64, WC_NONE)].assigned = true;
    wc_builder_params(g->b);
    wc_builder_result(g->b, WC_REG_I64);
    body(g, 0);
    close_function(g, wc_builder_is_reachable(g->b) ? read_number(g) : 0);
    g->callees++;
}

static void add_entry(generator *g, uint16_t function, bool is_view, char name)
{
    wc_entry entry = {.kind = is_view ? WC_ENTRY_VIEW : WC_ENTRY_ACTION,
                      .name = wc_builder_string(g->b, (wc_str){&name, 1}),
                      .function = function,
                      .args = g->t.record,
                      .result = is_view ? g->t.holder : WC_NONE,
                      .by = is_view ? WC_BY_NONE : WC_BY_ANY_PARTY,
                      .leads_to = is_view ? 0 : 2};
    (void)wc_builder_entry(g->b, &entry);
}

static void make_entry(generator *g, bool is_view, char name)
{
    uint16_t function = open_function(g, is_view);
    g->regs[fresh(g, WC_REG_REF, g->t.record)].assigned = true;
    if (is_view) g->regs[fresh(g, WC_REG_REFMUT, g->t.holder)].assigned = true;
    wc_builder_params(g->b);
    if (!is_view) { /* so that `leads_to` is true of every action */
        uint16_t x = read_number(g);
        wc_label skip = wc_builder_label(g->b);
        uint16_t data = place(g, g->t.pair);
        EMIT(brz, x, skip);
        EMIT(setst, 1, data);
        wc_builder_place(g->b, skip);
    }
    body(g, 0);
    close_function(g, 0);
    add_entry(g, function, is_view, name);
}

wc_module *wc_gen_module(wc_arena *arena, wc_decisions *decisions)
{
    static generator state; /* too large for the stack of a fuzzer */
    generator *g = &state;
    *g = (generator){.d = decisions, .arena = arena};
    g->b = wc_builder_new(arena, wc_test_sha256, WC_STR("Random"), WC_STR("random.clause"));
    if (g->b == NULL) return NULL;
    rig_make_tables(g->b, &g->t, &g->f);
    for (uint32_t i = wc_decide(g->d, 3); i > 0; i--) make_helper(g);
    make_entry(g, false, 'a');
    make_entry(g, false, 'b');
    make_entry(g, true, 'v');
    wc_module *module;
    wc_debug *debug;
    if (wc_builder_finish(g->b, &module, &debug) != WC_OK) return NULL;
    return module;
}
