/* Another key makes the records: by proposal, from the record behind the change on, and whoever
 * checks certificates follows it, from the genesis or from a snapshot on either side of the change.
 */
#include <stdio.h>
#include <stdlib.h>

#include "node/audit/bundle.h"
#include "node/audit/rerun.h"
#include "node/snapshot/snapshot.h"
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

/* ---- snapshots before, at and behind the change ------------------------------------------------
 */

static const char *in_test(const char *format, uint64_t seq)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%s-%llu", format, (unsigned long long)seq);
    return path_in_test(name);
}

static void write_bundle(world *w, const char *snapshot, const char *to)
{
    static wc_bundle_report report;
    const wc_bundle_range range = {snapshot, WC_BUNDLE_NEWEST};
    report = (wc_bundle_report){0};
    FILE *file = fopen(to, "wb");
    assert_non_null(file);
    wc_status status =
        wc_bundle_write(&report, wc_chain_store(w->chain), &range, WC_CODING_PLAIN, file);
    if (status != WC_OK) fail_msg("%s", report.store.problem.text);
    assert_int_equal(fclose(file), 0);
}

/* Snapshot of record seq, by running the ledger's blocks again, at in_test(name, seq). */
static const char *shoot_at(world *w, const char *name, uint64_t seq)
{
    wc_rerun *rerun;
    wc_store_problem problem;
    wc_snap_info info;
    uint64_t same;
    const char *bundle = in_test("whole", seq), *to = in_test(name, seq);
    wc_rerun_options options = {.threads = 1};
    write_bundle(w, NULL, bundle);
    assert_status(wc_rerun_open(&rerun, &problem, bundle, &options), WC_OK);
    assert_status(wc_rerun_to(rerun, &problem, seq, &same), WC_OK);
    assert_int_equal(same, seq);
    wc_status status = wc_snap_make(&info, &problem, wc_rerun_chain(rerun), to, NULL);
    if (status != WC_OK) fail_msg("%s", problem.text);
    wc_rerun_close(rerun);
    return to;
}

static void expect_opened(const char *shot, wc_status wanted, const char *text)
{
    wc_snap *snap = NULL;
    wc_store_problem problem;
    wc_snap_trust trust = {0};
    wc_status status = wc_snap_open(&snap, &problem, shot, &trust);
    wc_snap_close(snap);
    if (status != wanted || (text != NULL && strstr(problem.text, text) == NULL)) {
        fail_msg("%s: %s: `%s`", shot, wc_status_text(status), problem.text);
    }
}

/* A chain that begins with the snapshot, in memory. */
static wc_chain *restore(const char *shot, const wc_keypair *sequencer)
{
    wc_snap *snap;
    wc_chain *chain;
    wc_store_problem problem;
    static wc_chain_report report;
    wc_snap_trust trust = {0};
    wc_chain_options options = {.threads = 1, .sequencer = sequencer};
    assert_status(wc_snap_open(&snap, &problem, shot, &trust), WC_OK);
    wc_status status = wc_snap_restore(&chain, &report, snap, &options, NULL);
    if (status != WC_OK) fail_msg("%s", report.store.problem.text);
    wc_snap_close(snap);
    return chain;
}

static void follow_rest(world *w, wc_chain *chain)
{
    while (wc_chain_head(chain)->seq < wc_chain_head(w->chain)->seq) {
        const wc_chain_block *block;
        const wc_sealed *sealed;
        assert_status(wc_chain_read_block(w->chain, wc_chain_head(chain)->seq + 1, &block), WC_OK);
        assert_status(wc_chain_follow(chain, &block->input, &block->record.hash,
                                      &block->record.certificate, &sealed),
                      WC_OK);
    }
}

static void expect_replayed(const char *bundle, uint64_t first, uint64_t last)
{
    static wc_replay_report report;
    wc_replay_options options = {.threads = 1};
    assert_status(wc_replay_bundle(&report, bundle, &options), WC_OK);
    assert_string_equal(recorded_difference(&report), "identical");
    assert_int_equal(report.trust, WC_REPLAY_CERTIFIED);
    assert_int_equal(report.first_seq, first);
    assert_int_equal(report.certificates, last - first + 1);
}

