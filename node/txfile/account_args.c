/* A new account between JSON and its state value (node/ledger/account.h), for account_create.
 *
 *   {"kind": "device", "owner": "grid", "threshold": 1,
 *    "keys": [{"number": 0, "public": hex}],
 *    "roles": [{"role": "Meter", "from_height": 0, "to_height": "never"}],
 *    "guardians": ["ann", "ben"], "guardian_threshold": 2, "recovery_delay_s": 86400,
 *    "encryption_key": hex}
 *
 * Only keys must be there, each as key_args.c describes it. The others default to a party, a
 * threshold of 1, no roles, no guardians and no key for sealed payloads. Lists may be in any order.
 * The ledger fills in who granted the roles. */
#include <stdlib.h>
#include <string.h>

#include "node/ledger/roles.h"
#include "node/txfile/inside.h"

typedef struct source {
    wc_txfile_fault *fault;
    wc_arena *arena;
    const json_t *object;
    const wc_names *names;
} source;

static wc_status refuse(const source *s, const char *what)
{
    return wc_txfile_refuse(s->fault, "account.%s", what);
}

/* ---- from JSON --------------------------------------------------------------------------------
 */

static int by_number(const void *a, const void *b)
{
    int left = ((const wc_account_key *)a)->key_id, right = ((const wc_account_key *)b)->key_id;
    return left - right;
}

static int by_role(const void *a, const void *b)
{
    const wc_account_role *left = a, *right = b;
    if (left->role != right->role) return (int)left->role - (int)right->role;
    return (left->from_h > right->from_h) - (left->from_h < right->from_h);
}

static int by_address(const void *a, const void *b)
{
    return memcmp(a, b, WC_ADDRESS_SIZE);
}

