/* What the verbs of `key` share. */
#ifndef WC_NODE_CLI_KEY_H
#define WC_NODE_CLI_KEY_H

#include "node/cli/cli.h"
#include "node/crypto/keyfile.h"

/* key offer (key_offer.c). */
wc_exit wc_cli_key_offer(const wc_cli *cli, const char *path);

#endif
