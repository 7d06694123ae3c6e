/* See altered.h. */
#include "tests/unit/ledger_exec/altered.h"

#include <stdlib.h>

#include "node/chain/pages.h"

/* ---- the state ------------------------------------------------------------------------------- */

/* The first entry whose key is not less, or the end. */
static size_t place_of(const altered *a, wc_slice key)
{
    size_t at = 0;
    while (at < a->count && wc_slice_compare(wc_state_key_slice(&a->entries[at].key), key) < 0) {
        at++;
    }
    return at;
}

static altered_entry *entry_of(const altered *a, wc_slice key)
{
    size_t at = place_of(a, key);
    bool is_there = at < a->count && wc_slice_equal(wc_state_key_slice(&a->entries[at].key), key);
    return is_there ? &a->entries[at] : NULL;
}

static wc_status answer(const altered *a, altered_entry *entry, wc_slice *value)
{
    if (entry->true_reads > 0) {
        entry->true_reads--;
        return wc_chain_get(a->w->chain, &entry->key, value);
    }
    if (entry->status != WC_OK) return entry->status;
    if (entry->value.len == 0) return WC_NOT_FOUND;
    *value = entry->value;
    return WC_OK;
}

static wc_status get(void *self, wc_slice key, wc_slice *value)
{
    altered *a = self;
    if (++a->reads == a->fail_at) return WC_IO;
    altered_entry *entry = entry_of(a, key);
    if (entry != NULL) return answer(a, entry, value);
    wc_state_key wanted = {.len = (uint8_t)key.len};
    memcpy(wanted.bytes, key.data, key.len);
    return wc_chain_get(a->w->chain, &wanted, value);
}

static bool has_prefix(wc_slice key, wc_slice prefix)
{
    return key.len >= prefix.len && memcmp(key.data, prefix.data, prefix.len) == 0;
}

/* Both lists merged; an altered entry goes before the world's own, and one without value is passed
 * over. */
static wc_status step(altered *a, wc_slice prefix, wc_slice after, wc_slice *key, wc_slice *value)
{
    wc_state_key last = {.len = (uint8_t)after.len};
    if (after.len > 0) memcpy(last.bytes, after.data, after.len);
    for (;;) { /* ends: `last` grows */
        wc_status status =
            wc_chain_next(a->w->chain, prefix, wc_state_key_slice(&last), key, value);
        if (status != WC_OK && status != WC_NOT_FOUND) return status;
        size_t at = place_of(a, last.len > 0 ? wc_state_key_slice(&last) : prefix);
        if (at < a->count && last.len > 0 &&
            wc_slice_equal(wc_state_key_slice(&a->entries[at].key), wc_state_key_slice(&last))) {
            at++;
        }
        altered_entry *entry = &a->entries[at];
        bool is_ours =
            at < a->count && has_prefix(wc_state_key_slice(&entry->key), prefix) &&
            (status != WC_OK || wc_slice_compare(wc_state_key_slice(&entry->key), *key) <= 0);
        if (!is_ours) return status;
        *key = wc_state_key_slice(&entry->key);
        status = answer(a, entry, value);
        if (status != WC_NOT_FOUND) return status;
        last = entry->key;
    }
}

static wc_status next(void *self, wc_slice prefix, wc_slice after, wc_slice *key, wc_slice *value)
{
    altered *a = self;
    return ++a->reads == a->fail_at ? WC_IO : step(a, prefix, after, key, value);
}

static const wc_state_base_ops state_ops = {get, next};

