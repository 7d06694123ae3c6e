/* Receipts, events, postings and write sets: what a transaction, a time-out or epoch work did.
 *
 *   receipt   v u8 | kind u8 | subject 32 | index u32 | status u16 | call u8 (ff none)
 *             | gas_limit u64 | gas_used u64 | fee u64 | payer 32 | write_set 32 | events_root 32
 *             | result 32
 *   write_set H("ws/1", (k 32 | old value hash or 0 | new value hash or 0)*)    ascending k
 *   event     emitter 32 | type u16 | data str32
 *   posting   event of the ledger, type 1:
 *             asset u32 | from 65 | to 65 | amount i64 | call u8 | cause u8 | code 32
 *             | function u16 | word u32
 *   sub-account (65)  kind u8 | owner 32 | party 32 (zero unless escrow)
 *   result    H("result/1", outcome)
 *   page      receipt | outcome str32 | n_event u32 | event*         as stored under 'e'
 *
 * events_root = M(SHA256(event)), receipts_root = M(SHA256(receipt)). A write set holds only keys
 * whose value differs before and after, so writing back what was there leaves no trace in it. */
#ifndef WC_NODE_LEDGER_RECEIPT_H
#define WC_NODE_LEDGER_RECEIPT_H

#include "node/ledger/ids.h"
#include "node/ledger/limits.h"
#include "node/ledger/refusals.h"
#include "vm/base/buf.h"
#include "vm/base/codec.h"
#include "vm/base/int.h"

#define WC_RECEIPT_VERSION 1
#define WC_RECEIPT_SIZE    193
#define WC_RECEIPT_NO_CALL 0xff

/* Values of receipt.status; refusals.def holds those from 100. */
#define WC_RECEIPT_OK    0 /* all calls done */
#define WC_RECEIPT_ERROR 1 /* a contract error: `fail`, `requires` or a built-in error */
#define WC_RECEIPT_TRAP  2 /* a trap */

typedef enum wc_receipt_kind {
    WC_RECEIPT_TX = 0,    /* subject: tx_id */
    WC_RECEIPT_TIMER = 1, /* subject: instance */
    WC_RECEIPT_SYSTEM = 2 /* subject: H("sys/1", name of the work) */
} wc_receipt_kind;

typedef struct wc_receipt {
    wc_receipt_kind kind;
    wc_hash subject;
    uint32_t index;  /* position among the record's receipts: time-outs, transactions, epoch work */
    uint16_t status; /* 0, 1, 2 or a number of refusals.def */
    uint8_t call;    /* the call that failed, or WC_RECEIPT_NO_CALL */
    uint64_t gas_limit;
    uint64_t gas_used; /* in [0, gas_limit] */
    uint64_t fee;
    wc_address payer; /* zero: nobody paid */
    wc_hash write_set;
    wc_hash events_root;
    wc_hash result;
} wc_receipt;

void wc_receipt_put(wc_buf *buf, const wc_receipt *receipt);

/* Errors: TRUNCATED, TRAILING, BAD_VERSION, OUT_OF_DOMAIN; *bad: offset of the first wrong byte. */
WC_MUST_USE wc_status wc_receipt_decode(wc_receipt *receipt, size_t *bad, wc_slice bytes);

/* SHA256 of the encoding: the item of receipts_root and the data of the engine's result. */
wc_hash wc_receipt_hash(const wc_receipt *receipt);

typedef struct wc_event {
    wc_address emitter; /* an instance, or the system account "ledger" */
    uint16_t type;
    wc_slice data; /* at most WC_EVENT_DATA_MAX bytes */
} wc_event;

typedef enum wc_ledger_event {
#define WC_EVENT(number, name, data, text) WC_EVENT_##name = (number),
#include "node/ledger/events.def"
#undef WC_EVENT
} wc_ledger_event;

/* "POSTING"; NULL for a number not in events.def. */
const char *wc_ledger_event_name(uint16_t type);

void wc_event_put(wc_buf *buf, const wc_event *event);
WC_MUST_USE wc_status wc_event_read(wc_reader *reader, wc_event *event);
wc_hash wc_event_hash(const wc_event *event); /* SHA256 of the encoding */

typedef enum wc_sub_kind {
    WC_SUB_FREE = 1,    /* free balance of owner */
    WC_SUB_ESCROW = 2,  /* owner: instance; party: whose money it is */
    WC_SUB_RESERVED = 3 /* set aside for the fee of the running transaction of owner */
} wc_sub_kind;

typedef struct wc_sub_account {
    wc_sub_kind kind;
    wc_address owner;
    wc_address party; /* ESCROW only; else zero */
} wc_sub_account;

