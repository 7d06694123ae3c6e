/* Hashes and signatures against FIPS 180-4, RFC 8032, the edge vectors, and a second SHA-256. */
#include <pthread.h>

#include "node/crypto/crypto.h"
#include "node/crypto/selftest.h"
#include "tests/support/prng.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"
#include "vm/base/text.h"

static wc_slice text_of(const char *text)
{
    return wc_slice_of(text, strlen(text));
}

static void unhex(const char *hex, void *out, size_t size)
{
    assert_status(wc_parse_hex(wc_str_of(hex), out, size), WC_OK);
}

static void assert_hash(wc_hash hash, const char *hex)
{
    wc_hash expected;
    unhex(hex, expected.bytes, sizeof expected.bytes);
    assert_memory_equal(hash.bytes, expected.bytes, sizeof expected.bytes);
}

static void starts_with_these_libraries(void **state)
{
    (void)state;
    assert_status(wc_crypto_start(), WC_OK);
    assert_status(wc_crypto_start(), WC_OK);
}

static void hashes_the_published_messages(void **state)
{
    (void)state;
    assert_hash(wc_sha256(NULL, 0),
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash(wc_sha256_one(text_of("abc")),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash(wc_sha256_one(text_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void hashes_a_million_letters_in_pieces(void **state)
{
    (void)state;
    uint8_t letters[1000];
    memset(letters, 'a', sizeof letters);
    wc_sha256_state hash;
    wc_sha256_begin(&hash);
    for (unsigned i = 0; i < 1000; i++) wc_sha256_update(&hash, wc_slice_of(letters, 1000));
    assert_hash(wc_sha256_end(&hash),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void agrees_with_the_second_implementation_however_the_parts_are_cut(void **state)
{
    (void)state;
    wc_prng prng;
    uint8_t bytes[300];
    wc_prng_start(&prng, 1);
    wc_prng_bytes(&prng, bytes, sizeof bytes);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        size_t first = (size_t)wc_prng_below(&prng, len + 1);
        size_t second = (size_t)wc_prng_below(&prng, len - first + 1);
        const wc_slice whole = wc_slice_of(bytes, len);
        const wc_slice parts[3] = {wc_slice_of(bytes, first), wc_slice_of(bytes + first, second),
                                   wc_slice_of(bytes + first + second, len - first - second)};
        wc_hash expected = wc_test_sha256(&whole, 1);
        wc_hash made = wc_sha256(parts, 3);
        assert_memory_equal(made.bytes, expected.bytes, sizeof expected.bytes);
    }
}

static void a_copied_state_continues_on_its_own(void **state)
{
    (void)state;
    wc_sha256_state one;
    wc_sha256_begin(&one);
    wc_sha256_update(&one, text_of("a"));
    wc_sha256_state two = one;
    wc_sha256_update(&one, text_of("bc"));
    wc_sha256_update(&two, text_of("bd"));
    wc_hash other = wc_sha256_end(&two);
    assert_hash(wc_sha256_end(&one),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    wc_hash expected = wc_sha256_one(text_of("abd"));
    assert_memory_equal(other.bytes, expected.bytes, sizeof expected.bytes);
}

static void *hash_many(void *bad)
{
    wc_hash expected = wc_sha256_one(text_of("abc"));
    for (unsigned i = 0; i < 20000; i++) {
        wc_hash hash = wc_sha256_one(text_of("abc"));
        if (!wc_hash_equal(&hash, &expected)) *(bool *)bad = true;
    }
    return NULL;
}

static void hashes_alike_in_four_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    bool bad[4] = {false, false, false, false};
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, hash_many, &bad[i]), 0);
    }
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(bad[i]);
    }
}

typedef struct rfc8032_case {
    const char *seed;
    const char *public_key;
    const char *message;
    const char *signature;
} rfc8032_case;

/* RFC 8032 §7.1: TEST 1, 2, 3 and SHA(abc). */
static const rfc8032_case rfc8032_cases[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6"
     "594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fee"
     "b"
     "bd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e"
     "0"
     "303dca179c138ac17ad9bef1177331a704"},
};

static void signs_and_verifies_as_rfc_8032_prints(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(rfc8032_cases); i++) {
        const rfc8032_case *test = &rfc8032_cases[i];
        wc_seed seed;
        wc_keypair pair;
        uint8_t message[64];
        uint8_t expected[WC_SIGNATURE_SIZE];
        uint8_t public_key[WC_PUBLIC_KEY_SIZE];
        size_t size = strlen(test->message) / 2;
        unhex(test->seed, seed.bytes, sizeof seed.bytes);
        unhex(test->public_key, public_key, sizeof public_key);
        unhex(test->message, message, size);
        unhex(test->signature, expected, sizeof expected);

        wc_keypair_of_seed(&pair, &seed);
        wc_signature signature = wc_sign(&pair, wc_slice_of(message, size));
        assert_memory_equal(pair.public_key.bytes, public_key, sizeof public_key);
        assert_memory_equal(signature.bytes, expected, sizeof expected);
        assert_true(wc_verify(&pair.public_key, &signature, wc_slice_of(message, size)));
        assert_status(wc_public_key_check(&pair.public_key), WC_OK);
    }
}

