/* abi: what a contract tells programs, from its module alone. */
#include <string.h>

#include "node/abi/abi.h"
#include "node/cli/compile.h"
#include "node/cli/module.h"
#include "node/crypto/crypto.h"
#include "node/ledger/ids.h"

/* The module bytes of a .wcb file, or of the contract that a source builds. */
static wc_exit module_bytes(const wc_cli *cli, const char *path, wc_arena *arena, wc_slice *file)
{
    size_t max = WC_MODULE_SIZE_MAX + WC_DEBUG_SIZE_MAX;
    if (!wc_cli_read(cli, path, max, arena, file)) return WC_EXIT_ENVIRONMENT;
    if (file->len >= 4 && memcmp(file->data, "WCB", 4) == 0) return WC_EXIT_DONE;
    wc_compilation *compilation;
    wc_exit code = wc_cli_compile(cli, path, arena, false, &compilation);
    if (code != WC_EXIT_DONE) return code;
    if (compilation->has_failed) {
        wc_cli_print_diags(cli, compilation, arena);
        return WC_EXIT_FAILS;
    }
    const wc_compiled_contract *contract = wc_cli_choose(cli, compilation);
    if (contract == NULL) return WC_EXIT_USAGE;
    *file = contract->file;
    return WC_EXIT_DONE;
}

wc_exit wc_cli_abi(const wc_cli *cli)
{
    if (cli->argc != 1) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "takes one source or module file; `wattclause help abi`");
    }
    wc_arena *arena = wc_cli_arena(WC_COMPILE_ARENA);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_slice bytes;
    wc_exit code = module_bytes(cli, cli->argv[0], arena, &bytes);
    if (code != WC_EXIT_DONE) return code;
    wc_module_file file;
    code = wc_cli_module(cli, bytes, arena, &file);
    if (code != WC_EXIT_DONE) return code;
    const char *wanted = wc_cli_option_of(cli, "contract");
    wc_str name = file.module->strings[0];
    if (wanted != NULL && !wc_str_equal(name, wc_str_of(wanted))) { /* of a module, which has one */
        return wc_cli_fail(cli, WC_EXIT_USAGE, "%s: the module holds `%.*s`, no contract `%.64s`",
                           cli->argv[0], WC_STR_ARG(name), wanted);
    }

    wc_buf text;
    void *memory = wc_arena_alloc(arena, WC_ABI_TEXT_MAX, 1);
    if (memory == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf_init(&text, memory, WC_ABI_TEXT_MAX);
    wc_hash id = wc_code_id(file.module_bytes);
    if (wc_cli_option_of(cli, "schema") != NULL) {
        wc_abi_put_schema(&text, file.module, &id);
    } else {
        wc_abi_put(&text, file.module, &id);
    }
    if (wc_buf_status(&text) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: the text exceeds 16 MiB", cli->argv[0]);
    }
    const char *out = wc_cli_option_of(cli, "output");
    if (out != NULL)
        return wc_cli_write(cli, out, wc_buf_slice(&text)) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
    return wc_cli_print(&text) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}
