/* The bank's desk: instructions from the ledger go into the bank's own books, facts from its books
 * go to the ledger. What the bank says about money comes from node/bank alone. */
#include <stdio.h>

#include "node/demo/demo.h"

#define WITHDRAWAL 50000 /* fen: more than any deposit */

static const char *statement_of(const wc_demo *demo, char text[32])
{
    wc_date_text date = wc_demo_date(demo->client.now_s);
    snprintf(text, 32, "STMT-%s", date.date);
    return text;
}

static const char *entry_text(uint32_t entry, char text[16])
{
    snprintf(text, 16, "E%06u", entry);
    return text;
}

static void complain(wc_demo *demo, const wc_leg *leg, wc_status status)
{
    wc_client_fail(&demo->client, "the bank does not execute %s: %s", leg->end_to_end,
                   wc_status_text(status));
}

/* Begins a call of a settlement contract about one leg. */
static uint16_t begin(wc_demo *demo, wc_pen *pen, const char *action, const wc_leg *leg)
{
    uint16_t method = 0;
    wc_demo_act(demo, pen, WC_CONTRACT_SPLIT, action, &method, action);
    if (leg != NULL) wc_pen_party(pen, &demo->cast.actors[leg->payee].address);
    return method;
}

static void finish(wc_demo *demo, wc_letter *letter, wc_pen *pen, uint16_t method, uint32_t day,
                   uint32_t payer)
{
    wc_letter_call(letter, WC_CALL_ACTION, &demo->days[day].split[payer], method,
                   wc_pen_close(pen));
}

/* Calls put(leg) for every leg of every payer in one status; one message per payer. */
typedef void (*leg_writer)(wc_demo *demo, wc_letter *letter, uint32_t day, wc_leg *leg);

static void per_payer(wc_demo *demo, uint32_t day, wc_leg_status status, const char *label,
                      leg_writer put)
{
    wc_day_book *book = &demo->book.days[day];
    for (uint32_t payer = 0; payer < WC_ACTOR_ROWS; payer++) {
        bool is_open = false;
        wc_letter letter;
        for (uint32_t i = 0; i < book->leg_count; i++) {
            if (book->legs[i].payer != payer || book->legs[i].status != status) continue;
            if (!is_open) wc_letter_open(&letter, &demo->client, WC_ACTOR_BANK, label);
            is_open = true;
            put(demo, &letter, day, &book->legs[i]);
        }
        if (is_open) (void)wc_letter_send(&letter, NULL, 0);
    }
    wc_client_seal(&demo->client);
}

static void put_accepted(wc_demo *demo, wc_letter *letter, uint32_t day, wc_leg *leg)
{
    wc_pen pen;
    wc_bank_instruction told = {leg->payer, leg->payee, leg->amount, leg->account, leg->end_to_end};
    wc_status status = wc_bank_order_leg(demo->bank, &told, &leg->order);
    if (status != WC_OK) complain(demo, leg, status);
    leg->is_ordered = true;
    uint16_t method = begin(demo, &pen, "accepted", leg);
    wc_pen_text(&pen, leg->end_to_end);
    finish(demo, letter, &pen, method, day, leg->payer);
}

void wc_demo_bank_accepts(wc_demo *demo, uint32_t day)
{
    per_payer(demo, day, WC_LEG_INSTRUCTED, "instructions accepted", put_accepted);
}

static void put_executed(wc_demo *demo, wc_letter *letter, uint32_t day, wc_leg *leg)
{
    char statement[32], number[16];
    int64_t today = demo->client.now_s / 86400;
    uint32_t entry = 0;
    wc_pen pen;
    wc_status status =
        leg->is_ordered ? wc_bank_execute(demo->bank, leg->order, today, &entry) : WC_NOT_FOUND;
    if (status != WC_OK) {
        complain(demo, leg, status);
        return;
    }
    const wc_bank_order *order = &demo->bank->orders[leg->order];
    bool is_booked = order->status == WC_BANK_BOOKED;
    uint16_t method = begin(demo, &pen, is_booked ? "booked" : "rejected", leg);
    wc_pen_text(&pen, leg->end_to_end);
    if (is_booked) {
        wc_pen_number(&pen, leg->amount);
        wc_pen_text(&pen, statement_of(demo, statement));
        wc_pen_text(&pen, entry_text(entry, number));
        wc_pen_number(&pen, today);
    } else {
        wc_pen_text(&pen, order->reason);
    }
    finish(demo, letter, &pen, method, day, leg->payer);
}

