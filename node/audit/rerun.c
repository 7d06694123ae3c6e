/* Running a ledger again; see rerun.h. */
#include "node/audit/rerun.h"

#include <stdlib.h>

#include "node/audit/side.h"

struct wc_rerun {
    wc_side side;
    wc_rerun_options options;
    wc_chain *chain;
    uint64_t first;
};

/* A folder's blocks from the record of a snapshot on, which is one of its own. */
static wc_status begin_with_snapshot(wc_rerun *rerun, wc_chain_report *report,
                                     const wc_chain_options *options)
{
    wc_snap *snap;
    wc_side *side = &rerun->side;
    wc_store_problem *problem = &report->store.problem;
    const char *folder = rerun->options.snapshot;
    wc_snap_trust trust = {.genesis_hash = &side->genesis_hash, .is_compared = true};
    WC_TRY(wc_snap_open(&snap, problem, folder, &trust));
    const wc_snap_info *info = wc_snap_info_of(snap);
    wc_status status = WC_DIFFERS;
    if (info->seq > side->audit.head.seq) {
        wc_chain_say(problem, "%s: is of record %llu; the newest of the ledger is %llu", folder,
                     (unsigned long long)info->seq, (unsigned long long)side->audit.head.seq);
    } else {
        status = wc_side_at(side, problem, info->seq);
        if (status == WC_OK && !wc_hash_equal(&side->audit.now.hash, &info->record_hash)) {
            wc_chain_say(problem,
                         "%s: is not a snapshot of this ledger, which has another record %llu",
                         folder, (unsigned long long)info->seq);
            status = WC_DIFFERS;
        }
    }
    if (status == WC_OK) status = wc_snap_restore(&rerun->chain, report, snap, options, NULL);
    wc_snap_close(snap);
    return status;
}

static wc_status begin_with_base(wc_rerun *rerun, wc_chain_report *report,
                                 const wc_chain_options *options)
{
    wc_side *side = &rerun->side;
    wc_snap_trust trust = {.genesis_hash = &side->genesis_hash,
                           .record_hash = rerun->options.record_hash};
    return wc_bundle_begin(side->reader, side->path, &rerun->chain, report, options, &trust);
}

static wc_status refuse_option(const wc_side *side, wc_store_problem *problem, const char *option)
{
    wc_chain_say(problem,
                 side->first > 0 ? "%s: a bundle brings its snapshot along; --%s is for "
                                   "folders"
                                 : "%s: begins with its genesis; --%s is for what begins "
                                   "with a snapshot",
                 side->path, option);
    return WC_OUT_OF_DOMAIN;
}

static wc_status begin(wc_rerun *rerun, wc_chain_report *report, const wc_chain_options *options)
{
    const wc_side *side = &rerun->side;
    wc_store_problem *problem = &report->store.problem;
    const wc_rerun_options *given = &rerun->options;
    bool is_bundle = side->reader != NULL;
    if (is_bundle && given->snapshot != NULL) return refuse_option(side, problem, "snapshot");
    if (given->record_hash != NULL && (!is_bundle || side->first == 0)) {
        return refuse_option(side, problem, "record-hash");
    }
    if (given->snapshot != NULL) return begin_with_snapshot(rerun, report, options);
    if (is_bundle && side->first > 0) return begin_with_base(rerun, report, options);
    if (side->first == 0) return wc_chain_open(&rerun->chain, report, options);
    wc_chain_say(problem,
                 "PRUNED: %s begins with a snapshot of record %llu: give that one, or a later one, "
                 "with --snapshot DIR",
                 side->path, (unsigned long long)side->first);
    return WC_PRUNED;
}

static wc_status open_chain(wc_rerun *rerun, wc_store_problem *problem)
{
    static wc_chain_report report;
    wc_chain_options options = {.genesis =
                                    wc_slice_of(rerun->side.genesis, rerun->side.genesis_len),
                                .threads = rerun->options.threads,
                                .native = rerun->options.native};
    report = (wc_chain_report){0};
    wc_status status = begin(rerun, &report, &options);
    *problem = report.store.problem;
    if (status == WC_OK) rerun->first = wc_chain_head(rerun->chain)->seq;
    return status;
}

