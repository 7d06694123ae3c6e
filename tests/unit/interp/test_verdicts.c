/* Runs every test of the given Clause sources in the reference interpreter and on the ledger and
 * compares how they end: passed, or failed with the same failure in the same line. A property runs
 * with values that a printed seed decides (WATTCLAUSE_SEED repeats them).
 *
 * usage: test_verdicts [--previous OLD] FILE...   (from the root of the tree)
 *
 * --previous: the version before of the contract in the next file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/interp/interp.h"
#include "node/crypto/crypto.h"
#include "node/runner/make.h"
#include "node/runner/runner.h"
#include "tests/support/golden.h"
#include "vm/vm.h"

#define RUN_ARENA ((size_t)512 << 20)
#define CASES     25u /* of each property */

typedef struct tally {
    const char *previous; /* of the next file; NULL: none */
    uint32_t tests, passed, different;
    uint64_t seed; /* of the values of properties */
} tally;

static wc_arena make_arena(size_t size)
{
    wc_arena arena;
    void *memory = aligned_alloc(16, size);
    if (memory == NULL) abort();
    wc_arena_init(&arena, memory, size);
    return arena;
}

/* The file of a module in a folder, when it is there. */
static bool is_in(const char *folder, wc_str path, char *file, size_t size)
{
    int length = snprintf(file, size, "%s/%.*s.clause", folder, WC_STR_ARG(path));
    if (length < 0 || (size_t)length >= size) return false;
    for (size_t i = strlen(folder); i < strlen(folder) + 1 + path.len; i++) {
        if (file[i] == '.') file[i] = '/';
    }
    FILE *probe = fopen(file, "rb");
    if (probe == NULL) return false;
    fclose(probe);
    return true;
}

/* "spot.spot" is contracts/spot/spot.clause; the sources of the language have some of their own. */
static bool find(void *self, wc_str path, wc_str *name, wc_str *text)
{
    char file[512];
    wc_arena *arena = self;
    if (!is_in("contracts", path, file, sizeof file) &&
        !is_in("tests/data/language", path, file, sizeof file)) {
        return false;
    }
    wc_slice bytes = wc_test_read_file(file);
    *name = path;
    *text = wc_arena_str(arena, (wc_str){(const char *)bytes.data, bytes.len});
    free((void *)(uintptr_t)bytes.data);
    return text->data != NULL;
}

static const char *end_name(wc_interp_end end)
{
    static const char *const names[] = {"ok",   "an error", "a built-in error",
                                        "trap", "limit",    "a false claim"};
    return names[end];
}

/* The version before of the file's contract. */
typedef struct version {
    const wc_sema_program *program;
    wc_slice module;
    uint16_t of; /* contract of the file */
} version;

static version before;

/* modules: 256, filled here. */
static wc_runner_job job_of(const wc_compilation *compilation, wc_slice *modules, wc_arena *arena)
{
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        modules[i] = compilation->contracts[i].module;
    }
    return (wc_runner_job){.arena = arena,
                           .image = compilation->test_image,
                           .contracts = modules,
                           .contract_count = compilation->contract_count,
                           .previous = before.module,
                           .previous_of = before.of};
}

static wc_runner_result on_ledger(const wc_compilation *compilation, uint32_t number,
                                  wc_slice given, wc_arena *arena)
{
    wc_slice modules[256];
    wc_runner_job job = job_of(compilation, modules, arena);
    const wc_compiled_test *test = &compilation->tests[number];
    wc_runner_test one = {.number = test->number,
                          .parties = test->parties,
                          .party_count = test->party_count,
                          .given = given};
    wc_runner_result result;
    wc_status status = wc_runner_run(&job, &one, &result);
    if (status != WC_OK) snprintf(result.text, sizeof result.text, "%s", wc_status_text(status));
    return result;
}

static wc_interp_outcome interpreted(const wc_compilation *compilation, uint32_t number,
                                     wc_slice given, wc_arena *arena)
{
    const wc_compiled_test *test = &compilation->tests[number];
    wc_interp_options options = {.arena = arena,
                                 .program = compilation->program,
                                 .before = before.program,
                                 .parties = test->parties,
                                 .party_count = test->party_count > 0 ? test->party_count : 1};
    static const wc_str nobody = {"nobody", 6};
    if (test->party_count == 0) options.parties = &nobody;
    wc_interp *in = wc_interp_open(&options);
    wc_interp_outcome outcome = {.end = WC_INTERP_LIMIT};
    const wc_sema_test *tree = compilation->program->tests[number];
    if (in != NULL && test->param_count > 0) {
        wc_interp_property(in, tree, given, &outcome);
    } else if (in != NULL) {
        wc_interp_test(in, tree, &outcome);
    }
    return outcome;
}

/* One run each. given: of a property, outside the arena's free part; else empty. */
static void compare(const char *file, const wc_compilation *compilation, uint32_t number,
                    wc_slice given, wc_arena *arena, tally *all)
{
    size_t mark = wc_arena_mark(arena);
    wc_runner_result result = on_ledger(compilation, number, given, arena);
    wc_arena_rewind(arena, mark);
    wc_interp_outcome outcome = interpreted(compilation, number, given, arena);
    bool has_passed = outcome.end == WC_INTERP_OK;
    all->tests++;
    all->passed += has_passed && result.has_passed;
    if (has_passed != result.has_passed) {
        const wc_source *source = wc_sources_of(&compilation->sources, outcome.span);
        wc_place place = wc_source_place(source, outcome.span.start);
        all->different++;
        fprintf(stderr, "%s: \"%.*s\"\n  ledger: %s\n  interpreter: %s %u%s%.*s at line %u\n", file,
                WC_STR_ARG(compilation->tests[number].title),
                result.has_passed ? "passed" : result.text, end_name(outcome.end), outcome.code,
                outcome.error != NULL ? " " : "",
                outcome.error != NULL ? (int)outcome.error->name.len : 0,
                outcome.error != NULL ? outcome.error->name.data : "", place.line);
    }
    wc_arena_rewind(arena, mark);
}

