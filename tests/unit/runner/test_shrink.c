/* The shrinker on failures whose smallest form is known. */
#include "node/runner/shrink.h"

#include <string.h>

#include "tests/support/test.h"

static wc_draw draw;
static wc_shrink shrink;

/* Numbers in [0, 100), each after a yes; fails when they add up to 150 or more. */
static uint64_t add_up(void)
{
    uint64_t sum = 0;
    while (wc_draw_more(&draw, 8)) sum += wc_draw_below(&draw, 100);
    return sum;
}

static bool adds_up(void *self, const uint64_t *choices, uint32_t count, const wc_draw **used)
{
    (void)self;
    wc_draw_replay(&draw, choices, count);
    *used = &draw;
    return add_up() >= 150;
}

static void finds_the_fewest_and_least_choices(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        wc_draw_random(&draw, wc_draw_seed(1, seed));
        if (add_up() < 150) continue;
        shrink.count = draw.at;
        memcpy(shrink.choices, draw.choices, draw.at * sizeof draw.choices[0]);
        shrink.tries = 0;
        shrink.tries_max = 5000;
        shrink.fails = adds_up;
        wc_shrink_run(&shrink);
        /* Nothing to spare: exactly 150, of two or three numbers, each after its yes, then a
         * no. */
        uint64_t sum = 0;
        for (uint32_t i = 1; i < shrink.count; i += 2) {
            assert_true(shrink.choices[i - 1] == 1);
            sum += shrink.choices[i];
        }
        assert_true(sum == 150 && shrink.count % 2 == 1 && shrink.count <= 7);
        assert_true(shrink.tries < 1000);
    }
}

static void stops_when_the_runs_are_used_up(void **state)
{
    (void)state;
    shrink.count = 4;
    shrink.choices[0] = shrink.choices[2] = 1;
    shrink.choices[1] = shrink.choices[3] = 99;
    shrink.tries = 0;
    shrink.tries_max = 2;
    shrink.fails = adds_up;
    wc_shrink_run(&shrink);
    assert_int_equal(shrink.tries, 2);
}

static void the_same_seed_gives_the_same_choices_and_the_list_gives_them_again(void **state)
{
    (void)state;
    static wc_draw again;
    wc_draw_random(&draw, 42);
    wc_draw_random(&again, 42);
    for (uint64_t i = 0; i < 100; i++) {
        assert_true(wc_draw_below(&draw, i) == wc_draw_below(&again, i));
    }
    uint64_t kept[100];
    memcpy(kept, draw.choices, sizeof kept);
    wc_draw_replay(&again, kept, 100);
    for (uint64_t i = 0; i < 100; i++) assert_true(wc_draw_below(&again, i) == kept[i]);
    assert_true(wc_draw_below(&again, 7) == 0); /* behind the list: the simplest */
    kept[0] = 9;
    wc_draw_replay(&again, kept, 1);
    assert_true(wc_draw_below(&again, 5) == 4); /* a limit that has become lower */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_fewest_and_least_choices),
        cmocka_unit_test(stops_when_the_runs_are_used_up),
        cmocka_unit_test(the_same_seed_gives_the_same_choices_and_the_list_gives_them_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
