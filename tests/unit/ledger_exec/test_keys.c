/* Keys of an account: added, replaced and revoked by itself, from the next block on; limits of keys
 * hold; numbers are used once; orders of the supervisor freeze and release. */
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/accounts.h"
#include "tests/unit/ledger_exec/contracts.h"

/* Something ALICE signs that anybody may do: a mandate that is not there is refused after
 * admission, which is all that matters here. */
static letter signed_letter(world *w, world_actor actor)
{
    letter l = world_letter(w, actor);
    (void)letter_native(&l, WC_NATIVE_threshold_set,
                        world_abi(w, "ph", &w->people[actor].address, 1));
    return l;
}

static const char *sign_again(world *w, world_actor actor)
{
    letter l = signed_letter(w, actor);
    return world_status_name(world_send(w, &l)->receipt.status);
}

static void an_added_key_signs_from_the_next_block(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    world_person *alice = &w.people[ALICE];
    wc_account_key key = fresh_key(&alice->keys[1], 1);
    letter l = world_letter(&w, ALICE);
    (void)letter_native(&l, WC_NATIVE_key_add, key_args(&w, ALICE, -1, &key, &alice->keys[1]));
    wc_slice raws[2] = {letter_raw(&l)};
    alice->next_nonce++;
    alice->first_key = 1;
    letter with_new = signed_letter(&w, ALICE);
    raws[1] = letter_raw(&with_new);
    const wc_sealed *sealed = world_seal(&w, raws, 2);
    assert_done(&sealed->applied.receipts[0]);
    assert_receipt(&sealed->applied.receipts[1], "KEY_UNKNOWN");
    assert_int_equal(world_events(&sealed->applied.receipts[0], WC_EVENT_ACCOUNT_CHANGED, NULL), 1);
    assert_string_equal(sign_again(&w, ALICE), "OK");
    wc_account account = account_now(&w, ALICE);
    assert_int_equal(account.key_count, 2);
    assert_int_equal(account.keys[1].from_h, 2);
    world_close(&w);
}

static void possession_is_proved_for_this_account_number_and_chain(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    world_person *alice = &w.people[ALICE];
    wc_account_key key = fresh_key(&alice->keys[1], 1);
    wc_slice good = key_args(&w, ALICE, -1, &key, &alice->keys[1]);
    uint8_t bytes[32 + WC_ACCOUNT_KEY_SIZE + 64];
    assert_int_equal(good.len, sizeof bytes);
    /* A proof by another key, one for BOB's account, one for another number. */
    wc_slice others[3] = {key_args(&w, ALICE, -1, &key, &alice->keys[2]),
                          key_args(&w, BOB, -1, &key, &alice->keys[1])};
    wc_account_key other = fresh_key(&alice->keys[1], 9);
    others[2] = key_args(&w, ALICE, -1, &other, &alice->keys[1]);
    for (size_t i = 0; i < 3; i++) {
        memcpy(bytes, good.data, sizeof bytes);
        memcpy(bytes + sizeof bytes - 64, others[i].data + others[i].len - 64, 64);
        assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_add,
                                   wc_slice_of(bytes, sizeof bytes)),
                       "KEY_UNFIT");
    }
    assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_add, good));
    world_close(&w);
}

static void a_replaced_key_stands_in_the_history_and_signs_no_more(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    world_person *alice = &w.people[ALICE];
    wc_account_key key = fresh_key(&alice->keys[1], 1);
    assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_replace,
                            key_args(&w, ALICE, 0, &key, &alice->keys[1])));
    assert_string_equal(sign_again(&w, ALICE), "KEY_UNKNOWN");
    alice->first_key = 1;
    assert_string_equal(sign_again(&w, ALICE), "OK");

    wc_state_key name = wc_key_key_history(&alice->address, 0);
    wc_slice value;
    wc_key_record record;
    assert_status(wc_chain_get(w.chain, &name, &value), WC_OK);
    assert_status(wc_key_record_decode(&record, value), WC_OK);
    assert_memory_equal(record.key.pub, alice->keys[0].public_key.bytes, 32);
    assert_int_equal(record.key.revoked_h, 2);
    assert_int_equal(record.replaced_h, 2);

    /* Its number is used up, though the account does not have it any more. */
    wc_account_key again = fresh_key(&alice->keys[0], 0);
    assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_add,
                               key_args(&w, ALICE, -1, &again, &alice->keys[0])),
                   "KEY_EXISTS");
    world_close(&w);
}

