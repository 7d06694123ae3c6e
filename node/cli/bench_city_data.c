/* What the meters of `bench city` report. */
#include "node/cli/bench_city.h"

/* Feed-in of a house with a roof plant on a changeable day, in Wh for each quarter of an hour: the
 * channel B1 of 14 March 2023 in the sample file Example_NEM12_month_solar.csv of nemreader (MIT),
 * three of its five-minute values each. */
static const uint16_t profile[WC_CITY_QUARTERS] = {
    0,    0,   0,   0,   0,    0,    0,    0,    0,    0,    0,    0,   0,    0,    0,    0,
    0,    0,   0,   0,   0,    0,    0,    0,    0,    4,    17,   46,  117,  237,  435,  579,
    692,  698, 797, 883, 969,  1038, 575,  325,  333,  328,  330,  679, 1189, 1191, 1196, 1192,
    1098, 909, 939, 537, 1187, 1188, 1188, 1169, 1107, 1003, 1034, 942, 869,  768,  700,  315,
    89,   372, 282, 137, 73,   0,    0,    0,    0,    0,    0,    0,   0,    0,    0,    0,
    0,    0,   0,   0,   0,    0,    0,    0,    0,    0,    0,    0,   0,    0,    0,    0};

/* A number of the meter, the quarter, or both. */
static uint32_t mix(uint32_t meter, uint32_t quarter)
{
    uint64_t x = ((uint64_t)meter << 32 | quarter) * UINT64_C(0x9e3779b97f4a7c15);
    x ^= x >> 29;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(x >> 33);
}

int64_t wc_city_price(uint32_t quarter)
{
    return 20000 + (int64_t)(quarter * 733u % 30000u);
}

bool wc_city_is_corrected(uint32_t page)
{
    return page % 40 == 7;
}

static wc_quality quality_of(uint32_t meter, uint32_t quarter, uint16_t version)
{
    uint32_t n = mix(meter, quarter);
    if (version > 0) return WC_QUALITY_SUBSTITUTED;
    if (n % 101 == 0) return WC_QUALITY_MISSING;
    return n % 53 == 1 ? WC_QUALITY_ESTIMATED : WC_QUALITY_MEASURED;
}

wc_batch_reading wc_city_reading(uint32_t meter, uint32_t quarter, uint16_t version)
{
    uint32_t size = 400 + mix(meter, UINT32_MAX) % 1200; /* of the plant, per mille */
    wc_batch_reading reading = {.slot = (uint16_t)(meter % WC_PAGE_METERS_MAX),
                                .quality = quality_of(meter, quarter, version),
                                .interval = (uint32_t)(WC_CITY_START_S / WC_CITY_STEP_S) + quarter};
    if (reading.quality == WC_QUALITY_MISSING) return reading;
    reading.value = (int64_t)profile[quarter] * size / 1000 + version * (meter % 5);
    return reading;
}

wc_hash wc_city_salt(uint32_t page, uint32_t quarter, uint16_t version)
{
    uint8_t bytes[10];
    wc_store_u32(bytes, page);
    wc_store_u32(bytes + 4, quarter);
    wc_store_u16(bytes + 8, version);
    return wc_sha256_one(wc_slice_of(bytes, sizeof bytes));
}

static void put_batch(const wc_city *city, wc_buf *out, uint32_t page, uint32_t quarter,
                      uint16_t version, const wc_hash *prior)
{
    uint16_t count = wc_city_page_meters(city, page);
    wc_batch_head head = {WC_BATCH_SCALE, version, page, count, *prior};
    wc_batch_put_head(out, &head);
    for (uint16_t slot = 0; slot < count; slot++) {
        wc_batch_reading reading =
            wc_city_reading(page * WC_PAGE_METERS_MAX + slot, quarter, version);
        wc_batch_put_reading(out, &reading);
    }
}

void wc_city_payload(const wc_city *city, wc_buf *out, wc_buf *memory, uint32_t page,
                     uint32_t quarter, uint16_t version)
{
    wc_hash none = {{0}};
    if (version == 0) {
        put_batch(city, out, page, quarter, 0, &none);
        return;
    }
    wc_hash salt = wc_city_salt(page, quarter, 0);
    memory->len = 0;
    put_batch(city, memory, page, quarter, 0, &none);
    wc_slice before = wc_buf_slice(memory);
    wc_hash root =
        wc_pieces_root(salt.bytes, before, WC_BATCH_PIECES(wc_city_page_meters(city, page)));
    put_batch(city, out, page, quarter, version, &root);
    wc_status status = wc_batch_put_before(out, salt.bytes, before);
    wc_assert(status == WC_OK);
}
