/* Cursors over events: the place of the last event that was seen, SEQ.RECEIPT.EVENT. */
#ifndef WC_NODE_API_CURSOR_H
#define WC_NODE_API_CURSOR_H

#include "node/query/query.h"

struct wc_api_event;

/* Before the first event. Receipts and events are counted from 0, so the cursor behind "no event of
 * this record yet" ends in the greatest numbers of the record before. */
#define WC_API_CURSOR_BEGIN                                                                        \
    (wc_event_id)                                                                                  \
    {                                                                                              \
        0, UINT32_MAX, UINT32_MAX                                                                  \
    }

/* At most so many receipts are looked through at once: an answer has to come to an end. */
#define WC_API_RECEIPTS_MAX 4096u

/* Calls `take` for the events behind *cursor, in order, until it answers false, the newest record
 * is reached, or WC_API_RECEIPTS_MAX receipts were looked through. *cursor is then behind the last
 * event looked at. Errors: those of reading. */
WC_MUST_USE wc_status wc_api_walk_events(wc_chain *chain, wc_event_id *cursor,
                                         bool (*take)(void *self, const struct wc_api_event *event),
                                         void *self);

#endif
