/* Transactions of the demo's actors, and their receipts held against expectations. */
#include "node/demo/client.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define GAS_LIMIT    20000000u /* what a block holds fifty times */
#define EXPIRY_S     3600
#define TX_BYTES_MAX 262144u
#define CNY          2u

void wc_client_fail(wc_client *client, const char *format, ...)
{
    if (client->has_failed) return;
    client->has_failed = true;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(client->problem, sizeof(client->problem), format, args);
    va_end(args);
}

static void check(wc_client *client, const char *label, wc_status status)
{
    if (status != WC_OK) wc_client_fail(client, "%s: %s", label, wc_status_text(status));
}

/* ---- receipts ----------------------------------------------------------------------------------
 */

static void failure_of(wc_client *client, const wc_receipt_page *page, wc_buf *name)
{
    const wc_module *module = NULL;
    wc_hash code = {{0}};
    if (page->receipt.status == WC_RECEIPT_ERROR && page->outcome.len >= WC_HASH_SIZE) {
        memcpy(code.bytes, page->outcome.data, WC_HASH_SIZE);
    }
    if (page->receipt.status == WC_RECEIPT_TRAP && page->outcome.len >= 2 + WC_HASH_SIZE) {
        memcpy(code.bytes, page->outcome.data + 2, WC_HASH_SIZE);
    }
    if (wc_chain_module(client->chain, &code, &module) != WC_OK) module = NULL;
    wc_failure_name(name, page->receipt.status, page->outcome, module);
}

/* Copies the result of the last call: results are str32 each, in the order of the calls. */
static void take_result(wc_client *client, const wc_expected *expected, const wc_receipt_page *page)
{
    wc_reader reader = wc_reader_of(page->outcome);
    wc_slice last = {NULL, 0};
    while (wc_reader_left(&reader) > 0) {
        if (wc_read_str32(&reader, page->outcome.len, &last) != WC_OK) break;
    }
    if (last.len == expected->result_size) {
        memcpy(expected->result, last.data, last.len);
    } else {
        wc_client_fail(client, "%s: the result has %zu bytes, not %zu", expected->label, last.len,
                       expected->result_size);
    }
}

static void on_refusal(wc_client *client, const wc_expected *expected, const char *code,
                       uint64_t seq)
{
    if (strcmp(code, expected->refusal) != 0) {
        wc_client_fail(client, "%s: refused with %s, expected %s", expected->label, code,
                       expected->refusal);
        return;
    }
    if (client->refusal_count == WC_CLIENT_REFUSALS_MAX) return;
    wc_refusal_seen *seen = &client->refusals[client->refusal_count++];
    *seen = (wc_refusal_seen){
        .who = expected->who, .what = expected->what, .tx_id = expected->tx_id, .seq = seq};
    snprintf(seen->code, sizeof(seen->code), "%.47s", code);
}

static void on_receipt(wc_client *client, const wc_hash *tx_id, const wc_receipt_page *page,
                       uint64_t seq)
{
    uint32_t at = 0;
    while (at < client->expected_count && !wc_hash_equal(&client->expected[at].tx_id, tx_id)) at++;
    if (at == client->expected_count) {
        wc_client_fail(client, "a receipt for a transaction that nobody sent");
        return;
    }
    wc_expected expected = client->expected[at];
    client->expected[at] = client->expected[--client->expected_count];
    char text[128];
    wc_buf name;
    wc_buf_init(&name, text, sizeof(text) - 1);
    if (page->receipt.status != WC_RECEIPT_OK) failure_of(client, page, &name);
    text[name.len] = '\0';

    if (expected.refusal != NULL) {
        on_refusal(client, &expected, name.len > 0 ? text : "OK", seq);
    } else if (page->receipt.status != WC_RECEIPT_OK) {
        wc_client_fail(client, "%s (%s): failed in call %u with %s", expected.label, expected.who,
                       page->receipt.call, text);
    } else if (expected.result != NULL) {
        take_result(client, &expected, page);
    }
}

static void on_timer(wc_client *client, const wc_receipt_page *page, int64_t time_s)
{
    if (page->receipt.status == WC_RECEIPT_OK) return;
    char text[128];
    wc_buf name;
    wc_buf_init(&name, text, sizeof(text) - 1);
    failure_of(client, page, &name);
    text[name.len] = '\0';
    wc_client_fail(client, "a time-out at %lld failed with %s", (long long)time_s, text);
}

