/* Opening: what was sealed comes back, and whatever else is in the folder is refused by name. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/chain/folders.h"

static void a_chain_opens_where_it_was_closed(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "closed", &vault);
    wc_head head = *wc_chain_head(w.chain);
    wc_hash root = wc_chain_state_root(w.chain);
    assert_status(world_reopen(&w, "closed"), WC_OK);
    assert_same_head(wc_chain_head(w.chain), &head);
    wc_hash again = wc_chain_state_root(w.chain);
    assert_true(wc_hash_equal(&root, &again));
    assert_int_equal(vault_total(&w, &vault), 5);
    assert_int_equal(wc_chain_escrow(w.chain, &vault, &w.people[ALICE].address, WORLD_CNY), 4000);
    assert_false(w.report.has_sealed_again);
    world_grow(&w, &vault, 1);
    assert_int_equal(vault_total(&w, &vault), 6);
    world_close(&w);
}

static void a_height_without_a_record_is_kept_too(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "height", &vault);
    assert_false(world_wait(&w, 77)->applied.is_recorded);
    wc_head head = *wc_chain_head(w.chain);
    assert_status(world_reopen(&w, "height"), WC_OK);
    assert_same_head(wc_chain_head(w.chain), &head);
    world_grow(&w, &vault, 1);
    world_close(&w);
}

static void pending_time_outs_survive(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "timeouts", &vault);
    wc_hash code = world_deploy(&w, clock_module(&w, CLOCK_ONCE, NULL));
    world_actor signer = ALICE;
    wc_address clock = world_instance(
        &w, &code, 1, &signer,
        world_abi(&w, "ppq", &w.people[ALICE].address, &w.people[BOB].address, INT64_C(60)));
    assert_status(world_reopen(&w, "timeouts"), WC_OK);
    int64_t due;
    assert_true(wc_chain_next_due(w.chain, &due));
    assert_int_equal(due, w.now + 60);
    assert_int_equal(world_wait(&w, 60)->applied.timer_count, 1);
    assert_int_equal(vault_total(&w, &clock), 1);
    world_close(&w);
}

static void another_genesis_is_another_chain(void **state)
{
    (void)state;
    world w, other;
    wc_address vault;
    world_in_folder(&w, "genesis", &vault);
    world_prepare(&other, &(world_options){.gas_price = 1});
    wc_chain_close(w.chain);
    w.chain = NULL;
    wc_chain_options options = {
        .folder = path_in_test("genesis"), .threads = 1, .genesis = other.genesis};
    wc_chain *chain;
    assert_status(wc_chain_open(&chain, &w.report, &options), WC_WRONG_CHAIN);
    options.genesis = w.genesis;
    assert_status(wc_chain_open(&w.chain, &w.report, &options), WC_OK);
    world_close(&w);
    world_close(&other);
}

static void a_foreign_sequencer_key_is_refused(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "key", &vault);
    world_keypair(&w.sequencer, 99);
    assert_status(world_reopen(&w, "key"), WC_BAD_KEY);
    world_close(&w);
}

static void read_only_reads_and_seals_nothing(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "readonly", &vault);
    assert_status(world_reopen_read_only(&w, "readonly"), WC_OK);
    assert_int_equal(vault_total(&w, &vault), 5);
    const wc_sealed *sealed;
    assert_status(wc_chain_seal(w.chain, w.now, NULL, 0, &sealed), WC_NOT_SUPPORTED);
    world_close(&w);
}

/* ---- SEAL ------------------------------------------------------------------------------------ */

static wc_hash record_hash(world *w, uint64_t seq)
{
    wc_chain_record record;
    assert_status(wc_chain_read_record(w->chain, seq, &record), WC_OK);
    return record.hash;
}

static void a_record_that_was_written_and_not_witnessed_is_sealed_again(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "again", &vault);
    uint64_t seq = wc_chain_head(w.chain)->seq;
    wc_hash before = record_hash(&w, seq - 1);
    wc_chain_close(w.chain);
    w.chain = NULL;
    reseal("again", seq - 1, &before);
    assert_status(world_reopen(&w, "again"), WC_OK);
    assert_true(w.report.has_sealed_again);
    assert_status(world_reopen(&w, "again"), WC_OK);
    assert_false(w.report.has_sealed_again);
    assert_int_equal(wc_chain_head(w.chain)->seq, seq);
    world_close(&w);
}

