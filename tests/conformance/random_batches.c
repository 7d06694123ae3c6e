/* See random_batches.h. */
#include "tests/conformance/random_batches.h"

#include "node/ledger/meter.h"

#define I(x) INT64_C(x)

static uint64_t below(random_blocks *r, uint64_t bound)
{
    return wc_prng_below(r->prng, bound);
}

static bool one_in(random_blocks *r, uint64_t bound)
{
    return below(r, bound) == 0;
}

void random_batches_begin(random_batches *b, random_blocks *r)
{
    *b = (random_batches){0};
    fleet_open(&b->fleet, r->w);
}

/* ---- what may be wrong with a reading -------------------------------------------------------- */

static void slot_before(wc_batch_reading *reading)
{
    reading->slot--;
}

static void slot_first(wc_batch_reading *reading)
{
    reading->slot = 0;
}

static void slot_next(wc_batch_reading *reading)
{
    reading->slot++;
}

static void interval_next(wc_batch_reading *reading)
{
    reading->interval++;
}

static void missing(wc_batch_reading *reading)
{
    reading->quality = WC_QUALITY_MISSING;
    reading->value = 0;
}

static void estimated(wc_batch_reading *reading)
{
    reading->quality = WC_QUALITY_ESTIMATED;
}

static void negative(wc_batch_reading *reading)
{
    reading->value = -1;
}

static void at_most(wc_batch_reading *reading)
{
    reading->value = FLEET_MAX;
}

static void beyond(wc_batch_reading *reading)
{
    reading->value = FLEET_MAX + 1;
}

static void missing_with_value(wc_batch_reading *reading)
{
    reading->quality = WC_QUALITY_MISSING;
}

static void fourth_byte(uint8_t *reading)
{
    reading[3] = 1;
}

static void quality_unknown(uint8_t *reading)
{
    reading[2] = 200;
}

/* ---- batches --------------------------------------------------------------------------------- */

static void spoil(random_blocks *r, fleet_batch *batch)
{
    static void (*const changes[])(wc_batch_reading *) = {
        slot_before, slot_first, slot_next, interval_next, negative,
        at_most,     beyond,     estimated, missing,       missing_with_value};
    static void (*const byte_changes[])(uint8_t *) = {fourth_byte, quality_unknown};
    batch->spoiled = (uint32_t)below(r, FLEET_METERS);
    if (one_in(r, 3)) batch->spoil = one_in(r, 2) ? missing : estimated;
    if (one_in(r, 5)) batch->spoil = changes[below(r, WC_ARRAY_LEN(changes))];
    if (one_in(r, 20)) batch->spoil_bytes = byte_changes[below(r, WC_ARRAY_LEN(byte_changes))];
    if (one_in(r, 20)) batch->scale = (uint8_t)(1 + below(r, 6));
    if (one_in(r, 20)) batch->page = (uint32_t)(6 + below(r, 6));
    if (one_in(r, 20)) batch->count = (uint16_t)(1 + below(r, FLEET_METERS + 2));
    if (batch->count != 0 && batch->spoiled >= batch->count) batch->spoiled = 0;
}

static uint32_t any_quarter(random_blocks *r)
{
    int64_t last = (r->w->now - FLEET_START) / FLEET_STEP; /* not over */
    int64_t back = (int64_t)below(r, 5);
    if (one_in(r, 10)) back = (int64_t)below(r, 60);
    return (uint32_t)(last > back ? last - back : 0);
}

static void correct(random_blocks *r, const random_batches *b, fleet_batch *batch)
{
    uint32_t count = b->kept_count < RANDOM_BATCHES_KEPT ? b->kept_count : RANDOM_BATCHES_KEPT;
    uint32_t which = (uint32_t)below(r, count);
    *batch = (fleet_batch){.quarter = b->kept[which].quarter,
                           .version = (uint16_t)(b->kept[which].version + 1),
                           .before = b->kept[which].payload,
                           .before_salt = b->kept[which].salt,
                           .before_root = b->kept[which].root};
    if (one_in(r, 12)) batch->before_salt.bytes[5] ^= 1;
    if (one_in(r, 12)) batch->before_root.bytes[5] ^= 1;
    if (one_in(r, 12)) batch->version++;
    if (one_in(r, 12)) batch->quarter++;
}

static wc_slice batch(random_blocks *r, random_batches *b)
{
    fleet_batch made = {.quarter = any_quarter(r)};
    if (b->kept_count > 0 && one_in(r, 3)) {
        correct(r, b, &made);
    }
    bool is_first = made.version == 0;
    if (is_first || one_in(r, 4)) spoil(r, &made);
    if (!is_first) made.count = 0; /* what it brings has as many */
    letter l = fleet_letter(&b->fleet, &made, one_in(r, 25) ? 1 : 0);
    wc_batch decoded;
    bool can_be_corrected = wc_batch_decode(&decoded, b->fleet.sent) == WC_OK &&
                            decoded.count == FLEET_METERS && made.page == 0;
    if (!can_be_corrected) return letter_raw(&l);
    uint32_t at = b->kept_count++ % RANDOM_BATCHES_KEPT;
    b->kept[at].quarter = made.quarter;
    b->kept[at].version = made.version;
    b->kept[at].payload = b->fleet.sent;
    b->kept[at].salt = b->fleet.salt;
    b->kept[at].root = b->fleet.root;
    return letter_raw(&l);
}

