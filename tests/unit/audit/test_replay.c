/* A replay agrees with what was recorded, and names the first thing that was altered. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/prng.h"
#include "tests/unit/audit/recorded.h"

/* A replay reserves 700 MiB of addresses, which an address sanitizer has to mark each time: there
 * only every 16th trial is made. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STRIDE 16u
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define STRIDE 16u
#endif
#ifndef STRIDE
#define STRIDE 1u
#endif

static world made;
static recorded_copy original;

static int make(void **state)
{
    (void)state;
    recorded_open(&made, NULL);
    original = recorded_take(wc_chain_store(made.chain));
    return 0;
}

static int drop(void **state)
{
    (void)state;
    recorded_drop(&original);
    world_close(&made);
    return 0;
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static void an_untouched_ledger_is_identical_with_any_number_of_threads(void **state)
{
    (void)state;
    const wc_head *head = wc_chain_head(made.chain);
    for (uint32_t threads = 1; threads <= 4; threads += 3) {
        wc_replay_report report = {0};
        wc_replay_options options = {.threads = threads};
        assert_status(wc_replay(&report, wc_chain_store(made.chain), &options), WC_OK);
        assert_string_equal(recorded_difference(&report), "identical");
        assert_int_equal(report.verdict, WC_REPLAY_IDENTICAL);
        assert_int_equal(report.records, head->seq + 1);
        assert_int_equal(report.certificates, head->seq); /* genesis has none */
        assert_int_equal(report.executed_until, head->seq);
        assert_true(wc_hash_equal(&report.record_hash, &head->record_hash));
        wc_hash root = wc_chain_state_root(made.chain);
        assert_true(wc_hash_equal(&report.state_root, &root));
        assert_true(report.signatures >= report.transactions - 1); /* one is no transaction */
        assert_string_equal(report.chain_id, WORLD_CHAIN);
    }
}

static void progress_counts_every_record_once(void *self, uint64_t done, uint64_t total)
{
    uint64_t *seen = self;
    assert_int_equal(done, *seen + 1);
    assert_int_equal(total, wc_chain_head(made.chain)->seq + 1);
    *seen = done;
}

static void progress_reaches_the_end(void **state)
{
    (void)state;
    uint64_t seen = 0;
    wc_replay_report report = {0};
    wc_replay_options options = {
        .threads = 1, .on_record = progress_counts_every_record_once, .self = &seen};
    assert_status(wc_replay(&report, wc_chain_store(made.chain), &options), WC_OK);
    assert_int_equal(seen, wc_chain_head(made.chain)->seq + 1);
}

/* ---- altered entries ---------------------------------------------------------------------------
 */

static void flip(wc_replay_report *report, size_t index, size_t bit)
{
    wc_slice value = original.entries[index].value;
    uint8_t *altered = malloc(value.len);
    assert_non_null(altered);
    memcpy(altered, value.data, value.len);
    altered[bit / 8] ^= (uint8_t)(0x80u >> bit % 8);
    wc_slice replacement = wc_slice_of(altered, value.len);
    recorded_replay(report, &original, index, &replacement);
    free(altered);
}

/* What the place of a difference must say when this entry was altered. NULL: anything. */
static bool names(const wc_replay_report *report, const recorded_entry *entry)
{
    const wc_replay_difference *difference = &report->difference;
    const char *place = difference->place;
    bool has_own_seq = entry->cf == WC_CF_CHAIN && entry->key.len >= 9;
    if (has_own_seq &&
        (!difference->has_seq || difference->seq != wc_load_u64(entry->key.data + 1))) {
        return false;
    }
    bool is_schema = entry->cf == WC_CF_META && entry->key.data[0] == 's';
    if (is_schema) return strncmp(place, "meta schema", 11) == 0;
    if (entry->cf == WC_CF_META) return strncmp(place, "head", 4) == 0 || difference->has_seq;
    if (entry->cf == WC_CF_STATE) return strncmp(place, "state ", 6) == 0;
    if (entry->cf == WC_CF_UNDO) return strncmp(place, "undo ", 5) == 0;
    switch (entry->key.data[0]) {
    case 'g': return true; /* another genesis: another chain, or none */
    case 'r': return strcmp(place, "record") == 0 || strcmp(place, "certificate") == 0;
    case 'b': return strncmp(place, "block input", 11) == 0;
    case 'p': return strncmp(place, "block input, transaction", 24) == 0;
    case 'e':
        return strncmp(place, "receipt", 7) == 0 && difference->has_receipt &&
               difference->receipt == wc_load_u32(entry->key.data + 9);
    default: return false;
    }
}

