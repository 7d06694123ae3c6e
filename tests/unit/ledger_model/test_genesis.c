/* Genesis: the golden bytes, each rule broken once, and the largest lists. */
#include "tests/support/test.h"

#include "node/ledger/genesis.h"
#include "tests/unit/ledger_model/vectors.h"
#include "vm/isa/module.h"

#define FILE_NAME "genesis.hex"

static uint8_t encoded[1u << 20];

static wc_status recode(wc_slice bytes, wc_buf *out)
{
    static wc_genesis genesis;
    size_t bad = SIZE_MAX;
    wc_status status = wc_genesis_decode(&genesis, &bad, bytes);
    if (status != WC_OK) {
        assert_true(bad <= bytes.len);
        return status;
    }
    wc_genesis_put(out, &genesis);
    return WC_OK;
}

static wc_genesis golden(void)
{
    wc_genesis genesis;
    size_t bad;
    assert_status(wc_genesis_decode(&genesis, &bad, vector_bytes(FILE_NAME, "genesis")), WC_OK);
    return genesis;
}

static void genesis_has_one_encoding(void **state)
{
    (void)state;
    assert_canonical(FILE_NAME, "genesis", recode);
}

static void the_golden_genesis_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_genesis genesis = golden();
    assert_slice(genesis.chain_id, "test-golden-1");
    assert_int_equal(genesis.time_s, 1661976000);
    assert_int_equal(genesis.clock, WC_CLOCK_SCRIPTED);
    assert_int_equal(genesis.hash_suite, WC_SUITE_SHA256);
    assert_int_equal(genesis.initial_height, 1);
    assert_vector("values.hex", "params", genesis.params);
    assert_vector("values.hex", "validators", genesis.validators);
    assert_int_equal(genesis.asset_count, 2);
    assert_int_equal(genesis.assets[1].asset, 2);
    assert_slice(genesis.assets[1].entry.code, "CNY");
    assert_int_equal(genesis.assets[0].entry.issued, 5000007); /* the sum of its balances */
    assert_int_equal(genesis.assets[1].entry.issued, 600);
    assert_int_equal(genesis.account_count, 2);
    assert_int_equal(genesis.balance_count, 3);
    assert_int_equal(genesis.module_count, 2);
    assert_vector_hash(FILE_NAME, "genesis_hash",
                       wc_genesis_hash(vector_bytes(FILE_NAME, "genesis")));
}

static void cursors_walk_over_accounts_balances_and_modules(void **state)
{
    (void)state;
    wc_genesis genesis = golden();
    wc_genesis_cursor cursor = {0};
    wc_address address;
    wc_slice value;
    assert_status(wc_genesis_next_account(&genesis, &cursor, &address, &value), WC_OK);
    assert_vector_hash(FILE_NAME, "first_address", address);
    assert_status(wc_genesis_next_account(&genesis, &cursor, &address, &value), WC_OK);
    assert_vector_hash(FILE_NAME, "second_address", address);
    wc_account device;
    assert_status(wc_account_decode(&device, value), WC_OK);
    assert_int_equal(device.kind, WC_ACCOUNT_DEVICE);
    assert_status(wc_genesis_next_account(&genesis, &cursor, &address, &value), WC_NOT_FOUND);

    cursor = (wc_genesis_cursor){0};
    wc_genesis_balance balance;
    int64_t sum = 0;
    for (size_t i = 0; i < 3; i++) {
        assert_status(wc_genesis_next_balance(&genesis, &cursor, &balance), WC_OK);
        sum += balance.amount;
    }
    assert_int_equal(sum, 5000607);
    assert_status(wc_genesis_next_balance(&genesis, &cursor, &balance), WC_NOT_FOUND);

    cursor = (wc_genesis_cursor){0};
    wc_slice first;
    wc_slice second;
    assert_status(wc_genesis_next_module(&genesis, &cursor, &first), WC_OK);
    assert_status(wc_genesis_next_module(&genesis, &cursor, &second), WC_OK);
    assert_status(wc_genesis_next_module(&genesis, &cursor, &value), WC_NOT_FOUND);
    wc_hash codes[2] = {wc_code_id(first), wc_code_id(second)};
    assert_true(memcmp(&codes[0], &codes[1], 32) < 0);
}

static wc_status status_of(const wc_genesis *genesis, size_t *bad)
{
    static wc_genesis decoded;
    wc_buf buf;
    wc_buf_init(&buf, encoded, sizeof encoded);
    wc_genesis_put(&buf, genesis);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_genesis_decode(&decoded, bad, wc_buf_slice(&buf));
}

/* Applies change to the golden genesis and expects this answer. */
#define BROKEN(expected, change)                                                                   \
    do {                                                                                           \
        wc_genesis genesis = golden();                                                             \
        size_t bad = SIZE_MAX;                                                                     \
        change;                                                                                    \
        assert_status(status_of(&genesis, &bad), expected);                                        \
    } while (0)

