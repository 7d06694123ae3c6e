/* Reading receipts: postings, and the events of the demo's contracts. */
#include "node/demo/book.h"

#include "node/demo/fields.h"
#include "node/ledger/asset.h"

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* ---- parties and contracts ----------------------------------------------------------------------
 */

wc_actor_id wc_book_actor(const wc_book *book, const wc_address *address)
{
    for (uint32_t i = 0; i < WC_ACTOR_COUNT; i++) {
        if (wc_hash_equal(&book->client->cast->actors[i].address, address)) return (wc_actor_id)i;
    }
    return WC_ACTOR_COUNT;
}

void wc_book_know(wc_book *book, const wc_address *address, wc_contract_id contract, uint32_t day,
                  wc_actor_id whose)
{
    if (book->client->has_failed) return;
    if (book->known_count == book->known_max ||
        !wc_index_add(&book->by_address, address, book->known_count)) {
        wc_client_fail(book->client, "more contracts than the book has room for");
        return;
    }
    book->known[book->known_count++] = (wc_known){*address, contract, day, whose};
}

/* ---- postings -----------------------------------------------------------------------------------
 */

static wc_sub_balance *sub_of(wc_book *book, const wc_sub_account *account, uint32_t asset)
{
    uint8_t head[5] = {(uint8_t)account->kind};
    wc_store_u32(head + 1, asset);
    wc_slice parts[3] = {wc_slice_of(head, sizeof(head)), wc_slice_of(account->owner.bytes, 32),
                         wc_slice_of(account->party.bytes, 32)};
    wc_hash key = wc_sha256(parts, 3);
    uint32_t at = wc_index_find(&book->by_sub, &key);
    if (at != WC_INDEX_NONE) return &book->subs[at];
    if (book->sub_count == book->sub_max || !wc_index_add(&book->by_sub, &key, book->sub_count)) {
        wc_client_fail(book->client, "more accounts than the book has room for");
        return NULL;
    }
    book->subs[book->sub_count] = (wc_sub_balance){.account = *account, .asset = asset};
    return &book->subs[book->sub_count++];
}

static void on_posting(wc_book *book, wc_slice data)
{
    wc_ledger_posting posting;
    if (wc_posting_decode(&posting, data) != WC_OK) {
        wc_client_fail(book->client, "a posting does not decode");
        return;
    }
    wc_sub_balance *from = sub_of(book, &posting.from, posting.asset);
    wc_sub_balance *to = sub_of(book, &posting.to, posting.asset);
    if (from == NULL || to == NULL) return;
    from->balance -= posting.amount;
    to->balance += posting.amount;
}

static int64_t state_of(wc_book *book, const wc_sub_balance *sub)
{
    const wc_sub_account *account = &sub->account;
    if (account->kind == WC_SUB_ESCROW) {
        return wc_chain_escrow(book->client->chain, &account->owner, &account->party, sub->asset);
    }
    if (account->kind == WC_SUB_FREE) {
        return wc_chain_free(book->client->chain, &account->owner, sub->asset);
    }
    return 0; /* reserves live inside one transaction */
}

/* Issued less redeemed, as the state has it. */
static int64_t supply_of(wc_book *book, uint32_t asset)
{
    wc_state_key key = wc_key_asset(asset);
    wc_slice value;
    wc_asset entry;
    if (wc_chain_get(book->client->chain, &key, &value) != WC_OK ||
        wc_asset_decode(&entry, value) != WC_OK) {
        wc_client_fail(book->client, "asset %u is not in the state", asset);
        return 0;
    }
    return entry.issued - entry.redeemed;
}

int64_t wc_book_ledger_difference(wc_book *book)
{
    wc_address issuance = wc_address_system(WC_SYSTEM_ISSUANCE);
    int64_t supply = supply_of(book, WC_DAY_ASSET_CNY);
    int64_t difference = 0, sum = 0;
    for (uint32_t i = 0; i < book->sub_count; i++) {
        const wc_sub_balance *sub = &book->subs[i];
        if (sub->asset != WC_DAY_ASSET_CNY) continue;
        bool is_issuance = wc_hash_equal(&sub->account.owner, &issuance);
        int64_t state = is_issuance ? -supply : state_of(book, sub);
        difference += distance(sub->balance, state);
        sum += state;
    }
    return difference + distance(sum, 0);
}

