/* bench compile: how fast the compiler is, and whether its time grows as its input does.
 *
 *   all      every source of stdlib/ and contracts/, tests too: parse, check, emit, verify; each
 *            file with all that it uses, as an author's `build` and `test` compile it
 *   check    the same without code
 *   growth   generated contracts, once, ten times and a hundred times as many in one file
 *
 * Best of five, CPU time of this process; one arena serves all files of a round, as it does in
 * `wattclause check` of several files. Memory is what one compilation touched of an arena of its
 * own: pages that the system has given it, counted behind the compilation, outside of the time. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "node/cli/bench.h"
#include "node/cli/compile.h"

#define ROUNDS        5
#define FILES_MAX     256u
#define PATH_BYTES    4096
#define TARGET_MS     200.0 /* for all of it: the floor of the design */
#define ONE_TIMES     3u    /* contracts of the smallest generated file */
#define GENERATED_MAX ((size_t)1 << 20)

typedef struct sources {
    const wc_cli *cli;
    wc_arena *arena; /* paths and generated text */
    const char *paths[FILES_MAX];
    size_t count, bytes, lines;
    size_t touched; /* most bytes of arena that one compilation touched */
} sources;

static double cpu_ms(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec * 1e-6;
}

/* ---- finding the files --------------------------------------------------------------------------
 */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static wc_exit count_file(sources *all, const char *path)
{
    size_t mark = wc_arena_mark(all->arena);
    wc_slice text;
    if (!wc_cli_read(all->cli, path, GENERATED_MAX, all->arena, &text)) return WC_EXIT_ENVIRONMENT;
    all->bytes += text.len;
    for (size_t i = 0; i < text.len; i++) all->lines += text.data[i] == '\n';
    wc_arena_rewind(all->arena, mark);
    wc_str kept = wc_arena_str(all->arena, wc_str_of(path));
    if (kept.data == NULL || all->count == FILES_MAX) {
        return wc_cli_fail(all->cli, WC_EXIT_ENVIRONMENT, "more than %u sources", FILES_MAX);
    }
    all->paths[all->count++] = kept.data;
    return WC_EXIT_DONE;
}

static wc_exit find_files(sources *all, const char *folder)
{
    struct dirent **names;
    int count = scandir(folder, &names, NULL, alphasort);
    if (count < 0) {
        return wc_cli_fail(all->cli, WC_EXIT_ENVIRONMENT,
                           "%s cannot be read; give the folders with sources", folder);
    }
    wc_exit code = WC_EXIT_DONE;
    for (int i = 0; i < count; i++) {
        char path[PATH_BYTES];
        struct stat info;
        int length = snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
        bool is_seen = length > 0 && (size_t)length < sizeof(path) && names[i]->d_name[0] != '.' &&
                       stat(path, &info) == 0;
        if (code == WC_EXIT_DONE && is_seen && S_ISDIR(info.st_mode)) code = find_files(all, path);
        if (code == WC_EXIT_DONE && is_seen && ends_with(path, ".clause")) {
            code = count_file(all, path);
        }
        free(names[i]);
    }
    free(names);
    return code;
}

/* ---- compiling ----------------------------------------------------------------------------------
 */

/* An arena of which every touched page is counted, fresh for each compilation. */
typedef struct counted_arena {
    wc_arena arena;
    void *memory;
} counted_arena;

