/* State keys: a space byte, then the fields of the logical key, big-endian. */
#include "node/ledger/state.h"

#include "node/crypto/crypto.h"
#include "vm/base/codec.h"
#include "vm/isa/module.h"

_Static_assert(WC_ELEMENT_KEY_MAX >= WC_KEY_MAX + 8, "a contract's key and an arrival number fit");
_Static_assert(WC_STATE_KEY_MAX >= 1 + 32 + 2 + WC_ELEMENT_KEY_MAX, "the longest key fits");
_Static_assert(WC_STATE_KEY_MAX <= UINT8_MAX, "a key's length is a u8");

const char *wc_space_name(uint8_t number)
{
    switch ((wc_space)number) {
#define WC_SPACE(number, name, key, text)                                                          \
    case WC_SPACE_##name:                                                                          \
        return #name;
#include "node/ledger/state_spaces.def"
#undef WC_SPACE
    }
    return NULL;
}

static inline void put(wc_state_key *key, const void *data, size_t len)
{
    wc_assert(len >= 1 && len <= (size_t)(WC_STATE_KEY_MAX - key->len));
    memcpy(key->bytes + key->len, data, len);
    key->len = (uint8_t)(key->len + len);
}

static inline void put_u8(wc_state_key *key, uint8_t value)
{
    put(key, &value, 1);
}

static inline void put_u16(wc_state_key *key, uint16_t value)
{
    uint8_t bytes[2];
    wc_store_u16(bytes, value);
    put(key, bytes, sizeof bytes);
}

static inline void put_u32(wc_state_key *key, uint32_t value)
{
    uint8_t bytes[4];
    wc_store_u32(bytes, value);
    put(key, bytes, sizeof bytes);
}

static inline void put_hash(wc_state_key *key, const wc_hash *hash)
{
    put(key, hash->bytes, WC_HASH_SIZE);
}

/* Only len bytes of a key are ever looked at; clearing the others would cost more than the rest. */
static inline void begin(wc_state_key *key, wc_space space)
{
    key->bytes[0] = (uint8_t)space;
    key->len = 1;
}

wc_state_key wc_key_space(wc_space space)
{
    wc_state_key key;
    begin(&key, space);
    return key;
}

static inline void begin_owner(wc_state_key *key, wc_space space, const wc_address *owner)
{
    begin(key, space);
    put_hash(key, owner);
}

wc_state_key wc_key_owner(wc_space space, const wc_address *owner)
{
    wc_state_key key;
    begin_owner(&key, space, owner);
    return key;
}

wc_state_key wc_key_params(const char *name)
{
    size_t len = strlen(name);
    wc_assert(len >= 1 && len <= WC_STATE_NAME_MAX);
    wc_state_key key;
    begin(&key, WC_SPACE_PARAMS);
    put(&key, name, len);
    return key;
}

wc_state_key wc_key_account(const wc_address *account)
{
    return wc_key_owner(WC_SPACE_ACCOUNT, account);
}

wc_state_key wc_key_nonce(const wc_address *account, uint16_t lane)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_NONCE, account);
    put_u16(&key, lane);
    return key;
}

wc_state_key wc_key_free(const wc_address *owner, uint32_t asset)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_FREE, owner);
    put_u32(&key, asset);
    return key;
}

wc_state_key wc_key_escrow(const wc_address *instance, const wc_address *party, uint32_t asset)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_ESCROW, instance);
    put_hash(&key, party);
    put_u32(&key, asset);
    return key;
}

wc_state_key wc_key_asset(uint32_t asset)
{
    wc_state_key key;
    begin(&key, WC_SPACE_ASSET);
    put_u32(&key, asset);
    return key;
}

wc_state_key wc_key_module(const wc_hash *code_id)
{
    return wc_key_owner(WC_SPACE_MODULE, code_id);
}

wc_state_key wc_key_instance(const wc_address *instance)
{
    return wc_key_owner(WC_SPACE_INSTANCE, instance);
}

wc_state_key wc_key_field(const wc_address *instance, uint16_t field)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_FIELD, instance);
    put_u16(&key, field);
    return key;
}

