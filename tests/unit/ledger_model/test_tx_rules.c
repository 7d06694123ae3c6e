/* Transactions: one case per decoding rule, with the offset it is reported at. */
#include "tests/support/test.h"

#include "node/ledger/roles.h"
#include "node/ledger/tx.h"
#include "tests/unit/ledger_model/tx_sample.h"
#include "tests/unit/ledger_model/vectors.h"
#include "vm/base/codec.h"

/* Offsets in the golden transaction. */
#define AT_BODY     5u
#define AT_FLAGS    (AT_BODY + 14u)
#define AT_AUTHS    (AT_BODY + 17u)
#define AT_PAYER    (AT_AUTHS + 102u)
#define AT_LANE     (AT_PAYER + 1u)
#define AT_EXPIRY_H (AT_LANE + 18u)
#define AT_EXPIRY   (AT_EXPIRY_H + 8u)
#define AT_GAS      (AT_EXPIRY + 8u)
#define AT_FEE      (AT_GAS + 8u)
#define AT_CALLS    (AT_FEE + 40u) /* the count */
#define AT_CALL0    (AT_CALLS + 1u)
#define AT_DEBITS   (AT_CALL0 + 38u) /* the count */
#define AT_CARRIED  (AT_DEBITS + 1u + 39u)
#define AT_CALL1    (AT_CARRIED + 1u + 4u + 6u)

typedef struct rule_case {
    wc_tx_rule rule;
    size_t offset;
    void (*change)(sample *s);
} rule_case;

static void chain_id_empty(sample *s)
{
    s->tx.chain_id.len = 0;
}

static void chain_id_capital(sample *s)
{
    s->tx.chain_id = wc_slice_of("Test-golden-1", 13);
}

static void chain_id_long(sample *s)
{
    s->tx.chain_id = wc_slice_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 51);
}

static void auth_none(sample *s)
{
    s->tx.auth_count = 0;
}

static void auth_twice(sample *s)
{
    s->tx.auth[2].address = s->tx.auth[0].address;
}

static void auth_role_0x11(sample *s)
{
    s->tx.auth[1].role = 17;
}

static void auth_unneeded(sample *s)
{
    s->tx.payer = 0;
}

static void payer_beyond(sample *s)
{
    s->tx.payer = 3;
}

static void lane_16(sample *s)
{
    s->tx.lane = 16;
}

static void heights_reversed(sample *s)
{
    s->tx.expiry_height = 10;
}

static void expiry_zero(sample *s)
{
    s->tx.expiry_time_s = 0;
}

static void gas_zero(sample *s)
{
    s->tx.gas_limit = 0;
}

static void gas_above_i64(sample *s)
{
    s->tx.gas_limit = (uint64_t)INT64_MAX + 1;
}

static void fee_above_i64(sample *s)
{
    s->tx.max_fee = (uint64_t)INT64_MAX + 1;
}

static void calls_none(sample *s)
{
    s->tx.call_count = 0;
}

static void call_kind_5(sample *s)
{
    s->calls[0].kind = WC_CALL_KIND_COUNT;
}

static void call_mask_empty(sample *s)
{
    s->calls[0].auth_mask = 0;
}

static void call_mask_beyond(sample *s)
{
    s->calls[0].auth_mask = 8;
}

static void principal_outside(sample *s)
{
    s->calls[0].principal = 2;
}

static void principal_huge(sample *s)
{
    s->calls[0].principal = 16;
}

static void deploy_target(sample *s)
{
    s->calls[1].target.bytes[31] = 1;
}

static void deploy_method(sample *s)
{
    s->calls[1].method = 1;
}

static void debit_signer_outside(sample *s)
{
    s->debits[0].auth = 2;
}

static void debit_signer_huge(sample *s)
{
    s->debits[0].auth = 255;
}

static void debit_asset_zero(sample *s)
{
    s->debits[0].asset = 0;
}

static void debit_amount_zero(sample *s)
{
    s->debits[0].max = 0;
}

static void debit_amount_negative(sample *s)
{
    s->debits[0].max = -1;
}

static void debit_same_twice(sample *s)
{
    s->debits[1].asset = 1;
}

static void debit_signers_reversed(sample *s)
{
    s->debits[2].auth = 0;
    s->debits[2].asset = 1;
}

static void sigs_none(sample *s)
{
    s->tx.sig_count = 0;
}

static void sig_signer_beyond(sample *s)
{
    s->tx.sigs[3].auth = 3;
}

