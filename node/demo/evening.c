/* The evening before a day: offers that the parties choose among, and the contracts that come of
 * them; demand response, deposits, mandates. */
#include <stdio.h>

#include "node/demo/demo.h"
#include "node/ledger/natives.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

#define OFFER_S     7200
#define PARTIES_MAX 8u
#define PRICE_AT    16u /* of DirectPpa's terms: behind the interval */
#define SOURCES_MAX 11u
#define MANDATE_S   (INT64_C(4) * 86400)
#define CNY         WC_DAY_ASSET_CNY

static const wc_address *address_of(const wc_demo *demo, wc_actor_id actor)
{
    return &demo->cast.actors[actor].address;
}

static wc_actor_id home_of(uint32_t home)
{
    return (wc_actor_id)(WC_ACTOR_HOME_1 + home);
}

/* ---- offers -------------------------------------------------------------------------------------
 */

typedef struct offer_text {
    wc_contract_id contract;
    wc_pen terms;
    uint8_t party_count;
    wc_actor_id parties[PARTIES_MAX];
} offer_text;

static void begin_offer(wc_demo *demo, offer_text *offer, wc_contract_id contract)
{
    const wc_code *code = &demo->options->shelf->codes[contract];
    *offer = (offer_text){.contract = contract};
    wc_pen_open(&offer->terms, &demo->client, code, code->module->terms_type, 4096, code->name);
}

static void add_party(offer_text *offer, wc_actor_id actor)
{
    wc_assert(offer->party_count < PARTIES_MAX);
    offer->parties[offer->party_count++] = actor;
}

/* Proposes, as one of the parties; returns the offer's id. */
static wc_hash propose(wc_demo *demo, offer_text *offer, wc_actor_id proposer,
                       const wc_hash *counter_of)
{
    wc_client *client = &demo->client;
    const wc_module *module = offer->terms.code->module;
    wc_slice terms = wc_pen_close(&offer->terms);
    wc_buf args = wc_client_buf(client, 512 + 34 * PARTIES_MAX + terms.len);
    wc_hash zero = {{0}};
    wc_buf_put_hash(&args, &offer->terms.code->id);
    wc_buf_put_u8(&args, offer->party_count);
    for (uint8_t i = 0; i < offer->party_count && i < module->party_count; i++) {
        uint16_t role = module->parties[i].role;
        wc_buf_put_hash(&args, address_of(demo, offer->parties[i]));
        wc_buf_put_u16(&args, role == WC_NONE ? 0 : (uint16_t)wc_role_find(module->strings[role]));
    }
    wc_buf_put_i64(&args, client->now_s + OFFER_S);
    wc_buf_put_hash(&args, counter_of != NULL ? counter_of : &zero);
    wc_buf_put_str32(&args, terms);
    wc_hash target = wc_native_target();
    wc_letter letter;
    wc_letter_open(&letter, client, proposer, offer->terms.code->name);
    wc_letter_call(&letter, WC_CALL_NATIVE, &target, WC_NATIVE_offer_propose, wc_buf_slice(&args));
    wc_origin origin = {wc_letter_send(&letter, NULL, 0), 0, 0};
    return wc_address_offer(&origin);
}

/* The offer as it stands on the ledger: who signs has read it there. Borrowed from the state. */
static bool read_on_ledger(wc_demo *demo, const wc_hash *id, wc_offer *offer)
{
    wc_state_key key = wc_key_offer(id);
    wc_slice value;
    if (demo->client.has_failed) return false;
    if (wc_chain_get(demo->chain, &key, &value) == WC_OK &&
        wc_offer_decode(offer, value) == WC_OK) {
        return true;
    }
    wc_client_fail(&demo->client, "an offer does not stand on the ledger");
    return false;
}

