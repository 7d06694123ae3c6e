/* leave FOLDER [makers]: a snapshot in many chunks of a chain with a past, for another engine to
 * check (tests/reference/test_snapshot.py); makers: of one whose validators have changed, last of
 * all in the snapshot's own record. */
#include <stdio.h>

#include "tests/unit/ledger_exec/incentive.h"
#include "tests/unit/snapshot/shots.h"

/* The sequencer and another one; who is first makes the next record. */
static void change(world *w, const wc_keypair *other, uint64_t own_power, bool is_own_first)
{
    uint8_t bytes[256];
    wc_buf buf;
    wc_validators validators = {.count = 2};
    size_t own = is_own_first ? 0 : 1;
    memcpy(validators.list[own].pub, w->sequencer.public_key.bytes, 32);
    memcpy(validators.list[1 - own].pub, other->public_key.bytes, 32);
    validators.list[own].power = own_power;
    validators.list[1 - own].power = 3;
    validators.list[0].operator_account = w->people[OPERATOR].address;
    validators.list[1].operator_account = w->people[OPERATOR].address;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_validators_put(&buf, &validators);
    assert_done(governed(w, WC_PROPOSES_VALIDATORS, world_abi(w, "x", wc_buf_slice(&buf))));
}

int main(int argc, char **argv)
{
    past p;
    wc_keypair other;
    wc_snap_info info;
    wc_store_problem problem;
    wc_snap_options options = {.chunk_bytes = SHOT_CHUNK};
    if (argc != 2 && argc != 3) return 2;
    past_open(&p, 41, argc == 2 ? 20 : 2);
    if (argc == 3) {
        world_keypair(&other, 31);
        change(&p.w, &other, 5, true);
        change(&p.w, &other, 7, true);
        change(&p.w, &other, 7, false); /* the order alone */
    }
    wc_status status = wc_snap_make(&info, &problem, p.w.chain, argv[1], &options);
    if (status != WC_OK) (void)fprintf(stderr, "%s\n", problem.text);
    past_close(&p);
    return status == WC_OK ? 0 : 1;
}
