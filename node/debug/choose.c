/* Which of the stops of a breakpoint are meant: by a condition, by how often it was met, and what a
 * message says there. The run is known, so all is decided when the breakpoint is set, by one run
 * more that looks at every stop of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/debug/condition.h"
#include "node/debug/travel.h"

#define MESSAGE_MAX 1024u /* bytes of one message */

typedef struct choosing {
    wc_dbg_travel *travel;
    wc_dbg_break *one;
    const wc_dbg_wish *wish;
    const uint64_t *candidates;
    uint64_t *chosen;
    uint32_t met; /* stops where the condition was true */
    uint32_t unknown;
    char sign[3]; /* of the count */
    uint64_t count;
    char *why;
    wc_status status;
} choosing;

static bool has(const uint64_t *bits, uint32_t stop)
{
    return (bits[stop / 64] >> stop % 64 & 1) != 0;
}

bool wc_dbg_is_chosen(const wc_dbg_break *one, uint32_t stop)
{
    return one->chosen == NULL || has(one->chosen, stop);
}

void wc_dbg_break_drop(wc_dbg_break *one)
{
    free(one->chosen);
    free(one->messages);
    free(one->message_text);
    one->chosen = NULL;
    one->messages = NULL;
    one->message_text = NULL;
}

/* ---- how often ---------------------------------------------------------------------------------
 */

/* "3", "== 3", ">= 3", "% 3" */
static bool read_hits(choosing *c)
{
    static const char *const signs[] = {"==", ">=", "<=", "%", ">", "<"};
    wc_str text = c->wish->hits;
    size_t at = 0;
    while (at < text.len && text.data[at] == ' ') at++;
    (void)snprintf(c->sign, sizeof c->sign, "==");
    for (size_t i = 0; i < WC_ARRAY_LEN(signs); i++) {
        size_t len = strlen(signs[i]);
        if (text.len - at < len || memcmp(text.data + at, signs[i], len) != 0) continue;
        (void)snprintf(c->sign, sizeof c->sign, "%s", signs[i]);
        at += len;
        break;
    }
    while (at < text.len && text.data[at] == ' ') at++;
    c->count = 0;
    bool is_number = at < text.len && text.len - at <= 9;
    for (; at < text.len && is_number; at++) {
        is_number = text.data[at] >= '0' && text.data[at] <= '9';
        c->count = 10 * c->count + (uint64_t)(text.data[at] - '0');
    }
    if (is_number && c->count > 0) return true;
    (void)snprintf(c->why, WC_DBG_WHY_MAX,
                   "how often: a number from 1 on, or one behind ==, <, <=, >, >= or %%");
    return false;
}

static bool is_counted(const choosing *c)
{
    if (c->wish->hits.len == 0) return true;
    if (c->sign[0] == '%') return c->met % c->count == 0;
    if (strcmp(c->sign, "==") == 0) return c->met == c->count;
    if (strcmp(c->sign, ">=") == 0) return c->met >= c->count;
    if (strcmp(c->sign, "<=") == 0) return c->met <= c->count;
    return c->sign[0] == '>' ? c->met > c->count : c->met < c->count;
}

/* ---- messages ----------------------------------------------------------------------------------
 */

/* The text with `{path}` replaced by the value, `?` where there is none. */
static void put_message(wc_buf *text, const wc_dbg_view *view, wc_str message)
{
    for (size_t at = 0; at < message.len;) {
        const char *open = memchr(message.data + at, '{', message.len - at);
        size_t plain = open == NULL ? message.len - at : (size_t)(open - message.data) - at;
        wc_buf_put(text, message.data + at, plain);
        at += plain;
        const char *close = open == NULL ? NULL : memchr(open, '}', message.len - at);
        if (close == NULL) {
            wc_buf_put(text, message.data + at, message.len - at);
            return;
        }
        wc_dbg_value value;
        size_t bad;
        const wc_str path = {open + 1, (size_t)(close - open) - 1};
        if (wc_dbg_evaluate(view, &view->frames[0], path, &value, &bad)) {
            wc_dbg_put_value(text, &value, view->names, 8);
        } else {
            wc_buf_put_text(text, "?");
        }
        at = (size_t)(close - message.data) + 1;
    }
}

static wc_status add_message(choosing *c, const wc_dbg_view *view, uint32_t stop)
{
    wc_dbg_break *one = c->one;
    char text[MESSAGE_MAX];
    wc_buf buf;
    if (one->message_count == WC_DBG_MESSAGES_MAX) return WC_TOO_LARGE;
    wc_buf_init(&buf, text, sizeof text);
    put_message(&buf, view, c->wish->message);
    if (one->messages == NULL) {
        one->messages = calloc(WC_DBG_MESSAGES_MAX, sizeof one->messages[0]);
        if (one->messages == NULL) return WC_NO_MEMORY;
    }
    char *grown = realloc(one->message_text, one->message_bytes + buf.len + 1);
    if (grown == NULL) return WC_NO_MEMORY;
    memcpy(grown + one->message_bytes, text, buf.len);
    one->message_text = grown;
    one->messages[one->message_count++] =
        (wc_dbg_message){stop, one->message_bytes, (uint32_t)buf.len};
    one->message_bytes += (uint32_t)buf.len;
    return WC_OK;
}

