/* Block by block, and each must lead to the hash that its record has. */
#include "node/proof/replayed.h"

static wc_prove_answer apply(wc_chain *replayed, wc_status *status, wc_chain *chain, uint64_t seq)
{
    const wc_chain_block *block;
    const wc_sealed *sealed;
    *status = wc_chain_read_block(chain, seq, &block);
    if (*status == WC_NOT_FOUND) return WC_PROVE_PRUNED;
    if (*status != WC_OK) return WC_PROVE_FAILED;
    if (!block->is_complete) return WC_PROVE_DESTROYED;
    *status = wc_chain_seal_input(replayed, &block->input, &sealed);
    if (*status != WC_OK) return WC_PROVE_FAILED;
    bool is_same = sealed->applied.is_recorded &&
                   wc_hash_equal(&sealed->head.record_hash, &block->record.hash);
    if (!is_same) *status = WC_DIFFERS;
    return is_same ? WC_PROVE_DONE : WC_PROVE_FAILED;
}

wc_prove_answer wc_replayed_open(wc_chain **replayed, wc_status *status, uint64_t *stopped,
                                 wc_chain *chain, uint64_t seq, const wc_replayed_options *options)
{
    wc_chain_report report;
    wc_chain_options memory = {
        .genesis = wc_chain_genesis(chain), .threads = options->threads, .native = options->native};
    wc_prove_answer answer = WC_PROVE_DONE;
    wc_assert(seq <= wc_chain_head(chain)->seq);
    *stopped = 0;
    *status = wc_chain_open(replayed, &report, &memory);
    if (*status != WC_OK) return WC_PROVE_FAILED;
    while (answer == WC_PROVE_DONE && *stopped < seq) {
        (*stopped)++;
        answer = apply(*replayed, status, chain, *stopped);
        if (options->on_record != NULL) options->on_record(options->self, *stopped, seq);
    }
    if (answer == WC_PROVE_DONE) return answer;
    wc_chain_close(*replayed);
    *replayed = NULL;
    return answer;
}
