/* Key files under a passphrase; see keypair.h. */
#include "node/cli/keypair.h"

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

wc_exit wc_cli_inspect_key(const wc_cli *cli, const char *path, wc_keyfile_info *info)
{
    wc_arena *arena = wc_cli_arena(4 * WC_KEYFILE_TEXT_LEN);
    wc_slice bytes;
    if (arena == NULL || !wc_cli_read_head(cli, path, WC_KEYFILE_TEXT_LEN + 1, arena, &bytes)) {
        return WC_EXIT_ENVIRONMENT;
    }
    wc_str text = {(const char *)bytes.data, bytes.len};
    wc_status status = wc_keyfile_inspect(info, text);
    return status == WC_OK ? WC_EXIT_DONE : wc_cli_fail_on_key(cli, path, status);
}

const char *wc_cli_purpose(wc_key_purpose purpose)
{
    switch (purpose) {
    case WC_KEY_SEQUENCER: return "sequencer";
    case WC_KEY_WITNESS: return "witness";
    case WC_KEY_ACCOUNT: break;
    }
    return "account";
}

wc_exit wc_cli_key_of_account(const wc_cli *cli, const char *path)
{
    wc_keyfile_info info;
    wc_exit result = wc_cli_inspect_key(cli, path, &info);
    if (result != WC_EXIT_DONE || info.purpose == WC_KEY_ACCOUNT) return result;
    return wc_cli_fail(
        cli, WC_EXIT_FAILS,
        "%s: the key of a %s signs records, not transactions; an account has keys of "
        "its own (`key new`)",
        path, wc_cli_purpose(info.purpose));
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
