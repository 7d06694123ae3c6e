/* Parameters, the administration, validators, proposals against the golden vectors. */
#include "tests/support/test.h"

#include "node/ledger/natives.h"
#include "node/ledger/params.h"
#include "tests/unit/ledger_model/redecode.h"
#include "tests/unit/ledger_model/vectors.h"

#define FILE_NAME "values.hex"

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

/* Each limit of governance one below its ceiling, at it and one beyond. */
static void parameters_stay_within_the_ceilings_of_the_format(void **state)
{
    (void)state;
#define CEILING(field, highest)                                                                    \
    do {                                                                                           \
        wc_params params = golden_params();                                                        \
        params.field = (highest);                                                                  \
        params.field--;                                                                            \
        if (params.field > 0) assert_status(params_status(&params), WC_OK);                        \
        params.field++;                                                                            \
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
    wc_params other = golden_params();
    other.protocol = WC_PROTOCOL + 1;
    assert_status(params_status(&other), WC_NOT_SUPPORTED);
    other.protocol = 0;
    assert_status(params_status(&other), WC_NOT_SUPPORTED);
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

/* Written here byte by byte, because the writer would not write what is too long. */
static wc_status proposal_with_body(uint32_t len)
{
    static uint8_t memory[WC_PROPOSAL_BODY_MAX + 256];
    static const uint8_t zeros[WC_PROPOSAL_BODY_MAX + 1];
    static wc_proposal proposal;
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_buf_put_u8(&buf, WC_STATE_VALUE_VERSION);
    wc_buf_put(&buf, zeros, 1 + 2 + 32 + 8 + 8);
    wc_buf_put_u32(&buf, len);
    wc_buf_put(&buf, zeros, len);
    wc_buf_put_u8(&buf, 0);
    assert_false(buf.full);
    return wc_proposal_decode(&proposal, wc_buf_slice(&buf));
}

static void a_proposal_s_body_ends_at_its_limit(void **state)
{
    (void)state;
    assert_status(proposal_with_body(WC_PROPOSAL_BODY_MAX - 1), WC_OK);
    assert_status(proposal_with_body(WC_PROPOSAL_BODY_MAX), WC_OK);
    assert_status(proposal_with_body(WC_PROPOSAL_BODY_MAX + 1), WC_TOO_LARGE);
}

static void the_golden_proposal_decodes_to_its_fields(void **state)
{
    (void)state;
    static wc_proposal proposal;
    assert_status(wc_proposal_decode(&proposal, vector_bytes(FILE_NAME, "proposal")), WC_OK);
    assert_int_equal(proposal.status, WC_PROPOSAL_APPROVED);
    assert_vector_hash(FILE_NAME, "proposal_id", wc_proposal_id(2, proposal.body));
    assert_int_equal(proposal.kind, 770);
    assert_hash(&proposal.proposer, "alice");
    assert_int_equal(proposal.created_s, 1000);
    assert_int_equal(proposal.effective_s, 2000);
    assert_slice(proposal.body, "body");
    assert_int_equal(proposal.approver_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_golden_parameters_decode_to_their_fields),
        cmocka_unit_test(parameters_stay_within_the_ceilings_of_the_format),
        cmocka_unit_test(an_admin_rule_can_be_met_and_lists_each_member_once),
        cmocka_unit_test(validators_decode_and_hash_as_the_order_engine_does),
        cmocka_unit_test(validators_are_distinct_and_somebody_has_power),
        cmocka_unit_test(a_proposal_s_body_ends_at_its_limit),
        cmocka_unit_test(the_golden_proposal_decodes_to_its_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
