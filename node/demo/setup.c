/* The evening before the first day: accounts of the meters, their registration, modules, tariff,
 * metering points, and the past days as evidence. */
#include <stdio.h>

#include "node/demo/demo.h"
#include "node/ledger/meter.h"
#include "node/ledger/natives.h"
#include "node/ledger/read.h"

#define GAS_DEPLOY 200000000u
#define YEAR_S     (INT64_C(366) * 86400)

static wc_hash native(void)
{
    return wc_native_target();
}

static void create_meter_account(wc_demo *demo, wc_actor_id meter)
{
    wc_client *client = &demo->client;
    wc_actor *actor = &demo->cast.actors[meter];
    wc_account account = {.kind = WC_ACCOUNT_DEVICE,
                          .status = WC_ACCOUNT_ACTIVE,
                          .threshold = 1,
                          .key_count = 1,
                          .role_count = 1,
                          .owner = demo->cast.actors[WC_ACTOR_GRID].address};
    account.keys[0] = (wc_account_key){.scheme = 1,
                                       .weight = 1,
                                       .scope = WC_SCOPE_OF(WC_CALL_READINGS),
                                       .to_h = WC_HEIGHT_NONE,
                                       .revoked_h = WC_HEIGHT_NONE};
    memcpy(account.keys[0].pub, actor->keys[0].public_key.bytes, sizeof(account.keys[0].pub));
    account.roles[0] = (wc_account_role){.role = WC_ROLE_METER, .to_h = WC_HEIGHT_NONE};

    wc_buf args = wc_client_buf(client, WC_ACCOUNT_SIZE_MAX);
    wc_account_put(&args, &account);
    wc_hash target = native();
    wc_letter letter;
    wc_letter_open(&letter, client, WC_ACTOR_ADMIN_1, "account of a meter");
    wc_letter_signer(&letter, WC_ACTOR_ADMIN_2);
    wc_letter_call(&letter, WC_CALL_NATIVE, &target, WC_NATIVE_account_create, wc_buf_slice(&args));
    (void)wc_letter_send(&letter, actor->address.bytes, sizeof(actor->address.bytes));
}

static void register_meter(wc_demo *demo, wc_actor_id meter)
{
    wc_client *client = &demo->client;
    const wc_actor *actor = &demo->cast.actors[meter];
    bool is_feeder = meter == WC_ACTOR_METER_FEEDER;
    wc_slice serial = wc_slice_of(actor->serial, strlen(actor->serial));
    wc_meter row = {.status = WC_METER_ACTIVE,
                    .operator_account = demo->cast.actors[WC_ACTOR_GRID].address,
                    .customer = demo->cast.actors[actor->owner].address,
                    .serial = serial,
                    .point = wc_slice_of(actor->point, strlen(actor->point)),
                    .channels = 1u << WC_CHANNEL_IMPORT | 1u << WC_CHANNEL_EXPORT,
                    .accuracy_class = 10,
                    .step_s = 900,
                    .certificate = wc_hash_domain("demo-certificate/1", &serial, 1),
                    .valid_from_s = demo->first_s - YEAR_S,
                    .valid_to_s = demo->first_s + 2 * YEAR_S};
    if (!is_feeder) {
        row.feeder = demo->cast.actors[WC_ACTOR_METER_FEEDER].address;
        row.channels |= 1u << WC_CHANNEL_LOAD | 1u << WC_CHANNEL_PV;
    }
    wc_buf args = wc_client_buf(client, 32 + WC_METER_SIZE_MAX);
    wc_buf_put_hash(&args, &actor->address);
    wc_meter_put(&args, &row);
    wc_hash target = native();
    wc_letter letter;
    wc_letter_open(&letter, client, WC_ACTOR_GRID, "registration of a meter");
    wc_letter_call(&letter, WC_CALL_NATIVE, &target, WC_NATIVE_meter_register, wc_buf_slice(&args));
    (void)wc_letter_send(&letter, NULL, 0);
}

static void deploy(wc_demo *demo, const wc_code *code)
{
    wc_hash zero = {{0}};
    wc_letter letter;
    wc_letter_open(&letter, &demo->client, WC_ACTOR_ADMIN_1, code->name);
    wc_letter_signer(&letter, WC_ACTOR_ADMIN_2);
    wc_letter_gas(&letter, GAS_DEPLOY);
    wc_letter_call(&letter, WC_CALL_DEPLOY, &zero, 0, code->bytes);
    (void)wc_letter_send(&letter, NULL, 0);
}

