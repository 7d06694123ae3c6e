/* Bodies of proposals (proposals.def) between JSON and bytes, by their kind:
 *
 *   CODE            64 hex digits
 *   PARAMETERS      {"gas_price": 50, ...}: all of params.def
 *   ADMINISTRATION  {"threshold": 2, "members": ["ann", ...]}
 *   VALIDATORS      [{"public": hex, "power": 1, "operator": "ann"}, ...]; the first makes records
 *   INCENTIVE       an address or name of a contract; "" ends the sharing of fees
 *
 * Members of the administration may be in any order. Any body may be given in hex, too. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "node/crypto/crypto.h"
#include "node/ledger/params.h"
#include "node/txfile/inside.h"
#include "vm/isa/isa.h"

enum {
#define WC_PROPOSAL(number, name, body, text) KIND_##name = (number),
#include "node/ledger/proposals.def"
#undef WC_PROPOSAL
};

static wc_status refuse(wc_txfile_fault *fault, const char *what)
{
    return wc_txfile_refuse(fault, "body%s", what);
}

/* ---- from JSON --------------------------------------------------------------------------------
 */

typedef struct param_row {
    const char *name;
    size_t offset, size;
} param_row;

static const param_row params_rows[] = {
#define WC_PARAM(name) {#name, offsetof(wc_params, name), sizeof(((wc_params *)0)->name)},
#include "node/ledger/params.def"
#undef WC_PARAM
};

static wc_status set_param(wc_params *params, wc_txfile_fault *fault, const param_row *row,
                           const json_t *object)
{
    uint64_t number = 0;
    uint32_t small = 0;
    int64_t given = 0, most = row->size == 4 ? INT32_MAX : INT64_MAX / 16;
    char *member = (char *)params + row->offset;
    if (json_object_get(object, row->name) == NULL) {
        return wc_txfile_refuse(fault, "body.%s is missing: a proposal sets all parameters",
                                row->name);
    }
    if (!wc_args_number(object, row->name, 0, most, &given)) {
        return wc_txfile_refuse(fault, "body.%s is a number from 0 to %lld", row->name,
                                (long long)most);
    }
    number = (uint64_t)given;
    small = (uint32_t)given;
    memcpy(member, row->size == 4 ? (const void *)&small : (const void *)&number, row->size);
    return WC_OK;
}

static wc_status put_parameters(wc_buf *out, wc_txfile_fault *fault, const json_t *object)
{
    const char *known[WC_ARRAY_LEN(params_rows) + 1] = {NULL};
    wc_params params = wc_params_default(), checked;
    params.schedule_hash = wc_schedule_hash(wc_sha256);
    if (!json_is_object(object)) return refuse(fault, " needs an object of parameters by name");
    for (size_t i = 0; i < WC_ARRAY_LEN(params_rows); i++) known[i] = params_rows[i].name;
    WC_TRY(wc_args_members(fault, object, known, "body"));
    for (size_t i = 0; i < WC_ARRAY_LEN(params_rows); i++) {
        WC_TRY(set_param(&params, fault, &params_rows[i], object));
    }
    size_t start = out->len;
    wc_params_put(out, &params);
    if (out->full ||
        wc_params_decode(&checked, wc_slice_of(out->data + start, out->len - start)) == WC_OK) {
        return WC_OK;
    }
    return refuse(fault, ": one of these parameters is outside of what a chain may have");
}

static int by_address(const void *a, const void *b)
{
    return memcmp(a, b, WC_ADDRESS_SIZE);
}

static wc_status put_administration(wc_buf *out, wc_txfile_fault *fault, const json_t *object,
                                    const wc_names *names)
{
    static const char *const known[] = {"threshold", "members", NULL};
    wc_admin_rule rule = {0}, checked;
    const json_t *list = json_object_get(object, "members");
    size_t count = json_array_size(list);
    int64_t threshold = 0;
    if (!json_is_object(object) || count == 0 || count > WC_ADMINS_MAX) {
        return wc_txfile_refuse(fault, "body needs threshold, and members: a list of 1 to %u",
                                WC_ADMINS_MAX);
    }
    WC_TRY(wc_args_members(fault, object, known, "body"));
    if (!wc_args_number(object, "threshold", 1, (int64_t)count, &threshold) || threshold == 0) {
        return refuse(fault, ".threshold says how many of the members must sign");
    }
    for (size_t i = 0; i < count; i++) {
        WC_TRY(wc_txfile_address(&rule.members[i], fault, "body.members", json_array_get(list, i),
                                 names));
    }
    qsort(rule.members, count, sizeof rule.members[0], by_address);
    rule.threshold = (uint8_t)threshold;
    rule.count = (uint8_t)count;
    size_t start = out->len;
    wc_admin_rule_put(out, &rule);
    if (out->full ||
        wc_admin_rule_decode(&checked, wc_slice_of(out->data + start, out->len - start)) == WC_OK) {
        return WC_OK;
    }
    return refuse(fault, ".members are listed once each");
}

static wc_status read_validator(wc_validator *validator, wc_txfile_fault *fault, wc_arena *arena,
                                const json_t *object, const wc_names *names)
{
    static const char *const known[] = {"public", "power", "operator", NULL};
    int64_t power = -1;
    wc_slice pub;
    if (!json_is_object(object)) return refuse(fault, " needs public, power and operator of each");
    WC_TRY(wc_args_members(fault, object, known, "body"));
    wc_status status = wc_txfile_hex(&pub, arena, json_object_get(object, "public"));
    if (status == WC_NO_MEMORY) return status;
    if (status != WC_OK || pub.len != sizeof validator->pub) {
        return refuse(fault, ".public needs the 64 hex digits of a public key");
    }
    memcpy(validator->pub, pub.data, pub.len);
    if (!wc_args_number(object, "power", 0, (int64_t)WC_VALIDATORS_POWER_MAX, &power) ||
        power < 0) {
        return refuse(fault, ".power is a whole number; 0: a witness");
    }
    validator->power = (uint64_t)power;
    return wc_txfile_address(&validator->operator_account, fault, "body.operator",
                             json_object_get(object, "operator"), names);
}

