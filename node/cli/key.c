/* key: key files made, shown, checked, recovered from words, and given another passphrase. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "node/cli/key.h"
#include "node/cli/keypair.h"
#include "node/crypto/mnemonic.h"
#include "node/query/when.h"
#include "node/store/folder.h"
#include "vm/base/json.h"

#define WORDS_SIZE_MAX 4096u /* of a file of words; 24 words are at most 216 bytes */

static const wc_key_purpose purposes[] = {WC_KEY_ACCOUNT, WC_KEY_SEQUENCER, WC_KEY_WITNESS};

static wc_exit choose_purpose(const wc_cli *cli, wc_key_purpose *purpose)
{
    const char *given = wc_cli_option_of(cli, "purpose");
    *purpose = WC_KEY_ACCOUNT;
    if (given == NULL) return WC_EXIT_DONE;
    for (size_t i = 0; i < WC_ARRAY_LEN(purposes); i++) {
        if (strcmp(wc_cli_purpose(purposes[i]), given) != 0) continue;
        *purpose = purposes[i];
        return WC_EXIT_DONE;
    }
    return wc_cli_fail(cli, WC_EXIT_USAGE,
                       "--purpose is account, sequencer or witness, not `%.40s`", given);
}

/* ---- messages -------------------------------------------------------------------------------- */

/* What anybody may know of a key. */
static void print_info(const wc_cli *cli, const char *path, const wc_keyfile_info *info)
{
    uint8_t memory[8192], when[32];
    wc_buf text, created;
    wc_slice key = wc_slice_of(info->public_key.bytes, sizeof info->public_key.bytes);
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_init(&created, when, sizeof when);
    wc_put_time(&created, info->created_s);
    wc_str created_text = {(const char *)when, created.len};
    if (cli->json) {
        wc_json json = wc_json_to(&text);
        wc_json_open(&json, NULL, '{');
        wc_json_add_text(&json, "file", path);
        wc_json_add_text(&json, "purpose", wc_cli_purpose(info->purpose));
        wc_json_add_hex(&json, "public_key", key);
        wc_json_add_str(&json, "created", created_text);
        wc_json_close(&json);
        wc_buf_put_text(&text, "\n");
    } else {
        wc_buf_put_text(&text, "file        ");
        wc_buf_put_text(&text, path);
        wc_buf_put_text(&text, "\npurpose     ");
        wc_buf_put_text(&text, wc_cli_purpose(info->purpose));
        wc_buf_put_text(&text, "\npublic key  ");
        wc_buf_put_hex(&text, key);
        wc_buf_put_text(&text, "\ncreated     ");
        wc_buf_put(&text, created_text.data, created_text.len);
        wc_buf_put_text(&text, "\n");
    }
    (void)wc_cli_print(&text);
}

/* ---- words ----------------------------------------------------------------------------------- */

static wc_exit write_words(const wc_cli *cli, const char *path, wc_slice words)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written = descriptor >= 0 &&
                      write(descriptor, words.data, words.len) == (ssize_t)words.len &&
                      fsync(descriptor) == 0;
    int reason = errno;
    if (descriptor >= 0 && close(descriptor) != 0) is_written = false;
    if (is_written && wc_folder_sync_parent(path) != WC_OK) {
        is_written = false;
        reason = errno;
    }
    if (is_written) return WC_EXIT_DONE;
    if (descriptor >= 0) (void)unlink(path);
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", path, strerror(reason));
}

/* The words go to a file of their own or before somebody's eyes, never into a pipe or log. */
static wc_exit hand_over_words(const wc_cli *cli, const wc_entropy *entropy)
{
    uint8_t memory[WC_MNEMONIC_TEXT_MAX + 1];
    wc_buf words;
    wc_buf_init(&words, memory, sizeof memory);
    wc_mnemonic_put(&words, entropy);
    wc_buf_put_text(&words, "\n");
    wc_assert(!words.full);
    const char *path = wc_cli_option_of(cli, "words-file");
    wc_exit result = WC_EXIT_DONE;
    if (path != NULL) {
        result = write_words(cli, path, wc_buf_slice(&words));
    } else {
        fprintf(stderr,
                "Write these 24 words down and keep them apart from this machine. They are "
                "shown once; whoever has them has the key.\n\n%.*s\n",
                (int)words.len, (const char *)memory);
    }
    wc_forget(memory, sizeof memory);
    return result;
}