/* One contract that its signatories, the first ones of its parties, sign in one transaction. */
static void create(wc_demo *demo, wc_pen *terms, const wc_actor_id *parties, uint8_t party_count,
                   uint8_t signer_count, wc_address *address)
{
    wc_client *client = &demo->client;
    wc_slice encoded = wc_pen_close(terms);
    wc_buf args = wc_client_buf(client, 32 * (size_t)party_count + encoded.len);
    for (uint8_t i = 0; i < party_count; i++) {
        wc_buf_put_hash(&args, &demo->cast.actors[parties[i]].address);
    }
    wc_buf_put_slice(&args, encoded);
    wc_letter letter;
    wc_letter_open(&letter, client, parties[0], terms->code->name);
    for (uint8_t i = 1; i < signer_count; i++) wc_letter_signer(&letter, parties[i]);
    wc_letter_gas(&letter, terms->code->create_gas);
    wc_letter_call(&letter, WC_CALL_INSTANTIATE, &terms->code->id, 0, wc_buf_slice(&args));
    (void)wc_letter_send(&letter, address->bytes, sizeof(address->bytes));
}

static void publish_tariff(wc_demo *demo)
{
    const wc_code *code = &demo->options->shelf->codes[WC_CONTRACT_TARIFF];
    const wc_actor_id regulator = WC_ACTOR_REGULATOR;
    wc_pen terms;
    wc_pen_open(&terms, &demo->client, code, code->module->terms_type, 1024, "tariff");
    wc_pen_text(&terms, "DEMO-2022-07");
    wc_pen_number(&terms, 1);
    wc_pen_interval(&terms, demo->first_s, demo->first_s + 2 * YEAR_S);
    wc_pen_number(&terms, WC_RATE_WHEELING);
    wc_pen_number(&terms, WC_RATE_FUNDS);
    create(demo, &terms, &regulator, 1, 1, &demo->tariff);
}

static void open_point(wc_demo *demo, uint32_t home)
{
    const wc_code *code = &demo->options->shelf->codes[WC_CONTRACT_METERING];
    wc_actor_id meter = (wc_actor_id)(WC_ACTOR_METER_1 + home);
    const wc_actor *actor = &demo->cast.actors[meter];
    const wc_actor_id parties[3] = {WC_ACTOR_GRID, (wc_actor_id)(WC_ACTOR_HOME_1 + home), meter};
    int64_t from = demo->first_s - (int64_t)WC_DEMO_PAST_DAYS * 86400;
    wc_slice serial = wc_slice_of(actor->serial, strlen(actor->serial));
    wc_hash certificate = wc_hash_domain("demo-certificate/1", &serial, 1);
    char hex[65];
    wc_buf text;
    wc_buf_init(&text, hex, 64);
    wc_buf_put_hex(&text, wc_slice_of(certificate.bytes, sizeof(certificate.bytes)));
    hex[64] = '\0';

    wc_pen terms;
    wc_pen_open(&terms, &demo->client, code, code->module->terms_type, 1024, "metering point");
    wc_pen_text(&terms, actor->serial);
    wc_pen_text(&terms, actor->point);
    wc_pen_text(&terms, "import export load pv");
    wc_pen_text(&terms, "1.0");
    wc_pen_text(&terms, hex);
    wc_pen_number(&terms, 1);
    wc_pen_interval(&terms, from, from + 2 * YEAR_S);
    create(demo, &terms, parties, 3, 2, &demo->points[home]);
}

void wc_demo_setup(wc_demo *demo)
{
    for (uint32_t i = WC_ACTOR_METER_FIRST; i < WC_ACTOR_COUNT; i++) {
        create_meter_account(demo, (wc_actor_id)i);
    }
    for (uint32_t i = 0; i < WC_CONTRACT_COUNT; i++) deploy(demo, &demo->options->shelf->codes[i]);
    wc_demo_next_block(demo);
    for (uint32_t i = WC_ACTOR_METER_FIRST; i < WC_ACTOR_COUNT; i++) {
        register_meter(demo, (wc_actor_id)i);
    }
    publish_tariff(demo);
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) open_point(demo, home);
    wc_demo_next_block(demo);
}

static void send_past_day(wc_demo *demo, int64_t past, uint32_t home)
{
    uint16_t method = 0;
    char source[64];
    wc_pen pen;
    wc_letter letter;
    int64_t day = wc_demo_number(demo, past);
    wc_demo_act(demo, &pen, WC_CONTRACT_METERING, "evidence", &method, "past day");
    snprintf(source, sizeof(source), "Building_%u.csv:%u-%u", home + 1, wc_year_row(day, 1),
             wc_year_row(day, 24));
    wc_pen_number(&pen, demo->first_s + past * 86400);
    wc_pen_number(&pen, 0);
    wc_pen_text(&pen, source);
    wc_pen_list(&pen, WC_DAY_QUARTERS);
    for (uint32_t k = 0; k < WC_DAY_QUARTERS; k++) {
        wc_pen_number(&pen, wc_demo_load(demo->options->year, home, day, k, false));
    }
    wc_letter_open(&letter, &demo->client, (wc_actor_id)(WC_ACTOR_METER_1 + home), "past day");
    wc_letter_detached(&letter, WC_CALL_READINGS, &demo->points[home], method, wc_pen_close(&pen));
    (void)wc_letter_send(&letter, NULL, 0);
}

void wc_demo_evidence(wc_demo *demo, int64_t first, int64_t end)
{
    for (int64_t past = first; past < end; past++) {
        for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) send_past_day(demo, past, home);
    }
    wc_demo_next_block(demo);
}
