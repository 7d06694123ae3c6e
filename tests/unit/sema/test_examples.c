/* The examples of every diagnostic: the wrong one reports its code and nothing else, the right one
 * reports no error at all. So the examples that `explain` prints are true, and each code of the
 * table has at least one test. */
#include "tests/unit/sema/bench.h"

/* Raised by other parts of the compiler, or not by one short source. */
static const char *const elsewhere[] = {
    "E0306", /* two files */
    "E0418", /* the emitter knows the encoding */
    "E0705", /* example of its own below */
    "E0906", /* needs thousands of declarations */
    "E0908", /* the emitter knows the gas */
    "E0920", /* the emitter knows the machine */
};

static bool is_elsewhere(const char *name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(elsewhere); i++) {
        if (strcmp(elsewhere[i], name) == 0) return true;
    }
    return false;
}

/* `wattclause lint` alone looks for it: tests/unit/lint has its examples. */
static bool is_lint_only(const char *name)
{
    enum {
        CHECK,
        LINT
    };

    static const struct {
        const char *name;
        int when;
    } lints[] = {

#define WC_LINT(code, group, when) {#code, when},
#include "compiler/lint.def"
#undef WC_LINT
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(lints); i++) {
        if (strcmp(lints[i].name, name) == 0) return lints[i].when == LINT;
    }
    return false;
}

static bool is_ours(const char *name)
{
    return !is_lint_only(name) && strncmp(name, "E01", 3) != 0 && strncmp(name, "E02", 3) != 0 &&
           name[0] != 'V' && name[0] != 'R' && strcmp(name, "E0520") != 0 && !is_elsewhere(name);
}

static unsigned check_wrong(bench *b, const wc_diag_info *info)
{
    const char *report = bench_report(b, info->wrong);
    const wc_diag *diag = b->diags.first;
    bool fine = diag != NULL;
    for (; diag != NULL; diag = diag->next) {
        fine = fine && strcmp(wc_diag_info_of(diag->code)->name, info->name) == 0;
    }
    if (!fine) print_error("%s: the wrong example reports\n%s", info->name, report);
    return fine ? 0 : 1;
}

static unsigned check_right(bench *b, const wc_diag_info *info)
{
    const char *report = bench_report(b, info->right);
    bool fine = true;
    for (const wc_diag *diag = b->diags.first; diag != NULL; diag = diag->next) {
        bool is_same = strcmp(wc_diag_info_of(diag->code)->name, info->name) == 0;
        fine = fine && !is_same && diag->severity == WC_SEVERITY_WARNING;
    }
    if (!fine) print_error("%s: the right example reports\n%s", info->name, report);
    return fine ? 0 : 1;
}

static void each_example_does_what_it_shows(void **state)
{
    (void)state;
    bench b;
    unsigned failures = 0;
    bench_open(&b);
    for (size_t i = 0; i < WC_DIAG_CODE_COUNT; i++) {
        const wc_diag_info *info = wc_diag_info_of((wc_diag_code)i);
        if (!is_ours(info->name)) continue;
        if (info->wrong[0] == 0 || info->right[0] == 0) fail_msg("%s has no example", info->name);
        b.explains_states = strcmp(info->name, "L0803") == 0;
        b.traps = strncmp(info->name, "L091", 4) == 0 ? WC_TRAPS_EXPLAIN : WC_TRAPS_SILENT;
        failures += check_wrong(&b, info);
        failures += check_right(&b, info);
    }
    bench_close(&b);
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_example_does_what_it_shows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
