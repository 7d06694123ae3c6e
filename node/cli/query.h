/* Parts of `wattclause query`. */
#ifndef WC_NODE_CLI_QUERY_H
#define WC_NODE_CLI_QUERY_H

#include "node/cli/cli.h"
#include "node/query/query.h"

#define WC_CLI_VIEW_GAS_MAX 10000000u /* what a node allows a view over its API */

/* `query view CONTRACT VIEW [ARGS]`, its words in cli->argv: appends the answer, or says why not.
 */
wc_exit wc_cli_query_view(const wc_cli *cli, wc_query *query, wc_buf *text);

#endif
