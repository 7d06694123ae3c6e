/* Values by type: always canonical, and the edges that matter are reached. */
#include "node/runner/make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/runner/bench.h"
#include "vm/isa/abi.h"

#define SEED 20260101

static const char source[] =
    "module t;\nuse std.energy;\n"
    "enum Kind { Home, Shop(area : dec<1>, name : text<8>), Farm }\n"
    "enum Side { Buy, Sell }\n"
    "record Order { who : party; qty : Energy; side : Side; }\n"
    "property \"p\" (a : bool, b : int<3..7>, c : dec<2, CNY, -1.00..9.99>, d : time, e : date,\n"
    "  f : Side, g : Kind, h : interval, i : party, j : bytes<5>, k : text<9>, l : Order,\n"
    "  m : option<Price>, n : list<Order, 200>, o : set<int, 7>, q : map<text<4>, Kind, 40>,\n"
    "  r : map<(Side, dec<2>), bool, 12>, s : series<Energy, 15 min, 100>, u : (int, time)) {\n"
    "  let x : party = home; let y : party = shop; assert x != y;\n"
    "}\n";

typedef struct seen {
    bool low, high, tie, empty_list, full_list, missing, dst, none, some, two_parties;
} seen;

static int64_t i64_at(const uint8_t *bytes)
{
    return (int64_t)wc_load_u64(bytes);
}

/* Looks at the parts with a fixed place at the front of the encoding: a, b, c, d. */
static void look(seen *has, const uint8_t *bytes)
{
    int64_t b = i64_at(bytes + 1), c = i64_at(bytes + 9), d = i64_at(bytes + 17);
    has->low |= b == 3;
    has->high |= b == 7 && c == 999;
    has->tie |= c % 10 == 5;
    has->dst |= d == 1774746000 || d == 1792890000;
}

static uint16_t type_of(const wc_module *image, uint16_t tuple, const char *name)
{
    const wc_type *type = &image->types[tuple];
    for (uint16_t i = 0; i < type->count; i++) {
        if (wc_str_equal(image->strings[type->fields[i].name], wc_str_of(name))) {
            return type->fields[i].type;
        }
    }
    fail_msg("no parameter %s", name);
    return WC_NONE;
}

static void every_value_is_canonical_and_edges_are_reached(void **state)
{
    bench *b = *state;
    static wc_draw draw;
    seen has = {0};
    wc_address parties[2] = {wc_runner_party(0), wc_runner_party(1)};
    wc_maker maker = {.draw = &draw,
                      .module = b->image,
                      .arena = &b->arena,
                      .party_count = 2,
                      .parties = parties,
                      .now_s = WC_RUNNER_START_S};
    uint16_t params = wc_runner_params(b->image, 0);
    size_t size = b->image->types[params].encoded_max;
    uint8_t *memory = malloc(size);
    assert_non_null(memory);
    print_message("seed %d\n", SEED);
    for (uint64_t run = 0; run < 3000; run++) {
        wc_buf buf;
        size_t bad;
        wc_buf_init(&buf, memory, size);
        wc_draw_random(&draw, wc_draw_seed(SEED, run));
        assert_status(wc_make_value(&maker, params, &buf), WC_OK);
        assert_status(wc_buf_status(&buf), WC_OK);
        wc_status status = wc_abi_check(b->image, params, wc_buf_slice(&buf), &bad);
        if (status != WC_OK)
            fail_msg("run %u: %s at %zu", (unsigned)run, wc_status_name(status), bad);
        look(&has, memory);
    }
    free(memory);
    assert_true(has.low && has.high && has.tie && has.dst);
}

/* One part by itself, many times. */
static void collections_series_and_options_have_all_their_forms(void **state)
{
    bench *b = *state;
    static wc_draw draw;
    static uint8_t memory[65536];
    seen has = {0};
    wc_address parties[2] = {wc_runner_party(0), wc_runner_party(1)};
    wc_maker maker = {.draw = &draw,
                      .module = b->image,
                      .arena = &b->arena,
                      .party_count = 2,
                      .parties = parties,
                      .now_s = WC_RUNNER_START_S};
    uint16_t params = wc_runner_params(b->image, 0);
    uint16_t list = type_of(b->image, params, "n"), series = type_of(b->image, params, "s");
    uint16_t option = type_of(b->image, params, "m"), set = type_of(b->image, params, "o");
    for (uint64_t run = 0; run < 2000; run++) {
        wc_buf buf;
        wc_draw_random(&draw, wc_draw_seed(SEED, run));
        wc_buf_init(&buf, memory, sizeof memory);
        assert_status(wc_make_value(&maker, set, &buf), WC_OK);
        has.full_list |= wc_load_u32(memory) == 7;
        has.empty_list |= wc_load_u32(memory) == 0;
        wc_buf_init(&buf, memory, sizeof memory);
        assert_status(wc_make_value(&maker, series, &buf), WC_OK);
        uint32_t length = wc_load_u32(memory + 8);
        for (uint32_t i = 0; i < length; i++) has.missing |= memory[12 + 8 * length + i] == 3;
        wc_buf_init(&buf, memory, sizeof memory);
        assert_status(wc_make_value(&maker, option, &buf), WC_OK);
        has.none |= buf.len == 2;
        has.some |= buf.len == 10;
        wc_buf_init(&buf, memory, sizeof memory);
        assert_status(wc_make_value(&maker, list, &buf), WC_OK);
        bool has_two = wc_load_u32(memory) >= 2;
        has.two_parties |= has_two && memcmp(memory + 4, memory + 4 + 42, 32) != 0;
    }
    assert_true(has.full_list && has.empty_list && has.missing && has.none && has.some &&
                has.two_parties);
}

/* The first choice of everything is its simplest value, which is what shrinking ends at. */
static void zero_choices_give_the_simplest_value(void **state)
{
    bench *b = *state;
    static wc_draw draw;
    uint8_t memory[16];
    wc_maker maker = {.draw = &draw, .module = b->image, .arena = &b->arena};
    wc_buf buf;
    uint16_t params = wc_runner_params(b->image, 0);
    wc_buf_init(&buf, memory, sizeof memory);
    wc_draw_replay(&draw, NULL, 0);
    assert_status(wc_make_value(&maker, type_of(b->image, params, "c"), &buf), WC_OK);
    assert_true(i64_at(memory) == 0);
    wc_buf_init(&buf, memory, sizeof memory);
    assert_status(wc_make_value(&maker, type_of(b->image, params, "n"), &buf), WC_OK);
    assert_true(buf.len == 4 && wc_load_u32(memory) == 0);
}

static int open_bench(void **state)
{
    static bench b;
    bench_open(&b, source);
    *state = &b;
    return 0;
}

static int close_bench(void **state)
{
    bench_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_is_canonical_and_edges_are_reached),
        cmocka_unit_test(collections_series_and_options_have_all_their_forms),
        cmocka_unit_test(zero_choices_give_the_simplest_value),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
