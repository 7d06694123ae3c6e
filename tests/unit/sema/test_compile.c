/* The whole compiler through its public interface: what only code generation can know, and that a
 * contract's bytes depend on its own text alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "tests/support/golden.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"
#include "vm/isa/isa.h"

#define MEMORY ((size_t)128 << 20)

static void *memory;
static wc_arena arena;

/* tests/data/modules/library.clause for the path `library`. */
static bool find(void *self, wc_str path, wc_str *name, wc_str *text)
{
    const wc_slice *library = self;
    if (!wc_str_equal(path, WC_STR("library"))) return false;
    *name = path;
    *text = (wc_str){(const char *)library->data, library->len};
    return true;
}

static wc_compilation *compile(const char *text, wc_slice *library, bool check_only)
{
    wc_arena_init(&arena, memory, MEMORY);
    wc_compile_options options = {
        .arena = &arena, .hash = wc_test_sha256, .check_only = check_only};
    if (library != NULL) {
        options.find = find;
        options.self = library;
    }
    wc_compilation *compilation = NULL;
    assert_status(wc_compile(&options, WC_STR("demo.clause"), wc_str_of(text), &compilation),
                  WC_OK);
    return compilation;
}

static const char *short_report(const wc_compilation *compilation)
{
    static char text[4096];
    wc_buf buf;
    wc_buf_init(&buf, text, sizeof(text) - 1);
    wc_diags_render(&compilation->diags, &buf, WC_DIAG_SHORT, false);
    text[buf.len] = 0;
    return text;
}

#define GAS_HEAD                                                                                   \
    "module demo;\ncontract C {\n  parties { a : party; }\n"                                       \
    "  states { Open initial; Closed final; }\n  storage { n : int; }\n"                           \
    "  action add(x : int) by a when Open\n    gas <= "

#define GAS_TAIL                                                                                   \
    ";\n  { self.n = x; }\n  view n() -> int { return self.n; }\n  action close() by a when Open " \
    "-> Closed { goto Closed(); }\n}\n"

#define ENERGY                                                                                     \
    "module demo;\nuse std.energy;\ncontract C {\n  parties { a, b : party; }\n"                   \
    "  states { Open initial; Closed final; }\n  storage { m : map<party, Energy, 4>; }\n"         \
    "  action move(e : Energy, k : bool) by a when Open\n    ensures conserve(kWh);\n"             \
    "  { self.m[a] += e; self.m[b] -= e; if k { self.m[b] += 0.002 kWh; } }\n"                     \
    "  action close() by a when Open -> Closed { goto Closed(); }\n}\n"

/* [CN-2] The interpreter has run the action: two thousandths appear whenever k is true. */
static void a_gain_is_shown_on_an_example(void **state)
{
    (void)state;
    static char text[4096];
    const wc_compilation *gains = compile(ENERGY, NULL, true);
    wc_buf buf;
    wc_buf_init(&buf, text, sizeof(text) - 1);
    wc_diags_render(&gains->diags, &buf, WC_DIAG_HUMAN, false);
    text[buf.len] = 0;
    assert_non_null(strstr(text, "error[E0607]"));
    assert_non_null(strstr(text, "= example: with e = "));
    assert_non_null(strstr(text, ", k = true the storage goes from 0 kWh to 0.002 kWh\n"));
}

/* [GA-2] */
static void the_planned_gas_is_a_limit(void **state)
{
    (void)state;
    const wc_diag_info *info = wc_diag_info_of(WC_E0908);
    const wc_compilation *few = compile(info->wrong, NULL, false);
    assert_true(few->has_failed);
    assert_non_null(strstr(short_report(few), "demo.clause:7:5: error[E0908]"));
    assert_false(compile(info->right, NULL, false)->has_failed);
}

