/* Accounts and nonces against the golden vectors, and each rule broken once. */
#include "tests/support/test.h"

#include "node/ledger/account.h"
#include "node/ledger/recovery.h"
#include "node/ledger/roles.h"
#include "node/ledger/tx.h"
#include "tests/unit/ledger_model/redecode.h"
#include "tests/unit/ledger_model/vectors.h"

#define FILE_NAME "values.hex"

static wc_account golden_account(void)
{
    wc_account account;
    assert_status(wc_account_decode(&account, vector_bytes(FILE_NAME, "account")), WC_OK);
    return account;
}

static wc_status account_status(const wc_account *account)
{
    wc_status redecoded;
    REDECODE(wc_account, wc_account_decode, wc_account_put, account);
    return redecoded;
}

static void the_golden_account_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_account account = golden_account();
    assert_int_equal(account.kind, WC_ACCOUNT_PARTY);
    assert_int_equal(account.status, WC_ACCOUNT_ACTIVE);
    assert_int_equal(account.threshold, 3);
    assert_int_equal(account.key_count, 2);
    const wc_account_key *key = &account.keys[1];
    assert_int_equal(key->key_id, 258);
    assert_int_equal(key->weight, 1);
    assert_int_equal(key->scope, WC_SCOPE_OF(WC_CALL_READINGS));
    assert_int_equal(key->from_h, 10);
    assert_int_equal(key->to_h, 2000);
    assert_int_equal(key->revoked_h, 1500);
    assert_int_equal(key->cap_asset, 2);
    assert_int_equal(key->cap, 5000);
    assert_int_equal(account.keys[0].scope, WC_SCOPE_ALL);
    assert_int_equal(account.role_count, 3);
    assert_int_equal(account.roles[1].role, WC_ROLE_CONSUMER);
    assert_int_equal(account.roles[1].from_h, 7);
    assert_int_equal(account.roles[1].to_h, 70);
    assert_hash(&account.roles[1].by, "bob");
    assert_memory_equal(account.enc_pub, name32("enc").bytes, 32);
    assert_int_equal(account.guardian_count, 2);
    assert_int_equal(account.guardian_threshold, 2);
    assert_int_equal(account.recovery_delay_s, 604800);
    assert_true(wc_address_is_zero(&account.owner));
}

static void a_key_is_valid_in_its_heights_and_until_it_is_revoked(void **state)
{
    (void)state;
    wc_account account = golden_account();
    const wc_account_key *key = wc_account_key_find(&account, 258);
    assert_non_null(key);
    assert_null(wc_account_key_find(&account, 2));
    assert_false(wc_account_key_is_valid(key, 9));
    assert_true(wc_account_key_is_valid(key, 10));
    assert_true(wc_account_key_is_valid(key, 1499));
    assert_false(wc_account_key_is_valid(key, 1500));
    wc_account_key unrevoked = *key;
    unrevoked.revoked_h = WC_HEIGHT_NONE;
    assert_true(wc_account_key_is_valid(&unrevoked, 1999));
    assert_false(wc_account_key_is_valid(&unrevoked, 2000));
    assert_true(wc_account_key_is_valid(&account.keys[0], WC_HEIGHT_NONE - 1));
}

static void a_role_is_held_in_its_heights(void **state)
{
    (void)state;
    wc_account account = golden_account();
    assert_true(wc_account_has_role(&account, WC_ROLE_RETAILER, 0));
    assert_false(wc_account_has_role(&account, WC_ROLE_CONSUMER, 6));
    assert_true(wc_account_has_role(&account, WC_ROLE_CONSUMER, 7));
    assert_true(wc_account_has_role(&account, WC_ROLE_CONSUMER, 69));
    assert_false(wc_account_has_role(&account, WC_ROLE_CONSUMER, 70));
    assert_true(wc_account_has_role(&account, WC_ROLE_CONSUMER, 80)); /* held again */
    assert_false(wc_account_has_role(&account, WC_ROLE_BANK, 10));
}

