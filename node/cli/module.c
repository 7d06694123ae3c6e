/* dis and verify: a module file as a person or the node reads it. */
#include <stdio.h>

#include "node/cli/cli.h"
#include "node/cli/module.h"
#include "node/crypto/crypto.h"

#define ARENA_SIZE ((size_t)64 << 20)
#define TEXT_MAX   ((size_t)16 << 20)

static wc_exit refuse(const wc_cli *cli, const char *path, const wc_finding *finding,
                      const wc_module *module)
{
    const char *way_out = wc_rule_way_out(finding->code);
    if (cli->json) {
        printf("{\"accepted\":false,\"code\":\"%s\",\"message\":\"%s\"", finding->code,
               finding->text);
        if (finding->function != WC_NONE) {
            printf(",\"function\":%u,\"word\":%u", finding->function, finding->word);
        }
        printf(",\"offset\":%zu}\n", finding->offset);
        return WC_EXIT_FAILS;
    }
    fprintf(stderr, "error[%s]: %s\n  --> %s", finding->code, finding->text, path);
    if (finding->function != WC_NONE && module != NULL) {
        wc_str name = module->strings[module->functions[finding->function].name];
        fprintf(stderr, ", function %.*s, word %u", WC_STR_ARG(name), finding->word);
    } else {
        fprintf(stderr, ", byte %zu", finding->offset);
    }
    fprintf(stderr, "\n   = %s\n   = more: wattclause explain %s\n",
            way_out != NULL ? way_out : "build it again", finding->code);
    return WC_EXIT_FAILS;
}

wc_exit wc_cli_module(const wc_cli *cli, wc_slice bytes, wc_arena *arena, wc_module_file *file)
{
    wc_finding finding = {.function = WC_NONE};
    wc_status status = wc_module_file_read(bytes, arena, file, &finding);
    return status == WC_OK ? WC_EXIT_DONE : refuse(cli, cli->argv[0], &finding, NULL);
}

static wc_exit load(const wc_cli *cli, const char *path, wc_arena *arena, wc_module_file *file)
{
    wc_slice bytes;
    size_t max = WC_MODULE_SIZE_MAX + WC_DEBUG_SIZE_MAX;
    if (!wc_cli_read(cli, path, max, arena, &bytes)) return WC_EXIT_ENVIRONMENT;
    return wc_cli_module(cli, bytes, arena, file);
}

static wc_exit one_file(const wc_cli *cli)
{
    if (cli->argc == 1) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_USAGE, "takes one module file; `wattclause help %s`",
                       cli->verb);
}

wc_exit wc_cli_verify(const wc_cli *cli)
{
    wc_exit code = one_file(cli);
    if (code != WC_EXIT_DONE) return code;
    wc_arena *arena = wc_cli_arena(ARENA_SIZE);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_module_file file;
    code = load(cli, cli->argv[0], arena, &file);
    if (code != WC_EXIT_DONE) return code;

    wc_finding finding = {.function = WC_NONE};
    wc_status status = wc_module_verify(file.module, wc_sha256, arena, &finding);
    if (status == WC_NO_MEMORY) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    if (status != WC_OK) return refuse(cli, cli->argv[0], &finding, file.module);
    wc_str name = file.module->strings[0];
    if (cli->json) {
        printf("{\"accepted\":true,\"contract\":\"%.*s\",\"bytes\":%zu,\"functions\":%u}\n",
               WC_STR_ARG(name), file.module_bytes.len, file.module->function_count);
    } else {
        printf("%s: accepted. Contract %.*s, %zu bytes, %u functions, %u entries\n", cli->argv[0],
               WC_STR_ARG(name), file.module_bytes.len, file.module->function_count,
               file.module->entry_count);
    }
    return WC_EXIT_DONE;
}

wc_exit wc_cli_dis(const wc_cli *cli)
{
    wc_exit code = one_file(cli);
    if (code != WC_EXIT_DONE) return code;
    wc_arena *arena = wc_cli_arena(ARENA_SIZE);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_module_file file;
    code = load(cli, cli->argv[0], arena, &file);
    if (code != WC_EXIT_DONE) return code;

    wc_buf text;
    void *memory = wc_arena_alloc(arena, TEXT_MAX, 1);
    if (memory == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf_init(&text, memory, TEXT_MAX);
    if (file.debug != NULL && !wc_debug_fits(file.debug, file.module)) {
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "%s: the debug part names what the module does not have; build it again",
                           cli->argv[0]);
    }
    wc_debug_disassemble(file.module, file.debug, &text);
    if (wc_buf_status(&text) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: the text exceeds 16 MiB", cli->argv[0]);
    }
    return wc_cli_print(&text) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}