void wc_demo_bank_books(wc_demo *demo, uint32_t day)
{
    per_payer(demo, day, WC_LEG_INSTRUCTED, "instructions executed", put_executed);
    wc_demo_reconcile(demo);
}

static void put_reissued(wc_demo *demo, wc_letter *letter, uint32_t day, wc_leg *leg)
{
    char account[WC_BANK_ACCOUNT_MAX], reference[WC_BANK_REFERENCE_MAX + 2];
    wc_pen pen;
    wc_bank_account_text(account, leg->payee, demo->bank->customers[leg->payee].account);
    snprintf(reference, sizeof(reference), "%s-2", leg->end_to_end);
    uint16_t method = begin(demo, &pen, "reissue", leg);
    wc_pen_text(&pen, account);
    wc_pen_text(&pen, reference);
    finish(demo, letter, &pen, method, day, leg->payer);
}

void wc_demo_bank_reissues(wc_demo *demo, uint32_t day)
{
    per_payer(demo, day, WC_LEG_REJECTED, "instruction on another account", put_reissued);
}

void wc_demo_bank_refunds(wc_demo *demo, uint32_t day)
{
    const wc_day_book *book = &demo->book.days[day];
    int64_t today = demo->client.now_s / 86400;
    for (uint32_t payer = 0; payer < WC_ACTOR_ROWS; payer++) {
        int64_t unused = book->deposited[payer] - book->paid[payer];
        char statement[32], number[16];
        uint32_t entry = 0;
        wc_pen pen;
        wc_letter letter;
        if (unused == 0) continue;
        if (wc_bank_pay_back(demo->bank, payer, unused, today, &entry) != WC_OK) {
            wc_client_fail(&demo->client, "the bank cannot pay %s back",
                           demo->cast.actors[payer].id);
        }
        uint16_t method = begin(demo, &pen, "refund", NULL);
        wc_pen_number(&pen, unused);
        wc_pen_text(&pen, statement_of(demo, statement));
        wc_pen_text(&pen, entry_text(entry, number));
        wc_pen_number(&pen, today);
        wc_letter_open(&letter, &demo->client, WC_ACTOR_BANK, "unused deposit");
        finish(demo, &letter, &pen, method, day, payer);
        (void)wc_letter_send(&letter, NULL, 0);
    }
    wc_client_seal(&demo->client);
    wc_demo_reconcile(demo);
}

void wc_demo_refuse_withdrawal(wc_demo *demo, uint32_t day)
{
    wc_pen pen;
    wc_letter letter;
    uint16_t method = begin(demo, &pen, "withdraw", NULL);
    wc_pen_number(&pen, WITHDRAWAL);
    wc_letter_open(&letter, &demo->client, WC_ACTOR_HOME_3, "withdrawal");
    finish(demo, &letter, &pen, method, day, WC_ACTOR_HOME_3);
    wc_letter_ceiling(&letter, WITHDRAWAL);
    (void)wc_letter_send_refused(&letter, "ESCROW_SHORT",
                                 "asks for 500.00 back out of a deposit of 60.00");
    wc_demo_next_block(demo);
}

void wc_demo_reconcile(wc_demo *demo)
{
    int64_t total = 0, difference = 0;
    if (demo->client.has_failed) return;
    for (uint32_t i = 0; i < WC_ACTOR_ROWS; i++) {
        int64_t ledger = wc_book_client_balance(&demo->book, (wc_actor_id)i);
        int64_t apart = ledger - demo->bank->customers[i].balance;
        difference += apart < 0 ? -apart : apart;
        total += ledger;
    }
    int64_t apart = total - demo->bank->closing;
    demo->differences.bank += difference + (apart < 0 ? -apart : apart);
    if (!wc_bank_adds_up(demo->bank)) {
        wc_client_fail(&demo->client, "the bank's own statement does not add up");
    }
}
