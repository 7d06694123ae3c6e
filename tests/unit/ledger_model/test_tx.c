/* Transactions: the golden encoding, the stored form, damage at every byte, and the largest ones.
 */
#include "tests/support/test.h"

#include "node/ledger/roles.h"
#include "node/ledger/tx.h"
#include "tests/unit/ledger_model/tx_sample.h"
#include "tests/unit/ledger_model/vectors.h"

static void check_head(const wc_tx *tx)
{
    assert_slice(tx->chain_id, "test-golden-1");
    assert_int_equal(tx->auth_count, 3);
    assert_hash(&tx->auth[0].address, "alice");
    assert_hash(&tx->auth[1].address, "bob");
    assert_hash(&tx->auth[2].address, "carol");
    assert_int_equal(tx->auth[0].role, 0);
    assert_int_equal(tx->auth[1].role, WC_ROLE_GRID_OPERATOR);
    assert_int_equal(tx->payer, 2);
    assert_int_equal(tx->lane, 9);
    assert_int_equal(tx->nonce, 0x0102030405060708);
    assert_int_equal(tx->valid_from_height, 11);
    assert_int_equal(tx->expiry_height, 22);
    assert_int_equal(tx->expiry_time_s, 1662000000);
    assert_int_equal(tx->gas_limit, 3000000);
    assert_int_equal(tx->max_fee, 44);
    assert_hash(&tx->memo, "memo");
    assert_int_equal(tx->access_count, 2);
}

static void check_calls(const wc_tx *tx)
{
    assert_int_equal(tx->call_count, 5);
    const wc_tx_call *call = tx->calls;
    assert_int_equal(call[0].kind, WC_CALL_ACTION);
    assert_int_equal(call[0].auth_mask, 3);
    assert_int_equal(call[0].principal, 1);
    assert_hash(&call[0].target, "instance");
    assert_int_equal(call[0].method, 513);
    assert_int_equal(call[0].debit_count, 3);
    assert_int_equal(call[0].debits[1].auth, 0);
    assert_int_equal(call[0].debits[1].asset, 2);
    assert_int_equal(call[0].debits[1].max, 700);
    assert_int_equal(call[0].debits[2].auth, 1);
    assert_int_equal(call[0].debits[2].max, INT64_MAX);
    assert_slice(call[0].args, "args 1");
    assert_int_equal(call[1].kind, WC_CALL_DEPLOY);
    assert_int_equal(call[2].kind, WC_CALL_INSTANTIATE);
    assert_int_equal(call[2].args.len, 0);
    assert_true(call[2].has_args);
    assert_int_equal(call[3].kind, WC_CALL_NATIVE);
    assert_int_equal(call[3].carried, WC_CARRIED_DETACHED);
    assert_slice(call[3].args, "secret name");
    assert_int_equal(call[3].payload_len, 11);
    assert_vector(TX_FILE, "payload_hash", wc_slice_of(call[3].payload_hash.bytes, 32));
    assert_int_equal(call[4].kind, WC_CALL_READINGS);
    assert_true(call[4].has_args);
    assert_int_equal(call[4].args.len, 0);
}

static void check_sigs(const wc_tx *tx)
{
    static const struct {
        uint8_t auth;
        uint16_t key_id;
        const char *word;
    } expected[4] = {
        {0, 1, "sig 0/1"}, {0, 258, "sig 0/258"}, {1, 0, "sig 1/0"}, {2, 3, "sig 2/3"}};

    assert_int_equal(tx->sig_count, 4);
    for (size_t i = 0; i < 4; i++) {
        uint8_t bytes[64];
        name64(bytes, expected[i].word);
        assert_int_equal(tx->sigs[i].auth, expected[i].auth);
        assert_int_equal(tx->sigs[i].key_id, expected[i].key_id);
        assert_memory_equal(tx->sigs[i].signature.bytes, bytes, 64);
    }
}

