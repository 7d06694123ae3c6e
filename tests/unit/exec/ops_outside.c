/* Events, other instances, signers. */
#include "tests/support/sha256.h"
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"
#include "vm/base/codec.h"

#define I(x) INT64_C(x)

static bool log_contains(const wc_rig *rig, wc_slice part)
{
    wc_slice log = wc_fake_log(&rig->host);
    for (size_t i = 0; i + part.len <= log.len; i++) {
        if (memcmp(log.data + i, part.data, part.len) == 0) return true;
    }
    return false;
}

/* ---- events -------------------------------------------------------------------------------------
 */

static void events_carry_their_canonical_arguments(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_emit);
    wc_slice args = rig_abi(&rig, "pqt", &rig.carol, I(-9), "caf\xc3\xa9");
    RIG_EMIT(&rig, emit, 1, rig_value(&rig, rig.t.record, args));
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 0);
    wc_slice logged =
        rig_abi(&rig, "sqqpqt", "E", I(1), (int64_t)args.len, &rig.carol, I(-9), "caf\xc3\xa9");
    assert_true(log_contains(&rig, logged));
    rig_drop(&rig);
}

static void events_outside_their_type_or_number_trap(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_emit);
    uint16_t args = rig_new(&rig, rig.t.limited);
    RIG_EMIT(&rig, stf, args, 0, rig_number(&rig, -1));
    RIG_EMIT(&rig, emit, 2, args);
    ops_traps(&rig, WC_TRAP_RANGE);
    rig_case(&rig, WC_OP_emit);
    rig.host.events_max = 0;
    ops_traps(&rig, WC_TRAP_SEND_LIMIT);
}

/* ---- other instances ----------------------------------------------------------------------------
 */

static void open_view(wc_rig *rig, wc_host_answer answer, const char *result)
{
    rig_case(rig, WC_OP_view);
    rig->host.view_answer = answer;
    rig->host.view_result = rig_abi(rig, "s", result);
    uint16_t args =
        rig_copy(rig, wc_builder_module(rig->b)->methods[0].args, rig_abi(rig, "q", I(12)));
    uint16_t to = rig_new(rig, rig->t.pair);
    uint16_t x = rig_int(rig);
    RIG_EMIT(rig, view, rig_other(rig), 0, args, to);
    RIG_EMIT(rig, ldf, x, to, 1);
    rig_put(rig, x);
}

static void views_bring_their_result_into_memory(void **state)
{
    (void)state;
    wc_rig rig;
    open_view(&rig, WC_HOST_OK, "");
    rig.host.view_result = rig_abi(&rig, "qq", I(1), I(-2));
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 1, I(-2));
    /* The method is named by the first four bytes of the hash of its signature. */
    wc_slice text = rig_abi(&rig, "s", "view price(int)->(int,int)");
    wc_hash hash = wc_test_sha256(&text, 1);
    wc_slice call = rig_abi(&rig, "spqqq", "V", &rig.other_instance,
                            (int64_t)wc_load_u32(hash.bytes), I(8), I(12));
    assert_true(log_contains(&rig, call));
    rig_drop(&rig);
}

static void views_are_charged_what_the_callee_used(void **state)
{
    (void)state;
    uint64_t used[2];
    for (size_t i = 0; i < 2; i++) {
        wc_rig rig;
        open_view(&rig, WC_HOST_OK, "");
        rig.host.view_result = rig_abi(&rig, "qq", I(1), I(-2));
        rig.host.view_gas = i * 12345;
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 1, I(-2));
        used[i] = rig.outcome.gas_used;
        rig_drop(&rig);
    }
    assert_int_equal(used[1] - used[0], 12345);
}

static void views_fail_as_their_callee_answers(void **state)
{
    (void)state;
    wc_rig rig;
    open_view(&rig, WC_HOST_ABSENT, "");
    ops_traps(&rig, WC_TRAP_NO_KEY);
    open_view(&rig, WC_HOST_LIMIT, "");
    ops_traps(&rig, WC_TRAP_SEND_LIMIT);
    open_view(&rig, WC_HOST_OK, "0123456789abcde"); /* one byte short of a pair */
    ops_traps(&rig, WC_TRAP_RANGE);
    open_view(&rig, WC_HOST_OK, "0123456789abcdefg");
    ops_traps(&rig, WC_TRAP_RANGE);
    open_view(&rig, WC_HOST_OK, ""); /* more than any result of this contract has */
    uint8_t *bytes = wc_arena_alloc(&rig.arena, 1 << 16, 1);
    assert_non_null(bytes);
    rig.host.view_result = wc_slice_of(bytes, 1 << 16);
    ops_traps(&rig, WC_TRAP_RANGE);
    open_view(&rig, WC_HOST_SHORT, "");
    ops_traps(&rig, WC_TRAP_HOST);
    open_view(&rig, WC_HOST_REFUSED, "");
    ops_traps(&rig, WC_TRAP_HOST);
    open_view(&rig, WC_HOST_FAILED, "");
    rig_close(&rig);
    rig_run(&rig);
    assert_int_equal(rig.outcome.kind, WC_OUTCOME_CALLEE);
    rig_drop(&rig);
}

