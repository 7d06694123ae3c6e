/* Postings in the words of traces: "escrow of home in Sale -> sun  4.80 CNY". */
#ifndef WC_NODE_QUERY_POSTING_H
#define WC_NODE_QUERY_POSTING_H

#include "node/query/decode.h"

/* "pay", "lock", "release". */
const char *wc_posting_cause_name(wc_posting_cause cause);

void wc_sub_account_put_text(wc_buf *text, const wc_names *names, const wc_sub_account *account);
void wc_posting_put_text(wc_buf *text, const wc_names *names, const wc_money_names *money,
                         const wc_ledger_posting *posting);

#endif