static void accepts_exactly_one_of_the_thirteen_edge_vectors(void **state)
{
    (void)state;
    unsigned accepted = 0;
    for (size_t i = 0; i < WC_EDGE_VECTOR_COUNT; i++) {
        const wc_edge_vector *vector = &wc_edge_vectors[i];
        uint8_t message[WC_EDGE_MESSAGE_MAX];
        wc_public_key key;
        wc_signature signature;
        size_t size = strlen(vector->message) / 2;
        unhex(vector->message, message, size);
        unhex(vector->public_key, key.bytes, sizeof key.bytes);
        unhex(vector->signature, signature.bytes, sizeof signature.bytes);
        bool verifies = wc_verify(&key, &signature, wc_slice_of(message, size));
        assert_int_equal(verifies, i == 3);
        accepted += verifies;
        /* 0, 1: of small order; 10, 11, 12: not canonical. The others have a large part. */
        assert_status(wc_public_key_check(&key), i < 2 || i > 9 ? WC_BAD_KEY : WC_OK);
    }
    assert_int_equal(accepted, 1);
}

/* The fourteen encodings of the eight points of small order, then coordinates around p, and one
 * that is on no point. */
static void refuses_keys_that_no_signature_could_satisfy(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* y = p + 3, on the
                                                                               curve */
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0200000000000000000000000000000000000000000000000000000000000000", /* y = 2, on no point */
    };
    wc_public_key key;
    for (size_t i = 0; i < WC_ARRAY_LEN(keys); i++) {
        unhex(keys[i], key.bytes, sizeof key.bytes);
        assert_status(wc_public_key_check(&key), WC_BAD_KEY);
    }
    unhex("0300000000000000000000000000000000000000000000000000000000000000", key.bytes, 32);
    assert_status(wc_public_key_check(&key), WC_OK); /* y = 3: the canonical form of p + 3 */
}

static bool refuse_all(const wc_public_key *key, const wc_signature *signature, wc_slice message)
{
    (void)key, (void)signature, (void)message;
    return false;
}

static bool accept_all(const wc_public_key *key, const wc_signature *signature, wc_slice message)
{
    (void)key, (void)signature, (void)message;
    return true;
}

/* A verifier like ours that also accepts the vector `loose`, as another library version might. */
static const uint8_t *loose_signature;

static bool accept_one_more(const wc_public_key *key, const wc_signature *signature,
                            wc_slice message)
{
    if (memcmp(signature->bytes, loose_signature, WC_SIGNATURE_SIZE) == 0) return true;
    return wc_verify(key, signature, message);
}

static void the_self_test_names_a_library_with_another_rule(void **state)
{
    (void)state;
    assert_status(wc_crypto_selftest(wc_edge_vectors, WC_EDGE_VECTOR_COUNT, wc_verify), WC_OK);
    assert_status(wc_crypto_selftest(wc_edge_vectors, WC_EDGE_VECTOR_COUNT, refuse_all),
                  WC_BAD_CRYPTO);
    assert_status(wc_crypto_selftest(wc_edge_vectors, WC_EDGE_VECTOR_COUNT, accept_all),
                  WC_BAD_CRYPTO);
    assert_status(wc_crypto_selftest(NULL, 0, refuse_all), WC_BAD_CRYPTO); /* RFC 8032 part */
    assert_status(wc_crypto_selftest(NULL, 0, accept_all), WC_BAD_CRYPTO);
    for (size_t i = 0; i < WC_EDGE_VECTOR_COUNT; i++) {
        uint8_t signature[WC_SIGNATURE_SIZE];
        if (wc_edge_vectors[i].is_accepted) continue;
        unhex(wc_edge_vectors[i].signature, signature, sizeof signature);
        loose_signature = signature;
        assert_status(wc_crypto_selftest(wc_edge_vectors, WC_EDGE_VECTOR_COUNT, accept_one_more),
                      WC_BAD_CRYPTO);
    }
}

