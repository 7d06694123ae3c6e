/* Local clocks and the civil calendar, in whole numbers: what calendar instructions compute, and
 * the compiler with constants.
 *
 * A zone is the offset of its local clock from UTC at the start, and the shifts by which it
 * changes. It covers the instants from 1970-01-01T00:00:00Z up to 2101-01-01T00:00:00Z, both
 * inclusive: whatever goes in or comes out must lie there, else OUT_OF_DOMAIN.
 *
 *     instant  seconds since 1970-01-01T00:00:00Z
 *     local    what the local clock shows, as seconds since 1970-01-01 00:00 on that clock
 *     date     days since 1970-01-01
 *
 * A local time that the clock skips stands for the first instant after the gap; one that it shows
 * twice for the first of both. So the days of a zone follow one another without gap or overlap:
 * day d is [start of d, start of d + 1), and an instant belongs to the day that contains it. Local
 * days have 23, 24 or 25 hours, in some zones other lengths, and one that was skipped has none. */
#ifndef WC_VM_BASE_CALENDAR_H
#define WC_VM_BASE_CALENDAR_H

#include "vm/base/base.h"
#include "vm/base/status.h"

#include <stdint.h>

#define WC_CALENDAR_END    INT64_C(4133980800) /* 2101-01-01T00:00:00Z */
#define WC_OFFSET_MAX      64800               /* 18 h, either way */
#define WC_DAY_SECONDS     86400
#define WC_DATE_MIN        (-INT64_C(719162)) /* 0001-01-01 */
#define WC_DATE_MAX        INT64_C(2932896)   /* 9999-12-31 */
#define WC_ZONE_SHIFTS_MAX 1024u

typedef struct wc_shift {
    int64_t at;     /* first instant of the new offset, in (0, WC_CALENDAR_END) */
    int32_t offset; /* seconds east of UTC from then on */
} wc_shift;

typedef struct wc_zone {
    int32_t offset; /* before the first shift */
    uint16_t count;
    wc_shift *shifts; /* ascending by `at` */
} wc_zone;

typedef enum wc_date_unit {
    WC_UNIT_DAY = 0,
    WC_UNIT_WEEK = 1, /* from Monday */
    WC_UNIT_MONTH = 2,
    WC_UNIT_QUARTER = 3,
    WC_UNIT_YEAR = 4,
    WC_UNIT_COUNT
} wc_date_unit;

typedef enum wc_date_part {
    WC_PART_YEAR = 0,
    WC_PART_MONTH = 1,   /* 1..12 */
    WC_PART_DAY = 2,     /* 1..31, of the month */
    WC_PART_WEEKDAY = 3, /* 1..7, Monday is 1 */
    WC_PART_YEARDAY = 4, /* 1..366 */
    WC_PART_COUNT
} wc_date_part;

/* WC_OK for a table that the functions below can use, and that is the only one for its zone: shifts
 * ascend, each changes the offset, and the local times at which the offsets end ascend, too.
 * TOO_LARGE, OUT_OF_DOMAIN, NOT_CANONICAL. */
WC_MUST_USE wc_status wc_zone_check(const wc_zone *zone);

/* What the local clock shows at an instant. */
WC_MUST_USE wc_status wc_zone_local(const wc_zone *zone, int64_t instant, int64_t *local);

/* The first instant at which the local clock shows `local` or more. */
WC_MUST_USE wc_status wc_zone_instant(const wc_zone *zone, int64_t local, int64_t *instant);

/* The local day that contains the instant. */
WC_MUST_USE wc_status wc_zone_date(const wc_zone *zone, int64_t instant, int64_t *date);

/* First date of the unit that is `steps` after the one that contains `date`. OUT_OF_DOMAIN outside
 * [WC_DATE_MIN, WC_DATE_MAX]. Requires unit < WC_UNIT_COUNT. */
WC_MUST_USE wc_status wc_date_first(int64_t date, int64_t steps, wc_date_unit unit, int64_t *first);

/* Requires part < WC_PART_COUNT. OUT_OF_DOMAIN outside [WC_DATE_MIN, WC_DATE_MAX]. */
WC_MUST_USE wc_status wc_date_part_of(int64_t date, wc_date_part part, int64_t *value);

#endif
