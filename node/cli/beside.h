/* Files beside a ledger, which nobody has signed: names of accounts, and modules with debug parts.
 */
#ifndef WC_NODE_CLI_BESIDE_H
#define WC_NODE_CLI_BESIDE_H

#include "node/cli/cli.h"
#include "node/query/query.h"

/* Adds the names that lie in a folder (names.json). They are a convenience: a missing file is no
 * error, a wrong one is said and left out. --names names another folder, or the file itself, which
 * then has to be right: ENVIRONMENT or FAILS, said. */
wc_exit wc_cli_names_of(const wc_cli *cli, const char *folder, wc_arena *arena, wc_names *names);

/* The same with the modules of contracts/NAME.wcb; memory comes from query->arena. */
wc_exit wc_cli_beside_ledger(const wc_cli *cli, wc_query *query, const char *folder);

/* Reads names from --names: names.json in the folder, or the file itself. They were asked for, so
 * what is missing or wrong is an error, which has been said. */
wc_exit wc_cli_names(const wc_cli *cli, const char *path, wc_arena *arena, wc_names *names);

/* The address that a word means (docs/reference/names.md). `code`, said behind `place` ("--as: "),
 * with the names that are near. */
wc_exit wc_cli_address(const wc_cli *cli, wc_exit code, const char *place, const char *text,
                       const wc_names *names, wc_address *address);

#endif
