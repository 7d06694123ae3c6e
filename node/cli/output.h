/* Where a verb writes: standard output, a device or pipe as it stands, or a file that gets its name
 * when it is whole and on the disk. */
#ifndef WC_NODE_CLI_OUTPUT_H
#define WC_NODE_CLI_OUTPUT_H

#include <stdio.h>
#include <sys/types.h>

#include "node/cli/cli.h"

#define WC_CLI_PATH_BYTES 4096u

typedef struct wc_cli_output {
    FILE *file;
    char path[WC_CLI_PATH_BYTES]; /* "": standard output */
    char part[WC_CLI_PATH_BYTES]; /* the file's name until it is whole; "": written as it stands */
    ino_t inode;                  /* of part */
} wc_cli_output;

/* path NULL: standard output. A link is followed when it is our own or root's: in a folder for
 * everybody another one may lead to any file of ours. The temporary name is never opened through
 * what lies there. False: the reason has been said, and nothing is to be closed. */
bool wc_cli_output_open(const wc_cli *cli, wc_cli_output *output, const char *path);

/* Ends it. is_whole: the file gets its name, after its bytes are on the disk; else what was written
 * of it is removed. False: that failed, and has been said; no part is left. */
bool wc_cli_output_close(const wc_cli *cli, wc_cli_output *output, bool is_whole);

#endif
