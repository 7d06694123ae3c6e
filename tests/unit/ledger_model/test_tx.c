/* Transactions: the golden encoding, one case per decoding rule, and damage at every byte. */
#include "tests/support/test.h"

#include "node/ledger/roles.h"
#include "node/ledger/tx.h"
#include "tests/unit/ledger_model/vectors.h"
#include "vm/base/codec.h"

#define FILE_NAME "tx.hex"

static uint8_t arena_memory[WC_TX_ARENA_MAX * 2] __attribute__((aligned(16)));
static uint8_t encoded[WC_TX_SIZE_MAX * 2];

/* A decoded copy of the golden transaction whose calls can be changed. */
typedef struct sample {
    wc_tx tx;
    wc_tx_call calls[WC_TX_CALLS_MAX];
    wc_tx_debit debits[WC_TX_DEBITS_MAX + 1];
} sample;

static wc_arena fresh_arena(void)
{
    wc_arena arena;
    wc_arena_init(&arena, arena_memory, sizeof arena_memory);
    return arena;
}

static wc_status decode(wc_tx *tx, wc_tx_fault *fault, wc_slice bytes)
{
    wc_arena arena = fresh_arena();
    return wc_tx_decode(tx, fault, &arena, bytes);
}

static void load_sample(sample *s)
{
    wc_tx_fault fault;
    assert_status(decode(&s->tx, &fault, vector_bytes(FILE_NAME, "tx")), WC_OK);
    memcpy(s->calls, s->tx.calls, s->tx.call_count * sizeof s->calls[0]);
    memcpy(s->debits, s->calls[0].debits, s->calls[0].debit_count * sizeof s->debits[0]);
    s->calls[0].debits = s->debits;
    s->tx.calls = s->calls;
}

static wc_slice encode(const wc_tx *tx)
{
    wc_buf buf;
    wc_buf_init(&buf, encoded, sizeof encoded);
    wc_tx_put(&buf, tx);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

static void check_head(const wc_tx *tx)
{
    assert_slice(tx->chain_id, "test-golden-1");
    assert_int_equal(tx->auth_count, 3);
    assert_hash(&tx->auth[0].address, "alice");
    assert_hash(&tx->auth[1].address, "bob");
    assert_hash(&tx->auth[2].address, "carol");
    assert_int_equal(tx->auth[0].role, 0);
    assert_int_equal(tx->auth[1].role, WC_ROLE_GRID_OPERATOR);
    assert_int_equal(tx->payer, 2);
    assert_int_equal(tx->lane, 9);
    assert_int_equal(tx->nonce, 0x0102030405060708);
    assert_int_equal(tx->valid_from_height, 11);
    assert_int_equal(tx->expiry_height, 22);
    assert_int_equal(tx->expiry_time_s, 1662000000);
    assert_int_equal(tx->gas_limit, 3000000);
    assert_int_equal(tx->max_fee, 44);
    assert_hash(&tx->memo, "memo");
    assert_int_equal(tx->access_count, 2);
}

static void check_calls(const wc_tx *tx)
{
    assert_int_equal(tx->call_count, 5);
    const wc_tx_call *call = tx->calls;
    assert_int_equal(call[0].kind, WC_CALL_ACTION);
    assert_int_equal(call[0].auth_mask, 3);
    assert_int_equal(call[0].principal, 1);
    assert_hash(&call[0].target, "instance");
    assert_int_equal(call[0].method, 513);
    assert_int_equal(call[0].debit_count, 3);
    assert_int_equal(call[0].debits[1].auth, 0);
    assert_int_equal(call[0].debits[1].asset, 2);
    assert_int_equal(call[0].debits[1].max, 700);
    assert_int_equal(call[0].debits[2].auth, 1);
    assert_int_equal(call[0].debits[2].max, INT64_MAX);
    assert_slice(call[0].args, "args 1");
    assert_int_equal(call[1].kind, WC_CALL_DEPLOY);
    assert_int_equal(call[2].kind, WC_CALL_INSTANTIATE);
    assert_int_equal(call[2].args.len, 0);
    assert_true(call[2].has_args);
    assert_int_equal(call[3].kind, WC_CALL_NATIVE);
    assert_int_equal(call[3].carried, WC_CARRIED_DETACHED);
    assert_slice(call[3].args, "secret name");
    assert_int_equal(call[3].payload_len, 11);
    assert_vector(FILE_NAME, "payload_hash", wc_slice_of(call[3].payload_hash.bytes, 32));
    assert_int_equal(call[4].kind, WC_CALL_READINGS);
    assert_true(call[4].has_args);
    assert_int_equal(call[4].args.len, 0);
}

static void check_sigs(const wc_tx *tx)
{
    static const struct {
        uint8_t auth;
        uint16_t key_id;
        const char *word;
    } expected[4] = {
        {0, 1, "sig 0/1"}, {0, 258, "sig 0/258"}, {1, 0, "sig 1/0"}, {2, 3, "sig 2/3"}};

    assert_int_equal(tx->sig_count, 4);
    for (size_t i = 0; i < 4; i++) {
        uint8_t bytes[64];
        name64(bytes, expected[i].word);
        assert_int_equal(tx->sigs[i].auth, expected[i].auth);
        assert_int_equal(tx->sigs[i].key_id, expected[i].key_id);
        assert_memory_equal(tx->sigs[i].signature.bytes, bytes, 64);
    }
}

static void the_golden_transaction_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_tx tx;
    wc_tx_fault fault;
    assert_status(decode(&tx, &fault, vector_bytes(FILE_NAME, "tx")), WC_OK);
    check_head(&tx);
    check_calls(&tx);
    check_sigs(&tx);
    assert_vector(FILE_NAME, "body", tx.body);
    assert_vector(FILE_NAME, "stripped", tx.stripped);
    assert_vector(FILE_NAME, "payloads", tx.payloads);
}

