/* find, trace, inbox and statement over a small chain of bills, bank legs and readings. */
#include <stdio.h>

#include "node/ledger/meter.h"
#include "node/query/query.h"
#include "tests/unit/query/biller.h"

#define DAY INT64_C(1767225600) /* 2026-01-01 */

static world w;
static biller code;
static wc_address bills, bank;
static wc_query query;
static uint8_t arena_memory[32 << 20];
static wc_arena arena;
static char text[1 << 20];
static wc_name name_list[4];

/* ---- the chain ---------------------------------------------------------------------------------
 */

static void act(const wc_address *contract, world_actor who, biller_action action, wc_slice args)
{
    letter l = world_letter(&w, who);
    (void)letter_call(&l, WC_CALL_ACTION, contract, (uint16_t)action, args);
    assert_done(world_send(&w, &l));
}

static wc_slice bill(uint16_t component, world_actor payer, world_actor payee, int64_t day,
                     int64_t quantity, int64_t amount)
{
    return world_abi(&w, "hppqqqq", component, &w.people[payer].address, &w.people[payee].address,
                     day, quantity, amount * 1000000, amount);
}

static wc_address open_biller(wc_slice module)
{
    static const world_actor alice[] = {ALICE};
    wc_hash id = world_deploy(&w, module);
    return world_instance(&w, &id, 1, alice,
                          world_abi(&w, "pp", &w.people[ALICE].address, &w.people[BANK].address));
}

static void read_meter(void)
{
    uint8_t bytes[WC_METER_SIZE_MAX];
    wc_buf buf;
    wc_meter meter = {.status = WC_METER_ACTIVE,
                      .operator_account = w.people[GRID].address,
                      .customer = w.people[ALICE].address,
                      .serial = wc_slice_of("WCM-0001", 8),
                      .point = wc_slice_of("CP-0001", 7),
                      .channels = 1,
                      .accuracy_class = 10,
                      .step_s = 900,
                      .valid_to_s = DAY + 864000};
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_meter_put(&buf, &meter);
    letter l = world_letter(&w, GRID);
    (void)letter_native(&l, WC_NATIVE_meter_register,
                        world_abi(&w, "px", &w.people[METER].address, wc_buf_slice(&buf)));
    assert_done(world_send(&w, &l));
    w.now += 7200;
    l = world_letter(&w, METER);
    (void)letter_reading(
        &l, &bills, BILLER_READING,
        world_abi(&w, "qqtq", DAY + 900, INT64_C(0), "Building_1.csv:745", INT64_C(1250)));
    assert_done(world_send(&w, &l));
}

static int make(void **state)
{
    (void)state;
    world_open(&w, NULL);
    world_deposit(&w, ALICE, 6000);
    code = biller_module(&w, false);
    bills = open_biller(code.module);
    bank = open_biller(biller_module(&w, true).module);
    read_meter();
    act(&bills, ALICE, BILLER_BILL, bill(0, ALICE, BOB, DAY, 10000, 2403));
    act(&bills, ALICE, BILLER_BILL, bill(1, ALICE, GRID, DAY, 10000, 105));
    act(&bills, ALICE, BILLER_BILL, bill(0, BOB, ALICE, DAY, 1000, 1053));
    act(&bills, ALICE, BILLER_BILL, bill(0, ALICE, BOB, DAY + 86400, 1, 7));
    act(&bank, ALICE, BILLER_LEG, world_abi(&w, "pq", &w.people[BOB].address, INT64_C(2403)));

    wc_arena_init(&arena, arena_memory, sizeof arena_memory);
    assert_status(wc_query_open(&query, w.chain, &arena), WC_OK);
    assert_true(wc_query_add_file(&query, "contracts/biller.wcb", code.file));
    name_list[0] = (wc_name){WC_STR("home-1"), w.people[ALICE].address};
    name_list[1] = (wc_name){WC_STR("home-2"), w.people[BOB].address};
    name_list[2] = (wc_name){WC_STR("grid"), w.people[GRID].address};
    name_list[3] = (wc_name){WC_STR("meter-1"), w.people[METER].address};
    query.names = (wc_names){.count = 4, .list = name_list};
    return 0;
}

