/* Every block of the chain applied again to a fresh chain in memory; and how long its signatures
 * take by themselves. */
#define _POSIX_C_SOURCE 200809L

#include <time.h>

#include "node/demo/demo.h"

static uint64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void differ(wc_demo *demo, uint64_t seq, const char *what)
{
    wc_client_fail(&demo->client, "replay: record %llu: %s", (unsigned long long)seq, what);
}

/* Verifies one transaction's signatures against the keys of the cast. */
static void verify_again(wc_demo *demo, const wc_hash *genesis, wc_slice raw, wc_arena *scratch)
{
    wc_tx tx;
    wc_tx_fault fault;
    size_t mark = wc_arena_mark(scratch);
    if (wc_tx_decode(&tx, &fault, scratch, raw) == WC_OK) {
        wc_hash id = wc_tx_id(genesis, tx.body);
        for (uint8_t i = 0; i < tx.sig_count; i++) {
            const wc_tx_sig *sig = &tx.sigs[i];
            wc_actor_id actor = wc_book_actor(&demo->book, &tx.auth[sig->auth].address);
            if (actor == WC_ACTOR_COUNT || sig->key_id >= WC_ACTOR_KEYS_MAX) continue;
            uint8_t message[WC_SIGNED_MESSAGE_SIZE];
            wc_tx_signed_message(message, &id, sig->auth, sig->key_id, sig->scheme);
            const wc_public_key *key = &demo->cast.actors[actor].keys[sig->key_id].public_key;
            uint64_t start = now_ns();
            bool is_good = wc_verify(key, &sig->signature, wc_slice_of(message, sizeof(message)));
            demo->signature_ns += now_ns() - start;
            demo->signatures++;
            if (!is_good) wc_client_fail(&demo->client, "a signature does not verify again");
        }
    }
    wc_arena_rewind(scratch, mark);
}

static void replay_block(wc_demo *demo, wc_chain *copy, uint64_t seq)
{
    const wc_chain_block *block;
    const wc_sealed *sealed;
    wc_hash genesis = wc_chain_genesis_hash(copy);
    if (wc_chain_read_block(demo->chain, seq, &block) != WC_OK || !block->is_complete) {
        differ(demo, seq, "is not complete");
        return;
    }
    for (uint32_t i = 0; i < block->input.tx_count; i++) {
        verify_again(demo, &genesis, block->input.txs[i].bytes, &demo->block_arena);
    }
    wc_hash record = block->record.hash;
    wc_status status = wc_chain_seal_input(copy, &block->input, &sealed);
    if (status != WC_OK) {
        differ(demo, seq, wc_status_text(status));
    } else if (!wc_hash_equal(&sealed->applied.record_hash, &record)) {
        differ(demo, seq, "another record");
    }
}

void wc_demo_replay(wc_demo *demo)
{
    const wc_demo_options *options = demo->options;
    uint64_t last = wc_chain_head(demo->chain)->seq;
    wc_chain_report report;
    wc_chain *copy = NULL;
    wc_chain_options chain = {
        .genesis = wc_chain_genesis(demo->chain), .create = true, .threads = options->threads};
    if (wc_chain_open(&copy, &report, &chain) != WC_OK) {
        wc_client_fail(&demo->client, "replay: %s", report.store.problem.text);
        return;
    }
    for (uint64_t seq = 1; seq <= last && !demo->client.has_failed; seq++) {
        replay_block(demo, copy, seq);
    }
    demo->replay_root = wc_chain_state_root(copy);
    wc_chain_close(copy);
}
