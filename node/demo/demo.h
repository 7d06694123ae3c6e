/* The demo: days of real households that trade, settle and are audited on a chain of their own.
 *
 *   evening before   accounts, meters, tariff, evidence of ten past days (once); then for each day
 *                    offers, contracts, demand response, deposits, mandates
 *   the day          orders half an hour before each quarter, readings at its end; clearing and
 *                    closing happen by time, without anybody's transaction
 *   after it         the bank executes legs, rejects one, pays it on a new account, sends unused
 *                    deposits back
 *
 * Everything goes through signed transactions and the solo engine; what the demo shows is read back
 * from receipts and held against something outside the ledger (check.c). */
#ifndef WC_NODE_DEMO_DEMO_H
#define WC_NODE_DEMO_DEMO_H

#include "node/demo/book.h"
#include "node/demo/pen.h"

#define WC_DEMO_PAST_DAYS   10u
#define WC_DEMO_REFUSALS    5u
#define WC_DEMO_ARENA       ((size_t)96 << 20)  /* of a run, days excluded */
#define WC_DEMO_DAY_ARENA   ((size_t)160 << 10) /* more, per day */
#define WC_DEMO_BLOCK_ARENA ((size_t)64 << 20)

typedef struct wc_demo_options {
    const char *folder; /* of the ledger, empty or absent; NULL: in memory */
    const wc_shelf *shelf;
    const wc_year *year;
    uint32_t day;  /* first, in [1, 365] */
    uint32_t days; /* in [1, WC_DAYS_MAX] */
    uint64_t seed; /* of salts */
    uint32_t threads;
    const wc_native_source *native; /* compiled modules; the replay is interpreted all the same */

    /* Told as the run goes on; steps in [0, total]. May be NULL. */
    void (*on_step)(void *self, uint32_t done, uint32_t total);
    void *on_step_self;
} wc_demo_options;

/* Contracts of one day; K1 to K8 of the demo's plan. */
typedef struct wc_day_contracts {
    int64_t start_s;
    wc_address wholesale;                /* K1 */
    wc_address ppa;                      /* K2 */
    wc_address direct;                   /* K3 */
    wc_address supply[WC_DEMO_HOMES];    /* K4a to c */
    wc_address response;                 /* K5 */
    wc_address enrolment[WC_DEMO_HOMES]; /* K6a to c */
    wc_address spot;                     /* K7 */
    wc_address split[WC_ACTOR_ROWS];     /* K8 of each payer; zero: no payer */
    uint32_t deposit_entry[WC_ACTOR_ROWS];
} wc_day_contracts;

/* What is held against something outside, after the run. */
typedef struct wc_differences {
    int64_t ledger; /* fen: postings against state */
    int64_t bank;   /* fen: client balances against the bank's books, whenever they were compared */
    int64_t energy; /* Wh */
} wc_differences;

typedef struct wc_demo {
    const wc_demo_options *options;
    wc_arena *arena;      /* of the run */
    wc_arena block_arena; /* of one block; memory from arena */
    wc_cast cast;
    wc_chain *chain;
    wc_chain_report report;
    wc_client client;
    wc_book book;
    wc_bank *bank;
    int64_t first_s; /* start of the first day */
    wc_address tariff;
    wc_address points[WC_DEMO_HOMES];
    wc_day_contracts *days;
    wc_differences differences;
    wc_hash state_root, replay_root;
    uint64_t signatures;
    uint64_t signature_ns; /* time that verifying them alone takes in one thread */
} wc_demo;

/* Runs it. The arena has WC_DEMO_ARENA + days * WC_DEMO_DAY_ARENA bytes and serves the demo, which
 * stays readable until it is closed. Errors of opening the chain, with demo->report; what went
 * wrong later is demo->client.problem with has_failed (status OK). */
WC_MUST_USE wc_status wc_demo_run(wc_demo *demo, const wc_demo_options *options, wc_arena *arena);
void wc_demo_close(wc_demo *demo);

/* Calendar date of a demo day: "Thu", "2022-09-01". */
typedef struct wc_date_text {
    char weekday[4];
    char date[11];
} wc_date_text;

