/* 267..279: what is wrong with a batch of readings, or a page. */
#include "tests/unit/ledger_exec/fleet.h"
#include "tests/unit/ledger_exec/refusals.h"

static fleet opened(world *w)
{
    fleet f;
    fleet_open(&f, w);
    return f;
}

static const wc_receipt_page *sent(world *w, fleet_batch batch)
{
    fleet f = opened(w);
    return fleet_send(&f, &batch);
}

static const wc_receipt_page *page_unknown(world *w)
{
    return sent(w, (fleet_batch){.quarter = 1, .page = 99});
}

static const wc_receipt_page *page_elsewhere(world *w)
{
    fleet f = opened(w);
    fleet_batch batch = {.quarter = 1};
    f.instance = vault_open(w);
    return fleet_send(&f, &batch);
}

static const wc_receipt_page *slot_unknown(world *w)
{
    return sent(w, (fleet_batch){.quarter = 1, .count = FLEET_METERS + 1});
}

static void as_before(wc_batch_reading *reading)
{
    reading->slot--;
}

static const wc_receipt_page *slot_twice(world *w)
{
    return sent(w, (fleet_batch){.quarter = 1, .spoil = as_before, .spoiled = 3});
}

static void to_the_front(wc_batch_reading *reading)
{
    reading->slot = 0;
}

static const wc_receipt_page *slots_unordered(world *w)
{
    return sent(w, (fleet_batch){.quarter = 1, .spoil = to_the_front, .spoiled = 3});
}

static const wc_receipt_page *batch_incomplete(world *w)
{
    return sent(w, (fleet_batch){.quarter = 1, .count = FLEET_METERS - 1});
}

static void next_interval(wc_batch_reading *reading)
{
    reading->interval++;
}

static const wc_receipt_page *batch_mixed(world *w)
{
    return sent(w, (fleet_batch){.quarter = 1, .spoil = next_interval, .spoiled = 7});
}

static const wc_receipt_page *reading_scale(world *w)
{
    return sent(w, (fleet_batch){.quarter = 1, .scale = 6});
}

static void in_milliwatt_hours(wc_batch_reading *reading)
{
    reading->value = 1000 * FLEET_MAX;
}

static const wc_receipt_page *reading_implausible(world *w)
{
    return sent(w, (fleet_batch){.quarter = 1, .spoil = in_milliwatt_hours, .spoiled = 1});
}

static const wc_receipt_page *reading_back_dated(world *w)
{
    fleet f = opened(w);
    w->now = FLEET_START + WC_READING_BACK_S + FLEET_STEP + 1;
    fleet_batch batch = {.quarter = 1};
    return fleet_send(&f, &batch);
}

static const wc_receipt_page *correction_gap(world *w)
{
    fleet f = opened(w);
    fleet_batch batch = {.quarter = 1};
    assert_done(fleet_send(&f, &batch));
    fleet_batch other = fleet_correction(&f, 2, 1); /* of an interval without a batch */
    return fleet_send(&f, &other);
}

static const wc_receipt_page *correction_differs(world *w)
{
    fleet f = opened(w);
    fleet_batch batch = {.quarter = 1};
    assert_done(fleet_send(&f, &batch));
    fleet_batch correction = fleet_correction(&f, 1, 1);
    correction.before_salt.bytes[0] ^= 1;
    return fleet_send(&f, &correction);
}

static const wc_receipt_page *page_taken(world *w)
{
    fleet f = opened(w);
    fleet_page again = {.number = FLEET_PAGE, .instance = &f.instance, .count = 1};
    return fleet_register(&f, &again);
}

const refusal_case refusals_of_batches[] = {
    {WC_REFUSAL_PAGE_UNKNOWN, page_unknown, NULL},
    {WC_REFUSAL_PAGE_ELSEWHERE, page_elsewhere, NULL},
    {WC_REFUSAL_SLOT_UNKNOWN, slot_unknown, NULL},
    {WC_REFUSAL_SLOT_TWICE, slot_twice, NULL},
    {WC_REFUSAL_SLOTS_UNORDERED, slots_unordered, NULL},
    {WC_REFUSAL_BATCH_INCOMPLETE, batch_incomplete, NULL},
    {WC_REFUSAL_BATCH_MIXED, batch_mixed, NULL},
    {WC_REFUSAL_READING_SCALE, reading_scale, NULL},
    {WC_REFUSAL_READING_IMPLAUSIBLE, reading_implausible, NULL},
    {WC_REFUSAL_READING_BACK_DATED, reading_back_dated, NULL},
    {WC_REFUSAL_CORRECTION_GAP, correction_gap, NULL},
    {WC_REFUSAL_CORRECTION_DIFFERS, correction_differs, NULL},
    {WC_REFUSAL_PAGE_TAKEN, page_taken, NULL},
};

const size_t refusals_of_batches_count = WC_ARRAY_LEN(refusals_of_batches);
