/* Journal, payables and receivables.
 *
 *   journal       each posting twice: line 1 debits the account that receives, line 2 credits the
 *                 one that gives
 *   payables      of `Line` events and of the close of pages: what the payer owes the payee; of
 *                 bank legs: what was paid
 *   receivables   the same facts from the payee's side */
#include "node/export/row.h"

#include <stdlib.h>

#include "node/query/page_line.h"
#include "node/query/posting.h"
#include "node/query/when.h"
#include "vm/base/text.h"

static const char *const kinds[] = {"", "free", "escrow", "reserved"};

/* ---- journal -----------------------------------------------------------------------------------
 */

typedef struct side {
    unsigned line;
    const wc_sub_account *account;
    int64_t debit, credit;
} side;

static void put_side(wc_export *e, const wc_visit *visit, uint32_t index,
                     const wc_ledger_posting *posting, const side *s)
{
    const wc_money_name *asset = wc_export_asset(e, posting->asset);
    unsigned scale = asset != NULL ? asset->scale : 0;
    wc_export_begin(e, visit, index);
    wc_export_number(e, s->line);
    wc_export_str(e, wc_str_of(wc_posting_cause_name(posting->cause)));
    wc_export_str(e, wc_str_of(kinds[s->account->kind]));
    wc_export_party(e, &s->account->owner);
    if (s->account->kind == WC_SUB_ESCROW) {
        wc_export_party(e, &s->account->party);
    } else {
        wc_export_str(e, WC_STR(""));
        wc_export_str(e, WC_STR(""));
    }
    wc_export_str(e, asset != NULL ? asset->code : WC_STR(""));
    if (s->debit > 0) wc_export_decimal(e, s->debit, scale);
    if (s->debit == 0) wc_export_str(e, WC_STR(""));
    if (s->credit > 0) wc_export_decimal(e, s->credit, scale);
    if (s->credit == 0) wc_export_str(e, WC_STR(""));
    wc_export_end(e);
    wc_export_add(e, asset != NULL ? asset->code : WC_STR(""), (uint8_t)scale, s->debit, s->credit);
}

static void put_posting(wc_export *e, const wc_visit *visit, uint32_t index,
                        const wc_ledger_posting *posting)
{
    const side debit = {1, &posting->to, posting->amount, 0};
    const side credit = {2, &posting->from, 0, posting->amount};
    put_side(e, visit, index, posting, &debit);
    put_side(e, visit, index, posting, &credit);
}

/* Money that genesis gave has no receipt: record 0 has none, and the genesis itself proves it. */
wc_status wc_export_genesis(wc_export *e)
{
    static const wc_receipt_page page = {.receipt = {.kind = WC_RECEIPT_SYSTEM}};
    wc_genesis *genesis = malloc(sizeof *genesis);
    size_t bad;
    wc_chain_record record;
    if (genesis == NULL) return WC_NO_MEMORY;
    wc_status status = wc_genesis_decode(genesis, &bad, wc_chain_genesis(e->query->chain));
    if (status == WC_OK) status = wc_chain_read_record(e->query->chain, 0, &record);
    wc_genesis_cursor cursor = {0};
    wc_genesis_balance balance;
    for (uint32_t i = 0; status == WC_OK; i++) {
        status = wc_genesis_next_balance(genesis, &cursor, &balance);
        if (status != WC_OK) break;
        const wc_visit visit = {.time_s = record.record.time_s, .page = &page};
        wc_ledger_posting posting = {.asset = balance.asset,
                                     .from = {.kind = WC_SUB_FREE},
                                     .to = {.kind = WC_SUB_FREE, .owner = balance.owner},
                                     .amount = balance.amount,
                                     .cause = WC_CAUSE_GENESIS};
        posting.from.owner = wc_address_system(WC_SYSTEM_ISSUANCE);
        put_posting(e, &visit, i, &posting);
        status = e->status;
    }
    free(genesis);
    return status == WC_NOT_FOUND ? WC_OK : status;
}

/* ---- payables and receivables ------------------------------------------------------------------
 */

typedef struct claim {
    wc_address payer, payee;
    const wc_export_event *line; /* NULL: of a page, or a payment */
    const wc_page_line *page;    /* a line of a page's close */
    wc_address contract;
    wc_str contract_name;
    int64_t charged, paid;
    uint8_t scale;
    wc_str asset;
    const wc_hash *reference; /* NULL: a line */
} claim;

static void put_line_fields(wc_export *e, const claim *c)
{
    wc_export_value value;
    wc_export_field(e, c->line, "component");
    wc_export_field(e, c->line, "day");
    bool has_quantity = wc_export_value_of(c->line, "quantity", &value);
    if (has_quantity) {
        wc_export_decimal(e, value.number, value.scale);
        wc_export_str(e, value.unit);
    } else {
        wc_export_str(e, WC_STR(""));
        wc_export_str(e, WC_STR(""));
    }
    if (wc_export_value_of(c->line, "exact", &value)) {
        wc_export_decimal(e, value.number, value.scale);
    } else {
        wc_export_str(e, WC_STR(""));
    }
}

static void put_page_fields(wc_export *e, const wc_visit *visit, const claim *c)
{
    uint8_t memory[32];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_put_text(&text, "page ");
    wc_buf_put_decimal(&text, c->page->page);
    wc_export_str(e, (wc_str){(const char *)memory, text.len});
    wc_buf_init(&text, memory, sizeof memory);
    wc_put_time(&text, visit->time_s - visit->time_s % WC_DAY_S);
    wc_export_str(e, (wc_str){(const char *)memory, text.len});
    for (int i = 0; i < 3; i++) wc_export_str(e, WC_STR(""));
}

