/* Facts about the state in words. The form of each key stands in state_spaces.def; a key that has
 * no sentence here is shown as the tools show it, with its value in hex. */
#include "node/audit/state_text.h"
#include "node/ledger/account.h"
#include "node/ledger/asset.h"
#include "node/ledger/meter.h"
#include "node/ledger/page.h"
#include "node/ledger/roles.h"
#include "node/proof/words.h"
#include "node/query/when.h"
#include "vm/base/text.h"

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

static void say(wc_buf *text, const char *words)
{
    wc_buf_put_text(text, words);
}

wc_address wc_words_address(const wc_fact_state *state, size_t i)
{
    wc_address address;
    memcpy(address.bytes, state->key.data + 1 + i * WC_HASH_SIZE, sizeof address.bytes);
    return address;
}

static uint32_t asset_of(const wc_fact_state *state)
{
    return wc_load_u32(state->key.data + state->key.len - 4);
}

/* ---- money -----------------------------------------------------------------------------------
 */

/* "held 60.00 CNY", or "held no CNY": a balance of zero has no entry. */
static void put_held(wc_buf *text, const wc_proof_words *words)
{
    const wc_fact_state *state = &words->file->state;
    int64_t amount;
    say(text, " held ");
    if (state->is_present && wc_amount_decode(&amount, state->value) == WC_OK) {
        wc_words_amount(text, words, asset_of(state), amount);
        return;
    }
    say(text, "no ");
    wc_words_asset(text, words, asset_of(state));
}

static void put_free(wc_buf *text, wc_proof_words *words)
{
    wc_address owner = wc_words_address(&words->file->state, 0);
    say(text, "account ");
    wc_words_party(text, words, &owner);
    put_held(text, words);
    say(text, " free");
}

static void put_escrow(wc_buf *text, wc_proof_words *words)
{
    wc_address contract = wc_words_address(&words->file->state, 0);
    wc_address party = wc_words_address(&words->file->state, 1);
    wc_words_put_contract(text, words, &contract, NULL);
    put_held(text, words);
    say(text, " of ");
    wc_words_party(text, words, &party);
    say(text, " in escrow");
}

static void put_mandate(wc_buf *text, wc_proof_words *words)
{
    const wc_fact_state *state = &words->file->state;
    wc_address payer = wc_words_address(state, 0), contract = wc_words_address(state, 1);
    wc_mandate mandate;
    wc_words_put_contract(text, words, &contract, NULL);
    if (!state->is_present || wc_mandate_decode(&mandate, state->value) != WC_OK) {
        say(text, " had no mandate over the ");
        wc_words_asset(text, words, asset_of(state));
        say(text, " of account ");
        wc_words_party(text, words, &payer);
        return;
    }
    say(text, " could draw up to ");
    wc_words_amount(text, words, asset_of(state), mandate.limit);
    say(text, " from account ");
    wc_words_party(text, words, &payer);
    say(text, " until ");
    wc_put_time(text, mandate.expiry_s);
    say(text, ", and had drawn ");
    wc_words_amount(text, words, asset_of(state), mandate.used);
}

static void put_asset(wc_buf *text, wc_proof_words *words)
{
    const wc_fact_state *state = &words->file->state;
    wc_asset asset;
    if (!state->is_present || wc_asset_decode(&asset, state->value) != WC_OK) {
        say(text, "there was no asset ");
        wc_buf_put_decimal(text, asset_of(state));
        return;
    }
    say(text, "asset ");
    wc_buf_put_decimal(text, asset_of(state));
    say(text, " was ");
    wc_buf_put_slice(text, asset.code);
    say(text, ", of which ");
    wc_put_scaled(text, asset.issued, asset.scale);
    say(text, " had been issued and ");
    wc_put_scaled(text, asset.redeemed, asset.scale);
    say(text, " redeemed, by ");
    wc_words_party(text, words, &asset.issuer);
}

/* ---- people and meters -----------------------------------------------------------------------
 */

