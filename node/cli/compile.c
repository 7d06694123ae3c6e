/* Sources from files, modules they use from beside them, diagnostics to the terminal. */
#include "node/cli/compile.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "node/crypto/crypto.h"
#include "node/ledger/roles.h"

#define SOURCE_MAX     ((size_t)1 << 20)
#define TEXT_MAX       ((size_t)4 << 20)
#define PATH_MAX_BYTES 4096

typedef struct module_finder {
    const wc_cli *cli;
    const wc_cli_loaded *loaded;
    uint32_t loaded_count;
    wc_arena *arena;
    char folder[PATH_MAX_BYTES]; /* of the compiled file, with the last '/'; "" for the current */
} module_finder;

/* Every role that a contract may name. */
static size_t role_names(const wc_str **names)
{
    static const wc_str table[] = {
#define WC_ROLE(number, name, clause, text) {clause, sizeof(clause) - 1},
#include "node/ledger/roles.def"
#undef WC_ROLE
    };
    *names = table;
    return WC_ARRAY_LEN(table);
}

/* "spot.spot" -> "spot/spot.clause" behind folder and step. False: too long. */
static bool module_file(char *out, size_t size, const char *folder, const char *step, wc_str path)
{
    int length = snprintf(out, size, "%s%s%.*s.clause", folder, step, WC_STR_ARG(path));
    if (length < 0 || (size_t)length >= size) return false;
    size_t first = strlen(folder) + strlen(step);
    for (size_t i = first; i < first + path.len; i++) {
        if (out[i] == '.') out[i] = '/';
    }
    return true;
}

static bool is_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static bool find_embedded(wc_str path, wc_str *name, wc_str *text)
{
    for (size_t i = 0; i < wc_contract_file_count; i++) {
        const wc_embedded *file = &wc_contract_files[i];
        if (!wc_str_equal(path, wc_str_of(file->path))) continue;
        *name = wc_str_of(file->path);
        *text = (wc_str){file->text, file->size};
        return true;
    }
    return false;
}

static bool find(void *self, wc_str path, wc_str *name, wc_str *text)
{
    static const char *const steps[] = {"../", ""};
    module_finder *finder = self;
    char file[PATH_MAX_BYTES];
    for (uint32_t i = 0; i < finder->loaded_count; i++) {
        if (!wc_str_equal(finder->loaded[i].path, path)) continue;
        *name = finder->loaded[i].name;
        *text = finder->loaded[i].text;
        return true;
    }
    for (size_t i = 0; i < WC_ARRAY_LEN(steps); i++) {
        wc_slice bytes;
        bool is_there =
            module_file(file, sizeof(file), finder->folder, steps[i], path) && is_file(file);
        if (!is_there) continue;
        if (!wc_cli_read(finder->cli, file, SOURCE_MAX, finder->arena, &bytes)) return false;
        *name = wc_arena_str(finder->arena, wc_str_of(file));
        *text = (wc_str){(const char *)bytes.data, bytes.len};
        return name->data != NULL;
    }
    return find_embedded(path, name, text);
}

/* --deny may-trap. False: a usage message was printed. */
static bool denied(const wc_cli *cli, bool *traps)
{
    const char *what = wc_cli_option_of(cli, "deny");
    *traps = what != NULL && strcmp(what, "may-trap") == 0;
    if (what == NULL || *traps) return true;
    (void)wc_cli_fail(cli, WC_EXIT_USAGE, "--deny takes `may-trap`, not `%.40s`", what);
    return false;
}

static wc_exit compile(const wc_cli *cli, module_finder *finder, wc_str name, wc_str text,
                       const wc_compile_options *wanted, wc_compilation **compilation)
{
    wc_compile_options options = *wanted;
    options.arena = finder->arena;
    options.hash = wc_sha256;
    options.find = find;
    options.self = finder;
    options.explain_states = wc_cli_option_of(cli, "explain-states") != NULL;
    options.explain_traps = wc_cli_option_of(cli, "explain-traps") != NULL;
    if (!denied(cli, &options.deny_traps)) return WC_EXIT_USAGE;
    options.role_count = role_names(&options.roles);
    wc_status status = wc_compile(&options, name, text, compilation);
    if (status == WC_OK) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%.*s: %s", WC_STR_ARG(name),
                       wc_status_text(status));
}

