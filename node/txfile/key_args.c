/* A key of an account between JSON and its 77 bytes, for the arguments of key_add, key_replace and
 * recovery_support.
 *
 *   {"number": 1, "public": hex, "weight": 1, "signs": ["readings"], "from_height": 0,
 *    "to_height": "never", "daily_limit": {"asset": 2, "amount": 10000}}
 *
 * Only number and public key must be there: the others default to what is shown, all kinds of calls
 * and no limit. */
#include <string.h>

#include "node/txfile/inside.h"

static wc_status refuse(wc_txfile_fault *fault, const char *what)
{
    return wc_txfile_refuse(fault, "key.%s", what);
}

wc_status wc_args_members(wc_txfile_fault *fault, const json_t *object, const char *const *known,
                          const char *place)
{
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)object, name, member)
    {
        bool is_known = false;
        for (const char *const *at = known; *at != NULL && !is_known; at++) {
            is_known = strcmp(*at, name) == 0;
        }
        if (!is_known) return wc_txfile_refuse(fault, "%s.%.60s is not known here", place, name);
    }
    return WC_OK;
}

bool wc_args_number(const json_t *object, const char *name, int64_t low, int64_t high,
                    int64_t *number)
{
    const json_t *value = json_object_get(object, name);
    if (value == NULL) return true;
    *number = json_integer_value(value);
    return json_is_integer(value) && *number >= low && *number <= high;
}

bool wc_args_height(const json_t *object, const char *name, uint64_t *height)
{
    const json_t *value = json_object_get(object, name);
    if (value == NULL) return true;
    if (json_is_string(value) && strcmp(json_string_value(value), "never") == 0) {
        *height = WC_HEIGHT_NONE;
        return true;
    }
    *height = (uint64_t)json_integer_value(value);
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

static wc_status read_scope(wc_account_key *key, wc_txfile_fault *fault, const json_t *object)
{
    const json_t *list = json_object_get(object, "signs");
    if (list == NULL) return WC_OK;
    key->scope = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        uint32_t bit = word != NULL ? wc_scope_find(wc_str_of(word)) : 0;
        if (bit == 0) {
            return refuse(fault, "signs is a list of action, deploy, create, native, readings");
        }
        key->scope |= bit;
    }
    return key->scope != 0 ? WC_OK : refuse(fault, "signs names no kind of call");
}

static wc_status read_limit(wc_account_key *key, wc_txfile_fault *fault, const json_t *object)
{
    static const char *const known[] = {"asset", "amount", NULL};
    const json_t *limit = json_object_get(object, "daily_limit");
    if (limit == NULL || json_is_null(limit)) return WC_OK;
    if (!json_is_object(limit)) return refuse(fault, "daily_limit needs asset and amount");
    WC_TRY(wc_args_members(fault, limit, known, "key.daily_limit"));
    int64_t asset = 0, amount = -1;
    if (!wc_args_number(limit, "asset", 1, UINT32_MAX, &asset) || asset == 0 ||
        !wc_args_number(limit, "amount", 0, INT64_MAX, &amount) || amount < 0) {
        return refuse(fault, "daily_limit needs the number of an asset, and an amount in its minor "
                             "units");
    }
    key->cap_asset = (uint32_t)asset;
    key->cap = amount;
    return WC_OK;
}

wc_status wc_key_of_json(wc_account_key *key, wc_txfile_fault *fault, wc_arena *arena,
                         const json_t *object)
{
    static const char *const known[] = {"number",      "public",    "weight",      "signs",
                                        "from_height", "to_height", "daily_limit", NULL};
    *key = (wc_account_key){.scheme = WC_SCHEME_ED25519,
                            .scope = WC_SCOPE_ALL,
                            .to_h = WC_HEIGHT_NONE,
                            .revoked_h = WC_HEIGHT_NONE};
    WC_TRY(wc_args_members(fault, object, known, "key"));
    int64_t number = -1, weight = 1;
    if (!wc_args_number(object, "number", 0, UINT16_MAX, &number) || number < 0) {
        return refuse(fault, "number is a number that the account never used, up to 65535");
    }
    if (!wc_args_number(object, "weight", 1, UINT16_MAX, &weight)) {
        return refuse(fault, "weight lies in 1 to 65535");
    }
    key->key_id = (uint16_t)number;
    key->weight = (uint16_t)weight;
    wc_slice pub;
    wc_status status = wc_txfile_hex(&pub, arena, json_object_get(object, "public"));
    if (status == WC_NO_MEMORY) return status;
    if (status != WC_OK || pub.len != sizeof key->pub) {
        return refuse(fault, "public needs the 64 hex digits of a public key");
    }
    memcpy(key->pub, pub.data, sizeof key->pub);
    WC_TRY(read_scope(key, fault, object));
    if (!wc_args_height(object, "from_height", &key->from_h) ||
        !wc_args_height(object, "to_height", &key->to_h) || key->from_h >= key->to_h) {
        return refuse(fault, "from_height and to_height are heights, the first below the second; "
                             "\"never\": no end");
    }
    return read_limit(key, fault, object);
}

void wc_key_to_json(wc_json *json, const char *name, const wc_account_key *key)
{
    wc_json_open(json, name, '{');
    wc_json_add_number(json, "number", key->key_id);
    wc_json_add_hex(json, "public", wc_slice_of(key->pub, sizeof key->pub));
    wc_json_add_number(json, "weight", key->weight);
    wc_json_open_line(json, "signs", '[');
    for (unsigned kind = 0; wc_scope_name(kind) != NULL; kind++) {
        if ((key->scope & WC_SCOPE_OF(kind)) != 0) {
            wc_json_add_text(json, NULL, wc_scope_name(kind));
        }
    }
    wc_json_close(json);
    wc_json_add_number(json, "from_height", (int64_t)key->from_h);
    if (key->to_h == WC_HEIGHT_NONE) wc_json_add_text(json, "to_height", "never");
    if (key->to_h != WC_HEIGHT_NONE) wc_json_add_number(json, "to_height", (int64_t)key->to_h);
    if (key->cap_asset != 0) {
        wc_json_open_line(json, "daily_limit", '{');
        wc_json_add_number(json, "asset", key->cap_asset);
        wc_json_add_number(json, "amount", key->cap);
        wc_json_close(json);
    }
    wc_json_close(json);
}
