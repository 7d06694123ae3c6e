/* Random modules, seeded: decoder and verifier answer every one of them, leave the arena as it was,
 * and answer the same when asked again. Under the address and undefined-behaviour sanitizers this
 * is the test that nothing is read or written outside. */
#include <string.h>

#include "tests/unit/isa/rig.h"

#define RUNS 20000

/* A word that could be an instruction: a known opcode, operands that are often small. */
static uint64_t random_word(wc_prng *prng)
{
    uint16_t op;
    do {
        op = (uint16_t)wc_prng_below(prng, 256);
    } while (wc_op_lookup(op) == NULL && wc_prng_below(prng, 50) != 0);
    const wc_op_info *info = wc_op_lookup(op);
    uint16_t o[3];
    for (unsigned i = 0; i < 3; i++) {
        uint64_t bound = wc_prng_below(prng, 20) == 0 ? 65536 : 13;
        o[i] = (uint16_t)wc_prng_below(prng, bound);
        if (info != NULL && info->operands[i] == WC_OPERAND_none) o[i] = 0;
    }
    return wc_word(op, o[0], o[1], o[2]);
}

/* Exchanges a few words of a module: random ones, or two that change places. */
static void scramble(wc_prng *prng, wc_module *module)
{
    for (uint64_t i = 1 + wc_prng_below(prng, 3); i > 0; i--) {
        uint64_t *a = &module->words[wc_prng_below(prng, module->word_count)];
        uint64_t *b = &module->words[wc_prng_below(prng, module->word_count)];
        uint64_t held = *a;
        if (wc_prng_below(prng, 3) == 0) {
            *a = *b;
            *b = held;
        } else {
            *a = random_word(prng);
        }
    }
}

static void answers_every_scrambled_function(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 31);
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, rig_sample());
    size_t size = module->word_count * sizeof *module->words;
    uint64_t *good = WC_ARENA_ARRAY(arena, uint64_t, module->word_count);
    memcpy(good, module->words, size);
    size_t mark = wc_arena_mark(arena);
    unsigned accepted = 0;
    for (unsigned run = 0; run < RUNS; run++) {
        wc_finding one, two;
        memcpy(module->words, good, size);
        scramble(&prng, module);
        wc_status status = wc_module_bound(module, wc_test_sha256, arena, &one);
        assert_int_equal(wc_arena_mark(arena), mark);
        assert_true(status == WC_OK || status == WC_OUT_OF_DOMAIN);
        if (status == WC_OK) accepted++;
        assert_status(wc_module_bound(module, wc_test_sha256, arena, &two), status);
        assert_true(one.code == two.code && one.function == two.function && one.word == two.word);
    }
    assert_true(accepted > 10 && accepted < RUNS / 2);
}

/* Several bytes of the stored form changed at once, with a bias to small numbers and to lengths. */
static void answers_every_scrambled_module(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 32);
    wc_arena *arena = rig_arena();
    wc_slice bytes = rig_encode(arena, rig_assemble(arena, rig_sample()));
    uint8_t *copy = WC_ARENA_ARRAY(arena, uint8_t, bytes.len);
    size_t mark = wc_arena_mark(arena);
    unsigned read = 0;
    for (unsigned run = 0; run < RUNS; run++) {
        memcpy(copy, bytes.data, bytes.len);
        for (uint64_t i = 1 + wc_prng_below(&prng, 4); i > 0; i--) {
            uint8_t *at = &copy[42 + wc_prng_below(&prng, bytes.len - 42)];
            *at = (uint8_t)wc_prng_below(&prng, wc_prng_below(&prng, 2) == 0 ? 256 : 32);
        }
        wc_module *module;
        size_t bad;
        wc_slice changed = wc_slice_of(copy, bytes.len);
        if (wc_module_decode(changed, arena, &module, &bad) == WC_OK) {
            wc_finding finding;
            read++;
            assert_true(wc_slice_equal(rig_encode(arena, module), changed));
            size_t before = wc_arena_mark(arena);
            (void)!wc_module_verify(module, wc_test_sha256, arena, &finding);
            assert_int_equal(wc_arena_mark(arena), before);
        }
        wc_arena_rewind(arena, mark);
    }
    assert_true(read > RUNS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_every_scrambled_function),
        cmocka_unit_test(answers_every_scrambled_module),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
