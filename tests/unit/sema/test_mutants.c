/* Programs in which words were exchanged: most no longer make sense, some still do. Whatever has
 * become of one, the compiler ends with the same report twice; what the checker accepts, code
 * generation and the verifier accept, too (both assert). And memory may run out anywhere. */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "tests/support/golden.h"
#include "tests/support/prng.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"

#define ROUNDS    600u
#define EDITS_MAX 3u
#define TEXT_MAX  65536u
#define WORDS_MAX 8192u
#define MEMORY    ((size_t)128 << 20)

static const char *const sources[] = {
    "samples_fixed/1_ppa.clause",       "samples_fixed/2_cfd.clause",
    "samples_fixed/3_auction.clause",   "samples_fixed/4_ancillary.clause",
    "samples_fixed/5_bank.clause",      "samples_fixed/6_vpp.clause",
    "../../stdlib/market_test.clause",  "../../stdlib/flex_test.clause",
    "../../contracts/spot/spot.clause", "../../contracts/bank/split.clause",
};

typedef struct word {
    uint32_t at, len;
} word;

typedef struct text {
    char bytes[TEXT_MAX];
    size_t len;
    word words[WORDS_MAX];
    uint32_t word_count;
} text;

static void *memory;

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void find_words(text *t)
{
    t->word_count = 0;
    for (uint32_t at = 0; at < t->len && t->word_count < WORDS_MAX;) {
        uint32_t end = at;
        while (end < t->len && is_word_byte(t->bytes[end])) end++;
        if (end > at) t->words[t->word_count++] = (word){at, end - at};
        at = end + 1;
    }
}

static void load(text *t, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/%s", WC_TEST_DATA, name);
    wc_slice bytes = wc_test_read_file(path);
    assert_true(bytes.len < TEXT_MAX / 2);
    memcpy(t->bytes, bytes.data, bytes.len);
    t->len = bytes.len;

    union {
        const uint8_t *from;
        void *to;
    } data = {.from = bytes.data};

    free(data.to);
}

/* Puts a word of the text in the place of another. */
static void exchange(text *t, wc_prng *prng)
{
    find_words(t);
    word to = t->words[wc_prng_below(prng, t->word_count)];
    word from = t->words[wc_prng_below(prng, t->word_count)];
    char copy[256];
    if (from.len > sizeof(copy) || t->len - to.len + from.len > TEXT_MAX) return;
    memcpy(copy, t->bytes + from.at, from.len);
    memmove(t->bytes + to.at + from.len, t->bytes + to.at + to.len, t->len - to.at - to.len);
    memcpy(t->bytes + to.at, copy, from.len);
    t->len = t->len - to.len + from.len;
}

/* The report, in memory from malloc. */
static char *report_of(const text *t, uint64_t fail_after, bool check_only, wc_status *status)
{
    wc_arena arena;
    wc_arena_init(&arena, memory, MEMORY);
    arena.fail_after = fail_after;
    const wc_compile_options options = {
        .arena = &arena, .hash = wc_test_sha256, .check_only = check_only};
    wc_compilation *compilation = NULL;
    *status = wc_compile(&options, WC_STR("demo.clause"), (wc_str){t->bytes, t->len}, &compilation);
    size_t size = (size_t)1 << 18;
    char *report = malloc(size);
    assert_non_null(report);
    wc_buf buf;
    wc_buf_init(&buf, report, size - 1);
    if (*status == WC_OK) {
        wc_diags_render(&compilation->diags, &buf, WC_DIAG_SHORT, false);
        wc_diags_render(&compilation->diags, &buf, WC_DIAG_HUMAN, false);
    }
    report[buf.len] = 0;
    return report;
}

static void exchanged_words_never_break_the_compiler(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 20260801);
    static text original;
    static text mutant;
    unsigned accepted = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        load(&original, sources[round % WC_ARRAY_LEN(sources)]);
        mutant = original;
        uint64_t edits = 1 + wc_prng_below(&prng, EDITS_MAX);
        for (uint64_t i = 0; i < edits; i++) exchange(&mutant, &prng);
        wc_status first_status;
        wc_status second_status;
        char *first = report_of(&mutant, UINT64_MAX, false, &first_status);
        char *second = report_of(&mutant, UINT64_MAX, false, &second_status);
        assert_status(first_status, WC_OK);
        assert_status(second_status, WC_OK);
        assert_string_equal(first, second);
        accepted += first[0] == 0;
        free(first);
        free(second);
    }
    print_message("%u of %u mutants compile without a word\n", accepted, ROUNDS);
    assert_true(accepted > 0);
}

/* Parser, checker and emitter. Not every single allocation, but each region of them: steps of a
 * prime. */
static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    static text t;
    for (size_t i = 0; i < 6; i++) {
        load(&t, sources[i]);
        wc_status status = WC_NO_MEMORY;
        uint64_t limit = 0;
        for (; status == WC_NO_MEMORY; limit += 7) {
            char *report = report_of(&t, limit, false, &status);
            free(report);
        }
        assert_status(status, WC_OK);
        assert_true(limit > 300);
    }
}

static int open_memory(void **state)
{
    (void)state;
    memory = aligned_alloc(16, MEMORY);
    return memory == NULL ? -1 : 0;
}

static int close_memory(void **state)
{
    (void)state;
    free(memory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exchanged_words_never_break_the_compiler),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}
