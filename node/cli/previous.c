/* Modules that a verb takes from a file: a .wcb, or a source that is compiled. */
#include "node/cli/previous.h"

#include <string.h>

#include "node/cli/module.h"
#include "node/crypto/crypto.h"

#define FILE_MAX ((size_t)4 << 20)

static bool is_source(const char *path)
{
    size_t length = strlen(path);
    return length > 7 && strcmp(path + length - 7, ".clause") == 0;
}

/* The named contract of the file, or its only one; NULL after a message. */
static const wc_compiled_contract *only(const wc_cli *cli, const char *path,
                                        const wc_compilation *compilation, const char *name)
{
    const wc_compiled_contract *found = NULL;
    uint32_t count = 0;
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        const wc_compiled_contract *contract = &compilation->contracts[i];
        bool counts =
            contract->is_own && (name == NULL || wc_str_equal(contract->name, wc_str_of(name)));
        if (counts) found = contract;
        count += counts;
    }
    if (count == 1) return found;
    if (count == 0) {
        (void)wc_cli_fail(cli, WC_EXIT_FAILS, "%s: there is no contract%s%s in this file", path,
                          name != NULL ? " " : "", name != NULL ? name : "");
    } else {
        (void)wc_cli_fail(cli, WC_EXIT_USAGE,
                          "%s: the file has %u contracts; name one with "
                          "--contract",
                          path, count);
    }
    return NULL;
}

/* Nothing is wrong with the source but that it does not follow the version before. */
static bool is_incompatible(const wc_diags *diags)
{
    bool is_all = diags->error_count > 0;
    for (const wc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        bool counts = diag->severity == WC_SEVERITY_ERROR;
        if (counts && diag->code != WC_E1203 && diag->code != WC_E1206) is_all = false;
    }
    return is_all;
}

static wc_exit from_source(const wc_cli *cli, const char *path, const wc_module *previous,
                           wc_arena *arena, wc_cli_loaded_module *loaded)
{
    wc_compilation *compilation;
    wc_exit code = wc_cli_compile_beside(cli, path, previous, arena, &compilation);
    if (code != WC_EXIT_DONE) return code;
    if (compilation->has_failed) {
        wc_cli_print_diags(cli, compilation, arena);
        return is_incompatible(&compilation->diags) ? WC_EXIT_INCOMPATIBLE : WC_EXIT_FAILS;
    }
    const wc_compiled_contract *contract =
        only(cli, path, compilation, wc_cli_option_of(cli, "contract"));
    if (contract == NULL) return WC_EXIT_USAGE;
    loaded->bytes = contract->module;
    loaded->is_source = true;
    loaded->proof_count = contract->proof_count;
    loaded->proofs = contract->proofs;
    return WC_EXIT_DONE;
}

static wc_exit from_file(const wc_cli *cli, const char *path, wc_arena *arena, wc_slice *bytes)
{
    wc_slice whole;
    wc_module_file file;
    wc_finding finding;
    if (!wc_cli_read(cli, path, FILE_MAX, arena, &whole)) return WC_EXIT_ENVIRONMENT;
    if (wc_module_file_read(whole, arena, &file, &finding) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: not a module: `wattclause verify` says why",
                           path);
    }
    *bytes = file.module_bytes;
    return WC_EXIT_DONE;
}

wc_exit wc_cli_load_module(const wc_cli *cli, const char *path, const wc_module *previous,
                           wc_arena *arena, wc_cli_loaded_module *loaded)
{
    *loaded = (wc_cli_loaded_module){.module = NULL};
    wc_exit code = is_source(path) ? from_source(cli, path, previous, arena, loaded)
                                   : from_file(cli, path, arena, &loaded->bytes);
    if (code != WC_EXIT_DONE) return code;
    wc_module *module;
    size_t bad;
    wc_finding finding = {.function = WC_NONE};
    wc_status status = wc_module_decode(loaded->bytes, arena, &module, &bad);
    if (status == WC_OK) status = wc_module_verify(module, wc_sha256, arena, &finding);
    if (status != WC_OK || module->is_test_image) {
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "%s: the module is not sound: `wattclause verify` says why", path);
    }
    loaded->module = module;
    return WC_EXIT_DONE;
}

wc_exit wc_cli_previous(const wc_cli *cli, wc_arena *arena, wc_cli_loaded_module *previous)
{
    *previous = (wc_cli_loaded_module){.module = NULL};
    const char *path = wc_cli_option_of(cli, "previous");
    return path == NULL ? WC_EXIT_DONE : wc_cli_load_module(cli, path, NULL, arena, previous);
}
