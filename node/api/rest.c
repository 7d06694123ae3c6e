/* The REST mirror: paths of methods.def with their parameters in path, query and body. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/api/request.h"

#define SEGMENTS_MAX 8u

/* Splits a path at its slashes, in place; 0: not of that form. */
static size_t split(char *path, char *segments[SEGMENTS_MAX])
{
    size_t count = 0;
    if (path[0] != '/') return 0;
    for (char *at = path; at != NULL && count < SEGMENTS_MAX;) {
        *at++ = '\0';
        segments[count++] = at;
        at = strchr(at, '/');
    }
    return strchr(segments[count - 1], '/') == NULL ? count : 0;
}

/* Does the path have the form of this method's? */
static bool fits(const wc_api_method *method, char *const *segments, size_t count)
{
    const char *at = method->path;
    for (size_t i = 0; i < count; i++) {
        if (*at != '/') return false;
        at++;
        const char *end = strchr(at, '/');
        size_t len = end == NULL ? strlen(at) : (size_t)(end - at);
        bool is_param = len > 0 && at[0] == '{';
        bool is_same = strlen(segments[i]) == len && memcmp(at, segments[i], len) == 0;
        if (is_param ? segments[i][0] == '\0' : !is_same) return false;
        at += len;
    }
    return *at == '\0';
}

static void read_path(wc_api_call *call, char *const *segments, size_t count)
{
    const char *at = call->method->path;
    for (size_t i = 0; i < count && call->error == WC_API_OK; i++) {
        char name[32];
        at++;
        const char *end = strchr(at, '/');
        size_t len = end == NULL ? strlen(at) : (size_t)(end - at);
        if (len > 2 && at[0] == '{' && len - 2 < sizeof name) {
            memcpy(name, at + 1, len - 2);
            name[len - 2] = '\0';
            (void)wc_api_call_set(call, name, wc_str_of(segments[i]));
        }
        at += len;
    }
}

static wc_api_place place_of(const wc_api_method *method, const char *name)
{
    for (uint32_t i = 0; i < method->param_count; i++) {
        if (strcmp(method->params[i].name, name) == 0) return method->params[i].place;
    }
    return WC_API_QUERY; /* of none: setting it fails and says so */
}

static void read_query(wc_api_call *call, const wc_http_request *http)
{
    if (http->has_more_query) {
        wc_api_call_fail(call, WC_API_INVALID_PARAMS, "more than %u parameters", WC_HTTP_QUERY_MAX);
    }
    for (uint32_t i = 0; i < http->query_count && call->error == WC_API_OK; i++) {
        const wc_http_pair *pair = &http->query[i];
        if (place_of(call->method, pair->name) != WC_API_QUERY) {
            wc_api_call_fail(call, WC_API_INVALID_PARAMS, "`%.40s` does not stand behind '?'",
                             pair->name);
            return;
        }
        (void)wc_api_call_set(call, pair->name, wc_str_of(pair->value != NULL ? pair->value : ""));
    }
}

static wc_api_error read_call(wc_api_request *request, const wc_api_method *method,
                              const wc_http_request *http, char *const *segments, size_t count,
                              char problem[WC_API_PROBLEM_MAX])
{
    if (method->verb == WC_API_POST) {
        wc_api_error error = wc_api_json_read(request, http->body, problem);
        if (error != WC_API_OK) return error;
    }
    request->calls = calloc(1, sizeof *request->calls);
    if (request->calls == NULL) return WC_API_INTERNAL;
    request->call_count = 1;
    wc_api_call *call = &request->calls[0];
    call->request = request;
    call->method = method;
    read_path(call, segments, count);
    if (call->error == WC_API_OK) read_query(call, http);
    if (call->error != WC_API_OK) return WC_API_OK;
    if (request->root != NULL) {
        wc_api_json_params(call, request->root);
    } else {
        (void)wc_api_call_is_complete(call);
    }
    return WC_API_OK;
}

wc_api_error wc_api_rest_read(wc_api_request *request, const wc_http_request *http,
                              char problem[WC_API_PROBLEM_MAX], const char **allow)
{
    char *segments[SEGMENTS_MAX];
    bool is_get = strcmp(http->verb, "GET") == 0 || strcmp(http->verb, "HEAD") == 0;
    bool is_post = strcmp(http->verb, "POST") == 0;
    size_t size = strlen(http->path) + 1;
    request->path = malloc(size);
    if (request->path == NULL) return WC_API_INTERNAL;
    memcpy(request->path, http->path, size);
    size_t count = split(request->path, segments);
    *allow = NULL;
    for (size_t i = 0; count > 0 && i < WC_API_METHOD_COUNT; i++) {
        const wc_api_method *method = wc_api_method_at(i);
        if (!fits(method, segments, count)) continue;
        if (method->verb == WC_API_GET ? is_get : is_post) {
            return read_call(request, method, http, segments, count, problem);
        }
        *allow = method->verb == WC_API_GET ? "GET, HEAD" : "POST";
    }
    (void)snprintf(problem, WC_API_PROBLEM_MAX,
                   *allow != NULL ? "the path takes another HTTP method"
                                  : "there is no such path; /v1/openapi.json lists all");
    return *allow != NULL ? WC_API_METHOD_NOT_ALLOWED : WC_API_METHOD_NOT_FOUND;
}

void wc_api_rest_answer(wc_api_request *request, wc_http_answer *answer)
{
    const wc_api_call *call = &request->calls[0];
    if (call->error != WC_API_OK) {
        wc_api_answer_error(answer, false, call->error, call->problem);
        if (answer->body == NULL || call->detail_name == NULL) return;
        wc_buf buf;
        wc_buf_init(&buf, answer->body, WC_API_ERROR_ROOM);
        wc_buf_put_text(&buf, "{\"error\":");
        wc_api_put_error(&buf, call);
        wc_buf_put_text(&buf, "}\n");
        wc_assert(!buf.full);
        answer->len = buf.len;
        return;
    }
    bool waits = call->submission != NULL && call->submission->answer == WC_SUBMIT_PENDING;
    *answer = (wc_http_answer){
        .status = waits ? 202 : 200, .type = "application/json", .body = malloc(call->len + 1)};
    if (answer->body == NULL) return;
    memcpy(answer->body, call->result, call->len);
    answer->body[call->len] = '\n';
    answer->len = call->len + 1;
}
