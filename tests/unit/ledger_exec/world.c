/* Keys, genesis, letters and blocks of the test world. */
#include "tests/unit/ledger_exec/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/faults.h"

#define ARENA_BYTES   ((size_t)512u << 20)
#define GENESIS_BYTES ((size_t)1u << 20)
#define EXTRA_BYTES   192u /* genesis bytes of a plain account and its balance */

typedef struct actor_row {
    uint16_t role;
    uint8_t key_count, needed;
} actor_row;

static const actor_row actors[ACTOR_COUNT] = {
    [ADMIN_1] = {WC_ROLE_ADMIN, 1, 1},     [ADMIN_2] = {WC_ROLE_ADMIN, 1, 1},
    [ADMIN_3] = {WC_ROLE_ADMIN, 1, 1},     [BANK] = {WC_ROLE_BANK, 2, 2},
    [BANK_2] = {WC_ROLE_BANK, 1, 1},       [GRID] = {WC_ROLE_GRID_OPERATOR, 1, 1},
    [RETAILER] = {WC_ROLE_RETAILER, 1, 1}, [ALICE] = {WC_ROLE_CONSUMER, 1, 1},
    [BOB] = {WC_ROLE_CONSUMER, 1, 1},      [CAROL] = {WC_ROLE_GENERATOR, 1, 1},
    [METER] = {WC_ROLE_METER, 1, 1},       [FROZEN] = {WC_ROLE_CONSUMER, 1, 1},
    [CAPPED] = {WC_ROLE_CONSUMER, 1, 1},   [NARROW] = {WC_ROLE_CONSUMER, 1, 1},
    [SPARE] = {WC_ROLE_CONSUMER, 3, 1},    [PAYER] = {WC_ROLE_CONSUMER, 1, 1},
};

void world_keypair(wc_keypair *pair, uint32_t number)
{
    uint8_t bytes[4];
    wc_store_u32(bytes, number);
    wc_hash seed = wc_sha256_one(wc_slice_of(bytes, sizeof bytes));
    wc_seed secret;
    memcpy(secret.bytes, seed.bytes, sizeof secret.bytes);
    wc_keypair_of_seed(pair, &secret);
}

static wc_account_key key_of(const wc_keypair *pair, uint16_t key_id)
{
    wc_account_key key = {.key_id = key_id,
                          .scheme = WC_SCHEME_ED25519,
                          .weight = 1,
                          .scope = WC_SCOPE_ALL,
                          .to_h = WC_HEIGHT_NONE,
                          .revoked_h = WC_HEIGHT_NONE};
    memcpy(key.pub, pair->public_key.bytes, sizeof key.pub);
    return key;
}

static wc_account account_of(const world *w, world_actor actor)
{
    const world_person *person = &w->people[actor];
    wc_account account = {.kind = WC_ACCOUNT_PARTY,
                          .status = actor == FROZEN ? WC_ACCOUNT_FROZEN : WC_ACCOUNT_ACTIVE,
                          .threshold = person->needed,
                          .key_count = person->key_count,
                          .role_count = 1};
    for (uint8_t i = 0; i < person->key_count; i++) account.keys[i] = key_of(&person->keys[i], i);
    account.roles[0] = (wc_account_role){.role = actors[actor].role, .to_h = WC_HEIGHT_NONE};
    if (actor == CAPPED) {
        account.keys[0].cap_asset = WORLD_CNY;
        account.keys[0].cap = 100;
    }
    if (actor == NARROW) account.keys[0].scope = WC_SCOPE_OF(WC_CALL_ACTION);
    if (actor == SPARE) account.keys[2].revoked_h = 1;
    if (actor == METER) {
        account.kind = WC_ACCOUNT_DEVICE;
        account.owner = w->people[GRID].address;
    }
    return account;
}

