/* Proof files: what is made holds, says in words what it is about, and cannot be altered. */
#include <stdlib.h>

#include "node/proof/words.h"
#include "tests/unit/proof/made.h"

static wc_proof_file file;
static wc_proof_scratch scratch;

static wc_proof_reason check(wc_slice bytes, const wc_hash *record_hash)
{
    size_t bad;
    wc_proof_trust trust = {.record_hash = record_hash};
    return wc_proof_check(&file, &bad, &scratch, bytes, &trust);
}

#define assert_reason(actual, expected) assert_string_equal(wc_proof_reason_name(actual), #expected)

/* The fact of the file that was checked last, in words; borrowed until the next one. */
static const char *fact_text(void)
{
    static uint8_t arena_memory[WC_PROOF_WORDS_ARENA] __attribute__((aligned(16)));
    static char text[8192];
    wc_arena arena;
    wc_buf buf;
    wc_arena_init(&arena, arena_memory, sizeof arena_memory);
    wc_proof_words words = {.file = &file, .arena = &arena};
    wc_buf_init(&buf, text, sizeof text - 1);
    wc_proof_put_fact(&buf, &words);
    assert_false(buf.full);
    text[buf.len] = '\0';
    return text;
}

static void assert_says(const char *part)
{
    if (strstr(fact_text(), part) == NULL) fail_msg("`%s` is not in: %s", part, fact_text());
}

static const wc_fact_kind kinds[] = {WC_FACT_STATE, WC_FACT_RECEIPT, WC_FACT_EVENT, WC_FACT_TX,
                                     WC_FACT_READINGS};

/* ---- what holds ------------------------------------------------------------------------------
 */

static void every_kind_of_fact_is_proved_by_the_hash_of_its_record_alone(void **state)
{
    made *m = *state;
    for (size_t i = 0; i < WC_ARRAY_LEN(kinds); i++) {
        wc_slice bytes = made_kind(m, kinds[i]);
        wc_hash hash = made_record_hash(m), other = hash;
        assert_reason(check(bytes, &hash), HOLDS);
        assert_int_equal(file.kind, kinds[i]);
        assert_int_equal(file.record.seq, m->maker.seq);
        assert_true(file.is_record_known);
        other.bytes[31] ^= 1;
        assert_reason(check(bytes, &other), OTHER_RECORD);
    }
}

static void what_decodes_is_written_the_same(void **state)
{
    made *m = *state;
    uint8_t *memory = malloc(WC_PROOF_FILE_MAX);
    assert_non_null(memory);
    for (size_t i = 0; i < WC_ARRAY_LEN(kinds); i++) {
        size_t bad;
        wc_buf buf;
        wc_slice bytes = made_kind(m, kinds[i]);
        assert_status(wc_proof_file_decode(&file, &bad, bytes), WC_OK);
        wc_buf_init(&buf, memory, WC_PROOF_FILE_MAX);
        wc_proof_file_put(&buf, &file);
        assert_true(wc_slice_equal(wc_buf_slice(&buf), bytes));
    }
    free(memory);
}

static void a_present_and_an_absent_balance_are_proved(void **state)
{
    made *m = *state;
    wc_state_key key = wc_key_free(&m->w.people[ALICE].address, WORLD_CNY);
    int64_t amount = wc_chain_free(m->w.chain, &m->w.people[ALICE].address, WORLD_CNY), proved;
    m->maker.seq = wc_chain_head(m->w.chain)->seq;
    wc_hash hash = made_record_hash(m);
    assert_reason(check(made_state(m, &key, ""), &hash), HOLDS);
    assert_true(file.state.is_present);
    assert_status(wc_amount_decode(&proved, file.state.value), WC_OK);
    assert_int_equal(proved, amount);
    assert_int_equal(amount, 5500);
    assert_says(" held 55.00 CNY free");

    key = wc_key_free(&m->w.people[CAROL].address, WORLD_CNY);
    assert_reason(check(made_state(m, &key, ""), &hash), HOLDS);
    assert_false(file.state.is_present);
    assert_says(" held no CNY free");
}

static void facts_are_told_with_names_and_units(void **state)
{
    made *m = *state;
    wc_hash hash;
    wc_slice bytes = made_explained(m, WC_FACT_RECEIPT);
    hash = made_record_hash(m);
    assert_reason(check(bytes, &hash), HOLDS);
    assert_says(" failed: ");
    bytes = made_explained(m, WC_FACT_EVENT);
    hash = made_record_hash(m);
    assert_reason(check(bytes, &hash), HOLDS);
    assert_says("POSTING(asset CNY, ");
    assert_says("amount 60.00 CNY");
    bytes = made_explained(m, WC_FACT_READINGS);
    hash = made_record_hash(m);
    assert_reason(check(bytes, &hash), HOLDS);
    assert_says(" reported, for the interval from 2026-01-01T00:15:00Z in version 0, to contract ");
    assert_says("a Vault: metered(");
    wc_state_key key =
        wc_key_reading(&m->w.people[METER].address, 0, (uint32_t)(WORLD_START / 86400), 1, 0);
    m->maker.seq = wc_chain_head(m->w.chain)->seq;
    hash = made_record_hash(m);
    assert_reason(check(made_state(m, &key, ""), &hash), HOLDS);
    assert_says("2 intervals had been reported, from 2026-01-01T00:15:00Z to 2026-01-01T00:45:00Z");
}

