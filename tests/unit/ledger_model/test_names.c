/* Addresses, chain ids, roles, refusals, state keys: against vectors that Python derived. */
#include "tests/support/test.h"

#include <stdio.h>

#include "node/ledger/apply.h"
#include "node/ledger/duties.h"
#include "node/ledger/ids.h"
#include "node/ledger/job.h"
#include "node/ledger/natives.h"
#include "node/ledger/post.h"
#include "node/ledger/refusals.h"
#include "node/ledger/roles.h"
#include "node/ledger/state.h"
#include "tests/unit/ledger_model/vectors.h"

#define NAMES "names.hex"
#define KEYS  "keys.hex"

static wc_slice slice_of_text(const char *text)
{
    return wc_slice_of(text, strlen(text));
}

static void addresses_are_the_hashes_that_the_specification_gives(void **state)
{
    (void)state;
    wc_origin origin = {name32("tx"), 3, 258};
    wc_hash pub = name32("first pub");
    assert_vector_hash(NAMES, "genesis_address",
                       wc_address_genesis(vector_bytes(NAMES, "chain_id"), 7, pub.bytes));
    assert_vector_hash(NAMES, "account_address", wc_address_account(&origin));
    assert_vector_hash(NAMES, "instance_address", wc_address_instance(&origin));
    assert_vector_hash(NAMES, "offer_id", wc_address_offer(&origin));
    assert_vector_hash(NAMES, "code_id", wc_code_id(slice_of_text("module bytes")));
    assert_vector_hash(NAMES, "system_fees", wc_address_system(WC_SYSTEM_FEES));
    assert_vector_hash(NAMES, "system_issuance", wc_address_system(WC_SYSTEM_ISSUANCE));
    assert_vector_hash(NAMES, "system_rewards", wc_address_system(WC_SYSTEM_REWARDS));
    assert_vector_hash(NAMES, "system_ledger", wc_address_system(WC_SYSTEM_LEDGER));
    uint8_t proposer[20];
    wc_proposer_of_key(proposer, pub.bytes);
    assert_vector(NAMES, "proposer", wc_slice_of(proposer, sizeof proposer));
}

static uint8_t outcome_bytes[128];

static wc_slice error_outcome(uint16_t error)
{
    wc_error_outcome outcome = {.error = error};
    wc_buf buf;
    wc_buf_init(&buf, outcome_bytes, sizeof outcome_bytes);
    wc_outcome_put_error(&buf, &outcome);
    return wc_buf_slice(&buf);
}

static wc_slice trap_outcome(uint16_t trap)
{
    wc_trap_outcome outcome = {.trap = trap, .function = WC_NONE};
    wc_buf buf;
    wc_buf_init(&buf, outcome_bytes, sizeof outcome_bytes);
    wc_outcome_put_trap(&buf, &outcome);
    return wc_buf_slice(&buf);
}

static void assert_failure(const char *expected, uint16_t status, wc_slice outcome,
                           const wc_module *module)
{
    char text[64];
    wc_buf buf;
    wc_buf_init(&buf, text, sizeof text - 1);
    wc_failure_name(&buf, status, outcome, module);
    assert_false(buf.full);
    text[buf.len] = '\0';
    assert_string_equal(text, expected);
}

static void the_text_of_an_address_is_its_bech32m(void **state)
{
    (void)state;
    wc_address alice = name32("alice");
    char text[WC_ADDRESS_TEXT_LEN + 1];
    wc_address_text(text, &alice);
    assert_vector(NAMES, "text_alice", slice_of_text(text));
}

