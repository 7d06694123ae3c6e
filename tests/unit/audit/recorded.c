/* The recorded chain, and copies of it. */
#include "tests/unit/audit/recorded.h"

#include <stdlib.h>

#include "node/ledger/meter.h"

/* ---- the chain ---------------------------------------------------------------------------------
 */

static void act(world *w, const wc_address *vault, world_actor who, vault_action action,
                wc_slice args)
{
    letter l = world_letter(w, who);
    (void)letter_call(&l, WC_CALL_ACTION, vault, (uint16_t)action, args);
    (void)world_send(w, &l);
}

static void register_meter(world *w)
{
    uint8_t bytes[WC_METER_SIZE_MAX];
    wc_buf buf;
    wc_meter meter = {.status = WC_METER_ACTIVE,
                      .operator_account = w->people[GRID].address,
                      .customer = w->people[ALICE].address,
                      .serial = wc_slice_of("WCM-0001", 8),
                      .point = wc_slice_of("CP-0001", 7),
                      .channels = 1,
                      .accuracy_class = 10,
                      .step_s = 900,
                      .valid_to_s = WORLD_START + 864000};
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_meter_put(&buf, &meter);
    letter l = world_letter(w, GRID);
    wc_slice args = world_abi(w, "px", &w->people[METER].address, wc_buf_slice(&buf));
    (void)letter_native(&l, WC_NATIVE_meter_register, args);
    assert_done(world_send(w, &l));
}

static void read_meter(world *w, const wc_address *vault, int64_t at)
{
    letter l = world_letter(w, METER);
    (void)letter_reading(&l, vault, VAULT_METERED, world_abi(w, "qqq", at, INT64_C(0), INT64_C(7)));
    assert_done(world_send(w, &l));
}

static void run_time_outs(world *w)
{
    static const world_actor alice[] = {ALICE};
    wc_hash code = world_deploy(w, clock_module(w, CLOCK_REPEAT, NULL));
    (void)world_instance(
        w, &code, 1, alice,
        world_abi(w, "ppq", &w->people[ALICE].address, &w->people[BOB].address, INT64_C(60)));
    for (int i = 0; i < 4; i++) (void)world_wait(w, 60);
}

void recorded_open(world *w, const char *folder)
{
    world_options options = {.folder = folder};
    world_open(w, &options);
    world_deposit(w, ALICE, 6000);
    wc_address vault = vault_open(w);
    letter l = world_letter(w, ALICE);
    uint8_t call =
        letter_call(&l, WC_CALL_ACTION, &vault, VAULT_FUND, world_abi(w, "q", INT64_C(500)));
    letter_ceiling(&l, call, ALICE, WORLD_CNY, 500);
    assert_done(world_send(w, &l));
    act(w, &vault, ALICE, VAULT_PAY, world_abi(w, "pq", &w->people[BOB].address, INT64_C(120)));
    act(w, &vault, BOB, VAULT_ADD, world_abi(w, "q", INT64_C(41)));
    act(w, &vault, BOB, VAULT_NOTE, world_abi(w, "q", INT64_C(5)));
    act(w, &vault, BOB, VAULT_PUT, world_abi(w, "qq", INT64_C(3), INT64_C(4)));
    act(w, &vault, BOB, VAULT_FAIL, world_abi(w, ""));
    act(w, &vault, BOB, VAULT_TRAP, world_abi(w, ""));

    wc_slice junk[2];
    l = world_letter(w, CAROL);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(w, "q", INT64_C(1)));
    l.draft.tx.nonce += 7; /* a gap: stands in the block as refused */
    junk[0] = letter_raw(&l);
    junk[1] = wc_slice_of("no transaction", 14);
    (void)world_seal(w, junk, 2);

    register_meter(w);
    w->now += 3600;
    read_meter(w, &vault, WORLD_START + 900);
    read_meter(w, &vault, WORLD_START + 1800);
    run_time_outs(w);
}

/* ---- copies ------------------------------------------------------------------------------------
 */

static wc_slice own(wc_slice bytes)
{
    uint8_t *copy = malloc(bytes.len + 1);
    assert_non_null(copy);
    if (bytes.len > 0) memcpy(copy, bytes.data, bytes.len);
    return wc_slice_of(copy, bytes.len);
}

static void disown(wc_slice bytes)
{
    void *memory;
    memcpy(&memory, &bytes.data, sizeof memory);
    free(memory);
}

recorded_copy recorded_take(const wc_store *store)
{
    recorded_copy copy = {NULL, 0};
    size_t capacity = 0;
    wc_snapshot *snapshot = wc_store_snapshot(store);
    for (int cf = WC_CF_META; cf < WC_CF_INDEX; cf++) {
        wc_slice key, value;
        wc_store_iter iter = wc_store_iter_prefix(store, snapshot, (wc_cf)cf, wc_slice_of(NULL, 0));
        while (wc_store_iter_next(&iter, &key, &value)) {
            if (copy.count == capacity) {
                capacity = capacity == 0 ? 256 : 2 * capacity;
                copy.entries = realloc(copy.entries, capacity * sizeof *copy.entries);
                assert_non_null(copy.entries);
            }
            copy.entries[copy.count++] = (recorded_entry){(wc_cf)cf, own(key), own(value)};
        }
        wc_store_iter_close(&iter);
    }
    wc_store_release(store, snapshot);
    return copy;
}

void recorded_drop(recorded_copy *copy)
{
    for (size_t i = 0; i < copy->count; i++) {
        disown(copy->entries[i].key);
        disown(copy->entries[i].value);
    }
    free(copy->entries);
    *copy = (recorded_copy){NULL, 0};
}

wc_store recorded_put(const recorded_copy *copy, size_t index, const wc_slice *value)
{
    wc_store store;
    assert_status(wc_store_open_memory(&store), WC_OK);
    wc_batch *batch = wc_batch_create(WC_STORE_BATCH_MAX);
    assert_non_null(batch);
    for (size_t i = 0; i < copy->count; i++) {
        const recorded_entry *entry = &copy->entries[i];
        if (i == index && value == NULL) continue;
        wc_batch_put(batch, entry->cf, entry->key, i == index ? *value : entry->value);
    }
    assert_status(wc_store_commit(&store, batch), WC_OK);
    wc_batch_destroy(batch);
    return store;
}

void recorded_replay(wc_replay_report *report, const recorded_copy *copy, size_t index,
                     const wc_slice *value)
{
    wc_replay_options options = {.threads = 1};
    wc_store store = recorded_put(copy, index, value);
    *report = (wc_replay_report){0};
    assert_status(wc_replay(report, &store, &options), WC_OK);
    wc_store_close(&store);
}

size_t recorded_find(const recorded_copy *copy, wc_cf cf, wc_slice prefix)
{
    for (size_t i = 0; i < copy->count; i++) {
        wc_slice key = copy->entries[i].key;
        if (copy->entries[i].cf != cf || key.len < prefix.len) continue;
        if (memcmp(key.data, prefix.data, prefix.len) == 0) return i;
    }
    fail_msg("no entry of family %s with this prefix", wc_cf_name(cf));
    return SIZE_MAX;
}

const char *recorded_difference(const wc_replay_report *report)
{
    static char text[2048];
    wc_buf buf;
    if (report->verdict != WC_REPLAY_DIFFERS) return "identical";
    wc_buf_init(&buf, text, sizeof text - 1);
    wc_replay_difference_put(&buf, &report->difference);
    text[buf.len] = '\0';
    return text;
}
