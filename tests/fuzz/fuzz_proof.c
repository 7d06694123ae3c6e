/* Proof files that somebody forges: whatever holds must be true on the chain it is about.
 *
 * There are two chains: the recorded one, and one with batches of readings, a correction among
 * them. Of each kind a genuine file is made at the start, of a reading out of a batch two. An input
 * is such a file and what is done to it, or bytes of its own:
 *
 *   input  base u8 (1..6: the genuine file of that kind, 7: of a correction, else nothing) | step *
 *   step   op u8 | at u16 | value u8 | n u8         flip, set, cut, insert, copy from another file
 *   base 0: the rest of the input is the file
 *
 * A file that decodes must be written the same; one that holds for the hash of its record is
 * compared with the chain that it names, fact by fact. */
#include <stdlib.h>

#include "node/proof/words.h"
#include "tests/unit/ledger_exec/fleet.h"
#include "tests/unit/proof/made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OF_RECORDED 5u /* kinds of facts that the recorded chain has */
#define BASES       7u
#define FILE_MAX    65536u

static made recorded;
static world batched;   /* the chain with batches */
static wc_chain *chain; /* that the file at hand names */
static uint8_t genuine[BASES][FILE_MAX];
static size_t genuine_len[BASES];
static uint8_t forged[2 * FILE_MAX];
static wc_proof_file file;
static wc_proof_scratch scratch;

static void keep(unsigned base, wc_slice bytes)
{
    if (bytes.len > FILE_MAX) abort();
    memcpy(genuine[base], bytes.data, bytes.len);
    genuine_len[base] = bytes.len;
}

/* The reading of a meter in the second quarter, in this version. */
static void keep_metered(unsigned base, uint16_t version)
{
    static uint8_t out_memory[WC_PROOF_FILE_MAX];
    void *memory = aligned_alloc(16, WC_PROOF_MAKER_ARENA);
    wc_address meter = fleet_meter(&batched, 3);
    wc_status status;
    wc_found_reading found;
    wc_arena arena;
    wc_buf out;
    if (memory == NULL) abort();
    if (wc_prove_find_reading(batched.chain, &status, &meter, FLEET_START + 2 * FLEET_STEP, version,
                              &found) != WC_PROVE_DONE) {
        abort();
    }
    wc_arena_init(&arena, memory, WC_PROOF_MAKER_ARENA);
    wc_buf_init(&out, out_memory, sizeof out_memory);
    wc_proof_maker maker = {.chain = batched.chain,
                            .state = batched.chain,
                            .seq = found.seq,
                            .out = &out,
                            .arena = &arena};
    if (wc_prove_reading(&maker, &found) != WC_PROVE_DONE) abort();
    keep(base, wc_buf_slice(&out));
    free(memory);
}

static void make_batches(void)
{
    static fleet f;
    world_options options = fleet_options();
    world_open(&batched, &options);
    fleet_open(&f, &batched);
    for (uint32_t quarter = 1; quarter <= 2; quarter++) {
        fleet_batch batch = {.quarter = quarter};
        (void)fleet_send(&f, &batch);
    }
    fleet_batch correction = fleet_correction(&f, 2, 1);
    (void)fleet_send(&f, &correction);
}

static void begin(void)
{
    if (genuine_len[0] != 0) return;
    made_open(&recorded, NULL);
    make_batches();
    for (unsigned i = 0; i < OF_RECORDED; i++) {
        keep(i, made_kind(&recorded, (wc_fact_kind)(i + 1)));
    }
    keep_metered(OF_RECORDED, 0);
    keep_metered(OF_RECORDED + 1, 1);
}

/* ---- forging -----------------------------------------------------------------------------------
 */

