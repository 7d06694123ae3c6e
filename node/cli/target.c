/* See target.h. */
#include "node/cli/target.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "node/cli/previous.h"
#include "node/crypto/crypto.h"
#include "node/runner/property.h"
#include "node/runner/trace.h"

#define RUN_ARENA  WC_DBG_RUN_BYTES
#define OWN_TITLE  "run"
#define TITLES_MAX 20u
#define FOUND_MAX  160u
#define TEXT_MAX   ((size_t)1 << 20) /* bytes of a source */

static wc_exit say(wc_buf *message, wc_exit code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static wc_exit say(wc_buf *message, wc_exit code, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (length > 0) {
        size_t len = (size_t)length < sizeof(text) ? (size_t)length : sizeof(text) - 1;
        wc_buf_put(message, text, len);
    }
    return code;
}

/* ---- compiling ---------------------------------------------------------------------------------
 */

static wc_exit compile(wc_cli_target *target, const wc_cli_wish *wish, wc_str text, wc_buf *message)
{
    const wc_cli *cli = target->cli;
    wc_cli_loaded_module previous;
    char folder[4096] = "";
    const char *slash = strrchr(wish->path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - wish->path) + 1;
    if (length >= sizeof(folder)) return say(message, WC_EXIT_USAGE, "the path is too long");
    memcpy(folder, wish->path, length);
    wc_exit code = wc_cli_previous(cli, target->arena, &previous);
    if (code != WC_EXIT_DONE) return code;
    const wc_cli_text source = {
        .folder = folder, .name = wc_str_of(wish->path), .text = text, .previous = previous.module};
    code = wc_cli_compile_text(cli, &source, target->arena, &target->compilation);
    if (code != WC_EXIT_DONE) return code;
    const wc_compilation *made = target->compilation;
    if (made->has_failed) {
        wc_diags_render(&made->diags, message, WC_DIAG_HUMAN, false);
        return WC_EXIT_FAILS;
    }
    for (uint16_t i = 0; i < made->contract_count && previous.module != NULL; i++) {
        bool is_it = made->contracts[i].is_own &&
                     wc_str_equal(made->contracts[i].name, previous.module->strings[0]);
        if (!is_it) continue;
        target->job.previous = previous.bytes;
        target->job.previous_of = i;
    }
    return WC_EXIT_DONE;
}

/* ---- choosing the test -------------------------------------------------------------------------
 */

static bool contains(wc_str text, wc_str part)
{
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (memcmp(text.data + i, part.data, part.len) == 0) return true;
    }
    return false;
}

static bool is_meant(const wc_cli_wish *wish, const wc_compiled_test *test)
{
    return wish->property == NULL || test->param_count > 0;
}

static const char *title_of(const wc_cli_wish *wish)
{
    return wish->property != NULL ? wish->property : wish->test;
}

static void list_tests(const wc_compilation *made, const wc_cli_wish *wish, const char *part,
                       wc_buf *message)
{
    uint32_t listed = 0;
    for (uint32_t i = 0; i < made->test_count; i++) {
        wc_str title = made->tests[i].title;
        if (!is_meant(wish, &made->tests[i])) continue;
        if (part != NULL && !contains(title, wc_str_of(part))) continue;
        if (listed++ == TITLES_MAX) {
            wc_buf_put_text(message, "\n  ...");
            return;
        }
        wc_buf_put_text(message,
                        made->tests[i].param_count > 0 ? "\n  --property \"" : "\n  --test \"");
        wc_buf_put(message, title.data, title.len);
        wc_buf_put_text(message, "\"");
    }
}

/* The whole title wins over parts of others. */
static wc_exit choose(const wc_cli_target *target, const wc_cli_wish *wish,
                      const wc_compiled_test **chosen, wc_buf *message)
{
    const wc_compilation *made = target->compilation;
    const char *title = title_of(wish), *kind = wish->property != NULL ? "property" : "test";
    uint32_t count = 0;
    *chosen = NULL;
    for (uint32_t i = 0; i < made->test_count; i++) {
        const wc_compiled_test *test = &made->tests[i];
        if (!is_meant(wish, test)) continue;
        if (title != NULL && wc_str_equal(test->title, wc_str_of(title))) {
            *chosen = test;
            return WC_EXIT_DONE;
        }
        if (title != NULL && !contains(test->title, wc_str_of(title))) continue;
        *chosen = test;
        count++;
    }
    if (count == 1) return WC_EXIT_DONE;
    if (made->test_count == 0) {
        return say(message, WC_EXIT_USAGE,
                   "%s has no test: write one, or give the statements with --do 'let c = ...'",
                   wish->path);
    }
    if (count == 0) {
        (void)say(message, WC_EXIT_USAGE, "no %s of %s is called `%s`; there are", kind, wish->path,
                  title);
        list_tests(made, wish, NULL, message);
        return WC_EXIT_USAGE;
    }
    (void)say(message, WC_EXIT_USAGE, "which %s of %s?", kind, wish->path);
    list_tests(made, wish, title, message);
    return WC_EXIT_USAGE;
}

