/* Proofs: of keys of the state, receipts, events, transactions and readings, as proof files. */
#include <stdio.h>
#include <stdlib.h>

#include "node/api/run.h"
#include "node/proof/check.h"
#include "node/proof/make.h"
#include "node/proof/words.h"

#define FACT_MAX 65536u /* of the words; the file has everything */

/* ---- making ---------------------------------------------------------------------------------- */

/* One allocation for all that making and telling takes; what is not used is not touched. */
typedef struct proving {
    wc_proof_maker maker;
    wc_arena arena, words_arena;
    wc_buf out, text;
    wc_proof_file file;
    wc_proof_scratch scratch;
    uint8_t arena_memory[WC_PROOF_MAKER_ARENA] __attribute__((aligned(16)));
    uint8_t words_memory[WC_PROOF_WORDS_ARENA] __attribute__((aligned(16)));
    uint8_t file_memory[WC_PROOF_FILE_MAX];
    uint8_t text_memory[FACT_MAX];
} proving;

static proving *begin(wc_api_run *run, uint64_t seq)
{
    proving *p = malloc(sizeof *p);
    if (p == NULL) {
        (void)wc_api_fail(run, WC_API_INTERNAL, "out of memory");
        return NULL;
    }
    wc_arena_init(&p->arena, p->arena_memory, sizeof p->arena_memory);
    wc_arena_init(&p->words_arena, p->words_memory, sizeof p->words_memory);
    wc_buf_init(&p->out, p->file_memory, sizeof p->file_memory);
    wc_buf_init(&p->text, p->text_memory, sizeof p->text_memory);
    p->maker = (wc_proof_maker){
        .chain = run->chain, .state = run->chain, .seq = seq, .out = &p->out, .arena = &p->arena};
    return p;
}

static wc_api_error pruned(wc_api_run *run, uint64_t seq, uint64_t oldest)
{
    run->detail_name = "oldest";
    (void)snprintf(run->detail, sizeof run->detail, "%llu", (unsigned long long)oldest);
    return wc_api_fail(run, WC_API_PRUNED,
                       "record %llu can no longer be proved; %s is the oldest that can",
                       (unsigned long long)seq, run->detail);
}

/* oldest: of what was asked for. */
static wc_api_error fail(wc_api_run *run, wc_prove_answer answer, wc_status status, uint64_t seq,
                         uint64_t oldest)
{
    switch (answer) {
    case WC_PROVE_DONE: return WC_API_OK;
    case WC_PROVE_NO_RECORD: return wc_api_fail(run, WC_API_NOT_FOUND, "there is no such record");
    case WC_PROVE_NOTHING: return wc_api_fail(run, WC_API_NOT_FOUND, "there is no such thing");
    case WC_PROVE_PRUNED: return pruned(run, seq, oldest);
    case WC_PROVE_DESTROYED:
        return wc_api_fail(run, WC_API_DESTROYED, "a payload of record %llu was destroyed",
                           (unsigned long long)seq);
    case WC_PROVE_FAILED: break;
    }
    return wc_api_fail_status(run, status, "the proof");
}

/* ---- answering ------------------------------------------------------------------------------- */

/* What was made is checked like any other file before it is handed out. */
static wc_api_error check(wc_api_run *run, proving *p)
{
    size_t bad;
    wc_chain_record record;
    wc_status status = wc_chain_read_record(run->chain, p->maker.seq, &record);
    if (status != WC_OK) return wc_api_fail_status(run, status, "the record");
    wc_hash hash = record.hash;
    wc_proof_trust trust = {.record_hash = &hash};
    wc_proof_reason reason =
        wc_proof_check(&p->file, &bad, &p->scratch, wc_buf_slice(&p->out), &trust);
    if (reason == WC_PROOF_HOLDS) return WC_API_OK;
    return wc_api_fail(run, WC_API_INTERNAL, "the proof: %s", wc_proof_reason_text(reason));
}

/* Without names: they are one node's own, and the fact is everybody's. */
static void put_fact(wc_api_run *run, proving *p)
{
    wc_proof_words words = {.file = &p->file, .arena = &p->words_arena};
    wc_proof_put_fact(&p->text, &words);
    wc_json_add_str(run->json, "fact", (wc_str){(const char *)p->text.data, p->text.len});
}

static wc_api_error put_in_record(wc_api_run *run, proving *p)
{
    wc_json *json = run->json;
    wc_json_open_line(json, NULL, '{');
    wc_json_add_number(json, "seq", (int64_t)p->file.record.seq);
    wc_api_put_hash(json, "record_hash", &p->file.record_hash);
    put_fact(run, p);
    wc_json_add_bool(json, "explained", p->file.support_count > 0);
    wc_json_add_hex(json, "file", wc_buf_slice(&p->out));
    wc_json_close(json);
    return WC_API_OK;
}

static wc_api_error finish(wc_api_run *run, proving *p, wc_prove_answer answer)
{
    wc_api_error error = WC_API_OK;
    if (answer == WC_PROVE_DONE) {
        error = check(run, p);
        if (error == WC_API_OK) error = put_in_record(run, p);
    } else {
        uint64_t oldest = answer == WC_PROVE_PRUNED ? wc_prove_oldest(run->chain) : 0;
        error = fail(run, answer, p->maker.status, p->maker.seq, oldest);
    }
    free(p);
    return error;
}