static const char *status_name(wc_account_status status)
{
    switch (status) {
    case WC_ACCOUNT_ACTIVE: return "an active";
    case WC_ACCOUNT_FROZEN: return "a frozen";
    case WC_ACCOUNT_CLOSED: return "a closed";
    }
    return "an";
}

static void put_account(wc_buf *text, wc_proof_words *words)
{
    const wc_fact_state *state = &words->file->state;
    wc_address address = wc_words_address(state, 0);
    wc_account account;
    if (!state->is_present || wc_account_decode(&account, state->value) != WC_OK) {
        say(text, "there was no account ");
        wc_words_party(text, words, &address);
        return;
    }
    wc_words_party(text, words, &address);
    say(text, " was ");
    say(text, status_name(account.status));
    say(text, account.kind == WC_ACCOUNT_PARTY ? " account" : " account of a device");
    for (uint8_t i = 0; i < account.role_count; i++) {
        say(text, i == 0 ? " with role " : ", ");
        put_str(text, wc_role_name(account.roles[i].role));
    }
    for (uint8_t i = 0; i < account.key_count; i++) {
        say(text, i == 0 ? " and key " : ", ");
        wc_buf_put_hex(text, wc_slice_of(account.keys[i].pub, sizeof account.keys[i].pub));
    }
}

static void put_meter(wc_buf *text, wc_proof_words *words)
{
    const wc_fact_state *state = &words->file->state;
    wc_address address = wc_words_address(state, 0);
    wc_meter meter;
    say(text, "meter ");
    wc_words_party(text, words, &address);
    if (!state->is_present || wc_meter_decode(&meter, state->value) != WC_OK) {
        say(text, " was not registered");
        return;
    }
    say(text, meter.status == WC_METER_ACTIVE ? " was registered with serial number "
                                              : " had been removed; its serial number was ");
    wc_buf_put_slice(text, meter.serial);
    say(text, " at connection point ");
    wc_buf_put_slice(text, meter.point);
    say(text, " of ");
    wc_words_party(text, words, &meter.customer);
}

static const char *channel_name(uint8_t channel)
{
    static const char *const names[] = {"import", "export", "load", "generation"};
    return channel < WC_ARRAY_LEN(names) ? names[channel] : "unknown";
}

static const char *source_name(uint8_t source)
{
    static const char *const names[] = {"nobody", "the meter itself", "its operator",
                                        "a substitute by rule"};
    return source < WC_ARRAY_LEN(names) ? names[source] : "an unknown source";
}

/* "96 intervals, from .. to ..": runs that follow one another are told as one. */
static void put_runs(wc_buf *text, const wc_reading *reading, int64_t day)
{
    uint32_t count = 0;
    for (uint16_t i = 0; i < reading->run_count; i++) count += reading->runs[i].count;
    wc_buf_put_decimal(text, count);
    say(text, count == 1 ? " interval had been reported" : " intervals had been reported");
    for (uint16_t i = 0; i < reading->run_count;) {
        uint32_t first = reading->runs[i].first, end = first;
        while (i < reading->run_count && reading->runs[i].first == end) {
            end += reading->runs[i++].count;
        }
        say(text, ", from ");
        wc_put_time(text, day * WC_DAY_S + (int64_t)first * reading->step_s);
        say(text, " to ");
        wc_put_time(text, day * WC_DAY_S + (int64_t)end * reading->step_s);
    }
}

