/* native: compiles contracts for --native, and lists what is there. */
#include "node/cli/native.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/cli/compile.h"
#include "node/cli/module.h"
#include "node/ledger/ids.h"
#include "node/native/build.h"

typedef struct builder {
    const wc_cli *cli;
    char folder[PATH_MAX];
    wc_native_compiler compiler;
    wc_arena *sources, *objects;
    wc_hash emitter;
    bool only_missing;
    uint32_t built, kept, declined;
    uint32_t code_count;
    wc_hash codes[WC_NATIVE_OBJECTS_MAX]; /* of this run */
} builder;

/* ---- folders ------------------------------------------------------------------------------------
 */

static bool make_folder(char *path)
{
    for (char *at = path + 1; *at != 0; at++) {
        if (*at != '/') continue;
        *at = '\0';
        bool is_there = mkdir(path, 0755) == 0 || errno == EEXIST;
        *at = '/';
        if (!is_there) return false;
    }
    return mkdir(path, 0755) == 0 || errno == EEXIST;
}

/* -o, else the user's cache. */
static wc_exit find_folder(const wc_cli *cli, char *folder, size_t size)
{
    const char *given = wc_cli_option_of(cli, "output");
    if (given == NULL) {
        if (wc_cli_native_cache(folder, size) != NULL) return WC_EXIT_DONE;
        return wc_cli_fail(cli, WC_EXIT_USAGE, "there is no home folder: name one with -o DIR");
    }
    int length = snprintf(folder, size, "%s", given);
    if (length > 0 && (size_t)length < size) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_USAGE, "-o takes a folder");
}

/* ---- building -----------------------------------------------------------------------------------
 */

/* Whether this run, or with --missing one before, has made the object of a module. */
static bool is_there(builder *b, const wc_hash *code)
{
    char path[WC_NATIVE_PATH_MAX];
    for (uint32_t i = 0; i < b->code_count; i++) {
        if (wc_hash_equal(&b->codes[i], code)) return true;
    }
    if (b->code_count < WC_NATIVE_OBJECTS_MAX) b->codes[b->code_count++] = *code;
    bool is_old = b->only_missing && wc_native_path(path, b->folder, code, &b->emitter) &&
                  access(path, R_OK) == 0;
    b->kept += is_old;
    return is_old;
}

static wc_exit build_module(builder *b, const char *from, wc_slice module)
{
    wc_finding finding;
    wc_hash code = wc_code_id(module);
    if (is_there(b, &code)) return WC_EXIT_DONE;
    wc_status status =
        wc_native_build(&b->compiler, b->folder, module, &code, b->objects, &finding);
    if (status == WC_OK) {
        b->built++;
        return WC_EXIT_DONE;
    }
    if (finding.code != NULL) {
        return wc_cli_fail(b->cli, WC_EXIT_FAILS,
                           "%s: error[%s]: %s; `wattclause verify` says where", from, finding.code,
                           finding.text);
    }
    if (status == WC_IO || status == WC_NO_MEMORY) {
        return wc_cli_fail(b->cli, WC_EXIT_ENVIRONMENT,
                           "%s: cannot write to %s, or cannot start %s", from, b->folder,
                           b->compiler.path);
    }
    b->declined++;
    if (!b->cli->quiet) {
        fprintf(stderr, "wattclause native: %s: %s; it stays with the interpreter\n", from,
                status == WC_TOO_LARGE ? "too large for the native tier"
                                       : "the compiler gives up on it");
    }
    return WC_EXIT_DONE;
}

static wc_exit build_contracts(builder *b, const char *from, const wc_compilation *compilation)
{
    if (compilation->has_failed) {
        wc_cli_print_diags(b->cli, compilation, b->sources);
        return WC_EXIT_FAILS;
    }
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        wc_exit code = build_module(b, from, compilation->contracts[i].module);
        if (code != WC_EXIT_DONE) return code;
    }
    return WC_EXIT_DONE;
}

