/* Records, block inputs and certificates against the golden vectors. */
#include "tests/support/test.h"

#include "node/ledger/record.h"
#include "tests/unit/ledger_model/vectors.h"

#define FILE_NAME "record.hex"

static uint8_t arena_memory[WC_BLOCK_TXS_MAX * sizeof(wc_block_tx)] __attribute__((aligned(16)));

static wc_arena fresh_arena(void)
{
    wc_arena arena;
    wc_arena_init(&arena, arena_memory, sizeof arena_memory);
    return arena;
}

static wc_status recode_record(wc_slice bytes, wc_buf *out)
{
    wc_record record;
    size_t bad = SIZE_MAX;
    wc_status status = wc_record_decode(&record, &bad, bytes);
    if (status != WC_OK) {
        assert_true(bad <= bytes.len);
        return status;
    }
    wc_record_put(out, &record);
    return WC_OK;
}

static wc_status recode_block(wc_slice bytes, wc_buf *out)
{
    static wc_block_input input;
    wc_arena arena = fresh_arena();
    size_t bad = SIZE_MAX;
    wc_status status = wc_block_input_decode(&input, &bad, &arena, bytes);
    if (status != WC_OK) {
        assert_true(bad <= bytes.len);
        return status;
    }
    wc_block_input_put(out, &input);
    return WC_OK;
}

static wc_status recode_certificate(wc_slice bytes, wc_buf *out)
{
    wc_certificate certificate;
    size_t bad = SIZE_MAX;
    wc_status status = wc_certificate_decode(&certificate, &bad, bytes);
    if (status != WC_OK) {
        assert_true(bad <= bytes.len);
        return status;
    }
    wc_certificate_put(out, &certificate);
    return WC_OK;
}

static void every_layout_has_one_encoding(void **state)
{
    (void)state;
    assert_canonical(FILE_NAME, "record", recode_record);
    assert_canonical(FILE_NAME, "block_raw", recode_block);
    assert_canonical(FILE_NAME, "block_stored", recode_block);
    assert_canonical(FILE_NAME, "block_empty", recode_block);
    assert_canonical(FILE_NAME, "certificate", recode_certificate);
}

static void assert_name20(const uint8_t actual[20], const char *word)
{
    uint8_t expected[20];
    name20(expected, word);
    assert_memory_equal(actual, expected, sizeof expected);
}

static void the_golden_record_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_record record;
    size_t bad;
    assert_status(wc_record_decode(&record, &bad, vector_bytes(FILE_NAME, "record")), WC_OK);
    assert_slice(record.chain_id, "test-golden-1");
    assert_hash(&record.genesis_hash, "genesis hash");
    assert_int_equal(record.seq, 17);
    assert_int_equal(record.height, 1800);
    assert_int_equal(record.time_s, 1662000060);
    assert_int_equal(record.time_ns, 123456789);
    assert_hash(&record.prev_record_hash, "prev");
    assert_int_equal(record.tx_count, 3);
    assert_hash(&record.txs_root, "txs");
    assert_int_equal(record.receipt_count, 4);
    assert_hash(&record.receipts_root, "receipts");
    assert_hash(&record.state_root, "state");
    assert_int_equal(record.gas_used, 987654);
    assert_hash(&record.params_hash, "params");
    assert_hash(&record.next_validators_hash, "validators");
    assert_name20(record.proposer, "proposer");
    assert_vector_hash(FILE_NAME, "record_hash", wc_record_hash(vector_bytes(FILE_NAME, "record")));
}

static void what_a_record_cannot_hold_is_refused_at_its_offset(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(FILE_NAME, "record");

    static const struct {
        size_t at;
        uint8_t byte;
        wc_status status;
        size_t bad;
    } cases[] = {
        {1, 2, WC_BAD_VERSION, 0},          {2, 51, WC_TOO_LARGE, 2},
        {3, 'T', WC_OUT_OF_DOMAIN, 2},      {72, 0x7f, WC_OUT_OF_DOMAIN, 72}, /* time_ns */
        {109, 0xff, WC_OUT_OF_DOMAIN, 108},                                   /* n_tx */
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        uint8_t bytes[WC_RECORD_SIZE_MAX];
        assert_true(golden.len <= sizeof bytes);
        memcpy(bytes, golden.data, golden.len);
        bytes[cases[i].at] = cases[i].byte;
        wc_record record;
        size_t bad = 0;
        assert_status(wc_record_decode(&record, &bad, wc_slice_of(bytes, golden.len)),
                      cases[i].status);
        assert_int_equal(bad, cases[i].bad);
    }
}

