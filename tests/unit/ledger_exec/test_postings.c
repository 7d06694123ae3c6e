/* What the running call has posted, to `ensures`: parties that look alike to the table of sums, a
 * table that is full, and postings where none can be. */
#include "node/ledger/asset.h"
#include "node/ledger/host.h"
#include "tests/unit/ledger_exec/altered.h"
#include "tests/unit/ledger_exec/contracts.h"
#include "tests/unit/ledger_exec/source.h"

#define I(x) INT64_C(x)

static const char paying[] =
    "module paying;\n"
    "use std.energy;\n"
    "contract Paying {\n"
    "  parties { a : party; }\n  signatory a;\n"
    "  terms { p : party; q : party; r : party; s : party; }\n"
    "  states { Open initial; Done final; }\n"
    "  action keep(x : money<CNY>) by a when Open { lock(a, x); }\n"
    "  action spread(x : money<CNY>, y : money<EUR>) by a when Open\n"
    "    ensures posted(p, CNY) == 2 * x;\n"
    "    ensures posted(q, CNY) == 3 * x;\n"
    "    ensures posted(r, EUR) == y;\n"
    "    ensures posted(s, CNY) == 4 * x;\n"
    "    ensures posted(r, CNY) == 0.00 CNY;\n"
    "    ensures posted(a, CNY) == -9 * x;\n"
    "  {\n"
    "    pay a -> p : x; pay a -> q : 3 * x; pay a -> r : y; pay a -> s : 4 * x;\n"
    "    pay a -> p : x;\n"
    "  }\n"
    "  action back() by a when Open { unlock_all(); }\n"
    "  action end() by a -> Done { goto Done(); }\n"
    "  after deployed + 1000 h when Open -> Done { goto Done(); }\n"
    "}\n";

enum {
    KEEP,
    SPREAD,
    BACK
};

/* The hash of the table of sums (host_money.c), to find parties that it takes for neighbours; which
 * sums come out does not depend on it. */
