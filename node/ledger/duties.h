/* Separation of duties: which roles one account must not hold together. Table: duties.def. */
#ifndef WC_NODE_LEDGER_DUTIES_H
#define WC_NODE_LEDGER_DUTIES_H

#include "node/ledger/account.h"
#include "node/ledger/roles.h"

typedef struct wc_duty {
    wc_role first, second;
    wc_str why;
} wc_duty;

/* The table, for clients and documentation. */
const wc_duty *wc_duty_table(size_t *count);

/* The first rule that the account's roles break at some height >= from_h; NULL: none. */
const wc_duty *wc_duty_broken(const wc_account *account, uint64_t from_h);

#endif