/* Of a page of meters: which intervals have a batch. */
static void put_page_day(wc_buf *text, wc_proof_words *words)
{
    const wc_fact_state *state = &words->file->state;
    wc_address aggregator = wc_words_address(state, 0);
    const uint8_t *key = state->key.data + 1 + WC_HASH_SIZE;
    int64_t day = wc_load_u32(key + 4);
    say(text, "of page ");
    wc_buf_put_decimal(text, wc_load_u32(key));
    say(text, " of ");
    wc_words_party(text, words, &aggregator);
    say(text, ", for ");
    wc_put_date(text, day);
    say(text, ", ");
    wc_arena_rewind(words->arena, 0);
    wc_page_day *batches = WC_ARENA_NEW(words->arena, wc_page_day);
    wc_reading *reading = WC_ARENA_NEW(words->arena, wc_reading);
    if (!state->is_present || batches == NULL || reading == NULL ||
        wc_page_day_decode(batches, state->value) != WC_OK) {
        say(text, "nothing had been reported");
        return;
    }
    reading->step_s = batches->step_s;
    reading->run_count = batches->count;
    for (uint16_t i = 0; i < batches->count; i++) {
        reading->runs[i] = (wc_reading_run){.first = batches->intervals[i].slot, .count = 1};
    }
    put_runs(text, reading, day);
}

static void put_day(wc_buf *text, const wc_reading *reading, int64_t day)
{
    if (reading->run_count == 0) {
        say(text, "nothing had been reported");
    } else {
        put_runs(text, reading, day);
    }
    if (reading->later == 0) return;
    say(text, "; the latest version was ");
    wc_buf_put_decimal(text, reading->later);
}

static void put_reading(wc_buf *text, wc_proof_words *words)
{
    const wc_fact_state *state = &words->file->state;
    wc_address meter = wc_words_address(state, 0);
    const uint8_t *key = state->key.data + 1 + WC_HASH_SIZE;
    int64_t day = wc_load_u32(key + 1);
    say(text, "of meter ");
    wc_words_party(text, words, &meter);
    say(text, ", channel ");
    say(text, channel_name(key[0]));
    say(text, ", by ");
    say(text, source_name(key[5]));
    say(text, ", version ");
    wc_buf_put_decimal(text, wc_load_u16(key + 6));
    say(text, ", for ");
    wc_put_date(text, day);
    say(text, ", ");
    wc_arena_rewind(words->arena, 0);
    wc_reading *reading = WC_ARENA_NEW(words->arena, wc_reading);
    if (state->is_present && reading != NULL && wc_reading_decode(reading, state->value) == WC_OK) {
        put_day(text, reading, day);
    } else {
        say(text, "nothing had been reported");
    }
}

/* ---- all -------------------------------------------------------------------------------------
 */

static void put_other(wc_buf *text, wc_proof_words *words)
{
    const wc_fact_state *state = &words->file->state;
    say(text, "state ");
    wc_state_key_put_text(text, state->key);
    if (!state->is_present) {
        say(text, " was absent");
        return;
    }
    say(text, " had the value ");
    wc_buf_put_hex(text, state->value);
}

typedef struct sentence {
    uint8_t space;
    size_t len_min, len_max; /* of the key, space included */
    void (*put)(wc_buf *text, wc_proof_words *words);
} sentence;

static const sentence sentences[] = {
    {WC_SPACE_FREE, 37, 37, put_free},
    {WC_SPACE_ESCROW, 69, 69, put_escrow},
    {WC_SPACE_MANDATE, 69, 69, put_mandate},
    {WC_SPACE_ASSET, 5, 5, put_asset},
    {WC_SPACE_ACCOUNT, 33, 33, put_account},
    {WC_SPACE_METER, 33, 33, put_meter},
    {WC_SPACE_READING, 41, 41, put_reading},
    {WC_SPACE_PAGE_DAY, 41, 41, put_page_day},
    {WC_SPACE_INSTANCE, 33, 33, wc_words_instance},
    {WC_SPACE_FIELD, 35, WC_STATE_KEY_MAX, wc_words_collection},
    {WC_SPACE_MODULE, 33, 33, wc_words_code},
};

void wc_words_state(wc_buf *text, wc_proof_words *words)
{
    wc_slice key = words->file->state.key;
    for (size_t i = 0; i < WC_ARRAY_LEN(sentences); i++) {
        const sentence *row = &sentences[i];
        if (row->space != key.data[0] || key.len < row->len_min || key.len > row->len_max) continue;
        row->put(text, words);
        return;
    }
    put_other(text, words);
}
