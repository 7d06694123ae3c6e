/* What the machine holds at a stop, for the client: stack, scopes, values. */
#include <stdio.h>
#include <string.h>

#include "node/dap/inside.h"
#include "node/query/when.h"

#define ITEMS_MAX 8u /* of a collection that stands in one line */

static const wc_dbg_view *look(wc_dap *dap, wc_dap_reply *reply)
{
    const wc_dbg_view *view;
    wc_status status = wc_dbg_travel_view(&dap->travel, dap->travel.at, &view);
    if (status == WC_OK) return view;
    wc_dap_fail(reply, "this cannot be shown: %s", wc_status_text(status));
    return NULL;
}

/* ---- texts -------------------------------------------------------------------------------------
 */

static json_t *text_end(const wc_buf *buf)
{
    return wc_json_str((wc_str){(const char *)buf->data, buf->len});
}

static json_t *value_text(wc_dap *dap, const wc_dbg_value *value)
{
    wc_buf buf;
    wc_buf_init(&buf, dap->text, WC_DAP_TEXT_MAX);
    wc_dbg_put_value(&buf, value, &dap->travel.record.names, ITEMS_MAX);
    return text_end(&buf);
}

static json_t *type_text(wc_dap *dap, const wc_dbg_value *value)
{
    wc_buf buf;
    wc_buf_init(&buf, dap->text, WC_DAP_TEXT_MAX);
    wc_dbg_put_type(&buf, value);
    return text_end(&buf);
}

/* A reference to what has parts; 0: none, or there are too many at this stop. */
static json_int_t handle_to(wc_dap *dap, const wc_dap_reference *handle)
{
    if (dap->handle_count == WC_DAP_HANDLES_MAX) return 0;
    dap->handles[dap->handle_count++] = *handle;
    return dap->handle_count;
}

static json_t *variable(wc_dap *dap, json_t *name, const wc_dbg_value *value)
{
    const wc_dap_reference handle = {.kind = WC_DAP_HANDLE_VALUE, .value = *value};
    uint32_t parts = wc_dbg_part_count(value);
    json_int_t reference = parts > 0 ? handle_to(dap, &handle) : 0;
    json_t *made = json_pack("{s:o,s:o,s:o,s:I}", "name", name, "value", value_text(dap, value),
                             "type", type_text(dap, value), "variablesReference", reference);
    return made;
}

/* ---- stack -------------------------------------------------------------------------------------
 */

static json_t *frame_name(wc_dap *dap, const wc_dbg_frame *frame)
{
    wc_buf buf;
    const wc_dbg_record *record = &dap->travel.record;
    wc_buf_init(&buf, dap->text, WC_DAP_TEXT_MAX);
    wc_str function = wc_dbg_function_name(record, frame->call, frame->function);
    if (function.len > 0) {
        wc_buf_put(&buf, function.data, function.len);
        wc_buf_put_text(&buf, " in ");
    }
    wc_dbg_put_call(&buf, record, frame->call);
    return text_end(&buf);
}

static json_t *frame_row(wc_dap *dap, const wc_dbg_frame *frame, uint32_t index)
{
    const wc_dbg_program *program = &dap->travel.program;
    json_t *row = json_pack("{s:I,s:o,s:i,s:i}", "id", (json_int_t)index + 1, "name",
                            frame_name(dap, frame), "line", 0, "column", 0);
    if (frame->row == WC_DBG_NO_ROW) return row;
    const wc_debug_line *line = wc_dbg_line(program, frame->unit, frame->function, frame->row);
    const wc_dap_file *file = wc_dap_file_of(dap, wc_dbg_path(program, frame->unit, line));
    json_int_t lines = dap->lines_from_0, columns = dap->columns_from_0;
    (void)json_object_set_new(row, "line", json_integer((json_int_t)line->line - lines));
    (void)json_object_set_new(row, "column", json_integer((json_int_t)line->column - columns));
    (void)json_object_set_new(row, "endLine", json_integer((json_int_t)line->end_line - lines));
    (void)json_object_set_new(row, "endColumn",
                              json_integer((json_int_t)line->end_column - columns));
    if (file != NULL) (void)json_object_set_new(row, "source", wc_dap_source_of(file));
    return row;
}

WC_DAP_REQUEST(stack_trace)
{
    uint32_t first = 0, levels = 0;
    const wc_dbg_view *view = look(dap, reply);
    if (view == NULL) return;
    (void)wc_dap_number(arguments, "startFrame", &first);
    (void)wc_dap_number(arguments, "levels", &levels);
    json_t *rows = json_array();
    for (uint32_t i = first; i < view->frame_count; i++) {
        if (levels > 0 && i - first == levels) break;
        (void)json_array_append_new(rows, frame_row(dap, &view->frames[i], i));
    }
    reply->body =
        json_pack("{s:o,s:I}", "stackFrames", rows, "totalFrames", (json_int_t)view->frame_count);
}

