/* Files of the demo's folder. What is removed is named here; everything else makes it refuse. */
#include "node/cli/demo_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/store/folder.h"

#define PATH_BYTES (WC_FOLDER_PATH_MAX + 512)

static const char *const own_files[] = {"WATTCLAUSE", "node.lock", "db.guard", "SEAL",
                                        "names.json"};
static const char *const own_folders[] = {"db", "contracts"};

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0) return true;
    }
    return false;
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Calls visit for every entry but the dots; false: it said so, or the folder cannot be read. */
static bool each_entry(const char *folder,
                       bool (*visit)(const wc_cli *, const char *, const char *), const wc_cli *cli)
{
    DIR *open = opendir(folder);
    if (open == NULL) {
        (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", folder, strerror(errno));
        return false;
    }
    bool is_good = true;
    for (struct dirent *entry; is_good && (entry = readdir(open)) != NULL;) {
        if (!is_dots(entry->d_name)) is_good = visit(cli, folder, entry->d_name);
    }
    (void)closedir(open);
    return is_good;
}

static bool is_own(const wc_cli *cli, const char *folder, const char *name)
{
    if (is_among(name, own_files, WC_ARRAY_LEN(own_files)) ||
        is_among(name, own_folders, WC_ARRAY_LEN(own_folders))) {
        return true;
    }
    (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT,
                      "%s holds `%.80s`, which no demo puts there; name another folder, or remove "
                      "it yourself",
                      folder, name);
    return false;
}

static bool remove_entry(const wc_cli *cli, const char *folder, const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (unlink(path) == 0 || errno == ENOENT) return true;
    (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", path, strerror(errno));
    return false;
}

static bool remove_folder(const wc_cli *cli, const char *folder, const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (access(path, F_OK) != 0) return true;
    if (!each_entry(path, remove_entry, cli)) return false;
    if (rmdir(path) == 0) return true;
    (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", path, strerror(errno));
    return false;
}

/* Only the ledger of a demo may go: its genesis says what it is. */
static wc_exit check_demo(const wc_cli *cli, const char *folder)
{
    wc_chain *chain = NULL;
    wc_chain_report report;
    wc_chain_options options = {.folder = folder, .read_only = true, .threads = 1};
    if (wc_chain_open(&chain, &report, &options) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT,
                           "%s holds a ledger that cannot be opened, so it is left alone: %s",
                           folder, report.store.problem.text);
    }
    wc_slice id = wc_chain_id(chain), demo = wc_slice_of(WC_DEMO_CHAIN, strlen(WC_DEMO_CHAIN));
    bool is_demo = wc_slice_equal(id, demo);
    wc_chain_close(chain);
    if (is_demo) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s holds the ledger of another chain", folder);
}

wc_exit wc_cli_demo_folder(const wc_cli *cli, const char *folder)
{
    wc_folder_kind kind;
    wc_store_problem problem;
    if (strlen(folder) > WC_FOLDER_PATH_MAX) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "the folder's path is too long");
    }
    if (wc_folder_look(&kind, &problem, folder) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", problem.text);
    }
    if (kind == WC_FOLDER_ABSENT || kind == WC_FOLDER_EMPTY) return WC_EXIT_DONE;
    if (!each_entry(folder, is_own, cli)) return WC_EXIT_ENVIRONMENT;
    if (kind == WC_FOLDER_DATABASE) {
        wc_exit code = check_demo(cli, folder);
        if (code != WC_EXIT_DONE) return code;
    }
    for (size_t i = 0; i < WC_ARRAY_LEN(own_folders); i++) {
        if (!remove_folder(cli, folder, own_folders[i])) return WC_EXIT_ENVIRONMENT;
    }
    for (size_t i = WC_ARRAY_LEN(own_files); i-- > 0;) { /* the mark goes last */
        if (!remove_entry(cli, folder, own_files[i])) return WC_EXIT_ENVIRONMENT;
    }
    return WC_EXIT_DONE;
}

/* ---- names --------------------------------------------------------------------------------------
 */