/* ---- adding statements -------------------------------------------------------------------------
 */

static uint32_t line_at(wc_str text, size_t offset)
{
    uint32_t line = 1;
    for (size_t i = 0; i < offset && i < text.len; i++) line += text.data[i] == '\n';
    return line;
}

typedef struct insertion {
    size_t at; /* byte of the text */
    const char *open, *close;
} insertion;

/* The text with the statements at a place, on lines of their own. */
static wc_exit add_statements(wc_cli_target *target, const char *statements, wc_str text,
                              const insertion *place, wc_str *edited, wc_buf *message)
{
    size_t added = strlen(statements), size = text.len + added + 256;
    void *memory = wc_arena_alloc(target->arena, size, 1);
    wc_buf buf;
    if (memory == NULL) return say(message, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf_init(&buf, memory, size - 1); /* a NUL stays behind */
    wc_buf_put(&buf, text.data, place->at);
    wc_buf_put_text(&buf, place->open);
    target->from_line = line_at((wc_str){(const char *)buf.data, buf.len}, buf.len);
    wc_buf_put_text(&buf, "    ");
    wc_buf_put_text(&buf, statements);
    bool is_ended = added > 0 && (statements[added - 1] == ';' || statements[added - 1] == '}');
    wc_buf_put_text(&buf, is_ended ? "\n" : ";\n");
    wc_buf_put_text(&buf, place->close);
    wc_buf_put(&buf, text.data + place->at, text.len - place->at);
    *edited = (wc_str){(const char *)buf.data, buf.len};
    return WC_EXIT_DONE;
}

/* ---- opening -----------------------------------------------------------------------------------
 */

static wc_exit fill(wc_cli_target *target, const wc_compiled_test *test, wc_buf *message)
{
    const wc_compilation *made = target->compilation;
    wc_arena *run = wc_cli_arena(RUN_ARENA);
    wc_slice *modules = WC_ARENA_ARRAY(target->arena, wc_slice, (size_t)made->contract_count + 1);
    wc_slice *files = WC_ARENA_ARRAY(target->arena, wc_slice, (size_t)made->contract_count + 1);
    wc_dbg_source *sources =
        WC_ARENA_ARRAY(target->arena, wc_dbg_source, (size_t)made->sources.count + 1);
    if (run == NULL || modules == NULL || files == NULL || sources == NULL) {
        return say(message, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    for (uint16_t i = 0; i < made->contract_count; i++) {
        modules[i] = made->contracts[i].module;
        files[i] = made->contracts[i].file;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < made->sources.count; i++) {
        const wc_source *source = made->sources.items[i];
        if (!source->has_origin) sources[count++] = (wc_dbg_source){source->name, source->text};
    }
    target->job.arena = run;
    target->job.image = made->test_image;
    target->job.image_file = made->test_file;
    target->job.contracts = modules;
    target->job.contract_count = made->contract_count;
    target->target = (wc_dbg_target){.job = &target->job,
                                     .files = files,
                                     .sources = sources,
                                     .source_count = count,
                                     .test = {.number = test->number,
                                              .parties = test->parties,
                                              .party_count = test->party_count},
                                     .title = test->title};
    return WC_EXIT_DONE;
}

/* The case of a property that is debugged: what `wattclause test` reports for the same seed. */
static wc_exit find_case(wc_cli_target *target, const wc_cli_wish *wish, wc_buf *message)
{
    wc_property_result result;
    wc_slice given = wc_slice_of(NULL, 0);
    char *found = wc_arena_alloc(target->arena, FOUND_MAX, 1);
    size_t mark = wc_arena_mark(target->job.arena);
    wc_runner_test *test = &target->target.test;
    wc_status status = found == NULL
                           ? WC_NO_MEMORY
                           : wc_property_run(&target->job, test, wish->seed, wish->runs, &result);
    bool has_failed = status == WC_OK && !result.last.has_passed;
    if (has_failed) given = result.given;
    if (status == WC_OK && !has_failed) {
        status = wc_property_values(&target->job, test, wish->seed, 0, &given);
    }
    uint8_t *copy = status == WC_OK ? wc_arena_alloc(target->arena, given.len + 1, 1) : NULL;
    if (copy == NULL) {
        return say(message, WC_EXIT_ENVIRONMENT, "%s",
                   wc_status_text(status == WC_OK ? WC_NO_MEMORY : status));
    }
    if (given.len > 0) memcpy(copy, given.data, given.len);
    test->given = wc_slice_of(copy, given.len);
    wc_arena_rewind(target->job.arena, mark);
    unsigned long long seed = (unsigned long long)wish->seed;
    int length = has_failed ? snprintf(found, FOUND_MAX,
                                       "run %u of --seed %llu fails; this is its smallest case",
                                       result.runs, seed)
                            : snprintf(found, FOUND_MAX,
                                       "no case of %u runs of --seed %llu fails; this is the first",
                                       wish->runs, seed);
    wc_assert(length > 0 && (size_t)length < FOUND_MAX);
    target->found = (wc_str){found, (size_t)length};
    return WC_EXIT_DONE;
}

static wc_exit open_test(wc_cli_target *target, const wc_cli_wish *wish, wc_str text,
                         wc_buf *message)
{
    const wc_compiled_test *test;
    wc_exit code = compile(target, wish, text, message);
    if (code == WC_EXIT_DONE) code = choose(target, wish, &test, message);
    if (code != WC_EXIT_DONE) return code;
    if (wish->property != NULL) {
        code = fill(target, test, message);
        return code == WC_EXIT_DONE ? find_case(target, wish, message) : code;
    }
    if (test->param_count > 0) {
        return say(message, WC_EXIT_USAGE,
                   "\"%.*s\" is a property: it has no values of its own. `wattclause debug "
                   "--property` finds "
                   "a case; `wattclause test` writes a failing one as a test",
                   WC_STR_ARG(test->title));
    }
    if (wish->added != NULL) {
        wc_str edited;
        const insertion place = {test->span.end - 1, "\n", ""};
        code = add_statements(target, wish->added, text, &place, &edited, message);
        if (code == WC_EXIT_DONE) code = compile(target, wish, edited, message);
        if (code != WC_EXIT_DONE) return code;
        code = choose(target, wish, &test, message);
    }
    return code == WC_EXIT_DONE ? fill(target, test, message) : code;
}

static wc_exit open_statements(wc_cli_target *target, const wc_cli_wish *wish, wc_str text,
                               wc_buf *message)
{
    wc_str edited;
    wc_cli_wish own = *wish;
    own.test = OWN_TITLE;
    const insertion place = {text.len, "\ntest \"" OWN_TITLE "\" {\n", "}\n"};
    wc_exit code = add_statements(target, wish->added, text, &place, &edited, message);
    if (code == WC_EXIT_DONE) code = compile(target, &own, edited, message);
    if (code != WC_EXIT_DONE) return code;
    const wc_compilation *made = target->compilation;
    return fill(target, &made->tests[made->test_count - 1], message);
}

wc_exit wc_cli_target_open(wc_cli_target *target, const wc_cli *cli, const wc_cli_wish *wish,
                           wc_buf *message)
{
    wc_slice bytes;
    *target = (wc_cli_target){.cli = cli, .arena = wc_cli_arena(WC_COMPILE_ARENA * 2)};
    if (target->arena == NULL) return say(message, WC_EXIT_ENVIRONMENT, "out of memory");
    if (!wc_cli_read_head(cli, wish->path, TEXT_MAX + 1, target->arena, &bytes)) {
        return WC_EXIT_ENVIRONMENT; /* and said why */
    }
    wc_str text = {(const char *)bytes.data, bytes.len};
    bool is_alone = wish->added != NULL && wish->test == NULL;
    wc_exit code = is_alone ? open_statements(target, wish, text, message)
                            : open_test(target, wish, text, message);
    return code;
}

wc_status wc_cli_target_explain(const wc_cli_target *target, wc_runner_result *result)
{
    wc_runner_job job = target->job;
    wc_buf dropped;
    uint8_t *memory = WC_ARENA_ARRAY(target->arena, uint8_t, WC_TRACE_BYTES);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&dropped, memory, WC_TRACE_BYTES);
    job.trace = &dropped;
    uint64_t gas = result->gas;
    uint32_t calls = result->calls;
    WC_TRY(wc_runner_trace(&job, &target->target.test, result));
    wc_assert(result->gas == gas && result->calls == calls);
    return WC_OK;
}
