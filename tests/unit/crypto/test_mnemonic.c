/* Words and derived keys against the published vectors of BIP 39 and SLIP-0010; words that are
 * wrong are refused by name. */
#include <stdio.h>
#include <stdlib.h>

#include "node/crypto/mnemonic.h"
#include "tests/support/test.h"

#define LINE_MAX_BYTES 1024
#define FIELDS         4

/* Cuts a line of comma-separated fields in place; a field may be empty. */
static void cut(char *line, char *fields[FIELDS])
{
    line[strcspn(line, "\n")] = '\0';
    for (size_t i = 0; i < FIELDS; i++) {
        fields[i] = line;
        line += strcspn(line, ",");
        if (*line == ',') *line++ = '\0';
    }
}

typedef void (*row_check)(char *fields[FIELDS]);

static unsigned for_each_row(const char *path, row_check check)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char line[LINE_MAX_BYTES];
    unsigned rows = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        char *fields[FIELDS];
        if (line[0] == '#') continue;
        cut(line, fields);
        check(fields);
        rows++;
    }
    (void)fclose(file);
    return rows;
}

static size_t from_hex(uint8_t *out, const char *text)
{
    size_t len = strlen(text) / 2;
    for (size_t i = 0; i < len; i++) {
        char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
        out[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return len;
}

static void check_words(char *fields[FIELDS])
{
    wc_entropy entropy, back;
    entropy.len = (uint8_t)from_hex(entropy.bytes, fields[0]);
    uint8_t memory[WC_MNEMONIC_TEXT_MAX];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_mnemonic_put(&text, &entropy);
    assert_false(text.full);
    assert_int_equal(text.len, strlen(fields[1]));
    assert_memory_equal(memory, fields[1], text.len);

    wc_mnemonic_fault fault;
    assert_status(wc_mnemonic_read(&back, &fault, wc_str_of(fields[1])), WC_OK);
    assert_int_equal(back.len, entropy.len);
    assert_memory_equal(back.bytes, entropy.bytes, entropy.len);

    wc_master_seed seed;
    uint8_t wanted[WC_MASTER_SEED_SIZE];
    assert_int_equal(from_hex(wanted, fields[2]), sizeof wanted);
    wc_mnemonic_seed(&seed, &entropy, wc_slice_of("TREZOR", 6));
    assert_memory_equal(seed.bytes, wanted, sizeof wanted);
}

static void words_and_seeds_are_those_of_the_published_vectors(void **state)
{
    (void)state;
    assert_int_equal(for_each_row(WC_TEST_DATA "/vectors/bip39.csv", check_words), 24);
}

static void check_path(char *fields[FIELDS])
{
    uint8_t seed[64], private_key[32], public_key[32];
    uint32_t path[8];
    size_t steps = 0;
    size_t seed_len = from_hex(seed, fields[0]);
    for (char *at = fields[1]; *at != '\0'; at += *at == '/') {
        path[steps++] = (uint32_t)strtoul(at, &at, 10);
    }
    (void)from_hex(private_key, fields[2]);
    (void)from_hex(public_key, fields[3]);
    wc_seed key;
    wc_keypair pair;
    wc_derive_key(&key, wc_slice_of(seed, seed_len), path, steps);
    assert_memory_equal(key.bytes, private_key, sizeof private_key);
    wc_keypair_of_seed(&pair, &key);
    assert_memory_equal(pair.public_key.bytes, public_key, sizeof public_key);
}

static void derived_keys_are_those_of_the_published_vectors(void **state)
{
    (void)state;
    assert_int_equal(for_each_row(WC_TEST_DATA "/vectors/slip10.csv", check_path), 12);
}

#define GOOD                                                                                       \
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "     \
    "about"

typedef struct refused {
    const char *text;
    wc_status status;
    unsigned word;
    const char *nearest;
} refused;

static void wrong_words_are_refused_with_their_place(void **state)
{
    (void)state;
    static const refused cases[] = {
        {"", WC_OUT_OF_DOMAIN, 0, NULL},
        {"abandon about", WC_OUT_OF_DOMAIN, 0, NULL},
        {GOOD " abandon", WC_OUT_OF_DOMAIN, 0, NULL},
        {GOOD " " GOOD " abandon", WC_OUT_OF_DOMAIN, 0, NULL},
        {"abandon abandn", WC_NOT_FOUND, 2, "abandon"},
        {"zoology", WC_NOT_FOUND, 1, "zoo"},
        {"qqqqq", WC_NOT_FOUND, 1, NULL},
        {"Abandon", WC_NOT_FOUND, 1, NULL},
        {"zoo zoozoozoo", WC_NOT_FOUND, 2, "zoo"},
        {"abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
         "abandon",
         WC_CORRUPT, 0, NULL},
        {"about abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
         "abandon",
         WC_CORRUPT, 0, NULL},
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_entropy entropy;
        wc_mnemonic_fault fault;
        assert_status(wc_mnemonic_read(&entropy, &fault, wc_str_of(cases[i].text)),
                      cases[i].status);
        assert_int_equal(fault.word, cases[i].word);
        if (cases[i].nearest == NULL) {
            assert_null(fault.nearest);
        } else {
            assert_string_equal(fault.nearest, cases[i].nearest);
        }
    }
}

static void white_space_between_words_does_not_matter(void **state)
{
    (void)state;
    wc_entropy entropy;
    wc_mnemonic_fault fault;
    assert_status(wc_mnemonic_read(&entropy, &fault,
                                   WC_STR("  abandon\tabandon\n abandon abandon abandon abandon\r\n"
                                          "abandon abandon abandon abandon abandon about\n\n")),
                  WC_OK);
    assert_int_equal(entropy.len, 16);
}

static void the_list_ascends(void **state)
{
    (void)state;
    for (size_t i = 1; i < WC_MNEMONIC_LIST_LEN; i++) {
        assert_true(strcmp(wc_mnemonic_words[i - 1], wc_mnemonic_words[i]) < 0);
        assert_true(strlen(wc_mnemonic_words[i]) <= WC_MNEMONIC_WORD_MAX);
    }
}

/* m/44'/30563'/0'/purpose'/0' under the published seed of 24 x "abandon ... art" without
 * passphrase, computed with Python's hmac and hashlib. */
static void each_purpose_has_a_key_of_its_own(void **state)
{
    (void)state;
    wc_entropy entropy = {.len = 32};
    wc_keypair account, sequencer;
    wc_mnemonic_keypair(&account, &entropy, WC_KEY_ACCOUNT);
    wc_mnemonic_keypair(&sequencer, &entropy, WC_KEY_SEQUENCER);
    uint8_t wanted[32];
    (void)from_hex(wanted, "c2d498dd7116a9b7baca98041c5ad3582eed8c45dde6b129cb3910d62f1b583c");
    assert_memory_equal(account.seed.bytes, wanted, sizeof wanted);
    (void)from_hex(wanted, "cb623388590d22463a37f63f23eb06e3bfe2b28493835ce072a25ae3b0a98739");
    assert_memory_equal(sequencer.seed.bytes, wanted, sizeof wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_seeds_are_those_of_the_published_vectors),
        cmocka_unit_test(derived_keys_are_those_of_the_published_vectors),
        cmocka_unit_test(wrong_words_are_refused_with_their_place),
        cmocka_unit_test(white_space_between_words_does_not_matter),
        cmocka_unit_test(the_list_ascends),
        cmocka_unit_test(each_purpose_has_a_key_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