static void a_failure_is_shown_by_its_name(void **state)
{
    (void)state;
    /* The last ones no compiler writes: what is neither letter nor digit stays, and parts nothing.
     */
    wc_str strings[] = {{"GateClosed", 10}, {"EBMSFault", 9}, {"AIsB2C", 6}, {"x_", 2},
                        {"AB", 2},          {"E_Bad", 5},     {"a{Bc", 4},   {"a-B2{", 5}};
    static const char *const names[] = {"GATE_CLOSED", "EBMS_FAULT", "A_IS_B2_C", "X_",
                                        "AB",          "E_BAD",      "A{BC",      "A-B2{"};
    wc_signature_decl errors[WC_ARRAY_LEN(names)];
    for (uint16_t i = 0; i < WC_ARRAY_LEN(names); i++) errors[i] = (wc_signature_decl){.name = i};
    wc_module module = {.strings = strings, .errors = errors, .error_count = WC_ARRAY_LEN(names)};
    for (uint16_t i = 0; i <= WC_ARRAY_LEN(names); i++) {
        bool is_known = i < WC_ARRAY_LEN(names);
        assert_failure(is_known ? names[i] : "ERROR_8", WC_RECEIPT_ERROR, error_outcome(i),
                       &module);
    }
    assert_failure("ERROR_2", WC_RECEIPT_ERROR, error_outcome(2), NULL);
    assert_failure("NOT_AUTHORISED", WC_RECEIPT_ERROR,
                   error_outcome(WC_ERROR_BUILTIN | WC_BUILTIN_NotAuthorised), NULL);
    assert_failure("ESCROW_SHORT", WC_RECEIPT_ERROR,
                   error_outcome(WC_ERROR_BUILTIN | WC_BUILTIN_InsufficientEscrow), NULL);
    assert_failure("TRAP_DIVZERO", WC_RECEIPT_TRAP, trap_outcome(WC_TRAP_DIVZERO), NULL);
    assert_failure("TARGET_UNKNOWN", WC_REFUSAL_TARGET_UNKNOWN, wc_slice_of(NULL, 0), NULL);
    assert_failure("", WC_RECEIPT_OK, wc_slice_of(NULL, 0), NULL);
    /* Outcomes that are none, and a status of another program. */
    assert_failure("STATUS_1", WC_RECEIPT_ERROR, wc_slice_of("?", 1), NULL);
    assert_failure("STATUS_2", WC_RECEIPT_TRAP, wc_slice_of("?", 1), NULL);
    assert_failure("STATUS_99", 99, wc_slice_of(NULL, 0), NULL);
}

static void a_zero_address_is_known_as_such(void **state)
{
    (void)state;
    wc_address address = {{0}};
    assert_true(wc_address_is_zero(&address));
    address.bytes[31] = 1;
    assert_false(wc_address_is_zero(&address));
}

static void a_chain_id_is_lower_case_letters_digits_and_dashes(void **state)
{
    (void)state;
    char longest[WC_CHAIN_ID_MAX + 1];
    memset(longest, 'a', sizeof longest);
    assert_true(wc_chain_id_is_valid(slice_of_text("a")));
    assert_true(wc_chain_id_is_valid(slice_of_text("demo-2022-09-01z")));
    assert_true(wc_chain_id_is_valid(wc_slice_of(longest, WC_CHAIN_ID_MAX)));
    assert_false(wc_chain_id_is_valid(wc_slice_of(longest, WC_CHAIN_ID_MAX + 1)));
    assert_false(wc_chain_id_is_valid(slice_of_text("")));
    static const char *const bad[] = {"1a", "-a", "A", "aB", "a_b", "a b", "a/b", "a.", "\xc3\xa4"};
    for (size_t i = 0; i < WC_ARRAY_LEN(bad); i++) {
        assert_false(wc_chain_id_is_valid(slice_of_text(bad[i])));
    }
}

static void natives_are_found_by_number(void **state)
{
    (void)state;
    size_t count;
    const wc_native_entry *table = wc_native_table(&count);
    for (size_t i = 0; i < count; i++) assert_ptr_equal(wc_native_find(table[i].number), &table[i]);
    assert_string_equal(wc_native_find(WC_NATIVE_deposit)->name.data, "deposit");
    assert_null(wc_native_find(UINT16_MAX));
}

