/* audit: not there yet, and says so. */
#include "node/cli/cli.h"

wc_exit wc_cli_audit(const wc_cli *cli)
{
    return wc_cli_fail(cli, WC_EXIT_FAILS, "not supported yet");
}