static void on_block(void *self, const wc_sealed *sealed)
{
    wc_client *client = self;
    const wc_applied *applied = &sealed->applied;
    if (!applied->is_recorded) return;
    client->block_count++;
    for (uint32_t i = 0; i < applied->receipt_count; i++) {
        client->gas_used += applied->receipts[i].receipt.gas_used;
        if (client->on_receipt == NULL) continue;
        client->on_receipt(client->on_receipt_self, &applied->receipts[i], applied->record.seq);
    }
    for (uint32_t i = 0; i < applied->timer_count; i++) {
        on_timer(client, &applied->receipts[i], sealed->head.time_s);
    }
    for (uint32_t i = 0; i < applied->tx_count; i++) {
        client->tx_count++;
        on_receipt(client, &applied->txs[i].id, &applied->receipts[applied->timer_count + i],
                   applied->record.seq);
    }
}

wc_status wc_client_open(wc_client *client, wc_cast *cast, wc_chain *chain, wc_arena *arena,
                         uint64_t seed)
{
    *client = (wc_client){.cast = cast,
                          .chain = chain,
                          .arena = arena,
                          .arena_start = wc_arena_mark(arena),
                          .seed = seed};
    wc_solo_options options = {.chain = chain, .on_block = on_block, .on_block_self = client};
    return wc_solo_open(&client->solo, &options);
}

void wc_client_close(wc_client *client)
{
    wc_solo_close(client->solo);
    client->solo = NULL;
}

/* ---- letters -----------------------------------------------------------------------------------
 */

void wc_letter_open(wc_letter *letter, wc_client *client, wc_actor_id sender, const char *label)
{
    *letter = (wc_letter){.client = client, .label = label, .gas = GAS_LIMIT};
    if (client->has_failed) return;
    wc_hash genesis = wc_chain_genesis_hash(client->chain);
    check(client, label,
          wc_tx_draft_begin(&letter->draft, client->arena, wc_chain_id(client->chain), &genesis));
    wc_letter_signer(letter, sender);
}

void wc_letter_signer(wc_letter *letter, wc_actor_id actor)
{
    wc_client *client = letter->client;
    if (client->has_failed) return;
    uint8_t index = 0;
    check(client, letter->label,
          wc_tx_draft_signer(&letter->draft, &index, &client->cast->actors[actor].address, 0));
    if (client->has_failed) return;
    letter->signers[letter->signer_count++] = actor;
    letter->mask = (uint16_t)(letter->mask | 1u << index);
}

static wc_slice copied(wc_letter *letter, wc_slice bytes)
{
    if (bytes.len == 0) return bytes;
    uint8_t *copy = wc_arena_alloc(letter->client->arena, bytes.len, 1);
    if (copy == NULL) {
        check(letter->client, letter->label, WC_NO_MEMORY);
        return (wc_slice){NULL, 0};
    }
    memcpy(copy, bytes.data, bytes.len);
    return wc_slice_of(copy, bytes.len);
}

static void add_call(wc_letter *letter, wc_call_kind kind, const wc_hash *target, uint16_t method)
{
    check(letter->client, letter->label,
          wc_tx_draft_call(&letter->draft, &letter->call, kind, target, method, letter->mask));
}

void wc_letter_call(wc_letter *letter, wc_call_kind kind, const wc_hash *target, uint16_t method,
                    wc_slice args)
{
    wc_client *client = letter->client;
    if (client->has_failed) return;
    add_call(letter, kind, target, method);
    if (client->has_failed) return;
    wc_slice copy = copied(letter, args);
    check(client, letter->label, wc_tx_draft_args(&letter->draft, letter->call, copy));
}

void wc_letter_detached(wc_letter *letter, wc_call_kind kind, const wc_hash *target,
                        uint16_t method, wc_slice args)
{
    wc_client *client = letter->client;
    if (client->has_failed) return;
    add_call(letter, kind, target, method);
    if (client->has_failed) return;
    uint8_t numbers[16];
    wc_store_u64(numbers, client->seed);
    wc_store_u64(numbers + 8, client->salt++);
    wc_slice part = wc_slice_of(numbers, sizeof(numbers));
    wc_hash hash = wc_hash_domain("demo-salt/1", &part, 1);
    wc_slice salt = copied(letter, wc_slice_of(hash.bytes, sizeof(hash.bytes)));
    wc_slice copy = copied(letter, args);
    if (client->has_failed) return;
    check(client, letter->label,
          wc_tx_draft_detached(&letter->draft, letter->call, salt.data, copy));
}

void wc_letter_ceiling(wc_letter *letter, int64_t fen)
{
    if (letter->client->has_failed) return;
    check(letter->client, letter->label,
          wc_tx_draft_debit(&letter->draft, letter->call, 0, CNY, fen));
}

void wc_letter_gas(wc_letter *letter, uint64_t limit)
{
    letter->gas = limit;
}

