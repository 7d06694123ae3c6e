/* Random arguments by type. */
#include "tests/fuzz/oracle_args.h"

#include <string.h>

static uint8_t people[4][32];
static unsigned people_count;

void oracle_people(const uint8_t *addresses, unsigned count, const uint8_t *instance)
{
    wc_assert(count < 4);
    if (count > 0) memcpy(people, addresses, (size_t)count * 32);
    if (instance != NULL) memcpy(people[count++], instance, 32);
    people_count = count;
}

void oracle_party(uint8_t number, uint8_t bytes[32])
{
    if (people_count > 0) {
        memcpy(bytes, people[number % people_count], 32);
    } else {
        memset(bytes, 0x11 * (number + 1), 32);
    }
}

static int64_t power(unsigned scale)
{
    int64_t one = 1;
    for (unsigned i = 0; i < scale; i++) one *= 10;
    return one;
}

static int64_t number(wc_prng *prng, const wc_sema_type *type)
{
    uint64_t dice = wc_prng_below(prng, 100);
    int64_t value = (int64_t)wc_prng_below(prng, 12) - 3;
    if (dice < 30) {
        value *= type->kind == WC_SEMA_DEC ? power(type->scale) : 1;
    } else if (dice < 70) {
        value = (int64_t)wc_prng_below(prng, 3000000) - 500000;
    } else if (dice < 85) {
        value = wc_prng_i64(prng);
    } else if (dice < 90) {
        value = type->lo;
    } else if (dice < 95) {
        value = type->hi;
    }
    if (value >= type->lo && value <= type->hi) return value;
    uint64_t width = (uint64_t)type->hi - (uint64_t)type->lo + 1;
    return (int64_t)((uint64_t)type->lo + (width == 0 ? 0 : (uint64_t)value % width));
}

static int64_t moment(wc_prng *prng)
{
    uint64_t dice = wc_prng_below(prng, 20);
    if (dice == 0) return wc_prng_i64(prng);
    return 1767225600 + 900 * (int64_t)wc_prng_below(prng, 400) - (dice == 1 ? 7 : 0);
}

/* Days since 1970, rarely such as the calendars do not know. */
static int64_t day(wc_prng *prng)
{
    uint64_t dice = wc_prng_below(prng, 20);
    if (dice == 0) return -719162 + (int64_t)wc_prng_below(prng, 4000000);
    return 20000 + (int64_t)wc_prng_below(prng, dice < 4 ? 30000 : 1500);
}

static uint32_t count_of(wc_prng *prng, uint32_t capacity)
{
    return (uint32_t)(wc_prng_below(prng, 4) == 0 ? capacity : wc_prng_below(prng, capacity + 1));
}

static void members(wc_prng *prng, wc_buf *buf, const wc_sema_member *list, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) oracle_put_value(prng, buf, list[i].type);
}

static void text(wc_prng *prng, wc_buf *buf, uint32_t capacity)
{
    static const char letters[] = "abcdefghabcdefgh";
    uint32_t length = count_of(prng, capacity < 8 ? capacity : 8);
    wc_buf_put_str32(buf, wc_slice_of(letters + wc_prng_below(prng, 3), length));
}

static void interval(wc_prng *prng, wc_buf *buf)
{
    int64_t a = moment(prng), b = moment(prng);
    wc_buf_put_i64(buf, a < b ? a : b);
    wc_buf_put_i64(buf, a < b ? b : a);
}

static void series(wc_prng *prng, wc_buf *buf, const wc_sema_type *type)
{
    uint32_t count = count_of(prng, type->capacity);
    bool has_missing = wc_prng_below(prng, 4) == 0;
    uint8_t qualities[64];
    uint64_t first = (uint64_t)(1767225600 / type->step) + wc_prng_below(prng, 9);
    wc_buf_put_i64(buf, (int64_t)(first * type->step));
    wc_buf_put_u32(buf, count);
    for (uint32_t i = 0; i < count; i++) {
        qualities[i] = (uint8_t)wc_prng_below(prng, has_missing ? 4 : 3);
        int64_t value = number(prng, type->item);
        wc_buf_put_i64(buf, qualities[i] == 3 ? 0 : value);
    }
    wc_buf_put(buf, qualities, count);
}