/* Without supports the same facts hold, and are told in numbers and bytes. */
static void a_bare_file_proves_the_same_fact(void **state)
{
    made *m = *state;
    m->maker.state = NULL;
    wc_slice bytes = made_kind(m, WC_FACT_EVENT);
    m->maker.state = m->w.chain;
    wc_hash hash = made_record_hash(m);
    assert_reason(check(bytes, &hash), HOLDS);
    assert_int_equal(file.support_count, 0);
    assert_says("amount 6000 of asset 2");
}

/* ---- other trust -----------------------------------------------------------------------------
 */

static void the_sequencers_key_is_as_good_as_a_record_hash(void **state)
{
    made *m = *state;
    size_t bad;
    wc_slice bytes = made_kind(m, WC_FACT_RECEIPT);
    wc_public_key key = m->w.sequencer.public_key, other = m->w.people[ALICE].keys[0].public_key;
    wc_proof_trust trust = {.sequencer = &key};
    assert_reason(wc_proof_check(&file, &bad, &scratch, bytes, &trust), HOLDS);
    assert_true(file.is_record_known);
    trust.sequencer = &other;
    assert_reason(wc_proof_check(&file, &bad, &scratch, bytes, &trust), CERTIFICATE_FORGED);
    file.certificate_bytes.len = 0;
    uint8_t *memory = malloc(WC_PROOF_FILE_MAX);
    wc_buf buf;
    assert_non_null(memory);
    wc_buf_init(&buf, memory, WC_PROOF_FILE_MAX);
    wc_proof_file_put(&buf, &file);
    trust.sequencer = &key;
    assert_reason(wc_proof_check(&file, &bad, &scratch, wc_buf_slice(&buf), &trust),
                  NO_CERTIFICATE);
    free(memory);
}

static void a_state_root_proves_keys_of_the_state_alone(void **state)
{
    made *m = *state;
    size_t bad;
    wc_hash root = wc_chain_state_root(m->w.chain), hash;
    wc_proof_trust trust = {.state_root = &root};
    wc_slice bytes = made_kind(m, WC_FACT_STATE);
    hash = made_record_hash(m);
    assert_reason(wc_proof_check(&file, &bad, &scratch, bytes, &trust), HOLDS);
    assert_false(file.is_record_known);
    trust.record_hash = &hash;
    assert_reason(wc_proof_check(&file, &bad, &scratch, bytes, &trust), HOLDS);
    root.bytes[0] ^= 1;
    assert_reason(wc_proof_check(&file, &bad, &scratch, bytes, &trust), OTHER_RECORD);
    trust.record_hash = NULL;
    assert_reason(wc_proof_check(&file, &bad, &scratch, bytes, &trust), STATE_NOT_PROVED);
    root.bytes[0] ^= 1;
    bytes = made_kind(m, WC_FACT_RECEIPT);
    assert_reason(wc_proof_check(&file, &bad, &scratch, bytes, &trust), ROOT_NOT_ENOUGH);
}

/* ---- alterations -----------------------------------------------------------------------------
 */

/* Where the certificate lies: it is nobody's business when the record's hash is known. */
static bool is_certificate(wc_slice bytes, size_t at)
{
    size_t start = 8 + 2 + (size_t)wc_load_u16(bytes.data + 8);
    return at >= start && at < start + 2 + wc_load_u16(bytes.data + start);
}

static void no_bit_of_a_file_can_be_altered(void **state)
{
    made *m = *state;
    for (size_t i = 0; i < WC_ARRAY_LEN(kinds); i++) {
        m->maker.state = kinds[i] == WC_FACT_STATE ? m->w.chain : NULL; /* short files */
        wc_slice bytes = made_kind(m, kinds[i]);
        wc_hash hash = made_record_hash(m);
        uint8_t *copy = malloc(bytes.len + 1);
        assert_non_null(copy);
        for (size_t at = 0; at < bytes.len; at++) {
            if (is_certificate(bytes, at)) continue;
            for (unsigned bit = 0; bit < 8; bit++) {
                memcpy(copy, bytes.data, bytes.len);
                copy[at] = (uint8_t)(copy[at] ^ 1u << bit);
                if (check(wc_slice_of(copy, bytes.len), &hash) != WC_PROOF_HOLDS) continue;
                fail_msg("kind %d: byte %zu bit %u does not matter", kinds[i], at, bit);
            }
        }
        memcpy(copy, bytes.data, bytes.len);
        copy[bytes.len] = 0;
        assert_reason(check(wc_slice_of(copy, bytes.len + 1), &hash), MALFORMED);
        for (size_t len = 0; len < bytes.len; len++) {
            assert_true(check(wc_slice_of(bytes.data, len), &hash) != WC_PROOF_HOLDS);
        }
        free(copy);
    }
    m->maker.state = m->w.chain;
}

