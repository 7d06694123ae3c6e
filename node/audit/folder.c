/* Opening a folder for a replay: nothing in it is changed, and it need not be a node's any more. */
#include <stdio.h>

#include "node/audit/inside.h"

static wc_status previous_hash(const wc_store *store, const wc_head *head, wc_hash *previous)
{
    uint8_t bytes[WC_CHAIN_RECORD_MAX];
    wc_buf buf;
    wc_chain_record record;
    wc_chain_key key = wc_chain_record_key(head->seq);
    wc_buf_init(&buf, bytes, sizeof bytes);
    if (!wc_store_get(store, NULL, WC_CF_CHAIN, wc_chain_key_slice(&key), &buf))
        return WC_NOT_FOUND;
    WC_TRY(wc_buf_status(&buf));
    WC_TRY(wc_chain_record_decode(&record, wc_buf_slice(&buf)));
    *previous = record.record.prev_record_hash;
    return WC_OK;
}

/* A head or record that cannot be read is the replay's business, which says where. */
static wc_status compare_seal(wc_replay_report *report, const wc_store *store, const char *path,
                              const wc_seal *sealed)
{
    uint8_t bytes[WC_CHAIN_STORED_HEAD];
    wc_buf buf;
    wc_head head;
    wc_hash previous;
    wc_buf_init(&buf, bytes, sizeof bytes);
    if (!wc_store_get(store, NULL, WC_CF_META, wc_chain_head_key(), &buf) || buf.full ||
        wc_chain_head_decode(&head, wc_buf_slice(&buf)) != WC_OK ||
        previous_hash(store, &head, &previous) != WC_OK) {
        return WC_OK;
    }
    wc_seal database = {head.seq, head.height, head.record_hash};
    wc_seal_step step = WC_SEAL_KEEP;
    wc_status status = wc_seal_decide(&step, sealed, &database, &previous);
    report->is_sealed = status == WC_OK && step == WC_SEAL_KEEP;
    if (status == WC_OK) return WC_OK;
    wc_chain_say(&report->store.problem,
                 "%s: record %llu is sealed, the newest in the folder is %llu: %s", path,
                 (unsigned long long)sealed->seq, (unsigned long long)head.seq,
                 wc_status_text(status));
    return status;
}

static wc_status judge_seal(wc_replay_report *report, const wc_store *store, const char *folder)
{
    char path[4096];
    wc_seal_file file;
    int len = snprintf(path, sizeof path, "%s/SEAL", folder);
    if (len < 0 || (size_t)len >= sizeof path) return WC_TOO_LARGE;
    wc_status status = wc_seal_open(&file, path, true);
    if (status == WC_NOT_FOUND) return WC_OK; /* it may lie elsewhere, beside the sequencer's key */
    if (status != WC_OK) {
        wc_chain_say(&report->store.problem, "%s: %s", path, wc_status_text(status));
        return status;
    }
    report->has_seal = true;
    report->is_seal_damaged = file.has_damaged_slot;
    status = compare_seal(report, store, path, &file.newest);
    wc_seal_close(&file);
    return status;
}

wc_status wc_replay_folder(wc_replay_report *report, const char *folder,
                           const wc_replay_options *options)
{
    *report = (wc_replay_report){0};
    wc_store store;
    wc_store_options store_options = {.read_only = true};
    WC_TRY(wc_store_open(&store, &report->store, folder, &store_options));
    wc_store_totals totals;
    wc_status status = wc_store_verify(&store, &totals, &report->store.problem);
    if (status == WC_OK) status = wc_chain_check_schema(&store, &report->store.problem);
    if (status == WC_OK) status = judge_seal(report, &store, folder);
    if (status == WC_OK) status = wc_replay(report, &store, options);
    wc_store_close(&store);
    return status;
}
