/* The contract of bench_vm, assembled by hand as a decent compiler should emit it. */
#include "tests/bench/bench_vm.h"

typedef struct contract {
    wc_builder *b;
    uint16_t integer, list, args, result, map, field;
    uint16_t constants[24]; /* registers of the open function: see constant() */
    int64_t values[24];
    size_t constant_count;
} contract;

#define EMIT(op, ...) wc_builder_emit(c->b, &(wc_instr){WC_OP_##op, {__VA_ARGS__}})

static uint16_t reg(contract *c)
{
    return wc_builder_reg(c->b, WC_REG_I64, WC_NONE);
}

static uint16_t number_constant(contract *c, int64_t value)
{
    return wc_builder_number(c->b, wc_i128_of(value));
}

/* A register that holds the value; loaded once, where it is first asked for: ask before loops. */
static uint16_t constant(contract *c, int64_t value)
{
    for (size_t i = 0; i < c->constant_count; i++) {
        if (c->values[i] == value) return c->constants[i];
    }
    uint16_t r = reg(c);
    EMIT(ldc, r, number_constant(c, value));
    c->constants[c->constant_count] = r;
    c->values[c->constant_count++] = value;
    return r;
}

static uint16_t open_function(contract *c, const char *name)
{
    c->constant_count = 0;
    return wc_builder_function(c->b, wc_str_of(name));
}

/* x = (x * 69069 + 1) mod 2^32; to = x / 2^shift */
static void emit_lcg(contract *c, uint16_t x, uint16_t to, int64_t divisor)
{
    EMIT(mul, x, x, constant(c, 69069));
    EMIT(addi, x, x, 1);
    EMIT(mod, x, x, constant(c, INT64_C(1) << 32));
    EMIT(idiv, to, x, constant(c, divisor));
}

/* Entry functions: args (n, seed), result (check). */
static uint16_t open_entry(contract *c, const char *name, uint16_t *n, uint16_t *x)
{
    uint16_t f = open_function(c, name);
    uint16_t args = wc_builder_reg(c->b, WC_REG_REF, c->args);
    (void)wc_builder_reg(c->b, WC_REG_REFMUT, c->result);
    wc_builder_params(c->b);
    *n = reg(c);
    *x = reg(c);
    EMIT(ldf, *n, args, 0);
    EMIT(ldf, *x, args, 1);
    return f;
}

static void close_entry(contract *c, uint16_t function, const char *name, uint16_t result)
{
    EMIT(stf, 1, 0, result);
    EMIT(ret, 0);
    wc_builder_end(c->b);
    wc_entry entry = {.kind = WC_ENTRY_VIEW,
                      .name = wc_builder_string(c->b, wc_str_of(name)),
                      .function = function,
                      .args = c->args,
                      .result = c->result};
    (void)wc_builder_entry(c->b, &entry);
}

static void make_w1(contract *c)
{
    uint16_t n, x;
    uint16_t f = open_entry(c, "w1", &n, &x);
    uint16_t k = reg(c), energy = reg(c), price = reg(c), q = reg(c), check = reg(c);
    uint16_t share[4], total[4];
    for (size_t i = 0; i < 4; i++) {
        share[i] = reg(c);
        total[i] = reg(c);
        EMIT(ldi, total[i], 0);
    }
    static const int64_t points[3] = {6000, 2500, 1200};
    static const int64_t used[] = {
        69069, INT64_C(1) << 32, 1024, 32, 20000000, 1, 6000, 2500, 1200, 3, 5, 7};
    for (size_t i = 0; i < WC_ARRAY_LEN(used); i++) (void)constant(c, used[i]);
    uint16_t one = number_constant(c, 1);
    EMIT(ldi, k, 0);
    wc_label exit = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, k, n, number_constant(c, W1_COUNT), exit);
    emit_lcg(c, x, energy, 1024);
    emit_lcg(c, x, price, 32);
    EMIT(add, price, price, constant(c, 20000000));
    EMIT(mr_half_even, q, energy, price, 0, one, number_constant(c, 1000000));
    for (size_t i = 0; i < 3; i++) {
        EMIT(mr_down, share[i], q, constant(c, points[i]), 0, one, number_constant(c, 10000));
    }
    EMIT(sub, share[3], q, share[0]);
    EMIT(sub, share[3], share[3], share[1]);
    EMIT(sub, share[3], share[3], share[2]);
    for (size_t i = 0; i < 4; i++) EMIT(add, total[i], total[i], share[i]);
    wc_builder_loop_end(c->b, &loop);
    static const int64_t weights[4] = {1, 3, 5, 7};
    EMIT(ldi, check, 0);
    for (size_t i = 0; i < 4; i++) {
        EMIT(mul, total[i], total[i], constant(c, weights[i]));
        EMIT(add, check, check, total[i]);
    }
    close_entry(c, f, "w1", check);
}

