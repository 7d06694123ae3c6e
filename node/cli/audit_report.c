/* Signed reports of a replay: two lines of JSON, the report and its signature.
 *
 *   message = "wattclause/report/1" 00 | SHA-256 of the first line without its end
 *
 * No other message of the system begins so, so a key of an account or a sequencer signs nothing
 * else by it. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "node/cli/audit.h"
#include "node/cli/keypair.h"
#include "node/query/when.h"
#include "vm/base/text.h"

#define REPORT_MAX ((size_t)1 << 20)
#define DOMAIN     "wattclause/report/1" /* with its NUL */
#define KEY_HEX    64
#define SIG_HEX    128

static wc_slice message_of(uint8_t bytes[sizeof DOMAIN + WC_HASH_SIZE], wc_str line)
{
    wc_hash hash = wc_sha256_one(wc_slice_of(line.data, line.len));
    memcpy(bytes, DOMAIN, sizeof DOMAIN);
    memcpy(bytes + sizeof DOMAIN, hash.bytes, sizeof hash.bytes);
    return wc_slice_of(bytes, sizeof DOMAIN + WC_HASH_SIZE);
}

/* ---- what a signed report says beside the replay -----------------------------------------------
 */

/* SHA-256 of the program's own file: which build it was. */
static bool own_hash(wc_hash *hash)
{
    static uint8_t block[65536];
    wc_sha256_state state;
    size_t len;
    FILE *file = fopen("/proc/self/exe", "rb");
    if (file == NULL) return false;
    wc_sha256_begin(&state);
    while ((len = fread(block, 1, sizeof block, file)) > 0) {
        wc_sha256_update(&state, wc_slice_of(block, len));
    }
    bool is_read = ferror(file) == 0;
    (void)fclose(file);
    *hash = wc_sha256_end(&state);
    return is_read;
}

void wc_cli_report_origin(wc_outline *outline, const wc_replay_report *report)
{
    uint8_t memory[64];
    wc_buf text;
    wc_hash build;
    wc_outline_str(outline, "tool", WC_STR("wattclause"));
    wc_outline_str(outline, "version", wc_str_of(WC_VERSION));
    if (own_hash(&build)) wc_outline_hash(outline, "build", &build);
    wc_outline_str(outline, "engine", WC_STR("fast"));
    wc_buf_init(&text, memory, sizeof memory);
    wc_put_time(&text, (int64_t)time(NULL));
    wc_outline_str(outline, "created", (wc_str){(const char *)memory, text.len});
    uint64_t checked = report->first_seq + report->records;
    wc_outline_number(outline, "last_checked", (int64_t)checked - 1); /* -1: none */
}

/* ---- signing -----------------------------------------------------------------------------------
 */

static void put_signature(wc_buf *text, const wc_keypair *pair, wc_str line)
{
    uint8_t bytes[sizeof DOMAIN + WC_HASH_SIZE];
    wc_signature signature = wc_sign(pair, message_of(bytes, line));
    wc_buf_put_text(text, "{\"scheme\":\"ed25519\",\"key\":\"");
    wc_buf_put_hex(text, wc_slice_of(pair->public_key.bytes, sizeof pair->public_key.bytes));
    wc_buf_put_text(text, "\",\"signature\":\"");
    wc_buf_put_hex(text, wc_slice_of(signature.bytes, sizeof signature.bytes));
    wc_buf_put_text(text, "\"}\n");
}

