/* A genesis as people write and review it: an INI text that is compiled to the canonical bytes.
 *
 *   [chain]            id, time, clock (system or scripted), initial_height
 *   [params]           any parameter of the chain by its name (node/ledger/params.h); the rest has
 *                      the defaults of wc_genesis_defaults
 *   [asset CNY]        number, scale, issuer; number 1 is the network unit, of scale 6
 *   [account bank]     role, key (HEX, or HEX WEIGHT), threshold, balance (12.34 CNY), owner (a
 *                      device's operator); role, key and balance may be repeated. The order of the
 *                      accounts is theirs in the genesis, from which their addresses follow
 *   [admin]            threshold, member (repeated): who changes the chain, and how many of them
 *   [validator grid]   key (HEX, or `sequencer`: the key of this node), power; the account's name
 *                      is the operator's. The first one seals a solo chain
 *   [modules]          file (repeated): modules that are deployed from the beginning
 *
 * Strict: every mistake is an error with its line, and the result is decoded again as every node
 * does it. The same text with the same key gives the same bytes. */
#ifndef WC_NODE_SERVICE_GENESIS_TEXT_H
#define WC_NODE_SERVICE_GENESIS_TEXT_H

#include "node/crypto/crypto.h"
#include "node/ledger/genesis.h"
#include "node/service/ini.h"

#define WC_GENESIS_TEXT_MAX          ((size_t)4 << 20)
#define WC_GENESIS_TEXT_ACCOUNTS_MAX 4096u
#define WC_GENESIS_NAME_MAX          48u /* characters of a name, with its NUL */

typedef struct wc_genesis_result {
    uint8_t *bytes; /* canonical genesis, from malloc */
    size_t len;
    uint8_t *names; /* names.json, from malloc */
    size_t names_len;
} wc_genesis_result;

/* Parameters of a chain that says nothing about them. */
wc_params wc_genesis_defaults(void);

/* Refuses keys that everybody knows (those of the demo) on a chain of another name. */
typedef bool (*wc_key_refusal)(const uint8_t pub[WC_PUBLIC_KEY_SIZE]);

typedef struct wc_genesis_base {
    const wc_public_key *sequencer; /* what `key = sequencer` means */
    const char *folder;             /* of module files */
    wc_key_refusal is_public;       /* NULL: none is */
} wc_genesis_base;

/* Compiles a description.
 * Errors: OUT_OF_DOMAIN, with *problem; NO_MEMORY. Nothing is allocated then. */
WC_MUST_USE wc_status wc_genesis_compile(wc_genesis_result *result, wc_ini_problem *problem,
                                         wc_str text, const wc_genesis_base *base);
void wc_genesis_result_free(wc_genesis_result *result);

#endif
