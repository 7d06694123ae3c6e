/* A session and its inputs: see repl.h. */
#include <stdio.h>
#include <string.h>

#include "node/cli/repl.h"
#include "vm/isa/module.h"

#define RUN_TEXT_MAX ((size_t)4 << 20)

/* ---- the source --------------------------------------------------------------------------------
 */

typedef struct attempt {
    wc_str uses, declared;    /* beside those of the session */
    const char *open, *close; /* around the input */
    wc_str input;
    wc_str shown; /* type of the value that is shown; empty: none is */
} attempt;

/* The session's contract shows values: the arguments of its view are what the observer prints. It
 * stands in every run, so that every run has the same parties in the same order. */
static void put_source(const wc_repl *repl, const attempt *try, wc_buf *text)
{
    wc_buf_put_text(text, "module repl; use std.energy; ");
    wc_buf_put_slice(text, wc_buf_slice(&repl->uses));
    wc_buf_put(text, try->uses.data, try->uses.len);
    wc_buf_put_text(text, "contract " WC_REPL_OWN " { parties { repl_nobody : party; } "
                          "signatory repl_nobody; states { On initial; Off final; } "
                          "action stop() by repl_nobody when On -> Off { goto Off(); } "
                          "view show(x : ");
    if (try->shown.len > 0) {
        wc_buf_put(text, try->shown.data, try->shown.len);
    } else {
        wc_buf_put_text(text, "int");
    }
    wc_buf_put_text(text, ") -> bool { return true; } }\n");
    wc_buf_put_slice(text, wc_buf_slice(&repl->declared));
    wc_buf_put(text, try->declared.data, try->declared.len);
    wc_buf_put_text(text, "test \"session\" { let repl_show = " WC_REPL_OWN ".deploy();\n");
    wc_buf_put_slice(text, wc_buf_slice(&repl->body));
    wc_buf_put_text(text, try->open);
    wc_buf_put(text, try->input.data, try->input.len);
    wc_buf_put_text(text, try->close);
    wc_buf_put_text(text, "\n}\n");
}

static void print_text(const wc_repl *repl, const wc_buf *text)
{
    (void)fwrite(text->data, 1, text->len, stdout);
    (void)fflush(stdout);
    (void)repl;
}

static void complain(wc_repl *repl, const char *what)
{
    repl->has_failed = true;
    printf("%s\n", what);
    (void)fflush(stdout);
}

/* NULL: it could not be compiled at all, and that was said. */
static wc_compilation *compile(wc_repl *repl, const attempt *try)
{
    wc_buf text;
    size_t size = 4 * WC_REPL_TEXT_MAX;
    void *memory = wc_arena_alloc(repl->arena, size, 1);
    if (memory == NULL) {
        complain(repl, "out of memory");
        return NULL;
    }
    wc_buf_init(&text, memory, size);
    put_source(repl, try, &text);
    wc_compilation *compilation = NULL;
    const wc_cli_text source = {.folder = repl->folder,
                                .name = WC_STR("repl"),
                                .text = {(const char *)text.data, text.len},
                                .loaded = repl->loaded,
                                .loaded_count = repl->loaded_count};
    wc_exit code = wc_cli_compile_text(repl->cli, &source, repl->arena, &compilation);
    if (code == WC_EXIT_DONE && !text.full) return compilation;
    complain(repl, text.full ? "the session is too long; :save and :reset" : "not compiled");
    return NULL;
}

static void print_errors(wc_repl *repl, const wc_compilation *compilation)
{
    wc_buf text;
    void *memory = wc_arena_alloc(repl->arena, RUN_TEXT_MAX, 1);
    repl->has_failed = true;
    if (memory == NULL) return;
    wc_buf_init(&text, memory, RUN_TEXT_MAX);
    wc_diags errors = compilation->diags;
    wc_diag **end = &errors.first;
    for (const wc_diag *diag = compilation->diags.first; diag != NULL; diag = diag->next) {
        if (diag->severity != WC_SEVERITY_ERROR) continue;
        wc_diag *copy = WC_ARENA_NEW(repl->arena, wc_diag);
        if (copy == NULL) break;
        *copy = *diag;
        copy->next = NULL;
        *end = copy;
        end = &copy->next;
    }
    *end = NULL;
    errors.warning_count = 0;
    wc_diags_render(&errors, &text, WC_DIAG_HUMAN, repl->cli->color && repl->is_person);
    print_text(repl, &text);
}

/* ---- running -----------------------------------------------------------------------------------
 */

typedef struct run {
    bool has_passed;
    uint32_t steps;
} run;