static void a_lost_acknowledged_record_is_refused_by_name(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "lost", &vault);
    wc_head head = *wc_chain_head(w.chain);
    wc_chain_close(w.chain);
    w.chain = NULL;
    wc_hash newer = {{1, 2, 3}};
    reseal("lost", head.seq + 1, &newer);
    assert_status(world_reopen(&w, "lost"), WC_BEHIND_SEAL);
    char expected[64];
    (void)snprintf(expected, sizeof expected, "SEAL record %llu (0102030000000000...), database",
                   (unsigned long long)head.seq + 1);
    assert_non_null(strstr(w.report.store.problem.text, expected));
    world_close(&w);
}

static void another_record_at_the_sealed_number_is_refused(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "differs", &vault);
    wc_head head = *wc_chain_head(w.chain);
    wc_chain_close(w.chain);
    w.chain = NULL;
    head.record_hash.bytes[0] ^= 1;
    reseal("differs", head.seq, &head.record_hash);
    assert_status(world_reopen(&w, "differs"), WC_SEAL_DIFFERS);
    world_close(&w);
}

static void a_missing_seal_is_refused(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "noseal", &vault);
    wc_chain_close(w.chain);
    w.chain = NULL;
    char path[512];
    (void)snprintf(path, sizeof path, "%s/SEAL", path_in_test("noseal"));
    assert_int_equal(unlink(path), 0);
    assert_status(world_reopen(&w, "noseal"), WC_NOT_FOUND);
    assert_non_null(strstr(w.report.store.problem.text, "SEAL"));
    world_close(&w);
}

/* Cuts bytes off the newest log of a closed chain. */
static void cut_log(const char *name, size_t bytes)
{
    wc_path_text path = newest_file(path_in_test(name), "", ".log");
    wc_bytes log = read_whole(path.text);
    assert_true(log.len > bytes);
    write_whole(path.text, log.data, log.len - bytes);
    free(log.data);
}

static void a_torn_unacknowledged_tail_is_dropped_and_named(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "torn", &vault);
    wc_head head = *wc_chain_head(w.chain);
    wc_hash before = record_hash(&w, head.seq - 1);
    wc_chain_close(w.chain);
    w.chain = NULL;
    cut_log("torn", 3);
    reseal("torn", head.seq - 1, &before);
    assert_status(world_reopen(&w, "torn"), WC_OK);
    assert_int_equal(wc_chain_head(w.chain)->seq, head.seq - 1);
    assert_true(w.report.store.wal_dropped_bytes > 0);
    assert_non_null(strstr(w.report.store.wal_file, ".log"));
    assert_int_equal(vault_total(&w, &vault), 0); /* the last block added the five */
    world_close(&w);
}

static void a_torn_acknowledged_tail_is_refused(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "tornseal", &vault);
    wc_chain_close(w.chain);
    w.chain = NULL;
    cut_log("tornseal", 3);
    assert_status(world_reopen(&w, "tornseal"), WC_BEHIND_SEAL);
    world_close(&w);
}

/* ---- state that was changed behind the chain's back
 * ---------------------------------------------- */

static void change(const char *name, wc_cf cf, wc_slice key, const wc_slice *value)
{
    wc_store store;
    wc_store_report report;
    wc_store_options options = {0};
    assert_status(wc_store_open(&store, &report, path_in_test(name), &options), WC_OK);
    wc_batch *batch = wc_batch_create(1 << 20);
    if (value != NULL) {
        wc_batch_put(batch, cf, key, *value);
    } else {
        wc_batch_delete(batch, cf, key);
    }
    assert_status(wc_store_commit(&store, batch), WC_OK);
    wc_batch_destroy(batch);
    wc_store_close(&store);
}

static void opened_after(const char *name, wc_status expected, const char *problem, world *w)
{
    assert_status(world_reopen(w, name), expected);
    if (strstr(w->report.store.problem.text, problem) == NULL) {
        fail_msg("problem: %s", w->report.store.problem.text);
    }
}

static void a_changed_state_value_is_found_at_the_next_start(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "tampered", &vault);
    wc_chain_close(w.chain);
    w.chain = NULL;
    wc_state_key key = wc_key_field(&vault, 2);
    static const uint8_t header[13] = {1};
    wc_slice value = wc_slice_of(header, sizeof header);
    change("tampered", WC_CF_STATE, wc_state_key_slice(&key), &value);
    opened_after("tampered", WC_DIFFERS, "not the one that record", &w);
    world_close(&w);
}

