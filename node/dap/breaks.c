/* Breakpoints of the debug adapter. Each request replaces those of its kind, of one file for lines.
 */
#include <string.h>

#include "node/dap/inside.h"

static void drop(wc_dap *dap, wc_dbg_break_kind kind, const wc_dap_file *file, bool is_data)
{
    wc_dbg_travel *travel = &dap->travel;
    for (uint32_t i = travel->break_count; i > 0; i--) {
        const wc_dbg_break *one = &travel->breaks[i - 1];
        bool is_it = one->kind == kind && one->is_data == is_data &&
                     (file == NULL || wc_str_equal(one->path, file->path));
        if (is_it) (void)wc_dbg_break_delete(travel, one->number);
    }
}

/* An element of the answer; added NULL: it could not be set, and why. */
static json_t *row_of(const wc_dbg_break *added, const char *why)
{
    if (added != NULL) {
        return json_pack("{s:I,s:b}", "id", (json_int_t)added->number, "verified", true);
    }
    return json_pack("{s:b,s:s}", "verified", false, "message", why);
}

static wc_str text_of(const json_t *wanted, const char *key)
{
    wc_str text = WC_STR("");
    (void)wc_json_text(wanted, &text, key, NULL);
    return text;
}

/* Sets it as wanted: with a condition, how often, with a message. The path of `one` must stay. */
static json_t *set(wc_dap *dap, wc_dbg_break *one, const json_t *wanted)
{
    char why[WC_DBG_WHY_MAX];
    const wc_dbg_wish wish = {.condition = text_of(wanted, "condition"),
                              .hits = text_of(wanted, "hitCondition"),
                              .message = text_of(wanted, "logMessage")};
    wc_status status = wc_dbg_break_choose(&dap->travel, one, &wish, why);
    if (status != WC_OK) {
        return row_of(NULL, status == WC_OUT_OF_DOMAIN ? why : wc_status_text(status));
    }
    const wc_dbg_break *added = wc_dbg_break_add(&dap->travel, one);
    json_t *row = row_of(added, "there are too many breakpoints");
    if (added == NULL) {
        wc_dbg_break_drop(one);
    } else if (one->chosen != NULL) {
        (void)json_object_set_new(row, "message",
                                  wc_json_format("at %u of the %u times it is passed",
                                                 one->chosen_count, one->candidate_count));
    }
    return row;
}

static json_t *set_line(wc_dap *dap, const wc_dap_file *file, const json_t *wanted)
{
    uint32_t line = 0;
    wc_dbg_break one = {.kind = WC_DBG_BREAK_LINE};
    if (!wc_dap_number(wanted, "line", &line)) return row_of(NULL, "it has no line");
    line += dap->lines_from_0;
    if (file == NULL) return row_of(NULL, "no code of this test comes from this file");
    one.line = wc_dbg_line_from(&dap->travel.program, file->path, line, &one.path);
    if (one.line == 0) return row_of(NULL, "no statement begins here or behind this line");
    one.path = file->path;
    json_t *row = set(dap, &one, wanted);
    (void)json_object_set_new(row, "line", json_integer((json_int_t)one.line - dap->lines_from_0));
    (void)json_object_set_new(row, "source", wc_dap_source_of(file));
    return row;
}

WC_DAP_REQUEST(set_breakpoints)
{
    const wc_dap_file *file = wc_dap_file_meant(dap, json_object_get(arguments, "source"));
    const json_t *wanted = json_object_get(arguments, "breakpoints");
    json_t *rows = json_array();
    if (file != NULL) drop(dap, WC_DBG_BREAK_LINE, file, false);
    for (size_t i = 0; i < json_array_size(wanted) && i < WC_DBG_BREAKS_MAX; i++) {
        (void)json_array_append_new(rows, set_line(dap, file, json_array_get(wanted, i)));
    }
    reply->body = json_pack("{s:o}", "breakpoints", rows);
}

/* ---- by name -----------------------------------------------------------------------------------
 */

