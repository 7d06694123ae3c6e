/* Time-outs at their edges: the block's budget used up, its events, the order of what is armed
 * anew, clauses that never come, and failures that say too much. */
#include "tests/unit/ledger_exec/altered.h"
#include "tests/unit/ledger_exec/clocks.h"
#include "tests/unit/ledger_exec/sale.h"
#include "tests/unit/ledger_exec/source.h"

#define I(x) INT64_C(x)

/* ---- clauses --------------------------------------------------------------------------------- */

/* A time-out without instructions; the compiler demands a `goto`. */
static const char quiet[] = "module Quiet quiet\n"
                            "string a\n"
                            "string Open\n"
                            "string Done\n"
                            "string end\n"
                            "string \"\"\n"
                            "string due\n"
                            "type t0 - party -\n"
                            "type t1 - tuple\n"
                            "type t2 - tuple a t0\n"
                            "type t3 - tag Open Done\n"
                            "party a - signatory -\n"
                            "parties t2\n"
                            "terms t1\n"
                            "version 0\n"
                            "storage t1\n"
                            "state Open - initial -\n"
                            "state Done - - final\n"
                            "states t3\n"
                            "function end\n"
                            "    reg ref t1\n"
                            "    params 1\n"
                            "w0:\n"
                            "    block\n"
                            "    setst0 Done\n"
                            "    ret 0\n"
                            "end\n"
                            "function \"\"\n"
                            "    params 0\n"
                            "w0:\n"
                            "    block\n"
                            "    ret 0\n"
                            "end\n"
                            "function due\n"
                            "    reg i64 -\n"
                            "    params 0\n"
                            "    result i64\n"
                            "w0:\n"
                            "    block\n"
                            "    sys r0 1\n"
                            "    addi r0 r0 60\n"
                            "    ret 0\n"
                            "end\n"
                            "entry action end end t1 - all 0 - Done 0000000000000000 0 0 %0\n"
                            "entry after - %1 - - none 0 Open Done 0000000000000000 1 0\n"
                            "entry due - due %1 - none 0 - - 0000000000000000 0 0\n";

/* The record stays as it is, and the time-out is gone. */
static void a_clause_that_changes_nothing_does_not_come_again(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    world_actor signer = ALICE;
    wc_hash code = world_deploy(&w, source_assembled(&w, quiet));
    wc_address instance =
        world_instance(&w, &code, 1, &signer, world_abi(&w, "p", &w.people[ALICE].address));
    wc_slice root = world_abi(&w, "x", clock_entry(&w, &instance).root);
    clock_expect_due(&w, w.now + 60);
    const wc_sealed *sealed = world_wait(&w, 60);
    assert_int_equal(sealed->applied.timer_count, 1);
    assert_done(&sealed->applied.receipts[0]);
    clock_expect_due(&w, WC_DUE_NONE);
    assert_true(wc_slice_equal(clock_entry(&w, &instance).root, root));
    assert_false(world_wait(&w, 3600)->applied.is_recorded);
    assert_done(source_call(&w, ALICE, &instance, 0, wc_slice_of(NULL, 0)));
    assert_int_equal(clock_entry(&w, &instance).status, WC_INSTANCE_FINAL);
    world_close(&w);
}

/* A contract that asks whether `a` has signed, in a time-out and in a view; no compiler lets it. */
static const char vouching[] =
    "module Vouching vouching\n"
    "string a\n"
    "string n\n"
    "string Open\n"
    "string Done\n"
    "string vouch\n"
    "string seen\n"
    "string asked\n"
    "string \"\"\n"
    "string due\n"
    "type t0 - party -\n"
    "type t1 - tuple\n"
    "type t2 - tuple a t0\n"
    "type t3 - int -9223372036854775808 9223372036854775807\n"
    "type t4 - tuple n t3\n"
    "type t5 - tag Open Done\n"
    "party a - signatory -\n"
    "parties t2\n"
    "terms t1\n"
    "version 0\n"
    "field n 0 t3 0 %0 -\n"
    "storage t4\n"
    "state Open - initial -\n"
    "state Done - - final\n"
    "states t5\n"
#define ASK                                                                                        \
    "    block\n"                                                                                  \
    "    root r1 2\n"                                                                              \
    "    fref r2 r1 0\n"                                                                           \
    "    signed r3 r2\n"
