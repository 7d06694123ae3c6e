/* bench city: the day of a million meters. Every quarter of an hour an aggregator signs one batch
 * for each page of 500; at the end the close pays each meter by one posting. All of it goes through
 * the node as any transaction does: signatures, execution, state tree, synced batches on disk,
 * SEAL.
 *
 *   day     96 intervals and the close; the limit is 30 minutes
 *   check   every slot, every posting and every balance against sums of the readings themselves
 *
 * Free memory and disk are looked at before anything is made. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "node/cli/bench.h"
#include "node/cli/bench_city.h"
#include "node/cli/compile.h"
#include "vm/isa/module.h"

#define LIMIT_S      1800.0
#define LIMIT_MEMORY 4096.0  /* MiB */
#define LIMIT_DISK   20480.0 /* MiB */
#define MEMORY_BASE  ((uint64_t)1 << 30)
#define MEMORY_METER 2560u /* bytes: tree, caches, genesis */
#define DISK_BASE    ((uint64_t)1 << 30)
#define DISK_METER   2048u
#define DISK_READING 90u /* bytes, before compaction */
#define MIB          1048576.0

/* ---- what the machine has ---------------------------------------------------------------------
 */

/* MemAvailable, or 0 when the system does not say. */
static uint64_t memory_available(void)
{
    char line[128];
    unsigned long long kib = 0;
    FILE *file = fopen("/proc/meminfo", "r");
    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1) break;
    }
    (void)fclose(file);
    return (uint64_t)kib * 1024;
}

static wc_exit check_machine(const wc_city *city, const char *folder)
{
    struct statvfs about;
    uint64_t memory = MEMORY_BASE + (uint64_t)city->meters * MEMORY_METER;
    uint64_t disk = DISK_BASE + (uint64_t)city->meters * DISK_METER +
                    (uint64_t)city->meters * city->intervals * DISK_READING;
    uint64_t has_memory = memory_available();
    if (has_memory != 0 && has_memory < memory) {
        return wc_cli_fail(
            city->cli, WC_EXIT_ENVIRONMENT,
            "this needs %.0f MiB of memory, %.0f are free; --meters makes it smaller",
            (double)memory / MIB, (double)has_memory / MIB);
    }
    if (statvfs(folder, &about) != 0) {
        return wc_cli_fail(city->cli, WC_EXIT_ENVIRONMENT, "%s cannot be looked at", folder);
    }
    uint64_t has_disk = (uint64_t)about.f_bavail * about.f_frsize;
    if (has_disk >= disk) return WC_EXIT_DONE;
    return wc_cli_fail(city->cli, WC_EXIT_ENVIRONMENT,
                       "this needs %.0f MiB in %s, %.0f are free; TMPDIR names another place",
                       (double)disk / MIB, folder, (double)has_disk / MIB);
}

static uint64_t folder_bytes;

static int add_file(const char *path, const struct stat *about, int type, struct FTW *place)
{
    (void)path;
    (void)place;
    if (type == FTW_F) folder_bytes += (uint64_t)about->st_blocks * 512;
    return 0;
}

static double disk_mib(const char *folder)
{
    folder_bytes = 0;
    (void)nftw(folder, add_file, 16, FTW_PHYS);
    return (double)folder_bytes / MIB;
}

static int remove_file(const char *path, const struct stat *about, int type, struct FTW *place)
{
    (void)about;
    (void)type;
    (void)place;
    return remove(path);
}

/* Of all threads, since the start: tells a slow machine from a loaded one. */
static double processor_s(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static double peak_mib(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss / 1024 : 0;
}

/* ---- the contract -----------------------------------------------------------------------------
 */

static bool name_is(const wc_module *module, uint16_t string, const char *name)
{
    return wc_str_equal(module->strings[string], wc_str_of(name));
}

/* Number of an action, as calls name it; WC_NONE. */
static uint16_t action_of(const wc_module *module, const char *name)
{
    uint16_t number = 0;
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind != WC_ENTRY_ACTION) continue;
        if (name_is(module, module->entries[i].name, name)) return number;
        number++;
    }
    return WC_NONE;
}

static uint16_t field_of(const wc_module *module, const char *name)
{
    for (uint16_t i = 0; i < module->field_count; i++) {
        if (name_is(module, module->fields[i].name, name)) return module->fields[i].id;
    }
    return WC_NONE;
}

static bool find_names(wc_city *city, wc_slice bytes)
{
    size_t bad;
    wc_module *module;
    wc_arena *arena = wc_cli_arena((size_t)4 << 20);
    if (arena == NULL || wc_module_decode(bytes, arena, &module, &bad) != WC_OK) return false;
    city->method_fund = action_of(module, "fund");
    city->method_enrol = action_of(module, "enrol");
    city->method_report = action_of(module, "report");
    city->method_settle = action_of(module, "settle");
    city->field_energy = field_of(module, "energy");
    city->field_owed = field_of(module, "owed");
    return city->method_fund != WC_NONE && city->method_enrol != WC_NONE &&
           city->method_report != WC_NONE && city->method_settle != WC_NONE &&
           city->field_energy != WC_NONE && city->field_owed != WC_NONE;
}

