/* State values against the golden vectors: parameters, accounts, assets, instances, offers, meters.
 */
#include "tests/support/test.h"

#include "node/ledger/account.h"
#include "node/ledger/asset.h"
#include "node/ledger/incentive.h"
#include "node/ledger/instance.h"
#include "node/ledger/meter.h"
#include "node/ledger/offer.h"
#include "node/ledger/page.h"
#include "node/ledger/params.h"
#include "node/ledger/state.h"
#include "tests/unit/ledger_model/vectors.h"

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
RECODE(incentive, wc_address, wc_incentive_decode, wc_incentive_put)
RECODE(epoch, wc_epoch, wc_epoch_decode, wc_epoch_put)
RECODE(credit, wc_credit, wc_credit_decode, wc_credit_put)
RECODE(top_up, wc_top_up, wc_top_up_decode, wc_top_up_put)
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
    wc_page page;
    WC_TRY(wc_page_decode(&page, bytes));
    wc_page_put(out, &page);
    return WC_OK;
}

static wc_status recode_meter_page(wc_slice bytes, wc_buf *out)
{
    wc_meter_page place;
    WC_TRY(wc_meter_page_decode(&place, bytes));
    wc_meter_page_put(out, &place);
    return WC_OK;
}

static wc_status recode_page_day(wc_slice bytes, wc_buf *out)
{
    static wc_page_day day;
    WC_TRY(wc_page_day_decode(&day, bytes));
    wc_page_day_put(out, &day);
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
    {"incentive", recode_incentive},
    {"epoch", recode_epoch},
    {"credit", recode_credit},
    {"top_up", recode_top_up},
    {"mandate", recode_mandate},
    {"bank_fact", recode_bank_fact},
    {"module", recode_module},
    {"instance", recode_instance},
    {"instance_plain", recode_instance},
    {"field_header", recode_field_header},
    {"offer", recode_offer},
    {"meter", recode_meter},
    {"reading", recode_reading},
    {"reading_later", recode_reading},
    {"reading_page", recode_page},
    {"meter_page", recode_meter_page},
    {"page_day", recode_page_day},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_has_one_encoding_and_begins_with_its_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
