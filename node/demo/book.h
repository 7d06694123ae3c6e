/* What happened, read from the receipts alone: energy and money per party and day, legs that the
 * bank is to pay, and every balance added up from postings.
 *
 * The book is the demo's second opinion: it never asks a contract for a figure that an event or a
 * posting has told, so its sums can be held against the state, the bank and the recomputation. */
#ifndef WC_NODE_DEMO_BOOK_H
#define WC_NODE_DEMO_BOOK_H

#include "node/bank/bank.h"
#include "node/demo/cast.h"
#include "node/demo/client.h"
#include "node/demo/code.h"
#include "node/demo/index.h"
#include "node/demo/year.h"

#define WC_DAYS_MAX      365u
#define WC_DAY_LEGS_MAX  64u
#define WC_DAY_INSTANCES 24u /* contracts of one day, rounded up */
#define WC_LEG_ACCOUNT   65u /* bytes of a text with its NUL */
#define WC_DAY_ASSET_CNY 2u

typedef enum wc_leg_status {
    WC_LEG_INSTRUCTED = 1,
    WC_LEG_REJECTED = 2,
    WC_LEG_BOOKED = 3
} wc_leg_status;

/* One payment of the bank, as a settlement contract instructs it. */
typedef struct wc_leg {
    wc_leg_status status;
    uint32_t payer, payee; /* rows */
    int64_t amount;        /* fen */
    char account[WC_LEG_ACCOUNT];
    char end_to_end[WC_BANK_REFERENCE_MAX];
    bool is_reissue; /* takes the place of a rejected one */
    uint32_t order;  /* the bank's */
    bool is_ordered;
} wc_leg;

typedef struct wc_day_book {
    int64_t bought_wh[WC_ACTOR_ROWS], sold_wh[WC_ACTOR_ROWS];
    int64_t deposited[WC_ACTOR_ROWS];                     /* fen, told by postings */
    int64_t paid[WC_ACTOR_ROWS], received[WC_ACTOR_ROWS]; /* fen, booked legs */
    int64_t lines_paid[WC_ACTOR_ROWS];                    /* fen, rounded lines */
    int64_t refunded[WC_ACTOR_ROWS];
    bool has_leg[WC_ACTOR_ROWS], is_reissued[WC_ACTOR_ROWS];
    uint32_t cleared;                         /* auctions with a price */
    int64_t volume_wh, price_low, price_high; /* 0.00001 CNY/kWh */
    int64_t response;                         /* 0.00001 kWh */
    int64_t feeder_wh[WC_DAY_QUARTERS];       /* readings: taken from the grid company */
    int64_t generated_wh[WC_DAY_QUARTERS];
    int64_t homes_wh[WC_DAY_QUARTERS];   /* readings: taken by homes, net */
    int64_t settled_wh[WC_DAY_QUARTERS]; /* contracts: delivered to homes, net */
    uint32_t leg_count;
    wc_leg legs[WC_DAY_LEGS_MAX];
} wc_day_book;

typedef struct wc_known {
    wc_address address;
    wc_contract_id contract;
    uint32_t day;      /* index of the demo's day */
    wc_actor_id whose; /* payer of a settlement contract */
} wc_known;

typedef struct wc_sub_balance {
    wc_sub_account account;
    uint32_t asset;
    int64_t balance; /* from postings */
} wc_sub_balance;

typedef struct wc_book {
    wc_client *client;
    const wc_shelf *shelf;
    int64_t first_s; /* start of the first day */
    uint32_t day_count;
    wc_day_book *days;
    uint32_t known_count, known_max;
    wc_known *known;
    wc_index by_address;
    uint32_t sub_count, sub_max;
    wc_sub_balance *subs;
    wc_index by_sub;
    uint32_t contracts_told; /* InstanceCreated events that name a party of the cast */
} wc_book;

/* Opens a book for day_count days from first_s on and hangs it on the client's receipts. */
WC_MUST_USE wc_status wc_book_open(wc_book *book, wc_client *client, const wc_shelf *shelf,
                                   wc_arena *arena, int64_t first_s, uint32_t day_count);

/* From now on events of this instance belong to a day. */
void wc_book_know(wc_book *book, const wc_address *address, wc_contract_id contract, uint32_t day,
                  wc_actor_id whose);

/* Row of a party's address; WC_ACTOR_COUNT when nobody of the cast has it. */
wc_actor_id wc_book_actor(const wc_book *book, const wc_address *address);

/* (a) Balances from postings against balances in the state, per account and in sum: fen. */
int64_t wc_book_ledger_difference(wc_book *book);

/* Client balance of a party in the state: free, and escrow in all contracts; fen. */
int64_t wc_book_client_balance(wc_book *book, wc_actor_id actor);

/* (d) Energy in against out over the quarters of a day: Wh. */
int64_t wc_book_energy_difference(const wc_book *book, uint32_t day);

#endif
