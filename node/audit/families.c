/* The end of a replay: everything the folder holds beside everything that was recomputed. */
#include <stdio.h>

#include "node/audit/inside.h"
#include "node/audit/state_text.h"

/* ---- names -------------------------------------------------------------------------------------
 */

static void put_seq_key(wc_buf *text, wc_slice key)
{
    static const struct {
        char kind;
        const char *name;
        size_t len;
    } kinds[] = {{'g', "genesis, part", 5},         {'r', "record", 9},
                 {'b', "block input of record", 9}, {'p', "payload of record", 13},
                 {'e', "receipt of record", 13},    {'v', "proof of the validators of record", 9}};

    for (size_t i = 0; i < WC_ARRAY_LEN(kinds); i++) {
        if (key.data[0] != (uint8_t)kinds[i].kind || key.len != kinds[i].len) continue;
        wc_buf_put_text(text, kinds[i].name);
        wc_buf_put_text(text, " ");
        wc_buf_put_decimal(text, key.len == 5 ? (int64_t)wc_load_u32(key.data + 1)
                                              : (int64_t)wc_load_u64(key.data + 1));
        if (key.len < 13) return;
        wc_buf_put_text(text, ", position ");
        wc_buf_put_decimal(text, wc_load_u32(key.data + 9));
        return;
    }
    wc_buf_put_text(text, "key ");
    wc_buf_put_hex(text, key);
}

static void put_meta_key(wc_buf *text, wc_slice key)
{
    if (wc_slice_equal(key, wc_chain_head_key()) || wc_slice_equal(key, wc_chain_base_key()) ||
        wc_chain_is_schema_key(key)) {
        wc_buf_put_slice(text, key);
        return;
    }
    if (key.len != 41 || key.data[0] != 'T') {
        wc_buf_put_text(text, "key ");
        wc_buf_put_hex(text, key);
        return;
    }
    wc_timer timer;
    wc_chain_timer_of_key(&timer, key);
    wc_buf_put_text(text, "time-out of ");
    wc_address_put(text, &timer.instance);
    wc_buf_put_text(text, " at ");
    wc_buf_put_decimal(text, timer.due_s);
}

static void put_key(wc_buf *text, wc_cf cf, wc_slice key)
{
    wc_buf_put_text(text, wc_cf_name(cf));
    wc_buf_put_text(text, " ");
    switch (cf) {
    case WC_CF_META: put_meta_key(text, key); return;
    case WC_CF_STATE: wc_state_key_put_text(text, key); return;
    case WC_CF_CHAIN: put_seq_key(text, key); return;
    case WC_CF_UNDO:
        if (key.len > 8) {
            wc_buf_put_text(text, "of record ");
            wc_buf_put_decimal(text, (int64_t)wc_load_u64(key.data));
            wc_buf_put_text(text, ", up to ");
            wc_state_key_put_text(text, wc_slice_of(key.data + 8, key.len - 8));
            return;
        }
        break;
    case WC_CF_INDEX:
    case WC_CF_COUNT: break;
    }
    wc_buf_put_hex(text, key);
}

static void name_key(char place[WC_REPLAY_TEXT_MAX], wc_cf cf, wc_slice key)
{
    uint8_t bytes[4096];
    wc_buf text;
    wc_buf_init(&text, bytes, sizeof bytes);
    put_key(&text, cf, key);
    (void)snprintf(place, WC_REPLAY_TEXT_MAX, "%.*s", (int)text.len, (const char *)bytes);
}

/* ---- differences -------------------------------------------------------------------------------
 */

static void say_alone(wc_audit *audit, wc_cf cf, wc_slice key, bool is_stored)
{
    char place[WC_REPLAY_TEXT_MAX];
    name_key(place, cf, key);
    wc_audit_say(audit, place, "");
    wc_audit_stored(audit, is_stored ? "an entry" : "nothing");
    wc_audit_recomputed(audit, is_stored ? "nothing" : "an entry");
}

