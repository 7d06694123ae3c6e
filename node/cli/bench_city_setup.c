/* The city before its day: genesis, registration of meters and pages, contracts, money. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "node/cli/bench_city.h"
#include "node/ledger/meter.h"
#include "node/ledger/natives.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

#define CHAIN_NAME   "test-city"
#define ACCOUNT_SIZE 224u /* encoded, of one key and at most one role, with its length */
#define DRAFT_BYTES  ((size_t)1 << 20)
#define CALLS        64u /* in one transaction */
#define YEAR_S       (INT64_C(366) * 86400)
#define FUND         INT64_C(1000000000000) /* fen, of each contract: more than a day can cost */

double wc_city_clock(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

wc_status wc_city_fail(wc_city *city, const char *format, ...)
{
    va_list list;
    if (city->problem[0] != '\0') return WC_DIFFERS;
    va_start(list, format);
    (void)vsnprintf(city->problem, sizeof city->problem, format, list);
    va_end(list);
    return WC_DIFFERS;
}

uint16_t wc_city_page_meters(const wc_city *city, uint32_t page)
{
    uint32_t left = city->meters - page * WC_PAGE_METERS_MAX;
    return (uint16_t)(left < WC_PAGE_METERS_MAX ? left : WC_PAGE_METERS_MAX);
}

/* ---- genesis --------------------------------------------------------------------------------- */

static void make_key(wc_keypair *pair, uint32_t number)
{
    uint8_t bytes[4];
    wc_seed seed;
    wc_store_u32(bytes, number);
    wc_hash hash = wc_sha256_one(wc_slice_of(bytes, sizeof bytes));
    memcpy(seed.bytes, hash.bytes, sizeof seed.bytes);
    wc_keypair_of_seed(pair, &seed);
}

static void put_account(wc_buf *buf, const wc_keypair *keys, uint8_t key_count, uint16_t role)
{
    wc_account account = {.kind = WC_ACCOUNT_PARTY,
                          .status = WC_ACCOUNT_ACTIVE,
                          .threshold = key_count,
                          .key_count = key_count,
                          .role_count = role != WC_ROLE_NONE};
    for (uint8_t i = 0; i < key_count; i++) {
        account.keys[i] = (wc_account_key){.key_id = i,
                                           .scheme = WC_SCHEME_ED25519,
                                           .weight = 1,
                                           .scope = WC_SCOPE_ALL,
                                           .to_h = WC_HEIGHT_NONE,
                                           .revoked_h = WC_HEIGHT_NONE};
        memcpy(account.keys[i].pub, keys[i].public_key.bytes, sizeof account.keys[i].pub);
    }
    account.roles[0] = (wc_account_role){.role = role, .to_h = WC_HEIGHT_NONE};
    wc_genesis_put_account(buf, &account);
}

static wc_slice chain_name(void)
{
    return wc_slice_of(CHAIN_NAME, sizeof CHAIN_NAME - 1);
}

static void make_people(wc_city *city)
{
    for (uint32_t i = 0; i < WC_CITY_ACTORS; i++) {
        wc_city_person *person = &city->people[i];
        person->key_count = i == WC_CITY_BANK ? 2 : 1;
        for (uint32_t k = 0; k < 2; k++) make_key(&person->keys[k], 2 * i + k);
        person->address = wc_address_genesis(chain_name(), i, person->keys[0].public_key.bytes);
    }
    make_key(&city->plant_key, 1000);
}

wc_address wc_city_plant(const wc_city *city, uint32_t meter)
{
    return wc_address_genesis(chain_name(), WC_CITY_ACTORS + meter,
                              city->plant_key.public_key.bytes);
}

static wc_genesis_asset asset_row(uint32_t number, const char *code, const wc_address *issuer)
{
    bool is_units = number == WC_ASSET_NETWORK;
    return (wc_genesis_asset){.asset = number,
                              .entry = {.kind = is_units ? WC_ASSET_UNITS : WC_ASSET_CURRENCY,
                                        .scale = is_units ? WC_ASSET_NETWORK_SCALE : 2,
                                        .code = wc_slice_of(code, strlen(code)),
                                        .issuer = *issuer}};
}

static wc_slice since(const wc_buf *buf, size_t start)
{
    return wc_slice_of(buf->data + start, buf->len - start);
}

static void fill_genesis(const wc_city *city, const wc_keypair *sequencer, wc_genesis *genesis,
                         wc_buf *parts)
{
    static const uint16_t roles[WC_CITY_ACTORS] = {
        WC_ROLE_ADMIN, WC_ROLE_BANK, WC_ROLE_GRID_OPERATOR, WC_ROLE_RETAILER, WC_ROLE_AGGREGATOR};
    static wc_validators validators; /* too large for a frame */
    *genesis = (wc_genesis){.chain_id = chain_name(),
                            .time_s = WC_CITY_START_S,
                            .clock = WC_CLOCK_SCRIPTED,
                            .hash_suite = WC_SUITE_SHA256,
                            .initial_height = 1,
                            .asset_count = 2,
                            .account_count = WC_CITY_ACTORS + city->meters};
    genesis->assets[0] = asset_row(1, "UNIT", &city->people[WC_CITY_ADMIN].address);
    genesis->assets[1] = asset_row(WC_CITY_CNY, "CNY", &city->people[WC_CITY_BANK].address);
    wc_params params = wc_params_default();
    wc_params_put(parts, &params);
    genesis->params = since(parts, 0);
    size_t start = parts->len;
    for (uint32_t i = 0; i < WC_CITY_ACTORS; i++) {
        put_account(parts, city->people[i].keys, city->people[i].key_count, roles[i]);
    }
    for (uint32_t i = 0; i < city->meters; i++) put_account(parts, &city->plant_key, 1, 0);
    genesis->accounts = since(parts, start);
    start = parts->len;
    validators = (wc_validators){.count = 1};
    memcpy(validators.list[0].pub, sequencer->public_key.bytes, sizeof validators.list[0].pub);
    validators.list[0].power = 1;
    validators.list[0].operator_account = city->people[WC_CITY_GRID].address;
    wc_validators_put(parts, &validators);
    genesis->validators = since(parts, start);
    start = parts->len;
    wc_admin_rule rule = {.threshold = 1, .count = 1};
    rule.members[0] = city->people[WC_CITY_ADMIN].address;
    wc_admin_rule_put(parts, &rule);
    genesis->admin = since(parts, start);
}

wc_status wc_city_open(wc_city *city, const char *folder, wc_slice module)
{
    static wc_genesis genesis; /* 20 KiB of asset rows */
    size_t size = (size_t)city->meters * ACCOUNT_SIZE + ((size_t)1 << 20);
    uint8_t *memory = malloc(2 * size);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf parts, bytes;
    wc_buf_init(&parts, memory, size);
    wc_buf_init(&bytes, memory + size, size);
    wc_keypair sequencer;
    make_key(&sequencer, 2000);
    make_people(city);
    fill_genesis(city, &sequencer, &genesis, &parts);
    wc_genesis_put(&bytes, &genesis);
    wc_assert(!parts.full && !bytes.full);
    wc_chain_options options = {.folder = folder,
                                .genesis = wc_buf_slice(&bytes),
                                .create = true,
                                .threads = 2,
                                .sequencer = &sequencer};
    wc_chain_report report;
    wc_status status = wc_chain_open(&city->chain, &report, &options);
    if (status != WC_OK) (void)wc_city_fail(city, "%.100s", report.store.problem.text);
    free(memory);
    if (status != WC_OK) return status;
    city->genesis_hash = wc_chain_genesis_hash(city->chain);
    city->code = wc_code_id(module);
    city->now_s = WC_CITY_START_S + 1;
    WC_TRY(wc_city_queue_open(city, &city->queues[0]));
    return wc_city_queue_open(city, &city->queues[1]);
}

/* ---- transactions ---------------------------------------------------------------------------- */

wc_status wc_city_queue_open(wc_city *city, wc_city_queue *queue)
{
    (void)city;
    uint8_t *memory = aligned_alloc(64, WC_CITY_QUEUE_SIZE + DRAFT_BYTES);
    if (memory == NULL) return WC_NO_MEMORY;
    queue->memory = memory;
    wc_buf_init(&queue->bytes, memory, WC_CITY_QUEUE_SIZE);
    wc_arena_init(&queue->arena, memory + WC_CITY_QUEUE_SIZE, DRAFT_BYTES);
    return WC_OK;
}

void wc_city_queue_clear(wc_city_queue *queue)
{
    queue->bytes.len = 0;
    queue->count = 0;
    queue->gas = 0;
}

wc_status wc_city_begin(wc_city *city, wc_city_queue *queue, wc_tx_draft *draft,
                        wc_city_actor sender)
{
    uint8_t index;
    wc_arena_rewind(&queue->arena, 0);
    WC_TRY(wc_tx_draft_begin(draft, &queue->arena, chain_name(), &city->genesis_hash));
    WC_TRY(wc_tx_draft_signer(draft, &index, &city->people[sender].address, 0));
    draft->tx.nonce = city->people[sender].nonce++;
    draft->tx.expiry_time_s = WC_CITY_START_S + 10 * 86400;
    return WC_OK;
}

wc_status wc_city_finish(wc_city *city, wc_city_queue *queue, wc_tx_draft *draft,
                         wc_city_actor sender, wc_city_actor other)
{
    wc_tx_fault fault;
    WC_TRY(wc_tx_draft_close(draft, &fault));
    for (uint8_t auth = 0; auth < draft->tx.auth_count; auth++) {
        const wc_city_person *person = &city->people[auth == 0 ? sender : other];
        for (uint8_t k = 0; k < person->key_count; k++) {
            WC_TRY(wc_tx_draft_sign(draft, auth, k, &person->keys[k]));
        }
    }
    size_t start = queue->bytes.len;
    wc_tx_put(&queue->bytes, &draft->tx); /* the node checks it by decoding */
    WC_TRY(wc_buf_status(&queue->bytes));
    queue->txs[queue->count++] = since(&queue->bytes, start);
    queue->gas += draft->tx.gas_limit;
    return WC_OK;
}

wc_status wc_city_seal(wc_city *city, wc_city_queue *queue, const wc_sealed **sealed)
{
    WC_TRY(wc_chain_seal(city->chain, city->now_s, queue->txs, queue->count, sealed));
    city->blocks++;
    const wc_applied *applied = &(*sealed)->applied;
    for (uint32_t i = 0; i < applied->receipt_count; i++) {
        const wc_receipt *receipt = &applied->receipts[i].receipt;
        city->gas += receipt->gas_used;
        if (receipt->status == WC_RECEIPT_OK) continue;
        return wc_city_fail(city, "transaction %u of record %llu ends with status %u", i,
                            (unsigned long long)(*sealed)->head.seq, receipt->status);
    }
    return applied->receipt_count == queue->count ? WC_OK
                                                  : wc_city_fail(city, "receipts are missing");
}

/* Seals when less than `bytes` and `gas` are free in the block. */
static wc_status make_room(wc_city *city, size_t bytes, uint64_t gas)
{
    wc_city_queue *queue = &city->queues[0];
    const wc_sealed *sealed;
    bool has_room = queue->count < WC_CITY_QUEUE_TXS &&
                    queue->bytes.len + bytes <= WC_CITY_QUEUE_SIZE &&
                    queue->gas + gas <= WC_BLOCK_GAS_MAX;
    if (has_room) return WC_OK;
    WC_TRY(wc_city_seal(city, queue, &sealed));
    wc_city_queue_clear(queue);
    return WC_OK;
}

static wc_status flush(wc_city *city)
{
    return make_room(city, SIZE_MAX / 2, 0);
}

static wc_status add_native(wc_tx_draft *draft, uint16_t mask, wc_native_method method,
                            wc_slice args)
{
    uint8_t call;
    wc_address target = wc_native_target();
    WC_TRY(wc_tx_draft_call(draft, &call, WC_CALL_NATIVE, &target, (uint16_t)method, mask));
    return wc_tx_draft_args(draft, call, args);
}

/* ---- contracts and money --------------------------------------------------------------------- */

static wc_status deploy(wc_city *city, wc_slice module)
{
    wc_tx_draft draft;
    uint8_t call;
    wc_hash none = {{0}};
    WC_TRY(wc_city_begin(city, &city->queues[0], &draft, WC_CITY_ADMIN));
    WC_TRY(wc_tx_draft_call(&draft, &call, WC_CALL_DEPLOY, &none, 0, 1));
    WC_TRY(wc_tx_draft_args(&draft, call, module));
    draft.tx.gas_limit = 200000000;
    WC_TRY(wc_city_finish(city, &city->queues[0], &draft, WC_CITY_ADMIN, WC_CITY_ADMIN));
    return flush(city);
}

static wc_status deposit(wc_city *city)
{
    uint8_t memory[128];
    wc_buf args;
    wc_tx_draft draft;
    wc_buf_init(&args, memory, sizeof memory);
    wc_buf_put_u32(&args, WC_CITY_CNY);
    wc_buf_put_hash(&args, &city->people[WC_CITY_RETAILER].address);
    wc_buf_put_i64(&args, FUND * (int64_t)city->instances);
    wc_buf_put_str8(&args, wc_slice_of("statement", 9));
    wc_buf_put_str8(&args, wc_slice_of("entry", 5));
    wc_buf_put_u32(&args, 20454);
    WC_TRY(wc_city_begin(city, &city->queues[0], &draft, WC_CITY_BANK));
    WC_TRY(add_native(&draft, 1, WC_NATIVE_deposit, wc_buf_slice(&args)));
    draft.tx.gas_limit = 1000000;
    WC_TRY(wc_city_finish(city, &city->queues[0], &draft, WC_CITY_BANK, WC_CITY_BANK));
    return flush(city);
}

static wc_status create(wc_city *city, wc_address *instance)
{
    uint8_t memory[1024];
    wc_buf args;
    wc_tx_draft draft;
    uint8_t call, index;
    wc_buf_init(&args, memory, sizeof memory);
    wc_buf_put_hash(&args, &city->people[WC_CITY_RETAILER].address);
    wc_buf_put_hash(&args, &city->people[WC_CITY_AGGREGATOR].address);
    wc_buf_put_i64(&args, WC_CITY_START_S);
    wc_buf_put_i64(&args, WC_CITY_START_S + 86400);
    wc_buf_put_u32(&args, WC_CITY_QUARTERS);
    for (uint32_t k = 0; k < WC_CITY_QUARTERS; k++) wc_buf_put_i64(&args, wc_city_price(k));
    wc_assert(!args.full);
    WC_TRY(wc_city_begin(city, &city->queues[0], &draft, WC_CITY_RETAILER));
    WC_TRY(wc_tx_draft_signer(&draft, &index, &city->people[WC_CITY_AGGREGATOR].address, 0));
    WC_TRY(wc_tx_draft_call(&draft, &call, WC_CALL_INSTANTIATE, &city->code, 0, 3));
    WC_TRY(wc_tx_draft_args(&draft, call, wc_buf_slice(&args)));
    draft.tx.gas_limit = 10000000;
    wc_origin origin = {.call = 0};
    WC_TRY(wc_city_finish(city, &city->queues[0], &draft, WC_CITY_RETAILER, WC_CITY_AGGREGATOR));
    origin.tx_id = draft.tx_id;
    *instance = wc_address_instance(&origin);
    return flush(city);
}

static wc_status fund(wc_city *city, const wc_address *instance)
{
    uint8_t bytes[8];
    wc_tx_draft draft;
    uint8_t call;
    wc_store_u64(bytes, (uint64_t)FUND);
    WC_TRY(wc_city_begin(city, &city->queues[0], &draft, WC_CITY_RETAILER));
    WC_TRY(wc_tx_draft_call(&draft, &call, WC_CALL_ACTION, instance, city->method_fund, 1));
    WC_TRY(wc_tx_draft_args(&draft, call, wc_slice_of(bytes, sizeof bytes)));
    WC_TRY(wc_tx_draft_debit(&draft, call, 0, WC_CITY_CNY, FUND));
    draft.tx.gas_limit = 1000000;
    WC_TRY(wc_city_finish(city, &city->queues[0], &draft, WC_CITY_RETAILER, WC_CITY_RETAILER));
    return flush(city);
}

/* ---- meters and pages ------------------------------------------------------------------------ */

static void put_meter(const wc_city *city, wc_buf *args, uint32_t number)
{
    char serial[16];
    int len = snprintf(serial, sizeof serial, "PV-%07u", number);
    wc_address plant = wc_city_plant(city, number);
    wc_meter meter = {.status = WC_METER_ACTIVE,
                      .operator_account = city->people[WC_CITY_GRID].address,
                      .customer = plant,
                      .serial = wc_slice_of(serial, (size_t)len),
                      .point = wc_slice_of(serial, (size_t)len),
                      .channels = 1u << WC_CHANNEL_EXPORT,
                      .accuracy_class = 10,
                      .step_s = (uint32_t)WC_CITY_STEP_S,
                      .valid_from_s = WC_CITY_START_S - 86400,
                      .valid_to_s = WC_CITY_START_S + YEAR_S};
    wc_buf_put_hash(args, &plant);
    wc_meter_put(args, &meter);
}

/* 64 registrations in one transaction, beginning with this meter. */
static wc_status register_meters(wc_city *city, uint32_t first)
{
    static uint8_t memory[CALLS * (32 + WC_METER_SIZE_MAX)];
    wc_tx_draft draft;
    wc_buf args;
    wc_buf_init(&args, memory, sizeof memory);
    WC_TRY(make_room(city, sizeof memory + CALLS * 64, CALLS * 20000));
    WC_TRY(wc_city_begin(city, &city->queues[0], &draft, WC_CITY_GRID));
    for (uint32_t i = 0; i < CALLS && first + i < city->meters; i++) {
        size_t start = args.len;
        put_meter(city, &args, first + i);
        WC_TRY(add_native(&draft, 1, WC_NATIVE_meter_register, since(&args, start)));
    }
    draft.tx.gas_limit = 300000 + CALLS * 20000;
    return wc_city_finish(city, &city->queues[0], &draft, WC_CITY_GRID, WC_CITY_GRID);
}

static wc_status register_page(wc_city *city, uint32_t page)
{
    static uint8_t memory[128 + WC_PAGE_METERS_MAX * WC_ADDRESS_SIZE];
    wc_tx_draft draft;
    wc_buf args;
    uint8_t index;
    uint16_t count = wc_city_page_meters(city, page);
    wc_buf_init(&args, memory, sizeof memory);
    wc_buf_put_u32(&args, page);
    wc_buf_put_hash(&args, &city->instance[page / WC_CITY_INSTANCE]);
    wc_buf_put_u16(&args, city->method_report);
    wc_buf_put_u16(&args, city->method_settle);
    wc_buf_put_u8(&args, WC_CHANNEL_EXPORT);
    wc_buf_put_u32(&args, (uint32_t)WC_CITY_STEP_S);
    wc_buf_put_i64(&args, WC_CITY_ENERGY_MAX);
    wc_buf_put_i64(&args, WC_CITY_START_S);
    wc_buf_put_i64(&args, WC_CITY_START_S + YEAR_S);
    wc_buf_put_u16(&args, count);
    for (uint16_t i = 0; i < count; i++) {
        wc_address plant = wc_city_plant(city, page * WC_PAGE_METERS_MAX + i);
        wc_buf_put_hash(&args, &plant);
    }
    wc_assert(!args.full);
    WC_TRY(make_room(city, sizeof memory + 1024, 8000000));
    WC_TRY(wc_city_begin(city, &city->queues[0], &draft, WC_CITY_AGGREGATOR));
    WC_TRY(wc_tx_draft_signer(&draft, &index, &city->people[WC_CITY_GRID].address, 0));
    WC_TRY(add_native(&draft, 3, WC_NATIVE_page_register, wc_buf_slice(&args)));
    draft.tx.gas_limit = 8000000;
    return wc_city_finish(city, &city->queues[0], &draft, WC_CITY_AGGREGATOR, WC_CITY_GRID);
}

static wc_status enrol(wc_city *city, uint32_t page)
{
    wc_tx_draft draft;
    uint8_t call;
    wc_address address = wc_page_address(&city->people[WC_CITY_AGGREGATOR].address, page);
    WC_TRY(make_room(city, 1024, 1000000));
    WC_TRY(wc_city_begin(city, &city->queues[0], &draft, WC_CITY_RETAILER));
    WC_TRY(wc_tx_draft_call(&draft, &call, WC_CALL_ACTION, &city->instance[page / WC_CITY_INSTANCE],
                            city->method_enrol, 1));
    WC_TRY(wc_tx_draft_args(&draft, call, wc_slice_of(address.bytes, sizeof address.bytes)));
    draft.tx.gas_limit = 1000000;
    return wc_city_finish(city, &city->queues[0], &draft, WC_CITY_RETAILER, WC_CITY_RETAILER);
}

wc_status wc_city_setup(wc_city *city, wc_slice module)
{
    double start = wc_city_clock();
    WC_TRY(deploy(city, module));
    WC_TRY(deposit(city));
    for (uint32_t i = 0; i < city->instances; i++) {
        WC_TRY(create(city, &city->instance[i]));
        WC_TRY(fund(city, &city->instance[i]));
    }
    for (uint32_t i = 0; i < city->meters; i += CALLS) WC_TRY(register_meters(city, i));
    for (uint32_t i = 0; i < city->pages; i++) WC_TRY(register_page(city, i));
    for (uint32_t i = 0; i < city->pages; i++) WC_TRY(enrol(city, i));
    WC_TRY(flush(city));
    city->setup_s = wc_city_clock() - start;
    return WC_OK;
}