static void make_people(world *w)
{
    wc_slice chain = wc_slice_of(WORLD_CHAIN, sizeof WORLD_CHAIN - 1);
    for (uint32_t i = 0; i < ACTOR_COUNT; i++) {
        world_person *person = &w->people[i];
        person->key_count = actors[i].key_count;
        person->needed = actors[i].needed;
        for (uint32_t k = 0; k < WORLD_KEYS; k++) world_keypair(&person->keys[k], 100 * i + k);
        person->address = wc_address_genesis(chain, i, person->keys[0].public_key.bytes);
    }
    world_keypair(&w->sequencer, 1000000);
}

wc_address world_extra_address(const world *w, uint32_t i)
{
    (void)w;
    wc_keypair pair;
    world_keypair(&pair, 2000000 + i);
    wc_slice chain = wc_slice_of(WORLD_CHAIN, sizeof WORLD_CHAIN - 1);
    return wc_address_genesis(chain, ACTOR_COUNT + i, pair.public_key.bytes);
}

/* ---- genesis --------------------------------------------------------------------------------- */

static uint64_t or_else(uint64_t value, uint64_t otherwise)
{
    return value != 0 ? value : otherwise;
}

static wc_params params_of(const world_options *options)
{
    return (wc_params){
        .protocol = WC_PROTOCOL,
        .schedule_hash = wc_schedule_hash(wc_sha256),
        .gas_price = options->gas_price,
        .block_gas_max = or_else(options->block_gas_max, WC_BLOCK_GAS_MAX),
        .action_gas_max = or_else(options->action_gas_max, WC_ACTION_GAS_MAX),
        .timer_gas_max = or_else(options->timer_gas_max, WC_TIMER_GAS_MAX),
        .block_tx_bytes_max = (uint32_t)or_else(options->block_tx_bytes_max, WC_BLOCK_TX_BYTES_MAX),
        .block_txs_max = (uint32_t)or_else(options->block_txs_max, WC_BLOCK_TXS_MAX),
        .block_write_bytes_max =
            (uint32_t)or_else(options->block_write_bytes_max, WC_BLOCK_WRITE_BYTES_MAX),
        .tx_ttl_s_max = WC_TX_TTL_S_MAX,
        .offer_ttl_s_max = 7 * 86400,
        .epoch_s = 86400,
        .governance_delay_s = options->governance_delay_s,
        .reading_quota_gas = options->reading_quota_gas,
    };
}

static wc_slice since(const wc_buf *buf, size_t start)
{
    return wc_slice_of(buf->data + start, buf->len - start);
}

static int by_address(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(wc_address));
}

static wc_genesis_asset asset_row(uint32_t number, const char *code, const wc_address *issuer)
{
    return (wc_genesis_asset){
        .asset = number,
        .entry = {.kind = number == WORLD_UNITS ? WC_ASSET_UNITS : WC_ASSET_CURRENCY,
                  .scale = number == WORLD_UNITS ? WC_ASSET_NETWORK_SCALE : 2,
                  .code = wc_slice_of(code, strlen(code)),
                  .issuer = *issuer}};
}

static void put_accounts(world *w, const world_options *options, wc_buf *parts, wc_genesis *genesis)
{
    size_t start = parts->len;
    for (uint32_t i = 0; i < ACTOR_COUNT; i++) {
        wc_account account = account_of(w, (world_actor)i);
        wc_genesis_put_account(parts, &account);
    }
    for (uint32_t i = 0; i < options->extra_accounts; i++) {
        wc_keypair pair;
        world_keypair(&pair, 2000000 + i);
        wc_account account = {.kind = WC_ACCOUNT_PARTY,
                              .status = WC_ACCOUNT_ACTIVE,
                              .threshold = 1,
                              .key_count = 1,
                              .keys = {key_of(&pair, 0)}};
        wc_genesis_put_account(parts, &account);
    }
    genesis->account_count = ACTOR_COUNT + options->extra_accounts;
    genesis->accounts = since(parts, start);
}

