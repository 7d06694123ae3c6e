/* Drafts: what clients build equals the golden bytes, and is what a node accepts. */
#include "tests/support/test.h"

#include "node/ledger/tx_draft.h"
#include "tests/unit/ledger_model/vectors.h"

#define FILE_NAME "tx.hex"

static uint8_t arena_memory[1u << 20] __attribute__((aligned(16)));
static uint8_t encoded[WC_TX_SIZE_MAX + 1];

static const uint8_t *salt(const char *word)
{
    static wc_hash salts[2];
    static size_t next;
    wc_hash *hash = &salts[next++ % 2];
    *hash = name32(word);
    return hash->bytes;
}

static wc_slice text(const char *bytes)
{
    return wc_slice_of(bytes, strlen(bytes));
}

static void begin(wc_tx_draft *draft, wc_arena *arena)
{
    wc_hash genesis = name32("genesis hash");
    wc_arena_init(arena, arena_memory, sizeof arena_memory);
    assert_status(wc_tx_draft_begin(draft, arena, text("test-golden-1"), &genesis), WC_OK);
}

static uint8_t signer(wc_tx_draft *draft, const char *name, uint16_t role)
{
    uint8_t index = 0xff;
    wc_hash address = name32(name);
    assert_status(wc_tx_draft_signer(draft, &index, &address, role), WC_OK);
    return index;
}

static uint8_t call(wc_tx_draft *draft, wc_call_kind kind, const char *target, uint16_t method,
                    uint16_t mask, uint8_t principal)
{
    uint8_t index = 0xff;
    wc_hash address = {{0}};
    if (target != NULL) address = name32(target);
    assert_status(wc_tx_draft_call(draft, &index, kind, &address, method, mask), WC_OK);
    assert_status(wc_tx_draft_principal(draft, index, principal), WC_OK);
    return index;
}

/* The golden transaction without signatures; ceilings in another order than they are written. */
static void draft_golden(wc_tx_draft *draft, wc_arena *arena)
{
    static wc_hash access[2];
    begin(draft, arena);
    assert_int_equal(signer(draft, "alice", 0), 0);
    assert_int_equal(signer(draft, "bob", 2), 1);
    assert_int_equal(signer(draft, "carol", 0), 2);
    assert_int_equal(signer(draft, "bob", 2), 1); /* listed once */
    draft->tx.payer = 2;
    draft->tx.lane = 9;
    draft->tx.nonce = 0x0102030405060708;
    draft->tx.valid_from_height = 11;
    draft->tx.expiry_height = 22;
    draft->tx.expiry_time_s = 1662000000;
    draft->tx.gas_limit = 3000000;
    draft->tx.max_fee = 44;
    draft->tx.memo = name32("memo");

    uint8_t action = call(draft, WC_CALL_ACTION, "instance", 513, 3, 1);
    assert_status(wc_tx_draft_args(draft, action, text("args 1")), WC_OK);
    assert_status(wc_tx_draft_debit(draft, action, 1, 2, INT64_MAX), WC_OK);
    assert_status(wc_tx_draft_debit(draft, action, 0, 2, 300), WC_OK);
    assert_status(wc_tx_draft_debit(draft, action, 0, 1, 5), WC_OK);
    assert_status(wc_tx_draft_debit(draft, action, 0, 2, 400), WC_OK); /* raises to 700 */
    uint8_t deploy = call(draft, WC_CALL_DEPLOY, NULL, 0, 1, 0);
    assert_status(wc_tx_draft_args(draft, deploy, text("module bytes")), WC_OK);
    (void)call(draft, WC_CALL_INSTANTIATE, "code", 0, 2, 1);
    uint8_t native = call(draft, WC_CALL_NATIVE, "native target", 9, 1, 0);
    assert_status(wc_tx_draft_detached(draft, native, salt("salt a"), text("secret name")), WC_OK);
    uint8_t readings = call(draft, WC_CALL_READINGS, "meter", 0, 1, 0);
    assert_status(wc_tx_draft_detached(draft, readings, salt("salt b"), text("")), WC_OK);

    access[0] = name32("access 1");
    access[1] = name32("access 2");
    if (memcmp(&access[0], &access[1], 32) > 0) {
        wc_hash swapped = access[0];
        access[0] = access[1];
        access[1] = swapped;
    }
    draft->tx.access_count = 2;
    draft->tx.access = wc_slice_of(access, sizeof access);
}