static void a_snapshot_on_either_side_of_the_change_is_vouched_for_from_the_genesis(void **state)
{
    (void)state;
    world w;
    uint64_t changed;
    wc_hash hash;
    folder = path_in_test("third");
    make_ledger(&w, &changed, &hash);
    uint64_t last = wc_chain_head(w.chain)->seq;
    wc_snap_info own;
    wc_store_problem problem;
    const char *of_ledger = path_in_test("of-ledger");
    assert_status(wc_snap_make(&own, &problem, w.chain, of_ledger, NULL), WC_OK);
    assert_int_equal(own.change_count, 1);
    for (uint64_t seq = changed - 1; seq <= last; seq++) {
        const char *shot = shoot_at(&w, "shot", seq), *bundle = in_test("bundle", seq);
        expect_opened(shot, WC_OK, NULL);
        bool is_second = seq >= changed;
        const wc_keypair *maker = is_second ? &second : &w.sequencer;
        wc_chain *chain = restore(shot, maker);
        assert_memory_equal(wc_chain_maker(chain)->bytes, maker->public_key.bytes, 32);
        wc_chain_close(chain);
        write_bundle(&w, shot, bundle);
        expect_replayed(bundle, seq, last);
        /* A copy that began with it makes the same snapshot as the ledger itself. */
        wc_snap_info info;
        chain = restore(shot, NULL);
        follow_rest(&w, chain);
        assert_status(wc_snap_make(&info, &problem, chain, in_test("copy", seq), NULL), WC_OK);
        assert_memory_equal(info.hash.bytes, own.hash.bytes, sizeof own.hash.bytes);
        wc_chain_record record; /* of the change there is a record, and it is nobody's to read */
        if (seq > changed) {
            assert_status(wc_chain_read_record(chain, changed, &record), WC_NOT_FOUND);
        }
        wc_chain_close(chain);
    }
    world_close(&w);
}

/* ---- forged ones -------------------------------------------------------------------------------
 */

typedef struct forger {
    world *w;
    wc_bytes bytes; /* of the header that is forged */
    wc_snap_header header;
    wc_snap_change change; /* its only one, or none */
    uint8_t memory[65536]; /* of changes anew */
    const char *shot;
} forger;

static const char *forged; /* name of the shots of the test at hand */

static void forge_begin(forger *f, world *w, uint64_t seq)
{
    size_t bad;
    char path[512];
    f->w = w;
    f->shot = in_test(forged, seq);
    (void)snprintf(path, sizeof path, "%s/header", f->shot);
    f->bytes = read_whole(path);
    assert_status(wc_snap_header_decode(&f->header, &bad, wc_slice_of(f->bytes.data, f->bytes.len)),
                  WC_OK);
    wc_reader reader = wc_reader_of(f->header.changes);
    if (f->header.change_count > 0) {
        assert_status(wc_snap_change_read(&reader, &f->change), WC_OK);
    }
}

/* Writes the header as it stands, with the change so many times. */
static void forge_keep(forger *f, uint16_t count)
{
    static uint8_t memory[65536];
    char path[512];
    wc_buf changes, buf;
    wc_buf_init(&changes, f->memory, sizeof f->memory);
    for (uint16_t i = 0; i < count; i++) wc_snap_change_put(&changes, &f->change);
    f->header.change_count = count;
    f->header.changes = wc_buf_slice(&changes);
    wc_buf_init(&buf, memory, sizeof memory);
    wc_snap_header_put(&buf, &f->header);
    assert_true(!changes.full && !buf.full);
    (void)snprintf(path, sizeof path, "%s/header", f->shot);
    write_whole(path, memory, buf.len);
}

/* Expects what becomes of it, and goes back to the true one. */
static void forge_end(forger *f, uint16_t count, wc_status status, const char *text)
{
    char path[512];
    forge_keep(f, count);
    expect_opened(f->shot, status, text);
    (void)snprintf(path, sizeof path, "%s/header", f->shot);
    write_whole(path, f->bytes.data, f->bytes.len);
    free(f->bytes.data);
}