static void differ_state(wc_audit *audit, wc_slice key, wc_slice stored, wc_slice recomputed)
{
    char place[WC_REPLAY_TEXT_MAX], field[48];
    uint8_t bytes[32];
    wc_buf text;
    size_t at = 0;
    while (at < stored.len && at < recomputed.len && stored.data[at] == recomputed.data[at]) at++;
    name_key(place, WC_CF_STATE, key);
    wc_buf_init(&text, bytes, sizeof bytes);
    wc_state_field_put_text(&text, key.data[0], at);
    (void)snprintf(field, sizeof field, "%.*s", (int)text.len, (const char *)bytes);
    (void)wc_audit_differ_bytes(audit, place, field, stored, recomputed);
}

/* The recomputed chain signs nothing, so its records carry no certificate; those of the folder have
 * been compared and verified one by one. What remains is how the two parts are put together. */
static wc_slice record_alone(wc_slice value)
{
    wc_reader reader = wc_reader_of(value);
    wc_slice record = {NULL, 0};
    if (wc_read_str16(&reader, WC_RECORD_SIZE_MAX, &record) != WC_OK) return value;
    return record;
}

static void differ_value(wc_audit *audit, wc_cf cf, wc_slice key, wc_slice stored,
                         wc_slice recomputed)
{
    char place[WC_REPLAY_TEXT_MAX];
    if (cf == WC_CF_META && wc_slice_equal(key, wc_chain_head_key())) return; /* see replay.c */
    if (cf == WC_CF_CHAIN && key.len > 0 && key.data[0] == 'r') {
        stored = record_alone(stored);
        recomputed = record_alone(recomputed);
    }
    if (wc_slice_equal(stored, recomputed)) return;
    if (cf == WC_CF_STATE && key.len > 0) {
        differ_state(audit, key, stored, recomputed);
        return;
    }
    name_key(place, cf, key);
    (void)wc_audit_differ_bytes(audit, place, "", stored, recomputed);
}

/* ---- the walk ----------------------------------------------------------------------------------
 */

typedef struct side {
    const wc_store *store;
    wc_snapshot *snapshot;
    wc_store_iter iter;
    bool has;
    wc_slice key, value;
} side;

static void step(side *s)
{
    s->has = wc_store_iter_next(&s->iter, &s->key, &s->value);
}

static void begin(side *s, const wc_store *store, wc_cf cf)
{
    s->store = store;
    s->snapshot = wc_store_snapshot(store);
    s->iter = wc_store_iter_prefix(store, s->snapshot, cf, wc_slice_of(NULL, 0));
    step(s);
}

static void end(side *s)
{
    wc_store_iter_close(&s->iter);
    wc_store_release(s->store, s->snapshot);
}

static void compare_family(wc_audit *audit, wc_cf cf)
{
    side stored, recomputed;
    begin(&stored, audit->store, cf);
    begin(&recomputed, wc_chain_store(audit->chain), cf);
    while ((stored.has || recomputed.has) && !audit->has_difference) {
        int order = !stored.has       ? 1
                    : !recomputed.has ? -1
                                      : wc_slice_compare(stored.key, recomputed.key);
        if (order != 0) {
            say_alone(audit, cf, order < 0 ? stored.key : recomputed.key, order < 0);
            break;
        }
        differ_value(audit, cf, stored.key, stored.value, recomputed.value);
        if (cf == WC_CF_STATE) audit->report->state_keys++;
        step(&stored);
        step(&recomputed);
    }
    end(&stored);
    end(&recomputed);
}

void wc_audit_compare_families(wc_audit *audit)
{
    static const wc_cf families[] = {WC_CF_STATE, WC_CF_META, WC_CF_CHAIN, WC_CF_UNDO};
    for (size_t i = 0; i < WC_ARRAY_LEN(families) && !audit->has_difference; i++) {
        compare_family(audit, families[i]);
    }
}
