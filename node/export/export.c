/* Walking a ledger for a table; see export.h. */
#include "node/export/export.h"

#include <stdlib.h>
#include <string.h>

#include "node/export/row.h"

typedef struct table_row {
    const char *name, *columns;
} table_row;

static const table_row tables[] = {
#define WC_EXPORT_TABLE(name, columns) {#name, columns},
#include "node/export/tables.def"
#undef WC_EXPORT_TABLE
};

wc_export_table wc_export_find(const char *name)
{
    size_t i = 0;
    while (i < WC_ARRAY_LEN(tables) && strcmp(tables[i].name, name) != 0) i++;
    return (wc_export_table)i;
}

const char *wc_export_name(wc_export_table table)
{
    wc_assert(table < WC_EXPORT_TABLES);
    return tables[table].name;
}

static bool visit_receipt(void *self, const wc_visit *visit)
{
    wc_export *e = self;
    wc_reader reader = wc_reader_of(visit->page->events);
    bool is_book = e->table == WC_EXPORT_journal || e->table == WC_EXPORT_payables ||
                   e->table == WC_EXPORT_receivables;
    e->has_reading = false;
    for (uint32_t i = 0; i < visit->page->event_count && e->status == WC_OK; i++) {
        wc_event event;
        if (wc_event_read(&reader, &event) != WC_OK) {
            e->status = WC_CORRUPT;
        } else if (is_book) {
            wc_export_book_event(e, visit, i, &event);
        } else if (e->table == WC_EXPORT_meters) {
            wc_export_meter_event(e, visit, i, &event);
        } else {
            wc_export_market_event(e, visit, i, &event);
        }
    }
    return e->status == WC_OK;
}

/* Double entry: every posting was written on both sides. */
static wc_status judge(const wc_export *e)
{
    for (uint32_t i = 0; e->table == WC_EXPORT_journal && i < e->report->total_count; i++) {
        if (e->report->totals[i].first != e->report->totals[i].second) return WC_CORRUPT;
    }
    return WC_OK;
}

wc_status wc_export_write(wc_export_report *report, wc_query *query, wc_export_table table,
                          FILE *file)
{
    wc_assert(table < WC_EXPORT_TABLES);
    *report = (wc_export_report){0};
    wc_export e = {.report = report, .query = query, .table = table, .file = file};
    e.field = malloc(WC_EXPORT_FIELD_MAX);
    if (e.field == NULL) return WC_NO_MEMORY;
    wc_status status = WC_OK;
    if (fputs(tables[table].columns, file) < 0 || fputs("\r\n", file) < 0) status = WC_IO;
    if (status == WC_OK && table == WC_EXPORT_journal) status = wc_export_genesis(&e);
    if (status == WC_OK) status = wc_query_walk(query, 0, UINT64_MAX, visit_receipt, &e);
    if (status == WC_OK) status = e.status;
    if (status == WC_OK && fflush(file) != 0) status = WC_IO;
    free(e.field);
    return status == WC_OK ? judge(&e) : status;
}
