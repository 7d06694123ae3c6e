/* Generated Clause programs, run by the machine and by the reference interpreter.
 *
 * usage: fuzz_clause [COUNT [SEED]]       COUNT programs, seeds from SEED on
 *        fuzz_clause FILE [SEED [NEXT]]   one program with the calls of that seed, and with the
 *                                         next version of its first contract
 *        fuzz_clause --show SEED [next]   prints the program of that seed, as it compiles, or the
 *                                         one of the next version
 *
 * A program on which they disagree is made small by leaving out what does not matter, and written
 * to clause-SEED.clause, its next version to clause-SEED-next.clause. Exit code 4: there was one;
 * 2: the arguments; 1: a program that does not compile or is none of two such contracts; 3: a file
 * that cannot be read. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/gen_clause.h"
#include "tests/fuzz/oracle.h"

#define RETRIES    200
#define ERRORS_MAX 5u

typedef struct run {
    oracle o;
    wc_gen_program program, next;
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
    wc_str next = {r->next.text, r->program.has_next ? r->next.len : 0};
    return oracle_run(&r->o, (wc_str){r->program.text, r->program.len}, next, r->seed);
}

static oracle_verdict try_program(run *r)
{
    wc_gen_clause(&r->program, r->seed, r->is_left_out, false);
    wc_gen_clause(&r->next, r->seed, r->is_left_out, true);
    if (setjmp(on_failure) != 0) return ORACLE_DIFFER;
    return run_program(r);
}

/* Leaves out the chunk in which the first error lies, until the program compiles. */
static oracle_verdict try_until_compiled(run *r)
{
    oracle_verdict verdict = try_program(r);
    for (int i = 0; i < RETRIES && verdict == ORACLE_REFUSED; i++) {
        const wc_gen_program *text = r->o.is_error_in_next ? &r->next : &r->program;
        uint16_t chunk = wc_gen_chunk_at(text, r->o.error_at);
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

static void write_program(const char *path, const wc_gen_program *program)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) return;
    fwrite(program->text, 1, program->len, file);
    fclose(file);
}

static void report(run *r)
{
    char path[64], next[64] = "";
    unsigned long long seed = r->seed;
    fprintf(stderr, "seed %llu: %s\n", seed, r->o.text);
    minimise(r);
    snprintf(path, sizeof path, "clause-%llu.clause", seed);
    write_program(path, &r->program);
    if (r->program.has_next) {
        snprintf(next, sizeof next, "clause-%llu-next.clause", seed);
        write_program(next, &r->next);
    }
    fprintf(stderr, "  smaller: %s\n  written; repeat: fuzz_clause %s %llu %s\n", r->o.text, path,
            seed, next);
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
    printf("%llu programs (%llu of two contracts, %llu upgrades, %llu time-outs), %llu statements "
           "left out, %llu given up; %llu calls: %llu ok, %llu "
           "errors, %llu built-in, %llu traps, %llu limits; %u disagreements\n",
           (unsigned long long)c->programs, (unsigned long long)c->worlds,
           (unsigned long long)c->upgrades, (unsigned long long)c->timeouts,
           (unsigned long long)fuzz.dropped, (unsigned long long)fuzz.given_up,
           (unsigned long long)c->calls, (unsigned long long)c->ok, (unsigned long long)c->errors,
           (unsigned long long)c->builtins, (unsigned long long)c->traps,
           (unsigned long long)c->limits, found);
    return found == 0 ? 0 : 4;
}

/* False after a message. */
static bool read_program(const char *path, wc_gen_program *program)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return false;
    }
    program->len = fread(program->text, 1, sizeof program->text, file);
    bool is_whole = program->len < sizeof program->text && ferror(file) == 0;
    fclose(file);
    if (!is_whole) {
        fprintf(stderr, "%s: more than %u bytes, or not a file\n", path, WC_GEN_TEXT_MAX - 1);
    }
    return is_whole;
}

/* next: NULL, the program has no next version. */
static int run_file(const char *path, uint64_t seed, const char *next)
{
    if (!read_program(path, &fuzz.program)) return 3;
    if (next != NULL && !read_program(next, &fuzz.next)) return 3;
    fuzz.program.has_next = next != NULL;
    fuzz.seed = seed;
    oracle_verdict verdict = setjmp(on_failure) != 0 ? ORACLE_DIFFER : run_program(&fuzz);
    if (verdict == ORACLE_AGREE) printf("%s: both agree\n", path);
    if (verdict == ORACLE_AGREE) return 0;
    const char *where = verdict == ORACLE_REFUSED && fuzz.o.is_error_in_next ? next : path;
    fprintf(stderr, "%s: %s\n", where, verdict == ORACLE_REFUSED ? fuzz.o.error : fuzz.o.text);
    return verdict == ORACLE_REFUSED ? 1 : 4;
}

static int show(uint64_t seed, bool wants_next)
{
    fuzz.seed = seed;
    oracle_verdict verdict = try_until_compiled(&fuzz);
    const wc_gen_program *program = wants_next ? &fuzz.next : &fuzz.program;
    if (!wants_next || fuzz.program.has_next) fwrite(program->text, 1, program->len, stdout);
    return verdict == ORACLE_AGREE ? 0 : 4;
}

static int run_what(const char *what, uint64_t seed, const char *third)
{
    char *end = NULL;
    uint64_t count = strtoull(what, &end, 10);
    if (strcmp(what, "--show") == 0) return show(seed, third != NULL);
    return *end == '\0' ? run_many(count, seed) : run_file(what, seed, third);
}

int main(int argc, char **argv)
{
    char *end = NULL;
    uint64_t seed = argc > 2 ? strtoull(argv[2], &end, 10) : 1;
    if (argc > 4 || (argc > 2 && (*end != '\0' || end == argv[2]))) {
        fprintf(stderr, "usage: fuzz_clause [COUNT [SEED]] | FILE [SEED [NEXT]] | --show SEED\n");
        return 2;
    }
    wc_assert_set_handler(on_assert);
    oracle_open(&fuzz.o);
    int code = run_what(argc > 1 ? argv[1] : "300", seed, argc > 3 ? argv[3] : NULL);
    oracle_close(&fuzz.o);
    return code;
}