static void the_largest_record_fits_its_stated_size(void **state)
{
    (void)state;
    wc_record record;
    size_t bad;
    uint8_t bytes[WC_RECORD_SIZE_MAX];
    char chain_id[WC_CHAIN_ID_MAX];
    memset(chain_id, 'z', sizeof chain_id);
    assert_status(wc_record_decode(&record, &bad, vector_bytes(FILE_NAME, "record")), WC_OK);
    record.chain_id = wc_slice_of(chain_id, sizeof chain_id);
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_record_put(&buf, &record);
    assert_status(wc_buf_status(&buf), WC_OK);
    assert_int_equal(buf.len, WC_RECORD_SIZE_MAX);
}

static void a_raw_block_decodes_to_its_fields_and_hashes_its_transactions(void **state)
{
    (void)state;
    static wc_block_input input;
    wc_arena arena = fresh_arena();
    size_t bad;
    assert_status(wc_block_input_decode(&input, &bad, &arena, vector_bytes(FILE_NAME, "block_raw")),
                  WC_OK);
    assert_int_equal(input.form, WC_BLOCK_RAW);
    assert_int_equal(input.height, 1800);
    assert_int_equal(input.time_s, 1662000060);
    assert_int_equal(input.time_ns, 123456789);
    assert_name20(input.proposer, "proposer");
    assert_int_equal(input.signer_count, 3);
    assert_name20(input.signers[1].validator, "v2");
    assert_int_equal(input.signers[1].flag, WC_SIGNER_ABSENT);
    assert_int_equal(input.signers[2].flag, WC_SIGNER_NIL);
    assert_int_equal(input.fault_count, 2);
    assert_int_equal(input.faults[1].kind, WC_FAULT_LIGHT_ATTACK);
    assert_name20(input.faults[1].validator, "v3");
    assert_int_equal(input.faults[1].power, 11);
    assert_int_equal(input.faults[1].height, 1798);
    assert_int_equal(input.faults[1].time_s, -5);
    assert_int_equal(input.faults[1].total_power, 41);
    assert_int_equal(input.tx_count, 2);
    assert_vector("tx.hex", "tx", input.txs[0].bytes);
    assert_vector_hash("tx.hex", "raw_hash", input.txs[0].raw_hash);
    assert_slice(input.txs[1].bytes, "not a transaction");
    assert_vector_hash(FILE_NAME, "txs_root", wc_txs_root(input.txs, input.tx_count));
    assert_vector_hash(FILE_NAME, "txs_root_empty", wc_txs_root(NULL, 0));
}

static void the_stored_block_keeps_raw_hashes_beside_stripped_transactions(void **state)
{
    (void)state;
    static wc_block_input input;
    wc_arena arena = fresh_arena();
    size_t bad;
    assert_status(
        wc_block_input_decode(&input, &bad, &arena, vector_bytes(FILE_NAME, "block_stored")),
        WC_OK);
    assert_int_equal(input.form, WC_BLOCK_STORED);
    assert_vector("tx.hex", "stripped", input.txs[0].bytes);
    assert_vector_hash("tx.hex", "raw_hash", input.txs[0].raw_hash);
    assert_vector_hash(FILE_NAME, "txs_root", wc_txs_root(input.txs, input.tx_count));
}

/* A block input of this many of everything, all empty. */
static wc_status decode_counts(uint16_t signers, uint16_t faults, uint32_t txs, wc_arena *arena)
{
    static wc_block_input input;
    static wc_block_tx list[WC_BLOCK_TXS_MAX + 1];
    static uint8_t bytes[65536];
    memset(&input, 0, sizeof input);
    for (size_t i = 0; i < WC_BLOCK_SIGNERS_MAX; i++) input.signers[i].flag = WC_SIGNER_COMMIT;
    for (size_t i = 0; i < WC_BLOCK_FAULTS_MAX; i++) input.faults[i].kind = WC_FAULT_DUPLICATE_VOTE;
    input.signer_count = signers < WC_BLOCK_SIGNERS_MAX ? signers : WC_BLOCK_SIGNERS_MAX;
    input.fault_count = faults < WC_BLOCK_FAULTS_MAX ? faults : WC_BLOCK_FAULTS_MAX;
    input.tx_count = txs;
    input.txs = list;
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_block_input_put(&buf, &input);
    assert_status(wc_buf_status(&buf), WC_OK);
    bytes[42] = (uint8_t)(signers >> 8); /* a count beyond what the struct holds */
    bytes[43] = (uint8_t)signers;
    bytes[44 + 21u * input.signer_count] = (uint8_t)(faults >> 8);
    bytes[45 + 21u * input.signer_count] = (uint8_t)faults;
    size_t bad;
    return wc_block_input_decode(&input, &bad, arena, wc_buf_slice(&buf));
}

