/* See fleet.h. */
#include "tests/unit/ledger_exec/fleet.h"

#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "node/ledger/meter.h"
#include "node/ledger/roles.h"

#define ARENA  ((size_t)64 << 20)
#define SOURCE WC_SOURCE_DIR "/contracts/metering/surplus.clause"
#define YEAR_S (INT64_C(366) * 86400)

world_options fleet_options(void)
{
    return (world_options){.extra_accounts = FLEET_ACCOUNTS};
}

wc_address fleet_meter(const world *w, uint32_t i)
{
    return world_extra_address(w, i);
}

wc_address fleet_customer(const world *w, uint32_t i)
{
    return world_extra_address(w, FLEET_METERS + i);
}

/* ---- the contract ---------------------------------------------------------------------------- */

static wc_slice read_source(world *w)
{
    static char text[32768];
    FILE *file = fopen(SOURCE, "rb");
    if (file == NULL) fail_msg("%s cannot be read", SOURCE);
    size_t len = fread(text, 1, sizeof text, file);
    fclose(file);
    assert_true(len > 0 && len < sizeof text);
    return world_abi(w, "x", wc_slice_of((const uint8_t *)text, len));
}

static wc_slice compiled(world *w)
{
    uint8_t *memory = aligned_alloc(16, ARENA);
    assert_non_null(memory);
    wc_arena arena;
    wc_arena_init(&arena, memory, ARENA);
    wc_compile_options options = {.arena = &arena, .hash = wc_sha256, .no_tests = true};
    wc_compilation *compilation;
    wc_slice source = read_source(w);
    wc_str text = {(const char *)source.data, source.len};
    assert_status(wc_compile(&options, WC_STR("surplus.clause"), text, &compilation), WC_OK);
    if (compilation->has_failed) {
        wc_str message = compilation->diags.first->message;
        fail_msg("%.*s", WC_STR_ARG(message));
    }
    wc_slice kept = world_abi(w, "x", compilation->contracts[0].module);
    free(memory);
    return kept;
}

/* Terms: two days from FLEET_START, and a price for each quarter of the day. */
static wc_slice terms(world *w)
{
    wc_slice args =
        world_abi(w, "ppqqw", &w->people[RETAILER].address, &w->people[FLEET_AGGREGATOR].address,
                  FLEET_START, FLEET_START + 2 * 86400, UINT32_C(96));
    for (uint32_t k = 0; k < 96; k++) {
        args = world_abi(w, "xq", args, k == 0 ? FLEET_CHEAP : FLEET_PRICE);
    }
    return args;
}

const wc_receipt_page *fleet_call(fleet *f, world_actor by, uint16_t method, wc_slice args)
{
    letter l = world_letter(f->w, by);
    uint8_t call = letter_call(&l, WC_CALL_ACTION, &f->instance, method, args);
    if (method == FLEET_FUND) letter_ceiling(&l, call, by, WORLD_CNY, 1000000);
    return world_send(f->w, &l);
}

/* ---- meters and pages ------------------------------------------------------------------------ */

static void grant(world *w, world_actor actor, uint16_t role)
{
    letter l = world_letter(w, ADMIN_1);
    (void)letter_signer(&l, ADMIN_2);
    uint8_t number[2];
    wc_store_u16(number, role);
    (void)letter_native(&l, WC_NATIVE_role_grant,
                        world_abi(w, "pxqq", &w->people[actor].address,
                                  wc_slice_of(number, sizeof number), INT64_C(0),
                                  (int64_t)INT64_MAX));
    assert_done(world_send(w, &l));
}

void fleet_register_meter(world *w, uint32_t i, int64_t valid_to_s)
{
    uint8_t bytes[WC_METER_SIZE_MAX];
    wc_meter meter = {.status = WC_METER_ACTIVE,
                      .operator_account = w->people[GRID].address,
                      .customer = fleet_customer(w, i),
                      .serial = wc_slice_of("PV-1", 4),
                      .point = wc_slice_of("CP-1", 4),
                      .channels = 1u << WC_CHANNEL_EXPORT,
                      .accuracy_class = 10,
                      .step_s = (uint32_t)FLEET_STEP,
                      .valid_from_s = FLEET_START - 86400,
                      .valid_to_s = valid_to_s};
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_meter_put(&buf, &meter);
    wc_address address = fleet_meter(w, i);
    letter l = world_letter(w, GRID);
    (void)letter_native(&l, WC_NATIVE_meter_register,
                        world_abi(w, "px", &address, wc_buf_slice(&buf)));
    assert_done(world_send(w, &l));
}