static void a_key_is_revoked_only_while_others_reach_the_threshold(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_slice first = world_abi(&w, "ph", &w.people[ALICE].address, 0);
    assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_revoke, first),
                   "POLICY_UNREACHABLE");
    /* A second key that is valid later only does not count. */
    wc_account_key key = fresh_key(&w.people[ALICE].keys[1], 1);
    key.from_h = 1000;
    assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_add,
                            key_args(&w, ALICE, -1, &key, &w.people[ALICE].keys[1])));
    assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_revoke, first),
                   "POLICY_UNREACHABLE");
    assert_done(key_added(&w, ALICE, 2));
    assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_revoke, first));
    assert_string_equal(sign_again(&w, ALICE), "KEY_UNKNOWN");
    w.people[ALICE].first_key = 2;
    assert_string_equal(sign_again(&w, ALICE), "OK");
    assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_revoke, first),
                   "TARGET_UNKNOWN");
    world_close(&w);
}

static void strangers_and_limited_keys_change_no_keys(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_account_key key = fresh_key(&w.people[BOB].keys[1], 1);
    wc_slice args = key_args(&w, ALICE, -1, &key, &w.people[BOB].keys[1]);
    assert_receipt(native_sent(&w, BOB, ACTOR_COUNT, WC_NATIVE_key_add, args), "NOT_AUTHORISED");
    assert_receipt(native_sent(&w, ADMIN_1, ADMIN_2, WC_NATIVE_key_add, args), "NOT_AUTHORISED");
    assert_receipt(key_added(&w, CAPPED, 1), "KEY_LIMITED");
    assert_receipt(key_added(&w, NARROW, 1), "KEY_SCOPE"); /* may not make native calls at all */
    assert_receipt(native_sent(&w, CAPPED, ACTOR_COUNT, WC_NATIVE_threshold_set,
                               world_abi(&w, "ph", &w.people[CAPPED].address, 1)),
                   "KEY_LIMITED");
    world_close(&w);
}

static void the_owner_changes_a_device_s_keys(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_account_key key = fresh_key(&w.people[METER].keys[1], 1);
    key.scope = WC_SCOPE_OF(WC_CALL_READINGS);
    wc_slice args = key_args(&w, METER, 0, &key, &w.people[METER].keys[1]);
    assert_receipt(native_sent(&w, RETAILER, ACTOR_COUNT, WC_NATIVE_key_replace, args),
                   "NOT_AUTHORISED");
    assert_done(native_sent(&w, GRID, ACTOR_COUNT, WC_NATIVE_key_replace, args));
    w.people[METER].first_key = 1;
    assert_string_equal(sign_again(&w, METER), "KEY_SCOPE"); /* admitted for readings alone */
    world_close(&w);
}

static void a_list_of_keys_has_an_end(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    for (uint16_t id = 1; id <= WC_ACCOUNT_KEYS_MAX; id++) {
        wc_keypair pair;
        world_keypair(&pair, 5000u + id);
        wc_account_key key = fresh_key(&pair, id);
        const char *wanted = id < WC_ACCOUNT_KEYS_MAX ? "OK" : "TOO_MANY";
        assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_add,
                                   key_args(&w, ALICE, -1, &key, &pair)),
                       wanted);
    }
    assert_int_equal(account_now(&w, ALICE).key_count, WC_ACCOUNT_KEYS_MAX);
    world_close(&w);
}

