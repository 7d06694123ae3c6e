/* Chains with a past, and their snapshots. */
#include "tests/unit/snapshot/shots.h"

#include <stdio.h>
#include <stdlib.h>

void past_go_on(past *p, int blocks)
{
    for (int i = 0; i < blocks; i++) {
        wc_slice txs[RANDOM_TXS_MAX];
        p->w.now += (int64_t)wc_prng_below(&p->prng, 1500);
        size_t count = random_txs(&p->blocks, txs);
        random_learn(&p->blocks, world_seal(&p->w, txs, count));
    }
}

void past_open(past *p, uint64_t seed, int blocks)
{
    world_options options = {.gas_price = 3};
    wc_prng_start(&p->prng, seed);
    world_open(&p->w, &options);
    random_begin(&p->blocks, &p->w, &p->prng);
    past_go_on(p, blocks);
}

void past_close(past *p)
{
    world_close(&p->w);
}

wc_chain *past_replay(past *p, const char *folder, uint32_t threads, bool is_new, uint64_t seq)
{
    wc_chain *chain;
    wc_chain_report report;
    bool is_created = is_new || folder == NULL;
    wc_chain_options options = {.folder = folder,
                                .genesis = is_created ? p->w.genesis : wc_slice_of(NULL, 0),
                                .create = is_created && folder != NULL,
                                .threads = threads,
                                .sequencer = &p->w.sequencer};
    wc_status status = wc_chain_open(&chain, &report, &options);
    if (status != WC_OK) fail_msg("%s", report.store.problem.text);
    while (wc_chain_head(chain)->seq < seq) {
        const wc_chain_block *block;
        const wc_sealed *sealed;
        assert_status(wc_chain_read_block(p->w.chain, wc_chain_head(chain)->seq + 1, &block),
                      WC_OK);
        assert_status(wc_chain_seal_input(chain, &block->input, &sealed), WC_OK);
        assert_true(wc_hash_equal(&sealed->head.record_hash, &block->record.hash));
    }
    return chain;
}

wc_snap_info shoot(wc_chain *chain, const char *name, uint32_t chunk_bytes, size_t sort_bytes)
{
    wc_snap_info info;
    wc_store_problem problem;
    wc_snap_options options = {.chunk_bytes = chunk_bytes, .sort_bytes = sort_bytes};
    wc_status status = wc_snap_make(&info, &problem, chain, path_in_test(name), &options);
    if (status != WC_OK) fail_msg("%s: %s", name, problem.text);
    return info;
}

wc_status open_shot(wc_snap **snap, wc_store_problem *problem, const char *name)
{
    wc_snap_trust trust = {0};
    return wc_snap_open(snap, problem, path_in_test(name), &trust);
}

void assert_same_shots(const char *a, const char *b)
{
    wc_file_list in_a = list_files(path_in_test(a)), in_b = list_files(path_in_test(b));
    assert_int_equal(in_a.count, in_b.count);
    assert_true(in_a.count >= 3 && in_a.count < TEST_FILES_MAX);
    for (size_t i = 0; i < in_a.count; i++) {
        char path_a[512], path_b[512];
        assert_string_equal(in_a.names[i], in_b.names[i]);
        (void)snprintf(path_a, sizeof path_a, "%s/%s", path_in_test(a), in_a.names[i]);
        (void)snprintf(path_b, sizeof path_b, "%s/%s", path_in_test(b), in_a.names[i]);
        wc_bytes bytes_a = read_whole(path_a), bytes_b = read_whole(path_b);
        assert_int_equal(bytes_a.len, bytes_b.len);
        assert_memory_equal(bytes_a.data, bytes_b.data, bytes_a.len);
        free(bytes_a.data);
        free(bytes_b.data);
    }
}

void assert_same_state(wc_chain *a, wc_chain *b)
{
    wc_slice all = {NULL, 0}, key_a = {NULL, 0}, key_b = {NULL, 0}, value_a, value_b;
    size_t count = 0;
    assert_same_head(wc_chain_head(a), wc_chain_head(b));
    wc_hash root_a = wc_chain_state_root(a), root_b = wc_chain_state_root(b);
    assert_true(wc_hash_equal(&root_a, &root_b));
    while (wc_chain_next(a, all, key_a, &key_a, &value_a) == WC_OK) {
        assert_status(wc_chain_next(b, all, key_b, &key_b, &value_b), WC_OK);
        assert_true(wc_slice_equal(key_a, key_b) && wc_slice_equal(value_a, value_b));
        count++;
    }
    assert_status(wc_chain_next(b, all, key_b, &key_b, &value_b), WC_NOT_FOUND);
    assert_true(count > 20);
}
