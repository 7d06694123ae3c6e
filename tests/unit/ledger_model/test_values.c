/* State values against the golden vectors: parameters, accounts, assets, instances, offers, meters.
 */
#include "tests/support/test.h"

#include "node/ledger/account.h"
#include "node/ledger/asset.h"
#include "node/ledger/instance.h"
#include "node/ledger/meter.h"
#include "node/ledger/offer.h"
#include "node/ledger/params.h"
#include "node/ledger/roles.h"
#include "node/ledger/state.h"
#include "node/ledger/tx.h"
#include "tests/unit/ledger_model/vectors.h"
#include "vm/isa/module.h"

#define FILE_NAME "values.hex"

/* Defines recode_<name>: decode a value of this type, encode it again. */
#define RECODE(name, type, decode, put)                                                            \
    static wc_status recode_##name(wc_slice bytes, wc_buf *out)                                    \
    {                                                                                              \
        static type value;                                                                         \
        WC_TRY(decode(&value, bytes));                                                             \
        put(out, &value);                                                                          \
        return WC_OK;                                                                              \
    }

RECODE(params, wc_params, wc_params_decode, wc_params_put)
RECODE(admin, wc_admin_rule, wc_admin_rule_decode, wc_admin_rule_put)
RECODE(validators, wc_validators, wc_validators_decode, wc_validators_put)
RECODE(proposal, wc_proposal, wc_proposal_decode, wc_proposal_put)
RECODE(account, wc_account, wc_account_decode, wc_account_put)
RECODE(key_record, wc_key_record, wc_key_record_decode, wc_key_record_put)
RECODE(asset, wc_asset, wc_asset_decode, wc_asset_put)
RECODE(mandate, wc_mandate, wc_mandate_decode, wc_mandate_put)
RECODE(bank_fact, wc_bank_fact, wc_bank_fact_decode, wc_bank_fact_put)
RECODE(module, wc_module_entry, wc_module_entry_decode, wc_module_entry_put)
RECODE(instance, wc_instance_entry, wc_instance_decode, wc_instance_put)
RECODE(field_header, wc_field_header, wc_field_header_decode, wc_field_header_put)
RECODE(offer, wc_offer, wc_offer_decode, wc_offer_put)
RECODE(meter, wc_meter, wc_meter_decode, wc_meter_put)
RECODE(reading, wc_reading, wc_reading_decode, wc_reading_put)

static wc_status recode_nonce_strict(wc_slice bytes, wc_buf *out)
{
    wc_nonce nonce;
    WC_TRY(wc_nonce_decode(&nonce, WC_LANE_WINDOW_FIRST - 1, bytes));
    wc_nonce_put(out, &nonce);
    return WC_OK;
}

static wc_status recode_nonce_window(wc_slice bytes, wc_buf *out)
{
    wc_nonce nonce;
    WC_TRY(wc_nonce_decode(&nonce, WC_LANE_WINDOW_FIRST, bytes));
    wc_nonce_put(out, &nonce);
    return WC_OK;
}

static wc_status recode_amount(wc_slice bytes, wc_buf *out)
{
    int64_t amount;
    WC_TRY(wc_amount_decode(&amount, bytes));
    wc_amount_put(out, amount);
    return WC_OK;
}

static wc_status recode_quota(wc_slice bytes, wc_buf *out)
{
    uint64_t gas;
    WC_TRY(wc_quota_decode(&gas, bytes));
    wc_quota_put(out, gas);
    return WC_OK;
}

static wc_status recode_page(wc_slice bytes, wc_buf *out)
{
    static wc_accumulator meters[WC_PAGE_METERS_MAX];
    uint16_t count;
    WC_TRY(wc_reading_page_decode(meters, &count, bytes));
    wc_reading_page_put(out, meters, count);
    return WC_OK;
}

static const struct {
    const char *name;
    recode_fn recode;
} values[] = {
    {"params", recode_params},
    {"admin", recode_admin},
    {"validators", recode_validators},
    {"proposal", recode_proposal},
    {"account", recode_account},
    {"device", recode_account},
    {"key_record", recode_key_record},
    {"nonce_strict", recode_nonce_strict},
    {"nonce_window", recode_nonce_window},
    {"asset", recode_asset},
    {"amount", recode_amount},
    {"quota", recode_quota},
    {"mandate", recode_mandate},
    {"bank_fact", recode_bank_fact},
    {"module", recode_module},
    {"instance", recode_instance},
    {"instance_plain", recode_instance},
    {"field_header", recode_field_header},
    {"offer", recode_offer},
    {"meter", recode_meter},
    {"reading", recode_reading},
    {"reading_page", recode_page},
};

