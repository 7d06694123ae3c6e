/* What the machine holds where the session stands. */
#include <stdio.h>

#include "node/cli/debug.h"
#include "node/query/posting.h"
#include "node/query/when.h"

#define ITEMS_MAX  16u
#define LIST_LINES 4u /* around the place */

static wc_buf *text_of(wc_debug_session *session)
{
    return &session->text;
}

static void put(wc_debug_session *session, const char *text)
{
    wc_buf_put_text(text_of(session), text);
}

static void put_str(wc_debug_session *session, wc_str text)
{
    wc_buf_put(text_of(session), text.data, text.len);
}

static const wc_dbg_stop *stop_of(const wc_debug_session *session)
{
    return &session->travel.record.stops[session->travel.at];
}

/* NULL: it cannot be looked at, and that was said. */
static const wc_dbg_view *look(wc_debug_session *session, const wc_dbg_frame **frame)
{
    const wc_dbg_view *view;
    wc_status status = wc_dbg_travel_view(&session->travel, session->travel.at, &view);
    if (status != WC_OK) {
        put(session, "this cannot be shown: ");
        put(session, wc_status_text(status));
        put(session, "\n");
        return NULL;
    }
    if (session->frame >= view->frame_count) session->frame = 0;
    *frame = &view->frames[session->frame];
    return view;
}

/* ---- places ------------------------------------------------------------------------------------
 */

static void put_routine(wc_debug_session *session, uint32_t call, uint16_t function)
{
    const wc_dbg_record *record = &session->travel.record;
    wc_str name = wc_dbg_function_name(record, call, function);
    if (name.len > 0) {
        put_str(session, name);
        put(session, " in ");
    }
    wc_dbg_put_call(text_of(session), record, call);
}

static void put_location(wc_debug_session *session, uint16_t unit, const wc_debug_line *line)
{
    put_str(session, wc_dbg_path(&session->travel.program, unit, line));
    put(session, ":");
    wc_buf_put_decimal(text_of(session), line->line);
}

void wc_debug_show_place(wc_debug_session *session)
{
    const wc_dbg_travel *travel = &session->travel;
    const wc_dbg_stop *stop = stop_of(session);
    const wc_debug_line *line =
        wc_dbg_line(&travel->program, stop->unit, stop->function, stop->row);
    char number[96];
    put_location(session, stop->unit, line);
    put(session, stop->is_return ? "  at the end of " : "  in ");
    put_routine(session, stop->call, stop->function);
    snprintf(number, sizeof(number), "  (%u of %u)\n%5u  ", travel->at + 1,
             travel->record.stop_count, line->line);
    put(session, number);
    put_str(session, wc_dbg_text(&travel->program, wc_dbg_path(&travel->program, stop->unit, line),
                                 line->line));
    put(session, "\n");
    if (travel->at + 1 == travel->record.stop_count && !travel->result.has_passed) {
        put(session, "  here it fails: ");
        put(session, travel->result.text);
        put(session, "\n");
    }
}

void wc_debug_show_list(wc_debug_session *session)
{
    const wc_dbg_frame *frame;
    const wc_dbg_program *program = &session->travel.program;
    const wc_dbg_view *view = look(session, &frame);
    if (view == NULL) return;
    if (frame->row == WC_DBG_NO_ROW) {
        put(session, "its source is not known\n");
        return;
    }
    const wc_debug_line *at = wc_dbg_line(program, frame->unit, frame->function, frame->row);
    wc_str path = wc_dbg_path(program, frame->unit, at);
    uint32_t first = at->line > LIST_LINES ? at->line - LIST_LINES : 1;
    for (uint32_t i = first; i <= at->line + LIST_LINES; i++) {
        char head[24];
        snprintf(head, sizeof(head), "%s%5u  ", i == at->line ? ">" : " ", i);
        put(session, head);
        put_str(session, wc_dbg_whole_text(program, path, i));
        put(session, "\n");
    }
}

void wc_debug_show_stack(wc_debug_session *session)
{
    const wc_dbg_frame *frame;
    const wc_dbg_view *view = look(session, &frame);
    for (uint32_t i = 0; view != NULL && i < view->frame_count; i++) {
        const wc_dbg_frame *one = &view->frames[i];
        char head[24];
        snprintf(head, sizeof(head), "%s%3u  ", i == session->frame ? ">" : " ", i);
        put(session, head);
        put_routine(session, one->call, one->function);
        if (one->row != WC_DBG_NO_ROW) {
            put(session, "  ");
            put_location(session, one->unit,
                         wc_dbg_line(&session->travel.program, one->unit, one->function, one->row));
        }
        put(session, "\n");
    }
}

/* ---- values ------------------------------------------------------------------------------------
 */

static void put_value(wc_debug_session *session, wc_str name, const wc_dbg_value *value)
{
    put(session, "  ");
    put_str(session, name);
    put(session, " : ");
    wc_dbg_put_type(text_of(session), value);
    put(session, " = ");
    wc_dbg_put_value(text_of(session), value, &session->travel.record.names, ITEMS_MAX);
    put(session, "\n");
}

static uint32_t put_scope(wc_debug_session *session, const wc_dbg_view *view,
                          const wc_dbg_frame *frame, wc_dbg_scope scope)
{
    uint32_t count = wc_dbg_scope_count(view, frame, scope);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t memory[160];
        wc_buf name;
        wc_dbg_value value;
        wc_buf_init(&name, memory, sizeof(memory));
        if (scope == WC_DBG_STORAGE) wc_buf_put_text(&name, "self.");
        wc_dbg_scope_at(view, frame, scope, i, &name, &value);
        put_value(session, (wc_str){(const char *)memory, name.len}, &value);
    }
    return count;
}