/* Network units for everybody, when there is a price to pay. */
static void put_balances(world *w, const world_options *options, wc_buf *parts, wc_genesis *genesis)
{
    size_t start = parts->len;
    wc_address owners[ACTOR_COUNT];
    for (uint32_t i = 0; i < ACTOR_COUNT; i++) owners[i] = w->people[i].address;
    qsort(owners, ACTOR_COUNT, sizeof owners[0], by_address);
    for (uint32_t i = 0; i < ACTOR_COUNT && options->gas_price > 0; i++) {
        wc_genesis_balance units = {owners[i], WORLD_UNITS, WORLD_RICH};
        wc_genesis_put_balance(parts, &units);
        genesis->balance_count++;
    }
    genesis->balances = since(parts, start);
}

static void put_rest(world *w, wc_buf *parts, wc_genesis *genesis)
{
    size_t start = parts->len;
    wc_validators *validators = calloc(1, sizeof *validators);
    assert_non_null(validators);
    validators->count = 1;
    memcpy(validators->list[0].pub, w->sequencer.public_key.bytes, 32);
    validators->list[0].power = 1;
    validators->list[0].operator_account = w->people[GRID].address;
    wc_validators_put(parts, validators);
    free(validators);
    genesis->validators = since(parts, start);

    start = parts->len;
    wc_admin_rule rule = {.threshold = 2, .count = 3};
    for (uint32_t i = 0; i < 3; i++) rule.members[i] = w->people[ADMIN_1 + i].address;
    qsort(rule.members, 3, sizeof rule.members[0], by_address);
    wc_admin_rule_put(parts, &rule);
    genesis->admin = since(parts, start);
}

static void make_genesis(world *w, const world_options *options)
{
    size_t size = GENESIS_BYTES + EXTRA_BYTES * (size_t)options->extra_accounts;
    wc_genesis *genesis = calloc(1, sizeof *genesis);
    uint8_t *memory = malloc(size);
    w->genesis_memory = malloc(size);
    assert_true(genesis != NULL && memory != NULL && w->genesis_memory != NULL);
    wc_buf parts;
    wc_buf_init(&parts, memory, size);
    genesis->chain_id = wc_slice_of(WORLD_CHAIN, sizeof WORLD_CHAIN - 1);
    genesis->time_s = WORLD_START;
    genesis->clock = options->clock != 0 ? options->clock : WC_CLOCK_SCRIPTED;
    genesis->hash_suite = WC_SUITE_SHA256;
    genesis->initial_height = 1;
    wc_params params = params_of(options);
    wc_params_put(&parts, &params);
    genesis->params = wc_buf_slice(&parts);
    genesis->asset_count = 3;
    genesis->assets[0] = asset_row(WORLD_UNITS, "UNIT", &w->people[ADMIN_1].address);
    genesis->assets[1] = asset_row(WORLD_CNY, "CNY", &w->people[BANK].address);
    genesis->assets[2] = asset_row(WORLD_EUR, "EUR", &w->people[BANK_2].address);
    put_accounts(w, options, &parts, genesis);
    put_balances(w, options, &parts, genesis);
    put_rest(w, &parts, genesis);
    assert_status(wc_buf_status(&parts), WC_OK);
    wc_buf out;
    wc_buf_init(&out, w->genesis_memory, size);
    wc_genesis_put(&out, genesis);
    assert_status(wc_buf_status(&out), WC_OK);
    w->genesis = wc_buf_slice(&out);
    free(memory);
    free(genesis);
}

void world_prepare(world *w, const world_options *options)
{
    static const world_options defaults = {0};
    assert_status(wc_crypto_start(), WC_OK);
    memset(w, 0, sizeof *w);
    w->now = WORLD_START + 3600;
    w->memory = malloc(ARENA_BYTES);
    assert_non_null(w->memory);
    wc_arena_init(&w->arena, w->memory, ARENA_BYTES);
    make_people(w);
    make_genesis(w, options != NULL ? options : &defaults);
}