typedef enum wc_posting_cause {
    WC_CAUSE_FEE = 1,      /* gas of a transaction: payer -> fees */
    WC_CAUSE_ISSUE = 2,    /* bank deposit: issuance -> free */
    WC_CAUSE_REDEEM = 3,   /* bank leg: escrow or free -> issuance */
    WC_CAUSE_TRANSFER = 4, /* free -> free, signed by the payer */
    WC_CAUSE_LOCK = 5,     /* free -> escrow */
    WC_CAUSE_UNLOCK = 6,   /* escrow -> free of the same party */
    WC_CAUSE_PAY = 7,      /* escrow -> free or escrow of another */
    WC_CAUSE_SPLIT = 8,
    WC_CAUSE_NETTING = 9,
    WC_CAUSE_CLOSE = 10,   /* final state returns what is left */
    WC_CAUSE_STUCK = 11,   /* native return from a stuck instance */
    WC_CAUSE_MANDATE = 12, /* free -> escrow under a mandate */
    WC_CAUSE_REWARD = 13,  /* epoch shares */
    WC_CAUSE_GENESIS = 14
} wc_posting_cause;

typedef struct wc_ledger_posting {
    uint32_t asset;
    wc_sub_account from;
    wc_sub_account to;
    int64_t amount; /* minor units, in [1, 2^63) */
    uint8_t call;   /* of the transaction; WC_RECEIPT_NO_CALL for fees and system work */
    wc_posting_cause cause;
    wc_hash code;      /* module whose instruction posted; zero: the ledger itself */
    uint16_t function; /* place in that module, for `why` */
    uint32_t word;
} wc_ledger_posting;

#define WC_POSTING_SIZE 182

void wc_posting_put(wc_buf *buf, const wc_ledger_posting *posting);
WC_MUST_USE wc_status wc_posting_decode(wc_ledger_posting *posting, wc_slice data);

/* One changed key. A zero hash stands for "absent". */
typedef struct wc_write {
    wc_hash k;
    wc_hash old_value_hash;
    wc_hash new_value_hash;
} wc_write;

/* Requires: writes ascend strictly by k and old differs from new in each (asserted). */
wc_hash wc_write_set_hash(const wc_write *writes, size_t count);

/* Outcomes: the details behind receipt.result.
 *   status 0     results of the calls, in order: str32 each (empty when a call has none)
 *   status 1     code 32 | error u16 | arguments str32
 *   status 2     trap u16 | code 32 | function u16 | word u32 | n u8 <= 2 | value i128 each
 *   status 100+  details of the refusal, by its own layout; usually empty */
typedef struct wc_trap_outcome {
    uint16_t trap; /* vm/isa/traps.def */
    wc_hash code;
    uint16_t function;
    uint32_t word;
    uint8_t value_count; /* in [0, 2] */
    wc_i128 values[2];
} wc_trap_outcome;

typedef struct wc_error_outcome {
    wc_hash code;   /* module of the failing instance */
    uint16_t error; /* index in its errors, or WC_ERROR_BUILTIN | number of a built-in error */
    wc_slice args;
} wc_error_outcome;

#define WC_ERROR_BUILTIN 0x8000u

void wc_outcome_put_error(wc_buf *buf, const wc_error_outcome *outcome);
void wc_outcome_put_trap(wc_buf *buf, const wc_trap_outcome *outcome);
WC_MUST_USE wc_status wc_outcome_error(wc_error_outcome *outcome, wc_slice bytes);
WC_MUST_USE wc_status wc_outcome_trap(wc_trap_outcome *outcome, wc_slice bytes);

/* H("result/1", outcome). */
wc_hash wc_outcome_hash(wc_slice outcome);

/* A stored receipt with everything its hashes cover. */
typedef struct wc_receipt_page {
    wc_receipt receipt;
    wc_slice outcome;
    uint32_t event_count;
    wc_slice events; /* event_count encoded events, to be read with wc_event_read */
} wc_receipt_page;

void wc_receipt_page_put(wc_buf *buf, const wc_receipt_page *page);

/* Borrows from bytes. The hashes in the receipt are not compared: wc_receipt_page_check does that.
 * Errors: as wc_receipt_decode, TOO_LARGE. */
WC_MUST_USE wc_status wc_receipt_page_decode(wc_receipt_page *page, size_t *bad, wc_slice bytes);

/* DIFFERS when events or outcome do not have the hashes that the receipt names. */
WC_MUST_USE wc_status wc_receipt_page_check(const wc_receipt_page *page);

#endif
