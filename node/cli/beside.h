/* Files beside a ledger, which nobody has signed: names of accounts, and modules with debug parts.
 */
#ifndef WC_NODE_CLI_BESIDE_H
#define WC_NODE_CLI_BESIDE_H

#include "node/cli/cli.h"
#include "node/query/query.h"

/* Adds what lies in a folder, names.json and contracts/NAME.wcb, to the look-ups; memory comes from
 * query->arena. They are a convenience: a missing file is no error, a wrong one is said and left
 * out. */
void wc_cli_beside_ledger(const wc_cli *cli, wc_query *query, const char *folder);

#endif
