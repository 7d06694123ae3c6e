/* Opening a key file for a verb that signs. */
#ifndef WC_NODE_CLI_KEYPAIR_H
#define WC_NODE_CLI_KEYPAIR_H

#include "node/cli/cli.h"
#include "node/crypto/crypto.h"

/* Reads a key file; the passphrase comes from --passphrase-file, or is asked for at the terminal.
 * Anything but DONE has been said. *pair is to be forgotten (wc_forget). */
wc_exit wc_cli_open_key(const wc_cli *cli, const char *path, wc_keypair *pair);

#endif
