/* From an outcome and a host to what a vector expects. Members that say nothing are left out, as in
 * the files. */
#include "tests/conformance/world.h"

#include "vm/base/codec.h"
#include "vm/isa/isa.h"

json_t *world_hex(wc_slice bytes)
{
    static const char digits[] = "0123456789abcdef";
    static char text[2 * WORLD_BYTES + 1];
    wc_assert(bytes.len <= WORLD_BYTES);
    for (size_t i = 0; i < bytes.len; i++) {
        text[2 * i] = digits[bytes.data[i] >> 4];
        text[2 * i + 1] = digits[bytes.data[i] & 15];
    }
    return json_stringn(text, 2 * bytes.len);
}

static json_t *party_hex(const wc_party *party)
{
    return world_hex(wc_slice_of(party->bytes, sizeof party->bytes));
}

/* A list is named only when it has something. */
static void set_list(json_t *found, const char *name, json_t *list)
{
    if (json_array_size(list) > 0) json_object_set(found, name, list);
    json_decref(list);
}

/* ---- state --------------------------------------------------------------------------------------
 */

static wc_slice key_of(const wc_fake_entry *entry)
{
    return wc_slice_of(entry->key, entry->key_len);
}

static void add_write(json_t *list, wc_slice key, json_t *value)
{
    json_array_append_new(list, json_pack("[oo]", world_hex(key), value));
}

/* Both hosts hold their entries in key order: one merge finds what differs. */
static json_t *writes_of(const wc_fake_host *before, const wc_fake_host *after)
{
    json_t *list = json_array();
    size_t i = 0, k = 0;
    while (i < before->entry_count || k < after->entry_count) {
        const wc_fake_entry *old = i < before->entry_count ? &before->entries[i] : NULL;
        const wc_fake_entry *new = k < after->entry_count ? &after->entries[k] : NULL;
        int order = old == NULL ? 1 : new == NULL ? -1 : wc_slice_compare(key_of(old), key_of(new));
        i += order <= 0;
        k += order >= 0;
        if (order < 0) {
            add_write(list, key_of(old), json_null());
            continue;
        }
        wc_slice value = wc_slice_of(new->value, new->value_len);
        bool is_same = order == 0 && wc_slice_equal(wc_slice_of(old->value, old->value_len), value);
        if (!is_same) add_write(list, key_of(new), world_hex(value));
    }
    return list;
}

static json_t *balances_of(const world *w)
{
    json_t *list = json_array();
    for (size_t i = 0; i < w->host.account_count; i++) {
        const wc_fake_account *now = &w->host.accounts[i];
        wc_fake_host before = w->start; /* makes the account when it is new */
        const wc_fake_account then = *wc_fake_account_of(&before, &now->party);
        for (size_t c = 0; c < WC_FAKE_ASSETS_MAX; c++) {
            if (then.free[c] == now->free[c] && then.escrow[c] == now->escrow[c]) continue;
            json_array_append_new(list, json_pack("[oIII]", party_hex(&now->party), (json_int_t)c,
                                                  now->free[c], now->escrow[c]));
        }
    }
    return list;
}

/* ---- the log of the host ------------------------------------------------------------------------
 */

typedef struct log_lists {
    json_t *postings, *events, *views, *sends;
    json_int_t unlocked;
} log_lists;

static int64_t take_number(wc_reader *log)
{
    int64_t number = 0;
    wc_assert(wc_read_i64(log, &number) == WC_OK);
    return number;
}

static wc_slice take_bytes(wc_reader *log, size_t len)
{
    wc_slice bytes;
    wc_assert(wc_read_slice(log, len, &bytes) == WC_OK);
    return bytes;
}

static wc_slice take_slice(wc_reader *log)
{
    return take_bytes(log, (size_t)take_number(log));
}

static json_t *take_posting(wc_reader *log)
{
    static const char *const moves[] = {"lock", "unlock", "pay", "redeem"};
    const char *move = moves[take_number(log)];
    json_t *from = world_hex(take_bytes(log, 32));
    json_t *to = world_hex(take_bytes(log, 32));
    int64_t currency = take_number(log);
    int64_t amount = take_number(log);
    json_t *reference = world_hex(take_slice(log));
    int64_t function = take_number(log);
    int64_t word = take_number(log);
    return json_pack("[sooIIoII]", move, from, to, currency, amount, reference, function, word);
}

static json_t *take_call(wc_reader *log)
{
    json_t *instance = world_hex(take_bytes(log, 32));
    int64_t method = take_number(log);
    return json_pack("[oIo]", instance, method, world_hex(take_slice(log)));
}