static void answer(wc_demo *demo, wc_letter *letter, wc_actor_id who, const wc_hash *offer,
                   const wc_hash *terms, wc_contract_id contract)
{
    wc_hash target = wc_native_target();
    wc_buf args = wc_client_buf(&demo->client, 64);
    wc_buf_put_hash(&args, offer);
    wc_buf_put_hash(&args, terms);
    wc_letter_open(letter, &demo->client, who, "signature under an offer");
    wc_letter_gas(letter, demo->options->shelf->codes[contract].create_gas);
    wc_letter_call(letter, WC_CALL_NATIVE, &target, WC_NATIVE_offer_accept, wc_buf_slice(&args));
}

/* address: receives that of the contract when this is the last signature; NULL when it is not. */
static void accept(wc_demo *demo, wc_contract_id contract, wc_actor_id who, const wc_hash *offer,
                   wc_address *address)
{
    wc_offer read;
    wc_letter letter;
    if (!read_on_ledger(demo, offer, &read)) return;
    wc_hash terms = read.terms_hash;
    answer(demo, &letter, who, offer, &terms, contract);
    (void)wc_letter_send(&letter, address != NULL ? address->bytes : NULL,
                         address != NULL ? sizeof(address->bytes) : 0);
}

static void decline(wc_demo *demo, wc_actor_id who, const wc_hash *offer)
{
    wc_hash target = wc_native_target();
    wc_letter letter;
    wc_letter_open(&letter, &demo->client, who, "declining an offer");
    wc_letter_call(&letter, WC_CALL_NATIVE, &target, WC_NATIVE_offer_decline,
                   wc_slice_of(offer->bytes, sizeof(offer->bytes)));
    (void)wc_letter_send(&letter, NULL, 0);
}

/* Signs a price that is one fen per kWh higher than the one that was offered. */
static void refuse_terms(wc_demo *demo, wc_contract_id contract, const wc_hash *offer,
                         wc_actor_id who)
{
    uint8_t altered[256];
    wc_offer read;
    wc_letter letter;
    if (!read_on_ledger(demo, offer, &read)) return;
    wc_assert(read.terms.len >= PRICE_AT + 8 && read.terms.len <= sizeof(altered));
    memcpy(altered, read.terms.data, read.terms.len);
    wc_store_u64(altered + PRICE_AT, wc_load_u64(altered + PRICE_AT) + 1000);
    read.terms.data = altered;
    wc_hash terms = wc_offer_terms_hash(&read);
    answer(demo, &letter, who, offer, &terms, contract);
    (void)wc_letter_send_refused(&letter, "TERMS_DIFFER",
                                 "signs other terms than those that were offered");
    wc_demo_next_block(demo);
}

/* ---- terms --------------------------------------------------------------------------------------
 */

static void put_day(wc_demo *demo, wc_pen *pen, uint32_t day)
{
    wc_pen_interval(pen, demo->days[day].start_s, demo->days[day].start_s + 86400);
}

/* K3: the generator's direct delivery to a home. */
static wc_hash offer_direct(wc_demo *demo, uint32_t day, wc_actor_id proposer, uint32_t home,
                            int64_t price, const wc_hash *counter_of)
{
    offer_text offer;
    begin_offer(demo, &offer, WC_CONTRACT_DIRECT);
    put_day(demo, &offer.terms, day);
    wc_pen_number(&offer.terms, price);
    wc_pen_number(&offer.terms, WC_DIRECT_CAP_WH);
    wc_pen_party(&offer.terms, &demo->tariff);
    add_party(&offer, WC_ACTOR_GENERATOR);
    add_party(&offer, home_of(home));
    add_party(&offer, WC_ACTOR_GRID);
    add_party(&offer, WC_ACTOR_TREASURY);
    add_party(&offer, WC_ACTOR_METER_GENERATOR);
    add_party(&offer, (wc_actor_id)(WC_ACTOR_METER_1 + home));
    return propose(demo, &offer, proposer, counter_of);
}

