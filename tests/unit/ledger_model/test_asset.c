/* Assets, amounts, mandates, bank facts against the golden vectors. */
#include "tests/support/test.h"

#include "node/ledger/asset.h"
#include "node/ledger/incentive.h"
#include "tests/unit/ledger_model/redecode.h"
#include "tests/unit/ledger_model/vectors.h"

#define FILE_NAME "values.hex"

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

static void what_an_epoch_counts_has_its_bounds(void **state)
{
    (void)state;
    wc_status redecoded;
    wc_credit credit = {{0, WC_EPOCH_COUNT_MAX, 0}};
    REDECODE(wc_credit, wc_credit_decode, wc_credit_put, &credit);
    assert_status(redecoded, WC_OK);
    credit.work[WC_WORK_METERED]++;
    REDECODE(wc_credit, wc_credit_decode, wc_credit_put, &credit);
    assert_status(redecoded, WC_OUT_OF_DOMAIN);
    uint8_t none[WC_CREDIT_SIZE] = {1};
    assert_status(wc_credit_decode(&credit, wc_slice_of(none, sizeof none)), WC_OUT_OF_DOMAIN);
    wc_epoch epoch = {.number = 1, .credit_count = WC_EPOCH_CREDITS_MAX};
    REDECODE(wc_epoch, wc_epoch_decode, wc_epoch_put, &epoch);
    assert_status(redecoded, WC_OK);
    epoch.credit_count++;
    REDECODE(wc_epoch, wc_epoch_decode, wc_epoch_put, &epoch);
    assert_status(redecoded, WC_OUT_OF_DOMAIN);
    epoch = (wc_epoch){.until_s = 1};
    REDECODE(wc_epoch, wc_epoch_decode, wc_epoch_put, &epoch);
    assert_status(redecoded, WC_OUT_OF_DOMAIN);
    wc_top_up top_up = {.amount = 0};
    REDECODE(wc_top_up, wc_top_up_decode, wc_top_up_put, &top_up);
    assert_status(redecoded, WC_OUT_OF_DOMAIN);
    wc_address nobody = {{0}};
    REDECODE(wc_address, wc_incentive_decode, wc_incentive_put, &nobody);
    assert_status(redecoded, WC_OUT_OF_DOMAIN);
}

static void an_epoch_ends_at_a_multiple_of_its_length(void **state)
{
    (void)state;
    assert_int_equal(wc_epoch_end(0, 3600), 3600);
    assert_int_equal(wc_epoch_end(3599, 3600), 3600);
    assert_int_equal(wc_epoch_end(3600, 3600), 7200);
    assert_int_equal(wc_epoch_end(7, 1), 8);
    assert_int_equal(wc_epoch_end(1767225600, 86400), 1767225600 + 86400);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_golden_asset_decodes_and_has_a_proper_code),
        cmocka_unit_test(amounts_and_quotas_at_rest_are_positive),
        cmocka_unit_test(what_an_epoch_counts_has_its_bounds),
        cmocka_unit_test(an_epoch_ends_at_a_multiple_of_its_length),
        cmocka_unit_test(the_golden_mandate_decodes_and_never_exceeds_itself),
        cmocka_unit_test(a_bank_fact_has_two_people_once_approved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
