/* Requests of the debug adapter: dispatch, launching, moving. See dap.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/dap/inside.h"

#define THREAD 1

/* ---- sending -----------------------------------------------------------------------------------
 */

/* Takes the message over; one that could not be made for want of memory is dropped. */
static bool send(wc_dap *dap, json_t *message)
{
    if (message != NULL) (void)json_object_set_new(message, "seq", json_integer(++dap->seq));
    char *text = message == NULL ? NULL : json_dumps(message, JSON_COMPACT);
    if (text != NULL) dap->options.send(dap->options.to, text, strlen(text));
    free(text);
    json_decref(message);
    return text != NULL;
}

void wc_dap_event(wc_dap *dap, const char *event, json_t *body)
{
    json_t *message = json_pack("{s:s,s:s}", "type", "event", "event", event);
    if (body != NULL && message != NULL) {
        (void)json_object_set_new(message, "body", body);
    } else {
        json_decref(body);
    }
    (void)send(dap, message);
}

void wc_dap_fail(wc_dap_reply *reply, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(reply->failure, sizeof(reply->failure), format, args);
    va_end(args);
}

static void answer(wc_dap *dap, json_int_t request, const char *command, wc_dap_reply *reply)
{
    bool is_fine = reply->failure[0] == '\0';
    json_t *message = json_pack("{s:s,s:I,s:b,s:s}", "type", "response", "request_seq", request,
                                "success", is_fine, "command", command);
    if (!is_fine) {
        json_decref(reply->body);
        reply->body = json_pack("{s:{s:i,s:s,s:b}}", "error", "id", 1, "format", "{reason}",
                                "showUser", true);
        json_t *reason = wc_json_str(wc_str_of(reply->failure));
        json_t *error = json_object_get(reply->body, "error");
        (void)json_object_set_new(error, "variables", json_pack("{s:o}", "reason", reason));
        (void)json_object_set_new(message, "message", wc_json_str(wc_str_of(reply->failure)));
    }
    if (reply->body != NULL) (void)json_object_set_new(message, "body", reply->body);
    (void)send(dap, message);
}

bool wc_dap_number(const json_t *from, const char *key, uint32_t *value)
{
    const json_t *found = json_object_get(from, key);
    if (!json_is_integer(found)) return false;
    json_int_t wide = json_integer_value(found);
    if (wide < 0 || wide > INT32_MAX) return false;
    *value = (uint32_t)wide;
    return true;
}

/* ---- where it stands ---------------------------------------------------------------------------
 */

static void tell_stopped(wc_dap *dap, const char *reason, const char *text, uint32_t hit)
{
    json_t *body =
        json_pack("{s:s,s:i,s:b}", "reason", reason, "threadId", THREAD, "allThreadsStopped", true);
    if (text != NULL) (void)json_object_set_new(body, "text", wc_json_str(wc_str_of(text)));
    if (hit > 0) {
        (void)json_object_set_new(body, "hitBreakpointIds", json_pack("[I]", (json_int_t)hit));
    }
    dap->handle_count = 0;
    wc_dap_event(dap, "stopped", body);
}

static const char *reason_of(const wc_dbg_break *hit)
{
    switch (hit->kind) {
    case WC_DBG_BREAK_LINE: return "breakpoint";
    case WC_DBG_BREAK_POSTING: return "data breakpoint";
    case WC_DBG_BREAK_ROUTINE: return "function breakpoint";
    case WC_DBG_BREAK_FAILURE: break;
    }
    return "exception";
}

static void tell_end(wc_dap *dap)
{
    bool has_passed = dap->travel.result.has_passed;
    const char *text = has_passed ? "passed\n" : dap->travel.result.text;
    wc_dap_event(dap, "output",
                 json_pack("{s:s,s:o}", "category", has_passed ? "stdout" : "stderr", "output",
                           wc_json_str(wc_str_of(text))));
    wc_dap_event(dap, "exited", json_pack("{s:i}", "exitCode", has_passed ? 0 : 4));
    wc_dap_event(dap, "terminated", NULL);
    dap->has_ended = true;
}

