/* Keys of the state: spaces and key builders.
 *
 * A state key is built in a fixed array, so no key is ever on the heap. Keys order by their bytes;
 * everything of one contract, and every collection in it, is one range. Integers in keys are
 * unsigned and big-endian. */
#ifndef WC_NODE_LEDGER_STATE_H
#define WC_NODE_LEDGER_STATE_H

#include "node/ledger/ids.h"
#include "node/ledger/limits.h"
#include "vm/base/hash.h"

#define WC_STATE_VALUE_VERSION 1 /* first byte of every state value so far */

typedef enum wc_space {
#define WC_SPACE(number, name, key, text) WC_SPACE_##name = (number),
#include "node/ledger/state_spaces.def"
#undef WC_SPACE
} wc_space;

typedef struct wc_state_key {
    uint8_t bytes[WC_STATE_KEY_MAX]; /* space u8 ‖ logical key */
    uint8_t len;                     /* in [1, WC_STATE_KEY_MAX] */
} wc_state_key;

static inline wc_slice wc_state_key_slice(const wc_state_key *key)
{
    return wc_slice_of(key->bytes, key->len);
}

/* "ACCOUNT"; NULL when no space has this number. */
const char *wc_space_name(uint8_t number);

wc_state_key wc_key_params(const char *name); /* 1..WC_STATE_NAME_MAX bytes */
wc_state_key wc_key_account(const wc_address *account);
wc_state_key wc_key_nonce(const wc_address *account, uint16_t lane);
wc_state_key wc_key_free(const wc_address *owner, uint32_t asset);
wc_state_key wc_key_escrow(const wc_address *instance, const wc_address *party, uint32_t asset);
wc_state_key wc_key_asset(uint32_t asset);
wc_state_key wc_key_module(const wc_hash *code_id);
wc_state_key wc_key_instance(const wc_address *instance);

/* Header of a collection (number of entries, next arrival number). */
wc_state_key wc_key_field(const wc_address *instance, uint16_t field);

/* Element of a collection. Requires: 1 <= element.len <= WC_ELEMENT_KEY_MAX. */
wc_state_key wc_key_element(const wc_address *instance, uint16_t field, wc_slice element);

wc_state_key wc_key_mandate(const wc_address *payer, const wc_address *instance, uint32_t asset);
wc_state_key wc_key_key_history(const wc_address *account, uint16_t key_id);
wc_state_key wc_key_validators(void);
wc_state_key wc_key_proposal(const wc_hash *id);
wc_state_key wc_key_quota(const wc_address *operator_account, uint32_t day);
wc_state_key wc_key_key_spend(const wc_address *account, uint16_t key_id, uint32_t day);
wc_state_key wc_key_epoch_credit(uint32_t epoch, const wc_address *account);
wc_state_key wc_key_reading_page(const wc_address *aggregator, uint32_t page);
wc_state_key wc_key_meter_page(const wc_address *meter, uint8_t channel);
wc_state_key wc_key_page_day(const wc_address *aggregator, uint32_t page, uint32_t day);
wc_state_key wc_key_offer(const wc_hash *id);
wc_state_key wc_key_meter(const wc_address *meter);
wc_state_key wc_key_recovery(const wc_address *account, const wc_hash *request);
wc_state_key wc_key_reference(const wc_address *instance);
wc_state_key wc_key_reading(const wc_address *meter, uint8_t channel, uint32_t day, uint8_t source,
                            uint16_t version);
wc_state_key wc_key_bank_fact(const wc_address *bank, const wc_hash *reference);

/* Prefix of all keys of a space, of all that begin with one address in it (escrows of an instance,
 * fields of an instance, balances of an account), and of one collection with its header. */
wc_state_key wc_key_space(wc_space space);
wc_state_key wc_key_owner(wc_space space, const wc_address *owner);

/* k = SHA256(space ‖ 00 ‖ logical key): the key in the state tree. Requires: key.len >= 1. */
wc_hash wc_tree_key(wc_slice state_key);

/* SHA256 of a value's bytes. */
wc_hash wc_value_hash(wc_slice value);

#endif
