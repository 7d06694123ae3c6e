/* One pass over the whole state: the tree, and whether money, holders and time-outs add up.
 *
 * The flat state is the truth and the tree is derived from it (ledger D16), so this is how a chain
 * gets its tree at every start; that its root is the newest record's shows that no byte differs. */
#include <stdlib.h>

#include "node/chain/inside.h"

#define TREE_SPARE_LEAVES 65536u
#define TREE_CHANGES      4096u
#define TREE_LARGE        50000u /* leaves from which on large pages pay, in the ledger, too */

/* ---- collecting the leaves ------------------------------------------------------------------- */

typedef struct leaf_list {
    wc_tree_change *leaves; /* owned */
    uint64_t *hashes;       /* owned; of their keys, for the filter, in the order of the scan */
    size_t count, capacity;
} leaf_list;

static bool add_leaf(leaf_list *list, wc_slice key, wc_slice value)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 4096 : 2 * list->capacity;
        wc_tree_change *grown = realloc(list->leaves, capacity * sizeof *grown);
        if (grown == NULL) return false;
        list->leaves = grown;
        uint64_t *hashes = realloc(list->hashes, capacity * sizeof *hashes);
        if (hashes == NULL) return false;
        list->hashes = hashes;
        list->capacity = capacity;
    }
    list->hashes[list->count] = wc_present_hash(key);
    list->leaves[list->count++] = (wc_tree_change){wc_tree_key(key), wc_value_hash(value)};
    return true;
}

static int by_key(const void *a, const void *b)
{
    const wc_tree_change *left = a;
    const wc_tree_change *right = b;
    return memcmp(left->k.bytes, right->k.bytes, sizeof left->k.bytes);
}

/* ---- recounting ------------------------------------------------------------------------------ */

typedef struct asset_sum {
    uint32_t asset;
    wc_i128 held;
    int64_t supply;
} asset_sum;

typedef struct state_count {
    const wc_store *store;
    asset_sum sums[WC_ASSETS_MAX];
    size_t sum_count;
    wc_chain_cursor escrow; /* walks the escrow entries beside the instances */
    wc_slice escrow_key;    /* empty: no more */
    uint64_t timer_count;   /* instances with a pending time-out */
} state_count;

static asset_sum *sum_of(state_count *count, uint32_t asset)
{
    for (size_t i = 0; i < count->sum_count; i++) {
        if (count->sums[i].asset == asset) return &count->sums[i];
    }
    if (count->sum_count == WC_ASSETS_MAX) return NULL;
    count->sums[count->sum_count] = (asset_sum){.asset = asset};
    return &count->sums[count->sum_count++];
}

static wc_status count_balance(state_count *count, wc_slice key, wc_slice value)
{
    int64_t amount;
    asset_sum *sum = sum_of(count, wc_load_u32(key.data + key.len - 4));
    if (sum == NULL || wc_amount_decode(&amount, value) != WC_OK) return WC_CORRUPT;
    return wc_i128_add(sum->held, wc_i128_of(amount), &sum->held);
}

static wc_status count_asset(state_count *count, wc_slice key, wc_slice value)
{
    wc_asset asset;
    asset_sum *sum = sum_of(count, wc_load_u32(key.data + 1));
    if (sum == NULL || wc_asset_decode(&asset, value) != WC_OK) return WC_CORRUPT;
    sum->supply = asset.issued - asset.redeemed;
    return WC_OK;
}

static void next_escrow(state_count *count)
{
    uint8_t space = WC_SPACE_ESCROW;
    wc_slice value;
    wc_slice after = count->escrow_key;
    if (wc_chain_cursor_next(&count->escrow, wc_slice_of(&space, 1), after, &count->escrow_key,
                             &value) != WC_OK) {
        count->escrow_key = wc_slice_of(NULL, 0);
    }
}

/* Escrow entries and instances come in the same order of addresses, so one walk beside the other
 * finds escrow of an instance that does not exist, and a wrong number of holders. */
static wc_status count_instance(state_count *count, wc_slice key, wc_slice value)
{
    wc_instance_entry entry;
    if (wc_instance_decode(&entry, value) != WC_OK) return WC_CORRUPT;
    uint16_t holders = 0;
    while (count->escrow_key.len > 0 && memcmp(count->escrow_key.data + 1, key.data + 1, 32) == 0) {
        holders++;
        next_escrow(count);
    }
    if (holders != entry.holders) return WC_CORRUPT;
    if (count->escrow_key.len > 0 && memcmp(count->escrow_key.data + 1, key.data + 1, 32) < 0) {
        return WC_CORRUPT;
    }
    if (entry.due_s == WC_DUE_NONE) return WC_OK;
    wc_address id;
    memcpy(id.bytes, key.data + 1, sizeof id.bytes);
    wc_chain_key timer = wc_chain_timer_key(entry.due_s, &id);
    count->timer_count++;
    bool is_listed = wc_store_has(count->store, NULL, WC_CF_META, wc_chain_key_slice(&timer));
    return is_listed ? WC_OK : WC_CORRUPT;
}

static wc_status count_entry(state_count *count, wc_slice key, wc_slice value)
{
    switch (key.data[0]) {
    case WC_SPACE_FREE: return count_balance(count, key, value);
    case WC_SPACE_ESCROW: return count_balance(count, key, value);
    case WC_SPACE_ASSET: return count_asset(count, key, value);
    case WC_SPACE_INSTANCE: return count_instance(count, key, value);
    default: return WC_OK; /* the root covers it */
    }
}

