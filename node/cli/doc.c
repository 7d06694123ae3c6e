/* doc: contract sheets of sources, to standard output, a file or a folder. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "node/cli/compile.h"

static const struct {
    const char *name;
    wc_doc_format format;
} formats[] = {{"html", WC_DOC_HTML}, {"md", WC_DOC_MARKDOWN}, {"json", WC_DOC_JSON}};

typedef struct doc_job {
    const wc_cli *cli;
    wc_arena *arena;
    size_t format; /* index of formats */
    const char *out;
    bool is_folder;
    uint32_t count; /* sheets so far */
} doc_job;

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool choose_format(doc_job *job)
{
    const char *name = wc_cli_option_of(job->cli, "format");
    const char *dot = job->out != NULL ? strrchr(job->out, '.') : NULL;
    job->format = 1;
    if (name == NULL && job->cli->json) name = "json";
    for (size_t i = 0; i < WC_ARRAY_LEN(formats); i++) {
        const char *wanted = name != NULL ? name : dot != NULL ? dot + 1 : "";
        if (strcmp(wanted, formats[i].name) == 0) {
            job->format = i;
            return true;
        }
    }
    if (name == NULL) return true;
    (void)wc_cli_fail(job->cli, WC_EXIT_USAGE, "--format is html, md or json, not `%.20s`", name);
    return false;
}

static wc_exit put_sheet(doc_job *job, const wc_compiled_contract *contract)
{
    size_t mark = wc_arena_mark(job->arena);
    char path[4096];
    wc_buf text;
    void *memory = wc_arena_alloc(job->arena, WC_DOC_TEXT_MAX, 1);
    if (memory == NULL) return wc_cli_fail(job->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf_init(&text, memory, WC_DOC_TEXT_MAX);
    if (wc_cli_option_of(job->cli, "without-gas") != NULL) wc_doc_hide_gas(contract->sheet);
    wc_doc_put(contract->sheet, formats[job->format].format, &text);
    if (wc_buf_status(&text) != WC_OK) {
        return wc_cli_fail(job->cli, WC_EXIT_FAILS, "the sheet of %.*s exceeds 16 MiB",
                           WC_STR_ARG(contract->name));
    }
    bool is_done;
    if (job->out == NULL) {
        is_done = wc_cli_print(&text);
    } else {
        int length = job->is_folder
                         ? snprintf(path, sizeof(path), "%s/%.*s.%s", job->out,
                                    WC_STR_ARG(contract->name), formats[job->format].name)
                         : snprintf(path, sizeof(path), "%s", job->out);
        if (length < 0 || (size_t)length >= sizeof(path)) {
            return wc_cli_fail(job->cli, WC_EXIT_USAGE, "the path is too long");
        }
        is_done = wc_cli_write(job->cli, path, wc_buf_slice(&text));
        if (is_done && !job->cli->quiet) fprintf(stderr, "%s\n", path);
    }
    wc_arena_rewind(job->arena, mark);
    job->count++;
    return is_done ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

static bool is_wanted(const wc_cli *cli, const wc_compiled_contract *contract)
{
    const char *name = wc_cli_option_of(cli, "contract");
    return contract->is_own && (name == NULL || wc_str_equal(contract->name, wc_str_of(name)));
}

static wc_exit doc_file(doc_job *job, const char *path)
{
    wc_compilation *compilation;
    wc_exit code = wc_cli_compile_sheets(job->cli, path, job->arena, &compilation);
    if (code != WC_EXIT_DONE) return code;
    if (compilation->has_failed) {
        wc_cli_print_diags(job->cli, compilation, job->arena);
        return WC_EXIT_FAILS;
    }
    uint32_t wanted = job->count;
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        wanted += is_wanted(job->cli, &compilation->contracts[i]);
    }
    if (wanted > 1 && !job->is_folder) {
        return wc_cli_fail(job->cli, WC_EXIT_USAGE,
                           "there are several contracts: name a folder with -o, or one of them "
                           "with --contract");
    }
    for (uint16_t i = 0; i < compilation->contract_count && code == WC_EXIT_DONE; i++) {
        const wc_compiled_contract *contract = &compilation->contracts[i];
        if (is_wanted(job->cli, contract)) code = put_sheet(job, contract);
    }
    return code;
}

wc_exit wc_cli_doc(const wc_cli *cli)
{
    if (cli->argc == 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "which file? `wattclause help doc`");
    }
    doc_job job = {.cli = cli, .out = wc_cli_option_of(cli, "output")};
    if (!choose_format(&job)) return WC_EXIT_USAGE;
    job.is_folder = job.out != NULL && is_folder(job.out);
    job.arena = wc_cli_arena(WC_COMPILE_ARENA);
    if (job.arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_exit code = WC_EXIT_DONE;
    for (int i = 0; i < cli->argc && code == WC_EXIT_DONE; i++) {
        size_t mark = wc_arena_mark(job.arena);
        code = doc_file(&job, cli->argv[i]);
        wc_arena_rewind(job.arena, mark);
    }
    if (code == WC_EXIT_DONE && job.count == 0) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "there is no such contract in %s", cli->argv[0]);
    }
    return code;
}
