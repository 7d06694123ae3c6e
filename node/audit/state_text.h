/* State keys as text, for people: "FREE wc1.., asset 2", and names of fields of state values. */
#ifndef WC_NODE_AUDIT_STATE_TEXT_H
#define WC_NODE_AUDIT_STATE_TEXT_H

#include "node/ledger/state.h"
#include "vm/base/buf.h"

/* Appends a key as stored (space ‖ logical key). Keys of no known form are shown in hex. */
void wc_state_key_put_text(wc_buf *text, wc_slice key);

/* Appends the name of the field in which this byte of a value lies: "status", or "contents". */
void wc_state_field_put_text(wc_buf *text, uint8_t space, size_t offset);

#endif