static wc_exit build_file(builder *b, const char *path)
{
    wc_slice bytes;
    wc_arena_rewind(b->sources, 0);
    size_t max = WC_MODULE_SIZE_MAX + WC_DEBUG_SIZE_MAX;
    if (!wc_cli_read(b->cli, path, max, b->sources, &bytes)) return WC_EXIT_ENVIRONMENT;
    if (bytes.len >= 4 && memcmp(bytes.data, "WCB", 4) == 0) {
        wc_module_file file;
        wc_finding finding;
        if (wc_module_file_read(bytes, b->sources, &file, &finding) != WC_OK) {
            return wc_cli_fail(b->cli, WC_EXIT_FAILS, "%s: error[%s]: %s", path, finding.code,
                               finding.text);
        }
        return build_module(b, path, file.module_bytes);
    }
    wc_compilation *compilation;
    wc_exit code = wc_cli_compile(b->cli, path, b->sources, false, &compilation);
    return code == WC_EXIT_DONE ? build_contracts(b, path, compilation) : code;
}

static wc_exit build_standard(builder *b)
{
    for (size_t i = 0; i < wc_contract_file_count; i++) {
        wc_compilation *compilation;
        const char *path = wc_contract_files[i].path;
        wc_arena_rewind(b->sources, 0);
        wc_exit code = wc_cli_compile_embedded(b->cli, wc_str_of(path), b->sources, &compilation);
        if (code == WC_EXIT_DONE) code = build_contracts(b, path, compilation);
        if (code != WC_EXIT_DONE) return code;
    }
    return WC_EXIT_DONE;
}

static wc_exit build(const wc_cli *cli)
{
    static builder b; /* paths of 4 KiB */
    b = (builder){.cli = cli};
    wc_exit code = find_folder(cli, b.folder, sizeof b.folder);
    if (code != WC_EXIT_DONE) return code;
    if (wc_native_find_compiler(&b.compiler) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT,
                           "there is no C compiler: neither cc nor gcc is in PATH; install gcc, or "
                           "go on without, contracts are interpreted then");
    }
    b.compiler.is_loud = wc_cli_option_of(cli, "verbose") != NULL;
    b.only_missing = wc_cli_option_of(cli, "missing") != NULL;
    if (!make_folder(b.folder)) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", b.folder, strerror(errno));
    }
    b.sources = wc_cli_arena(WC_COMPILE_ARENA);
    b.objects = wc_cli_arena(WC_NATIVE_BUILD_ARENA);
    if (b.sources == NULL || b.objects == NULL || !wc_native_emitter(&b.emitter)) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    if (cli->argc == 1) code = build_standard(&b);
    for (int i = 1; i < cli->argc && code == WC_EXIT_DONE; i++) code = build_file(&b, cli->argv[i]);
    if (code != WC_EXIT_DONE) return code;
    if (wc_cli_option_of(cli, "prune") != NULL) (void)wc_native_prune(b.folder, &b.emitter);
    if (cli->json) {
        printf("{\"built\":%u,\"kept\":%u,\"declined\":%u}\n", b.built, b.kept, b.declined);
    } else if (!cli->quiet) {
        printf("%u module%s compiled into %s, %u were there, %u declined\n", b.built,
               b.built == 1 ? "" : "s", b.folder, b.kept, b.declined);
    }
    return WC_EXIT_DONE;
}

/* ---- listing ------------------------------------------------------------------------------------
 */

static wc_exit list(const wc_cli *cli)
{
    char folder[PATH_MAX];
    wc_native_folder report;
    wc_exit code = find_folder(cli, folder, sizeof folder);
    if (code != WC_EXIT_DONE) return code;
    wc_native_library *library = wc_native_library_open();
    if (library == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_status status = wc_native_library_add(library, folder, &report);
    const wc_native_object *object;
    for (uint32_t i = 0; (object = wc_native_library_object(library, i)) != NULL; i++) {
        wc_hash module = wc_native_module_of(object);
        for (size_t k = 0; k < sizeof module.bytes; k++) printf("%02x", module.bytes[k]);
        printf("  cc %s\n", wc_native_compiler_of(object));
    }
    wc_native_library_close(library);
    if (status != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", folder, wc_status_text(status));
    }
    if (!cli->quiet) {
        fprintf(stderr, "%s: %u usable, %u of other builds, %u refused\n", folder, report.loaded,
                report.passed, report.refused);
    }
    return WC_EXIT_DONE;
}

wc_exit wc_cli_native(const wc_cli *cli)
{
    if (cli->argc > 0 && strcmp(cli->argv[0], "build") == 0) return build(cli);
    if (cli->argc == 1 && strcmp(cli->argv[0], "list") == 0) return list(cli);
    return wc_cli_fail(cli, WC_EXIT_USAGE,
                       "takes `build [FILE...]` or `list`; `wattclause help native`");
}