static uint64_t hash_of(const wc_address *party, uint64_t currency)
{
    uint64_t hash = wc_load_u64(party->bytes) ^ wc_load_u64(party->bytes + 24) ^ currency;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* p; q has its hash; r has it in the other currency; s shares its place in the table. */
static void look_alike(wc_address parties[4])
{
    memset(parties, 0, 4 * sizeof parties[0]);
    wc_store_u64(parties[0].bytes, 0x1111);
    wc_store_u64(parties[0].bytes + 24, 0x2222);
    wc_store_u64(parties[1].bytes, 0x2222);
    wc_store_u64(parties[1].bytes + 24, 0x1111);
    wc_store_u64(parties[2].bytes, 0x1111);
    wc_store_u64(parties[2].bytes + 24, 0x2222 ^ 1);
    uint64_t tail = 0;
    do {
        wc_store_u64(parties[3].bytes, ++tail);
    } while (hash_of(&parties[3], 0) % WC_POSTED_SLOTS !=
                 hash_of(&parties[0], 0) % WC_POSTED_SLOTS ||
             hash_of(&parties[3], 0) == hash_of(&parties[0], 0));
    assert_true(hash_of(&parties[0], 0) == hash_of(&parties[1], 0));
    assert_true(hash_of(&parties[0], 0) == hash_of(&parties[2], 1));
}

/* A letter of ALICE, who has 9,000 of both currencies in the contract, that spreads 3 and 4. */
static letter spread_open(altered *a, world *w)
{
    wc_address parties[4];
    look_alike(parties);
    wc_address contract = source_open(w, paying, ALICE,
                                      world_abi(w, "ppppp", &w->people[ALICE].address, &parties[0],
                                                &parties[1], &parties[2], &parties[3]));
    letter l = world_letter(w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &contract, SPREAD, world_abi(w, "qq", I(3), I(4)));
    altered_open(a, w);
    wc_state_key key = wc_key_account(&w->people[BOB].address);
    size_t len;
    wc_slice account = wc_slice_of(altered_bytes(a, &key, &len), 0);
    account.len = len;
    for (size_t i = 0; i < 4; i++) {
        key = wc_key_account(&parties[i]);
        altered_put(a, &key, account);
    }
    for (uint32_t asset = WORLD_CNY; asset <= WORLD_EUR; asset++) {
        key = wc_key_escrow(&contract, &w->people[ALICE].address, asset);
        altered_put(a, &key, world_abi(w, "bq", WC_STATE_VALUE_VERSION, I(9000)));
    }
    return l;
}

/* [MO-7] */
static void sums_of_parties_that_look_alike_stay_apart(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    letter l = spread_open(&a, &w);
    assert_status(altered_send(&a, &l), WC_OK);
    assert_done(altered_page(&a));
    assert_int_equal(world_events(altered_page(&a), WC_EVENT_POSTING, NULL), 5);
    altered_close(&a);
    world_close(&w);
}

static uint32_t places_left;

/* At the first posting of a call the table has so many places left. */
static void fill_table(void *self, const wc_party *emitter, uint16_t type, wc_slice data)
{
    wc_posted *posted = &((altered *)self)->ledger->posted;
    (void)emitter;
    (void)data;
    bool is_first = type == WC_EVENT_POSTING && posted->count == 0;
    if (is_first) posted->count = WC_POSTED_MAX - places_left;
}

/* [LG-57] Payer and payees are five sums, and a sixth in the other currency of the payer. */
static void more_sums_than_the_table_holds_are_too_many(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    letter l = spread_open(&a, &w);
    wc_slice raw = letter_raw(&l);
    a.observer.event = fill_table;
    for (places_left = 0; places_left <= 6; places_left++) {
        assert_status(altered_apply(&a, &raw, 1), WC_OK);
        assert_receipt(altered_page(&a), places_left < 6 ? "TOO_MANY" : "OK");
    }
    altered_close(&a);
    world_close(&w);
}

/* [LG-36] Everybody's money goes back, or nobody's. */
static void money_goes_back_whole_or_not_at_all(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    const wc_address *alice = &w.people[ALICE].address;
    wc_address contract =
        source_open(&w, paying, ALICE, world_abi(&w, "ppppp", alice, alice, alice, alice, alice));
    world_deposit(&w, ALICE, 500);
    letter l = world_letter(&w, ALICE);
    uint8_t call = letter_call(&l, WC_CALL_ACTION, &contract, KEEP, world_abi(&w, "q", I(500)));
    letter_ceiling(&l, call, ALICE, WORLD_CNY, 500);
    assert_done(world_send(&w, &l));
    l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &contract, BACK, wc_slice_of(NULL, 0));
    wc_slice raw = letter_raw(&l);
    altered_open(&a, &w);
    a.observer.unit = altered_nearly_full;
    const size_t posting = WC_POSTING_SIZE + 38; /* head of an event */
    for (a.room = posting - 1; a.room <= posting; a.room++) {
        assert_status(altered_apply(&a, &raw, 1), WC_OK);
        assert_receipt(altered_page(&a), a.room < posting ? "EVENT_LIMIT" : "OK");
    }
    altered_close(&a);
    world_close(&w);
}

/* ---- where nothing can be posted ------------------------------------------------------------- */

/* A deployment that locks money of its only party; no compiler writes it. */
static const char early[] = "module Early early\n"
                            "string a\n"
                            "string x\n"
                            "string CNY\n"
                            "string Open\n"
                            "string Done\n"
                            "string end\n"
                            "string check\n"
                            "unit CNY\n"
                            "currency CNY 2\n"
                            "type t0 - party -\n"
                            "type t1 - tuple\n"
                            "type t2 - tuple a t0\n"
                            "type t3 - dec 2 CNY -9223372036854775808 9223372036854775807\n"
                            "type t4 - tuple x t3\n"
                            "type t5 - tag Open Done\n"
                            "party a - signatory -\n"
                            "parties t2\n"
                            "term - -\n"
                            "terms t4\n"
                            "version 0\n"
                            "storage t1\n"
                            "state Open - initial -\n"
                            "state Done - - final\n"
                            "states t5\n"
                            "function end\n"
                            "    reg ref t1\n"
                            "    params 1\n"
                            "w0:\n"
                            "    block\n"
                            "    setst0 Done\n"
                            "    ret 0\n"
                            "end\n"
                            "function check\n"
                            "    reg ref t2\n"
                            "    reg ref t0\n"
                            "    reg ref t4\n"
                            "    reg i64 -\n"
                            "    params 0\n"
                            "w0:\n"
                            "    block\n"
                            "    root r0 2\n"
                            "    fref r1 r0 0\n"
                            "    root r2 0\n"
                            "    ldf r3 r2 0\n"
                            "    lock r1 r3 CNY\n"
                            "    ret 0\n"
                            "end\n"
                            "entry action end end t1 - all 0 - Done 0000000000000000 0 0 %0\n"
                            "entry deploy - check - - none 0 - - 0000000000000000 0 0\n";

