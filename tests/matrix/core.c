/* The four ports of the ledger over a memory store. */
#include "tests/matrix/core.h"

#include <stdlib.h>

#include "node/ledger/state.h"

#define BATCH_BYTES  ((size_t)64u << 20)
#define ARENA_BYTES  ((size_t)1u << 20) /* the list of a block's transactions */
#define TREE_LEAVES  (1u << 17)         /* the demo's year has fewer */
#define TREE_CHANGES (1u << 13)

/* ---- ports ----------------------------------------------------------------------------------- */

static wc_status state_get(void *self, wc_slice key, wc_slice *value)
{
    wc_core *core = self;
    return wc_chain_cursor_get(&core->state, key, value);
}

static wc_status state_next(void *self, wc_slice prefix, wc_slice after, wc_slice *key,
                            wc_slice *value)
{
    wc_core *core = self;
    return wc_chain_cursor_next(&core->state, prefix, after, key, value);
}

static const wc_state_base_ops state_ops = {state_get, state_next};

static wc_status next_timer(void *self, const wc_timer *after, wc_timer *timer)
{
    wc_core *core = self;
    wc_chain_key prefix = wc_chain_timer_prefix();
    wc_chain_key from = {.len = 0};
    wc_slice key, value;
    if (after != NULL) from = wc_chain_timer_key(after->due_s, &after->instance);
    WC_TRY(wc_chain_cursor_next(&core->timers, wc_chain_key_slice(&prefix),
                                wc_chain_key_slice(&from), &key, &value));
    wc_chain_timer_of_key(timer, key);
    return WC_OK;
}

static wc_status root_of(void *self, wc_hash *root, uint64_t seq, const wc_tree_change *changes,
                         size_t count)
{
    wc_core *core = self;
    return wc_tree_update(&core->tree, root, seq, changes, count);
}

/* ---- opening --------------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    return memcmp(a, b, WC_HASH_SIZE);
}

static wc_status load_state(wc_core *core)
{
    wc_recording *recording = core->recording;
    wc_tree_change *leaves = malloc((recording->entry_count + 1u) * sizeof *leaves);
    if (leaves == NULL) return WC_NO_MEMORY;
    wc_status status = WC_OK;
    wc_batch_clear(core->batch);
    for (uint32_t i = 0; status == WC_OK && i < recording->entry_count; i++) {
        wc_slice key, value;
        status = wc_recording_next_entry(recording, &key, &value);
        if (status != WC_OK) break;
        wc_batch_put(core->batch, WC_CF_STATE, key, value);
        leaves[i] = (wc_tree_change){wc_tree_key(key), wc_value_hash(value)};
    }
    if (status == WC_OK) status = wc_store_commit(&core->store, core->batch);
    wc_hash root;
    qsort(leaves, recording->entry_count, sizeof *leaves, by_key);
    if (status == WC_OK) {
        status = root_of(core, &root, recording->head.seq, leaves, recording->entry_count);
    }
    if (status == WC_OK && !wc_hash_equal(&root, &recording->state_root)) status = WC_DIFFERS;
    free(leaves);
    return status;
}

static void *aligned(size_t size)
{
    return aligned_alloc(64, (size + 63) & ~(size_t)63);
}

wc_status wc_core_open(wc_core *core, wc_recording *recording)
{
    *core = (wc_core){.head = recording->head, .recording = recording};
    size_t tree_size = wc_tree_memory(TREE_LEAVES, TREE_CHANGES);
    WC_TRY(wc_store_open_memory(&core->store));
    core->state = (wc_chain_cursor){.store = &core->store, .cf = WC_CF_STATE};
    core->timers = (wc_chain_cursor){.store = &core->store, .cf = WC_CF_META};
    core->batch = wc_batch_create(BATCH_BYTES);
    core->tree_memory = aligned(tree_size);
    /* Zero pages that nobody touches; the ledger begins at the next multiple of 64. */
    core->ledger_memory = calloc(1, wc_ledger_memory() + 64);
    core->arena_memory = malloc(ARENA_BYTES);
    if (core->batch == NULL || core->tree_memory == NULL || core->ledger_memory == NULL ||
        core->arena_memory == NULL) {
        return WC_NO_MEMORY;
    }
    wc_arena_init(&core->arena, core->arena_memory, ARENA_BYTES);
    WC_TRY(wc_tree_init(&core->tree, core->tree_memory, tree_size));
    uint8_t *ledger_memory = core->ledger_memory;
    ledger_memory += 64 - (uintptr_t)ledger_memory % 64;
    wc_ledger_ports ports = {.state = {&state_ops, core},
                             .next_timer = next_timer,
                             .verify = wc_verify_serial,
                             .root = root_of,
                             .self = core};
    core->ledger =
        wc_ledger_init(ledger_memory, &recording->genesis_hash, recording->chain_id, &ports);
    return load_state(core);
}