/* sift(list, start, end) */
static uint16_t make_sift(contract *c)
{
    uint16_t f = open_function(c, "sift");
    uint16_t list = wc_builder_reg(c->b, WC_REG_REFMUT, c->list);
    uint16_t root = reg(c), end = reg(c);
    wc_builder_params(c->b);
    uint16_t t = reg(c), child = reg(c), next = reg(c), x = reg(c), y = reg(c), k = reg(c);
    uint16_t last = reg(c), depth = constant(c, 16), two = constant(c, 2);
    EMIT(ldx, t, list, root);
    EMIT(addi, last, end, (uint16_t)-1);
    EMIT(ldi, k, 0);
    wc_label exit = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, k, depth, number_constant(c, 16), exit);
    EMIT(mul, child, root, two);
    EMIT(addi, child, child, 1);
    EMIT(brle, end, child, exit);
    EMIT(addi, next, child, 1);
    EMIT(min, next, next, last);
    EMIT(ldx, x, list, child);
    EMIT(ldx, y, list, next);
    EMIT(lt, next, x, y);
    EMIT(add, child, child, next);
    EMIT(max, x, x, y);
    EMIT(brle, x, t, exit);
    EMIT(stx, list, root, x);
    EMIT(mov, root, child);
    wc_builder_loop_end(c->b, &loop);
    EMIT(stx, list, root, t);
    EMIT(ret, 0);
    wc_builder_end(c->b);
    return f;
}

/* sort(list, n) */
static uint16_t make_sort(contract *c, uint16_t sift)
{
    uint16_t f = open_function(c, "sort");
    uint16_t list = wc_builder_reg(c->b, WC_REG_REFMUT, c->list);
    uint16_t n = reg(c);
    wc_builder_params(c->b);
    uint16_t half = reg(c), k = reg(c), x = reg(c), y = reg(c), limit = reg(c);
    uint16_t arg = wc_builder_reg(c->b, WC_REG_REFMUT, c->list);
    uint16_t start = reg(c), end = reg(c);
    uint16_t two = constant(c, 2), zero = constant(c, 0);
    uint16_t trips = number_constant(c, W2_COUNT);
    EMIT(movr, arg, list);
    EMIT(idiv, half, n, two);
    EMIT(ldi, k, 0);
    wc_label first = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, k, half, trips, first);
    EMIT(sub, start, half, k);
    EMIT(addi, start, start, (uint16_t)-1);
    EMIT(mov, end, n);
    EMIT(call, sift, arg, 0);
    wc_builder_loop_end(c->b, &loop);
    EMIT(addi, limit, n, (uint16_t)-1);
    EMIT(ldi, k, 0);
    wc_label second = wc_builder_label(c->b);
    loop = wc_builder_loop(c->b, k, limit, trips, second);
    EMIT(sub, end, limit, k);
    EMIT(ldx, x, list, zero);
    EMIT(ldx, y, list, end);
    EMIT(stx, list, zero, y);
    EMIT(stx, list, end, x);
    EMIT(mov, start, zero);
    EMIT(call, sift, arg, 0);
    wc_builder_loop_end(c->b, &loop);
    EMIT(ret, 0);
    wc_builder_end(c->b);
    return f;
}