static void what_was_decoded_encodes_to_the_same_bytes(void **state)
{
    (void)state;
    static const char *const names[] = {"tx", "smallest"};
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) {
        wc_tx tx;
        wc_tx_fault fault;
        assert_status(decode(&tx, &fault, vector_bytes(FILE_NAME, names[i])), WC_OK);
        assert_vector(FILE_NAME, names[i], encode(&tx));
    }
}

static void identifiers_and_signed_bytes_are_those_of_the_specification(void **state)
{
    (void)state;
    wc_hash genesis = name32("genesis hash");
    wc_hash alice = name32("alice");
    wc_hash pub = name32("new pub");
    wc_hash tx_id = wc_tx_id(&genesis, vector_bytes(FILE_NAME, "body"));
    assert_vector_hash(FILE_NAME, "tx_id", tx_id);
    assert_vector_hash(FILE_NAME, "raw_hash", wc_tx_raw_hash(vector_bytes(FILE_NAME, "tx")));
    assert_vector_hash(FILE_NAME, "possession",
                       wc_possession_hash(&genesis, &alice, 258, pub.bytes));
    uint8_t message[WC_SIGNED_MESSAGE_SIZE];
    wc_tx_signed_message(message, &tx_id, 2, 259, WC_SCHEME_ED25519);
    assert_vector(FILE_NAME, "signed_message", wc_slice_of(message, sizeof message));
}

static void the_stored_form_joins_with_its_payloads_or_does_without(void **state)
{
    (void)state;
    wc_tx tx;
    wc_tx_fault fault;
    wc_slice stripped = vector_bytes(FILE_NAME, "stripped");
    wc_arena arena = fresh_arena();
    assert_status(
        wc_tx_decode_stripped(&tx, &fault, &arena, stripped, vector_bytes(FILE_NAME, "payloads")),
        WC_OK);
    check_calls(&tx);
    assert_vector(FILE_NAME, "tx", encode(&tx));

    arena = fresh_arena();
    assert_status(wc_tx_decode_stripped(&tx, &fault, &arena, stripped, wc_slice_of(NULL, 0)),
                  WC_OK);
    check_head(&tx);
    assert_false(tx.calls[3].has_args);
    assert_null(tx.calls[3].args.data);
    assert_int_equal(tx.calls[3].payload_len, 11);
    assert_true(tx.calls[0].has_args);
}

