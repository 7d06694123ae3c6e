/* The first state key that differs after a record, and its words; see bisect.h. */
#include <stdlib.h>
#include <string.h>

#include "node/audit/bisect.h"
#include "node/audit/state_text.h"
#include "node/ledger/asset.h"
#include "node/ledger/instance.h"
#include "vm/inspect.h"

/* ---- finding it --------------------------------------------------------------------------------
 */

static bool head_of(const wc_store *store, wc_head *head)
{
    uint8_t bytes[WC_CHAIN_STORED_HEAD];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    return wc_store_get(store, NULL, WC_CF_META, wc_chain_head_key(), &buf) && !buf.full &&
           wc_chain_head_decode(head, wc_buf_slice(&buf)) == WC_OK;
}

/* What a record found in the key when it changed it, copied; NOT_FOUND: it did not change it. A
 * part of the undo lies under its last key: the first that is not before the key holds it. */
static wc_status undo_of(const wc_store *store, uint64_t seq, wc_slice name, wc_arena *arena,
                         wc_slice *value)
{
    wc_chain_key wanted = wc_chain_undo_key(seq, name), end = wc_chain_undo_prefix(seq + 1);
    wc_snapshot *snapshot = wc_store_snapshot(store);
    wc_store_iter iter = wc_store_iter_range(store, snapshot, WC_CF_UNDO,
                                             wc_chain_key_slice(&wanted), wc_chain_key_slice(&end));
    wc_slice at, part, key, old;
    bool had, has_part = wc_store_iter_next(&iter, &at, &part);
    wc_reader reader = wc_reader_of(has_part ? part : wc_slice_of(NULL, 0));
    wc_status status = WC_NOT_FOUND;
    while (status == WC_NOT_FOUND && wc_reader_left(&reader) > 0) {
        if (wc_chain_undo_read(&reader, &key, &had, &old) != WC_OK) {
            status = WC_CORRUPT;
        } else if (wc_slice_equal(key, name)) {
            uint8_t *copy = had ? wc_arena_alloc(arena, old.len + 1, 1) : NULL;
            status = had && copy == NULL ? WC_NO_MEMORY : WC_OK;
            if (copy != NULL) memcpy(copy, old.data, old.len);
            *value = wc_slice_of(copy, copy == NULL ? 0 : old.len);
        }
    }
    wc_store_iter_close(&iter);
    wc_store_release(store, snapshot);
    return status;
}

/* The oldest undo entry behind seq holds the value as of seq; without one it is the newest. */
static wc_status value_at(const wc_store *store, uint64_t seq, uint64_t last, wc_slice key,
                          wc_arena *arena, wc_slice *value)
{
    for (uint64_t later = seq + 1; later <= last; later++) {
        wc_status status = undo_of(store, later, key, arena, value);
        if (status != WC_NOT_FOUND) return status;
    }
    return wc_store_get_copy(store, NULL, WC_CF_STATE, key, arena, value);
}

static bool is_same_value(wc_slice a, wc_slice b)
{
    return (a.data == NULL) == (b.data == NULL) && (a.data == NULL || wc_slice_equal(a, b));
}

typedef struct finder {
    wc_bisect_key *found;
    const wc_store *const *stores;
    uint64_t seq;
    wc_head heads[2];
    wc_bisect_written written; /* empty: any key */
    wc_arena *arena;
} finder;

static bool is_asked_for(const finder *f, wc_slice key)
{
    if (f->written.count == 0) return true;
    wc_hash k = wc_tree_key(key);
    for (size_t i = 0; i < f->written.count; i++) {
        if (wc_hash_equal(&f->written.list[i], &k)) return true;
    }
    return false;
}

