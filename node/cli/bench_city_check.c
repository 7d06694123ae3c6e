/* Every sum of the city once more, from what the meters reported alone: no price, product, rounding
 * or balance is taken from the ledger but to be compared. */
#include "node/cli/bench_city.h"
#include "node/ledger/page.h"

#define EXACT_PER_FEN INT64_C(1000000) /* 10^-8 CNY */

typedef struct slot_sum {
    int64_t energy; /* Wh */
    int64_t exact;  /* 10^-8 CNY */
} slot_sum;

static slot_sum sum_of(const wc_city *city, uint32_t meter)
{
    slot_sum sum = {0, 0};
    uint16_t version = wc_city_is_corrected(meter / WC_PAGE_METERS_MAX) ? 1 : 0;
    for (uint32_t i = 0; i < city->intervals; i++) {
        uint32_t quarter = city->first_quarter + i;
        wc_batch_reading reading = wc_city_reading(meter, quarter, version);
        if (reading.quality == WC_QUALITY_MISSING) continue;
        sum.energy += reading.value;
        sum.exact += reading.value * wc_city_price(quarter);
    }
    return sum;
}

/* To the fen, half even; all sums here are positive. */
static int64_t rounded(int64_t exact)
{
    int64_t fen = exact / EXACT_PER_FEN, twice = 2 * (exact % EXACT_PER_FEN);
    if (twice > EXACT_PER_FEN || (twice == EXACT_PER_FEN && fen % 2 != 0)) fen++;
    return fen;
}

/* The list of numbers that the contract keeps for a page. */
static wc_status load_list(wc_city *city, uint32_t page, uint16_t field, wc_slice *numbers)
{
    wc_address address = wc_page_address(&city->people[WC_CITY_AGGREGATOR].address, page);
    wc_state_key key = wc_key_element(&city->instance[page / WC_CITY_INSTANCE], field,
                                      wc_slice_of(address.bytes, sizeof address.bytes));
    wc_slice value;
    WC_TRY(wc_chain_get(city->chain, &key, &value));
    uint16_t count = wc_city_page_meters(city, page);
    bool fits = value.len == 5u + 8u * (size_t)count && wc_load_u32(value.data + 1) == count;
    if (!fits) return wc_city_fail(city, "page %u holds %zu bytes", page, value.len);
    *numbers = wc_slice_of(value.data + 5, value.len - 5);
    return WC_OK;
}

static wc_status compare(wc_city *city, uint32_t page, uint16_t field)
{
    wc_slice numbers = {NULL, 0};
    WC_TRY(load_list(city, page, field, &numbers));
    for (uint16_t slot = 0; slot < wc_city_page_meters(city, page); slot++) {
        slot_sum sum = sum_of(city, page * WC_PAGE_METERS_MAX + slot);
        int64_t expected = field == city->field_energy ? sum.energy : sum.exact;
        int64_t found = (int64_t)wc_load_u64(numbers.data + 8u * slot);
        if (found == expected) continue;
        return wc_city_fail(city, "slot %u of page %u holds %lld, not %lld", slot, page,
                            (long long)found, (long long)expected);
    }
    return WC_OK;
}

wc_status wc_city_check_sums(wc_city *city)
{
    double start = wc_city_clock();
    int64_t total = 0, held = 0;
    for (uint32_t page = 0; page < city->pages; page++) {
        WC_TRY(compare(city, page, city->field_energy));
        WC_TRY(compare(city, page, city->field_owed));
    }
    for (uint32_t i = 0; i < city->meters; i++) total += rounded(sum_of(city, i).exact);
    for (uint32_t i = 0; i < city->instances; i++) {
        held += wc_chain_free(city->chain, &city->instance[i], WC_CITY_CNY);
    }
    city->check_s += wc_city_clock() - start;
    if (total != city->posted || total != held) {
        return wc_city_fail(city,
                            "slots are owed %lld fen, batches posted %lld, contracts hold "
                            "%lld",
                            (long long)total, (long long)city->posted, (long long)held);
    }
    return WC_OK;
}

wc_status wc_city_check_balances(wc_city *city)
{
    double start = wc_city_clock();
    uint64_t payable = 0;
    for (uint32_t i = 0; i < city->meters; i++) {
        wc_address plant = wc_city_plant(city, i);
        int64_t expected = rounded(sum_of(city, i).exact);
        int64_t found = wc_chain_free(city->chain, &plant, WC_CITY_CNY);
        payable += expected > 0;
        if (found == expected) continue;
        return wc_city_fail(city, "meter %u was paid %lld fen, not %lld", i, (long long)found,
                            (long long)expected);
    }
    for (uint32_t i = 0; i < city->instances; i++) {
        int64_t left = wc_chain_free(city->chain, &city->instance[i], WC_CITY_CNY);
        if (left != 0) return wc_city_fail(city, "contract %u keeps %lld fen", i, (long long)left);
    }
    city->check_s += wc_city_clock() - start;
    if (city->paid != city->posted || city->paid_count != payable) {
        return wc_city_fail(city, "%llu postings of %lld fen at the close, for %llu of %lld",
                            (unsigned long long)city->paid_count, (long long)city->paid,
                            (unsigned long long)payable, (long long)city->posted);
    }
    return WC_OK;
}
