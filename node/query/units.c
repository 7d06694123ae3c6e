/* The part of a statement on network units: what the treasury topped up, what transactions cost,
 * what shares of an epoch's fees came in. Fees are many and only summed; the others are told one by
 * one. */
#include "node/ledger/asset.h"
#include "node/query/inside.h"
#include "node/query/when.h"

#define TEXT_MAX 256u

typedef struct unit_sums {
    wc_query *query;
    wc_outline *outline;
    const wc_address *party;
    int64_t day; /* INT64_MIN: all */
    int64_t topped_up, fees, shares;
    uint32_t fee_count, told;
    bool is_silent; /* looks only whether there is anything */
    bool has_overflow;
} unit_sums;

static wc_str money_text(const unit_sums *s, uint8_t *memory, int64_t amount)
{
    wc_buf text;
    wc_buf_init(&text, memory, TEXT_MAX);
    wc_money_put(&text, &s->query->money, WC_ASSET_NETWORK, amount);
    return wc_query_text(&text);
}

static void tell(unit_sums *s, const wc_event_id *id, int64_t time_s, const char *what,
                 int64_t amount)
{
    uint8_t id_memory[64], time_memory[32], memory[TEXT_MAX];
    wc_buf id_text, when;
    s->told++;
    if (s->is_silent) return;
    wc_str money = money_text(s, memory, amount);
    wc_buf_init(&id_text, id_memory, sizeof id_memory);
    wc_buf_init(&when, time_memory, sizeof time_memory);
    wc_event_id_put(&id_text, id);
    wc_put_time(&when, time_s);
    wc_outline_open(s->outline, NULL);
    wc_outline_str(s->outline, "id", wc_query_text(&id_text));
    wc_outline_str(s->outline, "time", wc_query_text(&when));
    wc_outline_str(s->outline, "what", wc_str_of(what));
    wc_outline_str(s->outline, "amount", money);
    wc_outline_close(s->outline);
    wc_outline_line(s->outline, "%-9.*s %.*s %s %.*s", WC_STR_ARG(wc_query_text(&id_text)),
                    WC_STR_ARG(wc_query_text(&when)), what, WC_STR_ARG(money));
}

static bool is_free_of(const wc_sub_account *account, const wc_address *party)
{
    return account->kind == WC_SUB_FREE && wc_address_equal(&account->owner, party);
}

static void add(unit_sums *s, int64_t *sum, int64_t amount)
{
    if (wc_i64_add(*sum, amount, sum) != WC_OK) s->has_overflow = true;
}

static void count(unit_sums *s, const wc_event_id *id, int64_t time_s,
                  const wc_ledger_posting *posting)
{
    bool is_to = is_free_of(&posting->to, s->party);
    if (posting->asset != WC_ASSET_NETWORK) return;
    if (posting->cause == WC_CAUSE_FEE && is_free_of(&posting->from, s->party)) {
        add(s, &s->fees, posting->amount);
        s->fee_count++;
    } else if (posting->cause == WC_CAUSE_ISSUE && is_to) {
        add(s, &s->topped_up, posting->amount);
        tell(s, id, time_s, "topped up", posting->amount);
    } else if (posting->cause == WC_CAUSE_REWARD && is_to) {
        add(s, &s->shares, posting->amount);
        tell(s, id, time_s, "share of the fees", posting->amount);
    }
}

static bool visit(void *self, const wc_visit *seen)
{
    unit_sums *s = self;
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_reader reader = wc_reader_of(seen->page->events);
    if (s->day != INT64_MIN && seen->time_s / WC_DAY_S != s->day) return true;
    for (uint32_t i = 0; i < seen->page->event_count; i++) {
        wc_event event;
        wc_ledger_posting posting;
        wc_event_id id = {seen->seq, seen->receipt, i};
        if (wc_event_read(&reader, &event) != WC_OK) break;
        if (event.type != WC_EVENT_POSTING || !wc_address_equal(&event.emitter, &ledger)) continue;
        if (wc_posting_decode(&posting, event.data) != WC_OK) continue;
        count(s, &id, seen->time_s, &posting);
    }
    return true;
}

static void put_sums(const unit_sums *s)
{
    uint8_t memory[4][TEXT_MAX];
    wc_str topped_up = money_text(s, memory[0], s->topped_up);
    wc_str fees = money_text(s, memory[1], s->fees);
    wc_str shares = money_text(s, memory[2], s->shares);
    wc_str held =
        money_text(s, memory[3], wc_chain_free(s->query->chain, s->party, WC_ASSET_NETWORK));
    wc_outline_open(s->outline, "unit_sums");
    wc_outline_str(s->outline, "topped_up", topped_up);
    wc_outline_str(s->outline, "fees", fees);
    wc_outline_number(s->outline, "transactions", s->fee_count);
    wc_outline_str(s->outline, "shares", shares);
    wc_outline_str(s->outline, "held_now", held);
    wc_outline_close(s->outline);
    wc_outline_line(s->outline,
                    "topped up %.*s   fees %.*s, transactions %u   shares %.*s   held now %.*s",
                    WC_STR_ARG(topped_up), WC_STR_ARG(fees), s->fee_count, WC_STR_ARG(shares),
                    WC_STR_ARG(held));
}

wc_status wc_query_units(wc_query *query, wc_outline *outline, const wc_address *party, int64_t day,
                         bool *has_any)
{
    unit_sums s = {
        .query = query, .outline = outline, .party = party, .day = day, .is_silent = true};
    WC_TRY(wc_query_walk(query, 1, UINT64_MAX, visit, &s));
    *has_any = s.told + s.fee_count > 0;
    if (!*has_any) return WC_OK; /* free gas, or somebody who never signs */
    s = (unit_sums){.query = query, .outline = outline, .party = party, .day = day};
    wc_outline_line(outline, "network units");
    wc_outline_open_list(outline, "units");
    wc_status status = wc_query_walk(query, 1, UINT64_MAX, visit, &s);
    wc_outline_close(outline);
    if (status != WC_OK) return status;
    put_sums(&s);
    return s.has_overflow ? WC_OVERFLOW : WC_OK;
}
