/* Further ways into the refusals of pages and batches, beside the one of refusals_batches.c: each
 * row is a mistake in one letter, after whatever it needs, and what must come of it. */
#include "node/ledger/meter.h"
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/accounts.h"
#include "tests/unit/ledger_exec/fleet.h"
#include "tests/unit/ledger_exec/refusals.h"

#define I(x) INT64_C(x)

typedef struct way {
    const char *what, *result;
    const wc_receipt_page *(*produce)(fleet *f);
    bool lacks_page;
} way;

static const wc_receipt_page *by_admins(world *w, wc_native_method method, wc_slice args)
{
    return native_sent(w, ADMIN_1, ADMIN_2, method, args);
}

static void granted(world *w, world_actor actor, uint16_t role)
{
    assert_done(
        by_admins(w, WC_NATIVE_role_grant,
                  world_abi(w, "phqq", &w->people[actor].address, (int)role, I(0), INT64_MAX)));
}

/* ---- meters ---------------------------------------------------------------------------------- */

/* Registers meter i as fleet_register_meter does, with one thing changed. */
typedef struct meter_change {
    world_actor by; /* 0: GRID */
    uint32_t step_s;
    bool is_removed;
    int64_t valid_from_s, valid_to_s;
    const wc_address *customer;
} meter_change;

static const wc_receipt_page *meter_renewed(world *w, uint32_t i, meter_change change)
{
    world_actor by = change.by != 0 ? change.by : GRID;
    uint8_t bytes[WC_METER_SIZE_MAX];
    wc_meter meter = {
        .status = change.is_removed ? WC_METER_REMOVED : WC_METER_ACTIVE,
        .operator_account = w->people[by].address,
        .customer = change.customer != NULL ? *change.customer : fleet_customer(w, i),
        .serial = wc_slice_of("PV-1", 4),
        .point = wc_slice_of("CP-1", 4),
        .channels = 1u << WC_CHANNEL_EXPORT,
        .accuracy_class = 10,
        .step_s = change.step_s != 0 ? change.step_s : (uint32_t)FLEET_STEP,
        .valid_from_s = change.valid_from_s != 0 ? change.valid_from_s : FLEET_START - 86400,
        .valid_to_s = change.valid_to_s != 0 ? change.valid_to_s : FLEET_START + 366 * I(86400)};
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_meter_put(&buf, &meter);
    wc_address address = fleet_meter(w, i);
    return native_sent(w, by, ACTOR_COUNT, WC_NATIVE_meter_register,
                       world_abi(w, "px", &address, wc_buf_slice(&buf)));
}

static const wc_receipt_page *meter_of_nobody(fleet *f)
{
    static const wc_address nobody = {{7}};
    return meter_renewed(f->w, 0, (meter_change){.customer = &nobody});
}

static const wc_receipt_page *meter_removed_at_birth(fleet *f)
{
    return meter_renewed(f->w, 0, (meter_change){.is_removed = true});
}

/* ---- pages ----------------------------------------------------------------------------------- */

static const wc_receipt_page *registered(fleet *f, fleet_page page)
{
    if (page.number == 0) page.number = 8;
    if (page.count == 0) page.count = FLEET_METERS;
    if (page.instance == NULL) page.instance = &f->instance;
    return fleet_register(f, &page);
}

static const wc_receipt_page *begins_off_the_grid(fleet *f)
{
    return registered(f, (fleet_page){.from_s = FLEET_START + 1});
}

static const wc_receipt_page *ends_off_the_grid(fleet *f)
{
    return registered(f, (fleet_page){.until_s = FLEET_START + 86401});
}

static const wc_receipt_page *reports_to_nothing(fleet *f)
{
    static const wc_address nowhere = {{7}};
    return registered(f, (fleet_page){.instance = &nowhere});
}

static const wc_receipt_page *meter_twice(fleet *f)
{
    return registered(f, (fleet_page){.count = FLEET_METERS + 1});
}

static const wc_receipt_page *meter_not_registered(fleet *f)
{
    fleet_page page = {.number = 8, .instance = &f->instance, .count = 1};
    wc_slice args = fleet_page_args(f, &page);
    uint8_t *copy = wc_arena_alloc(&f->w->arena, args.len, 1);
    memcpy(copy, args.data, args.len);
    copy[args.len - 1] ^= 1;
    return native_sent(f->w, FLEET_AGGREGATOR, GRID, WC_NATIVE_page_register,
                       wc_slice_of(copy, args.len));
}

