/* Lines of a page's close. A contract that settles one customer after the other writes a `Line` for
 * each; the close of a page (native call page_settle) pays for hundreds of meters at once, and what
 * tells of each is its posting alone. So that posting is the line, unless the contract has `Line`
 * events, which tell the same. */
#ifndef WC_NODE_QUERY_PAGE_LINE_H
#define WC_NODE_QUERY_PAGE_LINE_H

#include "node/query/query.h"

typedef struct wc_page_line {
    const wc_query_module *module; /* of the contract */
    wc_address contract;           /* that the page reports to */
    wc_address payer; /* whose money it was: the contract's own, or an escrow's party */
    wc_address payee; /* the meter's customer, or who stands in for a closed account */
    const wc_money_name *money;
    int64_t amount;
    uint32_t page;
} wc_page_line;

/* False: the event is no such posting. */
bool wc_page_line_read(wc_page_line *line, wc_query *query, const wc_visit *visit,
                       const wc_event *event);

#endif