static const wc_receipt_page *early_created(world *w, const wc_hash *code, int64_t amount)
{
    letter l = world_letter(w, ALICE);
    uint8_t call = letter_call(&l, WC_CALL_INSTANTIATE, code, 0,
                               world_abi(w, "pq", &w->people[ALICE].address, amount));
    letter_ceiling(&l, call, ALICE, WORLD_CNY, 100);
    return world_send(w, &l);
}

/* [LG-57] */
static void a_deployment_moves_no_money(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    world_deposit(&w, ALICE, 500);
    wc_hash code = world_deploy(&w, source_assembled(&w, early));
    const wc_receipt_page *page = early_created(&w, &code, 100);
    assert_receipt(page, "ERROR");
    assert_string_equal(world_failure(&w, page), "NOT_AUTHORISED");
    assert_int_equal(world_free(&w, ALICE, WORLD_CNY), 500);
    assert_done(early_created(&w, &code, 0)); /* nothing is no posting */
    world_close(&w);
}

/* The machine says at which instruction a payment was made; where it does not, it is a payment. */
static void a_payment_without_a_place_is_a_payment(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    altered_open(&a, &w);
    wc_state_key key = wc_key_escrow(&vault, &w.people[ALICE].address, WORLD_CNY);
    altered_put(&a, &key, world_abi(&w, "bq", WC_STATE_VALUE_VERSION, I(9000)));
    assert_status(wc_ledger_begin_reading(a.ledger, a.head.height + 1, w.now), WC_OK);
    a.ledger->overlay = a.ledger->of_block;
    wc_job_begin(a.ledger, WC_RECEIPT_TX, 1000);
    wc_frame frame;
    assert_status(wc_frame_open(&frame, &a.ledger->job, WC_FRAME_ACTION, &vault), WC_OK);
    wc_posting posting = {.move = WC_MOVE_PAY, .amount = 7, .function = WC_NONE};
    memcpy(posting.from.bytes, w.people[ALICE].address.bytes, sizeof posting.from.bytes);
    memcpy(posting.to.bytes, w.people[BOB].address.bytes, sizeof posting.to.bytes);
    for (int i = 0; i < 2; i++) { /* no function; one, and a word behind its end */
        int64_t have;
        assert_int_equal(wc_host_post(&frame, &posting, &have), WC_HOST_OK);
        posting.function = 0;
        posting.word = UINT32_MAX;
    }
    wc_reader reader = wc_reader_of(wc_slice_of(a.ledger->report.data, a.ledger->report.len));
    for (int i = 0; i < 2; i++) {
        wc_event event;
        wc_ledger_posting told;
        assert_status(wc_event_read(&reader, &event), WC_OK);
        assert_status(wc_posting_decode(&told, event.data), WC_OK);
        assert_int_equal(told.cause, WC_CAUSE_PAY);
        assert_int_equal(told.amount, 7);
    }
    wc_frame_close(&frame);
    altered_close(&a);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_parties_that_look_alike_stay_apart),
        cmocka_unit_test(more_sums_than_the_table_holds_are_too_many),
        cmocka_unit_test(money_goes_back_whole_or_not_at_all),
        cmocka_unit_test(a_deployment_moves_no_money),
        cmocka_unit_test(a_payment_without_a_place_is_a_payment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
