/* Two nodes make the same bytes, whatever their past in memory, their threads and their store; and
 * every chunk is checked without the others. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "node/chain/reader.h"
#include "tests/unit/snapshot/shots.h"

/* In memory with one thread; in a folder, reopened half-way, with two; begun from a snapshot of the
 * past, in memory and in a folder, and followed from there. */
static void nodes_with_another_past_make_the_same_bytes(void **state)
{
    (void)state;
    past p;
    past_open(&p, 11, 12);
    uint64_t half = wc_chain_head(p.w.chain)->seq;
    wc_chain *folder = past_replay(&p, path_in_test("node"), 2, true, half);
    wc_chain_close(folder);
    shoot(p.w.chain, "half", SHOT_CHUNK, 0);
    past_go_on(&p, 14);
    uint64_t seq = wc_chain_head(p.w.chain)->seq;
    folder = past_replay(&p, path_in_test("node"), 2, false, seq);

    wc_snap_info own = shoot(p.w.chain, "a", SHOT_CHUNK, 0);
    wc_snap_info other = shoot(folder, "b", SHOT_CHUNK, 700);
    assert_int_equal(own.seq, seq);
    assert_in_range(own.chunk_count, 4, 50);
    assert_true(wc_hash_equal(&own.hash, &other.hash));
    assert_same_shots("a", "b");
    wc_chain_close(folder);

    for (int in_folder = 0; in_folder < 2; in_folder++) {
        wc_snap *snap;
        wc_store_problem problem;
        wc_chain_report report;
        wc_chain *begun;
        const char *name = in_folder ? "d" : "c";
        assert_status(open_shot(&snap, &problem, "half"), WC_OK);
        wc_chain_options options = {.folder = in_folder ? path_in_test("begun") : NULL,
                                    .threads = 1,
                                    .sequencer = &p.w.sequencer};
        wc_status status = wc_snap_restore(&begun, &report, snap, &options, test_folder);
        if (status != WC_OK) fail_msg("%s", report.store.problem.text);
        wc_snap_close(snap);
        while (wc_chain_head(begun)->seq < seq) {
            const wc_chain_block *block;
            const wc_sealed *sealed;
            uint64_t next = wc_chain_head(begun)->seq + 1;
            assert_status(wc_chain_read_block(p.w.chain, next, &block), WC_OK);
            assert_status(wc_chain_seal_input(begun, &block->input, &sealed), WC_OK);
        }
        shoot(begun, name, SHOT_CHUNK, 1);
        assert_same_shots("a", name);
        wc_chain_close(begun);
    }
    past_close(&p);
}

/* With the length that nodes take the small state is one chunk. */
static void the_usual_chunk_holds_it_all(void **state)
{
    (void)state;
    past p;
    past_open(&p, 12, 6);
    wc_snap_info info = shoot(p.w.chain, "usual", 0, 0);
    assert_int_equal(info.chunk_count, 1);
    wc_snap *snap;
    wc_store_problem problem;
    assert_status(open_shot(&snap, &problem, "usual"), WC_OK);
    assert_status(wc_snap_check_all(snap, &problem), WC_OK);
    assert_int_equal(wc_snap_info_of(snap)->bytes, info.bytes);
    assert_true(wc_hash_equal(&wc_snap_info_of(snap)->hash, &info.hash));
    wc_snap_close(snap);
    past_close(&p);
}

/* A reader at a moment gives the state of that moment, while the chain goes on. */
static void a_reader_gives_the_moment_it_stands_at(void **state)
{
    (void)state;
    past p;
    wc_chain *reader;
    past_open(&p, 13, 8);
    uint64_t seq = wc_chain_head(p.w.chain)->seq;
    wc_chain *folder = past_replay(&p, path_in_test("moment"), 1, true, seq);
    shoot(folder, "then", SHOT_CHUNK, 0);
    assert_status(wc_chain_open_reader(&reader, folder), WC_OK);
    wc_moment *moment = wc_moment_take(folder);
    wc_chain_reader_enter(reader, moment);
    wc_moment_drop(moment);
    past_go_on(&p, 4);
    wc_chain_close(reader);
    wc_chain_close(folder);
    folder = past_replay(&p, path_in_test("moment"), 1, false, seq);
    assert_status(wc_chain_open_reader(&reader, folder), WC_OK);
    moment = wc_moment_take(folder);
    wc_chain_reader_enter(reader, moment);
    wc_moment_drop(moment);
    const wc_chain_block *block;
    const wc_sealed *sealed;
    assert_status(wc_chain_read_block(p.w.chain, seq + 1, &block), WC_OK);
    assert_status(wc_chain_seal_input(folder, &block->input, &sealed), WC_OK);
    shoot(reader, "late", SHOT_CHUNK, 0);
    assert_same_shots("then", "late");
    wc_chain_close(reader);
    wc_chain_close(folder);
    past_close(&p);
}

static void every_chunk_is_checked_alone(void **state)
{
    (void)state;
    past p;
    past_open(&p, 14, 10);
    wc_snap_info info = shoot(p.w.chain, "whole", SHOT_CHUNK, 0);
    assert_true(info.chunk_count > 3);
    for (uint32_t i = 0; i < info.chunk_count; i++) {
        char path[512];
        wc_snap *snap;
        wc_store_problem problem;
        copy_tree(path_in_test("whole"), path_in_test("alone"));
        for (uint32_t other = 0; other < info.chunk_count; other++) {
            (void)snprintf(path, sizeof path, "%s/%s", path_in_test("alone"),
                           wc_snap_chunk_name(other).text);
            if (other != i) assert_int_equal(unlink(path), 0);
        }
        assert_status(open_shot(&snap, &problem, "alone"), WC_OK);
        assert_status(wc_snap_check(snap, &problem, i), WC_OK);
        assert_status(wc_snap_check(snap, &problem, (i + 1) % info.chunk_count), WC_NOT_FOUND);
        assert_non_null(strstr(problem.text, wc_snap_chunk_name((i + 1) % info.chunk_count).text));
        wc_snap_close(snap);
        remove_tree(path_in_test("alone"));
    }
    past_close(&p);
}

static bool stops_at_once(void *self)
{
    (void)self;
    return true;
}

static void what_cannot_be_made_is_named(void **state)
{
    (void)state;
    past p;
    wc_snap_info info;
    wc_store_problem problem;
    past_open(&p, 15, 2);
    shoot(p.w.chain, "first", 0, 0);
    wc_status status = wc_snap_make(&info, &problem, p.w.chain, path_in_test("first"), NULL);
    assert_status(status, WC_EXISTS);
    assert_non_null(strstr(problem.text, "first"));
    wc_snap_options options = {.is_stopping = stops_at_once};
    status = wc_snap_make(&info, &problem, p.w.chain, path_in_test("given-up"), &options);
    assert_status(status, WC_LOCKED);
    assert_status(wc_snap_remove(&problem, path_in_test("given-up")), WC_OK);
    assert_status(wc_snap_remove(&problem, path_in_test("first")), WC_OK);
    assert_int_not_equal(access(path_in_test("first"), F_OK), 0);
    past_close(&p);

    world w; /* nothing but the genesis */
    world_open(&w, NULL);
    assert_status(wc_snap_make(&info, &problem, w.chain, path_in_test("none"), NULL), WC_NOT_FOUND);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_with_another_past_make_the_same_bytes),
        cmocka_unit_test(the_usual_chunk_holds_it_all),
        cmocka_unit_test(a_reader_gives_the_moment_it_stands_at),
        cmocka_unit_test(every_chunk_is_checked_alone),
        cmocka_unit_test(what_cannot_be_made_is_named),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
