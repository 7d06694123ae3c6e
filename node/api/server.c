/* The handler behind the HTTP server: which request is for whom. */
#include "node/api/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/api/request.h"
#include "node/service/log.h"
#include "node/service/metrics.h"

#define OPENAPI_MAX ((size_t)1 << 20)
#define METRICS_MAX ((size_t)256 << 10)

/* What an exchange holds: a request, or a stream. */
typedef struct holding {
    wc_api_request *request;
    wc_api_stream *stream;
} holding;

static wc_http_course answer_text(wc_http_answer *answer, const char *type, const void *text,
                                  size_t len)
{
    *answer =
        (wc_http_answer){.status = 200, .type = type, .body = wc_http_copy(text, len), .len = len};
    return WC_HTTP_NOW;
}

static wc_http_course answer_metrics(wc_http_answer *answer)
{
    uint8_t *memory = malloc(METRICS_MAX);
    wc_buf text;
    *answer = (wc_http_answer){
        .status = 200, .type = "text/plain; version=0.0.4; charset=utf-8", .body = memory};
    if (memory == NULL) return WC_HTTP_NOW;
    wc_buf_init(&text, memory, METRICS_MAX);
    wc_metrics_put(&text);
    wc_assert(!text.full);
    answer->len = text.len;
    return WC_HTTP_NOW;
}

static wc_http_course refuse(wc_http_answer *answer, bool is_rpc, wc_api_error error,
                             const char *problem)
{
    wc_api_answer_error(answer, is_rpc, error, problem);
    return WC_HTTP_NOW;
}

static wc_http_course begin_stream(wc_api *api, const wc_http_request *http,
                                   const wc_identity *identity, wc_http_answer *answer,
                                   void **state)
{
    char problem[WC_API_PROBLEM_MAX] = "";
    wc_api_error error = wc_access_may(identity, WC_API_AUDITOR, NULL, NULL);
    holding *held = calloc(1, sizeof *held);
    if (held == NULL) return refuse(answer, false, WC_API_INTERNAL, "out of memory");
    if (error == WC_API_OK) error = wc_api_stream_open(&held->stream, api, http, problem);
    if (error != WC_API_OK) {
        free(held);
        return refuse(answer, false, error, problem);
    }
    *state = held;
    *answer = (wc_http_answer){.status = 200, .type = "text/event-stream"};
    return WC_HTTP_STREAM;
}

static void answer_request(wc_api_request *request, wc_http_answer *answer)
{
    wc_api_finish(request);
    if (request->is_rpc) {
        wc_api_rpc_answer(request, answer);
    } else {
        wc_api_rest_answer(request, answer);
    }
}

static wc_http_course begin_request(wc_api *api, wc_exchange *exchange, const wc_http_request *http,
                                    const wc_identity *identity, wc_http_answer *answer,
                                    void **state)
{
    char problem[WC_API_PROBLEM_MAX] = "";
    const char *allow = NULL;
    bool is_rpc = strcmp(http->path, "/rpc") == 0;
    holding *held = calloc(1, sizeof *held);
    wc_api_request *request = calloc(1, sizeof *request);
    if (held == NULL || request == NULL) {
        free(held);
        free(request);
        return refuse(answer, is_rpc, WC_API_INTERNAL, "out of memory");
    }
    held->request = request;
    *state = held;
    request->api = api;
    request->exchange = exchange;
    request->identity = *identity;
    wc_api_error error;
    if (is_rpc && strcmp(http->verb, "POST") != 0) {
        allow = "POST";
        error = WC_API_METHOD_NOT_ALLOWED;
        (void)snprintf(problem, sizeof problem, "JSON-RPC is sent by POST");
    } else if (is_rpc) {
        error = wc_api_rpc_read(request, http->body, problem);
    } else {
        error = wc_api_rest_read(request, http, problem, &allow);
    }
    if (error != WC_API_OK) {
        (void)refuse(answer, is_rpc && allow == NULL, error, problem);
        if (allow != NULL) {
            answer->header_name = "Allow";
            answer->header_value = allow;
        }
        return WC_HTTP_NOW;
    }
    if (!wc_api_begin(request)) return WC_HTTP_LATER;
    answer_request(request, answer);
    return WC_HTTP_NOW;
}

