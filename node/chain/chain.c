/* Opening and closing a chain, and what it is. */
#include "node/chain/chain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/chain/inside.h"

void wc_chain_say(wc_store_problem *problem, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(problem->text, sizeof problem->text, format, args);
    va_end(args);
}

void wc_chain_close_cursors(wc_chain *chain)
{
    wc_chain_cursor_close(&chain->block_state);
    wc_chain_cursor_close(&chain->timers);
    wc_chain_cursor_close(&chain->user_state);
    wc_chain_cursor_close(&chain->records);
}

/* ---- ports of the ledger --------------------------------------------------------------------- */

static wc_status state_get(void *self, wc_slice key, wc_slice *value)
{
    wc_chain *chain = self;
    if (!wc_present_may(&chain->present, wc_present_hash(key))) return WC_NOT_FOUND;
    return wc_chain_cursor_get(&chain->block_state, key, value);
}

static wc_status state_next(void *self, wc_slice prefix, wc_slice after, wc_slice *key,
                            wc_slice *value)
{
    return wc_chain_cursor_next(&((wc_chain *)self)->block_state, prefix, after, key, value);
}

static const wc_state_base_ops state_ops = {state_get, state_next};

static wc_status next_timer(void *self, const wc_timer *after, wc_timer *timer)
{
    wc_chain *chain = self;
    wc_chain_key prefix = wc_chain_timer_prefix();
    wc_chain_key last = {.len = 0};
    if (after != NULL) last = wc_chain_timer_key(after->due_s, &after->instance);
    wc_slice key, value;
    WC_TRY(wc_chain_cursor_next(&chain->timers, wc_chain_key_slice(&prefix),
                                wc_chain_key_slice(&last), &key, &value));
    wc_chain_timer_of_key(timer, key);
    return WC_OK;
}

/* A reader verifies by itself and shares what it found: sealing does not do it again. */
static void verify(void *self, wc_verdict_task *tasks, size_t count)
{
    wc_chain *chain = self;
    wc_verdicts *verdicts = chain->owner != NULL ? &chain->owner->verdicts : &chain->verdicts;
    int64_t start = wc_chain_tick(chain);
    wc_verdicts_verify(verdicts, tasks, count, chain->owner != NULL ? 1 : verdicts->threads);
    chain->stages.verify += wc_chain_tick(chain) - start;
}

/* ---- parts ----------------------------------------------------------------------------------- */

static void watch(wc_chain *chain, wc_chain_cursor *cursor, wc_cf cf)
{
    *cursor = (wc_chain_cursor){.store = &chain->store, .cf = cf};
}

wc_status wc_chain_make_reading_parts(wc_chain *chain)
{
    chain->ledger_memory = wc_pages_take(wc_ledger_memory());
    if (chain->ledger_memory == NULL) return WC_NO_MEMORY;
    watch(chain, &chain->block_state, WC_CF_STATE);
    watch(chain, &chain->timers, WC_CF_META);
    watch(chain, &chain->user_state, WC_CF_STATE);
    watch(chain, &chain->records, WC_CF_CHAIN);
    return WC_OK;
}

static wc_status make_parts(wc_chain *chain, const wc_chain_options *options)
{
    chain->observer = options->observer;
    chain->native = options->native;
    chain->clock = options->clock;
    chain->incarnation = options->incarnation;
    wc_assert(options->threads >= 1 && options->threads <= WC_CHAIN_THREADS_MAX);
    int failed = pthread_mutex_init(&chain->tree_turn, NULL);
    wc_assert(failed == 0);
    WC_TRY(wc_verdicts_open(&chain->verdicts, options->threads));
    chain->batch = wc_batch_create(WC_STORE_BATCH_MAX);
    chain->scratch = wc_pages_take(WC_CHAIN_SCRATCH_BYTES);
    if (chain->batch == NULL || chain->scratch == NULL) return WC_NO_MEMORY;
    return wc_chain_make_reading_parts(chain);
}