/* Bound - 1, bound, bound + 1: the bound is what the message names. */
static void the_planned_gas_may_be_just_the_worst_case(void **state)
{
    (void)state;
    const char *report = short_report(compile(GAS_HEAD "1" GAS_TAIL, NULL, false));
    const char *is = strstr(report, "` is ");
    assert_non_null(is);
    unsigned long bound = strtoul(is + 5, NULL, 10);
    assert_true(bound > 1);
    for (unsigned long gas = bound - 1; gas <= bound + 1; gas++) {
        char text[1024];
        (void)snprintf(text, sizeof(text), GAS_HEAD "%lu" GAS_TAIL, gas);
        assert_int_equal(compile(text, NULL, false)->has_failed, gas < bound);
    }
}

/* A note is no format: what the author has written may contain braces. */
static void the_size_that_gas_depends_on_is_shown_as_it_is_written(void **state)
{
    (void)state;
    static char text[4096];
    const wc_compilation *few =
        compile("module demo;\n"
                "func pick(t : text<8>, l : list<int, 9>) -> list<int, 9> { return l; }\n"
                "contract C {\n  parties { a : party; }\n  storage { n : int; }\n"
                "  states { Open initial; Closed final; }\n"
                "  action go(l : list<int, 9>) by a when Open\n    gas <= 10;\n"
                "  { for x in pick(\"{}\", l) { self.n = x; } }\n"
                "  view n() -> int { return self.n; }\n"
                "  action close() by a when Open -> Closed { goto Closed(); }\n}\n",
                NULL, false);
    wc_buf buf;
    wc_buf_init(&buf, text, sizeof(text) - 1);
    wc_diags_render(&few->diags, &buf, WC_DIAG_HUMAN, false);
    text[buf.len] = 0;
    assert_non_null(strstr(text, "error[E0908]"));
    assert_non_null(strstr(text, "n(pick(\"{}\", l))"));
}

static void a_contract_has_the_same_bytes_wherever_it_is_compiled(void **state)
{
    (void)state;
    wc_slice library = wc_test_read_file(WC_TEST_DATA "/modules/library.clause");
    const wc_compilation *own = compile((const char *)library.data, NULL, false);
    assert_int_equal(own->contract_count, 1);
    assert_true(own->contracts[0].is_own);
    size_t size = own->contracts[0].module.len;
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    memcpy(bytes, own->contracts[0].module.data, size);

    const wc_compilation *used = compile("module demo;\nuse std.energy;\nuse library;\n"
                                         "test \"price\" {\n"
                                         "  let f = Fixed.deploy(price: 0.5 CNY/kWh);\n"
                                         "  assert f.price(Sell) > f.price(Buy);\n}\n",
                                         &library, false);
    assert_int_equal(used->contract_count, 1);
    assert_false(used->contracts[0].is_own);
    assert_int_equal(used->contracts[0].module.len, size);
    assert_memory_equal(used->contracts[0].module.data, bytes, size);
    assert_int_equal(used->test_count, 1);
    free(bytes);

    union {
        const uint8_t *from;
        void *to;
    } data = {.from = library.data};

    free(data.to);
}

/* What a used module has of errors is told with its own lines; who uses it is not to blame. */
static void a_used_module_with_errors_is_told_once(void **state)
{
    (void)state;
    static const char broken[] = "module library;\nfunc f( -> int { return 1; }\n";
    static const char unfit[] = "module library;\nmixin m(a : party) { parties { b : party; } }\n"
                                "contract C { use m(nobody); states { A initial; B final; } }\n";
    static const char user[] = "module demo;\nuse library;\nfunc g() -> int { return 1; }\n";
    wc_slice library = wc_slice_of(broken, sizeof broken - 1);
    const char *report = short_report(compile(user, &library, true));
    assert_non_null(strstr(report, "library:2:9: error[E0201]"));
    assert_null(strstr(report, "demo.clause"));
    library = wc_slice_of(unfit, sizeof unfit - 1);
    report = short_report(compile(user, &library, true));
    assert_non_null(strstr(report, "library:2:22: error[E1212]"));
    assert_null(strstr(report, "demo.clause"));
    library = wc_slice_of(broken, sizeof broken - 1);
    report = short_report(compile("module demo;\nuse library;\ncontract C {\n"
                                  "  use library.m(a, b);\n  parties { a : party; }\n"
                                  "  states { A initial; B final; }\n"
                                  "  action go(x : Kind, n : money<XAU>) by a when A -> B {\n"
                                  "    if f(x) == Top && rate > 2 oz { emit Gone(n); }\n"
                                  "    require n > limit : Few(n);\n    goto B();\n  }\n"
                                  "  after deployed + 1 d when A -> B { goto B(); }\n}\n",
                                  &library, true));
    assert_non_null(strstr(report, "library:2:9: error[E0201]"));
    assert_null(strstr(report, "demo.clause"));
}

