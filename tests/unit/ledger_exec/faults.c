/* See faults.h. */
#include "tests/unit/ledger_exec/faults.h"

#include <stdlib.h>

#include "node/chain/pages.h"
#include "node/ledger/execute.h"
#include "node/ledger/ledger.h"

#define POINTS_MAX  4096u
#define RECORDS_MAX 60u
#define TXS_MAX     16u /* of a block */

typedef enum fault_kind {
    FAULT_NONE,
    FAULT_STATUS, /* the store cannot read: WC_IO */
    FAULT_VALUE,  /* it gives a value that is none */
    FAULT_NOTE,   /* none: notes which key is read there */
    FAULT_ABSENT, /* the key that was noted is not there */
    FAULT_GAS,    /* a job has less gas than it took */
    FAULT_REPORT, /* the block has less room for events than a job wants */
    FAULT_KEYS,   /* a transaction may write fewer keys than it does */
    FAULT_BLOCK   /* and the block */
} fault_kind;

struct faults {
    world *w;
    wc_ledger *ledger;
    void *memory;
    wc_block_input *input;
    wc_block_tx *txs;
    fault_kind fault;
    bool forgets;     /* the ledger reads anew what it would remember */
    uint64_t reads;   /* of the store, counted from 1 */
    uint64_t fail_at; /* a read; or what there is of gas, bytes or keys */
    wc_state_key gone;
    uint32_t page;  /* of the job that a limit meets */
    size_t changes; /* keys that the block changed */
    wc_observer observer;
    wc_applied applied;
};

#define SEEN_MAX 8192u

static unsigned turn; /* so that blocks alike fail at different reads */

/* Worlds are deterministic: whatever begins alike brings the same blocks, which are tried once. */
static wc_hash seen[SEEN_MAX];
static size_t seen_count;

static bool is_new(const world *w, const char *what, const wc_slice *parts, size_t count)
{
    wc_sha256_state state;
    uint8_t when[8];
    wc_store_u64(when, (uint64_t)w->now);
    wc_sha256_begin(&state);
    wc_sha256_update(&state, wc_slice_of(what, strlen(what)));
    wc_sha256_update(&state, wc_slice_of(when, sizeof when));
    wc_sha256_update(&state, wc_slice_of(wc_chain_head(w->chain)->record_hash.bytes, WC_HASH_SIZE));
    for (size_t i = 0; i < count; i++) wc_sha256_update(&state, parts[i]);
    wc_hash hash = wc_sha256_end(&state);
    for (size_t i = 0; i < seen_count; i++) {
        if (wc_hash_equal(&seen[i], &hash)) return false;
    }
    assert_in_range(seen_count, 0, SEEN_MAX - 1);
    seen[seen_count++] = hash;
    return true;
}

/* ---- ports ----------------------------------------------------------------------------------- */

/* Counts a read; whether it is the one that fails. */
static bool fails(faults *f)
{
    bool is_read = f->fault >= FAULT_STATUS && f->fault <= FAULT_NOTE;
    if (f->forgets && f->ledger != NULL) f->ledger->keeps_accounts = false;
    return ++f->reads == f->fail_at && is_read;
}

static const uint8_t odd[] = {0xff}; /* begins with no version that there is */

static bool is_gone(const faults *f, wc_slice key)
{
    return f->fault == FAULT_ABSENT && wc_slice_equal(key, wc_state_key_slice(&f->gone));
}

/* A read meets its fault. */
static wc_status spoil(faults *f, wc_slice key, wc_slice *value, wc_status status)
{
    if (!fails(f) || (status != WC_OK && f->fault != FAULT_STATUS)) return status;
    if (f->fault == FAULT_STATUS) return WC_IO;
    if (f->fault == FAULT_VALUE) *value = wc_slice_of(odd, sizeof odd);
    if (f->fault == FAULT_NOTE) {
        memcpy(f->gone.bytes, key.data, key.len);
        f->gone.len = (uint8_t)key.len;
    }
    return WC_OK;
}

static wc_status get(void *self, wc_slice key, wc_slice *value)
{
    faults *f = self;
    wc_state_key wanted = {.len = (uint8_t)key.len};
    memcpy(wanted.bytes, key.data, key.len);
    wc_status status = spoil(f, key, value, wc_chain_get(f->w->chain, &wanted, value));
    if (status != WC_OK || !is_gone(f, key)) return status;
    *value = wc_slice_of(NULL, 0);
    return WC_NOT_FOUND;
}

static wc_status next(void *self, wc_slice prefix, wc_slice after, wc_slice *key, wc_slice *value)
{
    faults *f = self;
    wc_status status = wc_chain_next(f->w->chain, prefix, after, key, value);
    status = spoil(f, *key, value, status);
    if (status != WC_OK || !is_gone(f, *key)) return status;
    return wc_chain_next(f->w->chain, prefix, wc_state_key_slice(&f->gone), key, value);
}