/* At the last stop of a test that fails there is something to see. */
static void move(wc_dap *dap, wc_dbg_move move)
{
    const wc_dbg_break *hit;
    uint32_t from = dap->travel.at;
    wc_dbg_why why = wc_dbg_travel_move(&dap->travel, move, &hit);
    bool was_there = dap->travel.at == from;
    if (why == WC_DBG_AT_BREAK) {
        bool is_failure = hit->kind == WC_DBG_BREAK_FAILURE;
        tell_stopped(dap, reason_of(hit), is_failure ? "a call fails here" : NULL, hit->number);
    } else if (why == WC_DBG_AT_END && !dap->travel.result.has_passed && !was_there) {
        tell_stopped(dap, "exception", dap->travel.result.text, 0);
    } else if (why == WC_DBG_AT_END) {
        tell_end(dap);
    } else {
        tell_stopped(dap, why == WC_DBG_AT_START ? "entry" : "step", NULL, 0);
    }
}

/* What a logpoint says, at its place. */
static void on_message(void *self, const wc_dbg_break *one, wc_str text)
{
    wc_dap *dap = self;
    json_t *body = json_pack("{s:s,s:o}", "category", "console", "output",
                             wc_json_format("%.*s\n", WC_STR_ARG(text)));
    const wc_dap_file *file =
        one->kind == WC_DBG_BREAK_LINE ? wc_dap_file_of(dap, one->path) : NULL;
    if (file != NULL) {
        (void)json_object_set_new(body, "source", wc_dap_source_of(file));
        (void)json_object_set_new(body, "line",
                                  json_integer((json_int_t)one->line - dap->lines_from_0));
    }
    wc_dap_event(dap, "output", body);
}

static void then_begin(wc_dap *dap)
{
    wc_dbg_tell_messages(&dap->travel);
    const wc_dbg_break *first = wc_dbg_break_at(&dap->travel, 0);
    if (dap->stop_on_entry) {
        tell_stopped(dap, "entry", NULL, 0);
    } else if (first != NULL) {
        tell_stopped(dap, reason_of(first), NULL, first->number);
    } else {
        move(dap, WC_DBG_CONTINUE);
    }
}

static void then_initialized(wc_dap *dap)
{
    wc_dap_event(dap, "initialized", NULL);
}

static void then_terminated(wc_dap *dap)
{
    if (!dap->has_ended) wc_dap_event(dap, "terminated", NULL);
    dap->has_ended = true;
}

#define THEN_MOVE(name, where)                                                                     \
    static void then_##name(wc_dap *dap)                                                           \
    {                                                                                              \
        move(dap, where);                                                                          \
    }

THEN_MOVE(continue, WC_DBG_CONTINUE)
THEN_MOVE(next, WC_DBG_NEXT)
THEN_MOVE(step, WC_DBG_STEP)
THEN_MOVE(finish, WC_DBG_FINISH)
THEN_MOVE(back, WC_DBG_BACK)
THEN_MOVE(reverse_next, WC_DBG_REVERSE_NEXT)
THEN_MOVE(reverse_continue, WC_DBG_REVERSE_CONTINUE)

/* ---- requests ----------------------------------------------------------------------------------
 */

static WC_DAP_REQUEST(initialize)
{
    const json_t *lines = json_object_get(arguments, "linesStartAt1");
    const json_t *columns = json_object_get(arguments, "columnsStartAt1");
    dap->lines_from_0 = json_is_false(lines);
    dap->columns_from_0 = json_is_false(columns);
    reply->body = json_pack(
        "{s:b,s:b,s:b,s:b,s:b,s:b,s:b,s:b,s:b,s:b,s:b,s:b,s:[{s:s,s:s,s:s,s:b}]}",
        "supportsConfigurationDoneRequest", true, "supportsStepBack", true,
        "supportsFunctionBreakpoints", true, "supportsDataBreakpoints", true,
        "supportsEvaluateForHovers", true, "supportsTerminateRequest", true,
        "supportsExceptionInfoRequest", true, "supportsLoadedSourcesRequest", true,
        "supportsSteppingGranularity", true, "supportsConditionalBreakpoints", true,
        "supportsHitConditionalBreakpoints", true, "supportsLogPoints", true,
        "exceptionBreakpointFilters", "filter", "failure", "label", "A call fails", "description",
        "Stops at the statement in which a call fails, expected by the test or not", "default",
        false);
}

static const char *text_at(const json_t *arguments, const char *key)
{
    const json_t *found = json_object_get(arguments, key);
    return json_is_string(found) ? json_string_value(found) : NULL;
}

