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

/* `node snapshot`, `node restore --snapshot` (node_snapshot.c). */
wc_exit wc_cli_node_snapshot(const wc_cli *cli);
wc_exit wc_cli_node_restore_snapshot(const wc_cli *cli);

/* Begins the ledger of a folder with --snapshot; says: prints what it did. */
wc_exit wc_cli_node_begin(const wc_cli *cli, const char *folder, bool says);

/* Prints what the administration of a running node answered. */
wc_exit wc_cli_node_print_answer(const wc_cli *cli, const char *answer, size_t len);

/* An absolute path of something that need not exist. False: it is too long. */
bool wc_cli_node_absolute(char *absolute, size_t size, const char *path);

/* On standard error: sealed records behind this one were given up. */
void wc_cli_node_say_lost(uint64_t seq, uint32_t incarnation);

#endif
