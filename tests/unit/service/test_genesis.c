/* Genesis descriptions: the same text is the same chain, and the bytes hold what the text says. */
#include <stdlib.h>
#include <string.h>

#include "node/ledger/roles.h"
#include "node/service/genesis_text.h"
#include "tests/support/test.h"

#define KEY_1 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define KEY_2 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
#define KEY_3 "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"

static const char text[] =
    "[chain]\nid = north-grid\ntime = 2026-12-01T00:00:00Z\n"
    "initial_height = 7\n"
    "[params]\ngas_price = 250\nblock_txs_max = 500\n"
    "[asset UNIT]\nnumber = 1\nissuer = grid\n"
    "[asset CNY]\nnumber = 2\nscale = 2\nissuer = bank\n"
    "[account grid]\nrole = Admin\nrole = GridOperator\nkey = " KEY_1 "\n"
    "balance = 12.5 UNIT\n"
    "[account bank]\nrole = SettlementBank\nkey = " KEY_2 " 2\nkey = " KEY_3 "\nthreshold = 3\n"
    "[account meter]\nrole = Meter\nkey = " KEY_3 "\nowner = grid\n"
    "[admin]\nthreshold = 1\nmember = grid\n"
    "[validator grid]\nkey = sequencer\npower = 3\n";

static wc_public_key sequencer(void)
{
    wc_seed seed = {{1}};
    wc_keypair pair;
    wc_keypair_of_seed(&pair, &seed);
    return pair.public_key;
}

static void compile(wc_genesis_result *result)
{
    wc_ini_problem problem;
    wc_public_key key = sequencer();
    wc_genesis_base base = {&key, ".", NULL};
    wc_status status = wc_genesis_compile(result, &problem, wc_str_of(text), &base);
    if (status != WC_OK) fail_msg("%u: %s", problem.line, problem.text);
}

static void the_bytes_say_what_the_text_says(void **state)
{
    (void)state;
    wc_genesis_result result;
    wc_genesis *genesis = malloc(sizeof *genesis);
    wc_params params;
    wc_validators *validators = malloc(sizeof *validators);
    wc_genesis_cursor accounts = {0}, balances = {0};
    wc_address address;
    wc_account account;
    wc_slice value;
    size_t bad;
    compile(&result);
    assert_status(wc_genesis_decode(genesis, &bad, wc_slice_of(result.bytes, result.len)), WC_OK);
    assert_int_equal(genesis->time_s, 1796083200); /* date -d 2026-12-01T00:00:00Z +%s */
    assert_int_equal(genesis->initial_height, 7);
    assert_int_equal(genesis->clock, WC_CLOCK_SYSTEM);
    assert_status(wc_params_decode(&params, genesis->params), WC_OK);
    assert_int_equal(params.gas_price, 250);
    assert_int_equal(params.block_txs_max, 500);
    assert_int_equal(params.epoch_s, wc_genesis_defaults().epoch_s);
    assert_int_equal(genesis->asset_count, 2);
    assert_int_equal(genesis->assets[1].entry.scale, 2);

    assert_status(wc_genesis_next_account(genesis, &accounts, &address, &value), WC_OK);
    wc_address grid = address;
    assert_status(wc_account_decode(&account, value), WC_OK);
    assert_true(wc_account_has_role(&account, WC_ROLE_ADMIN, 7));
    assert_true(wc_account_has_role(&account, WC_ROLE_GRID_OPERATOR, 7));
    assert_status(wc_genesis_next_account(genesis, &accounts, &address, &value), WC_OK);
    assert_status(wc_account_decode(&account, value), WC_OK);
    assert_int_equal(account.key_count, 2);
    assert_int_equal(account.keys[0].weight, 2);
    assert_int_equal(account.keys[1].key_id, 1);
    assert_int_equal(account.threshold, 3);
    assert_true(wc_address_equal(&genesis->assets[1].entry.issuer, &address));
    assert_status(wc_genesis_next_account(genesis, &accounts, &address, &value), WC_OK);
    assert_status(wc_account_decode(&account, value), WC_OK);
    assert_int_equal(account.kind, WC_ACCOUNT_DEVICE);
    assert_true(wc_address_equal(&account.owner, &grid));

    wc_genesis_balance balance;
    assert_status(wc_genesis_next_balance(genesis, &balances, &balance), WC_OK);
    assert_int_equal(balance.amount, 12500000);
    assert_status(wc_validators_decode(validators, genesis->validators), WC_OK);
    wc_public_key key = sequencer();
    assert_memory_equal(validators->list[0].pub, key.bytes, sizeof key.bytes);
    assert_int_equal(validators->list[0].power, 3);
    free(validators);
    free(genesis);
    wc_genesis_result_free(&result);
}

static void the_same_text_gives_the_same_bytes(void **state)
{
    (void)state;
    wc_genesis_result first, second;
    compile(&first);
    compile(&second);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.bytes, second.bytes, first.len);
    wc_genesis_result_free(&first);
    wc_genesis_result_free(&second);
}

/* Every line that is left out is an error of its own or changes the chain; none does nothing. */
static void no_line_is_without_effect(void **state)
{
    (void)state;
    wc_genesis_result whole, part;
    wc_ini_problem problem;
    wc_public_key key = sequencer();
    wc_genesis_base base = {&key, ".", NULL};
    static char shorter[sizeof text];
    compile(&whole);
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *end = strchr(line, '\n') + 1;
        size_t before = (size_t)(line - text);
        if (*line == '[') continue;
        memcpy(shorter, text, before);
        memcpy(shorter + before, end, strlen(end) + 1);
        if (wc_genesis_compile(&part, &problem, wc_str_of(shorter), &base) != WC_OK) {
            assert_true(problem.text[0] != '\0');
            continue;
        }
        bool is_same = part.len == whole.len && memcmp(part.bytes, whole.bytes, part.len) == 0;
        if (is_same) fail_msg("without effect: %.*s", (int)(end - line - 1), line);
        wc_genesis_result_free(&part);
    }
    wc_genesis_result_free(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_say_what_the_text_says),
        cmocka_unit_test(the_same_text_gives_the_same_bytes),
        cmocka_unit_test(no_line_is_without_effect),
    };
    assert_status(wc_crypto_start(), WC_OK);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
