/* The day itself: orders from yesterday's data, readings of today's, the call of the event; and the
 * refusals that belong to it. */
#include <stdio.h>

#include "node/demo/demo.h"

#define RETAILER_ASK_WH   5000
#define RETAILER_BID_WH   2000
#define RETAILER_BID_RATE 38550

static wc_actor_id home_of(uint32_t home)
{
    return (wc_actor_id)(WC_ACTOR_HOME_1 + home);
}

static wc_actor_id meter_of(uint32_t home)
{
    return (wc_actor_id)(WC_ACTOR_METER_1 + home);
}

/* ---- orders -------------------------------------------------------------------------------------
 */

typedef struct order {
    uint32_t day, quarter;
    bool is_bid;
    int64_t wh, rate;
} order;

static void put_order(wc_demo *demo, wc_letter *letter, const order *what)
{
    uint16_t method = 0;
    wc_pen pen;
    wc_demo_act(demo, &pen, WC_CONTRACT_SPOT, what->is_bid ? "bid" : "ask", &method, "order");
    wc_pen_number(&pen, what->quarter);
    wc_pen_number(&pen, what->wh);
    wc_pen_number(&pen, what->rate);
    wc_letter_call(letter, WC_CALL_ACTION, &demo->days[what->day].spot, method, wc_pen_close(&pen));
    if (what->is_bid) {
        int64_t charges = WC_RATE_WHEELING + WC_RATE_FUNDS + WC_RATE_FEE;
        wc_letter_ceiling(letter, wc_demo_ceiling(what->wh, what->rate + charges));
    }
}

/* Yesterday's net load is tomorrow's guess; home 3 expects yesterday's direct delivery again. */
static void order_of_home(wc_demo *demo, uint32_t day, uint32_t quarter, uint32_t home)
{
    const wc_year *year = demo->options->year;
    int64_t yesterday = wc_demo_number(demo, (int64_t)day - 1);
    bool response = wc_demo_has_event(demo, (int64_t)day - 1);
    int64_t wh = wc_demo_net(year, home, yesterday, quarter, response);
    bool is_bid = wh > 0;
    int64_t rate = WC_RATE_BENCHMARK + 500 * (home + 1);
    if (is_bid) {
        rate = wc_demo_energy_price(year, wc_demo_number(demo, day), quarter) + 1000 - 200 * home;
    }
    if (is_bid && home == 2) {
        int64_t direct = wc_demo_generation(year, yesterday, quarter);
        if (direct > WC_DIRECT_CAP_WH) direct = WC_DIRECT_CAP_WH;
        wh -= direct < wh ? direct : wh;
    }
    if (wh == 0) return;
    wc_letter letter;
    wc_letter_open(&letter, &demo->client, home_of(home), "order");
    order what = {day, quarter, is_bid, is_bid ? wh : -wh, rate};
    put_order(demo, &letter, &what);
    (void)wc_letter_send(&letter, NULL, 0);
}

void wc_demo_orders(wc_demo *demo, uint32_t day, uint32_t quarter)
{
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        order_of_home(demo, day, quarter, home);
    }
    int64_t rate = wc_demo_energy_price(demo->options->year, wc_demo_number(demo, day), quarter);
    order ask = {day, quarter, false, RETAILER_ASK_WH, rate};
    order bid = {day, quarter, true, RETAILER_BID_WH, RETAILER_BID_RATE};
    wc_letter letter;
    wc_letter_open(&letter, &demo->client, WC_ACTOR_RETAILER, "order");
    put_order(demo, &letter, &ask);
    put_order(demo, &letter, &bid);
    (void)wc_letter_send(&letter, NULL, 0);
}

/* ---- readings -----------------------------------------------------------------------------------
 */

typedef struct meter_values {
    int64_t at;
    const char *source;
    int64_t load, pv, imported, exported;
} meter_values;

static void put_reading(wc_demo *demo, wc_letter *letter, wc_contract_id contract,
                        const wc_address *instance, const char *action, const meter_values *values)
{
    uint16_t method = 0;
    wc_pen pen;
    wc_demo_act(demo, &pen, contract, action, &method, "reading");
    wc_pen_number(&pen, values->at);
    wc_pen_number(&pen, 0);
    wc_pen_text(&pen, values->source);
    wc_pen_number(&pen, values->load);
    wc_pen_number(&pen, values->pv);
    wc_pen_number(&pen, values->imported);
    wc_pen_number(&pen, values->exported);
    wc_letter_detached(letter, WC_CALL_READINGS, instance, method, wc_pen_close(&pen));
}

static meter_values values_of_home(wc_demo *demo, uint32_t day, uint32_t quarter, uint32_t home,
                                   char source[64])
{
    const wc_year *year = demo->options->year;
    int64_t number = wc_demo_number(demo, day);
    int64_t load = wc_demo_load(year, home, number, quarter, true);
    int64_t net = wc_demo_net(year, home, number, quarter, true);
    snprintf(source, 64, "Building_%u.csv:%u", home + 1, wc_year_quarter_row(number, quarter));
    return (meter_values){.at = demo->days[day].start_s + 900 * (int64_t)quarter,
                          .source = source,
                          .load = load,
                          .pv = load - net,
                          .imported = net > 0 ? net : 0,
                          .exported = net < 0 ? -net : 0};
}

static void read_home(wc_demo *demo, uint32_t day, uint32_t quarter, uint32_t home)
{
    const wc_day_contracts *k = &demo->days[day];
    char source[64];
    meter_values values = values_of_home(demo, day, quarter, home, source);
    wc_letter letter;
    wc_letter_open(&letter, &demo->client, meter_of(home), "reading");
    if (home == 2) {
        put_reading(demo, &letter, WC_CONTRACT_DIRECT, &k->direct, "consumed", &values);
    }
    put_reading(demo, &letter, WC_CONTRACT_SUPPLY, &k->supply[home], "reading", &values);
    put_reading(demo, &letter, WC_CONTRACT_ENROLMENT, &k->enrolment[home], "reading", &values);
    (void)wc_letter_send(&letter, NULL, 0);
}

