/* Split and netting as properties, on random share lists: nothing is lost or made, every part is
 * what the definition says. The expected parts of small numbers are computed here from the
 * definition, in plain 64-bit arithmetic; for large ones the bounds that the definition implies are
 * checked. */
#include <stdlib.h>

#include "tests/support/golden.h"
#include "tests/support/prng.h"
#include "tests/unit/exec/rig.h"

#define CNY       0
#define PARTS_MAX 8u
#define LARGEST   8u

typedef struct problem {
    int64_t gross, whole;
    uint16_t mode;
    size_t count;
    int64_t shares[PARTS_MAX], weights[PARTS_MAX];
} problem;

static wc_slice encode(wc_rig *rig, const problem *p)
{
    uint8_t *memory = wc_arena_alloc(&rig->arena, 4 + 48 * PARTS_MAX, 1);
    wc_buf buf;
    wc_buf_init(&buf, memory, 4 + 48 * PARTS_MAX);
    wc_buf_put_u32(&buf, (uint32_t)p->count);
    for (size_t i = 0; i < p->count; i++) {
        wc_party party = wc_fake_party((uint8_t)(100 + i));
        wc_buf_put(&buf, party.bytes, 32);
        wc_buf_put_i64(&buf, p->shares[i]);
        wc_buf_put_i64(&buf, p->weights[i]);
    }
    return wc_buf_slice(&buf);
}

/* Runs the split; parts[i] is what share i was paid. False: BadShares. */
static bool run_split(const problem *p, int64_t parts[PARTS_MAX])
{
    wc_rig rig;
    rig_open(&rig);
    wc_fake_account_of(&rig.host, &rig.alice)->escrow[CNY] = p->gross;
    uint16_t list = rig_value(&rig, rig.t.shares, encode(&rig, p));
    uint16_t alice = rig_party_ref(&rig, &rig.alice);
    uint16_t gross = rig_number(&rig, p->gross);
    RIG_EMIT(&rig, split, alice, gross, list, p->mode, CNY, rig_constant(&rig, p->whole));
    rig_close(&rig);
    rig_run(&rig);
    bool done = rig.outcome.kind == WC_OUTCOME_OK;
    if (!done) {
        assert_int_equal(rig.outcome.kind, WC_OUTCOME_BUILTIN);
        assert_int_equal(rig.outcome.code, WC_BUILTIN_BadShares);
    }
    for (size_t i = 0; done && i < p->count; i++) {
        wc_party party = wc_fake_party((uint8_t)(100 + i));
        parts[i] = wc_fake_account_of(&rig.host, &party)->free[CNY];
    }
    rig_drop(&rig);
    return done;
}

static int64_t sum_of(const int64_t *numbers, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += numbers[i];
    return sum;
}

/* ---- by definition, for numbers whose products fit 64 bits --------------------------------------
 */

static void divide_largest(const problem *p, int64_t parts[PARTS_MAX])
{
    int64_t given = 0;
    int64_t weights = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (p->shares[i] >= 0) given += p->shares[i];
        if (p->shares[i] < 0) weights += p->weights[i];
    }
    int64_t common = weights > 0 ? weights : 1;
    int64_t rest[PARTS_MAX];
    for (size_t i = 0; i < p->count; i++) {
        int64_t numerator = p->shares[i] >= 0 ? p->gross * p->shares[i] * common
                                              : p->gross * (p->whole - given) * p->weights[i];
        parts[i] = numerator / (p->whole * common);
        rest[i] = numerator % (p->whole * common);
    }
    for (int64_t left = p->gross - sum_of(parts, p->count); left > 0; left--) {
        size_t best = 0;
        for (size_t i = 1; i < p->count; i++) {
            if (rest[i] > rest[best]) best = i;
        }
        parts[best]++;
        rest[best] = -1;
    }
}

/* round(a / b) for a >= 0, b > 0. */
static int64_t rounded(int64_t a, int64_t b, uint16_t mode)
{
    int64_t q = a / b;
    int64_t r = a % b;
    bool up = false;
    if (mode == WC_ROUND_HALF_EVEN) up = 2 * r > b || (2 * r == b && q % 2 == 1);
    if (mode == WC_ROUND_HALF_UP) up = 2 * r >= b;
    if (mode == WC_ROUND_HALF_DOWN) up = 2 * r > b;
    if (mode == WC_ROUND_UP || mode == WC_ROUND_CEIL) up = r > 0;
    return q + up;
}

