/* Generated Clause programs, run by the machine and by the reference interpreter.
 *
 * usage: fuzz_clause [COUNT [SEED]]   COUNT programs, seeds from SEED on
 *        fuzz_clause FILE SEED        one program with the calls of that seed
 *        fuzz_clause --show SEED      prints the program of that seed, as it compiles
 *
 * A program on which they disagree is made small by leaving out what does not matter, and written
 * to clause-SEED.clause. Exit code 4: there was one. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/gen_clause.h"
#include "tests/fuzz/oracle.h"
#include "tests/support/golden.h"

#define RETRIES    200
#define ERRORS_MAX 5u

typedef struct run {
    oracle o;
    wc_gen_program program;
    bool is_left_out[WC_GEN_CHUNKS_MAX];
    uint64_t seed, dropped, given_up;
} run;

static run fuzz;
static jmp_buf on_failure; /* of an assertion: our own bug, found like a disagreement */

static void on_assert(const char *condition, const char *file, int line)
{
    snprintf(fuzz.o.text, sizeof fuzz.o.text, "%s:%d: `%s` does not hold", file, line, condition);
    longjmp(on_failure, 1);
}

static oracle_verdict run_program(run *r)
{
    return oracle_run(&r->o, (wc_str){r->program.text, r->program.len}, r->seed);
}

static oracle_verdict try_program(run *r)
{
    wc_gen_clause(&r->program, r->seed, r->is_left_out);
    if (setjmp(on_failure) != 0) return ORACLE_DIFFER;
    return run_program(r);
}

/* Leaves out the chunk in which the first error lies, until the program compiles. */
static oracle_verdict try_until_compiled(run *r)
{
    oracle_verdict verdict = try_program(r);
    for (int i = 0; i < RETRIES && verdict == ORACLE_REFUSED; i++) {
        uint16_t chunk = wc_gen_chunk_at(&r->program, r->o.error_at);
        if (getenv("WATTCLAUSE_REFUSALS") != NULL) printf("refused: %s\n", r->o.error);
        if (chunk == WC_GEN_CHUNKS_MAX || r->is_left_out[chunk]) break;
        r->is_left_out[chunk] = true;
        r->dropped++;
        verdict = try_program(r);
    }
    return verdict;
}

/* Leaves out one chunk after the other, outer ones first, while the two still disagree. */
static void minimise(run *r)
{
    for (bool has_changed = true; has_changed;) { /* ends: each round leaves more out */
        has_changed = false;
        for (uint16_t i = 0; i < r->program.chunk_count; i++) {
            if (r->is_left_out[i]) continue;
            r->is_left_out[i] = true;
            if (try_program(r) == ORACLE_DIFFER) {
                has_changed = true;
            } else {
                r->is_left_out[i] = false;
            }
        }
    }
    (void)try_program(r);
}

static void report(run *r)
{
    char path[64];
    fprintf(stderr, "seed %llu: %s\n", (unsigned long long)r->seed, r->o.text);
    minimise(r);
    snprintf(path, sizeof path, "clause-%llu.clause", (unsigned long long)r->seed);
    FILE *file = fopen(path, "wb");
    if (file != NULL) {
        fwrite(r->program.text, 1, r->program.len, file);
        fclose(file);
    }
    fprintf(stderr, "  smaller: %s\n  written to %s; repeat: fuzz_clause %s %llu\n", r->o.text,
            path, path, (unsigned long long)r->seed);
}

static int run_many(uint64_t count, uint64_t seed)
{
    uint32_t found = 0;
    fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
    for (uint64_t i = 0; i < count && found < ERRORS_MAX; i++) {
        fuzz.seed = seed + i;
        memset(fuzz.is_left_out, 0, sizeof fuzz.is_left_out);
        oracle_verdict verdict = try_until_compiled(&fuzz);
        fuzz.given_up += verdict == ORACLE_REFUSED;
        if (verdict != ORACLE_DIFFER) continue;
        found++;
        report(&fuzz);
    }
    const oracle_counts *c = &fuzz.o.counts;
    printf("%llu programs (%llu of two contracts, %llu time-outs), %llu statements left out, %llu "
           "given up; %llu calls: %llu ok, %llu "
           "errors, %llu built-in, %llu traps, %llu limits; %u disagreements\n",
           (unsigned long long)c->programs, (unsigned long long)c->worlds,
           (unsigned long long)c->timeouts, (unsigned long long)fuzz.dropped,
           (unsigned long long)fuzz.given_up, (unsigned long long)c->calls,
           (unsigned long long)c->ok, (unsigned long long)c->errors,
           (unsigned long long)c->builtins, (unsigned long long)c->traps,
           (unsigned long long)c->limits, found);
    return found == 0 ? 0 : 4;
}

static int run_file(const char *path, uint64_t seed)
{
    wc_slice text = wc_test_read_file(path);
    oracle_verdict verdict = oracle_run(&fuzz.o, (wc_str){(const char *)text.data, text.len}, seed);
    free((void *)(uintptr_t)text.data);
    if (verdict == ORACLE_AGREE) return 0;
    fprintf(stderr, "%s: %s\n", path, verdict == ORACLE_REFUSED ? fuzz.o.error : fuzz.o.text);
    return 4;
}

static int show(uint64_t seed)
{
    fuzz.seed = seed;
    oracle_verdict verdict = try_until_compiled(&fuzz);
    fwrite(fuzz.program.text, 1, fuzz.program.len, stdout);
    return verdict == ORACLE_AGREE ? 0 : 4;
}

static int run_what(const char *what, uint64_t seed)
{
    char *end = NULL;
    uint64_t count = strtoull(what, &end, 10);
    if (strcmp(what, "--show") == 0) return show(seed);
    return *end == '\0' ? run_many(count, seed) : run_file(what, seed);
}

int main(int argc, char **argv)
{
    wc_assert_set_handler(on_assert);
    oracle_open(&fuzz.o);
    int code = run_what(argc > 1 ? argv[1] : "300", argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
    oracle_close(&fuzz.o);
    return code;
}
