/* Reading what lies beside a ledger; see beside.h. */
#include "node/cli/beside.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NAMES_SIZE_MAX ((size_t)1 << 20)

static const char *path_of(wc_arena *arena, const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = wc_arena_alloc(arena, size, 1);
    if (path != NULL) (void)snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static const char *why_no_names(wc_status status)
{
    switch ((int)status) {
    case WC_OUT_OF_DOMAIN:
        return "is no file of names: one JSON object of texts, {\"ann\": \"wc1...\"}";
    case WC_CORRUPT: return "is no address (wc1...)";
    case WC_TOO_LARGE: return "more names than are read";
    default: return wc_status_text(status);
    }
}

/* ENVIRONMENT: not there, FAILS: of another form; both have been said. */
static wc_exit read_names(const wc_cli *cli, const char *path, wc_arena *arena, wc_names *names,
                          const char *consequence)
{
    wc_slice bytes;
    size_t bad = 0;
    if (!wc_cli_read(cli, path, NAMES_SIZE_MAX, arena, &bytes)) return WC_EXIT_ENVIRONMENT;
    wc_str json = {(const char *)bytes.data, bytes.len};
    wc_status status = wc_names_read(names, &bad, arena, json);
    if (status == WC_OK) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_FAILS, "%s, byte %zu: %s%s", path, bad, why_no_names(status),
                       consequence);
}

wc_exit wc_cli_names(const wc_cli *cli, const char *path, wc_arena *arena, wc_names *names)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "--names: %s: %s", path, strerror(errno));
    }
    if (!S_ISDIR(info.st_mode)) return read_names(cli, path, arena, names, "");
    path = path_of(arena, path, "names.json");
    if (path == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    return read_names(cli, path, arena, names, "");
}

wc_exit wc_cli_address(const wc_cli *cli, wc_exit code, const char *place, const char *text,
                       const wc_names *names, wc_address *address)
{
    char why[512];
    wc_buf refusal;
    if (wc_names_address(address, names, wc_str_of(text)) == WC_OK) return WC_EXIT_DONE;
    wc_buf_init(&refusal, (uint8_t *)why, sizeof why - 1);
    wc_names_refuse(&refusal, names, wc_str_of(text));
    why[refusal.len] = '\0';
    return wc_cli_fail(cli, code, "%s%s", place, why);
}

static bool is_module_file(const char *name)
{
    size_t len = strlen(name);
    return len > 4 && strcmp(name + len - 4, ".wcb") == 0;
}

static void read_modules(const wc_cli *cli, wc_query *query, const char *folder)
{
    const char *contracts = path_of(query->arena, folder, "contracts");
    DIR *list = contracts != NULL ? opendir(contracts) : NULL;
    if (list == NULL) return;
    const struct dirent *entry;
    size_t max = WC_MODULE_SIZE_MAX + WC_DEBUG_SIZE_MAX;
    for (unsigned i = 0; i < WC_QUERY_FILES_MAX && (entry = readdir(list)) != NULL;) {
        wc_slice bytes;
        if (!is_module_file(entry->d_name)) continue;
        i++;
        const char *path = path_of(query->arena, contracts, entry->d_name);
        if (path == NULL || !wc_cli_read(cli, path, max, query->arena, &bytes)) continue;
        (void)wc_query_add_file(query, path, bytes);
    }
    (void)closedir(list);
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

wc_exit wc_cli_names_of(const wc_cli *cli, const char *folder, wc_arena *arena, wc_names *names)
{
    struct stat info;
    const char *asked = wc_cli_option_of(cli, "names");
    if (asked != NULL && !is_folder(asked)) return wc_cli_names(cli, asked, arena, names);
    const char *path = path_of(arena, asked != NULL ? asked : folder, "names.json");
    if (path != NULL && stat(path, &info) == 0) {
        (void)read_names(cli, path, arena, names, "; names are left out");
    }
    return WC_EXIT_DONE;
}

wc_exit wc_cli_beside_ledger(const wc_cli *cli, wc_query *query, const char *folder)
{
    const char *asked = wc_cli_option_of(cli, "names");
    read_modules(cli, query, asked != NULL && is_folder(asked) ? asked : folder);
    return wc_cli_names_of(cli, folder, query->arena, &query->names);
}