void world_open(world *w, const world_options *options)
{
    world_prepare(w, options);
    wc_chain_options chain = {.genesis = w->genesis, .threads = 1, .sequencer = &w->sequencer};
    if (options != NULL) {
        chain.folder = options->folder;
        chain.create = options->folder != NULL;
        if (options->threads != 0) chain.threads = options->threads;
    }
    wc_status status = wc_chain_open(&w->chain, &w->report, &chain);
    if (status != WC_OK) fail_msg("open: %s", w->report.store.problem.text);
}

void world_close(world *w)
{
    world_leave_bundle(w);
    wc_chain_close(w->chain);
    free(w->memory);
    free(w->genesis_memory);
    memset(w, 0, sizeof *w);
}

/* ---- arguments ------------------------------------------------------------------------------- */

/* Made in a fixed place first: how long it will be is known only afterwards. */
static uint8_t scratch[640u * 1024u];

static wc_slice keep(world *w, const wc_buf *buf)
{
    assert_status(wc_buf_status(buf), WC_OK);
    uint8_t *kept = wc_arena_alloc(&w->arena, buf->len, 1);
    assert_non_null(kept);
    if (buf->len > 0) memcpy(kept, buf->data, buf->len);
    return wc_slice_of(kept, buf->len);
}

wc_slice world_abi(world *w, const char *pattern, ...)
{
    wc_buf buf;
    va_list args;
    va_start(args, pattern);
    wc_buf_init(&buf, scratch, sizeof scratch);
    for (const char *at = pattern; *at != '\0'; at++) {
        const char *text;
        switch (*at) {
        case 'b': wc_buf_put_u8(&buf, (uint8_t)va_arg(args, int)); break;
        case 'h': wc_buf_put_u16(&buf, (uint16_t)va_arg(args, int)); break;
        case 'w': wc_buf_put_u32(&buf, va_arg(args, uint32_t)); break;
        case 'q': wc_buf_put_i64(&buf, va_arg(args, int64_t)); break;
        case 'p': wc_buf_put(&buf, va_arg(args, const wc_hash *)->bytes, 32); break;
        case 't':
            text = va_arg(args, const char *);
            wc_buf_put_str32(&buf, wc_slice_of(text, strlen(text)));
            break;
        case 's':
            text = va_arg(args, const char *);
            wc_buf_put_str8(&buf, wc_slice_of(text, strlen(text)));
            break;
        case 'x': wc_buf_put_slice(&buf, va_arg(args, wc_slice)); break;
        case 'y': wc_buf_put_str32(&buf, va_arg(args, wc_slice)); break;
        default: fail_msg("pattern %c", *at);
        }
    }
    va_end(args);
    return keep(w, &buf);
}

/* ---- letters --------------------------------------------------------------------------------- */

uint8_t letter_signer(letter *l, world_actor actor)
{
    uint8_t index;
    assert_status(wc_tx_draft_signer(&l->draft, &index, &l->w->people[actor].address, 0), WC_OK);
    if (index == l->signer_count) l->signers[l->signer_count++] = actor;
    l->mask |= (uint16_t)(1u << index);
    return index;
}

letter world_letter(world *w, world_actor sender)
{
    letter l = {.w = w};
    wc_hash genesis_hash =
        w->chain != NULL ? wc_chain_genesis_hash(w->chain) : wc_genesis_hash(w->genesis);
    wc_slice chain = wc_slice_of(WORLD_CHAIN, sizeof WORLD_CHAIN - 1);
    assert_status(wc_tx_draft_begin(&l.draft, &w->arena, chain, &genesis_hash), WC_OK);
    l.draft.tx.expiry_time_s = w->now + 86400;
    l.draft.tx.gas_limit = 100000000;
    if (w->chain != NULL && l.draft.tx.gas_limit > wc_chain_params(w->chain)->block_gas_max) {
        l.draft.tx.gas_limit = wc_chain_params(w->chain)->block_gas_max;
    }
    l.draft.tx.max_fee = (uint64_t)WORLD_RICH;
    l.draft.tx.nonce = w->people[sender].next_nonce++;
    (void)letter_signer(&l, sender);
    return l;
}