static void require_named(size_t index, size_t bit)
{
    wc_replay_report report;
    const recorded_entry *entry = &original.entries[index];
    flip(&report, index, bit);
    if (report.verdict == WC_REPLAY_DIFFERS && names(&report, entry)) return;
    fail_msg("family %s, key %02x.. (%zu bytes), bit %zu of its value: %s", wc_cf_name(entry->cf),
             entry->key.data[0], entry->key.len, bit, recorded_difference(&report));
}

static void one_flipped_bit_in_any_entry_is_named(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 20221122);
    for (size_t i = 0; i < original.count; i += STRIDE) {
        size_t bits = 8 * original.entries[i].value.len;
        bool is_head = original.entries[i].cf == WC_CF_META && original.entries[i].value.len > 0;
        for (int n = 0; n < 2 && bits > 0; n++) {
            size_t bit = wc_prng_below(&prng, bits);
            /* Height and time of a head may run ahead of its record: blocks without a record. */
            if (is_head && bit >= 8 * 8 && bit < 8 * 28) bit = 8 * 28;
            require_named(i, bit);
        }
    }
}

static void every_byte_of_a_record_and_its_certificate_counts(void **state)
{
    (void)state;
    static const uint8_t key[] = {'r', 0, 0, 0, 0, 0, 0, 0, 5};
    size_t index = recorded_find(&original, WC_CF_CHAIN, wc_slice_of(key, sizeof key));
    wc_prng prng;
    wc_prng_start(&prng, 7);
    for (size_t byte = 0; byte < original.entries[index].value.len; byte += STRIDE) {
        require_named(index, 8 * byte + wc_prng_below(&prng, 8));
    }
}

static void every_byte_of_a_receipt_counts(void **state)
{
    (void)state;
    static const uint8_t key[] = {'e', 0, 0, 0, 0, 0, 0, 0, 5};
    size_t index = recorded_find(&original, WC_CF_CHAIN, wc_slice_of(key, sizeof key));
    wc_prng prng;
    wc_prng_start(&prng, 8);
    for (size_t byte = 0; byte < original.entries[index].value.len; byte += STRIDE) {
        require_named(index, 8 * byte + wc_prng_below(&prng, 8));
    }
}

static void a_missing_entry_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < original.count; i += STRIDE) {
        wc_replay_report report;
        const recorded_entry *entry = &original.entries[i];
        recorded_replay(&report, &original, i, NULL);
        if (report.verdict != WC_REPLAY_DIFFERS) {
            fail_msg("family %s, key %02x..: leaving it out is not noticed", wc_cf_name(entry->cf),
                     entry->key.data[0]);
        }
    }
}

