/* tx: a transaction from its description to the bytes for a node, over the hands of its signers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "node/api/client.h"
#include "node/cli/beside.h"
#include "node/cli/keypair.h"
#include "node/cli/previous.h"
#include "node/crypto/keyfile.h"
#include "node/query/when.h"
#include "node/service/passphrase.h"
#include "node/txfile/txfile.h"

#define ARENA_SIZE  ((size_t)512 << 20) /* of address space; what is not needed is not touched */
#define TEXT_MAX    ((size_t)8 << 20)
#define MODULES_MAX 16

typedef struct tx_job {
    const wc_cli *cli;
    wc_arena *arena;
    wc_txfile_fault fault;
    wc_exit load_exit; /* why a file could not be loaded; it has been said */
    wc_names names;    /* --names */
} tx_job;

/* ---- files ----------------------------------------------------------------------------------- */

static wc_exit fail_on(tx_job *job, const char *path, wc_status status)
{
    if (status == WC_NO_MEMORY || status == WC_NO_SPACE) {
        return wc_cli_fail(job->cli, WC_EXIT_ENVIRONMENT, "%s: out of memory", path);
    }
    if (status == WC_NOT_FOUND) return job->load_exit;
    return wc_cli_fail(job->cli, WC_EXIT_FAILS, "%s: %s", path, job->fault.text);
}

static bool read_bytes(tx_job *job, const char *path, wc_slice *bytes)
{
    return wc_cli_read(job->cli, path, WC_TXFILE_SIZE_MAX, job->arena, bytes);
}

static wc_exit read_file(tx_job *job, const char *path, wc_txfile *file)
{
    wc_slice json;
    if (!read_bytes(job, path, &json)) return WC_EXIT_ENVIRONMENT;
    wc_status status = wc_txfile_read(file, &job->fault, job->arena, json);
    return status == WC_OK ? WC_EXIT_DONE : fail_on(job, path, status);
}

static bool begin_text(tx_job *job, wc_buf *text)
{
    uint8_t *memory = wc_arena_alloc(job->arena, TEXT_MAX, 1);
    if (memory == NULL) return false;
    wc_buf_init(text, memory, TEXT_MAX);
    return true;
}

