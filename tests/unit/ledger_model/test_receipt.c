/* Receipts, events, postings, write sets and outcomes against the golden vectors. */
#include "tests/support/test.h"

#include "node/crypto/crypto.h"
#include "node/ledger/receipt.h"
#include "tests/unit/ledger_model/vectors.h"

#define FILE_NAME "receipt.hex"

static wc_status recode_receipt(wc_slice bytes, wc_buf *out)
{
    wc_receipt receipt;
    size_t bad = SIZE_MAX;
    wc_status status = wc_receipt_decode(&receipt, &bad, bytes);
    if (status != WC_OK) {
        assert_true(bad <= bytes.len);
        return status;
    }
    wc_receipt_put(out, &receipt);
    return WC_OK;
}

static wc_status recode_event(wc_slice bytes, wc_buf *out)
{
    wc_event event;
    wc_reader reader = wc_reader_of(bytes);
    WC_TRY(wc_event_read(&reader, &event));
    WC_TRY(wc_read_end(&reader));
    wc_event_put(out, &event);
    return WC_OK;
}

static wc_status recode_posting(wc_slice bytes, wc_buf *out)
{
    wc_ledger_posting posting;
    WC_TRY(wc_posting_decode(&posting, bytes));
    wc_posting_put(out, &posting);
    return WC_OK;
}

static wc_status recode_error(wc_slice bytes, wc_buf *out)
{
    wc_error_outcome outcome;
    WC_TRY(wc_outcome_error(&outcome, bytes));
    wc_outcome_put_error(out, &outcome);
    return WC_OK;
}

static wc_status recode_trap(wc_slice bytes, wc_buf *out)
{
    wc_trap_outcome outcome;
    WC_TRY(wc_outcome_trap(&outcome, bytes));
    wc_outcome_put_trap(out, &outcome);
    return WC_OK;
}

static wc_status recode_page(wc_slice bytes, wc_buf *out)
{
    wc_receipt_page page;
    size_t bad = SIZE_MAX;
    wc_status status = wc_receipt_page_decode(&page, &bad, bytes);
    if (status != WC_OK) {
        assert_true(bad <= bytes.len);
        return status;
    }
    wc_receipt_page_put(out, &page);
    return WC_OK;
}

static void every_layout_has_one_encoding(void **state)
{
    (void)state;
    assert_canonical(FILE_NAME, "receipt", recode_receipt);
    assert_canonical(FILE_NAME, "event", recode_event);
    assert_canonical(FILE_NAME, "posting", recode_posting);
    assert_canonical(FILE_NAME, "posting_fee", recode_posting);
    assert_canonical(FILE_NAME, "outcome_error", recode_error);
    assert_canonical(FILE_NAME, "outcome_trap", recode_trap);
    assert_canonical(FILE_NAME, "page", recode_page);
}

static void the_golden_receipt_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_receipt receipt;
    size_t bad;
    wc_slice bytes = vector_bytes(FILE_NAME, "receipt");
    assert_int_equal(bytes.len, WC_RECEIPT_SIZE);
    assert_status(wc_receipt_decode(&receipt, &bad, bytes), WC_OK);
    assert_int_equal(receipt.kind, WC_RECEIPT_TX);
    assert_hash(&receipt.subject, "tx id");
    assert_int_equal(receipt.index, 66000);
    assert_int_equal(receipt.status, WC_RECEIPT_OK);
    assert_int_equal(receipt.call, WC_RECEIPT_NO_CALL);
    assert_int_equal(receipt.gas_limit, 3000000);
    assert_int_equal(receipt.gas_used, 1234567);
    assert_int_equal(receipt.fee, 9);
    assert_hash(&receipt.payer, "carol");
    assert_vector_hash(FILE_NAME, "write_set", receipt.write_set);
    assert_vector_hash(FILE_NAME, "events_root", receipt.events_root);
    assert_vector_hash(FILE_NAME, "outcome_hash", receipt.result);
    assert_vector_hash(FILE_NAME, "receipt_hash", wc_receipt_hash(&receipt));
}