static void a_draft_gives_the_golden_body_and_id(void **state)
{
    (void)state;
    wc_tx_draft draft;
    wc_arena arena;
    wc_tx_fault fault;
    draft_golden(&draft, &arena);
    assert_status(wc_tx_draft_close(&draft, &fault), WC_OK);
    assert_vector(FILE_NAME, "body", draft.body);
    assert_vector_hash(FILE_NAME, "tx_id", draft.tx_id);
}

static wc_keypair key_of(const char *word)
{
    wc_hash hash = name32(word);
    wc_seed seed;
    wc_keypair pair;
    memcpy(seed.bytes, hash.bytes, sizeof seed.bytes);
    wc_keypair_of_seed(&pair, &seed);
    return pair;
}

static void signatures_in_any_order_stand_sorted_and_verify(void **state)
{
    (void)state;
    wc_tx_draft draft;
    wc_arena arena;
    wc_tx_fault fault;
    draft_golden(&draft, &arena);
    assert_status(wc_tx_draft_close(&draft, &fault), WC_OK);
    wc_keypair key = key_of("key");
    assert_status(wc_tx_draft_sign(&draft, 2, 3, &key), WC_OK);
    assert_status(wc_tx_draft_sign(&draft, 0, 258, &key), WC_OK);
    assert_status(wc_tx_draft_sign(&draft, 1, 0, &key), WC_OK);
    assert_status(wc_tx_draft_sign(&draft, 0, 1, &key), WC_OK);
    assert_status(wc_tx_draft_sign(&draft, 0, 1, &key), WC_EXISTS);
    wc_buf buf;
    wc_buf_init(&buf, encoded, sizeof encoded);
    assert_status(wc_tx_draft_encode(&draft, &buf, &fault), WC_OK);

    wc_tx tx;
    assert_status(wc_tx_decode(&tx, &fault, &arena, wc_buf_slice(&buf)), WC_OK);
    assert_int_equal(tx.sig_count, 4);
    for (size_t i = 0; i < tx.sig_count; i++) {
        uint8_t message[WC_SIGNED_MESSAGE_SIZE];
        wc_tx_signed_message(message, &draft.tx_id, tx.sigs[i].auth, tx.sigs[i].key_id, 1);
        assert_true(wc_verify(&key.public_key, &tx.sigs[i].signature,
                              wc_slice_of(message, sizeof message)));
    }
}

static void a_signature_made_elsewhere_is_checked_before_it_is_added(void **state)
{
    (void)state;
    wc_tx_draft draft;
    wc_arena arena;
    wc_tx_fault fault;
    draft_golden(&draft, &arena);
    assert_status(wc_tx_draft_close(&draft, &fault), WC_OK);
    wc_keypair key = key_of("key");
    uint8_t message[WC_SIGNED_MESSAGE_SIZE];
    wc_tx_signed_message(message, &draft.tx_id, 1, 7, 1);
    wc_tx_sig sig = {1, 7, 1, wc_sign(&key, wc_slice_of(message, sizeof message))};
    assert_status(wc_tx_draft_add_sig(&draft, &sig, &key.public_key), WC_OK);
    sig.key_id = 8; /* signed as key 7 */
    assert_status(wc_tx_draft_add_sig(&draft, &sig, &key.public_key), WC_BAD_SIGNATURE);
    sig.key_id = 7;
    sig.scheme = 2;
    assert_status(wc_tx_draft_add_sig(&draft, &sig, &key.public_key), WC_OUT_OF_DOMAIN);
    sig.scheme = 1;
    sig.auth = 3;
    assert_status(wc_tx_draft_add_sig(&draft, &sig, &key.public_key), WC_OUT_OF_DOMAIN);
    assert_int_equal(draft.tx.sig_count, 1);
}

