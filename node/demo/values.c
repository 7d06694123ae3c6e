/* Values of the day: what meters show, what energy costs, and dates. */
#include <stdio.h>

#include "node/demo/demo.h"

int64_t wc_demo_number(const wc_demo *demo, int64_t day)
{
    return (int64_t)demo->options->day + day;
}

bool wc_demo_has_event(const wc_demo *demo, int64_t day)
{
    return day >= 0 && day < (int64_t)demo->options->days;
}

int64_t wc_demo_load(const wc_year *year, uint32_t home, int64_t day, uint32_t k, bool response)
{
    int64_t wh = wc_year_quarter(year->load_wh[home], day, k);
    bool sheds =
        response && home < 2 && k >= WC_EVENT_QUARTER && k < WC_EVENT_QUARTER + WC_EVENT_QUARTERS;
    return sheds ? wh - (4 * wh + 5) / 10 : wh; /* two fifths, half up */
}

int64_t wc_demo_net(const wc_year *year, uint32_t home, int64_t day, uint32_t k, bool response)
{
    return wc_demo_load(year, home, day, k, response) - wc_year_quarter(year->pv_wh[home], day, k);
}

int64_t wc_demo_generation(const wc_year *year, int64_t day, uint32_t k)
{
    return wc_year_quarter(year->generator_wh, day, k);
}

int64_t wc_demo_energy_price(const wc_year *year, int64_t day, uint32_t k)
{
    return year->retail[wc_year_quarter_row(day, k)] - WC_RATE_WHEELING - WC_RATE_FUNDS -
           WC_RATE_FEE;
}

int64_t wc_demo_ceiling(int64_t wh, int64_t rate)
{
    return wh * rate / 1000000 + 1; /* Wh * 0.00001 CNY/kWh is 10^-6 fen */
}

/* Days since 1970-01-01 to a date of the Gregorian calendar, years counted from March. */
wc_date_text wc_demo_date(int64_t time_s)
{
    static const char *const names[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    int64_t days = time_s / 86400;
    wc_assert(time_s >= 0);
    int64_t from_march = days + 719468; /* since 0000-03-01 */
    int64_t era = from_march / 146097, in_era = from_march % 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153;
    int64_t day = in_year - (153 * month + 2) / 5 + 1;
    int64_t calendar_month = month < 10 ? month + 3 : month - 9;
    int64_t calendar_year = year + era * 400 + (calendar_month <= 2);

    wc_date_text text;
    char buffer[32];
    snprintf(text.weekday, sizeof(text.weekday), "%s", names[days % 7]);
    snprintf(buffer, sizeof(buffer), "%04d-%02d-%02d", (int)(calendar_year % 10000),
             (int)calendar_month, (int)day);
    memcpy(text.date, buffer, sizeof(text.date) - 1);
    text.date[sizeof(text.date) - 1] = '\0';
    return text;
}

void wc_demo_next_block(wc_demo *demo)
{
    wc_client_seal(&demo->client);
    wc_client_at(&demo->client, demo->client.now_s + 60);
}

void wc_demo_act(wc_demo *demo, wc_pen *pen, wc_contract_id contract, const char *action,
                 uint16_t *method, const char *label)
{
    const wc_code *code = &demo->options->shelf->codes[contract];
    uint16_t type = 0;
    *method = wc_code_action(code, action, &type);
    if (*method == WC_NONE) {
        wc_client_fail(&demo->client, "%s: %s has no action `%s`", label, code->name, action);
    }
    if (demo->client.has_failed) {
        *pen = (wc_pen){.client = &demo->client, .code = code, .label = label};
        return;
    }
    wc_pen_open(pen, &demo->client, code, type, 8192, label);
}
