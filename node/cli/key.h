/* What the verbs of `key` share. */
#ifndef WC_NODE_CLI_KEY_H
#define WC_NODE_CLI_KEY_H

#include "node/cli/cli.h"
#include "node/crypto/keyfile.h"

/* The key of a file, under the passphrase of --passphrase-file or the terminal. What is wrong has
 * been said. The caller forgets the pair. */
wc_exit wc_cli_key_open(const wc_cli *cli, const char *path, wc_keypair *pair);

/* key offer (key_offer.c). */
wc_exit wc_cli_key_offer(const wc_cli *cli, const char *path);

#endif