#define STORE                                                                                      \
    "    addi r3 r3 10\n"                                                                          \
    "    root r0 1\n"                                                                              \
    "    stf r0 0 r3\n"                                                                            \
    "    ret 0\n"                                                                                  \
    "end\n"
    "function vouch\n"
    "    reg ref t1\n"
    "    reg ref t2\n"
    "    reg ref t0\n"
    "    reg i64 -\n"
    "    reg refmut t4\n"
    "    params 1\n"
    "w0:\n" ASK "    addi r3 r3 10\n"
    "    root r4 1\n"
    "    stf r4 0 r3\n"
    "    ret 0\n"
    "end\n"
    "function seen\n"
    "    reg ref t4\n"
    "    reg i64 -\n"
    "    params 0\n"
    "    result i64\n"
    "w0:\n"
    "    block\n"
    "    root r0 1\n"
    "    ldf r1 r0 0\n"
    "    ret 1\n"
    "end\n"
    "function asked\n"
    "    reg i64 -\n"
    "    reg ref t2\n"
    "    reg ref t0\n"
    "    reg i64 -\n"
    "    params 0\n"
    "    result i64\n"
    "w0:\n" ASK "    addi r0 r3 20\n"
    "    ret 0\n"
    "end\n"
    "function \"\"\n"
    "    reg refmut t4\n"
    "    reg ref t2\n"
    "    reg ref t0\n"
    "    reg i64 -\n"
    "    params 0\n"
    "w0:\n" ASK STORE "function due\n"
    "    reg i64 -\n"
    "    params 0\n"
    "    result i64\n"
    "w0:\n"
    "    block\n"
    "    sys r0 1\n"
    "    addi r0 r0 60\n"
    "    ret 0\n"
    "end\n"
    "entry action vouch vouch t1 - any_party 0 Open - 0000000000000000 0 0\n"
    "entry view seen seen t1 t3 none 0 - - 0000000000000000 0 0\n"
    "entry view asked asked t1 t3 none 0 - - 0000000000000000 0 0\n"
    "entry after - %3 - - none 0 Open Done 0000000000000000 1 0\n"
    "entry due - due %3 - none 0 - - 0000000000000000 0 0\n";
#undef ASK
#undef STORE

/* [LG-63] */
static void nobody_signs_in_time_outs_and_views(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    world_actor signer = ALICE;
    wc_hash code = world_deploy(&w, source_assembled(&w, vouching));
    wc_address instance =
        world_instance(&w, &code, 1, &signer, world_abi(&w, "p", &w.people[ALICE].address));
    assert_done(source_call(&w, ALICE, &instance, 0, wc_slice_of(NULL, 0)));
    assert_int_equal(sale_view(&w, &instance, "seen"), 11);
    assert_done(source_call(&w, BOB, &instance, 0, wc_slice_of(NULL, 0)));
    assert_int_equal(sale_view(&w, &instance, "seen"), 10);
    assert_done(source_call(&w, ALICE, &instance, 0, wc_slice_of(NULL, 0)));
    assert_int_equal(sale_view(&w, &instance, "asked"), 20);
    assert_done(&world_wait(&w, 60)->applied.receipts[0]);
    assert_int_equal(sale_view(&w, &instance, "seen"), 10);
    world_close(&w);
}

static const char failing[] = "module failing;\n"
                              "use std.energy;\n"
                              "contract Failing {\n"
                              "  parties { a : party; }\n  signatory a;\n"
                              "  terms { amendable first : time; last : time; }\n"
                              "  states { Open initial; Late; Done final; }\n"
                              "  storage { n : int; }\n"
                              "  action end() by a -> Done { goto Done(); }\n"
                              "  after first when Open -> Late { let l : list<int, 2> = []; self.n "
                              "= l[self.n]; goto Late(); }\n"
                              "  after last when Open -> Done { goto Done(); }\n"
                              "}\n";

enum {
    END,
    PROPOSE_FIRST
};

/* [LG-67] A clause at the last second there is, is none that could take over. */
static void a_clause_that_never_comes_does_not_take_over(void **state)
{
    (void)state;
    for (int comes = 0; comes < 2; comes++) {
        world w;
        world_open(&w, NULL);
        int64_t start = w.now, last = comes ? w.now + 100000 : INT64_MAX;
        wc_address instance = source_open(
            &w, failing, ALICE, world_abi(&w, "pqq", &w.people[ALICE].address, w.now + 60, last));
        w.now += 60;
        for (int i = 0; i < 3; i++) {
            assert_int_equal(world_seal(&w, NULL, 0)->applied.timer_count, 1);
            w.now += WC_TIMER_RETRY_S;
        }
        wc_instance_entry entry = clock_entry(&w, &instance);
        assert_int_equal(entry.status, comes ? WC_INSTANCE_LIVE : WC_INSTANCE_STUCK);
        clock_expect_due(&w, comes ? start + 100000 : WC_DUE_NONE);
        world_close(&w);
    }
}

/* [AM-3] The only signatory amends the term to what it was: the record stays, and the times are
 * evaluated anew, so what waited to be tried again is due at its own time. */
