/* See faults.h. */
#include "tests/unit/ledger_exec/faults.h"

#include <stdlib.h>

#include "node/chain/pages.h"
#include "node/ledger/instance.h"

#define POINTS_MAX  4096u
#define RECORDS_MAX 60u
#define TXS_MAX     16u /* of a block */

typedef enum fault_kind {
    FAULT_NONE,
    FAULT_STATUS, /* the store cannot read: WC_IO */
    FAULT_VALUE   /* it gives a value that is none */
} fault_kind;

struct faults {
    world *w;
    wc_ledger *ledger;
    void *memory;
    wc_block_input *input;
    wc_block_tx *txs;
    fault_kind fault;
    uint64_t reads, fail_at; /* counted from 1 */
    bool has_failed;
    wc_applied applied;
};

static unsigned turn; /* so that blocks alike fail at different reads */

/* ---- ports ----------------------------------------------------------------------------------- */

/* Counts a read; whether it is the one that fails. */
static bool fails(faults *f)
{
    bool is_it = ++f->reads == f->fail_at;
    f->has_failed = f->has_failed || is_it;
    return is_it;
}

static wc_status get(void *self, wc_slice key, wc_slice *value)
{
    static const uint8_t odd[] = {0xff};
    faults *f = self;
    wc_state_key wanted = {.len = (uint8_t)key.len};
    memcpy(wanted.bytes, key.data, key.len);
    wc_status status = wc_chain_get(f->w->chain, &wanted, value);
    if (!fails(f)) return status;
    if (f->fault == FAULT_STATUS) return WC_IO;
    if (status == WC_OK) *value = wc_slice_of(odd, sizeof odd);
    return status;
}

static wc_status next(void *self, wc_slice prefix, wc_slice after, wc_slice *key, wc_slice *value)
{
    faults *f = self;
    if (fails(f) && f->fault == FAULT_STATUS) return WC_IO;
    return wc_chain_next(f->w->chain, prefix, after, key, value);
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
    (void)count;
    memset(hash->bytes, 0, sizeof hash->bytes);
    return fails(self) && ((faults *)self)->fault == FAULT_STATUS ? WC_IO : WC_OK;
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
    const wc_ledger_ports ports = {.state = {&state_ops, f},
                                   .next_timer = next_timer,
                                   .verify = wc_verify_serial,
                                   .root = root,
                                   .self = f};
    drop_ledger(f);
    f->memory = wc_pages_take(wc_ledger_memory());
    assert_non_null(f->memory);
    f->ledger = wc_ledger_init(f->memory, &genesis,
                               wc_slice_of(WORLD_CHAIN, sizeof WORLD_CHAIN - 1), &ports);
}

static wc_status apply(faults *f, fault_kind kind, uint64_t fail_at)
{
    f->fault = kind;
    f->fail_at = fail_at;
    f->reads = 0;
    f->has_failed = false;
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

faults *faults_try(world *w, const wc_slice *raws, size_t count)
{
    if (!is_wanted(w) || count > TXS_MAX) return NULL;
    uint64_t points = strtoul(getenv("WC_TEST_FAULTS"), NULL, 10);
    assert_in_range(points, 1, POINTS_MAX);
    faults *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->w = w;
    make_input(f, raws, count);
    assert_status(apply(f, FAULT_NONE, 0), WC_OK);
    uint64_t reads = f->reads, step = reads / points + 1;
    for (uint64_t at = 1 + turn++ % step; at <= reads; at += step) {
        assert_status(apply(f, FAULT_STATUS, at), WC_IO);
        assert_false(f->applied.is_recorded && f->applied.record_bytes.len > 0);
        wc_status odd = apply(f, FAULT_VALUE, at);
        if (odd != WC_OK) assert_status(odd, WC_CORRUPT);
    }
    assert_status(apply(f, FAULT_NONE, 0), WC_OK);
    assert_int_equal(f->reads, reads);
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
    if (!is_wanted(w)) return;
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
