/* What the signed bytes say, for the people who sign them. */
#include <string.h>

#include "node/abi/abi.h"
#include "node/ledger/batch.h"
#include "node/ledger/natives.h"
#include "node/ledger/roles.h"
#include "node/query/batches.h"
#include "node/query/query.h"
#include "node/query/when.h"
#include "node/txfile/inside.h"
#include "vm/base/codec.h"
#include "vm/base/json.h"
#include "vm/base/text.h"
#include "vm/isa/abi.h"

typedef struct viewer {
    wc_json json;
    const wc_txfile *file;
    const wc_view_means *means;
} viewer;

static void add_address(viewer *v, const char *name, const wc_address *address)
{
    wc_json_name(&v->json, name);
    wc_buf_put_u8(v->json.buf, '"');
    wc_address_put(v->json.buf, address);
    wc_buf_put_u8(v->json.buf, '"');
}

static void add_time(viewer *v, const char *name, int64_t time_s)
{
    wc_json_name(&v->json, name);
    wc_buf_put_u8(v->json.buf, '"');
    wc_put_time(v->json.buf, time_s);
    wc_buf_put_u8(v->json.buf, '"');
}

/* ---- head ------------------------------------------------------------------------------------ */

static void view_signers(viewer *v)
{
    const wc_tx *tx = &v->file->tx;
    wc_json_open(&v->json, "signers", '[');
    for (uint8_t i = 0; i < tx->auth_count; i++) {
        unsigned signatures = 0;
        for (uint8_t s = 0; s < tx->sig_count; s++) signatures += tx->sigs[s].auth == i;
        wc_json_open_line(&v->json, NULL, '{');
        add_address(v, "account", &tx->auth[i].address);
        if (tx->auth[i].role != 0) {
            wc_json_add_str(&v->json, "role", wc_role_name(tx->auth[i].role));
        }
        wc_json_add_number(&v->json, "signatures", signatures);
        wc_json_close(&v->json);
    }
    wc_json_close(&v->json);
}

static void view_head(viewer *v)
{
    const wc_tx *tx = &v->file->tx;
    static const wc_hash none = {{0}};
    wc_json_add_hex(&v->json, "id", wc_slice_of(v->file->tx_id.bytes, WC_HASH_SIZE));
    wc_json_add_str(&v->json, "chain", (wc_str){(const char *)tx->chain_id.data, tx->chain_id.len});
    wc_json_add_hex(&v->json, "genesis_hash",
                    wc_slice_of(v->file->genesis_hash.bytes, WC_HASH_SIZE));
    view_signers(v);
    add_address(v, "payer", &tx->auth[tx->payer].address);
    wc_json_add_unsigned(&v->json, "gas_limit", tx->gas_limit);
    wc_json_add_scaled(&v->json, "max_fee", (int64_t)tx->max_fee, 6);
    wc_json_add_number(&v->json, "lane", tx->lane);
    wc_json_add_unsigned(&v->json, "nonce", tx->nonce);
    if (tx->valid_from_height != 0) {
        wc_json_add_unsigned(&v->json, "valid_from_height", tx->valid_from_height);
    }
    if (tx->expiry_height != 0) {
        wc_json_add_unsigned(&v->json, "expiry_height", tx->expiry_height);
    }
    add_time(v, "expires", tx->expiry_time_s);
    if (!wc_hash_equal(&tx->memo, &none)) {
        wc_json_add_hex(&v->json, "memo", wc_slice_of(tx->memo.bytes, WC_HASH_SIZE));
    }
}

/* ---- calls ----------------------------------------------------------------------------------- */

static void add_raw(viewer *v, const wc_tx_call *call)
{
    if (call->has_args) {
        wc_json_add_hex(&v->json, "arguments_hex", call->args);
    } else {
        wc_json_add_text(&v->json, "arguments", "not in this file");
    }
}

/* ---- a batch of readings --------------------------------------------------------------------- */

/* The page that a call reports for; NULL: it was not given. */
static const wc_txfile_page *page_of(const viewer *v, const wc_tx_call *call, const wc_batch *batch)
{
    for (size_t i = 0; i < v->means->page_count; i++) {
        const wc_txfile_page *page = &v->means->pages[i];
        bool is_it = page->number == batch->page && page->count == batch->count &&
                     wc_hash_equal(&page->instance, &call->target);
        if (is_it) return page;
    }
    return NULL;
}