static void sign(wc_letter *letter)
{
    wc_client *client = letter->client;
    for (uint8_t i = 0; i < letter->signer_count; i++) {
        const wc_actor *actor = &client->cast->actors[letter->signers[i]];
        for (uint8_t k = 0; k < actor->key_count; k++) {
            check(client, letter->label, wc_tx_draft_sign(&letter->draft, i, k, &actor->keys[k]));
        }
    }
}

static bool close_letter(wc_letter *letter)
{
    wc_client *client = letter->client;
    if (client->has_failed) return false;
    wc_actor *sender = &client->cast->actors[letter->signers[0]];
    wc_tx_fault fault = {0};
    wc_tx *tx = &letter->draft.tx;
    tx->nonce = sender->nonce;
    tx->expiry_time_s = client->now_s + EXPIRY_S;
    tx->gas_limit = letter->gas;
    check(client, letter->label, wc_tx_draft_close(&letter->draft, &fault));
    if (client->has_failed) return false;
    sign(letter);
    return !client->has_failed;
}

static const char *refusal_name(wc_refusal refusal)
{
    const wc_refusal_entry *entry = wc_refusal_find((uint16_t)refusal);
    return entry != NULL ? entry->name.data : "an unknown reason";
}

/* Those who run the market and the ledger; traders, meters and the bank act for themselves. */
static bool is_operator(wc_actor_id actor)
{
    return actor == WC_ACTOR_MARKET || actor == WC_ACTOR_TREASURY || actor == WC_ACTOR_REGULATOR ||
           (actor >= WC_ACTOR_ADMIN_1 && actor <= WC_ACTOR_ADMIN_3);
}

static wc_hash send(wc_letter *letter, const wc_expected *how)
{
    wc_client *client = letter->client;
    wc_hash none = {{0}};
    if (!close_letter(letter)) return none;
    wc_buf raw = wc_client_buf(client, TX_BYTES_MAX);
    wc_tx_fault fault = {0};
    check(client, letter->label, wc_tx_draft_encode(&letter->draft, &raw, &fault));
    if (client->has_failed) return none;
    if (client->expected_count == WC_CLIENT_PENDING_MAX) {
        wc_client_fail(client, "%s: more transactions in a block than the client keeps",
                       letter->label);
        return none;
    }
    wc_expected *expected = &client->expected[client->expected_count++];
    *expected = *how;
    expected->tx_id = letter->draft.tx_id;
    expected->label = letter->label;
    expected->who = client->cast->actors[letter->signers[0]].id;
    client->cast->actors[letter->signers[0]].nonce++;
    if (client->counts_operators && is_operator(letter->signers[0])) client->operator_tx_count++;

    if (how->refusal != NULL) { /* goes into a block: its failed receipt is the evidence */
        if (wc_solo_force(client->solo, wc_buf_slice(&raw)) != WC_SOLO_KEPT) {
            wc_client_fail(client, "%s: the mempool is full", letter->label);
        }
        return letter->draft.tx_id;
    }
    wc_solo_ticket ticket;
    check(client, letter->label,
          wc_solo_submit(client->solo, client->now_s, wc_buf_slice(&raw), &ticket));
    if (!client->has_failed && ticket.answer != WC_SOLO_KEPT) {
        wc_client_fail(client, "%s: not admitted (%s)", letter->label,
                       refusal_name(ticket.admission.refusal));
    }
    return letter->draft.tx_id;
}

wc_hash wc_letter_send(wc_letter *letter, uint8_t *result, size_t result_size)
{
    wc_expected how = {.result = result, .result_size = result_size};
    return send(letter, &how);
}

wc_hash wc_letter_send_refused(wc_letter *letter, const char *code, const char *what)
{
    wc_expected how = {.refusal = code, .what = what};
    return send(letter, &how);
}

/* ---- time --------------------------------------------------------------------------------------
 */

void wc_client_at(wc_client *client, int64_t time_s)
{
    client->now_s = time_s;
}

void wc_client_seal(wc_client *client)
{
    if (client->has_failed) return;
    uint32_t waiting;
    do {
        waiting = client->expected_count;
        check(client, "sealing a block", wc_solo_seal(client->solo, client->now_s));
    } while (!client->has_failed && client->expected_count > 0 && client->expected_count < waiting);
    if (!client->has_failed && client->expected_count > 0) {
        wc_client_fail(client, "%s: found no room in a block", client->expected[0].label);
    }
    wc_arena_rewind(client->arena, client->arena_start);
}

wc_buf wc_client_buf(wc_client *client, size_t size)
{
    wc_buf buf;
    void *memory = wc_arena_alloc(client->arena, size, 1);
    if (memory == NULL) check(client, "building a transaction", WC_NO_MEMORY);
    wc_buf_init(&buf, memory, memory == NULL ? 0 : size);
    return buf;
}
