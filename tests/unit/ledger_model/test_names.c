/* Addresses, chain ids, roles, refusals, state keys: against vectors that Python derived. */
#include "tests/support/test.h"

#include <stdio.h>

#include "node/ledger/ids.h"
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

static void the_text_of_an_address_is_its_bech32m(void **state)
{
    (void)state;
    wc_address alice = name32("alice");
    char text[WC_ADDRESS_TEXT_LEN + 1];
    wc_address_text(text, &alice);
    assert_vector(NAMES, "text_alice", slice_of_text(text));
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
    assert_int_equal(named, 25);
    assert_string_equal(wc_space_name(0x13), "FREE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_the_hashes_that_the_specification_gives),
        cmocka_unit_test(the_text_of_an_address_is_its_bech32m),
        cmocka_unit_test(a_zero_address_is_known_as_such),
        cmocka_unit_test(a_chain_id_is_lower_case_letters_digits_and_dashes),
        cmocka_unit_test(roles_are_found_by_number_and_by_name_in_clause),
        cmocka_unit_test(refusals_have_ascending_numbers_distinct_names_and_a_way_out),
        cmocka_unit_test(state_keys_and_tree_keys_are_those_of_the_specification),
        cmocka_unit_test(the_longest_element_key_fits_and_no_space_begins_like_a_tree_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
