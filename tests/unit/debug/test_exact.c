/* Time travel is exact. For every test of the standard contracts, of parts of the language, and
 * for generated ones: all that the machine holds at a stop (registers, memory, storage, gas,
 * balances) is the same in every run and after every way there; watching changes nothing; balances
 * kept from postings are the ledger's; gas by line adds up to what the calls took. */
#include <stdio.h>
#include <string.h>

#include "tests/support/prng.h"
#include "tests/unit/debug/stand.h"

#define SAMPLES 48u /* of the stops of a run */

static const char *const files[] = {"contracts/bank/split_test.clause",
                                    "contracts/flex/enrolment_test.clause",
                                    "contracts/flex/response_test.clause",
                                    "contracts/metering/metering_test.clause",
                                    "contracts/ppa/direct_test.clause",
                                    "contracts/ppa/ppa_test.clause",
                                    "contracts/spot/spot_test.clause",
                                    "contracts/supply/supply_test.clause",
                                    "contracts/supply/wholesale_test.clause",
                                    "contracts/tariff/tariff_test.clause",
                                    "tests/dap/market.clause",
                                    "tests/data/language/collections.clause",
                                    "tests/data/language/parts.clause",
                                    "tests/data/language/postings.clause",
                                    "tests/data/language/time.clause"};

/* ---- hashes of samples -------------------------------------------------------------------------
 */

typedef struct sampling {
    wc_arena *arena;
    uint32_t every, count;
    wc_hash hashes[SAMPLES + 1];
} sampling;

static void sample(void *self, const wc_dbg_record *record, uint32_t stop)
{
    sampling *s = self;
    wc_dbg_view *view;
    if (stop % s->every != 0) return;
    wc_arena_rewind(s->arena, 0);
    assert_status(wc_dbg_view_take(record, stop, s->arena, &view), WC_OK);
    assert_true(s->count < WC_ARRAY_LEN(s->hashes));
    s->hashes[s->count++] = view->hash;
}

static void take_samples(wc_dbg_travel *travel, sampling *s)
{
    const wc_dbg_watcher watcher = {.self = s, .stop = sample};
    wc_runner_result result;
    s->arena = travel->views_arena;
    s->every = travel->record.stop_count / SAMPLES + 1;
    s->count = 0;
    assert_status(wc_dbg_record_run(&travel->record, &watcher, &result), WC_OK);
}

/* ---- the ledger's own word ---------------------------------------------------------------------
 */

typedef struct comparing {
    const wc_dbg_travel *travel;
    uint32_t compared;
} comparing;

static void compare_balances(void *self, wc_world *world, const wc_runner_step *step)
{
    comparing *c = self;
    const wc_dbg_record *record = &c->travel->record;
    if (step->kind != WC_STEP_END) return;
    for (uint32_t i = 0; i < record->balance_count; i++) {
        const wc_dbg_balance *balance = &record->balances[i];
        const wc_sub_account *account = &balance->account;
        if (wc_names_of(&record->names, &account->owner).len == 0) continue; /* fees, issuance */
        int64_t there =
            account->kind == WC_SUB_ESCROW
                ? wc_chain_escrow(world->chain, &account->owner, &account->party, balance->asset)
                : wc_chain_free(world->chain, &account->owner, balance->asset);
        assert_int_equal(balance->amount, there);
        c->compared++;
    }
}

static void agrees_with_the_ledger(const stand *s, const wc_dbg_travel *travel)
{
    comparing c = {.travel = travel};
    const wc_runner_observer observer = {.step = compare_balances, .self = &c};
    wc_runner_job job = s->job;
    wc_runner_result plain;
    job.observer = &observer;
    assert_status(wc_runner_run(&job, &travel->test, &plain), WC_OK);
    assert_int_equal(plain.has_passed, travel->result.has_passed);
    assert_int_equal(plain.gas, travel->result.gas);
    assert_int_equal(plain.calls, travel->result.calls);
    assert_true(wc_runner_same(&plain.failure, &travel->result.failure));
    assert_true(c.compared > 0 || travel->record.money.count == 0);
}