static wc_slice text(const char *bytes)
{
    return wc_slice_of(bytes, strlen(bytes));
}

static void a_genesis_that_breaks_a_rule_is_refused(void **state)
{
    (void)state;
    BROKEN(WC_OUT_OF_DOMAIN, genesis.chain_id = text("Test"));
    BROKEN(WC_OUT_OF_DOMAIN, genesis.time_s = -1);
    BROKEN(WC_OUT_OF_DOMAIN, genesis.clock = (wc_clock)3);
    BROKEN(WC_OUT_OF_DOMAIN, genesis.chain_id = text("live-1")); /* with a scripted clock */
    BROKEN(WC_OUT_OF_DOMAIN, genesis.chain_id = text("demo"));
    BROKEN(WC_OK, genesis.chain_id = text("demo-1"));
    BROKEN(WC_OK, genesis.chain_id = text("live-1"); genesis.clock = WC_CLOCK_SYSTEM);
    BROKEN(WC_NOT_SUPPORTED, genesis.hash_suite = (wc_hash_suite)2);
    BROKEN(WC_OUT_OF_DOMAIN, genesis.initial_height = 0);
    BROKEN(WC_TRUNCATED, genesis.params.len--);
    BROKEN(WC_OUT_OF_DOMAIN, genesis.asset_count = 0);
    BROKEN(WC_NOT_CANONICAL, genesis.assets[1].asset = 1);
    BROKEN(WC_OUT_OF_DOMAIN, genesis.assets[0].asset = 0);
    BROKEN(WC_OUT_OF_DOMAIN, genesis.assets[0].entry.scale = 2); /* the network unit has 6 */
    BROKEN(WC_OUT_OF_DOMAIN, genesis.assets[0].entry.kind = WC_ASSET_CURRENCY);
    BROKEN(WC_OUT_OF_DOMAIN, genesis.assets[1].asset = 3); /* a balance in asset 2 is left */
    BROKEN(WC_OUT_OF_DOMAIN, genesis.account_count = 0);
    BROKEN(WC_OK, genesis.balance_count = 0; genesis.balances.len = 0);
    BROKEN(WC_OK, genesis.module_count = 0; genesis.modules.len = 0);
    BROKEN(WC_TRUNCATED, genesis.validators.len--);
    BROKEN(WC_TRUNCATED, genesis.admin.len--);
}

static void balances_ascend_are_positive_and_sum_up(void **state)
{
    (void)state;
    uint8_t bytes[3 * 44];
    wc_genesis genesis = golden();
    size_t bad = 0;
    assert_int_equal(genesis.balances.len, sizeof bytes);
    memcpy(bytes, genesis.balances.data, sizeof bytes);
    genesis.balances.data = bytes;
    memcpy(bytes + 44, genesis.balances.data, 44); /* the same balance twice */
    assert_status(status_of(&genesis, &bad), WC_NOT_CANONICAL);
    wc_genesis original = golden();
    memcpy(bytes, original.balances.data, sizeof bytes);
    memset(bytes + 36, 0, 8);
    assert_status(status_of(&genesis, &bad), WC_OUT_OF_DOMAIN);
    memcpy(bytes, original.balances.data, sizeof bytes);
    for (size_t i = 0; i < 3; i++) { /* both balances of asset 1 as large as can be */
        if (bytes[44 * i + 35] != 1) continue;
        memset(bytes + 44 * i + 36, 0xff, 8);
        bytes[44 * i + 36] = 0x7f;
    }
    assert_status(status_of(&genesis, &bad), WC_OVERFLOW);
}

static void modules_ascend_by_code_id_and_are_not_empty(void **state)
{
    (void)state;
    wc_genesis genesis = golden();
    wc_genesis_cursor cursor = {0};
    size_t bad = 0;
    wc_slice first;
    wc_slice second;
    static uint8_t list[WC_MODULE_SIZE_MAX + 64];
    static uint8_t module[WC_MODULE_SIZE_MAX + 1];
    assert_status(wc_genesis_next_module(&genesis, &cursor, &first), WC_OK);
    assert_status(wc_genesis_next_module(&genesis, &cursor, &second), WC_OK);
    wc_buf buf;
    wc_buf_init(&buf, list, sizeof list);
    wc_genesis_put_module(&buf, second);
    wc_genesis_put_module(&buf, first);
    genesis.modules = wc_buf_slice(&buf);
    assert_status(status_of(&genesis, &bad), WC_NOT_CANONICAL);

    static const struct {
        size_t len;
        wc_status status;
    } sizes[] = {{0, WC_OUT_OF_DOMAIN},
                 {1, WC_OK},
                 {WC_MODULE_SIZE_MAX, WC_OK},
                 {WC_MODULE_SIZE_MAX + 1, WC_TOO_LARGE}};

    genesis.module_count = 1;
    for (size_t i = 0; i < WC_ARRAY_LEN(sizes); i++) {
        wc_buf_init(&buf, list, sizeof list);
        wc_genesis_put_module(&buf, wc_slice_of(module, sizes[i].len));
        genesis.modules = wc_buf_slice(&buf);
        assert_status(status_of(&genesis, &bad), sizes[i].status);
    }
}