wc_exit wc_cli_report_sign(const wc_cli *cli, const char *key, wc_buf *report)
{
    wc_keypair pair;
    wc_exit code = wc_cli_open_key(cli, key, &pair);
    if (code != WC_EXIT_DONE) return code;
    wc_assert(report->len > 0 && report->data[report->len - 1] == '\n');
    put_signature(report, &pair, (wc_str){(const char *)report->data, report->len - 1});
    wc_forget(&pair, sizeof pair);
    wc_assert(!report->full);
    const char *path = wc_cli_option_of(cli, "output");
    bool is_written = path != NULL && strcmp(path, "-") != 0
                          ? wc_cli_write(cli, path, wc_buf_slice(report))
                          : wc_cli_print(report);
    return is_written ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

/* ---- checking ----------------------------------------------------------------------------------
 */

typedef struct signed_report {
    wc_str line;
    char key[KEY_HEX + 1], signature[SIG_HEX + 1];
    wc_public_key pub;
    wc_signature sig;
} signed_report;

/* An object of JSON that says each thing once, without control characters: it is shown as it is,
 * and whoever signed it may want to be taken for somebody else. */
static bool is_report(wc_str line)
{
    size_t bad;
    if (wc_utf8_check(wc_slice_of(line.data, line.len), &bad) != WC_OK) return false;
    json_t *root = json_loadb(line.data, line.len, JSON_REJECT_DUPLICATES, NULL);
    bool is_object = json_is_object(root);
    json_decref(root);
    return is_object;
}

/* One way to write it, so that nothing can hide beside the signature. */
static bool parse(signed_report *r, wc_str text)
{
    char second[512], again[512];
    const char *end = memchr(text.data, '\n', text.len);
    if (end == NULL) return false;
    r->line = (wc_str){text.data, (size_t)(end - text.data)};
    size_t rest = text.len - r->line.len - 1;
    if (rest == 0 || rest >= sizeof second || !is_report(r->line)) return false;
    memcpy(second, end + 1, rest);
    second[rest] = '\0';
    if (sscanf(second,
               "{\"scheme\":\"ed25519\",\"key\":\"%64[0-9a-f]\",\"signature\":\"%128[0-9a-f]\"}",
               r->key, r->signature) != 2) {
        return false;
    }
    (void)snprintf(again, sizeof again,
                   "{\"scheme\":\"ed25519\",\"key\":\"%s\",\"signature\":\"%s\"}\n", r->key,
                   r->signature);
    return strcmp(second, again) == 0 &&
           wc_parse_hex(wc_str_of(r->key), r->pub.bytes, sizeof r->pub.bytes) == WC_OK &&
           wc_parse_hex(wc_str_of(r->signature), r->sig.bytes, sizeof r->sig.bytes) == WC_OK;
}

static wc_exit say(const wc_cli *cli, const signed_report *r)
{
    static uint8_t memory[2 * REPORT_MAX + 1024]; /* a quotation mark takes two bytes in JSON */
    wc_buf buf;
    wc_outline outline;
    if (cli->quiet) return WC_EXIT_DONE;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_outline_begin(&outline, &buf, cli->json);
    wc_outline_both(&outline, "key", "signed by", wc_str_of(r->key));
    wc_outline_bool(&outline, "verifies", true);
    wc_outline_line(&outline, "signature     verifies over this report:");
    wc_outline_str(&outline, "report", r->line);
    if (!cli->json) {
        wc_buf_put(&buf, r->line.data, r->line.len);
        wc_buf_put_text(&buf, "\n");
    }
    wc_outline_finish(&outline);
    wc_assert(!buf.full);
    return wc_cli_print(&buf) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

wc_exit wc_cli_report_check(const wc_cli *cli)
{
    static signed_report r;
    uint8_t bytes[sizeof DOMAIN + WC_HASH_SIZE];
    wc_slice file;
    const char *path = cli->argv[1], *key = wc_cli_option_of(cli, "key");
    wc_arena *arena = wc_cli_arena(2 * REPORT_MAX);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    if (!wc_cli_read(cli, path, REPORT_MAX, arena, &file)) return WC_EXIT_ENVIRONMENT;
    if (!parse(&r, (wc_str){(const char *)file.data, file.len})) {
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "%s: is no signed report: two lines, as `audit replay --sign` writes "
                           "them",
                           path);
    }
    if (!wc_verify(&r.pub, &r.sig, message_of(bytes, r.line))) {
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "%s: the signature does not verify: the report was altered, or the key "
                           "is another one",
                           path);
    }
    if (key != NULL && strcmp(key, r.key) != 0) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: signed by %s, not by %.64s", path, r.key, key);
    }
    return say(cli, &r);
}
