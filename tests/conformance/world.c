/* From a vector to a host and a call. */
#include "tests/conformance/world.h"

#include "tests/support/sha256.h"
#include "vm/base/codec.h"
#include "vm/base/text.h"

wc_slice world_bytes(world *w, const json_t *text)
{
    const char *hex = json_string_value(text);
    size_t len = hex == NULL ? 0 : json_string_length(text) / 2;
    wc_assert(len <= WORLD_BYTES - w->bytes_used);
    uint8_t *out = w->bytes + w->bytes_used;
    w->bytes_used += len;
    if (len == 0) return wc_slice_of(out, 0);
    wc_assert(wc_parse_hex((wc_str){hex, 2 * len}, out, len) == WC_OK);
    return wc_slice_of(out, len);
}

static wc_party party_of(world *w, const json_t *text)
{
    wc_party party = {{0}};
    wc_slice bytes = world_bytes(w, text);
    if (bytes.len == 0) return party;
    wc_assert(bytes.len == sizeof party.bytes);
    memcpy(party.bytes, bytes.data, sizeof party.bytes);
    return party;
}

static void store(world *w, const json_t *row)
{
    wc_slice key = world_bytes(w, json_array_get(row, 0));
    wc_slice value = world_bytes(w, json_array_get(row, 1));
    wc_assert(key.len >= 3);
    wc_storage_key at = {key.data[0] == 0 ? WC_KEY_HEADER : WC_KEY_ELEMENT,
                         wc_load_u16(key.data + 1), wc_slice_of(key.data + 3, key.len - 3)};
    wc_assert(wc_fake_host_ops.store(&w->start, &at, value) == WC_HOST_OK);
}

/* Rows {party, currency, amount}. */
static void give(world *w, json_t *rows, bool is_escrow)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        wc_party who = party_of(w, json_array_get(row, 0));
        wc_fake_account *account = wc_fake_account_of(&w->start, &who);
        int64_t *amounts = is_escrow ? account->escrow : account->free;
        json_int_t currency = json_integer_value(json_array_get(row, 1));
        wc_assert(currency >= 0 && currency < (json_int_t)WC_FAKE_ASSETS_MAX);
        amounts[currency] = json_integer_value(json_array_get(row, 2));
    }
}

static wc_host_answer answer_of(const char *name)
{
    if (strcmp(name, "ok") == 0) return WC_HOST_OK;
    if (strcmp(name, "absent") == 0) return WC_HOST_ABSENT;
    if (strcmp(name, "failed") == 0) return WC_HOST_FAILED;
    wc_assert(strcmp(name, "limit") == 0);
    return WC_HOST_LIMIT;
}

static void limit(const json_t *limits, const char *name, uint32_t *value)
{
    const json_t *given = json_object_get(limits, name);
    if (given != NULL) *value = (uint32_t)json_integer_value(given);
}

static void open_outside(world *w, const json_t *given)
{
    const json_t *limits = json_object_get(given, "limits");
    limit(limits, "events", &w->start.events_max);
    limit(limits, "sends", &w->start.sends_max);
    limit(limits, "holders", &w->start.holders_max);
    w->start.refuses_bank = json_is_true(json_object_get(given, "refuses_bank"));
    const json_t *view = json_object_get(given, "view");
    if (view == NULL) return;
    w->start.view_answer = answer_of(json_string_value(json_array_get(view, 0)));
    w->start.view_gas = (uint64_t)json_integer_value(json_array_get(view, 1));
    w->start.view_result = world_bytes(w, json_array_get(view, 2));
}

void world_open(world *w)
{
    size_t i;
    json_t *row;
    const json_t *given = json_object_get(w->vector, "host");
    w->bytes_used = 0;
    wc_fake_host_init(&w->start, &w->own);
    json_array_foreach(json_object_get(given, "stored"), i, row) store(w, row);
    give(w, json_object_get(given, "free"), false);
    give(w, json_object_get(given, "escrow"), true);
    json_array_foreach(json_object_get(given, "signers"), i, row)
    {
        wc_party who = party_of(w, row);
        wc_fake_account_of(&w->start, &who)->is_signer = true;
    }
    json_array_foreach(json_object_get(given, "roles"), i, row)
    {
        wc_party who = party_of(w, json_array_get(row, 0));
        wc_fake_account_of(&w->start, &who)->role = json_string_value(json_array_get(row, 1));
    }
    open_outside(w, given);
    w->start.log_len = 0;
    wc_fake_host_init(&w->host, &w->own);
}

static void run_due(world *w, const wc_instance *instance, const wc_host *host, uint64_t gas)
{
    const json_t *behind = json_object_get(w->vector, "behind");
    wc_due_after after = {(int64_t)json_integer_value(json_array_get(behind, 0)),
                          (uint16_t)json_integer_value(json_array_get(behind, 1))};
    wc_assert(json_is_array(behind));
    wc_due_run(instance, &after, host, gas, w->memory, &w->outcome);
}

void world_run(world *w, uint64_t gas)
{
    wc_fake_host_copy(&w->host, &w->start);
    w->host.log_len = 0;
    size_t mark = w->bytes_used;
    const char *run = json_string_value(json_object_get(w->vector, "run"));
    const json_t *principal = json_object_get(w->vector, "principal");
    wc_host host = {&wc_fake_host_ops, &w->host};
    wc_instance instance = {.image = w->image,
                            .id = w->own,
                            .root = world_bytes(w, json_object_get(w->vector, "root")),
                            .parties = world_bytes(w, json_object_get(w->vector, "parties"))};
    wc_call call = {.entry = (uint16_t)json_integer_value(json_object_get(w->vector, "entry")),
                    .args = world_bytes(w, json_object_get(w->vector, "args")),
                    .principal = party_of(w, principal),
                    .has_principal = json_is_string(principal),
                    .now = json_integer_value(json_object_get(w->vector, "now")),
                    .gas_limit = gas};
    if (strcmp(run, "due") == 0) {
        run_due(w, &instance, &host, gas);
    } else if (strcmp(run, "upgrade") == 0) {
        wc_assert(w->before != NULL);
        wc_upgrade_run(&instance, w->before, &call, &host, w->memory, &w->outcome);
    } else if (strcmp(run, "deploy") == 0) {
        wc_deploy_run(&instance, &call, &host, w->memory, &w->outcome);
    } else {
        wc_assert(strcmp(run, "call") == 0);
        wc_call_run(&instance, &call, &host, w->memory, &w->outcome);
    }
    w->bytes_used = mark;
}
