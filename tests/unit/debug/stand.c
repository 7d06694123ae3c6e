/* See stand.h. */
#include "tests/unit/debug/stand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/crypto/crypto.h"

#define ROOT       WC_TEST_DATA "/../../"
#define ARENA      ((size_t)1 << 30) /* touched only as far as it is used */
#define SOURCE_MAX ((size_t)1 << 20)

/* Every role that a contract may name. */
static const wc_str roles[] = {
#define WC_ROLE(number, name, clause, text) {clause, sizeof(clause) - 1},
#include "node/ledger/roles.def"
#undef WC_ROLE
};

static bool read_file(const char *path, wc_arena *arena, wc_str *text)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    char *memory = wc_arena_alloc(arena, SOURCE_MAX, 1);
    assert_non_null(memory);
    text->data = memory;
    text->len = fread(memory, 1, SOURCE_MAX - 1, file);
    assert_int_equal(fclose(file), 0);
    return true;
}

/* "spot.spot" among the standard contracts. */
static bool find(void *self, wc_str path, wc_str *name, wc_str *text)
{
    stand *s = self;
    char file[512];
    int length = snprintf(file, sizeof file, ROOT "contracts/%.*s.clause", WC_STR_ARG(path));
    assert_true(length > 0 && (size_t)length < sizeof file);
    for (char *at = file + sizeof(ROOT "contracts/") - 1; *at != '\0'; at++) {
        if (*at == '.' && strcmp(at, ".clause") != 0) *at = '/';
    }
    if (!read_file(file, &s->arena, text)) return false;
    *name = wc_arena_str(&s->arena, wc_str_of(file + sizeof(ROOT) - 1));
    return true;
}

static void fail_with(const stand *s)
{
    static char report[8192];
    wc_buf text;
    wc_buf_init(&text, report, sizeof report - 1);
    wc_diags_render(&s->made->diags, &text, WC_DIAG_SHORT, false);
    report[text.len] = '\0';
    fail_msg("%s", report);
}

/* Compiles into a stand whose memory is there. */
static void compile(stand *s, const char *name, wc_str text)
{
    const wc_compile_options options = {.arena = &s->arena,
                                        .hash = wc_sha256,
                                        .find = find,
                                        .self = s,
                                        .roles = roles,
                                        .role_count = WC_ARRAY_LEN(roles)};
    assert_status(wc_compile(&options, wc_str_of(name), text, &s->made), WC_OK);
    if (s->made->has_failed) fail_with(s);
    assert_in_range(s->made->contract_count, 1, WC_ARRAY_LEN(s->modules));
    for (uint16_t i = 0; i < s->made->contract_count; i++) {
        s->modules[i] = s->made->contracts[i].module;
        s->files[i] = s->made->contracts[i].file;
    }
    for (uint32_t i = 0; i < s->made->sources.count && i < WC_ARRAY_LEN(s->sources); i++) {
        const wc_source *source = s->made->sources.items[i];
        s->sources[i] = (wc_dbg_source){source->name, source->text};
    }
    s->job = (wc_runner_job){.arena = &s->run,
                             .image = s->made->test_image,
                             .image_file = s->made->test_file,
                             .contracts = s->modules,
                             .contract_count = s->made->contract_count};
}

static void prepare(stand *s)
{
    wc_arena *arenas[] = {&s->arena, &s->run, &s->views};
    memset(s, 0, sizeof *s);
    assert_status(wc_crypto_start(), WC_OK);
    for (size_t i = 0; i < WC_ARRAY_LEN(arenas); i++) {
        s->memory[i] = malloc(ARENA);
        assert_non_null(s->memory[i]);
        wc_arena_init(arenas[i], s->memory[i], ARENA);
    }
}

void stand_open(stand *s, const char *name, wc_str text)
{
    prepare(s);
    compile(s, name, text);
}

void stand_open_file(stand *s, const char *path)
{
    char whole[512];
    wc_str text;
    prepare(s);
    int length = snprintf(whole, sizeof whole, ROOT "%s", path);
    assert_true(length > 0 && (size_t)length < sizeof whole);
    if (!read_file(whole, &s->arena, &text)) fail_msg("%s cannot be read", whole);
    compile(s, path, text);
}

void stand_close(stand *s)
{
    for (size_t i = 0; i < 3; i++) free(s->memory[i]);
    memset(s, 0, sizeof *s);
}

wc_dbg_target stand_target(const stand *s, uint32_t number)
{
    const wc_compiled_test *test = &s->made->tests[number];
    return (wc_dbg_target){.job = &s->job,
                           .files = s->files,
                           .sources = s->sources,
                           .source_count = s->made->sources.count,
                           .test = {.number = test->number,
                                    .parties = test->parties,
                                    .party_count = test->party_count},
                           .title = test->title};
}

uint32_t stand_test(const stand *s, const char *title)
{
    for (uint32_t i = 0; i < s->made->test_count; i++) {
        if (wc_str_equal(s->made->tests[i].title, wc_str_of(title))) return i;
    }
    fail_msg("no test is called %s", title);
    return 0;
}
