/* The command line: one table of verbs, one set of exit codes, one way to print.
 *
 * Data goes to standard output, messages to standard error. Every verb understands --json, --quiet
 * and --color=auto|always|never; NO_COLOR in the environment switches colour off. A verb gets its
 * arguments parsed against commands.def, so a misspelt option never reaches it. */
#ifndef WC_NODE_CLI_CLI_H
#define WC_NODE_CLI_CLI_H

#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/hash.h"

/* DESIGN section 9. */
typedef enum wc_exit {
    WC_EXIT_DONE = 0,
    WC_EXIT_FAILS = 1, /* the input was examined and fails */
    WC_EXIT_USAGE = 2,
    WC_EXIT_ENVIRONMENT = 3, /* file, disk, network */
    WC_EXIT_TESTS = 4,       /* tests or fuzzing failed */
    WC_EXIT_DISPROVED = 5,
    WC_EXIT_UNDECIDED = 6,
    WC_EXIT_INCOMPATIBLE = 7,
    WC_EXIT_BUG = 70
} wc_exit;

#define WC_CLI_OPTIONS_MAX    32
#define WC_CLI_POSITIONAL_MAX 256

/* Behind "held by process ...", for those who only want to read. */
#define WC_CLI_LOCKED                                                                              \
    "; a node runs on it: ask its API, or read a copy that `wattclause node backup` makes of it"

typedef struct wc_cli_option {
    const char *name;
    const char *value; /* NULL: not given; "" for a switch that was given */
} wc_cli_option;

typedef struct wc_cli {
    const char *verb;
    bool json, quiet, color;
    int option_count;
    wc_cli_option options[WC_CLI_OPTIONS_MAX];
    int argc; /* positional arguments */
    const char *argv[WC_CLI_POSITIONAL_MAX];
} wc_cli;

typedef wc_exit (*wc_cli_verb)(const wc_cli *cli);

/* Every verb of commands.def. */
#define WC_COMMAND(name, function, arguments, line, audience, example)                             \
    wc_exit function(const wc_cli *cli);
#define WC_OPTION(command, name, value, text)
#include "node/cli/commands.def"
#undef WC_COMMAND
#undef WC_OPTION

/* Value of an option of the verb: NULL when it was not given. */
const char *wc_cli_option_of(const wc_cli *cli, const char *name);

/* Whole number in [low, high]; absent: fallback. On a bad value prints a usage message and returns
 * false. */
bool wc_cli_number(const wc_cli *cli, const char *name, int64_t low, int64_t high, int64_t fallback,
                   int64_t *value);

/* WC_EXIT_DONE when every given option, apart from those of all verbs, is among `options`: names
 * between spaces, " key key-id ". Else says which one does not go with `name`, a part of the verb:
 * an option without effect would be believed. */
wc_exit wc_cli_goes_with(const wc_cli *cli, const char *name, const char *options);

/* A hash of 64 hexadecimal digits; *given: `hash`, or NULL when the option is absent. On a bad
 * value prints a usage message and returns false. */
bool wc_cli_hash(const wc_cli *cli, const char *name, wc_hash *hash, const wc_hash **given);

/* A seed that nobody used before, short enough to be typed again. */
uint32_t wc_cli_new_seed(void);

/* "; did you mean `build`?" when one of the words is near, "" otherwise; in `text`. */
const char *wc_cli_meant(char text[64], const char *given, const char *const *words, size_t count);

/* "wattclause VERB: message" on standard error, printf-like; returns code. */
wc_exit wc_cli_fail(const wc_cli *cli, wc_exit code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints bytes to standard output or standard error. False: the stream is broken. */
bool wc_cli_print(const wc_buf *text);
void wc_cli_print_error(const wc_buf *text);

/* Memory for one run, from the system, ended with the process. NULL: the machine is out of it. */
wc_arena *wc_cli_arena(size_t size);

/* Reads a whole file into the arena: at most max bytes. Prints the reason on failure. */
bool wc_cli_read(const wc_cli *cli, const char *path, size_t max, wc_arena *arena, wc_slice *bytes);

/* The same for a text of which no more than max bytes count: of a longer one the first max come,
 * and the reader says that it is too long. */
bool wc_cli_read_head(const wc_cli *cli, const char *path, size_t max, wc_arena *arena,
                      wc_slice *bytes);

/* Where a part of the source tree lies: `given` if not NULL, else `tail` in a folder above the
 * program, else above the current folder, else `tail` itself, which may not be there. */
void wc_cli_locate(const char *given, const char *tail, char *path, size_t size);

/* Writes a file completely or not at all, or a device (output.h). Prints the reason on failure. */
bool wc_cli_write(const wc_cli *cli, const char *path, wc_slice bytes);

#endif
