/* find: one text, everything it may mean. State first (people, contracts, codes, meters, offers),
 * then the records from the first to the last. */
#include <stdio.h>

#include "node/ledger/meter.h"
#include "node/ledger/offer.h"
#include "node/query/inside.h"
#include "node/query/when.h"

#define HITS_MAX   100u /* written; the others are counted */
#define TEXT_MAX   8192u
#define PREFIX_MIN 4u /* characters of an address or hash that are enough to look for */

typedef struct finder {
    wc_query *query;
    wc_outline *outline;
    wc_str text;
    bool is_hex, is_number, is_span, is_event_id;
    uint64_t number;
    int64_t from_s, to_s;
    wc_event_id event_id;
    uint64_t seen_seq; /* record that was reported last; UINT64_MAX: none */
    uint32_t hits;
} finder;

/* ---- hits --------------------------------------------------------------------------------------
 */

typedef struct hit {
    const char *kind;
    bool has_seq;
    uint64_t seq;
    wc_str what;
    const char *next_verb; /* "trace", with next_id; NULL: no next step */
    wc_str next_id;
} hit;

static void put_hit(finder *f, const hit *found)
{
    if (f->hits++ >= HITS_MAX) return;
    char place[32] = "", next[256] = "";
    if (found->has_seq) {
        (void)snprintf(place, sizeof place, "record %llu, ", (unsigned long long)found->seq);
    }
    if (found->next_verb != NULL) {
        (void)snprintf(next, sizeof next, "wattclause query %s %.*s", found->next_verb,
                       WC_STR_ARG(found->next_id));
    }
    wc_outline_open(f->outline, NULL);
    wc_outline_str(f->outline, "kind", wc_str_of(found->kind));
    if (found->has_seq) wc_outline_number(f->outline, "record", (int64_t)found->seq);
    wc_outline_str(f->outline, "what", found->what);
    if (next[0] != '\0') wc_outline_str(f->outline, "next", wc_str_of(next));
    wc_outline_close(f->outline);
    wc_outline_line(f->outline, "%-12s %s%.*s", found->kind, place, WC_STR_ARG(found->what));
    if (next[0] != '\0') wc_outline_line(f->outline, "             %s", next);
}

/* ---- matching ----------------------------------------------------------------------------------
 */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool equal_letters(wc_str a, wc_str b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.data[i]) != lower(b.data[i])) return false;
    }
    return true;
}

