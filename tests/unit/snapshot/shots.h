/* What the tests of snapshots share: a chain with a past, and its snapshots in the test's folder.
 */
#ifndef WC_TESTS_UNIT_SNAPSHOT_SHOTS_H
#define WC_TESTS_UNIT_SNAPSHOT_SHOTS_H

#include "node/snapshot/snapshot.h"
#include "tests/unit/chain/random_blocks.h"

#define SHOT_CHUNK 3000u /* bytes of entries: several chunks of a small state */

/* A world in memory with so many random blocks behind it, time-outs pending among them. */
typedef struct past {
    world w;
    wc_prng prng;
    random_blocks blocks;
} past;

void past_open(past *p, uint64_t seed, int blocks);
void past_go_on(past *p, int blocks);
void past_close(past *p);

/* A further chain of the same genesis; folder NULL: in memory. Replays blocks of the world up to
 * record seq. */
wc_chain *past_replay(past *p, const char *folder, uint32_t threads, bool is_new, uint64_t seq);

/* A snapshot of a chain in test_folder/name. */
wc_snap_info shoot(wc_chain *chain, const char *name, uint32_t chunk_bytes, size_t sort_bytes);

/* Opens test_folder/name with the trust that a holder of the genesis hash has. */
wc_status open_shot(wc_snap **snap, wc_store_problem *problem, const char *name);

/* Every byte of both folders is the same. */
void assert_same_shots(const char *a, const char *b);

/* The whole state of both is the same, and the head. */
void assert_same_state(wc_chain *a, wc_chain *b);

#endif
