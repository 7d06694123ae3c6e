/* The steps of `node init`, and of the first `node follow`. */
#define _POSIX_C_SOURCE 200809L

#include "node/service/init.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "node/chain/chain.h"
#include "node/crypto/keyfile.h"
#include "node/service/config.h"
#include "node/service/place.h"

#define CONFIG_HEAD                                                                                \
    "# Configuration of a Wattclause node; docs/reference/node.md explains every key.\n"           \
    "# What is not given has its default: `wattclause node start FOLDER --print-config`.\n"        \
    "[log]\nlevel = info\n\n[api]\nlisten = 127.0.0.1:26670\n"

static wc_status refuse(wc_ini_problem *problem, wc_status status, const char *text)
{
    (void)wc_ini_refuse(problem, 0, "%s", text);
    return status;
}

static wc_status check_folder(wc_ini_problem *problem, const char *folder)
{
    wc_folder_kind kind;
    wc_store_problem why;
    if (strlen(folder) > WC_PLACE_MAX) {
        return refuse(problem, WC_TOO_LARGE, "the path of the folder is too long");
    }
    wc_status status = wc_folder_look(&kind, &why, folder);
    if (status == WC_OK && (kind == WC_FOLDER_ABSENT || kind == WC_FOLDER_EMPTY)) return WC_OK;
    (void)wc_ini_refuse(problem, 0,
                        "there is something already; a new node needs a folder of its own");
    return status == WC_OK || status == WC_FOREIGN_FOLDER ? WC_EXISTS : status;
}

static wc_status write_file(wc_store_problem *why, const char *folder, const char *name,
                            wc_slice bytes)
{
    wc_path_text path = wc_folder_path(folder, name);
    return wc_place_write(why, path.text, 0644, bytes);
}

wc_status wc_node_make_folder(wc_store_problem *why, const char *folder)
{
    static const char *const below[] = {WC_PLACE_KEYS, WC_PLACE_RUN};
    WC_TRY(wc_place_make(why, folder, 0700));
    for (size_t i = 0; i < WC_ARRAY_LEN(below); i++) {
        wc_path_text path = wc_folder_path(folder, below[i]);
        WC_TRY(wc_place_make(why, path.text, 0700));
    }
    struct stat about;
    wc_path_text config = wc_folder_path(folder, WC_PLACE_CONFIG);
    if (stat(config.text, &about) == 0) return WC_OK;
    return write_file(why, folder, WC_PLACE_CONFIG,
                      wc_slice_of(CONFIG_HEAD, sizeof CONFIG_HEAD - 1));
}

static wc_status write_key(wc_store_problem *why, const char *folder, const wc_keypair *pair,
                           const wc_passphrase *passphrase)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    wc_path_text path = wc_folder_path(folder, WC_PLACE_KEY);
    wc_keyfile_info info = {.purpose = WC_KEY_SEQUENCER,
                            .created_s = (int64_t)now.tv_sec,
                            .ops_limit = WC_KEYFILE_OPS_DEFAULT,
                            .mem_limit = WC_KEYFILE_MEM_DEFAULT};
    wc_status status =
        wc_keyfile_write(path.text, pair, &info, wc_slice_of(passphrase->text, passphrase->len));
    if (status != WC_OK) wc_store_say(why, path.text, ": ", wc_status_text(status), NULL);
    return status;
}

static wc_status make_ledger(wc_store_problem *why, const char *folder, wc_slice genesis,
                             const wc_keypair *pair, wc_init_result *result)
{
    wc_chain *chain;
    wc_chain_report report;
    wc_path_text data = wc_folder_path(folder, WC_PLACE_DATA);
    wc_path_text seal = wc_folder_path(folder, WC_PLACE_SEAL);
    WC_TRY(wc_place_write_incarnation(why, folder, 0));
    wc_chain_options options = {.folder = data.text,
                                .genesis = genesis,
                                .create = true,
                                .threads = 1,
                                .sequencer = pair,
                                .seal_path = seal.text};
    wc_status status = wc_chain_open(&chain, &report, &options);
    if (status != WC_OK) {
        *why = report.store.problem;
        return status;
    }
    wc_slice id = wc_chain_id(chain);
    memcpy(result->chain_id, id.data, id.len);
    result->chain_id[id.len] = '\0';
    result->genesis_hash = wc_chain_genesis_hash(chain);
    wc_chain_close(chain);
    return WC_OK;
}

static wc_status make_all(wc_store_problem *why, const wc_init_options *options,
                          const wc_genesis_result *genesis, const wc_keypair *pair,
                          wc_init_result *result)
{
    const char *folder = options->folder;
    wc_slice bytes = options->genesis_bytes;
    WC_TRY(wc_node_make_folder(why, folder));
    if (pair != NULL) {
        bytes = wc_slice_of(genesis->bytes, genesis->len);
        WC_TRY(write_key(why, folder, pair, options->passphrase));
        WC_TRY(write_file(why, folder, WC_PLACE_GENESIS,
                          wc_slice_of(options->genesis.data, options->genesis.len)));
        WC_TRY(write_file(why, folder, WC_PLACE_NAMES,
                          wc_slice_of(genesis->names, genesis->names_len)));
    }
    return make_ledger(why, folder, bytes, pair, result);
}

/* Demo keys come from a public seed and belong to demo chains alone, and demo chains to nobody
 * else: a node makes its own key, so the name is all that there is to refuse. */
wc_status wc_node_init(wc_init_result *result, wc_ini_problem *problem,
                       const wc_init_options *options)
{
    wc_genesis_result genesis = {0};
    wc_store_problem why = {""};
    wc_keypair pair;
    wc_seed seed;
    bool follows = options->passphrase == NULL;
    *problem = (wc_ini_problem){0};
    *result = (wc_init_result){0};
    WC_TRY(check_folder(problem, options->folder));
    if (!follows) {
        wc_random_bytes(seed.bytes, sizeof seed.bytes);
        wc_keypair_of_seed(&pair, &seed);
        wc_forget(&seed, sizeof seed);
        result->sequencer = pair.public_key;
        wc_genesis_base base = {&pair.public_key, options->base, options->is_public};
        WC_TRY(wc_genesis_compile(&genesis, problem, options->genesis, &base));
    }
    wc_status status = make_all(&why, options, &genesis, follows ? NULL : &pair, result);
    wc_genesis_result_free(&genesis);
    wc_forget(&pair, sizeof pair);
    if (status != WC_OK) {
        struct stat about;
        const char *text = why.text[0] != '\0' ? why.text : wc_status_text(status);
        if (stat(options->folder, &about) != 0) return refuse(problem, status, text);
        (void)wc_ini_refuse(problem, 0, "%s; what was made in %s is incomplete, remove it", text,
                            options->folder);
    }
    return status;
}

wc_status wc_node_read_key(wc_keypair *pair, wc_store_problem *problem, const char *folder,
                           const wc_passphrase *passphrase)
{
    wc_path_text path = wc_folder_path(folder, WC_PLACE_KEY);
    wc_status status =
        wc_keyfile_read(pair, path.text, wc_slice_of(passphrase->text, passphrase->len));
    if (status != WC_OK) wc_store_say(problem, path.text, ": ", wc_keyfile_fault(status), NULL);
    return status;
}