static size_t apply(size_t len, const uint8_t *step)
{
    size_t at = wc_load_u16(step + 1), n = step[4];
    if (len == 0) return 0;
    at %= len;
    switch (step[0] % 5) {
    case 0: forged[at] ^= (uint8_t)(1u << step[3] % 8); return len;
    case 1: forged[at] = step[3]; return len;
    case 2:
        if (n > len - at) n = len - at;
        memmove(forged + at, forged + at + n, len - at - n);
        return len - n;
    case 3:
        if (len + n > FILE_MAX) return len;
        memmove(forged + at + n, forged + at, len - at);
        memset(forged + at, step[3], n);
        return len + n;
    default: {
        const uint8_t *from = genuine[step[3] % BASES];
        for (size_t i = 0; i < n && at + i < len; i++) forged[at + i] = from[at + i];
        return len;
    }
    }
}

static wc_slice forge(const uint8_t *data, size_t size)
{
    if (size == 0) return wc_slice_of(NULL, 0);
    if (data[0] == 0 || data[0] > BASES) return wc_slice_of(data + 1, size - 1);
    size_t len = genuine_len[data[0] - 1];
    memcpy(forged, genuine[data[0] - 1], len);
    for (size_t at = 1; at + 5 <= size; at += 5) len = apply(len, data + at);
    return wc_slice_of(forged, len);
}

/* ---- the truth ---------------------------------------------------------------------------------
 */

static void must(bool is_true)
{
    if (!is_true) abort();
}

/* At the newest record only: an older state is not at hand. */
static void check_state(const wc_fact_state *state)
{
    wc_state_key key = {.len = (uint8_t)state->key.len};
    wc_slice value;
    if (file.record.seq != wc_chain_head(chain)->seq) return;
    memcpy(key.bytes, state->key.data, state->key.len);
    bool is_there = wc_chain_get(chain, &key, &value) == WC_OK;
    must(is_there == state->is_present);
    if (is_there) must(wc_slice_equal(value, state->value));
}

static void check_receipt(wc_receipt_page *page)
{
    uint8_t bytes[WC_RECEIPT_SIZE];
    wc_buf buf;
    must(wc_chain_read_receipt(chain, file.record.seq, file.receipt.index, page) == WC_OK);
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_receipt_put(&buf, &page->receipt);
    must(wc_slice_equal(wc_buf_slice(&buf), file.receipt_bytes));
    must(wc_slice_equal(page->outcome, file.result));
}

static void check_event(const wc_receipt_page *page)
{
    wc_reader reader = wc_reader_of(page->events);
    must(file.event_index < page->event_count);
    for (uint64_t i = 0;; i++) {
        wc_event event;
        size_t start = reader.at;
        must(wc_event_read(&reader, &event) == WC_OK);
        if (i < file.event_index) continue;
        must(wc_slice_equal(wc_slice_of(page->events.data + start, reader.at - start),
                            file.event_bytes));
        return;
    }
}

static void check_tx(void)
{
    const wc_chain_block *block;
    must(wc_chain_read_block(chain, file.record.seq, &block) == WC_OK);
    must(file.path.index < block->record.record.tx_count);
    must(wc_slice_equal(block->input.txs[file.path.index].bytes, file.tx));
}

/* Some transaction of the block has this body, and this call these arguments. */
static void check_readings(void)
{
    const wc_chain_block *block;
    must(wc_chain_read_block(chain, file.record.seq, &block) == WC_OK);
    for (uint32_t i = 0; i < block->record.record.tx_count; i++) {
        wc_tx tx;
        wc_tx_fault fault;
        wc_arena arena;
        wc_arena_init(&arena, scratch.arena, sizeof scratch.arena);
        if (wc_tx_decode(&tx, &fault, &arena, block->input.txs[i].bytes) != WC_OK) continue;
        if (!wc_slice_equal(tx.body, file.body) || file.call >= tx.call_count) continue;
        must(wc_slice_equal(tx.calls[file.call].args, file.payload));
        return;
    }
    abort();
}

/* The piece stands in the payload where it says. */
static bool stands_in(const wc_piece_proof *piece, const wc_tx_call *call)
{
    size_t at = (size_t)piece->index * WC_PIECE_SIZE;
    bool has_rest = call->args.len > (size_t)call->pieces * WC_PIECE_SIZE;
    return piece->index < call->pieces && piece->count == call->pieces + (has_rest ? 1u : 0u) &&
           memcmp(call->args.data + at, piece->bytes, WC_PIECE_SIZE) == 0;
}