void wc_debug_show_locals(wc_debug_session *session)
{
    const wc_dbg_frame *frame;
    const wc_dbg_view *view = look(session, &frame);
    if (view == NULL) return;
    uint32_t count = put_scope(session, view, frame, WC_DBG_LOCALS);
    if (count == 0) count = put_scope(session, view, frame, WC_DBG_ARGUMENTS);
    if (count == 0) put(session, "  no names have a value here\n");
}

void wc_debug_show_state(wc_debug_session *session)
{
    static const wc_dbg_scope scopes[] = {WC_DBG_STATE, WC_DBG_STORAGE, WC_DBG_TERMS,
                                          WC_DBG_PARTIES};
    const wc_dbg_frame *frame;
    const wc_dbg_view *view = look(session, &frame);
    uint32_t count = 0;
    for (size_t i = 0; view != NULL && i < WC_ARRAY_LEN(scopes); i++) {
        count += put_scope(session, view, frame, scopes[i]);
    }
    if (view != NULL && count == 0) {
        put(session, "  a test has no storage: step into a call, or look at a frame of one\n");
    }
}

void wc_debug_print(wc_debug_session *session, wc_str path)
{
    const wc_dbg_frame *frame;
    wc_dbg_value value;
    size_t bad;
    const wc_dbg_view *view = look(session, &frame);
    if (view == NULL) return;
    if (wc_dbg_evaluate(view, frame, path, &value, &bad)) {
        put_value(session, path, &value);
        return;
    }
    put(session, "  nothing here is called `");
    put_str(session, path);
    put(session, "`: a name, then .part or [key]; `locals` and `state` show what there is\n");
}

/* ---- money and gas -----------------------------------------------------------------------------
 */

void wc_debug_show_money(wc_debug_session *session)
{
    const wc_dbg_frame *frame;
    const wc_dbg_record *record = &session->travel.record;
    const wc_dbg_view *view = look(session, &frame);
    for (uint32_t i = 0; view != NULL && i < view->balance_count; i++) {
        if (!wc_dbg_is_shown(record, &view->balances[i])) continue;
        put(session, "  ");
        wc_dbg_put_balance(text_of(session), record, &view->balances[i]);
        put(session, "\n");
    }
}

void wc_debug_show_postings(wc_debug_session *session)
{
    const wc_dbg_record *record = &session->travel.record;
    uint32_t shown = 0;
    for (uint32_t i = 0; i < record->posting_count; i++) {
        const wc_dbg_posting *posting = &record->postings[i];
        if (posting->stop == WC_DBG_NONE || posting->posting.cause == WC_CAUSE_FEE) continue;
        char head[48];
        bool is_done = posting->stop < session->travel.at;
        snprintf(head, sizeof(head), "%s%5u  %-8s ", is_done ? " " : "+", posting->stop + 1,
                 wc_posting_cause_name(posting->posting.cause));
        put(session, head);
        wc_posting_put_text(text_of(session), &record->names, &record->money, &posting->posting);
        put(session, posting->is_undone ? "  (undone later)\n" : "\n");
        shown++;
    }
    put(session, shown == 0 ? "  nothing is posted in this run\n"
                            : "  + is still to come; `goto N` goes to the statement\n");
}

void wc_debug_show_gas(wc_debug_session *session)
{
    const wc_dbg_frame *frame;
    const wc_dbg_record *record = &session->travel.record;
    const wc_dbg_view *view = look(session, &frame);
    if (view == NULL) return;
    const wc_dbg_inside *inside = wc_dbg_view_call(view, frame);
    const wc_dbg_call *call = &record->calls[inside->call];
    if (call->kind == WC_DBG_TEST) {
        put(session, "  nobody pays for a test's own statements\n");
        return;
    }
    char line[128];
    snprintf(line, sizeof(line), "  %llu used of %llu, %llu left; block time ",
             (unsigned long long)(call->gas_limit - inside->gas_left),
             (unsigned long long)call->gas_limit, (unsigned long long)inside->gas_left);
    put(session, line);
    wc_put_time(text_of(session), call->now_s);
    put(session, "\n");
}

static void show_condition(wc_debug_session *session, const wc_dbg_break *one)
{
    char count[64];
    put(session, "  if ");
    put_str(session, (wc_str){one->condition, one->condition_len});
    snprintf(count, sizeof(count), "  (true %u of %u times)", one->chosen_count,
             one->candidate_count);
    put(session, count);
}

void wc_debug_show_breaks(wc_debug_session *session)
{
    const wc_dbg_travel *travel = &session->travel;
    for (uint32_t i = 0; i < travel->break_count; i++) {
        const wc_dbg_break *one = &travel->breaks[i];
        char head[24];
        snprintf(head, sizeof(head), "%4u  ", one->number);
        put(session, head);
        if (one->kind == WC_DBG_BREAK_LINE) {
            put_str(session, one->path);
            put(session, ":");
            wc_buf_put_decimal(text_of(session), one->line);
        } else if (one->kind == WC_DBG_BREAK_POSTING) {
            put(session, "posting to or from ");
            wc_names_put(text_of(session), &travel->record.names, &one->party);
        } else if (one->kind == WC_DBG_BREAK_FAILURE) {
            put(session, "where a call fails");
        } else {
            put(session, "at the beginning of ");
            put_str(session, (wc_str){one->label, one->label_len});
        }
        if (one->condition_len > 0) show_condition(session, one);
        put(session, "\n");
    }
    if (travel->break_count == 0) put(session, "  there are none\n");
}
