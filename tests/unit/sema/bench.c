/* See bench.h. */
#include "tests/unit/sema/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/expand/expand.h"
#include "compiler/lint/lint.h"
#include "tests/support/golden.h"
#include "tests/support/sha256.h"

#define MEMORY ((size_t)256 << 20)
#define TEXT   ((size_t)1 << 20)

/* A subset of the ledger's roles is enough here. */
static const wc_str roles[] = {{"GridOperator", 12},   {"MeterOperator", 13},
                               {"MarketOperator", 14}, {"SettlementBank", 14},
                               {"SystemOperator", 14}, {"CalculationAgent", 16}};

void bench_open(bench *b)
{
    *b = (bench){.memory = aligned_alloc(16, MEMORY), .text = malloc(TEXT)};
    assert_non_null(b->memory);
    assert_non_null(b->text);
    b->roots[0] = WC_TEST_DATA "/../../stdlib";
}

void bench_close(bench *b)
{
    free(b->memory);
    free(b->text);
}

/* "a.b" as root/a/b.clause; false when there is no such file. */
static bool module_path(const char *root, wc_str path, char *file, size_t size)
{
    if (root == NULL) return false;
    int len = snprintf(file, size, "%s/%.*s.clause", root, (int)path.len, path.data);
    assert_true(len > 0 && (size_t)len < size);
    size_t first = strlen(root);
    for (size_t i = first; i < first + 1 + path.len; i++) {
        if (file[i] == '.') file[i] = '/';
    }
    FILE *probe = fopen(file, "rb");
    if (probe == NULL) return false;
    (void)fclose(probe);
    return true;
}

static const wc_ast_file *find(void *self, wc_str path);

static const wc_ast_file *parse(bench *b, const wc_source *source)
{
    wc_ast_file *file = NULL;
    uint32_t errors = b->diags.error_count;
    b->status = wc_parse(&b->arena, &b->diags, source, &file);
    if (b->status != WC_OK || b->diags.error_count != errors) return NULL;
    const wc_expand_job job = {
        .arena = &b->arena, .diags = &b->diags, .sources = b->sources, .find = find, .self = b};
    b->status = wc_expand(&job, file);
    return b->status == WC_OK && b->diags.error_count == errors ? file : NULL;
}

static const wc_ast_file *find(void *self, wc_str path)
{
    bench *b = self;
    char name[512];
    wc_str rest = path;
    bool is_std = path.len > 4 && memcmp(path.data, "std.", 4) == 0;
    if (is_std) rest = (wc_str){path.data + 4, path.len - 4};
    if (!module_path(b->roots[is_std ? 0 : 1], rest, name, sizeof(name))) return NULL;
    wc_slice bytes = wc_test_read_file(name);
    const wc_source *source = NULL;
    b->status =
        wc_sources_add(b->sources, path, (wc_str){(const char *)bytes.data, bytes.len}, &source);

    union {
        const uint8_t *from;
        void *to;
    } data = {.from = bytes.data};

    free(data.to);
    static const wc_ast_file broken = {.has_errors = true};
    const wc_ast_file *file = b->status == WC_OK ? parse(b, source) : NULL;
    return file != NULL ? file : &broken;
}

#define NEXT "// ---- the next version ----\n"

/* Of two texts the first one's only contract is the version before. */
static const wc_module *compile_previous(bench *b, wc_str *text)
{
    const size_t mark = strlen(NEXT);
    size_t at = 0;
    while (at + mark <= text->len && memcmp(text->data + at, NEXT, mark) != 0) at++;
    if (at + mark > text->len) return NULL;
    wc_str first = {text->data, at};
    *text = (wc_str){text->data + at + mark, text->len - at - mark};
    wc_compile_options options = {.arena = &b->arena, .hash = wc_test_sha256, .no_tests = true};
    wc_compilation *compilation;
    wc_module *module;
    size_t bad;
    assert_status(wc_compile(&options, WC_STR("before.clause"), first, &compilation), WC_OK);
    assert_false(compilation->has_failed);
    wc_slice bytes = compilation->contracts[0].module;
    assert_status(wc_module_decode(bytes, &b->arena, &module, &bad), WC_OK);
    return module;
}