static void an_unsigned_or_partly_signed_draft_is_not_handed_out(void **state)
{
    (void)state;
    wc_tx_draft draft;
    wc_arena arena;
    wc_tx_fault fault;
    draft_golden(&draft, &arena);
    wc_keypair key = key_of("key");
    assert_status(wc_tx_draft_sign(&draft, 0, 0, &key), WC_OUT_OF_DOMAIN); /* not closed */
    assert_status(wc_tx_draft_close(&draft, &fault), WC_OK);
    wc_buf buf;
    wc_buf_init(&buf, encoded, sizeof encoded);
    assert_true(wc_tx_draft_encode(&draft, &buf, &fault) != WC_OK);
    assert_int_equal(fault.rule, WC_TX_RULE_SIG_COUNT);
    assert_status(wc_tx_draft_sign(&draft, 0, 0, &key), WC_OK);
    assert_status(wc_tx_draft_sign(&draft, 3, 0, &key), WC_OUT_OF_DOMAIN);
    wc_buf_init(&buf, encoded, sizeof encoded);
    assert_true(wc_tx_draft_encode(&draft, &buf, &fault) != WC_OK);
    assert_int_equal(fault.rule, WC_TX_RULE_SIG_MISSING);
    wc_buf_init(&buf, encoded, 100);
    assert_status(wc_tx_draft_encode(&draft, &buf, &fault), WC_NO_SPACE);
}

static void what_a_node_would_refuse_does_not_close(void **state)
{
    (void)state;
    wc_tx_draft draft;
    wc_arena arena;
    wc_tx_fault fault;
    draft_golden(&draft, &arena);
    draft.tx.expiry_time_s = 0;
    assert_status(wc_tx_draft_close(&draft, &fault), WC_OUT_OF_DOMAIN);
    assert_int_equal(fault.rule, WC_TX_RULE_EXPIRY);
    draft.tx.expiry_time_s = 1;
    assert_status(wc_tx_draft_close(&draft, &fault), WC_OK);
    assert_status(wc_tx_draft_begin(&draft, &arena, wc_slice_of(encoded, 256), &draft.tx_id),
                  WC_OK);
    assert_status(wc_tx_draft_close(&draft, &fault), WC_NO_SPACE); /* chain id beyond str8 */
}

static void a_draft_holds_16_signers_64_calls_64_ceilings_and_16_signatures(void **state)
{
    (void)state;
    wc_tx_draft draft;
    wc_arena arena;
    wc_tx_fault fault;
    begin(&draft, &arena);
    uint8_t index;
    wc_hash zero = {{0}};
    for (unsigned i = 0; i < WC_TX_AUTHS_MAX; i++) {
        char name[8] = {'p', (char)('a' + i)};
        assert_int_equal(signer(&draft, name, 0), i);
    }
    wc_hash other = name32("another");
    assert_status(wc_tx_draft_signer(&draft, &index, &other, 0), WC_TOO_LARGE);
    wc_hash first = name32("pa");
    assert_status(wc_tx_draft_signer(&draft, &index, &first, 4), WC_EXISTS);
    for (unsigned i = 0; i < WC_TX_CALLS_MAX; i++) {
        assert_int_equal(call(&draft, WC_CALL_NATIVE, NULL, 0, 0xffff, 15), i);
    }
    assert_status(wc_tx_draft_call(&draft, &index, WC_CALL_NATIVE, &zero, 0, 1), WC_TOO_LARGE);
    for (uint32_t i = WC_TX_DEBITS_MAX; i > 0; i--) {
        assert_status(wc_tx_draft_debit(&draft, 63, 15, i, 1), WC_OK);
    }
    assert_status(wc_tx_draft_debit(&draft, 63, 15, 1000, 1), WC_TOO_LARGE);
    assert_status(wc_tx_draft_debit(&draft, 63, 15, 1, INT64_MAX), WC_OVERFLOW);
    draft.tx.expiry_time_s = 1;
    draft.tx.gas_limit = 1;
    assert_status(wc_tx_draft_close(&draft, &fault), WC_OK);
    wc_keypair key = key_of("key");
    for (uint8_t i = 0; i < 16; i++) assert_status(wc_tx_draft_sign(&draft, i, 0, &key), WC_OK);
    assert_status(wc_tx_draft_sign(&draft, 0, 1, &key), WC_TOO_LARGE);
    wc_buf buf;
    wc_buf_init(&buf, encoded, sizeof encoded);
    assert_status(wc_tx_draft_encode(&draft, &buf, &fault), WC_OK);
}

