/* A bank's own books of a segregated client account, as it keeps them outside the ledger.
 *
 * The ledger's money figures are a sub-ledger of this account. The bank learns instructions from
 * the ledger and tells facts to it; what it books, it books here first, from its own entries alone.
 * So its closing statement is a witness against the ledger, not a copy of it.
 *
 *   deposit      customer pays in                     credit, the customer's sub-balance grows
 *   instruct     a leg of a settlement is ordered     nothing moves
 *   reject       the payee's account cannot take it   nothing moves; reason code (ISO 20022)
 *   book         the leg is paid out                  debit, the payer's sub-balance shrinks
 *   pay_back     unused deposit to the customer       debit
 *
 * References are unique in the bank's books: an EndToEndId is booked once, whatever is asked. */
#ifndef WC_NODE_BANK_BANK_H
#define WC_NODE_BANK_BANK_H

#include "vm/base/slice.h"
#include "vm/base/status.h"

#define WC_BANK_CUSTOMERS_MAX 64u
#define WC_BANK_ENTRIES_MAX   32768u
#define WC_BANK_ORDERS_MAX    32768u
#define WC_BANK_REFERENCE_MAX 36u /* bytes with the NUL: EndToEndId has 35 characters */
#define WC_BANK_ACCOUNT_MAX   65u /* bytes with the NUL: digest of an account number, as hex */

typedef enum wc_bank_entry_kind {
    WC_BANK_DEPOSIT = 1,
    WC_BANK_LEG = 2,
    WC_BANK_PAY_BACK = 3
} wc_bank_entry_kind;

typedef struct wc_bank_entry {
    wc_bank_entry_kind kind;
    uint32_t customer; /* whose sub-balance it changes */
    uint32_t payee;    /* LEG: who was paid; else the customer */
    int64_t amount;    /* minor units, > 0 */
    char reference[WC_BANK_REFERENCE_MAX];
    int64_t value_day; /* days since 1970-01-01 */
} wc_bank_entry;

typedef enum wc_bank_order_status {
    WC_BANK_ORDERED = 1,
    WC_BANK_REJECTED = 2,
    WC_BANK_BOOKED = 3
} wc_bank_order_status;

typedef struct wc_bank_order {
    wc_bank_order_status status;
    uint32_t payer, payee;
    int64_t amount;
    char account[WC_BANK_ACCOUNT_MAX]; /* digest of the account to be credited */
    char reference[WC_BANK_REFERENCE_MAX];
    const char *reason; /* REJECTED: "AC04" closed, "AC01" no such account; else "" */
} wc_bank_order;

typedef struct wc_bank_customer {
    int64_t balance;  /* of the sub-ledger, >= 0 */
    uint32_t account; /* number of the account in use; those before it are closed */
} wc_bank_customer;

typedef struct wc_bank {
    int64_t opening; /* of the statement's day */
    int64_t closing; /* now */
    wc_bank_customer customers[WC_BANK_CUSTOMERS_MAX];
    uint32_t entry_count;
    wc_bank_entry entries[WC_BANK_ENTRIES_MAX];
    uint32_t order_count;
    wc_bank_order orders[WC_BANK_ORDERS_MAX];
} wc_bank;

/* The books of an account without history. */
void wc_bank_open(wc_bank *bank);

/* *entry is the deposit's place in the statement. OUT_OF_DOMAIN - amount <= 0; TOO_LARGE. */
WC_MUST_USE wc_status wc_bank_deposit(wc_bank *bank, uint32_t customer, int64_t amount,
                                      int64_t value_day, uint32_t *entry);

/* Digest of a customer's account of this number, as contracts name it. */
void wc_bank_account_text(char text[WC_BANK_ACCOUNT_MAX], uint32_t customer, uint32_t number);

/* What a payment service is told: credit an account of the payee with money of the payer. */
typedef struct wc_bank_instruction {
    uint32_t payer, payee;
    int64_t amount;
    const char *account; /* digest, as wc_bank_account_text writes it */
    const char *reference;
} wc_bank_instruction;

/* Takes an order; texts are copied. EXISTS - the reference was used; OUT_OF_DOMAIN; TOO_LARGE. */
WC_MUST_USE wc_status wc_bank_order_leg(wc_bank *bank, const wc_bank_instruction *told,
                                        uint32_t *order);

/* Executes an order: BOOKED, or REJECTED with a reason when the account cannot be credited.
 * NOT_FOUND; EXISTS - it was executed before; OUT_OF_DOMAIN - the payer's balance is too small. */
WC_MUST_USE wc_status wc_bank_execute(wc_bank *bank, uint32_t order, int64_t value_day,
                                      uint32_t *entry);

/* Pays a customer's remaining balance back. OUT_OF_DOMAIN - amount <= 0 or more than there is. */
WC_MUST_USE wc_status wc_bank_pay_back(wc_bank *bank, uint32_t customer, int64_t amount,
                                       int64_t value_day, uint32_t *entry);

/* The customer closes its account and opens the next one. */
void wc_bank_change_account(wc_bank *bank, uint32_t customer);

/* True when opening + credits - debits = closing = the sum of all sub-balances. */
bool wc_bank_adds_up(const wc_bank *bank);

#endif