static wc_certificate signed_by(forger *f, wc_slice bytes, const wc_keypair *pair)
{
    size_t bad;
    wc_record record;
    uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE];
    wc_hash hash = wc_record_hash(bytes), genesis = wc_chain_genesis_hash(f->w->chain);
    assert_status(wc_record_decode(&record, &bad, bytes), WC_OK);
    wc_certificate_message(message, &genesis, 0, record.seq, record.height, &hash);
    wc_certificate certificate = {.sig_count = 1};
    certificate.sigs[0].signature = wc_sign(pair, wc_slice_of(message, sizeof message));
    return certificate;
}

static void a_forged_maker_is_refused_and_named(void **state)
{
    (void)state;
    static forger f;
    world w;
    uint64_t changed;
    wc_hash hash;
    folder = path_in_test("fourth");
    forged = "forged";
    make_ledger(&w, &changed, &hash);
    uint64_t behind = changed + 1;
    for (uint64_t seq = changed - 1; seq <= behind; seq++) (void)shoot_at(&w, forged, seq);

    /* Each key certifies the records of its time only. */
    const wc_keypair *wrong[] = {&second, &second, &w.sequencer};
    for (uint64_t i = 0; i < 3; i++) {
        uint64_t seq = changed - 1 + i;
        forge_begin(&f, &w, seq);
        f.header.certificate = signed_by(&f, f.header.record, wrong[i]);
        forge_end(&f, f.header.change_count, WC_BAD_SIGNATURE,
                  "certificate does not verify under the sequencer's key");
    }
    /* The change is left out, or told twice, or of a key that it hands over to itself. */
    forge_begin(&f, &w, behind);
    forge_end(&f, 0, WC_CORRUPT, "do not lead to those that record");
    forge_begin(&f, &w, changed);
    forge_end(&f, 0, WC_CORRUPT, "do not lead to those that record");
    forge_begin(&f, &w, behind);
    forge_end(&f, 2, WC_CORRUPT, "it does not stand in order");
    forge_begin(&f, &w, behind);
    f.change.certificate = signed_by(&f, f.change.record, &second);
    forge_end(&f, 1, WC_BAD_SIGNATURE, "does not verify under the key before it");
    forge_begin(&f, &w, behind);
    f.change.has_certificate = false;
    forge_end(&f, 1, WC_BAD_SIGNATURE, "its record has no certificate");
    world_close(&w);
}

/* A proof that is altered in some byte, and a record. */
static void an_altered_change_is_refused_and_named(void **state)
{
    (void)state;
    static forger f;
    world w;
    uint64_t changed;
    wc_hash hash;
    folder = path_in_test("altered");
    forged = "altered-shot";
    make_ledger(&w, &changed, &hash);
    uint64_t behind = changed + 1;
    for (uint64_t seq = changed; seq <= behind; seq++) (void)shoot_at(&w, forged, seq);
    forge_begin(&f, &w, behind);
    size_t len = f.change.proof.len;
    forge_end(&f, 1, WC_OK, NULL);
    for (size_t at = 0; at < len; at++) {
        forge_begin(&f, &w, behind);
        uint8_t *altered = malloc(len);
        assert_non_null(altered);
        memcpy(altered, f.change.proof.data, len);
        altered[at] ^= 1;
        f.change.proof = wc_slice_of(altered, len);
        forge_end(&f, 1, WC_CORRUPT, "its proof does not hold under the root of its record");
        free(altered);
    }
    forge_begin(&f, &w, behind);
    len = f.change.record.len;
    uint8_t *altered = malloc(len);
    assert_non_null(altered);
    memcpy(altered, f.change.record.data, len);
    altered[len - 1] ^= 1; /* of the proposer */
    f.change.record = wc_slice_of(altered, len);
    forge_end(&f, 1, WC_BAD_SIGNATURE, "does not verify under the key before it");
    forge_begin(&f, &w, changed);
    f.change.record = wc_slice_of(altered, len);
    forge_end(&f, 1, WC_CORRUPT, "it is not the snapshot's own record");
    free(altered);
    world_close(&w);
}

