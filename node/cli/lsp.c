/* lsp: the language server on standard input and output. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "node/cli/compile.h"
#include "node/crypto/crypto.h"
#include "node/ledger/roles.h"
#include "node/lsp/lsp.h"

/* Every role that a contract may name. */
static const wc_str roles[] = {
#define WC_ROLE(number, name, clause, text) {clause, sizeof(clause) - 1},
#include "node/ledger/roles.def"
#undef WC_ROLE
};

/* Where copies of the program's own modules go: $XDG_CACHE_HOME/wattclause, else
 * ~/.cache/wattclause. NULL: there is no such place. */
static const char *cache_folder(char *path, size_t size)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int length = -1;
    if (cache != NULL && cache[0] == '/') {
        length = snprintf(path, size, "%s/wattclause", cache);
    } else if (home != NULL && home[0] == '/') {
        length = snprintf(path, size, "%s/.cache/wattclause", home);
    }
    return length > 0 && (size_t)length < size ? path : NULL;
}

wc_exit wc_cli_lsp(const wc_cli *cli)
{
    static char cache[PATH_MAX];
    if (cli->argc > 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "takes no files: an editor starts it and talks to it");
    }
    if (isatty(STDIN_FILENO)) {
        fprintf(stderr, "wattclause lsp: waiting for an editor on standard input; this is not for "
                        "typing\n");
    }
    wc_lsp_options options = {.hash = wc_sha256,
                              .roles = roles,
                              .role_count = WC_ARRAY_LEN(roles),
                              .contracts = wc_contract_files,
                              .contract_count = wc_contract_file_count,
                              .version = WC_VERSION,
                              .cache = cache_folder(cache, sizeof(cache))};
    switch (wc_lsp_serve(&options, STDIN_FILENO, STDOUT_FILENO)) {
    case WC_LSP_END_ORDERLY: return WC_EXIT_DONE;
    case WC_LSP_END_EARLY: return WC_EXIT_FAILS; /* what the protocol asks for */
    case WC_LSP_END_FRAMING:
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "the input is no sequence of messages with Content-Length");
    case WC_LSP_END_ENVIRONMENT: break;
    }
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "reading, writing or memory failed");
}