static void lists_are_written_by_their_own_encoders(void **state)
{
    (void)state;
    wc_genesis genesis = golden();
    static uint8_t accounts[8192];
    uint8_t balances[3 * 44];
    wc_buf buf;
    wc_buf_init(&buf, accounts, sizeof accounts);
    wc_genesis_cursor cursor = {0};
    wc_address address;
    wc_slice value;
    while (wc_genesis_next_account(&genesis, &cursor, &address, &value) == WC_OK) {
        wc_account account;
        assert_status(wc_account_decode(&account, value), WC_OK);
        wc_genesis_put_account(&buf, &account);
    }
    assert_true(wc_slice_equal(wc_buf_slice(&buf), genesis.accounts));
    wc_buf small; /* too small: said once at the end, nothing written beyond it */
    wc_buf_init(&small, balances, 10);
    wc_account account;
    assert_status(wc_account_decode(&account, value), WC_OK);
    wc_genesis_put_account(&small, &account);
    assert_status(wc_buf_status(&small), WC_NO_SPACE);

    wc_buf_init(&buf, balances, sizeof balances);
    cursor = (wc_genesis_cursor){0};
    wc_genesis_balance balance;
    while (wc_genesis_next_balance(&genesis, &cursor, &balance) == WC_OK) {
        wc_genesis_put_balance(&buf, &balance);
    }
    assert_true(wc_slice_equal(wc_buf_slice(&buf), genesis.balances));
}

static void an_account_that_contradicts_itself_is_named_by_its_place(void **state)
{
    (void)state;
    wc_genesis genesis = golden();
    uint8_t accounts[4096];
    size_t bad = 0;
    assert_true(genesis.accounts.len <= sizeof accounts);
    memcpy(accounts, genesis.accounts.data, genesis.accounts.len);
    genesis.accounts.data = accounts;
    size_t second = 2 + (size_t)wc_load_u16(accounts);
    accounts[second + 2 + 3] = 0xff; /* a threshold that its key cannot reach */
    assert_status(status_of(&genesis, &bad), WC_OUT_OF_DOMAIN);
    assert_memory_equal(encoded + bad, accounts + second, 32);
}

static void assets_are_at_most_256(void **state)
{
    (void)state;
    wc_genesis genesis = golden();
    size_t bad = 0;
    genesis.asset_count = WC_ASSETS_MAX;
    for (uint32_t i = 2; i < WC_ASSETS_MAX; i++) {
        genesis.assets[i] = genesis.assets[1];
        genesis.assets[i].asset = i + 1;
    }
    genesis.asset_count = WC_ASSETS_MAX - 1;
    assert_status(status_of(&genesis, &bad), WC_OK);
    genesis.asset_count = WC_ASSETS_MAX;
    assert_status(status_of(&genesis, &bad), WC_OK);
    encoded[2 + 14 + 8 + 2 + 8 + 2 + WC_PARAMS_SIZE] = 0x01; /* the high byte of the count: 257 */
    encoded[2 + 14 + 8 + 2 + 8 + 2 + WC_PARAMS_SIZE + 1] = 0x01;
    static wc_genesis decoded;
    assert_status(wc_genesis_decode(&decoded, &bad, wc_slice_of(encoded, sizeof encoded)),
                  WC_OUT_OF_DOMAIN);
    assert_int_equal(bad, 2 + 14 + 8 + 2 + 8 + 2 + WC_PARAMS_SIZE);
    encoded[2 + 14 + 8 + 2 + 8 + 2 + WC_PARAMS_SIZE + 1] = 0x00;
    for (int step = -1; step <= 1; step++) { /* what follows the last entry is not read */
        size_t size = (size_t)WC_GENESIS_SIZE_MAX + (size_t)step;
        assert_status(wc_genesis_decode(&decoded, &bad, wc_slice_of(encoded, size)),
                      step <= 0 ? WC_TRAILING : WC_TOO_LARGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(genesis_has_one_encoding),
        cmocka_unit_test(the_golden_genesis_decodes_to_its_fields),
        cmocka_unit_test(cursors_walk_over_accounts_balances_and_modules),
        cmocka_unit_test(a_genesis_that_breaks_a_rule_is_refused),
        cmocka_unit_test(balances_ascend_are_positive_and_sum_up),
        cmocka_unit_test(modules_ascend_by_code_id_and_are_not_empty),
        cmocka_unit_test(lists_are_written_by_their_own_encoders),
        cmocka_unit_test(an_account_that_contradicts_itself_is_named_by_its_place),
        cmocka_unit_test(assets_are_at_most_256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
