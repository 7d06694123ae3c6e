/* test: runs the tests and properties of sources and says where and why one fails. */
#include <stdio.h>
#include <string.h>

#include "node/cli/native.h"
#include "node/cli/suite.h"

#define REPORT_BYTES ((size_t)32 << 20)

/* --report junit=FILE; NULL: none was asked for. False after a message. */
static bool report_file(const wc_cli *cli, const char **path)
{
    static const char kind[] = "junit=";
    const char *value = wc_cli_option_of(cli, "report");
    *path = NULL;
    if (value == NULL) return true;
    if (strncmp(value, kind, sizeof(kind) - 1) == 0 && value[sizeof(kind) - 1] != '\0') {
        *path = value + sizeof(kind) - 1;
        return true;
    }
    (void)wc_cli_fail(cli, WC_EXIT_USAGE, "--report is written --report junit=FILE");
    return false;
}

static wc_exit write_reports(wc_suite *suite, const char *junit)
{
    uint8_t *memory = WC_ARENA_ARRAY(suite->arena, uint8_t, REPORT_BYTES);
    if (memory == NULL) return wc_cli_fail(suite->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf text;
    if (junit != NULL) {
        wc_buf_init(&text, memory, REPORT_BYTES);
        wc_report_junit(suite, &text);
        if (!wc_cli_write(suite->cli, junit, wc_slice_of(text.data, text.len))) {
            return WC_EXIT_ENVIRONMENT;
        }
    }
    wc_buf_init(&text, memory, REPORT_BYTES);
    if (suite->report.format == WC_DIAG_JSON) {
        wc_report_json(suite, suite->report.has_items, &text);
        return wc_cli_print(&text) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
    }
    if (!wc_cli_report_is_text(&suite->report)) return WC_EXIT_DONE;
    for (uint32_t i = 0; i < suite->case_count; i++) {
        if (!suite->cases[i].result.has_passed) wc_report_case(suite, &suite->cases[i], &text);
    }
    wc_cli_print_error(&text);
    return WC_EXIT_DONE;
}

static void print_summary(const wc_suite *suite)
{
    uint32_t failed = wc_suite_failed(suite);
    printf("%u passed, %u failed", suite->case_count - failed, failed);
    if (suite->property_count > 0) {
        printf("; %u %s, %u runs each, --seed %llu", suite->property_count,
               suite->property_count == 1 ? "property" : "properties", suite->runs,
               (unsigned long long)suite->seed);
    }
    printf("\n");
}

static wc_exit run(wc_suite *suite, const char *junit)
{
    if (!wc_suite_options(suite)) return WC_EXIT_USAGE;
    suite->wants_calls =
        suite->report.format == WC_DIAG_JSON && wc_cli_option_of(suite->cli, "calls") != NULL;
    wc_exit code = wc_suite_run(suite);
    return code == WC_EXIT_DONE ? write_reports(suite, junit) : code;
}

wc_exit wc_cli_test(const wc_cli *cli)
{
    static wc_suite suite;
    const char *junit;
    if (!report_file(cli, &junit)) return WC_EXIT_USAGE;
    wc_cli_objects native;
    if (!wc_cli_objects_open(cli, &native)) return WC_EXIT_USAGE;
    wc_exit code = wc_suite_open(&suite, cli);
    bool is_open = code == WC_EXIT_DONE;
    suite.native = native.source;
    if (is_open) code = run(&suite, junit);
    wc_cli_objects_close(cli, &native);
    if (!is_open) return code;
    wc_cli_report_close(&suite.report);
    if (code != WC_EXIT_DONE) return code;
    if (wc_cli_report_is_text(&suite.report)) print_summary(&suite);
    code = wc_found_properties(&suite);
    if (code != WC_EXIT_DONE) return code;
    return wc_suite_failed(&suite) == 0 ? WC_EXIT_DONE : WC_EXIT_TESTS;
}