void wc_core_close(wc_core *core)
{
    wc_chain_cursor_close(&core->state);
    wc_chain_cursor_close(&core->timers);
    wc_batch_destroy(core->batch);
    if (core->store.ops != NULL) wc_store_close(&core->store);
    free(core->tree_memory);
    free(core->ledger_memory);
    free(core->arena_memory);
}

/* ---- a block --------------------------------------------------------------------------------- */

static void keep_state(wc_core *core)
{
    wc_overlay_change change;
    wc_state_key after = {.len = 0};
    while (wc_ledger_next_change(core->ledger, wc_state_key_slice(&after), &change) == WC_OK) {
        if (change.has_new) {
            wc_batch_put(core->batch, WC_CF_STATE, change.key, change.new_value);
        } else {
            wc_batch_delete(core->batch, WC_CF_STATE, change.key);
        }
        memcpy(after.bytes, change.key.data, change.key.len);
        after.len = (uint8_t)change.key.len;
    }
}

static void keep_timers(wc_core *core, const wc_applied *applied)
{
    for (uint32_t i = 0; i < applied->timer_change_count; i++) {
        const wc_timer_change *change = &applied->timer_changes[i];
        if (change->old_due_s != WC_DUE_NONE) {
            wc_chain_key key = wc_chain_timer_key(change->old_due_s, &change->instance);
            wc_batch_delete(core->batch, WC_CF_META, wc_chain_key_slice(&key));
        }
        if (change->new_due_s != WC_DUE_NONE) {
            wc_chain_key key = wc_chain_timer_key(change->new_due_s, &change->instance);
            wc_batch_put(core->batch, WC_CF_META, wc_chain_key_slice(&key), wc_slice_of(NULL, 0));
        }
    }
}

static wc_status apply_decoded(wc_core *core, const wc_block_input *input, wc_applied *applied)
{
    WC_TRY(wc_apply(core->ledger, &core->head, input, applied));
    if (!applied->is_recorded) return WC_DIFFERS;
    wc_batch_clear(core->batch);
    keep_state(core);
    keep_timers(core, applied);
    wc_chain_cursor_close(&core->state);
    wc_chain_cursor_close(&core->timers);
    WC_TRY(wc_store_commit(&core->store, core->batch));
    core->head = (wc_head){core->head.seq + 1, input->height, input->time_s, input->time_ns,
                           applied->record_hash};
    return WC_OK;
}

wc_status wc_core_apply(wc_core *core, wc_slice input, wc_applied *applied)
{
    size_t bad;
    wc_block_input *decoded = malloc(sizeof *decoded);
    if (decoded == NULL) return WC_NO_MEMORY;
    wc_arena_rewind(&core->arena, 0);
    wc_status status = wc_block_input_decode(decoded, &bad, &core->arena, input);
    if (status == WC_OK) status = apply_decoded(core, decoded, applied);
    free(decoded);
    return status;
}
