/* Draws a laid-out state diagram as SVG. Colours and fonts are classes of the page (html.c). */
#include "compiler/diag.h"
#include "compiler/doc/layout.h"
#include "compiler/lex/utf8.h"

static void put_escaped(wc_buf *buf, wc_str text)
{
    for (size_t at = 0; at < text.len;) {
        wc_utf8_char c = wc_utf8_at(text, at);
        if (!c.is_valid || wc_utf8_is_control(c.code) || wc_utf8_is_bidi(c.code)) {
            wc_buf_put_text(buf, "\xef\xbf\xbd");
        } else if (c.code == '<') {
            wc_buf_put_text(buf, "&lt;");
        } else if (c.code == '&') {
            wc_buf_put_text(buf, "&amp;");
        } else if (c.code == '>') {
            wc_buf_put_text(buf, "&gt;");
        } else {
            wc_buf_put(buf, text.data + at, c.len);
        }
        at += c.len;
    }
}

static void put_line(wc_buf *buf, const char *attributes, int32_t x, int32_t y, wc_str text)
{
    wc_format(buf, "<text {} x=\"{}\" y=\"{}\">", attributes, x, y);
    put_escaped(buf, text);
    wc_buf_put_text(buf, "</text>");
}

/* A head whose point is at (x, y); down: it points to larger y. */
static void put_head(wc_buf *buf, int32_t x, int32_t y, bool down)
{
    int32_t back = down ? -9 : 9;
    wc_format(buf, "<path class=\"head\" d=\"M{} {}l-5 {}h10z\"/>", x, y, back);
}

/* ---- states ------------------------------------------------------------------------------------
 */

static void put_state(wc_buf *buf, const wc_layout *layout, uint32_t index)
{
    const wc_graph_state *state = &layout->graph->states[index];
    const wc_node *node = &layout->nodes[index];
    int32_t left = node->x - node->half, width = 2 * node->half;
    wc_format(buf, "<g class=\"{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\"/>",
              state->is_final ? "state final" : "state", left, node->y, width, node->height);
    if (state->is_final) {
        wc_format(buf,
                  "<rect class=\"inner\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>",
                  left + 4, node->y + 4, width - 8, node->height - 8);
    }
    int32_t used = 20 + WC_GRAPH_LINE * (int32_t)state->notes.count;
    int32_t y = node->y + (node->height - used) / 2 + 15;
    put_line(buf, "class=\"name\" text-anchor=\"middle\"", node->x, y, state->name);
    for (uint32_t i = 0; i < state->notes.count; i++) {
        y += WC_GRAPH_LINE;
        put_line(buf, "class=\"soft\" text-anchor=\"middle\"", node->x, y, state->notes.lines[i]);
    }
    wc_buf_put_text(buf, "</g>\n");
    if (!state->is_initial) return;
    wc_format(buf, "<g class=\"edge\"><circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"5\"/>", node->x,
              node->y - WC_GRAPH_START + 2);
    wc_format(buf, "<path d=\"M{} {}V{}\"/>", node->x, node->y - WC_GRAPH_START + 2, node->y - 7);
    put_head(buf, node->x, node->y, true);
    wc_buf_put_text(buf, "</g>\n");
}

/* ---- edges -------------------------------------------------------------------------------------
 */

static void put_label(wc_buf *buf, const wc_graph_label *label, int32_t x, int32_t y,
                      const char *anchor)
{
    for (uint32_t i = 0; i < label->count; i++) {
        put_line(buf, anchor, x, y + 12 + WC_GRAPH_LINE * (int32_t)i, label->lines[i]);
    }
}