/* Makes the four lists of a round: prices with their index, and quantities. */
static void emit_orders(contract *c, const uint16_t lists[4], uint16_t x, uint16_t n)
{
    uint16_t k = reg(c), v = reg(c);
    EMIT(ldi, k, 0);
    wc_label exit = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, k, n, number_constant(c, W2_COUNT), exit);
    for (size_t i = 0; i < 4; i++) {
        bool is_price = i % 2 == 0;
        emit_lcg(c, x, v, is_price ? 4096 : INT64_C(1) << 22);
        if (i == 0) EMIT(sub, v, constant(c, 1048575), v);
        if (is_price) EMIT(mul, v, v, constant(c, 16384));
        if (is_price) EMIT(add, v, v, k);
        if (!is_price) EMIT(addi, v, v, 1);
        EMIT(push, lists[i], v);
    }
    wc_builder_loop_end(c->b, &loop);
}

/* The merge: volume and price are set. */
static void emit_merge(contract *c, const uint16_t lists[4], uint16_t n, uint16_t volume,
                       uint16_t price)
{
    uint16_t i = reg(c), j = reg(c), k = reg(c), limit = reg(c), m = reg(c), flag = reg(c);
    uint16_t key[2], at[2], left[2], cost[2];
    for (size_t s = 0; s < 2; s++) {
        key[s] = reg(c);
        at[s] = reg(c);
        left[s] = reg(c);
        cost[s] = reg(c);
    }
    uint16_t zero = constant(c, 0);
    EMIT(mov, i, zero);
    EMIT(mov, j, zero);
    EMIT(mov, volume, zero);
    EMIT(mov, price, zero);
    EMIT(ldi, k, 0);
    EMIT(add, limit, n, n);
    wc_label exit = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, k, limit, number_constant(c, 2 * W2_COUNT), exit);
    EMIT(brle, n, i, exit);
    EMIT(brle, n, j, exit);
    for (size_t s = 0; s < 2; s++) {
        EMIT(ldx, key[s], lists[2 * s], s == 0 ? i : j);
        EMIT(idiv, cost[s], key[s], constant(c, 16384));
        EMIT(mod, at[s], key[s], constant(c, 16384));
        EMIT(ldx, left[s], lists[2 * s + 1], at[s]);
    }
    EMIT(sub, cost[0], constant(c, 1048575), cost[0]);
    EMIT(brlt, cost[0], cost[1], exit);
    EMIT(min, m, left[0], left[1]);
    EMIT(add, volume, volume, m);
    EMIT(add, price, cost[0], cost[1]);
    EMIT(idiv, price, price, constant(c, 2));
    for (size_t s = 0; s < 2; s++) {
        EMIT(sub, left[s], left[s], m);
        EMIT(stx, lists[2 * s + 1], at[s], left[s]);
        EMIT(eq, flag, left[s], zero);
        EMIT(add, s == 0 ? i : j, s == 0 ? i : j, flag);
    }
    wc_builder_loop_end(c->b, &loop);
}

