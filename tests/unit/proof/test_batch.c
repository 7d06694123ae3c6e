/* Readings that came in batches: each is proved alone, up to the record, and no other value is. */
#include <stdio.h>
#include <stdlib.h>

#include "node/proof/check.h"
#include "node/proof/make.h"
#include "node/proof/words.h"
#include "tests/unit/ledger_exec/fleet.h"

static world w;
static fleet f;
static wc_proof_file file;
static wc_proof_scratch scratch;
static wc_buf out;
static wc_arena arena;
static void *memory[2];

static wc_proof_reason check(wc_slice bytes, uint64_t seq)
{
    size_t bad;
    wc_chain_record record;
    assert_status(wc_chain_read_record(w.chain, seq, &record), WC_OK);
    wc_hash hash = record.hash;
    wc_proof_trust trust = {.record_hash = &hash};
    return wc_proof_check(&file, &bad, &scratch, bytes, &trust);
}

static wc_slice prove(uint32_t meter, int64_t at_s, uint16_t version, uint64_t *seq)
{
    wc_status status;
    wc_found_reading found;
    wc_address address = fleet_meter(&w, meter);
    assert_int_equal(wc_prove_find_reading(w.chain, &status, &address, at_s, version, &found),
                     WC_PROVE_DONE);
    assert_true(found.is_batch);
    *seq = found.seq;
    wc_buf_init(&out, memory[1], WC_PROOF_FILE_MAX);
    wc_proof_maker maker = {
        .chain = w.chain, .state = w.chain, .seq = found.seq, .out = &out, .arena = &arena};
    assert_int_equal(wc_prove_reading(&maker, &found), WC_PROVE_DONE);
    return wc_buf_slice(&out);
}

static const char *fact_text(void)
{
    static uint8_t words_memory[WC_PROOF_WORDS_ARENA] __attribute__((aligned(16)));
    static char text[8192];
    wc_arena words_arena;
    wc_buf buf;
    wc_arena_init(&words_arena, words_memory, sizeof words_memory);
    wc_proof_words words = {.file = &file, .arena = &words_arena};
    wc_buf_init(&buf, text, sizeof text - 1);
    wc_proof_put_fact(&buf, &words);
    text[buf.len] = '\0';
    return text;
}

static void assert_says(const char *part)
{
    if (strstr(fact_text(), part) == NULL) fail_msg("`%s` is not in: %s", part, fact_text());
}

static void every_meter_of_a_batch_has_its_own_proof(void **state)
{
    (void)state;
    for (uint32_t quarter = 1; quarter <= 2; quarter++) {
        for (uint32_t i = 0; i < FLEET_METERS; i++) {
            uint64_t seq;
            char amount[64], meter[WC_ADDRESS_TEXT_LEN + 1];
            wc_slice bytes = prove(i, FLEET_START + quarter * FLEET_STEP, 0, &seq);
            assert_string_equal(wc_proof_reason_name(check(bytes, seq)), "HOLDS");
            assert_int_equal(file.kind, WC_FACT_METERED);
            assert_int_equal(wc_load_u16(file.reading.bytes), i);
            assert_int_equal(wc_load_u64(file.reading.bytes + 8), fleet_value(i, quarter, 0));
            int64_t value = fleet_value(i, quarter, 0);
            (void)snprintf(amount, sizeof amount, " in version 0, %d.%03d kWh, measured",
                           (int)(value / 1000), (int)(value % 1000));
            assert_says(amount);
            wc_address address = fleet_meter(&w, i);
            wc_address_text(meter, &address);
            assert_says(meter);
            assert_says(quarter == 1 ? "from 2026-01-01T00:15:00Z" : "from 2026-01-01T00:30:00Z");
        }
    }
}