static void parts_that_do_not_belong_together_are_refused(void **state)
{
    (void)state;
    wc_tx_draft draft;
    wc_arena arena;
    begin(&draft, &arena);
    uint8_t index;
    wc_hash zero = {{0}};
    (void)signer(&draft, "alice", 0);
    assert_status(wc_tx_draft_call(&draft, &index, WC_CALL_NATIVE, &zero, 0, 0), WC_OUT_OF_DOMAIN);
    assert_status(wc_tx_draft_call(&draft, &index, WC_CALL_NATIVE, &zero, 0, 2), WC_OUT_OF_DOMAIN);
    (void)signer(&draft, "bob", 0);
    assert_status(wc_tx_draft_principal(&draft, 0, 0), WC_OUT_OF_DOMAIN); /* no call yet */
    assert_status(wc_tx_draft_args(&draft, 0, text("")), WC_OUT_OF_DOMAIN);
    assert_status(wc_tx_draft_detached(&draft, 0, zero.bytes, text("")), WC_OUT_OF_DOMAIN);
    assert_status(wc_tx_draft_debit(&draft, 0, 0, 1, 1), WC_OUT_OF_DOMAIN);
    assert_int_equal(call(&draft, WC_CALL_NATIVE, NULL, 0, 1, 0), 0);
    assert_status(wc_tx_draft_principal(&draft, 0, 1), WC_OUT_OF_DOMAIN); /* does not sign it */
    assert_status(wc_tx_draft_principal(&draft, 0, 16), WC_OUT_OF_DOMAIN);
    assert_status(wc_tx_draft_debit(&draft, 0, 1, 1, 1), WC_OUT_OF_DOMAIN);
    assert_status(wc_tx_draft_debit(&draft, 0, 16, 1, 1), WC_OUT_OF_DOMAIN);
    assert_status(wc_tx_draft_debit(&draft, 0, 0, 0, 1), WC_OUT_OF_DOMAIN);
    assert_status(wc_tx_draft_debit(&draft, 0, 0, 1, 0), WC_OUT_OF_DOMAIN);
    wc_slice most = wc_slice_of(encoded, WC_TX_SIZE_MAX);
    wc_slice huge = wc_slice_of(encoded, (size_t)WC_TX_SIZE_MAX + 1);
    assert_status(wc_tx_draft_args(&draft, 0, most), WC_OK);
    assert_status(wc_tx_draft_detached(&draft, 0, zero.bytes, most), WC_OK);
    assert_status(wc_tx_draft_args(&draft, 0, huge), WC_TOO_LARGE);
    assert_status(wc_tx_draft_detached(&draft, 0, zero.bytes, huge), WC_TOO_LARGE);
    assert_status(wc_tx_draft_pieces(&draft, 1, zero.bytes, most, 1), WC_OUT_OF_DOMAIN);
    assert_status(wc_tx_draft_pieces(&draft, 0, zero.bytes, most, 0), WC_OUT_OF_DOMAIN);
    assert_status(wc_tx_draft_pieces(&draft, 0, zero.bytes, most, 1), WC_OK);
    assert_status(wc_tx_draft_pieces(&draft, 0, zero.bytes, huge, 1), WC_TOO_LARGE);
    wc_keypair pair;
    wc_seed seed = {{1}};
    wc_keypair_of_seed(&pair, &seed);
    wc_tx_sig sig = {.scheme = WC_SCHEME_ED25519};
    assert_status(wc_tx_draft_add_sig(&draft, &sig, &pair.public_key), WC_OUT_OF_DOMAIN); /* open */
}

