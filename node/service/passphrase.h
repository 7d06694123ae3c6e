/* Passphrases of key files: from a file, from systemd's credentials, or from the terminal; never
 * from the command line or the environment. */
#ifndef WC_NODE_SERVICE_PASSPHRASE_H
#define WC_NODE_SERVICE_PASSPHRASE_H

#include "node/store/store.h"

#define WC_PASSPHRASE_MIN        8u /* of a new one */
#define WC_PASSPHRASE_MAX        1024u
#define WC_PASSPHRASE_CREDENTIAL "sequencer-passphrase"

typedef struct wc_passphrase {
    char text[WC_PASSPHRASE_MAX + 1];
    size_t len; /* >= 1 */
} wc_passphrase;

/* file: its first line, mode 0600; NULL or "": the credential, else the terminal. is_new: asked for
 * twice. Errors, with problem: BAD_MODE, NOT_FOUND, IO, TOO_LARGE; OUT_OF_DOMAIN - empty,
 * too short for a new one, or the two differ; NOT_SUPPORTED - there is no terminal. Forget it with
 * wc_forget. */
WC_MUST_USE wc_status wc_passphrase_read(wc_passphrase *passphrase, wc_store_problem *problem,
                                         const char *file, bool is_new);

#endif