/* A key that one of the sides wrote. */
static wc_status look_at(finder *f, wc_slice key, wc_slice before)
{
    wc_slice after[2];
    size_t mark = wc_arena_mark(f->arena);
    bool is_later = f->found->is_found &&
                    wc_slice_compare(key, wc_slice_of(f->found->bytes, f->found->len)) >= 0;
    if (is_later || !is_asked_for(f, key)) return WC_OK;
    for (int i = 0; i < 2; i++) {
        WC_TRY(value_at(f->stores[i], f->seq, f->heads[i].seq, key, f->arena, &after[i]));
    }
    if (is_same_value(after[0], after[1])) {
        wc_arena_rewind(f->arena, mark);
        return WC_OK;
    }
    f->found->is_found = true;
    memcpy(f->found->bytes, key.data, key.len);
    f->found->len = (uint8_t)key.len;
    f->found->after[0] = after[0];
    f->found->after[1] = after[1];
    f->found->before = wc_slice_of(NULL, 0);
    if (before.data == NULL) return WC_OK;
    uint8_t *copy = wc_arena_alloc(f->arena, before.len + 1, 1);
    if (copy == NULL) return WC_NO_MEMORY;
    memcpy(copy, before.data, before.len);
    f->found->before = wc_slice_of(copy, before.len);
    return WC_OK;
}

static wc_status look_at_part(finder *f, wc_slice part)
{
    wc_reader reader = wc_reader_of(part);
    while (wc_reader_left(&reader) > 0) {
        wc_slice key, old;
        bool had;
        if (wc_chain_undo_read(&reader, &key, &had, &old) != WC_OK) return WC_CORRUPT;
        WC_TRY(look_at(f, key, had ? old : wc_slice_of(NULL, 0)));
    }
    return WC_OK;
}

static wc_status look_through(finder *f, const wc_store *store, bool *has_undo)
{
    wc_chain_key prefix = wc_chain_undo_prefix(f->seq);
    wc_snapshot *snapshot = wc_store_snapshot(store);
    wc_store_iter iter =
        wc_store_iter_prefix(store, snapshot, WC_CF_UNDO, wc_chain_key_slice(&prefix));
    wc_slice key, value;
    wc_status status = WC_OK;
    *has_undo = false;
    while (status == WC_OK && wc_store_iter_next(&iter, &key, &value)) {
        *has_undo = true;
        status = look_at_part(f, value);
    }
    wc_store_iter_close(&iter);
    wc_store_release(store, snapshot);
    return status;
}

static wc_status find(finder *f)
{
    for (int i = 0; i < 2; i++) {
        bool has_undo;
        WC_TRY(look_through(f, f->stores[i], &has_undo));
        if (!has_undo) return WC_NOT_FOUND; /* every record writes at least a nonce or a time-out */
    }
    return WC_OK;
}

wc_status wc_bisect_state(wc_bisect_key *key, const wc_store *const stores[2], uint64_t seq,
                          wc_bisect_written written, wc_arena *arena)
{
    finder f = {.found = key, .stores = stores, .seq = seq, .written = written, .arena = arena};
    *key = (wc_bisect_key){0};
    for (int i = 0; i < 2; i++) {
        if (!head_of(stores[i], &f.heads[i]) || f.heads[i].seq < seq) return WC_NOT_FOUND;
    }
    WC_TRY(find(&f));
    if (key->is_found || written.count == 0) return WC_OK;
    f.written.count = 0;
    key->is_of_record = true;
    return find(&f);
}

/* ---- in words ----------------------------------------------------------------------------------
 */

typedef struct words {
    wc_buf *name;
    wc_buf *values;
    wc_query *query;
    const wc_bisect_key *key;
} words;

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

static wc_slice value_of(const words *w, int side)
{
    return side < 2 ? w->key->after[side] : w->key->before;
}

static void put_amounts(words *w, uint32_t asset)
{
    for (int i = 0; i < 3; i++) {
        int64_t amount = 0;
        wc_slice value = value_of(w, i);
        bool is_amount = value.data == NULL || wc_amount_decode(&amount, value) == WC_OK;
        if (is_amount) {
            wc_money_put(&w->values[i], &w->query->money, asset, amount);
        } else {
            wc_buf_put_text(&w->values[i], "not an amount");
        }
    }
}