/* Writes the file that was decoded last, as somebody altered it, and checks it. */
static wc_proof_reason check_altered(const wc_hash *hash)
{
    static uint8_t memory[1u << 20];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_proof_file_put(&buf, &file);
    assert_false(buf.full);
    return check(wc_buf_slice(&buf), hash);
}

static void each_false_claim_has_its_reason(void **state)
{
    made *m = *state;
    wc_slice bytes = made_kind(m, WC_FACT_STATE);
    wc_hash hash = made_record_hash(m);
    assert_reason(check(wc_slice_of("letter", 6), &hash), NO_PROOF_FILE);
    assert_reason(check(wc_slice_of("WCPROOF\2", 8), &hash), NEWER_VERSION);

    assert_reason(check(bytes, &hash), HOLDS);
    wc_state_key other = wc_key_free(&m->w.people[BOB].address, WORLD_CNY);
    file.state.key = wc_state_key_slice(&other);
    assert_reason(check_altered(&hash), STATE_NOT_PROVED);

    bytes = made_kind(m, WC_FACT_RECEIPT);
    hash = made_record_hash(m);
    assert_reason(check(bytes, &hash), HOLDS);
    file.result = wc_slice_of("", 0);
    assert_reason(check_altered(&hash), RESULT_DIFFERS);
    assert_reason(check(bytes, &hash), HOLDS);
    file.path.depth++;
    assert_reason(check_altered(&hash), RECEIPT_NOT_IN_RECORD);

    bytes = made_kind(m, WC_FACT_EVENT);
    hash = made_record_hash(m);
    assert_reason(check(bytes, &hash), HOLDS);
    static uint8_t event[4096];
    assert_true(file.event_bytes.len <= sizeof event);
    memcpy(event, file.event_bytes.data, file.event_bytes.len);
    event[file.event_bytes.len - 1] ^= 1;
    file.event_bytes = wc_slice_of(event, file.event_bytes.len);
    assert_reason(check_altered(&hash), EVENT_NOT_IN_RECEIPT);

    bytes = made_kind(m, WC_FACT_TX);
    hash = made_record_hash(m);
    assert_reason(check(bytes, &hash), HOLDS);
    file.tx = wc_slice_of(file.tx.data, file.tx.len - 1);
    assert_reason(check_altered(&hash), TX_NOT_IN_RECORD);
}

static void each_false_reading_has_its_reason(void **state)
{
    made *m = *state;
    static uint8_t payload[65536];
    wc_slice bytes = made_kind(m, WC_FACT_READINGS), readings = {NULL, 0};
    wc_hash hash = made_record_hash(m);
    assert_reason(check(bytes, &hash), HOLDS);
    assert_true(file.payload.len <= sizeof payload);
    memcpy(payload, file.payload.data, file.payload.len);
    payload[file.payload.len - 1] ^= 1; /* another value */
    file.payload = wc_slice_of(payload, file.payload.len);
    assert_reason(check_altered(&hash), PAYLOAD_DIFFERS);
    assert_reason(check(bytes, &hash), HOLDS);
    file.call = 63;
    assert_reason(check_altered(&hash), READING_NO_CALL);
    assert_reason(check(bytes, &hash), HOLDS);
    readings = file.body;
    file.body = wc_slice_of(readings.data, readings.len - 1);
    assert_reason(check_altered(&hash), READING_OF_OTHER_TX);

    /* The receipt of a transaction that was not done proves no reading. */
    static uint8_t body[65536], salt[WC_PAYLOAD_SALT_SIZE];
    memcpy(body, readings.data, readings.len);
    bytes = made_kind(m, WC_FACT_RECEIPT);
    hash = made_record_hash(m);
    assert_reason(check(bytes, &hash), HOLDS);
    file.kind = WC_FACT_READINGS;
    file.body = wc_slice_of(body, readings.len);
    file.salt = wc_slice_of(salt, sizeof salt);
    file.payload = wc_slice_of(NULL, 0);
    assert_reason(check_altered(&hash), READING_NOT_ACCEPTED);
}

/* ---- limits ----------------------------------------------------------------------------------
 */