/* A property, with values of its types [TE-7]. */
static void compare_cases(const char *file, const wc_compilation *compilation, uint32_t number,
                          wc_arena *arena, tally *all)
{
    static wc_draw draw;
    wc_slice modules[256];
    wc_image *image;
    size_t mark = wc_arena_mark(arena);
    wc_runner_job job = job_of(compilation, modules, arena);
    if (wc_runner_load(&job, &image) != WC_OK) abort();
    const wc_module *module = wc_image_module(image);
    uint16_t params = wc_runner_params(module, compilation->tests[number].number);
    wc_address somebody = wc_runner_party(0);
    wc_maker maker = {.draw = &draw,
                      .module = module,
                      .arena = arena,
                      .party_count = 1,
                      .parties = &somebody,
                      .now_s = WC_RUNNER_START_S};
    size_t size = module->types[params].encoded_max;
    uint8_t *memory = wc_arena_alloc(arena, size + 1, 1);
    if (memory == NULL) abort();
    for (uint32_t i = 0; i < CASES; i++) {
        wc_buf given;
        wc_buf_init(&given, memory, size);
        wc_draw_random(&draw, wc_draw_seed(all->seed, (uint64_t)number << 32 | i));
        if (wc_make_value(&maker, params, &given) != WC_OK || given.full) abort();
        compare(file, compilation, number, wc_buf_slice(&given), arena, all);
    }
    wc_arena_rewind(arena, mark);
}

/* The file with code; NULL after a message. previous: its module, or NULL. */
static wc_compilation *compile(const char *file, const wc_module *previous, wc_arena *arena)
{
    wc_slice bytes = wc_test_read_file(file);
    wc_str text = wc_arena_str(arena, (wc_str){(const char *)bytes.data, bytes.len});
    free((void *)(uintptr_t)bytes.data);
    if (text.data == NULL) abort();
    wc_compilation *compilation = NULL;
    static const wc_str roles[] = {
#define WC_ROLE(number, name, clause, text) {clause, sizeof(clause) - 1},
#include "node/ledger/roles.def"
#undef WC_ROLE
    };
    wc_compile_options options = {.arena = arena,
                                  .hash = wc_sha256,
                                  .find = find,
                                  .self = arena,
                                  .previous = previous,
                                  .roles = roles,
                                  .role_count = WC_ARRAY_LEN(roles)};
    wc_status status = wc_compile(&options, wc_str_of(file), text, &compilation);
    if (status != WC_OK || compilation->has_failed) {
        const wc_diag *diag = compilation->diags.first;
        while (diag != NULL && diag->severity != WC_SEVERITY_ERROR) diag = diag->next;
        fprintf(stderr, "%s does not compile: %.*s\n", file,
                diag == NULL ? 0 : (int)diag->message.len, diag == NULL ? "" : diag->message.data);
        compilation = NULL;
    }
    return compilation;
}

/* Compiles the version before; its first contract is the file's contract of that name. */
static const wc_module *load_previous(const char *file, wc_arena *arena)
{
    wc_module *module;
    wc_finding finding = {.function = WC_NONE};
    size_t bad;
    const wc_compilation *old = compile(file, NULL, arena);
    if (old == NULL || wc_module_decode(old->contracts[0].module, arena, &module, &bad) != WC_OK ||
        wc_module_verify(module, wc_sha256, arena, &finding) != WC_OK) {
        abort();
    }
    before = (version){.program = old->program, .module = old->contracts[0].module};
    return module;
}

static void compare_file(const char *file, tally *all)
{
    wc_arena arena = make_arena(WC_COMPILE_ARENA);
    wc_arena run = make_arena(RUN_ARENA);
    before = (version){.program = NULL};
    const wc_module *previous = all->previous != NULL ? load_previous(all->previous, &arena) : NULL;
    const wc_compilation *compilation = compile(file, previous, &arena);
    all->different += compilation == NULL;
    for (uint16_t i = 0; compilation != NULL && previous != NULL; i++) {
        before.of = i;
        if (wc_str_equal(compilation->contracts[i].name, previous->strings[0])) break;
    }
    for (uint32_t i = 0; compilation != NULL && i < compilation->test_count; i++) {
        if (compilation->tests[i].param_count > 0) {
            compare_cases(file, compilation, i, &run, all);
        } else {
            compare(file, compilation, i, wc_slice_of(NULL, 0), &run, all);
        }
    }
    all->previous = NULL;
    free(arena.base);
    free(run.base);
}

int main(int argc, char **argv)
{
    const char *given = getenv("WATTCLAUSE_SEED");
    tally all = {.seed = given != NULL ? strtoull(given, NULL, 0) : 20261130};
    printf("seed %llu\n", (unsigned long long)all.seed);
    for (int i = 1; i < argc; i++) {
        bool is_option = strcmp(argv[i], "--previous") == 0 && i + 1 < argc;
        if (is_option) {
            all.previous = argv[++i];
        } else {
            compare_file(argv[i], &all);
        }
    }
    printf("%u tests, %u passed in both, %u different\n", all.tests, all.passed, all.different);
    return all.tests > 0 && all.different == 0 ? 0 : 1;
}