static bool arena_open(counted_arena *counted)
{
    counted->memory = mmap(NULL, WC_COMPILE_ARENA, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (counted->memory == MAP_FAILED) return false;
    wc_arena_init(&counted->arena, counted->memory, WC_COMPILE_ARENA);
    return true;
}

static void arena_close(counted_arena *counted, size_t *touched)
{
    static unsigned char pages[WC_COMPILE_ARENA / 4096];
    size_t page = (size_t)sysconf(_SC_PAGESIZE), count = 0;
    if (page >= 4096 && mincore(counted->memory, WC_COMPILE_ARENA, pages) == 0) {
        for (size_t i = 0; i < WC_COMPILE_ARENA / page; i++) count += pages[i] & 1u;
    }
    if (count * page > *touched) *touched = count * page;
    (void)munmap(counted->memory, WC_COMPILE_ARENA);
}

static wc_exit compile_file(const sources *all, const char *path, bool check_only, wc_arena *arena)
{
    wc_compilation *compilation = NULL;
    wc_exit code = wc_cli_compile(all->cli, path, arena, check_only, &compilation);
    if (code == WC_EXIT_DONE && compilation->has_failed) {
        code = wc_cli_fail(all->cli, WC_EXIT_FAILS, "%s does not compile", path);
    }
    return code;
}

/* The most that the compilation of one of the files touches. */
static wc_exit count_memory(sources *all)
{
    for (size_t i = 0; i < all->count; i++) {
        counted_arena counted;
        if (!arena_open(&counted))
            return wc_cli_fail(all->cli, WC_EXIT_ENVIRONMENT, "out of memory");
        wc_exit code = compile_file(all, all->paths[i], false, &counted.arena);
        arena_close(&counted, &all->touched);
        if (code != WC_EXIT_DONE) return code;
    }
    return WC_EXIT_DONE;
}

/* Best CPU time of compiling all files, in ms. */
static wc_exit time_all(const sources *all, bool check_only, double *best)
{
    counted_arena one;
    size_t ignored = 0;
    wc_exit code = WC_EXIT_DONE;
    if (!arena_open(&one)) return wc_cli_fail(all->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    *best = 1e300;
    for (int round = 0; round < ROUNDS && code == WC_EXIT_DONE; round++) {
        double start = cpu_ms();
        for (size_t i = 0; i < all->count && code == WC_EXIT_DONE; i++) {
            size_t mark = wc_arena_mark(&one.arena);
            code = compile_file(all, all->paths[i], check_only, &one.arena);
            wc_arena_rewind(&one.arena, mark);
        }
        double took = cpu_ms() - start;
        if (took < *best) *best = took;
    }
    arena_close(&one, &ignored);
    return code;
}

/* ---- growth -------------------------------------------------------------------------------------
 */

/* One contract of everyday shape; %u: its number. */
static const char contract[] =
    "record Order%u { who : party; quantity : Energy; price : Price; }\n"
    "error TooMuch%u(asked : Energy, limit : Energy);\n"
    "event Settled%u(quantity : Energy, amount : Yuan);\n"
    "func gross%u(quantity : Energy, price : Price) -> Yuan {\n"
    "    return round<Yuan>(quantity * price, half_even);\n"
    "}\n"
    "contract Sale%u {\n"
    "    parties { seller, buyer, platform : party; }\n"
    "    signatory seller, buyer;\n"
    "    terms { price : Price; limit : dec<3, kWh, 0..1_000_000>; fee : dec<4> = 0.5%%; }\n"
    "    states { Open initial; Paused(since : time); Done final; }\n"
    "    storage {\n"
    "        orders : sorted<Order%u, price, desc, 64>;\n"
    "        taken : map<party, Energy, 64>;\n"
    "        months : int<0..360> = 0;\n"
    "    }\n"
    "    action order(quantity : dec<3, kWh, 0..1_000_000>, bid : Price) by buyer when Open\n"
    "        requires quantity <= limit : TooMuch%u(quantity, limit);\n"
    "    {\n"
    "        self.orders.insert(Order%u(who: buyer, quantity: quantity, price: bid));\n"
    "    }\n"
    "    action settle() by seller, buyer when Open -> Open, Done {\n"
    "        var total : Energy = 0.000 kWh;\n"
    "        for order in self.orders {\n"
    "            if order.price >= price { total += order.quantity; }\n"
    "        }\n"
    "        let amount : Yuan = gross%u(total, price);\n"
    "        split(buyer, amount, half_even) {\n"
    "            platform : fee;\n"
    "            seller   : rest;\n"
    "        }\n"
    "        self.taken[buyer] += total;\n"
    "        emit Settled%u(total, amount);\n"
    "        if self.months >= 12 { goto Done(); }\n"
    "        self.months += 1;\n"
    "    }\n"
    "    action pause() by any(seller, buyer) when Open -> Paused { goto Paused(since: now()); }\n"
    "    action resume() by seller, buyer when Paused -> Open { goto Open(); }\n"
    "    after entered + 720 h when Open, Paused -> Done { goto Done(); }\n"
    "    view bought(who : party) -> Energy { return self.taken.get_or(who, 0.000 kWh); }\n"
    "}\n\n";

/* Puts `contracts` contracts into the text; returns its lines. */
static size_t generate(wc_buf *text, uint32_t contracts)
{
    size_t lines = 3;
    wc_buf_put_text(text, "module growth;\nuse std.energy;\n\n");
    for (uint32_t number = 1; number <= contracts; number++) {
        for (const char *c = contract; *c != '\0'; c++) {
            char digits[16];
            if (*c != '%') {
                wc_buf_put_u8(text, (uint8_t)*c);
                lines += *c == '\n';
                continue;
            }
            c++; /* "%u" or "%%" */
            snprintf(digits, sizeof(digits), *c == 'u' ? "%u" : "%%", number);
            wc_buf_put_text(text, digits);
        }
    }
    return lines;
}

static wc_exit time_generated(sources *all, const char *path, uint32_t times, double *ns_a_line,
                              size_t *touched)
{
    size_t mark = wc_arena_mark(all->arena);
    uint8_t *memory = wc_arena_alloc(all->arena, GENERATED_MAX, 1);
    wc_buf text;
    if (memory == NULL) return wc_cli_fail(all->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf_init(&text, memory, GENERATED_MAX);
    size_t lines = generate(&text, ONE_TIMES * times);
    wc_assert(!text.full);
    wc_exit code =
        wc_cli_write(all->cli, path, wc_buf_slice(&text)) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
    sources one = {.cli = all->cli, .arena = all->arena, .paths = {path}, .count = 1};
    double best = 0;
    if (code == WC_EXIT_DONE) code = count_memory(&one);
    if (code == WC_EXIT_DONE) code = time_all(&one, false, &best);
    *ns_a_line = best * 1e6 / (double)lines;
    *touched = one.touched;
    (void)remove(path);
    wc_arena_rewind(all->arena, mark);
    return code;
}

static wc_exit growth(sources *all)
{
    static const uint32_t times[] = {1, 10, 100};
    char path[PATH_BYTES];
    const char *where = getenv("TMPDIR");
    snprintf(path, sizeof(path), "%.4000s/wattclause-growth-%ld.clause",
             where != NULL && where[0] != '\0' ? where : "/tmp", (long)getpid());
    double first = 0;
    for (size_t i = 0; i < WC_ARRAY_LEN(times); i++) {
        char name[64];
        double ns_a_line = 0;
        size_t touched = 0;
        wc_exit code = time_generated(all, path, times[i], &ns_a_line, &touched);
        if (code != WC_EXIT_DONE) return code;
        if (i == 0) first = ns_a_line;
        snprintf(name, sizeof(name), "compile.growth_%ux", times[i]);
        wc_bench_row(all->cli, name, ns_a_line, "ns/line", first);
        snprintf(name, sizeof(name), "compile.growth_%ux_memory", times[i]);
        wc_bench_row(all->cli, name, (double)touched / 1048576, "MiB", 0);
    }
    return WC_EXIT_DONE;
}

/* ---- the verb -----------------------------------------------------------------------------------
 */

static wc_exit run(sources *all)
{
    double code_ms, check_ms;
    wc_exit code = time_all(all, false, &code_ms);
    if (code == WC_EXIT_DONE) code = time_all(all, true, &check_ms);
    if (code == WC_EXIT_DONE) code = count_memory(all);
    if (code != WC_EXIT_DONE) return code;
    char title[96];
    snprintf(title, sizeof(title), "%zu sources, %zu lines, %zu bytes", all->count, all->lines,
             all->bytes);
    wc_bench_head(all->cli, title);
    wc_bench_row(all->cli, "compile.all", code_ms, "ms", TARGET_MS);
    wc_bench_row(all->cli, "compile.check", check_ms, "ms", code_ms);
    wc_bench_row(all->cli, "compile.lines", (double)all->lines / code_ms * 1e3, "lines/s", 0);
    wc_bench_row(all->cli, "compile.memory", (double)all->touched / 1048576, "MiB",
                 (double)WC_COMPILE_ARENA / 1048576);
    return growth(all);
}

wc_exit wc_bench_compile(const wc_cli *cli)
{
    static sources all;
    char path[PATH_BYTES];
    all = (sources){.cli = cli, .arena = wc_cli_arena(3 * GENERATED_MAX)};
    if (all.arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_exit code = WC_EXIT_DONE;
    for (int i = 1; code == WC_EXIT_DONE && i < cli->argc; i++)
        code = find_files(&all, cli->argv[i]);
    static const char *const folders[] = {"stdlib", "contracts"};
    for (size_t i = 0; code == WC_EXIT_DONE && cli->argc < 2 && i < WC_ARRAY_LEN(folders); i++) {
        wc_cli_locate(NULL, folders[i], path, sizeof(path));
        code = find_files(&all, path);
    }
    return code == WC_EXIT_DONE ? run(&all) : code;
}