static void a_stored_form_with_foreign_bytes_is_refused_by_name(void **state)
{
    (void)state;
    wc_tx tx;
    wc_tx_fault fault;
    wc_slice whole = vector_bytes(FILE_NAME, "tx");
    wc_slice stripped = vector_bytes(FILE_NAME, "stripped");
    wc_arena arena = fresh_arena();
    assert_status(wc_tx_decode_stripped(&tx, &fault, &arena, whole, wc_slice_of(NULL, 0)),
                  WC_TRAILING);
    assert_int_equal(fault.rule, WC_TX_RULE_TRAILING);
    assert_int_equal(fault.offset, stripped.len);

    uint8_t payloads[256];
    wc_slice good = vector_bytes(FILE_NAME, "payloads");
    memcpy(payloads, good.data, good.len);
    payloads[1] ^= 1; /* the first salt */
    arena = fresh_arena();
    assert_status(
        wc_tx_decode_stripped(&tx, &fault, &arena, stripped, wc_slice_of(payloads, good.len)),
        WC_DIFFERS);
    assert_int_equal(fault.rule, WC_TX_RULE_PAYLOAD_HASH);
    assert_int_equal(fault.offset, stripped.len + 1);
}

static void a_body_alone_decodes_for_signing_tools(void **state)
{
    (void)state;
    wc_tx tx;
    wc_tx_fault fault;
    wc_arena arena = fresh_arena();
    wc_slice body = vector_bytes(FILE_NAME, "body");
    assert_status(wc_tx_decode_body(&tx, &fault, &arena, body), WC_OK);
    check_head(&tx);
    assert_int_equal(tx.sig_count, 0);
    assert_false(tx.calls[3].has_args);
    arena = fresh_arena();
    assert_status(wc_tx_decode_body(&tx, &fault, &arena, wc_slice_of(body.data, body.len - 1)),
                  WC_TRUNCATED);
    uint8_t oversize[1] = {0};
    assert_status(wc_tx_decode_body(&tx, &fault, &arena, wc_slice_of(oversize, WC_TX_SIZE_MAX + 1)),
                  WC_TOO_LARGE);
}

/* ---- one case per rule ------------------------------------------------------------------------
 */

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

#define AT_SIGS    (AT_BODY + body_len)           /* the count */
#define AT_PAYLOAD (AT_SIGS + 1u + 4u * 68u)      /* the count */
#define AT_ACCESS  (AT_SIGS - 64u - 2u)           /* the count */
#define AT_CALL3   (AT_ACCESS - 2u * (44u + 36u)) /* both detached calls have 80 bytes */

static void each_broken_rule_is_named_with_its_offset(void **state)
{
    (void)state;
    size_t body_len = vector_bytes(FILE_NAME, "body").len;
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
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        sample s;
        load_sample(&s);
        cases[i].change(&s);
        wc_tx tx;
        wc_tx_fault fault;
        assert_status(decode(&tx, &fault, encode(&s.tx)) == WC_OK ? WC_OK : WC_DIFFERS, WC_DIFFERS);
        if (fault.rule != cases[i].rule || fault.offset != cases[i].offset) {
            fail_msg("case %zu: %s at %zu, not %s at %zu", i, wc_tx_rule_name(fault.rule),
                     fault.offset, wc_tx_rule_name(cases[i].rule), cases[i].offset);
        }
    }
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
        load_sample(&s);
        changes[i](&s);
        wc_tx tx;
        wc_tx_fault fault;
        assert_status(decode(&tx, &fault, encode(&s.tx)), WC_OK);
    }
}