/* To --output, else to standard output. */
static wc_exit write_file(tx_job *job, const wc_txfile *file)
{
    wc_buf text;
    const char *out = wc_cli_option_of(job->cli, "output");
    if (!begin_text(job, &text)) {
        return wc_cli_fail(job->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_txfile_put(&text, file);
    bool is_written =
        out != NULL ? wc_cli_write(job->cli, out, wc_buf_slice(&text)) : wc_cli_print(&text);
    return is_written ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

static const wc_module *load_module(void *self, const char *path, wc_slice *bytes)
{
    tx_job *job = self;
    wc_cli_loaded_module loaded = {.module = NULL};
    job->load_exit = wc_cli_load_module(job->cli, path, NULL, job->arena, &loaded);
    if (job->load_exit != WC_EXIT_DONE) return NULL;
    *bytes = loaded.bytes;
    return loaded.module;
}

/* ---- what a transaction is built from -------------------------------------------------------- */

/* submit: second of the block on a chain with a scripted clock; build: about when it is sent. -1:
 * not given. */
static wc_exit read_time(tx_job *job, int64_t *time_s)
{
    int64_t end;
    const char *text = wc_cli_option_of(job->cli, "time");
    *time_s = -1;
    if (text == NULL) return WC_EXIT_DONE;
    if (strchr(text, 'Z') != NULL && wc_parse_span(wc_str_of(text), time_s, &end) == WC_OK) {
        return WC_EXIT_DONE;
    }
    return wc_cli_fail(job->cli, WC_EXIT_USAGE,
                       "--time takes a time in UTC, for example 2026-01-01T00:00:00Z");
}

static bool read_input(void *self, const char *path, wc_slice *bytes)
{
    tx_job *job = self;
    job->load_exit = WC_EXIT_ENVIRONMENT;
    return read_bytes(job, path, bytes);
}

static void say_note(void *self, const char *text)
{
    const tx_job *job = self;
    if (!job->cli->quiet) fprintf(stderr, "wattclause tx: note: %s\n", text);
}

static wc_exit read_names(tx_job *job)
{
    const char *path = wc_cli_option_of(job->cli, "names");
    return path == NULL ? WC_EXIT_DONE : wc_cli_names(job->cli, path, job->arena, &job->names);
}

/* ---- build, show ----------------------------------------------------------------------------- */

static wc_exit tx_build(tx_job *job)
{
    wc_slice json;
    wc_tx_draft *draft = WC_ARENA_NEW(job->arena, wc_tx_draft);
    wc_txfile_inputs inputs = {.self = job,
                               .load = load_module,
                               .read = read_input,
                               .note = say_note,
                               .names = &job->names,
                               .now_s = (int64_t)time(NULL)};
    wc_txfile file;
    const char *path = job->cli->argv[1];
    if (draft == NULL) return fail_on(job, path, WC_NO_MEMORY);
    int64_t time_s;
    wc_exit result = read_time(job, &time_s);
    if (result == WC_EXIT_DONE) result = read_names(job);
    if (result != WC_EXIT_DONE) return result;
    if (time_s >= 0) inputs.now_s = time_s;
    if (!read_bytes(job, path, &json)) return WC_EXIT_ENVIRONMENT;
    wc_status status = wc_txfile_build(draft, &job->fault, job->arena, json, &inputs);
    if (status == WC_OK) status = wc_txfile_of_draft(&file, job->arena, draft);
    return status == WC_OK ? write_file(job, &file) : fail_on(job, path, status);
}

static bool is_page_file(const char *path)
{
    size_t len = strlen(path);
    return len > 5 && strcmp(path + len - 5, ".json") == 0;
}

static wc_exit read_page(tx_job *job, const char *path, wc_txfile_page *page)
{
    wc_slice json;
    if (!read_bytes(job, path, &json)) return WC_EXIT_ENVIRONMENT;
    wc_status status = wc_txfile_read_page(page, &job->fault, job->arena, json, &job->names);
    if (status != WC_OUT_OF_DOMAIN)
        return status == WC_OK ? WC_EXIT_DONE : fail_on(job, path, status);
    return wc_cli_fail(job->cli, WC_EXIT_FAILS,
                       "%s: is not the file of a page, the arguments of its page_register: %s",
                       path, job->fault.text);
}

static wc_exit read_module(tx_job *job, const char *path, wc_view_module *shown)
{
    wc_slice bytes;
    const wc_module *module = load_module(job, path, &bytes);
    if (module == NULL) return job->load_exit;
    *shown = (wc_view_module){module, wc_code_id(bytes), path};
    return WC_EXIT_DONE;
}

/* Shows a transaction by the contracts and the pages (.json) named behind it. */
static wc_exit show(tx_job *job, const wc_txfile *file, wc_buf *text)
{
    wc_view_module modules[MODULES_MAX];
    wc_txfile_page pages[MODULES_MAX];
    wc_view_means means = {.modules = modules, .pages = pages, .names = &job->names};
    wc_exit result = read_names(job);
    for (int i = 2; i < job->cli->argc && result == WC_EXIT_DONE; i++) {
        const char *path = job->cli->argv[i];
        if (is_page_file(path)) {
            result = read_page(job, path, &pages[means.page_count++]);
        } else {
            result = read_module(job, path, &modules[means.module_count++]);
        }
    }
    if (result != WC_EXIT_DONE) return result;
    if (!begin_text(job, text)) {
        return wc_cli_fail(job->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_txfile_view(text, file, &means);
    return WC_EXIT_DONE;
}

static wc_exit tx_show(tx_job *job)
{
    wc_txfile file;
    wc_buf text;
    wc_exit result = read_file(job, job->cli->argv[1], &file);
    if (result == WC_EXIT_DONE) result = show(job, &file, &text);
    if (result != WC_EXIT_DONE) return result;
    return wc_cli_print(&text) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

/* ---- sign ------------------------------------------------------------------------------------ */

static wc_exit find_signer(tx_job *job, const wc_txfile *file, uint8_t *auth)
{
    const char *as = wc_cli_option_of(job->cli, "as");
    wc_address address;
    *auth = 0;
    if (as == NULL && file->tx.auth_count == 1) return WC_EXIT_DONE;
    if (as == NULL) {
        return wc_cli_fail(
            job->cli, WC_EXIT_USAGE,
            "the transaction has %u signers: say with --as ADDRESS whose key this is",
            file->tx.auth_count);
    }
    wc_exit result = wc_cli_address(job->cli, WC_EXIT_USAGE, "--as: ", as, &job->names, &address);
    if (result != WC_EXIT_DONE) return result;
    for (; *auth < file->tx.auth_count; (*auth)++) {
        if (wc_hash_equal(&file->tx.auth[*auth].address, &address)) return WC_EXIT_DONE;
    }
    return wc_cli_fail(job->cli, WC_EXIT_FAILS, "%s is no signer of this transaction", as);
}

/* What is signed is shown first, from the very bytes. */
static wc_exit tx_sign(tx_job *job)
{
    wc_txfile file;
    wc_buf text;
    uint8_t auth;
    int64_t key_id;
    wc_keypair pair;
    const char *path = job->cli->argv[1];
    if (wc_cli_option_of(job->cli, "key") == NULL) {
        return wc_cli_fail(job->cli, WC_EXIT_USAGE, "sign takes --key FILE");
    }
    if (!wc_cli_number(job->cli, "key-id", 0, UINT16_MAX, 0, &key_id)) return WC_EXIT_USAGE;
    wc_exit result = read_file(job, path, &file);
    if (result == WC_EXIT_DONE) result = read_names(job);
    if (result == WC_EXIT_DONE) result = find_signer(job, &file, &auth);
    if (result == WC_EXIT_DONE) {
        result = wc_cli_key_of_account(job->cli, wc_cli_option_of(job->cli, "key"));
    }
    if (result == WC_EXIT_DONE) result = show(job, &file, &text);
    if (result != WC_EXIT_DONE) return result;
    if (!job->cli->quiet) wc_cli_print_error(&text);
    result = wc_cli_open_key(job->cli, wc_cli_option_of(job->cli, "key"), &pair);
    if (result != WC_EXIT_DONE) return result;
    wc_status status = wc_txfile_sign(&file, &job->fault, auth, (uint16_t)key_id, &pair);
    wc_forget(&pair, sizeof pair);
    return status == WC_OK ? write_file(job, &file) : fail_on(job, path, status);
}

/* ---- merge, encode --------------------------------------------------------------------------- */

static wc_exit tx_merge(tx_job *job)
{
    wc_txfile file, other;
    wc_exit result = read_file(job, job->cli->argv[1], &file);
    for (int i = 2; i < job->cli->argc && result == WC_EXIT_DONE; i++) {
        result = read_file(job, job->cli->argv[i], &other);
        if (result != WC_EXIT_DONE) break;
        wc_status status = wc_txfile_merge(&file, &job->fault, &other);
        if (status != WC_OK) result = fail_on(job, job->cli->argv[i], status);
    }
    return result == WC_EXIT_DONE ? write_file(job, &file) : result;
}

/* The bytes that a node takes, as a file or in base64 on standard output. */
static wc_exit tx_encode(tx_job *job)
{
    wc_txfile file;
    wc_buf raw, text;
    const char *out = wc_cli_option_of(job->cli, "output");
    wc_exit result = read_file(job, job->cli->argv[1], &file);
    if (result != WC_EXIT_DONE) return result;
    if (!begin_text(job, &raw) || !begin_text(job, &text)) {
        return wc_cli_fail(job->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_status status = wc_txfile_encode(&raw, &job->fault, job->arena, &file);
    if (status != WC_OK) return fail_on(job, job->cli->argv[1], status);
    if (out != NULL) {
        return wc_cli_write(job->cli, out, wc_buf_slice(&raw)) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
    }
    wc_base64_encode(&text, wc_buf_slice(&raw));
    wc_buf_put_text(&text, "\n");
    return wc_cli_print(&text) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

/* ---- submit ---------------------------------------------------------------------------------- */

static wc_exit open_node(tx_job *job, wc_client_http **client)
{
    const char *url = wc_cli_option_of(job->cli, "node");
    const char *file = wc_cli_option_of(job->cli, "token-file");
    wc_passphrase token = {.len = 0};
    wc_store_problem why;
    if (url == NULL) {
        return wc_cli_fail(job->cli, WC_EXIT_USAGE,
                           "submit takes --node URL, for example http://127.0.0.1:26670");
    }
    if (file != NULL && wc_passphrase_read(&token, &why, file, false) != WC_OK) {
        return wc_cli_fail(job->cli, WC_EXIT_ENVIRONMENT, "%s", why.text);
    }
    wc_status status = wc_client_http_open(client, url, file != NULL ? token.text : NULL);
    wc_forget(&token, sizeof token);
    if (status == WC_OK) return WC_EXIT_DONE;
    return wc_cli_fail(job->cli, WC_EXIT_USAGE, "`%.80s` is no URL like http://127.0.0.1:26670",
                       url);
}

/* With --json the node's answer goes out as it came. */
static bool print_submitted(tx_job *job, const wc_submitted *submitted)
{
    if (job->cli->json) {
        return fwrite(submitted->answer, 1, submitted->answer_len, stdout) ==
                   submitted->answer_len &&
               fputc('\n', stdout) != EOF;
    }
    printf("transaction  %s\n", submitted->id);
    if (submitted->is_sealed) {
        printf("receipt      %llu.%llu, %s\ngas          %llu\n",
               (unsigned long long)submitted->seq, (unsigned long long)submitted->index,
               submitted->what, (unsigned long long)submitted->gas_used);
    }
    for (const char *at = submitted->results; *at != '\0';) {
        int len = (int)strcspn(at, "\n");
        printf("result       %.*s\n", len, at);
        at += len + 1;
    }
    return fflush(stdout) == 0;
}

static wc_exit tell_submitted(tx_job *job, wc_submitted *submitted)
{
    bool is_printed = print_submitted(job, submitted);
    free(submitted->answer);
    if (!is_printed) return WC_EXIT_ENVIRONMENT;
    if (submitted->is_done) return WC_EXIT_DONE;
    if (!submitted->is_sealed) {
        return wc_cli_fail(job->cli, WC_EXIT_UNDECIDED,
                           "it waits for its block, perhaps for an earlier nonce of its lane; ask "
                           "for it by its id, or submit it again");
    }
    /* A refusal at the door has its name in the node's sentence already. */
    size_t len = strlen(submitted->what);
    bool is_named = strncmp(submitted->text, submitted->what, len) == 0;
    return wc_cli_fail(job->cli, WC_EXIT_FAILS, "%s%s%s", is_named ? "" : submitted->what,
                       is_named ? "" : ": ", submitted->text);
}

static wc_exit submit(tx_job *job, wc_client_http *client, wc_slice raw, int64_t time_s)
{
    char problem[WC_FOLLOW_PROBLEM_MAX];
    wc_submitted submitted;
    wc_status status = wc_client_http_submit(client, raw, time_s, &submitted, problem);
    if (status == WC_OK) return tell_submitted(job, &submitted);
    return wc_cli_fail(job->cli, status == WC_OUT_OF_DOMAIN ? WC_EXIT_FAILS : WC_EXIT_ENVIRONMENT,
                       "%s", problem);
}

static wc_exit submit_file(tx_job *job, wc_client_http *client, const char *path, int64_t time_s)
{
    wc_txfile file;
    wc_buf raw;
    wc_exit result = read_file(job, path, &file);
    if (result != WC_EXIT_DONE) return result;
    if (!begin_text(job, &raw)) {
        return wc_cli_fail(job->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_status status = wc_txfile_encode(&raw, &job->fault, job->arena, &file);
    if (status != WC_OK) return fail_on(job, path, status);
    return submit(job, client, wc_buf_slice(&raw), time_s);
}

static wc_exit tx_submit(tx_job *job)
{
    wc_client_http *client = NULL;
    int64_t time_s;
    wc_exit result = read_time(job, &time_s);
    if (result == WC_EXIT_DONE) result = open_node(job, &client);
    if (result == WC_EXIT_DONE) result = submit_file(job, client, job->cli->argv[1], time_s);
    wc_client_http_close(client);
    return result;
}

typedef struct tx_verb {
    const char *name;
    wc_exit (*run)(tx_job *job);
    int least, most; /* files */
    const char *options;
} tx_verb;

wc_exit wc_cli_tx(const wc_cli *cli)
{
    static const tx_verb verbs[] = {{"build", tx_build, 1, 1, " output names time "},
                                    {"show", tx_show, 1, 1 + MODULES_MAX, " names contract "},
                                    {"sign", tx_sign, 1, 1 + MODULES_MAX,
                                     " output key key-id as passphrase-file names contract "},
                                    {"merge", tx_merge, 2, 64, " output "},
                                    {"encode", tx_encode, 1, 1, " output "},
                                    {"submit", tx_submit, 1, 1, " node token-file time "}};
    tx_job job = {.cli = cli};
    const char *name = cli->argc > 0 ? cli->argv[0] : "";
    for (size_t i = 0; i < WC_ARRAY_LEN(verbs); i++) {
        if (strcmp(verbs[i].name, name) != 0) continue;
        if (cli->argc - 1 < verbs[i].least || cli->argc - 1 > verbs[i].most) {
            return wc_cli_fail(cli, WC_EXIT_USAGE, "%s takes %s; `wattclause help tx`", name,
                               verbs[i].least > 1               ? "two files or more"
                               : verbs[i].most > verbs[i].least ? "a file"
                                                                : "one file");
        }
        wc_exit code = wc_cli_goes_with(cli, name, verbs[i].options);
        if (code != WC_EXIT_DONE) return code;
        job.arena = wc_cli_arena(ARENA_SIZE);
        if (job.arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
        return verbs[i].run(&job);
    }
    static const char *const words[] = {"build", "show", "sign", "merge", "encode", "submit"};
    char meant[64];
    return wc_cli_fail(
        cli, WC_EXIT_USAGE,
        "takes build, show, sign, merge, encode or submit, and files (`wattclause help tx`)%s",
        wc_cli_meant(meant, name, words, WC_ARRAY_LEN(words)));
}
