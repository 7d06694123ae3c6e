/* The civil calendar: years begin in March, so that the leap day comes last. */
#include "node/query/when.h"

#define DAYS_TO_EPOCH INT64_C(719468) /* from 0000-03-01 to 1970-01-01 */
#define DAYS_OF_ERA   INT64_C(146097) /* 400 years */

int64_t wc_day_of(int64_t year, unsigned month, unsigned day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t month_of_year = (int64_t)(month + 9) % 12;
    int64_t day_of_year = (153 * month_of_year + 2) / 5 + (int64_t)day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_ERA + day_of_era - DAYS_TO_EPOCH;
}

static void put_padded(wc_buf *text, int64_t value, int64_t least)
{
    for (int64_t limit = least; limit > 1 && value < limit; limit /= 10) wc_buf_put_text(text, "0");
    wc_buf_put_decimal(text, value);
}

void wc_put_date(wc_buf *text, int64_t day)
{
    if (day < wc_day_of(0, 1, 1) || day > wc_day_of(9999, 12, 31)) {
        wc_buf_put_text(text, "day ");
        wc_buf_put_decimal(text, day);
        return;
    }
    int64_t z = day + DAYS_TO_EPOCH;
    int64_t era = (z >= 0 ? z : z - DAYS_OF_ERA + 1) / DAYS_OF_ERA;
    int64_t day_of_era = z - era * DAYS_OF_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_of_year = (5 * day_of_year + 2) / 153;
    int64_t month = month_of_year < 10 ? month_of_year + 3 : month_of_year - 9;
    put_padded(text, year_of_era + era * 400 + (month <= 2), 1000);
    wc_buf_put_text(text, "-");
    put_padded(text, month, 10);
    wc_buf_put_text(text, "-");
    put_padded(text, day_of_year - (153 * month_of_year + 2) / 5 + 1, 10);
}

void wc_put_time(wc_buf *text, int64_t time_s)
{
    int64_t day = time_s / WC_DAY_S - (time_s % WC_DAY_S < 0);
    if (day < wc_day_of(0, 1, 1) || day > wc_day_of(9999, 12, 31)) {
        wc_buf_put_decimal(text, time_s);
        wc_buf_put_text(text, " s");
        return;
    }
    int64_t rest = time_s - day * WC_DAY_S;
    wc_put_date(text, day);
    wc_buf_put_text(text, "T");
    put_padded(text, rest / 3600, 10);
    wc_buf_put_text(text, ":");
    put_padded(text, rest / 60 % 60, 10);
    wc_buf_put_text(text, ":");
    put_padded(text, rest % 60, 10);
    wc_buf_put_text(text, "Z");
}

/* ---- reading -----------------------------------------------------------------------------------
 */

/* Takes exactly `width` digits. */
static bool take(wc_str *rest, size_t width, unsigned *value)
{
    if (rest->len < width) return false;
    *value = 0;
    for (size_t i = 0; i < width; i++) {
        char c = rest->data[i];
        if (c < '0' || c > '9') return false;
        *value = *value * 10 + (unsigned)(c - '0');
    }
    *rest = (wc_str){rest->data + width, rest->len - width};
    return true;
}

static bool take_mark(wc_str *rest, char mark)
{
    if (rest->len == 0 || rest->data[0] != mark) return false;
    *rest = (wc_str){rest->data + 1, rest->len - 1};
    return true;
}

static bool take_date(wc_str *rest, int64_t *day)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year, month, date;
    if (!take(rest, 4, &year) || !take_mark(rest, '-') || !take(rest, 2, &month) ||
        !take_mark(rest, '-') || !take(rest, 2, &date)) {
        return false;
    }
    if (month < 1 || month > 12 || date < 1) return false;
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (date > days[month - 1] + (unsigned)(month == 2 && is_leap)) return false;
    *day = wc_day_of(year, month, date);
    return true;
}

wc_status wc_parse_span(wc_str text, int64_t *from_s, int64_t *to_s)
{
    static const struct {
        unsigned limit;
        int64_t unit_s, span_s;
    } parts[] = {{24, 3600, 3600}, {60, 60, 900}, {60, 1, 1}};

    int64_t day, span_s = WC_DAY_S;
    if (!take_date(&text, &day)) return WC_OUT_OF_DOMAIN;
    int64_t at = day * WC_DAY_S;
    for (size_t i = 0; i < WC_ARRAY_LEN(parts) && take_mark(&text, i == 0 ? 'T' : ':'); i++) {
        unsigned value;
        if (!take(&text, 2, &value) || value >= parts[i].limit) return WC_OUT_OF_DOMAIN;
        at += value * parts[i].unit_s;
        span_s = parts[i].span_s;
    }
    (void)take_mark(&text, 'Z');
    if (text.len > 0) return WC_OUT_OF_DOMAIN;
    *from_s = at;
    *to_s = at + span_s;
    return WC_OK;
}