static void the_first_signer_of_a_call_is_its_principal(void **state)
{
    (void)state;
    wc_tx_draft draft;
    wc_arena arena;
    begin(&draft, &arena);
    uint8_t index;
    wc_hash zero = {{0}};
    (void)signer(&draft, "alice", 0);
    (void)signer(&draft, "bob", 0);
    (void)signer(&draft, "carol", 0);
    assert_status(wc_tx_draft_call(&draft, &index, WC_CALL_NATIVE, &zero, 0, 6), WC_OK);
    assert_int_equal(draft.calls[0].principal, 1);
    assert_status(wc_tx_draft_principal(&draft, 0, 2), WC_OK);
    assert_int_equal(draft.calls[0].principal, 2);
}

static void arguments_that_were_detached_can_be_made_inline_again(void **state)
{
    (void)state;
    wc_tx_draft draft;
    wc_arena arena;
    begin(&draft, &arena);
    (void)signer(&draft, "alice", 0);
    (void)call(&draft, WC_CALL_NATIVE, NULL, 0, 1, 0);
    assert_status(wc_tx_draft_detached(&draft, 0, salt("s"), text("bytes")), WC_OK);
    assert_status(wc_tx_draft_args(&draft, 0, text("bytes")), WC_OK);
    assert_int_equal(draft.calls[0].carried, WC_CARRIED_INLINE);
    assert_int_equal(draft.calls[0].payload_len, 0);
}

static void a_full_arena_is_reported_at_each_allocation(void **state)
{
    (void)state;
    wc_hash genesis = name32("genesis hash");
    wc_hash alice = name32("alice");
    for (uint64_t granted = 0; granted < 6; granted++) {
        wc_tx_draft draft;
        wc_arena arena;
        wc_tx_fault fault;
        uint8_t index;
        wc_arena_init(&arena, arena_memory, sizeof arena_memory);
        arena.fail_after = granted;
        wc_status status = wc_tx_draft_begin(&draft, &arena, text("test-a"), &genesis);
        if (status == WC_OK) status = wc_tx_draft_signer(&draft, &index, &alice, 0);
        if (status == WC_OK) {
            status = wc_tx_draft_call(&draft, &index, WC_CALL_NATIVE, &alice, 0, 1);
        }
        if (status == WC_OK) status = wc_tx_draft_debit(&draft, 0, 0, 1, 1);
        if (status == WC_OK) status = wc_tx_draft_debit(&draft, 0, 0, 1, 1);
        if (status == WC_OK) {
            draft.tx.expiry_time_s = 1;
            draft.tx.gas_limit = 1;
            status = wc_tx_draft_close(&draft, &fault);
        }
        assert_status(status,
                      WC_NO_MEMORY); /* calls, two lists, body, calls and list of the check */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draft_gives_the_golden_body_and_id),
        cmocka_unit_test(signatures_in_any_order_stand_sorted_and_verify),
        cmocka_unit_test(a_signature_made_elsewhere_is_checked_before_it_is_added),
        cmocka_unit_test(an_unsigned_or_partly_signed_draft_is_not_handed_out),
        cmocka_unit_test(what_a_node_would_refuse_does_not_close),
        cmocka_unit_test(a_draft_holds_16_signers_64_calls_64_ceilings_and_16_signatures),
        cmocka_unit_test(parts_that_do_not_belong_together_are_refused),
        cmocka_unit_test(the_first_signer_of_a_call_is_its_principal),
        cmocka_unit_test(arguments_that_were_detached_can_be_made_inline_again),
        cmocka_unit_test(a_full_arena_is_reported_at_each_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