wc_state_key wc_key_element(const wc_address *instance, uint16_t field, wc_slice element)
{
    wc_assert(element.len >= 1 && element.len <= WC_ELEMENT_KEY_MAX);
    wc_state_key key;
    begin_owner(&key, WC_SPACE_FIELD, instance);
    put_u16(&key, field);
    put(&key, element.data, element.len);
    return key;
}

wc_state_key wc_key_mandate(const wc_address *payer, const wc_address *instance, uint32_t asset)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_MANDATE, payer);
    put_hash(&key, instance);
    put_u32(&key, asset);
    return key;
}

wc_state_key wc_key_key_history(const wc_address *account, uint16_t key_id)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_KEY_HISTORY, account);
    put_u16(&key, key_id);
    return key;
}

wc_state_key wc_key_validators(void)
{
    return wc_key_space(WC_SPACE_VALIDATORS);
}

wc_state_key wc_key_proposal(const wc_hash *id)
{
    return wc_key_owner(WC_SPACE_PROPOSAL, id);
}

wc_state_key wc_key_quota(const wc_address *operator_account, uint32_t day)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_QUOTA, operator_account);
    put_u32(&key, day);
    return key;
}

wc_state_key wc_key_key_spend(const wc_address *account, uint16_t key_id, uint32_t day)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_KEY_SPEND, account);
    put_u16(&key, key_id);
    put_u32(&key, day);
    return key;
}

wc_state_key wc_key_epoch_credit(uint32_t epoch, const wc_address *account)
{
    wc_state_key key = wc_key_epoch_credits(epoch);
    put_hash(&key, account);
    return key;
}

wc_state_key wc_key_epoch_credits(uint32_t epoch)
{
    wc_state_key key;
    begin(&key, WC_SPACE_EPOCH_CREDIT);
    put_u32(&key, epoch);
    return key;
}

wc_state_key wc_key_epoch(void)
{
    return wc_key_space(WC_SPACE_EPOCH);
}

wc_state_key wc_key_top_up(const wc_address *treasury, const wc_hash *reference)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_TOP_UP, treasury);
    put_hash(&key, reference);
    return key;
}

wc_state_key wc_key_reading_page(const wc_address *aggregator, uint32_t page)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_READING_PAGE, aggregator);
    put_u32(&key, page);
    return key;
}

wc_state_key wc_key_meter_page(const wc_address *meter, uint8_t channel)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_METER_PAGE, meter);
    put_u8(&key, channel);
    return key;
}

wc_state_key wc_key_page_day(const wc_address *aggregator, uint32_t page, uint32_t day)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_PAGE_DAY, aggregator);
    put_u32(&key, page);
    put_u32(&key, day);
    return key;
}

wc_state_key wc_key_offer(const wc_hash *id)
{
    return wc_key_owner(WC_SPACE_OFFER, id);
}

wc_state_key wc_key_recovery(const wc_address *account, const wc_hash *request)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_RECOVERY, account);
    put_hash(&key, request);
    return key;
}

wc_state_key wc_key_reference(const wc_address *instance)
{
    return wc_key_owner(WC_SPACE_REFERENCE, instance);
}

wc_state_key wc_key_meter(const wc_address *meter)
{
    return wc_key_owner(WC_SPACE_METER, meter);
}

wc_state_key wc_key_reading(const wc_address *meter, uint8_t channel, uint32_t day, uint8_t source,
                            uint16_t version)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_READING, meter);
    put_u8(&key, channel);
    put_u32(&key, day);
    put_u8(&key, source);
    put_u16(&key, version);
    return key;
}

wc_state_key wc_key_bank_fact(const wc_address *bank, const wc_hash *reference)
{
    wc_state_key key;
    begin_owner(&key, WC_SPACE_BANK_FACT, bank);
    put_hash(&key, reference);
    return key;
}

wc_hash wc_tree_key(wc_slice state_key)
{
    wc_assert(state_key.len >= 1 && state_key.len <= WC_STATE_KEY_MAX);
    uint8_t preimage[WC_STATE_KEY_MAX + 1];
    preimage[0] = state_key.data[0];
    preimage[1] = 0;
    memcpy(preimage + 2, state_key.data + 1, state_key.len - 1);
    return wc_sha256_one(wc_slice_of(preimage, state_key.len + 1));
}

wc_hash wc_value_hash(wc_slice value)
{
    return wc_sha256_one(value);
}
