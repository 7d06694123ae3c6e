/* Inside the export: one row under construction, and fields of events by their names. */
#ifndef WC_NODE_EXPORT_ROW_H
#define WC_NODE_EXPORT_ROW_H

#include "node/export/export.h"

#define WC_EXPORT_FIELD_MAX 65536u

typedef struct wc_export {
    wc_export_report *report;
    wc_query *query;
    wc_export_table table;
    FILE *file;
    wc_status status; /* first failure */
    uint32_t column;  /* of the row under construction */
    uint8_t *field;   /* WC_EXPORT_FIELD_MAX bytes */

    /* Of the receipt at hand. */
    wc_address redeemed_from; /* escrow's party of the newest posting of cause REDEEM */
    bool has_reading;
    wc_address meter; /* of the newest READINGS_ACCEPTED */
    uint32_t meter_day;
    uint16_t meter_version, meter_count; /* intervals */
    int64_t meter_at;                    /* start of the first */
    wc_hash meter_payload;
} wc_export;

/* A row begins with the place of its fact. */
void wc_export_begin(wc_export *e, const wc_visit *visit, uint32_t event);
void wc_export_str(wc_export *e, wc_str text);
void wc_export_number(wc_export *e, int64_t number);
void wc_export_party(wc_export *e, const wc_address *party); /* two columns: address and name */
void wc_export_decimal(wc_export *e, int64_t value, unsigned scale);
void wc_export_contract(wc_export *e, const wc_query_module *module,
                        const wc_address *instance); /* two columns: name and address */
void wc_export_end(wc_export *e);

/* Adds to the total of a unit. */
void wc_export_add(wc_export *e, wc_str unit, uint8_t scale, int64_t first, int64_t second);

/* Asset by number; NULL: unknown. */
const wc_money_name *wc_export_asset(const wc_export *e, uint32_t asset);

/* An event of a contract whose arguments can be asked by name. */
typedef struct wc_export_event {
    const wc_query_module *module;
    const wc_event *event;
    wc_str name; /* "Line" */
    uint16_t args;
} wc_export_event;

/* False: an event of the ledger, or of a module that is not at hand. */
bool wc_export_open_event(wc_export *e, const wc_event *event, wc_export_event *opened);

/* A decimal by name: its number, scale and unit. False: no such field, or another type. */
typedef struct wc_export_value {
    int64_t number;
    uint8_t scale;
    wc_str unit;
} wc_export_value;

bool wc_export_value_of(const wc_export_event *event, const char *name, wc_export_value *value);
bool wc_export_party_of(const wc_export_event *event, const char *name, wc_address *party);

/* Any field as text, dates and times as they are shown, texts without quotes; empty: none of that
 * name. */
void wc_export_field(wc_export *e, const wc_export_event *event, const char *name);

/* ---- tables: told of every event ---- */
WC_MUST_USE wc_status wc_export_genesis(wc_export *e); /* journal: balances that genesis gave */
void wc_export_book_event(wc_export *e, const wc_visit *visit, uint32_t index,
                          const wc_event *event); /* journal, payables, receivables */
void wc_export_market_event(wc_export *e, const wc_visit *visit, uint32_t index,
                            const wc_event *event); /* trades, settlement */
void wc_export_meter_event(wc_export *e, const wc_visit *visit, uint32_t index,
                           const wc_event *event); /* meters */

#endif
