/* node: init, start, status, backup, restore, rollback, follow. */
#include "node/cli/node.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/api/admin.h"
#include "node/api/client.h"
#include "node/crypto/crypto.h"
#include "node/demo/cast.h"
#include "node/query/nearest.h"
#include "node/service/backup.h"
#include "node/service/init.h"
#include "node/service/log.h"
#include "vm/base/json.h"
#include "vm/base/text.h"

#define CONFIG_MAX ((size_t)64 << 10)

wc_exit wc_cli_node_exit(wc_status status)
{
    if (status == WC_NOT_SUPPORTED || status == WC_BAD_VERSION) return WC_EXIT_INCOMPATIBLE;
    return status == WC_OUT_OF_DOMAIN || status == WC_WRONG_CHAIN ? WC_EXIT_FAILS
                                                                  : WC_EXIT_ENVIRONMENT;
}

wc_exit wc_cli_node_refuse(const wc_cli *cli, wc_exit code, const char *file,
                           const wc_ini_problem *problem)
{
    if (problem->line == 0) return wc_cli_fail(cli, code, "%s: %s", file, problem->text);
    return wc_cli_fail(cli, code, "%s:%u: %s", file, problem->line, problem->text);
}

static wc_exit fail_status(const wc_cli *cli, wc_status status, const wc_store_problem *problem)
{
    return wc_cli_fail(cli, wc_cli_node_exit(status), "%s",
                       problem->text[0] != '\0' ? problem->text : wc_status_text(status));
}

wc_exit wc_cli_node_config(const wc_cli *cli, const char *folder, wc_config *config)
{
    wc_store_problem why;
    wc_ini_problem problem;
    uint8_t *text;
    size_t len;
    wc_path_text own = wc_folder_path(folder, WC_PLACE_CONFIG);
    const char *given = wc_cli_option_of(cli, "config");
    const char *path = given != NULL ? given : own.text;
    wc_config_init(config);
    wc_status status = wc_place_read(&why, path, CONFIG_MAX, &text, &len);
    if (status != WC_OK) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", why.text);
    status = wc_config_read(config, &problem, (wc_str){(const char *)text, len});
    free(text);
    if (status == WC_OK) status = wc_config_check(config, &problem);
    if (status == WC_OK) return WC_EXIT_DONE;
    return wc_cli_node_refuse(cli, WC_EXIT_FAILS, path, &problem);
}

static wc_exit check_path(const wc_cli *cli, const char *folder)
{
    if (strlen(folder) <= WC_PLACE_MAX) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_USAGE, "the path of the folder is too long");
}

/* ---- init ------------------------------------------------------------------------------------ */

static void print_made(const wc_cli *cli, const char *folder, const wc_init_result *result)
{
    wc_hash_text genesis = wc_hash_hex(&result->genesis_hash);
    if (cli->json) {
        uint8_t memory[2 * WC_PLACE_MAX];
        wc_buf quoted;
        wc_buf_init(&quoted, memory, sizeof memory);
        wc_json_quote(&quoted, wc_str_of(folder));
        printf("{\"folder\":%.*s,\"chain\":\"%s\",\"genesis_hash\":\"%s\"}\n", (int)quoted.len,
               (const char *)quoted.data, result->chain_id, genesis.text);
        return;
    }
    printf("folder         %s\nchain          %s\ngenesis hash   %s\n", folder, result->chain_id,
           genesis.text);
    if (!cli->quiet) {
        printf("\nHand the genesis hash to everybody who shall check this chain: followers and "
               "auditors begin with it.\nKeep a copy of %s/keys where no backup goes.\nStart it: "
               "wattclause node start %s\n",
               folder, folder);
    }
}

/* A text about what lies in the folder begins with its path already. */
static wc_exit refuse_made(const wc_cli *cli, wc_status status, const char *place,
                           const wc_ini_problem *problem)
{
    wc_exit code = wc_cli_node_exit(status);
    bool is_named = strncmp(problem->text, place, strlen(place)) == 0;
    if (is_named) return wc_cli_fail(cli, code, "%s", problem->text);
    return wc_cli_node_refuse(cli, code, place, problem);
}