static wc_http_course on_begin(void *self, wc_exchange *exchange, const wc_http_request *http,
                               wc_http_answer *answer, void **state)
{
    wc_api *api = self;
    char problem[WC_API_PROBLEM_MAX] = "";
    if (!atomic_load(&api->is_ready)) return refuse(answer, false, WC_API_BUSY, "starting");
    wc_api_error error = wc_access_check(&api->access, http, problem, sizeof problem);
    if (error != WC_API_OK) return refuse(answer, false, error, problem);
    wc_identity identity = wc_access_identify(&api->access, http);
    bool is_get = strcmp(http->verb, "GET") == 0 || strcmp(http->verb, "HEAD") == 0;
    if (is_get && strcmp(http->path, "/v1/openapi.json") == 0) {
        return answer_text(answer, "application/json", api->openapi, api->openapi_len);
    }
    if (is_get && strcmp(http->path, "/metrics") == 0) {
        error = wc_access_may(&identity, WC_API_ANY, NULL, NULL);
        if (error != WC_API_OK) return refuse(answer, false, error, "");
        return answer_metrics(answer);
    }
    if (is_get && strcmp(http->path, "/v1/events/stream") == 0) {
        return begin_stream(api, http, &identity, answer, state);
    }
    return begin_request(api, exchange, http, &identity, answer, state);
}

static void on_finish(void *self, void *state, wc_http_answer *answer)
{
    holding *held = state;
    (void)self;
    answer_request(held->request, answer);
}

static wc_http_next on_stream(void *self, void *state, uint8_t *bytes, size_t size, size_t *len)
{
    holding *held = state;
    (void)self;
    return wc_api_stream_next(held->stream, bytes, size, len);
}

static void on_drop(void *self, void *state)
{
    holding *held = state;
    (void)self;
    wc_api_request_free(held->request);
    if (held->stream != NULL) wc_api_stream_close(held->stream);
    free(held);
}

/* ---- start and stop -------------------------------------------------------------------------- */

static void on_publish(void *self)
{
    wc_api *api = self;
    if (atomic_load(&api->is_ready)) wc_http_wake(api->http);
}

static void name_values(void)
{
    static const char *names[WC_API_METHOD_COUNT];
    static const char *const version[] = {WC_VERSION};
    for (size_t i = 0; i < WC_API_METHOD_COUNT; i++) names[i] = wc_api_method_at(i)->name;
    wc_metric_values(WC_METRIC_CALLS, names, WC_API_METHOD_COUNT);
    wc_metric_values(WC_METRIC_CALL_ERRORS, names, WC_API_METHOD_COUNT);
    wc_metric_values(WC_METRIC_BUILD_INFO, version, 1);
    wc_metric_set(WC_METRIC_BUILD_INFO, 0, 1);
}

unsigned wc_api_readers(const wc_config *config)
{
    return (unsigned)config->api_threads + 1; /* the walker */
}

static wc_status make_openapi(wc_api *api)
{
    wc_buf buf;
    api->openapi = malloc(OPENAPI_MAX);
    if (api->openapi == NULL) return WC_NO_MEMORY;
    wc_buf_init(&buf, api->openapi, OPENAPI_MAX);
    wc_api_put_openapi(&buf);
    wc_assert(!buf.full);
    api->openapi_len = buf.len;
    return WC_OK;
}

wc_status wc_api_start(wc_api **api, wc_ini_problem *problem, wc_node *node)
{
    static const wc_http_handler table = {NULL, on_begin, on_finish, on_stream, on_drop};
    wc_api *started = calloc(1, sizeof *started);
    if (started == NULL) return WC_NO_MEMORY;
    started->node = node;
    *problem = (wc_ini_problem){0};
    wc_api_methods_init();
    name_values();
    wc_http_handler handler = table;
    handler.self = started;
    wc_status status = make_openapi(started);
    if (status == WC_OK) status = wc_access_open(&started->access, problem, &node->config);
    if (status == WC_OK) status = wc_walker_start(&started->walker, node);
    if (status == WC_OK) {
        status = wc_http_start(&started->http, problem, &node->config, &handler);
    }
    if (status != WC_OK) {
        if (problem->text[0] == '\0') {
            (void)wc_ini_refuse(problem, 0, "the API does not start: %s", wc_status_text(status));
        }
        wc_api_stop(started);
        return status;
    }
    wc_stage_listen(node->stage, on_publish, started);
    *api = started;
    return WC_OK;
}

void wc_api_serve(wc_api *api)
{
    atomic_store(&api->is_ready, true);
}

uint16_t wc_api_port(const wc_api *api)
{
    return wc_http_port(api->http);
}

void wc_api_tend(wc_api *api)
{
    wc_http_tend(api->http);
    wc_http_wake(api->http);
}

void wc_api_close_door(wc_api *api)
{
    wc_http_close_door(api->http);
}

void wc_api_stop(wc_api *api)
{
    if (api == NULL) return;
    wc_walker_stop(api->walker);
    if (api->http != NULL) wc_http_stop(api->http);
    wc_access_close(&api->access);
    free(api->openapi);
    free(api);
}
