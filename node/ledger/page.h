/* Pages: meters whose readings one aggregator signs together, in the state.
 *
 *   page        v | instance 32 | operator 32 | report u16 | settle u16 | channel u8 | step_s u32
 *               | energy_max i64 | from_s i64 | until_s i64 | valid_from_s i64 | valid_to_s i64
 *               | n u16 | (meter 32 | valid_from_s i64 | valid_to_s i64)*
 *   meter page  v | aggregator 32 | page u32
 *   page day    v | step_s u32 | n u16 | (slot u16 | version u16 | root 32)*
 *
 * A page stays as it was registered, but for its end: what was counted for an interval can then be
 * told from the page and a payload at any later time. To change it, end it and register the next. A
 * meter is in one page at a time, for each channel.
 *
 * A page reports to one contract. Nobody holds a key of the page's own address, and the ledger runs
 * the contract's two actions with it as caller: so a contract that accepts a page by its address
 * accepts only what the ledger has checked. A page day says which batch stands for an interval: the
 * newest version, by its root. The values are personal data and do not stand in the state. */
#ifndef WC_NODE_LEDGER_PAGE_H
#define WC_NODE_LEDGER_PAGE_H

#include "node/ledger/ids.h"
#include "node/ledger/limits.h"
#include "vm/base/buf.h"

/* A meter in its slot, with the validity that its registration had when the page was registered. */
typedef struct wc_page_meter {
    wc_address meter;
    int64_t valid_from_s, valid_to_s;
} wc_page_meter;

typedef struct wc_page {
    wc_address instance;         /* whose actions are run */
    wc_address operator_account; /* of all its meters */
    uint16_t report, settle;     /* methods: for a batch, and for the close */
    uint8_t channel;             /* that is reported; in [0, WC_CHANNEL_COUNT) */
    uint32_t step_s;             /* of all its meters; as wc_meter.step_s */
    int64_t energy_max;          /* 10^-3 kWh in one interval, > 0: more is implausible */
    int64_t from_s, until_s;     /* intervals in [from_s, until_s) are reported; from_s >= 0 */
    int64_t valid_from_s; /* all meters are valid in [valid_from_s, valid_to_s), if it is one */
    int64_t valid_to_s;
    uint16_t count;  /* meters, in [1, WC_PAGE_METERS_MAX] */
    wc_slice meters; /* count encoded meters, by slot; borrowed */
} wc_page;

#define WC_PAGE_METER_SIZE 48u
#define WC_PAGE_HEAD_SIZE  116u
#define WC_PAGE_SIZE_MAX   (WC_PAGE_HEAD_SIZE + WC_PAGE_METERS_MAX * WC_PAGE_METER_SIZE)

void wc_page_put(wc_buf *buf, const wc_page *page);

/* The meters are not looked at, but for their number. */
WC_MUST_USE wc_status wc_page_decode(wc_page *page, wc_slice value);

void wc_page_meter_put(wc_buf *buf, const wc_page_meter *meter);

/* Requires: slot < count. */
wc_page_meter wc_page_meter_at(const wc_page *page, uint16_t slot);

/* H("page/1", aggregator ‖ page u32): caller of a page's actions. */
wc_address wc_page_address(const wc_address *aggregator, uint32_t page);

/* The page that a meter is in, or was last. */
typedef struct wc_meter_page {
    wc_address aggregator;
    uint32_t page;
} wc_meter_page;

#define WC_METER_PAGE_SIZE 37u

void wc_meter_page_put(wc_buf *buf, const wc_meter_page *place);
WC_MUST_USE wc_status wc_meter_page_decode(wc_meter_page *place, wc_slice value);

/* The batch that stands for an interval. */
typedef struct wc_page_interval {
    uint16_t slot; /* interval of the UTC day, in [0, 86400 / step_s) */
    uint16_t version;
    wc_hash root;
} wc_page_interval;

typedef struct wc_page_day {
    uint32_t step_s;
    uint16_t count;                                   /* in [1, 86400 / step_s] */
    wc_page_interval intervals[WC_READING_SLOTS_MAX]; /* ascending by slot */
} wc_page_day;

#define WC_PAGE_DAY_SIZE_MAX (7u + WC_READING_SLOTS_MAX * 36u)

void wc_page_day_put(wc_buf *buf, const wc_page_day *day);
WC_MUST_USE wc_status wc_page_day_decode(wc_page_day *day, wc_slice value);

/* The interval of a slot; NULL: not reported. */
wc_page_interval *wc_page_day_find(wc_page_day *day, uint16_t slot);

/* Adds one in its place. Requires: the slot is of the day and not reported. */
void wc_page_day_add(wc_page_day *day, const wc_page_interval *interval);

#endif