static WC_DAP_REQUEST(launch)
{
    const json_t *seed = json_object_get(arguments, "seed");
    const wc_dap_launch wanted = {.program = text_at(arguments, "program"),
                                  .test = text_at(arguments, "test"),
                                  .added = text_at(arguments, "do"),
                                  .property = text_at(arguments, "property"),
                                  .has_seed =
                                      json_is_integer(seed) && json_integer_value(seed) >= 0,
                                  .seed = (uint64_t)json_integer_value(seed)};
    wc_buf message;
    if (dap->is_launched) {
        wc_dap_fail(reply, "this session has a test already; start another session");
        return;
    }
    if (wanted.program == NULL) {
        wc_dap_fail(reply, "`program` is missing: the path of a source with a test");
        return;
    }
    wc_buf_init(&message, dap->text, WC_DAP_TEXT_MAX - 1);
    if (!dap->options.open(dap->options.self, &wanted, &dap->travel, &message)) {
        dap->text[message.len] = '\0';
        wc_dap_fail(reply, "%s", message.len > 0 ? (const char *)dap->text : "it cannot be run");
        return;
    }
    dap->is_launched = true;
    if (message.len > 0) {
        const wc_str found = {(const char *)dap->text, message.len};
        wc_dap_event(dap, "output",
                     json_pack("{s:s,s:o}", "category", "console", "output",
                               wc_json_format("%.*s\n", WC_STR_ARG(found))));
    }
    dap->travel.on_message = on_message;
    dap->travel.self = dap;
    if (!wc_dap_files_open(dap)) {
        wc_dap_fail(reply, "out of memory");
        return;
    }
    dap->stop_on_entry = json_is_true(json_object_get(arguments, "stopOnEntry"));
    reply->then = then_initialized;
}

static WC_DAP_REQUEST(attach)
{
    (void)dap;
    (void)arguments;
    wc_dap_fail(reply, "a test is launched; there is nothing to attach to");
}

static WC_DAP_REQUEST(configuration_done)
{
    (void)arguments;
    if (dap->is_running) {
        wc_dap_fail(reply, "it runs already");
        return;
    }
    dap->is_running = true;
    reply->then = then_begin;
}

static WC_DAP_REQUEST(threads)
{
    (void)arguments;
    reply->body = json_pack("{s:[{s:i,s:o}]}", "threads", "id", THREAD, "name",
                            wc_json_str(dap->travel.record.title));
}

static WC_DAP_REQUEST(continue)
{
    (void)dap;
    (void)arguments;
    reply->body = json_pack("{s:b}", "allThreadsContinued", true);
    reply->then = then_continue;
}

static WC_DAP_REQUEST(next)
{
    (void)dap;
    (void)arguments;
    reply->then = then_next;
}

static WC_DAP_REQUEST(step_in)
{
    (void)dap;
    (void)arguments;
    reply->then = then_step;
}

static WC_DAP_REQUEST(step_out)
{
    (void)dap;
    (void)arguments;
    reply->then = then_finish;
}

static WC_DAP_REQUEST(step_back)
{
    (void)dap;
    const char *granularity = text_at(arguments, "granularity");
    bool is_fine = granularity != NULL && strcmp(granularity, "instruction") == 0;
    reply->then = is_fine ? then_back : then_reverse_next;
}

static WC_DAP_REQUEST(reverse_continue)
{
    (void)dap;
    (void)arguments;
    reply->then = then_reverse_continue;
}

static WC_DAP_REQUEST(pause)
{
    (void)dap;
    (void)arguments;
    (void)reply; /* it always stands still already */
}

static WC_DAP_REQUEST(exception_info)
{
    (void)arguments;
    const wc_dbg_stop *stop = &dap->travel.record.stops[dap->travel.at];
    bool is_last = dap->travel.at + 1 == dap->travel.record.stop_count;
    bool is_test = is_last && !dap->travel.result.has_passed;
    if (!stop->has_failed) {
        wc_dap_fail(reply, "nothing fails here");
        return;
    }
    const char *text = is_test ? dap->travel.result.text : "a call fails in this statement";
    reply->body =
        json_pack("{s:s,s:o,s:s}", "exceptionId", is_test ? "test" : "call", "description",
                  wc_json_str(wc_str_of(text)), "breakMode", is_test ? "unhandled" : "always");
}

static WC_DAP_REQUEST(terminate)
{
    (void)dap;
    (void)arguments;
    reply->then = then_terminated;
}

