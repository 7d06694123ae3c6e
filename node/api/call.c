/* Answering calls: on the thread that read them, on the walker, or by the sealing thread. */
#define _POSIX_C_SOURCE 200809L

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "node/api/request.h"
#include "node/service/log.h"
#include "node/service/metrics.h"

#define FIRST_ROOM ((size_t)64 << 10) /* most answers fit; a longer one is written again */

void wc_api_call_fail(wc_api_call *call, wc_api_error error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(call->problem, sizeof call->problem, format, args);
    va_end(args);
    call->error = error;
}

/* ---- parameters ------------------------------------------------------------------------------ */

static const wc_api_param *find_param(const wc_api_method *method, const char *name, size_t *index)
{
    for (uint32_t i = 0; i < method->param_count; i++) {
        if (strcmp(method->params[i].name, name) != 0) continue;
        *index = i;
        return &method->params[i];
    }
    return NULL;
}

bool wc_api_call_set(wc_api_call *call, const char *name, wc_str text)
{
    size_t index = 0;
    const wc_api_param *param = find_param(call->method, name, &index);
    if (param == NULL) {
        wc_api_call_fail(call, WC_API_INVALID_PARAMS, "%s has no parameter `%.40s`",
                         call->method->name, name);
        return false;
    }
    if (call->args[index].has) {
        wc_api_call_fail(call, WC_API_INVALID_PARAMS, "`%s` is given twice", name);
        return false;
    }
    if (wc_api_read(&call->args[index], param->type, text)) return true;
    call->args[index].has = false;
    wc_api_call_fail(call, WC_API_INVALID_PARAMS, "`%s` is not %s", name,
                     wc_api_type_text(param->type));
    return false;
}

bool wc_api_call_is_complete(wc_api_call *call)
{
    for (uint32_t i = 0; i < call->method->param_count; i++) {
        const wc_api_param *param = &call->method->params[i];
        if (!param->is_required || call->args[i].has) continue;
        wc_api_call_fail(call, WC_API_INVALID_PARAMS, "`%s` is missing: %s", param->name,
                         wc_api_type_text(param->type));
        return false;
    }
    return true;
}

/* ---- running --------------------------------------------------------------------------------- */

/* Writes the result once, with so much room. False: it did not fit. */
static bool write_result(wc_api_call *call, wc_api_run *run, size_t room)
{
    uint8_t *memory = malloc(room);
    wc_buf buf;
    if (memory == NULL) {
        wc_api_call_fail(call, WC_API_INTERNAL, "out of memory");
        return true;
    }
    wc_buf_init(&buf, memory, room);
    wc_json json = wc_json_to(&buf);
    run->json = &json;
    run->detail_name = NULL;
    call->error = call->method->answer(run);
    if (call->error != WC_API_OK) {
        memcpy(call->problem, run->problem, sizeof call->problem);
        call->detail_name = run->detail_name;
        memcpy(call->detail, run->detail, sizeof call->detail);
        free(memory);
        return true;
    }
    if (buf.full) {
        free(memory);
        return false;
    }
    uint8_t *fitted = realloc(memory, buf.len + 1);
    call->result = fitted != NULL ? fitted : memory;
    call->len = buf.len;
    return true;
}

void wc_api_answer_call(wc_api_call *call, wc_chain *chain, wc_arena *arena, wc_node *node)
{
    wc_api_run run = {.node = node,
                      .chain = chain,
                      .arena = arena,
                      .args = call->args,
                      .submission = call->submission};
    size_t method = (size_t)(call->method - wc_api_method_at(0));
    wc_metric_add(WC_METRIC_CALLS, method, 1);
    size_t mark = arena != NULL ? wc_arena_mark(arena) : 0;
    bool fits = false;
    for (size_t room = FIRST_ROOM; !fits && room <= WC_API_ANSWER_MAX; room *= 8) {
        if (arena != NULL) wc_arena_rewind(arena, mark);
        if (room > WC_API_ANSWER_MAX / 8) room = WC_API_ANSWER_MAX;
        fits = write_result(call, &run, room);
    }
    if (!fits) {
        wc_api_call_fail(call, WC_API_TOO_LARGE, "the answer has more than %d bytes",
                         WC_API_ANSWER_MAX);
    }
    if (call->error != WC_API_OK) wc_metric_add(WC_METRIC_CALL_ERRORS, method, 1);
    if (call->error == WC_API_INTERNAL) {
        WC_LOG(ERROR, "api_failed", WC_LOG_TEXT("method", call->method->name),
               WC_LOG_TEXT("why", call->problem));
    }
}

/* ---- submitting ------------------------------------------------------------------------------ */

static int64_t now_s(const wc_api_call *call, const wc_node *node, int64_t head_s)
{
    struct timespec now;
    if (node->clock == WC_CLOCK_SCRIPTED) {
        int64_t given = call->args[1].has ? (int64_t)call->args[1].number : head_s;
        return given > head_s ? given : head_s;
    }
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec > head_s ? (int64_t)now.tv_sec : head_s;
}