static wc_address address_at(const wc_bisect_key *key, size_t at)
{
    wc_address address;
    memcpy(address.bytes, key->bytes + at, sizeof address.bytes);
    return address;
}

static void put_money_key(words *w)
{
    bool is_escrow = w->key->bytes[0] == WC_SPACE_ESCROW;
    wc_address owner = address_at(w->key, 1);
    uint32_t asset = wc_load_u32(w->key->bytes + w->key->len - 4);
    wc_buf_put_text(w->name, is_escrow ? "escrow of " : "free balance of ");
    if (is_escrow) {
        wc_address party = address_at(w->key, 33);
        wc_names_put(w->name, &w->query->names, &party);
        wc_buf_put_text(w->name, " in contract ");
    }
    wc_names_put(w->name, &w->query->names, &owner);
    put_amounts(w, asset);
}

static void put_contract(words *w, const wc_query_module *module, const wc_address *address)
{
    wc_buf_put_text(w->name, " of contract ");
    put_str(w->name, wc_query_contract_name(module));
    wc_buf_put_text(w->name, " ");
    wc_names_put(w->name, &w->query->names, address);
}

static void put_value(words *w, int side, const wc_module *module, uint16_t type, wc_slice bytes)
{
    const wc_decoder decoder = {.module = module, .names = &w->query->names, .items_max = 8};
    wc_decode_put(&w->values[side], &decoder, type, bytes);
}

/* An element of a collection, or its header. False: it is none of the module's. */
static bool put_field_key(words *w)
{
    wc_address address = address_at(w->key, 1);
    const wc_query_module *module = wc_query_contract(w->query, &address);
    uint16_t id = wc_load_u16(w->key->bytes + 33), field = 0;
    if (module == NULL) return false;
    const wc_module *code = module->module;
    while (field < code->field_count && code->fields[field].id != id) field++;
    if (field == code->field_count) return false;
    const wc_type *type = &code->types[code->fields[field].type];
    wc_slice element = wc_slice_of(w->key->bytes + 35, w->key->len - 35u);
    bool is_header = element.len == 0;
    wc_buf_put_text(w->name, is_header ? "length of " : "");
    wc_buf_put_text(w->name, "self.");
    put_str(w->name, code->strings[code->fields[field].name]);
    if (!is_header) {
        uint8_t memory[1024];
        wc_buf key;
        wc_buf_init(&key, memory, sizeof memory);
        wc_buf_put_text(w->name, "[");
        bool has_key = wc_inspect_key(code, field, element, &key) == WC_OK;
        const wc_decoder decoder = {.module = code, .names = &w->query->names, .items_max = 4};
        if (has_key && (type->kind == WC_TYPE_MAP || type->kind == WC_TYPE_SET)) {
            wc_decode_put(w->name, &decoder, type->item, wc_buf_slice(&key));
        } else {
            wc_buf_put_hex(w->name, element);
        }
        wc_buf_put_text(w->name, "]");
    }
    put_contract(w, module, &address);
    uint16_t of = type->kind == WC_TYPE_MAP ? type->value : type->item;
    for (int i = 0; i < 3; i++) {
        wc_slice value = value_of(w, i);
        if (value.data == NULL) {
            wc_buf_put_text(&w->values[i], "absent");
        } else if (is_header || value.len < 1) {
            wc_buf_put_hex(&w->values[i], value);
        } else {
            put_value(w, i, code, of, wc_slice_of(value.data + 1, value.len - 1));
        }
    }
    return true;
}