static void every_value_has_one_encoding_and_begins_with_its_version(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(values); i++) {
        assert_canonical(FILE_NAME, values[i].name, values[i].recode);
        wc_slice golden = vector_bytes(FILE_NAME, values[i].name);
        assert_int_equal(golden.data[0], WC_STATE_VALUE_VERSION);
        uint8_t bytes[2048];
        uint8_t recoded[2048];
        wc_buf buf;
        wc_buf_init(&buf, recoded, sizeof recoded);
        assert_true(golden.len <= sizeof bytes);
        memcpy(bytes, golden.data, golden.len);
        bytes[0] = 2;
        assert_status(values[i].recode(wc_slice_of(bytes, golden.len), &buf), WC_BAD_VERSION);
    }
}

/* Encodes the value at `value`, changed by the caller, and decodes it again. */
#define REDECODE(type, decode, put, value)                                                         \
    do {                                                                                           \
        static uint8_t encoded_[WC_STATE_VALUE_MAX + 100];                                         \
        static type decoded_;                                                                      \
        wc_buf buf_;                                                                               \
        wc_buf_init(&buf_, encoded_, sizeof encoded_);                                             \
        put(&buf_, (value));                                                                       \
        assert_status(wc_buf_status(&buf_), WC_OK);                                                \
        redecoded = decode(&decoded_, wc_buf_slice(&buf_));                                        \
    } while (0)

/* ---- parameters --------------------------------------------------------------------------------
 */

static wc_params golden_params(void)
{
    wc_params params;
    wc_slice bytes = vector_bytes(FILE_NAME, "params");
    assert_int_equal(bytes.len, WC_PARAMS_SIZE);
    assert_status(wc_params_decode(&params, bytes), WC_OK);
    return params;
}

static wc_status params_status(const wc_params *params)
{
    wc_status redecoded;
    REDECODE(wc_params, wc_params_decode, wc_params_put, params);
    return redecoded;
}

static void the_golden_parameters_decode_to_their_fields(void **state)
{
    (void)state;
    wc_params params = golden_params();
    assert_int_equal(params.protocol, 1);
    assert_hash(&params.schedule_hash, "schedule");
    assert_int_equal(params.gas_price, 1000);
    assert_int_equal(params.block_gas_max, 900000000);
    assert_int_equal(params.action_gas_max, 100000000);
    assert_int_equal(params.timer_gas_max, 90000000);
    assert_int_equal(params.block_tx_bytes_max, 4000000);
    assert_int_equal(params.block_txs_max, 9000);
    assert_int_equal(params.block_write_bytes_max, 30000000);
    assert_int_equal(params.tx_ttl_s_max, 2000000);
    assert_int_equal(params.offer_ttl_s_max, 20000000);
    assert_int_equal(params.epoch_s, 86400);
    assert_int_equal(params.governance_delay_s, 259200);
    assert_int_equal(params.reading_quota_gas, 5000000);
}

/* Each limit of governance at its ceiling and one beyond. */
static void parameters_stay_within_the_ceilings_of_the_format(void **state)
{
    (void)state;
#define CEILING(field, highest)                                                                    \
    do {                                                                                           \
        wc_params params = golden_params();                                                        \
        params.field = (highest);                                                                  \
        assert_status(params_status(&params), WC_OK);                                              \
        params.field++;                                                                            \
        assert_status(params_status(&params), WC_OUT_OF_DOMAIN);                                   \
    } while (0)
#define POSITIVE(field)                                                                            \
    do {                                                                                           \
        wc_params params = golden_params();                                                        \
        params.action_gas_max = 1;                                                                 \
        params.field = 1;                                                                          \
        assert_status(params_status(&params), WC_OK);                                              \
        params.field = 0;                                                                          \
        assert_status(params_status(&params), WC_OUT_OF_DOMAIN);                                   \
    } while (0)
    CEILING(protocol, WC_PROTOCOL);
    CEILING(gas_price, UINT64_C(1) << 40);
    CEILING(block_gas_max, WC_BLOCK_GAS_MAX);
    CEILING(action_gas_max, 900000000);
    CEILING(timer_gas_max, WC_TIMER_GAS_MAX);
    CEILING(block_tx_bytes_max, WC_BLOCK_TX_BYTES_MAX);
    CEILING(block_txs_max, WC_BLOCK_TXS_MAX);
    CEILING(block_write_bytes_max, WC_BLOCK_WRITE_BYTES_MAX);
    CEILING(tx_ttl_s_max, WC_TX_TTL_S_MAX);
    CEILING(offer_ttl_s_max, 366 * 86400);
    CEILING(epoch_s, INT32_MAX);
    CEILING(governance_delay_s, INT32_MAX);
    POSITIVE(block_gas_max);
    POSITIVE(action_gas_max);
    POSITIVE(timer_gas_max);
    POSITIVE(block_tx_bytes_max);
    POSITIVE(block_txs_max);
    POSITIVE(block_write_bytes_max);
    POSITIVE(tx_ttl_s_max);
    POSITIVE(offer_ttl_s_max);
    POSITIVE(epoch_s);
    wc_params free_gas = golden_params();
    free_gas.gas_price = 0;
    assert_status(params_status(&free_gas), WC_OK);
}