static void add_kwh(viewer *v, const char *name, int64_t wh)
{
    uint8_t memory[WC_DECIMAL_MAX];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_put_scaled(&text, wh, WC_BATCH_SCALE);
    wc_json_add_str(&v->json, name, (wc_str){(const char *)memory, text.len});
}

static void add_reading(viewer *v, const wc_txfile_page *page, const wc_batch_reading *reading,
                        const wc_batch_reading *before)
{
    wc_address meter;
    wc_json_open_line(&v->json, NULL, '{');
    wc_json_add_number(&v->json, "slot", reading->slot);
    if (page != NULL && reading->slot < page->count) {
        memcpy(meter.bytes, page->meters.data + (size_t)reading->slot * WC_ADDRESS_SIZE,
               sizeof meter.bytes);
        add_address(v, "meter", &meter);
    }
    if (reading->quality != WC_QUALITY_MISSING) add_kwh(v, "kwh", reading->value);
    wc_json_add_text(&v->json, "quality", wc_quality_name(reading->quality));
    bool is_new =
        before != NULL && (before->quality != reading->quality || before->value != reading->value);
    if (is_new && before->quality != WC_QUALITY_MISSING) add_kwh(v, "was_kwh", before->value);
    if (is_new) wc_json_add_text(&v->json, "was", wc_quality_name(before->quality));
    wc_json_close(&v->json);
}

typedef struct batch_sums {
    int64_t wh;
    uint32_t changed;
    uint16_t tally[WC_QUALITY_COUNT];
    uint32_t interval;
} batch_sums;

/* False: a reading that is none, or a sum that is no energy. */
static bool sum_batch(batch_sums *sums, const wc_batch *batch)
{
    *sums = (batch_sums){.wh = 0};
    for (uint16_t n = 0; n < batch->count; n++) {
        wc_batch_reading reading;
        if (wc_batch_reading_at(&reading, batch->pieces, n) != WC_OK) return false;
        if (n > 0 && reading.interval != sums->interval) return false;
        sums->interval = reading.interval;
        if (wc_i64_add(sums->wh, reading.value, &sums->wh) != WC_OK) return false;
        sums->tally[reading.quality]++;
        if (batch->version == 0) continue;
        sums->changed += memcmp(batch->pieces.data + WC_BATCH_SIZE(n),
                                batch->prior_pieces.data + WC_BATCH_SIZE(n), WC_PIECE_SIZE) != 0;
    }
    return true;
}

static void add_readings(viewer *v, const wc_txfile_page *page, const wc_batch *batch)
{
    wc_json_open(&v->json, "readings", '[');
    for (uint16_t n = 0; n < batch->count; n++) {
        wc_batch_reading reading, before;
        bool is_reading = wc_batch_reading_at(&reading, batch->pieces, n) == WC_OK;
        wc_assert(is_reading); /* sum_batch read it */
        bool has_before =
            batch->version > 0 && wc_batch_reading_at(&before, batch->prior_pieces, n) == WC_OK;
        add_reading(v, page, &reading, has_before ? &before : NULL);
    }
    wc_json_close(&v->json);
}

/* False: the payload is not there, or is no batch of one interval; nothing was written. */
static bool view_batch(viewer *v, const wc_tx_call *call)
{
    wc_batch batch;
    batch_sums sums;
    if (call->carried != WC_CARRIED_PIECES || !call->has_args) return false;
    if (wc_batch_decode(&batch, call->args) != WC_OK || !sum_batch(&sums, &batch)) return false;
    const wc_txfile_page *page = page_of(v, call, &batch);
    add_address(v, "instance", &call->target);
    wc_json_add_number(&v->json, "action", call->method);
    wc_json_open(&v->json, "batch", '{');
    wc_json_add_number(&v->json, "page", batch.page);
    if (page != NULL) add_time(v, "at", (int64_t)sums.interval * page->step_s);
    if (page == NULL) wc_json_add_number(&v->json, "interval", sums.interval);
    wc_json_add_number(&v->json, "version", batch.version);
    if (batch.version > 0) {
        wc_json_add_hex(&v->json, "corrects", wc_slice_of(batch.prior_root.bytes, WC_HASH_SIZE));
        wc_json_add_number(&v->json, "changed", sums.changed);
    }
    wc_json_add_number(&v->json, "count", batch.count);
    for (size_t q = 0; q < WC_QUALITY_COUNT; q++) {
        wc_json_add_number(&v->json, wc_quality_name((wc_quality)q), sums.tally[q]);
    }
    add_kwh(v, "kwh", sums.wh);
    add_readings(v, page, &batch);
    wc_json_close(&v->json);
    return true;
}

