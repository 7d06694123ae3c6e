/* Running a ledger again; see rerun.h. */
#include "node/audit/rerun.h"

#include <stdlib.h>

#include "node/audit/side.h"

struct wc_rerun {
    wc_side side;
    wc_rerun_options options;
    wc_chain *chain;
};

static wc_status open_chain(wc_rerun *rerun, wc_store_problem *problem)
{
    static wc_chain_report report;
    wc_chain_options options = {.genesis =
                                    wc_slice_of(rerun->side.genesis, rerun->side.genesis_len),
                                .threads = rerun->options.threads,
                                .native = rerun->options.native};
    wc_status status = wc_chain_open(&rerun->chain, &report, &options);
    *problem = report.store.problem;
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
    return WC_OK;
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
