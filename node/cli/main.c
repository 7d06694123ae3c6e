/* Entry of the program: self-tests, the table of verbs, exit codes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/cli/cli.h"
#include "node/cli/parse.h"
#include "node/crypto/crypto.h"

/* A failed assertion is our own bug: say so in a fixed form and stop with the code for it. */
static void on_assert(const char *condition, const char *file, int line)
{
    fprintf(stderr,
            "wattclause: internal error at %s:%d: `%s` does not hold.\n"
            "Nothing was changed. Please report this line together with what you did.\n",
            file, line, condition);
    _exit(WC_EXIT_BUG);
}

int main(int argc, char **argv)
{
    wc_assert_set_handler(on_assert);
    wc_status status = wc_crypto_start();
    if (status != WC_OK) {
        fprintf(stderr, "wattclause: the cryptographic self-test failed: %s\n",
                wc_status_text(status));
        return WC_EXIT_BUG;
    }

    wc_cli cli;
    const wc_cli_command *command = NULL;
    wc_exit code = wc_cli_parse(&cli, &command, argc, argv);
    if (command == NULL) return (int)code;
    code = command->run(&cli);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "wattclause %s: standard output cannot be written\n", cli.verb);
        return WC_EXIT_ENVIRONMENT;
    }
    return (int)code;
}