static void base_of(char *base, size_t size, const char *path)
{
    const char *slash = strrchr(path, '/');
    int len = slash == NULL ? 1 : (int)(slash - path);
    (void)snprintf(base, size, "%.*s", len == 0 ? 1 : len, slash == NULL ? "." : path);
}

static bool is_demo_key(const uint8_t pub[WC_PUBLIC_KEY_SIZE])
{
    static wc_cast cast;
    wc_cast_make(&cast);
    for (size_t i = 0; i < WC_ACTOR_COUNT; i++) {
        for (uint8_t k = 0; k < cast.actors[i].key_count; k++) {
            const wc_public_key *key = &cast.actors[i].keys[k].public_key;
            if (memcmp(key->bytes, pub, sizeof key->bytes) == 0) return true;
        }
    }
    return false;
}

static wc_exit node_init(const wc_cli *cli)
{
    const char *file = wc_cli_option_of(cli, "genesis");
    const char *folder = cli->argv[1];
    char base[PATH_MAX];
    wc_passphrase passphrase;
    wc_store_problem why;
    wc_ini_problem problem;
    wc_init_result result;
    uint8_t *text;
    size_t len;
    if (file == NULL) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "init needs --genesis FILE, the description of the chain "
                           "(docs/reference/node.md)");
    }
    wc_status status = wc_place_read(&why, file, WC_GENESIS_TEXT_MAX, &text, &len);
    if (status != WC_OK) return fail_status(cli, WC_IO, &why);
    base_of(base, sizeof base, file);
    status = wc_passphrase_read(&passphrase, &why, wc_cli_option_of(cli, "passphrase-file"), true);
    if (status != WC_OK) {
        free(text);
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", why.text);
    }
    wc_init_options options = {.folder = folder,
                               .genesis = {(const char *)text, len},
                               .base = base,
                               .is_public = is_demo_key,
                               .passphrase = &passphrase};
    status = wc_node_init(&result, &problem, &options);
    wc_forget(&passphrase, sizeof passphrase);
    free(text);
    if (status != WC_OK) {
        bool is_of_text = problem.line > 0 || status == WC_OUT_OF_DOMAIN;
        return refuse_made(cli, status, is_of_text ? file : folder, &problem);
    }
    print_made(cli, folder, &result);
    return WC_EXIT_DONE;
}

/* ---- start ----------------------------------------------------------------------------------- */

static wc_exit print_config(const wc_config *config)
{
    static uint8_t memory[CONFIG_MAX];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_config_put(&text, config);
    return wc_cli_print(&text) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

/* A folder that `node init` or `node follow` made. */
static wc_exit check_folder(const wc_cli *cli, const char *folder)
{
    struct stat about;
    wc_path_text config = wc_folder_path(folder, WC_PLACE_CONFIG);
    if (stat(folder, &about) != 0) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", folder, strerror(errno));
    }
    if (stat(config.text, &about) == 0) return WC_EXIT_DONE;
    return wc_cli_fail(
        cli, WC_EXIT_ENVIRONMENT,
        "%s: is no node's folder: it has no %s; `node init` or `node follow` makes one", folder,
        WC_PLACE_CONFIG);
}

