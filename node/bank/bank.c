/* The bank's books: entries, orders, balances. */
#include "node/bank/bank.h"

#include <string.h>

#include "node/crypto/crypto.h"
#include "vm/base/buf.h"
#include "vm/base/codec.h"
#include "vm/base/int.h"

void wc_bank_open(wc_bank *bank)
{
    memset(bank, 0, sizeof(*bank));
}

static bool knows(uint32_t customer)
{
    return customer < WC_BANK_CUSTOMERS_MAX;
}

/* Appends an entry and moves both balances by sign * amount. */
static wc_status post(wc_bank *bank, const wc_bank_entry *entry, int sign, uint32_t *number)
{
    if (bank->entry_count == WC_BANK_ENTRIES_MAX) return WC_TOO_LARGE;
    int64_t moved = sign * entry->amount;
    int64_t closing, balance;
    wc_bank_customer *customer = &bank->customers[entry->customer];
    WC_TRY(wc_i64_add(bank->closing, moved, &closing));
    WC_TRY(wc_i64_add(customer->balance, moved, &balance));
    if (balance < 0) return WC_OUT_OF_DOMAIN;
    bank->closing = closing;
    customer->balance = balance;
    *number = bank->entry_count;
    bank->entries[bank->entry_count++] = *entry;
    return WC_OK;
}

wc_status wc_bank_deposit(wc_bank *bank, uint32_t customer, int64_t amount, int64_t value_day,
                          uint32_t *entry)
{
    if (!knows(customer) || amount <= 0) return WC_OUT_OF_DOMAIN;
    wc_bank_entry row = {.kind = WC_BANK_DEPOSIT,
                         .customer = customer,
                         .payee = customer,
                         .amount = amount,
                         .value_day = value_day};
    return post(bank, &row, 1, entry);
}

static const wc_bank_order *find_reference(const wc_bank *bank, const char *reference)
{
    for (uint32_t i = bank->order_count; i-- > 0;) { /* a repeated order is mostly a recent one */
        if (strcmp(bank->orders[i].reference, reference) == 0) return &bank->orders[i];
    }
    return NULL;
}

void wc_bank_account_text(char text[WC_BANK_ACCOUNT_MAX], uint32_t customer, uint32_t number)
{
    uint8_t numbers[8];
    wc_store_u32(numbers, customer);
    wc_store_u32(numbers + 4, number);
    wc_slice part = wc_slice_of(numbers, sizeof(numbers));
    wc_hash digest = wc_hash_domain("bank-account/1", &part, 1);
    wc_buf buf;
    wc_buf_init(&buf, text, WC_BANK_ACCOUNT_MAX - 1);
    wc_buf_put_hex(&buf, wc_slice_of(digest.bytes, sizeof(digest.bytes)));
    text[WC_BANK_ACCOUNT_MAX - 1] = '\0';
}

wc_status wc_bank_order_leg(wc_bank *bank, const wc_bank_instruction *told, uint32_t *order)
{
    size_t length = strlen(told->reference), account_length = strlen(told->account);
    if (!knows(told->payer) || !knows(told->payee) || told->amount <= 0) return WC_OUT_OF_DOMAIN;
    if (length == 0 || length >= WC_BANK_REFERENCE_MAX) return WC_OUT_OF_DOMAIN;
    if (account_length >= WC_BANK_ACCOUNT_MAX) return WC_OUT_OF_DOMAIN;
    if (find_reference(bank, told->reference) != NULL) return WC_EXISTS;
    if (bank->order_count == WC_BANK_ORDERS_MAX) return WC_TOO_LARGE;
    *order = bank->order_count;
    wc_bank_order *row = &bank->orders[bank->order_count++];
    *row = (wc_bank_order){.status = WC_BANK_ORDERED,
                           .payer = told->payer,
                           .payee = told->payee,
                           .amount = told->amount,
                           .reason = ""};
    memcpy(row->account, told->account, account_length);
    memcpy(row->reference, told->reference, length);
    return WC_OK;
}

/* Why an account cannot be credited; NULL: it can. */
static const char *obstacle(const wc_bank *bank, const wc_bank_order *order)
{
    char text[WC_BANK_ACCOUNT_MAX];
    uint32_t in_use = bank->customers[order->payee].account;
    for (uint32_t number = 0; number <= in_use; number++) {
        wc_bank_account_text(text, order->payee, number);
        if (strcmp(text, order->account) == 0) return number == in_use ? NULL : "AC04";
    }
    return "AC01";
}

wc_status wc_bank_execute(wc_bank *bank, uint32_t order, int64_t value_day, uint32_t *entry)
{
    if (order >= bank->order_count) return WC_NOT_FOUND;
    wc_bank_order *row = &bank->orders[order];
    if (row->status != WC_BANK_ORDERED) return WC_EXISTS;
    const char *reason = obstacle(bank, row);
    if (reason != NULL) {
        row->status = WC_BANK_REJECTED;
        row->reason = reason;
        return WC_OK;
    }
    wc_bank_entry booked = {.kind = WC_BANK_LEG,
                            .customer = row->payer,
                            .payee = row->payee,
                            .amount = row->amount,
                            .value_day = value_day};
    memcpy(booked.reference, row->reference, sizeof(booked.reference));
    WC_TRY(post(bank, &booked, -1, entry));
    row->status = WC_BANK_BOOKED;
    return WC_OK;
}

wc_status wc_bank_pay_back(wc_bank *bank, uint32_t customer, int64_t amount, int64_t value_day,
                           uint32_t *entry)
{
    if (!knows(customer) || amount <= 0) return WC_OUT_OF_DOMAIN;
    wc_bank_entry row = {.kind = WC_BANK_PAY_BACK,
                         .customer = customer,
                         .payee = customer,
                         .amount = amount,
                         .value_day = value_day};
    return post(bank, &row, -1, entry);
}

void wc_bank_change_account(wc_bank *bank, uint32_t customer)
{
    wc_assert(knows(customer));
    bank->customers[customer].account++;
}

bool wc_bank_adds_up(const wc_bank *bank)
{
    int64_t closing = bank->opening, sum = 0;
    for (uint32_t i = 0; i < bank->entry_count; i++) {
        const wc_bank_entry *entry = &bank->entries[i];
        closing += entry->kind == WC_BANK_DEPOSIT ? entry->amount : -entry->amount;
    }
    for (uint32_t i = 0; i < WC_BANK_CUSTOMERS_MAX; i++) sum += bank->customers[i].balance;
    return closing == bank->closing && sum == bank->closing;
}
