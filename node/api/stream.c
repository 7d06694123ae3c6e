/* Events as they come (Server-Sent Events).
 *
 *   id: 118.3.7            the cursor: Last-Event-ID, or ?after=, goes on behind it
 *   event: POSTING
 *   data: {"id":"118.3.7",...}
 *
 * A stream sleeps until a record is published; then a thread of the pool writes what is new. A
 * comment every few seconds shows that it lives. */
#include <stdio.h>
#include <stdlib.h>

#include "node/api/request.h"
#include "node/service/metrics.h"

#define ROOM      ((size_t)1 << 20) /* of text that is not sent yet; one event fits */
#define ENOUGH    ((size_t)32 << 10)
#define EVENT_MAX ((size_t)512 << 10)
#define NS_PER_S  INT64_C(1000000000)

struct wc_api_stream {
    struct wc_api *api;
    wc_event_id cursor;
    bool has_emitter;
    wc_address emitter;
    int64_t sent_ns;
    wc_buf text; /* owned memory */
    size_t at;   /* sent so far */
    wc_api_run run;
    wc_json json;
    wc_api_money money;
};

static bool read_after(wc_api_stream *stream, const char *text)
{
    return text != NULL && wc_event_id_parse(&stream->cursor, wc_str_of(text));
}

static wc_api_error read_params(wc_api_stream *stream, const wc_http_request *http,
                                char problem[WC_API_PROBLEM_MAX])
{
    bool is_good = true;
    for (uint32_t i = 0; i < http->query_count && is_good; i++) {
        const wc_http_pair *pair = &http->query[i];
        if (strcmp(pair->name, "after") == 0) {
            is_good = read_after(stream, pair->value);
        } else if (strcmp(pair->name, "emitter") == 0 && pair->value != NULL) {
            stream->has_emitter = true;
            is_good = wc_address_parse(&stream->emitter, wc_str_of(pair->value)) == WC_OK;
        } else {
            is_good = false;
        }
    }
    /* The browser's header wins: it knows what it saw last, the address does not. */
    if (is_good && http->last_event_id != NULL) is_good = read_after(stream, http->last_event_id);
    if (is_good) return WC_API_OK;
    (void)snprintf(problem, WC_API_PROBLEM_MAX,
                   "a stream takes `after` (or Last-Event-ID): SEQ.RECEIPT.EVENT, and `emitter`: "
                   "an address");
    return WC_API_INVALID_PARAMS;
}

wc_api_error wc_api_stream_open(wc_api_stream **stream, struct wc_api *api,
                                const wc_http_request *http, char problem[WC_API_PROBLEM_MAX])
{
    if (atomic_fetch_add(&api->streams, 1) >= WC_API_STREAMS_MAX) {
        (void)atomic_fetch_sub(&api->streams, 1);
        (void)snprintf(problem, WC_API_PROBLEM_MAX, "%d streams are open already",
                       WC_API_STREAMS_MAX);
        return WC_API_BUSY;
    }
    wc_api_stream *opened = calloc(1, sizeof *opened);
    uint8_t *memory = malloc(ROOM);
    wc_api_error error = WC_API_INTERNAL;
    if (opened != NULL && memory != NULL) {
        opened->api = api;
        opened->sent_ns = wc_now_ns();
        opened->cursor = (wc_event_id){wc_stage_head(api->node->stage).seq, UINT32_MAX, UINT32_MAX};
        wc_buf_init(&opened->text, memory, ROOM);
        wc_buf_put_text(&opened->text, ": wattclause events\n\n");
        error = read_params(opened, http, problem);
    }
    if (error != WC_API_OK) {
        free(memory);
        free(opened);
        (void)atomic_fetch_sub(&api->streams, 1);
        return error;
    }
    wc_metric_set(WC_METRIC_STREAMS, 0, atomic_load(&api->streams));
    *stream = opened;
    return WC_API_OK;
}

void wc_api_stream_close(wc_api_stream *stream)
{
    (void)atomic_fetch_sub(&stream->api->streams, 1);
    wc_metric_set(WC_METRIC_STREAMS, 0, atomic_load(&stream->api->streams));
    free(stream->text.data);
    free(stream);
}

static bool put_event(void *self, const wc_api_event *event)
{
    wc_api_stream *stream = self;
    wc_buf *text = &stream->text;
    if (stream->has_emitter && !wc_address_equal(&stream->emitter, &event->event.emitter)) {
        return true;
    }
    size_t before = text->len;
    wc_buf_put_text(text, "id: ");
    wc_event_id_put(text, &event->id);
    wc_buf_put_text(text, "\ndata: ");
    stream->json = wc_json_to(text);
    wc_api_put_event(&stream->run, NULL, &stream->money, event);
    wc_buf_put_text(text, "\n\n");
    if (text->full) { /* longer than anything that is sent: named, and left out */
        text->full = false;
        text->len = before;
        wc_buf_put_text(text, "id: ");
        wc_event_id_put(text, &event->id);
        wc_buf_put_text(text, "\nevent: too_large\ndata: {}\n\n");
    }
    wc_metric_add(WC_METRIC_STREAMED, 0, 1);
    return text->len < ENOUGH;
}

/* A chain that begins with a snapshot has no events up to there: said, and gone on behind it. */
static void say_pruned(wc_api_stream *stream, uint64_t oldest)
{
    wc_event_id *cursor = &stream->cursor;
    bool is_behind =
        cursor->seq > oldest || (cursor->seq == oldest && cursor->receipt == UINT32_MAX);
    if (oldest == 0 || is_behind) return;
    *cursor = (wc_event_id){oldest, UINT32_MAX, UINT32_MAX};
    wc_buf_put_text(&stream->text, "id: ");
    wc_event_id_put(&stream->text, cursor);
    wc_buf_put_text(&stream->text, "\nevent: pruned\ndata: {}\n\n");
}

static void look(wc_api_stream *stream)
{
    wc_node *node = stream->api->node;
    if (wc_stage_head(node->stage).seq < stream->cursor.seq ||
        (wc_stage_head(node->stage).seq == stream->cursor.seq &&
         stream->cursor.receipt == UINT32_MAX)) {
        return;
    }
    wc_chain *chain = wc_stage_enter(node->stage);
    say_pruned(stream, wc_chain_oldest(chain));
    stream->run = (wc_api_run){.node = node, .chain = chain, .json = &stream->json};
    if (wc_api_read_money(chain, &stream->money) == WC_OK) {
        wc_status status = wc_api_walk_events(chain, &stream->cursor, put_event, stream);
        (void)status; /* what could not be read is tried again with the next record */
    }
    wc_stage_leave(node->stage, chain);
}

wc_http_next wc_api_stream_next(wc_api_stream *stream, uint8_t *bytes, size_t size, size_t *len)
{
    if (stream->at == stream->text.len) {
        stream->at = 0;
        stream->text.len = 0;
        look(stream);
        int64_t now_ns = wc_now_ns();
        if (stream->text.len == 0 && now_ns - stream->sent_ns >= WC_API_HEARTBEAT_S * NS_PER_S) {
            wc_buf_put_text(&stream->text, ":\n\n");
        }
        if (stream->text.len == 0) return WC_HTTP_WAIT;
        stream->sent_ns = now_ns;
    }
    size_t left = stream->text.len - stream->at;
    *len = left < size ? left : size;
    memcpy(bytes, stream->text.data + stream->at, *len);
    stream->at += *len;
    return WC_HTTP_SOME;
}