static void put_loop(wc_buf *buf, const wc_layout *layout, const wc_graph_edge *edge)
{
    const wc_node *node = &layout->nodes[edge->from];
    int32_t x = node->x + node->half, middle = node->y + node->height / 2;
    int32_t reach = WC_GRAPH_LOOP + 6;
    wc_format(buf, "<path d=\"M{} {}c{} -6 {} 20 8 14\"/>", x, middle - 8, reach, reach);
    wc_format(buf, "<path class=\"head\" d=\"M{} {}l9 -5v10z\"/>", x, middle + 6);
    int32_t top = middle - (WC_GRAPH_LINE * (int32_t)edge->label.count) / 2;
    put_label(buf, &edge->label, x + WC_GRAPH_LOOP + 6, top, "text-anchor=\"start\"");
}

static void put_curve(wc_buf *buf, int32_t x1, int32_t y1, int32_t x2, int32_t y2)
{
    if (x1 == x2) {
        wc_format(buf, "V{}", y2);
        return;
    }
    int32_t middle = (y1 + y2) / 2;
    wc_format(buf, "C{} {} {} {} ", x1, middle, x2, middle);
    wc_format(buf, "{} {}", x2, y2);
}

/* All links of an edge; the line is broken at its label. */
static void put_links(wc_buf *buf, const wc_layout *layout, uint32_t edge)
{
    bool is_reversed = layout->is_reversed[edge];
    int32_t head_x = 0, head_y = 0;
    for (uint32_t i = 0; i < layout->link_count; i++) {
        const wc_link *link = &layout->links[i];
        if (link->edge != edge) continue;
        const wc_node *upper = &layout->nodes[link->upper], *lower = &layout->nodes[link->lower];
        int32_t from = upper->y + upper->height, to = lower->y;
        bool is_first = upper->kind == WC_NODE_STATE, is_last = lower->kind == WC_NODE_STATE;
        if (is_first && is_reversed) {
            head_x = link->upper_x;
            head_y = from;
            from += 7;
        }
        if (is_last && !is_reversed) {
            head_x = link->lower_x;
            head_y = to;
            to -= 7;
        }
        wc_format(buf, "<path d=\"M{} {}", link->upper_x, from);
        put_curve(buf, link->upper_x, from, link->lower_x, to);
        if (lower->kind == WC_NODE_BEND && lower->height > 0) {
            wc_format(buf, "V{}", lower->y + lower->height);
        }
        wc_buf_put_text(buf, "\"/>");
    }
    put_head(buf, head_x, head_y, !is_reversed);
}

static void put_edge(wc_buf *buf, const wc_layout *layout, uint32_t index)
{
    const wc_graph_edge *edge = &layout->graph->edges[index];
    wc_format(buf, "<g class=\"edge{}\">", edge->by_time ? " clock" : "");
    if (edge->from == edge->to) {
        put_loop(buf, layout, edge);
    } else {
        put_links(buf, layout, index);
    }
    for (uint32_t i = 0; i < layout->node_count; i++) {
        const wc_node *node = &layout->nodes[i];
        if (node->kind != WC_NODE_LABEL || node->index != index) continue;
        put_label(buf, &edge->label, node->x, node->y, "text-anchor=\"middle\"");
    }
    wc_buf_put_text(buf, "</g>\n");
}

wc_status wc_graph_put(wc_buf *svg, wc_arena *arena, const wc_graph *graph)
{
    wc_layout *layout = WC_ARENA_NEW(arena, wc_layout);
    if (layout == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_layout_of(layout, arena, graph));
    wc_format(svg,
              "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
              "aria-labelledby=\"graph-title graph-text\" viewBox=\"0 0 {} {}\" width=\"{}\" "
              "height=\"{}\">\n<title id=\"graph-title\">",
              layout->width, layout->height, layout->width, layout->height);
    put_escaped(svg, graph->title);
    wc_buf_put_text(svg, "</title><desc id=\"graph-text\">");
    put_escaped(svg, graph->description);
    wc_buf_put_text(svg, "</desc>\n");
    for (uint32_t i = 0; i < graph->edge_count; i++) put_edge(svg, layout, i);
    for (uint32_t i = 0; i < graph->state_count; i++) put_state(svg, layout, i);
    wc_buf_put_text(svg, "</svg>");
    return WC_OK;
}
