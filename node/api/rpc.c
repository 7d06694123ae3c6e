/* JSON-RPC 2.0: one request or a batch. Parameters are given by name. */
#include <stdio.h>
#include <stdlib.h>

#include "node/abi/encode.h"
#include "node/api/request.h"

_Static_assert(WC_API_DEPTH_MAX == WC_ABI_DEPTH_MAX, "one bound of nesting");

/* ---- reading --------------------------------------------------------------------------------- */

/* A scalar as the text that a path or query would have. Numbers are written into digits. */
static bool text_of(const json_t *value, char digits[32], wc_str *text)
{
    if (json_is_string(value)) {
        *text = (wc_str){json_string_value(value), json_string_length(value)};
        return true;
    }
    if (!json_is_integer(value)) return false;
    (void)snprintf(digits, 32, "%lld", (long long)json_integer_value(value));
    *text = wc_str_of(digits);
    return true;
}

static bool takes_values(const wc_api_method *method, const char *name)
{
    for (uint32_t i = 0; i < method->param_count; i++) {
        const wc_api_param *param = &method->params[i];
        if (strcmp(param->name, name) == 0) return param->type == WC_API_VALUES;
    }
    return false;
}

static bool set_values(wc_api_call *call, const char *name, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT);
    if (text == NULL) {
        wc_api_call_fail(call, WC_API_INTERNAL, "out of memory");
        return false;
    }
    bool is_set = wc_api_call_set(call, name, wc_str_of(text));
    free(text);
    return is_set;
}

void wc_api_json_params(wc_api_call *call, json_t *params)
{
    const char *name;
    json_t *value;
    if (params != NULL && !json_is_object(params)) {
        wc_api_call_fail(call, WC_API_INVALID_PARAMS, "parameters are given by name, in an object");
        return;
    }
    json_object_foreach(params, name, value)
    {
        char digits[32];
        wc_str text;
        if (json_is_null(value)) continue; /* left out */
        if (takes_values(call->method, name) && (json_is_array(value) || json_is_object(value))) {
            if (!set_values(call, name, value)) return;
            continue;
        }
        if (!text_of(value, digits, &text)) {
            wc_api_call_fail(call, WC_API_INVALID_PARAMS, "`%.40s` is a string or a whole number",
                             name);
            return;
        }
        if (!wc_api_call_set(call, name, text)) return;
    }
    (void)wc_api_call_is_complete(call);
}

static bool is_id(const json_t *id)
{
    return json_is_string(id) || json_is_integer(id) || json_is_null(id);
}

static void read_call(wc_api_call *call, json_t *object)
{
    json_t *id = json_object_get(object, "id");
    const json_t *version = json_object_get(object, "jsonrpc");
    const json_t *method = json_object_get(object, "method");
    call->has_id = !json_is_object(object) || id != NULL;
    if (id != NULL && is_id(id)) call->id = json_dumps(id, JSON_ENCODE_ANY | JSON_COMPACT);
    bool is_request = json_is_object(object) && json_is_string(version) &&
                      strcmp(json_string_value(version), "2.0") == 0 && json_is_string(method) &&
                      (id == NULL || is_id(id));
    if (!is_request) {
        call->has_id = true;
        wc_api_call_fail(call, WC_API_INVALID_REQUEST,
                         "a request is {\"jsonrpc\": \"2.0\", \"id\": .., \"method\": \"..\", "
                         "\"params\": {..}}");
        return;
    }
    wc_str name = {json_string_value(method), json_string_length(method)};
    call->method = wc_api_method_find(name);
    if (call->method == NULL) {
        wc_api_call_fail(call, WC_API_METHOD_NOT_FOUND, "there is no method `%.40s`", name.data);
        return;
    }
    wc_api_json_params(call, json_object_get(object, "params"));
}

wc_api_error wc_api_json_read(wc_api_request *request, wc_slice body,
                              char problem[WC_API_PROBLEM_MAX])
{
    json_error_t why;
    if (body.len == 0) {
        (void)snprintf(problem, WC_API_PROBLEM_MAX, "the body is empty");
        return WC_API_PARSE;
    }
    if (!wc_abi_is_shallow((wc_str){(const char *)body.data, body.len})) {
        (void)snprintf(problem, WC_API_PROBLEM_MAX, "the JSON nests deeper than %d",
                       WC_API_DEPTH_MAX);
        return WC_API_PARSE;
    }
    request->root = json_loadb((const char *)body.data, body.len, JSON_REJECT_DUPLICATES, &why);
    if (request->root != NULL) return WC_API_OK;
    (void)snprintf(problem, WC_API_PROBLEM_MAX, "line %d, column %d: %.120s", why.line, why.column,
                   why.text);
    return WC_API_PARSE;
}