/* Some transaction of the block has this body, and the payload of this call is a batch with these
 * pieces: its first one, and a reading. */
static void check_metered(void)
{
    const wc_chain_block *block;
    must(wc_chain_read_block(chain, file.record.seq, &block) == WC_OK);
    for (uint32_t i = 0; i < block->record.record.tx_count; i++) {
        wc_tx tx;
        wc_tx_fault fault;
        wc_arena arena;
        wc_batch batch;
        wc_arena_init(&arena, scratch.arena, sizeof scratch.arena);
        if (wc_tx_decode(&tx, &fault, &arena, block->input.txs[i].bytes) != WC_OK) continue;
        if (!wc_slice_equal(tx.body, file.body) || file.call >= tx.call_count) continue;
        const wc_tx_call *call = &tx.calls[file.call];
        must(wc_batch_decode(&batch, call->args) == WC_OK);
        must(file.head.index == 0 && stands_in(&file.head, call));
        must(file.reading.index >= WC_BATCH_HEAD_PIECES && stands_in(&file.reading, call));
        must(file.reading.index < WC_BATCH_HEAD_PIECES + batch.count);
        return;
    }
    abort();
}

static void check_truth(void)
{
    wc_receipt_page page;
    switch (file.kind) {
    case WC_FACT_STATE: check_state(&file.state); break;
    case WC_FACT_RECEIPT: check_receipt(&page); break;
    case WC_FACT_EVENT:
        check_receipt(&page);
        check_event(&page);
        break;
    case WC_FACT_TX: check_tx(); break;
    case WC_FACT_READINGS:
        check_receipt(&page);
        check_readings();
        break;
    case WC_FACT_METERED:
        check_receipt(&page);
        check_metered();
        break;
    }
    for (uint8_t i = 0; i < file.support_count; i++) check_state(&file.supports[i]);
}

/* False: it is about neither of the two. */
static bool choose_chain(void)
{
    wc_chain *const chains[] = {recorded.w.chain, batched.chain};
    for (size_t i = 0; i < WC_ARRAY_LEN(chains); i++) {
        wc_hash genesis = wc_chain_genesis_hash(chains[i]);
        chain = chains[i];
        if (wc_hash_equal(&genesis, &file.record.genesis_hash)) return true;
    }
    return false;
}

/* ---- one input ---------------------------------------------------------------------------------
 */

static void tell(void)
{
    static uint8_t arena_memory[WC_PROOF_WORDS_ARENA] __attribute__((aligned(16)));
    static uint8_t text_memory[1u << 18];
    wc_arena arena;
    wc_buf text;
    wc_arena_init(&arena, arena_memory, sizeof arena_memory);
    wc_proof_words words = {.file = &file, .arena = &arena};
    wc_buf_init(&text, text_memory, sizeof text_memory);
    (void)wc_words_has_focus(&words);
    wc_proof_put_fact(&text, &words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t again[2 * FILE_MAX];
    wc_buf buf;
    size_t bad;
    wc_chain_record record;
    begin();
    wc_slice bytes = forge(data, size);
    if (bytes.len > sizeof again) return 0;
    if (wc_proof_file_decode(&file, &bad, bytes) != WC_OK) {
        must(bad <= bytes.len);
        return 0;
    }
    wc_buf_init(&buf, again, sizeof again);
    wc_proof_file_put(&buf, &file);
    must(wc_slice_equal(wc_buf_slice(&buf), bytes));
    if (!choose_chain()) return 0;
    if (wc_chain_read_record(chain, file.record.seq, &record) != WC_OK) return 0;
    wc_hash hash = record.hash;
    wc_proof_trust trust = {.record_hash = &hash};
    if (wc_proof_check(&file, &bad, &scratch, bytes, &trust) != WC_PROOF_HOLDS) return 0;
    check_truth();
    tell();
    return 0;
}
