/* The bank's books: balances, orders, reasons, and what they refuse. */
#include "node/bank/bank.h"
#include "tests/support/test.h"

static wc_bank bank;
static uint32_t entry, order;
static char account[WC_BANK_ACCOUNT_MAX];

static int open_bank(void **state)
{
    (void)state;
    wc_bank_open(&bank);
    entry = order = UINT32_MAX;
    wc_bank_account_text(account, 2, 0);
    return 0;
}

static wc_status tell(uint32_t payer, int64_t amount, const char *reference)
{
    wc_bank_instruction told = {payer, 2, amount, account, reference};
    return wc_bank_order_leg(&bank, &told, &order);
}

static void a_leg_moves_money_once_it_is_executed_and_not_before(void **state)
{
    (void)state;
    assert_status(wc_bank_deposit(&bank, 1, 6000, 19235, &entry), WC_OK);
    assert_int_equal(entry, 0);
    assert_status(tell(1, 1250, "A-1"), WC_OK);
    assert_int_equal(bank.closing, 6000);
    assert_status(wc_bank_execute(&bank, order, 19236, &entry), WC_OK);
    assert_int_equal(entry, 1);
    assert_int_equal(bank.closing, 4750);
    assert_int_equal(bank.customers[1].balance, 4750);
    assert_int_equal(bank.customers[2].balance, 0); /* the payee's money is at the payee's bank */
    assert_string_equal(bank.entries[1].reference, "A-1");
    assert_true(wc_bank_adds_up(&bank));
    assert_status(wc_bank_execute(&bank, order, 19236, &entry), WC_EXISTS);
}

static void a_reference_is_taken_once(void **state)
{
    (void)state;
    assert_status(tell(1, 5, "A-1"), WC_OK);
    assert_status(tell(1, 5, "A-1"), WC_EXISTS);
    assert_status(tell(3, 9, "A-1"), WC_EXISTS);
    assert_status(tell(1, 5, "A-2"), WC_OK);
}

static void a_closed_account_is_ac04_and_the_next_one_works(void **state)
{
    (void)state;
    assert_status(wc_bank_deposit(&bank, 1, 100, 1, &entry), WC_OK);
    wc_bank_change_account(&bank, 2);
    assert_status(tell(1, 40, "A-1"), WC_OK);
    assert_status(wc_bank_execute(&bank, order, 1, &entry), WC_OK);
    assert_int_equal(bank.orders[order].status, WC_BANK_REJECTED);
    assert_string_equal(bank.orders[order].reason, "AC04");
    assert_int_equal(bank.closing, 100);
    assert_int_equal(bank.entry_count, 1);

    wc_bank_account_text(account, 2, 1);
    assert_status(tell(1, 40, "A-1-2"), WC_OK);
    assert_status(wc_bank_execute(&bank, order, 1, &entry), WC_OK);
    assert_int_equal(bank.orders[order].status, WC_BANK_BOOKED);
    assert_int_equal(bank.closing, 60);
}

static void an_account_of_nobody_or_of_somebody_else_is_ac01(void **state)
{
    (void)state;
    assert_status(wc_bank_deposit(&bank, 1, 100, 1, &entry), WC_OK);
    wc_bank_account_text(account, 3, 0);
    assert_status(tell(1, 40, "A-1"), WC_OK);
    assert_status(wc_bank_execute(&bank, order, 1, &entry), WC_OK);
    assert_string_equal(bank.orders[order].reason, "AC01");
    memcpy(account, "no digest", sizeof("no digest"));
    assert_status(tell(1, 40, "A-2"), WC_OK);
    assert_status(wc_bank_execute(&bank, order, 1, &entry), WC_OK);
    assert_string_equal(bank.orders[order].reason, "AC01");
}

static void nobody_pays_more_than_there_is(void **state)
{
    (void)state;
    assert_status(wc_bank_deposit(&bank, 1, 100, 1, &entry), WC_OK);
    assert_status(wc_bank_deposit(&bank, 3, 900, 1, &entry), WC_OK);
    assert_status(tell(1, 101, "A-1"), WC_OK);
    assert_status(wc_bank_execute(&bank, order, 1, &entry), WC_OUT_OF_DOMAIN);
    assert_int_equal(bank.orders[order].status, WC_BANK_ORDERED);
    assert_int_equal(bank.closing, 1000);
    assert_status(wc_bank_pay_back(&bank, 1, 101, 1, &entry), WC_OUT_OF_DOMAIN);
    assert_status(wc_bank_pay_back(&bank, 1, 100, 1, &entry), WC_OK);
    assert_int_equal(bank.closing, 900);
    assert_true(wc_bank_adds_up(&bank));
}

static void amounts_parties_and_texts_have_limits(void **state)
{
    char longest[64];
    (void)state;
    assert_status(wc_bank_deposit(&bank, 1, 0, 1, &entry), WC_OUT_OF_DOMAIN);
    assert_status(wc_bank_deposit(&bank, WC_BANK_CUSTOMERS_MAX, 1, 1, &entry), WC_OUT_OF_DOMAIN);
    assert_status(wc_bank_deposit(&bank, WC_BANK_CUSTOMERS_MAX - 1, 1, 1, &entry), WC_OK);
    assert_status(tell(1, 0, "A-1"), WC_OUT_OF_DOMAIN);
    assert_status(tell(1, -1, "A-1"), WC_OUT_OF_DOMAIN);
    assert_status(tell(1, 1, ""), WC_OUT_OF_DOMAIN);
    memset(longest, 'x', sizeof(longest));
    longest[36] = '\0';
    assert_status(tell(1, 1, longest), WC_OUT_OF_DOMAIN);
    longest[35] = '\0';
    assert_status(tell(1, 1, longest), WC_OK);
    assert_status(wc_bank_execute(&bank, 1, 1, &entry), WC_NOT_FOUND);
}

static void books_that_were_touched_do_not_add_up(void **state)
{
    (void)state;
    assert_status(wc_bank_deposit(&bank, 1, 100, 1, &entry), WC_OK);
    bank.customers[1].balance++;
    assert_false(wc_bank_adds_up(&bank));
    bank.customers[1].balance--;
    bank.entries[0].amount++;
    assert_false(wc_bank_adds_up(&bank));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_leg_moves_money_once_it_is_executed_and_not_before, open_bank),
        cmocka_unit_test_setup(a_reference_is_taken_once, open_bank),
        cmocka_unit_test_setup(a_closed_account_is_ac04_and_the_next_one_works, open_bank),
        cmocka_unit_test_setup(an_account_of_nobody_or_of_somebody_else_is_ac01, open_bank),
        cmocka_unit_test_setup(nobody_pays_more_than_there_is, open_bank),
        cmocka_unit_test_setup(amounts_parties_and_texts_have_limits, open_bank),
        cmocka_unit_test_setup(books_that_were_touched_do_not_add_up, open_bank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