/* A transaction that was sealed already is answered with its receipt: sending again is safe. */
static bool was_sealed(wc_api_call *call, wc_chain *chain, wc_node *node)
{
    wc_submission *done = call->submission;
    wc_chain_record record;
    wc_receipt_page page;
    uint64_t seq;
    wc_buf buf;
    if (wc_tx_index_find(node->index, chain, &done->admission.tx_id, &seq, &done->receipt_index) !=
            WC_OK ||
        wc_chain_read_record(chain, seq, &record) != WC_OK) {
        return false;
    }
    done->head = (wc_head){seq, record.record.height, record.record.time_s, record.record.time_ns,
                           record.hash};
    done->has_certificate = record.has_certificate;
    done->certificate = record.certificate;
    if (wc_chain_read_receipt(chain, seq, done->receipt_index, &page) != WC_OK) return false;
    size_t size = WC_RECEIPT_SIZE + 16 + page.outcome.len + page.events.len;
    done->page = malloc(size);
    if (done->page == NULL) return false;
    wc_buf_init(&buf, done->page, size);
    wc_receipt_page_put(&buf, &page);
    done->page_len = buf.len;
    done->answer = WC_SUBMIT_SEALED;
    return true;
}

static void on_submitted(wc_submission *submission)
{
    wc_api_call_done(submission->self);
}

/* Checks and verifies on a reader, then hands over. True: answered at once. */
static bool begin_submit(wc_api_call *call, wc_chain *chain, wc_node *node)
{
    wc_slice raw = call->args[0].bytes;
    int64_t head_s = wc_chain_head(chain)->time_s;
    wc_submission *submission = wc_submission_make(raw);
    call->submission = submission;
    if (submission == NULL) {
        wc_api_call_fail(call, WC_API_INTERNAL, "out of memory");
        return true;
    }
    submission->time_s = now_s(call, node, head_s);
    wc_status status = wc_chain_admit(chain, submission->time_s, raw, &submission->admission);
    if (status != WC_OK) {
        wc_api_call_fail(call, WC_API_INTERNAL, "%s", wc_status_text(status));
        return true;
    }
    wc_refusal refusal = submission->admission.refusal;
    if (refusal == WC_REFUSAL_NONCE_USED && was_sealed(call, chain, node)) return true;
    if (refusal != WC_REFUSAL_NONE && refusal != WC_REFUSAL_NONCE_GAP) {
        submission->answer = WC_SUBMIT_REFUSED;
        return true;
    }
    if (node->writer == NULL) {
        submission->answer = WC_SUBMIT_NOT_SEALING;
        return true;
    }
    submission->done = on_submitted;
    submission->self = call;
    return !wc_writer_submit(node->writer, submission);
}

/* ---- requests -------------------------------------------------------------------------------- */

void wc_api_call_done(wc_api_call *call)
{
    wc_api_request *request = call->request;
    wc_exchange *exchange = request->exchange;
    if (atomic_fetch_sub(&request->open, 1) == 1) wc_http_resume(exchange);
}

static void refuse(wc_api_call *call, wc_api_error error)
{
    if (error == WC_API_UNAUTHORIZED) {
        wc_api_call_fail(call, error, "a token is needed that this node knows");
    } else {
        wc_api_call_fail(call, error, "%s needs a token of %s", call->method->name,
                         call->method->access == WC_API_PARTY ? "that party, or of an auditor"
                         : call->method->access == WC_API_PARTIES
                             ? "one of the contract's parties, "
                               "or of an auditor"
                             : "an auditor");
    }
}

/* True: answered, or its answer is at hand in the submission. */
static bool begin_call(wc_api_call *call, wc_chain *chain)
{
    struct wc_api *api = call->request->api;
    if (call->error != WC_API_OK || call->method == NULL) return true;
    wc_api_error error =
        wc_access_may(&call->request->identity, call->method->access, call->args, chain);
    if (error != WC_API_OK) {
        refuse(call, error);
        return true;
    }
    switch (call->method->run_on) {
    case WC_API_POOL: wc_api_answer_call(call, chain, NULL, api->node); return true;
    case WC_API_SEAL: return begin_submit(call, chain, api->node);
    case WC_API_WALK: break;
    }
    if (wc_walker_take(api->walker, call)) return false;
    wc_api_call_fail(call, WC_API_BUSY, "%d searches wait already", WC_API_WALKS_MAX);
    return true;
}

bool wc_api_begin(wc_api_request *request)
{
    wc_stage *stage = request->api->node->stage;
    wc_chain *chain = wc_stage_enter(stage);
    atomic_store(&request->open, request->call_count + 1);
    for (uint32_t i = 0; i < request->call_count; i++) {
        if (begin_call(&request->calls[i], chain)) (void)atomic_fetch_sub(&request->open, 1);
    }
    wc_stage_leave(stage, chain);
    return atomic_fetch_sub(&request->open, 1) == 1;
}

void wc_api_finish(wc_api_request *request)
{
    wc_stage *stage = request->api->node->stage;
    wc_chain *chain = NULL;
    for (uint32_t i = 0; i < request->call_count; i++) {
        wc_api_call *call = &request->calls[i];
        if (call->submission == NULL || call->error != WC_API_OK || call->result != NULL) continue;
        if (chain == NULL) chain = wc_stage_enter(stage);
        wc_api_answer_call(call, chain, NULL, request->api->node);
    }
    if (chain != NULL) wc_stage_leave(stage, chain);
}

void wc_api_request_free(wc_api_request *request)
{
    if (request == NULL) return;
    for (uint32_t i = 0; i < request->call_count; i++) {
        wc_api_call *call = &request->calls[i];
        for (size_t k = 0; k < WC_API_PARAMS_MAX; k++) {
            free((void *)(uintptr_t)call->args[k].bytes.data);
        }
        wc_submission_free(call->submission);
        free(call->id);
        free(call->result);
    }
    free(request->calls);
    free(request->path);
    if (request->root != NULL) json_decref(request->root);
    free(request);
}