/* K2: the retailer takes what is not delivered directly. */
static wc_hash offer_ppa(wc_demo *demo, uint32_t day)
{
    offer_text offer;
    begin_offer(demo, &offer, WC_CONTRACT_PPA);
    put_day(demo, &offer.terms, day);
    wc_pen_number(&offer.terms, WC_RATE_PPA);
    wc_pen_variant(&offer.terms, "AsProduced");
    wc_pen_variant(&offer.terms, "Daily");
    wc_pen_number(&offer.terms, 900000); /* kWh in a full month; a day is none */
    wc_pen_list(&offer.terms, 1);
    put_day(demo, &offer.terms, day);
    wc_pen_number(&offer.terms, false);
    wc_pen_list(&offer.terms, 1);
    wc_pen_party(&offer.terms, &demo->days[day].direct);
    add_party(&offer, WC_ACTOR_RETAILER);
    add_party(&offer, WC_ACTOR_GENERATOR);
    add_party(&offer, WC_ACTOR_METER_GENERATOR);
    return propose(demo, &offer, WC_ACTOR_GENERATOR, NULL);
}

/* K4: the retailer supplies the rest. */
static wc_hash offer_supply(wc_demo *demo, uint32_t day, uint32_t home)
{
    offer_text offer;
    begin_offer(demo, &offer, WC_CONTRACT_SUPPLY);
    put_day(demo, &offer.terms, day);
    wc_pen_list(&offer.terms, WC_DAY_QUARTERS);
    for (uint32_t k = 0; k < WC_DAY_QUARTERS; k++) {
        int64_t number = wc_demo_number(demo, day);
        int64_t price = wc_demo_energy_price(demo->options->year, number, k) + WC_RATE_MARGIN;
        wc_pen_number(&offer.terms, price);
    }
    wc_pen_number(&offer.terms, WC_RATE_BENCHMARK);
    wc_pen_party(&offer.terms, &demo->tariff);
    wc_pen_list(&offer.terms, 1);
    wc_pen_party(&offer.terms, &demo->days[day].spot);
    wc_pen_list(&offer.terms, home == 2 ? 1 : 0);
    if (home == 2) wc_pen_party(&offer.terms, &demo->days[day].direct);
    add_party(&offer, WC_ACTOR_RETAILER);
    add_party(&offer, home_of(home));
    add_party(&offer, WC_ACTOR_GRID);
    add_party(&offer, WC_ACTOR_TREASURY);
    add_party(&offer, (wc_actor_id)(WC_ACTOR_METER_1 + home));
    return propose(demo, &offer, WC_ACTOR_RETAILER, NULL);
}

/* K1: the grid company supplies the retailer at the feeder's head. */
static wc_hash offer_wholesale(wc_demo *demo, uint32_t day)
{
    offer_text offer;
    begin_offer(demo, &offer, WC_CONTRACT_WHOLESALE);
    put_day(demo, &offer.terms, day);
    wc_pen_number(&offer.terms, WC_RATE_SHORTAGE);
    wc_pen_number(&offer.terms, WC_RATE_BENCHMARK);
    add_party(&offer, WC_ACTOR_GRID);
    add_party(&offer, WC_ACTOR_RETAILER);
    add_party(&offer, WC_ACTOR_METER_FEEDER);
    return propose(demo, &offer, WC_ACTOR_GRID, NULL);
}

/* K6: a home's load takes part in demand response. */
static wc_hash offer_enrolment(wc_demo *demo, uint32_t day, uint32_t home)
{
    static const int64_t bids_wh[WC_DEMO_HOMES] = {2000, 1500, 1000};
    offer_text offer;
    begin_offer(demo, &offer, WC_CONTRACT_ENROLMENT);
    put_day(demo, &offer.terms, day);
    wc_pen_party(&offer.terms, &demo->points[home]);
    wc_pen_interval(&offer.terms, demo->first_s - (int64_t)WC_DEMO_PAST_DAYS * 86400,
                    demo->first_s);
    wc_pen_number(&offer.terms, WC_DEMO_PAST_DAYS);
    wc_pen_number(&offer.terms, bids_wh[home]);
    wc_pen_number(&offer.terms, WC_RATE_EVENT);
    wc_pen_number(&offer.terms, 8000); /* 80 % */
    wc_pen_number(&offer.terms, WC_RATE_PENALTY);
    add_party(&offer, WC_ACTOR_AGGREGATOR);
    add_party(&offer, home_of(home));
    add_party(&offer, (wc_actor_id)(WC_ACTOR_METER_1 + home));
    return propose(demo, &offer, WC_ACTOR_AGGREGATOR, NULL);
}

