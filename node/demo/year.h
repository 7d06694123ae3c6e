/* The data behind the demo: one ring year of hourly load, PV and retail price bands, as quarters.
 *
 * Day N in [1, 365] is 1 August 2022 + N - 1; hour h in [1, 24] is [h - 1, h). Row (24 (N - 1) + h)
 * mod 8760 of the files holds it: row 0 is the last hour of the ring year. Energies are in Wh
 * (kWh with three decimals), prices in 0.00001 CNY/kWh. A quarter of an hourly value E is
 * R(E j / 4) - R(E (j - 1) / 4), R half up: the four sum to E exactly (settlement rule of the
 * Danish DataHub, reproduced from its published scenario). */
#ifndef WC_NODE_DEMO_YEAR_H
#define WC_NODE_DEMO_YEAR_H

#include "node/import/csv.h"

#define WC_YEAR_HOURS     8760u
#define WC_YEAR_DAYS      365u
#define WC_DAY_QUARTERS   96u
#define WC_DEMO_HOMES     3u
#define WC_YEAR_FIRST_DAY 19205 /* 2022-08-01 in days since 1970-01-01 */

typedef struct wc_year {
    int64_t load_wh[WC_DEMO_HOMES][WC_YEAR_HOURS];
    int64_t pv_wh[WC_DEMO_HOMES][WC_YEAR_HOURS];
    int64_t generator_wh[WC_YEAR_HOURS];
    int64_t retail[WC_YEAR_HOURS]; /* all-in retail price of the hour's band */
} wc_year;

/* Reads Building_1.csv, Building_2.csv, Building_3.csv and pricing.csv of a folder. Errors: as
 * wc_csv_read; OUT_OF_DOMAIN also for a file without exactly 8760 rows, a negative value or an
 * unknown price band. */
WC_MUST_USE wc_status wc_year_read(wc_year *year, const char *folder, wc_csv_problem *problem);

/* CSV row of an hour; day may be 0 or negative: the ring wraps. */
uint32_t wc_year_row(int64_t day, uint32_t hour);

/* Row of the hour that holds quarter k in [0, 96). */
uint32_t wc_year_quarter_row(int64_t day, uint32_t quarter);

/* Wh of quarter k of a column of hourly values. */
int64_t wc_year_quarter(const int64_t hours[WC_YEAR_HOURS], int64_t day, uint32_t quarter);

#endif