static void a_correction_is_proved_beside_what_it_corrects(void **state)
{
    (void)state;
    uint64_t first, second;
    wc_slice bytes = prove(3, FLEET_START + 2 * FLEET_STEP, 0, &first);
    assert_string_equal(wc_proof_reason_name(check(bytes, first)), "HOLDS");
    int64_t before = (int64_t)wc_load_u64(file.reading.bytes + 8);
    bytes = prove(3, FLEET_START + 2 * FLEET_STEP, 1, &second);
    assert_string_equal(wc_proof_reason_name(check(bytes, second)), "HOLDS");
    assert_true(second > first);
    assert_int_equal(wc_load_u64(file.reading.bytes + 8), fleet_value(3, 2, 1));
    assert_int_not_equal(before, fleet_value(3, 2, 1));
    assert_says(" in version 1, ");
}

static bool is_certificate(wc_slice bytes, size_t at)
{
    size_t start = 8 + 2 + (size_t)wc_load_u16(bytes.data + 8);
    return at >= start && at < start + 2 + wc_load_u16(bytes.data + start);
}

static void no_bit_of_it_can_be_altered(void **state)
{
    (void)state;
    uint64_t seq;
    wc_slice bytes = prove(5, FLEET_START + FLEET_STEP, 0, &seq);
    uint8_t *copy = malloc(bytes.len);
    assert_non_null(copy);
    for (size_t at = 0; at < bytes.len; at++) {
        if (is_certificate(bytes, at)) continue;
        memcpy(copy, bytes.data, bytes.len);
        copy[at] = (uint8_t)(copy[at] ^ 1u << at % 8);
        if (check(wc_slice_of(copy, bytes.len), seq) == WC_PROOF_HOLDS) {
            fail_msg("byte %zu does not matter", at);
        }
    }
    free(copy);
}

static void pieces_of_another_place_are_refused(void **state)
{
    (void)state;
    static uint8_t altered[1u << 16];
    uint64_t seq;
    wc_buf buf;
    wc_slice bytes = prove(5, FLEET_START + FLEET_STEP, 0, &seq);
    assert_string_equal(wc_proof_reason_name(check(bytes, seq)), "HOLDS");
    wc_proof_file saved = file;
    file.reading.index++;
    wc_buf_init(&buf, altered, sizeof altered);
    wc_proof_file_put(&buf, &file);
    assert_string_equal(wc_proof_reason_name(check(wc_buf_slice(&buf), seq)), "PAYLOAD_DIFFERS");
    file = saved;
    file.reading = file.head; /* the head shown as a reading */
    wc_buf_init(&buf, altered, sizeof altered);
    wc_proof_file_put(&buf, &file);
    assert_string_equal(wc_proof_reason_name(check(wc_buf_slice(&buf), seq)), "PAYLOAD_DIFFERS");
    file = saved;
    file.head = file.reading;
    wc_buf_init(&buf, altered, sizeof altered);
    wc_proof_file_put(&buf, &file);
    assert_string_equal(wc_proof_reason_name(check(wc_buf_slice(&buf), seq)), "PAYLOAD_DIFFERS");
    file = saved;
    file.kind = WC_FACT_READINGS; /* a batch is no reading by itself */
    file.salt = wc_slice_of(file.record_hash.bytes, WC_PAYLOAD_SALT_SIZE);
    wc_buf_init(&buf, altered, sizeof altered);
    wc_proof_file_put(&buf, &file);
    assert_string_equal(wc_proof_reason_name(check(wc_buf_slice(&buf), seq)), "READING_NO_CALL");
}

static void the_day_of_a_page_is_told(void **state)
{
    (void)state;
    uint64_t seq = wc_chain_head(w.chain)->seq;
    wc_state_key key = wc_key_page_day(&w.people[FLEET_AGGREGATOR].address, FLEET_PAGE,
                                       (uint32_t)(FLEET_START / 86400));
    wc_buf_init(&out, memory[1], WC_PROOF_FILE_MAX);
    wc_proof_maker maker = {
        .chain = w.chain, .state = w.chain, .seq = seq, .out = &out, .arena = &arena};
    assert_int_equal(wc_prove_state(&maker, &key, WC_STR("")), WC_PROVE_DONE);
    assert_string_equal(wc_proof_reason_name(check(wc_buf_slice(&out), seq)), "HOLDS");
    assert_says("2 intervals had been reported, from 2026-01-01T00:15:00Z to 2026-01-01T00:45:00Z");
}