static void a_receipt_names_only_statuses_calls_and_gas_that_exist(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(FILE_NAME, "receipt");

    static const struct {
        size_t at;
        uint8_t bytes[2];
        wc_status status;
    } cases[] = {
        {0, {2, 0}, WC_BAD_VERSION},
        {1, {3, 0x00}, WC_OUT_OF_DOMAIN},
        {38, {0, 3}, WC_OUT_OF_DOMAIN}, /* status between the outcomes and the refusals */
        {38, {0, 99}, WC_OUT_OF_DOMAIN},
        {38, {0, 100}, WC_OK},
        {38, {0, 223}, WC_OK},
        {38, {0xff, 0xff}, WC_OUT_OF_DOMAIN},
        {40, {63, 0}, WC_OK},
        {40, {64, 0}, WC_OUT_OF_DOMAIN},
        {49, {0xff, 0xff}, WC_OUT_OF_DOMAIN}, /* more gas used than allowed */
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        uint8_t bytes[WC_RECEIPT_SIZE];
        memcpy(bytes, golden.data, sizeof bytes);
        memcpy(bytes + cases[i].at, cases[i].bytes, cases[i].at < 2 || cases[i].at == 40 ? 1 : 2);
        wc_receipt receipt;
        size_t bad = SIZE_MAX;
        assert_status(wc_receipt_decode(&receipt, &bad, wc_slice_of(bytes, sizeof bytes)),
                      cases[i].status);
        if (cases[i].status != WC_OK) assert_int_equal(bad, cases[i].at);
    }
}

static void the_golden_posting_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_ledger_posting posting;
    wc_slice bytes = vector_bytes(FILE_NAME, "posting");
    assert_int_equal(bytes.len, WC_POSTING_SIZE);
    assert_status(wc_posting_decode(&posting, bytes), WC_OK);
    assert_int_equal(posting.asset, 2);
    assert_int_equal(posting.from.kind, WC_SUB_ESCROW);
    assert_hash(&posting.from.owner, "instance");
    assert_hash(&posting.from.party, "alice");
    assert_int_equal(posting.to.kind, WC_SUB_FREE);
    assert_hash(&posting.to.owner, "bob");
    assert_int_equal(posting.amount, 12345);
    assert_int_equal(posting.call, 3);
    assert_int_equal(posting.cause, WC_CAUSE_PAY);
    assert_hash(&posting.code, "code");
    assert_int_equal(posting.function, 258);
    assert_int_equal(posting.word, 70000);
}

static void a_posting_is_positive_and_only_escrow_names_a_party(void **state)
{
    (void)state;
    wc_ledger_posting posting;
    uint8_t bytes[WC_POSTING_SIZE];
    wc_buf buf;
    assert_status(wc_posting_decode(&posting, vector_bytes(FILE_NAME, "posting")), WC_OK);
    wc_ledger_posting bad[] = {posting, posting, posting, posting};
    bad[0].amount = 0;
    bad[1].amount = -1;
    bad[2].to.party = posting.from.party;
    bad[3].asset = 0;
    static const wc_status expected[] = {WC_OUT_OF_DOMAIN, WC_OUT_OF_DOMAIN, WC_NOT_CANONICAL,
                                         WC_OUT_OF_DOMAIN};
    for (size_t i = 0; i < WC_ARRAY_LEN(bad); i++) {
        wc_buf_init(&buf, bytes, sizeof bytes);
        wc_posting_put(&buf, &bad[i]);
        assert_status(wc_posting_decode(&posting, wc_buf_slice(&buf)), expected[i]);
    }
}

static void the_golden_event_decodes_and_hashes(void **state)
{
    (void)state;
    wc_event event;
    wc_slice bytes = vector_bytes(FILE_NAME, "event");
    wc_reader reader = wc_reader_of(bytes);
    assert_status(wc_event_read(&reader, &event), WC_OK);
    assert_hash(&event.emitter, "instance");
    assert_int_equal(event.type, 515);
    assert_slice(event.data, "abi");
    assert_vector_hash(FILE_NAME, "event_hash", wc_event_hash(&event));
}

static void the_events_of_the_ledger_have_names(void **state)
{
    (void)state;
    assert_string_equal(wc_ledger_event_name(WC_EVENT_POSTING), "POSTING");
    assert_string_equal(wc_ledger_event_name(2), "FAILED");
    assert_null(wc_ledger_event_name(0));
    assert_null(wc_ledger_event_name(60000));
}

static void a_write_set_is_hashed_in_the_order_of_its_keys(void **state)
{
    (void)state;
    const wc_hash zero = {{0}};
    wc_write writes[3] = {
        {name32("k1"), zero, name32("new 1")},
        {name32("k2"), name32("old 2"), zero},
        {name32("k3"), name32("old 3"), name32("new 3")},
    };
    for (size_t i = 0; i < 2; i++) { /* sorts three entries */
        for (size_t n = 0; n < 2; n++) {
            if (memcmp(&writes[n].k, &writes[n + 1].k, 32) < 0) continue;
            wc_write swapped = writes[n];
            writes[n] = writes[n + 1];
            writes[n + 1] = swapped;
        }
    }
    assert_vector_hash(FILE_NAME, "write_set", wc_write_set_hash(writes, 3));
    assert_vector_hash(FILE_NAME, "write_set_empty", wc_write_set_hash(NULL, 0));
}