static wc_status finish_count(state_count *count, wc_store_problem *problem)
{
    for (size_t i = 0; i < count->sum_count; i++) {
        const asset_sum *sum = &count->sums[i];
        if (wc_i128_compare(sum->held, wc_i128_of(sum->supply)) == 0) continue;
        wc_chain_say(problem, "asset %u: balances do not sum to its supply", (unsigned)sum->asset);
        return WC_CORRUPT;
    }
    uint64_t timers = 0;
    wc_chain_key prefix = wc_chain_timer_prefix();
    wc_chain_cursor cursor = {.store = count->store, .cf = WC_CF_META};
    wc_slice key = {NULL, 0}, value;
    while (wc_chain_cursor_next(&cursor, wc_chain_key_slice(&prefix), key, &key, &value) == WC_OK) {
        timers++;
    }
    wc_chain_cursor_close(&cursor);
    if (timers == count->timer_count && count->escrow_key.len == 0) return WC_OK;
    wc_chain_say(problem, "the list of time-outs or the escrow does not match the contracts");
    return WC_CORRUPT;
}

/* Reads the state once: leaves into the list, everything counted. */
static wc_status scan(wc_chain *chain, leaf_list *list, wc_chain_report *report)
{
    state_count *counted = calloc(1, sizeof *counted);
    if (counted == NULL) return WC_NO_MEMORY;
    counted->store = &chain->store;
    counted->escrow = (wc_chain_cursor){.store = &chain->store, .cf = WC_CF_STATE};
    next_escrow(counted);
    wc_slice all = {NULL, 0}, key = {NULL, 0}, value;
    wc_status status = WC_OK;
    wc_chain_cursor cursor = {.store = &chain->store, .cf = WC_CF_STATE};
    while (status == WC_OK && wc_chain_cursor_next(&cursor, all, key, &key, &value) == WC_OK) {
        report->state_keys++;
        report->state_bytes += key.len + value.len;
        status = add_leaf(list, key, value) ? count_entry(counted, key, value) : WC_NO_MEMORY;
        if (status == WC_CORRUPT) {
            wc_chain_say(&report->store.problem, "state entry of space %s does not hold together",
                         wc_space_name(key.data[0]));
        }
    }
    wc_chain_cursor_close(&cursor);
    if (status == WC_OK) status = finish_count(counted, &report->store.problem);
    wc_chain_cursor_close(&counted->escrow);
    free(counted);
    return status;
}

/* ---- the tree -------------------------------------------------------------------------------- */

static wc_status make_tree(wc_chain *chain, const leaf_list *list, uint64_t leaf_room)
{
    size_t size = wc_tree_memory(leaf_room, TREE_CHANGES);
    wc_pages_give(chain->tree_memory);
    chain->tree_memory = wc_pages_take(size);
    if (chain->tree_memory == NULL) return WC_NO_MEMORY;
    if (list->count >= TREE_LARGE) {
        wc_pages_enlarge(chain->tree_memory);
        wc_pages_enlarge(chain->ledger_memory);
        wc_pages_enlarge(chain->scratch);
    }
    chain->tree_room = leaf_room;
    WC_TRY(wc_tree_init(&chain->tree, chain->tree_memory, size));
    return wc_tree_update(&chain->tree, &chain->state_root, chain->head.seq, list->leaves,
                          list->count);
}

static wc_status make_filter(wc_chain *chain, const leaf_list *list, uint64_t room)
{
    if (!wc_present_make(&chain->present, room)) return WC_NO_MEMORY;
    for (size_t i = 0; i < list->count; i++) wc_present_add(&chain->present, list->hashes[i]);
    return WC_OK;
}

/* leaf_room 0: as the state needs, with some to spare. */
static wc_status rebuild(wc_chain *chain, wc_chain_report *report, uint64_t leaf_room)
{
    leaf_list list = {0};
    wc_status status = scan(chain, &list, report);
    if (status == WC_OK) {
        qsort(list.leaves, list.count, sizeof *list.leaves, by_key);
        if (leaf_room == 0) leaf_room = list.count + list.count / 2 + TREE_SPARE_LEAVES;
        status = make_filter(chain, &list, leaf_room);
        if (status == WC_OK) status = make_tree(chain, &list, leaf_room);
    }
    free(list.hashes);
    free(list.leaves);
    return status;
}

wc_status wc_chain_rebuild(wc_chain *chain, wc_chain_report *report)
{
    return rebuild(chain, report, 0);
}

static wc_status update_tree(wc_chain *chain, wc_hash *root, uint64_t seq,
                             const wc_tree_change *changes, size_t count)
{
    for (;;) { /* ends: the room doubles until the changes fit or memory is gone */
        wc_status status = wc_tree_update(&chain->tree, root, seq, changes, count);
        if (status != WC_NO_MEMORY) return status;
        wc_chain_report report = {0};
        WC_TRY(rebuild(chain, &report, 2 * chain->tree_room));
    }
}

wc_status wc_chain_root(void *self, wc_hash *root, uint64_t seq, const wc_tree_change *changes,
                        size_t count)
{
    wc_chain *chain = self;
    int64_t start = wc_chain_tick(chain);
    (void)pthread_mutex_lock(&chain->tree_turn);
    wc_status status = update_tree(chain, root, seq, changes, count);
    (void)pthread_mutex_unlock(&chain->tree_turn);
    chain->stages.root += wc_chain_tick(chain) - start;
    return status;
}
