/* See posting.h. */
#include "node/query/posting.h"

const char *wc_posting_cause_name(wc_posting_cause cause)
{
    static const char *const names[] = {
        [WC_CAUSE_FEE] = "fee",         [WC_CAUSE_ISSUE] = "issue",
        [WC_CAUSE_REDEEM] = "redeem",   [WC_CAUSE_TRANSFER] = "transfer",
        [WC_CAUSE_LOCK] = "lock",       [WC_CAUSE_UNLOCK] = "unlock",
        [WC_CAUSE_PAY] = "pay",         [WC_CAUSE_SPLIT] = "split",
        [WC_CAUSE_NETTING] = "netting", [WC_CAUSE_CLOSE] = "release",
        [WC_CAUSE_STUCK] = "release",   [WC_CAUSE_MANDATE] = "mandate",
        [WC_CAUSE_REWARD] = "reward",   [WC_CAUSE_GENESIS] = "genesis"};
    return (size_t)cause < WC_ARRAY_LEN(names) && names[cause] != NULL ? names[cause] : "posting";
}

void wc_sub_account_put_text(wc_buf *text, const wc_names *names, const wc_sub_account *account)
{
    if (account->kind == WC_SUB_ESCROW) {
        wc_buf_put_text(text, "escrow of ");
        wc_names_put(text, names, &account->party);
        wc_buf_put_text(text, " in ");
    }
    wc_names_put(text, names, &account->owner);
}

void wc_posting_put_text(wc_buf *text, const wc_names *names, const wc_money_names *money,
                         const wc_ledger_posting *posting)
{
    wc_sub_account_put_text(text, names, &posting->from);
    wc_buf_put_text(text, " -> ");
    wc_sub_account_put_text(text, names, &posting->to);
    wc_buf_put_text(text, "  ");
    wc_money_put(text, money, posting->asset, posting->amount);
}