/* The finder looks beside the file. False: the path is too long. */
static bool finder_open(module_finder *finder, const wc_cli *cli, const char *path, wc_arena *arena)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    *finder = (module_finder){.cli = cli, .arena = arena};
    if (length >= sizeof(finder->folder)) {
        (void)wc_cli_fail(cli, WC_EXIT_USAGE, "the path is too long");
        return false;
    }
    memcpy(finder->folder, path, length);
    return true;
}

static wc_exit compile_file(const wc_cli *cli, const char *path, const wc_compile_options *options,
                            wc_arena *arena, wc_compilation **compilation)
{
    module_finder finder;
    wc_slice bytes;
    if (!finder_open(&finder, cli, path, arena)) return WC_EXIT_USAGE;
    if (!wc_cli_read_head(cli, path, SOURCE_MAX + 1, arena, &bytes)) return WC_EXIT_ENVIRONMENT;
    return compile(cli, &finder, wc_str_of(path), (wc_str){(const char *)bytes.data, bytes.len},
                   options, compilation);
}

wc_exit wc_cli_compile(const wc_cli *cli, const char *path, wc_arena *arena, bool check_only,
                       wc_compilation **compilation)
{
    const wc_compile_options options = {.check_only = check_only};
    return compile_file(cli, path, &options, arena, compilation);
}

wc_exit wc_cli_compile_lint(const wc_cli *cli, const char *path, wc_str text, wc_arena *arena,
                            wc_compilation **compilation)
{
    module_finder finder;
    wc_compile_options options = {.lint = true};
    if (!finder_open(&finder, cli, path, arena)) return WC_EXIT_USAGE;
    return compile(cli, &finder, wc_str_of(path), text, &options, compilation);
}

wc_exit wc_cli_compile_sheets(const wc_cli *cli, const char *path, wc_arena *arena,
                              wc_compilation **compilation)
{
    module_finder finder;
    wc_slice bytes;
    wc_compile_options options = {.sheets = true, .no_tests = true};
    if (!finder_open(&finder, cli, path, arena)) return WC_EXIT_USAGE;
    if (!wc_cli_read_head(cli, path, SOURCE_MAX + 1, arena, &bytes)) return WC_EXIT_ENVIRONMENT;
    return compile(cli, &finder, wc_str_of(path), (wc_str){(const char *)bytes.data, bytes.len},
                   &options, compilation);
}

wc_exit wc_cli_compile_text(const wc_cli *cli, const wc_cli_text *source, wc_arena *arena,
                            wc_compilation **compilation)
{
    module_finder finder;
    const wc_compile_options options = {.previous = source->previous};
    if (!finder_open(&finder, cli, source->folder, arena)) return WC_EXIT_USAGE;
    finder.loaded = source->loaded;
    finder.loaded_count = source->loaded_count;
    return compile(cli, &finder, source->name, source->text, &options, compilation);
}

wc_exit wc_cli_compile_after(const wc_cli *cli, const char *path, const wc_module *previous,
                             wc_arena *arena, wc_compilation **compilation)
{
    const wc_compile_options options = {.previous = previous};
    return compile_file(cli, path, &options, arena, compilation);
}

wc_exit wc_cli_compile_beside(const wc_cli *cli, const char *path, const wc_module *previous,
                              wc_arena *arena, wc_compilation **compilation)
{
    const wc_compile_options options = {.previous = previous, .compares = true};
    return compile_file(cli, path, &options, arena, compilation);
}

wc_exit wc_cli_compile_embedded(const wc_cli *cli, wc_str path, wc_arena *arena,
                                wc_compilation **compilation)
{
    module_finder finder = {.cli = cli, .arena = arena, .folder = "/nonexistent/"};
    wc_str name, text;
    wc_compile_options options = {.check_only = false};
    bool is_there = find_embedded(path, &name, &text);
    wc_assert(is_there);
    return compile(cli, &finder, name, text, &options, compilation);
}
