/* Words, seeds and derived keys; see mnemonic.h for the two standards. */
#include "node/crypto/mnemonic.h"

#include <stdlib.h>

#include "vm/base/codec.h"

#define BITS_PER_WORD 11u
#define ROUNDS        2048u

/* ---- words ----------------------------------------------------------------------------------- */

/* The checksum: as many first bits of SHA-256 as there are 32-bit words of entropy, at most 8. */
static uint8_t checksum_of(const wc_entropy *entropy)
{
    wc_hash hash = wc_sha256_one(wc_slice_of(entropy->bytes, entropy->len));
    return hash.bytes[0];
}

/* Bit i of entropy ‖ checksum, most significant first. */
static unsigned bit_of(const uint8_t *bytes, size_t i)
{
    return (unsigned)bytes[i / 8] >> (7 - i % 8) & 1u;
}

void wc_mnemonic_put(wc_buf *text, const wc_entropy *entropy)
{
    wc_assert(entropy->len >= WC_ENTROPY_MIN && entropy->len <= WC_ENTROPY_MAX);
    wc_assert(entropy->len % 4 == 0);
    uint8_t bytes[WC_ENTROPY_MAX + 1];
    memcpy(bytes, entropy->bytes, entropy->len);
    bytes[entropy->len] = checksum_of(entropy);
    size_t words = entropy->len * 3u / 4u;
    for (size_t w = 0; w < words; w++) {
        unsigned index = 0;
        for (size_t b = 0; b < BITS_PER_WORD; b++) {
            index = index << 1 | bit_of(bytes, w * BITS_PER_WORD + b);
        }
        if (w > 0) wc_buf_put_text(text, " ");
        wc_buf_put_text(text, wc_mnemonic_words[index]);
    }
    wc_forget(bytes, sizeof bytes);
}

/* Orders a word before, at or behind an entry of the list. */
static int compare(wc_str word, const char *entry)
{
    size_t len = strlen(entry);
    int order = memcmp(word.data, entry, word.len < len ? word.len : len);
    if (order != 0) return order;
    return word.len < len ? -1 : word.len > len;
}

/* Number of entries that stand before the word. */
static size_t position_of(wc_str word)
{
    size_t low = 0, high = WC_MNEMONIC_LIST_LEN;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare(word, wc_mnemonic_words[middle]) > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Four letters tell the words of the list apart; three are enough to remind. */
static const char *nearest_to(wc_str word)
{
    for (size_t shared = 4; shared >= 2; shared--) {
        if (word.len < shared) continue;
        size_t at = position_of((wc_str){word.data, shared});
        if (at == WC_MNEMONIC_LIST_LEN) continue;
        if (strncmp(wc_mnemonic_words[at], word.data, shared) == 0) return wc_mnemonic_words[at];
    }
    return NULL;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Cuts the next word off the text; false: there is none. */
static bool next_word(wc_str *text, wc_str *word)
{
    while (text->len > 0 && is_space(text->data[0]))
        *text = (wc_str){text->data + 1, text->len - 1};
    size_t len = 0;
    while (len < text->len && !is_space(text->data[len])) len++;
    *word = (wc_str){text->data, len};
    *text = (wc_str){text->data + len, text->len - len};
    return len > 0;
}

static void set_bits(uint8_t *bytes, size_t word, size_t index)
{
    for (size_t b = 0; b < BITS_PER_WORD; b++) {
        size_t at = word * BITS_PER_WORD + b;
        unsigned bit = (unsigned)(index >> (BITS_PER_WORD - 1 - b)) & 1u;
        bytes[at / 8] = (uint8_t)(bytes[at / 8] | bit << (7 - at % 8));
    }
}

wc_status wc_mnemonic_read(wc_entropy *entropy, wc_mnemonic_fault *fault, wc_str text)
{
    uint8_t bytes[WC_ENTROPY_MAX + 1] = {0};
    *fault = (wc_mnemonic_fault){0};
    unsigned count = 0;
    wc_str word;
    for (; next_word(&text, &word); count++) {
        if (count == WC_MNEMONIC_WORDS_MAX) return WC_OUT_OF_DOMAIN;
        size_t index = position_of(word);
        if (index == WC_MNEMONIC_LIST_LEN || compare(word, wc_mnemonic_words[index]) != 0) {
            *fault = (wc_mnemonic_fault){count + 1, nearest_to(word)};
            return WC_NOT_FOUND;
        }
        set_bits(bytes, count, index);
    }
    if (count < 12 || count % 3 != 0) return WC_OUT_OF_DOMAIN;
    entropy->len = (uint8_t)(count * 4 / 3);
    memcpy(entropy->bytes, bytes, entropy->len);
    unsigned bits = count / 3; /* of the checksum */
    unsigned found = (unsigned)bytes[entropy->len] >> (8 - bits);
    wc_forget(bytes, sizeof bytes);
    return found == (unsigned)checksum_of(entropy) >> (8 - bits) ? WC_OK : WC_CORRUPT;
}

/* ---- keys ------------------------------------------------------------------------------------ */

void wc_mnemonic_seed(wc_master_seed *seed, const wc_entropy *entropy, wc_slice passphrase)
{
    uint8_t words[WC_MNEMONIC_TEXT_MAX];
    uint8_t salt[8 + 256];
    wc_assert(passphrase.len <= 256);
    wc_buf text;
    wc_buf_init(&text, words, sizeof words);
    wc_mnemonic_put(&text, entropy);
    wc_assert(!text.full);
    memcpy(salt, "mnemonic", 8);
    if (passphrase.len > 0) memcpy(salt + 8, passphrase.data, passphrase.len);
    wc_pbkdf2_sha512(seed->bytes, sizeof seed->bytes, wc_buf_slice(&text),
                     wc_slice_of(salt, 8 + passphrase.len), ROUNDS);
    wc_forget(words, sizeof words);
    wc_forget(salt, sizeof salt);
}

void wc_derive_key(wc_seed *key, wc_slice seed, const uint32_t *path, size_t steps)
{
    static const char curve[] = "ed25519 seed";
    uint8_t node[64]; /* key ‖ chain code */
    wc_hmac_sha512(node, wc_slice_of(curve, sizeof curve - 1), seed);
    for (size_t i = 0; i < steps; i++) {
        uint8_t data[1 + 32 + 4] = {0};
        uint8_t chain[32];
        memcpy(data + 1, node, 32);
        wc_store_u32(data + 33, path[i] | WC_HARDENED);
        memcpy(chain, node + 32, sizeof chain);
        wc_hmac_sha512(node, wc_slice_of(chain, sizeof chain), wc_slice_of(data, sizeof data));
        wc_forget(data, sizeof data);
        wc_forget(chain, sizeof chain);
    }
    memcpy(key->bytes, node, sizeof key->bytes);
    wc_forget(node, sizeof node);
}

void wc_mnemonic_keypair(wc_keypair *pair, const wc_entropy *entropy, wc_key_purpose purpose)
{
    const uint32_t path[5] = {44, WC_COIN_TYPE, 0, (uint32_t)purpose, 0};
    wc_master_seed master;
    wc_seed seed;
    wc_mnemonic_seed(&master, entropy, wc_slice_of(NULL, 0));
    wc_derive_key(&seed, wc_slice_of(master.bytes, sizeof master.bytes), path, WC_ARRAY_LEN(path));
    wc_keypair_of_seed(pair, &seed);
    wc_forget(&master, sizeof master);
    wc_forget(&seed, sizeof seed);
}