static log_lists read_log(const wc_fake_host *host)
{
    log_lists lists = {json_array(), json_array(), json_array(), json_array(), 0};
    wc_reader log = wc_reader_of(wc_fake_log(host));
    while (wc_reader_left(&log) > 0) {
        uint8_t what = take_bytes(&log, 1).data[0];
        switch (what) {
        case 'S':
            (void)take_slice(&log);
            (void)take_slice(&log);
            break;
        case 'R': (void)take_slice(&log); break;
        case 'U': lists.unlocked++; break;
        case 'P': json_array_append_new(lists.postings, take_posting(&log)); break;
        case 'V': json_array_append_new(lists.views, take_call(&log)); break;
        case 'Q': json_array_append_new(lists.sends, take_call(&log)); break;
        default: {
            wc_assert(what == 'E');
            int64_t event = take_number(&log);
            json_array_append_new(lists.events,
                                  json_pack("[Io]", event, world_hex(take_slice(&log))));
        }
        }
    }
    return lists;
}

/* ---- outcomes -----------------------------------------------------------------------------------
 */

static void describe_effects(const world *w, json_t *found)
{
    log_lists lists = read_log(&w->host);
    set_list(found, "writes", writes_of(&w->start, &w->host));
    set_list(found, "balances", balances_of(w));
    set_list(found, "postings", lists.postings);
    set_list(found, "events", lists.events);
    set_list(found, "views", lists.views);
    set_list(found, "sends", lists.sends);
    if (lists.unlocked != 0) json_object_set_new(found, "unlocked", json_integer(lists.unlocked));
}

static void describe_success(const wc_outcome *outcome, json_t *found)
{
    json_object_set_new(found, "state", json_integer(outcome->state));
    if (outcome->root_changed) json_object_set_new(found, "root", world_hex(outcome->root));
    if (outcome->result.len != 0) json_object_set_new(found, "result", world_hex(outcome->result));
    if (outcome->entered) json_object_set_new(found, "entered", json_true());
    if (outcome->final) json_object_set_new(found, "final", json_true());
    if (outcome->retimed) json_object_set_new(found, "retimed", json_true());
    if (outcome->rebound) json_object_set_new(found, "rebound", json_true());
    if (outcome->has_due) {
        json_object_set_new(found, "due",
                            json_pack("[II]", outcome->due, (json_int_t)outcome->due_entry));
    }
    if (outcome->prepaid != 0) {
        json_object_set_new(found, "prepaid", json_integer((json_int_t)outcome->prepaid));
    }
}

static void describe_trap(const wc_outcome *outcome, json_t *found)
{
    json_t *operands = json_array();
    for (uint8_t i = 0; i < outcome->operand_count; i++) {
        json_array_append_new(operands, json_integer(outcome->operands[i]));
    }
    json_object_set_new(found, "code", json_string(wc_trap_name(outcome->code)));
    json_object_set_new(found, "operands", operands);
}

static void describe_failure(const wc_outcome *outcome, json_t *found)
{
    json_t *at = outcome->function == WC_NONE
                     ? json_null()
                     : json_pack("[ii]", (int)outcome->function, (int)outcome->word);
    json_object_set_new(found, "at", at);
    if (outcome->kind == WC_OUTCOME_TRAP) {
        describe_trap(outcome, found);
    } else if (outcome->kind != WC_OUTCOME_CALLEE) {
        json_t *code = outcome->kind == WC_OUTCOME_ERROR
                           ? json_integer(outcome->code)
                           : json_string(wc_builtin_name(outcome->code));
        json_object_set_new(found, "code", code);
        json_object_set_new(found, "args", world_hex(outcome->args));
    }
}

json_t *world_describe_outcome(const wc_outcome *outcome)
{
    static const char *const kinds[] = {
        [WC_OUTCOME_OK] = "ok",           [WC_OUTCOME_ERROR] = "error",
        [WC_OUTCOME_BUILTIN] = "builtin", [WC_OUTCOME_TRAP] = "trap",
        [WC_OUTCOME_CALLEE] = "callee",
    };
    json_t *found = json_object();
    json_object_set_new(found, "kind", json_string(kinds[outcome->kind]));
    json_object_set_new(found, "gas", json_integer((json_int_t)outcome->gas_used));
    if (outcome->kind == WC_OUTCOME_OK) {
        describe_success(outcome, found);
    } else {
        describe_failure(outcome, found);
    }
    return found;
}

json_t *world_describe(const world *w)
{
    json_t *found = world_describe_outcome(&w->outcome);
    if (w->outcome.kind == WC_OUTCOME_OK) describe_effects(w, found);
    return found;
}