static wc_exit read_words(const wc_cli *cli, wc_entropy *entropy)
{
    const char *path = wc_cli_option_of(cli, "words-file");
    if (path == NULL) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "recover takes --words-file, a file with the words");
    }
    wc_arena *arena = wc_cli_arena(2 * WORDS_SIZE_MAX);
    wc_slice bytes;
    if (arena == NULL || !wc_cli_read(cli, path, WORDS_SIZE_MAX, arena, &bytes)) {
        return WC_EXIT_ENVIRONMENT;
    }
    wc_mnemonic_fault fault = {0};
    wc_str text = {(const char *)bytes.data, bytes.len};
    wc_status status = wc_mnemonic_read(entropy, &fault, text);
    if (status == WC_OK) return WC_EXIT_DONE;
    if (status == WC_NOT_FOUND && fault.nearest != NULL) {
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "%s: word %u is not in the list of words; did you mean `%s`?", path,
                           fault.word, fault.nearest);
    }
    if (status == WC_NOT_FOUND) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: word %u is not in the list of words", path,
                           fault.word);
    }
    if (status == WC_CORRUPT) {
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "%s: every word is in the list, but their check does not fit: one is "
                           "wrong, or two have changed places",
                           path);
    }
    return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: a backup has 12, 15, 18, 21 or 24 words", path);
}

/* ---- verbs ----------------------------------------------------------------------------------- */

/* Writes a new key file under a passphrase that is asked for, and tells what is public of it. */
static wc_exit write_key(const wc_cli *cli, const char *path, const wc_keypair *pair,
                         wc_keyfile_info *info, const char *option)
{
    wc_passphrase passphrase;
    wc_exit result = wc_cli_read_passphrase(cli, option, true, &passphrase);
    if (result != WC_EXIT_DONE) return result;
    wc_status status =
        wc_keyfile_write(path, pair, info, wc_slice_of(passphrase.text, passphrase.len));
    wc_forget(&passphrase, sizeof passphrase);
    if (status != WC_OK) return wc_cli_fail_on_key(cli, path, status);
    info->public_key = pair->public_key;
    return WC_EXIT_DONE;
}

static wc_exit make_key(const wc_cli *cli, const char *path, const wc_entropy *entropy)
{
    wc_keyfile_info info = {.created_s = (int64_t)time(NULL),
                            .ops_limit = WC_KEYFILE_OPS_DEFAULT,
                            .mem_limit = WC_KEYFILE_MEM_DEFAULT};
    wc_exit result = choose_purpose(cli, &info.purpose);
    if (result != WC_EXIT_DONE) return result;
    wc_keypair pair;
    wc_mnemonic_keypair(&pair, entropy, info.purpose);
    result = write_key(cli, path, &pair, &info, "passphrase-file");
    wc_forget(&pair, sizeof pair);
    if (result == WC_EXIT_DONE) print_info(cli, path, &info);
    return result;
}

static wc_exit key_new(const wc_cli *cli, const char *path)
{
    if (wc_cli_option_of(cli, "words-file") == NULL && isatty(STDERR_FILENO) == 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "the 24 words of the backup would land in a log: give --words-file, or "
                           "run this at a terminal");
    }
    if (access(path, F_OK) == 0) return wc_cli_fail_on_key(cli, path, WC_EXISTS);
    wc_entropy entropy = {.len = WC_ENTROPY_MAX};
    wc_random_bytes(entropy.bytes, entropy.len);
    wc_exit result = hand_over_words(cli, &entropy);
    if (result == WC_EXIT_DONE) {
        result = make_key(cli, path, &entropy);
        const char *words = wc_cli_option_of(cli, "words-file");
        if (result != WC_EXIT_DONE && words != NULL) (void)unlink(words); /* of a key never made */
    }
    wc_forget(&entropy, sizeof entropy);
    return result;
}

