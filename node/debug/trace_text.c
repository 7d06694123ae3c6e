/* Items of a trace as lines for people:
 *
 *   sale.clause:11   1204    pay buyer -> seller : round<Yuan>(delivered * price, half_even);
 *                            pay      escrow of home in Sale -> sun  4.80 CNY
 *
 * The number is the gas that the call has taken before the statement. */
#include <stdio.h>

#include "node/debug/trace.h"

#define PLACE_WIDTH 28
#define GAS_WIDTH   10

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

static void pad(wc_buf *text, size_t from, size_t width)
{
    while (text->len - from < width && !text->full) wc_buf_put_u8(text, ' ');
}

static void put_place(wc_buf *text, const wc_dbg_item *item)
{
    char gas[32];
    size_t start = text->len;
    put_str(text, item->path);
    wc_buf_put_text(text, ":");
    wc_buf_put_decimal(text, item->line);
    pad(text, start, PLACE_WIDTH);
    snprintf(gas, sizeof(gas), " %*llu  ", GAS_WIDTH, (unsigned long long)item->gas);
    if (!item->has_gas) snprintf(gas, sizeof(gas), " %*s  ", GAS_WIDTH, "");
    wc_buf_put_text(text, gas);
}

static void indent(wc_buf *text, const wc_dbg_item *item)
{
    for (uint32_t i = 1; i < item->depth && i < 32; i++) wc_buf_put_text(text, "  ");
}

static void open_detail(wc_buf *text, const wc_dbg_item *item, const char *what)
{
    char head[24];
    pad(text, text->len, PLACE_WIDTH + GAS_WIDTH + 3);
    indent(text, item);
    snprintf(head, sizeof(head), "    %-8s ", what);
    wc_buf_put_text(text, head);
}

static void put_assigned(wc_buf *text, const wc_dbg_item *item)
{
    pad(text, text->len, PLACE_WIDTH + GAS_WIDTH + 3);
    indent(text, item);
    wc_buf_put_text(text, "    ");
    put_str(text, item->name);
    if (item->value.len == 0) {
        wc_buf_put_text(text, " removed");
        return;
    }
    /* A key of a set has no value: it is "added". */
    wc_buf_put_text(text, item->type.len > 0 ? " = " : " ");
    put_str(text, item->value);
}

static void put_change(wc_buf *text, const wc_dbg_item *item)
{
    put_str(text, item->from);
    wc_buf_put_text(text, " -> ");
    put_str(text, item->to);
}

static void put_end(wc_buf *text, const wc_dbg_item *item)
{
    open_detail(text, item, item->has_failed ? "FAILED" : "done");
    put_str(text, item->name);
    if (item->value.len > 0) {
        wc_buf_put_text(text, item->has_failed ? " with " : " = ");
        put_str(text, item->value);
    }
    wc_buf_put_text(text, ", gas ");
    wc_buf_put_decimal(text, (int64_t)item->gas);
}

void wc_dbg_item_text(wc_buf *text, const wc_dbg_item *item)
{
    switch (item->kind) {
    case WC_DBG_ITEM_STATEMENT:
    case WC_DBG_ITEM_LINE_GAS:
        put_place(text, item);
        indent(text, item);
        put_str(text, item->text);
        break;
    case WC_DBG_ITEM_VALUE:
    case WC_DBG_ITEM_FIELD:
    case WC_DBG_ITEM_ELEMENT: put_assigned(text, item); break;
    case WC_DBG_ITEM_POSTING: {
        char cause[16];
        snprintf(cause, sizeof(cause), "%.*s", WC_STR_ARG(item->name));
        open_detail(text, item, cause);
        put_change(text, item);
        wc_buf_put_text(text, "  ");
        put_str(text, item->value);
        break;
    }
    case WC_DBG_ITEM_EVENT:
        open_detail(text, item, "event");
        put_str(text, item->name);
        wc_buf_put_text(text, ": ");
        put_str(text, item->value);
        break;
    case WC_DBG_ITEM_STATE:
        open_detail(text, item, "state");
        put_str(text, item->name);
        wc_buf_put_text(text, ": ");
        put_change(text, item);
        break;
    case WC_DBG_ITEM_CALL:
        open_detail(text, item, "call");
        put_str(text, item->name);
        put_str(text, item->value);
        break;
    case WC_DBG_ITEM_END: put_end(text, item); break;
    case WC_DBG_ITEM_UNDONE:
        open_detail(text, item, "UNDONE");
        wc_buf_put_text(text, "all that this transaction did");
        break;
    }
    wc_buf_put_text(text, "\n");
}