wc_api_error wc_api_rpc_read(wc_api_request *request, wc_slice body,
                             char problem[WC_API_PROBLEM_MAX])
{
    request->is_rpc = true;
    wc_api_error error = wc_api_json_read(request, body, problem);
    if (error != WC_API_OK) return error;
    request->is_batch = json_is_array(request->root);
    size_t count = request->is_batch ? json_array_size(request->root) : 1;
    if (count == 0 || count > WC_API_BATCH_MAX) {
        (void)snprintf(problem, WC_API_PROBLEM_MAX, "a batch has 1 to %d calls", WC_API_BATCH_MAX);
        return WC_API_INVALID_REQUEST;
    }
    request->calls = calloc(count, sizeof *request->calls);
    if (request->calls == NULL) return WC_API_INTERNAL;
    request->call_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        request->calls[i].request = request;
        read_call(&request->calls[i],
                  request->is_batch ? json_array_get(request->root, i) : request->root);
    }
    return WC_API_OK;
}

/* ---- answering ------------------------------------------------------------------------------- */

void wc_api_put_error(wc_buf *buf, const wc_api_call *call)
{
    const wc_api_error_row *row = wc_api_error_of(call->error);
    wc_json json = wc_json_to(buf);
    wc_json_open_line(&json, NULL, '{');
    wc_json_add_number(&json, "code", row->code);
    wc_json_add_text(&json, "message", call->problem[0] != '\0' ? call->problem : row->text);
    wc_json_open_line(&json, "data", '{');
    wc_json_add_text(&json, "name", row->name);
    if (call->detail_name != NULL) wc_json_add_text(&json, call->detail_name, call->detail);
    wc_json_close(&json);
    wc_json_close(&json);
}

static size_t room_of(const wc_api_request *request)
{
    size_t room = 64;
    for (uint32_t i = 0; i < request->call_count; i++) {
        const wc_api_call *call = &request->calls[i];
        room += call->len + WC_API_ERROR_ROOM + (call->id != NULL ? strlen(call->id) : 4);
    }
    return room;
}

static void put_call(wc_buf *buf, const wc_api_call *call)
{
    wc_buf_put_text(buf, "{\"jsonrpc\":\"2.0\",\"id\":");
    wc_buf_put_text(buf, call->id != NULL ? call->id : "null");
    if (call->error == WC_API_OK) {
        wc_buf_put_text(buf, ",\"result\":");
        wc_buf_put(buf, call->result, call->len);
    } else {
        wc_buf_put_text(buf, ",\"error\":");
        wc_api_put_error(buf, call);
    }
    wc_buf_put_text(buf, "}");
}

void wc_api_rpc_answer(wc_api_request *request, wc_http_answer *answer)
{
    size_t room = room_of(request);
    uint32_t put = 0;
    uint8_t *memory = malloc(room);
    *answer = (wc_http_answer){.status = 200, .type = "application/json", .body = memory};
    if (memory == NULL) return;
    wc_buf buf;
    wc_buf_init(&buf, memory, room);
    if (request->is_batch) wc_buf_put_text(&buf, "[");
    for (uint32_t i = 0; i < request->call_count; i++) {
        if (!request->calls[i].has_id) continue;
        if (put++ > 0) wc_buf_put_text(&buf, ",");
        put_call(&buf, &request->calls[i]);
    }
    if (request->is_batch && put > 0) wc_buf_put_text(&buf, "]");
    if (put > 0) wc_buf_put_text(&buf, "\n");
    wc_assert(!buf.full);
    answer->len = put > 0 ? buf.len : 0;
    if (put == 0) answer->status = 204;
}

void wc_api_answer_error(wc_http_answer *answer, bool is_rpc, wc_api_error error,
                         const char *problem)
{
    wc_api_call call = {.error = error};
    uint8_t *memory = malloc(WC_API_ERROR_ROOM);
    (void)snprintf(call.problem, sizeof call.problem, "%s", problem);
    *answer = (wc_http_answer){
        .status = is_rpc && error <= WC_API_INTERNAL ? 200 : wc_api_error_of(error)->status,
        .type = "application/json",
        .body = memory};
    if (error == WC_API_UNAUTHORIZED) {
        answer->header_name = "WWW-Authenticate";
        answer->header_value = "Bearer";
    }
    if (memory == NULL) return;
    wc_buf buf;
    wc_buf_init(&buf, memory, WC_API_ERROR_ROOM);
    wc_buf_put_text(&buf, is_rpc ? "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":" : "{\"error\":");
    wc_api_put_error(&buf, &call);
    wc_buf_put_text(&buf, "}\n");
    wc_assert(!buf.full);
    answer->len = buf.len;
}