static wc_status admin_status(const wc_admin_rule *rule)
{
    wc_status redecoded;
    REDECODE(wc_admin_rule, wc_admin_rule_decode, wc_admin_rule_put, rule);
    return redecoded;
}

static void an_admin_rule_can_be_met_and_lists_each_member_once(void **state)
{
    (void)state;
    wc_admin_rule rule;
    assert_status(wc_admin_rule_decode(&rule, vector_bytes(FILE_NAME, "admin")), WC_OK);
    assert_int_equal(rule.threshold, 2);
    assert_int_equal(rule.count, 3);
    rule.threshold = 3;
    assert_status(admin_status(&rule), WC_OK);
    rule.threshold = 4;
    assert_status(admin_status(&rule), WC_OUT_OF_DOMAIN);
    rule.threshold = 0;
    assert_status(admin_status(&rule), WC_OUT_OF_DOMAIN);
    rule.threshold = 1;
    rule.members[1] = rule.members[0];
    assert_status(admin_status(&rule), WC_NOT_CANONICAL);
}

static wc_status validators_status(const wc_validators *validators)
{
    wc_status redecoded;
    REDECODE(wc_validators, wc_validators_decode, wc_validators_put, validators);
    return redecoded;
}

static void validators_decode_and_hash_as_the_order_engine_does(void **state)
{
    (void)state;
    static wc_validators validators;
    assert_status(wc_validators_decode(&validators, vector_bytes(FILE_NAME, "validators")), WC_OK);
    assert_int_equal(validators.count, 4);
    wc_hash pub = name32("v3");
    assert_memory_equal(validators.list[2].pub, pub.bytes, 32);
    assert_int_equal(validators.list[1].power, 300);
    assert_hash(&validators.list[2].operator_account, "carol");
    assert_vector_hash(FILE_NAME, "validators_hash", wc_validators_hash(&validators));
    wc_validators reordered = validators; /* the listed order does not matter to the hash */
    reordered.list[0] = validators.list[3];
    reordered.list[3] = validators.list[0];
    assert_vector_hash(FILE_NAME, "validators_hash", wc_validators_hash(&reordered));
}

static void validators_are_distinct_and_somebody_has_power(void **state)
{
    (void)state;
    static wc_validators golden;
    static wc_validators changed;
    assert_status(wc_validators_decode(&golden, vector_bytes(FILE_NAME, "validators")), WC_OK);
    changed = golden;
    memcpy(changed.list[3].pub, changed.list[0].pub, 32);
    assert_status(validators_status(&changed), WC_NOT_CANONICAL);
    changed = golden;
    for (size_t i = 0; i < changed.count; i++) changed.list[i].power = 0;
    assert_status(validators_status(&changed), WC_OUT_OF_DOMAIN);
    changed.list[0].power = (UINT64_C(1) << 60) - 1;
    assert_status(validators_status(&changed), WC_OK);
    changed.list[0].power++;
    assert_status(validators_status(&changed), WC_OUT_OF_DOMAIN);
    changed = golden;
    changed.count = 0;
    assert_status(validators_status(&changed), WC_OUT_OF_DOMAIN);
}

static void the_golden_proposal_decodes_to_its_fields(void **state)
{
    (void)state;
    static wc_proposal proposal;
    assert_status(wc_proposal_decode(&proposal, vector_bytes(FILE_NAME, "proposal")), WC_OK);
    assert_int_equal(proposal.status, WC_PROPOSAL_APPROVED);
    assert_int_equal(proposal.kind, 770);
    assert_hash(&proposal.proposer, "alice");
    assert_int_equal(proposal.created_s, 1000);
    assert_int_equal(proposal.effective_s, 2000);
    assert_slice(proposal.body, "body");
    assert_int_equal(proposal.approver_count, 2);
}

/* ---- accounts ----------------------------------------------------------------------------------
 */

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

/* ---- assets, mandates, bank facts
 * ---------------------------------------------------------------- */

static wc_status asset_status(const wc_asset *asset)
{
    wc_status redecoded;
    REDECODE(wc_asset, wc_asset_decode, wc_asset_put, asset);
    return redecoded;
}

