/* node snapshot: making and checking snapshots; node restore --snapshot: beginning with one. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "node/api/admin.h"
#include "node/cli/node.h"
#include "node/service/log.h"
#include "vm/base/json.h"

static wc_exit exit_of(wc_status status)
{
    switch ((int)status) {
    case WC_CORRUPT:
    case WC_DIFFERS:
    case WC_BEHIND_SEAL:
    case WC_BAD_SIGNATURE: return WC_EXIT_FAILS;
    default: return wc_cli_node_exit(status);
    }
}

static wc_exit fail(const wc_cli *cli, wc_status status, const wc_store_problem *problem)
{
    return wc_cli_fail(cli, exit_of(status), "%s",
                       problem->text[0] != '\0' ? problem->text : wc_status_text(status));
}

/* ---- what is said ---------------------------------------------------------------------------- */

static void print_json(const wc_snap_info *info, const char *at)
{
    static uint8_t memory[2 * PATH_MAX];
    wc_hash_text hash = wc_hash_hex(&info->hash), record = wc_hash_hex(&info->record_hash);
    wc_buf path;
    wc_buf_init(&path, memory, sizeof memory);
    wc_json_quote(&path, wc_str_of(at));
    printf(
        "{\"snapshot\":%.*s,\"hash\":\"%s\",\"chain\":\"%s\",\"seq\":%llu,\"record_hash\":\"%s\","
        "\"entries\":%llu,\"chunks\":%u,\"bytes\":%llu}\n",
        (int)path.len, (const char *)path.data, hash.text, info->chain_id,
        (unsigned long long)info->seq, record.text, (unsigned long long)info->leaf_count,
        info->chunk_count, (unsigned long long)info->bytes);
}

static void print_info(const wc_cli *cli, const wc_snap_info *info, const char *at)
{
    wc_hash_text hash = wc_hash_hex(&info->hash), record = wc_hash_hex(&info->record_hash);
    if (cli->json) {
        print_json(info, at);
        return;
    }
    printf("snapshot       %s\nhash           %s\nchain          %s\nrecord         %llu %s\n", at,
           hash.text, info->chain_id, (unsigned long long)info->seq, record.text);
    printf("state          %llu entries in %u %s, %llu bytes\n",
           (unsigned long long)info->leaf_count, info->chunk_count,
           info->chunk_count == 1 ? "chunk" : "chunks", (unsigned long long)info->bytes);
}

/* ---- trust ----------------------------------------------------------------------------------- */

typedef struct hashes {
    wc_hash genesis, record;
    wc_snap_trust trust;
} hashes;

static bool read_trust(const wc_cli *cli, hashes *known)
{
    *known = (hashes){.trust = {0}};
    return wc_cli_hash(cli, "genesis-hash", &known->genesis, &known->trust.genesis_hash) &&
           wc_cli_hash(cli, "record-hash", &known->record, &known->trust.record_hash);
}

/* ---- check ----------------------------------------------------------------------------------- */

static const char *witness_of(const hashes *known, const wc_snap_info *info)
{
    if (known->trust.record_hash != NULL) return "the record is the given one";
    if (!info->has_certificate)
        return "NOTHING vouches for the record: it has no certificate; --record-hash compares it";
    return known->trust.genesis_hash != NULL
               ? "the record is certified under the given genesis"
               : "the record is certified under the genesis in the snapshot; --genesis-hash "
                 "compares that";
}

static wc_exit check(const wc_cli *cli, const char *from)
{
    wc_snap *snap;
    wc_store_problem why;
    hashes known;
    if (!read_trust(cli, &known)) return WC_EXIT_USAGE;
    known.trust.takes_any = true;
    wc_status status = wc_snap_open(&snap, &why, from, &known.trust);
    if (status != WC_OK) return fail(cli, status, &why);
    status = wc_snap_check_all(snap, &why);
    if (status == WC_OK) {
        wc_hash_text genesis = wc_hash_hex(&wc_snap_info_of(snap)->genesis_hash);
        print_info(cli, wc_snap_info_of(snap), from);
        if (!cli->json) {
            printf("genesis        %s\nchecked        every chunk by itself; %s\n", genesis.text,
                   witness_of(&known, wc_snap_info_of(snap)));
        }
    }
    wc_snap_close(snap);
    return status == WC_OK ? WC_EXIT_DONE : fail(cli, status, &why);
}

