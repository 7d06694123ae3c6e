/* The REPL: a session that grows line by line and is, at any moment, a test in Clause.
 *
 *   repl.c          the verb, the loop, commands      repl_line.c   reading lines (libedit, a pipe)
 *   repl_session.c  inputs: compile, run, keep        repl_show.c   what a step did, in words
 *   repl_text.c     words, brackets, comments
 *
 * An input is compiled as the newest statement of a test, and the whole test runs again from the
 * beginning on a fresh ledger (ADR 29). So nothing is interpreted differently here than in a test,
 * an input that fails leaves no trace, and `:save` writes down what is true. */
#ifndef WC_NODE_CLI_REPL_H
#define WC_NODE_CLI_REPL_H

#include "node/cli/compile.h"
#include "node/runner/runner.h"

#define WC_REPL_FILES_MAX 32u
#define WC_REPL_TEXT_MAX  ((size_t)1 << 20) /* bytes of a session */
#define WC_REPL_NAMES_MAX 64u               /* instances with names */

/* What is shown when the session has run. */
typedef enum wc_repl_wish {
    WC_REPL_STEPS, /* what the newest input did */
    WC_REPL_STATE, /* every instance: state, data, storage */
    WC_REPL_MONEY, /* every balance */
    WC_REPL_TIME,
    WC_REPL_GAS
} wc_repl_wish;

typedef struct wc_repl {
    const wc_cli *cli;
    bool is_person;  /* a terminal; else lines from a pipe or a file */
    bool has_failed; /* some input did */
    wc_arena *arena; /* of one input; rewound */
    wc_arena *kept;  /* of the session */
    wc_cli_loaded loaded[WC_REPL_FILES_MAX];
    uint32_t loaded_count;
    char folder[4096];               /* where modules are looked for: of the newest file */
    wc_buf uses;                     /* "use std.energy; " */
    wc_buf declared;                 /* declarations, one after another */
    wc_buf body;                     /* statements without comments */
    wc_buf saved;                    /* the inputs as they were typed, for :save */
    uint32_t steps;                  /* that the statements of body make */
    wc_str names[WC_REPL_NAMES_MAX]; /* of instances, in order of deployment */
    uint32_t name_count;
    wc_str state_type; /* "state of Sale": the value that is shown is the name of one */
} wc_repl;

/* ---- repl_session.c ---- */

/* Loads a source; its contracts can be deployed. False: a message was printed. */
bool wc_repl_load(wc_repl *repl, const char *path);
void wc_repl_reset(wc_repl *repl);
/* One complete input that is no command. */
void wc_repl_input(wc_repl *repl, wc_str text);
/* The type of an expression. */
void wc_repl_type(wc_repl *repl, wc_str text);
/* Runs the session again and shows that. */
void wc_repl_query(wc_repl *repl, wc_repl_wish wish);
/* Writes the session as a test. */
void wc_repl_save(wc_repl *repl, const char *path);

/* ---- repl_text.c ---- */

wc_str wc_repl_trim(wc_str text); /* without white space around it */
bool wc_repl_is_word(char c);     /* of a name or a number */
/* Begins with the whole word, or with one of them. */
bool wc_repl_starts_with(wc_str text, const char *word);
bool wc_repl_starts_with_any(wc_str text, const char *const *words, size_t count);
/* One pass over text, strings and comments told apart; copies what is no comment into `code`, which
 * may be NULL. Returns the depth of open brackets; INT32_MAX inside a string. */
int32_t wc_repl_scan(wc_str text, wc_buf *code);
/* Whether a bracket stands open: the input goes on. */
bool wc_repl_is_open(wc_str text);

/* ---- repl_show.c ---- */

typedef struct wc_repl_shower wc_repl_shower;

/* Steps after the first `skip` are put into text. NULL: no memory. */
wc_repl_shower *wc_repl_shower_new(wc_repl *repl, wc_buf *text, uint32_t skip, wc_repl_wish wish);
const wc_runner_observer *wc_repl_shower_observer(const wc_repl_shower *shower);
uint32_t wc_repl_shower_steps(const wc_repl_shower *shower);
/* A call of the newest input was refused, and that was said. */
bool wc_repl_shower_failed(const wc_repl_shower *shower);

/* Names of the session's own contract and of what belongs to it: never shown. */
#define WC_REPL_OWN    "ReplShow"
#define WC_REPL_HIDDEN "repl_"

/* ---- repl_line.c ---- */

typedef struct wc_repl_lines wc_repl_lines;

/* NULL: out of memory. */
wc_repl_lines *wc_repl_lines_open(wc_repl *repl);
/* The next line without its end, until the next call; false: the end. *is_dropped: interrupted, the
 * input so far is not wanted. */
bool wc_repl_lines_next(wc_repl_lines *lines, bool is_more, wc_str *line, bool *is_dropped);
/* Keeps a whole input in the history. */
void wc_repl_lines_keep(wc_repl_lines *lines, wc_str input);
void wc_repl_lines_close(wc_repl_lines *lines);

#endif
