/* From argv to a verb with its options, by the table in commands.def. */
#ifndef WC_NODE_CLI_PARSE_H
#define WC_NODE_CLI_PARSE_H

#include "node/cli/cli.h"

typedef struct wc_cli_command {
    const char *name;
    wc_cli_verb run;
    const char *arguments, *line, *audience, *example;
} wc_cli_command;

/* *command is NULL when there is nothing to run: the returned code is the program's. */
wc_exit wc_cli_parse(wc_cli *cli, const wc_cli_command **command, int argc, char **argv);

#endif