/* K5: the grid company may call the three homes. */
static wc_hash offer_response(wc_demo *demo, uint32_t day)
{
    offer_text offer;
    begin_offer(demo, &offer, WC_CONTRACT_RESPONSE);
    put_day(demo, &offer.terms, day);
    wc_pen_list(&offer.terms, WC_DEMO_HOMES);
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        wc_pen_party(&offer.terms, &demo->days[day].enrolment[home]);
    }
    wc_pen_number(&offer.terms, WC_RATE_EVENT);
    wc_pen_number(&offer.terms, WC_RATE_PENALTY);
    wc_pen_number(&offer.terms, 1800);
    add_party(&offer, WC_ACTOR_GRID);
    add_party(&offer, WC_ACTOR_AGGREGATOR);
    return propose(demo, &offer, WC_ACTOR_GRID, NULL);
}

/* K7: published by the market operator; traders and homes join it with their own signature. */
static void open_market(wc_demo *demo, uint32_t day)
{
    const wc_code *code = &demo->options->shelf->codes[WC_CONTRACT_SPOT];
    wc_client *client = &demo->client;
    wc_pen terms;
    wc_pen_open(&terms, client, code, code->module->terms_type, 1024, "market");
    put_day(demo, &terms, day);
    wc_pen_party(&terms, &demo->tariff);
    wc_pen_list(&terms, 1);
    wc_pen_party(&terms, address_of(demo, WC_ACTOR_RETAILER));
    wc_pen_number(&terms, WC_RATE_FEE);
    wc_pen_number(&terms, 1);
    wc_pen_number(&terms, 100000);
    wc_pen_variant(&terms, "MarginalSide");
    wc_pen_variant(&terms, "ProRata");
    wc_pen_variant(&terms, "HalfEven");
    wc_slice encoded = wc_pen_close(&terms);
    wc_buf args = wc_client_buf(client, 96 + encoded.len);
    wc_buf_put_hash(&args, address_of(demo, WC_ACTOR_MARKET));
    wc_buf_put_hash(&args, address_of(demo, WC_ACTOR_GRID));
    wc_buf_put_hash(&args, address_of(demo, WC_ACTOR_TREASURY));
    wc_buf_put_slice(&args, encoded);
    wc_letter letter;
    wc_letter_open(&letter, client, WC_ACTOR_MARKET, "market");
    wc_letter_gas(&letter, code->create_gas);
    wc_letter_call(&letter, WC_CALL_INSTANTIATE, &code->id, 0, wc_buf_slice(&args));
    wc_address *address = &demo->days[day].spot;
    (void)wc_letter_send(&letter, address->bytes, sizeof(address->bytes));
}

static void join_market(wc_demo *demo, uint32_t day)
{
    static const wc_actor_id members[] = {WC_ACTOR_HOME_1, WC_ACTOR_HOME_2, WC_ACTOR_HOME_3,
                                          WC_ACTOR_RETAILER};
    for (size_t i = 0; i < WC_ARRAY_LEN(members); i++) {
        uint16_t method = 0;
        wc_pen pen;
        wc_letter letter;
        wc_demo_act(demo, &pen, WC_CONTRACT_SPOT, "join", &method, "joining the market");
        wc_letter_open(&letter, &demo->client, members[i], "joining the market");
        wc_letter_call(&letter, WC_CALL_ACTION, &demo->days[day].spot, method, wc_pen_close(&pen));
        (void)wc_letter_send(&letter, NULL, 0);
    }
}

/* ---- K8: who may owe whom, and where it is paid -------------------------------------------------
 */

