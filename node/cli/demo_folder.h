/* The demo's ledger folder: made, taken again, and given names for people. */
#ifndef WC_NODE_CLI_DEMO_FOLDER_H
#define WC_NODE_CLI_DEMO_FOLDER_H

#include "node/cli/cli.h"
#include "node/demo/demo.h"

/* Makes the folder ready for a new ledger: absent and empty folders stay as they are; the ledger of
 * an earlier demo is removed. Anything else is refused with a message, and left alone. */
wc_exit wc_cli_demo_folder(const wc_cli *cli, const char *folder);

/* Puts names.json and contracts/NAME.wcb beside the ledger: conveniences, not signed. */
wc_exit wc_cli_demo_names(const wc_cli *cli, const char *folder, const wc_demo *demo,
                          const wc_slice files[WC_CONTRACT_COUNT]);

#endif