static wc_exit node_start(const wc_cli *cli)
{
    static wc_config config; /* a few KiB that the node keeps copying from */
    const char *folder = cli->argv[1];
    wc_passphrase passphrase;
    wc_keypair pair;
    wc_store_problem why = {""};
    wc_exit code =
        wc_cli_option_of(cli, "config") == NULL ? check_folder(cli, folder) : WC_EXIT_DONE;
    if (code == WC_EXIT_DONE) code = wc_cli_node_config(cli, folder, &config);
    if (code != WC_EXIT_DONE) return code;
    if (wc_cli_option_of(cli, "print-config") != NULL) return print_config(&config);
    wc_path_text key = wc_folder_path(folder, WC_PLACE_KEY);
    struct stat about;
    if (stat(key.text, &about) != 0) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT,
                           "%s: no sequencer key; `node init` makes one, a copy of another node is "
                           "run by `node follow`",
                           key.text);
    }
    const char *file = wc_cli_option_of(cli, "passphrase-file");
    wc_status status = wc_passphrase_read(&passphrase, &why,
                                          file != NULL ? file : config.node_passphrase_file, false);
    if (status != WC_OK) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", why.text);
    status = wc_node_read_key(&pair, &why, folder, &passphrase);
    wc_forget(&passphrase, sizeof passphrase);
    if (status != WC_OK) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", why.text);
    wc_node_options options = {.folder = folder,
                               .config = &config,
                               .sequencer = &pair,
                               .accepts_time = wc_cli_option_of(cli, "accept-time") != NULL};
    code = wc_cli_node_serve(cli, &options);
    wc_forget(&pair, sizeof pair);
    return code;
}

/* ---- follow ---------------------------------------------------------------------------------- */

/* Makes the copy's folder from the other node's genesis. */
static wc_exit begin_copy(const wc_cli *cli, wc_client_http *client, const char *folder)
{
    const char *hex = wc_cli_option_of(cli, "genesis-hash");
    wc_hash expected;
    char why[WC_FOLLOW_PROBLEM_MAX];
    uint8_t *genesis;
    size_t len;
    wc_ini_problem problem;
    wc_init_result result;
    if (hex == NULL || wc_parse_hex(wc_str_of(hex), expected.bytes, WC_HASH_SIZE) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "a new copy needs --genesis-hash HEX, the 64 digits that you were given "
                           "by hand: everything else is checked against it");
    }
    wc_status status = wc_client_http_genesis(client, &expected, &genesis, &len, why);
    if (status != WC_OK) return wc_cli_fail(cli, wc_cli_node_exit(status), "%s", why);
    wc_init_options options = {.folder = folder, .genesis_bytes = wc_slice_of(genesis, len)};
    status = wc_node_init(&result, &problem, &options);
    free(genesis);
    if (status == WC_OK) return WC_EXIT_DONE;
    return refuse_made(cli, status, folder, &problem);
}

static wc_exit read_token(const wc_cli *cli, wc_passphrase *token, bool *has)
{
    const char *file = wc_cli_option_of(cli, "token-file");
    wc_store_problem why;
    *has = file != NULL;
    if (file == NULL || wc_passphrase_read(token, &why, file, false) == WC_OK) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", why.text);
}

static wc_exit run_copy(const wc_cli *cli, wc_client_http *client, const char *url,
                        const char *folder)
{
    static wc_config config;
    struct stat about;
    wc_path_text data = wc_folder_path(folder, WC_PLACE_DATA);
    if (stat(data.text, &about) != 0) {
        bool has_snapshot = wc_cli_option_of(cli, "snapshot") != NULL;
        wc_exit made =
            has_snapshot ? wc_cli_node_begin(cli, folder, false) : begin_copy(cli, client, folder);
        if (made != WC_EXIT_DONE) return made;
    }
    wc_path_text key = wc_folder_path(folder, WC_PLACE_KEY);
    if (stat(key.text, &about) == 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "%s is the folder of a sequencer; a copy needs one of its own", folder);
    }
    wc_exit code = wc_cli_node_config(cli, folder, &config);
    if (code != WC_EXIT_DONE) return code;
    wc_node_options options = {.folder = folder,
                               .config = &config,
                               .follow = url,
                               .transport = wc_client_http_transport(client)};
    return wc_cli_node_serve(cli, &options);
}

static wc_exit node_follow(const wc_cli *cli)
{
    const char *url = cli->argv[1], *folder = cli->argv[2];
    wc_client_http *client;
    wc_passphrase token;
    bool has_token;
    wc_exit code = check_path(cli, folder);
    if (code == WC_EXIT_DONE) code = read_token(cli, &token, &has_token);
    if (code != WC_EXIT_DONE) return code;
    wc_status status = strlen(url) < WC_CONFIG_TEXT_MAX
                           ? wc_client_http_open(&client, url, has_token ? token.text : NULL)
                           : WC_OUT_OF_DOMAIN;
    wc_forget(&token, sizeof token);
    if (status != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "`%.80s` is no URL like http://127.0.0.1:26670",
                           url);
    }
    code = run_copy(cli, client, url, folder);
    wc_client_http_close(client);
    return code;
}