static void roles_are_found_by_number_and_by_name_in_clause(void **state)
{
    (void)state;
    assert_int_equal(wc_role_find(WC_STR("GridOperator")), WC_ROLE_GRID_OPERATOR);
    assert_int_equal(wc_role_find(WC_STR("SettlementBank")), WC_ROLE_BANK);
    assert_int_equal(wc_role_find(WC_STR("Auditor")), 16);
    assert_int_equal(wc_role_find(WC_STR("gridoperator")), WC_ROLE_NONE);
    assert_int_equal(wc_role_find(WC_STR("")), WC_ROLE_NONE);
    assert_false(wc_role_exists(0));
    assert_false(wc_role_exists(17));
    assert_int_equal(wc_role_name(17).len, 0);
    assert_int_equal(wc_role_text(0).len, 0);
    for (uint16_t number = 1; number <= 16; number++) {
        assert_true(wc_role_exists(number));
        assert_int_equal(wc_role_find(wc_role_name(number)), number);
        assert_true(wc_role_text(number).len > 0);
    }
}

static void no_duty_is_a_role_with_itself_and_each_says_why(void **state)
{
    (void)state;
    size_t count;
    const wc_duty *table = wc_duty_table(&count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_true(table[i].first != table[i].second && table[i].why.len > 0);
        wc_account account = {
            .role_count = 2,
            .roles = {{.role = (uint16_t)table[i].first, .to_h = 5},
                      {.role = (uint16_t)table[i].second, .from_h = 4, .to_h = 9}}};
        assert_non_null(wc_duty_broken(&account, 4));
        assert_null(wc_duty_broken(&account, 5));
    }
}

static void a_fee_is_rounded_up_and_beyond_64_bits_is_none(void **state)
{
    (void)state;
    int64_t fee;
    assert_status(wc_fee_of(&fee, 1, 1), WC_OK);
    assert_int_equal(fee, 1);
    assert_status(wc_fee_of(&fee, 3000000, 7), WC_OK);
    assert_int_equal(fee, 21);
    assert_status(wc_fee_of(&fee, INT64_MAX, INT64_MAX), WC_OVERFLOW);
    assert_status(wc_fee_of(&fee, (uint64_t)INT64_MAX + 1, 1), WC_OVERFLOW);
    assert_status(wc_fee_of(&fee, 1, (uint64_t)INT64_MAX + 1), WC_OVERFLOW);
}

static void a_stack_gives_what_it_has_and_no_more(void **state)
{
    (void)state;
    static uint8_t memory[64] __attribute__((aligned(64)));
    wc_stack stack = {memory, sizeof memory, 0};
    assert_ptr_equal(wc_stack_take(&stack, 1), memory);
    assert_ptr_equal(wc_stack_take(&stack, 32), memory + 16);
    assert_null(wc_stack_take(&stack, 17));
    assert_null(wc_stack_take(&stack, SIZE_MAX)); /* rounded up it would be 0 */
    assert_ptr_equal(wc_stack_take(&stack, 16), memory + 48);
}

static void refusals_have_ascending_numbers_distinct_names_and_a_way_out(void **state)
{
    (void)state;
    size_t count = 0;
    const wc_refusal_entry *table = wc_refusal_table(&count);
    assert_true(count > 50);
    for (size_t i = 0; i < count; i++) {
        assert_true(table[i].number >= WC_REFUSAL_REJECTED_FIRST);
        if (i > 0) assert_true(table[i].number > table[i - 1].number);
        assert_ptr_equal(wc_refusal_find(table[i].number), &table[i]);
        assert_ptr_equal(wc_refusal_find_name(table[i].name), &table[i]);
        assert_true(table[i].text.len > 0 && table[i].way_out.len > 0);
    }
    assert_null(wc_refusal_find(0));
    assert_null(wc_refusal_find_name(WC_STR("NO_SUCH_NAME")));
    assert_int_equal(wc_refusal_find_name(WC_STR("NONCE_USED"))->number, 116);
}

static void check_key(const char *name, wc_state_key key)
{
    char vector[32];
    (void)snprintf(vector, sizeof vector, "key_%s", name);
    assert_vector(KEYS, vector, wc_state_key_slice(&key));
    (void)snprintf(vector, sizeof vector, "tree_%s", name);
    assert_vector_hash(KEYS, vector, wc_tree_key(wc_state_key_slice(&key)));
}