static bool cut_prefix(wc_str *text, const char *prefix)
{
    size_t len = strlen(prefix);
    if (text->len < len || memcmp(text->data, prefix, len) != 0) return false;
    *text = (wc_str){text->data + len, text->len - len};
    return true;
}

static json_t *set_posting(wc_dap *dap, wc_str name, bool is_data, const json_t *wanted)
{
    const wc_address *party = wc_dbg_party(&dap->travel, name);
    if (party == NULL) return row_of(NULL, "no party or contract of this run has this name");
    wc_dbg_break one = {.kind = WC_DBG_BREAK_POSTING, .party = *party, .is_data = is_data};
    return set(dap, &one, wanted);
}

/* The name must stay when the message is gone: that of the code does. */
static json_t *set_routine(wc_dap *dap, wc_str name, const json_t *wanted)
{
    wc_dbg_break one = {.kind = WC_DBG_BREAK_ROUTINE};
    if (name.len >= sizeof(one.label) || !wc_dbg_has_routine(&dap->travel, name)) {
        return row_of(NULL, "no action, view or function has this name");
    }
    memcpy(one.label, name.data, name.len);
    one.label_len = (uint8_t)name.len;
    return set(dap, &one, wanted);
}

WC_DAP_REQUEST(set_function_breakpoints)
{
    const json_t *wanted = json_object_get(arguments, "breakpoints");
    json_t *rows = json_array();
    drop(dap, WC_DBG_BREAK_ROUTINE, NULL, false);
    drop(dap, WC_DBG_BREAK_POSTING, NULL, false);
    for (size_t i = 0; i < json_array_size(wanted) && i < WC_DBG_BREAKS_MAX; i++) {
        const json_t *own = json_array_get(wanted, i);
        wc_str name = text_of(own, "name");
        json_t *row = cut_prefix(&name, "posting ") ? set_posting(dap, name, false, own)
                                                    : set_routine(dap, name, own);
        (void)json_array_append_new(rows, row);
    }
    reply->body = json_pack("{s:o}", "breakpoints", rows);
}

/* ---- postings as changes of a party's money ----------------------------------------------------
 */

WC_DAP_REQUEST(data_breakpoint_info)
{
    wc_str name;
    bool has_name = wc_json_text(arguments, &name, "name", NULL);
    if (!has_name || wc_dbg_party(&dap->travel, name) == NULL) {
        reply->body = json_pack("{s:n,s:s}", "dataId", "description",
                                "only the money of a party can be watched");
        return;
    }
    reply->body = json_pack("{s:o,s:o,s:[s]}", "dataId",
                            wc_json_format("posting %.*s", WC_STR_ARG(name)), "description",
                            wc_json_format("the next posting to or from %.*s", WC_STR_ARG(name)),
                            "accessTypes", "write");
}

WC_DAP_REQUEST(set_data_breakpoints)
{
    const json_t *wanted = json_object_get(arguments, "breakpoints");
    json_t *rows = json_array();
    drop(dap, WC_DBG_BREAK_POSTING, NULL, true);
    for (size_t i = 0; i < json_array_size(wanted) && i < WC_DBG_BREAKS_MAX; i++) {
        const json_t *own = json_array_get(wanted, i);
        wc_str id = text_of(own, "dataId");
        json_t *row = cut_prefix(&id, "posting ") ? set_posting(dap, id, true, own)
                                                  : row_of(NULL, "this is no money of a party");
        (void)json_array_append_new(rows, row);
    }
    reply->body = json_pack("{s:o}", "breakpoints", rows);
}

WC_DAP_REQUEST(set_exception_breakpoints)
{
    bool is_wanted = wc_json_has_word(json_object_get(arguments, "filters"), "failure");
    drop(dap, WC_DBG_BREAK_FAILURE, NULL, false);
    const wc_dbg_break one = {.kind = WC_DBG_BREAK_FAILURE};
    const wc_dbg_break *added = is_wanted ? wc_dbg_break_add(&dap->travel, &one) : NULL;
    reply->body = is_wanted ? json_pack("{s:[o]}", "breakpoints",
                                        row_of(added, "there are too many breakpoints"))
                            : json_pack("{s:[]}", "breakpoints");
}