static void a_key_that_was_never_valid_is_refused(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    const wc_keypair *pair = &w.people[ALICE].keys[1];
    wc_account_key key = fresh_key(pair, 1);
    key.to_h = 2; /* ends before the next block, which is 2 */
    assert_receipt(
        native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_add, key_args(&w, ALICE, -1, &key, pair)),
        "BAD_ARGUMENTS");
    key = fresh_key(pair, 1);
    key.revoked_h = 9;
    assert_receipt(
        native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_add, key_args(&w, ALICE, -1, &key, pair)),
        "BAD_ARGUMENTS");
    world_close(&w);
}

static wc_slice order_args(world *w, world_actor actor, const char *text)
{
    wc_hash document = wc_sha256_one(wc_slice_of(text, strlen(text)));
    return world_abi(w, "pp", &w->people[actor].address, &document);
}

static void an_order_freezes_and_another_releases(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    assert_done(native_sent(
        &w, ADMIN_1, ADMIN_2, WC_NATIVE_role_grant,
        world_abi(&w, "phqq", &w.people[PAYER].address, WC_ROLE_REGULATOR, INT64_C(0), INT64_MAX)));
    wc_slice args = order_args(&w, ALICE, "order 1");
    assert_receipt(native_sent(&w, BOB, ACTOR_COUNT, WC_NATIVE_account_freeze, args),
                   "NOT_AUTHORISED");
    const wc_receipt_page *page =
        native_sent(&w, PAYER, ACTOR_COUNT, WC_NATIVE_account_freeze, args);
    assert_done(page);
    wc_slice data;
    assert_int_equal(world_events(page, WC_EVENT_ACCOUNT_ORDERED, &data), 1);
    assert_int_equal(data.len, 97);
    assert_int_equal(data.data[32], WC_ACCOUNT_FROZEN);
    assert_memory_equal(data.data + 33, w.people[PAYER].address.bytes, 32);
    assert_string_equal(sign_again(&w, ALICE), "ACCOUNT_INACTIVE");
    assert_receipt(native_sent(&w, PAYER, ACTOR_COUNT, WC_NATIVE_account_freeze, args),
                   "ACCOUNT_STATUS");
    wc_hash none = {{0}};
    assert_receipt(native_sent(&w, PAYER, ACTOR_COUNT, WC_NATIVE_account_release,
                               world_abi(&w, "pp", &w.people[ALICE].address, &none)),
                   "BAD_ARGUMENTS");
    assert_done(native_sent(&w, ADMIN_2, ADMIN_3, WC_NATIVE_account_release,
                            order_args(&w, ALICE, "order 2")));
    assert_string_equal(sign_again(&w, ALICE), "OK");
    world_close(&w);
}

static void roles_that_one_hand_must_not_hold_follow_one_another(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    const wc_address *bank = &w.people[BANK].address;
    assert_receipt(native_sent(&w, ADMIN_1, ADMIN_2, WC_NATIVE_role_grant,
                               world_abi(&w, "phqq", bank, WC_ROLE_AUDITOR, INT64_C(0), INT64_MAX)),
                   "DUTIES_CONFLICT");
    /* The bank ends as one in block 3; from then on it may be an auditor. */
    assert_done(native_sent(&w, ADMIN_1, ADMIN_2, WC_NATIVE_role_revoke,
                            world_abi(&w, "ph", bank, WC_ROLE_BANK)));
    assert_done(native_sent(&w, ADMIN_1, ADMIN_2, WC_NATIVE_role_grant,
                            world_abi(&w, "phqq", bank, WC_ROLE_AUDITOR, INT64_C(0), INT64_MAX)));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_added_key_signs_from_the_next_block),
        cmocka_unit_test(possession_is_proved_for_this_account_number_and_chain),
        cmocka_unit_test(a_replaced_key_stands_in_the_history_and_signs_no_more),
        cmocka_unit_test(a_key_is_revoked_only_while_others_reach_the_threshold),
        cmocka_unit_test(strangers_and_limited_keys_change_no_keys),
        cmocka_unit_test(the_owner_changes_a_device_s_keys),
        cmocka_unit_test(a_list_of_keys_has_an_end),
        cmocka_unit_test(a_key_that_was_never_valid_is_refused),
        cmocka_unit_test(an_order_freezes_and_another_releases),
        cmocka_unit_test(roles_that_one_hand_must_not_hold_follow_one_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
