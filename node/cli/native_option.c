/* --native: which objects a run may use. `auto` takes those beside the program, which came with it,
 * then those in the user's cache. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/cli/native.h"

const char *wc_cli_native_cache(char *path, size_t size)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int length = -1;
    if (cache != NULL && cache[0] == '/') {
        length = snprintf(path, size, "%s/wattclause/native", cache);
    } else if (home != NULL && home[0] == '/') {
        length = snprintf(path, size, "%s/.cache/wattclause/native", home);
    }
    return length > 0 && (size_t)length < size ? path : NULL;
}

static const char *beside_program(char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size);
    if (length <= 0 || (size_t)length >= size) return NULL;
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    size_t room = slash == NULL ? 0 : size - (size_t)(slash + 1 - path);
    if (room < sizeof "native") return NULL;
    memcpy(slash + 1, "native", sizeof "native");
    return path;
}

/* A folder that the user names has to be there; of the others the absence is normal. */
static bool add(const wc_cli *cli, wc_native_library *library, const char *folder, bool is_named)
{
    wc_native_folder report;
    wc_status status = wc_native_library_add(library, folder, &report);
    if (status == WC_NOT_FOUND && !is_named) return true;
    if (status == WC_NOT_FOUND) {
        (void)wc_cli_fail(cli, WC_EXIT_USAGE,
                          "--native %s: no such folder; `wattclause native build -o %s` makes it",
                          folder, folder);
        return false;
    }
    if (status == WC_BAD_MODE) {
        fprintf(stderr,
                "wattclause %s: --native: %s belongs to another user, or others may write to it; "
                "not used\n",
                cli->verb, folder);
    }
    if (report.refused > 0) {
        fprintf(stderr,
                "wattclause %s: --native: %u files of %s are damaged, or others may write to them; "
                "not used\n",
                cli->verb, report.refused, folder);
    }
    return true;
}

bool wc_cli_objects_open(const wc_cli *cli, wc_cli_objects *native)
{
    char folder[PATH_MAX];
    const char *value = wc_cli_option_of(cli, "native");
    *native = (wc_cli_objects){NULL, NULL};
    if (value == NULL || strcmp(value, "off") == 0) return true;
    wc_native_library *library = wc_native_library_open();
    if (library == NULL) {
        (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
        return false;
    }
    bool is_open = true;
    if (strcmp(value, "auto") == 0) {
        const char *place = beside_program(folder, sizeof folder);
        if (place != NULL) is_open = add(cli, library, place, false);
        place = wc_cli_native_cache(folder, sizeof folder);
        if (place != NULL) is_open = is_open && add(cli, library, place, false);
    } else {
        is_open = add(cli, library, value, true);
    }
    if (!is_open) {
        wc_native_library_close(library);
        return false;
    }
    *native = (wc_cli_objects){library, wc_native_library_source(library)};
    return true;
}

void wc_cli_objects_close(const wc_cli *cli, wc_cli_objects *native)
{
    if (native->library == NULL) return;
    wc_native_use use = wc_native_library_use(native->library);
    if (!cli->quiet) {
        fprintf(stderr, "wattclause %s: native: %u of %u modules\n", cli->verb, use.found,
                use.asked);
    }
    wc_native_library_close(native->library);
    *native = (wc_cli_objects){NULL, NULL};
}