static void sig_same_key_twice(sample *s)
{
    s->tx.sigs[1].key_id = 1;
}

static void sig_signers_reversed(sample *s)
{
    s->tx.sigs[0].auth = 1;
}

static void sig_scheme_2(sample *s)
{
    s->tx.sigs[0].scheme = 2;
}

static void sig_missing(sample *s)
{
    s->tx.sig_count = 3;
}

static void debits_65(sample *s)
{
    for (uint32_t i = 0; i < 65; i++) s->debits[i] = (wc_tx_debit){0, i + 1, 1};
    s->calls[0].debit_count = 65;
}

static void access_reversed(sample *s)
{
    static uint8_t keys[64];
    memcpy(keys, s->tx.access.data + 32, 32);
    memcpy(keys + 32, s->tx.access.data, 32);
    s->tx.access = wc_slice_of(keys, 64);
}

static void access_twice(sample *s)
{
    static uint8_t keys[64];
    memcpy(keys, s->tx.access.data, 32);
    memcpy(keys + 32, s->tx.access.data, 32);
    s->tx.access = wc_slice_of(keys, 64);
}

static void access_4097(sample *s)
{
    s->tx.access_count = WC_TX_ACCESS_MAX + 1;
}

static void payload_longer(sample *s)
{
    s->calls[3].args = wc_slice_of("secret names", 12);
}

static void payload_other(sample *s)
{
    s->calls[3].args = wc_slice_of("Secret name", 11);
}

static void payload_huge(sample *s)
{
    s->calls[3].payload_len = WC_TX_SIZE_MAX + 1;
}

/* More pieces than the payload has bytes for, and none. */
static void in_pieces(sample *s, uint16_t pieces)
{
    s->calls[3].carried = WC_CARRIED_PIECES;
    s->calls[3].pieces = pieces;
}

static void pieces_many(sample *s)
{
    in_pieces(s, 1);
}

static void pieces_none(sample *s)
{
    in_pieces(s, 0);
}

#define AT_SIGS    (AT_BODY + body_len)           /* the count */
#define AT_PAYLOAD (AT_SIGS + 1u + 4u * 68u)      /* the count */
#define AT_ACCESS  (AT_SIGS - 64u - 2u)           /* the count */
#define AT_CALL3   (AT_ACCESS - 2u * (44u + 36u)) /* both detached calls have 80 bytes */

static void check_cases(const rule_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sample s;
        sample_load(&s);
        cases[i].change(&s);
        wc_tx tx;
        wc_tx_fault fault;
        assert_true(sample_decode(&tx, &fault, sample_encode(&s.tx)) != WC_OK);
        if (fault.rule != cases[i].rule || fault.offset != cases[i].offset) {
            fail_msg("case %zu: %s at %zu, not %s at %zu", i, wc_tx_rule_name(fault.rule),
                     fault.offset, wc_tx_rule_name(cases[i].rule), cases[i].offset);
        }
    }
}