wc_status wc_rerun_open(wc_rerun **opened, wc_store_problem *problem, const char *path,
                        const wc_rerun_options *options)
{
    wc_rerun *rerun = calloc(1, sizeof *rerun);
    *opened = NULL;
    problem->text[0] = '\0';
    if (rerun == NULL) return WC_NO_MEMORY;
    rerun->options = *options;
    wc_status status = wc_side_open(&rerun->side, problem, path);
    if (status == WC_OK) status = open_chain(rerun, problem);
    if (status == WC_OK) {
        *opened = rerun;
        return WC_OK;
    }
    wc_rerun_close(rerun);
    return status;
}

void wc_rerun_close(wc_rerun *rerun)
{
    if (rerun == NULL) return;
    wc_chain_close(rerun->chain);
    wc_side_close(&rerun->side);
    free(rerun);
}

wc_chain *wc_rerun_chain(wc_rerun *rerun)
{
    return rerun->chain;
}

uint64_t wc_rerun_first(const wc_rerun *rerun)
{
    return rerun->first;
}

uint64_t wc_rerun_last(const wc_rerun *rerun)
{
    return rerun->side.audit.head.seq;
}

void wc_rerun_watch_writes(wc_rerun *rerun, wc_writes_fn fn, void *self)
{
    wc_ledger_watch_writes(rerun->chain->ledger, fn, self);
}

uint32_t wc_rerun_receipt(const wc_rerun *rerun)
{
    return wc_ledger_receipt(rerun->chain->ledger);
}

/* The rerun signs nothing; what it made is the record that was certified. */
static wc_status keep_certificate(wc_rerun *rerun)
{
    uint8_t stored[WC_CHAIN_RECORD_MAX];
    wc_buf buf;
    const wc_audit_record *now = &rerun->side.audit.now;
    if (!now->has_certificate) return WC_OK;
    wc_batch *batch = wc_batch_create(WC_CHAIN_RECORD_MAX + 4096u);
    if (batch == NULL) return WC_NO_MEMORY;
    wc_buf_init(&buf, stored, sizeof stored);
    wc_chain_record_put(&buf, now->bytes, &now->certificate);
    wc_chain_key key = wc_chain_record_key(now->record.seq);
    wc_batch_put(batch, WC_CF_CHAIN, wc_chain_key_slice(&key), wc_buf_slice(&buf));
    wc_chain_close_cursors(rerun->chain);
    wc_status status = wc_store_commit(&rerun->chain->store, batch);
    wc_batch_destroy(batch);
    return status;
}

wc_status wc_rerun_block(wc_rerun *rerun, wc_store_problem *problem, const wc_observer *observer,
                         const wc_sealed **sealed, bool *is_same)
{
    uint64_t seq = wc_chain_head(rerun->chain)->seq + 1;
    WC_TRY(wc_side_at(&rerun->side, problem, seq));
    WC_TRY(wc_side_input(&rerun->side, problem, seq));
    if (observer != NULL) wc_chain_watch(rerun->chain, observer);
    wc_status status = wc_chain_seal_input(rerun->chain, rerun->side.audit.input, sealed);
    if (observer != NULL) wc_chain_watch(rerun->chain, NULL);
    if (status == WC_OK && !(*sealed)->applied.is_recorded) status = WC_OUT_OF_DOMAIN;
    if (status == WC_OUT_OF_DOMAIN || status == WC_TOO_LARGE) {
        wc_chain_say(problem, "%s: the block of record %llu cannot follow the one before it",
                     rerun->side.path, (unsigned long long)seq);
    }
    WC_TRY(status);
    *is_same = wc_hash_equal(&(*sealed)->applied.record_hash, &rerun->side.audit.now.hash);
    return *is_same ? keep_certificate(rerun) : WC_OK;
}

wc_status wc_rerun_to(wc_rerun *rerun, wc_store_problem *problem, uint64_t seq,
                      uint64_t *same_until)
{
    const wc_head *head = wc_chain_head(rerun->chain);
    *same_until = head->seq;
    while (head->seq < seq) {
        const wc_sealed *sealed;
        bool is_same;
        WC_TRY(wc_rerun_block(rerun, problem, NULL, &sealed, &is_same));
        if (!is_same) return WC_OK;
        *same_until = head->seq;
        if (rerun->options.on_record != NULL) {
            rerun->options.on_record(rerun->options.self, head->seq, seq);
        }
    }
    return WC_OK;
}
