/* Collections in storage, between call memory and the host's keys (EM 3): a header {len, next_seq}
 * per field, absent when the collection is empty, and one key per element. */
#ifndef WC_VM_EXEC_STORED_H
#define WC_VM_EXEC_STORED_H

#include "vm/exec/exec.h"

/* The storage key of an element: key encoding, SORTED: and the arrival number, LIST: the index. */
typedef struct wc_element_key {
    uint8_t bytes[WC_KEY_MAX + 8];
    size_t len;
} wc_element_key;

typedef struct wc_stored_header {
    uint32_t length;
    uint64_t next_seq; /* SORTED: arrival number of the next element; else 0 */
} wc_stored_header;

static inline const wc_storage_field *wc_stored_field(const wc_exec *exec, uint16_t field)
{
    return &exec->module->fields[field];
}

static inline const wc_type *wc_stored_type(const wc_exec *exec, uint16_t field)
{
    return wc_exec_type(exec, wc_stored_field(exec, field)->type);
}

/* What answers other than OK mean where the state is written. */
static inline bool wc_stored_written(wc_exec *exec, wc_host_answer answer)
{
    if (WC_LIKELY(answer == WC_HOST_OK)) return true;
    if (answer == WC_HOST_LIMIT) return wc_exec_trap(exec, WC_TRAP_SEND_LIMIT, 0, 0, 0);
    return wc_exec_host_stop(exec);
}

/* All below answer false after putting a failure into the outcome; gas is charged by the caller but
 * where said. */

/* Encodes a key of a map or set: trap RANGE. */
bool wc_stored_key(wc_exec *exec, const wc_type *type, const uint8_t *at, wc_element_key *key);

/* Looks for an element; *value borrows until the next call of the host. */
bool wc_stored_load(wc_exec *exec, uint16_t field, const wc_element_key *key, bool *found,
                    wc_slice *value);
bool wc_stored_store(wc_exec *exec, uint16_t field, const wc_element_key *key, wc_slice value);
bool wc_stored_remove(wc_exec *exec, uint16_t field, const wc_element_key *key);

/* Charges for the header, and reads or writes it. */
bool wc_stored_header_read(wc_exec *exec, uint16_t field, wc_stored_header *header);
bool wc_stored_header_write(wc_exec *exec, uint16_t field, wc_stored_header header);

/* Adds one to the length of a collection: error Full. */
bool wc_stored_grow(wc_exec *exec, uint16_t field);

/* Decodes a stored value; one that is not canonical is the node's failure: trap HOST. */
bool wc_stored_decode(wc_exec *exec, const wc_type *type, wc_slice value, uint8_t *at);

/* Encodes a value that is to be stored: a number into `number`, others into the scratch. Trap
 * RANGE. *bytes lives until either is used again. */
bool wc_stored_encode(wc_exec *exec, uint16_t type, const uint8_t *at, uint8_t number[8],
                      wc_slice *bytes);

/* A walk over the elements of a collection in key order. `element` answers false to end it, after
 * putting a failure into the outcome or because it has seen enough. */
typedef struct wc_stored_walk wc_stored_walk;

struct wc_stored_walk {
    wc_exec *exec;
    bool (*element)(wc_stored_walk *walk, wc_slice key, wc_slice value);
    uint32_t seen;  /* elements before this one */
    uint32_t limit; /* elements there are by the header */
    const wc_type *type;
    uint8_t *at;
    wc_element_key key;
    size_t used;
};

/* Charges for the bytes of each element, then hands it over. More elements than the limit: trap
 * HOST. */
bool wc_stored_elements(wc_stored_walk *walk, uint16_t field);

#endif
