/* The test helpers themselves, against published values. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/golden.h"
#include "tests/support/prng.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"
#include "vm/base/text.h"

static void assert_sha256(const wc_slice *parts, size_t count, const char *expected)
{
    uint8_t bytes[WC_HASH_SIZE];
    assert_status(wc_parse_hex(wc_str_of(expected), bytes, sizeof bytes), WC_OK);
    wc_hash hash = wc_test_sha256(parts, count);
    assert_memory_equal(hash.bytes, bytes, sizeof bytes);
}

/* FIPS 180-4 example values (NIST "SHA256.pdf" and the empty message of the CAVP short vectors). */
static void sha256_gives_the_published_digests(void **state)
{
    (void)state;
    wc_slice abc = wc_slice_of("abc", 3);
    assert_sha256(&abc, 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_sha256(NULL, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    wc_slice long_text =
        wc_slice_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56);
    assert_sha256(&long_text, 1,
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void sha256_takes_a_message_in_parts(void **state)
{
    (void)state;
    wc_slice parts[] = {wc_slice_of("a", 1), wc_slice_of(NULL, 0), wc_slice_of("bc", 2)};
    assert_sha256(parts, 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* One million 'a' (FIPS 180-4, third example), given in uneven parts. */
static void sha256_of_a_million_letters(void **state)
{
    (void)state;
    static char letters[100000];
    memset(letters, 'a', sizeof letters);
    wc_slice parts[11];
    for (size_t i = 0; i < 11; i++) parts[i] = wc_slice_of(letters, sizeof letters);
    parts[0].len = 1;
    parts[10].len = sizeof letters - 1;
    assert_sha256(parts, 11, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* xoshiro256** from the state 1, 2, 3, 4: the first outputs of the authors' code. */
static void the_generator_is_xoshiro256_star_star(void **state)
{
    (void)state;
    wc_prng prng = {{1, 2, 3, 4}};
    assert_true(wc_prng_next(&prng) == 11520);
    assert_true(wc_prng_next(&prng) == 0);
    assert_true(wc_prng_next(&prng) == 1509978240);
    assert_true(wc_prng_next(&prng) == 1215971899390074240);
}

static void the_same_seed_gives_the_same_numbers_below_the_bound(void **state)
{
    (void)state;
    wc_prng a;
    wc_prng b;
    wc_prng_init(&a, 42);
    wc_prng_init(&b, 42);
    bool seen[7] = {false};
    for (int i = 0; i < 1000; i++) {
        uint64_t value = wc_prng_below(&a, 7);
        assert_true(value == wc_prng_below(&b, 7));
        assert_true(value < 7);
        seen[value] = true;
    }
    for (int i = 0; i < 7; i++) assert_true(seen[i]);
}

static void a_golden_file_is_rewritten_on_demand_and_then_matches(void **state)
{
    (void)state;
    char path[] = "/tmp/wattclause-golden-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(close(file), 0);
    wc_slice text = wc_slice_of("第一行\nsecond line\n", 22);
    const char *before = getenv("WATTCLAUSE_GOLDEN");
    assert_int_equal(setenv("WATTCLAUSE_GOLDEN", "rewrite", 1), 0);
    wc_golden_check(path, text);
    assert_int_equal(unsetenv("WATTCLAUSE_GOLDEN"), 0);
    wc_golden_check(path, text);
    wc_slice stored = wc_test_read_file(path);
    assert_true(wc_slice_equal(stored, text));
    assert_int_equal(stored.data[stored.len], 0);
    free((void *)(uintptr_t)stored.data);
    assert_int_equal(remove(path), 0);
    if (before != NULL) assert_int_equal(setenv("WATTCLAUSE_GOLDEN", before, 1), 0);
}

/* Computed by a second program: which of two drawings comes first is part of the algorithm, so that
 * a seed means the same whatever the compiler does with the order of operands. */
static void the_numbers_of_a_seed_are_the_same_in_every_build(void **state)
{
    (void)state;
    static const int64_t expected[] = {49298687251390,
                                       1048575,
                                       -2,
                                       102999885891833,
                                       4066026759658296,
                                       -14,
                                       -179753,
                                       34359738368,
                                       -5318525326790322,
                                       140737488355328,
                                       58,
                                       -16};
    wc_prng prng;
    wc_prng_init(&prng, 7);
    for (size_t i = 0; i < WC_ARRAY_LEN(expected); i++) {
        assert_true(wc_prng_i64(&prng) == expected[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_numbers_of_a_seed_are_the_same_in_every_build),
        cmocka_unit_test(sha256_gives_the_published_digests),
        cmocka_unit_test(sha256_takes_a_message_in_parts),
        cmocka_unit_test(sha256_of_a_million_letters),
        cmocka_unit_test(the_generator_is_xoshiro256_star_star),
        cmocka_unit_test(the_same_seed_gives_the_same_numbers_below_the_bound),
        cmocka_unit_test(a_golden_file_is_rewritten_on_demand_and_then_matches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
