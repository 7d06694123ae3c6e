/* Where a password comes from: a file that only its owner can read, or the terminal. Never the
 * command line, which every process of the machine can see. */
#ifndef WC_NODE_CLI_PASSWORD_H
#define WC_NODE_CLI_PASSWORD_H

#include "node/cli/cli.h"

#define WC_PASSWORD_MIN 8   /* bytes */
#define WC_PASSWORD_MAX 256 /* a longer one is refused, not cut */

typedef struct wc_password {
    uint8_t bytes[WC_PASSWORD_MAX];
    size_t len;
} wc_password;

/* Takes the first line of `file` (mode 0600 or narrower), or asks at the terminal when it is NULL:
 * twice when the password is a new one. Says on standard error what is wrong. To be forgotten
 * (wc_forget) after use. */
wc_exit wc_password_get(const wc_cli *cli, const char *file, const char *prompt, bool is_new,
                        wc_password *password);

#endif