/* ---- make ------------------------------------------------------------------------------------ */

/* Nobody runs on the folder: the ledger is opened for it. */
static wc_exit make_at_rest(const wc_cli *cli, const char *folder, const char *to)
{
    char path[WC_SNAPSHOTS_PATH_SIZE];
    wc_chain *chain;
    wc_chain_report report;
    wc_snap_info info;
    wc_store_problem why = {""};
    wc_path_text memory, seal = wc_folder_path(folder, WC_PLACE_SEAL);
    const char *data = wc_place_ledger(folder, &memory);
    wc_chain_options options = {.folder = data,
                                .read_only = true,
                                .threads = 1,
                                .seal_path = data == folder ? NULL : seal.text};
    wc_status status = wc_chain_open(&chain, &report, &options);
    if (status != WC_OK) return fail(cli, status, &report.store.problem);
    if (to == NULL) {
        wc_snapshots_path(path, folder, wc_chain_head(chain)->seq);
        status = wc_snapshots_place(&why, folder);
        to = path;
    }
    if (status == WC_OK) status = wc_snapshots_take(&info, &why, chain, to, NULL);
    wc_chain_close(chain);
    if (status != WC_OK) return fail(cli, status, &why);
    print_info(cli, &info, to);
    return WC_EXIT_DONE;
}

static wc_exit make(const wc_cli *cli, const char *folder)
{
    static char answer[WC_ADMIN_ANSWER_MAX];
    char to[WC_PLACE_MAX], memory[2 * WC_PLACE_MAX];
    const char *given = wc_cli_option_of(cli, "output");
    size_t len;
    wc_store_problem why;
    wc_buf request;
    if (given != NULL && !wc_cli_node_absolute(to, sizeof to, given)) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "the path of the snapshot is too long");
    }
    wc_buf_init(&request, (uint8_t *)memory, sizeof memory - 1);
    wc_buf_put_text(&request, "{\"method\":\"admin.snapshot\"");
    if (given != NULL) {
        wc_buf_put_text(&request, ",\"to\":");
        wc_json_quote(&request, wc_str_of(to));
    }
    wc_buf_put_text(&request, "}");
    memory[request.len] = '\0';
    wc_status status = wc_admin_ask(folder, memory, answer, &len, &why);
    if (status == WC_NOT_FOUND) return make_at_rest(cli, folder, given);
    if (status != WC_OK) return fail(cli, status, &why);
    return wc_cli_node_print_answer(cli, answer, len);
}

wc_exit wc_cli_node_snapshot(const wc_cli *cli)
{
    if (wc_cli_option_of(cli, "check") != NULL) return check(cli, cli->argv[1]);
    return make(cli, cli->argv[1]);
}

/* ---- restore --------------------------------------------------------------------------------- */

wc_exit wc_cli_node_begin(const wc_cli *cli, const char *folder, bool says)
{
    const char *from = wc_cli_option_of(cli, "snapshot");
    const char *text = wc_cli_option_of(cli, "accept-loss-after");
    int64_t number = 0;
    wc_restored restored;
    wc_snap_info info;
    wc_store_problem why = {""};
    hashes known;
    if (!wc_cli_number(cli, "accept-loss-after", 0, INT64_MAX, 0, &number)) return WC_EXIT_USAGE;
    if (!read_trust(cli, &known)) return WC_EXIT_USAGE;
    uint64_t seq = (uint64_t)number;
    wc_snapshots_begin begin = {from, folder, known.trust, text != NULL ? &seq : NULL};
    wc_status status = wc_snapshots_restore(&restored, &info, &why, &begin);
    if (status != WC_OK) return fail(cli, status, &why);
    if (!says) return WC_EXIT_DONE;
    print_info(cli, &info, from);
    if (!cli->json) {
        printf("incarnation    %u\nfolder         %s begins with record %llu; older ones are not "
               "in it\n",
               restored.incarnation, folder, (unsigned long long)info.seq);
    }
    if (restored.has_lost && !cli->quiet) wc_cli_node_say_lost(info.seq, restored.incarnation);
    return WC_EXIT_DONE;
}

wc_exit wc_cli_node_restore_snapshot(const wc_cli *cli)
{
    return wc_cli_node_begin(cli, cli->argv[1], true);
}
