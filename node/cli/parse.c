/* Argument parsing and help, both from commands.def. getopt_long does the reading. */
#include "node/cli/parse.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/query/nearest.h"

static const wc_cli_command commands[] = {
#define WC_COMMAND(name, function, arguments, line, audience, example)                             \
    {#name, function, arguments, line, audience, example},
#define WC_OPTION(command, name, value, text)
#include "node/cli/commands.def"
#undef WC_COMMAND
#undef WC_OPTION
};

typedef struct option_row {
    const char *command, *name, *value, *text;
} option_row;

static const option_row options[] = {
#define WC_COMMAND(name, function, arguments, line, audience, example)
#define WC_OPTION(command, name, value, text) {#command, name, value, text},
#include "node/cli/commands.def"
#undef WC_COMMAND
#undef WC_OPTION
};

static const option_row common[] = {
    {"", "json", "", "machine-readable output"},
    {"", "quiet", "", "no progress and no remarks"},
    {"", "color", "WHEN", "auto, always or never"},
    {"", "help", "", "print the verb's options"},
};

static const wc_cli_command *find(const char *name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(commands); i++) {
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    }
    return NULL;
}

const char *wc_cli_meant(char text[64], const char *given, const char *const *words, size_t count)
{
    const char *nearest = NULL;
    size_t slips = WC_NEAREST_SLIPS_MAX + 1;
    for (size_t i = 0; i < count; i++) wc_nearest_offer(given, words[i], &nearest, &slips);
    text[0] = '\0';
    if (nearest != NULL && slips > 0) {
        (void)snprintf(text, 64, "; did you mean `%s`?", nearest);
    }
    return text;
}

static wc_exit unknown_verb(const char *name)
{
    const char *nearest = NULL;
    size_t slips = WC_NEAREST_SLIPS_MAX + 1;
    for (size_t i = 0; i < WC_ARRAY_LEN(commands); i++) {
        wc_nearest_offer(name, commands[i].name, &nearest, &slips);
    }
    fprintf(stderr, "wattclause: there is no verb `%.40s`", name);
    if (nearest != NULL) fprintf(stderr, "; did you mean `%s`?", nearest);
    fprintf(stderr, "\n`wattclause help` lists all of them.\n");
    return WC_EXIT_USAGE;
}

static void print_overview(FILE *out)
{
    static const char *const audiences[] = {"all", "authors", "auditors", "nodes"};
    fprintf(out, "Wattclause %s: contracts for trading distributed energy\n\n", WC_VERSION);
    fprintf(out,
            "  wattclause demo              one day of real households, settled and audited\n");
    fprintf(out, "  wattclause check FILE        check a contract\n");
    for (size_t a = 0; a < WC_ARRAY_LEN(audiences); a++) {
        bool is_first = true;
        for (size_t i = 0; i < WC_ARRAY_LEN(commands); i++) {
            if (strcmp(commands[i].audience, audiences[a]) != 0) continue;
            if (is_first) fprintf(out, "\nfor %s\n", audiences[a]);
            is_first = false;
            fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].line);
        }
    }
    fprintf(out, "\n`wattclause help VERB` shows arguments, options and an example.\n"
                 "Exit codes: 0 done, 1 the input fails, 2 usage, 3 environment, 4 tests failed, "
                 "7 incompatible, 70 our bug.\n");
}

static void print_options(FILE *out, const option_row *rows, size_t count, const char *command)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].command[0] != '\0' && strcmp(rows[i].command, command) != 0) continue;
        char left[40];
        snprintf(left, sizeof(left), "--%s%s%s", rows[i].name, rows[i].value[0] ? "=" : "",
                 rows[i].value);
        fprintf(out, "  %-20s %s\n", left, rows[i].text);
    }
}

static void print_verb(FILE *out, const wc_cli_command *command)
{
    fprintf(out, "usage: wattclause %s [options] %s\n%s\n\nexample\n  %s\n\noptions\n",
            command->name, command->arguments, command->line, command->example);
    print_options(out, options, WC_ARRAY_LEN(options), command->name);
    print_options(out, common, WC_ARRAY_LEN(common), command->name);
}

wc_exit wc_cli_help(const wc_cli *cli)
{
    if (cli->argc == 0) {
        print_overview(stdout);
        return WC_EXIT_DONE;
    }
    const wc_cli_command *command = find(cli->argv[0]);
    if (command == NULL) return unknown_verb(cli->argv[0]);
    print_verb(stdout, command);
    return WC_EXIT_DONE;
}

/* The verb's rows and the common ones as getopt wants them; val is 1 + index in cli->options. */
static int collect_options(wc_cli *cli, struct option *longs)
{
    int count = 0;
    for (size_t i = 0; i < WC_ARRAY_LEN(options) + WC_ARRAY_LEN(common); i++) {
        const option_row *row =
            i < WC_ARRAY_LEN(options) ? &options[i] : &common[i - WC_ARRAY_LEN(options)];
        if (row->command[0] != '\0' && strcmp(row->command, cli->verb) != 0) continue;
        wc_assert(count < WC_CLI_OPTIONS_MAX);
        for (int k = 0; k < count; k++) wc_assert(strcmp(cli->options[k].name, row->name) != 0);
        cli->options[count] = (wc_cli_option){row->name, NULL};
        longs[count] = (struct option){
            row->name, row->value[0] != '\0' ? required_argument : no_argument, NULL, 1 + count};
        count++;
    }
    longs[count] = (struct option){NULL, 0, NULL, 0};
    return count;
}