/* ---- the order alone ---------------------------------------------------------------------------
 */

static wc_slice validators_of(world *w, const wc_keypair *first, uint64_t power,
                              const wc_keypair *other, uint64_t other_power)
{
    wc_validators validators = {.count = 2};
    uint8_t bytes[256];
    wc_buf buf;
    const wc_keypair *pairs[2] = {first, other};
    uint64_t powers[2] = {power, other_power};
    for (size_t i = 0; i < 2; i++) {
        memcpy(validators.list[i].pub, pairs[i]->public_key.bytes, 32);
        validators.list[i].power = powers[i];
        validators.list[i].operator_account = w->people[OPERATOR].address;
    }
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_validators_put(&buf, &validators);
    return world_abi(w, "x", wc_buf_slice(&buf));
}

/* The hash of validators does not tell who stands first: the change shows all the same. */
static void another_order_of_the_same_validators_changes_the_maker(void **state)
{
    (void)state;
    static forger f;
    world w;
    folder = path_in_test("fifth");
    forged = "order-shot";
    world_options options = {.folder = folder};
    world_keypair(&second, 31);
    world_open(&w, &options);
    wc_address vault = vault_open(&w);
    wc_slice body = validators_of(&w, &w.sequencer, 3, &second, 1);
    assert_done(governed(&w, WC_PROPOSES_VALIDATORS, body));
    wc_hash hash = hash_named_by(&w, wc_chain_head(w.chain)->seq);
    body = validators_of(&w, &second, 1, &w.sequencer, 3);
    assert_done(governed(&w, WC_PROPOSES_VALIDATORS, body));
    uint64_t changed = wc_chain_head(w.chain)->seq;
    wc_hash same = hash_named_by(&w, changed);
    assert_memory_equal(hash.bytes, same.bytes, sizeof hash.bytes);
    assert_memory_equal(wc_chain_maker(w.chain)->bytes, second.public_key.bytes, 32);
    assert_status(reopen(&w, &w.sequencer), WC_BAD_KEY);
    assert_status(reopen(&w, &second), WC_OK);
    add_5(&w, &vault);
    const char *shot = shoot_at(&w, forged, changed + 1), *bundle = path_in_test("order");
    expect_opened(shot, WC_OK, NULL);
    write_bundle(&w, shot, bundle);
    expect_replayed(bundle, changed + 1, changed + 1);
    forge_begin(&f, &w, changed + 1);
    assert_int_equal(f.header.change_count, 2);
    f.header.certificate = signed_by(&f, f.header.record, &w.sequencer);
    /* The second change is left out and the hashes agree: what the state holds does not. */
    wc_snap *snap;
    wc_store_problem problem;
    wc_snap_trust trust = {0};
    forge_keep(&f, 1);
    assert_status(wc_snap_open(&snap, &problem, shot, &trust), WC_OK);
    assert_status(wc_snap_check_all(snap, &problem), WC_CORRUPT);
    assert_non_null(strstr(problem.text, "its validators are not those to which the changes"));
    wc_snap_close(snap);
    free(f.bytes.data);
    wc_replay_report report = {0};
    wc_replay_options replay_options = {.threads = 1};
    assert_status(wc_replay(&report, wc_chain_store(w.chain), &replay_options), WC_OK);
    assert_string_equal(recorded_difference(&report), "identical");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_record_of_the_change_names_the_new_key_and_the_next_is_signed_by_it),
        cmocka_unit_test(each_key_certifies_the_records_of_its_time_only),
        cmocka_unit_test(a_snapshot_on_either_side_of_the_change_is_vouched_for_from_the_genesis),
        cmocka_unit_test(a_forged_maker_is_refused_and_named),
        cmocka_unit_test(an_altered_change_is_refused_and_named),
        cmocka_unit_test(another_order_of_the_same_validators_changes_the_maker),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