static void the_golden_asset_decodes_and_has_a_proper_code(void **state)
{
    (void)state;
    wc_asset asset;
    assert_status(wc_asset_decode(&asset, vector_bytes(FILE_NAME, "asset")), WC_OK);
    assert_int_equal(asset.kind, WC_ASSET_CURRENCY);
    assert_int_equal(asset.scale, 2);
    assert_slice(asset.code, "CNY");
    assert_hash(&asset.issuer, "bob");
    assert_int_equal(asset.issued, 30000);
    assert_int_equal(asset.redeemed, 4000);

    static const struct {
        const char *code;
        wc_status status;
    } codes[] = {{"C", WC_OK},
                 {"", WC_OUT_OF_DOMAIN},
                 {"cny", WC_OUT_OF_DOMAIN},
                 {"1A", WC_OUT_OF_DOMAIN},
                 {"A1", WC_OK},
                 {"A B", WC_OUT_OF_DOMAIN},
                 {"ABCDEFGHIJKLMNOP", WC_OK},
                 {"ABCDEFGHIJKLMNOPQ", WC_TOO_LARGE}};

    for (size_t i = 0; i < WC_ARRAY_LEN(codes); i++) {
        asset.code = wc_slice_of(codes[i].code, strlen(codes[i].code));
        assert_status(asset_status(&asset), codes[i].status);
    }
    asset.code = wc_slice_of("CNY", 3);
    asset.scale = WC_ASSET_SCALE_MAX;
    assert_status(asset_status(&asset), WC_OK);
    asset.scale++;
    assert_status(asset_status(&asset), WC_OUT_OF_DOMAIN);
    asset.scale = 2;
    asset.redeemed = 30001;
    assert_status(asset_status(&asset), WC_OUT_OF_DOMAIN);
    asset.redeemed = 30000;
    assert_status(asset_status(&asset), WC_OK);
    asset.issued = -1;
    assert_status(asset_status(&asset), WC_OUT_OF_DOMAIN);
}

static void amounts_and_quotas_at_rest_are_positive(void **state)
{
    (void)state;
    int64_t amount;
    uint64_t gas;
    uint8_t zero[WC_AMOUNT_SIZE] = {1};
    assert_status(wc_amount_decode(&amount, vector_bytes(FILE_NAME, "amount")), WC_OK);
    assert_int_equal(amount, 66051);
    assert_status(wc_amount_decode(&amount, wc_slice_of(zero, sizeof zero)), WC_OUT_OF_DOMAIN);
    assert_int_equal(amount, 66051);
    assert_status(wc_quota_decode(&gas, vector_bytes(FILE_NAME, "quota")), WC_OK);
    assert_true(gas == (UINT64_C(1) << 63) + 5);
    assert_status(wc_quota_decode(&gas, wc_slice_of(zero, sizeof zero)), WC_OUT_OF_DOMAIN);
    zero[1] = 0x80;
    assert_status(wc_amount_decode(&amount, wc_slice_of(zero, sizeof zero)), WC_OUT_OF_DOMAIN);
}

static void the_golden_mandate_decodes_and_never_exceeds_itself(void **state)
{
    (void)state;
    wc_mandate golden;
    wc_slice bytes = vector_bytes(FILE_NAME, "mandate");
    assert_int_equal(bytes.len, WC_MANDATE_SIZE);
    assert_status(wc_mandate_decode(&golden, bytes), WC_OK);
    assert_int_equal(golden.limit, 10000);
    assert_int_equal(golden.per_period, 900);
    assert_int_equal(golden.period_s, 86400);
    assert_int_equal(golden.expiry_s, 1700000000);
    assert_int_equal(golden.used, 950);
    assert_int_equal(golden.period_used, 50);
    assert_int_equal(golden.period_start_s, 1662000000);
    wc_mandate bad[] = {golden, golden, golden, golden, golden};
    bad[0].limit = 899;
    bad[1].per_period = 0;
    bad[2].period_s = 0;
    bad[3].used = 10001;
    bad[4].period_used = 901;
    for (size_t i = 0; i < WC_ARRAY_LEN(bad); i++) {
        wc_status redecoded;
        REDECODE(wc_mandate, wc_mandate_decode, wc_mandate_put, &bad[i]);
        assert_status(redecoded, WC_OUT_OF_DOMAIN);
    }
    wc_mandate least = {1, 1, 1, 0, 0, 0, 0};
    wc_status redecoded;
    REDECODE(wc_mandate, wc_mandate_decode, wc_mandate_put, &least);
    assert_status(redecoded, WC_OK);
}

static void a_bank_fact_has_two_people_once_approved(void **state)
{
    (void)state;
    wc_bank_fact golden;
    wc_slice bytes = vector_bytes(FILE_NAME, "bank_fact");
    assert_int_equal(bytes.len, WC_BANK_FACT_SIZE);
    assert_status(wc_bank_fact_decode(&golden, bytes), WC_OK);
    assert_int_equal(golden.status, WC_BANK_FACT_APPROVED);
    assert_int_equal(golden.kind, WC_BANK_FACT_DEPOSIT);
    assert_int_equal(golden.asset, 2);
    assert_hash(&golden.party, "alice");
    assert_int_equal(golden.amount, 6000);
    assert_int_equal(golden.value_day, 19236);
    assert_hash(&golden.details, "details");
    assert_hash(&golden.maker, "bob");
    assert_hash(&golden.checker, "carol");
    wc_bank_fact cases[] = {golden, golden, golden, golden};
    cases[0].checker = golden.maker;
    cases[1].status = WC_BANK_FACT_MADE;
    cases[2].checker = (wc_address){{0}};
    cases[3].maker = (wc_address){{0}};
    wc_status redecoded;
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        REDECODE(wc_bank_fact, wc_bank_fact_decode, wc_bank_fact_put, &cases[i]);
        assert_status(redecoded, WC_OUT_OF_DOMAIN);
    }
    cases[1].checker = (wc_address){{0}}; /* made, and not approved */
    cases[1].asset = WC_ASSET_NETWORK;
    cases[1].amount = 1;
    REDECODE(wc_bank_fact, wc_bank_fact_decode, wc_bank_fact_put, &cases[1]);
    assert_status(redecoded, WC_OK);
}

