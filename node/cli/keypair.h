/* Key files and their passphrases: opening one, and what is said when that fails. */
#ifndef WC_NODE_CLI_KEYPAIR_H
#define WC_NODE_CLI_KEYPAIR_H

#include "node/cli/cli.h"
#include "node/crypto/keyfile.h"
#include "node/service/passphrase.h"

/* From the file that the option names, or asked for at the terminal; is_new: asked for twice.
 * Anything but DONE has been said. *passphrase is to be forgotten (wc_forget). */
wc_exit wc_cli_read_passphrase(const wc_cli *cli, const char *option, bool is_new,
                               wc_passphrase *passphrase);

/* Reads a key file; the passphrase comes from --passphrase-file, or is asked for at the terminal.
 * Anything but DONE has been said. *pair is to be forgotten (wc_forget). */
wc_exit wc_cli_open_key(const wc_cli *cli, const char *path, wc_keypair *pair);

/* What can be read of a key file without its passphrase. Anything but DONE has been said. */
wc_exit wc_cli_inspect_key(const wc_cli *cli, const char *path, wc_keyfile_info *info);

/* "account", "sequencer" or "witness". */
const char *wc_cli_purpose(wc_key_purpose purpose);

/* Is it the file of a key for accounts? A key that certifies records signs no transaction, so that
 * whoever runs a node does not become a party by it. Anything but DONE has been said. */
wc_exit wc_cli_key_of_account(const wc_cli *cli, const char *path);

/* Says what is wrong with a key file: FAILS for its content, ENVIRONMENT for the rest. */
wc_exit wc_cli_fail_on_key(const wc_cli *cli, const char *path, wc_status status);

#endif