static wc_exit key_recover(const wc_cli *cli, const char *path)
{
    wc_entropy entropy;
    wc_exit result = read_words(cli, &entropy);
    if (result == WC_EXIT_DONE) result = make_key(cli, path, &entropy);
    wc_forget(&entropy, sizeof entropy);
    return result;
}

static wc_exit key_show(const wc_cli *cli, const char *path)
{
    wc_keyfile_info info;
    wc_exit result = wc_cli_inspect_key(cli, path, &info);
    if (result == WC_EXIT_DONE) print_info(cli, path, &info);
    return result;
}

/* Does the passphrase open it, and does the seed belong to the public key in it? */
static wc_exit key_check(const wc_cli *cli, const char *path)
{
    wc_keypair pair;
    wc_keyfile_info info;
    wc_exit result = wc_cli_inspect_key(cli, path, &info);
    if (result == WC_EXIT_DONE) result = wc_cli_open_key(cli, path, &pair);
    if (result == WC_EXIT_DONE) print_info(cli, path, &info);
    wc_forget(&pair, sizeof pair);
    return result;
}

/* Writes the key again beside the file, then puts it in its place. */
static wc_exit key_passphrase(const wc_cli *cli, const char *path)
{
    char beside[4096];
    wc_keypair pair;
    wc_keyfile_info info;
    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "the path is too long");
    }
    wc_exit result = wc_cli_inspect_key(cli, path, &info);
    if (result == WC_EXIT_DONE) result = wc_cli_open_key(cli, path, &pair);
    if (result == WC_EXIT_DONE) {
        info.ops_limit = WC_KEYFILE_OPS_DEFAULT;
        info.mem_limit = WC_KEYFILE_MEM_DEFAULT;
        result = write_key(cli, beside, &pair, &info, "new-passphrase-file");
    }
    wc_forget(&pair, sizeof pair);
    if (result != WC_EXIT_DONE) return result;
    if (rename(beside, path) != 0 || wc_folder_sync_parent(path) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", path, strerror(errno));
    }
    print_info(cli, path, &info);
    return WC_EXIT_DONE;
}

typedef struct key_verb {
    const char *name;
    wc_exit (*run)(const wc_cli *cli, const char *path);
    const char *options;
} key_verb;

wc_exit wc_cli_key(const wc_cli *cli)
{
    static const key_verb verbs[] = {
        {"new", key_new, " purpose passphrase-file words-file "},
        {"recover", key_recover, " purpose passphrase-file words-file "},
        {"show", key_show, ""},
        {"check", key_check, " passphrase-file "},
        {"passphrase", key_passphrase, " passphrase-file new-passphrase-file "},
        {"offer", wc_cli_key_offer,
         " passphrase-file account genesis number signs daily-limit weight from-height to-height "
         "output "}};
    if (cli->argc != 2) {
        return wc_cli_fail(
            cli, WC_EXIT_USAGE,
            "takes a verb and a file: new, recover, show, check, passphrase or offer");
    }
    for (size_t i = 0; i < WC_ARRAY_LEN(verbs); i++) {
        if (strcmp(verbs[i].name, cli->argv[0]) != 0) continue;
        wc_exit code = wc_cli_goes_with(cli, verbs[i].name, verbs[i].options);
        return code == WC_EXIT_DONE ? verbs[i].run(cli, cli->argv[1]) : code;
    }
    const char *words[WC_ARRAY_LEN(verbs)];
    char meant[64];
    for (size_t i = 0; i < WC_ARRAY_LEN(verbs); i++) words[i] = verbs[i].name;
    return wc_cli_fail(cli, WC_EXIT_USAGE,
                       "takes new, recover, show, check, passphrase or offer, not `%.40s`%s",
                       cli->argv[0], wc_cli_meant(meant, cli->argv[0], words, WC_ARRAY_LEN(words)));
}
