/* The template, and its copies. */
#include "node/cli/bench_people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "node/cli/compile.h"
#include "node/ledger/meter.h"
#include "node/ledger/natives.h"
#include "node/ledger/read.h"
#include "node/snapshot/fold.h"

#define DAY_S   INT64_C(86400)
#define START_S INT64_C(1661990400) /* 2022-09-01 */
#define BALANCE 100000              /* of an account, in the smallest unit */
#define CNY     2u
#define METER   WC_ACTOR_METER_GENERATOR

static wc_exit fail(const wc_bench_people *p, const char *what)
{
    return wc_cli_fail(p->cli, WC_EXIT_FAILS, "%s", what);
}

int64_t wc_bench_cpu_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- the template ---------------------------------------------------------------------------- */

static wc_exit compile(wc_bench_people *p)
{
    wc_arena *scratch = wc_cli_arena(WC_COMPILE_ARENA);
    wc_compilation *compilation = NULL;
    if (scratch == NULL) return wc_cli_fail(p->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_shelf_init(&p->shelf);
    const wc_code *code = &p->shelf.codes[WC_CONTRACT_PPA];
    wc_exit answer = wc_cli_compile_embedded(p->cli, wc_str_of(code->path), scratch, &compilation);
    if (answer != WC_EXIT_DONE) return answer;
    for (uint16_t i = 0; !compilation->has_failed && i < compilation->contract_count; i++) {
        if (!wc_str_equal(compilation->contracts[i].name, wc_str_of(code->name))) continue;
        wc_slice module = compilation->contracts[i].module;
        uint8_t *copy = wc_arena_alloc(p->arena, module.len, 1);
        if (copy == NULL) break;
        memcpy(copy, module.data, module.len);
        if (wc_shelf_put(&p->shelf, WC_CONTRACT_PPA, wc_slice_of(copy, module.len), p->arena) ==
            WC_OK) {
            return WC_EXIT_DONE;
        }
    }
    return wc_cli_fail(p->cli, WC_EXIT_BUG, "%s does not compile", code->path);
}

static void create_meter(wc_bench_people *p)
{
    wc_actor *actor = &p->cast.actors[METER];
    wc_account account = {.kind = WC_ACCOUNT_DEVICE,
                          .status = WC_ACCOUNT_ACTIVE,
                          .threshold = 1,
                          .key_count = 1,
                          .role_count = 1,
                          .owner = p->cast.actors[WC_ACTOR_GRID].address};
    account.keys[0] = (wc_account_key){.scheme = 1,
                                       .weight = 1,
                                       .scope = WC_SCOPE_OF(WC_CALL_READINGS),
                                       .to_h = WC_HEIGHT_NONE,
                                       .revoked_h = WC_HEIGHT_NONE};
    memcpy(account.keys[0].pub, actor->keys[0].public_key.bytes, sizeof account.keys[0].pub);
    account.roles[0] = (wc_account_role){.role = WC_ROLE_METER, .to_h = WC_HEIGHT_NONE};
    wc_buf args = wc_client_buf(&p->client, WC_ACCOUNT_SIZE_MAX);
    wc_account_put(&args, &account);
    wc_hash target = wc_native_target();
    wc_letter letter;
    wc_letter_open(&letter, &p->client, WC_ACTOR_ADMIN_1, "meter");
    wc_letter_signer(&letter, WC_ACTOR_ADMIN_2);
    wc_letter_call(&letter, WC_CALL_NATIVE, &target, WC_NATIVE_account_create, wc_buf_slice(&args));
    (void)wc_letter_send(&letter, actor->address.bytes, sizeof actor->address.bytes);
}

static void register_meter(wc_bench_people *p)
{
    const wc_actor *actor = &p->cast.actors[METER];
    wc_slice serial = wc_slice_of(actor->serial, strlen(actor->serial));
    wc_meter row = {.status = WC_METER_ACTIVE,
                    .operator_account = p->cast.actors[WC_ACTOR_GRID].address,
                    .customer = p->cast.actors[actor->owner].address,
                    .serial = serial,
                    .point = wc_slice_of(actor->point, strlen(actor->point)),
                    .channels = 1u << WC_CHANNEL_IMPORT | 1u << WC_CHANNEL_EXPORT |
                                1u << WC_CHANNEL_LOAD | 1u << WC_CHANNEL_PV,
                    .accuracy_class = 10,
                    .step_s = 900,
                    .certificate = wc_hash_domain("demo-certificate/1", &serial, 1),
                    .valid_from_s = START_S - 366 * DAY_S,
                    .valid_to_s = START_S + 366 * DAY_S};
    wc_buf args = wc_client_buf(&p->client, 32 + WC_METER_SIZE_MAX);
    wc_buf_put_hash(&args, &actor->address);
    wc_meter_put(&args, &row);
    wc_hash target = wc_native_target();
    wc_letter letter;
    wc_letter_open(&letter, &p->client, WC_ACTOR_GRID, "registration");
    wc_letter_call(&letter, WC_CALL_NATIVE, &target, WC_NATIVE_meter_register, wc_buf_slice(&args));
    (void)wc_letter_send(&letter, NULL, 0);
}

static void deploy(wc_bench_people *p)
{
    wc_hash zero = {{0}};
    wc_letter letter;
    wc_letter_open(&letter, &p->client, WC_ACTOR_ADMIN_1, "deploy");
    wc_letter_signer(&letter, WC_ACTOR_ADMIN_2);
    wc_letter_gas(&letter, 200000000);
    wc_letter_call(&letter, WC_CALL_DEPLOY, &zero, 0, p->shelf.codes[WC_CONTRACT_PPA].bytes);
    (void)wc_letter_send(&letter, NULL, 0);
}

static void agree(wc_bench_people *p)
{
    const wc_code *code = &p->shelf.codes[WC_CONTRACT_PPA];
    static const wc_actor_id parties[] = {WC_ACTOR_RETAILER, WC_ACTOR_GENERATOR, METER};
    wc_pen terms;
    wc_pen_open(&terms, &p->client, code, code->module->terms_type, 1024, "terms");
    wc_pen_interval(&terms, p->day_s, p->day_s + DAY_S);
    wc_pen_number(&terms, WC_RATE_PPA);
    wc_pen_variant(&terms, "AsProduced");
    wc_pen_variant(&terms, "Daily");
    wc_pen_number(&terms, 900000);
    wc_pen_list(&terms, 1);
    wc_pen_interval(&terms, p->day_s, p->day_s + DAY_S);
    wc_pen_number(&terms, false);
    wc_pen_list(&terms, 0);
    wc_slice encoded = wc_pen_close(&terms);
    wc_buf args = wc_client_buf(&p->client, 96 + encoded.len);
    for (size_t i = 0; i < WC_ARRAY_LEN(parties); i++) {
        wc_buf_put_hash(&args, &p->cast.actors[parties[i]].address);
    }
    wc_buf_put_slice(&args, encoded);
    wc_letter letter;
    wc_letter_open(&letter, &p->client, WC_ACTOR_RETAILER, "agreement");
    wc_letter_signer(&letter, WC_ACTOR_GENERATOR);
    wc_letter_gas(&letter, code->create_gas);
    wc_letter_call(&letter, WC_CALL_INSTANTIATE, &code->id, 0, wc_buf_slice(&args));
    (void)wc_letter_send(&letter, p->contract.bytes, sizeof p->contract.bytes);
}

static bool holds(wc_slice bytes, const uint8_t *what)
{
    for (size_t at = 0; at + WC_HASH_SIZE <= bytes.len; at++) {
        if (memcmp(bytes.data + at, what, WC_HASH_SIZE) == 0) return true;
    }
    return false;
}

static bool is_of_sender(const wc_bench_people *p, wc_slice key, wc_slice value)
{
    return holds(key, p->meter.bytes) || holds(key, p->contract.bytes) ||
           (key.data[0] != WC_SPACE_PARAMS && holds(value, p->meter.bytes));
}

static wc_exit keep_state(wc_bench_people *p, wc_chain *chain)
{
    wc_slice all = {NULL, 0}, key = {NULL, 0}, value;
    while (wc_chain_next(chain, all, key, &key, &value) == WC_OK) {
        uint8_t *copy = wc_arena_alloc(p->arena, key.len + value.len + 1, 1);
        if (copy == NULL || p->entry_count == WC_ARRAY_LEN(p->entries)) {
            return fail(p, "the template has too many entries");
        }
        memcpy(copy, key.data, key.len);
        if (value.len > 0) memcpy(copy + key.len, value.data, value.len);
        p->entries[p->entry_count++] =
            (wc_bench_entry){wc_slice_of(copy, key.len), wc_slice_of(copy + key.len, value.len),
                             is_of_sender(p, key, value)};
    }
    wc_chain_record record;
    if (wc_chain_read_record(chain, wc_chain_head(chain)->seq, &record) != WC_OK) {
        return fail(p, "the template has no record");
    }
    p->record = record.record;
    wc_slice id = record.record.chain_id;
    uint8_t *copy = wc_arena_alloc(p->arena, id.len, 1);
    if (copy == NULL) return fail(p, "out of memory");
    memcpy(copy, id.data, id.len);
    p->record.chain_id = wc_slice_of(copy, id.len);
    return WC_EXIT_DONE;
}

static wc_exit set_up(wc_bench_people *p, wc_chain *chain)
{
    wc_client_at(&p->client, START_S + 60);
    create_meter(p);
    deploy(p);
    wc_client_seal(&p->client);
    wc_client_at(&p->client, START_S + 120);
    register_meter(p);
    agree(p);
    wc_client_seal(&p->client);
    wc_client_at(&p->client, p->day_s + 60); /* the time-out that begins the day */
    wc_client_seal(&p->client);
    if (p->client.has_failed) return fail(p, p->client.problem);
    p->meter = p->cast.actors[METER].address;
    p->meter_key = p->cast.actors[METER].keys[0].public_key;
    p->genesis_hash = wc_chain_genesis_hash(chain);
    p->method = wc_code_action(&p->shelf.codes[WC_CONTRACT_PPA], "produced", &p->method_type);
    return p->method == WC_NONE ? fail(p, "no action `produced`") : keep_state(p, chain);
}

wc_exit wc_bench_people_make(wc_bench_people *p, const wc_cli *cli)
{
    size_t genesis_size = (size_t)1 << 20;
    wc_chain *chain;
    wc_chain_report report;
    memset(p, 0, sizeof *p);
    p->cli = cli;
    p->day_s = START_S + DAY_S;
    p->arena = wc_cli_arena((size_t)8 << 20);
    wc_arena *block = wc_cli_arena((size_t)16 << 20);
    uint8_t *memory = p->arena == NULL ? NULL : wc_arena_alloc(p->arena, genesis_size, 1);
    if (memory == NULL || block == NULL) return fail(p, "out of memory");
    wc_exit code = compile(p);
    if (code != WC_EXIT_DONE) return code;
    wc_buf genesis;
    wc_buf_init(&genesis, memory, genesis_size);
    wc_cast_make(&p->cast);
    wc_keypair sequencer = wc_cast_sequencer();
    wc_cast_genesis(&p->cast, &sequencer, START_S, &genesis);
    p->genesis = wc_buf_slice(&genesis);
    wc_chain_options options = {.genesis = p->genesis, .threads = 1};
    wc_status status = wc_chain_open(&chain, &report, &options);
    if (status != WC_OK) return fail(p, report.store.problem.text);
    status = wc_client_open(&p->client, &p->cast, chain, block, 1);
    code = status == WC_OK ? set_up(p, chain) : fail(p, wc_status_text(status));
    wc_client_close(&p->client);
    wc_chain_close(chain);
    return code;
}

/* ---- copies ---------------------------------------------------------------------------------- */

static wc_hash number_hash(const char *what, uint64_t number)
{
    uint8_t bytes[8];
    wc_store_u64(bytes, number);
    wc_slice parts[] = {wc_slice_of(what, strlen(what)), wc_slice_of(bytes, sizeof bytes)};
    return wc_sha256(parts, 2);
}

wc_keypair wc_bench_people_key(uint32_t sender)
{
    wc_keypair pair;
    wc_seed seed;
    wc_hash hash = number_hash("bench key", sender);
    memcpy(seed.bytes, hash.bytes, sizeof seed.bytes);
    wc_keypair_of_seed(&pair, &seed);
    return pair;
}

/* Where the entries go: by their state keys, and by the keys of the tree. */
typedef struct sink {
    wc_sorter *state, *tree;
    wc_store_problem problem;
    wc_status status;
} sink;

static void put(sink *s, wc_slice key, wc_slice value)
{
    uint8_t leaf_bytes[WC_HASH_SIZE];
    if (s->status != WC_OK) return;
    wc_hash k = wc_tree_key(key), value_hash = wc_value_hash(value);
    wc_hash leaf = wc_tree_leaf_hash(&k, &value_hash);
    memcpy(leaf_bytes, leaf.bytes, WC_HASH_SIZE);
    s->status = wc_sorter_add(s->state, &s->problem, key, value);
    if (s->status != WC_OK) return;
    s->status = wc_sorter_add(s->tree, &s->problem, wc_slice_of(k.bytes, WC_HASH_SIZE),
                              wc_slice_of(leaf_bytes, WC_HASH_SIZE));
}

static void replace(uint8_t *bytes, size_t len, const uint8_t *from, const uint8_t *to)
{
    for (size_t at = 0; at + WC_HASH_SIZE <= len; at++) {
        if (memcmp(bytes + at, from, WC_HASH_SIZE) == 0) memcpy(bytes + at, to, WC_HASH_SIZE);
    }
}

static void put_sender(const wc_bench_people *p, sink *s, uint32_t sender)
{
    static uint8_t bytes[WC_STATE_KEY_MAX + WC_STATE_VALUE_MAX];
    wc_hash meter = number_hash("bench meter", sender);
    wc_hash contract = number_hash("bench contract", sender);
    wc_keypair pair = wc_bench_people_key(sender);
    for (uint32_t i = 0; i < p->entry_count; i++) {
        const wc_bench_entry *entry = &p->entries[i];
        if (!entry->is_sender) continue;
        size_t len = entry->key.len + entry->value.len;
        memcpy(bytes, entry->key.data, len); /* the value lies behind the key */
        replace(bytes, len, p->meter.bytes, meter.bytes);
        replace(bytes, len, p->contract.bytes, contract.bytes);
        replace(bytes, len, p->meter_key.bytes, pair.public_key.bytes);
        put(s, wc_slice_of(bytes, entry->key.len),
            wc_slice_of(bytes + entry->key.len, entry->value.len));
    }
}

/* An account like a home's, under a key that nobody has, with a balance. */
static void put_filler(sink *s, const wc_bench_entry *home, const uint8_t *home_key,
                       uint64_t number)
{
    uint8_t bytes[WC_STATE_KEY_MAX + WC_ACCOUNT_SIZE_MAX], value[WC_AMOUNT_SIZE];
    wc_hash address = number_hash("bench account", number), key = number_hash("public", number);
    wc_buf buf;
    size_t len = home->key.len + home->value.len;
    wc_assert(len <= sizeof bytes);
    memcpy(bytes, home->key.data, len);
    replace(bytes, len, home_key, key.bytes);
    memcpy(bytes + 1, address.bytes, WC_HASH_SIZE);
    put(s, wc_slice_of(bytes, home->key.len), wc_slice_of(bytes + home->key.len, home->value.len));
    wc_state_key balance = wc_key_free(&address, CNY);
    wc_buf_init(&buf, value, sizeof value);
    wc_amount_put(&buf, BALANCE);
    put(s, wc_state_key_slice(&balance), wc_buf_slice(&buf));
}

static void put_asset(sink *s, const wc_bench_entry *entry, int64_t more)
{
    uint8_t bytes[WC_ASSET_SIZE_MAX];
    wc_asset asset;
    wc_buf buf;
    wc_assert(wc_asset_decode(&asset, entry->value) == WC_OK);
    asset.issued += more;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_asset_put(&buf, &asset);
    put(s, entry->key, wc_buf_slice(&buf));
}

static void put_all(const wc_bench_people *p, sink *s, uint64_t accounts)
{
    const wc_actor *home = &p->cast.actors[WC_ACTOR_HOME_1];
    wc_state_key home_key = wc_key_account(&home->address), asset = wc_key_asset(CNY);
    const wc_bench_entry *template = NULL;
    uint64_t fillers = accounts > WC_BENCH_SENDERS ? accounts - WC_BENCH_SENDERS : 0;
    for (uint32_t i = 0; i < p->entry_count; i++) {
        const wc_bench_entry *entry = &p->entries[i];
        if (wc_slice_equal(entry->key, wc_state_key_slice(&home_key))) template = entry;
        if (wc_slice_equal(entry->key, wc_state_key_slice(&asset))) {
            put_asset(s, entry, (int64_t)fillers * BALANCE);
        } else {
            put(s, entry->key, entry->value);
        }
    }
    wc_assert(template != NULL);
    for (uint32_t i = 0; i < WC_BENCH_SENDERS; i++) put_sender(p, s, i);
    for (uint64_t i = 0; i < fillers; i++) {
        put_filler(s, template, home->keys[0].public_key.bytes, i);
    }
}

static wc_status root_of(sink *s, wc_hash *root)
{
    wc_fold *fold = malloc(sizeof *fold);
    wc_slice key, value;
    wc_status status;
    if (fold == NULL) return WC_NO_MEMORY;
    wc_fold_begin(fold, false);
    while ((status = wc_sorter_next(s->tree, &s->problem, &key, &value)) == WC_OK) {
        wc_hash k, leaf;
        memcpy(k.bytes, key.data, WC_HASH_SIZE);
        memcpy(leaf.bytes, value.data, WC_HASH_SIZE);
        wc_fold_add(fold, &k, &leaf);
    }
    if (status == WC_NOT_FOUND) *root = wc_fold_end(fold, NULL);
    free(fold);
    return status == WC_NOT_FOUND ? WC_OK : status;
}

static wc_status next_entry(void *self, wc_slice *key, wc_slice *value)
{
    sink *s = self;
    return wc_sorter_next(s->state, &s->problem, key, value);
}

static wc_status open_chain(const wc_bench_people *p, sink *s, wc_chain **chain, const char *folder,
                            uint32_t threads)
{
    uint8_t bytes[WC_RECORD_SIZE_MAX];
    wc_buf buf;
    wc_record record = p->record;
    wc_chain_report report;
    wc_keypair sequencer = wc_cast_sequencer();
    WC_TRY(wc_sorter_finish(s->tree, &s->problem));
    WC_TRY(wc_sorter_finish(s->state, &s->problem));
    WC_TRY(root_of(s, &record.state_root));
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_record_put(&buf, &record);
    wc_chain_base base = {.record = wc_buf_slice(&buf), .state = {next_entry, s}};
    wc_chain_options options = {.folder = folder,
                                .genesis = p->genesis,
                                .create = true,
                                .base = &base,
                                .threads = threads,
                                .sequencer = &sequencer,
                                .clock = wc_bench_cpu_ns};
    wc_status status = wc_chain_open(chain, &report, &options);
    if (status != WC_OK) s->problem = report.store.problem;
    return status;
}

wc_exit wc_bench_people_open(wc_bench_people *p, wc_chain **chain, const char *folder,
                             uint64_t accounts, uint32_t threads)
{
    sink s = {.status = WC_OK, .problem = {""}};
    const char *temporary = getenv("TMPDIR");
    if (temporary == NULL || temporary[0] == '\0') temporary = "/tmp";
    s.state = wc_sorter_open(temporary, 0);
    s.tree = wc_sorter_open(temporary, 0);
    s.status = s.state == NULL || s.tree == NULL ? WC_NO_MEMORY : WC_OK;
    put_all(p, &s, accounts);
    if (s.status == WC_OK) s.status = open_chain(p, &s, chain, folder, threads);
    wc_sorter_close(s.state);
    wc_sorter_close(s.tree);
    if (s.status == WC_OK) return WC_EXIT_DONE;
    return wc_cli_fail(p->cli, WC_EXIT_ENVIRONMENT, "%s",
                       s.problem.text[0] != '\0' ? s.problem.text : wc_status_text(s.status));
}

/* ---- transactions ---------------------------------------------------------------------------- */

static wc_slice reading(wc_bench_people *p, wc_pen *pen, uint32_t quarter)
{
    wc_pen_open(pen, &p->client, &p->shelf.codes[WC_CONTRACT_PPA], p->method_type, 256, "reading");
    wc_pen_number(pen, p->day_s + 900 * (int64_t)quarter);
    wc_pen_number(pen, 0);
    wc_pen_text(pen, "meter.csv:1");
    wc_pen_number(pen, 0);
    wc_pen_number(pen, 1250);
    wc_pen_number(pen, 0);
    wc_pen_number(pen, 1250);
    return wc_pen_close(pen);
}

static wc_status write(wc_bench_people *p, wc_tx_draft *draft, const wc_bench_tx *tx)
{
    wc_hash contract = number_hash("bench contract", tx->sender);
    for (uint32_t i = 0; i < tx->calls; i++) {
        wc_pen pen;
        uint8_t call = 0;
        wc_hash salt = number_hash("salt", (uint64_t)tx->sender << 32 | (tx->quarter + i));
        uint8_t *salt_copy = wc_arena_alloc(p->client.arena, WC_HASH_SIZE, 1);
        if (salt_copy == NULL) return WC_NO_MEMORY;
        memcpy(salt_copy, salt.bytes, WC_HASH_SIZE);
        wc_slice args = reading(p, &pen, tx->quarter + i);
        if (args.len == 0) return WC_OUT_OF_DOMAIN;
        WC_TRY(wc_tx_draft_call(draft, &call, WC_CALL_READINGS, &contract, p->method, 1));
        WC_TRY(wc_tx_draft_detached(draft, call, salt_copy, args));
    }
    return WC_OK;
}

wc_status wc_bench_people_sign(wc_bench_people *p, wc_bench_tx *tx)
{
    wc_arena *arena = p->client.arena;
    size_t mark = wc_arena_mark(arena);
    wc_hash meter = number_hash("bench meter", tx->sender);
    wc_keypair pair = wc_bench_people_key(tx->sender);
    wc_tx_draft draft;
    wc_tx_fault fault;
    uint8_t index = 0;
    wc_buf raw;
    WC_TRY(wc_tx_draft_begin(&draft, arena, p->record.chain_id, &p->genesis_hash));
    WC_TRY(wc_tx_draft_signer(&draft, &index, &meter, 0));
    WC_TRY(write(p, &draft, tx));
    draft.tx.nonce = tx->nonce;
    draft.tx.expiry_time_s = p->day_s + 2 * DAY_S;
    draft.tx.gas_limit = (uint64_t)100000 * tx->calls;
    WC_TRY(wc_tx_draft_close(&draft, &fault));
    WC_TRY(wc_tx_draft_sign(&draft, 0, 0, &pair));
    wc_buf_init(&raw, tx->memory, WC_BENCH_TX_BYTES);
    WC_TRY(wc_tx_draft_encode(&draft, &raw, &fault));
    tx->raw = wc_buf_slice(&raw);
    tx->tx_id = draft.tx_id;
    tx->signature = draft.tx.sigs[0].signature;
    wc_arena_rewind(arena, mark);
    return WC_OK;
}
