/* What `run`, `debug` and `dap` are about: one test of a source, perhaps with statements added to
 * its end; or one case of a property. */
#ifndef WC_NODE_CLI_TARGET_H
#define WC_NODE_CLI_TARGET_H

#include "node/cli/compile.h"
#include "node/debug/travel.h"

typedef struct wc_cli_target {
    const wc_cli *cli;
    wc_arena *arena; /* of everything that stays */
    wc_compilation *compilation;
    wc_runner_job job;
    wc_dbg_target target;
    wc_str found;       /* of a property: what was found, one sentence for people; else empty */
    uint32_t from_line; /* of the test's file: where the added statements begin; 0: none were */
} wc_cli_target;

typedef struct wc_cli_wish {
    const char *path;
    const char *test;  /* title, or a part that only one title has; NULL: the only test */
    const char *added; /* statements; NULL: none */
    /* A property instead of a test, by its title as above: its smallest failing case, else its
     * first one. NULL: none. */
    const char *property;
    uint64_t seed;
    uint32_t runs;
} wc_cli_wish;

/* Compiles the source and chooses the test. With `added` and no `test` the statements are a test of
 * their own. message: what is wrong, for people, ended with a NUL; diagnostics included. */
wc_exit wc_cli_target_open(wc_cli_target *target, const wc_cli *cli, const wc_cli_wish *wish,
                           wc_buf *message);

/* How the test fails, with both sides of an assertion and the names of errors: by one run more. */
WC_MUST_USE wc_status wc_cli_target_explain(const wc_cli_target *target, wc_runner_result *result);

#endif