static const wc_receipt_page *meter_of_another_operator(fleet *f)
{
    world *w = f->w;
    const uint32_t other = FLEET_METERS; /* an account that is no meter yet */
    granted(w, BOB, WC_ROLE_METER_OPERATOR);
    assert_done(
        meter_renewed(w, other, (meter_change){.by = BOB, .customer = &w->people[ALICE].address}));
    fleet_page page = {.number = 8, .instance = &f->instance, .count = 2};
    wc_slice args = fleet_page_args(f, &page);
    args.len -= WC_ADDRESS_SIZE;
    wc_address address = fleet_meter(w, other);
    return native_sent(w, FLEET_AGGREGATOR, GRID, WC_NATIVE_page_register,
                       world_abi(w, "xp", args, &address));
}

static const wc_receipt_page *meter_of_another_step(fleet *f)
{
    assert_done(meter_renewed(f->w, 3, (meter_change){.step_s = 300}));
    return registered(f, (fleet_page){0});
}

static const wc_receipt_page *meter_of_another_channel(fleet *f)
{
    fleet_page page = {.number = 8, .instance = &f->instance, .count = 1};
    wc_slice args = fleet_page_args(f, &page);
    uint8_t *copy = wc_arena_alloc(&f->w->arena, args.len, 1);
    memcpy(copy, args.data, args.len);
    copy[4 + 32 + 4] = WC_CHANNEL_IMPORT;
    return native_sent(f->w, FLEET_AGGREGATOR, GRID, WC_NATIVE_page_register,
                       wc_slice_of(copy, args.len));
}

/* Meters of two pages of the same number, of two aggregators, both ended: free again. */
static const wc_receipt_page *meters_of_two_aggregators(fleet *f)
{
    world *w = f->w;
    granted(w, BOB, WC_ROLE_AGGREGATOR);
    int64_t end = FLEET_START + 86400;
    assert_done(registered(f, (fleet_page){.count = 4, .until_s = end}));
    assert_done(registered(f, (fleet_page){.first = 4, .count = 4, .until_s = end, .by = BOB}));
    return registered(f, (fleet_page){.number = 9, .from_s = end});
}

static const wc_receipt_page *ended_before_it_begins(fleet *f)
{
    assert_done(registered(f, (fleet_page){.number = FLEET_PAGE, .from_s = FLEET_START + 86400}));
    return fleet_end(f, FLEET_AGGREGATOR, FLEET_START + 86400 - FLEET_STEP);
}

static const wc_receipt_page *page_later_in_force(fleet *f)
{
    assert_done(
        meter_renewed(f->w, 2, (meter_change){.valid_from_s = FLEET_START + 3 * FLEET_STEP}));
    assert_done(registered(f, (fleet_page){.number = FLEET_PAGE}));
    assert_done(fleet_call(f, RETAILER, FLEET_ENROL, world_abi(f->w, "p", &f->page)));
    fleet_batch early = {.quarter = 1}, then = {.quarter = 3};
    assert_done(fleet_send(f, &early));
    assert_int_equal(fleet_energy(f, 2), 0); /* its calibration began later */
    assert_int_equal(fleet_energy(f, 3), fleet_value(3, 1, 0));
    const wc_receipt_page *page = fleet_send(f, &then);
    assert_int_equal(fleet_energy(f, 2), fleet_value(2, 3, 0));
    return page;
}

/* The customer is a contract, which ends before the close: the operator is paid, in trust. */
static const wc_receipt_page *customer_that_has_ended(fleet *f)
{
    world *w = f->w;
    wc_address vault = vault_open(w);
    assert_done(meter_renewed(w, 0, (meter_change){.customer = &vault}));
    assert_done(registered(f, (fleet_page){.number = FLEET_PAGE}));
    assert_done(fleet_call(f, RETAILER, FLEET_ENROL, world_abi(w, "p", &f->page)));
    fleet_batch batch = {.quarter = 1};
    assert_done(fleet_send(f, &batch));
    letter l = world_letter(w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_CLOSE, wc_slice_of(NULL, 0));
    assert_done(world_send(w, &l));
    int64_t before = world_free(w, GRID, WORLD_CNY), owed = fleet_owed(f, 0);
    const wc_receipt_page *page = fleet_settle(f, FLEET_AGGREGATOR, FLEET_PAGE);
    int64_t cents = owed / 1000000 + (owed % 1000000 > 500000);
    assert_true(cents > 0);
    assert_int_equal(world_free(w, GRID, WORLD_CNY), before + cents);
    wc_slice event;
    assert_int_equal(world_events(page, WC_EVENT_PAGE_SETTLED, &event), 1);
    assert_int_equal(wc_load_u16(event.data + event.len - 2), 1);
    return page;
}

/* ---- batches --------------------------------------------------------------------------------- */