/* ---- instances
 * ----------------------------------------------------------------------------------- */

static wc_instance_entry golden_instance(void)
{
    wc_instance_entry instance;
    assert_status(wc_instance_decode(&instance, vector_bytes(FILE_NAME, "instance")), WC_OK);
    return instance;
}

static wc_status instance_status(const wc_instance_entry *instance)
{
    wc_status redecoded;
    REDECODE(wc_instance_entry, wc_instance_decode, wc_instance_put, instance);
    return redecoded;
}

static void the_golden_instance_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_instance_entry instance = golden_instance();
    assert_hash(&instance.code, "code");
    assert_int_equal(instance.version, 3);
    assert_int_equal(instance.status, WC_INSTANCE_LIVE);
    assert_int_equal(instance.state, 258);
    assert_int_equal(instance.entered_s, 1000);
    assert_int_equal(instance.deployed_s, 900);
    assert_int_equal(instance.due_s, 5000);
    assert_int_equal(instance.due_clause, 770);
    assert_int_equal(instance.fails, 2);
    assert_int_equal(instance.depth, 4);
    assert_int_equal(instance.holders, 1023);
    assert_hash(&instance.offer, "offer");
    assert_int_equal(instance.party_count, 3);
    wc_address bob = wc_instance_party(&instance, 1);
    assert_hash(&bob, "bob");
    assert_slice(instance.root, "root bytes");
}

static void an_instance_stays_within_its_limits(void **state)
{
    (void)state;
    static uint8_t root[WC_STATE_VALUE_MAX + 1];
    wc_instance_entry golden = golden_instance();
    wc_instance_entry instance = golden;
    instance.holders = WC_ESCROW_MAX;
    assert_status(instance_status(&instance), WC_OK);
    instance.holders++;
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance = golden;
    instance.depth = WC_INSTANCE_DEPTH_MAX;
    assert_status(instance_status(&instance), WC_OK);
    instance.depth++;
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance.depth = 0;
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance = golden;
    instance.fails = WC_TIMER_TRIES_MAX;
    assert_status(instance_status(&instance), WC_OK);
    instance.fails++;
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance = golden;
    instance.due_s = WC_DUE_NONE; /* no time-out, and yet a clause */
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance = golden;
    instance.version = 0;
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance = golden;
    instance.root = wc_slice_of(root, WC_STATE_VALUE_MAX - 1000);
    assert_status(instance_status(&instance), WC_OK);
}

static void the_golden_module_and_header_decode_to_their_fields(void **state)
{
    (void)state;
    wc_module_entry module;
    assert_status(wc_module_entry_decode(&module, vector_bytes(FILE_NAME, "module")), WC_OK);
    assert_hash(&module.deployer, "alice");
    assert_int_equal(module.deployed_s, 1662000000);
    assert_slice(module.module, "module bytes");
    static uint8_t large[WC_MODULE_SIZE_MAX + 1];
    wc_status redecoded;

    static const struct {
        size_t len;
        wc_status status;
    } sizes[] = {{0, WC_OUT_OF_DOMAIN},
                 {1, WC_OK},
                 {WC_MODULE_SIZE_MAX, WC_OK},
                 {WC_MODULE_SIZE_MAX + 1, WC_TOO_LARGE}};

    for (size_t i = 0; i < WC_ARRAY_LEN(sizes); i++) {
        module.module = wc_slice_of(large, sizes[i].len);
        REDECODE(wc_module_entry, wc_module_entry_decode, wc_module_entry_put, &module);
        assert_status(redecoded, sizes[i].status);
    }
    wc_field_header header;
    wc_slice bytes = vector_bytes(FILE_NAME, "field_header");
    assert_int_equal(bytes.len, WC_FIELD_HEADER_SIZE);
    assert_status(wc_field_header_decode(&header, bytes), WC_OK);
    assert_int_equal(header.len, 66051);
    assert_int_equal(header.next_seq, UINT64_C(1) << 33);
}

/* ---- offers
 * -------------------------------------------------------------------------------------- */

static wc_offer golden_offer(void)
{
    wc_offer offer;
    assert_status(wc_offer_decode(&offer, vector_bytes(FILE_NAME, "offer")), WC_OK);
    return offer;
}

static wc_status offer_status(wc_offer *offer)
{
    wc_status redecoded;
    offer->terms_hash = wc_offer_terms_hash(offer);
    REDECODE(wc_offer, wc_offer_decode, wc_offer_put, offer);
    return redecoded;
}