static run run_session(wc_repl *repl, const wc_compilation *compilation, wc_repl_wish wish)
{
    run done = {0};
    wc_slice *modules =
        WC_ARENA_ARRAY(repl->arena, wc_slice, (size_t)compilation->contract_count + 1);
    void *memory = wc_arena_alloc(repl->arena, RUN_TEXT_MAX, 1);
    wc_buf text;
    if (memory != NULL) wc_buf_init(&text, memory, RUN_TEXT_MAX);
    wc_repl_shower *shower =
        memory == NULL ? NULL : wc_repl_shower_new(repl, &text, repl->steps, wish);
    if (modules == NULL || shower == NULL) {
        complain(repl, "out of memory");
        return done;
    }
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        modules[i] = compilation->contracts[i].module;
    }
    const wc_compiled_test *test = &compilation->tests[compilation->test_count - 1];
    wc_runner_job job = {.arena = repl->arena,
                         .image = compilation->test_image,
                         .contracts = modules,
                         .contract_count = compilation->contract_count,
                         .observer = wc_repl_shower_observer(shower)};
    wc_runner_test one = {
        .number = test->number, .parties = test->parties, .party_count = test->party_count};
    wc_runner_result result;
    if (test->party_count > WC_RUNNER_PARTIES_MAX) {
        complain(repl, "more than 64 parties");
        return done;
    }
    wc_status status = wc_runner_run(&job, &one, &result);
    print_text(repl, &text);
    if (status != WC_OK) {
        complain(repl, wc_status_text(status));
    } else if (!result.has_passed && !wc_repl_shower_failed(shower)) {
        complain(repl, result.text);
    }
    repl->has_failed = repl->has_failed || !result.has_passed;
    done.has_passed = status == WC_OK && result.has_passed;
    done.steps = wc_repl_shower_steps(shower);
    return done;
}

/* ---- inputs ------------------------------------------------------------------------------------
 */

static const char *end_of(wc_str code)
{
    char last = code.data[code.len - 1];
    return last == ';' || last == '}' ? "" : ";";
}

static void keep(wc_repl *repl, wc_str raw, bool is_value)
{
    wc_buf_put_text(&repl->saved, is_value ? "    // " : "    ");
    for (size_t i = 0; i < raw.len; i++) {
        wc_buf_put_u8(&repl->saved, (uint8_t)raw.data[i]);
        if (raw.data[i] == '\n') wc_buf_put_text(&repl->saved, is_value ? "    // " : "    ");
    }
    wc_buf_put_text(&repl->saved, is_value ? "" : end_of(raw));
    wc_buf_put_u8(&repl->saved, '\n');
}

/* The type of `repl_value`, the newest name of the test. */
static wc_str value_type(const wc_compilation *compilation)
{
    const wc_compiled_test *test = &compilation->tests[compilation->test_count - 1];
    for (uint16_t i = test->local_count; i > 0; i--) {
        if (wc_str_equal(test->locals[i - 1].name, WC_STR("repl_value"))) {
            return test->locals[i - 1].type;
        }
    }
    return WC_STR("");
}