static void state_keys_and_tree_keys_are_those_of_the_specification(void **state)
{
    (void)state;
    const uint32_t u32 = 66051;
    const uint16_t u16 = 258;
    wc_hash alice = name32("alice");
    wc_hash instance = name32("instance");
    wc_hash code = name32("code");
    wc_hash proposal = name32("proposal");
    wc_hash offer = name32("offer");
    wc_hash reference = name32("reference");
    check_key("params", wc_key_params("params"));
    check_key("account", wc_key_account(&alice));
    check_key("nonce", wc_key_nonce(&alice, u16));
    check_key("free", wc_key_free(&alice, u32));
    check_key("escrow", wc_key_escrow(&instance, &alice, u32));
    check_key("asset", wc_key_asset(u32));
    check_key("module", wc_key_module(&code));
    check_key("instance", wc_key_instance(&instance));
    check_key("field", wc_key_field(&instance, u16));
    check_key("element", wc_key_element(&instance, u16, slice_of_text("element key")));
    check_key("mandate", wc_key_mandate(&alice, &instance, u32));
    check_key("key_history", wc_key_key_history(&alice, u16));
    check_key("validators", wc_key_validators());
    check_key("proposal", wc_key_proposal(&proposal));
    check_key("quota", wc_key_quota(&alice, u32));
    check_key("key_spend", wc_key_key_spend(&alice, u16, u32));
    check_key("epoch_credit", wc_key_epoch_credit(u32, &alice));
    check_key("reading_page", wc_key_reading_page(&alice, u32));
    check_key("meter_page", wc_key_meter_page(&alice, 3));
    check_key("page_day", wc_key_page_day(&alice, u32, 258));
    check_key("offer", wc_key_offer(&offer));
    check_key("meter", wc_key_meter(&alice));
    check_key("reading", wc_key_reading(&alice, 3, u32, 2, u16));
    check_key("bank_fact", wc_key_bank_fact(&alice, &reference));
    check_key("reference", wc_key_reference(&instance));
    wc_hash request = name32("request");
    check_key("recovery", wc_key_recovery(&alice, &request));
    check_key("epoch", wc_key_epoch());
    check_key("top_up", wc_key_top_up(&alice, &reference));
}

static void the_longest_element_key_fits_and_no_space_begins_like_a_tree_node(void **state)
{
    (void)state;
    wc_hash instance = name32("instance");
    uint8_t element[WC_ELEMENT_KEY_MAX] = {1};
    wc_state_key key = wc_key_element(&instance, 1, wc_slice_of(element, sizeof element));
    assert_int_equal(key.len, 1 + 32 + 2 + WC_ELEMENT_KEY_MAX);
    size_t named = 0;
    for (unsigned number = 0; number < 256; number++) {
        const char *name = wc_space_name((uint8_t)number);
        if (number < 0x10) assert_null(name);
        named += name != NULL;
    }
    assert_int_equal(named, 27);
    assert_string_equal(wc_space_name(0x13), "FREE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_the_hashes_that_the_specification_gives),
        cmocka_unit_test(the_text_of_an_address_is_its_bech32m),
        cmocka_unit_test(a_zero_address_is_known_as_such),
        cmocka_unit_test(a_failure_is_shown_by_its_name),
        cmocka_unit_test(no_duty_is_a_role_with_itself_and_each_says_why),
        cmocka_unit_test(a_fee_is_rounded_up_and_beyond_64_bits_is_none),
        cmocka_unit_test(a_stack_gives_what_it_has_and_no_more),
        cmocka_unit_test(a_chain_id_is_lower_case_letters_digits_and_dashes),
        cmocka_unit_test(natives_are_found_by_number),
        cmocka_unit_test(roles_are_found_by_number_and_by_name_in_clause),
        cmocka_unit_test(refusals_have_ascending_numbers_distinct_names_and_a_way_out),
        cmocka_unit_test(state_keys_and_tree_keys_are_those_of_the_specification),
        cmocka_unit_test(the_longest_element_key_fits_and_no_space_begins_like_a_tree_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