wc_slice fleet_page_args(fleet *f, const fleet_page *page)
{
    world *w = f->w;
    uint8_t methods[5];
    wc_store_u16(methods, FLEET_REPORT);
    wc_store_u16(methods + 2, FLEET_SETTLE);
    methods[4] = WC_CHANNEL_EXPORT;
    uint8_t count[2];
    wc_store_u16(count, (uint16_t)page->count);
    int64_t from_s = page->from_s == 0 ? FLEET_START : page->from_s;
    int64_t until_s = page->until_s == 0 ? FLEET_START + YEAR_S : page->until_s;
    wc_slice args = world_abi(w, "wpxwqqqx", page->number, page->instance,
                              wc_slice_of(methods, sizeof methods), (uint32_t)FLEET_STEP, FLEET_MAX,
                              from_s, until_s, wc_slice_of(count, sizeof count));
    for (uint32_t i = 0; i < page->count; i++) {
        wc_address meter = fleet_meter(w, (page->first + i) % FLEET_METERS);
        args = world_abi(w, "xp", args, &meter);
    }
    return args;
}

const wc_receipt_page *fleet_register(fleet *f, const fleet_page *page)
{
    letter l = world_letter(f->w, page->by == 0 ? FLEET_AGGREGATOR : page->by);
    if (!page->lacks_operator) (void)letter_signer(&l, GRID);
    (void)letter_native(&l, WC_NATIVE_page_register, fleet_page_args(f, page));
    return world_send(f->w, &l);
}

const wc_receipt_page *fleet_end(fleet *f, world_actor by, int64_t until_s)
{
    letter l = world_letter(f->w, by);
    (void)letter_native(
        &l, WC_NATIVE_page_end,
        world_abi(f->w, "pwq", &f->w->people[FLEET_AGGREGATOR].address, FLEET_PAGE, until_s));
    return world_send(f->w, &l);
}

const wc_receipt_page *fleet_settle(fleet *f, world_actor by, uint32_t page)
{
    letter l = world_letter(f->w, by);
    (void)letter_native(&l, WC_NATIVE_page_settle, world_abi(f->w, "w", page));
    return world_send(f->w, &l);
}

void fleet_prepare(fleet *f, world *w)
{
    *f = (fleet){.w = w};
    grant(w, FLEET_AGGREGATOR, WC_ROLE_AGGREGATOR);
    for (uint32_t i = 0; i < FLEET_METERS; i++) fleet_register_meter(w, i, FLEET_START + YEAR_S);
    wc_hash code = world_deploy(w, compiled(w));
    static const world_actor both[] = {RETAILER, FLEET_AGGREGATOR};
    f->instance = world_instance(w, &code, 2, both, terms(w));
    f->page = wc_page_address(&w->people[FLEET_AGGREGATOR].address, FLEET_PAGE);
    world_deposit(w, RETAILER, 100000);
    assert_done(fleet_call(f, RETAILER, FLEET_FUND, world_abi(w, "q", INT64_C(100000))));
    w->now = FLEET_START + 24 * FLEET_STEP;
}

void fleet_open(fleet *f, world *w)
{
    fleet_prepare(f, w);
    fleet_page page = {.number = FLEET_PAGE, .instance = &f->instance, .count = FLEET_METERS};
    assert_done(fleet_register(f, &page));
    assert_done(fleet_call(f, RETAILER, FLEET_ENROL, world_abi(w, "p", &f->page)));
}

/* ---- batches --------------------------------------------------------------------------------- */

int64_t fleet_value(uint32_t i, uint32_t quarter, uint16_t version)
{
    return 1 + (int64_t)(i * 977 + quarter * 131 + version * 57u) % 9000;
}

