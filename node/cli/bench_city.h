/* Inside `bench city`: a city of meters on a ledger in a folder.
 *
 *   data     what each meter reports: pure functions of (meter, interval)
 *   setup    genesis, meters, contracts, pages
 *   day      batches of every page for every interval, corrections, the close
 *   check    every sum again, from the data alone
 *
 * A plant is one account: its meter's, and the one that is paid. Their keys are never used here, so
 * that all have the same one; the aggregator's, which signs every batch, is its own. */
#ifndef WC_NODE_CLI_BENCH_CITY_H
#define WC_NODE_CLI_BENCH_CITY_H

#include "node/chain/chain.h"
#include "node/cli/cli.h"
#include "node/ledger/batch.h"
#include "node/ledger/tx_draft.h"

#define WC_CITY_STEP_S     INT64_C(900)
#define WC_CITY_START_S    INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define WC_CITY_QUARTERS   96u
#define WC_CITY_INSTANCE   250u /* pages of one contract */
#define WC_CITY_METERS_MAX 1000000u
#define WC_CITY_PAGES_MAX  (WC_CITY_METERS_MAX / WC_PAGE_METERS_MAX)
#define WC_CITY_INSTANCES  ((WC_CITY_PAGES_MAX + WC_CITY_INSTANCE - 1) / WC_CITY_INSTANCE)
#define WC_CITY_ENERGY_MAX INT64_C(5000) /* Wh in a quarter */
#define WC_CITY_CNY        2u
#define WC_CITY_QUEUE_TXS  512u
#define WC_CITY_QUEUE_SIZE 4194304u /* bytes of a block */

typedef enum wc_city_actor {
    WC_CITY_ADMIN,
    WC_CITY_BANK, /* two keys */
    WC_CITY_GRID, /* operates the meters */
    WC_CITY_RETAILER,
    WC_CITY_AGGREGATOR,
    WC_CITY_ACTORS
} wc_city_actor;

typedef struct wc_city_person {
    wc_address address;
    wc_keypair keys[2];
    uint8_t key_count;
    uint64_t nonce;
} wc_city_person;

/* Signed transactions of one block. */
typedef struct wc_city_queue {
    uint8_t *memory; /* WC_CITY_QUEUE_SIZE bytes */
    wc_buf bytes;
    wc_slice txs[WC_CITY_QUEUE_TXS];
    uint32_t count;
    uint64_t gas;     /* sum of gas limits */
    wc_arena arena;   /* of the draft at hand */
    wc_status status; /* of building it */
} wc_city_queue;

typedef struct wc_city {
    const wc_cli *cli;
    uint32_t meters, intervals, pages, instances;
    uint32_t first_quarter; /* of the day */
    wc_city_person people[WC_CITY_ACTORS];
    wc_keypair plant_key;
    wc_chain *chain;
    wc_hash genesis_hash;
    wc_hash code;
    uint16_t method_fund, method_enrol, method_report, method_settle;
    uint16_t field_energy, field_owed; /* storage of the contract */
    wc_address instance[WC_CITY_INSTANCES];
    int64_t now_s;
    wc_city_queue queues[2];
    char problem[160]; /* the first failure; empty: none */

    double setup_s, build_s, seal_s, close_s, check_s, day_s, processor_s;
    uint64_t blocks, batches, corrections, readings, postings, gas;
    int64_t posted; /* fen: taken from the buyer by batches, less what corrections gave back */
    int64_t paid;   /* fen: by the close */
    uint64_t paid_count;
} wc_city;

/* Keeps the first failure. printf-like; returns WC_DIFFERS. */
wc_status wc_city_fail(wc_city *city, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

double wc_city_clock(void);

/* Meters of a page; all have 500 but the last. */
uint16_t wc_city_page_meters(const wc_city *city, uint32_t page);

/* ---- data ------------------------------------------------------------------------------------ */

/* 10^-5 CNY/kWh in a quarter of the day. */
int64_t wc_city_price(uint32_t quarter);

/* What meter `meter` reports for a quarter in a version (0, or 1: the correction). */
wc_batch_reading wc_city_reading(uint32_t meter, uint32_t quarter, uint16_t version);

/* Is the batch of a page corrected? Then all its intervals are. */
bool wc_city_is_corrected(uint32_t page);

/* Salt of a batch. */
wc_hash wc_city_salt(uint32_t page, uint32_t quarter, uint16_t version);

/* Appends the payload of a batch, a correction with what it corrects. memory: for the batch before.
 */
void wc_city_payload(const wc_city *city, wc_buf *out, wc_buf *memory, uint32_t page,
                     uint32_t quarter, uint16_t version);

/* ---- transactions ---------------------------------------------------------------------------- */

wc_status wc_city_queue_open(wc_city *city, wc_city_queue *queue);
void wc_city_queue_clear(wc_city_queue *queue);

/* Begins a transaction of an actor in a queue; its calls are added to the draft. */
wc_status wc_city_begin(wc_city *city, wc_city_queue *queue, wc_tx_draft *draft,
                        wc_city_actor sender);

/* Signs it by its actors (sender, and `other` unless it is the sender) and queues it. */
wc_status wc_city_finish(wc_city *city, wc_city_queue *queue, wc_tx_draft *draft,
                         wc_city_actor sender, wc_city_actor other);

/* Seals what is queued at now_s; all receipts must be OK. */
wc_status wc_city_seal(wc_city *city, wc_city_queue *queue, const wc_sealed **sealed);

/* ---- parts ----------------------------------------------------------------------------------- */

wc_address wc_city_plant(const wc_city *city, uint32_t meter);
wc_status wc_city_open(wc_city *city, const char *folder, wc_slice module);
wc_status wc_city_setup(wc_city *city, wc_slice module);
wc_status wc_city_day(wc_city *city);
wc_status wc_city_check_sums(wc_city *city); /* before the close */
wc_status wc_city_close(wc_city *city);
wc_status wc_city_check_balances(wc_city *city); /* after it */

#endif