static void the_golden_transaction_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_tx tx;
    wc_tx_fault fault;
    assert_status(sample_decode(&tx, &fault, vector_bytes(TX_FILE, "tx")), WC_OK);
    check_head(&tx);
    check_calls(&tx);
    check_sigs(&tx);
    assert_vector(TX_FILE, "body", tx.body);
    assert_vector(TX_FILE, "stripped", tx.stripped);
    assert_vector(TX_FILE, "payloads", tx.payloads);
}

static void what_was_decoded_encodes_to_the_same_bytes(void **state)
{
    (void)state;
    static const char *const names[] = {"tx", "smallest", "pieces"};
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) {
        wc_tx tx;
        wc_tx_fault fault;
        assert_status(sample_decode(&tx, &fault, vector_bytes(TX_FILE, names[i])), WC_OK);
        assert_vector(TX_FILE, names[i], sample_encode(&tx));
    }
}

static void identifiers_and_signed_bytes_are_those_of_the_specification(void **state)
{
    (void)state;
    wc_hash genesis = name32("genesis hash");
    wc_hash alice = name32("alice");
    wc_hash pub = name32("new pub");
    wc_hash tx_id = wc_tx_id(&genesis, vector_bytes(TX_FILE, "body"));
    assert_vector_hash(TX_FILE, "tx_id", tx_id);
    assert_vector_hash(TX_FILE, "raw_hash", wc_tx_raw_hash(vector_bytes(TX_FILE, "tx")));
    assert_vector_hash(TX_FILE, "possession", wc_possession_hash(&genesis, &alice, 258, pub.bytes));
    uint8_t message[WC_SIGNED_MESSAGE_SIZE];
    wc_tx_signed_message(message, &tx_id, 2, 259, WC_SCHEME_ED25519);
    assert_vector(TX_FILE, "signed_message", wc_slice_of(message, sizeof message));
}

static void the_stored_form_joins_with_its_payloads_or_does_without(void **state)
{
    (void)state;
    wc_tx tx;
    wc_tx_fault fault;
    wc_slice stripped = vector_bytes(TX_FILE, "stripped");
    wc_arena arena = sample_arena();
    assert_status(
        wc_tx_decode_stripped(&tx, &fault, &arena, stripped, vector_bytes(TX_FILE, "payloads")),
        WC_OK);
    check_calls(&tx);
    assert_vector(TX_FILE, "tx", sample_encode(&tx));

    arena = sample_arena();
    assert_status(wc_tx_decode_stripped(&tx, &fault, &arena, stripped, wc_slice_of(NULL, 0)),
                  WC_OK);
    check_head(&tx);
    assert_false(tx.calls[3].has_args);
    assert_null(tx.calls[3].args.data);
    assert_int_equal(tx.calls[3].payload_len, 11);
    assert_true(tx.calls[0].has_args);
}

static void a_stored_form_with_foreign_bytes_is_refused_by_name(void **state)
{
    (void)state;
    wc_tx tx;
    wc_tx_fault fault;
    wc_slice whole = vector_bytes(TX_FILE, "tx");
    wc_slice stripped = vector_bytes(TX_FILE, "stripped");
    wc_arena arena = sample_arena();
    assert_status(wc_tx_decode_stripped(&tx, &fault, &arena, whole, wc_slice_of(NULL, 0)),
                  WC_TRAILING);
    assert_int_equal(fault.rule, WC_TX_RULE_TRAILING);
    assert_int_equal(fault.offset, stripped.len);

    uint8_t payloads[256];
    wc_slice good = vector_bytes(TX_FILE, "payloads");
    memcpy(payloads, good.data, good.len);
    payloads[1] ^= 1; /* the first salt */
    arena = sample_arena();
    assert_status(
        wc_tx_decode_stripped(&tx, &fault, &arena, stripped, wc_slice_of(payloads, good.len)),
        WC_DIFFERS);
    assert_int_equal(fault.rule, WC_TX_RULE_PAYLOAD_HASH);
    assert_int_equal(fault.offset, stripped.len + 1);

    arena = sample_arena();
    wc_slice cut = wc_slice_of(stripped.data, stripped.len - 1), none = wc_slice_of(NULL, 0);
    assert_status(wc_tx_decode_stripped(&tx, &fault, &arena, cut, none), WC_TRUNCATED);
    wc_slice oversize = wc_slice_of(stripped.data, (size_t)WC_TX_SIZE_MAX + 1);
    assert_status(wc_tx_decode_stripped(&tx, &fault, &arena, oversize, none), WC_TOO_LARGE);
    assert_int_equal(fault.rule, WC_TX_RULE_SIZE);
}