/* The first field of a tuple that two encodings do not share; false: none. */
static bool put_tuple_field(words *w, const wc_module *code, uint16_t tuple,
                            const wc_slice sides[2], const char *prefix)
{
    const wc_type *type = &code->types[tuple];
    wc_reader readers[2] = {wc_reader_of(sides[0]), wc_reader_of(sides[1])};
    const wc_decoder decoder = {.module = code};
    for (uint16_t f = 0; f < type->count; f++) {
        wc_slice values[2];
        for (int i = 0; i < 2; i++) {
            size_t start = readers[i].at;
            wc_buf dropped;
            wc_buf_init(&dropped, NULL, 0);
            if (wc_decode_value(&dropped, &decoder, type->fields[f].type, &readers[i]) != WC_OK) {
                return false;
            }
            values[i] = wc_slice_of(sides[i].data + start, readers[i].at - start);
        }
        if (wc_slice_equal(values[0], values[1])) continue;
        wc_buf_put_text(w->name, prefix);
        if (type->fields[f].name != WC_NONE) put_str(w->name, code->strings[type->fields[f].name]);
        for (int i = 0; i < 2; i++) put_value(w, i, code, type->fields[f].type, values[i]);
        return true;
    }
    return false;
}

/* What of a contract's record differs: its state, a field of its storage, a term. */
static bool put_instance_key(words *w)
{
    wc_address address = address_at(w->key, 1);
    const wc_query_module *module = wc_query_contract(w->query, &address);
    wc_instance_entry entries[2];
    wc_root_parts roots[2];
    if (module == NULL) return false;
    const wc_module *code = module->module;
    for (int i = 0; i < 2; i++) {
        if (w->key->after[i].data == NULL) return false;
        if (wc_instance_decode(&entries[i], w->key->after[i]) != WC_OK) return false;
        if (wc_root_read(code, entries[i].root, &roots[i]) != WC_OK) return false;
    }
    if (roots[0].state != roots[1].state) {
        wc_buf_put_text(w->name, "state");
        for (int i = 0; i < 2; i++) {
            if (roots[i].state >= code->state_count) return false;
            put_str(&w->values[i], code->strings[code->states[roots[i].state].name]);
        }
    } else {
        const wc_slice fields[2] = {roots[0].fields, roots[1].fields};
        const wc_slice terms[2] = {roots[0].terms, roots[1].terms};
        bool is_told =
            put_tuple_field(w, code, code->storage_type, fields, "self.") ||
            (code->terms_type != WC_NONE && put_tuple_field(w, code, code->terms_type, terms, ""));
        if (!is_told) return false;
    }
    put_contract(w, module, &address);
    return true;
}

/* Any key: its form, the name of the first byte that differs, and the bytes from there on. */
static void put_plain(words *w)
{
    wc_slice a = w->key->after[0], b = w->key->after[1];
    size_t at = 0;
    while (at < a.len && at < b.len && a.data[at] == b.data[at]) at++;
    wc_state_key_put_text(w->name, wc_slice_of(w->key->bytes, w->key->len));
    wc_buf_put_text(w->name, ", ");
    wc_state_field_put_text(w->name, w->key->bytes[0], at);
    for (int i = 0; i < 2; i++) {
        wc_slice value = w->key->after[i];
        if (value.data == NULL) {
            wc_buf_put_text(&w->values[i], "absent");
            continue;
        }
        size_t rest = value.len - at;
        wc_buf_put_hex(&w->values[i], wc_slice_of(value.data + at, rest < 32 ? rest : 32));
        wc_buf_put_text(&w->values[i], rest > 32 ? "... from byte " : " from byte ");
        wc_buf_put_decimal(&w->values[i], (int64_t)at);
    }
}

void wc_bisect_put_key(wc_buf *name, wc_buf values[3], wc_query *query, const wc_bisect_key *key)
{
    words w = {name, values, query, key};
    size_t starts[4] = {name->len, values[0].len, values[1].len, values[2].len};
    uint8_t space = key->bytes[0];
    if ((space == WC_SPACE_FREE && key->len == 37) ||
        (space == WC_SPACE_ESCROW && key->len == 69)) {
        put_money_key(&w);
        return;
    }
    bool is_told = (space == WC_SPACE_FIELD && key->len >= 35 && put_field_key(&w)) ||
                   (space == WC_SPACE_INSTANCE && key->len == 33 && put_instance_key(&w));
    if (is_told) return;
    name->len = starts[0]; /* begun in words that the values did not fit */
    values[0].len = starts[1];
    values[1].len = starts[2];
    values[2].len = starts[3];
    put_plain(&w);
}