static void an_account_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
#define BROKEN(expected, change)                                                                   \
    do {                                                                                           \
        wc_account account = golden_account();                                                     \
        change;                                                                                    \
        assert_status(account_status(&account), expected);                                         \
    } while (0)
    BROKEN(WC_OUT_OF_DOMAIN, account.threshold = 0);
    BROKEN(WC_OUT_OF_DOMAIN, account.threshold = 4); /* weights 2 + 1 */
    BROKEN(WC_OUT_OF_DOMAIN, account.key_count = 0);
    BROKEN(WC_NOT_CANONICAL, account.keys[1].key_id = 1);
    BROKEN(WC_OUT_OF_DOMAIN, account.keys[1].weight = 0);
    BROKEN(WC_OUT_OF_DOMAIN, account.keys[0].weight = 65535); /* the sum exceeds 16 bits */
    BROKEN(WC_OUT_OF_DOMAIN, account.keys[0].scheme = 2);
    BROKEN(WC_OUT_OF_DOMAIN, account.keys[0].scope = 0);
    BROKEN(WC_OUT_OF_DOMAIN, account.keys[0].scope = WC_SCOPE_ALL + 1);
    BROKEN(WC_OUT_OF_DOMAIN, account.keys[1].to_h = 10);
    BROKEN(WC_OUT_OF_DOMAIN, account.keys[0].from_h = UINT64_MAX);
    BROKEN(WC_OUT_OF_DOMAIN, account.keys[1].cap = -1);
    BROKEN(WC_OUT_OF_DOMAIN, account.keys[0].cap = 1); /* a limit without an asset */
    BROKEN(WC_OUT_OF_DOMAIN, account.roles[0].role = 17);
    BROKEN(WC_OUT_OF_DOMAIN, account.roles[0].role = 0);
    BROKEN(WC_OUT_OF_DOMAIN, account.roles[1].to_h = 7);
    BROKEN(WC_OUT_OF_DOMAIN, account.roles[2].from_h = account.roles[2].to_h = UINT64_MAX);
    BROKEN(WC_NOT_CANONICAL, account.roles[2].from_h = 7);
    BROKEN(WC_NOT_CANONICAL, account.roles[0].role = 7);
    BROKEN(WC_NOT_CANONICAL, account.guardians[1] = account.guardians[0]);
    BROKEN(WC_OUT_OF_DOMAIN, account.guardian_threshold = 0);
    BROKEN(WC_OUT_OF_DOMAIN, account.guardian_threshold = 3);
    BROKEN(WC_OUT_OF_DOMAIN, account.guardian_count = 0);
    BROKEN(WC_OUT_OF_DOMAIN, account.owner.bytes[0] = 1);
    BROKEN(WC_OUT_OF_DOMAIN, account.kind = WC_ACCOUNT_DEVICE); /* without an operator */
    BROKEN(WC_OK, account.keys[0].weight = 65534);
}