static void each_broken_rule_is_named_with_its_offset(void **state)
{
    (void)state;
    size_t body_len = vector_bytes(TX_FILE, "body").len;
    const rule_case cases[] = {
        {WC_TX_RULE_CHAIN_ID, AT_BODY, chain_id_empty},
        {WC_TX_RULE_CHAIN_ID, AT_BODY, chain_id_capital},
        {WC_TX_RULE_CHAIN_ID, AT_BODY, chain_id_long},
        {WC_TX_RULE_AUTH_COUNT, AT_AUTHS - 1, auth_none},
        {WC_TX_RULE_AUTH_TWICE, AT_AUTHS + 68, auth_twice},
        {WC_TX_RULE_AUTH_ROLE, AT_AUTHS + 66, auth_role_0x11},
        {WC_TX_RULE_AUTH_UNNEEDED, AT_AUTHS + 68, auth_unneeded},
        {WC_TX_RULE_PAYER, AT_PAYER, payer_beyond},
        {WC_TX_RULE_LANE, AT_LANE, lane_16},
        {WC_TX_RULE_HEIGHTS, AT_EXPIRY_H, heights_reversed},
        {WC_TX_RULE_EXPIRY, AT_EXPIRY, expiry_zero},
        {WC_TX_RULE_GAS_LIMIT, AT_GAS, gas_zero},
        {WC_TX_RULE_GAS_LIMIT, AT_GAS, gas_above_i64},
        {WC_TX_RULE_MAX_FEE, AT_FEE, fee_above_i64},
        {WC_TX_RULE_CALL_COUNT, AT_CALLS, calls_none},
        {WC_TX_RULE_CALL_KIND, AT_CALL0, call_kind_5},
        {WC_TX_RULE_CALL_SIGNERS, AT_CALL0 + 1, call_mask_empty},
        {WC_TX_RULE_CALL_SIGNERS, AT_CALL0 + 1, call_mask_beyond},
        {WC_TX_RULE_CALL_PRINCIPAL, AT_CALL0 + 3, principal_outside},
        {WC_TX_RULE_CALL_PRINCIPAL, AT_CALL0 + 3, principal_huge},
        {WC_TX_RULE_CALL_TARGET, AT_CALL1 + 4, deploy_target},
        {WC_TX_RULE_CALL_METHOD, AT_CALL1 + 36, deploy_method},
        {WC_TX_RULE_DEBIT_COUNT, AT_DEBITS, debits_65},
        {WC_TX_RULE_DEBIT_SIGNER, AT_DEBITS + 1, debit_signer_outside},
        {WC_TX_RULE_DEBIT_SIGNER, AT_DEBITS + 1, debit_signer_huge},
        {WC_TX_RULE_DEBIT_ASSET, AT_DEBITS + 2, debit_asset_zero},
        {WC_TX_RULE_DEBIT_AMOUNT, AT_DEBITS + 6, debit_amount_zero},
        {WC_TX_RULE_DEBIT_AMOUNT, AT_DEBITS + 6, debit_amount_negative},
        {WC_TX_RULE_DEBIT_ORDER, AT_DEBITS + 14, debit_same_twice},
        {WC_TX_RULE_DEBIT_ORDER, AT_DEBITS + 27, debit_signers_reversed},
        {WC_TX_RULE_DETACHED_ARGS, AT_CALL3 + 40, payload_huge},
        {WC_TX_RULE_DETACHED_ARGS, AT_CALL3 + 40, pieces_many},
        {WC_TX_RULE_DETACHED_ARGS, AT_CALL3 + 40, pieces_none},
        {WC_TX_RULE_ACCESS_COUNT, AT_ACCESS, access_4097},
        {WC_TX_RULE_ACCESS_ORDER, AT_ACCESS + 34, access_reversed},
        {WC_TX_RULE_ACCESS_ORDER, AT_ACCESS + 34, access_twice},
        {WC_TX_RULE_SIG_COUNT, AT_SIGS, sigs_none},
        {WC_TX_RULE_SIG_SIGNER, AT_SIGS + 1 + 3 * 68, sig_signer_beyond},
        {WC_TX_RULE_SIG_ORDER, AT_SIGS + 1 + 68, sig_same_key_twice},
        {WC_TX_RULE_SIG_ORDER, AT_SIGS + 1 + 68, sig_signers_reversed},
        {WC_TX_RULE_SIG_SCHEME, AT_SIGS + 4, sig_scheme_2},
        {WC_TX_RULE_SIG_MISSING, AT_SIGS, sig_missing},
        {WC_TX_RULE_PAYLOAD_LENGTH, AT_PAYLOAD + 33, payload_longer},
        {WC_TX_RULE_PAYLOAD_HASH, AT_PAYLOAD + 1, payload_other},
    };
    check_cases(cases, WC_ARRAY_LEN(cases));
}

static void lane_15(sample *s)
{
    s->tx.lane = 15;
}

static void heights_equal(sample *s)
{
    s->tx.expiry_height = 11;
}

static void heights_open(sample *s)
{
    s->tx.expiry_height = 0;
}

static void gas_most(sample *s)
{
    s->tx.gas_limit = INT64_MAX;
}

static void fee_most(sample *s)
{
    s->tx.max_fee = INT64_MAX;
}

static void expiry_first(sample *s)
{
    s->tx.expiry_time_s = 1;
}

static void role_last(sample *s)
{
    s->tx.auth[0].role = WC_ROLE_AUDITOR;
}

static void access_none(sample *s)
{
    s->tx.access_count = 0;
    s->tx.access.len = 0;
}