/* ---- scopes ------------------------------------------------------------------------------------
 */

/* The frame that an id names; false after saying that there is none. */
static bool frame_of(const wc_dbg_view *view, const json_t *arguments, uint32_t *frame,
                     wc_dap_reply *reply)
{
    uint32_t id = 1; /* the innermost, when none is named */
    bool is_named = json_object_get(arguments, "frameId") != NULL;
    bool is_there = !is_named || wc_dap_number(arguments, "frameId", &id);
    *frame = id - 1;
    if (is_there && id > 0 && *frame < view->frame_count) return true;
    wc_dap_fail(reply, "there is no frame of this id here");
    return false;
}

static void add_scope(wc_dap *dap, json_t *rows, const char *name, const char *hint,
                      const wc_dap_reference *handle)
{
    json_t *row = json_pack("{s:s,s:I,s:b}", "name", name, "variablesReference",
                            handle_to(dap, handle), "expensive", false);
    if (hint != NULL) (void)json_object_set_new(row, "presentationHint", json_string(hint));
    (void)json_array_append_new(rows, row);
}

WC_DAP_REQUEST(scopes)
{
    uint32_t frame;
    const wc_dbg_view *view = look(dap, reply);
    if (view == NULL || !frame_of(view, arguments, &frame, reply)) return;
    json_t *rows = json_array();
    for (int scope = 0; scope < WC_DBG_SCOPES; scope++) {
        const wc_dap_reference handle = {
            .kind = WC_DAP_HANDLE_SCOPE, .frame = frame, .scope = (wc_dbg_scope)scope};
        if (wc_dbg_scope_count(view, &view->frames[frame], handle.scope) == 0) continue;
        const char *hint = scope == WC_DBG_LOCALS      ? "locals"
                           : scope == WC_DBG_ARGUMENTS ? "arguments"
                                                       : NULL;
        add_scope(dap, rows, wc_dbg_scope_name(handle.scope), hint, &handle);
    }
    add_scope(dap, rows, "Money", NULL, &(wc_dap_reference){.kind = WC_DAP_HANDLE_MONEY});
    add_scope(dap, rows, "Call", NULL,
              &(wc_dap_reference){.kind = WC_DAP_HANDLE_CALL, .frame = frame});
    reply->body = json_pack("{s:o}", "scopes", rows);
}

/* ---- variables ---------------------------------------------------------------------------------
 */

typedef struct page {
    uint32_t first, count; /* of the rows that are wanted */
} page;

static bool in_page(const page *wanted, uint32_t index)
{
    return index >= wanted->first && index - wanted->first < wanted->count;
}

static json_t *name_end(const uint8_t *memory, size_t len)
{
    return wc_json_str((wc_str){(const char *)memory, len});
}

static void put_scope(wc_dap *dap, const wc_dbg_view *view, const wc_dap_reference *handle,
                      const page *wanted, json_t *rows)
{
    const wc_dbg_frame *frame = &view->frames[handle->frame];
    uint32_t count = wc_dbg_scope_count(view, frame, handle->scope);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t memory[256];
        wc_buf name;
        wc_dbg_value value;
        if (!in_page(wanted, i)) continue;
        wc_buf_init(&name, memory, sizeof(memory));
        wc_dbg_scope_at(view, frame, handle->scope, i, &name, &value);
        (void)json_array_append_new(rows, variable(dap, name_end(memory, name.len), &value));
    }
}

static void put_parts(wc_dap *dap, const wc_dbg_value *whole, const page *wanted, json_t *rows)
{
    uint32_t count = wc_dbg_part_count(whole);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t memory[256];
        wc_buf name;
        wc_dbg_value value;
        if (!in_page(wanted, i)) continue;
        wc_buf_init(&name, memory, sizeof(memory));
        wc_dbg_part(whole, i, &dap->travel.record.names, &name, &value);
        (void)json_array_append_new(rows, variable(dap, name_end(memory, name.len), &value));
    }
}

/* A party or an instance has one row; what it has lies behind it. */
static void put_money(wc_dap *dap, const wc_dbg_view *view, const page *wanted, json_t *rows)
{
    const wc_names *names = &dap->travel.record.names;
    for (uint32_t n = 0; n < names->count; n++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < view->balance_count; i++) {
            const wc_sub_account *account = &view->balances[i].account;
            const wc_address *owner =
                account->kind == WC_SUB_ESCROW ? &account->party : &account->owner;
            count += view->balances[i].amount != 0 && wc_hash_equal(owner, &names->list[n].address);
        }
        if (!in_page(wanted, n)) continue;
        const wc_dap_reference handle = {.kind = WC_DAP_HANDLE_PARTY,
                                         .party = names->list[n].address};
        (void)json_array_append_new(
            rows, json_pack("{s:o,s:s,s:I}", "name", wc_json_str(names->list[n].id), "value",
                            count == 0 ? "nothing" : "", "variablesReference",
                            count == 0 ? 0 : handle_to(dap, &handle)));
    }
}

