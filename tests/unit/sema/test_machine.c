/* Limits of the machine that a source can exceed although every rule of the language holds: each is
 * reported at its routine or contract, by what is too large, and never taken for a bug of ours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"

#define MEMORY   ((size_t)256 << 20)
#define TEXT_MAX ((size_t)2 << 20)

static void *memory;
static wc_arena arena;

typedef struct writer {
    char *text;
    size_t len;
} writer;

static void put(writer *w, const char *text)
{
    size_t len = strlen(text);
    assert_true(w->len + len < TEXT_MAX);
    memcpy(w->text + w->len, text, len + 1);
    w->len += len;
}

/* Every # of the line is the number. */
static void put_many(writer *w, unsigned count, const char *line)
{
    for (unsigned i = 0; i < count; i++) {
        for (const char *at = line; *at != 0; at++) {
            char one[16] = {*at, 0};
            if (*at == '#') (void)snprintf(one, sizeof one, "%u", i);
            put(w, one);
        }
    }
}

#define CONTRACT                                                                                   \
    "contract C {\n  parties { a : party; }\n  storage { n : int; }\n"                             \
    "  states { Open initial; Closed final; }\n"

#define REST                                                                                       \
    "  view n() -> int { return self.n; }\n"                                                       \
    "  action close() by a when Open -> Closed { goto Closed(); }\n}\n"

static void many_locals(writer *w, unsigned count)
{
    put(w, CONTRACT "  action go(x : int) by a when Open {\n");
    put_many(w, count, "    let v# = x + #;\n    self.n += v#;\n");
    put_many(w, count, "    self.n += v#;\n");
    put(w, "  }\n" REST);
}

static void many_arguments(writer *w, unsigned count)
{
    put(w, "func f(p : int");
    put_many(w, count, ", p# : int");
    put(w, ") -> int { return p; }\n" CONTRACT "  action go(x : int) by a when Open {\n");
    put(w, "    self.n = f(x");
    put_many(w, count, ", x");
    put(w, ");\n  }\n" REST);
}

static void many_functions(writer *w, unsigned count)
{
    for (char c = 'a'; c < 'i'; c++) {
        char line[80];
        (void)snprintf(line, sizeof line, "func f#%c(x : int) -> int { return x; }\n", c);
        put_many(w, count, line);
    }
    put(w, CONTRACT);
    put_many(w, count,
             "  action go#(x : int) by a when Open {\n"
             "    self.n = f#a(f#b(f#c(f#d(f#e(f#f(f#g(f#h(x))))))));\n  }\n");
    put(w, REST);
}

static void many_words(writer *w, unsigned count)
{
    put(w, CONTRACT);
    for (unsigned i = 0; i < 4; i++) {
        char head[80];
        (void)snprintf(head, sizeof head, "  action go%u(x : int) by a when Open {\n", i);
        put(w, head);
        put_many(w, count, "    self.n = x;\n");
        put(w, "  }\n");
    }
    put(w, REST);
}

/* Four tables of texts, 60 bytes each. */
static void many_constants(writer *w, unsigned count)
{
    const char *row = ", \"123456789-123456789-123456789-123456789-123456789-#\"";
    for (unsigned i = 0; i < 4; i++) {
        char head[120];
        (void)snprintf(head, sizeof head, "const c%u : list<text<60>, 1024> = [\"first %u\"", i, i);
        put(w, head);
        put_many(w, count, row);
        put(w, "];\n");
    }
}

static void many_bytes(writer *w, unsigned count)
{
    many_constants(w, count);
    put(w, CONTRACT "  action go(x : text<60>) by a when Open {\n"
                    "    if c0[1] == x || c1[1] == x || c2[1] == x || c3[1] == x { self.n = 1; }\n"
                    "  }\n" REST);
}

static void many_bytes_of_tests(writer *w, unsigned count)
{
    many_constants(w, count);
    put(w, "test \"t\" {\n    let x : text<60> = \"x\";\n"
           "    assert !(c0[1] == x || c1[1] == x || c2[1] == x || c3[1] == x);\n}\n");
}

/* 32 to a test: each function that a test calls takes registers of it. */
static void many_errors(writer *w, unsigned count)
{
    put_many(w, count,
             "error E#();\nfunc f#(x : int) -> int { if x == # { fail E#(); } return x; }\n");
    for (unsigned i = 0; i < count; i++) {
        char line[80];
        if (i % 32 == 0) {
            (void)snprintf(line, sizeof line, "test \"t%u\" {\n    var n = 2000;\n", i);
            put(w, line);
        }
        (void)snprintf(line, sizeof line, "    n = f%u(n);\n", i);
        put(w, line);
        if (i % 32 == 31 || i + 1 == count) put(w, "    assert n == 2000;\n}\n");
    }
}

static const struct limit {
    const char *what; /* of the message */
    void (*write)(writer *w, unsigned count);
    unsigned fits, exceeds;
} limits[] = {
    {"a statement or block needs more than 256 registers", many_locals, 100, 300},
    {"it calls functions with too many arguments", many_arguments, 200, 255},
    {"a table of the module is full", many_functions, 100, 150},
    {"a table of the module is full", many_words, 500, 4000},
    {"the module is larger than 196608 bytes", many_bytes, 500, 1000},
    {"the module is larger than 196608 bytes", many_bytes_of_tests, 500, 1000},
    {"the tests' functions raise more than 256 errors", many_errors, 256, 257},
};

static const wc_compilation *compile(const struct limit *limit, unsigned count)
{
    writer w = {.text = malloc(TEXT_MAX)};
    assert_non_null(w.text);
    put(&w, "module demo;\n");
    limit->write(&w, count);
    wc_arena_init(&arena, memory, MEMORY);
    wc_compile_options options = {.arena = &arena, .hash = wc_test_sha256};
    wc_compilation *compilation;
    assert_status(
        wc_compile(&options, WC_STR("demo.clause"), (wc_str){w.text, w.len}, &compilation), WC_OK);
    free(w.text);
    return compilation;
}

static const wc_diag *first_error(const wc_compilation *compilation)
{
    const wc_diag *diag = compilation->diags.first;
    while (diag != NULL && diag->severity != WC_SEVERITY_ERROR) diag = diag->next;
    return diag;
}

static void each_limit_is_named_where_it_is_exceeded(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(limits); i++) {
        const struct limit *limit = &limits[i];
        const wc_diag *diag = first_error(compile(limit, limit->fits));
        if (diag != NULL) fail_msg("%s: %.*s", limit->what, WC_STR_ARG(diag->message));
        const wc_compilation *exceeds = compile(limit, limit->exceeds);
        diag = first_error(exceeds);
        if (diag == NULL) {
            fail_msg("%s: nothing is reported", limit->what);
            return; /* the compiler does not know that this is not reached */
        }
        assert_true(exceeds->has_failed);
        assert_int_equal(exceeds->diags.error_count, 1);
        assert_int_equal(diag->code, WC_E0920);
        if (strstr(diag->message.data, limit->what) == NULL || diag->message.len > 90) {
            fail_msg("%s: %.*s", limit->what, WC_STR_ARG(diag->message));
        }
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
        cmocka_unit_test(each_limit_is_named_where_it_is_exceeded),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}
