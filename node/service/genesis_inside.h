/* Inside the genesis compiler: what was read, before it is put together. */
#ifndef WC_NODE_SERVICE_GENESIS_INSIDE_H
#define WC_NODE_SERVICE_GENESIS_INSIDE_H

#include "node/service/genesis_text.h"

typedef struct wc_draft_name {
    char text[WC_GENESIS_NAME_MAX]; /* "" : not given */
    unsigned line;                  /* where it is referred to */
} wc_draft_name;

typedef struct wc_draft_account {
    wc_draft_name name;
    unsigned line; /* of its first key */
    wc_account account;
    wc_draft_name owner;
    wc_address address;
} wc_draft_account;

typedef struct wc_draft_asset {
    wc_genesis_asset asset;
    char code[WC_GENESIS_NAME_MAX];
    wc_draft_name issuer;
    unsigned line;
    bool has_scale;
} wc_draft_asset;

typedef struct wc_draft_balance {
    uint32_t account; /* index */
    unsigned line;
    char amount[WC_GENESIS_NAME_MAX], code[WC_GENESIS_NAME_MAX];
} wc_draft_balance;

typedef struct wc_draft_module {
    char file[WC_INI_LINE_MAX + 1];
    unsigned line;
} wc_draft_module;

typedef struct wc_genesis_draft {
    const wc_genesis_base *base;
    char chain_id[WC_CHAIN_ID_MAX + 1];
    unsigned chain_line; /* of the id; 0: none */
    bool has_time;
    wc_genesis genesis;
    wc_params params;
    uint32_t asset_count, account_count, balance_count, module_count, member_count;
    uint32_t validator_count;
    wc_draft_asset assets[WC_ASSETS_MAX];
    wc_draft_account *accounts; /* owned; WC_GENESIS_TEXT_ACCOUNTS_MAX entries */
    uint32_t balance_room;
    wc_draft_balance *balances; /* owned */
    wc_draft_module modules[WC_GENESIS_MODULES_MAX];
    uint8_t admin_threshold; /* 0: not given */
    wc_draft_name members[WC_ADMINS_MAX];
    wc_draft_name operators[WC_VALIDATORS_MAX];
    bool has_validator_key[WC_VALIDATORS_MAX];
    wc_validators validators;
} wc_genesis_draft;

/* One line of the text into the draft (genesis_read.c). */
wc_status wc_genesis_take(void *self, const wc_ini_line *line, wc_ini_problem *problem);

/* Account of a name; NULL: there is none. */
wc_draft_account *wc_genesis_account(wc_genesis_draft *draft, const char *name);

#endif
