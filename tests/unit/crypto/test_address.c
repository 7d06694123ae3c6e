/* bech32m against the vectors of BIP-350 (published with the proposal and in Bitcoin Core's tests),
 * addresses against an independent calculation. */
#include "node/crypto/address.h"
#include "tests/support/prng.h"
#include "tests/support/test.h"

#define COUNTING "wc1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5g54vj"
#define ALL_ONES "wc1lllllllllllllllllllllllllllllllllllllllllllllllllllslzux9u"
#define ALL_ZERO "wc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqaulhvt"

static void accepts_and_repeats_the_valid_texts_of_bip_350(void **state)
{
    (void)state;
    static const char *const valid[] = {
        "A1LQFN3A",
        "a1lqfn3a",
        "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg"
        "6",
        "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
        "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr"
        "8",
        "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
        "?1v759aa"};
    for (size_t i = 0; i < WC_ARRAY_LEN(valid); i++) {
        wc_bech32m parsed;
        char text[WC_BECH32M_MAX];
        wc_buf buf;
        size_t len = strlen(valid[i]);
        assert_status(wc_bech32m_parse(&parsed, wc_str_of(valid[i])), WC_OK);
        wc_buf_init(&buf, text, sizeof text);
        wc_bech32m_put(&buf, (wc_str){parsed.prefix, parsed.prefix_len}, parsed.values,
                       parsed.count);
        assert_int_equal(buf.len, len);
        assert_memory_equal(text, i == 0 ? "a1lqfn3a" : valid[i], len);
    }
}

static void refuses_the_invalid_texts_of_bip_350(void **state)
{
    (void)state;

    static const struct {
        const char *text;
        wc_status status;
    } invalid[] = {
        {" 1xj0phk", WC_OUT_OF_DOMAIN}, /* prefix character out of range */
        {"\x7f"
         "1g6xzxy",
         WC_OUT_OF_DOMAIN}, /* the same */
        {"\x80"
         "1vctc34",
         WC_OUT_OF_DOMAIN}, /* the same */
        {"an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pt"
         "s4",
         WC_OUT_OF_DOMAIN},                  /* longer than 90 */
        {"qyrz8wqd2c9m", WC_OUT_OF_DOMAIN},  /* no separator */
        {"1qyrz8wqd2c9m", WC_OUT_OF_DOMAIN}, /* empty prefix */
        {"y1b0jsk6g", WC_OUT_OF_DOMAIN},     /* character not in the alphabet */
        {"lt1igcx5c0", WC_OUT_OF_DOMAIN},    /* the same */
        {"in1muywd", WC_OUT_OF_DOMAIN},      /* checksum too short */
        {"mm1crxm3i", WC_OUT_OF_DOMAIN},     /* character of the checksum */
        {"au1s5cgom", WC_OUT_OF_DOMAIN},     /* the same */
        {"M1VUXWEZ", WC_CORRUPT},            /* checksum over the upper-case prefix */
        {"16plkw9", WC_OUT_OF_DOMAIN},       /* empty prefix */
        {"1p2gdwpf", WC_OUT_OF_DOMAIN},      /* empty prefix */
        {"A1lqfn3a", WC_OUT_OF_DOMAIN},      /* mixed case */
        {"a12uel5l", WC_CORRUPT},            /* the older bech32 */
        {"", WC_OUT_OF_DOMAIN}};

    for (size_t i = 0; i < WC_ARRAY_LEN(invalid); i++) {
        wc_bech32m parsed;
        assert_status(wc_bech32m_parse(&parsed, wc_str_of(invalid[i].text)), invalid[i].status);
    }
}

static void writes_and_reads_known_addresses(void **state)
{
    (void)state;
    static const char *const texts[3] = {COUNTING, ALL_ONES, ALL_ZERO};
    wc_address addresses[3];
    memset(&addresses[1], 0xff, sizeof addresses[1]);
    memset(&addresses[2], 0, sizeof addresses[2]);
    for (size_t i = 0; i < WC_ADDRESS_SIZE; i++) addresses[0].bytes[i] = (uint8_t)i;
    for (size_t i = 0; i < 3; i++) {
        char text[WC_ADDRESS_TEXT_LEN + 1];
        wc_address parsed;
        wc_address_text(text, &addresses[i]);
        assert_string_equal(text, texts[i]);
        assert_status(wc_address_parse(&parsed, wc_str_of(text)), WC_OK);
        assert_true(wc_address_equal(&parsed, &addresses[i]));
    }
}

static void reads_upper_case_too(void **state)
{
    (void)state;
    char text[WC_ADDRESS_TEXT_LEN];
    wc_address parsed;
    for (size_t i = 0; i < sizeof text; i++) {
        char c = COUNTING[i];
        text[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    assert_status(wc_address_parse(&parsed, (wc_str){text, sizeof text}), WC_OK);
    assert_int_equal(parsed.bytes[31], 31);
}

static void refuses_other_prefixes_lengths_and_unused_bits(void **state)
{
    (void)state;
    wc_address parsed;
    memset(&parsed, 0x5a, sizeof parsed);
    assert_status(wc_address_parse(&parsed, WC_STR("wd1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
                                                   "qqqqqqqqjy5vdr")),
                  WC_OUT_OF_DOMAIN);
    assert_status(wc_address_parse(&parsed, WC_STR("wc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
                                                   "qqqqqqqpq2tz3e")),
                  WC_NOT_CANONICAL);
    assert_status(wc_address_parse(&parsed, WC_STR("wc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
                                                   "qqqqqqqgrgmmjk")),
                  WC_NOT_CANONICAL);
    assert_status(wc_address_parse(&parsed, (wc_str){COUNTING "q", 60}), WC_OUT_OF_DOMAIN);
    assert_status(wc_address_parse(&parsed, (wc_str){COUNTING "q", 62}), WC_OUT_OF_DOMAIN);
    assert_status(wc_address_parse(&parsed, (wc_str){NULL, 0}), WC_OUT_OF_DOMAIN);
    assert_int_equal(parsed.bytes[0], 0x5a); /* untouched */
}

/* The code finds every change of up to four characters; one is tried everywhere, two at random. */
static void finds_typing_errors(void **state)
{
    (void)state;
    static const char letters[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    char text[WC_ADDRESS_TEXT_LEN];
    wc_address parsed;
    wc_prng prng;
    wc_prng_start(&prng, 3);
    for (size_t at = 3; at < sizeof text; at++) {
        for (size_t letter = 0; letter < 32; letter++) {
            memcpy(text, COUNTING, sizeof text);
            if (text[at] == letters[letter]) continue;
            text[at] = letters[letter];
            assert_status(wc_address_parse(&parsed, (wc_str){text, sizeof text}), WC_CORRUPT);
            size_t other = 3 + (size_t)wc_prng_below(&prng, sizeof text - 3);
            if (other == at) continue;
            text[other] = letters[wc_prng_below(&prng, 32)];
            assert_status(wc_address_parse(&parsed, (wc_str){text, sizeof text}), WC_CORRUPT);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_and_repeats_the_valid_texts_of_bip_350),
        cmocka_unit_test(refuses_the_invalid_texts_of_bip_350),
        cmocka_unit_test(writes_and_reads_known_addresses),
        cmocka_unit_test(reads_upper_case_too),
        cmocka_unit_test(refuses_other_prefixes_lengths_and_unused_bits),
        cmocka_unit_test(finds_typing_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
