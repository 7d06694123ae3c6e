/* repl: try the language and contracts by hand. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/cli/repl.h"

#define KEPT_ARENA ((size_t)64 << 20)
#define RUN_ARENA  (WC_COMPILE_ARENA * 2 + ((size_t)512 << 20)) /* two compilations and a run */

static void print_help(void)
{
    printf("An expression shows its value and type:   0.38 CNY/kWh * 10 kWh\n"
           "A statement of a test is done:            let c = Sale.deploy(price: 0.4 CNY/kWh);\n"
           "                                          as home { c.fund(10.00 CNY); }\n"
           "                                          advance 1 h\n"
           "                                          expect fail TooMuch { ... }\n"
           "A declaration is kept:                    use std.market    func f(x : int) -> int { "
           "... }\n"
           "A name that nothing has is a party. Lines go on until brackets are closed.\n\n"
           "  :type EXPR    type of an expression      :state   contracts: state, terms, storage\n"
           "  :load FILE    one more source            :money   balances of all parties\n"
           "  :save FILE    the session as a test      :time    the clock      :gas   gas so far\n"
           "  :reset        start over                 :help    this           :quit  the end\n");
}

static bool is_command(wc_str text, const char *name, wc_str *rest)
{
    size_t len = strlen(name);
    if (text.len < len || memcmp(text.data, name, len) != 0) return false;
    if (text.len > len && text.data[len] != ' ') return false;
    while (len < text.len && text.data[len] == ' ') len++;
    *rest = (wc_str){text.data + len, text.len - len};
    return true;
}

/* A path or NULL, with a message. */
static const char *path_of(wc_repl *repl, wc_str rest)
{
    while (rest.len > 0 && rest.data[rest.len - 1] == ' ') rest.len--;
    wc_str path = wc_arena_str(repl->kept, rest);
    if (rest.len > 0 && path.data != NULL) return path.data;
    printf("which file?\n");
    repl->has_failed = true;
    return NULL;
}

static void load(wc_repl *repl, const char *path)
{
    if (path == NULL || !wc_repl_load(repl, path)) return;
    wc_repl_reset(repl);
    printf("%s is loaded; the session starts over\n", path);
}

/* False: the end. */
static bool run_command(wc_repl *repl, wc_str text)
{
    wc_str rest;
    if (is_command(text, ":quit", &rest) || is_command(text, ":q", &rest)) return false;
    if (is_command(text, ":help", &rest) || is_command(text, ":h", &rest)) {
        print_help();
    } else if (is_command(text, ":type", &rest)) {
        wc_repl_type(repl, rest);
    } else if (is_command(text, ":state", &rest)) {
        wc_repl_query(repl, WC_REPL_STATE);
    } else if (is_command(text, ":money", &rest)) {
        wc_repl_query(repl, WC_REPL_MONEY);
    } else if (is_command(text, ":time", &rest)) {
        wc_repl_query(repl, WC_REPL_TIME);
    } else if (is_command(text, ":gas", &rest)) {
        wc_repl_query(repl, WC_REPL_GAS);
    } else if (is_command(text, ":reset", &rest)) {
        wc_repl_reset(repl);
    } else if (is_command(text, ":load", &rest)) {
        load(repl, path_of(repl, rest));
    } else if (is_command(text, ":save", &rest)) {
        const char *path = path_of(repl, rest);
        if (path != NULL) wc_repl_save(repl, path);
    } else {
        printf("there is no command `%.*s`; :help lists them\n",
               (int)(text.len < 40 ? text.len : 40), text.data);
        repl->has_failed = true;
    }
    return true;
}

/* A word that people type to leave or to be helped, though it is no Clause. */
static bool is_plain(wc_str text, const char *word)
{
    return wc_str_equal(text, wc_str_of(word));
}

/* One complete input; false: the end. */
static bool take(wc_repl *repl, wc_str input)
{
    if (is_plain(input, "help") || is_plain(input, "?")) {
        print_help();
        return true;
    }
    if (is_plain(input, "quit") || is_plain(input, "exit")) return false;
    if (input.len > 0 && input.data[0] == ':') return run_command(repl, input);
    wc_repl_input(repl, input);
    return true;
}

static void loop(wc_repl *repl, wc_repl_lines *lines, wc_buf *input)
{
    wc_str line;
    bool is_dropped;
    while (wc_repl_lines_next(lines, input->len > 0, &line, &is_dropped)) {
        if (is_dropped) input->len = 0;
        if (input->len > 0) wc_buf_put_u8(input, '\n');
        wc_buf_put(input, line.data, line.len);
        wc_str text = {(const char *)input->data, input->len};
        while (text.len > 0 && text.data[0] == ' ') text = (wc_str){text.data + 1, text.len - 1};
        bool is_command = text.len > 0 && text.data[0] == ':';
        if (!is_command && wc_repl_is_open(text) && !input->full) continue;
        wc_repl_lines_keep(lines, text);
        bool goes_on = take(repl, text);
        (void)fflush(stdout);
        input->len = 0;
        input->full = false;
        if (!goes_on) return;
    }
    if (input->len > 0) { /* the end inside brackets: let the compiler say what is missing */
        (void)take(repl, (wc_str){(const char *)input->data, input->len});
    }
    if (repl->is_person) printf("\n");
}

wc_exit wc_cli_repl(const wc_cli *cli)
{
    static wc_repl repl;
    repl = (wc_repl){.cli = cli, .is_person = isatty(STDIN_FILENO) == 1};
    repl.arena = wc_cli_arena(RUN_ARENA);
    repl.kept = wc_cli_arena(KEPT_ARENA);
    if (repl.arena == NULL || repl.kept == NULL) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    for (int i = 0; i < cli->argc; i++) {
        if (!wc_repl_load(&repl, cli->argv[i])) return WC_EXIT_FAILS;
    }
    wc_repl_reset(&repl);
    wc_buf input;
    void *memory = wc_arena_alloc(repl.kept, WC_REPL_TEXT_MAX, 1);
    wc_repl_lines *lines = wc_repl_lines_open(&repl);
    if (memory == NULL || lines == NULL || repl.saved.data == NULL) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_buf_init(&input, memory, WC_REPL_TEXT_MAX);
    if (repl.is_person && !cli->quiet) {
        printf("Clause by hand: a scratch ledger that forgets everything. :help, :quit.\n");
    }
    loop(&repl, lines, &input);
    wc_repl_lines_close(lines);
    return repl.has_failed && !repl.is_person ? WC_EXIT_FAILS : WC_EXIT_DONE;
}