static void make_w2(contract *c)
{
    uint16_t sort = make_sort(c, make_sift(c));
    uint16_t rounds, x;
    uint16_t f = open_entry(c, "w2", &rounds, &x);
    static const int64_t used[] = {
        69069, INT64_C(1) << 32, 4096,    INT64_C(1) << 22, 1048575, 16384, 0,
        2,     1000000007,       W2_COUNT};
    for (size_t i = 0; i < WC_ARRAY_LEN(used); i++) (void)constant(c, used[i]);
    uint16_t n = constant(c, W2_COUNT);
    uint16_t check = reg(c), round = reg(c), volume = reg(c), price = reg(c);
    uint16_t arg = wc_builder_reg(c->b, WC_REG_REFMUT, c->list);
    uint16_t count = reg(c);
    uint16_t lists[4], slots[4];
    for (size_t i = 0; i < 4; i++) {
        lists[i] = wc_builder_reg(c->b, WC_REG_REFMUT, c->list);
        slots[i] = wc_builder_slot(c->b, c->list);
    }
    EMIT(ldi, check, 0);
    EMIT(ldi, round, 0);
    wc_label exit = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, round, rounds, number_constant(c, W2_ROUNDS), exit);
    for (size_t i = 0; i < 4; i++) EMIT(new, lists[i], slots[i]);
    emit_orders(c, lists, x, n);
    EMIT(mov, count, n);
    EMIT(movr, arg, lists[0]);
    EMIT(call, sort, arg, 0);
    EMIT(movr, arg, lists[2]);
    EMIT(call, sort, arg, 0);
    emit_merge(c, lists, n, volume, price);
    EMIT(mul, volume, volume, price);
    EMIT(add, check, check, volume);
    EMIT(mod, check, check, constant(c, 1000000007));
    wc_builder_loop_end(c->b, &loop);
    close_entry(c, f, "w2", check);
}

/* Registers of W3. */
typedef struct transfers {
    uint16_t n, x, k, amount, have, check, key[2], value;
} transfers;

static void w3_fill(contract *c, const transfers *w)
{
    EMIT(ldi, w->k, 0);
    EMIT(ldi, w->check, 0);
    wc_label filled = wc_builder_label(c->b);
    wc_loop loop =
        wc_builder_loop(c->b, w->k, constant(c, W3_KEYS), number_constant(c, W3_KEYS), filled);
    EMIT(stf, w->key[0], 0, w->k);
    EMIT(kvadd, c->field, w->key[0], constant(c, 1000000));
    wc_builder_loop_end(c->b, &loop);
}

static void w3_transfer(contract *c, const transfers *w)
{
    EMIT(ldi, w->k, 0);
    wc_label done = wc_builder_label(c->b);
    wc_label poor = wc_builder_label(c->b);
    wc_label next = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, w->k, w->n, number_constant(c, W3_COUNT), done);
    for (size_t i = 0; i < 2; i++) {
        emit_lcg(c, w->x, w->amount, INT64_C(1) << 22);
        EMIT(stf, w->key[i], 0, w->amount);
    }
    emit_lcg(c, w->x, w->amount, INT64_C(1) << 18);
    EMIT(kvneed, c->field, w->key[0], w->value);
    EMIT(ldf, w->have, w->value, 0);
    EMIT(brlt, w->have, w->amount, poor);
    EMIT(sub, w->have, w->have, w->amount);
    EMIT(stf, w->value, 0, w->have);
    EMIT(kvput, c->field, w->key[0], w->value);
    EMIT(kvadd, c->field, w->key[1], w->amount);
    EMIT(jmp, next);
    wc_builder_place(c->b, poor);
    EMIT(addi, w->check, w->check, 1);
    wc_builder_place(c->b, next);
    wc_builder_loop_end(c->b, &loop);
}

static void w3_sum(contract *c, const transfers *w)
{
    EMIT(ldi, w->k, 0);
    wc_label end = wc_builder_label(c->b);
    wc_loop loop =
        wc_builder_loop(c->b, w->k, constant(c, W3_KEYS), number_constant(c, W3_KEYS), end);
    EMIT(stf, w->key[0], 0, w->k);
    EMIT(kvneed, c->field, w->key[0], w->value);
    EMIT(ldf, w->have, w->value, 0);
    EMIT(add, w->amount, w->k, constant(c, 1));
    EMIT(mul, w->have, w->have, w->amount);
    EMIT(add, w->check, w->check, w->have);
    wc_builder_loop_end(c->b, &loop);
}

static uint16_t new_integer(contract *c)
{
    uint16_t ref = wc_builder_reg(c->b, WC_REG_REFMUT, c->integer);
    EMIT(new, ref, wc_builder_slot(c->b, c->integer));
    return ref;
}