void wc_chain_make_ledger(wc_chain *chain)
{
    wc_ledger_ports ports = {.state = {&state_ops, chain},
                             .next_timer = next_timer,
                             .verify = verify,
                             .root = wc_chain_root,
                             .observer = chain->observer,
                             .native = chain->native,
                             .self = chain};
    chain->ledger =
        wc_ledger_init(chain->ledger_memory, &chain->genesis_hash, chain->genesis.chain_id, &ports);
}

void wc_chain_watch(wc_chain *chain, const wc_observer *observer)
{
    chain->observer = observer;
    wc_ledger_watch(chain->ledger, observer);
}

/* ---- genesis --------------------------------------------------------------------------------- */

static wc_status keep_genesis(wc_chain *chain, wc_slice bytes)
{
    chain->genesis_bytes = malloc(bytes.len > 0 ? bytes.len : 1);
    if (chain->genesis_bytes == NULL) return WC_NO_MEMORY;
    if (bytes.len > 0) memcpy(chain->genesis_bytes, bytes.data, bytes.len);
    chain->genesis_len = bytes.len;
    return WC_OK;
}

/* The stored genesis lies in numbered parts. */
static wc_status read_genesis(wc_chain *chain)
{
    uint8_t kind = 'g';
    wc_slice prefix = wc_slice_of(&kind, 1), key = {NULL, 0}, value;
    size_t len = 0;
    wc_status status = WC_OK;
    while (status == WC_OK &&
           wc_chain_cursor_next(&chain->records, prefix, key, &key, &value) == WC_OK) {
        uint8_t *grown = realloc(chain->genesis_bytes, len + value.len);
        if (grown == NULL) {
            status = WC_NO_MEMORY;
            continue;
        }
        chain->genesis_bytes = grown;
        memcpy(grown + len, value.data, value.len);
        len += value.len;
    }
    chain->genesis_len = len;
    return status;
}

static wc_status understand_genesis(wc_chain *chain, wc_chain_report *report)
{
    wc_slice bytes = wc_slice_of(chain->genesis_bytes, chain->genesis_len);
    size_t bad = 0;
    wc_status status = wc_genesis_decode(&chain->genesis, &bad, bytes);
    if (status != WC_OK) {
        wc_chain_say(&report->store.problem, "genesis, byte %zu: %s", bad, wc_status_text(status));
        return status;
    }
    WC_TRY(wc_params_decode(&chain->params, chain->genesis.params));
    wc_hash schedule = wc_schedule_hash(wc_sha256);
    if (!wc_hash_equal(&schedule, &chain->params.schedule_hash)) {
        wc_chain_say(&report->store.problem,
                     "the chain's gas schedule is not the one of this program");
        return WC_NOT_SUPPORTED;
    }
    chain->genesis_hash = wc_genesis_hash(bytes);
    return WC_OK;
}

/* ---- who makes records ----------------------------------------------------------------------- */

/* The first validator proposes and, in solo, signs. */
static wc_status take_maker(wc_chain *chain, wc_slice value)
{
    wc_validators *validators = malloc(sizeof *validators);
    if (validators == NULL) return WC_NO_MEMORY;
    wc_status status = wc_validators_decode(validators, value);
    if (status == WC_OK) {
        memcpy(chain->maker.bytes, validators->list[0].pub, sizeof chain->maker.bytes);
        wc_proposer_of_key(chain->proposer, validators->list[0].pub);
        chain->validators_hash = wc_validators_hash(validators);
    }
    free(validators);
    return status;
}

wc_status wc_chain_read_maker(wc_chain *chain)
{
    wc_state_key key = wc_key_validators();
    wc_slice value;
    WC_TRY(wc_chain_get(chain, &key, &value));
    return take_maker(chain, value);
}

static wc_status take_sequencer(wc_chain *chain, const wc_chain_options *options,
                                wc_store_problem *problem)
{
    if (options->sequencer == NULL) return WC_OK;
    if (memcmp(options->sequencer->public_key.bytes, chain->maker.bytes,
               sizeof chain->maker.bytes) != 0) {
        wc_chain_say(problem, "the sequencer key is not that of the chain's first validator");
        return WC_BAD_KEY;
    }
    chain->sequencer = *options->sequencer;
    chain->has_sequencer = true;
    return WC_OK;
}