static void a_body_alone_decodes_for_signing_tools(void **state)
{
    (void)state;
    wc_tx tx;
    wc_tx_fault fault;
    wc_arena arena = sample_arena();
    wc_slice body = vector_bytes(TX_FILE, "body");
    assert_status(wc_tx_decode_body(&tx, &fault, &arena, body), WC_OK);
    check_head(&tx);
    assert_int_equal(tx.sig_count, 0);
    assert_false(tx.calls[3].has_args);
    arena = sample_arena();
    assert_status(wc_tx_decode_body(&tx, &fault, &arena, wc_slice_of(body.data, body.len - 1)),
                  WC_TRUNCATED);
    for (size_t len = 0; len < body.len; len++) {
        arena = sample_arena();
        assert_status(wc_tx_decode_body(&tx, &fault, &arena, wc_slice_of(body.data, len)),
                      WC_TRUNCATED);
        assert_int_equal(fault.rule, WC_TX_RULE_TRUNCATED);
        assert_true(fault.offset <= len);
    }
    uint8_t oversize[1] = {0};
    assert_status(wc_tx_decode_body(&tx, &fault, &arena, wc_slice_of(oversize, WC_TX_SIZE_MAX + 1)),
                  WC_TOO_LARGE);
}

static void every_shorter_and_every_longer_input_is_refused(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(TX_FILE, "tx");
    uint8_t bytes[2048] = {0};
    memcpy(bytes, golden.data, golden.len);
    wc_tx tx;
    wc_tx_fault fault;
    for (size_t len = 0; len < golden.len; len++) {
        assert_true(sample_decode(&tx, &fault, wc_slice_of(bytes, len)) != WC_OK);
        assert_int_equal(fault.rule, WC_TX_RULE_TRUNCATED);
        assert_true(fault.offset <= len);
    }
    assert_status(sample_decode(&tx, &fault, wc_slice_of(bytes, golden.len + 1)), WC_TRAILING);
    assert_int_equal(fault.rule, WC_TX_RULE_TRAILING);
    assert_int_equal(fault.offset, golden.len);
}

static void every_changed_byte_is_refused_or_encodes_to_itself(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(TX_FILE, "tx");
    uint8_t bytes[2048];
    for (size_t at = 0; at < golden.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(bytes, golden.data, golden.len);
            bytes[at] = (uint8_t)(bytes[at] ^ 1u << bit);
            wc_tx tx;
            wc_tx_fault fault;
            if (sample_decode(&tx, &fault, wc_slice_of(bytes, golden.len)) != WC_OK) {
                assert_int_not_equal(fault.rule, WC_TX_RULE_NONE);
                continue;
            }
            assert_true(wc_slice_equal(sample_encode(&tx), wc_slice_of(bytes, golden.len)));
        }
    }
}

/* Grows the last call's inline arguments until the transaction has exactly `size` bytes. */
static wc_slice transaction_of_size(size_t size)
{
    static uint8_t args[WC_TX_SIZE_MAX];
    sample s;
    sample_load(&s);
    s.calls[2].args = wc_slice_of(args, size - vector_bytes(TX_FILE, "tx").len);
    wc_slice bytes = sample_encode(&s.tx);
    assert_int_equal(bytes.len, size);
    return bytes;
}