/* ---- status ---------------------------------------------------------------------------------- */

static wc_exit ask(const wc_cli *cli, const char *folder, const char *request, char *answer,
                   size_t *len)
{
    wc_store_problem why;
    wc_status status = wc_admin_ask(folder, request, answer, len, &why);
    if (status == WC_OK) return WC_EXIT_DONE;
    return wc_cli_fail(cli, status == WC_NOT_FOUND ? WC_EXIT_FAILS : WC_EXIT_ENVIRONMENT, "%s",
                       why.text);
}

#define NAME_WIDTH 15 /* of a member, as in what the other parts of the verb print */

/* The answer's line is ours and flat: its members go out one a line, `record_hash` as "record
 * hash". */
static void print_members(const char *text, size_t len)
{
    bool in_string = false, is_name = true;
    int width = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '"' && (i == 0 || text[i - 1] != '\\')) {
            in_string = !in_string;
            continue;
        }
        if (!in_string && (c == '{' || c == '}')) continue;
        if (!in_string && c == ':' && is_name) {
            printf("%*s", width < NAME_WIDTH ? NAME_WIDTH - width : 1, "");
            is_name = false;
        } else if (!in_string && c == ',') {
            printf("\n");
            is_name = true;
            width = 0;
        } else {
            putchar(is_name && c == '_' ? ' ' : c);
            width++;
        }
    }
    printf("\n");
}

wc_exit wc_cli_node_print_answer(const wc_cli *cli, const char *answer, size_t len)
{
    static const char result[] = "{\"result\":", error[] = "{\"error\":";
    if (len > sizeof result && strncmp(answer, result, sizeof result - 1) == 0) {
        const char *inner = answer + sizeof result - 1;
        size_t inner_len = len - sizeof result; /* without the last bracket */
        if (cli->json) {
            printf("%.*s\n", (int)inner_len, inner);
        } else {
            print_members(inner, inner_len);
        }
        return WC_EXIT_DONE;
    }
    bool is_error = len > sizeof error + 1 && strncmp(answer, error, sizeof error - 1) == 0 &&
                    answer[sizeof error - 1] == '"';
    if (!is_error) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%.*s", (int)len, answer);
    char text[WC_ADMIN_ANSWER_MAX];
    size_t at = 0;
    for (size_t i = sizeof error; i + 2 < len; i++) {
        if (answer[i] == '\\' && i + 3 < len) i++; /* what our own texts escape */
        text[at++] = answer[i];
    }
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%.*s", (int)at, text);
}

static wc_exit node_status(const wc_cli *cli)
{
    static char answer[WC_ADMIN_ANSWER_MAX];
    size_t len;
    wc_exit found = check_folder(cli, cli->argv[1]);
    if (found != WC_EXIT_DONE) return found;
    wc_exit code = ask(cli, cli->argv[1], "{\"method\":\"admin.status\"}", answer, &len);
    return code == WC_EXIT_DONE ? wc_cli_node_print_answer(cli, answer, len) : code;
}

/* ---- backup, restore, rollback --------------------------------------------------------------- */

static void print_backup(const wc_cli *cli, const wc_backup_info *info, const char *to)
{
    wc_hash_text record = wc_hash_hex(&info->record_hash);
    if (cli->json) {
        printf("{\"seq\":%llu,\"record_hash\":\"%s\",\"files\":%llu,\"bytes\":%llu}\n",
               (unsigned long long)info->seq, record.text, (unsigned long long)info->files,
               (unsigned long long)info->bytes);
        return;
    }
    printf(
        "backup         %s\nchain          %s\nrecord         %llu %s\nfiles          %llu, %llu "
        "bytes\n",
        to, info->chain_id, (unsigned long long)info->seq, record.text,
        (unsigned long long)info->files, (unsigned long long)info->bytes);
}