uint8_t letter_call(letter *l, wc_call_kind kind, const wc_hash *target, uint16_t method,
                    wc_slice args)
{
    uint8_t index;
    static const wc_hash zero;
    const wc_hash *to = target != NULL ? target : &zero;
    assert_status(wc_tx_draft_call(&l->draft, &index, kind, to, method, l->mask), WC_OK);
    assert_status(wc_tx_draft_args(&l->draft, index, args), WC_OK);
    return index;
}

uint8_t letter_native(letter *l, wc_native_method method, wc_slice args)
{
    wc_address target = wc_native_target();
    return letter_call(l, WC_CALL_NATIVE, &target, (uint16_t)method, args);
}

uint8_t letter_reading(letter *l, const wc_hash *target, uint16_t method, wc_slice args)
{
    uint8_t index;
    uint8_t counter[8];
    wc_store_u64(counter, ++l->w->salt);
    wc_hash *salt = WC_ARENA_NEW(&l->w->arena, wc_hash); /* the draft borrows it */
    assert_non_null(salt);
    *salt = wc_sha256_one(wc_slice_of(counter, sizeof counter));
    assert_status(wc_tx_draft_call(&l->draft, &index, WC_CALL_READINGS, target, method, l->mask),
                  WC_OK);
    assert_status(wc_tx_draft_detached(&l->draft, index, salt->bytes, args), WC_OK);
    return index;
}

void letter_ceiling(letter *l, uint8_t call, world_actor actor, uint32_t asset, int64_t max)
{
    uint8_t auth = letter_signer(l, actor);
    assert_status(wc_tx_draft_debit(&l->draft, call, auth, asset, max), WC_OK);
}

static wc_slice encode(letter *l)
{
    wc_tx_fault fault = {0};
    wc_buf buf;
    wc_buf_init(&buf, scratch, sizeof scratch);
    if (wc_tx_draft_encode(&l->draft, &buf, &fault) != WC_OK) {
        fail_msg("encode: %s at %zu", wc_tx_rule_name(fault.rule), fault.offset);
    }
    return keep(l->w, &buf);
}

wc_slice letter_raw(letter *l)
{
    wc_tx_fault fault = {0};
    if (wc_tx_draft_close(&l->draft, &fault) != WC_OK) {
        fail_msg("close: %s at %zu", wc_tx_rule_name(fault.rule), fault.offset);
    }
    for (uint8_t i = 0; i < l->signer_count; i++) {
        const world_person *person = &l->w->people[l->signers[i]];
        for (uint8_t k = 0; k < person->needed; k++) {
            uint8_t id = (uint8_t)(person->first_key + k);
            assert_status(wc_tx_draft_sign(&l->draft, i, id, &person->keys[id]), WC_OK);
        }
    }
    return encode(l);
}

