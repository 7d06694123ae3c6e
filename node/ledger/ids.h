/* Names of things: 32-byte addresses of accounts, instances, modules and system accounts.
 *
 *   account (genesis) H("acct0/1", chain_id str8 ‖ index u32 ‖ first_pub 32)
 *   account           H("acct/1",  tx_id ‖ call u8 ‖ ordinal u16)
 *   instance          H("inst/1",  tx_id ‖ call u8 ‖ ordinal u16)
 *   offer             H("offer/1", tx_id ‖ call u8 ‖ ordinal u16)
 *   module            H("code/1",  module bytes)
 *   system account    H("sys/1",   name)         fees, issuance, rewards, ledger (emitter of
 * events)
 *
 * An address never depends on a key that may be rotated, so it lasts as long as its owner. Text
 * form: bech32m (BIP 350) with the prefix "wc", 61 characters. */
#ifndef WC_NODE_LEDGER_IDS_H
#define WC_NODE_LEDGER_IDS_H

#include "node/crypto/address.h"

/* Where in a transaction something was created: ordinal counts the things of one kind that one call
 * creates, from 0. */
typedef struct wc_origin {
    wc_hash tx_id;
    uint8_t call; /* in [0, WC_TX_CALLS_MAX) */
    uint16_t ordinal;
} wc_origin;

typedef enum wc_system_account {
    WC_SYSTEM_FEES = 0, /* receives fees, pays rewards */
    WC_SYSTEM_ISSUANCE =
        1,                 /* other side of issue and redemption; its balance is minus the supply */
    WC_SYSTEM_REWARDS = 2, /* shares of an epoch that are set aside */
    WC_SYSTEM_LEDGER = 3,  /* emitter of the ledger's own events; holds nothing */
    WC_SYSTEM_COUNT = 4
} wc_system_account;

/* chain_id: 1..WC_CHAIN_ID_MAX bytes; index: position in the genesis account list. */
wc_address wc_address_genesis(wc_slice chain_id, uint32_t index, const uint8_t first_pub[32]);
wc_address wc_address_account(const wc_origin *origin);
wc_address wc_address_instance(const wc_origin *origin);
wc_address wc_address_offer(const wc_origin *origin);
wc_hash wc_code_id(wc_slice module);
wc_address wc_address_system(wc_system_account account);

/* "fees", "issuance", "rewards", "ledger"; never NULL. */
const char *wc_system_account_name(wc_system_account account);

/* The first 20 bytes of SHA256(pub): block proposers, as the order engine names them (D13). */
void wc_proposer_of_key(uint8_t proposer[20], const uint8_t pub[32]);

bool wc_address_is_zero(const wc_address *address);

/* A chain id is 1..WC_CHAIN_ID_MAX bytes of a-z, 0-9 and '-', a letter first: it stands in file
 * names, JSON and URLs without escapes. */
WC_MUST_USE bool wc_chain_id_is_valid(wc_slice chain_id);

#endif