/* Nobody runs on the folder: the ledger is opened for it. */
static wc_exit backup_at_rest(const wc_cli *cli, const char *folder, const char *to)
{
    wc_chain *chain;
    wc_chain_report report;
    wc_backup_info info;
    wc_store_problem why = {""};
    wc_path_text data = wc_folder_path(folder, WC_PLACE_DATA);
    wc_path_text seal = wc_folder_path(folder, WC_PLACE_SEAL);
    wc_chain_options options = {.folder = data.text, .threads = 1, .seal_path = seal.text};
    wc_status status = wc_chain_open(&chain, &report, &options);
    if (status != WC_OK) return fail_status(cli, status, &report.store.problem);
    status = wc_backup_copy(&info, &why, chain, to);
    wc_chain_close(chain);
    if (status == WC_OK) status = wc_backup_list(&info, &why, to);
    if (status != WC_OK) return fail_status(cli, status, &why);
    print_backup(cli, &info, to);
    return WC_EXIT_DONE;
}

/* An absolute path of something that does not exist yet. */
bool wc_cli_node_absolute(char *absolute, size_t size, const char *path)
{
    char here[PATH_MAX];
    int len = path[0] == '/'                      ? snprintf(absolute, size, "%s", path)
              : getcwd(here, sizeof here) != NULL ? snprintf(absolute, size, "%s/%s", here, path)
                                                  : -1;
    return len > 0 && (size_t)len < size;
}

/* A folder with a ledger in it, of a node; its configuration may lie elsewhere. */
static wc_exit check_data(const wc_cli *cli, const char *folder)
{
    struct stat about;
    wc_path_text data = wc_folder_path(folder, WC_PLACE_DATA);
    if (stat(data.text, &about) == 0) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", folder,
                       stat(folder, &about) != 0 ? strerror(errno)
                                                 : "is no node's folder: it has no " WC_PLACE_DATA);
}

static wc_exit node_backup(const wc_cli *cli)
{
    static char answer[WC_ADMIN_ANSWER_MAX];
    char to[WC_PLACE_MAX], memory[2 * WC_PLACE_MAX];
    size_t len;
    wc_store_problem why;
    wc_buf request;
    if (!wc_cli_node_absolute(to, sizeof to, cli->argv[2])) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "the path of the backup is too long");
    }
    wc_exit found = check_data(cli, cli->argv[1]);
    if (found != WC_EXIT_DONE) return found;
    wc_buf_init(&request, memory, sizeof memory - 1);
    wc_buf_put_text(&request, "{\"method\":\"admin.backup\",\"to\":");
    wc_json_quote(&request, wc_str_of(to));
    wc_buf_put_text(&request, "}");
    memory[request.len] = '\0';
    wc_status status = wc_admin_ask(cli->argv[1], memory, answer, &len, &why);
    if (status == WC_NOT_FOUND) return backup_at_rest(cli, cli->argv[1], to);
    if (status != WC_OK) return fail_status(cli, status, &why);
    return wc_cli_node_print_answer(cli, answer, len);
}

void wc_cli_node_say_lost(uint64_t seq, uint32_t incarnation)
{
    fprintf(stderr,
            "wattclause node: sealed records behind %llu were given up; certificates from now on "
            "say incarnation %u. Tell everybody who follows this chain: a follower that holds "
            "later records stops.\n",
            (unsigned long long)seq, incarnation);
}

