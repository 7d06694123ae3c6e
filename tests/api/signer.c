/* Makes and signs transactions for the tests of the API: one request in a line of standard input,
 * one answer in a line of standard output, so that a test keeps one process.
 *
 *   key NAME                       public key of the seed SHA256("test-key " NAME), in hex
 *   seed HEX                       public key of this seed, in hex
 *   address CHAIN INDEX PUB        genesis address of account INDEX with this first key: hex,
 * bech32m tx CHAIN GENESIS NONCE LANE EXPIRY GAS SIGNERS CALL... base64 of the transaction, and its
 * id
 *
 *   SIGNERS  ADDRESS=NAME+NAME,ADDRESS=NAME     addresses in hex; keys 0, 1.. of each account sign
 *   CALL     KIND:TARGET:METHOD:ARGS[:ASSET:MAX]  TARGET "-": zeros; ARGS hex, may be empty */
#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/ledger/tx_draft.h"
#include "vm/base/text.h"

#define LINE_MAX_BYTES ((size_t)2 << 20)
#define ARENA_BYTES    ((size_t)8 << 20)

static wc_arena arena;

static void fail(const char *what)
{
    (void)fprintf(stderr, "signer: %s\n", what);
    exit(2);
}

static void need(bool holds, const char *what)
{
    if (!holds) fail(what);
}

static wc_keypair key_of(const char *name)
{
    wc_seed seed;
    wc_keypair pair;
    wc_slice parts[2] = {wc_slice_of("test-key ", 9), wc_slice_of(name, strlen(name))};
    wc_hash hash = wc_sha256(parts, 2);
    memcpy(seed.bytes, hash.bytes, sizeof seed.bytes);
    wc_keypair_of_seed(&pair, &seed);
    return pair;
}

static void print_hex(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) (void)printf("%02x", bytes[i]);
}

static uint64_t number(const char *text)
{
    char *end = NULL;
    unsigned long long value = text != NULL ? strtoull(text, &end, 10) : 0;
    need(end != NULL && end != text && *end == '\0', "a number is missing");
    return value;
}

static void hash_of(const char *text, wc_hash *hash)
{
    *hash = (wc_hash){{0}};
    if (text != NULL && strcmp(text, "-") == 0) return;
    need(text != NULL && wc_parse_hex(wc_str_of(text), hash->bytes, WC_HASH_SIZE) == WC_OK,
         "64 hex digits are missing");
}

/* ---- requests -------------------------------------------------------------------------------- */

static void answer_key(char **rest)
{
    const char *name = strsep(rest, " ");
    need(name != NULL, "a name is missing");
    wc_keypair pair = key_of(name);
    print_hex(pair.public_key.bytes, sizeof pair.public_key.bytes);
    (void)printf("\n");
}

static void answer_seed(char **rest)
{
    wc_hash bytes;
    wc_seed seed;
    wc_keypair pair;
    hash_of(strsep(rest, " "), &bytes);
    memcpy(seed.bytes, bytes.bytes, sizeof seed.bytes);
    wc_keypair_of_seed(&pair, &seed);
    print_hex(pair.public_key.bytes, sizeof pair.public_key.bytes);
    (void)printf("\n");
}

static void answer_address(char **rest)
{
    const char *chain = strsep(rest, " ");
    uint64_t index = number(strsep(rest, " "));
    wc_hash pub;
    char text[WC_ADDRESS_TEXT_LEN + 1];
    hash_of(strsep(rest, " "), &pub);
    wc_address address =
        wc_address_genesis(wc_slice_of(chain, strlen(chain)), (uint32_t)index, pub.bytes);
    wc_address_text(text, &address);
    print_hex(address.bytes, sizeof address.bytes);
    (void)printf(" %s\n", text);
}

static void add_signers(wc_tx_draft *draft, const char *signers, uint16_t *mask)
{
    char *copy = strdup(signers), *rest = copy, *one;
    while ((one = strsep(&rest, ",")) != NULL) {
        wc_address address;
        uint8_t index;
        hash_of(strsep(&one, "="), &address);
        need(wc_tx_draft_signer(draft, &index, &address, 0) == WC_OK, "a signer is refused");
        *mask = (uint16_t)(*mask | 1u << index);
    }
    free(copy);
}

