/* Recovery: guardians give an account a new key, after a delay in which the account can object. */
#include "node/ledger/recovery.h"
#include "tests/unit/ledger_exec/accounts.h"

#define DAY 86400

/* A letter that only says whether admission takes the actor's signature. */
static const char *sign_again(world *w, world_actor actor)
{
    letter l = world_letter(w, actor);
    (void)letter_native(&l, WC_NATIVE_threshold_set,
                        world_abi(w, "ph", &w->people[actor].address, 1));
    return world_status_name(world_send(w, &l)->receipt.status);
}

static wc_slice rescue_args(world *w, uint16_t key_id)
{
    const wc_keypair *pair = &w->people[ALICE].keys[key_id];
    wc_account_key key = fresh_key(pair, key_id);
    return key_args(w, ALICE, -1, &key, pair);
}

static const wc_receipt_page *supported(world *w, world_actor guardian, uint16_t key_id)
{
    return native_sent(w, guardian, ACTOR_COUNT, WC_NATIVE_recovery_support,
                       rescue_args(w, key_id));
}

static const wc_receipt_page *ended(world *w, world_actor by, wc_native_method how,
                                    const wc_hash *id)
{
    return native_sent(w, by, ACTOR_COUNT, how, world_abi(w, "pp", &w->people[ALICE].address, id));
}

static void two_guardians_and_a_day_give_a_new_key(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    guardians_named(&w);
    const wc_receipt_page *page = supported(&w, BOB, 1);
    assert_done(page);
    wc_hash id = world_result(page, 0);
    assert_receipt(ended(&w, BOB, WC_NATIVE_recovery_complete, &id), "NOT_APPROVED");
    assert_receipt(supported(&w, BOB, 1), "ALREADY_SIGNED");
    assert_receipt(supported(&w, RETAILER, 1), "NOT_AUTHORISED");
    assert_done(supported(&w, GRID, 1));
    (void)world_wait(&w, DAY - 1);
    assert_receipt(ended(&w, BOB, WC_NATIVE_recovery_complete, &id), "NOT_APPROVED");
    (void)world_wait(&w, 1);
    assert_receipt(ended(&w, RETAILER, WC_NATIVE_recovery_complete, &id), "NOT_AUTHORISED");
    assert_done(ended(&w, CAROL, WC_NATIVE_recovery_complete, &id));
    assert_string_equal(sign_again(&w, ALICE), "KEY_UNKNOWN");
    w.people[ALICE].first_key = 1;
    assert_string_equal(sign_again(&w, ALICE), "OK");
    wc_account account = account_now(&w, ALICE);
    assert_int_equal(account.key_count, 1);
    assert_int_equal(account.threshold, 1);
    wc_state_key name = wc_key_key_history(&w.people[ALICE].address, 0);
    wc_slice value;
    assert_status(wc_chain_get(w.chain, &name, &value), WC_OK);
    assert_receipt(ended(&w, CAROL, WC_NATIVE_recovery_complete, &id), "TARGET_UNKNOWN");
    world_close(&w);
}

static void the_account_can_object(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    guardians_named(&w);
    wc_hash id = world_result(supported(&w, BOB, 1), 0);
    assert_done(supported(&w, CAROL, 1));
    assert_receipt(ended(&w, BOB, WC_NATIVE_recovery_cancel, &id), "NOT_AUTHORISED");
    assert_done(ended(&w, ALICE, WC_NATIVE_recovery_cancel, &id));
    (void)world_wait(&w, 2 * DAY);
    assert_receipt(ended(&w, BOB, WC_NATIVE_recovery_complete, &id), "TARGET_UNKNOWN");
    assert_string_equal(sign_again(&w, ALICE), "OK");
    world_close(&w);
}

static void a_guardian_alone_cannot_stand_in_the_way(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    guardians_named(&w);
    wc_hash foul = world_result(supported(&w, BOB, 2), 0);
    wc_hash good = world_result(supported(&w, CAROL, 1), 0);
    assert_false(wc_hash_equal(&foul, &good));
    assert_done(supported(&w, GRID, 1));
    (void)world_wait(&w, DAY);
    assert_receipt(ended(&w, BOB, WC_NATIVE_recovery_complete, &foul), "NOT_APPROVED");
    assert_done(ended(&w, GRID, WC_NATIVE_recovery_complete, &good));
    w.people[ALICE].first_key = 1;
    assert_string_equal(sign_again(&w, ALICE), "OK");
    world_close(&w);
}