static void a_block_holds_at_most_its_limits(void **state)
{
    (void)state;
    wc_arena arena = fresh_arena();
    assert_status(decode_counts(WC_BLOCK_SIGNERS_MAX, WC_BLOCK_FAULTS_MAX, 0, &arena), WC_OK);
    assert_status(decode_counts(WC_BLOCK_SIGNERS_MAX + 1, 0, 0, &arena), WC_OUT_OF_DOMAIN);
    assert_status(decode_counts(0, WC_BLOCK_FAULTS_MAX + 1, 0, &arena), WC_OUT_OF_DOMAIN);
    assert_status(decode_counts(0, 0, WC_BLOCK_TXS_MAX, &arena), WC_OK);
    assert_status(decode_counts(0, 0, WC_BLOCK_TXS_MAX + 1, &arena), WC_OUT_OF_DOMAIN);
    arena = fresh_arena();
    arena.fail_after = 0;
    assert_status(decode_counts(0, 0, 1, &arena), WC_NO_MEMORY);
}

static void the_golden_certificate_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_certificate certificate;
    size_t bad;
    uint8_t signature[64];
    assert_status(wc_certificate_decode(&certificate, &bad, vector_bytes(FILE_NAME, "certificate")),
                  WC_OK);
    assert_int_equal(certificate.incarnation, 7);
    assert_int_equal(certificate.sig_count, 2);
    assert_int_equal(certificate.sigs[0].key_index, 0);
    assert_int_equal(certificate.sigs[1].key_index, 258);
    name64(signature, "cert 258");
    assert_memory_equal(certificate.sigs[1].signature.bytes, signature, 64);
    uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE];
    wc_hash genesis = name32("genesis hash");
    wc_hash record = name32("record hash");
    wc_certificate_message(message, &genesis, 7, 17, 1800, &record);
    assert_vector(FILE_NAME, "certificate_message", wc_slice_of(message, sizeof message));
}

static void a_certificate_has_1_to_16_signatures_of_ascending_keys(void **state)
{
    (void)state;
    wc_certificate certificate = {.sig_count = WC_CERTIFICATE_SIGS_MAX};
    uint8_t bytes[WC_CERTIFICATE_SIZE_MAX + 66];
    size_t bad;
    for (size_t i = 0; i < WC_CERTIFICATE_SIGS_MAX; i++)
        certificate.sigs[i].key_index = (uint16_t)i;
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_certificate_put(&buf, &certificate);
    assert_int_equal(buf.len, WC_CERTIFICATE_SIZE_MAX);
    assert_status(wc_certificate_decode(&certificate, &bad, wc_buf_slice(&buf)), WC_OK);
    bytes[4] = 17;
    assert_status(wc_certificate_decode(&certificate, &bad, wc_slice_of(bytes, sizeof bytes)),
                  WC_OUT_OF_DOMAIN);
    assert_int_equal(bad, 4);
    bytes[4] = 0;
    assert_status(wc_certificate_decode(&certificate, &bad, wc_slice_of(bytes, 5)),
                  WC_OUT_OF_DOMAIN);
    bytes[4] = 16;
    bytes[5 + 66 + 1] = 0; /* key 0 a second time */
    assert_status(wc_certificate_decode(&certificate, &bad, wc_buf_slice(&buf)), WC_NOT_CANONICAL);
    assert_int_equal(bad, 5 + 66);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_has_one_encoding),
        cmocka_unit_test(the_golden_record_decodes_to_its_fields),
        cmocka_unit_test(what_a_record_cannot_hold_is_refused_at_its_offset),
        cmocka_unit_test(the_largest_record_fits_its_stated_size),
        cmocka_unit_test(a_raw_block_decodes_to_its_fields_and_hashes_its_transactions),
        cmocka_unit_test(the_stored_block_keeps_raw_hashes_beside_stripped_transactions),
        cmocka_unit_test(a_block_holds_at_most_its_limits),
        cmocka_unit_test(the_golden_certificate_decodes_to_its_fields),
        cmocka_unit_test(a_certificate_has_1_to_16_signatures_of_ascending_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