/* Writes the file that was decoded last, as somebody altered it, and decodes it. */
static wc_status decode_altered(void)
{
    static uint8_t memory[1u << 20];
    wc_buf buf;
    size_t bad;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_proof_file_put(&buf, &file);
    assert_false(buf.full);
    static wc_proof_file again;
    return wc_proof_file_decode(&again, &bad, wc_buf_slice(&buf));
}

static void take_fresh(made *m, wc_fact_kind kind)
{
    size_t bad;
    assert_status(wc_proof_file_decode(&file, &bad, made_kind(m, kind)), WC_OK);
}

static void every_length_of_a_file_ends_at_its_limit(void **state)
{
    made *m = *state;
    static uint8_t many[WC_STATE_VALUE_MAX + 1];
    take_fresh(m, WC_FACT_STATE);
    file.focus = wc_slice_of(many, WC_PROOF_FOCUS_MAX);
    assert_status(decode_altered(), WC_OK);
    file.focus.len++;
    assert_status(decode_altered(), WC_TOO_LARGE);
    file.focus.len = 0;
    file.state.key = wc_slice_of(many, WC_STATE_KEY_MAX);
    assert_status(decode_altered(), WC_OK);
    file.state.key.len++;
    assert_status(decode_altered(), WC_TOO_LARGE);
    file.state.key.len = 0;
    assert_status(decode_altered(), WC_OUT_OF_DOMAIN);

    take_fresh(m, WC_FACT_RECEIPT);
    file.result = wc_slice_of(many, WC_STATE_VALUE_MAX);
    assert_status(decode_altered(), WC_OK);
    file.result.len++;
    assert_status(decode_altered(), WC_TOO_LARGE);
    file.result.len = 0;
    file.path.depth = WC_PROOF_PATH_MAX;
    assert_status(decode_altered(), WC_OK);
    file.path.depth++;
    assert_status(decode_altered(), WC_OUT_OF_DOMAIN);
    file.path.depth = 0;
    file.path.index = file.record.receipt_count - 1;
    assert_status(decode_altered(), WC_OK);
    file.path.index++;
    assert_status(decode_altered(), WC_OUT_OF_DOMAIN);

    take_fresh(m, WC_FACT_READINGS);
    file.call = WC_TX_CALLS_MAX - 1;
    assert_status(decode_altered(), WC_OK);
    file.call++;
    assert_status(decode_altered(), WC_OUT_OF_DOMAIN);
}

static void supports_ascend_and_are_eight_at_most(void **state)
{
    made *m = *state;
    static uint8_t keys[WC_PROOF_SUPPORTS_MAX + 1][1];
    take_fresh(m, WC_FACT_TX);
    file.support_count = WC_PROOF_SUPPORTS_MAX;
    for (uint8_t i = 0; i < WC_PROOF_SUPPORTS_MAX; i++) {
        keys[i][0] = i;
        file.supports[i] = (wc_fact_state){.key = {keys[i], 1}, .proof = {keys[i], 1}};
    }
    assert_status(decode_altered(), WC_OK);
    keys[4][0] = 3;
    assert_status(decode_altered(), WC_NOT_CANONICAL);
    keys[4][0] = 5;
    assert_status(decode_altered(), WC_NOT_CANONICAL);

    static uint8_t memory[1u << 16];
    size_t bad;
    wc_buf buf;
    file.support_count = 0;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_proof_file_put(&buf, &file);
    assert_false(buf.full);
    buf.data[buf.len - 1] = WC_PROOF_SUPPORTS_MAX + 1; /* the count, and nothing behind it */
    assert_status(wc_proof_file_decode(&file, &bad, wc_buf_slice(&buf)), WC_OUT_OF_DOMAIN);
    assert_int_equal(bad, buf.len - 1);
}

static int open_chain(void **state)
{
    static made m;
    made_open(&m, NULL);
    *state = &m;
    return 0;
}

static int close_chain(void **state)
{
    made_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_fact_is_proved_by_the_hash_of_its_record_alone),
        cmocka_unit_test(what_decodes_is_written_the_same),
        cmocka_unit_test(a_present_and_an_absent_balance_are_proved),
        cmocka_unit_test(facts_are_told_with_names_and_units),
        cmocka_unit_test(a_bare_file_proves_the_same_fact),
        cmocka_unit_test(the_sequencers_key_is_as_good_as_a_record_hash),
        cmocka_unit_test(a_state_root_proves_keys_of_the_state_alone),
        cmocka_unit_test(no_bit_of_a_file_can_be_altered),
        cmocka_unit_test(each_false_claim_has_its_reason),
        cmocka_unit_test(each_false_reading_has_its_reason),
        cmocka_unit_test(every_length_of_a_file_ends_at_its_limit),
        cmocka_unit_test(supports_ascend_and_are_eight_at_most),
    };
    return cmocka_run_group_tests(tests, open_chain, close_chain);
}