int64_t wc_book_client_balance(wc_book *book, wc_actor_id actor)
{
    const wc_address *address = &book->client->cast->actors[actor].address;
    int64_t balance = 0;
    for (uint32_t i = 0; i < book->sub_count; i++) {
        const wc_sub_account *account = &book->subs[i].account;
        if (book->subs[i].asset != WC_DAY_ASSET_CNY) continue;
        const wc_address *owner =
            account->kind == WC_SUB_ESCROW ? &account->party : &account->owner;
        if (wc_hash_equal(owner, address)) balance += state_of(book, &book->subs[i]);
    }
    return balance;
}

/* ---- events of contracts ------------------------------------------------------------------------
 */

/* Quarter of the day that starts at `at`. */
static uint32_t quarter_of(wc_book *book, const wc_known *known, int64_t at)
{
    int64_t start = book->first_s + (int64_t)known->day * 86400;
    int64_t quarter = (at - start) / 900;
    if (quarter >= 0 && quarter < (int64_t)WC_DAY_QUARTERS) return (uint32_t)quarter;
    wc_client_fail(book->client, "an event of another day than its contract's");
    return 0;
}

static wc_actor_id row_of(wc_book *book, wc_fields *fields, const char *name)
{
    wc_hash party = wc_field_party(fields, name);
    wc_actor_id actor = wc_book_actor(book, &party);
    if (actor < WC_ACTOR_ROWS) return actor;
    wc_client_fail(book->client, "an event names a %s who has no row", name);
    return WC_ACTOR_GRID;
}

/* Names of std.settle's components that are energy changing hands. */
static bool is_energy(const wc_fields *fields, int64_t component)
{
    const wc_type *tag = &fields->module->types[fields->tuple->fields[0].type];
    if (tag->kind != WC_TYPE_TAG || component >= tag->count) return false;
    wc_str name = fields->module->strings[tag->variants[component].name];
    return wc_str_equal(name, WC_STR("Energy")) || wc_str_equal(name, WC_STR("Surplus")) ||
           wc_str_equal(name, WC_STR("Shortage"));
}

static void on_line(wc_book *book, const wc_known *known, wc_fields *fields)
{
    wc_day_book *day = &book->days[known->day];
    int64_t component = wc_field_number(fields, "component");
    wc_actor_id payer = row_of(book, fields, "payer");
    wc_actor_id payee = row_of(book, fields, "payee");
    day->lines_paid[payer] += wc_field_number(fields, "amount");
    if (!is_energy(fields, component)) return;
    int64_t wh = wc_field_number(fields, "quantity") / 100; /* five decimals of kWh to three */
    day->bought_wh[payer] += wh;
    day->sold_wh[payee] += wh;
}

static void on_clearing(wc_book *book, const wc_known *known, wc_fields *fields)
{
    wc_day_book *day = &book->days[known->day];
    int64_t price = wc_field_number(fields, "price");
    if (day->cleared == 0 || price < day->price_low) day->price_low = price;
    if (day->cleared == 0 || price > day->price_high) day->price_high = price;
    day->cleared++;
    day->volume_wh += wc_field_number(fields, "volume");
}

static void on_instruct(wc_book *book, const wc_known *known, wc_fields *fields)
{
    wc_day_book *day = &book->days[known->day];
    if (day->leg_count == WC_DAY_LEGS_MAX) {
        wc_client_fail(book->client, "more legs than the book has room for");
        return;
    }
    wc_leg *leg = &day->legs[day->leg_count++];
    char text[WC_FIELD_TEXT_MAX];
    *leg = (wc_leg){.status = WC_LEG_INSTRUCTED,
                    .payer = known->whose,
                    .payee = row_of(book, fields, "to"),
                    .amount = wc_field_number(fields, "amount")};
    wc_field_text(fields, "account", leg->account);
    wc_field_text(fields, "end_to_end", text);
    text[WC_BANK_REFERENCE_MAX - 1] = '\0';
    memcpy(leg->end_to_end, text, WC_BANK_REFERENCE_MAX);
    wc_field_text(fields, "replaces", text);
    leg->is_reissue = text[0] != '\0';
}