static void only_contracts_of_the_file_get_a_sheet(void **state)
{
    (void)state;
    wc_slice library = wc_test_read_file(WC_TEST_DATA "/modules/library.clause");
    wc_arena_init(&arena, memory, MEMORY);
    const wc_compile_options options = {
        .arena = &arena, .hash = wc_test_sha256, .sheets = true, .find = find, .self = &library};
    wc_compilation *compilation;
    static const char text[] =
        "module demo;\nuse std.energy;\nuse library;\ncontract C {\n  parties { a : party; }\n"
        "  states { Open initial; Closed final; }\n"
        "  after deployed + 1 h when Open -> Closed { goto Closed(); }\n}\n"
        "test \"price\" { let f = Fixed.deploy(price: 0.5 CNY/kWh); assert f.price(Sell) > "
        "f.price(Buy); }\n";
    assert_status(wc_compile(&options, WC_STR("demo.clause"), WC_STR(text), &compilation), WC_OK);
    if (compilation->has_failed) fail_msg("%s", short_report(compilation));
    assert_int_equal(compilation->contract_count, 2);
    for (int i = 0; i < 2; i++) {
        const wc_compiled_contract *one = &compilation->contracts[i];
        assert_true((one->sheet != NULL) == one->is_own);
    }

    union {
        const uint8_t *from;
        void *to;
    } data = {.from = library.data};

    free(data.to);
}

/* The module and its debug part are written into what is left of the memory; of a large contract
 * nothing takes more. One byte less than it takes, or only a part of it, is no memory. */
static void memory_may_end_inside_the_module(void **state)
{
    (void)state;
    static char text[1 << 17];
    size_t len = (size_t)snprintf(text, sizeof text, "%s100000;\n  { self.n = x; }\n", GAS_HEAD);
    for (int i = 0; i < 400; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len,
                                "  view v%d() -> int { return self.n * %d + %d; }\n", i, i, i);
    }
    (void)snprintf(text + len, sizeof text - len,
                   "  action close() by a when Open -> Closed { goto Closed(); }\n}\n");
    const wc_compilation *fits = compile(text, NULL, false);
    if (fits->has_failed) fail_msg("%s", short_report(fits));
    size_t file = fits->contracts[0].file.len, used = arena.used;
    for (size_t missing = 16; missing < file + 64; missing += file / 8) {
        const wc_compile_options options = {.arena = &arena, .hash = wc_test_sha256};
        wc_compilation *none;
        wc_arena_init(&arena, memory, used - missing);
        assert_status(wc_compile(&options, WC_STR("demo.clause"), wc_str_of(text), &none),
                      WC_NO_MEMORY);
    }
}

