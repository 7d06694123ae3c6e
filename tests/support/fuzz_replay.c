/* main for a fuzz target without libFuzzer: runs each file of the folders given on the command
 * line, and a fixed number of seeded mutations of each, through LLVMFuzzerTestOneInput. So every
 * build keeps what fuzzing has found, and does a little fuzzing of its own. Files are taken in the
 * order of their names; a folder without files is an error. */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/prng.h"
#include "vm/base/slice.h"

#define MUTATIONS  200u
#define SIZE_LIMIT (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(const uint8_t *data, size_t size)
{
    /* A block of exactly that size lets the address sanitizer see the first byte too many. */
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    if (copy == NULL) abort();
    if (size != 0) memcpy(copy, data, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

/* One to four small changes: a bit, a byte, a cut, or a piece of the input copied elsewhere. */
static size_t mutate(wc_prng *prng, uint8_t *data, size_t size)
{
    size_t changes = 1 + (size_t)wc_prng_below(prng, 4);
    for (size_t i = 0; i < changes && size != 0; i++) {
        size_t at = (size_t)wc_prng_below(prng, size);
        switch (wc_prng_below(prng, 5)) {
        case 0: data[at] ^= (uint8_t)(1u << wc_prng_below(prng, 8)); break;
        case 1: data[at] = (uint8_t)wc_prng_next(prng); break;
        case 2: data[at] = wc_prng_below(prng, 2) != 0 ? 0xff : 0; break;
        case 3: size = at; break;
        default: {
            size_t from = (size_t)wc_prng_below(prng, size);
            size_t longest = size - (from > at ? from : at);
            memmove(data + at, data + from, (size_t)wc_prng_below(prng, longest + 1));
        }
        }
    }
    return size;
}

static bool replay_file(const char *path, wc_prng *prng)
{
    static uint8_t input[SIZE_LIMIT];
    static uint8_t mutant[SIZE_LIMIT];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "cannot open %s\n", path);
        return false;
    }
    size_t size = fread(input, 1, sizeof input, file);
    bool whole = feof(file) != 0;
    (void)fclose(file);
    if (!whole) {
        fprintf(stderr, "%s: larger than %u bytes\n", path, SIZE_LIMIT);
        return false;
    }
    fprintf(stderr, "%s\n", path); /* the last line before a crash names the culprit */
    run(input, size);
    for (unsigned i = 0; i < MUTATIONS; i++) {
        memcpy(mutant, input, size);
        run(mutant, mutate(prng, mutant, size));
    }
    return true;
}

static bool replay_folder(const char *folder, wc_prng *prng)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    int files = 0;
    bool good = true;
    for (int i = 0; i < count; i++) {
        char path[4096];
        int len = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        bool hidden = entries[i]->d_name[0] == '.';
        free(entries[i]);
        if (hidden) continue;
        good = len > 0 && (size_t)len < sizeof path && replay_file(path, prng) && good;
        files++;
    }
    free(entries);
    if (files == 0) fprintf(stderr, "%s: no inputs\n", folder);
    return good && files > 0;
}

int main(int argc, char **argv)
{
    wc_prng prng;
    wc_prng_start(&prng, 20240606);
    bool good = argc > 1;
    for (int i = 1; i < argc; i++) good = replay_folder(argv[i], &prng) && good;
    return good ? 0 : 1;
}
