/* Modules and contract instances in the state.
 *
 *   module    v | deployer 32 | deployed_s i64 | module str32
 *   instance  v | code 32 | version u16 | status u8 | state u16 | entered_s i64 | deployed_s i64
 *             | due_s i64 | due_clause u16 | fails u8 | depth u8 | holders u16 | offer 32
 *             | n_party u8 | party 32 * | root str32
 *   field header  v | len u32 | next_seq u64
 *
 * Parties stand in the order of the module's party table. root holds terms, state data and root
 * fields in the VM's own canonical layout; the ledger does not look into it. Elements of
 * collections (space FIELD) are the VM's bytes behind a version byte: v | element. */
#ifndef WC_NODE_LEDGER_INSTANCE_H
#define WC_NODE_LEDGER_INSTANCE_H

#include "node/ledger/ids.h"
#include "node/ledger/limits.h"
#include "vm/base/buf.h"

typedef struct wc_module_entry {
    wc_address deployer;
    int64_t deployed_s;
    wc_slice module; /* 1..WC_MODULE_SIZE_MAX bytes; borrowed */
} wc_module_entry;

void wc_module_entry_put(wc_buf *buf, const wc_module_entry *entry);
WC_MUST_USE wc_status wc_module_entry_decode(wc_module_entry *entry, wc_slice value);

typedef enum wc_instance_status {
    WC_INSTANCE_LIVE = 1,
    WC_INSTANCE_FINAL = 2, /* in a final state: accepts no money and no action */
    WC_INSTANCE_STUCK = 3  /* a time-out failed three times; escrow was returned natively (D8) */
} wc_instance_status;

#define WC_DUE_NONE INT64_MAX /* no time-out pending */

typedef struct wc_instance_entry {
    wc_hash code;
    uint16_t version; /* of the source, `upgrade n`; >= 1 */
    wc_instance_status status;
    uint16_t state; /* index in the module's states */
    int64_t entered_s;
    int64_t deployed_s;
    int64_t due_s;       /* earliest time-out of the state, or WC_DUE_NONE */
    uint16_t due_clause; /* its number; 0 when there is none */
    uint8_t fails;       /* failed attempts of it, in [0, WC_TIMER_TRIES_MAX] */
    uint8_t depth;       /* in [1, WC_INSTANCE_DEPTH_MAX] */
    uint16_t holders;    /* escrow entries, in [0, WC_ESCROW_MAX] */
    wc_hash offer;       /* offer that created it, or zero */
    uint8_t party_count; /* in [0, WC_OFFER_PARTIES_MAX] */
    wc_slice parties;    /* party_count addresses of 32 bytes; borrowed */
    wc_slice root;       /* borrowed */
} wc_instance_entry;

void wc_instance_put(wc_buf *buf, const wc_instance_entry *instance);
WC_MUST_USE wc_status wc_instance_decode(wc_instance_entry *instance, wc_slice value);

/* Party of this position. Requires: index < party_count. */
wc_address wc_instance_party(const wc_instance_entry *instance, uint8_t index);

typedef struct wc_field_header {
    uint32_t len;      /* elements */
    uint64_t next_seq; /* arrival number of the next one */
} wc_field_header;

#define WC_FIELD_HEADER_SIZE 13

void wc_field_header_put(wc_buf *buf, const wc_field_header *header);
WC_MUST_USE wc_status wc_field_header_decode(wc_field_header *header, wc_slice value);

#endif