static void money_that_does_not_add_up_is_found(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "money", &vault);
    wc_address carol = w.people[CAROL].address;
    wc_chain_close(w.chain);
    w.chain = NULL;
    wc_state_key key = wc_key_free(&carol, WORLD_CNY);
    static const uint8_t one[9] = {1, 0, 0, 0, 0, 0, 0, 0, 1};
    wc_slice value = wc_slice_of(one, sizeof one);
    change("money", WC_CF_STATE, wc_state_key_slice(&key), &value);
    opened_after("money", WC_CORRUPT, "asset 2", &w);
    world_close(&w);
}

static void escrow_without_its_contract_is_found(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "orphan", &vault);
    wc_chain_close(w.chain);
    w.chain = NULL;
    wc_state_key key = wc_key_instance(&vault);
    change("orphan", WC_CF_STATE, wc_state_key_slice(&key), NULL);
    opened_after("orphan", WC_CORRUPT, "escrow", &w);
    world_close(&w);
}

static void a_time_out_that_no_contract_has_is_found(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "ghost", &vault);
    wc_chain_close(w.chain);
    w.chain = NULL;
    uint8_t key[41] = {'T', 0x80};
    wc_slice nothing = wc_slice_of(NULL, 0);
    change("ghost", WC_CF_META, wc_slice_of(key, sizeof key), &nothing);
    opened_after("ghost", WC_CORRUPT, "time-outs", &w);
    world_close(&w);
}

static void a_time_out_listed_at_another_time_is_found(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "moved", &vault);
    wc_hash code = world_deploy(&w, clock_module(&w, CLOCK_ONCE, NULL));
    world_actor signer = ALICE;
    wc_address clock = world_instance(
        &w, &code, 1, &signer,
        world_abi(&w, "ppq", &w.people[ALICE].address, &w.people[BOB].address, INT64_C(60)));
    wc_chain_close(w.chain);
    w.chain = NULL;
    uint8_t key[41] = {'T'};
    wc_store_u64(key + 1, (uint64_t)(w.now + 60) ^ UINT64_C(1) << 63);
    memcpy(key + 9, clock.bytes, 32);
    wc_slice nothing = wc_slice_of(NULL, 0);
    change("moved", WC_CF_META, wc_slice_of(key, sizeof key), NULL);
    wc_store_u64(key + 1, (uint64_t)(w.now + 61) ^ UINT64_C(1) << 63);
    change("moved", WC_CF_META, wc_slice_of(key, sizeof key), &nothing);
    opened_after("moved", WC_CORRUPT, "INSTANCE", &w);
    world_close(&w);
}

static void a_folder_whose_making_was_interrupted_holds_no_chain(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    world_in_folder(&w, "half", &vault);
    wc_chain_close(w.chain);
    w.chain = NULL;
    change("half", WC_CF_META, wc_slice_of("head", 4), NULL);
    opened_after("half", WC_NOT_FOUND, "interrupted", &w);
    world_close(&w);
}

/* ---- layouts --------------------------------------------------------------------------------- */

static void a_folder_of_another_layout_is_refused_by_name(void **state)
{
    (void)state;
    static const uint8_t older[4] = {0, 0, 0, 0}, newer[4] = {0, 0, 0, 2}, cut[2] = {0, 1};
    static const uint8_t ours[4] = {0, 0, 0, 1};
    wc_slice values[] = {wc_slice_of(older, 4), wc_slice_of(newer, 4), wc_slice_of(cut, 2)};
    wc_slice key = wc_slice_of("schema", 6), right = wc_slice_of(ours, 4);
    world w;
    wc_address vault;
    world_in_folder(&w, "layout", &vault);
    wc_head head = *wc_chain_head(w.chain);
    wc_chain_close(w.chain);
    w.chain = NULL;
    change("layout", WC_CF_META, key, NULL);
    opened_after("layout", WC_BAD_VERSION, "an older program: its layout has no number", &w);
    change("layout", WC_CF_META, key, &values[0]);
    opened_after("layout", WC_BAD_VERSION, "an older program: its layout has number 0", &w);
    change("layout", WC_CF_META, key, &values[1]);
    opened_after("layout", WC_BAD_VERSION, "a newer program: its layout has number 2", &w);
    change("layout", WC_CF_META, key, &values[2]);
    opened_after("layout", WC_CORRUPT, "does not decode", &w);
    change("layout", WC_CF_META, key, &right); /* refusing has changed nothing */
    assert_status(world_reopen(&w, "layout"), WC_OK);
    assert_same_head(wc_chain_head(w.chain), &head);
    world_close(&w);
}

/* ---- genesis --------------------------------------------------------------------------------- */

