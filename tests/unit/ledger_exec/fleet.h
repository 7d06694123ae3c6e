/* A page of eight meters, and batches of it, for the standard contract SurplusPurchase, compiled
 * from contracts/metering: RETAILER buys what the meters of GRID, at accounts of their own, feed
 * in; PAYER holds the role Aggregator.
 *
 * A batch is described by a `fleet_batch`: what differs from a good one. Its values are
 * fleet_value, measured; a test computes what it expects from the same. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_FLEET_H
#define WC_TESTS_UNIT_LEDGER_EXEC_FLEET_H

#include "node/ledger/batch.h"
#include "node/ledger/page.h"
#include "tests/unit/ledger_exec/world.h"

#define FLEET_METERS     8u
#define FLEET_PAGE       7u
#define FLEET_STEP       INT64_C(900)
#define FLEET_START      WORLD_START
#define FLEET_PRICE      INT64_C(36550) /* 10^-5 CNY/kWh in every quarter but the first */
#define FLEET_CHEAP      INT64_C(1)     /* in the first quarter of a day */
#define FLEET_MAX        INT64_C(50000) /* Wh in a quarter */
#define FLEET_AGGREGATOR PAYER
#define FLEET_ACCOUNTS   (2u * FLEET_METERS) /* extra accounts: meters, then customers */

enum fleet_method {
    FLEET_FUND,
    FLEET_WITHDRAW,
    FLEET_ENROL,
    FLEET_REPORT,
    FLEET_SETTLE
};

typedef struct fleet {
    world *w;
    wc_address instance;
    wc_address page; /* address of FLEET_PAGE */
    wc_slice sent;   /* payload of the newest batch, and its salt and root */
    wc_hash salt, root;
} fleet;

/* Options of a world for it: accounts for meters and customers. */
world_options fleet_options(void);

/* Everything but the page: roles, meters, contract, money. */
void fleet_prepare(fleet *f, world *w);

/* The same with the page, enrolled. World time is behind the first 24 quarters of the day. */
void fleet_open(fleet *f, world *w);

/* Address of meter i and of its customer. */
wc_address fleet_meter(const world *w, uint32_t i);
wc_address fleet_customer(const world *w, uint32_t i);

/* Registers meter i of GRID until valid_to_s. */
void fleet_register_meter(world *w, uint32_t i, int64_t valid_to_s);

typedef struct fleet_page {
    uint32_t number;
    const wc_address *instance;
    int64_t from_s, until_s; /* 0: a year from FLEET_START */
    uint32_t first, count;   /* meters */
    bool lacks_operator;     /* the operator does not sign */
    world_actor by;          /* 0: the aggregator */
} fleet_page;

wc_slice fleet_page_args(fleet *f, const fleet_page *page);
const wc_receipt_page *fleet_register(fleet *f, const fleet_page *page);
const wc_receipt_page *fleet_end(fleet *f, world_actor by, int64_t until_s);
const wc_receipt_page *fleet_settle(fleet *f, world_actor by, uint32_t page);
const wc_receipt_page *fleet_call(fleet *f, world_actor by, uint16_t method, wc_slice args);

/* Reading of meter i in an interval and version: Wh. */
int64_t fleet_value(uint32_t i, uint32_t quarter, uint16_t version);

typedef struct fleet_batch {
    uint32_t quarter; /* of the day of FLEET_START */
    uint16_t version;
    uint32_t page;   /* 0: FLEET_PAGE */
    uint8_t scale;   /* 0: WC_BATCH_SCALE */
    uint16_t count;  /* 0: FLEET_METERS */
    wc_slice before; /* payload that a version above 0 corrects, its salt and root */
    wc_hash before_salt, before_root;
    /* Changes one reading before it is encoded; NULL: none. */
    void (*spoil)(wc_batch_reading *reading);
    void (*spoil_bytes)(uint8_t *reading); /* and one encoded */
    uint32_t spoiled;                      /* its place */
} fleet_batch;

/* Sends it; f->sent, salt and root are its payload's. */
const wc_receipt_page *fleet_send(fleet *f, const fleet_batch *batch);

/* The letter alone; the last `uncut` readings are no pieces of their own. */
letter fleet_letter(fleet *f, const fleet_batch *batch, uint16_t uncut);

/* The correction of what was sent last, as the next version. */
fleet_batch fleet_correction(const fleet *f, uint32_t quarter, uint16_t version);

/* Energy (Wh) and exact money (10^-8 CNY) of a slot, and what the contract holds, from its views.
 */
int64_t fleet_energy(fleet *f, uint16_t slot);
int64_t fleet_owed(fleet *f, uint16_t slot);
int64_t fleet_held(fleet *f);
int64_t fleet_customer_free(fleet *f, uint32_t i);

#endif