static void put_party(wc_dap *dap, const wc_dbg_view *view, const wc_address *party, json_t *rows)
{
    const wc_dbg_record *record = &dap->travel.record;
    for (uint32_t i = 0; i < view->balance_count; i++) {
        const wc_dbg_balance *balance = &view->balances[i];
        bool is_escrow = balance->account.kind == WC_SUB_ESCROW;
        const wc_address *owner = is_escrow ? &balance->account.party : &balance->account.owner;
        if (balance->amount == 0 || !wc_hash_equal(owner, party)) continue;
        wc_buf name, value;
        uint8_t memory[256];
        wc_buf_init(&name, memory, sizeof(memory));
        wc_buf_put_text(&name, is_escrow ? "in " : "free");
        if (is_escrow) wc_names_put(&name, &record->names, &balance->account.owner);
        wc_buf_init(&value, dap->text, WC_DAP_TEXT_MAX);
        wc_money_put(&value, &record->money, balance->asset, balance->amount);
        (void)json_array_append_new(rows,
                                    json_pack("{s:o,s:o,s:i}", "name", name_end(memory, name.len),
                                              "value", text_end(&value), "variablesReference", 0));
    }
}

static void add_row(json_t *rows, const char *name, json_t *value)
{
    (void)json_array_append_new(
        rows, json_pack("{s:s,s:o,s:i}", "name", name, "value", value, "variablesReference", 0));
}

static void put_call(wc_dap *dap, const wc_dbg_view *view, uint32_t frame, json_t *rows)
{
    const wc_dbg_record *record = &dap->travel.record;
    const wc_dbg_inside *inside = wc_dbg_view_call(view, &view->frames[frame]);
    const wc_dbg_call *call = &record->calls[inside->call];
    wc_buf time;
    wc_buf_init(&time, dap->text, WC_DAP_TEXT_MAX);
    wc_put_time(&time, call->now_s);
    add_row(rows, "block time", text_end(&time));
    if (call->kind != WC_DBG_TEST) {
        add_row(rows, "gas used",
                wc_json_format("%llu", (unsigned long long)(call->gas_limit - inside->gas_left)));
        add_row(rows, "gas left", wc_json_format("%llu", (unsigned long long)inside->gas_left));
    }
    add_row(rows, "position", wc_json_format("%u of %u", view->stop + 1, record->stop_count));
}

WC_DAP_REQUEST(variables)
{
    uint32_t reference = 0;
    page wanted = {0, WC_DAP_VARIABLES_MAX};
    const wc_dbg_view *view = look(dap, reply);
    if (view == NULL) return;
    bool is_known = wc_dap_number(arguments, "variablesReference", &reference) && reference > 0 &&
                    reference <= dap->handle_count;
    if (!is_known) {
        wc_dap_fail(reply, "this reference is not of this stop");
        return;
    }
    (void)wc_dap_number(arguments, "start", &wanted.first);
    uint32_t count = 0;
    (void)wc_dap_number(arguments, "count", &count);
    if (count > 0 && count < wanted.count) wanted.count = count;
    const wc_dap_reference handle = dap->handles[reference - 1];
    json_t *rows = json_array();
    switch (handle.kind) {
    case WC_DAP_HANDLE_SCOPE: put_scope(dap, view, &handle, &wanted, rows); break;
    case WC_DAP_HANDLE_VALUE: put_parts(dap, &handle.value, &wanted, rows); break;
    case WC_DAP_HANDLE_MONEY: put_money(dap, view, &wanted, rows); break;
    case WC_DAP_HANDLE_PARTY: put_party(dap, view, &handle.party, rows); break;
    case WC_DAP_HANDLE_CALL: put_call(dap, view, handle.frame, rows); break;
    }
    reply->body = json_pack("{s:o}", "variables", rows);
}

WC_DAP_REQUEST(evaluate)
{
    uint32_t frame;
    size_t bad;
    wc_str expression;
    wc_dbg_value value;
    const wc_dbg_view *view = look(dap, reply);
    if (view == NULL || !frame_of(view, arguments, &frame, reply)) return;
    if (!wc_json_text(arguments, &expression, "expression", NULL) ||
        !wc_dbg_evaluate(view, &view->frames[frame], expression, &value, &bad)) {
        wc_dap_fail(reply, "nothing here has this name; a name is followed by .part or [key]");
        return;
    }
    json_t *made = variable(dap, json_string(""), &value);
    json_t *text = json_incref(json_object_get(made, "value"));
    (void)json_object_set_new(made, "result", text);
    (void)json_object_del(made, "value");
    (void)json_object_del(made, "name");
    reply->body = made;
}
