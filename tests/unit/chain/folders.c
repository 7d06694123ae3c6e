/* Worlds in folders: made, closed, opened again, and given another SEAL. */
#include "tests/unit/chain/folders.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void world_grow(world *w, const wc_address *vault, int64_t n)
{
    letter l = world_letter(w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, vault, VAULT_ADD, world_abi(w, "q", n));
    assert_done(world_send(w, &l));
}

void world_in_folder(world *w, const char *name, wc_address *vault)
{
    world_options options = {.folder = path_in_test(name)};
    world_open(w, &options);
    *vault = vault_open(w);
    world_deposit(w, ALICE, 10000);
    letter l = world_letter(w, ALICE);
    uint8_t call =
        letter_call(&l, WC_CALL_ACTION, vault, VAULT_FUND, world_abi(w, "q", INT64_C(4000)));
    letter_ceiling(&l, call, ALICE, WORLD_CNY, 4000);
    assert_done(world_send(w, &l));
    world_grow(w, vault, 5);
}

static wc_status open_again(world *w, const char *name, bool is_read_only)
{
    wc_chain_close(w->chain);
    w->chain = NULL;
    wc_chain_options options = {.folder = path_in_test(name),
                                .threads = 1,
                                .read_only = is_read_only,
                                .sequencer = &w->sequencer};
    return wc_chain_open(&w->chain, &w->report, &options);
}

wc_status world_reopen(world *w, const char *name)
{
    return open_again(w, name, false);
}

wc_status world_reopen_read_only(world *w, const char *name)
{
    return open_again(w, name, true);
}

void assert_same_head(const wc_head *a, const wc_head *b)
{
    assert_int_equal(a->seq, b->seq);
    assert_int_equal(a->height, b->height);
    assert_int_equal(a->time_s, b->time_s);
    assert_int_equal(a->time_ns, b->time_ns);
    assert_true(wc_hash_equal(&a->record_hash, &b->record_hash));
}

void reseal(const char *name, uint64_t seq, const wc_hash *record_hash)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/SEAL", path_in_test(name));
    assert_int_equal(unlink(path), 0);
    wc_seal seal = {seq, seq, *record_hash};
    wc_seal_file file;
    assert_status(wc_seal_create(&file, path, &seal), WC_OK);
    wc_seal_close(&file);
}
