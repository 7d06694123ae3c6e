/* Another key makes the records: by proposal, from the record behind the change on, and whoever
 * checks certificates follows it. */
#include "tests/unit/audit/recorded.h"
#include "tests/unit/ledger_exec/incentive.h"
#include "tests/unit/store/support.h"

static wc_keypair second;
static const char *folder; /* of the test at hand */

static void add_5(world *w, const wc_address *vault)
{
    letter l = world_letter(w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, vault, VAULT_ADD, world_abi(w, "q", INT64_C(5)));
    assert_done(world_send(w, &l));
}

/* The second key first, for OPERATOR; the old one stays with less power. */
static wc_slice new_validators(world *w, wc_hash *hash)
{
    wc_validators validators = {.count = 2};
    uint8_t bytes[256];
    wc_buf buf;
    memcpy(validators.list[0].pub, second.public_key.bytes, 32);
    validators.list[0].power = 3;
    validators.list[0].operator_account = w->people[OPERATOR].address;
    memcpy(validators.list[1].pub, w->sequencer.public_key.bytes, 32);
    validators.list[1].power = 1;
    validators.list[1].operator_account = w->people[OPERATOR].address;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_validators_put(&buf, &validators);
    *hash = wc_validators_hash(&validators);
    return world_abi(w, "x", wc_buf_slice(&buf));
}

static wc_status reopen(world *w, const wc_keypair *sequencer)
{
    wc_chain_options options = {.folder = folder, .threads = 1, .sequencer = sequencer};
    wc_chain_close(w->chain);
    w->chain = NULL;
    return wc_chain_open(&w->chain, &w->report, &options);
}

static wc_hash hash_named_by(world *w, uint64_t seq)
{
    wc_chain_record record;
    assert_status(wc_chain_read_record(w->chain, seq, &record), WC_OK);
    return record.record.next_validators_hash;
}

/* A ledger whose key changed at record *changed, with two records by the new one. */
static void make_ledger(world *w, uint64_t *changed, wc_hash *hash)
{
    world_options options = {.folder = folder};
    world_keypair(&second, 31);
    world_open(w, &options);
    wc_address vault = vault_open(w);
    wc_slice body = new_validators(w, hash);
    const wc_receipt_page *page = governed(w, WC_PROPOSES_VALIDATORS, body);
    wc_slice told;
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_VALIDATORS_CHANGED, &told), 1);
    assert_memory_equal(told.data, hash->bytes, sizeof hash->bytes);
    *changed = wc_chain_head(w->chain)->seq;

    letter l = world_letter(w, BOB); /* the old key makes no record any more */
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(w, "q", INT64_C(5)));
    wc_slice raw = letter_raw(&l);
    assert_status(wc_chain_seal(w->chain, w->now, &raw, 1, &w->sealed), WC_BAD_KEY);
    assert_int_equal(wc_chain_head(w->chain)->seq, *changed);
    assert_status(reopen(w, &w->sequencer), WC_BAD_KEY);
    assert_status(reopen(w, &second), WC_OK);
    w->people[BOB].next_nonce--;
    add_5(w, &vault);
    add_5(w, &vault);
}

static void the_record_of_the_change_names_the_new_key_and_the_next_is_signed_by_it(void **state)
{
    (void)state;
    world w;
    uint64_t changed;
    wc_hash hash;
    folder = path_in_test("first");
    make_ledger(&w, &changed, &hash);
    wc_hash before = hash_named_by(&w, changed - 1), at = hash_named_by(&w, changed);
    assert_memory_not_equal(before.bytes, hash.bytes, sizeof hash.bytes);
    assert_memory_equal(at.bytes, hash.bytes, sizeof hash.bytes);
    wc_chain_record record;
    uint8_t proposer[WC_PROPOSER_SIZE];
    assert_status(wc_chain_read_record(w.chain, changed + 1, &record), WC_OK);
    wc_proposer_of_key(proposer, second.public_key.bytes);
    assert_memory_equal(record.record.proposer, proposer, sizeof proposer);

    wc_replay_report report = {0};
    wc_replay_options options = {.threads = 1};
    assert_status(wc_replay(&report, wc_chain_store(w.chain), &options), WC_OK);
    assert_string_equal(recorded_difference(&report), "identical");
    assert_int_equal(report.certificates, changed + 2);
    world_close(&w);
}

/* The certificate of a record, signed anew by some key. */
static void sign_record(world *w, recorded_copy *copy, uint64_t seq, const wc_keypair *pair,
                        wc_replay_report *report)
{
    uint8_t prefix[9] = {'r'}, message[WC_CERTIFICATE_MESSAGE_SIZE], bytes[4096];
    wc_store_u64(prefix + 1, seq);
    size_t index = recorded_find(copy, WC_CF_CHAIN, wc_slice_of(prefix, sizeof prefix));
    wc_slice stored = copy->entries[index].value;
    wc_chain_record record;
    assert_status(wc_chain_read_record(w->chain, seq, &record), WC_OK);
    wc_hash genesis = wc_chain_genesis_hash(w->chain);
    wc_certificate_message(message, &genesis, record.certificate.incarnation, seq,
                           record.record.height, &record.hash);
    wc_signature signature = wc_sign(pair, wc_slice_of(message, sizeof message));
    assert_true(stored.len <= sizeof bytes);
    memcpy(bytes, stored.data, stored.len);
    memcpy(bytes + stored.len - 64, signature.bytes, 64); /* the only signature ends the entry */
    wc_slice value = wc_slice_of(bytes, stored.len);
    recorded_replay(report, copy, index, &value);
}

static void each_key_certifies_the_records_of_its_time_only(void **state)
{
    (void)state;
    world w;
    uint64_t changed;
    wc_hash hash;
    folder = path_in_test("second");
    make_ledger(&w, &changed, &hash);
    recorded_copy copy = recorded_take(wc_chain_store(w.chain));

    struct {
        uint64_t seq;
        const wc_keypair *pair;
        bool is_good;
    } cases[] = {{changed, &w.sequencer, true},
                 {changed, &second, false},
                 {changed + 1, &w.sequencer, false},
                 {changed + 1, &second, true}};

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_replay_report report = {0};
        sign_record(&w, &copy, cases[i].seq, cases[i].pair, &report);
        assert_int_equal(report.verdict == WC_REPLAY_IDENTICAL, cases[i].is_good);
        if (!cases[i].is_good) {
            assert_int_equal(report.difference.seq, cases[i].seq);
            assert_string_equal(report.difference.place, "certificate");
        }
    }
    recorded_drop(&copy);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_record_of_the_change_names_the_new_key_and_the_next_is_signed_by_it),
        cmocka_unit_test(each_key_certifies_the_records_of_its_time_only),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
