/* The HTTP server: connections, limits, and requests handed to one handler. http.c is the only file
 * that includes libmicrohttpd; all else sees requests and answers.
 *
 * A request is whole when the handler sees it. The handler answers at once, or later (the
 * connection is suspended and holds no thread), or with a stream. Poll mode with a pool of threads:
 * the library's epoll mode stalls at exactly 128 clients.
 *
 * Limits (named in config.def): connections, connections of one address, bytes of headers and body,
 * seconds until the next whole request, seconds until an answer is taken. What exceeds one is
 * answered with a status where HTTP has one, and cut otherwise. */
#ifndef WC_NODE_API_HTTP_H
#define WC_NODE_API_HTTP_H

#include "node/service/config.h"

typedef struct wc_http wc_http;
typedef struct wc_exchange wc_exchange; /* one request and its answer */

#define WC_HTTP_QUERY_MAX 16u /* parameters behind '?' */

typedef struct wc_http_pair {
    const char *name, *value; /* value NULL: "?name" alone */
} wc_http_pair;

typedef struct wc_http_request {
    const char *verb, *path; /* the path is unescaped */
    uint32_t query_count;
    bool has_more_query; /* than WC_HTTP_QUERY_MAX */
    wc_http_pair query[WC_HTTP_QUERY_MAX];
    const char *host, *origin, *type, *authorization, *last_event_id; /* headers; NULL: none */
    bool has_two_hosts; /* more than one Host header */
    wc_slice body;
} wc_http_request;

typedef struct wc_http_answer {
    unsigned status;
    const char *type; /* "application/json" */
    uint8_t *body;    /* from malloc; taken over */
    size_t len;
    const char *header_name, *header_value; /* one more header, or NULL; static */
} wc_http_answer;

/* Where a stream's bytes come from; called by a thread of the pool. */
typedef enum wc_http_next {
    WC_HTTP_SOME, /* *len > 0 bytes were written */
    WC_HTTP_WAIT, /* nothing yet: wc_http_wake goes on */
    WC_HTTP_END
} wc_http_next;

typedef enum wc_http_course {
    WC_HTTP_NOW,   /* the answer is filled */
    WC_HTTP_LATER, /* wc_http_resume will be called, then `finish` */
    WC_HTTP_STREAM /* the answer's head is filled, `stream` gives the body */
} wc_http_course;

typedef struct wc_http_handler {
    void *self;
    /* *state is the handler's own, NULL at first, handed to the others. */
    wc_http_course (*begin)(void *self, wc_exchange *exchange, const wc_http_request *request,
                            wc_http_answer *answer, void **state);
    void (*finish)(void *self, void *state, wc_http_answer *answer);
    wc_http_next (*stream)(void *self, void *state, uint8_t *bytes, size_t size, size_t *len);
    void (*drop)(void *self,
                 void *state); /* the request is over, whatever happened; state != NULL */
} wc_http_handler;

/* Binds and starts. Errors, with *problem: IO - the address is taken or not this machine's, TLS
 * files do not load; NO_MEMORY. */
WC_MUST_USE wc_status wc_http_start(wc_http **http, wc_ini_problem *problem,
                                    const wc_config *config, const wc_http_handler *handler);

uint16_t wc_http_port(const wc_http *http);

/* Goes on with an exchange whose `begin` said LATER. From any thread, once. */
void wc_http_resume(wc_exchange *exchange);

/* Lets waiting streams look again; from any thread. `streams` ends them all instead. */
void wc_http_wake(wc_http *http);

/* Looks for connections that exceed their time, and cuts them; about once a second. */
void wc_http_tend(wc_http *http);

/* Takes no new connections. */
void wc_http_close_door(wc_http *http);

/* Ends streams, lets requests that are being answered finish, stops the threads. Exchanges that
 * wait must have been resumed or be resumed meanwhile by other threads. */
void wc_http_stop(wc_http *http);

/* A copy of a text for an answer's body; NULL: memory is short. */
uint8_t *wc_http_copy(const void *text, size_t len);

#endif