static wc_exit compile_contract(wc_city *city, wc_slice *module)
{
    wc_compilation *compilation = NULL;
    wc_arena *arena = wc_cli_arena(WC_COMPILE_ARENA);
    if (arena == NULL) return wc_cli_fail(city->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_exit code =
        wc_cli_compile_embedded(city->cli, wc_str_of("metering.surplus"), arena, &compilation);
    if (code != WC_EXIT_DONE) return code;
    if (!compilation->has_failed && compilation->contract_count == 1) {
        *module = compilation->contracts[0].module;
        if (find_names(city, *module)) return WC_EXIT_DONE;
    }
    return wc_cli_fail(city->cli, WC_EXIT_BUG, "metering.surplus does not compile");
}

/* ---- what came of it ---------------------------------------------------------------------------
 */

static void print_all(const wc_city *city, const char *folder)
{
    const wc_cli *cli = city->cli;
    char title[128];
    (void)snprintf(title, sizeof title,
                   "%u meters, %u intervals in %u batches each, %llu corrections, on disk",
                   city->meters, city->intervals, city->pages,
                   (unsigned long long)city->corrections);
    wc_bench_head(cli, title);
    wc_bench_row(cli, "the day and its close", city->day_s, "s", LIMIT_S);
    wc_bench_row(cli, "peak memory", peak_mib(), "MiB", LIMIT_MEMORY);
    wc_bench_row(cli, "disk", disk_mib(folder), "MiB", LIMIT_DISK);
    wc_bench_row(cli, "readings", (double)city->readings / city->day_s, "1/s", 0);
    wc_bench_row(cli, "stage seal, of the day", city->seal_s, "s", city->day_s);
    wc_bench_row(cli, "stage close, of the day", city->close_s, "s", city->day_s);
    wc_bench_row(cli, "aggregator: build and sign, beside it", city->build_s, "s", city->day_s);
    wc_bench_row(cli, "registering the city, before it", city->setup_s, "s", 0);
    wc_bench_row(cli, "checking it, behind it", city->check_s, "s", 0);
    wc_bench_row(cli, "processor time of the day", city->processor_s, "s", city->day_s);
    wc_bench_row(cli, "batches", (double)city->batches, "", 0);
    wc_bench_row(cli, "postings by batches", (double)city->postings, "", 0);
    wc_bench_row(cli, "postings by the close", (double)city->paid_count, "", 0);
    wc_bench_row(cli, "blocks", (double)city->blocks, "", 0);
    wc_bench_row(cli, "gas", (double)city->gas, "", 0);
    if (!cli->json) {
        printf("\nexact: every slot, %llu postings and %u balances equal the sums of the readings; "
               "%lld.%02lld CNY\n",
               (unsigned long long)(city->postings + city->paid_count), city->meters,
               (long long)(city->paid / 100), (long long)(city->paid % 100));
    }
}

static wc_status run_day(wc_city *city, wc_slice module)
{
    WC_TRY(wc_city_setup(city, module));
    double start = processor_s();
    WC_TRY(wc_city_day(city));
    city->processor_s = processor_s() - start;
    WC_TRY(wc_city_check_sums(city));
    start = processor_s();
    WC_TRY(wc_city_close(city));
    city->processor_s += processor_s() - start;
    return wc_city_check_balances(city);
}

static wc_exit run_in(wc_city *city, const char *folder)
{
    wc_slice module;
    wc_exit code = compile_contract(city, &module);
    if (code != WC_EXIT_DONE) return code;
    wc_status status = wc_city_open(city, folder, module);
    if (status != WC_OK) {
        return wc_cli_fail(city->cli, WC_EXIT_ENVIRONMENT, "%s: %s %s", folder,
                           wc_status_text(status), city->problem);
    }
    status = run_day(city, module);
    if (status == WC_OK) {
        print_all(city, folder);
    } else {
        code = wc_cli_fail(city->cli, WC_EXIT_FAILS, "%s",
                           city->problem[0] != '\0' ? city->problem : wc_status_text(status));
    }
    wc_chain_close(city->chain);
    free(city->queues[0].memory);
    free(city->queues[1].memory);
    return code;
}

static wc_exit read_options(const wc_cli *cli, wc_city *city)
{
    int64_t meters, intervals;
    if (cli->argc > 1) return wc_cli_fail(cli, WC_EXIT_USAGE, "`city` takes no argument");
    if (!wc_cli_number(cli, "meters", 1, WC_CITY_METERS_MAX, WC_CITY_METERS_MAX, &meters) ||
        !wc_cli_number(cli, "intervals", 1, WC_CITY_QUARTERS, WC_CITY_QUARTERS, &intervals)) {
        return WC_EXIT_USAGE;
    }
    city->cli = cli;
    city->meters = (uint32_t)meters;
    city->intervals = (uint32_t)intervals;
    city->first_quarter = (WC_CITY_QUARTERS - city->intervals) / 2; /* around noon */
    city->pages = (city->meters + WC_PAGE_METERS_MAX - 1) / WC_PAGE_METERS_MAX;
    city->instances = (city->pages + WC_CITY_INSTANCE - 1) / WC_CITY_INSTANCE;
    return WC_EXIT_DONE;
}

wc_exit wc_bench_city(const wc_cli *cli)
{
    static wc_city city;
    char folder[4096];
    const char *where = getenv("TMPDIR");
    wc_exit code = read_options(cli, &city);
    if (code != WC_EXIT_DONE) return code;
    (void)snprintf(folder, sizeof folder, "%.4000s/wattclause-city-XXXXXX",
                   where != NULL && where[0] != '\0' ? where : "/tmp");
    if (mkdtemp(folder) == NULL) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s cannot be made", folder);
    }
    code = check_machine(&city, folder);
    if (code == WC_EXIT_DONE) code = run_in(&city, folder);
    if (nftw(folder, remove_file, 16, FTW_DEPTH | FTW_PHYS) != 0 && code == WC_EXIT_DONE) {
        code = wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s cannot be removed", folder);
    }
    return code;
}