/* From the instances themselves, as an index of them would name them. */
static wc_status next_timer(void *self, const wc_timer *after, wc_timer *timer)
{
    const uint8_t space = WC_SPACE_INSTANCE;
    wc_state_key last = {.len = 0};
    wc_slice key, value;
    bool has_one = false;
    while (step(self, wc_slice_of(&space, 1), wc_state_key_slice(&last), &key, &value) == WC_OK) {
        wc_instance_entry entry;
        memcpy(last.bytes, key.data, key.len);
        last.len = (uint8_t)key.len;
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
    (void)self;
    (void)seq;
    (void)changes;
    (void)count;
    *hash = (wc_hash){{0}};
    return WC_OK;
}

/* ---- altering -------------------------------------------------------------------------------- */

static altered_entry *take_entry(altered *a, const wc_state_key *key)
{
    size_t at = place_of(a, wc_state_key_slice(key));
    if (entry_of(a, wc_state_key_slice(key)) != NULL) return &a->entries[at];
    assert_in_range(a->count, 0, ALTERED_MAX - 1);
    memmove(&a->entries[at + 1], &a->entries[at], (a->count - at) * sizeof a->entries[0]);
    a->count++;
    a->entries[at] = (altered_entry){.key = *key};
    return &a->entries[at];
}

void altered_put(altered *a, const wc_state_key *key, wc_slice value)
{
    wc_slice copy = world_abi(a->w, "x", value);
    altered_entry *entry = take_entry(a, key);
    entry->value = copy;
    entry->status = WC_OK;
}

void altered_lose(altered *a, const wc_state_key *key)
{
    altered_put(a, key, wc_slice_of(NULL, 0));
}

void altered_fail(altered *a, const wc_state_key *key, wc_status status)
{
    take_entry(a, key)->status = status;
}

void altered_fail_under(altered *a, const wc_state_key *prefix, wc_status status)
{
    wc_state_key last = {.len = 0};
    wc_slice key, value;
    while (wc_chain_next(a->w->chain, wc_state_key_slice(prefix), wc_state_key_slice(&last), &key,
                         &value) == WC_OK) {
        memcpy(last.bytes, key.data, key.len);
        last.len = (uint8_t)key.len;
        altered_fail(a, &last, status);
    }
    assert_true(last.len > 0);
}

void altered_true_reads(altered *a, const wc_state_key *key, uint32_t count)
{
    take_entry(a, key)->true_reads = count;
}

uint8_t *altered_bytes(altered *a, const wc_state_key *key, size_t *len)
{
    wc_slice value;
    assert_status(get(a, wc_state_key_slice(key), &value), WC_OK);
    uint8_t *copy = wc_arena_alloc(&a->w->arena, value.len, 1);
    assert_non_null(copy);
    memcpy(copy, value.data, value.len);
    *len = value.len;
    return copy;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void drop_ledger(altered *a)
{
    wc_pages_give(a->memory);
    a->memory = NULL;
    a->ledger = NULL;
}

static void open_ledger(altered *a)
{
    wc_hash genesis = wc_chain_genesis_hash(a->w->chain);
    bool is_watched = a->observer.unit != NULL || a->observer.event != NULL;
    const wc_ledger_ports ports = {.state = {&state_ops, a},
                                   .next_timer = next_timer,
                                   .verify = wc_verify_serial,
                                   .root = root,
                                   .observer = is_watched ? &a->observer : NULL,
                                   .self = a};
    drop_ledger(a);
    a->memory = wc_pages_take(wc_ledger_memory());
    assert_non_null(a->memory);
    a->ledger = wc_ledger_init(a->memory, &genesis,
                               wc_slice_of(WORLD_CHAIN, sizeof WORLD_CHAIN - 1), &ports);
    if (!a->forgets) return;
    wc_overlay_limits limits = WC_OVERLAY_DEFAULT;
    limits.cache_keys = 0;
    limits.block_bytes = wc_chain_params(a->w->chain)->block_write_bytes_max;
    a->ledger->of_block = wc_overlay_init(a->ledger->overlay_memory, &limits, ports.state);
    a->ledger->overlay_block_bytes = (uint32_t)limits.block_bytes;
}

void altered_open(altered *a, world *w)
{
    *a = (altered){.w = w, .head = *wc_chain_head(w->chain)};
    a->entries = calloc(ALTERED_MAX, sizeof *a->entries);
    a->input = calloc(1, sizeof *a->input);
    assert_true(a->entries != NULL && a->input != NULL);
    a->observer.self = a;
    wc_proposer_of_key(a->input->proposer, wc_chain_maker(w->chain)->bytes);
    open_ledger(a);
}

void altered_close(altered *a)
{
    drop_ledger(a);
    free(a->entries);
    free(a->input);
}

wc_status altered_apply_next(altered *a, const wc_slice *raws, size_t count)
{
    wc_block_input *input = a->input;
    wc_block_tx *txs = WC_ARENA_ARRAY(&a->w->arena, wc_block_tx, count + 1);
    assert_non_null(txs);
    for (size_t i = 0; i < count; i++) txs[i] = (wc_block_tx){wc_tx_raw_hash(raws[i]), raws[i]};
    input->form = WC_BLOCK_RAW;
    input->height = a->head.height + 1;
    input->time_s = a->w->now;
    input->time_ns = a->w->now == a->head.time_s ? a->head.time_ns : 0;
    input->tx_count = (uint32_t)count;
    input->txs = txs;
    a->reads = 0;
    return wc_apply(a->ledger, &a->head, input, &a->applied);
}

wc_status altered_apply(altered *a, const wc_slice *raws, size_t count)
{
    open_ledger(a);
    return altered_apply_next(a, raws, count);
}

wc_status altered_send(altered *a, letter *l)
{
    wc_slice raw = letter_raw(l);
    return altered_apply(a, &raw, 1);
}

void altered_fail_each(altered *a, const wc_slice *raws, size_t count)
{
    a->forgets = true;
    assert_status(altered_apply(a, raws, count), WC_OK);
    uint64_t reads = a->reads;
    for (a->fail_at = 1; a->fail_at <= reads; a->fail_at++) {
        assert_status(altered_apply(a, raws, count), WC_IO);
        assert_int_equal(a->applied.record_bytes.len, 0);
    }
    a->fail_at = 0;
    a->forgets = false;
    assert_status(altered_apply(a, raws, count), WC_OK);
}

const wc_receipt_page *altered_page(const altered *a)
{
    assert_in_range(a->applied.receipt_count, a->applied.timer_count + 1, UINT32_MAX);
    return &a->applied.receipts[a->applied.timer_count];
}

const wc_receipt_page *altered_epoch_page(const altered *a)
{
    if (a->applied.receipt_count == 0) return NULL;
    const wc_receipt_page *page = &a->applied.receipts[a->applied.receipt_count - 1];
    return page->receipt.kind == WC_RECEIPT_SYSTEM ? page : NULL;
}

void altered_readdress(altered *a, const wc_address *instance, const wc_address *from,
                       const wc_address *to)
{
    wc_state_key key = wc_key_instance(instance);
    size_t len, at = 0;
    uint8_t *bytes = altered_bytes(a, &key, &len);
    while (at + 32 < len && memcmp(bytes + at, from->bytes, 32) != 0) at++;
    assert_memory_equal(bytes + at, from->bytes, 32);
    memcpy(bytes + at, to->bytes, 32);
    altered_put(a, &key, wc_slice_of(bytes, len));
}

void altered_nearly_full(void *self, bool is_undone)
{
    const altered *a = self;
    if (is_undone) return;
    a->ledger->report.len = a->ledger->job.report_start = WC_BLOCK_REPORT_BYTES_MAX - a->room;
}
