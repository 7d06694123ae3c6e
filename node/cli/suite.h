/* Tests as the verbs of authors run them: collected from sources, run on several threads, told in
 * the order of the source. */
#ifndef WC_NODE_CLI_SUITE_H
#define WC_NODE_CLI_SUITE_H

#include "node/cli/compile.h"
#include "node/runner/property.h"

#define WC_SUITE_THREADS_MAX 64u

/* One source with what it compiled to. */
typedef struct wc_suite_file {
    const char *path;
    wc_compilation *compilation;
    const wc_module *image; /* of its tests; NULL without any */
    wc_slice *modules;      /* of contracts, in the image's numbering */
    wc_slice previous;      /* module of the version before contract previous_of, or empty */
    uint16_t previous_of;
} wc_suite_file;

typedef struct wc_suite_case {
    const wc_suite_file *file;
    const wc_compiled_test *test;
    bool is_property;
    wc_status status; /* not WC_OK: it could not be run */
    wc_runner_result result;
    uint32_t runs, shrink_runs; /* a property's */
    wc_slice given;             /* the smallest failing values; empty: none */
    wc_str trace;               /* of one that failed; may be empty */
    wc_str calls;               /* as JSON, when they are wanted */
} wc_suite_case;

typedef struct wc_suite {
    const wc_cli *cli;
    wc_arena *arena;
    uint32_t file_count, case_count, property_count;
    wc_suite_file files[WC_CLI_POSITIONAL_MAX];
    wc_suite_case *cases;
    wc_cli_report report; /* of diagnostics; with json the results are in the same array */
    uint64_t seed;        /* of properties */
    uint32_t runs;
    uint32_t threads;
    bool wants_calls;               /* of tests, in the JSON of their results */
    const wc_observer *observer;    /* of all contracts; one thread only */
    const wc_native_source *native; /* compiled contracts; NULL: everything is interpreted */
} wc_suite;

/* Compiles the sources named on the command line and collects those of their tests whose title
 * contains --filter. Prints what is wrong; suite->report is open afterwards if and only if DONE. */
wc_exit wc_suite_open(wc_suite *suite, const wc_cli *cli);

/* The same without looking for tests. */
wc_exit wc_suite_open_sources(wc_suite *suite, const wc_cli *cli);

/* Reads --seed, --runs and --jobs. False after a message. */
bool wc_suite_options(wc_suite *suite);

/* Runs them all; what came of it is in suite->cases. */
wc_exit wc_suite_run(wc_suite *suite);

uint32_t wc_suite_failed(const wc_suite *suite);

/* ---- reports (test_report.c) ---- */

/* Appends a string of JSON, quotes included; text of XML. */
void wc_report_json_string(wc_buf *text, wc_str string);
void wc_report_xml(wc_buf *text, wc_str string);

/* "q = 0.005 kWh, p = 1.00000 CNY/kWh" */
void wc_report_given(wc_buf *text, const wc_suite_case *one);

void wc_report_case(const wc_suite *suite, const wc_suite_case *one, wc_buf *text); /* failed */
/* Elements of an array; has_items: some stand there already. */
void wc_report_json(const wc_suite *suite, bool has_items, wc_buf *text);
void wc_report_junit(const wc_suite *suite, wc_buf *text);

/* ---- cases written down (found.c) ---- */

/* What a file with found cases begins with: its module, and `use` of what the source uses and of
 * the source itself. */
void wc_found_begin(wc_buf *text, const wc_suite_file *file, wc_str module);

/* Names of a file beside a source: "ppa_test.clause" -> "ppa_test_found.clause", and its module. */
bool wc_found_path(const wc_suite_file *file, const char *wanted, char *path, size_t size,
                   wc_buf *module);

/* Writes the failing cases of the suite's properties as tests beside their sources, or to --write,
 * and says where. */
wc_exit wc_found_properties(const wc_suite *suite);

/* Writes a file of tests and makes sure that it compiles. */
wc_exit wc_found_write(const wc_cli *cli, const char *path, const wc_buf *text);

#endif
