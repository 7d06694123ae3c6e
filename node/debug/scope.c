/* See scope.h. */
#include "node/debug/scope.h"

#include <string.h>

#include "node/query/posting.h"

#define NAME_MAX_BYTES 256u

const char *wc_dbg_scope_name(wc_dbg_scope scope)
{
    static const char *const names[] = {"Locals", "Arguments", "Storage",
                                        "Terms",  "Parties",   "State"};
    wc_assert(scope < WC_DBG_SCOPES);
    return names[scope];
}

/* The tuple whose fields are the scope; NULL: it is no tuple. */
static const wc_dbg_value *tuple_of(const wc_dbg_inside *inside, wc_dbg_scope scope)
{
    switch (scope) {
    case WC_DBG_ARGUMENTS: return &inside->args;
    case WC_DBG_TERMS: return &inside->terms;
    case WC_DBG_PARTIES: return &inside->parties;
    case WC_DBG_LOCALS:
    case WC_DBG_STORAGE:
    case WC_DBG_STATE:
    case WC_DBG_SCOPES: break;
    }
    return NULL;
}

uint32_t wc_dbg_scope_count(const wc_dbg_view *view, const wc_dbg_frame *frame, wc_dbg_scope scope)
{
    const wc_dbg_inside *inside = wc_dbg_view_call(view, frame);
    const wc_dbg_value *tuple = tuple_of(inside, scope);
    if (tuple != NULL) return wc_dbg_part_count(tuple);
    if (scope == WC_DBG_LOCALS) return frame->local_count;
    if (scope == WC_DBG_STORAGE) return inside->field_count;
    return inside->state.known == WC_DBG_SET;
}

void wc_dbg_scope_at(const wc_dbg_view *view, const wc_dbg_frame *frame, wc_dbg_scope scope,
                     uint32_t index, wc_buf *name, wc_dbg_value *value)
{
    const wc_dbg_inside *inside = wc_dbg_view_call(view, frame);
    const wc_dbg_value *tuple = tuple_of(inside, scope);
    wc_assert(index < wc_dbg_scope_count(view, frame, scope));
    if (tuple != NULL) {
        wc_dbg_part(tuple, index, view->names, name, value);
    } else if (scope == WC_DBG_STATE) {
        wc_buf_put_text(name, "state");
        *value = inside->state;
    } else {
        const wc_dbg_named *named =
            scope == WC_DBG_LOCALS ? &frame->locals[index] : &inside->fields[index];
        wc_buf_put(name, named->name.data, named->name.len);
        *value = named->value;
    }
}

/* ---- paths -------------------------------------------------------------------------------------
 */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (uint8_t)c >= 0x80;
}

static wc_str take_word(wc_str path, size_t *at)
{
    size_t start = *at;
    while (*at < path.len && is_word(path.data[*at])) (*at)++;
    return (wc_str){path.data + start, *at - start};
}

static bool in_scope(const wc_dbg_view *view, const wc_dbg_frame *frame, wc_dbg_scope scope,
                     wc_str word, wc_dbg_value *value)
{
    uint32_t count = wc_dbg_scope_count(view, frame, scope);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t memory[NAME_MAX_BYTES];
        wc_buf name;
        wc_buf_init(&name, memory, sizeof(memory));
        wc_dbg_scope_at(view, frame, scope, i, &name, value);
        if (wc_str_equal((wc_str){(const char *)memory, name.len}, word)) return true;
    }
    return false;
}

static bool find_name(const wc_dbg_view *view, const wc_dbg_frame *frame, wc_str word,
                      wc_dbg_value *value)
{
    static const wc_dbg_scope order[] = {WC_DBG_LOCALS, WC_DBG_ARGUMENTS, WC_DBG_TERMS,
                                         WC_DBG_PARTIES, WC_DBG_STATE};
    for (size_t i = 0; i < WC_ARRAY_LEN(order); i++) {
        if (in_scope(view, frame, order[i], word, value)) return true;
    }
    return false;
}

/* The part of this name; "[home]" is one. */
static bool find_part(const wc_dbg_value *whole, const wc_names *names, wc_str wanted,
                      wc_dbg_value *part)
{
    uint32_t count = wc_dbg_part_count(whole);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t memory[NAME_MAX_BYTES];
        wc_buf name;
        wc_buf_init(&name, memory, sizeof(memory));
        wc_dbg_part(whole, i, names, &name, part);
        if (wc_str_equal((wc_str){(const char *)memory, name.len}, wanted)) return true;
    }
    return false;
}

/* ".name" or "[key]" at *at; empty: it is neither. A key keeps its brackets. */
static wc_str take_step(wc_str path, size_t *at)
{
    if (path.data[*at] == '.') {
        (*at)++;
        return take_word(path, at);
    }
    const char *start = path.data + *at;
    const char *end = *start == '[' ? memchr(start, ']', path.len - *at) : NULL;
    if (end == NULL) return (wc_str){start, 0};
    wc_str step = {start, (size_t)(end - start) + 1};
    *at += step.len;
    return step;
}

static bool begin_path(const wc_dbg_view *view, const wc_dbg_frame *frame, wc_str path, size_t *at,
                       wc_dbg_value *value)
{
    wc_str word = take_word(path, at);
    if (!wc_str_equal(word, WC_STR("self"))) return find_name(view, frame, word, value);
    if (*at == path.len || path.data[*at] != '.') return false;
    (*at)++;
    word = take_word(path, at);
    return in_scope(view, frame, WC_DBG_STORAGE, word, value);
}

bool wc_dbg_evaluate(const wc_dbg_view *view, const wc_dbg_frame *frame, wc_str path,
                     wc_dbg_value *value, size_t *bad)
{
    size_t at = 0;
    *bad = 0;
    if (path.len == 0 || !begin_path(view, frame, path, &at, value)) return false;
    while (at < path.len) { /* ends: each turn takes a step */
        *bad = at;
        wc_dbg_value whole = *value;
        wc_str step = take_step(path, &at);
        if (step.len == 0 || !find_part(&whole, view->names, step, value)) return false;
    }
    return true;
}

/* ---- balances ----------------------------------------------------------------------------------
 */

bool wc_dbg_is_shown(const wc_dbg_record *record, const wc_dbg_balance *balance)
{
    return balance->amount != 0 && wc_names_of(&record->names, &balance->account.owner).len > 0;
}

void wc_dbg_put_balance(wc_buf *text, const wc_dbg_record *record, const wc_dbg_balance *balance)
{
    wc_sub_account_put_text(text, &record->names, &balance->account);
    wc_buf_put_text(text, "  ");
    wc_money_put(text, &record->money, balance->asset, balance->amount);
}
