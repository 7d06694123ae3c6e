/* Letters about accounts and the chain's rules, for tests of the native methods on them. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_ACCOUNTS_H
#define WC_TESTS_UNIT_LEDGER_EXEC_ACCOUNTS_H

#include "node/ledger/accounts.h"
#include "tests/unit/ledger_exec/world.h"

/* A key of weight 1 and full scope, as a call carries it. */
wc_account_key fresh_key(const wc_keypair *pair, uint16_t key_id);

/* account 32 [old u16] key 77 proof 64: the proof is made by pair, for the account and number that
 * the key names. old < 0: left out. */
wc_slice key_args(world *w, world_actor account, int old, const wc_account_key *key,
                  const wc_keypair *pair);

/* Sends one native call, signed by its first actor and perhaps a second (ACTOR_COUNT: none). */
const wc_receipt_page *native_sent(world *w, world_actor first, world_actor second,
                                   wc_native_method method, wc_slice args);

/* Adds key number 1 of a person (people[].keys[1]) to his account, or number 2. */
const wc_receipt_page *key_added(world *w, world_actor actor, uint16_t key_id);

/* The account as it stands. */
wc_account account_now(world *w, world_actor actor);

/* Names BOB, CAROL and GRID guardians of ALICE, two of them needed, after a delay of a day. */
void guardians_named(world *w);

/* guardians_set arguments: threshold, delay, these actors (ascending by address here). */
wc_slice guardian_args(world *w, world_actor account, uint8_t threshold, uint32_t delay_s,
                       const world_actor *guardians, uint8_t count);

/* kind u16, body str32 of a proposal. */
wc_slice proposal_args(world *w, uint16_t kind, wc_slice body);

/* The parameters as they stand, with another gas price, as bytes. */
wc_slice params_with_price(world *w, uint64_t gas_price);

#endif