static const wc_receipt_page *aggregator_no_more(fleet *f)
{
    world *w = f->w;
    assert_done(
        by_admins(w, WC_NATIVE_role_revoke,
                  world_abi(w, "ph", &w->people[FLEET_AGGREGATOR].address, WC_ROLE_AGGREGATOR)));
    fleet_batch batch = {.quarter = 1};
    return fleet_send(f, &batch);
}

static const wc_receipt_page *to_another_action(fleet *f)
{
    fleet_batch batch = {.quarter = 1};
    letter l = fleet_letter(f, &batch, 0);
    l.draft.calls[0].method = FLEET_FUND;
    return world_send(f->w, &l);
}

static void one_on(wc_batch_reading *reading)
{
    reading->slot++;
}

static const wc_receipt_page *slot_left_out(fleet *f)
{
    fleet_batch batch = {.quarter = 1, .spoil = one_on, .spoiled = 3};
    return fleet_send(f, &batch);
}

static void negative(wc_batch_reading *reading)
{
    reading->value = -1;
}

static const wc_receipt_page *less_than_nothing(fleet *f)
{
    fleet_batch batch = {.quarter = 1, .spoil = negative, .spoiled = 3};
    return fleet_send(f, &batch);
}

static const wc_receipt_page *correction_of_what_never_stood(fleet *f)
{
    fleet_batch batch = {.quarter = 1};
    assert_done(fleet_send(f, &batch));
    fleet_batch first = fleet_correction(f, 1, 1);
    (void)fleet_letter(f, &first, 0); /* made and never sent */
    f->w->people[FLEET_AGGREGATOR].next_nonce--;
    fleet_batch second = fleet_correction(f, 1, 2);
    return fleet_send(f, &second);
}

static const wc_receipt_page *correction_of_another_root(fleet *f)
{
    fleet_batch batch = {.quarter = 1};
    assert_done(fleet_send(f, &batch));
    fleet_batch correction = fleet_correction(f, 1, 1);
    correction.before_root.bytes[0] ^= 1;
    return fleet_send(f, &correction);
}

static const wc_receipt_page *batch_that_is_none(fleet *f)
{
    fleet_batch batch = {.quarter = 1, .version = 1}; /* without what it corrects */
    return fleet_send(f, &batch);
}

static const way ways[] = {
    {"a meter at nobody's", "TARGET_UNKNOWN", meter_of_nobody, true},
    {"a meter that is removed", "BAD_ARGUMENTS", meter_removed_at_birth, true},
    {"a page that begins within an interval", "BAD_ARGUMENTS", begins_off_the_grid, true},
    {"a page that ends within an interval", "BAD_ARGUMENTS", ends_off_the_grid, true},
    {"a page for no contract", "TARGET_UNKNOWN", reports_to_nothing, true},
    {"a meter twice in a page", "PAGE_TAKEN", meter_twice, true},
    {"a meter that is not registered", "METER_UNKNOWN", meter_not_registered, true},
    {"a meter of another operator", "NOT_AUTHORISED", meter_of_another_operator, true},
    {"a meter of another step", "METER_NOT_VALID", meter_of_another_step, true},
    {"a meter without the channel", "METER_NOT_VALID", meter_of_another_channel, true},
    {"meters of two aggregators' pages", "OK", meters_of_two_aggregators, true},
    {"a page that ends before it begins", "BAD_ARGUMENTS", ended_before_it_begins, true},
    {"a page of a meter that is valid later", "OK", page_later_in_force, true},
    {"a customer that has ended", "OK", customer_that_has_ended, true},
    {"an aggregator no more", "NOT_AUTHORISED", aggregator_no_more, false},
    {"a batch for another action", "PAGE_ELSEWHERE", to_another_action, false},
    {"a slot left out", "BATCH_INCOMPLETE", slot_left_out, false},
    {"a negative value", "READING_IMPLAUSIBLE", less_than_nothing, false},
    {"a correction of what never stood", "CORRECTION_GAP", correction_of_what_never_stood, false},
    {"a correction of another root", "CORRECTION_DIFFERS", correction_of_another_root, false},
    {"a batch that is none", "BAD_ARGUMENTS", batch_that_is_none, false},
};

static void each_way_leads_where_it_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(ways); i++) {
        world w;
        fleet f;
        world_options options = fleet_options();
        world_open(&w, &options);
        if (ways[i].lacks_page) {
            fleet_prepare(&f, &w);
        } else {
            fleet_open(&f, &w);
        }
        const wc_receipt_page *page = ways[i].produce(&f);
        const char *got = page->receipt.status == WC_RECEIPT_OK ? "OK" : world_failure(&w, page);
        if (strcmp(got, ways[i].result) != 0) fail_msg("%s: %s", ways[i].what, got);
        world_close(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_leads_where_it_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
