/* The open connections, and since when each owes something: a whole request, or taking its answer.
 * One that owes for too long is shut down; the library then sees it end. */
#ifndef WC_NODE_API_CONNECTIONS_H
#define WC_NODE_API_CONNECTIONS_H

#include "vm/base/status.h"

typedef struct wc_connections wc_connections;
typedef struct wc_link wc_link; /* one connection */

/* Values of the label of WC_METRIC_CUT. */
typedef enum wc_cut_reason {
    WC_CUT_CONNECTIONS,
    WC_CUT_REQUEST_TIME,
    WC_CUT_ANSWER_TIME,
    WC_CUT_BODY
} wc_cut_reason;

WC_MUST_USE wc_status wc_connections_open(wc_connections **connections); /* NO_MEMORY */
void wc_connections_close(wc_connections *connections); /* NULL is allowed; all are removed */

/* socket stays the caller's and is open until the link is removed. NULL: memory is short. */
wc_link *wc_connections_add(wc_connections *connections, int socket);
void wc_connections_remove(wc_connections *connections, wc_link *link); /* NULL is allowed */

unsigned wc_connections_count(wc_connections *connections);

/* The connection delivered a whole request; its answer is on the way; it carries a stream; it owes
 * the next request. link may be NULL. */
void wc_link_whole(wc_link *link);
void wc_link_answer(wc_link *link);
void wc_link_stream(wc_link *link);
void wc_link_next(wc_link *link);

/* Shuts down what owes a request or an answer for longer. */
void wc_connections_cut(wc_connections *connections, int64_t request_ns, int64_t answer_ns);

/* Shuts down what has delivered no whole request: the server stops. */
void wc_connections_drain(wc_connections *connections);

#endif