static void outcomes_decode_to_their_fields(void **state)
{
    (void)state;
    wc_error_outcome error;
    assert_status(wc_outcome_error(&error, vector_bytes(FILE_NAME, "outcome_error")), WC_OK);
    assert_hash(&error.code, "code");
    assert_int_equal(error.error, 770);
    assert_slice(error.args, "error args");

    wc_trap_outcome trap;
    assert_status(wc_outcome_trap(&trap, vector_bytes(FILE_NAME, "outcome_trap")), WC_OK);
    assert_int_equal(trap.trap, 4);
    assert_hash(&trap.code, "code");
    assert_int_equal(trap.function, 258);
    assert_int_equal(trap.word, 70000);
    assert_int_equal(trap.value_count, 2);
    assert_int_equal(wc_i128_compare(trap.values[0], wc_i128_of(-2)), 0);
    assert_int_equal(trap.values[1].hi, INT64_C(1) << 36); /* 2^100 + 1 */
    assert_int_equal(trap.values[1].lo, 1);
}

static void a_page_covers_its_outcome_and_events(void **state)
{
    (void)state;
    wc_receipt_page page;
    size_t bad;
    wc_slice golden = vector_bytes(FILE_NAME, "page");
    assert_status(wc_receipt_page_decode(&page, &bad, golden), WC_OK);
    assert_int_equal(page.event_count, 3);
    assert_int_equal(page.outcome.len, 4 + 4 + 32 + 4 + 6);
    assert_status(wc_receipt_page_check(&page), WC_OK);

    for (size_t at = WC_RECEIPT_SIZE; at < golden.len;
         at++) { /* no byte behind the receipt is free */
        uint8_t bytes[2048];
        assert_true(golden.len <= sizeof bytes);
        memcpy(bytes, golden.data, golden.len);
        bytes[at] ^= 1;
        wc_status status = wc_receipt_page_decode(&page, &bad, wc_slice_of(bytes, golden.len));
        if (status == WC_OK) status = wc_receipt_page_check(&page);
        assert_true(status != WC_OK);
    }
}

static void events_that_do_not_read_are_no_events(void **state)
{
    (void)state;
    wc_receipt_page page;
    size_t bad;
    assert_status(wc_receipt_page_decode(&page, &bad, vector_bytes(FILE_NAME, "page")), WC_OK);
    page.event_count++;
    assert_status(wc_receipt_page_check(&page), WC_TRUNCATED);
}

static void a_page_without_events_is_checked_too(void **state)
{
    (void)state;
    wc_receipt_page page;
    size_t bad;
    assert_status(wc_receipt_page_decode(&page, &bad, vector_bytes(FILE_NAME, "page")), WC_OK);
    page.event_count = 0;
    page.events = wc_slice_of(NULL, 0);
    assert_status(wc_receipt_page_check(&page), WC_DIFFERS);
    page.receipt.events_root = vector_hash(FILE_NAME, "events_root_empty");
    assert_status(wc_receipt_page_check(&page), WC_OK);
    uint8_t bytes[512];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_receipt_page_put(&buf, &page);
    assert_status(wc_receipt_page_decode(&page, &bad, wc_buf_slice(&buf)), WC_OK);
    assert_int_equal(page.events.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_has_one_encoding),
        cmocka_unit_test(the_golden_receipt_decodes_to_its_fields),
        cmocka_unit_test(a_receipt_names_only_statuses_calls_and_gas_that_exist),
        cmocka_unit_test(the_golden_posting_decodes_to_its_fields),
        cmocka_unit_test(a_posting_is_positive_and_only_escrow_names_a_party),
        cmocka_unit_test(the_golden_event_decodes_and_hashes),
        cmocka_unit_test(the_events_of_the_ledger_have_names),
        cmocka_unit_test(a_write_set_is_hashed_in_the_order_of_its_keys),
        cmocka_unit_test(outcomes_decode_to_their_fields),
        cmocka_unit_test(a_page_covers_its_outcome_and_events),
        cmocka_unit_test(events_that_do_not_read_are_no_events),
        cmocka_unit_test(a_page_without_events_is_checked_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
