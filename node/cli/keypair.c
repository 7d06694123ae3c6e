/* Key files under a passphrase; see keypair.h. */
#include "node/cli/keypair.h"

#include "node/crypto/keyfile.h"
#include "node/service/passphrase.h"

wc_exit wc_cli_open_key(const wc_cli *cli, const char *path, wc_keypair *pair)
{
    wc_passphrase passphrase;
    wc_store_problem why;
    wc_status status =
        wc_passphrase_read(&passphrase, &why, wc_cli_option_of(cli, "passphrase-file"), false);
    if (status != WC_OK) {
        return wc_cli_fail(cli, status == WC_NOT_SUPPORTED ? WC_EXIT_USAGE : WC_EXIT_ENVIRONMENT,
                           "%s", why.text);
    }
    status = wc_keyfile_read(pair, path, wc_slice_of(passphrase.text, passphrase.len));
    wc_forget(&passphrase, sizeof passphrase);
    if (status == WC_OK) return WC_EXIT_DONE;
    if (status == WC_NOT_FOUND) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: No such file or directory", path);
    }
    bool is_input =
        status == WC_BAD_PASSWORD || status == WC_BAD_MAGIC || status == WC_OUT_OF_DOMAIN;
    return wc_cli_fail(cli, is_input ? WC_EXIT_FAILS : WC_EXIT_ENVIRONMENT, "%s: %s", path,
                       wc_status_text(status));
}