/* Rules that only bytes can break, not a struct. */
static void each_broken_byte_rule_is_named_with_its_offset(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(FILE_NAME, "tx");
    size_t body_len = vector_bytes(FILE_NAME, "body").len;

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
        {WC_TX_RULE_CARRIED, AT_CARRIED, AT_CARRIED, 2},
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
        assert_true(decode(&tx, &fault, wc_slice_of(bytes, golden.len)) != WC_OK);
        if (fault.rule != cases[i].rule || fault.offset != cases[i].offset) {
            fail_msg("case %zu: %s at %zu", i, wc_tx_rule_name(fault.rule), fault.offset);
        }
    }
}

static void a_body_length_that_is_one_too_long_or_short_is_refused(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(FILE_NAME, "tx");
    size_t body_len = vector_bytes(FILE_NAME, "body").len;
    wc_tx tx;
    wc_tx_fault fault;
    uint8_t bytes[2048];
    memcpy(bytes, golden.data, golden.len);
    wc_store_u32(bytes + 1, (uint32_t)body_len + 1);
    assert_status(decode(&tx, &fault, wc_slice_of(bytes, golden.len)), WC_TRAILING);
    assert_int_equal(fault.rule, WC_TX_RULE_BODY_LENGTH);
    assert_int_equal(fault.offset, AT_SIGS);
    wc_store_u32(bytes + 1, (uint32_t)body_len - 1);
    assert_status(decode(&tx, &fault, wc_slice_of(bytes, golden.len)), WC_TRUNCATED);
    assert_int_equal(fault.rule, WC_TX_RULE_TRUNCATED);
    assert_int_equal(fault.offset, AT_ACCESS + 2);
}

static void every_shorter_and_every_longer_input_is_refused(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(FILE_NAME, "tx");
    uint8_t bytes[2048] = {0};
    memcpy(bytes, golden.data, golden.len);
    wc_tx tx;
    wc_tx_fault fault;
    for (size_t len = 0; len < golden.len; len++) {
        assert_true(decode(&tx, &fault, wc_slice_of(bytes, len)) != WC_OK);
        assert_int_equal(fault.rule, WC_TX_RULE_TRUNCATED);
        assert_true(fault.offset <= len);
    }
    assert_status(decode(&tx, &fault, wc_slice_of(bytes, golden.len + 1)), WC_TRAILING);
    assert_int_equal(fault.rule, WC_TX_RULE_TRAILING);
    assert_int_equal(fault.offset, golden.len);
}

static void every_changed_byte_is_refused_or_encodes_to_itself(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(FILE_NAME, "tx");
    uint8_t bytes[2048];
    for (size_t at = 0; at < golden.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(bytes, golden.data, golden.len);
            bytes[at] = (uint8_t)(bytes[at] ^ 1u << bit);
            wc_tx tx;
            wc_tx_fault fault;
            if (decode(&tx, &fault, wc_slice_of(bytes, golden.len)) != WC_OK) {
                assert_int_not_equal(fault.rule, WC_TX_RULE_NONE);
                continue;
            }
            assert_true(wc_slice_equal(encode(&tx), wc_slice_of(bytes, golden.len)));
        }
    }
}

/* Grows the last call's inline arguments until the transaction has exactly `size` bytes. */
static wc_slice transaction_of_size(size_t size)
{
    static uint8_t args[WC_TX_SIZE_MAX];
    sample s;
    load_sample(&s);
    s.calls[2].args = wc_slice_of(args, size - vector_bytes(FILE_NAME, "tx").len);
    wc_slice bytes = encode(&s.tx);
    assert_int_equal(bytes.len, size);
    return bytes;
}