static void put_name(wc_buf *json, bool *is_first, const char *id, const wc_address *address)
{
    char text[WC_ADDRESS_TEXT_LEN + 1];
    if (wc_address_is_zero(address)) return;
    wc_address_text(text, address);
    wc_buf_put_text(json, *is_first ? "{\n  \"" : ",\n  \"");
    wc_buf_put_text(json, id);
    wc_buf_put_text(json, "\": \"");
    wc_buf_put_text(json, text);
    wc_buf_put_text(json, "\"");
    *is_first = false;
}

/* The contracts of a day: "K4a 2022-09-01". */
static void put_day_name(wc_buf *json, bool *is_first, const wc_demo *demo, uint32_t day,
                         const char *contract, const wc_address *address)
{
    char id[80];
    wc_date_text date = wc_demo_date(demo->days[day].start_s);
    snprintf(id, sizeof(id), "%s %s", contract, date.date);
    put_name(json, is_first, id, address);
}

static void put_day(wc_buf *json, bool *is_first, const wc_demo *demo, uint32_t day)
{
    static const char *const supply[] = {"K4a", "K4b", "K4c"};
    static const char *const enrolment[] = {"K6a", "K6b", "K6c"};
    const wc_day_contracts *k = &demo->days[day];
    put_day_name(json, is_first, demo, day, "K1", &k->wholesale);
    put_day_name(json, is_first, demo, day, "K2", &k->ppa);
    put_day_name(json, is_first, demo, day, "K3", &k->direct);
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        put_day_name(json, is_first, demo, day, supply[home], &k->supply[home]);
    }
    put_day_name(json, is_first, demo, day, "K5", &k->response);
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        put_day_name(json, is_first, demo, day, enrolment[home], &k->enrolment[home]);
    }
    put_day_name(json, is_first, demo, day, "K7", &k->spot);
    for (uint32_t row = 0; row < WC_ACTOR_ROWS; row++) {
        char id[40];
        snprintf(id, sizeof(id), "K8 %s", demo->cast.actors[row].id);
        put_day_name(json, is_first, demo, day, id, &k->split[row]);
    }
}

static void put_names(wc_buf *json, const wc_demo *demo)
{
    bool is_first = true;
    for (uint32_t i = 0; i < WC_ACTOR_COUNT; i++) {
        put_name(json, &is_first, demo->cast.actors[i].id, &demo->cast.actors[i].address);
    }
    put_name(json, &is_first, "tariff", &demo->tariff);
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        char id[40];
        snprintf(id, sizeof(id), "metering-point-%u", home + 1);
        put_name(json, &is_first, id, &demo->points[home]);
    }
    for (uint32_t day = 0; day < demo->options->days; day++) {
        put_day(json, &is_first, demo, day);
    }
    wc_buf_put_text(json, "\n}\n");
}

static bool write_modules(const wc_cli *cli, const char *folder, const wc_demo *demo,
                          const wc_slice files[WC_CONTRACT_COUNT])
{
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/contracts", folder);
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", path, strerror(errno));
        return false;
    }
    for (uint32_t i = 0; i < WC_CONTRACT_COUNT; i++) {
        snprintf(path, sizeof(path), "%s/contracts/%s.wcb", folder,
                 demo->options->shelf->codes[i].name);
        if (!wc_cli_write(cli, path, files[i])) return false;
    }
    return true;
}

wc_exit wc_cli_demo_names(const wc_cli *cli, const char *folder, const wc_demo *demo,
                          const wc_slice files[WC_CONTRACT_COUNT])
{
    size_t size = 4096 + 128 * (WC_ACTOR_COUNT + (size_t)demo->options->days * WC_DAY_INSTANCES);
    wc_arena *arena = wc_cli_arena(size);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    char path[PATH_BYTES];
    wc_buf json;
    wc_buf_init(&json, wc_arena_alloc(arena, size, 1), size);
    put_names(&json, demo);
    wc_assert(wc_buf_status(&json) == WC_OK);
    snprintf(path, sizeof(path), "%s/names.json", folder);
    if (!wc_cli_write(cli, path, wc_buf_slice(&json))) return WC_EXIT_ENVIRONMENT;
    return write_modules(cli, folder, demo, files) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}