static void a_term_amended_to_itself_is_evaluated_anew(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    int64_t first = w.now + 60;
    wc_address instance = source_open(
        &w, failing, ALICE, world_abi(&w, "pqq", &w.people[ALICE].address, first, INT64_MAX));
    assert_done(source_call(&w, ALICE, &instance, PROPOSE_FIRST, world_abi(&w, "q", first)));
    (void)world_wait(&w, 60);
    assert_int_equal(clock_entry(&w, &instance).fails, 1);
    clock_expect_due(&w, w.now + WC_TIMER_RETRY_S);
    wc_chain_contract before;
    assert_status(wc_chain_contract_of(w.chain, &instance, &before), WC_OK);
    wc_slice root = world_abi(&w, "x", before.entry.root);
    assert_done(source_call(&w, ALICE, &instance, PROPOSE_FIRST, world_abi(&w, "q", first)));
    wc_instance_entry entry = clock_entry(&w, &instance);
    assert_true(wc_slice_equal(entry.root, root));
    assert_int_equal(entry.fails, 0);
    clock_expect_due(&w, first);
    world_close(&w);
}

/* ---- the block ------------------------------------------------------------------------------- */

static const char slow[] = "module slow;\n"
                           "contract Slow {\n"
                           "  parties { a : party; }\n  signatory a;\n"
                           "  states { Open initial; Done final; }\n"
                           "  action end() by a -> Done { goto Done(); }\n"
                           "  view count() -> int {\n"
                           "    var sum_ : int = 0;\n"
                           "    for i in 0..100000 { sum_ = sum_ + i; }\n"
                           "    return sum_;\n"
                           "  }\n"
                           "}\n";

static const char asking[] = "module asking;\n"
                             "use std.energy;\n"
                             "interface Counts { view count() -> int; }\n"
                             "contract Asking {\n"
                             "  parties { a : party; }\n  signatory a;\n"
                             "  terms { peer : contract_ref<Counts>; }\n"
                             "  states { Open initial; Done final; }\n"
                             "  storage { n : int; }\n"
                             "  action end() by a -> Done { goto Done(); }\n"
                             "  after entered + 60 s when Open -> Done {\n"
                             "    self.n = peer.count(); goto Done();\n"
                             "  }\n"
                             "}\n";

/* [LG-122] A time-out that asks others may use the whole budget of a block, and no more; what is
 * due behind it waits for the next block. */
static void a_time_out_that_uses_the_whole_budget_is_the_last(void **state)
{
    (void)state;
    world w;
    world_options options = {.timer_gas_max = 100000};
    world_open(&w, &options);
    const wc_address *alice = &w.people[ALICE].address;
    wc_address peer = source_open(&w, slow, ALICE, world_abi(&w, "p", alice));
    wc_hash code = world_deploy(&w, source_module(&w, asking));
    world_actor signer = ALICE;
    for (int i = 0; i < 3; i++) {
        (void)world_instance(&w, &code, 1, &signer, world_abi(&w, "pp", alice, &peer));
    }
    w.now += 60;
    for (int i = 0; i < 3; i++) {
        const wc_sealed *sealed = world_seal(&w, NULL, 0);
        assert_int_equal(sealed->applied.timer_count, 1);
        const wc_receipt_page *page = &sealed->applied.receipts[0];
        assert_string_equal(world_failure(&w, page), "TRAP_OUT_OF_GAS");
        assert_int_equal(page->receipt.gas_used, 100000);
    }
    assert_false(world_seal(&w, NULL, 0)->applied.is_recorded);
    world_close(&w);
}

/* [LG-121] Armed anew for a time before that of another one, it comes before it, though the other
 * one was due already. */
static void what_is_armed_anew_for_an_earlier_time_comes_first(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_hash again = world_deploy(&w, clock_module(&w, CLOCK_REPEAT, NULL));
    wc_hash once = world_deploy(&w, clock_module(&w, CLOCK_ONCE, NULL));
    wc_slice parties = world_abi(&w, "pp", &w.people[ALICE].address, &w.people[BOB].address);
    wc_slice raws[2];
    wc_address made[2];
    for (int i = 0; i < 2; i++) { /* in one block: both are due at once */
        letter l = world_letter(&w, ALICE);
        (void)letter_call(&l, WC_CALL_INSTANTIATE, i == 0 ? &again : &once, 0,
                          world_abi(&w, "xq", parties, i == 0 ? I(-100) : I(-50)));
        raws[i] = letter_raw(&l);
        wc_origin origin = {letter_id(&l), 0, 0};
        made[i] = wc_address_instance(&origin);
    }
    (void)world_seal(&w, raws, 2);
    const wc_sealed *sealed = world_wait(&w, 10);
    assert_int_equal(sealed->applied.timer_count, 5);
    for (int i = 0; i < 5; i++) {
        const wc_hash *subject = &sealed->applied.receipts[i].receipt.subject;
        assert_true(wc_hash_equal(subject, &made[i == 4]));
    }
    world_close(&w);
}