/* ---- the state ------------------------------------------------------------------------------- */

static wc_api_error put_state(wc_api_run *run, proving *p)
{
    wc_json *json = run->json;
    const wc_fact_state *state = &p->file.state;
    wc_hash k = wc_tree_key(state->key);
    wc_json_open_line(json, NULL, '{');
    wc_json_add_number(json, "seq", (int64_t)p->file.record.seq);
    wc_api_put_hash(json, "state_root", &p->file.record.state_root);
    wc_api_put_hash(json, "record_hash", &p->file.record_hash);
    wc_json_add_hex(json, "key", state->key);
    wc_api_put_hash(json, "tree_key", &k);
    wc_json_add_bool(json, "present", state->is_present);
    if (state->is_present) wc_json_add_hex(json, "value", state->value);
    wc_json_add_hex(json, "proof", state->proof);
    put_fact(run, p);
    wc_json_add_hex(json, "file", wc_buf_slice(&p->out));
    wc_json_close(json);
    return WC_API_OK;
}

static wc_api_error prove_key(wc_api_run *run, const wc_state_key *key, const wc_api_value *wanted)
{
    uint64_t head = wc_chain_head(run->chain)->seq;
    uint64_t seq = wanted->has ? wanted->number : head;
    uint64_t oldest = head >= WC_TREE_VERSIONS ? head - WC_TREE_VERSIONS + 1 : 0;
    proving *p = begin(run, seq);
    if (p == NULL) return WC_API_INTERNAL;
    wc_prove_answer answer = wc_prove_state(&p->maker, key, WC_STR(""));
    wc_api_error error = fail(run, answer, p->maker.status, seq, oldest);
    if (answer == WC_PROVE_DONE) error = check(run, p);
    if (error == WC_API_OK) error = put_state(run, p);
    free(p);
    return error;
}

wc_api_error wc_answer_proof(wc_api_run *run)
{
    wc_slice bytes = run->args[0].bytes;
    wc_state_key key;
    if (bytes.len == 0 || bytes.len > sizeof key.bytes || wc_space_name(bytes.data[0]) == NULL) {
        return wc_api_fail(run, WC_API_INVALID_PARAMS,
                           "`key` is the number of a state space and a logical key, at most %zu "
                           "bytes (docs/reference/ledger.md)",
                           sizeof key.bytes);
    }
    memcpy(key.bytes, bytes.data, bytes.len);
    key.len = (uint8_t)bytes.len;
    return prove_key(run, &key, &run->args[1]);
}

wc_api_error wc_answer_proof_balance(wc_api_run *run)
{
    uint32_t asset = wc_chain_asset(run->chain, run->args[1].text);
    if (asset == 0) {
        return wc_api_fail(run, WC_API_NOT_FOUND, "there is no asset `%.*s`",
                           WC_STR_ARG(run->args[1].text));
    }
    wc_state_key key = wc_key_free(&run->args[0].hash, asset);
    return prove_key(run, &key, &run->args[2]);
}

/* ---- what stands in records ------------------------------------------------------------------ */

wc_api_error wc_answer_proof_receipt(wc_api_run *run)
{
    if (run->args[1].number > UINT32_MAX) {
        return wc_api_fail(run, WC_API_NOT_FOUND, "there is no such receipt");
    }
    proving *p = begin(run, run->args[0].number);
    if (p == NULL) return WC_API_INTERNAL;
    return finish(run, p, wc_prove_receipt(&p->maker, (uint32_t)run->args[1].number));
}

wc_api_error wc_answer_proof_event(wc_api_run *run)
{
    wc_event_id id = run->args[0].event;
    proving *p = begin(run, id.seq);
    if (p == NULL) return WC_API_INTERNAL;
    return finish(run, p, wc_prove_event(&p->maker, id.receipt, id.event));
}

wc_api_error wc_answer_proof_tx(wc_api_run *run)
{
    uint64_t seq;
    uint32_t receipt;
    wc_status status =
        wc_tx_index_find(run->node->index, run->chain, &run->args[0].hash, &seq, &receipt);
    if (status != WC_OK) {
        return wc_api_fail_status(run, status, "there is no such transaction in a sealed record");
    }
    proving *p = begin(run, seq);
    if (p == NULL) return WC_API_INTERNAL;
    return finish(run, p, wc_prove_tx(&p->maker, receipt));
}

wc_api_error wc_answer_proof_reading(wc_api_run *run)
{
    wc_found_reading found = {.seq = 0};
    wc_status status;
    uint64_t version = run->args[2].has ? run->args[2].number : 0;
    wc_prove_answer answer = WC_PROVE_NOTHING;
    if (version <= UINT16_MAX) {
        answer = wc_prove_find_reading(run->chain, &status, &run->args[0].hash,
                                       (int64_t)run->args[1].number, (uint16_t)version, &found);
    }
    if (answer == WC_PROVE_NOTHING) {
        return wc_api_fail(run, WC_API_NOT_FOUND,
                           "the meter reported nothing for this interval in this version");
    }
    if (answer != WC_PROVE_DONE) {
        return fail(run, answer, status, found.seq, wc_prove_oldest(run->chain));
    }
    proving *p = begin(run, found.seq);
    if (p == NULL) return WC_API_INTERNAL;
    return finish(run, p, wc_prove_reading(&p->maker, &found));
}
