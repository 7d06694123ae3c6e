/* A test's ledger: genesis, transactions, blocks, books. */
#include "node/runner/world.h"

#include <string.h>

#include "node/ledger/natives.h"
#include "node/ledger/roles.h"
#include "node/runner/trace.h"

#define CHAIN_ID       "test-clause"
#define GAS_LIMIT      900000000u
#define EXPIRY_S       3600
#define RAW_MAX        262144u
#define MONEY          100000000 /* minor units of each currency at the start */
#define FIRST_CURRENCY 2u        /* asset 1 is the network unit */

static uint16_t admin_of(const wc_world *world)
{
    return world->party_count;
}

static wc_keypair key_of(uint32_t number)
{
    uint8_t bytes[4];
    wc_store_u32(bytes, number);
    wc_slice part = wc_slice_of(bytes, sizeof(bytes));
    wc_hash hash = wc_hash_domain("test-key/1", &part, 1);
    wc_seed seed;
    memcpy(seed.bytes, hash.bytes, sizeof(seed.bytes));
    wc_keypair pair;
    wc_keypair_of_seed(&pair, &seed);
    return pair;
}

static wc_slice chain_id(void)
{
    return wc_slice_of(CHAIN_ID, sizeof(CHAIN_ID) - 1);
}

wc_address wc_runner_party(uint16_t number)
{
    wc_keypair key = key_of(number);
    return wc_address_genesis(chain_id(), number, key.public_key.bytes);
}

/* ---- genesis -----------------------------------------------------------------------------------
 */

static wc_slice module_bytes(const wc_world *world, uint16_t index)
{
    const wc_runner_job *job = world->job;
    return index < job->contract_count ? job->contracts[index] : job->previous;
}

/* The currencies that the contracts name, each once, in order of contract and table. */
typedef struct currencies {
    uint32_t count;
    wc_str codes[16];
    uint8_t minors[16];
} currencies;

static currencies currencies_of(const wc_world *world)
{
    currencies found = {0};
    for (uint16_t c = 0; c < world->module_count; c++) {
        const wc_module *module = world->modules[c];
        for (uint16_t i = 0; i < module->currency_count; i++) {
            wc_str code = module->strings[module->currencies[i].code];
            uint32_t at = 0;
            while (at < found.count && !wc_str_equal(found.codes[at], code)) at++;
            if (at < found.count || found.count == WC_ARRAY_LEN(found.codes)) continue;
            found.codes[found.count] = code;
            found.minors[found.count++] = module->currencies[i].minor;
        }
    }
    return found;
}

static uint16_t bank_of(const wc_world *world)
{
    for (uint16_t i = 0; i < world->test->party_count; i++) {
        if (wc_str_equal(world->test->parties[i], WC_STR("bank"))) return i;
    }
    return 0;
}

static void put_account(wc_buf *buf, const wc_keypair *pair)
{
    wc_account account = {
        .kind = WC_ACCOUNT_PARTY, .status = WC_ACCOUNT_ACTIVE, .threshold = 1, .key_count = 1};
    account.keys[0] = (wc_account_key){.scheme = WC_SCHEME_ED25519,
                                       .weight = 1,
                                       .scope = WC_SCOPE_ALL,
                                       .to_h = WC_HEIGHT_NONE,
                                       .revoked_h = WC_HEIGHT_NONE};
    memcpy(account.keys[0].pub, pair->public_key.bytes, sizeof(account.keys[0].pub));
    wc_genesis_put_account(buf, &account);
}