static void refuses_every_changed_bit(void **state)
{
    (void)state;
    wc_prng prng;
    wc_seed seed;
    wc_keypair pair;
    uint8_t message[53]; /* the length of a signed transaction message */
    wc_prng_start(&prng, 2);
    wc_prng_bytes(&prng, seed.bytes, sizeof seed.bytes);
    wc_prng_bytes(&prng, message, sizeof message);
    wc_keypair_of_seed(&pair, &seed);
    wc_slice bytes = wc_slice_of(message, sizeof message);
    wc_signature signature = wc_sign(&pair, bytes);
    assert_true(wc_verify(&pair.public_key, &signature, bytes));

    for (size_t bit = 0; bit < 8 * sizeof signature.bytes; bit++) {
        wc_signature changed = signature;
        changed.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(wc_verify(&pair.public_key, &changed, bytes));
    }
    for (size_t bit = 0; bit < 8 * sizeof pair.public_key.bytes; bit++) {
        wc_public_key changed = pair.public_key;
        changed.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(wc_verify(&changed, &signature, bytes));
    }
    for (size_t bit = 0; bit < 8 * sizeof message; bit++) {
        message[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(wc_verify(&pair.public_key, &signature, bytes));
        message[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_false(wc_verify(&pair.public_key, &signature, wc_slice_of(message, 52)));
}

static void random_bytes_differ_and_cover_the_buffer(void **state)
{
    (void)state;
    uint8_t a[64] = {0};
    uint8_t b[64] = {0};
    wc_random_bytes(a, sizeof a);
    wc_random_bytes(b, sizeof b);
    assert_false(wc_equal_secret(a, b, sizeof a));
    assert_true(wc_equal_secret(a, a, sizeof a));
    wc_forget(a, sizeof a);
    uint8_t zeros[64] = {0};
    assert_memory_equal(a, zeros, sizeof a);
}

/* RFC 4648 §10. */
static void base64_matches_the_published_pairs(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < WC_ARRAY_LEN(pairs); i++) {
        char text[16];
        uint8_t bytes[8];
        wc_buf buf;
        size_t size = strlen(pairs[i][0]);
        wc_buf_init(&buf, text, sizeof text);
        wc_base64_encode(&buf, text_of(pairs[i][0]));
        assert_int_equal(buf.len, strlen(pairs[i][1]));
        assert_memory_equal(text, pairs[i][1], buf.len);
        assert_int_equal(wc_base64_size(size), buf.len);
        assert_status(wc_base64_decode(bytes, size, wc_str_of(pairs[i][1])), WC_OK);
        assert_memory_equal(bytes, pairs[i][0], size);
    }
}

static void base64_refuses_what_is_not_the_one_encoding(void **state)
{
    (void)state;
    uint8_t bytes[4];
    assert_status(wc_base64_decode(bytes, 1, WC_STR("Zh==")), WC_OUT_OF_DOMAIN); /* unused bits */
    assert_status(wc_base64_decode(bytes, 1, WC_STR("Zg=A")), WC_OUT_OF_DOMAIN);
    assert_status(wc_base64_decode(bytes, 1, WC_STR("Zg")), WC_OUT_OF_DOMAIN);
    assert_status(wc_base64_decode(bytes, 2, WC_STR("Zg==")), WC_OUT_OF_DOMAIN);
    assert_status(wc_base64_decode(bytes, 3, WC_STR("Zm-v")), WC_OUT_OF_DOMAIN);
    assert_status(wc_base64_decode(bytes, 3, WC_STR("Zm v")), WC_OUT_OF_DOMAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_with_these_libraries),
        cmocka_unit_test(hashes_the_published_messages),
        cmocka_unit_test(hashes_a_million_letters_in_pieces),
        cmocka_unit_test(agrees_with_the_second_implementation_however_the_parts_are_cut),
        cmocka_unit_test(a_copied_state_continues_on_its_own),
        cmocka_unit_test(hashes_alike_in_four_threads),
        cmocka_unit_test(signs_and_verifies_as_rfc_8032_prints),
        cmocka_unit_test(accepts_exactly_one_of_the_thirteen_edge_vectors),
        cmocka_unit_test(refuses_keys_that_no_signature_could_satisfy),
        cmocka_unit_test(the_self_test_names_a_library_with_another_rule),
        cmocka_unit_test(refuses_every_changed_bit),
        cmocka_unit_test(random_bytes_differ_and_cover_the_buffer),
        cmocka_unit_test(base64_matches_the_published_pairs),
        cmocka_unit_test(base64_refuses_what_is_not_the_one_encoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