static bool has_prefix(wc_str text, const char *prefix)
{
    size_t len = strlen(prefix);
    return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

#define INSTANCE "instance of "
#define STATE    "state of "

static const attempt value_attempt = {.open = "let repl_value =\n", .close = "\n;"};

/* A state has no type that can be written: each is asked for by name. `if e == A { ... "A" ... }`
 */
static wc_str state_questions(wc_repl *repl, const wc_compilation *compilation, wc_str contract,
                              wc_str code)
{
    const wc_module *module = NULL;
    for (uint16_t i = 0; i < compilation->contract_count && module == NULL; i++) {
        wc_module *decoded;
        size_t bad;
        if (!wc_str_equal(compilation->contracts[i].name, contract)) continue;
        if (wc_module_decode(compilation->contracts[i].module, repl->arena, &decoded, &bad) ==
            WC_OK) {
            module = decoded;
        }
    }
    wc_buf text;
    size_t size = module == NULL ? 1 : module->state_count * (code.len + 512);
    void *memory = wc_arena_alloc(repl->arena, size, 1);
    if (module == NULL || memory == NULL) return WC_STR("");
    wc_buf_init(&text, memory, size);
    for (uint16_t i = 0; i < module->state_count; i++) {
        wc_str name = module->strings[module->states[i].name];
        wc_buf_put_text(&text, "if (");
        wc_buf_put(&text, code.data, code.len);
        wc_buf_put_text(&text, ") == ");
        wc_buf_put(&text, name.data, name.len);
        wc_buf_put_text(&text, " { assert repl_show.show(\"");
        wc_buf_put(&text, name.data, name.len);
        wc_buf_put_text(&text, "\"); }\n");
    }
    return (wc_str){(const char *)text.data, text.full ? 0 : text.len};
}

/* The value of an expression that compiles; type as value_type says. */
static void show_value(wc_repl *repl, const wc_compilation *first, wc_str code)
{
    wc_str type = value_type(first);
    attempt try = {
        .open = "assert repl_show.show(\n", .close = "\n);", .input = code, .shown = type};
    if (has_prefix(type, STATE)) {
        size_t len = sizeof(STATE) - 1;
        wc_str contract = {type.data + len, type.len - len};
        try = (attempt){.open = "", .close = "", .shown = WC_STR("text<64>")};
        try.input = state_questions(repl, first, contract, code);
        repl->state_type = type;
    }
    wc_compilation *compilation = compile(repl, &try);
    if (compilation == NULL) return;
    if (compilation->has_failed) {
        repl->state_type = WC_STR("");
        printf("%.*s\n", WC_STR_ARG(type)); /* an instance, a type that is cut: the type alone */
        return;
    }
    (void)run_session(repl, compilation, WC_REPL_STEPS);
    repl->state_type = WC_STR("");
}

/* NAME of "let NAME ..." or "var NAME ..."; empty: several, or no such statement. */
static wc_str bound_name(wc_str code)
{
    if (!wc_repl_starts_with(code, "let") && !wc_repl_starts_with(code, "var")) return WC_STR("");
    wc_str rest = wc_repl_trim((wc_str){code.data + 3, code.len - 3});
    size_t len = 0;
    while (len < rest.len && wc_repl_is_word(rest.data[len])) len++;
    return (wc_str){rest.data, len};
}

/* Names the instances that the input deploys: "let c = Sale.deploy(" is `c`. */
static void name_instances(wc_repl *repl, wc_str code)
{
    static const char word[] = ".deploy(";
    for (size_t i = 0; i + sizeof(word) - 1 <= code.len; i++) {
        if (memcmp(code.data + i, word, sizeof(word) - 1) != 0) continue;
        size_t at = i;
        while (at > 0 && code.data[at - 1] != ';' && code.data[at - 1] != '{') at--;
        wc_str name = bound_name(wc_repl_trim((wc_str){code.data + at, i - at}));
        if (repl->name_count == WC_REPL_NAMES_MAX) return;
        repl->names[repl->name_count++] = wc_arena_str(repl->kept, name);
    }
}

static void run_statement(wc_repl *repl, const wc_compilation *compilation, wc_str code, wc_str raw)
{
    uint32_t names = repl->name_count;
    name_instances(repl, code);
    run done = run_session(repl, compilation, WC_REPL_STEPS);
    if (!done.has_passed) {
        repl->name_count = names;
        return;
    }
    repl->steps = done.steps;
    wc_buf_put(&repl->body, code.data, code.len);
    wc_buf_put_text(&repl->body, end_of(code));
    wc_buf_put_u8(&repl->body, '\n');
    wc_str typed = end_of(code)[0] == '\0' ? raw : code; /* a `;` would fall into a comment */
    keep(repl, typed, false);
    wc_str name = bound_name(code);
    if (name.len == 0) return;
    attempt try = value_attempt;
    try.input = name;
    wc_compilation *value = compile(repl, &try);
    if (value == NULL || value->has_failed) return;
    if (has_prefix(value_type(value), INSTANCE)) return; /* its deployment was shown */
    show_value(repl, value, name);
}

static const char *const declarations[] = {"const",     "func",     "record",   "enum",
                                           "type",      "error",    "event",    "unit",
                                           "dimension", "currency", "contract", "interface"};
static const char *const statements[] = {"let",    "var", "as",  "expect", "advance",
                                         "assert", "if",  "for", "match",  "require"};

static void declare(wc_repl *repl, wc_str code, wc_str raw)
{
    bool is_use = wc_repl_starts_with(code, "use");
    uint8_t *memory = WC_ARENA_ARRAY(repl->arena, uint8_t, code.len + 4);
    if (memory == NULL) {
        complain(repl, "out of memory");
        return;
    }
    wc_buf text;
    wc_buf_init(&text, memory, code.len + 4);
    wc_buf_put(&text, code.data, code.len);
    wc_buf_put_text(&text, end_of(code));
    wc_buf_put_u8(&text, is_use ? ' ' : '\n');
    wc_str line = {(const char *)text.data, text.len};
    attempt try = {.open = "", .close = ""};
    if (is_use) {
        try.uses = line;
    } else {
        try.declared = line;
    }
    wc_compilation *compilation = compile(repl, &try);
    if (compilation == NULL) return;
    if (compilation->has_failed) {
        print_errors(repl, compilation);
        return;
    }
    wc_buf_put(is_use ? &repl->uses : &repl->declared, line.data, line.len);
    (void)raw;
}

void wc_repl_input(wc_repl *repl, wc_str raw)
{
    size_t mark = wc_arena_mark(repl->arena);
    raw = wc_repl_trim(raw);
    wc_buf buf;
    void *memory = wc_arena_alloc(repl->arena, raw.len + 1, 1);
    if (memory == NULL) return;
    wc_buf_init(&buf, memory, raw.len + 1);
    (void)wc_repl_scan(raw, &buf);
    wc_str code = wc_repl_trim((wc_str){(const char *)buf.data, buf.len});
    bool is_declaration =
        code.len > 0 && (wc_repl_starts_with(code, "use") ||
                         wc_repl_starts_with_any(code, declarations, WC_ARRAY_LEN(declarations)));
    if (is_declaration) declare(repl, code, raw);
    if (code.len == 0 || is_declaration) {
        wc_arena_rewind(repl->arena, mark);
        return;
    }
    /* An expression is tried first: its value is what is wanted. A call without a value, or what
     * begins like a statement, is one. */
    wc_compilation *value = NULL;
    char last = code.data[code.len - 1];
    bool may_be_value = last != ';' && last != '}' &&
                        !wc_repl_starts_with_any(code, statements, WC_ARRAY_LEN(statements));
    if (may_be_value) {
        attempt try = value_attempt;
        try.input = code;
        value = compile(repl, &try);
    }
    if (value != NULL && !value->has_failed) {
        show_value(repl, value, code);
        keep(repl, raw, true);
    } else {
        attempt try = {.open = "", .close = end_of(code), .input = code};
        wc_compilation *statement = compile(repl, &try);
        if (statement != NULL && !statement->has_failed) {
            run_statement(repl, statement, code, raw);
        } else if (value != NULL || statement != NULL) {
            print_errors(repl, value != NULL ? value : statement);
        }
    }
    wc_arena_rewind(repl->arena, mark);
}

void wc_repl_type(wc_repl *repl, wc_str text)
{
    size_t mark = wc_arena_mark(repl->arena);
    attempt try = value_attempt;
    try.input = wc_repl_trim(text);
    wc_compilation *compilation = compile(repl, &try);
    if (compilation != NULL && compilation->has_failed) print_errors(repl, compilation);
    if (compilation != NULL && !compilation->has_failed) {
        printf("%.*s\n", WC_STR_ARG(value_type(compilation)));
    }
    wc_arena_rewind(repl->arena, mark);
}

void wc_repl_query(wc_repl *repl, wc_repl_wish wish)
{
    size_t mark = wc_arena_mark(repl->arena);
    const attempt try = {.open = "", .close = ""};
    wc_compilation *compilation = compile(repl, &try);
    if (compilation != NULL) (void)run_session(repl, compilation, wish);
    wc_arena_rewind(repl->arena, mark);
}

/* ---- files -------------------------------------------------------------------------------------
 */

static bool make_buf(wc_repl *repl, wc_buf *buf)
{
    void *memory = wc_arena_alloc(repl->kept, WC_REPL_TEXT_MAX, 1);
    if (memory == NULL) return false;
    wc_buf_init(buf, memory, WC_REPL_TEXT_MAX);
    return true;
}

/* "use PATH; ", once. */
static void add_use(wc_repl *repl, wc_str path)
{
    wc_str all = {(const char *)repl->uses.data, repl->uses.len};
    bool is_there = wc_str_equal(path, WC_STR("std.energy"));
    for (size_t i = 0; i + path.len + 5 <= all.len && !is_there; i++) {
        is_there = memcmp(all.data + i, "use ", 4) == 0 && all.data[i + 4 + path.len] == ';' &&
                   memcmp(all.data + i + 4, path.data, path.len) == 0;
    }
    if (is_there) return;
    wc_buf_put_text(&repl->uses, "use ");
    wc_buf_put(&repl->uses, path.data, path.len);
    wc_buf_put_text(&repl->uses, "; ");
}

void wc_repl_reset(wc_repl *repl)
{
    bool is_first = repl->body.data == NULL;
    if (is_first && !(make_buf(repl, &repl->uses) && make_buf(repl, &repl->declared) &&
                      make_buf(repl, &repl->body) && make_buf(repl, &repl->saved))) {
        return;
    }
    repl->uses.len = repl->declared.len = repl->body.len = repl->saved.len = 0;
    repl->steps = repl->name_count = 0;
    for (uint32_t i = 0; i < repl->loaded_count; i++) {
        wc_str uses = repl->loaded[i].uses;
        add_use(repl, repl->loaded[i].path);
        for (size_t at = 4; at < uses.len;) { /* "use a.b; use c; " */
            size_t end = at;
            while (end < uses.len && uses.data[end] != ';') end++;
            add_use(repl, wc_repl_trim((wc_str){uses.data + at, end - at}));
            at = end + 6;
        }
    }
}

/* Lines "use a.b;" of a source, in one line; and the path in "module a.b;". */
static void read_head(wc_repl *repl, wc_cli_loaded *file)
{
    wc_buf uses;
    uint8_t *memory = WC_ARENA_ARRAY(repl->kept, uint8_t, 8192);
    if (memory == NULL) return;
    wc_buf_init(&uses, memory, 8192);
    for (size_t at = 0; at < file->text.len;) {
        size_t end = at;
        while (end < file->text.len && file->text.data[end] != '\n') end++;
        wc_str line = wc_repl_trim((wc_str){file->text.data + at, end - at});
        size_t stop = 0;
        while (stop < line.len && line.data[stop] != ';') stop++;
        bool ends = stop < line.len;
        if (ends && wc_repl_starts_with(line, "module") && file->path.len == 0) {
            file->path = wc_repl_trim((wc_str){line.data + 6, stop - 6});
        }
        if (ends && wc_repl_starts_with(line, "use")) {
            wc_buf_put(&uses, line.data, stop + 1);
            wc_buf_put_u8(&uses, ' ');
        }
        at = end + 1;
    }
    file->uses = (wc_str){(const char *)uses.data, uses.len};
}

bool wc_repl_load(wc_repl *repl, const char *path)
{
    if (repl->loaded_count == WC_REPL_FILES_MAX) {
        complain(repl, "too many files");
        return false;
    }
    size_t mark = wc_arena_mark(repl->arena);
    wc_compilation *compilation;
    if (wc_cli_compile(repl->cli, path, repl->arena, false, &compilation) != WC_EXIT_DONE) {
        repl->has_failed = true;
        return false;
    }
    bool is_sound = !compilation->has_failed;
    if (!is_sound) print_errors(repl, compilation);
    wc_arena_rewind(repl->arena, mark);
    wc_slice bytes;
    if (!is_sound || !wc_cli_read(repl->cli, path, (size_t)1 << 20, repl->kept, &bytes))
        return false;

    wc_cli_loaded *file = &repl->loaded[repl->loaded_count];
    *file = (wc_cli_loaded){.name = wc_arena_str(repl->kept, wc_str_of(path)),
                            .text = {(const char *)bytes.data, bytes.len}};
    read_head(repl, file);
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    if (file->path.len == 0 || length >= sizeof(repl->folder)) return false;
    memcpy(repl->folder, path, length);
    repl->folder[length] = '\0';
    repl->loaded_count++;
    return true;
}

void wc_repl_save(wc_repl *repl, const char *path)
{
    size_t mark = wc_arena_mark(repl->arena), size = 4 * WC_REPL_TEXT_MAX;
    wc_buf text;
    void *memory = wc_arena_alloc(repl->arena, size, 1);
    if (memory == NULL) return;
    wc_buf_init(&text, memory, size);
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    wc_buf_put_text(&text, "// A session of `wattclause repl`.\nmodule ");
    for (const char *c = name; *c != '\0' && *c != '.'; c++) {
        wc_buf_put_u8(&text, wc_repl_is_word(*c) ? (uint8_t)*c : '_');
    }
    wc_buf_put_text(&text, ";\nuse std.energy;\n");
    wc_str uses = {(const char *)repl->uses.data, repl->uses.len};
    for (size_t i = 0; i < uses.len; i++) {
        bool is_gap = uses.data[i] == ' ' && i > 0 && uses.data[i - 1] == ';';
        wc_buf_put_u8(&text, is_gap ? '\n' : (uint8_t)uses.data[i]);
    }
    wc_buf_put_slice(&text, wc_buf_slice(&repl->declared));
    wc_buf_put_text(&text, "\ntest \"a session\" {\n");
    wc_buf_put_slice(&text, wc_buf_slice(&repl->saved));
    wc_buf_put_text(&text, "}\n");
    if (wc_cli_write(repl->cli, path, wc_buf_slice(&text))) {
        printf("%s\n", path);
    } else {
        repl->has_failed = true;
    }
    wc_arena_rewind(repl->arena, mark);
}
