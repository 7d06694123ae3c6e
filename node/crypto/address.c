/* bech32m: a BCH code over 32 symbols that finds any four wrong characters. The checksum is
 * computed over the human-readable part too, so that an address of another system does not pass as
 * ours. */
#include "node/crypto/address.h"

#define CHECKSUM_LEN   6
#define PREFIX_MAX     83
#define BECH32M_FINAL  0x2bc830a3u /* BIP-350 */
#define ADDRESS_VALUES 52

static const char symbols[33] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
static const wc_str address_prefix = {"wc", 2};

/* One step of the polynomial division (BIP-173); value in [0, 32). */
static uint32_t checksum_step(uint32_t state, uint8_t value)
{
    static const uint32_t generator[5] = {0x3b6a57b2u, 0x26508e6du, 0x1ea119fau, 0x3d4233ddu,
                                          0x2a1462b3u};
    uint32_t top = state >> 25;
    state = (state & 0x1ffffffu) << 5 ^ value;
    for (unsigned i = 0; i < 5; i++) {
        if ((top >> i & 1) != 0) state ^= generator[i];
    }
    return state;
}

static uint32_t checksum_prefix(wc_str prefix)
{
    uint32_t state = 1;
    for (size_t i = 0; i < prefix.len; i++) {
        state = checksum_step(state, (uint8_t)((uint8_t)prefix.data[i] >> 5));
    }
    state = checksum_step(state, 0);
    for (size_t i = 0; i < prefix.len; i++) {
        state = checksum_step(state, (uint8_t)((uint8_t)prefix.data[i] & 31));
    }
    return state;
}

void wc_bech32m_put(wc_buf *text, wc_str prefix, const uint8_t *values, size_t count)
{
    wc_assert(prefix.len >= 1 && prefix.len <= PREFIX_MAX);
    wc_assert(prefix.len + 1 + count + CHECKSUM_LEN <= WC_BECH32M_MAX);

    uint32_t state = checksum_prefix(prefix);
    wc_buf_put(text, prefix.data, prefix.len);
    wc_buf_put(text, "1", 1);
    for (size_t i = 0; i < count; i++) {
        wc_assert(values[i] < 32);
        state = checksum_step(state, values[i]);
        wc_buf_put(text, &symbols[values[i]], 1);
    }
    for (unsigned i = 0; i < CHECKSUM_LEN; i++) state = checksum_step(state, 0);
    state ^= BECH32M_FINAL;
    for (unsigned i = 0; i < CHECKSUM_LEN; i++) {
        wc_buf_put(text, &symbols[state >> (25 - 5 * i) & 31], 1);
    }
}

/* Lower case for A-Z, the same for everything else. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Every character printable ASCII, and not both cases in one text. */
WC_MUST_USE static bool is_admissible(wc_str text)
{
    bool has_lower = false;
    bool has_upper = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c < 33 || c > 126) return false;
        has_lower = has_lower || (c >= 'a' && c <= 'z');
        has_upper = has_upper || (c >= 'A' && c <= 'Z');
    }
    return !(has_lower && has_upper);
}

/* The symbol's number, or 32 when c is none. */
static uint8_t symbol_value(char c)
{
    uint8_t value = 0;
    while (value < 32 && symbols[value] != c) value++;
    return value;
}

wc_status wc_bech32m_parse(wc_bech32m *parsed, wc_str text)
{
    wc_bech32m result = {{0}, 0, {0}, 0};
    if (text.len > WC_BECH32M_MAX || !is_admissible(text)) return WC_OUT_OF_DOMAIN;

    size_t separator = text.len; /* the last '1'; the prefix may hold others */
    while (separator > 0 && text.data[separator - 1] != '1') separator--;
    if (separator < 2 || text.len - separator < CHECKSUM_LEN) return WC_OUT_OF_DOMAIN;

    result.prefix_len = separator - 1;
    for (size_t i = 0; i < result.prefix_len; i++) result.prefix[i] = lower(text.data[i]);
    uint32_t state = checksum_prefix((wc_str){result.prefix, result.prefix_len});
    for (size_t i = separator; i < text.len; i++) {
        uint8_t value = symbol_value(lower(text.data[i]));
        if (value == 32) return WC_OUT_OF_DOMAIN;
        state = checksum_step(state, value);
        result.values[i - separator] = value;
    }
    if (state != BECH32M_FINAL) return WC_CORRUPT;
    result.count = text.len - separator - CHECKSUM_LEN;
    *parsed = result;
    return WC_OK;
}

void wc_address_put(wc_buf *text, const wc_address *address)
{
    uint8_t values[ADDRESS_VALUES];
    uint32_t bits = 0;
    unsigned held = 0; /* bits not yet given out, in [0, 12] */
    size_t count = 0;
    for (size_t i = 0; i < WC_ADDRESS_SIZE; i++) {
        bits = bits << 8 | address->bytes[i];
        held += 8;
        for (; held >= 5; held -= 5) values[count++] = (uint8_t)(bits >> (held - 5) & 31);
    }
    values[count++] = (uint8_t)(bits << (5 - held) & 31); /* 256 = 51 * 5 + 1 */
    wc_assert(count == ADDRESS_VALUES);
    wc_bech32m_put(text, address_prefix, values, count);
}

void wc_address_text(char text[WC_ADDRESS_TEXT_LEN + 1], const wc_address *address)
{
    wc_buf buf;
    wc_buf_init(&buf, text, WC_ADDRESS_TEXT_LEN);
    wc_address_put(&buf, address);
    wc_assert(buf.len == WC_ADDRESS_TEXT_LEN && !buf.full);
    text[WC_ADDRESS_TEXT_LEN] = '\0';
}

wc_status wc_address_parse(wc_address *address, wc_str text)
{
    wc_bech32m parsed;
    wc_address result;
    if (text.len != WC_ADDRESS_TEXT_LEN) return WC_OUT_OF_DOMAIN;
    WC_TRY(wc_bech32m_parse(&parsed, text));
    if (!wc_str_equal((wc_str){parsed.prefix, parsed.prefix_len}, address_prefix)) {
        return WC_OUT_OF_DOMAIN;
    }
    wc_assert(parsed.count == ADDRESS_VALUES); /* follows from length and prefix */
    if ((parsed.values[ADDRESS_VALUES - 1] & 15) != 0) return WC_NOT_CANONICAL;

    uint32_t bits = 0;
    unsigned held = 0;
    size_t count = 0;
    for (size_t i = 0; i < ADDRESS_VALUES; i++) {
        bits = bits << 5 | parsed.values[i];
        held += 5;
        if (held < 8) continue;
        held -= 8;
        result.bytes[count++] = (uint8_t)(bits >> held);
    }
    wc_assert(count == WC_ADDRESS_SIZE && held == 4);
    *address = result;
    return WC_OK;
}