static bool may_owe(wc_actor_id payer, wc_actor_id payee)
{
    bool home_pays = payer >= WC_ACTOR_HOME_1 && payer <= WC_ACTOR_HOME_3;
    bool home_gets = payee >= WC_ACTOR_HOME_1 && payee <= WC_ACTOR_HOME_3;
    if (payer == payee) return false;
    if (payer == WC_ACTOR_GRID) return payee == WC_ACTOR_RETAILER || payee == WC_ACTOR_AGGREGATOR;
    if (payer == WC_ACTOR_AGGREGATOR) return payee == WC_ACTOR_GRID || home_gets;
    if (payer == WC_ACTOR_RETAILER) {
        return payee == WC_ACTOR_GRID || payee == WC_ACTOR_GENERATOR || home_gets;
    }
    return home_pays && (payee != WC_ACTOR_GENERATOR || payer == WC_ACTOR_HOME_3);
}

/* On the first day the retailer's list still has the account that home 2 has closed. */
static void put_payee(wc_demo *demo, wc_pen *pen, uint32_t day, wc_actor_id payer,
                      wc_actor_id payee)
{
    char account[WC_BANK_ACCOUNT_MAX], reference[WC_BANK_REFERENCE_MAX];
    wc_date_text date = wc_demo_date(demo->days[day].start_s);
    bool is_old = day == 0 && payer == WC_ACTOR_RETAILER && payee == WC_ACTOR_HOME_2;
    uint32_t number = demo->bank->customers[payee].account;
    wc_bank_account_text(account, payee, is_old ? number - 1 : number);
    snprintf(reference, sizeof(reference), "%s-%.10s-%.10s", date.date, demo->cast.actors[payer].id,
             demo->cast.actors[payee].id);
    wc_pen_party(pen, address_of(demo, payee));
    wc_pen_text(pen, account);
    wc_pen_text(pen, reference);
}

static wc_hash offer_split(wc_demo *demo, uint32_t day, wc_actor_id payer)
{
    wc_day_contracts *k = &demo->days[day];
    const wc_address *sources[SOURCES_MAX] = {&k->wholesale,    &k->ppa,          &k->direct,
                                              &k->supply[0],    &k->supply[1],    &k->supply[2],
                                              &k->response,     &k->enrolment[0], &k->enrolment[1],
                                              &k->enrolment[2], &k->spot};
    offer_text offer;
    uint32_t payees = 0;
    begin_offer(demo, &offer, WC_CONTRACT_SPLIT);
    for (uint32_t i = 0; i < WC_ACTOR_ROWS; i++) payees += may_owe(payer, (wc_actor_id)i);
    put_day(demo, &offer.terms, day);
    wc_pen_number(&offer.terms, k->start_s + 2 * 86400 - 3600);
    wc_pen_list(&offer.terms, payees);
    for (uint32_t i = 0; i < WC_ACTOR_ROWS; i++) {
        if (may_owe(payer, (wc_actor_id)i)) {
            put_payee(demo, &offer.terms, day, payer, (wc_actor_id)i);
        }
    }
    wc_pen_list(&offer.terms, SOURCES_MAX);
    for (uint32_t i = 0; i < SOURCES_MAX; i++) wc_pen_party(&offer.terms, sources[i]);
    add_party(&offer, payer);
    add_party(&offer, WC_ACTOR_BANK);
    return propose(demo, &offer, payer, NULL);
}

/* ---- the evening --------------------------------------------------------------------------------
 */

/* The generator asks home 1, which declines, and home 3, which counters; the counter is signed. */
static void agree_direct(wc_demo *demo, uint32_t day)
{
    wc_hash first = offer_direct(demo, day, WC_ACTOR_GENERATOR, 0, 42000, NULL);
    wc_hash second = offer_direct(demo, day, WC_ACTOR_GENERATOR, 2, 42000, NULL);
    wc_demo_next_block(demo);
    decline(demo, WC_ACTOR_HOME_1, &first);
    wc_hash third = offer_direct(demo, day, WC_ACTOR_HOME_3, 2, WC_RATE_DIRECT, &second);
    wc_demo_next_block(demo);
    if (day == 0) refuse_terms(demo, WC_CONTRACT_DIRECT, &third, WC_ACTOR_GENERATOR);
    accept(demo, WC_CONTRACT_DIRECT, WC_ACTOR_GENERATOR, &third, NULL);
    wc_demo_next_block(demo);
    accept(demo, WC_CONTRACT_DIRECT, WC_ACTOR_GRID, &third, &demo->days[day].direct);
    wc_demo_next_block(demo);
}

