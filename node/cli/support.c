/* What all verbs need: options, messages, files, memory. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/cli/cli.h"
#include "node/crypto/crypto.h"
#include "vm/base/text.h"

const char *wc_cli_option_of(const wc_cli *cli, const char *name)
{
    for (int i = 0; i < cli->option_count; i++) {
        if (strcmp(cli->options[i].name, name) == 0) return cli->options[i].value;
    }
    return NULL;
}

bool wc_cli_number(const wc_cli *cli, const char *name, int64_t low, int64_t high, int64_t fallback,
                   int64_t *value)
{
    const char *text = wc_cli_option_of(cli, name);
    *value = fallback;
    if (text == NULL) return true;
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && number >= low && number <= high) {
        *value = number;
        return true;
    }
    (void)wc_cli_fail(cli, WC_EXIT_USAGE,
                      "--%s takes a whole number from %lld to %lld, not `%.40s`", name,
                      (long long)low, (long long)high, text);
    return false;
}

wc_exit wc_cli_goes_with(const wc_cli *cli, const char *name, const char *options)
{
    for (int i = 0; i < cli->option_count; i++) {
        const wc_cli_option *option = &cli->options[i];
        char word[32];
        int len = snprintf(word, sizeof word, " %s ", option->name);
        wc_assert(len > 0 && (size_t)len < sizeof word);
        bool is_common = strstr(" json quiet color help ", word) != NULL;
        if (option->value == NULL || is_common || strstr(options, word) != NULL) continue;
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--%s does not go with `%s`; `wattclause help %s`",
                           option->name, name, cli->verb);
    }
    return WC_EXIT_DONE;
}

bool wc_cli_hash(const wc_cli *cli, const char *name, wc_hash *hash, const wc_hash **given)
{
    const char *hex = wc_cli_option_of(cli, name);
    *given = NULL;
    if (hex == NULL) return true;
    if (wc_parse_hex(wc_str_of(hex), hash->bytes, WC_HASH_SIZE) != WC_OK) {
        (void)wc_cli_fail(cli, WC_EXIT_USAGE, "--%s takes 64 hexadecimal digits", name);
        return false;
    }
    *given = hash;
    return true;
}

wc_exit wc_cli_fail(const wc_cli *cli, wc_exit code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "wattclause %s: ", cli->verb);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return code;
}

bool wc_cli_print(const wc_buf *text)
{
    return fwrite(text->data, 1, text->len, stdout) == text->len;
}

void wc_cli_print_error(const wc_buf *text)
{
    (void)fwrite(text->data, 1, text->len, stderr);
}

uint32_t wc_cli_new_seed(void)
{
    uint32_t seed;
    wc_random_bytes(&seed, sizeof(seed));
    return seed;
}

/* An arena in front of its memory. Those of a run hang together, so that a leak checker sees them
 * as what they are: in use until the process ends. */
typedef struct cli_arena {
    wc_arena arena; /* first: its address is the block's */
    struct cli_arena *before;
} cli_arena;

wc_arena *wc_cli_arena(size_t size)
{
    static cli_arena *last;
    size_t head = (sizeof(cli_arena) + 15) / 16 * 16;
    uint8_t *memory = aligned_alloc(16, head + (size + 15) / 16 * 16);
    if (memory == NULL) return NULL;
    cli_arena *made = (cli_arena *)(void *)memory;
    wc_arena_init(&made->arena, memory + head, size);
    made->before = last;
    last = made;
    return &made->arena;
}

static bool read_file(const wc_cli *cli, const char *path, size_t max, bool cuts, wc_arena *arena,
                      wc_slice *bytes)
{
    bool is_read = false;
    struct stat info;
    uint8_t *data = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL || fstat(fileno(file), &info) != 0) {
        (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", path, strerror(errno));
        goto done;
    }
    if (!S_ISREG(info.st_mode)) {
        bool is_folder = S_ISDIR(info.st_mode);
        (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT,
                          is_folder ? "%s: a folder; name a file in it" : "%s: not a file", path);
        goto done;
    }
    if ((uint64_t)info.st_size > max && !cuts) {
        (void)wc_cli_fail(cli, WC_EXIT_FAILS, "%s: larger than %zu bytes", path, max);
        goto done;
    }
    size = (uint64_t)info.st_size > max ? max : (size_t)info.st_size;
    data = wc_arena_alloc(arena, size + 1, 1);
    if (data == NULL || fread(data, 1, size, file) != size) {
        (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: cannot be read completely", path);
        goto done;
    }
    *bytes = wc_slice_of(data, size);
    is_read = true;

done:
    if (file != NULL) (void)fclose(file);
    return is_read;
}

bool wc_cli_read(const wc_cli *cli, const char *path, size_t max, wc_arena *arena, wc_slice *bytes)
{
    return read_file(cli, path, max, false, arena, bytes);
}

bool wc_cli_read_head(const wc_cli *cli, const char *path, size_t max, wc_arena *arena,
                      wc_slice *bytes)
{
    return read_file(cli, path, max, true, arena, bytes);
}

/* Looks for tail in folder and the folders above it. False: in none. */
static bool find_above(const char *folder, const char *tail, char *path, size_t size)
{
    char base[PATH_MAX];
    snprintf(base, sizeof(base), "%s", folder);
    for (int i = 0; i < 8; i++) {
        int length = snprintf(path, size, "%s/%s", base, tail);
        if (length > 0 && (size_t)length < size && access(path, R_OK) == 0) return true;
        char *slash = strrchr(base, '/');
        if (slash == NULL) return false;
        *slash = '\0';
    }
    return false;
}

void wc_cli_locate(const char *given, const char *tail, char *path, size_t size)
{
    char here[PATH_MAX];
    if (given != NULL) {
        snprintf(path, size, "%s", given);
        return;
    }
    ssize_t length = readlink("/proc/self/exe", here, sizeof(here) - 1);
    if (length > 0) {
        here[length] = '\0';
        if (find_above(here, tail, path, size)) return;
    }
    if (getcwd(here, sizeof(here)) != NULL && find_above(here, tail, path, size)) return;
    snprintf(path, size, "%s", tail);
}
