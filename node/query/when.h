/* Times for people: "2022-09-01T18:00:00Z". Proleptic Gregorian calendar, UTC, years 0 to 9999. */
#ifndef WC_NODE_QUERY_WHEN_H
#define WC_NODE_QUERY_WHEN_H

#include "vm/base/buf.h"

#define WC_DAY_S INT64_C(86400)

/* Appends a time or a date. Outside the years 0..9999: the number of seconds or days. */
void wc_put_time(wc_buf *text, int64_t time_s);
void wc_put_date(wc_buf *text, int64_t day);

/* Days since 1970-01-01 of a valid calendar date. */
int64_t wc_day_of(int64_t year, unsigned month, unsigned day);

/* A span [from_s, to_s) as somebody writes it: "2022-09-01" is that day, "2022-09-01T18" an hour,
 * "2022-09-01T18:15" a quarter of an hour, "2022-09-01T18:15:07" a second; a Z may follow.
 * OUT_OF_DOMAIN: not of that form, or no such date. */
WC_MUST_USE wc_status wc_parse_span(wc_str text, int64_t *from_s, int64_t *to_s);

#endif