static void a_genesis_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    world w;
    world_prepare(&w, &(world_options){.gas_price = 1});
    wc_genesis *genesis = calloc(1, sizeof *genesis);
    size_t bad;
    assert_status(wc_genesis_decode(genesis, &bad, w.genesis), WC_OK);
    genesis->assets[1].entry.issuer.bytes[0] ^= 1; /* a bank without account */
    static uint8_t bytes[1 << 20];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_genesis_put(&buf, genesis);
    wc_chain_options options = {.threads = 1, .genesis = wc_buf_slice(&buf)};
    wc_chain *chain;
    assert_status(wc_chain_open(&chain, &w.report, &options), WC_OUT_OF_DOMAIN);
    assert_non_null(strstr(w.report.store.problem.text, "issuer"));

    genesis->assets[1].entry.issuer.bytes[0] ^= 1;
    wc_address ghost = {{1}};
    uint8_t balance[44];
    wc_buf one;
    wc_buf_init(&one, balance, sizeof balance);
    wc_genesis_balance row = {ghost, WORLD_UNITS, 5};
    wc_genesis_put_balance(&one, &row);
    genesis->balances = wc_buf_slice(&one);
    genesis->balance_count = 1;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_genesis_put(&buf, genesis);
    options.genesis = wc_buf_slice(&buf);
    assert_status(wc_chain_open(&chain, &w.report, &options), WC_OUT_OF_DOMAIN);
    assert_non_null(strstr(w.report.store.problem.text, "balance"));
    free(genesis);
    world_close(&w);
}

static void a_module_of_the_genesis_is_ready_to_use_or_refused(void **state)
{
    (void)state;
    for (int is_good = 0; is_good < 2; is_good++) {
        world w;
        world_prepare(&w, NULL);
        vault_options vault = {.name = "Vault", .role = is_good ? NULL : "Magician"};
        wc_slice module = vault_module(&w, &vault);
        wc_genesis *genesis = calloc(1, sizeof *genesis);
        size_t bad;
        assert_status(wc_genesis_decode(genesis, &bad, w.genesis), WC_OK);
        static uint8_t bytes[1 << 20], listed[1 << 18];
        wc_buf list, buf;
        wc_buf_init(&list, listed, sizeof listed);
        wc_genesis_put_module(&list, module);
        genesis->modules = wc_buf_slice(&list);
        genesis->module_count = 1;
        wc_buf_init(&buf, bytes, sizeof bytes);
        wc_genesis_put(&buf, genesis);
        wc_chain_options options = {.threads = 1, .genesis = wc_buf_slice(&buf)};
        wc_status status = wc_chain_open(&w.chain, &w.report, &options);
        assert_status(status, is_good ? WC_OK : WC_OUT_OF_DOMAIN);
        if (is_good) {
            wc_hash code = wc_code_id(module);
            world_actor signer = ALICE;
            (void)world_instance(
                &w, &code, 1, &signer,
                world_abi(&w, "pp", &w.people[ALICE].address, &w.people[BOB].address));
        } else {
            assert_non_null(strstr(w.report.store.problem.text, "module 0"));
        }
        free(genesis);
        world_close(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_opens_where_it_was_closed),
        cmocka_unit_test(a_height_without_a_record_is_kept_too),
        cmocka_unit_test(pending_time_outs_survive),
        cmocka_unit_test(another_genesis_is_another_chain),
        cmocka_unit_test(a_foreign_sequencer_key_is_refused),
        cmocka_unit_test(read_only_reads_and_seals_nothing),
        cmocka_unit_test(a_record_that_was_written_and_not_witnessed_is_sealed_again),
        cmocka_unit_test(a_lost_acknowledged_record_is_refused_by_name),
        cmocka_unit_test(another_record_at_the_sealed_number_is_refused),
        cmocka_unit_test(a_missing_seal_is_refused),
        cmocka_unit_test(a_torn_unacknowledged_tail_is_dropped_and_named),
        cmocka_unit_test(a_torn_acknowledged_tail_is_refused),
        cmocka_unit_test(a_changed_state_value_is_found_at_the_next_start),
        cmocka_unit_test(money_that_does_not_add_up_is_found),
        cmocka_unit_test(escrow_without_its_contract_is_found),
        cmocka_unit_test(a_time_out_that_no_contract_has_is_found),
        cmocka_unit_test(a_time_out_listed_at_another_time_is_found),
        cmocka_unit_test(a_folder_whose_making_was_interrupted_holds_no_chain),
        cmocka_unit_test(a_folder_of_another_layout_is_refused_by_name),
        cmocka_unit_test(a_genesis_that_contradicts_itself_is_refused),
        cmocka_unit_test(a_module_of_the_genesis_is_ready_to_use_or_refused),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