static const char leaving[] = "module leaving;\n"
                              "use std.energy;\n"
                              "contract Leaving {\n"
                              "  parties { a : party; }\n  signatory a;\n"
                              "  states { Open initial; Out; Done final; }\n"
                              "  action leave() by a when Open -> Out { goto Out(); }\n"
                              "  action back() by a when Out -> Open { goto Open(); }\n"
                              "  action end() by a -> Done { goto Done(); }\n"
                              "  after entered + 600 s when Open -> Done { goto Done(); }\n"
                              "}\n";

/* Left and entered again in the second in which it was entered: for the index nothing changes. */
static void a_time_out_that_comes_back_is_no_change(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address instance =
        source_open(&w, leaving, ALICE, world_abi(&w, "p", &w.people[ALICE].address));
    int64_t due = w.now + 600;
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &instance, 0, wc_slice_of(NULL, 0));
    (void)letter_call(&l, WC_CALL_ACTION, &instance, 1, wc_slice_of(NULL, 0));
    assert_done(world_send(&w, &l));
    assert_int_equal(w.sealed->applied.timer_change_count, 0);
    clock_expect_due(&w, due);
    assert_int_equal(world_wait(&w, 600)->applied.timer_count, 1);
    world_close(&w);
}

/* [LG-126] */
static void a_block_without_room_for_giving_back_leaves_it_to_the_next(void **state)
{
    (void)state;
    const size_t needed = 1282 * (size_t)(WC_POSTING_SIZE + 38);
    world w;
    altered a;
    world_open(&w, NULL);
    world_actor signer = ALICE;
    wc_hash code = world_deploy(&w, clock_module(&w, CLOCK_FAIL, NULL));
    (void)world_instance(
        &w, &code, 1, &signer,
        world_abi(&w, "ppq", &w.people[ALICE].address, &w.people[BOB].address, I(60)));
    w.now += 60;
    for (int i = 0; i < 2; i++) {
        (void)world_seal(&w, NULL, 0);
        w.now += WC_TIMER_RETRY_S;
    }
    altered_open(&a, &w);
    a.observer.unit = altered_nearly_full;
    for (a.room = needed - 1; a.room <= needed; a.room++) {
        assert_status(altered_apply(&a, NULL, 0), WC_OK);
        assert_int_equal(a.applied.is_recorded, a.room == needed);
        if (a.room < needed) continue;
        const wc_receipt_page *page = &a.applied.receipts[0];
        assert_int_equal(world_events(page, WC_EVENT_INSTANCE_STUCK, NULL), 1);
    }
    altered_close(&a);
    world_close(&w);
}

/* ---- failures -------------------------------------------------------------------------------- */

static size_t said;

static void has_said(void *self, bool is_undone)
{
    if (!is_undone) ((altered *)self)->ledger->outcome_bytes = said;
}

/* What the failures of a block say may be 16 MiB long; then they say only their names. */
static void failures_of_a_block_say_no_more_than_there_is_room_for(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_FAIL, wc_slice_of(NULL, 0));
    wc_slice raw = letter_raw(&l);
    altered_open(&a, &w);
    a.observer.unit = has_said;
    for (size_t left = 7; left <= 8; left++) { /* the error has a time, of 8 bytes */
        wc_error_outcome error;
        said = WC_BLOCK_OUTCOME_BYTES_MAX - left;
        assert_status(altered_apply(&a, &raw, 1), WC_OK);
        assert_receipt(altered_page(&a), "ERROR");
        assert_status(wc_outcome_error(&error, altered_page(&a)->outcome), WC_OK);
        assert_int_equal(error.args.len, left == 8 ? 8 : 0);
    }
    altered_close(&a);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clause_that_changes_nothing_does_not_come_again),
        cmocka_unit_test(nobody_signs_in_time_outs_and_views),
        cmocka_unit_test(a_clause_that_never_comes_does_not_take_over),
        cmocka_unit_test(a_term_amended_to_itself_is_evaluated_anew),
        cmocka_unit_test(a_time_out_that_uses_the_whole_budget_is_the_last),
        cmocka_unit_test(what_is_armed_anew_for_an_earlier_time_comes_first),
        cmocka_unit_test(a_time_out_that_comes_back_is_no_change),
        cmocka_unit_test(a_block_without_room_for_giving_back_leaves_it_to_the_next),
        cmocka_unit_test(failures_of_a_block_say_no_more_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
