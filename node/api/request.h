/* Inside the API: a request with its calls, and who sent it. */
#ifndef WC_NODE_API_REQUEST_H
#define WC_NODE_API_REQUEST_H

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>

#include "node/api/access.h"
#include "node/api/http.h"
#include "node/api/run.h"
#include "vm/base/json.h"

struct wc_api_request;

/* An answer that is an error, with its code, name and detail. */
#define WC_API_ERROR_ROOM (WC_JSON_ESCAPE * WC_API_PROBLEM_MAX + 1024u)

/* One call of a method: of a REST request the only one, of a batch one of several. */
typedef struct wc_api_call {
    struct wc_api_request *request;
    const wc_api_method *method; /* NULL: none was found; error says why */
    wc_api_value args[WC_API_PARAMS_MAX];
    char *id; /* JSON-RPC: the id as JSON, owned; NULL: a notification, or REST */
    bool has_id;
    wc_submission *submission; /* owned */
    wc_api_error error;
    char problem[WC_API_PROBLEM_MAX];
    const char *detail_name;
    char detail[64];
    uint8_t *result; /* owned; JSON */
    size_t len;
    struct wc_api_call *next; /* in the walker's queue */
} wc_api_call;

typedef struct wc_api_request {
    struct wc_api *api;
    wc_exchange *exchange;
    wc_identity identity;
    bool is_rpc, is_batch;
    json_t *root; /* owned; what values of JSON-RPC borrow from */
    char *path;   /* owned; what values of a REST path borrow from */
    uint32_t call_count;
    wc_api_call *calls; /* owned; call_count entries */
    atomic_uint open;   /* calls that are not answered, and one more while they are begun */
} wc_api_request;

/* Fills error, problem and detail of a call; printf-like. */
void wc_api_call_fail(wc_api_call *call, wc_api_error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets the parameter of this name. False: the call was failed. */
bool wc_api_call_set(wc_api_call *call, const char *name, wc_str text);

/* Every required parameter is there; else the call is failed. */
bool wc_api_call_is_complete(wc_api_call *call);

/* ---- rpc.c, rest.c: from a request to calls, and from calls to an answer ---- */

/* A body as JSON, into request->root. PARSE: it is none, or nests too deep. */
wc_api_error wc_api_json_read(wc_api_request *request, wc_slice body,
                              char problem[WC_API_PROBLEM_MAX]);

/* The members of an object (or NULL: none) as the parameters of a call; failed: the call is. */
void wc_api_json_params(wc_api_call *call, json_t *params);

/* A request or a batch. Requires: request is zero but for api, exchange and identity. */
wc_api_error wc_api_rpc_read(wc_api_request *request, wc_slice body,
                             char problem[WC_API_PROBLEM_MAX]);
void wc_api_rpc_answer(wc_api_request *request, wc_http_answer *answer);

/* Finds the method of a path. allow: receives the verb that the path has instead. */
wc_api_error wc_api_rest_read(wc_api_request *request, const wc_http_request *http,
                              char problem[WC_API_PROBLEM_MAX], const char **allow);
void wc_api_rest_answer(wc_api_request *request, wc_http_answer *answer);

/* An error as an answer by itself: {"error": ...}, or of JSON-RPC. */
void wc_api_put_error(wc_buf *buf, const wc_api_call *call);
void wc_api_answer_error(wc_http_answer *answer, bool is_rpc, wc_api_error error,
                         const char *problem);

void wc_api_request_free(wc_api_request *request); /* NULL is allowed */

/* ---- call.c: answering ---- */

/* Begins the calls of a request. True: all are answered; else the last one resumes the exchange. */
bool wc_api_begin(wc_api_request *request);

/* Writes the results of submissions that have been answered. */
void wc_api_finish(wc_api_request *request);

/* Runs the answerer of a call on a reader, with as much memory as the result takes. */
void wc_api_answer_call(wc_api_call *call, wc_chain *chain, wc_arena *arena, wc_node *node);

/* The call is answered; when it is the last one that the request waits for, it goes on. */
void wc_api_call_done(wc_api_call *call);

/* ---- walker.c: the thread for searches through all records ---- */

typedef struct wc_walker wc_walker;

WC_MUST_USE wc_status wc_walker_start(wc_walker **walker, wc_node *node); /* NO_MEMORY, IO */
bool wc_walker_take(wc_walker *walker, wc_api_call *call);                /* false: too many wait */
void wc_walker_stop(wc_walker *walker); /* answers what waits with STOPPING; NULL is allowed */

/* ---- stream.c: events as they come ---- */

typedef struct wc_api_stream wc_api_stream;

wc_api_error wc_api_stream_open(wc_api_stream **stream, struct wc_api *api,
                                const wc_http_request *http, char problem[WC_API_PROBLEM_MAX]);
wc_http_next wc_api_stream_next(wc_api_stream *stream, uint8_t *bytes, size_t size, size_t *len);
void wc_api_stream_close(wc_api_stream *stream);

/* ---- server.c ---- */

struct wc_api {
    wc_node *node;
    wc_http *http;
    wc_walker *walker;
    wc_access access;
    uint8_t *openapi; /* owned */
    size_t openapi_len;
    atomic_uint streams;
    atomic_bool is_ready; /* everything above is there */
};

/* openapi.c */
void wc_api_put_openapi(wc_buf *buf);

#endif