/* Terms with a record whose text is longer than two types are compared by. */
static void a_type_that_cannot_be_compared_is_no_next_version(void **state)
{
    (void)state;

    enum {
        FIELDS = 250
    };

    static char first[1 << 15], second[1 << 16];
    size_t len = (size_t)snprintf(first, sizeof first, "module demo;\nuse std.energy;\nrecord R {");
    for (int i = 0; i < FIELDS; i++) {
        len += (size_t)snprintf(first + len, sizeof first - len, " f%061d : int;\n", i);
    }
    static const char head[] = "}\ncontract C {\n  parties { a : party; }\n  terms { r : R; }\n"
                               "  states { Open initial; Closed final; }\n",
                      tail[] = "  after deployed + 1 h when Open -> Closed { goto Closed(); }\n}\n";
    (void)snprintf(second, sizeof second, "%s%s  upgrade 2 { }\n%s", first, head, tail);
    (void)snprintf(first + len, sizeof first - len, "%s%s", head, tail);
    const wc_compilation *old = compile(first, NULL, false);
    if (old->has_failed) fail_msg("%s", short_report(old));
    wc_slice old_module = old->contracts[0].module;
    uint8_t *kept = malloc(old_module.len);
    assert_non_null(kept);
    memcpy(kept, old_module.data, old_module.len);
    wc_arena_init(&arena, memory, MEMORY);
    wc_module *previous;
    size_t bad;
    assert_status(wc_module_decode(wc_slice_of(kept, old_module.len), &arena, &previous, &bad),
                  WC_OK);
    const wc_compile_options options = {
        .arena = &arena, .hash = wc_test_sha256, .previous = previous};
    wc_compilation *next;
    assert_status(wc_compile(&options, WC_STR("demo.clause"), wc_str_of(second), &next), WC_OK);
    assert_true(next->has_failed);
    assert_non_null(
        strstr(short_report(next),
               "error[E1203]: this is not the next version: the terms are not the same"));
    free(kept);
}

/* An argument that is copied often, and long: text that the compiler makes has a limit, too. */
static void a_mixin_may_not_make_too_much_text(void **state)
{
    (void)state;
    static char text[1 << 17];
    size_t len = (size_t)snprintf(text, sizeof text,
                                  "module demo;\nmixin m(at : state, limit : int) {\n"
                                  "  storage { n : int; }\n  action a() by any_party when at {\n");
    for (int i = 0; i < 2000; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "    self.n = limit;\n");
    len += (size_t)snprintf(text + len, sizeof text - len,
                            "  }\n}\ncontract C {\n  parties { a : party; }\n"
                            "  states { A initial; B final; }\n  use m(A, 0");
    for (int i = 0; i < 40; i++) len += (size_t)snprintf(text + len, sizeof text - len, " + 1");
    (void)snprintf(text + len, sizeof text - len,
                   ");\n  action end() by a when A -> B { goto B(); }\n}\n");
    assert_non_null(
        strstr(short_report(compile(text, NULL, true)),
               "error[E0112]: with its arguments this text would be larger than 262144"));
}

/* Two units that cannot be added: what brings them together is named where it has a name. */
static void units_that_differ_are_told_what_is_between_them(void **state)
{
    (void)state;

    static const struct {
        const char *left, *right, *note;
    } rows[] = {
        {"Power", "Energy", "kW and kWh measure different things; kW times h is kWh"},
        {"Energy", "Power", "kWh and kW measure different things; kW times h is kWh"},
        {"Energy", "Price", "kWh and CNY/kWh measure different things; their product is CNY"},
        {"Energy", "Yuan", "kWh and CNY measure different things\n"},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        char text[200];
        static char shown[4096];
        (void)snprintf(text, sizeof text,
                       "module demo;\nuse std.energy;\n"
                       "func f(a : %s, b : %s) -> bool { return a == b; }\n",
                       rows[i].left, rows[i].right);
        const wc_compilation *compilation = compile(text, NULL, true);
        wc_buf buf;
        wc_buf_init(&buf, shown, sizeof shown - 1);
        wc_diags_render(&compilation->diags, &buf, WC_DIAG_HUMAN, false);
        shown[buf.len] = '\0';
        if (strstr(shown, rows[i].note) == NULL) fail_msg("%s", shown);
    }
}

