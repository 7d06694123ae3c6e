/* A chain that begins with a snapshot is the chain that was replayed from its genesis: same state,
 * same time-outs, and the same records from there on. */
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/snapshot/shots.h"

static wc_chain *restore(past *p, const char *shot, const char *folder)
{
    wc_snap *snap;
    wc_store_problem problem;
    wc_chain_report report;
    wc_chain *chain;
    wc_snap_trust trust = {0};
    assert_status(wc_snap_open(&snap, &problem, path_in_test(shot), &trust), WC_OK);
    wc_chain_options options = {.folder = folder, .threads = 1, .sequencer = &p->w.sequencer};
    wc_status status = wc_snap_restore(&chain, &report, snap, &options, test_folder);
    if (status != WC_OK) fail_msg("%s", report.store.problem.text);
    wc_snap_close(snap);
    return chain;
}

static void seal_next(past *p, wc_chain *chain)
{
    while (wc_chain_head(chain)->seq < wc_chain_head(p->w.chain)->seq) {
        const wc_chain_block *block;
        const wc_sealed *sealed;
        uint64_t next = wc_chain_head(chain)->seq + 1;
        assert_status(wc_chain_read_block(p->w.chain, next, &block), WC_OK);
        assert_status(wc_chain_seal_input(chain, &block->input, &sealed), WC_OK);
        assert_true(wc_hash_equal(&sealed->head.record_hash, &block->record.hash));
        assert_true(sealed->has_certificate);
    }
}

static void restoring_is_replaying(void **state)
{
    (void)state;
    past p;
    past_open(&p, 31, 12);
    uint64_t seq = wc_chain_head(p.w.chain)->seq;
    shoot(p.w.chain, "at", SHOT_CHUNK, 0);
    wc_chain *replayed = past_replay(&p, NULL, 1, true, seq);
    wc_chain *in_memory = restore(&p, "at", NULL);
    wc_chain *in_folder = restore(&p, "at", path_in_test("restored"));
    assert_same_state(replayed, in_memory);
    assert_same_state(replayed, in_folder);
    int64_t due, restored_due;
    assert_true(wc_chain_next_due(replayed, &due)); /* the past leaves time-outs */
    assert_true(wc_chain_next_due(in_folder, &restored_due));
    assert_int_equal(due, restored_due);

    past_go_on(&p, 10);
    seal_next(&p, replayed);
    seal_next(&p, in_memory);
    seal_next(&p, in_folder);
    assert_same_state(replayed, in_memory);
    assert_same_state(replayed, in_folder);
    wc_chain_close(replayed);
    wc_chain_close(in_memory);
    wc_chain_close(in_folder);
    past_close(&p);
}

/* It opens again as any other folder, and knows what it does not hold. */
static void a_restored_folder_opens_and_knows_where_it_begins(void **state)
{
    (void)state;
    past p;
    wc_chain_record record;
    const wc_chain_block *block;
    past_open(&p, 32, 6);
    uint64_t seq = wc_chain_head(p.w.chain)->seq;
    shoot(p.w.chain, "base", 0, 0);
    wc_chain_close(restore(&p, "base", path_in_test("opens")));
    past_go_on(&p, 5);
    uint64_t newest = wc_chain_head(p.w.chain)->seq;
    assert_int_equal(wc_chain_oldest(p.w.chain), 0);
    wc_chain *chain = past_replay(&p, path_in_test("opens"), 2, false, newest);
    assert_same_state(p.w.chain, chain);
    assert_int_equal(wc_chain_oldest(chain), seq);
    assert_status(wc_chain_read_record(chain, seq, &record), WC_OK);
    assert_true(record.has_certificate);
    assert_status(wc_chain_read_record(chain, seq - 1, &record), WC_NOT_FOUND);
    assert_status(wc_chain_read_block(chain, seq + 1, &block), WC_OK);
    assert_status(wc_chain_read_block(chain, seq, &block), WC_NOT_FOUND);
    shoot(chain, "again", SHOT_CHUNK, 0);
    shoot(p.w.chain, "own", SHOT_CHUNK, 0);
    assert_same_shots("again", "own");
    wc_chain_close(chain);
    past_close(&p);
}

/* A value that was altered under a root that was altered with it: the record does not fit the
 * chain.
 */
static void a_base_of_another_genesis_is_refused(void **state)
{
    (void)state;
    past p;
    wc_chain_record record;
    wc_chain_report report;
    wc_chain *chain;
    past_open(&p, 33, 2);
    assert_status(wc_chain_read_record(p.w.chain, wc_chain_head(p.w.chain)->seq, &record), WC_OK);
    world other;
    world_options options = {.gas_price = 4};
    world_open(&other, &options);
    wc_chain_base base = {.record = record.bytes};
    wc_chain_options chain_options = {.genesis = other.genesis, .base = &base, .threads = 1};
    assert_status(wc_chain_open(&chain, &report, &chain_options), WC_WRONG_CHAIN);
    assert_non_null(strstr(report.store.problem.text, "another genesis"));
    world_close(&other);
    past_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restoring_is_replaying),
        cmocka_unit_test(a_restored_folder_opens_and_knows_where_it_begins),
        cmocka_unit_test(a_base_of_another_genesis_is_refused),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
