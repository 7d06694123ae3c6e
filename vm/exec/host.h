/* What the VM asks of the outside while a contract call runs.
 *
 * The host is a table of functions and its own state. It knows which instance runs, who signed, and
 * the state overlay; the VM knows types, gas and memory. A function that answers WC_HOST_STOP met a
 * failure of the node itself: the VM ends with trap HOST and the node stops (EM 9). All byte
 * strings handed over are copied by the receiver. Amounts are minor units, >= 0. Gas was charged
 * before each call. */
#ifndef WC_VM_EXEC_HOST_H
#define WC_VM_EXEC_HOST_H

#include "vm/base/buf.h"
#include "vm/base/status.h"

#define WC_HOST_HOLDERS_MAX 1024u /* escrow sub-accounts of one instance: parties times assets */

typedef enum wc_host_answer {
    WC_HOST_OK = 0,
    WC_HOST_ABSENT = 1,  /* no such key */
    WC_HOST_SHORT = 2,   /* too little money; nothing was posted */
    WC_HOST_REFUSED = 3, /* not authorised for this posting; nothing was posted */
    WC_HOST_LIMIT = 4,   /* post: WC_HOST_HOLDERS_MAX; else sends, events or bytes at their limit */
    WC_HOST_FAILED =
        5, /* view: the callee ended with an error or trap that the host has recorded */
    WC_HOST_STOP = 6
} wc_host_answer;

typedef struct wc_party {
    uint8_t bytes[32];
} wc_party;

/* Storage keys inside the running instance: part ‖ field u16 ‖ key bytes; the host adds the
 * instance. */
typedef enum wc_key_part {
    WC_KEY_HEADER = 0,
    WC_KEY_ELEMENT = 1
} wc_key_part;

typedef struct wc_storage_key {
    wc_key_part part;
    uint16_t field;
    wc_slice key; /* ELEMENT: order-preserving key bytes, at most WC_KEY_MAX + 8 */
} wc_storage_key;

typedef enum wc_move {
    WC_MOVE_LOCK,   /* free(from) -> escrow(from) */
    WC_MOVE_UNLOCK, /* escrow(from) -> free(from) */
    WC_MOVE_PAY,    /* escrow(from) -> free(to) */
    WC_MOVE_REDEEM  /* escrow(from) -> issuance, bank leg to `to` under `reference` */
} wc_move;

typedef struct wc_posting {
    wc_move move;
    wc_party from, to;  /* `to` is used by PAY and REDEEM */
    uint16_t currency;  /* index in the running module */
    int64_t amount;     /* > 0: zero posts nothing and is not handed over */
    wc_slice reference; /* REDEEM */
    uint16_t function;  /* place of the instruction, for `why` */
    uint32_t word;
} wc_posting;

/* Called once per element in key order; a false answer ends the walk. key is the element key of
 * wc_storage_key, without part and field. The host is not called from inside. */
typedef bool (*wc_host_element)(void *context, wc_slice key, wc_slice value);

/* What a number may be. */
typedef struct wc_bounds {
    int64_t lo, hi;
} wc_bounds;

typedef struct wc_host_ops {
    /* *value borrows until the next call of the host. */
    wc_host_answer (*load)(void *self, const wc_storage_key *key, wc_slice *value);
    wc_host_answer (*store)(void *self, const wc_storage_key *key, wc_slice value);
    wc_host_answer (*remove)(void *self, const wc_storage_key *key);
    /* The same for maps of numbers by numbers (field id, key, value as they are). A host that keeps
     * such maps in its own way offers all three or none (NULL): then the machine asks for the bytes
     * of key and value. add: the sum with what is there must lie within the bounds; REFUSED when it
     * does not, ABSENT when there is no such key, and nothing was written. */
    wc_host_answer (*load_number)(void *self, uint16_t field, int64_t key, int64_t *value);
    wc_host_answer (*store_number)(void *self, uint16_t field, int64_t key, int64_t value);
    wc_host_answer (*add_number)(void *self, uint16_t field, int64_t key, int64_t by,
                                 const wc_bounds *bounds);
    wc_host_answer (*elements)(void *self, uint16_t field, wc_host_element visit, void *context);

    /* SHORT: *have is what there was. */
    wc_host_answer (*post)(void *self, const wc_posting *posting, int64_t *have);
    wc_host_answer (*escrow)(void *self, const wc_party *party, uint16_t currency, int64_t *amount);
    wc_host_answer (*own_balance)(void *self, uint16_t currency, int64_t *amount);
    wc_host_answer (*posted)(void *self, const wc_party *party, uint16_t currency, int64_t *amount);
    /* Returns every escrow of the instance to its owner in key order; *holders is their number. */
    wc_host_answer (*unlock_all)(void *self, uint32_t *holders);
    wc_host_answer (*holder_count)(void *self, uint32_t *holders);

    wc_host_answer (*emit)(void *self, uint16_t event, wc_slice args);
    /* Runs a view of another instance on the transaction's overlay within *gas, which it reduces.
     * method is the interface method id; the result's canonical encoding is appended to result. */
    wc_host_answer (*view)(void *self, const wc_party *instance, uint32_t method, wc_slice args,
                           uint64_t *gas, wc_buf *result);
    wc_host_answer (*send)(void *self, const wc_party *instance, uint32_t method, wc_slice args);
    wc_host_answer (*is_signer)(void *self, const wc_party *party, bool *answer);
    wc_host_answer (*holds_role)(void *self, const wc_party *party, wc_str role, bool *answer);
} wc_host_ops;

typedef struct wc_host {
    const wc_host_ops *ops;
    void *self;
} wc_host;

#endif