/* W3 writes, so it is an action: the check is emitted as an event. */
static void make_w3(contract *c)
{
    uint16_t f = open_function(c, "w3");
    uint16_t args = wc_builder_reg(c->b, WC_REG_REF, c->args);
    wc_builder_params(c->b);
    transfers w = {reg(c), reg(c), reg(c), reg(c), reg(c), reg(c), {0, 0}, 0};
    EMIT(ldf, w.n, args, 0);
    EMIT(ldf, w.x, args, 1);
    static const int64_t used[] = {
        69069, INT64_C(1) << 32, INT64_C(1) << 22, INT64_C(1) << 18, 1000000, W3_KEYS, 0, 1};
    for (size_t i = 0; i < WC_ARRAY_LEN(used); i++) (void)constant(c, used[i]);
    w.value = new_integer(c);
    for (size_t i = 0; i < 2; i++) w.key[i] = new_integer(c);
    w3_fill(c, &w);
    w3_transfer(c, &w);
    w3_sum(c, &w);
    uint16_t out = wc_builder_reg(c->b, WC_REG_REFMUT, c->result);
    EMIT(new, out, wc_builder_slot(c->b, c->result));
    EMIT(stf, out, 0, w.check);
    EMIT(emit, 0, out);
    EMIT(ret, 0);
    wc_builder_end(c->b);
    wc_entry entry = {.kind = WC_ENTRY_ACTION,
                      .name = wc_builder_string(c->b, WC_STR("w3")),
                      .function = f,
                      .args = c->args,
                      .result = WC_NONE,
                      .by = WC_BY_ANY_PARTY};
    (void)wc_builder_entry(c->b, &entry);
}

static void make_w4(contract *c)
{
    uint16_t a, b;
    uint16_t f = open_entry(c, "w4", &a, &b);
    EMIT(mul, a, a, constant(c, 3));
    EMIT(add, a, a, b);
    close_entry(c, f, "w4", a);
}

static void make_tables(contract *c)
{
    wc_type integer = {.kind = WC_TYPE_INT, .name = WC_NONE, .lo = INT64_MIN, .hi = INT64_MAX};
    c->integer = wc_builder_type(c->b, &integer);
    wc_type list = {
        .kind = WC_TYPE_LIST, .name = WC_NONE, .capacity = W2_COUNT, .item = c->integer};
    c->list = wc_builder_type(c->b, &list);
    const uint16_t two[] = {c->integer, c->integer};
    c->args = wc_builder_tuple(c->b, NULL, two, 2);
    c->result = wc_builder_tuple(c->b, NULL, two, 1);
    wc_type map = {.kind = WC_TYPE_MAP, .name = WC_NONE, .capacity = W3_KEYS};
    map.item = map.value = c->integer;
    c->map = wc_builder_type(c->b, &map);
    wc_storage_field field = {
        .name = wc_builder_string(c->b, WC_STR("accounts")), .type = c->map, .initial = WC_NONE};
    c->field = wc_builder_field(c->b, &field);
    wc_state_decl open = {
        .name = wc_builder_string(c->b, WC_STR("Open")), .data = WC_NONE, .initial = true};
    (void)wc_builder_state(c->b, &open);
    (void)wc_builder_event(c->b, WC_STR("Check"), c->result);
}

wc_module *bench_contract(wc_arena *arena, wc_sha256_fn hash)
{
    static contract state;
    contract *c = &state;
    wc_module *module;
    wc_debug *debug;
    c->b = wc_builder_new(arena, hash, WC_STR("Bench"), WC_STR("bench"));
    if (c->b == NULL) return NULL;
    make_tables(c);
    make_w2(c);
    make_w1(c);
    make_w4(c);
    make_w3(c);
    return wc_builder_finish(c->b, &module, &debug) == WC_OK ? module : NULL;
}