static wc_leg *leg_of(wc_book *book, const wc_known *known, wc_fields *fields)
{
    wc_day_book *day = &book->days[known->day];
    char text[WC_FIELD_TEXT_MAX];
    wc_field_text(fields, "end_to_end", text);
    for (uint32_t i = 0; i < day->leg_count; i++) {
        if (strcmp(day->legs[i].end_to_end, text) == 0) return &day->legs[i];
    }
    wc_client_fail(book->client, "a fact about a leg that was never instructed");
    return NULL;
}

static void on_booked(wc_book *book, const wc_known *known, wc_fields *fields)
{
    wc_day_book *day = &book->days[known->day];
    wc_leg *leg = leg_of(book, known, fields);
    if (leg == NULL) return;
    int64_t amount = wc_field_number(fields, "amount");
    leg->status = WC_LEG_BOOKED;
    day->paid[leg->payer] += amount;
    day->received[leg->payee] += amount;
    day->has_leg[leg->payer] = day->has_leg[leg->payee] = true;
    if (leg->is_reissue) day->is_reissued[leg->payee] = true;
}

static void on_split(wc_book *book, const wc_known *known, const wc_code *code, uint16_t event,
                     wc_fields *fields)
{
    wc_day_book *day = &book->days[known->day];
    if (wc_event_is(code, event, "Instruct")) on_instruct(book, known, fields);
    if (wc_event_is(code, event, "LegBooked")) on_booked(book, known, fields);
    if (wc_event_is(code, event, "LegHeld")) {
        wc_leg *leg = leg_of(book, known, fields);
        if (leg != NULL) leg->status = WC_LEG_REJECTED;
    }
    if (wc_event_is(code, event, "Refunded")) {
        day->refunded[known->whose] += wc_field_number(fields, "amount");
    }
    if (wc_event_is(code, event, "Unlisted")) {
        wc_client_fail(book->client, "%s owes money to somebody whom no leg pays",
                       book->client->cast->actors[known->whose].id);
    }
}

static void on_supply(wc_book *book, const wc_known *known, const wc_code *code, uint16_t event,
                      wc_fields *fields)
{
    wc_day_book *day = &book->days[known->day];
    if (wc_event_is(code, event, "Measured")) {
        uint32_t k = quarter_of(book, known, wc_field_number(fields, "at"));
        day->homes_wh[k] += wc_field_number(fields, "net");
    }
    if (wc_event_is(code, event, "Residual")) {
        uint32_t k = quarter_of(book, known, wc_field_number(fields, "at"));
        day->settled_wh[k] += wc_field_number(fields, "from_spot") +
                              wc_field_number(fields, "direct") +
                              wc_field_number(fields, "residual");
    }
}

/* Readings of feeder head and generator. */
static void on_channel(wc_book *book, const wc_known *known, wc_fields *fields, const char *name,
                       int64_t column[WC_DAY_QUARTERS])
{
    column[quarter_of(book, known, wc_field_number(fields, "at"))] += wc_field_number(fields, name);
}

static void on_contract_event(wc_book *book, const wc_known *known, const wc_event *event)
{
    const wc_code *code = &book->shelf->codes[known->contract];
    wc_day_book *day = &book->days[known->day];
    if (event->type >= code->module->event_count) {
        wc_client_fail(book->client, "%s: an event of unknown number %u", code->name, event->type);
        return;
    }
    wc_fields fields = wc_event_fields(code, event->type, event->data);
    if (wc_event_is(code, event->type, "Line")) on_line(book, known, &fields);
    if (wc_event_is(code, event->type, "Clearing")) on_clearing(book, known, &fields);
    if (known->contract == WC_CONTRACT_SPLIT) on_split(book, known, code, event->type, &fields);
    if (known->contract == WC_CONTRACT_SUPPLY) on_supply(book, known, code, event->type, &fields);
    if (known->contract == WC_CONTRACT_WHOLESALE && wc_event_is(code, event->type, "Measured")) {
        on_channel(book, known, &fields, "net", day->feeder_wh);
    }
    if (known->contract == WC_CONTRACT_PPA && wc_event_is(code, event->type, "Produced")) {
        on_channel(book, known, &fields, "exported", day->generated_wh);
    }
    if (wc_event_is(code, event->type, "Response")) {
        day->response += wc_field_number(&fields, "effective");
    }
    if (fields.is_missing) {
        wc_client_fail(book->client, "%s: an event lacks a field that the book reads", code->name);
    }
}