static void a_transaction_may_have_262144_bytes_and_not_one_more(void **state)
{
    (void)state;
    wc_tx tx;
    wc_tx_fault fault;
    assert_status(sample_decode(&tx, &fault, transaction_of_size(WC_TX_SIZE_MAX - 1)), WC_OK);
    assert_status(sample_decode(&tx, &fault, transaction_of_size(WC_TX_SIZE_MAX)), WC_OK);
    assert_status(sample_decode(&tx, &fault, transaction_of_size(WC_TX_SIZE_MAX + 1)),
                  WC_TOO_LARGE);
    assert_int_equal(fault.rule, WC_TX_RULE_SIZE);
    wc_slice bytes = transaction_of_size(WC_TX_SIZE_MAX);
    assert_status(sample_decode(&tx, &fault, bytes), WC_OK);
    wc_arena arena = sample_arena();
    wc_slice stripped = tx.stripped;
    assert_status(wc_tx_decode_stripped(&tx, &fault, &arena, stripped, tx.payloads), WC_OK);
    bytes = transaction_of_size(WC_TX_SIZE_MAX + 1);
    assert_status(wc_tx_decode_stripped(&tx, &fault, &arena,
                                        wc_slice_of(bytes.data, WC_TX_SIZE_MAX),
                                        wc_slice_of(bytes.data, 1)),
                  WC_TOO_LARGE);
}

static void the_largest_counts_decode_within_the_stated_memory(void **state)
{
    (void)state;
    sample s;
    sample_load(&s);
    for (uint32_t i = 0; i < WC_TX_DEBITS_MAX; i++) s.debits[i] = (wc_tx_debit){0, i + 1, 1};
    s.calls[0].debit_count = WC_TX_DEBITS_MAX;
    for (size_t i = 5; i < WC_TX_CALLS_MAX; i++) s.calls[i] = s.calls[0];
    s.tx.call_count = WC_TX_CALLS_MAX;
    wc_tx tx;
    wc_tx_fault fault;
    wc_arena arena;
    arena = sample_arena();
    arena.size = WC_TX_ARENA_MAX;
    assert_status(wc_tx_decode(&tx, &fault, &arena, sample_encode(&s.tx)), WC_OK);
    assert_int_equal(tx.call_count, WC_TX_CALLS_MAX);
    assert_int_equal(tx.calls[63].debits[63].asset, 64);
}

static void a_full_arena_is_reported_at_each_allocation(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(TX_FILE, "tx");
    wc_tx tx;
    wc_tx_fault fault;
    uint64_t failures = 0;
    for (;; failures++) {
        wc_arena arena = sample_arena();
        arena.fail_after = failures;
        wc_status status = wc_tx_decode(&tx, &fault, &arena, golden);
        if (status == WC_OK) break;
        assert_status(status, WC_NO_MEMORY);
        assert_int_equal(fault.rule, WC_TX_RULE_MEMORY);
    }
    assert_int_equal(failures, 6); /* the calls, and the ceilings of each of five */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_golden_transaction_decodes_to_its_fields),
        cmocka_unit_test(what_was_decoded_encodes_to_the_same_bytes),
        cmocka_unit_test(identifiers_and_signed_bytes_are_those_of_the_specification),
        cmocka_unit_test(the_stored_form_joins_with_its_payloads_or_does_without),
        cmocka_unit_test(a_stored_form_with_foreign_bytes_is_refused_by_name),
        cmocka_unit_test(a_body_alone_decodes_for_signing_tools),
        cmocka_unit_test(every_shorter_and_every_longer_input_is_refused),
        cmocka_unit_test(every_changed_byte_is_refused_or_encodes_to_itself),
        cmocka_unit_test(a_transaction_may_have_262144_bytes_and_not_one_more),
        cmocka_unit_test(the_largest_counts_decode_within_the_stated_memory),
        cmocka_unit_test(a_full_arena_is_reported_at_each_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