/* Patterns as `cov` shows them: without the comment behind them, and cut where they are long. */
static void arms_are_told_by_their_patterns(void **state)
{
    (void)state;
    const wc_compilation *compilation = compile(
        "module demo;\n"
        "enum E { A, Long_enough_to_be_cut_where_forty_bytes_end(nine : int), C }\n"
        "func f(e : E) -> int {\n  match e {\n    A // first = one\n      => { return 1; }\n"
        "    Long_enough_to_be_cut_where_forty_bytes_end(x)   => { return x; }\n"
        "    _ => { return 2; }\n  }\n}\n"
        "contract D {\n  parties { a : party; }\n  states { Open initial; Closed final; }\n"
        "  view f(e : E) -> int { return f(e); }\n"
        "  action end() by a when Open -> Closed { goto Closed(); }\n}\n",
        NULL, false);
    if (compilation->has_failed) fail_msg("%s", short_report(compilation));
    assert_int_equal(compilation->arm_count, 3);
    assert_true(wc_str_equal(compilation->arms[0].pattern, WC_STR("A")));
    assert_true(wc_str_equal(compilation->arms[1].pattern,
                             WC_STR("Long_enough_to_be_cut_where_forty_bytes_")));
    assert_true(wc_str_equal(compilation->arms[2].pattern, WC_STR("_")));
}

static void checking_alone_gives_diagnostics_and_no_code(void **state)
{
    (void)state;
    const wc_compilation *checked = compile(GAS_HEAD "10" GAS_TAIL, NULL, true);
    assert_false(checked->has_failed);
    assert_int_equal(checked->contract_count, 0);
    assert_true(compile("module demo;\nconst x : int = y;\n", NULL, true)->has_failed);
}

static void the_machine_has_limits_that_a_contract_can_exceed(void **state)
{
    (void)state;
    const wc_diag_info *info = wc_diag_info_of(WC_E0920);
    const wc_compilation *wrong = compile(info->wrong, NULL, false);
    assert_true(wrong->has_failed);
    assert_non_null(strstr(short_report(wrong), "E0920"));
    const wc_compilation *right = compile(info->right, NULL, false);
    if (right->has_failed) fail_msg("%s", short_report(right));
}

static void encoded_values_are_held_to_their_type(void **state)
{
    (void)state;
    const wc_diag_info *info = wc_diag_info_of(WC_E0418);
    const wc_compilation *wrong = compile(info->wrong, NULL, false);
    assert_true(wrong->has_failed);
    assert_non_null(strstr(short_report(wrong), "demo.clause:2:37: error[E0418]: byte 4 "));
    const wc_compilation *right = compile(info->right, NULL, false);
    if (right->has_failed) fail_msg("%s", short_report(right));
    static const char *const bad[] = {"\"0\"", "\"0G\"", "\"0A\"", "5"};
    for (size_t i = 0; i < WC_ARRAY_LEN(bad); i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "module demo;\ntest \"t\" { let s : set<int, 2> = encoded(%s); }\n", bad[i]);
        assert_non_null(strstr(short_report(compile(text, NULL, false)), "E0403"));
    }
}

#define TWO_VERSIONS(upgrade)                                                                      \
    "module demo;\nuse std.energy;\ncontract C {\n  parties { a, b : party; }\n"                   \
    "  states { Open initial; Closed final; }\n  storage { m : map<party, Energy, 4>; }\n" upgrade \
    "  action move(e : Energy) by a when Open\n    ensures conserve(kWh);\n"                       \
    "  { self.m[a] += e; self.m[b] -= e; }\n"                                                      \
    "  after entered + 1 h when Open -> Closed ensures conserve(kWh); { goto Closed(); }\n}\n"     \
    "test \"t\" { let c = C.deploy(a: a, b: b); as a { c.move(1.000 kWh); } }\n"

/* Compiles against the version before, with code, and with sheets and tests. */
static wc_status compile_all(const wc_module *previous, bool sheets, uint32_t *errors)
{
    wc_compile_options options = {.arena = &arena,
                                  .hash = wc_test_sha256,
                                  .sheets = sheets,
                                  .no_tests = !sheets,
                                  .previous = previous};
    wc_compilation *compilation;
    wc_status status = wc_compile(&options, WC_STR("demo.clause"),
                                  wc_str_of(TWO_VERSIONS("  upgrade 2 { }\n")), &compilation);
    *errors = status == WC_OK ? compilation->diags.error_count : 0;
    return status;
}