static void the_last_values_inside_each_domain_are_accepted(void **state)
{
    (void)state;
    void (*const changes[])(sample *) = {lane_15,  heights_equal, heights_open, gas_most,
                                         fee_most, expiry_first,  role_last,    access_none};
    for (size_t i = 0; i < WC_ARRAY_LEN(changes); i++) {
        sample s;
        sample_load(&s);
        changes[i](&s);
        wc_tx tx;
        wc_tx_fault fault;
        assert_status(sample_decode(&tx, &fault, sample_encode(&s.tx)), WC_OK);
    }
}

/* Rules that only bytes can break, not a struct. */
static void each_broken_byte_rule_is_named_with_its_offset(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(TX_FILE, "tx");
    size_t body_len = vector_bytes(TX_FILE, "body").len;

    const struct {
        wc_tx_rule rule;
        size_t offset; /* of the fault */
        size_t at;     /* of the byte to change */
        uint8_t byte;
    } cases[] = {
        {WC_TX_RULE_VERSION, 0, 0, 2},
        {WC_TX_RULE_SIZE, 1, 1, 1}, /* a body of 16 MiB */
        {WC_TX_RULE_TRUNCATED, 1, 3, 0xff},
        {WC_TX_RULE_FLAGS, AT_FLAGS, AT_FLAGS + 1, 1},
        {WC_TX_RULE_AUTH_COUNT, AT_AUTHS - 1, AT_AUTHS - 1, 17},
        {WC_TX_RULE_CALL_COUNT, AT_CALLS, AT_CALLS, 65},
        {WC_TX_RULE_CARRIED, AT_CARRIED, AT_CARRIED, 3},
        {WC_TX_RULE_DETACHED_ARGS, AT_CARRIED + 1, AT_CARRIED, 2},
        {WC_TX_RULE_DETACHED_ARGS, AT_CARRIED + 1, AT_CARRIED, 1},
        {WC_TX_RULE_SIG_COUNT, AT_SIGS, AT_SIGS, 17},
        {WC_TX_RULE_PAYLOAD_COUNT, AT_PAYLOAD, AT_PAYLOAD, 1},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        uint8_t bytes[2048];
        assert_true(golden.len < sizeof bytes);
        memcpy(bytes, golden.data, golden.len);
        bytes[cases[i].at] = cases[i].byte;
        wc_tx tx;
        wc_tx_fault fault;
        assert_true(sample_decode(&tx, &fault, wc_slice_of(bytes, golden.len)) != WC_OK);
        if (fault.rule != cases[i].rule || fault.offset != cases[i].offset) {
            fail_msg("case %zu: %s at %zu", i, wc_tx_rule_name(fault.rule), fault.offset);
        }
    }
}

static void a_body_length_that_is_one_too_long_or_short_is_refused(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(TX_FILE, "tx");
    size_t body_len = vector_bytes(TX_FILE, "body").len;
    wc_tx tx;
    wc_tx_fault fault;
    uint8_t bytes[2048];
    memcpy(bytes, golden.data, golden.len);
    wc_store_u32(bytes + 1, (uint32_t)body_len + 1);
    assert_status(sample_decode(&tx, &fault, wc_slice_of(bytes, golden.len)), WC_TRAILING);
    assert_int_equal(fault.rule, WC_TX_RULE_BODY_LENGTH);
    assert_int_equal(fault.offset, AT_SIGS);
    wc_store_u32(bytes + 1, (uint32_t)body_len - 1);
    assert_status(sample_decode(&tx, &fault, wc_slice_of(bytes, golden.len)), WC_TRUNCATED);
    assert_int_equal(fault.rule, WC_TX_RULE_TRUNCATED);
    assert_int_equal(fault.offset, AT_ACCESS + 2);
}

static void every_rule_has_a_name_and_a_sentence(void **state)
{
    (void)state;
    for (int rule = WC_TX_RULE_NONE; rule <= WC_TX_RULE_MEMORY; rule++) {
        assert_string_not_equal(wc_tx_rule_name((wc_tx_rule)rule), "UNKNOWN");
        assert_true(strlen(wc_tx_rule_text((wc_tx_rule)rule)) > 10);
    }
    assert_string_equal(wc_tx_rule_name(WC_TX_RULE_SIG_MISSING), "SIG_MISSING");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_broken_rule_is_named_with_its_offset),
        cmocka_unit_test(the_last_values_inside_each_domain_are_accepted),
        cmocka_unit_test(each_broken_byte_rule_is_named_with_its_offset),
        cmocka_unit_test(a_body_length_that_is_one_too_long_or_short_is_refused),
        cmocka_unit_test(every_rule_has_a_name_and_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