void bench_check(bench *b, wc_str text)
{
    wc_arena_init(&b->arena, b->memory, MEMORY);
    b->sources = WC_ARENA_NEW(&b->arena, wc_sources);
    wc_sources_init(b->sources, &b->arena);
    wc_diags_init(&b->diags, &b->arena, b->sources);
    b->program = NULL;
    const wc_module *previous = compile_previous(b, &text);
    const wc_source *source = NULL;
    assert_status(wc_sources_add(b->sources, WC_STR("demo.clause"), text, &source), WC_OK);
    const wc_ast_file *file = parse(b, source);
    assert_status(b->status, WC_OK);
    if (file == NULL) {
        if (b->lints) wc_lint(&b->diags, source, NULL);
        return;
    }
    const wc_sema_job job = {.arena = &b->arena,
                             .diags = &b->diags,
                             .modules = {.self = b, .find = find},
                             .roles = roles,
                             .role_count = WC_ARRAY_LEN(roles),
                             .traps = b->traps,
                             .explains_states = b->explains_states,
                             .previous = previous};
    assert_status(wc_sema_check(&job, file, &b->program), WC_OK);
    assert_true((b->program == NULL) == (b->diags.error_count > 0));
    if (b->lints) wc_lint(&b->diags, source, b->program);
}

const char *bench_report(bench *b, const char *text)
{
    bench_check(b, wc_str_of(text));
    wc_buf buf;
    wc_buf_init(&buf, b->text, TEXT - 1);
    for (const wc_diag *diag = b->diags.first; diag != NULL; diag = diag->next) {
        const wc_source *source = wc_sources_of(b->sources, diag->span);
        wc_place place = wc_source_place(source, diag->span.start);
        if (diag->code == WC_L0305 && place.line == 2) continue;
        wc_format(&buf, "{}:{} {} {}\n", place.line, place.column,
                  wc_diag_info_of(diag->code)->name, diag->message);
    }
    assert_status(wc_buf_status(&buf), WC_OK);
    b->text[buf.len] = 0;
    return b->text;
}

const char *bench_render(bench *b)
{
    wc_buf buf;
    wc_buf_init(&buf, b->text, TEXT - 1);
    wc_diags_render(&b->diags, &buf, WC_DIAG_HUMAN, false);
    assert_status(wc_buf_status(&buf), WC_OK);
    b->text[buf.len] = 0;
    return b->text;
}

void bench_expect(const char *text, const char *report)
{
    bench b;
    char whole[8192];
    int len = snprintf(whole, sizeof(whole), "module demo;\nuse std.energy;\n%s", text);
    assert_true(len > 0 && (size_t)len < sizeof(whole));
    bench_open(&b);
    assert_string_equal(bench_report(&b, whole), report);
    bench_close(&b);
}

const wc_sema_routine *bench_func(const bench *b, const char *name)
{
    assert_non_null(b->program);
    for (uint32_t i = 0; i < b->program->contract_count; i++) {
        const wc_sema_contract *contract = b->program->contracts[i];
        for (uint16_t j = 0; j < contract->func_count; j++) {
            if (wc_str_equal(contract->funcs[j]->name, wc_str_of(name))) return contract->funcs[j];
        }
    }
    for (uint32_t i = 0; i < b->program->test_count; i++) {
        const wc_sema_test *test = b->program->tests[i];
        for (uint16_t j = 0; j < test->func_count; j++) {
            if (wc_str_equal(test->funcs[j]->name, wc_str_of(name))) return test->funcs[j];
        }
    }
    fail_msg("there is no function %s", name);
    return NULL;
}