/* ---- SEAL ------------------------------------------------------------------------------------ */

typedef struct seal_place {
    char text[4096];
    wc_chain_report *report;
    bool is_read_only;
} seal_place;

static wc_status find_seal(seal_place *place, const wc_chain_options *options)
{
    int len = options->seal_path != NULL
                  ? snprintf(place->text, sizeof place->text, "%s", options->seal_path)
                  : snprintf(place->text, sizeof place->text, "%s/SEAL", options->folder);
    return len < 0 || (size_t)len >= sizeof place->text ? WC_TOO_LARGE : WC_OK;
}

static wc_status read_head(const wc_store *store, wc_head *head, wc_store_problem *problem)
{
    uint8_t bytes[WC_CHAIN_STORED_HEAD];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    if (!wc_store_get(store, NULL, WC_CF_META, wc_chain_head_key(), &buf)) {
        wc_chain_say(problem, "the folder holds no chain: making one was interrupted");
        return WC_NOT_FOUND;
    }
    if (!buf.full && wc_chain_head_decode(head, wc_buf_slice(&buf)) == WC_OK) return WC_OK;
    wc_chain_say(problem, "the head of the chain does not decode");
    return WC_CORRUPT;
}

/* Hash of the record before the newest; zero at seq 0. */
static wc_status previous_hash(const wc_store *store, const wc_head *head, wc_hash *previous)
{
    uint8_t bytes[WC_CHAIN_RECORD_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_chain_key key = wc_chain_record_key(head->seq);
    wc_chain_record record;
    if (!wc_store_get(store, NULL, WC_CF_CHAIN, wc_chain_key_slice(&key), &buf)) return WC_CORRUPT;
    if (buf.full || wc_chain_record_decode(&record, wc_buf_slice(&buf)) != WC_OK) return WC_CORRUPT;
    if (!wc_hash_equal(&record.hash, &head->record_hash)) return WC_CORRUPT;
    *previous = record.record.prev_record_hash;
    return WC_OK;
}

static void say_seal(wc_store_problem *problem, const wc_seal *sealed, const wc_head *head,
                     wc_status status)
{
    char sealed_hash[17], found_hash[17];
    for (size_t i = 0; i < 8; i++) {
        (void)snprintf(sealed_hash + 2 * i, 3, "%02x", sealed->record_hash.bytes[i]);
        (void)snprintf(found_hash + 2 * i, 3, "%02x", head->record_hash.bytes[i]);
    }
    wc_chain_say(problem, "%s: SEAL record %llu (%s...), database record %llu (%s...)",
                 wc_status_text(status), (unsigned long long)sealed->seq, sealed_hash,
                 (unsigned long long)head->seq, found_hash);
}

/* Compares database and SEAL before anything may change; *step says what is to be done. */
static wc_status judge_seal(const wc_store *store, const seal_place *place, wc_seal_step *step,
                            wc_store_problem *problem)
{
    wc_head head;
    wc_hash previous;
    WC_TRY(read_head(store, &head, problem));
    wc_status status = previous_hash(store, &head, &previous);
    if (status != WC_OK) {
        wc_chain_say(problem, "record %llu does not hold together", (unsigned long long)head.seq);
        return status;
    }
    wc_seal_file file;
    status = wc_seal_open(&file, place->text, true);
    if (status != WC_OK) {
        wc_chain_say(problem, "%s: %s", place->text, wc_status_text(status));
        return status;
    }
    wc_seal database = {head.seq, head.height, head.record_hash};
    status = wc_seal_decide(step, &file.newest, &database, &previous);
    if (status != WC_OK) say_seal(problem, &file.newest, &head, status);
    wc_seal_close(&file);
    return status;
}

static wc_status admit(void *self, const wc_store *probe, wc_store_problem *problem)
{
    wc_seal_step step;
    WC_TRY(wc_chain_check_schema(probe, problem));
    return judge_seal(probe, self, &step, problem);
}

static wc_status open_seal(wc_chain *chain, const seal_place *place, wc_chain_report *report)
{
    wc_store_problem *problem = &report->store.problem;
    wc_seal_step step;
    WC_TRY(judge_seal(&chain->store, place, &step, problem));
    if (chain->is_read_only) return WC_OK;
    wc_status status = wc_seal_open(&chain->seal, place->text, false);
    chain->has_seal = status == WC_OK;
    if (status == WC_OK && step == WC_SEAL_AGAIN) {
        wc_seal newest = {chain->head.seq, chain->head.height, chain->head.record_hash};
        status = wc_seal_write(&chain->seal, &newest);
        report->has_sealed_again = status == WC_OK;
    }
    if (status == WC_LOCKED) {
        wc_chain_say(problem, "%s: another process seals with this key; one key, one node",
                     place->text);
    } else if (status != WC_OK) {
        wc_chain_say(problem, "%s: %s", place->text, wc_status_text(status));
    }
    return status;
}

/* ---- opening --------------------------------------------------------------------------------- */

static wc_status create(wc_chain *chain, const wc_chain_options *options, const seal_place *place,
                        wc_chain_report *report)
{
    WC_TRY(keep_genesis(chain, options->genesis));
    WC_TRY(understand_genesis(chain, report));
    WC_TRY(take_maker(chain, chain->genesis.validators));
    if (options->base == NULL) WC_TRY(take_sequencer(chain, options, &report->store.problem));
    if (options->folder == NULL) {
        WC_TRY(wc_store_open_memory(&chain->store));
    } else {
        wc_store_options store_options = {.create = true};
        WC_TRY(wc_store_open(&chain->store, &report->store, options->folder, &store_options));
    }
    chain->is_open = true;
    wc_chain_make_ledger(chain);
    WC_TRY(options->base != NULL ? wc_chain_load_base(chain, options->base, report)
                                 : wc_chain_load_genesis(chain, report));
    if (options->base != NULL) {
        WC_TRY(wc_chain_read_maker(chain)); /* need not be the genesis' */
        WC_TRY(take_sequencer(chain, options, &report->store.problem));
    }
    if (options->folder == NULL) return WC_OK;
    wc_seal first = {chain->head.seq, chain->head.height, chain->head.record_hash};
    wc_status status = wc_seal_create(&chain->seal, place->text, &first);
    chain->has_seal = status == WC_OK;
    if (status != WC_OK) {
        wc_chain_say(&report->store.problem, "%s: %s", place->text, wc_status_text(status));
    }
    return status;
}

/* Is the state that was read the state that the newest record names? */
static wc_status compare_root(wc_chain *chain, wc_chain_report *report)
{
    wc_chain_record record;
    WC_TRY(wc_chain_read_record(chain, chain->head.seq, &record));
    if (wc_hash_equal(&record.record.state_root, &chain->state_root)) return WC_OK;
    wc_chain_say(&report->store.problem,
                 "the state in the folder is not the one that record %llu names",
                 (unsigned long long)chain->head.seq);
    return WC_DIFFERS;
}

static wc_status reopen(wc_chain *chain, const wc_chain_options *options, seal_place *place,
                        wc_chain_report *report)
{
    wc_store_options store_options = {
        .read_only = options->read_only, .admit = admit, .admit_self = place};
    WC_TRY(wc_store_open(&chain->store, &report->store, options->folder, &store_options));
    chain->is_open = true;
    WC_TRY(read_genesis(chain));
    wc_slice stored = wc_slice_of(chain->genesis_bytes, chain->genesis_len);
    if (options->genesis.len > 0 && !wc_slice_equal(options->genesis, stored)) {
        wc_chain_say(&report->store.problem, "the folder holds a chain of another genesis");
        return WC_WRONG_CHAIN;
    }
    WC_TRY(understand_genesis(chain, report));
    WC_TRY(read_head(&chain->store, &chain->head, &report->store.problem));
    WC_TRY(wc_chain_read_oldest(&chain->store, &chain->oldest));
    WC_TRY(open_seal(chain, place, report));
    wc_chain_make_ledger(chain);
    WC_TRY(wc_chain_rebuild(chain, report));
    WC_TRY(compare_root(chain, report));
    WC_TRY(wc_chain_read_maker(chain));
    return take_sequencer(chain, options, &report->store.problem);
}

wc_status wc_chain_open(wc_chain **chain, wc_chain_report *report, const wc_chain_options *options)
{
    *report = (wc_chain_report){0};
    wc_chain *opened = calloc(1, sizeof *opened);
    if (opened == NULL) return WC_NO_MEMORY;
    opened->is_read_only = options->read_only;
    bool is_new = options->folder == NULL || options->create;
    seal_place place = {.report = report};
    wc_status status = make_parts(opened, options);
    if (status == WC_OK && options->folder != NULL) status = find_seal(&place, options);
    if (status == WC_OK) {
        status = is_new ? create(opened, options, &place, report)
                        : reopen(opened, options, &place, report);
    }
    if (status != WC_OK) {
        if (report->store.problem.text[0] == '\0') {
            wc_chain_say(&report->store.problem, "%s", wc_status_text(status));
        }
        wc_chain_close(opened);
        return status;
    }
    wc_chain_read_params(opened);
    *chain = opened;
    return WC_OK;
}

void wc_chain_close(wc_chain *chain)
{
    if (chain == NULL) return;
    if (chain->owner != NULL) {
        wc_chain_reader_end(chain);
        return;
    }
    if (chain->is_open) {
        wc_chain_close_cursors(chain);
        wc_store_close(&chain->store);
    }
    if (chain->has_seal) wc_seal_close(&chain->seal);
    wc_forget(&chain->sequencer, sizeof chain->sequencer);
    wc_pool_reset(&chain->block_pool);
    wc_pool_reset(&chain->record_pool);
    wc_pool_reset(&chain->state_pool);
    wc_verdicts_close(&chain->verdicts);
    wc_present_close(&chain->present);
    wc_batch_destroy(chain->batch);
    wc_pages_give(chain->scratch);
    wc_pages_give(chain->ledger_memory);
    wc_pages_give(chain->tree_memory);
    free(chain->genesis_bytes);
    (void)pthread_mutex_destroy(&chain->tree_turn);
    free(chain);
}

/* ---- what it is ------------------------------------------------------------------------------ */

wc_slice wc_chain_id(const wc_chain *chain)
{
    return chain->genesis.chain_id;
}

wc_hash wc_chain_genesis_hash(const wc_chain *chain)
{
    return chain->genesis_hash;
}

const wc_chain_stages *wc_chain_stages_of(const wc_chain *chain)
{
    return &chain->stages;
}

wc_clock wc_chain_clock(const wc_chain *chain)
{
    return chain->genesis.clock;
}

wc_slice wc_chain_genesis(const wc_chain *chain)
{
    return wc_slice_of(chain->genesis_bytes, chain->genesis_len);
}

const wc_head *wc_chain_head(const wc_chain *chain)
{
    return &chain->head;
}

uint64_t wc_chain_oldest(const wc_chain *chain)
{
    return chain->oldest;
}

wc_hash wc_chain_state_root(const wc_chain *chain)
{
    return chain->state_root;
}

/* The state was verified at open and is written by the ledger alone. */
void wc_chain_read_params(wc_chain *chain)
{
    wc_state_key key = wc_key_params(WC_PARAMS_NAME);
    wc_slice value;
    wc_assert(wc_chain_get(chain, &key, &value) == WC_OK);
    wc_assert(wc_params_decode(&chain->params, value) == WC_OK);
}

const wc_public_key *wc_chain_maker(const wc_chain *chain)
{
    return &chain->maker;
}

const wc_hash *wc_chain_validators_hash(const wc_chain *chain)
{
    return &chain->validators_hash;
}

const wc_params *wc_chain_params(const wc_chain *chain)
{
    return &chain->params;
}

const wc_store *wc_chain_store(const wc_chain *chain)
{
    return &chain->store;
}
