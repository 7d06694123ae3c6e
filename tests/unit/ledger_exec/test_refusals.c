/* Every refusal of refusals.def is produced by a test, or a reason stands in its place; a refused
 * transaction changes nothing, a failed one nonce and fee only. */
#include <stdio.h>

#include "tests/unit/ledger_exec/fleet.h"
#include "tests/unit/ledger_exec/refusals.h"

#define TABLES 7u

typedef struct case_table {
    const refusal_case *rows;
    size_t count;
} case_table;

static void list_tables(case_table tables[TABLES])
{
    tables[0] = (case_table){refusals_of_admission, refusals_of_admission_count};
    tables[1] = (case_table){refusals_of_natives, refusals_of_natives_count};
    tables[2] = (case_table){refusals_of_contracts, refusals_of_contracts_count};
    tables[3] = (case_table){refusals_of_offers, refusals_of_offers_count};
    tables[4] = (case_table){refusals_of_upgrades, refusals_of_upgrades_count};
    tables[5] = (case_table){refusals_of_accounts, refusals_of_accounts_count};
    tables[6] = (case_table){refusals_of_batches, refusals_of_batches_count};
}

static size_t rows_of(wc_refusal refusal)
{
    case_table tables[TABLES];
    size_t found = 0;
    list_tables(tables);
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const refusal_case *row = &tables[t].rows[i];
            if (row->refusal != refusal) continue;
            assert_true((row->produce == NULL) == (row->reason != NULL));
            found++;
        }
    }
    return found;
}

static void every_refusal_has_a_case_or_a_reason(void **state)
{
    (void)state;
    size_t count;
    const wc_refusal_entry *table = wc_refusal_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (rows_of(table[i].number) != 1) {
            fail_msg("%.*s has %zu rows", WC_STR_ARG(table[i].name), rows_of(table[i].number));
        }
    }
}

/* The spaces whose keys the newest record changed, as a set of bits above 0x10. */
static uint64_t changed_spaces(world *w)
{
    uint8_t prefix[8];
    wc_store_u64(prefix, wc_chain_head(w->chain)->seq);
    uint64_t spaces = 0;
    const wc_store *store = wc_chain_store(w->chain);
    wc_snapshot *snapshot = wc_store_snapshot(store);
    wc_store_iter iter =
        wc_store_iter_prefix(store, snapshot, WC_CF_UNDO, wc_slice_of(prefix, sizeof prefix));
    wc_slice key, value;
    while (wc_store_iter_next(&iter, &key, &value)) {
        spaces |= UINT64_C(1) << (key.data[8] - 0x10);
    }
    wc_store_iter_close(&iter);
    wc_store_release(store, snapshot);
    return spaces;
}

#define SPACE_BIT(name) (UINT64_C(1) << (WC_SPACE_##name - 0x10))

/* Produces one refusal and holds it against what every refusal must be. */
static void produce(const refusal_case *row, uint64_t gas_price)
{
    world w;
    world_options options = {.gas_price = gas_price, .extra_accounts = FLEET_ACCOUNTS};
    world_open(&w, &options);
    const wc_refusal_entry *entry = wc_refusal_find(row->refusal);
    const wc_receipt_page *page = row->produce(&w);
    bool is_alone = w.sealed->applied.receipt_count == 1;
    if (page->receipt.status != row->refusal) {
        fail_msg("%.*s: got %s", WC_STR_ARG(entry->name), world_failure(&w, page));
    }
    char name[64];
    (void)snprintf(name, sizeof name, "%.*s", WC_STR_ARG(entry->name));
    assert_string_equal(world_failure(&w, page), name);
    bool is_rejected = row->refusal < WC_REFUSAL_FAILED_FIRST;
    if (is_rejected) {
        assert_int_equal(page->receipt.fee, 0);
        assert_int_equal(page->receipt.gas_used, 0);
        assert_int_equal(page->event_count, 0);
        if (is_alone) assert_int_equal(changed_spaces(&w), 0);
    } else {
        uint64_t price = wc_chain_params(w.chain)->gas_price;
        uint64_t fee = (page->receipt.gas_used * price + 999999) / 1000000;
        uint64_t allowed = SPACE_BIT(NONCE) | (price > 0 ? SPACE_BIT(FREE) : 0);
        assert_true(page->receipt.gas_used > 0);
        assert_int_equal(page->receipt.fee, fee);
        assert_int_equal(page->event_count, price > 0 ? 2 : 1);
        assert_int_equal(world_events(page, WC_EVENT_FAILED, NULL), 1);
        assert_int_equal(changed_spaces(&w), allowed);
    }
    world_close(&w);
}

static void produce_all(uint64_t gas_price)
{
    case_table tables[TABLES];
    list_tables(tables);
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const refusal_case *row = &tables[t].rows[i];
            bool needs_price = row->refusal == WC_REFUSAL_FEE_NOT_COVERED;
            if (row->produce != NULL && (gas_price > 0 || !needs_price)) produce(row, gas_price);
        }
    }
}

static void each_refusal_comes_when_it_should_and_leaves_nothing_behind(void **state)
{
    (void)state;
    produce_all(0);
}

static void each_failure_costs_its_gas_where_gas_has_a_price(void **state)
{
    (void)state;
    produce_all(7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_has_a_case_or_a_reason),
        cmocka_unit_test(each_refusal_comes_when_it_should_and_leaves_nothing_behind),
        cmocka_unit_test(each_failure_costs_its_gas_where_gas_has_a_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
