/* key offer: what an account's holder needs to give it a new key, made by whoever holds that key:
 * its number, what it may sign and spend, when it is valid, and the proof that its secret is there.
 * The answer is the arguments of the native call key_add, ready for `tx build`. */
#include <stdlib.h>
#include <string.h>

#include "node/cli/key.h"
#include "node/cli/keypair.h"
#include "node/ledger/account.h"
#include "node/ledger/tx.h"
#include "node/txfile/txfile.h"
#include "vm/base/json.h"
#include "vm/base/text.h"

typedef struct offer {
    wc_address account;
    wc_hash genesis;
    wc_account_key key;
} offer;

static wc_exit read_scope(const wc_cli *cli, wc_account_key *key)
{
    const char *words = wc_cli_option_of(cli, "signs");
    if (words == NULL) return WC_EXIT_DONE;
    key->scope = 0;
    while (*words != '\0') {
        size_t len = strcspn(words, ",");
        uint32_t bit = wc_scope_find((wc_str){words, len});
        if (bit == 0) {
            return wc_cli_fail(cli, WC_EXIT_USAGE,
                               "--signs takes action, deploy, create, native, readings, joined by "
                               "commas, not `%.*s`",
                               len > 40 ? 40 : (int)len, words);
        }
        key->scope |= bit;
        words += len;
        if (*words == ',') words++;
    }
    return key->scope != 0 ? WC_EXIT_DONE
                           : wc_cli_fail(cli, WC_EXIT_USAGE, "--signs names no kind of call");
}

/* "2:10000": at most 10,000 minor units of asset 2 a day. */
static wc_exit read_limit(const wc_cli *cli, wc_account_key *key)
{
    const char *text = wc_cli_option_of(cli, "daily-limit");
    if (text == NULL) return WC_EXIT_DONE;
    size_t cut = strcspn(text, ":");
    int64_t asset = 0;
    bool is_good = text[cut] == ':' && wc_parse_scaled((wc_str){text, cut}, 0, &asset) == WC_OK &&
                   asset >= 1 && asset <= UINT32_MAX &&
                   wc_parse_scaled(wc_str_of(text + cut + 1), 0, &key->cap) == WC_OK &&
                   key->cap >= 0;
    key->cap_asset = (uint32_t)asset;
    if (is_good) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_USAGE,
                       "--daily-limit takes ASSET:AMOUNT, the number of an asset and an amount in "
                       "its minor units, for instance 2:10000");
}

static wc_exit read_numbers(const wc_cli *cli, wc_account_key *key)
{
    int64_t number, weight, from_h, to_h;
    if (!wc_cli_number(cli, "number", 0, UINT16_MAX, -1, &number) ||
        !wc_cli_number(cli, "weight", 1, UINT16_MAX, 1, &weight) ||
        !wc_cli_number(cli, "from-height", 0, INT64_MAX, 0, &from_h) ||
        !wc_cli_number(cli, "to-height", 1, INT64_MAX, -1, &to_h)) {
        return WC_EXIT_USAGE;
    }
    if (number < 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "offer takes --number, which the account never used for a key");
    }
    if (to_h >= 0 && to_h <= from_h) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--to-height lies above --from-height");
    }
    key->key_id = (uint16_t)number;
    key->weight = (uint16_t)weight;
    key->from_h = (uint64_t)from_h;
    if (to_h >= 0) key->to_h = (uint64_t)to_h;
    return WC_EXIT_DONE;
}

static wc_exit read_offer(const wc_cli *cli, offer *made)
{
    const char *account = wc_cli_option_of(cli, "account");
    const char *genesis = wc_cli_option_of(cli, "genesis");
    *made = (offer){.key = {.scheme = WC_SCHEME_ED25519,
                            .scope = WC_SCOPE_ALL,
                            .to_h = WC_HEIGHT_NONE,
                            .revoked_h = WC_HEIGHT_NONE}};
    if (account == NULL) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "offer takes --account, --genesis and --number; `wattclause help key`");
    }
    if (wc_address_parse(&made->account, wc_str_of(account)) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "--account takes an address \"wc1...\", not `%.80s`: the offer holds a "
                           "proof for it",
                           account);
    }
    if (genesis == NULL ||
        wc_parse_hex(wc_str_of(genesis), made->genesis.bytes, WC_HASH_SIZE) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "offer takes --genesis, the 64 hex digits of the chain's genesis hash");
    }
    wc_exit result = read_numbers(cli, &made->key);
    if (result == WC_EXIT_DONE) result = read_scope(cli, &made->key);
    if (result == WC_EXIT_DONE) result = read_limit(cli, &made->key);
    return result;
}

static wc_exit print_offer(const wc_cli *cli, const offer *made, const wc_signature *proof)
{
    uint8_t memory[4096];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_json json = wc_json_to(&text);
    wc_json_open(&json, NULL, '{');
    wc_json_name(&json, "account");
    wc_buf_put_u8(&text, '"');
    wc_address_put(&text, &made->account);
    wc_buf_put_u8(&text, '"');
    wc_key_to_json(&json, "key", &made->key);
    wc_json_add_hex(&json, "proof", wc_slice_of(proof->bytes, sizeof proof->bytes));
    wc_json_close(&json);
    wc_buf_put_text(&text, "\n");
    const char *out = wc_cli_option_of(cli, "output");
    bool is_written =
        out != NULL ? wc_cli_write(cli, out, wc_buf_slice(&text)) : wc_cli_print(&text);
    return is_written ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

wc_exit wc_cli_key_offer(const wc_cli *cli, const char *path)
{
    offer made;
    wc_keypair pair;
    wc_exit result = read_offer(cli, &made);
    if (result == WC_EXIT_DONE) result = wc_cli_key_of_account(cli, path);
    if (result == WC_EXIT_DONE) result = wc_cli_open_key(cli, path, &pair);
    if (result != WC_EXIT_DONE) return result;
    memcpy(made.key.pub, pair.public_key.bytes, sizeof made.key.pub);
    wc_hash message =
        wc_possession_hash(&made.genesis, &made.account, made.key.key_id, made.key.pub);
    wc_signature proof = wc_sign(&pair, wc_slice_of(message.bytes, sizeof message.bytes));
    wc_forget(&pair, sizeof pair);
    return print_offer(cli, &made, &proof);
}