static wc_status put_validators(wc_buf *out, wc_txfile_fault *fault, wc_arena *arena,
                                const json_t *list, const wc_names *names)
{
    size_t count = json_array_size(list), start = out->len;
    wc_validators *validators = WC_ARENA_NEW(arena, wc_validators);
    wc_validators *checked = WC_ARENA_NEW(arena, wc_validators);
    if (validators == NULL || checked == NULL) return WC_NO_MEMORY;
    if (count == 0 || count > WC_VALIDATORS_MAX) {
        return wc_txfile_refuse(fault,
                                "body needs a list of 1 to %u keys, that of the sequencer "
                                "first",
                                WC_VALIDATORS_MAX);
    }
    validators->count = (uint16_t)count;
    for (size_t i = 0; i < count; i++) {
        WC_TRY(read_validator(&validators->list[i], fault, arena, json_array_get(list, i), names));
    }
    wc_validators_put(out, validators);
    if (out->full ||
        wc_validators_decode(checked, wc_slice_of(out->data + start, out->len - start)) == WC_OK) {
        return WC_OK;
    }
    return refuse(fault, ": keys are listed once each, and at least one has power");
}

static wc_status put_incentive(wc_buf *out, wc_txfile_fault *fault, const json_t *value,
                               const wc_names *names)
{
    wc_address address = {{0}};
    if (json_string_length(value) > 0) {
        WC_TRY(wc_txfile_address(&address, fault, "body", value, names));
    }
    wc_buf_put(out, address.bytes, sizeof address.bytes);
    return WC_OK;
}

wc_status wc_proposal_of_json(wc_buf *out, wc_txfile_fault *fault, wc_arena *arena, uint16_t kind,
                              const json_t *value, const wc_names *names)
{
    wc_slice bytes;
    wc_status status = wc_txfile_hex(&bytes, arena, value);
    if (status == WC_NO_MEMORY) return status;
    if (status == WC_OK && bytes.len > 0) {
        wc_buf_put_slice(out, bytes);
        return WC_OK;
    }
    switch (kind) {
    case KIND_PARAMETERS: return put_parameters(out, fault, value);
    case KIND_ADMINISTRATION: return put_administration(out, fault, value, names);
    case KIND_VALIDATORS: return put_validators(out, fault, arena, value, names);
    case KIND_INCENTIVE:
        if (json_is_string(value)) return put_incentive(out, fault, value, names);
        return refuse(fault, " needs a contract's address or name, or \"\"");
    default: return refuse(fault, " needs hex digits");
    }
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

static bool add_parameters(wc_json *json, wc_slice body)
{
    wc_params params;
    wc_hash ours = wc_schedule_hash(wc_sha256);
    if (wc_params_decode(&params, body) != WC_OK || params.protocol != WC_PROTOCOL ||
        !wc_hash_equal(&params.schedule_hash, &ours)) {
        return false;
    }
    wc_json_open(json, "body", '{');
    for (size_t i = 0; i < WC_ARRAY_LEN(params_rows); i++) {
        uint64_t number = 0;
        uint32_t small;
        const char *member = (const char *)&params + params_rows[i].offset;
        memcpy(&number, member, params_rows[i].size == 8 ? 8 : 0);
        memcpy(&small, member, sizeof small);
        if (params_rows[i].size == 4) number = small;
        wc_json_add_number(json, params_rows[i].name, (int64_t)number);
    }
    wc_json_close(json);
    return true;
}

static bool add_administration(wc_json *json, wc_slice body)
{
    wc_admin_rule rule;
    if (wc_admin_rule_decode(&rule, body) != WC_OK) return false;
    wc_json_open(json, "body", '{');
    wc_json_add_number(json, "threshold", rule.threshold);
    wc_json_open(json, "members", '[');
    for (uint8_t i = 0; i < rule.count; i++) add_address(json, NULL, &rule.members[i]);
    wc_json_close(json);
    wc_json_close(json);
    return true;
}

static bool add_validators(wc_json *json, wc_slice body)
{
    static wc_validators validators; /* too large for the stack; the command line has one thread */
    if (wc_validators_decode(&validators, body) != WC_OK) return false;
    wc_json_open(json, "body", '[');
    for (uint16_t i = 0; i < validators.count; i++) {
        const wc_validator *one = &validators.list[i];
        wc_json_open(json, NULL, '{');
        wc_json_add_hex(json, "public", wc_slice_of(one->pub, sizeof one->pub));
        wc_json_add_number(json, "power", (int64_t)one->power);
        add_address(json, "operator", &one->operator_account);
        wc_json_close(json);
    }
    wc_json_close(json);
    return true;
}

bool wc_proposal_to_json(wc_json *json, uint16_t kind, wc_slice body)
{
    wc_address address, none = {{0}};
    switch (kind) {
    case KIND_PARAMETERS: return add_parameters(json, body);
    case KIND_ADMINISTRATION: return add_administration(json, body);
    case KIND_VALIDATORS: return add_validators(json, body);
    case KIND_INCENTIVE:
        if (body.len != WC_ADDRESS_SIZE) return false;
        memcpy(address.bytes, body.data, sizeof address.bytes);
        if (wc_address_equal(&address, &none)) wc_json_add_text(json, "body", "");
        if (!wc_address_equal(&address, &none)) add_address(json, "body", &address);
        return true;
    default: return false;
    }
}
