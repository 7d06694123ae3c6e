/* Who takes part in the demo: parties, institutions and meters, their keys and their genesis.
 *
 * Keys come from a fixed public seed, so everybody can repeat the demo and nobody can use it for
 * money: they are refused on any chain whose id does not start with "demo-". The bank acts with two
 * keys, maker and checker; the administration decides two of three. */
#ifndef WC_NODE_DEMO_CAST_H
#define WC_NODE_DEMO_CAST_H

#include "node/crypto/crypto.h"
#include "node/ledger/genesis.h"
#include "node/ledger/roles.h"

#define WC_DEMO_CHAIN "demo-day"

typedef enum wc_actor_id {
#define WC_CAST(identifier, id, name, role, deposit, has_row) WC_ACTOR_##identifier,
#define WC_CAST_METER(identifier, id, serial, point, owner)   WC_ACTOR_##identifier,
#include "node/demo/cast.def"
#undef WC_CAST
#undef WC_CAST_METER
    WC_ACTOR_COUNT
} wc_actor_id;

#define WC_ACTOR_METER_FIRST WC_ACTOR_METER_1
#define WC_ACTOR_ROWS        9u /* actors with a row on the screen, the first ones */
#define WC_ACTOR_KEYS_MAX    2u

typedef struct wc_actor {
    const char *id;   /* "home-1" */
    const char *name; /* "Home 1" */
    wc_role role;
    bool is_meter;
    const char *serial, *point; /* meters */
    wc_actor_id owner;          /* meters */
    int64_t deposit;            /* fen, before the day */
    uint8_t key_count;          /* in [1, WC_ACTOR_KEYS_MAX] */
    wc_keypair keys[WC_ACTOR_KEYS_MAX];
    wc_address address; /* meters: zero until their account exists */
    uint64_t nonce;     /* next, lane 0 */
} wc_actor;

typedef struct wc_cast {
    wc_actor actors[WC_ACTOR_COUNT];
} wc_cast;

/* Derives all keys, and the addresses of everybody who stands in the genesis (all but the meters).
 */
void wc_cast_make(wc_cast *cast);

/* Appends the canonical genesis of the demo chain: scripted clock, price 0, one currency CNY of the
 * bank, the administration's rule, the sequencer. */
void wc_cast_genesis(const wc_cast *cast, const wc_keypair *sequencer, int64_t time_s, wc_buf *buf);

/* The key that seals the demo's blocks. */
wc_keypair wc_cast_sequencer(void);

#endif