static void on_created(wc_book *book, wc_slice data)
{
    if (data.len < 97) return;
    uint8_t count = data.data[96];
    for (uint8_t i = 0; i < count && 97 + 32 * (size_t)(i + 1u) <= data.len; i++) {
        wc_address party;
        memcpy(party.bytes, data.data + 97 + 32 * (size_t)i, sizeof(party.bytes));
        if (wc_book_actor(book, &party) < WC_ACTOR_COUNT) book->contracts_told++;
    }
}

/* A deposit is made on the evening before the day that it is for. */
static void on_deposit(wc_book *book, wc_slice data)
{
    wc_address account;
    if (data.len < 44) return;
    memcpy(account.bytes, data.data + 4, sizeof(account.bytes));
    wc_actor_id actor = wc_book_actor(book, &account);
    int64_t day = (book->client->now_s - book->first_s + 86400) / 86400;
    if (actor >= WC_ACTOR_ROWS || day < 0 || day >= (int64_t)book->day_count) {
        wc_client_fail(book->client, "a deposit for nobody's day");
        return;
    }
    book->days[day].deposited[actor] += (int64_t)wc_load_u64(data.data + 36);
}

static void on_receipt(void *self, const wc_receipt_page *page, uint64_t seq)
{
    wc_book *book = self;
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_reader reader = wc_reader_of(page->events);
    (void)seq;
    for (uint32_t i = 0; i < page->event_count && !book->client->has_failed; i++) {
        wc_event event;
        if (wc_event_read(&reader, &event) != WC_OK) {
            wc_client_fail(book->client, "an event does not decode");
            return;
        }
        if (wc_hash_equal(&event.emitter, &ledger)) {
            if (event.type == WC_EVENT_POSTING) on_posting(book, event.data);
            if (event.type == WC_EVENT_DEPOSIT_RECORDED) on_deposit(book, event.data);
            if (event.type == WC_EVENT_INSTANCE_CREATED) on_created(book, event.data);
            continue;
        }
        uint32_t at = wc_index_find(&book->by_address, &event.emitter);
        if (at != WC_INDEX_NONE) on_contract_event(book, &book->known[at], &event);
    }
}

/* ---- the book -----------------------------------------------------------------------------------
 */

wc_status wc_book_open(wc_book *book, wc_client *client, const wc_shelf *shelf, wc_arena *arena,
                       int64_t first_s, uint32_t day_count)
{
    wc_assert(day_count >= 1 && day_count <= WC_DAYS_MAX);
    uint32_t known = 8 + WC_DAY_INSTANCES * day_count;
    uint32_t subs = 64 + 4 * WC_DAY_INSTANCES * day_count;
    *book = (wc_book){.client = client,
                      .shelf = shelf,
                      .first_s = first_s,
                      .day_count = day_count,
                      .known_max = known,
                      .sub_max = subs};
    book->days = WC_ARENA_ARRAY(arena, wc_day_book, day_count);
    book->known = WC_ARENA_ARRAY(arena, wc_known, known);
    book->subs = WC_ARENA_ARRAY(arena, wc_sub_balance, subs);
    if (book->days == NULL || book->known == NULL || book->subs == NULL ||
        !wc_index_init(&book->by_address, arena, known) ||
        !wc_index_init(&book->by_sub, arena, subs)) {
        return WC_NO_MEMORY;
    }
    client->on_receipt = on_receipt;
    client->on_receipt_self = book;
    return WC_OK;
}

int64_t wc_book_energy_difference(const wc_book *book, uint32_t number)
{
    const wc_day_book *day = &book->days[number];
    int64_t difference = 0;
    for (uint32_t k = 0; k < WC_DAY_QUARTERS; k++) {
        int64_t in = day->feeder_wh[k] + day->generated_wh[k];
        difference += distance(in, day->homes_wh[k]) + distance(in, day->settled_wh[k]);
    }
    return difference +
           distance(day->bought_wh[WC_ACTOR_RETAILER], day->sold_wh[WC_ACTOR_RETAILER]);
}