static void put_claim(wc_export *e, const wc_visit *visit, uint32_t index, const claim *c)
{
    bool is_payables = e->table == WC_EXPORT_payables;
    wc_export_begin(e, visit, index);
    wc_export_party(e, is_payables ? &c->payer : &c->payee);
    wc_export_party(e, is_payables ? &c->payee : &c->payer);
    bool is_line = c->line != NULL || c->page != NULL;
    wc_export_str(e, is_line ? WC_STR("line") : WC_STR("payment"));
    if (c->line != NULL) put_line_fields(e, c);
    if (c->page != NULL) put_page_fields(e, visit, c);
    if (is_line) {
        wc_export_decimal(e, c->charged, c->scale);
        wc_export_str(e, WC_STR(""));
    } else {
        for (int i = 0; i < 6; i++) wc_export_str(e, WC_STR(""));
        wc_export_decimal(e, c->paid, c->scale);
    }
    wc_export_str(e, c->asset);
    wc_export_str(e, c->contract_name);
    uint8_t memory[128];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_address_put(&text, &c->contract);
    wc_export_str(e, (wc_str){(const char *)memory, text.len});
    wc_buf_init(&text, memory, sizeof memory);
    if (c->reference != NULL) {
        wc_buf_put_hex(&text, wc_slice_of(c->reference->bytes, sizeof c->reference->bytes));
    }
    wc_export_str(e, (wc_str){(const char *)memory, text.len});
    wc_export_end(e);
    wc_export_add(e, c->asset, c->scale, c->charged, c->paid);
}

static void put_line(wc_export *e, const wc_visit *visit, uint32_t index,
                     const wc_export_event *event)
{
    wc_export_value amount;
    claim c = {.line = event,
               .contract = event->event->emitter,
               .contract_name = wc_query_contract_name(event->module)};
    bool is_line = wc_str_equal(event->name, WC_STR("Line")) &&
                   wc_export_party_of(event, "payer", &c.payer) &&
                   wc_export_party_of(event, "payee", &c.payee) &&
                   wc_export_value_of(event, "amount", &amount);
    if (!is_line) return;
    c.charged = amount.number;
    c.scale = amount.scale;
    c.asset = amount.unit;
    put_claim(e, visit, index, &c);
}

static void put_page_line(wc_export *e, const wc_visit *visit, uint32_t index,
                          const wc_page_line *line)
{
    const claim c = {.page = line,
                     .payer = line->payer,
                     .payee = line->payee,
                     .contract = line->contract,
                     .contract_name = wc_query_contract_name(line->module),
                     .charged = line->amount,
                     .scale = line->money->scale,
                     .asset = line->money->code};
    put_claim(e, visit, index, &c);
}

/* asset u32 | instance 32 | account 32 | amount i64 | reference 32. Money that goes back to the one
 * it came from is no payment. */
static void put_payment(wc_export *e, const wc_visit *visit, uint32_t index, wc_slice data)
{
    uint32_t asset;
    int64_t amount;
    wc_hash reference;
    wc_reader reader = wc_reader_of(data);
    claim c = {.payer = e->redeemed_from, .reference = &reference};
    bool is_read = wc_read_u32(&reader, &asset) == WC_OK &&
                   wc_read_bytes(&reader, c.contract.bytes, sizeof c.contract.bytes) == WC_OK &&
                   wc_read_bytes(&reader, c.payee.bytes, sizeof c.payee.bytes) == WC_OK &&
                   wc_read_i64(&reader, &amount) == WC_OK &&
                   wc_read_bytes(&reader, reference.bytes, sizeof reference.bytes) == WC_OK;
    if (!is_read || wc_address_equal(&c.payer, &c.payee)) return;
    const wc_money_name *money = wc_export_asset(e, asset);
    c.paid = amount;
    c.scale = money != NULL ? money->scale : 0;
    c.asset = money != NULL ? money->code : WC_STR("");
    c.contract_name = wc_query_contract_name(wc_query_contract(e->query, &c.contract));
    put_claim(e, visit, index, &c);
}

/* ---- events ------------------------------------------------------------------------------------
 */

void wc_export_book_event(wc_export *e, const wc_visit *visit, uint32_t index,
                          const wc_event *event)
{
    wc_export_event opened;
    wc_ledger_posting posting;
    bool is_journal = e->table == WC_EXPORT_journal;
    if (wc_export_open_event(e, event, &opened)) {
        if (!is_journal) put_line(e, visit, index, &opened);
        return;
    }
    wc_page_line line;
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    if (!wc_address_equal(&event->emitter, &ledger)) return;
    if (!is_journal && wc_page_line_read(&line, e->query, visit, event)) {
        put_page_line(e, visit, index, &line);
    }
    if (event->type == WC_EVENT_POSTING && wc_posting_decode(&posting, event->data) == WC_OK) {
        bool is_escrow = posting.from.kind == WC_SUB_ESCROW;
        if (is_journal) put_posting(e, visit, index, &posting);
        if (posting.cause == WC_CAUSE_REDEEM) {
            e->redeemed_from = is_escrow ? posting.from.party : posting.from.owner;
        }
    } else if (event->type == WC_EVENT_REDEEMED && !is_journal) {
        put_payment(e, visit, index, event->data);
    }
}
