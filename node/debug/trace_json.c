/* Items of a trace as JSON: one object in one line; members that an item does not have are left
 * out. */
#include "node/debug/trace.h"
#include "vm/base/json.h"

static const char *kind_name(wc_dbg_item_kind kind)
{
    switch (kind) {
    case WC_DBG_ITEM_STATEMENT: return "statement";
    case WC_DBG_ITEM_VALUE: return "value";
    case WC_DBG_ITEM_FIELD: return "field";
    case WC_DBG_ITEM_ELEMENT: return "element";
    case WC_DBG_ITEM_POSTING: return "posting";
    case WC_DBG_ITEM_EVENT: return "event";
    case WC_DBG_ITEM_STATE: return "state";
    case WC_DBG_ITEM_CALL: return "call";
    case WC_DBG_ITEM_END: return "end";
    case WC_DBG_ITEM_UNDONE: return "undone";
    case WC_DBG_ITEM_LINE_GAS: return "line_gas";
    }
    return "";
}

static void add(wc_json *json, const char *name, wc_str value)
{
    if (value.len > 0) wc_json_add_str(json, name, value);
}

void wc_dbg_item_json(wc_buf *text, const wc_dbg_item *item)
{
    bool is_removed = item->kind == WC_DBG_ITEM_ELEMENT && item->value.len == 0;
    wc_json json = wc_json_to(text);
    wc_json_open_line(&json, NULL, '{');
    wc_json_add_text(&json, "kind", kind_name(item->kind));
    if (item->depth > 0) wc_json_add_number(&json, "depth", item->depth);
    add(&json, "file", item->path);
    if (item->line > 0) wc_json_add_number(&json, "line", item->line);
    if (item->column > 0) wc_json_add_number(&json, "column", item->column);
    if (item->has_gas) wc_json_add_unsigned(&json, "gas", item->gas);
    add(&json, "text", item->text);
    add(&json, "name", item->name);
    add(&json, "from", item->from);
    add(&json, "to", item->to);
    add(&json, "value", item->value);
    if (is_removed) wc_json_add_bool(&json, "removed", true);
    add(&json, "type", item->type);
    if (item->kind == WC_DBG_ITEM_END) wc_json_add_bool(&json, "failed", item->has_failed);
    wc_json_close(&json);
}
