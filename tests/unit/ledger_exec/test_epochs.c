/* Epochs at their edges: purses and counts that no test earns, the last number there is, work of
 * nobody, and contracts that only look like one that shares. */
#include "tests/unit/ledger_exec/altered.h"
#include "tests/unit/ledger_exec/incentive.h"
#include "tests/unit/ledger_exec/refusals.h"
#include "tests/unit/ledger_exec/source.h"

#define I(x)  INT64_C(x)
#define EPOCH 3600

/* A world of free gas whose fees the standard contract shares, at the end of its first epoch; and
 * the second ledger, with this much in `fees`. */
static void open_shared(world *w, altered *a, int64_t pool)
{
    world_options options = {.epoch_s = EPOCH};
    world_open(w, &options);
    wc_address contract = incentive_open(w, I(4000), I(3500), I(2000));
    assert_done(governed(w, WC_PROPOSES_INCENTIVE, wc_slice_of(contract.bytes, 32)));
    (void)record_made(w);
    w->now = epoch_now(w).until_s;
    altered_open(a, w);
    wc_address fees = wc_address_system(WC_SYSTEM_FEES);
    wc_state_key key = wc_key_free(&fees, WORLD_UNITS);
    altered_put(a, &key, world_abi(w, "bq", WC_STATE_VALUE_VERSION, pool));
}