static void support_of_a_former_guardian_counts_no_more(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    guardians_named(&w);
    wc_hash id = world_result(supported(&w, BOB, 1), 0);
    assert_done(supported(&w, CAROL, 1));
    static const world_actor others[2] = {CAROL, GRID};
    assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_guardians_set,
                            guardian_args(&w, ALICE, 2, DAY, others, 2)));
    (void)world_wait(&w, DAY);
    assert_receipt(ended(&w, CAROL, WC_NATIVE_recovery_complete, &id), "NOT_APPROVED");
    assert_receipt(ended(&w, BOB, WC_NATIVE_recovery_complete, &id), "NOT_AUTHORISED");
    assert_done(supported(&w, GRID, 1));
    assert_done(ended(&w, CAROL, WC_NATIVE_recovery_complete, &id));
    world_close(&w);
}

/* A number that was used and retired while guardians waited stays used. */
static void a_number_that_was_used_meanwhile_is_refused(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    guardians_named(&w);
    wc_hash id = world_result(supported(&w, BOB, 1), 0);
    assert_done(supported(&w, CAROL, 1));
    assert_done(key_added(&w, ALICE, 1));
    assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_revoke,
                            world_abi(&w, "ph", &w.people[ALICE].address, 1)));
    (void)world_wait(&w, DAY);
    assert_receipt(ended(&w, BOB, WC_NATIVE_recovery_complete, &id), "KEY_EXISTS");
    world_close(&w);
}

static void guardians_are_other_accounts_that_exist(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    static const world_actor self[1] = {ALICE};
    assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_guardians_set,
                               guardian_args(&w, ALICE, 1, DAY, self, 1)),
                   "BAD_ARGUMENTS");
    static const world_actor two[2] = {BOB, CAROL};
    assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_guardians_set,
                               guardian_args(&w, ALICE, 3, DAY, two, 2)),
                   "BAD_ARGUMENTS");
    assert_receipt(native_sent(&w, BOB, ACTOR_COUNT, WC_NATIVE_guardians_set,
                               guardian_args(&w, ALICE, 1, DAY, two, 2)),
                   "NOT_AUTHORISED");
    wc_hash nobody = {{9}};
    wc_slice args = world_abi(&w, "pbwbp", &w.people[ALICE].address, 1, (uint32_t)DAY, 1, &nobody);
    assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_guardians_set, args),
                   "TARGET_UNKNOWN");
    guardians_named(&w);
    assert_int_equal(account_now(&w, ALICE).guardian_count, 3);
    assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_guardians_set,
                            guardian_args(&w, ALICE, 0, 0, two, 0)));
    assert_int_equal(account_now(&w, ALICE).guardian_count, 0);
    world_close(&w);
}

static void the_delay_of_guardians_is_at_least_a_day(void **state)
{
    (void)state;
    static const world_actor bob[1] = {BOB};
    world w;
    world_open(&w, NULL);
    for (uint32_t delay = WC_RECOVERY_DELAY_S_MIN - 1; delay <= WC_RECOVERY_DELAY_S_MIN + 1;
         delay++) {
        const char *wanted = delay < DAY ? "DELAY_TOO_SHORT" : "OK";
        assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_guardians_set,
                                   guardian_args(&w, ALICE, 1, delay, bob, 1)),
                       wanted);
    }
    world_close(&w);
}

static void a_request_reads_back_and_bad_bytes_are_refused(void **state)
{
    (void)state;
    wc_keypair pair;
    world_keypair(&pair, 8);
    wc_recovery in = {.started_s = 5, .effective_s = 7, .key = fresh_key(&pair, 3)};
    in.guardian_count = 2;
    in.guardians[0].bytes[0] = 1;
    in.guardians[1].bytes[0] = 2;
    uint8_t bytes[WC_RECOVERY_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_recovery_put(&buf, &in);
    assert_int_equal(buf.len, 1 + 8 + 8 + 77 + 1 + 64); /* the layout of recovery.h */
    wc_recovery out;
    assert_status(wc_recovery_decode(&out, wc_buf_slice(&buf)), WC_OK);
    assert_int_equal(out.effective_s, 7);
    assert_int_equal(out.key.key_id, 3);
    assert_int_equal(out.guardians[1].bytes[0], 2);
    for (size_t len = 0; len < buf.len; len++) {
        assert_status(wc_recovery_decode(&out, wc_slice_of(bytes, len)), WC_TRUNCATED);
    }
    bytes[buf.len - 32] = 1; /* the second guardian is the first */
    assert_status(wc_recovery_decode(&out, wc_buf_slice(&buf)), WC_NOT_CANONICAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_guardians_and_a_day_give_a_new_key),
        cmocka_unit_test(the_account_can_object),
        cmocka_unit_test(a_guardian_alone_cannot_stand_in_the_way),
        cmocka_unit_test(support_of_a_former_guardian_counts_no_more),
        cmocka_unit_test(a_number_that_was_used_meanwhile_is_refused),
        cmocka_unit_test(guardians_are_other_accounts_that_exist),
        cmocka_unit_test(the_delay_of_guardians_is_at_least_a_day),
        cmocka_unit_test(a_request_reads_back_and_bad_bytes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