static void a_transaction_may_have_262144_bytes_and_not_one_more(void **state)
{
    (void)state;
    wc_tx tx;
    wc_tx_fault fault;
    assert_status(decode(&tx, &fault, transaction_of_size(WC_TX_SIZE_MAX - 1)), WC_OK);
    assert_status(decode(&tx, &fault, transaction_of_size(WC_TX_SIZE_MAX)), WC_OK);
    assert_status(decode(&tx, &fault, transaction_of_size(WC_TX_SIZE_MAX + 1)), WC_TOO_LARGE);
    assert_int_equal(fault.rule, WC_TX_RULE_SIZE);
    wc_slice bytes = transaction_of_size(WC_TX_SIZE_MAX);
    assert_status(decode(&tx, &fault, bytes), WC_OK);
    wc_arena arena = fresh_arena();
    wc_slice stripped = tx.stripped;
    assert_status(wc_tx_decode_stripped(&tx, &fault, &arena, stripped, tx.payloads), WC_OK);
    bytes = transaction_of_size(WC_TX_SIZE_MAX + 1);
    assert_status(wc_tx_decode_stripped(&tx, &fault, &arena,
                                        wc_slice_of(bytes.data, WC_TX_SIZE_MAX),
                                        wc_slice_of(bytes.data, 1)),
                  WC_TOO_LARGE);
}

static void the_largest_counts_decode_within_the_stated_memory(void **state)
{
    (void)state;
    sample s;
    load_sample(&s);
    for (uint32_t i = 0; i < WC_TX_DEBITS_MAX; i++) s.debits[i] = (wc_tx_debit){0, i + 1, 1};
    s.calls[0].debit_count = WC_TX_DEBITS_MAX;
    for (size_t i = 5; i < WC_TX_CALLS_MAX; i++) s.calls[i] = s.calls[0];
    s.tx.call_count = WC_TX_CALLS_MAX;
    wc_tx tx;
    wc_tx_fault fault;
    wc_arena arena;
    wc_arena_init(&arena, arena_memory, WC_TX_ARENA_MAX);
    assert_status(wc_tx_decode(&tx, &fault, &arena, encode(&s.tx)), WC_OK);
    assert_int_equal(tx.call_count, WC_TX_CALLS_MAX);
    assert_int_equal(tx.calls[63].debits[63].asset, 64);
}

static void a_full_arena_is_reported_at_each_allocation(void **state)
{
    (void)state;
    wc_slice golden = vector_bytes(FILE_NAME, "tx");
    wc_tx tx;
    wc_tx_fault fault;
    uint64_t failures = 0;
    for (;; failures++) {
        wc_arena arena = fresh_arena();
        arena.fail_after = failures;
        wc_status status = wc_tx_decode(&tx, &fault, &arena, golden);
        if (status == WC_OK) break;
        assert_status(status, WC_NO_MEMORY);
        assert_int_equal(fault.rule, WC_TX_RULE_MEMORY);
    }
    assert_int_equal(failures, 6); /* the calls, and the ceilings of each of five */
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
        cmocka_unit_test(the_golden_transaction_decodes_to_its_fields),
        cmocka_unit_test(what_was_decoded_encodes_to_the_same_bytes),
        cmocka_unit_test(identifiers_and_signed_bytes_are_those_of_the_specification),
        cmocka_unit_test(the_stored_form_joins_with_its_payloads_or_does_without),
        cmocka_unit_test(a_stored_form_with_foreign_bytes_is_refused_by_name),
        cmocka_unit_test(a_body_alone_decodes_for_signing_tools),
        cmocka_unit_test(each_broken_rule_is_named_with_its_offset),
        cmocka_unit_test(the_last_values_inside_each_domain_are_accepted),
        cmocka_unit_test(each_broken_byte_rule_is_named_with_its_offset),
        cmocka_unit_test(a_body_length_that_is_one_too_long_or_short_is_refused),
        cmocka_unit_test(every_shorter_and_every_longer_input_is_refused),
        cmocka_unit_test(every_changed_byte_is_refused_or_encodes_to_itself),
        cmocka_unit_test(a_transaction_may_have_262144_bytes_and_not_one_more),
        cmocka_unit_test(the_largest_counts_decode_within_the_stated_memory),
        cmocka_unit_test(a_full_arena_is_reported_at_each_allocation),
        cmocka_unit_test(every_rule_has_a_name_and_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