static void put_epoch(altered *a, const wc_epoch *epoch)
{
    uint8_t bytes[WC_EPOCH_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_epoch_put(&buf, epoch);
    wc_state_key key = wc_key_epoch();
    altered_put(a, &key, wc_buf_slice(&buf));
}

static void put_credit(altered *a, uint64_t produced)
{
    wc_credit credit = {.work = {[WC_WORK_PRODUCED] = produced}};
    uint8_t bytes[WC_CREDIT_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_credit_put(&buf, &credit);
    wc_state_key key = wc_key_epoch_credit(epoch_now(a->w).number, &a->w->people[GRID].address);
    altered_put(a, &key, wc_buf_slice(&buf));
}

/* A record of one cheap transaction. */
static wc_status record_of(altered *a)
{
    letter l = plain_letter(a->w, BOB);
    a->w->people[BOB].next_nonce--;
    return altered_send(a, &l);
}

/* What the last block leaves of a key; false: what was there before. */
static bool changed(altered *a, const wc_state_key *key, wc_slice *value)
{
    wc_overlay_change change;
    wc_slice after = wc_slice_of(NULL, 0);
    while (wc_ledger_next_change(a->ledger, after, &change) == WC_OK) {
        after = change.key;
        if (!wc_slice_equal(change.key, wc_state_key_slice(key))) continue;
        *value = change.new_value;
        return true;
    }
    return false;
}

static wc_epoch epoch_left(altered *a)
{
    wc_state_key key = wc_key_epoch();
    wc_slice value;
    wc_epoch epoch;
    assert_true(changed(a, &key, &value));
    assert_status(wc_epoch_decode(&epoch, value), WC_OK);
    return epoch;
}

/* More than a list of payments adds up to in the type of the view. */
static void a_pool_that_no_contract_can_be_asked_about_waits(void **state)
{
    (void)state;
    world w;
    altered a;
    open_shared(&w, &a, WC_INCENTIVE_POOL_MAX + 1);
    assert_status(record_of(&a), WC_OK);
    const wc_receipt_page *page = altered_epoch_page(&a);
    assert_receipt(page, "AMOUNT_OUT_OF_RANGE");
    assert_int_equal(world_events(page, WC_EVENT_EPOCH_POSTPONED, NULL), 1);
    assert_int_equal(epoch_left(&a).number, 1);
    assert_int_equal(epoch_left(&a).until_s, w.now + EPOCH);
    altered_close(&a);
    world_close(&w);

    open_shared(&w, &a, WC_INCENTIVE_POOL_MAX);
    assert_status(record_of(&a), WC_OK);
    size_t count;
    assert_done(altered_epoch_page(&a));
    assert_true(rewards_of(altered_epoch_page(&a), &count) == WC_INCENTIVE_POOL_MAX);
    altered_close(&a);
    world_close(&w);
}

/* The proposer's key is of no validator, and nobody else has worked: there is nobody to share with.
 */
static void an_epoch_without_work_keeps_its_fees(void **state)
{
    (void)state;
    world w;
    altered a;
    open_shared(&w, &a, 1000);
    wc_epoch epoch = epoch_now(&w);
    wc_state_key key = wc_key_epoch_credit(epoch.number, &w.people[GRID].address);
    epoch.credit_count = 0;
    put_epoch(&a, &epoch);
    altered_lose(&a, &key);
    memset(a.input->proposer, 7, sizeof a.input->proposer);
    assert_status(record_of(&a), WC_OK);
    static const wc_address nobody;
    wc_slice event;
    const wc_receipt_page *page = altered_epoch_page(&a);
    assert_done(page);
    assert_int_equal(page->event_count, 1);
    assert_int_equal(world_events(page, WC_EVENT_EPOCH_CLOSED, &event), 1);
    assert_true(wc_slice_equal(event, world_abi(&w, "wpqh", UINT32_C(1), &nobody, I(1000), 0)));
    assert_int_equal(epoch_left(&a).number, 2);
    altered_close(&a);
    world_close(&w);
}

/* The numbers begin anew; what an epoch 1 counted is long gone. */
static void the_last_epoch_is_followed_by_the_first(void **state)
{
    (void)state;
    world w;
    altered a;
    open_shared(&w, &a, 1000);
    wc_epoch epoch = epoch_now(&w);
    epoch.number = UINT32_MAX;
    epoch.credit_count = 0;
    put_epoch(&a, &epoch);
    assert_status(record_of(&a), WC_OK);
    size_t count;
    assert_done(altered_epoch_page(&a));
    assert_int_equal(rewards_of(altered_epoch_page(&a), &count), 1000);
    assert_int_equal(epoch_left(&a).number, 1);
    assert_int_equal(epoch_left(&a).until_s, w.now + EPOCH);
    altered_close(&a);
    world_close(&w);
}

/* Counts stop at their limit and do not begin anew. */
static void work_is_counted_up_to_its_limit(void **state)
{
    (void)state;
    world w;
    altered a;
    open_shared(&w, &a, 0);
    wc_state_key key = wc_key_epoch_credit(1, &w.people[GRID].address);
    w.now--; /* the epoch goes on */
    for (uint64_t less = 0; less <= 1; less++) {
        wc_slice value;
        wc_credit credit;
        put_credit(&a, WC_EPOCH_COUNT_MAX - less);
        assert_status(record_of(&a), WC_OK);
        assert_int_equal(changed(&a, &key, &value), less == 1);
        if (less == 0) continue;
        assert_status(wc_credit_decode(&credit, value), WC_OK);
        assert_true(credit.work[WC_WORK_PRODUCED] == WC_EPOCH_COUNT_MAX);
    }
    altered_close(&a);
    world_close(&w);
}

/* An epoch says how many accounts have credit in it. */
static void credit_that_was_not_counted_is_damage(void **state)
{
    (void)state;
    for (int more = -1; more <= 1; more += 2) {
        world w;
        altered a;
        open_shared(&w, &a, 1000);
        wc_epoch epoch = epoch_now(&w);
        epoch.credit_count = (uint16_t)(epoch.credit_count + more);
        put_epoch(&a, &epoch);
        /* With one place less the proposer's own credit keeps the count above zero. */
        wc_state_key key = wc_key_epoch_credit(1, &w.people[ALICE].address);
        wc_state_key known = wc_key_epoch_credit(1, &w.people[GRID].address);
        size_t len;
        uint8_t *bytes = altered_bytes(&a, &known, &len);
        if (more < 0) altered_put(&a, &key, wc_slice_of(bytes, len));
        epoch.credit_count = 1;
        if (more < 0) put_epoch(&a, &epoch);
        assert_status(record_of(&a), WC_CORRUPT);
        altered_close(&a);
        world_close(&w);
    }
}

/* All receipts that a block has room for are time-outs' and transactions'. */
static void full(void *self, bool is_undone)
{
    wc_ledger *ledger = ((altered *)self)->ledger;
    if (!is_undone && ledger->page_count == 0) ledger->page_count = WC_BLOCK_RECEIPTS_MAX - 1;
}

static void a_block_full_of_receipts_leaves_the_epoch_to_the_next(void **state)
{
    (void)state;
    world w;
    altered a;
    open_shared(&w, &a, 1000);
    a.observer.unit = full;
    assert_status(record_of(&a), WC_OK);
    assert_int_equal(a.applied.receipt_count, WC_BLOCK_RECEIPTS_MAX);
    assert_null(altered_epoch_page(&a));
    wc_state_key key = wc_key_epoch();
    wc_slice value;
    assert_false(changed(&a, &key, &value));
    altered_close(&a);
    world_close(&w);
}

/* ---- contracts ------------------------------------------------------------------------------- */

static const char negative[] =
    "module negative;\n"
    "type Count = int<0..1_000_000_000_000>;\n"
    "type Units = int<0..9_000_000_000_000_000_000>;\n"
    "record Credit { account : party; produced : Count; metered : Count; audited : Count; }\n"
    "record Payment { account : party; amount : Units; }\n"
    "contract Negative {\n"
    "  parties { a : party; }\n  signatory a;\n"
    "  terms { more : int<0..100000>; }\n"
    "  states { Open initial; Done final; }\n"
    "  action end() by a when Open -> Done { goto Done(); }\n"
    "  view shares(pool : Units, credits : list<Credit, 256>) -> list<Payment, 257> {\n"
    "    var payments : list<Payment, 257> = [];\n"
    "    payments.push(Payment(account: a, amount: 12345));\n"
    "    payments.push(Payment(account: a, amount: pool + more));\n"
    "    return payments;\n"
    "  }\n"
    "}\n";

/* A module that no compiler made puts less than nothing into its result, and the sum would be
 * right; the machine holds what leaves it against its type. */
static void a_negative_payment_makes_no_sum_right(void **state)
{
    (void)state;
    world w;
    world_actor alice = ALICE;
    world_options options = {.gas_price = 1000000, .epoch_s = EPOCH};
    world_open(&w, &options);
    wc_hash code = world_deploy(&w, source_patched(&w, negative, 12345, -12345));
    wc_address contract = world_instance(&w, &code, 1, &alice,
                                         world_abi(&w, "pq", &w.people[ALICE].address, I(12345)));
    assert_done(governed(&w, WC_PROPOSES_INCENTIVE, wc_slice_of(contract.bytes, 32)));
    w.now = epoch_now(&w).until_s;
    int64_t fees = fees_now(&w), had = world_free(&w, ALICE, WORLD_UNITS);
    const wc_receipt_page *page = record_made(&w);
    assert_string_equal(world_failure(&w, page), "TRAP_RANGE");
    assert_int_equal(fees_now(&w), fees + (int64_t)(page - 1)->receipt.fee);
    assert_int_equal(world_free(&w, ALICE, WORLD_UNITS), had);
    world_close(&w);
}

/* The four bytes of its hash are those of the view: found by trying names. */
static const char namesake[] = "module namesake;\n"
                               "contract Namesake {\n"
                               "  parties { a : party; }\n  signatory a;\n"
                               "  states { Open initial; Done final; }\n"
                               "  action axkaojbe() by a when Open { }\n"
                               "  action end() by a -> Done { goto Done(); }\n"
                               "}\n";

static void an_action_with_the_number_of_the_view_is_none(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    static const char signature[] = "action axkaojbe()";
    wc_hash hash = wc_sha256_one(wc_slice_of(signature, sizeof signature - 1));
    assert_int_equal(wc_load_u32(hash.bytes), wc_incentive_method());
    wc_address contract =
        source_open(&w, namesake, ALICE, world_abi(&w, "p", &w.people[ALICE].address));
    assert_receipt(
        native_sent(&w, ADMIN_1, ACTOR_COUNT, WC_NATIVE_proposal_make,
                    proposal_args(&w, WC_PROPOSES_INCENTIVE, wc_slice_of(contract.bytes, 32))),
        "REFERENCE_UNFIT");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pool_that_no_contract_can_be_asked_about_waits),
        cmocka_unit_test(an_epoch_without_work_keeps_its_fees),
        cmocka_unit_test(the_last_epoch_is_followed_by_the_first),
        cmocka_unit_test(work_is_counted_up_to_its_limit),
        cmocka_unit_test(credit_that_was_not_counted_is_damage),
        cmocka_unit_test(a_block_full_of_receipts_leaves_the_epoch_to_the_next),
        cmocka_unit_test(a_negative_payment_makes_no_sum_right),
        cmocka_unit_test(an_action_with_the_number_of_the_view_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
