/* The books of a ledger as tables: CSV by RFC 4180, one row for each fact, each with the record,
 * receipt and event that prove it.
 *
 * Rows come in the order of the ledger. Amounts are decimals of their asset, never rounded. Names
 * come from names.json, which nobody signed; addresses are the ledger's. What is in a row is what
 * events say: nothing is computed but the totals. */
#ifndef WC_NODE_EXPORT_EXPORT_H
#define WC_NODE_EXPORT_EXPORT_H

#include <stdio.h>

#include "node/query/query.h"

typedef enum wc_export_table {
#define WC_EXPORT_TABLE(name, columns) WC_EXPORT_##name,
#include "node/export/tables.def"
#undef WC_EXPORT_TABLE
    WC_EXPORT_TABLES
} wc_export_table;

/* By name: "journal"; WC_EXPORT_TABLES: there is none of it. */
wc_export_table wc_export_find(const char *name);
const char *wc_export_name(wc_export_table table);

/* Sums of one asset or unit. */
typedef struct wc_export_total {
    wc_str unit; /* "CNY", "kWh" */
    uint8_t scale;
    /* Journal: debits, credits. Payables, receivables: charged, paid. Trades, meters: quantity, 0.
     * Settlement: booked by the bank, returned to the payer. Minor units. */
    int64_t first, second;
} wc_export_total;

#define WC_EXPORT_TOTALS_MAX 64u

typedef struct wc_export_report {
    uint64_t rows;
    uint32_t total_count;
    wc_export_total totals[WC_EXPORT_TOTALS_MAX];
} wc_export_report;

/* Writes the table with its head row. file stays the caller's. Errors: those of wc_query_walk;
 * IO; OVERFLOW - a total beyond 64 bits; TOO_LARGE - more units than are kept, or a field longer
 * than any can be; CORRUPT - debits and credits of an asset differ, which no sound ledger has. */
WC_MUST_USE wc_status wc_export_write(wc_export_report *report, wc_query *query,
                                      wc_export_table table, FILE *file);

#endif