static void arguments_outside_their_type_are_not_sent(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_send);
    uint16_t args = rig_new(&rig, rig.t.limited);
    RIG_EMIT(&rig, stf, args, 0, rig_number(&rig, 101));
    RIG_EMIT(&rig, send, rig_other(&rig), 2, args);
    ops_traps(&rig, WC_TRAP_RANGE);
}

static void sends_are_queued_up_to_their_limit(void **state)
{
    (void)state;
    for (uint32_t max = 0; max < 2; max++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_send);
        rig.host.sends_max = max;
        uint16_t args = rig_value(&rig, rig.t.label, rig_abi(&rig, "t", "hello"));
        RIG_EMIT(&rig, send, rig_other(&rig), 1, args);
        if (max == 0) {
            ops_traps(&rig, WC_TRAP_SEND_LIMIT);
            continue;
        }
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 0);
        assert_true(log_contains(&rig, rig_abi(&rig, "qt", I(9), "hello")));
        rig_drop(&rig);
    }
}

static void signatures_are_asked_of_the_host(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_signed);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, signed, x, rig_party_ref(&rig, &rig.alice));
    rig_put(&rig, x);
    RIG_EMIT(&rig, signed, x, rig_party_ref(&rig, &rig.carol));
    rig_put(&rig, x);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 2, I(1), I(0));
    rig_drop(&rig);
}

/* Place 0 has no role; alice has signed, carol has not. */
static void who_takes_a_place_has_signed_and_holds_its_role(void **state)
{
    (void)state;

    const struct {
        uint16_t place;
        bool is_carol, is_taken;
    } cases[] = {{0, false, true}, {0, true, false}, {1, false, false}};

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_rebind);
        const wc_party *party = cases[i].is_carol ? &rig.carol : &rig.alice;
        RIG_EMIT(&rig, rebind, cases[i].place, rig_party_ref(&rig, party));
        rig_close(&rig);
        rig_run(&rig);
        if (cases[i].is_taken) {
            rig_expect_out(&rig, 0);
            assert_true(rig.outcome.rebound);
        } else {
            rig_expect_builtin(&rig, WC_BUILTIN_NotAuthorised, wc_slice_of(NULL, 0));
        }
        rig_drop(&rig);
    }
}

/* The bank signs and takes the other place, for which no role is needed; the record says so. */
static void a_taken_place_stands_in_the_record(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_rebind);
    wc_fake_account_of(&rig.host, &rig.bank)->is_signer = true;
    RIG_EMIT(&rig, rebind, 0, rig_party_ref(&rig, &rig.bank));
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 0);
    wc_root_parts parts;
    assert_status(wc_root_read(wc_image_module(rig.image), rig.outcome.root, &parts), WC_OK);
    assert_true(wc_slice_equal(parts.parties, rig_abi(&rig, "pp", &rig.bank, &rig.bank)));
    rig_drop(&rig);
}

int ops_outside(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_carry_their_canonical_arguments),
        cmocka_unit_test(events_outside_their_type_or_number_trap),
        cmocka_unit_test(views_bring_their_result_into_memory),
        cmocka_unit_test(views_are_charged_what_the_callee_used),
        cmocka_unit_test(views_fail_as_their_callee_answers),
        cmocka_unit_test(arguments_outside_their_type_are_not_sent),
        cmocka_unit_test(sends_are_queued_up_to_their_limit),
        cmocka_unit_test(signatures_are_asked_of_the_host),
        cmocka_unit_test(who_takes_a_place_has_signed_and_holds_its_role),
        cmocka_unit_test(a_taken_place_stands_in_the_record),
    };
    return cmocka_run_group_tests_name("outside", tests, NULL, NULL);
}