static void the_golden_offer_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_offer offer = golden_offer();
    assert_int_equal(offer.status, WC_OFFER_OPEN);
    assert_hash(&offer.proposer, "alice");
    assert_hash(&offer.code, "code");
    assert_hash(&offer.counter_of, "earlier");
    assert_int_equal(offer.created_s, 1000);
    assert_int_equal(offer.valid_until_s, 9000);
    assert_vector_hash(FILE_NAME, "offer_terms", offer.terms_hash);
    assert_vector_hash(FILE_NAME, "offer_terms", wc_offer_terms_hash(&offer));
    assert_int_equal(offer.party_count, 5);
    assert_hash(&offer.parties[2].party, "carol");
    assert_int_equal(offer.parties[2].role, WC_ROLE_CONSUMER);
    assert_int_equal(offer.parties[2].flags, 7);
    assert_slice(offer.terms, "terms");
    assert_false(wc_offer_is_complete(&offer));
}

static void signing_does_not_change_the_terms_and_anything_else_does(void **state)
{
    (void)state;
    wc_offer offer = golden_offer();
    wc_hash before = offer.terms_hash;
    offer.parties[1].flags |= WC_OFFER_SIGNED;
    offer.parties[3].party = name32("a late meter");
    offer.parties[3].flags |= WC_OFFER_SIGNED;
    wc_hash after = wc_offer_terms_hash(&offer);
    assert_memory_equal(before.bytes, after.bytes, 32);
    assert_status(offer_status(&offer), WC_OK);
    assert_true(wc_offer_is_complete(&offer));

    wc_offer changed[] = {offer, offer, offer, offer, offer, offer};
    changed[0].terms = wc_slice_of("Terms", 5);
    changed[1].valid_until_s++;
    changed[2].parties[1].party = name32("eve");
    changed[3].parties[4].flags = WC_OFFER_MUST_SIGN;
    changed[4].code = name32("other code");
    changed[5].party_count--;
    for (size_t i = 0; i < WC_ARRAY_LEN(changed); i++) {
        after = wc_offer_terms_hash(&changed[i]);
        assert_memory_not_equal(before.bytes, after.bytes, 32);
        wc_status redecoded;
        REDECODE(wc_offer, wc_offer_decode, wc_offer_put, &changed[i]); /* with the old hash */
        assert_status(redecoded, WC_DIFFERS);
    }
}

static void an_offer_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
#define BROKEN_OFFER(expected, change)                                                             \
    do {                                                                                           \
        wc_offer offer = golden_offer();                                                           \
        change;                                                                                    \
        assert_status(offer_status(&offer), expected);                                             \
    } while (0)
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.status = WC_OFFER_ACCEPTED); /* without its instance */
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.outcome = name32("x"));      /* open, and yet an outcome */
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.valid_until_s = 1000);
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.party_count = 0);
    BROKEN_OFFER(WC_OUT_OF_DOMAIN,
                 offer.parties[4].flags = WC_OFFER_SIGNED); /* needs no signature */
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.parties[4].flags = 8);
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.parties[4].party = (wc_address){{0}});
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.parties[3].party = name32("x")); /* filled, not signed */
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.parties[3].role = 0); /* open to anybody at all */
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.parties[0].role = 17);
    BROKEN_OFFER(WC_OK, offer.status = WC_OFFER_WITHDRAWN);
    BROKEN_OFFER(WC_OK, offer.status = WC_OFFER_DECLINED; offer.outcome = name32("bob"));
}

static bool is_meter(void *context, uint16_t role)
{
    (void)context;
    return role == WC_ROLE_METER;
}

static bool is_nothing(void *context, uint16_t role)
{
    (void)context;
    (void)role;
    return false;
}

static void a_party_answers_at_its_own_position_or_at_an_open_one(void **state)
{
    (void)state;
    wc_offer offer = golden_offer();
    wc_address bob = name32("bob");
    wc_address meter = name32("a meter");
    assert_int_equal(wc_offer_position(&offer, &bob, is_meter, NULL), 1);
    assert_int_equal(wc_offer_position(&offer, &meter, is_meter, NULL), 3);
    assert_int_equal(wc_offer_position(&offer, &meter, is_nothing, NULL), -1);
}

static void the_largest_offer_fits_its_stated_size(void **state)
{
    (void)state;
    static uint8_t terms[WC_OFFER_TERMS_MAX + 1];
    static uint8_t bytes[WC_OFFER_SIZE_MAX + 1];
    wc_offer offer = golden_offer();
    offer.party_count = WC_OFFER_PARTIES_MAX;
    for (size_t i = 5; i < WC_OFFER_PARTIES_MAX; i++) offer.parties[i] = offer.parties[4];
    offer.terms = wc_slice_of(terms, WC_OFFER_TERMS_MAX);
    offer.terms_hash = wc_offer_terms_hash(&offer);
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_offer_put(&buf, &offer);
    assert_int_equal(buf.len, WC_OFFER_SIZE_MAX);
    assert_status(wc_offer_decode(&offer, wc_buf_slice(&buf)), WC_OK);
    offer.terms = wc_slice_of(terms, WC_OFFER_TERMS_MAX + 1);
    assert_status(offer_status(&offer), WC_TOO_LARGE);
    assert_true(WC_OFFER_SIZE_MAX <= WC_STATE_VALUE_MAX);
}