static const wc_state_base_ops state_ops = {get, next};

/* From the instances themselves; the chain keeps an index of them. */
static wc_status next_timer(void *self, const wc_timer *after, wc_timer *timer)
{
    faults *f = self;
    const uint8_t space = WC_SPACE_INSTANCE;
    wc_state_key last = {.len = 0};
    wc_slice key, value;
    bool has_one = false;
    if (fails(f) && f->fault == FAULT_STATUS) return WC_IO;
    while (wc_chain_next(f->w->chain, wc_slice_of(&space, 1), wc_state_key_slice(&last), &key,
                         &value) == WC_OK) {
        static wc_instance_entry entry;
        memcpy(last.bytes, key.data, key.len);
        last.len = (uint8_t)key.len;
        if (key.len != 33) continue;
        assert_status(wc_instance_decode(&entry, value), WC_OK);
        wc_timer one = {.due_s = entry.due_s};
        memcpy(one.instance.bytes, key.data + 1, sizeof one.instance.bytes);
        bool is_behind = after == NULL || wc_timer_compare(&one, after) > 0;
        bool is_first = !has_one || wc_timer_compare(&one, timer) < 0;
        if (one.due_s == WC_DUE_NONE || !is_behind || !is_first) continue;
        *timer = one;
        has_one = true;
    }
    return has_one ? WC_OK : WC_NOT_FOUND;
}

static wc_status root(void *self, wc_hash *hash, uint64_t seq, const wc_tree_change *changes,
                      size_t count)
{
    (void)seq;
    (void)changes;
    ((faults *)self)->changes = count;
    memset(hash->bytes, 0, sizeof hash->bytes);
    return fails(self) && ((faults *)self)->fault == FAULT_STATUS ? WC_IO : WC_OK;
}

/* A job begins: the place for a limit of its own. */
static void unit(void *self, bool is_undone)
{
    faults *f = self;
    if (is_undone || f->ledger->page_count != f->page) return;
    wc_job *job = &f->ledger->job;
    if (f->fault == FAULT_GAS) job->gas_limit = f->fail_at;
    if (f->fault == FAULT_REPORT) {
        f->ledger->report.len = job->report_start = WC_BLOCK_REPORT_BYTES_MAX - f->fail_at;
    }
}

/* ---- trying ---------------------------------------------------------------------------------- */

static void drop_ledger(faults *f)
{
    wc_pages_give(f->memory);
    f->memory = NULL;
    f->ledger = NULL;
}

static void open_ledger(faults *f)
{
    wc_hash genesis = wc_chain_genesis_hash(f->w->chain);
    wc_overlay_limits limits = WC_OVERLAY_DEFAULT;
    const wc_ledger_ports ports = {.state = {&state_ops, f},
                                   .next_timer = next_timer,
                                   .verify = wc_verify_serial,
                                   .root = root,
                                   .observer = &f->observer,
                                   .self = f};
    drop_ledger(f);
    f->observer = (wc_observer){.unit = unit, .self = f};
    f->memory = wc_pages_take(wc_ledger_memory());
    assert_non_null(f->memory);
    f->ledger = wc_ledger_init(f->memory, &genesis,
                               wc_slice_of(WORLD_CHAIN, sizeof WORLD_CHAIN - 1), &ports);
    if (f->fault == FAULT_KEYS) limits.tx_keys = (uint32_t)f->fail_at;
    if (f->fault == FAULT_BLOCK) limits.block_keys = (uint32_t)f->fail_at;
    if (f->forgets) limits.cache_keys = 0;
    limits.block_bytes = wc_chain_params(f->w->chain)->block_write_bytes_max;
    f->ledger->overlay = wc_overlay_init(f->ledger->overlay_memory, &limits, ports.state);
    f->ledger->overlay_block_bytes = (uint32_t)limits.block_bytes;
}

static wc_status apply(faults *f, fault_kind kind, uint64_t fail_at)
{
    f->fault = kind;
    f->fail_at = fail_at;
    f->reads = 0;
    f->changes = 0;
    open_ledger(f); /* a fresh one: what a ledger remembers would not be read again */
    return wc_apply(f->ledger, wc_chain_head(f->w->chain), f->input, &f->applied);
}

static void make_input(faults *f, const wc_slice *raws, size_t count)
{
    const wc_head *head = wc_chain_head(f->w->chain);
    f->input = calloc(1, sizeof *f->input);
    f->txs = malloc((count + 1) * sizeof *f->txs);
    assert_true(f->input != NULL && f->txs != NULL);
    for (size_t i = 0; i < count; i++) f->txs[i] = (wc_block_tx){wc_tx_raw_hash(raws[i]), raws[i]};
    f->input->form = WC_BLOCK_RAW;
    f->input->height = head->height + 1;
    f->input->time_s = f->w->now;
    f->input->time_ns = f->w->now == head->time_s ? head->time_ns : 0;
    wc_proposer_of_key(f->input->proposer, wc_chain_maker(f->w->chain)->bytes);
    f->input->tx_count = (uint32_t)count;
    f->input->txs = f->txs;
}

