/* What verbs that run contracts share: --native DIR|auto|off. */
#ifndef WC_NODE_CLI_NATIVE_H
#define WC_NODE_CLI_NATIVE_H

#include "node/cli/cli.h"
#include "node/native/library.h"

typedef struct wc_cli_objects {
    wc_native_library *library;     /* NULL: off */
    const wc_native_source *source; /* for what runs modules; NULL: everything is interpreted */
} wc_cli_objects;

/* Reads the option and loads objects. False: a usage message was printed. That there are none, or
 * that some are refused, is no failure: the interpreter runs what is not there. */
bool wc_cli_objects_open(const wc_cli *cli, wc_cli_objects *native);

/* Says on standard error how many modules ran compiled (not with --quiet), and closes. */
void wc_cli_objects_close(const wc_cli *cli, wc_cli_objects *native);

/* The folder of the user's own objects; NULL: there is no place for it. */
const char *wc_cli_native_cache(char *path, size_t size);

#endif
