/* Makes key files of tests quick to open: the same key under the same passphrase, stretched by the
 * least that a file may say. Opening one takes a second otherwise, by design, and tests open keys
 * hundreds of times. What keys cost is the matter of e2e_keys, which uses the files as they are.
 *
 *   quick_key PASSPHRASE-FILE KEY-FILE...     rewrites each file; 2: something failed */
#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/crypto/keyfile.h"

#define OPS_LEAST 1u
#define MEM_LEAST 8192u

static char text[WC_KEYFILE_TEXT_LEN + 2];

static void fail(const char *path, wc_status status)
{
    (void)fprintf(stderr, "quick_key: %s: %s\n", path, wc_status_text(status));
    exit(2);
}

/* The first line or all of a small file, without the end of a line. */
static wc_str read_text(const char *path, char *into, size_t size, bool first_line)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail(path, WC_IO);
    size_t len = fread(into, 1, size, file);
    (void)fclose(file);
    const char *end = first_line ? memchr(into, '\n', len) : NULL;
    return (wc_str){into, end != NULL ? (size_t)(end - into) : len};
}

static void make_quick(const char *path, wc_slice passphrase)
{
    wc_keypair pair;
    wc_keyfile_info info;
    wc_status status = wc_keyfile_inspect(&info, read_text(path, text, sizeof text, false));
    if (status == WC_OK) status = wc_keyfile_read(&pair, path, passphrase);
    if (status != WC_OK) fail(path, status);
    info.ops_limit = OPS_LEAST;
    info.mem_limit = MEM_LEAST;
    if (unlink(path) != 0) fail(path, WC_IO);
    status = wc_keyfile_write(path, &pair, &info, passphrase);
    if (status != WC_OK) fail(path, status);
}

int main(int argc, char **argv)
{
    static char memory[1024];
    if (argc < 3) {
        (void)fprintf(stderr, "usage: quick_key PASSPHRASE-FILE KEY-FILE...\n");
        return 2;
    }
    wc_str line = read_text(argv[1], memory, sizeof memory, true);
    for (int i = 2; i < argc; i++) make_quick(argv[i], wc_slice_of(line.data, line.len));
    return 0;
}