static bool set_common(wc_cli *cli)
{
    const char *color = wc_cli_option_of(cli, "color");
    const char *none = getenv("NO_COLOR");
    cli->json = wc_cli_option_of(cli, "json") != NULL;
    cli->quiet = wc_cli_option_of(cli, "quiet") != NULL;
    cli->color = isatty(STDERR_FILENO) == 1 && (none == NULL || none[0] == '\0');
    if (color == NULL || strcmp(color, "auto") == 0) return true;
    cli->color = strcmp(color, "always") == 0;
    if (cli->color || strcmp(color, "never") == 0) return true;
    fprintf(stderr, "wattclause %s: --color is auto, always or never, not `%.20s`\n", cli->verb,
            color);
    return false;
}

static bool takes(const wc_cli *cli, const char *name)
{
    for (int i = 0; i < cli->option_count; i++) {
        if (strcmp(cli->options[i].name, name) == 0) return true;
    }
    return false;
}

/* What is wrong with an option, and what was probably meant. */
static void refuse_option(const wc_cli *cli, const struct option *longs, const char *given)
{
    const char *nearest = NULL;
    char name[64];
    size_t slips = WC_NEAREST_SLIPS_MAX + 1;
    size_t dashes = strspn(given, "-"), len = strcspn(given + dashes, "=");
    (void)snprintf(name, sizeof name, "%.*s", (int)(len < 63 ? len : 63), given + dashes);
    fprintf(stderr, "wattclause %s: ", cli->verb);
    if (strncmp(given, "-o", 2) == 0) {
        bool is_known = takes(cli, "output");
        fprintf(stderr, is_known ? "`-o` lacks its value\n" : "`-o` is no option of it\n");
        fprintf(stderr, "`wattclause help %s` lists the options.\n", cli->verb);
        return;
    }
    for (const struct option *row = longs; row->name != NULL; row++) {
        wc_nearest_offer(name, row->name, &nearest, &slips);
        if (strcmp(row->name, name) != 0) continue;
        fprintf(stderr, "`--%s` %s\n", name,
                row->has_arg == no_argument ? "takes no value" : "lacks its value");
        break;
    }
    if (slips > 0 || nearest == NULL) {
        fprintf(stderr, "`%.40s` is no option of it%s", given,
                dashes > 1 ? "" : ", or lacks its value");
        if (nearest != NULL) fprintf(stderr, "; did you mean `--%s`?", nearest);
        fprintf(stderr, "\n");
    }
    fprintf(stderr, "`wattclause help %s` lists the options.\n", cli->verb);
}

/* What getopt has just refused. It stays on a word of several letters behind one dash (`-help`),
 * which it reads letter by letter, and is past every other one. */
static const char *refused(int argc, char *const *argv)
{
    const char *before = argv[optind - 1], *here = optind < argc ? argv[optind] : "";
    bool is_before = before[0] == '-' && (before[1] == '-' || before[1] == (char)optopt);
    bool is_here = here[0] == '-' && here[1] != '\0' && here[1] == (char)optopt;
    return is_here && !is_before ? here : before;
}

/* The spellings of --help that other programs take. */
static bool asks_for_help(const char *given)
{
    return strcmp(given, "-h") == 0 || strcmp(given, "-help") == 0 || strcmp(given, "-?") == 0;
}

static void set_help(wc_cli *cli)
{
    for (int i = 0; i < cli->option_count; i++) {
        if (strcmp(cli->options[i].name, "help") == 0) cli->options[i].value = "";
    }
}

/* Reads argv[1...] of the verb. False: a message was printed. */
static bool read_arguments(wc_cli *cli, int argc, char **argv)
{
    struct option longs[WC_CLI_OPTIONS_MAX + 1];
    cli->option_count = collect_options(cli, longs);
    optind = 1;
    opterr = 0;
    int found;
    while ((found = getopt_long(argc, argv, "o:", longs, NULL)) != -1) {
        if (found == 'o' && !takes(cli, "output")) {
            refuse_option(cli, longs, "-o");
            return false;
        }
        if (found == 'o') {
            for (int i = 0; i < cli->option_count; i++) {
                if (strcmp(cli->options[i].name, "output") == 0) cli->options[i].value = optarg;
            }
        } else if (found >= 1 && found <= cli->option_count) {
            cli->options[found - 1].value = optarg != NULL ? optarg : "";
        } else if (asks_for_help(refused(argc, argv))) {
            set_help(cli);
            return true; /* whatever else there is */
        } else {
            refuse_option(cli, longs, refused(argc, argv));
            return false;
        }
    }
    if (argc - optind > WC_CLI_POSITIONAL_MAX) {
        fprintf(stderr, "wattclause %s: more than %d arguments\n", cli->verb,
                WC_CLI_POSITIONAL_MAX);
        return false;
    }
    while (optind < argc) cli->argv[cli->argc++] = argv[optind++];
    return set_common(cli);
}

wc_exit wc_cli_parse(wc_cli *cli, const wc_cli_command **command, int argc, char **argv)
{
    *command = NULL;
    if (argc < 2) {
        print_overview(stderr);
        return WC_EXIT_USAGE;
    }
    const char *verb = argv[1];
    if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0) verb = "help";
    if (strcmp(verb, "--version") == 0) verb = "version";
    const wc_cli_command *row = find(verb);
    if (row == NULL) return unknown_verb(verb);

    *cli = (wc_cli){.verb = row->name};
    if (!read_arguments(cli, argc - 1, argv + 1)) return WC_EXIT_USAGE;
    if (wc_cli_option_of(cli, "help") != NULL) {
        print_verb(stdout, row);
        return WC_EXIT_DONE;
    }
    *command = row;
    return WC_EXIT_DONE;
}