static wc_status read_keys(wc_account *account, const source *s)
{
    const json_t *list = json_object_get(s->object, "keys");
    size_t count = json_array_size(list);
    if (!json_is_array(list) || count == 0 || count > WC_ACCOUNT_KEYS_MAX) {
        return wc_txfile_refuse(s->fault, "account.keys needs a list of 1 to %u keys",
                                WC_ACCOUNT_KEYS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        wc_txfile_fault fault;
        const json_t *key = json_array_get(list, i);
        if (!json_is_object(key)) return refuse(s, "keys holds objects with number and public");
        wc_status status = wc_key_of_json(&account->keys[i], &fault, s->arena, key);
        if (status == WC_OUT_OF_DOMAIN) {
            return wc_txfile_refuse(s->fault, "account.keys[%zu]: %s", i, fault.text);
        }
        WC_TRY(status);
    }
    account->key_count = (uint8_t)count;
    qsort(account->keys, count, sizeof account->keys[0], by_number);
    return WC_OK;
}

static wc_status read_roles(wc_account *account, const source *s)
{
    static const char *const known[] = {"role", "from_height", "to_height", NULL};
    const json_t *list = json_object_get(s->object, "roles");
    size_t count = json_array_size(list);
    if (list == NULL) return WC_OK;
    if (!json_is_array(list) || count > WC_ACCOUNT_ROLES_MAX) {
        return wc_txfile_refuse(s->fault, "account.roles needs a list of at most %u roles",
                                WC_ACCOUNT_ROLES_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *entry = json_array_get(list, i);
        wc_account_role *role = &account->roles[i];
        const char *name = json_string_value(json_object_get(entry, "role"));
        *role = (wc_account_role){.to_h = WC_HEIGHT_NONE};
        WC_TRY(wc_args_members(s->fault, entry, known, "account.roles"));
        if (name != NULL) role->role = (uint16_t)wc_role_find(wc_str_of(name));
        if (name == NULL || role->role == WC_ROLE_NONE) {
            return refuse(s, "roles holds objects with the name of a role, such as Consumer");
        }
        if (!wc_args_height(entry, "from_height", &role->from_h) ||
            !wc_args_height(entry, "to_height", &role->to_h) || role->from_h >= role->to_h) {
            return refuse(s, "roles: from_height and to_height are heights, the first below the "
                             "second; \"never\": no end");
        }
    }
    account->role_count = (uint8_t)count;
    qsort(account->roles, count, sizeof account->roles[0], by_role);
    return WC_OK;
}

static wc_status read_guardians(wc_account *account, const source *s)
{
    const json_t *list = json_object_get(s->object, "guardians");
    size_t count = json_array_size(list);
    int64_t threshold = 0, delay_s = 0;
    if (list != NULL && (!json_is_array(list) || count > WC_ACCOUNT_GUARDIANS_MAX)) {
        return wc_txfile_refuse(s->fault, "account.guardians needs a list of at most %u accounts",
                                WC_ACCOUNT_GUARDIANS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        WC_TRY(wc_txfile_address(&account->guardians[i], s->fault, "account.guardians",
                                 json_array_get(list, i), s->names));
    }
    qsort(account->guardians, count, sizeof account->guardians[0], by_address);
    account->guardian_count = (uint8_t)count;
    if (!wc_args_number(s->object, "guardian_threshold", count > 0, (int64_t)count, &threshold) ||
        (threshold == 0) != (count == 0)) {
        return refuse(s, "guardian_threshold says how many of the guardians act together");
    }
    if (!wc_args_number(s->object, "recovery_delay_s", 0, UINT32_MAX, &delay_s)) {
        return refuse(s, "recovery_delay_s is a number of seconds");
    }
    account->guardian_threshold = (uint8_t)threshold;
    account->recovery_delay_s = (uint32_t)delay_s;
    return WC_OK;
}

static wc_status read_kind(wc_account *account, const source *s)
{
    const json_t *owner = json_object_get(s->object, "owner"),
                 *kind = json_object_get(s->object, "kind");
    const char *word = kind == NULL ? "party" : json_string_value(kind);
    bool is_device = word != NULL && strcmp(word, "device") == 0;
    if (word == NULL || (!is_device && strcmp(word, "party") != 0)) {
        return refuse(s, "kind is party or device");
    }
    if (is_device != (owner != NULL)) {
        return refuse(s, "owner: a device has one, its operator, and a party has none");
    }
    account->kind = is_device ? WC_ACCOUNT_DEVICE : WC_ACCOUNT_PARTY;
    if (!is_device) return WC_OK;
    return wc_txfile_address(&account->owner, s->fault, "account.owner", owner, s->names);
}

static wc_status read_rest(wc_account *account, const source *s)
{
    int64_t threshold = 1;
    wc_slice key;
    const json_t *encryption = json_object_get(s->object, "encryption_key");
    if (!wc_args_number(s->object, "threshold", 1, UINT16_MAX, &threshold)) {
        return refuse(s, "threshold lies in 1 to 65535");
    }
    account->threshold = (uint16_t)threshold;
    if (encryption == NULL) return WC_OK;
    wc_status status = wc_txfile_hex(&key, s->arena, encryption);
    if (status == WC_NO_MEMORY) return status;
    if (status != WC_OK || key.len != sizeof account->enc_pub) {
        return refuse(s, "encryption_key needs the 64 hex digits of a public key");
    }
    memcpy(account->enc_pub, key.data, key.len);
    return WC_OK;
}

wc_status wc_account_of_json(wc_buf *out, wc_txfile_fault *fault, wc_arena *arena,
                             const json_t *object, const wc_names *names)
{
    static const char *const known[] = {
        "kind",           "owner",     "threshold",        "keys",
        "roles",          "guardians", "recovery_delay_s", "guardian_threshold",
        "encryption_key", NULL};
    const source s = {fault, arena, object, names};
    wc_account account = {.status = WC_ACCOUNT_ACTIVE}, decoded;
    WC_TRY(wc_args_members(fault, object, known, "account"));
    WC_TRY(read_kind(&account, &s));
    WC_TRY(read_keys(&account, &s));
    WC_TRY(read_roles(&account, &s));
    WC_TRY(read_guardians(&account, &s));
    WC_TRY(read_rest(&account, &s));
    size_t start = out->len;
    wc_account_put(out, &account);
    if (out->full) return WC_OK;
    if (wc_account_decode(&decoded, wc_slice_of(out->data + start, out->len - start)) == WC_OK) {
        return WC_OK;
    }
    return refuse(&s, "keys, roles and guardians are listed once each, and the weights of the keys "
                      "reach the threshold");
}

/* ---- to JSON ----------------------------------------------------------------------------------
 */

static void add_address(wc_json *json, const char *name, const wc_address *address)
{
    wc_json_name(json, name);
    wc_buf_put_u8(json->buf, '"');
    wc_address_put(json->buf, address);
    wc_buf_put_u8(json->buf, '"');
}

static void add_height(wc_json *json, const char *name, uint64_t height)
{
    if (height == WC_HEIGHT_NONE) wc_json_add_text(json, name, "never");
    if (height != WC_HEIGHT_NONE) wc_json_add_number(json, name, (int64_t)height);
}

static void add_roles(wc_json *json, const wc_account *account)
{
    wc_json_open(json, "roles", '[');
    for (uint8_t i = 0; i < account->role_count; i++) {
        const wc_account_role *role = &account->roles[i];
        wc_json_open_line(json, NULL, '{');
        wc_json_add_str(json, "role", wc_role_name(role->role));
        add_height(json, "from_height", role->from_h);
        add_height(json, "to_height", role->to_h);
        wc_json_close(json);
    }
    wc_json_close(json);
}

/* An account that a description can make, to the byte. */
static bool is_plain(const wc_account *account)
{
    if (account->status != WC_ACCOUNT_ACTIVE) return false;
    for (uint8_t i = 0; i < account->role_count; i++) {
        static const wc_address nobody = {{0}};
        const wc_account_role *role = &account->roles[i];
        if (!wc_role_exists(role->role) || !wc_address_equal(&role->by, &nobody)) return false;
    }
    for (uint8_t i = 0; i < account->key_count; i++) {
        if (account->keys[i].revoked_h != WC_HEIGHT_NONE) return false;
    }
    return true;
}

bool wc_account_to_json(wc_json *json, const char *name, wc_slice bytes)
{
    wc_account account;
    static const uint8_t none[32] = {0};
    if (wc_account_decode(&account, bytes) != WC_OK || !is_plain(&account)) return false;
    bool is_device = account.kind == WC_ACCOUNT_DEVICE;
    wc_json_open(json, name, '{');
    wc_json_add_text(json, "kind", is_device ? "device" : "party");
    if (is_device) add_address(json, "owner", &account.owner);
    wc_json_add_number(json, "threshold", account.threshold);
    wc_json_open(json, "keys", '[');
    for (uint8_t i = 0; i < account.key_count; i++) wc_key_to_json(json, NULL, &account.keys[i]);
    wc_json_close(json);
    add_roles(json, &account);
    wc_json_open(json, "guardians", '[');
    for (uint8_t i = 0; i < account.guardian_count; i++) {
        add_address(json, NULL, &account.guardians[i]);
    }
    wc_json_close(json);
    if (account.guardian_count > 0) {
        wc_json_add_number(json, "guardian_threshold", account.guardian_threshold);
    }
    wc_json_add_number(json, "recovery_delay_s", account.recovery_delay_s);
    if (memcmp(account.enc_pub, none, sizeof none) != 0) {
        wc_json_add_hex(json, "encryption_key", wc_slice_of(account.enc_pub, sizeof none));
    }
    wc_json_close(json);
    return true;
}