wc_date_text wc_demo_date(int64_t time_s);

/* ---- parts of the run, in the order of the day -------------------------------------------------
 * Each sends letters; those that need several blocks seal them themselves, from the client's clock
 * on, a minute apart. */

void wc_demo_setup(wc_demo *demo); /* accounts, meters, modules, tariff, metering points */
/* Past days [first, end), counted from the first demo day, signed by the meters. */
void wc_demo_evidence(wc_demo *demo, int64_t first, int64_t end);
void wc_demo_contracts(wc_demo *demo, uint32_t day); /* offers and signatures of K1 to K8 */
void wc_demo_register(wc_demo *demo, uint32_t day);  /* demand response: capability */
void wc_demo_deposits(wc_demo *demo, uint32_t day);  /* and mandates, membership of the market */
void wc_demo_orders(wc_demo *demo, uint32_t day, uint32_t quarter);
void wc_demo_readings(wc_demo *demo, uint32_t day, uint32_t quarter);
void wc_demo_call(wc_demo *demo, uint32_t day); /* demand response: call and allocation */
void wc_demo_bank_accepts(wc_demo *demo, uint32_t day);
void wc_demo_bank_books(wc_demo *demo, uint32_t day); /* executes: booked, or rejected */
void wc_demo_bank_reissues(wc_demo *demo, uint32_t day);
void wc_demo_bank_refunds(wc_demo *demo, uint32_t day);

/* Refusals, each with its evidence in a block of its own; the one of altered terms is among the
 * contracts. */
void wc_demo_refuse_gate(wc_demo *demo, uint32_t day, uint32_t quarter);
void wc_demo_refuse_readings(wc_demo *demo, uint32_t day, uint32_t quarter);
void wc_demo_refuse_withdrawal(wc_demo *demo, uint32_t day);

/* Client balances against the bank's books at this moment; adds to differences.bank. */
void wc_demo_reconcile(wc_demo *demo);

/* Applies every block of the chain again to a fresh one in memory: replay_root, signatures. */
void wc_demo_replay(wc_demo *demo);

/* ---- values of a day, and helpers
 * ----------------------------------------------------------------
 */

/* Wh of a quarter as metered; day counts from 1, may be 0 or less. With response: homes 1 and 2
 * shed 40 % between 18:00 and 19:00. */
int64_t wc_demo_load(const wc_year *year, uint32_t home, int64_t day, uint32_t k, bool response);
int64_t wc_demo_net(const wc_year *year, uint32_t home, int64_t day, uint32_t k, bool response);
int64_t wc_demo_generation(const wc_year *year, int64_t day, uint32_t k);
int64_t wc_demo_energy_price(const wc_year *year, int64_t day, uint32_t k);

/* Number of a demo day (index from 0) in the data's ring, and whether an event was on it. */
int64_t wc_demo_number(const wc_demo *demo, int64_t day);
bool wc_demo_has_event(const wc_demo *demo, int64_t day);

/* Seals what waits and moves the clock on by a minute. */
void wc_demo_next_block(wc_demo *demo);

/* A letter of one actor with one call of an action; its arguments are begun in the pen. */
void wc_demo_act(wc_demo *demo, wc_pen *pen, wc_contract_id contract, const char *action,
                 uint16_t *method, const char *label);

/* Terms of the network and of the trades: 0.00001 CNY/kWh. */
#define WC_RATE_WHEELING  10500
#define WC_RATE_FUNDS     2910
#define WC_RATE_FEE       200
#define WC_RATE_SHORTAGE  41000
#define WC_RATE_BENCHMARK 36550
#define WC_RATE_PPA       38000
#define WC_RATE_DIRECT    40000
#define WC_RATE_MARGIN    2000
#define WC_RATE_EVENT     300000
#define WC_RATE_PENALTY   330000
#define WC_DIRECT_CAP_WH  250
#define WC_EVENT_QUARTER  72u /* 18:00 */
#define WC_EVENT_QUARTERS 4u

/* wh * rate in whole fen of a bid's cover, rounded up and with a margin: ceiling of an order. */
int64_t wc_demo_ceiling(int64_t wh, int64_t rate);

#endif