/* ---- actions, creations, native calls -------------------------------------------------------- */

/* The action that a module has under this number, when the arguments are of its parameters. */
static const wc_entry *fitting_action(const wc_view_module *module, const wc_tx_call *call)
{
    size_t bad;
    const wc_entry *action = wc_query_action(module->module, call->method);
    if (action == NULL || !call->has_args) return NULL;
    return wc_abi_check(module->module, action->args, call->args, &bad) == WC_OK ? action : NULL;
}

static void view_action(viewer *v, const wc_tx_call *call)
{
    add_address(v, "instance", &call->target);
    for (size_t i = 0; i < v->means->module_count; i++) {
        const wc_entry *action = fitting_action(&v->means->modules[i], call);
        if (action == NULL) continue;
        const wc_module *module = v->means->modules[i].module;
        wc_reader reader = wc_reader_of(call->args);
        wc_json_add_text(&v->json, "shown_by", v->means->modules[i].path);
        wc_json_add_str(&v->json, "action", module->strings[action->name]);
        wc_assert(wc_abi_put_fields(&v->json, "arguments", module, action->args, &reader) == WC_OK);
        return;
    }
    wc_json_add_number(&v->json, "action", call->method);
    add_raw(v, call);
}

/* Parties by name, then terms; false: the module is another one or the bytes do not fit it. */
static bool view_terms(viewer *v, const wc_view_module *known, const wc_tx_call *call)
{
    const wc_module *module = known->module;
    size_t bad, party_bytes = 32 * (size_t)module->party_count;
    if (!wc_hash_equal(&known->code, &call->target) || !call->has_args) return false;
    if (call->args.len < party_bytes) return false;
    wc_slice terms = wc_slice_of(call->args.data + party_bytes, call->args.len - party_bytes);
    if (wc_abi_check(module, module->terms_type, terms, &bad) != WC_OK) return false;
    wc_json_add_text(&v->json, "shown_by", known->path);
    wc_json_open(&v->json, "parties", '{');
    for (uint16_t i = 0; i < module->party_count; i++) {
        wc_address party;
        memcpy(party.bytes, call->args.data + 32 * (size_t)i, sizeof party.bytes);
        wc_json_name_ahead(&v->json, module->strings[module->parties[i].name]);
        add_address(v, NULL, &party);
    }
    wc_json_close(&v->json);
    wc_reader reader = wc_reader_of(terms);
    wc_assert(wc_abi_put_fields(&v->json, "terms", module, module->terms_type, &reader) == WC_OK);
    return true;
}

static void view_create(viewer *v, const wc_tx_call *call)
{
    wc_json_add_hex(&v->json, "code", wc_slice_of(call->target.bytes, WC_HASH_SIZE));
    for (size_t i = 0; i < v->means->module_count; i++) {
        if (view_terms(v, &v->means->modules[i], call)) return;
    }
    add_raw(v, call);
}

static void view_native(viewer *v, const wc_tx_call *call)
{
    const wc_native_entry *native = wc_native_find(call->method);
    wc_address target = wc_native_target();
    if (native == NULL || !wc_hash_equal(&target, &call->target)) {
        wc_json_add_number(&v->json, "native", call->method);
        add_address(v, "target", &call->target);
        add_raw(v, call);
        return;
    }
    wc_json_add_str(&v->json, "native", native->name);
    wc_json_add_str(&v->json, "does", native->text);
    wc_json before = v->json;
    size_t mark = v->json.buf->len;
    wc_json_open(&v->json, "arguments", '{');
    if (call->has_args && wc_native_view(&v->json, native->args, call->args)) {
        wc_json_close(&v->json);
        return;
    }
    v->json = before;
    v->json.buf->len = mark;
    add_raw(v, call);
}