/* ---- meters and readings
 * -------------------------------------------------------------------------- */

static wc_status meter_status(const wc_meter *meter)
{
    wc_status redecoded;
    REDECODE(wc_meter, wc_meter_decode, wc_meter_put, meter);
    return redecoded;
}

static void the_golden_meter_decodes_and_stays_in_its_domain(void **state)
{
    (void)state;
    wc_meter golden;
    assert_status(wc_meter_decode(&golden, vector_bytes(FILE_NAME, "meter")), WC_OK);
    assert_int_equal(golden.status, WC_METER_ACTIVE);
    assert_hash(&golden.operator_account, "bob");
    assert_hash(&golden.customer, "alice");
    assert_hash(&golden.feeder, "feeder");
    assert_slice(golden.serial, "SN-1");
    assert_slice(golden.point, "CP-77");
    assert_int_equal(golden.channels, 1u << WC_CHANNEL_IMPORT | 1u << WC_CHANNEL_LOAD);
    assert_int_equal(golden.accuracy_class, 5);
    assert_int_equal(golden.step_s, 900);
    assert_hash(&golden.certificate, "certificate");
    assert_int_equal(golden.valid_from_s, 1000);
    assert_int_equal(golden.valid_to_s, 2000);
    wc_meter cases[] = {golden, golden, golden, golden, golden, golden, golden};
    cases[0].step_s = 299;
    cases[1].step_s = 1000; /* does not divide a day */
    cases[2].channels = 0;
    cases[3].channels = 16;
    cases[4].valid_to_s = 1000;
    cases[5].serial = wc_slice_of("a\nb", 3);
    cases[6].point = wc_slice_of("", 0);
    static const wc_status expected[] = {WC_OUT_OF_DOMAIN, WC_OUT_OF_DOMAIN, WC_OUT_OF_DOMAIN,
                                         WC_OUT_OF_DOMAIN, WC_OUT_OF_DOMAIN, WC_BAD_UTF8,
                                         WC_OUT_OF_DOMAIN};
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        assert_status(meter_status(&cases[i]), expected[i]);
    }
    golden.step_s = 300;
    assert_status(meter_status(&golden), WC_OK);
    golden.step_s = 86400;
    assert_status(meter_status(&golden), WC_OK);
}

static wc_status reading_status(const wc_reading *reading)
{
    wc_status redecoded;
    REDECODE(wc_reading, wc_reading_decode, wc_reading_put, reading);
    return redecoded;
}

static void the_golden_reading_decodes_to_its_runs(void **state)
{
    (void)state;
    static wc_reading reading;
    assert_status(wc_reading_decode(&reading, vector_bytes(FILE_NAME, "reading")), WC_OK);
    assert_int_equal(reading.step_s, 900);
    assert_int_equal(reading.run_count, 3);
    assert_int_equal(reading.runs[1].first, 4);
    assert_int_equal(reading.runs[1].count, 1);
    assert_int_equal(reading.runs[1].quality, 2);
    assert_hash(&reading.runs[1].payload, "payload 2");
    assert_int_equal(reading.runs[1].at, 9);
    reading.runs[1].first = 3; /* overlaps the run before */
    assert_status(reading_status(&reading), WC_NOT_CANONICAL);
    reading.runs[1].first = 4;
    reading.runs[2].count = 7; /* leaves the day */
    assert_status(reading_status(&reading), WC_OUT_OF_DOMAIN);
    reading.runs[2].count = 0;
    assert_status(reading_status(&reading), WC_OUT_OF_DOMAIN);
    reading.runs[2].count = 6;
    reading.runs[2].quality = 4;
    assert_status(reading_status(&reading), WC_OUT_OF_DOMAIN);
    reading.runs[2].quality = 3;
    assert_status(reading_status(&reading), WC_OK);
    reading.runs[2].first = 95;
    reading.runs[2].count = 1;
    assert_status(reading_status(&reading), WC_OK);
    reading.runs[2].first = 96;
    reading.runs[2].count = 0;
    assert_status(reading_status(&reading), WC_OUT_OF_DOMAIN);
    reading.run_count = 0;
    assert_status(reading_status(&reading), WC_OUT_OF_DOMAIN);
}