static void an_entry_too_many_is_named(void **state)
{
    (void)state;
    wc_address nobody = {{9}};
    wc_state_key key = wc_key_free(&nobody, WORLD_CNY);
    uint8_t amount[WC_AMOUNT_SIZE] = {WC_STATE_VALUE_VERSION, 0, 0, 0, 0, 0, 0, 0, 1};
    recorded_entry more[] = {{WC_CF_STATE, wc_state_key_slice(&key), wc_slice_of(amount, 9)}};
    recorded_copy one = {more, 1};
    wc_store store = recorded_put(&original, SIZE_MAX, NULL);
    wc_batch *batch = wc_batch_create(4096);
    wc_batch_put(batch, one.entries[0].cf, one.entries[0].key, one.entries[0].value);
    assert_status(wc_store_commit(&store, batch), WC_OK);
    wc_batch_destroy(batch);

    wc_replay_report report = {0};
    wc_replay_options options = {.threads = 1};
    assert_status(wc_replay(&report, &store, &options), WC_OK);
    wc_store_close(&store);
    assert_int_equal(report.verdict, WC_REPLAY_DIFFERS);
    assert_non_null(strstr(report.difference.place, "state FREE wc1"));
    assert_non_null(strstr(report.difference.place, "asset 2"));
    assert_string_equal(report.difference.stored, "an entry");
    assert_string_equal(report.difference.recomputed, "nothing");
}

static void a_head_may_be_ahead_of_its_record_but_not_behind(void **state)
{
    (void)state;
    static const uint8_t kind = 'h';
    size_t index = recorded_find(&original, WC_CF_META, wc_slice_of(&kind, 1));
    wc_replay_report report;
    uint8_t head[60];
    wc_slice replacement = wc_slice_of(head, sizeof head);
    assert_int_equal(original.entries[index].value.len, sizeof head);
    memcpy(head, original.entries[index].value.data, sizeof head);
    uint64_t height = wc_load_u64(head + 8);
    wc_store_u64(head + 8, height + 1);
    recorded_replay(&report, &original, index, &replacement);
    assert_string_equal(recorded_difference(&report), "identical");
    wc_store_u64(head + 8, height - 1);
    recorded_replay(&report, &original, index, &replacement);
    assert_string_equal(report.difference.place, "head");
    assert_string_equal(report.difference.field, "height");
    wc_store_u64(head + 8, height);
    wc_store_u64(head + 16, wc_load_u64(head + 16) + 1);
    recorded_replay(&report, &original, index, &replacement);
    assert_string_equal(report.difference.field, "time_s");
}

/* ---- what a difference says --------------------------------------------------------------------
 */

static void a_changed_balance_says_whose_and_how_much(void **state)
{
    (void)state;
    wc_state_key key = wc_key_free(&made.people[ALICE].address, WORLD_CNY);
    size_t index = recorded_find(&original, WC_CF_STATE, wc_state_key_slice(&key));
    wc_replay_report report;
    flip(&report, index, 8 * 8 + 7);
    char place[WC_REPLAY_TEXT_MAX], address[WC_ADDRESS_TEXT_LEN + 1];
    wc_address_text(address, &made.people[ALICE].address);
    (void)snprintf(place, sizeof place, "state FREE %s, asset 2", address);
    assert_string_equal(report.difference.place, place);
    assert_string_equal(report.difference.field, "amount, byte 8");
    assert_false(report.difference.has_seq);
}

static void changed_gas_in_a_receipt_is_named_by_its_field_and_transaction(void **state)
{
    (void)state;
    static const uint8_t key[] = {'e', 0, 0, 0, 0, 0, 0, 0, 5};
    size_t index = recorded_find(&original, WC_CF_CHAIN, wc_slice_of(key, sizeof key));
    wc_replay_report report;
    flip(&report, index, 8 * (1 + 1 + 32 + 4 + 2 + 1 + 8 + 7) + 7); /* last bit of gas_used */
    assert_string_equal(report.difference.place, "receipt");
    assert_string_equal(report.difference.field, "gas_used");
    assert_int_equal(report.difference.seq, 5);
    assert_true(report.difference.has_tx);
}

/* ---- destroyed payloads ------------------------------------------------------------------------
 */