static WC_DAP_REQUEST(disconnect)
{
    (void)dap;
    (void)arguments;
    reply->is_last = true;
}

/* ---- dispatch ----------------------------------------------------------------------------------
 */

typedef enum request_phase {
    ANY_TIME,
    LAUNCHED, /* there is a test */
    STANDING  /* it has begun and has not ended */
} request_phase;

static const struct {
    const char *name;
    request_phase phase;
    wc_dap_request request;
} requests[] = {
    {"initialize", ANY_TIME, wc_dap_on_initialize},
    {"launch", ANY_TIME, wc_dap_on_launch},
    {"attach", ANY_TIME, wc_dap_on_attach},
    {"disconnect", ANY_TIME, wc_dap_on_disconnect},
    {"terminate", ANY_TIME, wc_dap_on_terminate},
    {"configurationDone", LAUNCHED, wc_dap_on_configuration_done},
    {"setBreakpoints", LAUNCHED, wc_dap_on_set_breakpoints},
    {"setFunctionBreakpoints", LAUNCHED, wc_dap_on_set_function_breakpoints},
    {"setDataBreakpoints", LAUNCHED, wc_dap_on_set_data_breakpoints},
    {"dataBreakpointInfo", LAUNCHED, wc_dap_on_data_breakpoint_info},
    {"setExceptionBreakpoints", LAUNCHED, wc_dap_on_set_exception_breakpoints},
    {"threads", LAUNCHED, wc_dap_on_threads},
    {"source", LAUNCHED, wc_dap_on_source},
    {"loadedSources", LAUNCHED, wc_dap_on_loaded_sources},
    {"pause", STANDING, wc_dap_on_pause},
    {"stackTrace", STANDING, wc_dap_on_stack_trace},
    {"scopes", STANDING, wc_dap_on_scopes},
    {"variables", STANDING, wc_dap_on_variables},
    {"evaluate", STANDING, wc_dap_on_evaluate},
    {"exceptionInfo", STANDING, wc_dap_on_exception_info},
    {"continue", STANDING, wc_dap_on_continue},
    {"next", STANDING, wc_dap_on_next},
    {"stepIn", STANDING, wc_dap_on_step_in},
    {"stepOut", STANDING, wc_dap_on_step_out},
    {"stepBack", STANDING, wc_dap_on_step_back},
    {"reverseContinue", STANDING, wc_dap_on_reverse_continue},
};

static void run(wc_dap *dap, const char *command, const json_t *arguments, wc_dap_reply *reply)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(requests); i++) {
        if (strcmp(requests[i].name, command) != 0) continue;
        if (requests[i].phase >= LAUNCHED && !dap->is_launched) {
            wc_dap_fail(reply, "`%s` comes after `launch`", command);
        } else if (requests[i].phase == STANDING && (!dap->is_running || dap->has_ended)) {
            wc_dap_fail(reply, "`%s` is for a test that stands still", command);
        } else {
            requests[i].request(dap, arguments, reply);
        }
        return;
    }
    wc_dap_fail(reply, "`%.40s` is not supported", command);
}

bool wc_dap_handle(wc_dap *dap, const char *message, size_t size)
{
    json_error_t error;
    wc_dap_reply reply = {0};
    json_t *request = json_loadb(message, size, 0, &error);
    const char *type = text_at(request, "type"), *command = text_at(request, "command");
    json_int_t seq = json_integer_value(json_object_get(request, "seq"));
    bool is_request = type != NULL && strcmp(type, "request") == 0 && command != NULL;
    if (is_request) {
        run(dap, command, json_object_get(request, "arguments"), &reply);
        answer(dap, seq, command, &reply);
        if (reply.then != NULL) reply.then(dap);
    }
    json_decref(request);
    return !reply.is_last;
}

wc_dap *wc_dap_open(const wc_dap_options *options)
{
    wc_dap *dap = calloc(1, sizeof(*dap));
    if (dap == NULL) return NULL;
    dap->options = *options;
    dap->handles = calloc(WC_DAP_HANDLES_MAX, sizeof(dap->handles[0]));
    dap->text = malloc(WC_DAP_TEXT_MAX);
    if (dap->handles != NULL && dap->text != NULL) return dap;
    wc_dap_close(dap);
    return NULL;
}

void wc_dap_close(wc_dap *dap)
{
    wc_dap_files_close(dap);
    free(dap->handles);
    free(dap->text);
    free(dap);
}