static wc_exit node_restore(const wc_cli *cli)
{
    const char *text = wc_cli_option_of(cli, "accept-loss-after");
    int64_t number = 0;
    wc_restored restored;
    wc_backup_info backup;
    wc_store_problem why;
    if (!wc_cli_number(cli, "accept-loss-after", 0, INT64_MAX, 0, &number)) return WC_EXIT_USAGE;
    uint64_t seq = (uint64_t)number;
    wc_status status = wc_backup_restore(&restored, &backup, &why, cli->argv[1], cli->argv[2],
                                         text != NULL ? &seq : NULL);
    if (status == WC_BEHIND_SEAL) return wc_cli_fail(cli, WC_EXIT_FAILS, "%s", why.text);
    if (status != WC_OK) return fail_status(cli, status, &why);
    print_backup(cli, &backup, cli->argv[1]);
    if (!cli->json) {
        printf("incarnation    %u\n", restored.incarnation);
        if (!cli->quiet) {
            printf("\nConfiguration and names are in no backup: put the node's own node.conf and "
                   "names.json into %s.\nStart it: wattclause node start %s\n",
                   cli->argv[2], cli->argv[2]);
        }
    }
    if (restored.has_lost && !cli->quiet) wc_cli_node_say_lost(backup.seq, restored.incarnation);
    return WC_EXIT_DONE;
}

static wc_exit node_rollback(const wc_cli *cli)
{
    return wc_cli_fail(
        cli, WC_EXIT_FAILS,
        "a solo chain has no rollback: what it sealed was acknowledged. `node restore "
        "BACKUP %s --accept-loss-after SEQ` goes back to a backup, and every later "
        "certificate says so",
        cli->argv[1]);
}

/* ---- the verb -------------------------------------------------------------------------------- */

typedef struct part {
    const char *name;
    int argument_count; /* behind the name */
    const char *arguments;
    wc_exit (*run)(const wc_cli *cli);
    const char *option; /* the row counts when this one is given; NULL: always */
    const char *options;
} part;

static const part parts[] = {
    {"init", 1, "FOLDER --genesis FILE", node_init, NULL, " genesis passphrase-file "},
    {"start", 1, "FOLDER", node_start, NULL, " passphrase-file config print-config accept-time "},
    {"status", 1, "FOLDER", node_status, NULL, ""},
    {"backup", 2, "FOLDER TO", node_backup, NULL, ""},
    {"snapshot", 1, "SNAPSHOT --check", wc_cli_node_snapshot, "check",
     " check genesis-hash record-hash "},
    {"snapshot", 1, "FOLDER", wc_cli_node_snapshot, NULL, " output "},
    {"restore", 1, "FOLDER --snapshot SNAPSHOT", wc_cli_node_restore_snapshot, "snapshot",
     " snapshot genesis-hash record-hash accept-loss-after "},
    {"restore", 2, "BACKUP FOLDER", node_restore, NULL, " accept-loss-after "},
    {"rollback", 1, "FOLDER", node_rollback, NULL, ""},
    {"follow", 2, "URL FOLDER --snapshot SNAPSHOT", node_follow, "snapshot",
     " config snapshot genesis-hash record-hash token-file "},
    {"follow", 2, "URL FOLDER", node_follow, NULL, " config genesis-hash token-file "},
};

wc_exit wc_cli_node(const wc_cli *cli)
{
    const char *name = cli->argc > 0 ? cli->argv[0] : "";
    const char *best = NULL;
    size_t slips = WC_NEAREST_SLIPS_MAX + 1;
    for (size_t i = 0; i < WC_ARRAY_LEN(parts); i++) {
        const part *row = &parts[i];
        wc_nearest_offer(name, row->name, &best, &slips);
        if (strcmp(row->name, name) != 0) continue;
        if (row->option != NULL && wc_cli_option_of(cli, row->option) == NULL) continue;
        if (cli->argc != 1 + row->argument_count) {
            return wc_cli_fail(cli, WC_EXIT_USAGE, "usage: wattclause node %s %s", row->name,
                               row->arguments);
        }
        for (int k = 1; k < cli->argc; k++) {
            if (check_path(cli, cli->argv[k]) != WC_EXIT_DONE) return WC_EXIT_USAGE;
        }
        wc_exit code = wc_cli_goes_with(cli, row->name, row->options);
        return code == WC_EXIT_DONE ? row->run(cli) : code;
    }
    return wc_cli_fail(
        cli, WC_EXIT_USAGE,
        "takes init, start, status, backup, snapshot, restore, rollback or follow%s%s%s",
        best != NULL ? "; did you mean `" : "", best != NULL ? best : "", best != NULL ? "`?" : "");
}