/* Of a long chain the beginning. A block whose time goes back is none. */
static bool is_wanted(const world *w)
{
    const wc_head *head = wc_chain_head(w->chain);
    return getenv("WC_TEST_FAULTS") != NULL && head->seq < RECORDS_MAX && w->now >= head->time_s;
}

/* Fails `points` of the store's reads, one at a time. */
static void try_reads(faults *f, uint64_t points, fault_kind kind)
{
    assert_status(apply(f, FAULT_NONE, 0), WC_OK);
    uint64_t reads = f->reads, step = reads / points + 1;
    for (uint64_t at = 1 + turn++ % step; at <= reads; at += step) {
        if (kind == FAULT_ABSENT) {
            f->gone.len = 0;
            assert_status(apply(f, FAULT_NOTE, at), WC_OK);
        }
        wc_status status = apply(f, kind, at);
        if (kind == FAULT_STATUS || status != WC_OK) {
            assert_status(status, kind == FAULT_STATUS ? WC_IO : WC_CORRUPT);
        }
        assert_false(status != WC_OK && f->applied.record_bytes.len > 0);
    }
}

/* Of a block that is one transaction: it failed for this, or found no room; either way nothing is
 * left of it but, at most, its nonce and its fee. */
static void assert_none(const faults *f, const wc_applied *whole, uint16_t status)
{
    const wc_receipt *receipt = &f->applied.receipts[0].receipt;
    if (whole->receipt_count != 1 || whole->tx_count != 1) return;
    assert_int_equal(f->applied.receipt_count, 1);
    bool is_full = receipt->status == WC_REFUSAL_BLOCK_FULL && f->fault != FAULT_GAS;
    if (!is_full) assert_int_equal(receipt->status, status);
    if (f->fault == FAULT_GAS) assert_int_equal(receipt->gas_used, f->fail_at);
    assert_in_range(f->changes, 0, is_full ? 0 : 3);
    assert_int_equal(f->applied.timer_change_count, 0);
}

/* What a job becomes when it has less gas. A time-out's is what its clause says. */
static void try_gas(faults *f, const wc_applied *whole, uint64_t points)
{
    const wc_receipt *receipt = &whole->receipts[f->page].receipt;
    uint64_t least = 0, most = receipt->gas_used;
    if (receipt->kind == WC_RECEIPT_TX) {
        const wc_tx *tx = whole->txs[f->page - whole->timer_count].tx;
        least = wc_intrinsic_gas(tx, f->txs[f->page - whole->timer_count].bytes.len) - 1;
    }
    uint64_t step = (most - least) / points + 1;
    for (uint64_t gas = least + turn++ % step; gas < most; gas += step) {
        assert_status(apply(f, FAULT_GAS, gas), WC_OK);
        assert_none(f, whole, WC_RECEIPT_TRAP);
    }
}

/* And when its block has room for only some of its events. */
static void try_report(faults *f, const wc_applied *whole, uint64_t points)
{
    const wc_receipt_page *page = &whole->receipts[f->page];
    wc_reader reader = wc_reader_of(page->events);
    uint32_t step = page->event_count / (uint32_t)points + 1, turns = turn++;
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        if (i % step == turns % step) {
            assert_status(apply(f, FAULT_REPORT, reader.at), WC_OK);
            assert_none(f, whole, WC_REFUSAL_EVENT_LIMIT);
        }
        assert_status(wc_event_read(&reader, &event), WC_OK);
    }
}

/* Fewer keys for every job, or for the block, until they are enough. */
static void try_keys(faults *f, const wc_applied *whole, uint64_t points, fault_kind kind)
{
    uint64_t step = f->changes / points + 1;
    for (uint64_t keys = turn++ % step; keys < f->changes; keys += step) {
        size_t enough = f->changes;
        assert_status(apply(f, kind, keys), WC_OK);
        assert_none(f, whole, WC_REFUSAL_WRITE_LIMIT);
        f->changes = enough;
    }
}

static void try_limits(faults *f, uint64_t points)
{
    assert_status(apply(f, FAULT_NONE, 0), WC_OK);
    wc_applied whole = f->applied;
    void *memory = f->memory; /* of what `whole` refers to */
    f->memory = NULL;
    try_keys(f, &whole, points, FAULT_KEYS);
    try_keys(f, &whole, points, FAULT_BLOCK);
    for (f->page = 0; f->page < whole.receipt_count; f->page++) {
        const wc_receipt *receipt = &whole.receipts[f->page].receipt;
        if (receipt->status != WC_RECEIPT_OK) continue;
        if (receipt->kind != WC_RECEIPT_TIMER) try_gas(f, &whole, points);
        try_report(f, &whole, points);
    }
    f->page = 0;
    wc_pages_give(memory);
}

