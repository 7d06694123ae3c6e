/* cov: runs the tests and says what of the contracts they did not reach. */
#include <stdio.h>
#include <string.h>

#include "node/cli/coverage.h"
#include "node/cli/module.h"

#define OUTPUT_BYTES ((size_t)64 << 20)

typedef struct cov_format {
    const char *name;
    void (*put)(const wc_coverage *coverage, wc_buf *text);
} cov_format;

static const cov_format formats[] = {{"text", wc_coverage_text},
                                     {"lcov", wc_coverage_lcov},
                                     {"json", wc_coverage_json},
                                     {"html", wc_coverage_html}};

static const cov_format *format_of(const wc_cli *cli)
{
    const char *name = wc_cli_option_of(cli, "to");
    if (name == NULL) name = cli->json ? "json" : "text";
    for (size_t i = 0; i < WC_ARRAY_LEN(formats); i++) {
        if (strcmp(formats[i].name, name) == 0) return &formats[i];
    }
    (void)wc_cli_fail(cli, WC_EXIT_USAGE, "--to is text, lcov, json or html");
    return NULL;
}

static wc_status add_contracts(const wc_suite *suite, wc_cover *cover)
{
    for (uint32_t f = 0; f < suite->file_count; f++) {
        const wc_compilation *made = suite->files[f].compilation;
        for (uint16_t i = 0; i < made->contract_count; i++) {
            wc_module_file file;
            wc_finding finding;
            WC_TRY(wc_module_file_read(made->contracts[i].file, suite->arena, &file, &finding));
            WC_TRY(wc_cover_add(cover, file.module, file.debug, suite->arena));
        }
    }
    return WC_OK;
}

static wc_exit write_out(const wc_suite *suite, const wc_buf *text)
{
    const char *path = wc_cli_option_of(suite->cli, "output");
    if (text->full) return wc_cli_fail(suite->cli, WC_EXIT_ENVIRONMENT, "the report is too large");
    if (path == NULL) return wc_cli_print(text) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
    bool is_written = wc_cli_write(suite->cli, path, wc_slice_of(text->data, text->len));
    return is_written ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

static wc_exit report(wc_suite *suite, const wc_cover *cover, const cov_format *format)
{
    static wc_coverage coverage;
    wc_buf text;
    uint8_t *memory = WC_ARENA_ARRAY(suite->arena, uint8_t, OUTPUT_BYTES);
    if (memory == NULL || !wc_coverage_make(&coverage, cover, suite)) {
        return wc_cli_fail(suite->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_buf_init(&text, memory, OUTPUT_BYTES);
    format->put(&coverage, &text);
    return write_out(suite, &text);
}

wc_exit wc_cli_cov(const wc_cli *cli)
{
    static wc_suite suite;
    static wc_cover cover;
    const cov_format *format = format_of(cli);
    if (format == NULL) return WC_EXIT_USAGE;
    wc_cli quiet = *cli;
    quiet.json = false; /* diagnostics are for people; what is asked for is the report */
    wc_exit code = wc_suite_open(&suite, &quiet);
    if (code != WC_EXIT_DONE) return code;
    wc_cli_report_close(&suite.report);
    if (!wc_suite_options(&suite)) return WC_EXIT_USAGE;
    wc_cover_init(&cover);
    wc_status status = add_contracts(&suite, &cover);
    if (status != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
    }
    suite.observer = &cover.observer;
    suite.threads = 1; /* one set of counters */
    code = wc_suite_run(&suite);
    if (code == WC_EXIT_DONE) code = report(&suite, &cover, format);
    if (code != WC_EXIT_DONE) return code;
    uint32_t failed = wc_suite_failed(&suite);
    if (failed == 0) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_TESTS, "%u of %u tests failed: see `wattclause test`", failed,
                       suite.case_count);
}