static void agree_others(wc_demo *demo, uint32_t day)
{
    wc_day_contracts *k = &demo->days[day];
    wc_hash supply[WC_DEMO_HOMES], enrolment[WC_DEMO_HOMES];
    wc_hash wholesale = offer_wholesale(demo, day);
    wc_hash ppa = offer_ppa(demo, day);
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        supply[home] = offer_supply(demo, day, home);
        enrolment[home] = offer_enrolment(demo, day, home);
    }
    wc_demo_next_block(demo);
    accept(demo, WC_CONTRACT_WHOLESALE, WC_ACTOR_RETAILER, &wholesale, &k->wholesale);
    accept(demo, WC_CONTRACT_PPA, WC_ACTOR_RETAILER, &ppa, &k->ppa);
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        accept(demo, WC_CONTRACT_SUPPLY, home_of(home), &supply[home], &k->supply[home]);
        accept(demo, WC_CONTRACT_ENROLMENT, home_of(home), &enrolment[home], &k->enrolment[home]);
    }
    wc_demo_next_block(demo);
    wc_hash response = offer_response(demo, day);
    wc_demo_next_block(demo);
    accept(demo, WC_CONTRACT_RESPONSE, WC_ACTOR_AGGREGATOR, &response, &k->response);
    wc_demo_next_block(demo);
}

static bool pays(const wc_demo *demo, uint32_t row)
{
    return demo->cast.actors[row].deposit > 0;
}

static void agree_splits(wc_demo *demo, uint32_t day)
{
    wc_hash offers[WC_ACTOR_ROWS];
    for (uint32_t i = 0; i < WC_ACTOR_ROWS; i++) {
        if (pays(demo, i)) offers[i] = offer_split(demo, day, (wc_actor_id)i);
    }
    wc_demo_next_block(demo);
    for (uint32_t i = 0; i < WC_ACTOR_ROWS; i++) {
        if (pays(demo, i)) {
            accept(demo, WC_CONTRACT_SPLIT, WC_ACTOR_BANK, &offers[i], &demo->days[day].split[i]);
        }
    }
    wc_demo_next_block(demo);
}

static void know_all(wc_demo *demo, uint32_t day)
{
    const wc_day_contracts *k = &demo->days[day];
    wc_book *book = &demo->book;
    wc_book_know(book, &k->wholesale, WC_CONTRACT_WHOLESALE, day, WC_ACTOR_RETAILER);
    wc_book_know(book, &k->ppa, WC_CONTRACT_PPA, day, WC_ACTOR_RETAILER);
    wc_book_know(book, &k->direct, WC_CONTRACT_DIRECT, day, WC_ACTOR_HOME_3);
    wc_book_know(book, &k->response, WC_CONTRACT_RESPONSE, day, WC_ACTOR_GRID);
    wc_book_know(book, &k->spot, WC_CONTRACT_SPOT, day, WC_ACTOR_MARKET);
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        wc_book_know(book, &k->supply[home], WC_CONTRACT_SUPPLY, day, home_of(home));
        wc_book_know(book, &k->enrolment[home], WC_CONTRACT_ENROLMENT, day, home_of(home));
    }
    for (uint32_t i = 0; i < WC_ACTOR_ROWS; i++) {
        if (!pays(demo, i)) continue;
        wc_book_know(book, &k->split[i], WC_CONTRACT_SPLIT, day, (wc_actor_id)i);
    }
}

void wc_demo_contracts(wc_demo *demo, uint32_t day)
{
    open_market(demo, day);
    wc_demo_next_block(demo);
    agree_direct(demo, day);
    agree_others(demo, day);
    agree_splits(demo, day);
    know_all(demo, day);
}