/* ---- pages ----------------------------------------------------------------------------------- */

static world_actor sometimes(random_blocks *r, world_actor usual)
{
    return one_in(r, 6) ? (world_actor)below(r, ACTOR_COUNT) : usual;
}

static wc_slice page(random_blocks *r, random_batches *b)
{
    fleet *f = &b->fleet;
    int64_t next = r->w->now / FLEET_STEP * FLEET_STEP + FLEET_STEP * (int64_t)below(r, 6);
    fleet_page made = {.number = (uint32_t)(7 + below(r, 5)),
                       .instance = one_in(r, 10) ? &r->codes[0] : &f->instance,
                       .first = (uint32_t)below(r, FLEET_METERS),
                       .count = (uint32_t)(1 + below(r, FLEET_METERS)),
                       .from_s = next + one_in(r, 15)};
    letter l = world_letter(r->w, sometimes(r, FLEET_AGGREGATOR));
    if (!one_in(r, 6) && l.signers[0] != GRID) (void)letter_signer(&l, GRID);
    wc_slice args = fleet_page_args(f, &made);
    if (one_in(r, 15)) args.len--;
    (void)letter_native(&l, WC_NATIVE_page_register, args);
    return letter_raw(&l);
}

static wc_slice page_end(random_blocks *r, random_batches *b)
{
    world *w = r->w;
    int64_t until_s = w->now / FLEET_STEP * FLEET_STEP + FLEET_STEP * (int64_t)below(r, 8);
    letter l = world_letter(w, sometimes(r, one_in(r, 2) ? GRID : FLEET_AGGREGATOR));
    (void)letter_native(&l, WC_NATIVE_page_end,
                        world_abi(w, "pwq", &w->people[FLEET_AGGREGATOR].address,
                                  (uint32_t)(7 + below(r, 5)), until_s + one_in(r, 10)));
    (void)b;
    return letter_raw(&l);
}

static wc_slice settle(random_blocks *r)
{
    letter l = world_letter(r->w, sometimes(r, FLEET_AGGREGATOR));
    uint32_t number = one_in(r, 5) ? (uint32_t)(7 + below(r, 5)) : FLEET_PAGE;
    (void)letter_native(&l, WC_NATIVE_page_settle, world_abi(r->w, "w", number));
    return letter_raw(&l);
}

/* Another certificate, which pages of later count by. */
static wc_slice certificate(random_blocks *r, random_batches *b)
{
    world *w = r->w;
    uint8_t bytes[WC_METER_SIZE_MAX];
    uint32_t meter = (uint32_t)below(r, FLEET_METERS);
    wc_meter made = {.status = WC_METER_ACTIVE,
                     .operator_account = w->people[GRID].address,
                     .customer = one_in(r, 4) ? b->fleet.instance : fleet_customer(w, meter),
                     .serial = wc_slice_of("PV-2", 4),
                     .point = wc_slice_of("CP-2", 4),
                     .channels = one_in(r, 8) ? 1 : 1u << WC_CHANNEL_EXPORT,
                     .accuracy_class = 10,
                     .step_s = one_in(r, 8) ? 300 : (uint32_t)FLEET_STEP,
                     .valid_from_s = FLEET_START - 86400,
                     .valid_to_s = w->now + (int64_t)below(r, 20000)};
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_meter_put(&buf, &made);
    wc_address address = fleet_meter(w, meter);
    letter l = world_letter(w, GRID);
    (void)letter_native(&l, WC_NATIVE_meter_register,
                        world_abi(w, "px", &address, wc_buf_slice(&buf)));
    return letter_raw(&l);
}

static wc_slice enrol(random_blocks *r, random_batches *b)
{
    world *w = r->w;
    wc_address address =
        wc_page_address(&w->people[FLEET_AGGREGATOR].address, (uint32_t)(7 + below(r, 5)));
    letter l = world_letter(w, sometimes(r, RETAILER));
    (void)letter_call(&l, WC_CALL_ACTION, &b->fleet.instance, FLEET_ENROL,
                      world_abi(w, "p", &address));
    return letter_raw(&l);
}

wc_slice random_batch(void *self, random_blocks *r)
{
    random_batches *b = self;
    switch (below(r, 14)) {
    case 0: return page(r, b);
    case 1: return page_end(r, b);
    case 2:
    case 3: return settle(r);
    case 4: return certificate(r, b);
    case 5: return enrol(r, b);
    default: return batch(r, b);
    }
}