bool wc_dbg_message_at(const wc_dbg_break *one, uint32_t stop, wc_str *text)
{
    uint32_t first = 0, end = one->message_count;
    if (end == 0 || !has(one->chosen, stop)) return false;
    while (end - first > 1) { /* halves */
        uint32_t middle = first + (end - first) / 2;
        if (one->messages[middle].stop <= stop) {
            first = middle;
        } else {
            end = middle;
        }
    }
    const wc_dbg_message *message = &one->messages[first];
    wc_assert(message->stop == stop);
    *text = (wc_str){one->message_text + message->start, message->len};
    return true;
}

/* ---- choosing ----------------------------------------------------------------------------------
 */

static void on_stop(void *self, const wc_dbg_record *record, uint32_t stop)
{
    choosing *c = self;
    if (c->status != WC_OK || !has(c->candidates, stop)) return;
    wc_dbg_view *view;
    char why[WC_DBG_WHY_MAX] = "";
    wc_arena_rewind(c->travel->views_arena, 0);
    c->status = wc_dbg_view_take(record, stop, c->travel->views_arena, &view);
    if (c->status != WC_OK) return;
    wc_dbg_truth truth = WC_DBG_TRUE;
    if (c->wish->condition.len > 0) truth = wc_dbg_condition_at(view, c->wish->condition, why);
    if (truth == WC_DBG_NOT_KNOWN && c->unknown++ == 0) memcpy(c->why, why, sizeof why);
    if (truth != WC_DBG_TRUE) return;
    c->met++;
    if (!is_counted(c)) return;
    c->chosen[stop / 64] |= UINT64_C(1) << stop % 64;
    c->one->chosen_count++;
    if (c->wish->message.len > 0) c->status = add_message(c, view, stop);
}

static wc_status look(choosing *c)
{
    wc_runner_result result;
    const wc_dbg_watcher watcher = {.self = c, .stop = on_stop};
    c->travel->view_count = 0; /* the arena is needed */
    wc_arena_rewind(c->travel->views_arena, 0);
    wc_status status = wc_dbg_record_run(&c->travel->record, &watcher, &result);
    c->travel->runs++;
    wc_arena_rewind(c->travel->views_arena, 0);
    return status == WC_OK ? c->status : status;
}

/* Nobody waits for what can never be known. */
static wc_status judge(choosing *c, wc_status status)
{
    if (status == WC_TOO_LARGE) {
        (void)snprintf(c->why, WC_DBG_WHY_MAX, "it would write more than %u messages",
                       WC_DBG_MESSAGES_MAX);
        return WC_OUT_OF_DOMAIN;
    }
    WC_TRY(status);
    if (c->unknown > 0 && c->unknown == c->one->candidate_count) return WC_OUT_OF_DOMAIN;
    c->why[0] = '\0';
    return WC_OK;
}

wc_status wc_dbg_break_choose(wc_dbg_travel *travel, wc_dbg_break *one, const wc_dbg_wish *wish,
                              char why[WC_DBG_WHY_MAX])
{
    uint32_t stops = travel->record.stop_count;
    choosing c = {.travel = travel, .one = one, .wish = wish, .why = why};
    why[0] = '\0';
    if (wish->condition.len > 0 && !wc_dbg_condition_check(wish->condition, why)) {
        return WC_OUT_OF_DOMAIN;
    }
    if (wish->hits.len > 0 && !read_hits(&c)) return WC_OUT_OF_DOMAIN;
    if (wish->condition.len + wish->hits.len + wish->message.len == 0) return WC_OK;
    uint64_t *candidates = calloc(stops / 64 + 1, sizeof *candidates);
    c.chosen = calloc(stops / 64 + 1, sizeof *c.chosen);
    wc_status status = candidates == NULL || c.chosen == NULL ? WC_NO_MEMORY : WC_OK;
    for (uint32_t i = 0; i < stops && status == WC_OK; i++) {
        if (!wc_dbg_break_holds(travel, one, i)) continue;
        candidates[i / 64] |= UINT64_C(1) << i % 64;
        one->candidate_count++;
    }
    c.candidates = candidates;
    if (status == WC_OK) status = judge(&c, look(&c));
    free(candidates);
    one->chosen = c.chosen;
    one->is_message = wish->message.len > 0;
    one->condition_len = (uint16_t)wish->condition.len;
    memcpy(one->condition, wish->condition.data, status == WC_OK ? wish->condition.len : 0);
    if (status != WC_OK) wc_dbg_break_drop(one);
    return status;
}
