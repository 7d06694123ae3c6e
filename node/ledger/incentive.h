/* The incentive in the state: who shares the fees of an epoch, what is counted for it.
 *
 *   incentive    v | instance 32                     under the name `incentive`; absent: none
 *   epoch        v | number u32 | until_s i64 | n_credit u16 | seq u64 | record 32
 *   credit       v | produced u64 | metered u64 | audited u64      not all zero
 *   top-up       v | party 32 | amount i64 | at_s i64
 *
 * An epoch ends with the first record at or after its end; the work and the fees of that record
 * still belong to it. Epochs are numbered one after the other, whatever their length. The record
 * that an epoch names is what its auditors attest: the newest one when the epoch began.
 *
 * The contract that shares is asked by the view WC_INCENTIVE_SIGNATURE: the pool and all credit of
 * the epoch in the order of addresses, for payments that add up to the pool. */
#ifndef WC_NODE_LEDGER_INCENTIVE_H
#define WC_NODE_LEDGER_INCENTIVE_H

#include "node/ledger/ids.h"
#include "node/ledger/job.h"
#include "node/ledger/limits.h"
#include "vm/base/buf.h"

#define WC_INCENTIVE_NAME "incentive"
#define WC_INCENTIVE_SIZE 33u

/* contracts/incentive offers it; a test holds both against each other. */
#define WC_INCENTIVE_SIGNATURE                                                                     \
    "view shares(int<0..9000000000000000000>,list<record{account:party,"                           \
    "produced:int<0..1000000000000>,metered:int<0..1000000000000>,"                                \
    "audited:int<0..1000000000000>},256>)->list<record{account:party,"                             \
    "amount:int<0..9000000000000000000>},257>"
#define WC_INCENTIVE_POOL_MAX     INT64_C(9000000000000000000)
#define WC_INCENTIVE_PAYMENTS_MAX (WC_EPOCH_CREDITS_MAX + 1u)

void wc_incentive_put(wc_buf *buf, const wc_address *instance);
WC_MUST_USE wc_status wc_incentive_decode(wc_address *instance, wc_slice value);

typedef struct wc_epoch {
    uint32_t number;       /* >= 1 */
    int64_t until_s;       /* >= 0 */
    uint16_t credit_count; /* accounts with credit, in [0, WC_EPOCH_CREDITS_MAX] */
    uint64_t seq;          /* the record that auditors attest, and its hash */
    wc_hash record;
} wc_epoch;

#define WC_EPOCH_SIZE 55u

void wc_epoch_put(wc_buf *buf, const wc_epoch *epoch);
WC_MUST_USE wc_status wc_epoch_decode(wc_epoch *epoch, wc_slice value);

/* Work that is counted. */
typedef enum wc_work {
    WC_WORK_PRODUCED = 0, /* records proposed, blocks signed */
    WC_WORK_METERED = 1,  /* readings accepted, for the operator of the meter */
    WC_WORK_AUDITED = 2,  /* attestations */
    WC_WORK_COUNT = 3
} wc_work;

typedef struct wc_credit {
    uint64_t work[WC_WORK_COUNT]; /* each in [0, WC_EPOCH_COUNT_MAX] */
} wc_credit;

#define WC_CREDIT_SIZE 25u

void wc_credit_put(wc_buf *buf, const wc_credit *credit); /* not all zero (asserted) */
WC_MUST_USE wc_status wc_credit_decode(wc_credit *credit, wc_slice value);

typedef struct wc_top_up {
    wc_address party;
    int64_t amount; /* > 0 */
    int64_t at_s;
} wc_top_up;

#define WC_TOP_UP_SIZE 49u

void wc_top_up_put(wc_buf *buf, const wc_top_up *top_up);
WC_MUST_USE wc_status wc_top_up_decode(wc_top_up *top_up, wc_slice value);

/* End of an epoch that begins now: the next multiple of the length. */
int64_t wc_epoch_end(int64_t now_s, uint32_t epoch_s);

/* ---- inside the ledger ----------------------------------------------------------------------- */

/* Method id of WC_INCENTIVE_SIGNATURE. */
uint32_t wc_incentive_method(void);

/* Has this instance, live, the view? Marks nothing, charges nothing. */
WC_MUST_USE wc_status wc_incentive_fits(wc_job *job, const wc_address *instance, bool *fits);

/* The running epoch. NOT_FOUND: the chain shares no fees. */
WC_MUST_USE wc_status wc_epoch_load(wc_ledger *ledger, wc_epoch *epoch);
WC_MUST_USE wc_status wc_epoch_store(wc_ledger *ledger, const wc_epoch *epoch);

/* Counts work for an account, free of charge. Nothing is counted where the chain shares no fees,
 * for an address without account, for the account behind the last that an epoch has room for, and
 * beyond the greatest count. Errors: TOO_LARGE - a write limit of the transaction. */
WC_MUST_USE wc_status wc_epoch_credit(wc_ledger *ledger, const wc_address *account, wc_work work,
                                      uint64_t count);

/* Epoch work at the end of a record (epoch.c): counts who made it, and ends the epoch when its time
 * has come. Leaves one receipt, or none where the block has no room for it. */
WC_MUST_USE wc_status wc_epoch_work(wc_ledger *ledger, const wc_block_input *input);

#endif