static void sign_all(wc_tx_draft *draft, const char *signers)
{
    char *copy = strdup(signers), *rest = copy, *one;
    for (uint8_t index = 0; (one = strsep(&rest, ",")) != NULL; index++) {
        const char *name;
        (void)strsep(&one, "=");
        for (uint16_t key = 0; (name = strsep(&one, "+")) != NULL; key++) {
            wc_keypair pair = key_of(name);
            need(wc_tx_draft_sign(draft, index, key, &pair) == WC_OK, "signing is refused");
        }
    }
    free(copy);
}

static void add_call(wc_tx_draft *draft, char *text, uint16_t mask)
{
    uint8_t index;
    wc_hash target;
    uint64_t kind = number(strsep(&text, ":"));
    hash_of(strsep(&text, ":"), &target);
    uint64_t method = number(strsep(&text, ":"));
    const char *args = strsep(&text, ":");
    need(kind < WC_CALL_KIND_COUNT && args != NULL, "a call is KIND:TARGET:METHOD:ARGS");
    size_t len = strlen(args) / 2;
    uint8_t *bytes = wc_arena_alloc(&arena, len + 1, 1);
    need(bytes != NULL && wc_parse_hex(wc_str_of(args), bytes, len) == WC_OK, "arguments are hex");
    need(wc_tx_draft_call(draft, &index, (wc_call_kind)kind, &target, (uint16_t)method, mask) ==
             WC_OK,
         "the call is refused");
    /* Readings travel beside the body. */
    static const uint8_t salt[WC_PAYLOAD_SALT_SIZE] = "a salt that tests alone may use";
    wc_slice bytes_of_args = wc_slice_of(bytes, len);
    need((kind == WC_CALL_READINGS ? wc_tx_draft_detached(draft, index, salt, bytes_of_args)
                                   : wc_tx_draft_args(draft, index, bytes_of_args)) == WC_OK,
         "the arguments are refused");
    if (text == NULL) return;
    uint64_t asset = number(strsep(&text, ":"));
    uint64_t max = number(strsep(&text, ":"));
    need(wc_tx_draft_debit(draft, index, 0, (uint32_t)asset, (int64_t)max) == WC_OK,
         "the ceiling is refused");
}

static void answer_tx(char **rest)
{
    static uint8_t raw[WC_TX_SIZE_MAX], text[WC_TX_SIZE_MAX * 2];
    wc_tx_draft draft;
    wc_tx_fault fault;
    wc_hash genesis;
    wc_buf encoded, base64;
    uint16_t mask = 0;
    const char *chain = strsep(rest, " ");
    hash_of(strsep(rest, " "), &genesis);
    need(chain != NULL && wc_tx_draft_begin(&draft, &arena, wc_slice_of(chain, strlen(chain)),
                                            &genesis) == WC_OK,
         "the draft is refused");
    draft.tx.nonce = number(strsep(rest, " "));
    draft.tx.lane = (uint16_t)number(strsep(rest, " "));
    draft.tx.expiry_time_s = (int64_t)number(strsep(rest, " "));
    draft.tx.gas_limit = number(strsep(rest, " "));
    const char *signers = strsep(rest, " ");
    need(signers != NULL, "signers are missing");
    add_signers(&draft, signers, &mask);
    char *call;
    while ((call = strsep(rest, " ")) != NULL) add_call(&draft, call, mask);
    need(wc_tx_draft_close(&draft, &fault) == WC_OK, "the body is refused");
    sign_all(&draft, signers);
    wc_buf_init(&encoded, raw, sizeof raw);
    need(wc_tx_draft_encode(&draft, &encoded, &fault) == WC_OK, "the transaction is refused");
    wc_buf_init(&base64, text, sizeof text);
    wc_base64_encode(&base64, wc_buf_slice(&encoded));
    (void)printf("%.*s ", (int)base64.len, text);
    print_hex(draft.tx_id.bytes, sizeof draft.tx_id.bytes);
    (void)printf("\n");
}

int main(void)
{
    static char line[LINE_MAX_BYTES];
    static uint8_t memory[ARENA_BYTES];
    need(wc_crypto_start() == WC_OK, "cryptography does not start");
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *rest = line;
        line[strcspn(line, "\n")] = '\0';
        wc_arena_init(&arena, memory, sizeof memory);
        const char *verb = strsep(&rest, " ");
        if (strcmp(verb, "key") == 0) {
            answer_key(&rest);
        } else if (strcmp(verb, "seed") == 0) {
            answer_seed(&rest);
        } else if (strcmp(verb, "address") == 0) {
            answer_address(&rest);
        } else if (strcmp(verb, "tx") == 0) {
            answer_tx(&rest);
        } else {
            fail("key, address or tx");
        }
        (void)fflush(stdout);
    }
    return 0;
}