/* With WC_TEST_PROOFS=FOLDER in the environment: leaves a file and its record's hash there, for the
 * other engine's verifier (batch.sh). */
static void a_file_is_left_for_the_other_engine(void **state)
{
    (void)state;
    const char *folder = getenv("WC_TEST_PROOFS");
    uint64_t seq;
    wc_slice bytes = prove(6, FLEET_START + FLEET_STEP, 0, &seq);
    assert_string_equal(wc_proof_reason_name(check(bytes, seq)), "HOLDS");
    if (folder == NULL) return;
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/metered.proof", folder);
    FILE *out_file = fopen(path, "wb");
    assert_non_null(out_file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.len, out_file), bytes.len);
    assert_int_equal(fclose(out_file), 0);
    (void)snprintf(path, sizeof path, "%s/metered.hash", folder);
    out_file = fopen(path, "w");
    assert_non_null(out_file);
    for (size_t i = 0; i < WC_HASH_SIZE; i++) fprintf(out_file, "%02x", file.record_hash.bytes[i]);
    fprintf(out_file, " %016llx\n", (unsigned long long)fleet_value(6, 1, 0));
    assert_int_equal(fclose(out_file), 0);
}

static void what_was_not_reported_is_not_found(void **state)
{
    (void)state;
    wc_status status;
    wc_found_reading found;
    wc_address meter = fleet_meter(&w, 0), nobody = w.people[ALICE].address;
    assert_int_equal(
        wc_prove_find_reading(w.chain, &status, &meter, FLEET_START + 9 * FLEET_STEP, 0, &found),
        WC_PROVE_NOTHING);
    assert_int_equal(
        wc_prove_find_reading(w.chain, &status, &meter, FLEET_START + FLEET_STEP, 1, &found),
        WC_PROVE_NOTHING);
    assert_int_equal(
        wc_prove_find_reading(w.chain, &status, &nobody, FLEET_START + FLEET_STEP, 0, &found),
        WC_PROVE_NOTHING);
}

static int open_fleet(void **state)
{
    (void)state;
    world_options options = fleet_options();
    world_open(&w, &options);
    fleet_open(&f, &w);
    fleet_batch batch = {.quarter = 1};
    (void)fleet_send(&f, &batch);
    batch.quarter = 2;
    (void)fleet_send(&f, &batch);
    batch = fleet_correction(&f, 2, 1);
    (void)fleet_send(&f, &batch);
    memory[0] = aligned_alloc(16, WC_PROOF_MAKER_ARENA);
    memory[1] = malloc(WC_PROOF_FILE_MAX);
    assert_non_null(memory[0]);
    assert_non_null(memory[1]);
    wc_arena_init(&arena, memory[0], WC_PROOF_MAKER_ARENA);
    return 0;
}

static int close_fleet(void **state)
{
    (void)state;
    free(memory[0]);
    free(memory[1]);
    world_close(&w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_meter_of_a_batch_has_its_own_proof),
        cmocka_unit_test(a_correction_is_proved_beside_what_it_corrects),
        cmocka_unit_test(no_bit_of_it_can_be_altered),
        cmocka_unit_test(pieces_of_another_place_are_refused),
        cmocka_unit_test(the_day_of_a_page_is_told),
        cmocka_unit_test(a_file_is_left_for_the_other_engine),
        cmocka_unit_test(what_was_not_reported_is_not_found),
    };
    return cmocka_run_group_tests(tests, open_fleet, close_fleet);
}