/* An encoding that sorts like the value: numbers with the sign turned, texts without length. */
static int compare_keys(const wc_sema_type *type, wc_slice a, wc_slice b)
{
    if (type->kind == WC_SEMA_TEXT) {
        return wc_slice_compare(wc_slice_of(a.data + 4, a.len - 4),
                                wc_slice_of(b.data + 4, b.len - 4));
    }
    bool is_signed = wc_sema_is_number(type) || type->kind == WC_SEMA_TIME;
    if (is_signed && (a.data[0] ^ b.data[0]) >> 7 != 0) return a.data[0] >> 7 != 0 ? -1 : 1;
    return wc_slice_compare(a, b);
}

/* Entries with ascending keys, each once. */
static void entries(wc_prng *prng, wc_buf *buf, const wc_sema_type *type)
{
    uint8_t memory[64][80];
    size_t lengths[64];
    uint32_t wanted = count_of(prng, type->capacity), count = 0;
    for (uint32_t i = 0; i < wanted && i < 64; i++) {
        uint8_t bytes[80];
        wc_buf key;
        wc_buf_init(&key, bytes, sizeof bytes);
        oracle_put_value(prng, &key, type->item);
        uint32_t at = 0;
        int order = 1;
        for (; at < count && order > 0; at += order > 0) {
            order =
                compare_keys(type->item, wc_buf_slice(&key), wc_slice_of(memory[at], lengths[at]));
        }
        if (order == 0) continue;
        for (uint32_t k = count; k > at; k--) {
            memcpy(memory[k], memory[k - 1], sizeof memory[k]);
            lengths[k] = lengths[k - 1];
        }
        memcpy(memory[at], bytes, key.len);
        lengths[at] = key.len;
        count++;
    }
    wc_buf_put_u32(buf, count);
    for (uint32_t i = 0; i < count; i++) {
        wc_buf_put(buf, memory[i], lengths[i]);
        if (type->kind == WC_SEMA_MAP) oracle_put_value(prng, buf, type->value);
    }
}

static void variant(wc_prng *prng, wc_buf *buf, const wc_sema_type *type)
{
    if (type->kind == WC_SEMA_OPTION) {
        bool is_some = wc_prng_below(prng, 3) != 0;
        wc_buf_put_u16(buf, is_some);
        if (is_some) oracle_put_value(prng, buf, type->item);
        return;
    }
    uint16_t tag = (uint16_t)wc_prng_below(prng, type->variant_count);
    wc_buf_put_u16(buf, tag);
    members(prng, buf, type->variants[tag].members, type->variants[tag].member_count);
}

void oracle_put_value(wc_prng *prng, wc_buf *buf, const wc_sema_type *type)
{
    uint8_t party[32];
    uint32_t count;
    switch (type->kind) {
    case WC_SEMA_BOOL: wc_buf_put_u8(buf, (uint8_t)wc_prng_below(prng, 2)); break;
    case WC_SEMA_INT:
    case WC_SEMA_DEC: wc_buf_put_i64(buf, number(prng, type)); break;
    case WC_SEMA_TIME: wc_buf_put_i64(buf, moment(prng)); break;
    case WC_SEMA_DATE: wc_buf_put_i64(buf, day(prng)); break;
    case WC_SEMA_INTERVAL: interval(prng, buf); break;
    case WC_SEMA_PARTY:
    case WC_SEMA_CONTRACT_REF:
    case WC_SEMA_INSTANCE:
    case WC_SEMA_BYTES:
        oracle_party((uint8_t)wc_prng_below(prng, 4), party);
        wc_buf_put(buf, party, sizeof party);
        break;
    case WC_SEMA_TEXT: text(prng, buf, type->capacity); break;
    case WC_SEMA_TUPLE:
    case WC_SEMA_RECORD: members(prng, buf, type->members, type->member_count); break;
    case WC_SEMA_ENUM:
    case WC_SEMA_OPTION: variant(prng, buf, type); break;
    case WC_SEMA_LIST:
        count = count_of(prng, type->capacity);
        wc_buf_put_u32(buf, count);
        for (uint32_t i = 0; i < count; i++) oracle_put_value(prng, buf, type->item);
        break;
    case WC_SEMA_SET:
    case WC_SEMA_MAP: entries(prng, buf, type); break;
    case WC_SEMA_SERIES: series(prng, buf, type); break;
    case WC_SEMA_SORTED:
    case WC_SEMA_POISON:
    case WC_SEMA_VOID: break; /* exist in no argument */
    }
}
