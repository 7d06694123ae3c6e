/* Arrival order is a list; two tables answer whether a transaction, or its nonce, waits already. */
#include "node/order/pending.h"

#include <stdlib.h>

#define SLOTS (4u * WC_SOLO_PENDING_MAX) /* power of two, at most a quarter full */

wc_status wc_pending_open(wc_pending *pending)
{
    *pending = (wc_pending){0};
    pending->by_hash = calloc(SLOTS, sizeof(wc_waiting *));
    pending->by_nonce = calloc(SLOTS, sizeof(wc_waiting *));
    if (pending->by_hash != NULL && pending->by_nonce != NULL) return WC_OK;
    wc_pending_close(pending);
    return WC_NO_MEMORY;
}

void wc_pending_close(wc_pending *pending)
{
    while (pending->first != NULL) {
        wc_waiting *next = pending->first->next;
        free(pending->first);
        pending->first = next;
    }
    free(pending->by_hash);
    free(pending->by_nonce);
    *pending = (wc_pending){0};
}

static wc_waiting **hash_slot(const wc_pending *pending, const wc_hash *raw_hash)
{
    uint32_t at = wc_load_u32(raw_hash->bytes) % SLOTS;
    while (pending->by_hash[at] != NULL &&
           !wc_hash_equal(&pending->by_hash[at]->raw_hash, raw_hash)) {
        at = (at + 1) % SLOTS;
    }
    return &pending->by_hash[at];
}

static wc_waiting **nonce_slot(const wc_pending *pending, const wc_address *sender, uint16_t lane,
                               uint64_t nonce)
{
    uint64_t mixed =
        (wc_load_u64(sender->bytes) ^ nonce ^ (uint64_t)lane << 48) * UINT64_C(0x9e3779b97f4a7c15);
    for (uint32_t at = (uint32_t)(mixed >> 32) % SLOTS;; at = (at + 1) % SLOTS) {
        const wc_waiting *found = pending->by_nonce[at];
        if (found == NULL) return &pending->by_nonce[at];
        if (found->nonce == nonce && found->lane == lane && wc_hash_equal(&found->sender, sender)) {
            return &pending->by_nonce[at];
        }
    }
}

wc_waiting *wc_pending_find(const wc_pending *pending, const wc_hash *raw_hash)
{
    return *hash_slot(pending, raw_hash);
}

wc_waiting *wc_pending_nonce(const wc_pending *pending, const wc_address *sender, uint16_t lane,
                             uint64_t nonce)
{
    return *nonce_slot(pending, sender, lane, nonce);
}

static void enter(wc_pending *pending, wc_waiting *waiting)
{
    *hash_slot(pending, &waiting->raw_hash) = waiting;
    if (waiting->is_forced) return;
    *nonce_slot(pending, &waiting->sender, waiting->lane, waiting->nonce) = waiting;
}

wc_waiting *wc_pending_add(wc_pending *pending, const wc_hash *raw_hash, wc_slice raw,
                           const wc_admission *facts)
{
    if (pending->count == WC_SOLO_PENDING_MAX) return NULL;
    if (raw.len > WC_SOLO_PENDING_BYTES_MAX - pending->bytes) return NULL;
    wc_waiting *added = malloc(sizeof *added + raw.len);
    if (added == NULL) return NULL;
    memset(added, 0, sizeof *added);
    added->raw_hash = *raw_hash;
    added->is_forced = facts == NULL;
    if (facts != NULL) {
        added->sender = facts->sender;
        added->lane = facts->lane;
        added->nonce = facts->nonce;
        added->gas_limit = facts->gas_limit;
        added->payer = facts->payer;
        added->fee = facts->fee;
        added->expiry_time_s = facts->expiry_time_s;
    }
    added->len = raw.len;
    if (raw.len > 0) memcpy(added->raw, raw.data, raw.len);
    enter(pending, added);
    if (pending->last == NULL) {
        pending->first = added;
    } else {
        pending->last->next = added;
    }
    pending->last = added;
    pending->count++;
    pending->bytes += raw.len;
    return added;
}

void wc_pending_sweep(wc_pending *pending, bool (*drop)(void *context, const wc_waiting *waiting),
                      void *context)
{
    wc_waiting **link = &pending->first;
    pending->last = NULL;
    memset(pending->by_hash, 0, SLOTS * sizeof(wc_waiting *));
    memset(pending->by_nonce, 0, SLOTS * sizeof(wc_waiting *));
    while (*link != NULL) {
        wc_waiting *at = *link;
        if (drop(context, at)) {
            *link = at->next;
            pending->count--;
            pending->bytes -= at->len;
            free(at);
            continue;
        }
        enter(pending, at);
        pending->last = at;
        link = &at->next;
    }
}