static bool starts_hash(const finder *f, const wc_hash *hash)
{
    if (!f->is_hex || f->text.len < PREFIX_MIN || f->text.len > 2 * WC_HASH_SIZE) return false;
    uint8_t memory[2 * WC_HASH_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_buf_put_hex(&buf, wc_slice_of(hash->bytes, sizeof hash->bytes));
    return equal_letters(f->text, (wc_str){(const char *)memory, f->text.len});
}

static bool means_address(const finder *f, const wc_address *address)
{
    char whole[WC_ADDRESS_TEXT_LEN + 1];
    if (starts_hash(f, address)) return true;
    if (equal_letters(f->text, wc_names_of(&f->query->names, address))) return true;
    if (f->text.len < PREFIX_MIN || f->text.len > WC_ADDRESS_TEXT_LEN) return false;
    wc_address_text(whole, address);
    return equal_letters(f->text, (wc_str){whole, f->text.len});
}

/* As a word of its own: "12.34" in "amount 12.34 CNY", not in "112.345 kWh". */
static bool holds_word(wc_str haystack, wc_str word)
{
    if (word.len < 3) return false;
    for (size_t i = 0; i + word.len <= haystack.len; i++) {
        if (memcmp(haystack.data + i, word.data, word.len) != 0) continue;
        char before = i == 0 ? ' ' : haystack.data[i - 1];
        char after = i + word.len == haystack.len ? ' ' : haystack.data[i + word.len];
        if (strchr(" (\"[{", before) != NULL && strchr(" ),\"]}:", after) != NULL) return true;
    }
    return false;
}

/* ---- state -------------------------------------------------------------------------------------
 */

typedef void (*entry_fn)(finder *f, const wc_address *address, wc_slice value);

static void found_party(finder *f, const wc_address *address, wc_slice value)
{
    wc_account account;
    uint8_t memory[256];
    wc_buf what;
    if (!means_address(f, address)) return;
    wc_buf_init(&what, memory, sizeof memory);
    wc_query_put_party(&what, f->query, address);
    bool is_device =
        wc_account_decode(&account, value) == WC_OK && account.kind == WC_ACCOUNT_DEVICE;
    char id[WC_ADDRESS_TEXT_LEN + 1];
    wc_address_text(id, address);
    wc_str name = wc_names_of(&f->query->names, address);
    if (name.len == 0) name = wc_str_of(id);
    hit found = {.kind = is_device ? "device" : "party",
                 .what = wc_query_text(&what),
                 .next_verb = is_device ? NULL : "statement",
                 .next_id = name};
    put_hit(f, &found);
}

static void found_contract(finder *f, const wc_address *address, wc_slice value)
{
    wc_instance_entry entry;
    uint8_t memory[512];
    wc_buf what;
    if (wc_instance_decode(&entry, value) != WC_OK) return;
    const wc_query_module *module = wc_query_module_of(f->query, &entry.code);
    if (module == NULL) return;
    if (!means_address(f, address) && !equal_letters(f->text, wc_query_contract_name(module))) {
        return;
    }
    wc_buf_init(&what, memory, sizeof memory);
    wc_query_put_contract(&what, f->query, address, module, &entry);
    hit found = {.kind = "contract", .what = wc_query_text(&what)};
    put_hit(f, &found);
}

static void found_module(finder *f, const wc_hash *code, wc_slice value)
{
    (void)value;
    const wc_query_module *module = wc_query_module_of(f->query, code);
    wc_str name = wc_query_contract_name(module);
    uint8_t memory[256];
    wc_buf what;
    if (!means_address(f, code) && !equal_letters(f->text, name)) return;
    wc_buf_init(&what, memory, sizeof memory);
    wc_buf_put(&what, name.data, name.len);
    wc_buf_put_text(&what, ", code ");
    wc_buf_put_hex(&what, wc_slice_of(code->bytes, sizeof code->bytes));
    hit found = {.kind = "code", .what = wc_query_text(&what)};
    put_hit(f, &found);
}

static void found_meter(finder *f, const wc_address *address, wc_slice value)
{
    wc_meter meter;
    uint8_t memory[512];
    wc_buf what;
    if (wc_meter_decode(&meter, value) != WC_OK) return;
    wc_str serial = {(const char *)meter.serial.data, meter.serial.len};
    wc_str point = {(const char *)meter.point.data, meter.point.len};
    if (!means_address(f, address) && !equal_letters(f->text, serial) &&
        !equal_letters(f->text, point)) {
        return;
    }
    wc_buf_init(&what, memory, sizeof memory);
    wc_names_put(&what, &f->query->names, address);
    wc_buf_put_text(&what, ", serial ");
    wc_buf_put_slice(&what, meter.serial);
    wc_buf_put_text(&what, ", connection point ");
    wc_buf_put_slice(&what, meter.point);
    wc_buf_put_text(&what, ", of ");
    wc_names_put(&what, &f->query->names, &meter.customer);
    wc_buf_put_text(&what, ", valid to ");
    wc_put_time(&what, meter.valid_to_s);
    hit found = {.kind = "meter", .what = wc_query_text(&what)};
    put_hit(f, &found);
}

static void found_offer(finder *f, const wc_hash *id, wc_slice value)
{
    wc_offer offer;
    uint8_t memory[1024];
    wc_buf what;
    if (!means_address(f, id) || wc_offer_decode(&offer, value) != WC_OK) return;
    wc_buf_init(&what, memory, sizeof memory);
    wc_query_put_offer(&what, f->query, id, &offer);
    wc_str name = wc_names_of(&f->query->names, &offer.proposer);
    hit found = {.kind = "offer",
                 .what = wc_query_text(&what),
                 .next_verb = name.len > 0 ? "inbox" : NULL,
                 .next_id = name};
    put_hit(f, &found);
}

static wc_status scan(finder *f, wc_space space, entry_fn fn)
{
    wc_state_key prefix = wc_key_space(space), after = {.len = 0};
    wc_slice key, value;
    wc_status status;
    while ((status = wc_chain_next(f->query->chain, wc_state_key_slice(&prefix),
                                   wc_state_key_slice(&after), &key, &value)) == WC_OK) {
        wc_address address;
        memcpy(after.bytes, key.data, key.len);
        after.len = (uint8_t)key.len;
        memcpy(address.bytes, key.data + 1, sizeof address.bytes);
        fn(f, &address, value);
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

/* ---- records -----------------------------------------------------------------------------------
 */

static void found_record(finder *f, const wc_visit *visit)
{
    const wc_chain_record *record = &visit->block->record;
    bool is_meant = (f->is_number && f->number == visit->seq) || starts_hash(f, &record->hash) ||
                    (f->is_span && visit->time_s >= f->from_s && visit->time_s < f->to_s);
    if (f->seen_seq == visit->seq || !is_meant) return;
    f->seen_seq = visit->seq;
    uint8_t memory[512];
    wc_buf what;
    wc_buf_init(&what, memory, sizeof memory);
    wc_put_time(&what, visit->time_s);
    wc_buf_put_text(&what, ", transactions ");
    wc_buf_put_decimal(&what, record->record.tx_count);
    wc_buf_put_text(&what, ", hash ");
    wc_buf_put_hex(&what, wc_slice_of(record->hash.bytes, sizeof record->hash.bytes));
    hit found = {
        .kind = "record", .has_seq = true, .seq = visit->seq, .what = wc_query_text(&what)};
    put_hit(f, &found);
}

static bool reads_in_span(const finder *f, const wc_tx *tx)
{
    for (uint8_t i = 0; tx != NULL && f->is_span && i < tx->call_count; i++) {
        const wc_tx_call *call = &tx->calls[i];
        bool is_reading = call->kind == WC_CALL_READINGS && call->carried == WC_CARRIED_DETACHED;
        if (!is_reading || !call->has_args || call->args.len < 16) continue;
        int64_t at = (int64_t)wc_load_u64(call->args.data);
        if (at >= f->from_s && at < f->to_s) return true;
    }
    return false;
}

static void found_tx(finder *f, const wc_visit *visit)
{
    const wc_receipt *receipt = &visit->page->receipt;
    bool is_reading = reads_in_span(f, visit->tx);
    if (receipt->kind != WC_RECEIPT_TX) return;
    if (!starts_hash(f, &receipt->subject) && !is_reading) return;
    uint8_t memory[TEXT_MAX], digits[16];
    wc_buf what, id;
    wc_buf_init(&what, memory, sizeof memory);
    wc_query_put_tx(&what, f->query, visit);
    wc_buf_init(&id, digits, sizeof digits);
    wc_buf_put_hex(&id, wc_slice_of(receipt->subject.bytes, 8));
    hit found = {.kind = is_reading ? "reading" : "transaction",
                 .has_seq = true,
                 .seq = visit->seq,
                 .what = wc_query_text(&what),
                 .next_verb = "trace",
                 .next_id = wc_query_text(&id)};
    put_hit(f, &found);
}

static void found_events(finder *f, const wc_visit *visit)
{
    wc_reader reader = wc_reader_of(visit->page->events);
    uint8_t memory[TEXT_MAX], digits[64];
    for (uint32_t i = 0; i < visit->page->event_count; i++) {
        wc_event event;
        wc_buf what, id;
        if (wc_event_read(&reader, &event) != WC_OK) return;
        bool is_named = f->is_event_id && f->event_id.seq == visit->seq &&
                        f->event_id.receipt == visit->receipt && f->event_id.event == i;
        wc_buf_init(&what, memory, sizeof memory);
        wc_query_put_event(&what, f->query, &event, 0);
        if (!is_named && !holds_word(wc_query_text(&what), f->text)) continue;
        wc_buf_init(&id, digits, sizeof digits);
        wc_event_id own = {visit->seq, visit->receipt, i};
        wc_event_id_put(&id, &own);
        hit found = {.kind = "event",
                     .has_seq = true,
                     .seq = visit->seq,
                     .what = wc_query_text(&what),
                     .next_verb = "trace",
                     .next_id = wc_query_text(&id)};
        put_hit(f, &found);
    }
}

static bool visit_receipt(void *self, const wc_visit *visit)
{
    finder *f = self;
    found_record(f, visit);
    found_tx(f, visit);
    found_events(f, visit);
    return true;
}

/* ---- the question ------------------------------------------------------------------------------
 */

static void understand(finder *f)
{
    wc_str text = f->text;
    f->is_hex = text.len > 0;
    f->is_number = text.len > 0 && text.len <= 18;
    for (size_t i = 0; i < text.len; i++) {
        char c = lower(text.data[i]);
        bool is_digit = c >= '0' && c <= '9';
        f->is_number = f->is_number && is_digit;
        f->is_hex = f->is_hex && (is_digit || (c >= 'a' && c <= 'f'));
        if (f->is_number) f->number = f->number * 10 + (uint64_t)(c - '0');
    }
    f->is_span = wc_parse_span(text, &f->from_s, &f->to_s) == WC_OK;
    f->is_event_id = wc_event_id_parse(&f->event_id, text);
}

wc_status wc_query_find(wc_query *query, wc_outline *outline, wc_str text)
{
    finder f = {.query = query, .outline = outline, .text = text, .seen_seq = UINT64_MAX};
    understand(&f);
    wc_outline_str(outline, "find", text);
    wc_outline_open_list(outline, "hits");
    wc_status status = scan(&f, WC_SPACE_ACCOUNT, found_party);
    if (status == WC_OK) status = scan(&f, WC_SPACE_METER, found_meter);
    if (status == WC_OK) status = scan(&f, WC_SPACE_INSTANCE, found_contract);
    if (status == WC_OK) status = scan(&f, WC_SPACE_MODULE, found_module);
    if (status == WC_OK) status = scan(&f, WC_SPACE_OFFER, found_offer);
    if (status == WC_OK) status = wc_query_walk(query, 1, UINT64_MAX, visit_receipt, &f);
    wc_outline_close(outline);
    wc_outline_number(outline, "hit_count", f.hits);
    if (f.hits > HITS_MAX) wc_outline_line(outline, "... and %u more", f.hits - HITS_MAX);
    if (status != WC_OK) return status;
    return f.hits > 0 ? WC_OK : WC_NOT_FOUND;
}
