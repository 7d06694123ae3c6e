/* Key files under a passphrase; see keypair.h. */
#include "node/cli/keypair.h"

#include "node/crypto/keyfile.h"

wc_exit wc_cli_read_passphrase(const wc_cli *cli, const char *option, bool is_new,
                               wc_passphrase *passphrase)
{
    wc_store_problem why;
    wc_status status = wc_passphrase_read(passphrase, &why, wc_cli_option_of(cli, option), is_new);
    if (status == WC_OK) return WC_EXIT_DONE;
    if (status == WC_NOT_SUPPORTED) return wc_cli_fail(cli, WC_EXIT_USAGE, "%s", why.text);
    return wc_cli_fail(cli, status == WC_OUT_OF_DOMAIN ? WC_EXIT_FAILS : WC_EXIT_ENVIRONMENT, "%s",
                       why.text);
}

wc_exit wc_cli_fail_on_key(const wc_cli *cli, const char *path, wc_status status)
{
    bool is_content = status == WC_BAD_PASSWORD || status == WC_BAD_MAGIC ||
                      status == WC_OUT_OF_DOMAIN || status == WC_TOO_LARGE || status == WC_BAD_KEY;
    return wc_cli_fail(cli, is_content ? WC_EXIT_FAILS : WC_EXIT_ENVIRONMENT, "%s: %s", path,
                       wc_keyfile_fault(status));
}

wc_exit wc_cli_open_key(const wc_cli *cli, const char *path, wc_keypair *pair)
{
    wc_passphrase passphrase;
    wc_exit result = wc_cli_read_passphrase(cli, "passphrase-file", false, &passphrase);
    if (result != WC_EXIT_DONE) return result;
    wc_status status = wc_keyfile_read(pair, path, wc_slice_of(passphrase.text, passphrase.len));
    wc_forget(&passphrase, sizeof passphrase);
    return status == WC_OK ? WC_EXIT_DONE : wc_cli_fail_on_key(cli, path, status);
}
