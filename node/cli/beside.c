/* Reading what lies beside a ledger; see beside.h. */
#include "node/cli/beside.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NAMES_SIZE_MAX ((size_t)1 << 20)

static const char *path_of(wc_query *query, const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = wc_arena_alloc(query->arena, size, 1);
    if (path != NULL) (void)snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static void read_names(const wc_cli *cli, wc_query *query, const char *folder)
{
    struct stat info;
    wc_slice bytes;
    size_t bad = 0;
    const char *path = path_of(query, folder, "names.json");
    if (path == NULL || stat(path, &info) != 0) return;
    if (!wc_cli_read(cli, path, NAMES_SIZE_MAX, query->arena, &bytes)) return;
    wc_str json = {(const char *)bytes.data, bytes.len};
    wc_status status = wc_names_read(&query->names, &bad, query->arena, json);
    if (status == WC_OK || cli->quiet) return;
    fprintf(stderr, "wattclause %s: %s, byte %zu: %s; names are left out\n", cli->verb, path, bad,
            wc_status_text(status));
}

static bool is_module_file(const char *name)
{
    size_t len = strlen(name);
    return len > 4 && strcmp(name + len - 4, ".wcb") == 0;
}

static void read_modules(const wc_cli *cli, wc_query *query, const char *folder)
{
    const char *contracts = path_of(query, folder, "contracts");
    DIR *list = contracts != NULL ? opendir(contracts) : NULL;
    if (list == NULL) return;
    const struct dirent *entry;
    size_t max = WC_MODULE_SIZE_MAX + WC_DEBUG_SIZE_MAX;
    for (unsigned i = 0; i < WC_QUERY_FILES_MAX && (entry = readdir(list)) != NULL;) {
        wc_slice bytes;
        if (!is_module_file(entry->d_name)) continue;
        i++;
        const char *path = path_of(query, contracts, entry->d_name);
        if (path == NULL || !wc_cli_read(cli, path, max, query->arena, &bytes)) continue;
        (void)wc_query_add_file(query, path, bytes);
    }
    (void)closedir(list);
}

void wc_cli_beside_ledger(const wc_cli *cli, wc_query *query, const char *folder)
{
    read_names(cli, query, folder);
    read_modules(cli, query, folder);
}
