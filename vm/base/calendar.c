/* Calendars. Offsets hold in segments: segment 0 before the first shift, segment i from shift i - 1
 * on. Both searches are binary: segments ascend by their start, and by the local time at which they
 * end (wc_zone_check). */
#include "vm/base/calendar.h"

/* Any instant of a zone in local seconds lies well inside: no sum below can overflow. */
#define LOCAL_MAX (WC_CALENDAR_END + 4 * (int64_t)WC_OFFSET_MAX)

static int64_t offset_of(const wc_zone *zone, uint32_t segment)
{
    return segment == 0 ? zone->offset : zone->shifts[segment - 1].offset;
}

/* Local time at which the segment is over; not of the last one. */
static int64_t local_end(const wc_zone *zone, uint32_t segment)
{
    return zone->shifts[segment].at + offset_of(zone, segment);
}

wc_status wc_zone_check(const wc_zone *zone)
{
    if (zone->count > WC_ZONE_SHIFTS_MAX) return WC_TOO_LARGE;
    if (zone->offset < -WC_OFFSET_MAX || zone->offset > WC_OFFSET_MAX) return WC_OUT_OF_DOMAIN;
    for (uint16_t i = 0; i < zone->count; i++) {
        const wc_shift *shift = &zone->shifts[i];
        if (shift->offset < -WC_OFFSET_MAX || shift->offset > WC_OFFSET_MAX) {
            return WC_OUT_OF_DOMAIN;
        }
        if (shift->at <= 0 || shift->at >= WC_CALENDAR_END) return WC_OUT_OF_DOMAIN;
        if (shift->offset == offset_of(zone, i)) return WC_NOT_CANONICAL;
        if (i == 0) continue;
        if (shift->at <= zone->shifts[i - 1].at) return WC_NOT_CANONICAL;
        if (local_end(zone, i) <= local_end(zone, i - 1u)) return WC_OUT_OF_DOMAIN;
    }
    return WC_OK;
}

/* The segment that holds at the instant: the number of shifts up to it. */
static uint32_t segment_at(const wc_zone *zone, int64_t instant)
{
    uint32_t low = 0, high = zone->count;
    while (low < high) { /* high - low shrinks */
        uint32_t middle = (low + high) / 2;
        if (zone->shifts[middle].at <= instant) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The first instant whose local time is `local` or later, without a look at the table's bounds. */
static int64_t first_instant(const wc_zone *zone, int64_t local)
{
    uint32_t low = 0, high = zone->count; /* the first segment that ends after `local` */
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (local_end(zone, middle) <= local) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    int64_t instant = local - offset_of(zone, low);
    bool is_skipped = low > 0 && instant < zone->shifts[low - 1].at;
    return is_skipped ? zone->shifts[low - 1].at : instant;
}

static bool is_covered(int64_t instant)
{
    return instant >= 0 && instant <= WC_CALENDAR_END;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

wc_status wc_zone_local(const wc_zone *zone, int64_t instant, int64_t *local)
{
    if (!is_covered(instant)) return WC_OUT_OF_DOMAIN;
    *local = instant + offset_of(zone, segment_at(zone, instant));
    return WC_OK;
}

wc_status wc_zone_instant(const wc_zone *zone, int64_t local, int64_t *instant)
{
    if (local < -LOCAL_MAX || local > LOCAL_MAX) return WC_OUT_OF_DOMAIN;
    int64_t found = first_instant(zone, local);
    if (!is_covered(found)) return WC_OUT_OF_DOMAIN;
    *instant = found;
    return WC_OK;
}

wc_status wc_zone_date(const wc_zone *zone, int64_t instant, int64_t *date)
{
    int64_t local;
    WC_TRY(wc_zone_local(zone, instant, &local));
    int64_t day = floor_div(local, WC_DAY_SECONDS);
    /* A clock set back over midnight shows the old date again, inside the new day. */
    while (first_instant(zone, (day + 1) * WC_DAY_SECONDS) <= instant) day++; /* 36 h at most */
    *date = day;
    return WC_OK;
}

/* ---- the civil calendar: years begin in March, so that the leap day comes last -----------------
 */

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void civil_of(int64_t date, int64_t *year, int64_t *month, int64_t *day)
{
    int64_t z = date + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

static bool is_date(int64_t date)
{
    return date >= WC_DATE_MIN && date <= WC_DATE_MAX;
}

/* Monday is 0; 1970-01-01 was a Thursday. */
static int64_t weekday_of(int64_t date)
{
    return date + 3 - 7 * floor_div(date + 3, 7);
}

wc_status wc_date_first(int64_t date, int64_t steps, wc_date_unit unit, int64_t *first)
{
    /* More steps than there are dates lead outside in any unit. */
    const int64_t most = WC_DATE_MAX - WC_DATE_MIN;
    int64_t year, month, day, result = 0;
    if (!is_date(date) || steps < -most || steps > most) return WC_OUT_OF_DOMAIN;
    civil_of(date, &year, &month, &day);
    switch (unit) {
    case WC_UNIT_DAY: result = date + steps; break;
    case WC_UNIT_WEEK: result = date - weekday_of(date) + 7 * steps; break;
    case WC_UNIT_MONTH:
    case WC_UNIT_QUARTER: {
        int64_t months = unit == WC_UNIT_MONTH ? 1 : 3;
        int64_t number = floor_div(year * 12 + month - 1, months) * months + steps * months;
        int64_t y = floor_div(number, 12);
        result = days_of(y, number - y * 12 + 1, 1);
        break;
    }
    case WC_UNIT_YEAR: result = days_of(year + steps, 1, 1); break;
    case WC_UNIT_COUNT: break;
    }
    if (!is_date(result)) return WC_OUT_OF_DOMAIN;
    *first = result;
    return WC_OK;
}

wc_status wc_date_part_of(int64_t date, wc_date_part part, int64_t *value)
{
    int64_t year, month, day;
    if (!is_date(date)) return WC_OUT_OF_DOMAIN;
    civil_of(date, &year, &month, &day);
    switch (part) {
    case WC_PART_YEAR: *value = year; break;
    case WC_PART_MONTH: *value = month; break;
    case WC_PART_DAY: *value = day; break;
    case WC_PART_WEEKDAY: *value = weekday_of(date) + 1; break;
    case WC_PART_YEARDAY: *value = date - days_of(year, 1, 1) + 1; break;
    case WC_PART_COUNT: break;
    }
    return WC_OK;
}