static void divide_rounding(const problem *p, int64_t parts[PARTS_MAX])
{
    int64_t left = p->gross;
    for (size_t i = 0; i < p->count; i++) {
        if (p->shares[i] < 0) continue;
        parts[i] = rounded(p->gross * p->shares[i], p->whole, p->mode);
        if (parts[i] > left) parts[i] = left;
        left -= parts[i];
    }
    for (size_t i = 0; i < p->count; i++) {
        if (p->shares[i] < 0) parts[i] = left;
    }
}

/* A list that can be divided by: shares within one whole, and entries for the rest. */
static problem random_problem(wc_prng *prng, int64_t gross_max, int64_t whole_max,
                              int64_t weight_max)
{
    problem p = {.mode = (uint16_t)wc_prng_below(prng, 9)};
    if (p.mode == WC_ROUND_EXACT) p.mode = LARGEST;
    p.gross = (int64_t)wc_prng_below(prng, (uint64_t)gross_max + 1);
    p.whole = 1 + (int64_t)wc_prng_below(prng, (uint64_t)whole_max);
    p.count = 1 + wc_prng_below(prng, PARTS_MAX);
    size_t rest = wc_prng_below(prng, p.count);
    int64_t left = p.whole;
    for (size_t i = 0; i < p.count; i++) {
        bool is_rest = i == rest || (p.mode == LARGEST && wc_prng_below(prng, 3) == 0);
        p.weights[i] = 1;
        p.shares[i] = -1;
        if (is_rest && p.mode == LARGEST) {
            uint64_t weight = wc_prng_below(prng, (uint64_t)weight_max + 1);
            p.weights[i] = i == rest ? 1 + (int64_t)weight / 2 : (int64_t)weight / (2 * PARTS_MAX);
        }
        if (is_rest) continue;
        p.shares[i] = (int64_t)wc_prng_below(prng, (uint64_t)left + 1);
        left -= p.shares[i];
    }
    return p;
}

static void small_splits_are_what_the_definition_says(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 4711);
    for (int round = 0; round < 1500; round++) {
        problem p = random_problem(&prng, 1000000, 1000, 1000);
        int64_t parts[PARTS_MAX];
        int64_t expected[PARTS_MAX];
        assert_true(run_split(&p, parts));
        if (p.mode == LARGEST) {
            divide_largest(&p, expected);
        } else {
            divide_rounding(&p, expected);
        }
        for (size_t i = 0; i < p.count; i++) {
            if (parts[i] != expected[i]) {
                fail_msg("mode %u part %zu of %zu: %lld, expected %lld", p.mode, i, p.count,
                         (long long)parts[i], (long long)expected[i]);
            }
        }
    }
}

static void large_splits_lose_nothing_and_stay_within_one_unit(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 4712);
    for (int round = 0; round < 1500; round++) {
        problem p = random_problem(&prng, INT64_MAX - 1, INT64_MAX - 1, INT64_MAX - 1);
        int64_t parts[PARTS_MAX];
        assert_true(run_split(&p, parts));
        assert_true(sum_of(parts, p.count) == p.gross);
        for (size_t i = 0; p.mode == LARGEST && i < p.count; i++) {
            int64_t floor;
            if (p.shares[i] < 0) continue;
            assert_status(wc_mul_div_round(wc_i128_of(p.gross), p.shares[i], 1, p.whole, 1,
                                           WC_ROUND_FLOOR, &floor),
                          WC_OK);
            assert_true(parts[i] == floor || parts[i] == floor + 1);
        }
    }
}

/* One line of the vectors: decimal numbers with commas between them. */
static int64_t next_number(const char **at)
{
    char *end;
    int64_t value = strtoll(*at, &end, 10);
    assert_true(end != *at);
    *at = *end == ',' ? end + 1 : end;
    return value;
}

static void run_vector(const char *line)
{
    problem p = {.gross = next_number(&line)};
    p.whole = next_number(&line);
    p.mode = (uint16_t)next_number(&line);
    p.count = (size_t)next_number(&line);
    assert_true(p.count <= PARTS_MAX);
    for (size_t i = 0; i < p.count; i++) {
        p.shares[i] = next_number(&line);
        p.weights[i] = next_number(&line);
    }
    int64_t parts[PARTS_MAX];
    assert_true(run_split(&p, parts));
    for (size_t i = 0; i < p.count; i++) assert_true(parts[i] == next_number(&line));
}