/* The module of this version, decoded, in memory that stays until the next one. */
static const wc_module *module_of(const char *text)
{
    static _Alignas(16) uint8_t bytes[1 << 18], tables[4 << 20];
    wc_arena kept;
    wc_module *module;
    wc_finding finding = {.function = WC_NONE};
    size_t bad;
    const wc_compilation *compilation = compile(text, NULL, false);
    if (compilation->has_failed) fail_msg("%s", short_report(compilation));
    wc_slice code = compilation->contracts[0].module;
    assert_true(code.len <= sizeof bytes);
    memcpy(bytes, code.data, code.len);
    wc_arena_init(&kept, tables, sizeof tables);
    assert_status(wc_module_decode(wc_slice_of(bytes, code.len), &kept, &module, &bad), WC_OK);
    assert_status(wc_module_verify(module, wc_test_sha256, &kept, &finding), WC_OK);
    return module;
}

/* Memory that ends while code, proofs, sheets and tests are written: by allocations, by bytes. */
static void memory_may_end_behind_the_checks(void **state)
{
    (void)state;
    uint32_t errors;
    const wc_module *previous = module_of(TWO_VERSIONS(""));
    for (int sheets = 0; sheets < 2; sheets++) {
        wc_arena_init(&arena, memory, MEMORY);
        arena.fail_after = 1000000;
        assert_status(compile_all(previous, sheets == 1, &errors), WC_OK);
        assert_int_equal(errors, 0);
        uint64_t granted = 1000000 - arena.fail_after;
        size_t used = arena.used;
        for (uint64_t less = 1; less <= 150; less++) {
            wc_arena_init(&arena, memory, MEMORY);
            arena.fail_after = granted - less;
            assert_status(compile_all(previous, sheets == 1, &errors), WC_NO_MEMORY);
        }
        bool has_ended = false;
        for (size_t less = 0; less < 4000; less += 64) { /* working memory is above what is kept */
            wc_arena_init(&arena, memory, used + 100 - less);
            has_ended |= compile_all(previous, sheets == 1, &errors) == WC_NO_MEMORY;
        }
        assert_true(has_ended);
    }
}

/* [UP-4] What only the modules show: the parties of the version before are not these. */
static void a_version_has_the_parties_of_the_one_before(void **state)
{
    (void)state;
    uint32_t errors;
    const wc_module *previous =
        module_of("module demo;\ncontract C {\n  parties { a, c : party; }\n"
                  "  states { Open initial; Closed final; }\n"
                  "  action close() by c when Open -> Closed { goto Closed(); }\n}\n");
    wc_arena_init(&arena, memory, MEMORY);
    assert_status(compile_all(previous, false, &errors), WC_OK);
    assert_int_equal(errors, 1);
}

/* [UP-4] Nor does a term that named a party begin to call what it names; the other way it may. */
static void a_term_does_not_become_a_reference(void **state)
{
    static const char *const types[] = {"party", "contract_ref<I>"};
    static const char frame[] =
        "module demo; interface I { view v() -> int; } contract C { parties { a : party; }"
        " terms { t : %s; } states { On initial; Off final; } %s"
        " action end() by a when On -> Off { goto Off(); } }";

    (void)state;
    for (unsigned becomes = 0; becomes < 2; becomes++) {
        char text[512];
        wc_compilation *next;
        (void)snprintf(text, sizeof text, frame, types[1 - becomes], "");
        wc_compile_options options = {&arena, wc_test_sha256, .previous = module_of(text)};
        wc_arena_init(&arena, memory, MEMORY);
        (void)snprintf(text, sizeof text, frame, types[becomes], "upgrade 2 { }");
        assert_status(wc_compile(&options, WC_STR("demo.clause"), wc_str_of(text), &next), WC_OK);
        assert_int_equal(next->diags.error_count, becomes);
    }
}

