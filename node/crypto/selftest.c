/* The published values, and the run over them. No library is seen here: everything goes through
 * crypto.h, as consensus does. */
#include "node/crypto/selftest.h"

#include "vm/base/text.h"

const wc_edge_vector wc_edge_vectors[WC_EDGE_VECTOR_COUNT] = {
    /* 0: S = 0, A and R of small order */
    {"8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
     "0000000000000000000000000000000000000000000000000000000000000000",
     false},
    /* 1: A of small order */
    {"9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
     false},
    /* 2: R of small order */
    {"aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
     "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
     false},
    /* 3: A and R with a torsion part, both equations hold: the one that is accepted */
    {"9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
     "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
     "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f"
     "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
     true},
    /* 4: only the cofactored equation holds */
    {"e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
     "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
     "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512"
     "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
     false},
    /* 5: only the cofactored equation holds, scalar reduced first */
    {"e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
     "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
     "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7"
     "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
     false},
    /* 6: S not canonical */
    {"85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
     "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
     "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e"
     "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
     false},
    /* 7: S far above the group order */
    {"85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
     "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
     "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942"
     "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
     false},
    /* 8: R not canonical, hashed as given */
    {"9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
     "03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f",
     false},
    /* 9: R not canonical, hashed after decoding */
    {"9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
     "ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908",
     false},
    /* 10: A not canonical, hashed as given */
    {"e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
     false},
    /* 11: A not canonical, hashed after decoding */
    {"39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
     false},
    /* 12: A not canonical and of small order (CCTV number 8) */
    {"65643235353139766563746f72732038",
     "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
     "0000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000000000",
     false},
};

static wc_status check_vector(const wc_edge_vector *vector, wc_verify_fn verify)
{
    uint8_t message[WC_EDGE_MESSAGE_MAX];
    wc_public_key key;
    wc_signature signature;
    size_t size = strlen(vector->message) / 2;
    wc_assert(size <= sizeof message);
    WC_TRY(wc_parse_hex(wc_str_of(vector->message), message, size));
    WC_TRY(wc_parse_hex(wc_str_of(vector->public_key), key.bytes, sizeof key.bytes));
    WC_TRY(wc_parse_hex(wc_str_of(vector->signature), signature.bytes, sizeof signature.bytes));
    bool accepted = verify(&key, &signature, wc_slice_of(message, size));
    return accepted == vector->is_accepted ? WC_OK : WC_BAD_CRYPTO;
}

/* RFC 8032 §7.1, TEST 2: one-byte message. */
static wc_status check_signing(wc_verify_fn verify)
{
    static const char seed_hex[] =
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    static const char key_hex[] =
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    static const char signature_hex[] =
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
    static const uint8_t message[1] = {0x72};
    wc_seed seed;
    wc_public_key key;
    wc_signature expected;
    wc_keypair pair;
    WC_TRY(wc_parse_hex(WC_STR(seed_hex), seed.bytes, sizeof seed.bytes));
    WC_TRY(wc_parse_hex(WC_STR(key_hex), key.bytes, sizeof key.bytes));
    WC_TRY(wc_parse_hex(WC_STR(signature_hex), expected.bytes, sizeof expected.bytes));

    wc_keypair_of_seed(&pair, &seed);
    wc_slice bytes = wc_slice_of(message, sizeof message);
    wc_signature made = wc_sign(&pair, bytes);
    if (memcmp(pair.public_key.bytes, key.bytes, sizeof key.bytes) != 0) return WC_BAD_CRYPTO;
    if (memcmp(made.bytes, expected.bytes, sizeof made.bytes) != 0) return WC_BAD_CRYPTO;
    if (!verify(&key, &expected, bytes)) return WC_BAD_CRYPTO;
    expected.bytes[0] ^= 1;
    return verify(&key, &expected, bytes) ? WC_BAD_CRYPTO : WC_OK;
}

/* FIPS 180-4: SHA-256 of "abc". */
static wc_status check_hashing(void)
{
    static const char hex[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    wc_hash expected;
    WC_TRY(wc_parse_hex(WC_STR(hex), expected.bytes, sizeof expected.bytes));
    wc_hash made = wc_sha256_one(wc_slice_of("abc", 3));
    return wc_hash_equal(&made, &expected) ? WC_OK : WC_BAD_CRYPTO;
}

/* Nodes of trees may be hashed by instructions of the processor instead of by the library. */
static wc_status check_nodes(void)
{
    uint8_t bytes[1 + 2 * WC_HASH_SIZE] = {0x01};
    wc_hash left = wc_sha256_one(wc_slice_of("left", 4));
    wc_hash right = wc_sha256_one(wc_slice_of("right", 5));
    memcpy(bytes + 1, left.bytes, WC_HASH_SIZE);
    memcpy(bytes + 1 + WC_HASH_SIZE, right.bytes, WC_HASH_SIZE);
    wc_hash expected = wc_sha256_one(wc_slice_of(bytes, sizeof bytes));

    const wc_hash *const children[4] = {&right, &left, &left, &right};
    wc_hash one = wc_merkle_node(&left, &right), other, two;
    wc_merkle_two_nodes(&other, &two, children);
    if (!wc_hash_equal(&one, &expected) || !wc_hash_equal(&two, &expected)) return WC_BAD_CRYPTO;
    two = wc_merkle_node(&right, &left);
    return wc_hash_equal(&other, &two) ? WC_OK : WC_BAD_CRYPTO;
}

wc_status wc_crypto_selftest(const wc_edge_vector *vectors, size_t count, wc_verify_fn verify)
{
    for (size_t i = 0; i < count; i++) {
        if (check_vector(&vectors[i], verify) != WC_OK) return WC_BAD_CRYPTO;
    }
    if (check_signing(verify) != WC_OK) return WC_BAD_CRYPTO;
    WC_TRY(check_hashing());
    return check_nodes();
}