static void drop_item(void *self, const wc_dbg_item *item)
{
    uint32_t *count = self;
    (void)item;
    (*count)++;
}

static void gas_adds_up(stand *s, wc_dbg_travel *travel)
{
    wc_dbg_gas gas;
    wc_runner_result result;
    uint32_t items = 0;
    size_t mark = wc_arena_mark(&s->arena);
    const wc_dbg_trace_options options = {.self = &items, .item = drop_item, .lines_max = 100};
    assert_status(wc_dbg_trace_run(&travel->record, &options, &s->arena, &gas, &result), WC_OK);
    wc_arena_rewind(&s->arena, mark);
    uint64_t calls = 0;
    for (uint32_t i = 0; i < travel->record.call_count; i++) {
        const wc_dbg_call *call = &travel->record.calls[i];
        bool is_inner = call->kind == WC_DBG_VIEW && call->parent != WC_DBG_NONE &&
                        travel->record.calls[call->parent].kind != WC_DBG_TEST;
        if (!is_inner) calls += call->gas_used;
    }
    assert_int_equal(gas.all, calls);
    assert_int_equal(gas.lines + gas.around, gas.all);
    assert_true(gas.lines <= gas.all);
    assert_true(items > 0);
}

/* ---- there and back ----------------------------------------------------------------------------
 */

/* What the machine holds at the stop where it stands, read in a run of its own. */
static wc_hash fresh_hash(wc_dbg_travel *travel)
{
    const wc_dbg_view *view;
    travel->view_count = 0; /* forget what is kept */
    wc_status status = wc_dbg_travel_view(travel, travel->at, &view);
    assert_status(status, WC_OK);
    assert_int_equal(view->stop, travel->at);
    return view->hash;
}

static void there_and_back(wc_dbg_travel *travel, uint32_t at, const wc_hash *expected)
{
    const wc_dbg_break *hit;
    travel->at = at;
    wc_hash before = fresh_hash(travel);
    assert_true(wc_hash_equal(&before, expected));
    if (at == 0) return;
    (void)wc_dbg_travel_move(travel, WC_DBG_BACK, &hit);
    assert_int_equal(travel->at, at - 1);
    wc_hash behind = fresh_hash(travel);
    assert_false(wc_hash_equal(&behind, expected));
    (void)wc_dbg_travel_move(travel, WC_DBG_STEP, &hit);
    assert_int_equal(travel->at, at);
    wc_hash after = fresh_hash(travel);
    assert_true(wc_hash_equal(&after, expected));
}

static void check_test(stand *s, uint32_t number)
{
    static wc_dbg_travel travel;
    static sampling first, second;
    const wc_dbg_target target = stand_target(s, number);
    size_t mark = wc_arena_mark(&s->arena);
    assert_status(wc_dbg_travel_open(&travel, &target, &s->arena, &s->views), WC_OK);
    assert_false(travel.record.is_full);
    agrees_with_the_ledger(s, &travel);
    take_samples(&travel, &first);
    take_samples(&travel, &second);
    assert_int_equal(first.count, second.count);
    assert_memory_equal(first.hashes, second.hashes, first.count * sizeof first.hashes[0]);
    if (number % 3 == 0) { /* three runs more */
        uint32_t place = first.count * (number % 2 + 1) / 3;
        there_and_back(&travel, place * first.every, &first.hashes[place]);
    }
    gas_adds_up(s, &travel);
    wc_dbg_travel_close(&travel);
    wc_arena_rewind(&s->arena, mark);
}

static void standard_contracts(void **state)
{
    (void)state;
    static stand s;
    uint32_t checked = 0;
    for (size_t i = 0; i < WC_ARRAY_LEN(files); i++) {
        stand_open_file(&s, files[i]);
        for (uint32_t k = 0; k < s.made->test_count; k++) {
            if (s.made->tests[k].param_count > 0) continue;
            check_test(&s, k);
            checked++;
        }
        stand_close(&s);
    }
    assert_true(checked >= 60);
}