static void an_interval_is_reported_once(void **state)
{
    (void)state;
    static wc_reading reading;
    assert_status(wc_reading_decode(&reading, vector_bytes(FILE_NAME, "reading")), WC_OK);

    static const struct {
        uint16_t first;
        uint16_t count;
        wc_status status;
    } cases[] = {
        {0, 1, WC_EXISTS},         {3, 1, WC_EXISTS},
        {4, 1, WC_EXISTS},         {2, 5, WC_EXISTS},
        {5, 86, WC_EXISTS},        {95, 1, WC_EXISTS},
        {96, 1, WC_OUT_OF_DOMAIN}, {5, 0, WC_OUT_OF_DOMAIN},
        {5, 92, WC_OUT_OF_DOMAIN}, {5, 85, WC_OK},
        {89, 1, WC_EXISTS},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_reading_run run = {cases[i].first, cases[i].count, 0, name32("p"), 0};
        assert_status(wc_reading_add(&reading, &run), cases[i].status);
        assert_status(reading_status(&reading), WC_OK);
    }
    assert_int_equal(reading.run_count, 4);
    assert_int_equal(reading.runs[2].first, 5);
    wc_reading_run run = {95, 1, 3, name32("p"), 0};
    reading.run_count = 3; /* the last interval is free again */
    assert_status(wc_reading_add(&reading, &run), WC_OK);
    run.quality = 4;
    reading.run_count = 3;
    assert_status(wc_reading_add(&reading, &run), WC_OUT_OF_DOMAIN);
}

static void a_day_of_five_minute_readings_fills_an_entry(void **state)
{
    (void)state;
    static wc_reading reading;
    reading = (wc_reading){.step_s = 300};
    for (uint16_t i = WC_READING_SLOTS_MAX; i > 0; i--) { /* backwards */
        wc_reading_run run = {(uint16_t)(i - 1), 1, 0, name32("p"), i};
        assert_status(wc_reading_add(&reading, &run), WC_OK);
    }
    static uint8_t bytes[WC_READING_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_reading_put(&buf, &reading);
    assert_status(wc_buf_status(&buf), WC_OK);
    assert_int_equal(buf.len, WC_READING_SIZE_MAX);
    assert_status(wc_reading_decode(&reading, wc_buf_slice(&buf)), WC_OK);
}

static void the_golden_page_decodes_to_its_accumulators(void **state)
{
    (void)state;
    static wc_accumulator meters[WC_PAGE_METERS_MAX + 1];
    static uint8_t bytes[WC_READING_PAGE_SIZE_MAX + 16];
    uint16_t count;
    assert_status(wc_reading_page_decode(meters, &count, vector_bytes(FILE_NAME, "reading_page")),
                  WC_OK);
    assert_int_equal(count, 2);
    assert_int_equal(meters[0].energy, 1);
    assert_int_equal(meters[0].money, -2);
    assert_int_equal(meters[1].energy, INT64_C(1) << 40);

    static const struct {
        uint16_t count;
        wc_status status;
    } sizes[] = {{0, WC_OUT_OF_DOMAIN},
                 {WC_PAGE_METERS_MAX, WC_OK},
                 {WC_PAGE_METERS_MAX + 1, WC_OUT_OF_DOMAIN}};

    for (size_t i = 0; i < WC_ARRAY_LEN(sizes); i++) {
        wc_buf buf;
        wc_buf_init(&buf, bytes, sizeof bytes);
        wc_reading_page_put(&buf, meters, sizes[i].count);
        assert_status(wc_reading_page_decode(meters, &count, wc_buf_slice(&buf)), sizes[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_has_one_encoding_and_begins_with_its_version),
        cmocka_unit_test(the_golden_parameters_decode_to_their_fields),
        cmocka_unit_test(parameters_stay_within_the_ceilings_of_the_format),
        cmocka_unit_test(an_admin_rule_can_be_met_and_lists_each_member_once),
        cmocka_unit_test(validators_decode_and_hash_as_the_order_engine_does),
        cmocka_unit_test(validators_are_distinct_and_somebody_has_power),
        cmocka_unit_test(the_golden_proposal_decodes_to_its_fields),
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
        cmocka_unit_test(the_golden_asset_decodes_and_has_a_proper_code),
        cmocka_unit_test(amounts_and_quotas_at_rest_are_positive),
        cmocka_unit_test(the_golden_mandate_decodes_and_never_exceeds_itself),
        cmocka_unit_test(a_bank_fact_has_two_people_once_approved),
        cmocka_unit_test(the_golden_instance_decodes_to_its_fields),
        cmocka_unit_test(an_instance_stays_within_its_limits),
        cmocka_unit_test(the_golden_module_and_header_decode_to_their_fields),
        cmocka_unit_test(the_golden_offer_decodes_to_its_fields),
        cmocka_unit_test(signing_does_not_change_the_terms_and_anything_else_does),
        cmocka_unit_test(an_offer_that_contradicts_itself_is_refused),
        cmocka_unit_test(a_party_answers_at_its_own_position_or_at_an_open_one),
        cmocka_unit_test(the_largest_offer_fits_its_stated_size),
        cmocka_unit_test(the_golden_meter_decodes_and_stays_in_its_domain),
        cmocka_unit_test(the_golden_reading_decodes_to_its_runs),
        cmocka_unit_test(an_interval_is_reported_once),
        cmocka_unit_test(a_day_of_five_minute_readings_fills_an_entry),
        cmocka_unit_test(the_golden_page_decodes_to_its_accumulators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