static void the_largest_account_fits_its_stated_size(void **state)
{
    (void)state;
    wc_account account = golden_account();
    account.key_count = WC_ACCOUNT_KEYS_MAX;
    for (size_t i = 2; i < WC_ACCOUNT_KEYS_MAX; i++) {
        account.keys[i] = account.keys[1];
        account.keys[i].key_id = (uint16_t)(300 + i);
    }
    account.role_count = WC_ACCOUNT_ROLES_MAX;
    for (size_t i = 3; i < WC_ACCOUNT_ROLES_MAX; i++) {
        account.roles[i] = account.roles[2];
        account.roles[i].from_h = 80 + i;
        account.roles[i].to_h = WC_HEIGHT_NONE;
    }
    account.guardian_count = WC_ACCOUNT_GUARDIANS_MAX;
    for (size_t i = 0; i < WC_ACCOUNT_GUARDIANS_MAX; i++) {
        account.guardians[i] = (wc_address){{(uint8_t)(i + 1)}};
    }
    uint8_t bytes[WC_ACCOUNT_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_account_put(&buf, &account);
    assert_status(wc_buf_status(&buf), WC_OK);
    assert_int_equal(buf.len, WC_ACCOUNT_SIZE_MAX);
    assert_status(wc_account_decode(&account, wc_buf_slice(&buf)), WC_OK);
    bytes[5] = WC_ACCOUNT_KEYS_MAX + 1;
    assert_status(wc_account_decode(&account, wc_buf_slice(&buf)), WC_OUT_OF_DOMAIN);
}

/* ---- nonces -------------------------------------------------------------------------------------
 */

static void a_strict_lane_takes_the_next_nonce_only(void **state)
{
    (void)state;
    wc_nonce nonce = {0};
    assert_int_equal(wc_nonce_check(&nonce, 7, 1), WC_NONCE_GAP);
    for (uint64_t n = 0; n < 5; n++) {
        assert_int_equal(wc_nonce_check(&nonce, 7, n), WC_NONCE_FREE);
        wc_nonce_use(&nonce, 7, n);
        assert_int_equal(wc_nonce_check(&nonce, 7, n), WC_NONCE_USED);
    }
    assert_int_equal(nonce.base, 5);
    nonce.base = UINT64_MAX - 1;
    wc_nonce_use(&nonce, 0, UINT64_MAX - 1);
    assert_int_equal(wc_nonce_check(&nonce, 0, UINT64_MAX), WC_NONCE_USED); /* never a last one */
}

static void a_window_lane_takes_256_nonces_in_any_order_once(void **state)
{
    (void)state;
    wc_nonce nonce = {.base = 1000};
    assert_int_equal(wc_nonce_check(&nonce, 8, 999), WC_NONCE_USED);
    assert_int_equal(wc_nonce_check(&nonce, 8, 1255), WC_NONCE_FREE);
    assert_int_equal(wc_nonce_check(&nonce, 8, 1256), WC_NONCE_BEYOND);
    for (uint64_t n = 1255; n > 1000; n--) {
        assert_int_equal(wc_nonce_check(&nonce, 8, n), WC_NONCE_FREE);
        wc_nonce_use(&nonce, 8, n);
        assert_int_equal(wc_nonce_check(&nonce, 8, n), WC_NONCE_USED);
        assert_int_equal(nonce.base, 1000);
    }
    wc_nonce_use(&nonce, 8, 1000); /* the missing one: the window moves by all 256 */
    assert_int_equal(nonce.base, 1256);
    assert_int_equal(wc_nonce_check(&nonce, 8, 1255), WC_NONCE_USED);
    assert_int_equal(wc_nonce_check(&nonce, 8, 1256), WC_NONCE_FREE);
    static const uint8_t empty[32] = {0};
    assert_memory_equal(nonce.bitmap, empty, 32);
}

static void the_window_moves_over_what_is_used(void **state)
{
    (void)state;
    wc_nonce nonce = {0};
    wc_nonce_use(&nonce, 15, 1);
    wc_nonce_use(&nonce, 15, 3);
    wc_nonce_use(&nonce, 15, 0);
    assert_int_equal(nonce.base, 2);
    assert_int_equal(wc_nonce_check(&nonce, 15, 3), WC_NONCE_USED);
    assert_int_equal(wc_nonce_check(&nonce, 15, 4), WC_NONCE_FREE);
    assert_int_equal(nonce.bitmap[0], 0x40);
}

static void the_golden_window_has_its_bits(void **state)
{
    (void)state;
    wc_nonce nonce;
    assert_status(wc_nonce_decode(&nonce, 8, vector_bytes(FILE_NAME, "nonce_window")), WC_OK);
    assert_int_equal(nonce.base, 258);
    static const uint64_t used[] = {259, 265, 266, 513};
    for (uint64_t n = 258; n < 514; n++) {
        bool is_used = n == used[0] || n == used[1] || n == used[2] || n == used[3];
        assert_int_equal(wc_nonce_check(&nonce, 8, n), is_used ? WC_NONCE_USED : WC_NONCE_FREE);
    }
}

static void a_nonce_state_that_cannot_come_about_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[WC_NONCE_SIZE];
    wc_nonce nonce = {.base = 5};
    wc_buf buf;
    nonce.bitmap[0] = 0x80; /* base itself is used */
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_nonce_put(&buf, &nonce);
    assert_int_equal(buf.len, WC_NONCE_SIZE);
    assert_status(wc_nonce_decode(&nonce, 8, wc_buf_slice(&buf)), WC_NOT_CANONICAL);
    assert_status(wc_nonce_decode(&nonce, 0, vector_bytes(FILE_NAME, "nonce_window")),
                  WC_NOT_CANONICAL); /* a strict lane has no bits */
    nonce = (wc_nonce){.base = UINT64_MAX - 2};
    nonce.bitmap[0] = 0x40; /* UINT64_MAX - 1, the last nonce */
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_nonce_put(&buf, &nonce);
    assert_status(wc_nonce_decode(&nonce, 8, wc_buf_slice(&buf)), WC_OK);
    nonce.base++; /* now a nonce that does not exist */
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_nonce_put(&buf, &nonce);
    assert_status(wc_nonce_decode(&nonce, 8, wc_buf_slice(&buf)), WC_NOT_CANONICAL);
}

static void a_request_for_recovery_has_the_layout_of_the_specification(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(FILE_NAME, "recovery");
    wc_recovery recovery;
    assert_status(wc_recovery_decode(&recovery, golden), WC_OK);
    assert_int_equal(recovery.started_s, 1000);
    assert_int_equal(recovery.effective_s, 87400);
    assert_int_equal(recovery.key.key_id, 9);
    assert_int_equal(recovery.guardian_count, 2);
    uint8_t bytes[WC_RECOVERY_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_recovery_put(&buf, &recovery);
    assert_vector(FILE_NAME, "recovery", wc_buf_slice(&buf));
    wc_hash alice = name32("alice");
    assert_vector_hash(FILE_NAME, "recovery_id", wc_recovery_id(&alice, &recovery.key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_golden_account_decodes_to_its_fields),
        cmocka_unit_test(a_key_is_valid_in_its_heights_and_until_it_is_revoked),
        cmocka_unit_test(a_role_is_held_in_its_heights),
        cmocka_unit_test(an_account_that_contradicts_itself_is_refused),
        cmocka_unit_test(the_largest_account_fits_its_stated_size),
        cmocka_unit_test(a_strict_lane_takes_the_next_nonce_only),
        cmocka_unit_test(a_window_lane_takes_256_nonces_in_any_order_once),
        cmocka_unit_test(the_window_moves_over_what_is_used),
        cmocka_unit_test(the_golden_window_has_its_bits),
        cmocka_unit_test(a_nonce_state_that_cannot_come_about_is_refused),
        cmocka_unit_test(a_request_for_recovery_has_the_layout_of_the_specification),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