static int order_of(const wc_address *a, const wc_address *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/* Balances ascend by owner, then asset. */
static uint32_t put_balances(const wc_world *world, const currencies *money, wc_buf *buf)
{
    uint16_t order[WC_RUNNER_PARTIES_MAX];
    for (uint16_t i = 0; i < world->party_count; i++) {
        uint16_t at = i;
        while (at > 0 && order_of(&world->addresses[order[at - 1]], &world->addresses[i]) > 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    for (uint16_t i = 0; i < world->party_count; i++) {
        for (uint32_t c = 0; c < money->count; c++) {
            wc_genesis_balance balance = {
                .owner = world->addresses[order[i]], .asset = FIRST_CURRENCY + c, .amount = MONEY};
            wc_genesis_put_balance(buf, &balance);
        }
    }
    return world->party_count * money->count;
}

/* Modules ascend by code id, each once. */
static uint16_t put_modules(const wc_world *world, wc_buf *buf)
{
    uint16_t order[64], count = 0;
    for (uint16_t i = 0; i < world->module_count; i++) {
        uint16_t at = 0;
        while (at < count && order_of(&world->code_ids[order[at]], &world->code_ids[i]) < 0) at++;
        if (at < count && wc_hash_equal(&world->code_ids[order[at]], &world->code_ids[i])) continue;
        memmove(order + at + 1, order + at, (size_t)(count - at) * sizeof(order[0]));
        order[at] = i;
        count++;
    }
    for (uint16_t i = 0; i < count; i++) {
        wc_genesis_put_module(buf, module_bytes(world, order[i]));
    }
    return count;
}

static void put_rules(wc_world *world, wc_genesis *genesis, wc_buf *buf)
{
    wc_params params = wc_params_default();
    size_t start = buf->len;
    wc_params_put(buf, &params);
    genesis->params = wc_slice_of(buf->data + start, buf->len - start);

    wc_validators *validators = &world->validators;
    validators->count = 1;
    memcpy(validators->list[0].pub, world->keys[admin_of(world)].public_key.bytes, 32);
    validators->list[0].power = 1;
    validators->list[0].operator_account = world->addresses[admin_of(world)];
    start = buf->len;
    wc_validators_put(buf, validators);
    genesis->validators = wc_slice_of(buf->data + start, buf->len - start);

    wc_admin_rule rule = {.threshold = 1, .count = 1};
    rule.members[0] = world->addresses[admin_of(world)];
    start = buf->len;
    wc_admin_rule_put(buf, &rule);
    genesis->admin = wc_slice_of(buf->data + start, buf->len - start);
}

static void put_assets(const wc_world *world, const currencies *money, wc_genesis *genesis)
{
    genesis->asset_count = (uint16_t)(1 + money->count);
    genesis->assets[0] = (wc_genesis_asset){.asset = WC_ASSET_NETWORK,
                                            .entry = {.kind = WC_ASSET_UNITS,
                                                      .scale = WC_ASSET_NETWORK_SCALE,
                                                      .code = wc_slice_of("UNIT", 4),
                                                      .issuer = world->addresses[admin_of(world)]}};
    for (uint32_t c = 0; c < money->count; c++) {
        genesis->assets[1 + c] = (wc_genesis_asset){
            .asset = FIRST_CURRENCY + c,
            .entry = {.kind = WC_ASSET_CURRENCY,
                      .scale = money->minors[c],
                      .code = wc_slice_of(money->codes[c].data, money->codes[c].len),
                      .issuer = world->addresses[bank_of(world)]}};
    }
}

static wc_status make_genesis(wc_world *world, wc_buf *buf)
{
    size_t module_bytes = 0;
    for (uint16_t i = 0; i < world->job->contract_count; i++) {
        module_bytes += world->job->contracts[i].len + 4;
    }
    size_t size = module_bytes + 262144;
    wc_buf parts;
    void *memory = wc_arena_alloc(world->arena, size, 1);
    void *whole = wc_arena_alloc(world->arena, size, 1);
    wc_genesis *genesis = WC_ARENA_NEW(world->arena, wc_genesis);
    if (memory == NULL || whole == NULL || genesis == NULL) return WC_NO_MEMORY;
    wc_buf_init(&parts, memory, size);
    wc_buf_init(buf, whole, size);

    currencies money = currencies_of(world);
    genesis->chain_id = chain_id();
    genesis->time_s = world->now_s;
    genesis->clock = WC_CLOCK_SCRIPTED;
    genesis->hash_suite = WC_SUITE_SHA256;
    genesis->initial_height = 1;
    put_assets(world, &money, genesis);
    put_rules(world, genesis, &parts);
    size_t start = parts.len;
    for (uint16_t i = 0; i <= world->party_count; i++) put_account(&parts, &world->keys[i]);
    genesis->account_count = world->party_count + 1u;
    genesis->accounts = wc_slice_of(parts.data + start, parts.len - start);
    start = parts.len;
    genesis->balance_count = put_balances(world, &money, &parts);
    genesis->balances = wc_slice_of(parts.data + start, parts.len - start);
    start = parts.len;
    genesis->module_count = put_modules(world, &parts);
    genesis->modules = wc_slice_of(parts.data + start, parts.len - start);
    WC_TRY(wc_buf_status(&parts));
    wc_genesis_put(buf, genesis);
    return wc_buf_status(buf);
}

static wc_status load_modules(wc_world *world)
{
    const wc_runner_job *job = world->job;
    world->module_count = (uint16_t)(job->contract_count + (job->previous.len > 0));
    if (world->module_count > WC_ARRAY_LEN(world->modules)) return WC_TOO_LARGE;
    for (uint16_t i = 0; i < world->module_count; i++) {
        wc_slice bytes = module_bytes(world, i);
        wc_module *module;
        size_t bad;
        WC_TRY(wc_module_decode(bytes, world->arena, &module, &bad));
        world->modules[i] = module;
        world->code_ids[i] = wc_code_id(bytes);
    }
    return WC_OK;
}

wc_status wc_world_open(wc_world *world, const wc_runner_job *job, const wc_runner_test *test)
{
    memset(world, 0, sizeof(*world));
    world->job = job;
    world->test = test;
    world->arena = job->arena;
    world->now_s = WC_RUNNER_START_S;
    world->party_count = test->party_count > 0 ? test->party_count : 1;
    wc_assert(world->party_count <= WC_RUNNER_PARTIES_MAX);
    for (uint32_t i = 0; i <= world->party_count; i++) {
        world->keys[i] = key_of(i);
        world->addresses[i] = wc_address_genesis(chain_id(), i, world->keys[i].public_key.bytes);
    }
    return load_modules(world);
}

wc_status wc_world_start(wc_world *world)
{
    if (world->chain != NULL) return WC_OK;
    wc_buf genesis;
    WC_TRY(make_genesis(world, &genesis));
    wc_chain_options options = {.genesis = wc_buf_slice(&genesis),
                                .threads = 1,
                                .observer = world->job->watcher,
                                .native = world->job->native};
    wc_chain_report report;
    return wc_chain_open(&world->chain, &report, &options);
}

void wc_world_money(const wc_world *world, wc_money_names *names)
{
    currencies money = currencies_of(world);
    names->count = money.count;
    for (uint32_t i = 0; i < money.count; i++) {
        names->list[i] = (wc_money_name){
            .asset = FIRST_CURRENCY + i, .scale = money.minors[i], .code = money.codes[i]};
    }
}

void wc_world_close(wc_world *world)
{
    wc_chain_close(world->chain);
    world->chain = NULL;
}

/* ---- books -------------------------------------------------------------------------------------
 */

static wc_world_figure *figure_of(wc_world *world, const wc_address *instance,
                                  const wc_address *party, uint32_t asset)
{
    uint32_t i = 0;
    for (; i < world->figure_count; i++) {
        wc_world_figure *figure = &world->figures[i];
        if (figure->asset == asset && wc_hash_equal(&figure->instance, instance) &&
            wc_hash_equal(&figure->party, party)) {
            return figure;
        }
    }
    if (i == WC_WORLD_FIGURES_MAX) return NULL;
    world->figure_count++;
    world->figures[i] = (wc_world_figure){.instance = *instance, .party = *party, .asset = asset};
    return &world->figures[i];
}

/* A posting by an instance: escrow(instance, p) pays -p; free(q) receives +q. The instance's own
 * account passes money on, so it is the instance of the posting when no escrow is. */
static void book_posting(wc_world *world, const wc_ledger_posting *posting)
{
    bool is_payment = posting->cause == WC_CAUSE_PAY || posting->cause == WC_CAUSE_SPLIT ||
                      posting->cause == WC_CAUSE_NETTING;
    if (!is_payment) return;
    const wc_address *instance = &posting->from.owner; /* of the escrow, or its own account */
    const wc_address *payer =
        posting->from.kind == WC_SUB_ESCROW ? &posting->from.party : &posting->from.owner;
    const wc_address *payee =
        posting->to.kind == WC_SUB_ESCROW ? &posting->to.party : &posting->to.owner;
    wc_world_figure *debit = figure_of(world, instance, payer, posting->asset);
    if (debit != NULL) debit->posted -= posting->amount;
    wc_world_figure *credit = figure_of(world, instance, payee, posting->asset);
    if (credit != NULL) credit->posted += posting->amount;
}

/* asset u32 | instance 32 | account 32 | amount i64 | reference 32 */
static void book_redemption(wc_world *world, wc_slice data)
{
    wc_reader reader = wc_reader_of(data);
    uint32_t asset;
    wc_address instance, party;
    int64_t amount;
    bool is_read = wc_read_u32(&reader, &asset) == WC_OK &&
                   wc_read_bytes(&reader, instance.bytes, sizeof(instance.bytes)) == WC_OK &&
                   wc_read_bytes(&reader, party.bytes, sizeof(party.bytes)) == WC_OK &&
                   wc_read_i64(&reader, &amount) == WC_OK;
    if (!is_read) return;
    wc_world_figure *figure = figure_of(world, &instance, &party, asset);
    if (figure != NULL) figure->redeemed += amount;
}

static void book_failed_timeout(wc_world *world, const wc_receipt_page *page, wc_slice data)
{
    wc_reader reader = wc_reader_of(data);
    /* With an error it gives way to the next one (ADR 12), as contracts do on purpose. */
    if (page->receipt.status != WC_RECEIPT_TRAP) return;
    if (wc_read_bytes(&reader, world->timeout_instance.bytes,
                      sizeof(world->timeout_instance.bytes)) != WC_OK ||
        wc_read_u16(&reader, &world->timeout_clause) != WC_OK) {
        return;
    }
    wc_buf name;
    wc_buf_init(&name, world->timeout_failure, sizeof(world->timeout_failure) - 1);
    wc_failure_name(&name, page->receipt.status, page->outcome, NULL);
    world->timeout_failure[name.full ? 0 : name.len] = '\0';
    world->timeouts_failed++;
}

static void book(wc_world *world, const wc_receipt_page *page)
{
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_reader reader = wc_reader_of(page->events);
    world->gas += page->receipt.gas_used;
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        wc_ledger_posting posting;
        if (wc_event_read(&reader, &event) != WC_OK) return;
        if (!wc_hash_equal(&event.emitter, &ledger)) continue;
        if (event.type == WC_EVENT_TIMEOUT_FAILED) book_failed_timeout(world, page, event.data);
        if (event.type == WC_EVENT_REDEEMED) book_redemption(world, event.data);
        if (event.type != WC_EVENT_POSTING) continue;
        if (wc_posting_decode(&posting, event.data) == WC_OK) book_posting(world, &posting);
    }
}

/* ---- transactions and time ---------------------------------------------------------------------
 */

uint16_t wc_world_party(const wc_world *world, const wc_party *party)
{
    for (uint16_t i = 0; i < world->party_count; i++) {
        if (memcmp(world->addresses[i].bytes, party->bytes, sizeof(party->bytes)) == 0) return i;
    }
    return WC_NONE;
}

/* The principal goes first: it is the sender. */
static wc_status add_signers(wc_tx_draft *draft, wc_world *world, const wc_world_call *call,
                             uint16_t *mask)
{
    uint8_t index;
    *mask = 0;
    for (uint8_t i = call->signer_count; i > 0; i--) {
        uint16_t party = call->signers[i - 1];
        WC_TRY(wc_tx_draft_signer(draft, &index, &world->addresses[party], 0));
        *mask = (uint16_t)(*mask | 1u << index);
    }
    return WC_OK;
}

static wc_status add_ceilings(wc_tx_draft *draft, wc_world *world)
{
    currencies money = currencies_of(world);
    for (uint8_t i = 0; i < draft->tx.auth_count; i++) {
        for (uint32_t c = 0; c < money.count; c++) {
            WC_TRY(wc_tx_draft_debit(draft, 0, i, FIRST_CURRENCY + c, INT64_MAX));
        }
    }
    return WC_OK;
}

static wc_status sign(wc_tx_draft *draft, wc_world *world)
{
    for (uint8_t i = 0; i < draft->tx.auth_count; i++) {
        uint16_t party = 0;
        while (!wc_hash_equal(&world->addresses[party], &draft->tx.auth[i].address)) party++;
        WC_TRY(wc_tx_draft_sign(draft, i, 0, &world->keys[party]));
    }
    return WC_OK;
}

static wc_status build(wc_world *world, const wc_world_call *call, wc_buf *raw)
{
    wc_tx_draft draft;
    wc_tx_fault fault;
    wc_hash genesis = wc_chain_genesis_hash(world->chain);
    uint16_t mask, sender = call->signers[call->signer_count - 1];
    uint8_t index;
    WC_TRY(wc_tx_draft_begin(&draft, world->arena, chain_id(), &genesis));
    WC_TRY(add_signers(&draft, world, call, &mask));
    WC_TRY(wc_tx_draft_call(&draft, &index, call->kind, &call->target, call->method, mask));
    WC_TRY(wc_tx_draft_args(&draft, index, call->args));
    if (call->has_ceilings) WC_TRY(add_ceilings(&draft, world));
    draft.tx.nonce = world->nonces[sender];
    draft.tx.expiry_time_s = world->now_s + EXPIRY_S;
    draft.tx.gas_limit = GAS_LIMIT;
    WC_TRY(wc_tx_draft_close(&draft, &fault));
    WC_TRY(sign(&draft, world));
    WC_TRY(wc_tx_draft_encode(&draft, raw, &fault));
    world->nonces[sender]++;
    return WC_OK;
}

static void tell_timeout(wc_world *world, const wc_receipt_page *page)
{
    const wc_runner_observer *observer = world->job->observer;
    if (observer == NULL) return;
    observer->step(
        observer->self, world,
        &(wc_runner_step){
            .kind = WC_STEP_TIMEOUT, .contract = WC_NONE, .entry = WC_NONE, .page = page});
}

static wc_status seal(wc_world *world, const wc_slice *txs, size_t count, const wc_sealed **sealed)
{
    WC_TRY(wc_chain_seal(world->chain, world->now_s, txs, count, sealed));
    const wc_applied *applied = &(*sealed)->applied;
    for (uint32_t i = 0; applied->is_recorded && i < applied->receipt_count; i++) {
        book(world, &applied->receipts[i]);
        if (i < applied->timer_count) tell_timeout(world, &applied->receipts[i]);
        if (world->trace != NULL) wc_trace_receipt(world->trace, &applied->receipts[i]);
    }
    return WC_OK;
}

wc_status wc_world_send(wc_world *world, const wc_world_call *call, wc_receipt_page *page)
{
    size_t mark = wc_arena_mark(world->arena);
    wc_buf raw;
    void *memory = wc_arena_alloc(world->arena, RAW_MAX, 1);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&raw, memory, RAW_MAX);
    WC_TRY(build(world, call, &raw));
    wc_slice bytes = wc_buf_slice(&raw);
    const wc_sealed *sealed;
    WC_TRY(seal(world, &bytes, 1, &sealed));
    const wc_applied *applied = &sealed->applied;
    wc_assert(applied->is_recorded && applied->tx_count == 1);
    *page = applied->receipts[applied->timer_count];
    world->calls++;
    wc_arena_rewind(world->arena, mark);
    return WC_OK;
}

wc_status wc_world_advance(wc_world *world, int64_t time_s)
{
    const wc_sealed *sealed;
    int64_t due_s;
    while (wc_chain_next_due(world->chain, &due_s) && due_s <= time_s) {
        if (due_s > world->now_s) world->now_s = due_s;
        WC_TRY(seal(world, NULL, 0, &sealed));
    }
    world->now_s = time_s;
    return seal(world, NULL, 0, &sealed);
}

wc_status wc_world_grant(wc_world *world, uint16_t party, wc_str role)
{
    wc_role number = wc_role_find(role);
    if (number == WC_ROLE_NONE || (world->roles[party] >> (unsigned)number & 1) != 0) return WC_OK;
    uint8_t memory[64];
    wc_buf args;
    wc_buf_init(&args, memory, sizeof(memory));
    wc_buf_put(&args, world->addresses[party].bytes, sizeof(world->addresses[party].bytes));
    wc_buf_put_u16(&args, (uint16_t)number);
    wc_buf_put_u64(&args, wc_chain_head(world->chain)->height + 2);
    wc_buf_put_u64(&args, WC_HEIGHT_NONE);
    uint16_t admin = admin_of(world);
    wc_world_call call = {.kind = WC_CALL_NATIVE,
                          .target = wc_native_target(),
                          .method = WC_NATIVE_role_grant,
                          .args = wc_buf_slice(&args),
                          .signers = &admin,
                          .signer_count = 1};
    wc_receipt_page page;
    WC_TRY(wc_world_send(world, &call, &page));
    wc_assert(page.receipt.status == WC_RECEIPT_OK);
    world->roles[party] |= UINT64_C(1) << (unsigned)number;
    return WC_OK;
}
