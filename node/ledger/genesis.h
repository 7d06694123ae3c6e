/* Genesis: the canonical binary from which a chain begins (D9).
 *
 *   genesis  v u16 | chain_id str8 | time_s i64 | clock u8 | hash_suite u8 | initial_height u64
 *            | params str16                                            state value (params.h)
 *            | n_asset u16 | (asset u32 | kind u8 | scale u8 | code str8 | issuer 32)*
 *            | n_account u32 | account str16 *                         state values (account.h)
 *            | n_balance u32 | (addr 32 | asset u32 | amount i64)*
 *            | n_module u16 | module str32 *
 *            | validators str16 | admin str16                          state values (params.h)
 *
 * Assets ascend by number and begin with the network unit (1, scale 6); balances ascend by (addr,
 * asset); modules ascend by code id. The address of an account follows from its position and first
 * key (ids.h). What is issued of an asset is the sum of its balances. No wall clock, no file names.
 * genesis_hash = H("genesis/1", bytes).
 *
 * A genesis can be large, so nothing is copied: decoding checks every byte once, and cursors walk
 * the lists again. What needs the state (does the owner of a balance exist?) is checked when it is
 * applied. */
#ifndef WC_NODE_LEDGER_GENESIS_H
#define WC_NODE_LEDGER_GENESIS_H

#include "node/ledger/account.h"
#include "node/ledger/asset.h"
#include "node/ledger/params.h"
#include "vm/base/codec.h"

#define WC_GENESIS_VERSION 1

typedef enum wc_clock {
    WC_CLOCK_SYSTEM = 1,
    WC_CLOCK_SCRIPTED = 2
} wc_clock;

typedef enum wc_hash_suite {
    WC_SUITE_SHA256 = 1
} wc_hash_suite; /* 2: reserved for SM3 (D30) */

typedef struct wc_genesis_asset {
    uint32_t asset;
    wc_asset entry; /* issued: sum of the balances (set by decoding); redeemed: 0 */
} wc_genesis_asset;

typedef struct wc_genesis_balance {
    wc_address owner;
    uint32_t asset;
    int64_t amount; /* > 0 */
} wc_genesis_balance;

typedef struct wc_genesis {
    wc_slice chain_id;
    int64_t time_s; /* >= 0 */
    wc_clock clock; /* SCRIPTED only when the chain id starts with demo- or test- */
    wc_hash_suite hash_suite;
    uint64_t initial_height; /* >= 1 */
    wc_slice params;         /* encoded, valid */
    uint16_t asset_count;    /* in [1, WC_ASSETS_MAX] */
    wc_genesis_asset assets[WC_ASSETS_MAX];
    uint32_t account_count; /* in [1, WC_GENESIS_ACCOUNTS_MAX] */
    wc_slice accounts;      /* account_count times str16 */
    uint32_t balance_count; /* in [0, WC_GENESIS_BALANCES_MAX] */
    wc_slice balances;      /* balance_count times 44 bytes */
    uint16_t module_count;  /* in [0, WC_GENESIS_MODULES_MAX] */
    wc_slice modules;       /* module_count times str32 */
    wc_slice validators;    /* encoded, valid */
    wc_slice admin;         /* encoded, valid */
} wc_genesis;

/* Borrows from bytes. *bad: offset of the first byte that is wrong, or of the entry that is.
 * Errors: TOO_LARGE, BAD_VERSION, TRUNCATED, TRAILING, NOT_CANONICAL (order), OUT_OF_DOMAIN,
 *         OVERFLOW (balances of an asset), NOT_SUPPORTED (hash suite, protocol). */
WC_MUST_USE wc_status wc_genesis_decode(wc_genesis *genesis, size_t *bad, wc_slice bytes);

/* Writes the struct as it stands, list slices included; checked by decoding the result. */
void wc_genesis_put(wc_buf *buf, const wc_genesis *genesis);

/* Entries of the lists, in the form that wc_genesis.accounts, balances and modules have. */
void wc_genesis_put_account(wc_buf *buf, const wc_account *account);
void wc_genesis_put_balance(wc_buf *buf, const wc_genesis_balance *balance);
void wc_genesis_put_module(wc_buf *buf, wc_slice module);

/* H("genesis/1", bytes). */
wc_hash wc_genesis_hash(wc_slice bytes);

/* Walks over the lists of a decoded genesis; a fresh cursor is all zero. Each answers NOT_FOUND
 * behind the last entry. */
typedef struct wc_genesis_cursor {
    size_t at;
    uint32_t index;
} wc_genesis_cursor;

/* *value: the account's state value; *address as derived. */
WC_MUST_USE wc_status wc_genesis_next_account(const wc_genesis *genesis, wc_genesis_cursor *cursor,
                                              wc_address *address, wc_slice *value);
WC_MUST_USE wc_status wc_genesis_next_balance(const wc_genesis *genesis, wc_genesis_cursor *cursor,
                                              wc_genesis_balance *balance);
WC_MUST_USE wc_status wc_genesis_next_module(const wc_genesis *genesis, wc_genesis_cursor *cursor,
                                             wc_slice *module);

#endif