/* Operations that may trap are errors here, so there is no code. */
static void traps_may_be_denied(void **state)
{
    (void)state;
    for (int deny = 0; deny < 2; deny++) {
        wc_compilation *compilation;
        wc_compile_options options = {
            .arena = &arena, .hash = wc_test_sha256, .deny_traps = deny == 1};
        wc_arena_init(&arena, memory, MEMORY);
        const char *text = "module demo;\ncontract C {\n  parties { a : party; }\n"
                           "  states { Open initial; Closed final; }\n  storage { n : int; }\n"
                           "  action add(x : int) by a when Open { self.n += x; }\n"
                           "  view n() -> int { return self.n; }\n"
                           "  action close() by a when Open -> Closed { goto Closed(); }\n}\n";
        assert_status(wc_compile(&options, WC_STR("demo.clause"), wc_str_of(text), &compilation),
                      WC_OK);
        assert_int_equal(compilation->has_failed, deny == 1);
        assert_int_equal(compilation->contract_count, 1 - deny);
    }
}

/* An allow that is not needed goes with its line, or with the blanks before it. */
static void an_unused_allow_can_be_deleted(void **state)
{
    static const struct {
        const char *text;
        unsigned start, end;
    } rows[] = {
        {"// allow L0501: nothing here\nmodule demo;\n", 0, 29},
        {"module demo;\nconst x : int = 1;\t // allow L0501: nothing here\n", 31, 61},
        {"module demo;\nconst x : int = 1;\n\t// allow L0501: nothing here", 32, 61},
    };

    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        static char text[4096];
        char edit[128];
        wc_buf buf;
        wc_compilation *checked;
        wc_compile_options options = {
            .arena = &arena, .hash = wc_test_sha256, .check_only = true, .lint = true};
        wc_arena_init(&arena, memory, MEMORY);
        assert_status(
            wc_compile(&options, WC_STR("demo.clause"), wc_str_of(rows[i].text), &checked), WC_OK);
        wc_buf_init(&buf, text, sizeof(text) - 1);
        wc_diags_render(&checked->diags, &buf, WC_DIAG_JSON, false);
        text[buf.len] = 0;
        (void)snprintf(edit, sizeof(edit), "\"byte_start\":%u,\"byte_end\":%u,\"text\":\"\"",
                       rows[i].start, rows[i].end);
        assert_non_null(strstr(text, "L0102"));
        if (strstr(text, edit) == NULL) fail_msg("no %s in %s", edit, text);
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
        cmocka_unit_test(a_gain_is_shown_on_an_example),
        cmocka_unit_test(the_planned_gas_is_a_limit),
        cmocka_unit_test(the_planned_gas_may_be_just_the_worst_case),
        cmocka_unit_test(the_size_that_gas_depends_on_is_shown_as_it_is_written),
        cmocka_unit_test(a_contract_has_the_same_bytes_wherever_it_is_compiled),
        cmocka_unit_test(a_used_module_with_errors_is_told_once),
        cmocka_unit_test(only_contracts_of_the_file_get_a_sheet),
        cmocka_unit_test(memory_may_end_inside_the_module),
        cmocka_unit_test(a_type_that_cannot_be_compared_is_no_next_version),
        cmocka_unit_test(a_mixin_may_not_make_too_much_text),
        cmocka_unit_test(units_that_differ_are_told_what_is_between_them),
        cmocka_unit_test(arms_are_told_by_their_patterns),
        cmocka_unit_test(checking_alone_gives_diagnostics_and_no_code),
        cmocka_unit_test(the_machine_has_limits_that_a_contract_can_exceed),
        cmocka_unit_test(encoded_values_are_held_to_their_type),
        cmocka_unit_test(memory_may_end_behind_the_checks),
        cmocka_unit_test(a_version_has_the_parties_of_the_one_before),
        cmocka_unit_test(a_term_does_not_become_a_reference),
        cmocka_unit_test(traps_may_be_denied),
        cmocka_unit_test(an_unused_allow_can_be_deleted),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}
