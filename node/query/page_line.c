/* Postings of a page's close as lines of a statement; see page_line.h. */
#include "node/query/page_line.h"

#include "node/ledger/natives.h"

/* The page that the posting's call closes. */
static bool closes_page(const wc_visit *visit, const wc_ledger_posting *posting, uint32_t *page)
{
    if (visit->tx == NULL || posting->call >= visit->tx->call_count) return false;
    const wc_tx_call *call = &visit->tx->calls[posting->call];
    if (call->kind != WC_CALL_NATIVE || call->method != WC_NATIVE_page_settle) return false;
    wc_reader reader = wc_reader_of(call->args);
    return call->has_args && wc_read_u32(&reader, page) == WC_OK;
}

static bool has_lines(const wc_module *module)
{
    for (uint16_t i = 0; i < module->event_count; i++) {
        if (wc_str_equal(module->strings[module->events[i].name], WC_STR("Line"))) return true;
    }
    return false;
}

static const wc_money_name *money_of(const wc_query *query, uint32_t asset)
{
    for (uint32_t i = 0; i < query->money.count; i++) {
        if (query->money.list[i].asset == asset) return &query->money.list[i];
    }
    return NULL;
}

bool wc_page_line_read(wc_page_line *line, wc_query *query, const wc_visit *visit,
                       const wc_event *event)
{
    wc_ledger_posting posting;
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    if (event->type != WC_EVENT_POSTING || !wc_address_equal(&event->emitter, &ledger) ||
        wc_posting_decode(&posting, event->data) != WC_OK ||
        !closes_page(visit, &posting, &line->page)) {
        return false;
    }
    line->contract = posting.from.owner;
    line->payer = posting.from.kind == WC_SUB_ESCROW ? posting.from.party : posting.from.owner;
    line->payee = posting.to.owner;
    line->amount = posting.amount;
    line->money = money_of(query, posting.asset);
    line->module = wc_query_contract(query, &line->contract);
    bool is_payment = posting.to.kind == WC_SUB_FREE && line->module != NULL &&
                      line->money != NULL && !wc_address_equal(&line->payee, &line->contract) &&
                      !wc_address_equal(&line->payee, &line->payer);
    return is_payment && !has_lines(line->module->module);
}