/* ---- generated tests ---------------------------------------------------------------------------
 */

typedef struct writing {
    wc_prng prng;
    wc_buf text;
    uint32_t names, depth;
} writing;

static uint32_t below(writing *w, uint32_t limit)
{
    return (uint32_t)wc_prng_below(&w->prng, limit);
}

static void put_format(writing *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put_format(writing *w, const char *format, ...)
{
    char line[256];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    assert_true(length > 0 && (size_t)length < sizeof line);
    wc_buf_put_text(&w->text, line);
}

static void write_block(writing *w, uint32_t statements);

static void write_statement(writing *w)
{
    uint32_t name = w->names;
    switch (below(w, w->depth < 3 ? 9 : 6)) {
    case 0:
        put_format(w, "as sun { as home { s.settle(%u, %u.125 kWh); } }\n", below(w, 7),
                   below(w, 20));
        break;
    case 1: put_format(w, "let x%u : Energy = %u.250 kWh;\n", w->names++, below(w, 90)); break;
    case 2:
        put_format(w, "assert t.rate(%u.500 kWh) <= 0.%u0000 CNY/kWh;\n", below(w, 30), 4);
        break;
    case 3:
        put_format(w,
                   "expect fail TooMuch { as sun { as home { s.settle(%u, 10%u.000 kWh); } } }\n",
                   below(w, 7), 1 + below(w, 9));
        break;
    case 4:
        put_format(w, "as home { s.fund(%u.%u0 CNY); }\n", 1 + below(w, 90), below(w, 9));
        break;
    case 5:
        put_format(w, "var v%u : int = %u; ", name, below(w, 100));
        put_format(w, "v%u = v%u * 3 - 1;\n", name, name);
        w->names++;
        break;
    case 6:
        put_format(w, "for i%u in 0 .. %u {\n", w->names++, 1 + below(w, 3));
        write_block(w, 2);
        wc_buf_put_text(&w->text, "}\n");
        break;
    case 7:
        put_format(w, "if t.rate(%u.000 kWh) < 0.4000%u CNY/kWh {\n", below(w, 20), 0);
        write_block(w, 2);
        wc_buf_put_text(&w->text, "} else {\n");
        write_block(w, 1);
        wc_buf_put_text(&w->text, "}\n");
        break;
    default: put_format(w, "advance %u s;\n", 60 * below(w, 50)); break;
    }
}

static void write_block(writing *w, uint32_t statements)
{
    w->depth++;
    for (uint32_t i = 0; i < statements; i++) write_statement(w);
    w->depth--;
}

static void generated_tests(void **state)
{
    (void)state;
    static stand market, s;
    static char text[1 << 17];
    writing w = {0};
    wc_prng_start(&w.prng, 20260731);
    stand_open_file(&market, "tests/dap/market.clause");
    wc_str source = market.made->sources.items[0]->text;
    wc_buf_init(&w.text, text, sizeof text);
    wc_buf_put(&w.text, source.data, source.len);
    for (uint32_t i = 0; i < 24; i++) {
        put_format(&w, "test \"generated %u\" {\n", i);
        wc_buf_put_text(&w.text, "let t = Tariff.deploy(owner: grid, base: 0.40000 CNY/kWh);\n"
                                 "let s = Sale.deploy(seller: sun, buyer: home, rates: t, "
                                 "counter: t);\nas home { s.fund(40.00 CNY); }\n");
        write_block(&w, 12);
        wc_buf_put_text(&w.text, "}\n");
    }
    assert_false(w.text.full);
    stand_open(&s, "generated.clause", (wc_str){text, w.text.len});
    for (uint32_t k = 0; k < s.made->test_count; k++) check_test(&s, k);
    stand_close(&s);
    stand_close(&market);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_contracts),
        cmocka_unit_test(generated_tests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
