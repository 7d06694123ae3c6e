/* Inside the verb `node`: what its parts share. */
#ifndef WC_NODE_CLI_NODE_H
#define WC_NODE_CLI_NODE_H

#include "node/cli/cli.h"
#include "node/service/config.h"
#include "node/service/node.h"

/* Exit code of a status: 7 for another protocol, 1 for an input that fails, else 3. */
wc_exit wc_cli_node_exit(wc_status status);

/* "FILE:LINE: sentence" on standard error; returns code. */
wc_exit wc_cli_node_refuse(const wc_cli *cli, wc_exit code, const char *file,
                           const wc_ini_problem *problem);

/* Reads FOLDER/node.conf, or --config, over the defaults and checks it. */
wc_exit wc_cli_node_config(const wc_cli *cli, const char *folder, wc_config *config);

/* Serves until it is asked to stop: `node start` and `node follow` (node_run.c). */
wc_exit wc_cli_node_serve(const wc_cli *cli, const wc_node_options *options);

#endif