faults *faults_try(world *w, const wc_slice *raws, size_t count)
{
    if (!is_wanted(w) || count > TXS_MAX || !is_new(w, "block", raws, count)) return NULL;
    uint64_t points = strtoul(getenv("WC_TEST_FAULTS"), NULL, 10);
    assert_in_range(points, 1, POINTS_MAX);
    faults *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->w = w;
    make_input(f, raws, count);
    try_reads(f, points, FAULT_VALUE);
    try_reads(f, points, FAULT_ABSENT);
    f->forgets = true;
    try_reads(f, points, FAULT_STATUS);
    f->forgets = false;
    try_limits(f, points);
    assert_status(apply(f, FAULT_NONE, 0), WC_OK);
    return f;
}

void faults_end(faults *f, const wc_sealed *sealed)
{
    if (f == NULL) return;
    const wc_record *ours = &f->applied.record, *theirs = &sealed->applied.record;
    assert_int_equal(f->applied.is_recorded, sealed->applied.is_recorded);
    assert_true(wc_hash_equal(&ours->receipts_root, &theirs->receipts_root));
    assert_int_equal(ours->gas_used, theirs->gas_used);
    drop_ledger(f);
    free(f->input);
    free(f->txs);
    free(f);
}

/* ---- arguments ------------------------------------------------------------------------------- */

#define CUTS_MAX  48u /* lengths that one call's arguments are cut to */
#define CALLS_MAX 4u  /* of a letter */

/* Status of the letter's receipt when call `index` has these arguments instead. */
static uint16_t status_with(faults *f, const letter *l, uint8_t index, const wc_slice *args)
{
    world *w = f->w;
    size_t mark = wc_arena_mark(&w->arena);
    letter other = *l;
    other.draft.calls = WC_ARENA_ARRAY(&w->arena, wc_tx_call, WC_TX_CALLS_MAX);
    assert_non_null(other.draft.calls);
    memcpy(other.draft.calls, l->draft.calls, l->draft.tx.call_count * sizeof *l->draft.calls);
    other.draft.tx.calls = other.draft.calls;
    if (args != NULL) other.draft.calls[index].args = *args;
    wc_slice raw = letter_raw(&other);
    make_input(f, &raw, 1);
    if (f->ledger == NULL) open_ledger(f);
    assert_status(wc_apply(f->ledger, wc_chain_head(w->chain), f->input, &f->applied), WC_OK);
    uint16_t status = f->applied.receipts[f->applied.timer_count].receipt.status;
    free(f->input);
    free(f->txs);
    wc_arena_rewind(&w->arena, mark);
    return status;
}

static bool is_cut(const wc_tx_call *call)
{
    return call->carried == WC_CARRIED_INLINE && call->args.len <= WC_ARGS_MAX &&
           call->kind != WC_CALL_DEPLOY;
}

static void cut_call(faults *f, const letter *l, uint8_t index)
{
    static uint8_t longer[WC_ARGS_MAX + 1];
    wc_slice whole = l->draft.calls[index].args;
    size_t step = whole.len / CUTS_MAX + 1;
    for (size_t len = turn++ % step; len < whole.len; len += step) {
        wc_slice args = wc_slice_of(whole.data, len);
        assert_int_not_equal(status_with(f, l, index, &args), WC_RECEIPT_OK);
    }
    if (whole.len > 0) memcpy(longer, whole.data, whole.len);
    longer[whole.len] = 0;
    wc_slice args = wc_slice_of(longer, whole.len + 1);
    assert_int_not_equal(status_with(f, l, index, &args), WC_RECEIPT_OK);
}

void faults_cut(world *w, const letter *l)
{
    wc_slice parts[2 * CALLS_MAX];
    uint8_t methods[2 * CALLS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < l->draft.tx.call_count && i < CALLS_MAX; i++) {
        wc_store_u16(methods + 2 * i, l->draft.calls[i].method);
        parts[count++] = wc_slice_of(methods + 2 * i, 2);
        parts[count++] = l->draft.calls[i].args;
    }
    if (!is_wanted(w) || !is_new(w, "letter", parts, count)) return;
    faults *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->w = w;
    bool succeeds = status_with(f, l, 0, NULL) == WC_RECEIPT_OK;
    for (uint8_t i = 0; i < l->draft.tx.call_count && i < CALLS_MAX && succeeds; i++) {
        if (is_cut(&l->draft.calls[i])) cut_call(f, l, i);
    }
    drop_ledger(f);
    free(f);
}