static void a_destroyed_payload_ends_the_replay_unless_it_is_allowed(void **state)
{
    (void)state;
    static const uint8_t kind = 'p';
    size_t index = recorded_find(&original, WC_CF_CHAIN, wc_slice_of(&kind, 1));
    uint64_t seq = wc_load_u64(original.entries[index].key.data + 1);
    wc_store store = recorded_put(&original, index, NULL);
    wc_replay_report report = {0};
    wc_replay_options options = {.threads = 1};
    assert_status(wc_replay(&report, &store, &options), WC_OK);
    assert_int_equal(report.verdict, WC_REPLAY_DIFFERS);
    assert_string_equal(report.difference.field, "payload");
    assert_int_equal(report.difference.seq, seq);

    options.allow_destroyed = true;
    assert_status(wc_replay(&report, &store, &options), WC_OK);
    assert_string_equal(recorded_difference(&report), "identical");
    assert_int_equal(report.verdict, WC_REPLAY_PARTIAL);
    assert_int_equal(report.executed_until, seq - 1);
    assert_int_equal(report.records, wc_chain_head(made.chain)->seq + 1);
    wc_store_close(&store);
}

static void behind_a_destroyed_payload_receipts_are_still_checked(void **state)
{
    (void)state;
    static const uint8_t kind = 'p';
    size_t payload = recorded_find(&original, WC_CF_CHAIN, wc_slice_of(&kind, 1));
    uint8_t last[9] = {'e'};
    wc_store_u64(last + 1, wc_chain_head(made.chain)->seq);
    size_t index = recorded_find(&original, WC_CF_CHAIN, wc_slice_of(last, sizeof last));
    wc_slice value = original.entries[index].value;
    uint8_t altered[4096];
    assert_true(value.len <= sizeof altered);
    memcpy(altered, value.data, value.len);
    altered[60] ^= 1;
    wc_slice kept = original.entries[index].value;
    original.entries[index].value = wc_slice_of(altered, value.len);
    wc_store store = recorded_put(&original, payload, NULL);
    original.entries[index].value = kept;
    wc_replay_report report = {0};
    wc_replay_options options = {.threads = 1, .allow_destroyed = true};
    assert_status(wc_replay(&report, &store, &options), WC_OK);
    assert_int_equal(report.verdict, WC_REPLAY_DIFFERS);
    assert_int_equal(report.difference.seq, wc_chain_head(made.chain)->seq);
    wc_store_close(&store);
}

/* An order engine may deliver what no transaction can be; the block that refuses it is read back.
 */
static void bytes_longer_than_a_transaction_are_read_back(void **state)
{
    (void)state;
    static uint8_t long_bytes[WC_TX_SIZE_MAX + 1];
    world w;
    world_open(&w, NULL);
    wc_slice raw = wc_slice_of(long_bytes, sizeof long_bytes);
    assert_receipt(&world_seal(&w, &raw, 1)->applied.receipts[0], "TOO_LARGE");
    wc_replay_report report = {0};
    wc_replay_options options = {.threads = 1};
    assert_status(wc_replay(&report, wc_chain_store(w.chain), &options), WC_OK);
    assert_string_equal(recorded_difference(&report), "identical");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_longer_than_a_transaction_are_read_back),
        cmocka_unit_test(an_untouched_ledger_is_identical_with_any_number_of_threads),
        cmocka_unit_test(progress_reaches_the_end),
        cmocka_unit_test(one_flipped_bit_in_any_entry_is_named),
        cmocka_unit_test(every_byte_of_a_record_and_its_certificate_counts),
        cmocka_unit_test(every_byte_of_a_receipt_counts),
        cmocka_unit_test(a_missing_entry_is_named),
        cmocka_unit_test(an_entry_too_many_is_named),
        cmocka_unit_test(a_head_may_be_ahead_of_its_record_but_not_behind),
        cmocka_unit_test(a_changed_balance_says_whose_and_how_much),
        cmocka_unit_test(changed_gas_in_a_receipt_is_named_by_its_field_and_transaction),
        cmocka_unit_test(a_destroyed_payload_ends_the_replay_unless_it_is_allowed),
        cmocka_unit_test(behind_a_destroyed_payload_receipts_are_still_checked),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