static void read_generator(wc_demo *demo, uint32_t day, uint32_t quarter)
{
    const wc_day_contracts *k = &demo->days[day];
    int64_t number = wc_demo_number(demo, day);
    int64_t wh = wc_demo_generation(demo->options->year, number, quarter);
    char source[64];
    snprintf(source, sizeof(source), "Building_1.csv:%u", wc_year_quarter_row(number, quarter));
    meter_values values = {
        .at = k->start_s + 900 * (int64_t)quarter, .source = source, .pv = wh, .exported = wh};
    wc_letter letter;
    wc_letter_open(&letter, &demo->client, WC_ACTOR_METER_GENERATOR, "reading");
    put_reading(demo, &letter, WC_CONTRACT_DIRECT, &k->direct, "produced", &values);
    put_reading(demo, &letter, WC_CONTRACT_PPA, &k->ppa, "produced", &values);
    (void)wc_letter_send(&letter, NULL, 0);
}

/* The head of the feeder: a lossless sum, because the data has no losses. */
static void read_feeder(wc_demo *demo, uint32_t day, uint32_t quarter)
{
    const wc_day_contracts *k = &demo->days[day];
    const wc_year *year = demo->options->year;
    int64_t number = wc_demo_number(demo, day);
    int64_t net = -wc_demo_generation(year, number, quarter);
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        net += wc_demo_net(year, home, number, quarter, true);
    }
    meter_values values = {.at = k->start_s + 900 * (int64_t)quarter,
                           .source = "feeder head: sum of the meters",
                           .imported = net > 0 ? net : 0,
                           .exported = net < 0 ? -net : 0};
    wc_letter letter;
    wc_letter_open(&letter, &demo->client, WC_ACTOR_METER_FEEDER, "reading");
    put_reading(demo, &letter, WC_CONTRACT_WHOLESALE, &k->wholesale, "reading", &values);
    (void)wc_letter_send(&letter, NULL, 0);
}

void wc_demo_readings(wc_demo *demo, uint32_t day, uint32_t quarter)
{
    read_generator(demo, day, quarter);
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) read_home(demo, day, quarter, home);
    read_feeder(demo, day, quarter);
}

/* ---- the event ----------------------------------------------------------------------------------
 */

void wc_demo_call(wc_demo *demo, uint32_t day)
{
    const wc_day_contracts *k = &demo->days[day];
    int64_t start = k->start_s + 900 * (int64_t)WC_EVENT_QUARTER;
    int64_t end = start + 900 * (int64_t)WC_EVENT_QUARTERS;
    uint16_t method = 0;
    wc_pen pen;
    wc_letter letter;
    wc_demo_act(demo, &pen, WC_CONTRACT_RESPONSE, "call_event", &method, "call");
    wc_pen_interval(&pen, start, end);
    wc_pen_number(&pen, 4500);
    wc_pen_number(&pen, false);
    wc_pen_text(&pen, "evening peak of the feeder");
    wc_letter_open(&letter, &demo->client, WC_ACTOR_GRID, "call");
    wc_letter_call(&letter, WC_CALL_ACTION, &k->response, method, wc_pen_close(&pen));
    (void)wc_letter_send(&letter, NULL, 0);

    wc_letter_open(&letter, &demo->client, WC_ACTOR_AGGREGATOR, "allocation");
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        wc_demo_act(demo, &pen, WC_CONTRACT_ENROLMENT, "allocate", &method, "allocation");
        wc_pen_interval(&pen, start, end);
        wc_letter_call(&letter, WC_CALL_ACTION, &k->enrolment[home], method, wc_pen_close(&pen));
    }
    (void)wc_letter_send(&letter, NULL, 0);
}

/* ---- refusals -----------------------------------------------------------------------------------
 */

void wc_demo_refuse_gate(wc_demo *demo, uint32_t day, uint32_t quarter)
{
    order late = {day, quarter, true, 1000, 40000};
    wc_letter letter;
    wc_letter_open(&letter, &demo->client, WC_ACTOR_HOME_1, "late order");
    put_order(demo, &letter, &late);
    (void)wc_letter_send_refused(&letter, "GATE_CLOSED",
                                 "orders for a quarter whose gate has closed");
    wc_demo_next_block(demo);
}

void wc_demo_refuse_readings(wc_demo *demo, uint32_t day, uint32_t quarter)
{
    const wc_day_contracts *k = &demo->days[day];
    char source[64];
    wc_letter letter;
    meter_values values = values_of_home(demo, day, quarter, 0, source);
    wc_letter_open(&letter, &demo->client, WC_ACTOR_HOME_1, "reading by hand");
    put_reading(demo, &letter, WC_CONTRACT_SUPPLY, &k->supply[0], "reading", &values);
    (void)wc_letter_send_refused(&letter, "KEY_NOT_METER",
                                 "signs a reading with its own key instead of the meter's");

    values = values_of_home(demo, day, quarter, 1, source);
    values.load += 100;
    values.imported += 100;
    wc_letter_open(&letter, &demo->client, WC_ACTOR_METER_2, "second reading");
    put_reading(demo, &letter, WC_CONTRACT_SUPPLY, &k->supply[1], "reading", &values);
    (void)wc_letter_send_refused(&letter, "READING_EXISTS",
                                 "sends another value for a quarter that has been read");
    wc_demo_next_block(demo);
}