static void view_call_signers(viewer *v, const wc_tx_call *call)
{
    const wc_tx *tx = &v->file->tx;
    wc_json_open(&v->json, "signers", '[');
    for (uint8_t i = 0; i < tx->auth_count; i++) {
        if ((call->auth_mask >> i & 1) != 0) add_address(v, NULL, &tx->auth[i].address);
    }
    wc_json_close(&v->json);
    add_address(v, "principal", &tx->auth[call->principal].address);
}

static void view_ceilings(viewer *v, const wc_tx_call *call)
{
    if (call->debit_count == 0) return;
    wc_json_open(&v->json, "may_debit_at_most", '[');
    for (uint8_t i = 0; i < call->debit_count; i++) {
        wc_json_open_line(&v->json, NULL, '{');
        add_address(v, "account", &v->file->tx.auth[call->debits[i].auth].address);
        wc_json_add_number(&v->json, "asset", call->debits[i].asset);
        wc_json_add_decimal(&v->json, "minor_units", call->debits[i].max);
        wc_json_close(&v->json);
    }
    wc_json_close(&v->json);
}

static void view_call(viewer *v, const wc_tx_call *call)
{
    wc_json_open(&v->json, NULL, '{');
    wc_json_add_text(&v->json, "call", wc_scope_name(call->kind));
    wc_hash code;
    switch (call->kind) {
    case WC_CALL_ACTION: view_action(v, call); break;
    case WC_CALL_READINGS:
        if (!view_batch(v, call)) view_action(v, call);
        break;
    case WC_CALL_INSTANTIATE: view_create(v, call); break;
    case WC_CALL_NATIVE: view_native(v, call); break;
    case WC_CALL_DEPLOY:
        code = wc_code_id(call->args);
        wc_json_add_hex(&v->json, "code", wc_slice_of(code.bytes, sizeof code.bytes));
        wc_json_add_number(&v->json, "bytes", (int64_t)call->args.len);
        break;
    case WC_CALL_KIND_COUNT: break;
    }
    if (call->carried == WC_CARRIED_PIECES) wc_json_add_number(&v->json, "pieces", call->pieces);
    if (wc_tx_call_is_detached(call)) {
        wc_json_add_hex(&v->json, "payload_hash",
                        wc_slice_of(call->payload_hash.bytes, WC_HASH_SIZE));
    }
    view_call_signers(v, call);
    view_ceilings(v, call);
    wc_json_close(&v->json);
}

/* ---- names ----------------------------------------------------------------------------------- */

/* Marks the names of the addresses that a text shows. */
static void mark_shown(bool *is_shown, const wc_names *names, wc_str text)
{
    wc_address address;
    for (size_t at = 0; at + WC_ADDRESS_TEXT_LEN <= text.len; at++) {
        if (text.data[at] != 'w') continue;
        wc_str word = {text.data + at, WC_ADDRESS_TEXT_LEN};
        if (wc_address_parse(&address, word) != WC_OK) continue;
        at += WC_ADDRESS_TEXT_LEN - 1;
        for (uint32_t i = 0; i < names->count; i++) {
            if (wc_address_equal(&names->list[i].address, &address)) is_shown[i] = true;
        }
    }
}

/* Beside the values, because nobody signs a name. */
static void view_names(viewer *v)
{
    bool is_shown[WC_NAMES_MAX] = {false};
    const wc_names *names = v->means->names;
    if (names == NULL || names->count == 0) return;
    mark_shown(is_shown, names, (wc_str){(const char *)v->json.buf->data, v->json.buf->len});
    wc_json_open(&v->json, "names", '[');
    for (uint32_t i = 0; i < names->count; i++) {
        if (!is_shown[i]) continue;
        wc_json_open_line(&v->json, NULL, '{');
        wc_json_add_str(&v->json, "name", names->list[i].id);
        add_address(v, "is", &names->list[i].address);
        wc_json_close(&v->json);
    }
    wc_json_close(&v->json);
}

void wc_txfile_view(wc_buf *text, const wc_txfile *file, const wc_view_means *means)
{
    viewer v = {wc_json_to(text), file, means};
    wc_json_open(&v.json, NULL, '{');
    view_head(&v);
    wc_json_open(&v.json, "calls", '[');
    for (uint8_t i = 0; i < file->tx.call_count; i++) view_call(&v, &file->tx.calls[i]);
    wc_json_close(&v.json);
    view_names(&v);
    wc_json_close(&v.json);
}