static wc_slice payload_of(fleet *f, const fleet_batch *batch, uint16_t count)
{
    world *w = f->w;
    uint8_t *bytes = wc_arena_alloc(&w->arena, WC_BATCH_SIZE_MAX, 1);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_BATCH_SIZE_MAX);
    wc_batch_head head = {.scale = batch->scale == 0 ? WC_BATCH_SCALE : batch->scale,
                          .version = batch->version,
                          .page = batch->page == 0 ? FLEET_PAGE : batch->page,
                          .count = count,
                          .prior_root = batch->before_root};
    wc_batch_put_head(&buf, &head);
    for (uint32_t i = 0; i < count; i++) {
        wc_batch_reading reading = {.slot = (uint16_t)i,
                                    .interval =
                                        (uint32_t)(FLEET_START / FLEET_STEP) + batch->quarter,
                                    .value = fleet_value(i, batch->quarter, batch->version)};
        if (batch->spoil != NULL && i == batch->spoiled) batch->spoil(&reading);
        wc_batch_put_reading(&buf, &reading);
    }
    if (batch->spoil_bytes != NULL) batch->spoil_bytes(bytes + WC_BATCH_SIZE(batch->spoiled));
    if (batch->before.data != NULL) {
        assert_status(wc_batch_put_before(&buf, batch->before_salt.bytes, batch->before), WC_OK);
    }
    assert_false(buf.full);
    return wc_buf_slice(&buf);
}

letter fleet_letter(fleet *f, const fleet_batch *batch, uint16_t uncut)
{
    world *w = f->w;
    uint8_t index, counter[8];
    uint16_t count = batch->count == 0 ? (uint16_t)FLEET_METERS : batch->count;
    uint16_t pieces = (uint16_t)(WC_BATCH_PIECES(count) - uncut);
    wc_store_u64(counter, ++w->salt);
    wc_hash *salt = WC_ARENA_NEW(&w->arena, wc_hash); /* the draft borrows it */
    assert_non_null(salt);
    *salt = wc_sha256_one(wc_slice_of(counter, sizeof counter));
    f->salt = *salt;
    f->sent = payload_of(f, batch, count);
    f->root = wc_pieces_root(salt->bytes, f->sent, pieces);
    letter l = world_letter(w, FLEET_AGGREGATOR);
    wc_tx_draft *draft = &l.draft;
    assert_status(
        wc_tx_draft_call(draft, &index, WC_CALL_READINGS, &f->instance, FLEET_REPORT, l.mask),
        WC_OK);
    assert_status(wc_tx_draft_pieces(draft, index, salt->bytes, f->sent, pieces), WC_OK);
    return l;
}

const wc_receipt_page *fleet_send(fleet *f, const fleet_batch *batch)
{
    letter l = fleet_letter(f, batch, 0);
    return world_send(f->w, &l);
}

fleet_batch fleet_correction(const fleet *f, uint32_t quarter, uint16_t version)
{
    return (fleet_batch){.quarter = quarter,
                         .version = version,
                         .before = f->sent,
                         .before_salt = f->salt,
                         .before_root = f->root};
}

/* ---- what came of it ------------------------------------------------------------------------- */

static wc_slice view(fleet *f, const char *name, wc_slice args)
{
    wc_outcome outcome;
    assert_status(
        wc_chain_view(f->w->chain, &f->instance, wc_str_of(name), args, 10000000, &outcome), WC_OK);
    assert_int_equal(outcome.kind, WC_OUTCOME_OK);
    return outcome.result;
}

static int64_t of_slot(fleet *f, uint16_t slot, size_t at)
{
    wc_slice result = view(f, "of_slot", world_abi(f->w, "pq", &f->page, (int64_t)slot));
    assert_int_equal(result.len, 16);
    return (int64_t)wc_load_u64(result.data + at);
}

int64_t fleet_energy(fleet *f, uint16_t slot)
{
    return of_slot(f, slot, 0);
}

int64_t fleet_owed(fleet *f, uint16_t slot)
{
    return of_slot(f, slot, 8);
}

int64_t fleet_held(fleet *f)
{
    wc_slice result = view(f, "held", wc_slice_of(NULL, 0));
    return (int64_t)wc_load_u64(result.data);
}

int64_t fleet_customer_free(fleet *f, uint32_t i)
{
    wc_address owner = fleet_customer(f->w, i);
    wc_state_key key = wc_key_free(&owner, WORLD_CNY);
    wc_slice value;
    int64_t amount = 0;
    wc_status status = wc_chain_get(f->w->chain, &key, &value);
    if (status != WC_NOT_FOUND) {
        assert_status(status, WC_OK);
        assert_status(wc_amount_decode(&amount, value), WC_OK);
    }
    return amount;
}
