/* Answers that walk through all records: node/query's questions, as JSON. */
#include <stdlib.h>

#include "node/api/run.h"

typedef wc_status (*question)(wc_query *query, wc_outline *outline, const wc_api_value *args);

static wc_api_error ask(wc_api_run *run, question put, const char *nothing)
{
    wc_outline outline;
    wc_query *query = WC_ARENA_NEW(run->arena, wc_query);
    if (query == NULL) return wc_api_fail(run, WC_API_INTERNAL, "out of memory");
    size_t before = run->json->buf->len;
    wc_status status = wc_query_open(query, run->chain, run->arena);
    if (status == WC_OK) {
        query->names = run->node->names;
        wc_outline_begin(&outline, run->json->buf, true);
        status = put(query, &outline, run->args);
    }
    if (status == WC_OK) {
        wc_outline_finish(&outline);
        return WC_API_OK;
    }
    run->json->buf->len = before;
    return wc_api_fail_status(run, status, nothing);
}

static wc_status find(wc_query *query, wc_outline *outline, const wc_api_value *args)
{
    return wc_query_find(query, outline, args[0].text);
}

static wc_status trace(wc_query *query, wc_outline *outline, const wc_api_value *args)
{
    return wc_query_trace(query, outline, args[0].text);
}

static wc_status inbox(wc_query *query, wc_outline *outline, const wc_api_value *args)
{
    return wc_query_inbox(query, outline, &args[0].hash);
}

static wc_status statement(wc_query *query, wc_outline *outline, const wc_api_value *args)
{
    int64_t day = args[1].has ? (int64_t)args[1].number : INT64_MIN;
    return wc_query_statement(query, outline, &args[0].hash, day);
}

static wc_status readings(wc_query *query, wc_outline *outline, const wc_api_value *args)
{
    int64_t day = args[1].has ? (int64_t)args[1].number : INT64_MIN;
    return wc_query_readings(query, outline, &args[0].hash, day);
}

wc_api_error wc_answer_find(wc_api_run *run)
{
    return ask(run, find, "nothing answers to this text");
}

wc_api_error wc_answer_trace(wc_api_run *run)
{
    return ask(run, trace, "there is no such transaction or event");
}

wc_api_error wc_answer_inbox(wc_api_run *run)
{
    return ask(run, inbox, "no offer and no contract names this party");
}

wc_api_error wc_answer_statement(wc_api_run *run)
{
    return ask(run, statement, "there is nothing of this party");
}

wc_api_error wc_answer_readings(wc_api_run *run)
{
    return ask(run, readings, "no aggregator has reported anything for this account");
}