static void splits_agree_with_exact_fractions(void **state)
{
    (void)state;
    wc_slice file = wc_test_read_file(WC_TEST_DATA "/vectors/split.csv");
    size_t lines = 0;
    for (const char *line = (const char *)file.data; *line != 0;) {
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        if (*line != '#') {
            run_vector(line);
            lines++;
        }
        line = end + 1;
    }
    assert_int_equal(lines, 400);
    free((uint8_t *)(uintptr_t)file.data);
}

static void lists_that_cannot_be_divided_by_are_refused_whatever_they_hold(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 4713);
    for (int round = 0; round < 500; round++) {
        problem p = random_problem(&prng, 1000000, 1000, 1000);
        int64_t parts[PARTS_MAX];
        size_t at = wc_prng_below(&prng, p.count);
        switch (wc_prng_below(&prng, 3)) {
        case 0: p.shares[at] = p.whole + 1 + (int64_t)wc_prng_below(&prng, 1000); break;
        case 1: p.shares[at] = -2 - (int64_t)wc_prng_below(&prng, 1000); break;
        default: /* nobody takes the rest, and there is one */
            for (size_t i = 0; i < p.count; i++) p.shares[i] = 0;
            break;
        }
        assert_false(run_split(&p, parts));
    }
}

/* ---- netting ------------------------------------------------------------------------------------
 */

static void netting_moves_exactly_the_entries_and_keeps_nothing(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 4714);
    for (int round = 0; round < 500; round++) {
        wc_rig rig;
        rig_open(&rig);
        size_t count = wc_prng_below(&prng, PARTS_MAX + 1);
        int64_t amounts[PARTS_MAX];
        uint8_t *memory = wc_arena_alloc(&rig.arena, 4 + 40 * PARTS_MAX, 1);
        wc_buf buf;
        wc_buf_init(&buf, memory, 4 + 40 * PARTS_MAX);
        wc_buf_put_u32(&buf, (uint32_t)count);
        for (size_t i = 0; i < count; i++) {
            wc_party party = wc_fake_party((uint8_t)(100 + i));
            wc_fake_account_of(&rig.host, &party)->escrow[CNY] = 1000000;
            amounts[i] = (int64_t)wc_prng_below(&prng, 2000001) - 1000000;
            wc_buf_put(&buf, party.bytes, 32);
            wc_buf_put_i64(&buf, amounts[i]);
        }
        wc_fake_account_of(&rig.host, &rig.carol)->escrow[CNY] = 100000000;
        int64_t before = wc_fake_total(&rig.host, CNY);
        uint16_t map = rig_value(&rig, rig.t.net, wc_buf_slice(&buf));
        uint16_t owner = rig_party_ref(&rig, &rig.carol);
        RIG_EMIT(&rig, clearnet, map, owner, rig_number(&rig, INT64_MAX), CNY);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 0);
        assert_true(wc_fake_total(&rig.host, CNY) == before);
        assert_int_equal(wc_fake_account_of(&rig.host, &rig.own)->free[CNY], 0);
        for (size_t i = 0; i < count; i++) {
            wc_party party = wc_fake_party((uint8_t)(100 + i));
            const wc_fake_account *account = wc_fake_account_of(&rig.host, &party);
            assert_true(account->free[CNY] + account->escrow[CNY] - 1000000 == amounts[i]);
        }
        const wc_fake_account *carol = wc_fake_account_of(&rig.host, &rig.carol);
        int64_t residual = carol->free[CNY] + carol->escrow[CNY] - 100000000;
        assert_true(residual == -sum_of(amounts, count));
        rig_drop(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_splits_are_what_the_definition_says),
        cmocka_unit_test(large_splits_lose_nothing_and_stay_within_one_unit),
        cmocka_unit_test(splits_agree_with_exact_fractions),
        cmocka_unit_test(lists_that_cannot_be_divided_by_are_refused_whatever_they_hold),
        cmocka_unit_test(netting_moves_exactly_the_entries_and_keeps_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