wc_hash letter_id(const letter *l)
{
    return l->draft.tx_id;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void read_nonces(world *w)
{
    for (uint32_t i = 0; i < ACTOR_COUNT; i++) {
        wc_state_key key = wc_key_nonce(&w->people[i].address, 0);
        wc_slice value;
        wc_nonce nonce = {0};
        if (wc_chain_get(w->chain, &key, &value) == WC_OK) {
            assert_status(wc_nonce_decode(&nonce, 0, value), WC_OK);
        }
        w->people[i].next_nonce = nonce.base;
    }
}

const wc_sealed *world_seal(world *w, const wc_slice *raws, size_t count)
{
    faults *fails = faults_try(w, raws, count);
    assert_status(wc_chain_seal(w->chain, w->now, raws, count, &w->sealed), WC_OK);
    faults_end(fails, w->sealed);
    read_nonces(w);
    return w->sealed;
}

const wc_receipt_page *world_send(world *w, letter *l)
{
    faults_cut(w, l);
    wc_slice raw = letter_raw(l);
    const wc_sealed *sealed = world_seal(w, &raw, 1);
    assert_int_equal(sealed->applied.receipt_count, sealed->applied.timer_count + 1);
    return &sealed->applied.receipts[sealed->applied.timer_count];
}

const wc_sealed *world_wait(world *w, int64_t seconds)
{
    w->now += seconds;
    return world_seal(w, NULL, 0);
}

const char *world_status_name(uint16_t status)
{
    static char text[64];
    const wc_refusal_entry *refusal = wc_refusal_find(status);
    if (status == WC_RECEIPT_OK) return "OK";
    if (status == WC_RECEIPT_ERROR) return "ERROR";
    if (status == WC_RECEIPT_TRAP) return "TRAP";
    if (refusal == NULL) return "?";
    (void)snprintf(text, sizeof text, "%.*s", WC_STR_ARG(refusal->name));
    return text;
}

const char *world_failure(world *w, const wc_receipt_page *page)
{
    static char text[128];
    const wc_module *module = NULL;
    wc_error_outcome error;
    if (page->receipt.status == WC_RECEIPT_ERROR &&
        wc_outcome_error(&error, page->outcome) == WC_OK) {
        assert_status(wc_chain_module(w->chain, &error.code, &module), WC_OK);
    }
    wc_buf buf;
    wc_buf_init(&buf, text, sizeof text - 1);
    wc_failure_name(&buf, page->receipt.status, page->outcome, module);
    text[buf.len] = '\0';
    return text;
}

wc_hash world_result(const wc_receipt_page *page, uint8_t index)
{
    wc_reader reader = wc_reader_of(page->outcome);
    wc_slice result = {NULL, 0};
    assert_int_equal(page->receipt.status, WC_RECEIPT_OK);
    for (uint8_t i = 0; i <= index; i++) {
        assert_status(wc_read_str32(&reader, 1024, &result), WC_OK);
    }
    assert_int_equal(result.len, 32);
    wc_hash hash;
    memcpy(hash.bytes, result.data, sizeof hash.bytes);
    return hash;
}

size_t world_events(const wc_receipt_page *page, uint16_t type, wc_slice *first)
{
    wc_reader reader = wc_reader_of(page->events);
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    size_t count = 0;
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        assert_status(wc_event_read(&reader, &event), WC_OK);
        if (event.type != type || !wc_hash_equal(&event.emitter, &ledger)) continue;
        if (count++ == 0 && first != NULL) *first = event.data;
    }
    assert_status(wc_read_end(&reader), WC_OK);
    return count;
}

int64_t world_free(world *w, world_actor actor, uint32_t asset)
{
    return wc_chain_free(w->chain, &w->people[actor].address, asset);
}

void world_deposit(world *w, world_actor actor, int64_t amount)
{
    char entry[32];
    (void)snprintf(entry, sizeof entry, "entry-%llu", (unsigned long long)++w->salt);
    letter l = world_letter(w, BANK);
    (void)letter_native(&l, WC_NATIVE_deposit,
                        world_abi(w, "wpqssw", WORLD_CNY, &w->people[actor].address, amount,
                                  "statement", entry, UINT32_C(20454)));
    assert_done(world_send(w, &l));
}

wc_hash world_deploy(world *w, wc_slice module)
{
    letter l = world_letter(w, ADMIN_1);
    (void)letter_signer(&l, ADMIN_2);
    (void)letter_call(&l, WC_CALL_DEPLOY, NULL, 0, module);
    const wc_receipt_page *page = world_send(w, &l);
    assert_done(page);
    return world_result(page, 0);
}

wc_address world_instance(world *w, const wc_hash *code, size_t signer_count,
                          const world_actor *signers, wc_slice args)
{
    letter l = world_letter(w, signers[0]);
    for (size_t i = 1; i < signer_count; i++) (void)letter_signer(&l, signers[i]);
    (void)letter_call(&l, WC_CALL_INSTANTIATE, code, 0, args);
    const wc_receipt_page *page = world_send(w, &l);
    if (page->receipt.status != WC_RECEIPT_OK) fail_msg("instance: %s", world_failure(w, page));
    return world_result(page, 0);
}