static int drop(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

/* ---- asking ------------------------------------------------------------------------------------
 */

static wc_buf buf;
static wc_outline outline;

static void open_answer(bool is_json)
{
    wc_buf_init(&buf, text, sizeof text - 1);
    wc_outline_begin(&outline, &buf, is_json);
}

static const char *close_answer(void)
{
    wc_outline_finish(&outline);
    assert_status(wc_buf_status(&buf), WC_OK);
    text[buf.len] = '\0';
    return text;
}

static const char *find(const char *what)
{
    open_answer(false);
    wc_status status = wc_query_find(&query, &outline, wc_str_of(what));
    if (status != WC_OK) return wc_status_name(status);
    return close_answer();
}

static void require(const char *answer, const char *part)
{
    if (strstr(answer, part) == NULL) fail_msg("`%s` is not in:\n%s", part, answer);
}

static void forbid(const char *answer, const char *part)
{
    if (strstr(answer, part) != NULL) fail_msg("`%s` is in:\n%s", part, answer);
}

/* The id of the first line that is found by its amount. */
static const char *id_of(const char *amount)
{
    static char id[64];
    const char *mark = strstr(find(amount), "query trace ");
    assert_non_null(mark);
    assert_int_equal(sscanf(mark, "query trace %63s", id), 1);
    return id;
}

/* ---- find --------------------------------------------------------------------------------------
 */

static void people_are_found_by_name_address_and_prefix(void **state)
{
    (void)state;
    char address[WC_ADDRESS_TEXT_LEN + 1];
    wc_address_text(address, &w.people[ALICE].address);
    require(find("home-1"), address);
    require(find("home-1"), "wattclause query statement home-1");
    require(find(address), "home-1");
    address[12] = '\0';
    require(find(address), "home-1");
    assert_string_equal(find("home-9"), "NOT_FOUND");
}

static void contracts_codes_and_meters_are_found(void **state)
{
    (void)state;
    require(find("biller"), "state Open, a home-1, bank");
    require(find("Biller"), "code ");
    require(find("WCM-0001"), "meter-1, serial WCM-0001, connection point CP-0001, of home-1");
    require(find("cp-0001"), "meter-1");
}

static void records_and_readings_are_found_by_time(void **state)
{
    (void)state;
    require(find("5"), "record 5, 2026-01-01T");
    require(find("2026-01-01T00:15"), "reading");
    require(find("2026-01-01T00:15"), "meter-1: Biller.reading");
    require(find("2026-01-01"), "record 7, 2026-01-01T03:00:00Z, transactions 1, hash ");
    assert_string_equal(find("2031-01-01"), "NOT_FOUND");
}

static void transactions_are_found_by_a_prefix_of_their_id(void **state)
{
    (void)state;
    char prefix[9];
    wc_slice id = wc_slice_of(w.sealed->applied.txs[0].id.bytes, 4);
    wc_buf digits;
    wc_buf_init(&digits, prefix, 8);
    wc_buf_put_hex(&digits, id);
    prefix[8] = '\0';
    require(find(prefix), "of home-1: Biller.leg; done");
}

static void amounts_are_found_as_words(void **state)
{
    (void)state;
    require(find("24.03"), "Line(component Energy, payer home-1, payee home-2, "
                           "day 2026-01-01T00:00:00Z, quantity 10.000 kWh, exact 24.03000000 CNY, "
                           "amount 24.03 CNY)");
    require(find("60.00"), "DEPOSIT_RECORDED");
    assert_string_equal(find("4.03"), "NOT_FOUND");
}

/* ---- statement ---------------------------------------------------------------------------------
 */

static const char *statement(world_actor actor, int64_t day, bool is_json)
{
    open_answer(is_json);
    wc_status status = wc_query_statement(&query, &outline, &w.people[actor].address, day);
    if (status != WC_OK) return wc_status_name(status);
    return close_answer();
}

static void a_statement_adds_up_the_lines_of_a_day(void **state)
{
    (void)state;
    const char *answer = statement(ALICE, DAY / 86400, false);
    require(answer, "pays 25.08 CNY   receives 10.53 CNY   net -14.55 CNY");
    require(answer, "Energy    pays     home-2");
    require(answer, "Wheeling  pays     grid");
    forbid(answer, "0.07 CNY");
    require(answer, "DEPOSIT_RECORDED");
    require(answer, "LegBooked(payee home-2, amount 24.03 CNY)");
    answer = statement(BOB, INT64_MIN, false);
    require(answer, "pays 10.53 CNY   receives 24.10 CNY   net +13.57 CNY");
    require(answer, "LegBooked");
    answer = statement(GRID, DAY / 86400, false);
    require(answer, "pays 0.00 CNY   receives 1.05 CNY   net +1.05 CNY");
    forbid(answer, "LegBooked");
    assert_string_equal(statement(CAROL, INT64_MIN, false), "NOT_FOUND");
}

static void a_statement_in_json_has_the_same_lines(void **state)
{
    (void)state;
    const char *answer = statement(ALICE, DAY / 86400, true);
    require(answer, "\"sums\":[{\"paid\":\"25.08 CNY\",\"received\":\"10.53 CNY\","
                    "\"net\":\"-14.55 CNY\"}]");
    require(answer, "\"component\":\"Wheeling\",\"side\":\"pays\",\"other\":\"grid\"");
}

/* ---- trace -------------------------------------------------------------------------------------
 */

static const char *trace(const char *id, bool is_json)
{
    open_answer(is_json);
    wc_status status = wc_query_trace(&query, &outline, wc_str_of(id));
    if (status != WC_OK) return wc_status_name(status);
    return close_answer();
}

static void a_line_leads_down_to_source_reading_signature_and_proofs(void **state)
{
    (void)state;
    const char *answer = trace(id_of("24.03"), false);
    require(answer, "event         Line(component Energy, payer home-1");
    require(answer, "contract      Biller wc1");
    require(answer, "source        in contracts/biller.wcb, whose line table nobody signed:\n");
    require(answer, "source        billing/biller.clause:41:5\n");
    require(answer, "meter-1 signed Biller.reading(at 2026-01-01T00:15:00Z, version 0, source "
                    "\"Building_1.csv:745\", load 1.250 kWh)");
    require(answer, "record 7, signature: verifies\n");
    require(answer, ", key 0, ");
    require(answer, ": verifies\n");
    require(answer, "certificate   of the sequencer: verifies");
    require(answer, "to receipts_root: holds");
    require(answer, "to state_root: holds");
    forbid(answer, "NOT");
}

static void a_trace_in_json_holds_the_proof(void **state)
{
    (void)state;
    const char *answer = trace(id_of("24.03"), true);
    require(answer, "\"source\":[{\"file\":\"billing/biller.clause\",\"line\":41,\"column\":5}]");
    require(answer, "\"readings\":[{\"signed_by\":\"meter-1\"");
    require(answer, "\"receipt_proof\":{\"index\":0,\"count\":1,");
    require(answer, "\"holds\":true");
    forbid(answer, "\"holds\":false");
}

static void a_transaction_shows_calls_and_events(void **state)
{
    (void)state;
    char id[2 * WC_HASH_SIZE + 1];
    wc_buf digits;
    wc_buf_init(&digits, id, sizeof id - 1);
    wc_buf_put_hex(&digits, wc_slice_of(w.sealed->applied.txs[0].id.bytes, WC_HASH_SIZE));
    id[digits.len] = '\0';
    const char *answer = trace(id, false);
    require(answer, "call 0        Biller.leg(payee home-2, amount 24.03 CNY)");
    require(answer, "LegBooked(payee home-2, amount 24.03 CNY)");
    require(answer, "status        done");
    id[63] = id[63] == '0' ? '1' : '0';
    assert_string_equal(trace(id, false), "NOT_FOUND");
    assert_string_equal(trace("9999.0.0", false), "NOT_FOUND");
    assert_string_equal(trace("1.999.0", false), "NOT_FOUND");
    assert_string_equal(trace("nonsense", false), "NOT_FOUND");
}

/* ---- inbox -------------------------------------------------------------------------------------
 */

static void an_inbox_lists_the_contracts_of_a_party(void **state)
{
    (void)state;
    open_answer(false);
    assert_status(wc_query_inbox(&query, &outline, &w.people[ALICE].address), WC_OK);
    const char *answer = close_answer();
    require(answer, "inbox of      home-1 (wc1");
    require(answer, "Biller wc1");
    open_answer(false);
    assert_status(wc_query_inbox(&query, &outline, &w.people[CAROL].address), WC_NOT_FOUND);
}

/* ---- rules -------------------------------------------------------------------------------------
 */

static void rules_are_shown_as_the_genesis_set_them(void **state)
{
    (void)state;
    char grid[WC_ADDRESS_TEXT_LEN + 1], validator[200];
    wc_address_text(grid, &w.people[GRID].address);
    (void)snprintf(validator, sizeof validator, "\"power\":1,\"operator\":\"%s\"}]", grid);
    open_answer(false);
    assert_status(wc_query_rules(&query, &outline), WC_OK);
    const char *answer = close_answer();
    require(answer, "  block_txs_max          10000\n");
    require(answer, "administration: 2 of 3 sign\n");
    require(answer, "  power 1  ");
    open_answer(true);
    assert_status(wc_query_rules(&query, &outline), WC_OK);
    answer = close_answer();
    require(answer, "{\"parameters\":{\"gas_price\":");
    require(answer, "\"administration\":{\"threshold\":2,\"members\":[\"wc1");
    require(answer, validator);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_are_found_by_name_address_and_prefix),
        cmocka_unit_test(contracts_codes_and_meters_are_found),
        cmocka_unit_test(records_and_readings_are_found_by_time),
        cmocka_unit_test(transactions_are_found_by_a_prefix_of_their_id),
        cmocka_unit_test(amounts_are_found_as_words),
        cmocka_unit_test(a_statement_adds_up_the_lines_of_a_day),
        cmocka_unit_test(a_statement_in_json_has_the_same_lines),
        cmocka_unit_test(a_line_leads_down_to_source_reading_signature_and_proofs),
        cmocka_unit_test(a_trace_in_json_holds_the_proof),
        cmocka_unit_test(a_transaction_shows_calls_and_events),
        cmocka_unit_test(an_inbox_lists_the_contracts_of_a_party),
        cmocka_unit_test(rules_are_shown_as_the_genesis_set_them),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