void wc_demo_register(wc_demo *demo, uint32_t day)
{
    uint16_t method = 0;
    int64_t start = demo->days[day].start_s;
    wc_pen pen;
    wc_letter letter;
    wc_demo_act(demo, &pen, WC_CONTRACT_RESPONSE, "register", &method, "capability");
    wc_pen_number(&pen, 4500); /* kW with three decimals */
    wc_pen_interval(&pen, start + 16 * 3600, start + 20 * 3600);
    wc_pen_number(&pen, 1000);
    wc_pen_number(&pen, start + 86400);
    wc_letter_open(&letter, &demo->client, WC_ACTOR_AGGREGATOR, "capability");
    wc_letter_call(&letter, WC_CALL_ACTION, &demo->days[day].response, method, wc_pen_close(&pen));
    (void)wc_letter_send(&letter, NULL, 0);
    join_market(demo, day);
    wc_demo_next_block(demo);
}

static void deposit(wc_demo *demo, uint32_t day, wc_actor_id who)
{
    wc_client *client = &demo->client;
    const wc_actor *actor = &demo->cast.actors[who];
    uint32_t value_day = (uint32_t)(client->now_s / 86400), entry = 0;
    char statement[32], number[32];
    wc_date_text date = wc_demo_date(client->now_s);
    if (wc_bank_deposit(demo->bank, who, actor->deposit, value_day, &entry) != WC_OK) {
        wc_client_fail(client, "the bank does not take the deposit of %s", actor->id);
    }
    demo->days[day].deposit_entry[who] = entry;
    snprintf(statement, sizeof(statement), "STMT-%s", date.date);
    snprintf(number, sizeof(number), "E%06u", entry);
    wc_buf args = wc_client_buf(client, 256);
    wc_buf_put_u32(&args, CNY);
    wc_buf_put_hash(&args, &actor->address);
    wc_buf_put_i64(&args, actor->deposit);
    wc_buf_put_str8(&args, wc_slice_of(statement, strlen(statement)));
    wc_buf_put_str8(&args, wc_slice_of(number, strlen(number)));
    wc_buf_put_u32(&args, value_day);
    wc_hash target = wc_native_target();
    wc_letter letter;
    wc_letter_open(&letter, client, WC_ACTOR_BANK, "deposit");
    wc_letter_call(&letter, WC_CALL_NATIVE, &target, WC_NATIVE_deposit, wc_buf_slice(&args));
    (void)wc_letter_send(&letter, NULL, 0);
}

/* Lets the settlement contract draw on the deposit, no further. */
static void mandate(wc_demo *demo, uint32_t day, wc_actor_id who)
{
    wc_client *client = &demo->client;
    const wc_actor *actor = &demo->cast.actors[who];
    wc_buf args = wc_client_buf(client, 128);
    wc_buf_put_hash(&args, &demo->days[day].split[who]);
    wc_buf_put_u32(&args, CNY);
    wc_buf_put_i64(&args, actor->deposit);
    wc_buf_put_i64(&args, actor->deposit);
    wc_buf_put_u32(&args, (uint32_t)MANDATE_S);
    wc_buf_put_i64(&args, client->now_s + MANDATE_S);
    wc_hash target = wc_native_target();
    wc_letter letter;
    wc_letter_open(&letter, client, who, "mandate");
    wc_letter_call(&letter, WC_CALL_NATIVE, &target, WC_NATIVE_mandate_grant, wc_buf_slice(&args));
    (void)wc_letter_send(&letter, NULL, 0);
}

void wc_demo_deposits(wc_demo *demo, uint32_t day)
{
    for (uint32_t i = 0; i < WC_ACTOR_ROWS; i++) {
        if (!pays(demo, i)) continue;
        deposit(demo, day, (wc_actor_id)i);
        mandate(demo, day, (wc_actor_id)i);
    }
    wc_demo_next_block(demo);
    wc_demo_reconcile(demo);
}
